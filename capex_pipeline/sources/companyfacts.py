"""Reads SEC EDGAR companyfacts: the JSON of one filer becomes facts, filings and printed rows.

Add here what reads, trims or lays out that file. Differences of facts are computed in `normalise/quarters.py`; segment
revenue and extension concepts, which companyfacts does not contain, are read in `sources/xbrl_instance.py`, and the
bulk archive is read in `sources/companyfacts_bulk.py`.

The file repeats a fact for every filing that shows it. Each repetition is kept as evidence: one row for each concept,
unit, period and accession number. `form`, `filed`, `fy` and `fp` depend on the accession number alone and are stored
once, with the filings.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any

import numpy as np
import orjson
import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import MAXIMUM_BYTES
from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.raw.untrusted_json import refuse_repeated_keys
from capex_pipeline.reference.filers import Filer, filer_of_cik, wanted_concepts
from capex_pipeline.sources.filing_expectations import Filing, of_companyfacts
from capex_pipeline.sources.sec_filings import (
    ACCESSION_PATTERN,
    LICENCE,
    assign_rule,
    filing_document,
    fiscal_quarter_of,
    fiscal_year_of,
    presentation_label,
    printed_rows,
    unknown_filer,
)

MAX_BYTES = MAXIMUM_BYTES
"""Largest companyfacts file that is read; the largest served ones are below 20 MB."""

TRAILING_NOTE = "twelve months that are not a fiscal year of the filer (trailing column)"
_KEPT_KEYS = ("start", "end", "val", "accn", "fy", "fp", "form", "filed")


def read_companyfacts(data: bytes, filer: Filer, *, max_bytes: int = MAX_BYTES) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts and filings of one filer, for the concepts that its rules name.

    Returns
      facts: cik (int64), taxonomy, concept, unit, period_start (NaT for a day), period_end, value (float64, full
        units), value_text (the number as served), accession, is_convenience (the filing states the same concept and period in the reporting
        currency too; such a translation is never used as an amount);
      filings: accession, cik, form, filed, report_end (last end of a period among the facts, the period of report),
        fiscal_year, fiscal_period (Q1, Q2, Q3 or FY, by report_end and the filer's calendar), sec_fy, sec_fp (as
        served, describing the filing and not always right), is_periodic, is_annual.

    Raises DocumentError with a sentence for a file that is too large, is not companyfacts JSON, names a key twice, belongs
    to another filer, or holds a fact that cannot be read.
    """
    content = parsed(data, max_bytes)
    refuse_repeated_keys(data, content)
    return _facts_and_filings(content, filer)


def _facts_and_filings(content: dict[str, Any], filer: Filer) -> tuple[pd.DataFrame, pd.DataFrame]:
    cik = cik_of(content)
    if cik not in filer.ciks:
        raise DocumentError(
            "other_filer",
            f"The file is of CIK {cik}, but {filer.name} has {filer.cik}; give the filer that it belongs to.",
        )
    records = _records(content, filer)
    facts = _frame(records, cik)
    filings = _filings(facts, filer)
    facts["is_convenience"] = _is_convenience(facts, filer)
    columns = [
        "cik",
        "taxonomy",
        "concept",
        "unit",
        "period_start",
        "period_end",
        "value",
        "value_text",
        "accession",
        "is_convenience",
    ]
    order = ["taxonomy", "concept", "unit", "period_start", "period_end", "accession"]
    return facts.sort_values(order, kind="stable")[columns].reset_index(drop=True), filings


def read(data: bytes, sidecar: Mapping[str, Any], name: str, filers: Mapping[str, Filer]) -> ReadResult:
    """One companyfacts file under raw/: documents, printed rows and rejected facts.

    sidecar: `retrieved` (ISO date) and `licence`, both optional. filers: `Reference.filers`. Raises DocumentError as `read_companyfacts`
    does, and (rule unknown_filer) for a CIK that no
    filer has.
    """
    content = parsed(data, MAX_BYTES)
    cik = cik_of(content)
    filer = filer_of_cik(filers.values(), cik)
    if filer is None:
        raise unknown_filer(name, cik, str(content.get("entityName") or ""), filers)
    refuse_repeated_keys(data, content)
    facts, filings = _facts_and_filings(content, filer)
    retrieved = sidecar.get("retrieved")
    result = to_printed_rows(
        facts,
        filings,
        filer,
        retrieved=None if retrieved is None else str(retrieved),
        licence=str(sidecar.get("licence") or LICENCE),
    )
    if not result.documents:
        raise DocumentError(
            "no_facts",
            f"{name} has no fact of a concept that filers.yaml names for {filer.name}. Run `capex-pipeline "
            "suggest-filer` on the file to list its concepts, or remove the file.",
        )
    expectations = of_companyfacts(str(content.get("entityName") or ""), every_filing(content), facts, filings, filer)
    return replace(result, rejected=[*result.rejected, *expectations])


