"""Turns the reading of an article into a document, a table of printed rows and one of mentions.

Add a column or a notation here when the rest of the pipeline needs it from articles. The text is read in
`article/extract.py`; the YAML file for reviewers is written in `review/review_file.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Figure, Reading
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.raw import row_tables
from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS
from capex_pipeline.values.words import SCALE_NAMES, SCALES

_SCALE_WORDS: Final = {scale: SCALE_NAMES[scale] for scale in (1, 10**3, 10**6, 10**9, 10**12)}
_UNITS: Final = {"percent": "percent", "multiple": "times", "count": "units"}


@dataclass(frozen=True)
class Written:
    """A mention as the value and unit of a review, which a person reads and corrects."""

    value: str
    unit: str


def written(mention: Mention, metric: str = "", sign: int = 1) -> Written:
    """Value and unit of a mention in the notation of cells, which `values.units` reads as the same numbers.

    The printed numeral is kept if possible, the currency becomes its ISO code, and a decline is negative. sign: -1 for
    a decline.
    """
    scale = math.prod(SCALES[word] for word in mention.scale.split())
    scale = scale if scale in _SCALE_WORDS else 1
    unit = _UNITS.get(mention.kind) or " ".join(filter(None, (mention.currency, _SCALE_WORDS[scale])))
    if mention.kind == "count" and scale > 1:
        unit = f"{_SCALE_WORDS[scale]} units"
    if metric == "gpu_unit_price":
        unit = f"{unit} per unit"
    if mention.bound == "order_of_magnitude":
        return Written(mention.numeral, unit)
    ends = [number for number in (mention.low, mention.high) if number is not None]
    if mention.value is None and len(ends) == 2:
        return Written(" to ".join(_plain(number, scale) for number in ends), unit)
    number = mention.value if mention.value is not None else ends[0]
    is_plain = re.fullmatch(r"[\d,]+(?:\.\d+)?", mention.numeral) is not None and (scale > 1 or not mention.scale)
    return Written(("-" if sign < 0 else "") + (mention.numeral if is_plain else _plain(number, scale)), unit)


def _plain(number: float, scale: int) -> str:
    return format((Decimal(repr(number)) / scale).normalize(), "f")


def document_of(article: ArticleText, document_id: str | None = None) -> dict[str, Any]:
    """The document's sidecar data from the front matter, keys as in DOCUMENT_KEYS, missing as None."""
    document: dict[str, Any] = {key: article.front.get(key) for key in DOCUMENT_KEYS}
    document["kind"] = "article"
    document["source_type"] = article.front.get("source_type", "article")
    if document["document_id"] is None:
        document["document_id"] = document_id
    document["published"] = article.published.isoformat() if article.published else None
    document["licence"] = document["licence"] or "Facts and figures; text not reproduced"
    return document


def draft_figures(
    article: ArticleText, vocabulary: Vocabulary, document_id: str | None = None
) -> tuple[dict[str, Any], pa.Table, pa.Table]:
    """Read an article: its document, the drafted rows, and every mention with its outcome.

    document_id: used if the front matter has none, usually the file's name without its ending.

    Returns:
        document: keys as in DOCUMENT_KEYS. rows: a table in the schema `row_tables.ROWS`; value is in the words of the text, review_state is
        "machine", confidence 0 to 1, span_start and span_end count characters of the body, and the numbers are as read.
        mentions: a table in the schema `row_tables.MENTIONS`, one row for each mention.
    """
    reading = read_body(article, vocabulary)
    document = document_of(article, document_id)
    name = document["document_id"]
    return document, _rows(reading, name, vocabulary), _mentions(reading, name)


def read_body(article: ArticleText, vocabulary: Vocabulary, suggests: bool = False) -> Reading:
    """What the binder reads in the article's body; with suggestions for a reviewer where asked for."""
    return bind(
        plain_text(article.body), vocabulary, article.published, article.front.get("title", ""), suggests=suggests
    )


