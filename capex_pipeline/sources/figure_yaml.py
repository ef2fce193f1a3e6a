"""Reads a reviewed document with a few figures: a YAML file that a person wrote.

Its layout is `document:`, `defaults:`, `figures:`, and `statements:` without a number, which are notes for people and
give no rows. Add a key of that layout here. Values, names and periods are resolved in `normalise/figures.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from capex_pipeline.raw.errors import DocumentError, listed
from capex_pipeline.raw.printed_rows import (
    ReadResult,
    document_record,
    empty_rows,
    printed_record,
    rejection,
    rows_from_records,
    span_of,
)

_TOP_LEVEL = {"document", "state", "defaults", "undecided", "figures", "statements", "ignored", "proposals"}
DRAFT = "draft"
"""Value of `state:` of a review that no person has finished: its text is read by machine, as if the file were not there."""


def read(content: Mapping[str, Any], name: str) -> ReadResult:
    """Documents and printed rows of one reviewed file.

    content: the file's mapping with every scalar as text (`raw.untrusted_yaml.load_yaml_mapping`).
    Raises DocumentError where the layout is not the expected one.
    """
    unknown = sorted(set(content) - _TOP_LEVEL)
    if unknown:
        raise DocumentError(
            "unknown_key",
            f"{name} has the unknown part {listed(unknown)}; known are {', '.join(sorted(_TOP_LEVEL))}.",
        )
    if is_draft(content):
        return ReadResult([], empty_rows().assign(review_state=pd.Series(dtype="str")))
    document = document_record(content.get("document"), name)
    defaults = printed_record(content.get("defaults") or {}, f"{name}, defaults")
    figures = content.get("figures")
    if not isinstance(figures, list):
        raise DocumentError("missing_column", f"{name} has no list `figures:`; add one entry for each number.")
    records: list[dict[str, str | None]] = []
    rejected: list[dict[str, str | None]] = []
    spans: list[tuple[int | None, int | None]] = []
    for number, figure in enumerate(figures, start=1):
        place = f"figure {number}"
        try:
            record = printed_record(figure, f"{name}, {place}")
        except DocumentError as error:
            rejected.append(rejection(document["document_id"], number, place, error.rule, error.message))
            continue
        records.append({**defaults, **record, "document": document["document_id"]})
        spans.append(span_of(figure) or (None, None))
    rows = rows_from_records(records)
    rows["review_state"] = "reviewed"
    rows["span_start"] = pd.Series([span[0] for span in spans], dtype="Int64")
    rows["span_end"] = pd.Series([span[1] for span in spans], dtype="Int64")
    bad = {int(str(entry["row_number"])) for entry in rejected}
    rows.index = [number for number in range(1, len(figures) + 1) if number not in bad]
    return ReadResult([document], rows, rejected)


def is_draft(content: Mapping[str, Any]) -> bool:
    """Whether a file is a review that waits for a person."""
    return content.get("state") == DRAFT
