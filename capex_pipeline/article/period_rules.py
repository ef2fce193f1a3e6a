"""Chooses the period of a quantity among the expressions of its sentence and the periods of the passage.

Add a rule here when the wrong expression is chosen, or when a period is carried from one sentence to the next. The
dates of an expression are computed in `article/period_dates.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from capex_pipeline.article.claim_status import is_base
from capex_pipeline.article.growth import RECORDED, base_of_growth, is_growth
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import (
    RECENT_DAYS,
    Days,
    PeriodContext,
    PeriodReading,
    is_reported,
    quarters_around,
    read_period,
    unread,
)
from capex_pipeline.article.period_expressions import TIME_WORDS, PeriodExpression
from capex_pipeline.article.sentence_model import Scene, once
from capex_pipeline.article.tokens import Tokens
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

NO_PLANNED_PERIOD: Final = "A plan or forecast whose period is not named."
NO_PERIOD: Final = "No period is named."
_COMPARED: Final = ("year_earlier", "previous_period")
_CARRIED_FORMS: Final = frozenset(
    ("quarter", "half", "nine_months", "months_to", "month_range", "last_quarter", "full_year")
)
NEWS_FORMS: Final = frozenset(("quarter", "half", "months_to", "month_range"))
"""Forms of a period that the results in a document may cover."""
TALLY_FORMS: Final = NEWS_FORMS | {"year", "this_year", "last_year"}
"""Forms of a period that counts of chips in a document may cover."""
_OUTLOOK_FORMS: Final = ("quarter", "this_quarter", "next_quarter", "half")
_OF_PLANS: Final = ("full_year", "quarter", "half", "months_to")
_LEANING: Final = frozenset(("full_year", "annual"))
_NO_PERIOD_OF_MONEY: Final = frozenset(("day", "month"))


@dataclass
class PeriodMemory:
    """The periods that the passage is about, by length, and how long ago they were named."""

    quarter: Days | None = None
    half: Days | None = None
    year: Days | None = None
    last: Days | None = None
    last_metric: str | None = None
    by_metric: dict[str, Days] = field(default_factory=dict)
    """The metric of the result that `last` is from, and the period of the last result of each metric."""
    ahead: Days | None = None
    """The period of the plans in this paragraph, and the company that they belong to."""
    ahead_owner: str | None = None
    ahead_metric: str = "capex"
    owner: str | None = None
    tally: Days | None = None
    """The period of the counts of chips in this paragraph: "H100 sales this year. Meta bought 150,000"."""
    outlook: Days | None = None
    """The period of the plans that a sentence without an amount announces: "Moving to our Q2 outlook"."""
    move: tuple[str, Days, Days] | None = None
    """A metric and the two periods from which and to which it moved in this paragraph: "from $83bn in 2024 to $268bn in 2027"."""
    fresh: bool = field(default=False)
    """Whether `last` was named in this paragraph."""
    age: int = 0
    """Number of sentences since `last` was named."""
    titled: list[PeriodExpression] = field(default_factory=list)
    document: Callable[[], list[PeriodExpression]] = list
    """The periods that the title and the whole document name; the latter are looked for on the first request."""

    def new_paragraph(self, is_listed: bool) -> None:
        """Forget what holds in one paragraph only; the items of a list share the period of their plans and counts."""
        self.fresh = False
        self.move = None
        if not is_listed:
            self.ahead = self.tally = None

    def note(self, days: Days, owner: str | None, metric: str | None = None) -> None:
        self.owner, self.last_metric = owner, metric
        if metric is not None:
            self.by_metric[metric] = days
        length = (days[1] - days[0]).days + 1
        if 80 <= length <= 100:
            self.quarter = days
        elif 170 <= length <= 192:
            self.half = days
        elif 350 <= length <= 380:
            self.year = days
        self.last = days
        self.fresh, self.age = True, 0

    def note_plan(self, metric: str, days: Days, owner: str) -> None:
        self.ahead, self.ahead_owner, self.ahead_metric = days, owner, metric

    def plans(self, metric: str) -> bool:
        """Whether the plans of this paragraph may be for the period of a plan for a metric: that of counts for counts, that of an amount of money for
        the same metric, or for a whole year.
        """
        if self.ahead is None or (metric == "gpu_units") != (self.ahead_metric == "gpu_units"):
            return False
        return metric == self.ahead_metric or (self.ahead[1] - self.ahead[0]).days > 300

    def of_metric(self, metric: str, entity: str | None) -> Days | None:
        """The period named last; if that is a result of another metric, that of the last result of this one.

        A result of the same company in the same paragraph goes before one of this metric for a period as long, which may be another company's."""
        earlier = self.by_metric.get(metric)
        if self.last is None or earlier is None or self.last_metric in (None, metric):
            return self.last
        is_of_company = self.fresh and entity is not None and self.owner == entity
        return self.last if is_of_company and _are_as_long(self.last, earlier) else earlier

    def is_within_last(self, start: date, end: date) -> bool:
        """Whether a period is a part of the one that this paragraph is about: "of 1.2m chips in 2023, 500,000 in the third quarter alone"."""
        return (
            self.last is not None
            and self.fresh
            and self.last != (start, end)
            and self.last[0] <= start
            and end <= self.last[1]
        )

    def is_sum_up_to_last(self, entity: str, start: date, end: date) -> bool:
        """Whether a period is longer and ends with the one that this paragraph is about: "That brought the total for the year to $151bn"."""
        last = self.last if self.fresh and self.owner == entity else None
        return last is not None and last[1] == end and start < last[0]

    def note_scene(
        self,
        scene: Scene,
        focus: tuple[str, ...],
        vocabulary: Vocabulary,
        published: date | None,
        mains: Sequence[tuple[str, str, Days]],
        *,
        is_planned: bool,
        counts_chips: bool,
    ) -> None:
        """Store the period of a sentence: that of its main figure, else the first named one that had ended.

        is_planned: whether the sentence has figures, all of them plans, whose "full year" or "June quarter" is none that is over.
        counts_chips: whether it counts chips, as those of a whole market, which a year may date."""
        for owner, metric, days in mains:
            self.note(days, owner, metric)
        if mains:
            return
        known = vocabulary.entities.get(focus[0]) if len(focus) == 1 else None
        priced = any(quantity.kind == "money" for quantity in scene.quantities)
        counts = counts_chips or (bool(scene.of["product"]) and not priced)
        context = PeriodContext(
            published, known.calendar if known is not None else None, self.last, company_money=not counts
        )
        if scene.of["guidance"] and not (scene.quantities or scene.of["metric"]):
            ahead = [
                read_period(expression, context._replace(looks_ahead=True, company_money=True)).days
                for first, _, expression in scene.periods
                if expression.form in _OUTLOOK_FORMS and not is_compared(scene.tokens, scene.first, first, expression)
            ]
            if ahead and ahead[-1] is not None and (published is None or ahead[-1][1] > published):
                self.outlook = ahead[-1]
        if self.ahead is None and any(cue.value == "capex" for cue in scene.of["metric"]):
            self._note_plan(scene, PeriodContext(published, None, self.last))
        if counts and not scene.quantities and scene.periods and scene.periods[0][2].form in TALLY_FORMS:
            self.tally = read_period(scene.periods[0][2], context._replace(looks_ahead=True)).days
        for first, _, expression in scene.periods:
            if (
                expression.form not in (TALLY_FORMS if counts_chips else _CARRIED_FORMS)
                or (is_planned and expression.year is None and expression.form in _OF_PLANS)
                or is_compared(scene.tokens, scene.first, first, expression)
                or scene.in_brackets(first, scene.first - 1)
                or _is_plan(scene, first)
                or _is_of_base(scene, first)
            ):
                continue
            reading = read_period(expression, context)
            if reading.days is not None and focus and self.is_sum_up_to_last(focus[0], *reading.days):
                continue
            if reading.days is not None and (published is None or reading.days[1] <= published + timedelta(days=3)):
                is_of_one = len(focus) == 1 and not counts_chips
                self.note(reading.days, focus[0] if is_of_one else None, "gpu_units" if counts_chips else None)
                return

    def _note_plan(self, scene: Scene, context: PeriodContext) -> None:
        """Store the only future period of a sentence on capital expenditure that has no figure of a known company."""
        future = {
            reading.days
            for first, _, expression in scene.periods
            if expression.form == "year" and not is_compared(scene.tokens, scene.first, first, expression)
            if (reading := read_period(expression, context)).days is not None
            and context.published is not None
            and reading.days[1] > context.published
        }
        if len(future) == 1:
            self.ahead, self.ahead_owner, self.ahead_metric = future.pop(), None, "capex"

    def meant_by(self, scene: Scene, first: int, expression: PeriodExpression) -> Days | None:
        """The stored period that "the quarter", "the same period" and the like refer to."""
        words = scene.tokens.plain.lower[expression.start : expression.end]
        if "quarter" in words or "qtr" in words or "three" in words:
            return self.quarter
        if "half" in words or "six" in words:
            return self.half
        if "annual" in words or "twelve" in words:
            return self.year
        return self.last


