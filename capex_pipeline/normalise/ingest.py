"""Reads the folder raw/: every file becomes documents and figures, or rejected rows with a reason.

Add here what concerns the walk over the files: isolating a file that cannot be read, settling documents that several
files declare, counting rows. One kind of file is read by its module in `sources`, one row is resolved in
`normalise/figures.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from capex_pipeline import CapexPipelineError
from capex_pipeline.normalise import company_parts
from capex_pipeline.normalise import documents as document_rules
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.normalise import mentions as mention_rules
from capex_pipeline.normalise.rejections import bounded
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import FIRST_ROW_OF_FILE, PRINTED_COLUMNS, ReadResult
from capex_pipeline.raw.row_tables import MENTIONS, OF_ALL_ROWS, ROWS, frame_of, plain
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import Reference
from capex_pipeline.schemas import arrow_texts
from capex_pipeline.schemas.derive import conform, ordered
from capex_pipeline.schemas.figures import Figures
from capex_pipeline.schemas.rejected_figures import RejectedFigures
from capex_pipeline.schemas.vocabulary import TEXT_SOURCES
from capex_pipeline.sources import figure_yaml
from capex_pipeline.sources.article import UNREAD_LANGUAGE
from capex_pipeline.sources.reader_cache import Reading, Readings, key_of, reading_of
from capex_pipeline.sources.readers import reader_for
from capex_pipeline.storage.warehouse import Earlier, PartlyKept
from capex_pipeline.values.grouping import grouped


class LeaveOutError(CapexPipelineError, ValueError):
    """An entry of leave_out matches no file and no document."""

    def __init__(self, names: str, root: Path) -> None:
        super().__init__(
            f"No file below {root} and no document id is {names}; correct leave_out (table documents lists both)."
        )


@dataclass(frozen=True)
class Ingested:
    """The evidence: tables documents, figures, rejected_figures and article_mentions. earlier: by table, the rows of an earlier build, of which those
    of unchanged parts are kept; the frames do not have them.
    """

    documents: pd.DataFrame
    figures: pd.DataFrame
    rejected_figures: pd.DataFrame
    article_mentions: pd.DataFrame
    earlier: Mapping[str, Earlier] = field(default_factory=dict)

    def rows(self, table: str) -> pd.DataFrame | PartlyKept:
        """All rows of a table."""
        frame: pd.DataFrame = getattr(self, table)
        return PartlyKept(frame, self.earlier[table]) if table in self.earlier else frame

    def values(self, table: str, column: str) -> pa.ChunkedArray:
        """A column of text of all rows of a table, in no order."""
        new = arrow_texts.to_arrow(getattr(self, table)[column], pa.string())
        chunks = [new] if isinstance(new, pa.Array) else new.chunks
        kept = self.earlier[table].kept([column])[column].chunks if table in self.earlier else []
        return pa.chunked_array([*chunks, *kept], pa.string())


Unchanged = Callable[[Mapping[str, str]], tuple[Collection[str], Mapping[str, pa.Table]]]
"""Given a hash of the inputs of each part of the rows: the parts that an earlier build computed from equal inputs, and its tables figures
and rejected_figures.
"""


def ingest(
    root: Path,
    reference: Reference,
    leave_out: tuple[str, ...] = (),
    staging: Path | None = None,
    unchanged: Unchanged | None = None,
    apply: company_parts.Apply = company_parts.apply_here,
    hashed: raw_folder.Known | None = None,
) -> Ingested:
    """Read everything below raw/.

    leave_out: file names below raw/ (or document ids) that count as absent. staging: folder that caches the content of
    files for the next build (`Warehouse.staging()`); None caches nothing. unchanged: parts whose figures are not resolved
    again; None resolves all. apply: where files are read and figures are resolved. hashed: as `known` of `raw.folder.listing_fingerprint`. The
    tables are the same either way.

    Raises LeaveOutError for an entry of leave_out that matches nothing. A file that cannot be read is one rejected row
    with row_number 0; the other files are used. The figures that a person reviewed (the YAML file beside a text)
    replace those drafted from the text.
    """
    printed, mention_tables, declarations, rejected, keys = _rows_of_folder(
        root, reference, leave_out, staging, apply, {} if hashed is None else hashed
    )
    if leave_out:
        printed = printed.without_documents(leave_out)
        declarations = [document for document in declarations if document["document_id"] not in leave_out]
        rejected = [row for row in rejected if row["document_id"] not in leave_out]
    uncounted = document_rules.tabulate(declarations)
    of_files = _rejected_table(rejected)
    resolve = partial(
        figure_rules.resolve, documents=uncounted, reference=reference, rough_rates=reference.content.rough_per_usd
    )
    earlier: Mapping[str, Earlier] = {}
    rows = printed.of_all_rows()
    if unchanged is None:
        figures, broken = resolve(printed.where(np.ones(rows.num_rows, dtype=bool)))
    else:
        figures, broken, earlier = _resolve_changed(
            printed, rows, uncounted, of_files, reference, keys, unchanged, apply, resolve
        )
    rejected_figures = ordered(pd.concat([of_files, broken], ignore_index=True), RejectedFigures)
    read = Ingested(uncounted, figures, rejected_figures, pd.DataFrame(), earlier)
    return replace(
        read,
        documents=document_rules.counted(uncounted, _counts(rows, rejected, read)),
        article_mentions=mention_rules.tabulate(mention_tables, read.values("figures", "figure_id")),
    )


@dataclass(frozen=True)
class _Printed:
    """The printed rows of all files, by the name of the file. Those of unchanged files stay as they were stored until they are needed."""

    files: list[tuple[str, pa.Table]]

    def without_documents(self, names: Collection[str]) -> _Printed:
        """The rows of other documents."""
        left_out = pa.array(names, pa.large_string())
        return _Printed(
            [(name, rows.filter(pc.invert(pc.is_in(rows["document"], left_out)))) for name, rows in self.files]
        )

    def of_all_rows(self) -> pa.Table:
        """The path of the file and the columns `OF_ALL_ROWS` of every row."""
        chunks = {name: [rows[name] for _, rows in self.files] for name in OF_ALL_ROWS}
        columns = {
            name: pa.chunked_array([chunk for column in of_files for chunk in column.chunks], ROWS.field(name).type)
            for name, of_files in chunks.items()
        }
        paths = _paths(self.files)
        return pa.table({"path": paths, **{name: column.combine_chunks() for name, column in columns.items()}})

    def where(self, is_chosen: np.ndarray[Any, Any]) -> pd.DataFrame:
        """Some rows as a frame with the paths of their files, numbered from 0."""
        chosen, start = [], 0
        for name, rows in self.files:
            of_file = is_chosen[start : start + rows.num_rows]
            start += rows.num_rows
            if of_file.any():
                chosen.append((name, plain(rows if of_file.all() else rows.filter(pa.array(of_file)))))
        frame = frame_of([rows for _, rows in chosen])
        return frame.assign(path=arrow_texts.to_pandas(_paths(chosen)))


def _rows_of_folder(
    root: Path,
    reference: Reference,
    leave_out: tuple[str, ...],
    staging: Path | None,
    apply: company_parts.Apply,
    hashed: raw_folder.Known,
) -> tuple[_Printed, list[pd.DataFrame], list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]:
    """The printed rows, mentions, declarations of documents and rejections of all files, and a hash of what was
    read from each file. Arguments as for `ingest`.
    """
    declarations: list[dict[str, Any]] = []
    parts: list[tuple[str, pa.Table]] = []
    readings = Readings(staging, reference.overlay)
    mentions: list[tuple[str, pa.Table]] = []
    mention_tables: list[pd.DataFrame] = []
    files = raw_folder.list_files(root)
    reviews = {str(PurePosixPath(file.name).with_suffix("")): file for file in files if file.name.endswith(".yaml")}
    sound, rejected = _read_all(files, root, reference, readings, leave_out, apply, hashed)
    reading = None
    for name, sha256, _, reading in sound:
        declarations += [{**document, "path": name, "sha256": sha256} for document in reading.documents]
        review, beside = None, str(PurePosixPath(name).with_suffix(""))
        if reading.mentions is not None:
            review = _review(reviews.get(beside), root)
            if review is None:
                mentions.append((name, reading.mentions))
            else:
                mention_tables.append(mention_rules.lay_out(frame_of([reading.mentions], MENTIONS), name, review))
        # A reviewed text is used even if the automatic reader could not read it.
        rejected += [
            _laid_out(row, name) for row in reading.rejected if review is None or row["rule"] != UNREAD_LANGUAGE
        ]
        if review is None:
            parts.append((name, reading.rows))
            # A finished review may ignore every number.
            if _is_empty(reading) and not (_review(reviews.get(beside), root) or {}).get("ignored"):
                advice = "check that it is the right document and that it is complete, or remove it."
                error = DocumentError("no_figures", f"{name} was read and holds no figure; {advice}")
                rejected.append(_whole_file(name, error))
    readings.save()
    _refuse_unmatched(leave_out, files, sound, root)
    if mentions:
        texts = frame_of([part for _, part in mentions], MENTIONS)
        mention_tables.append(mention_rules.lay_out(texts, _paths(mentions).to_pandas().astype("str")))
    keys = {file.name: file.key for file in sound}
    return _Printed(parts), mention_tables, declarations, rejected, keys


def _resolve_changed(
    printed: _Printed,
    rows: pa.Table,
    documents: pd.DataFrame,
    rejected: pd.DataFrame,
    reference: Reference,
    files: Mapping[str, str],
    unchanged: Unchanged,
    apply: company_parts.Apply,
    resolve: Callable[[pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]],
) -> tuple[pd.DataFrame, pd.DataFrame, Mapping[str, Earlier]]:
    """What `resolve` (`figures.resolve`) returns for the rows of changed parts, and the rows of the tables of an earlier build, of which those of
    the others are kept.
    rows: `printed.of_all_rows`. rejected: rows that readers rejected. files: path -> hash of what was read from the file.
    """
    parts = company_parts.of_printed_rows(rows, reference)
    same, earlier = unchanged(company_parts.printed_identities(parts, rows, files, documents))
    names = pa.array(list(files), pa.large_string())
    places = _places(rows, names)
    # The place of a row tells its rejections from those of its reader, unless both rejected something there.
    of_readers = _places(pa.table({name: pa.array(rejected[name]) for name in ("path", "row_number")}), names)
    unclear = parts[pc.is_in(places, value_set=of_readers).to_numpy(zero_copy_only=False)].unique()
    is_kept = parts.isin(set(same) - set(unclear)).to_numpy()
    split = {}
    if is_kept.any():
        of_kept = places.filter(pa.array(is_kept))
        split = {
            table: Earlier(rows, pc.is_in(_places(rows, names), value_set=of_kept)) for table, rows in earlier.items()
        }
    left = parts[~is_kept]
    changed = (printed.where(~is_kept & parts.isin(batch).to_numpy()) for batch in company_parts.batches(left) or [[]])
    resolved = zip(*apply(resolve, changed), strict=True)
    figures = ordered(pd.concat(next(resolved), ignore_index=True), Figures)
    return figures, pd.concat(next(resolved), ignore_index=True), split


def _places(rows: pa.Table, files: pa.Array) -> pa.Array:
    """Number and file of each row as one number; below zero for a file that is not among `files`."""
    file = pc.index_in(rows["path"].cast(files.type), value_set=files).fill_null(-1)
    return pa.array(file.to_numpy().astype("int64") * _MOST_ROWS + rows["row_number"].to_numpy())


_MOST_ROWS = 2**40
"""More than the number of any row of a file."""


def _paths(parts: list[tuple[str, pa.Table]]) -> pa.Array:
    """The name of the file of each row of the parts."""
    names = pa.array([name for name, _ in parts], pa.large_string())
    return names.take(np.repeat(np.arange(len(parts)), [part.num_rows for _, part in parts]))


def refuse_unmatched(root: Path, reference: Reference, leave_out: tuple[str, ...], staging: Path | None) -> None:
    """Raise LeaveOutError before a build for an entry that matches no file and no document. Documents are read only if
    an entry is not a file; arguments as for `ingest`.
    """
    files = raw_folder.list_files(root)
    if set(leave_out) <= {file.name for file in files}:
        return
    sound, _ = _read_all(files, root, reference, Readings(staging, reference.overlay), (), company_parts.apply_here, {})
    _refuse_unmatched(leave_out, files, sound, root)


def _refuse_unmatched(
    leave_out: tuple[str, ...], files: list[raw_folder.RawFile], sound: list[_ReadFile], root: Path
) -> None:
    known = {file.name for file in files}
    known |= {str(document["document_id"]) for one in sound for document in one.reading.documents}
    if unmatched := [entry for entry in leave_out if entry not in known]:
        raise LeaveOutError(", ".join(unmatched), root)


_FILES_AT_ONCE = 100
"""New files that are read together."""


def _read_all(
    files: list[raw_folder.RawFile],
    root: Path,
    reference: Reference,
    readings: Readings,
    leave_out: tuple[str, ...],
    apply: company_parts.Apply,
    hashed: raw_folder.Known,
) -> tuple[list[_ReadFile], list[dict[str, Any]]]:
    """The files that could be read, without those that declare a document of another file, and rows of rejected_figures
    for the others.
    """
    named: dict[raw_folder.RawFile, tuple[str, str]] = {}
    read: dict[raw_folder.RawFile, Reading | DocumentError] = {}
    for file in files:
        if file.name in leave_out:
            continue
        try:
            named[file] = _named(file, root, hashed)
        except DocumentError as error:
            read[file] = error
            continue
        known = readings.get(named[file][1])
        if known is not None:
            read[file] = known
    new = [file for file in named if file not in read]
    groups = (new[start : start + _FILES_AT_ONCE] for start in range(0, len(new), _FILES_AT_ONCE))
    made = apply(partial(_read_files, root=root, reference=reference), groups)
    for file, reading in zip(new, (one for group in made for one in group), strict=True):
        read[file] = reading
        if isinstance(reading, Reading):  # one that fails a check is not cached, and is checked again by every build
            readings.add(named[file][1], reading)
    rejected: list[dict[str, Any]] = []
    sound: list[_ReadFile] = []
    for file in files:
        match read.get(file):
            case Reading() as reading:
                sound.append(_ReadFile(file.name, *named[file], reading))
            case DocumentError() as reason:
                rejected.append(_whole_file(file.name, reason))
    sound, strays = _without_strays(sound)
    rejected += strays
    sound, repeats = _with_each_filing_once(sound)
    rejected += repeats
    return sound, rejected


def _is_empty(reading: Reading) -> bool:
    """True where a file was read and gave no row, no rejected row and no mention; never of the draft of a review, which declares no document."""
    has_mentions = reading.mentions is not None and reading.mentions.num_rows > 0
    return bool(reading.documents) and not (reading.rows.num_rows or reading.rejected or has_mentions)


def _review(file: raw_folder.RawFile | None, root: Path) -> dict[str, Any] | None:
    """The finished review beside a text, if there is one; a review that cannot be read is rejected when its own turn
    comes.
    """
    if file is None:
        return None
    try:
        content = load_yaml_mapping(raw_folder.read_bytes(file, root), file.name)
    except DocumentError:
        return {}
    return None if figure_yaml.is_draft(content) else content


def _named(file: raw_folder.RawFile, root: Path, hashed: raw_folder.Known) -> tuple[str, str]:
    """Content hash of a file, and the hash of all that its reading depends on. Raises DocumentError."""
    sha256, sidecar = raw_folder.digests(file, root, hashed)
    return sha256.hex(), key_of(file.name, sha256.hex(), sidecar)


def _read_files(files: list[raw_folder.RawFile], root: Path, reference: Reference) -> list[Reading | DocumentError]:
    """For each file what was read from it, or why it cannot be read."""
    return list(map(partial(_read_or_error, root=root, reference=reference), files))


def _read_or_error(file: raw_folder.RawFile, root: Path, reference: Reference) -> Reading | DocumentError:
    try:
        return _read(file, root, reference)
    except DocumentError as error:
        return error
    except (
        ValueError,
        ArithmeticError,
        LookupError,
        TypeError,
        AttributeError,
        MemoryError,
        RecursionError,
    ) as error:
        # A reader that fails on a hostile file must not stop the reading of the other documents.
        return DocumentError(
            "unreadable", f"{file.name} cannot be read ({type(error).__name__}: {error}); correct or remove it."
        )


def _read(file: raw_folder.RawFile, root: Path, reference: Reference) -> Reading:
    reader = reader_for(file.name, reference)
    sidecar = raw_folder.parse_sidecar(file, root, raw_folder.read_sidecar_bytes(file, root))
    result = reader(raw_folder.read_bytes(file, root), sidecar, file.name)
    _check_columns(result, file.name)
    documents = [document_rules.completed(document) for document in result.documents]
    reading = reading_of(replace(result, documents=documents))
    _check_documents(reading, file.name)
    _check_size(reading, file.name)
    return reading


def _check_columns(result: ReadResult, name: str) -> None:
    """Raise DocumentError for a frame without every column or with two rows of one number; a table has its schema."""
    if not isinstance(result.rows, pd.DataFrame):
        return
    missing = set(PRINTED_COLUMNS) - set(result.rows.columns)
    if missing or not result.rows.index.is_unique:
        raise DocumentError(
            "unreadable", f"{name} was laid out without {', '.join(sorted(missing)) or 'distinct rows'}."
        )


class _ReadFile(NamedTuple):
    """A file that was read: its name below raw/, its content hash, what was read from it, and a hash that tells such readings apart."""

    name: str
    sha256: str
    key: str
    reading: Reading


def _check_documents(reading: Reading, name: str) -> None:
    here: set[str] = set()
    for document in reading.documents:
        document_rules.check(document, name)
        document_id = document["document_id"]
        if document_id in here:
            raise DocumentError(
                "duplicate_document", f"{name} declares the document {document_id} twice; remove one entry."
            )
        here.add(document_id)


MAXIMUM_CLAIMS = 2_000
"""Maximum number of figures of one article. Each is compared with the others of its article, so the number must be
bounded.
"""


def _check_size(reading: Reading, name: str) -> None:
    """Raise DocumentError for an article with more figures than MAXIMUM_CLAIMS."""
    if reading.rows.num_rows <= MAXIMUM_CLAIMS:
        return
    articles = {document["document_id"] for document in reading.documents if document["source_type"] in TEXT_SOURCES}
    for counted in reading.rows["document"].value_counts().to_pylist() if articles else []:
        if counted["values"] in articles and counted["counts"] > MAXIMUM_CLAIMS:
            raise DocumentError(
                "oversized",
                f"{name} has {counted['counts']:,} figures of the article {counted['values']}; an article has {MAXIMUM_CLAIMS:,} "
                "at most. Give a data set the source_type of its publisher, or split it into the articles that it comes from.",
            )


def _without_strays(files: list[_ReadFile]) -> tuple[list[_ReadFile], list[dict[str, Any]]]:
    """The files that may be used together, by name, and a rejected row for each of the others.

    Of two files that declare one document id differently, the document of the one that `_claim_order` puts first is
    used, whatever their names; the other file keeps its other documents. Of two texts of one document, and of two files
    with the same cells, the one whose name comes first is used.
    """
    kept: list[_ReadFile] = []
    rejected: list[dict[str, Any]] = []
    declared: dict[str, tuple[str, dict[str, Any]]] = {}
    texts: dict[str, str] = {}
    for file in sorted(files, key=_claim_order):
        clashes = _clashes(file, declared, texts)
        if clashes and (len(clashes) == len(file.reading.documents) or file.reading.mentions is not None):
            rejected.append(_whole_file(file.name, next(iter(clashes.values()))))
            continue
        for place, (document_id, error) in enumerate(clashes.items()):
            row = _whole_file(file.name, error) | {
                "locator": f"document {document_id}",
                "row_number": _FIRST_OF_DOCUMENTS + place,
            }
            rejected.append(row)
        file = _without_documents(file, clashes) if clashes else file
        kept.append(file)
        for document in file.reading.documents:
            declared.setdefault(document["document_id"], (file.name, document))
            if file.reading.mentions is not None:
                texts[document["document_id"]] = file.name
    contents: dict[str, _ReadFile] = {}
    different: list[_ReadFile] = []
    for file in sorted(kept):
        # Two tables with the same cells may be about different companies, which their sidecars name.
        earlier = contents.setdefault(file.sha256, file)
        if earlier is not file and _cells(earlier).equals(_cells(file)):
            error = DocumentError(
                "duplicate_document", f"{file.name} has the same content as {earlier.name}; remove one of the two."
            )
            rejected.append(_whole_file(file.name, error))
        else:
            different.append(file)
    return different, rejected


def _clashes(
    file: _ReadFile, declared: dict[str, tuple[str, dict[str, Any]]], texts: dict[str, str]
) -> dict[str, DocumentError]:
    """The documents of a file that cannot be used beside the files before it, since one of them declares the document otherwise or holds its
    text, each with the reason.

    declared, texts: document id -> the file that declares it (with the declaration), the file of its text.
    """
    clashes: dict[str, DocumentError] = {}
    for document in file.reading.documents:
        name = document["document_id"]
        if name in declared and not document_rules.same_document(declared[name][1], document):
            clashes[name] = DocumentError(
                "duplicate_document",
                f"{file.name} declares the document {name} otherwise than {declared[name][0]} does, which was kept; give it "
                "an id of its own, or make title, publisher, url, dates and origin agree.",
            )
        elif name in texts and file.reading.mentions is not None:
            clashes[name] = DocumentError(
                "duplicate_document",
                f"{file.name} is another text of the document {name}, whose text {texts[name]} was kept; remove one of the "
                "two, or give it an id of its own.",
            )
    return clashes


def _without_documents(file: _ReadFile, names: Collection[str]) -> _ReadFile:
    """The file without some of its documents and their rows."""
    reading = file.reading
    rows = reading.rows.filter(pc.invert(pc.is_in(reading.rows.column("document"), pa.array(names, pa.string()))))
    documents = [document for document in reading.documents if document["document_id"] not in names]
    rejected = [row for row in reading.rejected if row["document_id"] not in names]
    key = raw_folder.content_hash(f"{file.key} without {sorted(names)}".encode())
    return file._replace(key=key, reading=replace(reading, documents=documents, rows=rows, rejected=rejected))


def _with_each_filing_once(files: list[_ReadFile]) -> tuple[list[_ReadFile], list[dict[str, Any]]]:
    """The files without facts of filings that another file repeats literally, and a rejected row for each file with
    such facts.

    The companyfacts files of a company's present and former CIK contain the same filings for some years.
    """
    holders = grouped(
        (document["document_id"], place)
        for place, file in enumerate(files)
        for document in file.reading.documents
        if document["kind"] == "filing"
    )
    shared = {document_id for document_id, places in holders.items() if len(places) > 1}
    seen: set[tuple[str, ...]] = set()
    repeats: list[dict[str, Any]] = []
    result = list(files)
    order = sorted(
        {place for document_id in shared for place in holders[document_id]}, key=lambda place: _standing(files[place])
    )
    for place in order:
        file = files[place]
        rows = file.reading.rows
        texts = (rows[name].cast(ROWS.field(name).type) for name in ("document", "id", "value", "unit"))
        cells = zip(*(column.to_pylist() for column in texts), strict=True)
        facts = [fact if fact[0] in shared and fact[1] is not None else None for fact in cells]
        is_kept = [fact is None or fact not in seen for fact in facts]
        seen.update(fact for fact in facts if fact is not None)
        if all(is_kept):
            continue
        key = raw_folder.content_hash(f"{file.key} {is_kept}".encode())
        result[place] = file._replace(key=key, reading=replace(file.reading, rows=rows.filter(pa.array(is_kept))))
        error = DocumentError(
            "repeated_filing",
            f"{file.name} repeats {len(is_kept) - sum(is_kept)} facts of filings that another file has; they count once.",
        )
        repeats.append(_whole_file(file.name, error) | {"row_number": FIRST_ROW_OF_FILE - 1})
    return result, repeats


def _standing(file: _ReadFile) -> tuple[Any, ...]:
    """Files in this order: those whose numbers a person reviewed, then by their best document, then those with more
    documents.
    """
    best = min(map(document_rules.standing, file.reading.documents), default=())
    return (file.reading.mentions is not None, best, -len(file.reading.documents), file.name)


def _claim_order(file: _ReadFile) -> tuple[Any, ...]:
    """Files in this order claim document ids: those whose numbers a person reviewed, then those with more documents, since a
    stray file usually has one, then as `_standing`.
    """
    return (file.reading.mentions is not None, -len(file.reading.documents), *_standing(file))


def _cells(file: _ReadFile) -> pa.Table:
    return plain(file.reading.rows).drop_columns("document")


_FIRST_OF_DOCUMENTS = FIRST_ROW_OF_FILE + 1_000_000
"""Row number of the first entry about a document that a file lost; further ones count up. Readers use smaller numbers."""


def _whole_file(name: str, error: DocumentError) -> dict[str, Any]:
    return {
        "path": name,
        "document_id": None,
        "row_number": 0,
        "locator": "whole file",
        "rule": error.rule,
        "column": None,
        "value": None,
        "message": _naming(name, error.message),
    }


def _laid_out(row: dict[str, str | None], name: str) -> dict[str, Any]:
    """A row of rejected_figures for a rejection by a reader."""
    number, message = int(str(row["row_number"])), str(row["message"])
    is_of_file = name in message or number >= FIRST_ROW_OF_FILE
    message = _naming(name if is_of_file else f"{name}, row {number}", message)
    return {**row, "path": name, "row_number": number, "message": message}


def _naming(place: str, message: str) -> str:
    """The message with the name of the file, which readers of facts do not know."""
    return message if place in message else f"{place}: {message}"


def _rejected_table(records: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["path", "document_id", "row_number", "locator", "rule", "column", "value", "message"]
    return bounded(conform(pd.DataFrame(records, columns=columns), RejectedFigures))


def _counts(rows: pa.Table, laid_out: list[dict[str, Any]], read: Ingested) -> Mapping[str, pd.Series]:
    """Rows by document, counted where they were read and again where they ended."""
    of_files = pa.array([row.get("document_id") for row in laid_out], pa.large_string())
    were_read = pa.chunked_array([*rows["document"].chunks, of_files], pa.large_string())
    ended = (read.values(table, "document_id") for table in ("figures", "rejected_figures"))
    return dict(zip(document_rules.COUNTS, map(_by_document, (were_read, *ended)), strict=True))


def _by_document(documents: pa.ChunkedArray) -> pd.Series:
    names, counts = pc.value_counts(documents.drop_null()).flatten()
    return pd.Series(counts.to_numpy(), index=pd.Index(names.to_pandas(), dtype="str"))
