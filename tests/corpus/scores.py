"""Precision, recall and F1 of readings against the labels of this folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.labels import Label


@dataclass(frozen=True)
class Score:
    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.wanted + other.wanted)


def same_number(left: float | None, right: float | None) -> bool:
    """Whether two numbers agree, both missing counting as agreement."""
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-6)


def same_quantity(reading: Any, label: Label) -> bool:
    """Whether a mention overlaps a label and has its unit and its numbers."""
    overlaps = reading.start < label.end and label.start < reading.end
    return (
        overlaps
        and reading.unit == label.unit
        and same_number(reading.low, label.low)
        and same_number(reading.value, label.value)
        and same_number(reading.high, label.high)
    )


def quantity_errors(mentions: Sequence[Any], labels: Sequence[Label]) -> tuple[Score, list[Any], list[Label]]:
    """Score of the certain mentions against the certain labels, with the wrong mentions and the missed labels."""
    readings = [mention for mention in mentions if mention.kind != "uncertain"]
    wanted = [label for label in labels if label.unit and not label.is_further]
    missed = list(wanted)
    wrong = []
    for reading in readings:
        match = next((label for label in missed if same_quantity(reading, label)), None)
        if match is None:
            wrong.append(reading)
        else:
            missed.remove(match)
    return Score(len(readings) - len(wrong), len(readings), len(wanted)), wrong, missed


def total(scores: Iterable[Score]) -> Score:
    result = Score(0, 0, 0)
    for score in scores:
        result = result + score
    return result
