"""Computes the answers that the review page offers for a number: its readings as a figure, the likeliest first, and leaving it out.

Add here a rule for which answers can be right, or for which one is preselected. The machine's own reading belongs to `article_draft` and
`document_draft`, what a build accepts to `checks.build_rules`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final, NamedTuple

from capex_pipeline.article.each_quarter import EACH_QUARTER
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.printed_tables.binding import ROLLING, SEVERAL
from capex_pipeline.printed_tables.prose import UNSURE_NAME
from capex_pipeline.review.asked_periods import is_far_label, is_over, length_of, usual_plans
from capex_pipeline.review.chip_counts import WHOSE_COUNT, Count
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
    label_of,
    missing_keys,
    required_keys,
    span_of,
)
from capex_pipeline.review.named_metrics import WHOLE_SENTENCE
from capex_pipeline.review.proposals import COMPARED, differing, proposal_of
from capex_pipeline.review.readings import RATES, SALES, Neighbour, Number, counts_in, readings_of, status_at
from capex_pipeline.review.reportable_periods import recent_periods
from capex_pipeline.review.sentence_words import AHEAD, PLANNED, SentenceWords, companies_of_paragraph
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.schemas.vocabulary import DIRECTION
from capex_pipeline.values.grouping import first_of_each

Answer = dict[str, Any]
"""label: what is recorded. set: fields that change, or ignore: the reason for leaving the number out. others: the reason for leaving out the
other numbers of the question. alone: whether it answers for no other level of the sentence."""
BY_ASSISTANT: Final = "As the assistant reads it"
_MOST: Final = 4
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
_FIRM: Final = (
    "Context: share price", "Context: profit", "Context: value of a company", "What others had expected", "The text names a size", "A supposition",
)  # fmt: skip
"""How the machine's reasons begin that were right for at least 95 of 100 numbers of the labelled texts; readings are offered where the sentence names
another metric."""
_RUN_RATE: Final = "Context: annual run rate"
"""How the reason begins of an amount of a company's document that is of no period."""
_SEVERAL_COMPANIES: Final = "Several companies that are no group of the reference."


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
    words: SentenceWords | None = None
    if passage is not None and span is not None and not passage.cells:
        words = SentenceWords(passage.text, passage.place_of(span), source.vocabulary, passage.above)
        near = [one for one in near if one.start != span[0]]
    asked = _Asked(entry, part, fields, source, passage, near, words, required_keys(review))
    offered, is_sure_group = _offered(asked)
    readings = _possible(asked, offered)
    earlier = _earlier_plan(entry, fields, readings, words) if words is not None else None
    if part == "ignored":
        return _of_left_out(asked, readings, earlier), None
    readings += _proposed(asked, review)
    is_money = any(one.kind == "money" for one in source.amounts_at(span))
    if words is not None and not readings and is_money and (other := words.reason_of_other_amount):
        return [{"label": f"No figure: {other}", "ignore": other}], 0
    leaving = [*([earlier] if earlier else []), *_leaving(entry, words)]
    if source.article is None:
        chosen = _preselected_of_document(entry, fields, readings, len(leaving), words, source)
    else:
        chosen = _preselected_of_article(asked, readings, len(leaving), is_sure_group)
    return [*readings, *leaving], chosen


class _Asked(NamedTuple):
    """An entry and what is known of it; arguments of `answers`. words: None where the number is in no sentence. needed: keys without which a figure is
    not complete."""

    entry: Mapping[str, Any]
    part: str
    fields: Mapping[str, str]
    source: Source
    passage: Passage | None
    near: Sequence[Neighbour]
    words: SentenceWords | None
    needed: Sequence[str]

    def lacks(self, changed: Mapping[str, str]) -> bool:
        """Whether a reading leaves out something that every figure needs."""
        return bool(missing_keys({**self.fields, **changed}, self.needed))


