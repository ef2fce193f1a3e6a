"""Every rule of every table model has a frame that must fail it; a rule that nobody has broken here makes the test fail."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import WITH_EVERY_TYPE, frame_of, sample_value

from capex_pipeline.schemas import TABLES, rules, vocabulary
from capex_pipeline.schemas.derive import columns, pandas_types, table_metadata
from capex_pipeline.schemas.validation import ContractError, failures, split

Broken = dict[str, Any]

PREFERRED = {
    "is_preferred": True,
    "is_aggregate": False,
    "source_type": "filing",
    "status": "reported",
    "calendar_quarter": "2024Q2",
}
"""A row that may be preferred."""

NO_AMOUNT = dict.fromkeys(("amount_low", "amount", "amount_high", "yoy_pct_stated"), np.nan)
NO_VALUE = dict.fromkeys(("value_low", "value", "value_high"), np.nan)
NO_UNITS = dict.fromkeys(("units_low", "units", "units_high"), np.nan)

ROW_RULES: dict[tuple[str, str], list[list[Broken]]] = {}
"""(table, rule) -> frames, each a list of changed rows, of which the last row breaks the rule."""


def breaks(tables: str, rule: str, *frames: list[Broken]) -> None:
    for table in tables.split():
        ROW_RULES.setdefault((table, rule), []).extend(frames)


backwards = {"period_start": pd.Timestamp("2024-06-30"), "period_end": pd.Timestamp("2024-04-01")}
breaks(
    "capex_by_definition cloud_revenue_by_definition gpu_estimates gpu_estimates_by_customer gpu_unit_prices observations figures periods",
    "period_ends_before_it_starts",
    [{}, backwards],
)

# Growth and the reason why there is none: neither of them, and both.
breaks(
    "capex cloud_revenue data_center_revenue depreciation depreciation_and_amortization free_cash_flow free_cash_flow_as_stated operating_cash_flow "
    "revenue property_and_equipment remaining_performance_obligations leases_not_yet_commenced capex_by_overlapping_group "
    "cloud_revenue_by_overlapping_group capex_by_calendar_year capex_by_fiscal_year capex_by_overlapping_group_and_calendar_year "
    "cloud_revenue_by_calendar_year cloud_revenue_by_fiscal_year",
    "growth_without_reason",
    [{"yoy_usd_pct": None, "why_no_yoy": None}],
    [{"yoy_usd_pct": 6.0, "why_no_yoy": "no_amount"}],
)

for low, point, high, tables in (
    ("value_low", "value", "value_high", "figures observations"),
    ("amount_low", "amount", "amount_high", "capex_by_definition cloud_revenue_by_definition"),
    ("units_low", "units", "units_high", "gpu_estimates gpu_estimates_by_customer"),
):
    breaks(
        tables,
        "bounds_out_of_order",
        [{}, {low: 2.0, point: 1.0, high: 3.0}],
        [{}, {low: 1.0, point: 3.0, high: 2.0}],
        [{}, {low: 2.0, point: np.nan, high: 1.0}],
    )
breaks("figures observations", "infinite_value", [{}, {"value_high": np.inf}], [{}, {"value_low": -np.inf}])
breaks(
    "capex_by_definition cloud_revenue_by_definition",
    "infinite_amount",
    [{}, {"amount_high": np.inf}],
    [{}, {"yoy_local_pct": np.inf}],
)
breaks("gpu_estimates gpu_estimates_by_customer", "infinite_number_of_units", [{}, {"units_high": np.inf}])
quarter = {"period_type": "quarter", "is_aggregate": False, "fx_usd": 1.0}
breaks(
    "capex_by_definition cloud_revenue_by_definition",
    "implausible_magnitude",
    [{}, quarter | {"amount": 8.0, "amount_usd": 8.0}],  # "million" was lost
    [{}, quarter | {"amount": 8e12, "amount_usd": 8e12}],  # or taken twice
)
converted = {"amount": 50_491e6, "fx_usd": 7.2150, "fx_method": "period_average"}
breaks(
    "capex_by_definition cloud_revenue_by_definition",
    "conversion_is_not_explained",
    [{}, converted | {"amount_usd": np.nan}],
    [{}, converted | {"amount_usd": 50_491e6 / 7.1290}],
)
breaks(
    "gpu_estimates gpu_estimates_by_customer",
    "implausible_magnitude",
    [{}, {"period_type": "quarter", "units_high": 5e7}],
)
breaks(
    "gpu_estimates gpu_estimates_by_customer",
    "prices_out_of_order",
    [{}, {"unit_price_usd_low": 13_000.0, "unit_price_usd_high": 12_000.0}],
)
breaks(
    "gpu_unit_prices",
    "prices_out_of_order",
    [{}, {"unit_price_low": 13_000.0, "unit_price_high": 12_000.0}],
    [{}, {"unit_price_low": 12_000.0, "unit_price": 11_000.0}],
)
breaks(
    "gpu_unit_prices",
    "row_without_a_number",
    [{}, {"unit_price_low": None, "unit_price": None, "unit_price_high": None}],
)

breaks("figures", "missing_value", [{}, NO_VALUE])
breaks(
    "figures",
    "money_without_currency",
    [{}, {"unit": "money", "currency": None}],
    [{}, {"unit": "money_per_unit", "currency": None}],
)
breaks("figures", "flow_missing", [{}, {"unit": "count", "flow": None}])
breaks("figures", "duplicate_figure", [{"figure_id": "d#1"}, {"figure_id": "d#1"}])

breaks("documents", "duplicate_document", [{"document_id": "d"}, {"document_id": "d"}])
breaks("documents", "rows_lost", [{}, {"rows_read": 5, "rows_accepted": 3, "rows_rejected": 1}])

breaks("capex_by_definition cloud_revenue_by_definition gpu_estimates gpu_estimates_by_customer", "preferred_row_is_not_one_companys_quarter", *[
    [PREFERRED | {"calendar_quarter": "2024Q1"}, PREFERRED | change]
    for change in (
        {"is_aggregate": True},
        {"calendar_quarter": None},
        {"source_type": "article"},
        {"status": "forecast"},
        {"status": "guidance"},
    )
])  # fmt: skip
breaks(
    "capex_by_definition cloud_revenue_by_definition gpu_estimates gpu_estimates_by_customer",
    "two_preferred_rows_for_one_quarter",
    [PREFERRED, PREFERRED],
)
breaks(
    "capex_by_definition cloud_revenue_by_definition",
    "amount_without_currency",
    [{}, {"currency": None}],
    [{}, NO_AMOUNT | {"amount_low": 1.0, "currency": None}],
)
breaks("capex_by_definition cloud_revenue_by_definition", "row_without_a_number", [{}, NO_AMOUNT])
breaks("gpu_estimates gpu_estimates_by_customer", "row_without_a_number", [{}, NO_UNITS])

breaks(
    "observations",
    "row_without_a_number_or_a_reason",
    [{}, NO_VALUE | {"yoy_pct_stated": np.nan, "conflict_reason": None}],
)
breaks(
    "observations",
    "known_to_not_after_known_from",
    [{}, {"known_from": pd.Timestamp("2024-08-15"), "known_to": pd.Timestamp("2024-08-15")}],
)
breaks(
    "observations",
    "two_latest_vintages",
    [{"is_latest": True, "known_to": pd.NaT}, {"is_latest": True, "known_to": pd.NaT}],
)

breaks(
    "claim_checks arithmetic_checks",
    "verdict_without_a_computed_value",
    [{}, {"verdict": "contradicted", "computed": np.nan}],
)
breaks(
    "claim_checks arithmetic_checks", "bounds_out_of_order", [{}, {"claimed_low": 13_000.0, "claimed_high": 12_000.0}]
)
breaks(
    "claim_checks arithmetic_checks",
    "not_checkable_without_a_reason",
    [{}, {"verdict": "not_checkable", "reason": None}],
)


breaks(
    "article_mentions",
    "span_runs_backward",
    [{}, {"span_start": 9, "span_end": 5}],
    [{}, {"span_start": 5, "span_end": 5}],
)
breaks("article_mentions", "uncertain_value", [{}, {"is_certain": False}])
breaks(
    "article_mentions",
    "bounds_out_of_order",
    [{}, {"value_low": 2.0, "value": 1.0, "value_high": 3.0}],
    [{}, {"value_low": 1.0, "value": 3.0, "value_high": 2.0}],
)


TIDY_MONEY, TIDY_UNITS = (
    "capex cloud_revenue revenue data_center_revenue depreciation depreciation_and_amortization",
    "gpu_shipments gpu_shipments_by_customer_and_product",
)
TIDY_CASH = "operating_cash_flow free_cash_flow free_cash_flow_as_stated"
breaks(
    f"{TIDY_MONEY} {TIDY_CASH} {' '.join(vocabulary.BALANCE_TABLES)} headline_capex capex_plus_finance_lease_assets",
    "period_ends_before_it_starts",
    [{}, {"fiscal_period_start": pd.Timestamp("2024-06-30"), "fiscal_period_end": pd.Timestamp("2024-04-01")}],
)
breaks(f"{TIDY_MONEY} {TIDY_CASH}", "infinite_amount", [{}, {"amount_local": np.inf}], [{}, {"amount_cny": -np.inf}])
breaks(TIDY_MONEY, "implausible_magnitude", [{}, {"amount_usd": 8.0}], [{}, {"amount_usd": 8e12}])
breaks(
    "capex_vintages cloud_revenue_vintages",
    "known_to_not_after_known_from",
    [{}, {"known_from": pd.Timestamp("2024-06-30"), "known_to": pd.Timestamp("2024-06-30")}],
)
breaks("headline_capex", "bridge_does_not_add_up", [{}, {"headline_amount_local": 9e9}])
breaks(
    "reconciliations",
    "bounds_out_of_order",
    [{}, {"value_low_usd": 2.0}],
    [{}, {"h100_equivalents": 2.0}],
    [{}, {"power_mw_high": 0.5}],
)
breaks(
    "reconciliations",
    "position_without_revenue_and_interval",
    [{}, {"revenue_usd": None}],
    [{}, {"value_high_usd": None}],
    [{}, {"revenue_outside_usd": None}],
)
breaks(
    "capex_by_overlapping_group cloud_revenue_by_overlapping_group capex_of_all_companies capex_of_all_companies_by_calendar_year "
    "cloud_revenue_of_all_companies cloud_revenue_of_all_companies_by_calendar_year",
    "incomplete_sum",
    [{}, {"is_complete": False, "amount_usd": 1e9}],
)
breaks(
    "capex_of_all_companies capex_of_all_companies_by_calendar_year cloud_revenue_of_all_companies cloud_revenue_of_all_companies_by_calendar_year",
    "incomplete_sum",
    [{}, {"missing_companies": "meta", "amount_usd": 1e9}],
)
breaks(
    "capex_by_calendar_year capex_by_overlapping_group_and_calendar_year cloud_revenue_by_calendar_year capex_by_fiscal_year cloud_revenue_by_fiscal_year",
    "amount_of_an_incomplete_year",
    [{}, {"is_complete": False, "amount_usd": 1e9}],
)
breaks(
    "gpu_shipments_to_date",
    "bounds_out_of_order",
    [{}, {"units_to_date_p5": 2.0}],
    [{}, {"h100_equivalents_to_date": 2.0}],
)
breaks(TIDY_UNITS, "implausible_magnitude", [{}, {"units": 5e7}])
breaks("outlooks", "bounds_out_of_order", [{}, {"amount_low_local": 3.0}], [{}, {"amount_high_local": 0.5}])
no_amounts = {"amount_low_local": np.nan, "amount_mid_local": np.nan, "amount_high_local": np.nan}
breaks(
    "outlooks",
    "outlook_without_amount_or_words",
    [{}, {"bound": "direction"}],
    [{}, no_amounts],
    [{}, no_amounts | {"bound": "direction", "value_text": None}],
)
breaks("outlooks", "two_latest_outlooks", [{"is_latest": True}, {"is_latest": True}])


def row_rules() -> Iterator[tuple[str, str]]:
    for table, model in TABLES.items():
        for check in model.to_schema().checks:
            yield table, check.error or check.name


COMPARES_ROWS = {
    "duplicate_figure",
    "duplicate_document",
    "two_latest_outlooks",
    "two_latest_vintages",
    "two_preferred_rows_for_one_quarter",
}
"""Rules that compare rows: a frame that breaks one has no rows of other frames beside it."""


@cache
def broken_rows(table: str, alone: str | None = None) -> dict[str, list[tuple[Broken, bool]]]:
    """By rule, the last row of each of its frames, and whether that row breaks the rule.

    All frames of a table are validated as one, since that takes as long as one of them; those of rules that compare rows by themselves.
    alone: the rule that compares rows, else all others.
    """
    rows: list[Broken] = []
    last: list[tuple[str, int]] = []
    for (of, rule), frames in ROW_RULES.items():
        if of == table and (rule == alone if alone else rule not in COMPARES_ROWS):
            for frame in frames:
                rows += frame
                last.append((rule, len(rows) - 1))
    cases = failures(frame_of(table, *rows), TABLES[table])
    broken = set(zip(cases["rule"], cases["row"], strict=True))
    found: dict[str, list[tuple[Broken, bool]]] = {}
    for rule, place in last:
        found.setdefault(rule, []).append((rows[place], (rule, place) in broken))
    return found


def declaration(table: str, name: str) -> str:
    """All that a table's model says of a column, but its description."""
    column = columns(TABLES[table])[name]
    rules = [(check.name, sorted((check.statistics or {}).items(), key=str)) for check in column.checks]
    return repr((name, str(column.dtype), column.nullable, rules))


