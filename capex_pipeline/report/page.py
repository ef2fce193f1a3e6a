"""Assembles the whole page: head, sections, documents, and the data and scripts that draw the charts.

Add here what combines parts of the page. What a part shows is in its section, such as `report/capex_section.py`. The
page needs nothing from the network: its content security policy forbids every request and allows, by their hashes, only
the two scripts that are part of the page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import pandas as pd

from capex_pipeline.report import (
    accelerators,
    capex_section,
    claims_and_coverage,
    cloud_section,
    explorer,
    formatting,
    groups_section,
    guidance,
    html,
    overview,
    packing,
    page_fingerprint,
)
from capex_pipeline.report.page_model import TABLES, Part, Source
from capex_pipeline.values import escaping

_SHORT = 12
_NAVIGATION = (("overview", "At a glance"), ("explorer", "Compare"), ("capex", "Capex"), ("groups", "China and US"), ("guidance", "Guidance"), ("shipments", "Accelerators"), ("cloud", "Cloud"), ("claims", "Claims"),
               ("coverage", "Coverage"), ("documents", "Documents"))  # fmt: skip


def render(
    tables: Mapping[str, pd.DataFrame],
    content_ids: Mapping[str, str],
    *,
    release: str = "",
    fingerprint: str = "",
) -> str:
    """The page as HTML text; equal input gives equal text.

    tables: the frames of `page_model.TABLES` by name. content_ids: content id of each table of the release, from the
    footer of its file. release: id of the release. fingerprint: a hash of everything that the page is made from, stored
    in it so that an unchanged page is not rendered again. Raises ValueError if a table is missing.
    """
    missing = [name for name in TABLES if name not in tables]
    if missing:
        raise ValueError(f"The page needs the tables {', '.join(missing)}.")
    source = Source(tables)
    parts = [
        overview.overview(source),
        explorer.explorer(source),
        capex_section.capex(source),
        groups_section.groups(source),
        guidance.guidance(source),
        accelerators.shipments(source),
        cloud_section.cloud(source),
        claims_and_coverage.claims(source),
        claims_and_coverage.coverage(source),
    ]
    documents = _documents(source)
    texts = packing.Texts()
    data = {
        "templates": {name: template for part in parts for name, template in part.templates.items()},
        "charts": [packing.packed(chart, texts) for part in parts for chart in part.charts],
        "texts": texts.listed,
        "definitions": {name: text for part in parts for name, text in part.extra.get("definitions", {}).items()},
        "release": release,
        "upTo": formatting.day(source["capex"]["fiscal_period_end"].max()),
        **{name: value for part in parts for name, value in part.extra.items() if name != "definitions"},
    }
    return _document(source, parts, documents, escaping.script_json(data), content_ids, release, fingerprint)


def preview(capex: pd.DataFrame, claim_checks: pd.DataFrame) -> str:
    """A summary of the page in Markdown: the last four quarters of each company, and the number of verdicts of each
    kind.
    """
    chosen = capex[capex["is_preferred"]].sort_values(["calendar_quarter", "entity_name"], kind="stable")
    quarters = sorted(chosen["calendar_quarter"].unique())[-4:]
    recent = chosen[chosen["calendar_quarter"].isin(quarters)]
    amounts = recent.pivot(index="entity_name", columns="calendar_quarter", values="amount_usd")
    lines = ["| USD | " + " | ".join(quarters) + " |", "|---|" + "---:|" * len(quarters)]
    lines += [
        f"| {escaping.markdown(str(name), 60)} | "
        + " | ".join(formatting.scaled(row[quarter]) for quarter in quarters)
        + " |"
        for name, row in amounts.iterrows()
    ]
    verdicts = claim_checks["verdict"].value_counts().sort_index()
    counts = ", ".join(f"{count} {formatting.plain(name)}" for name, count in verdicts.items()) or "none"
    return "\n".join([*(lines if quarters else ["No preferred rows."]), "", f"Claims: {counts}."])


def _document(
    source: Source,
    parts: list[Part],
    documents: str,
    data: str,
    content_ids: Mapping[str, str],
    release: str,
    fingerprint: str,
) -> str:
    library, script = (
        page_fingerprint.static("vega.min.js"),
        "\n".join(map(page_fingerprint.static, page_fingerprint.SCRIPTS)),
    )
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(script)} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    links = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in _NAVIGATION)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="{page_fingerprint.FINGERPRINT}" content="{formatting.escape(fingerprint)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>AI infrastructure: spending, chips and cloud revenue</title>
<style>{page_fingerprint.static("report.css")}
@page {{ @bottom-left {{ content: "AI infrastructure: spending, chips and cloud revenue. Release {formatting.escape(release[:_SHORT])}";
font: 9px system-ui, sans-serif; }} @bottom-right {{ content: counter(page); font: 9px system-ui, sans-serif; }} }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the charts</a>
{_header(source, release)}
<nav aria-label="Sections"><ul>{links}</ul></nav>
<main id="main">
<noscript><p class="note">Charts need JavaScript. The numbers are in the tables of this page and in the Parquet files beside it.</p></noscript>
<p class="hidden" id="{html.HINT}">Use the arrow keys to step through the points, Page Up and Page Down to go four points on; Enter keeps
the details of a point open, with a link to its document.</p>
{"".join(part.markup for part in parts)}
{documents}
</main>
<footer>{_footer(content_ids)}</footer>
<div id="tip" role="status" aria-live="polite" hidden></div>
<div id="halo" aria-hidden="true" hidden></div>
<script type="application/json" id="data">{data}</script>
<script>{library}</script>
<script>{script}</script>
</body>
</html>
"""


