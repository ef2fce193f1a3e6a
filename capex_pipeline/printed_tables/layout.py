"""Reads the layout of a printed table: the label, headings, heads and unit of each cell.

This module works on pieces with column intervals, so that HTML, workbooks and PDF share it. Add a rule here when a layout is read wrongly, with
a small table that shows it. Formats belong to the readers, the notation of one cell to `cell_texts`, words for units to `captions`, the
meaning of a label to the reference data.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from capex_pipeline.printed_tables.captions import NOTHING, Caption, declared_unit, is_unit_line, read_caption
from capex_pipeline.printed_tables.cell_texts import (
    DOLLAR,
    CellText,
    fold_label,
    has_decimal_commas,
    is_note_mark,
    is_year,
    join_pieces,
    read_cell,
    with_decimal_point,
    without_less,
)
from capex_pipeline.printed_tables.pieces import Piece, PrintedTable
from capex_pipeline.printed_tables.row_names import row_form
from capex_pipeline.values.numbers import QuantityError, parse_value

Kind = Literal["money", "percent", "points", "multiple", "per_share", "shares", "count"]

_CAPTION_REACH: Final = 8
"""Lines above a table in which its unit is looked for."""
_COLUMN_INDENT: Final = 3
"""What a column to the left of a label adds to its indent."""
_DOLLARS: Final = frozenset(("USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD"))
"""Currencies of which "$" may be the sign, where the document states one of them."""
_OWN_DOLLARS: Final = frozenset(("AUD", "CAD", "NZD", "SGD"))
_OF_THE_US: Final = re.compile(r"us ?\$|\$ ?us|\busd|\bu\.?s\.? ?dollars?|united states|美元", re.IGNORECASE)
"""Without one of these words "$" in a caption or head is the dollar in which a document of these countries reports."""
_FEWEST_NAMES: Final = 3
"""Heads that name no period from which on they show that two tables are one for several periods."""
_FEWEST_ROWS: Final = 2
"""Rows of a table without a unit that another table has to repeat."""
_FEWEST_DIGITS: Final = 4
"""Digits of an amount that no two tables print by chance beside the same label."""
_HIGHEST_RATE: Final = 100
_LONGEST_NAME: Final = 30
"""Characters of a text in the middle of a table that may be the name of a column."""
_LONG_LINE: Final = 160
"""Characters from which a line above a table is a sentence: it states a unit only at its end."""


@dataclass(frozen=True)
class PrintedCell:
    """One number of a table with all that is printed about it.

    place: the table or sheet that a reader looks up. table: number of the table in the document. at: where in the table or sheet, "row 3, column 2",
    in which columns of numbers count, or "cell C3".
    label: of the row, "" for a total without one. headings: of the rows above, outermost first. heads: of the column, outermost first; the
    text in the corner above the labels comes first. titles: lines above the table and in its first rows, the nearest last.
    notes: footnotes of the table whose marks the heads bear.
    scale: power of ten by which the numeral is multiplied; None where the document does not state it. currency: ISO code, None likewise.
    """

    place: str
    table: int
    row: int
    column: int
    label: str
    headings: tuple[str, ...]
    heads: tuple[str, ...]
    titles: tuple[str, ...]
    text: CellText
    kind: Kind
    scale: int | None
    currency: str | None
    at: str
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The number in full units, percent in percent; None for a dash, a range, and for money without a stated scale."""
        number = None if self.text.high else self._in_full(self.text.numeral)
        return -number if number is not None and self.text.is_negative else number

    @property
    def ends(self) -> tuple[float, float] | None:
        """The two ends of a range in full units; None for every other cell."""
        low, high = self._in_full(self.text.numeral), self._in_full(self.text.high)
        return (low, high) if low is not None and high is not None else None

    def _in_full(self, numeral: str) -> float | None:
        """A numeral in full units."""
        if not numeral or self.scale is None:
            return None
        try:
            number = parse_value(numeral).value
        except QuantityError:
            return None
        return None if number is None else float(f"{number * self.scale:.15g}")

    @property
    def locator(self) -> str:
        """Where a reader finds the cell: place, row and column, and the label."""
        return f"{self.place}, {self.at}: {self.label}"[:300]


@dataclass
class _Row:
    """A row with its label set apart and its cells read.

    second: a text beside the label. unit: what a column of units says. block: what a column to the left of the labels says of several rows.
    """

    number: int
    label: str
    indent: int
    values: list[tuple[Piece, CellText]]
    texts: list[Piece]
    pieces: list[Piece]
    second: Piece | None = None
    unit: str = ""
    block: str = ""

    @property
    def is_years(self) -> bool:
        """True where every number is a bare year, with or without a footnote beside it."""
        texts = [piece.text for piece, _ in self.values]
        return any(map(is_year, texts)) and all(is_year(text) or is_note_mark(text) for text in texts)


@dataclass
class _Heading:
    """A row without numbers. inner: how far the first row below it is set in."""

    indent: int
    text: str
    inner: int | None = None


