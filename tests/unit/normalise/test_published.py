"""Observations to the published tables: conversion, comparison, and rows that add up without counting anything twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import Evidence, article, days, estimate, evidence_of, filed, row
from hypothesis import given, settings
from hypothesis import strategies as st

from capex_pipeline.normalise import published
from capex_pipeline.reference import Reference, load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources import ecb_rates
from capex_pipeline.values.periods import calendar_quarter, period_type

M = 1e6
DAILY = ecb_rates.daily_fixings(["CNY", "USD", "EUR"])


def published_of(evidence: Evidence, table: str = "capex_by_definition") -> pd.DataFrame:
    known = evidence.observations
    if table.startswith("gpu_estimates"):
        frame = published.estimates(known, load())[table]
    else:
        frame = getattr(published, table)(known, published.fx_rates(known, DAILY), load())
    assert failures(frame, TABLES[table]).to_dict("records") == []
    return frame


def dollars(entity: str, period: str, value: str, **more: str) -> dict[str, str]:
    return row(entity=entity, period=period, value=value, unit="USD million", **more)


@pytest.fixture(scope="module")
def half_year() -> pd.DataFrame:
    """What the three Chinese groups filed for the first halves of 2023 and 2024, and what a newspaper made of it."""
    filings = filed("filings", "2024-08-22")
    rows = [
        row(entity=entity, definition=definition, period=f"Q{quarter} {year}", value=value)
        for entity, definition, values in (
            ("alibaba", "cash_purchases", {2023: ("3,478", "6,927"), 2024: ("11,153", "12,094")}),
            ("tencent", "accrual_additions", {2023: ("4,411", "3,953"), 2024: ("14,359", "8,729")}),
            ("baidu", "cash_purchases", {2023: ("2,000", "2,001"), 2024: ("2,038", "2,118")}),
        )
        for year, pair in values.items()
        for quarter, value in enumerate(pair, start=1)
    ]
    claims = [
        row(
            document="ft",
            entity="Chinese tech giants",
            definition="mixed_press_aggregate",
            period="H1 2024",
            value="50",
            unit="billion yuan",
        ),
        row(document="ft", entity="alibaba", period="H1 2024", value="23", unit="billion yuan", claimant="Alibaba"),
        row(
            document="ft",
            entity="alibaba",
            measure="yoy_growth",
            period="H1 2024",
            value="123",
            unit="percent",
            claimant="Alibaba",
        ),
    ]
    return published_of(evidence_of([filings, article("ft", "2024-08-26")], rows + claims))


def test_preferred_rows_sum_to_what_the_companies_filed(half_year: pd.DataFrame) -> None:
    chosen = half_year[half_year["is_preferred"]]
    by_year = chosen.groupby(chosen["calendar_quarter"].str[:4])["amount"].sum() / M
    assert by_year.to_dict() == {"2023": 22_770, "2024": 50_491}


def test_the_sum_in_dollars_is_taken_quarter_by_quarter_at_average_rates(half_year: pd.DataFrame) -> None:
    """7.1882 and 7.2419 yuan per dollar: 27,550 / 7.1882 + 22,941 / 7.2419 = 7,000 million."""
    chosen = half_year[half_year["is_preferred"] & half_year["calendar_quarter"].isin(["2024Q1", "2024Q2"])]
    assert chosen["amount_usd"].sum() / 1e9 == pytest.approx(7.00, abs=0.005)
    rates = chosen.drop_duplicates("calendar_quarter").set_index("calendar_quarter")["fx_usd"].round(4)
    assert rates.to_dict() == {"2024Q1": 7.1882, "2024Q2": 7.2419}
    assert set(chosen["fx_method"]) == {"period_average"}


def test_claims_aggregates_and_halves_stand_beside_and_are_never_preferred(half_year: pd.DataFrame) -> None:
    claims = half_year[half_year["source_type"] == "article"]
    assert sorted(claims["entity_id"]) == ["alibaba", "alibaba_tencent_baidu"]
    assert not claims["is_preferred"].any()
    assert not claims["is_break"].any(), "what is compared with nothing breaks with nothing"
    alibaba = claims[claims["entity_id"] == "alibaba"].iloc[0]
    assert (alibaba["amount"], alibaba["yoy_pct_stated"]) == (23e9, 123)
    assert pd.isna(alibaba["calendar_quarter"]) and alibaba["period_type"] == "half_year"


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """One company for each case that a reader may stumble over."""
    documents = [filed("main", "2024-08-15"), filed("first", "2024-02-02"), filed("later", "2025-01-30")]
    definitions = ("cash_purchases", "cash_net_of_incentives")
    q2_2024 = (
        ("17,620", "cash_purchases"),
        ("16,390", "cash_net_of_incentives"),
        ("16,500", "call_basis"),
        ("17,860", "cash_and_lease_assets"),
    )
    rows = [
        # Alibaba: quarters, the half-year and the fiscal year beside them, revenue of one quarter, an outlook
        row(period="Q1 2024", value="11,153"), row(), row(period="H1 2024", value="23,247"), row(period="FY2024", value="32,087"),
        row(metric="revenue", definition=None, value="243,236"),
        row(period="CY2027", value="100", unit="billion yuan", status="guidance"),
        # Tencent in a currency without fixings
        row(entity="tencent", definition="accrual_additions", unit="NT$ million", value="100,000"),
        # Amazon on four definitions, and before and after the day from which another is preferred
        *(dollars("amazon", "Q2 2024", value, definition=definition) for value, definition in q2_2024),
        *(dollars("amazon", period, "2,000", definition=name) for period in ("Q4 2016", "Q1 2017") for name in definitions),
        # Alphabet with a printed quarter and a difference that disagrees with it
        dollars("alphabet", "Q3 2016", "2,554"), dollars("alphabet", "H1 2016", "4,500"), dollars("alphabet", "9M 2016", "7,083"),
        # Meta with a quarter that was presented anew
        dollars("meta", "Q4 2023", "7,665", document="first"), dollars("meta", "Q4 2023", "7,592", document="later"),
    ]  # fmt: skip
    return published_of(evidence_of(documents, rows))


def of(frame: pd.DataFrame, entity: str, quarter: str | None = None) -> pd.DataFrame:
    own = frame[frame["entity_id"] == entity]
    return own if quarter is None else own[own["calendar_quarter"] == quarter]


def test_a_group_without_one_of_its_members_has_no_total(mixed: pd.DataFrame) -> None:
    assert not mixed["is_aggregate"].any()


def test_of_a_half_year_beside_its_quarters_only_the_quarters_are_preferred(mixed: pd.DataFrame) -> None:
    own = of(mixed, "alibaba")
    assert len(own) == 5
    assert own.loc[own["is_preferred"], "amount"].sum() == 23_247 * M


def test_definitions_stand_side_by_side_and_one_is_preferred(mixed: pd.DataFrame) -> None:
    """Amazon's second quarter of 2024 has four valid values."""
    own = of(mixed, "amazon", "2024Q2")
    assert len(own) == 4
    assert own.loc[own["is_preferred"], ["definition_id", "amount"]].to_numpy().tolist() == [
        ["cash_purchases", 17_620 * M]
    ]


