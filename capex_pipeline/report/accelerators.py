"""Makes the section on accelerators by customer, supplier and product, quarterly and cumulative, in units and H100 equivalents, with
statements of other estimators.

Add here what the page shows of tables gpu_estimates, gpu_estimates_by_customer and gpu_shipments. An estimator's own total is shown with its own interval; a sum of
point estimates, which has none, only where there is no such total.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import Row

_STATEMENT_COLOURS = {"estimate": charts.ACCENT, "forecast": charts.CLAIM, "reported": charts.ACCENT}
_NUMBERS = ("units", "units_low", "units_high", "h100_equivalents", "h100_equivalents_low", "h100_equivalents_high")
_COLUMNS = (
    "observation_id", "supplier_id", "customer_id", "product", "measure", "is_total", "is_preferred", "calendar_quarter", "period_end",
    "claimant", "document_id", "locator",
)  # fmt: skip
_SAME_STATEMENT = [
    "claimant", "supplier_id", "customer_id", "product", "period_start", "period_end", "units_low", "units", "units_high",
]  # fmt: skip
Panel = tuple[str, str, str, dict[str, list[Row]]]
"""Id, heading, the company that determines the colour, and rows by time (quarterly, cumulative)."""


def shipments(source: Source) -> Part:
    """Panels by buyer, maker and product with their intervals, and statements of other estimators on a year."""
    rows = every_estimate(source)
    lead = (
        "No company reports these numbers; they are estimates and statements of third parties. A dot is an estimator’s median, the bar its 5 to 95 percent "
        "interval. Intervals of quarters or products do not add up to the interval of their sum."
    )
    part = Part("")
    estimates = modelled(rows)
    body = _panels(source, estimates, part) + _statements(source, rows, part)
    part.markup = html.section("shipments", "Accelerators", lead if body else "No estimates are available.", body)
    return part


def every_estimate(source: Source) -> pd.DataFrame:
    """Tables gpu_estimates, without a customer, and gpu_estimates_by_customer behind each other."""
    of_suppliers = source["gpu_estimates"].assign(customer_id=pd.Series(dtype="str"))
    return pd.concat([of_suppliers, source["gpu_estimates_by_customer"]], ignore_index=True)


def modelled(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimates of the estimators used in the tidy tables, by calendar quarter: flows of a quarter, and balances at its
    end.
    """
    chosen = rows[
        rows["definition_id"].isin(rows.loc[rows["is_preferred"], "definition_id"])
        & rows["calendar_basis"].eq("calendar")
    ]
    end = pd.to_datetime(chosen["period_end"])
    quarter = end.dt.to_period("Q")
    is_whole = quarter.dt.end_time.dt.normalize() == end
    chosen = chosen.assign(quarter=quarter.astype("str"), start=quarter.dt.start_time.astype("datetime64[us]"))
    flows = chosen["measure"].eq("flow") & chosen["calendar_quarter"].notna()
    # The panels select rows about a hundred times, and each selection copies every column.
    return chosen.loc[
        flows | (chosen["measure"].eq("cumulative") & is_whole), [*_COLUMNS, *_NUMBERS, "quarter", "start"]
    ]


def panels(source: Source, rows: pd.DataFrame) -> dict[str, tuple[str, list[Panel]]]:
    """Panels for each option of the selection list: id of the option -> its name and panels, largest first."""
    rows = rows.assign(product=rows["product"].map(_same_chips(source, rows)))
    totals, parts = rows[rows["is_total"]], rows[rows["product"].notna() & ~rows["is_total"]]
    bought, made_by = parts[parts["customer_id"].notna()], parts[parts["customer_id"].isna()]
    buyers, makers = totals[totals["customer_id"].notna()], totals[totals["customer_id"].isna()]
    made: dict[str, tuple[str, list[Panel]]] = {}
    made["buyers"] = (
        "Buyers",
        [
            (
                f"{customer}-{supplier}",
                f"{_name(source, customer)}: {_name(source, supplier) if customer != supplier else 'own chips'}",
                str(customer),
                _with_sums(
                    source,
                    buyers[(buyers["customer_id"] == customer) & (buyers["supplier_id"] == supplier)],
                    maker_rows,
                ),
            )
            for (customer, supplier), maker_rows in bought.groupby(["customer_id", "supplier_id"], sort=True)
        ],
    )
    made["makers"] = (
        "Makers",
        [
            (
                str(supplier),
                _name(source, supplier),
                str(supplier),
                _with_sums(source, makers[makers["supplier_id"] == supplier], maker_rows),
            )
            for supplier, maker_rows in made_by.groupby("supplier_id", sort=True)
        ],
    )
    for supplier, maker_rows in made_by.groupby("supplier_id", sort=True):
        made[str(supplier)] = (
            f"{_name(source, supplier)} by product",
            [
                (
                    f"{supplier}-{product}",
                    source.product_names.get(str(product), str(product)),
                    str(supplier),
                    _times(source, of_product),
                )
                for product, of_product in maker_rows.groupby("product", sort=True)
            ],
        )
    return {choice: (name, sorted(listed, key=_size)) for choice, (name, listed) in made.items() if listed}


