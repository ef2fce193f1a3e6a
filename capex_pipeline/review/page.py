"""Writes the review page: one local HTML file with the text at the left and its figures at the right.

Add here what the page is made from. What it shows of a number is in `page_entries`, and how it looks and acts in `static/`. The page needs nothing from the network: a content security policy
forbids every request and allows only its own script, by its hash. Every text of the article reaches the page as data and is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.reference import Reference
from capex_pipeline.review import field_help
from capex_pipeline.review.checks.build_rules import FACT_KEYS
from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
from capex_pipeline.review.company_groups import groups_of
from capex_pipeline.review.compared_answers import Entries
from capex_pipeline.review.decisions import SHOWN, addable, fingerprint
from capex_pipeline.review.entries import (
    CLAIMANTS,
    CONFIRMED,
    LISTS,
    NO_TABLE,
    OTHER_WAYS,
    REQUIRED_BY_METRIC,
    Span,
    entries_of,
    entry_id,
    required_keys,
    span_of,
)
from capex_pipeline.review.filings import Filings
from capex_pipeline.review.page_entries import filed_beside, page_entries
from capex_pipeline.review.recording import definition_rules
from capex_pipeline.review.source import Source
from capex_pipeline.schemas.vocabulary import BOUNDS, DIRECTION, FLOWS, MEASURES, STATUSES
from capex_pipeline.values import escaping, units

REASONS: Final = (
    NO_TABLE,
    "A part of another amount.",
    "The same figure as another one.",
    "A plan that another figure replaces.",
    "What others had expected.",
    "No period with a first and a last day.",
    "No company or group of the reference.",
)
"""Reasons that the page offers for leaving a mention out."""
_SCOPE: Final = (
    "Shown are the rows that bear a printed name of the company, and the sentences that speak of them. The other rows of the tables are below them; "
    "choose a number there to add it as a figure."
)
_TODO: Final = (
    "Only a question needs your answer. Every other figure and every preselected answer is recorded as it is shown: compare it with the text beside it, "
    "and change it where it is wrong."
)
_KEYS: Final = (
    "Keys on a figure: 1 to 9 and the letters beside an answer choose it, a accept, c change, i leave out, u undo, n next question, j and k next and previous "
    "figure, o other rows, / find a number or a row, s accept the rest and save."
)
MISSING: Final = (None, "", "~", "null")
"""What stands for nothing in a review, whose values are read as text."""


def render(
    review: Mapping[str, Any],
    source: Source,
    command: str,
    reference: Reference,
    filings: Filings | None = None,
    entries: Entries | None = None,
    redraft: str = "",
) -> str:
    """The page as HTML; equal input gives equal text.

    review: as read from its file. command: applies the decisions that the page saves. reference: only answers are offered that a build accepts by it,
    and what is entered is held against the units of its metric. filings: with them, readings that they give are preselected, and what they
    contradict is asked. entries: as of `page_entries.page_entries`, for a caller that has them. redraft: reads the article again with the day of publication in place
    of `DATE`, where the article does not state it.
    """
    vocabulary, stem = source.vocabulary, source.name.rsplit(".", 1)[0]
    names, definitions = reference.entities["name"], sorted(map(str, reference.definitions.index))
    document = review.get("document")
    stated = document if isinstance(document, Mapping) else {}
    about = {str(key): str(value) for key, value in stated.items() if value not in MISSING}
    entries = page_entries(review, source, reference, filings) if entries is None else entries
    data = {
        "review": fingerprint(review),
        "store": f"capex-pipeline review {fingerprint(review)} {command}",
        "unknown": [key for key in NEEDED_OF_DOCUMENT if not about.get(key)],
        "file": f"{stem}.decisions.json",
        "command": command,
        "redraft": {"command": redraft, "date": DATE},
        "plain": {
            "entity": {name: str(names[name]) for name in sorted(vocabulary.entities) if name in names.index},
            "metric": {
                metric: _PLAIN.get(metric, metric.replace("_", " ").replace("gpu", "GPU"))
                for metric in map(str, reference.metrics.index)
            },
        },
        "passages": _passages(review, source),
        "entries": entries,
        "filed": [
            {
                "metric": one.metric,
                "definition": one.definition,
                "period": period,
                "value": one.shown,
                "origin": one.origin,
            }
            for period, one in filed_beside(review, source, filings)
        ],
        "fields": list(SHOWN),
        "fact": list(FACT_KEYS),
        "required": list(required_keys(review)),
        "otherWays": {key: [list(way) for way in ways] for key, ways in OTHER_WAYS.items()},
        "kinds": {
            str(metric): {measure: list(figure_rules.fitting_units(kinds, measure) or ()) for measure in MEASURES}
            for metric, kinds in reference.metrics["unit_kinds"].items()
        },
        "units": {"plain": units.PLAIN, "counted": list(units.COUNTED)},
        "requiredBy": {metric: list(keys) for metric, keys in REQUIRED_BY_METRIC.items()},
        "positive": sorted(metric for metric, (low, _) in vocabulary.magnitudes.items() if low >= 0),
        "names": {**vocabulary.names, **{name.casefold(): name for name in vocabulary.entities}},
        "groups": groups_of(vocabulary, reference),
        "definitions": {"rules": definition_rules(vocabulary), "named": sorted(vocabulary.named_definitions)},
        "periods": PERIOD_LABEL,
        "lists": ["definition", "supplier", "product", "customer"],
        "help": dict(field_help.FIELDS),
        "meanings": {
            **field_help.CHOICES,
            **{
                "metric": {
                    str(metric): f"{str(text).partition('. ')[0].rstrip('.')}."
                    for metric, text in reference.metrics["description"].items()
                },
                "definition": {one: str(reference.definitions.at[one, "name"]) for one in definitions},
            },
        },
        "reasons": list(REASONS),
        "confirmed": CONFIRMED,
        "choices": {
            "entity": sorted(vocabulary.entities),
            "metric": sorted(vocabulary.metric_ids),
            "measure": MEASURES,
            "status": [name for name in STATUSES if name != "derived"],
            "claimant": CLAIMANTS,
            "bound": (*BOUNDS, DIRECTION),
            "flow": FLOWS,
            "definition": definitions,
            "supplier": sorted(set(vocabulary.suppliers.values()) - {""}),
            "product": sorted(vocabulary.suppliers),
            "customer": sorted(vocabulary.entities),
        },
    }
    script = _static("review.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = escaping.html(str(about.get("title") or stem))
    origin = escaping.html(", ".join(str(about[key]) for key in ("publisher", "published") if about.get(key)))
    scope = "" if source.article is not None else f"<p>{_SCOPE}</p>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Review: {title}</title>
<style>{_static("review.css")}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{origin}</p>{scope}
<p class="todo">{_TODO}</p>
<p class="keys">{_KEYS}</p>
<noscript><p>This page needs JavaScript. The same questions are in the review file, which any editor opens.</p></noscript>
</header>
<main id="main"><p id="notice" role="status"></p></main>
<footer aria-label="Progress and saving"><p id="progress" role="status"></p><details id="left" hidden><summary></summary><ul></ul></details><div id="saving"></div></footer>
<script type="application/json" id="data">{escaping.script_json(data)}</script>
<script>{script}</script>
</body>
</html>
"""


