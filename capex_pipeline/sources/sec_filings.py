"""Steps that companyfacts and instance documents share: filings as documents, fiscal years, and rules to printed rows.

Add a step here when it does not depend on the file that the facts came from. The files are parsed in
`sources/companyfacts.py` and `sources/xbrl_instance.py`; arithmetic between facts is in `normalise/quarters.py`.

The identity of a fact is (cik, concept, unit, start, end). `fy`, `fp` and `frame` of SEC data describe the filing or
move between filings, so they are never part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS, empty_rows
from capex_pipeline.reference.filers import ConceptRule, Filer, SegmentRule, SetAside, Window

PUBLISHER = "SEC EDGAR"
LICENCE = "public filing, freely available from SEC EDGAR"
ACCESSION_PATTERN = "[0-9]{10}-[0-9]{2}-[0-9]{6}"
"""Of the whole accession number."""


def unknown_filer(
    name: str, cik: int | None, company: str = "", filers: Mapping[str, Filer] | None = None
) -> DocumentError:
    """The error for a file whose CIK no filer has. company: its name in the file, which may be that of a filer with another CIK."""
    words = name_words(company)
    for filer in (filers or {}).values():
        if words and words in {name_words(known) for known in filer.names}:
            return DocumentError(
                "unknown_filer",
                f"{name} is of {company} with CIK {cik}, and entities.yaml gives {filer.entity_id} the cik {filer.cik}; correct the cik "
                f"there, or add {cik} to former_ciks.",
            )
    return DocumentError(
        "unknown_filer",
        f"{name} is of CIK {cik}, which no filer of the reference data has. Run `capex-pipeline suggest-filer` on the file; it writes a "
        "draft of the entries that are needed.",
    )


LEGAL_FORMS = frozenset("inc corp co ltd plc group holding holdings company limited the com nv sa ag".split())
"""Words of a company's name that some documents omit."""


def name_words(name: str) -> frozenset[str]:
    """The words by which two spellings of a company's name are compared."""
    return frozenset(re.findall(r"[a-z0-9]+", name.lower())) - LEGAL_FORMS


WEEK_TOLERANCE = pd.Timedelta(days=7)
"""A year of 52 or 53 weeks ends up to a week before or after the end of its month; shifted back by a week, its month is unambiguous."""


def fiscal_year_of(period_end: pd.Series, year_end_month: int) -> pd.Series:
    """Fiscal year that a period of report ends in, named by the calendar year in which that fiscal year ends (Int64).

    Works for month-end calendars and for calendars of 52 or 53 weeks: the end is moved back a week first, so that a year that ends on 31
    January or on 1 October is assigned to the right month.
    """
    shifted = period_end - WEEK_TOLERANCE
    year = shifted.dt.year + (shifted.dt.month > year_end_month).astype("int64")
    return year.astype("Int64")


