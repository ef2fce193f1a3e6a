"""Mutated bulk archives (companyfacts.zip): bombs, path traversal, and overlapping, repeated or false members.

This module contains a good archive, its mutants, and what must hold: each member is read or rejected with a rule, and
unchanged members are read as before. Documents in raw/ are mutated by the modules beside this one.
"""

from __future__ import annotations

import functools
import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from benchmarks.bulk_reading import read_tables
from capex_pipeline.raw.errors import DocumentError

from .attacks import ATTACKS
from .edits import EDITS
from .spoil_bytes import BYTES

KIND = "bulk archive"
NAME = "companyfacts.zip"
CIKS = (789019, 1018724, 1045810)
WANTED = {("us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment"): ("USD",)}


def _content(cik: int, value: int = 10_000_000_000) -> bytes:
    facts = ",".join(
        f'{{"start":"2023-07-01","end":"2023-{month}-{day}","val":{value * n},"accn":"{cik:010d}-23-{n:06d}","fy":2024,"fp":"Q{n}","form":"10-Q",'
        f'"filed":"2024-0{n}-28","frame":"CY2023Q3"}}'
        for n, (month, day) in enumerate((("09", "30"), ("12", "31")), start=1)
    )
    return (
        f'{{"cik":{cik},"entityName":"Example {cik}","facts":{{"us-gaap":{{"PaymentsToAcquirePropertyPlantAndEquipment":{{"label":"Payments",'
        f'"description":"Cash","units":{{"USD":[{facts}]}}}}}}}}}}'
    ).encode()


def _name(cik: int) -> str:
    return f"CIK{cik:010d}.json"


def packed(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members, as a tool makes one."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, method)
    return stream.getvalue()


def good() -> list[tuple[str, bytes]]:
    """Members of an archive in which nothing is wrong."""
    return [(_name(cik), _content(cik)) for cik in CIKS]


# ---------------------------------------------------------------------------------------------------------------- mutators


def member_spoiled(chance: random.Random) -> bytes:
    """The content of one member changed as a document of its kind is."""
    members = good()
    at = chance.randrange(len(members))
    change = chance.choice((*EDITS[".json"], *ATTACKS[".json"], *BYTES))
    members[at] = (members[at][0], change(chance, members[at][1]))
    return packed(members)


def archive_spoiled(chance: random.Random) -> bytes:
    """The bytes of the archive changed."""
    return chance.choice(BYTES)(chance, packed(good(), chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))))


def odd_members(chance: random.Random) -> bytes:
    """Names that climb out, other names, a folder, an archive in the archive, a member of another company, a member twice."""
    cik = chance.choice(CIKS)
    more = chance.choice((
        (f"../../{_name(5)}", _content(5)), (f"/etc/{_name(5)}", _content(5)), ("..\\" + _name(5), _content(5)), ("folder/", b""), (_name(5) + "\0.txt", b"x"),
        ("inner.zip", packed(good())), (_name(6), _content(7)), (_name(cik), _content(cik, 99)), (_name(cik), _content(cik)), (_name(cik).lower(), _content(cik, 99)),
        ("CIK٠٠٠٠٧٨٩٠١٩.json", _content(789019, 99)), ("x" * 5000, b""), (_name(8), b"[" * 100_000),
    ))  # fmt: skip
    members = good()
    members.insert(chance.randrange(len(members) + 1), more)
    return packed(members)


def bomb(chance: random.Random) -> bytes:
    """A member of many megabytes of one byte, and very many members."""
    if chance.random() < 0.3:
        return packed([*good(), *((f"m{number}", b"") for number in range(3000))])
    size = chance.choice((1_000_000, 30_000_000, 135_000_000))
    inflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = b"".join([*(inflater.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)), inflater.flush()])
    said = chance.choice((size, 1000, len(deflated) * 150, 2**32 - 1))
    return _raw([*((name, data, None) for name, data in good()), (_name(5), deflated, said)])


