"""Cells of the table coverage, from published rows laid out by hand: which row decides a cell, and where the grid begins and ends."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from capex_pipeline.reconcile.coverage import coverage, shrunk
from capex_pipeline.reference import Reference

ROW: dict[str, Any] = {
    "entity_id": "alibaba", "is_aggregate": False, "calendar_quarter": "2024Q1", "status": "reported", "source_type": "filing", "review_state": "reviewed", "amount": 1.0,
    "definition_id": "cash_purchases", "document_id": "f", "is_preferred": True,
    "period_type": "quarter", "period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-03-31"),
}  # fmt: skip
CONFLICT: dict[str, Any] = {
    "entity_id": "meta", "metric_id": "capex", "calendar_quarter": "2024Q2", "definition_id": "cash_purchases", "document_id": "q",
    "conflict_reason": "presented anew", "is_latest": True, "status": "derived", "source_type": "filing", "review_state": "reviewed",
    "value": np.nan, "currency": "USD", "known_from": pd.Timestamp("2024-08-01"), "entity_type": "company", "observation_id": "q#1",
    "period_start": pd.Timestamp("2024-04-01"), "period_end": pd.Timestamp("2024-06-30"), "derived_from": "q#1",
}  # fmt: skip
PATHS = {"new": "announcements/new results.pdf", "old": "announcements/old.xlsx", "f": "announcements/f.csv"}
UNREVIEWED: dict[str, Any] = CONFLICT | {
    "entity_id": "alibaba", "calendar_quarter": "2024Q2", "document_id": "new", "conflict_reason": None, "status": "reported",
    "source_type": "company_release", "review_state": "machine", "value": 5.0, "currency": "CNY", "derived_from": "new#m001",
}  # fmt: skip
REVIEW = "`capex-pipeline review --page review.html 'raw/announcements/new results.pdf'`"


def observations_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Observations that differ from CONFLICT in the named columns."""
    known = pd.DataFrame([CONFLICT | row for row in rows], columns=list(CONFLICT))
    texts = {name: "str" for name in CONFLICT if isinstance(CONFLICT[name], str)}
    return known.astype(texts | dict.fromkeys(("known_from", "period_start", "period_end"), "datetime64[us]"))


@pytest.fixture
def silent(reference: Reference) -> Reference:
    """Reference data that says of no company since when it publishes what."""
    return dataclasses.replace(reference, coverage=reference.coverage.iloc[:0])


def cells_of(
    reference: Reference, *rows: dict[str, Any], table: str = "capex", conflicts: tuple[dict[str, Any], ...] = ()
) -> pd.DataFrame:
    frame = pd.DataFrame([ROW | one for one in rows], index=range(7, 7 + len(rows)))
    if table == "gpu_shipments":
        frame = frame.rename(columns={"amount": "units"})
    found = coverage({table: frame}, observations_of(*conflicts), reference, {}, PATHS)
    assert not found.duplicated(["table_name", "entity_id", "calendar_quarter"]).any()
    assert set(found["table_name"]) <= {table}
    return found.set_index(["entity_id", "calendar_quarter"])


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "reported"), ({"status": "derived"}, "derived"), ({"status": "estimate"}, "estimated"), ({"status": "forecast"}, "estimated"),
        ({"source_type": "estimate", "status": "estimate"}, "estimated"), ({"source_type": "article"}, "claimed_only"),
        ({"amount": np.nan}, "claimed_only"), ({"source_type": "estimate", "amount": np.nan}, "claimed_only"),
        ({"is_aggregate": True}, "missing"), ({"status": "guidance"}, "missing"), ({"calendar_quarter": None}, "missing"),
    ],
)  # fmt: skip
def test_what_one_row_makes_of_a_cell(silent: Reference, changed: dict[str, Any], state: str) -> None:
    cell = {"calendar_quarter": "2024Q2"}
    for table in ("capex", "gpu_shipments"):
        found = cells_of(silent, {}, {"calendar_quarter": "2024Q3"}, cell | changed, table=table).loc[
            ("alibaba", "2024Q2")
        ]
        assert (found["state"], found["rows"]) == (state, 0 if state == "missing" else 1)
        assert pd.isna(found["document_needed"]) == (state in ("reported", "derived", "estimated"))
        assert found["quarter_start"] == pd.Timestamp("2024-04-01")


