"""Which cells are filled, by what, and what would fill the rest."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from builders import article, estimate, evidence_of, filed, row

from capex_pipeline.normalise import published, statements
from capex_pipeline.reconcile.coverage import coverage, shrunk
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.coverage import WITHOUT_FIGURE
from capex_pipeline.schemas.validation import failures
from capex_pipeline.sources import ecb_rates

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")


def coverage_of(reference: Reference, *rows: dict[str, str]) -> pd.DataFrame:
    documents = [filed("f", "2025-03-28"), article("ft", "2024-10-26"), estimate("epoch", "2024-12-01")]
    known = evidence_of(documents, rows).observations
    rates = published.fx_rates(known, ecb_rates.daily_fixings(["CNY", "USD"]))
    estimates = published.estimates(known, reference)
    tables = {
        "capex": published.capex_by_definition(known, rates, reference),
        "gpu_shipments": estimates["gpu_estimates"],
        "gpu_shipments_by_customer_and_product": estimates["gpu_estimates_by_customer"],
        "cloud_revenue": published.cloud_revenue_by_definition(known, rates, reference),
    }
    lines = statements.flows(["revenue"], known, rates, reference, None)
    found = coverage(tables, known, reference, lines, {})
    assert failures(found, TABLES["coverage"]).empty
    return found


@pytest.fixture(scope="module")
def cells(reference: Reference) -> pd.DataFrame:
    found = coverage_of(
        reference,
        row(period="Q1 2024", value="11,153"), row(), row(period="Q4 2024", value="31,775"),
        row(entity="meta", period="Q1 2024", value="6,400", unit="USD million", presentation="p"),
        row(entity="meta", period="H1 2024", value="14,573", unit="USD million", presentation="p"),
        row(entity="baidu", period="Q2 2024", value="2,118"),
        row(document="ft", entity="baidu", period="Q3 2024", value="2", unit="billion yuan"),
        row(document="ft", entity="bytedance", definition="press_claim", period="Q2 2024", value="10", unit="billion yuan"),
        row(document="ft", entity="Chinese tech giants", definition="mixed_press_aggregate", period="Q2 2024", value="23", unit="billion yuan"),
        row(document="epoch", entity="nvidia", metric="gpu_units", definition="epoch_model_estimate", product="H20", flow="shipped",
            status="estimate", period="Q2 2024", value="250,000", unit="units"),
    )  # fmt: skip
    return found.set_index(["table_name", "entity_id", "calendar_quarter"])


def test_revenue_is_covered_where_capital_expenditure_is_published(reference: Reference) -> None:
    """A quarter with revenue, one without, one of a company of which only others speak, and one before the company published."""
    found = coverage_of(
        reference,
        row(period="Q1 2024", value="11,153"), row(),
        row(metric="revenue", definition="total_revenue", period="Q1 2024", value="221,874"),
        row(document="ft", entity="bytedance", definition="press_claim", period="Q2 2024", value="10", unit="billion yuan"),
    ).set_index(["table_name", "entity_id", "calendar_quarter"])  # fmt: skip
    revenue = found.loc["revenue"]
    assert revenue.loc[("alibaba", "2024Q1"), "state"] == "reported"
    assert revenue.loc[("alibaba", "2024Q1"), "is_in_table"]
    assert revenue.loc[("alibaba", "2024Q2"), "state"] == "missing"
    assert revenue.loc[("alibaba", "2024Q2"), "document_needed"].endswith(
        "(Form 6-K, exhibit 99.1) for the quarter ended 2024-06-30"
    )
    assert revenue.loc[("bytedance", "2024Q2"), ["state", "rows"]].tolist() == ["not_applicable", 0]
    assert revenue["reason"].notna().eq(revenue["state"].isin(WITHOUT_FIGURE)).all()


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        (("capex", "alibaba", "2024Q1"), "reported"),
        (("capex", "alibaba", "2024Q2"), "reported"),
        (("capex", "alibaba", "2024Q3"), "missing"),
        (("capex", "meta", "2024Q2"), "derived"),
        (("capex", "meta", "2024Q3"), "missing"),
        (("capex", "baidu", "2024Q1"), "missing"),
        (("capex", "baidu", "2024Q3"), "claimed_only"),
        (("capex", "bytedance", "2024Q2"), "claimed_only"),
        (("capex", "nvidia", "2024Q2"), "missing"),
        (("gpu_shipments", "nvidia", "2024Q2"), "estimated"),
        (("gpu_shipments", "meta", "2024Q2"), "not_applicable"),
    ],
)
def test_the_state_of_a_cell(cells: pd.DataFrame, cell: tuple[str, str, str], state: str) -> None:
    assert cells.at[cell, "state"] == state


def bought(customer: str, period: str, **more: str) -> dict[str, str]:
    chips = {"product": "H100/H200", "flow": "acquired", "status": "estimate", "value": "100,000", "unit": "units"}
    maker = {"document": "epoch", "entity": customer, "supplier": "nvidia", "customer": customer}
    return row(metric="gpu_units", definition="epoch_model_estimate", period=period, **maker, **chips) | more


def test_customers_that_have_no_quarter_of_their_own_say_why(reference: Reference) -> None:
    """Meta's chips are counted by quarter, those of xAI to date and those of Tencent by year; nobody counts those of Oracle."""
    found = coverage_of(
        reference,
        row(period="Q1 2024", value="11,153"),
        bought("meta", "Q1 2024"),
        bought("meta", "Q3 2024"),
        bought("xai", "", period_start="2024-01-01", period_end="2024-06-30", presentation="cumulative"),
        bought("tencent", "CY2024"),
    ).set_index(["table_name", "entity_id", "calendar_quarter"])  # fmt: skip
    chips = found.loc["gpu_shipments_by_customer"]
    assert chips["state"].unstack().to_dict("index") == {
        "meta": {"2024Q1": "estimated", "2024Q2": "publication_unknown", "2024Q3": "estimated"},
        "tencent": {"2024Q1": "estimated", "2024Q2": "estimated", "2024Q3": "estimated"},
        "xai": {"2024Q1": "estimated", "2024Q2": "estimated", "2024Q3": "publication_unknown"},
    }
    in_table = chips.index[chips["is_in_table"]].tolist()
    assert in_table == [("meta", "2024Q1"), ("meta", "2024Q3")] and not chips["is_gap"].any()
    assert chips["is_gap"].isna().equals(chips["state"].eq("publication_unknown"))
    assert chips["reason"].isna().equals(chips["is_in_table"])
    assert chips.loc["xai", "reason"].str.contains("cumulative").tolist() == [True, True, False]


