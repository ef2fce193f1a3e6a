"""An operator's day in Dagster's web interface: the real `dagster dev` and a real browser.

The tests of this module are one story and run in order: build by hand, look around, let the sensor take in a good and a broken
document, stop. That a schedule ticks is in test_server.py. Screenshots are kept below artefacts/e2e/.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import RawFolder, document
from running import (
    ARTEFACTS,
    HAS_BROWSER,
    NEEDS_BROWSER,
    Dagster,
    Service,
    copy_documents,
    free_port,
    processes_with,
    start_browser,
    start_ui,
    wait_for,
)

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not HAS_BROWSER, reason=NEEDS_BROWSER)]

META = {
    "entity": "meta", "metric": "capex", "definition": "cash_purchases", "period": "Q2 2024", "value": "8,173",
    "unit": "USD million", "locator": "cash flow statement",
}  # fmt: skip
"""Purchases of property and equipment in Meta's 10-Q for June 2024; no document of the small raw/ has it."""


ARTICLE = """---
title: Alibaba opens its wallet again
publisher: Example Wire
url: https://wire.example/alibaba
published: 2024-11-18
---
Alibaba’s capital expenditure rose to Rmb17.5bn ($2.4bn) in the three months to September, up 240 per cent from a year earlier.

The group employs about 197,000 people, and “a few billion” more may follow, said an analyst.
"""
"""An invented text, as a reporter would drop it; every line of it is either read or said to be unread."""


@dataclass
class Operator:
    """The running system and the browser in front of it."""

    dagster: Dagster
    service: Service
    browser: Any
    raw: RawFolder
    warehouse: Path
    seconds_to_start: float
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, *texts: str) -> None:
        """Opens a page and waits until it shows the texts."""
        self.browser.get(self.dagster.address + path)
        self.sees(*texts)

    def sees(self, *texts: str) -> None:
        """Waits until the page shows the texts."""
        for text in texts:
            wait_for(f"“{text}” on {self.browser.current_url}", lambda text=text: text in self.text())
        self.complaints += [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]

    def text(self) -> str:
        """What the page shows."""
        return str(self.browser.execute_script("return document.body.innerText"))

    def element(self, xpath: str) -> Any:
        """The first such element, waited for and scrolled to."""
        found = wait_for(f"{xpath} on {self.browser.current_url}", lambda: self.browser.find_elements("xpath", xpath))
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[0])
        return found[0]

    def keep(self, name: str) -> None:
        """A screenshot."""
        time.sleep(0.5)  # what slides in has slid in
        folder = ARTEFACTS / "e2e"
        folder.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(folder / f"{name}.png"))

    def table(self, name: str) -> pd.DataFrame:
        """A published table as a reader gets it."""
        return pd.read_parquet(self.warehouse / f"{name}.parquet")


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    root = tmp_path_factory.mktemp("operator")
    copy_documents(root / "raw")
    began = time.monotonic()
    dagster, service = start_ui(root, free_port())
    seconds = time.monotonic() - began
    browser = None
    try:
        browser = start_browser()
        yield Operator(dagster, service, browser, RawFolder(root / "raw"), root / "warehouse", seconds)
    finally:
        if browser is not None:
            browser.quit()
        service.stop()


def test_the_code_location_loads_without_a_warning(operator: Operator) -> None:
    operator.dagster.start_sensor("failed_runs")
    locations = operator.dagster.ask(
        "{ locationStatusesOrError { ... on WorkspaceLocationStatusEntries { entries { name loadStatus } } } }"
    )["locationStatusesOrError"]["entries"]
    assert [(one["name"], one["loadStatus"]) for one in locations] == [("capex_pipeline", "LOADED")]
    assert [line for line in operator.service.said().splitlines() if "Warning:" in line] == []


