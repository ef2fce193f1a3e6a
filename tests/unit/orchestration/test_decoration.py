"""A page, summary or preview that cannot be drawn never fails or delays the writing of a table."""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pytest
from builders import frame_of

from capex_pipeline.orchestration import asset_factory, asset_page, decoration, table_summary
from capex_pipeline.orchestration.check_factory import ERROR, verdict
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage.parquet import to_arrow
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("runs assets of Dagster in each test")

QUARTERS = [f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)]


def forty_companies(table: str) -> pd.DataFrame:
    """Eight quarters of forty companies, ten in each of four size classes."""
    return frame_of(
        table,
        *(
            {
                "entity_id": f"company_{company}",
                "entity_name": f"Company {company}",
                "calendar_quarter": quarter,
                "amount_usd": 10.0 ** (7 + company % 4) * (1 + place),
                "fx_method": "none",
                "is_preferred": True,
            }
            for company in range(40)
            for place, quarter in enumerate(QUARTERS)
        ),
    )


def materialize(tmp_path: Path, frames: dict[str, pd.DataFrame], **more: Any) -> dg.ExecuteInProcessResult:
    """Publishes frames as the tables of one asset."""
    specs = [asset_factory.asset_spec(table, "A table.", [], materialize) for table in frames]

    @dg.multi_asset(name="tables", specs=specs, check_specs=[asset_factory.contract_check(table) for table in frames])
    def tables(context: dg.AssetExecutionContext, settings: Settings):  # type: ignore[no-untyped-def]
        yield from asset_factory.write(
            context, settings.open_warehouse(), list(frames), "inputs", lambda: frames, **more
        )

    settings = Settings(raw=str(tmp_path / "raw"), warehouse=str(tmp_path / "warehouse"))
    return dg.materialize([tables], resources={"settings": settings}, raise_on_error=False)


def page_of(result: dg.ExecuteInProcessResult, table: str) -> dict[str, str]:
    """The texts on a table's page."""
    metadata = result.asset_materializations_for_node("tables")
    entries = next(entry.metadata for entry in metadata if entry.asset_key == dg.AssetKey(table))
    return {name: str(value.value) for name, value in entries.items()}


@pytest.mark.parametrize("table", ["capex_by_definition", "cloud_revenue_by_definition"])
def test_page_of_a_table_with_forty_companies_of_all_sizes_is_drawn(table: str) -> None:
    frame = forty_companies(table)
    page = asset_page.page_of(table, to_arrow(frame, table), lambda: frame)
    assert "Company 39" in page["at_a_glance"], "the largest size class comes first"
    assert len(page["at_a_glance"]) <= table_summary.LONGEST
    listed = page["at_a_glance"].count("| Company ")
    assert f"{40 - listed} more rows" in page["at_a_glance"]
    assert "more rows" in page["preview"]


def test_the_preview_begins_with_the_newest_preferred_rows() -> None:
    days = pd.to_datetime(["2024-03-31", None, "2024-09-30", "2024-06-30", "2024-09-30"])
    rows = pa.table(
        {
            "document_id": ["first", "undated", "newest", "set-aside", "also-newest"],
            "entity_id": ["tencent"] * 5,
            "metric_id": ["capex"] * 5,
            "currency": ["CNY"] * 5,
            "period_start": pa.array(days, pa.date32()),
            "period_end": pa.array(days, pa.date32()),
            "is_preferred": [True, True, True, False, True],
        }
    )
    lines = asset_page.page_of("observations", rows, pd.DataFrame)["preview"].splitlines()[2:]
    assert [line.split(" | ")[-1].strip(" |") for line in lines] == ["newest", "also-newest", "first", "undated"]


@pytest.mark.parametrize("error", [IndexError("tuple index out of range"), MemoryError(), RecursionError("too deep")])
def test_table_is_written_where_its_page_cannot_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> dict[str, str]:
        raise error

    monkeypatch.setattr(asset_page, "page_of", fail)
    result = materialize(tmp_path, {"entities": frame_of("entities", {})})
    assert result.success
    assert len(Warehouse(tmp_path / "warehouse").read("entities")) == 1
    assert f"could not be drawn ({type(error).__name__})" in page_of(result, "entities")["page"]


def test_page_that_failed_is_drawn_by_the_next_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(asset_page, "preview", lambda *_: 1 / 0)
        materialize(tmp_path, {"entities": frame_of("entities", {})})
    page = page_of(materialize(tmp_path, {"entities": frame_of("entities", {})}), "entities")
    assert page["change"] == "unchanged" and "page" not in page and "entity_id" in page["preview"]


def test_every_table_is_written_before_the_first_page_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = Warehouse(tmp_path / "warehouse")
    frames = {table: frame_of(table, {}) for table in ("entities", "definitions")}
    written: list[bool] = []

    def look(*_: object) -> dict[str, str]:
        written.append(all(warehouse.footer(name) is not None for name in frames))
        return {}

    monkeypatch.setattr(asset_page, "page_of", look)
    assert materialize(tmp_path, frames).success
    assert written == [True, True]


def test_further_parts_of_a_page_may_fail_as_well(tmp_path: Path) -> None:
    result = materialize(tmp_path, {"entities": frame_of("entities", {})}, more={"entities": lambda: {}["absent"]})
    assert result.success
    page = page_of(result, "entities")
    assert "could not be drawn (KeyError)" in page["more"] and "entity_id" in page["preview"]


def test_failed_contract_is_recorded_where_its_rows_cannot_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_page, "telling", lambda _: 1 / 0)
    result = materialize(
        tmp_path, {"capex_by_definition": frame_of("capex_by_definition", {"amount_high": float("inf")})}
    )
    assert not result.success
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed and "Table capex_by_definition was not replaced" in str(check.description)
    assert "could not be drawn" in str(check.metadata["first_offending_rows"].value)


def test_interruption_by_the_operator_is_not_swallowed() -> None:
    def interrupt() -> dict[str, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decoration.drawn("page", interrupt)


def test_check_keeps_its_verdict_where_its_rows_cannot_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset_page, "preview", lambda *_: 1 / 0)
    found = verdict(frame_of("capex_by_definition", {}), ERROR, "Wrong.")
    assert not found["passed"] and found["offending_rows"] == 1 and "could not be drawn" in found["shown"]