def test_groups_have_no_cells(cells: pd.DataFrame) -> None:
    assert "alibaba_tencent_baidu" not in cells.index.get_level_values("entity_id")


def test_the_grid_has_no_hole_and_every_cell_is_there_once(cells: pd.DataFrame) -> None:
    capex = cells.loc["capex"]
    assert capex.index.is_unique
    assert sorted(set(capex.index.get_level_values("calendar_quarter"))) == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    assert len(capex) == 4 * capex.index.get_level_values("entity_id").nunique()


def test_a_hole_says_which_document_would_fill_it(cells: pd.DataFrame) -> None:
    hole = cells.loc[("capex", "alibaba", "2024Q3")]
    assert hole["document_needed"] == (
        "Alibaba: quarterly results announcement (Form 6-K, exhibit 99.1) for the quarter ended 2024-09-30"
    )
    assert hole["rows"] == 0 and not hole["is_in_table"] and hole["is_gap"]
    assert not cells.loc[cells["state"].eq("not_applicable"), "is_gap"].any()
    full = cells.loc[("capex", "alibaba", "2024Q2")]
    assert pd.isna(full["document_needed"]) and (full["rows"], full["document_id"], full["definition_id"]) == (
        1,
        "f",
        "cash_purchases",
    )


@pytest.mark.parametrize(
    ("cell", "document"),
    [
        (("capex", "meta", "2024Q3"), "Meta: Form 10-Q for the quarter ended 2024-09-30"),
        (("capex", "meta", "2024Q4"), "Meta: Form 10-K for the quarter ended 2024-12-31"),
        # Nvidia's second fiscal quarter of 2025 ran from 29 April to 28 July 2024.
        (("capex", "nvidia", "2024Q2"), "Nvidia: Form 10-Q for the quarter ended 2024-07-28"),
    ],
)
def test_a_hole_names_the_report_that_the_company_publishes_and_its_fiscal_quarter(
    cells: pd.DataFrame, cell: tuple[str, str, str], document: str
) -> None:
    assert cells.at[cell, "document_needed"] == document


