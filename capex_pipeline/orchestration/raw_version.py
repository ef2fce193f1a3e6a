"""The data version of raw/ in Dagster: a hash of every file's name and bytes, recorded as an observation of the asset `raw`.

Add here what is recorded about the folder as a whole. The asset itself is in `assets.tables`; `raw.folder` decides which files count.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from capex_pipeline.raw import folder

RAW = "raw"
hashed: folder.Known = {}
"""Digests of files that this process has already hashed."""


def listing(root: Path) -> str:
    """As `raw.folder.listing_fingerprint`, without hashing unchanged files again."""
    return folder.listing_fingerprint(root, known=hashed)


def observed(fingerprint: str, files: int) -> dg.AssetObservation:
    """The state of raw/ as an event. fingerprint: that of `listing`. files: how many there are, sidecars included."""
    return dg.AssetObservation(RAW, tags={"dagster/data_version": fingerprint}, metadata={"files": files})


def record(instance: dg.DagsterInstance, root: Path) -> None:
    """Record the present state. Call it before the steps of a run, since a step reads the versions of its inputs when it starts."""
    instance.report_runless_asset_event(observed(listing(root), len(folder.signature(root))))
