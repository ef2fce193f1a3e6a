"""Asset checks that need no whole build: each passes on rows without a fault and names the fault in rows that have one."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pandas as pd
from builders import frame_of

from capex_pipeline.orchestration import asset_checks
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage.warehouse import Warehouse


def result_of_rates(root: Path, rates: pd.DataFrame) -> dg.AssetCheckResult:
    Warehouse(root).candidates().write("fx_rates", rates, "inputs")
    return asset_checks.every_currency_has_rates.result(Settings(warehouse=str(root)))


def rates_of(**fixings: int) -> pd.DataFrame:
    rows = [
        {"currency": currency, "fixings": count}
        | ({} if count else {"average_rate": float("nan"), "closing_rate": float("nan"), "rate_flag": "no_fixing"})
        for currency, count in fixings.items()
    ]
    return frame_of("fx_rates", *rows)


def test_a_currency_with_fixings_passes(tmp_path: Path) -> None:
    result = result_of_rates(tmp_path / "warehouse", rates_of(CNY=63, EUR=63))
    assert result.passed and result.metadata["currencies"].value == 2


def test_a_currency_that_the_central_bank_does_not_quote_is_named(tmp_path: Path) -> None:
    result = result_of_rates(tmp_path / "warehouse", rates_of(CNY=63, TWD=0))
    assert not result.passed and result.severity == dg.AssetCheckSeverity.WARN
    assert "exists for TWD:" in str(result.description) and result.metadata["offending_rows"].value == 1