def _offered(asked: _Asked) -> tuple[list[Answer], bool]:
    """The readings that the question and the words of the sentence offer, and whether the likeliest is a group that the words count."""
    entry, fields, source, words = asked.entry, asked.fields, asked.source, asked.words
    is_question, passage = asked.part == "undecided", asked.passage
    readings: list[Answer] = []
    if is_question:
        beside = [one for one in asked.near if passage is not None and passage.start <= one.start < passage.end]
        readings += _of_question(entry, fields, asked.needed, source, words, beside)
    if words is None:
        return readings, False
    is_sure_group, entity = False, fields.get("entity", "")
    is_named = words.names_owner(entity, entry, source) and not words.is_of_group_only(entity)
    is_repeated = str(entry.get("reason")).startswith(_REPEATED)
    if not is_repeated and not (is_question and _is_asked_of_figure(entry) and is_named):
        others = _of_sentence(asked, words)
        is_sure_group = bool(others) and words.counts_group and others[0]["set"].get("entity") in words.groups
        is_other = bool(others) and not {"entity", "metric"}.isdisjoint(others[0]["set"])
        readings = [*others, *readings] if is_other else [*readings, *others]
    if is_question and entry.get("question") not in (ONLY_WHO, WHOSE_COUNT):
        is_told_plan = str(entry.get("question")).startswith(_TOLD_PLAN)
        readings = _with_both_statuses(readings, fields, words, source, is_told_plan)
    return readings, is_sure_group


def _of_sentence(asked: _Asked, words: SentenceWords) -> list[Answer]:
    """The complete readings that the words of the sentence allow, the likeliest first."""
    entry, fields, source = asked.entry, asked.fields, asked.source
    reason = str(entry.get("reason"))
    if reason.startswith(_FIRM) and not words.metric() and not words.speaks_of_orders:
        return []
    if source.article is None and reason.startswith(_RUN_RATE):
        return []
    offered = readings_of(fields, Number(entry, words, source, asked.near))
    complete: list[Answer] = [
        {"label": label_of_reading({**fields, **one}, source.vocabulary), "set": one}
        for one in offered
        if not asked.lacks(one)
    ]
    return complete[:_MOST]


def _possible(asked: _Asked, readings: Sequence[Answer]) -> list[Answer]:
    """The readings that kind and currency of the amount and the words around it allow, each label once."""
    fields, source, words = asked.fields, asked.source, asked.words
    amounts = source.amounts_at(span_of(asked.entry))
    company = source.vocabulary.entities.get(fields.get("entity", ""))
    if words is not None:
        kinds = {one.kind for one in amounts}
        first_period = next(({**fields, **one["set"]}.get("period", "") for one in readings), "")
        is_first_over = is_over(first_period, source.published)
        readings = [
            one for one in readings if _fits({**fields, **one["set"]}, fields, kinds, words, source, is_first_over)
        ]
    # No period's amount is stated in another currency than its company reports in; plans may be.
    is_foreign = company is not None and any(one.currency not in (None, company.currency) for one in amounts)
    if source.article is None and is_foreign:
        readings = [one for one in readings if {**fields, **one["set"]}.get("status") in AHEAD]
    if words is not None and (following := words.successive_year(company, source.published)):
        readings = [one for one in readings if {**fields, **one["set"]}.get("period") in following]
    return list(first_of_each((one["label"], one) for one in readings).values())


def _of_left_out(asked: _Asked, readings: list[Answer], earlier: Answer | None) -> list[Answer]:
    """The answers for a number that the draft left out."""
    if str(asked.entry.get("reason")) == ROLLING and not asked.lacks({}):
        return [{"label": label_of_reading(asked.fields, asked.source.vocabulary), "set": {}, "together": True}]
    return [earlier, *readings] if earlier else readings


def _proposed(asked: _Asked, review: Mapping[str, Any]) -> list[Answer]:
    """The reading that the language model proposes for a question, if it differs and is complete."""
    proposal = proposal_of(asked.entry.get("id"), review) if asked.part == "undecided" else None
    if proposal is None or not differing(asked.entry, proposal) or not proposal.get("entity"):
        return []
    proposed = {key: str(proposal[key]) for key in COMPARED if key in proposal}
    return [] if asked.lacks(proposed) else [{"label": BY_ASSISTANT, "set": proposed}]


