"""The whole graph on a small raw/: tables, figures computed by hand, equal bytes, no work when nothing changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from builders import RAW_SMALL, RawFolder, build, changes, checks, document, row

from capex_pipeline.normalise.observations import as_of
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("builds the small archive, or reads what another test has built")

READ_BY_ALL = {pa.string(), pa.bool_(), pa.int32(), pa.int64(), pa.float64(), pa.date32(), pa.timestamp("us", tz="UTC")}


def bytes_of(warehouse: Warehouse) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(str(warehouse.root)).rglob("*"))
    }


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[dg.ExecuteInProcessResult, Warehouse]:
    """The run and the tables of a first build of a copy, whose files are made in the opposite order, at another time, under another path."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for path in sorted((path for path in RAW_SMALL.rglob("*") if path.is_file()), reverse=True):
        target = folder / "documents" / path.relative_to(RAW_SMALL)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (1, 1))
    return build(folder / "documents", folder / "tables"), Warehouse(folder / "tables")


@pytest.fixture(scope="module")
def first_build(elsewhere: tuple[dg.ExecuteInProcessResult, Warehouse]) -> dg.ExecuteInProcessResult:
    """The run of a build where there was no warehouse."""
    return elsewhere[0]


def test_every_table_is_built_and_every_check_says_what_it_found(first_build: dg.ExecuteInProcessResult) -> None:
    assert first_build.success
    assert set(changes(first_build)) >= set(TABLES)
    assert {change for table, change in changes(first_build).items() if table in TABLES} == {"new"}
    failed = {name for name, one in checks(first_build).items() if not one.passed}
    assert failed == {
        ("claim_checks", "contradictions_are_explained"), ("rejected_figures", "nothing_was_rejected"),
    }, "the small raw/ holds one wrong claim, and a file of Microsoft's with one concept of many"  # fmt: skip


def test_files_lie_flat_readable_by_all_and_nothing_half_written_stays(small: Warehouse) -> None:
    root = Path(str(small.root))
    assert sorted(path.name for path in root.rglob("*.parquet")) == sorted(f"{table}.parquet" for table in TABLES)
    described = {"contract.odcs.yaml", "datapackage.json", "manifest.json", "views.sql"}
    others = {path.name for path in root.rglob("*") if path.suffix != ".parquet"}
    assert described <= others <= described | {"report.html", "workbook.xlsx"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in root.iterdir()} == {0o644}
    candidates = Path(str(small.candidates().root))
    assert {path.parent for path in Path(str(small.staging())).rglob("*.parquet")} == {candidates}


@pytest.mark.parametrize("table", TABLES)
def test_columns_have_types_that_every_reader_takes_and_no_nan(small: Warehouse, table: str) -> None:
    rows = pq.read_table(Path(str(small.path(table))))
    assert {field.type for field in rows.schema} <= READ_BY_ALL
    for field in rows.schema:
        if pa.types.is_floating(field.type):
            assert not pc.any(pc.is_nan(rows[field.name])).as_py(), field.name
        if not field.nullable:
            assert rows[field.name].null_count == 0, field.name


def test_what_the_companies_filed_comes_out_by_quarter(small: Warehouse) -> None:
    """Alibaba's last quarter is 85,000 - 12,000 - 17,000 - 31,000; Tencent's second 21,000 - 10,000; Microsoft's are differences."""
    rows = small.read("capex").set_index(["entity_id", "calendar_quarter"])
    assert (rows["amount_local"] / 1e6).to_dict() == {
        ("alibaba", "2024Q2"): 12_000, ("alibaba", "2024Q3"): 17_000, ("alibaba", "2024Q4"): 31_000, ("alibaba", "2025Q1"): 25_000,
        ("tencent", "2024Q1"): 10_000, ("tencent", "2024Q2"): 11_000, ("baidu", "2023Q2"): 2_000, ("baidu", "2024Q2"): 2_200,
        ("microsoft", "2023Q3"): 10_000, ("microsoft", "2023Q4"): 10_500, ("microsoft", "2024Q1"): 11_000, ("microsoft", "2024Q2"): 13_500,
    }  # fmt: skip
    assert rows.at[("alibaba", "2025Q1"), "status"] == "derived"
    assert rows.at[("alibaba", "2025Q1"), "derived_from"].count("|") == 3
    assert rows.at[("alibaba", "2025Q1"), "ttm_amount_local"] == 85_000e6
    assert rows.at[("baidu", "2024Q2"), "yoy_local_pct"] == pytest.approx(10)
    assert rows.at[("alibaba", "2024Q2"), "amount_usd"] == pytest.approx(12_000e6 / 7.2419, rel=1e-5)


