"""Turns figures into observations: joins growth to its level, derives quarters, and orders vintages.

Add a function here when it combines figures of several documents into one series. Single rows are read in
`normalise/figures.py`; conversion and comparison between periods are in `normalise/published.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from capex_pipeline.normalise import plausibility, quarters, witnesses
from capex_pipeline.normalise.composites import composite_facts
from capex_pipeline.normalise.joins import is_among
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.observations import Observations
from capex_pipeline.schemas.periods import Periods
from capex_pipeline.schemas.rules import is_copy, is_first_value, reviewed_by_company
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, DIRECTION
from capex_pipeline.sources.sec_filings import filings_of, form_and_report_end
from capex_pipeline.storage import files as storage_files
from capex_pipeline.values.fiscal_years import fiscal_periods, fiscal_years, presentation_of, stated_years

if TYPE_CHECKING:
    from capex_pipeline.reference.filers import SumRule

MORE_THAN_A_YEAR = 400
"""Days from which a period is called multi_year."""

_SUBJECT = ["entity_id", "metric_id", "definition_id", "supplier_id", "product", "customer_id", "flow"]
_FACT = ["document_id", *_SUBJECT, "period_start", "period_end"]
_NUMBERS = ["value_low", "value", "value_high"]
_SUM = "sum of figures of the filing"


def observations_of(tables: Mapping[str, pd.DataFrame], day: dt.date | None, reference: Reference) -> pd.DataFrame:
    """Table observations from tables figures and documents, as known at the end of a day, or without a day from all figures."""
    return observations(known_by(tables["figures"], day, reference), tables["documents"], reference, reference.sums)


def observations(
    figures: pd.DataFrame, documents: pd.DataFrame, reference: Reference, sums: Mapping[str, Iterable[SumRule]]
) -> pd.DataFrame:
    """Table observations from tables figures and documents.

    sums: definitions that add up figures of one filing, by entity (from `reference/filers.py`).
    """
    has_amount = figures["bound"] != DIRECTION
    statements = _join_growth(figures[figures["same_fact_as"].isna() & has_amount])
    statements = pd.concat([statements, _sums(statements, sums)], ignore_index=True)
    statements["series"] = series_names(statements, documents)
    statements["derived_from"] = statements["figure_id"]
    statements["conflict_reason"] = pd.Series(index=statements.index, dtype="str")
    kinds = statements["metric_id"].map(reference.metrics["kind"])
    statements["is_stock"] = statements["is_instant"] | kinds.eq("stock")
    statements = statements.join(form_and_report_end(documents), on="document_id")
    years = entity_years(statements, reference)
    statements = _with_fiscal_periods(statements, years, reference)
    derived = _derived_quarters(statements)
    tagged = statements.loc[statements["form"].notna() & statements["unit"].eq("money"), "document_id"]
    derived = _without_implausible(derived.assign(is_tagged=is_among(derived["document_id"], tagged)), reference)
    table = _tabulated(_vintages(pd.concat([statements, derived], ignore_index=True)), years, reference)
    undated = documents.loc[documents["known_from_basis"] == "retrieved", "document_id"]
    is_undated = is_among(table["document_id"], undated) & (table["known_from_basis"] == "document")
    table["known_from_basis"] = table["known_from_basis"].mask(is_undated, "retrieved")
    return _with_contradictions(table, figures)


def series_names(statements: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """The series of each statement: statements with equal text are vintages of one series, and the newest replaces the
    others.

    The figures that a company publishes about itself are one series whatever the document. A claim or an estimate is a
    series of its document's origin and claimant, so one newspaper's number never replaces another's. Guidance is
    separate from actuals. A copy by a third party belongs to the company's series only if no document of the company
    states the same fact and no other copy states it to more digits; otherwise it has its own series and supersedes
    nothing. Unreviewed automatic readings of a
    company's documents have their own series until a person has reviewed them.
    """
    origin = documents.set_index("document_id")["origin_document_id"]
    by_origin = statements["document_id"].map(origin).fillna(statements["document_id"])
    is_company = statements["source_type"].isin(COMPANY_SOURCES) & ~_is_witness(statements)
    name = statements["entity_id"].astype("str")
    for column in [*_SUBJECT[1:], "currency"]:
        name = name + "/" + statements[column].fillna("")
    outlook = statements["status"].where(~statements["status"].isin(["reported", "derived"]), "actual")
    growth_only = statements[_NUMBERS].isna().all(axis=1).map({True: "/growth", False: ""})
    source = by_origin + "/" + statements["claimant"].fillna("")
    source = source.mask(is_company, "filing").where(~(is_company & ~reviewed_by_company(statements)), "machine")
    return (name + "/" + outlook + growth_only + "/" + source).astype("str")


def _is_witness(statements: pd.DataFrame) -> pd.Series:
    """True for a third party's copy of a fact that a document of the company itself states, or that another copy states to more digits.

    A sum that is made of figures of a filing is no statement of the filing.
    """
    key = [*_SUBJECT, "currency", "period_start", "period_end"]
    is_actual = statements["status"].isin(["reported", "derived"]) & statements[_NUMBERS].notna().any(axis=1)
    is_copy = is_actual & (statements["source_type"] == "third_party_copy")
    if not is_copy.any():
        return is_copy
    is_own = is_actual & reviewed_by_company(statements) & ~is_copy & (statements["locator"] != _SUM)
    stated_places = statements.loc[is_own, key].drop_duplicates().assign(is_stated=True)
    stated = statements[key].merge(stated_places, on=key, how="left", validate="many_to_one")["is_stated"]
    step = statements["printed_step"].where(is_copy & statements["value"].notna())
    finest = step.groupby([statements[name] for name in key], dropna=False).transform("min")
    return is_copy & (stated.eq(True).set_axis(statements.index) | (step > finest))


def _join_growth(figures: pd.DataFrame) -> pd.DataFrame:
    """Join growth figures to the level that the same document states for the same fact. Other growth figures are
    separate rows, as is growth beside a trusted level that no check confirms.
    """
    is_growth = figures["measure"].isin(["yoy_growth", "yoy_multiple"])
    levels = figures[~is_growth].copy()
    growth = figures[is_growth].copy()
    if growth.empty:
        return levels.assign(yoy_pct_stated=np.nan)
    number = growth["value"].fillna(growth["value_low"]).fillna(growth["value_high"])
    growth["yoy_pct_stated"] = number.where(growth["measure"] == "yoy_growth", (number - 1) * 100)
    # Two claimants of one document may state the same fact; the first stated growth joins the level.
    joined = growth.drop_duplicates(_FACT)[[*_FACT, "yoy_pct_stated", "figure_id"]]
    levels = levels.merge(joined.rename(columns={"figure_id": "growth_figure"}), on=_FACT, how="left")
    machine = levels["growth_figure"].map(growth.set_index("figure_id")["review_state"]) == "machine"
    apart = machine & (levels["review_state"] == "trusted")
    levels[["yoy_pct_stated", "growth_figure"]] = levels[["yoy_pct_stated", "growth_figure"]].mask(apart)
    used = is_among(growth["figure_id"], levels["growth_figure"])
    machine &= ~apart
    levels["review_state"] = levels["review_state"].mask(machine, "machine")
    levels["figure_id"] = (levels["figure_id"] + "|" + levels["growth_figure"]).fillna(levels["figure_id"])
    alone = growth[~used].assign(**dict.fromkeys(_NUMBERS, np.nan), printed_step=np.nan)
    return pd.concat([levels.drop(columns="growth_figure"), alone], ignore_index=True)


def _sums(statements: pd.DataFrame, sums: Mapping[str, Iterable[SumRule]]) -> pd.DataFrame:
    """Definitions that add up figures of one filing; a sum that a document prints itself is not computed again."""
    filed = statements[reviewed_by_company(statements) & (statements["unit"] == "money") & statements["value"].notna()]
    names = {"entity_id": "entity", "metric_id": "metric", "definition_id": "definition", "currency": "unit"}
    added = composite_facts(filed.rename(columns={"unit": "kind_of_unit", **names}), sums)
    added = added.rename(columns={new: old for old, new in names.items()})
    source_types = filed.drop_duplicates("document_id").set_index("document_id")["source_type"]
    return added.assign(
        value_low=added["value"],
        value_high=added["value"],
        unit="money",
        bound="exact",
        source_type=added["document_id"].map(source_types),
        is_instant=False,
        locator=_SUM,
        review_state="reviewed",
    )


def entity_years(statements: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Fiscal years of each entity, from its filings, or else from reference data.

    statements: entity_id, period_start, period_end, is_stock, form and report_end (of the filing, null elsewhere).
    """
    spans = statements.assign(subject=statements["entity_id"])
    flows = spans[spans["form"].isin(reference.content.forms.periodic) & ~spans["is_stock"]]
    filed = fiscal_years(flows, reference.content.forms.annual, spans)
    others = set(statements["entity_id"]) - set(filed["subject"])
    stated = {name: calendar for name, calendar in reference.calendars.items() if name in others}
    return pd.concat([filed, stated_years(stated)], ignore_index=True).astype({"subject": "str"})