def test_the_preferred_definition_depends_on_the_day(mixed: pd.DataFrame) -> None:
    """Amazon printed only the net figure before 2017."""
    own = of(mixed, "amazon")
    chosen = own[own["is_preferred"]].set_index("calendar_quarter")["definition_id"]
    assert chosen[["2016Q4", "2017Q1"]].tolist() == ["cash_net_of_incentives", "cash_purchases"]


def test_a_printed_quarter_comes_before_a_derived_one(mixed: pd.DataFrame) -> None:
    own = of(mixed, "alphabet", "2016Q3")
    assert own.loc[own["is_preferred"], ["amount", "status"]].to_numpy().tolist() == [[2_554 * M, "reported"]]


def test_a_restated_quarter_shows_the_latest_and_says_what_was_first_reported(mixed: pd.DataFrame) -> None:
    (only,) = of(mixed, "meta").to_dict("records")
    assert (only["amount"], only["first_reported_amount"]) == (7_592 * M, 7_665 * M)
    assert (only["first_reported_on"], only["unchanged_since"]) == (
        pd.Timestamp("2024-02-01"),
        pd.Timestamp("2025-01-30"),
    )


def test_dollars_need_no_rate_and_a_period_that_is_not_over_has_none(mixed: pd.DataFrame) -> None:
    own = of(mixed, "meta").iloc[0]
    assert own[["amount_usd", "fx_usd", "fx_method"]].tolist() == [7_592 * M, 1, "reporting_currency"]
    outlook = mixed[mixed["status"] == "guidance"].iloc[0]
    assert outlook["fx_method"] == "period_not_over"
    assert pd.isna(outlook["amount_usd"]) and pd.isna(outlook["fx_usd"])


