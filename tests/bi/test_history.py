"""The page docs/history.md: what it counts under "now" is what the shipped tables hold."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from capex_pipeline.storage.warehouse import Warehouse

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "history.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^<!-- table: (\w+) -->\n(.*?)^## ", PAGE, flags=re.M | re.S))
EVIDENCE = {"filing": "filing", "company_release": "release", "third_party_copy": "copy"}


def counted(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """By company: first and last quarter, quarters on record and between the two missing; and quarters by class of evidence."""
    found = {}
    for name, rows in table.groupby("entity_name"):
        first, last = rows["calendar_quarter"].min(), rows["calendar_quarter"].max()
        missing = len(pd.period_range(first, last, freq="Q")) - len(rows)
        classes = rows["source_type"].value_counts()
        span = f"{first} to {last}: {len(rows)}" + (f", {missing} missing" if missing else "")
        found[str(name)] = (
            span,
            ", ".join(f"{classes[kind]} {word}" for kind, word in EVIDENCE.items() if kind in classes),
        )
    return found


def stated(section: str) -> dict[str, tuple[str, str]]:
    """By company, the last two cells of each row of the page's table; a dash is no quarter."""
    rows = [
        [cell.strip() for cell in line.strip("| \n").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| ")
    ]
    return {name: (span, evidence) for name, _, _, span, evidence in rows[1:] if span != "–"}


@pytest.mark.parametrize("table", ["capex", "cloud_revenue", "revenue"])
def test_the_page_counts_the_quarters_of_the_shipped_tables(shipped: Warehouse, table: str) -> None:
    assert stated(SECTIONS[table]) == counted(shipped.read(table))


def test_counting_knows_gaps_and_classes() -> None:
    rows = [
        ("A", "2023Q4", "filing"),
        ("A", "2024Q1", "third_party_copy"),
        ("A", "2024Q4", "filing"),
        ("B", "2024Q1", "company_release"),
    ]
    table = pd.DataFrame(rows, columns=["entity_name", "calendar_quarter", "source_type"])
    assert counted(table) == {
        "A": ("2023Q4 to 2024Q4: 3, 2 missing", "2 filing, 1 copy"),
        "B": ("2024Q1 to 2024Q1: 1", "1 release"),
    }
