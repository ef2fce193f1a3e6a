"""Part (e): discrete quarters from cumulative filings of 12 and of 2,000 companies.

    python -m benchmarks.decumulating COMPANIES

This module generates filings whose quarters are known, and measures the time that `normalise/quarters.py` takes to find
them. Add a case here when the derivation of quarters gets a new input; the derivation itself is in that module.
"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Row, child, least, seconds

if TYPE_CHECKING:
    import pandas as pd

SIZES = (12, 2_000)
_YEARS = range(2011, 2025)
_CONCEPTS = 3


def filings(companies: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts of made-up companies, as `discrete_quarters` takes them, and the quarters that they were added up from.

    Each company states three concepts from the first day of the year to the end of each of its quarters, in that year's filings and
    again as the year before in the next year's. Values are whole millions.
    """
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(20240826)
    company, concept, year, quarter = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(companies), np.arange(_CONCEPTS), np.array(_YEARS), np.arange(1, 5), indexing="ij"
        )
    )
    value = chance.integers(1_000, 90_000, len(year)).astype(float).reshape(-1, 4) * 1e6
    series = pd.Series(company, dtype="str") + "/concept" + pd.Series(concept, dtype="str")
    start = pd.Series(year.astype(str)) + "-01-01"
    end = pd.PeriodIndex.from_fields(year=year, quarter=quarter, freq="Q").end_time.normalize()
    stated = pd.DataFrame(
        {
            "series": series,
            "period_start": pd.to_datetime(start).astype("datetime64[us]"),
            "period_end": end.astype("datetime64[us]"),
            "value": value.cumsum(axis=1).ravel(),
            "year": year,
            "quarter": quarter,
        }
    )
    quarters = stated.assign(value=value.ravel())
    facts = pd.concat(
        [stated.assign(filed_in=stated["year"]), stated.assign(filed_in=stated["year"] + 1)], ignore_index=True
    )
    facts = facts[facts["filed_in"] <= _YEARS[-1]].reset_index(drop=True)
    filed = facts["series"] + " FY" + facts["filed_in"].astype("str")
    facts["presentation"] = filed
    facts["document_id"] = filed + " Q" + facts["quarter"].astype("str")
    facts["figure_id"] = facts["document_id"] + "#" + facts["year"].astype("str")
    later = pd.to_timedelta(40 + 365 * (facts["filed_in"] - facts["year"]), unit="D")
    facts["known_from"] = (facts["period_end"] + later).astype("datetime64[us]")
    return facts, quarters


def derived(facts: pd.DataFrame) -> pd.DataFrame:
    """Quarters by the pipeline's function."""
    from capex_pipeline.normalise.quarters import discrete_quarters

    return discrete_quarters(facts)


def wrong(found: pd.DataFrame, quarters: pd.DataFrame) -> int:
    """Quarters that were not found, or with another value than that which went into the sums."""
    key = ["series", "period_end"]
    joined = quarters[[*key, "value"]].merge(
        found.loc[found["value"].notna(), [*key, "value"]], on=key, how="left", suffixes=("", "_found")
    )
    return int((joined["value"] != joined["value_found"]).sum())


def measured(companies: int) -> dict[str, Any]:
    """Processor seconds, facts, and whether the quarters are right."""
    facts, quarters = filings(companies)
    taken = seconds(lambda: derived(facts), 3 if companies < 100 else 1)
    return {"seconds": taken, "facts": len(facts), "wrong": wrong(derived(facts), quarters) if companies < 100 else 0}


def rows(sizes: tuple[int, int] = SIZES) -> list[Row]:
    """Rows of part e. Raises RuntimeError where a quarter is wrong."""
    small, large = (
        least(2, lambda companies=companies: child("decumulating", str(companies)), by="seconds") for companies in sizes
    )  # type: ignore[misc]
    if small.said["wrong"] or large.said["wrong"]:
        raise RuntimeError("The quarters are not those that went into the sums.")
    ours, other = large.said["seconds"], small.said["seconds"]
    facts = large.said["facts"] / small.said["facts"]
    exponent = math.log(ours / other) / math.log(facts)
    what = f"quarters of {sizes[1]:,} companies ({large.said['facts']:,} facts)"
    against = f"of {sizes[0]:,} ({small.said['facts']:,} facts)"
    each = large.said["facts"] / ours / (small.said["facts"] / other)
    return [
        Row("e", f"{what}, times the work", ours, against, other, ours / other, f"at most {facts:,.0f}", large.peak, reached=ours / other <= facts),
        Row("e", f"{what}, facts a second", large.said["facts"] / ours, against, small.said["facts"] / other, each, peak=large.peak, unit="facts/s"),
        Row("e", f"{what}, exponent of growth", ours, against, other, exponent, "at most 1.1", large.peak, reached=exponent <= 1.1),
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
