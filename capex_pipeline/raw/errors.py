"""The error for a raw file that cannot be used.

Add an error here when several readers of raw files raise it. Errors of one layer stay in that layer.
"""

from capex_pipeline import CapexPipelineError


class DocumentError(CapexPipelineError, ValueError):
    """A file that cannot be used at all. `rule` is a short stable name; the message is a sentence with a remedy."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message

    def __reduce__(self) -> "tuple[type[DocumentError], tuple[str, str]]":
        """For another process: both arguments, of which the exception itself holds the message alone."""
        return type(self), (self.rule, self.message)


class FolderError(CapexPipelineError, ValueError):
    """The folder of documents as a whole cannot be read, so no build may start. The message says why and what to do."""