def test_a_forecast_keeps_its_bound_and_its_value_follows_from_the_price(small: Warehouse) -> None:
    rows = small.read("gpu_estimates_by_customer")
    (h20,) = rows[rows["flow"] == "forecast"].to_dict("records")
    assert (h20["units_low"], h20["product"], h20["customer_id"], h20["implied_value_usd_low"]) == (
        1e6,
        "h20",
        "china_buyers",
        12e9,
    )
    assert pd.isna(h20["units_high"])
    assert small.read("gpu_shipments")["units"].tolist() == [200_000, 250_000]


def test_cloud_revenue_carries_the_growth_that_the_company_states(small: Warehouse) -> None:
    rows = small.read("cloud_revenue_by_definition")
    rows = rows[rows["is_preferred"]]
    assert rows[["calendar_quarter", "amount", "yoy_pct_stated", "segment"]].to_numpy().tolist() == [
        ["2024Q2", 26e9, 6.0, "Cloud Intelligence Group"]
    ]


def test_claims_are_judged(small: Warehouse) -> None:
    rows = small.read("claim_checks").set_index("claim_check_id")["verdict"]
    article = {name.split("#")[1]: verdict for name, verdict in rows.items() if str(name).startswith("article")}
    assert article == {
        "T1/level": "confirmed", "B1/level": "contradicted", "B2/growth": "confirmed",
        "H1/level": "not_checkable", "H2/level": "not_checkable", "C1/level": "not_checkable",
    }  # fmt: skip
    assert not rows.index.str.startswith("alibaba-outlook").any(), "table outlooks follows what is expected"


def test_rows_read_are_figures_and_rejected_rows(small: Warehouse) -> None:
    """25 rows: six, two and two typed, seven in the article, three of the estimator, one outlook, four facts."""
    documents = small.read("documents")
    assert documents["rows_read"].sum() == small.read("figures")["figure_id"].nunique() == 25
    silent = small.read("rejected_figures")
    assert set(silent["rule"]) == {"concept_not_found"}, "no row is rejected; the file of Microsoft's has capex alone"
    assert set(silent["path"]) == {"filings/companyfacts/CIK0000789019.json"}


def test_every_figure_behind_a_number_is_there(small: Warehouse) -> None:
    known = set(small.read("figures")["figure_id"])
    for table in ("observations", "capex", "capex_by_definition", "cloud_revenue", "gpu_estimates"):
        named = small.read(table, ["derived_from"])["derived_from"].str.split("|").explode()
        assert set(named) <= known
    assert set(small.read("figures")["document_id"]) <= set(small.read("documents")["document_id"])


def test_assets_say_rows_path_change_columns_and_a_preview(
    small: Warehouse, first_build: dg.ExecuteInProcessResult
) -> None:
    for event in first_build.get_asset_materialization_events():
        name = event.materialization.asset_key.to_user_string()
        if name in TABLES:
            said = event.materialization.metadata
            assert {"dagster/row_count", "path", "change", "preview"} <= set(said)
            assert said["dagster/row_count"].value == len(small.read(name))


def test_another_folder_and_another_order_of_files_give_equal_bytes(
    small: Warehouse, elsewhere: tuple[dg.ExecuteInProcessResult, Warehouse]
) -> None:
    assert elsewhere[0].success
    assert bytes_of(elsewhere[1]) == bytes_of(small)


def test_a_second_build_does_no_work_and_says_so(
    small: Warehouse, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(str(warehouse_copy.root))
    before = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.iterdir()}

    def work(*_: object, **__: object) -> None:
        raise AssertionError("work was done although nothing changed")

    monkeypatch.setattr("capex_pipeline.normalise.ingest.ingest", work)
    monkeypatch.setattr("capex_pipeline.storage.warehouse.Warehouse.write", work)
    monkeypatch.setattr("capex_pipeline.normalise.observations.observations", work)
    result = build(RAW_SMALL, root)
    assert result.success
    assert {change for table, change in changes(result).items() if table in TABLES} == {"unchanged"}
    assert {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.iterdir()} == before


