"""Releases: what readers may rely on, what changed since the last one, and the way back.

The manifest, descriptions of the tables in other notations (Frictionless, ODCS, DuckDB views), snapshots, the comparison of releases and
the rules about what may change belong here. Facts about a table belong to `schemas`, Dagster to `orchestration`.
"""

from capex_pipeline import CapexPipelineError

SPREADSHEET_FORMATS = ("csv", "xlsx")
"""Formats of `release.spreadsheets`. Here, so that a setting can be checked without the libraries that write them."""


class ReleaseError(CapexPipelineError, RuntimeError):
    """A release cannot be made, read or restored. The message says which file, what is wrong and what to do."""
