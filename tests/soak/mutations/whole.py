"""Runs mutants through the whole build as a person starts it: the command, Dagster, and the tables on disk.

One build of a folder of mutants and good documents runs in its own process, and its result is compared with what was
read without Dagster. A build takes too long to run for each mutant; single mutants are tried in
`tests/soak/mutations/worker.py`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from capex_pipeline.storage.warehouse import Warehouse, WarehouseError

from .making import mutant
from .oracle import EVIDENCE, read, write_good
from .seeds import PROJECT

LONGEST_SECONDS = 900.0
"""A build of the good documents takes seconds; this is for a machine that does much else."""


def losses_of_build(folder: Path, seed: int, numbers: Sequence[int]) -> Iterator[str]:
    """Builds the mutants of these numbers beside the good documents, in the folder; what was lost, as sentences."""
    root = folder / "raw"
    write_good(root)
    for number in numbers:
        mutant(seed, number).write(root / "z" / str(number))
    command = [
        str(Path(sys.executable).with_name("capex-pipeline")),
        "build",
        "--raw",
        str(root),
        "--warehouse",
        str(folder / "warehouse"),
    ]
    try:
        ended = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, errors="replace", timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        yield f"the build took more than {LONGEST_SECONDS:.0f} seconds"
        return
    # A review that contradicts its text fails a check, which rightly keeps the set from being published: it stays a set of candidates.
    is_held = "Nothing was published: article_mentions." in ended.stderr
    if ended.returncode and not is_held:
        yield f"the build ended with status {ended.returncode}: {ended.stdout[-300:]} {ended.stderr[-700:]}"
        return
    expected, warehouse = read(root), Warehouse(folder / "warehouse")
    warehouse = warehouse.candidates() if is_held else warehouse
    for table in EVIDENCE:
        try:
            published = warehouse.read(table)
        except WarehouseError as error:
            yield f"the build said that all is well, and {error}"
            continue
        if not published.equals(getattr(expected, table)[list(published.columns)]):
            yield f"the build published another {table} than was read without Dagster"
