"""Writes the review page: one local HTML file with the text at the left and its figures at the right.

Add here what the page is made from. How it looks and acts is in `static/`. The page needs nothing from the network: a content security policy
forbids every request and allows only its own script, by its hash. Every text of the article reaches the page as data and is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from importlib import resources
from typing import Any, Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.printed_tables.binding import ROLLING
from capex_pipeline.reference import Reference
from capex_pipeline.review import field_help
from capex_pipeline.review.answers import (
    BY_ASSISTANT,
    Answer,
    answers,
    asked_key,
    is_after,
    is_choice,
    is_of_others,
    label_of_reading,
    neighbour,
    neighbours,
)
from capex_pipeline.review.article_draft import RECOUNT
from capex_pipeline.review.checks import UNDECIDED, check_review, unlike_source
from capex_pipeline.review.checks.build_rules import FACT_KEYS, SEVERAL_VALUES, Resolved, fact_of, rejected, resolved
from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
from capex_pipeline.review.checks.findings import ReviewFinding, quote_of
from capex_pipeline.review.chip_counts import WHOSE_COUNT
from capex_pipeline.review.company_groups import groups_of
from capex_pipeline.review.decisions import CHANGEABLE, addable, fingerprint
from capex_pipeline.review.entries import (
    CLAIMANTS,
    CONFIRMED,
    FIGURE_KEYS,
    LISTS,
    NAMED,
    NO_FIGURE,
    NO_TABLE,
    ONLY_WHO,
    OTHER_WAYS,
    REQUIRED_BY_METRIC,
    Span,
    entries_of,
    entry_id,
    required_keys,
    span_of,
)
from capex_pipeline.review.filings import FILING_DIFFERS, NUMBERS_DISAGREE, PRINTED_SO, Filed, Filings, Stated
from capex_pipeline.review.named_metrics import CASH_FLOWS, place_in
from capex_pipeline.review.proposals import comparison
from capex_pipeline.review.recording import completed, definition_rules
from capex_pipeline.review.same_facts import repeats, same_facts
from capex_pipeline.review.source import Source
from capex_pipeline.schemas.vocabulary import BOUNDS, DIRECTION, FLOWS, MEASURES, STATUSES
from capex_pipeline.values import escaping, units
from capex_pipeline.values.grouping import grouped

REASONS: Final = (
    NO_TABLE,
    "A part of another amount.",
    "The same figure as another one.",
    "A plan that another figure replaces.",
    "What others had expected.",
    "No period with a first and a last day.",
    "No company or group of the reference.",
)
"""Reasons that the page offers for leaving a mention out."""
_SCOPE: Final = (
    "Shown are the rows that bear a printed name of the company, and the sentences that speak of them. The other rows of the tables are below them; "
    "choose a number there to add it as a figure."
)
_TODO: Final = (
    "Only a question needs your answer. Every other figure and every preselected answer is recorded as it is shown: compare it with the text beside it, "
    "and change it where it is wrong."
)
_KEYS: Final = (
    "Keys on a figure: 1 to 9 and the letters beside an answer choose it, a accept, c change, i leave out, u undo, n next question, j and k next and previous "
    "figure, o other rows, / find a number or a row, s accept the rest and save."
)
_NOT_READ: Final = "The row bears no name that the rules know."
MISSING: Final = (None, "", "~", "null")
"""What stands for nothing in a review, whose values are read as text."""
_WHOSE: Final = "The sentence speaks of several companies and names none of them. Whose figure is it?"
_SHOWN: Final = tuple(key for key in FIGURE_KEYS if key in CHANGEABLE and key not in ("period_start", "period_end"))


def render(
    review: Mapping[str, Any],
    source: Source,
    command: str,
    reference: Reference,
    filings: Filings | None = None,
    entries: Entries | None = None,
    redraft: str = "",
) -> str:
    """The page as HTML; equal input gives equal text.

    review: as read from its file. command: applies the decisions that the page saves. reference: only answers are offered that a build accepts by it,
    and what is entered is held against the units of its metric. filings: with them, readings that they give are preselected, and what they
    contradict is asked. entries: as of `page_entries`, for a caller that has them. redraft: reads the article again with the day of publication in place
    of `DATE`, where the article does not state it.
    """
    vocabulary, stem = source.vocabulary, source.name.rsplit(".", 1)[0]
    names, definitions = reference.entities["name"], sorted(map(str, reference.definitions.index))
    document = review.get("document")
    stated = document if isinstance(document, Mapping) else {}
    about = {str(key): str(value) for key, value in stated.items() if value not in MISSING}
    entries = page_entries(review, source, reference, filings) if entries is None else entries
    data = {
        "review": fingerprint(review),
        "store": f"capex-pipeline review {fingerprint(review)} {command}",
        "unknown": [key for key in NEEDED_OF_DOCUMENT if not about.get(key)],
        "file": f"{stem}.decisions.json",
        "command": command,
        "redraft": {"command": redraft, "date": DATE},
        "plain": {
            "entity": {name: str(names[name]) for name in sorted(vocabulary.entities) if name in names.index},
            "metric": {
                metric: _PLAIN.get(metric, metric.replace("_", " ").replace("gpu", "GPU"))
                for metric in map(str, reference.metrics.index)
            },
        },
        "passages": _passages(review, source),
        "entries": entries,
        "filed": [
            {
                "metric": one.metric,
                "definition": one.definition,
                "period": period,
                "value": one.shown,
                "origin": one.origin,
            }
            for period, one in _filed_beside(review, source, filings)
        ],
        "fields": list(_SHOWN),
        "fact": list(FACT_KEYS),
        "required": list(required_keys(review)),
        "otherWays": {key: [list(way) for way in ways] for key, ways in OTHER_WAYS.items()},
        "kinds": {
            str(metric): {measure: list(figure_rules.fitting_units(kinds, measure) or ()) for measure in MEASURES}
            for metric, kinds in reference.metrics["unit_kinds"].items()
        },
        "units": {"plain": units.PLAIN, "counted": list(units.COUNTED)},
        "requiredBy": {metric: list(keys) for metric, keys in REQUIRED_BY_METRIC.items()},
        "positive": sorted(metric for metric, (low, _) in vocabulary.magnitudes.items() if low >= 0),
        "names": {**vocabulary.names, **{name.casefold(): name for name in vocabulary.entities}},
        "groups": groups_of(vocabulary, reference),
        "definitions": {"rules": definition_rules(vocabulary), "named": sorted(vocabulary.named_definitions)},
        "periods": PERIOD_LABEL,
        "lists": ["definition", "supplier", "product", "customer"],
        "help": dict(field_help.FIELDS),
        "meanings": {
            **field_help.CHOICES,
            **{
                "metric": {
                    str(metric): f"{str(text).partition('. ')[0].rstrip('.')}."
                    for metric, text in reference.metrics["description"].items()
                },
                "definition": {one: str(reference.definitions.at[one, "name"]) for one in definitions},
            },
        },
        "reasons": list(REASONS),
        "confirmed": CONFIRMED,
        "choices": {
            "entity": sorted(vocabulary.entities),
            "metric": sorted(vocabulary.metric_ids),
            "measure": MEASURES,
            "status": [name for name in STATUSES if name != "derived"],
            "claimant": CLAIMANTS,
            "bound": (*BOUNDS, DIRECTION),
            "flow": FLOWS,
            "definition": definitions,
            "supplier": sorted(set(vocabulary.suppliers.values()) - {""}),
            "product": sorted(vocabulary.suppliers),
            "customer": sorted(vocabulary.entities),
        },
    }
    script = _static("review.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = escaping.html(str(about.get("title") or stem))
    origin = escaping.html(", ".join(str(about[key]) for key in ("publisher", "published") if about.get(key)))
    scope = "" if source.article is not None else f"<p>{_SCOPE}</p>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Review: {title}</title>
<style>{_static("review.css")}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{origin}</p>{scope}
<p class="todo">{_TODO}</p>
<p class="keys">{_KEYS}</p>
<noscript><p>This page needs JavaScript. The same questions are in the review file, which any editor opens.</p></noscript>
</header>
<main id="main"><p id="notice" role="status"></p></main>
<footer aria-label="Progress and saving"><p id="progress" role="status"></p><details id="left" hidden><summary></summary><ul></ul></details><div id="saving"></div></footer>
<script type="application/json" id="data">{escaping.script_json(data)}</script>
<script>{script}</script>
</body>
</html>
"""