def columns_declared_first() -> dict[str, list[str]]:
    """The columns of each table that no table before it declares alike."""
    first: dict[str, tuple[str, str]] = {}
    for table, model in TABLES.items():
        for name in columns(model):
            first.setdefault(declaration(table, name), (table, name))
    return {table: [name for of, name in first.values() if of == table] for table in TABLES}


COLUMNS = columns_declared_first()


def off_limits(check: Any) -> Any:
    """A value that one rule of a column forbids."""
    statistics = check.statistics or {}
    if "allowed_values" in statistics:
        return "no such word"
    if "pattern" in statistics:
        return "~"
    if check.name == "greater_than_or_equal_to":
        return statistics["min_value"] - 1
    if check.name == "greater_than":
        return statistics["min_value"]
    if check.name == "less_than_or_equal_to":
        return statistics["max_value"] + 1
    return pytest.fail(f"No value is known here that breaks the rule {check.name}; add one.")


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_that_meets_its_model_breaks_nothing(table: str) -> None:
    frame = frame_of(table, {}, {}, {})
    accepted, cases = split(frame, TABLES[table])
    assert len(accepted) == 3 and cases.to_dict("records") == []


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_breaks_nothing(table: str) -> None:
    assert failures(frame_of(table).iloc[:0], TABLES[table]).empty


