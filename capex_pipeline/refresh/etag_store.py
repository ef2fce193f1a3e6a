"""Stores between two runs the version of each answer, and the filings that contain no facts in use.

The store is one small JSON file in a hidden folder below raw/; it only saves requests. If it is missing or damaged,
everything is requested in full again and nothing is lost. It is separate from the sidecars, so that an answer
"unchanged" changes no document's fingerprint and starts no build. Add a value here when it saves a request; documents
are written by `refresh/archive_writer.py`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from capex_pipeline.refresh.archive_writer import ArchiveWriter
from capex_pipeline.refresh.http_types import RefreshError, Validators
from capex_pipeline.storage.fingerprint import code

NAME = ".refresh/answers.json"
_VERSION = 1


class AnswerStore:
    """The stored versions: loaded once, changed in memory, saved if they differ."""

    def __init__(self, writer: ArchiveWriter) -> None:
        self._writer = writer
        self._answers: dict[str, dict[str, str]] = {}
        self._empty: dict[str, str] = {}
        try:
            stored = writer.read(NAME)
            content: Any = json.loads(stored) if stored else {}
        except (RefreshError, ValueError, RecursionError):
            content = {}
        if isinstance(content, dict) and content.get("version") == _VERSION:
            answers, empty = content.get("answers"), content.get("nothing_in_use")
            if isinstance(answers, dict):
                self._answers = {url: _texts(answer) for url, answer in answers.items()}
            if isinstance(empty, dict):
                self._empty = _texts(empty)
        self._saved = self._bytes()

    def validators(self, url: str, context: str) -> Validators | None:
        """The validators of the last answer, if everything that depends on it (`context_of`) is unchanged."""
        answer = self._answers.get(url, {})
        if answer.get("context") != context or not (answer.get("etag") or answer.get("last_modified")):
            return None
        return Validators(answer.get("etag"), answer.get("last_modified"))

    def remember(self, url: str, validators: Validators, context: str) -> None:
        """Store the version of an answer that was processed completely."""
        headers = {"etag": validators.etag, "last_modified": validators.last_modified}
        kept = {name: value for name, value in headers.items() if value}
        if kept:
            self._answers[url] = {**kept, "context": context}
        else:
            self._answers.pop(url, None)

    def holds_nothing(self, accession: str) -> bool:
        """Whether this code and this reference data found no fact in use in a filing."""
        return self._empty.get(accession) == code()

    def remember_nothing(self, accession: str) -> None:
        """Store that a filing contains no fact in use."""
        self._empty[accession] = code()

    def save(self) -> None:
        """Write the store if it differs from the file on disk. Raises RefreshError (archive)."""
        data = self._bytes()
        if data != self._saved:
            self._writer.put_file(NAME, data)
            self._saved = data

    def _bytes(self) -> bytes:
        content = {"version": _VERSION, "answers": self._answers, "nothing_in_use": self._empty}
        return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def context_of(*parts: bytes | None) -> str:
    """Hash of what the answer "unchanged" relies on: the code and reference data that trim, and the archived file made
    from it.

    A validator is only sent while all of this is unchanged: a concept that is added to filers.yaml needs the whole
    answer, and so does a document that was removed from raw/ or restored to an older state.
    """
    digest = hashlib.sha256(code().encode())
    for part in parts:
        digest.update(b"-" if part is None else hashlib.sha256(part).digest())
    return digest.hexdigest()


def _texts(mapping: Any) -> dict[str, str]:
    items = mapping.items() if isinstance(mapping, dict) else ()
    return {
        str(name): value for name, value in items if isinstance(value, str) and value.isascii() and value.isprintable()
    }