def _are_as_long(one: Days, other: Days) -> bool:
    return abs((one[1] - one[0]).days - (other[1] - other[0]).days) <= 10


_COMPARING: Final = (
    "from",
    "than",
    "versus",
    "vs",
    "against",
    "double",
    "twice",
    "triple",
    "quadruple",
    "above",
    "below",
)
_BASE_LEADS: Final = frozenset(
    "from the|than in|with the|to the|on the|than the|against the|from its|than for|from that|that of|those of|level of|"
    "compared with|compared to|similar to|equal to|line with|consistent with|level with|par with|flat on|steady on".split(
        "|"
    )
)
"""Words right before the time of a comparison: "than in 2023"."""
_BASE_LEADS_BEFORE: Final = ("than in", "compared with", "compared to", "that of", "those of")
"""Words before the last one that leads to it: "than in the second quarter"."""


def is_compared(tokens: Tokens, floor: int, first: int, expression: PeriodExpression) -> bool:
    """Whether an expression names the time of a comparison: "a year earlier", "than in 2023", "from the first quarter"."""
    if expression.form in _COMPARED:
        return True
    if expression.form in ("same_period",):
        return False
    words = tokens.words[max(floor, first - 3) : first]
    if not words:
        return False
    if "since" in words[-2:] or words[-2:] in (["end", "of"], ["start", "of"], ["as", "of"]):
        return True  # a day, or the beginning of something, and not the time of an amount
    if expression.form == "month" and words[-1] in ("by", "until", "till", "before", "after"):
        return True  # "had received 30,000 by July"
    beside, before = " ".join(words[-2:]), " ".join(words[-3:-1])
    if expression.form == "quarter" and grew_over(words):
        return True
    if words[-1] in _COMPARING or beside in _BASE_LEADS:
        return beside != "to the" or not {"compared", "similar", "equal"}.isdisjoint(words)
    return before in _BASE_LEADS_BEFORE


def grew_over(words: Sequence[str]) -> bool:
    """Whether the words before a quarter make it one over which something grew: "up 12% over the third quarter"."""
    tail = [word for word in words if word != "the"]
    return tail[-1:] == ["over"] and not _GROWN.isdisjoint(tail[-2:-1])


_GROWN: Final = frozenset(
    "% percent cent up down rose rise grew growth increase increased gain jump jumped climbed fell fall drop dropped".split()
)


def _is_of_base(scene: Scene, first: int) -> bool:
    """Whether an expression follows a base of comparison: "compared with $127.4 billion in first quarter 2023"."""
    before = next((other for other in scene.quantities if 0 < first - other.last <= 3), None)
    if before is None:
        return False
    since = max((other.last for other in scene.quantities if other.last < before.first), default=scene.first)
    compared = any(
        since < cue.first < before.first and scene.tokens.word(cue.first) == "compared"
        for cue in scene.of["comparison"]
    )
    return (
        compared or is_base(scene, before) is not None
    )  # "compared with operating income of $7bn in fourth quarter 2023"


def _is_plan(scene: Scene, first: int) -> bool:
    """Whether the words after an expression make it the time of a plan: "the third-quarter profit forecast"."""
    following = scene.tokens.words[first + 1 : min(first + 9, scene.end)]
    stop = next((place for place, word in enumerate(following) if word in (",", ";", ".")), len(following))
    return not {"forecast", "guidance", "outlook"}.isdisjoint(following[:stop])


