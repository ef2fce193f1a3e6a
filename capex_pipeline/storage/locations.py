"""Default locations of raw/, of the reference overlay and of the warehouse, and the environment variables that override them.

Add a variable here when it names a place that more than one room needs. What is in a place belongs to `raw.folder`,
`reference` and `storage.warehouse`.
"""

from __future__ import annotations

import os
from pathlib import Path

from capex_pipeline.storage.files import location

RAW_VARIABLE = "CAPEX_PIPELINE_RAW"
WAREHOUSE_VARIABLE = "CAPEX_PIPELINE_WAREHOUSE"
REFERENCE_VARIABLE = "CAPEX_PIPELINE_REFERENCE"


def raw_folder(text: str = "") -> Path:
    """The folder of documents as an absolute path: `text`, else the environment's, else raw/ of the working directory."""
    return Path(text or os.environ.get(RAW_VARIABLE) or "raw").absolute()


def reference_overlay(text: str = "") -> Path | None:
    """Folder of the project's own reference data: `text`, else the environment's, else reference/ of the working directory; None
    where that does not exist.

    Raises FileNotFoundError with a sentence where a folder is named but is not there.
    """
    named = text or os.environ.get(REFERENCE_VARIABLE, "")
    folder = Path(named or "reference").absolute()
    if folder.is_dir():
        return folder
    if named:
        raise FileNotFoundError(
            f"There is no folder of reference data at {folder}; correct {REFERENCE_VARIABLE} or the setting `reference`, "
            "or leave both empty to use the package's data alone."
        )
    return None


def warehouse_location(text: str = "") -> Path:
    """The warehouse: `text`, else the environment's, else warehouse/ of the working directory.

    Raises StorageError for an address that cannot be a warehouse.
    """
    return location(text or os.environ.get(WAREHOUSE_VARIABLE) or "warehouse")
