"""Releases: publishing a set of tables, comparing it with the previous one, and restoring an earlier one.

Add here what concerns the manifest, descriptions of the tables in other formats (Frictionless, ODCS, DuckDB views), snapshots, the
comparison of releases and the rules about allowed changes. Facts about a table belong to `schemas`, Dagster to `orchestration`.
"""

from capex_pipeline import CapexPipelineError

SPREADSHEET_FORMATS = ("csv", "xlsx")
"""Formats of `release/spreadsheets.py`. They are defined here, so that a setting can be checked without loading the libraries that write them."""

BOUND_PCT = 2.0
"""Percent by which a value of a closed period may change without an explanation."""


class ReleaseError(CapexPipelineError, RuntimeError):
    """A release cannot be made, read or restored. The message says which file, what is wrong and what to do."""
