"""What a table says at a glance: by hand from small frames, short enough for Dagster, safe from the text of documents."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.orchestration import table_summary

NBSP = "\N{NO-BREAK SPACE}"


def amounts(name: str, **by_quarter: float) -> list[dict[str, object]]:
    return [
        {
            "entity_name": name,
            "calendar_quarter": quarter[1:],
            "amount_usd": usd,
            "is_preferred": True,
            "yoy_local_pct": 5.4,
        }
        for quarter, usd in by_quarter.items()
    ]


def cells(text: str) -> list[list[str]]:
    """Cells of the rows of a Markdown table, without its head."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ][2:]


def test_a_trend_runs_from_nothing_to_the_largest_and_shows_holes_and_breaks() -> None:
    assert table_summary.trend([0.0, 4.0, 8.0]) == "▁▅█"
    assert table_summary.trend([np.nan, 8.0, np.nan]) == "·█·"
    assert table_summary.trend([1.0, 8.0], [True, True]) == "▂¦█", "what comes first breaks nothing"
    assert table_summary.trend([0.0, 0.0]) == "▁▁"
    assert table_summary.trend([np.nan]) == "·"


def test_companies_are_in_the_order_of_their_latest_amount_and_holes_are_shown() -> None:
    frame = frame_of(
        "capex_by_definition",
        *amounts("Small", Q2024Q1=1e9, Q2024Q2=2e9),
        *amounts("Large", Q2023Q4=2e9, Q2024Q2=8e9),
        {"entity_name": "Claimed", "calendar_quarter": "2024Q2", "amount_usd": 99e9, "is_preferred": False},
    )
    text = table_summary.of_table("capex_by_definition", frame)
    assert text is not None and text.startswith("| company | 2023Q4 to 2024Q2 |")
    assert cells(text) == [
        ["Large", "▃·█", "2024Q2", "8.0", f"+5{NBSP}%"],
        ["Small", "·▅█", "2024Q2", "2.0", f"+5{NBSP}%"],
    ]


def test_shipments_have_their_range() -> None:
    row = {"product": "h20", "calendar_quarter": "2024Q2", "is_preferred": True}
    frame = frame_of("gpu_estimates", row | {"units_low": 170e3, "units": 222e3, "units_high": 290e3})
    assert cells(str(table_summary.of_table("gpu_estimates", frame))) == [["h20", "█", "2024Q2", "222", "170–290"]]


def test_verdicts_are_counted_and_contradictions_named() -> None:
    wrong = {
        "verdict": "contradicted",
        "document_id": "wire",
        "claim": "39 billion",
        "explanation": "Filings say less.",
    }
    text = str(table_summary.of_table("claim_checks", frame_of("claim_checks", {}, {}, wrong)))
    assert cells(text) == [["wire", "39 billion", "Filings say less."]]
    assert text.endswith("2 confirmed, 1 contradicted")
    assert table_summary.of_table("claim_checks", frame_of("claim_checks", {})) == "1 confirmed"


def test_coverage_is_a_strip_of_quarters_for_each_table() -> None:
    def held(entity: str, table: str, quarter: str, state: str) -> dict[str, object]:
        return {"entity_id": entity, "table_name": table, "calendar_quarter": quarter, "state": state}

    text = str(
        table_summary.of_table(
            "coverage",
            frame_of(
                "coverage",
                held("meta", "capex_by_definition", "2024Q1", "reported"),
                held("meta", "capex_by_definition", "2024Q3", "missing"),
                held("meta", "cloud_revenue_by_definition", "2024Q2", "conflict"),
                held("amd", "capex_by_definition", "2024Q2", "not_applicable"),
            ),
        )
    )
    assert cells(text) == [["meta", "█·○", "·×·"]], "a company to which nothing applies is left out"
    assert text.endswith("2024Q1 to 2024Q3: █ reported, × conflict, ○ missing, · not applicable")


def test_what_does_not_fit_is_counted() -> None:
    text = table_summary.fitting(["a"], [["x" * 90]] * 30, "the end")
    shown = len(cells(text))
    assert len(text) <= table_summary.LONGEST < 1000
    assert f"{30 - shown} more rows" in text and text.endswith("the end")


@pytest.mark.parametrize(
    "table", ["capex_by_definition", "cloud_revenue_by_definition", "gpu_estimates", "claim_checks", "coverage"]
)
def test_nothing_is_said_of_an_empty_table(table: str) -> None:
    assert table_summary.of_table(table, frame_of(table).iloc[:0]) is None


def test_nothing_is_said_where_nothing_is_preferred() -> None:
    assert (
        table_summary.of_table("capex_by_definition", frame_of("capex_by_definition", {"is_preferred": False})) is None
    )
    assert table_summary.of_table("periods", frame_of("periods", {})) is None


def test_text_of_a_document_stays_in_its_cell() -> None:
    hostile = "a | b <script> [x](javascript:y) `c`\nnext"
    frame = frame_of("claim_checks", {"verdict": "contradicted", "document_id": hostile, "claim": hostile})
    text = str(table_summary.of_table("claim_checks", frame))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 3
    assert all(line.replace("\\|", "").count("|") == 4 for line in rows)
    assert pd.Series(rows).str.contains(r"(?<!\\)[<\[`]").sum() == 0
