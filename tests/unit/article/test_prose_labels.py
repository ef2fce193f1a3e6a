"""The labels of public texts: their form, how they are parted, and the measures computed from them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from benchmarks.article_prose import LABELS, Result, Text, area, compare, measure, wilson
from capex_pipeline.article.drafted_rows import read_body
from capex_pipeline.article.front_matter import read_article_text
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load

FOLDER = Path(os.environ.get("CAPEX_PROSE_TEXTS", "absent"))
TEXT = (
    b"---\npublished: 2025-10-31\n---\nMeta's capital expenditures were $19.4 billion in the third quarter of 2025.\n"
)
LABEL = {"start": "33", "end": "46", "entity": "meta", "metric": "capex", "measure": "level", "period_start": "2025-07-01", "period_end": "2025-09-30",
         "low": "19400000000", "high": "19400000000", "unit": "USD"}  # fmt: skip


def rows() -> Iterator[dict[str, str]]:
    with LABELS.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def test_the_labels_are_many_and_name_known_companies_and_possible_periods() -> None:
    known = vocabulary_of(load())
    figures = [row for row in rows() if row["kind"] == "figure"]
    assert len(figures) >= 400
    assert len({row["text"] for row in figures}) >= 120
    for row in figures:
        assert row["entity"] in known.entities
        assert date.fromisoformat(row["period_start"]) < date.fromisoformat(row["period_end"])
        assert float(row["low"]) <= float(row["high"])


def test_the_kept_part_is_of_the_last_collection_of_texts() -> None:
    """The texts of the collections before it have been read while the rules were made; they are open."""
    kept = {row["text"] for row in rows() if row["part"] == "kept"}
    assert len(kept) >= 20
    assert all(name.startswith("t11-") for name in kept)
    assert not kept & {row["text"] for row in rows() if row["part"] == "open"}


def compared(label: dict[str, str]) -> Result:
    result = Result()
    compare(Text("one", TEXT, [label]), read_body(read_article_text(TEXT), vocabulary_of(load())), result)
    return result


def test_a_figure_is_right_only_if_all_of_its_parts_are() -> None:
    assert compared(LABEL).missed == []
    for changed in ({"entity": "amazon"}, {"period_end": "2025-12-31"}, {"low": "18e9"}, {"unit": "CNY"}):
        result = compared({**LABEL, **changed})
        assert [label for _, _, label in result.drafted] == [None]
        assert len(result.missed) == 1
    assert len(compared({**LABEL, "low": "18e9", "high": "18e9"}).misread) == 1


def test_the_interval_and_the_area_are_those_of_the_formulas() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Wilson 1927: z = 1.96
    drafted = compared(LABEL).drafted
    assert area(drafted) != area(drafted)  # without a wrong figure there is no order


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the labelled texts are not here")
def test_the_open_part_meets_the_aims() -> None:
    result = measure(FOLDER, "open", vocabulary_of(load()))
    right = sum(label is not None for _, _, label in result.drafted)
    assert right / len(result.drafted) >= 0.92
    assert right / (right + len(result.missed)) >= 0.65
    assert result.misread == []
