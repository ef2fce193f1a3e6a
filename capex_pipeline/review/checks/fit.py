"""Checks a figure against itself, the day of publication and the reference data: names, periods, statuses, claimants.

Add here a combination that cannot be. What the words of the source say belongs to `source_words`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.review.checks.findings import ReviewFinding, has_reason, name_of, problem
from capex_pipeline.review.entries import entries_of, span_of
from capex_pipeline.review.reportable_periods import period_misfit
from capex_pipeline.review.source import Source
from capex_pipeline.schemas.vocabulary import MEASURES, STATUSES
from capex_pipeline.values.periods import Period, PeriodError, parse_period

_REPORTED_LATE: Final = timedelta(days=130)
"""After this long a finished period has been reported, and nobody expects anything of it."""
_TALLY_EARLY: Final = {"reported": timedelta(days=10), "estimate": timedelta(days=45)}
"""How long before the end of a period its figure may be published."""
_STATUSES_OF: Final = {
    "company": ("reported", "guidance", "derived"),
    "executive": ("reported", "guidance", "derived", "estimate"),
    "analyst": ("estimate", "forecast", "reported"),
    "anonymous": ("estimate", "forecast", "reported"),
}
NOUNS: Final = {
    "company": "a company", "executive": "an executive", "analyst": "an analyst", "anonymous": "an unnamed source",
}  # fmt: skip
"""Kinds of claimants in a sentence."""


def check_names(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Names and periods that the build would reject."""
    vocabulary = source.vocabulary
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        name = name_of(figure, number)
        entity, metric = str(figure.get("entity") or ""), str(figure.get("metric") or "")
        status, measure = str(figure.get("status") or ""), str(figure.get("measure") or "level")
        resolved = vocabulary.resolve(entity)
        if entity and resolved not in vocabulary.entities:
            yield problem(
                "entity_unknown",
                f"{name} has the entity {entity!r}, which is neither an id nor a name in reference/entities.yaml.",
                figure,
            )
        if metric and metric.casefold() not in vocabulary.metric_names:
            yield problem(
                "metric_unknown",
                f"{name} has the metric {metric!r}, which is neither an id nor a name in reference/metrics.yaml.",
                figure,
            )
        if status and status not in STATUSES:
            yield problem(
                "status_unknown", f"{name} has the status {status!r}; choose one of {', '.join(STATUSES)}.", figure
            )
        if measure not in MEASURES:
            yield problem(
                "measure_unknown",
                f"{name} has the measure {measure!r}; choose one of {', '.join(MEASURES)}.",
                figure,
            )
        if figure.get("period"):
            known = vocabulary.entities.get(resolved)
            try:
                parse_period(str(figure["period"]), known.calendar if known else None)
            except PeriodError as error:
                yield problem("period_unreadable", f"{name}: {error}", figure)


def check_fit(review: Mapping[str, Any], source: Source) -> Iterator[ReviewFinding]:
    """Periods, statuses and claimants that do not fit each other or the day of publication."""
    for number, figure in enumerate(entries_of(review, "figures"), start=1):
        name, status, kind = (
            name_of(figure, number),
            str(figure.get("status") or ""),
            str(figure.get("claimant") or ""),
        )
        if kind in source.vocabulary.houses.values():
            kind = "analyst"
        if (period := period_of(figure, source.vocabulary)) is not None:
            yield from _check_period(name, figure, period, source)
        fitting = _STATUSES_OF.get(kind)
        if fitting and status in STATUSES and status not in fitting and not has_reason(figure):
            yield problem(
                "status_misfit",
                f"{name} has the status {status} and the claimant {kind}; a statement of {NOUNS[kind]} is {' or '.join(fitting)}. "
                "Correct one of the two.",
                figure,
            )


def _check_period(name: str, figure: Mapping[str, Any], period: Period, source: Source) -> Iterator[ReviewFinding]:
    status, days = str(figure.get("status") or "reported"), f"{period.start}/{period.end}"
    early, published = _TALLY_EARLY.get(status), source.published
    when = f"when the {source.noun} was published ({published})"
    metric = source.vocabulary.metric_names.get(str(figure.get("metric") or "").casefold())
    is_current_price = metric in source.vocabulary.prices and published is not None and period.start <= published
    is_early = published is not None and early is not None and period.end > published + early
    if is_early and not is_current_price and not has_reason(figure):
        yield problem(
            "period_not_over",
            f"{name} is {status} for {days}, which was not over {when}. Correct the period, or make the status guidance or forecast.",
            figure,
        )
    is_old = published is not None and status in ("guidance", "forecast") and period.end + _REPORTED_LATE < published
    if is_old and not has_reason(figure, "period", "status"):
        yield problem(
            "period_over",
            f"{name} is {status} for {days}, which was over long before {when.removeprefix('when ')}. Correct the period, or make the "
            "status reported or estimate. If the text tells of an earlier plan, say so in `note:`.",
            figure,
            "period",
            "status",
        )
    entity = source.vocabulary.entities.get(source.vocabulary.resolve(str(figure.get("entity") or "")))
    misfit = period_misfit(str(figure.get("metric")), status, (period.start, period.end), entity)
    if misfit and not has_reason(figure, "period") and not _is_read(figure, (period.start, period.end), source):
        yield problem(
            "period_misfit",
            f"{name}: {misfit} Correct the period {days}, or say in `note:` why it is right.",
            figure,
            "period",
        )


def _is_read(figure: Mapping[str, Any], days: tuple[date, date], source: Source) -> bool:
    """Whether the heads of a document's table state the very period."""
    return any(
        "period" in one.sure and one.period == days
        for amount in source.amounts_at(span_of(figure))
        for one in amount.drafted
    )


def period_of(figure: Mapping[str, Any], vocabulary: Vocabulary) -> Period | None:
    """The period of a figure; None where it has none that can be read."""
    known = vocabulary.entities.get(vocabulary.resolve(str(figure.get("entity") or "")))
    label = figure.get("period") or f"{figure.get('period_start')}/{figure.get('period_end')}"
    try:
        return parse_period(str(label), known.calendar if known else None)
    except PeriodError:
        return None