DATE: Final = "YYYY-MM-DD"
"""Stands for the day of publication in a command."""


_PLAIN: Final = {"capex": "capital expenditure"}
"""Names of metrics whose id is no plain name."""


PERIOD_LABEL: Final = (
    r"^\s*(\d{4}-\d\d-\d\d(\s*/\s*\d{4}-\d\d-\d\d)?|\d{4}-\d\d|[a-z]{3,9} \d{4}|(fy|cy)? ?\d{2,4}([ -]*(fy|cy)?\d{4})?"
    r"|(fy ?)?\d{2,4}[ -]*(q[1-4]|h[12]|9m)|(q[1-4]|[1-4]q|h[12]|9m) *(fy ?)?\d{2,4})\s*$"
)
"""What a period may look like, for the page; `values.periods` reads it when the decisions are applied."""


def _static(name: str) -> str:
    return resources.files("capex_pipeline.review").joinpath("static", name).read_text(encoding="utf-8")


def _passages(review: Mapping[str, Any], source: Source) -> list[dict[str, Any]]:
    """Passages with the ids of the entries whose amount is in them, in order, and where it is."""
    marks: dict[int, dict[Span, list[str]]] = {}
    listed = [
        (entry_id(part, number, entry), span_of(entry))
        for part in LISTS
        for number, entry in enumerate(entries_of(review, part))
    ]
    for identity, span in (*listed, *((name, span_of(known)) for name, known in addable(review, source).items())):
        place = source.passage_at(span)
        if place is not None and span is not None:
            where = source.passages[place].place_of(span)
            marks.setdefault(place, {}).setdefault(where, []).append(identity)
    return [
        {
            "place": passage.place,
            "other": passage.is_other,
            "text": passage.text,
            "above": passage.above,
            "cells": [list(cell) for cell in passage.cells],
            "marks": [[start, end, ids] for (start, end), ids in sorted(marks.get(index, {}).items())],
        }
        for index, passage in enumerate(source.passages)
    ]


