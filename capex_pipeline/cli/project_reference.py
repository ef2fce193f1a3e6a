"""Reference data of the project in which a command runs, for commands that need no Dagster."""

from __future__ import annotations

from capex_pipeline.reference import Reference, load
from capex_pipeline.storage.locations import reference_overlay


def project_reference() -> Reference:
    """The package's reference data with the project's overlay on top. Raises ReferenceError with a sentence for each mistake in them, and
    SettingError for a folder that is not there."""
    return load(reference_overlay())
