"""From cells to figures, with checks inside the document."""

from collections.abc import Sequence
from datetime import date

import pytest
from test_layout import table

from capex_pipeline.printed_tables.binding import Bound, bind, used
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.printed_tables.pieces import Piece, PrintedTable
from capex_pipeline.reference import Reference
from capex_pipeline.reference.models import PrintedName
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import Period

CAPEX = PrintedName(
    name_id="capex", metric="capex", definition_id="cash_purchases", labels=("Purchases of equipment", "資本開支"), is_outflow=True, reason="test"
)  # fmt: skip
REVENUE = PrintedName(
    name_id="revenue",
    metric="revenue",
    definition_id="total_revenue",
    labels=("Total revenue", "Revenue"),
    without=("segment",),
    reason="test",
)
CLOUD = PrintedName(
    name_id="cloud", metric="cloud_revenue", definition_id="aws_segment", labels=("Cloud",), headings=("Revenue",), titles=("segment",), reason="test"
)  # fmt: skip
HEADS = "| Three months ended June 30,/2 | Six months ended June 30,/2\n| 2024 | 2023 | 2024 | 2023\n"


def bound(
    rows: str, before: Sequence[str] = ("Cash flows", "(In millions)"), currency: str | None = "USD"
) -> list[Bound]:
    return bind(read_layout([table(rows, before)], currency), (CAPEX, REVENUE, CLOUD), FiscalCalendar(12), currency)


def figures(found: list[Bound]) -> list[tuple[str, date, date, float | None]]:
    return [(one.name.metric, one.period.start, one.period.end, one.amount) for one in used(found) if one.period]


def test_comparatives_are_figures_with_their_own_periods_and_an_outflow_is_positive() -> None:
    assert figures(bound(HEADS + "Purchases of equipment | (5) | (4) | (9) | (8)")) == [
        ("capex", date(2024, 4, 1), date(2024, 6, 30), 5e6),
        ("capex", date(2023, 4, 1), date(2023, 6, 30), 4e6),
        ("capex", date(2024, 1, 1), date(2024, 6, 30), 9e6),
        ("capex", date(2023, 1, 1), date(2023, 6, 30), 8e6),
    ]


FREE = PrintedName(
    name_id="free", metric="free_cash_flow", definition_id="company_free_cash_flow", labels=("Free cash flow",), without=("percent", "per share"), reason="test"
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "count"),
    [("(In millions, except percentages)", 1), ("(In millions, except per share amounts)", 1), ("(In millions) As a percent of revenue", 0)],
)  # fmt: skip
def test_what_a_caption_excepts_from_its_unit_excludes_no_name(line: str, count: int) -> None:
    read = read_layout(
        [table("| Three months ended June 30, 2024\nFree cash flow | 7", ("Reconciliation", line))], "USD"
    )
    assert len(list(used(bind(read, (FREE,), FiscalCalendar(12), "USD")))) == count


def test_a_chinese_label_below_a_chinese_caption_is_bound() -> None:
    found = bound(
        "| 截至2024年6月30日止三個月 | 截至2023年6月30日止三個月\n資本開支 | 87 | 40", ["單位：人民幣百萬元"], "CNY"
    )
    assert figures(found) == [
        ("capex", date(2024, 4, 1), date(2024, 6, 30), 87e6), ("capex", date(2023, 4, 1), date(2023, 6, 30), 40e6),
    ]  # fmt: skip


ASSETS = PrintedName(
    name_id="assets", metric="property_and_equipment", definition_id="property_and_equipment_net", labels=("Property and equipment, net",), is_balance=True, reason="test"
)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ("| As of/2\n| December 31, 2022 | March 31, 2023\nProperty and equipment, net | 112 | 117", [date(2022, 12, 31), date(2023, 3, 31)]),
        ("| Three months ended March 31, 2023\nProperty and equipment, net | 117", []),
    ],
)  # fmt: skip
def test_a_balance_is_of_a_day(rows: str, days: list[date]) -> None:
    read = read_layout([table(rows, ("Balance sheets", "(In millions)"))], "USD")
    found = bind(read, (ASSETS,), FiscalCalendar(12), "USD")
    assert [(one.period.start, one.period.end) for one in used(found) if one.period] == [(day, day) for day in days]
    assert [one.reason for one in found if one.outcome == "ignored"] == [
        "The column shows a period, and the metric is a balance on a day."
    ] * (not days)


def test_a_convenience_translation_is_no_amount() -> None:
    found = bound("| Three months ended June 30, 2024/2\n| RMB | US$\nRevenue | 720 | 100", ["(in thousands)"], "CNY")
    assert figures(found) == [("revenue", date(2024, 4, 1), date(2024, 6, 30), 720e3)]
    assert [one.reason for one in found if one.outcome == "ignored"] == [
        "The column is a convenience translation to USD."
    ]


def test_words_around_a_cell_choose_between_rows_of_one_label() -> None:
    rows = "| Three months ended June 30, 2024\nRevenue: |\n.Cloud | 7\nOperating income: |\n.Cloud | 3\nRevenue | 12"
    assert figures(bound(rows, ["Segment information", "(In millions)"])) == [
        ("cloud_revenue", date(2024, 4, 1), date(2024, 6, 30), 7e6)
    ]
    assert figures(bound(rows)) == [("revenue", date(2024, 4, 1), date(2024, 6, 30), 12e6)]


@pytest.mark.parametrize(
    ("rows", "before", "reason"),
    [
        ("| Three months ended June 30, 2024\nRevenue | 7", ["Income"], "states no unit"),
        ("| 2024\nRevenue | 7", ["(In millions)"], "the day on which the period ends"),
        (
            "| Three months ended June 30, 2024\nRevenue | 7\nRevenue | 8",
            ["(In millions)"],
            "prints several values: 7 (table 0); 8 (table 0)",
        ),
    ],
)
def test_a_cell_that_cannot_be_bound_has_a_reason(rows: str, before: list[str], reason: str) -> None:
    found = bound(rows, before)
    assert figures(found) == []
    assert all(reason in str(one.reason) for one in found if one.outcome == "not_bound")
    assert any(one.outcome == "not_bound" for one in found)


def test_a_dash_is_no_zero() -> None:
    (one,) = bound("| Three months ended June 30, 2024\nRevenue | —\nCosts | 5")
    assert (one.outcome, one.reason) == ("ignored", "The cell prints a dash and no number.")


