"""The steps of the command `review`, with their messages: read the document, draft, say what is to decide, apply decisions, check.

The command imports this module when it runs, so that its help appears at once. Drafting, showing and checking belong to the package `review`.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.cli.options import EXIT_FAILED, WorkFailed, echo, echo_line
from capex_pipeline.cli.project_reference import project_reference
from capex_pipeline.raw import folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.assistant import propose, settings_from
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.checks.build_rules import resolved
from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
from capex_pipeline.review.checks.machine import compare_with_machine
from capex_pipeline.review.compared_answers import Entries
from capex_pipeline.review.decisions import MAX_BYTES, read_decisions
from capex_pipeline.review.decisions import apply as with_decisions
from capex_pipeline.review.document_draft import document_source
from capex_pipeline.review.filings import Filings
from capex_pipeline.review.page import DATE, MISSING, render
from capex_pipeline.review.page_entries import counts_of, page_entries
from capex_pipeline.review.review_file import ReviewError, read_review, review_text, save_review
from capex_pipeline.review.source import Source
from capex_pipeline.sources import article_files, ecb_rates, printed_document, rate_file
from capex_pipeline.sources.figure_yaml import DRAFT, is_draft
from capex_pipeline.storage import locations
from capex_pipeline.storage.files import replace_file
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError


def filings(warehouse: str) -> Filings | None:
    """What companies filed, from a published warehouse; None, with a message, where there is none that can be read."""
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


def stated_date(target: Path) -> dt.date | None:
    """The day of publication that an earlier draft or a person states in a review; None where it has none that can be read."""
    try:
        document = read_review(target).get("document") if target.is_file() else None
        return dt.date.fromisoformat(str(document.get("published"))) if isinstance(document, dict) else None
    except (ReviewError, ValueError):
        return None


def may_date(file: Path, target: Path, overwrite: bool) -> bool:
    """Whether the draft of an article without a date can be replaced by a dated one: nobody has changed it yet. Raises UsageError or WorkFailed where
    the article states its date, or a person has worked on the review."""
    undated = source_of(file, None)
    if undated.article is None or undated.published is not None:
        raise click.UsageError(f"--published is for articles that do not state their date; {file} is none.")
    if overwrite or not target.exists():
        return False
    read = read_review(target)
    drafts = [undated, *((source_of(file, day),) if (day := stated_date(target)) is not None else ())]
    if not any(target.read_text(encoding="utf-8") == review_text(one.draft, one) for one in drafts):
        raise WorkFailed(
            f"{target} holds a person's work on {len(read.get('figures') or [])} figures, or was drafted by another version; rename it, or give --overwrite."
        )
    return True


def source_of(file: Path, published: dt.date | None = None) -> Source:
    """The article or document of a file, prepared for review. published: the date of an article that does not state its own. Raises WorkFailed if it
    cannot be read."""
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


def draft(file: Path, target: Path, source: Source, overwrite: bool) -> None:
    """Write a new draft, and say what the document does not state of itself. Raises WorkFailed for a review that must not be replaced."""
    if target.exists() and not overwrite:
        raise WorkFailed(f"{target} exists already and may hold a person's work; rename it, or give --overwrite.")
    for problem in source.article.problems if source.article is not None else ():
        echo_line(f"{file}: {problem}", err=True)
    if missing := [key for key in NEEDED_OF_DOCUMENT if not source.document.get(key)]:
        is_undated = "published" in missing and source.article is not None
        dated = f" For the date, {_command('--published', 'YYYY-MM-DD', file)} does the same." if is_undated else ""
        echo(
            f"{file} states no {', '.join(missing)}. Add it to the front matter (for a page or document to its sidecar) and draft again with --overwrite; a review needs it.{dated}",
            err=True,
        )
    save_review(source.draft, source, target)


def say_what_changed(file: Path, target: Path, source: Source) -> None:
    """Say what the source states of itself and the earlier draft does not hold; the draft is kept, since a person may have worked on it."""
    drafted = read_review(target).get("document") or {}
    if added := [key for key in NEEDED_OF_DOCUMENT if source.document.get(key) and drafted.get(key) in MISSING]:
        echo(
            f"{target} was drafted before {file} stated its {', '.join(added)}, and is kept. Draft again with --overwrite to read the text with "
            "that; what a person changed in the review is lost then.",
            err=True,
        )


def entries(target: Path, source: Source, filings: Filings | None) -> Entries:
    """Every number of a review with its question and answers."""
    return page_entries(read_review(target), source, project_reference(), filings)


def say_counts(file: Path, target: Path, entries: Entries, page: Path) -> None:
    """Say how much there is to decide, and how."""
    counts = counts_of(entries)
    echo(
        f"{target}: {_counted(counts['figures'], 'figure')}, {_counted(counts['questions'], 'question')}, "
        f"{_counted(counts['preselected'], 'preselected answer')}, {_counted(counts['left'], 'other number')} left out.\n"
        f"Decide in a browser: {_command('--page', page, file)}\nOr edit the file, then: {_command('--check', file)}"
    )


def check(target: Path, source: Source, filings: Filings | None) -> int:
    """List what is left to do, and where the rules read a finished review's source otherwise; return the exit status."""
    status, content = _left_to_do(target, source, filings), read_review(target)
    if not is_draft(content) and (differences := compare_with_machine(content, source)):
        echo("For information, the extraction rules differ from the review here; a build uses the review:")
        for difference in differences:
            echo_line(f"  {difference.message}")
    return status


def _left_to_do(target: Path, source: Source, filings: Filings | None) -> int:
    """List what is left to do; return the exit status."""
    findings = check_review(read_review(target), source, project_reference(), filings)
    for finding in findings:
        echo_line(f"- {finding.with_origin}")
    echo(f"{target}: {_counted(len(findings), 'thing')} to do." if findings else f"{target}: nothing to do.")
    return EXIT_FAILED if findings else 0


def apply(decisions: Path, file: Path, target: Path, source: Source, filings: Filings | None) -> int:
    """Write decisions into the review and check it; return the exit status."""
    with click.open_file(str(decisions), "rb") as stream:
        decided = read_decisions(stream.read(MAX_BYTES + 1), str(decisions))
    content = with_decisions(read_review(target), decided, source)
    if source.article is not None and source.published is None and decided.published is not None:
        source = source_of(file, decided.published)
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
    return _left_to_do(target, source, filings)


def ask(target: Path, source: Source) -> None:
    """Write the labels of the assistant into a draft, as proposals. Raises WorkFailed for a finished review."""
    settings, article = settings_from(os.environ), source.article
    assert article is not None, "the command does not accept the option for documents"
    content: dict[str, Any] = read_review(target)
    if not is_draft(content):
        raise WorkFailed(f"{target} is a finished review; the assistant works on drafts only.")
    proposals = propose(article, source.vocabulary, settings, dt.datetime.now(dt.UTC).date().isoformat())
    save_review({**content, "proposals": proposals}, source, target)
    echo(
        f"{target}: {settings.model} labelled {_counted(len(proposals['mentions']), 'number')}; its labels are proposals."
    )


def write_page(page: Path, file: Path, target: Path, source: Source, entries: Entries, filings: Filings | None) -> None:
    """Write the page on which a review is done in the browser."""
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
