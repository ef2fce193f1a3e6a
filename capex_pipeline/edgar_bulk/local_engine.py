"""The engine on one machine: writes the parts in as many processes as there are cores.

Add here what concerns those processes. The work of one part is in `edgar_bulk/part.py`. Each process holds one batch in
memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from capex_pipeline.edgar_bulk.dataset import BulkError
from capex_pipeline.edgar_bulk.part import Written, write_part
from capex_pipeline.edgar_bulk.work_list import Inputs, WorkList
from capex_pipeline.sources.companyfacts_bulk import processes


def run(
    work: WorkList, inputs: Inputs, staging: Path, *, workers: int = 0, done: Callable[[Written], None] | None = None
) -> list[Written]:
    """Write every part into the staging folder.

    workers: number of processes; 0: one for each core, 1: this process. done: called with each written part. Raises
    BulkError if a process died, and OSError if the disk refuses a write.
    """
    count = min(workers or os.cpu_count() or 1, max(1, len(work.parts)))
    written = []
    if count == 1:
        for part in work.parts:
            written.append(write_part(part, inputs, staging))
            if done is not None:
                done(written[-1])
        return written
    with ProcessPoolExecutor(count, mp_context=processes(__name__)) as pool:
        try:
            for future in as_completed([pool.submit(write_part, part, inputs, staging) for part in work.parts]):
                written.append(future.result())
                if done is not None:
                    done(written[-1])
        except BrokenProcessPool as error:
            raise BulkError(
                "A process that was reading filers died, most likely because memory ran out; start again with fewer `workers`."
            ) from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return written
