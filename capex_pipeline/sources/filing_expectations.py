"""Compares what a filing document contains with what reference data expect of it, and lays out each difference as a row with a next step.

Add a comparison of one file with its filer's entry here: a rule that matches nothing, a rule that stopped matching, a calendar,
currency or name that the file contradicts, periods that make no quarter. Facts that become no row one by one belong to `tagged_facts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from capex_pipeline.raw.printed_rows import FIRST_ROW_OF_FILE, rejection
from capex_pipeline.reference.filers import ConceptRule, Filer, SegmentRule
from capex_pipeline.sources.sec_filings import name_words
from capex_pipeline.sources.tagged_facts import Filing, TaggedFact
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.fiscal_years import UNEVEN_DAYS
from capex_pipeline.values.grouping import first_of_each, grouped
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS

CALENDAR_TOLERANCE_DAYS = 8
"""A year of 52 or 53 weeks ends within so many days of the end of the month that it is named after."""
_LONGEST_YEAR = 400
_SHORTEST_YEAR = 300
_SHOWN = 8

Rule = TypeVar("Rule", ConceptRule, SegmentRule)


def rows_of(messages: Iterable[tuple[str, str, str]]) -> list[dict[str, str | None]]:
    """(rule, locator, message) as rows of `ReadResult.rejected` that belong to no document."""
    return [
        rejection(None, FIRST_ROW_OF_FILE + number, locator, rule, message)
        for number, (rule, locator, message) in enumerate(messages)
    ]


def of_companyfacts(
    entity_name: str,
    every_filing: Sequence[Filing],
    facts: Sequence[TaggedFact],
    report_ends: Mapping[str, date | None],
    filer: Filer,
) -> list[dict[str, str | None]]:
    """Differences between a companyfacts file and the entry of its filer.

    entity_name: as the file has it. every_filing: the filings of all facts of the file, wanted or not, in the order of their days. facts:
    those of wanted concepts. report_ends: from the accession number of a filing to the end of its period of report.
    """
    known = [fact for fact in facts if fact.filing.form in filer.periodic_forms]
    facts_of = _facts_by_rule(known)
    return rows_of(
        [
            *_name(entity_name, filer),
            *_currency(known, filer),
            *_calendar(known, report_ends, filer),
            *_unmatched_concepts(facts_of, every_filing, filer),
            *_two_totals(facts_of, filer),
            *_odd_periods(known, filer),
            *_years_only(known, filer),
        ]
    )


def of_instance(
    facts: pd.DataFrame,
    figures: pd.DataFrame,
    problems: Sequence[Mapping[str, Any]],
    filer: Filer,
    form: str,
    filed: date,
    report_end: date,
) -> list[dict[str, str | None]]:
    """Segments that reference data expect in a periodic report and that the document does not have.

    facts: all facts of the document. figures: those of the segment rules. problems: facts that could not be read.
    """
    if form not in filer.periodic_forms:
        return []
    if not filer.segments:
        return rows_of(
            [
                (
                    "no_segment_rules",
                    "whole file",
                    f"The document gives no row, because filers.yaml has no segments for {filer.name}. Run `capex-pipeline suggest-filer` on the "
                    "file to list its segments.",
                )
            ]
        )
    unreadable = {str(problem["locator"]).split(" ")[0] for problem in problems}
    messages = []
    for (metric, _, segment), rules in _groups(filer.segments).items():
        expected = [rule for rule in rules if rule.holds(filed, report_end)]
        if any(unreadable & set(rule.concepts) for rule in expected):
            continue  # reported with the fact
        matches = (
            figures["concept"].isin(rule.concepts) & figures["dimensions"].eq(rule.dimension_text) for rule in expected
        )
        if expected and not any(match.any() for match in matches):
            messages.append(
                (
                    "segment_not_found",
                    expected[0].dimension_text or expected[0].concepts[0],
                    _segment_message(metric, segment, expected[0], facts, problems),
                )
            )
    return rows_of(messages)


def _segment_message(
    metric: str, segment: str | None, rule: SegmentRule, facts: pd.DataFrame, problems: Sequence[Mapping[str, Any]]
) -> str:
    wanted = f"{' or '.join(rule.concepts)} with {rule.dimension_text or 'no dimension'} in {rule.unit}"
    text = f"No fact of the document is {wanted}, which filers.yaml expects for {metric} ({segment or 'no segment'}). "
    axes = sorted(rule.dimensions)
    members = facts.loc[facts["concept"].isin(rule.concepts), "dimensions"].drop_duplicates()
    beside = sorted({part for one in members for part in one.split("|") if part.split("=")[0] in axes})
    if beside:
        shown = ", ".join(beside[:_SHOWN]) + (" and more" if len(beside) > _SHOWN else "")
        text += f"The document has {shown}. "
    if any("_htm.xml" in str(problem["message"]) for problem in problems):
        text += (
            "Facts of the document refer to contexts in another file of its set; use the `..._htm.xml` of the filing. "
        )
    return text + "Correct the rule, or end it with filed_to and add one for the new names."


def _groups(rules: Iterable[Rule]) -> dict[tuple[str, str, str | None], list[Rule]]:
    """Rules that stand for one series, by metric, definition and segment."""
    return grouped(((rule.metric, rule.definition_id, getattr(rule, "segment", None)), rule) for rule in rules)


def _name(entity_name: str, filer: Filer) -> Iterator[tuple[str, str, str]]:
    words = name_words(entity_name)
    initials = "".join(word[0] for word in re.findall(r"[a-z0-9]+", entity_name.lower()))
    company_words = {word for name in filer.names for word in name_words(name)}
    is_initials = any(len(word) > 1 and initials.startswith(word) for word in company_words)
    if words and not words & company_words and not is_initials:
        yield (
            "filer_name_differs",
            "entityName",
            f"The file is of {entity_name!r}, but entities.yaml gives its CIK to {filer.name}. Correct the cik, or add the name "
            "as an alias.",
        )


def _currency(known: list[TaggedFact], filer: Filer) -> Iterator[tuple[str, str, str]]:
    names = {rule.qname for rule in filer.concepts}
    wanted = [fact for fact in known if fact.qname in names]
    last = max((fact.filing.filed for fact in wanted), default=None)
    newest = [fact for fact in wanted if fact.filing.filed == last]
    units = sorted({fact.unit for fact in newest})
    stated = sorted({filer.currency, *(rule.unit for rule in filer.concepts)})
    if units and not set(units) & set(stated):
        yield (
            "currency_differs",
            "units",
            f"The newest filing in the file ({newest[0].filing.accession}) reports in {', '.join(units)}, but reference data state "
            f"{', '.join(stated)} for {filer.name}. Correct the currency in entities.yaml and the unit of the rules in filers.yaml.",
        )


def _calendar(
    known: list[TaggedFact], report_ends: Mapping[str, date | None], filer: Filer
) -> Iterator[tuple[str, str, str]]:
    shortest, longest = PERIOD_TYPE_DAYS["year"]
    years = [
        (fact.filing, fact.end)
        for fact in known
        if fact.end is not None
        and fact.days is not None
        and shortest <= fact.days <= longest
        and fact.filing.form in filer.annual_forms
        and not fact.filing.form.endswith("/A")
        and report_ends.get(fact.filing.accession) == fact.end
    ]
    if not years:
        return
    filing, end = max(years, key=lambda year: (year[0].filed, year[0].accession))
    stated = FiscalCalendar(filer.fiscal_year_end_month, filer.fiscal_year_rule)
    if all(
        abs((end - stated.year_end(year)).days) > CALENDAR_TOLERANCE_DAYS
        for year in (end.year - 1, end.year, end.year + 1)
    ):
        yield (
            "fiscal_year_differs",
            "annual reports",
            f"Reference data state that fiscal years of {filer.name} end in month {filer.fiscal_year_end_month}, but the newest annual "
            f"report in the file ({filing.accession}) ends on {end}. Quarters follow the filings; correct fiscal_year_end in "
            "entities.yaml.",
        )


FactsOf = Callable[[ConceptRule], list[TaggedFact]]
"""From a rule to the facts that it covers."""


def _facts_by_rule(known: list[TaggedFact]) -> FactsOf:
    """The facts are divided by concept once, so that they are not searched for each rule."""
    groups = grouped(((fact.qname, fact.unit), fact) for fact in known)

    def facts_of(rule: ConceptRule) -> list[TaggedFact]:
        return [fact for fact in groups.get((rule.qname, rule.unit), []) if fact.is_covered_by(rule)]

    return facts_of


def _unmatched_concepts(
    facts_of: FactsOf, every_filing: Sequence[Filing], filer: Filer
) -> Iterator[tuple[str, str, str]]:
    """Rules that match no fact although filings of their dates are there, and series that the newest report does not have any more."""
    reports = [filing for filing in every_filing if filing.form in filer.periodic_forms]
    originals = [report for report in reports if not report.form.endswith("/A")]
    for (metric, definition, _), rules in _groups(filer.concepts).items():
        present: set[str] = set()
        unmatched = []
        for rule in rules:
            facts = facts_of(rule)
            present |= {fact.filing.accession for fact in facts}
            if not facts and any(rule.holds(report.filed, None) for report in reports):
                unmatched.append(f"{rule.qname} in {rule.unit}")
        if unmatched:
            yield (
                "concept_not_found",
                f"{metric} ({definition})",
                f"The file has no fact of {', '.join(unmatched)} that the rules for {metric} ({definition}) of {filer.name} cover. Run "
                "`capex-pipeline suggest-filer` on the file, and correct or remove the rules.",
            )
        if present and any(rule.filed_to is None and rule.period_to is None for rule in rules):
            yield from _ended(originals, present, metric, definition, filer)


def _ended(
    reports: list[Filing], present: set[str], metric: str, definition: str, filer: Filer
) -> Iterator[tuple[str, str, str]]:
    """A series that stood in two successive annual, or two successive interim, reports and not in those after them."""
    for is_annual in (True, False):
        accessions = [report.accession for report in reports if (report.form in filer.annual_forms) == is_annual]
        places = [place for place, accession in enumerate(accessions) if accession in present]
        if len(places) > 1 and places[-1] - places[-2] == 1 and places[-1] < len(accessions) - 1:
            yield (
                "concept_ended",
                f"{metric} ({definition})",
                f"{len(accessions) - 1 - places[-1]} {'annual' if is_annual else 'interim'} reports since {accessions[places[-1]]} have no fact of "
                f"{metric} ({definition}) of {filer.name}, and the reports before have. Add the concept that took its place, or end the "
                "rule with filed_to.",
            )
            return


def _two_totals(facts_of: FactsOf, filer: Filer) -> Iterator[tuple[str, str, str]]:
    """Filings whose concept of lower precedence is larger by more than rounding: the first one may be a part of the total."""
    for (metric, definition, _), rules in _groups(filer.concepts).items():
        facts = [fact for rule in rules for fact in facts_of(rule)] if len(rules) > 1 else []
        used = first_of_each((_period(fact), fact) for fact in facts)
        larger = [fact for fact in facts if abs(fact.value) > abs(used[_period(fact)].value) * (1 + _ROUNDING)]
        if not larger:
            continue
        newest = _last(larger, lambda fact: (fact.filing.filed, fact.end))
        first = used[_period(newest)]
        yield (
            "larger_total_unused",
            f"{metric} ({definition})",
            f"In {len({fact.filing.accession for fact in larger})} filings of {filer.name} a concept of lower precedence is larger than the one in use. "
            f"Newest: {newest.filing.accession}, period to {newest.end}, {_concept(newest)} {newest.value:,.0f} and "
            f"{_concept(first)} {first.value:,.0f}, which is used. Put the total first in filers.yaml, or limit its dates.",
        )


def _period(fact: TaggedFact) -> tuple[str, date | None, date | None]:
    """Filing and period."""
    return fact.filing.accession, fact.start, fact.end


def _concept(fact: TaggedFact) -> str:
    """The name without the taxonomy's prefix."""
    return fact.qname.partition(":")[2]