@dataclass
class _State:
    """What is above the row that is being read. unit: the line that states it by itself among the heads."""

    titles: list[str]
    corner: list[str] = field(default_factory=list)
    heads: list[list[Piece]] = field(default_factory=list)
    former: list[list[Piece]] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)
    caption: Caption = NOTHING
    unit: str = ""
    after_data: bool = False
    heading_open: bool = False


_PERIOD_WORDS = re.compile(
    r"\b(?:months?|weeks?|quarters?|years?|fiscal|ended|ending|q[1-4]|[1-4]q|[fc]y\s?'?\d\d|ytd|hy(?:\s?\d\d)?|h[12]|[12]hy?|[369]m|12m|half|annual|as of|as at|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)|年度?|通期|季度|月|截至|止|期间|期間|期末|期初|年末|年初|[本上]期|本[报報]告期|上年同期|(?:19|20)\d\d",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:months|weeks|quarters?|years?)\b.*\b(?:ended|ending)\b|年度|[个個]月", re.IGNORECASE)
_CHANGE_WORDS = re.compile(
    r"change|growth|variance|%|y/y|q/q|yoy|qoq|increase|decrease|actual|estimate|budget|gaap|adjust|as reported|rmb|us\$|usd|total|增减|[增増]減|变动|變動|金额|金額|同比|环比",
    re.IGNORECASE,
)
_PER_SHARE = re.compile(r"per (?:[a-z ]{0,20})?(?:share|ads|adr|unit)\b|\beps\b|每股|每份", re.IGNORECASE)
_SHARES = re.compile(
    r"\bshares?\b(?! repurchase)(?!.*(?:repurchase|compensation|purchases? of|proceeds|payments?|issuance|based))|weighted[- ]average|股数|股數|股份数",
    re.IGNORECASE,
)
_SHARE_BLOCK = re.compile(
    r"(?:weighted[- ]average )?(?:number of )?(?:(?:common|ordinary) )?shares? (?:used|outstanding)|weighted[- ]average (?:number of )?(?:(?:common|ordinary) )?shares",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\bnumber of\b|人数|人數|^(?:(?!(?:to|of|for|by|from|with)\b)[a-z-]+ ){0,3}(?:employees|headcount|customers|subscribers|stores)\b(?! [a-z]*sales)",
    re.IGNORECASE,
)
_AMOUNT_WORDS = re.compile(r"sales|revenues?|receivables?|income|assets?|liabilit|收入|应收|應收", re.IGNORECASE)
"""Below a heading with one of these words, customers and stores are sources of an amount and no count."""
_RATIO = re.compile(
    r"(?<![\d.])(?<![\d.] )(?:[%％]|percent)|margin\b|\brates?(?: \(.*\))?$|比例|毛利率|增长率|占比", re.IGNORECASE
)
_SHARE = r"(?:per|a) (?:[a-z]+ ){0,3}share\b"
_NAME_OF_RATE = re.compile(r"(?:(?!(?:at|of|in|to|by|on|than) )[a-z&.-]+ )*(?:rate|margin)(?: \(.*\))?")
"""A label that ends in a rate without being one, "Income taxed at another rate", stands beside amounts."""
_RISK = re.compile(r"(?:foreign )?(?:interest|currency|(?:currency )?exchange)[ -]rates?(?: risk)?")
"""A kind of derivatives, of which tables print amounts, and a rate in other tables."""
_REMARK = re.compile(
    rf"\(\$ ?[\d.,]+\) ?/? ?{_SHARE}|\([^()]*\d[^()]*\)|\$ ?[\d.,]+ ?/? ?{_SHARE}|\b(?:for|used (?:in|for|to)|to compute|computing) .*(?:{_SHARE}|\beps\b)",
    re.IGNORECASE,
)
"""A remark in a label says nothing of the amount beside it: one with a number, "($0.35 per share)", or one of use, "for diluted earnings per share"."""
_STOCK_LINE = re.compile(
    r"\b(?:stock|shares?|units)\b.*\b(?:par|stated) value|[\d,.]{3,}(?: million)? shares (?:authorized|issued)",
    re.IGNORECASE,
)
"""A line of the balance sheet: par value and shares are remarks of its label."""
_AMOUNT_HEAD = re.compile(r"(?:net )?(?:income|earnings|loss|profit)\b(?!.*\bper\b)", re.IGNORECASE)
_RATIO_HEAD = re.compile(r"%|％|percent|比例|同比|环比|增减|[增増]減|变动|變動", re.IGNORECASE)
_CHANGE_HEAD = re.compile(r"%|％|change|growth|variance|同比|环比|增减|[增増]減|变动幅度|變動", re.IGNORECASE)
_HEADS_OF_LABELS: Final = frozenset(
    (
        "particulars",
        "items",
        "item",
        "description",
        "項目",
        "项目",
        "科目",
        "區分",
        "区分",
        "指标",
        "指標",
        "구분",
        "항목",
        "과목",
    )
)
"""Texts above the labels that say nothing of the columns."""
_NOTE_HEAD = re.compile(r"notes?|附注|附註|ref\.?|item", re.IGNORECASE)


