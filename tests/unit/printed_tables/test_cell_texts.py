"""What one cell shows beside its number."""

import pytest

from capex_pipeline.printed_tables.cell_texts import CellText, fold_label, is_year, read_cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234", CellText("1,234")),
        ("$ (1,234)", CellText("1,234", True, "$")),
        ("($1,234)", CellText("1,234", True, "$")),
        ("US$ 12", CellText("12", False, "USD")),
        ("(1,234 )", CellText("1,234", True)),
        ("-5.2", CellText("5.2", True)),
        ("RMB 7,500", CellText("7,500", False, "CNY")),
        ("¥12", CellText("12")),
        ("23%", CellText("23", False, "", "percent")),
        ("(39)%", CellText("39", True, "", "percent")),
        ("(0.9%)", CellText("0.9", True, "", "percent")),
        ("Up 94%", CellText("94", False, "", "percent")),
        ("Down 6%", CellText("6", True, "", "percent")),
        ("Down 0.5 pts", CellText("0.5", True, "", "points")),
        ("1.2x", CellText("1.2", False, "", "multiple")),
        ("1,234 (2)", CellText("1,234")),
        ("1,234 {a}", CellText("1,234")),
        ("1,234²", CellText("1,234")),
        ("1,234*", CellText("1,234")),
        ("$9,990 - 10,030", CellText("9,990", False, "$", high="10,030")),
        ("3,05,412", CellText("3,05,412")),
        ("Around S$3.3 billion", CellText("3.3", False, "SGD", "", 10**9, is_about=True)),
        ("54 to 56 billion", CellText("54", False, "", "", 10**9, "56")),
        ("$1,800m - $2,000m", CellText("1,800", False, "$", "", 10**6, "2,000")),
        ("64% – 66%", CellText("64", False, "", "percent", high="66")),
        ("１，２３４", CellText("1,234")),
        ("$4.3 billion", CellText("4.3", False, "$", "", 10**9)),
        ("($1.2 billion)", CellText("1.2", True, "$", "", 10**9)),
        ("$14.0B", CellText("14.0", False, "$", "", 10**9)),
        ("US$319 million", CellText("319", False, "USD", "", 10**6)),
        ("+6.2%", CellText("6.2", False, "", "percent")),
        ("+1,234", CellText("1,234")),
        ("△1,234", CellText("1,234", True)),
        ("▲1,234", CellText("1,234", True)),
        ("12.5亿元", CellText("12.5", False, "", "", 10**8)),
    ],
)
def test_a_cell_is_split_into_numeral_sign_currency_and_unit(text: str, expected: CellText) -> None:
    assert read_cell(text) == expected


@pytest.mark.parametrize("text", ["—", "-", "$ —", "n.m.", "N/A", "NM", "不适用"])
def test_dashes_and_their_words_are_cells_without_a_number(text: str) -> None:
    cell = read_cell(text)
    assert cell is not None
    assert cell.is_nil


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Revenue",
        "(1,234",
        "1,234)",
        "Note 5",
        "June 30, 2024",
        "up 5",
        "Q1 FY24",
        "x" * 100,
        "3B",
        "5 million%",
        "▲5%",
        "+",
    ],
)
def test_text_is_no_number(text: str) -> None:
    assert read_cell(text) is None


def test_a_year_may_bear_a_footnote_mark() -> None:
    assert is_year("2024 (1)")
    assert is_year("2024")
    assert not is_year("2,024")
    assert not is_year("20245")


def test_labels_are_compared_without_marks_leaders_and_typographic_signs() -> None:
    assert fold_label("Purchases of property, plant & equipment (1):") == "purchases of property, plant&equipment"
    assert fold_label("Total revenue . . . . . . {2}") == "total revenue"
    assert fold_label("Company’s share — net") == "company's share-net"
    assert fold_label("Revenues: (a)") == fold_label("revenues")


def test_a_comma_before_the_last_part_of_a_list_is_no_other_label() -> None:
    with_comma, without = (fold_label(f"Purchases of property, plant{comma} and equipment") for comma in (",", ""))
    assert with_comma == without == "purchases of property, plant and equipment"


def test_the_number_of_a_line_is_no_part_of_its_label() -> None:
    assert (
        fold_label("一、营业总收入") == fold_label("（一）营业总收入") == fold_label("(1) 营业总收入") == "营业总收入"
    )
    assert fold_label("一般及行政開支") == "一般及行政開支"


@pytest.mark.parametrize("text", ["$000", "078", "000", "3 - 5", "2025 - 2026", "12-31", "about 5", "3,05,41"])
def test_a_part_of_a_number_and_a_unit_are_no_number(text: str) -> None:
    assert read_cell(text) is None
