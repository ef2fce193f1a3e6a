"""Makes the section on capital expenditure by company: one panel for each, with every definition in its filings.

Add here what the page shows of table capex_by_definition. Groups of companies belong to `groups_section`, guidance to `guidance`, the
chart of all companies on one axis to `explorer`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import PREFERRED
from capex_pipeline.schemas.rules import reviewed_by_company

_FEWEST_QUARTERS = 3


def capex(source: Source) -> Part:
    """Section on capital expenditure by company and quarter, with a selection of the definition."""
    rows = source["capex_by_definition"]
    shown = series.quarters_of(rows, series.first_quarter_shown(rows))
    filed = shown[reviewed_by_company(shown) & shown["amount"].notna()]
    companies = by_size(filed)
    listed = companies[series.MOST_PANELS :]
    companies = companies[: series.MOST_PANELS]
    if not companies:
        return Part(html.section("capex", "Capital expenditure by company", "No quarters are available.", ""))
    first, last = shown["start"].min(), shown["start"].max()
    part = Part("", {"quarterly": charts.quarterly(first, last)})
    cards = []
    for entity_id in companies:
        chart = _company_chart(source, entity_id, shown[shown["entity_id"] == entity_id])
        part.charts.append(chart)
        described = (
            chart["described"][PREFERRED]["usd"]
            if PREFERRED in chart["described"]
            else f"{chart['heading']}: no comparable series."
        )
        cards.append(html.figure(chart["id"], chart["heading"], "USD bn", described, colour=source.colour(entity_id)))
    part.extra["definitions"] = _definition_texts(source, filed)
    part.markup = html.section(
        "capex",
        "Capital expenditure by company",
        "Quarterly, at the average exchange rate of the quarter. Every panel has its own scale. The pale band is the range across the "
        "company’s own definitions.",
        _controls(filed, source)
        + _legend()
        + html.grid(cards)
        + '<p class="note" id="capex-absent" aria-live="polite"></p>'
        + series.without_panel(source.entity_names, listed),
    )
    return part


def _company_chart(source: Source, entity_id: str, company_rows: pd.DataFrame) -> dict[str, Any]:
    name = source.entity_names.get(entity_id, entity_id)
    filed = company_rows[reviewed_by_company(company_rows) & company_rows["amount"].notna()]
    currency = str(filed["currency"].iloc[0])
    kinds = {PREFERRED: filed[filed["is_preferred"]]}
    kinds |= {str(definition): part for definition, part in filed.groupby("definition_id", sort=True)}
    lines = {
        key: series.money_series(part, source.index, source.definition_names)
        for key, part in kinds.items()
        if len(part)
    }
    described = {
        key: {
            unit: series.summary(line, f"Capital expenditure of {name}", f"{code} billion", unit)
            for unit, code in (("usd", "USD"), ("own", currency))
        }
        for key, line in lines.items()
    }
    return {
        "id": f"capex-{entity_id}",
        "template": "quarterly",
        "heading": name,
        "title": f"{name}, capital expenditure",
        "unit_in_text": True,
        "currency": currency,
        "choose": True,
        "series": lines,
        "claims": series.press_claims(company_rows, source.index, source.definition_names),
        "described": described,
        "sets": {"band": series.definition_band(company_rows), "breaks": series.break_marks(company_rows)},
    }


def by_size(filed: pd.DataFrame) -> list[str]:
    """Companies by the US dollars of their last four preferred quarters, largest first; those without any at the end."""
    recent = filed[filed["is_preferred"]].sort_values("start", kind="stable").groupby("entity_id").tail(4)
    size = recent.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in size.index] + sorted(set(filed["entity_id"]) - set(size.index))


def _controls(filed: pd.DataFrame, source: Source) -> str:
    counts = filed.groupby("definition_id").agg(companies=("entity_id", "nunique"), quarters=("start", "size"))
    common_definitions = counts[counts["quarters"] >= _FEWEST_QUARTERS].sort_values(
        ["companies", "quarters"], ascending=False, kind="stable"
    )
    options = [f'<option value="{PREFERRED}" selected>Comparable series of each company</option>']
    for definition_id, companies, _ in common_definitions.itertuples(name=None):
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
            ("diamond", charts.CLAIM, "stated by the press or an analyst"),
            ("box", charts.BAND, "range across definitions"),
            ("line", charts.CONTEXT, "comparable series, if another one is selected"),
            ("dash", charts.BREAK, "break: the definition changed"),
        ]
    )


def _definition_texts(source: Source, filed: pd.DataFrame) -> dict[str, str]:
    rows = source["definitions"]
    used = rows[rows["definition_id"].isin(set(filed["definition_id"]))]
    texts = {str(name): str(text) for name, text in zip(used["definition_id"], used["description"], strict=True)}
    preferred = (
        "Cash purchases of property and equipment where a company publishes them; for Tencent accrual additions, its only continuous series. "
        "These rows add up: one per company and quarter."
    )
    return {PREFERRED: preferred, **texts}
