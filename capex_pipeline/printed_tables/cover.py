"""What a document says of the whole: whether it is an annual report, for which year, and after which calendar year it names fiscal years.

Tables of annual reports often head their columns with bare years, which elsewhere name no period. Periods of heads belong to
`values.printed_periods`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from capex_pipeline.printed_tables.pieces import PrintedDocument
from capex_pipeline.values.fiscal_calendar import TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.period_notation import MONTH
from capex_pipeline.values.periods import CALENDAR_YEAR, PeriodError
from capex_pipeline.values.printed_periods import printed_period

_FIRST_TABLES: Final = 6
_FIRST_PARAGRAPHS: Final = 12
_MOST_LINES: Final = 120
_LONGEST: Final = 1_000
"""Characters of a line that are read. A paragraph of a PDF may be the whole cover."""
_KIND: Final = re.compile(
    r"(?P<annual>annual report (?:pursuant|under)|^form (?:10-k|20-f|40-f)(?:/a)?$)|quarterly (?:report (?:pursuant|under)|period ended)|^form 10-q(?:/a)?$",
    re.IGNORECASE,
)
_YEAR_ENDED: Final = re.compile(
    r"\bfor the (?:fiscal |financial )?year ended:? ([a-z]+\.? \d{1,2},? \d{4}|\d{1,2} [a-z]+ \d{4})", re.IGNORECASE
)
_HAN_REPORT: Final = re.compile(r"((?:19|20)\d\d) ?年 ?(?:年度[报報]告|年[报報])")


_DAY: Final = rf"(?P<day>(?:{MONTH})\.? \d{{1,2}}, 20\d\d)"
_NAMED_YEARS: Final = (
    re.compile(
        rf"\bfiscal (?:year )?(?P<year>20\d\d)\b[^.;,]{{0,20}} (?:consist|comprise|include|contain|was |is |ended|ends|ending|refers?)[^.;]{{0,50}}?"
        rf"(?:ended|ending|ends)?(?: on)? {_DAY}"
    ),
    re.compile(rf"\b(?:years?|weeks?|months?) (?:ended|ending) (?:on )?{_DAY},? \W{{1,2}}(?:hereinafter )?fiscal (?:year )?(?P<year>20\d\d)\b"),
)  # fmt: skip
"""Sentences that say when a fiscal year of a name ends."""
_FISCAL: Final = re.compile(r"\bfiscal (?:year )?(20\d\d)\b")


_OUTLOOK: Final = re.compile(
    r"(?:full[- ]year )?(?:fiscal (?:year )?|fy ?)(?P<year>20\d\d) (?:\w+ )?(?:outlook|guidance)|(?:outlook|guidance) (?:for|on) (?:full[- ]year )?(?:fiscal (?:year )?|fy ?)(?P<of>20\d\d)",
    re.IGNORECASE,
)
"""A title of plans for a fiscal year, which has not ended."""


def calendar_of_names(
    document: PrintedDocument, calendar: FiscalCalendar, published: date | None = None
) -> FiscalCalendar:
    """The fiscal calendar of a company with the names that a document gives its years: "Fiscal 2023 consisted of the 53 weeks ended February 3, 2024". An
    annual report that says no such thing speaks more often of its own year and the two before it than of the next one, and a document is published
    before the year of its outlook has ended."""
    named_by_start = replace(calendar, is_named_by_start=True)
    found = {False: 0, True: 0}
    spoken_of: Counter[int] = Counter()
    for text in (paragraph.text.lower() for paragraph in document.paragraphs if "iscal" in paragraph.text):
        spoken_of.update(int(year) for year in _FISCAL.findall(text))
        for match in (match for pattern in _NAMED_YEARS for match in pattern.finditer(text)):
            try:
                end = printed_period((f"as of {match['day']}",), (), CALENDAR_YEAR, is_balance=True).end
            except PeriodError:
                continue
            for is_start, names in ((False, calendar), (True, named_by_start)):
                found[is_start] += abs((names.year_end(int(match["year"])) - end).days) <= TOLERANCE_DAYS
    if published is not None and not any(found.values()):
        for line in _titles(document):
            if planned := _OUTLOOK.fullmatch(line.strip()):
                year = int(planned["year"] or planned["of"])
                found[True] += calendar.year_end(year) < published <= named_by_start.year_end(year)
    own = annual_report_end(document, calendar)
    if own is not None and not any(found.values()) and calendar.year_end(own.year) - own <= timedelta(TOLERANCE_DAYS):
        found[True] += min(spoken_of[own.year - 1], spoken_of[own.year - 2]) > spoken_of[own.year]
    return named_by_start if found[True] > found[False] else calendar


def _titles(document: PrintedDocument) -> Iterator[str]:
    """The lines above tables and paragraphs, and the rows of tables with one text."""
    for table in document.tables:
        yield from table.before
        yield from (row[0].text for row in table.rows if len(row) == 1)
    yield from {paragraph.heading for paragraph in document.paragraphs}


def annual_report_end(document: PrintedDocument, calendar: FiscalCalendar) -> date | None:
    """The last day of the year of an annual report, as its cover states it; None for every other document."""
    lines = list(first_lines(document))
    kinds = [kind for kind in map(_KIND.search, lines) if kind]
    is_annual = bool(kinds) and all(kind["annual"] for kind in kinds)
    for line in lines:
        if match := _HAN_REPORT.search(line):
            return calendar.year_end(int(match[1]))
        if is_annual and (ended := _YEAR_ENDED.search(line)):
            try:
                return printed_period((f"year ended {ended[1]}",), (), calendar).end
            except PeriodError:
                return None
    return None


def first_lines(document: PrintedDocument) -> Iterator[str]:
    """The lines of a document among which its title is."""
    lines = [paragraph.text[:_LONGEST] for paragraph in document.paragraphs[:_FIRST_PARAGRAPHS]]
    for table in document.tables[:_FIRST_TABLES]:
        lines += [*table.before, *(" ".join(piece.text for piece in row) for row in table.rows)]
    yield from lines[:_MOST_LINES]
