"""Makes the table reconciliations, which compares the three published tables by calendar quarter: a supplier's chips at prices with its revenue and
with its customers' capital expenditure, and an owner's capital expenditure with its chips.

Each row describes the limits of the comparison. Claims of articles belong to `claims`. The module estimates no amount that is in no other
table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.normalise.time_axis import with_quarter_start
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.reconciliations import Reconciliations
from capex_pipeline.schemas.rules import reviewed_by_company

_ONE_QUARTER = pd.Timedelta(days=7)
"""Maximum difference in days between the end of an estimator's quarter and of a reported one; 52-week years shift it by up to six."""
_QUARTER = ["entity_id", "calendar_quarter"]
_REVENUE, _PRICE, _UNITS = "data_center_revenue", "gpu_unit_price", "gpu_units"
_MEASURES = ("h100_equivalents", "power_mw")
_OF_GROUP = [
    *("supplier_id", "supplier_name", "customer_id", "customer_name", "calendar_quarter", "product", "estimator", "observation_id"),
    *("priced_as", "price_low", "price_id", "price_definition", "value_low", "value_high"),
    *(f"{name}{end}" for name in _MEASURES for end in ("_low", "", "_high")),
    *("value", "observation_id_of_revenue", "source_type_of_revenue", "period_start_of_revenue", "period_end_of_revenue"),
]  # fmt: skip
"""Columns of chips, and of the revenue beside them, that a row of the table is made of; taking the others out of each group takes long."""


def reconciliations(
    observations: pd.DataFrame,
    estimates: pd.DataFrame,
    estimates_by_customer: pd.DataFrame,
    by_customer: pd.DataFrame,
    capex: pd.DataFrame,
    reference: Reference,
) -> pd.DataFrame:
    """Table reconciliations from tables observations, gpu_estimates, gpu_estimates_by_customer, gpu_shipments_by_customer_and_product (by_customer)
    and capex.
    """
    prices = _prices(observations, reference)
    revenue = _revenue(observations, reference)
    owned = _valued(_owned(by_customer, estimates_by_customer), prices, reference)
    spending = capex[capex["amount_usd"].notna()]
    rows = [
        *_units_times_prices(revenue, _valued(_shipped(estimates, reference), prices, reference), reference),
        *_capex_and_chips(owned, spending, revenue),
        *_owner_on_one_axis(owned, spending),
    ]
    table = pd.DataFrame(rows, columns=[*Reconciliations.to_schema().columns])
    names = table["entity_id"].map(reference.entities["name"])
    return laid_out(with_quarter_start(table).assign(entity_name=names), Reconciliations)


def _preferred(rows: pd.DataFrame, metric_id: str, day: str, of: str, reference: Reference) -> pd.DataFrame:
    """Rows on the preferred definition of a metric, for the company in column `of` on the date in column `day`."""
    chosen = reference.preferred[reference.preferred["metric_id"] == metric_id]
    wanted = chosen[["entity_id", "definition_id", "valid_from", "valid_to"]].rename(columns={"entity_id": of})
    places = rows[[of, "definition_id", day]].reset_index(names="row").merge(wanted, on=[of, "definition_id"])
    return rows.loc[places["row"][places[day].between(places["valid_from"], places["valid_to"])].unique()]


