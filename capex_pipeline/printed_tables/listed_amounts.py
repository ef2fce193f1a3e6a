"""Pairs the amounts that a sentence lists with its periods: "was $15 billion, $11 billion, and $8 billion for 2024, 2023, and 2022, respectively".

The periods stand behind the amounts or before them, as years with one length, as days, or as lengths with one day. What the amounts are of is
decided in `stated_rows`; a sentence that lists another number of periods than of amounts is left unread.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.period_notation import MONTH
from capex_pipeline.values.periods import Period, PeriodError
from capex_pipeline.values.printed_periods import printed_period

_BETWEEN: Final = r"(?:, and |, | and )"
_AMOUNT: Final = re.compile(
    r"(?:(?:approximately|about) )?[^\s\d,.;]{0,4} ?\d[\d,]*(?:\.\d+)?(?: (?:thousand|[bmt]r?illion))?"
)
_AMOUNTS: Final = re.compile(rf"{_AMOUNT.pattern}(?:{_BETWEEN}{_AMOUNT.pattern})+")
_DAY: Final = rf"(?:(?:{MONTH})\.? \d{{1,2}},? )"
_YEAR: Final = re.compile(rf"(?P<day>{_DAY})?(?P<year>20\d\d)(?!\d)")
_YEARS: Final = re.compile(rf"(?P<lead>(?:[a-z0-9]+[ -]){{0,5}}){_DAY}?20\d\d(?:{_BETWEEN}{_DAY}?20\d\d)+(?!\d)")
_COUNT: Final = r"(?:three|six|nine|twelve)"
_LENGTHS: Final = re.compile(
    rf"(?P<first>{_COUNT})(?:[- ]months?)?(?: periods?)? and (?P<second>{_COUNT})[- ]months?(?: periods?)? (?P<ended>ended (?:{_DAY}20\d\d))"
)
_MARK: Final = "respectively"


class Listed(NamedTuple):
    """The place of one amount in a list. before, after: the sentence without the list. number: of the amount, from 0. amounts: how many the list has."""

    before: str
    after: str
    number: int
    amounts: int


def listed(sentence: str, start: int, end: int) -> Listed | None:
    """The list in which the amount from `start` to `end` stands, in a sentence that pairs it with other words by "respectively"; None for other amounts."""
    if _MARK not in sentence:
        return None
    for found in _AMOUNTS.finditer(sentence):
        amounts = list(_AMOUNT.finditer(sentence, found.start(), found.end()))
        for number, amount in enumerate(amounts):
            if amount.start() < end and start < amount.end():
                return Listed(sentence[: found.start()], sentence[found.end() :], number, len(amounts))
    return None


def listed_period(one: Listed, calendar: FiscalCalendar, *, is_balance: bool) -> Period | None:
    """The period of an amount of a list; None where the sentence lists no periods for the amounts, or two lists of them."""
    for text in (one.after.partition(_MARK)[0].lower(), one.before.lower()):
        heads = [*_by_years(text, one), *_by_lengths(text, one)]
        if heads:
            break
    else:
        return None
    if len(heads) > 1:
        return None
    try:
        return printed_period(heads, (), calendar, is_balance=is_balance)
    except PeriodError:
        return None


def _by_years(text: str, one: Listed) -> list[str]:
    result = []
    for found in _YEARS.finditer(text):
        years = list(_YEAR.finditer(text, found.start(), found.end()))
        if len(years) == one.amounts:
            day = next((year["day"] for year in reversed(years[: one.number + 1]) if year["day"]), "")
            lead = found["lead"] if day else "fiscal year "
            result.append(f"{lead}{day}{years[one.number]['year']}")
    return result


def _by_lengths(text: str, one: Listed) -> list[str]:
    return [
        f"{found[('first', 'second')[one.number]]} months {found['ended']}"
        for found in _LENGTHS.finditer(text)
        if one.amounts == 2
    ]
