"""Reference data of the project in which a command runs, for commands that need no Dagster."""

from __future__ import annotations

from capex_pipeline.cli.options import WorkFailed
from capex_pipeline.reference import Reference, ReferenceError, load
from capex_pipeline.storage.locations import reference_overlay


def project_reference() -> Reference:
    """The package's reference data with the project's overlay on top. Raises WorkFailed with a sentence for each mistake in them."""
    try:
        return load(reference_overlay())
    except (ReferenceError, FileNotFoundError) as error:
        raise WorkFailed(str(error)) from error