def every_filing(content: Mapping[str, Any]) -> list[Filing]:
    """The filings of all facts of a parsed file, for concepts in use and others, in the order of their days and accession numbers.

    Facts of other concepts are not checked: entries that do not have the form of facts are skipped.
    """
    places: set[tuple[str, ...]] = set()
    for concepts in content["facts"].values():
        for concept in concepts.values() if isinstance(concepts, dict) else ():
            units = concept.get("units") if isinstance(concept, dict) else None
            for entries in units.values() if isinstance(units, dict) else ():
                places |= _filings_of(entries)
    filings = (Filing(accession, form, filed) for accession, form, text in places if (filed := _day(text)) is not None)
    return sorted(filings, key=lambda filing: (filing.filed, filing.accession, filing.form))


def _day(text: str) -> date | None:
    """The day, or None for a text that is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_PLACE = ("accn", "form", "filed")


def _filings_of(entries: Any) -> set[tuple[str, ...]]:
    """Accession, form and filing date of the facts of one list, without entries that do not have the form of facts."""
    if not isinstance(entries, list):
        return set()
    places: Collection[tuple[Any, ...]]
    try:
        places = set(map(itemgetter(*_PLACE), entries))
    except (KeyError, TypeError, IndexError):  # one is not a mapping, lacks a key, or has a list in it
        places = [tuple(map(entry.get, _PLACE)) for entry in entries if isinstance(entry, dict)]
    return {place for place in places if all(isinstance(one, str) for one in place)}


def to_printed_rows(
    facts: pd.DataFrame, filings: pd.DataFrame, filer: Filer, *, retrieved: str | None = None, licence: str = LICENCE
) -> ReadResult:
    """Documents (one per filing), printed rows, and rejected facts, from the frames of `read_companyfacts`.

    Row id: concept/start/end/unit with the taxonomy's prefix, unique in its document `sec-<accession>`. Presentation:
    the fiscal year of the filing that the fact stands in. A concept of lower precedence that repeats the value of a
    higher one gets `same_fact_as`, and so does a convenience translation. Rejected, as evidence: facts of forms that
    are not periodic reports, facts that no rule covers on their date, two values for one fact in one filing, and a
    lower concept that differs.
    """
    facts = facts.set_axis(pd.RangeIndex(1, len(facts) + 1))
    joined = facts.merge(
        filings[["accession", "form", "filed", "fiscal_year", "is_annual"]],
        on="accession",
        how="left",
        validate="many_to_one",
    )
    joined.index = facts.index
    qname = joined["taxonomy"] + ":" + joined["concept"]
    start, end = joined["period_start"].dt.strftime("%Y-%m-%d"), joined["period_end"].dt.strftime("%Y-%m-%d")
    # As numbers, since each rule looks for one of a few names in all facts.
    numbers, names = pd.factorize(qname + " " + joined["unit"])
    number_of = {name: number for number, name in enumerate(names)}
    numbers = np.where(joined["is_convenience"], -1, numbers)
    candidates = [
        (
            pd.Series(numbers == number_of.get(f"{rule.taxonomy}:{rule.concept} {rule.unit}", -2), index=joined.index),
            rule,
        )
        for rule in filer.concepts
    ]
    trailing = is_trailing(joined["period_start"], joined["period_end"], filer.fiscal_year_end_month) | (
        (joined["period_end"] - joined["period_start"]).dt.days.between(349, 379) & ~joined["is_annual"]
    )
    joined = joined.assign(
        qname=qname,
        row_id=qname + "/" + start.fillna("") + "/" + end + "/" + joined["unit"],
        document="sec-" + joined["accession"],
        locator=(qname + " " + (start + "..").fillna("") + end).astype("str"),
        rule=assign_rule(joined, candidates),
        presentation=presentation_label(filer, joined["fiscal_year"]),
        note=pd.Series(TRAILING_NOTE, index=joined.index).where(trailing).astype("str"),
    )
    rows, rejected = printed_rows(joined, filer, filer.concepts)
    used = set(rows["document"]) | {item["document_id"] for item in rejected}
    shown = filings.loc[("sec-" + filings["accession"]).isin(used), ["accession", "cik", "form", "filed", "report_end"]]
    documents = [
        filing_document(
            filer,
            accession=accession,
            cik=int(cik),
            form=form,
            filed=filed.date(),
            report_end=None if pd.isna(report_end) else report_end.date(),
            retrieved=retrieved,
            licence=licence,
        )
        for accession, cik, form, filed, report_end in shown.itertuples(index=False)
    ]
    return ReadResult(documents, rows, rejected)


def is_trailing(period_start: pd.Series, period_end: pd.Series, year_end_month: int) -> pd.Series:
    """True where a period of a year's length (350 to 380 days) does not end with a fiscal year of the filer.

    Trailing twelve months in a 10-Q are never a fiscal year; they are a check on the sum of four quarters.
    """
    days = (period_end - period_start).dt.days + 1
    return days.between(350, 380) & ((period_end - pd.Timedelta(days=7)).dt.month != year_end_month)


def trim(data: bytes, filers: Sequence[Filer], *, max_bytes: int = MAX_BYTES) -> bytes:
    """The same JSON with the facts of wanted concepts only, without label and description texts and without `frame`.

    Equal input gives equal bytes: facts keep their order, concepts are sorted, one fact per line. Raises DocumentError as
    `read_companyfacts` does, and (rule unknown_filer) for a CIK that no filer has.
    """
    content = parsed(data, max_bytes)
    refuse_repeated_keys(data, content)
    cik = cik_of(content)
    filer = filer_of_cik(filers, cik)
    if filer is None:
        raise DocumentError("unknown_filer", f"filers.yaml has no filer with CIK {cik}; add it there first.")
    facts: dict[str, dict[str, dict[str, list[dict[str, Any]]]]] = {}
    for taxonomy, concept, unit, entries in _wanted_units(content, filer):
        kept = [{key: entry[key] for key in _KEPT_KEYS if key in entry} for entry in entries]
        facts.setdefault(taxonomy, {}).setdefault(concept, {})[unit] = kept
    lines = [f'{{"cik":{cik},"entityName":{_json(str(content.get("entityName", "")))},"facts":{{']
    for n, taxonomy in enumerate(sorted(facts)):
        lines.append(f"{',' if n else ''}{_json(taxonomy)}:{{")
        for m, concept in enumerate(sorted(facts[taxonomy])):
            lines.append(f'{"," if m else ""}{_json(concept)}:{{"units":{{')
            for k, unit in enumerate(sorted(facts[taxonomy][concept])):
                entries = facts[taxonomy][concept][unit]
                body = ",\n".join(_json(entry) for entry in entries)
                lines.append(f"{',' if k else ''}{_json(unit)}:[\n{body}\n]")
            lines.append("}}")
        lines.append("}")
    lines.append("}}")
    return ("\n".join(lines) + "\n").encode()


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def parsed(data: bytes, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The content of a companyfacts file, or of a companyconcept file in the same shape. Raises DocumentError."""
    if len(data) > max_bytes:
        raise DocumentError(
            "file_too_large",
            f"The file has {len(data)} bytes, more than the {max_bytes} that are read; check that it is a file of one filer.",
        )
    try:
        content = orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise DocumentError(
            "not_json", f"The file is not JSON ({error}); fetch it again, it may be truncated or an error page."
        ) from error
    if not isinstance(content, dict):
        raise DocumentError("not_companyfacts", f"The JSON is not a mapping. {_NEEDED}")
    if isinstance(content.get("units"), dict) and all(isinstance(content.get(key), str) for key in ("taxonomy", "tag")):
        # The answer of the companyconcept address is one concept of companyfacts, with the same facts.
        content = {**content, "facts": {content["taxonomy"]: {content["tag"]: {"units": content["units"]}}}}
    if "ccp" in content or isinstance(content.get("data"), list):
        raise DocumentError(
            "not_companyfacts",
            "The file is an answer of the SEC's frames address: one period of one concept for many filers, without "
            f"form and filing date. {_NEEDED}",
        )
    if isinstance(content.get("documentInfo"), dict):
        raise DocumentError(
            "not_companyfacts",
            f"The file is xBRL-JSON of one filing, without form and filing date. {_NEEDED} Segments are read from the "
            "filing's instance (`..._htm.xml`).",
        )
    if not isinstance(content.get("facts"), dict):
        raise DocumentError("not_companyfacts", f"The JSON has no mapping `facts`. {_NEEDED}")
    return content


