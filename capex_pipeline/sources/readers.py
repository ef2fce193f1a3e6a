"""Chooses the reader of a file by its name and sidecar.

Add one line to `READERS` for a new kind of document, and one module in this package that reads it. Readers of printed tables are imported when
there is a file for them, since they import most of the package `printed_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import SIDECAR_SUFFIX
from capex_pipeline.raw.printed_rows import ReadResult
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import Reference
from capex_pipeline.sources import article, companyfacts, figure_csv, figure_yaml, xbrl_segments
from capex_pipeline.sources.article_files import is_article, read_article_file

Sidecar = Mapping[str, Any]
Reader = Callable[[bytes, Sidecar, str], ReadResult]
"""Bytes of the file, its sidecar (empty where it has none), and its name under raw/."""


def _instance(data: bytes, sidecar: Sidecar, name: str, reference: Reference) -> ReadResult:
    return xbrl_segments.read(data, sidecar, name, reference.filers)


def _page(data: bytes, sidecar: Sidecar, name: str, reference: Reference) -> ReadResult:
    """An HTML page is a document with printed tables where its sidecar names the company whose it is, an article in the folder of articles, else
    a filing as inline XBRL."""
    if is_article(name, sidecar):
        page = read_article_file(data, sidecar, name)
        beside = f"below `document:` in {PurePosixPath(name).with_suffix(SIDECAR_SUFFIX)}"
        return article.read_article(page, name, vocabulary_of(reference), beside)
    from capex_pipeline.sources.printed_document import is_declared

    read = _printed if is_declared(sidecar) else _instance
    return read(data, sidecar, name, reference)


def _printed(data: bytes, sidecar: Sidecar, name: str, reference: Reference) -> ReadResult:
    from capex_pipeline.sources import printed_document

    return printed_document.read(data, sidecar, name, reference)


READERS: dict[str, Callable[[bytes, Sidecar, str, Reference], ReadResult]] = {
    **dict.fromkeys((".yaml", ".yml"), lambda data, _, name, __: figure_yaml.read(load_yaml_mapping(data, name), name)),
    ".csv": lambda data, sidecar, name, reference: figure_csv.read(data, sidecar, name, reference.table_layouts),
    **dict.fromkeys(
        (".txt", ".md"),
        lambda data, sidecar, name, reference: article.read(data, sidecar, name, vocabulary_of(reference)),
    ),
    ".json": lambda data, sidecar, name, reference: companyfacts.read(data, sidecar, name, reference.filers),
    ".xml": _instance,
    **dict.fromkeys((".htm", ".html", ".xhtml"), _page),
    **dict.fromkeys((".pdf", ".xlsx"), _printed),
}
"""By file name extension: the reader, which is also given the reference data."""


_SAVE = "save it as PDF, HTML or XLSX and add that"
_TYPE = "type its figures into a reviewed YAML or CSV file, with the document as their source"
_UNPACK = "unpack it and add the documents that are in it"
_OTHER_KINDS = {
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf"), ("a text document", _SAVE)),
    **dict.fromkeys((".xls", ".ods", ".xlsb", ".numbers"), ("a workbook of another format", _SAVE)),
    **dict.fromkeys((".pptx", ".ppt", ".odp", ".key"), ("a presentation", _SAVE)),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".svg", ".heic"), ("a picture", _TYPE)),
    **dict.fromkeys((".mp3", ".mp4", ".m4a", ".wav", ".webm", ".mov"), ("a recording", _TYPE)),
    **dict.fromkeys((".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst"), ("an archive", _UNPACK)),
    **dict.fromkeys((".eml", ".msg", ".mht", ".mhtml"), ("a saved message or page", "save the page as HTML, or its attachment, and add that")),
    ".parquet": ("a table of another program", "export it as CSV with a sidecar that declares its documents"),
}  # fmt: skip
"""File ending without a reader -> kind of file, and what to do instead."""


def reader_for(name: str, reference: Reference) -> Reader:
    """The reader of a file, with the reference data that it needs. Raises DocumentError for an unsupported kind of file."""
    if name.endswith(SIDECAR_SUFFIX):
        raise DocumentError(
            "sidecar_without_document",
            f"{name} describes a file that does not exist; add the file, or remove the sidecar.",
        )
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _OTHER_KINDS:
        kind, advice = _OTHER_KINDS[suffix]
        raise DocumentError("unknown_kind_of_file", f"{name} is {kind}, which is not supported; {advice}.")
    if suffix not in READERS:
        raise DocumentError(
            "unknown_kind_of_file",
            f"{name} is not a supported kind of document; supported are {', '.join(sorted(READERS))}. Save it as one of them, or remove it "
            "from raw/.",
        )
    return lambda data, sidecar, name: READERS[suffix](data, sidecar, name, reference)
