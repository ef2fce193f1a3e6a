"""The tasks of the Spark job, as functions from frames to frames.

Add here what cuts the work into pieces or defines the columns in which facts pass through Spark. The Spark session and
the job are in `edgar_bulk/spark_engine.py` (this module does not import Spark); facts and quarters are computed in
`edgar_bulk/facts.py`, `edgar_bulk/quarters.py` and `edgar_bulk/part.py`, as in the local engine.

`read_pieces` is for `mapInPandas`: a piece is a run of documents of one batch of filers, and yields their facts and
filings. `write_part` is for `applyInPandas`: it receives all rows of the filers of one part, brings the documents of a
filer together, and computes its quarters. Shuffled facts come in any order; `batch`, `place` and `row` restore the
order of the documents.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from capex_pipeline.edgar_bulk.facts import FACT_COLUMNS, FILING_COLUMNS, Documents, Facts, read_documents, select
from capex_pipeline.edgar_bulk.part import write_rows
from capex_pipeline.edgar_bulk.work_list import Filer, Inputs, Part, WorkList, from_json, to_json

PIECE_BYTES = 64 * 1024 * 1024
"""Bytes of JSON and XML that one task reads: about a second of work, so that instances of a large filer are read in
parallel.
"""

_ORDER = ("batch", "place", "row")
_FACT, _FILING, _PROBLEMS = "fact", "filing", "problems"
_SPARK_TYPES = {
    "cik_part": "int", **dict.fromkeys(_ORDER, "int"), "kind": "string",
    "cik": "long", "concept": "string", "dimensions": "string", "currency": "string", "period_start": "date", "period_end": "date",
    "value": "double", "accession": "string", "form": "string", "filed": "date", "report_end": "date", "problems": "string",
}  # fmt: skip
READ_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in _SPARK_TYPES.items())
"""Columns of the output of `read_pieces`: facts, filings, and the problems of each piece, distinguished by `kind`. The
output of a piece is the same in every run; otherwise Spark could not recompute a part that was lost.
"""

WRITE_SCHEMA = "written string"
"""The column of the output of `write_part`: `part.Written` as text."""


@dataclass(frozen=True)
class Piece:
    """A run of documents of one batch; a filer with many documents may be in several pieces.

    part: the filers, as the part that these are a piece of. batch, place: number of the batch in the part, of the piece
    in the batch.
    """

    part: Part
    batch: int
    place: int


def pieces(work: WorkList) -> list[Piece]:
    """Yield all documents of the work list, in the order in which the local engine reads a batch: members, then
    instances.
    """
    all_pieces = []
    for part in work.parts:
        for batch, filers in enumerate(part.batches()):
            alone = [dataclasses.replace(filer, instances=()) for filer in filers if filer.member is not None]
            alone += [Filer(filer.cik, None, (one,)) for filer in filers for one in filer.instances]
            cut: list[list[Filer]] = [[]]
            size = 0
            for document in alone:
                if size >= PIECE_BYTES:
                    cut.append([])
                    size = 0
                cut[-1].append(document)
                size += document.size
            all_pieces += [Piece(Part(part.number, tuple(run)), batch, place) for place, run in enumerate(cut)]
    return all_pieces


def read_pieces(
    frames: Iterator[pd.DataFrame], inputs: str, spent: Callable[[float], object]
) -> Iterator[pd.DataFrame]:
    """Frames with a column piece (a `Piece` by `to_json`) in, frames with the columns READ_SCHEMA out.

    inputs: `Inputs` by `to_json`; spent: called with the processor seconds of each piece. Raises OSError if the archive
    cannot be opened.
    """
    for frame in frames:
        for text in frame["piece"]:
            started = time.process_time()
            rows_of_piece = _read(from_json(Piece, text), from_json(Inputs, inputs))
            spent(time.process_time() - started)
            yield rows_of_piece


def _read(piece: Piece, inputs: Inputs) -> pd.DataFrame:
    documents_of_piece = read_documents(piece.part.filers, inputs)
    parts = [
        documents_of_piece.facts.assign(kind=_FACT),
        documents_of_piece.filings.assign(kind=_FILING),
        pd.DataFrame({"kind": [_PROBLEMS], "problems": [json.dumps(documents_of_piece.problems)]}),
    ]
    rows = pd.concat([part.assign(row=range(len(part))) for part in parts], ignore_index=True)
    rows = rows.assign(cik_part=piece.part.number, batch=piece.batch, place=piece.place).reindex(
        columns=list(_SPARK_TYPES)
    )
    # Spark does not support the text type of pandas 3.
    texts = {name: "object" for name, kind in _SPARK_TYPES.items() if kind == "string"}
    return rows.astype({**texts, "cik": "Int64"})


def write_part(rows: pd.DataFrame, inputs: str, staging: str, filers: Mapping[int, int]) -> pd.DataFrame:
    """All rows of one part in, one row with the column WRITE_SCHEMA out; the file of the part is written as in the local
    engine.

    inputs: `Inputs` by `to_json`; filers: number of filers of each part. Raises OSError if the staging folder is gone or
    full.
    """
    rows = rows.sort_values(list(_ORDER), kind="stable")
    number = int(rows["cik_part"].iloc[0])

    def batches() -> Iterator[Facts]:
        for _, batch in rows.groupby("batch"):
            of_kind = dict(list(batch.groupby("kind")))
            facts = of_kind.get(_FACT, batch.iloc[:0])[FACT_COLUMNS]
            filings = of_kind.get(_FILING, batch.iloc[:0])[FILING_COLUMNS]
            problems = [problem for text in of_kind[_PROBLEMS]["problems"] for problem in json.loads(text)]
            yield select(Documents(facts.reset_index(drop=True), filings.reset_index(drop=True), problems))

    written = write_rows(number, filers[number], batches(), from_json(Inputs, inputs).rates, Path(staging))
    return pd.DataFrame({"written": pd.Series([to_json(written)], dtype="object")})
