"""How an error of the package ends a step of Dagster: by its sentence, and not by a stack trace.

Wrap here what every step does alike. An error whose sentence needs more (which asset was not made, whether to try again) is raised where it
arises, as dg.Failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from capex_pipeline import CapexPipelineError


@contextmanager
def in_words() -> Iterator[None]:
    """Raise a CapexPipelineError as a dg.Failure, whose description Dagster shows. The step is not tried again, since a person has to act."""
    try:
        yield
    except CapexPipelineError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def sentence_of(error: Any) -> str:
    """The message of a recorded error, without the class name if it is a class of Dagster or of this package; its class if it has no message.

    error: a SerializableErrorInfo, or None.
    """
    if error is None:
        return "no message"
    message = str(error.message).strip()
    name, _, sentence = message.partition(":")
    if " " in name:
        return message
    if not sentence.strip():
        return f"{name} without a message"
    return sentence.strip() if name.startswith(("dagster.", "capex_pipeline.")) else message