def test_the_graph_shows_its_groups_and_the_assets_of_one(operator: Operator) -> None:
    operator.open("/asset-groups", "Global asset lineage", "raw", "normalised", "published", "quality")
    operator.keep("01-graph")
    # The list, since of a graph this large only what is in view is drawn. Of the list the first rows are in view.
    operator.open("/locations/capex_pipeline/asset-groups/published/list", "capex", "capex_by_calendar_year")
    operator.keep("02-group-published")


def test_materialize_all_builds_every_table(operator: Operator) -> None:
    """From the lineage that Dagster opens, by one click: no dialog asks for partitions or whether something is meant."""
    operator.open("/asset-groups", "Materialize all")
    operator.element("//button[contains(., 'Materialize all')]").click()
    run = wait_for("a run", operator.dagster.runs)[0]
    assert operator.dagster.finished(run["runId"])["status"] == "SUCCESS"
    operator.open(f"/runs/{run['runId']}", "Success", "RUN_SUCCESS")
    operator.keep("03-run")
    capex = operator.table("capex_by_definition")
    alibaba = capex[(capex["entity_id"] == "alibaba") & (capex["calendar_quarter"] == "2024Q2") & capex["is_preferred"]]
    assert alibaba["amount"].tolist() == [12_094e6]  # printed in the results announcement of 2024-08-15
    assert "meta" not in set(capex["entity_id"])


def test_the_launchpad_explains_what_can_be_chosen(operator: Operator) -> None:
    operator.open("/locations/capex_pipeline/jobs/build_everything/playground", "as_of", "raw", "warehouse")
    operator.keep("04-launchpad")


def test_an_assets_page_has_columns_documents_and_a_summary(operator: Operator) -> None:
    operator.open(
        "/assets/capex_by_definition",
        "Capital expenditure by every definition",
        "observation_id",
        "capex-pipeline",
        "Parquet",
    )
    operator.sees("← fx_rates.average_rate, observations.value", "unit: USD", "one of company, group")
    operator.keep("05-asset")
    code = operator.element("//a[starts-with(@href, '/code/')]").get_attribute("href")
    with urllib.request.urlopen(code.partition("#")[0], timeout=30) as answer:
        assert b'<span id="capex_by_definition">' in answer.read()
    documents = operator.table("documents").merge(
        operator.table("capex_by_definition")["document_id"].drop_duplicates()
    )
    newest = documents[documents["published_on"] == documents["published_on"].max()]
    link = operator.element("//tr[.//*[text()='documents']]//a[starts-with(@href, 'https://')]")
    assert link.get_attribute("href") in set(newest["url"])
    operator.keep("06-asset-documents")
    operator.element("//tr[.//*[text()='at_a_glance']]//td[contains(., 'Tencent')]")
    operator.keep("07-asset-at-a-glance")


def test_the_checks_of_a_published_table_have_passed(operator: Operator) -> None:
    operator.open(
        "/assets/capex_by_definition?view=checks",
        "contract",
        "file_meets_contract",
    )
    operator.keep("09-checks")
    # A run that is under way has written the table and not yet looked at it: its checks have no result for a moment.
    found = [operator.dagster.checks("capex_by_definition")]
    evaluated = wait_for(
        "every check of capex",
        lambda: all((found.append(operator.dagster.checks("capex_by_definition")) or found[-1]).values()),
        180,
    )
    assert evaluated and {"contract", "file_meets_contract"} <= set(found[-1])
    assert all(check["success"] for check in found[-1].values())


