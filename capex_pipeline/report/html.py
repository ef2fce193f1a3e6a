"""Pieces of markup that every section uses: charts, tables behind a heading, links to documents.

Add HTML here. Formatting of numbers belongs to `formatting`. Every text from a document passes `formatting.escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from capex_pipeline.report.formatting import escape, optional
from capex_pipeline.values import escaping

HINT = "chart-keys"
"""Id of the sentence that explains how to read a chart with a keyboard."""


def figure(
    identity: str,
    heading: str,
    unit: str,
    described: str,
    *,
    note: str = "",
    extra: str = "",
    wide: bool = False,
    level: int = 3,
    colour: str = "",
) -> str:
    """The element of a chart: heading, unit, the element that the script fills, and a note. colour: that of the company
    shown.
    """
    below = f'<figcaption class="note">{escape(note)}</figcaption>' if note else ""
    kind = "card wide" if wide else "card"
    style = f' style="--accent:{escape(colour)}"' if colour else ""
    return (
        f'<figure class="{kind}" id="{escape(identity)}-card"{style}>'
        f'<h{level}>{escape(heading)} <span class="unit">{escape(unit)}</span></h{level}>{extra}'
        f'<div class="chart" id="{escape(identity)}" role="group" aria-roledescription="chart" tabindex="0" aria-label="{escape(described)}" '
        f'aria-describedby="{HINT}"></div>{below}</figure>'
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Iterable[int] = (),
    wide: Iterable[int] = (),
    is_open: bool = False,
) -> str:
    """A table that opens from its heading. Cells are markup already; heads and caption are text.

    numeric: columns aligned to the right. wide: columns of sentences. is_open: shown from the start.
    """
    kinds = dict.fromkeys(numeric, ' class="number"') | dict.fromkeys(wide, ' class="wide"')
    body = "".join(
        "<tr>" + "".join(_cell(place, cell, kinds.get(place, "")) for place, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col"{kinds.get(place, "")}>{escape(name)}</th>' for place, name in enumerate(heads))
    return (
        f'<details class="data"{" open" if is_open else ""}><summary>{escape(caption)}</summary>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table><caption class="hidden">{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )


def folded(heading: str, body: str) -> str:
    """Charts that open from their heading; the script draws them then."""
    return f'<details class="data"><summary>{escape(heading)}</summary>{body}</details>'


def link(document_id: object, url: object, text: object, title: str = "") -> str:
    """A link to a document's address, or to its entry on this page if it has none. title: shown on hover."""
    identity = optional(document_id)
    if identity is None:
        return escape(None)
    address = escaping.web_address(url)
    more = f' title="{escape(title)}"' if title else ""
    target = f"#{anchor(identity)}" if address is None else escape(address)
    return f'<a href="{target}"{more}>{escape(text)}</a>'


def anchor(document_id: str) -> str:
    """Id of a document's entry on this page."""
    safe_id = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-._") else "-" for sign in document_id)
    return f"document-{safe_id}"


def legend(entries: Iterable[tuple[str, str, str]]) -> str:
    """Colour swatches with their texts: (class, colour, text)."""
    items = "".join(
        f'<li><span class="swatch {escape(kind)}" style="--swatch:{escape(colour)}" aria-hidden="true"></span>{escape(text)}</li>'
        for kind, colour, text in entries
    )
    return f'<ul class="legend">{items}</ul>'


def section(identity: str, heading: str, lead: str, body: str) -> str:
    """A landmark with its heading and first paragraph. lead is markup."""
    return (
        f'<section id="{escape(identity)}" aria-labelledby="{escape(identity)}-heading">'
        f'<h2 id="{escape(identity)}-heading">{escape(heading)}</h2><p class="lead">{lead}</p>{body}</section>'
    )


def grid(cards: Iterable[str], kind: str = "grid") -> str:
    """Cards side by side, as many as fit into the window."""
    return f'<div class="{kind}">{"".join(cards)}</div>'


def _cell(place: int, cell: str, kind: str) -> str:
    return f'<th scope="row">{cell}</th>' if place == 0 else f"<td{kind}>{cell}</td>"
