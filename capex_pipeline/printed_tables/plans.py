"""Reads tables of guidance: the low and the high end that a company states for a coming period, "Capital expenditures | $8,600 - $10,600".

The names of rows and the periods of columns are those of `binding`; a table of guidance prints them below a title such as "Outlook". Guidance in
sentences is read by `prose` and `stated_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from capex_pipeline.printed_tables.binding import (
    MOST_SHOWN,
    SEVERAL,
    Bound,
    by_label,
    fits,
    is_of_plans,
    labelled,
    named,
    period_of,
)
from capex_pipeline.printed_tables.cell_texts import fold_label, is_year
from capex_pipeline.printed_tables.layout import PrintedCell
from capex_pipeline.printed_tables.prose import OUTLOOKS, ProseFigure, definition_of_name
from capex_pipeline.reference.models import PrintedName
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.grouping import grouped
from capex_pipeline.values.periods import CALENDAR_YEAR, PeriodError
from capex_pipeline.values.printed_periods import printed_period

_CAPEX: Final = "Capital expenditures"
_SHORT: Final = re.compile(r"(?:total )?(?:cash )?capex")
_LOWER: Final = frozenset(("low", "low end", "low-end", "lower end", "minimum", "min", "from"))
_HIGHER: Final = frozenset(("high", "high end", "high-end", "higher end", "upper end", "maximum", "max", "to"))
_OTHER_PLAN: Final = re.compile(
    r"\b(?:prior|previous(?:ly)?|former|earlier|original|old|actuals?|mid-?point|change|growth|consensus|pro[ -]forma|constant[ -]currency|non-gaap|adjusted)\b|前回|修正前",
    re.IGNORECASE,
)
"""In the heads: the column shows an earlier plan, or amounts on another basis."""
_NEWER: Final = re.compile(r"\b(?:revised|updated|new|current)\b|今回|修正後", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"\(?\bas of [^()]*\)?|\((?:low|high)[^()]*\)|\b(?:(?:business|financial|current|updated|revised|new|company|full-year) )*(?:guidance|outlook|forecasts?|targets?|estimates?d?|expected|projected|ranges?)\b(?: for(?: the)?)?"
    r"|(?<=20\d\d)[efp]\b|[業业][績绩]予想|予想|預測|预测|指引",
    re.IGNORECASE,
)
"""Words of a plan in heads and titles, which say nothing of its period."""


def bind_plans(
    cells: Sequence[PrintedCell],
    names: Iterable[PrintedName],
    general: Iterable[PrintedName],
    calendar: FiscalCalendar,
    currency: str | None,
    published: date | None,
) -> list[Bound]:
    """The cells of tables of guidance whose row bears a printed name, as statements about periods that end after the publication.

    names, general, calendar, currency, published: as of `binding.bind`. Cells of earlier plans, and of plans that the document states with several values,
    are not bound.
    """
    own, of_others = by_label(names), by_label(general)
    planned = [
        cell for cell in map(labelled, filter(is_of_plans, cells)) if not any(map(_OTHER_PLAN.search, cell.heads))
    ]
    newer = {(cell.table, cell.row) for cell in planned if _is_newer(cell)}
    planned = [cell for cell in planned if (cell.table, cell.row) not in newer or _is_newer(cell)]
    stated = [_day_of_statement(cell) for cell in planned]
    last: dict[tuple[int, int], date] = {}
    for cell, day in zip(planned, stated, strict=True):
        if day is not None:
            last[cell.table, cell.row] = max(day, last.get((cell.table, cell.row), day))
    planned = [cell for cell, day in zip(planned, stated, strict=True) if day == last.get((cell.table, cell.row))]
    bound = [
        _planned(cell, name, calendar, currency, published)
        for cell in _with_both_ends(planned)
        if cell.kind == "money" and not cell.text.is_nil
        for name in _names(cell, own, of_others)
    ]
    dated = [one for one in bound if one.period is not None]
    facts = grouped(((one.name.metric, one.period), place) for place, one in enumerate(dated) if one.outcome == "used")
    for places in facts.values():
        for place, one in zip(places, _of_one_fact([dated[place] for place in places]), strict=True):
            dated[place] = one
    return dated


def _is_newer(cell: PrintedCell) -> bool:
    """Whether the heads say that the plan of the column replaces that of another one."""
    return any(map(_NEWER.search, cell.heads))


_STATED_ON: Final = re.compile(r"\bas of ([a-z]+ \d{1,2}, 20\d\d)", re.IGNORECASE)


def _day_of_statement(cell: PrintedCell) -> date | None:
    """The day as of which the heads say that the plan of a column was stated, "As of October 23, 2025"."""
    days = [found[1] for head in cell.heads if (found := _STATED_ON.search(head))]
    if not days:
        return None
    try:
        return printed_period([f"as of {days[0]}"], (), CALENDAR_YEAR, is_balance=True).end
    except PeriodError:
        return None


def _with_both_ends(cells: Iterable[PrintedCell]) -> Iterator[PrintedCell]:
    """The cells, of which one below "Low" and the next below "High" are one."""
    low: PrintedCell | None = None
    for cell in cells:
        end = fold_label(cell.heads[-1]) if cell.heads else ""
        if end in _LOWER:
            low = cell
        elif (
            end in _HIGHER
            and low is not None
            and (low.table, low.row, low.heads[:-1]) == (cell.table, cell.row, cell.heads[:-1])
        ):
            yield replace(low, heads=low.heads[:-1], text=low.text._replace(high=cell.text.numeral))
            low = None
        else:
            yield cell


def _names(
    cell: PrintedCell, own: Mapping[str, list[PrintedName]], of_others: Mapping[str, list[PrintedName]]
) -> list[PrintedName]:
    """One name for each metric of a row that is no balance: the company's own, or one that serves every company."""
    label = _CAPEX if _SHORT.fullmatch(fold_label(cell.label)) else cell.label
    fitting = [
        name for known in (own, of_others) for name in named(label, known) if not name.is_balance and fits(cell, name)
    ]
    return list({name.metric: name for name in reversed(fitting)}.values())


