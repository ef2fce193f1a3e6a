"""Pairs the amounts that a sentence lists with its periods: "was $15 billion, $11 billion, and $8 billion for 2024, 2023, and 2022, respectively".

The periods stand behind the amounts or before them, as years with one length, as days, or as lengths with one day. A sentence may go on with further
amounts and their own periods: "$6 million in 2024, $5 million in 2023 and $4 million in 2022". What the amounts are of is decided in `stated_rows`;
a sentence that lists another number of periods than of amounts is left unread.
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
    r"(?:(?:approximately|about) )?(?:[^\s\d,.;]{0,3}[$€£¥] ?\d[\d,]*(?<!,)(?:\.\d+)?(?: (?:thousand|[bmt]r?illion))?"
    r"|[^\s\d,.;]{0,4} ?\d[\d,]*(?<!,)(?:\.\d+)? (?:thousand|[bmt]r?illion))"
)
_AMOUNTS: Final = re.compile(rf"{_AMOUNT.pattern}(?:{_BETWEEN}{_AMOUNT.pattern})*")
_DAY: Final = rf"(?:(?:{MONTH})\.? \d{{1,2}},? )"
_YEAR: Final = re.compile(rf"(?P<day>{_DAY})?(?P<year>20\d\d)(?!\d)")
_YEARS: Final = re.compile(rf"(?P<lead>(?:[a-z0-9]+[ -]){{0,5}}){_DAY}?20\d\d(?:{_BETWEEN}{_DAY}?20\d\d)*(?!\d)")
_PART_OF_YEAR: Final = re.compile(r"\b(?:quarters?|half|halves|months?|weeks?|q[1-4])\b")
_PLURAL: Final = re.compile(r"(?<=quarter)s\b")
_COUNT: Final = r"(?:three|six|nine|twelve)"
_LENGTHS: Final = re.compile(
    rf"(?P<first>{_COUNT})(?:[- ]months?)?(?: periods?)? and (?P<second>{_COUNT})[- ]months?(?: periods?)? (?P<ended>ended (?:{_DAY}20\d\d))"
)
_MARK: Final = "respectively"


_JOINING: Final = re.compile(
    rf"(?:[,;\s]|\b(?:and|for|in|during|of|was|were|totall?ed|the|respectively|fiscal|years?|quarters?|months?|periods?|ended|first|second|third|fourth|as|at|{_COUNT}|{MONTH}|\d{{1,4}})\b\.?)*",
    re.IGNORECASE,
)
"""What may stand between two lists of amounts of one thing."""


class Listed(NamedTuple):
    """The place of one amount in a list. before: the sentence up to the first amount of the same thing. after: the sentence behind the list, up to the
    next one where each has one amount. around: the parts of the sentence in which the periods of the list may stand, the likeliest first. number: of the
    amount, from 0. amounts: how many the list has."""

    before: str
    after: str
    around: tuple[str, ...]
    number: int
    amounts: int


def listed(sentence: str, start: int, end: int) -> Listed | None:
    """The list in which the amount from `start` to `end` stands: one that "respectively" pairs with other words, or one of several that each have their
    own period; None for other amounts."""
    lists = list(_AMOUNTS.finditer(sentence))
    place = next((place for place, one in enumerate(lists) if one.start() < end and start < one.end()), None)
    if place is None:
        return None
    own = lists[place]
    amounts = list(_AMOUNT.finditer(sentence, own.start(), own.end()))
    ends = [0, *(one.end() for one in lists)]
    starts = [*(one.start() for one in lists), len(sentence)]
    before, after = sentence[ends[place] : starts[place]], sentence[ends[place + 1] : starts[place + 1]]
    first = place
    while first and _JOINING.fullmatch(sentence[ends[first] : starts[first]]):
        first -= 1
    is_joined = first < place or (place + 1 < len(lists) and _JOINING.fullmatch(after) is not None)
    if (len(amounts) == 1 and not is_joined) or (len(amounts) > 1 and _MARK not in sentence):
        return None
    number = next(number for number, one in enumerate(amounts) if one.start() < end and start < one.end())
    ahead = sentence[: starts[first]]
    if len(amounts) == 1:
        if _PART_OF_YEAR.search(sentence.lower()) and not _PART_OF_YEAR.search(after.lower()):
            return None  # whose bare year means the same part of it
        return Listed(ahead, after, (after, before), number, 1)
    behind = sentence[own.end() :]
    return Listed(ahead, behind, (after.partition(_MARK)[0], before, behind.partition(_MARK)[0]), number, len(amounts))


def listed_period(one: Listed, calendar: FiscalCalendar, *, is_balance: bool) -> Period | None:
    """The period of an amount of a list; None where the sentence lists no periods for the amounts, or two lists of them."""
    for text in map(str.lower, one.around):
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
            lead = found["lead"] if day or _PART_OF_YEAR.search(found["lead"]) else "fiscal year "
            result.append(f"{_PLURAL.sub('', lead)}{day}{years[one.number]['year']}")
    return result


def _by_lengths(text: str, one: Listed) -> list[str]:
    return [
        f"{found[('first', 'second')[one.number]]} months {found['ended']}"
        for found in _LENGTHS.finditer(text)
        if one.amounts == 2
    ]
