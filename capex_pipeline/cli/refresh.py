"""The command `python -m capex_pipeline.refresh`: a refresh by hand, with a progress bar.

What belongs here: arguments and laying out for a terminal. What does not: work of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tqdm import tqdm

from capex_pipeline.refresh.addresses import CONTACT_VARIABLE, RAW_VARIABLE, Sources
from capex_pipeline.refresh.http_types import RefreshError
from capex_pipeline.refresh.outcomes import FAILED, WRITTEN, Outcome, Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one refresh; returns the exit status (0 fine, 1 something was not taken over, 2 nothing could be asked)."""
    options = _parser().parse_args(arguments)
    from capex_pipeline.refresh.run import Plan, refresh

    raw = Path(options.raw or os.environ.get(RAW_VARIABLE) or "raw").absolute()
    try:
        plan = Plan(
            raw, os.environ.get(CONTACT_VARIABLE), only=tuple(options.only), instances_from=options.instances_from,
            dry_run=options.dry_run, sources=Sources(options.sec_data, options.sec_archives, options.ecb),
        )  # fmt: skip
        with _Bar() as bar:
            report = refresh(plan, progress=bar)
    except RefreshError as error:
        print(error.message, file=sys.stderr)
        return 2
    _say(report)
    return 1 if report.failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m capex_pipeline.refresh",
        description="Asks the SEC and the European Central Bank for what is new and archives it below the folder of documents.",
        epilog=f"The SEC asks for a contact: set {CONTACT_VARIABLE} to a name and a mail address.",
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="WHAT",
        help="entity of filers.yaml, a CIK, or rates; may be given several times (default: everything)",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="ask, but write nothing; say what would be written")
    parser.add_argument("--raw", default="", help=f"folder of documents (default: {RAW_VARIABLE}, or raw)")
    parser.add_argument(
        "--instances-from", type=date.fromisoformat, default=None, metavar="DAY",
        help="first day of filing to look for instances (default: that of the oldest archived one, or 400 days ago)",
    )  # fmt: skip
    usual = Sources()
    for option, base in (("sec-data", usual.sec_data), ("sec-archives", usual.sec_archives), ("ecb", usual.ecb)):
        parser.add_argument(f"--{option}", default=base, metavar="ADDRESS", help=f"default: {base}")
    return parser


class _Bar:
    """Documents done and to come, megabytes, time left; where standard error is no terminal, nothing."""

    def __init__(self) -> None:
        self._bar = tqdm(unit=" documents", disable=None, total=0, dynamic_ncols=True)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def expect(self, more: int) -> None:
        self._bar.total = (self._bar.total or 0) + more
        self._bar.refresh()

    def done(self, outcome: Outcome, received: int) -> None:
        self._bar.set_postfix_str(f"{received / 1e6:.1f} MB, {outcome.source} {outcome.what}", refresh=False)
        self._bar.update()


def _say(report: Report) -> None:
    for outcome in report.outcomes:
        if outcome.result in (*WRITTEN, FAILED):
            print(
                f"{outcome.result:<8} {outcome.source:<10} {outcome.what:<12} {outcome.name}  {outcome.note}".rstrip()
            )
    would = "would be " if report.dry_run else ""
    print(
        f"{len(report.written)} documents {would}written, {report.count('unchanged', 'nothing in use')} answers without news, "
        f"{len(report.failures)} not taken over; {report.requests} requests, {report.received / 1e6:.1f} MB."
    )


if __name__ == "__main__":
    sys.exit(main())
