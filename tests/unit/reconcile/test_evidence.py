"""What companies filed for a period: printed, or added up from quarters that tile it."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row

from capex_pipeline.normalise.currency import daily_fixings
from capex_pipeline.reconcile.evidence import Evidence, a_year_before

M = 1e6
H1 = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    documents = [filed("f", "2024-08-15"), article("ft", "2024-08-26")]
    rows = [
        row(period="Q1 2024", value="11,153"), row(), row(period="Q3 2024", value="17,491"),
        row(period="FY2025", value="85,972"),
        row(entity="tencent", definition="accrual_additions", period="H1 2024", value="23,088"),
        row(entity="baidu", period="Q1 2024", value="2,038"),
        row(document="ft", entity="baidu", period="Q2 2024", value="2,118"),
        row(entity="nvidia", metric="revenue", definition=None, period="FY2025 Q1", value="26,044", unit="USD million"),
        row(entity="microsoft", period="Q1 2024", value="10,952", unit="USD million"),
        row(entity="microsoft", period="Q2 2024", value="13,873", unit="USD million"),
    ]  # fmt: skip
    return Evidence(evidence_of(documents, rows).observations, daily_fixings(["CNY", "USD"]))


def test_a_half_year_over_two_fiscal_years_is_the_sum_of_its_quarters(evidence: Evidence) -> None:
    found = evidence.values("alibaba", "capex", *H1)["cash_purchases"]
    assert found.value == 23_247 * M and found.currency == "CNY" and not found.is_composite
    assert [figure.rsplit("/", 2)[1] for figure in found.figures] == ["2024-01-01", "2024-04-01"]


def test_a_printed_total_comes_before_a_sum(evidence: Evidence) -> None:
    found = evidence.values("tencent", "capex", *H1)["accrual_additions"]
    assert found.value == 23_088 * M and len(found.figures) == 1


def test_a_hole_gives_nothing_and_a_newspaper_fills_none(evidence: Evidence) -> None:
    assert evidence.values("baidu", "capex", *H1) == {}
    assert evidence.values("alibaba", "capex", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31")) == {}
    assert evidence.values("alibaba", "capex", pd.Timestamp("2024-02-01"), pd.Timestamp("2024-02-29")) == {}


def test_a_period_may_be_off_by_a_week_at_each_end(evidence: Evidence) -> None:
    near = pd.Timestamp("2024-01-29") - pd.Timedelta(days=3), pd.Timestamp("2024-04-28") + pd.Timedelta(days=2)
    assert evidence.values("nvidia", "revenue", *near)["as_printed"].value == 26_044 * M


def test_a_fiscal_quarter_stands_for_the_calendar_quarter_of_its_midpoint(evidence: Evidence) -> None:
    found = evidence.values("nvidia", "revenue", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-31"))
    assert found["as_printed"].value == 26_044 * M
    assert evidence.values("nvidia", "revenue", pd.Timestamp("2024-04-01"), pd.Timestamp("2024-06-30")) == {}


def test_whether_anything_is_filed(evidence: Evidence) -> None:
    assert evidence.has_filings("alibaba", "capex") and evidence.definitions("alibaba", "capex") == {"cash_purchases"}
    assert not evidence.has_filings("bytedance", "capex") and evidence.definitions("bytedance", "capex") == set()


def test_rates_are_averages_of_the_period_and_the_last_fixing_before_a_day(evidence: Evidence) -> None:
    assert evidence.average("CNY", *H1) == pytest.approx(7.2150, abs=5e-5)
    assert evidence.closing("CNY", pd.Timestamp("2024-08-25")) == pytest.approx(
        7.1364, abs=5e-5
    )  # a Sunday: Friday's fixing
    assert evidence.average("TWD", *H1) is None
    assert evidence.average("CNY", pd.Timestamp("2030-01-01"), pd.Timestamp("2030-03-31")) is None


def test_a_value_is_translated_at_the_average_of_its_own_period(evidence: Evidence) -> None:
    found = evidence.values("alibaba", "capex", *H1)["cash_purchases"]
    converted = evidence.converted(found, "USD", *H1)
    assert (
        converted is not None
        and converted.value == pytest.approx(23_247 * M / 7.2150, rel=1e-5)
        and converted.currency == "USD"
    )
    assert evidence.converted(found, "CNY", *H1) is found
    assert evidence.converted(found, "TWD", *H1) is None


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2024-01-01", "2024-06-30"), ("2023-01-01", "2023-06-30")),
        (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (("2024-04-29", "2024-07-28"), ("2023-04-29", "2023-07-28")),
    ],
)
def test_a_year_earlier_ends_with_its_month_too(period: tuple[str, str], before: tuple[str, str]) -> None:
    assert a_year_before(*map(pd.Timestamp, period)) == tuple(map(pd.Timestamp, before))
