"""Reads sentences that state a row of a statement by its name: "Free cash flow was $5.3 billion", "資本性支出為人民幣448億元".

The article reader leaves such amounts aside where it does not know the metric, or several rows are meant by one word. Here a name has to stand
directly before its amount, and nothing before the name may make it a part of it. A balance is of the day that the sentence names, or of the
end of the document's newest period; a flow needs one period. `prose` decides what becomes of an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extraction import Figure, Outcome
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import PeriodContext, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.printed_tables.binding import Bound
from capex_pipeline.printed_tables.cell_texts import fold_label
from capex_pipeline.printed_tables.listed_amounts import listed, listed_period
from capex_pipeline.printed_tables.row_names import form_at_end, row_form
from capex_pipeline.printed_tables.stated_balances import stated_balance
from capex_pipeline.printed_tables.stated_plans import CAPEX, REVENUE, stated_plan
from capex_pipeline.reference.models import PrintedName
from capex_pipeline.values.fiscal_calendar import TOLERANCE_DAYS, FiscalCalendar
from capex_pipeline.values.periods import CALENDAR_YEAR, LONGEST_QUARTER, Period, PeriodError
from capex_pipeline.values.printed_periods import printed_period, states_rolling_year

GENERAL: Final = (
    "free_cash_flow",
    "operating_cash_flow",
    "remaining_performance_obligations",
    "leases_not_yet_commenced",
    "depreciation",
    "finance_lease_assets",
)
"""Metrics of which a sentence means what the tables mean, also by the name that serves every company."""
_CONFIDENCE: Final = 0.9
"""Of an amount that a sentence states with its name and its period, as of a cell."""
_STATES: Final = re.compile(
    r"(?:(?:,? or backlog,?)?(?: \((?:\"?rpo\"?|backlog)\))?"
    r"(?: (?:for|in|during) (?:the )?(?=[^.;]{0,40}(?:quarter|half|year|months|q[1-4]|20\d\d))[a-z0-9 ,'-]{2,60}?)?,? (?:was|were|is|are|of|totall?ed|reached|amounted to|stood at|came in at)"
    r"|(?: (?:for|in|during) (?:the )?(?=[^.;]{0,40}(?:quarter|half|year|months|q[1-4]|20\d\d))[a-z0-9 ,'-]{2,60}?)? (?:increased|rose|grew|climbed|decreased|declined|fell)(?: by)?(?: \d[\d.]*(?:%| percent))?(?: (?:year[- ]over[- ]year|yoy|y/y))?,? to)"
    r"(?: (?:approximately|about|a record))? $"
)
"""What stands between a name and its amount."""
_ITS_BEGIN: Final = re.compile(
    r"(?:^|[,;:.(•·] ?|\b(?:our|total|the|its|had|with|and|have|has|reported|generated|delivered|produced|result of) )$"
)
"""What stands before the name; another word, such as "current", makes it a part."""
_GOES_ON: Final = re.compile(r"(?:This|That|It|These) (?:was|were|is|reflects?|represents?)\b")
"""How a sentence begins that is of the period of the one before it."""
_SENTENCE_END: Final = re.compile(r"(?<=[a-z)\d]\.) (?=[A-Z])")
_REVENUE_OF_PERIOD: Final = re.compile(
    r"(?:(?:first|second|third|fourth)[- ]quarter|full[- ]year) (?:total )?revenues?"
)
EXPLAINED: Final = re.compile(r", (?:which|defined as|meaning)\b.*, (?=(?:was|were|totall?ed|amounted|of)\b)")
"""What explains a name before its amount: "cash capital expenditures, which are purchases net of proceeds, were"."""
_OUTFLOW: Final = re.compile(r"^(?!.*(?:provided|generated)).*\bcash (?:flows? )?(?:used|outflows?)\b|所用|使用")
"""A name of cash from operations of which a sentence states an outflow without a sign."""
_GENERATED: Final = re.compile(
    r"\b(?:generated|produced|delivered|resulted in|resulting in|reported)(?: (?:approximately|about|a record))? $"
)
_CASH_BEHIND: Final = re.compile(
    r" (?:of|in) (free cash flow|operating cash flow|cash (?:flow )?from operati(?:ons|ng activities))\b(?! (?:before|after|excluding|less)\b)"
)
_FORMER_NAME: Final = re.compile(r" \((?:formerly|previously)[^()]*\)")
_HEADLINE: Final = re.compile(r"(?:(?:fy ?|fiscal )?(?:20)?\d\d )?(?:q[1-4] )?(?:(?:20)?\d\d )?(?:total )?")
"""What stands before a name with which a headline begins, "Q4 remaining performance obligations $620 billion"."""
_HAN_STATES: Final = re.compile(r"(?:(?:[为為是達达約约]|[录錄]得)+|は[、,]?) ?$")
_HAN_BEGIN: Final = re.compile(r"(?:^|[,;:.。、的年月日] ?|季度|[個个]月|本集[团團]|公司|における|(?:期間|年度)の)$")
_JAPANESE: Final = re.compile(r"は[、,]? ?$")
_JAPANESE_INFLOW: Final = re.compile(r" ?(?:の(?:収入|資金の?増加|プラス)|となり|でし|です)")
"""What follows an inflow in a Japanese sentence; an outflow and a change go on with other words."""
_OTHER_PERIOD: Final = re.compile(r"前|上年|去年")
_YEAR_OF_COMPARISON: Final = re.compile(r"\d年同期")
_SAME_OF_YEAR: Final = re.compile(r"(?P<year>20\d\d)年同期(?:[为為])?(?:人民[币幣])? ?$")
_AHEAD: Final = re.compile(
    r"\b(?:expects?|expected|anticipates?|guidance|outlook|will|would|targets?|plans?|forecasts?|estimates?|pro forma)\b|[预預][计計期]|指引"
)
_COMPARED: Final = re.compile(
    r"\b(?:compared|versus|vs\.?|up from|down from|as against|from)\b|同比|而|\band (?=[^a-z]{0,3}(?:[$€£¥]|us\$|rmb))|\bwhile\b",
    re.IGNORECASE,
)
_AMOUNT: Final = r"[^\s\d]{0,4} ?\d[\d.,]{0,20}(?: ?(?:[bmt]r?illion|thousand|bn))?"
_IN_PERIOD: Final = r"(?: (?:in|for|during) [^$€£¥;:()]{2,80}?)?"
_COMPARED_TO: Final = re.compile(
    rf"(?<!\S){_AMOUNT}(?P<first>{_IN_PERIOD})(?:,? (?:up|down) from {_AMOUNT} [^$€£¥;:()\d]{{2,40}} and|,)? (?:(?:as )?(?:compared|opposed) (?:with|to)|versus|vs\.?|against|(?P<up>up|down) from|from) $"
)
"""The first amount of two with what stands between them: "was $2 billion in the third quarter, compared with "."""
_FROM_TO: Final = re.compile(
    rf" (?:increased|grew|rose|climbed|improved|decreased|declined|fell)(?: by)?(?: \d[\d.]{{0,9}}(?:%| percent))?,? from (?:(?P<earlier>{_AMOUNT}{_IN_PERIOD}) to )?$"
)
"""What stands before either amount of "grew from $1 billion in 2024 to $2 billion in 2025"."""
_TO_LATER: Final = re.compile(rf"(?P<first>{_IN_PERIOD}) to {_AMOUNT}")
_OTHER_CLAUSE: Final = re.compile(r"\b(?:was|were|is|are|to|while|of(?! (?:fiscal |calendar |the year )?20\d\d))\b")
_AGO: Final = re.compile(
    r"(?P<year> a year (?:ago|earlier)| (?:in|for|during) the (?:(?:same|comparable|corresponding) (?:prior[- ]year )?(?:period|quarter)(?: (?:a year (?:ago|earlier)|(?:in|of) the (?:prior|previous) (?:fiscal )?year|last year))"
    r"|(?:prior|previous)[- ]year(?:'s)? (?:period|quarter)|year[- ]ago (?:period|quarter)))\b"
    r"| (?:in the (?:prior|previous) quarter|a quarter (?:ago|earlier))\b"
)
_DATE: Final = r"(?:[A-Za-z]+ \d{1,2}, \d{4}|\d{1,2} [A-Za-z]+ \d{4})"
_AS_OF: Final = re.compile(rf"\b(?:as of|as at|at) ({_DATE})", re.IGNORECASE)
_COMMENCES: Final = re.compile(r"\bcommence\b[^.;$€£¥]*")
"""When leases begin, which is no day of a balance."""
_NEXT_AMOUNT: Final = re.compile(r"[$€£¥]|\b(?:compared|versus|from|while)\b")
_LAST_MONTH: Final = 12
_BARE_YEAR: Final = re.compile(r"\b(?:in|for|during) (20\d\d)\b|\b(20\d\d) (?:financial|fiscal) year\b")
"""The year of a plan, which is the fiscal year where that ends with the calendar year or a few days before it."""
_WHOLE_YEAR: Final = re.compile(r"通期|今期|今年度|年間|연간|올해|금년")
"""The fiscal year in progress, in sentences that name no year."""
_PLUS_OR_MINUS: Final = re.compile(r",? (?:plus or minus|\+/-|±) ?\d")
_NEXT_CLAUSE: Final = re.compile(r"[,;:]|\bof which\b|\band\b")


@dataclass(frozen=True)
class StatedRows:
    """The rows that sentences of one document may state. labels: folded, the longest first, with their names. general: names by the form of their
    rows. of_plans: names of the rows that sentences plan, likewise. periods: of the document's tables. published, currency, entity, calendar: of the document and its company."""

    labels: Sequence[tuple[str, PrintedName]]
    general: dict[str, PrintedName]
    of_plans: dict[str, PrintedName]
    periods: frozenset[Period]
    published: date | None
    currency: str | None
    entity: str
    calendar: FiscalCalendar

    def part_of(self, heading: str) -> PrintedName | None:
        """The row of the revenue of the part that a heading names by itself, "Data Center"; None for other headings."""
        wanted = f"{fold_label(heading)} revenue"
        return next((name for label, name in self.labels if label == wanted and name.segment), None)

    def stated(
        self, outcome: Outcome, sentence: str, offset: int, paragraph: str, heading: str = ""
    ) -> tuple[Figure, PrintedName] | None:
        """The figure of an amount and the name of its row; None for an amount that states none. offset: of the sentence in the text of the mention. heading:
        above the paragraph."""
        mention = outcome.mention
        if mention.kind != "money" or mention.value is None or not mention.certain or mention.currency != self.currency:
            return None
        place = mention.plain_start - offset, mention.plain_end - offset
        before, after = sentence[: place[0]], sentence[place[1] :]
        if one := listed(sentence, *place):
            before, after = one.before, one.after
        folded = f"{fold_label(before)} "
        form = stated_balance(folded, f" {fold_label(after)}") or ""
        balance = self.general.get(form) or next((name for label, name in self.labels if label == form), None)
        clause = before.lower() + _NEXT_CLAUSE.split(after.lower(), maxsplit=1)[0]
        if (balance is None and _AHEAD.search(clause)) or states_rolling_year(sentence):
            return None
        period: Period | None
        if one is not None:
            found = (balance, folded) if balance is not None else self._name_before(folded)
            period = listed_period(one, self.calendar, is_balance=found[0].is_balance) if found else None
        elif same := _SAME_OF_YEAR.search(folded):
            found = self._name_within(folded[: same.start()])
            period = self._year_before(found, int(same["year"]))
        elif balance is None and (pair := _compared(folded, after.lower())):
            found = self._name_before(pair.ahead)
            period = self._of_pair(pair, found, sentence, after, paragraph)
        elif balance is not None:
            found, period = (balance, folded), self._day(sentence, before, after)
        else:
            found = self._name_before(folded) or self._of_part(folded, heading) or self._name_behind(folded, after)
            if _JAPANESE.search(folded) and not _JAPANESE_INFLOW.match(after):
                return None
            period = self._period(found, sentence, before, after, paragraph)
        if found is None or period is None or (self.published is not None and period.end > self.published):
            return None
        name, _ = found
        return self._figure(outcome, mention, name.metric, period, "reported"), name

    def planned(
        self, outcome: Outcome, sentence: str, offset: int, planned: Sequence[Period], paragraph: str
    ) -> tuple[Figure, PrintedName | None] | None:
        """The plan of an amount and the name of its row, which plans of capital expenditure have none of; None for an amount that states none. planned: the periods of which a heading above the sentence
        announces plans. paragraph: whose earlier sentences may name the period. A company may plan in another currency than that of its statements."""
        mention = outcome.mention
        if mention.kind != "money" or not mention.certain or mention.currency is None or self.published is None:
            return None
        before, after = sentence[: mention.plain_start - offset], sentence[mention.plain_end - offset :]
        plan = stated_plan(f"{fold_label(before)} ", fold_label(after), is_below_plan=bool(planned))
        name = self.of_plans.get(plan.form) if plan else None
        if plan is None or (name is None and plan.form != CAPEX):
            return None
        texts = (plan.words, _NEXT_AMOUNT.split(after)[0])
        ahead = paragraph[: max(paragraph.find(sentence), 0)]
        for periods in (*map(self._plans_in, texts), frozenset(planned), self._plans_in(ahead)):
            if periods:
                break
        if len(periods) != 1:
            return None
        (period,) = periods
        if _PLUS_OR_MINUS.match(after):
            mention = mention._replace(bound="approximately", low=None, high=None)
        return self._figure(outcome, mention, name.metric if name else "capex", period, "guidance"), name

    def _plans_in(self, text: str) -> frozenset[Period]:
        """The periods that a text names and that end after the publication."""
        periods = self._periods_in(text)
        bare = (
            ["".join(years) for years in _BARE_YEAR.findall(text)]
            if self.calendar.year_end_month == _LAST_MONTH
            else []
        )
        if not periods and (len(bare) == 1 or not text.isascii()):
            try:
                periods = frozenset((printed_period([f"FY{bare[0]}" if bare else text], [], self.calendar),))
            except PeriodError:
                periods = frozenset(self._year_in_progress() if _WHOLE_YEAR.search(text) else ())
        return frozenset(one for one in periods if self.published is not None and one.end > self.published)

    def _year_in_progress(self) -> Iterator[Period]:
        """The fiscal year in which the document was published."""
        if self.published is not None:
            years = (self.calendar.year_bounds(self.published.year + ahead) for ahead in (0, 1))
            yield from (Period(*span) for span in years if span[0] <= self.published <= span[1])

    def _figure(self, outcome: Outcome, mention: Mention, metric: str, period: Period, status: str) -> Figure:
        return Figure(
            mention,
            outcome.number,
            outcome.paragraph,
            self.entity,
            metric,
            "level",
            period.start,
            period.end,
            status,
            "company",
            _CONFIDENCE,
        )

    def _name_before(self, before: str) -> tuple[PrintedName, str] | None:
        """The name that ends where an amount is stated, and is no part of a longer one, with the text ahead of it."""
        before = EXPLAINED.sub(" ", _FORMER_NAME.sub("", before))
        for states, begins in ((_STATES, _ITS_BEGIN), (_HAN_STATES, _HAN_BEGIN)):
            stated = states.search(before)
            words = before[: stated.start()] if stated else before.rstrip() if states is _STATES else ""
            ends = [(label, name) for label, name in self.labels if words.endswith(label)]
            if (form := form_at_end(words)) and form[1] in self.general:
                ends.append((form[0], self.general[form[1]]))
            for label, name in sorted(ends, key=lambda one: -len(one[0])):
                if _OUTFLOW.search(label):
                    return None
                ahead = words[: -len(label)]
                is_begin = begins.search(ahead) if stated else _HEADLINE.fullmatch(ahead)
                return (name, ahead) if is_begin else None
        return None

    def _name_behind(self, before: str, after: str) -> tuple[PrintedName, str] | None:
        """The name that follows an amount which a company generated: "resulted in $9,290 million of free cash flow"."""
        named = _CASH_BEHIND.match(after.lower()) if _GENERATED.search(before) else None
        name = (
            self.general.get(named[1] if named[1] == "free cash flow" else "net cash from operating activities")
            if named
            else None
        )
        return (name, "") if name else None

    def _of_part(self, before: str, heading: str) -> tuple[PrintedName, str] | None:
        """The revenue of the part that the heading names, where a sentence states it as that of a period alone: "Fourth-quarter revenue was"."""
        stated = _STATES.search(before)
        name = self.part_of(heading) if stated and _REVENUE_OF_PERIOD.fullmatch(before[: stated.start()]) else None
        return (name, "") if name else None

    def _name_within(self, text: str) -> tuple[PrintedName, str] | None:
        """The name that a Chinese sentence states ahead of the amount of the year before."""
        states = re.search(r"[为為是達达約约]", text)
        return self._name_before(text[: states.end()]) if states else None

    def _period(
        self, found: tuple[PrintedName, str] | None, sentence: str, before: str, after: str, paragraph: str
    ) -> Period | None:
        if found is None:
            return None
        name, ahead = found
        if name.is_balance:
            return self._day(sentence, before, after)
        if not ahead.isascii() or not sentence.isascii():
            try:
                return printed_period([ahead], [], self.calendar)
            except PeriodError:
                if _OTHER_PERIOD.search(ahead) or _YEAR_OF_COMPARISON.search(after):
                    return None
        earlier = _SENTENCE_END.split(paragraph[: paragraph.find(sentence)].strip())[-1]
        said = [earlier] if _GOES_ON.match(sentence) and sentence in paragraph else []
        for text in (before + _COMPARED.split(after)[0], *said, paragraph):
            periods = self._periods_in(text)
            if periods:
                return next(iter(periods)) if len(periods) == 1 and periods <= (self.periods or periods) else None
        newest = {one for one in self.periods if one.end == max(span.end for span in self.periods)}
        # Beside a company's own name a sentence without a period is of the quarter, as the article reader has it.
        quarters = {one for one in newest if (one.end - one.start).days < LONGEST_QUARTER and name.entity_id}
        return next(iter(quarters or newest)) if len(quarters or newest) == 1 else None

    def _periods_in(self, text: str) -> frozenset[Period]:
        """The periods that a text names, as far as they can be read."""
        tokens = tokenise(plain_text(text))
        context = PeriodContext(self.published, self.calendar, None, False, True)
        days = (read_period(one, context).days for one in find_periods(tokens, 0, len(tokens.plain.text)))
        return frozenset(Period(*span) for span in days if span is not None and span[0] != span[1])

    def _day(self, sentence: str, before: str, after: str) -> Period | None:
        """The day of a balance: the only one that the sentence names, before the amount or between it and the next one, or, where it names no
        period, the end of the newest one."""
        days = _AS_OF.findall(sentence)
        if len(set(days)) == 1 and (_AS_OF.search(before) or _NEXT_AMOUNT.split(after, maxsplit=1)[0].count(days[0])):
            try:
                return printed_period([f"as of {days[0]}"], [], CALENDAR_YEAR, is_balance=True)
            except PeriodError:
                return None
        said = _COMMENCES.sub(" ", _COMPARED.split(sentence)[0])
        ends = {one.end for one in self.periods}
        if days or not ends or any(one.end != max(ends) for one in self._periods_in(said)):
            return None
        return Period(max(ends), max(ends), is_instant=True)

    def _of_pair(
        self, pair: _Pair, found: tuple[PrintedName, str] | None, sentence: str, after: str, paragraph: str
    ) -> Period | None:
        """The period of one of two amounts that a sentence compares: the only one that stands beside it, as long as that of the other one, and for an earlier
        amount without one that of the later one a year or a quarter before, where the sentence says so."""
        if found is None or found[0].is_balance:
            return None
        named = self._periods_in(pair.own)
        other = self._period(found, sentence, pair.ahead + pair.between, "", paragraph) if pair.is_earlier else None
        if pair.is_earlier and (ago := _AGO.match(pair.own)):
            return self._earlier(other, is_year=bool(ago["year"]))
        if not pair.is_earlier:
            named = named or self._periods_in(pair.ahead)
            other = next(iter(self._periods_in(pair.between) or named), None)
        if other is None or len(named) != 1 or not named <= (self.periods or named):
            return None
        (one,) = named
        is_before = one.end < other.end if pair.is_earlier else one.end >= other.end
        return (
            one if is_before and abs((one.end - one.start) - (other.end - other.start)).days <= TOLERANCE_DAYS else None
        )

    def _earlier(self, later: Period | None, *, is_year: bool) -> Period | None:
        """The quarter of the tables a year before another one, or directly before it."""
        if later is None or (later.end - later.start).days >= LONGEST_QUARTER:
            return None
        gaps = range(260, 285) if is_year else range(1, 2)
        found = [
            one
            for one in self.periods
            if (later.start - one.end).days in gaps and (one.end - one.start).days < LONGEST_QUARTER
        ]
        return found[0] if len(found) == 1 else None

    def _year_before(self, found: tuple[PrintedName, str] | None, year: int) -> Period | None:
        if found is None or found[0].is_balance:
            return None
        try:
            later = printed_period([found[1]], [], self.calendar)
        except PeriodError:
            return None
        earlier = [
            one
            for one in self.periods
            if one.end.year == year and (one.end.month, one.start.month) == (later.end.month, later.start.month)
        ]
        return earlier[0] if later.end.year == year + 1 and len(earlier) == 1 else None


