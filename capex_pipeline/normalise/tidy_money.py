"""Lays out the tidy tables capex and cloud_revenue, with one row per company and calendar quarter, from the tables by definition.

Add a column here when these tables and those of `normalise/statements.py` share it. Which row is
the comparable one is decided in `normalise/published.py`, and companies are added up in `normalise/groups.py`.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.normalise.comparisons import growth, percentage_of, why_no_yoy
from capex_pipeline.normalise.published import joined
from capex_pipeline.normalise.time_axis import (
    among_companies,
    fiscal_quarter,
    lag_days,
    on_time_axis,
    share_of_all,
    with_company_years,
    with_quarter_start,
    year_before,
)
from capex_pipeline.raw.printed_rows import RECAST
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.base import Table
from capex_pipeline.schemas.capex_and_cloud_revenue import Capex, CloudRevenue
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.rules import is_first_value, is_of_filing

OWN_REPORT_DAYS = 91
"""Maximum number of days between the end of a quarter and the company's report. When the next quarter is over, a document that states the quarter for
the first time on record is a later report.
"""

_CELL = ["entity_id", "calendar_quarter"]


def capex(
    by_definition: pd.DataFrame,
    observations: pd.DataFrame,
    revenue: pd.DataFrame,
    operating_cash_flow: pd.DataFrame,
    reference: Reference,
    newest: str | None,
) -> pd.DataFrame:
    """Table capex from table capex_by_definition, with its share of what the tidy tables revenue and operating_cash_flow hold.

    newest: `time_axis.reference_quarter`.
    """
    rows = quarters(by_definition, observations, reference, newest)
    rows["share_of_all_in_table_pct"] = share_of_all(rows, "calendar_quarter_of_all_in_table")
    for name, whole in (("revenue", revenue), ("operating_cash_flow", operating_cash_flow)):
        rows[f"capex_to_{name}_pct"] = percentage_of(rows, whole, _CELL, "amount_local")
        rows[f"capex_to_{name}_ttm_pct"] = percentage_of(rows, whole, _CELL, "ttm_amount_local")
    return laid_out(rows, Capex)


def cloud_revenue(
    by_definition: pd.DataFrame, observations: pd.DataFrame, reference: Reference, newest: str | None
) -> pd.DataFrame:
    """Table cloud_revenue from table cloud_revenue_by_definition. newest: `time_axis.reference_quarter`."""
    rows = quarters(by_definition, observations, reference, newest)
    return laid_out(rows.assign(scope=rows["definition_id"].map(reference.definitions["scope"])), CloudRevenue)


def vintages(
    tidy: pd.DataFrame, by_definition: pd.DataFrame, observations: pd.DataFrame, model: type[Table]
) -> pd.DataFrame:
    """Table capex_vintages or cloud_revenue_vintages: every amount that the series of a tidy table ever had for its quarters.

    tidy and by_definition: the tidy table and the table by definition from which it was laid out. All vintages of a quarter are converted at one
    rate, because the rate of a period that is over does not change. The series and definitions are today's: a series that was replaced as a whole,
    such as a newspaper's number before the filing, is in the table by definition only.
    """
    place = ["series", "period_start", "period_end"]
    rates = by_definition.set_index("observation_id")["fx_usd"]
    present = observations.set_index("observation_id").loc[tidy["observation_id"], place].set_axis(tidy.index)
    quarters_of = tidy[["entity_name", "calendar_quarter"]].join(present)
    quarters_of = quarters_of.assign(fx_usd=tidy["observation_id"].map(rates).astype("float64"))
    known = observations[observations["value"].notna()].drop(columns=["entity_name", "calendar_quarter"])
    rows = quarters_of.merge(known, on=place, validate="one_to_many")
    rows = rows.sort_values(["entity_id", "calendar_quarter", "known_from"], kind="stable", ignore_index=True)
    rows = rows.assign(
        amount_local=rows["value"],
        amount_usd=rows["value"] / rows["fx_usd"],
        change_local=rows.groupby(_CELL)["value"].diff(),
    )
    return laid_out(with_quarter_start(rows), model)


def quarters(
    by_definition: pd.DataFrame, observations: pd.DataFrame, reference: Reference, newest: str | None
) -> pd.DataFrame:
    """The preferred row of each company and calendar quarter with its dates and comparisons, in the columns of the tidy tables.

    by_definition: rows as `published.money_rows` returns them, or a table made of them. newest: `time_axis.reference_quarter`.
    """
    rows = by_definition[by_definition["is_preferred"]].sort_values(_CELL, kind="stable", ignore_index=True)
    rows = among_companies(_with_changes_of_definition(rows), newest)
    rows = rows.drop(columns=["first_reported_on", "is_latest"], errors="ignore").join(
        _dates(rows, observations, reference)
    )
    shared = rows["ttm_amount"].notna() & _one_presentation(rows)
    own_report = rows.pop("has_own_report")
    rows = rows.assign(
        definition_note=reference.definition_notes(rows),
        fiscal_quarter=fiscal_quarter(rows),
        fiscal_quarter_lag_days=lag_days(rows["calendar_quarter"], rows["period_end"]),
        first_reported_amount=rows["first_reported_amount"].where(own_report),
        ttm_amount=rows["ttm_amount"].where(shared),
        ttm_amount_usd=rows["ttm_amount_usd"].where(shared),
    ).rename(
        columns={
            "period_start": "fiscal_period_start",
            "period_end": "fiscal_period_end",
            "amount": "amount_local",
            "ttm_amount": "ttm_amount_local",
            "first_reported_amount": "first_reported_amount_local",
            "yoy_pct_stated": "yoy_stated_pct",
        }
    )
    revision = rows["amount_local"] - rows["first_reported_amount_local"]
    is_recast = _is_recast(rows, observations, reference)
    state = pd.Series("unchanged", index=rows.index, dtype="str").mask(revision != 0, "revised")
    rounded = is_rounded(rows["first_reported_amount_local"], rows["amount_local"])
    state = state.mask(revision.isna(), "first_amount_unknown").mask(rounded, "rounded").mask(is_recast, "recast")
    rows = rows.assign(revision_local=revision.mask(rounded | is_recast), revision_state=state)
    rows = rows.assign(**_year_to_date(rows), why_no_yoy=why_no_yoy(rows, "calendar_quarter"))
    return with_company_years(on_time_axis(rows, ["entity_id"]))


def _year_to_date(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """calendar_ytd_amount_usd and its growth over a year, of rows ordered by company and quarter."""
    number = rows["calendar_quarter"].str[-1].astype("int64")
    year = [rows["entity_id"], rows["calendar_quarter"].str[:4]]
    is_open = (rows["is_break"].eq(True) & (number > 1)) | ~rows["is_latest"] | rows["amount_usd"].isna()
    is_known = is_open.astype("int64").groupby(year).cummax().eq(0) & (rows.groupby(year).cumcount() + 1 == number)
    sums = rows["amount_usd"].groupby(year).cumsum().where(is_known)
    is_compared = rows["yoy_usd_pct"].isna().astype("int64").groupby(year).cummax().eq(0)
    before = year_before(rows, ["entity_id"], sums)
    return {"calendar_ytd_amount_usd": sums, "calendar_ytd_yoy_usd_pct": growth(sums, before).where(is_compared)}


_UNITS_OF_REPORTS = (1e3, 1e6)


def is_rounded(first: pd.Series, now: pd.Series) -> pd.Series:
    """True where an amount is in whole thousands or millions, its first print was not, and they are less than such a unit apart.

    A whole unit, because a quarter that is the difference of two rounded amounts is up to that far from its first print.
    """
    coarser = [(now % unit == 0) & (first % unit != 0) & ((now - first).abs() < unit) for unit in _UNITS_OF_REPORTS]
    return coarser[0] | coarser[1]


def _is_recast(rows: pd.DataFrame, observations: pd.DataFrame, reference: Reference) -> pd.Series:
    """True where a later definition, to which the company recast that of the row, has an amount of a period that includes the quarter."""
    recast = reference.definitions["recast_of"].dropna()
    place = ["entity_id", "period_start", "period_end"]
    later = observations.loc[
        observations["definition_id"].isin(recast.index), [*place, "definition_id"]
    ].drop_duplicates()
    later = later.assign(definition_id=later["definition_id"].map(recast))
    both = rows.reset_index(names="row").merge(later, on=["entity_id", "definition_id"])
    covers = (both["period_start"] <= both["fiscal_period_start"]) & (both["period_end"] >= both["fiscal_period_end"])
    return rows.index.to_series().isin(both.loc[covers, "row"])


def _with_changes_of_definition(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, ordered by company and quarter, with a break wherever the definition is another one than in the company's row before."""
    before = rows.groupby("entity_id")["definition_id"].shift()
    changes = before.notna() & (before != rows["definition_id"]) & ~rows["is_break"]
    reason = "The definition changes from " + before.astype("str") + " in this quarter."
    return rows.assign(
        is_break=rows["is_break"] | changes,
        note=joined(rows["note"], reason.where(changes)),
    )


