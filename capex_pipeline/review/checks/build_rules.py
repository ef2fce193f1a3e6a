"""Checks a review by the rules of a build: figures that a build would reject, and two values for one fact.

Add here what concerns the rows that a finished review gives. The rules of a row belong to `schemas.figures` and `normalise.figures`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import pandas as pd

from capex_pipeline.normalise import documents as document_rules
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.row_tables import frame_of
from capex_pipeline.reference import Reference
from capex_pipeline.review.checks.findings import ReviewFinding, name_of, problem, quote_of
from capex_pipeline.review.checks.span_values import printed_value
from capex_pipeline.review.entries import entries_of
from capex_pipeline.review.source import Source
from capex_pipeline.sources import figure_yaml
from capex_pipeline.sources.reader_cache import reading_of

FACT_KEYS: Final = (
    "entity", "metric", "measure", "definition", "segment", "supplier", "product", "customer", "flow", "period", "status", "claimant",
)  # fmt: skip
"""What two figures of a document cannot share with different values."""


SEVERAL_VALUES: Final = "several_values"
"""The rule of two figures with different values of one fact, whether the check or a build compares them."""
_BETWEEN: Final = ("contradicting_figure", "duplicate_figure")
"""Rules that compare figures with each other."""


def check_build(review: Mapping[str, Any], made: Resolved) -> Iterator[ReviewFinding]:
    """Figures that a build would reject, each with its rule. A review without figures, or whose layout is wrong, has none here. made: of the review."""
    figures = entries_of(review, "figures")
    if made.refusal:
        yield problem("build_rejects", f"A build would reject the review: {made.refusal}")
    for number, rule, message in made.rejections:
        if number is None:
            yield problem("build_rejects", f"A build would reject a figure: {message}")
            continue
        figure = figures[number - 1] if number <= len(figures) else {}
        yield problem(
            SEVERAL_VALUES if rule in _BETWEEN else "build_rejects",
            f"A build would reject {name_of(figure, number).lower()} ({quote_of(figure)!r}): {message}",
            figure,
        )


def rejected(made: Resolved) -> list[int]:
    """The places of the figures of a review that a build would reject, counted from 0; none where it would reject the review as a whole.

    Figures are judged one by one, since they may be several readings of one number.
    """
    return sorted({number - 1 for number, rule, _ in made.rejections if number is not None and rule not in _BETWEEN})


class Resolved(NamedTuple):
    """The figures of a review as a build has them.

    figures: rows of table figures; `row_number` is the number in the list, counted from 1. rejections: of figures that a build would reject the number,
    the rule and what is wrong. refusal: why a build would reject the review as a whole; empty if it would not.
    """

    figures: pd.DataFrame
    rejections: list[tuple[int | None, str, str]]
    refusal: str = ""


def resolved(review: Mapping[str, Any], source: Source, reference: Reference) -> Resolved:
    """What a build makes of the figures of a review."""
    try:
        return _of_document(review, source, reference)
    except DocumentError as error:
        return Resolved(pd.DataFrame(), [], error.message)


def _of_document(review: Mapping[str, Any], source: Source, reference: Reference) -> Resolved:
    """As `resolved`. Raises DocumentError for a review that is no document."""
    content = {key: value for key, value in review.items() if key not in ("state", "undecided")}
    read = figure_yaml.read({**content, "figures": review.get("figures") or []}, source.name)
    documents = [document_rules.completed(document) for document in read.documents]
    for document in documents:
        document_rules.check(document, source.name)
    messages: list[tuple[int | None, str, str]] = [(None, "", str(row["message"])) for row in read.rejected]
    if not len(read.rows):
        return Resolved(pd.DataFrame(), messages)
    rows = frame_of([reading_of(replace(read, documents=documents)).rows]).assign(path=source.name)
    table = document_rules.tabulate([{**document, "path": source.name, "sha256": ""} for document in documents])
    figures, broken = figure_rules.resolve(rows, table, reference, reference.content.rough_per_usd)
    rejections = [
        (int(str(record["row_number"])), str(record["rule"]), str(record["message"]))
        for record in broken.to_dict("records")
    ]
    return Resolved(figures, [*messages, *rejections])


def fact_of(figure: Mapping[str, Any]) -> tuple[str, ...]:
    """What two figures of a document cannot share with different values."""
    return tuple(str(figure.get(part) or "") for part in FACT_KEYS)


def check_single(review: Mapping[str, Any]) -> Iterator[ReviewFinding]:
    """Figures that state different values of one fact; a build of an article shows neither."""
    seen: dict[tuple[str, ...], tuple[int, Mapping[str, Any]]] = {}
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        first, other = seen.setdefault(fact_of(figure), (number, figure))
        value, earlier = ((printed_value(one), str(one.get("unit"))) for one in (figure, other))
        if first != number and value != earlier and not figure.get("same_fact_as") and not other.get("same_fact_as"):
            yield problem(
                SEVERAL_VALUES,
                f"{name_of(other, first)} ({quote_of(other)!r}) and {name_of(figure, number).lower()} ({quote_of(figure)!r}) state different values of "
                f"{figure.get('entity')}, {figure.get('metric')}, {figure.get('period')} on one definition ({figure.get('definition')}). Give one of "
                "them another `definition:`, or move one to `ignored:`.",
                figure,
            )
