"""Computes the answers that the review page offers for a number: its readings as a figure, the likeliest first, and leaving it out.

Add here a reading that one key should be able to choose, or a rule for which answer is preselected. The machine's own reading belongs to
`article_draft` and `document_draft`, what a build accepts to `checks.build_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.each_quarter import EACH_QUARTER
from capex_pipeline.article.lexicon import Cue, Entity, Vocabulary
from capex_pipeline.article.period_dates import Days, PeriodContext, day_of_balance, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.period_rules import grew_over
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.printed_tables.binding import ROLLING, SEVERAL
from capex_pipeline.printed_tables.prose import UNSURE_NAME, planned_periods
from capex_pipeline.review.chip_counts import WHOSE_COUNT, Count, counts, is_chip_count, speaks
from capex_pipeline.review.entries import (
    CLAIMANTS,
    CONFIRMED,
    MOST_READINGS,
    NAMED,
    NAMED_DEFINITION,
    NO_FIGURE,
    ONLY_WHO,
    REQUIRED_BY_METRIC,
    WHO,
    Span,
    entries_of,
    label_of,
    missing_keys,
    required_keys,
    span_of,
)
from capex_pipeline.review.named_metrics import REACH, WHOLE_SENTENCE, metric_named, place_in
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
from capex_pipeline.review.proposals import COMPARED, differing, proposal_of
from capex_pipeline.review.reportable_periods import (
    is_far_quarter,
    recent_periods,
    trailing_year,
    year_after,
    year_before,
)
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.schemas.vocabulary import DIRECTION
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.grouping import first_of_each
from capex_pipeline.values.periods import LONGEST_QUARTER
from capex_pipeline.values.words import MONTHS

Answer = dict[str, Any]
"""label: what is recorded. set: fields that change, or ignore: the reason for leaving the number out. others: the reason for leaving out the
other numbers of the question. alone: whether it answers for no other level of the sentence."""

BY_ASSISTANT: Final = "As the assistant reads it"
_MOST: Final = 4
_REACH: Final = 9
"""Words after a number among which the noun for companies stands."""
_FOLLOWING: Final = 3
"""Words after a number among which the company stands that it belongs to ("224,000 for Meta")."""
_SHORTEST_PERIOD: Final = 80
"""Days. A month or a day in a sentence is when something was said, or when something else happened."""
_ESTIMATED_EARLY: Final = 45
"""Days before the end of a period at which an estimate of it is still none of the future."""
_CALENDAR: Final = FiscalCalendar(12, "month_end", "calendar")
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
_RATES: Final = ("yoy_growth", "yoy_multiple")
_COMPARING: Final = frozenset(("compared", "versus", "vs", "against", "than"))
_COMPARING_WITH: Final = frozenset((("from", "the"), ("over", "the")))
"""Words between a rate of growth and the time with which it compares."""
_AHEAD: Final = ("guidance", "forecast")
_SOONEST: Final = 21
"""Days after the end of a quarter before which companies seldom report it."""
_EXPECTS: Final = frozenset(("expects", "forecasts", "plans", "sees", "guides"))
_BEGUN: Final = frozenset(("begun", "began", "started"))
"""Verbs before a word of plans that make of it one of before: "having begun the year with a plan of $75bn"."""
_TOTAL: Final = frozenset(("total", "overall", "group", "consolidated", "companywide"))
"""Words right before a word of sales that make of it the revenue of a whole company."""
_CLOUD_WORDS: Final = ("segment", "segment_words", "segment_back", "cloud_part")
_LIKELY: Final = (
    "The sentence does not name the period.", "The words leave open who says so.", "The machine is not sure", "The year may be the calendar year",
    "No quarter of", EACH_QUARTER,
)  # fmt: skip
"""How questions begin whose first answer is preselected: of the labelled texts (benchmarks/article_prose_labels.csv), at least three of four such
numbers are figures."""
_UNLIKELY: Final = (
    "The machine left it out", "No company is named", "A sum over", "The sign or the brackets", "The supplier's own orders", "The text names no number",
    "The number has no unit", "The words point back", "The supplier is not named",
)  # fmt: skip
"""How questions begin of which leaving out is preselected: at most one of five such numbers is a figure. All other questions are open, and so are
numbers of which company, metric and value are read."""
_TOLD_PLAN: Final = "The words speak of a plan, and its period is over"
_READ: Final = ("entity", "metric", "value")
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
_SEQUENTIAL: Final = "Growth against the quarter before"
_EXCHANGE: Final = frozenset(("exchange", "currency", "fx", "f/x"))
_FIRM: Final = (
    "Context: share price", "Context: profit", "Context: value of a company", "What others had expected", "The text names a size", "A supposition",
)  # fmt: skip
"""How the machine's reasons begin that were right for at least 95 of 100 numbers of the labelled texts; readings are offered where the sentence names
another metric."""
_RUN_RATE: Final = "Context: annual run rate"
"""How the reason begins of an amount of a company's document that is of no period."""
_PARTS_OF_CLOUD: Final = ("Context: part of cloud revenue", "Context: revenue of several segments")
_SALES: Final = ("Context: revenue", "Context: other business", "Context: cloud revenue")
"""How the machine's reasons begin that say a number is what something sells for, so that it is no spending."""
_NOT_YET_SALES: Final = frozenset(("deferred", "unearned"))
"""Words before "revenue" that make of it what is no revenue yet."""
_WHOLE: Final = "Context: revenue of a whole company"
"""How the machine's reason begins that a number is the revenue of a company of which the words name no cloud business."""
_SEVERAL_COMPANIES: Final = "Several companies that are no group of the reference."


_SUBJECTS: Final = re.compile(
    r"(?:, and|;|, while|, but| and)\s+([A-Z][\w&-]+(?: [A-Z][\w&-]+)*),? (?:an? |the |which |expects|plans|spent|will|said|has |put)"
)
"""A name with which a later part of a sentence begins, and what a subject does."""


class Neighbour(NamedTuple):
    """A number of the same text that has a period: where it is, and its fields."""

    start: int
    locator: str
    fields: Mapping[str, str]


def neighbours(review: Mapping[str, Any]) -> list[Neighbour]:
    """The figures of a review that have a company and a period, in the order of the text."""
    answers = [
        neighbour(entry, entry)
        for entry in entries_of(review, "figures")
        if span_of(entry) and entry.get("period") and entry.get("entity")
    ]
    return sorted(answers, key=lambda one: one.start)


