"""README.md: its queries run on the shipped tables, its sample is what they say, and every command that the pages name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from builders import PROJECT

from capex_pipeline.cli.main import main
from capex_pipeline.normalise.observations import as_of
from capex_pipeline.orchestration import sensors
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")), PROJECT / "CONTRIBUTING.md"]
QUERIES = re.findall(r"^```sql\n(.*?)^```", README, flags=re.M | re.S)


def answer(query: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.execute(query).df()


@pytest.fixture
def project(shipped: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """The working directory holds warehouse/, as the page has it."""
    monkeypatch.chdir(Path(str(shipped.root)).parent)
    return shipped


def test_spending_of_a_year_counts_each_company_once(project: Warehouse) -> None:
    found = answer(QUERIES[0]).set_index("entity_name")["billion_usd"]
    # Purchases of property and equipment of fiscal 2024 in Meta's 10-K: 37,256 million; its fiscal year is the calendar's.
    assert found["Meta"] == pytest.approx(37.256, abs=0.001)
    assert found.is_monotonic_decreasing and not found.index.str.contains("Big|groups").any()


def test_what_was_known_at_the_end_of_2024(project: Warehouse) -> None:
    (row,) = answer(QUERIES[1]).to_dict("records")
    assert row["amount_local"] == 7_665e6 and row["known_to"] == pd.Timestamp("2025-01-30")
    known = as_of(project.read("capex_vintages"), "2024-12-31")
    meta = known[(known["entity_id"] == "meta") & (known["calendar_quarter"] == "2023Q4")]
    assert meta["amount_local"].tolist() == [7_665e6]


def test_the_sample_is_in_the_table(project: Warehouse) -> None:
    capex = project.read("capex_by_definition")
    lines = re.findall(r"^\| (\w+) \| (\d{4}Q\d) \| ([a-z ]+) \| ([\d,]+)m (\w{3})[^|]*\| ([\d,]+)m \|", README, re.M)
    assert len(lines) == 4
    for name, quarter, definition, amount, currency, dollars in lines:
        rows = capex[
            capex["entity_name"].str.startswith(name)
            & (capex["calendar_quarter"] == quarter)
            & (capex["definition_id"] == definition.replace(" ", "_"))
            & (capex["currency"] == currency)
            & (capex["period_type"] == "quarter")
        ]
        assert float(amount.replace(",", "")) in (rows["amount"] / 1e6).tolist(), name
        assert float(dollars.replace(",", "")) in (rows["amount_usd"] / 1e6).round(0).tolist(), name


def test_every_table_that_is_named_exists() -> None:
    section = README.split("## Tables")[1].split("## ")[0]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert named and named <= set(TABLES)


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.M))
    commands = [
        command
        for text in (page.read_text(encoding="utf-8") for page in PAGES)
        for command in (
            *re.findall(r"`(make [^`\n]+)`", text),
            *"".join(re.findall(r"```sh\n(.*?)```", text, re.S)).splitlines(),
        )
    ]
    named = {command.split()[1] for command in commands if command.startswith("make ")}
    assert {"warehouse", "test", "ui"} <= named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_is_known(page: Path) -> None:
    for command in re.findall(r"capex-pipeline ((?:release )?[a-z][a-z-]*)", page.read_text(encoding="utf-8")):
        assert main([*command.split(), "--help"]) == 0, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_sensors_and_schedules_that_a_page_names_exist() -> None:
    from capex_pipeline.orchestration import jobs

    existing = {one.name for one in (*jobs.JOBS, *jobs.SCHEDULES, *sensors.SENSORS)}
    named = set(re.findall(r"(?:schedules?|sensor|jobs?) `(\w+)`(?: and `(\w+)`)?", README))
    assert named and {name for pair in named for name in pair if name} <= existing