def test_a_balance_is_no_flow() -> None:
    (one,) = bound("| As of June 30, 2024\nRevenue | 7", ["(In millions)"])
    assert (one.outcome, one.reason) == (
        "ignored",
        "The column shows a balance on a day, and the metric is a flow.",
    )


def test_a_cell_without_a_unit_keeps_its_period() -> None:
    """A reviewer then has to enter the unit alone."""
    (one,) = bound("| Three months ended June 30, 2024\nRevenue | 7", ["Income"])
    assert (one.outcome, one.period and one.period.end) == ("not_bound", date(2024, 6, 30))


def test_the_first_label_of_a_name_counts_where_several_are_printed() -> None:
    found = bound("| Three months ended June 30, 2024\nTotal revenue | 12\nRevenue | 5")
    assert figures(found) == [("revenue", date(2024, 4, 1), date(2024, 6, 30), 12e6)]
    assert [one.reason for one in found if one.outcome == "ignored"] == ["Another amount, 12, is used from table 0."]


def test_parts_that_add_up_in_two_columns_confirm_each_other() -> None:
    heads = "| Three months ended June 30,/2\n| 2024 | 2023\n"
    found = bound(
        heads + "Net cash from operations | 20 | 18\nPurchases of equipment | (5) | (4)\nTotal cash flow | 15 | 14"
    )
    assert [one.confirmed for one in used(found)] == [("rows 3 to 4 add up to 'Total cash flow'",)] * 2
    wrong = bound(
        heads + "Net cash from operations | 20 | 18\nPurchases of equipment | (5) | (4)\nTotal cash flow | 15 | 13"
    )
    assert [one.confirmed for one in used(wrong)] == [()] * 2, (
        "one column that does not add up is no confirmation of the other"
    )


@pytest.mark.parametrize(("stated", "outcome"), [("25", "used"), ("26", "not_bound")])
def test_growth_beside_two_amounts_confirms_or_contradicts_them(stated: str, outcome: str) -> None:
    # 1,250 / 1,000 = 1.25, a growth of 25 %
    found = bound(f"| Three months ended June 30,/2 |\n| 2024 | 2023 | % change\nRevenue | 1,250 | 1,000 | {stated}%")
    assert [one.outcome for one in found if one.cell.kind == "money"] == [outcome, outcome]
    for one in found:
        if one.outcome == "not_bound":
            assert one.reason == "The document contradicts itself: 26 % is stated, and the two amounts give 25.0 %."
        elif one.period:
            assert one.confirmed == ("25 % is stated, and the two amounts give 25.0 %",)


@pytest.mark.parametrize(("half", "outcome"), [("9", "used"), ("19", "not_bound")])
def test_two_quarters_make_the_half_year_or_all_three_are_set_aside(half: str, outcome: str) -> None:
    heads = "| Three months ended/2 | Six months ended\n| March 31, 2024 | June 30, 2024 | June 30, 2024\n"
    found = bound(heads + f"Revenue | 4 | 5 | {half}")
    assert [one.outcome for one in found] == [outcome] * 3
    if outcome == "not_bound":
        assert all("4,000,000 and 5,000,000 do not make 19,000,000" in str(one.reason) for one in found)


RECONCILIATIONS = {
    "signed deductions": "Net cash provided by operating activities | 48 | 40\nPurchases of equipment, net | (13) | (9)\n"
    "Principal payments on finance leases | (1) | (1)\nFree cash flow | 34 | 30",
    "deductions without a sign": "Operating cash flow | 48 | 40\nLess: Purchases of equipment, net | 13 | 9\n"
    "Less: Principal payments on finance leases | 1 | 1\nFree cash flow | 34 | 30",
    "incentives are added": "Net cash provided by (used in) operating activities | 48 | 40\nPurchases of equipment, net | (15) | (11)\n"
    "Proceeds from sales and incentives | 1 | 1\nFree cash flow | 34 | 30",
    "Chinese": "經營活動產生的現金流量淨額 | 48 | 40\n減：資本開支 | (14) | (10)\n自由現金流 | 34 | 30",
    "cash used": "Net cash used in operating activities | (48) | (40)\nPurchases of equipment, net | (14) | (10)\nFree cash flow | (62) | (50)",
}
"""Free cash flow on the companies' own definitions, of two quarters."""


@pytest.mark.parametrize("kind", list(RECONCILIATIONS))
@pytest.mark.parametrize("is_right", [True, False])
def test_free_cash_flow_follows_from_the_deductions_that_the_company_lists(kind: str, is_right: bool) -> None:
    """A wrong operating cash flow of the first column sets the purchases of that column aside, and not those of the other."""
    rows = RECONCILIATIONS[kind] if is_right else RECONCILIATIONS[kind].replace("48", "38")
    name = CAPEX.model_copy(
        update={"labels": ("Purchases of equipment, net", "Less: Purchases of equipment, net", "減：資本開支")}
    )
    table_of_quarters = table(
        "| Three months ended June 30,/2\n| 2024 | 2023\n" + rows, ("Free cash flow", "(In millions)")
    )
    found = bind(read_layout([table_of_quarters], "USD"), (name,), FiscalCalendar(12), "USD")
    assert [one.outcome for one in found] == ["used" if is_right else "not_bound", "used"]
    for one in found:
        text = "; ".join((*one.confirmed, one.reason or ""))
        assert "less the deductions listed below it is" in text
        assert ("and free cash flow is printed as" in text) == (one.outcome == "not_bound")


def test_rows_of_two_tables_of_one_page_are_no_reconciliation() -> None:
    heads = "| Three months ended June 30,/2\n| 2024 | 2023\n"
    statement = table(
        heads + "Net cash provided by operating activities | 48 | 40\nPurchases of equipment | (13) | (9)",
        ("Statements of cash flows", "(In millions)"),
        "page 4",
    )
    others = table(heads + "Free cash flow | 90 | 80", ("Twelve months to date", "(In millions)"), "page 4")
    found = bind(read_layout([statement, others], "USD"), (CAPEX,), FiscalCalendar(12), "USD")
    assert [one.outcome for one in found] == ["used", "used"]
    one_table = table(
        heads
        + "Net cash provided by operating activities | 48 | 40\nPurchases of equipment | (13) | (9)\nFree cash flow | 90 | 80",
        ("(In millions)",),
        "page 4",
    )
    assert [one.outcome for one in bind(read_layout([one_table], "USD"), (CAPEX,), FiscalCalendar(12), "USD")] == [
        "not_bound",
        "not_bound",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "Net cash provided by operating activities | 48 | 40\nPurchases of equipment | (13) | (9)\nFree cash flow margin | 12 % | 11 %",
        "Net cash provided by operating activities | 48 | 40\n"
        + "Other | 1 | 1\n" * 9
        + "Purchases of equipment | (13) | (9)\nFree cash flow | 30 | 30",
        "Free cash flow | 30 | 30\nNet cash provided by operating activities | 48 | 40\nPurchases of equipment | (13) | (9)",
    ],
    ids=["a margin", "a whole statement", "before the statement"],
)
def test_rows_that_are_no_reconciliation_contradict_nothing(rows: str) -> None:
    assert [one.outcome for one in bound("| Three months ended June 30,/2\n| 2024 | 2023\n" + rows)] == ["used", "used"]


