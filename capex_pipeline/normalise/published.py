"""Turns observations into the evidence tables by definition, the tables of estimates and fx_rates.

This module takes the latest vintage of each series, converts and compares it, and marks the rows that may be added up.
Add a function here when an evidence table needs a computed column. Tidy tables are built from these tables in
`normalise/tidy_money.py` and `normalise/tidy_shipments.py`; earlier vintages stay in the table observations
(`normalise/observations.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from capex_pipeline.normalise import comparisons, currency
from capex_pipeline.normalise.time_axis import whole_calendar_years
from capex_pipeline.normalise.totals import quarters_against_totals
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.accelerators import GpuEstimates, GpuEstimatesByCustomer, GpuUnitPrices
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_and_cloud_revenue import CapexByDefinition, CloudRevenueByDefinition
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.fx_rates import FxRates
from capex_pipeline.schemas.rules import copy_rank, is_copy, is_first_value, reviewed_by_company
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, OUTLOOK_STATUSES
from capex_pipeline.sources import ecb_rates

TARGET_CURRENCIES = ("USD", "CNY")
CONSTANT_YEAR = 2024
"""Calendar year whose average rates amount_usd_constant uses."""

CUMULATIVE = "cumulative"
"""Presentation of counts that run from an estimator's first quarter to the end of the period (raw/estimates)."""

_FIRST_YEAR = 2015
_METHODS = {"same_currency": "reporting_currency", "average": "period_average", "closing": "period_closing"}
_SUPPLIED = ["document_id", "supplier_id", "product"]
_PRINTED_ROW = [*_SUPPLIED, "locator", "customer_id", "flow", "period_start", "period_end"]
_COMPUTE, _POWER, _PRICE = "gpu_compute", "gpu_power", "gpu_unit_price"


def fx_rates(observations: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """Table fx_rates: every currency over every period of a money observation, and over every calendar quarter and year."""
    money = observations.loc[
        observations["unit"].isin(["money", "money_per_unit"]) & observations["currency"].notna(),
        ["currency", "period_start", "period_end"],
    ]
    used = currency.rate_periods(money, TARGET_CURRENCIES)
    last = ecb_rates.last_fixing(daily)
    starts = pd.date_range(f"{_FIRST_YEAR}-01-01", last, freq="QS")
    spans = [(start, start + pd.offsets.QuarterEnd(1)) for start in starts]
    spans += [(pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)) for year in range(_FIRST_YEAR, last.year + 1)]
    calendar = pd.DataFrame(spans, columns=["period_start", "period_end"]).astype("datetime64[us]")
    names = pd.DataFrame({"currency": pd.Series(sorted(set(used["currency"])), dtype="str")})
    every = pd.concat([used, names.merge(calendar, how="cross")]).drop_duplicates(ignore_index=True)
    rates = currency.period_rates(daily, every)
    rates["calendar_period"] = _calendar_period(rates["period_start"], rates["period_end"])
    return laid_out(rates, FxRates)


_CONSTANT_PERIOD = pd.DataFrame(
    [(pd.Timestamp(CONSTANT_YEAR, 1, 1), pd.Timestamp(CONSTANT_YEAR, 12, 31))], columns=["period_start", "period_end"]
).astype("datetime64[us]")


