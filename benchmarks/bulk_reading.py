"""The whole bulk archive read batch by batch on several processes, for benchmarks and tests of its reader.

Builds read the archive through `capex_pipeline.edgar_bulk`, which cuts the work into parts of a data set; what reads one batch belongs to
`capex_pipeline.sources.companyfacts_bulk`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from capex_pipeline.sources.bulk_archive import Member, list_members
from capex_pipeline.sources.companyfacts_bulk import (
    FACTS_SCHEMA,
    FILINGS_SCHEMA,
    Batch,
    Wanted,
    processes,
    read_members,
)

_TASK_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True)
class Progress:
    """How far the reading is: files and bytes of inflated JSON, and seconds since its start."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    seconds: float


def read_bulk(
    archive: Path,
    wanted: Wanted,
    *,
    ciks: Collection[int] | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Batch]:
    """Facts of the wanted concepts, batch by batch, in the archive's order.

    archive: companyfacts.zip; ciks: only these companies; workers: processes (default: the cores there are; 1 reads in
    this process). Memory stays bounded whatever the size of the archive: a batch holds the facts of about 24 MB of JSON,
    and no more than two batches for each worker are under way.
    """
    listed, refused = list_members(archive)
    members = [member for member in listed if ciks is None or member.cik in ciks]
    if refused:
        yield Batch(FACTS_SCHEMA.empty_table(), FILINGS_SCHEMA.empty_table(), 0, 0, refused)
    tasks = list(_tasks(members))
    count = (os.cpu_count() or 1) if workers is None else max(1, workers)
    started = time.perf_counter()
    total = sum(member.size for member in members)
    files = size = 0
    for batch in _in_order(archive, tasks, dict(wanted), min(count, max(1, len(tasks)))):
        files, size = files + batch.files, size + batch.bytes
        if progress is not None:
            progress(Progress(files, len(members), size, total, time.perf_counter() - started))
        yield batch


def read_tables(archive: Path, wanted: Wanted, **options: Any) -> tuple[pa.Table, pa.Table, list[dict[str, str]]]:
    """All batches of `read_bulk` as one: facts, filings, problems. For archives or companies that fit into memory."""
    batches = list(read_bulk(archive, wanted, **options))
    facts = pa.concat_tables([FACTS_SCHEMA.empty_table(), *(batch.facts for batch in batches)])
    filings = pa.concat_tables([FILINGS_SCHEMA.empty_table(), *(batch.filings for batch in batches)])
    return facts, filings, [problem for batch in batches for problem in batch.problems]


def progress_bar(**options: Any) -> Callable[[Progress], None]:
    """A tqdm bar for `read_bulk`: files, MB a second, time left. Options go to tqdm (file, disable, ...)."""
    from tqdm import tqdm

    bar: Any = None

    def show(state: Progress) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=state.bytes_total, unit="B", unit_scale=True, desc="companyfacts", **options)
        bar.set_postfix_str(f"{state.files}/{state.files_total} files", refresh=False)
        bar.update(state.bytes - bar.n)
        if state.files == state.files_total:
            bar.close()

    return show


def _tasks(members: list[Member]) -> Iterator[list[Member]]:
    task: list[Member] = []
    size = 0
    for member in members:
        task.append(member)
        size += member.size
        if size >= _TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task


def _in_order(archive: Path, tasks: list[list[Member]], wanted: dict[Any, Any], workers: int) -> Iterator[Batch]:
    if workers == 1:
        for task in tasks:
            yield read_members(archive, task, wanted)
        return
    with ProcessPoolExecutor(workers, mp_context=processes()) as pool:
        running: dict[int, Future[Batch]] = {}
        following = 0
        for number in range(len(tasks)):
            while following < len(tasks) and len(running) < 2 * workers:
                running[following] = pool.submit(read_members, archive, tasks[following], wanted)
                following += 1
            wait([running[number]], return_when=FIRST_COMPLETED)
            yield running.pop(number).result()
