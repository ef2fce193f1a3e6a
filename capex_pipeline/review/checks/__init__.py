"""Checks of a review: what a person still has to do before it is finished.

A rule belongs to the module for what it checks: `layout` (lists, questions, reasons), `values` (the number at its span), `fit` (names, periods,
statuses) or `words` (what the source says). `machine` compares a review with the machine's reading. Drafting belongs to `article_draft` and
`document_draft`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capex_pipeline.review.checks.findings import ReviewFinding, problem
from capex_pipeline.review.checks.fit import check_fit, check_names
from capex_pipeline.review.checks.layout import (
    check_document,
    check_ignored,
    check_layout,
    check_left_out,
    check_size,
    check_undecided,
)
from capex_pipeline.review.checks.values import check_values
from capex_pipeline.review.checks.words import check_claimants, check_words
from capex_pipeline.review.source import Source
from capex_pipeline.sources.figure_yaml import DRAFT


def check_review(review: Mapping[str, Any], source: Source) -> list[ReviewFinding]:
    """What a person has to do before a review of a source is finished. Every finding is a problem.

    A difference from what the source plainly says needs a reason in the figure's `note:`, which settles it.
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
    ]
    if review.get("state") == DRAFT and not findings:
        findings.append(
            problem(
                "draft",
                "Every figure passes; when you have compared each with its sentence or row, delete the line `state: draft`.",
            )
        )
    return findings
