"""CSV and XLSX: what a spreadsheet shows is what the table says, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from builders import frame_of
from unit.release.release_folders import filed, put, table

from capex_pipeline.release import ReleaseError, spreadsheets
from capex_pipeline.schemas import TABLES


def frame(**changed: object) -> pd.DataFrame:
    """One quarter of capex."""
    return table("capex_by_definition", filed("a", **changed))


def rows_of(data: bytes) -> list[dict[str, str]]:
    """CSV as Excel reads it."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1"])
def test_text_that_would_run_is_disarmed(text: str) -> None:
    (row,) = rows_of(spreadsheets.csv_bytes(frame(entity_name=text)))
    assert row["entity_name"].startswith("'")
    assert row["entity_name"].replace("\r", "").lstrip("'").strip() == text.strip()


def test_plain_text_and_negative_numbers_stay_as_they_are() -> None:
    (row,) = rows_of(spreadsheets.csv_bytes(frame(entity_name="A=B - C", yoy_local_pct=-12.5)))
    assert row["entity_name"] == "A=B - C"
    assert row["yoy_local_pct"] == "-12.5"
    assert row["period_end"] == "2024-06-30"
    assert row["amount"] == "8000000000.0"
    assert row["claimant"] == ""
    assert row["is_preferred"] == "True"


def test_csv_begins_with_the_mark_by_which_excel_knows_it() -> None:
    assert spreadsheets.csv_bytes(frame()).startswith(b"\xef\xbb\xbfobservation_id,")


def test_a_text_that_no_cell_takes_is_cut_and_says_so() -> None:
    (row,) = rows_of(spreadsheets.csv_bytes(frame(note="x" * 40_000)))
    assert len(row["note"]) == spreadsheets.LONGEST_CELL
    assert row["note"].endswith("(cut; full text in the Parquet file)")


@pytest.mark.slow("writes every table as a spreadsheet")
def test_the_files_lie_where_no_reader_of_the_tables_meets_them(tmp_path: Path) -> None:
    warehouse = put(tmp_path / "warehouse", capex_by_definition=frame())
    written = spreadsheets.export(warehouse, ["csv"])
    tables = {
        "capex",
        "capex_by_definition",
        "capex_by_overlapping_group",
        "gpu_shipments",
        "cloud_revenue",
        "revenue",
        "property_and_equipment",
        "outlooks",
    }
    assert {f"spreadsheets/{table}.csv" for table in tables} <= set(written), "the tables that people open"
    assert not {"spreadsheets/figures.csv", "spreadsheets/coverage.csv"} & set(written)
    assert spreadsheets.export(warehouse, ["csv"]) == []
    assert not list(warehouse.root.glob("*.csv"))


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no spreadsheet format ods"):
        spreadsheets.export(put(tmp_path / "warehouse"), ["ods"])


def test_xlsx_holds_texts_as_texts_and_days_as_days() -> None:
    data = spreadsheets.xlsx_bytes(
        frame(entity_name="=1+1", note="https://example.org", claimant="007"), "capex_by_definition"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
        texts = book.read("xl/sharedStrings.xml").decode()
        assert "=1+1" in texts and "007" in texts
        assert "<v>8000000000</v>" in sheet
        assert "<v>45473</v>" in sheet  # 2024-06-30, counted from 1899-12-30
        assert "First day of the period." in texts
    assert data == spreadsheets.xlsx_bytes(
        frame(entity_name="=1+1", note="https://example.org", claimant="007"), "capex_by_definition"
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_table_becomes_a_workbook(name: str) -> None:
    """Whatever the length of its name: Excel allows 31 characters for that of a sheet."""
    with zipfile.ZipFile(io.BytesIO(spreadsheets.xlsx_bytes(frame_of(name), name))) as book:
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        assert sheets == [name[:31], "columns"]
        assert f"<dc:title>{name}</dc:title>" in book.read("docProps/core.xml").decode()
