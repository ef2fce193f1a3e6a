"""Lists, reads and hashes the files and sidecars of raw/.

Add here what works on files of raw/ of any kind. The meaning of a file's content belongs to `sources`. Documents are untrusted: nothing
outside the folder is read, and no file larger than `MAXIMUM_BYTES`.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capex_pipeline.raw.errors import DocumentError, FolderError
from capex_pipeline.raw.untrusted_yaml import MAXIMUM_SIDECAR_BYTES, load_yaml_mapping

MAXIMUM_BYTES = 64 * 1024 * 1024
"""A larger document is rejected. A 10-K as an XBRL instance has about 8 MB."""

SETTLE_SECONDS = 1.0
"""A file that was written more recently may still be incomplete."""

LONGEST_WRITE = 60.0
"""Seconds that a build waits for files that are being written."""

_NO_WAITING = getattr(os, "O_NONBLOCK", 0)

SIDECAR_SUFFIX = ".meta.yaml"
_IGNORED_NAMES = {"README.md", "LICENSE", "LICENSE.md", "Thumbs.db", "desktop.ini"}
_LEFTOVERS = ("~", ".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".swp", ".swo")
"""Name endings of leftovers and unfinished files of editors, browsers and copying programs."""


@dataclass(frozen=True)
class RawFile:
    """One document file under raw/. `name` is its path below raw/ with forward slashes; it is the same on every machine."""

    name: str
    path: Path
    sidecar: Path | None


def list_files(root: Path) -> list[RawFile]:
    """All document files below root, sorted by name.

    Hidden files, README, sidecars and leftovers of other programs are not documents. A sidecar without its document is listed too, so that
    it is reported. Links, including those to folders (which are not followed), and unreadable folders are listed as well: `read_bytes`
    refuses paths that lead out of raw/ or are not files, so that they are reported.
    """
    files_by_name: dict[str, Path] = {}

    def closed(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename))
        if path != root:
            files_by_name[_name_below(root, path)] = path

    for folder, folders, names in os.walk(root, onerror=closed, followlinks=False):
        prefix = "" if Path(folder) == root else f"{_name_below(root, Path(folder))}/"
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118 - raises for no path
        for name in [*names, *links]:
            if not is_ignored(name):
                files_by_name[prefix + _spelled_out(name)] = Path(folder, name)
    sidecars = {name for name in files_by_name if name.endswith(SIDECAR_SUFFIX)}
    stems = {_without_suffix(name) for name in files_by_name if name not in sidecars}
    files = []
    for name in sorted(files_by_name):
        if name in sidecars and name.removesuffix(SIDECAR_SUFFIX) in stems:
            continue
        sidecar = files_by_name.get(_without_suffix(name) + SIDECAR_SUFFIX)
        files.append(RawFile(name, files_by_name[name], None if name in sidecars else sidecar))
    return files


REVIEW = "capex-pipeline review --page review.html"


def review_command(name: str) -> str:
    """The command that drafts the review of a file and writes its page, also if a draft exists. name: of the file below raw/."""
    return f"{REVIEW} {shlex.quote(f'raw/{name}')}"


def is_ignored(name: str) -> bool:
    """True for the name of a file that is not a document, whatever its content: hidden, a README, or a leftover of another program."""
    return name.startswith((".", "~$")) or name in _IGNORED_NAMES or name.lower().endswith(_LEFTOVERS)


def _name_below(root: Path, path: Path) -> str:
    """A file's name below root; bytes that are no UTF-8 are spelled out, since a name ends up in tables."""
    return _spelled_out(path.relative_to(root).as_posix())


def _spelled_out(name: str) -> str:
    # Backslashes are doubled, so that no two names are spelled out alike.
    return name.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")


def _without_suffix(name: str) -> str:
    """As `PurePosixPath(name).with_suffix("")`, in a tenth of its time."""
    dot = name.rfind(".")
    return name[:dot] if name.rfind("/") + 1 < dot < len(name) - 1 else name


def read_bytes(file: RawFile, root: Path) -> bytes:
    """The bytes of a document. Raises DocumentError for a path that leads out of raw/, is not a regular file, or is larger than the limit."""
    return _bounded(file.path, root, MAXIMUM_BYTES, file.name)


def read_sidecar(file: RawFile, root: Path) -> dict[str, Any]:
    """The content of the document's `<name>.meta.yaml`; empty if it has none."""
    return parse_sidecar(file, root, read_sidecar_bytes(file, root))


def read_sidecar_bytes(file: RawFile, root: Path) -> bytes | None:
    """The bytes of the sidecar; None if the document has none. Raises DocumentError as `read_bytes` does."""
    if file.sidecar is None:
        return None
    return _bounded(file.sidecar, root, MAXIMUM_SIDECAR_BYTES, _name_below(root, file.sidecar))


def parse_sidecar(file: RawFile, root: Path, data: bytes | None) -> dict[str, Any]:
    """The content of a sidecar's bytes; empty if the document has none."""
    return {} if data is None or file.sidecar is None else load_yaml_mapping(data, _name_below(root, file.sidecar))


