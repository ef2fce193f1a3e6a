"""Tables of single lines of statements: which of several statements of a line and quarter is shown, and which balances."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import evidence_of, filed, frame_of, row

from capex_pipeline.normalise import statements
from capex_pipeline.reference import Reference, load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

QUARTER = {"entity": "nvidia", "period": "FY2025 Q2"}
DATA_CENTER = QUARTER | {"metric": "data_center_revenue", "definition": "nvidia_data_center", "unit": "USD million"}
QUARTERS = [
    ("2024-01-29", "2024-04-28"),
    ("2024-04-29", "2024-07-28"),
    ("2024-01-01", "2024-03-31"),
    ("2024-04-01", "2024-06-30"),
]
RATES = frame_of(
    "fx_rates",
    *(
        {
            "currency": currency,
            "period_start": pd.Timestamp(start),
            "period_end": pd.Timestamp(end),
            "average_rate": rate,
            "rate_flag": None,
        }
        for currency, rate in (("USD", 1.0), ("CNY", 7.2))
        for start, end in QUARTERS
    ),
)


def flow(metric: str, observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The table of one flow."""
    return statements.flows([metric], observations, rates, reference, None)[metric]


def test_the_companys_own_document_is_shown_and_not_a_newer_copy_of_it() -> None:
    """Nvidia's 10-Q states 26,272 million for the quarter; a data set of a later day repeats it as 26.3 billion."""
    documents = [filed("quarterly-report", "2024-08-28"), filed("copy", "2024-09-30", source_type="third_party_copy")]
    rows = [
        row(**DATA_CENTER, document="quarterly-report", value="26,272"),
        row(**DATA_CENTER | {"unit": "billion USD"}, document="copy", value="26.3"),
    ]
    table = flow("data_center_revenue", evidence_of(documents, rows).observations, RATES, load())
    assert table["amount_local"].tolist() == [26_272e6]
    assert table["document_id"].tolist() == ["quarterly-report"]


def of_nvidia(**changed: str) -> dict[str, str]:
    return row(**{"entity": "nvidia", "unit": "USD million", "document": "report"} | changed)


def observed(*rows: dict[str, str]) -> pd.DataFrame:
    return evidence_of([filed("report", "2024-08-28")], rows).observations


def test_a_quarter_that_is_not_on_record_has_no_row() -> None:
    """Revenue is known of two quarters, cash flow of one: tables that are joined hold the same quarters."""
    revenue = {"metric": "revenue", "definition": "total_revenue"}
    seen = observed(
        of_nvidia(period="FY2025 Q2", value="30,040", **revenue),
        of_nvidia(period="FY2025 Q1", value="26,044", **revenue),
        of_nvidia(
            period="FY2025 Q2", value="14,489", metric="operating_cash_flow", definition="net_cash_from_operations"
        ),
    )
    quarters = {
        name: flow(name, seen, RATES, load())["calendar_quarter"].tolist()
        for name in ("revenue", "operating_cash_flow")
    }
    assert quarters == {"revenue": ["2024Q1", "2024Q2"], "operating_cash_flow": ["2024Q2"]}


@pytest.mark.parametrize("definition", ["net_cash_from_operations", "total_revenue"])
def test_flows_computed_together_are_those_computed_one_by_one(definition: str) -> None:
    """Also where a document states two metrics on one definition."""
    ends = {"FY2025 Q1": ("26,044", "15,345"), "FY2025 Q2": ("30,040", "14,489")}
    seen = observed(
        *(
            of_nvidia(period=period, value=value, metric=metric, definition=of_metric)
            for period, values in ends.items()
            for value, metric, of_metric in zip(
                values, ("revenue", "operating_cash_flow"), ("total_revenue", definition), strict=True
            )
        )
    )
    names = ["depreciation", "operating_cash_flow", "revenue"]
    together = statements.flows(names, seen, RATES, load(), None)
    assert sorted(together) == names
    assert len(together["revenue"]) == 2 and len(together["operating_cash_flow"]) > 0
    for name in names:
        pd.testing.assert_frame_equal(together[name], flow(name, seen, RATES, load()))


