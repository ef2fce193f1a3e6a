"""The command `review`: draft the review of an article's text, show it as a page, apply decisions, or check it.

Arguments and messages belong here. Drafting, showing and checking belong to the package `review`.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capex_pipeline.cli.options import EXIT_FAILED, WorkFailed, echo, examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capex_pipeline.article.lexicon import Vocabulary
    from capex_pipeline.review.review_file import Passage

DOCUMENTS = (".htm", ".html", ".xhtml", ".pdf", ".xlsx")
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
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--page", type=_FILE, help="Write a page for the browser on which the review is done. Nothing is sent.")
@click.option(
    "--apply", "decisions", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
    help="Write the decisions saved from the page into the review; - reads them from standard input.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Say what is left to do in an existing review.")
@click.option(
    "--assistant", is_flag=True,
    help="Ask a language model for labels. Sends title, date and whole text of the article, its numbers and the ids to choose from, to the "
    "endpoint in CAPEX_PIPELINE_ASSISTANT_URL; without this flag nothing is sent.",
)  # fmt: skip
@click.option("--output", type=_FILE, help="The review. Default: beside TEXT, ending .yaml.")
@click.option("--overwrite", is_flag=True, help="Draft again, and replace an existing review.")
def review(
    text: Path, page: Path | None, decisions: Path | None, check: bool, assistant: bool, output: Path | None, overwrite: bool
) -> int:  # fmt: skip
    """Draft the review of an article, show it as a page, apply decisions, or check it. TEXT is a .txt or .md file in UTF-8.

    Of a company's document (.html, .pdf or .xlsx with a sidecar) each figure is shown with its row, its heads and the printed line; the review is
    drafted, shown, decided and checked in the same way.
    """
    if (page is not None) + (decisions is not None) + check > 1:
        raise click.UsageError("--page, --apply and --check are done one at a time; give one of them.")
    if (decisions is not None or check) and (overwrite or assistant):
        raise click.UsageError("--overwrite and --assistant draft a review; give neither with --apply or --check.")
    if text.suffix.lower() in DOCUMENTS:
        if assistant:
            raise click.UsageError("--assistant is for articles; a company's document is read without it.")
        from capex_pipeline.cli.document_review import review_document
        from capex_pipeline.cli.project_reference import project_reference

        target = output or text.with_suffix(".yaml")
        return review_document(text, target, check, overwrite, project_reference(), page, decisions)
    if text.suffix.lower() not in (".txt", ".md"):
        raise click.BadParameter(f"{text} is not a .txt or .md file.", param_hint="TEXT")
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.cli.project_reference import project_reference

    target, vocabulary = output or text.with_suffix(".yaml"), vocabulary_of(project_reference())
    if check:
        return _check(text, target, vocabulary)
    if decisions is not None:
        return _apply(decisions, text, target, vocabulary)
    if overwrite or not target.exists() or not (page or assistant):
        _draft(text, target, vocabulary, overwrite)
    if assistant:
        _ask(text, target, vocabulary)
    if page is not None:
        _write_page(page, text, target, vocabulary)
    return 0


def _draft(text: Path, target: Path, vocabulary: Vocabulary, overwrite: bool) -> None:
    from capex_pipeline.article.front_matter import read_article_text
    from capex_pipeline.review.review_file import read_review, write_review

    for problem in read_article_text(text.read_bytes()).problems:
        echo(f"{text}: {problem}", err=True)
    written = write_review(text, vocabulary, target, overwrite)
    content = read_review(written)
    counts = [len(content.get(part) or []) for part in ("figures", "undecided", "ignored")]
    echo(
        f"{written}: {_counted(counts[0], 'figure')} drafted, {_counted(counts[1], 'question')} for you, "
        f"{_counted(counts[2], 'other mention')} left out.\nDecide in a browser: {_command('--page', 'review.html', text)}\n"
        f"Or edit the file, then: {_command('--check', text)}"
    )


def _check(text: Path, target: Path, vocabulary: Vocabulary) -> int:
    from capex_pipeline.review.checks import check_review
    from capex_pipeline.review.review_file import read_review, read_text

    findings = check_review(read_review(target), read_text(text), vocabulary)
    for finding in findings:
        echo(f"- {finding.message}")
    echo(f"{target}: {_counted(len(findings), 'thing')} to do." if findings else f"{target}: nothing to do.")
    return EXIT_FAILED if findings else 0


def _apply(decisions: Path, text: Path, target: Path, vocabulary: Vocabulary) -> int:
    from capex_pipeline.review.draft import suggestions
    from capex_pipeline.review.review_file import passages, read_review, read_text, save_review

    article = read_text(text)
    changed, count = read_decided(decisions, read_review(target), suggestions(article, vocabulary), vocabulary)
    save_review(changed, passages(article), target, text.name, vocabulary)
    echo(f"{target}: {_counted(count, 'decision')} applied.")
    return _check(text, target, vocabulary)


def read_decided(
    decisions: Path, review: Mapping[str, Any], prefilled: Mapping[tuple[int, int], Mapping[str, Any]], vocabulary: Vocabulary
) -> tuple[dict[str, Any], int]:  # fmt: skip
    """A review with the decisions of a file in it, and how many they are. The file - is standard input."""
    from capex_pipeline.review.decisions import MAX_BYTES, apply, read_decisions

    with click.open_file(str(decisions), "rb") as stream:
        decided = read_decisions(stream.read(MAX_BYTES + 1), str(decisions))
    return apply(review, decided, prefilled, vocabulary), len(decided.by_id)


def _ask(text: Path, target: Path, vocabulary: Vocabulary) -> None:
    from capex_pipeline.review.assistant import propose, settings_from
    from capex_pipeline.review.review_file import passages, read_review, read_text, save_review

    settings = settings_from(os.environ)
    article, content = read_text(text), read_review(target)
    if content.get("state") != "draft":
        raise WorkFailed(f"{target} is a finished review; the assistant is asked about drafts only.")
    proposals = propose(article, vocabulary, settings, dt.datetime.now(dt.UTC).date().isoformat())
    save_review({**content, "proposals": proposals}, passages(article), target, text.name, vocabulary)
    echo(
        f"{target}: {settings.model} labelled {_counted(len(proposals['mentions']), 'mention')}; its labels are proposals."
    )


def _write_page(page: Path, text: Path, target: Path, vocabulary: Vocabulary) -> int:
    from capex_pipeline.review.draft import suggestions
    from capex_pipeline.review.review_file import passages, read_text

    article = read_text(text)
    return write_page(page, text, target, passages(article), suggestions(article, vocabulary), vocabulary)


def write_page(
    page: Path, text: Path, target: Path, beside: Sequence[Passage], prefilled: Mapping[tuple[int, int], Mapping[str, Any]], vocabulary: Vocabulary
) -> int:  # fmt: skip
    """Write the page of a review. text: the article or document. beside, prefilled: as for `review.page.render`. Returns 0."""
    from capex_pipeline.review.page import render
    from capex_pipeline.review.review_file import read_review
    from capex_pipeline.storage.files import replace_file

    if page.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter(f"{page} does not end in .html.", param_hint="--page")
    if page.resolve() == text.resolve():
        raise click.BadParameter(f"{page} is the document itself; name another file.", param_hint="--page")
    command = _command("--apply", f"~/Downloads/{text.stem}.decisions.json", text)
    if target != text.with_suffix(".yaml"):
        command += f" --output {shlex.quote(str(target))}"
    html = render(read_review(target), beside, prefilled, vocabulary, stem=text.stem, command=command)
    replace_file(page, lambda stream: stream.write(html.encode()), page.parent)
    echo(f"{page}: open it in a browser, decide, save, and run the command that it shows.")
    return 0


def _command(option: str, value: object, text: Path | None = None) -> str:
    words = [str(value)] if text is None else [str(value), str(text)]
    quoted = (
        word if word.startswith("~/") and shlex.quote(word[2:]) == word[2:] else shlex.quote(word) for word in words
    )
    return f"capex-pipeline review {option} {' '.join(quoted)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