def _size(panel: Panel) -> tuple[float, str]:
    """Sort key: largest first by the newest cumulative number, otherwise by the largest quarter."""
    times = panel[3]
    newest = times["cumulative"][-1:] or sorted(times["quarterly"], key=lambda row: row["units"][0] or 0)[-1:]
    return (-(newest[0]["units"][0] or 0) if newest else 0.0, panel[1])


def _name(source: Source, entity_id: object) -> str:
    return source.entity_names.get(str(entity_id), str(entity_id))


def _times(source: Source, rows: pd.DataFrame) -> dict[str, list[Row]]:
    return {
        "quarterly": _rows(source, rows[rows["measure"].eq("flow")]),
        "cumulative": _rows(source, rows[rows["measure"].eq("cumulative")]),
    }


def _same_chips(source: Source, rows: pd.DataFrame) -> dict[str, str]:
    """Product ids of the estimates -> those of the tidy tables, in which makers and buyers use one id for the same
    chips.
    """
    tidy = source["gpu_shipments"].set_index("observation_id")["product"]
    known = rows.loc[rows["observation_id"].isin(tidy.index), ["product", "observation_id"]].drop_duplicates("product")
    renamed = dict(zip(known["product"], known["observation_id"].map(tidy), strict=True))
    return {str(product): str(renamed.get(product, product)) for product in rows["product"].dropna().unique()}


def _with_sums(source: Source, totals: pd.DataFrame, products: pd.DataFrame) -> dict[str, list[Row]]:
    """The estimator's own totals. Where it has none, the sum of its products, with an interval only if there is a
    single product.
    """
    made = _times(source, totals)
    for time, measure in (("quarterly", "flow"), ("cumulative", "cumulative")):
        if not made[time]:
            by_quarter = products[products["measure"].eq(measure)].groupby(["quarter", "start"], sort=True)
            summed = by_quarter[list(_NUMBERS)].sum(min_count=1)
            summed.loc[by_quarter.size() > 1, [name for name in _NUMBERS if name.endswith(("_low", "_high"))]] = None
            summed["document_id"] = by_quarter["document_id"].first()
            summed["formula"] = "sum of the medians of its products"
            made[time] = _rows(source, summed.reset_index())
    return made


def _rows(source: Source, rows: pd.DataFrame) -> list[Row]:
    """Rows of a panel: number with its interval in units and in H100-equivalents."""
    return [
        {
            "t": formatting.milliseconds(row.start),
            "quarter": row.quarter,
            "units": [formatting.number(getattr(row, name)) for name in _NUMBERS[:3]],
            "h100": [formatting.number(getattr(row, name)) for name in _NUMBERS[3:]],
            "document": source.index.place(row.document_id),
            "locator": formatting.optional(getattr(row, "locator", None)),
            "formula": getattr(row, "formula", None),
        }
        for row in records(rows.sort_values("start", kind="stable"))
    ]


def _owned(source: Source, rows: pd.DataFrame, part: Part) -> str:
    """What each buyer has bought from each maker up to the newest quarter, on one axis, with the interval of the estimator's own total; in
    H100-equivalents or units, as the reader chooses."""
    totals = rows[rows["is_total"] & rows["customer_id"].notna() & rows["measure"].eq("cumulative")]
    newest = totals[totals["quarter"] == totals["quarter"].max()]
    if newest.empty:
        return ""
    quarter, units = formatting.quarter(newest["quarter"].iloc[0]), {}
    for choice, column, unit in (("h100", "h100_equivalents", "H100-equivalents"), ("units", "units", "units")):
        known = newest[newest[column].notna()].sort_values(
            [column, "observation_id"], ascending=[False, True], kind="stable"
        )
        units[choice] = series.unique_labels(_bought(source, row, column, unit) for row in records(known))
        part.templates[f"bought-{choice}"] = charts.ranges(
            units[choice], {row["kind"]: source.colour(row["kind"]) for row in units[choice]}
        )
    part.charts.append(
        {
            "id": "bought",
            "template": {choice: f"bought-{choice}" for choice in units},
            "heading": "",
            "title": f"Accelerators bought up to the end of {quarter}",
            "unit": "",
            "unit_in_text": True,
            "units": units,
            "sets": {},
        }
    )
    described = f"{len(units['h100'])} pairs of buyer and maker. " + "; ".join(
        str(row["label"]) for row in units["h100"]
    )
    note = "Cumulative, with the interval of the estimator’s own total. Customers without such a total are shown in the panels only."
    figure = html.figure("bought", "Buyer and maker", "", described, level=4, wide=True, note=note)
    return f"<h3>Who has bought what, up to the end of {quarter}</h3>{html.grid([figure], 'grid one')}"