_ROUNDING = 0.005
"""Two prints of one total in whole millions differ by less."""


def _last(facts: list[TaggedFact], key: Callable[[TaggedFact], Any]) -> TaggedFact:
    """The last one of the facts with the largest key."""
    return max(reversed(facts), key=key)


def _odd_periods(known: list[TaggedFact], filer: Filer) -> Iterator[tuple[str, str, str]]:
    odd = [fact for fact in known if fact.days is not None and _is_odd(fact.days)]
    if not odd:
        return
    for (metric, _, _), rules in _groups(filer.concepts).items():
        names = {rule.qname for rule in rules}
        periods = first_of_each(((fact.start, fact.end), fact) for fact in odd if fact.qname in names)
        if not periods:
            continue
        newest = _last(list(periods.values()), lambda fact: fact.filing.filed)
        yield (
            "period_of_odd_length",
            metric,
            f"{len(periods)} periods of {metric} of {filer.name} are no quarter, half-year, nine months or year and make no quarter; the newest "
            f"is {newest.start} to {newest.end} ({newest.days} days) in "
            f"{newest.filing.accession}. Such periods follow a merger or a moved year end; look at that filing, and add quarters that it "
            "shows otherwise as a reviewed document.",
        )


def _is_odd(days: int) -> bool:
    """Whether no kind of period has so many days; those of more than a year are not looked at."""
    is_known = any(low <= days <= high for low, high in PERIOD_TYPE_DAYS.values())
    return not is_known and days not in UNEVEN_DAYS and days <= _LONGEST_YEAR


def _years_only(known: list[TaggedFact], filer: Filer) -> Iterator[tuple[str, str, str]]:
    """A foreign issuer whose file holds fiscal years alone: its quarters are in 6-K reports, which carry no XBRL facts as a rule."""
    lengths = [(fact, fact.days) for fact in known if fact.days is not None]
    forms = sorted({fact.filing.form for fact, _ in lengths})
    if not forms or not all(form.startswith(("20-F", "40-F")) for form in forms):
        return
    if any(days < _SHORTEST_YEAR for _, days in lengths):
        return
    metrics = sorted({rule.metric for rule in filer.concepts})
    yield (
        "years_only",
        "whole file",
        f"All {len(lengths)} facts of {filer.name} are of fiscal years, from Form {' and '.join(forms)}. The file has no "
        f"quarter of {', '.join(metrics)}; add the quarters from the company's results announcements (raw/README.md shows the formats).",
    )
