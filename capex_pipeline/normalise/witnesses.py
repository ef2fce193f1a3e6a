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
    is_tagged = _matches(stated["locator"], FACT_LOCATOR)
    stated = stated.assign(rank=is_copy(stated).map({True: _COPY, False: _TYPED}).mask(is_tagged, _TAGGED))
    is_derived = (observations["status"] == "derived") & (observations["unit"] == "money") & ~is_copy(observations)
    derived = observations[is_derived & _is_actual(observations)]
    derived = derived[derived["derived_from"].str.contains("|", regex=False)].assign(rank=_TAGGED)
    columns = [*_FACT, "document_id", "value", "printed_step", "bound", "known_from", "rank"]
    others = pd.concat([stated[columns], derived[columns]], ignore_index=True)
    others = others[others["value"].notna() & others["bound"].isin(["exact", "approximately"])]
    others = others.assign(fact=others.groupby(_FACT, dropna=False, sort=False).ngroup())
    compared = others["rank"] > _TAGGED
    others = others[others["fact"].isin(others.loc[compared, "fact"]) & others["fact"].duplicated(keep=False)]
    others = others.assign(allowed=_slack(others)).reset_index(drop=True)
    nearest = _nearest(others).sort_values([*_FACT, "document_id", "excess"], kind="stable")
    named = nearest.rename(
        columns={"value": "copied", "document_id_other": "other_document_id", "value_other": "other"}
    )
    shown = [*_FACT, "document_id", "copied", "other_document_id", "other", "difference", "allowed"]
    return named[shown].assign(agrees=named["excess"] <= 0.5).reset_index(drop=True)


def _nearest(others: pd.DataFrame) -> pd.DataFrame:
    """The typed statements that may be compared with another one, each beside the first of those that are nearest to it.

    others: statements with their fact, rank and allowed, numbered from 0. Pairs are made of numbers, since there are as many of a fact as the
    square of its documents.
    """
    fact, rank, value, allowed = (others[name].to_numpy() for name in ("fact", "rank", "value", "allowed"))
    document, day = others["document_id"].factorize()[0], others["known_from"].to_numpy("datetime64[D]")
    is_compared = rank > _TAGGED
    statement = others[is_compared].groupby(["fact", "document_id", "value"], sort=False).ngroup()
    places = pd.DataFrame({"fact": fact, "place": others.index})
    pairs = places[is_compared].merge(places, on="fact", suffixes=("", "_other"))
    one, other = pairs["place"].to_numpy(), pairs["place_other"].to_numpy()
    is_near = np.abs(day[one] - day[other]) <= np.timedelta64(_SAME_MONTHS, "D")
    may_differ = (rank[one] == _COPY) | ((rank[other] == _TAGGED) & is_near)
    chosen = np.flatnonzero(may_differ & (document[one] != document[other]))
    one, other = one[chosen], other[chosen]
    difference, slack = value[one] - value[other], allowed[one] + allowed[other]
    excess = pd.Series(np.abs(difference) - slack)
    first = excess.groupby(statement.reindex(one).to_numpy()).idxmin().to_numpy()
    found = others.loc[one[first], [*_FACT, "document_id", "value"]].reset_index(drop=True)
    there = others.loc[other[first], ["document_id", "value"]].add_suffix("_other").reset_index(drop=True)
    numbers = {"difference": difference[first], "allowed": slack[first], "excess": excess.to_numpy()[first]}
    return found.join(there).assign(**numbers)


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
    place = [*_FACT, "document_id"]
    rows = figures[_is_amount(figures) & figures["value"].notna() & _is_actual(figures)]
    rows = rows[rows.duplicated(place, keep=False)]
    places = rows.assign(allowed=_slack(rows)).groupby(place, dropna=False)
    several = places.agg(lowest=("value", "min"), highest=("value", "max"), allowed=("allowed", "sum")).reset_index()
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


def _matches(texts: pd.Series, pattern: str) -> pd.Series:
    """Whether each text begins as the pattern says; a missing one does not. Each different text is looked at once."""
    codes, different = texts.factorize()
    return pd.Series(np.append(pd.Series(different).str.match(pattern), False).astype(bool)[codes], index=texts.index)


def _slack(rows: pd.DataFrame) -> pd.Series:
    """Half a printed step, a whole one of an approximate number; of an amount that filings tag in full what its zeros say."""
    step = rows["printed_step"].fillna(1).clip(lower=apparent_step(rows["value"]))
    return step.where(rows["bound"] == "approximately", step / 2)


def _percent_step(percent: pd.Series) -> pd.Series:
    """Resolution of a stated percentage: a whole percent, a tenth or a hundredth."""
    whole = (percent - percent.round()).abs() < 1e-9
    tenth = (percent * 10 - (percent * 10).round()).abs() < 1e-9
    return pd.Series(0.01, index=percent.index).mask(tenth, 0.1).mask(whole, 1.0)
