"""Capital expenditure by company, the two groups of countries side by side, and outlooks for longer periods.

What belongs here: the sections of table capex. What does not: arithmetic beyond sums of the rows shown.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source, period_name
from capex_pipeline.report.series import PREFERRED, Row
from capex_pipeline.schemas.rules import reviewed_by_company

_FEWEST_QUARTERS = 3
_OUTLOOK_COLOURS = {"guidance": charts.ACCENT, "forecast": charts.CLAIM, "estimate": charts.CLAIM}


def capex(source: Source) -> Part:
    """Capital expenditure by company and quarter, with the definition to be chosen, and outlooks below."""
    rows = source["capex_by_definition"]
    shown = series.quarters_of(rows, series.first_quarter_shown(rows))
    filed = shown[reviewed_by_company(shown) & shown["amount"].notna()]
    companies = by_size(filed)
    if not companies:
        return Part(
            html.section("capex", "Capital expenditure by company", "No quarter of any company is on record.", "")
        )
    first, last = shown["start"].min(), shown["start"].max()
    part = Part("", {"quarterly": charts.quarterly(first, last)})
    cards = []
    for entity_id in companies:
        own = shown[shown["entity_id"] == entity_id]
        chart = _company_chart(source, entity_id, own)
        part.charts.append(chart)
        described = (
            chart["described"][PREFERRED]["usd"]
            if PREFERRED in chart["described"]
            else f"{chart['heading']}: no preferred series."
        )
        cards.append(html.figure(chart["id"], chart["heading"], "USD bn", described))
    part.extra["definitions"] = _definition_texts(source, filed)
    outlooks = _outlooks(source, part)
    part.markup = html.section(
        "capex", "Capital expenditure by company",
        "Quarterly, at the average exchange rate of the quarter. Every panel has a scale of its own. The pale band runs from the "
        "smallest to the largest definition that the company’s filings support: it is how much the word alone decides.",
        _controls(filed, source) + _legend() + html.grid(cards) + '<p class="note" id="capex-absent" aria-live="polite"></p>'
        + _table(source, shown) + outlooks,
    )  # fmt: skip
    return part


def groups(source: Source) -> Part:
    """Groups of companies as stacks of their members' preferred rows, in US dollars and in the members' own currency."""
    rows = source["capex_by_definition"]
    shown = series.quarters_of(rows[rows["is_preferred"]], series.first_quarter_shown(rows))
    found = [group for group in _groups(source, shown) if len(group["rows"])]
    found.sort(key=lambda group: -float(group["rows"]["amount_usd"].sum()))
    if not found:
        return Part(
            html.section("groups", "China and the United States", "No quarter has every member of a group.", "")
        )
    quarters = sorted({quarter for group in found for quarter in group["rows"]["calendar_quarter"]})
    highest = (
        max(float(group["rows"].groupby("calendar_quarter")["amount_usd"].sum().max()) for group in found)
        / series.BILLION
    )
    part, cards, tables = Part(""), [], []
    for group in found:
        panels: list[tuple[str, str, float | None]] = [("usd", "USD", highest)]
        if group["currency"] not in (None, "USD"):
            panels.append(("own", str(group["currency"]), None))
        for key, currency, top in panels:
            identity = f"group-{group['id']}-{key}"
            template = f"stack-{group['id']}-{key}"
            part.templates[template] = charts.stacked(quarters, group["members"], top)
            drawn = _stack_rows(source, group, key, currency)
            heading = group["name"] if key == "usd" else f"{group['name']}, as reported"
            part.charts.append(
                {"id": identity, "template": template, "heading": group["name"], "sets": {"rows": drawn}}
            )
            entries = [("box", f"var(--c{place % 4 + 1})", name) for place, name in enumerate(group["members"])]
            note = "The dollar panels share one scale." if key == "usd" else "A scale of its own."
            cards.append(
                html.figure(identity, heading, f"{currency} bn", _describe_stack(group, key, currency), note=note,
                              extra=html.legend(entries))
            )  # fmt: skip
        tables.append(_group_table(source, group))
    part.markup = html.section(
        "groups", "China and the United States", _comparison(found), html.grid(cards, "grid thirds") + "".join(tables)
    )
    return part


def _company_chart(source: Source, entity_id: str, own: pd.DataFrame) -> dict[str, Any]:
    name = source.entity_names.get(entity_id, entity_id)
    filed = own[reviewed_by_company(own) & own["amount"].notna()]
    currency = str(filed["currency"].iloc[0])
    kinds = {PREFERRED: filed[filed["is_preferred"]]}
    kinds |= {str(definition): part for definition, part in filed.groupby("definition_id", sort=True)}
    lines = {
        key: series.money_series(part, source.index, source.definition_names)
        for key, part in kinds.items()
        if len(part)
    }
    claims = series.press_claims(own, source.index, source.definition_names)
    described = {
        key: {
            unit: series.summary(line, f"Capital expenditure of {name}", f"{code} billion", unit)
            for unit, code in (("usd", "USD"), ("own", currency))
        }
        for key, line in lines.items()
    }
    return {
        "id": f"capex-{entity_id}", "template": "quarterly", "heading": name, "currency": currency, "choose": True, "series": lines,
        "claims": claims, "described": described,
        "sets": {"band": series.definition_band(own), "breaks": series.break_marks(own)},
    }  # fmt: skip


def by_size(filed: pd.DataFrame) -> list[str]:
    """Companies by the US dollars of their last four preferred quarters, largest first; those without one at the end."""
    chosen = filed[filed["is_preferred"]]
    recent = chosen.sort_values("start", kind="stable").groupby("entity_id").tail(4)
    size = recent.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in size.index] + sorted(set(filed["entity_id"]) - set(size.index))


def _controls(filed: pd.DataFrame, source: Source) -> str:
    counts = filed.groupby("definition_id").agg(companies=("entity_id", "nunique"), quarters=("start", "size"))
    kept = counts[counts["quarters"] >= _FEWEST_QUARTERS].sort_values(
        ["companies", "quarters"], ascending=False, kind="stable"
    )
    options = [f'<option value="{PREFERRED}" selected>Preferred series of each company</option>']
    for definition_id, companies, _ in kept.itertuples(name=None):
        name = source.definition_names.get(str(definition_id), formatting.plain(definition_id))
        many = f"{companies} companies" if companies > 1 else "1 company"
        options.append(
            f'<option value="{formatting.escape(definition_id)}">{formatting.escape(name)} ({many})</option>'
        )
    return (
        '<form class="controls" aria-label="Capital expenditure charts"><div><label for="definition">Definition</label>'
        f'<select id="definition">{"".join(options)}</select></div>'
        '<fieldset><legend>Currency</legend><label><input type="radio" name="currency" value="usd" checked> US dollars</label>'
        '<label><input type="radio" name="currency" value="own"> As reported</label></fieldset></form>'
        '<p class="note definition" id="definition-text" aria-live="polite"></p>'
    )


def _legend() -> str:
    return html.legend(
        [
            ("dot", charts.ACCENT, "reported"),
            ("ring", charts.ACCENT, "derived (such as year less nine months)"),
            ("diamond", charts.CLAIM, "said by the press or an analyst"),
            ("box", charts.BAND, "smallest to largest definition"),
            ("line", charts.CONTEXT, "preferred series, where another is chosen"),
            ("dash", charts.BREAK, "break: the basis changed"),
        ]
    )


def _definition_texts(source: Source, filed: pd.DataFrame) -> dict[str, str]:
    rows = source["definitions"]
    used = rows[rows["definition_id"].isin(set(filed["definition_id"]))]
    texts = {str(name): str(text) for name, text in zip(used["definition_id"], used["description"], strict=True)}
    preferred = (
        "Cash purchases of property and equipment where a company publishes them; Tencent publishes accrual additions only. "
        "These rows add up: one per company and quarter."
    )
    return {PREFERRED: preferred, **texts}


def _table(source: Source, shown: pd.DataFrame) -> str:
    rows = shown[shown["amount"].notna()].sort_values(
        ["entity_name", "start", "is_preferred", "definition_id", "observation_id"],
        ascending=[True, False, False, True, True],
        kind="stable",
    )
    cells = [
        (
            formatting.escape(row.entity_name), formatting.escape(row.calendar_quarter),
            formatting.escape(source.definition_names.get(row.definition_id, row.definition_id)) + (" ★" if row.is_preferred else ""),
            formatting.escape(formatting.money(row.amount, row.currency)), formatting.escape(formatting.money(row.amount_usd, "USD")),
            formatting.escape(formatting.percent(row.yoy_pct)), formatting.escape(row.status), source.cite(row.document_id),
        )
        for row in formatting.records(rows)
    ]  # fmt: skip
    heads = (
        "Company",
        "Quarter",
        "Definition (★ preferred)",
        "Amount",
        "In US dollars",
        "On a year earlier",
        "Status",
        "Document",
    )
    return html.table("Data: capital expenditure by company, quarter and definition", heads, cells, numeric=(3, 4, 5))


def _outlooks(source: Source, part: Part) -> str:
    rows = source["capex_by_definition"]
    said = rows[rows["status"].isin(_OUTLOOK_COLOURS) & ~rows["calendar_quarter"].notna() & rows["currency"].notna()]
    cards, cells = [], []
    for currency, own in sorted(said.groupby("currency"), key=lambda pair: pair[0] != "USD"):
        ordered = own.sort_values(["entity_name", "period_start", "known_from", "observation_id"], kind="stable")
        drawn = series.unique_labels(_outlook(source, row) for row in formatting.records(ordered))
        identity, template = f"outlook-{str(currency).lower()}", f"ranges-{str(currency).lower()}"
        part.templates[template] = charts.ranges(drawn, _OUTLOOK_COLOURS)
        part.charts.append({"id": identity, "template": template, "heading": "Outlook", "sets": {"rows": drawn}})
        described = f"{len(drawn)} outlooks and estimates in {currency} billion. " + "; ".join(
            row["label"] for row in drawn
        )
        cards.append(
            html.figure(
                identity,
                f"Stated in {currency}",
                f"{currency} bn",
                described,
                level=4,
                note="An arrow means: at least.",
            )
        )
        cells += [
            (formatting.escape(row.entity_name), formatting.escape(period_name(row.period_start, row.period_end)), formatting.escape(row.status),
             formatting.escape(_amounts(row)), formatting.escape(row.claimant), formatting.escape(formatting.day(row.known_from)), source.cite(row.document_id))
            for row in formatting.records(ordered)
        ]  # fmt: skip
    if not cards:
        return ""
    key = html.legend(
        [("dot", charts.ACCENT, "the company’s own guidance"), ("dot", charts.CLAIM, "estimate or forecast of others")]
    )
    heads = ("Who", "Period", "Kind", "Amount", "Said by", "Known from", "Document")
    return (
        "<h3>Outlooks for whole years</h3><p class=\"note\">Latest on record. They are not spending, they are on the speaker’s own "
        "definition, and they are never summed with quarters.</p>" + key + html.grid(cards, "grid halves")
        + html.table("Data: outlooks and estimates", heads, cells, numeric=(3,))
    )  # fmt: skip


def _outlook(source: Source, row: Any) -> Row:
    ends = series.bounded(row, "amount_low", "amount", "amount_high", series.BILLION)
    return {
        **ends, **series.labelled(row.entity_name, f"{period_name(row.period_start, row.period_end)}: {_amounts(row)}"), "kind": row.status,
        "quarter": row.status, "text": _amounts(row),
        "how": source.definition_names.get(row.definition_id, row.definition_id) + ("" if formatting.is_missing(row.claimant) else f", says {row.claimant}"),
        "document": source.index.place(row.document_id),
    }  # fmt: skip


def _amounts(row: Any) -> str:
    low, high = row.amount_low, row.amount_high
    if formatting.is_missing(row.amount) and not formatting.is_missing(low) and not formatting.is_missing(high):
        return f"{formatting.money(low, row.currency)} to {formatting.scaled(high)}"
    value = row.amount if not formatting.is_missing(row.amount) else low if not formatting.is_missing(low) else high
    prefix = {"at_least": "at least ", "at_most": "at most ", "approximately": "about "}.get(row.bound, "")
    return prefix + formatting.money(value, row.currency)


def _groups(source: Source, shown: pd.DataFrame) -> list[dict[str, Any]]:
    entities = source["entities"]
    found = []
    for row in formatting.records(entities[entities["is_aggregate"] & entities["members"].notna()]):
        members = str(row.members).split("|")
        own = shown[shown["entity_id"].isin(members) & shown["amount_usd"].notna()]
        complete = own.groupby("calendar_quarter")["entity_id"].transform("nunique") == len(members)
        own = own[complete]
        if len(members) < 2 or own.empty:
            continue
        size = own.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable")
        order = [str(name) for name in size.index]
        currencies = set(own["currency"])
        found.append(
            {"id": str(row.entity_id), "name": str(row.entity_name), "ids": order, "rows": own, "country": row.country,
             "members": [source.entity_names[name] for name in order], "currency": currencies.pop() if len(currencies) == 1 else None}
        )  # fmt: skip
    return found


def _stack_rows(source: Source, group: dict[str, Any], key: str, currency: str) -> list[Row]:
    column = "amount_usd" if key == "usd" else "amount"
    rows = group["rows"].sort_values(["start", "entity_id"], kind="stable")
    totals = rows.groupby("calendar_quarter")[column].sum()
    return [
        {
            "quarter": row.calendar_quarter, "member": row.entity_name, "place": group["ids"].index(row.entity_id),
            "value": round(float(getattr(row, column)) / series.BILLION, 6),
            "text": f"{row.entity_name}: {formatting.money(getattr(row, column), currency)}",
            "how": f"Together {formatting.money(totals[row.calendar_quarter], currency)}. "
            f"{source.definition_names.get(row.definition_id, row.definition_id)}",
            "document": source.index.place(row.document_id),
        }
        for row in formatting.records(rows)
    ]  # fmt: skip


def _describe_stack(group: dict[str, Any], key: str, currency: str) -> str:
    column = "amount_usd" if key == "usd" else "amount"
    totals = group["rows"].groupby("calendar_quarter")[column].sum().sort_index()
    return (
        f"Capital expenditure of {group['name']} together, stacked by company, {currency}: "
        f"{formatting.money(totals.iloc[0], currency)} in {totals.index[0]}, {formatting.money(totals.iloc[-1], currency)} in {totals.index[-1]}."
    )


def _group_table(source: Source, group: dict[str, Any]) -> str:
    column = "amount" if group["currency"] else "amount_usd"
    code = group["currency"] or "USD"
    rows = group["rows"].assign(document=[source.cite(name) for name in group["rows"]["document_id"]])
    amounts = rows.pivot(index="calendar_quarter", columns="entity_id", values=column)
    documents = rows.pivot(index="calendar_quarter", columns="entity_id", values="document_id")
    in_dollars = rows.groupby("calendar_quarter")["amount_usd"].sum()
    known = source["documents"].set_index("document_id")["url"]
    cells = []
    for quarter in sorted(amounts.index, reverse=True):
        linked = [
            html.link(
                documents.at[quarter, name],
                known.get(documents.at[quarter, name]),
                formatting.money(amounts.at[quarter, name], code),
            )
            for name in group["ids"]
        ]
        total = formatting.escape(formatting.money(amounts.loc[quarter].sum(), code))
        cells.append(
            (
                formatting.escape(quarter),
                *linked,
                total,
                formatting.escape(formatting.money(in_dollars[quarter], "USD")),
            )
        )
    heads = ("Quarter", *group["members"], "Together", "In US dollars")
    return html.table(f"Data: {group['name']}", heads, cells, numeric=range(1, len(heads)))


def _comparison(found: list[dict[str, Any]]) -> str:
    totals = [group["rows"].groupby("calendar_quarter")["amount_usd"].sum() for group in found]
    common = sorted(set.intersection(*(set(total.index) for total in totals)))
    lead = "Preferred rows, and only quarters for which every member has one, so that a total never grows because a company was added. "
    if len(found) < 2 or not common:
        return formatting.escape(lead)
    quarter = common[-1]
    larger, smaller = totals[0][quarter], totals[1][quarter]
    said = (
        f"In {quarter}, {found[0]['name']} together spent {formatting.money(larger, 'USD')}, {larger / smaller:.1f} times the "
        f"{formatting.money(smaller, 'USD')} of {found[1]['name']}. "
    )
    return f"<strong>{formatting.escape(said)}</strong>" + formatting.escape(
        lead + "Tencent’s figures are accruals, the others’ are cash."
    )