def _level_between(scene: Scene, first: int, last: int, quantity: Mention) -> bool:
    """Whether another level is between two tokens: an amount that is not a repetition in brackets."""
    together = any(cue.first > first for cue in scene.of["respectively"])
    for other in scene.quantities:
        if other is quantity or not (first < other.first and other.last < last):
            continue
        if (
            scene.in_brackets(other.first, first)
            or (other.kind == quantity.kind == "money" and other.currency != quantity.currency)
            or (together and scene.clause(other.first) == scene.clause(quantity.first))
            or other.kind in ("percent", "multiple", "uncertain", "percentage_points")
        ):
            continue
        return True
    return False


def _read(
    scene: Scene,
    first: int,
    expression: PeriodExpression,
    context: PeriodContext,
    memory: PeriodMemory,
    main: Days | None,
) -> PeriodReading:
    if expression.form in ("same_period", "annual"):
        words = scene.tokens.plain.lower[expression.start : expression.end]
        own_periods = [
            reading.days
            for start, _, other in scene.periods
            if start < first
            and other.form in _CARRIED_FORMS
            and not is_compared(scene.tokens, scene.first, start, other)
            if (reading := read_period(other, context)).days is not None
        ]
        meant = own_periods[-1] if own_periods else memory.meant_by(scene, first, expression)
        if (
            meant is None
            and context.published is not None
            and ("quarter" in words or "qtr" in words)
            and not context.looks_ahead
        ):
            reading = read_period(PeriodExpression(expression.start, expression.end, "last_quarter"), context)
            return reading.with_evidence("period_unsaid_quarter")
        return read_period(expression, _with(context, meant))
    return read_period(expression, _with(context, main or memory.last))


def _with(context: PeriodContext, carried: Days | None) -> PeriodContext:
    return PeriodContext(context.published, context.calendar, carried, context.looks_ahead, context.company_money)


_PASSING: Final = frozenset(
    "exceeding exceeded surpassing surpassed topped topping beating eclipsing outpacing flat unchanged stable steady changed similar equal equalling "
    "matching matched with".split()
)
"""Words that compare an amount with what follows: "$12bn, exceeding the prior quarter", "$12bn, flat on the quarter before"."""


_SET: Final = frozenset("announced given guided outlined projected".split())
"""Words after a target whose time is when it was set: "from $10bn announced earlier this year"."""


def base_period(
    scene: Scene,
    quantity: Mention,
    is_base: bool,
    main: Days | None,
    memory: PeriodMemory,
    calendar: FiscalCalendar | None,
    published: date | None,
) -> PeriodReading | None:
    """The period of a base of comparison ("up from 23bn a year earlier"); None if the quantity is not a base."""
    to_come = main is not None and published is not None and main[0] > published  # "up from $150bn this year"
    calendar = calendar if quantity.kind != "count" else None
    context = PeriodContext(published, calendar, main or memory.last, to_come, quantity.kind != "count")
    if (stated_base := told_of(scene, quantity)) is not None:
        if stated_base.form == "last_year" and main is not None and (main[1] - main[0]).days < 300:
            stated_base = stated_base._replace(form="year_earlier")  # "$9bn in the quarter, against last year's $7bn"
        forecast = stated_base.form == "this_year"  # "this year's forecast of 500,000"
        return read_period(stated_base, context._replace(looks_ahead=forecast)).with_evidence("period_compared")
    if is_base and len(scene.row(quantity)) > 1 and (paired := _by_position(scene, quantity, context)) is not None:
        return paired.with_evidence("period_by_position")
    following = _following(scene, quantity)
    if following is not None and _SET.isdisjoint(scene.tokens.words[quantity.last + 1 : following[0]]):
        first, expression, gap = following
        compares = any(
            quantity.last < cue.first < first
            and not (quantity.kind == "percent" and scene.tokens.words[cue.first] == "growth")
            for cue in scene.of["comparison", "up", "down"]
        ) or not _PASSING.isdisjoint(scene.tokens.words[quantity.last + 1 : first])
        compares = compares and not _is_figure_from(scene, quantity, first)
        adverb = scene.tokens.plain.lower.startswith(
            ("year", "yoy", "y/y", "on the", "quarter", "qoq", "q/q", "seq"), expression.start
        )
        adverb = (
            adverb and not scene.tokens.plain.lower.startswith(("year-", "year "), expression.start)
        ) or scene.tokens.plain.lower.startswith(_RATE_NAMES[:4], expression.start)
        told = scene.tokens.words[first - 2 : first]
        if expression.form in _COMPARED and gap <= 4 and told[-1:] == ["in"] and told[0] in RECORDED:
            return read_period(expression, context).with_evidence("period_compared")
        if (
            expression.form in _COMPARED
            and gap <= (8 if quantity.kind == "money" else 2)
            and not compares
            and quantity.kind in ("money", "count")
            and (is_base or not adverb)
        ):
            return read_period(expression, context).with_evidence(
                *(() if main is not None else ("period_base_of_passage",))
            )
        if is_base and not compares:
            if expression.form == "last_year" and main is not None and (main[1] - main[0]).days < 300:
                expression = expression._replace(form="year_earlier")  # "$9bn in the quarter, up from $7bn last year"
            if expression.form == "last_quarter" and main is not None and (main[1] - main[0]).days < 120:
                expression = expression._replace(form="previous_period")  # "$29bn, up from $28bn last quarter"
            reading = read_period(expression, context)
            is_later = main is not None and reading.days is not None and reading.days[0] > main[1]
            if expression.form not in _NO_PERIOD_OF_MONEY and not is_later:
                earlier = [days for days in reading.candidates if main is not None and days[1] < main[0]]
                return PeriodReading(earlier[0], ("period_compared",)) if len(earlier) == 1 else reading
    if not is_base:
        return None
    place = scene.quantities.index(quantity)
    grown = place > 0 and (
        scene.tokens.word(quantity.first - 1) == "from" or is_growth(scene, scene.quantities[place - 1]) != 0
    )
    is_plan = quantity.kind != "count" and main is not None and published is not None and main[1] > published
    if main is not None and (main[1] - main[0]).days > 340 and grown and not is_plan:
        expression = PeriodExpression(0, 0, "year_earlier")
        return read_period(expression, context).with_evidence(
            "period_base_year"
        )  # "revenue for 2025 was $5bn, up 168% from $1.9bn"
    return unread("A base of comparison whose period is not named.")


