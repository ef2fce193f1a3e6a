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
from capex_pipeline.edgar_bulk.work_list import Filer, Inputs, Part, WorkList

PIECE_BYTES = 64 * 1024 * 1024
"""JSON and XML that one task reads: a second of work, so that the tasks of a filer with many instances are done side by side."""

_ORDER = ("batch", "place", "row")
_FACT, _FILING, _PROBLEMS = "fact", "filing", "problems"
_SPARK_TYPES = {
    "cik_part": "int", **dict.fromkeys(_ORDER, "int"), "kind": "string",
    "cik": "long", "concept": "string", "dimensions": "string", "currency": "string", "period_start": "date", "period_end": "date",
    "value": "double", "accession": "string", "form": "string", "filed": "date", "report_end": "date", "problems": "string",
}  # fmt: skip
SAID = ", ".join(f"{name} {kind}" for name, kind in _SPARK_TYPES.items())
"""Columns of what `read_pieces` yields: facts, filings, and the problems of each piece, told apart by `kind`. Nothing in them differs from
one reading to the next: of a stage with other output the second time Spark cannot make good a part that was lost."""

WRITTEN = "written string"
"""The column of what `write_part` returns: `part.Written` as text."""


@dataclass(frozen=True)
class Piece:
    """A run of documents of one batch; a filer of many documents may be in several pieces.

    part: the filers, as a part of which these are a piece. batch, place: the batch's number in the part, the piece's in the batch.
    """

    part: Part
    batch: int
    place: int

    def to_json(self) -> str:
        """As text, for another process or machine."""
        return json.dumps([self.batch, self.place]) + self.part.to_json()

    @classmethod
    def from_json(cls, text: str) -> Piece:
        """What `to_json` wrote."""
        numbers, _, part = text.partition("]")
        batch, place = json.loads(f"{numbers}]")
        return cls(Part.from_json(part), batch, place)


def pieces(work: WorkList) -> list[Piece]:
    """All documents of the work list, in the order in which the other engine reads those of a batch: members, then instances."""
    found = []
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
            found += [Piece(Part(part.number, tuple(run)), batch, place) for place, run in enumerate(cut)]
    return found


def read_pieces(
    frames: Iterator[pd.DataFrame], inputs: str, spent: Callable[[float], object]
) -> Iterator[pd.DataFrame]:
    """Frames with a column piece (`Piece.to_json`) in, frames of the columns SAID out.

    inputs: `Inputs.to_json`; spent: is told the processor seconds of each piece. Raises OSError where the archive cannot be opened.
    """
    for frame in frames:
        for text in frame["piece"]:
            started = time.process_time()
            said = _read(Piece.from_json(text), Inputs.from_json(inputs))
            spent(time.process_time() - started)
            yield said


def _read(piece: Piece, inputs: Inputs) -> pd.DataFrame:
    said = read_documents(piece.part.filers, inputs)
    parts = [
        said.facts.assign(kind=_FACT),
        said.filings.assign(kind=_FILING),
        pd.DataFrame({"kind": [_PROBLEMS], "problems": [json.dumps(said.problems)]}),
    ]
    rows = pd.concat([part.assign(row=range(len(part))) for part in parts], ignore_index=True)
    rows = rows.assign(cik_part=piece.part.number, batch=piece.batch, place=piece.place).reindex(
        columns=list(_SPARK_TYPES)
    )
    # Spark does not know the text type of pandas 3.
    texts = {name: "object" for name, kind in _SPARK_TYPES.items() if kind == "string"}
    return rows.astype({**texts, "cik": "Int64"})


def write_part(rows: pd.DataFrame, inputs: str, staging: str, filers: Mapping[int, int]) -> pd.DataFrame:
    """All rows of one part in, one row of the column WRITTEN out; the part's file is written as the other engine writes it.

    inputs: `Inputs.to_json`; filers: how many each part has. Raises OSError where the staging folder is gone or full.
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

    written = write_rows(number, filers[number], batches(), Inputs.from_json(inputs).rates, Path(staging))
    return pd.DataFrame({"written": pd.Series([written.to_json()], dtype="object")})