def test_cash_flow_below_zero_keeps_its_sign() -> None:
    seen = observed(
        of_nvidia(
            period="FY2025 Q2", value="-1,200", metric="operating_cash_flow", definition="net_cash_from_operations"
        )
    )
    table = flow("operating_cash_flow", seen, RATES, load())
    assert table["amount_usd"].tolist() == [-1_200e6] and failures(table, TABLES["operating_cash_flow"]).empty


CASH_FLOW = {"metric": "operating_cash_flow", "definition": "net_cash_from_operations"}
PURCHASES = {"metric": "capex", "definition": "cash_purchases"}


def test_free_cash_flow_is_computed_from_one_document() -> None:
    """Nvidia's 10-Q for the second quarter of fiscal 2025: 14,489 million from operations less 977 million for property and equipment."""
    seen = observed(
        of_nvidia(period="FY2025 Q2", value="14,489", **CASH_FLOW),
        of_nvidia(period="FY2025 Q2", value="977", **PURCHASES),
    )
    (found,) = flow("free_cash_flow", seen, RATES, load()).to_dict("records")
    assert (found["amount_local"], found["status"]) == (13_512e6, "derived")
    assert (
        found["definition_id"] == "operating_cash_flow_less_cash_purchases"
        and len(found["derived_from"].split("|")) == 2
    )


def test_a_row_says_what_is_particular_to_the_company_in_its_definition() -> None:
    """Nvidia's own free cash flow also deducts principal payments; its revenue is that of any company."""
    seen = observed(
        of_nvidia(period="FY2025 Q2", value="13,454", metric="free_cash_flow", definition="company_free_cash_flow"),
        of_nvidia(period="FY2025 Q2", value="30,040", metric="revenue", definition="total_revenue"),
    )
    stated, revenue = (flow(name, seen, RATES, load()).iloc[0] for name in ("free_cash_flow_as_stated", "revenue"))
    assert "principal payments" in stated["definition_note"] and pd.isna(revenue["definition_note"])


def test_depreciation_with_amortization_is_in_a_table_of_its_own() -> None:
    seen = observed(
        of_nvidia(period="FY2025 Q1", value="410", metric="depreciation", definition="depreciation_in_cash_flow_statement"),
        of_nvidia(period="FY2025 Q2", value="433", metric="depreciation", definition="depreciation_of_property_and_equipment"),
    )  # fmt: skip
    tables = statements.flows(["depreciation", "depreciation_and_amortization"], seen, RATES, load(), None)
    assert {name: table["amount_local"].tolist() for name, table in tables.items()} == {
        "depreciation": [433e6],
        "depreciation_and_amortization": [410e6],
    }


def test_cash_flow_and_purchases_of_two_documents_make_no_free_cash_flow() -> None:
    documents = [filed("report", "2024-08-28"), filed("other", "2024-08-29")]
    rows = [
        of_nvidia(period="FY2025 Q2", value="14,489", **CASH_FLOW),
        of_nvidia(period="FY2025 Q2", value="977", document="other", **PURCHASES),
    ]
    assert flow("free_cash_flow", evidence_of(documents, rows).observations, RATES, load()).empty


def test_the_companys_own_free_cash_flow_is_in_a_table_of_its_own_also_from_a_copy() -> None:
    """The company states 13,454 million for the second quarter; computed are 28,848 - 12,012 and 26,641 - 13,186."""
    documents = [filed("report", "2024-08-28"), filed("copy", "2024-08-29", source_type="third_party_copy")]
    seen = evidence_of(documents, _two_quarters("alphabet")).observations
    tables = statements.flows(["free_cash_flow", "free_cash_flow_as_stated"], seen, RATES, load(), None)
    assert tables["free_cash_flow"]["amount_local"].tolist() == [16_836e6, 26_641e6 - 13_186e6]
    assert not tables["free_cash_flow"]["is_break"].any()
    assert tables["free_cash_flow_as_stated"]["amount_local"].tolist() == [13_454e6]


def _two_quarters(entity: str) -> list[dict[str, str]]:
    """Operating cash flow and purchases of two quarters, and the company's own free cash flow of the second one."""
    first, second = ("FY2025 Q1", "FY2025 Q2") if entity == "nvidia" else ("2024 Q1", "2024 Q2")
    return [
        of_nvidia(entity=entity, period=second, value="26,641", **CASH_FLOW), of_nvidia(entity=entity, period=second, value="13,186", **PURCHASES),
        of_nvidia(entity=entity, period=second, value="13,454", document="copy", metric="free_cash_flow", definition="company_free_cash_flow"),
        of_nvidia(entity=entity, period=first, value="28,848", **CASH_FLOW), of_nvidia(entity=entity, period=first, value="12,012", **PURCHASES),
    ]  # fmt: skip


