"""Checks within one document stay linear in its claims: the reads of claims are counted, not the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from unit.reconcile.stated import BILLION, H1_2023, as_figures, by_filings, growth, on_file, stated

from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reference import Reference

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
        for row in rows[-11:]:
            row |= {"period_start": row["period_start"] + shift, "period_end": row["period_end"] + shift}
    return as_figures(rows)


@pytest.mark.parametrize("years", [False, True], ids=["one period", "many periods"])
def test_ten_times_the_claims_of_a_document_are_ten_times_the_work(reference: Reference, years: bool) -> None:
    evidence = by_filings(on_file("alibaba", 1, H1_2023))
    reads, checks = {}, {}
    for copies in (10, 100):
        Counted.reads = 0
        figures: Any = CountedFigures(document(copies, years=years))
        checks[copies] = len(list(check_document(figures, evidence, reference, pd.Timestamp("2026-08-26"))))
        reads[copies] = Counted.reads
    assert checks[100] == 10 * checks[10] > 0
    assert reads[100] <= 10.5 * reads[10]
