"""Checks what a person still has to do before a review is finished.

A rule belongs to the module for what it checks: `entry_lists` (lists, questions, reasons), `span_values` (the number at its span), `fit` (names,
periods, statuses), `source_words` (what the source says) or `build_rules` (what a build would reject). `machine` compares a review with the
machine's reading. Drafting belongs to `article_draft` and `document_draft`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from capex_pipeline.reference import Reference
from capex_pipeline.review.checks.build_rules import Resolved, check_build, check_single, resolved
from capex_pipeline.review.checks.entry_lists import (
    check_document,
    check_ignored,
    check_layout,
    check_left_out,
    check_size,
    check_undecided,
)
from capex_pipeline.review.checks.findings import ReviewFinding, problem
from capex_pipeline.review.checks.fit import check_fit, check_names
from capex_pipeline.review.checks.source_words import check_claimants, check_words
from capex_pipeline.review.checks.span_values import check_values
from capex_pipeline.review.source import Source
from capex_pipeline.sources.figure_yaml import DRAFT

if TYPE_CHECKING:
    from capex_pipeline.review.filings import Filings

UNDECIDED: Final = "undecided"
"""The rule of a question without an answer."""
_SETTLED_FIRST: Final = frozenset(
    "layout document_invalid figure_incomplete value_unreadable entity_unknown metric_unknown status_unknown measure_unknown period_unreadable".split()
)
"""Findings that say more plainly why a build would reject a figure."""


def unlike_source(review: Mapping[str, Any], source: Source) -> dict[str, set[str]]:
    """By the id of a figure: the keys in which it differs from what the source says, and which `corrected` settles."""
    findings = [*check_fit(review, source), *check_words(review, source)]
    if source.article is not None:
        findings += check_claimants(review, source.article, source.vocabulary)
    parts: dict[str, set[str]] = {}
    for finding in findings:
        parts.setdefault(finding.entry, set()).update(finding.parts)
    return parts


def check_review(
    review: Mapping[str, Any],
    source: Source,
    reference: Reference | None = None,
    filings: Filings | None = None,
    made: Callable[[], Resolved] | None = None,
) -> list[ReviewFinding]:
    """What a person has to do before a review of a source is finished. Every finding is a problem.

    reference: with it, also what a build would reject. filings: with them and the reference, also what they contradict. made: returns what a build
    makes of the review, for a caller that needs it too. A difference from what the source plainly says needs a reason in the figure's `note:`, which
    settles it.
    """
    if refused := list(check_size(review)):
        return refused
    findings = [
        *check_layout(review),
        *check_document(review),
        *check_undecided(review),
        *check_values(review, source),
        *check_names(review, source),
        *check_fit(review, source),
        *(check_claimants(review, source.article, source.vocabulary) if source.article is not None else ()),
        *check_words(review, source),
        *check_ignored(review, source),
        *check_left_out(review, source),
        *check_single(review),
    ]
    if reference is not None:
        made = made or cache(partial(resolved, review, source, reference))
        if not any(finding.rule in _SETTLED_FIRST for finding in findings):
            findings += check_build(review, made())
        if filings is not None:
            findings += filings.findings(review, made())
    if review.get("state") == DRAFT and not findings:
        findings.append(
            problem(
                "draft",
                "Every figure passes; when you have compared each with its sentence or row, delete the line `state: draft`.",
            )
        )
    return findings
