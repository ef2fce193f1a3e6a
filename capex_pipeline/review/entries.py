"""Declares the entries of a review: their lists, keys and spans.

Add here a key that an entry may have. The layout of the file belongs to `review_file`, what the entries of a draft hold to `article_draft` and
`document_draft`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from capex_pipeline.article.period_dates import Days
from capex_pipeline.raw import printed_rows
from capex_pipeline.schemas.vocabulary import TEXT_SOURCES

Span = tuple[int, int]
"""First position of an amount and the one after its last: characters of an article's text, or numbers of amounts of a document."""

LISTS: Final = ("undecided", "figures", "ignored")
"""The parts of a review that hold amounts, in the order of the file."""
FIGURE_KEYS: Final = (
    "id", "locator", "span", "quote", "question", "readings", "reason", "entity", "metric", "measure", "definition", "segment", "supplier", "product", "customer",
    "flow", "period", "period_start", "period_end", "value", "value_low", "value_high", "unit", "bound", "status", "claimant", "same_fact_as",
    "note", "corrected", "confidence",
)  # fmt: skip
REQUIRED: Final = ("entity", "metric", "period", "value", "unit", "claimant")
"""Keys without which an entry is no figure."""
REQUIRED_BY_METRIC: Final = {"gpu_units": ("flow",)}
"""Keys that figures of a metric need as well: whether chips were shipped, bought or ordered changes what they count."""
CLAIMANTS: Final = ("company", "executive", "analyst", "anonymous", "publication")
CONFIRMED: Final = "Confirmed: "
"""Begins a reason of the machine with which a person agreed."""
WHO: Final = "Who is the claimant?"
"""Asks for the claimant, alone or after the question for the period."""
NO_FIGURE: Final = "Its reviewer holds it to be no figure."
"""The reason of a number that the machine holds to be a figure and a person does not."""
ONLY_WHO: Final = f"The words leave open who says so. {WHO}"
"""The question of a figure of which the claimant alone is in doubt."""
NAMED_METRIC: Final = "The sentence names a metric of the tables"
NAMED_DEFINITION: Final = "It may be cloud revenue on a definition of its own"
NAMED: Final = (NAMED_METRIC, NAMED_DEFINITION)
"""How the questions begin that one answer settles in the whole text: what such a metric or definition is does not depend on the sentence."""
NO_TABLE: Final = "No table has a place for it."
"""The reason of an amount of which the machine knows nothing."""
MOST_ENTRIES: Final = 4_000
"""Of a review; twice the figures that an article may have."""
MOST_READINGS: Final = 4


def begun(reason: str) -> str:
    """A reason with a capital letter at its beginning, also where it begins with words of the source."""
    return f"{reason[:1].upper()}{reason[1:]}"


def required_keys(review: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys without which an entry of this review is no figure: a company's own document needs no claimant."""
    document = review.get("document")
    is_article = not isinstance(document, Mapping) or document.get("source_type") in (None, *TEXT_SOURCES)
    return REQUIRED if is_article else tuple(key for key in REQUIRED if key != "claimant")


def missing_keys(entry: Mapping[str, Any], required: Iterable[str]) -> list[str]:
    """Required keys that an entry lacks. A value may be given by its ends, a period by its days."""
    given = {key for key, value in entry.items() if value not in (None, "")}
    given |= {key for key, ways in OTHER_WAYS.items() if any(given.issuperset(way) for way in ways)}
    return [key for key in required if key not in given]


OTHER_WAYS: Final = {"value": (("value_low",), ("value_high",)), "period": (("period_start", "period_end"),)}
"""Keys that serve in place of a required one, by that one: any of the groups."""


def span_of(entry: Mapping[str, Any]) -> Span | None:
    """First position of an entry's amount and the one after its last; None where the entry does not have two whole numbers in order."""
    span = printed_rows.span_of(entry)
    return span if span is not None and span[0] < span[1] else None


def entries_of(review: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    """The entries of one list of a review; figures with the review's defaults."""
    listed, defaults = review.get(part), review.get("defaults")
    common = defaults if part == "figures" and isinstance(defaults, Mapping) else {}
    return [{**common, **entry} for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def corrected_keys(entry: Mapping[str, Any]) -> frozenset[str]:
    """The keys of a figure that a reviewer corrected, or confirmed against what the source or a filing seems to say."""
    listed = entry.get("corrected")
    return frozenset(map(str, listed)) if isinstance(listed, list) else frozenset()


def entry_id(part: str, number: int, entry: Mapping[str, Any]) -> str:
    """The id of an entry; its place in the review where it has none."""
    return str(entry.get("id") or f"{part}-{number + 1}")


def ordered(record: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an entry in the order of the file, without those that are missing; other keys come last."""
    keys = [*FIGURE_KEYS, *(key for key in record if key not in FIGURE_KEYS)]
    return {key: record[key] for key in keys if record.get(key) not in (None, "", [])}


def distinct(periods: Iterable[Days]) -> list[str]:
    """Periods as labels, each once, at most as many as are offered."""
    return list(dict.fromkeys(map(label_of, periods)))[:MOST_READINGS]


def label_of(days: tuple[date, date]) -> str:
    """Two days as the label of a period."""
    return f"{days[0].isoformat()}/{days[1].isoformat()}"


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())
