"""Makes the table outlooks: guidance and forecasts of amounts of money, one row per statement, with later revisions and outcomes.

Add here what concerns the layout, order and latest statement. Claims about past periods belong to `claims`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.published import joined
from capex_pipeline.normalise.records import records
from capex_pipeline.reconcile.claim_table import as_printed
from capex_pipeline.reconcile.claims import listed
from capex_pipeline.reconcile.tolerance import with_intervals
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.outlooks import Outlooks
from capex_pipeline.schemas.rules import amounts_of_companies, reviewed_by_company
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, DIRECTION, OUTLOOK_STATUSES, SETTLED_STATES
from capex_pipeline.values.grouping import grouped
from capex_pipeline.values.periods import period_type

_TARGET = ["entity_id", "metric_id", "period_start", "period_end"]
_SUBJECT = ["entity_id", "metric_id", "currency"]
_ENDS = ("low", "mid", "high")
DISPUTED = "Disputed:"
"""How the note of a statement begins that somebody else contradicts. The rest of the note says who."""
MORE_THAN_A_YEAR = 367
"""Days from the first to the last day of a target from which it is longer than a year."""


def outlooks(
    figures: pd.DataFrame,
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    rates: pd.DataFrame,
    reference: Reference,
) -> pd.DataFrame:
    """Table outlooks from figures, with outcomes from the observations of the same definition and period.

    A statement has no date if the date of its document is unknown, and no amounts if it states only a direction.
    """
    rows = figures[
        figures["status"].isin(OUTLOOK_STATUSES)
        & (figures["measure"] == "level")
        & (figures["unit"] == "money")
        & figures["same_fact_as"].isna()
    ]
    basis = rows["document_id"].map(documents.set_index("document_id")["known_from_basis"])
    rows = rows.assign(stated_by=rows["known_from"], known_from=rows["known_from"].where(basis == "published"))
    rows = rows.sort_values([*_TARGET, "stated_by", "figure_id"], kind="stable").reset_index(drop=True)
    rows = rows.join(_amounts(rows)).join(_in_dollars(rows, rates))
    for end in _ENDS:
        rows[f"amount_{end}_usd"] = rows[f"amount_{end}_local"] / rows["per_dollar"]
    is_repeated = rows["status"].eq("guidance") & ~rows["source_type"].isin(COMPANY_SOURCES)
    rows["kind"] = rows["status"].mask(is_repeated, "repeated_guidance")
    rows = rows.join(_chain(rows))
    rows = rows.join(_accepted(rows, reference))
    rows = rows.join(_disputes(rows))
    rows = rows.join(_outcomes(rows, observations, reference))
    rows = rows.join(_growth(rows, observations))
    is_year = (rows["period_start"].dt.strftime("%m-%d") == "01-01") & (
        rows["period_end"].dt.strftime("%m-%d") == "12-31"
    )
    one_year = is_year & (rows["period_start"].dt.year == rows["period_end"].dt.year)
    periods = list(rows[["entity_id", "period_start", "period_end"]].itertuples(index=False, name=None))
    target_of = {
        (entity, start, end): _target(entity, start, end, reference) for entity, start, end in dict.fromkeys(periods)
    }
    targets = [target_of[period] for period in periods]
    shown = rows.assign(
        outlook_id=rows["figure_id"],
        entity_name=rows["entity_id"].map(reference.entities["name"]),
        target_period_type=period_type(rows["period_start"], rows["period_end"]),
        target_year=rows["period_start"].dt.year.where(one_year),
        target_fiscal_year=pd.Series([year for year, _ in targets], index=rows.index, dtype="Int32"),
        target_period=[words for _, words in targets],
    ).rename(columns={"period_start": "target_start", "period_end": "target_end", "known_from": "stated_on"})
    return laid_out(shown.assign(companies_without_guidance_amount=_silent(shown, observations)), Outlooks)


def _silent(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.Series:
    """On the latest guidance for a calendar year the other companies that report the metric, or guide it for other years, joined by |."""
    latest = rows[rows["is_latest"] & (~rows["target_period_type"].isin(["quarter", "half_year", "nine_months"]))]
    reporting = observations[amounts_of_companies(observations)].groupby("metric_id")["entity_id"].agg(set)
    silent = pd.Series(index=rows.index, dtype="str")
    for metric, of_metric in latest.groupby("metric_id"):
        companies = {*of_metric["entity_id"], *reporting.get(metric, ())}
        for _, of_year in of_metric.groupby("target_year"):
            silent[of_year.index] = "|".join(sorted(companies - set(of_year["entity_id"]))) or None
    return silent


def _target(entity_id: str, start: pd.Timestamp, end: pd.Timestamp, reference: Reference) -> tuple[int | None, str]:
    """The fiscal year of the company that a period is, None for any other, and the period in words: "2026" and "2026Q1" of the calendar,
    "FY2027" and "FY2027 Q1" of the company's own year, else its two days.
    """
    calendar = reference.calendars.get(entity_id)
    fiscal_year, fiscal_period = (None, None) if calendar is None else calendar.label(start.date(), end.date())
    whole = fiscal_year if fiscal_period == "FY" else None
    if start.year == end.year and end.is_quarter_end and start.is_quarter_start:
        if (start.month, end.month) == (1, 12):
            return whole, str(start.year)
        if start.quarter == end.quarter:
            return whole, f"{start.year}Q{start.quarter}"
    if fiscal_year is not None:
        return whole, f"FY{fiscal_year}" if whole else f"FY{fiscal_year} {fiscal_period}"
    return None, f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"


def _amounts(rows: pd.DataFrame) -> pd.DataFrame:
    """Lower bound, midpoint and upper bound: a point fills all three, a range all three with its middle, a single bound only one."""
    low, point, high = rows["value_low"], rows["value"], rows["value_high"]
    return pd.DataFrame(
        {
            "amount_low_local": low.fillna(point),
            "amount_mid_local": point.fillna((low + high) / 2),
            "amount_high_local": high.fillna(point),
        }
    )


def _in_dollars(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Units of the currency per US dollar, on average over the calendar quarter of the statement."""
    quarter = rows["known_from"].dt.to_period("Q")
    place = pd.DataFrame(
        {
            "currency": rows["currency"],
            "period_start": quarter.dt.start_time.astype("datetime64[us]"),
            "period_end": quarter.dt.end_time.dt.normalize().astype("datetime64[us]"),
        }
    )
    known = rates[["currency", "period_start", "period_end", "average_rate"]].drop_duplicates()
    average_rate = place.merge(known, on=["currency", "period_start", "period_end"], how="left")["average_rate"]
    return pd.DataFrame({"per_dollar": average_rate.set_axis(rows.index).mask(rows["currency"] == "USD", 1.0)})