def test_a_currency_without_fixings_has_no_dollars_and_says_so(mixed: pd.DataFrame) -> None:
    own = of(mixed, "tencent")
    assert own[["currency", "fx_method"]].to_numpy().tolist() == [["TWD", "no_fixing"]]
    assert own[["amount_usd", "amount_cny", "fx_usd"]].isna().all(axis=None)


def test_capex_to_revenue_is_of_one_period_and_currency(mixed: pd.DataFrame) -> None:
    own = of(mixed, "alibaba").set_index("calendar_quarter")
    assert own.at["2024Q2", "capex_to_revenue_pct"] == pytest.approx(4.972, abs=1e-3)
    assert pd.isna(own.at["2024Q1", "capex_to_revenue_pct"])


def test_a_growth_only_statement_is_a_row_without_amount() -> None:
    rows = [
        row(
            document="ft",
            metric="cloud_revenue",
            measure="yoy_growth",
            definition="alibaba_cloud_segment",
            segment="Cloud",
            value="6",
            unit="percent",
        ),
        row(
            metric="cloud_revenue",
            definition="alibaba_cloud_segment",
            segment="Cloud Intelligence Group",
            value="26,549",
        ),
    ]
    frame = published_of(
        evidence_of([filed("f", "2024-08-15"), article("ft", "2024-08-26")], rows), "cloud_revenue_by_definition"
    )
    claim = frame[frame["source_type"] == "article"].iloc[0]
    assert pd.isna(claim["amount"]) and claim["yoy_pct_stated"] == 6 and claim["calendar_quarter"] == "2024Q2"
    assert frame.loc[frame["is_preferred"], ["amount", "segment"]].to_numpy().tolist() == [
        [26_549 * M, "Cloud Intelligence Group"]
    ]


def test_a_recast_is_a_break_and_no_fall() -> None:
    rows = [
        dollars("microsoft", period, value, metric="cloud_revenue", definition=definition)
        for period, value, definition in (
            ("Q3 2023", "24,259", "intelligent_cloud_first_reported"), ("Q2 2024", "28,515", "intelligent_cloud_first_reported"),
            ("Q3 2023", "20,013", "intelligent_cloud_recast_2024"), ("Q3 2024", "24,092", "intelligent_cloud_recast_2024"),
        )
    ]  # fmt: skip
    frame = published_of(evidence_of([filed("f", "2024-10-30")], rows), "cloud_revenue_by_definition")
    (now,) = frame[frame["is_preferred"] & (frame["calendar_quarter"] == "2024Q3")].to_dict("records")
    assert now["is_break"] and now["yoy_local_pct"] == pytest.approx(20.4, abs=0.05) and pd.isna(now["qoq_local_pct"])
    assert "recast" in now["note"]


@pytest.fixture(scope="module")
def shipments() -> pd.DataFrame:
    def chips(**more: str) -> dict[str, str]:
        return row(entity="nvidia", metric="gpu_units", definition="epoch_model_estimate", product="H20", status="estimate", flow="shipped",
                   claimant="Epoch AI", unit="units", document="epoch") | more  # fmt: skip

    rows = [
        chips(period="Q2 2024", value="250,000", value_low="200,000", value_high="310,000"),
        chips(period="Q2 2024", value="90,000", customer="bytedance"),
        chips(period="2024-04-29/2024-07-28", value="260,000"),
        chips(period="2024-01-01/2024-06-30", value="400,000"),
        chips(period="Q2 2024", value="240,000", document="older", claimant="Another"),
        chips(document="omdia", definition="omdia_estimate", product="Hopper", customer="bytedance", flow="purchased", period="CY2024", value="230,000", claimant="Omdia"),
        chips(document="ft", definition="analyst_statement", flow="forecast", status="forecast", period="CY2024", value="more than 1 million", claimant="Analysts"),
        chips(document="ft", definition="analyst_price_statement", metric="gpu_unit_price", flow="forecast", status="forecast", period="CY2024",
              value="between 12,000 and 13,000", unit="USD per unit", claimant="Analysts"),
    ]  # fmt: skip
    documents = [
        estimate("epoch", "2026-04-22"),
        estimate("older", "2025-01-01"),
        estimate("omdia", "2024-12-17"),
        article("ft", "2024-08-26"),
    ]
    known = evidence_of(documents, rows)
    tables = [published_of(known, name) for name in ("gpu_estimates", "gpu_estimates_by_customer")]
    assert "customer_id" not in tables[0].columns and tables[1]["customer_id"].notna().all()
    return pd.concat(tables, ignore_index=True)