def test_the_sensor_takes_in_new_documents_and_rejects_a_broken_one(operator: Operator) -> None:
    """The broken one is a warning and a rejected row, and harms no other."""
    operator.raw.yaml(
        "filings/meta-2024-q2.yaml", [META], document(document_id="meta-10-q", kind="filing", title="Form 10-Q")
    )
    operator.raw.write("articles/2024-11-18-example-wire-alibaba.txt", ARTICLE)
    operator.raw.write("filings/broken.yaml", "document: {document_id: broken, title: [unfinished\n")
    operator.dagster.start_sensor("raw_folder")
    run = wait_for(
        "a run of the sensor", lambda: operator.dagster.runs(**{"dagster/sensor_name": "raw_folder"}), pause=1
    )[0]
    assert operator.dagster.finished(run["runId"])["status"] == "SUCCESS"
    capex = operator.table("capex_by_definition")
    assert capex.loc[capex["entity_id"] == "meta", "amount"].tolist() == [8_173e6]
    check = operator.dagster.checks("rejected_figures")["nothing_was_rejected"]
    assert (check["success"], check["severity"]) == (False, "WARN")
    said = {entry["label"]: entry.get("intValue", entry.get("mdStr")) for entry in check["metadataEntries"]}
    assert said["offending_rows"] == 1
    assert "broken.yaml" in str(said["first_offending_rows"])
    rejected = operator.table("rejected_figures")
    assert rejected[["path", "locator"]].to_numpy().tolist() == [["filings/broken.yaml", "whole file"]]
    operator.open(
        "/assets/rejected_figures?view=checks&checkDetail=nothing_was_rejected", "nothing_was_rejected", "Failed"
    )
    operator.keep("10-warning")


def test_the_page_of_the_mentions_shows_an_articles_text_with_what_was_read(operator: Operator) -> None:
    mentions = operator.table("article_mentions")
    assert mentions["text"].tolist() == ["Rmb17.5bn", "$2.4bn", "240 per cent", "about 197,000", "few billion"]
    capex = operator.table("capex_by_definition")
    drafted = capex[capex["review_state"] == "machine"]
    assert drafted[["entity_id", "calendar_quarter", "amount"]].to_numpy().tolist() == [["alibaba", "2024Q3", 17.5e9]]
    assert not drafted["is_preferred"].any()
    operator.open("/assets/article_mentions", "2024-11-18-example-wire-alibaba.txt")
    row = "//tr[.//*[contains(text(), '2024-11-18-example-wire-alibaba.txt')]]"
    operator.element(f"{row}//*[text()='[Show Markdown]']").click()
    dialog = operator.element("//div[contains(@class, 'dagster-dialog')]")
    wait_for("the marked text", lambda: "Rmb17.5bn (=1)" in dialog.text)
    shown = dialog.text
    assert "5 mentions of a quantity: (=) 3 used in a figure · (–) 1 context" in shown
    assert "rose to Rmb17.5bn (=1) ($2.4bn (=2)) in the three months to September, up 240 per cent (=3)" in shown
    assert "“a few billion (?5)” more may follow" in shown
    assert "alibaba, capex level, 2024-07-01 to 2024-09-30, reported" in shown
    assert "The text names no number." in shown
    assert "**" not in shown and "&#" not in shown
    assert [words.text for words in dialog.find_elements("xpath", ".//p//code")] == mentions["text"].tolist()
    operator.keep("13-article")


def test_the_plots_of_an_asset_show_its_rows_over_time(operator: Operator) -> None:
    operator.open("/assets/capex_by_definition", "observation_id")
    operator.element("//button[contains(., 'Plots')]").click()
    drawing = operator.element("//canvas")
    wait_for("a plot", lambda: drawing.size["width"] > 100 and drawing.size["height"] > 50)
    operator.keep("14-asset-plots")


def test_the_automation_page_shows_what_runs(operator: Operator) -> None:
    operator.open("/automation", "daily_refresh", "earnings_weeks_refresh", "raw_folder", "failed_runs", "06:30")
    operator.keep("11-automation")
    operator.open("/runs", "build_everything")
    operator.keep("12-runs")


def test_the_browser_had_nothing_to_complain_of(operator: Operator) -> None:
    assert operator.complaints == []


def test_it_stops_and_leaves_no_process_behind(operator: Operator) -> None:
    home = str(operator.dagster.home)
    if Path("/proc/self/environ").exists():
        assert processes_with(home)
    assert operator.service.stop() == 0
    # The code server ends when it has missed the heartbeat of its owner.
    wait_for("the end of every process", lambda: not processes_with(home), 60)
