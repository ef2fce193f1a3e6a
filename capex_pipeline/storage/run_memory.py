"""What a run remembers of the tables that it read and wrote, so that their files are not read or hashed again for each asset.

Only the holder of a build lock may remember: nobody else writes its tables meanwhile. Add here what concerns the memory itself; it is used
by `storage/warehouse.py`. What is remembered from one run to the next is in `storage/cache.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class RunMemory:
    """Files by path. footers: SHA-256 of the bytes and entries of the footer, None where there is no sound file. rows: SHA-256 and rows."""

    footers: dict[str, tuple[str, dict[str, str]] | None] = field(default_factory=dict)
    rows: dict[str, tuple[str, pd.DataFrame]] = field(default_factory=dict)

    def forget(self, path: str) -> None:
        """Forgets a file that is about to be replaced."""
        self.footers.pop(path, None)
        self.rows.pop(path, None)


_of_run: list[RunMemory] = []


def current() -> RunMemory | None:
    """The memory of the present run; None where no run remembers."""
    return _of_run[-1] if _of_run else None


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Remembers until the end of the block."""
    memory = RunMemory()
    _of_run.append(memory)
    try:
        yield
    finally:
        _of_run.remove(memory)
