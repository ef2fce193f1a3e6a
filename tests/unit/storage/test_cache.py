"""Results kept between builds: taken for equal inputs only, and never when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from capex_pipeline.storage import cache


def test_equal_inputs_find_what_was_kept_and_others_nothing(tmp_path: Path) -> None:
    cache.write(tmp_path, "a.json", "inputs 1", b"data\nin two lines")
    assert cache.read(tmp_path, "a.json", "inputs 1") == b"data\nin two lines"
    assert cache.read(tmp_path, "a.json", "inputs 2") is None
    assert cache.read(tmp_path, "b.json", "inputs 1") is None


def test_a_new_result_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for number in range(3):
        cache.write(tmp_path, "a.json", str(number), b"data %d" % number)
    assert [cache.read(tmp_path, "a.json", str(number)) for number in range(3)] == [None, None, b"data 2"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.json"]


def test_a_folder_in_place_of_a_file_does_not_keep_results_from_being_cached(tmp_path: Path) -> None:
    (tmp_path / cache.FOLDER / "a.json" / "inner").mkdir(parents=True)
    assert cache.read(tmp_path, "a.json", "inputs") is None
    cache.write(tmp_path, "a.json", "inputs", b"data")
    assert cache.read(tmp_path, "a.json", "inputs") == b"data"


@pytest.mark.parametrize("place", range(0, 80, 7))
def test_a_damaged_file_is_no_result(tmp_path: Path, place: int) -> None:
    cache.write(tmp_path, "a.json", "inputs", b"0123456789012345")
    path = tmp_path / cache.FOLDER / "a.json"
    whole = bytearray(path.read_bytes())
    path.write_bytes(whole[:place])
    assert cache.read(tmp_path, "a.json", "inputs") is None
    whole[place] ^= 1
    path.write_bytes(whole)
    assert cache.read(tmp_path, "a.json", "inputs") is None


def test_a_mapping_is_computed_once(tmp_path: Path) -> None:
    calls = []

    def compute() -> dict[str, object]:
        calls.append(1)
        return {"a": 1, "b": "ü", "c": None}

    for _ in range(2):
        assert cache.mapping(tmp_path, "m.json", "inputs", compute) == {"a": 1, "b": "ü", "c": None}
    assert len(calls) == 1
    cache.mapping(tmp_path, "m.json", "others", compute)
    assert len(calls) == 2


def test_where_nothing_can_be_kept_the_work_is_done(tmp_path: Path) -> None:
    """The folder's name is taken by a file: holds for every user, also one whom permissions do not stop."""
    (tmp_path / cache.FOLDER).write_text("in the way")
    assert cache.mapping(tmp_path, "m.json", "inputs", lambda: {"a": 1}) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == [cache.FOLDER], "nothing is left lying about"
    cache.write(tmp_path / "absent" / "deeper", "m.json", "inputs", b"data")
