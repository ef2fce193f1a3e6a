"""Releases: what readers may rely on, what changed since the last one, and the way back.

The manifest, descriptions of the tables in other notations (Frictionless, ODCS, DuckDB views), snapshots, the comparison of releases and
the rules about what may change belong here. Facts about a table belong to `schemas`, Dagster to `orchestration`.
"""

from capex_pipeline import CapexPipelineError

SPREADSHEET_FORMATS = ("csv", "xlsx")
"""Formats of `release/spreadsheets.py`. Here, so that a setting can be checked without the libraries that write them."""

BOUND_PCT = 2.0
"""Percent by which a value of a closed period may change without an explanation."""


class ReleaseError(CapexPipelineError, RuntimeError):
    """A release cannot be made, read or restored. The message says which file, what is wrong and what to do."""
