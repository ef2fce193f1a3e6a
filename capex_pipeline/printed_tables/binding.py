"""Turns cells into figures: finds the cells of a document that state a metric of its company, and their periods.

This module applies the printed names of the reference data, the periods of the heads and the checks inside the document, and gives every
cell that it does not use a reason. Layout belongs to `layout`, names to reference/printed_names.yaml.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from capex_pipeline.printed_tables import checks
from capex_pipeline.printed_tables.captions import NOTHING, is_unit_line, read_caption
from capex_pipeline.printed_tables.cell_texts import fold_label
from capex_pipeline.printed_tables.layout import PrintedCell, is_period_text
from capex_pipeline.printed_tables.pieces import is_statement
from capex_pipeline.printed_tables.row_names import languages_of, row_form, row_name
from capex_pipeline.reference.models import PrintedName
from capex_pipeline.values.fiscal_calendar import TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.period_notation import MONTH, one_notation
from capex_pipeline.values.periods import LONGEST_QUARTER, Period, PeriodError
from capex_pipeline.values.printed_periods import (
    YEARS_TO_DATE,
    Report,
    date_order,
    printed_period,
    states_rolling_year,
    titled_report,
)

Outcome = Literal["used", "ignored", "not_bound"]

SEVERAL: Final = "The document prints several values"
"""Begins the reason of cells that state one fact with different values."""
MOST_SHOWN: Final = 12
"""Values of one fact that such a reason lists."""
_TITLE_LINES: Final = 6
_WHOLE: Final = re.compile(
    r"^\(?(?:(?:grand |company |group )?total|(?:the )?group|本?集团|本?集團|consolidated(?: total)?|(?:un)?audited|amounts?|actual|(?:as )?(?:previously |originally )?reported|gaap|the company"
    r"|合计|合計|合并|合併|金额|金額|[调調]整前|重[列述]前)\)?$"
)
"""Heads of columns of the whole company."""
_LONGEST_TITLE: Final = 300
_PART_OF_GROUP: Final = re.compile(
    r"\b(?:guarantors?|obligors?|obligor group|summari[sz]ed (?:consolidated )?(?:results|financial information|statements?|balance sheets?|income))\b",
    re.IGNORECASE,
)
"""In the prose above a table: it has the amounts of some subsidiaries."""
_OF_OTHERS_THAN_COMPANY: Final = re.compile(
    r"\bequity[- ]method (?:investments?|investees?|affiliates?|entities|joint ventures?)\b|\binvestees?\b|\bunconsolidated (?:affiliates?|entities|subsidiaries|investments?|joint ventures?|investees)\b"
    r"|(?<!continuing and )\bdiscontinued (?:operations?|business(?:es)?)\b|非継続事業|持分法適用会社|已?[终終]止[经經][营營]|[联聯合][营營](?:公司|企[业業])",
    re.IGNORECASE,
)
"""In the titles, headings and heads of a table: it has the amounts of companies that are not consolidated, or of a business that was sold."""
_PRO_FORMA: Final = re.compile(r"\bpro[ -]forma\b", re.IGNORECASE)
"""In the last line of prose above a table: it has amounts that would have been."""
_ONLY_PERIOD: Final = re.compile(
    r"(?:(?:as of|at|for the|the|fiscal|full|years?|quarters?|half|first|second|third|fourth|three|six|nine|twelve|months?|weeks?|ended|ending|q[1-4]|h[12]|[369]m|12m|fym?\d*|ytd"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|\d{1,4}|年度?|月|日|第|季度?|截至|止|[一二三四上下]半?)[\s,.'/()-]*)+"
)
_NEAR_LINES: Final = 4
_LONGEST_NEAR: Final = 110
"""Characters of a line above a table that may rule a name out; a longer one is prose, which speaks of many things, as a statement does."""


@dataclass(frozen=True)
class Bound:
    """A cell that bears a printed name and what became of it.

    amount: in full units, positive for an outflow; None where it could not be read. confirmed: sentences of checks that it passed.
    also_at: places of sentences that state the same fact. is_contradicted: a check inside the document failed for it. recast: what the
    document prints above an amount that it shows on another basis than the one on which it was reported; None for all others. status: guidance for
    an amount that is planned, which may be a range.
    """

    cell: PrintedCell
    name: PrintedName
    outcome: Outcome
    reason: str | None = None
    period: Period | None = None
    amount: float | None = None
    confirmed: tuple[str, ...] = field(default=())
    also_at: tuple[str, ...] = field(default=())
    is_contradicted: bool = False
    recast: str | None = None
    status: str = "reported"


def bind(
    cells: Sequence[PrintedCell],
    names: Iterable[PrintedName],
    calendar: FiscalCalendar,
    currency: str | None,
    *,
    annual_end: date | None = None,
    published: date | None = None,
    cover: Iterable[str] = (),
    called: Iterable[str] = (),
    general: Iterable[PrintedName] = (),
) -> list[Bound]:
    """Every cell whose row bears a printed name, in the order of the document; its column where the rows are periods.

    names: of the company (`Reference.printed_names`). calendar, currency: of the company. annual_end: as of `printed_period`. published: day of the document, up to which periods can have been reported. cover: first lines of the document, which may have its title. called: names of the company, which head the column of the whole beside its parts. general: names that serve other
    companies, and of which this one has its own; a row that bears no other is not bound. Cells in another currency are convenience
    translations and are ignored. Of several cells that state one period with one value the first is used; where the values differ
    none is, unless names that come earlier in the reference data settle it.
    """
    order = tuple(names)
    own, of_others = by_label(order), by_label(general)
    of_column = checks.columns(cells)
    parts = _blocks_of_parts(cells)
    by_time = {(cell.table, cell.row) for cell in cells if cell.heads and _LATER.search(cell.heads[-1])}
    discontinued = _discontinued_rows(cells)
    lines = {line for above in {(*cell.titles, *cell.headings) for cell in cells} for line in above}
    periods = _Periods(
        calendar,
        currency,
        annual_end,
        date_order({head for cell in cells for head in cell.heads}),
        titled_report((*cover, *lines)),
        published,
    )
    bound: list[Bound] = []
    for cell in _with_years_of_quarters(cells, periods):
        if cell.kind != "money" or is_of_plans(cell):
            continue
        cell = labelled(cell)
        if (
            not cell.label
            and cell.headings
            and row_name(cell.headings[-1]) in own
            and checks.is_total_of_block(cell, of_column)
        ):
            cell = replace(cell, label=cell.headings[-1], headings=cell.headings[:-1])
        if (cell.table, cell.row) in by_time and not _is_total(cell):
            continue
        known = named(cell.label, own)
        fitting = [name for name in known if fits(cell, name)]
        is_part = bool(cell.headings) and (cell.table, row_name(cell.label), cell.headings[-1]) in parts
        is_sold = (cell.table, cell.row) in discontinued
        bound += [
            Bound(cell, name, "ignored", _OF_SOLD if is_sold else _OF_PART)
            if is_sold or (is_part and not (name.segment or name.headings))
            else _bound(cell, name, periods)
            for name in fitting
        ]
        unnamed = () if known else named(cell.label, of_others)
        if other := next((name for name in unnamed if fits(cell, name)), None):
            bound.append(Bound(cell, other, "not_bound", _OF_OTHERS.format(metric=other.metric)))
    whole = frozenset(fold_label(name) for name in called)
    return _checked(_settled(bound, order, _shared_heads(cells), whole), cells)


def labelled(cell: PrintedCell) -> PrintedCell:
    """A cell whose row is a period with the head of its column as its label, and one below a heading that its label completes, "Cash outflows for
    investments in", with both as its label."""
    if cell.headings and _INCOMPLETE.search(cell.headings[-1]) and not is_period_text(cell.headings[-1]):
        return replace(cell, label=f"{cell.headings[-1].rstrip(': ')} {cell.label}", headings=cell.headings[:-1])
    if not (cell.heads and is_period_text(cell.label) and _ONLY_PERIOD.fullmatch(one_notation(cell.label))):
        return cell
    name_at = max((place for place, head in enumerate(cell.heads) if not _is_of_whole(head)), default=-1)
    others = (head for place, head in enumerate(cell.heads) if place != name_at % len(cell.heads))
    return replace(cell, label=cell.heads[name_at], heads=(*others, cell.label))