class _Pair(NamedTuple):
    """One of two amounts of a row that a sentence compares. ahead: the text up to the name of the row, as it states a single amount. own: the text beside the
    amount in which its period may stand. between: what stands beside the other one."""

    ahead: str
    own: str
    between: str
    is_earlier: bool


def _compared(before: str, after: str) -> _Pair | None:
    """The pair in which an amount stands between two texts: "was $2 billion, compared with $1 billion in 2024", "grew from $1 billion in 2024 to $2 billion"."""
    own = re.split(r"[;()]", _NEXT_AMOUNT.split(after, maxsplit=1)[0], maxsplit=1)[0]
    if stated := _FROM_TO.search(before):
        ahead = f"{before[: stated.start()]} was "
        if stated["earlier"] is None:
            if (later := _TO_LATER.match(after)) is None:
                return None
            return _Pair(ahead, later["first"], _NEXT_AMOUNT.split(after[later.end() :], maxsplit=1)[0], True)
        return _Pair(ahead, own, stated["earlier"], False)
    first = _COMPARED_TO.search(before)
    ahead = before[: first.start()] if first else ""
    if first is None or _OTHER_CLAUSE.search(first["first"]):
        return None
    if first[0].endswith(" from ") and not (first["up"] or ahead.endswith(" to ")):
        return None  # "$2 billion from customers"
    return _Pair(ahead, own, first["first"], True)


