"""Checks stay linear in the claims, or are refused: calls and reads of claims are counted, not the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row
from unit.reconcile.stated import BILLION, H1_2023, H1_2024, as_figures, by_filings, growth, on_file, stated

from capex_pipeline.reconcile import claim_table, claims, tolerance
from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reference import Reference
from capex_pipeline.sources.ecb_rates import daily_fixings

MEMBERS = ("alibaba", "tencent", "baidu")


class Counted:
    """A claim that counts how often one of its fields is read."""

    reads = 0

    def __init__(self, claim: Any) -> None:
        self._claim = claim

    def __getattr__(self, name: str) -> Any:
        Counted.reads += 1
        return getattr(self._claim, name)


class CountedFigures:
    """Figures of one document as `check_document` reads them."""

    def __init__(self, figures: pd.DataFrame) -> None:
        self._figures = figures

    def itertuples(self, index: bool = True) -> Iterator[Counted]:
        return map(Counted, self._figures.itertuples(index=index))


def document(copies: int, *, years: bool) -> pd.DataFrame:
    """Totals, levels and growth of three companies, again and again: for one half-year, or each time for another one."""
    rows: list[dict[str, Any]] = []
    for copy in range(copies):
        shift = pd.DateOffset(years=2 * copy if years else 0)
        rows.append(stated(f"{copy}/total", 50 * BILLION, entity_id="alibaba_tencent_baidu"))
        rows.append(stated(f"{copy}/before", 23 * BILLION, H1_2023, entity_id="alibaba_tencent_baidu"))
        for number, member in enumerate(MEMBERS):
            rows.append(stated(f"{copy}/{member}", (number + 10) * BILLION, entity_id=member))
            rows.append(growth(f"{copy}/{member}/growth", 100, entity_id=member))
        for name, metric, unit in (("value", "gpu_order_value", "money"), ("units", "gpu_units", "count"), ("price", "gpu_unit_price", "money_per_unit")):  # fmt: skip
            rows.append(stated(f"{copy}/{name}", 2e6, metric_id=metric, unit=unit, entity_id="nvidia", supplier_id="nvidia", product="h20", currency="USD"))  # fmt: skip
        for one in rows[-11:]:
            one |= {"period_start": one["period_start"] + shift, "period_end": one["period_end"] + shift}
    return as_figures(rows)


@pytest.mark.parametrize("years", [False, True], ids=["one period", "many periods"])
def test_ten_times_the_claims_of_a_document_are_ten_times_the_work(reference: Reference, years: bool) -> None:
    evidence = by_filings(on_file("alibaba", 1, H1_2023))
    reads, checks = {}, {}
    for copies in (10, 100):
        Counted.reads = 0
        figures: Any = CountedFigures(document(copies, years=years))
        checks[copies] = len(
            list(check_document(list(figures.itertuples(index=False)), evidence, reference, pd.Timestamp("2026-08-26")))
        )
        reads[copies] = Counted.reads
    assert checks[100] == 10 * checks[10] > 0
    assert reads[100] <= 10.5 * reads[10]


class Calls:
    """A function that counts its calls."""

    def __init__(self, function: Any) -> None:
        self.function, self.count = function, 0

    def __call__(self, *arguments: Any) -> Any:
        self.count += 1
        return self.function(*arguments)


@pytest.mark.slow("checks the claims of many documents")
@pytest.mark.parametrize("are_alike", [True, False], ids=["one claim", "a claim each"])
def test_a_claim_that_many_documents_repeat_is_checked_once_and_each_rule_is_found_once(
    reference: Reference, monkeypatch: pytest.MonkeyPatch, are_alike: bool
) -> None:
    copies = 12
    documents = [filed("f", "2024-08-20"), *(article(f"a{number}", "2024-08-26") for number in range(copies))]
    rows = [row(document="f"), *(row(document=f"a{number}", value=f"12,{94 + (0 if are_alike else number):03}") for number in range(copies))]  # fmt: skip
    known = evidence_of(documents, rows)
    check, rule_of = Calls(claim_table.check_claim), Calls(tolerance.rule_of)
    monkeypatch.setattr(claim_table, "check_claim", check)
    for module in (tolerance, claims):
        monkeypatch.setattr(module, "rule_of", rule_of)
    daily = daily_fixings(["CNY", "USD"])
    found = claim_table.checks(known.figures, known.observations, known.documents, daily, reference)["claim_checks"]
    expected = 1 if are_alike else copies
    assert (len(found), check.count) == (copies, expected)
    assert rule_of.count == copies + expected, (
        "for the interval of each claim, and for the neighbours of each that is checked"
    )
    assert found["verdict"].eq("confirmed").sum() == (copies if are_alike else 1)


def test_twelve_members_with_six_definitions_each_are_refused_before_any_total_is_computed(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6 to the power of 12 totals are 2,176,782,336."""
    members = reference.entities.index[reference.entities["members"].map(len) == 0][:12].tolist()
    names = reference.definitions.index[reference.definitions["narrower_than"].isna()][:6]
    evidence = by_filings(*(on_file(member, 1, H1_2024, name) for member in members for name in names))
    monkeypatch.setattr(claims, "Combination", None)
    (claim,) = as_figures([stated("c", 12 * BILLION)]).itertuples()
    period = claim.period_start, claim.period_end
    with pytest.raises(
        claims.TooManyCombinationsError,
        match=r"12 members can be combined in 2,176,782,336 ways, more than the maximum of 2,000",
    ):
        claims.combinations(members, claim, evidence, reference, *period, None)
