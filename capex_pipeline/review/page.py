"""The review page: one local HTML file with the text at the left and its figures at the right.

Add here what the page is made from. How it looks and acts is in `static/`. The page needs nothing from the network: a content security policy
forbids every request and allows only its own script, by its hash. Every text of the article reaches the page as data and is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.review.decisions import CHANGEABLE, entry_id, fingerprint
from capex_pipeline.review.draft import CLAIMANTS, CONFIRMED, FIGURE_KEYS, WHO, required_keys
from capex_pipeline.review.proposals import COMPARED, comparison, differing, proposal_of
from capex_pipeline.review.review_file import LISTS, Passage, entries_of, passage_at, span_of
from capex_pipeline.schemas.vocabulary import BOUNDS, FLOWS, MEASURES, STATUSES
from capex_pipeline.values import escaping

REASONS: Final = (
    "No table has a place for it.",
    "A part of another amount.",
    "The same figure as another one.",
    "A plan that another figure replaces.",
    "What others had expected.",
    "No period with a first and a last day.",
    "No company or group of the reference.",
)
"""Reasons that the page offers for leaving a mention out."""
_SHOWN: Final = tuple(key for key in FIGURE_KEYS if key in CHANGEABLE and key not in ("period_start", "period_end"))


def render(
    review: Mapping[str, Any],
    beside: Sequence[Passage],
    prefilled: Mapping[tuple[int, int], Mapping[str, Any]],
    vocabulary: Vocabulary,
    *,
    stem: str,
    command: str,
) -> str:
    """The page as HTML; equal input gives equal text.

    review: as read from its file. beside: the passages that hold its mentions. prefilled: what is known of ignored mentions, by span. stem:
    begins the name of the file of decisions. command: applies them, `DECISIONS` standing for that file.
    """
    document = review.get("document")
    about = document if isinstance(document, Mapping) else {}
    data = {
        "review": fingerprint(review),
        "file": f"{stem}.decisions.json",
        "command": command,
        "passages": _passages(review, beside),
        "entries": _entries(review, beside, prefilled),
        "fields": list(_SHOWN),
        "required": list(required_keys(review)),
        "reasons": list(REASONS),
        "choices": {
            "entity": sorted(vocabulary.entities), "metric": sorted(vocabulary.metric_ids), "measure": MEASURES,
            "status": [name for name in STATUSES if name != "derived"], "claimant": CLAIMANTS, "bound": BOUNDS, "flow": FLOWS,
        },
    }  # fmt: skip
    script = _static("review.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = escaping.html(str(about.get("title") or stem))
    source = escaping.html(", ".join(str(about[key]) for key in ("publisher", "published") if about.get(key)))
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
<p>{source}</p>
<noscript><p>This page needs JavaScript. The same questions are in the review file, which any editor opens.</p></noscript>
</header>
<main id="main"></main>
<footer aria-label="Progress and saving"><p id="progress" role="status"></p><div id="saving"></div></footer>
<script type="application/json" id="data">{escaping.script_json(data)}</script>
<script>{script}</script>
</body>
</html>
"""


def _static(name: str) -> str:
    return resources.files("capex_pipeline.review").joinpath("static", name).read_text(encoding="utf-8")


def _passages(review: Mapping[str, Any], beside: Sequence[Passage]) -> list[dict[str, Any]]:
    """Passages with the ids of the entries whose mention is in them, in order, and where it is."""
    marks: dict[int, dict[tuple[int, int], list[str]]] = {}
    for part in LISTS:
        for number, entry in enumerate(entries_of(review, part)):
            passage, span = passage_at(beside, entry), span_of(entry)
            if passage is not None and span is not None:
                place = passage.place_of(span)
                marks.setdefault(beside.index(passage), {}).setdefault(place, []).append(entry_id(part, number, entry))
    return [
        {
            "place": passage.place, "text": passage.text,
            "marks": [[start, end, ids] for (start, end), ids in sorted(marks.get(index, {}).items())],
        }
        for index, passage in enumerate(beside)
    ]  # fmt: skip


def _entries(
    review: Mapping[str, Any], beside: Sequence[Passage], prefilled: Mapping[tuple[int, int], Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    entries = {}
    for part in LISTS:
        for number, entry in enumerate(entries_of(review, part)):
            known = {**prefilled.get(span_of(entry) or (0, 0), {}), **entry} if part == "ignored" else entry
            fields: dict[str, str] = {key: str(known[key]) for key in _SHOWN if known.get(key) not in (None, "")}
            if "period" not in fields and known.get("period_start") and known.get("period_end"):
                fields["period"] = f"{known['period_start']}/{known['period_end']}"
            identity = entry_id(part, number, entry)
            passage = passage_at(beside, entry)
            entries[identity] = {
                "part": part,
                "quote": str(entry.get("quote") or entry.get("text") or entry.get("value") or ""),
                "fields": fields,
                "question": str(entry.get("question") or ""),
                "reason": str(entry.get("reason") or "") if part == "ignored" else "",
                "waits": part == "figures" and "confidence" in entry,
                "assistant": comparison(entry, review),
                "options": _options(entry, fields, review) if part == "undecided" else [],
                "group": [
                    "period" if entry.get("readings") else str(entry.get("question")),
                    beside.index(passage) if passage else -1,
                ],
            }
    return entries


def _options(entry: Mapping[str, Any], fields: Mapping[str, str], review: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers to the question of an entry, the likeliest first; each sets fields or leaves the mention out."""
    options: list[dict[str, Any]] = []
    readings = entry.get("readings")
    missing = [key for key in required_keys(review) if not fields.get(key)]
    asks_who = WHO in str(entry.get("question"))
    if isinstance(readings, list) and readings and set(missing) <= {"period"}:
        source = f", claimant {fields['claimant']}" if asks_who else ""
        options += [{"label": str(one).replace("/", " to ") + source, "set": {"period": str(one)}} for one in readings]
    elif asks_who and not missing:
        likely = [fields["claimant"], *(name for name in CLAIMANTS if name != fields["claimant"])]
        options += [{"label": name.capitalize(), "set": {"claimant": name}} for name in likely]
    elif not missing:
        options.append({"label": "Yes, as shown above", "set": {}})
    proposal = proposal_of(entry.get("id"), review)
    if proposal is not None and differing(entry, proposal) and proposal.get("entity"):
        proposed = {part: str(proposal[part]) for part in COMPARED if part in proposal}
        if not [key for key in missing if key not in proposed]:
            options.append({"label": "As the assistant reads it", "set": proposed})
    reason = str(entry.get("reason") or REASONS[0])
    options.append({"label": f"No figure: {reason.removeprefix('Context: ')}", "ignore": f"{CONFIRMED}{reason}"})
    return options
