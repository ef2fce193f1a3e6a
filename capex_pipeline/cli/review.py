"""The command `review`: draft the review of an article's text, or check one that exists.

Arguments and messages belong here. Reading and checking belong to the package `article`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from capex_pipeline.cli.options import EXIT_FAILED, WorkFailed, echo, examples


@click.command(
    epilog=examples(
        "capex-pipeline review raw/articles/2024-08-26-publisher-slug.txt",
        "capex-pipeline review --check raw/articles/2024-08-26-publisher-slug.txt",
    )
)
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Check the existing review instead of writing one.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The review. Default: beside TEXT, ending .yaml."
)
@click.option("--overwrite", is_flag=True, help="Replace an existing review.")
def review(text: Path, check: bool, output: Path | None, overwrite: bool) -> int:
    """Draft the review of an article, or check it. TEXT is a .txt or .md file in UTF-8."""
    if text.suffix.lower() not in (".txt", ".md"):
        raise click.BadParameter(f"{text} is not a .txt or .md file.", param_hint="TEXT")
    if check:
        return _check(text, output or text.with_suffix(".yaml"))
    import yaml

    from capex_pipeline.article.front_matter import read_article_text
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.article.review import write_review
    from capex_pipeline.cli.project_reference import project_reference

    for problem in read_article_text(text.read_bytes()).problems:
        echo(f"{text}: {problem}", err=True)
    written = write_review(text, vocabulary_of(project_reference()), output, overwrite)
    content = yaml.load(written.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (scalars stay text)
    undecided = sum(str(entry["reason"]).startswith("undecided") for entry in content["ignored"])
    echo(
        f"{written}: {_counted(len(content['figures']), 'figure')} drafted, {_counted(len(content['ignored']), 'mention')} set aside, "
        f"{undecided} of them to decide.\nCorrect it against the text, then run: capex-pipeline review --check {text}"
    )
    return 0


def _check(text: Path, review: Path) -> int:
    import yaml

    from capex_pipeline.article.front_matter import MAX_BYTES, read_article_text
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.article.review import check_review
    from capex_pipeline.cli.project_reference import project_reference

    if not review.is_file():
        raise WorkFailed(f"There is no review {review}; write one first.")
    if review.stat().st_size > MAX_BYTES:
        raise WorkFailed(f"{review} has more than {MAX_BYTES:,} bytes; a review holds a few figures only.")
    try:
        content: Any = yaml.load(review.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (scalars stay text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark is not None else ""
        raise WorkFailed(
            f"{review} cannot be read as YAML{place}. Values that hold a colon go in quotes; indentation is by spaces."
        ) from error
    if not isinstance(content, dict):
        raise WorkFailed(f"{review} has no `document:` and `figures:`.")
    findings = check_review(content, read_article_text(text.read_bytes()), vocabulary_of(project_reference()))
    for finding in findings:
        echo(f"{finding.severity}: {finding.rule}: {finding.message}")
    problems = sum(finding.severity == "problem" for finding in findings)
    echo(f"{review}: {_counted(problems, 'problem')}, {_counted(len(findings) - problems, 'warning')}.")
    return EXIT_FAILED if problems else 0


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