def test_a_row_of_remark_in_a_reconciliation_contradicts_nothing() -> None:
    rows = "Cash flow from operating activities | 93 | 78\nDepreciation | 31 | 32\nPurchases of equipment | (59) | (61)\nFree cash flow | 34 | 17"
    assert [one.outcome for one in bound("| 2024/2\n| Q1 | Q2\n" + rows)] == ["used", "used"]


@pytest.mark.parametrize("line", ["Free cash flow, trailing four quarters", "Trailing twelve months (TTM)"])
def test_an_amount_of_twelve_months_up_to_a_quarter_is_none_of_the_quarter(line: str) -> None:
    rows = "| Q1 2024 | Q2 2024\nPurchases of equipment | 59 | 61"
    assert [one.outcome for one in bound(rows, (line, "(In millions)"))] == ["ignored", "ignored"]
    assert figures(
        bound("| Twelve months ended June 30, 2024\nPurchases of equipment | 61", (line, "(In millions)"))
    ) == [("capex", date(2023, 7, 1), date(2024, 6, 30), 61e6)]


@pytest.mark.parametrize(("fine", "amounts"), [("981,632", [981_632e3]), ("981,652", [])])
def test_of_one_amount_in_two_roundings_the_finer_is_the_figure(fine: str, amounts: list[float]) -> None:
    rows = "| Three months ended June 30, 2024\nRevenue | "
    tables = [(rows + "981.6", ["(In millions)"]), (rows + fine, ["(In thousands)"])]
    found = bound_in(tables, REVENUE)
    assert [one.amount for one in used(found)] == amounts
    assert [bool(one.confirmed) for one in used(found)] == [True] * len(amounts)


def test_a_column_that_bears_the_name_of_the_company_is_the_whole() -> None:
    rows = "| Three months ended June 30, 2024/3\n| Search business | Streaming | Example, Inc.\nRevenue | 7 | 2 | 9"
    cells = read_layout([table(rows, ["(In millions)"])], "USD")
    assert list(used(bind(cells, (REVENUE,), FiscalCalendar(12), "USD"))) == []
    named = bind(cells, (REVENUE,), FiscalCalendar(12), "USD", called=["example", "example, inc."])
    assert [one.amount for one in used(named)] == [9e6]


def test_a_row_of_a_period_has_the_name_above_its_amounts() -> None:
    rows = "| Revenue/2\n| Amount | %\nThree months ended June 30, 2024 | 70 | 8.1%"
    line = "Results (Percentages are changes from the year before)"
    assert figures(bound(rows, (line, "(In millions)"))) == [("revenue", date(2024, 4, 1), date(2024, 6, 30), 70e6)]


def test_an_ampersand_is_the_word_and() -> None:
    name = REVENUE.model_copy(update={"labels": ("Sales and services",)})
    cells = read_layout([table(HEADS + "Sales & Services | 5 | 4 | 9 | 8", ["(In millions)"])], "USD")
    assert [one.amount for one in used(bind(cells, (name,), FiscalCalendar(12), "USD"))] == [5e6, 4e6, 9e6, 8e6]


def test_an_amount_that_is_printed_twice_is_one_figure() -> None:
    tables = [
        table("| Three months ended June 30, 2024\nRevenue | 7", ["(In millions)"], place)
        for place in ("page 1", "page 4")
    ]
    found = bind(read_layout(tables, "USD"), (REVENUE,), FiscalCalendar(12), "USD")
    assert [(one.outcome, one.confirmed, one.reason) for one in found] == [
        ("used", ("printed again in page 4",), None),
        ("ignored", (), "The same amount is used from page 1."),
    ]


def bound_in(tables: Sequence[tuple[str, Sequence[str]]], *names: PrintedName) -> list[Bound]:
    drawn = [table(rows, before, f"table {place}") for place, (rows, before) in enumerate(tables)]
    return bind(read_layout(drawn, "USD"), names, FiscalCalendar(12), "USD")


def test_the_statement_that_has_a_line_counts_before_other_tables_that_print_it() -> None:
    name = REVENUE.model_copy(update={"without": (), "statement": ("statements of operations",)})
    cloud = (HEADS + "Revenue | 5 | 4 | 9 | 8", ["Cloud", "(In millions)"])
    statement = (HEADS + "Revenue | 50 | 40 | 90 | 80", ["Consolidated Statements of Operations", "(In millions)"])
    for tables in ([cloud, statement], [statement, cloud]):
        assert [one.amount for one in used(bound_in(tables, name))] == [50e6, 40e6, 90e6, 80e6]
    assert [one.outcome for one in bound_in([cloud, (statement[0], cloud[1])], name)] == ["not_bound"] * 8


def test_a_column_of_the_whole_company_counts_before_columns_of_its_parts() -> None:
    rows = "| Three months ended June 30, 2024/3\n| Machines | Financing | Consolidated\nTotal revenue | 30 | 12 | 42\nPurchases of equipment | (3) | (1) | (4)"
    assert figures(bound(rows, ["Results", "(In millions)"])) == [
        ("revenue", date(2024, 4, 1), date(2024, 6, 30), 42e6),
        ("capex", date(2024, 4, 1), date(2024, 6, 30), 4e6),
    ]
    parts = "| Three months ended June 30, 2024/2\n| Machines | Financing\nTotal revenue | 30 | 12"
    assert {one.outcome for one in bound(parts, ["Results", "(In millions)"])} == {"not_bound"}


def test_a_total_without_a_label_bears_the_heading_of_the_rows_that_add_up_to_it() -> None:
    rows = (
        HEADS
        + "Revenue: |\n.Products | 3 | 2 | 5 | 4\n.Services | 2 | 2 | 4 | 4\n| {} | 4 | 9 | 8\nCosts | 1 | 1 | 2 | 2"
    )
    assert [amount for *_, amount in figures(bound(rows.format(5)))] == [5e6, 4e6, 9e6, 8e6]
    assert [amount for *_, amount in figures(bound(rows.format(6)))] == [], "another number is no total of the block"


