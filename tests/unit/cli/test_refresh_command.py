"""The command `capex-pipeline refresh`, and what importing it loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.refresh.answers_as_served import CONTACT, companyfacts, fact, submissions
from unit.refresh.local_server import LocalServer, Reply

from capex_pipeline.cli.main import main
from capex_pipeline.refresh.addresses import CONTACT_VARIABLE

META = "/api/xbrl/companyfacts/CIK0001326801.json"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        running.serves(META, companyfacts(fact(1, 100), cik=1326801))
        running.serves("/submissions/CIK0001326801.json", submissions(cik=1326801), etag='"s1"')
        yield running


@pytest.fixture
def arguments(server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv(CONTACT_VARIABLE, CONTACT)
    bases = [part for option in ("sec-data", "sec-archives", "ecb") for part in (f"--{option}", server.base)]
    return ["--raw", str(tmp_path), *bases, "--only", "meta"]


def test_new_documents_are_named_and_counted(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["refresh", *arguments, "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "1 documents would be written" in said.out
    assert list(tmp_path.iterdir()) == []
    assert main(["refresh", *arguments]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].split()[:4] == [
        "new",
        "meta",
        "companyfacts",
        "filings/companyfacts/CIK0001326801.json",
    ]
    assert "1 documents written, 1 unchanged, 0 not stored; 2 requests" in said.out
    assert CONTACT not in said.out + said.err


def test_trouble_is_the_exit_status(
    arguments: list[str], server: LocalServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.says(META, Reply(b"", 404))
    assert main(["refresh", *arguments]) == 1
    assert "does not exist (404)." in capsys.readouterr().out
    monkeypatch.delenv(CONTACT_VARIABLE)
    assert main(["refresh", *arguments]) == 2
    assert f"set {CONTACT_VARIABLE}" in capsys.readouterr().err
    assert main(["refresh", "--sec-data", "https://example.org"]) == 2


def test_a_bar_is_shown_only_to_a_person(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["refresh", *arguments])
    assert capsys.readouterr().err == ""