def read_layout(tables: Sequence[PrintedTable], currency: str | None = None) -> list[PrintedCell]:
    """The cells of all tables of one document, in order.

    currency: in which the document reports where it prints no other; None leaves amounts without a printed currency without one.
    """
    cells: list[PrintedCell] = []
    declared = NOTHING
    carried: list[str] = []
    above: list[str] = []
    former: frozenset[str] = frozenset()
    units: dict[frozenset[str], Caption] = {}
    last_unit = NOTHING
    if has_decimal_commas(piece.text for table in tables for row in table.rows for piece in row):
        tables = [_with_decimal_points(table) for table in tables]
    for number, (table, following) in enumerate(zip_longest(tables, tables[1:])):
        before = [*carried, *(line for line in table.before if not _unit_note(line))]
        declared = _declared_in([*table.before, *_lines_on_top(table)]) or declared
        shown = _head_texts(table)
        is_continued = bool(cells) and not any(_is_content(line) for line in before)
        has_title = table.is_sheet and len(table.rows[0]) == 1
        if former and shown == former and is_continued and not has_title:
            before = above  # the table before goes on below the same heads
        names = _column_names(shown)
        unit = last_unit if is_continued and not shown else units.get(names, declared)
        figure_cells = _with_notes(
            list(_cells(table, number, before, currency, unit)),
            _notes(table, following.before if following else table.after),
        )
        cells += figure_cells
        if figure_cells:
            last_unit = _unit_of(figure_cells)
            if len(names) >= _FEWEST_NAMES:
                units[names] = last_unit if units.get(names, last_unit) == last_unit else NOTHING
            above = [*before[-_CAPTION_REACH:], *_lines_on_top(table)]
            former = shown
        # A title, a date and a unit may be laid out as a table of their own.
        carried = (
            []
            if figure_cells or len(table.rows) > 6
            else [*before[-6:], *(" ".join(piece.text for piece in row) for row in table.rows)]
        )
    return _with_units_of_repeated_amounts(_with_units_of_statements(cells))


def _with_decimal_points(table: PrintedTable) -> PrintedTable:
    rows = [[piece._replace(text=with_decimal_point(piece.text)) for piece in row] for row in table.rows]
    return replace(table, rows=rows)


_NOTE = re.compile(r"[{(]?(?P<mark>\d{1,2}|[a-z]|\*{1,3})[)}.]?\s+(?P<text>\S.*)", re.IGNORECASE)
_MARK_AT_END = re.compile(r"[{(](?P<mark>\d{1,2}|[a-z])[)}]$|(?P<stars>\*{1,3})$", re.IGNORECASE)


def _note(line: str) -> tuple[str, str] | None:
    """The mark of a footnote and its text: "(1) in thousands"."""
    match = _NOTE.fullmatch(line.strip())
    return (match["mark"].lower(), match["text"]) if match else None


def _unit_note(line: str) -> bool:
    """Whether a line is a footnote that states a unit and nothing else."""
    note = _note(line)
    return note is not None and is_unit_line(note[1])


def _notes(table: PrintedTable, below: Sequence[str]) -> dict[str, str]:
    """The footnotes of a table by mark. below: the lines down to the next table."""
    lines = [*(row[0].text for row in table.rows if len(row) == 1), *below[:_CAPTION_REACH]]
    rows = (" ".join(piece.text for piece in row) for row in table.rows if len(row) == 2)
    return dict(note for line in (*lines, *rows) if (note := _note(line)))


def _with_notes(cells: list[PrintedCell], notes: dict[str, str]) -> list[PrintedCell]:
    """The cells with the footnotes of their heads; those whose label or head bears the mark of one that states a unit have this unit."""
    if not notes:
        return cells
    result = []
    for cell in cells:
        own, *of_heads = (_noted(text, notes) for text in (cell.label, *reversed(cell.heads)))
        note = next((text for text in (own, *of_heads) if text and is_unit_line(text)), None)
        if note is not None and cell.kind == "money" and not cell.text.scale:
            unit = read_caption(note)
            cell = replace(cell, scale=unit.scale, currency=unit.currency or cell.currency)
        if any(of_heads):
            cell = replace(cell, notes=tuple(filter(None, of_heads)))
        result.append(cell)
    return result


def _noted(text: str, notes: dict[str, str]) -> str | None:
    """The footnote whose mark ends a text."""
    mark = _MARK_AT_END.search(text.strip().rstrip(":"))
    return notes.get((mark["mark"] or mark["stars"]).lower()) if mark else None


def _lines_on_top(table: PrintedTable) -> list[str]:
    """The first rows of a table that have one text."""
    return [row[0].text for row in table.rows[:6] if len(row) == 1]


def _declared_in(lines: Sequence[str]) -> Caption | None:
    """The unit that lines above a table declare for all tables below: in a sentence, or by itself above the text of a page."""
    is_above_text = False
    for line in reversed(lines):
        if declared := declared_unit(line):
            return declared
        if is_above_text and is_unit_line(line):
            return read_caption(line)
        is_above_text = is_above_text or len(line) > _LONG_LINE
    return None


def _column_names(heads: frozenset[str]) -> frozenset[str]:
    """The heads that name no period: tables of a document with the same ones are one table for several periods, in one unit."""
    return frozenset(head for head in heads if not is_period_text(head) and not read_caption(head).scale)