ORDER = [
    {"status": "reported"}, {"status": "derived"}, {"source_type": "estimate", "status": "estimate"}, {"source_type": "article"},
]  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_the_best_row_decides_and_all_are_counted(silent: Reference, turned: bool) -> None:
    for first in range(len(ORDER) - 1):
        rows = [
            {"document_id": str(place), "calendar_quarter": "2024Q2"} | ORDER[place]
            for place in range(first, len(ORDER))
        ]
        found = cells_of(silent, {}, *(reversed(rows) if turned else rows)).loc[("alibaba", "2024Q2")]
        assert (found["document_id"], found["rows"]) == (str(first), len(rows))


def test_of_equal_rows_the_preferred_decides(silent: Reference) -> None:
    other = {"is_preferred": False, "document_id": "a", "definition_id": "call_basis"}
    for rows in ([other, {}], [{}, other]):
        found = cells_of(silent, *rows).loc[("alibaba", "2024Q1")]
        assert (found["document_id"], found["definition_id"], found["rows"]) == ("f", "cash_purchases", 2)


def test_a_figure_on_a_definition_that_the_table_lacks_says_so(silent: Reference) -> None:
    """Alibaba reported some quarters of 2016 with licensed copyrights only."""
    other = {
        "is_preferred": False,
        "definition_id": "cash_purchases_with_licensed_copyrights",
        "calendar_quarter": "2024Q2",
    }
    found = cells_of(silent, {}, other)
    assert not found.at[("alibaba", "2024Q2"), "is_in_table"]
    assert found.at[("alibaba", "2024Q2"), "reason"].endswith(
        "not this table's: cash_purchases_with_licensed_copyrights."
    )
    assert pd.isna(found.at[("alibaba", "2024Q1"), "reason"])


def test_the_grid_runs_from_a_companys_first_quarter_to_the_last_of_anybody(silent: Reference) -> None:
    found = cells_of(
        silent, {"calendar_quarter": "2023Q4"}, {"entity_id": "meta", "calendar_quarter": "2024Q2"},
        {"entity_id": "baidu", "calendar_quarter": "2024Q3", "source_type": "article"},
        {"entity_id": "baidu", "calendar_quarter": "2024Q1", "source_type": "article"},
    )["state"]  # fmt: skip
    assert found["alibaba"].to_dict() == {"2023Q4": "reported", "2024Q1": "missing", "2024Q2": "missing"}
    assert found["baidu"].to_dict() == {
        "2023Q4": "publication_unknown",
        "2024Q1": "claimed_only",
        "2024Q2": "publication_unknown",
    }
    assert found["meta"].to_dict() == {
        "2023Q4": "publication_unknown",
        "2024Q1": "publication_unknown",
        "2024Q2": "reported",
    }


@pytest.mark.parametrize(
    ("last", "ends"),
    [
        ({}, True), ({"status": "derived"}, True), ({"source_type": "estimate", "status": "estimate"}, True), ({"source_type": "article"}, False),
        ({"amount": np.nan}, False), ({"status": "guidance"}, False),
    ],
)  # fmt: skip
def test_the_last_quarter_is_one_that_is_reported_derived_or_estimated(
    silent: Reference, last: dict[str, Any], ends: bool
) -> None:
    found = cells_of(silent, {}, {"calendar_quarter": "2024Q3"} | last)
    quarters = ["2024Q1", "2024Q2", "2024Q3"] if ends else ["2024Q1"]
    assert found.index.tolist() == [("alibaba", quarter) for quarter in quarters]


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "conflict"), ({"conflict_reason": None}, "missing"), ({"is_latest": False}, "missing"), ({"metric_id": "cloud_revenue"}, "missing"),
        ({"metric_id": "revenue"}, "missing"), ({"calendar_quarter": None}, "missing"),
    ],
)  # fmt: skip
def test_a_conflict_is_the_latest_one_of_the_tables_own_metric(
    silent: Reference, changed: dict[str, Any], state: str
) -> None:
    meta = {"entity_id": "meta"}
    found = cells_of(silent, meta, meta | {"calendar_quarter": "2024Q3"}, conflicts=(changed,)).loc[("meta", "2024Q2")]
    assert (found["state"], found["rows"]) == (state, 0)
    source = ("cash_purchases", "q") if state == "conflict" else (None, None)
    assert tuple(found[["definition_id", "document_id"]].astype("object").where(found.notna(), None)) == source
    assert found["document_needed"] == "Meta: Form 10-Q for the quarter ended 2024-06-30"