_TOLD: Final = frozenset("forecast estimate figure total level of about around roughly nearly".split())


_ATTRIBUTES: Final = frozenset(("prior-year", "year-ago", "year-earlier", "prior year's", "year before's"))
"""Expressions of a year earlier that stand right before its amount."""


_RATE_NAMES: Final = ("year-on", "year on", "year-over", "year over", "yoy", "y/y")


@once
def told_of(scene: Scene, quantity: Mention) -> PeriodExpression | None:
    """The time of a comparison that the clause of a quantity names: "The previous quarter saw ...", "from the previous quarter, when it spent $5bn"."""
    words = scene.tokens.words
    for first, last, expression in scene.periods:
        timed = expression.form in _COMPARED or is_compared(scene.tokens, scene.first, first, expression)
        if not timed or last > quantity.first:
            continue
        when = last + 1 + (words[last + 1 : last + 2] == [","])
        clause = scene.clause(when + 1)
        if words[last + 1] == "'s" and _TOLD.issuperset(words[last + 2 : quantity.first]):
            return expression  # "the previous quarter's 26 percent", "from this year's forecast of 500,000"
        named = scene.tokens.plain.lower[expression.start : expression.end].removeprefix("the ")
        if named.startswith(_RATE_NAMES):
            continue  # "Year-over-year growth was 20%"
        is_attribute = named.endswith("year's") or named in _ATTRIBUTES
        if is_attribute and _TOLD.issuperset(words[last + 1 : quantity.first]):
            return expression  # "the previous year's $2.3bn", "the year-earlier $13.2bn"
        if words[when : when + 1] == ["when"] and when < quantity.first:
            later = [other for other in scene.quantities if when < other.first < quantity.first]
            if not later and clause == scene.clause(quantity.first):
                return expression
        was = [other for other in scene.quantities if last < other.first <= quantity.first]
        if expression.form in _COMPARED and words[last + 1] in ("was", "were", "had") and was == [quantity]:
            return expression  # "the growth rate one quarter ago was 28%"
        starts = expression.form in _COMPARED and first - scene.first <= 1
        if starts and scene.tokens.is_capital(scene.first) and clause == scene.clause(quantity.first):
            return expression
    return None


def side_of_move(scene: Scene, quantity: Mention) -> int | None:
    """0 for an amount from which something moved and 1 for that to which it moved, in a sentence without a period: "Microsoft climbs from $76bn to $276bn"."""
    place = scene.quantities.index(quantity)
    words = [scene.tokens.word(other.first - 1) for other in scene.quantities]
    if any(scene.clause(first) == scene.clause(quantity.first) for first, _, _ in scene.periods):
        return None
    if words[place] == "from" and words[place + 1 : place + 2] == ["to"]:
        return 0
    return 1 if words[place] == "to" and place and words[place - 1] == "from" else None


def _is_figure_from(scene: Scene, quantity: Mention, first: int) -> bool:
    """Whether "from" only gives the time of an amount: "almost double the $39bn figure from last year"."""
    between = scene.tokens.words[quantity.last + 1 : first]
    return 1 < len(between) <= 4 and between[-1] == "from" and between[0] not in (",", "from")


def _following(scene: Scene, quantity: Mention) -> tuple[int, PeriodExpression, int] | None:
    """The first expression after a quantity without another quantity between them."""
    limit = scene.start_of_next(quantity)
    for first, _, expression in scene.periods:
        if quantity.last < first < limit and scene.clause(first) == scene.clause(quantity.first):
            return first, expression, first - quantity.last - 1
    return None


Choice = tuple[int, PeriodExpression, tuple[str, ...]]


class Purpose(NamedTuple):
    """The figure that needs a period: its metric and entity, whether it is growth, and whether it was paired with a list of companies."""

    metric: str
    entity: str
    growth: bool
    is_paired: bool = False
    beside: Days | None = None
    """The period of the figure before it, which decides about a quarter's name that fits two calendars."""


