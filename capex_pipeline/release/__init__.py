"""Releases: what readers may rely on, what changed since the last one, and the way back.

What belongs here: the manifest, descriptions of the tables in other notations (Frictionless, ODCS, DuckDB views), snapshots,
the comparison of two releases, and the rules about what may move. What does not: Dagster (assets/release.py), and any fact
about a table: those are in the models (schemas) and everything here is derived from them.
"""


class ReleaseError(RuntimeError):
    """A release cannot be made, read or restored. The message says which file, what is wrong and what to do."""
