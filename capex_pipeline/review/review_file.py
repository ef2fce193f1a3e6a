"""The file of a review: its layout as YAML, with each figure below its sentence, and reading it back.

Add here what concerns the text of the file. What the entries say belongs to `draft` and `decisions`, whether they are right to `checks`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from capex_pipeline import CapexPipelineError
from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.front_matter import MAX_BYTES, ArticleText, read_article_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.sentences import split_sentences
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.review.draft import CLAIMANTS, review_mapping
from capex_pipeline.schemas.vocabulary import BOUNDS, MEASURES, STATUSES
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.storage import files as storage_files
from capex_pipeline.values import escaping

LISTS: Final = ("undecided", "figures", "ignored")
"""The parts of a review that hold mentions, in the order of the file."""
_WIDTH: Final = 130
_LONGEST_PASSAGE: Final = 1_500
_HEADER: Final = """\
Draft of the review of {name}. Nobody has reviewed it, so a build reads the text itself.
1. `undecided:` answer each question: complete the entry and move it to `figures:`, or move it to `ignored:` with a reason.
2. `figures:` compare each with its sentence, which stands above it with the numbers in [brackets].
3. `ignored:` move what is a figure after all to `figures:`.
4. Delete the line `state: draft`, and run: capex-pipeline review --check {name}
`capex-pipeline review --page FILE` shows the same in a browser, where one key answers a question.
Choices:"""


class ReviewError(CapexPipelineError, ValueError):
    """A review that cannot be read or written; the message is a sentence."""


@dataclass(frozen=True)
class Passage:
    """A sentence of a text, or a row of a table: what a person reads beside its figures.

    start, end: the spans that are its own. characters: where in its text a span is, for spans that do not count characters.
    """

    text: str
    start: int
    end: int
    place: str
    characters: Mapping[tuple[int, int], tuple[int, int]] | None = None

    def place_of(self, span: tuple[int, int]) -> tuple[int, int]:
        """First character of a span in the passage's text and the one after its last."""
        if self.characters is not None:
            return self.characters.get(span, (0, 0))
        return span[0] - self.start, min(span[1], self.end) - self.start


def passages(article: ArticleText) -> list[Passage]:
    """The sentences of an article in order."""
    plain = plain_text(article.body)
    found = []
    for sentence in split_sentences(plain):
        start, end = plain.span(sentence.start, sentence.end)
        found.append(Passage(article.body[start:end], start, end, f"paragraph {sentence.paragraph}"))
    return found