@pytest.mark.parametrize(("table", "rule"), sorted(set(row_rules())))
def test_every_row_rule_has_a_frame_that_must_fail_it(table: str, rule: str) -> None:
    frames = ROW_RULES.get((table, rule))
    assert frames, f"No frame here breaks the rule {rule} of table {table}; add one to ROW_RULES."
    found = broken_rows(table, rule if rule in COMPARES_ROWS else None)[rule]
    assert len(found) == len(frames)
    assert [row for row, is_found in found if not is_found] == [], f"{rule} let these rows pass"


def test_no_frame_here_is_for_a_rule_that_does_not_exist() -> None:
    assert set(ROW_RULES) - set(row_rules()) == set()


@pytest.mark.parametrize("table", [table for table in TABLES if COLUMNS[table]])
def test_every_column_rule_has_a_row_that_must_fail_it(table: str) -> None:
    """One frame: its first row is sound, each further row breaks one rule of one column, and must be found for that.

    A column that several tables declare alike is broken in the first of them.
    """
    declared = {name: column for name, column in columns(TABLES[table]).items() if name in COLUMNS[table]}
    broken: list[tuple[str, str, Any]] = []
    for name, column in declared.items():
        broken += [(name, check.name, off_limits(check)) for check in column.checks]
        if not column.nullable and pandas_types(TABLES[table])[name] != "bool":
            broken.append((name, "not_nullable", None))
    frame = frame_of(table, *({} for _ in range(len(broken) + 1)))
    for place, (name, _, value) in enumerate(broken, start=1):
        frame.loc[place, name] = value
    accepted, cases = split(frame, TABLES[table])
    found = set(zip(cases["row"], cases["rule"], cases["column"], strict=True))
    missed = [
        f"{name}: {rule}" for place, (name, rule, _) in enumerate(broken, start=1) if (place, rule, name) not in found
    ]
    assert missed == []
    assert accepted.index.tolist() == [0] and cases["row"].nunique() == len(broken)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_type_and_the_set_of_columns_is_closed(table: str) -> None:
    """What the two tests below show of two tables follows from these settings of a model."""
    schema = TABLES[table].to_schema()
    assert (schema.strict, schema.ordered, schema.coerce) == (True, True, False)
    assert all(column.dtype is not None and column.required and not column.coerce for column in schema.columns.values())