def _raw(members: list[tuple[str, bytes, int | None]], flags: int = 0, method: int = 8) -> bytes:
    """An archive written by hand. Of a member with a size said, the bytes are packed already and the size need not be true."""
    body, directory = b"", b""
    for name, data, said in members:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        deflated = data if said is not None else deflate.compress(data) + deflate.flush()
        size, crc, encoded = len(data) if said is None else said, zlib.crc32(data), name.encode()
        own_flags, own_method = (flags, method) if said is not None else (0, 8)
        common = struct.pack(
            "<HHHHHIIIHH", 20, own_flags, own_method, 0, 0x21, crc, len(deflated), size, len(encoded), 0
        )
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + encoded
        )
        body += b"PK\x03\x04" + common + encoded + deflated
    count = len(members)
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


def false_directory(chance: random.Random) -> bytes:
    """Numbers of the central directory that are not true: offsets, sizes, methods, flags; members that share their bytes."""
    if chance.random() < 0.3:
        return _raw(
            [*((name, data, None) for name, data in good()), (_name(5), b"\x03\x00", 0)],
            chance.choice((1, 8, 0x41, 0x800)),
            chance.choice((0, 8, 12, 14, 99)),
        )
    whole = bytearray(packed(good()))
    entries = [at for at in range(len(whole) - 4) if whole[at : at + 4] == b"PK\x01\x02"]
    at = chance.choice(entries)
    field, width = chance.choice(((10, 2), (8, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (42, 4)))
    other = chance.choice(entries)
    new = chance.choice(
        (
            bytes(whole[other + field : other + field + width]),
            b"\xff" * width,
            b"\0" * width,
            (2**31 - 1).to_bytes(4, "little")[:width],
        )
    )
    whole[at + field : at + field + width] = new
    return bytes(whole)


MUTATORS: tuple[Callable[[random.Random], bytes], ...] = (
    member_spoiled,
    member_spoiled,
    archive_spoiled,
    archive_spoiled,
    odd_members,
    bomb,
    false_directory,
    false_directory,
)

# ------------------------------------------------------------------------------------------------------------------ judging


@functools.cache
def _before(folder: Path) -> dict[int, list[object]]:
    path = folder / "good.zip"
    path.write_bytes(packed(good()))
    facts, filings, problems = read_tables(path, WANTED, workers=1)
    assert not problems
    return {cik: _of(facts, filings, cik) for cik in CIKS}


def _of(facts: pa.Table, filings: pa.Table, cik: int) -> list[object]:
    return [[row for row in table.to_pylist() if row["cik"] == cik] for table in (facts, filings)]


def losses(path: Path, folder: Path) -> Iterator[str]:
    """Promises about an archive that were broken. folder: for the good archive to compare with."""
    before = _before(folder)
    try:
        facts, filings, problems = read_tables(path, WANTED, workers=1)
    except DocumentError as refused:
        if not refused.rule or not refused.message.endswith("."):
            yield f"the refusal of the archive says no rule or reason: {refused.message!r}"
        return
    named = {problem["name"] for problem in problems}
    for problem in problems:
        if not problem["rule"] or not problem["message"].endswith("."):
            yield f"the refusal of {problem['name']!r:.80} says no rule or reason: {problem['message']!r:.200}"
    known = set(facts["cik"].to_pylist()) | set(filings["cik"].to_pylist())
    for name, data in _intact(path):
        if name in named:
            continue
        cik = int(name[3:13])
        if data == _content(cik) and _of(facts, filings, cik) != before.get(cik, _of(facts, filings, cik)):
            yield f"the facts of {name}, which was not touched, changed"
    if strangers := known - set(CIKS) - {5, 8}:
        yield f"facts of companies that are in no member were read: {sorted(strangers)[:3]}"


def _intact(path: Path) -> Iterator[tuple[str, bytes]]:
    """Members of which another reader says that they are whole, one for each name."""
    with zipfile.ZipFile(path) as archive:
        for name in {entry.filename for entry in archive.infolist()} & {_name(cik) for cik in CIKS}:
            try:
                yield name, archive.read(name)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
                continue
