"""Makes what the review page shows of each number: its state, its question, its answers and what filings say of it.

Add here what one number shows. What depends on several numbers belongs to `compared_answers`, and the HTML to `page`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.printed_tables.binding import ROLLING
from capex_pipeline.reference import Reference
from capex_pipeline.review.answers import Answer, answers, asked_key, is_choice
from capex_pipeline.review.article_draft import RECOUNT
from capex_pipeline.review.checks import UNDECIDED, check_review
from capex_pipeline.review.checks.build_rules import SEVERAL_VALUES, Resolved, resolved
from capex_pipeline.review.checks.findings import ReviewFinding, quote_of
from capex_pipeline.review.chip_counts import WHOSE_COUNT
from capex_pipeline.review.compared_answers import (
    Entries,
    follow_levels,
    hold_against_rules,
    label_as_filed,
    mark_reading,
    mark_same_facts,
    merge_alike,
    note_of,
    part_by_period,
    settle_repeats,
)
from capex_pipeline.review.decisions import SHOWN, addable, recorded
from capex_pipeline.review.entries import LISTS, NAMED, NO_FIGURE, ONLY_WHO, Span, entries_of, entry_id, span_of
from capex_pipeline.review.filings import FILING_DIFFERS, NUMBERS_DISAGREE, PRINTED_SO, Filed, Filings, Stated
from capex_pipeline.review.named_metrics import CASH_FLOWS, place_in
from capex_pipeline.review.proposals import comparison
from capex_pipeline.review.readings import Neighbour, is_of_others, neighbour, neighbours
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.values.grouping import grouped

_NOT_READ: Final = "The row bears no name that the rules know."
_WHOSE: Final = "The sentence speaks of several companies and names none of them. Whose figure is it?"


def page_entries(
    review: Mapping[str, Any], source: Source, reference: Reference, filings: Filings | None = None
) -> Entries:
    """Every number of a review with its state, its question and its answers. reference, filings: as of `page.render`."""
    made = cache(partial(resolved, review, source, reference))
    findings = _findings(review, source, reference, filings, made)
    cards = _Cards(review, source, findings, filings.beside(made()) if filings is not None else {}, neighbours(review))
    entries = {
        entry_id(listed, number, entry): cards.of(listed, number, entry)
        for listed in LISTS
        for number, entry in enumerate(entries_of(review, listed))
    }
    entries |= _addable_rows(review, source, filings)
    for entry in entries.values():
        for option in entry["options"]:
            if "set" in option:
                option["becomes"] = recorded(entry["fields"], option["set"], source.vocabulary)
    hold_against_rules(entries, review, source, reference, filings)
    follow_levels(entries)
    part_by_period(entries)
    _ask_which_value(entries, findings, settle_repeats(entries))
    for entry in entries.values():
        merge_alike(entry)
        for option in entry["options"]:
            if "becomes" in option:
                mark_reading(option, source.vocabulary)
    mark_same_facts(entries)
    return entries


@dataclass
class _Cards:
    """Makes what the page shows of each number, one after the other. findings: by id of the entry. filed: by place among the figures. near: numbers with a
    period, to which each question with a likely answer is added.
    """

    review: Mapping[str, Any]
    source: Source
    findings: Mapping[str, Sequence[ReviewFinding]]
    filed: Mapping[int, Filed]
    near: list[Neighbour]

    def of(self, listed: str, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The card of an entry. listed: its list in the review. number: its place there."""
        span, source, is_figure = span_of(entry), self.source, listed == "figures"
        place = source.passage_at(span)
        passage = source.passages[place] if place is not None else None
        found = [one for one in self.findings.get(entry_id(listed, number, entry), []) if one.rule != SEVERAL_VALUES]
        part, known = listed, entry
        if listed == "ignored":
            known = {**source.known.get(span or (0, 0), {}), **entry}
        elif is_figure and (question := self._doubt(entry, found, passage)):
            part, known = "undecided", {**entry, "question": question}
        fields, filed = _shown(known), self.filed.get(number) if is_figure else None
        options: list[Answer] = []
        chosen = None
        if is_figure and found:
            options, chosen = self._answers_to_findings(entry, found, fields, filed, passage)
        elif part != "figures":
            options, chosen = answers(known, part, fields, self.review, source, passage, self.near)
        likely = {**fields, **(options[chosen].get("set", {}) if chosen is not None else {})}
        if part == "undecided" and likely.get("period") and likely.get("measure") == "level":
            self.near = sorted([*self.near, neighbour(known, likely)], key=lambda one: one.start)
        return {
            "part": part,
            "quote": str(entry.get("quote") or entry.get("text") or entry.get("value") or ""),
            **_where(span, place, source),
            "fields": fields,
            "span": list(span) if span is not None else None,
            "question": str(known.get("question") or "") if part == "undecided" else "",
            "reason": str(entry.get("reason") or "") if part == "ignored" else "",
            "findings": [] if is_figure else [finding.message for finding in found],
            "waits": part == "figures" and "confidence" in entry,
            "asks_filings": not is_figure,
            "filed": f"As filed: {filed.sentence}" if filed is not None and filed.agrees else "",
            "origin": filed.origin if filed is not None else "",
            "assistant": comparison(entry, self.review),
            "options": options,
            "chosen": chosen,
            "group": _group(known if part == "undecided" else entry, place, source),
            "loses": _may_be_of_company(span, place, str(entry.get("reason") or ""), source),
        }

    def _doubt(self, entry: Mapping[str, Any], found: Sequence[ReviewFinding], passage: Passage | None) -> str:
        """What is asked of a figure of the draft: what is found against it, or whose it is; empty if nothing is."""
        if found:
            return " ".join(_of_card(finding, entry) for finding in found)
        return _WHOSE if "confidence" in entry and is_of_others(entry, self.source, passage) else ""

    def _answers_to_findings(
        self,
        entry: Mapping[str, Any],
        found: Sequence[ReviewFinding],
        fields: Mapping[str, str],
        filed: Filed | None,
        passage: Passage | None,
    ) -> tuple[list[Answer], int | None]:
        """The answers to what is found against a figure; that it is right is preselected where it is as near to a filing as its digits allow."""
        options = _to_findings(found, fields, filed, self.source.vocabulary)
        others, _ = answers(entry, "figures", fields, self.review, self.source, passage, self.near)
        options[-1:-1] = [one for one in others if "set" in one]
        is_near = filed is not None and filed.is_near and {one.rule for one in found} == {FILING_DIFFERS}
        return options, 0 if is_near else None


