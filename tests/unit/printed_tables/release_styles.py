"""Releases in the layouts of Chinese and Taiwanese groups, written from one source of numbers as HTML, XLSX and PDF.

The layouts follow the published quarterly releases of Alibaba, Tencent, Baidu, TSMC and SMIC; the numbers are made up, so that no rule of the
reader can know them. A style lists tables; `expected` lists the figures that a reader of the page would take from them.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import openpyxl
from pdf_files import centred, pdf, right

Expected = tuple[str, date, date, float]
"""Metric, first day, last day, and the amount in full units."""


@dataclass(frozen=True)
class Table:
    """titles: lines above. heads: rows of (text, columns covered) from the first number column on. rows: label and a text for each column."""

    titles: Sequence[str]
    heads: Sequence[Sequence[tuple[str, int]]]
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Style:
    """A release of a company. currency: of its amounts. expected: the figures of its three published tables' metrics."""

    entity: str
    currency: str
    tables: Sequence[Table]
    expected: Sequence[Expected]

    def fits_pdf(self) -> bool:
        """Whether the labels and columns fit one line of a page in the font of the tests, which has no Chinese signs."""
        narrow = all(len(label) <= 45 for table in self.tables for label, _ in table.rows)
        few = all(len(table.rows[0][1]) <= 6 for table in self.tables)
        return (
            narrow
            and few
            and all(
                text.isascii() for table in self.tables for text in (*table.titles, *(label for label, _ in table.rows))
            )
        )


def in_html(style: Style, *, brackets_apart: bool = True, chunk: int = 0) -> bytes:
    """brackets_apart: currency signs and closing brackets have cells of their own, as filing agents write them. chunk: rows after which a
    table ends and goes on in another one, as on the next page; 0 never."""
    parts = ["<html><body>"]
    for table in style.tables:
        parts += [f"<p>{html.escape(line)}</p>" for line in table.titles]
        size = chunk or len(table.rows)
        for first in range(0, len(table.rows), size):
            parts.append("<table>")
            wide = 3 if brackets_apart else 1
            for head in table.heads:
                cells = "".join(f'<td colspan="{span * wide}">{html.escape(text)}</td>' for text, span in head)
                parts.append(f"<tr><td></td>{cells}</tr>")
            for label, texts in table.rows[first : first + size]:
                cells = "".join(_html_cells(text, brackets_apart) for text in texts)
                parts.append(f"<tr><td>{html.escape(label)}</td>{cells}</tr>")
            parts.append("</table>")
    return "".join([*parts, "</body></html>"]).encode()


def _html_cells(text: str, brackets_apart: bool) -> str:
    if not brackets_apart:
        return f"<td>{text}</td>"
    body, closing = (text[:-1], text[-1]) if text[-1:] in (")", "%") else (text, "")
    return f"<td></td><td>{body}</td><td>{closing}</td>"