def _unit_of(cells: Sequence[PrintedCell]) -> Caption:
    """The unit of all amounts of a table; nothing where they have several, or one has none."""
    stated = {(cell.scale, cell.currency) for cell in cells if cell.kind == "money" and not cell.text.scale}
    return Caption(*stated.pop()) if len(stated) == 1 else NOTHING


_STATEMENT: Final = re.compile(
    r"(?:(?:unaudited|condensed|consolidated|interim)[ ,]+)+(?:balance sheets?|cash flow statements?|income statements?|statements? of (?:operations|income|earnings|cash flows?|comprehensive (?:income|loss)|profit or loss|financial (?:position|condition)))\b(?: and comprehensive (?:income|loss))?(?: \(.*\))?",
    re.IGNORECASE,
)
"""The title of a statement of accounts."""


def _with_units_of_statements(cells: list[PrintedCell]) -> list[PrintedCell]:
    """The cells, where a statement of accounts without a unit has that of the statement before it: some documents print it above the first one alone. All
    other tables of the document have to be in this unit."""
    scales: dict[int, set[int | None]] = {}
    titles: dict[int, Sequence[str]] = {}
    for cell in cells:
        if cell.kind == "money" and not cell.text.scale and not cell.text.is_nil:
            scales.setdefault(cell.table, set()).add(cell.scale)
            titles[cell.table] = cell.titles
    stated = set().union(*scales.values()) - {None}
    statements = [table for table in scales if any(map(_STATEMENT.fullmatch, titles[table]))]
    first = next((table for table in statements if None not in scales[table]), None)
    if len(stated) != 1 or first is None:
        return cells
    without = {table for table in statements if table > first and scales[table] == {None}}
    (scale,) = stated
    return [
        replace(cell, scale=scale) if cell.table in without and cell.kind == "money" and cell.scale is None else cell
        for cell in cells
    ]


def _with_units_of_repeated_amounts(cells: list[PrintedCell]) -> list[PrintedCell]:
    """The cells, where those of a table without a unit have the unit in which other tables print its rows: the same label beside the same
    amount. One row with a long numeral is enough where all tables of the document have one unit. Tables of which rows are printed in different units elsewhere
    stay without one."""
    if all(cell.scale for cell in cells if cell.kind == "money"):
        return cells
    scales: dict[tuple[str, str], set[int]] = {}
    unknown: dict[int, set[tuple[str, str]]] = {}
    known: set[int] = set()
    for cell in cells:
        if cell.kind != "money" or cell.text.is_nil or cell.text.scale:
            continue
        row = _name_of_repeated(cell.label), cell.text.numeral
        if cell.scale:
            known.add(cell.table)
        if not row[0] or sum(map(str.isdigit, row[1])) < _FEWEST_DIGITS:
            continue
        if cell.scale:
            scales.setdefault(row, set()).add(cell.scale)
        else:
            unknown.setdefault(cell.table, set()).add(row)
    found: dict[int, int] = {}
    has_one_unit = (
        len({cell.scale for cell in cells if cell.kind == "money" and cell.scale and not cell.text.scale}) == 1
    )
    for table, rows in unknown.items():
        repeated = [row for row in rows if row in scales]
        stated = set().union(*(scales[row] for row in repeated))
        is_sure = len(repeated) >= _FEWEST_ROWS or (
            has_one_unit and any(sum(map(str.isdigit, numeral)) > _FEWEST_DIGITS for _, numeral in repeated)
        )
        if table not in known and is_sure and len(stated) == 1:
            found[table] = stated.pop()
    return [
        replace(cell, scale=found[cell.table])
        if cell.kind == "money" and cell.scale is None and cell.table in found
        else cell
        for cell in cells
    ]


def _name_of_repeated(label: str) -> str:
    """A label for comparison of amounts, with all wordings of cash from operations as one: a reconciliation may write another one than the statement."""
    return (row_form(label) or without_less(fold_label(label))).replace("from operations", "from operating activities")


def _head_texts(table: PrintedTable) -> frozenset[str]:
    """The texts above the first number of a table."""
    texts: set[str] = set()
    for row in map(join_pieces, table.rows[:12]):
        if any((text := read_cell(piece.text)) and not text.is_nil and not is_year(piece.text) for piece in row):
            break
        if len(row) > 1 or (row and row[0].first > 0):
            texts |= {fold_label(piece.text) for piece in row}
    return frozenset(texts)


def _is_content(line: str) -> bool:
    """False for a page number and the like."""
    return re.fullmatch(r"[-–\s\d]*|table of contents", line, re.IGNORECASE) is None


def is_period_text(text: str) -> bool:
    """Whether a text names a date or a span of time."""
    return _PERIOD_WORDS.search(text) is not None