_INCOMPLETE: Final = re.compile(
    r"\b(?:payments?|purchases?|investments?|expenditures?|acquisitions?|additions?|outflows?) (?:in|of|for|on|to):?$",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    r"^(?:thereafter|there after|beyond|later|(?:within|after|over|more than|less than) (?:\d|one|two|three|five|twelve)|next (?:12|twelve) months|\d+ ?- ?\d+ (?:months|years)"
    r"|[一1]年[以之]?[內内]|.{1,8}年[以之]?[後后上])",
    re.IGNORECASE,
)
"""The heads of columns of a row that says when an amount is due or recognised; only its total is a balance."""


def _is_total(cell: PrintedCell) -> bool:
    return any(_TOTAL.fullmatch(fold_label(head)) for head in cell.heads[-1:])


_TOTAL: Final = re.compile(r"(?:grand )?total(?: amount)?|合[计計]|[总總][计計]|합계")
_QUARTER_HEAD: Final = re.compile(r"q[1-4]|[1-4]q|quarter|季", re.IGNORECASE)


def _with_years_of_quarters(cells: Sequence[PrintedCell], periods: _Periods) -> Iterator[PrintedCell]:
    """The cells, of which those below a year have as their head how many of its quarters in the same row add up to them: all four make the fiscal
    year, fewer its first part. A total of a fiscal year that is no such sum is of no known period."""
    tables = {cell.table for cell in cells if cell.heads and _QUARTER_HEAD.search(cell.heads[-1])}
    quarters: dict[tuple[int, int, date], float] = {}
    for cell in cells:
        if cell.table in tables and cell.kind == "money" and cell.value is not None and not _year_of_total(cell.heads):
            try:
                period = printed_period(cell.heads, (), periods.calendar, is_minguo=periods.currency == "TWD")
            except PeriodError:
                continue
            if (period.end - period.start).days < LONGEST_QUARTER:
                quarters[cell.table, cell.row, period.end] = cell.value
    for cell in cells:
        total = _year_of_total(cell.heads) if cell.table in tables else None
        if total is not None and cell.value is not None:
            ends = [periods.calendar.quarter_bounds(total.year, quarter)[1] for quarter in (1, 2, 3, 4)]
            parts = [quarters[cell.table, cell.row, end] for end in ends if (cell.table, cell.row, end) in quarters]
            is_sum = parts and abs(sum(parts) - cell.value) <= 0.5 * (len(ends) + 1) * _step(cell)
            if (
                is_sum
                and (cell.table, cell.row, ends[len(parts) - 1]) in quarters
                and (total.is_total or len(parts) == len(ends))
            ):
                cell = replace(cell, heads=(f"{YEARS_TO_DATE[len(parts) - 1]} FY{total.year}",))
            elif parts and total.is_total:
                cell = replace(cell, heads=tuple(head for head in cell.heads if not _YEAR.search(head)))
        yield cell


