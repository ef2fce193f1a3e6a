"""The command `trim` of the readers of SEC files: of a file as served, keep what the filers file asks for.

What belongs here: arguments, files, and saying what is wrong. What does not: what is kept (companyfacts, xbrl_segments).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from capex_pipeline.raw.printed_rows import DocumentError
from capex_pipeline.reference.filers import DEFAULT_FILERS_PATH, Filer, load_filers


def run(
    trim: Callable[[bytes, Sequence[Filer]], bytes],
    arguments: Sequence[str] | None,
    *,
    program: str,
    kept: str,
    source: str,
    target: str,
) -> int:
    """Reads IN, writes OUT; returns the exit status: 0, or 1 and a sentence on the error output.

    trim: bytes of a file and the filers to bytes. kept, source and target: what stays, IN and OUT, in words.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=f"Of a file as served, keep {kept}.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("trim", help=f"keep {kept}")
    command.add_argument("source", type=Path, metavar="IN", help=source)
    command.add_argument("target", type=Path, metavar="OUT", help=target)
    command.add_argument(
        "--filers", type=Path, default=DEFAULT_FILERS_PATH, help="filers file (default: the package's)"
    )
    options = parser.parse_args(arguments)
    try:
        trimmed = trim(options.source.read_bytes(), list(load_filers(options.filers).values()))
    except (DocumentError, OSError) as error:
        print(f"{options.source}: {error}", file=sys.stderr)
        return 1
    options.target.write_bytes(trimmed)
    return 0
