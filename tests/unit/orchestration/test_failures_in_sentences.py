"""Errors of the package end a step by their sentence."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from builders import build
from dagster._utils.error import SerializableErrorInfo

from capex_pipeline import CapexPipelineError
from capex_pipeline.orchestration.failures import in_words, sentence_of
from capex_pipeline.storage.files import opened


def test_an_error_of_the_package_is_a_failure_with_its_sentence() -> None:
    with pytest.raises(dg.Failure) as caught, in_words():
        raise CapexPipelineError("The file is damaged; delete it.")
    assert caught.value.description == "The file is damaged; delete it."
    assert not caught.value.allow_retries


def test_another_error_keeps_its_kind() -> None:
    with pytest.raises(KeyError), in_words():
        raise KeyError("not of the package")


@pytest.mark.slow("runs assets of Dagster")
def test_a_published_table_that_cannot_be_read_fails_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreadable = tmp_path / "warehouse" / "metrics.parquet"

    def refused(path: Path) -> object:
        if path == unreadable:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    raw = tmp_path / "raw"
    raw.mkdir()
    assert build(raw, tmp_path / "warehouse", only=["metrics"]).success  # the candidate is up to date from here on
    monkeypatch.setattr("capex_pipeline.storage.files.opened", refused)
    result = build(raw, tmp_path / "warehouse", only=["metrics"])
    failures = [
        event.step_failure_data.user_failure_data for event in result.filter_events(lambda e: e.is_step_failure)
    ]
    assert [failure.description if failure else None for failure in failures] == [
        f"{unreadable} cannot be read ([Errno 13] Permission denied: '{unreadable}'); check its permissions."
    ]


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("capex_pipeline.storage.build_lock.BuildLockError: Another build: wait.\n", "Another build: wait."),
        ("dagster._core.Failure: Nothing was published.", "Nothing was published."),
        ("OSError: [Errno 28] No space", "OSError: [Errno 28] No space"),
        ("NotImplementedError\n", "NotImplementedError without a message"),
        ("dagster._core.Interrupted: ", "dagster._core.Interrupted without a message"),
        ("A sentence: with a colon.", "A sentence: with a colon."),
    ],
)
def test_an_error_is_shown_by_its_sentence_or_else_by_its_kind(message: str, sentence: str) -> None:
    assert sentence_of(SerializableErrorInfo(message, [], None)) == sentence
