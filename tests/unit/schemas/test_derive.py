"""What follows from the models: Parquet types that every reader takes, keys, and the data dictionary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from builders import PROJECT, frame_of

from capex_pipeline.schemas import TABLES, outline
from capex_pipeline.schemas.derive import (
    arrow_schema,
    columns,
    conform,
    data_dictionary,
    describe_checks,
    ordered,
    pandas_types,
    table_metadata,
    unit_of,
)

READ_BY_ALL = {pa.string(), pa.bool_(), pa.int32(), pa.int64(), pa.float64(), pa.date32(), pa.timestamp("us", tz="UTC")}
"""Types that DuckDB, Polars, Spark, Hyper, ClickHouse and pandas all read unchanged."""

CONTRACT = {
    "capex_by_definition": "amount_low amount amount_high currency amount_usd amount_usd_low amount_usd_high amount_cny fx_usd fx_method yoy_local_pct "
    "yoy_pct_stated qoq_local_pct ttm_amount ttm_amount_usd first_reported_amount first_reported_on unchanged_since",
    "cloud_revenue_by_definition": "unchanged_since segment amount currency amount_usd amount_cny yoy_local_pct yoy_pct_stated qoq_local_pct ttm_amount first_reported_amount",
    "gpu_estimates": "supplier_id product flow units_low units units_high unit_price_usd_low unit_price_usd_high "
    "implied_value_usd_low implied_value_usd_high known_from",
    "observations": "known_from known_to",
    "figures": "value_text unit_text",
}
SHARED_COLUMNS = (
    "observation_id entity_id entity_name entity_type is_aggregate definition_id period_start period_end period_type calendar_quarter "
    "fiscal_year fiscal_period status bound source_type claimant document_id locator derived_from is_preferred"
)


@pytest.mark.parametrize("table", TABLES)
def test_parquet_types_are_those_that_every_reader_takes(table: str) -> None:
    assert {field.type for field in arrow_schema(TABLES[table])} <= READ_BY_ALL


@pytest.mark.parametrize("table", TABLES)
def test_names_differ_in_more_than_case(table: str) -> None:
    names = arrow_schema(TABLES[table]).names
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize("table", TABLES)
def test_a_column_may_be_null_exactly_where_its_model_says_so(table: str) -> None:
    for field in arrow_schema(TABLES[table]):
        assert field.nullable == columns(TABLES[table])[field.name].nullable


@pytest.mark.parametrize("table", CONTRACT)
def test_columns_of_the_contract_are_there(table: str) -> None:
    wanted = CONTRACT[table].split()
    if table in ("capex_by_definition", "cloud_revenue_by_definition", "gpu_estimates"):
        wanted += SHARED_COLUMNS.split()
    assert set(wanted) <= set(arrow_schema(TABLES[table]).names)


@pytest.mark.parametrize("table", TABLES)
def test_keys_and_sort_columns_are_columns_and_a_sort_ends_in_a_unique_order(table: str) -> None:
    metadata = table_metadata(TABLES[table])
    assert set(metadata["key"]) | set(metadata["sort"]) <= set(columns(TABLES[table]))
    key = (
        {"entity_id", "period_start", "period_end"} if table == "periods" else set(metadata["key"])
    )  # its id is made of these
    assert key <= set(metadata["sort"])
    assert metadata["group"] in ("raw", "normalised", "published", "quality")
    assert metadata["grain"]


def test_rows_of_single_companies_have_no_year_without_saying_whose() -> None:
    """Companies begin in different years: a column `calendar_year` invites sums over companies whose number changes."""
    of_companies = {
        name for name, model in TABLES.items() if table_metadata(model)["grain"].startswith("company and calendar")
    }
    assert {"capex", "cloud_revenue", "revenue", "capex_by_calendar_year"} <= of_companies
    assert [name for name in sorted(of_companies) if "calendar_year" in columns(TABLES[name])] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_means(table: str) -> None:
    for name, column in columns(TABLES[table]).items():
        assert column.description and column.description.endswith("."), name


@pytest.mark.parametrize("table", TABLES)
def test_every_number_of_an_amount_says_its_unit(table: str) -> None:
    for name, column in columns(TABLES[table]).items():
        if str(column.dtype) == "float64":
            assert unit_of(column), f"{table}.{name} is a number without a unit"


def test_conform_orders_types_and_fills_with_missing() -> None:
    frame = pd.DataFrame({"fixings": [63], "currency": ["CNY"], "average_rate": [7.2419]})
    laid_out = conform(frame, TABLES["fx_rates"])
    assert list(laid_out.columns) == list(columns(TABLES["fx_rates"]))
    assert str(laid_out["fixings"].dtype) == "Int64"
    assert laid_out["closing_rate"].isna().all() and laid_out["period_start"].isna().all()
    assert laid_out["average_rate"].tolist() == [7.2419]


def test_conform_refuses_a_column_that_nobody_declared() -> None:
    with pytest.raises(ValueError, match="FxRates has no column of_nobody"):
        conform(pd.DataFrame({"of_nobody": [1]}), TABLES["fx_rates"])


@pytest.mark.parametrize("value", ["seven", 1.5])
def test_conform_refuses_what_a_type_cannot_hold(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        conform(pd.DataFrame({"fixings": [value]}), TABLES["fx_rates"])


def test_conform_keeps_the_index_and_missing_stays_missing() -> None:
    frame = frame_of("capex_by_definition", {}, {"amount": np.nan}).set_axis([7, 3])
    laid_out = conform(frame, TABLES["capex_by_definition"])
    assert laid_out.index.tolist() == [7, 3]
    assert np.isnan(laid_out.at[3, "amount"])


def test_rules_are_described_in_words() -> None:
    declared = columns(TABLES["fx_rates"])
    assert describe_checks(declared["fixings"]) == "≥ 0"
    assert describe_checks(declared["average_rate"]) == "> 0"
    assert describe_checks(declared["currency"]) == "matches `^[A-Z]{3}$`"
    assert describe_checks(declared["rate_flag"]) == "one of `no_fixing`, `period_not_over`"
    assert describe_checks(declared["is_complete"]) == ""


def test_the_dictionary_names_every_table_and_column_with_type_and_unit() -> None:
    page = data_dictionary()
    for table, model in TABLES.items():
        section = page.split(f"\n## {table}\n")[1].split("\n## ")[0]
        for field in arrow_schema(model):
            line = next(line for line in section.splitlines() if line.startswith(f"| `{field.name}` |"))
            cells = line.replace("\\|", "/").split("|")
            assert len(cells) == 8, line
            assert cells[2].strip() == str(field.type)
            assert cells[3].strip() == ("yes" if field.nullable else "")
            assert cells[4].strip() == (unit_of(columns(model)[field.name]) or "")


def test_the_outline_says_what_the_models_say() -> None:
    assert outline.FILE.read_bytes() == outline.to_bytes(), "schemas/outline.json is stale; run `make dictionary`."
    for table, model in TABLES.items():
        said, metadata, arrow = outline.of(table), table_metadata(model), arrow_schema(model)
        assert [said.group, said.grain, *said.key] == [metadata["group"], metadata["grain"], *metadata["key"]]
        assert {name: (column.type, column.nullable) for name, column in said.columns.items()} == {
            field.name: (str(field.type), field.nullable) for field in arrow
        }
    assert outline.of("capex_by_definition").columns["amount_usd"].comes_from == (
        "observations.value",
        "fx_rates.average_rate",
    )
    assert outline.of("capex_by_definition").columns["amount_usd"].unit == "USD"
    assert outline.of("filer_quarters").group == "bulk"
    with pytest.raises(KeyError):
        outline.of("refreshed_documents")


def test_the_dictionary_in_the_warehouse_is_up_to_date() -> None:
    written = PROJECT / "warehouse" / "README.md"
    assert written.is_file(), "There is no warehouse/README.md; run `make dictionary`."
    assert written.read_text(encoding="utf-8") == data_dictionary(), (
        "warehouse/README.md is stale; run `make dictionary`."
    )


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_ordered_as_a_stable_sort_orders_them(seed: int) -> None:
    chance, model = np.random.default_rng(seed), TABLES["observations"]
    names = table_metadata(model)["sort"]
    some = {
        "str": ["a", "b", "B", "ä", None],
        "Int64": [1, 2, 10, None],
        "datetime64[us]": pd.to_datetime(["2024-01-01", "2024-06-30", None]),
    }
    frame = pd.DataFrame(
        {
            name: pd.Series(some[kind], dtype=kind).sample(60, replace=True, random_state=chance, ignore_index=True)
            for name, kind in pandas_types(model).items()
            if name in names
        }
    )
    frame = frame.assign(place=range(60))
    wanted = frame.sort_values(names, kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(ordered(frame, model), wanted)
    pd.testing.assert_frame_equal(ordered(wanted.set_axis(range(100, 160)), model), wanted)