def _cells(
    table: PrintedTable, number: int, before: Sequence[str], currency: str | None, declared: Caption
) -> Iterator[PrintedCell]:
    rows = _rows(table)
    start = _first_value_column(rows)
    if start is None:
        return
    labelled = {
        piece.first for row in rows if row.values for piece in row.pieces if piece.first < start and _is_label(piece)
    }
    for row in rows:
        _set_label(row, start, labelled)
    _set_blocks(rows)
    clusters = _clusters(rows)
    signs = _column_signs(rows)
    state = _State(list(before[-_CAPTION_REACH:]))
    state.caption = _caption_above(before)
    if not state.caption.scale:
        state.caption = declared
    for index, row in enumerate(rows):
        if _is_head(row, state, rows[index + 1] if index + 1 < len(rows) else None):
            _add_head(row, state)
        elif not row.values:
            _add_heading(row, state)
        else:
            yield from _row_cells(table, number, row, state, clusters, signs, currency)
            state.after_data, state.heading_open = True, False


def _rows(table: PrintedTable) -> list[_Row]:
    rows = []
    for index, pieces in enumerate(table.rows):
        joined = join_pieces(pieces)
        values = [(piece, text) for piece in joined if (text := read_cell(piece.text)) is not None]
        if all(_is_currency(piece.text) for piece in joined):
            values = []  # "RMB | RMB | US$(1)" names columns, and the number is a footnote
        rows.append(_Row(table.row_number(index), "", 0, values, [], joined))
    return rows


def _is_currency(text: str) -> bool:
    caption = read_caption(text)
    return caption.currency is not None and caption.scale is None


def _first_value_column(rows: Sequence[_Row]) -> int | None:
    """The column at which numbers begin, right of the labels; None for a table without numbers."""
    starts: dict[int, int] = {}
    for row in rows:
        for piece, text in row.values:
            if text.is_nil or is_year(piece.text) or is_note_mark(piece.text):
                continue
            if any(other.first < piece.first and _is_label(other) for other in row.pieces):
                starts[piece.first] = starts.get(piece.first, 0) + 1
                break
    if not starts:
        with_numbers = [
            row.values[0][0].first for row in rows if row.values and not row.is_years and not row.values[0][1].is_nil
        ]
        return min(with_numbers) if with_numbers and min(with_numbers) > 0 else None
    total = sum(starts.values())
    # A stray number in a label column does not move the beginning of the values.
    return min(column for column, count in starts.items() if count * 20 >= total)


def _is_label(piece: Piece) -> bool:
    return read_cell(piece.text) is None or (piece.first == 0 and is_year(piece.text))


def _set_label(row: _Row, start: int, labelled: Set[int]) -> None:
    """labelled: columns in which labels of rows with numbers begin. A text that begins elsewhere and reaches into the numbers is a head:
    the cell of a sign or a space in front of a number may be its first column."""
    labels = [
        piece
        for piece in row.pieces
        if piece.first < start
        and (piece.last < start or (read_cell(piece.text) is None and (not labelled or piece.first in labelled)))
    ]
    if (
        len(labels) > 1
        and (read_cell(labels[0].text) is not None or _CODE.fullmatch(labels[0].text))
        and read_cell(labels[1].text) is None
        and not is_year(labels[0].text)
        and not is_period_text(labels[0].text)
    ):
        labels = labels[1:]  # the number of an account or of a line
    words = [piece for piece in labels if read_cell(piece.text) is None]
    years = [piece for piece in labels if piece.first == 0 and is_year(piece.text)]
    row.unit = next((piece.text for piece in words[1:] if _is_unit(piece.text)), "")
    named = [piece for piece in words if piece is words[0] or not _is_unit(piece.text)] or years
    amounts = {piece for piece, _ in row.values}
    row.label = named[0].text if named else ""
    row.second = named[1] if len(named) > 1 else None
    if words and years and is_period_text(row.label):
        row.label = f"{years[0].text} {row.label}"  # a year and a quarter in columns of their own
    row.indent = named[0].indent + _COLUMN_INDENT * named[0].first if named else 0
    row.values = [
        (piece, text)
        for piece, text in row.values
        if piece.last >= start or (piece.first > 0 and is_year(piece.text))  # a year may end before its column begins
    ]
    row.texts = [piece for piece in row.pieces if piece not in labels and piece not in amounts]


_CODE: Final = re.compile(r"[A-Z]{1,2}-?\d{1,4}(?:\.\d+)*")
"""The code of a line, "A1"."""


def _is_unit(text: str) -> bool:
    """Whether a text states a unit and nothing else."""
    return len(text) <= _LONGEST_NAME and read_caption(f"({text})") != NOTHING


def _set_blocks(rows: Sequence[_Row]) -> None:
    """Give the rows of a table with two columns of texts before its numbers their label from the second column, where the first says what several rows
    have in common: it is blank in some of them, or says the same. Where each row has its own text in both, they are two names of one row."""
    pairs = [row for row in rows if row.values and row.second is not None]
    starts = {row.second.first for row in pairs if row.second is not None}
    firsts = [row.label for row in pairs]
    alone = [row for row in rows if row.values and row.second is None and row.label and row.pieces[0].first in starts]
    heads = (piece for row in rows if not row.values for piece in row.pieces)
    if len(starts) != 1 or any(piece.first in starts for piece in heads):
        return  # a column with a head of its own, "Line of the statement", says something of the row
    if not alone and len(set(firsts)) == len(firsts):
        return
    block = ""
    for row in rows:
        if row.second is not None:
            block = row.label
            row.label, row.block = row.second.text, block
        elif row in alone:
            row.block = block


