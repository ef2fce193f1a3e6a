"""Applies the decisions of a person, as the review page saves them, to a review.

Add here what a decision may say and what it does to the entries. The page belongs to `page`, the file to `review_file`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_json import refuse_repeated_keys
from capex_pipeline.review.checks.entry_lists import NEEDED_OF_DOCUMENT
from capex_pipeline.review.entries import (
    FIGURE_KEYS,
    LISTS,
    corrected_keys,
    entry_id,
    missing_keys,
    ordered,
    required_keys,
    span_of,
)
from capex_pipeline.review.recording import completed
from capex_pipeline.review.review_file import ReviewError
from capex_pipeline.review.source import Source
from capex_pipeline.sources.figure_yaml import DRAFT

MAX_BYTES: Final = 1_000_000
LONGEST_VALUE: Final = 300
ACTIONS: Final = ("accept", "change", "ignore")
CHANGEABLE: Final = frozenset(FIGURE_KEYS) - {
    "id",
    "locator",
    "span",
    "quote",
    "question",
    "readings",
    "reason",
    "corrected",
    "confidence",
}
SHOWN: Final = tuple(key for key in FIGURE_KEYS if key in CHANGEABLE and key not in ("period_start", "period_end"))
"""The keys of a figure that the page shows, in order."""


def recorded(fields: Mapping[str, str], changed: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """The fields of a figure as the review has them after an answer."""
    figure = completed(fields, changed, vocabulary)
    return {key: str(figure[key]) for key in SHOWN if figure.get(key) not in (None, "")}


@dataclass(frozen=True)
class Decision:
    """What a person decided about one entry. fields: new values by key, an empty one removes the key. reason: why it is ignored. corrected: the keys
    that the person entered or confirmed, which no check then holds against the source."""

    action: str
    fields: Mapping[str, str]
    reason: str
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decisions:
    """review: fingerprint of the review for which the page was made. by_id: decisions by the id of the entry. document: what the source did not state
    of itself."""

    review: str
    by_id: Mapping[str, Decision]
    document: Mapping[str, str] = field(default_factory=dict)

    @property
    def published(self) -> date | None:
        """The day of publication that a person stated; None where it is no date."""
        try:
            return date.fromisoformat(self.document.get("published", ""))
        except ValueError:
            return None


def fingerprint(review: Mapping[str, Any]) -> str:
    """Hash of a review's content, by which decisions for another state of it are recognised."""
    return hashlib.sha256(json.dumps(review, sort_keys=True, default=str).encode()).hexdigest()[:16]


def read_decisions(data: bytes, name: str) -> Decisions:
    """The decisions in a file that the review page saved. Raises ReviewError for anything else; the message says what to do."""
    if len(data) > MAX_BYTES:
        raise ReviewError(f"{name} has more than {MAX_BYTES:,} bytes; save the decisions from the review page again.")
    try:
        content = json.loads(data)
        refuse_repeated_keys(data)
    except (ValueError, RecursionError, DocumentError) as error:
        raise ReviewError(f"{name} is no readable JSON; save the decisions from the review page again.") from error
    if not isinstance(content, dict) or not isinstance(content.get("decisions"), dict):
        raise ReviewError(f"{name} holds no decisions; save them from the review page again.")
    by_id = {identity: _decision(identity, value, name) for identity, value in content["decisions"].items()}
    return Decisions(str(content.get("review")), by_id, _of_document(content.get("document") or {}, name))


def _of_document(stated: Any, name: str) -> dict[str, str]:
    """What a person stated of the document: text of one line for the keys that a review needs."""
    if not isinstance(stated, dict) or not set(stated) <= set(NEEDED_OF_DOCUMENT):
        raise ReviewError(f"{name}: `document` may state {', '.join(NEEDED_OF_DOCUMENT)} only.")
    if any(not isinstance(text, str) or len(text) > LONGEST_VALUE or "\n" in text for text in stated.values()):
        raise ReviewError(
            f"{name}: `document` has a value that is no text of one line of at most {LONGEST_VALUE} characters."
        )
    return {key: text.strip() for key, text in stated.items() if text.strip()}