@pytest.mark.parametrize(
    ("printed", "named"),
    [
        ("Net cash provided by (used in) operating activities", "Net cash provided by operating activities"),
        ("Net cash provided by (used for) operating activities", "Net cash provided by operating activities"),
        ("Net cash (used in) provided by operating activities", "Net cash provided by operating activities"),
        ("Property and equipment — net", "Property and equipment, net"),
        ("Property and equipment, less accumulated depreciation of $12 and $10, respectively", "Property and equipment, net"),
        ("Property and equipment, net of accumulated depreciation", "Property and equipment, net"),
        ("Property and equipment, at cost, net of accumulated depreciation of $12", "Property and equipment, net"),
    ],
)  # fmt: skip
def test_the_sign_that_an_amount_may_have_and_the_ways_to_write_net_do_not_change_a_name(
    printed: str, named: str
) -> None:
    name = REVENUE.model_copy(update={"labels": (named,), "without": ()})
    assert [one.amount for one in used(bound_in([(HEADS + f"{printed} | 5 | 4 | 9 | 8", ["(In millions)"])], name))] == [
        5e6, 4e6, 9e6, 8e6,
    ]  # fmt: skip


def test_a_day_without_a_span_is_the_day_of_a_balance_and_of_nothing_else() -> None:
    rows = (
        "| June 30, 2024 | December 31, 2023\nProperty and equipment, net | 50 | 40\nPurchases of equipment | (3) | (2)"
    )
    found = bound_in([(rows, ["Consolidated Balance Sheets", "(In millions)"])], ASSETS, CAPEX)
    assert figures(found) == [
        ("property_and_equipment", date(2024, 6, 30), date(2024, 6, 30), 50e6),
        ("property_and_equipment", date(2023, 12, 31), date(2023, 12, 31), 40e6),
    ]


@pytest.mark.parametrize(
    "label",
    ["Acquisitions of equipment", "Additions to equipment", "Payments for purchases of equipment", "Cash paid for equipment", "Payments to acquire equipment"],
)  # fmt: skip
def test_other_words_for_a_purchase_are_the_same_name(label: str) -> None:
    assert [one.amount for one in used(bound(HEADS + f"{label} | (5) | (4) | (9) | (8)"))] == [5e6, 4e6, 9e6, 8e6]
    assert bound(HEADS + "Payments for leased equipment | (5) | (4) | (9) | (8)") == []


@pytest.mark.parametrize(
    "label",
    [
        "Net cash and cash equivalents provided by operating activities", "Net cash flows used in operating activities",
        "Cash generated from operations", "Net cash (used in) provided by operating activities",
    ],
)  # fmt: skip
def test_other_words_for_cash_from_operations_are_the_same_name(label: str) -> None:
    name = CAPEX.model_copy(
        update={
            "labels": ("Net cash provided by operating activities", "Net cash from operations"),
            "is_outflow": False,
            "metric": "operating_cash_flow",
        }
    )
    cells = read_layout([table(HEADS + f"{label} | 5 | 4 | 9 | 8", ["(In millions)"])], "USD")
    assert [one.amount for one in used(bind(cells, (name,), FiscalCalendar(12), "USD"))] == [5e6, 4e6, 9e6, 8e6]


def test_rows_may_be_periods_and_columns_names() -> None:
    found = bound(
        "| Revenue | Purchases of equipment\nThree months ended June 30, 2024 | 70 | 5\nThree months ended June 30, 2023 | 60 | 4"
    )
    assert figures(found) == [
        ("revenue", date(2024, 4, 1), date(2024, 6, 30), 70e6), ("capex", date(2024, 4, 1), date(2024, 6, 30), 5e6),
        ("revenue", date(2023, 4, 1), date(2023, 6, 30), 60e6), ("capex", date(2023, 4, 1), date(2023, 6, 30), 4e6),
    ]  # fmt: skip


def test_bare_years_are_fiscal_years_in_an_annual_report_alone() -> None:
    cells = read_layout([table("| 2024 | 2023 | 2022\nRevenue | 7 | 6 | 5", ["(In millions)"])], "USD")
    found = bind(cells, (REVENUE,), FiscalCalendar(6), "USD", annual_end=date(2023, 6, 30))
    assert figures(found) == [
        ("revenue", date(2022, 7, 1), date(2023, 6, 30), 6e6), ("revenue", date(2021, 7, 1), date(2022, 6, 30), 5e6),
    ]  # fmt: skip
    assert figures(bind(cells, (REVENUE,), FiscalCalendar(6), "USD")) == []


def test_amounts_of_guarantors_alone_are_no_figures_of_the_company() -> None:
    prose = "The following summarized financial information presents the parent and the subsidiaries that guarantee its notes on a combined basis, as the indenture asks."
    head = "| Six months ended June 30, 2024\nRevenue | 7"
    assert bound(head, [prose, "Statement of earnings information", "(In millions)"]) == []
    consolidated = bound(head, [prose, "Consolidated statement of earnings", "(In millions)"])
    assert [one.amount for one in used(consolidated)] == [7e6]


def test_the_row_of_the_company_stands_before_the_blocks_of_its_parts() -> None:
    rows = "| Six months ended June 30, 2024\nPurchases of equipment | 9\nEurope:\nPurchases of equipment | 4\nAsia:\nPurchases of equipment | 5"
    assert [one.amount for one in used(bound(rows))] == [9e6]


TOTAL = PrintedName(
    name_id="rpo", metric="remaining_performance_obligations", definition_id="remaining_performance_obligations", labels=("Total",),
    titles=("remaining performance obligation",), is_balance=True, reason="test",
)  # fmt: skip


def test_a_total_has_its_name_from_the_line_above_the_table() -> None:
    def totals(rows: str, before: Sequence[str]) -> list[tuple[str, float | None]]:
        cells = read_layout([table(rows, before)], "USD")
        found = bind(cells, (TOTAL,), FiscalCalendar(12), "USD")
        return [(str(one.period.end), one.amount) for one in used(found) if one.period]

    rows = "| June 30, 2024\nHosting | 3\nEngineering | 4\nTotal | 7"
    assert totals(rows, ["(In millions)", "Remaining performance obligations were:"]) == [("2024-06-30", 7e6)]
    assert totals(rows, ["Remaining performance obligations are 7.", "Deposits of customers (in millions):"]) == []
    columns = "| Current | Noncurrent | Total\nAs of June 30, 2024 | 3 | 4 | 7"
    assert totals(columns, ["Remaining performance obligations (in millions):"]) == [("2024-06-30", 7e6)]


