"""Compares two independent statements of one fact: typed amounts with other documents, stated growth with the amounts of two periods, two places
of one document, and an amount with the quarters around it.

Add a comparison here when neither statement is derived from the other. Sums of quarters are compared with printed totals in
`normalise/totals.py`, and claims of articles are checked in `reconcile/claims.py`. Both values are kept; a difference is
reported and never corrected.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from capex_pipeline.normalise.joins import merge_near
from capex_pipeline.normalise.time_axis import calendar_quarters
from capex_pipeline.schemas.rules import is_copy, reviewed_by_company
from capex_pipeline.sources.sec_filings import FACT_LOCATOR
from capex_pipeline.values.rounding import apparent_step

_FACT = ["entity_id", "metric_id", "definition_id", "currency", "period_start", "period_end"]
_READ = [*_FACT, "document_id", "value", "printed_step", "bound", "known_from", "unit", "status", "source_type", "review_state"]  # fmt: skip
COPIED, DERIVED = [*_READ, "measure", "same_fact_as", "locator"], [*_READ, "derived_from"]
"""Columns of figures and of observations that `copies_against_documents` reads; of figures also those of `places_of_one_document` and
`in_other_currencies`.
"""
GROWN = [*_READ, "yoy_pct_stated", "period_type"]
NEIGHBOURS = [*_READ, "is_latest", "calendar_quarter", "segment"]
"""Columns of observations that `growth_against_levels` and `jumps` read."""

_YEAR_DAYS = (357, 371)
"""Days between the ends of two periods that are a year apart, 52 or 53 weeks or a calendar year."""


_TAGGED, _TYPED, _COPY = 0, 1, 2
"""How directly an amount is known: as a filing tags it, as a person typed it from the company's document, through a third party's copy."""


_SAME_MONTHS = 180
"""Days between two documents of a company on one fact within which the later one is no restatement: a release, and the report that follows it."""


def copies_against_documents(figures: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Every typed statement of a fact that a better document, or another copy, states too, beside the statement that is nearest to it.

    A third party's copy is compared with every document, a row that a person typed from the company's own document with facts that filings
    of the same months tag and with quarters derived from them: a later document of the company may restate.
    figures: table figures; exact and approximate amounts of money that somebody reports count, because observations hold an amount that two
    documents state once. observations: the same with what is derived; quarters derived from the company's own documents count beside them.
    Returns the columns of `_FACT`, document_id, copied, other_document_id, other, difference, allowed (half a printed step of each number, a
    whole one where it is approximate), agrees.
    """
    stated = figures[_is_amount(figures) & _is_actual(figures)]
    is_tagged = stated["locator"].str.match(FACT_LOCATOR).fillna(False).astype(bool)
    stated = stated.assign(rank=is_copy(stated).map({True: _COPY, False: _TYPED}).mask(is_tagged, _TAGGED))
    is_derived = (observations["status"] == "derived") & (observations["unit"] == "money") & ~is_copy(observations)
    derived = observations[is_derived & _is_actual(observations)]
    derived = derived[derived["derived_from"].str.contains("|", regex=False)].assign(rank=_TAGGED)
    columns = [*_FACT, "document_id", "value", "printed_step", "bound", "known_from", "rank"]
    others = pd.concat([stated[columns], derived[columns]], ignore_index=True)
    others = others[others["value"].notna() & others["bound"].isin(["exact", "approximately"])]
    others = others[others.duplicated(_FACT, keep=False)]
    others = others.assign(allowed=_slack(others))[[*_FACT, "document_id", "value", "allowed", "known_from", "rank"]]
    compared = others[others["rank"] > _TAGGED]
    statement = compared.groupby([*_FACT, "document_id", "value"], dropna=False, sort=False).ngroup()
    pairs = compared.assign(statement=statement).merge(others, on=_FACT, suffixes=("", "_other"))
    pairs = pairs[pairs["document_id"] != pairs["document_id_other"]]
    apart = (pairs["known_from"] - pairs["known_from_other"]).abs().dt.days
    pairs = pairs[(pairs["rank"] == _COPY) | ((pairs["rank_other"] == _TAGGED) & (apart <= _SAME_MONTHS))]
    difference = pairs["value"] - pairs["value_other"]
    allowed = pairs["allowed"] + pairs["allowed_other"]
    pairs = pairs.assign(difference=difference, allowed=allowed, excess=difference.abs() - allowed)
    # The nearest of each statement is found first: there are as many pairs as documents of a fact times documents, and texts sort slowly.
    nearest = pairs.sort_values("excess", kind="stable").drop_duplicates("statement")
    nearest = nearest.sort_values([*_FACT, "document_id", "excess"], kind="stable")
    named = nearest.rename(
        columns={"value": "copied", "document_id_other": "other_document_id", "value_other": "other"}
    )
    shown = [*_FACT, "document_id", "copied", "other_document_id", "other", "difference", "allowed"]
    return named[shown].assign(agrees=named["excess"] <= 0.5).reset_index(drop=True)


