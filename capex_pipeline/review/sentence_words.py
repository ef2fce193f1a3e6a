"""Reads what the words around a number say of it: its company, its metric, its period, and whether it is a plan.

Add here a question about the words of one sentence. Which reading follows belongs to `readings`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Cue, Entity, Vocabulary
from capex_pipeline.article.period_dates import Days, PeriodContext, day_of_balance, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.period_rules import grew_over
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.printed_tables.prose import planned_periods
from capex_pipeline.review.asked_periods import days_of, is_far_label, is_over, nearest_quarter
from capex_pipeline.review.chip_counts import speaks
from capex_pipeline.review.entries import Span, label_of
from capex_pipeline.review.named_metrics import REACH, metric_named, place_in
from capex_pipeline.review.other_amounts import (
    EXCLUDED,
    FINANCING,
    TRANSLATION,
    is_excluded,
    is_of_financing,
    is_part,
    is_share,
    is_translation,
)
from capex_pipeline.review.reportable_periods import recent_periods, trailing_year, year_after, year_before
from capex_pipeline.review.source import Source
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import LONGEST_QUARTER
from capex_pipeline.values.words import MONTHS

_REACH: Final = 9
"""Words after a number among which the noun for companies stands."""
FOLLOWING: Final = 3
"""Words after a number among which the company stands that it belongs to ("224,000 for Meta")."""
_SHORTEST_PERIOD: Final = 80
"""Days. A month or a day in a sentence is when something was said, or when something else happened."""
_SPANS: Final = frozenset(("over", "next", "coming", "following", "within"))
"""Words before "years" that make of them the period of an amount: "over three years"."""
_SUCCEEDING: Final = frozenset(("following", "next", "subsequent"))
NUMBERS: Final = {word: number for number, word in enumerate(("two", "three", "four", "five"), start=2)}
_YEARS_OF_PLAN: Final = frozenset(("budget", "plan", "programme", "program", "pledge", "commitment"))
_UNDER_WAY: Final = frozenset(("increasing", "raising", "lifting", "boosting", "doubling", "stepping", "ramping"))
"""Verbs of which the present tense tells a plan: "we are increasing our capex to"."""
_DONE: Final = frozenset("spent reported posted booked invested poured recorded logged disclosed paid".split())
"""Verbs of which the past tense tells a result."""
_SOLD: Final = frozenset(("sold", "sells", "selling"))
_SAME_OF_LAST_YEAR: Final = [
    [before, "the", "same", unit, *year]
    for before in ("in", "of", "for")
    for unit in ("quarter", "period")
    for year in (("last", "year"), ("a", "year"))
]
"""Words after a number of a year earlier: "the Rmb12.1bn of the same quarter last year"."""
_COMPARING: Final = frozenset(("compared", "versus", "vs", "against", "than"))
_COMPARING_WITH: Final = frozenset((("from", "the"), ("over", "the")))
"""Words between a rate of growth and the time with which it compares."""
AHEAD: Final = ("guidance", "forecast")
_SOONEST: Final = 21
"""Days after the end of a quarter before which companies seldom report it."""
_EXPECTS: Final = frozenset(("expects", "forecasts", "plans", "sees", "guides"))
_BEGUN: Final = frozenset(("begun", "began", "started"))
"""Verbs before a word of plans that make of it one of before: "having begun the year with a plan of $75bn"."""
_TOTAL: Final = frozenset(("total", "overall", "group", "consolidated", "companywide"))
"""Words right before a word of sales that make of it the revenue of a whole company."""
CLOUD_WORDS: Final = ("segment", "segment_words", "segment_back", "cloud_part")
_PAID_FOR: Final = (["for", "property", "and", "equipment"], ["of", "property", "and", "equipment"])
_PARTS_OF_SENTENCE: Final = frozenset((",", ";", ":", "while", "whereas", "but"))
_TIMES_BEFORE: Final = frozenset(("earlier", "ago", "before", "previously"))
_CLOUD_SALES: Final = ("revenue of several segments", "part of cloud revenue")
_ORDERS: Final = frozenset(("contracts", "orders"))
_BEFORE_BASE: Final = frozenset(("with", "from", "than", "against", "versus", "vs"))
"""Words right before an amount with which another one is compared."""
_UNFULFILLED: Final = frozenset(("yet", "unfulfilled", "undelivered", "outstanding"))
_NO_SALES: Final = ("profit", "order book", "other cost", "annual run rate", "market share", "people or use")
"""What an amount beside the name of a cloud business may be besides its revenue."""
_EXCHANGE: Final = frozenset(("exchange", "currency", "fx", "f/x"))
_SUBJECTS: Final = re.compile(
    r"(?:, and|;|, while|, but| and)\s+([A-Z][\w&-]+(?: [A-Z][\w&-]+)*),? (?:an? |the |which |expects|plans|spent|will|said|has |put)"
)
"""A name with which a later part of a sentence begins, and what a subject does."""
PLANNED: Final = ("capex", "cloud_revenue", "revenue")
"""Metrics for which companies give guidance."""


@dataclass(frozen=True)
class _Named:
    """A company in a sentence, and how many words are between it and the number."""

    entity: str
    distance: int
    follows: bool


class SentenceWords:
    """A sentence and the number in it, as far as they tell which readings are possible. place: of the number in the sentence. heading: above it."""

    def __init__(self, text: str, place: Span, vocabulary: Vocabulary, heading: str = "") -> None:
        self.text, self.vocabulary, self._heading = text, vocabulary, heading
        self.tokens: Tokens = tokenise(plain_text(text))
        self.first, self.last = place_in(text, *place)
        self.is_translation = is_translation(text, *place)
        self._quote = text[slice(*place)]
        self.cues: Sequence[Cue] = vocabulary.find_cues(self.tokens)
        self.claimants = {cue.value for cue in self.cues if cue.kind == "claimant"}
        self.houses = sorted({vocabulary.house(self.tokens, cue) for cue in self.cues} - {""})
        self.house = self.houses[0] if len(self.houses) == 1 else ""
        self.company_speaks = any(speaks(cue, self.cues, self.tokens) for cue in self.cues if cue.kind == "entity")
        numbers: Mapping[str, int] = vocabulary.collectives.get("numbers", {})
        heads = {word for head in vocabulary.collective_heads for word in head[-1:]}
        words = self.tokens.words
        counts = {
            numbers[word]
            for at, word in enumerate(words)
            if word in numbers
            and (
                not heads.isdisjoint(words[at + 1 : at + _REACH])
                or words[max(0, at - 1)] in ("big", "top")
                or words[at + 1 : at + 2] in (["largest"], ["biggest"])
                or words[max(0, at - 2) : at] == ["group", "of"]
            )
        }
        countries = {code for name, code in vocabulary.collectives.get("countries", {}).items() if str(name) in words}
        self.counts_group = bool(counts)
        has_owner = any(cue.kind in ("entity", "segment") and cue.last < self.first for cue in self.cues)
        self.is_uncounted_group = not counts and not heads.isdisjoint(words[: self.first]) and not has_owner
        self.groups = [
            name
            for name, entity in sorted(vocabulary.entities.items(), key=lambda one: (len(one[1].members), one[0]))
            if entity.type == "group"
            and len(entity.members) > 1
            and (len(entity.members) in counts or (self.is_uncounted_group and bool(countries)))
            and (not countries or entity.country in countries or (entity.country is None and bool(counts)))
        ]

    def companies(self) -> list[_Named]:
        """Companies of the sentence, the nearest to the number first."""
        companies = [
            _Named(cue.value, self._gap(cue), cue.first > self.last)
            for cue in self.cues
            if cue.kind in ("entity", "segment")
            and (known := self.vocabulary.entities.get(cue.value)) is not None
            and known.type == "company"
        ]
        return sorted(companies, key=lambda one: one.distance)

    def is_of_group_only(self, entity: str) -> bool:
        """Whether the sentence counts the companies of a known group and does not name the one to which the machine gave the number."""
        return (
            bool(self.groups)
            and self.counts_group
            and entity not in (*self.groups, *(one.entity for one in self.companies()))
        )

    def subject(self) -> str:
        """The company that the sentence names first, before its number and before any word that points back; empty where none is."""
        back = min((cue.first for cue in self.cues if cue.kind == "anaphor"), default=self.first)
        named = [
            cue.value
            for cue in self.cues
            if cue.kind in ("entity", "segment")
            and cue.last < min(self.first, back)
            and cue.value in self.vocabulary.entities
        ]
        return named[0] if named else ""

    def has_unknown_subject(self) -> bool:
        """Whether the part of the sentence before the number begins with a name that no reference list has: "and Nebius, a Dutch rival, expects"."""
        number = self.tokens.starts[self.first] if self.first < len(self.tokens.words) else len(self.text)
        named = list(_SUBJECTS.finditer(self.text[:number]))[-1:]
        return any(
            not any(
                self.tokens.at(found.start(1)) <= cue.first <= self.tokens.at(found.end(1) - 1) for cue in self.cues
            )
            and found[1].casefold() not in MONTHS
            for found in named
        )

    def makers(self) -> list[str]:
        """The makers of the chips that the sentence names, the nearest to the number first."""
        products = sorted((cue for cue in self.cues if cue.kind == "product"), key=self._gap)
        makers = (self.vocabulary.suppliers[cue.value] for cue in products)
        return list(dict.fromkeys(filter(None, makers)))

    def _gap(self, cue: Cue) -> int:
        return cue.first - self.last if cue.first > self.last else self.first - cue.last

    def owner_behind(self) -> str:
        """The company that follows the number after "for", "at", "by" or "to"; empty where none does."""
        words = self.tokens.words
        for one in self.companies():
            if (
                one.follows
                and one.distance <= FOLLOWING
                and words[self.last + 1 : self.last + 2] in (["for"], ["at"], ["by"], ["to"])
            ):
                return one.entity
        return ""

    def names_metric(self, metric: str) -> bool:
        """Whether the sentence has a word of a metric before the number."""
        return any(cue.kind == "metric" and cue.value == metric and cue.last < self.first for cue in self.cues)

    def cloud_owner(self) -> str:
        """The company whose name for its cloud business stands right before the number: "Azure's 39 per cent"."""
        return self.vocabulary.cloud_owner(self.tokens, max(0, self.first - FOLLOWING), self.first) or ""

    def metric(self, reach: int = REACH) -> str:
        """As `metric_named`, for the number."""
        return metric_named(self.tokens, self.first, self.last, self.vocabulary, reach)

    def definition_of(self, fields: Mapping[str, str], needs_name: bool = False) -> dict[str, str]:
        """The definition that the sentence names: cash paid for property and equipment is capital expenditure as cash purchases, and a part of a
        company's cloud business has one of its own."""
        words, named = self.tokens.words, ""
        parts = [cue for cue in self.cues if cue.kind == "cloud_part"]
        if any("plus" in words[one.last + 1 : one.last + 2] for one in parts):
            return {}  # "cloud revenue (IaaS plus SaaS)"
        if fields.get("metric") == "cloud_revenue":
            named = self.vocabulary.cloud_definition(
                self.tokens, fields.get("entity", ""), (self.first, self.last), needs_name=needs_name
            )
        elif fields.get("metric") == "capex" and fields.get("measure") == "level" and "cash" in words:
            named = "cash_purchases" if any(words[at : at + 4] in _PAID_FOR for at in range(len(words))) else ""
        return {"definition": named} if named else {}

    def names(self, entity: str) -> bool:
        """Whether the sentence names a company or its cloud business."""
        owner = self.vocabulary.cloud_owner(self.tokens, 0, len(self.tokens.words))
        return entity in (owner, *(cue.value for cue in self.cues if cue.kind in ("entity", "segment")))

    def names_owner(self, entity: str, entry: Mapping[str, Any], source: Source) -> bool:
        """Whether the sentence or the title names a company or group, or the paragraph no other company."""
        named = {cue.value for cue in (*self.cues, *self._cues_of_title(source)) if cue.kind in ("entity", "segment")}
        is_alone = set(companies_of_paragraph(str(entry.get("locator")), source)) <= {entity}
        owner = self.vocabulary.cloud_owner(self.tokens, 0, len(self.tokens.words))
        return is_alone or entity in (*named, *self.makers(), *self.groups, owner) or self.is_uncounted_group

    def names_claimant(self, claimant: str, source: Source) -> bool:
        """Whether the sentence or the title speaks of a source; the company, its executives and the publication need no words."""
        if claimant in ("", "company", "publication", "executive"):
            return True
        words = {*self.tokens.words, *tokenise(plain_text(str(source.document.get("title") or ""))).words}
        kinds = {cue.value for cue in (*self.cues, *self._cues_of_title(source)) if cue.kind == "claimant"}
        if not self.houses and "analyst" in kinds and claimant in self.vocabulary.houses.values():
            return True  # "the broker" of the sentence before
        return claimant in (*kinds, *self.houses) or set(tokenise(plain_text(claimant)).words) <= words

    def _cues_of_title(self, source: Source) -> Sequence[Cue]:
        return self.vocabulary.find_cues(tokenise(plain_text(str(source.document.get("title") or ""))))

    @property
    def reason_of_other_amount(self) -> str:
        """Why the words make of an amount of money none of a metric that companies report; empty where they do not."""
        if self.is_translation:
            return TRANSLATION
        if is_excluded(self.tokens, self.first):
            return EXCLUDED
        return FINANCING if self.is_of_financing else ""

    @property
    def is_at_constant_rates(self) -> bool:
        """Whether a rate is that at constant exchange rates: "39 per cent in constant currency", "excluding changes in exchange rates, sales grew 12%"."""
        words = self.tokens.words
        excluded = words.index("excluding") if "excluding" in words[: self.first] else None
        is_excluded = excluded is not None and not _EXCHANGE.isdisjoint(words[excluded : self.first])
        return is_excluded or any(
            cue.kind == "constant_currency" and 0 < cue.first - self.last <= 2 for cue in self.cues
        )

    def is_reported(self, figure: Mapping[str, str], published: date | None) -> bool:
        """Whether a plan would be for a quarter of which its company can have reported the result by now, and the words speak of no earlier plan."""
        recent = recent_periods(published, self.vocabulary.entities.get(figure.get("entity", "")))[:1]
        days = days_of(figure.get("period", ""))
        if self.tells_of_earlier_plan or self.is_planned_behind or not recent or days is None:
            return False
        is_due = published is not None and (published - days[1]).days > _SOONEST
        return is_due and days[1] <= recent[0][1] and (days[1] - days[0]).days <= LONGEST_QUARTER

    @property
    def is_of_financing(self) -> bool:
        """Whether the number, as an amount of money, is borrowed, paid out or a cost."""
        return is_of_financing(self.tokens, self.cues, self.first, self.last)

    @property
    def is_of_total_sales(self) -> bool:
        """Whether the number is one of the whole revenue of a company by the words of its part of the sentence: "total revenues are expected to grow 12%"."""
        words = self.tokens.words
        since = max((at for at in range(self.first) if words[at] in _PARTS_OF_SENTENCE), default=-1)
        before = [cue for cue in self.cues if since < cue.first < self.first]
        sales = [cue for cue in before if cue.kind == "sales"]
        has_cloud = any(cue.kind in CLOUD_WORDS or cue.value == "cloud_revenue" for cue in before)
        return not has_cloud and any(words[cue.first - 1] in _TOTAL for cue in sales if cue.first)

    def is_other_amount(self, figure: Mapping[str, str]) -> bool:
        """Whether the words say that the number is not the figure of a reading: a translation, a part of a sum, a share, borrowed money or a cost."""
        if self.is_translation or is_excluded(self.tokens, self.first):
            return True
        if figure.get("measure", "level") != "level":
            return (self.is_at_constant_rates and figure.get("status") not in AHEAD) or is_share(
                self._quote, self.tokens, self.first, self.last
            )
        if figure.get("metric") not in PLANNED:
            return False
        has_definition = bool(self.definition_of(figure))  # "of which $13.9bn was cash paid for property and equipment"
        is_of_sum = not has_definition and is_part(self.tokens, self.first, self.last)
        return is_of_sum or self.is_of_financing

    @property
    def speaks_of_plans(self) -> bool:
        """Whether the sentence has a word of plans or of a change that is under way ("we are increasing our capex to")."""
        return any(cue.kind == "guidance" for cue in self.cues) or self._is_under_way

    @property
    def tells_of_earlier_plan(self) -> bool:
        """Whether a plan is told as one of before: "the company had guided to $180bn"."""
        words = self.tokens.words
        return any(
            cue.kind == "guidance"
            and cue.last < self.first
            and (
                self.tokens.word(cue.first - 1) == "had"
                or not _BEGUN.isdisjoint(words[max(0, cue.first - REACH) : cue.first])
            )
            for cue in self.cues
        )

    @property
    def says_plan(self) -> bool:
        """Whether a word of plans stands before the number."""
        return any(cue.kind == "guidance" and cue.last < self.first for cue in self.cues)

    @property
    def is_planned(self) -> bool:
        """Whether such a word stands before the number, or a change is under way."""
        return self.says_plan or self._is_under_way

    def is_literal(self, fields: Mapping[str, str]) -> bool:
        """Whether the name of a cloud business or metric stands right before the number in its part of the sentence, and nothing compares the number:
        "Azure's revenue grew 40 per cent", "the backlog swelled by 51 per cent to $392bn"."""
        words, metric = self.tokens.words, fields.get("metric", "")
        since = max((at for at in range(self.first) if words[at] in _PARTS_OF_SENTENCE), default=-1)
        before = self.tokens.words[self.first - 1 : self.first]
        if (
            self.is_compared
            or before in (["of"], ["than"])
            or not _TIMES_BEFORE.isdisjoint(words[self.last + 1 : self.last + 6])
        ):
            return False
        others = [cue for cue in self.cues if cue.kind == "context" and since < cue.first < self.first]
        if metric == "cloud_revenue":
            named = self.vocabulary.cloud_names(self.tokens, fields.get("entity", ""), since + 1, self.first)
            moves = any(
                (cue.kind in ("sales", "up", "down") or cue.value in _CLOUD_SALES)
                and (since < cue.first < self.first or (cue.kind == "sales" and 0 < cue.first - self.last <= FOLLOWING))
                for cue in self.cues
            )
            return bool(named) and moves and all(cue.value not in _NO_SALES for cue in others)
        own = ("order book", "cash or debt") if metric.endswith("_cash_flow") else ("order book",)
        return bool(metric) and self.metric() == metric and all(cue.value in own for cue in others)

    def closed_quarter(self, company: Entity | None, published: date | None) -> Days | None:
        """The last quarter of a company that was over in the month at whose end a balance is given: "at the end of December"; None where none is named."""
        words = self.tokens.words
        months = [
            MONTHS[word]
            for at, word in enumerate(words)
            if word in MONTHS
            and (words[max(0, at - 2) : at] == ["end", "of"] or words[at + 1 : at + 2] in (["31"], ["30"], ["28"]))
        ]
        if company is None or company.calendar is None or published is None or len(set(months)) != 1:
            return None
        quarters = [
            company.calendar.quarter_bounds(year, number)
            for year in (published.year - 1, published.year, published.year + 1)
            for number in (1, 2, 3, 4)
        ]
        over = [days for days in quarters if days[1] < published and days[1].month == months[0]]
        return max(over) if over else None

    @property
    def is_compared(self) -> bool:
        """Whether a word of comparison stands right before the number."""
        return any(cue.kind == "comparison" and self.first - cue.last in (1, 2) for cue in self.cues)

    @property
    def speaks_of_orders(self) -> bool:
        """Whether the sentence speaks of contracts that are not fulfilled, which is what a backlog is."""
        words = self.tokens.words
        return not _ORDERS.isdisjoint(words) and not _UNFULFILLED.isdisjoint(words[self.first :])

    @property
    def compares_counts(self) -> bool:
        """Whether a multiple compares two companies: "twice as many as Meta"."""
        return self.tokens.words[self.last + 1 : self.last + 3] in (["as", "many"], ["as", "much"])

    @property
    def speaks_of_change(self) -> bool:
        """Whether the sentence has a word of growth or of a comparison, without which a percentage is a part of something."""
        return any(cue.kind in ("up", "down", "comparison") for cue in self.cues)

    @property
    def is_done(self) -> bool:
        """Whether the last verb before the number, of plans or results, is one of results: "spent", "it had reported"."""
        done = max((at for at, word in enumerate(self.tokens.words[: self.first]) if word in _DONE), default=-1)
        return done > max(
            (cue.last for cue in self.cues if cue.kind == "guidance" and cue.last < self.first), default=-1
        )

    @property
    def is_planned_behind(self) -> bool:
        """Whether a word of plans follows the number: "the $50 billion that it had planned"."""
        return any(cue.kind == "guidance" and 0 < cue.first - self.last <= REACH for cue in self.cues)

    @property
    def _is_under_way(self) -> bool:
        words = self.tokens.words[: self.first]
        return any(word in _UNDER_WAY and before in ("is", "are", "am") for before, word in pairwise(words))

    @property
    def is_of_sales(self) -> bool:
        """Whether the sentence speaks of sales and of no spending, so that its amounts are no capital expenditure."""
        kinds = {cue.value if cue.kind == "metric" else cue.kind for cue in self.cues}
        if not _SOLD.isdisjoint(self.tokens.words[: self.first]):
            return kinds.isdisjoint(("capex", "spend"))  # what is sold may be built into data centres
        return "sales" in kinds and kinds.isdisjoint(("capex", "capex_objects", "spend"))

    @property
    def is_of_years(self) -> bool:
        """Whether the sentence gives an amount for several years, which is that of no single one."""
        words = self.tokens.words
        if any(word in _YEARS_OF_PLAN and "-year" in self.text for word in words[: self.first]):
            return True  # "its three-year budget"
        return any(
            words[at] == "years"
            and not _SPANS.isdisjoint(words[max(0, at - 4) : at])
            and words[at + 1 : at + 2] != ["ago"]
            for at in range(len(words))
        )

    @property
    def is_of_year_before(self) -> bool:
        """Whether the words after the number say that it is of a year earlier."""
        following = self.tokens.words[self.last + 1 : self.last + 5]
        return (
            any(following[at : at + 2] in (["year", "earlier"], ["year", "ago"], ["year", "before"]) for at in range(3))
            or self.tokens.words[self.last + 1 : self.last + 7] in _SAME_OF_LAST_YEAR
        )

    def is_whole_revenue(self, figure: Mapping[str, str]) -> bool:
        """Whether a word of sales stands right before the number, and all revenue of the company, which the sentence names first, is cloud revenue."""
        owner = figure.get("entity", "")
        is_beside = any(cue.kind == "sales" and 0 < self.first - cue.last <= FOLLOWING for cue in self.cues)
        return is_beside and owner in self.vocabulary.cloud_only and self.subject() == owner

    @property
    def is_new_plan(self) -> bool:
        """Whether a plan is raised or narrowed to the number: "raised its plan to $85bn from $75bn"."""
        before = [self.tokens.word(self.first - 2), self.tokens.word(self.first - 1)]
        is_led = before[1] in ("to", "at", "of") or (before[0] == "now" and before[1] in _EXPECTS)
        return self.says_plan and is_led and not self.tells_of_earlier_plan

    @property
    def names_day_behind(self) -> bool:
        """Whether the words after the number give the day of a balance: "$137.8 billion as of May 31, 2025"."""
        following = find_periods(self.tokens, self.tokens.end(self.last), len(self.tokens.plain.text))[:1]
        return any(day_of_balance(one) and self.tokens.at(one.start) - self.last <= FOLLOWING for one in following)

    def is_base_of(self, period: str, calendar: FiscalCalendar | None, published: date | None) -> bool:
        """Whether a plan is compared with the number, which is of a period that the words right after it name and that is over: "up from $230bn in 2024"."""
        is_compared = self.is_compared or self.tokens.word(self.first - 1) in _BEFORE_BASE
        if not is_compared or self.tells_of_earlier_plan or not is_over(period, published):
            return False
        context = PeriodContext(published, calendar, None, False, True)
        return any(
            (days := read_period(one, context).days) is not None
            and label_of(days) == period
            and self.tokens.at(one.start) - self.last <= FOLLOWING
            for one in find_periods(self.tokens, self.tokens.end(self.last), len(self.tokens.plain.text))[:1]
        )

    def successive_year(self, company: Entity | None, published: date | None) -> list[str]:
        """The fiscal year of one of several amounts that are given for the years after a plan: "$18 billion this fiscal year, and then $32 billion, $73 billion
        and $114 billion over the following three years". Empty for any other number."""
        words = self.tokens.words
        heads = [
            at for at in range(self.last + 1, len(words) - 2) if words[at] in _SUCCEEDING and words[at + 2] == "years"
        ]
        count = NUMBERS.get(words[heads[0] + 1]) if heads else None
        if count is None or company is None or company.calendar is None or published is None:
            return []
        amounts = [one for one in find_quantities(self.text) if one.kind == "money"]
        places = [place_in(self.text, one.start, one.end) for one in amounts]
        listed = [place for place in places if place[1] < heads[0]][-count:]
        gaps = [set(words[one[1] + 1 : other[0]]) for one, other in pairwise(listed)]
        own = next((at for at, place in enumerate(listed) if place[0] == self.first), None)
        if len(listed) != count or own is None or not all(gap <= {",", "and"} for gap in gaps):
            return []
        years = [company.calendar.year_bounds(year) for year in range(published.year - 1, published.year + 3)]
        now = next((at for at, days in enumerate(years) if days[0] <= published <= days[1]), None)
        if now is None:
            return []
        return [label_of(company.calendar.year_bounds(published.year - 1 + now + own + 1))]

    def _is_compared_with(self, period: int) -> bool:
        """Whether the number is compared with that of a later period of the sentence: "34% compared to $3bn in the same quarter of 2024"."""
        between = self.tokens.words[self.last + 1 : period]
        return not _COMPARING.isdisjoint(between) or any(pair in _COMPARING_WITH for pair in pairwise(between))

    def periods(
        self, company: Entity | None, published: date | None, is_ahead: bool, is_rate: bool = False
    ) -> list[str]:
        """The periods that the sentence names, the nearest to the number first, then for a plan those of its heading. is_rate: of growth, which is not that
        of the time with which it compares."""
        calendar = company.calendar if company is not None and company.type != "group" else None
        context = PeriodContext(published, calendar, None, is_ahead, True)
        read: list[tuple[int, Days | None]] = []
        for one in find_periods(self.tokens, 0, len(self.tokens.plain.text)):
            at = self.tokens.at(one.start)
            if is_ahead and "earlier" in self.tokens.words[max(0, at - 2) : at]:
                continue  # that is when the plan was made
            days = read_period(one, context).days
            is_base = days is not None and is_ahead and self._is_compared_with(at)
            if days is not None and is_base and is_over(label_of(days), published):
                days = nearest_quarter(
                    (year_after(days[0]), year_after(days[1])), calendar
                )  # "compared with fourth quarter 2024"
            if is_rate and not is_base and (one.form == "year_earlier" or self._is_compared_with(at)):
                continue
            if days is not None and not is_ahead and grew_over(self.tokens.words[max(0, at - 3) : at]):
                following = days[1] + timedelta(days=1), days[1] + timedelta(days=91)
                later = [(year_after(days[0]), year_after(days[1])), nearest_quarter(following, calendar)]
                read += [
                    (abs(at - self.first), quarter) for quarter in later if quarter[1] <= (published or quarter[1])
                ]
                continue  # "up 12% over the third quarter of 2025" is growth of a later one
            if one.form == "trailing" and not is_ahead:
                days = trailing_year(published, company)
            if days is not None and is_ahead and is_far_label(label_of(days), published):
                days = nearest_quarter((year_before(days[0]), year_before(days[1])), calendar)
            context = context._replace(carried=days or context.carried)  # "over the same period"
            read.append((abs(at - self.first), days))
        named = [days for _, days in sorted(read, key=lambda one: one[0])]
        if is_ahead:
            named += planned_periods(self._heading, published, calendar, self.vocabulary)
        return [label_of(days) for days in named if days is not None and (days[1] - days[0]).days >= _SHORTEST_PERIOD]


def companies_of_paragraph(place: str, source: Source) -> list[str]:
    """The companies that the sentences of a paragraph name, in their order."""
    tokens = tokenise(plain_text("\n".join(one.text for one in source.passages if one.place == place)))
    names = [cue.value for cue in source.vocabulary.find_cues(tokens) if cue.kind in ("entity", "segment")]
    entities = source.vocabulary.entities
    return [name for name in dict.fromkeys(names) if name in entities and entities[name].type == "company"]
