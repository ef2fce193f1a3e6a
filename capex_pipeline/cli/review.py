"""The command `review`: draft the review of an article or a company's document, show it as a page, apply decisions, or check it.

Arguments and messages belong here. Drafting, showing and checking belong to the package `review`.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capex_pipeline.cli.options import EXIT_FAILED, WorkFailed, echo, examples, warehouse_option

if TYPE_CHECKING:
    from capex_pipeline.review.filings import Filings
    from capex_pipeline.review.page import Entries
    from capex_pipeline.review.source import Source

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
        overwrite = _may_date(file, target, overwrite) or overwrite
    source = _source_of(file, published.date() if published is not None else _stated_date(target))
    if assistant and source.article is None:
        raise click.UsageError("--assistant is for articles only.")
    if check:
        return _check(target, source, _filings(warehouse))
    if decisions is not None:
        return _apply(decisions, file, target, source, _filings(warehouse))
    if overwrite or not target.exists() or not (page or assistant):
        _draft(file, target, source, overwrite)
    else:
        _say_what_changed(file, target, source)
    if assistant:
        _ask(target, source)
    filings = _filings(warehouse)
    entries = _entries(target, source, filings)
    _say_counts(file, target, entries, page or Path("review.html"))
    if page is not None:
        _write_page(page, file, target, source, entries, filings)
    return 0


def _filings(warehouse: str) -> Filings | None:
    """What companies filed, from a published warehouse; None, with a message, where there is none that can be read."""
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.review.filings import Filings
    from capex_pipeline.sources import ecb_rates, rate_file
    from capex_pipeline.storage import locations
    from capex_pipeline.storage.warehouse import Warehouse, WarehouseError

    opened = Warehouse(locations.warehouse_location(warehouse))
    try:
        observations = opened.read("observations")
        currencies = {*observations["currency"].dropna(), "USD", "CNY"}
        daily = ecb_rates.daily_fixings(currencies, rate_file.refreshed(locations.raw_folder()))
    except (WarehouseError, rate_file.RateFileError) as error:
        why = f"Figures are not compared with filings. {error}"
        if isinstance(error.__cause__, FileNotFoundError):
            why = (
                f"Figures are not compared with filings, since {opened.root} has no tables yet. The review works without them; to compare, run "
                "`capex-pipeline build` first and then this command again."
            )
        echo(why, err=True)
        return None
    return Filings(observations, daily, project_reference())


def _stated_date(target: Path) -> dt.date | None:
    """The day of publication that an earlier draft or a person states in a review; None where it has none that can be read."""
    from capex_pipeline.review.review_file import ReviewError, read_review

    try:
        document = read_review(target).get("document") if target.is_file() else None
        return dt.date.fromisoformat(str(document.get("published"))) if isinstance(document, dict) else None
    except (ReviewError, ValueError):
        return None


def _may_date(file: Path, target: Path, overwrite: bool) -> bool:
    """Whether the draft of an article without a date can be replaced by a dated one: nobody has changed it yet. Raises UsageError or WorkFailed where
    the article states its date, or a person has worked on the review."""
    from capex_pipeline.review.review_file import read_review, review_text

    undated = _source_of(file, None)
    if undated.article is None or undated.published is not None:
        raise click.UsageError(f"--published is for articles that do not state their date; {file} is none.")
    if overwrite or not target.exists():
        return False
    read = read_review(target)
    drafts = [undated, *((_source_of(file, day),) if (day := _stated_date(target)) is not None else ())]
    if not any(target.read_text(encoding="utf-8") == review_text(one.draft, one) for one in drafts):
        raise WorkFailed(
            f"{target} holds a person's work on {len(read.get('figures') or [])} figures, or was drafted by another version; rename it, or give --overwrite."
        )
    return True


def _source_of(file: Path, published: dt.date | None = None) -> Source:
    """The article or document of a file, prepared for review. published: the date of an article that does not state its own. Raises WorkFailed if it
    cannot be read."""
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.raw import folder
    from capex_pipeline.raw.errors import DocumentError
    from capex_pipeline.review.article_draft import article_source
    from capex_pipeline.review.document_draft import document_source
    from capex_pipeline.sources import article_files, printed_document

    beside = file.with_suffix(folder.SIDECAR_SUFFIX)
    here = folder.RawFile(file.name, file, beside if beside.is_file() else None)
    try:
        data, sidecar = folder.read_bytes(here, file.parent), folder.read_sidecar(here, file.parent)
        if article_files.is_article(file.resolve().as_posix(), sidecar):
            article = article_files.read_article_file(data, sidecar, file.name)
            if not article.body.strip():
                raise WorkFailed(
                    f"{file}: {' '.join(article.problems) or 'the text is empty; add it below the front matter.'}"
                )
            if article.published is None and published is not None:
                article = article.dated(published)
            return article_source(article, vocabulary_of(project_reference()), file.name)
        if file.suffix.lower() in article_files.PAGES and not printed_document.is_declared(sidecar):
            raise WorkFailed(
                f"{file} is not in a folder articles/ and has no sidecar that names its company. Move an article to "
                f"raw/articles/. For a company's document write {beside.name} as shown in raw/README.md."
            )
        read_document = printed_document.read_published(data, sidecar, file.name, project_reference(), suggests=True)
        return document_source(read_document, file.name)
    except DocumentError as error:
        raise WorkFailed(error.message) from error


def _draft(file: Path, target: Path, source: Source, overwrite: bool) -> None:
    from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
    from capex_pipeline.review.review_file import save_review

    if target.exists() and not overwrite:
        raise WorkFailed(f"{target} exists already and may hold a person's work; rename it, or give --overwrite.")
    for problem in source.article.problems if source.article is not None else ():
        echo(f"{file}: {problem}", err=True)
    if missing := [key for key in NEEDED_OF_DOCUMENT if not source.document.get(key)]:
        is_undated = "published" in missing and source.article is not None
        dated = f" For the date, {_command('--published', 'YYYY-MM-DD', file)} does the same." if is_undated else ""
        echo(
            f"{file} states no {', '.join(missing)}. Add it to the front matter (for a page or document to its sidecar) and draft again with --overwrite; a review needs it.{dated}",
            err=True,
        )
    save_review(source.draft, source, target)


def _say_what_changed(file: Path, target: Path, source: Source) -> None:
    """Say what the source states of itself and the earlier draft does not hold; the draft is kept, since a person may have worked on it."""
    from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
    from capex_pipeline.review.page import MISSING
    from capex_pipeline.review.review_file import read_review

    drafted = read_review(target).get("document") or {}
    if added := [key for key in NEEDED_OF_DOCUMENT if source.document.get(key) and drafted.get(key) in MISSING]:
        echo(
            f"{target} was drafted before {file} stated its {', '.join(added)}, and is kept. Draft again with --overwrite to read the text with "
            "that; what a person changed in the review is lost then.",
            err=True,
        )


def _entries(target: Path, source: Source, filings: Filings | None) -> Entries:
    """Every number of a review with its question and answers."""
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.review.page import page_entries
    from capex_pipeline.review.review_file import read_review

    return page_entries(read_review(target), source, project_reference(), filings)


def _say_counts(file: Path, target: Path, entries: Entries, page: Path) -> None:
    from capex_pipeline.review.page import counts_of

    counts = counts_of(entries)
    echo(
        f"{target}: {_counted(counts['figures'], 'figure')}, {_counted(counts['questions'], 'question')}, "
        f"{_counted(counts['preselected'], 'preselected answer')}, {_counted(counts['left'], 'other number')} left out.\n"
        f"Decide in a browser: {_command('--page', page, file)}\nOr edit the file, then: {_command('--check', file)}"
    )


def _check(target: Path, source: Source, filings: Filings | None) -> int:
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.review.checks import check_review
    from capex_pipeline.review.review_file import read_review

    findings = check_review(read_review(target), source, project_reference(), filings)
    for finding in findings:
        echo(f"- {finding.with_origin}")
    echo(f"{target}: {_counted(len(findings), 'thing')} to do." if findings else f"{target}: nothing to do.")
    return EXIT_FAILED if findings else 0


def _apply(decisions: Path, file: Path, target: Path, source: Source, filings: Filings | None) -> int:
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.review.checks import check_review
    from capex_pipeline.review.checks.build_rules import resolved
    from capex_pipeline.review.decisions import MAX_BYTES, apply, read_decisions
    from capex_pipeline.review.review_file import read_review, save_review
    from capex_pipeline.sources.figure_yaml import DRAFT

    with click.open_file(str(decisions), "rb") as stream:
        decided = read_decisions(stream.read(MAX_BYTES + 1), str(decisions))
    content = apply(read_review(target), decided, source)
    if source.article is not None and source.published is None and decided.published is not None:
        source = _source_of(file, decided.published)
    noted: list[str] = []
    if filings is not None:
        changed = {identity for identity, decision in decided.by_id.items() if decision.action == "change"}
        content, noted = filings.with_notes(content, resolved(content, source, project_reference()), changed)
    if "state" not in content and check_review(content, source, project_reference(), filings):
        # A build uses the extracted figures until nothing is left to do.
        content = {"document": content.pop("document"), "state": DRAFT, **content}
    save_review(content, source, target)
    echo(f"{target}: {_counted(len(decided.by_id), 'decision')} applied.")
    for sentence in noted:
        echo(f"- Recorded as decided, with a note: {sentence}")
    return _check(target, source, filings)


def _ask(target: Path, source: Source) -> None:
    from capex_pipeline.review.assistant import propose, settings_from
    from capex_pipeline.review.review_file import read_review, save_review

    settings, article = settings_from(os.environ), source.article
    assert article is not None, "the command does not accept the option for documents"
    content: dict[str, Any] = read_review(target)
    if content.get("state") != "draft":
        raise WorkFailed(f"{target} is a finished review; the assistant works on drafts only.")
    proposals = propose(article, source.vocabulary, settings, dt.datetime.now(dt.UTC).date().isoformat())
    save_review({**content, "proposals": proposals}, source, target)
    echo(
        f"{target}: {settings.model} labelled {_counted(len(proposals['mentions']), 'number')}; its labels are proposals."
    )


def _write_page(
    page: Path, file: Path, target: Path, source: Source, entries: Entries, filings: Filings | None
) -> None:
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.review.page import DATE, render
    from capex_pipeline.review.review_file import read_review
    from capex_pipeline.storage.files import replace_file

    if page.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter(f"{page} does not end in .html.", param_hint="--page")
    if page.resolve() == file.resolve():
        raise click.BadParameter(f"{page} is the document itself; name another file.", param_hint="--page")
    if "raw" in page.resolve().parent.parts:
        raise click.BadParameter(
            f"{page} is in raw/, where a build would read it as a document; name another folder.", param_hint="--page"
        )
    elsewhere = f" --output {shlex.quote(str(target))}" if target != file.with_suffix(".yaml") else ""
    command = _command("--apply", f"~/Downloads/{file.stem}.decisions.json", file) + elsewhere
    redraft = ""
    if source.article is not None and source.published is None:
        redraft = _command("--page", page, file).replace(" review ", f" review --published {DATE} ", 1) + elsewhere
    html = render(read_review(target), source, command, project_reference(), filings, entries, redraft)
    replace_file(page, lambda stream: stream.write(html.encode()), page.parent)
    echo(f"{page}: open it in a browser, decide, save, and run the command that it shows.")


def _command(option: str, value: object, text: Path | None = None) -> str:
    words = [str(value)] if text is None else [str(value), str(text)]
    quoted = (
        word if word.startswith("~/") and shlex.quote(word[2:]) == word[2:] else shlex.quote(word) for word in words
    )
    return f"{_program()} review {option} {' '.join(quoted)}"


def _program() -> str:
    """The command as it can be run here: by its name if the shell finds it, otherwise by the path that it was called with."""
    name = "capex-pipeline"
    called = Path(sys.argv[0])
    return name if shutil.which(name) or called.name != name else shlex.quote(str(called))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