_YEAR: Final = re.compile(r"\b20\d\d\b|\bfy ?\d\d", re.IGNORECASE)
_TOTAL_OF_YEAR: Final = re.compile(r"(?P<before>total )?(?:fy)?(?P<year>20\d\d)(?P<after> (?:total|合[计計]))?")


class _Total(NamedTuple):
    """The year that heads a column, and whether they call it a total."""

    year: int
    is_total: bool


@lru_cache(maxsize=4096)
def _year_of_total(heads: tuple[str, ...]) -> _Total | None:
    """The year of a column that may be the whole of its quarters: below a year alone, or a year and "Total"."""
    text = one_notation(" ".join(head for head in heads if read_caption(head) == NOTHING))
    year = _TOTAL_OF_YEAR.fullmatch(text)
    return _Total(int(year["year"]), bool(year["before"] or year["after"])) if year else None


_OF_SOLD: Final = (
    "The cash flow statement prints this row between its totals of continuing and of discontinued operations."
)
_OF_PART: Final = "The table prints this row below the names of several parts of the company."


_OF_OTHERS: Final = "printed_names.yaml gives the company names of its own for {metric}, and this is none of them; add it there if it means the same."


def by_label(names: Iterable[PrintedName]) -> dict[str, list[PrintedName]]:
    """Names by the labels under which tables print them, in their order; those that serve every company also by the form of a label."""
    by_label: dict[str, list[PrintedName]] = defaultdict(list)
    for name in names:
        forms = (row_form(label) for label in name.labels if not name.entity_id)
        for label in (*map(row_name, name.labels), *(form for form in forms if form)):
            if name not in by_label[label]:
                by_label[label].append(name)
    return dict(by_label)


def named(label: str, by_label: Mapping[str, list[PrintedName]]) -> list[PrintedName]:
    """The names of a row: those that have its label, and those that serve every company and have its form."""
    found: list[PrintedName] = []
    for part in (label, *languages_of(label)):
        found += by_label.get(row_name(part), ())
        found += (name for name in by_label.get(row_form(part) or "", ()) if not name.entity_id)
    return [name for place, name in enumerate(found) if name not in found[:place]]


def _blocks_of_parts(cells: Iterable[PrintedCell]) -> set[tuple[int, str, str]]:
    """Table, row and heading of rows that a table prints below several headings with several amounts in one column: they are of the parts that the
    headings name. Headings of the whole company and of periods name no part."""
    amounts: dict[tuple[int, str, int], dict[str, str]] = defaultdict(dict)
    for cell in cells:
        if cell.kind == "money" and cell.headings and not cell.text.is_nil and not _is_of_whole(cell.headings[-1]):
            amounts[cell.table, row_name(cell.label), cell.column][cell.headings[-1]] = cell.text.numeral
    return {
        (table, label, heading)
        for (table, label, _), of_heading in amounts.items()
        if len(set(of_heading.values())) > 1
        for heading in of_heading
    }


