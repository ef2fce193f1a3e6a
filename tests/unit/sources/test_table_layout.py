"""Tables with their publisher's own columns."""

from typing import Any

import pandas as pd
import pytest
from builders import PROJECT
from conftest import SHARED

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.reference import Reference
from capex_pipeline.sources.readers import reader_for

DOCUMENT = {
    "document_id": "epoch",
    "kind": "data_set",
    "source_type": "estimate",
    "title": "Counts",
    "publisher": "Epoch AI",
    "retrieved": "2026-11-23",
}
SIDECAR: dict[str, Any] = {
    "layout": "epoch_chip_counts",
    "documents": [DOCUMENT],
    "defaults": {"status": "estimate", "flow": "shipped"},
}
TABLE = """Name,Chip manufacturer,Start date,End date,Compute estimate in H100e (median),H100e (5th percentile),H100e (95th percentile),Number of Units,Number of Units (5th percentile),Number of Units (95th percentile),Chip type,Notes
Q4 2025 - A,Nvidia,10/1/2025,12/31/2025,30,20,40,300,200,400,H100,Made on: 04-03-2026
Q1 2026 - A,Nvidia,1/1/26,3/31/26,,,,100,,,H100,Incomplete: based on Nvidia fiscal quarters ending 1/25/2026. Made on: 04-03-2026
"""


def read(text: str, reference: Reference, sidecar: dict[str, Any] | None = None) -> ReadResult:
    return reader_for("estimates/epoch.csv", reference)(text.encode(), sidecar or SIDECAR, "estimates/epoch.csv")


def test_each_measure_of_a_line_is_a_row(reference: Reference) -> None:
    rows = read(TABLE, reference).rows
    columns = [
        "locator",
        "supplier",
        "product",
        "period_start",
        "period_end",
        "metric",
        "value",
        "value_low",
        "value_high",
        "unit",
        "flow",
    ]
    assert rows[columns].fillna("").to_numpy().tolist() == [
        ["line 2, Number of Units: Q4 2025 - A", "Nvidia", "H100", "2025-10-01", "2025-12-31", "gpu_units", "300", "200", "400", "units", "shipped"],
        ["line 2, Compute estimate in H100e (median): Q4 2025 - A", "Nvidia", "H100", "2025-10-01", "2025-12-31", "gpu_compute", "30", "20", "40",
         "H100 equivalents", "shipped"],
        ["line 3, Number of Units: Q1 2026 - A", "Nvidia", "H100", "2026-01-01", "2026-01-25", "gpu_units", "100", "", "", "units", "shipped"],
    ]  # fmt: skip
    assert rows["note"].fillna("").tolist() == [
        "", "", "Incomplete: printed with 2026-03-31; data fiscal quarters ending 2026-01-25.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sidecar", "rule"),
    [
        (TABLE, {**SIDECAR, "layout": "another"}, "unknown_layout"),
        (TABLE.replace("Start date", "From"), SIDECAR, "missing_column"),
        (TABLE.replace("Number of Units", "Units").replace("Compute estimate in", "About"), SIDECAR, "missing_column"),
        (TABLE, {key: value for key, value in SIDECAR.items() if key != "layout"}, "unknown_column"),
    ],
)
def test_a_table_that_does_not_fit_its_layout_ends_in_a_sentence(
    text: str, sidecar: dict[str, Any], rule: str, reference: Reference
) -> None:
    with pytest.raises(DocumentError) as caught:
        read(text, reference, sidecar)
    assert caught.value.rule == rule
    assert "epoch.csv" in caught.value.message


def test_a_date_that_is_none_stays_as_it_is_for_the_rejection(reference: Reference) -> None:
    rows = read(TABLE.replace("10/1/2025", "13/41/2025"), reference).rows
    assert rows["period_start"].iloc[0] == "13/41/2025"


SERVED = {
    "csv_export": ("sales", "cumulative"), "owners_csv_export": ("owners", "cumulative"), "owners_csv_export/coreweave": ("owners", "cumulative"),
}  # fmt: skip


def _facts(rows: pd.DataFrame) -> set[tuple[str, ...]]:
    columns = ["metric", "product", "period_start", "period_end", "value", "value_low", "value_high", "unit"]
    return {tuple(row) for row in rows[columns].fillna("").to_numpy().tolist()}


@pytest.mark.skipif(not (SHARED / "data" / "epoch").is_dir(), reason="the files as served are not here")
def test_files_as_served_give_the_figures_of_the_project_s_own_tables(reference: Reference) -> None:
    own = {
        kind: pd.read_csv(PROJECT / "raw" / "estimates" / f"epoch-chip-{kind}.csv", dtype="str")
        for kind in ("sales", "owners", "cumulative")
    }
    compared = 0
    for folder, kinds in SERVED.items():
        for path in sorted((SHARED / "data" / "epoch" / folder).glob("*.csv")):
            document = "epoch-" + path.stem.lower().replace("_", "-")
            served = path.read_text(encoding="utf-8-sig")
            rows = read(served, reference).rows
            # Where a file has watts and rounded megawatts, the layout reads the watts and the project's table has the megawatts.
            in_watts = "Total TDP (W)" in served.partition("\n")[0]
            for kind in kinds:
                typed = own[kind][own[kind]["document"] == document]
                typed = typed[~((typed["metric"] == "gpu_power") & in_watts)]
                if len(typed):
                    assert _facts(typed) <= _facts(rows), document
                    compared += len(typed)
    assert compared > 2_500
