"""capex_pipeline: documents about AI infrastructure spending become Parquet tables.

Importing the package does nothing: no reading of files, environment or network, so that a code location loads quickly
and a notebook can use `sources`, `normalise` and `reconcile` without Dagster.
"""

__version__ = "0.1.0"