def rates_of(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rows of table fx_rates that convert amounts of the given observations: over their periods, and over the constant year."""
    period = ["period_start", "period_end"]
    return rates.merge(pd.concat([rows[period], _CONSTANT_PERIOD]).drop_duplicates(), on=period)


def _calendar_period(start: pd.Series, end: pd.Series) -> pd.Series:
    """ "2024Q2" or "2024" where the days are exactly those of a calendar quarter or year, else null."""
    names = pd.Series(index=start.index, dtype="str")
    for unit in ("Q", "Y"):
        period = start.dt.to_period(unit)
        is_whole = (period.dt.start_time == start) & (period.dt.end_time.dt.normalize() == end)
        names = names.mask(is_whole, period.astype("str"))
    return names


def capex_by_definition(observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table capex_by_definition."""
    return _money_table("capex", CapexByDefinition, observations, rates, reference, _with_revenue)


def _with_revenue(frame: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """The rows with capital expenditure as a percentage of the company's total revenue of the same period."""
    place = ["entity_id", "currency", "period_start", "period_end"]
    reported = observations[(observations["metric_id"] == "revenue") & reviewed_by_company(observations)]
    revenue_rows = latest_known(reported)
    revenue_rows = revenue_rows.assign(copy_rank=copy_rank(revenue_rows)).sort_values(
        ["copy_rank", "status", "known_from"], ascending=[True, False, False], kind="stable"
    )
    revenue_rows = revenue_rows.drop_duplicates(place)[[*place, "value"]].rename(columns={"value": "revenue"})
    is_actual = (
        frame["status"].isin(["reported", "derived"])
        & (frame["source_type"].isin(COMPANY_SOURCES))
        & ~frame["is_aggregate"]
    )
    revenue = (
        frame[place]
        .merge(revenue_rows, on=place, how="left", validate="many_to_one")["revenue"]
        .set_axis(frame.index)
        .where(is_actual)
    )
    return frame.assign(capex_to_revenue_pct=comparisons.percentage(frame["amount"], revenue))


def cloud_revenue_by_definition(observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table cloud_revenue_by_definition."""
    return _money_table("cloud_revenue", CloudRevenueByDefinition, observations, rates, reference)


def _money_table(
    table: str,
    model: type[Table],
    observations: pd.DataFrame,
    rates: pd.DataFrame,
    reference: Reference,
    complete: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame] | None = None,
) -> pd.DataFrame:
    frame = money_rows(observations[observations["metric_id"].isin(_metrics_of(table, reference))], rates, reference)
    frame = frame.rename(columns={"known_from": "unchanged_since"})
    return laid_out(complete(frame, observations) if complete else frame, model)


def money_rows(
    observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference, *, of_each_metric: bool = False
) -> pd.DataFrame:
    """The latest vintage of each amount with its conversions and comparisons, and which rows may be added up.

    observations: the rows of table observations of the metrics that the result is about. of_each_metric: whether one row of each company and
    quarter is preferred for each metric; no two of the metrics may then have a common definition.
    """
    rows = latest_known(observations)
    # A copy beside the document that it repeats is evidence in `observations`; here it would count an amount twice.
    rows = rows[~(is_copy(rows) & ~rows["series"].str.endswith("/filing"))].reset_index(drop=True)
    rows = rows.rename(columns={"value_low": "amount_low", "value": "amount", "value_high": "amount_high"})
    frame = _converted(rows, rates)
    apart = [of_metric for _, of_metric in frame.groupby("metric_id")] if of_each_metric else [frame]
    frame["is_preferred"] = pd.concat([preferred_money(part, reference) for part in apart])
    compared = _comparisons(frame, reference, _contradicted(frame, observations))
    frame = frame.join(compared)
    frame["calendar_year"] = _years_of_amounts(frame, frame.index.isin(compared.index)).reindex(frame.index)
    frame = frame.join(_first_reported(frame, observations))
    frame["revision"] = frame["amount"] - frame["first_reported_amount"]
    frame["is_break"] = frame["is_break"].fillna(False).astype(bool)
    return frame.assign(note=joined(joined(frame["note"], frame["break_reason"]), frame["sum_reason"]))


def _converted(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add amounts in US dollars and yuan, with the rate and its method."""
    in_usd = currency.convert(
        rows, rates, "USD", {"amount_low": "amount_usd_low", "amount": "amount_usd", "amount_high": "amount_usd_high"}
    )
    in_cny = currency.convert(rows, rates, "CNY", {"amount": "amount_cny"})
    of_year = rates_of(rows.iloc[:0], rates).set_index("currency")["average_rate"]
    return rows.assign(
        **{name: in_usd[name] for name in ("amount_usd", "amount_usd_low", "amount_usd_high")},
        amount_cny=in_cny["amount_cny"],
        fx_usd=in_usd["fx_rate"],
        fx_method=in_usd["fx_method"].map(_METHODS).fillna(in_usd["fx_flag"]),
        amount_usd_constant=rows["amount"] / rows["currency"].map(of_year).astype("float64"),
    )


def latest_known(observations: pd.DataFrame) -> pd.DataFrame:
    """The newest vintage with a number of each series and period.

    If a year was restated and its quarters cannot be derived on the new basis, the quarter is kept as last presented,
    with the reason as a note and is_stale set; without it, the sum of the year would look smaller.
    """
    key = ["series", "period_start", "period_end"]
    # The other columns take long to sort.
    vintages = observations[[*key, "vintage", "conflict_reason"]].reset_index(drop=True).sort_values([*key, "vintage"])
    is_conflict = vintages["conflict_reason"].notna()
    newest = vintages[~is_conflict].drop_duplicates(key, keep="last")
    rows = observations.iloc[newest.index].reset_index(drop=True)
    reasons = vintages[is_conflict].drop_duplicates(key, keep="last")
    later = rows[[*key, "vintage"]].merge(reasons, on=key, how="left", suffixes=("", "_of_conflict"))
    is_stale = later["vintage_of_conflict"] > later["vintage"]
    note = ("As last presented. " + later["conflict_reason"]).where(is_stale)
    return rows.assign(note=joined(rows["note"], note.astype("str")), is_stale=is_stale.fillna(False).astype("bool"))


def preferred_money(rows: pd.DataFrame, reference: Reference) -> pd.Series:
    """Select one row per company and calendar quarter: the definition preferred on that day, the company's own documents before copies,
    printed before derived.

    After a year end moved, filings also show quarters of the new calendar for the old years; the company's fiscal
    quarters count.
    """
    choice = reference.preferred.rename(columns={"definition_id": "preferred_definition"})
    about = rows[["entity_id", "metric_id", "definition_id", "period_start"]].assign(row=rows.index)
    matched = about.merge(choice, on=["entity_id", "metric_id"])
    fits = (
        (matched["definition_id"] == matched["preferred_definition"])
        & (matched["period_start"] >= matched["valid_from"])
        & (matched["period_start"] <= matched["valid_to"])
    )
    may_count = (
        rows.index.isin(matched.loc[fits, "row"])
        & rows["calendar_quarter"].notna()
        & (rows["entity_type"] == "company")
        & reviewed_by_company(rows)
        & rows["status"].isin(["reported", "derived"])
        & rows["amount"].notna()
    )
    place = ["entity_id", "calendar_quarter"]
    order = rows[[*place, "known_from", "document_id"]].assign(
        is_derived=rows["status"] == "derived",
        copy_rank=copy_rank(rows),
        is_other_calendar=rows["fiscal_period"].isna(),
    )
    order = order[may_count].sort_values(
        ["is_other_calendar", "copy_rank", "is_derived", "known_from", "document_id"],
        ascending=[True, True, True, False, True],
        kind="stable",
    )
    chosen = order.drop_duplicates(place).index
    return pd.Series(rows.index.isin(chosen), index=rows.index)


def _contradicted(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Totals and quarters that do not share one presentation with the quarters beside them, as `comparisons.compare`
    needs them.
    """
    totals = quarters_against_totals(observations)
    totals = totals[~totals["agrees"]]
    stale = rows[rows["is_stale"] & (rows["period_type"] == "quarter") & reviewed_by_company(rows)]
    reasons = [
        f"Sums over {start:%Y-%m-%d} to {end:%Y-%m-%d} are missing: the company states {printed:,.0f} for it, and its quarters, in part of "
        f"another presentation, add up to {quarters:,.0f}."
        for start, end, printed, quarters in totals[["period_start", "period_end", "printed", "quarters"]].itertuples(
            index=False
        )
    ]
    columns = ["entity_id", "definition_id", "currency", "period_start", "period_end", "reason"]
    kept = (
        "Sums with the quarter to "
        + stale["period_end"].dt.strftime("%Y-%m-%d")
        + " are missing: it stays as last presented."
    )
    return pd.concat([totals.assign(reason=reasons)[columns], stale.assign(reason=kept)[columns]], ignore_index=True)


def _comparisons(rows: pd.DataFrame, reference: Reference, contradicted: pd.DataFrame) -> pd.DataFrame:
    """Growth and sums of the companies' own actual figures; claims and outlooks are not compared.

    If two periods have the same position in time, the company's own fiscal period counts, then its own document, then
    the one stated last, and of one day the one that begins later.
    """
    actual = rows[
        reviewed_by_company(rows)
        & rows["status"].isin(["reported", "derived"])
        & rows["amount"].notna()
        & rows["currency"].notna()
        & (rows["period_type"] != "other")
    ]
    actual = actual.assign(is_own=actual["fiscal_period"].notna(), closeness=-copy_rank(actual)).sort_values(
        ["is_own", "closeness", "known_from", "period_start"], kind="stable"
    )
    place = comparisons.place_in_time(actual)
    one_each = actual[
        ~actual.assign(place=place).duplicated(
            ["entity_id", "definition_id", "currency", "period_type", "place"], keep="last"
        )
    ]
    return comparisons.compare(one_each, reference.breaks, contradicted)


def _calendar_years(rows: pd.DataFrame, is_candidate: Any, holder: list[str]) -> pd.Series:
    """The calendar year on the rows that make it up, each amount once, for each of the holders; null on all other rows.

    These are the candidates of its four quarters where they add up (see `time_axis.with_whole_years`), otherwise a candidate of the whole year, and
    what others say of the whole year where there is neither.
    """
    quarters = rows[is_candidate & rows["calendar_quarter"].notna()].rename(columns={"ttm_amount": "ttm_amount_local"})
    of_quarters = whole_calendar_years(quarters, holder).reindex(rows.index)
    start, end = rows["period_start"], rows["period_end"]
    is_year = (start.dt.day_of_year == 1) & (end.dt.month == 12) & (end.dt.day == 31) & (start.dt.year == end.dt.year)
    year = of_quarters.mask(is_year, end.dt.year)
    rank = pd.Series(2, index=rows.index).mask(is_candidate & is_year, 1).mask(of_quarters.notna(), 0)
    first = rows[holder].assign(year=year, rank=rank).groupby([*holder, "year"], dropna=False)["rank"].transform("min")
    return year.where(rank == first)


def _years_of_amounts(rows: pd.DataFrame, is_candidate: Any) -> pd.Series:
    """`_calendar_years` of amounts of periods that are over; null also where several sources each give another amount of one year."""
    holder = ["entity_id", "definition_id"]
    is_over = ~rows["status"].isin(OUTLOOK_STATUSES)
    amounts = rows[is_over]
    year = _calendar_years(amounts, is_candidate[is_over], holder)
    of_whole_year = amounts[holder].assign(year=year)[year.notna() & amounts["calendar_quarter"].isna()]
    several = of_whole_year.index[of_whole_year.duplicated(keep=False)]
    return year.mask(year.index.isin(several))


def _first_reported(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    first = observations.loc[
        is_first_value(observations), ["series", "period_start", "period_end", "value", "known_from"]
    ]
    first = first.rename(columns={"value": "first_reported_amount", "known_from": "first_reported_on"})
    matched = rows[["series", "period_start", "period_end"]].merge(
        first, on=["series", "period_start", "period_end"], how="left", validate="many_to_one"
    )
    return matched[["first_reported_amount", "first_reported_on"]].set_index(rows.index)


def estimates(observations: pd.DataFrame, reference: Reference) -> dict[str, pd.DataFrame]:
    """Tables gpu_estimates, of suppliers' chips for all customers together, and gpu_estimates_by_customer."""
    rows = _estimates(observations, reference)
    is_of_all = rows["customer_id"].isna()
    return {
        "gpu_estimates": laid_out(rows[is_of_all], GpuEstimates),
        "gpu_estimates_by_customer": laid_out(rows[~is_of_all], GpuEstimatesByCustomer),
    }


def _estimates(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The columns of both tables of estimates; customer_id is null where all customers are counted together."""
    latest = latest_known(observations)
    belongs = latest["metric_id"].isin(_metrics_of("gpu_shipments", reference))
    rows = latest[belongs & (latest["unit"] == "count")].reset_index(drop=True)
    rows = rows.rename(columns={"value_low": "units_low", "value": "units", "value_high": "units_high"})
    frame = rows.merge(
        _prices(latest[latest["metric_id"] == _PRICE]), on=[*_SUPPLIED, "flow"], how="left", validate="many_to_one"
    )
    for side in ("low", "high"):
        frame[f"implied_value_usd_{side}"] = frame[f"units_{side}"] * frame[f"unit_price_usd_{side}"]
    for metric, name, scale in ((_COMPUTE, "h100_equivalents", 1.0), (_POWER, "power_mw", 1e-6)):
        frame = frame.merge(
            _beside_units(latest, metric, name, scale), on=_PRINTED_ROW, how="left", validate="many_to_one"
        )
    frame = frame.join(_coverage(frame)).assign(product=_counted_as(frame, reference))
    frame["is_preferred"] = preferred_shipments(frame)
    holder = ["claimant", "supplier_id", "customer_id", "flow"]
    counts = frame[
        (frame["measure"] == "flow")
        & (frame["calendar_basis"] == "calendar")
        & ~frame["is_total"]
        & frame["units"].notna()
    ]
    newest = newest_estimates(counts, [*holder, "product", "period_start", "period_end"])
    frame["calendar_year"] = _calendar_years(counts, counts.index.isin(newest.index), holder).reindex(frame.index)
    return frame


def gpu_unit_prices(observations: pd.DataFrame, rates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table gpu_unit_prices: the latest price of one accelerator that each source states for a product and period."""
    names = {"value_low": "unit_price_low", "value": "unit_price", "value_high": "unit_price_high"}
    latest = latest_known(observations[observations["metric_id"] == _PRICE])
    rows = latest[latest["currency"].notna()].rename(columns=names).reset_index(drop=True)
    in_usd = currency.convert(
        rows, rates, "USD", {name: name.replace("unit_price", "unit_price_usd") for name in names.values()}
    )
    years = rows["period_end"].dt.year.astype("Int32")
    return laid_out(rows.join(in_usd).assign(product=_counted_as(rows, reference), calendar_year=years), GpuUnitPrices)


def _counted_as(rows: pd.DataFrame, reference: Reference) -> pd.Series:
    """The product that an estimator counts under a name: Epoch AI's H100 of makers is the H100 and H200 of its owners."""
    names = reference.products["counted_as"].to_dict()
    return pd.Series(
        [
            names.get(product, {}).get(definition, product)
            for product, definition in zip(rows["product"], rows["definition_id"], strict=True)
        ],
        index=rows.index,
        dtype="str",
    )


def _beside_units(latest: pd.DataFrame, metric: str, name: str, scale: float) -> pd.DataFrame:
    """Values that an estimator prints in another column of the row with its units, in the unit of the target columns."""
    rows = latest[(latest["metric_id"] == metric) & latest["locator"].notna()]
    ends = {"value": name, "value_low": f"{name}_low", "value_high": f"{name}_high"}
    return rows[_PRINTED_ROW].join((rows[list(ends)] * scale).rename(columns=ends))


def _coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """What a count covers: flow or cumulative, calendar or fiscal, and whether all products."""
    first_day = rows["period_start"].dt.to_period("Q").dt.start_time
    return pd.DataFrame(
        {
            "measure": (rows["presentation"] == CUMULATIVE).map({True: "cumulative", False: "flow"}),
            "calendar_basis": (rows["period_start"] == first_day).map({True: "calendar", False: "fiscal"}),
            "is_total": rows["product"].isna(),
        }
    )


def preferred_shipments(rows: pd.DataFrame) -> pd.Series:
    """Select one row per supplier, product and calendar quarter, and one for each of its customers: chips of exactly that quarter.

    Rows by fiscal quarter count the same chips again, and cumulative rows overlap, so neither is preferred. Only the estimator with the newest
    estimate is used: estimates are never mixed or averaged.
    """
    quarter = rows["period_start"].dt.to_period("Q")
    exact = (rows["period_start"] == quarter.dt.start_time) & (rows["period_end"] == quarter.dt.end_time.dt.normalize())
    candidates = rows[
        exact
        & rows["calendar_quarter"].notna()
        & (rows["measure"] == "flow")
        & ~rows["is_aggregate"]
        & (rows["customer_id"].notna() | (rows["flow"] == "shipped"))
        & rows["product"].notna()
        & rows["units"].notna()
        & rows["source_type"].isin([*COMPANY_SOURCES, "estimate"])
        & ~rows["status"].isin(["forecast", "guidance"])
    ]
    chosen = newest_estimates(candidates, ["supplier_id", "product", "customer_id", "calendar_quarter"]).index
    return pd.Series(rows.index.isin(chosen), index=rows.index)


def newest_estimates(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """One row per key, of the document that was known last, in the order of the rows: later data sets replace earlier ones."""
    order = rows.sort_values(["known_from", "document_id"], ascending=[False, True], kind="stable")
    return order.drop_duplicates(key).sort_index()


def _prices(rows: pd.DataFrame) -> pd.DataFrame:
    """Prices per unit in US dollars that a document states for a supplier's product and flow.

    Other currencies are left out, not converted. Prices of chips without a maker are left out too, because a null
    supplier would match every other null.
    """
    prices = rows[(rows["unit"] == "money_per_unit") & (rows["currency"] == "USD") & rows["supplier_id"].notna()]
    low = prices["value_low"].fillna(prices["value"])
    high = prices["value_high"].fillna(prices["value"])
    stated = prices[[*_SUPPLIED, "flow"]].assign(unit_price_usd_low=low, unit_price_usd_high=high)
    return stated.drop_duplicates([*_SUPPLIED, "flow"])


def _metrics_of(table: str, reference: Reference) -> list[str]:
    return list(reference.metrics.index[reference.metrics["table"] == table])


def joined(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two texts behind each other, or the one that is there; null where neither is."""
    both = first + " " + second
    return both.fillna(first).fillna(second).astype("str")
