"""Mutators of a document's location and name: links out of raw/, hidden files, folders named like files, other endings.

Each is a function (random, files, main) -> files. Add one here when the content of the files stays the same.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from .mutant import Files, Folder, Link, Pipe, Sparse

Place = Callable[[random.Random, Files, str], Files]

OVERSIZED = 64 * 1024 * 1024 + 1
"""One byte more than any document may have."""


def link_out(chance: random.Random, files: Files, main: str) -> Files:
    """The document, or its sidecar, is a link that leads out of raw/, to itself, to nothing, or to a device."""
    name = chance.choice(sorted(files))
    target = chance.choice(
        (
            "/etc/passwd",
            "../../../outside.csv",
            PurePosixPath(name).name,
            "nowhere",
            "/dev/zero",
            "/dev/stdin",
            "/proc/self/mem",
            "/",
        )
    )
    return files | {name: Link(target)}


def link_to_folder(chance: random.Random, files: Files, main: str) -> Files:
    """A link to a folder of raw/ itself or of the machine beside the document."""
    return files | {chance.choice(("all", "all.csv", "all.yaml")): Link(chance.choice(("/etc", "..", ".", "/")))}


def hidden(chance: random.Random, files: Files, main: str) -> Files:
    """Hidden files and folders that look like documents."""
    return {f"{chance.choice(('.', '.git/', '.x/y/'))}{name}": entry for name, entry in files.items()}


def folder_like_file(chance: random.Random, files: Files, main: str) -> Files:
    """A folder with the name of a document or of a sidecar."""
    name = chance.choice(sorted(files))
    stem = str(PurePosixPath(main).with_suffix(""))
    return {
        **{one: entry for one, entry in files.items() if one != name},
        name: Folder(),
        f"{stem}.yaml" if f"{stem}.yaml" not in files else "x.yaml": Folder(),
    }


def pipe(chance: random.Random, files: Files, main: str) -> Files:
    """A named pipe in place of the document or its sidecar."""
    return files | {chance.choice(sorted(files)): Pipe()}


def oversized(chance: random.Random, files: Files, main: str) -> Files:
    """A document, or a sidecar, larger than any may be."""
    return files | {chance.choice(sorted(files)): Sparse(chance.choice((OVERSIZED, OVERSIZED * 40)))}


def other_ending(chance: random.Random, files: Files, main: str) -> Files:
    """The content under the ending of another kind, in capitals, doubled, unknown, or none."""
    stem = str(PurePosixPath(main).with_suffix(""))
    ending = chance.choice(
        (
            ".json",
            ".csv",
            ".xml",
            ".htm",
            ".txt",
            ".md",
            ".yaml",
            ".yml",
            ".CSV",
            ".zip",
            ".pdf",
            "",
            ".csv.csv",
            ".meta.yaml",
            ".",
        )
    )
    return {(stem + ending if name == main else name): entry for name, entry in files.items()}


def zip_in_disguise(chance: random.Random, files: Files, main: str) -> Files:
    """A zip archive under the name of a document: a bomb, paths that climb out, or the document itself."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            chance.choice(("../../etc/passwd", "/etc/passwd", "CIK0000789019.json", "..\\x")),
            b"\0" * chance.choice((10, 5_000_000)),
        )
    return files | {chance.choice((main, "bulk.zip", "CIK0000789019.json")): packed.getvalue()}


def without_sidecar(chance: random.Random, files: Files, main: str) -> Files:
    """The document without its sidecar, or a sidecar without its document."""
    kept = chance.choice(sorted(files))
    return {kept: files[kept]}


def odd_name(chance: random.Random, files: Files, main: str) -> Files:
    """A name with line breaks, quotes, bytes that are no UTF-8, right-to-left marks, or that looks like a partition."""
    stem = chance.choice(
        (
            "a\nb",
            "a|b",
            "a#b",
            "=cmd",
            "\udcff\udcfe",
            "\u202evsc",
            "a b",
            "x" * 200,
            "$(id)",
            "'; --",
            "year=2024/x",
            "a\tb",
            "%s",
            "-rf",
            "\\x",
            "con",
        )
    )
    return {
        stem + "".join(PurePosixPath(name).suffixes if not name[0].isdigit() else PurePosixPath(name).suffix): entry
        for name, entry in files.items()
    }


def twice(chance: random.Random, files: Files, main: str) -> Files:
    """The same document a second time, under another name."""
    copy = {f"again/{name}": entry for name, entry in files.items()}
    return files | copy


def names_a_good_document(chance: random.Random, files: Files, main: str) -> Files:
    """A table whose row stands, as it says, in a document that another file declares."""
    row = chance.choice(("results-0-a", "article-0", "sec-0000000000-24-000101", "2024-08-26-0"))
    sidecar = b"documents:\n- {document_id: intruder, kind: article, source_type: article, retrieved: 2024-09-01}\n"
    table = f'id,document,entity,metric,definition,period,value,unit\nq2,{row},alibaba,capex,cash_purchases,Q2 2024,"99,999",RMB million\n'
    return {"intruder.csv": table.encode(), "intruder.meta.yaml": sidecar}


PLACES: tuple[Place, ...] = (
    link_out, link_out, link_to_folder, hidden, folder_like_file, pipe, oversized, other_ending, other_ending, zip_in_disguise, without_sidecar,
    odd_name, odd_name, twice, names_a_good_document,
)  # fmt: skip
"""All of them."""
