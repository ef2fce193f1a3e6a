"""Writes and reads the file of a review: YAML with each figure below its sentence.

Add here what concerns the text of the file. What the entries say belongs to `draft` and `decisions`, whether they are right to `checks`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from capex_pipeline import CapexPipelineError
from capex_pipeline.article.front_matter import MAX_BYTES
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.review.entries import CLAIMANTS, LISTS, Span, entries_of, required_keys, span_of
from capex_pipeline.review.proposals import comparison
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.schemas.vocabulary import BOUNDS, DIRECTION, MEASURES, STATUSES
from capex_pipeline.sources.figure_yaml import DRAFT
from capex_pipeline.storage import files as storage_files
from capex_pipeline.values import escaping

_WIDTH: Final = 130
_HEADER: Final = """\
Draft of the review of {name}. Nobody has reviewed it, so a build reads the {noun} itself.
1. `undecided:` answer each question: complete the entry and move it to `figures:`, or move it to `ignored:` with a reason.
2. `figures:` compare each with its {passage}, which is above it with the numbers in [brackets].
3. `ignored:` move what is a figure after all to `figures:`.
4. Delete the line `state: draft`, and run: capex-pipeline review --check {name}
`capex-pipeline review --page FILE` shows the same in a browser, where one key answers a question.
Choices:"""


_ADD: Final = (
    "Rows that the draft does not use. To add a figure, write an entry under `figures:` with entity, metric, period, value, unit, and `span: [N, N+1]`, "
    "where N is the number in the brackets:"
)


class ReviewError(CapexPipelineError, ValueError):
    """A review that cannot be read or written; the message is a sentence."""


# --- reading ---


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


def save_review(review: Mapping[str, Any], source: Source, target: Path) -> None:
    """Write a review in one step, as `review_text` lays it out."""
    text = review_text(review, source)
    storage_files.replace_file(target, lambda stream: stream.write(text.encode()), target.parent)


def review_text(review: Mapping[str, Any], source: Source) -> str:
    """The YAML of a review. A draft has a header and the passages as comments; a finished review has neither, since the text of an
    article is not reproduced where reviews are kept."""
    parts = [_comment(f"Review of {source.name}.", "")]
    is_draft = review.get("state") == DRAFT
    if is_draft:
        passage = "sentence" if source.article is not None else "row or sentence"
        header = _HEADER.format(name=source.name, noun=source.noun, passage=passage)
        parts = [_comment(line, "") for line in [*header.splitlines(), *_choices(review, source.vocabulary)]]
    marks = _marks(review, source) if is_draft else {}
    for key, value in review.items():
        if key in LISTS:
            parts.append("\n" + _list(key, value or [], review, source, marks))
        elif value not in (None, ""):
            parts.append("\n" * (key == "document") + _dump({key: value}))
    return "".join([*parts, *_others(source, marks)])


def _others(source: Source, marks: Mapping[int, Mapping[Span, str]]) -> list[str]:
    """The rows that the draft does not use, with the span of each number. marks: of a draft; a finished review has no such rows."""
    rows = [(number, row) for number, row in enumerate(source.passages) if row.is_other and marks]
    if not rows:
        return []
    lines = [_comment(_ADD, "")]
    for number, row in rows:
        spans = {place: str(span[0]) for span, place in (row.places or {}).items()} | dict(marks.get(number, {}))
        heads = "; ".join(cell.heads for cell in row.cells if cell.heads)
        lines.append(_comment(f"  {row.place}: {marked(row, spans)}{f' ({heads})' if heads else ''}", ""))
    return ["\n", *lines]


def _choices(review: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    named = sorted(
        {str(entry["entity"]) for part in LISTS for entry in entries_of(review, part) if entry.get("entity")}
    )
    claimant = f"  claimant: {', '.join(CLAIMANTS)}, or a name as the text has it"
    return [
        f"  entity: {', '.join(named) or 'none is named'} (all ids: reference/entities.yaml)",
        f"  metric: {', '.join(sorted(vocabulary.metric_ids))}",
        f"  measure: {', '.join(MEASURES)}",
        "  period: 2025-04-01/2025-06-30, Q2 2025, H1 2025, CY2025 (calendar); FY2025, FY2025 Q1 (the company's fiscal year)",
        f"  status: {', '.join(name for name in STATUSES if name != 'derived')}",
        f"  bound: {', '.join((*BOUNDS, DIRECTION))}",
        *([claimant] if "claimant" in required_keys(review) else []),
    ]


def _marks(review: Mapping[str, Any], source: Source) -> dict[int, dict[Span, str]]:
    """By the number of a passage: where in its text each entry's amount is, with the entry's id."""
    marks: dict[int, dict[Span, str]] = {}
    for part in LISTS:
        for entry in entries_of(review, part):
            span = span_of(entry)
            number = source.passage_at(span)
            if span is not None and number is not None:
                place = source.passages[number].place_of(span)
                marks.setdefault(number, {}).setdefault(place, str(entry.get("id") or ""))
    return marks


def _list(
    key: str, entries: Iterable[Any], review: Mapping[str, Any], source: Source, marks: Mapping[int, Mapping[Span, str]]
) -> str:
    """One list of a review. marks: of a draft, whose passages are written above their entries; empty for a finished review."""
    lines: list[str] = []
    shown: int | None = None
    for entry in entries:
        span = span_of(entry) if isinstance(entry, Mapping) else None
        number = source.passage_at(span) if marks else None
        if number is not None and span is not None:
            passage = source.passages[number]
            if number != shown:
                above = f"above {'the table' if passage.cells else 'the paragraph'}: {passage.above}"
                lines.append("\n" + _comment(f"{passage.place}: {marked(passage, marks.get(number, {}))}", "  "))
                lines += [_comment(above, "  ")] if passage.above else []
            lines += [_comment(note, "  ") for note in (passage.heads_of(span), comparison(entry, review)) if note]
        shown = number
        lines.append(textwrap.indent(_dump([entry]), "  "))
    return f"{key}:\n{''.join(lines)}" if lines else f"{key}: []\n"


def marked(passage: Passage, marks: Mapping[Span, str]) -> str:
    """A passage on one line, each of its amounts in brackets with its id, without an id of more than eight characters. Of a very long passage
    the words around the amounts are kept."""
    text, position = [], 0
    for (start, end), identity in sorted(marks.items()):
        if start < position or start == end:
            continue
        name = f"{identity} " if identity and len(identity) <= _LONGEST_ID else ""
        text += [_between(passage.text[position:start], bool(position)), f"[{name}{passage.text[start:end]}]"]
        position = end
    text.append(_between(passage.text[position:], bool(position), is_last=True))
    return " ".join("".join(text).split())


_LONGEST_ID: Final = 8
_KEPT: Final = 300
"""Characters beside an amount that are kept of a very long passage."""


def _between(text: str, has_before: bool, is_last: bool = False) -> str:
    """Text between two amounts, its middle left out where it is very long; before the first and after the last amount one side is kept."""
    if len(text) <= 2 * _KEPT:
        return text
    before = text[:_KEPT] if has_before else ""
    after = "" if is_last and has_before else text[-_KEPT:]
    return f"{before} … {after}"


def _comment(text: str, indent: str) -> str:
    """Text as lines of comment; no character of it ends a line or is one that YAML forbids."""
    safe = _UNPRINTABLE.sub("\ufffd", escaping.visible(text.rstrip()))
    lines = textwrap.wrap(
        safe,
        _WIDTH - len(indent) - 2,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=True,
    )
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