def _dates(rows: pd.DataFrame, observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """first_reported_on, first_filed_on, last_revised_on, and whether the company's own report for the quarter is on record."""
    place = ["series", "period_start", "period_end"]
    latest = observations.set_index("observation_id").loc[
        rows["observation_id"], [*place, "vintage", "known_from", "is_latest"]
    ]
    latest = latest.reset_index(drop=True)
    first = observations.loc[
        is_first_value(observations),
        [
            *(*place, "vintage", "known_from", "known_from_basis", "document_id", "document_known_from"),
            *("source_type", "presentation"),
        ],
    ].rename(columns={"vintage": "first_vintage"})
    first = latest[place].merge(first, on=place, how="left", validate="many_to_one")
    announced = reference.results_documents[["entity_id", "period_end", "published"]]
    days = rows[["entity_id", "period_end"]].merge(announced, on=["entity_id", "period_end"], how="left")["published"]
    limit = rows["period_end"] + pd.Timedelta(days=OWN_REPORT_DAYS)
    is_recast = first["presentation"].str.endswith(RECAST).fillna(False).astype(bool)
    is_known = ((first["document_known_from"] <= limit) & ~is_recast).to_numpy()
    is_filing = ((first["source_type"] == "filing") | is_of_filing(first["document_id"])).to_numpy()
    is_announced = ~is_filing | (first["known_from_basis"] == "results_announcement").to_numpy()
    day = first["known_from"].where(is_known & is_announced)
    return pd.DataFrame(
        {
            "has_own_report": is_known,
            "is_latest": latest["is_latest"].to_numpy(),
            # An annual report is published weeks after the results of its last quarter.
            "first_reported_on": pd.concat([day, days.set_axis(day.index)], axis=1).min(axis=1).to_numpy(),
            "first_filed_on": first["document_known_from"].where(is_known & is_filing).to_numpy(),
            "last_revised_on": latest["known_from"].where(latest["vintage"] > first["first_vintage"]).to_numpy(),
        },
        index=rows.index,
    )


def _one_presentation(rows: pd.DataFrame) -> pd.Series:
    """True unless one of the four quarters that end with this row has an older presentation than its year."""
    order = rows.assign(stale=(~rows["is_latest"]).astype("float64")).sort_values([*_CELL], kind="stable")
    recent = order.groupby("entity_id")["stale"].rolling(4, min_periods=1).max().droplevel(0)
    return (recent == 0).reindex(rows.index, fill_value=False)