def _discontinued_rows(cells: Iterable[PrintedCell]) -> set[tuple[int, int]]:
    """Table and row of what a cash flow statement prints between the totals of continuing and of discontinued operations."""
    result: set[tuple[int, int]] = set()
    labels = dict.fromkeys(((cell.table, cell.row), fold_label(cell.label)) for cell in cells)
    since: list[tuple[int, int]] | None = None
    for row, label in labels:
        total = _TOTAL_OF_OPERATIONS.search(label)
        if since is not None and total and total[1] == "discontinued":
            result.update(one for one in since if one[0] == row[0])
        if total:
            since = [] if total[1] == "continuing" else None
        elif since is not None:
            since.append(row)
    return result


_TOTAL_OF_OPERATIONS: Final = re.compile(r"\bactivities(?:,| -)? (?:of|from|in) (continuing|discontinued) operations")


class _Periods(NamedTuple):
    """How the periods of a document are read."""

    calendar: FiscalCalendar
    currency: str | None
    annual_end: date | None
    is_month_first: bool | None
    report: Report | None
    published: date | None


def fits(cell: PrintedCell, name: PrintedName) -> bool:
    """Whether the words above a cell are those that a name asks for."""
    if _is_of_part(cell):
        return False
    headings = _text(cell.headings)
    heads = _text(cell.heads)
    around = (cell.place, *cell.headings, *cell.heads)
    lines = [shown for line in cell.titles if (shown := _short_title(line, _LONGEST_TITLE))]
    if _WHOLE.search(fold_label(cell.label)):
        # A bare "Total" has its name from the line above.
        lines = [line for line in lines if not is_unit_line(line)][-1:]
    titles = _text((*lines[-_TITLE_LINES:], *around))
    near = _near(cell, (*name.titles, *name.headings))
    if _TOTAL_OF_PARTS.match(fold_label(cell.label)):
        near = _BY_PARTS.sub("", near)
    return (
        _has(headings, name.headings)
        and _has(heads, name.heads)
        and _has(titles, name.titles)
        and not any(_has_word(near, fold_label(word)) for word in name.without)
    )


_TOTAL_OF_PARTS: Final = re.compile(r"total (?:net )?(?:revenues?|sales)$")
_BY_PARTS: Final = re.compile(r"\b(?:revenues?|sales) by (?:\w+ ){0,2}(?:segments?|geograph(?:y|ies))\b")
"""A title of a table of parts, of which the total is of the whole."""


_PLANNED: Final = re.compile(
    r"\b(?:forecasts?|guidance|outlook|targets?|budgets?)\b|予想|預測|预测|指引", re.IGNORECASE
)


_ACTUAL: Final = re.compile(r"\bactuals?\b|実績|实际|實際", re.IGNORECASE)


def is_of_plans(cell: PrintedCell) -> bool:
    """Whether the title of a table, its place, or a heading or head says that its amounts are planned, which `plans` reads; a title of results and plans
    is of both."""
    titles = [line for line in cell.titles if not is_unit_line(line)]
    title = titles[-2:] if titles and titles[-1].endswith((":", "：")) else titles[-1:]
    title = [line for line in title if len(line) < _LONGEST_NEAR and not _JOINS.search(line)]
    return not any(map(_ACTUAL.search, cell.heads)) and any(
        map(_PLANNED.search, (*title, cell.place, *cell.headings, *cell.heads))
    )


def _is_of_part(cell: PrintedCell) -> bool:
    """Whether the prose above a table says that it has the amounts of some subsidiaries, which a title of consolidated statements denies, or pro forma
    amounts, or the words around a cell that its amount is of companies that are not consolidated or of a discontinued business."""
    if any(map(_OF_OTHERS_THAN_COMPANY.search, (*cell.headings, *cell.heads, *_last_titles(cell)))):
        return True
    prose = [line for line in cell.titles if len(line) >= _LONGEST_NEAR]
    if any(map(_PRO_FORMA.search, prose[-1:])):
        return True
    return any(map(_PART_OF_GROUP.search, prose)) and "consolidated" not in _near(cell)


def _last_titles(cell: PrintedCell) -> Iterator[str]:
    """The titles above a table that no title of a consolidated statement follows."""
    for line in reversed(cell.titles[-_NEAR_LINES:]):
        if "consolidated" in fold_label(line).replace("unconsolidated", ""):
            return
        if (shown := _short_title(line)) and not is_statement(shown):
            yield shown


_JOINS: Final = re.compile(r"\band\b|&|[及和與与]")


def _near(cell: PrintedCell, asked: Sequence[str] = ()) -> str:
    """The short lines above a table with headings, heads and place of a cell, without what a caption excepts from its unit: "(In millions, except
    percentages)", or says of percentages: "(Percentages are changes from the year before)". asked: words that a name asks for; a title that joins one of them
    with others, "Segment revenues and operating income", is of both, and the headings inside the table tell them apart."""
    lines = (_short_title(line) for line in cell.titles[-_NEAR_LINES:])
    lines = (line for line in lines if not (asked and _JOINS.search(line) and _has(fold_label(line), asked)))
    parts = (part for part in (*lines, cell.place, *cell.headings, *cell.heads) if not is_statement(part))
    return _text(_EXCEPTED.sub("", part) for part in parts)