def neighbour(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> Neighbour:
    """An entry as a neighbour of others. fields: as far as they are known or preselected."""
    texts = {key: str(value) for key, value in fields.items() if value not in (None, "")}
    return Neighbour((span_of(entry) or (0, 0))[0], str(entry.get("locator") or ""), texts)


def answers(
    entry: Mapping[str, Any],
    part: str,
    fields: Mapping[str, str],
    review: Mapping[str, Any],
    source: Source,
    passage: Passage | None,
    near: Sequence[Neighbour] = (),
) -> tuple[list[Answer], int | None]:
    """The answers for an entry that is no sure figure, and which of them is preselected: None where a person has to choose.

    part: the list of the entry. fields: what is known of it. near: as of `neighbours`. A number that the draft left out has readings only, none
    of which is preselected.
    """
    span = span_of(entry)
    words: _Words | None = None
    if passage is not None and span is not None and not passage.cells:
        words = _Words(passage.text, passage.place_of(span), source.vocabulary, passage.above)
        near = [one for one in near if one.start != span[0]]
    needed = required_keys(review)
    readings: list[Answer] = []
    if part == "undecided":
        beside = [one for one in near if passage is not None and passage.start <= one.start < passage.end]
        readings += _of_question(entry, fields, review, source, words, beside)
    is_sure_group = False
    is_named = words is not None and words.names_owner(fields.get("entity", ""), entry, source)
    is_named = is_named and not (words is not None and words.is_of_group_only(fields.get("entity", "")))
    is_repeated = str(entry.get("reason")).startswith(_REPEATED)
    if words is not None and not is_repeated and not (part == "undecided" and _is_asked_of_figure(entry) and is_named):
        offered = _readings(fields, words, source, near, span or (0, 0), entry)
        others: list[Answer] = [
            {"label": label_of_reading({**fields, **one}, source.vocabulary), "set": one}
            for one in offered
            if not missing_keys({**fields, **one}, needed)
        ]
        if str(entry.get("reason")).startswith(_FIRM) and not words.metric() and not words.speaks_of_orders:
            others = []
        if source.article is None and str(entry.get("reason")).startswith(_RUN_RATE):
            others = []
        is_sure_group = bool(others) and words.counts_group and others[0]["set"].get("entity") in words.groups
        others = others[:_MOST]
        is_other = bool(others) and not {"entity", "metric"}.isdisjoint(others[0]["set"])
        readings = [*others, *readings] if is_other else [*readings, *others]
    if words is not None and part == "undecided" and entry.get("question") not in (ONLY_WHO, WHOSE_COUNT):
        is_told_plan = str(entry.get("question")).startswith(_TOLD_PLAN)
        readings = _with_both_statuses(readings, fields, words, source, is_told_plan)
    kinds = {one.kind for one in source.amounts_at(span)}
    if words is not None:
        first_period = next(({**fields, **one["set"]}.get("period", "") for one in readings), "")
        is_first_over = _is_over(first_period, source.published)
        readings = [
            one for one in readings if _fits({**fields, **one["set"]}, fields, kinds, words, source, is_first_over)
        ]
    company = source.vocabulary.entities.get(fields.get("entity", ""))
    # No period's amount is stated in another currency than its company reports in; plans may be.
    is_foreign = company is not None and any(
        one.currency not in (None, company.currency) for one in source.amounts_at(span)
    )
    if source.article is None and is_foreign:
        readings = [one for one in readings if {**fields, **one["set"]}.get("status") in _AHEAD]
    if words is not None and (following := words.successive_year(company, source.published)):
        readings = [one for one in readings if {**fields, **one["set"]}.get("period") in following]
    readings = list(first_of_each((one["label"], one) for one in readings).values())
    if words is not None and (earlier := _earlier_plan(entry, fields, readings, words)):
        readings = [earlier, *readings] if part == "ignored" else readings
    else:
        earlier = None
    proposal = proposal_of(entry.get("id"), review)
    if part == "undecided" and proposal is not None and differing(entry, proposal) and proposal.get("entity"):
        proposed = {key: str(proposal[key]) for key in COMPARED if key in proposal}
        if not missing_keys({**fields, **proposed}, needed):
            readings.append({"label": BY_ASSISTANT, "set": proposed})
    if part == "ignored":
        if str(entry.get("reason")) == ROLLING and not missing_keys(fields, needed):
            readings = [{"label": label_of_reading(fields, source.vocabulary), "set": {}, "together": True}]
        return readings, None
    if words is not None and not readings and "money" in kinds and (other := words.reason_of_other_amount):
        return [{"label": f"No figure: {other}", "ignore": other}], 0
    leaving = [*([earlier] if earlier else []), *_leaving(entry, words)]
    question = str(entry.get("question"))
    if question == WHOSE_COUNT:
        chosen: int | None = None if fields.get("claimant") == "publication" else 0
    else:
        is_read = not missing_keys(fields, _READ)
        is_of_unknown = any(one.unknown_owner for one in source.amounts_at(span))
        is_plan = bool(readings) and words is not None and _is_dated_plan(entry, fields, readings[0], words, source)
        chosen = _preselected(
            question, len(readings), len(leaving), words, is_sure_group, is_read, is_of_unknown, is_plan
        )
        if (
            readings
            and words is not None
            and _is_named_literally(entry, {**fields, **readings[0]["set"]}, words, source)
        ):
            chosen = 0
    if source.article is None:
        return [*readings, *leaving], _preselected_of_document(entry, fields, readings, len(leaving), words, source)
    if chosen is not None and chosen < len(readings) and words is not None:
        likely = {**fields, **readings[chosen]["set"]}
        is_said = question == WHOSE_COUNT or words.names_claimant(likely.get("claimant", ""), source)
        chosen = chosen if is_said and words.names_owner(likely.get("entity", ""), entry, source) else None
    return [*readings, *leaving], chosen


def _fits(
    figure: Mapping[str, str],
    drafted: Mapping[str, str],
    kinds: Container[str],
    words: _Words,
    source: Source,
    is_first_over: bool,
) -> bool:
    """Whether a reading can be right: chips are counted and amounts are not, a plan is not over, a result is, and only plans are ranges. An article may
    tell of a plan for a period that is over; a company gives none.

    drafted: the fields before the answer. kinds: of the amount, such as money. is_first_over: whether the period of the likeliest reading was over.
    """
    is_ahead, published = figure.get("status") in _AHEAD, source.published
    may_be_over = words.speaks_of_plans and source.article is not None
    if is_ahead and (_is_far_quarter(figure.get("period", ""), published) or words.is_reported(figure, published)):
        return False
    if words.is_other_amount(figure) or (figure.get("metric") == "cloud_revenue" and words.is_of_total_sales):
        return False
    if is_ahead and figure.get("metric") in words.vocabulary.balances and _is_over(figure.get("period", ""), published):
        return False
    counts_chips = figure.get("metric") == "gpu_units"
    if ("count" in kinds and not counts_chips) or ("money" in kinds and counts_chips):
        return False
    if is_ahead and _is_over(figure.get("period", ""), published) and not may_be_over:
        return False
    is_result = drafted.get("status") == "reported"
    if is_ahead and is_result and (words.is_done or (is_first_over and not words.speaks_of_plans)):
        return False
    is_company_money = figure.get("metric") in _PLANNED and not is_ahead
    if is_company_money and figure.get("period", "").endswith(f"/{published}"):
        return False  # no company reports a period up to the day of an article
    is_range = bool(figure.get("value_low")) or " to " in figure.get("value", "")
    return not (is_range and not is_ahead and (drafted.get("status") in _AHEAD or words.speaks_of_plans))


def _with_both_statuses(
    readings: Sequence[Answer], fields: Mapping[str, str], words: _Words, source: Source, is_told_plan: bool
) -> list[Answer]:
    """Readings of an amount with a further one of the other kind of status, where the sentence speaks of plans or the first reading is one: what is planned
    may be what was spent, and the other way round. What the words of the sentence say comes first."""
    first = next((one for one in readings if "set" in one and "others" not in one), None)
    known = {**fields, **first["set"]} if first is not None else {}
    is_ahead = known.get("status") in _AHEAD
    if first is None or known.get("measure", "level") != "level" or not (is_ahead or words.speaks_of_plans):
        return list(readings)
    kinds = {{**fields, **one["set"]}.get("status") in _AHEAD for one in readings if "set" in one}
    is_far = _is_far_quarter(known.get("period", ""), source.published)
    is_plain = words.is_done if not is_ahead else words.says_plan and not words.is_done and not is_far
    if known.get("metric") not in _PLANNED or len(kinds) > 1 or (is_plain and not is_told_plan):
        return list(readings)
    entity = source.vocabulary.entities.get(known.get("entity", ""))
    period = known.get("period", "")
    if is_ahead:
        days = [] if _is_over(period, source.published) else recent_periods(source.published, entity)[:1]
        periods, status = [*([period] if not days else []), *map(label_of, days)], "reported"
    else:
        planned = words.periods(entity, source.published, True)
        usual = map(label_of, _usual_plans(source.published))
        was_plan = words.is_planned_behind or is_told_plan
        listed = dict.fromkeys([*([period] if is_told_plan else planned), *([period] if was_plan else []), *usual])
        status = "guidance" if known.get("claimant", "company") in ("company", "executive") else "forecast"
        # What a company had planned for a year that is over by now is its guidance of that time.
        was_planned = period if (words.is_planned_behind or is_told_plan) and status == "guidance" else None
        periods = [one for one in listed if one == was_planned or not _is_over(one, source.published)][:2]
    others: list[Answer] = []
    for one in filter(None, periods):
        changed = {**first["set"], "period": one, "status": status}
        changed = {key: value for key, value in changed.items() if fields.get(key) != value}
        others.append(
            {"label": label_of_reading({**fields, **changed}, source.vocabulary), "set": changed, "alone": True}
        )
    if is_told_plan and others and not is_ahead:
        return [others[0], *readings]
    goes_first = words.is_planned and not is_ahead and not words.is_compared
    return [*others, *readings] if goes_first else [*readings, *others]


_PLANNED: Final = ("capex", "cloud_revenue", "revenue")
"""Metrics for which companies give guidance."""


def _earlier_plan(
    entry: Mapping[str, Any], fields: Mapping[str, str], readings: Sequence[Answer], words: _Words
) -> Answer | None:
    """The answer that an amount is a plan which another figure of the text replaces; None where the words do not allow it. One document gives one plan
    for a period, so the earlier one is left out with this reason."""
    is_replaced = str(entry.get("reason")).startswith(_REPLACED)
    is_base = words.speaks_of_plans and str(entry.get("question")).startswith(_BASES)
    if not (is_replaced or is_base or words.tells_of_earlier_plan):
        return None
    known = {**fields, **next((one["set"] for one in readings if "set" in one), {})}
    plans = [{**fields, **one["set"]} for one in readings if "set" in one]
    known = next(
        (one for one in plans if one.get("status") in _AHEAD and 350 < _length(one.get("period", "")) < 380), known
    )
    what = ", ".join(filter(None, (known.get("entity"), known.get("period", "").replace("/", " to "))))
    reason = f"An earlier plan{f' ({what})' if what else ''}, which another figure replaces."
    return {"label": reason.removesuffix(".").removeprefix("An ").capitalize(), "ignore": reason}


_REPEATED: Final = "The same fact is a figure of"
"""How the reason begins of an amount of a sentence that a table prints."""
_REPLACED: Final = "Guidance that another figure replaces."
_LITTLE: Final = "Too little in the text"
_BASES: Final = ("A base of comparison", "No word near")
"""How the questions begin of amounts with which another one is compared."""


def is_of_others(entry: Mapping[str, Any], source: Source, passage: Passage | None) -> bool:
    """Whether the sentence of a drafted figure speaks of several companies and does not name the one to which the machine gave it."""
    span, known = span_of(entry), source.vocabulary.entities.get(str(entry.get("entity")))
    if source.article is None or passage is None or span is None or known is None or known.type == "group":
        return False
    words = _Words(passage.text, passage.place_of(span), source.vocabulary)
    is_group = words.is_uncounted_group or (words.counts_group and bool(words.groups))
    return is_group and known.entity_id not in [one.entity for one in words.companies()]


def _preselected(
    question: str,
    readings: int,
    leaving: int,
    words: _Words | None,
    is_sure_group: bool,
    is_read: bool,
    is_of_unknown: bool,
    is_plan: bool,
) -> int | None:
    """Which of the answers to a question is preselected: the first reading, leaving the number out (the last answer), or none.

    is_plan: whether the first reading is a plan whose company and period the sentence names. is_of_unknown: whether a name that is in no reference list owns it. is_read: whether company, metric and value are known. Such a number is never left out without a person's decision.
    """
    if words is None or (readings and words.is_uncounted_group):
        return None
    if not readings and is_of_unknown:
        return leaving - 1
    if readings and (is_sure_group or question.startswith(_LIKELY)):
        return 0
    if readings and is_plan and (words.is_new_plan or question.startswith(_LITTLE)):
        return 0
    if is_read and words.companies():
        return None
    if (question.startswith(_UNLIKELY) and not is_sure_group) or (words.counts_group and not words.groups):
        return readings + leaving - 1
    return None


def _preselected_of_document(
    entry: Mapping[str, Any],
    fields: Mapping[str, str],
    readings: Sequence[Answer],
    leaving: int,
    words: _Words | None,
    source: Source,
) -> int | None:
    """Which of the answers is preselected for an amount of a company's document: its first reading where the words name the metric and the period, leaving it
    out where they name another measure and no metric, otherwise none."""
    if words is None:
        return None
    reason = str(entry.get("reason"))
    if not readings:
        return leaving - 1 if reason.startswith((*_SALES, *_FIRM)) else None
    figure = {**fields, **readings[0]["set"]}
    metric, kind = figure.get("metric", ""), words.metric(WHOLE_SENTENCE)
    is_plan = figure.get("status") in _AHEAD
    if reason.startswith(UNSURE_NAME):
        return 0 if is_plan else None  # guidance is on its company's own definition, which no row has
    company = source.vocabulary.entities.get(figure.get("entity", ""))
    named = [*words.successive_year(company, source.published), *words.periods(company, source.published, is_plan)]
    is_balance = metric in source.vocabulary.balances
    is_dated = figure.get("period") in named or (is_balance and (not words.is_compared or words.names_day_behind))
    if str(entry.get("question")).startswith(NAMED_DEFINITION):
        return 0 if figure.get("period") in named else None
    names_it = kind == metric or (not kind and fields.get("metric") == metric and words.names_metric(metric))
    if names_it and is_dated and not reason.startswith(_SALES):
        return 0
    return len(readings) + leaving - 1 if reason.startswith(_OTHER_SALES) and not is_plan else None


_OTHER_SALES: Final = (
    "Context: revenue of several segments",
    "Context: part of cloud revenue",
    "Context: other business",
)
"""How the reasons begin of numbers of a company's own document that are what a part of its business sells for."""


def _is_dated_plan(
    entry: Mapping[str, Any], fields: Mapping[str, str], reading: Answer, words: _Words, source: Source
) -> bool:
    """Whether a reading is the plan that the draft has, of a company and a period that the sentence names: "Alphabet raised its plan for 2025 to $85bn"."""
    figure = {**fields, **reading["set"]}
    company = source.vocabulary.entities.get(figure.get("entity", ""))
    return (
        str(entry.get("question")).startswith((_BASES[1], _LITTLE))
        and (figure.get("metric") != "cloud_revenue" or words.is_whole_revenue(figure))
        and figure.get("status") in _AHEAD
        and not {"entity", "metric", "status"}.intersection(reading["set"])
        and (
            words.names(figure.get("entity", ""))
            or _companies_of_paragraph(str(entry.get("locator")), source) == [figure.get("entity")]
        )
        and figure.get("period") in words.periods(company, source.published, True)
    )


def _is_named_literally(entry: Mapping[str, Any], figure: Mapping[str, str], words: _Words, source: Source) -> bool:
    """Whether the words leave no doubt that a questioned number is of the metric or cloud business that they name, and whose it is."""
    if not str(entry.get("question")).startswith(NAMED) or entry.get("readings") or not words.is_literal(figure):
        return False
    owner = figure.get("entity", "")
    return words.names(owner) or _companies_of_paragraph(str(entry.get("locator")), source) == [owner]


def _is_asked_of_figure(entry: Mapping[str, Any]) -> bool:
    """Whether the company and metric of a questioned number are sure, and only its period or claimant is asked for."""
    return str(entry.get("question")).startswith((_LIKELY[0], _LIKELY[1], _LIKELY[4], WHOSE_COUNT))


def _of_question(
    entry: Mapping[str, Any],
    fields: Mapping[str, str],
    review: Mapping[str, Any],
    source: Source,
    words: _Words | None,
    beside: Sequence[Neighbour],
) -> list[Answer]:
    """The answers to the very question: one for each listed period or unit, for each claimant, or yes. beside: the figures of the sentence."""
    listed = entry.get("readings")
    listed = [str(one) for one in listed] if isinstance(listed, list) else []
    if listed and fields.get("measure") in _RATES and (level := _level_of(entry, beside)) is not None:
        listed = list(dict.fromkeys([level, *listed]))[:MOST_READINGS]
    missing = missing_keys(fields, (*required_keys(review), *REQUIRED_BY_METRIC.get(fields.get("metric", ""), ())))
    if entry.get("question") == WHOSE_COUNT and words is not None and not missing:
        return [{"label": one.label, "set": _of_count(one, fields, source)} for one in _counts(words, source)]
    asks_who, asked = WHO in str(entry.get("question")), asked_key(entry)
    is_next = words is not None and "next" in words.tokens.words
    if listed and asked == "period" and not is_next and all(_status_of(fields, one, source) for one in listed):
        # A year that is not over is not what was reported: the last quarter is likelier.
        known = source.vocabulary.entities.get(fields.get("entity", ""))
        listed = [*map(label_of, recent_periods(source.published, known)[:1]), *listed]
    if asked == "period" and fields.get("status") in _AHEAD:
        ahead = [one for one in listed if not _is_over(one, source.published)]
        if listed and not str(entry.get("question")).startswith("Plans are seldom"):
            usual = list(map(label_of, _usual_plans(source.published)))
            listed = list(dict.fromkeys([*ahead, *usual]))[:MOST_READINGS] or listed
    if (
        source.article is None
        and asked == "period"
        and words is not None
        and fields.get("metric") not in words.vocabulary.balances
    ):
        known = source.vocabulary.entities.get(fields.get("entity", ""))
        named = words.periods(known, source.published, fields.get("status") in _AHEAD)
        listed = list(dict.fromkeys([*named, *listed]))[:MOST_READINGS]
    if listed and set(missing) <= {asked}:
        said_by = f", claimant {fields['claimant']}" if asks_who else ""
        return [
            {
                "label": f"{one if asked == 'unit' else label_of_reading({**fields, **changed}, source.vocabulary)}{said_by}",
                "set": changed,
            }
            for one in listed
            for changed in [
                {asked: one}
                | (_status_of(fields, one, source) | _definition_of(fields, words) if asked == "period" else {})
            ]
        ]
    if asks_who and not missing:
        named = (
            [name for name in (*words.houses, *CLAIMANTS) if name in (*words.houses, *words.claimants)]
            if words is not None
            else []
        )
        likely = dict.fromkeys([*named, fields["claimant"], *CLAIMANTS])
        return [
            {
                "label": name.capitalize() if name in CLAIMANTS else name,
                "set": {"claimant": name, **_status_by(name, fields)},
            }
            for name in likely
        ]
    if not missing and is_choice(entry):
        return [{"label": "This one", "set": {}, "others": f"Another value is used: {entry.get('quote')}."}]
    worded = _definition_of(fields, words)
    label = label_of_reading({**fields, **worded}, source.vocabulary)
    return [] if missing else [{"label": label, "set": worded, "alone": True}]


def _counts(words: _Words, source: Source) -> list[Count]:
    return counts(source.article.body if source.article is not None else "", words.text, source.vocabulary)


def _of_count(count: Count, fields: Mapping[str, str], source: Source) -> dict[str, str]:
    """Claimant and status of a count of chips by a source."""
    known = {**fields, "claimant": count.claimant, "status": count.status}
    return {"claimant": count.claimant, "status": status_at(known, str(fields.get("period") or ""), source.published)}


def _definition_of(fields: Mapping[str, str], words: _Words | None) -> dict[str, str]:
    return {} if words is None else words.definition_of(fields)


def _level_of(entry: Mapping[str, Any], beside: Sequence[Neighbour]) -> str | None:
    """The period of the first level of the same company and metric in a sentence: growth is that of the amount it is printed with."""
    for one in beside:
        if one.fields.get("measure", "level") == "level" and all(
            one.fields.get(key) == entry.get(key) for key in ("entity", "metric")
        ):
            return one.fields["period"]
    return None


_STATUS_BY: Final = {
    True: {"forecast": "guidance", "estimate": "reported"},
    False: {"guidance": "forecast"},
}
"""The status of a statement by the company (True) in place of that by somebody else, and the other way round."""


def _status_by(claimant: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The change of status that a claimant asks for."""
    status = _STATUS_BY[claimant in ("company", "executive")].get(fields.get("status", ""))
    return {} if status is None else {"status": status}


def _status_of(fields: Mapping[str, str], period: str, source: Source) -> dict[str, str]:
    """The change of status that a period asks for."""
    status = status_at(fields, period, source.published)
    if status in _AHEAD and _is_over(period, source.published):
        status = "reported"
    return {} if status == fields.get("status", status) else {"status": status}


def _leaving(entry: Mapping[str, Any], words: _Words | None) -> list[Answer]:
    reason = str(entry.get("reason") or "")
    kept: list[Answer] = (
        [{"label": f"No figure: {reason.removeprefix('Context: ')}", "ignore": f"{CONFIRMED}{reason}"}]
        if reason
        else [{"label": "No figure", "ignore": NO_FIGURE}]
    )
    if words is not None and words.is_uncounted_group:
        kept.insert(0, {"label": f"No figure: {_SEVERAL_COMPANIES}", "ignore": _SEVERAL_COMPANIES})
    return kept


def is_choice(entry: Mapping[str, Any]) -> bool:
    """Whether one of several cells is the figure, so that the others are none."""
    return str(entry.get("reason")).startswith(SEVERAL)


def asked_key(entry: Mapping[str, Any]) -> str:
    """The field that `readings` supply: the period, unless the unit alone is missing."""
    return "unit" if not entry.get("unit") and entry.get("period") else "period"


def label_of_reading(fields: Mapping[str, str], vocabulary: Vocabulary) -> str:
    """What an answer records, in a few words; its definition where that is named in the sentence."""
    definition = fields.get("definition") if fields.get("metric") == "cloud_revenue" else ""
    named = (
        fields.get("entity"),
        fields.get("metric"),
        definition if definition in vocabulary.named_definitions else "",
        DIRECTION if fields.get("bound") == DIRECTION else "",
        fields.get("status"),
        str(fields.get("period") or "").replace("/", " to "),
    )
    return ", ".join(str(word) for word in named if word)


def is_of_other(claimant: str) -> bool:
    """Whether a statement is one of analysts, of a house or of people who are not named."""
    return claimant not in ("", "company", "executive", "publication")


def status_at(fields: Mapping[str, str], period: str, published: date | None) -> str:
    """The status of a reading for a period: what is not over yet is guidance of a company, and a forecast of anybody else."""
    status = fields.get("status") or "reported"
    try:
        end = date.fromisoformat(period.rpartition("/")[2])
    except ValueError:
        return status
    if status == "estimate" and published is not None and (end - published).days > _ESTIMATED_EARLY:
        return "forecast"
    if status != "reported" or published is None or (end - published).days <= 10:
        return status
    return "guidance" if fields.get("claimant") in ("company", "executive") else "forecast"


# --- what the sentence allows ---


@dataclass(frozen=True)
class _Named:
    """A company in a sentence, and how many words are between it and the number."""

    entity: str
    distance: int
    follows: bool


class _Words:
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
                and one.distance <= _FOLLOWING
                and words[self.last + 1 : self.last + 2] in (["for"], ["at"], ["by"], ["to"])
            ):
                return one.entity
        return ""

    def names_metric(self, metric: str) -> bool:
        """Whether the sentence has a word of a metric before the number."""
        return any(cue.kind == "metric" and cue.value == metric and cue.last < self.first for cue in self.cues)

    def cloud_owner(self) -> str:
        """The company whose name for its cloud business stands right before the number: "Azure's 39 per cent"."""
        return self.vocabulary.cloud_owner(self.tokens, max(0, self.first - _FOLLOWING), self.first) or ""

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
        is_alone = set(_companies_of_paragraph(str(entry.get("locator")), source)) <= {entity}
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
        days = _days_of(figure.get("period", ""))
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
        has_cloud = any(cue.kind in _CLOUD_WORDS or cue.value == "cloud_revenue" for cue in before)
        return not has_cloud and any(words[cue.first - 1] in _TOTAL for cue in sales if cue.first)

    def is_other_amount(self, figure: Mapping[str, str]) -> bool:
        """Whether the words say that the number is not the figure of a reading: a translation, a part of a sum, a share, borrowed money or a cost."""
        if self.is_translation or is_excluded(self.tokens, self.first):
            return True
        if figure.get("measure", "level") != "level":
            return (self.is_at_constant_rates and figure.get("status") not in _AHEAD) or is_share(
                self._quote, self.tokens, self.first, self.last
            )
        if figure.get("metric") not in _PLANNED:
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
                and (
                    since < cue.first < self.first or (cue.kind == "sales" and 0 < cue.first - self.last <= _FOLLOWING)
                )
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
        is_beside = any(cue.kind == "sales" and 0 < self.first - cue.last <= _FOLLOWING for cue in self.cues)
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
        return any(day_of_balance(one) and self.tokens.at(one.start) - self.last <= _FOLLOWING for one in following)

    def is_base_of(self, period: str, calendar: FiscalCalendar | None, published: date | None) -> bool:
        """Whether a plan is compared with the number, which is of a period that the words right after it name and that is over: "up from $230bn in 2024"."""
        is_compared = self.is_compared or self.tokens.word(self.first - 1) in _BEFORE_BASE
        if not is_compared or self.tells_of_earlier_plan or not _is_over(period, published):
            return False
        context = PeriodContext(published, calendar, None, False, True)
        return any(
            (days := read_period(one, context).days) is not None
            and label_of(days) == period
            and self.tokens.at(one.start) - self.last <= _FOLLOWING
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
            if days is not None and is_base and _is_over(label_of(days), published):
                days = _nearest_quarter(
                    (year_after(days[0]), year_after(days[1])), calendar
                )  # "compared with fourth quarter 2024"
            if is_rate and not is_base and (one.form == "year_earlier" or self._is_compared_with(at)):
                continue
            if days is not None and not is_ahead and grew_over(self.tokens.words[max(0, at - 3) : at]):
                following = days[1] + timedelta(days=1), days[1] + timedelta(days=91)
                later = [(year_after(days[0]), year_after(days[1])), _nearest_quarter(following, calendar)]
                read += [
                    (abs(at - self.first), quarter) for quarter in later if quarter[1] <= (published or quarter[1])
                ]
                continue  # "up 12% over the third quarter of 2025" is growth of a later one
            if one.form == "trailing" and not is_ahead:
                days = trailing_year(published, company)
            if days is not None and is_ahead and _is_far_quarter(label_of(days), published):
                days = _nearest_quarter((year_before(days[0]), year_before(days[1])), calendar)
            context = context._replace(carried=days or context.carried)  # "over the same period"
            read.append((abs(at - self.first), days))
        named = [days for _, days in sorted(read, key=lambda one: one[0])]
        if is_ahead:
            named += planned_periods(self._heading, published, calendar, self.vocabulary)
        return [label_of(days) for days in named if days is not None and (days[1] - days[0]).days >= _SHORTEST_PERIOD]


def _readings(
    fields: Mapping[str, str],
    words: _Words,
    source: Source,
    near: Sequence[Neighbour],
    span: Span,
    entry: Mapping[str, Any],
) -> list[dict[str, str]]:
    """Changes of fields that make a figure of a number, the likeliest first: by the company, metric and period that its sentence names."""
    vocabulary, published = source.vocabulary, source.published
    is_count, is_rate = fields.get("unit", "").endswith("units"), fields.get("unit") in ("percent", "times")
    if (fields.get("unit") == "percent" and not words.speaks_of_change) or (is_rate and words.compares_counts):
        return []
    if str(entry.get("reason")).startswith(_SEQUENTIAL):
        return []
    before = [one for one in near if one.start < span[0]]
    metrics = _metrics(fields, words, before, entry, source, is_count, is_rate)
    result: list[dict[str, str]] = []
    later: list[dict[str, str]] = []
    entities = _entities(fields, words, metrics[0], before, entry, source) if metrics else []
    for entity, metric in [
        *((one, metrics[0]) for one in entities),
        *((entities[0], one) for one in metrics[1:] if entities),
    ]:
        if metric == "cloud_revenue" and (entity, metric) not in vocabulary.preferred:
            if str(entry.get("reason")).startswith(_SALES) or words.is_of_sales:
                continue
            metric = "capex"  # a company without a cloud business is spoken of for its spending
        changed = {"entity": entity, "metric": metric}
        known = vocabulary.entities.get(entity)
        calendar = known.calendar if known is not None else None
        is_group = known is not None and known.type == "group"
        if str(entry.get("reason")).startswith("A sum over") and not is_group:
            continue
        if is_group:
            if metric != "capex":
                continue
            changed["claimant"] = "analyst" if "analyst" in words.claimants else "publication"
        if changed.get("claimant", fields.get("claimant")) == "analyst" and words.house:
            changed["claimant"] = words.house
        drafted = vocabulary.entities.get(fields.get("entity", ""))
        was_group = drafted is not None and drafted.type == "group" and fields.get("claimant") == "publication"
        if (source.article is not None and not fields.get("claimant")) or (
            was_group and not is_group and fields.get("status") == "reported"
        ):
            changed.setdefault("claimant", "company")
        if (not fields.get("entity") or entity == words.owner_behind()) and (
            speaker := _speaker_before(entry, words, source)
        ):
            changed |= {
                "claimant": speaker,
                "status": "forecast",
            }  # "They expect", "our forecasts are $140bn for Microsoft"
        changed |= words.definition_of({**fields, **changed})
        if not fields.get("status") and any(cue.kind == "guidance" for cue in words.cues):
            changed["status"] = "guidance"  # "up from its July forecast, which stood at $85bn"
        claimant = changed.get("claimant", fields.get("claimant", ""))
        if changed.get("status", fields.get("status")) == "guidance" and (is_group or is_of_other(claimant)):
            changed["status"] = "forecast"  # a group gives no guidance, and analysts forecast
        if is_chip_count(metric):
            changed |= _of_chips(entity, metric, fields, before, words, source, entry)
        for number, period in enumerate(
            _periods({**fields, **changed}, words, source, near, span, entry)[: 2 if not result else 1]
        ):
            one = {**changed, "period": period}
            one["status"] = status_at({**fields, **one}, period, published)
            days = _days_of(period)
            if one["status"] in _AHEAD and words.is_compared and days is not None and metric in _PLANNED:
                base = label_of((year_before(days[0]), year_before(days[1])))
                if _is_over(base, published):  # "up from $21.2bn": what was spent in the year before
                    spent = {**one, "period": base, "status": "reported"}
                    later.append({key: value for key, value in spent.items() if fields.get(key) != value})
            if one["status"] in _AHEAD and words.is_base_of(period, calendar, published):
                one["status"] = "reported"
            reading = {key: value for key, value in one.items() if fields.get(key) != value}
            (later if number else result).append(reading)
    return [*result[:2], *later, *result[2:]]


def _metrics(
    fields: Mapping[str, str],
    words: _Words,
    before: Sequence[Neighbour],
    entry: Mapping[str, Any],
    source: Source,
    is_count: bool,
    is_rate: bool,
) -> list[str]:
    """Metrics that a number may be of, the likeliest first."""
    if is_count:
        return ["gpu_units"]
    read = fields.get("metric", "")
    has_cloud = any(
        cue.kind in _CLOUD_WORDS or (cue.kind == "metric" and cue.value == "cloud_revenue") for cue in words.cues
    )
    of_cloud = {**fields, "metric": "cloud_revenue"}
    if fields.get("entity") in words.vocabulary.cloud_only and any(cue.kind == "sales" for cue in words.cues):
        has_cloud = True  # all of its revenue is cloud revenue
    has_cloud = has_cloud or bool(words.definition_of(of_cloud, needs_name=True))
    if read == "cloud_revenue" and not has_cloud:
        names_capex = any((cue.kind, cue.value) == ("metric", "capex") for cue in words.cues)
        likely = ["capex"] if names_capex else ["capex", "cloud_revenue"]
    elif read == "capex" and is_rate and has_cloud and not _speaks_of_spending(words):
        likely = ["cloud_revenue"]
    elif read == "capex" and str(entry.get("reason")).startswith("Context: cash") and not _speaks_of_spending(words):
        likely = []
    elif read:
        likely = [read]
    else:
        is_sales = any(cue.kind == "sales" for cue in words.cues)
        spoken_of = [
            one.fields["metric"]
            for one in before[-1:]
            if one.locator == entry.get("locator") and one.fields.get("metric")
        ]
        # A percentage is growth of spending only where the sentence speaks of spending.
        may_be_capex = not is_rate or any(cue.kind == "spend" or cue.value == "capex" for cue in words.cues)
        sold = "cloud_revenue" if has_cloud or source.article is not None else "revenue"
        likely = [*spoken_of, *([sold] if is_sales else []), *(["capex"] if may_be_capex else [])]
    if str(entry.get("reason")).startswith(_PARTS_OF_CLOUD) and not words.definition_of(of_cloud, needs_name=True):
        return []  # what a part of a cloud business sells for is not the revenue of the whole
    if words.speaks_of_orders:
        likely = ["remaining_performance_obligations", *likely]
    if str(entry.get("reason")).startswith(_SALES) or (not read and words.is_of_sales):
        likely = [metric for metric in likely if metric != "capex"]
    if str(entry.get("reason")).startswith(_WHOLE):
        if not _NOT_YET_SALES.isdisjoint(words.tokens.words[max(0, words.first - REACH) : words.first]):
            return []
        has_names = fields.get("entity") in words.vocabulary.cloud_definitions
        is_cloud = bool(words.definition_of(of_cloud, needs_name=True)) if has_names else has_cloud
        return list(dict.fromkeys([*_of_data_centers(fields, words), "cloud_revenue" if is_cloud else "revenue"]))
    told = _metric_told_before(entry, words, source)
    if told and likely[:1] != [told] and not is_count:
        likely = [told, *likely]
    if not likely and words.is_of_sales:
        likely = ["data_center_revenue", "revenue"] if "data" in words.tokens.words else ["revenue"]
    if words.is_of_total_sales and fields.get("entity") not in words.vocabulary.cloud_only:
        return list(
            dict.fromkeys(["revenue", *(metric for metric in likely if metric not in ("cloud_revenue", "capex"))])
        )
    is_base = words.is_compared and words.is_of_year_before
    named = words.metric(2 * REACH if is_rate or is_base else REACH)
    is_beside = any(
        cue.first <= words.last + _FOLLOWING + 1
        for cue in words.cues
        if cue.kind in _CLOUD_WORDS or (cue.kind, cue.value) == ("metric", "cloud_revenue")
    )
    if named == "revenue" and has_cloud and (is_beside or source.article is not None):
        named = ""  # it is the revenue of the cloud business
    return list(dict.fromkeys(filter(None, [named, *likely])))


def _speaks_of_spending(words: _Words) -> bool:
    """Whether the sentence has a word of spending, of capital expenditure or of what is bought with it."""
    return any(cue.kind in ("spend", "capex_objects") or cue.value == "capex" for cue in words.cues)


def _speaker_before(entry: Mapping[str, Any], words: _Words, source: Source) -> str:
    """The house, or the analysts, of whom the paragraph speaks before and whose forecast this sentence gives by a pronoun; empty where there are none."""
    place = source.passage_at(span_of(entry))
    if _SPEAKERS.isdisjoint(words.tokens.words[: words.first]) or not words.says_plan or not place:
        return ""
    told = [one.text for one in source.passages[:place] if one.place == source.passages[place].place]
    tokens = tokenise(plain_text(" ".join(told)))
    cues = [cue for cue in words.vocabulary.find_cues(tokens) if cue.kind == "claimant"]
    houses = {words.vocabulary.house(tokens, cue) for cue in cues} - {""}
    if len(houses) == 1:
        return houses.pop()
    return "analyst" if any(cue.value == "analyst" for cue in cues) else ""


_SPEAKERS: Final = frozenset(("they", "our", "we"))


def _metric_told_before(entry: Mapping[str, Any], words: _Words, source: Source) -> str:
    """The metric with which the sentence before begins, where a pronoun takes it up: "Depreciation will rise. At Alphabet it was $21.1bn"."""
    pronoun = [at for at in range(words.first) if words.tokens.words[at : at + 2] in (["it", "was"], ["they", "were"])]
    place = source.passage_at(span_of(entry))
    if not pronoun or not place or source.passages[place - 1].place != source.passages[place].place:
        return ""
    tokens = tokenise(plain_text(source.passages[place - 1].text))
    metric = metric_named(tokens, REACH, REACH, words.vocabulary)
    return (
        metric
        if metric and not any(cue.kind in ("entity", "segment") for cue in words.vocabulary.find_cues(tokens))
        else ""
    )


def _entities(
    fields: Mapping[str, str],
    words: _Words,
    metric: str,
    before: Sequence[Neighbour],
    entry: Mapping[str, Any],
    source: Source,
) -> list[str]:
    """Companies and groups that a number may be of, the likeliest first: a group that is counted, the machine's, those of the sentence. Where it names
    none, those of its paragraph, and the makers of the chips that are counted."""
    vocabulary, read = words.vocabulary, fields.get("entity", "")
    if source.article is None:
        return [read]
    makers = words.makers() if is_chip_count(metric) else []
    named = [one.entity for one in words.companies() if one.entity not in makers]
    if metric == "capex":  # chips are bought of their makers, which have no cloud business
        makers_only = {
            one for one in vocabulary.suppliers.values() if (one, "cloud_revenue") not in vocabulary.preferred
        }
        named = [one for one in named if one not in makers_only] or named
    spoken_of = [one.fields["entity"] for one in before[-1:] if one.locator == entry.get("locator")]
    of_metric = _of_metric(metric, vocabulary)
    subject = words.subject() if not is_chip_count(metric) and read not in named else ""
    if metric == "data_center_revenue":
        return [one for one in of_metric if one in (read, *named)] or of_metric
    first = [
        words.owner_behind(),
        words.cloud_owner(),
        subject if subject in named else "",
        *(words.groups if metric == "capex" else ()),
        *(() if named or read in of_metric else (*of_metric, *spoken_of)),
    ]
    entities = list(dict.fromkeys(filter(None, [*first, read, *named])))
    is_unknown = any(one.unknown_owner for one in source.amounts_at(span_of(entry)))
    if is_unknown or (not read and words.has_unknown_subject()):
        return [name for name in entities if name in words.groups]
    if named or (not entities and makers) or words.names_owner(read, entry, source):
        return entities or makers
    return list(dict.fromkeys([*entities, *_companies_of_paragraph(str(entry.get("locator")), source)]))


def _of_data_centers(fields: Mapping[str, str], words: _Words) -> list[str]:
    """Revenue of a supplier from data centers, where the sentence speaks of them and the company states it."""
    if "total" in words.tokens.words[max(0, words.first - _FOLLOWING) : words.first]:
        return []
    speaks = not {"data", "datacenter", "datacentre"}.isdisjoint(words.tokens.words)
    owners = {fields.get("entity", ""), *(one.entity for one in words.companies())}
    has_it = not owners.isdisjoint(_of_metric("data_center_revenue", words.vocabulary))
    return ["data_center_revenue"] if speaks and (has_it or not words.companies()) else []


def _companies_of_paragraph(place: str, source: Source) -> list[str]:
    """The companies that the sentences of a paragraph name, in their order."""
    tokens = tokenise(plain_text("\n".join(one.text for one in source.passages if one.place == place)))
    names = [cue.value for cue in source.vocabulary.find_cues(tokens) if cue.kind in ("entity", "segment")]
    entities = source.vocabulary.entities
    return [name for name in dict.fromkeys(names) if name in entities and entities[name].type == "company"]


def _of_chips(
    entity: str,
    metric: str,
    fields: Mapping[str, str],
    before: Sequence[Neighbour],
    words: _Words,
    source: Source,
    entry: Mapping[str, Any],
) -> dict[str, str]:
    """What is known of a count of chips, or of their price, from the one before it, or from the words: how they change hands, the maker and the product.

    Whose count it is follows from the sentence, otherwise from the count before it in the paragraph, otherwise from the whole text.
    """
    counted = [one for one in before if one.fields.get("metric") == metric]
    # A number that is a question itself does not say how chips change hands.
    last = next((one for one in reversed(counted) if one.fields.get("flow") or metric != "gpu_units"), None)
    flows = [cue.value for cue in words.cues if cue.kind == "flow"]
    taken = {"flow": flows[0]} if flows and metric == "gpu_units" else {}
    if last is not None:
        taken = {key: last.fields[key] for key in ("flow", "supplier", "product", "definition") if last.fields.get(key)}
        taken |= {"customer": entity} if last.fields.get("customer") else {}
    claimant = fields.get("claimant", "")
    if claimant in source.vocabulary.houses.values():
        return taken | {"status": "forecast" if fields.get("status") == "forecast" else "estimate"}
    if claimant in ("company", "executive") and words.company_speaks:
        return taken
    is_of_others = not words.claimants.isdisjoint(("analyst", "anonymous"))
    if last is not None and not is_of_others and last.locator == entry.get("locator", last.locator):
        taken |= {key: last.fields[key] for key in ("status", "claimant") if last.fields.get(key)}
    else:
        first = _counts(words, source)[0]
        taken |= {"claimant": first.claimant, "status": first.status}
    return taken | ({"status": "forecast"} if fields.get("status") == "forecast" else {})


def _of_metric(metric: str, vocabulary: Vocabulary) -> list[str]:
    """The companies of which the reference has a metric that few have, such as data centre revenue."""
    companies = [entity for entity, other in vocabulary.preferred if other == metric]
    return companies if len(companies) <= 2 else []


def _periods(
    fields: Mapping[str, str],
    words: _Words,
    source: Source,
    near: Sequence[Neighbour],
    span: Span,
    entry: Mapping[str, Any],
) -> list[str]:
    """Periods that a reading may be of: its own, those of the sentence, those of the numbers around it, the last quarter."""
    known = source.vocabulary.entities.get(fields.get("entity", ""))
    calendar = known.calendar if known is not None and known.type != "group" else None
    is_ahead = fields.get("status") in _AHEAD
    listed = entry.get("readings") or ()
    if following := words.successive_year(known, source.published):
        return following
    own_periods = (
        [fields["period"]]
        if fields.get("period") and fields.get("entity") == entry.get("entity", fields.get("entity"))
        else []
    )
    alike = [
        one
        for one in near
        if (one.fields.get("status") in _AHEAD) == is_ahead and one.locator == entry.get("locator", one.locator)
    ]
    is_rate = fields.get("measure") in _RATES
    if words.is_of_year_before and alike and not is_rate:
        told = [one for one in alike if one.start < span[0]] or alike
        if (days := _days_of(told[-1].fields["period"])) is not None:
            return [label_of((year_before(days[0]), year_before(days[1])))]
    around = [
        one.fields["period"] for one in sorted(alike, key=lambda one: (one.start > span[0], abs(one.start - span[0])))
    ]
    if fields.get("metric") in source.vocabulary.balances and source.article is None:
        return own_periods
    if fields.get("metric") in source.vocabulary.balances and not is_ahead:
        if (closed := words.closed_quarter(known, source.published)) is not None:
            return [label_of(closed)]
        named = [*own_periods, *words.periods(known, source.published, is_ahead)]
        ends = [label_of(days) for days in recent_periods(source.published, known)[:1]]
        over = [
            one
            for one in named
            if _days_of(one) and _is_over(one, source.published) and _length(one) <= LONGEST_QUARTER
        ]
        return list(dict.fromkeys([*over, *ends]))
    named = words.periods(known, source.published, is_ahead, is_rate)
    if is_ahead and words.is_of_years:
        return list(dict.fromkeys([*own_periods, *(one for one in named if _length(one) > 380)]))
    is_chips = is_chip_count(fields.get("metric"))
    usual = (
        [
            *(_fiscal_year(calendar, source.published) if "fiscal" in words.tokens.words else ()),
            *_usual_plans(source.published),
        ]
        if is_ahead
        else _calendar_years(source.published)
        if is_chips
        else recent_periods(source.published, known)[:1] or _last_quarter(source.published)
    )
    offered = dict.fromkeys([*own_periods, *named, *map(str, listed), *around[:1], *map(label_of, usual)])
    if is_ahead and source.article is None:
        return [one for one in offered if not _is_over(one, source.published)]
    return list(offered)


def _usual_plans(published: date | None) -> list[tuple[date, date]]:
    """The calendar years for which plans are made: that of the day of publication, and the next."""
    return [] if published is None else [_CALENDAR.year_bounds(year) for year in (published.year, published.year + 1)]


def _fiscal_year(calendar: FiscalCalendar | None, published: date | None) -> list[tuple[date, date]]:
    """The fiscal year of a company on the day of publication."""
    if calendar is None or published is None:
        return []
    years = (calendar.year_bounds(year) for year in (published.year, published.year + 1))
    return [days for days in years if days[0] <= published <= days[1]]


def _calendar_years(published: date | None) -> list[tuple[date, date]]:
    """The calendar years for which chips are counted: the last that was over on a day, and the one after it."""
    years = () if published is None else (published.year - 1, published.year)
    return [_CALENDAR.year_bounds(year) for year in years]


def _is_over(period: str, published: date | None) -> bool:
    """Whether the days of a period were over on the day of publication."""
    try:
        return published is not None and date.fromisoformat(period.rpartition("/")[2]) < published
    except ValueError:
        return False


def _days_of(period: str) -> Days | None:
    """The days of a period that is written as its first and last one; None for any other."""
    try:
        start, end = map(date.fromisoformat, period.split("/"))
    except ValueError:
        return None
    return start, end


def _length(period: str) -> int:
    """Days from the first to the last one of such a period; 0 for any other."""
    days = _days_of(period)
    return 0 if days is None else (days[1] - days[0]).days


def _is_far_quarter(period: str, published: date | None) -> bool:
    """Whether a period is a quarter so far ahead that a sentence means that of the year before."""
    days = _days_of(period)
    return days is not None and is_far_quarter(days, published)


def _nearest_quarter(days: Days, calendar: FiscalCalendar | None) -> Days:
    """The quarter of a company that ends nearest to the end of days of that length, since quarters of weeks move; any other days as they are."""
    if calendar is None or (days[1] - days[0]).days > LONGEST_QUARTER:
        return days
    year = days[1].year
    quarters = [calendar.quarter_bounds(one, number) for one in (year - 1, year, year + 1) for number in (1, 2, 3, 4)]
    nearest = min(quarters, key=lambda quarter: abs((quarter[1] - days[1]).days))
    return nearest if abs((nearest[1] - days[1]).days) < _WEEKS_MOVE else days


_WEEKS_MOVE: Final = 10
"""Days."""


def is_after(period: str, published: date | None) -> bool:
    """Whether a period ends after the day of publication, so that its source cannot report an amount of it."""
    return bool(period) and published is not None and not _is_over(period, published)


def _last_quarter(published: date | None) -> list[tuple[date, date]]:
    """The last calendar quarter that was over on a day."""
    if published is None:
        return []
    quarters = [
        _CALENDAR.quarter_bounds(year, number)
        for year in (published.year - 1, published.year)
        for number in range(1, 5)
    ]
    return [max(days for days in quarters if days[1] < published)]