def _preselected_of_article(asked: _Asked, readings: Sequence[Answer], leaving: int, is_sure_group: bool) -> int | None:
    """Which answer for a number of an article is preselected, if the words name company and claimant of its reading."""
    entry, fields, source, words = asked.entry, asked.fields, asked.source, asked.words
    question = str(entry.get("question"))
    if question == WHOSE_COUNT:
        chosen: int | None = None if fields.get("claimant") == "publication" else 0
    elif readings and words is not None and _is_named_literally(entry, {**fields, **readings[0]["set"]}, words, source):
        chosen = 0
    else:
        is_read = not missing_keys(fields, _READ)
        is_of_unknown = any(one.unknown_owner for one in source.amounts_at(span_of(entry)))
        is_plan = bool(readings) and words is not None and _is_dated_plan(entry, fields, readings[0], words, source)
        chosen = _preselected(question, len(readings), leaving, words, is_sure_group, is_read, is_of_unknown, is_plan)
    if chosen is not None and chosen < len(readings) and words is not None:
        likely = {**fields, **readings[chosen]["set"]}
        is_said = question == WHOSE_COUNT or words.names_claimant(likely.get("claimant", ""), source)
        return chosen if is_said and words.names_owner(likely.get("entity", ""), entry, source) else None
    return chosen


def _fits(
    figure: Mapping[str, str],
    drafted: Mapping[str, str],
    kinds: Container[str],
    words: SentenceWords,
    source: Source,
    is_first_over: bool,
) -> bool:
    """Whether a reading can be right: chips are counted and amounts are not, a plan is not over, a result is, and only plans are ranges. An article may
    tell of a plan for a period that is over; a company gives none.

    drafted: the fields before the answer. kinds: of the amount, such as money. is_first_over: whether the period of the likeliest reading was over.
    """
    is_ahead, published = figure.get("status") in AHEAD, source.published
    may_be_over = words.speaks_of_plans and source.article is not None
    if is_ahead and (is_far_label(figure.get("period", ""), published) or words.is_reported(figure, published)):
        return False
    if words.is_other_amount(figure) or (figure.get("metric") == "cloud_revenue" and words.is_of_total_sales):
        return False
    if is_ahead and figure.get("metric") in words.vocabulary.balances and is_over(figure.get("period", ""), published):
        return False
    counts_chips = figure.get("metric") == "gpu_units"
    if ("count" in kinds and not counts_chips) or ("money" in kinds and counts_chips):
        return False
    if is_ahead and is_over(figure.get("period", ""), published) and not may_be_over:
        return False
    is_result = drafted.get("status") == "reported"
    if is_ahead and is_result and (words.is_done or (is_first_over and not words.speaks_of_plans)):
        return False
    is_company_money = figure.get("metric") in PLANNED and not is_ahead
    if is_company_money and figure.get("period", "").endswith(f"/{published}"):
        return False  # no company reports a period up to the day of an article
    is_range = bool(figure.get("value_low")) or " to " in figure.get("value", "")
    return not (is_range and not is_ahead and (drafted.get("status") in AHEAD or words.speaks_of_plans))