_SETS_FORTH: Final = re.compile(
    r"\bfollowing table (?:sets? forth|shows?|presents?|summari[sz]es) (.{1,80})|下表[载載]列(.{1,40})", re.IGNORECASE
)


def _short_title(line: str, longest: int = _LONGEST_NEAR) -> str:
    """A line above a table, of a long one what it says that the table shows: "The following table sets forth our cost of revenues", or the last sentence
    where it introduces the table."""
    if len(line) < longest:
        return "" if _FOOTNOTE.fullmatch(line) else line
    if shown := _SETS_FORTH.search(line):
        return shown[1] or shown[2]
    last = _SENTENCES.split(line)[-1]
    return last if len(last) < longest and last.endswith(":") else ""


_SENTENCES: Final = re.compile(r"(?<=[.;]) (?=[A-Z])")
_FOOTNOTE: Final = re.compile(r"\([A-Za-z0-9*]{1,2}\) ?[A-Z].{30,}\.")
"""A sentence behind a mark, which stands below the table before."""
_EXCEPTED: Final = re.compile(
    r"\b(?:except|excluding)\b[^()|]{0,80}\b(?:percent|per[ -]share|ratio|share data)[^()|]{0,40}"
    r"|\bpercentages? (?:are|represents?|shows?|indicates?)\b[^()|]*",
    re.IGNORECASE,
)


def _text(parts: Iterable[str]) -> str:
    return " | ".join(fold_label(part) for part in parts)


def _has_word(text: str, word: str) -> bool:
    """Whether a folded text has a word or its plural; English ones are no part of another word, as "cost" is of the name Costco."""
    return word in text and (
        not word.isascii() or re.search(rf"(?<![a-z]){re.escape(word)}(?:e?s)?(?![a-z])", text) is not None
    )


def _has(text: str, words: Sequence[str]) -> bool:
    return not words or any(fold_label(word) in text for word in words)


def is_in_other_currency(cell: PrintedCell, currency: str | None) -> bool:
    """Whether a cell prints an amount in another currency than that of the company, which is a convenience translation."""
    return cell.currency is not None and currency is not None and cell.currency != currency


def period_of(
    cell: PrintedCell,
    calendar: FiscalCalendar,
    currency: str | None,
    *,
    is_balance: bool,
    annual_end: date | None = None,
    is_month_first: bool | None = None,
    report: Report | None = None,
) -> Period:
    """The period that heads, titles and headings of a cell state. currency: of the company. annual_end, is_month_first, report: as of `printed_period`. Raises
    PeriodError where they state none, or several."""
    titles = [
        line
        for line in (*cell.titles[-_TITLE_LINES:], *cell.headings)
        if len(line) < _LONGEST_TITLE and is_period_text(line) and not is_statement(line)
    ]
    return printed_period(
        cell.heads,
        titles,
        calendar,
        is_minguo=currency == "TWD",
        is_balance=is_balance,
        annual_end=annual_end,
        is_month_first=is_month_first,
        report=report,
    )


def _bound(cell: PrintedCell, name: PrintedName, periods: _Periods) -> Bound:
    bound = Bound(cell, name, "not_bound", recast=_recast(cell))
    currency = periods.currency
    if cell.text.is_nil:
        return replace(bound, outcome="ignored", reason="The cell prints a dash and no number.")
    if is_in_other_currency(cell, currency):
        return replace(bound, outcome="ignored", reason=f"The column is a convenience translation to {cell.currency}.")
    if cell.currency is None:
        return replace(bound, reason="Neither the table nor the company's entry states a currency.")
    try:
        period = period_of(
            cell,
            periods.calendar,
            currency,
            is_balance=name.is_balance,
            annual_end=periods.annual_end,
            is_month_first=periods.is_month_first,
            report=periods.report,
        )
    except PeriodError as error:
        if cell.value is None:
            return replace(bound, reason=_NO_UNIT)
        return replace(bound, outcome="ignored" if error.rule == "period_of_change" else "not_bound", reason=str(error))
    if periods.published is not None and period.end > periods.published:
        return replace(bound, reason=after_publication(period.end, periods.published), period=period)
    if (period.end - period.start).days < _FEWEST_DAYS_OF_YEAR and not period.is_instant and is_rolling(cell):
        return replace(bound, outcome="ignored", reason=ROLLING, period=period)
    if name.is_balance and not period.is_instant and name.metric in _BESIDE_FLOWS:
        period = Period(period.end, period.end, is_instant=True)
    if period.is_instant != name.is_balance:
        shown, wanted = ("a balance on a day", "a flow") if period.is_instant else ("a period", "a balance on a day")
        return replace(bound, outcome="ignored", reason=f"The column shows {shown}, and the metric is {wanted}.")
    if cell.value is None:
        return replace(bound, reason=_NO_UNIT, period=period)
    amount = abs(cell.value) if name.is_outflow else cell.value
    return replace(bound, outcome="used", period=period, amount=amount)