def _clusters(rows: Sequence[_Row]) -> list[tuple[int, int]]:
    """The columns of numbers as intervals without overlaps, from left to right."""
    intervals = sorted({(piece.first, piece.last) for row in rows if not row.is_years for piece, _ in row.values})
    # A cell that covers several narrower ones is a heading laid out as a number; the narrow ones make the columns.
    clusters: list[list[int]] = []
    for first, last in intervals:
        if clusters and first <= clusters[-1][1]:
            clusters[-1][1] = max(clusters[-1][1], last)
        else:
            clusters.append([first, last])
    return [(first, last) for first, last in clusters]


def _column_signs(rows: Sequence[_Row]) -> dict[int, str]:
    """Currency signs in cells, by the last column of the cell: one sign at the top and bottom serves the whole column."""
    signs: dict[int, set[str]] = {}
    for row in rows:
        for piece, text in row.values:
            if text.currency:
                signs.setdefault(piece.last, set()).add(text.currency)
    return {column: next(iter(column_signs)) for column, column_signs in signs.items() if len(column_signs) == 1}


def _is_head(row: _Row, state: _State, following: _Row | None) -> bool:
    """Whether a row names columns."""
    if row.is_years:
        return not row.label or not state.after_data or bool(_PERIOD_WORDS.search(row.label)) or row.label.endswith(":")
    if row.values:
        # "Note 2 | 2024": texts beside a number that is no amount.
        return (
            not row.label
            and bool(row.texts)
            and all(is_year(piece.text) or is_note_mark(piece.text) for piece, _ in row.values)
        )
    if not row.texts:
        return False
    if not row.label or not state.after_data:
        return True
    words = [piece.text for piece in row.texts]
    return all(_PERIOD_WORDS.search(text) or _CHANGE_WORDS.search(text) for text in words) or _names_columns(row)


def _names_columns(row: _Row) -> bool:
    """Whether the texts of a row without numbers name columns anew: several, short, each another one, as wide as columns of a page."""
    words = [piece.text for piece in row.texts]
    return (
        len(words) > 1
        and len(set(words)) == len(words)
        and all(piece.last > piece.first for piece in row.texts)
        and all(len(word) <= _LONGEST_NAME and word[:1].isupper() and not any(map(str.isdigit, word)) for word in words)
    )


_YEARS_IN_TITLE: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|1[01]\d(?= ?年))(?!\d)")
_UNIT_LABEL: Final = re.compile(r"[(（]?(?:[单單単]位|단위|units?)\s*[:：]", re.IGNORECASE)


def _add_head(row: _Row, state: _State) -> None:
    state.heading_open = False
    if len(row.pieces) == 1 and (alone := read_caption(row.pieces[0].text)).scale:
        state.caption, state.unit = alone, row.pieces[0].text  # by itself it serves the whole table, wherever it stands
        return
    if state.after_data:
        state.former, state.heads, state.corner = state.heads, [], []
        state.after_data = False
        if row.label:
            state.headings = []
    for piece in row.texts:
        if _UNIT_LABEL.match(piece.text) and (stated := read_caption(piece.text)).scale:
            state.caption = stated  # beside the title of the table, over its last column
    values = [piece for piece, _ in row.values]
    state.heads.append(sorted([*values, *row.texts], key=lambda piece: piece.first))
    if len(set(_YEARS_IN_TITLE.findall(row.label))) > 1:
        state.titles.append(row.label)  # of the whole table, beside its unit
    elif row.label and fold_label(row.label) not in _HEADS_OF_LABELS:
        state.corner.append(row.label)
        caption = read_caption(row.label)
        if caption.scale:
            state.caption = caption


def _add_heading(row: _Row, state: _State) -> None:
    if not row.label:
        return
    caption = read_caption(row.label)
    if caption.scale and (not state.after_data or (len(row.label) < _LONG_LINE and not _unit_note(row.label))):
        state.caption = caption
    if not state.after_data and not state.heads:
        state.titles.append(row.label)
    if not state.heading_open:
        state.headings = [heading for heading in state.headings if heading.indent < row.indent]
    state.headings = [*state.headings[-5:], _Heading(row.indent, row.label)]
    state.heading_open = True


def _close_headings(row: _Row, state: _State) -> None:
    """A row at the level of a heading whose own rows are set in further is below it no more."""
    for place, heading in enumerate(state.headings):
        if heading.inner is None:
            heading.inner = row.indent
        elif heading.inner > heading.indent >= row.indent:
            del state.headings[place:]
            return


