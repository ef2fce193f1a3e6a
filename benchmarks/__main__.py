"""Runs all measurements, prints one table, and writes it to docs/performance.md.

    python -m benchmarks [--only abc] [--no-page]

This module defines the order of the measurements. Each is measured in its own module, and the table is laid out in
`benchmarks/page.py`. This process imports nothing large, because the peak memory of a child process starts from that of
its parent.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from benchmarks import builds, claims, companyfacts_bulk, decumulating, machine, normalising, page, publishing, ticks
from benchmarks.measure import ROOT, Row, child

PAGE = ROOT / "docs" / "performance.md"

_MINUTES = 15
"""A run of all measurements should take no longer."""
_ARTICLES = 150
"""New articles of 1,000 words that a build should read in a processor second."""


def _articles() -> list[Row]:
    used = child("article_text", "--numbers")
    said = used.said
    count = said["articles"]
    grown = said["one_mb"] / said["quarter_mb"]
    rate = said["through_the_path"] / said["path"]
    return [
        Row("g", "new articles of 1,000 words, from files to tables of evidence", rate, "the aim", _ARTICLES, rate / _ARTICLES,
            f"at least {_ARTICLES} articles/s", used.peak, "articles/s", rate >= _ARTICLES),
        Row("g", "articles of 1,000 words, read whole", count / said["whole"], "their quantities alone", count / said["quantities"],
            said["whole"] / said["quantities"], "", used.peak, "articles/s"),
        Row("g", "text of 1 MB", said["one_mb"], "of 0.25 MB", said["quarter_mb"], grown, "about 4", used.peak, reached=grown <= 5),
    ]  # fmt: skip


PARTS = (
    ("abc", builds.rows),
    ("d", normalising.rows),
    ("e", decumulating.rows),
    ("f", companyfacts_bulk.rows),
    ("g", _articles),
    ("h", ticks.rows),
    ("i", publishing.rows),
    ("j", claims.rows),
)


def main() -> int:
    """Runs the parts that were asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--only", default="abcdefghij", help="letters of the parts to run; the page stays as it is then"
    )
    parser.add_argument("--no-page", action="store_true", help="do not write docs/performance.md")
    chosen = parser.parse_args()
    found: list[Row] = []
    begin = time.monotonic()
    for letters, rows in PARTS:
        if set(letters) & set(chosen.only):
            print(f"measuring {', '.join(letters)}", file=sys.stderr, flush=True)
            found += rows()
    print(page.text(found))
    if chosen.only == "abcdefghij" and not chosen.no_page:
        PAGE.write_text(
            page.replaced(
                PAGE.read_text(encoding="utf-8"), page.markdown(found, [*machine.description(), _run(begin)])
            ),
            encoding="utf-8",
        )
        print(f"\nWrote {PAGE.relative_to(ROOT)}.")
    return 0


def _run(begin: float) -> str:
    """A line of Markdown on the run itself. begin: when it began, by the clock that never goes back."""
    minutes = (time.monotonic() - begin) / 60
    aim = f"at most {_MINUTES}: {'reached' if minutes <= _MINUTES else 'not reached'}"
    used, waiting = sum(os.times()[:4]) / 60, os.getloadavg()[2]
    return f"- Run: {minutes:.0f} minutes ({aim}), {used:.0f} of a processor; load average of its last 15 minutes {waiting:.1f}"


if __name__ == "__main__":
    sys.exit(main())
