"""The command `review`: draft the review of an article or a company's document, show it as a page, apply decisions, or check it.

Arguments belong here, steps and their messages to `review_steps`. Drafting, showing and checking belong to the package `review`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from capex_pipeline.cli.options import examples, warehouse_option

KINDS = (".txt", ".md", ".html", ".htm", ".xhtml", ".pdf", ".xlsx")
"""Endings of files that can be reviewed."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "capex-pipeline review raw/articles/2024-08-26-publisher-slug.txt",
        "capex-pipeline review --page review.html raw/articles/2024-08-26-publisher-slug.txt",
        "capex-pipeline review --apply Downloads/slug.decisions.json raw/articles/2024-08-26-publisher-slug.txt",
        "capex-pipeline review --check raw/articles/2024-08-26-publisher-slug.txt",
        "capex-pipeline review raw/announcements/2025-08-20-baidu.html",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--page", type=_FILE, help="Write a page on which the review is done in the browser. Nothing is sent.")
@click.option(
    "--apply",
    "decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
    help="Write the decisions saved from the page into the review; - reads them from standard input.",
)
@click.option("--check", is_flag=True, help="List what is left to do in an existing review.")
@click.option(
    "--assistant",
    is_flag=True,
    help="Ask a language model for labels. Sends title, date and whole text of the article, its numbers and the ids to choose from, to the "
    "endpoint in CAPEX_PIPELINE_ASSISTANT_URL; without this flag nothing is sent.",
)
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of publication of an article that does not state it. Periods such as 'this year' are read from it.",
)
@warehouse_option
@click.option("--output", type=_FILE, help="The review. Default: beside FILE, ending .yaml.")
@click.option("--overwrite", is_flag=True, help="Create a new draft and replace an existing review.")
def review(
    file: Path,
    page: Path | None,
    decisions: Path | None,
    check: bool,
    assistant: bool,
    published: dt.datetime | None,
    warehouse: str,
    output: Path | None,
    overwrite: bool,
) -> int:
    """Draft the review of an article or a company's document, show it as a page, apply decisions, or check it.

    FILE is an article (.txt or .md in UTF-8, or .html in a folder articles/), or a company's document (.html, .pdf or .xlsx beside a sidecar that
    names the company).
    """
    from capex_pipeline.cli import review_steps as steps

    if (page is not None) + (decisions is not None) + check > 1:
        raise click.UsageError("--page, --apply and --check cannot be combined; give one of them.")
    if (decisions is not None or check) and (overwrite or assistant):
        raise click.UsageError("--overwrite and --assistant draft a review; give neither with --apply or --check.")
    if file.suffix.lower() not in KINDS:
        raise click.BadParameter(f"{file} does not end in one of {', '.join(KINDS)}.", param_hint="FILE")
    target = output or file.with_suffix(".yaml")
    if published is not None and (decisions is not None or check):
        raise click.UsageError("--published dates a draft; give it without --apply or --check.")
    if published is not None:
        overwrite = steps.may_date(file, target, overwrite) or overwrite
    source = steps.source_of(file, published.date() if published is not None else steps.stated_date(target))
    if assistant and source.article is None:
        raise click.UsageError("--assistant is for articles only.")
    if check:
        return steps.check(target, source, steps.filings(warehouse))
    if decisions is not None:
        return steps.apply(decisions, file, target, source, steps.filings(warehouse))
    if overwrite or not target.exists() or not (page or assistant):
        steps.draft(file, target, source, overwrite)
    else:
        steps.say_what_changed(file, target, source)
    if assistant:
        steps.ask(target, source)
    filings = steps.filings(warehouse)
    entries = steps.entries(target, source, filings)
    steps.say_counts(file, target, entries, page or Path("review.html"))
    if page is not None:
        steps.write_page(page, file, target, source, entries, filings)
    return 0