def in_xlsx(style: Style) -> bytes:
    """One sheet for each table; heads that cover several columns are merged cells, and amounts are numbers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, table in enumerate(style.tables, 1):
        sheet = book.create_sheet(f"{number} {table.titles[0]}"[:31].replace("/", " ").replace(":", " "))
        for line in table.titles:
            sheet.append([line])
        for head in table.heads:
            sheet.append([])
            row, column = sheet.max_row + 1, 2
            for text, span in head:
                sheet.cell(row, column, text or None)
                if span > 1:
                    sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + span - 1)
                column += span
        for label, texts in table.rows:
            sheet.append([label, *map(_number, texts)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _number(text: str) -> float | str:
    plain = text.replace(",", "")
    negative = plain.startswith("(")
    try:
        return -float(plain.strip("()")) if negative else float(plain)
    except ValueError:
        return text


def in_pdf(style: Style) -> bytes:
    """One page for each table, with texts at places as a word processor prints them."""
    pages = []
    for table in style.tables:
        texts, y = [], 60.0
        for line in table.titles:
            texts.append((line, 60.0, y))
            y += 14
        columns = len(table.rows[0][1])
        step = 300 / columns
        edges = [260 + step * (number + 1) for number in range(columns)]
        for head in table.heads:
            first = 0
            for text, span in head:
                if text:
                    texts.append(centred(text, (edges[first] + edges[first + span - 1]) / 2 - 20, y))
                first += span
            y += 14
        for label, values in table.rows:
            texts.append((label, 60.0, y))
            texts += [right(value, edge, y) for value, edge in zip(values, edges, strict=True)]
            y += 14
        pages.append(texts)
    return pdf(*pages)


def quarter(year: int, number: int) -> tuple[date, date]:
    """First and last day of a calendar quarter."""
    last = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[number]
    return date(year, 3 * number - 2, 1), date(year, *last)


def facts(metric: str, scale: float, *values: tuple[tuple[date, date], str]) -> Iterator[Expected]:
    """The expected figures of one row, by its periods."""
    return ((metric, *period, float(text.replace(",", "").strip("()")) * scale) for period, text in values)


_Q2 = [(year, quarter(year, 2)) for year in (2023, 2024)]
(_, Q2_23), (_, Q2_24) = _Q2
Q1_24, H1_23, H1_24 = quarter(2024, 1), (date(2023, 1, 1), Q2_23[1]), (date(2024, 1, 1), Q2_24[1])
_HALF_AND_QUARTER = [[("Three months ended June 30,", 3), ("Six months ended June 30,", 3)],
                     [("2023", 1), ("2024", 2), ("2023", 1), ("2024", 2)],
                     [("RMB", 1), ("RMB", 1), ("US$", 1), ("RMB", 1), ("RMB", 1), ("US$", 1)]]  # fmt: skip

STYLES = {
    "alibaba": Style("alibaba", "CNY", [
        Table(["ALIBABA GROUP HOLDING LIMITED", "UNAUDITED CONDENSED CONSOLIDATED INCOME STATEMENTS", "(in millions, except per share data)"],
              _HALF_AND_QUARTER,
              [("Revenue", ["231,407", "247,613", "34,102", "438,119", "470,255", "64,766"]),
               ("Cost of revenue", ["(139,001)", "(148,212)", "(20,412)", "(265,004)", "(280,771)", "(38,668)"]),
               ("Income from operations", ["41,020", "37,811", "5,207", "55,101", "52,640", "7,250"])]),
        Table(["Cloud Intelligence Group", "Segment revenue (in millions, except percentages)"],
              [[("Three months ended June 30,", 3), ("", 1)], [("2023", 1), ("2024", 2), ("YoY", 1)], [("RMB", 1), ("RMB", 1), ("US$", 1), ("% Change", 1)]],
              [("Cloud Intelligence Group", ["24,917", "27,103", "3,733", "9%"])]),
        Table(["Reconciliation of free cash flow", "(in millions)"], _HALF_AND_QUARTER,
              [("Net cash provided by operating activities", ["44,906", "33,936", "4,674", "76,100", "57,200", "7,878"]),
               ("Less: Purchase of property and equipment (excluding land use rights and construction in progress relating to office campuses)",
                ["(5,813)", "(11,904)", "(1,639)", "(9,012)", "(22,150)", "(3,051)"]),
               ("Free cash flow", ["39,093", "22,032", "3,035", "67,088", "35,050", "4,827"])]),
    ], [*facts("revenue", 1e6, (Q2_23, "231,407"), (Q2_24, "247,613"), (H1_23, "438,119"), (H1_24, "470,255")),
        *facts("cloud_revenue", 1e6, (Q2_23, "24,917"), (Q2_24, "27,103")),
        *facts("operating_cash_flow", 1e6, (Q2_23, "44,906"), (Q2_24, "33,936"), (H1_23, "76,100"), (H1_24, "57,200")),
        *facts("capex", 1e6, (Q2_23, "5,813"), (Q2_24, "11,904"), (H1_23, "9,012"), (H1_24, "22,150")),
        *facts("free_cash_flow", 1e6, (Q2_23, "39,093"), (Q2_24, "22,032"), (H1_23, "67,088"), (H1_24, "35,050"))]),
    "tencent in Chinese": Style("tencent", "CNY", [
        Table(["簡明綜合收益表", "未經審核"],
              [[("截至二零二四年六月三十日止三個月", 1), ("截至二零二三年六月三十日止三個月", 1)], [("人民幣百萬元", 1), ("人民幣百萬元", 1)]],
              [("收入", ["161,904", "148,877"]), ("收入成本", ["(76,001)", "(78,224)"]), ("毛利", ["85,903", "70,653"])]),
        Table(["其他財務資料"],
              [[("未經審核", 3)], [("截至下列日期止三個月", 3)],
               [("2024年6月30日", 1), ("2024年3月31日", 1), ("2023年6月30日", 1)], [("（人民幣百萬元）", 3)]],
              [("資本開支", ["8,911", "14,206", "4,117"])]),
    ], [*facts("revenue", 1e6, (Q2_24, "161,904"), (Q2_23, "148,877")),
        *facts("capex", 1e6, (Q2_24, "8,911"), (Q1_24, "14,206"), (Q2_23, "4,117"))]),
    "tencent in yi": Style("tencent", "CNY", [
        Table(["其他财务资料", "单位：人民币亿元"],
              [[("截至2024年6月30日止三个月", 1), ("截至2023年6月30日止三个月", 1)]], [("资本开支", ["89.1", "41.2"])]),
    ], [*facts("capex", 1e8, (Q2_24, "89.1"), (Q2_23, "41.2"))]),
    "baidu": Style("baidu", "CNY", [
        Table(["Baidu, Inc.", "Condensed Consolidated Statements of Income", "(In millions except for share information, unaudited)"],
              [[("Three Months Ended", 4)], [("June 30,", 1), ("March 31,", 1), ("June 30,", 1), ("June 30,", 1)],
               [("2023", 1), ("2024", 1), ("2024", 1), ("2024", 1)], [("RMB", 1), ("RMB", 1), ("RMB", 1), ("US$(1)", 1)]],
              [("Online marketing services", ["20,801", "18,203", "20,404", "2,808"]), ("Others", ["12,901", "13,013", "13,208", "1,817"]),
               ("Total revenues", ["33,702", "31,216", "33,612", "4,625"])]),
        Table(["Reconciliations of free cash flow", "(In RMB millions, unaudited)"],
              [[("Three months ended June 30, 2023 (2)", 4), ("Three months ended June 30, 2024", 4)],
               [("Baidu Core", 1), ("iQIYI", 1), ("Elim & adj(2)", 1), ("Baidu, Inc.", 1)] * 2],
              [("Net cash provided by operating activities", ["9,903", "812", "-", "10,715", "7,904", "401", "-", "8,305"]),
               ("Less: Capital expenditures", ["(3,107)", "(9)", "-", "(3,116)", "(2,104)", "(16)", "-", "(2,120)"]),
               ("Free cash flow", ["6,796", "803", "-", "7,599", "5,800", "385", "-", "6,185"])]),
    ], [*facts("revenue", 1e6, (Q2_23, "33,702"), (Q1_24, "31,216"), (Q2_24, "33,612")),
        *facts("capex", 1e6, (Q2_23, "3,116"), (Q2_24, "2,120"))]),
    "tsmc": Style("tsmc", "TWD", [
        Table(["Taiwan Semiconductor Manufacturing Company Limited and Subsidiaries", "CONSOLIDATED STATEMENTS OF CASH FLOWS",
               "For the Three Months Ended June 30, 2024, March 31, 2024 and June 30, 2023", "(In Millions of New Taiwan Dollars)"],
              [[("2Q24", 1), ("1Q24", 1), ("2Q23", 1)]],
              [("Net cash generated by operating activities", ["377,708", "436,319", "167,245"]),
               ("Acquisition of property, plant and equipment", ["(205,713)", "(181,304)", "(250,540)"])]),
        Table(["CONSOLIDATED STATEMENTS OF COMPREHENSIVE INCOME", "(In Thousands of New Taiwan Dollars, Except Per Share Amounts)"],
              [[("For the Three Months Ended June 30", 4)], [("2024", 2), ("2023", 2)], [("Amount", 1), ("%", 1), ("Amount", 1), ("%", 1)]],
              [("Net revenue", ["673,511,204", "100", "480,842,117", "100"]), ("Cost of revenue", ["315,384,506", "47", "220,640,900", "46"])]),
    ], [*facts("revenue", 1e3, (Q2_24, "673,511,204"), (Q2_23, "480,842,117")),
        *facts("capex", 1e6, (Q2_24, "205,713"), (Q1_24, "181,304"), (Q2_23, "250,540")),
        *facts("operating_cash_flow", 1e6, (Q2_24, "377,708"), (Q1_24, "436,319"), (Q2_23, "167,245"))]),
    "tsmc in Chinese": Style("tsmc", "TWD", [
        Table(["合併綜合損益表", "單位：新台幣仟元"],
              [[("113年第2季", 1), ("112年第2季", 1)]], [("營業收入", ["673,511,204", "480,842,117"]), ("營業成本", ["315,384,506", "220,640,900"])]),
        Table(["合併現金流量表", "民國113年及112年1月1日至6月30日", "單位：新台幣仟元"],
              [[("113年1月1日至6月30日", 1), ("112年1月1日至6月30日", 1)]],
              [("取得不動產、廠房及設備", ["(387,017,300)", "(538,112,006)"])]),
    ], [*facts("revenue", 1e3, (Q2_24, "673,511,204"), (Q2_23, "480,842,117")),
        *facts("capex", 1e3, (H1_24, "387,017,300"), (H1_23, "538,112,006"))]),
    "smic": Style("smic", "USD", [
        Table(["Summary of Second Quarter 2024 Operating Results", "Amounts in US$ thousands, except for EPS and operating data"],
              [[("2Q24", 1), ("1Q24", 1), ("QoQ", 1), ("2Q23", 1), ("YoY", 1)]],
              [("Revenue", ["1,911,288", "1,760,207", "8.6%", "1,570,312", "21.7%"]),
               ("Cost of sales", ["(1,636,108)", "(1,510,003)", "8.4%", "(1,244,600)", "31.5%"])]),
        Table(["Condensed consolidated statement of cash flows", "(In US$ thousands)"],
              [[("For the three months ended", 2)], [("June 30, 2024", 1), ("March 31, 2024", 1)], [("(Unaudited)", 1), ("(Unaudited)", 1)]],
              [("Net cash generated from operating activities", ["310,204", "117,915"]),
               ("Payments for property, plant and equipment", ["(1,811,907)", "(2,202,340)"])]),
    ], [*facts("revenue", 1e3, (Q2_24, "1,911,288"), (Q1_24, "1,760,207"), (Q2_23, "1,570,312")),
        *facts("operating_cash_flow", 1e3, (Q2_24, "310,204"), (Q1_24, "117,915")),
        *facts("capex", 1e3, (Q2_24, "1,811,907"), (Q1_24, "2,202,340"))]),
}  # fmt: skip
