"""The command ``python -m tests.soak --minutes 10``: runs trials for a chosen time and reports what was lost.

This module contains arguments, progress and the table of results; the trials are run by `tests/soak/campaign.py`.
Trials that kill processes need Linux (/proc, fork). Trials with a small file system need permission to mount one, and
are reported as skipped without it.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
from collections.abc import Sequence

from tqdm import tqdm

from .outcome import Outcome

_SHARE_OF_MUTATIONS = 0.25
_WIDTH = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs all kinds of trials; returns 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Try to break the pipeline, and count.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    parser.add_argument(
        "--seed", type=int, default=None, help="chance; the same seed makes the same trials (default: by the clock)"
    )
    parser.add_argument("--trials", type=int, help="end the crashes after so many, and not after a time")
    parser.add_argument(
        "--only",
        choices=("crashes", "damages", "mutations"),
        help="one of the parts, for all of the time; damages: each damaged state once, however long it takes",
    )
    chosen = parser.parse_args(arguments)
    seed = int(time.time()) if chosen.seed is None else chosen.seed
    seconds = 60 * chosen.minutes
    print(f"seed {seed}")
    share = {"crashes": 0.0, "damages": 0.0, "mutations": 1.0, None: _SHARE_OF_MUTATIONS}[chosen.only]
    outcomes: list[Outcome] = []
    if share < 1:
        outcomes += _crashes(seed, (1 - share) * seconds, chosen.trials, are_damages=chosen.only == "damages")
    if share > 0:
        outcomes += _mutations(seed, time.monotonic() + share * seconds)
    print(table(outcomes))
    return 1 if any(outcome.lost for outcome in outcomes) else 0


def table(outcomes: Sequence[Outcome]) -> str:
    """What was tried, how often, what was lost."""
    rows = [(one.what, f"{one.tried:,}", f"{one.lost:,}", one.detail) for one in outcomes]
    total = ("all", f"{sum(one.tried for one in outcomes):,}", f"{sum(one.lost for one in outcomes):,}", "")
    rows = [("what was tried", "how often", "lost", ""), *rows, total]
    first, second, third = (max(len(row[place]) for row in rows) for place in range(3))
    lines = []
    for what, tried, lost, detail in rows:
        parts = textwrap.wrap(detail, _WIDTH) or [""]
        lines.append(f"{what:<{first}}  {tried:>{second}}  {lost:>{third}}  {parts[0]}".rstrip())
        lines += [" " * (first + second + third + 6) + part for part in parts[1:]]
    return "\n".join(lines)


def _crashes(seed: int, seconds: float, most: int | None, *, are_damages: bool = False) -> list[Outcome]:
    from .campaign import Campaign
    from .damage import DAMAGES
    from .workshop import workshop

    start, most = time.monotonic(), len(DAMAGES) if are_damages else most
    total, unit = (round(seconds), "s") if most is None else (most, "trials")
    with tqdm(total=total, unit=unit, desc="crashes", mininterval=1) as bar, workshop(seed) as shop:
        campaign, trials = Campaign(shop), 0

        def progress(what: str) -> None:
            nonlocal trials
            trials += 1
            lost = sum(tally.lost for tally in campaign.tallies.values())
            bar.n = trials if most is not None else min(round(time.monotonic() - start), total)
            bar.set_postfix_str(f"{trials} trials, {lost} lost, {what}")

        if are_damages:
            return campaign.every_damaged_state(progress)
        until, trials_at_most = (start + seconds, float("inf")) if most is None else (float("inf"), most)
        return campaign.run(until, trials_at_most, progress)


def _mutations(seed: int, until: float) -> list[Outcome]:
    from .mutations import run

    print("mutated documents …", file=sys.stderr)
    return run(seed, until)


if __name__ == "__main__":
    sys.exit(main())
