"""capex_pipeline: documents about AI infrastructure spending become Parquet tables.

Importing the package does nothing but silence one warning: no reading of files, environment or network, so that a code location loads quickly
and a notebook can use `sources`, `normalise` and `reconcile` without Dagster.
"""

import warnings

__version__ = "0.1.0"

# pandera imports pyspark.pandas wherever pyspark is installed (extra `spark`), and that says on every import that it does not know
# pandas 3 yet. Nothing here uses it.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)


class CapexPipelineError(Exception):
    """Base of the errors that a user may see: the message says what is wrong, where, and what to do."""


class SettingError(CapexPipelineError):
    """A setting of the environment or of a run with which no work can start."""
