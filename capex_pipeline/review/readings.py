"""Computes the readings that can be offered for a number as a figure, the likeliest first.

Add here a reading that one key should be able to choose. Which of them may be right, and which is preselected, belongs to `answers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.period_dates import Days
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.review.asked_periods import (
    calendar_years,
    days_of,
    fiscal_year,
    is_over,
    last_quarter,
    length_of,
    usual_plans,
)
from capex_pipeline.review.chip_counts import Count, counts, is_chip_count
from capex_pipeline.review.entries import entries_of, label_of, span_of
from capex_pipeline.review.named_metrics import REACH, metric_named
from capex_pipeline.review.reportable_periods import recent_periods, year_before
from capex_pipeline.review.sentence_words import (
    AHEAD,
    CLOUD_WORDS,
    FOLLOWING,
    PLANNED,
    SentenceWords,
    companies_of_paragraph,
)
from capex_pipeline.review.source import Passage, Source
from capex_pipeline.values.periods import LONGEST_QUARTER

_ESTIMATED_EARLY: Final = 45
"""Days before the end of a period at which an estimate of it is still none of the future."""
RATES: Final = ("yoy_growth", "yoy_multiple")
_SEQUENTIAL: Final = "Growth against the quarter before"
_PARTS_OF_CLOUD: Final = ("Context: part of cloud revenue", "Context: revenue of several segments")
SALES: Final = ("Context: revenue", "Context: other business", "Context: cloud revenue")
"""How the machine's reasons begin that say a number is what something sells for, so that it is no spending."""
_NOT_YET_SALES: Final = frozenset(("deferred", "unearned"))
"""Words before "revenue" that make of it what is no revenue yet."""
_WHOLE: Final = "Context: revenue of a whole company"
"""How the machine's reason begins that a number is the revenue of a company of which the words name no cloud business."""


class Neighbour(NamedTuple):
    """A number of the same text that has a period: where it is, and its fields."""

    start: int
    locator: str
    fields: Mapping[str, str]


class Number(NamedTuple):
    """A number of which readings are asked: its entry, the words of its sentence, its source, and the numbers with a period around it."""

    entry: Mapping[str, Any]
    words: SentenceWords
    source: Source
    near: Sequence[Neighbour]

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return (span_of(self.entry) or (0, 0))[0]

    @property
    def before(self) -> list[Neighbour]:
        """The numbers before it."""
        return [one for one in self.near if one.start < self.start]


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


def is_of_others(entry: Mapping[str, Any], source: Source, passage: Passage | None) -> bool:
    """Whether the sentence of a drafted figure speaks of several companies and does not name the one to which the machine gave it."""
    span, known = span_of(entry), source.vocabulary.entities.get(str(entry.get("entity")))
    if source.article is None or passage is None or span is None or known is None or known.type == "group":
        return False
    words = SentenceWords(passage.text, passage.place_of(span), source.vocabulary)
    is_group = words.is_uncounted_group or (words.counts_group and bool(words.groups))
    return is_group and known.entity_id not in [one.entity for one in words.companies()]


def counts_in(words: SentenceWords, source: Source) -> list[Count]:
    """What the words say of how chips are counted: as `chip_counts.counts`."""
    return counts(source.article.body if source.article is not None else "", words.text, source.vocabulary)


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


