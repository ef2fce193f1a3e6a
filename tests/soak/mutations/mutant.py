"""The data types of a mutated document: its files below raw/, its origin and its mutator.

Add a kind of file here; this module also writes a mutant to disk. Mutants are made in `tests/soak/mutations/making.py`
and judged in `tests/soak/mutations/oracle.py`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A symbolic link to `target`, as written in the link."""

    target: str


@dataclass(frozen=True)
class Folder:
    """An empty folder."""


@dataclass(frozen=True)
class Pipe:
    """A named pipe: reading it would wait for ever."""


@dataclass(frozen=True)
class Sparse:
    """A file of `size` zero bytes that takes no room on disk."""

    size: int


Entry = bytes | Link | Folder | Pipe | Sparse
Files = dict[str, Entry]
"""Name below the mutant's folder -> what is there. Names may hold lone surrogates for bytes that are no UTF-8."""


@dataclass(frozen=True)
class Mutant:
    """One mutated document. kind: of the document it was made from; mutator: what was done to it; number: repeats it."""

    kind: str
    mutator: str
    number: int
    files: Files

    def write(self, folder: Path) -> None:
        """Puts the files into the folder, which is created."""
        folder.mkdir(parents=True)
        for name, entry in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(entry, bytes):
                path.write_bytes(entry)
            elif isinstance(entry, Link):
                path.symlink_to(entry.target)
            elif isinstance(entry, Folder):
                path.mkdir(exist_ok=True)
            elif isinstance(entry, Pipe):
                os.mkfifo(path)
            else:
                path.touch()
                os.truncate(path, entry.size)
