"""Reads the documents of a batch of filers into one frame of money flows and one of filings.

Add a rule here when it decides which facts take part. Every fact is either in the frame or counted under the rule that
excluded it. Documents are read through `sources`; quarters, fiscal years and currencies are in
`edgar_bulk/quarters.py`.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from capex_pipeline.edgar_bulk.work_list import Filer, Inputs, InstanceFile, Problem
from capex_pipeline.raw import folder as documents
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import RawFile
from capex_pipeline.reference import load
from capex_pipeline.reference.filers import SetAside, wanted_concepts
from capex_pipeline.sources.companyfacts_bulk import FACTS_SCHEMA, FILINGS_SCHEMA, read_members
from capex_pipeline.sources.xbrl_instance import read_instance
from capex_pipeline.values.fiscal_years import UNEVEN_DAYS
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS

FACT_COLUMNS = ["cik", "concept", "dimensions", "currency", "period_start", "period_end", "value", "accession"]
FILING_COLUMNS = ["cik", "accession", "form", "filed", "report_end"]

_FACT = ["cik", "concept", "dimensions", "currency", "period_start", "period_end", "accession"]


@dataclass(frozen=True)
class Facts:
    """The facts and filings in the documents of some filers.

    facts: `FACT_COLUMNS`; dimensions "" for the whole company; days datetime64[us]; value float64 in full units; one
    row for each fact and filing. Only lengths of a quarter, half-year, nine months or year.
    filings: `FILING_COLUMNS`; one row for each cik and accession; report_end, the last day of a period among the facts,
    may be null.
    read, set_aside: number of facts of the wanted concepts in the documents, and of those that are excluded, by rule.
    """

    facts: pd.DataFrame
    filings: pd.DataFrame
    read: int
    set_aside: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def read_facts(filers: Sequence[Filer], inputs: Inputs) -> Facts:
    """Read the filers' members, then their instances. A document that cannot be read is a problem, never an error."""
    members = [filer.member for filer in filers if filer.member is not None]
    batch = read_members(inputs.archive, members, dict.fromkeys(wanted()))
    problems = list(batch.problems)
    facts = batch.facts.to_pandas(date_as_object=False)
    facts["concept"] = facts["taxonomy"] + ":" + facts["concept"]
    parts = [facts.assign(dimensions="")]
    filings = [batch.filings.to_pandas(date_as_object=False)]
    for instance in (instance for filer in filers for instance in filer.instances):
        try:
            instance_facts = _of_instance(instance, inputs)
        except DocumentError as error:
            problems.append({"name": instance.name, "rule": error.rule, "message": f"{instance.name}: {error.message}"})
            continue
        parts.append(instance_facts)
        filings.append(_filing(instance, instance_facts))
    combined = pd.concat(parts, ignore_index=True).rename(columns={"unit": "currency"})
    return _selected(combined[FACT_COLUMNS], pd.concat(filings, ignore_index=True)[FILING_COLUMNS], problems)


def _selected(facts: pd.DataFrame, filings: pd.DataFrame, problems: list[Problem]) -> Facts:
    """The facts that take part in quarters, each once, and the count of the others by rule.

    If several documents contain a filing, the first row counts (companyfacts before instances), with the later
    report_end.
    """
    facts = facts.astype(_TYPES)
    filings = filings.astype({"cik": "int64", "accession": "str", "form": "str"} | _DAYS_OF_FILING)
    filings["report_end"] = filings.groupby(["cik", "accession"])["report_end"].transform("max")
    filings = filings.drop_duplicates(["cik", "accession"]).reset_index(drop=True)
    read = len(facts)
    set_aside: Counter[str] = Counter()

    def put_aside(rule: str, mask: pd.Series) -> None:
        nonlocal facts
        if mask.any():
            set_aside[rule] += int(mask.sum())
            facts = facts[~mask]

    put_aside("unit_is_no_currency", ~facts["currency"].str.fullmatch(r"[A-Z]{3}"))
    put_aside("no_flow", facts["period_start"].isna())
    put_aside("length_is_no_period_of_report", ~_has_length(facts))
    put_aside("value_is_no_number", ~np.isfinite(facts["value"]))
    forms = facts[["cik", "accession"]].merge(filings, on=["cik", "accession"], how="left")["form"]
    put_aside("form_not_periodic", ~pd.Series(forms.to_numpy(), index=facts.index).isin(load().content.forms.periodic))
    put_aside("set_aside_by_review", _reviewed(facts))
    put_aside("repeated_in_one_filing", facts.duplicated([*_FACT, "value"]))
    put_aside("two_values_in_one_filing", facts.duplicated(_FACT, keep=False))
    put_aside("convenience_translation", _is_convenience(facts))
    return Facts(facts.reset_index(drop=True), filings, read, set_aside, problems)


_DAYS_OF_FILING = {"filed": "datetime64[us]", "report_end": "datetime64[us]"}
_TYPES = {"cik": "int64", "concept": "str", "dimensions": "str", "currency": "str", "period_start": "datetime64[us]",
          "period_end": "datetime64[us]", "value": "float64", "accession": "str"}  # fmt: skip


