"""Trials in which the machine provides too little: full disk, file limits, missing permissions, a jumping clock.

Add a trial here when it changes the environment of one build. What must hold afterwards is checked by
`tests/soak/workshop.py`.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from .building import UNTOLD
from .damage import DAMAGES
from .permissions import bound_by_permissions
from .states import NAME, Site, differences, torn, versions_of
from .workshop import Found, Workshop, told, untold

_TMPFS_BYTES = 64 << 20
_WRITER, _WRITER_BYTES = b"parquet-cpp-arrow version", 40
"""Who wrote a file: the one place in it that says nothing of the table. By another version of Arrow it might be written otherwise."""


class NotHere(RuntimeError):  # noqa: N818 - it is no error, but a reason
    """This machine does not let the trial be made. The message says why."""


def full_disk(shop: Workshop) -> Found:
    """A small file system with little room left: the build fails in words or fits in, and once there is room it is made good."""
    found = Found()
    with shop.site() as place, _small_disk(place.root) as disk:
        site = shop.states.after("old").copy_to(disk / "site")
        ballast = disk / "ballast"
        room = shop.chance.choice([0, shop.chance.randint(1, 40) << 12, shop.chance.randint(40, 400) << 12])
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        ballast.write_bytes(b"\1" * max(0, free - room))
        _build_meanwhile_read(shop, site, found)
        ballast.unlink()
        shop.judge(site, found, ("old", "new"), ("old",))
    found.lost = [f"{room:,} bytes of room: {one}" for one in found.lost]
    return found


def file_size_limit(shop: Workshop) -> Found:
    """A limit to the size of files, as a quota would set: the same."""
    most = shop.chance.randint(0, 120_000)
    return _limited(shop, resource.RLIMIT_FSIZE, lambda: most)


def handle_limit(shop: Workshop) -> Found:
    """Few files may be open at once. What Dagster itself cannot open is not ours to word; the tables are ours to keep."""
    more = shop.chance.randint(0, 30)
    return _limited(
        shop, resource.RLIMIT_NOFILE, lambda: len(list(Path("/proc/self/fd").iterdir())) + more, worded=False
    )


def no_right_to_write(shop: Workshop) -> Found:
    """A warehouse that cannot be written: nothing changes, the build says so; with nothing to do it is content."""
    found = Found()
    with shop.site() as place, _small_disk(place.root) as disk:
        version = shop.chance.choice([("old",), ("old", "new")])
        site = shop.states.after(*version).copy_to(disk / "site")
        before = site.contents()
        _mount(disk, "-o", "remount,ro")
        ended = shop.child(lambda: shop.build(shop.states.raw["new"], site)).end()
        if ended.answer is None or untold(ended.answer):
            found.lost.append(f"an error that is not told in words: {told(ended)}")
        elif version == ("old", "new") and ended.answer:
            found.lost.append(f"there was nothing to write, and it failed: {told(ended)}")
        elif version == ("old",) and "Read-only file system" not in ended.answer:
            found.lost.append(f"it does not say that the file system is read-only: {told(ended)}")
        found.lost += differences(site.contents(), before)
        _mount(disk, "-o", "remount,rw")
        shop.judge(site, found, ("old", "new"), version)
    return found


def jumping_clock(shop: Workshop) -> Found:
    """The clock goes back and forth by years during a build, and files have times of the future: every byte is as ever."""
    found = Found()
    seed = shop.chance.random()
    with shop.site("old") as site:

        def jumped() -> str:
            clock, chance = time.time, random.Random(seed)

            def jumping() -> float:
                return clock() + chance.choice([0.0, -3.0, 3e8, -3e8, 1e9]) * chance.random()

            time.time = jumping  # type: ignore[assignment]
            time.time_ns = lambda: int(jumping() * 1e9)  # type: ignore[assignment]
            for path in (path for path in site.root.rglob("*") if path.is_file()):
                os.utime(path, (jumping(), jumping()))
            return shop.build(shop.states.raw["new"], site)

        with shop.read_meanwhile(site, shop.states.contents("old"), shop.states.contents("old", "new"), found=found):
            ended = shop.child(jumped).end()
        if ended.answer != "":
            found.lost.append(f"the build failed: {told(ended)}")
        found.lost += differences(site.contents(), shop.states.contents("old", "new"))
        shop.judge(site, found, ("old", "new"))
    return found


def flipped_bits(shop: Workshop) -> Found:
    """The disk changed some bits of a table: the next build, which has nothing else to do, makes it as it was, byte by byte."""
    found = Found()
    with shop.site("old", "new") as site:
        path = shop.chance.choice(sorted((site.root / "warehouse").glob("*.parquet")))
        data = bytearray(path.read_bytes())
        writer = data.index(_WRITER)
        for _ in range(shop.chance.choice([1, 1, 1, 2, 5])):
            place = shop.chance.choice([at for at in range(len(data)) if not writer <= at < writer + _WRITER_BYTES])
            data[place] ^= 1 << shop.chance.randrange(8)
        path.unlink()  # its other name, in the snapshot, stays whole
        path.write_bytes(data)
        ended = shop.child(lambda: shop.build(shop.states.raw["new"], site)).end()
        if ended.answer != "":
            found.lost.append(f"the build failed: {told(ended)}")
        found.lost += differences(site.contents(), shop.states.contents("old", "new"))
        found.lost = [f"bits of {path.name} flipped: {one}" for one in found.lost]
        shop.judge(site, found, ("old", "new"))
    return found


def damaged_state(shop: Workshop, name: str | None = None) -> Found:
    """One thing was spoiled since the last build (`damage.DAMAGES`, a random one without a name): the next build publishes the tables of an
    undisturbed one, or says in words why not, and then the one after it does.
    """
    found = Found()
    name = name or shop.chance.choice(list(DAMAGES))
    expected = {
        path: digest for path, digest in shop.states.contents("old", "new").items() if path.startswith(f"{NAME}/")
    }
    with shop.site("old") as site:
        DAMAGES[name](site)

        def build() -> str:
            with bound_by_permissions():
                return shop.build(shop.states.raw["new"], site)

        for number in ("first", "second"):
            ended = shop.child(build).end()
            if ended.answer is None or untold(ended.answer):
                found.lost.append(f"the {number} build has an error that is not told in words: {told(ended)}")
            now = site.contents()
            wrong = differences({path: now[path] for path in expected if path in now}, expected)
            if ended.answer == "" and not wrong:
                break
        if ended.answer != "":
            found.lost.append(f"the second build failed: {told(ended)}")
        found.lost += wrong
        found.lost = [f"{name}: {one}" for one in found.lost]
    return found


def _limited(shop: Workshop, kind: int, most: Callable[[], int], *, worded: bool = True) -> Found:
    found = Found()
    with shop.site("old") as site:

        def limited() -> None:
            resource.setrlimit(kind, (most(), resource.getrlimit(kind)[1]))

        _build_meanwhile_read(shop, site, found, limited, worded=worded)
        shop.judge(site, found, ("old", "new"), ("old",))
    return found


def _build_meanwhile_read(
    shop: Workshop, site: Site, found: Found, limit: Callable[[], None] = lambda: None, *, worded: bool = True
) -> None:
    def built() -> str:
        limit()
        try:
            return shop.build(shop.states.raw["new"], site)
        except OSError as error:  # of Dagster's own files, where these are limited as well
            if worded:
                raise
            return f"{UNTOLD}{error}"

    with shop.read_meanwhile(site, shop.states.contents("old"), shop.states.contents("old", "new"), found=found):
        ended = shop.child(built).end()
    if worded:
        found.lost += [told(ended)] if ended.answer is None else untold(ended.answer)
    found.lost += torn(site, versions_of([shop.states.contents("old"), shop.states.contents("old", "new")]))


@contextlib.contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    """A small file system of its own. Raises NotHere where none may be mounted."""
    disk = place / "disk"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={_TMPFS_BYTES}", "tmpfs", disk)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False, capture_output=True)


def _mount(*words: object) -> None:
    try:
        done = subprocess.run(["mount", *map(str, words)], check=False, capture_output=True, text=True)
    except OSError as error:
        raise NotHere(f"mount cannot be run ({error.strerror})") from error
    if done.returncode:
        raise NotHere(f"a small file system cannot be mounted ({done.stderr.strip()})")