def test_the_tables_of_the_next_tests_have_every_type() -> None:
    assert {kind for table in WITH_EVERY_TYPE for kind in pandas_types(TABLES[table]).values()} == {
        kind for model in TABLES.values() for kind in pandas_types(model).values()
    }


@pytest.mark.parametrize("table", WITH_EVERY_TYPE)
def test_every_column_has_a_type_that_must_fail(table: str) -> None:
    types = pandas_types(TABLES[table])
    frame = frame_of(table, {})
    for name, dtype in types.items():
        frame[name] = pd.Series([1 if dtype == "str" else "one"], index=frame.index, dtype=object)
    cases = failures(frame, TABLES[table])
    assert set(cases.loc[cases["rule"] == "dtype", "column"]) == set(types)


@pytest.mark.parametrize("table", WITH_EVERY_TYPE)
def test_columns_may_not_be_absent_unknown_or_in_another_order(table: str) -> None:
    frame = frame_of(table, {}, {})
    first, *others = frame.columns
    for wrong, rule in (
        (frame.drop(columns=first), "column_in_dataframe"),
        (frame.assign(of_nobody=1), "column_in_schema"),
        (frame[[*others, first]], "column_ordered"),
    ):
        with pytest.raises(ContractError) as error:
            split(wrong, TABLES[table])
        assert rule in set(error.value.cases["rule"])