def growth_against_levels(observations: pd.DataFrame) -> pd.DataFrame:
    """Every growth that a company states for an amount of which this period and the one a year earlier are on record.

    observations: table observations; amounts count in every vintage, because growth is stated over the earlier period as presented at the time.
    Returns the columns of `_FACT` without currency, document_id, stated, lowest and highest (percent that the printed amounts allow), agrees
    (with half a unit of the last digit of the stated growth; of several vintages the nearest pair counts).
    """
    rows = _actual(observations)
    stated = rows.loc[rows["yoy_pct_stated"].notna(), [*_FACT, "document_id", "yoy_pct_stated", "period_type"]]
    amounts = rows[(rows["unit"] == "money") & (rows["value"] > 0)]
    amounts = amounts.assign(allowed=_slack(amounts))[[*_FACT, "value", "allowed", "period_type"]]
    series = ["entity_id", "metric_id", "definition_id", "period_type"]
    now = stated.drop(columns="currency").merge(
        amounts, on=[*series, "period_start", "period_end"], suffixes=("", "_now")
    )
    shortest, longest = _YEAR_DAYS
    pairs = merge_near(
        now, amounts, [*series, "currency"], ("period_end", "period_end"), (-longest, -shortest), "_before"
    )
    lowest = ((pairs["value"] - pairs["allowed"]) / (pairs["value_before"] + pairs["allowed_before"]) - 1) * 100
    before = (pairs["value_before"] - pairs["allowed_before"]).where(lambda amount: amount > 0)
    highest = ((pairs["value"] + pairs["allowed"]) / before - 1) * 100
    half = _percent_step(pairs["yoy_pct_stated"]) / 2
    excess = np.maximum(lowest - half - pairs["yoy_pct_stated"], pairs["yoy_pct_stated"] - half - highest)
    pairs = pairs.assign(lowest=lowest, highest=highest, excess=excess)
    key = [name for name in _FACT if name != "currency"]
    nearest = pairs.sort_values([*key, "document_id", "excess"], kind="stable").drop_duplicates([*key, "document_id"])
    shown = nearest.rename(columns={"yoy_pct_stated": "stated"})[[*key, "document_id", "stated", "lowest", "highest"]]
    return shown.assign(agrees=nearest["excess"] <= 1e-9).reset_index(drop=True)


def places_of_one_document(figures: pd.DataFrame) -> pd.DataFrame:
    """Every fact that one document states in two places or more, with the lowest and the highest amount.

    figures: table figures. A row that was typed from a filing beside the fact that the filing tags is the usual case. Returns the columns of
    `_FACT`, document_id, lowest, highest, allowed (half a printed step of each), agrees.
    """
    rows = figures[_is_amount(figures) & figures["value"].notna() & _is_actual(figures)]
    rows = rows.assign(allowed=_slack(rows))
    places = rows.groupby([*_FACT, "document_id"], dropna=False).agg(
        lowest=("value", "min"), highest=("value", "max"), allowed=("allowed", "sum"), places=("value", "size")
    )
    several = places[places["places"] > 1].drop(columns="places").reset_index()
    return several.assign(agrees=several["highest"] - several["lowest"] <= several["allowed"] + 0.5)


STEADY_METRICS = ("capex", "cloud_revenue", "revenue", "data_center_revenue")
"""Metrics whose amounts seldom change by more than JUMP from one quarter to the next. Cash flow and leases do."""

JUMP = 2.0