def _chain(rows: pd.DataFrame) -> pd.DataFrame:
    """The statement that replaced each one, whether it is the latest, and its change from the previous one.

    Guidance of one company for one period is one chain, whichever executive states it; forecasts are one chain for each claimant.
    Statements without a review or number, and guidance that an article repeats, replace nothing. A statement without a date takes part if
    it is the only such one of its chain and was out before every dated one, because its place in the order is then known.
    """
    chain = rows["kind"] + "/" + rows["claimant"].fillna("").where(rows["kind"] == "forecast", "")
    fit = (
        rows["review_state"].isin(SETTLED_STATES) & (rows["bound"] != DIRECTION) & (rows["kind"] != "repeated_guidance")
    )
    order = rows[fit].assign(chain=chain[fit], is_undated=rows["known_from"].isna())
    of_chain = order.groupby([*_TARGET, "chain"], sort=False, dropna=False)
    has_place = (of_chain.cumcount() == 0) & (of_chain["is_undated"].transform("sum") == 1)
    order = order[~order["is_undated"] | has_place]
    groups = order.groupby([*_TARGET, "chain"], sort=False, dropna=False)
    following = groups["figure_id"].shift(-1)
    next_definition, earlier_definition = groups["definition_id"].shift(-1), groups["definition_id"].shift(1)
    earlier = (
        groups["amount_mid_local"]
        .shift(1)
        .where((earlier_definition == order["definition_id"]) & (groups["currency"].shift(1) == order["currency"]))
    )
    redefined = following.notna() & (next_definition != order["definition_id"])
    reason = pd.Series("updated", index=order.index, dtype="str").mask(redefined, "redefined").where(following.notna())
    result = pd.DataFrame(
        {
            "superseded_by": following,
            "superseded_reason": reason,
            "is_latest": following.isna() & (order["kind"] == "guidance"),
            "is_latest_third_party_forecast": following.isna() & (order["kind"] == "forecast"),
            "revision_pct": (order["amount_mid_local"] / earlier - 1) * 100,
        }
    )
    flags = ("is_latest", "is_latest_third_party_forecast")
    result = result.reindex(rows.index)
    return result.assign(**{flag: result[flag].eq(True) for flag in flags})