def test_dates_with_slashes_are_read_as_the_document_writes_them() -> None:
    heads = [Piece("12 weeks ended 9/3/2022", 1, 1), Piece("12 weeks ended 12/25/2021", 2, 2)]
    drawn = PrintedTable(
        "table 0", [heads, [Piece("Revenue", 0, 0), Piece("7", 1, 1), Piece("6", 2, 2)]], ["(In millions)"]
    )
    found = bind(read_layout([drawn], "USD"), (REVENUE,), FiscalCalendar(12), "USD")
    assert [(str(end), amount) for _, _, end, amount in figures(found)] == [("2022-09-03", 7e6), ("2021-12-25", 6e6)]


def test_a_row_before_the_blocks_of_parts_counts_before_the_same_row_of_a_part() -> None:
    rows = "| Three months ended June 30, 2024\nRevenue | 95\nProducts |\nRevenue | 68\nServices |\nRevenue | 27"
    assert [one.amount for one in used(bound(rows))] == [95e6]
    parts = rows.replace("Revenue | 95\n", "")
    assert [one.amount for one in used(bound(parts))] == []


@pytest.mark.parametrize(
    "statement",
    [
        "Segment revenue was $2,500 million in the quarter.",
        "Revenue of the segment rose to $2.5 billion",
        "The segment is profitable.",
    ],
)
def test_a_statement_above_a_table_rules_no_name_out(statement: str) -> None:
    assert len(figures(bound(HEADS + "Revenue | 50 | 40 | 90 | 80", ["(In millions)", statement]))) == 4


@pytest.mark.parametrize("title", ["Segment results", "The following table shows revenue by segment.", "Segment:"])
def test_a_title_above_a_table_rules_a_name_out(title: str) -> None:
    assert bound(HEADS + "Revenue | 50 | 40 | 90 | 80", ["(In millions)", title]) == []


def test_the_day_of_a_statement_is_no_period_of_the_table_below_it() -> None:
    rows = "| 2024 | 2023\nRevenue | 50 | 40"
    lines = ["Three months ended June 30,", "(In millions)", "Backlog was $3 billion as of March 31, 2024."]
    assert [(start, end) for _, start, end, _ in figures(bound(rows, lines))] == [
        (date(2024, 4, 1), date(2024, 6, 30)),
        (date(2023, 4, 1), date(2023, 6, 30)),
    ]


QUARTERS = "| Three months ended June 30,/3\n| 2024 | 2023/2\n"


@pytest.mark.parametrize(
    ("new", "old"),
    [("As recast", "As previously reported"), ("As adjusted", "As reported"), ("Restated", "Before restatement"), ("經重列", "重列前")],
)  # fmt: skip
def test_an_amount_as_reported_is_the_figure_beside_a_recast_one_which_a_person_is_asked_about(
    new: str, old: str
) -> None:
    found = bound(f"{QUARTERS}| | {new} | {old}\nRevenue | 900 | 800 | 700")
    assert [amount for *_, amount in figures(found)] == [900e6, 700e6]
    (recast,) = (one for one in found if one.recast)
    assert (recast.outcome, recast.is_contradicted, recast.amount) == ("not_bound", False, 800e6)
    assert new in str(recast.reason) and "700" in str(recast.reason)


def test_a_recast_amount_alone_is_a_figure_of_its_own_period_and_says_so() -> None:
    found = bound("| Three months ended June 30,/2\n| 2024 | 2023 (as recast)\nRevenue | 900 | 800")
    assert figures(found)[1] == ("revenue", date(2023, 4, 1), date(2023, 6, 30), 800e6)
    assert [one.recast for one in found] == [None, "2023 (as recast)"]


def test_a_recast_column_that_repeats_the_amount_as_reported_asks_nothing() -> None:
    found = bound(f"{QUARTERS}| | As recast | As reported\nRevenue | 900 | 700 | 700")
    assert [one.outcome for one in found] == ["used", "ignored", "used"]


def test_a_title_of_two_blocks_rules_out_neither_and_their_headings_tell_them_apart() -> None:
    name = CLOUD.model_copy(update={"headings": (), "titles": ("revenue",), "without": ("operating income",)})
    rows = "| Three months ended June 30, 2024\nCloud | 300\nOther | 100\nOperating income\nCloud | 40\nOther | 20"
    for title, amounts in (("Segment revenue and operating income", [300e6]), ("Segment operating income", [])):
        found = bind(read_layout([table(rows, [title, "(In millions)"])], "USD"), (name,), FiscalCalendar(12), "USD")
        assert [one.amount for one in used(found)] == amounts


def test_a_row_below_the_names_of_several_parts_is_none_of_the_whole() -> None:
    heads = "| Three months ended June 30, 2024\n"
    parts = "Retail\nRevenue | 300\nCosts | 200\nLogistics\nRevenue | 100\nCosts | 90\n"
    assert figures(bound(f"{heads}{parts}")) == []
    found = figures(bound(f"{heads}{parts}Consolidated\nRevenue | 400"))
    assert [amount for *_, amount in found] == [400e6]


def test_amounts_of_two_currencies_have_the_scale_that_the_caption_states_for_each() -> None:
    rows = "| Six months ended June 30, 2024/2\n| KRW | USD\nPurchases of equipment | (24,330) | (17,070)"
    won, dollars = bound(rows, ["Cash flows", "(In millions of Korean won, in thousands of US dollars)"], "KRW")
    assert (won.outcome, won.amount) == ("used", 24_330e6)
    assert (dollars.outcome, dollars.cell.value) == ("ignored", -17_070e3)


def test_quarters_up_to_one_are_not_that_quarter() -> None:
    assert figures(bound("| Q1–Q2 2024 | Q2 2024\nRevenue | 9 | 5")) == [
        ("revenue", date(2024, 1, 1), date(2024, 6, 30), 9e6),
        ("revenue", date(2024, 4, 1), date(2024, 6, 30), 5e6),
    ]