def _bought(source: Source, row: Any, column: str, unit: str) -> Row:
    value, low, high = (formatting.number(getattr(row, name)) for name in (column, f"{column}_low", f"{column}_high"))
    has_interval = low is not None and high is not None and high > low
    maker = "own chips" if row.customer_id == row.supplier_id else _name(source, row.supplier_id)
    interval = f"{formatting.units(low)} to {formatting.units(high)}" if has_interval else ""
    return {
        **series.labelled(
            _name(source, row.customer_id),
            f"{maker}: {_short(value)}" + (f" ({_short(low)} to {_short(high)})" if interval else ""),
        ),
        "kind": str(row.customer_id),
        "value": value,
        "low": low if has_interval else None,
        "high": high if has_interval else None,
        "stated": True,
        "quarter": row.quarter,
        "text": f"{formatting.units(value)} {unit}",
        "how": f"5–95 %: {interval}." if interval else "No interval.",
        "document": source.index.place(row.document_id),
        "locator": formatting.optional(row.locator),
    }


def _short(value: float | None) -> str:
    """A count for a label: 3.15m, 832k, 950."""
    if value is None or value < 1000:
        return formatting.units(value)
    return f"{value / 1e6:,.2f}m" if value >= 999_500 else f"{value / 1e3:,.0f}k"


def _panels(source: Source, rows: pd.DataFrame, part: Part) -> str:
    made = panels(source, rows)
    if not made:
        return ""
    part.templates["intervals"] = charts.intervals(rows["start"].min(), rows["start"].max())
    blocks, options = [], []
    for choice, (name, listed) in made.items():
        options.append(f'<option value="{formatting.escape(choice)}">{formatting.escape(name)}</option>')
        cards = []
        for panel, heading, company, times in listed:
            identity = f"chips-{choice}-{panel}"
            part.charts.append(
                {
                    "id": identity,
                    "template": "intervals",
                    "heading": heading,
                    "title": f"Accelerators, {heading}",
                    "times": times,
                    "group": choice,
                    "sets": {},
                }
            )
            cards.append(
                html.figure(identity, heading, "", _described(heading, times), level=4, colour=source.colour(company))
            )
        blocks.append(
            f'<div class="supplier" data-supplier="{formatting.escape(choice)}"><h3>{formatting.escape(name)}</h3>{html.grid(cards, "grid small")}</div>'
        )
    who = ", ".join(sorted(set(rows["claimant"].dropna().astype("str")))) or "the estimator"
    return (
        '<form class="controls" aria-label="Charts of accelerators"><div><label for="supplier">Show</label>'
        f'<select id="supplier">{"".join(options)}</select></div>'
        + _radios("chips-unit", "Unit", (("h100", "H100-equivalents"), ("units", "Units")))
        + _radios(
            "chips-time", "Time", (("quarterly", "Quarterly"), ("yearly", "By year"), ("cumulative", "Cumulative"))
        )
        + f'</form><p class="note">Estimator: {formatting.escape(who)}. Each panel has its own scale. A total with a bar is '
        "the estimator’s own; one without is a sum of the medians of several products. "
        f"“{formatting.escape(_name(source, 'other_buyers'))}” is the estimator’s remainder.</p>"
        + html.legend([("dot", charts.ACCENT, "median"), ("box soft", charts.ACCENT, "5 to 95 percent")])
        + _owned(source, rows, part)
        + "".join(blocks)
        + '<p class="note" id="chips-absent" aria-live="polite"></p>'
    )


def _radios(name: str, legend: str, options: tuple[tuple[str, str], ...]) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{" checked" if not place else ""}> {text}</label>'
        for place, (value, text) in enumerate(options)
    )
    return f"<fieldset><legend>{legend}</legend>{choices}</fieldset>"


def _described(heading: str, times: dict[str, list[Row]]) -> str:
    cumulative = times["cumulative"][-1:]
    if not cumulative:
        return f"{heading}: {len(times['quarterly'])} quarters."
    units, h100 = cumulative[0]["units"][0], cumulative[0]["h100"][0]
    return (
        f"{heading}: {formatting.units(units)} units, {formatting.units(h100)} H100-equivalents up to the end of "
        f"{formatting.quarter(cumulative[0]['quarter'])}."
    )


