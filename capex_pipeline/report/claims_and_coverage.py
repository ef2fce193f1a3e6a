"""Makes the sections on claims with their verdicts and on data coverage.

Add here what the page shows of tables claim_checks and coverage. The verdicts themselves are computed in `reconcile`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.reconcile import scoreboards
from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import Row

_SIGNS = {
    "confirmed": "✓",
    "confirmed_under_definition": "≈",
    "consistent": "≈",
    "different_definition": "≠",
    "own_definition": "≠",
    "contradicted": "✗",
}
_MEANINGS = {
    "confirmed": "the filings give the number within its rounding",
    "confirmed_under_definition": "they give it on the definition that the document names, or on the company’s headline",
    "consistent": "only a mix of definitions, or an estimate, agrees",
    "different_definition": "another definition agrees",
    "own_definition": "the claim has a definition of its own, on which no company files",
    "said_before_outcome": "stated before the outcome was known",
    "contradicted": "no definition in the filings agrees",
    "not_checkable": "no figure to compare with",
}
_AMOUNTS = ("money", "count", "money_per_unit")
"""Units of claims whose difference is a percentage of the claim; for a percentage it is in percentage points."""
_WIDEST_PCT = 50
"""Claims whose wording allows more than this around the published figure, such as "hundreds of thousands", are not drawn: their range would make all others unreadable."""
_UNJUDGED = ("said_before_outcome", "not_checkable")
_YEARS_OF_MAP = 8
_TABLE_NAMES = {
    "capex": "Capital expenditure",
    "revenue": "Total revenue",
    "cloud_revenue": "Cloud revenue",
    "gpu_shipments": "Accelerators",
}


def claims(source: Source) -> Part:
    """Every claim with its verdict; amounts with a computed value also as a chart of the difference from the filings."""
    rows = source["claim_checks"]
    if rows.empty:
        return Part(html.section("claims", "Claims and filings", "No claims are available.", ""))
    part, chart = Part(""), ""
    measured = drawable(rows)
    if len(measured):
        drawn = series.unique_labels(_measured(source, row) for row in records(measured))
        part.templates["claims"] = charts.ranges(drawn, charts.VERDICT_COLOURS, True)
        part.charts.append(
            {
                "id": "claim-ranges",
                "template": "claims",
                "heading": "Claim",
                "unit": "%",
                "sets": {"rows": drawn, "zero": [{"value": 0}]},
            }
        )
        described = (
            f"{len(drawn)} claims, difference between filings and claim, as a percentage of the claim. "
            + "; ".join(f"{row['label']}: {row['text']}" for row in drawn)
        )
        chart = html.grid(
            [
                html.figure(
                    "claim-ranges",
                    "Difference between filings and the published figure",
                    "%",
                    described,
                    wide=True,
                    note="Zero is the claim as published (for a range its middle); the bar is the range that its rounding and wording allow; the dot is "
                    f"the value computed from the companies’ filings. {len(rows) - len(measured)} more claims are only in the table: claims on growth "
                    "or shares, claims without a value to compare, repeats, and orders of magnitude.",
                )
            ],
            "grid one",
        )
    counts = rows["verdict"].value_counts()
    chips = "".join(
        f'<li>{verdict(name)} <strong>{int(counts[name])}</strong><span class="under">{formatting.escape(_MEANINGS[name])}</span></li>'
        for name in charts.VERDICT_COLOURS
        if name in counts.index
    )
    lead = (
        "Each figure of an article is compared with the companies’ own filings. A claim that is right only under a "
        "certain definition is marked as such. A copy of an article is not counted as confirmation. Guidance and "
        "its outcomes have a separate section."
    )
    tables = _table(source, rows) + _arithmetic(source)
    body = f'<ul class="counts">{chips}</ul>' + _scoreboard(source, rows) + tables + chart
    part.markup = html.section("claims", "Claims and filings", lead, body)
    return part


def coverage(source: Source) -> Part:
    """State of every cell by table, company and quarter."""
    rows = source["coverage"]
    shown = rows[(rows["state"] != "not_applicable") & rows["table_name"].isin(list(_TABLE_NAMES))]
    if shown.empty:
        return Part(html.section("coverage", "Data coverage", "No table has rows.", ""))
    last_year = int(str(shown["calendar_quarter"].max())[:4])
    shown = shown[shown["calendar_quarter"] >= f"{last_year - _YEARS_OF_MAP + 1}Q1"]
    smaller = source.companies[series.MOST_PANELS :]
    shown = shown[~shown["entity_id"].isin(smaller)]
    quarters = [
        f"{year}Q{place}"
        for year in range(int(str(shown["calendar_quarter"].min())[:4]), last_year + 1)
        for place in (1, 2, 3, 4)
    ]
    quarters = [quarter for quarter in quarters if quarter <= str(shown["calendar_quarter"].max())]
    part, cards = Part(""), []
    every_cell: list[Row] = []
    for table, table_rows in sorted(
        shown.groupby("table_name"), key=lambda pair: list(_TABLE_NAMES).index(str(pair[0]))
    ):
        drawn = [
            _cell(source, row)
            for row in records(table_rows.sort_values(["entity_id", "calendar_quarter"], kind="stable"))
        ]
        every_cell += drawn
        names = sorted({row["entity"] for row in drawn})
        identity = f"coverage-{table}"
        part.templates[identity] = charts.heat_map(names, quarters)
        part.charts.append(
            {
                "id": identity,
                "template": identity,
                "heading": _TABLE_NAMES[str(table)],
                "title": f"Data coverage: {_TABLE_NAMES[str(table)].lower()}",
                "unit": "",
                "sets": {"rows": drawn},
            }
        )
        counts = table_rows["state"].value_counts()
        described = f"{_TABLE_NAMES[str(table)]}: " + ", ".join(
            f"{counts[state]} {formatting.plain(state)}" for state in charts.STATE_COLOURS if state in counts
        )
        cards.append(
            html.figure(identity, _TABLE_NAMES[str(table)], "by company and quarter", described + ".", wide=True)
        )
    signs = sorted({(row["state"], row["text"], row.get("sign", "")) for row in every_cell}, key=_place_in_legend)
    key = html.legend(
        ("box", charts.STATE_COLOURS[state], f"{text} ({sign})" if sign else text) for state, text, sign in signs
    )
    lead = (
        "Gaps are not filled: no value is carried forward or set to zero. Hover over a gap to see which document or review "
        "would fill it. Gaps of cash flow, depreciation and balances are listed in the table coverage."
    )
    part.markup = html.section(
        "coverage",
        "Data coverage",
        lead,
        key
        + html.grid(cards, "grid one")
        + _gaps(source, shown)
        + (
            f'<p class="note">{len(smaller)} smaller companies are not shown here; they are in table coverage.</p>'
            if smaller
            else ""
        ),
    )
    return part


def verdict(name: str) -> str:
    """Markup of a verdict: a sign and words, so that colour is not needed."""
    return f'<span class="verdict {formatting.escape(name)}"><span aria-hidden="true">{_SIGNS.get(name, "?")}</span> {formatting.escape(formatting.plain(name))}</span>'


def difference(row: Any) -> str:
    """Difference between filings and the claim: in percent for amounts, in percentage points for percentages, as two numbers for multiples."""
    if formatting.is_missing(row.difference):
        return formatting.MISSING
    if row.unit == "percent":
        return f"{row.difference:+,.1f} pp"
    if row.unit == "multiple":
        return f"{row.computed:,.2f}× against “{row.claim}”"
    return formatting.percent(row.difference_pct) if row.unit in _AMOUNTS else formatting.MISSING


def drawable(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims for the chart, the largest difference first: amounts with a verdict on them, whose accepted range is at most _WIDEST_PCT wide on
    each side. Column `middle` is the number that is printed, the middle of a range, or the single bound."""
    middle = rows["claimed"].fillna(rows[["claimed_low", "claimed_high"]].mean(axis=1))
    rows, widest = rows.assign(middle=middle), middle.abs() * _WIDEST_PCT / 100
    is_narrow = ~((rows["accepted_high"] - middle).gt(widest) | (middle - rows["accepted_low"]).gt(widest))
    is_amount = rows["check_kind"].eq("level") & rows["unit"].isin(_AMOUNTS)
    is_judged = rows["difference_pct"].notna() & ~rows["verdict"].isin(_UNJUDGED)
    return rows[is_amount & is_judged & is_narrow & rows["repeats_claim"].isna()].sort_values(
        ["difference_pct", "claim_check_id"], ascending=[False, True], kind="stable"
    )