def test_a_conflict_goes_before_a_claim_and_behind_an_estimate(silent: Reference) -> None:
    begin = {"entity_id": "meta"}
    for row, state, document in (
        ({"source_type": "article"}, "conflict", "q"),
        ({"source_type": "estimate"}, "estimated", "f"),
    ):
        cell, end = begin | {"calendar_quarter": "2024Q2"} | row, begin | {"calendar_quarter": "2024Q3"}
        found = cells_of(silent, begin, cell, end, conflicts=({},)).loc[("meta", "2024Q2")]
        assert (found["state"], found["document_id"], found["rows"]) == (state, document, 1)


def test_a_company_of_one_table_is_named_in_the_others(silent: Reference) -> None:
    capex = pd.DataFrame([ROW, ROW | {"entity_id": "us_four", "is_aggregate": True}])
    chips = pd.DataFrame([ROW | {"entity_id": "nvidia", "units": 5.0}]).drop(columns="amount")
    revenue = pd.DataFrame(
        columns=["entity_id", "calendar_quarter", "status", "definition_id", "document_id"], dtype="str"
    )
    tables = {"gpu_shipments": chips, "capex": capex}
    found = coverage(tables, observations_of(), silent, {"revenue": revenue}, {})
    assert found[["table_name", "entity_id", "state"]].to_numpy().tolist() == [
        ["capex", "alibaba", "reported"], ["capex", "nvidia", "publication_unknown"],
        ["gpu_shipments", "alibaba", "publication_unknown"], ["gpu_shipments", "nvidia", "reported"],
        ["revenue", "alibaba", "missing"], ["revenue", "nvidia", "publication_unknown"],
    ]  # fmt: skip
    assert found.index.tolist() == [0, 1, 2, 3, 4, 5]


def test_shrunk_cells_are_those_that_were_filled_in_the_same_place() -> None:
    place = {"table_name": "capex", "entity_id": "meta", "calendar_quarter": "2024Q1"}
    states = [
        "reported",
        "derived",
        "estimated",
        "claimed_only",
        "unreviewed",
        "missing",
        "conflict",
        "not_collected",
        "publication_unknown",
        "not_applicable",
    ]
    cells = pd.DataFrame([place | {"entity_id": state, "state": state} for state in states])
    assert shrunk(cells, cells).empty
    lost = shrunk(cells, cells.assign(state="conflict"))
    assert lost.to_numpy().tolist() == [["capex", state, "2024Q1", state, "conflict"] for state in states[:3]]
    assert list(lost.columns) == [*place, "state_before", "state_now"] and lost.index.tolist() == [0, 1, 2]
    stays = cells.assign(state="missing").where(cells["state"] != "reported", cells)
    assert shrunk(cells, stays)["entity_id"].to_dict() == {0: "derived", 1: "estimated"}
    for name, other in (("table_name", "cloud_revenue"), ("calendar_quarter", "2024Q2"), ("entity_id", "nobody")):
        assert len(shrunk(cells, cells.assign(**{name: other}))) == 3


def statements_of(
    reference: Reference,
    entity: str = "alibaba",
    observations: tuple[dict[str, Any], ...] = (),
    **tables: list[dict[str, Any]],
) -> pd.DataFrame:
    """Cells of tables of statement lines, beside capital expenditure of the company from 2024Q1 to 2024Q4."""
    quarters = ("2024Q1", "2024Q2", "2024Q3", "2024Q4")
    capex = pd.DataFrame([ROW | {"entity_id": entity, "calendar_quarter": quarter} for quarter in quarters])
    frames = {name: pd.DataFrame([{"entity_id": entity} | row for row in rows]) for name, rows in tables.items()}
    found = coverage({"capex": capex}, observations_of(*observations), reference, frames, PATHS)
    return found[found["table_name"].isin(list(tables)) & (found["entity_id"] == entity)].set_index("calendar_quarter")


def test_a_line_is_missing_after_the_quarter_in_which_the_company_first_states_it(silent: Reference) -> None:
    line = {"amount_local": 1.0, "definition_id": "net_cash_from_operations", "document_id": "f"}
    rows = [
        line | {"calendar_quarter": "2024Q2", "status": "reported"},
        line | {"calendar_quarter": "2024Q4", "status": "derived"},
    ]
    found = statements_of(silent, operating_cash_flow=rows)
    assert found["state"].to_dict() == {
        "2024Q1": "publication_unknown",
        "2024Q2": "reported",
        "2024Q3": "missing",
        "2024Q4": "derived",
    }
    assert "2024-09-30" in found.at["2024Q3", "document_needed"] and pd.isna(found.at["2024Q2", "document_needed"])
    assert found.at["2024Q1", "reason"] == "No document in raw/ states it for this quarter or an earlier one."