_NEEDED = (
    "Facts of a filer are read from companyfacts: save https://data.sec.gov/api/xbrl/companyfacts/CIK##########.json "
    "(ten digits) instead."
)


def cik_of(content: dict[str, Any]) -> int:
    """The Central Index Key of a parsed file. Raises DocumentError where it has none."""
    cik = content.get("cik")
    if isinstance(cik, str) and cik.isascii() and cik.isdigit() and len(cik) <= 10:
        cik = int(cik)
    if not isinstance(cik, int) or isinstance(cik, bool) or not 0 < cik < 10**10:
        raise DocumentError("not_companyfacts", f"The JSON has cik {cik!r}; a Central Index Key has up to ten digits.")
    return cik


def _wanted_units(content: dict[str, Any], filer: Filer) -> list[tuple[str, str, str, list[dict[str, Any]]]]:
    """(taxonomy, concept, unit, entries) of the filer's concepts, in any currency, so that translations are
    recognised.
    """
    unit_facts = []
    for (taxonomy, concept), units in sorted(wanted_concepts([filer]).items()):
        concepts = content["facts"].get(taxonomy, {})
        if not isinstance(concepts, dict):
            raise DocumentError("not_companyfacts", f"{taxonomy} is not a mapping of concepts; fetch the file again.")
        entry = concepts.get(concept)
        if entry is None:
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("units"), dict):
            raise DocumentError(
                "not_companyfacts", f"{taxonomy}:{concept} has no mapping `units`; fetch the file again."
            )
        for unit, entries in entry["units"].items():
            if unit not in units and not _is_currency(unit):
                continue
            if not isinstance(entries, list) or not all(isinstance(item, dict) for item in entries):
                raise DocumentError(
                    "not_companyfacts", f"{taxonomy}:{concept} in {unit} is not a list of facts; fetch the file again."
                )
            unit_facts.append((taxonomy, concept, unit, entries))
    return unit_facts


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()