_BESIDE_FLOWS: Final = ("remaining_performance_obligations", "leases_not_yet_commenced")
"""Balances that tables of key figures print below columns of periods, at whose ends they are."""


def after_publication(end: date, published: date) -> str:
    """Why an amount of a period after the publication of its document is no reported one."""
    return f"The period ends on {end}, after the document was published on {published}; a reported amount cannot."


_RECAST: Final = re.compile(
    r"\b(?:re-?cast|re-?stated|re-?presented|as (?:adjusted|revised))\b|重[列述](?!前)|追溯[调調]整(?!前)|[调調]整[后後]",
    re.IGNORECASE,
)
_RECAST_TITLE: Final = re.compile(
    r"(?:\([^)]*\) )?(?:as )?(?:re-?cast|re-?stated)\b|(?:[经經])?重[列述](?!前)", re.IGNORECASE
)
_BEFORE_RECAST: Final = re.compile(r"\b(?:previously|originally|before|prior to)\b|前", re.IGNORECASE)


_NOT_RECAST: Final = re.compile(
    r"\bnot (?:been )?(?:re-?cast|re-?stated|re-?presented|adjusted|revised)\b|未[经經]?重[列述]"
)
_LONGEST_NOTE: Final = 100
"""Characters of a footnote that are shown."""


def _recast(cell: PrintedCell) -> str | None:
    """The words beside or above a cell, or in the footnote of its column, that say that it is recast, restated or adjusted: "2025 (as recast)", or a
    title that begins so."""
    around = [text for text in (*cell.heads, *cell.headings) if _RECAST.search(text)]
    lines = [line for line in cell.titles[-_NEAR_LINES:] if len(line) < _LONGEST_NEAR and _RECAST_TITLE.match(line)]
    notes = (text[:_LONGEST_NOTE] for text in cell.notes if _RECAST.search(text) and not _NOT_RECAST.search(text))
    return next((text for text in (*around, *lines) if not _BEFORE_RECAST.search(text)), next(notes, None))


ROLLING: Final = "The table shows twelve months up to each quarter."
"""The reason of an amount of twelve months that no build uses; its period is that of the quarter at which they end."""
_FEWEST_DAYS_OF_YEAR: Final = 340


def is_rolling(cell: PrintedCell) -> bool:
    """Whether the words beside or above a cell say that it is an amount of twelve months: "trailing four quarters"."""
    return any(map(states_rolling_year, (cell.label, _near(cell))))


_NO_UNIT: Final = "The table states no unit such as 'in millions', or states two."


def _shared_heads(cells: Iterable[PrintedCell]) -> dict[int, frozenset[str]]:
    """The heads that all cells of a table have, by its number: texts in its corner, and what is printed over all of its columns."""
    shared: dict[int, frozenset[str]] = {}
    for cell in cells:
        shared[cell.table] = shared.get(cell.table, frozenset(cell.heads)).intersection(cell.heads)
    return shared