def test_a_forecast_has_a_lower_bound_a_price_range_and_the_value_that_follows(shipments: pd.DataFrame) -> None:
    (h20,) = shipments[shipments["flow"] == "forecast"].to_dict("records")
    assert (h20["units_low"], h20["unit_price_usd_low"], h20["unit_price_usd_high"], h20["implied_value_usd_low"]) == (
        1e6,
        12_000,
        13_000,
        12e9,
    )
    assert np.isnan(h20["units"]) and np.isnan(h20["units_high"]) and np.isnan(h20["implied_value_usd_high"])


def test_of_shipments_one_estimators_calendar_quarter_is_preferred(shipments: pd.DataFrame) -> None:
    chosen = shipments[shipments["is_preferred"] & shipments["customer_id"].isna()]
    assert chosen[["document_id", "units", "units_low", "units_high"]].to_numpy().tolist() == [
        ["epoch", 250_000, 200_000, 310_000]
    ]


def test_estimators_stand_side_by_side_and_nothing_is_added_or_averaged(shipments: pd.DataFrame) -> None:
    assert sorted(shipments["units"].dropna()) == [90_000, 230_000, 240_000, 250_000, 260_000, 400_000]


# ------------------------------------------------------------------------------------------------------------- never twice

ENTITIES = ["alibaba", "amazon", "meta", "microsoft", "nvidia", "us_four", "alibaba_tencent_baidu"]
PERIODS = ["Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY"]
DEFINITIONS = [
    "cash_purchases",
    "cash_net_of_incentives",
    "accrual_additions",
    "mixed_press_aggregate",
    "stated_including_finance_leases",
]

observation = st.fixed_dictionaries(
    {
        "entity_id": st.sampled_from(ENTITIES),
        "definition_id": st.sampled_from(DEFINITIONS),
        "year": st.sampled_from([2016, 2017, 2024]),
        "period": st.sampled_from(PERIODS),
        "shift": st.integers(-3, 3),
        "status": st.sampled_from(["reported", "derived", "estimate", "forecast", "guidance"]),
        "source_type": st.sampled_from(["filing", "article", "estimate"]),
        "document_id": st.sampled_from(["a", "b", "c"]),
        "known_from": st.sampled_from(["2017-02-01", "2024-08-01", "2025-02-01"]),
        "amount": st.sampled_from([np.nan, 0.0, 1.0, 2.0]),
    }
)


def laid_out(rows: list[dict[str, Any]], reference: Reference) -> pd.DataFrame:
    """Rows as `published` has them when it chooses, on each company's own calendar, each end off by up to three days."""
    frame = pd.DataFrame(rows)
    bounds = [reference.calendars[one["entity_id"]].bounds(one["year"], one["period"]) for one in rows]
    shift = pd.to_timedelta(frame["shift"], unit="D")
    start, end = (days(*(f"{bound[side]:%Y-%m-%d}" for bound in bounds)) + shift for side in (0, 1))
    frame = frame.assign(
        metric_id="capex", period_start=start, period_end=end, period_type=period_type(start, end), calendar_quarter=calendar_quarter(start, end),
        entity_type=frame["entity_id"].map(reference.entities["type"]), known_from=days(*frame["known_from"]), review_state="reviewed", printed_step=1e6,
        fiscal_period=frame["period"],
    )  # fmt: skip
    return frame.assign(is_aggregate=frame["entity_type"] == "group")


@pytest.mark.slow("computes tables of many rows that Hypothesis draws")
@settings(max_examples=25, deadline=None)
@given(st.lists(observation, min_size=1, max_size=12))
def test_preferred_rows_never_count_anything_twice(reference: Reference, rows: list[dict[str, Any]]) -> None:
    frame = laid_out(rows, reference)
    chosen = frame[published.preferred_money(frame, reference)]
    assert not chosen.duplicated(["entity_id", "calendar_quarter"]).any()
    assert not chosen["is_aggregate"].any()
    assert set(chosen["period_type"]) <= {"quarter"}
    assert set(chosen["source_type"]) <= {"filing"} and set(chosen["status"]) <= {"reported", "derived"}
    assert chosen["amount"].notna().all()
    preferred = reference.preferred.set_index(["entity_id", "metric_id", "definition_id"])
    for one in chosen.itertuples():
        spans = preferred.loc[[(one.entity_id, "capex", one.definition_id)]]
        assert ((spans["valid_from"] <= one.period_start) & (one.period_start <= spans["valid_to"])).any()
    for _, own in chosen.sort_values("period_start").groupby("entity_id"):
        overlap = (own["period_end"].shift() - own["period_start"]).dt.days.dropna()
        assert (overlap < 10).all(), "the days of two preferred rows overlap"