def main_period(
    scene: Scene, quantity: Mention, memory: PeriodMemory, context: PeriodContext, purpose: Purpose, main: Days | None
) -> PeriodReading:
    """The period of a quantity that is not a base of comparison."""
    if not purpose.is_paired and (paired := _by_position(scene, quantity, context)) is not None:
        return paired.with_evidence("period_by_position")
    clause = scene.clause(quantity.first)
    if any(
        one.form == "year_earlier" and scene.tokens.words[first - 1] in ("over", "than") and first < quantity.first
        for first, _, one in scene.periods
    ):
        return unread("The words name no period with a first and a last day.")  # "just over a year ago, AWS grew 40%"
    base = base_of_growth(scene, quantity) if purpose.growth else None
    choices = _candidates(scene, quantity, context.company_money, purpose.growth, purpose.entity)
    choices = [choice for choice in choices if choice[1] is not base or choice[1].form == "open"]
    is_ahead = context.looks_ahead and any(_is_ahead(scene, choice, context, memory, main) for choice in choices)
    for first, expression, place in choices:
        if expression.form == "by_year" and purpose.metric == "gpu_units":
            expression = expression._replace(form="year")  # "shipments are to reach 2 million by 2026"
        if (context.looks_ahead or purpose.metric == "gpu_units") and _ends_this_year(scene, expression):
            expression = expression._replace(form="this_year")  # "capex could reach $40bn by the end of the year"
        whole = (
            expression.form in _UNDER_WAY
            and expression.year is None
            and (
                purpose.metric.startswith("gpu")
                or (expression.form == "this_year" and scene.tokens.word(first - 1) == "for")
            )
            and not _is_past(scene, quantity, first)
        )
        reading = _read(
            scene, first, expression, context._replace(looks_ahead=True) if whole else context, memory, main
        )
        if purpose.metric == "gpu_unit_price" and "period_of_amount_before" in place:
            break  # "$36,000 in 2025 and eases to $34,000"
        if purpose.metric == "gpu_units" and scene.clause(first) != clause and _is_total_to_date(scene, quantity):
            continue  # "capacity grew in the quarter, he added, and it has now installed 96,000"
        if first > quantity.last and scene.tokens.word(first - 1) in _SINCE and (whole or context.looks_ahead):
            return unread("The words name no period with a first and a last day.")  # "will deploy 50,000 from Q3 2026"
        if context.looks_ahead and _is_over(reading.days, context):
            is_aside = expression.form == "month" or "period_of_amount_before" in place
            if is_aside or ("period_before" in place and is_ahead):
                continue  # "in January announced plans for this year", "after 4Q25 the four guide to $635bn for 2026, with Amazon at $200bn"
        is_unread = reading.days is None and not reading.candidates
        is_dated = expression.form == "annual" and any(one.year for _, _, one in scene.periods)
        if expression.form in _LEANING and (is_unread or is_dated):
            continue  # "a full-year plan for 2025", "By 2019 annual capex had reached": the year is named elsewhere
        if reading.candidates and purpose.beside is not None:
            reading = _beside(reading, purpose.beside)
        is_other = scene.clause(first) != clause and not scene.is_in_head(first, quantity)
        if is_other and _is_to_come(reading.days, context) and _tells_of_plan(scene, first):
            continue  # the time of a plan in another clause
        if reading.days is None and scene.tokens.words[first] == "since":
            continue
        return reading.with_evidence(*place)
    if purpose.metric == "gpu_unit_price" and context.published is not None:
        # The tables hold prices by calendar year, and a price without a time is that of the day of the text.
        of_text = PeriodExpression(0, 0, "year", year=context.published.year)
        return read_period(of_text, context._replace(calendar=None)).with_evidence("period_of_text")
    is_plan = memory.plans(purpose.metric)
    planned = is_plan and memory.ahead_owner in (None, purpose.entity)
    if context.looks_ahead:
        if base is not None and base.form == "year" and base.year is not None:  # "to rise 60% from the levels of 2025"
            return read_period(base._replace(year=base.year + 1), context).with_evidence("period_compared")
        if planned:
            return PeriodReading(memory.ahead, ("period_of_plan",))
        if (
            memory.ahead is not None
            and is_plan
            and purpose.metric != "cloud_revenue"
            and (memory.ahead[1] - memory.ahead[0]).days > 300
            and _is_period_of(context.calendar, memory.ahead)
        ):
            return PeriodReading(
                memory.ahead, ("period_of_other_plan",)
            )  # the plans in one paragraph are for one period
        if context.company_money and memory.outlook is not None and purpose.metric != "capex":
            return PeriodReading(memory.outlook, ("period_of_other_plan",))
        if context.company_money and not purpose.growth and (year := _year_of_guidance(scene, context)) is not None:
            return PeriodReading(year, ("period_of_guidance",))
        if purpose.metric == "capex" and not purpose.growth and (year := _year_in_progress(scene, quantity, context)):
            return PeriodReading(year, ("period_unsaid_plan",))
        if purpose.metric == "cloud_revenue" and (quarter := _quarter_ahead(memory, context)) is not None:
            return PeriodReading(quarter, ("period_of_guidance",))
        return unread(NO_PLANNED_PERIOD)
    if purpose.metric == "gpu_units" and _is_total_to_date(scene, quantity):
        return unread("The words name no period with a first and a last day.")
    if (
        purpose.metric == "gpu_units"
        and is_plan
        and not scene.leading(quantity, "flow")
        and not _is_past(scene, quantity, scene.end)
    ):
        return PeriodReading(
            memory.ahead, ("period_of_plan" if planned else "period_of_other_plan",)
        )  # "AWS follows with 2 million"
    if main is not None and not _is_to_come(main, context):
        return PeriodReading(main, ("period_of_figure_before",))
    carried = _carried_period(memory, context, purpose, planned)
    return unread(NO_PERIOD) if _is_under_way(scene, quantity) and _is_over(carried.days, context) else carried


def _is_ahead(scene: Scene, choice: Choice, context: PeriodContext, memory: PeriodMemory, main: Days | None) -> bool:
    """Whether an expression names a period that was not over when the text appeared."""
    days = _read(scene, choice[0], choice[1], context, memory, main).days
    return days is not None and not _is_over(days, context)


def _is_under_way(scene: Scene, quantity: Mention) -> bool:
    """Whether a company is spending an amount now, so that it is not that of the period spoken of before: "we are spending almost $10bn"."""
    words = scene.tokens.words
    spent = [cue.first for cue in scene.leading(quantity, "spend") if cue.last == quantity.first - 1]
    return (
        bool(spent)
        and words[spent[-1]].endswith("ing")
        and not {"is", "are", "'re", "'s"}.isdisjoint(words[spent[-1] - 2 : spent[-1]])
    )


def _ends_this_year(scene: Scene, expression: PeriodExpression) -> bool:
    return scene.tokens.plain.lower.startswith(_YEAR_ENDS, expression.start)


_YEAR_ENDS: Final = (
    "by the end of the year",
    "by the end of this year",
    "by year-end",
    "by the end of december",
    "by the time the year",
    "before the year is",
)
_SINCE: Final = frozenset("from starting beginning since".split())


_PAST: Final = frozenset("has have had was were 've did bought took taken sold got made built won drew".split())
_UNDER_WAY: Final = ("this_year", "full_year", "quarter", "half")
_TO_COME: Final = (["to"], ["will"], ["be"], ["for"], ["would"])


def _is_past(scene: Scene, quantity: Mention, first: int) -> bool:
    """Whether chips were bought or shipped before the text appeared, so that a year in progress holds more of them: not "sales of 5m this year", "to ship
    5m this year" and "has ordered 5m to be delivered this year"."""
    words, clause = scene.tokens.words, scene.clause(quantity.first)
    handed = [cue.first for cue in scene.of["flow"] if quantity.last < cue.first < first]
    if handed and words[handed[-1] - 1 : handed[-1]] in _TO_COME:
        return False
    at = next((at for at in range(scene.first, quantity.first) if scene.clause(at) == clause), quantity.first)
    done = [
        cue.first for cue in scene.of["flow"] if at <= cue.first < quantity.first and words[cue.last].endswith("ed")
    ]
    past = bool(done) or not _PAST.isdisjoint(words[at : quantity.first])
    return past and "will" not in words[at : quantity.first]