def _measured(source: Source, row: Any) -> Row:
    def relative(value: object) -> float | None:
        number = formatting.number(value)
        return None if number is None else (number - row.middle) / abs(row.middle) * 100

    low, high = relative(row.accepted_low), relative(row.accepted_high)
    return {
        **series.labelled(
            f"{row.entity_name}, {formatting.plain(row.metric_id)}",
            f"{row.claim}, {formatting.period_name(row.period_start, row.period_end)}",
        ),
        "value": relative(row.computed),
        "stated": True,
        "low": low,
        "high": high,
        "kind": row.verdict,
        "quarter": formatting.period_name(row.period_start, row.period_end),
        "text": f"{formatting.plain(row.verdict)}, {formatting.percent(row.difference_pct)}",
        "how": row.explanation,
        "document": source.index.place(row.document_id),
        "locator": formatting.optional(row.locator),
    }


def _scoreboard(source: Source, rows: pd.DataFrame) -> str:
    """How many claims of each source, and of each document, have which verdict."""
    shown = [name for name in charts.VERDICT_COLOURS if rows["verdict"].eq(name).any()]
    heads = ("Claims", *(formatting.plain(name).capitalize() for name in shown))

    def counted(by: str, first: Callable[[object], str]) -> list[tuple[str, ...]]:
        return [
            (first(getattr(row, by)), str(row.claims), *(str(getattr(row, name)) for name in shown))
            for row in records(scoreboards.claims_by(rows, by))
        ]

    numeric = range(1, len(heads) + 1)
    repeats = int(rows["is_repeat"].astype("bool").sum())
    note = (
        f'<p class="note">{repeats} repeat{"s" if repeats > 1 else ""} of an earlier claim not counted.</p>'
        if repeats
        else ""
    )
    return (
        "<h3>Scoreboard</h3>"
        + note
        + html.table(
            "Claims by source and verdict",
            ("Source of the claim", *heads),
            counted("claimant", formatting.escape),
            numeric=numeric,
            is_open=True,
        )
        + html.table(
            "Claims by document and verdict", ("Document", *heads), counted("document_id", source.cite), numeric=numeric
        )
        + "<h3>Claims</h3>"
    )


