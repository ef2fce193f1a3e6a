"""Makes report.html from the candidate tables.

The page belongs to the release, so the step `make_release` calls this module. Add here what decides whether and where the page is written.
Its content belongs to the package `report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.orchestration.asset_factory import Read
from capex_pipeline.orchestration.assets.release_file import ReleaseFile, bring_up_to_date, content_ids
from capex_pipeline.schemas import SCHEMA_VERSION
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.warehouse import Warehouse

FILE = "report.html"
_HEAD = 4096


@dataclass(frozen=True)
class Drawn(ReleaseFile):
    """The page beside the candidate tables. preview: its part of the asset's page in Dagster."""

    preview: str


def draw(candidates: Warehouse, read: Read) -> Drawn:
    """Write the page beside the candidate tables, unless its inputs are unchanged. read: as `Warehouse.read`. Raises StorageError."""
    from capex_pipeline.report import page_fingerprint

    ids = content_ids(candidates)
    wanted = page_fingerprint.made_from(fingerprint.code(), ids)

    def is_made_from(path: Path, made_from: str) -> bool:
        return path.is_file() and page_fingerprint.is_made_from(path.read_bytes()[:_HEAD], made_from)

    def render() -> bytes:
        from capex_pipeline.release.manifest import release_id
        from capex_pipeline.report import page, page_model

        tables = {name: read(name) for name in page_model.TABLES}
        return page.render(tables, ids, release=release_id(ids, SCHEMA_VERSION), fingerprint=wanted).encode()

    drawn = bring_up_to_date(candidates, candidates.root / FILE, wanted, is_made_from, render)

    def preview() -> dict[str, str]:
        from capex_pipeline.report import page

        return {"preview": page.preview(read("capex_by_definition"), read("claim_checks"))}

    shown = cache.mapping(candidates.staging(), "report_preview", wanted, preview)
    return Drawn(drawn.path, drawn.size, drawn.change, drawn.made_from, shown["preview"])