def figure_id(number: int, part: int = 0) -> str:
    """The id of the figure of a mention: stable while the text is unchanged. part: which of several figures of the
    mention it is.
    """
    return f"m{number + 1:03d}" + (f"-{part + 1}" if part else "")


def figure_record(figure: Figure, vocabulary: Vocabulary) -> dict[str, str | None]:
    """A figure as an entry of a review, with value and unit written as in a cell."""
    text = written(figure.mention, figure.metric, figure.sign)
    return {
        "id": figure_id(figure.number, figure.part),
        "locator": f"paragraph {figure.paragraph}",
        "entity": figure.entity,
        "metric": figure.metric,
        "measure": figure.measure,
        "definition": figure.definition
        or figure.basis
        or vocabulary.definition(figure.entity, figure.metric, figure.status, figure.start.isoformat()),
        "supplier": figure.supplier,
        "product": figure.product,
        "customer": figure.customer,
        "flow": figure.flow,
        "period": f"{figure.start.isoformat()}/{figure.end.isoformat()}",
        "period_start": figure.start.isoformat(),
        "period_end": figure.end.isoformat(),
        "value": text.value,
        "unit": text.unit,
        "bound": figure.mention.bound,
        "status": figure.status,
        "claimant": figure.house or figure.claimant,
        "same_fact_as": figure_id(figure.same_fact_as, figure.part) if figure.same_fact_as is not None else None,
    }


def _rows(reading: Reading, document_id: str | None, vocabulary: Vocabulary) -> pa.Table:
    """Drafted rows: the printed words as value, and the numbers that were read from them."""
    records = [
        {
            **figure_record(figure, vocabulary),
            "document": document_id,
            "value": " ".join(figure.mention.text.split()),
            "review_state": "machine",
            "confidence": figure.confidence,
            "span_start": figure.mention.start,
            "span_end": figure.mention.end,
            **_numbers(figure),
            row_tables.ROW_NUMBER: number,
        }
        for number, figure in enumerate(reading.figures, start=1)
    ]
    return row_tables.of_records(records, row_tables.ROWS)


def _numbers(figure: Figure) -> dict[str, Any]:
    """The numbers as read, in full units; a decline inverts the signs, and with them the bound."""
    mention = figure.mention
    low, value, high, bound = mention.low, mention.value, mention.high, mention.bound
    if figure.sign < 0:
        low, high = (None if high is None else -high), (None if low is None else -low)
        value, bound = (None if value is None else -value), _TURNED.get(bound, bound)
    is_price = mention.kind == "money" and figure.metric == "gpu_unit_price"
    return {
        "read_low": low,
        "read_value": value,
        "read_high": high,
        "read_step": mention.step,
        "read_bound": bound,
        "read_unit": "money_per_unit" if is_price else mention.kind,
        "read_currency": mention.currency,
    }


_TURNED: Final = {"at_least": "at_most", "at_most": "at_least"}


def _mentions(reading: Reading, document_id: str | None) -> pa.Table:
    records = [
        {
            "mention_id": f"q{outcome.number + 1:03d}",
            "document": document_id or None,
            "span_start": mention.start,
            "span_end": mention.end,
            "paragraph": outcome.paragraph,
            "text": mention.text or None,
            "kind": mention.kind or None,
            "low": mention.low,
            "value": mention.value,
            "high": mention.high,
            "bound": mention.bound or None,
            "unit": mention.unit or None,
            "scale": mention.scale or None,
            "step": mention.step if mention.certain else None,
            "certain": mention.certain,
            "outcome": outcome.outcome or None,
            "reason": outcome.reason or None,
            "figure_id": figure_id(outcome.number) if outcome.outcome == "used" else None,
            "entity": outcome.entity or None,
            "metric": outcome.metric or None,
            "candidates": "; ".join(f"{start}/{end}" for start, end in outcome.candidates) or None,
        }
        for outcome in reading.outcomes
        for mention in (outcome.mention,)
    ]
    return row_tables.of_records(records, row_tables.MENTIONS)