def test_a_balance_joins_the_quarter_that_ends_on_its_day() -> None:
    """Nvidia's fiscal quarter ended on 28 July 2024; a backlog of another day and the backlog of a part of a company are left out."""
    quarter = of_nvidia(period="FY2025 Q2", value="30,040", metric="revenue", definition="total_revenue")
    backlog = {"metric": "remaining_performance_obligations", "definition": "remaining_performance_obligations"}
    seen = observed(
        quarter, of_nvidia(period="2024-07-28", value="1,300", **backlog), of_nvidia(period="2024-06-30", value="1,250", **backlog),
        of_nvidia(period="2024-07-28", value="900", **backlog | {"definition": "revenue_backlog"}),
    )  # fmt: skip
    (row,) = balance(seen, "remaining_performance_obligations").to_dict("records")
    assert (row["calendar_quarter"], row["balance_local"], row["balance_usd"]) == ("2024Q2", 1_300e6, 1_300e6)
    assert (row["fiscal_quarter"], row["fiscal_period_end"]) == ("FY2025Q2", pd.Timestamp("2024-07-28"))
    assert row["is_latest_quarter_of_company"] and row["calendar_quarter_of_all_in_table"] == row["calendar_quarter"]


def balance(seen: pd.DataFrame, metric: str) -> pd.DataFrame:
    table = statements.balances([metric], seen, RATES, load())[metric]
    assert failures(table, TABLES[metric]).empty
    return table


def test_a_balance_after_a_change_of_scope_is_a_break_and_has_no_growth() -> None:
    """Alphabet counts contracts of one year or less from the first quarter of 2026 on. A year before the last quarter of 2025 it had 93.2 billion."""
    revenue = {"metric": "revenue", "definition": "total_revenue", "period": "CY2026 Q1", "value": "109,896"}
    backlog = {
        "metric": "remaining_performance_obligations",
        "definition": "remaining_performance_obligations",
        "unit": "USD million",
    }
    quarters = [
        ("CY2024 Q4", "2024-12-31", "93,200"), ("CY2025 Q1", "2025-03-31", "92,400"), ("CY2025 Q4", "2025-12-31", "242,800"),
        ("CY2026 Q1", "2026-03-31", "467,600"),
    ]  # fmt: skip
    seen = evidence_of(
        [filed("report", "2026-04-30")],
        [row(entity="alphabet", document="report", unit="USD million", **revenue | {"period": period}) for period, _, _ in quarters]
        + [row(entity="alphabet", document="report", period=day, value=value, **backlog) for _, day, value in quarters],
    ).observations  # fmt: skip
    table = statements.balances(["remaining_performance_obligations"], seen, RATES, load())[
        "remaining_performance_obligations"
    ]
    assert table["is_break"].tolist() == [False, False, False, True] and "one year or less" in table["note"].iloc[3]
    assert table["yoy_local_pct"].isna().tolist() == [True, True, False, True]
    assert table["yoy_local_pct"].iloc[2] == pytest.approx((242_800 / 93_200 - 1) * 100)


def test_parts_of_the_bridge_stand_beside_each_other() -> None:
    lease = {"period": "FY2025 Q2"}
    seen = observed(
        of_nvidia(value="30", metric="finance_lease_principal", definition="finance_lease_principal", **lease),
        of_nvidia(value="45", metric="finance_lease_assets", definition="finance_lease_assets", **lease),
    )
    (parts,) = statements.bridge_parts(seen, load()).to_dict("records")
    assert (parts["finance_lease_principal_local"], parts["finance_lease_assets_local"]) == (30e6, 45e6)
    assert pd.isna(parts["incentive_proceeds_local"])


def test_no_observations_make_no_rows() -> None:
    empty = observed(of_nvidia(period="FY2025 Q2", value="30,040", metric="revenue", definition="total_revenue")).iloc[
        :0
    ]
    assert flow("revenue", empty, RATES, load()).empty
    assert balance(empty, "property_and_equipment").empty and statements.bridge_parts(empty, load()).empty
