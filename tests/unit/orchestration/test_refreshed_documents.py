"""The asset refreshed_documents: off unless switched on, and what it says when it is on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from unit.refresh.answers_as_served import CAPEX, CONTACT, companyfacts, fact, rates, submissions
from unit.refresh.local_server import ZIP_TYPE, LocalServer, Reply

from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.orchestration.assets.refresh import EVERY_ANSWER, REFRESH_VARIABLE, refreshed_documents
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.reference import load
from capex_pipeline.refresh.addresses import CONTACT_VARIABLE

pytestmark = pytest.mark.slow("runs whole builds of a few documents")

META = "/api/xbrl/companyfacts/CIK0001326801.json"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        running.serves(META, companyfacts(fact(1, 6_400_000_000), cik=1326801), etag='"m1"')
        running.serves("/submissions/CIK0001326801.json", submissions(cik=1326801), etag='"s1"')
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(REFRESH_VARIABLE, raising=False)
    monkeypatch.setenv(CONTACT_VARIABLE, CONTACT)
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def materialise(folder: Path, server: LocalServer | None = None, **config: Any) -> dg.ExecuteInProcessResult:
    if server is not None:
        config |= {"sec_data": server.base, "sec_archives": server.base, "ecb": server.base}
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [refreshed_documents],
            resources={"settings": Settings(raw=str(folder))},
            run_config={
                "ops": {"refreshed_documents": {"config": config}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            raise_on_error=False,
        )


def said(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def check(result: dg.ExecuteInProcessResult) -> Any:
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.check_name == EVERY_ANSWER
    return evaluation


def test_it_does_nothing_and_says_so_unless_it_is_switched_on(
    folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONTACT_VARIABLE)
    for value in (None, "0", ""):
        if value is not None:
            monkeypatch.setenv(REFRESH_VARIABLE, value)
        result = materialise(folder, server)
        assert result.success
        assert said(result)["skipped"] is True
        assert "switched off" in said(result)["reason"]
        assert result.get_asset_check_evaluations() == [], "nothing was asked, so nothing passed"
    assert server.asked == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("switch", ["variable", "configuration"])
def test_switched_on_it_archives_what_is_new_and_the_build_reads_it(
    folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    if switch == "variable":
        monkeypatch.setenv(REFRESH_VARIABLE, "1")
    result = materialise(folder, server, only=["meta"], **({"enabled": True} if switch == "configuration" else {}))
    assert result.success
    shown = said(result)
    assert (shown["skipped"], shown["requests"], shown["new_files"], shown["unchanged"], shown["failed"]) == (
        False,
        2,
        1,
        1,
        0,
    )
    assert shown["bytes_received"] == sum(len(replies[0].body) for replies in server.replies.values())
    assert shown["files"] == ["filings/companyfacts/CIK0001326801.json"]
    assert "| meta | companyfacts |" in shown["outcomes"]
    assert check(result).passed
    read = ingest(folder, load())
    figure = read.figures[read.figures["metric_id"] == "capex"]
    assert list(figure["locator"]) == [f"us-gaap:{CAPEX} 2024-01-01..2024-03-31"]
    assert list(figure["value_text"]) == ["6400000000"]


def test_the_contact_is_in_no_metadata_and_no_log(folder: Path, server: LocalServer) -> None:
    result = materialise(folder, server, enabled=True, only=["meta"])
    assert server.asked[0].headers["user-agent"] == CONTACT
    assert "data@example.org" not in "".join(str(event) for event in result.all_events)


def test_the_data_version_moves_with_the_documents_alone(folder: Path, server: LocalServer) -> None:
    def version() -> str:
        result = materialise(folder, server, enabled=True, only=["meta"])
        (event,) = result.get_asset_materialization_events()
        return str(event.materialization.tags["dagster/data_version"])

    first, second = version(), version()
    assert first == second
    server.serves(META, companyfacts(fact(1, 6_400_000_000), fact(2, 14_000_000_000), cik=1326801))
    assert version() != first


def test_an_answer_that_lost_facts_fails_the_check_and_not_the_run(folder: Path, server: LocalServer) -> None:
    materialise(folder, server, enabled=True, only=["meta"])
    server.serves(META, companyfacts(fact(2, 5), cik=1326801))
    server.says("/stats/eurofxref/eurofxref-hist.zip", Reply(b"<html>", headers=ZIP_TYPE))
    result = materialise(folder, server, enabled=True, only=["meta", "rates"])
    assert result.success
    assert said(result)["failed"] == 2
    evaluation = check(result)
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "2 of 3 responses were not stored" in str(evaluation.description)
    assert b"6400000000" in (folder / "filings/companyfacts/CIK0001326801.json").read_bytes()


def test_without_a_contact_nothing_is_asked_a_check_warns_and_the_build_goes_on(
    folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONTACT_VARIABLE)
    result = materialise(folder, server, enabled=True)
    assert result.success
    assert (check(result).passed, check(result).severity) == (False, dg.AssetCheckSeverity.WARN)
    assert f"set {CONTACT_VARIABLE} to a name and a mail address" in str(check(result).description)
    assert said(result)["skipped"] is True and server.asked == []


def test_where_the_host_refuses_a_check_warns_and_the_build_goes_on(folder: Path, server: LocalServer) -> None:
    server.says(META, Reply(b"", 403))
    result = materialise(folder, server, enabled=True, only=["meta"])
    assert result.success
    assert (check(result).passed, check(result).severity) == (False, dg.AssetCheckSeverity.WARN)
    assert check(result).description == "No source responded, and the build uses the archived data."


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"instances_from": "soon"}, "not a date"),
        ({"sec_data": "https://example.org"}, "is not a permitted address"),
        ({"only": ["x"]}, "x is not a filer"),
    ],
)
def test_a_wrong_configuration_is_said(folder: Path, config: dict[str, Any], sentence: str) -> None:
    result = materialise(folder, enabled=True, **config)
    assert not result.success
    assert sentence in failure(result)


def test_rates_that_are_refreshed_are_no_document(folder: Path, server: LocalServer) -> None:
    # The packaged history has thousands of days; this one lacks nearly all of them, so it is refused.
    server.says("/stats/eurofxref/eurofxref-hist.zip", Reply(rates((date(2099, 1, 5), 1.1, 7.7)), headers=ZIP_TYPE))
    result = materialise(folder, server, enabled=True, only=["rates"])
    assert "fixings of the stored file" in said(result)["sentences"][0]
    assert not (folder / ".rates").exists()


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = result.get_step_failure_events()
    error = event.step_failure_data.error
    assert error is not None
    return f"{error.message} {error.cause.message if error.cause else ''}"
