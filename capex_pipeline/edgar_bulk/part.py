"""Processes one part of the work list: reads its filers and writes one Parquet file.

This module reads batch by batch, validates, and counts what became of every fact. Add a step here when every engine has
to do it for each part. Processes are started in `edgar_bulk/local_engine.py` and `edgar_bulk/spark_engine.py`;
`edgar_bulk/dataset.py` publishes the finished files.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from capex_pipeline.edgar_bulk.facts import read_facts
from capex_pipeline.edgar_bulk.quarters import filer_quarters
from capex_pipeline.edgar_bulk.work_list import Inputs, Part, Problem
from capex_pipeline.schemas import validation
from capex_pipeline.schemas.derive import arrow_schema
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.parquet import FORM

FILE = "quarters.parquet"


@dataclass(frozen=True)
class Written:
    """The result of one part.

    facts_read = facts_used + the sum of set_aside (facts, by rule). rows: in the file; 0 if there is none. sha256,
    bytes: of the file. problems: documents that could not be read, and rows that break the rules of the model.
    cpu_seconds: of the processes that worked for this part.
    """

    part: int
    filers: int
    facts_read: int
    facts_used: int
    rows: int
    bytes: int
    sha256: str
    cpu_seconds: float
    set_aside: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def folder_of(part: int) -> str:
    """Name of a part's folder, as Hive writes partitions."""
    return f"cik_part={part}"


def write_part(part: Part, inputs: Inputs, staging: Path) -> Written:
    """Read the part's filers, compute their quarters and write `<staging>/cik_part=N/quarters.parquet`; no file if there are no rows.

    The file is complete or absent, and its bytes are the same whoever writes it, so a part may be written twice, for example after a worker was
    lost. Raises OSError if the archive cannot be opened, or if the staging folder is gone or full.
    """
    started = time.process_time()
    counts: Counter[str] = Counter()
    set_aside: Counter[str] = Counter()
    problems: list[Problem] = []

    def tables() -> Iterator[pa.Table]:
        for filers in part.batches():
            batch = read_facts(filers, inputs)
            counts["read"] += batch.read
            counts["used"] += len(batch.facts)
            set_aside.update(batch.set_aside)
            problems.extend(batch.problems)
            laid_out = filer_quarters(batch, inputs.rates)
            rows, breaches = validation.split(laid_out, FilerQuarters)
            problems.extend(_breaches(laid_out, breaches))
            counts["rows"] += len(rows)
            if len(rows):
                yield _to_arrow(rows)

    folder = staging / folder_of(part.number)
    folder.mkdir(exist_ok=True)
    target = folder / FILE
    # A killed process leaves its file beside the parts, where `dataset.publish` removes it.
    storage_files.replace_file(target, lambda stream: _write(tables(), stream), staging)
    size, digest = target.stat().st_size, storage_files.sha256_of(target)
    if counts["rows"] == 0:
        target.unlink()
        folder.rmdir()
        size, digest = 0, ""
    return Written(
        part.number,
        len(part.filers),
        counts["read"],
        counts["used"],
        counts["rows"],
        size,
        digest,
        time.process_time() - started,
        dict(sorted(set_aside.items())),
        problems,
    )


def _write(tables: Any, stream: Any) -> None:
    """Write one row group for each batch, in the form of the warehouse's files, which every tested reader supports."""
    with pq.ParquetWriter(
        stream,
        arrow_schema(FilerQuarters),
        **FORM,
    ) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=len(table))


def _to_arrow(rows: pd.DataFrame) -> pa.Table:
    schema = arrow_schema(FilerQuarters)
    return pa.Table.from_arrays([pa.Array.from_pandas(rows[one.name], type=one.type) for one in schema], schema=schema)


def _breaches(rows: pd.DataFrame, breaches: pd.DataFrame) -> list[Problem]:
    problems = []
    for breach in breaches.drop_duplicates("row").to_dict("records"):
        row = rows.loc[breach["row"]]
        name = f"CIK{row['cik']:010d} {row['concept']} {row['period_start']:%Y-%m-%d}..{row['period_end']:%Y-%m-%d}"
        message = f"{name}: the row breaks {breach['rule']} (column {breach['column']}, value {breach['value']}) and is left out."
        problems.append({"name": name, "rule": str(breach["rule"]), "message": message})
    return problems
