"""Makes the comparison of companies on one axis: the data and the controls of an interactive chart.

Add here columns and options of that chart. Its drawing is in static/explorer.js, which computes indices and sums of four quarters from
these rows; every other number comes from tables capex and cloud_revenue.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.report import formatting, html, series
from capex_pipeline.report.packing import Texts
from capex_pipeline.report.page_model import Part, Source

YEARS = 12
COLUMNS = (
    "company", "quarter", "local", "usd", "cny", "currency", "definition", "derived", "break", "document", "locator", "has_ttm", "yoy", "share", "revenue",
    "headline", "headline_usd", "headline_definition", "headline_share", "formula", "first", "first_on", "note",
    "headline_derived", "headline_document", "headline_locator", "headline_formula",
)  # fmt: skip
"""Columns of a row of the chart's data: money in billions, percentages as numbers, texts and documents as indexes into lists. Columns that are
mostly null come last, because the nulls at the end of a row are left out.
"""

_METRICS = {"capex": "Capital expenditure", "cloud_revenue": "Cloud revenue"}
_VIEWS = {
    "amount": "Amount by quarter", "ttm": "Trailing four quarters", "year": "Calendar years", "index": "Index",
    "share": "Share of revenue", "growth": "Growth, year over year",
}  # fmt: skip
_SHOWN_AT_FIRST = 6


def explorer(source: Source) -> Part:
    """The section: selection of companies, options, and the element of the chart. The data are in `extra` under
    "explorer".
    """
    heading = "Compare companies"
    first = _first_day(source)
    smaller = source.companies[series.MOST_PANELS :]
    tables = {"capex": source.capex_and_headline, "cloud_revenue": source["cloud_revenue"]}
    frames = {name: _quarters(table, first) for name, table in tables.items()}
    # To keep the page small with hundreds of companies, most of them have only the years of the panels.
    frames = {
        name: frame[(frame["quarter_start"] >= source.first_shown) | ~frame["entity_id"].isin(smaller)]
        for name, frame in frames.items()
    }
    frames = {name: frame for name, frame in frames.items() if len(frame)}
    if "capex" not in frames:
        return Part(html.section("explorer", heading, "No quarters are available.", ""))
    companies = [
        *source.companies,
        *sorted(set(frames.get("cloud_revenue", frames["capex"])["entity_id"]) - set(source.companies)),
    ]
    names = sorted({quarter for frame in frames.values() for quarter in frame["calendar_quarter"]})
    quarters = [str(one) for one in pd.period_range(names[0], names[-1], freq="Q")]
    texts = Texts()
    data = {
        "quarters": quarters,
        "columns": list(COLUMNS),
        "first": quarters.index(max(quarters[0], f"{source.first_shown.year}Q1")),
        "companies": [
            {"id": one, "name": source.entity_names.get(one, one), "colour": source.colour(one)} for one in companies
        ],
        "metrics": {
            name: [_row(source, row, companies, quarters, texts) for row in records(frame)]
            for name, frame in frames.items()
        },
        "names": {name: _METRICS[name] for name in frames},
        "views": _VIEWS,
        "shown": {
            name: [one for one in companies if one in set(frame["entity_id"])][:_SHOWN_AT_FIRST]
            for name, frame in frames.items()
        },
    }
    data["texts"] = texts.listed
    markup = html.section(
        "explorer",
        heading,
        "All companies on one axis. Choose companies, metric, view and period; the URL stores the selection, so that a view can be shared."
        + (
            f" Companies after the {series.MOST_PANELS}th by size begin with {source.first_shown.year}."
            if smaller
            else ""
        ),
        _controls(source, data)
        + html.grid(
            [html.figure("explore", "Capital expenditure", "USD bn", "Companies compared", wide=True, note=" ")],
            "grid one",
        ),
    )
    chart = {"id": "explore", "template": "", "heading": "", "unit": "USD bn", "explorer": True, "sets": {}}
    return Part(markup, charts=[chart], extra={"explorer": data})


def _first_day(source: Source) -> pd.Timestamp:
    newest = source["capex"]["quarter_start"].max()
    return pd.Timestamp(1970, 1, 1) if formatting.is_missing(newest) else pd.Timestamp(newest.year - YEARS + 1, 1, 1)


def _quarters(frame: pd.DataFrame, first: pd.Timestamp) -> pd.DataFrame:
    shown = frame[(frame["quarter_start"] >= first) & frame["amount_local"].notna()]
    return shown.sort_values(["entity_id", "quarter_start"], kind="stable")


def _row(source: Source, row: Any, companies: list[str], quarters: list[str], texts: Texts) -> list[Any]:
    headline = formatting.number(getattr(row, "headline_amount_local", None))
    share = formatting.number(getattr(row, "capex_to_revenue_pct", None))
    revised = not formatting.is_missing(row.first_reported_amount_local)
    values = [
        companies.index(row.entity_id),
        quarters.index(row.calendar_quarter),
        _billions(row.amount_local),
        _billions(row.amount_usd),
        _billions(row.amount_cny),
        texts.place(row.currency),
        texts.place(source.definition_names.get(row.definition_id, row.definition_id)),
        int(row.status == "derived"),
        int(bool(row.is_break)),
        source.index.place(row.document_id),
        texts.place(series.place_in_document(row.locator)),
        None if formatting.is_missing(row.ttm_amount_local) else 1,
        _rounded(row.yoy_local_pct),
        _rounded(share),
        _billions(source.revenue.get((row.entity_id, row.calendar_quarter))),
        _billions(headline),
        _billions(getattr(row, "headline_amount_usd", None)),
        texts.place(source.definition_names.get(str(getattr(row, "headline_definition_id", None)))),
        _rounded(share * headline / row.amount_local) if headline is not None and share is not None else None,
        texts.place(series.formula(row.locator, row.derived_from)),
        texts.place(formatting.money(row.first_reported_amount_local, row.currency)) if revised else None,
        texts.place(formatting.day(row.first_reported_on))
        if revised and not formatting.is_missing(row.first_reported_on)
        else None,
        texts.place(row.note) if row.is_break else None,
        *_headline(source, row, texts),
    ]
    while values[-1] is None:
        values.pop()
    return values


def _headline(source: Source, row: Any, texts: Texts) -> list[Any]:
    """Status, document, place in it and formula of the headline amount; null if it is the comparable observation itself."""
    if getattr(row, "headline_observation_id", None) == row.observation_id:
        return [None, None, None, None]
    observation = source.observations.get(str(getattr(row, "headline_observation_id", None)))
    if observation is None:
        return [0, None, None, None]
    return [
        int(observation.status == "derived"),
        source.index.place(observation.document_id),
        texts.place(series.place_in_document(observation.locator)),
        texts.place(series.formula(observation.locator, observation.derived_from)),
    ]


def _billions(value: object) -> float | None:
    amount = formatting.number(value)
    return None if amount is None else round(amount / 1e9, 5)


def _rounded(value: object) -> float | None:
    number = formatting.number(value)
    return None if number is None else round(number, 2)


def _controls(source: Source, data: dict[str, Any]) -> str:
    chips = "".join(
        f'<label class="chip"><input type="checkbox" name="company" value="{formatting.escape(one["id"])}"'
        f'{" checked" if one["id"] in data["shown"]["capex"] else ""}><span class="swatch" style="--swatch:{formatting.escape(one["colour"])}" aria-hidden="true">'
        f"</span>{formatting.escape(one['name'])}</label>"
        for one in data["companies"]
    )
    quarters, first = data["quarters"], data["quarters"][data["first"]]
    choices = (
        _choice("metric", "Metric", data["names"], "capex")
        + _choice("view", "View", _VIEWS, "amount")
        + _choice(
            "basis", "Definition", {"comparable": "Comparable", "headline": "Company’s own headline"}, "comparable"
        )
        + _choice("money", "Currency", {"usd": "US dollars", "cny": "Chinese yuan"}, "usd")
        + _choice("scale", "Scale", {"linear": "Linear", "log": "Logarithmic"}, "linear")
        + _choice("from", "From", {one: formatting.quarter(one) for one in quarters}, first)
        + _choice("to", "To", {one: formatting.quarter(one) for one in quarters}, quarters[-1])
    )
    return (
        '<form class="explore" aria-label="Choices for the comparison of companies"><fieldset class="chips"><legend>Companies</legend>'
        f'{chips}</fieldset><div class="choices">{choices}</div><p class="actions"><button type="button" id="explore-all">All companies</button> '
        '<button type="button" id="explore-none">No companies</button> <button type="button" id="explore-reset">Reset</button> '
        '<button type="button" id="explore-link">Copy link to this view</button> <span id="explore-copied" role="status"></span></p></form>'
        '<p class="note" id="explore-note" aria-live="polite"></p>'
    )


def _choice(name: str, label: str, options: dict[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{formatting.escape(value)}"{" selected" if value == chosen else ""}>{formatting.escape(text)}</option>'
        for value, text in options.items()
    )
    return f'<div><label for="explore-{name}">{label}</label><select id="explore-{name}" name="{name}">{listed}</select></div>'