def test_a_name_of_other_companies_is_no_name_of_a_company_with_its_own_and_says_so() -> None:
    rows = "| Three months ended June 30, 2024\nPurchase of property | (5)\nPurchases of equipment | (4)"
    read = read_layout([table(rows, ["Cash flows", "(In millions)"])], "USD")
    other = CAPEX.model_copy(update={"name_id": "other", "labels": ("Purchase of property", "Purchases of equipment")})
    own = CAPEX.model_copy(update={"entity_id": "example"})
    first, second = bind(read, (own,), FiscalCalendar(12), "USD", general=(other,))
    assert (first.outcome, second.outcome, second.amount) == ("not_bound", "used", 4e6)
    assert first.reason is not None and "names of its own for capex" in first.reason


@pytest.mark.parametrize(
    ("note", "is_recast"),
    [
        ("(1) Prior period amounts have been recast to conform to the current segments.", True),
        ("(1) 經重列以符合本期呈列。", True),
        ("(1) Amounts have not been restated.", False),
        ("(2) Prior period amounts have been recast.", False),
        ("(1) Unaudited.", False),
    ],
)
def test_a_footnote_of_a_column_says_that_it_is_recast(note: str, is_recast: bool) -> None:
    rows = f"| Three months ended June 30,/2\n| 2024 | 2023 (1)\nRevenue | 9 | 7\n{note}"
    this_year, year_before = bound(rows)
    assert this_year.recast is None
    assert year_before.recast == (note[4:] if is_recast else None)
    assert (year_before.outcome, year_before.amount) == ("used", 7e6)


@pytest.mark.parametrize(
    ("whole", "spans"),
    [("10", [(date(2024, 1, 1), date(2024, 12, 31))]), ("14", [])],
)
def test_a_bare_year_beside_the_four_quarters_that_make_it_is_the_year(
    whole: str, spans: list[tuple[date, date]]
) -> None:
    found = bound(f"| 2024.1Q | 2024.2Q | 2024.3Q | 2024.4Q | 2024\nRevenue | 1 | 2 | 3 | 4 | {whole}")
    assert [(start, end) for _, start, end, _ in figures(found)[4:]] == spans
    assert [amount for *_, amount in figures(found)[:4]] == [1e6, 2e6, 3e6, 4e6]


YEARS = FiscalCalendar(3)
SOME_QUARTERS = "| Fiscal 2024/4\n| Q1 | Q2 | Q3 | {total}\nRevenue | 10 | 20 | 30 | {amount}"


@pytest.mark.parametrize(("amount", "spans"), [("60", [("2023-04-01", "2023-12-31", 60e6)]), ("70", [])])
def test_a_total_of_some_quarters_of_a_fiscal_year_is_their_sum_or_of_no_known_period(
    amount: str, spans: list[tuple[str, str, float]]
) -> None:
    read = read_layout([table(SOME_QUARTERS.format(total="TOTAL", amount=amount), ("(In millions)",))], "USD")
    found = [one for one in used(bind(read, (REVENUE,), YEARS, "USD")) if one.period and one.cell.column == 5]
    assert [(str(one.period.start), str(one.period.end), one.amount) for one in found if one.period] == spans


def test_a_column_below_a_year_and_total_is_the_year_where_four_quarters_add_up_to_it() -> None:
    rows = "| 2024/5\n| Q1 | Q2 | Q3 | Q4 | Total\nRevenue | 10 | 20 | 30 | 40 | 100"
    found = bind(read_layout([table(rows, ("(In millions)",))], "USD"), (REVENUE,), FiscalCalendar(12), "USD")
    assert figures(found)[-1] == ("revenue", date(2024, 1, 1), date(2024, 12, 31), 100e6)


@pytest.mark.parametrize(
    "line", ["Target of consolidated results", "Forecast for fiscal 2025", "Guidance", "連結業績予想"]
)
def test_a_table_of_plans_has_no_reported_amount(line: str) -> None:
    rows = "| Three months ended June 30, 2024\nRevenue | 5"
    for title, count in ((line, 0), ("Results of operations and outlook", 1)):
        read = read_layout([table(rows, (title, "(In millions)"))], "USD")
        assert len(list(used(bind(read, (REVENUE,), FiscalCalendar(12), "USD")))) == count


def test_a_long_line_that_introduces_a_table_says_what_the_table_shows() -> None:
    name = REVENUE.model_copy(update={"without": ("cost",)})
    rows = "| Three months ended June 30, 2024\nRevenue | 5"
    for shown, count in (("our cost of revenues by line of business", 0), ("our revenues by line of business", 1)):
        line = f"Management discussion. The following table sets forth {shown} for the second quarter of 2024 and for the second quarter of 2023:"
        read = read_layout([table(rows, (line, "(In millions)"))], "USD")
        assert len(list(used(bind(read, (name,), FiscalCalendar(12), "USD")))) == count


def test_the_last_day_and_the_name_of_a_quarter_of_weeks_are_one_period() -> None:
    rows = "| Q2 2024\nRevenue | 5.1"
    days = "| Three months ended June 29, 2024\nRevenue | 5,123"
    tables = [table(rows, ("(In billions)",)), table(days, ("(In millions)",))]
    found = bind(read_layout(tables, "USD"), (REVENUE,), FiscalCalendar(12), "USD")
    assert figures(found) == [("revenue", date(2024, 4, 1), date(2024, 6, 29), 5123e6)]


@pytest.mark.parametrize(
    "label", ["Revenue ($m)", "Revenue, $ million", "收入 Revenue", "Revenue 收入", "Of which: revenue"]
)
def test_a_label_with_its_unit_or_in_two_languages_is_the_row(label: str) -> None:
    rows = f"| Three months ended June 30, 2024\n{label} | 5"
    read = read_layout([table(rows, ("(In $ millions)",))], "USD")
    count = 0 if label.startswith("Of which") else 1
    assert len(list(used(bind(read, (REVENUE,), FiscalCalendar(12), "USD")))) == count


def test_rows_of_years_and_quarters_are_periods() -> None:
    rows = "Year | Quarter | Revenue | Cost\n2024 | Q1 | 10 | 1\n2024 | Q2 | 20 | 2"
    found = bind(read_layout([table(rows, ("(In millions)",))], "USD"), (REVENUE,), FiscalCalendar(12), "USD")
    assert figures(found) == [
        ("revenue", date(2024, 1, 1), date(2024, 3, 31), 10e6), ("revenue", date(2024, 4, 1), date(2024, 6, 30), 20e6),
    ]  # fmt: skip


