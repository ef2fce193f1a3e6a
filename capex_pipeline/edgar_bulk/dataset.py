"""The data set filer_quarters on disk: staged beside the current version, then switched in one step.

Add here what concerns its folders, the manifest, the pointer, or the rule of one writer at a time. The content of the
files is written in `edgar_bulk/part.py`.

    <root>/current.json                        names the current folder; replaced in one step
    <root>/<id>/cik_part=0/quarters.parquet    one file per part, partitioned as Hive does it
    <root>/<id>/_manifest.json                 inputs, and the count of facts by outcome

A reader reads `current.json` once and then that folder; the previous folder stays until the next but one is written.
Equal inputs give an equal id and equal bytes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capex_pipeline import CapexPipelineError
from capex_pipeline.edgar_bulk.part import FILE, Written, folder_of
from capex_pipeline.edgar_bulk.work_list import Problem, WorkList
from capex_pipeline.schemas import SCHEMA_VERSION
from capex_pipeline.storage import build_lock
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.warehouse import Warehouse

POINTER = "current.json"
MANIFEST = "_manifest.json"
_PARTS = "parts."


class BulkError(CapexPipelineError, RuntimeError):
    """The data set was not made. The message says why, and what to do; the previous data set is unchanged."""


@dataclass(frozen=True)
class Current:
    """The content of the pointer: the current folder, and what it was made from (`WorkList.fingerprint`)."""

    folder: Path
    content_id: str
    input_fingerprint: str

    def manifest(self) -> dict[str, Any]:
        """Counts of filers, facts and rows, problems, and the files with their hashes."""
        content: dict[str, Any] = json.loads((self.folder / MANIFEST).read_bytes())
        return content


def current(root: Path) -> Current | None:
    """The current data set; None if there is none, or if files of it are missing."""
    try:
        pointer = json.loads((root / POINTER).read_bytes())
        data_set = Current(root / pointer["folder"], pointer["content_id"], pointer["input_fingerprint"])
        return data_set if _is_whole(data_set.folder) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _is_whole(folder: Path) -> bool:
    files = json.loads((folder / MANIFEST).read_bytes())["files"]
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == entry["bytes"] for name, entry in files.items()
    )


@contextmanager
def staging(root: Path, say: Callable[[str], object] | None = None) -> Iterator[Path]:
    """Yield a folder beside the data set for the parts, for one writer at a time; it is removed afterwards unless
    `publish` moved it.

    say: receives a message if another run has to be waited for. Raises build_lock.BuildLockError if that run does not
    end in time, and OSError if the disk refuses the write.
    """
    beside = Warehouse(root)
    with build_lock.locked(beside, f"a run that makes {root.name}", None, say) as is_ours:
        if is_ours:
            for left in beside.staging().glob(f"{_PARTS}*"):  # left by a run that was killed
                shutil.rmtree(left, ignore_errors=True)
        beside.staging().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_PARTS, dir=beside.staging()))
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def publish(root: Path, folder: Path, work: WorkList, written: Sequence[Written]) -> tuple[Current, str]:
    """Move a staged folder into place; return the current data set and whether it is new, changed or unchanged.

    Raises BulkError if a part is missing, a file differs from what was written, or the disk refuses the move.
    """
    by_part = {one.part: one for one in written}
    missing = sorted({part.number for part in work.parts} - set(by_part))
    if missing:
        raise BulkError(
            f"Part {missing[0]} of the data set was not written (of {len(missing)} such); start the run again."
        )
    before = current(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for one in written:
            path = folder / folder_of(one.part) / FILE
            if one.rows and path.stat().st_size != one.bytes:
                raise BulkError(f"{path} does not have the {one.bytes} bytes that were written; start the run again.")
        manifest = _manifest(work, [by_part[number] for number in sorted(by_part)])
        identity = str(manifest["content_id"])
        place = root / identity[:16]
        if before is None or before.folder != place:
            storage_files.remove_all(
                folder, f".*{storage_files.UNFINISHED}"
            )  # left by a killed process whose part another one wrote
            (folder / MANIFEST).write_bytes(_json(manifest))
            storage_files.flush_folder(folder)
            if place.exists():  # an incomplete data set, or one that was never current
                shutil.rmtree(place)
            folder.rename(place)
            storage_files.flush_folder(root)
        pointer = {"folder": place.name, "content_id": identity, "input_fingerprint": work.fingerprint}
        storage_files.replace_file(root / POINTER, lambda stream: stream.write(_json(pointer)), folder.parent)
        _remove_older(root, {place, before.folder if before else place})
    except OSError as error:
        raise BulkError(
            f"The data set was not published ({error.strerror or error} at {error.filename or root}); the previous data set is unchanged. "
            "Check space and permissions and start again."
        ) from error
    change = "new" if before is None else "unchanged" if before.content_id == identity else "changed"
    return Current(place, identity, work.fingerprint), change


def _manifest(work: WorkList, written: Sequence[Written]) -> dict[str, Any]:
    set_aside: Counter[str] = Counter()
    for one in written:
        set_aside.update(one.set_aside)
    problems: list[Problem] = [*work.problems, *(problem for one in written for problem in one.problems)]
    files = {
        f"{folder_of(one.part)}/{FILE}": {"rows": one.rows, "bytes": one.bytes, "sha256": one.sha256}
        for one in written
        if one.rows
    }
    content: dict[str, Any] = {
        "table": "filer_quarters",
        "schema_version": SCHEMA_VERSION,
        "filers": work.filers,
        "facts_read": sum(one.facts_read for one in written),
        "facts_used": sum(one.facts_used for one in written),
        "facts_set_aside": dict(sorted(set_aside.items())),
        "rows": sum(one.rows for one in written),
        "problems": sorted(problems, key=lambda problem: (problem["name"], problem["rule"])),
        "files": files,
    }
    return {"content_id": storage_files.sha256(_json(content)), **content}


def _remove_older(root: Path, keep: set[Path]) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder not in keep and (folder / MANIFEST).is_file():
            shutil.rmtree(folder, ignore_errors=True)


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
