"""Compares the machine's reading of a reviewed source with the reviewer's, whose reading counts: material for improving the rules.

Add here a part of a figure that is compared. What a reviewer has to correct belongs to the other modules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from capex_pipeline.review.checks.entry_lists import check_size
from capex_pipeline.review.checks.findings import ReviewFinding, name_of
from capex_pipeline.review.checks.fit import period_of
from capex_pipeline.review.entries import entries_of, span_of
from capex_pipeline.review.source import Drafted, Source


def compare_with_machine(review: Mapping[str, Any], source: Source) -> list[ReviewFinding]:
    """Differences as warnings.

    Rules: entity_differs, metric_differs, measure_differs, period_differs, machine_ignored, machine_used.
    """
    return [] if list(check_size(review)) else list(_differences(review, source))


def _differences(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    matched: set[str] = set()
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        name = name_of(figure, number)
        here = [one for amount in source.amounts_at(span_of(figure)) for one in amount.drafted]
        entity = source.vocabulary.resolve(str(figure.get("entity") or ""))
        machine = next((other for other in here if other.entity == entity), here[0] if here else None)
        if machine is None:
            yield _warning("machine_ignored", f"{name}: the machine drafted no figure here.")
            continue
        matched.add(machine.identity)
        yield from _compare(name, entity, figure, machine, source)
    for amount in source.amounts:
        for other in amount.drafted:
            if other.identity not in matched:
                yield _warning(
                    "machine_used",
                    f"The machine drafted {other.identity} ({other.entity}, {other.metric}) from {amount.text!r} ({amount.place}); the review does "
                    "not use it.",
                )


def _compare(
    name: str, entity: str, figure: Mapping[str, Any], machine: Drafted, source: Source
) -> Iterator[ReviewFinding]:
    for rule, reviewer, drafted in (
        ("entity_differs", entity, machine.entity),
        ("metric_differs", str(figure.get("metric") or ""), machine.metric),
        ("measure_differs", str(figure.get("measure") or "level"), machine.measure),
    ):
        if reviewer != drafted:
            yield _warning(rule, f"{name}: the review has {reviewer!r}, the machine {drafted!r}.")
    period = period_of(figure, source.vocabulary)
    if period is not None and (period.start, period.end) != machine.period:
        read = f"{machine.period[0]}/{machine.period[1]}"
        yield _warning("period_differs", f"{name}: the review has {period.start}/{period.end}, the machine {read}.")


def _warning(rule: str, message: str) -> ReviewFinding:
    return ReviewFinding("warning", rule, message)