def fiscal_quarter_of(period_end: pd.Series, year_end_month: int) -> pd.Series:
    """1 to 4: the fiscal quarter that ends with the period (Int64)."""
    month = (period_end - WEEK_TOLERANCE).dt.month
    return ((month - year_end_month - 1) % 12 // 3 + 1).astype("Int64")


def presentation_label(filer: Filer, fiscal_year: pd.Series) -> pd.Series:
    """`filings_of` by the fiscal year of the calendar that reference data states, for a file without fiscal years of its own."""
    label = ("FY" + fiscal_year.astype("str")).where(fiscal_year.notna()).astype("str")
    return filings_of(pd.Series(filer.entity_id, index=fiscal_year.index), label)


def filings_of(entity_id: pd.Series, fiscal_year: pd.Series) -> pd.Series:
    """Text that two facts share if they may be subtracted: they are in filings of one fiscal year of one filer.

    Filings of one fiscal year (three 10-Qs and the 10-K) present their own and the comparative year on one basis; a
    later year's filings may re-present both.
    """
    return (entity_id + " " + fiscal_year + " filings").astype("str")


def filing_url(cik: int, accession: str) -> str:
    """Address of a filing's folder at the SEC."""
    return f"https://www.sec.gov/Archives/edgar/data/{cik}/{accession.replace('-', '')}/"


def filing_document(
    filer: Filer,
    *,
    accession: str,
    cik: int,
    form: str,
    filed: date | str,
    report_end: date | str | None,
    retrieved: str | None,
    licence: str = LICENCE,
) -> dict[str, Any]:
    """One filing as a document: the same mapping for companyfacts and for the instance."""
    period = "" if report_end is None else f" for the period ended {report_end}"
    return {
        "document_id": f"sec-{accession}",
        "kind": "filing",
        "source_type": "filing",
        "title": f"Form {form} of {filer.name}{period}",
        "publisher": PUBLISHER,
        "url": filing_url(cik, accession),
        "published": str(filed),
        "published_by": None,
        "retrieved": retrieved,
        "licence": licence,
        "origin": None,
        "note": None,
    }


FACT_LOCATOR = r"[A-Za-z][\w.-]*:[A-Za-z]\w* [0-9]{4}-"
"""Beginning of the locator of a fact that a filing tags: its concept and first day.

A row that a person typed has the place in the document instead.
"""


def form_and_report_end(documents: pd.DataFrame) -> pd.DataFrame:
    """form and report_end (datetime64) of filings, from the titles that `filing_document` gives them; missing for other documents.

    documents: document_id, kind, title. Returns a frame with document_id as its index.
    """
    described = documents.reindex(columns=["document_id", "kind", "title"])
    parts = described["title"].astype("str").str.extract(_TITLE).where(described["kind"] == "filing")
    return pd.DataFrame(
        {
            "form": parts["form"].astype("str").to_numpy(),
            "report_end": pd.to_datetime(parts["end"], format="%Y-%m-%d").astype("datetime64[us]").to_numpy(),
        },
        index=documents["document_id"],
    )


_TITLE = r"^Form (?P<form>\S+) of .* for the period ended (?P<end>[0-9]{4}-[0-9]{2}-[0-9]{2})$"


def in_window(window: Window, filed: pd.Series, period_end: pd.Series) -> pd.Series:
    """True if a fact filed on `filed` for a period that ends on `period_end` is in the window."""
    inside = pd.Series(True, index=filed.index)
    if window.filed_from is not None:
        inside &= filed >= pd.Timestamp(window.filed_from)
    if window.filed_to is not None:
        inside &= filed <= pd.Timestamp(window.filed_to)
    if window.period_from is not None:
        inside &= period_end >= pd.Timestamp(window.period_from)
    if window.period_to is not None:
        inside &= period_end <= pd.Timestamp(window.period_to)
    return inside


def assign_rule(facts: pd.DataFrame, candidates: Sequence[tuple[pd.Series, ConceptRule | SegmentRule]]) -> pd.Series:
    """Position in `candidates` of the first rule that matches each fact, -1 for none (int64)."""
    assigned = np.full(len(facts), -1, dtype="int64")
    for place, (matches, rule) in enumerate(candidates):
        hit = matches.to_numpy(dtype=bool) & (assigned == -1)
        if hit.any():  # a file has facts of few of the rules
            assigned[hit & in_window(rule, facts["filed"], facts["period_end"]).to_numpy()] = place
    return pd.Series(assigned, index=facts.index)


def printed_rows(
    facts: pd.DataFrame, filer: Filer, rules: Sequence[ConceptRule | SegmentRule]
) -> tuple[pd.DataFrame, list[dict[str, str | None]]]:
    """Printed rows of facts that have a rule, and rejected facts with the reason.

    facts: index the number of the fact in its file (from 1); columns row_id, document, locator, note, qname
    ("us-gaap:Revenues"), period_start, period_end, filed, form, unit, value_text, rule (place in `rules`, -1 for
    none), is_convenience, presentation. Rejected facts are mappings as in `ReadResult.rejected`. Rules:
    form_not_periodic, concept_not_in_use, set_aside, repeated_fact, two_values_in_one_filing, precedence_differs.
    Raises DocumentError (set_aside_expired) if a filing no longer shows a value to set aside.
    """
    facts = facts.sort_values(["document", "row_id"], kind="stable")
    rejected: list[dict[str, str | None]] = []

    def refuse(mask: pd.Series, rule: str, message: str) -> None:
        nonlocal facts
        if not mask.any():
            return
        rejected.extend(
            {
                "document_id": document,
                "row_number": str(number),
                "locator": locator,
                "rule": rule,
                "column": "value",
                "value": value,
                "message": message,
            }
            for number, document, locator, value in facts.loc[mask, ["document", "locator", "value_text"]].itertuples()
        )
        facts = facts.loc[~mask]

    refuse(
        ~facts["form"].isin(filer.periodic_forms),
        "form_not_periodic",
        "The fact is in a filing that is not a periodic report; it is kept as evidence and forms no series.",
    )
    refuse(
        (facts["rule"] == -1) & ~facts["is_convenience"],
        "concept_not_in_use",
        "No rule of filers.yaml covers this concept, unit, filing date and period; add one if the fact is wanted.",
    )
    for entry, wrong in _set_aside(facts, filer):
        refuse(wrong.reindex(facts.index, fill_value=False), "set_aside", f"{entry.reason}.")
    refuse(
        facts.duplicated(["document", "row_id", "value_text"]),
        "repeated_fact",
        "The filing states the same fact more than once; the first one is used.",
    )
    refuse(
        facts.duplicated(["document", "row_id"], keep=False),
        "two_values_in_one_filing",
        "One filing gives two values for one concept, unit and period; check the filing and decide.",
    )
    facts = facts.assign(
        metric=facts["rule"].map(dict(enumerate(rule.metric for rule in rules))).astype("str"),
        definition=facts["rule"].map(dict(enumerate(rule.definition_id for rule in rules))).astype("str"),
        segment=facts["rule"].map({n: getattr(rule, "segment", None) for n, rule in enumerate(rules)}).astype("str"),
        sign=facts["rule"].map(dict(enumerate(rule.sign for rule in rules))).fillna(1),
        same_fact_as=pd.Series(index=facts.index, dtype="str"),
    )
    key = ["document", "metric", "definition", "segment", "unit", "period_start", "period_end"]
    real = facts.loc[~facts["is_convenience"]].sort_values(["rule", "row_id"], kind="stable")
    first = real.groupby(key, dropna=False, sort=False)[["row_id", "value_text"]].transform("first")
    follower = real["row_id"] != first["row_id"]
    facts.loc[follower.index[follower], "same_fact_as"] = first.loc[follower, "row_id"]
    differing = (follower & (real["value_text"] != first["value_text"])).reindex(facts.index, fill_value=False)
    refuse(
        differing,
        "precedence_differs",
        "A concept of higher precedence gives another value for this period in the same filing; that one is used.",
    )
    facts = _link_convenience(facts)
    refuse(
        facts["is_convenience"] & facts["metric"].isna(),
        "concept_not_in_use",
        "A convenience translation of a fact that is not used itself.",
    )
    if facts.empty:
        return empty_rows(), rejected
    start, end = facts["period_start"].dt.strftime("%Y-%m-%d"), facts["period_end"].dt.strftime("%Y-%m-%d")
    instant = facts["period_start"].isna()
    columns = {
        "id": facts["row_id"],
        "document": facts["document"],
        "locator": facts["locator"],
        "entity": pd.Series(filer.entity_id, index=facts.index),
        "metric": facts["metric"],
        "definition": facts["definition"],
        "segment": facts["segment"],
        "period": end.where(instant),
        "period_start": start.where(~instant),
        "period_end": end.where(~instant),
        "value": _signed(facts["value_text"], facts["sign"]),
        "unit": facts["unit"],
        "status": pd.Series("reported", index=facts.index),
        "presentation": facts["presentation"],
        "same_fact_as": facts["same_fact_as"],
        "note": facts["note"],
    }
    missing = pd.Series(index=facts.index, dtype="str")
    rows = pd.DataFrame({name: columns.get(name, missing).astype("str") for name in PRINTED_COLUMNS})
    return rows, rejected


def _set_aside(facts: pd.DataFrame, filer: Filer) -> list[tuple[SetAside, pd.Series]]:
    """Entries of filers.yaml with a mask of their facts, for the filings in the file."""
    set_aside = []
    for entry in filer.set_aside:
        place = (
            (facts["qname"] == entry.concept)
            & (facts["unit"] == entry.unit)
            & (facts["period_start"] == pd.Timestamp(entry.period_start))
            & (facts["period_end"] == pd.Timestamp(entry.period_end))
        )
        for accession in entry.accessions:
            in_filing = facts["document"] == f"sec-{accession}"
            wrong = place & in_filing & (facts["value_text"] == str(entry.value))
            shows_concept = in_filing & (facts["qname"] == entry.concept)
            if shows_concept.any() and not wrong.any():
                raise DocumentError(
                    "set_aside_expired",
                    f"Filing {accession} of {filer.name} does not show {entry.value} as {entry.concept} from "
                    f"{entry.period_start} to {entry.period_end} any more; remove the entry from set_aside.",
                )
            if wrong.any():
                set_aside.append((entry, wrong))
    return set_aside


def _signed(text: pd.Series, sign: pd.Series) -> pd.Series:
    """The printed number, with reversed sign if the rule states that the filer tags the opposite one."""
    turned = ("-" + text).str.replace(r"^--", "", regex=True).str.replace(r"^-(0+(?:\.0+)?)$", r"\1", regex=True)
    return text.where(sign != -1, turned)


def _link_convenience(facts: pd.DataFrame) -> pd.DataFrame:
    """Give each convenience translation the metric and the id of the fact in the reporting currency that it repeats."""
    if not facts["is_convenience"].any():
        return facts
    key = ["document", "qname", "period_start", "period_end"]
    real = facts.loc[~facts["is_convenience"], [*key, "row_id", "metric", "definition", "segment"]].drop_duplicates(key)
    translated = facts.loc[facts["is_convenience"], key].merge(real, on=key, how="left")
    translated.index = facts.index[facts["is_convenience"]]
    facts = facts.copy()
    facts.loc[translated.index, "same_fact_as"] = translated["row_id"]
    for column in ("metric", "definition", "segment"):
        facts.loc[translated.index, column] = translated[column]
    return facts