@pytest.mark.slow("computes tables of many rows that Hypothesis draws")
@settings(max_examples=25, deadline=None)
@given(st.lists(observation, min_size=1, max_size=12), st.randoms())
def test_which_rows_are_preferred_does_not_depend_on_their_order(
    reference: Reference, rows: list[dict[str, Any]], random: Any
) -> None:
    frame = laid_out(rows, reference)
    mixed = frame.sample(frac=1, random_state=random.randrange(2**32))
    columns = ["entity_id", "calendar_quarter", "definition_id", "amount", "document_id", "known_from", "status"]
    one = frame.loc[published.preferred_money(frame, reference), columns]
    other = mixed.loc[published.preferred_money(mixed, reference), columns]
    key = ["entity_id", "calendar_quarter", "document_id", "status", "known_from"]
    unambiguous = ~frame.duplicated(
        ["entity_id", "calendar_quarter", "status", "known_from", "document_id"], keep=False
    )
    if unambiguous.all():
        pd.testing.assert_frame_equal(
            one.sort_values(key, ignore_index=True), other.sort_values(key, ignore_index=True)
        )


shipment = st.fixed_dictionaries(
    {
        "entity_id": st.sampled_from(["nvidia", "amd", "us_four"]),
        "product": st.sampled_from(["h100", "h20", None]),
        "customer_id": st.sampled_from(["bytedance", None]),
        "flow": st.sampled_from(["shipped", "purchased", "forecast"]),
        "measure": st.sampled_from(["flow", "cumulative"]),
        "span": st.sampled_from(["2024-01-01/2024-03-31", "2024-04-01/2024-06-30", "2024-01-29/2024-04-28", "2024-01-01/2024-06-30", "2024-04-01/2024-06-29"]),
        "status": st.sampled_from(["reported", "estimate", "forecast"]),
        "source_type": st.sampled_from(["filing", "article", "estimate"]),
        "document_id": st.sampled_from(["a", "b"]),
        "known_from": st.sampled_from(["2024-08-01", "2025-02-01"]),
        "units": st.sampled_from([np.nan, 1.0, 5.0]),
    }
)  # fmt: skip


@pytest.mark.slow("computes tables of many rows that Hypothesis draws")
@settings(max_examples=25, deadline=None)
@given(st.lists(shipment, min_size=1, max_size=12))
def test_preferred_shipments_never_count_a_chip_twice(reference: Reference, rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(rows).astype({"product": "str", "customer_id": "str"})
    spans = frame["span"].str.split("/", expand=True)
    start, end = days(*spans[0]), days(*spans[1])
    frame = frame.assign(
        period_start=start, period_end=end, calendar_quarter=calendar_quarter(start, end), known_from=days(*frame["known_from"]),
        is_aggregate=frame["entity_id"] == "us_four", supplier_id=frame["entity_id"], review_state="reviewed",
    )  # fmt: skip
    chosen = frame[published.preferred_shipments(frame)]
    of_all = chosen["customer_id"].isna()
    assert not chosen[of_all].duplicated(["supplier_id", "product", "calendar_quarter"]).any()
    assert not chosen[~of_all].duplicated(["supplier_id", "product", "customer_id", "calendar_quarter"]).any()
    assert set(chosen.loc[of_all, "flow"]) <= {"shipped"}
    assert not chosen["is_aggregate"].any() and set(chosen["source_type"]) <= {"filing", "estimate"}
    assert set(chosen["span"]) <= {"2024-01-01/2024-03-31", "2024-04-01/2024-06-30"}, (
        "only whole calendar quarters tile the year"
    )


def test_labels_of_the_random_rows_are_those_of_the_calendars(reference: Reference) -> None:
    frame = laid_out(
        [{"entity_id": "nvidia", "year": 2024, "period": "Q4", "shift": 0, "known_from": "2024-08-01"}], reference
    )
    (days,) = frame[["period_start", "period_end"]].itertuples(index=False)
    assert reference.calendars["nvidia"].label(*(day.date() for day in days)) == (2024, "Q4")
