"""Command: draft the review of an article's text, or check one that is there.

    python -m capex_pipeline.cli.review raw/articles/2024-08-26-publisher-slug.txt          writes the .yaml beside the text
    python -m capex_pipeline.cli.review --check raw/articles/2024-08-26-publisher-slug.txt  checks the .yaml against the text

Belongs here: arguments and messages. Does not belong here: reading and checking (`capex_pipeline.article`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from capex_pipeline.article.front_matter import MAX_BYTES, read_article_text
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.article.review import ReviewError, check_review, write_review
from capex_pipeline.reference import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 if the review has problems or the file cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m capex_pipeline.cli.review", description="Draft or check the review of an article's text."
    )
    parser.add_argument("text", type=Path, help="the article, a .txt or .md file in UTF-8")
    parser.add_argument("--check", action="store_true", help="check the review that is there instead of writing one")
    parser.add_argument(
        "--output", type=Path, help="where the review is or goes (default: beside the text, ending .yaml)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a review that is there")
    chosen = parser.parse_args(arguments)
    if not chosen.text.is_file():
        return _fail(f"There is no file {chosen.text}.")
    if chosen.text.suffix.lower() not in (".txt", ".md"):
        return _fail(f"{chosen.text} is no .txt or .md file.")
    if chosen.check:
        return _check(chosen.text, chosen.output or chosen.text.with_suffix(".yaml"))
    article = read_article_text(chosen.text.read_bytes())
    for problem in article.problems:
        sys.stderr.write(f"{chosen.text}: {problem}\n")
    try:
        written = write_review(chosen.text, vocabulary_of(load()), chosen.output, chosen.overwrite)
    except ReviewError as error:
        return _fail(str(error))
    content = yaml.load(written.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (scalars stay text)
    undecided = sum(str(entry["reason"]).startswith("undecided") for entry in content["ignored"])
    sys.stdout.write(
        f"{written}: {_counted(len(content['figures']), 'figure')} drafted, {_counted(len(content['ignored']), 'mention')} set aside, {undecided} of them to decide.\n"
        f"Correct it against the text; then: python -m capex_pipeline.cli.review --check {chosen.text}\n"
    )
    return 0


def _check(text: Path, review: Path) -> int:
    if not review.is_file():
        return _fail(f"There is no review {review}; write one first.")
    if review.stat().st_size > MAX_BYTES:
        return _fail(f"{review} has more than {MAX_BYTES:,} bytes; a review holds a few figures only.")
    try:
        content: Any = yaml.load(review.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (scalars stay text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark is not None else ""
        return _fail(
            f"{review} cannot be read as YAML{place}. Values that hold a colon go in quotes; indentation is by spaces."
        )
    if not isinstance(content, dict):
        return _fail(f"{review} has no `document:` and `figures:`.")
    findings = check_review(content, read_article_text(text.read_bytes()), vocabulary_of(load()))
    for finding in findings:
        sys.stdout.write(f"{finding.severity}: {finding.rule}: {finding.message}\n")
    problems = sum(finding.severity == "problem" for finding in findings)
    sys.stdout.write(f"{review}: {_counted(problems, 'problem')}, {_counted(len(findings) - problems, 'warning')}.\n")
    return 1 if problems else 0


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
