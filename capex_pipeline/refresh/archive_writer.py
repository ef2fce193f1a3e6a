"""Writes sidecars and documents below raw/, each file in one step and the document last.

Add here what concerns the order of the two files and paths that must stay below raw/. One file is replaced in one step
by `storage/files.py`; `refresh/sec.py`, `refresh/exhibits.py` and `refresh/ecb.py` decide whether a document is worth keeping.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from capex_pipeline.raw.folder import MAXIMUM_BYTES, SIDECAR_SUFFIX
from capex_pipeline.refresh.http_types import RefreshError
from capex_pipeline.storage import files as storage_files

_LINE_WIDTH = 120


class ArchiveWriter:
    """Reads and writes files below one folder of documents. In a dry run it writes nothing."""

    def __init__(self, root: Path, *, dry_run: bool = False) -> None:
        self.root, self.dry_run = root, dry_run

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file below raw/, or None if it does not exist. Raises RefreshError (archive)."""
        path = self._path(name)
        try:
            with path.open("rb") as stream:
                data = stream.read(MAXIMUM_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RefreshError(
                "archive", f"{name} cannot be read: {error.strerror or error}. Check its permissions."
            ) from error
        if len(data) > MAXIMUM_BYTES:
            raise RefreshError(
                "archive", f"{name} has more than {MAXIMUM_BYTES:,} bytes; check what it is and remove it."
            )
        return data

    def put(self, name: str, data: bytes, sidecar: Mapping[str, Any]) -> None:
        """Write the sidecar, then the document. A run that stops between the two leaves the old document, and the next
        run again finds the new one to be new. Raises RefreshError (archive).
        """
        self.put_file(str(PurePosixPath(name).with_suffix("")) + SIDECAR_SUFFIX, sidecar_bytes(sidecar))
        self.put_file(name, data)

    def put_file(self, name: str, data: bytes) -> None:
        """Replace one file below raw/ in one step. Raises RefreshError (archive); the old file is then unchanged."""
        if self.dry_run:
            return
        target = self._path(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path(name)
            replace_file(target, data)
        except OSError as error:
            raise RefreshError(
                "archive", f"{name} cannot be written: {error.strerror or error}. Check space and permissions."
            ) from error

    def _path(self, name: str) -> Path:
        parts = PurePosixPath(name)
        path = self.root / parts
        if parts.is_absolute() or ".." in parts.parts or not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise RefreshError(
                "archive", f"{name} is not below the folder of documents, or a link leads out of that folder."
            )
        return path


def sidecar_bytes(sidecar: Mapping[str, Any]) -> bytes:
    """The sidecar as YAML, keys in their given order, dates without quotes."""
    return yaml.safe_dump(dict(sidecar), sort_keys=False, allow_unicode=True, width=_LINE_WIDTH).encode()


def replace_file(target: Path, data: bytes) -> None:
    """Replace a file in one step. The temporary file is beside the target, with a leading dot, so that no reader takes
    it for a document.
    """
    storage_files.replace_file(target, lambda stream: stream.write(data), target.parent)
