"""The command `review` for documents with printed tables: each figure with its row label, header path and printed line, and the check of a review.

The draft and its check as text belong here, beside the command. What a document's cells and sentences mean belongs to `sources.printed_document`,
reviews of articles to `review`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from capex_pipeline.cli.options import EXIT_FAILED, WorkFailed, echo
from capex_pipeline.printed_tables.binding import Bound
from capex_pipeline.printed_tables.prose import ProseFigure
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import SIDECAR_SUFFIX
from capex_pipeline.raw.untrusted_yaml import MAXIMUM_SIDECAR_BYTES, load_yaml_mapping
from capex_pipeline.reference import Reference
from capex_pipeline.review.review_file import Passage, read_review, save_review
from capex_pipeline.sources import printed_document
from capex_pipeline.sources.printed_document import ReadDocument
from capex_pipeline.storage import files as storage_files
from capex_pipeline.values.escaping import visible
from capex_pipeline.values.units import QuantityError, UnitError, parse_unit, parse_value

_HEADER: Final = """\
# Draft of the review of {name}. Nobody has reviewed it, so a build reads the document itself.
# 1. figures: compare each with the row above it, in which its number is in [brackets]; correct it, or move it to ignored with a reason.
# 2. undecided: complete each entry and move it to figures, or move it to ignored with a reason.
# 3. Delete the line `state: draft`, and run: capex-pipeline review --check {name}
"""
_LONGEST_LINE: Final = 600


@dataclass(frozen=True)
class Shown:
    """An amount of a document as a person reads it. span: its number among the mentions, and the next. low, value, high: in full units."""

    span: tuple[int, int]
    place: str
    label: str
    heads: str
    line: str
    outcome: str
    reason: str
    record: Mapping[str, Any]
    numbers: tuple[float | None, float | None, float | None]
    currency: str | None


def shown(found: ReadDocument) -> list[Shown]:
    """Every cell that bears a name and every amount of a sentence, in the order of the mentions."""
    lines: dict[tuple[str, int], list[Any]] = {}
    for cell in found.cells:
        lines.setdefault((cell.place, cell.row), []).append(cell)
    texts = {paragraph.place: paragraph.text for paragraph in found.paragraphs}
    result = [
        _of_cell(number, one, lines[one.cell.place, one.cell.row], found) for number, one in enumerate(found.bound)
    ]
    first = len(result)
    result += [
        _of_sentence(first + number, one, texts.get(one.place, ""), found) for number, one in enumerate(found.prose)
    ]
    return result


def _of_cell(number: int, one: Bound, row: Sequence[Any], found: ReadDocument) -> Shown:
    def printed(cell: Any) -> str:
        sign = "-" if cell.text.is_negative else ""
        text = f"{sign}{cell.text.numeral or '-'}{'%' if cell.text.unit == 'percent' else ''}"
        return f"[{text}]" if cell is one.cell else text

    amount = one.amount if one.amount is not None else one.cell.value
    label = " > ".join([*one.cell.headings, one.cell.label])
    return Shown(
        (number, number + 1), f"{one.cell.place}, row {one.cell.row}", label, " / ".join(one.cell.heads),
        " | ".join(map(printed, row)), one.outcome, one.reason or "", printed_document.record_of(one, found),
        (amount, amount, amount), one.cell.currency,
    )  # fmt: skip


def _of_sentence(number: int, one: ProseFigure, text: str, found: ReadDocument) -> Shown:
    mention = one.mention
    line = text.replace(mention.text, f"[{mention.text}]", 1)
    label = one.name.labels[0] if one.name else ""
    outcome = "ignored" if one.outcome in ("repeated", "context") else one.outcome
    return Shown(
        (number, number + 1), one.place, label, "", line, outcome, one.reason or "", printed_document.record_of(one, found),
        (mention.low, mention.value, mention.high), mention.currency,
    )  # fmt: skip


# --- the draft ---


def draft_text(found: ReadDocument, name: str) -> str:
    """The review as YAML, with the printed line as a comment above each entry."""
    parts: dict[str, list[str]] = {"figures": [], "undecided": [], "ignored": []}
    for one in shown(found):
        span = list(one.span)
        if one.outcome == "used":
            sure = printed_document.CONFIRMED if one.record.get("note") else printed_document.CONFIDENCE
            entry, part = {"id": one.record["id"], "span": span, **one.record, "confidence": sure}, "figures"
        elif one.outcome == "ignored" or not one.label:
            entry, part = (
                {"span": span, "text": _last(one.line), "reason": one.reason or "No table has a place for it."},
                "ignored",
            )
        else:
            entry, part = {"span": span, "question": one.reason, **one.record}, "undecided"
        kept = {key: value for key, value in entry.items() if value is not None and key != "document"}
        parts[part].append(_comments(one) + _entry(kept))
    document = yaml.safe_dump({"document": dict(found.record)}, sort_keys=False, allow_unicode=True, width=130)
    lists = "".join(
        f"\n{part}:\n{''.join(entries)}" if entries else f"\n{part}: []\n" for part, entries in parts.items()
    )
    return _HEADER.format(name=name) + document + "state: draft\n" + lists


def _comments(one: Shown) -> str:
    lines = (f"{one.place}: {one.label}", one.heads, one.line)
    return "\n" + "".join(f"  # {_plain(line)}\n" for line in lines if line)


def _plain(line: str) -> str:
    """A line without characters that end a comment or that YAML forbids."""
    return re.sub(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]", " ", visible(line))[:_LONGEST_LINE]


def _last(line: str) -> str:
    match = re.search(r"\[([^\]]+)\]", line)
    return match[1] if match else line[:80]


def _entry(entry: Mapping[str, Any]) -> str:
    first, last = entry["span"]
    text = yaml.safe_dump({**entry, "span": "SPAN"}, sort_keys=False, allow_unicode=True, width=130)
    text = text.replace("span: SPAN\n", f"span: [{first}, {last}]\n", 1)
    return textwrap.indent(text, "    ").replace("    ", "  - ", 1)


def passages(found: ReadDocument) -> list[Passage]:
    """The rows and sentences of a document in the order of their amounts, each once, for the review page."""
    rows: dict[tuple[str, str], list[Shown]] = {}
    for one in shown(found):
        rows.setdefault((one.place, _unmarked(one)), []).append(one)
    return [
        Passage(text, members[0].span[0], members[-1].span[1], place, {one.span: _characters(one) for one in members})
        for (place, text), members in rows.items()
    ]


def _unmarked(one: Shown) -> str:
    return f"{one.label}: {one.line.replace('[', '', 1).replace(']', '', 1)}"


def _characters(one: Shown) -> tuple[int, int]:
    """Where in the text of its passage an amount is."""
    match = re.search(r"\[([^\]]*)\]", one.line)
    if match is None:
        return 0, 0
    start = len(one.label) + len(": ") + match.start()
    return start, start + len(match[1])


# --- the check ---


def findings(review: Mapping[str, Any], found: ReadDocument) -> list[str]:
    """What is left to do in a review of a document, as sentences."""
    mentions = {one.span: one for one in shown(found)}
    result = ["Delete the line `state: draft` when everything is decided."] if review.get("state") == "draft" else []
    placed: set[tuple[int, int]] = set()
    for part in ("figures", "undecided", "ignored"):
        for number, entry in enumerate(_list(review.get(part)), start=1):
            if not isinstance(entry, Mapping):
                result.append(f"Entry {number} of {part} has no keys; write `key: value` lines.")
                continue
            span = _span(entry.get("span"))
            one = mentions.get(span) if span is not None else None
            name = f"{part} {entry.get('id') or entry.get('text') or number}"
            if one is None:
                result.append(
                    f"{name}: the span {entry.get('span')} is no amount of the document; give that of a draft."
                )
                continue
            placed.add(one.span)
            if part == "undecided":
                result.append(f"{name} waits for a decision: {one.reason}")
            elif part == "ignored" and not str(entry.get("reason") or "").strip():
                result.append(f"{name} has no reason; write why it belongs in no table.")
            elif part == "figures":
                result += _of_figure(name, entry, one)
    left = [one for span, one in mentions.items() if span not in placed]
    return result + [
        f"{one.place}: {_last(one.line)} is in none of the lists; add it to figures, or to ignored with a reason."
        for one in left
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _span(value: Any) -> tuple[int, int] | None:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(str(end).isdecimal() and len(str(end)) < 9 for end in value)
    ):
        return None
    return int(value[0]), int(value[1])


def _of_figure(name: str, entry: Mapping[str, Any], one: Shown) -> Iterator[str]:
    missing = [key for key in ("entity", "metric", "definition", "value", "unit") if not entry.get(key)]
    if not entry.get("period") and not (entry.get("period_start") and entry.get("period_end")):
        missing.append("period")
    if missing:
        yield f"{name} has no {', '.join(missing)}."
        return
    try:
        quantity, unit = parse_value(str(entry["value"])), parse_unit(str(entry["unit"]))
    except (QuantityError, UnitError) as error:
        yield f"{name}: {error}"
        return
    written = [number * unit.scale for number in (quantity.low, quantity.value, quantity.high) if number is not None]
    printed = [number for number in one.numbers if number is not None]
    agrees = {round(abs(number), 4) for number in written} == {round(abs(number), 4) for number in printed}
    if not agrees or (unit.currency and one.currency and unit.currency != one.currency):
        yield f"{name} has {entry['value']} {entry['unit']}, and the document prints {_last(one.line)} there; correct the value, the unit or the span."


# --- the command ---


def review_document(
    path: Path, target: Path, check: bool, overwrite: bool, reference: Reference, page: Path | None = None, decisions: Path | None = None
) -> int:  # fmt: skip
    """Draft the review of a document and show its figures, check one that exists, show it as a page, or apply decisions. Returns the exit status."""
    found = _read(path, reference)
    if check:
        return _check(target, found)
    if decisions is not None:
        from capex_pipeline.cli.review import read_decided

        changed, count = read_decided(decisions, read_review(target), {}, found.vocabulary)
        save_review(changed, passages(found), target, path.name, found.vocabulary)
        echo(f"{target}: {count} decisions applied.")
        return _check(target, found)
    if page is not None:
        if overwrite or not target.exists():
            text = draft_text(found, path.name)
            storage_files.replace_file(target, lambda stream: stream.write(text.encode()), target.parent)
        from capex_pipeline.cli.review import write_page

        return write_page(page, path, target, passages(found), {}, found.vocabulary)
    if target.exists() and not overwrite:
        raise WorkFailed(f"{target} exists already and may hold a person's work; rename it, or ask to overwrite it.")
    text = draft_text(found, path.name)
    storage_files.replace_file(target, lambda stream: stream.write(text.encode()), target.parent)
    amounts = shown(found)
    for one in amounts:
        if one.outcome == "used":
            period = f"{one.record['period_start']}/{one.record['period_end']}"
            echo(f"{one.record['metric']} {period}: {one.record['value']} {one.record['unit']}")
            echo(f"    {one.place}: {_plain(one.label)}" + (f" | {_plain(one.heads)}" if one.heads else ""))
            echo(f"    {_plain(one.line)}")
            echo(f"    {one.record['note'] or 'No check inside the document confirms it.'}")
    counts = {outcome: sum(one.outcome == outcome for one in amounts) for outcome in ("used", "ignored")}
    echo(
        f"{target}: {counts['used']} figures drafted, {len(amounts) - sum(counts.values())} to decide, {counts['ignored']} left out.\n"
        f"Correct it against the document, then run: capex-pipeline review --check {path}"
    )
    return 0


def _check(target: Path, found: ReadDocument) -> int:
    problems = findings(read_review(target), found)
    for problem in problems:
        echo(f"- {problem}")
    echo(f"{target}: {len(problems)} to do." if problems else f"{target}: nothing to do.")
    return EXIT_FAILED if problems else 0


def _read(path: Path, reference: Reference) -> ReadDocument:
    sidecar = path.with_suffix(SIDECAR_SUFFIX)
    try:
        return printed_document.read_published(
            path.read_bytes(), _mapping(sidecar) if sidecar.is_file() else {}, path.name, reference
        )
    except DocumentError as error:
        raise WorkFailed(error.message) from error


def _mapping(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        data = stream.read(MAXIMUM_SIDECAR_BYTES + 1)
    try:
        return load_yaml_mapping(data, str(path))
    except DocumentError as error:
        raise WorkFailed(error.message) from error