def _with_fiscal_periods(statements: pd.DataFrame, years: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Add the columns that a difference of two figures needs: fiscal_period, period_type, first_day and is_trailing,
    and the presentation of filings.

    is_trailing: twelve months that are not a fiscal year of the company, such as trailing columns. They are checked but
    never used as an operand.
    """
    labels = fiscal_periods(statements.assign(subject=statements["entity_id"]), years)
    fiscal_labels = statements.join(labels[["fiscal_period", "period_type", "first_day"]])
    is_annual = fiscal_labels["form"].isna() | fiscal_labels["form"].isin(reference.content.forms.annual)
    basis = presentation_of(fiscal_labels["entity_id"], fiscal_labels["report_end"], years)
    basis = basis.where(fiscal_labels["form"].isin(reference.content.forms.periodic))
    return fiscal_labels.assign(
        presentation=filings_of(fiscal_labels["entity_id"], basis).astype("str").fillna(fiscal_labels["presentation"]),
        is_trailing=fiscal_labels["source_type"].isin(COMPANY_SOURCES)
        & (fiscal_labels["period_type"] == "year")
        & ((fiscal_labels["fiscal_period"] != "FY") | ~is_annual),
    )


def _derived_quarters(statements: pd.DataFrame) -> pd.DataFrame:
    """Quarters derived from cumulative figures of one presentation, and conflicts if the presentations differ.

    Entity, metric and claimant are those of the first figure of the series. The source type is the weakest of the
    operands: a quarter that is derived with a third party's copy is itself known only through that copy.
    """
    flows = statements[
        reviewed_by_company(statements)
        & (statements["unit"] == "money")
        & ~statements["is_stock"]
        & statements["status"].isin(["reported", "derived"])
        & statements["value"].notna()
    ]
    operands = pd.concat([flows, _repeated_operands(flows)], ignore_index=True)
    derived = quarters.discrete_quarters(operands[[*quarters.FACT_COLUMNS, *quarters.OPTIONAL_COLUMNS, "status"]])
    # A sum that a document states is a statement already; one that is computed here is tested for plausibility.
    computed = flows.loc[flows["locator"] == _SUM, "figure_id"]
    is_stated = (derived["method"] == "sum") & ~is_among(derived["figure_id"], computed)
    derived = derived[(derived["status"] == "derived") & derived["is_preferred"] & ~is_stated]
    about = flows.drop_duplicates("series").set_index("series")
    kept = [
        "entity_id",
        "metric_id",
        "definition_id",
        "segment",
        "unit",
        "currency",
        "claimant",
        "is_stock",
    ]
    rows = derived.join(about[kept], on="series").assign(source_type=_weakest_source(derived["derived_from"], flows))
    disagrees = pd.Series("Differs from the quarter as printed; both are kept.", index=rows.index, dtype="str")
    placed = rows.assign(
        value_low=rows["value"],
        value_high=rows["value"],
        bound="exact",
        locator=("derived: " + rows["method"].astype("str")).astype("str"),
        note=disagrees.where(rows["disagrees"]),
        review_state="reviewed",
    )
    outranked = _outranked_by_company(placed, flows)
    return placed.loc[~outranked, statements.columns.intersection(placed.columns)]


def _outranked_by_company(derived: pd.DataFrame, flows: pd.DataFrame) -> pd.Series:
    """True for a quarter that is derived with a copy when the company's own documents gave a value for it no later.

    A copy never revises what the company published: its rounding or its sums of quarters would replace the company's
    own number on the day on which the copy was read.
    """
    place = ["series", "period_start", "period_end"]
    derived_own = derived[derived["value"].notna() & ~is_copy(derived)]
    company_values = pd.concat([flows[~is_copy(flows)], derived_own])[[*place, "known_from"]]
    first = company_values.groupby(place, as_index=False)["known_from"].min()
    matched = derived[place].merge(first, on=place, how="left", validate="many_to_one").set_axis(derived.index)
    return derived["value"].notna() & is_copy(derived) & (matched["known_from"] <= derived["known_from"])


def _repeated_operands(flows: pd.DataFrame) -> pd.DataFrame:
    """Operands that keep a presentation complete when a better document repeats a figure of it.

    A copy whose fact a document of the company states, or another copy states to more digits, is no longer part of the
    company's series. Its number still belongs to the presentation of the copy, so the better figure takes its place
    there. Until the better figure is known, or if it is rounded more coarsely, the copy itself is the operand, as it is
    beside a figure that differs by more than rounding and belongs to another presentation.
    """
    key = [*_SUBJECT, "currency", "period_start", "period_end"]
    is_own = flows["series"].str.endswith("/filing")
    if is_own.all():
        return flows.iloc[:0]
    details = flows.assign(step=flows["printed_step"].fillna(1.0))
    pairs = details[~is_own].reset_index().merge(details[is_own].reset_index(), on=key, suffixes=("_copy", ""))
    rounding = pairs[["step", "step_copy"]].max(axis=1) / 2
    agrees = (pairs["value"] - pairs["value_copy"]).abs() <= rounding
    corrects = ~agrees & (pairs["presentation"] == pairs["presentation_copy"])
    pairs = pairs.assign(agrees=agrees, corrects=corrects).sort_values(
        ["agrees", "corrects", "step", "known_from", "figure_id"],
        ascending=[False, False, True, True, True],
        kind="stable",
    )
    pairs = pairs.drop_duplicates("index_copy").query("not corrects")
    is_better = pairs["agrees"] & (pairs["step"] <= pairs["step_copy"])
    copies = pairs[~is_better | (pairs["known_from_copy"] < pairs["known_from"])]
    better = pairs[is_better]
    known = better[["known_from", "known_from_copy"]].max(axis=1)
    return pd.concat(
        [
            flows.loc[copies["index_copy"]].assign(series=copies["series"].to_numpy()),
            flows.loc[better["index"]].assign(
                presentation=better["presentation_copy"].to_numpy(), known_from=known.to_numpy()
            ),
        ]
    )


def _weakest_source(derived_from: pd.Series, figures: pd.DataFrame) -> pd.Series:
    """The weakest source type among the figures that each row names, in the order of `COMPANY_SOURCES`."""
    ranks = figures["source_type"].map({name: rank for rank, name in enumerate(COMPANY_SOURCES)})
    parts = figures["figure_id"].str.split("|").explode()
    operands = derived_from.str.split("|").explode().map(ranks.reindex(parts.index).groupby(parts.to_numpy()).max())
    return operands.groupby(level=0).max().map(dict(enumerate(COMPANY_SOURCES)))


def _without_implausible(derived: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Turn implausible differences into conflicts: one of the figures is wrong, but it is unknown which."""
    rough_rates = reference.content.rough_per_usd
    off = derived["value"].notna() & (
        plausibility.implausible(derived, reference, rough_rates) | plausibility.has_wrong_sign(derived, reference)
    )
    reason = (
        "The figures give "
        + derived["value"].map("{:,.0f}".format).astype("str")
        + ", which no quarter can be; one of them has a wrong scale or sign."
    )
    judged = derived.assign(conflict_reason=derived["conflict_reason"].mask(off, reason.astype("str")))
    judged.loc[off, _NUMBERS] = np.nan
    return judged


def _finest_of_a_day(statements: pd.DataFrame) -> pd.DataFrame:
    """Drop rounded values of a number that the company printed in full on the same day (26.3 billion beside 26,272
    million).
    """
    place = ["series", "period_start", "period_end", "known_from"]
    printed = statements[
        statements["status"].eq("reported") & statements["value"].notna() & statements["printed_step"].notna()
    ]
    if not printed.duplicated(place).any():
        return statements
    finest = printed.sort_values("printed_step", kind="stable").drop_duplicates(place)[
        [*place, "value", "printed_step"]
    ]
    beside = printed[[*place, "value", "printed_step"]].merge(finest, on=place, how="left", suffixes=("", "_finest"))
    beside = beside.set_axis(printed.index)
    step = beside["printed_step"]
    rounded = (step > beside["printed_step_finest"]) & ((beside["value"] - beside["value_finest"]).abs() <= step / 2)
    return statements.drop(index=rounded.index[rounded])


def _vintages(statements: pd.DataFrame) -> pd.DataFrame:
    """Order the values of each series and period in time; an equal value is not a new vintage."""
    statements = _finest_of_a_day(statements)
    same = [*_NUMBERS, "yoy_pct_stated", "conflict_reason"]
    stated = statements[_NUMBERS].notna().any(axis=1)
    compared = statements[same].copy()
    compared.loc[stated, "yoy_pct_stated"] = np.nan
    code = compared.groupby(same, dropna=False, sort=False).ngroup().astype("float64")
    rows = quarters.vintages(statements.assign(kept_value=statements["value"], value=code))
    return rows.assign(value=rows["kept_value"])


def _tabulated(rows: pd.DataFrame, years: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    labels = _labels(rows, years)
    entities = reference.entities
    key = (
        rows["series"]
        + "|"
        + rows["period_start"].dt.strftime("%Y-%m-%d")
        + "|"
        + rows["period_end"].dt.strftime("%Y-%m-%d")
    )
    key = key + "|" + rows["document_id"] + "|" + rows["derived_from"]
    frame = pd.DataFrame(
        {
            **{name: rows[name] for name in rows.columns.intersection(list(Observations.to_schema().columns))},
            "observation_id": [storage_files.sha256(text.encode())[:16] for text in key],
            "entity_name": rows["entity_id"].map(entities["name"]),
            "entity_type": rows["entity_id"].map(entities["type"]),
            "is_aggregate": rows["entity_id"].map(entities["type"]) == "group",
            **{name: labels[name] for name in labels.columns},
        }
    )
    is_first = is_first_value(frame)
    frame = frame.assign(document_known_from=frame["known_from"], **_first_known(frame, is_first, reference))
    frame["known_to"] = _until_first_value(frame, is_first)
    return laid_out(frame, Observations)


def _until_first_value(rows: pd.DataFrame, is_first: pd.Series) -> pd.Series:
    """known_to, at which a conflict ends no later than the announcement of the first value of its series and period."""
    place = ["series", "period_start", "period_end"]
    first = rows.loc[is_first, [*place, "vintage", "known_from"]]
    matched = rows[place].merge(first, on=place, how="left", validate="many_to_one").set_axis(rows.index)
    before = (rows["vintage"] < matched["vintage"]).fillna(False).astype("bool")
    ends = matched["known_from"].where(matched["known_from"] > rows["known_from"], rows["known_from"])
    return rows["known_to"].mask(before, ends)


def known_by(figures: pd.DataFrame, day: dt.date | None, reference: Reference) -> pd.DataFrame:
    """Figures that were public at the end of a day: in a document of that day, or in an announcement listed in
    reference data. All of them without a day.

    The first figure on record for a period counts as the announced one; a later document may have revised it.
    """
    if day is None:
        return figures
    place = ["entity_id", "metric_id", "definition_id", "segment", "measure", "currency", "period_start", "period_end"]
    order = figures.sort_values(["known_from", "figure_id"], kind="stable")
    is_first = ~order.duplicated(place).reindex(figures.index)
    return figures[_first_known(figures, is_first, reference)["known_from"] <= dt.datetime.combine(day, dt.time())]


def _first_known(rows: pd.DataFrame, is_first: pd.Series, reference: Reference) -> dict[str, pd.Series]:
    """known_from and its basis: an announced figure was known on the day of the announcement, whatever document it is
    read from, and a figure of which only a third party's copy is on record on the day of the company's report of a year later, which shows
    it as a comparative.

    Only the first vintage is moved, because a later one is a revision. Assets obtained under leases appear only in the
    notes of a filing. A period that was recast to a definition was not known on it before that definition was
    published.
    """
    leases = rows["definition_id"].map(reference.definitions["includes_finance_leases"])
    begins = pd.to_datetime(rows["definition_id"].map(reference.definitions["published_from"]))
    may_move = (
        is_first
        & rows["source_type"].isin(COMPANY_SOURCES)
        & rows["status"].isin(["reported", "derived"])
        & (rows["unit"] == "money")
        & (leases != "assets_obtained")
    )
    known_from = rows["known_from"]
    basis = pd.Series("document", index=rows.index, dtype="str")
    is_copy = rows["source_type"] == "third_party_copy"
    for name, years_later, applies in (("comparative", 1, may_move & is_copy), ("results_announcement", 0, may_move)):
        if not applies.any():
            continue
        day = _announced(rows, years_later, reference)
        moved = applies & ~(day < begins) & (day < known_from)
        known_from, basis = known_from.mask(moved, day), basis.mask(moved, name)
    return {"known_from": known_from, "known_from_basis": basis}


def _announced(rows: pd.DataFrame, years_later: int, reference: Reference) -> pd.Series:
    """Day on which the company announced the period that ends the given number of years later; null where reference data does not know it."""
    days = reference.results_documents[["entity_id", "period_end", "published"]]
    ends = (
        rows["period_end"] + pd.offsets.DateOffset(years=years_later) + pd.offsets.MonthEnd(0)
        if years_later
        else rows["period_end"]
    )
    wanted = pd.DataFrame({"entity_id": rows["entity_id"], "period_end": ends.astype("datetime64[us]")})
    return wanted.merge(days, on=["entity_id", "period_end"], how="left")["published"].set_axis(rows.index)


def _with_contradictions(table: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Adds to the note of a copy that differs from every other document on its fact what the other one states."""
    notes = witnesses.contradiction_notes(figures, table)
    both = (table["note"] + " " + notes).fillna(table["note"]).fillna(notes)
    return table.assign(note=both.astype("str"))


def _labels(rows: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """period_type, calendar_quarter, fiscal_year and fiscal_period of each row, the fiscal ones by the fiscal years of its entity."""
    start, end = rows["period_start"], rows["period_end"]
    labels = fiscal_periods(rows.assign(subject=rows["entity_id"]), years).drop(columns="first_day")
    is_calendar_year = (start.dt.year == end.dt.year) & (start.dt.day_of_year == 1) & (end.dt.month == 12)
    is_year = labels["fiscal_period"].eq("FY") | (is_calendar_year & end.dt.day.eq(31))
    trailing = (labels["period_type"] == "year") & ~is_year
    several = (end - start).dt.days + 1 > MORE_THAN_A_YEAR
    return labels.assign(period_type=labels["period_type"].mask(trailing, "trailing_year").mask(several, "multi_year"))


def periods(table: pd.DataFrame) -> pd.DataFrame:
    """Table periods: every entity and period of the observations."""
    columns = [
        "entity_id",
        "period_start",
        "period_end",
        "period_type",
        "calendar_quarter",
        "fiscal_year",
        "fiscal_period",
    ]
    frame = table[columns].drop_duplicates(["entity_id", "period_start", "period_end"])
    days = (frame["period_end"] - frame["period_start"]).dt.days + 1
    start, end = (frame[name].dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end"))
    frame = frame.assign(period_id=frame["entity_id"] + "/" + start + "/" + end, days=days)
    return laid_out(frame, Periods)


def as_of(table: pd.DataFrame, day: str | pd.Timestamp) -> pd.DataFrame:
    """The observations that were current at the end of a day; nothing that was published later. See `quarters.as_of`."""
    return quarters.as_of(table, day)
