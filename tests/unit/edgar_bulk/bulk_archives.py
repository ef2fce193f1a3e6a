"""Archives and instances of invented filers, for tests of the bulk path."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builders import PROJECT

CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"
SHIPPED = PROJECT / "raw" / "filings" / "companyfacts"
INSTANCES = PROJECT / "raw" / "filings" / "instances"
MICROSOFT, NVIDIA = 789019, 1045810


def fact(start: str, end: str, value: float, accession: str, form: str, filed: str) -> dict[str, Any]:
    """One fact as the SEC serves it."""
    return {
        "start": start, "end": end, "val": value, "accn": accession, "fy": 2024, "fp": "FY", "form": form, "filed": filed,
    }  # fmt: skip


def member(cik: int, facts: Sequence[Mapping[str, Any]], unit: str = "USD", concept: str = CAPEX) -> bytes:
    """The companyfacts of a filer with facts of one concept."""
    about = {"label": "Capex", "description": "Capex", "units": {unit: list(facts)}}
    return json.dumps(
        {"cik": cik, "entityName": "E", "facts": {"us-gaap": {concept: about}}}, separators=(",", ":")
    ).encode()


def write_archive(path: Path, members: Mapping[int, bytes]) -> Path:
    """A zip as the SEC serves it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for cik, data in members.items():
            opened.writestr(f"CIK{cik:010d}.json", data)
    return path


def shipped_members() -> dict[int, bytes]:
    """The companyfacts under raw/."""
    return {int(path.stem.removeprefix("CIK")): path.read_bytes() for path in sorted(SHIPPED.glob("CIK*.json"))}


YEAR = [
    fact("2023-07-01", "2023-09-30", 100, "0000000001-23-000001", "10-Q", "2023-10-25"),
    fact("2023-07-01", "2023-12-31", 220, "0000000001-24-000001", "10-Q", "2024-01-25"),
    fact("2023-07-01", "2024-03-31", 350, "0000000001-24-000002", "10-Q", "2024-04-25"),
    fact("2023-07-01", "2024-06-30", 500, "0000000001-24-000003", "10-K", "2024-07-30"),
]
"""A fiscal year to June in a first quarter and three cumulative periods: quarters of 100, 120, 130 and 150."""