def _where(span: Span | None, place: int | None, source: Source) -> dict[str, Any]:
    """The passage of a number, -1 without one, and the heads of its column."""
    heads = source.passages[place].heads_of(span) if place is not None and span is not None else ""
    return {"heads": heads, "place": place if place is not None else -1}


def _shown(known: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an entry that the page shows, with its days as its period where they stand for one."""
    fields: dict[str, str] = {key: str(known[key]) for key in SHOWN if known.get(key) not in (None, "")}
    if "period" not in fields and known.get("period_start") and known.get("period_end"):
        fields["period"] = f"{known['period_start']}/{known['period_end']}"
    return fields


def _addable_rows(review: Mapping[str, Any], source: Source, filings: Filings | None) -> Entries:
    """The cards of numbers that the draft does not use and a person may add."""
    filed, entries = filed_beside(review, source, filings), {}
    for identity, known in addable(review, source).items():
        span = span_of(known)
        place = source.passage_at(span)
        entries[identity] = {
            "part": "ignored",
            "other": True,
            "quote": known["quote"],
            **_where(span, place, source),
            "fields": {key: str(known[key]) for key in SHOWN if known.get(key)},
            "span": None,
            "question": "",
            "reason": _NOT_READ,
            "findings": [],
            "waits": False,
            "asks_filings": False,
            "filed": "",
            "origin": "",
            "assistant": "",
            "options": [],
            "chosen": None,
            "group": [identity, place],
            "loses": False,
            "suggested": _suggested(known, source, filed),
        }
    return entries


def _ask_which_value(
    entries: Entries, findings: Mapping[str, Sequence[ReviewFinding]], settled: Collection[str]
) -> None:
    """Make a question of a figure with another value of its fact in the same document, unless it is asked already which of the two is kept."""
    for identity, of_entry in findings.items():
        messages = [one.message for one in of_entry if one.rule == SEVERAL_VALUES]
        if messages and identity not in settled and entries[identity]["part"] == "figures":
            entries[identity] |= {
                "part": "undecided",
                "question": " ".join(messages),
                "waits": False,
                "options": [{"label": "No figure", "ignore": NO_FIGURE}],
            }


def _findings(
    review: Mapping[str, Any],
    source: Source,
    reference: Reference,
    filings: Filings | None,
    made: Callable[[], Resolved],
) -> dict[str, list[ReviewFinding]]:
    """What `--check` finds of each entry, by its id, without the questions, which the page asks anyway."""
    findings = check_review(review, source, reference, filings, made)
    return grouped((one.entry, one) for one in findings if one.entry and one.rule != UNDECIDED)


def _of_card(finding: ReviewFinding, entry: Mapping[str, Any]) -> str:
    """The message of a finding on the card of its figure, which shows id and words."""
    before, colon, message = finding.message.partition(": ")
    is_named = before.endswith(f"({quote_of(entry)!r})") and str(entry.get("id")) in before
    return f"{message[:1].upper()}{message[1:]}" if colon and is_named else finding.message


def _to_findings(
    found: Sequence[ReviewFinding], fields: Mapping[str, str], filed: Filed | None, vocabulary: Vocabulary
) -> list[Answer]:
    """The answers to findings of one figure: the period or definition of which filings give its amount, that it is right nevertheless, where a person
    can say so, and that it is no figure."""
    keys = sorted({part for finding in found for part in finding.parts})
    is_filed = any(finding.rule == FILING_DIFFERS for finding in found)
    noted = note_of(filed, fields) if filed is not None and is_filed else {}
    if not noted and not fields.get("note") and any(finding.rule == NUMBERS_DISAGREE for finding in found):
        noted = {"note": PRINTED_SO}
    right: list[Answer] = [{"label": "It is right as it is", "set": noted, "corrected": keys, "alone": True}]
    as_filed: list[Answer] = []
    if filed is not None and filed.as_filed:
        as_filed.append(
            {"label": label_as_filed(filed, fields, vocabulary), "set": dict(filed.as_filed), "alone": True}
        )
    may_be_right = right if all(finding.parts for finding in found) else []
    return [*as_filed, *may_be_right, {"label": "No figure", "ignore": NO_FIGURE}]


def filed_beside(review: Mapping[str, Any], source: Source, filings: Filings | None) -> list[tuple[str, Stated]]:
    """What filings give for the periods of the numbers that a person may add, with the period as these numbers have it."""
    if filings is None:
        return []
    added = addable(review, source).values()
    wanted = dict.fromkeys((str(known.get("entity") or ""), str(known.get("period") or "")) for known in added)
    return [
        (period, stated)
        for entity, period in wanted
        if "/" in period
        for stated in filings.stated(entity, *map(date.fromisoformat, period.split("/")))
    ]


_FEWEST_DIGITS: Final = 3
"""Of a number that agrees with a filed one by more than chance."""


def _suggested(known: Mapping[str, Any], source: Source, filed: Sequence[tuple[str, Stated]]) -> dict[str, str]:
    """Metric and definition of the filed amounts with which a number agrees that a person may add; the metric where all are of one, likewise the
    definition. Of other amounts of money the cash flow with whose name the label of their row begins."""
    span = span_of(known)
    (amount, *_) = source.amounts_at(span)
    place = source.passage_at(span)
    digits = sum(letter.isdigit() for letter in str(known.get("value")))
    if amount.kind != "money" or not amount.numbers or not known.get("unit") or digits < _FEWEST_DIGITS:
        return {}
    alike = [
        stated
        for period, stated in filed
        if period == known.get("period") and math.isclose(abs(stated.value), amount.numbers[0], rel_tol=1e-6)
    ]
    metrics, definitions = {one.metric for one in alike}, {one.definition for one in alike}
    if not metrics and place is not None:
        label = source.passages[place].text.partition(" | ")[0].rpartition(" > ")[2].casefold()
        # Other names of metrics are also those of parts: "International > Net sales".
        named = next((metric for metric in CASH_FLOWS if label.startswith(metric.replace("_", " "))), "")
        return {"metric": named} if named else {}
    if len(metrics) != 1:
        return {}
    return {"metric": metrics.pop()} | ({"definition": definitions.pop()} if len(definitions) == 1 else {})


def counts_of(entries: Entries) -> dict[str, int]:
    """How many numbers wait as questions, have a preselected answer, are figures to compare, and are left out, also by a preselected answer. Rows that
    the draft does not use do not count."""
    states = [_state(entry) for entry in entries.values() if not entry.get("other")]
    return {name: states.count(name) for name in ("questions", "preselected", "figures", "left")}


def _state(entry: Mapping[str, Any]) -> str:
    if entry["part"] == "undecided":
        if entry["chosen"] is None:
            return "questions"
        answer = entry["options"][entry["chosen"]]
        return "left" if answer.get("ignore") and not answer.get("keep") else "preselected"
    return "left" if entry["part"] == "ignored" else "figures"


def _may_be_of_company(span: Span | None, place: int | None, reason: str, source: Source) -> bool:
    """Whether a number is an amount, a count or growth in a sentence that names a company or a group, so that leaving it out may lose a figure."""
    amounts = source.amounts_at(span)
    if place is None or not amounts:
        return False
    if source.article is None:  # all of it is about its company; a row of a table has its metric
        is_sentence = not source.passages[place].cells and not reason.startswith("The same fact")
        return is_sentence and any(one.kind in _AMOUNTS for one in amounts)
    text = source.passages[place].text
    tokens = tokenise(plain_text(text))
    cues = source.vocabulary.find_cues(tokens)
    if all(one.kind not in _AMOUNTS for one in amounts):
        first, last = place_in(text, *source.passages[place].place_of(span or (0, 0)))
        is_rate = any(one.kind in _RATES for one in amounts) and not reason.startswith(_NO_GROWTH)
        beside = tokens.words[max(0, first - _BESIDE_RATE) : last + 3]
        is_part = tokens.word(last + 1) == "of" or not _PARTS.isdisjoint(beside)
        if not is_rate or is_part or all(cue.kind not in ("up", "down") for cue in cues):
            return False
    known = source.known.get(span or (0, 0), {})
    is_read = bool(known.get("entity") and known.get("metric")) and not reason.startswith(_OF_OTHERS)
    return is_read or any(cue.kind in ("entity", "segment", "anaphor", "combined") for cue in cues)


_OF_OTHERS: Final = ("Context: ", "What others had expected", "A change", "A count", "A supposition", "A part")
"""How the reasons begin of numbers that are left out although company and metric are known from the sentences before."""
_RATES: Final = ("percent", "multiple")
_PARTS: Final = frozenset("share shares margin margins stake stock".split())
_BESIDE_RATE: Final = 8
"""Words before a percentage among which such a word makes no growth of it."""
_NO_GROWTH: Final = (
    "Context: profit", "Context: share price", "Context: economy", "Context: people", "Context: market share", "Context: payout", "Context: value",
    "What others had expected", "Growth against the quarter before", "A supposition",
)  # fmt: skip
"""How the reasons begin of percentages and multiples that are growth of no metric."""
_AMOUNTS: Final = ("money", "count")


def _group(entry: Mapping[str, Any], place: int | None, source: Source) -> list[Any]:
    """Entries of one group are answered at once: those of a sentence with one question or one reason, and of a table without a unit."""
    asked = asked_key(entry)
    where: Any = place if place is not None else -1
    if asked == "unit" and place is not None:
        where = source.passages[place].place.partition(", row ")[0]
    is_recount = str(entry.get("question")).startswith(RECOUNT)
    if (is_recount or entry.get("question") == ONLY_WHO) and place is not None:
        where = source.passages[place].place
    if (
        asked == "period"
        and place is not None
        and span_of(entry)
        and (heads := source.passages[place].heads_of(span_of(entry) or (0, 0)))
    ):
        where = f"{source.passages[place].place.partition(', row ')[0]}: {heads}"
    question = str(entry.get("question"))
    if is_choice(entry) or question == WHOSE_COUNT or question.startswith(NAMED):
        where = "document"
    if is_recount:
        return [RECOUNT, where]
    if str(entry.get("reason")) == ROLLING and place is not None:
        return [ROLLING, source.passages[place].place.partition(", row ")[0]]
    return [asked if entry.get("readings") else str(entry.get("question") or entry.get("reason")), where]
