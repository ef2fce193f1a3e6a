"""Makes the tables claim_checks and arithmetic_checks.

Add here what concerns the layout of these tables, the link from copies to their origin, reviewed explanations and context. The checks
themselves belong to `claims` and `document_checks`, statements about future periods to `outlooks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.reconcile.claims import check_claim, difference, listed
from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reconcile.estimates import Estimates
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reconcile.tolerance import with_intervals
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.arithmetic_checks import ArithmeticChecks
from capex_pipeline.schemas.claim_checks import ClaimChecks
from capex_pipeline.schemas.derive import columns, laid_out
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, DIRECTION, SETTLED_STATES, TEXT_SOURCES
from capex_pipeline.values.words import AMBIGUOUS_SIGNS, CURRENCY_OF, SCALES, alternatives

_GROWTH = ("yoy_growth", "yoy_multiple")
_COPY = "third_party_copy"
_NOT_REVIEWED = {"verdict": "not_checkable", "reason": "not_reviewed", "looked_for": "a review of the document"}
_AS_READ = "The claim was extracted automatically and was not reviewed, so it is not counted as contradicted. "
_PLACE = dict.fromkeys(
    (
        "figure_id",
        "document_id",
        "presentation",
        "path",
        "row_number",
        "locator",
        "note",
        "confidence",
        "span_start",
        "span_end",
    )
)
"""Columns that distinguish claims with equal content; they do not affect the verdict."""

_SAME_CLAIM = ["check_kind", "entity_id", "metric_id", "measure", "definition_id", "product", "period_start", "period_end",
               "value_low", "value", "value_high", "currency"]  # fmt: skip


def checks(
    figures: pd.DataFrame,
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    daily: pd.DataFrame,
    reference: Reference,
) -> dict[str, pd.DataFrame]:
    """Tables claim_checks and arithmetic_checks. daily: `ecb_rates.daily_fixings`."""
    evidence = Evidence(observations, daily)
    sources = documents.set_index("document_id")
    publishers = {str(name): str(publisher) for name, publisher in sources["publisher"].items()}
    contains = {str(name): tuple(parts) for name, parts in reference.products["contains"].items()}
    estimates = Estimates(observations, publishers, contains)
    is_claim = (figures["source_type"] == "article") & ~_repeats_company(figures["document_id"], documents)
    is_claim &= figures["bound"] != DIRECTION
    # As objects, since rows are taken out one by one and document by document: from Arrow that takes longer than their checks.
    articles = with_intervals(figures[is_claim], reference.content).astype(object)
    rows: list[dict[str, Any]] = []
    checked: dict[str, dict[str, Any]] = {}
    of_document: dict[str, list[Any]] = {}
    claim: Any
    is_checked = articles["same_fact_as"].isna() & ~is_outlook(articles)
    for claim, checks_filings in zip(articles.itertuples(index=False), is_checked, strict=True):
        of_document.setdefault(claim.document_id, []).append(claim)
        if not checks_filings:
            continue
        kind = "growth" if claim.measure in _GROWTH else "level"
        alike = repr(claim._replace(**_PLACE))  # as text, because NaN is not equal to itself
        if alike not in checked:
            checked[alike] = check_claim(claim, evidence, reference, estimates)
        rows.append({"claim": claim, "check_kind": kind, **checked[alike]})
    rows = [_settled(_with_copies(row, sources["source_type"]), reference) for row in rows]
    arithmetic = [
        _settled(row, reference)
        for document_id, document_claims in sorted(of_document.items())
        for row in check_document(
            document_claims, evidence, reference, cast(Any, sources.at[document_id, "known_from"])
        )
    ]
    return {
        "claim_checks": _claim_checks(rows, observations, documents, reference),
        "arithmetic_checks": laid_out(pd.DataFrame([_about(row, reference) for row in arithmetic]), ArithmeticChecks),
    }


def is_outlook(figures: pd.DataFrame) -> pd.Series:
    """True for expected amounts of money, which the table outlooks tracks."""
    return (
        figures["status"].isin(["guidance", "forecast"])
        & (figures["measure"] == "level")
        & (figures["unit"] == "money")
    )


def _repeats_company(document_ids: pd.Series, documents: pd.DataFrame) -> pd.Series:
    """Whether a document names a document of the company as its origin. Its numbers would be compared with themselves."""
    sources = documents.set_index("document_id")
    company_sources = sources.index[sources["source_type"].isin(COMPANY_SOURCES)]
    return document_ids.map(sources["origin_document_id"]).isin(company_sources)


def _id_of(row: dict[str, Any]) -> str:
    return f"{row['claim'].figure_id}/{row['check_kind']}"


def _with_copies(row: dict[str, Any], source_types: Mapping[Any, Any] | pd.Series) -> dict[str, Any]:
    """The check, which says where amounts were read in another publisher's copy of the company's document. source_types: of each document."""
    if row.get("checked_against") != "filing":
        return row
    figures = row["evidence_figures"].split("|")
    read = {source_types.get(figure.partition("#")[0]) for figure in figures}
    if _COPY not in read:
        return row
    amounts = (
        "The amount was"
        if len(figures) == 1
        else "These amounts were"
        if read == {_COPY}
        else "Some of these amounts were"
    )
    text = f"{row['explanation']} {amounts} read from another publisher's copy of the company's document."
    return row | {"checked_against": _COPY, "explanation": text}


def _settled(row: dict[str, Any], reference: Reference) -> dict[str, Any]:
    """The row with the verdict that a review lets stand, and the reason of the review. That another definition agrees is computed and never reviewed."""
    claim, review = row["claim"], reference.reviewed_claims.get(_id_of(row))
    if review is not None and row["verdict"] == "contradicted" and review.verdict != "different_definition":
        row = row | {"verdict": review.verdict}
    elif row["verdict"] == "contradicted" and claim.review_state == "machine":
        row = row | _NOT_REVIEWED | {"explanation": f"{_AS_READ}{row['explanation']}"}
    return row | {"reviewed_reason": _reason(claim, row["verdict"], review)}


def _reason(claim: Any, verdict: str, review: Any | None) -> str | None:
    """Why a person lets a verdict stand: the entry of reviewed_claims.yaml, else the note of a reviewed figure that the filings contradict."""
    if review is not None:
        return str(review.reason) if review.verdict == verdict else None
    is_noted = verdict == "contradicted" and claim.review_state in SETTLED_STATES
    return _text(claim.note) if is_noted else None


def _about(row: dict[str, Any], reference: Reference) -> dict[str, Any]:
    """The columns of a check that follow from its claim, beside those that the check computed."""
    claim = row["claim"]
    low, high = claim.interval[:2]
    computed = row.get("computed")
    apart, base = (None, None) if computed is None else difference(computed, claim)
    return {
        **{name: value for name, value in row.items() if name != "claim"},
        "document_id": claim.document_id,
        "locator": claim.locator,
        "claimant": claim.claimant,
        "review_state": claim.review_state,
        "entity_id": claim.entity_id,
        "entity_name": reference.entities["name"][claim.entity_id],
        "metric_id": claim.metric_id,
        "period_start": claim.period_start,
        "period_end": claim.period_end,
        "claim": as_printed(claim),
        "unit": claim.unit,
        "currency": claim.currency,
        "bound": claim.bound,
        "claimed_low": claim.value_low,
        "claimed": claim.value,
        "claimed_high": claim.value_high,
        "accepted_low": None if low == -float("inf") else low,
        "accepted_high": None if high == float("inf") else high,
        "difference": apart,
        "difference_pct": None if apart is None or not base else apart / abs(base) * 100,
        "claim_figures": claim.figure_id,
        "arithmetic_check_id": _id_of(row),
    }


def _claim_checks(
    rows: list[dict[str, Any]],
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    reference: Reference,
) -> pd.DataFrame:
    origin = documents.set_index("document_id")["origin_document_id"]
    later = Context(observations, reference.entities["country"].to_dict())
    checks = []
    for row in rows:
        claim = row["claim"]
        checks.append(
            {
                **_about(row, reference),
                "claim_check_id": _id_of(row),
                "origin_document_id": origin.get(claim.document_id),
                "origin": _text(origin.get(claim.document_id)) or claim.document_id,
                "context": later.of_claim(claim),
                "measure": claim.measure,
                "definition_id": claim.definition_id,
                "product": claim.product,
                "value_low": claim.value_low,
                "value": claim.value,
                "value_high": claim.value_high,
            }
        )
    names = [*columns(ClaimChecks), "origin", *(name for name in _SAME_CLAIM if name not in columns(ClaimChecks))]
    table = pd.DataFrame(checks, columns=names)
    table["repeats_claim"] = _repeats(table, documents)
    table["is_repeat"] = table["repeats_claim"].notna()
    return laid_out(table, ClaimChecks)


def _repeats(table: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """The earlier check of a claim that was already made by a document of the same origin, or by the same publisher.

    Only the first one counts: a newspaper that repeats its own number, or a copy of its article, adds no evidence.
    """
    sources = documents.set_index("document_id")[["known_from", "publisher"]]
    of_claim = sources.reindex(table["document_id"]).set_axis(table.index)
    order = table.assign(
        known=of_claim["known_from"],
        publisher=of_claim["publisher"].fillna(table["document_id"]),  # unknown publishers are not equal
    ).sort_values(["known", "document_id", "claim_check_id"], kind="stable")
    repeated = pd.Series(index=order.index, dtype="str")
    for family in ("origin", "publisher"):
        first = order.groupby([family, *_SAME_CLAIM], dropna=False, sort=False)["claim_check_id"].transform("first")
        repeated = repeated.fillna(first.where(first != order["claim_check_id"]))
    return repeated.reindex(table.index).astype("str")


_SHOWN = ["entity_id", "entity_name", "product", "customer_id", "document_id", "period_start", "period_end", "calendar_quarter", "currency",
          "value_low", "value", "value_high"]  # fmt: skip


class Context:
    """Figures of estimators and companies on chips and on revenue in China, as context for claims that no filing can settle."""

    def __init__(self, observations: pd.DataFrame, countries: Mapping[Any, Any]) -> None:
        """observations: the table. countries: of entities. Numbers of other articles are claims themselves, not context."""
        self._countries = countries
        is_about = observations["metric_id"].isin(["gpu_units", "china_revenue"]) & observations["is_latest"]
        is_context = is_about & ~observations["source_type"].isin(TEXT_SOURCES) & observations["value"].notna()
        rows = observations.loc[is_context, ["metric_id", *_SHOWN]]
        chips = rows[(rows["metric_id"] == "gpu_units") & rows["product"].notna()]
        chips = chips[_SHOWN].sort_values(["document_id", "period_start"])
        china = rows.loc[rows["metric_id"] == "china_revenue", _SHOWN]
        self._chips = dict(iter(chips.groupby("product", sort=False)))
        self._china = dict(iter(china.groupby("entity_id", sort=False)))
        self._documents = {*chips["document_id"], *china["document_id"]}
        self._texts: dict[tuple[Any, ...], str | None] = {}

    def of_claim(self, claim: Any) -> str | None:
        """Later figures of others on the same chips, and the supplier's reported figures for China, as text."""
        if claim.metric_id != "gpu_units" or not isinstance(claim.product, str):
            return None
        about = (claim.product, claim.supplier_id, claim.customer_id, claim.period_start, claim.period_end)
        own = claim.document_id if claim.document_id in self._documents else None
        place = (*map(str, about), own)
        if place not in self._texts:
            self._texts[place] = self._text(claim)
        return self._texts[place]

    def _text(self, claim: Any) -> str | None:
        customer = claim.customer_id if isinstance(claim.customer_id, str) else ""
        texts = [
            _estimate(row)
            for row in self._overlapping(self._chips.get(claim.product), claim)
            if row.customer_id == customer or not isinstance(row.customer_id, str)
            if row.period_start >= claim.period_start and row.period_end <= claim.period_end
            if row.period_start.is_quarter_start and isinstance(row.calendar_quarter, str)
        ]
        is_elsewhere = bool(customer) and self._countries.get(customer) != "CN"
        reported = None if is_elsewhere else self._china.get(claim.supplier_id)
        texts += [
            f"{row.entity_name} revenue in China {row.period_start:%Y-%m-%d} to {row.period_end:%Y-%m-%d}, all products: "
            f"{row.currency} {row.value / 1e6:,.0f}m ({row.document_id})"
            for row in self._overlapping(reported, claim)
        ]
        return listed(texts) or None

    @staticmethod
    def _overlapping(rows: pd.DataFrame | None, claim: Any) -> Iterable[Any]:
        if rows is None:
            return []
        overlaps = (rows["period_start"] <= claim.period_end) & (rows["period_end"] >= claim.period_start)
        return records(rows[overlaps & (rows["document_id"] != claim.document_id)])


