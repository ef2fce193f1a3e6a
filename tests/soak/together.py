"""Trials with two builds of one warehouse at the same time: one waits or is refused, and their results never mix.

Add a trial here when two processes use one warehouse. The lock itself is `storage/build_lock.py`.
"""

from __future__ import annotations

import contextlib
import io
import re
import time

from capex_pipeline.cli import main

from .states import Contents, differences
from .workshop import Found, Workshop, told

WAIT = 500.0
_AS_OF = "2025-01-31"
_REFUSED = re.compile(
    r"BuildLockError: Another build uses \S+: process \d+, run \w{8} of build_everything, since [\d: -]+ UTC\. This one waited \d+ s"
)


def two_builds(shop: Workshop) -> Found:
    """Two builds of different documents at once: the result is that of the one and then the other, in either order."""
    found = Found()
    with shop.site("old") as site:
        first = shop.child(lambda: shop.build(shop.states.raw["new"], site, build_wait=WAIT))
        time.sleep(shop.chance.uniform(0, shop.seconds / 2))
        second = shop.child(lambda: shop.build(shop.states.raw["other"], site, build_wait=WAIT))
        for ended in (first.end(), second.end()):
            if ended.answer != "":
                found.lost.append(f"one of two builds failed: {told(ended)}")
        orders: list[Contents] = [
            shop.states.contents(*order) for order in (("old", "new", "other"), ("old", "other", "new"))
        ]
        if site.contents() not in orders:
            found.lost.append(f"the tables are mixed: {differences(site.contents(), orders[0])[:3]}")
    return found


def as_of_beside(shop: Workshop) -> Found:
    """A build as of a day into the same folder, at once with the whole build, is refused; the whole builds end as ever."""
    found = Found()
    with shop.site("old") as site:
        whole = shop.child(lambda: shop.build(shop.states.raw["new"], site, build_wait=WAIT))
        partial = shop.child(lambda: shop.build(shop.states.raw["new"], site, build_wait=WAIT, as_of=_AS_OF))
        if (ended := whole.end()).answer != "":
            found.lost.append(f"the whole build failed: {told(ended)}")
        if "would replace it. Nothing was read or written" not in str((ended := partial.end()).answer):
            found.lost.append(f"the build as of a day was not refused: {told(ended)}")
        capex = site.warehouse.read("capex_by_definition")
        observations = site.warehouse.read("observations")
        if set(capex.loc[~capex["is_aggregate"], "document_id"]) - set(observations["document_id"]):
            found.lost.append("capex has documents that observations have not: the tables are mixed")
        ended = shop.child(lambda: shop.build(shop.states.raw["new"], site)).end()
        if ended.answer != "":
            found.lost.append(f"the next build failed: {told(ended)}")
        expected = shop.states.contents("old", "new")
        tables = {name: digest for name, digest in site.contents().items() if name.startswith("warehouse/")}
        found.lost += differences(tables, {name: expected[name] for name in expected if name.startswith("warehouse/")})
    return found


def refused(shop: Workshop) -> Found:
    """A build that may not wait is refused in words that name the other one, and leaves everything to it."""
    found = Found()
    with shop.site("old") as site:
        first = shop.child(lambda: shop.build(shop.states.raw["new"], site))
        _until_locked(site)
        ended = shop.child(lambda: shop.build(shop.states.raw["other"], site, build_wait=0)).end()
        if first.end().answer != "":
            found.lost.append(f"the build that had the lock failed: {told(first.end())}")
        if not _REFUSED.search(str(ended.answer)):
            found.lost.append(f"it was not refused in words: {told(ended)}")
        found.lost += differences(site.contents(), shop.states.contents("old", "new"))
    return found


def holder_killed(shop: Workshop) -> Found:
    """The build that is waited for is killed: the other one goes on by itself, and ends as an undisturbed one."""
    found = Found()
    with shop.site("old") as site:
        first = shop.child(lambda: shop.build(shop.states.raw["new"], site))
        _until_locked(site)
        second = shop.child(lambda: shop.build(shop.states.raw["new"], site, build_wait=WAIT))
        time.sleep(shop.chance.uniform(0, shop.seconds / 2))
        first.kill()
        first.end()
        if (ended := second.end()).answer != "":
            found.lost.append(f"the build that waited failed: {told(ended)}")
        found.lost += differences(site.contents(), shop.states.contents("old", "new"))
    return found


def restore_beside(shop: Workshop) -> Found:
    """`release restore` during a build waits for its end."""
    found = Found()
    with shop.site("old") as site:
        build = shop.child(lambda: shop.build(shop.states.raw["new"], site))
        _until_locked(site)

        def restore() -> list[object]:
            said = io.StringIO()
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                status = main.main(["release", "restore", "current", "--warehouse", str(site.root / "warehouse")])
            return [status, said.getvalue()]

        ended = shop.child(restore).end()
        if build.end().answer != "":
            found.lost.append(f"the build failed: {told(build.end())}")
        if ended.answer is None or ended.answer[0] != 0:
            found.lost.append(f"the restore failed: {told(ended)}")
        found.lost += differences(site.contents(), shop.states.contents("old", "new"))
    return found


def _until_locked(site: object) -> None:
    """Waits until a build that was started has the lock: it says so in the file."""
    from capex_pipeline.storage import build_lock

    path = build_lock.lock_file(site.warehouse)  # type: ignore[attr-defined]
    limit = time.monotonic() + 300
    while not (path.exists() and path.read_bytes().startswith(b"{")):
        if time.monotonic() > limit:
            raise RuntimeError("The build did not take the lock within five minutes.")
        time.sleep(0.01)
