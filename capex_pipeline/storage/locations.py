"""Default locations of raw/, of the reference overlay and of the warehouse, the environment variables that override them, and the locations that a
run may name instead.

Add a variable here when it names a location that more than one package needs. The content of a location belongs to `raw.folder`,
`reference` and `storage.warehouse`.
"""

from __future__ import annotations

import os
from pathlib import Path

from capex_pipeline import SettingError
from capex_pipeline.storage.files import is_remote, location

RAW_VARIABLE = "CAPEX_PIPELINE_RAW"
WAREHOUSE_VARIABLE = "CAPEX_PIPELINE_WAREHOUSE"
REFERENCE_VARIABLE = "CAPEX_PIPELINE_REFERENCE"
ROOTS_VARIABLE = "CAPEX_PIPELINE_ALLOWED_ROOTS"
"""Folders and s3:// prefixes, separated by commas; the locations of a run must be below one of them. Unset: any
location.
"""


class PlaceRefusedError(SettingError, ValueError):
    """A run names a location that this deployment does not allow. The message says which, and what to do."""


def refuse_outside_roots(place: Path) -> None:
    """Raise PlaceRefusedError for a location of a run that is below none of the allowed roots.

    Links and `..` are resolved first. The folder of documents and the warehouse that the environment sets, with the
    warehouses of as-of builds beside it, are settings of the deployment and always allowed.
    """
    roots = [root.strip() for root in os.environ.get(ROOTS_VARIABLE, "").split(",") if root.strip()]
    usual = warehouse_location()
    always = [raw_folder(), usual, as_of_folder(usual)]
    if roots and not any(lies_below(place, root) for root in [*always, *map(location, roots)]):
        raise PlaceRefusedError(
            f"{place} is not a location that a run may use ({', '.join(roots)}); choose a folder below one of them, or add it to "
            f"{ROOTS_VARIABLE} where Dagster is started."
        )


def lies_below(place: Path, root: Path) -> bool:
    """Whether a location is another one or lies below it, whatever links lead there."""
    if is_remote(place) != is_remote(root):
        return False
    if not is_remote(place):
        return place.resolve().is_relative_to(root.resolve())
    return ".." not in str(place).split("/") and f"{place}/".startswith(f"{str(root).rstrip('/')}/")


def raw_folder(text: str = "") -> Path:
    """The folder of documents as an absolute path: `text`, else that of the environment, else raw/ in the working
    directory.
    """
    return Path(text or os.environ.get(RAW_VARIABLE) or "raw").absolute()


def reference_overlay(text: str = "") -> Path | None:
    """Folder of the project's own reference data: `text`, else that of the environment, else reference/ in the working
    directory; None if that does not exist.

    Raises SettingError if a named folder does not exist.
    """
    named = text or os.environ.get(REFERENCE_VARIABLE, "")
    folder = Path(named or "reference").absolute()
    if folder.is_dir():
        return folder
    if named:
        raise SettingError(
            f"There is no folder of reference data at {folder}; correct {REFERENCE_VARIABLE} or the setting `reference`, "
            "or leave both empty to use the package's data alone."
        )
    return None


def warehouse_location(text: str = "") -> Path:
    """The warehouse: `text`, else that of the environment, else warehouse/ in the working directory.

    Raises AddressError for an address that cannot be used as a warehouse.
    """
    return location(text or os.environ.get(WAREHOUSE_VARIABLE) or "warehouse")


def as_of_folder(warehouse: Path) -> Path:
    """Folder of the warehouses of as-of builds, one for each day, beside the warehouse."""
    return warehouse.with_name(f"{warehouse.name}.as_of")