@pytest.mark.parametrize("table", TABLES)
def test_a_key_may_be_there_once(table: str) -> None:
    frame = frame_of(table, {}, {}, {})
    key = table_metadata(TABLES[table])["key"]
    frame.loc[2, key] = frame.loc[0, key].to_numpy()
    cases = failures(frame, TABLES[table])
    assert cases.loc[cases["rule"] == "duplicate_key", "row"].tolist() == [2]


def test_bounds_are_in_order_whatever_is_missing() -> None:
    frame = pd.DataFrame(
        {"a": [1.0, np.nan, 3.0, 3.0, np.nan], "b": [2.0, 1.0, np.nan, 2.0, np.nan], "c": [2.0, 0.5, 2.0, 4.0, np.nan]}
    )
    assert rules.in_order(frame, "a", "b", "c").tolist() == [True, False, False, False, True]


def test_a_missing_customer_counts_as_a_value_of_the_preferred_key() -> None:
    frame = pd.DataFrame({"is_preferred": [True, True, True, False], "customer": ["x", None, None, None]})
    assert rules.preferred_is_unique(frame, ["customer"]).tolist() == [True, False, False, True]


def test_a_missing_number_is_no_infinity_and_zero_is_a_number() -> None:
    frame = pd.DataFrame({"a": [np.nan, 0.0, np.inf, -np.inf], "b": [np.nan, np.nan, 1.0, 1.0]})
    assert rules.finite(frame, "a", "b").tolist() == [True, True, False, False]
    assert rules.has_a_number(frame, "a", "b").tolist() == [False, True, True, True]


