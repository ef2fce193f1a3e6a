"""Writing workbook.xlsx from the audited candidates. The workbook belongs to the release, so the step `make_release` calls this.

Add here what decides whether the workbook is written again and where. What is in it belongs to `release.workbook`.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.orchestration.asset_factory import content_of
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage import fingerprint
from capex_pipeline.storage.warehouse import Warehouse

FILE = "workbook.xlsx"


@dataclass(frozen=True)
class Written:
    """The workbook beside the candidate tables. change: new, changed or unchanged. made_from: hash of what decides its bytes."""

    path: Path
    size: int
    change: str
    made_from: str


def write(candidates: Warehouse) -> Written:
    """Write the workbook beside the candidate tables, unless the file already is what would be written. Raises StorageError."""
    from capex_pipeline.release.manifest import release_id

    ids = {name: content_of(candidates, name) for name in TABLES}
    wanted, path = fingerprint.of("workbook", {**ids, "code": fingerprint.code()}), candidates.root / FILE
    if is_made_from(path, wanted):
        return Written(path, path.stat().st_size, "unchanged", wanted)
    from capex_pipeline.release import workbook

    is_there = path.is_file()
    tables = {name: candidates.read(name) for name in workbook.TABLES}
    data = workbook.to_bytes(tables, release_id(ids, SCHEMA_VERSION), wanted)
    storage_files.replace_if_changed(path, data, candidates.staging())
    return Written(path, len(data), "changed" if is_there else "new", wanted)


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether the file at a path is a workbook that was made from this; its properties hold the hash."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
            return f">{made_from}<".encode() in book.read("docProps/custom.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