def _row_cells(
    table: PrintedTable,
    table_number: int,
    row: _Row,
    state: _State,
    clusters: Sequence[tuple[int, int]],
    signs: dict[int, str],
    currency: str | None,
) -> Iterator[PrintedCell]:
    if state.former and state.heads:
        if not any(len(heads) > 1 for heads in state.heads) and len(state.former[-1]) > 1:
            state.heads.append(state.former[-1])
        state.former = []
    label = row.label
    if not label and state.heading_open:
        label = state.headings.pop().text  # the number stands below its label
    elif label:
        _close_headings(row, state)
    headings = tuple(heading.text for heading in state.headings)
    if headings and label[:1].islower() and state.heading_open and not headings[-1].endswith(":"):
        label, headings = f"{headings[-1]} {label}", headings[:-1]
        state.headings = state.headings[:-1]
    label_caption = read_caption(f"({row.unit})") if row.unit else read_caption(label)
    if row.block:
        headings = (*headings, row.block)
    lasts = [last for _, last in clusters]
    own = next((scale for words, scale in state.caption.exceptions if words in fold_label(label)), None)
    titles = tuple(state.titles)
    for piece, text in row.values:
        heads = _heads_of(piece, state, clusters, table.is_sheet)
        if heads and _NOTE_HEAD.fullmatch(fold_label(heads[-1])):
            continue
        unit = _unit_beside(own, label_caption, heads, state.caption)
        sign = text.currency or signs.get(piece.last, "")
        if sign == DOLLAR:
            sign = next((code for code in (state.caption.currency, currency) if code in _DOLLARS), "USD")
        known = unit.currency or (text.currency and sign) or state.caption.currency or sign or currency
        near = (table.place, state.unit, label, *headings, *state.corner, *heads, *titles)
        if known == "USD" and currency in _OWN_DOLLARS and not any(map(_OF_THE_US.search, near)):
            known = currency
        scale = text.scale or unit.scale or dict(unit.of_currencies).get(known or "")
        kind, is_certain = _kind(label, headings, heads, state.titles, text)
        if kind == "money":
            scale = scale or _own_scale(text, known)
        elif kind != "shares":
            scale = (text.scale or 1) if is_certain or not scale else None
        yield PrintedCell(
            place=table.place,
            table=table_number,
            row=row.number,
            column=_column(piece, clusters) + 1,
            label=label,
            headings=headings,
            heads=(*state.corner, *heads),
            titles=titles,
            text=text,
            kind=kind,
            scale=scale,
            currency=known if kind in ("money", "per_share") else None,
            at=_at(piece, row, lasts, table.is_sheet),
        )


@lru_cache(maxsize=4096)
def _unit_beside(own: int | None, label: Caption, heads: tuple[str, ...], table: Caption) -> Caption:
    """The unit of a cell that prints none. own: scale that the table states for the row. label, heads, table: what they state, which counts in this
    order; of a currency what the heads state counts first. Of a disputed scale only the scales of single currencies are left."""
    of_heads = [read_caption(head) for head in reversed(heads)]
    stated = [label, *of_heads, table]
    scale = own or next((caption.scale for caption in stated if caption.scale), None)
    currency = next((caption.currency for caption in of_heads if caption.currency), None) or label.currency
    disputed = next((caption for caption in stated if caption.is_disputed and caption.scale == scale), None)
    if disputed is None:
        return Caption(scale, currency)
    return Caption(None, currency, True, of_currencies=disputed.of_currencies)


def _column(piece: Piece, clusters: Sequence[tuple[int, int]]) -> int:
    """The last column of the cluster in which a cell stands: signs and brackets in cells of their own make some cells wider."""
    return next((last for first, last in clusters if first <= piece.last and piece.first <= last), piece.last)


def _at(piece: Piece, row: _Row, lasts: Sequence[int], is_sheet: bool) -> str:
    """Where a reader finds a cell in its table: the row, and the column among those of numbers, of which `lasts` has the ends."""
    if is_sheet:
        return f"cell {_letters(piece.first + 1)}{row.number}"
    return f"row {row.number}, column {1 + bisect_left(lasts, piece.first)}"