def test_a_table_without_a_status_has_reported_balances(silent: Reference) -> None:
    rows = [{"calendar_quarter": quarter, "definition_id": "x", "document_id": "f"} for quarter in ("2024Q2", "2024Q4")]
    found = statements_of(silent, remaining_performance_obligations=rows)
    assert found["state"].tolist() == ["publication_unknown", "reported", "missing", "reported"]
    assert found["is_in_table"].tolist() == [False, True, False, True]
    assert found["is_gap"].tolist() == [pd.NA, False, True, False], "nobody knows whether it published the first"


def test_a_line_on_another_definition_is_named_and_is_no_row_of_the_table(silent: Reference) -> None:
    """CoreWeave states its revenue backlog at quarter ends; the table has remaining performance obligations."""
    day = pd.Timestamp("2024-06-30")
    backlog = {
        "entity_id": "coreweave", "metric_id": "remaining_performance_obligations", "definition_id": "revenue_backlog", "calendar_quarter": None,
        "document_id": "call", "conflict_reason": None, "status": "reported", "value": 55.6, "period_start": day, "period_end": day,
    }  # fmt: skip
    other = {
        "entity_id": "oracle",
        "calendar_quarter": "2024Q1",
        "definition_id": "remaining_performance_obligations",
        "document_id": "f",
    }
    found = statements_of(silent, "coreweave", (backlog,), remaining_performance_obligations=[other])
    assert found["state"].tolist() == ["publication_unknown", "reported", "publication_unknown", "publication_unknown"]
    cell = found.loc["2024Q2"]
    assert (cell["is_in_table"], cell["is_gap"], cell["rows"]) == (False, True, 1)
    assert (cell["definition_id"], cell["document_id"]) == ("revenue_backlog", "call")
    assert "revenue_backlog" in cell["reason"]


def test_revenue_is_missing_wherever_capital_expenditure_is_collected(silent: Reference) -> None:
    line = {"definition_id": "total_revenue", "document_id": "f", "status": "reported"}
    found = statements_of(silent, revenue=[line | {"calendar_quarter": "2024Q2"}])
    assert found["state"].tolist() == ["missing", "reported", "missing", "missing"]


def test_free_cash_flow_is_asked_of_the_announcement(silent: Reference) -> None:
    line = {"amount_local": 1.0, "definition_id": "company_free_cash_flow", "document_id": "f", "status": "reported"}
    found = statements_of(silent, free_cash_flow_as_stated=[line | {"calendar_quarter": "2024Q1"}])
    assert found.at["2024Q2", "document_needed"] == "Alibaba: results announcement for the quarter ended 2024-06-30"


def test_free_cash_flow_that_is_computed_from_filings_is_asked_of_the_next_filing(silent: Reference) -> None:
    line = {"definition_id": "operating_cash_flow_less_cash_purchases", "document_id": "f", "status": "derived"}
    found = statements_of(
        silent, "alphabet", free_cash_flow=[line | {"amount_local": 1.0, "calendar_quarter": "2024Q1"}]
    )
    assert found.at["2024Q2", "document_needed"] == "Alphabet: Form 10-Q for the quarter ended 2024-06-30"


MACHINE = {
    "calendar_quarter": "2024Q2",
    "document_id": "new",
    "source_type": "company_release",
    "review_state": "machine",
}
MACHINE |= {"is_preferred": False}