def _with_both_statuses(
    readings: Sequence[Answer], fields: Mapping[str, str], words: SentenceWords, source: Source, is_told_plan: bool
) -> list[Answer]:
    """Readings of an amount with a further one of the other kind of status, where the sentence speaks of plans or the first reading is one: what is planned
    may be what was spent, and the other way round. What the words of the sentence say comes first."""
    first = next((one for one in readings if "set" in one and "others" not in one), None)
    known = {**fields, **first["set"]} if first is not None else {}
    is_ahead = known.get("status") in AHEAD
    if first is None or known.get("measure", "level") != "level" or not (is_ahead or words.speaks_of_plans):
        return list(readings)
    kinds = {{**fields, **one["set"]}.get("status") in AHEAD for one in readings if "set" in one}
    is_far = is_far_label(known.get("period", ""), source.published)
    is_plain = words.is_done if not is_ahead else words.says_plan and not words.is_done and not is_far
    if known.get("metric") not in PLANNED or len(kinds) > 1 or (is_plain and not is_told_plan):
        return list(readings)
    entity = source.vocabulary.entities.get(known.get("entity", ""))
    period = known.get("period", "")
    if is_ahead:
        days = [] if is_over(period, source.published) else recent_periods(source.published, entity)[:1]
        periods, status = [*([period] if not days else []), *map(label_of, days)], "reported"
    else:
        planned = words.periods(entity, source.published, True)
        usual = map(label_of, usual_plans(source.published))
        was_plan = words.is_planned_behind or is_told_plan
        listed = dict.fromkeys([*([period] if is_told_plan else planned), *([period] if was_plan else []), *usual])
        status = "guidance" if known.get("claimant", "company") in ("company", "executive") else "forecast"
        # What a company had planned for a year that is over by now is its guidance of that time.
        was_planned = period if (words.is_planned_behind or is_told_plan) and status == "guidance" else None
        periods = [one for one in listed if one == was_planned or not is_over(one, source.published)][:2]
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