@functools.cache
def wanted() -> frozenset[tuple[str, str]]:
    """(taxonomy, concept) that are read for every filer: those that filers.yaml names for a tracked company."""
    tracked = load().filers.values()
    segments = {concept for filer in tracked for rule in filer.segments for concept in rule.concepts}
    pairs = {(taxonomy, name) for taxonomy, _, name in (concept.partition(":") for concept in segments)}
    return frozenset({*wanted_concepts(tracked), *pairs})


def is_annual(form: pd.Series) -> pd.Series:
    """True for forms that report on a fiscal year."""
    return form.isin(load().content.forms.annual)


def _has_length(facts: pd.DataFrame) -> pd.Series:
    days = (facts["period_end"] - facts["period_start"]).dt.days + 1
    fits = pd.Series(False, index=facts.index)
    for first, last in PERIOD_TYPE_DAYS.values():
        fits |= days.between(first, last)
    for length in UNEVEN_DAYS:
        fits |= (days - length).abs() <= 1
    return fits


def _reviewed(facts: pd.DataFrame) -> pd.Series:
    """Facts of tracked companies that a review excluded (`filers.yaml`), in the filings that it names."""
    mask = pd.Series(False, index=facts.index)
    for cik, entries in _set_aside().items():
        company_facts = facts["cik"] == cik
        if not company_facts.any():
            continue
        for entry in entries:
            mask |= (
                company_facts
                & (facts["concept"] == entry.concept)
                & (facts["currency"] == entry.unit)
                & (facts["period_start"] == pd.Timestamp(entry.period_start))
                & (facts["period_end"] == pd.Timestamp(entry.period_end))
                & (facts["value"] == entry.value)
                & facts["accession"].isin(entry.accessions)
            )
    return mask


@functools.cache
def _set_aside() -> dict[int, tuple[SetAside, ...]]:
    return {cik: filer.set_aside for filer in load().filers.values() if filer.set_aside for cik in filer.ciks}


def _is_convenience(facts: pd.DataFrame) -> pd.Series:
    """True for a fact that its filing also gives in its own currency: the one with the most facts, or else any but the
    dollar.

    A foreign filer translates its latest year for convenience at the rate of one day; such a number is never an amount.
    """
    filing = ["cik", "accession"]
    several = facts.groupby(filing)["currency"].transform("nunique") > 1
    if not several.any():
        return several
    counts = facts[several].groupby([*filing, "currency"], as_index=False).agg(facts=("value", "size"))
    counts["is_dollar"] = counts["currency"] == "USD"
    main_currency = counts.sort_values(
        [*filing, "facts", "is_dollar", "currency"], ascending=[True, True, False, True, True]
    )
    main_currency = main_currency.drop_duplicates(filing).rename(columns={"currency": "own"})[[*filing, "own"]]
    place = [name for name in _FACT if name != "currency"]
    with_own = facts.merge(main_currency, on=filing, how="left")
    in_own = with_own.loc[with_own["currency"] == with_own["own"], place].assign(has_own=True)
    has_own_currency = (
        facts[place].merge(in_own, on=place, how="left", validate="many_to_one")["has_own"].eq(True).to_numpy()
    )
    foreign = with_own["own"].notna() & (with_own["currency"] != with_own["own"])
    return pd.Series(has_own_currency & foreign.to_numpy(), index=facts.index)


def _of_instance(instance: InstanceFile, inputs: Inputs) -> pd.DataFrame:
    """Facts of the wanted concepts in one instance, with the columns of FACTS_SCHEMA and dimensions. Of a fact with two
    precisions the more precise one is kept.
    """
    assert inputs.instances is not None
    data = documents.read_bytes(RawFile(instance.name, inputs.instances / instance.name, None), inputs.instances)
    instance_content = read_instance(data)
    if instance_content.cik != instance.cik:
        raise DocumentError(
            "other_filer",
            f"The document is of CIK {instance_content.cik}, but its sidecar has {instance.cik}; correct the sidecar.",
        )
    names = {f"{taxonomy}:{concept}" for taxonomy, concept in wanted()}
    facts = instance_content.facts[
        instance_content.facts["concept"].isin(names) & instance_content.facts["value"].notna()
    ]
    precision = pd.to_numeric(facts["decimals"].replace("INF", "999")).fillna(-999)
    same = ["concept", "period_start", "period_end", "unit", "dimensions"]
    facts = facts[precision == precision.groupby([facts[name] for name in same], dropna=False).transform("max")]
    return facts.assign(cik=instance.cik, accession=instance.accession)[[*_COLUMNS, "dimensions"]]


_COLUMNS = [name for name in FACTS_SCHEMA.names if name != "taxonomy"]


def _filing(instance: InstanceFile, facts: pd.DataFrame) -> pd.DataFrame:
    filed = pd.Series([pd.Timestamp(instance.filed)])
    ends = facts.loc[facts["period_start"].notna() & (facts["period_end"] <= filed[0]), "period_end"]
    row = {"accession": instance.accession, "cik": instance.cik, "form": instance.form, "report_end": ends.max()}
    return pd.DataFrame([row]).assign(filed=filed).reindex(columns=FILINGS_SCHEMA.names)
