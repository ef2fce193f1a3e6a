"""Makes workbook.xlsx from the candidate tables.

The workbook belongs to the release, so the step `make_release` calls this module. Add here what decides whether and where the workbook is
written. Its content belongs to `release.workbook`.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from capex_pipeline.orchestration.asset_factory import Read
from capex_pipeline.orchestration.assets.release_file import ReleaseFile, bring_up_to_date, content_ids
from capex_pipeline.schemas import SCHEMA_VERSION
from capex_pipeline.storage import fingerprint
from capex_pipeline.storage.warehouse import Warehouse

FILE = "workbook.xlsx"


def write(candidates: Warehouse, read: Read) -> ReleaseFile:
    """Write the workbook beside the candidate tables, unless its inputs are unchanged. read: as `Warehouse.read`. Raises StorageError."""
    ids = content_ids(candidates)
    wanted = fingerprint.of("workbook", {**ids, "code": fingerprint.code()})

    def render() -> bytes:
        from capex_pipeline.release import workbook
        from capex_pipeline.release.manifest import release_id

        tables = {name: read(name) for name in workbook.TABLES}
        return workbook.to_bytes(tables, release_id(ids, SCHEMA_VERSION), wanted)

    return bring_up_to_date(candidates, candidates.root / FILE, wanted, is_made_from, render)


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether the file at a path is a workbook made from these inputs; its properties contain their hash."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
            return f">{made_from}<".encode() in book.read("docProps/custom.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