_OF_EVERY_SENTENCE: Final = "revenue"
"""The metric of which too many sentences speak."""
_REVENUE: Final = re.compile(r"revenue|sales|收入")


def _in_sentences(name: PrintedName) -> list[tuple[str, PrintedName]]:
    """The labels of a name as sentences write them: those of the revenue of a part with the word, "雲智能集團收入"."""
    labels = [fold_label(label) for label in name.labels]
    if name.metric.endswith("revenue"):
        suffixes = {True: (" revenue", " revenues"), False: ("收入",)}
        named = [f"{label}{suffix}" for label in labels for suffix in suffixes[label.isascii()]]
        labels = [] if name.headings and name.segment is None else [*named, *filter(_REVENUE.search, labels)]
        labels = [label for label in labels if label not in _OF_ANY_PART]
    return [(label, name) for label in labels]


_OF_ANY_PART: Final = ("revenue", "revenues", "net sales", "net revenue", "segment revenue", "收入")
"""Names of rows below the name of a part, which in a sentence are of the company."""


def is_general_capex(name: PrintedName) -> bool:
    """Whether a name is that of capital expenditure of every company, which may mean several definitions."""
    return name.metric == "capex" and not name.entity_id


_PLANNED: Final = {
    "revenue": REVENUE,
    "free_cash_flow": "free cash flow",
    "operating_cash_flow": "net cash from operating activities",
}
"""Metrics of which companies state plans, with the forms of their rows."""