def test_the_title_of_a_chinese_report_serves_the_tables_below_it() -> None:
    key = table("| 本报告期 | 年初至报告期末\n收入 | 5 | 9", ["某某股份有限公司2026年第三季度报告", "单位：元"])
    flows = table(
        "项目 | 本期发生额 | 上期发生额\n資本開支 | 4 | 3", ["3、合并年初到报告期末现金流量表", "单位：元"], "table 1"
    )
    names = (CAPEX, REVENUE.model_copy(update={"labels": ("收入",)}))
    nine, before = (date(2026, 1, 1), date(2026, 9, 30)), (date(2025, 1, 1), date(2025, 9, 30))
    assert figures(bind(read_layout([key, flows], "CNY"), names, FiscalCalendar(12), "CNY")) == [
        ("revenue", date(2026, 7, 1), date(2026, 9, 30), 5.0), ("revenue", *nine, 9.0), ("capex", *nine, 4.0), ("capex", *before, 3.0),
    ]  # fmt: skip
    cover = ["某某股份有限公司2026年半年度报告"]
    half = table("项目 | 本期发生额\n資本開支 | 4", ["合并现金流量表", "单位：元"])
    cells = read_layout([half], "CNY")
    assert figures(bind(cells, names, FiscalCalendar(12), "CNY")) == []
    assert figures(bind(cells, names, FiscalCalendar(12), "CNY", cover=cover)) == [
        ("capex", date(2026, 1, 1), date(2026, 6, 30), 4.0)
    ]


OBLIGATIONS = PrintedName(
    name_id="rpo", metric="remaining_performance_obligations", definition_id="remaining_performance_obligations", labels=("Remaining performance obligations",), is_balance=True, reason="test"
)  # fmt: skip


def test_obligations_below_the_columns_of_periods_are_those_at_their_ends() -> None:
    (one, other, *_) = bind(
        read_layout(
            [table(HEADS + "Remaining performance obligations | 50 | 40 | 50 | 40", ("(In millions)",))], "USD"
        ),
        (OBLIGATIONS,),
        FiscalCalendar(12),
        "USD",
    )
    assert [one.period, other.period] == [
        Period(date(2024, 6, 30), date(2024, 6, 30), is_instant=True),
        Period(date(2023, 6, 30), date(2023, 6, 30), is_instant=True),
    ]


def test_a_column_of_differences_contradicts_no_amount() -> None:
    rows = "| Three months ended June 30,/2\n| 2024 | 2023 | 增減\nRevenue | 668 | 601 | 67"
    assert [one.outcome for one in bound(rows)] == ["used", "used"]


def test_the_note_on_leases_states_principal_and_assets_below_headings_of_its_own(reference: Reference) -> None:
    rows = (
        "| Year ended December 31,/2\n| 2024 | 2023\n"
        "Cash paid for amounts included in the measurement of lease liabilities:\n..Operating cash flows from operating leases | 31 | 30\n"
        "..Financing cash flows from finance leases | 7 | 6\nRight of use assets recorded in exchange for lease liabilities\n"
        "..Operating leases | 15 | 14\n..Finance leases | 4 | 3"
    )
    footnote = "(A)Lease cost does not include income from subleases, which is not material."
    names = reference.printed_names("")
    found = bound_in([(rows, [footnote, "Other information on leases (in millions):"])], *names)
    assert [(one.name.definition_id, one.amount) for one in used(found)] == [
        ("finance_lease_principal", 7e6), ("finance_lease_principal", 6e6), ("finance_lease_assets", 4e6), ("finance_lease_assets", 3e6),
    ]  # fmt: skip


def test_a_row_that_differs_from_the_statement_for_another_period_is_on_another_basis() -> None:
    name = CAPEX.model_copy(update={"statement": ("statements of cash flows",)})
    key_figures = (HEADS + "Purchases of equipment | 44 | 40 | 76 | 70", ["Key figures", "(In millions)"])
    statement = ("| Six months ended June 30,/2\n| 2024 | 2023\nPurchases of equipment | (71) | (68)", ["Statements of cash flows", "(In millions)"])  # fmt: skip
    found = bound_in([key_figures, statement], name)
    assert figures(found) == [
        ("capex", date(2024, 1, 1), date(2024, 6, 30), 71e6), ("capex", date(2023, 1, 1), date(2023, 6, 30), 68e6),
    ]  # fmt: skip
    assert "on another basis" in str(found[0].reason)


def test_a_table_of_a_subsidiary_by_its_title_counts_after_that_of_the_company() -> None:
    rows = "| Three months ended June 30, 2024\nRevenue | {}"
    tables = [
        table(rows.format(90), ["Acme (consolidated)", "(In millions)"]),
        table(rows.format(40), ["Acme Platforms Limited (consolidated)", "(In millions)"], "table 1"),
        table(rows.format(30), ["Other Limited (consolidated)", "(In millions)"], "table 2"),
    ]
    found = bind(read_layout(tables[::2], "USD"), (REVENUE,), FiscalCalendar(12), "USD", called=("Acme",))
    assert [one.amount for one in used(found)] == [90e6]


def test_pro_forma_amounts_below_the_prose_that_says_so_are_no_figures() -> None:
    prose = "The following table has the results of the company as they would have been with the business that it bought, on an unaudited pro forma basis:"
    assert bound("| Three months ended June 30, 2024\nRevenue | 90", (prose, "(In millions)")) == []


def test_key_figures_below_each_other_are_no_reconciliation() -> None:
    rows = "| Three months ended June 30,/2\n| 2024 | 2023\nOperating cash flow | 59 | 61\nPurchases of equipment | 31 | 34\nFree cash flow | 15 | 13"
    found = bind(read_layout([table(rows, ("Highlights", "(In millions)"))], "USD"), (FREE,), FiscalCalendar(12), "USD")
    assert [one.outcome for one in found] == ["used", "used"]


@pytest.mark.parametrize(
    "heads", ["Next 12 months | Thereafter | Total", "2024 (remaining six months) | Thereafter | Total"]
)
def test_of_obligations_by_the_time_of_their_recognition_the_total_is_the_balance(heads: str) -> None:
    rows = f"| {heads}\nRemaining performance obligations | 5 | 64 | 69"
    cells = read_layout([table(rows, ("Obligations as of June 30, 2024", "(In millions)"))], "USD")
    found = bind(cells, (OBLIGATIONS,), FiscalCalendar(12), "USD")
    assert [one.amount for one in used(found)] == [69e6]


def test_a_word_that_rules_a_name_out_is_no_part_of_another_word() -> None:
    name = REVENUE.model_copy(update={"without": ("cost",)})
    rows = "| Three months ended June 30, 2024\nRevenue | 12"
    for title, outcomes in (("COSTMARK STORES", ["used"]), ("Costs of stores", []), ("Cost of stores", [])):
        assert [one.outcome for one in bound_in([(rows, (title, "(In millions)"))], name)] == outcomes, title