def _accepted(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The lowest and the highest amount that agree with each statement, null where it sets no such end: a number and the ends of a range with the
    interval of their digits and qualifying words, a single bound as it is. `apart_low` and `apart_high` leave the ends of a range as they are: what
    another statement has to lie beyond.
    """
    has_amount = rows["bound"] != DIRECTION
    intervals = with_intervals(rows[has_amount], reference.content)["interval"]
    ends = pd.DataFrame(
        [one[:2] for one in intervals], index=rows.index[has_amount], columns=["low", "high"], dtype=float
    ).reindex(rows.index)
    stated = rows[["amount_low_local", "amount_high_local"]].set_axis(["low", "high"], axis=1)
    has_both, is_point = stated.notna().all(axis=1), stated["low"] == stated["high"]
    return pd.concat(
        [stated.mask(has_both, ends).add_prefix("accepted_"), stated.mask(is_point, ends).add_prefix("apart_")], axis=1
    )


def _disputes(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether another document contradicts a statement, and which: is_disputed and dispute. rows: statements with those of `_chain` and `_accepted`.

    Guidance is contradicted by guidance of the same day for the same period on the same definition, or by a document that repeats guidance while it
    is the newest, if no amount agrees with both. For any statement a note that begins with DISPUTED says so.
    """
    has_amount = rows["bound"] != DIRECTION
    stated = rows[rows["review_state"].isin(SETTLED_STATES) & has_amount & (rows["kind"] != "forecast")]
    stated_by = rows.set_index("figure_id")["stated_by"]
    replaced_on = stated_by.reindex(stated["superseded_by"]).set_axis(
        stated.index
    )  # map refuses dates where there are none
    guidance = stated.assign(row=stated.index, replaced_on=replaced_on)[stated["kind"] == "guidance"]
    place = [*_TARGET, "currency", "definition_id"]
    of_guidance = [
        *place,
        "row",
        "document_id",
        "known_from",
        "stated_by",
        "replaced_on",
        "apart_low",
        "apart_high",
    ]
    pairs = guidance[of_guidance].merge(stated, on=place, suffixes=("_disputed", ""))
    is_same_day = pairs["known_from"] == pairs["known_from_disputed"]
    is_in_force = (pairs["stated_by"] >= pairs["stated_by_disputed"]) & ~(pairs["stated_by"] >= pairs["replaced_on"])
    is_apart = pairs["apart_low"] > pairs["apart_high_disputed"]
    is_apart |= pairs["apart_high"] < pairs["apart_low_disputed"]
    pairs = pairs[
        is_apart
        & (pairs["document_id"] != pairs["document_id_disputed"])
        & (is_same_day | ((pairs["kind"] == "repeated_guidance") & is_in_force))
    ]
    disputes = grouped((one.row, f"{one.document_id} gives {as_printed(one)}") for one in records(pairs))
    of_documents = pd.Series({row: listed(sorted(set(texts))) for row, texts in disputes.items()}, dtype="str")
    note = rows["note"].astype("str")
    of_note = note.str.removeprefix(DISPUTED).str.strip().where(note.str.startswith(DISPUTED).eq(True))
    dispute = joined(of_note, of_documents.reindex(rows.index))
    return pd.DataFrame({"is_disputed": dispute.notna(), "dispute": dispute})


def _sums_of_quarters(rows: pd.DataFrame, quarters: pd.DataFrame, key: list[str]) -> pd.Series:
    """Sum of the reported quarters that fill the target period exactly, for a year that no document in raw/ prints; otherwise NaN."""
    place = [*key, "period_start", "period_end"]
    number = rows.groupby(place, dropna=False, sort=False).ngroup()  # many statements may share one target
    targets = rows[place].assign(row=number).drop_duplicates("row")
    parts = targets.merge(quarters[[*key, "period_start", "period_end", "value"]], on=key, suffixes=("", "_of_quarter"))
    parts = parts[
        (parts["period_start_of_quarter"] >= parts["period_start"])
        & (parts["period_end_of_quarter"] <= parts["period_end"])
    ]
    days = (parts["period_end_of_quarter"] - parts["period_start_of_quarter"]).dt.days + 1
    filled = parts.assign(days=days).groupby("row").agg(days=("days", "sum"), value=("value", "sum"))
    wanted = (rows["period_end"] - rows["period_start"]).dt.days + 1
    return number.map(filled["value"]).where(number.map(filled["days"]) == wanted)


def _settled(outcome: str, actual: float, low: float, high: float, currency: str) -> str | None:
    """The comparison behind an outcome as a sentence; None if there is no reported amount."""
    if pd.isna(actual):
        return None
    known = [f"{end / 1e6:,.0f}m" for end in (low, high) if not pd.isna(end)]
    stated = (
        " to ".join(dict.fromkeys(known)) if len(known) == 2 else f"at {'most' if pd.isna(low) else 'least'} {known[0]}"
    )
    return f"{currency} {actual / 1e6:,.0f}m was reported, {outcome} the accepted range ({stated})."


def _reported_by_companies(observations: pd.DataFrame) -> pd.DataFrame:
    """The latest amounts that companies reported, the better ones last."""
    return observations[
        observations["is_latest"]
        & observations["status"].isin(["reported", "derived"])
        & reviewed_by_company(observations)
        & observations["value"].notna()
    ].sort_values(["status", "known_from"], ascending=[False, True], kind="stable")


def _reported(rows: pd.DataFrame, actual: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """What the company reported for the whole target on the statement's own definition and currency, and the quarters by definition."""
    place = [*_TARGET, "currency", "definition_id"]
    same = actual.drop_duplicates(place, keep="last")
    value = rows[place].merge(same[[*place, "value"]], on=place, how="left")["value"].set_axis(rows.index)
    quarters = same[same["period_type"] == "quarter"]
    return value.fillna(_sums_of_quarters(rows, quarters, [*_SUBJECT, "definition_id"])), quarters


def _growth(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """The growth that a statement means: its middle against the same period a year earlier, on the same definition."""
    year = pd.DateOffset(years=1)
    before = rows.assign(period_start=rows["period_start"] - year, period_end=rows["period_end"] - year)
    is_long = (rows["period_end"] - rows["period_start"]).dt.days >= MORE_THAN_A_YEAR
    base = _reported(before, _reported_by_companies(observations))[0].mask(is_long)
    middle = rows["amount_mid_local"]
    reason = pd.Series(
        "The company reported no amount for the period a year earlier on this definition.",
        index=rows.index,
        dtype="str",
    )
    reason = reason.mask(base.notna(), "The statement has no middle: it gives one bound or no amount.")
    reason = reason.mask(is_long, "The target period is longer than a year.")
    return pd.DataFrame(
        {
            "year_before_amount_local": base,
            "implied_yoy_pct": (middle / base - 1) * 100,
            "implied_yoy_reason": reason.where(base.isna() | middle.isna()),
        }
    )


def _outcomes(rows: pd.DataFrame, observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Compares each statement with the reported amount for the whole period, on the same definition and in the same currency. rows:
    statements with those of `_accepted`.
    """
    has_amount = rows["bound"] != DIRECTION
    actual = _reported_by_companies(observations)
    actual_value, quarters = _reported(rows, actual)
    reported = {tuple(key) for key in actual[_TARGET].itertuples(index=False, name=None)}
    over = pd.Series(
        [key in reported for key in rows[_TARGET].itertuples(index=False, name=None)], index=rows.index, dtype=bool
    )
    any_definition = quarters.drop_duplicates([*_SUBJECT, "period_start", "period_end"])
    over |= _sums_of_quarters(rows, any_definition, _SUBJECT).notna()
    low, high = rows["accepted_low"], rows["accepted_high"]
    silent = rows["entity_id"].map(reference.entities["private"]).fillna(False).astype(bool)
    outcome = pd.Series("pending", index=rows.index, dtype="str").mask(over | silent, "not_comparable")
    actual_value = actual_value.where(has_amount)
    outcome = (
        outcome.mask(actual_value.notna(), "inside")
        .mask(actual_value < low, "below")
        .mask(actual_value > high, "above")
    )
    reason = pd.Series("The company has not reported the whole period.", index=rows.index, dtype="str")
    reason = reason.mask(silent, "The company publishes no accounts, so its spending is unknown.")
    reason = reason.mask(over, "The company reported the period on another definition only.")
    reason = reason.mask(over & ~has_amount, "The statement gives a direction and no amount.")
    settled = [_settled(*one) for one in zip(outcome, actual_value, low, high, rows["currency"], strict=True)]
    reason = reason.where(actual_value.isna(), pd.Series(settled, index=rows.index, dtype="str"))
    return pd.DataFrame(
        {
            "outcome_amount_local": actual_value,
            "outcome_definition_id": rows["definition_id"].where(actual_value.notna()),
            "outcome": outcome,
            "outcome_reason": reason,
        }
    )
