"""Asset checks that need no whole build: each passes on rows without a fault and names the fault in rows that have one."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from builders import RawFolder, frame_of

from capex_pipeline.orchestration import asset_checks
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.review import checks
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


STORY = """---
title: Half-year spending
publisher: Example Post
published: 2025-08-14
---
Baidu’s capital expenditure was 3.8 billion yuan in the second quarter of 2025. Tencent's headcount rose by 4 per cent.
"""
DOCUMENT = {
    "document_id": "story", "kind": "article", "source_type": "article", "title": "Half-year spending",
    "publisher": "Example Post", "published": "2025-08-14",
}  # fmt: skip


def results_of_reviews(tmp_path: Path, raw: RawFolder) -> dict[str, dg.AssetCheckResult]:
    settings = Settings(raw=str(raw.root), warehouse=str(tmp_path / "tables"))
    return {check.spec.name: check.result(settings) for check in asset_checks.checks_of_reviews()}


@pytest.mark.parametrize("state", ["draft", None])
def test_only_a_finished_review_is_checked(tmp_path: Path, state: str | None) -> None:
    """The review leaves out every number of its text: a finding in a finished review, and the usual state of a draft."""
    raw = RawFolder(tmp_path / "raw")
    raw.write("articles/story.txt", STORY)
    raw.yaml("articles/story.yaml", [], DOCUMENT, **({"state": state} if state else {}))
    results = results_of_reviews(tmp_path, raw)
    failed = {name for name, result in results.items() if not result.passed}
    assert failed == (set() if state else {"every_mention_is_settled", "machine_agrees_with_reviewer"})
    assert {result.metadata["reviewed_articles"].value for result in results.values()} == {0 if state else 1}
    for name in failed:
        assert "`capex-pipeline review --check raw/articles/story.txt` lists them." in str(results[name].description)


def test_findings_in_several_reviews_name_the_first_files(tmp_path: Path) -> None:
    raw = RawFolder(tmp_path / "raw")
    for name in "abcd":
        raw.write(f"articles/{name}.txt", STORY)
        raw.yaml(f"articles/{name}.yaml", [], DOCUMENT | {"document_id": name})
    description = str(results_of_reviews(tmp_path, raw)["every_mention_is_settled"].description)
    assert "They are in raw/articles/a.txt, raw/articles/b.txt, raw/articles/c.txt and 1 more;" in description
    assert "`capex-pipeline review --check FILE`" in description


def test_reviewed_articles_are_read_once_for_all_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = RawFolder(tmp_path / "raw")
    raw.write("articles/story.txt", STORY)
    raw.yaml("articles/story.yaml", [], DOCUMENT)
    read, check_review = [], checks.check_review

    def counting(review: object, source: object) -> object:
        read.append(review)
        return check_review(review, source)  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "check_review", counting)
    assert len(results_of_reviews(tmp_path, raw)) == 4
    assert len(read) == 1
