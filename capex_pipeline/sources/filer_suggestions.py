"""Finds what in a filer's document looks like capex, revenue, leases and cloud revenue, and drafts the reference entries that read it.

Add the name of a concept that means one of these to `_KINDS`. A draft states what the document shows and nothing else; what the
entries mean, and their check, belong to `reference`. Reading of the documents belongs to `companyfacts` and `xbrl_instance`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference.models import Entity
from capex_pipeline.sources.xbrl_instance import Instance
from capex_pipeline.values.fiscal_calendar import RULES, FiscalCalendar
from capex_pipeline.values.grouping import grouped
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS, period_type

_KINDS: Mapping[str, tuple[str, str, re.Pattern[str]]] = {
    "capex": (
        "capex", "cash_purchases",
        re.compile(
            r"PaymentsToAcquire(?:Other|MachineryAnd)?(?:PropertyPlantAndEquipment|ProductiveAssets|Equipment)\w*|PaymentsForCapitalImprovements"
            r"|PaymentsForProceedsFromProductiveAssets|PurchaseOf(?:PropertyPlantAndEquipment|IntangibleAssets)\w*InvestingActivities"
        ),
    ),
    "revenue": (
        "revenue", "total_revenue",
        re.compile(
            r"Revenues?|SalesRevenueNet|RevenueFromContractWithCustomer(?:Including|Excluding)AssessedTax|RevenuesNetOfInterestExpense"
            r"|RevenueFromContractsWithCustomers"
        ),
    ),
    "lease principal": (
        "finance_lease_principal", "finance_lease_principal",
        re.compile(r"FinanceLeasePrincipalPayments|RepaymentsOfLongTermCapitalLeaseObligations|PaymentsOfLeaseLiabilities\w*"),
    ),
    "lease assets": (
        "finance_lease_assets", "finance_lease_assets", re.compile(r"RightOfUseAssetObtainedInExchangeForFinanceLeaseLiability"),
    ),
}  # fmt: skip
"""By kind: metric, definition and the names of concepts."""
_NOT_DRAFTED = re.compile(r"PaymentsForProceedsFrom\w+|PaymentsOfLeaseLiabilities\w*|PurchaseOfIntangibleAssets\w*")
"""Net of proceeds, all leases, and intangible assets: listed, and left to a person."""
_CLOUD = re.compile(r"cloud|datacenter|webservices|infrastructure|platform|hosting", re.IGNORECASE)
_SEGMENT_AXES = ("StatementBusinessSegmentsAxis", "ProductOrServiceAxis", "ProductsAndServicesAxis", "SegmentsAxis")
_OPERATING = "ConsolidationItemsAxis=us-gaap:OperatingSegmentsMember"
_LEGAL = re.compile(
    r"[,.]|/[A-Z]{2,4}/?|\b(?:inc|corp|corporation|co|company|ltd|limited|plc|nv|n\.v|sa|ag|se|holdings?)\b",
    re.IGNORECASE,
)
_ROUNDING = 0.005


@dataclass(frozen=True)
class Candidate:
    """A concept, or a segment of a concept, with what the document shows of it.

    name: qualified name; dimensions: of a segment, else "". facts: periods that the document shows; lengths: how many of each length; last_filed: None for an instance.
    overlap: how it relates to the first candidate of its kind: "" (no common period), equal, differs. recent: the newest periods with
    their values in full units, newest first.
    """

    kind: str
    metric: str
    definition_id: str
    name: str
    dimensions: str
    unit: str
    facts: int
    lengths: str
    first: date
    last: date
    last_filed: date | None
    overlap: str
    recent: tuple[tuple[str, float], ...]
    is_drafted: bool


@dataclass(frozen=True)
class Suggestion:
    """Candidates by kind, the best first, and drafts: entries by reference file ("entities.yaml"), ready for an overlay.

    company: name in the document. cik. is_new: the CIK is in no entry of entities.yaml.
    """

    company: str
    cik: int
    is_new: bool
    candidates: tuple[Candidate, ...]
    drafts: dict[str, list[dict[str, Any]]]


def of_companyfacts(content: Mapping[str, Any], entity: Entity | None, annual_forms: Iterable[str]) -> Suggestion:
    """Suggestion for a companyfacts file. content: as `companyfacts.parsed`. entity: the entry with this CIK, if there is one."""
    facts = _every_flow(content)
    facts = facts[facts["unit"].str.fullmatch("[A-Z]{3}")]
    name = str(content.get("entityName") or f"CIK {content['cik']}")
    consolidated = _wanted(facts, "")
    if consolidated.empty:
        raise DocumentError(
            "no_facts", "The file has no concept that looks like capital expenditure, revenue or leases."
        )
    annual = set(annual_forms)
    currency = entity.currency if entity is not None and entity.currency else _currency(consolidated)
    calendar = _calendar(consolidated[consolidated["form"].isin(annual)])
    candidates = [one for kind in _KINDS for one in _candidates(consolidated[consolidated["kind"] == kind], currency)]
    forms = set(consolidated["form"])
    report = "Form 10-K or 10-Q" if forms & {"10-K", "10-Q"} else "Form 20-F" if "20-F" in forms else None
    return _suggestion(name, int(content["cik"]), entity, currency, calendar, report, candidates)


def of_instance(instance: Instance, entity: Entity | None) -> Suggestion:
    """Suggestion for an XBRL instance or an inline document: concepts of the whole company, and the members of its segment axes."""
    if instance.cik is None:
        raise DocumentError("unknown_filer", "The document does not say whose it is: no context has a CIK.")
    facts = instance.facts[instance.facts["value"].notna() & instance.facts["period_start"].notna()]
    facts = facts[facts["unit"].str.fullmatch("[A-Z]{3}")].assign(form=instance.document_type or "")
    facts = facts.assign(
        filed=pd.Series(pd.NaT, index=facts.index, dtype="datetime64[us]"),
        name=facts["concept"],
        dimensions=facts["dimensions"]
        .str.replace(rf"(?:^|\|)\w+:{_OPERATING}(?=\||$)", "", regex=True)
        .str.removeprefix("|"),
    )
    selected = pd.concat([_wanted(facts[facts["dimensions"] == ""], ""), _segments(facts)])
    if selected.empty:
        raise DocumentError(
            "no_facts",
            "The document has no concept or segment that looks like capital expenditure, revenue, leases or cloud.",
        )
    currency = entity.currency if entity is not None and entity.currency else _currency(selected)
    candidates = [
        one
        for kind in (*_KINDS, "cloud", "other segment")
        for one in _candidates(selected[selected["kind"] == kind], currency)
    ]
    month = re.fullmatch(r"--(\d\d)-(\d\d)", instance.fiscal_year_end or "")
    calendar = {"month": int(month[1]), "rule": "month_end"} if month else None
    name = instance.registrant or f"CIK {instance.cik}"
    return _suggestion(name, instance.cik, entity, currency, calendar, None, candidates)


def _every_flow(content: Mapping[str, Any]) -> pd.DataFrame:
    """All facts over a period: name, unit, period_start, period_end, value, accession, form, filed. Raises DocumentError for a fact that is none."""
    rows = [
        (f"{taxonomy}:{concept}", unit, *(entry.get(key) for key in ("start", "end", "val", "accn", "form", "filed")))
        for taxonomy, concepts in content["facts"].items()
        if isinstance(concepts, dict)
        for concept, about in concepts.items()
        if isinstance(about, dict) and isinstance(about.get("units"), dict)
        for unit, entries in about["units"].items()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("start"), str)
    ]
    columns = ["name", "unit", "period_start", "period_end", "value", "accession", "form", "filed"]
    frame = pd.DataFrame(rows, columns=columns)
    try:
        days = {
            name: pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[us]")
            for name in ("period_start", "period_end", "filed")
        }
        texts = {name: frame[name].astype("str") for name in ("name", "unit", "accession", "form")}
        return frame.assign(**days, **texts, value=frame["value"].astype("float64"))
    except (ValueError, TypeError) as error:
        raise DocumentError(
            "bad_fact", f"The file has a fact that cannot be read ({error}); fetch it again."
        ) from error


def _wanted(facts: pd.DataFrame, dimensions: str) -> pd.DataFrame:
    local = facts["name"].str.split(":").str[1]
    kind = pd.Series(index=facts.index, dtype="str")
    for word, (_, _, pattern) in _KINDS.items():
        kind = kind.mask(kind.isna() & local.str.fullmatch(pattern.pattern), word)
    return facts.assign(kind=kind, dimensions=dimensions)[kind.notna() & facts["period_start"].notna()]


def _segments(facts: pd.DataFrame) -> pd.DataFrame:
    """Revenue by one member of a segment axis; members with a word for cloud are kind "cloud"."""
    axis = facts["dimensions"].str.split("=").str[0].str.split(":").str[-1]
    is_revenue = facts["name"].str.split(":").str[1].str.fullmatch(_KINDS["revenue"][2].pattern)
    rows = facts[is_revenue & axis.isin(_SEGMENT_AXES) & ~facts["dimensions"].str.contains("|", regex=False)]
    is_cloud = rows["dimensions"].str.split("=").str[1].str.contains(_CLOUD.pattern, case=False)
    return rows.assign(kind=is_cloud.map({True: "cloud", False: "other segment"}).astype("str"))


def _currency(facts: pd.DataFrame) -> str:
    newest = facts[facts["period_end"] == facts["period_end"].max()]
    return str(facts[facts["unit"].isin(newest["unit"])]["unit"].value_counts().index[0])


def _candidates(facts: pd.DataFrame, currency: str) -> list[Candidate]:
    """Candidates of one kind, the best first: the newest, then the largest, then the one with most periods."""
    facts = facts[facts["unit"] == currency]
    period = ["period_start", "period_end"]
    groups = [
        (
            str(key[0]),
            str(key[1]),
            group.sort_values(["filed", "period_end"], kind="stable").drop_duplicates(period, keep="last"),
        )
        for key, group in facts.groupby(["name", "dimensions"], sort=True)
    ]
    groups.sort(key=lambda one: _rank(one[2], one[0]))
    result: list[Candidate] = []
    for name, dimensions, group in groups:
        kind = group["kind"].iloc[0]
        metric, definition, _ = _KINDS.get(
            kind, ("cloud_revenue" if kind == "cloud" else "segment_revenue", "", re.compile(""))
        )
        overlap = _overlap(groups[0][2], group, period) if result and not dimensions else ""
        newest = group.sort_values(["period_end", "period_start"], ascending=False).head(3)
        local = name.split(":")[1]
        result.append(
            Candidate(
                kind,
                metric,
                definition,
                name,
                dimensions,
                currency,
                len(group),
                _lengths(group),
                group["period_start"].min().date(),
                group["period_end"].max().date(),
                None if group["filed"].isna().all() else group["filed"].max().date(),
                overlap,
                tuple(
                    (f"{start:%Y-%m-%d}..{end:%Y-%m-%d}", float(value))
                    for start, end, value in newest[[*period, "value"]].itertuples(index=False)
                ),
                kind != "other segment"
                and overlap != "differs"
                and (kind == "cloud" or not _NOT_DRAFTED.fullmatch(local)),
            )
        )
    return result


def _lengths(group: pd.DataFrame) -> str:
    """ "4 quarters, 3 half_years": how many periods of each length."""
    counts = period_type(group["period_start"], group["period_end"]).value_counts()
    words = {
        "quarter": "quarters",
        "half_year": "half-years",
        "nine_months": "nine months",
        "year": "years",
        "other": "other",
    }
    return ", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if kind in counts)


def _rank(group: pd.DataFrame, name: str) -> tuple[Any, ...]:
    """Order of candidates: those that a person has to judge last; the newest, the largest and the longest first."""
    newest = group["period_end"].max()
    size = group.loc[group["period_end"] == newest, "value"].abs().max()
    return bool(_NOT_DRAFTED.fullmatch(name.split(":")[1])), -newest.toordinal() // 200, -size, -len(group)


def _overlap(first: pd.DataFrame, other: pd.DataFrame, period: list[str]) -> str:
    pairs = other.merge(first[[*period, "value"]], on=period, suffixes=("", "_first"))
    if pairs.empty:
        return ""
    gap = (pairs["value"] - pairs["value_first"]).abs() > _ROUNDING * pairs["value_first"].abs()
    return "differs" if gap.any() else "equal"


def _calendar(annual: pd.DataFrame) -> dict[str, Any] | None:
    """Month and rule of the fiscal year's end that fit the newest annual reports: most of their years, month ends before weekdays."""
    years = annual[((annual["period_end"] - annual["period_start"]).dt.days + 1).between(*PERIOD_TYPE_DAYS["year"])]
    reported_years = years[years["period_end"] == years.groupby("accession")["period_end"].transform("max")]
    ends = sorted({day.date() for day in reported_years["period_end"]})[-5:]
    best: tuple[int, dict[str, Any]] | None = None
    for rule in RULES:
        for month in range(1, 13):
            calendar = FiscalCalendar(month, rule)
            fit = sum(
                any(calendar.year_end(year) == end for year in (end.year, end.year - 1, end.year + 1)) for end in ends
            )
            newest = bool(ends) and any(calendar.year_end(ends[-1].year + step) == ends[-1] for step in (-1, 0, 1))
            if newest and (best is None or fit > best[0]):
                best = fit, {"month": month, "rule": rule}
    return best[1] if best else None