def _is_total_to_date(scene: Scene, quantity: Mention) -> bool:
    """Whether a count without a time is what there is up to now: "it has installed 200,000 chips"."""
    flows = [cue for cue in scene.of["flow"] if cue.last < quantity.first]
    having = scene.left(flows[-1].first, 3) if flows else []
    return not {"has", "have"}.isdisjoint(having[-2:]) and "to" not in having  # "is thought to have bought"


_CHANGED: Final = frozenset(
    "raised raises lifted lifts upped ups lowered narrowed trimmed reaffirmed reiterated maintained boosted increased hiked".split()
)
_OUTLOOKS: Final = frozenset("outlook forecast guidance projection target range".split())


def _year_of_guidance(scene: Scene, context: PeriodContext) -> Days | None:
    """The current fiscal year, for changed guidance without a year: a company can only change guidance that it has given."""
    words = scene.tokens.words[scene.first : scene.end]
    changed = not (_CHANGED.isdisjoint(words) or _OUTLOOKS.isdisjoint(words))
    yearly = any(expression.form == "annual" for _, _, expression in scene.periods)
    if context.published is None or not (changed or yearly):
        return None
    if any(
        expression.form not in ("annual", "full_year", "day") or expression.year for _, _, expression in scene.periods
    ):
        return None
    days, elapsed = _this_fiscal_year(context)
    return days if elapsed >= 60 and (changed or elapsed <= 300) else None


def _quarter_ahead(memory: PeriodMemory, context: PeriodContext) -> Days | None:
    """The quarter after the one of the results that the title names: a company guides the revenue of a business for the next quarter."""
    titled = {read_period(expression, context._replace(looks_ahead=False)).days for expression in memory.titled}
    days = titled.pop() if len(titled) == 1 else None
    if days is None or context.calendar is None or not _is_news(days, context) or (days[1] - days[0]).days > 100:
        return None
    return next(
        days_after
        for days_after in quarters_around(context.calendar, days[1] + timedelta(days=45))
        if days_after[0] > days[1]
    )


def _this_fiscal_year(context: PeriodContext) -> tuple[Days | None, int]:
    """The fiscal year in which an article appeared, and the number of its days until then."""
    days = read_period(PeriodExpression(0, 0, "this_year", fiscal=True), context).days
    elapsed = (context.published - days[0]).days if days is not None and context.published is not None else 0
    return days, elapsed


def _year_in_progress(scene: Scene, quantity: Mention, context: PeriodContext) -> Days | None:
    """The current fiscal year, for planned capital expenditure of a sentence that names no time: guidance is given for whole years, and
    until the last weeks of a year for this one.
    """
    clause = scene.clause(quantity.first)
    named = any(cue.value == "capex" and scene.clause(cue.first) == clause for cue in scene.of["metric"])
    days, elapsed = _this_fiscal_year(context)
    timed = not TIME_WORDS.isdisjoint(
        scene.tokens.words[scene.first : scene.end]
    )  # also "for the present fiscal 12 months"
    return days if named and not timed and 60 <= elapsed <= 300 else None


def _tells_of_plan(scene: Scene, first: int) -> bool:
    clause = scene.clause(first)
    return any(scene.clause(cue.first) == clause for cue in scene.of["guidance"])


def _carried_period(memory: PeriodMemory, context: PeriodContext, purpose: Purpose, planned: bool) -> PeriodReading:
    """The period of a result without its own: that of the passage, the title or the document, or the quarter last reported on."""
    tallied = purpose.metric == memory.last_metric == "gpu_units"  # counts that follow each other are for one period
    others = memory.owner not in (purpose.entity, None) and not tallied
    last = memory.of_metric(purpose.metric, purpose.entity)
    if last is not None and context.company_money and (memory.age > _CARRIED_SENTENCES or not memory.fresh):
        # The results that the title names go before a time of some sentences ago; so does the quarter that is news before a longer time of which something was told between.
        titled = {result for one in memory.titled if _is_news(result := read_period(one, context).days, context)}
        if len(titled) == 1:
            return PeriodReading(titled.pop(), ("period_of_document",))
        quarter = memory.quarter if (last[1] - last[0]).days > 100 and _is_news(memory.quarter, context) else None
        last = quarter if quarter is not None and last[1] <= quarter[1] else last
    is_longer = (
        last is not None and last in (memory.half, memory.year) and memory.last_metric not in (None, purpose.metric)
    )
    if last is not None and is_longer and purpose.metric == "cloud_revenue":
        return unread("The period that is spoken of is that of another amount.", (last,))
    is_foreign = others and not _is_period_of(context.calendar, last) if last is not None else True
    if last is not None and not is_foreign and not _is_to_come(last, context):
        carried = "period_carried" if memory.fresh else "period_carried_far"
        return PeriodReading(last, (carried, "period_of_other_company") if others else (carried,))
    if memory.plans("capex") and purpose.metric == "capex" and not purpose.growth:
        return PeriodReading(memory.ahead, ("period_of_plan" if planned else "period_of_other_plan",))
    if context.company_money:
        for named in (lambda: memory.titled, memory.document):
            days = {
                reading.days
                for expression in named()
                if expression.form in NEWS_FORMS
                and (purpose.metric != "cloud_revenue" or expression.form != "half")
                and (reading := read_period(expression, context)).days is not None
                and _is_news(reading.days, context)
            }
            if len(days) == 1:
                return PeriodReading(days.pop(), ("period_of_document",))
    if purpose.metric == "gpu_units":
        if memory.tally is not None:
            return PeriodReading(memory.tally, ("period_carried",))
        known = {
            reading.days
            for expression in [*memory.titled, *memory.document()]
            if (reading := read_period(expression, context)).days is not None
        }
        if len(known) == 1:
            return PeriodReading(known.pop(), ("period_of_document",))
    if purpose.metric == "cloud_revenue" and context.published is not None:
        reading = read_period(PeriodExpression(0, 0, "last_quarter"), context)
        latest = reading.days
        if latest and _is_news(latest, context) and is_reported(context.calendar, latest[1], context.published):
            return PeriodReading(latest, ("period_last_reported",))
    if memory.last is not None:
        return unread("No period is named, and the one spoken of is none of this company's.")
    return unread(NO_PERIOD)