def _prices(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Lowest and highest price in US dollars by supplier, product and calendar year."""
    rows = observations[
        observations["is_latest"]
        & (observations["metric_id"] == _PRICE)
        & (observations["unit"] == "money_per_unit")
        & (observations["currency"] == "USD")
        & (observations["period_type"] == "year")
        & (observations["source_type"] == "estimate")
    ]
    rows = _preferred(rows, _PRICE, "period_start", "supplier_id", reference)
    prices = pd.DataFrame(
        {
            "supplier_id": rows["supplier_id"],
            "priced_as": rows["product"],
            "calendar_year": rows["period_start"].dt.year,
            "price_low": rows["value_low"].fillna(rows["value"]),
            "price_high": rows["value_high"].fillna(rows["value"]),
            "price_id": rows["observation_id"],
            "price_definition": rows["definition_id"],
        }
    )
    return prices.drop_duplicates(["supplier_id", "priced_as", "calendar_year"])


def _revenue(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Data center revenue in US dollars by supplier and quarter, from the company's newest document, or from a copy if there is none."""
    rows = observations[
        observations["is_latest"]
        & reviewed_by_company(observations)
        & (observations["metric_id"] == _REVENUE)
        & (observations["currency"] == "USD")
        & (observations["period_type"] == "quarter")
        & observations["status"].isin(["reported", "derived"])
        & observations["value"].notna()
        & observations["calendar_quarter"].notna()
    ]
    rows = _preferred(rows, _REVENUE, "period_start", "entity_id", reference)
    order = rows.assign(is_copy=rows["source_type"] == "third_party_copy").sort_values(
        ["is_copy", "known_from", "document_id"], ascending=[True, False, True], kind="stable"
    )
    return order.drop_duplicates(_QUARTER).sort_values(_QUARTER, ignore_index=True)


def _shipped(estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """A supplier's chips to all customers, in fiscal and calendar quarters, from the estimator that reference data name."""
    rows = estimates[
        (estimates["flow"] == "shipped")
        & (estimates["measure"] == "flow")
        & (estimates["status"] == "estimate")
        & (estimates["source_type"] == "estimate")
        & estimates["product"].notna()
        & estimates["units"].notna()
        & estimates["calendar_quarter"].notna()
    ]
    rows = _preferred(rows, _UNITS, "period_start", "supplier_id", reference)
    return rows.assign(calendar_year=rows["calendar_quarter"].str[:4].astype("int64"), estimator=rows["claimant"])


def _owned(by_customer: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Chips acquired by companies (without groups and remainders), with the intervals of the table gpu_estimates_by_customer."""
    ends = [f"{name}_{end}" for name in ("units", *_MEASURES) for end in ("low", "high")]
    rows = by_customer[by_customer["customer_type"] == "company"]
    rows = rows.merge(estimates[["observation_id", *ends]], on="observation_id", how="left", validate="one_to_one")
    return rows.assign(calendar_year=rows["calendar_quarter"].str[:4].astype("int64"))


def _valued(chips: pd.DataFrame, prices: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Chips with their value at the lowest and the highest price. An estimate without percentiles is both its lower and its upper bound."""
    ends = {
        f"{name}_{end}": chips[f"{name}_{end}"].fillna(chips[name])
        for name in ("units", *_MEASURES)
        for end in ("low", "high")
    }
    other = chips["product"].map(reference.products["priced_as"])
    rows = chips.assign(priced_as=other.fillna(chips["product"]), **ends)
    rows = rows.merge(prices, on=["supplier_id", "priced_as", "calendar_year"], how="left", validate="many_to_one")
    return rows.assign(
        value_low=rows["units_low"] * rows["price_low"], value_high=rows["units_high"] * rows["price_high"]
    )


def _units_times_prices(revenue: pd.DataFrame, chips: pd.DataFrame, reference: Reference) -> Iterator[dict[str, Any]]:
    """Compares a supplier's chips at prices with its revenue, for quarters that cover the same days in both."""
    known = revenue[
        ["entity_id", "calendar_quarter", "period_start", "period_end", "value", "observation_id", "source_type"]
    ]
    both = chips.merge(
        known.rename(columns={"entity_id": "supplier_id"}),
        on=["supplier_id", "calendar_quarter"],
        suffixes=("", "_of_revenue"),
    )
    apart = [(both[end] - both[f"{end}_of_revenue"]).abs() for end in ("period_start", "period_end")]
    both = both[(apart[0] <= _ONE_QUARTER) & (apart[1] <= _ONE_QUARTER)]
    for (maker, quarter), rows in _groups(both, "supplier_id"):
        first = rows.iloc[0]
        amount, (low, high) = float(first["value"]), _interval(rows)
        outside = None if low is None or high is None else max(amount - high, 0.0) + min(amount - low, 0.0)
        position = None if outside is None else "above" if outside > 0 else "below" if outside < 0 else "inside"
        yield {
            **_about("units_times_prices", maker, quarter, None, rows, first["observation_id_of_revenue"]),
            **_covered("revenue", amount, low, high),
            "period_start": first["period_start_of_revenue"],
            "period_end": first["period_end_of_revenue"],
            "revenue_position": position,
            "revenue_outside_usd": outside,
            "limits": _sentences(
                *_notes(rows, maker, reference),
                "The revenue also includes networking, systems, software and chips that are not counted.",
                "The bounds of the interval add the bounds of all products, which is wider than the interval of the total.",
                _copy(first["source_type_of_revenue"]),
                _pricing(rows),
            ),
        }


def _capex_and_chips(owned: pd.DataFrame, capex: pd.DataFrame, revenue: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Compares the chips of one supplier that named companies acquired with the capital expenditure of these companies and the supplier's revenue."""
    priced = owned[owned["supplier_id"].isin(owned.loc[owned["price_low"].notna(), "supplier_id"])]
    spent, earned = _by_quarter(capex), _by_quarter(revenue)
    for (maker, quarter), every in _groups(priced, "supplier_id"):
        buyers = [name for name in sorted(every["customer_id"].unique()) if (name, quarter) in spent]
        if not buyers:
            continue
        rows = every[every["customer_id"].isin(buyers)]
        low, high = _interval(rows)
        amounts = [spent[name, quarter] for name in buyers]
        maker_revenue = earned.get((maker, quarter))
        without = sorted(set(every["customer_name"]) - {one.entity_name for one in amounts})
        yield {
            **_about(
                "capex_and_chips",
                maker,
                quarter,
                buyers,
                rows,
                *(one.observation_id for one in amounts),
                *([maker_revenue.observation_id] if maker_revenue else []),
            ),
            **_covered("capex", sum(one.amount_usd for one in amounts), low, high),
            **(
                _covered("revenue", maker_revenue.value, low, high)
                | {"period_start": maker_revenue.period_start, "period_end": maker_revenue.period_end}
                if maker_revenue
                else {}
            ),
            "limits": _sentences(
                "Chips of one supplier only, at the price of the chip; customers pay more for the server that contains it.",
                "Capital expenditure also includes buildings, power, networks and other chips, and excludes leased assets.",
                "Chips may be paid for in another quarter than the one in which they are counted.",
                "The customers differ from quarter to quarter; compare only rows with the same counterparties.",
                f"Not included, because capital expenditure for this quarter is missing: {', '.join(without)}."
                if without
                else None,
                "The chips are counted in the calendar quarter, the revenue in the fiscal quarter."
                if maker_revenue and _is_fiscal(maker_revenue.period_start, maker_revenue.period_end, quarter)
                else None,
                *(_fiscal(one, quarter) for one in amounts),
                _pricing(rows),
            ),
        }


def _owner_on_one_axis(owned: pd.DataFrame, capex: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Capital expenditure, computing power and rated power of one owner in one calendar quarter."""
    spent = _by_quarter(capex)
    makers = owned.groupby("customer_id")["supplier_name"].agg(set)
    for (owner, quarter), rows in _groups(owned.assign(price_id=None), "customer_id"):
        amount = spent.get((owner, quarter))
        if amount is None:
            continue
        others = sorted(makers[owner] - set(rows["supplier_name"]))
        measures = {f"{name}{end}": _total(rows[f"{name}{end}"]) for name in _MEASURES for end in ("_low", "", "_high")}
        yield {
            **_about(
                "owner_on_one_axis",
                owner,
                quarter,
                sorted(rows["supplier_id"].unique()),
                rows,
                amount.observation_id,
            ),
            **measures,
            "capex_usd": amount.amount_usd,
            "period_start": amount.fiscal_period_start,
            "period_end": amount.fiscal_period_end,
            "limits": _sentences(
                "Chips in the quarter in which they are counted, not installed or paid; rated power excludes cooling and other equipment.",
                "Capital expenditure also includes buildings, power and networks, and excludes leased assets.",
                "The bounds of the intervals add the bounds of all products, which is wider than the interval of the total.",
                f"Chips of {', '.join(others)} are only counted in other quarters." if others else None,
                _fiscal(amount, quarter),
            ),
        }


def _by_quarter(table: pd.DataFrame) -> dict[tuple[str, str], Any]:
    """Index of rows by company and calendar quarter, which are unique."""
    return {(row.entity_id, row.calendar_quarter): row for row in records(table)}


def _groups(rows: pd.DataFrame, company: str) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Rows of one company and calendar quarter at a time."""
    used = rows[rows.columns.intersection(_OF_GROUP)]
    for (name, quarter), group in used.groupby([company, "calendar_quarter"], sort=True):
        yield (str(name), str(quarter)), group


def _about(
    kind: str, entity_id: str, quarter: str, counterparties: list[str] | None, rows: pd.DataFrame, *also: str
) -> dict[str, Any]:
    """Columns of every row: its key, counterparties, estimators and the observations behind it."""
    ids = [*rows["observation_id"], *rows["price_id"].dropna(), *also]
    return {
        "kind": kind,
        "entity_id": entity_id,
        "calendar_quarter": quarter,
        "counterparties": "|".join(counterparties) if counterparties else None,
        "estimator": "|".join(sorted(set(rows["estimator"].dropna()))) or None,
        "observation_ids": "|".join(sorted(set(ids))),
    }


def _covered(what: str, amount: float, low: float | None, high: float | None) -> dict[str, float | None]:
    """An amount, the interval of the chips, and both ends as a percentage of the amount."""
    shares = {
        f"{what}_covered_{end}_pct": None if value is None or amount <= 0 else value / amount * 100
        for end, value in (("low", low), ("high", high))
    }
    return {f"{what}_usd": amount, "value_low_usd": low, "value_high_usd": high, **shares}


def _interval(rows: pd.DataFrame) -> tuple[float | None, float | None]:
    return _total(rows["value_low"]), _total(rows["value_high"])


def _total(values: pd.Series) -> float | None:
    """The sum; None if a value is missing."""
    numbers = values.to_numpy("float64")
    return None if np.isnan(numbers).any() else float(numbers.sum())


def _is_fiscal(start: pd.Timestamp, end: pd.Timestamp, quarter: str) -> bool:
    """Whether a quarter is not the calendar quarter, to within a week."""
    calendar = pd.Period(quarter, freq="Q")
    return abs(start - calendar.start_time) > _ONE_QUARTER or abs(end - calendar.end_time.normalize()) > _ONE_QUARTER


def _fiscal(amount: Any, quarter: str) -> str | None:
    """A note if the quarter of an amount of table capex is not the calendar quarter of the chips."""
    start, end = amount.fiscal_period_start, amount.fiscal_period_end
    if not _is_fiscal(start, end, quarter):
        return None
    return f"The amount of {amount.entity_name} is that of {start:%Y-%m-%d} to {end:%Y-%m-%d}, the chips those of {quarter}."


def _pricing(rows: pd.DataFrame) -> str | None:
    """Notes on products that are valued at the price of another one, and on products without a price, for which the row has no interval."""
    other = rows[rows["priced_as"] != rows["product"]]
    pairs = sorted(
        {
            f"{product} at the price of {price}"
            for product, price in zip(other["product"], other["priced_as"], strict=True)
        }
    )
    lacking = sorted(set(rows.loc[rows["price_low"].isna(), "product"]))
    sentences = [f"Valued: {', '.join(pairs)}."] if pairs else []
    sentences += (
        [f"There is no price for the year for {', '.join(lacking)}, so there is no interval."] if lacking else []
    )
    return " ".join(sentences) or None


def _notes(rows: pd.DataFrame, maker: str, reference: Reference) -> Iterator[str]:
    """Notes of the reference data on the prices of a supplier, for example that the counts depend on them."""
    for definition in sorted(rows["price_definition"].dropna().unique()):
        notes: Any = reference.definitions.at[definition, "entity_notes"]
        if note := notes.get(maker):
            yield str(note)


def _copy(source_type: str) -> str | None:
    return "The revenue was read from a copy of the company's release." if source_type == "third_party_copy" else None


def _sentences(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