def _header(source: Source, release: str) -> str:
    capex, documents = source["capex"], source["documents"]
    facts = [
        ("Figures up to", formatting.day(capex["fiscal_period_end"].max())),
        ("Last document", formatting.day(documents["published_on"].max()) if len(documents) else formatting.MISSING),
        ("Companies", str(capex["entity_id"].nunique())),
        ("Documents", f"{len(documents):,}"),
        ("Release", release[:_SHORT] or formatting.MISSING),
    ]
    listed = "".join(
        f"<div><dt>{formatting.escape(name)}</dt><dd>{formatting.escape(value)}</dd></div>" for name, value in facts
    )
    # The workbook is beside the page in the warehouse and in every release.
    listed += '<div><dt>All numbers</dt><dd><a href="workbook.xlsx">workbook.xlsx</a></dd></div>'
    return (
        "<header><h1>AI infrastructure: spending, chips and cloud revenue</h1>"
        "<p>Capital expenditure of the large technology groups, AI accelerators and their buyers, and cloud revenue. Every number has its "
        "document, definition, period and uncertainty: hover over a mark or tap it to see them.</p>"
        f'<dl class="facts">{listed}</dl></header>'
    )


def _documents(source: Source) -> str:
    """Every document that the page names, by publisher, with the anchor that marks without an address link to.

    The script reads the documents from this list, so that none is written twice; data-n is the number by which rows name it.
    """
    entries = sorted(
        enumerate(source.index.listed()),
        key=lambda pair: (str(pair[1]["publisher"] or "~").casefold(), pair[1]["day"] or "", str(pair[1]["id"])),
    )
    items = []
    for number, entry in entries:
        title, anchor = formatting.escape(entry["title"]), ""
        if entry["url"]:
            title = f'<a href="{formatting.escape(entry["url"])}">{title}</a>'
        else:
            title, anchor = f"<span>{title}</span>", f' id="{html.anchor(str(entry["id"]))}"'
        publisher = f" <small>{formatting.escape(entry['publisher'])}</small>" if entry["publisher"] else ""
        day = f" <time>{formatting.escape(entry['day'])}</time>" if entry["day"] else ""
        absent = "" if entry["url"] else " · no web address available"
        items.append(f'<li data-n="{number}"{anchor}>{title}{publisher}{day}{absent}</li>')
    body = f'<details class="data" id="document-list"><summary>{len(items):,} of {len(source["documents"]):,} documents, by publisher</summary><ol class="documents">{"".join(items)}</ol></details>'
    lead = (
        "Documents that this page cites. Table documents, and the sheet Sources of the workbook, have every document."
    )
    return html.section("documents", "Documents", lead, body if items else "")


def _footer(content_ids: Mapping[str, str]) -> str:
    rows = [
        (formatting.escape(name), f"<code>{formatting.escape(content_ids[name][:16])}</code>")
        for name in sorted(content_ids)
    ]
    return (
        "<p>Numbers are facts from the documents named; amounts are converted with the European Central Bank’s reference rates, flows at "
        "the average of their period. Estimates of shipments are by Epoch AI (MIT licence) and the estimators named. Charts are drawn "
        'with Vega (BSD licence). The release also has <a href="workbook.xlsx">workbook.xlsx</a>, wide sheets for charts, and the tables '
        "themselves as Parquet files, beside this page.</p>"
        + html.table("Content ids of the tables", ("Table", "Content id"), rows)
    )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