def content_hash(data: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


Signature = dict[str, tuple[int, int, int, int]]
"""Path -> size, time of the last write, time of the last change, inode."""

_NO_SIGNATURE = (-1, -1, -1, -1)

Known = dict[str, tuple[tuple[int, int, int, int], bytes]]
"""Path -> signature and digest of a file when it was last hashed."""


def listing_fingerprint(root: Path, endings: tuple[str, ...] = ("",), known: Known | None = None) -> str:
    """A hash of every file's name and content under raw/: it changes when a document is added, changed, removed or restored.

    Files that cannot be read count by their name, so that a correction is noticed. endings: of the files to include.
    known: digests of an earlier call, which are reused for files with the same signature, and updated.
    """
    known = {} if known is None else known
    digest = hashlib.sha256()
    for file in list_files(root):
        if not file.name.endswith(endings):
            continue
        for path in (file.path, file.sidecar):
            if path is None:
                continue
            digest.update(path.relative_to(root).as_posix().encode("utf-8", "surrogateescape") + b"\0")
            try:
                digest.update(_digest(path, root, MAXIMUM_BYTES, file.name, known))
            except DocumentError as error:
                digest.update(error.rule.encode())
    return digest.hexdigest()


def digests(file: RawFile, root: Path, known: Known) -> tuple[bytes, bytes | None]:
    """SHA-256 of the bytes of a document and of its sidecar, None if it has none. Raises DocumentError as `read_bytes` does.

    known: as for `listing_fingerprint`.
    """
    of_file = _digest(file.path, root, MAXIMUM_BYTES, file.name, known)
    if file.sidecar is None:
        return of_file, None
    return of_file, _digest(file.sidecar, root, MAXIMUM_SIDECAR_BYTES, _name_below(root, file.sidecar), known)


def _digest(path: Path, root: Path, limit: int, name: str, known: Known) -> bytes:
    here = _signature_of(path)
    if str(path) not in known or known[str(path)][0] != here or path.is_symlink() or here[0] > limit:
        known[str(path)] = here, hashlib.sha256(_bounded(path, root, limit, name)).digest()
    return known[str(path)][1]


def refuse_unusable(root: Path) -> None:
    """Raises FolderError for a folder without documents, and for one with an unreadable folder.

    Such a folder must not be treated as an empty archive, because all its documents would count as removed.
    """
    files = list_files(root)
    if not files:
        raise FolderError(
            f"There is no document in {root}, or the folder cannot be read. Nothing was read or written; check the path, the mount and its "
            "permissions.",
        )
    for folder in sorted({file.path.parent for file in files}):
        if not os.access(folder, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            raise FolderError(
                f"The files of the folder {_name_below(root, folder)} below {root} cannot be read. Nothing was read or written; check its permissions.",
            )
    for file in files:
        # Unlike the methods of Path, these never raise; a path that is too long is rejected by `read_bytes`.
        if not os.path.islink(file.path) and os.path.isdir(file.path):  # noqa: PTH112, PTH114
            raise FolderError(
                f"The folder {file.name} below {root} cannot be read. Nothing was read or written; check its permissions.",
            )


def signature(root: Path) -> Signature:
    """Size, time of the last write, time of the last change and inode of every file below root, sidecars included, by path.

    Equal signatures before and after reading mean that no file was written meanwhile; no content is read. A path that cannot be accessed
    has a special signature. The function takes a tenth of the time of `list_files`, so a sensor can call it often.
    """
    files: Signature = {}
    folders = [os.fspath(root)]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            files[folder] = _NO_SIGNATURE
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif not is_ignored(entry.name):
                    files[entry.path] = _numbers(entry.stat())
            except OSError:
                files[entry.path] = _NO_SIGNATURE
    return files


def _numbers(status: os.stat_result) -> tuple[int, int, int, int]:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _signature_of(path: Path) -> tuple[int, int, int, int]:
    try:
        return _numbers(path.stat())
    except (OSError, RuntimeError):
        return _NO_SIGNATURE


def being_written(signatures: Signature, now: float) -> str | None:
    """A path that was written within the last SETTLE_SECONDS, or None. now: seconds since the epoch."""
    first, last = (now - SETTLE_SECONDS) * 1e9, now * 1e9
    for path, (_, written, _, _) in signatures.items():
        if first < written <= last:
            return path
    return None


def settled_signature(root: Path) -> Signature:
    """As `signature`, once no file is being written any more. Raises FolderError if that takes longer than LONGEST_WRITE."""
    start = time.monotonic()
    while True:
        files = signature(root)
        path = being_written(files, time.time())
        if path is None:
            return files
        if time.monotonic() - start > LONGEST_WRITE:
            raise FolderError(
                f"{path} is still being written after {LONGEST_WRITE:.0f} s; build again when it is complete.",
            )
        time.sleep(0.2)


def _bounded(path: Path, root: Path, limit: int, name: str) -> bytes:
    try:
        resolved = path.resolve(strict=True)
        if not resolved.is_relative_to(root.resolve()):
            raise DocumentError(
                "outside_raw", f"{name} is a link that leads out of raw/; put the document itself there."
            )
        if not resolved.is_file():
            raise DocumentError("not_a_file", f"{name} is not a regular file; remove it from raw/.")
        # Without O_NONBLOCK a pipe that has replaced the file meanwhile would make the build wait for a writer.
        with open(resolved, "rb", opener=lambda path, flags: os.open(path, flags | _NO_WAITING)) as stream:
            data = stream.read(limit + 1)
    except (OSError, RuntimeError) as error:  # before Python 3.13 a link to itself is a RuntimeError
        why = getattr(error, "strerror", None) or error
        raise DocumentError(
            "unreadable", f"{name} cannot be read: {why}. Check where it leads and its permissions."
        ) from error
    if len(data) > limit:
        raise DocumentError(
            "oversized", f"{name} has more than {limit // 1024 // 1024} MB; split it, or trim it to the facts in use."
        )
    return data
