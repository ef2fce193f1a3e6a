"""Command line: fuzzes one target for some time; ends with status 1, and the input, at the first promise broken."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

if atheris is None:
    from .targets import TARGETS, Target
else:
    with atheris.instrument_imports(include=["capex_pipeline"]):
        from .targets import TARGETS, Target

_LONGEST = 20_000


def guided(target: Target, seconds: int, seed: int) -> None:
    """Inputs that reach new lines are kept and changed further. Ends the process."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        found, words = Path(folder) / "found", Path(folder) / "words"
        found.mkdir()
        for number, example in enumerate(target.examples()):
            (found / f"example-{number}").write_bytes(example[:_LONGEST])
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            "-timeout=30",
            "-rss_limit_mb=4096",
            f"-seed={seed}",
            "-print_final_stats=1",
        ]
        options += [f"-dict={words}"] * bool(target.words)
        fuzzer: Any = atheris
        fuzzer.Setup([sys.argv[0], *options, str(found)], target.run, enable_python_coverage=True)
        fuzzer.Fuzz()


def _escaped(word: str) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}" for byte in word.encode()
    )


def by_chance(target: Target, seconds: float, seed: int, most: int | None = None) -> int:
    """Examples spoiled by chance, without regard to what they reach; the number of inputs tried."""
    from tests.soak.mutations.spoil_bytes import BYTES

    chance = random.Random(seed)
    examples = target.examples()
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end and tried != most:
        data = chance.choice(examples)
        for _ in range(chance.randint(1, 4)):
            data = chance.choice(BYTES)(chance, data)
            if target.words and chance.random() < 0.5:
                at = chance.randrange(len(data) + 1)
                data = data[:at] + chance.choice(target.words).encode() + data[at:]
        try:
            target.run(data[:_LONGEST])
        except BaseException:
            print(f"Input {tried} of seed {seed}: {data[:_LONGEST]!r}", file=sys.stderr)
            raise
        tried += 1
    return tried


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzzing of the readers.")
    parser.add_argument("target", choices=sorted(TARGETS), help="what to fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="how long")
    parser.add_argument("--seed", type=int, default=1, help="of chance")
    parser.add_argument("--by-chance", action="store_true", help="without coverage, also where atheris is installed")
    options = parser.parse_args()
    target = TARGETS[options.target]
    if atheris is None or options.by_chance:
        started = time.monotonic()
        tried = by_chance(target, options.seconds, options.seed)
        print(
            f"{options.target}: {tried} inputs by chance, {tried / (time.monotonic() - started):.0f} a second, no promise broken"
        )
        return 0
    guided(target, options.seconds, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