Entries = dict[str, dict[str, Any]]
"""What the page shows of each number, by its id."""


def page_entries(
    review: Mapping[str, Any], source: Source, reference: Reference, filings: Filings | None = None
) -> Entries:
    """Every number of a review with its state, its question and its answers. reference, filings: as of `render`."""
    entries: Entries = {}
    near = neighbours(review)
    made = cache(partial(resolved, review, source, reference))
    findings = _findings(review, source, reference, filings, made)
    filed_figures = filings.beside(made()) if filings is not None else {}
    compared = {name: [one for one in found if one.rule == SEVERAL_VALUES] for name, found in findings.items()}
    for listed in LISTS:
        for number, entry in enumerate(entries_of(review, listed)):
            span, part = span_of(entry), listed
            known = {**source.known.get(span or (0, 0), {}), **entry} if part == "ignored" else entry
            fields: dict[str, str] = {key: str(known[key]) for key in _SHOWN if known.get(key) not in (None, "")}
            if "period" not in fields and known.get("period_start") and known.get("period_end"):
                fields["period"] = f"{known['period_start']}/{known['period_end']}"
            identity, place = entry_id(listed, number, entry), source.passage_at(span)
            passage = source.passages[place] if place is not None else None
            found = [one for one in findings.get(identity, []) if one.rule != SEVERAL_VALUES]
            if part == "figures" and found:
                messages = " ".join(_of_card(finding, entry) for finding in found)
                part, known = "undecided", {**entry, "question": messages}
            elif part == "figures" and "confidence" in entry and is_of_others(entry, source, passage):
                part, known = "undecided", {**entry, "question": _WHOSE}
            options: list[Answer] = []
            chosen = None
            filed = filed_figures.get(number) if listed == "figures" else None
            if listed == "figures" and found:
                options = _to_findings(found, fields, filed, source.vocabulary)
                others, _ = answers(entry, "figures", fields, review, source, passage, near)
                options[-1:-1] = [one for one in others if "set" in one]
                if filed is not None and filed.is_near and {one.rule for one in found} == {FILING_DIFFERS}:
                    chosen = 0  # it is right as it is
            elif part != "figures":
                options, chosen = answers(known, part, fields, review, source, passage, near)
            likely = {**fields, **(options[chosen].get("set", {}) if chosen is not None else {})}
            if part == "undecided" and likely.get("period") and likely.get("measure") == "level":
                near = sorted([*near, neighbour(known, likely)], key=lambda one: one.start)
            entries[identity] = {
                "part": part,
                "quote": str(entry.get("quote") or entry.get("text") or entry.get("value") or ""),
                "heads": passage.heads_of(span) if passage is not None and span is not None else "",
                "place": place if place is not None else -1,
                "fields": fields,
                "span": list(span) if span is not None else None,
                "question": str(known.get("question") or "") if part == "undecided" else "",
                "reason": str(entry.get("reason") or "") if part == "ignored" else "",
                "findings": [] if listed == "figures" else [finding.message for finding in found],
                "waits": part == "figures" and "confidence" in entry,
                "asks_filings": listed != "figures",
                "filed": f"As filed: {filed.sentence}" if filed is not None and filed.agrees else "",
                "origin": filed.origin if filed is not None else "",
                "assistant": comparison(entry, review),
                "options": options,
                "chosen": chosen,
                "group": _group(known if part == "undecided" else entry, place, source),
                "loses": _may_be_of_company(span, place, str(entry.get("reason") or ""), source),
            }
    filed_amounts = _filed_beside(review, source, filings)
    for identity, known in addable(review, source).items():
        span = span_of(known)
        place = source.passage_at(span)
        entries[identity] = {
            "part": "ignored",
            "other": True,
            "quote": known["quote"],
            "heads": source.passages[place].heads_of(span) if place is not None and span is not None else "",
            "place": place if place is not None else -1,
            "fields": {key: str(known[key]) for key in _SHOWN if known.get(key)},
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
            "suggested": _suggested(known, source, filed_amounts),
        }
    for entry in entries.values():
        for option in entry["options"]:
            if "set" in option:
                option["becomes"] = _recorded(entry["fields"], option["set"], source.vocabulary)
    _hold_against_rules(entries, review, source, reference, filings)
    _follow_levels(entries)
    _part_by_period(entries)
    settled = _settle_repeats(entries)
    for identity, found in compared.items():
        if found and identity not in settled and entries[identity]["part"] == "figures":
            entries[identity] |= {
                "part": "undecided",
                "question": " ".join(one.message for one in found),
                "waits": False,
                "options": [{"label": "No figure", "ignore": NO_FIGURE}],
            }
    for entry in entries.values():
        _merge_alike(entry)
        for option in entry["options"]:
            if "becomes" in option:
                _mark_reading(option, source.vocabulary)
    _mark_same_facts(entries)
    return entries


