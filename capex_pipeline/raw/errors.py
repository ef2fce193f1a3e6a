"""The error for a raw file that cannot be used, and how its message quotes the file.

Add an error here when several readers of raw files raise it. Errors of one layer stay in that layer.
"""

from collections.abc import Iterable
from typing import Final

from capex_pipeline import CapexPipelineError
from capex_pipeline.values.escaping import shortened

LONGEST_MESSAGE: Final = 8_000
"""Characters of a message that are kept, whatever a file made it quote: it is printed in a terminal and published in rejected_figures. The path of
a file may have 4,096."""
LONGEST_QUOTED: Final = 80
"""Characters of one text that a message quotes from a file."""
_REMEDY: Final = 400
"""Characters at the end of a long message that are kept: the last sentence says what to do."""
_NAMED: Final = 5


def listed(texts: Iterable[object]) -> str:
    """Texts of a file for a message: the first ones, each shortened, and how many more there are."""
    words = [shortened(str(text), LONGEST_QUOTED) for text in texts]
    more = len(words) - _NAMED
    return ", ".join(words) if more <= 0 else f"{', '.join(words[:_NAMED])} and {more:,} more"


class DocumentError(CapexPipelineError, ValueError):
    """A file that cannot be used at all. `rule` is a short stable name; the message is a sentence with a remedy."""

    def __init__(self, rule: str, message: str) -> None:
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE - _REMEDY - 3]} … {message[-_REMEDY:]}"
        super().__init__(message)
        self.rule = rule
        self.message = message

    def __reduce__(self) -> "tuple[type[DocumentError], tuple[str, str]]":
        """For another process: both arguments, of which the exception itself holds the message alone."""
        return type(self), (self.rule, self.message)


class FolderError(CapexPipelineError, ValueError):
    """The folder of documents as a whole cannot be read, so no build may start. The message says why and what to do."""