def _suggestion(
    name: str,
    cik: int,
    entity: Entity | None,
    currency: str,
    calendar: dict[str, Any] | None,
    report: str | None,
    candidates: Sequence[Candidate],
) -> Suggestion:
    entity_id = entity.entity_id if entity is not None else _identifier(name, cik)
    drafted = [one for one in candidates if one.is_drafted]
    members = grouped((one.dimensions.split("=")[1], one) for one in drafted if one.kind == "cloud")
    cloud = [member_rules[0] for member_rules in members.values()]
    drafts: dict[str, list[dict[str, Any]]] = {}
    preferred = {"capex": [{"definition_id": "cash_purchases"}]} if any(one.kind == "capex" for one in drafted) else {}
    definitions = [_definition(entity_id, entity.name if entity else _tidy(name), one) for one in cloud]
    if len(cloud) == 1:
        preferred["cloud_revenue"] = [{"definition_id": definitions[0]["definition_id"]}]
    if entity is None:
        drafts["entities.yaml"] = [
            {
                "entity_id": entity_id,
                "name": _tidy(name),
                "type": "company",
                "currency": currency,
                "cik": cik,
                **({"fiscal_year_end": calendar} if calendar else {}),
                **({"aliases": [name]} if name != _tidy(name) else {}),
                **({"preferred_definitions": preferred} if preferred else {}),
                **({"results_document": report} if report else {}),
            }
        ]
    if definitions:
        drafts["definitions.yaml"] = definitions
    concepts = [_rule(one) for one in drafted if one.kind != "cloud"]
    segments = [
        {
            "metric": "cloud_revenue",
            "definition_id": definition["definition_id"],
            "segment": definition["name"],
            "concepts": [
                other.name for other in members[one.dimensions.split("=")[1]] if other.dimensions == one.dimensions
            ],
            "unit": one.unit,
            "dimensions": dict([one.dimensions.split("=")]),
            "reason": _reason(one),
        }
        for one, definition in zip(cloud, definitions, strict=True)
    ]
    rules = {name: entries for name, entries in (("concepts", concepts), ("segments", segments)) if entries}
    if rules:
        drafts["filers.yaml"] = [{"entity_id": entity_id, **rules}]
    return Suggestion(name, cik, entity is None, tuple(candidates), drafts)