def _table(source: Source, rows: pd.DataFrame) -> str:
    ranks = {name: place for place, name in enumerate(dict.fromkeys(("contradicted", *charts.VERDICT_COLOURS)))}
    order = rows.assign(rank=rows["verdict"].map(ranks))
    order = order.sort_values(["rank", "document_id", "claim_check_id"], kind="stable")
    cells = [
        (
            f"{formatting.escape(row.entity_name)}, {formatting.escape(formatting.plain(row.metric_id))}: {formatting.escape(row.claim)}"
            f'<span class="under">{formatting.escape(formatting.period_name(row.period_start, row.period_end))}, {formatting.escape(formatting.plain(row.check_kind))}</span>',
            verdict(row.verdict),
            formatting.escape(_why(row)),
            formatting.escape(difference(row)),
            formatting.escape(row.claimant),
            source.cite(row.document_id),
        )
        for row in records(order)
    ]
    heads = ("Claim", "Verdict", "Value in filings", "Difference", "Source of the claim", "Document")
    return html.table("Every claim and its verdict", heads, cells, numeric=(3,), wide=(2,), is_open=True)


def _arithmetic(source: Source) -> str:
    """The numbers of one article against each other; empty if there are none."""
    cells = [
        (
            f"{formatting.escape(row.entity_name)}, {formatting.escape(formatting.plain(row.metric_id))}: {formatting.escape(row.claim)}"
            f'<span class="under">{formatting.escape(formatting.plain(row.check_kind))}</span>',
            verdict(row.verdict),
            formatting.escape(row.explanation),
            source.cite(row.document_id),
        )
        for row in records(source["arithmetic_checks"])
    ]
    heads = ("Number", "Verdict", "Comparison", "Document")
    return html.table("Numbers of one article compared with each other", heads, cells, wide=(2,)) if cells else ""


