"""Makes the overview: the latest complete quarter in sentences, a ranking with growth, and a card for each large company.

Add key findings here. Each sentence is computed from the tables and omitted if they do not support it. Charts belong to the other sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.report import formatting, groups_section, guidance, html
from capex_pipeline.report.page_model import Part, Source

_CARDS = 12
_ROWS = 25
_SPARK = (120, 28)
_SPARK_QUARTERS = 12
_SMALLEST_RESTATEMENT_PCT = 0.05
_TABLE_NAMES = {"capex": "capital expenditure", "cloud_revenue": "cloud revenue"}


def overview(source: Source) -> Part:
    """The findings, the ranking and the scorecard."""
    quarter = source.latest_quarter
    if quarter is None:
        return Part(html.section("overview", "At a glance", "No quarters are available.", ""))
    findings = [
        text
        for text in (total(source), leaders(source), countries(source), restatement(source), missing(source))
        if text
    ]
    body = f'<ul class="findings">{"".join(f"<li>{formatting.escape(text)}</li>" for text in findings)}</ul>'
    body += _ranking(source, quarter) + '<h3 id="scorecard">Scorecard</h3>' + html.grid(_cards(source), "grid small")
    return Part(
        html.section(
            "overview",
            f"{formatting.quarter(quarter)} at a glance",
            "The latest quarter for which every tracked company has reported. Amounts are on the comparable definition of each company.",
            body,
        )
    )


def total(source: Source) -> str:
    """Capital expenditure of the widest group in the latest quarter, and its growth."""
    groups = source["capex_by_overlapping_group"]
    rows = groups[
        (groups["calendar_quarter"] == source.latest_quarter) & groups["is_complete"] & groups["amount_usd"].notna()
    ]
    if rows.empty:
        return ""
    (row,) = records(
        rows.sort_values(["members_reported", "entity_id"], ascending=[False, True], kind="stable").head(1)
    )
    growth = [
        f"{formatting.more(pct)} {than}"
        for pct, than in ((row.yoy_usd_pct, "than a year earlier"), (row.qoq_usd_pct, "than in the quarter before"))
        if not formatting.is_missing(pct)
    ]
    return (
        f"The {row.members_reported} tracked companies spent {formatting.money(row.amount_usd, 'USD')} on capital expenditure"
        + (", " + " and ".join(growth) if growth else "")
        + "."
    )


def leaders(source: Source) -> str:
    """The company that spent most, and the one whose spending grew fastest."""
    rows = _of_quarter(source)
    if len(rows) < 2:
        return ""
    first = rows.iloc[0]
    text = f"{first['entity_name']} spent the most, {formatting.money(first['amount_usd'], 'USD')}"
    if not formatting.is_missing(first["yoy_local_pct"]):
        text += f", {formatting.more(first['yoy_local_pct'])} than a year earlier"
    growing = rows[rows["yoy_local_pct"].notna()]
    if len(growing) < 2:
        return text + "."
    fastest = growing.sort_values("yoy_local_pct", ascending=False, kind="stable").iloc[0]
    if fastest["entity_id"] == first["entity_id"]:
        return text + ", and grew fastest."
    return (
        f"{text}; {fastest['entity_name']} grew fastest, by {formatting.in_words(fastest['yoy_local_pct'])} to "
        f"{formatting.money(fastest['amount_usd'], 'USD')}."
    )


def countries(source: Source) -> str:
    """Comparison of the two largest countries."""
    return groups_section.comparison(groups_section.shown_groups(source))


def restatement(source: Source) -> str:
    """The quarter whose amount today differs most, in percent, from the one in the company's own report of that
    quarter.
    """
    rows = source["capex"]
    rows = rows[
        (rows["quarter_start"] >= source.first_shown)
        & rows["first_reported_amount_local"].gt(0)
        & rows["amount_local"].notna()
    ]
    change = (rows["amount_local"] / rows["first_reported_amount_local"] - 1) * 100
    rows = rows.assign(change=change, size=change.abs()).sort_values(
        ["size", "quarter_start"], ascending=[False, True], kind="stable"
    )
    if rows.empty or rows["size"].iloc[0] < _SMALLEST_RESTATEMENT_PCT:
        return ""
    row = rows.iloc[0]
    return (
        f"The largest restatement since {source.first_shown.year} is {row['entity_name']}’s {formatting.quarter(row['calendar_quarter'])}: "
        f"first reported as {formatting.money(row['first_reported_amount_local'], row['currency'])}, today "
        f"{formatting.money(row['amount_local'], row['currency'])}, {formatting.more(row['change'])}."
    )


def missing(source: Source) -> str:
    """The companies without an amount for the latest quarter, and the last quarter of the estimates of accelerators."""
    rows, parts = source["coverage"], []
    gaps = rows[
        (rows["calendar_quarter"] == source.latest_quarter)
        & rows["is_gap"].eq(True)
        & (rows["state"] != "not_collected")
    ]
    for table, name in _TABLE_NAMES.items():
        companies = sorted(
            source.entity_names.get(one, one) for one in gaps.loc[gaps["table_name"] == table, "entity_id"]
        )
        if companies:
            parts.append(f"{name} of {_listed(companies)}")
    text = f"Not available for {formatting.quarter(source.latest_quarter)}: {'; '.join(parts)}." if parts else ""
    shipped = source["gpu_shipments"]["calendar_quarter"].max()
    if not formatting.is_missing(shipped) and str(shipped) < str(source.latest_quarter):
        text += f" Estimates of accelerators end with {formatting.quarter(shipped)}."
    return text.strip()


def _of_quarter(source: Source) -> pd.DataFrame:
    rows = source.capex_and_headline
    rows = rows[(rows["calendar_quarter"] == source.latest_quarter) & rows["amount_usd"].notna()]
    return rows.sort_values(["amount_usd", "entity_id"], ascending=[False, True], kind="stable")


def _ranking(source: Source, quarter: str) -> str:
    rows = _of_quarter(source)
    largest = float(rows["amount_usd"].max()) if len(rows) else 0.0
    cells = [_ranked(source, row, largest) for row in records(rows)]
    heads = (
        "Company",
        "USD bn",
        "Year over year",
        "Quarter over quarter",
        "Trailing year, USD bn",
        "Capex / revenue",
        "Own headline, USD bn",
    )
    shown = html.table(
        f"Ranking: capital expenditure in {formatting.quarter(quarter)}",
        heads,
        cells[:_ROWS],
        numeric=range(1, 7),
        is_open=True,
    )
    shown += _headlines(source, rows)
    return shown + html.table(f"Ranking, from place {_ROWS + 1} on", heads, cells[_ROWS:], numeric=range(1, 7))


def _ranked(source: Source, row: Any, largest: float) -> tuple[str, ...]:
    share = 100 * row.amount_usd / largest if largest else 0
    ended = (
        ""
        if f"{pd.Period(row.calendar_quarter, freq='Q').end_time:%Y-%m-%d}" == formatting.day(row.fiscal_period_end)
        else (f'<span class="under">quarter to {formatting.day(row.fiscal_period_end)}</span>')
    )
    return (
        f'<span class="swatch" style="--swatch:{source.colour(row.entity_id)}" aria-hidden="true"></span> {formatting.escape(row.entity_name)}{ended}',
        f'{source.cite(row.document_id, billions(row.amount_usd))}<span class="bar" style="--share:{share:.1f}%;--swatch:{source.colour(row.entity_id)}"></span>',
        formatting.escape(formatting.growth(row.yoy_local_pct)),
        formatting.escape(formatting.growth(row.qoq_local_pct)),
        formatting.escape(billions(row.ttm_amount_usd)),
        formatting.MISSING if formatting.is_missing(row.capex_to_revenue_pct) else f"{row.capex_to_revenue_pct:,.0f} %",
        source.cite(_headline_document(source, row), billions(row.headline_amount_usd)),
    )


def _headline_document(source: Source, row: Any) -> object:
    """Document of the headline amount; null if the company publishes none."""
    if formatting.is_missing(row.headline_observation_id) or row.headline_observation_id == row.observation_id:
        return None if formatting.is_missing(row.headline_amount_usd) else row.document_id
    observation = source.observations.get(str(row.headline_observation_id))
    return None if observation is None else observation.document_id


def _headlines(source: Source, rows: pd.DataFrame) -> str:
    """What companies include in a headline amount that differs from the comparable amount."""
    differing = rows[rows["headline_definition_id"].notna() & (rows["headline_definition_id"] != rows["definition_id"])]
    listed = [
        f"{row.entity_name}, {source.definition_names.get(row.headline_definition_id, formatting.plain(row.headline_definition_id))}"
        for row in records(differing)
    ]
    return f'<p class="note">Own headline: {formatting.escape("; ".join(listed))}.</p>' if listed else ""


def billions(value: object) -> str:
    """An amount in full units as billions with one decimal, two below ten."""
    if formatting.is_missing(value):
        return formatting.MISSING
    amount = float(value) / 1e9  # type: ignore[arg-type]
    return f"{amount:,.1f}" if abs(amount) >= 10 else f"{amount:,.2f}"


def _cards(source: Source) -> list[str]:
    capex = source["capex"]
    of_quarter = {row.entity_id: row for row in records(_of_quarter(source))}
    cards = []
    for entity_id in source.companies[:_CARDS]:
        row = of_quarter.get(entity_id)
        if row is None:
            continue
        series = capex[capex["entity_id"] == entity_id].sort_values("quarter_start", kind="stable")
        growth = (
            ""
            if formatting.is_missing(row.yoy_local_pct)
            else f'<span class="growth">{formatting.escape(formatting.growth(row.yoy_local_pct))} year over year</span>'
        )
        cards.append(
            f'<div class="card score"><h4><span class="swatch" style="--swatch:{source.colour(entity_id)}" aria-hidden="true"></span> '
            f'{formatting.escape(row.entity_name)} <span class="unit">{formatting.escape(formatting.quarter(row.calendar_quarter))}</span></h4>'
            f'<p class="amount"><strong>{formatting.escape(formatting.money(row.amount_usd, "USD"))}</strong> {growth}</p>'
            f"{_spark(series.loc[series['quarter_start'] <= row.quarter_start, 'amount_local'].tail(_SPARK_QUARTERS).tolist(), source.colour(entity_id))}"
            f'<p class="note">{formatting.escape(sentence(source, row, series))}</p></div>'
        )
    return cards


def sentence(source: Source, row: Any, series: pd.DataFrame) -> str:
    """One or two sentences on a company: its latest quarter in its own history, its capex / revenue, and its guidance."""
    parts = []
    until = series[series["quarter_start"] <= row.quarter_start]
    by_size = until[until["amount_local"].notna()].sort_values("amount_local", ascending=False, kind="stable")
    if len(by_size) and not formatting.is_missing(row.amount_local):
        peak = by_size.iloc[0]
        below = (1 - row.amount_local / peak["amount_local"]) * 100
        parts.append(
            "The highest quarter on record"
            if peak["calendar_quarter"] == row.calendar_quarter
            else f"{formatting.in_words(below).capitalize()} below the highest, {formatting.quarter(peak['calendar_quarter'])}"
        )
    if not formatting.is_missing(row.capex_to_revenue_pct):
        parts.append(f"{formatting.in_words(row.capex_to_revenue_pct)} of revenue")
    text = ", ".join(parts) + "." if parts else ""
    for later in records(
        series[series["is_latest_quarter_of_company"] & (series["quarter_start"] > row.quarter_start)]
    ):
        text += f" {formatting.quarter(later.calendar_quarter)} is on record too: {formatting.money(later.amount_usd, 'USD')}"
        text += (
            "."
            if formatting.is_missing(later.yoy_local_pct)
            else f", {formatting.more(later.yoy_local_pct)} than a year earlier."
        )
    outlooks = source["outlooks"]
    company_guidance = outlooks[(outlooks["entity_id"] == row.entity_id) & (outlooks["kind"] == "guidance")]
    for stated in records(
        guidance.still_open(company_guidance, source.latest_end)
        .assign(is_shorter=lambda rows: rows["target_period_type"] != "year")
        .sort_values(["is_shorter", "target_end"], kind="stable")
        .head(1)
    ):
        text += f" Guidance for {formatting.period_name(stated.target_start, stated.target_end)}: {guidance.amounts(stated)}"
        if said := guidance.spent_so_far(source, stated):
            text += f"; {said}"
            is_own = guidance.progress(source, stated) is not None and stated.definition_id != row.definition_id
            text += " on the company’s own definition" if is_own else ""
        text += "."
    return text.strip()


def _spark(values: Sequence[float], colour: str) -> str:
    """The last quarters as a line without axes, hidden from screen readers; a quarter without an amount leaves a gap."""
    known = [value for value in values if not formatting.is_missing(value)]
    if len(known) < 2:
        return ""
    width, height = _SPARK
    top, step = max(known), (width - 4) / (len(values) - 1)
    points = [
        f"{2 + place * step:.1f},{height - 2 - (height - 4) * value / top:.1f}"
        for place, value in enumerate(values)
        if not formatting.is_missing(value)
    ]
    return (
        f'<svg class="spark" preserveAspectRatio="none" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false"><polyline fill="none" stroke="{colour}" '
        f'stroke-width="2" vector-effect="non-scaling-stroke" points="{" ".join(points)}"/></svg>'
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