def span_of(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    """First character of an entry's mention and the one after the last; None where the entry does not have two whole numbers in order."""
    span = entry.get("span")
    if (
        not isinstance(span, list)
        or len(span) != 2
        or not all(str(end).isdecimal() and len(str(end)) < 9 for end in span)
    ):
        return None
    start, end = int(span[0]), int(span[1])
    return (start, end) if start < end else None


def entries_of(review: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    """The entries of one list of a review; figures with the review's defaults."""
    listed, defaults = review.get(part), review.get("defaults")
    common = defaults if part == "figures" and isinstance(defaults, Mapping) else {}
    return [{**common, **entry} for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


# --- reading ---


def read_text(path: Path) -> ArticleText:
    """The article of a text file. Raises ReviewError where it has no text."""
    article = read_article_text(path.read_bytes()[: MAX_BYTES + 1])
    if not article.body.strip():
        raise ReviewError(f"{path}: " + " ".join(article.problems))
    return article


def read_review(path: Path) -> dict[str, Any]:
    """The content of a review, every scalar as text. Raises ReviewError."""
    if not path.is_file():
        raise ReviewError(f"There is no review {path}; write one first.")
    if path.stat().st_size > MAX_BYTES:
        raise ReviewError(f"{path} has more than {MAX_BYTES:,} bytes; a review holds a few figures only.")
    try:
        return load_yaml_mapping(path.read_bytes(), str(path))
    except DocumentError as error:
        raise ReviewError(
            f"{error.message} Values that hold a colon go in quotes; indentation is by spaces."
        ) from error


# --- writing ---


def write_review(
    text_path: Path, vocabulary: Vocabulary, review_path: Path | None = None, overwrite: bool = False
) -> Path:
    """Write the draft of a text's review, beside it unless another path is given, and return its path.

    Raises ReviewError if the text cannot be read, or if a review exists already and overwrite is not set.
    """
    target = review_path or text_path.with_suffix(".yaml")
    if target.exists() and not overwrite:
        raise ReviewError(f"{target} exists already and may hold a person's work; rename it, or ask to overwrite it.")
    article = read_text(text_path)
    save_review(
        review_mapping(article, vocabulary, text_path.stem), passages(article), target, text_path.name, vocabulary
    )
    return target


def save_review(
    review: Mapping[str, Any], beside: Sequence[Passage], target: Path, name: str, vocabulary: Vocabulary
) -> None:
    """Write a review in one step, as `review_text` lays it out."""
    text = review_text(review, beside, name, vocabulary)
    storage_files.replace_file(target, lambda stream: stream.write(text.encode()), target.parent)


def review_text(review: Mapping[str, Any], beside: Sequence[Passage], name: str, vocabulary: Vocabulary) -> str:
    """The YAML of a review. A draft has a header and the passages as comments; a finished review has neither, since the text of an
    article is not reproduced where reviews are kept. name: of the text's file, for the header."""
    is_draft = review.get("state") == DRAFT
    parts = [_comment(f"Review of {name}.", "")]
    if is_draft:
        lines = [*_HEADER.format(name=name).splitlines(), *_choices(review, vocabulary)]
        parts = ["".join(_comment(line, "") for line in lines)]
    for key, value in review.items():
        if key in LISTS:
            parts.append("\n" + _list(key, value or [], review, beside if is_draft else ()))
        elif value not in (None, ""):
            parts.append("\n" * (key == "document") + _dump({key: value}))
    return "".join(parts)


def _choices(review: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    named = sorted(
        {str(entry["entity"]) for part in LISTS for entry in entries_of(review, part) if entry.get("entity")}
    )
    return [
        f"  entity: {', '.join(named) or 'none is named'} (all ids: reference/entities.yaml)",
        f"  metric: {', '.join(sorted(vocabulary.metric_ids))}",
        f"  measure: {', '.join(MEASURES)}",
        "  period: 2025-04-01/2025-06-30, Q2 2025, H1 2025, CY2025 (calendar); FY2025, FY2025 Q1 (the company's fiscal year)",
        f"  status: {', '.join(name for name in STATUSES if name != 'derived')}",
        f"  bound: {', '.join(BOUNDS)}",
        f"  claimant: {', '.join(CLAIMANTS)}, or a name as the text has it",
    ]


def _list(key: str, entries: Iterable[Any], review: Mapping[str, Any], beside: Sequence[Passage]) -> str:
    lines: list[str] = []
    shown: Passage | None = None
    for entry in entries:
        passage = passage_at(beside, entry)
        if passage is not None and passage is not shown:
            lines.append("\n" + _comment(f"{passage.place}: {marked(passage, review)}", "  "))
        shown = passage
        note = _agreement(entry, review) if passage is not None else ""
        lines.append((_comment(note, "  ") if note else "") + textwrap.indent(_dump([entry]), "  "))
    return f"{key}:\n{''.join(lines)}" if lines else f"{key}: []\n"


def _agreement(entry: Any, review: Mapping[str, Any]) -> str:
    from capex_pipeline.review.proposals import comparison

    return comparison(entry, review)


def passage_at(beside: Sequence[Passage], entry: Any) -> Passage | None:
    """The passage in which an entry's mention begins."""
    span = span_of(entry) if isinstance(entry, Mapping) else None
    if span is None:
        return None
    return next((passage for passage in beside if passage.start <= span[0] < passage.end), None)


def marked(passage: Passage, review: Mapping[str, Any]) -> str:
    """A passage on one line, each of its mentions in brackets with its id."""
    ids: dict[tuple[int, int], str] = {}
    for part in LISTS:
        for entry in entries_of(review, part):
            span = span_of(entry)
            if span is not None and passage.start <= span[0] and span[1] <= passage.end:
                ids.setdefault(span, str(entry.get("id") or ""))
    text, position = [], 0
    for (start, end), identity in sorted((passage.place_of(span), identity) for span, identity in ids.items()):
        if start < position or start == end:
            continue
        text += [passage.text[position:start], f"[{identity} {passage.text[start:end]}]"]
        position = end
    text.append(passage.text[position:])
    return escaping.shortened(" ".join("".join(text).split()), _LONGEST_PASSAGE)


def _comment(text: str, indent: str) -> str:
    """Text as lines of comment; no character of it ends a line or is one that YAML forbids."""
    safe = _UNPRINTABLE.sub("\ufffd", escaping.visible(text.rstrip()))
    lines = textwrap.wrap(
        safe, _WIDTH - len(indent) - 2, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=True,
    )  # fmt: skip
    if text.startswith("  ") and lines:
        lines[0] = "  " + lines[0].lstrip()
    return "".join(f"{indent}# {line}\n" for line in lines)


_UNPRINTABLE: Final = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    list,
    lambda dumper, data: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", data, flow_style=bool(data) and all(_is_short(entry) for entry in data)
    ),
)


def _is_short(entry: Any) -> bool:
    return isinstance(entry, int) or (isinstance(entry, str) and len(entry) < 30 and " " not in entry)


def _dump(content: Any) -> str:
    return str(yaml.dump(_plain(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def _plain(content: Any) -> Any:
    """Numbers and nulls as such again: a review that was read has text in their place."""
    if isinstance(content, Mapping):
        return {key: _plain_value(content, str(key), value) for key, value in content.items()}
    return [_plain(entry) for entry in content] if isinstance(content, list) else content


def _plain_value(entry: Mapping[Any, Any], key: str, value: Any) -> Any:
    if key == "span" and span_of(entry) is not None:
        return [int(end) for end in value]
    if key == "confidence" and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return None if value in ("null", "~", "") else _plain(value)


_NUMBER: Final = re.compile(r"[01]\.\d{1,6}")
