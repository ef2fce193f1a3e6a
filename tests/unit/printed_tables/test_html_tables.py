"""From an HTML page to the pieces of its tables."""

from collections.abc import Callable

import pytest

from capex_pipeline.printed_tables import html_tables, pieces
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.raw.errors import DocumentError


def tables(body: str) -> list[list[list[tuple[str, int, int]]]]:
    read = html_tables.read_tables(f"<html><body>{body}</body></html>".encode(), "page.html")
    return [[[(piece.text, piece.first, piece.last) for piece in row] for row in table.rows] for table in read]


def test_column_spans_make_intervals() -> None:
    page = (
        "<table><tr><td></td><td colspan=3>2024</td></tr><tr><td>Revenue</td><td>$</td><td>5</td><td></td></tr></table>"
    )
    assert tables(page) == [[[("2024", 1, 3)], [("Revenue", 0, 0), ("$", 1, 1), ("5", 2, 2)]]]


def test_a_cell_over_two_rows_keeps_its_column_in_the_second_even_where_it_is_empty() -> None:
    page = "<table><tr><td rowspan=2></td><td colspan=2>Six months</td></tr><tr><td>2024</td><td>2023</td></tr></table>"
    assert tables(page) == [[[("Six months", 1, 2)], [("2024", 1, 1), ("2023", 2, 2)]]]


def test_hidden_parts_scripts_and_comments_are_no_text() -> None:
    page = (
        "<table><tr style='display: none'><td>hidden</td></tr><tr><td>Revenue<span style='display:none'> 9</span><!-- 8 --></td>"
        "<td>5<script>7</script></td></tr></table>"
    )
    assert tables(page) == [[[("Revenue", 0, 0), ("5", 1, 1)]]]


def test_a_raised_mark_is_no_digit_of_the_number() -> None:
    assert tables("<table><tr><td>Revenue<sup>1</sup></td><td>1,234<sup>2</sup></td></tr></table>") == [
        [[("Revenue {1}", 0, 0), ("1,234 {2}", 1, 1)]]
    ]


def test_tables_inside_tables_are_counted_after_the_outer_one() -> None:
    page = (
        "<table><tr><td><table><tr><td>inner</td></tr></table></td></tr></table><table><tr><td>last</td></tr></table>"
    )
    read = html_tables.read_tables(page.encode(), "page.html")
    assert [(table.place, [piece.text for row in table.rows for piece in row]) for table in read] == [
        ("table 1", []), ("table 2", ["inner"]), ("table 3", ["last"]),
    ]  # fmt: skip


def test_lines_between_tables_belong_to_the_table_below() -> None:
    page = "<p>First</p><table><tr><td>1</td></tr></table><div>Cash <b>flows</b><br>(in millions)</div><table><caption>Part</caption><tr><td>2</td></tr></table>"
    read = html_tables.read_tables(page.encode(), "page.html")
    assert [list(table.before) for table in read] == [["First"], ["Cash flows", "(in millions)", "Part"]]


def test_lines_below_the_last_table_are_kept_with_it() -> None:
    page = "<table><tr><td>1</td></tr></table><p>Between</p><table><tr><td>2</td></tr></table><p>(1) in thousands</p><p>End</p>"
    read = html_tables.read_tables(page.encode(), "page.html")
    assert [list(table.after) for table in read] == [[], ["(1) in thousands", "End"]]


def test_a_page_that_declares_its_encoding_is_read_in_it() -> None:
    page = "<meta charset=gbk><table><tr><td>收入</td></tr></table>".encode("gbk")
    assert html_tables.read_tables(page, "page.html")[0].rows[0][0].text == "收入"


LARGE = pytest.mark.slow("makes a page of megabytes")


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (lambda: "<table><tr><td>" * 40 + "x", "nested_too_deeply"),
        pytest.param(
            lambda: "<table>" + ("<tr>" + "<td rowspan=500>1</td>" * 1000 + "</tr>") * 500,
            "too_many_cells",
            marks=LARGE,
        ),
        (lambda: "<table><tr><td>1</td></tr></table>" * 5001, "too_many_cells"),
        (lambda: "<p>" + " " * html_tables.MAX_BYTES, "oversized"),
        (lambda: "<b>" * (pieces.MOST_TAGS + 1), "oversized"),
        pytest.param(lambda: "<p" + " a" * (html_tables.MOST_WORDS + 1) + ">", "oversized", marks=LARGE),
    ],
)
def test_hostile_pages_end_in_a_sentence(page: Callable[[], str], rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        html_tables.read_tables(page().encode(), "page.html")
    assert caught.value.rule == rule
    assert caught.value.message.startswith("page.html ")


def test_absurd_spans_are_bounded() -> None:
    page = "<table><tr><td colspan=999999999>a</td><td colspan=-4 rowspan=x>b</td></tr></table>"
    assert tables(page) == [[[("a", 0, 0), ("b", 1, 1)]]]


def test_entities_of_a_page_are_not_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><table><tr><td>x&e;y</td></tr></table>'
    texts = [
        piece.text
        for table in html_tables.read_tables(page.encode(), "page.html")
        for row in table.rows
        for piece in row
    ]
    assert all("root" not in text for text in texts)


@pytest.mark.parametrize("unit", ["(Dollars in millions, unless otherwise noted)", "(In thousands, except share data)"])
def test_a_declared_unit_far_above_a_table_is_kept(unit: str) -> None:
    prose = "".join(f"<p>Paragraph {number} of the notes.</p>" for number in range(300))
    page = f"<p>{unit}</p>{prose}<table><tr><td>Revenue</td><td>7</td></tr></table>"
    (found,) = html_tables.read_tables(page.encode(), "page.html")
    assert found.before[0] == unit
    assert found.before[-1] == "Paragraph 299 of the notes."
    assert len(found.before) < 100


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [("Cloud revenue up 28%", True), ("雲收入增長28%至87億元", True), ("up 28%", False), ("2025 outlook and guidance", False)],
)  # fmt: skip
def test_a_short_point_of_a_list_is_prose_if_it_states_an_amount(line: str, is_kept: bool) -> None:
    """Titles have no amount, and what is shorter than ten characters is a label."""
    page = f"<html><body><ul><li>{line}</li></ul><table><tr><td>Revenue</td><td>7</td></tr></table></body></html>"
    document = html_tables.read_document(page.encode(), "page.html")
    assert [one.text for one in document.paragraphs] == [line] * is_kept


def test_a_column_is_counted_among_those_of_numbers() -> None:
    sign = "<td></td><td>$</td><td>1,5{0}0</td><td></td>"
    page = f"<table><tr><td>Revenue</td>{sign.format(0)}{sign.format(1)}</tr></table>"
    assert [cell.locator for cell in read_layout(html_tables.read_tables(page.encode(), "page.html"))] == [
        "table 1, row 1, column 1: Revenue",
        "table 1, row 1, column 2: Revenue",
    ]
