"""Fingerprints of the inputs of a table, so that unchanged work is not repeated.

Add a function here when it hashes code or named inputs. The hash of a table's rows is in `storage/parquet.py`, the
hashes of raw files are in `raw/folder.py`.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_COMPUTING_PACKAGES = (
    "pandas",
    "pandera",
    "pyarrow",
    "numpy",
    "currencyconverter",
    "lxml",
    "orjson",
    "PyYAML",
    "pypdfium2",
    "openpyxl",
)


@functools.cache
def code() -> str:
    """Hash of this package's code and reference data and of the versions of the libraries that compute with it."""
    digest = hashlib.sha256()
    for path in sorted([*_PACKAGE.rglob("*.py"), *_PACKAGE.glob("reference/*.yaml")]):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in _COMPUTING_PACKAGES:
        digest.update(f"{name}={metadata.version(name)}\0".encode())
    return digest.hexdigest()


def yaml_files(folder: Path | None) -> str:
    """Hash of the names and contents of the YAML files of a folder, such as a reference overlay; empty for no folder."""
    if folder is None:
        return ""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.y*ml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def of(table: str, inputs: Mapping[str, str]) -> str:
    """Hash of all inputs of a table: the code, and each named input's hash or setting."""
    parts = [table, code(), *(f"{name}={inputs[name]}" for name in sorted(inputs))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def evidence_fingerprint(raw: str, leave_out: list[str], overlay: str = "") -> str:
    """Fingerprint of the tables of evidence, from a listing of raw/ (`raw.folder.listing_fingerprint`) and the hash of a reference overlay (`yaml_files`)."""
    return of("evidence", {"raw": raw, "leave_out": "|".join(sorted(leave_out)), "reference": overlay})
