"""A text of a document, or the name of its file, cannot begin a line of a command's output."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from capex_pipeline.cli.options import WorkFailed, echo_line
from capex_pipeline.cli.summary import print_tables

FORGED = "announcements/a\nFAILED raw: everything\r\n\x1b[2Jb.yaml is not read."
SHOWN = "announcements/a FAILED raw: everything \\x1b[2Jb.yaml is not read."


def test_a_sentence_is_one_line_and_keeps_its_indent(capsys: pytest.CaptureFixture[str]) -> None:
    echo_line(f"  {FORGED}")
    echo_line(FORGED, err=True)
    assert capsys.readouterr() == (f"  {SHOWN}\n", f"{SHOWN}\n")


def test_a_message_that_ends_a_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    WorkFailed(FORGED).show()
    assert capsys.readouterr().err == f"{SHOWN}\n"


def test_a_rejection_in_the_summary_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    details = {"periods": {}, "rejected": 1, "by_decision": 0, "messages": [FORGED]}
    warehouse: Any = SimpleNamespace(
        footer=lambda table: None, remembered=lambda *_: details, published=None, root=Path("warehouse")
    )
    print_tables(warehouse, None)
    assert f"\n  {SHOWN}\n" in capsys.readouterr().out
