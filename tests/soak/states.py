"""The versions that a warehouse may have, and the comparison of a folder with them.

This module writes two versions of the documents, builds each without disturbance, and compares folders. Faults are
injected in `tests/soak/faults.py` and `tests/soak/damage.py`.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from capex_pipeline.release import ReleaseError, manifest
from capex_pipeline.release.snapshots import Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import build_lock
from capex_pipeline.storage.warehouse import Warehouse

RAW_SMALL = Path(__file__).resolve().parents[1] / "pipeline" / "raw_small"
NAME = "warehouse"
Contents = dict[str, str]
"""Path below a folder -> SHA-256 of the file, "" for an empty folder."""


@dataclass(frozen=True)
class Site:
    """A folder with a warehouse in it, and what lies beside it (staging, snapshots)."""

    root: Path

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse."""
        return Warehouse(self.root / NAME)

    def contents(self) -> Contents:
        """Every file, but for the lock, which says who had it, and the fingerprints of parts.

        Those are stored after the tables that they describe. A build that is stopped in between leaves older ones, which do not fit the tables and are
        not used.
        """
        found = {}
        for folder, folders, names in os.walk(self.root):
            if not folders and not names:
                found[os.path.relpath(folder, self.root)] = ""
            for name in names:
                path = Path(folder) / name
                data = path.read_bytes() if path.is_file() else b""  # a link to nowhere
                found[os.path.relpath(path, self.root)] = hashlib.sha256(data).hexdigest()
        lock = os.path.relpath(build_lock.lock_file(self.warehouse), self.root.resolve())
        return {name: value for name, value in found.items() if name != lock and not name.endswith(".parts.json")}

    def copy_to(self, root: Path) -> Site:
        """The same in another folder, hard links between its files included, as `cp -a` does."""
        copies: dict[int, Path] = {}

        def copied(source: str, target: str) -> str:
            number = Path(source).stat().st_ino
            if number in copies:
                os.link(copies[number], target)
            else:
                shutil.copy2(source, target)
                copies[number] = Path(target)
            return target

        if self.root.exists():
            shutil.copytree(self.root, root, copy_function=copied)
        else:
            root.mkdir(parents=True)
        return Site(root)


def write_raw(folder: Path) -> dict[str, Path]:
    """Versions of a small raw/: `old`, `new` with more rows in every kind of document, and `other`, as new with another title."""
    old, new, other = (Path(shutil.copytree(RAW_SMALL, folder / name)) for name in ("old", "new", "other"))
    for name, last in (("announcements/tencent.csv", "tencent-2024-q2"), ("estimates/chips.csv", "chips-2025")):
        lines = (old / name).read_text().splitlines(keepends=True)
        assert lines[-1].startswith(last)
        (old / name).write_text("".join(lines[:-1]))
    (old / "articles" / "2024-08-26-spending.yaml").unlink()
    sidecar = other / "announcements" / "baidu.meta.yaml"
    sidecar.write_text(sidecar.read_text().replace("title: Second quarter", "title: Second quarter of the year"))
    assert sidecar.read_text() != (new / "announcements" / "baidu.meta.yaml").read_text()
    return {"old": old, "new": new, "other": other}


@dataclass(eq=False)
class States:
    """Undisturbed results, built when they are first asked for and kept.

    build: builds one raw/ into one site and returns "" or what failed. It runs in this process, so that what it computes stays in memory
    for the builds of children.
    """

    folder: Path
    build: Callable[[Path, Site], str]
    raw: Mapping[str, Path] = field(init=False)

    def __post_init__(self) -> None:
        self.raw = write_raw(self.folder / "raw")
        self.after = functools.cache(self.after)  # type: ignore[method-assign]
        self.contents = functools.cache(self.contents)  # type: ignore[method-assign]

    def after(self, *versions: str) -> Site:
        """A site in which these versions were built one after the other, undisturbed. None: an empty one."""
        root = self.folder / "undisturbed" / ("-".join(versions) or "nothing")
        if not versions:
            root.mkdir(parents=True)
            return Site(root)
        site = self.after(*versions[:-1]).copy_to(root)
        if said := self.build(self.raw[versions[-1]], site):
            raise RuntimeError(f"The undisturbed build of {'-'.join(versions)} failed: {said}")
        return site

    def contents(self, *versions: str) -> Contents:
        """What lies in such a site."""
        return self.after(*versions).contents()


def versions_of(states: Iterable[Contents]) -> dict[str, set[str]]:
    """For each table's file, the SHA-256 of every version in some contents, by the file's name."""
    known: dict[str, set[str]] = {}
    for contents in states:
        for table in TABLES:
            if digest := contents.get(f"{NAME}/{table}.parquet"):
                known.setdefault(f"{table}.parquet", set()).add(digest)
    return known


def torn(site: Site, known: Mapping[str, set[str]], *, may_be_absent: bool = False) -> list[str]:
    """What is lost or half-written in a site where a build was stopped; empty where every file is whole.

    Tables must be one of the known versions and readable; every file beside them that has its name must be whole; every
    numbered release must be one whole release.
    """
    wrong = []
    for name, versions in known.items():
        path = site.root / NAME / name
        if not path.exists():
            wrong += [] if may_be_absent else [f"{name} is gone"]
            continue
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() not in versions:
            wrong.append(f"{name} is of no known version ({len(data)} bytes)")
            continue
        try:
            pq.read_table(io.BytesIO(data))
        except Exception as error:
            wrong.append(f"{name} cannot be read: {error}")
    strangers = {
        path.name for path in (site.root / NAME).glob("*") if path.name not in known and path.suffix == ".parquet"
    }
    wrong += [f"{name} is a table that nobody knows" for name in sorted(strangers)]
    try:
        manifest.read(site.root / NAME)
    except ReleaseError as error:
        wrong.append(str(error))
    store = Store(site.root / NAME)
    for one in [kept.tables for kept in store.all()]:
        wrong += [f"{one.parent.name}: {problem.message}" for problem in manifest.verify(one)]
    return wrong


def differences(found: Contents, expected: Contents) -> list[str]:
    """How a folder differs from an undisturbed one, byte by byte."""
    wrong = [f"{name} is left over" for name in sorted(set(found) - set(expected))]
    wrong += [f"{name} is missing" for name in sorted(set(expected) - set(found))]
    wrong += [f"{name} has other bytes" for name in sorted(set(found) & set(expected)) if found[name] != expected[name]]
    return wrong
