"""The error of a refresh: one sentence that says which address or file, what is wrong and what to do.

What belongs here: the error and the rules that concern a whole host. What does not: deciding when one is raised.
"""

from __future__ import annotations

HOST_RULES = frozenset({"unreachable", "certificate", "rate_limited", "server_error", "refused", "deadline"})
"""Rules that say something about the host, not about one document."""

STOPPING_RULES = frozenset({"certificate", "rate_limited", "refused", "deadline"})
"""Those of them after which asking the host for another document is no use, or makes it worse."""


class RefreshError(Exception):
    """An answer or a file that is not taken over. `rule` is a short stable name; the message is a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