def rows_of(
    names: Iterable[PrintedName],
    bound: Sequence[Bound],
    published: date | None,
    currency: str | None,
    entity: str,
    calendar: FiscalCalendar,
) -> StatedRows:
    """What sentences of a document may state: the company's own names of rows, those names that mean the same in every document, and capital expenditure where
    a table of the document calls its row so."""
    own: list[tuple[str, PrintedName]] = []
    used = [one for one in bound if one.outcome == "used"]
    general: dict[str, PrintedName] = {}
    of_plans: dict[str, PrintedName] = {}
    for name in names:
        if name.metric in _PLANNED and not name.segment:
            of_plans.setdefault(_PLANNED[name.metric], name)
        if name.entity_id and name.metric != _OF_EVERY_SENTENCE:
            own += _in_sentences(name)
        if name.metric in GENERAL:
            for form in filter(None, map(row_form, name.labels)):
                general.setdefault(form, name)
    spent = (one.name for one in used if is_general_capex(one.name) and row_form(one.cell.label) == CAPEX)
    general |= dict(zip([CAPEX], spent, strict=False))
    periods = frozenset(one.period for one in used if one.period is not None and not one.period.is_instant)
    return StatedRows(
        sorted(own, key=lambda item: -len(item[0])), general, of_plans, periods, published, currency, entity, calendar
    )
