"""The data version of raw/ in Dagster: a hash of every file's name and bytes, recorded as an observation of the asset `raw`.

Add here what is recorded about the folder as a whole. The asset itself is in `assets.tables`; `raw.folder` decides which files count.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import dagster as dg

from capex_pipeline.raw import folder
from capex_pipeline.storage import cache, fingerprint

RAW = "raw"
_DIGESTS = "digests.json"
DAY = 24 * 60 * 60
"""Seconds after which every file is hashed again, even if none seems to have changed."""
hashed: folder.Known = {}
"""Digests of files that this process has already hashed, and those that an earlier build left."""

_hashed_on: dict[str, float] = {}
"""Root -> when this process, or the earlier build whose digests it uses, hashed all files."""


def listing(root: Path, staging: Path) -> str:
    """As `raw.folder.listing_fingerprint`, without hashing files again that are as this process, or an earlier build, hashed them.

    staging: `Warehouse.staging()`.
    """
    data = cache.read(staging, _DIGESTS, _identity(root))
    stored: dict[str, Any] = {"hashed": 0.0, "digests": {}} if data is None else json.loads(data)
    if 0 <= time.time() - stored["hashed"] < DAY:
        _hashed_on.setdefault(str(root), stored["hashed"])
        for path, (signature, digest) in stored["digests"].items():
            hashed.setdefault(path, (tuple(signature), bytes.fromhex(digest)))
    return folder.listing_fingerprint(root, known=hashed)


def keep_digests(root: Path, staging: Path) -> None:
    """Stores the digests of files below root for the next build, but for those that changed within the last seconds: one that is written again
    in the same tick of the clock has the same signature.
    """
    settled = (time.time() - 2 * folder.SETTLE_SECONDS) * 1e9
    digests = {
        path: (signature, digest.hex())
        for path, (signature, digest) in hashed.items()
        if path.startswith(f"{root}{os.sep}") and max(signature[1:3]) < settled
    }
    content = {"hashed": _hashed_on.setdefault(str(root), time.time()), "digests": digests}
    cache.write(staging, _DIGESTS, _identity(root), json.dumps(content).encode())


def _identity(root: Path) -> str:
    return fingerprint.of("digests", {"root": str(root)})


def observed(version: str, files: int) -> dg.AssetObservation:
    """The state of raw/ as an event. version: that of `listing`. files: how many there are, sidecars included."""
    return dg.AssetObservation(RAW, tags={"dagster/data_version": version}, metadata={"files": files})


def record(instance: dg.DagsterInstance, root: Path, staging: Path) -> None:
    """Record the present state. Call it before the steps of a run, since a step reads the versions of its inputs when it starts. staging: as for
    `listing`.
    """
    instance.report_runless_asset_event(observed(listing(root, staging), len(folder.signature(root))))