def _planned(
    cell: PrintedCell, name: PrintedName, calendar: FiscalCalendar, currency: str | None, published: date | None
) -> Bound:
    """A plan with its period; one whose heads state none, or a period that has ended, has no period."""
    bound = Bound(cell, name, "not_bound", status="guidance")
    shown = replace(
        cell,
        heads=tuple(filter(None, map(_as_period, cell.heads))),
        titles=tuple(map(_as_period, cell.titles)),
        headings=tuple(map(_as_period, cell.headings)),
    )
    try:
        period = period_of(shown, calendar, currency, is_balance=False)
    except PeriodError:
        return bound
    if published is None or period.end <= published:
        return bound
    bound = replace(bound, period=period)
    if cell.currency is None or (cell.value is None and cell.ends is None):
        return replace(bound, reason="The table states no unit such as 'in millions', or states two.")
    return replace(bound, outcome="used", amount=cell.value)


def _as_period(text: str) -> str:
    """A head or title without the words of a plan; a bare year is the fiscal year."""
    plain = " ".join(_WORDS.sub(" ", text).split())
    return f"FY{plain}" if is_year(plain) else plain


def _of_one_fact(plans: Sequence[Bound]) -> list[Bound]:
    """The plans of one metric and period: of equal ones the first is used, of different ones none."""
    first = plans[0]
    if any((one.cell.value, one.cell.ends) != (first.cell.value, first.cell.ends) for one in plans):
        several = "; ".join(f"{one.cell.text.printed} ({one.cell.place})" for one in plans[:MOST_SHOWN])
        return [replace(one, outcome="not_bound", reason=f"{SEVERAL}: {several}.") for one in plans]
    again = f"The same amount is used from {first.cell.place}."
    return [first, *(replace(one, outcome="ignored", reason=again) for one in plans[1:])]


def beside_sentences(plans: Sequence[Bound], sentences: Sequence[ProseFigure]) -> list[Bound]:
    """The plans without those that a sentence states too; where the two differ, the plan of the table is not bound."""
    stated: dict[object, ProseFigure] = {}
    for one in sentences:
        figure = one.figure
        if one.outcome == "used" and figure is not None and figure.status in OUTLOOKS:
            definition = definition_of_name(one.name, figure.metric, figure.status)
            stated.setdefault((figure.metric, figure.start, figure.end, definition), one)
    return [_beside(plan, stated.get(_days_of(plan))) for plan in plans]


def _days_of(plan: Bound) -> object:
    if plan.outcome != "used" or plan.period is None:
        return None
    metric = plan.name.metric
    return metric, plan.period.start, plan.period.end, definition_of_name(plan.name, metric, plan.status)


def _beside(plan: Bound, stated: ProseFigure | None) -> Bound:
    """A plan of a table beside the sentence that states one of the same metric and period."""
    if stated is None:
        return plan
    mention = stated.mention
    is_same = (mention.low, mention.high) == plan.cell.ends or (
        plan.amount is not None and mention.value == plan.amount
    )
    reason = f"The same plan is a figure of {stated.place}." if is_same else f"{stated.place} states {mention.text}."
    return replace(plan, outcome="ignored" if is_same else "not_bound", reason=reason)
