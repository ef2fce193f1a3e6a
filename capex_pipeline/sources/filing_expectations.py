"""Compares what a filing document contains with what reference data expect of it, and lays out each difference as a row with a next step.

Add a comparison of one file with its filer's entry here: a rule that matches nothing, a rule that stopped matching, a calendar,
currency or name that the file contradicts, periods that make no quarter. Facts that become no row one by one belong to `sec_filings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from capex_pipeline.raw.printed_rows import FIRST_ROW_OF_FILE
from capex_pipeline.reference.filers import ConceptRule, Filer, SegmentRule
from capex_pipeline.sources.sec_filings import in_window, name_words
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.fiscal_years import UNEVEN_DAYS
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
        {
            "document_id": None,
            "row_number": str(FIRST_ROW_OF_FILE + number),
            "locator": locator,
            "rule": rule,
            "column": None,
            "value": None,
            "message": message,
        }
        for number, (rule, locator, message) in enumerate(messages)
    ]


def of_companyfacts(
    entity_name: str, every_filing: pd.DataFrame, facts: pd.DataFrame, filings: pd.DataFrame, filer: Filer
) -> list[dict[str, str | None]]:
    """Differences between a companyfacts file and the entry of its filer.

    entity_name: as the file has it. every_filing: accession, form, filed of all facts of the file, wanted or not. facts, filings:
    as `companyfacts.read_companyfacts` gives them.
    """
    known = facts.merge(filings[["accession", "form", "filed", "is_periodic"]], on="accession", how="left")
    known = known[known["is_periodic"]]
    facts_of = _facts_by_rule(known)
    return rows_of(
        [
            *_name(entity_name, filer),
            *_currency(known, filer),
            *_calendar(known, filings, filer),
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
    filed: pd.Timestamp,
    report_end: pd.Timestamp,
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
    place = pd.DataFrame({"filed": [filed], "period_end": [report_end]})
    unreadable = {str(problem["locator"]).split(" ")[0] for problem in problems}
    messages = []
    for (metric, _, segment), rules in _groups(filer.segments).items():
        expected = [rule for rule in rules if in_window(rule, place["filed"], place["period_end"]).all()]
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
    groups: dict[tuple[str, str, str | None], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.metric, rule.definition_id, getattr(rule, "segment", None)), []).append(rule)
    return groups


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


def _currency(known: pd.DataFrame, filer: Filer) -> Iterator[tuple[str, str, str]]:
    names = {f"{rule.taxonomy}:{rule.concept}" for rule in filer.concepts}
    wanted = known[(known["taxonomy"] + ":" + known["concept"]).isin(names)]
    newest = wanted[wanted["filed"] == wanted["filed"].max()]
    units = sorted(set(newest["unit"]))
    stated = sorted({filer.currency, *(rule.unit for rule in filer.concepts)})
    if units and not set(units) & set(stated):
        yield (
            "currency_differs",
            "units",
            f"The newest filing in the file ({newest['accession'].iloc[0]}) reports in {', '.join(units)}, but reference data state "
            f"{', '.join(stated)} for {filer.name}. Correct the currency in entities.yaml and the unit of the rules in filers.yaml.",
        )


def _calendar(known: pd.DataFrame, filings: pd.DataFrame, filer: Filer) -> Iterator[tuple[str, str, str]]:
    days = (known["period_end"] - known["period_start"]).dt.days + 1
    reports = filings[filings["is_annual"] & ~filings["form"].str.endswith("/A")]
    years = known[days.between(*PERIOD_TYPE_DAYS["year"])].merge(
        reports[["accession", "report_end"]], left_on=["accession", "period_end"], right_on=["accession", "report_end"]
    )
    if years.empty:
        return
    newest = years.sort_values(["filed", "accession"]).iloc[-1]
    end = newest["report_end"].date()
    stated = FiscalCalendar(filer.fiscal_year_end_month, filer.fiscal_year_rule)
    if all(
        abs((end - stated.year_end(year)).days) > CALENDAR_TOLERANCE_DAYS
        for year in (end.year - 1, end.year, end.year + 1)
    ):
        yield (
            "fiscal_year_differs",
            "annual reports",
            f"Reference data state that fiscal years of {filer.name} end in month {filer.fiscal_year_end_month}, but the newest annual "
            f"report in the file ({newest['accession']}) ends on {end}. Quarters follow the filings; correct fiscal_year_end in "
            "entities.yaml.",
        )


FactsOf = Callable[[ConceptRule], pd.DataFrame]
"""From a rule to the facts that it covers."""


def _facts_by_rule(known: pd.DataFrame) -> FactsOf:
    """The facts are divided by concept once: to search all of them for each rule took half of the time of a file."""
    groups = dict(iter(known.groupby(["taxonomy", "concept", "unit"], sort=False)))
    none = known.iloc[:0]

    def facts_of(rule: ConceptRule) -> pd.DataFrame:
        facts = groups.get((rule.taxonomy, rule.concept, rule.unit), none)
        return facts[in_window(rule, facts["filed"], facts["period_end"])]

    return facts_of


def _unmatched_concepts(facts_of: FactsOf, every_filing: pd.DataFrame, filer: Filer) -> Iterator[tuple[str, str, str]]:
    """Rules that match no fact although filings of their dates are there, and series that the newest report does not have any more."""
    reports = every_filing[every_filing["form"].isin(filer.periodic_forms)].sort_values(["filed", "accession"])
    for (metric, definition, _), rules in _groups(filer.concepts).items():
        present: set[str] = set()
        unmatched = []
        for rule in rules:
            facts = facts_of(rule)
            present |= set(facts["accession"])
            if facts.empty and in_window(rule.model_copy(update=_ANY_PERIOD), reports["filed"], reports["filed"]).any():
                unmatched.append(f"{rule.taxonomy}:{rule.concept} in {rule.unit}")
        if unmatched:
            yield (
                "concept_not_found",
                f"{metric} ({definition})",
                f"The file has no fact of {', '.join(unmatched)} that the rules for {metric} ({definition}) of {filer.name} cover. Run "
                "`capex-pipeline suggest-filer` on the file, and correct or remove the rules.",
            )
        originals = reports[~reports["form"].str.endswith("/A")]
        if present and any(rule.filed_to is None and rule.period_to is None for rule in rules):
            yield from _ended(originals, present, metric, definition, filer)


_ANY_PERIOD = {"period_from": None, "period_to": None}


def _ended(
    reports: pd.DataFrame, present: set[str], metric: str, definition: str, filer: Filer
) -> Iterator[tuple[str, str, str]]:
    """A series that stood in two successive annual, or two successive interim, reports and not in those after them."""
    for is_annual in (True, False):
        accessions = reports.loc[reports["form"].isin(filer.annual_forms) == is_annual, "accession"].tolist()
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
        if len(rules) < 2:
            continue
        facts = pd.concat([facts_of(rule).assign(rank=rank) for rank, rule in enumerate(rules)]).sort_values(
            "rank", kind="stable"
        )
        key = ["accession", "period_start", "period_end"]
        facts = facts[facts.duplicated(key, keep=False)]
        if facts.empty:
            continue
        used = facts.drop_duplicates(key)
        pairs = facts.merge(used[[*key, "concept", "value"]], on=key, suffixes=("", "_used"))
        larger = pairs[pairs["value"].abs() > pairs["value_used"].abs() * (1 + _ROUNDING)]
        if larger.empty:
            continue
        newest = larger.sort_values(["filed", "period_end"]).iloc[-1]
        yield (
            "larger_total_unused",
            f"{metric} ({definition})",
            f"In {larger['accession'].nunique()} filings of {filer.name} a concept of lower precedence is larger than the one in use. "
            f"Newest: {newest['accession']}, period to {newest['period_end']:%Y-%m-%d}, {newest['concept']} {newest['value']:,.0f} and "
            f"{newest['concept_used']} {newest['value_used']:,.0f}, which is used. Put the total first in filers.yaml, or limit its dates.",
        )


_ROUNDING = 0.005
"""Two prints of one total in whole millions differ by less."""


def _odd_periods(known: pd.DataFrame, filer: Filer) -> Iterator[tuple[str, str, str]]:
    days = (known["period_end"] - known["period_start"]).dt.days + 1
    regular = days.isna() | days.isin(UNEVEN_DAYS) | (days > _LONGEST_YEAR)
    for low, high in PERIOD_TYPE_DAYS.values():
        regular |= days.between(low, high)
    odd = known[~regular].assign(days=days)
    if odd.empty:
        return
    names = odd["taxonomy"] + ":" + odd["concept"]
    for (metric, _, _), rules in _groups(filer.concepts).items():
        odd_facts = odd[names.isin([f"{rule.taxonomy}:{rule.concept}" for rule in rules])]
        odd_facts = odd_facts.drop_duplicates(["period_start", "period_end"]).sort_values("filed")
        if odd_facts.empty:
            continue
        newest = odd_facts.iloc[-1]
        yield (
            "period_of_odd_length",
            metric,
            f"{len(odd_facts)} periods of {metric} of {filer.name} are no quarter, half-year, nine months or year and make no quarter; the newest "
            f"is {newest['period_start']:%Y-%m-%d} to {newest['period_end']:%Y-%m-%d} ({int(newest['days'])} days) in "
            f"{newest['accession']}. Such periods follow a merger or a moved year end; look at that filing, and add quarters that it "
            "shows otherwise as a reviewed document.",
        )


def _years_only(known: pd.DataFrame, filer: Filer) -> Iterator[tuple[str, str, str]]:
    """A foreign issuer whose file holds fiscal years alone: its quarters are in 6-K reports, which carry no XBRL facts as a rule."""
    days = (known["period_end"] - known["period_start"]).dt.days + 1
    flows = known[days.notna()].assign(days=days)
    if (
        flows.empty
        or not flows["form"].str.startswith(("20-F", "40-F")).all()
        or (flows["days"] < _SHORTEST_YEAR).any()
    ):
        return
    metrics = sorted({rule.metric for rule in filer.concepts})
    yield (
        "years_only",
        "whole file",
        f"All {len(flows)} facts of {filer.name} are of fiscal years, from Form {' and '.join(sorted(flows['form'].unique()))}. The file has no "
        f"quarter of {', '.join(metrics)}; add the quarters from the company's results announcements (raw/README.md shows the formats).",
    )
