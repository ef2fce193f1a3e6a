"""The command `trim`: reduce a downloaded SEC file to the concepts or segments listed in the reference data.

Arguments, files and messages belong here. Which facts are kept belongs to `sources.companyfacts` and `sources.xbrl_segments`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Read IN, write OUT. Returns the exit status: 0, or 1 with a sentence on the error output."""
    from capex_pipeline.sources import companyfacts, xbrl_segments

    parser = argparse.ArgumentParser(prog="trim", description=__doc__.splitlines()[0])
    parser.add_argument(
        "source", type=Path, metavar="IN", help="companyfacts JSON, XBRL instance or inline XBRL document"
    )
    parser.add_argument("target", type=Path, metavar="OUT", help="file to write")
    options = parser.parse_args(arguments)
    try:
        data = options.source.read_bytes()
        reader = companyfacts if data.lstrip().startswith(b"{") else xbrl_segments
        trimmed = reader.trim(data, list(load().filers.values()))
    except (DocumentError, OSError) as error:
        print(f"{options.source}: {error}", file=sys.stderr)
        return 1
    options.target.write_bytes(trimmed)
    return 0