def _settled(
    bound: Sequence[Bound], order: Sequence[PrintedName], shared: Mapping[int, frozenset[str]], whole: frozenset[str]
) -> list[Bound]:
    """One cell for each fact: repetitions are ignored, and facts with several values are not bound.

    order: of names; where names, tables, columns or labels of one definition print a fact, the cells of the first of them count (`_rank`).
    Of one amount in several roundings the finest counts. shared: heads that all cells of a table have. whole: folded names of the company.
    """
    groups: dict[tuple[str, str | None, Period | None], list[int]] = defaultdict(list)
    for number, one in enumerate(bound):
        if one.outcome == "used":
            fact = one.name.definition_id, one.name.segment
            known = next((key for key in groups if key[:2] == fact and _is_same_period(key[2], one.period)), None)
            groups[known or (*fact, one.period)].append(number)
    settled = list(bound)
    other_bases: dict[tuple[int, int, str, str | None], str] = {}
    for found in groups.values():
        numbers = _as_reported(bound, found)
        ranks = {number: _rank(bound[number], order, shared, whole) for number in numbers}
        lowest = min(ranks.values())
        candidates = [number for number in numbers if ranks[number] == lowest]
        first = min(candidates, key=lambda number: _step(bound[number].cell))
        for number in set(found) - set(numbers):
            settled[number] = _set_aside(bound[number], bound[first])
        if not all(_is_rounding(bound[number], bound[first]) for number in candidates):
            several = "; ".join(
                f"{bound[number].cell.text.numeral} ({bound[number].cell.place})" for number in candidates[:MOST_SHOWN]
            )
            for number in numbers:
                settled[number] = replace(
                    bound[number],
                    outcome="not_bound",
                    reason=f"{SEVERAL}: {several}.",
                    is_contradicted=True,
                )
            continue
        same = [number for number in (first, *numbers) if _is_rounding(bound[first], bound[number])]
        printed = next((bound[number].period for number in same if _has_day(bound[number].cell)), bound[first].period)
        settled[first] = replace(bound[first], period=printed)
        others = [number for number in numbers if number != first]
        numeral_of_first = bound[first].cell.text.numeral
        cell = bound[first].cell  # of which several names may be
        repeated = [n for n in found if bound[n].cell is not cell and _is_rounding(bound[n], bound[first])]
        if places := [bound[number].cell.place for number in repeated]:
            settled[first] = replace(
                settled[first], confirmed=(f"printed again in {', '.join(list(dict.fromkeys(places))[:MOST_SHOWN])}",)
            )
        for number in others:
            which = (
                "The same amount"
                if _is_rounding(bound[number], bound[first])
                else f"Another amount, {numeral_of_first},"
            )
            settled[number] = replace(
                bound[number], outcome="ignored", reason=f"{which} is used from {bound[first].cell.place}."
            )
            if ranks[number][1] and not ranks[first][1] and _differs(bound[number], bound[first]):
                other_bases[_row_of(bound[number])] = f"{bound[number].cell.text.numeral} and {numeral_of_first}"
    return [
        replace(one, outcome="not_bound", reason=_OTHER_BASIS.format(both=other_bases[_row_of(one)]))
        if one.outcome == "used" and _row_of(one) in other_bases
        else one
        for one in settled
    ]


_OTHER_BASIS: Final = "The row and the statement differ for another period, {both}, so that it is on another basis."
_LEAST_DIFFERENCE: Final = 0.01
"""Part of an amount by which one on another basis differs at least; less is a rounding or a correction."""


def _row_of(one: Bound) -> tuple[int, int, str, str | None]:
    return one.cell.table, one.cell.row, one.name.definition_id, one.name.segment


def _differs(one: Bound, other: Bound) -> bool:
    if one.amount is None or not other.amount:
        return False
    return abs(one.amount - other.amount) > _LEAST_DIFFERENCE * abs(other.amount)


_DAY: Final = re.compile(rf"\b(?:{MONTH})\.? \d{{1,2}}\b")


def _has_day(cell: PrintedCell) -> bool:
    """Whether heads print the last day of a period, which is more exact than its name."""
    return _DAY.search(one_notation(" ".join(cell.heads))) is not None


def _is_same_period(one: Period | None, other: Period | None) -> bool:
    """Whether two periods are one, of which a table prints the last day and another the fiscal name, whose days may differ for a year of weeks."""
    if one is None or other is None or one.is_instant or other.is_instant:
        return one == other
    return abs((one.start - other.start).days) <= TOLERANCE_DAYS and abs((one.end - other.end).days) <= TOLERANCE_DAYS


def _as_reported(bound: Sequence[Bound], numbers: list[int]) -> list[int]:
    """The cells of one fact without those of another basis, where the document prints it as reported too."""
    return [number for number in numbers if bound[number].recast is None] or numbers


def _set_aside(one: Bound, reported: Bound) -> Bound:
    """A cell of another basis beside the amount as reported, between which a person has to choose where they differ."""
    if _is_rounding(one, reported):
        return replace(one, outcome="ignored", reason=f"{one.recast!r} repeats the amount as reported.")
    numeral = reported.cell.text.numeral
    reason = f"It is another basis ({one.recast!r}) than the amount as reported, {numeral} ({reported.cell.place})."
    return replace(one, outcome="not_bound", reason=reason)


def _step(cell: PrintedCell) -> float:
    """The smallest difference that the digits of a cell show, in full units."""
    return (cell.scale or 1) / 10.0 ** len(cell.text.numeral.partition(".")[2])


def _is_rounding(coarse: Bound, fine: Bound) -> bool:
    """Whether a cell states the amount of another, as exactly as its digits show."""
    if coarse.amount is None or fine.amount is None:
        return False
    slack = 0.501 * _step(coarse.cell) if _step(coarse.cell) > _step(fine.cell) else 0.0
    return abs(coarse.amount - fine.amount) <= slack


