"""Default locations of raw/ and of the warehouse, and the environment variables that override them.

Add a variable here when it names a place that more than one room needs. What is in a place belongs to `raw.folder` and to
`storage.warehouse`.
"""

from __future__ import annotations

import os
from pathlib import Path

from capex_pipeline.storage.files import location

RAW_VARIABLE = "CAPEX_PIPELINE_RAW"
WAREHOUSE_VARIABLE = "CAPEX_PIPELINE_WAREHOUSE"


def raw_folder(text: str = "") -> Path:
    """The folder of documents as an absolute path: `text`, else the environment's, else raw/ of the working directory."""
    return Path(text or os.environ.get(RAW_VARIABLE) or "raw").absolute()


def warehouse_location(text: str = "") -> Path:
    """The warehouse: `text`, else the environment's, else warehouse/ of the working directory.

    Raises StorageError for an address that cannot be a warehouse.
    """
    return location(text or os.environ.get(WAREHOUSE_VARIABLE) or "warehouse")