def _decision(identity: str, value: Any, name: str) -> Decision:
    if not isinstance(value, dict) or value.get("action") not in ACTIONS:
        raise ReviewError(f"{name}: the decision for {identity[:60]} is none of {', '.join(ACTIONS)}; decide it again.")
    fields, reason = value.get("fields") or {}, value.get("reason") or ""
    texts = [reason, *fields.values()] if isinstance(fields, dict) else [None]
    if any(not isinstance(text, str) or len(text) > LONGEST_VALUE or "\n" in text for text in texts):
        raise ReviewError(
            f"{name}: the decision for {identity[:60]} has a value that is no text of one line of at most {LONGEST_VALUE} characters."
        )
    unknown = sorted(set(fields) - CHANGEABLE)
    if unknown:
        raise ReviewError(
            f"{name}: the decision for {identity[:60]} changes {', '.join(unknown)[:80]}, which no decision can."
        )
    corrected = value.get("corrected") or []
    if not isinstance(corrected, list) or not CHANGEABLE.issuperset(map(str, corrected)):
        raise ReviewError(f"{name}: the decision for {identity[:60]} has under `corrected` what is no list of fields.")
    if value["action"] == "ignore" and not reason.strip():
        raise ReviewError(f"{name}: {identity[:60]} is ignored without a reason; give one.")
    return Decision(
        value["action"], {key: text.strip() for key, text in fields.items()}, reason.strip(), tuple(map(str, corrected))
    )


def apply(review: Mapping[str, Any], decisions: Decisions, source: Source) -> dict[str, Any]:
    """A review with the decisions in it: each decided entry is a figure or ignored, and loses the machine's question and confidence.

    An ignored amount that becomes a figure takes over what is known of it, and so does a number of `addable`. The result is a draft while an entry is undecided. Raises ReviewError for decisions about another state of the review, or an accepted entry that is no whole figure.
    """
    if decisions.review != fingerprint(review):
        raise ReviewError(
            "The review has changed since the page was made, so the decisions may belong to other entries; make the page again."
        )
    lists: dict[str, list[dict[str, Any]]] = {part: [] for part in LISTS}
    left = dict(decisions.by_id)
    common = review.get("defaults")
    defaults = common if isinstance(common, Mapping) else {}
    for part in LISTS:
        for number, entry in enumerate(review.get(part) or []):
            identity = entry_id(part, number, entry)
            decision = left.pop(identity, None)
            if decision is None:
                lists[part].append(entry)
                continue
            known = {**defaults, **source.known.get(span_of(entry) or (0, 0), {})} if part == "ignored" else defaults
            where, changed = _decided(identity, entry, decision, known, source.vocabulary, required_keys(review))
            lists[where].append(changed)
    for identity, known in addable(review, source).items():
        added = left.pop(identity, None)
        if added is not None and added.action != "ignore":
            lists["figures"].append(_decided(identity, {}, added, known, source.vocabulary, required_keys(review))[1])
    if left:
        raise ReviewError(f"The review has no entry {', '.join(sorted(left))[:120]}; make the page again.")
    for entries in lists.values():
        entries.sort(key=lambda entry: span_of(entry) or (0, 0))
    waits = bool(lists["undecided"]) or any("confidence" in entry for entry in lists["figures"])
    about = review.get("document")
    stated = {**(about if isinstance(about, Mapping) else {}), **decisions.document}
    result: dict[str, Any] = {"document": stated if decisions.document else about}
    if waits:
        result["state"] = DRAFT
    if lists["undecided"]:
        result["undecided"] = lists["undecided"]
    others = {key: value for key, value in review.items() if key not in ("document", "state", *LISTS)}
    return {**result, "figures": lists["figures"], "ignored": lists["ignored"], **others}


def addable(review: Mapping[str, Any], source: Source) -> dict[str, dict[str, Any]]:
    """By id: the numbers of rows that the draft does not use and that no entry of the review has, with what is printed about them."""
    taken = {span_of(entry) for part in LISTS for entry in review.get(part) or []}
    return {
        str(source.known[amount.span]["id"]): {
            **source.known[amount.span],
            "span": list(amount.span),
            "quote": amount.text,
        }
        for amount in source.amounts
        if amount.is_other and amount.span not in taken
    }


def _decided(
    identity: str,
    entry: Mapping[str, Any],
    decision: Decision,
    prefilled: Mapping[str, Any],
    vocabulary: Vocabulary,
    required: tuple[str, ...],
) -> tuple[str, dict[str, Any]]:
    quote = entry.get("quote") or entry.get("text") or prefilled.get("quote")
    if decision.action == "ignore":
        kept = {"id": entry.get("id"), "span": entry.get("span"), "text": quote, "reason": decision.reason}
        return "ignored", {key: value for key, value in kept.items() if value is not None}
    figure = {
        **prefilled,
        **{key: value for key, value in entry.items() if key not in ("text", "reason")},
        "quote": quote,
    }
    figure = completed(figure, decision.fields, vocabulary)
    missing = missing_keys(figure, required)
    if missing:
        raise ReviewError(
            f"{identity} ({quote}) has no {', '.join(missing)}; enter it on the page, or ignore the mention."
        )
    corrected = corrected_keys(entry) | set(decision.corrected)
    figure["corrected"] = [key for key in FIGURE_KEYS if key in corrected]
    settled = {"question", "readings", "reason", "confidence"}
    return "figures", ordered({key: value for key, value in figure.items() if key not in settled})
