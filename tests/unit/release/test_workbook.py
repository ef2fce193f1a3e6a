"""workbook.xlsx: wide sheets whose cells are numbers, days and texts, never formulas; equal tables give equal bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.orchestration.assets.workbook import FILE, is_made_from
from capex_pipeline.release import workbook

pytestmark = pytest.mark.slow("draws a workbook in each test, or starts LibreOffice")

RUNS = '=HYPERLINK("http://evil.example")'


def quarter(entity_id: str, name: str, **changed: Any) -> dict[str, Any]:
    start = pd.Period(name, freq="Q").start_time
    return {
        "entity_id": entity_id,
        "entity_name": entity_id.title(),
        "calendar_quarter": name,
        "quarter_start": start,
        "currency": "USD",
        **changed,
    }


def tables(text: str = "words", url: str = "https://www.sec.gov/a") -> dict[str, pd.DataFrame]:
    """Two companies, of which one has not reported the second quarter; one statement, one claim and one document with a text."""
    capex = [quarter("small", "2024Q1", amount_usd=1e9, amount_local=7e9, currency="CNY"), quarter("large", "2024Q1", amount_usd=5e9),
             quarter("large", "2024Q2", amount_usd=6.25e9)]  # fmt: skip
    return {
        "capex": frame_of("capex", *capex), "headline_capex": frame_of("headline_capex").iloc[:0], "cloud_revenue": frame_of("cloud_revenue", quarter("large", "2024Q1")),
        "capex_by_overlapping_group": frame_of("capex_by_overlapping_group"), "cloud_revenue_by_overlapping_group": frame_of("cloud_revenue_by_overlapping_group").iloc[:0],
        "gpu_shipments": frame_of("gpu_shipments", {"calendar_quarter": "2024Q1", "supplier_name": text, "units": 100.0},
                                  {"calendar_quarter": "2024Q1", "supplier_name": text, "units": 50.0}),
        "gpu_shipments_by_customer": frame_of("gpu_shipments_by_customer").iloc[:0],
        "outlooks": frame_of("outlooks", {"claimant": text, "amount_low_local": 75e9, "stated_on": pd.Timestamp("2025-02-04")}),
        "claim_checks": frame_of("claim_checks", {"claim": text, "explanation": text, "check_kind": "level"}),
        "documents": frame_of("documents", {"title": text, "url": url}),
        "entities": frame_of("entities", {"entity_id": "large", "entity_name": "Large"}), "gpu_estimates_by_customer": frame_of("gpu_estimates_by_customer").iloc[:0],
        "capex_by_calendar_year": frame_of("capex_by_calendar_year").iloc[:0],
        "cloud_revenue_by_calendar_year": frame_of("cloud_revenue_by_calendar_year").iloc[:0],
    }  # fmt: skip


def opened(**changed: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(tables(**changed), "abc123", "f" * 64)))


def test_quarters_down_companies_across_largest_first_missing_empty() -> None:
    sheet = opened()["Capex USD bn"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [["quarter", "Large", "Small"], ["2024Q1", 5, 1], ["2024Q2", 6.25, None]]
    assert sheet["A2"].value.startswith("US dollars, billions.")
    assert sheet.freeze_panes == "B5" and sheet["B5"].number_format == "#,##0.00"


def test_reported_currency_is_in_the_header() -> None:
    sheet = opened()["Capex reported bn"]
    assert [cell.value for cell in sheet[4]][1:] == ["Large, USD bn", "Small, CNY bn"]
    assert sheet["C5"].value == 7


def test_units_of_products_are_added_by_maker() -> None:
    assert opened()["GPUs by maker"]["B5"].value == 150


def test_days_are_days_amounts_are_billions_and_every_sheet_is_listed() -> None:
    book = opened()
    sheet = book["Outlooks"]
    heads = [cell.value for cell in sheet[4]]
    row = dict(zip(heads, sheet[5], strict=True))
    assert row["stated on"].value == pd.Timestamp("2025-02-04") and row["stated on"].number_format == "yyyy-mm-dd"
    assert row["low, bn"].value == 75
    listed = [row[0].value for row in book["Contents"].iter_rows(min_row=5)]
    assert listed == book.sheetnames[1:]
    assert "Cloud groups USD bn" not in listed, "a sheet without rows is left out"


def sheet_of(name: str, **changed: pd.DataFrame) -> pd.DataFrame:
    (sheet,) = [sheet for sheet in workbook.sheets(tables() | changed) if sheet.name == name]
    return sheet.frame


def test_a_quarter_or_year_without_any_value_keeps_its_row() -> None:
    """Without the row of 2024Q2, a chart would draw half a year as one step."""
    frame = frame_of(
        "capex",
        quarter("large", "2024Q1", yoy_local_pct=12.3456789012345),
        quarter("large", "2024Q3", yoy_local_pct=1.0),
    )
    shown = sheet_of("Capex growth YoY %", capex=frame)
    assert shown["quarter"].tolist() == ["2024Q1", "2024Q2", "2024Q3"]
    assert shown["Large"].tolist()[0] == 12.345679 and pd.isna(shown["Large"][1])
    years = [
        {"entity_id": "large", "entity_name": "Large", "calendar_year_of_company": year, "amount_usd": 2e9}
        for year in (2022, 2024)
    ]
    by_year = sheet_of("Capex by year USD bn", capex_by_calendar_year=frame_of("capex_by_calendar_year", *years))
    assert by_year["year"].tolist() == [2022, 2023, 2024] and by_year["Large"].tolist()[::2] == [2, 2]


def test_a_break_is_shaded_also_where_the_growth_is_empty_and_the_definitions_are_listed() -> None:
    """Large reports in cash to 2024Q1, with leases in 2024Q2 and 2024Q3, and the second of these in another presentation."""
    frame = frame_of(
        "capex",
        quarter("large", "2023Q4", amount_usd=4e9, yoy_local_pct=5.0, definition_id="cash"),
        quarter("large", "2024Q1", amount_usd=5e9, yoy_local_pct=6.0, definition_id="cash"),
        quarter(
            "large",
            "2024Q2",
            amount_usd=6e9,
            yoy_local_pct=None,
            is_break=True,
            definition_id="leases",
            note="Leases are included.",
        ),
        quarter(
            "large", "2024Q3", amount_usd=7e9, yoy_local_pct=1.0, is_break=True, definition_id="leases", note="Net."
        ),
        quarter("small", "2024Q3", amount_usd=1e9, definition_id="leases"),
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(tables() | {"capex": frame}, "abc123", "f" * 64)))
    for name in ("Capex USD bn", "Capex growth YoY %"):
        sheet = book[name]
        shaded = [cell.coordinate for row in sheet.iter_rows(min_row=5) for cell in row if cell.fill.fill_type]
        assert shaded == ["B7", "B8"] and "shaded" in sheet["A2"].value
    assert book["Capex growth YoY %"]["B7"].value is None
    rows = [[cell.value for cell in row] for row in book["Definitions"].iter_rows(min_row=5, max_col=6)]
    assert rows[:4] == [
        ["capital expenditure", "Large", "2023Q4", "2024Q1", "cash", None],
        ["capital expenditure", "Large", "2024Q2", "2024Q2", "leases", "Leases are included."],
        ["capital expenditure", "Large", "2024Q3", "2024Q3", "leases", "Net."],
        ["capital expenditure", "Small", "2024Q3", "2024Q3", "leases", None],
    ]


def test_money_of_claims_is_in_billions_and_percentages_are_as_they_are() -> None:
    claims = frame_of(
        "claim_checks",
        {"unit": "money", "claimed": 106e9, "check_kind": "level", "metric_id": "capex"},
        {"unit": "percent", "claimed": 47.0, "check_kind": "growth"},
    )
    shown = sheet_of("Claims", claim_checks=claims)
    assert shown["claimed"].tolist() == [106, 47] and shown["unit"].tolist() == ["money, bn", "percent"]
    assert shown["metric"].tolist()[0] == "capex"


def test_totals_of_an_estimator_have_their_interval() -> None:
    total = {"is_total": True, "measure": "cumulative", "calendar_basis": "calendar", "customer_id": "large", "supplier_id": "maker",
             "period_end": pd.Timestamp("2025-12-31"), "units_low": 90.0, "units": 100.0, "units_high": 120.0}  # fmt: skip
    in_between = {**total, "period_end": pd.Timestamp("2026-01-25")}
    shown = sheet_of(
        "GPU totals with intervals",
        gpu_estimates_by_customer=frame_of(
            "gpu_estimates_by_customer", total, in_between, {**total, "is_total": False}
        ),
    )
    assert shown[["buyer", "maker", "GPUs, 5 %", "GPUs, median", "GPUs, 95 %"]].to_numpy().tolist() == [
        ["Large", "maker", 90, 100, 120]
    ]


def test_scoreboards_are_sheets_of_counts() -> None:
    book = opened()
    guidance = dict(
        zip(
            *([cell.value for cell in row] for row in book["Guidance scoreboard"].iter_rows(min_row=4, max_row=5)),
            strict=True,
        )
    )
    assert guidance["statements"] == 1
    (_, claims) = book["Claims by source"].iter_rows(min_row=4)
    assert [cell.value for cell in claims][1] == 1
    assert "Claims by document" in book.sheetnames


def test_sources_are_the_documents_that_rows_of_other_sheets_name() -> None:
    given = tables()
    named = given["documents"].assign(document_id="named", title="Named")
    given["documents"] = pd.concat([named, named.assign(document_id="other", title="Other")], ignore_index=True)
    given["outlooks"] = given["outlooks"].assign(document_id="named")
    listed = next(sheet for sheet in workbook.sheets(given) if sheet.name == "Sources")
    assert listed.frame["title"].tolist() == ["Named"]


def test_a_long_header_is_wrapped_and_its_row_is_high_enough() -> None:
    """ "confirmed under definition" does not fit beside its filter button in one line of fourteen characters."""
    sheet = opened()["Claims by source"]
    heads = [cell.value for cell in sheet[4]]
    width = sheet.column_dimensions[sheet.cell(4, heads.index("confirmed under definition") + 1).column_letter].width
    assert width < len("confirmed under definition")
    assert sheet.row_dimensions[4].height >= 30
    assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage


def test_no_text_of_a_document_is_a_formula_and_only_addresses_of_the_web_are_links() -> None:
    data = workbook.to_bytes(tables(text=RUNS, url="javascript:alert(1)"), "abc123", "f" * 64)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert not [name for name, part in parts.items() if "<f>" in part or "<f " in part]
    assert not [name for name in parts if "worksheets/_rels" in name], "no link leads out of the workbook"
    with_link = workbook.to_bytes(tables(), "abc123", "f" * 64)
    with zipfile.ZipFile(io.BytesIO(with_link)) as book:
        linked = [book.read(name).decode() for name in book.namelist() if "worksheets/_rels" in name]
    assert len(linked) == 1 and 'Target="https://www.sec.gov/a"' in linked[0]


def test_equal_tables_give_equal_bytes_and_the_workbook_knows_its_inputs(tmp_path: Path) -> None:
    data = workbook.to_bytes(tables(), "abc123", "f" * 64)
    assert data == workbook.to_bytes(tables(), "abc123", "f" * 64)
    path = tmp_path / FILE
    assert not is_made_from(path, "f" * 64)
    path.write_bytes(data)
    assert is_made_from(path, "f" * 64)
    assert not is_made_from(path, "e" * 64)
    path.write_bytes(data[:1000])
    assert not is_made_from(path, "f" * 64), "a damaged file is written again"


def test_libreoffice_opens_it_and_shows_the_numbers(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip(
            "LibreOffice is not installed: its installation takes longer than the test is worth on every machine"
        )
    (tmp_path / FILE).write_bytes(workbook.to_bytes(tables(), "abc123", "f" * 64))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2',
         "--outdir", str(tmp_path), str(tmp_path / FILE)], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (written,) = tmp_path.glob("*.csv")
    lines = written.read_text(encoding="utf-8").splitlines()
    assert lines[3:] == ["quarter,Large,Small", "2024Q1,5,1", "2024Q2,6.25,"]
