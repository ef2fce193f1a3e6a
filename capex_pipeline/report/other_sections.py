"""Accelerators by estimator, and cloud revenue with its breaks.

Add here what the page shows of tables gpu_estimates and cloud_revenue_by_definition.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.capex_section import by_size
from capex_pipeline.report.page_model import Part, Source, period_name
from capex_pipeline.report.series import PREFERRED, Row
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES

_STATEMENT_COLOURS = {"estimate": charts.ACCENT, "forecast": charts.CLAIM, "reported": charts.ACCENT}


def shipments(source: Source) -> Part:
    """Quarterly estimates by supplier and product with their intervals, and what other estimators say of a year."""
    rows = source["gpu_estimates"]
    quarters = series.quarters_of(rows[rows["is_preferred"]], pd.Timestamp(1970, 1, 1))
    lead = (
        "No company reports these numbers: they are models and statements. A dot is an estimator’s median, the bar its 5 to 95 percent "
        "interval. Intervals of quarters or products do not add up to the interval of their sum."
    )
    part, body = Part(""), ""
    if len(quarters):
        body += _by_product(source, quarters, part)
    body += _statements(source, rows, part)
    part.markup = html.section("shipments", "Accelerators shipped", lead if body else "No estimate is on record.", body)
    return part


def cloud(source: Source) -> Part:
    """Cloud revenue by company; a break is marked where the segment was recast."""
    rows = source["cloud_revenue_by_definition"]
    shown = series.quarters_of(rows, source.first_shown)
    filed = shown[(shown["source_type"].isin(COMPANY_SOURCES)) & shown["amount"].notna() & shown["is_preferred"]]
    if filed.empty:
        return Part(html.section("cloud", "Cloud revenue", "No quarter of any company is on record.", ""))
    part = Part("", {"cloud": charts.quarterly(filed["start"].min(), filed["start"].max())})
    cards = []
    for entity_id in by_size(filed):
        own = filed[filed["entity_id"] == entity_id]
        name, currency = source.entity_names.get(entity_id, entity_id), str(own["currency"].iloc[0])
        line = series.money_series(own, source.index, source.definition_names)
        marks = series.break_marks(own)
        segments = [str(text) for text in own.sort_values("start")["segment"].dropna().drop_duplicates()]
        described = series.summary(line, f"Cloud revenue of {name}", f"{currency} billion", "own")
        described += "".join(f" Break: {mark['note']}" for mark in marks)
        identity = f"cloud-{entity_id}"
        part.charts.append(
            {"id": identity, "template": "cloud", "heading": name, "title": f"{name}, cloud revenue", "money": True, "currency": currency, "series": {PREFERRED: line}, "claims": [],
             "sets": {"band": [], "breaks": marks}}
        )  # fmt: skip
        note = " ".join(
            [", then ".join(segments) + "." if segments else "Total revenue.", *(mark["note"] for mark in marks)]
        )
        cards.append(html.figure(identity, name, f"{currency} bn", described, note=note))
    lead = (
        "Each company’s own segment, in its reporting currency. Segments contain different businesses, so this is no ranking. "
        "A dashed line marks a change of the segment; no growth is computed across it."
    )
    key = html.legend(
        [("dot", charts.ACCENT, "reported"), ("ring", charts.ACCENT, "derived"), ("dash", charts.BREAK, "break")]
    )
    part.markup = html.section("cloud", "Cloud revenue", lead, key + html.grid(cards))
    return part


def _by_product(source: Source, quarters: pd.DataFrame, part: Part) -> str:
    part.templates["intervals"] = charts.intervals(quarters["start"].min(), quarters["start"].max())
    size = quarters.groupby("supplier_id")["units"].sum().sort_values(ascending=False, kind="stable")
    blocks, options = [], []
    for supplier in size.index:
        own = quarters[quarters["supplier_id"] == supplier]
        name = source.entity_names.get(str(supplier), str(supplier))
        options.append(f'<option value="{formatting.escape(supplier)}">{formatting.escape(name)}</option>')
        cards = []
        for product in own.groupby("product")["units"].max().sort_values(ascending=False, kind="stable").index:
            rows = series.shipment_rows(own[own["product"] == product], source.index)
            shown = source.product_names.get(str(product), str(product))
            identity = f"chips-{supplier}-{product}"
            part.charts.append(
                {
                    "id": identity,
                    "template": "intervals",
                    "heading": f"{name} {shown}",
                    "title": f"{name} {shown}, units shipped",
                    "sets": {"rows": rows},
                    "group": str(supplier),
                }
            )
            described = series.summary(rows, f"Units of {name} {shown}, estimated, median", "units", "value")
            cards.append(html.figure(identity, shown, "units a quarter", described, level=4))
        blocks.append(
            f'<div class="supplier" data-supplier="{formatting.escape(supplier)}"><h3>{formatting.escape(name)}</h3>{html.grid(cards, "grid small")}</div>'
        )
    who = ", ".join(sorted(set(quarters["claimant"].dropna().astype("str")))) or "the estimator"
    choice = (
        '<form class="controls" aria-label="Shipment charts"><div><label for="supplier">Supplier</label>'
        f'<select id="supplier">{"".join(options)}</select></div></form>'
        f'<p class="note">Estimator: {formatting.escape(who)}. Each panel has its own scale.</p>'
    )
    key = html.legend([("dot", charts.ACCENT, "median"), ("box soft", charts.ACCENT, "5 to 95 percent")])
    return choice + key + "".join(blocks)


def _statements(source: Source, rows: pd.DataFrame, part: Part) -> str:
    modelled = set(rows.loc[rows["is_preferred"], "definition_id"])
    stated = rows[~rows["definition_id"].isin(modelled)]
    stated = stated.sort_values(
        ["claimant", "units", "customer_id", "observation_id"], ascending=[True, False, True, True], kind="stable"
    )
    if stated.empty:
        return ""
    drawn = series.unique_labels(_statement(source, row) for row in formatting.records(stated))
    part.templates["statements"] = charts.ranges(drawn, _STATEMENT_COLOURS)
    part.charts.append(
        {
            "id": "statements",
            "template": "statements",
            "heading": "Statement",
            "title": "Statements on accelerators",
            "sets": {"rows": drawn},
        }
    )
    described = f"{len(drawn)} statements. " + "; ".join(row["label"] for row in drawn)
    key = html.legend([("dot", charts.ACCENT, "estimate of what was bought"), ("dot", charts.CLAIM, "forecast")])
    cells = [
        (formatting.escape(row.claimant), formatting.escape(_parties(source, row)), formatting.escape(period_name(row.period_start, row.period_end)),
         formatting.escape(row.status), formatting.escape(_count(row)), source.cite(row.document_id))
        for row in formatting.records(stated)
    ]  # fmt: skip
    heads = ("Estimator", "Chips", "Period", "Kind", "Units", "Document")
    return (
        '<h3>Other estimators</h3><p class="note">Omdia counts all Hopper chips together, so its numbers overlap those of single '
        "products above. An arrow means: at least.</p>" + key
        + html.grid([html.figure("statements", "Statements on a year", "units", described, wide=True, level=4)], "grid one")
        + html.table("Data: statements of other estimators", heads, cells, numeric=(4,))
    )  # fmt: skip


def _statement(source: Source, row: Any) -> Row:
    return {
        **series.bounded(row, "units_low", "units", "units_high", 1.0),
        **series.labelled(formatting.optional(row.claimant) or "unnamed", f"{_parties(source, row)}: {_count(row)}"), "kind": row.status,
        "quarter": period_name(row.period_start, row.period_end), "text": _count(row), "how": f"{row.status}, {formatting.plain(row.bound)}",
        "document": source.index.place(row.document_id),
    }  # fmt: skip


def _parties(source: Source, row: Any) -> str:
    product = source.product_names.get(str(row.product), formatting.plain(row.product))
    supplier = source.entity_names.get(str(row.supplier_id), "")
    if formatting.is_missing(row.customer_id):
        return f"{supplier} {product}".strip()
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
