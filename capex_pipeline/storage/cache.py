"""On-disk cache of derived results (asset pages, check results, parsed documents), keyed by a fingerprint of their inputs.

Each name is one file. Add here how results are stored; what is cached belongs to the caller, and published tables to `warehouse`. If a file
is missing, damaged or made from other inputs, the caller computes the result again. An error here never fails a build, and the folder can
be removed at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from capex_pipeline.storage import files as storage_files

FOLDER = "kept"
"""Name of the cache folder, below the staging folder."""


def read(staging: Path, name: str, identity: str) -> bytes | None:
    """Return the result that is cached under a name if its `identity` is equal, otherwise None.

    staging: `Warehouse.staging()`.
    """
    try:
        with storage_files.opened(staging / FOLDER / name) as stream:
            header, _, data = stream.read().partition(b"\n")
    except OSError:
        return None
    return data if header == _header(identity, data) else None


def write(staging: Path, name: str, identity: str, data: bytes) -> None:
    """Cache a result in place of an earlier one of that name. An error is ignored: nothing is cached then."""
    target = staging / FOLDER / name
    content = _header(identity, data) + b"\n" + data
    with contextlib.suppress(OSError):
        if storage_files.is_remote(target):
            storage_files.put(target, content)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        # The file is not flushed to disk: after a power cut, the header shows whether it is complete.
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=storage_files.UNFINISHED, dir=staging)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).chmod(0o644)
            if target.is_dir():  # damage: without removing it, nothing could be cached under this name
                storage_files.remove_all(target.parent, target.name)
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def mapping(staging: Path, name: str, identity: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the cached mapping (of JSON values), or compute and cache it."""
    data = read(staging, name, identity)
    if data is not None:
        cached: dict[str, Any] = json.loads(data)
        return cached
    computed = compute()
    write(staging, name, identity, json.dumps(computed).encode())
    return computed


def _header(identity: str, data: bytes) -> bytes:
    return hashlib.sha256(identity.encode() + b"\0" + data).hexdigest().encode()
