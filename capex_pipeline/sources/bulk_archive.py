"""Reads members of a large zip archive without unpacking it, with bounded sizes and checked sums.

Add here what concerns the central directory, its limits, or inflating one member. The content of a member is read in
`sources/companyfacts_bulk.py`.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capex_pipeline.raw.errors import DocumentError

MAX_MEMBER_BYTES = 128 * 1024 * 1024
"""Maximum size of a member; the largest real ones are below 30 MB."""

MAX_RATIO = 200
"""Highest ratio of inflated to packed size; companyfacts pack about 11 to 1, deflate can reach 1,032 to 1."""

MAX_MEMBERS = 200_000
_NAME = re.compile(r"CIK([0-9]{10})\.json")


@dataclass(frozen=True)
class Member:
    """One file of the archive: its position, packed and inflated size, checksum."""

    name: str
    cik: int
    offset: int
    packed: int
    size: int
    crc: int
    method: int


def list_members(archive: Path) -> tuple[list[Member], list[dict[str, str]]]:
    """Members for companies from the central directory, and members that are refused.

    Refused: names that are not CIK##########.json or occur twice, encrypted or otherwise packed members, sizes and
    ratios beyond the bounds, members that overlap or reach beyond the archive. Raises DocumentError (not_zip) for a file that is not a zip archive.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DocumentError("not_zip", f"{archive.name} is not a zip archive ({error}); fetch it again.") from error
    if len(entries) > MAX_MEMBERS:
        raise DocumentError("not_zip", f"{archive.name} has {len(entries)} members, more than {MAX_MEMBERS}.")
    members: list[Member] = []
    problems: list[dict[str, str]] = []
    named = Counter(entry.filename for entry in entries)
    archive_size = archive.stat().st_size
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        match = _NAME.fullmatch(entry.filename)
        overlaps, end = entry.header_offset < end, max(end, entry.header_offset + 30 + entry.compress_size)
        if match is None:
            reason = "The name is not CIK, ten digits and .json."
        elif entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            reason = "The member is encrypted or packed by an unsupported method."
        elif entry.file_size > MAX_MEMBER_BYTES:
            reason = f"The member says that it has {entry.file_size} bytes, more than {MAX_MEMBER_BYTES}."
        elif entry.file_size > MAX_RATIO * max(entry.compress_size, 1) + 1024:
            reason = f"The member inflates more than {MAX_RATIO} times."
        elif named[entry.filename] > 1:
            reason = "The archive has several members of this name."
        elif (
            entry.header_offset + 30 + entry.compress_size > archive_size
        ):  # reading it would allocate that much memory
            reason = "The member reaches beyond the end of the archive."
        elif overlaps:
            reason = "The member overlaps another one."
        else:
            members.append(
                Member(
                    entry.filename,
                    int(match[1]),
                    entry.header_offset,
                    entry.compress_size,
                    entry.file_size,
                    entry.CRC,
                    entry.compress_type,
                )
            )
            continue
        problems.append({"name": entry.filename, "rule": "member_refused", "message": f"{entry.filename}: {reason}"})
    return members, problems


def inflated(file: Any, member: Member) -> bytes:
    """The content of a member of an open archive; size and checksum must match. Raises DocumentError (damaged_member)."""
    file.seek(member.offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise DocumentError("damaged_member", "The member has no local header; the archive is damaged.")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
    packed = file.read(member.packed)
    try:
        is_stored = member.method == zipfile.ZIP_STORED
        content = packed if is_stored else zlib.decompressobj(-15).decompress(packed, member.size + 1)
    except (zlib.error, MemoryError) as error:
        raise DocumentError(
            "damaged_member", f"The member cannot be inflated ({error}); fetch the archive again."
        ) from error
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise DocumentError("damaged_member", "Size or checksum of the member do not match; fetch the archive again.")
    return content