def test_a_change_touches_what_depends_on_it_and_nothing_else(raw_copy: Path, warehouse_copy: Warehouse) -> None:
    of_other_metrics = [
        warehouse_copy.candidates().path(name) for name in ("revenue", "cloud_revenue", "gpu_estimates")
    ]
    before = [path.stat().st_mtime_ns for path in of_other_metrics]
    table = raw_copy / "announcements" / "baidu.csv"
    table.write_text(table.read_text().replace("2,200", "2,300"))
    said = changes(build(raw_copy, warehouse_copy.root))
    assert [path.stat().st_mtime_ns for path in of_other_metrics] == before, "no observation of their metrics changed"
    assert {name for name in TABLES if said[name] == "changed"} == {
        "documents",
        "figures",
        "observations",
        "headline_capex",
        "capex_by_definition",
        "capex",
        "capex_vintages",
        "capex_of_all_companies",
        "capex_by_overlapping_group",
        "financials_by_overlapping_group",
        "claim_checks",
    }
    assert (
        warehouse_copy.candidates()
        .read("capex")
        .set_index(["entity_id", "calendar_quarter"])
        .at[("baidu", "2024Q2"), "amount_local"]
        == 2_300e6
    )


def test_a_newer_quarter_of_one_metric_ends_the_latest_quarter_of_another(raw: RawFolder, tmp_path: Path) -> None:
    """No revenue changes; capital expenditure three quarters later makes the revenue on record stale."""
    revenue = row(metric="revenue", definition="total_revenue", period="Q1 2024", value="221,874")
    raw.yaml("first.yaml", [revenue, row(period="Q1 2024")], document(document_id="first"))
    flags = []
    for _ in range(2):
        assert build(raw.root, tmp_path / "warehouse", only=["revenue"]).success
        table = Warehouse(tmp_path / "warehouse").candidates().read("revenue")
        flags += table["is_latest_quarter_of_company"].tolist()
        raw.yaml(
            "later.yaml",
            [row(period="Q4 2024")],
            document(document_id="later", published="2025-02-20", retrieved="2025-07-01"),
        )
    assert flags == [True, False]


def test_a_lost_or_broken_file_is_built_again(small: Warehouse, warehouse_copy: Warehouse) -> None:
    """Published files are replaced from the candidates, and candidates are computed again."""
    Path(str(warehouse_copy.path("capex"))).unlink()
    Path(str(warehouse_copy.path("periods"))).write_bytes(b"no Parquet")
    Path(str(warehouse_copy.path("documents"))).unlink()
    Path(str(warehouse_copy.path("documents"))).mkdir()
    Path(str(warehouse_copy.candidates().path("capex"))).unlink()
    Path(str(warehouse_copy.candidates().path("periods"))).write_bytes(b"no Parquet")
    assert build(RAW_SMALL, warehouse_copy.root).success
    assert bytes_of(warehouse_copy) == bytes_of(small)
    assert bytes_of(warehouse_copy.candidates()) == bytes_of(small.candidates())


def test_a_build_as_of_a_day_is_the_whole_build_looked_at_on_that_day(small: Warehouse, tmp_path: Path) -> None:
    day, warehouse = "2024-08-20", Warehouse(tmp_path / "as_of")
    assert build(RAW_SMALL, warehouse.root, as_of=day, job="rebuild_capex").success
    warehouse = warehouse.candidates()
    then = warehouse.read("observations")
    assert (then["known_from"] <= pd.Timestamp(day)).all() and len(then)
    looked_at = as_of(small.read("observations"), day)
    columns = [
        "observation_id",
        "series",
        "period_start",
        "period_end",
        "value",
        "status",
        "known_from",
        "derived_from",
    ]
    pd.testing.assert_frame_equal(
        then.loc[then["is_latest"], columns].sort_values("observation_id", ignore_index=True),
        looked_at[columns].sort_values("observation_id", ignore_index=True),
    )
    assert (warehouse.read("capex_by_definition")["unchanged_since"] <= pd.Timestamp(day)).all()
    vintages, cell = small.read("capex_vintages"), ["entity_id", "calendar_quarter"]
    known = vintages[(vintages["known_from"] <= pd.Timestamp(day)) & ~(vintages["known_to"] <= pd.Timestamp(day))]
    columns = [*cell, "definition_id", "amount_local", "observation_id"]
    pd.testing.assert_frame_equal(warehouse.read("capex")[columns], known[columns].reset_index(drop=True))
