"""Drafts: what was read in an article as a document, printed rows and a frame of mentions.

Belongs here: the shapes that the rest of the pipeline reads. Does not belong here: reading text (`binder`), files (`review_file`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Figure, Outcome, Reading
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS, PRINTED_COLUMNS
from capex_pipeline.values.units import QuantityError, UnitError, parse_unit, parse_value

DRAFT_COLUMNS: Final = (*PRINTED_COLUMNS, "review_state", "confidence", "span_start", "span_end")
MENTION_COLUMNS: Final = (
    "mention_id", "document", "span_start", "span_end", "paragraph", "text", "kind", "low", "value", "high", "bound", "unit", "scale", "step", "certain",
    "outcome", "reason", "figure_id", "entity", "metric", "candidates",
)  # fmt: skip
_SIMPLE_SCALES: Final = {1.0: "", 1e3: "thousand", 1e6: "million", 1e9: "billion", 1e12: "trillion"}


@dataclass(frozen=True)
class Printed:
    """A mention as the value and unit text of a printed row."""

    value: str
    unit: str
    value_low: str | None = None
    value_high: str | None = None


def print_mention(mention: Mention, metric: str = "", sign: int = 1) -> Printed:
    """Value and unit of a mention, in words that `normalise.units` reads back to the same numbers.

    The printed numeral is kept where it can be; the currency is written as its ISO code, so that ¥ or 元 leaves no doubt. A decline is negative.
    """
    unit = _unit_text(mention, metric)
    numeral = mention.numeral
    if mention.bound == "range" or (
        mention.low is not None
        and mention.high is not None
        and mention.low != mention.high
        and mention.bound != "order_of_magnitude"
    ):
        scale = _scale_of(mention)
        low, high = _plain(mention.low, scale), _plain(mention.high, scale)
        return Printed(f"{low} to {high}", _with_scale(unit, scale), low, high)
    if mention.bound == "order_of_magnitude":
        return Printed(numeral, unit)
    number = mention.value if mention.value is not None else mention.low if mention.low is not None else mention.high
    if number is None:
        return Printed(mention.text, unit)
    if mention.kind == "multiple" and numeral.isalpha():
        words = {
            "double": "doubled",
            "twice": "doubled",
            "triple": "tripled",
            "treble": "tripled",
            "thrice": "tripled",
            "quadruple": "quadrupled",
        }
        numeral = words.get(numeral, numeral)
        if not _reads_as(numeral, "times", mention):
            numeral = _plain(number, 1.0)
        return Printed(numeral, unit)
    scale = _scale_of(mention)
    printed = (
        numeral
        if (re.fullmatch(r"[\d,]+(?:\.\d+)?", numeral) and mention.scale and scale != 1.0)
        or (re.fullmatch(r"[\d,]+(?:\.\d+)?", numeral) and not mention.scale)
        else _plain(number, scale)
    )
    return Printed(("-" if sign < 0 else "") + printed, _with_scale(unit, scale))


def _reads_as(value: str, unit: str, mention: Mention) -> bool:
    try:
        number = parse_value(value).value
    except QuantityError:
        return False
    return number is not None and number == (mention.value or mention.low or mention.high)


def _unit_text(mention: Mention, metric: str) -> str:
    if mention.kind == "money":
        return f"{mention.currency} per unit" if metric == "gpu_unit_price" else str(mention.currency)
    return {"percent": "percent", "multiple": "times", "count": "units"}.get(mention.kind, mention.unit)


def _scale_of(mention: Mention) -> float:
    if not mention.scale:
        return 1.0
    known = {
        "k": 1e3,
        "thousand": 1e3,
        "m": 1e6,
        "mn": 1e6,
        "mln": 1e6,
        "mm": 1e6,
        "million": 1e6,
        "b": 1e9,
        "bn": 1e9,
        "bln": 1e9,
        "billion": 1e9,
        "tn": 1e12,
        "trn": 1e12,
        "t": 1e12,
        "trillion": 1e12,
    }
    return known.get(mention.scale, 1.0)


def _with_scale(unit: str, scale: float) -> str:
    word = _SIMPLE_SCALES.get(scale, "")
    if not word:
        return unit
    if unit == "units":
        return f"{word} units"
    if unit.endswith(" per unit"):
        return f"{unit.removesuffix(' per unit')} {word} per unit"
    return f"{unit} {word}"


def _plain(number: float | None, scale: float) -> str:
    if number is None:
        return ""
    text = format((Decimal(repr(number)) / Decimal(repr(scale))).normalize(), "f")
    return text


def round_trips(mention: Mention, printed: Printed) -> bool:
    """Whether value and unit text read back to the mention's numbers."""
    try:
        quantity, unit = parse_value(printed.value), parse_unit(printed.unit)
    except (QuantityError, UnitError):
        return False
    wanted = {abs(number) for number in (mention.low, mention.value, mention.high) if number is not None}
    got = {abs(number) * unit.scale for number in (quantity.low, quantity.value, quantity.high) if number is not None}
    return all(any(abs(number - other) <= 1e-6 * max(1.0, other) for other in got) for number in wanted)


def document_of(article: ArticleText, document_id: str | None = None) -> dict[str, Any]:
    """The document's sidecar data from the front matter, keys as in DOCUMENT_KEYS, missing as None."""
    document: dict[str, Any] = {key: article.front.get(key) for key in DOCUMENT_KEYS}
    document["kind"] = document["source_type"] = "article"
    if document["document_id"] is None:
        document["document_id"] = document_id
    document["published"] = article.published.isoformat() if article.published else None
    document["licence"] = document["licence"] or "Facts and figures; text not reproduced"
    return document