DEPRECIATION_ELSEWHERE = [
    ("Depreciation", "Consolidated Statements of Income", (5, 4, 10, 8), [5e6, 4e6, 10e6, 8e6]),
    ("Depreciation and amortization", "Reconciliation of net income to EBITDA", (5, 4, 10, 8), [5e6, 4e6, 10e6, 8e6]),
    ("Depreciation & amortisation", "Statement of profit or loss", (5, 4, 10, 8), [5e6, 4e6, 10e6, 8e6]),
    ("Depreciation and amortization", "Reconciliation of net income to EBITDA", (4, 3, 7, 6), [10e6, 8e6]),
    ("Depreciation and amortization", "Reconciliation of segment EBITDA", (5, 4, 10, 8), [10e6, 8e6]),
]


@pytest.mark.parametrize(("label", "title", "printed", "amounts"), DEPRECIATION_ELSEWHERE, ids=["income", "EBITDA", "profit or loss", "another basis", "segment"])  # fmt: skip
def test_depreciation_outside_the_cash_flow_statement_counts_for_periods_that_it_does_not_have(
    label: str, title: str, printed: tuple[int, ...], amounts: list[float], reference: Reference
) -> None:
    names = reference.printed_names("")
    other = (f"{HEADS}{label} | ({printed[0]}) | ({printed[1]}) | ({printed[2]}) | ({printed[3]})", [title, "(In millions)"])  # fmt: skip
    cash = (f"| Six months ended June 30,/2\n| 2024 | 2023\n{label} | 10 | 8", ["Consolidated Statements of Cash Flows", "(In millions)"])  # fmt: skip
    assert [one.amount for one in used(bound_in([other, cash], *names))] == amounts


@pytest.mark.parametrize(
    ("label", "definition"),
    [
        ("Capital expenditures incurred", "accrual_additions"),
        ("Accrual capital expenditure", "accrual_additions"),
        ("Capital expenditures and capitalized software development costs", "cash_purchases"),
        ("Capital expenditures and capitalized software development costs, net", "cash_net_of_incentives"),
        ("Investment in property, plant and equipment and software assets", "cash_purchases"),
        ("Purchases of property, plant and equipment (including payments to related parties)", "cash_purchases"),
        ("Capital expenditures payable", None),
        ("Capitalized software development costs", None),
    ],
)
def test_capital_expenditure_is_on_the_basis_that_its_label_names(
    label: str, definition: str | None, reference: Reference
) -> None:
    rows = f"| Three months ended June 30, 2024\n{label} | 12"
    found = bound_in([(rows, ["Statements of cash flows", "(In millions)"])], *reference.printed_names(""))
    assert [one.name.definition_id for one in used(found)] == [definition] * (definition is not None)


def test_growth_between_two_amounts_is_that_of_the_first_and_those_behind_belong_to_others() -> None:
    rows = "| Year ended December 31, 2024 | Change | Year ended December 31, 2023 | Change | Year ended December 31, 2022\nFree cash flow | 12,372 | (4)% | 12,945 | (10)% | 14,341"
    found = bind(read_layout([table(rows, ("Free cash flow", "(In millions)"))], "USD"), (FREE,), FiscalCalendar(12), "USD")  # fmt: skip
    assert [one.amount for one in used(found)] == [12_372e6, 12_945e6, 14_341e6]


def test_a_total_below_a_heading_of_its_parts_is_of_the_company() -> None:
    rows = "| Three months ended June 30, 2024\n{}: |\nGaming | 7\nOther | 5\nTotal revenue | 12"
    for heading, amounts in (("Revenue by segment", [12e6]), ("Revenue of the segment Games", [])):
        assert [one[3] for one in figures(bound(rows.format(heading), ["Results", "(In millions)"]))] == amounts


def test_a_heading_that_its_rows_complete_is_a_part_of_their_labels(reference: Reference) -> None:
    rows = "| Six months ended June 30, 2024\nCash outflows for investments in |\n.Intangible assets | (4)\n.Property, plant and equipment | (9)"
    found = bound_in([(rows, ["Statement of cash flows", "(In millions)"])], *reference.printed_names(""))
    assert [one[3] for one in figures(found)] == [9e6]


def test_depreciation_in_a_note_by_nature_needs_the_name_of_its_assets(reference: Reference) -> None:
    rows = "| 2024年1至6月\n不動產、廠房及設備折舊費用 | 9\n折舊費用 | 11"
    found = bound_in([(rows, ["費用性質之額外資訊", "單位：百萬元"])], *reference.printed_names(""))
    assert [one[3] for one in figures(found)] == [9e6]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (["Equity method investments", "(In millions)"], "Total revenue | 7"),
        (["Results of our equity method investees for the three months (in millions):"], "Total revenue | 7"),
        (["Investments in unconsolidated affiliates", "(In millions)"], "Total revenue | 7"),
        (["Note 4. Discontinued operations", "(In millions)"], "Purchases of equipment | 7"),
        (["（非継続事業）", "(In millions)"], "Total revenue | 7"),
        (["Cash flows", "(In millions)"], "Cash flows of discontinued operations: |\n.Purchases of equipment | 7"),
    ],
)  # fmt: skip
def test_amounts_of_investees_and_of_a_discontinued_business_are_no_figures(lines: list[str], rows: str) -> None:
    assert figures(bound(f"| Three months ended June 30, 2024\n{rows}", lines)) == []


def test_a_consolidated_statement_below_a_note_on_investees_is_of_the_company() -> None:
    lines = ["Equity method investments", "Consolidated statements of income", "(In millions)"]
    assert len(figures(bound("| Three months ended June 30, 2024\nTotal revenue | 7", lines))) == 1


def test_rows_above_the_total_of_discontinued_operations_are_none_of_the_company() -> None:
    rows = "| Three months ended June 30, 2024\nPurchases of equipment | (22)\nNet cash used in investing activities of continuing operations | (22)\nPurchases of equipment | (8)\nNet cash used in investing activities of discontinued operations | (8)"
    found = bound(rows)
    assert figures(found) == [("capex", date(2024, 4, 1), date(2024, 6, 30), 22e6)]
    assert [one.reason for one in found if one.outcome == "ignored"] == [
        "The cash flow statement prints this row between its totals of continuing and of discontinued operations."
    ]