DATE: Final = "YYYY-MM-DD"
"""Stands for the day of publication in a command."""


_PLAIN: Final = {"capex": "capital expenditure"}
"""Names of metrics whose id is no plain name."""


PERIOD_LABEL: Final = (
    r"^\s*(\d{4}-\d\d-\d\d(\s*/\s*\d{4}-\d\d-\d\d)?|\d{4}-\d\d|[a-z]{3,9} \d{4}|(fy|cy)? ?\d{2,4}([ -]*(fy|cy)?\d{4})?"
    r"|(fy ?)?\d{2,4}[ -]*(q[1-4]|h[12]|9m)|(q[1-4]|[1-4]q|h[12]|9m) *(fy ?)?\d{2,4})\s*$"
)
"""What a period may look like, for the page; `values.periods` reads it when the decisions are applied."""


def _static(name: str) -> str:
    return resources.files("capex_pipeline.review").joinpath("static", name).read_text(encoding="utf-8")


def _passages(review: Mapping[str, Any], source: Source) -> list[dict[str, Any]]:
    """Passages with the ids of the entries whose amount is in them, in order, and where it is."""
    marks: dict[int, dict[Span, list[str]]] = {}
    listed = [
        (entry_id(part, number, entry), span_of(entry))
        for part in LISTS
        for number, entry in enumerate(entries_of(review, part))
    ]
    for identity, span in (*listed, *((name, span_of(known)) for name, known in addable(review, source).items())):
        place = source.passage_at(span)
        if place is not None and span is not None:
            where = source.passages[place].place_of(span)
            marks.setdefault(place, {}).setdefault(where, []).append(identity)
    return [
        {
            "place": passage.place,
            "other": passage.is_other,
            "text": passage.text,
            "above": passage.above,
            "cells": [list(cell) for cell in passage.cells],
            "marks": [[start, end, ids] for (start, end), ids in sorted(marks.get(index, {}).items())],
        }
        for index, passage in enumerate(source.passages)
    ]