def draft_figures(
    article: ArticleText, vocabulary: Vocabulary, document_id: str | None = None
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Read an article: its document, the rows drafted, and every mention with what became of it.

    document_id: used where the front matter has none, usually the file's name without its ending.

    Returns:
        document: keys as in DOCUMENT_KEYS. rows: str columns PRINTED_COLUMNS, review_state ("machine"), and confidence (float64, 0 to 1),
        span_start, span_end (Int64, characters of the body). mentions: columns MENTION_COLUMNS, one row for each mention.
    """
    reading = read_body(article, vocabulary)
    document = document_of(article, document_id)
    name = document["document_id"]
    return document, _rows(reading, name, vocabulary), _mentions(reading, name)


def read_body(article: ArticleText, vocabulary: Vocabulary) -> Reading:
    """What the binder reads in the article's body."""
    return bind(plain_text(article.body), vocabulary, article.published, article.front.get("title", ""))


def figure_id(number: int) -> str:
    """The id of the figure of a mention: stable as long as the text is."""
    return f"m{number + 1:03d}"


def figure_record(figure: Figure, vocabulary: Vocabulary) -> dict[str, str | None]:
    """A figure as a printed row, without document."""
    printed = print_mention(figure.mention, figure.metric, figure.sign)
    note = None
    if not round_trips(figure.mention, printed):
        note = f"Printed as {figure.mention.text}."
    return {
        "id": figure_id(figure.number),
        "locator": f"paragraph {figure.paragraph}",
        "entity": figure.entity,
        "metric": figure.metric,
        "measure": figure.measure,
        "definition": vocabulary.definition(figure.entity, figure.metric, figure.status, figure.start.isoformat()),
        "supplier": figure.supplier,
        "product": figure.product,
        "customer": figure.customer,
        "flow": figure.flow,
        "period": f"{figure.start.isoformat()}/{figure.end.isoformat()}",
        "period_start": figure.start.isoformat(),
        "period_end": figure.end.isoformat(),
        "value": printed.value,
        "value_low": printed.value_low,
        "value_high": printed.value_high,
        "unit": printed.unit,
        "bound": figure.mention.bound,
        "status": figure.status,
        "claimant": figure.claimant,
        "same_fact_as": figure_id(figure.same_fact_as) if figure.same_fact_as is not None else None,
        "note": note,
    }


def _rows(reading: Reading, document_id: str | None, vocabulary: Vocabulary) -> pd.DataFrame:
    records: list[Mapping[str, Any]] = [
        {"document": document_id, **figure_record(figure, vocabulary)} for figure in reading.figures
    ]
    columns = {name: pd.Series([record.get(name) for record in records], dtype="str") for name in PRINTED_COLUMNS}
    columns["review_state"] = pd.Series(["machine"] * len(records), dtype="str")
    columns["confidence"] = pd.Series([figure.confidence for figure in reading.figures], dtype="float64")
    columns["span_start"] = pd.Series([figure.mention.start for figure in reading.figures], dtype="Int64")
    columns["span_end"] = pd.Series([figure.mention.end for figure in reading.figures], dtype="Int64")
    return pd.DataFrame(columns)[list(DRAFT_COLUMNS)]


def _mentions(reading: Reading, document_id: str | None) -> pd.DataFrame:
    def text(values: list[Any]) -> pd.Series:
        return pd.Series([None if value in ("", None) else value for value in values], dtype="str")

    outcomes: list[Outcome] = reading.outcomes
    found = [outcome.mention for outcome in outcomes]
    columns = {
        "mention_id": text([f"q{outcome.number + 1:03d}" for outcome in outcomes]),
        "document": text([document_id] * len(outcomes)),
        "span_start": pd.Series([mention.start for mention in found], dtype="Int64"),
        "span_end": pd.Series([mention.end for mention in found], dtype="Int64"),
        "paragraph": pd.Series([outcome.paragraph for outcome in outcomes], dtype="Int64"),
        "text": text([mention.text for mention in found]),
        "kind": text([mention.kind for mention in found]),
        "low": pd.Series([mention.low for mention in found], dtype="float64"),
        "value": pd.Series([mention.value for mention in found], dtype="float64"),
        "high": pd.Series([mention.high for mention in found], dtype="float64"),
        "bound": text([mention.bound for mention in found]),
        "unit": text([mention.unit for mention in found]),
        "scale": text([mention.scale for mention in found]),
        "step": pd.Series([mention.step if mention.certain else None for mention in found], dtype="float64"),
        "certain": pd.Series([mention.certain for mention in found], dtype="bool"),
        "outcome": text([outcome.outcome for outcome in outcomes]),
        "reason": text([outcome.reason for outcome in outcomes]),
        "figure_id": text([figure_id(outcome.number) if outcome.outcome == "used" else None for outcome in outcomes]),
        "entity": text([outcome.entity for outcome in outcomes]),
        "metric": text([outcome.metric for outcome in outcomes]),
        "candidates": text(["; ".join(f"{start}/{end}" for start, end in outcome.candidates) for outcome in outcomes]),
    }
    return pd.DataFrame(columns)[list(MENTION_COLUMNS)]
