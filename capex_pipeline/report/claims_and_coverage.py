"""Claims with their verdicts, and the map of what is there and what is missing.

What belongs here: the sections of tables claim_checks and coverage. What does not: judging; verdicts come from the table.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source, period_name
from capex_pipeline.report.series import Row

_SIGNS = {"confirmed": "✓", "confirmed_under_definition": "≈", "contradicted": "✗", "not_checkable": "?"}
_OUTLOOK = "outcome"
_AGAINST_FILINGS = ("level", "growth")
_YEARS_OF_MAP = 8
_TABLE_NAMES = {"capex": "Capital expenditure", "cloud_revenue": "Cloud revenue", "gpu_shipments": "Accelerators"}


def claims(source: Source) -> Part:
    """Every claim with its verdict; those that can be computed also as a picture of how far the filings are from the print."""
    rows = source["claim_checks"]
    if rows.empty:
        return Part(html.section("claims", "Claims and what the filings say", "No claim is on record.", ""))
    checked = rows[rows["check_kind"] != _OUTLOOK]
    part, chart = Part(""), ""
    measured = checked[
        checked["difference_pct"].notna()
        & checked["repeats_claim"].isna()
        & checked["check_kind"].isin(_AGAINST_FILINGS)
    ]
    measured = measured.sort_values(["difference_pct", "claim_check_id"], ascending=[False, True], kind="stable")
    if len(measured):
        drawn = series.unique_labels(_measured(source, row) for row in formatting.records(measured))
        part.templates["claims"] = charts.ranges(drawn, charts.VERDICT_COLOURS, True)
        part.charts.append(
            {
                "id": "claim-ranges",
                "template": "claims",
                "heading": "Claim",
                "sets": {"rows": drawn, "zero": [{"value": 0}]},
            }
        )
        described = f"{len(drawn)} claims, filings in per cent of the print. " + "; ".join(
            f"{row['label']}: {row['text']}" for row in drawn
        )
        chart = html.grid(
            [html.figure("claim-ranges", "How far the filings are from the print", "per cent of the claim", described, wide=True,
                           note="Zero is the claim as printed; the bar is what its rounding and wording allow; the dot is what the "
                                "companies’ filings give.")], "grid one",
        )  # fmt: skip
    counts = checked["verdict"].value_counts()
    chips = "".join(
        f"<li>{verdict(name)} <strong>{int(counts[name])}</strong></li>"
        for name in charts.VERDICT_COLOURS
        if name in counts.index
    )
    outlooks = rows[rows["check_kind"] == _OUTLOOK]
    body = (
        f'<ul class="counts">{chips}</ul>' + chart + _table(source, checked, "Every claim and why it has its verdict")
    )
    body += _table(source, outlooks, "Outlooks and what became of them")
    lead = (
        "Each figure of an article against the companies’ own filings. A claim that holds only under some definition of the word says "
        "so; a copy of a story confirms nothing; a forecast cannot be confirmed until its period is reported."
    )
    part.markup = html.section("claims", "Claims and what the filings say", lead, body)
    return part


def coverage(source: Source) -> Part:
    """State of every cell by table, company and quarter."""
    rows = source["coverage"]
    shown = rows[rows["state"] != "not_applicable"]
    if shown.empty:
        return Part(html.section("coverage", "What is there and what is missing", "No table has rows.", ""))
    last_year = int(str(shown["calendar_quarter"].max())[:4])
    shown = shown[shown["calendar_quarter"] >= f"{last_year - _YEARS_OF_MAP + 1}Q1"]
    quarters = [
        f"{year}Q{place}"
        for year in range(int(str(shown["calendar_quarter"].min())[:4]), last_year + 1)
        for place in (1, 2, 3, 4)
    ]
    quarters = [quarter for quarter in quarters if quarter <= str(shown["calendar_quarter"].max())]
    part, cards = Part(""), []
    for table, own in sorted(shown.groupby("table_name"), key=lambda pair: list(_TABLE_NAMES).index(str(pair[0]))):
        drawn = [
            _cell(source, row)
            for row in formatting.records(own.sort_values(["entity_id", "calendar_quarter"], kind="stable"))
        ]
        names = sorted({row["entity"] for row in drawn})
        identity = f"coverage-{table}"
        part.templates[identity] = charts.heat_map(names, quarters)
        part.charts.append({"id": identity, "template": identity, "heading": "", "sets": {"rows": drawn}})
        counts = own["state"].value_counts()
        described = f"{_TABLE_NAMES[str(table)]}: " + ", ".join(
            f"{counts[state]} {formatting.plain(state)}" for state in charts.STATE_COLOURS if state in counts
        )
        cards.append(
            html.figure(identity, _TABLE_NAMES[str(table)], "by company and quarter", described + ".", wide=True)
        )
    key = html.legend([
        ("box", colour, formatting.plain(state) + (f" ({charts.STATE_SIGNS[state]})" if state in charts.STATE_SIGNS else ""))
        for state, colour in charts.STATE_COLOURS.items() if state in set(shown["state"])
    ])  # fmt: skip
    lead = "An empty place is left empty: nothing is carried forward and nothing is set to zero. Point at a hole to see what would fill it."
    part.markup = html.section(
        "coverage",
        "What is there and what is missing",
        lead,
        key + html.grid(cards, "grid one") + _holes(source, shown),
    )
    return part


def verdict(name: str) -> str:
    """Markup of a verdict: a sign and the words, so that colour is not needed."""
    return f'<span class="verdict {formatting.escape(name)}"><span aria-hidden="true">{_SIGNS.get(name, "?")}</span> {formatting.escape(formatting.plain(name))}</span>'


def _measured(source: Source, row: Any) -> Row:
    base = abs(row.claimed)

    def relative(value: object) -> float | None:
        number = formatting.number(value)
        return None if number is None else (number - row.claimed) / base * 100

    kind = "" if row.check_kind == "level" else f" ({formatting.plain(row.check_kind)})"
    low, high = relative(row.accepted_low), relative(row.accepted_high)
    return {
        **series.labelled(row.entity_name, f"{row.claim}{kind}"), "value": relative(row.computed), "stated": True, "low": low, "high": high, "kind": row.verdict,
        "quarter": period_name(row.period_start, row.period_end), "text": f"{formatting.plain(row.verdict)}, {formatting.percent(row.difference_pct)}",
        "how": row.explanation, "document": source.index.place(row.document_id),
    }  # fmt: skip


def _table(source: Source, rows: pd.DataFrame, caption: str) -> str:
    order = rows.assign(
        rank=rows["verdict"].map({name: place for place, name in enumerate(("contradicted", *charts.VERDICT_COLOURS))})
    )
    order = order.sort_values(["rank", "document_id", "claim_check_id"], kind="stable")
    cells = [
        (formatting.escape(row.entity_name), formatting.escape(row.claim), formatting.escape(period_name(row.period_start, row.period_end)),
         formatting.escape(formatting.plain(row.check_kind)), verdict(row.verdict),
         formatting.escape(row.explanation) + ("" if formatting.is_missing(row.repeats_claim) else " Repeats an earlier claim, which counts."),
         formatting.escape(row.claimant), source.cite(row.document_id))
        for row in formatting.records(order)
    ]  # fmt: skip
    heads = ("Who", "Claim as printed", "Period", "Check", "Verdict", "Why", "Said by", "Document")
    return html.table(caption, heads, cells)


def _cell(source: Source, row: Any) -> Row:
    needed = formatting.optional(row.document_needed)
    filled = formatting.optional(row.definition_id)
    how = f"Needed: {needed}" if needed else source.definition_names.get(filled, filled) if filled else ""
    made = {
        "entity": source.entity_names.get(row.entity_id, row.entity_id), "quarter": row.calendar_quarter, "state": row.state,
        "text": formatting.plain(row.state), "how": how, "document": source.index.place(row.document_id),
    }  # fmt: skip
    if row.state in charts.STATE_SIGNS:
        made["sign"] = charts.STATE_SIGNS[row.state]
    return made


def _holes(source: Source, shown: pd.DataFrame) -> str:
    open_cells = shown[shown["state"].isin(["missing", "conflict", "claimed_only"])]
    cells = [
        (formatting.escape(_TABLE_NAMES[row.table_name]), formatting.escape(source.entity_names.get(row.entity_id, row.entity_id)),
         formatting.escape(row.calendar_quarter), formatting.escape(formatting.plain(row.state)), formatting.escape(row.document_needed))
        for row in formatting.records(open_cells.sort_values(["table_name", "entity_id", "calendar_quarter"], kind="stable"))
    ]  # fmt: skip
    by_state = shown.groupby(["table_name", "entity_id", "state"]).size().reset_index(name="quarters")
    counted = [
        (formatting.escape(_TABLE_NAMES[row.table_name]), formatting.escape(source.entity_names.get(row.entity_id, row.entity_id)),
         formatting.escape(formatting.plain(row.state)), formatting.escape(row.quarters))
        for row in formatting.records(by_state)
    ]  # fmt: skip
    return html.table(
        "Data: cells by state", ("Table", "Company", "State", "Quarters"), counted, numeric=(3,)
    ) + html.table(
        "Holes, and the document that would fill each",
        ("Table", "Company", "Quarter", "State", "Document needed"),
        cells,
    )
