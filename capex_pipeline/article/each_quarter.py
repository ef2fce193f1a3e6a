"""Finds amounts that hold for each of several quarters: "at least $12bn in each of the remaining quarters".

Add here the words that say so, and which quarters they mean. Such an amount is no figure of one period; a reviewer is asked about each quarter.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import CALENDAR_YEAR, Days
from capex_pipeline.article.sentence_model import Scene, once
from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, FiscalCalendar

EACH_QUARTER: Final = "The amount holds for each of several quarters."
_QUARTERS: Final = ("quarter", "quarters")
_OF_QUARTERS: Final = (*_QUARTERS, "quarterly")
_EACH: Final = ("each", "every")
_AHEAD: Final = frozenset("remaining next coming following rest remainder".split())
_NUMBERS: Final = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5, "six": 6, "6": 6}
_REACH: Final = 8
"""Words after "each" within which the quarters and their year are named, and after an amount within which "each" stands."""


def quarters_of_each(
    scene: Scene, quantity: Mention, calendar: FiscalCalendar | None, published: date | None
) -> tuple[Days, ...]:
    """The quarters that are not over for each of which an amount holds; empty where the words do not say so.

    Without a year, they are those of the fiscal year on the day of the article.
    """
    place = each_quarter_beside(scene, quantity)
    if place is None or published is None:
        return ()
    known = calendar or CALENDAR_YEAR
    words = scene.tokens.words[place : min(place + 2 * _REACH, scene.end)]
    years = range(max(FIRST_YEAR, published.year - 1), min(LAST_YEAR, published.year + 3) + 1)
    quarters = [known.quarter_bounds(year, number) for year in years for number in (1, 2, 3, 4)]
    ahead = [days for days in quarters if days[1] >= published]
    count = next((_NUMBERS[word] for word in words[:_REACH] if word in _NUMBERS), None)
    if count is not None and not _AHEAD.isdisjoint(words[:_REACH]):
        return tuple(ahead[:count])
    named = next((int(word) for word in words if word.isdecimal() and len(word) == 4 and int(word) in years), None)
    is_fiscal = named is None or not {"fiscal", "fy"}.isdisjoint(words)
    years_of = [(known if is_fiscal else CALENDAR_YEAR).year_bounds(year) for year in years]
    wanted = next(
        (
            days
            for year, days in zip(years, years_of, strict=True)
            if year == named or (named is None and days[0] <= published <= days[1])
        ),
        None,
    )
    return () if wanted is None else tuple(days for days in ahead if wanted[0] <= days[0] and days[1] <= wanted[1])


@once
def each_quarter_beside(scene: Scene, quantity: Mention) -> int | None:
    """The place of the words for each quarter beside an amount: "in each of the remaining quarters", "a quarter for the rest of the year"."""
    if scene.words.isdisjoint(_OF_QUARTERS):
        return None
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    for at in range(quantity.last + 1, min(quantity.last + 1 + _REACH, scene.end)):
        if scene.clause(at) != clause or scene.quantity_at(at) is not None:
            break
        following = words[at + 1 : min(at + 1 + _REACH, scene.end)]
        if words[at] in _EACH and any(word in _QUARTERS for word in following[:6]):
            return at
        if words[at] in ("a", "per") and following[:1] == ["quarter"] and not _AHEAD.isdisjoint(following):
            return at
    before = scene.left(quantity.first, _REACH)
    following = words[quantity.last + 1 : min(quantity.last + 1 + _REACH, scene.end)]
    return quantity.last + 1 if "quarterly" in before and not _AHEAD.isdisjoint(following) else None
