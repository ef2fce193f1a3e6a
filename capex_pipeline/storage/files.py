"""Reads and writes files of tables in a folder on this machine, or in an object store (`s3://bucket/prefix`).

Add here what concerns bytes and names only: telling a folder from a store, reading or writing one object in one request, replacing a
local file in one step, hashing, and moving damaged paths aside. Parquet, footers and validation belong to `warehouse`.

Objects go through fsspec and universal-pathlib (extra `s3`). Address and credentials of the store are those of the AWS tools
(AWS_ENDPOINT_URL, AWS_PROFILE, AWS_ACCESS_KEY_ID and so on); nothing of them is in this project's configuration.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from capex_pipeline import CapexPipelineError, SettingError

_Answer = TypeVar("_Answer")

UNFINISHED = ".part"
"""Ending of the temporary name of a file or folder that is not in place yet; such a name begins with a dot."""

SET_ASIDE = ".set-aside"
"""Ending of the name of a damaged file or folder that was moved aside."""

MOST_SET_ASIDE = 10
"""Paths of one name that are kept when they are moved aside, so that repeated damage does not fill the disk."""


class NotAFileError(OSError):
    """A path is a folder, a pipe or a device, where a file is expected."""


_CHUNK = 1 << 20
_LARGEST_PUT = 5 * 2**30 - 1
"""S3 accepts up to 5 GB in one request."""


class StorageError(CapexPipelineError, OSError):
    """An object store refused or failed a request. The message contains its answer."""


class AddressError(SettingError, StorageError):
    """An address that cannot be used as a warehouse. The message says why and what to write."""


def location(text: str) -> Path:
    """Return a local folder as an absolute path, or a prefix of an object store for a text with `://`.

    The latter is a `upath.UPath`: it has the operators and methods of a path, but is not a `Path` (see `is_remote`).
    Raises AddressError for another scheme, an address without a bucket or with a key in it, and if the extra is not
    installed.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Path(text).absolute()
    if "@" in rest.partition("/")[0]:
        raise AddressError(
            f"The address of the warehouse ({scheme}://…) holds a user name or a key, which would end up in logs; write "
            "s3://bucket/prefix, and give the key as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment."
        )
    if scheme != "s3" or not rest.strip("/"):
        raise AddressError(f"{text} is not an address of a warehouse; write a folder, or s3://bucket/prefix.")
    try:
        from upath import UPath

        # Listings are not cached, because another process may have written in the meantime.
        path = UPath(text.rstrip("/"), use_listings_cache=False)
        _ = path.fs
    except ImportError as error:
        raise AddressError(
            f"{text} cannot be opened ({error}); install the extra in the project's folder: pip install -e '.[s3]'."
        ) from error
    return cast(Path, path)


def is_remote(place: Path) -> bool:
    """Whether a path is in an object store."""
    return not isinstance(place, Path)


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading, or fetch an object in one request, so that all bytes are of one version.

    Raises FileNotFoundError if it does not exist, NotAFileError for a folder, pipe or device (reading a pipe would never end), another
    OSError if it cannot be read, and StorageError if the store cannot be reached.
    """
    if is_remote(path):
        # By default s3fs asks for the size first, and reads a large object in parts, which could be of two versions.
        return io.BytesIO(_asked(path, lambda fs, name: fs.cat_file(name, max_concurrency=1)))
    _refuse_no_file(path, path.stat().st_mode)
    # Without O_NONBLOCK a pipe that has replaced the file meanwhile would make this process wait for a writer.
    stream = open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0)))  # noqa: SIM115 - the caller closes it
    try:
        _refuse_no_file(path, os.fstat(stream.fileno()).st_mode)
    except OSError:
        stream.close()
        raise
    return stream


def _refuse_no_file(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFileError(errno.EINVAL, "It is a folder, a pipe or a device, not a file", str(path))


def read(path: Path) -> bytes:
    """Return the bytes of a file or of an object. Raises as `opened` does."""
    with opened(path) as stream:
        return stream.read()


def beside(root: Path, purpose: str) -> Path:
    """Return the folder of a warehouse for one purpose: beside it and hidden, so that recursive readers of tables do not find it.

    Links are followed, because a file can only be moved within one file system.
    """
    resolved = root.resolve()
    return resolved.with_name(f".{resolved.name}.{purpose}")


def replace_file(target: Path, write: Callable[[IO[bytes]], object], staging: Path) -> None:
    """Replace a local file in one step, readable by all: readers see the old file or the new one, even after a power
    cut.

    write: writes the content to the open file. staging: folder on the target's file system for the temporary file,
    whose name begins with a dot. Raises OSError; then the old file is unchanged and no temporary file is left.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=UNFINISHED, dir=staging)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            _flush(stream)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(target.parent)


