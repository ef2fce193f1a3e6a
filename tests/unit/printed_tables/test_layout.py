"""The label, headings, heads and unit of each cell of a table."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.find_cells import distinct, find_cells
from capex_pipeline.printed_tables.layout import PrintedCell, read_layout
from capex_pipeline.printed_tables.pieces import Piece, PrintedTable


def table(rows: str, before: Sequence[str] = (), place: str = "table 0") -> PrintedTable:
    """A table drawn with bars: each cell is one column wide; "text/3" spans three; leading dots set a label in."""
    drawn = []
    for line in rows.strip("\n").splitlines():
        pieces, column = [], 0
        for cell in line.split("|"):
            text, _, width = cell.strip().partition("/")
            last = column + int(width or 1) - 1
            if text:
                pieces.append(Piece(text.lstrip("."), column, last, 2 * (len(text) - len(text.lstrip(".")))))
            column = last + 1
        drawn.append(pieces)
    return PrintedTable(place, drawn, before)


def cells(rows: str, before: Sequence[str] = ("(In millions)",), currency: str | None = "USD") -> list[PrintedCell]:
    return read_layout([table(rows, before)], currency)


def values(found: Sequence[PrintedCell]) -> list[tuple[str, tuple[str, ...], float | None]]:
    return [(cell.label, cell.heads, cell.value) for cell in found]


def test_signs_and_brackets_in_cells_of_their_own_belong_to_the_number() -> None:
    found = cells("          | 2024/3\nCapex     | $ | (5 | )\nRevenue   | $ | 9 |")
    assert [(cell.label, cell.value, cell.currency) for cell in found] == [
        ("Capex", -5e6, "USD"),
        ("Revenue", 9e6, "USD"),
    ]


def test_heads_of_two_lines_and_spans_are_read_from_the_outside() -> None:
    found = cells(
        """
                | Three months ended/2 | Six months ended/2
                | June 30, | June 30, | June 30, | June 30,
                | 2024 | 2023 | 2024 | 2023
        Revenue | 1 | 2 | 3 | 4
        """
    )
    assert values(found) == [
        ("Revenue", ("Three months ended", "June 30,", "2024"), 1e6),
        ("Revenue", ("Three months ended", "June 30,", "2023"), 2e6),
        ("Revenue", ("Six months ended", "June 30,", "2024"), 3e6),
        ("Revenue", ("Six months ended", "June 30,", "2023"), 4e6),
    ]


def test_a_footnote_that_states_a_unit_holds_for_the_rows_and_columns_with_its_mark() -> None:
    first = table(
        "| 2024 | 2023 (a)\nRevenue | 5 | 4\nDeposits (1) | 700 | 650\n(1) In thousands\nCosts | 3 | 2",
        ["(In millions)"],
    )
    second = replace(
        table("| 2024\nRevenue | 5\nDebt (b) | 6", ["(a) Amounts in billions", "(2) in thousands"], "table 1"),
        after=["(b) in thousands"],
    )
    read = [(cell.label, cell.heads[-1], cell.value) for cell in read_layout([first, second], "USD")]
    assert read == [
        ("Revenue", "2024", 5e6), ("Revenue", "2023 (a)", 4e9), ("Deposits (1)", "2024", 700e3), ("Deposits (1)", "2023 (a)", 650e3),
        ("Costs", "2024", 3e6), ("Costs", "2023 (a)", 2e9), ("Revenue", "2024", None), ("Debt (b)", "2024", 6e3),
    ]  # fmt: skip


def test_a_year_with_a_footnote_is_a_head() -> None:
    assert cells("| 2024 (1) | 2023\nRevenue | 7 | 6")[0].heads == ("2024 (1)",)


def test_a_column_of_changes_beside_a_span_belongs_to_it_and_counts_percent() -> None:
    found = cells(
        "| Three months ended/2 | | Six months ended/2 |\n| 2024 | 2023 | % change | 2024 | 2023 | % change\nRevenue | 8 | 4 | 100 | 9 | 6 | 50"
    )
    assert [(cell.heads, cell.kind, cell.value) for cell in found if cell.kind == "percent"] == [
        (("Three months ended", "% change"), "percent", 100.0),
        (("Six months ended", "% change"), "percent", 50.0),
    ]


def test_the_period_in_the_corner_is_a_head_of_every_column() -> None:
    found = cells("For the six months ended June 30: | 2024 | 2023\nRevenue | 7 | 6")
    assert found[0].heads == ("For the six months ended June 30:", "2024")


def test_new_heads_inside_a_table_replace_those_above() -> None:
    found = cells("| 2024 | 2023\nRevenue | 7 | 6\n| 2022 | 2021\nRevenue | 5 | 4")
    assert [cell.heads for cell in found] == [("2024",), ("2023",), ("2022",), ("2021",)]


def test_a_head_that_ends_before_its_column_begins_is_found_by_order() -> None:
    pieces = [
        [Piece("2024", 1, 1), Piece("2023", 4, 4)],
        [Piece("Revenue", 0, 0), Piece("7", 2, 2), Piece("6", 5, 5)],
    ]
    found = read_layout([PrintedTable("table 0", pieces, ["(In thousands)"])], "USD")
    assert values(found) == [("Revenue", ("2024",), 7e3), ("Revenue", ("2023",), 6e3)]


def test_periods_in_the_labels_are_labels() -> None:
    found = cells("| Revenue | Capex\n2024 | 70 | 20\n2023 | 60 | 10")
    assert [(cell.label, cell.heads, cell.value) for cell in found] == [
        ("2024", ("Revenue",), 70e6), ("2024", ("Capex",), 20e6), ("2023", ("Revenue",), 60e6), ("2023", ("Capex",), 10e6),
    ]  # fmt: skip


def test_the_same_label_in_two_blocks_is_told_apart_by_the_heading() -> None:
    found = cells(
        "| 2024\nRevenue: |\n.Data center | 7\n.Gaming | 2\nOperating income: |\n.Data center | 3\n.Gaming | 1"
    )
    assert [cell.value for cell in find_cells(found, "Data center", heading="Revenue")] == [7e6]
    assert [cell.value for cell in find_cells(found, "Data center", heading="Operating income")] == [3e6]
    assert len(distinct(find_cells(found, "Data center"))) == 2, "without the heading there is no one answer"


def test_a_row_at_the_level_of_a_heading_ends_its_block() -> None:
    found = cells("| 2024\nOperating activities: |\n.Net income | 7\nFree cash flow | 2")
    assert [(cell.label, cell.headings) for cell in found] == [
        ("Net income", ("Operating activities:",)),
        ("Free cash flow", ()),
    ]


def test_a_label_over_two_lines_is_one_label() -> None:
    found = cells("| 2024\nNet cash provided by |\noperating activities | 7")
    assert [(cell.label, cell.headings) for cell in found] == [("Net cash provided by operating activities", ())]


@pytest.mark.parametrize(
    ("before", "rows", "scale"),
    [
        (["(In thousands)"], "| 2024\nRevenue | 7", 10**3),
        (
            ["Cash flows", "In millions, except number of shares, which are reflected in thousands"],
            "| 2024\nRevenue | 7",
            10**6,
        ),
        (
            ["The table shows " + "the revenue of all our many segments, " * 6 + "(in thousands):"],
            "| 2024\nRevenue | 7",
            10**3,
        ),
        ([], "(In billions) | 2024\nRevenue | 7", 10**9),
        ([], "| 2024\n| (in millions)\nRevenue | 7", 10**6),
        (["(In millions)"], "| 2024\nRevenue (in thousands) | 7", 10**3),
        (["(In millions)"], "| 2024 (in thousands)\nRevenue | 7", 10**3),
        ([], "| 2024\nRevenue | 7", None),
        (["(revenue in millions, costs in thousands)"], "| 2024\nRevenue | 7", None),
    ],
)
def test_the_unit_comes_from_label_head_table_or_the_lines_above(
    before: list[str], rows: str, scale: int | None
) -> None:
    (cell,) = cells(rows, before)
    assert cell.scale == scale
    assert cell.value == (None if scale is None else 7.0 * scale)


def test_a_caption_that_names_only_a_currency_keeps_the_scale_above() -> None:
    found = cells("| 2024/2\n| RMB | US$\nRevenue | 72 | 10", ["(in thousands)"], None)
    assert [(cell.value, cell.currency) for cell in found] == [(72e3, "CNY"), (10e3, "USD")]


@pytest.mark.parametrize(
    ("caption", "currency", "expected"),
    [
        ("(NT$ in thousands)", None, "TWD"),
        ("(in thousands)", "HKD", "HKD"),
        ("(RMB in thousands)", "CNY", "USD"),
        ("(in thousands)", None, "USD"),
    ],
)
def test_a_bare_dollar_sign_is_the_dollar_of_the_document(caption: str, currency: str | None, expected: str) -> None:
    assert cells("| 2024\nRevenue | $7", [caption], currency)[0].currency == expected


def test_a_table_that_goes_on_below_the_same_heads_keeps_its_unit() -> None:
    first = table("| Three months ended/2\n| 2024 | 2023\nRevenue | 9 | 8", ["Statements", "(In millions)"])
    later = table("| Three months ended/2\n| 2024 | 2023\nFree cash flow | 3 | 2", ["- 12 -"], "table 1")
    other = table("| Six months ended/2\n| 2024 | 2023\nFree cash flow | 3 | 2", ["- 13 -"], "table 2")
    found = read_layout([first, later, other], "USD")
    assert [cell.value for cell in found] == [9e6, 8e6, 3e6, 2e6, None, None]


def test_a_title_laid_out_as_a_table_states_the_unit_of_the_next() -> None:
    title = table("ACME INC.\nSTATEMENTS OF INCOME\n(In thousands)")
    found = read_layout([title, table("| 2024\nRevenue | 7", (), "table 1")], "USD")
    assert [(cell.value, cell.titles[-2:]) for cell in found] == [(7e3, ("STATEMENTS OF INCOME", "(In thousands)"))]


def test_amounts_per_share_shares_and_ratios_are_not_scaled_as_amounts() -> None:
    found = cells(
        "| 2024\nRevenue | 70\nDiluted earnings per share | 1.25\nGross margin | 61.5\nWeighted average shares used | 12\nGrowth | 7%"
    )
    assert [(cell.kind, cell.value) for cell in found] == [
        ("money", 70e6), ("per_share", 1.25), ("percent", 61.5), ("shares", 12e6), ("percent", 7.0),
    ]  # fmt: skip


def test_a_block_of_earnings_per_share_does_not_reach_the_cash_flow_below_it() -> None:
    found = cells(
        "| 2024\nDiluted net income per share |\nGAAP | 1.25\nWeighted average shares used | 12\nPurchases of equipment | (300)"
    )
    assert (found[-1].kind, found[-1].value) == ("money", -300e6)


def test_a_total_without_a_label_and_a_dash_are_cells() -> None:
    found = cells("| 2024 | 2023\nOne | 4 | —\n | 9 | 8")
    assert [(cell.label, cell.value) for cell in found] == [("One", 4e6), ("One", None), ("", 9e6), ("", 8e6)]


def test_a_column_of_note_numbers_is_no_column_of_amounts() -> None:
    found = cells("| Note | 2024\nRevenue | 5 | 700\nCosts | 6 | 300")
    assert values(found) == [("Revenue", ("2024",), 700e6), ("Costs", ("2024",), 300e6)]


def test_one_value_that_is_printed_twice_is_one_answer_and_two_values_are_none() -> None:
    first, again, other = (table(f"| 2024\nCapex | {number}", [title, "(In millions)"], title) for title, number in
                           (("Cash flow", "433"), ("Highlights", "433"), ("Reconciliation", "432")))  # fmt: skip
    assert len(distinct(find_cells(read_layout([first, again], "USD"), "Capex"))) == 1
    found = read_layout([first, again, other], "USD")
    assert len(distinct(find_cells(found, "Capex"))) == 2
    assert [cell.value for cell in find_cells(found, "Capex", title="Reconciliation")] == [432e6]


def test_the_table_below_a_title_answers_before_others_that_share_its_words() -> None:
    spending = table("Capital expenditures |\n| 2024\n.Parks | 7\n.Studios | 9", ["(In millions)"])
    depreciation = table(
        "Depreciation |\n| 2024\n.Parks | 3\n.Studios | 2", ["Capital expenditures increased to $16 million.", "(In millions)"], "table 1"
    )  # fmt: skip
    found = read_layout([spending, depreciation], "USD")
    assert [cell.value for cell in find_cells(found, "Parks", title="Capital expenditures")] == [7e6]
    assert [cell.value for cell in find_cells(found, "Parks", title="Depreciation")] == [3e6]
    assert len(distinct(find_cells(found, "Parks"))) == 2


def test_titles_above_the_heads_are_no_headings_that_set_a_row_back() -> None:
    below = table("ACME INC. |\nNet revenues |\n| 2024\nHotels | 7", ["(In millions)"])
    bare = table("| 2024\nHotels | 3", ["Adjusted earnings", "(In millions)"], "table 1")
    found = read_layout([below, bare], "USD")
    assert len(distinct(find_cells(found, "Hotels"))) == 2, "neither row is more of the whole company than the other"
    assert [cell.value for cell in find_cells(found, "Hotels", title="Data: net revenues")] == [7e6]


def test_the_whole_head_answers_before_a_head_that_contains_it() -> None:
    found = cells("Revenue | Q4 2024 | 2024\nCloud | 4 | 19")
    assert [cell.value for cell in find_cells(found, "Cloud", heads=["2024"])] == [19e6]


def test_a_span_of_time_alone_in_its_line_holds_for_all_columns_of_years() -> None:
    found = cells("| Three months ended June 30,/2 | |\n| | 2024 | | 2023\nCapex | | 9 | | 8")
    assert [cell.heads for cell in found] == [
        ("Three months ended June 30,", "2024"),
        ("Three months ended June 30,", "2023"),
    ]
    beside = cells("| Three months ended June 30, |\n| 2024 | December 31, 2023\nCash | 9 | 8")
    assert [cell.heads for cell in beside] == [("Three months ended June 30,", "2024"), ("December 31, 2023",)]


def test_a_declared_unit_holds_for_later_tables_that_state_none() -> None:
    drawn = [
        table("| 2024\nRevenue | 7", ["(Dollars in millions, unless otherwise noted)"], "table 0"),
        table("| 2024\nRevenue | 7", ["(In thousands)"], "table 1"),
        table("| 2024\nRevenue | 7", ["Note 2"], "table 2"),
    ]
    assert [cell.value for cell in read_layout(drawn, "USD")] == [7e6, 7e3, 7e6]
    assert [cell.value for cell in read_layout(drawn[1:], "USD")] == [7e3, None], (
        "a caption of one table is not inherited"
    )


def test_a_unit_alone_above_the_text_of_a_page_holds_for_the_tables_of_the_text() -> None:
    prose = (
        "The company makes and sells data-centre equipment in two segments, of which the larger one also leases its products. "
        * 2
    )
    notes = table("| 2024\nRevenue | 7", ["Notes", "Dollars in millions except per share amounts", prose])
    assert [cell.value for cell in read_layout([notes], "USD")] == [7e6]
    below = table("| 2024\nRevenue | 7", [prose], "table 1")
    assert [cell.value for cell in read_layout([notes, below], "USD")] == [7e6, 7e6]


def test_tables_with_the_same_names_of_columns_have_one_unit() -> None:
    heads = "| Cost/2 | Gains/2 | Losses/2\nBonds | $ | 7 | $ | 1 | $ | 2"
    drawn = [
        table(f"| June 30, 2024/6\n{heads}", ["(In millions)"], "table 0"),
        table(
            f"| June 30, 2023/6\n{heads}", ["The fair values of the year before were determined likewise."], "table 1"
        ),
    ]
    assert [cell.value for cell in read_layout(drawn, "USD")][3:] == [7e6, 1e6, 2e6]
    other = table("| 2023 | 2022\nBonds | 7 | 1", ["Another note."], "table 1")
    assert [cell.value for cell in read_layout([drawn[0], other], "USD")][3:] == [None, None]


def test_names_of_columns_with_two_units_in_one_document_settle_no_third_table() -> None:
    heads = "| Cost/2 | Gains/2 | Losses/2\nBonds | $ | 7 | $ | 1 | $ | 2"
    drawn = [
        table(heads, [caption], f"table {number}")
        for number, caption in enumerate(("(In millions)", "(In thousands)", "The parent company:"))
    ]
    assert [cell.value for cell in read_layout(drawn, "USD")] == [7e6, 1e6, 2e6, 7e3, 1e3, 2e3, None, None, None]


def test_a_table_that_goes_on_without_heads_on_the_next_page_keeps_the_unit() -> None:
    first = table("| 2024\nNet change in cash | 7,000", ["(In thousands)"], "table 0")
    drawn = [first, table("Cash at the end | 9,000", ["6", "Table of Contents"], "table 1")]
    assert [cell.value for cell in read_layout(drawn, "USD")] == [7e6, 9e6]
    apart = [first, table("Cash at the end | 9,000", ["The parent company has this cash:"], "table 1")]
    assert [cell.value for cell in read_layout(apart, "USD")] == [7e6, None]


def test_rows_that_another_table_repeats_show_the_unit_of_a_table() -> None:
    statement = table(
        "| 2024\nTotal revenue | 5,286\nOperating profit | 1,972\nOther | 12", ["(In millions)"], "table 0"
    )
    segments = "| Chips | Total\nTotal revenue | 3,278 | 5,286\nOperating profit | 1,000 | 1,972"
    found = read_layout([statement, table(segments, ["By segment:"], "table 1")], "USD")
    assert [cell.value for cell in found][3:] == [3278e6, 5286e6, 1000e6, 1972e6]
    less = table("| Total\nTotal revenue | 5,286\nLess: Operating profit | (1,972)", ["By segment:"], "table 1")
    assert [cell.value for cell in read_layout([statement, less], "USD")][3:] == [5286e6, -1972e6]
    cash = table("| 2024\nNet cash provided by operating activities | 5,286\nFree cash flow | 1,972", ["(In millions)"])
    other = table("| 2024\nCash flow from operations | 5,286\nFree cash flow | 1,972", ["Free cash flow"], "table 1")
    assert [cell.value for cell in read_layout([cash, other], "USD")][2:] == [5286e6, 1972e6]
    once = segments.replace("1,972", "1,900")
    found = read_layout([statement, table(once, ["By segment:"], "table 1")], "USD")
    assert [cell.value for cell in found][3:] == [None] * 4, "one row may be repeated by chance"
    thousands = table("| 2024\nOperating profit | 1,972", ["(In thousands)"], "table 2")
    found = read_layout([statement, table(segments, ["By segment:"], "table 1"), thousands], "USD")
    assert [cell.value for cell in found][3:7] == [None] * 4, "the same row in two units shows neither"


def test_one_row_with_a_long_numeral_shows_the_unit_where_all_other_tables_have_one() -> None:
    statement = table("| 2024\nTotal revenue | 65,286\nOther | 12", ["(In millions)"], "table 0")
    earlier = table("| 2023 | 2024\nTotal revenue | 61,278 | 65,286", ["Compared:"], "table 1")
    assert [cell.value for cell in read_layout([statement, earlier], "USD")][2:] == [61278e6, 65286e6]
    third = table("| 2024\nDebt | 700", ["(In thousands)"], "table 2")
    assert [cell.value for cell in read_layout([statement, earlier, third], "USD")][2:4] == [None, None]


def test_labels_with_words_for_shares_customers_and_rates_may_stand_beside_amounts() -> None:
    found = cells(
        "| 2024\nNet income for basic earnings per share | 854\nCommon stock, par value $0.10 per share: 3.0 billion shares authorized | 292\n"
        "Cash dividends declared, $3.96 per common share | 425.9\nRevenue from contracts with customers | 56,680\n"
        "Total revenues - unaffiliated customers | 295,795\n"
        "Stock issued to employees | 373\n2.625 percent three-year senior notes | 535\nInterest rates | 123\nDividends ($1.79) per share | 166"
    )
    assert [(cell.kind, cell.value) for cell in found] == [
        ("money", 854e6), ("money", 292e6), ("money", 425.9e6), ("money", 56680e6), ("money", 295795e6), ("money", 373e6), ("money", 535e6), ("money", 123e6), ("money", 166e6),
    ]  # fmt: skip
    counted = cells("| 2024\nPaying customers | 451\nNumber of stores | 12\nDiluted earnings per share | 1.79")
    assert [(cell.kind, cell.value) for cell in counted] == [("count", 451.0), ("count", 12.0), ("per_share", 1.79)]
    sold = cells("| 2024\nNet sales: |\n.Physical stores | 5,024")
    assert [(cell.kind, cell.value) for cell in sold] == [("money", 5024e6)]


def test_a_row_that_a_caption_excepts_has_the_unit_that_the_exception_states() -> None:
    found = cells(
        "| 2024\nUnearned revenue | 20,743\nRemaining performance obligations | 63.4",
        ["(In millions, except remaining performance obligation, which is presented in billions)"],
    )
    assert [cell.value for cell in found] == [20743e6, 63.4e9]


def test_a_small_number_that_may_be_a_rate_or_an_amount_has_no_value() -> None:
    found = cells(
        "| 2024\nIncome taxed at other than the statutory rate | 32\nExchange rates | 41\nStatutory rate | 21"
    )
    assert [(cell.kind, cell.value) for cell in found] == [("percent", None), ("percent", None), ("percent", 21.0)]
    derivatives = cells("| 2024\nInterest rate | 58.2\nForeign exchange rates | 4.3\nDiscount rate | 4.3")
    assert [cell.value for cell in derivatives] == [None, None, 4.3]
    assert [cell.value for cell in cells("| 2024\nDividends declared, $27,013.89 per preferred share | 43")] == [43e6]


def test_a_head_that_names_an_amount_counts_before_a_label_per_share() -> None:
    found = cells("| Net income attributable to Acme | Per share\nBasic EPS | 502 | 0.60")
    assert [(cell.kind, cell.value) for cell in found] == [("money", 502e6), ("per_share", 0.6)]


def test_numbers_and_rates_in_a_label_do_not_make_its_amounts_ratios() -> None:
    found = cells(
        "| 2024\n2.25% Senior Notes due 2028 | 750\nEffect of exchange rate changes on cash | (21)\nDividends ($0.35 per share) | (118)\n"
        "Net income for diluted earnings per share | 1,392\nEffective tax rate | 21\nGross margin | 61.5\nRevenue growth (%) | 12"
    )
    assert [(cell.kind, cell.value) for cell in found] == [
        ("money", 750e6), ("money", -21e6), ("money", -118e6), ("money", 1392e6), ("percent", 21.0), ("percent", 61.5), ("percent", 12.0),
    ]  # fmt: skip


def test_names_of_columns_in_the_middle_of_a_table_are_heads() -> None:
    found = cells(
        "| Cloud/2 | Search/2\nRevenue | $ | 7 | $ | 9\nReconciliation | Segments/2 | Company/2\nCapex | $ | 3 | $ | 4"
    )
    assert values(found) == [
        ("Revenue", ("Cloud",), 7e6), ("Revenue", ("Search",), 9e6),
        ("Capex", ("Reconciliation", "Segments"), 3e6), ("Capex", ("Reconciliation", "Company"), 4e6),
    ]  # fmt: skip


def test_years_beside_a_footnote_are_heads() -> None:
    found = read_layout(
        [table("| November 2, | February 3,\nASSETS | 2024 | 2024 | (1)\nCash | 5 | 4 |", ["(In millions)"])], "USD"
    )
    assert [(cell.label, " ".join(cell.heads), cell.value) for cell in found] == [
        ("Cash", "ASSETS November 2, 2024", 5e6), ("Cash", "ASSETS February 3, 2024", 4e6),
    ]  # fmt: skip


def test_a_column_of_changes_with_plus_signs_counts_percent() -> None:
    found = cells("| H1 FY2024 | H1 FY2023 | Change (%)\nRevenue | 569.2 | 536.0 | +6.2%")
    assert [(cell.kind, cell.value) for cell in found] == [("money", 569.2e6), ("money", 536e6), ("percent", 6.2)]


def test_a_column_of_units_states_the_unit_of_its_row() -> None:
    found = cells("Item | Unit | 2024\nRevenue | US$m | 5\nRent | RMB'000 | 7", before=())
    assert [(cell.label, cell.scale, cell.currency) for cell in found] == [
        ("Revenue", 10**6, "USD"), ("Rent", 10**3, "CNY"),
    ]  # fmt: skip


def test_a_column_that_says_what_several_rows_have_in_common_is_their_heading() -> None:
    found = cells("| | 2024\nCash flow | Capex | 5\n| Other | 7\nIncome | Revenue | 9")
    assert [(cell.label, cell.headings) for cell in found] == [
        ("Capex", ("Cash flow",)), ("Other", ("Cash flow",)), ("Revenue", ("Income",)),
    ]  # fmt: skip


def test_two_names_of_each_row_are_no_heading() -> None:
    found = cells("| | 2024\n收入 | Revenue | 5\n成本 | Cost | 7")
    assert [(cell.label, cell.headings) for cell in found] == [("收入", ()), ("成本", ())]


def test_a_year_in_the_first_of_its_columns_of_a_sheet_covers_the_others() -> None:
    drawn = table("| 2024 | | 2025 |\n| Q1 | Q2 | Q1 | Q2\nRevenue | 1 | 2 | 3 | 4", ("(In millions)",))
    found = read_layout([replace(drawn, is_sheet=True)], "USD")
    assert [cell.heads for cell in found] == [("2024", "Q1"), ("2024", "Q2"), ("2025", "Q1"), ("2025", "Q2")]


def test_cells_that_signs_make_wider_stand_in_one_column() -> None:
    found = cells("| 2024/3\nRevenue | $ | 5 |\nCost | | (3 | )\nProfit | $ | 2 |")
    assert len({cell.column for cell in found}) == 1


def test_a_sheet_with_a_title_does_not_go_on_from_the_sheet_before() -> None:
    first = table("Income statement\n| 2024\nRevenue from continuing operations |\nTotal revenue | 5")
    second = table("Cash flow statement\n| 2024\nNet cash from operations | 3", place="table 1")
    found = read_layout([replace(one, is_sheet=True) for one in (first, second)], "USD")
    assert [cell.titles for cell in found] == [("Income statement",), ("Cash flow statement",)]


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ("Revenue | 1.234 | 1.034\nCosts | (834,5) | (734,25)", [1234, 1034, -834.5, -734.25]),
        ("Revenue | 1.234.567 | 1.034.123\nShare | 25,1 % | 24,3 %", [1234567, 1034123, 25.1, 24.3]),
        ("Revenue | 1.234 | 1.034\nCosts | (0.834) | (0.734)", [1.234, 1.034, -0.834, -0.734]),
        ("Revenue | 1,234 | 1,034\nNotes | 2,3 | 4,5", [1234, 1034]),
    ],
)  # fmt: skip
def test_numbers_have_decimal_commas_where_nearly_all_of_them_show_it(rows: str, values: list[float]) -> None:
    cells = read_layout([table(f"| 2025 | 2024\n{rows}", ["(in units of EUR)"])], "EUR")
    read = [float(cell.text.numeral.replace(",", "")) * (-1 if cell.text.is_negative else 1) for cell in cells]
    assert read == values


def test_a_unit_of_all_amounts_in_the_first_rows_of_a_table_serves_the_tables_below_it() -> None:
    first = table("未經審核資產負債表\n（除每股數據外，所有金額以千元計）\n| 2025年12月31日\n存貨 | 1,234", [])
    second = table(
        "未經審核現金流量表\n| 2025年\n購買設備 | 2,345", ["除另有說明外，按人民幣 7.12 元兌 1.00 美元的匯率換算。"]
    )
    cells = read_layout([first, second], "CNY")
    assert [(cell.label, cell.value) for cell in cells] == [("存貨", 1_234_000), ("購買設備", 2_345_000)]


def test_the_code_of_a_line_is_no_label() -> None:
    found = cells("Ref | Line item | 2024\nA1 | Revenue | 90\nA2 | Costs | 80")
    assert [cell.label for cell in found] == ["Revenue", "Costs"]


STATEMENTS = [
    table("| June 30, 2024\nTotal assets | 4,120", ["Condensed Consolidated Balance Sheets (Unaudited)", "(In thousands)"]),
    table("| Three months ended June 30, 2024\nTotal revenue | 812", ["Condensed Consolidated Statements of Operations (Unaudited)"], "table 2"),
    table("| June 30, 2024\nDeposits | 512", ["Deposits"], "table 3"),
]  # fmt: skip


def test_a_statement_without_a_unit_has_that_of_the_statement_before_it() -> None:
    assert [cell.scale for cell in read_layout(STATEMENTS, "USD")] == [1000, 1000, None]


def test_statements_of_a_document_with_two_units_share_none() -> None:
    other = table("| June 30, 2024\nDebt | 7", ["Debt", "(In millions)"], "table 4")
    assert [cell.scale for cell in read_layout([*STATEMENTS, other], "USD")] == [1000, None, None, 10**6]


def test_a_unit_beside_the_title_of_a_table_is_of_all_its_columns() -> None:
    rows = "民國115年6月30日及民國114年6月30日 | | 單位：新台幣仟元\n資產 | 115年6月30日 | 114年6月30日\n不動產、廠房及設備 | 604,218,114 | 511,204,886"
    cells = read_layout([table(rows)], "TWD")
    assert [(cell.scale, cell.currency) for cell in cells] == [(1000, "TWD")] * 2
    assert [any("民國" in head for head in cell.heads) for cell in cells] == [False, False]


@pytest.mark.parametrize(("currency", "scale"), [("TWD", None), ("USD", 1)])
def test_many_digits_show_full_units_where_no_company_has_as_many_thousands(currency: str, scale: int | None) -> None:
    cells = read_layout([table("| 2024\nRevenue | 2,418,204,663")], currency)
    assert [cell.scale for cell in cells] == [scale]


def test_a_caption_with_per_share_data_above_a_row_makes_no_amount_per_share() -> None:
    rows = "| Quarters ended June 30,/2\nDollars and shares in millions, except per share data |\n| 2024 | 2023\nTotal revenues | 6,497.5 | 5,718.4"
    assert [cell.kind for cell in read_layout([table(rows)], "USD")] == ["money", "money"]


@pytest.mark.parametrize(
    ("head", "currency", "read"),
    [
        ("2024 $'000", "AUD", "AUD"),
        ("2024 US$'000", "AUD", "USD"),
        ("2024 $m", "SGD", "SGD"),
        ("2024 $m", "TWD", "USD"),
    ],
)
def test_a_dollar_in_a_head_is_that_of_the_company_where_its_reports_write_it_so(
    head: str, currency: str, read: str
) -> None:
    assert [cell.currency for cell in read_layout([table(f"| {head}\nRevenue | 1,204")], currency)] == [read]