def _why(row: Any) -> str:
    """The explanation of a verdict, with the reviewed reason first if there is one, and the evidence that is missing."""
    reviewed = formatting.optional(row.reviewed_reason)
    repeats = (
        "" if formatting.is_missing(row.repeats_claim) else " This repeats an earlier claim and is not counted again."
    )
    looked_for = formatting.optional(row.looked_for)
    sought = f"Looked for: {looked_for}." if looked_for else None
    return " ".join(text for text in (reviewed, str(row.explanation), sought) if text) + repeats


def _cell(source: Source, row: Any) -> Row:
    needed = formatting.optional(row.document_needed)
    filled = formatting.optional(row.definition_id)
    reason = formatting.optional(row.reason) if _is_elsewhere(row) or row.state == "unreviewed" else None
    how = f"Needed: {needed}" if needed else reason or source.definition_names.get(filled, filled) if filled else ""
    made = {
        "entity": source.entity_names.get(row.entity_id, row.entity_id),
        "quarter": row.calendar_quarter,
        "state": row.state,
        "text": _state(row),
        "how": how,
        "document": source.index.place(row.document_id),
    }
    if row.state in charts.STATE_SIGNS:
        made["sign"] = charts.STATE_SIGNS[row.state]
    elif _is_elsewhere(row):
        made["sign"] = charts.ELSEWHERE_SIGN
    return made


def _place_in_legend(entry: tuple[str, str, str]) -> tuple[int, str]:
    return list(charts.STATE_COLOURS).index(entry[0]), entry[2]


def _is_elsewhere(row: Any) -> bool:
    """Whether the company states the number, but not on the definition of the table."""
    return row.state in ("reported", "derived") and bool(row.is_gap)


def _state(row: Any) -> str:
    return formatting.plain(row.state) + (" on another definition" if _is_elsewhere(row) else "")


def _gaps(source: Source, shown: pd.DataFrame) -> str:
    open_cells = shown[shown["is_gap"].eq(True) & (shown["state"] != "not_collected")]
    cells = [
        (
            formatting.escape(source.entity_names.get(row.entity_id, row.entity_id)),
            formatting.escape(row.calendar_quarter),
            formatting.escape(_TABLE_NAMES[row.table_name]),
            formatting.escape(_state(row)),
            formatting.escape(formatting.optional(row.document_needed) or formatting.optional(row.reason) or ""),
        )
        for row in records(open_cells.sort_values(["table_name", "entity_id", "calendar_quarter"], kind="stable"))
    ]
    by_state = shown.groupby(["table_name", "entity_id", "state"]).size().reset_index(name="quarters")
    counted = [
        (
            formatting.escape(source.entity_names.get(row.entity_id, row.entity_id)),
            formatting.escape(_TABLE_NAMES[row.table_name]),
            formatting.escape(formatting.plain(row.state)),
            formatting.escape(row.quarters),
        )
        for row in records(by_state)
    ]
    return html.table(
        "Quarters by company and state", ("Company", "Table", "State", "Quarters"), counted, numeric=(3,)
    ) + html.table(
        "Gaps, and the document that would fill each",
        ("Company", "Quarter", "Table", "State", "Document needed, or why there is none"),
        cells,
    )
