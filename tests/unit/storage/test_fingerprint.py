"""What a table was computed from: equal inputs and code give equal fingerprints, and anything else another."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import PROJECT

from capex_pipeline.storage import fingerprint


def test_equal_inputs_are_equal_whatever_their_order() -> None:
    assert fingerprint.of("capex_by_definition", {"a": "1", "b": "2"}) == fingerprint.of(
        "capex_by_definition", {"b": "2", "a": "1"}
    )


@pytest.mark.parametrize(
    "inputs", [{"a": "1", "b": "3"}, {"a": "1"}, {"a": "1", "b": "2", "c": ""}, {"a": "2", "b": "1"}, {}]
)
def test_other_inputs_are_others(inputs: dict[str, str]) -> None:
    assert fingerprint.of("capex_by_definition", inputs) != fingerprint.of("capex_by_definition", {"a": "1", "b": "2"})


def test_another_table_has_another_fingerprint() -> None:
    assert fingerprint.of("capex_by_definition", {"a": "1"}) != fingerprint.of(
        "cloud_revenue_by_definition", {"a": "1"}
    )


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> str:
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(fingerprint, "_PACKAGE", folder)
    fingerprint.code.cache_clear()
    try:
        return fingerprint.code()
    finally:
        fingerprint.code.cache_clear()


def test_code_and_reference_data_count_and_where_they_lie_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a_dot_py": "x = 1", "reference__b_dot_yaml": "c: 1"}
    first = package(tmp_path / "one", monkeypatch, **files)
    assert package(tmp_path / "far" / "away", monkeypatch, **files) == first
    assert package(tmp_path / "two", monkeypatch, **files | {"a_dot_py": "x = 2"}) != first
    assert package(tmp_path / "three", monkeypatch, **files | {"reference__b_dot_yaml": "c: 2"}) != first
    assert package(tmp_path / "four", monkeypatch, **files, new_dot_py="") != first
    assert package(tmp_path / "five", monkeypatch, **files, notes_dot_txt="for people") == first


def test_the_versions_of_the_libraries_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint.code()
    fingerprint.code.cache_clear()
    monkeypatch.setattr(fingerprint.metadata, "version", lambda name: "99.0")
    after = fingerprint.code()
    fingerprint.code.cache_clear()
    assert before != after


def test_no_machine_or_day_is_in_it() -> None:
    """Two processes in two folders agree."""
    import subprocess
    import sys

    code = "from capex_pipeline.storage import fingerprint; print(fingerprint.of('capex_by_definition', {'a': '1'}))"
    said = [
        subprocess.run([sys.executable, "-c", code], cwd=folder, env={"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
                       capture_output=True, text=True, check=True).stdout
        for folder, seed in (("/", "1"), (str(PROJECT), "2"))
    ]  # fmt: skip
    assert said[0] == said[1] == fingerprint.of("capex_by_definition", {"a": "1"}) + "\n"