def replace_if_changed(target: Path, data: bytes, staging: Path) -> bool:
    """Replace a file in one step, or an object by one PUT, unless it already has these bytes. Returns whether it was replaced.

    staging: folder on the target's file system. Raises StorageError; the old file is then unchanged.
    """
    try:
        if target.is_file() and target.read_bytes() == data:
            return False
        if is_remote(target):
            put(target, data)
            return True
        staging.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, lambda stream: stream.write(data), staging)
    except OSError as error:
        raise StorageError(
            f"{target} was not replaced ({error.strerror or error}); the old file is unchanged. Check space and permissions."
        ) from error
    return True


def sha256(data: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's or an object's bytes, in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with opened(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def set_aside(path: Path, folder: Path, name: str = "") -> Path:
    """Move a damaged file, link or folder to a name with `SET_ASIDE`, and with a number if there is one of that name.

    Nothing that was moved earlier is lost, except beyond MOST_SET_ASIDE, where the newest is replaced. folder: target
    folder, on the same file system. Returns the new path. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = ["", *(f".{number}" for number in range(2, MOST_SET_ASIDE + 1))]
    targets = [folder / f"{name or path.name}{number}{SET_ASIDE}" for number in numbers]
    target = next((one for one in targets if not os.path.lexists(one)), targets[-1])
    remove_all(folder, target.name)
    path.rename(target)
    return target


def write_new(target: Path, data: bytes) -> None:
    """Write a file into a folder that nobody reads yet, and flush it, so that it survives a power cut. Raises OSError."""
    with target.open("wb") as stream:
        stream.write(data)
        _flush(stream)


def _flush(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def remove_all(folder: Path, pattern: str) -> None:
    """Remove the files and whole folders in a folder that match a pattern. What cannot be removed stays, and does no
    harm.
    """
    for path in folder.glob(pattern):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def flush_folder(folder: Path) -> None:
    """Flush new names in a folder to disk, if the system supports it.

    Otherwise the new names are in place, but the old ones may be back after a power cut; the next build detects that.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put(path: Path, data: bytes) -> None:
    """Write an object in one PUT: readers see the old object or the new one. Raises StorageError."""
    if len(data) > _LARGEST_PUT:
        raise StorageError(f"{path} would have {len(data):,} bytes, more than one PUT accepts.")
    try:
        _asked(path, lambda fs, name: fs.pipe_file(name, data, chunksize=_LARGEST_PUT))
    except FileNotFoundError as error:
        raise StorageError(f"{path} was refused: the bucket does not exist; create it") from error


def names_below(path: Path) -> list[str]:
    """Return the names of the objects and prefixes directly below a prefix of an object store. Raises StorageError."""
    try:
        return [
            str(name).rstrip("/").rpartition("/")[2]
            for name in _asked(path, lambda fs, name: fs.ls(name, detail=False))
        ]
    except FileNotFoundError:
        return []


def remove_prefix(path: Path) -> None:
    """Remove every object below a prefix of an object store. Raises StorageError."""
    with contextlib.suppress(FileNotFoundError):
        _asked(path, lambda fs, name: fs.rm(name, recursive=True))


def _asked(path: Path, request: Callable[[Any, str], _Answer]) -> _Answer:
    remote: Any = path
    try:
        return request(remote.fs, remote.path)
    except FileNotFoundError:
        raise
    except Exception as error:  # the exceptions of the libraries for the various stores have no common base class
        raise StorageError(
            f"{path} was refused ({type(error).__name__}: {error}); check address, credentials and permissions"
        ) from error