def test_only_a_quarter_of_a_company_has_a_plausible_size() -> None:
    frame = pd.DataFrame(
        [("quarter", False, 1.0), ("quarter", False, 5.0), ("quarter", False, 0.9), ("quarter", False, 5.1), ("quarter", False, np.nan),
         ("quarter", True, 9.0), ("year", False, 9.0), ("year", True, 9.0)],
        columns=["period_type", "is_aggregate", "amount_usd"],
    ).assign(document_id="announcement")  # fmt: skip
    assert rules.quarter_is_plausible(frame, 1.0, 5.0).tolist() == [True, True, False, False, True, True, True, True]


def test_a_filing_may_show_a_small_positive_amount() -> None:
    """Snowflake's quarters of capital expenditure are below 5 million dollars; a document with a scale word cannot have them."""
    frame = pd.DataFrame(
        [("sec-0001640147-21-000073", 0.4), ("sec-0001640147-21-000073", 0.0), ("sec-0001640147-21-000073", -0.4),
         ("sec-0001640147-21-000073", 5.1), ("sec-0001640147-21-000073", np.nan), ("sec-results-2024-q1", 0.4)],
        columns=["document_id", "amount_usd"],
    )  # fmt: skip
    assert rules.amount_is_plausible(frame, 1.0, 5.0).tolist() == [True, False, False, False, True, False]


def test_a_conversion_may_be_off_by_a_cent() -> None:
    frame = pd.DataFrame(
        [(0.02, 1.0, 0.01), (0.01, 1.0, 0.02), (0.03, 1.0, 0.01), (0.01, 1.0, 0.03), (2.0, 1.0, 1.0), (14.0, 7.0, 2.0), (np.nan, 7.0, np.nan)],
        columns=["amount", "fx_usd", "amount_usd"],
    ).assign(fx_method="period_average")  # fmt: skip
    assert rules.conversion_is_explained(frame).tolist() == [True, True, False, False, False, True, True]
    silent = pd.DataFrame({"amount": 1.0, "fx_usd": np.nan, "amount_usd": np.nan, "fx_method": ["no_fixing", "period_not_over", "period_average", None]})  # fmt: skip
    assert rules.conversion_is_explained(silent).tolist() == [True, True, False, False]


def test_each_number_of_units_in_a_quarter_is_held_against_the_most() -> None:
    names = ["units_low", "units", "units_high"]
    for name in names:
        frame = pd.DataFrame({"period_type": ["quarter", "quarter", "year", "quarter"]} | dict.fromkeys(names, np.nan))
        frame[name] = [5.0, 5.1, 9.0, np.nan]
        assert rules.units_are_plausible(frame, 5.0).tolist() == [True, False, True, True]


def test_sample_values_meet_their_columns() -> None:
    types = pandas_types(TABLES["capex_by_definition"])
    declared = columns(TABLES["capex_by_definition"])
    assert sample_value(declared["calendar_quarter"], types["calendar_quarter"]) == "2024Q2"
    assert sample_value(declared["status"], types["status"]) == "reported"