def _records(content: dict[str, Any], filer: Filer) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("taxonomy", "concept", "unit", "start", "end", "val", "accn", "form", "filed", "fy", "fp")
    }
    for taxonomy, concept, unit, entries in _wanted_units(content, filer):
        columns["taxonomy"] += [taxonomy] * len(entries)
        columns["concept"] += [concept] * len(entries)
        columns["unit"] += [unit] * len(entries)
        for name in ("start", "end", "val", "accn", "form", "filed", "fy", "fp"):
            columns[name] += [entry.get(name) for entry in entries]
    return columns


def _frame(columns: dict[str, list[Any]], cik: int) -> pd.DataFrame:
    def place(n: int) -> str:
        return f"{columns['taxonomy'][n]}:{columns['concept'][n]} in {columns['unit'][n]}"

    for n, value in enumerate(columns["val"]):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DocumentError(
                "bad_fact", f"{place(n)} has value {value!r}, which is not a number; fetch the file again."
            )
    for name in ("end", "accn", "form", "filed"):
        for n, value in enumerate(columns[name]):
            if not isinstance(value, str):
                raise DocumentError(
                    "bad_fact", f"{place(n)} has {name} {value!r}, which is not text; fetch the file again."
                )
    frame = pd.DataFrame(
        {
            "cik": pd.Series(cik, index=range(len(columns["val"])), dtype="int64"),
            "taxonomy": pd.Series(columns["taxonomy"], dtype="str"),
            "concept": pd.Series(columns["concept"], dtype="str"),
            "unit": pd.Series(columns["unit"], dtype="str"),
            "period_start": _days(columns["start"], "start", place),
            "period_end": _days(columns["end"], "end", place),
            "value": pd.Series([float(value) for value in columns["val"]], dtype="float64"),
            "value_text": pd.Series([_number_text(value) for value in columns["val"]], dtype="str"),
            "accession": pd.Series(columns["accn"], dtype="str"),
            "form": pd.Series(columns["form"], dtype="str"),
            "filed": _days(columns["filed"], "filed", place),
            "sec_fy": pd.Series(
                [fy if type(fy) is int and abs(fy) < 10_000 else None for fy in columns["fy"]], dtype="Int64"
            ),
            "sec_fp": pd.Series([fp if fp else None for fp in columns["fp"]], dtype="str"),
        }
    )
    for bad, what in (
        (
            ~frame["accession"].str.fullmatch(ACCESSION_PATTERN),
            "an accession number that is not of the form 0000000000-00-000000",
        ),
        (frame["period_end"] < frame["period_start"], "a period that ends before it starts"),
        (frame["value"].isin([float("inf"), float("-inf")]) | frame["value"].isna(), "a value that is not finite"),
    ):
        if bad.any():
            raise DocumentError("bad_fact", f"{place(int(bad.to_numpy().argmax()))} has {what}; fetch the file again.")
    return frame


