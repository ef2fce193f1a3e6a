"""Drawing report.html from the audited candidates. The page belongs to the release, so the step `make_release` calls this.

Add here what decides whether the page is drawn again and where it is written. What the page says belongs to `report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.orchestration.asset_factory import content_of
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

FILE = "report.html"
_HEAD = 4096


@dataclass(frozen=True)
class Drawn:
    """The page beside the candidate tables. change: new, changed or unchanged. made_from: hash of everything that decides its bytes."""

    path: Path
    size: int
    change: str
    made_from: str
    preview: str


def draw(candidates: Warehouse) -> Drawn:
    """Draw the page beside the candidate tables, unless the file already is what would be drawn. Raises StorageError."""
    from capex_pipeline.release.manifest import release_id
    from capex_pipeline.report import page_fingerprint

    ids = {name: content_of(candidates, name) for name in TABLES}
    wanted, path = page_fingerprint.made_from(fingerprint.code(), ids), candidates.root / FILE
    is_there = path.is_file()
    if is_there and page_fingerprint.is_made_from(path.read_bytes()[:_HEAD], wanted):
        size, change = path.stat().st_size, "unchanged"
    else:
        from capex_pipeline.report import page, page_model

        tables = {name: candidates.read(name) for name in page_model.TABLES}
        data = page.render(tables, ids, release=release_id(ids, SCHEMA_VERSION), fingerprint=wanted).encode()
        storage_files.replace_if_changed(path, data, candidates.staging())
        size, change = len(data), "changed" if is_there else "new"

    def preview() -> dict[str, str]:
        from capex_pipeline.report import page

        return {"preview": page.preview(candidates.read("capex_by_definition"), candidates.read("claim_checks"))}

    shown = cache.mapping(candidates.staging(), "report_preview", wanted, preview)
    return Drawn(path, size, change, wanted, shown["preview"])