def _estimate(row: Any) -> str:
    interval = (
        f" ({row.value_low:,.0f} to {row.value_high:,.0f})"
        if row.value_low == row.value_low and row.value_low != row.value
        else ""
    )
    customer = f" to {row.customer_id}" if isinstance(row.customer_id, str) else ""
    return f"{row.period_start:%Y-%m-%d} to {row.period_end:%Y-%m-%d}{customer}: {row.value:,.0f} units{interval} ({row.document_id})"


def as_printed(claim: Any) -> str:
    """The printed text of a claim, with its unit once. claim: a row of table figures."""
    value = claim.value_text
    if not isinstance(value, str):
        value = " to ".join([text for text in (claim.value_low_text, claim.value_high_text) if isinstance(text, str)])
    if claim.unit == "rank":
        return f"rank {value}"
    if _NAMES_UNIT.search(value):
        return value  # the printed text, including the unit
    if not any(sign.isdigit() for sign in value):
        # "doubled", "nearly half": the word includes its unit; "hundreds of thousands" still needs one.
        return f"{value} of {claim.unit_text}" if claim.unit == "count" else value
    if claim.unit in _UNITS_WITH_SCALE and _NAMES_SCALE.search(value):
        return f"{value} {_UNITS_WITH_SCALE[claim.unit].format(claim.currency)}"
    return f"{value} {claim.unit_text}"


_CURRENCIES: Final = (*CURRENCY_OF, *AMBIGUOUS_SIGNS)
_SIGNS: Final = alternatives(sign for sign in _CURRENCIES if not sign.isalpha() or not sign.isascii())
_WORDS: Final = alternatives(
    ("per cent", "percent", "times", "fold", "chips", "units", "gpus", *filter(str.isalpha, _CURRENCIES))
)
_NAMES_UNIT: Final = re.compile(rf"{_SIGNS}|%|(?<![a-z])(?:{_WORDS})(?![a-z])", re.IGNORECASE)
"""Whether the printed text of a value contains a currency, a percent sign or word, or a counted noun."""
_UNITS_WITH_SCALE: Final = {"money": "{}", "money_per_unit": "{} per unit", "count": "units"}
"""The unit without a scale, by the kind of unit, for values whose text has the scale."""
_NAMES_SCALE: Final = re.compile(rf"\d\s*(?:{alternatives(SCALES)})(?![a-z])", re.IGNORECASE)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