def jumps(observations: pd.DataFrame) -> pd.DataFrame:
    """Every quarter of a steady metric beside its two neighbours on each side: a year on a quarter, or a wrong first digit, lies beyond all of them.

    observations: table observations; latest vintages of the companies' own amounts above zero, by calendar quarter. Quarters with fewer than
    two neighbours on record are left out. Returns the columns of `_FACT`, document_id, value, lowest and highest (of the neighbours), agrees
    (within JUMP times the highest, and not below the lowest divided by JUMP).
    """
    rows = _actual(observations[observations["is_latest"] & observations["metric_id"].isin(STEADY_METRICS)])
    rows = rows[rows["calendar_quarter"].notna() & (rows["value"] > 0) & (rows["unit"] == "money")]
    place = [*["entity_id", "metric_id", "definition_id", "currency", "segment"], "quarter"]
    quarters = calendar_quarters(rows["calendar_quarter"])
    rows = rows.assign(segment=rows["segment"].fillna(""), quarter=quarters.year * 4 + quarters.quarter)
    rows = rows.sort_values("known_from", kind="stable").drop_duplicates(place, keep="last")
    amounts = rows[[*place, "value"]]
    around = pd.concat([amounts.assign(quarter=amounts["quarter"] + shift) for shift in (-2, -1, 1, 2)])
    limits = around.groupby(place)["value"].agg(lowest="min", highest="max", neighbours="size").reset_index()
    limited = rows.merge(limits[limits["neighbours"] > 1], on=place)
    fits = (limited["value"] <= limited["highest"] * JUMP) & (limited["value"] >= limited["lowest"] / JUMP)
    return limited[[*_FACT, "document_id", "value", "lowest", "highest"]].assign(agrees=fits)


def in_other_currencies(figures: pd.DataFrame, currencies: pd.Series) -> pd.DataFrame:
    """Amounts of a company's own documents in another currency than it reports in; they make a series of their own that no tidy table shows.

    figures: table figures. currencies: reporting currency by entity_id. An amount that names the row of the same fact is a convenience
    translation and is left out. Returns `_FACT`, document_id, value, reporting_currency.
    """
    rows = _actual(figures[figures["same_fact_as"].isna() & (figures["unit"] == "money")])
    rows = rows.assign(reporting_currency=rows["entity_id"].map(currencies))
    other = rows["reporting_currency"].notna() & (rows["currency"] != rows["reporting_currency"])
    return rows.loc[other, [*_FACT, "document_id", "value", "reporting_currency"]].reset_index(drop=True)


def contradiction_notes(figures: pd.DataFrame, observations: pd.DataFrame) -> pd.Series:
    """A sentence for each observation that was typed and differs from every other document on its fact; missing elsewhere."""
    contradictions = copies_against_documents(figures, observations)
    contradictions = contradictions[~contradictions["agrees"]].rename(columns={"copied": "value"})
    if contradictions.empty:
        return pd.Series(index=observations.index, dtype="str")
    key = [*_FACT, "document_id", "value"]
    matched = observations[key].merge(contradictions[[*key, "other_document_id", "other"]], on=key, how="left")
    sentence = (
        "This amount differs from "
        + matched["other_document_id"]
        + ", which gives "
        + matched["other"].map("{:,.0f}".format, na_action="ignore").astype("str")
        + "."
    )
    return sentence.where(matched["other"].notna()).astype("str").set_axis(observations.index)


def _actual(rows: pd.DataFrame) -> pd.DataFrame:
    """What a company reports and a person reviewed, and what is derived from it."""
    return rows[_is_actual(rows)]


def _is_actual(rows: pd.DataFrame) -> pd.Series:
    return reviewed_by_company(rows) & rows["status"].isin(["reported", "derived"])


def _is_amount(figures: pd.DataFrame) -> pd.Series:
    """True for amounts of money that are no second statement of another figure."""
    return (figures["measure"] == "level") & figures["same_fact_as"].isna() & (figures["unit"] == "money")


def _slack(rows: pd.DataFrame) -> pd.Series:
    """Half a printed step, a whole one of an approximate number; of an amount that filings tag in full what its zeros say."""
    step = rows["printed_step"].fillna(1).clip(lower=apparent_step(rows["value"]))
    return step.where(rows["bound"] == "approximately", step / 2)


def _percent_step(percent: pd.Series) -> pd.Series:
    """Resolution of a stated percentage: a whole percent, a tenth or a hundredth."""
    whole = (percent - percent.round()).abs() < 1e-9
    tenth = (percent * 10 - (percent * 10).round()).abs() < 1e-9
    return pd.Series(0.01, index=percent.index).mask(tenth, 0.1).mask(whole, 1.0)