def readings_of(fields: Mapping[str, str], number: Number) -> list[dict[str, str]]:
    """Changes of fields that make a figure of a number, the likeliest first: by the company, metric and period that its sentence names."""
    entry, words, source, _ = number
    vocabulary, published = source.vocabulary, source.published
    is_count, is_rate = fields.get("unit", "").endswith("units"), fields.get("unit") in ("percent", "times")
    if (fields.get("unit") == "percent" and not words.speaks_of_change) or (is_rate and words.compares_counts):
        return []
    if str(entry.get("reason")).startswith(_SEQUENTIAL):
        return []
    metrics = _metrics(fields, number, is_count, is_rate)
    result: list[dict[str, str]] = []
    later: list[dict[str, str]] = []
    entities = _entities(fields, number, metrics[0]) if metrics else []
    for entity, metric in [
        *((one, metrics[0]) for one in entities),
        *((entities[0], one) for one in metrics[1:] if entities),
    ]:
        if metric == "cloud_revenue" and (entity, metric) not in vocabulary.preferred:
            if str(entry.get("reason")).startswith(SALES) or words.is_of_sales:
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
        if (not fields.get("entity") or entity == words.owner_behind()) and (speaker := _speaker_before(number)):
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
            changed |= _of_chips(entity, metric, fields, number)
        for place, period in enumerate(_periods({**fields, **changed}, number)[: 2 if not result else 1]):
            one = {**changed, "period": period}
            one["status"] = status_at({**fields, **one}, period, published)
            days = days_of(period)
            if one["status"] in AHEAD and words.is_compared and days is not None and metric in PLANNED:
                base = _a_year_earlier(days)
                if is_over(base, published):  # "up from $21.2bn": what was spent in the year before
                    spent = {**one, "period": base, "status": "reported"}
                    later.append({key: value for key, value in spent.items() if fields.get(key) != value})
            if one["status"] in AHEAD and words.is_base_of(period, calendar, published):
                one["status"] = "reported"
            reading = {key: value for key, value in one.items() if fields.get(key) != value}
            (later if place else result).append(reading)
    return [*result[:2], *later, *result[2:]]


def _a_year_earlier(days: Days) -> str:
    """The label of the same days a year before."""
    return label_of((year_before(days[0]), year_before(days[1])))


def _metrics(fields: Mapping[str, str], number: Number, is_count: bool, is_rate: bool) -> list[str]:
    """Metrics that a number may be of, the likeliest first."""
    entry, words, source, _ = number
    if is_count:
        return ["gpu_units"]
    read = fields.get("metric", "")
    has_cloud = any(
        cue.kind in CLOUD_WORDS or (cue.kind == "metric" and cue.value == "cloud_revenue") for cue in words.cues
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
            for one in number.before[-1:]
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
    if str(entry.get("reason")).startswith(SALES) or (not read and words.is_of_sales):
        likely = [metric for metric in likely if metric != "capex"]
    if str(entry.get("reason")).startswith(_WHOLE):
        if not _NOT_YET_SALES.isdisjoint(words.tokens.words[max(0, words.first - REACH) : words.first]):
            return []
        has_names = fields.get("entity") in words.vocabulary.cloud_definitions
        is_cloud = bool(words.definition_of(of_cloud, needs_name=True)) if has_names else has_cloud
        return list(dict.fromkeys([*_of_data_centers(fields, words), "cloud_revenue" if is_cloud else "revenue"]))
    told = _metric_told_before(number)
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
        cue.first <= words.last + FOLLOWING + 1
        for cue in words.cues
        if cue.kind in CLOUD_WORDS or (cue.kind, cue.value) == ("metric", "cloud_revenue")
    )
    if named == "revenue" and has_cloud and (is_beside or source.article is not None):
        named = ""  # it is the revenue of the cloud business
    return list(dict.fromkeys(filter(None, [named, *likely])))


def _speaks_of_spending(words: SentenceWords) -> bool:
    """Whether the sentence has a word of spending, of capital expenditure or of what is bought with it."""
    return any(cue.kind in ("spend", "capex_objects") or cue.value == "capex" for cue in words.cues)


def _speaker_before(number: Number) -> str:
    """The house, or the analysts, of whom the paragraph speaks before and whose forecast this sentence gives by a pronoun; empty where there are none."""
    entry, words, source, _ = number
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


def _metric_told_before(number: Number) -> str:
    """The metric with which the sentence before begins, where a pronoun takes it up: "Depreciation will rise. At Alphabet it was $21.1bn"."""
    entry, words, source, _ = number
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


