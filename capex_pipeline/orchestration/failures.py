"""How an error of the package ends a step of Dagster: by its sentence, and not by a stack trace.

Wrap here what every step does alike. An error whose sentence needs more (which asset was not made, whether to try again) is raised where it
arises, as dg.Failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from capex_pipeline import CapexPipelineError


@contextmanager
def in_words() -> Iterator[None]:
    """Raise a CapexPipelineError as a dg.Failure, whose description Dagster shows. The step is not tried again, since a person has to act."""
    try:
        yield
    except CapexPipelineError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