@pytest.mark.parametrize(
    ("others", "observed", "state", "document", "is_asked"),
    [
        ((), {}, "unreviewed", "new", True),
        (({"source_type": "article", "is_preferred": False},), {}, "unreviewed", "new", True),
        ((), {"source_type": "third_party_copy"}, "unreviewed", "new", True),
        ((), {"conflict_reason": "presented anew", "value": np.nan}, "conflict", "new", False),
        ((), {"source_type": "digest"}, "claimed_only", "new", False),
        ((), {"is_latest": False}, "claimed_only", "new", False),
        ((), {"currency": "USD"}, "claimed_only", "new", False),
        (({},), {}, "reported", "f", False),
        (({"is_preferred": False, "definition_id": "call_basis"},), {}, "reported", "f", True),
        (({"source_type": "estimate", "status": "estimate", "is_preferred": False},), {}, "estimated", "f", True),
    ],
)  # fmt: skip
def test_a_quarter_that_only_an_unreviewed_document_states_names_the_review(
    silent: Reference,
    others: tuple[dict[str, Any], ...],
    observed: dict[str, Any],
    state: str,
    document: str,
    is_asked: bool,
) -> None:
    """What a machine read in a company's document is no statement of others, and no further document is needed."""
    rows = [{}, {"calendar_quarter": "2024Q3"}, MACHINE, *({"calendar_quarter": "2024Q2"} | one for one in others)]
    found = cells_of(silent, *rows, conflicts=(UNREVIEWED | observed,)).loc[("alibaba", "2024Q2")]
    assert (found["state"], found["document_id"], found["rows"]) == (state, document, 1 + len(others))
    assert str(found["reason"]).endswith(f"waits for review: {REVIEW}.") == is_asked
    assert pd.notna(found["document_needed"]) == (state in ("conflict", "claimed_only"))
    assert found["is_gap"] == (not found["is_in_table"] and state != "estimated")


def test_a_derived_quarter_names_every_document_that_waits_and_no_other(silent: Reference) -> None:
    half = {"calendar_quarter": None, "period_start": pd.Timestamp("2024-01-01")}
    observed = (
        UNREVIEWED | {"status": "derived", "derived_from": "new#half|old#first|f#1", "document_id": "f"},
        UNREVIEWED | half | {"derived_from": "new#half"},
        UNREVIEWED | {"document_id": "old", "derived_from": "old#first", "calendar_quarter": "2024Q1"},
    )
    found = cells_of(silent, {}, {"calendar_quarter": "2024Q3"}, conflicts=observed).loc[("alibaba", "2024Q2")]
    assert str(found["reason"]).endswith(
        f"{REVIEW}, `capex-pipeline review --page review.html raw/announcements/old.xlsx`."
    )
    assert found["state"] == "unreviewed" and "f.csv" not in found["reason"]


def test_lines_of_statements_name_the_review_too(silent: Reference) -> None:
    """A flow, and a balance on the day of its quarter; the company states the latter in no reviewed document before that."""
    day = {"calendar_quarter": None, "period_start": pd.Timestamp("2024-06-30")}
    revenue = UNREVIEWED | {"metric_id": "revenue", "definition_id": "total_revenue"}
    balance = UNREVIEWED | day | {"metric_id": "property_and_equipment", "definition_id": "property_and_equipment_net"}
    line = {"definition_id": "total_revenue", "document_id": "f", "status": "reported"}
    found = statements_of(
        silent, observations=(revenue, balance), revenue=[line | {"calendar_quarter": "2024Q1"}],
        property_and_equipment=[line | {"calendar_quarter": "2024Q4"}],
    )  # fmt: skip
    assert found.groupby("table_name")["state"].agg(list).to_dict() == {
        "revenue": ["reported", "unreviewed", "missing", "missing"],
        "property_and_equipment": ["publication_unknown", "unreviewed", "publication_unknown", "reported"],
    }
    cells = found.loc["2024Q2"]
    assert cells["reason"].str.endswith(f"{REVIEW}.").all() and cells["document_needed"].isna().all()
    assert cells["is_gap"].all() and cells["rows"].tolist() == [1, 1]


def test_a_line_is_unknown_and_not_denied_where_capital_expenditure_waits_for_review(silent: Reference) -> None:
    """Of a company of which only others speak no line of statements is expected; here the company speaks itself."""
    capex = pd.DataFrame([ROW, ROW | {"entity_id": "meta"} | MACHINE, ROW | {"calendar_quarter": "2024Q2"}])
    observed = observations_of(UNREVIEWED | {"entity_id": "meta", "currency": "USD"})
    columns = ["entity_id", "calendar_quarter", "status", "definition_id", "document_id"]
    tables = {name: pd.DataFrame(columns=columns, dtype="str") for name in ("revenue", "depreciation")}
    found = coverage({"capex": capex}, observed, silent, tables, PATHS)
    found = found[(found["entity_id"] == "meta") & (found["calendar_quarter"] == "2024Q2")]
    states = dict(zip(found["table_name"], found["state"], strict=True))
    assert states == {"capex": "unreviewed", "revenue": "missing", "depreciation": "publication_unknown"}
