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
    import pyarrow as pa


@dataclass
class Held:
    """The rows of one table. arrow: as its file has them, None if a frame was written. columns: in the dtypes of the model, those that were
    used so far; all of them if a frame was written. replaced: SHA-256 of the file of which most rows were taken over, its other rows, and the
    rows that took their place.
    """

    arrow: pa.Table | None = None
    columns: dict[str, pd.Series] = field(default_factory=dict)
    replaced: tuple[str, pa.Table, pa.Table] | None = None


@dataclass
class RunMemory:
    """footers: path -> SHA-256 of the file and entries of its footer, None where there is no sound file. tables: SHA-256 of a file -> its rows,
    so that a table and the copy of it that is published are read once.
    """

    footers: dict[str, tuple[str, dict[str, str]] | None] = field(default_factory=dict)
    tables: dict[str, Held] = field(default_factory=dict)

    def forget(self, path: str) -> None:
        """Forgets a file that is about to be replaced; its rows stay if another file has the same bytes."""
        identified = self.footers.pop(path, None)
        if identified is not None and all(one is None or one[0] != identified[0] for one in self.footers.values()):
            self.tables.pop(identified[0], None)


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
