"""From a workbook to the pieces of its sheets."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from capex_pipeline.printed_tables import pieces, xlsx_tables
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.raw.errors import DocumentError


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_merged_cells_cover_their_columns_and_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cash"
    for row in (
        ["Flows - USD ($) $ in Millions", "12 Months Ended", None],
        [None, "Dec. 31, 2024", "Dec. 31, 2023"],
        ["Capex", -5, -4.5],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    (table,) = xlsx_tables.read_tables(saved(book), "book.xlsx")
    assert table.place == "Cash"
    assert [[(piece.text, piece.first, piece.last) for piece in row] for row in table.rows] == [
        [("Flows - USD ($) $ in Millions", 0, 0), ("12 Months Ended", 1, 2)],
        [("Flows - USD ($) $ in Millions", 0, 0), ("Dec. 31, 2024", 1, 1), ("Dec. 31, 2023", 2, 2)],
        [("Capex", 0, 0), ("-5", 1, 1), ("-4.5", 2, 2)],
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.055, "0.0%", "5.5%"),
        (1234, '_("$ "#,##0_);_("$ "(#,##0)', "$1234"),
        (1234567, "#,##0,", "1234.567"),
        (0.1 + 0.2, "General", "0.3"),
        (123.5, "0" + "," * 120, "0"),
        (1e305, "0,", f"{1e305:.0f}"),
        (5, "[" * 255, "5"),
        (date(2024, 12, 31), "yyyy-mm-dd", "2024-12-31"),
        ("Revenue\xa0", "General", "Revenue"),
    ],
)
def test_a_stored_value_is_shown_as_its_format_says(value: object, number_format: str, text: str) -> None:
    book = openpyxl.Workbook()
    cell = book.active["A1"]
    cell.value, cell.number_format = value, number_format
    assert xlsx_tables.read_tables(saved(book), "book.xlsx")[0].rows[0][0].text == text


def test_a_formula_is_not_evaluated() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Sum", 2, "=1+1"])
    rows = xlsx_tables.read_tables(saved(book), "book.xlsx")[0].rows
    assert [[piece.text for piece in row] for row in rows] == [["Sum", "2"]]


def test_hidden_sheets_are_left_out() -> None:
    book = openpyxl.Workbook()
    book.active.append(["shown"])
    hidden = book.create_sheet("Hidden")
    hidden.append(["hidden"])
    hidden.sheet_state = "hidden"
    assert [table.place for table in xlsx_tables.read_tables(saved(book), "book.xlsx")] == ["Sheet"]


def _archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("_", ".", 1), data)
    return target.getvalue()


def _sparse() -> bytes:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    return saved(book)


def _merged(*ranges: str) -> bytes:
    tags = "".join(f'<mergeCell {" " * 3000}ref="{text}"/>' for text in ranges)
    return _archive(**{"sheet.xml": f"<worksheet><sheetData/><mergeCells>{tags}</mergeCells></worksheet>".encode()})


def _part(markup: str) -> bytes:
    return _archive(**{"part.xml": markup.encode()})


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (lambda: _merged("A1:XFD1048576"), "too_many_cells"),
        (lambda: _merged(*["A1:J9999"] * 5), "too_many_cells"),
        (lambda: _merged("A1&#58;XFD1048576"), "too_many_cells"),
        (lambda: _part('<numFmt formatCode="' + "[" * 256 + '"/>'), "oversized"),
        (lambda: _part("<numFmt x='>" + " " * 4060 + "' formatCode='" + "&quot;" * 256 + "'/>"), "oversized"),
        (lambda: _part("<?xml version='1.0' encoding='UTF-7'?>+ADw-x/+AD4-"), "unreadable"),
        (lambda: _archive(styles_bin=b"<numFmt formatCode='" + b"[" * 256 + b"'/>"), "oversized"),
        (lambda: _part("<xf/>" * (xlsx_tables._MOST_STYLES + 1)), "oversized"),
        (lambda: _part("<x " + " " * 3 * 2**20), "oversized"),
        (lambda: b"no archive", "unreadable"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        pytest.param(
            lambda: _archive(bomb_xml=b"\0" * (xlsx_tables.MAX_UNPACKED + 1)),
            "oversized",
            marks=pytest.mark.slow("packs a workbook of megabytes"),
        ),
        (lambda: _archive(workbook_xml=b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'), "unreadable"),
        (lambda: _archive(workbook_xml=b"<x/>"), "unreadable"),
        (lambda: _archive(**{"sheet.xml": b"<c/>" * (pieces.MOST_TAGS + 1)}), "oversized"),
        (_sparse, "too_many_cells"),
    ],
)
def test_hostile_workbooks_end_in_a_sentence(data: Callable[[], bytes], rule: str) -> None:
    """The workbooks are made in the test, since some take a second, which every worker would spend that collects this file."""
    with pytest.raises(DocumentError) as caught:
        xlsx_tables.read_tables(data(), "book.xlsx")
    assert caught.value.rule == rule
    assert caught.value.message.startswith(("book.xlsx ", "book.xlsx, part "))


def test_tags_without_an_end_are_read_once() -> None:
    """No match of an expression over the bytes of a part reaches over the sign with which the next match begins."""
    markup = b"<mergeCell " * 100
    spans = [xlsx_tables._MERGED.search(markup + end) for end in (b"", b'ref="A1:A2">')]
    assert spans[0] is None
    assert spans[1] is not None and spans[1].start() == 99 * len(b"<mergeCell ")
    formats = [match.end() - match.start() for match in xlsx_tables._FORMAT.finditer(b'formatCode="' * 100)]
    assert max(formats) <= 2 * len(b'formatCode="')


def test_a_number_format_of_255_characters_is_read() -> None:
    assert xlsx_tables._merged_cells(b'<numFmt formatCode="&quot;"/><mergeCell ref="A1:B2"/>') == 4
    xlsx_tables._check_markup(b'<numFmt formatCode="' + b"&quot;" * 255 + b'"/>', b"", 0, 0, "book.xlsx")


def test_a_cell_is_found_by_its_address() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cash flow"
    book.active["Z3"], book.active["AA3"], book.active["AB3"] = "Revenue", 1500, 1400
    assert [cell.locator for cell in read_layout(xlsx_tables.read_tables(saved(book), "figures.xlsx"))] == [
        "Cash flow, cell AA3: Revenue", "Cash flow, cell AB3: Revenue",
    ]  # fmt: skip


def test_a_row_of_one_long_text_is_prose() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Notes"
    for row in (
        ("Notes",),
        (None, 2024),
        ("Revenue", 7),
        ("Cloud revenue was $51.5 billion in the second quarter of 2024.",),
    ):
        sheet.append(row)
    document = xlsx_tables.read_document(saved(book), "notes.xlsx")
    assert [(one.place, one.text[:13]) for one in document.paragraphs] == [("Notes, row 4", "Cloud revenue")]
