"""Makes the section on cloud revenue by company, with breaks where a segment was recast.

Add here what the page shows of table cloud_revenue_by_definition. The comparison of companies on one axis belongs to `explorer`.
"""

from __future__ import annotations

from capex_pipeline.report import charts, html, series
from capex_pipeline.report.capex_section import by_size
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import PREFERRED
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES


def cloud(source: Source) -> Part:
    """Section on cloud revenue by company; a break is marked where the segment was recast."""
    shown = series.quarters_of(source["cloud_revenue_by_definition"], source.first_shown)
    filed = shown[(shown["source_type"].isin(COMPANY_SOURCES)) & shown["amount"].notna() & shown["is_preferred"]]
    if filed.empty:
        return Part(html.section("cloud", "Cloud revenue", "No quarters are available.", ""))
    part = Part("", {"cloud": charts.quarterly(filed["start"].min(), filed["start"].max())})
    cards = []
    companies = by_size(filed)
    for entity_id in companies[: series.MOST_PANELS]:
        company_rows = filed[filed["entity_id"] == entity_id]
        name, currency = source.entity_names.get(entity_id, entity_id), str(company_rows["currency"].iloc[0])
        line = series.money_series(company_rows, source.index, source.definition_names)
        marks = series.break_marks(company_rows)
        segments = [str(text) for text in company_rows.sort_values("start")["segment"].dropna().drop_duplicates()]
        described = series.summary(line, f"Cloud revenue of {name}", f"{currency} billion", "own")
        described += "".join(f" Break: {mark['note']}" for mark in marks)
        identity = f"cloud-{entity_id}"
        part.charts.append(
            {
                "id": identity,
                "template": "cloud",
                "heading": name,
                "title": f"{name}, cloud revenue",
                "unit_in_text": True,
                "currency": currency,
                "series": {PREFERRED: line},
                "claims": [],
                "sets": {"band": [], "breaks": marks},
            }
        )
        note = " ".join(
            [", then ".join(segments) + "." if segments else "Total revenue.", *(mark["note"] for mark in marks)]
        )
        cards.append(
            html.figure(identity, name, f"{currency} bn", described, note=note, colour=source.colour(entity_id))
        )
    lead = (
        "Each company’s own segment, in its reporting currency. Segments contain different businesses, so do not rank companies by these amounts. "
        "A dashed line marks a change of the segment; no growth is computed across it."
    )
    key = html.legend(
        [("dot", charts.ACCENT, "reported"), ("ring", charts.ACCENT, "derived"), ("dash", charts.BREAK, "break")]
    )
    part.markup = html.section(
        "cloud",
        "Cloud revenue",
        lead,
        key + html.grid(cards) + series.without_panel(source.entity_names, companies[series.MOST_PANELS :]),
    )
    return part