def _letters(column: int) -> str:
    """The letters by which a workbook names a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _own_scale(text: CellText, currency: str | None) -> int | None:
    """The digits of a number with a known currency show that it is printed in full, where no company has as many thousands."""
    digits = text.numeral.replace(",", "").partition(".")
    return 1 if currency and len(digits[0]) >= (_DIGITS_IN_FULL if currency in _OF_LARGE_UNITS else 9) else None


_OF_LARGE_UNITS: Final = frozenset(("JPY", "KRW", "TWD", "INR", "IDR", "VND", "HUF"))
"""Currencies of which statements in thousands have numbers of ten digits and more."""
_DIGITS_IN_FULL: Final = 13


def _heads_of(
    piece: Piece, state: _State, clusters: Sequence[tuple[int, int]], is_sheet: bool = False
) -> tuple[str, ...]:
    """The heads above a cell, outermost first. is_sheet: a head over several columns may stand in the first of them alone."""
    if not state.heads:
        return ()
    levels: list[list[Piece]] = []
    place = next(
        (number for number, (first, last) in enumerate(clusters) if first <= piece.last and piece.first <= last), None
    )
    for heads in state.heads:
        over = [head for head in heads if head.first <= piece.last and piece.first <= head.last]
        if not over and place is not None:
            first, last = clusters[place]
            over = [head for head in heads if head.first <= last and first <= head.last]
        if not over and place is not None and heads:
            over = _beside(heads, clusters, place)
        if not over and is_sheet and heads is not state.heads[-1] and all(is_period_text(head.text) for head in heads):
            over = [head for head in heads if head.last < piece.first][-1:]
        levels.append(over)
    # A span of time alone in its line holds for all columns of years without another one, wherever the page sets it.
    over_it = [head.text for over in levels for head in over]
    if any(map(is_year, over_it)) and not any(map(_SPAN.search, over_it)):
        for level, heads in enumerate(state.heads):
            if not levels[level] and len(heads) == 1 and _SPAN.search(heads[0].text):
                levels[level] = list(heads)
    # A column of changes belongs to the span on its left, which often ends before it.
    lowest = next(
        (
            number
            for number in reversed(range(len(levels)))
            if levels[number] and not read_caption(levels[number][0].text).scale
        ),
        0,
    )
    if lowest and _CHANGE_HEAD.search(levels[lowest][-1].text):
        for level, over in enumerate(levels[:lowest]):
            if not over:
                levels[level] = [head for head in state.heads[level] if head.last < piece.first][-1:]
    return tuple(dict.fromkeys(head.text for over in levels for head in over))


def _beside(heads: Sequence[Piece], clusters: Sequence[tuple[int, int]], place: int) -> list[Piece]:
    """The head of a column over which none stands: by order where there are as many heads as columns, else the one that ends just before."""
    if len(heads) == len(clusters):
        return [heads[place]]
    first = clusters[place][0]
    left = clusters[place - 1][1] if place else -1
    return [head for head in heads if left < head.last < first and head.first > left][-1:]


class _Words(NamedTuple):
    """What the words around a cell say of what it counts."""

    is_stock_line: bool
    is_per_share: bool
    is_below_per_share: bool
    is_shares: bool
    is_below_shares: bool
    is_amount_column: bool
    is_ratio_column: bool
    is_ratio: bool
    is_rate: bool
    is_certain_rate: bool
    is_risk: bool
    is_count: bool


@lru_cache(maxsize=4096)
def _words(label: str, near: str, column: str, title: str) -> _Words:
    """label: of the row. near: the heading above. column: the lowest head that states no unit. title: the line above the table."""
    plain = fold_label(_REMARK.sub(" ", label))
    ratio = _RATIO.search(plain)
    is_rate = ratio is not None and ratio[0].startswith(("margin", "rate"))
    return _Words(
        is_stock_line=_STOCK_LINE.search(label) is not None,
        is_per_share=_PER_SHARE.search(plain) is not None,
        is_below_per_share=_PER_SHARE.search(near) is not None,
        is_shares=_SHARES.search(_PER_SHARE.sub(" ", plain)) is not None,
        is_below_shares=_SHARE_BLOCK.match(near) is not None,
        is_amount_column=_AMOUNT_HEAD.match(column) is not None,
        is_ratio_column=_RATIO_HEAD.search(column) is not None,
        is_ratio=ratio is not None,
        is_rate=is_rate,
        is_certain_rate=is_rate and _NAME_OF_RATE.fullmatch(plain) is not None,
        is_risk=is_rate and _RISK.fullmatch(plain) is not None,
        is_count=_COUNTS.search(plain) is not None and not any(map(_AMOUNT_WORDS.search, (plain, near, column, title))),
    )


def _kind(
    label: str, headings: Sequence[str], heads: Sequence[str], titles: Sequence[str], text: CellText
) -> tuple[Kind, bool]:
    """What a cell counts, and whether that is certain: a small number without a sign beside "Interest rates" may be a rate or an amount."""
    if text.unit:
        return _KINDS_OF_UNITS[text.unit], True
    column = next((head for head in reversed(heads) if not read_caption(head).scale), "")
    near = headings[-1] if headings and not is_unit_line(headings[-1]) else ""
    words = _words(label, near, column, titles[-1] if titles else "")
    numeral, has_sign = text.numeral, bool(text.currency)
    if words.is_stock_line:
        return "money", True
    if words.is_per_share and ("." in numeral or "," not in numeral):
        return ("money" if words.is_amount_column else "per_share"), True
    if words.is_shares and not has_sign:
        return "shares", True
    if has_sign and "." not in numeral:
        return "money", True
    if words.is_below_per_share and "." in numeral and len(numeral) <= 8:
        return "per_share", True
    if words.is_below_shares and not has_sign and "." not in numeral:
        return "shares", True
    if words.is_ratio_column:
        return "percent", True
    if words.is_ratio and not has_sign and _SMALL_NUMBER.fullmatch(numeral):
        if not words.is_rate:
            return "percent", True
        if float(numeral) <= _HIGHEST_RATE:
            return "percent", not words.is_risk and ("." in numeral or words.is_certain_rate)
    if words.is_count and not has_sign:
        return "count", True
    return "money", True


_KINDS_OF_UNITS: Final[dict[str, Kind]] = {"percent": "percent", "points": "points", "multiple": "multiple"}
_SMALL_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")


def _caption_above(lines: Iterable[str]) -> Caption:
    """The unit that the lines above a table state: the nearest line counts, of a sentence its end."""
    nearest = list(lines)[-_CAPTION_REACH:][::-1]
    for distance, line in enumerate(nearest):
        text = line
        if len(line) > _LONG_LINE:
            if distance > 2:
                continue
            text = line[-_LONG_LINE:]
        caption = read_caption(text)
        if caption.scale:
            return caption
    return NOTHING