def _entities(fields: Mapping[str, str], number: Number, metric: str) -> list[str]:
    """Companies and groups that a number may be of, the likeliest first: a group that is counted, the machine's, those of the sentence. Where it names
    none, those of its paragraph, and the makers of the chips that are counted."""
    entry, words, source, _ = number
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
    spoken_of = [one.fields["entity"] for one in number.before[-1:] if one.locator == entry.get("locator")]
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
    return list(dict.fromkeys([*entities, *companies_of_paragraph(str(entry.get("locator")), source)]))


def _of_data_centers(fields: Mapping[str, str], words: SentenceWords) -> list[str]:
    """Revenue of a supplier from data centers, where the sentence speaks of them and the company states it."""
    if "total" in words.tokens.words[max(0, words.first - FOLLOWING) : words.first]:
        return []
    speaks = not {"data", "datacenter", "datacentre"}.isdisjoint(words.tokens.words)
    owners = {fields.get("entity", ""), *(one.entity for one in words.companies())}
    has_it = not owners.isdisjoint(_of_metric("data_center_revenue", words.vocabulary))
    return ["data_center_revenue"] if speaks and (has_it or not words.companies()) else []


def _of_chips(entity: str, metric: str, fields: Mapping[str, str], number: Number) -> dict[str, str]:
    """What is known of a count of chips, or of their price, from the one before it, or from the words: how they change hands, the maker and the product.

    Whose count it is follows from the sentence, otherwise from the count before it in the paragraph, otherwise from the whole text.
    """
    entry, words, source, _ = number
    counted = [one for one in number.before if one.fields.get("metric") == metric]
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
        first = counts_in(words, source)[0]
        taken |= {"claimant": first.claimant, "status": first.status}
    return taken | ({"status": "forecast"} if fields.get("status") == "forecast" else {})


def _of_metric(metric: str, vocabulary: Vocabulary) -> list[str]:
    """The companies of which the reference has a metric that few have, such as data centre revenue."""
    companies = [entity for entity, other in vocabulary.preferred if other == metric]
    return companies if len(companies) <= 2 else []


def _periods(fields: Mapping[str, str], number: Number) -> list[str]:
    """Periods that a reading may be of: its own, those of the sentence, those of the numbers around it, the last quarter."""
    (entry, words, source, near), start = number, number.start
    known = source.vocabulary.entities.get(fields.get("entity", ""))
    calendar = known.calendar if known is not None and known.type != "group" else None
    is_ahead = fields.get("status") in AHEAD
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
        if (one.fields.get("status") in AHEAD) == is_ahead and one.locator == entry.get("locator", one.locator)
    ]
    is_rate = fields.get("measure") in RATES
    if words.is_of_year_before and alike and not is_rate:
        told = [one for one in alike if one.start < start] or alike
        if (days := days_of(told[-1].fields["period"])) is not None:
            return [_a_year_earlier(days)]
    around = [
        one.fields["period"] for one in sorted(alike, key=lambda one: (one.start > start, abs(one.start - start)))
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
            if days_of(one) and is_over(one, source.published) and length_of(one) <= LONGEST_QUARTER
        ]
        return list(dict.fromkeys([*over, *ends]))
    named = words.periods(known, source.published, is_ahead, is_rate)
    if is_ahead and words.is_of_years:
        return list(dict.fromkeys([*own_periods, *(one for one in named if length_of(one) > 380)]))
    is_chips = is_chip_count(fields.get("metric"))
    usual = (
        [
            *(fiscal_year(calendar, source.published) if "fiscal" in words.tokens.words else ()),
            *usual_plans(source.published),
        ]
        if is_ahead
        else calendar_years(source.published)
        if is_chips
        else recent_periods(source.published, known)[:1] or last_quarter(source.published)
    )
    offered = dict.fromkeys([*own_periods, *named, *map(str, listed), *around[:1], *map(label_of, usual)])
    if is_ahead and source.article is None:
        return [one for one in offered if not is_over(one, source.published)]
    return list(offered)
