"""Files of a release besides its tables, which are written again only if their inputs changed.

Add here what the page and the workbook share. The content of each belongs to `report` and `workbook` beside this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from capex_pipeline.orchestration.asset_factory import content_of
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse


@dataclass(frozen=True)
class ReleaseFile:
    """A file beside the candidate tables. change: new, changed or unchanged. made_from: hash of all its inputs."""

    path: Path
    size: int
    change: str
    made_from: str


def content_ids(candidates: Warehouse) -> dict[str, str]:
    """Content id of every candidate table. Raises dg.Failure if one is missing or damaged."""
    return {name: content_of(candidates, name) for name in TABLES}


def bring_up_to_date(
    candidates: Warehouse,
    path: Path,
    made_from: str,
    is_made_from: Callable[[Path, str], bool],
    render: Callable[[], bytes],
) -> ReleaseFile:
    """Write what render returns to the path, unless the file there was made from the same inputs. Raises StorageError."""
    if is_made_from(path, made_from):
        return ReleaseFile(path, path.stat().st_size, "unchanged", made_from)
    change = "changed" if path.is_file() else "new"
    data = render()
    storage_files.replace_if_changed(path, data, candidates.staging())
    return ReleaseFile(path, len(data), change, made_from)
