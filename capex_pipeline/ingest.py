"""Reads the whole of raw/: every file becomes documents and figures, or rejected rows with a reason.

What belongs here: the walk over the files, keeping one bad file from harming the others, and the count of rows. What does
not: Dagster, how a kind of file is read (sources), and how a row is resolved (normalise/figures).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from capex_pipeline import archive
from capex_pipeline.normalise import documents as document_rules
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.reference import Reference, read_file
from capex_pipeline.schemas.derive import conform, table_metadata
from capex_pipeline.schemas.rejected_figures import RejectedFigures
from capex_pipeline.sources.printed import PRINTED_COLUMNS, DocumentError, ReadResult, empty_rows
from capex_pipeline.sources.readers import reader_for


@dataclass(frozen=True)
class Ingested:
    """The evidence: tables documents, figures and rejected_figures."""

    documents: pd.DataFrame
    figures: pd.DataFrame
    rejected_figures: pd.DataFrame


def ingest(root: Path, reference: Reference, leave_out: tuple[str, ...] = ()) -> Ingested:
    """Everything under raw/.

    leave_out: file names below raw/ (or document ids) that are to count as absent.
    A file that cannot be read is one rejected row with row_number 0; the other files still flow.
    """
    declared: dict[str, dict[str, Any]] = {}
    declarations: list[dict[str, Any]] = []
    parts: list[pd.DataFrame] = []
    rejected: list[dict[str, Any]] = []
    contents: dict[str, str] = {}
    for file in archive.list_files(root):
        if file.name in leave_out:
            continue
        try:
            data = archive.read_bytes(file, root)
            sha256 = archive.content_hash(data)
            if sha256 in contents:
                raise DocumentError(
                    "duplicate_document",
                    f"{file.name} has the same content as {contents[sha256]}; remove one of the two.",
                )
            result = _read(file, data, root)
            _check_documents(result, declared, file.name)
        except DocumentError as error:
            rejected.append(_whole_file(file.name, error))
            continue
        except (
            ValueError,
            ArithmeticError,
            LookupError,
            TypeError,
            AttributeError,
            MemoryError,
            RecursionError,
        ) as error:
            # A reader that stumbles over a hostile file must not take the good documents with it.
            stumbled = DocumentError(
                "unreadable", f"{file.name} cannot be read ({type(error).__name__}: {error}); mend or remove it."
            )
            rejected.append(_whole_file(file.name, stumbled))
            continue
        contents[sha256] = file.name
        for document in result.documents:
            declared.setdefault(document["document_id"], document)
            declarations.append({**document, "path": file.name, "sha256": sha256})
        rejected += [{**row, "path": file.name, "row_number": int(str(row["row_number"]))} for row in result.rejected]
        rows = result.rows
        parts.append(rows.assign(path=file.name, row_number=rows.index.to_numpy()))
    rows = pd.concat(parts, ignore_index=True) if parts else empty_rows().assign(path="", row_number=0).iloc[:0]
    if leave_out:
        rows = rows[~rows["document"].isin(leave_out)].reset_index(drop=True)
        declarations = [document for document in declarations if document["document_id"] not in leave_out]
    no_rows = pd.DataFrame({"document_id": pd.Series(dtype="str")})
    unfilled = document_rules.tabulate(declarations, no_rows.set_index("document_id").assign(**_NO_COUNTS))
    figures, broken = figure_rules.resolve(rows, unfilled, reference, read_file("currencies.yaml")["rough_per_usd"])
    rejected_figures = pd.concat([_rejected_table(rejected), broken], ignore_index=True)
    rejected_figures = rejected_figures.sort_values(
        table_metadata(RejectedFigures)["sort"], kind="stable", ignore_index=True
    )
    counts = _counts(rows, rejected, figures, rejected_figures)
    return Ingested(document_rules.tabulate(declarations, counts), figures, rejected_figures)


_NO_COUNTS = {"rows_read": 0, "rows_accepted": 0, "rows_rejected": 0}


def _read(file: archive.RawFile, data: bytes, root: Path) -> ReadResult:
    reader = reader_for(file.name)
    result = reader(data, archive.read_sidecar(file, root), file.name)
    missing = set(PRINTED_COLUMNS) - set(result.rows.columns)
    if missing or not result.rows.index.is_unique:
        raise DocumentError(
            "unreadable", f"{file.name} was laid out without {', '.join(sorted(missing)) or 'distinct rows'}."
        )
    return result


def _check_documents(result: ReadResult, declared: dict[str, dict[str, Any]], name: str) -> None:
    here: set[str] = set()
    for document in result.documents:
        document_rules.check(document, name)
        document_id = document["document_id"]
        if document_id in here:
            raise DocumentError(
                "duplicate_document", f"{name} declares the document {document_id} twice; remove one entry."
            )
        here.add(document_id)
        earlier = declared.get(document_id)
        if earlier is not None and not document_rules.same_document(earlier, document):
            raise DocumentError(
                "duplicate_document", f"{name} declares the document {document_id} otherwise than another file does; give it an id "
                "of its own, or make title, publisher, url, dates and origin agree.",
            )  # fmt: skip


def _whole_file(name: str, error: DocumentError) -> dict[str, Any]:
    return {"path": name, "document_id": None, "row_number": 0, "locator": "whole file", "rule": error.rule, "column": None,
            "value": None, "message": error.message}  # fmt: skip


def _rejected_table(records: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["path", "document_id", "row_number", "locator", "rule", "column", "value", "message"]
    return conform(pd.DataFrame(records, columns=columns), RejectedFigures)


def _counts(
    rows: pd.DataFrame, laid_out: list[dict[str, Any]], figures: pd.DataFrame, rejected_figures: pd.DataFrame
) -> pd.DataFrame:
    """Rows by document, counted where they were read and again where they ended."""
    read = pd.concat([rows["document"], pd.Series([row.get("document_id") for row in laid_out], dtype="str")])
    counts = pd.DataFrame(
        {
            "rows_read": read.value_counts(),
            "rows_accepted": figures["document_id"].value_counts(),
            "rows_rejected": rejected_figures["document_id"].value_counts(),
        }
    )
    counts.index.name = "document_id"
    return counts.fillna(0).astype("int64")