def _rule(one: Candidate) -> dict[str, Any]:
    taxonomy, concept = one.name.split(":")
    return {
        "metric": one.metric,
        "definition_id": one.definition_id,
        "taxonomy": taxonomy,
        "concept": concept,
        "unit": one.unit,
        "reason": _reason(one),
    }


def _reason(one: Candidate) -> str:
    beside = {"": "", "equal": ", equal to the concept above where both are tagged"}[one.overlap]
    return f"Drafted: {one.facts} periods from {one.first} to {one.last}{beside}"


def _definition(entity_id: str, company: str, one: Candidate) -> dict[str, Any]:
    member = one.dimensions.split(":")[-1].removesuffix("Member")
    words = " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", member)) or member
    return {
        "definition_id": f"{entity_id}_{'_'.join(re.findall('[a-z0-9]+', words.lower()))}",
        "metric": "cloud_revenue",
        "name": words,
        "basis": "segment",
        "description": f"Revenue of {words} of {company}, tagged {one.dimensions}.",
    }


def _tidy(name: str) -> str:
    """The name of a company without its legal form, in title case where the document has capitals only."""
    short = " ".join(_LEGAL.sub(" ", name).split()) or name
    return short.title() if short.isupper() and len(short) > 5 else short


def _identifier(name: str, cik: int) -> str:
    return "_".join(re.findall("[a-z0-9]+", _tidy(name).lower()))[:60] or f"cik_{cik}"
