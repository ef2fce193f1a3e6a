"""Compares the answers of all numbers on the review page with the rules of a build, with filings and with each other.

Add here what depends on several numbers, or on what companies filed. What one number offers belongs to `answers`, and what the page shows of it
to `page_entries`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.reference import Reference
from capex_pipeline.review.answers import BY_ASSISTANT, Answer, label_of_reading
from capex_pipeline.review.asked_periods import is_after
from capex_pipeline.review.checks import unlike_source
from capex_pipeline.review.checks.build_rules import fact_of, rejected, resolved
from capex_pipeline.review.decisions import recorded
from capex_pipeline.review.entries import CONFIRMED
from capex_pipeline.review.filings import Filed, Filings
from capex_pipeline.review.same_facts import repeats, same_facts
from capex_pipeline.review.source import Source
from capex_pipeline.values.grouping import grouped

Entries = dict[str, dict[str, Any]]
"""What the page shows of each number, by its id."""


def hold_against_rules(
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


_MOST_TRIED: Final = 2_000
"""Answers that are held against the rules of a build. A text of a newspaper's length has some hundreds."""


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
        label = label_as_filed(filed, {**entry["fields"], **changed}, vocabulary)
        becomes = recorded(entry["fields"], changed, vocabulary)
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
            noted = note_of(filed, entry["fields"])
            option |= {"set": {**option["set"], **noted}, "becomes": {**option["becomes"], **noted}}


def _ask_what_differs(entry: dict[str, Any], unlike: Sequence[Answer]) -> None:
    """Preselect no answer that differs from what the words plainly say: the check would hold it against them, unless a person chooses it."""
    if entry["chosen"] is not None and any(entry["options"][entry["chosen"]] is option for option in unlike):
        entry["chosen"] = None


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


def label_as_filed(filed: Filed, fields: Mapping[str, str], vocabulary: Vocabulary) -> str:
    """The reading that filings give, with its definition where that is what differs."""
    label = label_of_reading({**fields, **filed.as_filed}, vocabulary)
    definition = filed.as_filed.get("definition", "")
    return label if not definition or definition in label else f"{label}, {definition}"


def note_of(filed: Filed, fields: Mapping[str, str]) -> dict[str, str]:
    """The note of a filing that contradicts a figure, where it has no other note."""
    return {} if fields.get("note") else {"note": filed.note}


def follow_levels(entries: Entries) -> None:
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


def part_by_period(entries: Entries) -> None:
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


def settle_repeats(entries: Entries) -> set[str]:
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


def merge_alike(entry: dict[str, Any]) -> None:
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


def _difference(fields: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What one of two answers in the same words records besides: its definition, else the fields in which it differs."""
    if fields.get("definition") and fields.get("definition") != other.get("definition"):
        return fields["definition"]
    keys = [key for key in (*fields, *(key for key in other if key not in fields)) if fields.get(key) != other.get(key)]
    return ", ".join(f"{key.replace('_', ' ')}: {fields.get(key, 'none')}" for key in keys if key != "note")


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


def mark_reading(option: Answer, vocabulary: Vocabulary) -> None:
    """Note of an answer whose label is its reading what else the label says; the page shows the reading in plain words."""
    reading = label_of_reading(option["becomes"], vocabulary)
    if str(option["label"]).startswith(reading):
        option["also"] = str(option["label"])[len(reading) :]


def mark_same_facts(entries: Entries) -> None:
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