def _earlier_plan(
    entry: Mapping[str, Any], fields: Mapping[str, str], readings: Sequence[Answer], words: SentenceWords
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
        (one for one in plans if one.get("status") in AHEAD and 350 < length_of(one.get("period", "")) < 380), known
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


def _preselected(
    question: str,
    readings: int,
    leaving: int,
    words: SentenceWords | None,
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
    words: SentenceWords | None,
    source: Source,
) -> int | None:
    """Which of the answers is preselected for an amount of a company's document: its first reading where the words name the metric and the period, leaving it
    out where they name another measure and no metric, otherwise none."""
    if words is None:
        return None
    reason = str(entry.get("reason"))
    if not readings:
        return leaving - 1 if reason.startswith((*SALES, *_FIRM)) else None
    figure = {**fields, **readings[0]["set"]}
    metric, kind = figure.get("metric", ""), words.metric(WHOLE_SENTENCE)
    is_plan = figure.get("status") in AHEAD
    if reason.startswith(UNSURE_NAME):
        return 0 if is_plan else None  # guidance is on its company's own definition, which no row has
    company = source.vocabulary.entities.get(figure.get("entity", ""))
    named = [*words.successive_year(company, source.published), *words.periods(company, source.published, is_plan)]
    is_balance = metric in source.vocabulary.balances
    is_dated = figure.get("period") in named or (is_balance and (not words.is_compared or words.names_day_behind))
    if str(entry.get("question")).startswith(NAMED_DEFINITION):
        return 0 if figure.get("period") in named else None
    names_it = kind == metric or (not kind and fields.get("metric") == metric and words.names_metric(metric))
    if names_it and is_dated and not reason.startswith(SALES):
        return 0
    return len(readings) + leaving - 1 if reason.startswith(_OTHER_SALES) and not is_plan else None


_OTHER_SALES: Final = (
    "Context: revenue of several segments",
    "Context: part of cloud revenue",
    "Context: other business",
)
"""How the reasons begin of numbers of a company's own document that are what a part of its business sells for."""


def _is_dated_plan(
    entry: Mapping[str, Any], fields: Mapping[str, str], reading: Answer, words: SentenceWords, source: Source
) -> bool:
    """Whether a reading is the plan that the draft has, of a company and a period that the sentence names: "Alphabet raised its plan for 2025 to $85bn"."""
    figure = {**fields, **reading["set"]}
    company = source.vocabulary.entities.get(figure.get("entity", ""))
    return (
        str(entry.get("question")).startswith((_BASES[1], _LITTLE))
        and (figure.get("metric") != "cloud_revenue" or words.is_whole_revenue(figure))
        and figure.get("status") in AHEAD
        and not {"entity", "metric", "status"}.intersection(reading["set"])
        and (
            words.names(figure.get("entity", ""))
            or companies_of_paragraph(str(entry.get("locator")), source) == [figure.get("entity")]
        )
        and figure.get("period") in words.periods(company, source.published, True)
    )


def _is_named_literally(
    entry: Mapping[str, Any], figure: Mapping[str, str], words: SentenceWords, source: Source
) -> bool:
    """Whether the words leave no doubt that a questioned number is of the metric or cloud business that they name, and whose it is."""
    if not str(entry.get("question")).startswith(NAMED) or entry.get("readings") or not words.is_literal(figure):
        return False
    owner = figure.get("entity", "")
    return words.names(owner) or companies_of_paragraph(str(entry.get("locator")), source) == [owner]


def _is_asked_of_figure(entry: Mapping[str, Any]) -> bool:
    """Whether the company and metric of a questioned number are sure, and only its period or claimant is asked for."""
    return str(entry.get("question")).startswith((_LIKELY[0], _LIKELY[1], _LIKELY[4], WHOSE_COUNT))


def _of_question(
    entry: Mapping[str, Any],
    fields: Mapping[str, str],
    needed: Sequence[str],
    source: Source,
    words: SentenceWords | None,
    beside: Sequence[Neighbour],
) -> list[Answer]:
    """The answers to the very question: one for each listed period or unit, for each claimant, or yes. beside: the figures of the sentence."""
    listed = entry.get("readings")
    listed = [str(one) for one in listed] if isinstance(listed, list) else []
    if listed and fields.get("measure") in RATES and (level := _level_of(entry, beside)) is not None:
        listed = list(dict.fromkeys([level, *listed]))[:MOST_READINGS]
    missing = missing_keys(fields, (*needed, *REQUIRED_BY_METRIC.get(fields.get("metric", ""), ())))
    if entry.get("question") == WHOSE_COUNT and words is not None and not missing:
        return [{"label": one.label, "set": _of_count(one, fields, source)} for one in counts_in(words, source)]
    asks_who, asked = WHO in str(entry.get("question")), asked_key(entry)
    is_next = words is not None and "next" in words.tokens.words
    if listed and asked == "period" and not is_next and all(_status_of(fields, one, source) for one in listed):
        # A year that is not over is not what was reported: the last quarter is likelier.
        known = source.vocabulary.entities.get(fields.get("entity", ""))
        listed = [*map(label_of, recent_periods(source.published, known)[:1]), *listed]
    if asked == "period" and fields.get("status") in AHEAD:
        ahead = [one for one in listed if not is_over(one, source.published)]
        if listed and not str(entry.get("question")).startswith("Plans are seldom"):
            usual = list(map(label_of, usual_plans(source.published)))
            listed = list(dict.fromkeys([*ahead, *usual]))[:MOST_READINGS] or listed
    if (
        source.article is None
        and asked == "period"
        and words is not None
        and fields.get("metric") not in words.vocabulary.balances
    ):
        known = source.vocabulary.entities.get(fields.get("entity", ""))
        named = words.periods(known, source.published, fields.get("status") in AHEAD)
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


def _of_count(count: Count, fields: Mapping[str, str], source: Source) -> dict[str, str]:
    """Claimant and status of a count of chips by a source."""
    known = {**fields, "claimant": count.claimant, "status": count.status}
    return {"claimant": count.claimant, "status": status_at(known, str(fields.get("period") or ""), source.published)}


def _definition_of(fields: Mapping[str, str], words: SentenceWords | None) -> dict[str, str]:
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
    if status in AHEAD and is_over(period, source.published):
        status = "reported"
    return {} if status == fields.get("status", status) else {"status": status}


def _leaving(entry: Mapping[str, Any], words: SentenceWords | None) -> list[Answer]:
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
