"""Reviews of these tests are compared with no tables, whether or not the checkout has been built."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def without_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A warehouse that does not exist, in place of the one in the checkout."""
    monkeypatch.setenv("CAPEX_PIPELINE_WAREHOUSE", str(tmp_path / "no-warehouse"))