def _statements(source: Source, rows: pd.DataFrame, part: Part) -> str:
    known = set(rows.loc[rows["is_preferred"], "definition_id"])
    stated = rows[~rows["definition_id"].isin(known)]
    stated = stated.sort_values(
        ["claimant", "units", "customer_id", "observation_id"], ascending=[True, False, True, True], kind="stable"
    )
    if stated.empty:
        return ""
    # An article that repeats a statement does not count as another statement.
    stated = stated.assign(
        repeats=stated.groupby(_SAME_STATEMENT, dropna=False)["document_id"].transform("nunique") - 1
    )
    drawn = series.unique_labels(_statement(source, row) for row in records(stated.drop_duplicates(_SAME_STATEMENT)))
    part.templates["statements"] = charts.ranges(drawn, _STATEMENT_COLOURS)
    part.charts.append(
        {
            "id": "statements",
            "template": "statements",
            "heading": "Statement",
            "title": "Estimators side by side",
            "unit": "units",
            "sets": {"rows": drawn},
        }
    )
    described = f"{len(drawn)} statements. " + "; ".join(row["label"] for row in drawn)
    key = html.legend(
        [
            ("dot", charts.ACCENT, "estimate of what was bought"),
            ("dot", charts.CLAIM, "forecast"),
            ("tick", charts.INK, "series above: the same chips, buyer and period (sum of medians)"),
            ("arrow", charts.INK, "at least"),
        ]
    )
    return (
        '<h3>Estimators side by side</h3><p class="note">Omdia counts all Hopper chips together; the tick adds the same chips of the series above.</p>'
        + key
        + html.grid(
            [html.figure("statements", "Statements on a year", "units", described, wide=True, level=4)], "grid one"
        )
    )


def _statement(source: Source, row: Any) -> Row:
    made: Row = {
        **series.bounded(row, "units_low", "units", "units_high", 1.0),
        **series.labelled(
            formatting.optional(row.claimant) or "unnamed",
            f"{_parties(source, row)}, {pd.Timestamp(row.period_end).year}: {_count(row)}",
        ),
        "kind": row.status,
        "quarter": formatting.period_name(row.period_start, row.period_end),
        "text": _count(row),
        "how": f"{row.status}, {formatting.plain(row.bound)}",
        "document": source.index.place(row.document_id),
        "locator": formatting.optional(row.locator),
    }
    if row.repeats:
        made["how"] += f". Repeated in {row.repeats} other document{'s' if row.repeats > 1 else ''}"
    other = comparable_units(source, row)
    if other is not None:
        made["rate"] = other
        made["how"] += f". Sum of medians of the series above for the same chips: {formatting.units(other)}."
    return made


def comparable_units(source: Source, row: Any) -> float | None:
    """Units in the tidy tables for the same chips, buyer and whole quarters; None if a quarter or the buyer is missing.

    Without a buyer, the rows of the makers' table are added up, otherwise those of the buyers' table.
    """
    wanted = _atoms(source, [row.product]).get(str(row.product), frozenset())
    is_bought = not formatting.is_missing(row.customer_id)
    table = source["gpu_shipments_by_customer_and_product" if is_bought else "gpu_shipments"]
    atoms = _atoms(source, table["product"].unique())
    inside = table["product"].map(lambda product: bool(wanted) and atoms[str(product)] <= wanted)
    chosen = table[
        inside.astype(bool) & (table["quarter_start"] >= row.period_start) & (table["quarter_start"] <= row.period_end)
    ]
    if is_bought:
        chosen = chosen[chosen["customer_id"] == row.customer_id]
    quarters = len(pd.period_range(row.period_start, row.period_end, freq="Q"))
    return float(chosen["units"].sum()) if len(chosen) and chosen["calendar_quarter"].nunique() == quarters else None


def _atoms(source: Source, products: Iterable[object]) -> dict[str, frozenset[str]]:
    """The single products that each product consists of."""
    known = source["products"].set_index("product")["contains"].to_dict()
    return {
        str(product): frozenset(
            [str(product)] if formatting.is_missing(known.get(str(product))) else str(known[str(product)]).split("|")
        )
        for product in products
    }


def _parties(source: Source, row: Any) -> str:
    product = source.product_names.get(str(row.product), formatting.plain(row.product))
    if formatting.is_missing(row.customer_id):
        return f"{source.entity_names.get(str(row.supplier_id), '')} {product}".strip()
    return f"{product} to {source.entity_names.get(str(row.customer_id), str(row.customer_id))}"


def _count(row: Any) -> str:
    if (
        formatting.is_missing(row.units)
        and not formatting.is_missing(row.units_low)
        and not formatting.is_missing(row.units_high)
    ):
        return f"{formatting.units(row.units_low)} to {formatting.units(row.units_high)}"
    prefix = {"at_least": "at least ", "at_most": "at most ", "approximately": "about "}.get(row.bound, "")
    return prefix + formatting.units(row.units if not formatting.is_missing(row.units) else row.units_low)
