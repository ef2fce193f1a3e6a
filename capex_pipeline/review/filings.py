"""Compares the figures of a review with filings: those that agree, and those that a filing contradicts.

Add here what a reviewer is told of filings. Verdicts on claims belong to `reconcile.claims`, the values of a period to `reconcile.evidence`; tables are
read by the command.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pandas as pd

from capex_pipeline.reconcile.claims import check_claim, judging_definitions, other_period, point, show
from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reconcile.tolerance import with_intervals
from capex_pipeline.reference import Reference
from capex_pipeline.review.checks.build_rules import Resolved
from capex_pipeline.review.checks.findings import ReviewFinding, has_reason, name_of, problem, quote_of
from capex_pipeline.review.entries import FIGURE_KEYS, corrected_keys, entries_of, label_of, ordered
from capex_pipeline.schemas.vocabulary import DIRECTION

FILING_DIFFERS: Final = "filing_differs"
"""The rule of a figure that a filing contradicts."""
NUMBERS_DISAGREE: Final = "numbers_disagree"
"""The rule of a figure that other figures of the document contradict, such as an amount in two currencies at no rate of the time."""
PRINTED_SO: Final = "The document prints it so; its own numbers do not agree."
"""The note of such a figure that a person holds to be right; a build then asks for no other explanation."""
_AGREE: Final = ("confirmed", "confirmed_under_definition", "different_definition")
_BY_CHANCE: Final = 100 / 3
"""Per cent of the values beside a number that the filings may agree with too, so that agreement tells anything."""
_AS_FILED: Final = ("reported", "derived")
_NEAR: Final = 0.05
"""Share of a filed amount by which one of the same fact may differ."""
_LONGEST_NOTE: Final = 300


class Filed(NamedTuple):
    """What filings say to a figure. sentence: what they give, for which days. origin: the definition and the id of the filed figure. as_filed: the
    field with which the figure would be as filed: the period or the definition of which they give its amount; empty where there is none.
    is_telling: whether they would hardly agree by chance, as with "over 7%". is_near: whether an amount of money differs so little from the filed one that
    it is of the same fact, on another rounding or definition."""

    agrees: bool
    sentence: str
    origin: str
    as_filed: Mapping[str, str] = MappingProxyType({})
    is_telling: bool = False
    is_near: bool = False

    @property
    def with_origin(self) -> str:
        """The sentence with where the amount comes from."""
        return f"{self.sentence} ({self.origin})"

    @property
    def note(self) -> str:
        """The note of a figure that a filing contradicts, whether a person or the draft lets it stand; a build then asks for no other explanation."""
        return f"Differs from what was filed: {self.with_origin}"[:_LONGEST_NOTE]


class Stated(NamedTuple):
    """An amount that a company filed for a period, in full units of its currency. origin: as of `Filed`."""

    metric: str
    definition: str
    value: float
    currency: str
    origin: str

    @property
    def shown(self) -> str:
        """The amount in millions."""
        return f"{self.currency} {self.value / 1e6:,.0f}m"


class Filings:
    """What companies filed, as far as a warehouse has it."""

    def __init__(self, observations: pd.DataFrame, daily: pd.DataFrame, reference: Reference) -> None:
        """observations: the table. daily: fixings (`ecb_rates.daily_fixings`)."""
        self._evidence = Evidence(observations, daily)
        self._reference = reference

    def stated(self, entity: str, start: date, end: date) -> list[Stated]:
        """The amounts of every metric and definition that a company filed for a period."""
        days = (pd.Timestamp(start), pd.Timestamp(end))
        return [
            Stated(str(metric), definition, one.value, one.currency, f"{definition}; {one.figures[0]}")
            for metric in self._reference.metrics.index
            for definition, one in sorted(self._evidence.values(entity, str(metric), *days).items())
            if one.currency is not None and not one.is_composite and one.figures
        ]

    def beside(self, made: Resolved) -> dict[int, Filed]:
        """What filings say to the figures of a review, by their place in the list, counted from 0.

        Only figures of single companies are compared that are reported, and of which a filing has the period. A figure that a build would reject is
        not compared. made: what a build makes of the review.
        """
        figures = made.figures
        if figures.empty:
            return {}
        figures = figures[
            figures["status"].isin(_AS_FILED)
            & (figures["bound"] != DIRECTION)
            & figures["same_fact_as"].isna()  # a newspaper converts at a rate of its own
            & ~figures["metric_id"].str.startswith("gpu_")
        ]
        found: dict[int, Filed] = {}
        claim: Any
        for claim in with_intervals(figures, self._reference.content).itertuples(index=False):
            if not self._reference.members(claim.entity_id) and (filed := self._filed(claim)) is not None:
                found[int(claim.row_number) - 1] = filed
        return found

    def _filed(self, claim: Any) -> Filed | None:
        row = check_claim(claim, self._evidence, self._reference)
        if row.get("checked_against") != "filing" or row["verdict"] not in (*_AGREE, "contradicted"):
            return None
        if row["verdict"] == "contradicted" and row["reason"] is not None:
            return None  # the printed number cuts the filed one off
        compared = str(row["definitions_used"]).partition(":")[2]
        names = judging_definitions(claim.definition_id, self._reference)
        filed = self._evidence.values(claim.entity_id, claim.metric_id, claim.period_start, claim.period_end)
        own = next((filed[name] for name in sorted(names or ()) if name in filed), None)
        on_another = names is not None and row["verdict"] == "different_definition"
        agrees = row["verdict"] in _AGREE and not on_another
        computed, figure = row["computed"], row["evidence_figures"].partition("|")[0]
        if not agrees and not on_another and names is not None and compared not in names:
            if own is None or claim.measure != "level" or own.currency != claim.currency:
                return None  # the verdict is on another definition, which is another amount
            compared, computed, figure = own.definition_id, own.value, own.figures[0]
        days = f"{claim.period_start:%Y-%m-%d} to {claim.period_end:%Y-%m-%d}"
        sentence = f"the filings give {show(computed, claim)} for {days}."
        origin = f"{compared}; {figure}"
        power = row["search_power_pct"]
        is_telling = power is not None and power <= _BY_CHANCE
        if agrees:
            return Filed(True, sentence, origin, is_telling=is_telling)
        if on_another:
            if own is None:
                return None  # the amount on the figure's definition is not on record for the period
            sentence = f"the filings give {show(own.value, claim)} as {own.definition_id} for {days}. They give this amount as {compared}."
            return Filed(False, sentence, origin, {"definition": compared}, is_telling)
        other = other_period(claim, self._evidence, self._reference)
        if other is None:
            is_near = claim.unit == "money" and abs(point(claim) - computed) <= _NEAR * abs(computed)
            return Filed(False, sentence, origin, is_near=is_near)
        period = label_of((other.period_start.date(), other.period_end.date()))
        return Filed(
            False,
            f"{sentence} They give this amount for {period.replace('/', ' to ')}.",
            origin,
            {"period": period},
            is_telling,
        )

    def with_notes(
        self, review: Mapping[str, Any], made: Resolved, decided: Container[str]
    ) -> tuple[dict[str, Any], list[str]]:
        """The review in which figures that a person decided against a filing have a note that names the filing, so that they are not asked again,
        and one sentence for each of them. made: what a build makes of the review. decided: the ids of the figures that the person decided."""
        figures = list(review["figures"])
        sentences = []
        for number, filed in sorted(self.beside(made).items()):
            figure = figures[number]
            if filed.agrees or str(figure.get("id")) not in decided or has_reason(figure):
                continue
            note = " ".join(filter(None, (str(figure.get("note") or ""), filed.note)))[:_LONGEST_NOTE]
            corrected = [key for key in FIGURE_KEYS if key in {*corrected_keys(figure), "value"}]
            figures[number] = ordered({**figure, "note": note, "corrected": corrected})
            sentences.append(f"{name_of(figure, number + 1)} ({quote_of(figure)!r}): {filed.with_origin}")
        return {**review, "figures": figures}, sentences

    def findings(self, review: Mapping[str, Any], made: Resolved) -> Iterator[ReviewFinding]:
        """Figures that a filing or other figures of the document contradict, unless a person answers for their value. made: what a build makes of the review."""
        figures = entries_of(review, "figures")
        for number, filed in sorted(self.beside(made).items()):
            figure = figures[number]
            if not filed.agrees and not has_reason(figure, "value"):
                yield problem(
                    FILING_DIFFERS,
                    f"{name_of(figure, number + 1)} ({quote_of(figure)!r}): {filed.sentence} Correct the figure, or say in `note:` why it is right.",
                    figure,
                    "value",
                    origin=filed.origin,
                )
        for number, sentence in self._disagreeing(made):
            figure = figures[number]
            if not has_reason(figure, "value"):
                yield problem(
                    NUMBERS_DISAGREE,
                    f"{name_of(figure, number + 1)} ({quote_of(figure)!r}): {sentence} Correct the figure, or say in `note:` that it is so printed.",
                    figure,
                    "value",
                )

    def _disagreeing(self, made: Resolved) -> Iterator[tuple[int, str]]:
        """The places of figures that the arithmetic of their document contradicts, counted from 0, each with a sentence; a build warns of them."""
        if made.figures.empty:
            return
        claims = list(with_intervals(made.figures, self._reference.content).itertuples(index=False))
        for row in check_document(claims, self._evidence, self._reference, made.figures["known_from"].max()):
            if row["verdict"] == "contradicted":
                yield int(row["claim"].row_number) - 1, str(row["explanation"])
