"""Command line: a table of what was tried, kind by mutator, and what was lost."""

from __future__ import annotations

import argparse
import sys
import time

from . import tally
from .making import mutant


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak.mutations", description="Mutated documents beside good ones."
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to try")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same mutants")
    parser.add_argument("--most", type=int, default=None, help="so many mutants at most")
    options = parser.parse_args()
    total = tally(options.seed, until=time.monotonic() + options.seconds, most=options.most)
    for (kind, mutator), count in sorted(total.tried.items()):
        if " and " not in mutator:
            print(f"{kind:22} {mutator:24} {count:6}")
    combined = sum(count for (_, mutator), count in total.tried.items() if " and " in mutator)
    print(f"{'all kinds':22} {'two mutators at once':24} {combined:6}")
    print(f"{total.tried.total()} mutants, {len(total.losses)} losses, peak memory {total.peak / 1e6:.0f} MB")
    for loss in total.losses:
        name = "several" if loss.number is None else f"{loss.number} ({mutant(options.seed, loss.number).mutator})"
        print(f"  mutant {name}: {loss.what}")
    return 1 if total.losses else 0


if __name__ == "__main__":
    sys.exit(main())
