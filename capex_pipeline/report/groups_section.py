"""Makes the section on groups of companies as stacks of their members' quarters, in US dollars and in the members' own currency.

Add here what the page shows of table capex_by_overlapping_group. Totals and growth of a group come from that table; only quarters that it calls
complete are shown, so that a total never grows because a company was added.
"""

from __future__ import annotations

from typing import Any

from capex_pipeline.normalise.records import records
from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import Row


def groups(source: Source) -> Part:
    """The widest group of each country, and the widest of all, as stacks of their members."""
    chosen = shown_groups(source)
    heading = "China and the United States"
    if not chosen:
        return Part(html.section("groups", heading, "No complete quarters of a group are available.", ""))
    quarters = sorted({quarter for group in chosen for quarter in group["totals"].index})
    highest = max(float(group["totals"]["amount_usd"].max()) for group in chosen) / series.BILLION
    part, cards = Part(""), []
    for group in chosen:
        panels: list[tuple[str, str, float | None]] = [("usd", "USD", highest)]
        if group["currency"] not in (None, "USD"):
            panels.append(("own", str(group["currency"]), None))
        for key, currency, top in panels:
            identity = f"group-{group['id']}-{key}"
            part.templates[identity] = charts.stacked(
                quarters, group["members"], [source.colour(name) for name in group["ids"]], top
            )
            drawn = _stack_rows(source, group, key, currency)
            part.charts.append(
                {
                    "id": identity,
                    "template": identity,
                    "heading": group["name"],
                    "title": f"{group['name']}, capital expenditure",
                    "unit_in_text": True,
                    "unit": f"{currency} bn",
                    "legend": [[source.entity_names.get(name, name), source.colour(name)] for name in group["ids"]],
                    "sets": {"rows": drawn},
                }
            )
            entries = [("box", source.colour(name), source.entity_names.get(name, name)) for name in group["ids"]]
            note = "The dollar panels share one scale." if key == "usd" else "This panel has its own scale."
            cards.append(
                html.figure(
                    identity,
                    group["name"] if key == "usd" else f"{group['name']}, as reported",
                    f"{currency} bn",
                    _describe(group, key, currency),
                    note=note,
                    extra=html.legend(entries),
                )
            )
    part.markup = html.section("groups", heading, _comparison(chosen), html.grid(cards, "grid halves"))
    return part


def shown_groups(source: Source) -> list[dict[str, Any]]:
    """Groups by size: for each country the one with most members, and likewise for groups without a country.

    Each has its id, name, country, members by size, complete quarters (`totals`) and the members' rows in them
    (`rows`).
    """
    entities, table, capex = source["entities"], source["capex_by_overlapping_group"], source["capex"]
    complete = table[table["is_complete"] & table["amount_usd"].notna()]
    widest: dict[str | None, Any] = {}
    for row in records(entities[entities["entity_id"].isin(complete["entity_id"]) & entities["members"].notna()]):
        country, count = formatting.optional(row.country), len(str(row.members).split("|"))
        if country not in widest or count > len(str(widest[country].members).split("|")):
            widest[country] = row
    chosen = []
    for country, row in widest.items():
        totals = complete[complete["entity_id"] == row.entity_id].set_index("calendar_quarter").sort_index()
        totals = totals[totals["quarter_start"] >= source.first_shown]
        rows = capex[
            capex["entity_id"].isin(str(row.members).split("|")) & capex["calendar_quarter"].isin(totals.index)
        ]
        size = rows.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable")
        if len(size) < 2:
            continue
        ids, currencies = [str(name) for name in size.index], set(rows["currency"])
        chosen.append(
            {
                "id": str(row.entity_id),
                "name": str(row.entity_name),
                "country": country,
                "ids": ids,
                "rows": rows,
                "totals": totals,
                "members": [source.entity_names.get(name, name) for name in ids],
                "currency": currencies.pop() if len(currencies) == 1 else None,
            }
        )
    return sorted(chosen, key=lambda group: (group["country"] is None, -float(group["totals"]["amount_usd"].iloc[-1])))


def _stack_rows(source: Source, group: dict[str, Any], key: str, currency: str) -> list[Row]:
    column = "amount_usd" if key == "usd" else "amount_local"
    rows = group["rows"].sort_values(["quarter_start", "entity_id"], kind="stable")
    totals = group["totals"][column]
    return [
        {
            "quarter": row.calendar_quarter,
            "member": row.entity_name,
            "place": group["ids"].index(row.entity_id),
            "value": round(float(getattr(row, column)) / series.BILLION, 6),
            "text": f"{row.entity_name}: {formatting.money(getattr(row, column), currency)}",
            "how": f"Together {formatting.money(totals[row.calendar_quarter], currency)}. "
            f"{source.definition_names.get(row.definition_id, row.definition_id)}",
            "document": source.index.place(row.document_id),
            "locator": formatting.optional(row.locator),
        }
        for row in records(rows[rows[column].notna()])
    ]


def _describe(group: dict[str, Any], key: str, currency: str) -> str:
    totals = group["totals"]["amount_usd" if key == "usd" else "amount_local"]
    return (
        f"Capital expenditure of {group['name']} together, stacked by company, {currency}: "
        f"{formatting.money(totals.iloc[0], currency)} in {formatting.quarter(totals.index[0])}, "
        f"{formatting.money(totals.iloc[-1], currency)} in {formatting.quarter(totals.index[-1])}."
    )


def _comparison(chosen: list[dict[str, Any]]) -> str:
    lead = "Comparable amounts, and only quarters for which every member that existed has one. "
    sentence = comparison(chosen)
    return (f"<strong>{formatting.escape(sentence)}</strong> " if sentence else "") + formatting.escape(lead)


def comparison(chosen: list[dict[str, Any]]) -> str:
    """The two largest groups of countries in their newest common quarter, in a sentence; empty if there are fewer than
    two.
    """
    countries = [group for group in chosen if group["country"] is not None][:2]
    common: list[str] = (
        sorted(set.intersection(*(set(group["totals"].index) for group in countries))) if len(countries) == 2 else []
    )
    if not common:
        return ""
    quarter = common[-1]
    larger, smaller = (group["totals"].loc[quarter] for group in countries)
    growth = [
        "" if formatting.is_missing(one["yoy_usd_pct"]) else formatting.more(one["yoy_usd_pct"])
        for one in (larger, smaller)
    ]
    return (
        f"{countries[0]['name']} together spent {formatting.money(larger['amount_usd'], 'USD')} in {formatting.quarter(quarter)}"
        + (f", {growth[0]} than a year earlier: " if growth[0] else ": ")
        + f"{larger['amount_usd'] / smaller['amount_usd']:.1f} times the {formatting.money(smaller['amount_usd'], 'USD')} of "
        f"{countries[1]['name']}" + (f" ({growth[1]} than a year earlier)." if growth[1] else ".")
    )