def test_what_was_never_published_or_is_not_followed_says_why_and_asks_for_no_document(cells: pd.DataFrame) -> None:
    """Meta makes no accelerators that are counted; AMD publishes its capital expenditure, which is not followed."""
    for cell in [("gpu_shipments", "meta", "2024Q2"), ("capex", "bytedance", "2024Q1")]:
        assert cells.at[cell, "state"] == "not_applicable"
        assert pd.isna(cells.at[cell, "document_needed"]) and len(cells.at[cell, "reason"]) > 10


def test_a_company_without_an_entry_is_collected_from_its_first_quarter_on(reference: Reference) -> None:
    unknown = dataclasses.replace(reference, coverage=reference.coverage.iloc[:0])
    found = coverage_of(
        unknown,
        row(entity="meta", period="Q1 2024", value="6,400", unit="USD million"),
        row(period="Q2 2024"),
        row(entity="meta", period="Q3 2024", value="8,258", unit="USD million"),
    )
    states = found.set_index(["entity_id", "calendar_quarter"])["state"].to_dict()
    assert (states["alibaba", "2024Q1"], states["alibaba", "2024Q3"]) == ("publication_unknown", "missing")
    assert states["meta", "2024Q2"] == "missing"


def test_a_claim_about_a_half_year_leaves_its_quarters_claimed_only(reference: Reference) -> None:
    found = coverage_of(
        reference,
        row(period="Q1 2024"),
        row(period="Q4 2024"),
        row(
            document="ft",
            entity="bytedance",
            definition="press_claim",
            period="H1 2024",
            value="20",
            unit="billion yuan",
        ),
    ).set_index(["table_name", "entity_id", "calendar_quarter"])["state"]
    own = found["capex", "bytedance"]
    assert own.to_dict() == {
        "2024Q1": "claimed_only", "2024Q2": "claimed_only", "2024Q3": "not_applicable", "2024Q4": "not_applicable",
    }  # fmt: skip


def test_presentations_that_do_not_fit_are_a_conflict(reference: Reference) -> None:
    found = coverage_of(
        reference, row(entity="meta", period="Q1 2024", value="6,400", unit="USD million", presentation="p"),
        row(entity="meta", period="H1 2024", value="14,573", unit="USD million", presentation="q"),
        row(entity="meta", period="Q3 2024", value="8,258", unit="USD million"),
    )  # fmt: skip
    assert (
        found.set_index(["table_name", "entity_id", "calendar_quarter"])["state"]["capex", "meta", "2024Q2"]
        == "conflict"
    )


def test_cells_that_were_filled_and_are_no_longer_are_found(cells: pd.DataFrame) -> None:
    before = cells.reset_index()
    assert shrunk(before, before).empty
    now = before.copy()
    lost = (now["entity_id"] == "alibaba") & (now["calendar_quarter"] == "2024Q2") & (now["table_name"] == "capex")
    now.loc[lost, "state"] = "missing"
    found = shrunk(before, now)
    assert found[["entity_id", "calendar_quarter", "state_before", "state_now"]].to_numpy().tolist() == [
        ["alibaba", "2024Q2", "reported", "missing"]
    ]
    gone = shrunk(before, now[now["entity_id"] != "meta"])
    assert set(gone["entity_id"]) == {"alibaba", "meta"}
    better = before.assign(state=before["state"].replace("derived", "reported"))
    assert shrunk(before, better).empty


def test_without_any_filled_quarter_there_is_no_grid(reference: Reference) -> None:
    assert coverage_of(reference, row(document="ft", period="H1 2024", value="23", unit="billion yuan")).empty
