"""Writes whole tables as CSV or XLSX, for users of spreadsheets.

Add here how rows are laid out, so that a spreadsheet shows them and runs none of their text as a formula. The wide sheets of each release
belong to `workbook`; programs read the Parquet files. The files of a release are in warehouse/spreadsheets/, separate from
warehouse/*.parquet.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable

import pandas as pd

from capex_pipeline.release import SPREADSHEET_FORMATS, ReleaseError
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import columns, table_metadata, unit_of
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

FOLDER = "spreadsheets"
LONGEST_CELL = 32_767
"""Maximum number of characters of a cell; a longer text is cut and marked."""

_LONGEST_SHEET_NAME = 31
"""Excel allows no longer name of a sheet; the file and its title have the whole name of the table."""
_CUT = " … (cut; full text in the Parquet file)"


def rendered(source: Warehouse, formats: Iterable[str]) -> dict[str, bytes]:
    """The published tables of a set in each format, by their names below warehouse/.

    Raises ReleaseError for an unknown format.
    """
    files = {}
    for form in formats:
        if form not in SPREADSHEET_FORMATS:
            raise ReleaseError(f"There is no spreadsheet format {form}; choose from {', '.join(SPREADSHEET_FORMATS)}.")
        for table in (name for name in TABLES if table_metadata(TABLES[name])["group"] == "published"):
            frame = source.read(table)
            files[f"{FOLDER}/{table}.{form}"] = csv_bytes(frame) if form == "csv" else xlsx_bytes(frame, table)
    return files


def export(warehouse: Warehouse, formats: Iterable[str]) -> list[str]:
    """Write the published tables in each format; returns the names of the files that changed. Raises ReleaseError, StorageError."""
    return [
        name
        for name, data in rendered(warehouse, formats).items()
        if storage_files.replace_if_changed(warehouse.root / name, data, warehouse.staging())
    ]


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Rows as CSV: UTF-8 with a byte order mark for Excel, dates as 2024-06-30, null as empty, texts that would run as formulas escaped."""
    text = disarmed(frame).to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\r\n")
    return b"\xef\xbb\xbf" + text.encode()


def disarmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would run as a formula get a leading apostrophe; numbers stay numbers, including negative ones."""
    shown = frame.copy()
    for name in shown.columns[shown.dtypes == "str"]:
        shown[name] = escaping.spreadsheet(shown[name])
        shown[name] = shown[name].map(shortened, na_action="ignore")
    return shown


def cell_text(text: str) -> str:
    """A text for a cell of a workbook: without control characters, and cut and marked if it is longer than LONGEST_CELL."""
    return shortened(escaping.cell(text))


def shortened(text: str) -> str:
    """A text that fits into a cell: cut and marked if it is longer than LONGEST_CELL."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(_CUT)] + _CUT


def xlsx_bytes(frame: pd.DataFrame, table: str) -> bytes:
    """Rows as a workbook: typed cells, filter, frozen header, and a second sheet that explains the columns.

    Texts are written as text cells, never as formulas or links. Equal rows give equal bytes.
    """
    import xlsxwriter  # type: ignore[import-not-found, import-untyped, unused-ignore]

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": table, "created": dt.datetime(2000, 1, 1)})
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    rows = book.add_worksheet(table[:_LONGEST_SHEET_NAME])
    rows.freeze_panes(1, 0)
    rows.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    for place, name in enumerate(frame.columns):
        rows.write_string(0, place, str(name), bold)
        for line, value in enumerate(frame[name].tolist(), start=1):
            if pd.isna(value):
                continue
            if isinstance(value, str):
                rows.write_string(line, place, cell_text(value))
            elif isinstance(value, bool):
                rows.write_boolean(line, place, value)
            elif isinstance(value, pd.Timestamp):
                rows.write_datetime(line, place, value.to_pydatetime(), day)
            else:
                rows.write_number(line, place, float(value))
    explained = book.add_worksheet("columns")
    for place, word in enumerate(("column", "unit", "meaning")):
        explained.write_string(0, place, word, bold)
    for line, (name, column) in enumerate(columns(TABLES[table]).items(), start=1):
        for place, word in enumerate((name, unit_of(column) or "", column.description or "")):
            explained.write_string(line, place, word)
    book.close()
    return buffer.getvalue()
