"""The money tables beyond one choice: rates that are laid out for everybody, dollars of one year, capex in per cent of revenue."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row

from capex_pipeline.normalise import published
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources import ecb_rates

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

DAILY = ecb_rates.daily_fixings(["CNY", "USD"])
LONG = {"period_start": "2015-01-01", "period_end": "2015-03-31"}


def money(*rows: tuple[str | None, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["currency", "period_start", "period_end", "unit"])
    return frame.astype({"period_start": "datetime64[us]", "period_end": "datetime64[us]", "currency": "str"})


def test_rates_are_there_for_every_quarter_and_year_from_2015_to_the_last_fixing_and_for_what_is_used() -> None:
    daily = DAILY[DAILY["date"] <= pd.Timestamp("2016-05-10")]
    used = money(
        ("CNY", "2016-02-01", "2016-02-29", "money"), ("CNY", "2016-02-01", "2016-02-29", "money"), (None, "2016-02-01", "2016-03-01", "money"),
        ("CNY", "2016-02-03", "2016-03-01", "count"),
    )  # fmt: skip
    rates = published.fx_rates(used, daily)
    spans = rates["period_start"].dt.strftime("%Y-%m-%d") + " " + rates["period_end"].dt.strftime("%Y-%m-%d")
    quarters = [
        "2015-01-01 2015-03-31", "2015-04-01 2015-06-30", "2015-07-01 2015-09-30", "2015-10-01 2015-12-31", "2016-01-01 2016-03-31",
        "2016-04-01 2016-06-30",
    ]  # fmt: skip
    everybody = [*quarters, "2015-01-01 2015-12-31", "2016-01-01 2016-12-31", "2016-02-01 2016-02-29"]
    assert sorted(spans[rates["currency"] == "CNY"]) == sorted(everybody)
    assert sorted(spans[rates["currency"] == "USD"]) == sorted(everybody)
    assert rates.index.tolist() == list(range(2 * len(everybody)))
    assert rates["currency"].tolist() == ["CNY"] * len(everybody) + ["USD"] * len(everybody)
    assert spans[: len(everybody)].tolist() == sorted(everybody), "by the first day, then the last"
    names = dict(zip(spans, rates["calendar_period"], strict=True))
    assert (names["2015-10-01 2015-12-31"], names["2016-01-01 2016-12-31"]) == ("2015Q4", "2016")
    assert pd.isna(names["2016-02-01 2016-02-29"]), "neither a calendar quarter nor a calendar year"


def capex_of(reference: Reference, *rows: dict[str, str]) -> pd.DataFrame:
    documents = [filed("first", "2024-08-15"), filed("later", "2025-02-20"), article("ft", "2024-08-26")]
    known = evidence_of(documents, rows).observations
    return published.capex_by_definition(known, published.fx_rates(known, DAILY), reference)


def test_constant_dollars_are_at_the_average_of_2024_whatever_the_period(reference: Reference) -> None:
    of_2024 = DAILY[(DAILY["currency"] == "CNY") & (DAILY["date"].dt.year == 2024)]["rate"].mean()
    table = capex_of(
        reference, row(), row(period="Q2 2023", value="6,927"), row(entity="meta", value="8,173", unit="USD million")
    )
    found = table.set_index(["entity_id", "calendar_quarter"])["amount_usd_constant"]
    assert found["alibaba", "2024Q2"] == pytest.approx(12_094e6 / of_2024, rel=1e-12)
    assert found["alibaba", "2023Q2"] == pytest.approx(6_927e6 / of_2024, rel=1e-12)
    assert found["meta", "2024Q2"] == 8_173e6


def test_both_ends_of_a_range_are_converted_at_the_rate_of_the_period(reference: Reference) -> None:
    """The second quarter of 2024 at 7.2419 yuan per dollar, as published rates give it."""
    (found,) = capex_of(reference, row(value="12,000 to 13,000")).to_dict("records")
    assert (found["amount_usd_low"] / 1e6, found["amount_usd_high"] / 1e6) == pytest.approx(
        (1657.02, 1795.11), abs=0.02
    )
    assert pd.isna(found["amount_usd"]) and pd.isna(found["amount_cny"])


REVENUE = {"metric": "revenue", "definition": "as_printed"}


def test_capex_is_set_against_revenue_of_the_same_company_currency_and_period_only(reference: Reference) -> None:
    table = capex_of(
        reference, row(value="10,000"), row(**REVENUE, value="40,000"),
        row(entity="tencent", definition="accrual_additions", value="10,000"), row(entity="tencent", **REVENUE, value="40,000", unit="USD million"),
        row(entity="baidu", value="10,000"), row(entity="baidu", **REVENUE, value="40,000", period="2024-04-02/2024-06-30"),
        row(entity="meta", unit="USD million", value="10,000"), row(entity="meta", **REVENUE, unit="USD million", value="40,000", period="2024-04-01/2024-07-01"),
        row(entity="amazon", unit="USD million", value="10,000"), row(entity="amazon", **REVENUE, unit="USD million", value="40,000", document="ft"),
        row(entity="alphabet", unit="USD million", value="10,000"), row(entity="alphabet", metric="finance_lease_principal", definition=None, unit="USD million", value="40,000"),
    )  # fmt: skip
    own = table.set_index("entity_id")
    assert own["capex_to_revenue_pct"].dropna().to_dict() == {"alibaba": 25.0}


def test_only_what_a_company_reports_itself_is_set_against_its_revenue(reference: Reference) -> None:
    table = capex_of(
        reference, row(value="10,000"), row(**REVENUE, value="40,000"), row(value="20,000", document="ft"), row(value="30,000", status="guidance"),
        row(entity="Chinese tech giants", definition="mixed_press_aggregate", value="50,000"), row(entity="Chinese tech giants", **REVENUE, value="90,000"),
    )  # fmt: skip
    assert table.set_index("amount")["capex_to_revenue_pct"].dropna().to_dict() == {10_000e6: 25.0}


def test_of_several_revenues_the_printed_and_then_the_newest_counts(reference: Reference) -> None:
    table = capex_of(
        reference, row(value="10,000"), row(**REVENUE, value="40,000"), row(metric="revenue", definition="total_revenue", value="50,000", document="later"),
    )  # fmt: skip
    assert table["capex_to_revenue_pct"].tolist() == [20.0]
    total = {"metric": "revenue", "definition": "total_revenue", "document": "later", "presentation": "p"}
    derived = [row(**total, period="H1 2024", value="90,000"), row(**total, period="Q1 2024", value="30,000")]
    for revenues, expected in ((derived, 100 / 6), ([row(**REVENUE, value="40,000"), *derived], 25.0)):
        table = capex_of(reference, row(value="10,000"), *revenues)
        assert table["capex_to_revenue_pct"].tolist() == [pytest.approx(expected)], (
            "a printed one of August before a derived one of February"
        )


def test_a_derived_quarter_is_set_against_revenue_too(reference: Reference) -> None:
    halves = [
        row(period=period, value=value, presentation="p")
        for period, value in (("H1 2024", "25,000"), ("Q1 2024", "15,000"))
    ]
    table = capex_of(reference, *halves, row(**REVENUE, value="40,000"))  # fmt: skip
    assert table.set_index("calendar_quarter")["capex_to_revenue_pct"].dropna().to_dict() == {"2024Q2": 25.0}


def test_each_flow_and_each_documents_chips_have_their_own_price(reference: Reference) -> None:
    chips = {
        "entity": "nvidia",
        "definition": "analyst_statement",
        "product": "H20",
        "status": "forecast",
        "period": "CY2024",
        "document": "ft",
    }
    rows = [
        row(**chips, metric="gpu_units", unit="units", value="1,000", flow="forecast"), row(**chips, metric="gpu_units", unit="units", value="2,000", flow="ordered"),
        row(**chips | {"product": "H100"}, metric="gpu_units", unit="units", value="3,000", flow="forecast"),
        row(**chips | {"document": "later"}, metric="gpu_units", unit="units", value="4,000", flow="forecast"),
        row(**chips, metric="gpu_unit_price", unit="USD per unit", value="12,000", flow="forecast"),
        row(**chips, metric="gpu_unit_price", unit="USD per unit", value="11,000 to 13,000", flow="ordered"),
        row(**chips | {"product": "H100"}, metric="gpu_unit_price", unit="EUR per unit", value="30,000", flow="forecast"),
        row(**chips | {"document": "later"}, metric="gpu_unit_price", unit="USD per unit", value="more than 14,000", flow="forecast"),
    ]  # fmt: skip
    known = evidence_of([article("ft", "2024-08-26"), article("later", "2024-09-26")], rows).observations
    table = published.estimates(known, reference)["gpu_estimates"].set_index("units")
    low, high = table["unit_price_usd_low"], table["unit_price_usd_high"]
    assert low.dropna().to_dict() == {1_000: 12_000, 2_000: 11_000, 4_000: 14_000}
    assert high.dropna().to_dict() == {1_000: 12_000, 2_000: 13_000}
    assert table["implied_value_usd_low"].dropna().to_dict() == {1_000: 12e6, 2_000: 22e6, 4_000: 56e6}
    assert table["implied_value_usd_high"].dropna().to_dict() == {1_000: 12e6, 2_000: 26e6}


def test_compute_and_power_stand_beside_the_units_of_the_same_printed_row(reference: Reference) -> None:
    """Two chips of one document and quarter: each takes what its own row prints, the second has no power."""
    chips = {
        "entity": "amazon", "supplier": "amazon", "status": "estimate", "period": "Q1 2024", "flow": "shipped",
        "document": "epoch",
    }  # fmt: skip
    one, other = (
        chips | {"product": "Trainium1", "locator": "row 1"},
        chips | {"product": "Trainium2", "locator": "row 2"},
    )
    units = {"metric": "gpu_units", "definition": "epoch_model_estimate", "unit": "units"}
    compute = {"metric": "gpu_compute", "definition": "epoch_h100_equivalents", "unit": "H100 equivalents"}
    power = {"metric": "gpu_power", "definition": "epoch_rated_power"}
    rows = [
        row(**one, **units, value="110,000"), row(**other, **units, value="15,000"),
        row(**one, **compute, value="23,345", value_low="10,611", value_high="53,057"), row(**other, **compute, value="9,845"),
        row(**one, **power, unit="MW", value="33.5"),
    ]  # fmt: skip
    known = evidence_of([article("epoch", "2026-04-22")], rows).observations
    table = published.estimates(known, reference)["gpu_estimates"].set_index("units")
    assert table["h100_equivalents"].to_dict() == {110_000: 23_345, 15_000: 9_845}
    assert table.loc[110_000, ["h100_equivalents_low", "h100_equivalents_high", "power_mw"]].tolist() == [
        10_611,
        53_057,
        33.5,
    ]
    assert table["power_mw"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("of_units", "of_other_units", "of_price", "expected"),
    [
        ({"supplier": "nvidia"}, {"supplier": "huawei"}, {"supplier": "nvidia"}, [12_000, 0]),
        ({}, {}, {}, [0, 0]),
        ({"supplier": "nvidia"}, {}, {"supplier": "nvidia"}, [12_000, 0]),
    ],
)
def test_a_price_is_of_the_chips_of_the_supplier_that_it_names(
    reference: Reference,
    of_units: dict[str, str],
    of_other_units: dict[str, str],
    of_price: dict[str, str],
    expected: list[float],
) -> None:
    """Where no product is named: the price of Nvidia's chips says nothing of Huawei's, nor of chips whose maker nobody names."""
    chips = {"definition": "analyst_statement", "status": "forecast", "period": "CY2024", "flow": "forecast"}
    rows = [
        row(**chips, **of_units, entity="nvidia", metric="gpu_units", unit="units", value="1,000"),
        row(**chips, **of_other_units, entity="huawei", metric="gpu_units", unit="units", value="2,000"),
        row(**chips, **of_price, entity="nvidia", metric="gpu_unit_price", unit="USD per unit", value="12,000"),
    ]
    known = evidence_of([article("ft", "2024-08-26")], rows).observations
    table = published.estimates(known, reference)["gpu_estimates"].sort_values("units")
    assert table["unit_price_usd_low"].fillna(0).tolist() == expected
    assert table["implied_value_usd_low"].fillna(0).tolist() == [expected[0] * 1_000, 0]


@pytest.mark.parametrize(
    ("said", "low", "high"), [("12,000", 12_000, 12_000), ("about 12,000", 12_000, 12_000), ("up to 12,000", 0, 12_000)]
)
def test_a_price_that_is_one_number_is_both_ends_and_units_are_there_once(
    reference: Reference, said: str, low: float, high: float
) -> None:
    """Though another price stands in the document: of two for other customers the first is taken, and none is averaged."""
    chips = {
        "definition": "analyst_statement",
        "status": "forecast",
        "period": "CY2024",
        "flow": "forecast",
        "entity": "nvidia",
        "product": "H20",
    }
    price = chips | {"metric": "gpu_unit_price", "unit": "USD per unit"}
    rows = [
        row(**chips, metric="gpu_units", unit="units", value="1,000"), row(**price, value=said), row(**price, value="15,000", customer="tencent"),
    ]  # fmt: skip
    known = evidence_of([article("ft", "2024-08-26")], rows).observations
    (found,) = (
        published.estimates(known, reference)["gpu_estimates"].fillna({"unit_price_usd_low": 0}).to_dict("records")
    )
    assert (found["unit_price_usd_low"], found["unit_price_usd_high"]) == (low, high)


def test_each_price_of_a_chip_is_a_row_with_its_source_and_its_dollars(reference: Reference) -> None:
    """Yuan at the average rate of the year; prices of several sources stand side by side, and counts are no prices."""
    price = {"entity": "nvidia", "supplier": "nvidia", "metric": "gpu_unit_price", "definition": "analyst_price_statement", "product": "H20",
             "status": "estimate", "period": "CY2024"}  # fmt: skip
    rows = [
        row(**price, document="first", unit="USD per unit", value=None, value_low="12,000", value_high="13,000"),
        row(**price, document="second", unit="yuan per unit", value="100,000"),
        row(entity="nvidia", supplier="nvidia", metric="gpu_units", definition="analyst_statement", product="H20", flow="shipped", status="estimate",
            period="CY2024", unit="units", value="1,000", document="first"),
    ]  # fmt: skip
    documents = [
        article(name, day, publisher=name) for name, day in (("first", "2025-01-02"), ("second", "2025-02-02"))
    ]
    known = evidence_of(documents, rows).observations
    rates = published.fx_rates(known, DAILY)
    table = published.gpu_unit_prices(known, rates, reference)
    assert failures(table, TABLES["gpu_unit_prices"]).empty
    ends = [
        "unit_price_low",
        "unit_price",
        "unit_price_high",
        "unit_price_usd_low",
        "unit_price_usd",
        "unit_price_usd_high",
    ]
    by_document = table.fillna(dict.fromkeys(ends, 0.0)).set_index("document_id")
    assert by_document.loc["first", ends].tolist() == [12_000, 0, 13_000, 12_000, 0, 13_000]
    of_year = rates[(rates["currency"] == "CNY") & (rates["calendar_period"] == "2024")]["average_rate"].item()
    assert by_document.loc["second", ["currency", "unit_price"]].tolist() == ["CNY", 100_000]
    assert by_document.loc["second", "unit_price_usd"] == pytest.approx(100_000 / of_year)
    assert by_document["calendar_year"].tolist() == [2024, 2024]


def test_rows_are_in_the_order_of_company_period_and_definition(reference: Reference) -> None:
    rows = [
        row(entity="tencent", definition="accrual_additions"), row(definition="fcf_deduction", period="Q1 2024"),
        row(period="H1 2024", value="23,247"), row(period="Q1 2024", value="11,153"), row(),
    ]  # fmt: skip
    table = capex_of(reference, *rows)
    assert table.index.tolist() == list(range(5))
    assert table[["entity_id", "amount", "definition_id"]].to_numpy().tolist() == [
        ["alibaba", 11_153e6, "cash_purchases"], ["alibaba", 12_094e6, "fcf_deduction"], ["alibaba", 23_247e6, "cash_purchases"],
        ["alibaba", 12_094e6, "cash_purchases"], ["tencent", 12_094e6, "accrual_additions"],
    ]  # fmt: skip


def grown_by_half(**kind: str) -> list[dict[str, str]]:
    """The second quarter or the first half of 2023 and of 2024, 10,000 and 15,000 million."""
    period = kind.pop("period", "Q2")
    return [row(**kind, period=f"{period} {year}", value=value) for year, value in ((2023, "10,000"), (2024, "15,000"))]


def test_each_company_definition_currency_and_kind_of_period_is_compared_with_itself(reference: Reference) -> None:
    dollars = {"unit": "USD million", "document": "later"}
    table = capex_of(
        reference, *grown_by_half(), *grown_by_half(**dollars), *grown_by_half(period="H1"), *grown_by_half(definition="accrual_additions"),
        *grown_by_half(entity="baidu"),
    )  # fmt: skip
    latest = table[table["period_start"] >= pd.Timestamp("2024-01-01")]
    assert len(latest) == 5
    assert latest["yoy_local_pct"].tolist() == pytest.approx([50] * 5)


def test_an_own_amount_is_compared_with_that_of_a_year_before_and_two_months_with_nothing(reference: Reference) -> None:
    """Two months are no kind of period, not even beside two others."""
    two_months = [row(entity="baidu", period=f"{year}-04-01/{year}-05-31", value="10,000") for year in (2023, 2024)]
    table = capex_of(reference, *grown_by_half(), *two_months)
    assert table.loc[table["yoy_local_pct"].notna(), "entity_id"].tolist() == ["alibaba"]


NOT_COMPARED = {
    "alibaba": {"document": "ft"}, "baidu": {"status": "guidance"}, "tencent": {"status": "estimate"}, "meta": {"value": "more than 9,000"},
    "huawei": {"period": "2023-04-01/2023-05-31"},
}  # fmt: skip
"""What makes an amount no own actual one of a quarter, each on a company of its own."""


@pytest.mark.parametrize("changed", ["the base", "what has grown"])
def test_nothing_but_an_own_actual_amount_is_compared(reference: Reference, changed: str) -> None:
    rows = []
    for company, change in NOT_COMPARED.items():
        earlier, now = grown_by_half(entity=company)
        if changed == "the base":
            earlier |= change
        else:
            now |= {name: text.replace("2023", "2024") for name, text in change.items()}
        rows += [earlier, now]
    table = capex_of(reference, *rows)
    assert table["entity_id"].value_counts().to_dict() == dict.fromkeys(NOT_COMPARED, 2)
    assert table["yoy_local_pct"].isna().all()


def test_of_two_periods_that_end_in_one_month_the_newer_statement_is_compared(reference: Reference) -> None:
    """A quarter to 29 June in the filing of February, one to 30 June in that of August before."""
    table = capex_of(
        reference, row(period="Q2 2023", value="10,000"), row(value="15,000"),
        row(period="2024-04-01/2024-06-29", value="14,000", document="later"),
    )  # fmt: skip
    assert table.set_index("amount")["yoy_local_pct"].dropna().to_dict() == {14_000e6: pytest.approx(40)}


@pytest.mark.parametrize(
    ("first_day", "document", "compared"),
    [("2024-04-02", "later", 14_000e6), ("2024-03-31", "later", 14_000e6), ("2024-04-02", "first", 14_000e6), ("2024-03-31", "first", 15_000e6)],
)  # fmt: skip
def test_of_periods_that_end_in_one_month_the_last_stated_counts_and_of_one_day_the_one_that_begins_later(
    reference: Reference, first_day: str, document: str, compared: float
) -> None:
    table = capex_of(
        reference, row(period="Q2 2023", value="10,000"), row(value="15,000"),
        row(period=f"{first_day}/2024-06-29", value="14,000", document=document),
    )  # fmt: skip
    assert table.set_index("amount")["yoy_local_pct"].dropna().to_dict() == {
        compared: pytest.approx((compared / 10_000e6 - 1) * 100)
    }


@pytest.mark.parametrize(
    ("more", "years"),
    [
        ([], [2024]),
        ([{"claimant": "another broker", "value": "90"}], []),  # a sum of two brokers' numbers is no year
        ([{"claimant": "another broker", "value": "150", "status": "forecast", "period": "CY2025"}], [2024]),
        ([{"claimant": "another broker", "value": "90", "status": "forecast"}], [2024]),
    ],
)
def test_a_year_that_others_state_counts_once_and_no_forecast_counts(
    reference: Reference, more: list[dict[str, str]], years: list[int]
) -> None:
    claim = row(
        document="ft", entity="bytedance", definition="press_claim", period="CY2024", value="80", unit="billion yuan",
        status="estimate", claimant="a broker",
    )  # fmt: skip
    table = capex_of(reference, claim, *(claim | one for one in more))
    assert table["calendar_year"].dropna().tolist() == years