def _rank(
    one: Bound, order: Sequence[PrintedName], shared: Mapping[int, frozenset[str]], whole: frozenset[str]
) -> tuple[int, bool, bool, int]:
    """What comes first: the name, the statement that has the line, a column of the whole company, the label."""
    label, labels = row_name(one.cell.label), [row_name(label) for label in one.name.labels]
    if label not in labels:
        label, labels = row_form(one.cell.label) or "", [*labels, *(row_form(label) or "" for label in one.name.labels)]
    is_outside = bool(one.name.statement) and not _has(_near(one.cell), one.name.statement)
    own_heads = set(one.cell.heads) - shared.get(one.cell.table, frozenset())
    is_part = not all(_is_of_whole(head) or fold_label(head) in whole for head in own_heads)
    is_part = is_part or any(_names_other_company(title, whole) for title in one.cell.titles[-_NEAR_LINES:])
    return order.index(one.name), is_outside, is_part, labels.index(label) if label in labels else len(labels)


_COMPANY: Final = re.compile(r"\b(?:limited|ltd|inc|plc|llc|gmbh)\b\.?(?: \((?:un)?consolidated\))?$")


def _names_other_company(title: str, whole: frozenset[str]) -> bool:
    """Whether a title ends with the name of a company that is none of those of the document: it is of a subsidiary."""
    folded = fold_label(title)
    return bool(whole) and _COMPANY.search(folded) is not None and not any(name in folded for name in whole)


def _is_of_whole(head: str) -> bool:
    """Whether a head names the whole company, a period or a unit, and no part of the company."""
    return is_period_text(head) or _WHOLE.search(fold_label(head)) is not None or read_caption(head) != NOTHING


def _checked(bound: Sequence[Bound], cells: Sequence[PrintedCell]) -> list[Bound]:
    """The bound cells with what confirms them; those that a check contradicts are set aside with both numbers."""
    of_column = checks.columns(cells)
    rows: dict[tuple[str, int], list[PrintedCell]] = defaultdict(list)
    for cell in cells:
        rows[cell.place, cell.row].append(cell)
    result = list(bound)
    used = [number for number, one in enumerate(bound) if one.outcome == "used"]
    for number in used:
        one = bound[number]
        if sentence := checks.sum_that_confirms(one.cell, of_column):
            result[number] = replace(result[number], confirmed=(*result[number].confirmed, sentence))
        result[number] = _judged(result[number], *checks.free_cash_flow_of(one.cell, of_column))
        for other in used:
            if (
                bound[other].cell.row == one.cell.row
                and bound[other].cell.place == one.cell.place
                and is_year_before(bound[other], one)
            ):
                agrees, sentence = checks.growth_that_contradicts(
                    one.cell, bound[other].cell, rows[one.cell.place, one.cell.row]
                )
                for place in (number, other):
                    result[place] = _judged(result[place], agrees, sentence)
    for name in {(one.name.definition_id, one.name.segment) for one in bound}:
        numbers = {bound[n].period: n for n in used if (bound[n].name.definition_id, bound[n].name.segment) == name}
        _check_year_to_date({span: n for span, n in numbers.items() if span is not None}, bound, result)
    return result


def _check_year_to_date(numbers: Mapping[Period, int], bound: Sequence[Bound], result: list[Bound]) -> None:
    amounts = {span: bound[number].amount or 0.0 for span, number in numbers.items()}
    unit = max((bound[number].cell.scale or 1 for number in numbers.values()), default=1)
    for last, before, whole, agrees in checks.year_to_date_that_contradicts(amounts, unit):
        sentence = f"{amounts[before]:,.0f} and {amounts[last]:,.0f} make {amounts[whole]:,.0f}"
        if not agrees:
            sentence = f"{amounts[before]:,.0f} and {amounts[last]:,.0f} do not make {amounts[whole]:,.0f}"
        for span in (last, before, whole):
            result[numbers[span]] = _judged(result[numbers[span]], agrees, sentence)


def is_year_before(earlier: Bound, later: Bound) -> bool:
    """Whether a cell states the fact of another for the same period of the year before."""
    if earlier.period is None or later.period is None or earlier.name is not later.name:
        return False
    days = (later.period.end - earlier.period.end).days
    length = (later.period.end - later.period.start) - (earlier.period.end - earlier.period.start)
    return 350 <= days <= 380 and abs(length.days) <= 8


def _judged(one: Bound, agrees: bool | None, sentence: str) -> Bound:
    if agrees is None:
        return one
    if agrees:
        return replace(one, confirmed=(*one.confirmed, sentence))
    return contradicted(one, sentence)


def contradicted(one: Bound, sentence: str) -> Bound:
    """The cell set aside because a check inside the document failed. sentence: names both numbers."""
    return replace(
        one, outcome="not_bound", reason=f"The document contradicts itself: {sentence}.", is_contradicted=True
    )


def used(bound: Iterable[Bound]) -> Iterator[Bound]:
    """The cells that become figures."""
    return (one for one in bound if one.outcome == "used")