def _mark_same_facts(entries: Entries) -> None:
    """Note of each reading of a question the other numbers that state the same fact: their ids with the place of that answer among theirs, or None for a
    figure, and the id of the most exact one."""
    figures: dict[str, dict[str, str]] = {}
    places: dict[str, tuple[str, int | None]] = {}
    asked: dict[str, Answer] = {}
    for identity, entry in entries.items():
        if entry.get("other"):
            continue
        if entry["part"] == "figures":
            figures[identity], places[identity] = entry["fields"], (identity, None)
        elif entry["part"] == "undecided":
            for place, option in enumerate(entry["options"]):
                is_open = entry["chosen"] in (None, place)
                if "becomes" in option and "others" not in option and is_open:
                    name = f"{identity} {place}"
                    figures[name], places[name] = option["becomes"], (identity, place)
                    if entry["chosen"] is None:
                        asked[name] = option
    for kept, together in same_facts(figures):
        for name in (one for one in together if one in asked):
            own = places[name][0]
            others = {places[one] for one in together if places[one][0] != own}
            if others:
                asked[name] |= {"same": sorted(([*one] for one in others), key=str), "kept": places[kept][0]}
    _mark_repeats_left_out(entries)


def _mark_repeats_left_out(entries: Entries) -> None:
    """Note of each reading of a number that is left out the figures that state the same fact, as of a question; the reading adds nothing to them."""
    by_fact: dict[tuple[str, ...], dict[str, Mapping[str, str]]] = {}
    for identity, entry in entries.items():
        if entry["part"] == "figures":
            by_fact.setdefault(fact_of({"measure": "level", **entry["fields"]}), {})[identity] = entry["fields"]
    for identity, entry in entries.items():
        readings = [one for one in entry["options"] if "becomes" in one] if entry["part"] == "ignored" else []
        for option in readings:
            figures = by_fact.get(fact_of({"measure": "level", **option["becomes"]}), {})
            for kept, together in same_facts({**figures, identity: option["becomes"]}) if figures else ():
                if identity in together:
                    option |= {"same": [[one, None] for one in together if one != identity], "kept": kept}


