"""Small files of a release, replaced in one step.

What belongs here: their names, writing bytes so that a reader has the old file or the new one, and linking files into a snapshot.
What does not: tables (warehouse), and what is in the files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from capex_pipeline.release import ReleaseError
from capex_pipeline.storage import files as storage_files

CONTRACT = "contract.odcs.yaml"
DATA_PACKAGE = "datapackage.json"
VIEWS = "views.sql"

_CHUNK = 1 << 20


def replace_if_changed(target: Path, data: bytes, staging: Path) -> bool:
    """Puts a file in place in one step, readable by all; does nothing where it already has these bytes.

    staging: folder on the same file system as the target. Returns whether the file was replaced. Raises ReleaseError where the
    disk does not let us; the old file is then as it was. An object of a store is replaced by one PUT.
    """
    try:
        if target.is_file() and target.read_bytes() == data:
            return False
        if storage_files.is_remote(target):
            storage_files.put(target, data)
            return True
        staging.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        storage_files.replace_file(target, lambda stream: stream.write(data), staging)
    except OSError as error:
        raise ReleaseError(
            f"{target} was not replaced ({error.strerror or error}); the old file is as it was. Check space and permissions."
        ) from error
    return True


def link(source: Path, target: Path) -> None:
    """A second name for the file's bytes; a copy where the file system knows no hard links. Either survives a power cut once the
    folder is flushed.

    A table is never written in place (it is replaced by a new file), so the bytes behind the second name stay.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        storage_files.write_new(target, source.read_bytes())
        target.chmod(0o644)


def put_in_place(source: Path, target: Path, staging: Path) -> None:
    """Replaces a file by a link to (or a copy of) another one, in one step."""
    staging.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", suffix=storage_files.UNFINISHED, dir=staging) as folder:
        # Replacing one name of a file by another name of the same file does nothing and leaves both; the folder is removed anyway.
        between = Path(folder) / target.name
        link(source, between)
        between.replace(target)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
