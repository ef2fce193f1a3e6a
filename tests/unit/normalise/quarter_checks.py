"""Recomputes by other means what figures and derived quarters must agree on: years, trailing columns, vintages.

The comparisons return rows with a difference and a verdict, for the tests of `normalise/quarters.py` on real filings.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from capex_pipeline.normalise.quarters import vintages
from capex_pipeline.values.rounding import apparent_step


def year_checks(facts: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """Each year against its four quarters of the same presentation.

    facts: as for `discrete_quarters`; quarters: its result. Returns a row for each year that has four quarters: series,
    presentation, period_start, period_end, figure_id, stated, sum_of_quarters, difference, agrees (within rounding:
    half a step for each of the five figures).
    """
    years = _years(facts)
    years = years.sort_values(["known_from", "figure_id"]).drop_duplicates(
        ["series", "presentation", "period_start", "period_end"], keep="last"
    )
    best = quarters.loc[quarters["is_preferred"] & quarters["value"].notna()].sort_values(["known_from", "method"])
    best = best.drop_duplicates(["series", "presentation", "period_start", "period_end"], keep="last")
    checks = _chain(years, best, by=["series", "presentation"], as_of=False)
    columns = ["series", "presentation", "period_start", "period_end", "figure_id", "stated", "sum_of_quarters",
               "difference", "agrees"]  # fmt: skip
    return checks.loc[checks["sum_of_quarters"].notna(), columns].reset_index(drop=True)


def trailing_checks(facts: pd.DataFrame, quarters: pd.DataFrame, *, restated: bool = False) -> pd.DataFrame:
    """Trailing twelve months (facts with is_trailing) against the four quarters known when they were filed.

    With restated the latest vintages of the quarters are taken instead. Returns a row for each trailing fact: series,
    presentation, period_start, period_end, known_from, figure_id, stated, sum_of_quarters (missing where a quarter is
    not known), difference, agrees (missing where there is nothing to compare), derived_from (the quarters' figures,
    "|").
    """
    if "is_trailing" not in facts.columns:
        raise ValueError("The figures have no column is_trailing; mark the periods of a year that are no fiscal year.")
    trailing = facts.loc[facts["is_trailing"] & facts["value"].notna()]
    known = vintages(quarters.loc[quarters["is_preferred"]])
    if restated:
        known = known.loc[known["is_latest"]]
    checks = _chain(trailing, known, by=["series"], as_of=not restated)
    columns = ["series", "presentation", "period_start", "period_end", "known_from", "figure_id", "stated",
               "sum_of_quarters", "difference", "agrees", "derived_from"]  # fmt: skip
    return checks[columns].reset_index(drop=True)


def suspicious_vintages(facts: pd.DataFrame) -> pd.DataFrame:
    """Figures of one series and period that differ by nothing but the sign or a power of ten: slips, or share splits.

    Returns series, period_start, period_end, figure_id, value, other_figure_id, other_value, kind (sign |
    power_of_ten), a row for each value that differs so from the first one known.
    """
    key = ["series", "period_start", "period_end"]
    ordered = facts.sort_values(["known_from", "figure_id"], kind="stable")
    ordered = ordered.loc[ordered["value"].notna() & (ordered["value"] != 0)].drop_duplicates([*key, "value"])
    first = ordered.groupby(key, dropna=False)[["figure_id", "value"]].transform("first")
    ratio = (ordered["value"] / first["value"]).abs()
    power = np.log10(ratio)
    slip = (ratio != 1) & np.isclose(power, power.round(), atol=1e-3) & (power.round() != 0)
    flip = ordered["value"] == -first["value"]
    found = ordered.assign(
        other_figure_id=first["figure_id"],
        other_value=first["value"],
        kind=pd.Series(np.where(flip, "sign", "power_of_ten"), index=ordered.index, dtype="str"),
    )
    columns = [*key, "figure_id", "value", "other_figure_id", "other_value", "kind"]
    return found.loc[slip | flip, columns].sort_values([*key, "figure_id"]).reset_index(drop=True)


def _years(facts: pd.DataFrame) -> pd.DataFrame:
    days = (facts["period_end"] - facts["period_start"]).dt.days + 1
    is_year = days.between(350, 380) & facts["value"].notna()
    if "is_trailing" in facts.columns:
        is_year &= ~facts["is_trailing"].astype("bool")
    years = facts.loc[is_year]
    return years.assign(presentation=years["presentation"].fillna(years["document_id"]))


def _chain(totals: pd.DataFrame, quarters: pd.DataFrame, *, by: list[str], as_of: bool) -> pd.DataFrame:
    """Totals of twelve months beside the sum of the four quarters that fill them without a gap."""
    checks = totals.rename(columns={"value": "stated"}).sort_values("known_from", kind="stable").reset_index(drop=True)
    checks = checks.assign(
        next=checks["period_start"], sum_of_quarters=0.0, derived_from=pd.Series("", index=checks.index, dtype="str")
    )
    parts = pd.DataFrame(
        {
            **{name: quarters[name] for name in by},
            "next": quarters["period_start"],
            "part_end": quarters["period_end"],
            "part": quarters["value"],
            "part_id": quarters["derived_from"].fillna(quarters["figure_id"]),
            "part_known": quarters["known_from"],
        }
    ).sort_values("part_known", kind="stable")
    for _ in range(4):
        if as_of:
            joined = pd.merge_asof(checks, parts, left_on="known_from", right_on="part_known", by=[*by, "next"])
        else:
            joined = checks.merge(parts.drop_duplicates([*by, "next"], keep="last"), on=[*by, "next"], how="left")
        ids = joined["derived_from"] + "|" + joined["part_id"]
        checks = checks.assign(
            next=joined["part_end"] + pd.Timedelta(days=1),
            sum_of_quarters=joined["sum_of_quarters"] + joined["part"],
            derived_from=ids.str.removeprefix("|"),
        )
    complete = checks["next"] == checks["period_end"] + pd.Timedelta(days=1)
    checks["sum_of_quarters"] = checks["sum_of_quarters"].where(complete)
    checks["derived_from"] = checks["derived_from"].where(complete)
    checks["difference"] = checks["stated"] - checks["sum_of_quarters"]
    step = apparent_step(checks["stated"]).groupby(checks["series"]).transform("min")
    agrees = (checks["difference"].abs() <= 2.5 * step).astype("boolean")
    checks["agrees"] = agrees.where(checks["difference"].notna())
    return checks
