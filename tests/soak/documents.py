"""Trials with raw/ as people and machines leave it: emptied, unreadable, written during a build, and an edit that is held and undone.

Add here what happens to documents. What must hold afterwards belongs to `workshop`.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from .permissions import bound_by_permissions
from .states import NAME, Contents, Site, differences
from .workshop import Found, Workshop, told, untold

_AMOUNT, _WRONG = "17,000", "77,000"


def emptied(shop: Workshop) -> Found:
    """raw/ is empty, gone, or holds a file that is no document: the build stops in a sentence, and readers see what they saw."""
    found = Found()
    how = shop.chance.choice(["empty", "gone", "without documents"])
    with shop.site("old") as site:
        raw = site.root.parent / "raw"
        if how != "gone":
            raw.mkdir()
        if how == "without documents":
            (raw / "README.md").write_text("no document")
        _refused(shop, site, raw, found, ("There is no document in", "There is no folder of documents"))
        shop.judge(site, found, ("old", "new"), ("old",))
    found.lost = [f"raw/ is {how}: {one}" for one in found.lost]
    return found


def unreadable(shop: Workshop) -> Found:
    """A folder of raw/ may not be read: the same."""
    found = Found()
    with shop.site("old") as site:
        raw = Path(shutil.copytree(shop.states.raw["new"], site.root.parent / "raw"))
        folder = shop.chance.choice(sorted(path for path in raw.iterdir() if path.is_dir()))
        folder.chmod(0)
        try:
            _refused(shop, site, raw, found, ("cannot be read",))
        finally:
            folder.chmod(0o755)
        shop.judge(site, found, ("old", "new"), ("old",))
    return found


def changing(shop: Workshop) -> Found:
    """A document is copied again while a build reads: the build waits, stops in a sentence, or has the whole document; no row is lost."""
    found = Found()
    with shop.site("old") as site:
        raw = Path(shutil.copytree(shop.states.raw["new"], site.root.parent / "raw"))
        documents = sorted(path for path in raw.rglob("*.csv"))
        build = shop.child(lambda: shop.build(raw, site))
        for _ in range(shop.chance.randint(1, 4)):
            time.sleep(shop.chance.uniform(0, shop.seconds / 2))
            path = shop.chance.choice(documents)
            data = path.read_bytes()
            with path.open("wb") as stream:
                stream.write(data[: len(data) // 2])
                stream.flush()
                time.sleep(shop.chance.uniform(0, 0.1))
                stream.write(data[len(data) // 2 :])
        ended = build.end()
        found.lost += [told(ended)] if ended.answer is None else untold(ended.answer)
        shown = _published(site)
        versions = [_of_published(shop.states.contents(*versions)) for versions in (("old",), ("old", "new"))]
        if shown not in versions:
            found.lost.append(f"readers see no whole version: {differences(shown, versions[1])[:3]}")
        if ended.answer == "" and shown != versions[1]:
            found.lost.append("the build succeeded without the whole document")
        shop.judge(site, found, ("old", "new"), ("old",))
    return found


def held_and_undone(shop: Workshop) -> Found:
    """A number of a closed period is mistyped: the build is held, and readers see what they saw. With the edit undone all is as ever."""
    found = Found()
    with shop.site("old", "new") as site:
        raw = Path(shutil.copytree(shop.states.raw["new"], site.root.parent / "raw"))
        path = raw / "announcements" / "alibaba.csv"
        text = path.read_text()
        if _AMOUNT not in text:
            raise RuntimeError(f"{path} has no {_AMOUNT}.")
        path.write_text(text.replace(_AMOUNT, _WRONG))
        for _ in range(shop.chance.randint(1, 2)):
            _refused(shop, site, raw, found, ("The release is held",))
        shop.judge(site, found, ("old", "new"))
    return found


def _refused(shop: Workshop, site: Site, raw: Path, found: Found, sentences: tuple[str, ...]) -> None:
    """Builds, and expects one of the sentences and unchanged published files."""
    before = _published(site)

    def build() -> str:
        with bound_by_permissions():
            return shop.build(raw, site)

    ended = shop.child(build).end()
    if not any(sentence in str(ended.answer) for sentence in sentences):
        found.lost.append(f"it was not refused in words: {told(ended)}")
    found.lost += differences(_published(site), before)


def _published(site: Site) -> Contents:
    return _of_published(site.contents())


def _of_published(contents: Contents) -> Contents:
    return {path: digest for path, digest in contents.items() if path.startswith(f"{NAME}/")}