def _days(values: list[Any], name: str, place: Any) -> pd.Series:
    texts = pd.Series(values, dtype="str")
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    bad = (days.isna() | ~texts.str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}").fillna(True).astype("bool")) & texts.notna()
    if bad.any():
        n = int(bad.to_numpy().argmax())
        raise DocumentError(
            "bad_fact", f"{place(n)} has {name} {values[n]!r:.60}, which is not a date; fetch the file again."
        )
    return days


def _number_text(value: float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else str(value)


def _filings(facts: pd.DataFrame, filer: Filer) -> pd.DataFrame:
    keys = ["accession", "cik", "form", "filed", "sec_fy", "sec_fp"]
    filings = facts[keys].drop_duplicates()
    repeated = filings["accession"].duplicated()
    if repeated.any():
        accession = filings.loc[repeated, "accession"].iloc[0]
        raise DocumentError(
            "bad_filing",
            f"Accession {accession} has more than one form, filing date, fy or fp; check the file, since a filing has one of each.",
        )
    flows = facts.loc[facts["period_start"].notna() & (facts["period_end"] <= facts["filed"])]
    report_end = flows.groupby("accession")["period_end"].max()
    filings = filings.assign(
        report_end=report_end.reindex(filings["accession"]).set_axis(filings.index),
        is_periodic=filings["form"].isin(filer.periodic_forms),
        is_annual=filings["form"].isin(filer.annual_forms),
    )
    quarter = "Q" + fiscal_quarter_of(filings["report_end"], filer.fiscal_year_end_month).astype("str")
    period = quarter.where(~filings["is_annual"], "FY").where(filings["is_periodic"] & filings["report_end"].notna())
    filings = filings.assign(
        fiscal_year=fiscal_year_of(filings["report_end"], filer.fiscal_year_end_month),
        fiscal_period=period.astype("str"),
    )
    columns = [
        "accession",
        "cik",
        "form",
        "filed",
        "report_end",
        "fiscal_year",
        "fiscal_period",
        "sec_fy",
        "sec_fp",
        "is_periodic",
        "is_annual",
    ]
    return filings[columns].sort_values(["filed", "accession"]).reset_index(drop=True)


def _is_convenience(facts: pd.DataFrame, filer: Filer) -> pd.Series:
    """True for a fact in another currency if the same filing states it in the reporting currency too."""
    key = ["taxonomy", "concept", "period_start", "period_end", "accession"]
    is_foreign = facts["unit"] != filer.currency
    if not is_foreign.any():
        return is_foreign
    in_own_currency = facts.loc[~is_foreign, key].drop_duplicates().assign(has_own=True)
    has_own = facts[key].merge(in_own_currency, on=key, how="left")["has_own"].eq(True).to_numpy()
    return pd.Series(has_own, index=facts.index) & is_foreign
