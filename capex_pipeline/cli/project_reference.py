"""Reference data of the project in which a command runs, for commands that need no Dagster."""

from __future__ import annotations

from capex_pipeline.reference import Reference, load
from capex_pipeline.storage.locations import reference_overlay


def project_reference() -> Reference:
    """The package's reference data with the project's overlay.

    Raises ReferenceError with a sentence for each error in them, and SettingError if the folder does not exist.
    """
    return load(reference_overlay())
