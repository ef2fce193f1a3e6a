"""Processes one part of the work list: reads its filers and writes one Parquet file.

This module reads batch by batch, validates, and counts what became of every fact. Add a step here when every engine has
to do it for each part. Processes are started in `edgar_bulk/local_engine.py` and `edgar_bulk/spark_engine.py`;
`edgar_bulk/dataset.py` publishes the finished files.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from capex_pipeline.edgar_bulk.facts import Facts, read_facts
from capex_pipeline.edgar_bulk.quarters import filer_quarters
from capex_pipeline.edgar_bulk.work_list import Inputs, Part, Problem
from capex_pipeline.schemas import validation
from capex_pipeline.schemas.derive import arrow_schema
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.storage import files as storage_files

FILE = "quarters.parquet"


@dataclass(frozen=True)
class Written:
    """What became of a part.

    facts_read = facts_used + the sum of set_aside (facts, by rule). rows: in the file; 0 where there is none. sha256, bytes: of the
    file. problems: documents that could not be read, and rows that break the model's rules. cpu_seconds: of the processes
    that worked for this part.
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

    def to_json(self) -> str:
        """As text, for another process or machine."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Written:
        """What `to_json` wrote."""
        content: dict[str, Any] = json.loads(text)
        return cls(**content)


def folder_of(part: int) -> str:
    """Name of a part's folder, as Hive writes partitions."""
    return f"cik_part={part}"


def write_part(part: Part, inputs: Inputs, staging: Path) -> Written:
    """Reads the part's filers and writes its file (`write_rows`). Raises OSError also where the archive cannot be opened."""
    batches = (read_facts(filers, inputs) for filers in part.batches())
    return write_rows(part.number, len(part.filers), batches, inputs.rates, staging)


def write_rows(number: int, filers: int, batches: Iterable[Facts], rates: Path | None, staging: Path) -> Written:
    """Computes the quarters of a part's batches and writes `<staging>/cik_part=N/quarters.parquet`; no file where there are no rows.

    filers: how many the part has; rates: file of daily fixings. The file is there whole or not at all, and has the same bytes whoever
    writes it: a part that is done twice, because a worker was lost and not quite dead, does no harm. Raises OSError where the staging
    folder is gone or full.
    """
    started = time.process_time()
    counts: Counter[str] = Counter()
    set_aside: Counter[str] = Counter()
    problems: list[Problem] = []

    def tables() -> Iterator[pa.Table]:
        for found in batches:
            counts["read"] += found.read
            counts["used"] += len(found.facts)
            set_aside.update(found.set_aside)
            problems.extend(found.problems)
            laid_out = filer_quarters(found, rates)
            rows, breaches = validation.split(laid_out, FilerQuarters)
            problems.extend(_breaches(laid_out, breaches))
            counts["rows"] += len(rows)
            if len(rows):
                yield _to_arrow(rows)

    folder = staging / folder_of(number)
    folder.mkdir(exist_ok=True)
    target = folder / FILE
    # What a killed process leaves of it lies beside the parts, where `dataset.publish` clears it away.
    storage_files.replace_file(target, lambda stream: _write(tables(), stream), staging)
    size, digest = target.stat().st_size, storage_files.sha256_of(target)
    if counts["rows"] == 0:
        target.unlink()
        folder.rmdir()
        size, digest = 0, ""
    return Written(
        number, filers, counts["read"], counts["used"], counts["rows"], size, digest,
        time.process_time() - started, dict(sorted(set_aside.items())), problems,
    )  # fmt: skip


def _write(tables: Any, stream: Any) -> None:
    """Batch by batch, one row group each, as the warehouse's files are written: for every reader that was tried."""
    with pq.ParquetWriter(
        stream, arrow_schema(FilerQuarters), version="2.6", data_page_version="1.0", compression="snappy",
        use_dictionary=True, write_statistics=True, write_page_index=True,
    ) as writer:  # fmt: skip
        for table in tables:
            writer.write_table(table, row_group_size=len(table))


def _to_arrow(rows: pd.DataFrame) -> pa.Table:
    schema = arrow_schema(FilerQuarters)
    return pa.Table.from_arrays([pa.Array.from_pandas(rows[one.name], type=one.type) for one in schema], schema=schema)


def _breaches(rows: pd.DataFrame, breaches: pd.DataFrame) -> list[Problem]:
    found = []
    for breach in breaches.drop_duplicates("row").to_dict("records"):
        row = rows.loc[breach["row"]]
        name = f"CIK{row['cik']:010d} {row['concept']} {row['period_start']:%Y-%m-%d}..{row['period_end']:%Y-%m-%d}"
        said = f"{name}: the row breaks {breach['rule']} (column {breach['column']}, value {breach['value']}) and is left out."
        found.append({"name": name, "rule": str(breach["rule"]), "message": said})
    return found
