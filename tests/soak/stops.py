"""Trials that stop a whole build: at a random moment, at a call that changes the warehouse, or with a disk error.

Add a way of stopping here. What must hold afterwards is checked by `tests/soak/workshop.py`.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import time
from pathlib import Path

from .faults import ERRORS, FULL, KILLS
from .states import torn, versions_of
from .workshop import KEPT, Found, Workshop, told, untold

_MOST_KILLS = 8


def at_a_moment(shop: Workshop) -> Found:
    """Kills a build at a random moment, and then the next one, up to so many, before one may end."""
    found = Found()
    start = shop.chance.choice([("old",), ("old",), ()])
    with shop.site(*start) as site:
        known = versions_of([shop.states.contents("old"), shop.states.contents("old", "new")])
        for _ in range(shop.chance.randint(1, _MOST_KILLS)):
            build = shop.child(lambda: shop.build(shop.states.raw["new"], site))
            moment = shop.chance.uniform(0, shop.seconds)
            with contextlib.ExitStack() as readers:
                if start:
                    readers.enter_context(
                        shop.read_meanwhile(
                            site, shop.states.contents("old"), shop.states.contents("old", "new"), found=found
                        )
                    )
                time.sleep(moment)
                build.kill()
                found.kills += build.end().killed
            found.lost += torn(site, known, may_be_absent=not start)
        shop.judge(site, found, (*start, "new"), start, absent=not start)
    return found


def at_a_call(shop: Workshop) -> Found:
    """Kills a build at one of its calls that create, write, flush, rename, link or remove."""
    return _at_a_call(shop, shop.chance.choice(KILLS))


def with_an_error(shop: Workshop) -> Found:
    """Lets one of those calls fail, or all that take room from there on: the build must fail in words, or do without."""
    return _at_a_call(shop, shop.chance.choice([*ERRORS, FULL]))


def command_at_a_moment(shop: Workshop) -> Found:
    """Kills the command itself, in a process of its own with nothing imported, with its page."""
    found = Found()
    with shop.site("old") as site:
        environment = {**os.environ, "PYTHONUTF8": "1"}
        raw, folder = str(shop.states.raw["new"]), str(site.root / "warehouse")
        command = [str(Path(sys.executable).with_name("capex-pipeline")), "build", "--raw", raw, "--warehouse", folder]
        with shop.read_meanwhile(site, shop.states.contents("old"), shop.states.contents("old", "new"), found=found):
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(shop.chance.uniform(2, 5 + 2 * shop.seconds))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                found.kills += 1
        shop.judge(
            site, found, ("old", "new"), ("old",), but=(KEPT, "warehouse/report.html", "warehouse/workbook.xlsx")
        )  # which are drawn
    return found


def _at_a_call(shop: Workshop, way: str) -> Found:
    found = Found()
    start = shop.chance.choice([("old",), ("old",), ()])
    at = shop.chance.randint(1, calls_of_a_build(shop, start))
    with shop.site(*start) as site:
        build = shop.faulty(site, way, at, lambda: shop.build(shop.states.raw["new"], site))
        if start:
            with shop.read_meanwhile(
                site, shop.states.contents("old"), shop.states.contents("old", "new"), found=found
            ):
                ended = build.end()
        else:
            ended = build.end()
        if way not in KILLS:
            found.lost += [told(ended)] if ended.answer is None else untold(ended.answer[0])
        elif ended.killed:
            found.kills += 1
        else:
            found.lost.append(f"it was not killed at call {at}: {told(ended)}")
        shop.judge(site, found, (*start, "new"), start, absent=not start, but=(KEPT,) if way == "power" else ())
        found.lost = [f"{way} at call {at} from {'-'.join(start) or 'nothing'}: {one}" for one in found.lost]
    return found


@functools.cache
def calls_of_a_build(shop: Workshop, start: tuple[str, ...]) -> int:
    """How many such calls an undisturbed build makes."""
    with shop.site(*start) as site:
        ended = shop.faulty(site, "", 0, lambda: shop.build(shop.states.raw["new"], site)).end()
    if ended.answer is None or ended.answer[0]:
        raise RuntimeError(f"The undisturbed build failed: {told(ended)}")
    return len(ended.answer[1])
