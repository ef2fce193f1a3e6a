"""Hypothesis strategies for archives: companies that publish and restate quarters, and articles about them.

This module draws printed rows together with the true numbers, and reads the rows as the pipeline does. Add a habit of
publishing here. The properties that must hold are asserted in the tests beside this file.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd
from builders import Evidence, article, evidence_of, filed, row
from hypothesis import settings
from hypothesis import strategies as st

from capex_pipeline.normalise import published
from capex_pipeline.reference import load
from capex_pipeline.sources import ecb_rates

COMPANIES: dict[str, tuple[str, str]] = {
    "alibaba": ("cash_purchases", "RMB million"),
    "tencent": ("accrual_additions", "RMB million"),
    "microsoft": ("cash_purchases", "USD million"),
    "meta": ("cash_purchases", "USD million"),
    "nvidia": ("cash_purchases", "USD million"),
}
"""A company with the definition that is preferred for it and its unit. Their fiscal years end in four different months."""

PARTS: dict[str, tuple[int, ...]] = {
    "Q1": (1,), "Q2": (2,), "Q3": (3,), "Q4": (4,), "H1": (1, 2), "9M": (1, 2, 3), "FY": (1, 2, 3, 4),
}  # fmt: skip
HABITS: dict[str, tuple[str, ...]] = {
    "quarters": ("Q1", "Q2", "Q3", "Q4"),
    "year to date": ("Q1", "H1", "9M", "FY"),
    "quarters and the year": ("Q1", "Q2", "Q3", "FY"),
    "everything": ("Q1", "Q2", "H1", "Q3", "9M", "Q4", "FY"),
    "with a hole": ("Q1", "9M", "FY"),
}
"""What companies print of a fiscal year, in the order in which they publish it."""

examples = settings(max_examples=int(os.environ.get("EXAMPLES", "3")), deadline=None)
"""Decorator: how many archives a property is tried on. Each takes a second or two, so the tests draw a few and `make soak` draws many."""

LAST_DAY = pd.Timestamp("2026-10-30")


@dataclass(frozen=True)
class Archive:
    """Documents, their rows, and what is true: value in millions by company, fiscal year and presentation ("" or "restated")."""

    documents: tuple[Mapping[str, Any], ...]
    rows: tuple[Mapping[str, str], ...]
    truth: Mapping[tuple[str, int, str], tuple[int, ...]] = field(default_factory=dict)

    def known_by(self, day: str) -> Archive:
        """Without what was published after a day."""
        return self._with({one["document_id"] for one in self.documents if one["published"] <= day})

    def without(self, company: str) -> Archive:
        """Without the documents of a company."""
        return self._with({one["document_id"] for one in self.documents if one["publisher"] != company})

    def _with(self, names: set[str]) -> Archive:
        return Archive(
            tuple(one for one in self.documents if one["document_id"] in names),
            tuple(one for one in self.rows if one["document"] in names),
            self.truth,
        )

    @property
    def days(self) -> list[str]:
        """The days on which something was published."""
        return sorted({str(one["published"]) for one in self.documents})

    def read(self) -> Evidence:
        """Figures and observations, as the pipeline makes them."""
        return evidence_of(self.documents, self.rows)


def capex_of(known: Evidence) -> pd.DataFrame:
    """Table capex of what was read."""
    return published.capex_by_definition(known.observations, published.fx_rates(known.observations, fixings()), load())


@cache
def fixings() -> pd.DataFrame:
    """The European Central Bank's fixings of the currencies in use."""
    return ecb_rates.daily_fixings(["CNY", "USD"])


@st.composite
def archives(draw: st.DrawFn, *, companies: int = 2, claims: bool = False) -> Archive:
    """One or more companies with a fiscal year or two each, some of them presented anew a year later."""
    chosen = draw(st.lists(st.sampled_from(sorted(COMPANIES)), min_size=1, max_size=companies, unique=True))
    documents: list[Mapping[str, Any]] = []
    rows: list[Mapping[str, str]] = []
    truth: dict[tuple[str, int, str], tuple[int, ...]] = {}
    for company in chosen:
        for year in draw(st.sampled_from([(2023,), (2023, 2024)])):
            _fiscal_year(draw, company, year, documents, rows, truth)
    if claims:
        _article(draw, chosen, documents, rows)
    return Archive(tuple(documents), tuple(rows), truth)


def _fiscal_year(
    draw: st.DrawFn, company: str, year: int, documents: list[Mapping[str, Any]], rows: list[Mapping[str, str]],
    truth: dict[tuple[str, int, str], tuple[int, ...]],
) -> None:  # fmt: skip
    quarters = draw(st.tuples(*[st.integers(1_000, 60_000)] * 4))
    habit = draw(st.sampled_from(sorted(HABITS)))
    truth[company, year, ""] = quarters
    _filings(draw, company, year, "", quarters, HABITS[habit], documents, rows)
    if draw(st.booleans()):
        anew = tuple(value + draw(st.integers(-90, 90)) for value in quarters)
        truth[company, year, "restated"] = anew
        shown = HABITS[habit][draw(st.integers(0, 2)) :]
        _filings(draw, company, year, "restated", anew, shown, documents, rows)


def _filings(
    draw: st.DrawFn, company: str, year: int, basis: str, quarters: tuple[int, ...], shown: tuple[str, ...],
    documents: list[Mapping[str, Any]], rows: list[Mapping[str, str]],
) -> None:  # fmt: skip
    """A document for each part of the year, published some weeks after it ended; of a restatement a year later."""
    definition, unit = COMPANIES[company]
    for part in shown:
        end = load().calendars[company].bounds(year, part)[1]
        day = end + dt.timedelta(days=draw(st.integers(10, 60)) + (365 if basis else 0))
        name = f"{company} {part} {year} {basis}".strip()
        documents.append(filed(name, day.isoformat(), publisher=company))
        value = sum(quarters[number - 1] for number in PARTS[part])
        rows.append(
            row(
                document=name, entity=company, definition=definition, unit=unit, value=f"{value:,}",
                period=f"FY{year}" if part == "FY" else f"FY{year} {part}", presentation=f"{company} FY{year} {basis}".strip(),
            )
        )  # fmt: skip


def _article(
    draw: st.DrawFn, companies: list[str], documents: list[Mapping[str, Any]], rows: list[Mapping[str, str]]
) -> None:
    day = draw(st.dates(dt.date(2024, 1, 2), dt.date(2025, 6, 1))).isoformat()
    documents.append(article("article", day, publisher="Example Times"))
    for company in companies:
        value = draw(st.sampled_from(["12.5", "about 20", "more than 3", "between 5 and 9"]))
        unit = COMPANIES[company][1].replace("million", "billion")
        rows.append(row(document="article", entity=company, definition=None, period="CY2023", value=value, unit=unit))