_CARRIED_SENTENCES: Final = 2
"""Sentences after which a time that was named dates no result of a text whose title names the quarter."""


def _beside(reading: PeriodReading, period: Days) -> PeriodReading:
    """The candidate that borders on another period or is the same period of another year; the reading itself unless there is exactly one."""
    fitting = [
        days
        for days in reading.candidates
        if days == period or abs((days[0] - period[1]).days) <= 1 or abs((days[1] - period[0]).days) <= 1
    ]
    return PeriodReading(fitting[0], ("period_beside",)) if len(fitting) == 1 else reading


def _is_to_come(days: Days | None, context: PeriodContext) -> bool:
    """Whether a period of a company's money was not over when results were reported."""
    if days is None or context.looks_ahead or not context.company_money or context.published is None:
        return False
    return days[1] > context.published + timedelta(days=10)


def _is_over(days: Days | None, context: PeriodContext) -> bool:
    return days is not None and context.published is not None and days[1] < context.published


def _is_news(days: Days | None, context: PeriodContext) -> bool:
    """Whether results of a period would be new on the day of the article."""
    if days is None or context.published is None or (days[1] - days[0]).days > 300:
        return False
    return 0 <= (context.published - days[1]).days <= RECENT_DAYS


def _by_position(scene: Scene, quantity: Mention, context: PeriodContext) -> PeriodReading | None:
    """The period of a figure in a list beside a list of as many periods: "$14bn and $10bn during Q2 2022 and Q2 2023"."""
    row = scene.row(quantity)
    lists = _period_lists(scene)
    if not lists:
        return None
    # "$14bn and $10bn in Q2 2022 and Q2 2023, and $28bn and $24bn in the two halves": a list of periods ends a list of figures.
    row = [other for other in row if not any(_lies_between(group, other, quantity) for group in lists)]
    place = row.index(quantity)
    following = [group for group in lists if group[0][0] > row[-1].last and not _parted(scene, row[-1], group)]
    if len(row) == 1:
        if following and following[0][0][0] - quantity.last <= 4 and len(following[0]) > 1:
            readings = [read_period(expression, context).days for _, _, expression in following[0]]
            return unread("One figure stands beside several periods.", (days for days in readings if days is not None))
        return None
    preceding = [group for group in lists if group[-1][1] < row[0].first]
    for group in (*following, *reversed(preceding)):
        if len(group) == len(row):
            return read_period(group[place][2], context)
    return None


def _lies_between(group: list[tuple[int, int, PeriodExpression]], one: Mention, other: Mention) -> bool:
    first, last = sorted((one, other), key=lambda mention: mention.first)
    return first.last < group[0][0] and group[-1][1] < last.first


def _period_lists(scene: Scene) -> list[list[tuple[int, int, PeriodExpression]]]:
    """The coordinated periods of a sentence, two or more in each list."""
    lists: list[list[tuple[int, int, PeriodExpression]]] = []
    for entry in scene.periods:
        if entry[2].form not in _LISTED_FORMS:
            continue
        between = set(scene.tokens.words[lists[-1][-1][1] + 1 : entry[0]]) if lists else set()
        if (
            between
            and between <= _COORDINATING
            and ("and" in between or "," in between)
            and not is_compared(scene.tokens, scene.first, entry[0], entry[2])
        ):
            lists[-1].append(entry)
        else:
            lists.append([entry])
    return [group for group in lists if len(group) > 1]


_BEFORE_MONTH: Final = frozenset("in during for of through early late mid -".split())
"""Words before a month in which something was done; "its October conference" has no time of an amount."""
_BEST: Final = frozenset("strongest biggest highest best largest fastest weakest lowest slowest".split())
"""Superlatives, whose year is that of the comparison: "its strongest performance this year"."""
_LISTED_FORMS: Final = NEWS_FORMS | {"year", "full_year", "nine_months", "last_year", "this_year"}
_COORDINATING: Final = frozenset((",", "and", "in", "for", "the", "of", "during"))


def _parted(scene: Scene, last: Mention, group: list[tuple[int, int, PeriodExpression]]) -> bool:
    return any(last.last < other.first < group[0][0] and other.kind == last.kind for other in scene.quantities)


def _is_period_of(calendar: FiscalCalendar | None, days: Days) -> bool:
    """Whether dates are a quarter, half or year of a company's accounts; true if its calendar is not known."""
    return calendar is None or calendar.label(*days)[1] is not None