def _filed_beside(review: Mapping[str, Any], source: Source, filings: Filings | None) -> list[tuple[str, Stated]]:
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


def _mark_reading(option: Answer, vocabulary: Vocabulary) -> None:
    """Note of an answer whose label is its reading what else the label says; the page shows the reading in plain words."""
    reading = label_of_reading(option["becomes"], vocabulary)
    if str(option["label"]).startswith(reading):
        option["also"] = str(option["label"])[len(reading) :]


def _of_card(finding: ReviewFinding, entry: Mapping[str, Any]) -> str:
    """The message of a finding on the card of its figure, which shows id and words."""
    before, colon, message = finding.message.partition(": ")
    is_named = before.endswith(f"({quote_of(entry)!r})") and str(entry.get("id")) in before
    return f"{message[:1].upper()}{message[1:]}" if colon and is_named else finding.message


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


def _recorded(fields: Mapping[str, str], changed: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """The fields of a figure as the review has them after an answer."""
    figure = completed(fields, changed, vocabulary)
    return {key: str(figure[key]) for key in _SHOWN if figure.get(key) not in (None, "")}


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


def _settle_repeats(entries: Entries) -> set[str]:
    """Ask of a number that states the fact of another one which of the two is kept; the more exact one is preselected if both can be one amount. Returns
    the ids of both."""
    settled: set[str] = set()
    likely: dict[str, dict[str, str]] = {}
    for identity, entry in sorted(entries.items(), key=lambda one: one[1]["span"] or [0, 0]):
        option: Answer = entry["options"][entry["chosen"]] if entry["chosen"] is not None else {}
        if entry["part"] == "figures" or "becomes" in option:
            likely[identity] = option["becomes"] if "becomes" in option else entry["fields"]
    for repeat in repeats(likely):
        entry, kept = entries[repeat.identity], entries[repeat.kept]
        settled |= {repeat.identity, repeat.kept}
        same = "The same figure as" if repeat.agrees else "Another value of the same fact is used:"
        own: Answer = {
            "label": f"Keep this one ({entry['quote']}), not {kept['quote']}",
            "set": {},
            "others": f"{same} {entry['quote']}.",
            "instead": [repeat.kept],
            "corrected": [],
            "becomes": likely[repeat.identity],
        }
        if entry["chosen"] is not None:
            own |= {key: entry["options"][entry["chosen"]][key] for key in ("set", "corrected")}
        other = {
            "label": f"Keep the other one ({kept['quote']})",
            "ignore": f"{same} {kept['quote']}.",
            "keep": repeat.kept,
        }
        rest = [one for one in entry["options"] if one.get("becomes") != own["becomes"]]
        question = "It states the same fact as {kept}. The more exact one is kept." if repeat.agrees else _CONTRADICTS
        entry |= {
            "part": "undecided",
            "waits": False,
            "options": [other, own, *rest] if repeat.agrees else [own, other, *rest],
            "chosen": 0 if repeat.agrees else None,
            "question": question.format(kept=kept["quote"]),
            "reads": likely[repeat.identity],
            "group": ["same fact", repeat.identity],
        }
    return settled


_CONTRADICTS: Final = "Read as [reading], it gives another value than {kept}. Which of the two is right? If both are, choose or change what differs."
"""The page puts the reading in plain words in place of [reading]."""


def _difference(fields: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What one of two answers in the same words records besides: its definition, else the fields in which it differs."""
    if fields.get("definition") and fields.get("definition") != other.get("definition"):
        return fields["definition"]
    keys = [key for key in (*fields, *(key for key in other if key not in fields)) if fields.get(key) != other.get(key)]
    return ", ".join(f"{key.replace('_', ' ')}: {fields.get(key, 'none')}" for key in keys if key != "note")


def _merge_alike(entry: dict[str, Any]) -> None:
    """Keep the first of the answers that record the same but for a note. Different answers in the same words are told apart by what differs."""
    chosen = entry["options"][entry["chosen"]] if entry["chosen"] is not None else None
    first: dict[str, Answer] = {}
    kept: list[Answer] = []
    for option in entry["options"]:
        recorded = {} if "others" in option else option.get("becomes", {})
        becomes = {key: value for key, value in recorded.items() if key != "note"}
        words = str(option["label"])
        same = first.get(str(becomes)) if becomes else first.get(words)
        if same is None and words in first:
            option["label"] = f"{words}, {_difference(becomes, first[words].get('becomes', {}))}"
            same = first.get(option["label"])
        if same is None:
            kept.append(option)
            first |= {str(option["label"]): option, **({str(becomes): option} if becomes else {})}
            continue
        if words == BY_ASSISTANT:
            same["label"] = f"{same['label']}; {BY_ASSISTANT[0].lower()}{BY_ASSISTANT[1:]}"
        if option is chosen:
            chosen = same
    _name_definitions(kept)
    entry["options"] = kept
    entry["chosen"] = next((place for place, one in enumerate(kept) if one is chosen), None)


def _name_definitions(options: Sequence[Answer]) -> None:
    """Add its definition to the words of each of several answers that differ in it alone."""
    by_words: dict[tuple[str, ...], list[Answer]] = {}
    for option in options:
        if "becomes" in option and "others" not in option:
            key = tuple(str(option["becomes"].get(part)) for part in ("entity", "metric", "status", "period"))
            by_words.setdefault(key, []).append(option)
    for together in by_words.values():
        if len({str(one["becomes"].get("definition")) for one in together}) > 1:
            for one in together:
                definition = str(one["becomes"].get("definition") or "")
                if definition not in str(one["label"]):
                    one["label"] = f"{one['label']}, {definition}"


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


def _to_findings(
    found: Sequence[ReviewFinding], fields: Mapping[str, str], filed: Filed | None, vocabulary: Vocabulary
) -> list[Answer]:
    """The answers to findings of one figure: the period or definition of which filings give its amount, that it is right nevertheless, where a person
    can say so, and that it is no figure."""
    keys = sorted({part for finding in found for part in finding.parts})
    is_filed = any(finding.rule == FILING_DIFFERS for finding in found)
    noted = _noted(filed, fields) if filed is not None and is_filed else {}
    if not noted and not fields.get("note") and any(finding.rule == NUMBERS_DISAGREE for finding in found):
        noted = {"note": PRINTED_SO}
    right: list[Answer] = [{"label": "It is right as it is", "set": noted, "corrected": keys, "alone": True}]
    as_filed: list[Answer] = []
    if filed is not None and filed.as_filed:
        as_filed.append(
            {"label": _label_as_filed(filed, fields, vocabulary), "set": dict(filed.as_filed), "alone": True}
        )
    may_be_right = right if all(finding.parts for finding in found) else []
    return [*as_filed, *may_be_right, {"label": "No figure", "ignore": NO_FIGURE}]


def _label_as_filed(filed: Filed, fields: Mapping[str, str], vocabulary: Vocabulary) -> str:
    """The reading that filings give, with its definition where that is what differs."""
    label = label_of_reading({**fields, **filed.as_filed}, vocabulary)
    definition = filed.as_filed.get("definition", "")
    return label if not definition or definition in label else f"{label}, {definition}"


def _noted(filed: Filed, fields: Mapping[str, str]) -> dict[str, str]:
    """The note of a filing that contradicts a figure, where it has no other note."""
    return {} if fields.get("note") else {"note": filed.note}


def _follow_levels(entries: Entries) -> None:
    """Preselect for growth what is preselected for the level to which the same question belongs, where that is among its answers and filings
    do not tell its own period: the level may be what it compares with.
    """
    of_level: dict[str, str] = {}
    for entry in entries.values():
        if entry["chosen"] is not None and entry["part"] == "undecided" and "set" in entry["options"][entry["chosen"]]:
            label, key = entry["options"][entry["chosen"]]["label"], str(entry["group"])
            if entry["fields"].get("measure") == "level":
                of_level.setdefault(key, label)
    for entry in entries.values():
        labels = [option["label"] for option in entry["options"]]
        wanted = of_level.get(str(entry["group"]))
        if entry["chosen"] is not None and entry["filed"]:
            continue
        if entry["part"] == "undecided" and entry["fields"].get("measure") != "level" and wanted in labels:
            entry["chosen"] = labels.index(wanted)


def _part_by_period(entries: Entries) -> None:
    """Answer entries of one group apart where different periods are preselected for them, so that no answer moves one to the period of another."""
    chosen: dict[str, set[str]] = {}
    periods: dict[str, str] = {}
    for identity, entry in entries.items():
        if entry["part"] == "undecided" and entry["chosen"] is not None:
            becomes = entry["options"][entry["chosen"]].get("becomes", entry["options"][entry["chosen"]].get("set", {}))
            periods[identity] = str(becomes.get("period") or entry["fields"].get("period") or "")
            chosen.setdefault(str(entry["group"]), set()).add(periods[identity])
    for identity, period in periods.items():
        group = entries[identity]["group"]
        if len(chosen[str(group)]) > 1:
            entries[identity]["group"] = [*group, period]


_MOST_TRIED: Final = 2_000
"""Answers that are held against the rules of a build. A text of a newspaper's length has some hundreds."""


def _hold_against_rules(
    entries: Entries,
    review: Mapping[str, Any],
    source: Source,
    reference: Reference,
    filings: Filings | None,
) -> None:
    """Take away the answers that would give a figure which a build rejects, and hold the others against what companies filed."""
    tried: list[tuple[str, Answer, dict[str, Any]]] = []
    for identity, entry in entries.items():
        for option in entry["options"]:
            if "set" in option:
                figure: dict[str, Any] = dict(option["becomes"])
                figure.pop("same_fact_as", None)  # the other figure is not among the answers
                placed = {"span": entry["span"]} if entry["span"] else {}
                tried.append((identity, option, {**figure, **placed, "id": f"t{len(tried)}", "quote": entry["quote"]}))
    if len(tried) > _MOST_TRIED:
        return
    settled = unlike_source({**review, "figures": [figure for _, _, figure in tried]}, source)
    for number, (_, option, _) in enumerate(tried):
        option["corrected"] = sorted({*option.get("corrected", ()), *settled.get(f"t{number}", ())})
    # Each answer has a claimant of its own, since two readings of one fact by one claimant contradict each other.
    apart = [{**figure, "claimant": f"t{number}"} for number, (_, _, figure) in enumerate(tried)]
    made = resolved({**review, "figures": apart}, source, reference)
    broken = rejected(made)
    for number in broken:
        identity, option, _ = tried[number]
        entry = entries[identity]
        at = entry["options"].index(option)
        chosen = entry["chosen"]
        entry["options"] = [one for one in entry["options"] if one is not option]
        if chosen is not None:
            entry["chosen"] = None if chosen == at else chosen - (chosen > at)
    if filings is None:
        return
    beside = sorted(filings.beside(made).items())
    by_entry = grouped((tried[place][0], (tried[place][1], filed)) for place, filed in beside if place not in broken)
    unlike = [option for number, (_, option, _) in enumerate(tried) if settled.get(f"t{number}")]
    for identity, compared in by_entry.items():
        if entries[identity]["asks_filings"]:
            _choose_as_filed(entries[identity], compared, source.vocabulary, source.published)
            _ask_what_differs(entries[identity], unlike)


def _ask_what_differs(entry: dict[str, Any], unlike: Sequence[Answer]) -> None:
    """Preselect no answer that differs from what the words plainly say: the check would hold it against them, unless a person chooses it."""
    if entry["chosen"] is not None and any(entry["options"][entry["chosen"]] is option for option in unlike):
        entry["chosen"] = None


def _choose_as_filed(
    entry: dict[str, Any],
    compared: Sequence[tuple[Answer, Filed]],
    vocabulary: Vocabulary,
    published: date | None,
) -> None:
    """Preselect the first answer that filings give, also of a number that the draft left out, else the first one with the period or definition of which
    they give its amount, if it was over by the day of publication; where they contradict the preselected answer, or else the first one, ask and say what they give."""
    agreeing = [(option, filed) for option, filed in compared if filed.agrees and filed.is_telling]
    if not agreeing and (
        found := [
            (option, filed)
            for option, filed in compared
            if filed.as_filed and filed.is_telling and not is_after(filed.as_filed.get("period", ""), published)
        ]
    ):
        option, filed = found[0]
        changed = {**option["set"], **filed.as_filed}
        label = _label_as_filed(filed, {**entry["fields"], **changed}, vocabulary)
        becomes = _recorded(entry["fields"], changed, vocabulary)
        entry["options"].insert(
            0, {"label": label, "set": changed, "becomes": becomes, "corrected": [*filed.as_filed], "alone": True}
        )
        entry |= {"chosen": 0, "filed": f"As filed: {filed.sentence}", "origin": filed.origin}
        if entry["part"] == "ignored" and "definition" in filed.as_filed:
            _ask_what_is_left_out(entry)
        return
    if entry["part"] == "ignored":
        is_rate = entry["fields"].get("unit") in ("percent", "times")
        if not agreeing or (is_rate and agreeing[0][0] is not entry["options"][0]):
            return  # a rate of another period agrees by chance
        _ask_what_is_left_out(entry)
    if agreeing:
        option, filed = agreeing[0]
        entry["chosen"] = next(place for place, one in enumerate(entry["options"]) if one is option)
        entry |= {"filed": f"As filed: {filed.sentence}", "origin": filed.origin}
        return
    likely = entry["options"][entry["chosen"] or 0]
    for option, filed in compared:
        if option is likely and not filed.agrees:
            entry["chosen"] = None
            entry |= {"question": f"{entry['question']} For the first answer, {filed.sentence}", "origin": filed.origin}
            option["corrected"] = sorted({*option.get("corrected", ()), "value"})
            noted = _noted(filed, entry["fields"])
            option |= {"set": {**option["set"], **noted}, "becomes": {**option["becomes"], **noted}}


def _ask_what_is_left_out(entry: dict[str, Any]) -> None:
    """Make a question of a number that the draft left out and filings give; leaving it out is the last answer."""
    reason = entry["reason"]
    leave_out = {"label": f"No figure: {reason}", "ignore": f"{CONFIRMED}{reason}"}
    entry |= {
        "part": "undecided",
        "question": f"Left out as: {reason.removesuffix('.')}. The filings give this amount. Is it a figure?",
        "reason": "",
        "options": [*entry["options"], leave_out],
    }


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
