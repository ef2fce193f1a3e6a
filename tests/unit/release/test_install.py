"""How a release is moved into its folder: the manifest last, and everything back where a move fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from capex_pipeline.release import install
from capex_pipeline.release import manifest as manifests


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The published folder, the new files, and second names of the files that are replaced."""
    root, new, old = (tmp_path / name for name in ("root", "new", "old"))
    for folder, content in ((root, "before"), (new, "after"), (old, "before")):
        folder.mkdir()
        for name in ("a.parquet", "b.parquet", manifests.NAME):
            (folder / name).write_text(content)
    return root, new, old


def test_the_manifest_is_replaced_after_every_other_file(
    folders: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, new, old = folders
    order: list[str] = []
    replace = Path.replace

    def noted(self: Path, target: Path) -> Path:
        order.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    install._move(root, new, old, ["a.parquet", "b.parquet"], [])
    assert order == ["a.parquet", "b.parquet", manifests.NAME]


def test_a_move_that_fails_puts_every_file_back(
    folders: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, new, old = folders
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.parent == new and self.name == manifests.NAME:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="Input/output error"):
        install._move(root, new, old, ["a.parquet", "b.parquet"], [])
    assert {path.name: path.read_text() for path in root.iterdir()} == dict.fromkeys(
        ("a.parquet", "b.parquet", manifests.NAME), "before"
    )