def _candidates(scene: Scene, quantity: Mention, company_money: bool, growth: bool, entity: str) -> list[Choice]:
    """Expressions that may belong to the quantity, the best first, with the evidence of each position."""
    clause = scene.clause(quantity.first)
    words = scene.tokens.words
    place: tuple[str, ...]
    choices: list[tuple[int, int, int, PeriodExpression, tuple[str, ...]]] = []
    for first, last, expression in scene.periods:
        if (
            is_compared(scene.tokens, scene.first, first, expression)
            or expression.form == "day"
            or (expression.form == "month" and not expression.year and words[first - 1] not in _BEFORE_MONTH)
            or (expression.form == "open" and words[last + 1 : last + 2] in (["high"], ["low"], ["peak"], ["record"]))
            or (
                words[last + 1 : last + 2] == ["'s"]
                and last + 2 != quantity.first
                and scene.quantity_at(last + 2) is not None
            )
            or (words[last + 1 : last + 2] == ["'s"] and last + 2 == quantity.first and _is_told_plan(scene, quantity))
            or (expression.form == "this_year" and not _BEST.isdisjoint(scene.left(first, 5)))
            or (
                words[first - 1] == "to"
                and any(end == first - 2 and words[at - 1] == "from" for at, end, _ in scene.periods)
            )
            or (_is_multiple_of(scene, quantity) and first > quantity.last)
            or (company_money and expression.form in _NO_PERIOD_OF_MONEY)
            or (expression.form == "next_year" and words[first - 1] in ("over", "within") and words[first] == "the")
            or (words[last + 1 : last + 2] == [":"] and scene.in_brackets(first, quantity.last))
        ):
            continue
        if first < quantity.first and scene.in_brackets(first, scene.first - 1):
            closing = words.index(")", first) if ")" in words[first : quantity.first] else quantity.first
            if any(last < other.first < closing for other in scene.quantities if other is not quantity):
                continue  # "Amazon $14bn (a year before: $15bn), Meta $7bn"
        before = scene.quantity_at(first - 1) or scene.quantity_at(first - 2) or scene.quantity_at(first - 3)
        is_of_base = before is not None and before is not quantity and is_base(scene, before) is not None
        if before is not None and is_of_base and (before.first > quantity.last or scene.clause(first) < clause):
            continue  # "rose 33% to $20bn, less than the 37% of the first quarter", "down from $9bn in the June quarter but 80% higher than"
        fronted = first - scene.first <= 1 and words[last + 1 : last + 2] == [","] and scene.clause(last + 2) == clause
        same = scene.clause(first) == clause or fronted
        leads = scene.quantity_at(last + 2) if words[last + 1 : last + 2] == ["at"] else None  # "and CY27 at 11.2mn"
        if first > quantity.last:
            gap = first - quantity.last - 1
            between_words = words[quantity.last + 1 : first]
            heads_next = (
                leads or scene.begins(last + 1, "metric", "sales", "flow") or words[last + 1 : last + 2] == ["total"]
            )
            if heads_next and not {",", "and"}.isdisjoint(between_words):
                continue  # "revenue of $15bn, raising 2025 capex": the time of what follows
            if "with" in between_words and not growth and scene.has_between(quantity.last, first, ("up", "down")):
                continue  # "up to $93bn with a significant increase in 2026"
            if ";" in between_words and any(
                last < other.first and scene.clause(other.first) == scene.clause(first) for other in scene.quantities
            ):
                continue  # "rose 13% to 31bn; in the quarter before it had grown 7%": the time of what follows
            between = _level_between(scene, quantity.last, first, quantity)
            if growth and between:
                between = not _chained(scene, quantity, first)
            if between:
                continue
            elif same and gap <= 14 and not _goes_on(scene, quantity, first):
                rank, place = 0, ()
            elif same:
                rank, place = 2, ("period_far_after",)
            else:
                rank, place = 5, ("period_of_later_clause",)
        else:
            gap = quantity.first - last
            owners = [
                other
                for other in scene.quantities
                if other.last < first and first - other.last <= 4 and other.kind == quantity.kind
                if "," not in words[other.last + 1 : first] and not _leads_to_metric(scene, last + 1, quantity)
            ]
            owned = bool(owners) and leads is not quantity
            if words[last + 1 : last + 2] == ["'s"] and not owned and _leads_to_metric(scene, last + 2, quantity):
                choices.append(
                    (-1, gap, first, expression, ("period_before",))
                )  # "the quarter's capex of $27bn is typical for 2025"
                continue
            if same:
                rank, place = (3, ("period_of_amount_before",)) if owned else (1, ("period_before",))
            elif scene.is_in_head(first, quantity):
                rank, place = 4, ("period_before",)
            elif _is_of_another(scene, first, entity):
                rank, place = 5, ("period_of_other_clause",)
            else:
                rank, place = 4, (("period_of_amount_before" if owned else "period_of_earlier_clause"),)
        choices.append((rank, gap, first, expression, place))
    choices.sort(key=lambda choice: (choice[0], choice[1]))
    return [(first, expression, place) for _, _, first, expression, place in choices]


def _is_told_plan(scene: Scene, quantity: Mention) -> bool:
    """Whether the noun after an amount is a plan, so that a time before it is that of telling it: "last quarter's $200 billion capex announcement"."""
    return not _TOLD_PLANS.isdisjoint(scene.tokens.words[quantity.last + 1 : quantity.last + 4])


_TOLD_PLANS: Final = frozenset("announcement plan forecast guidance pledge commitment outlook target".split())


def _is_multiple_of(scene: Scene, quantity: Mention) -> bool:
    """Whether a multiple is one of a base that is named after it with its own time: "nearly double the capex that it reported for 2024", and not "doubled its
    capex in 2024"."""
    words = scene.tokens.words[quantity.last : quantity.last + 2]
    return (
        quantity.kind == "multiple"
        and words[1:] in (["the"], ["its"], ["what"])
        and not words[0].endswith(("ed", "ing"))
    )


def _leads_to_metric(scene: Scene, first: int, quantity: Mention) -> bool:
    """Whether a metric begins at a token or next to it, and the quantity follows without another one between."""
    named = scene.begins(first, "metric", "sales", "flow", reach=1)
    return named is not None and not any(first <= other.first < quantity.first for other in scene.quantities)


def _goes_on(scene: Scene, quantity: Mention, first: int) -> bool:
    """Whether something else is told between a quantity and a time: "$80bn and forecast a rise for next year", but not "$19bn on
    property and equipment in the quarter".
    """
    between = scene.tokens.words[quantity.last + 1 : first]
    told = ("guidance", "up", "down", "spend", "say")
    return not {",", "but"}.isdisjoint(between) or ("and" in between and scene.has_between(quantity.last, first, told))


def _is_of_another(scene: Scene, first: int, entity: str) -> bool:
    """Whether the clause of an expression has its own company, so that its time need not apply to another company."""
    clause = scene.clause(first)
    owners = {
        name
        for subject in scene.subjects
        if subject.role in ("subject", "post") and scene.clause(subject.first) == clause
        for name in subject.entities
    }
    return bool(owners) and entity not in owners


def _chained(scene: Scene, quantity: Mention, first: int) -> bool:
    """Whether growth and the level it leads to share what follows: "rose 91 per cent to 27.5bn in the first quarter"."""
    levels = [other for other in scene.quantities if quantity.last < other.first < first and other.kind == "money"]
    if len(levels) != 1 or levels[0].first - quantity.last > 9:
        return False
    return scene.tokens.word(levels[0].first - 1) in ("to", "at") or scene.tokens.word(levels[0].first - 2) in (
        "to",
        "at",
    )
