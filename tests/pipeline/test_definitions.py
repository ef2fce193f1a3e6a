"""A snapshot of the code location: what is there, under which name. A change here is a change for operators."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import dagster as dg
import pytest
from builders import PROJECT

from capex_pipeline.definitions import build_defs
from capex_pipeline.orchestration import source_code
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import arrow_schema
from capex_pipeline.schemas.vocabulary import (
    BALANCE_TABLES,
    EVIDENCE_TABLES,
    FLOW_LINES,
    FLOW_LINES_OF_GROUPS,
    STATEMENT_TABLES,
)

ASSETS = {
    "refreshed_documents": ("raw", []),
    "raw": ("raw", ["refreshed_documents"]),
    "documents": ("raw", ["raw", "refreshed_documents"]),
    "figures": ("raw", ["raw", "refreshed_documents"]),
    "rejected_figures": ("raw", ["raw", "refreshed_documents"]),
    "article_mentions": ("raw", ["raw", "refreshed_documents"]),
    "entities": ("normalised", []),
    "definitions": ("normalised", []),
    "observations": ("normalised", ["documents", "figures"]),
    "periods": ("normalised", ["observations"]),
    "fx_rates": ("normalised", ["observations"]),
    "metrics": ("normalised", []),
    "products": ("normalised", []),
    "capex_by_definition": ("published", ["fx_rates", "observations"]),
    "cloud_revenue_by_definition": ("published", ["fx_rates", "observations"]),
    "gpu_estimates": ("published", ["observations"]),
    "gpu_estimates_by_customer": ("published", ["observations"]),
    "gpu_unit_prices": ("published", ["fx_rates", "observations"]),
    "capex": ("published", ["capex_by_definition", "observations", "operating_cash_flow", "revenue"]),
    "cloud_revenue": ("published", ["cloud_revenue_by_definition", "observations"]),
    "capex_vintages": ("published", ["capex", "capex_by_definition", "observations"]),
    "cloud_revenue_vintages": ("published", ["cloud_revenue", "cloud_revenue_by_definition", "observations"]),
    "capex_by_overlapping_group": ("published", ["capex"]),
    "capex_by_calendar_year": ("published", ["capex", "operating_cash_flow", "revenue"]),
    "capex_by_overlapping_group_and_calendar_year": ("published", ["capex", "headline_capex"]),
    "cloud_revenue_by_calendar_year": ("published", ["cloud_revenue"]),
    "cloud_revenue_by_overlapping_group": ("published", ["cloud_revenue"]),
    "gpu_shipments": ("published", ["gpu_estimates"]),
    "capex_by_fiscal_year": ("published", ["capex", "capex_by_definition", "operating_cash_flow", "revenue"]),
    "cloud_revenue_by_fiscal_year": ("published", ["cloud_revenue", "cloud_revenue_by_definition"]),
    "capex_of_all_companies": ("published", ["capex", "operating_cash_flow", "revenue"]),
    "capex_of_all_companies_by_calendar_year": (
        "published",
        ["capex_by_calendar_year", "operating_cash_flow", "revenue"],
    ),
    "cloud_revenue_of_all_companies": ("published", ["cloud_revenue"]),
    "cloud_revenue_of_all_companies_by_calendar_year": ("published", ["cloud_revenue_by_calendar_year"]),
    "gpu_shipments_of_all_suppliers": ("published", ["gpu_shipments"]),
    "gpu_shipments_by_customer_and_product": ("published", ["gpu_estimates_by_customer"]),
    "gpu_shipments_by_customer": (
        "published",
        ["gpu_shipments_by_customer_and_product", "gpu_shipments_of_all_suppliers"],
    ),
    "gpu_shipments_to_date": ("published", ["gpu_estimates"]),
    "headline_capex": ("published", ["capex", "capex_by_definition", "observations"]),
    "capex_plus_finance_lease_assets": ("published", ["capex", "observations"]),
    "revenue": ("published", ["fx_rates", "observations"]),
    "data_center_revenue": ("published", ["fx_rates", "observations"]),
    "operating_cash_flow": ("published", ["fx_rates", "observations"]),
    "free_cash_flow": ("published", ["fx_rates", "observations"]),
    "free_cash_flow_as_stated": ("published", ["fx_rates", "observations"]),
    "depreciation": ("published", ["fx_rates", "observations"]),
    "depreciation_and_amortization": ("published", ["fx_rates", "observations"]),
    **{balance: ("published", ["fx_rates", "observations"]) for balance in BALANCE_TABLES},
    "financials_by_calendar_year": ("published", sorted(FLOW_LINES)),
    "financials_by_overlapping_group": ("published", sorted([*FLOW_LINES_OF_GROUPS, *BALANCE_TABLES])),
    "financials_by_overlapping_group_and_calendar_year": ("published", sorted(FLOW_LINES)),
    "outlooks": ("published", ["documents", "figures", "fx_rates", "observations"]),
    "claim_checks": ("quality", ["documents", "figures", "observations"]),
    "arithmetic_checks": ("quality", ["documents", "figures", "observations"]),
    "reconciliations": (
        "quality",
        [
            "capex",
            "gpu_estimates",
            "gpu_estimates_by_customer",
            "gpu_shipments_by_customer_and_product",
            "observations",
        ],
    ),
    "coverage": ("quality", sorted({*EVIDENCE_TABLES.values(), "observations", "documents", *STATEMENT_TABLES})),
    "release_changes": ("release", sorted(TABLES)),
    "report": ("release", ["release_changes"]),
    "workbook": ("release", ["release_changes"]),
    "release": ("release", ["release_changes"]),
    "filer_quarters": ("bulk", []),
    "as_of_tables": ("as_of", []),
}
NO_TABLES = {
    "raw",
    "refreshed_documents",
    "report",
    "workbook",
    "release_changes",
    "release",
    "filer_quarters",
    "as_of_tables",
}
"""Asset -> its group and what it is computed from."""

CHECKS = {
    ("article_mentions", "every_mention_is_settled"), ("article_mentions", "machine_agrees_with_reviewer"), ("article_mentions", "reviews_fit_their_texts"),
    ("article_mentions", "reviewed_spans_reparse"),
    ("capex", "file_meets_contract"), ("cloud_revenue", "file_meets_contract"), ("gpu_shipments", "file_meets_contract"),
    ("capex_by_definition", "file_meets_contract"),
    ("claim_checks", "contradictions_are_explained"),
    ("cloud_revenue_by_definition", "file_meets_contract"),
    ("figures", "no_row_is_lost"),
    ("filer_quarters", "every_document_was_read"), ("fx_rates", "every_currency_has_rates"),
    ("gpu_estimates", "file_meets_contract"), ("gpu_estimates_by_customer", "file_meets_contract"), ("gpu_estimates", "preferred_rows_add_up"),
    ("figures", "amounts_are_in_the_reporting_currency"), ("figures", "documents_agree_with_themselves"),
    ("observations", "copies_agree_with_other_documents"), ("observations", "growth_agrees_with_amounts"),
    ("observations", "quarters_fit_their_neighbours"),
    ("observations", "no_conflicting_presentations"), ("observations", "quarters_sum_to_totals"), ("observations", "references_resolve"),
    ("refreshed_documents", "every_answer_taken_over"),
    ("rejected_figures", "nothing_was_rejected"),
    ("release_changes", "closed_periods_hold"), ("release_changes", "coverage_holds"), ("release_changes", "documents_stay"), ("release_changes", "verdicts_stay"),
    ("release", "published_on_schedule"),
}  # fmt: skip
"""Checks beside `contract`, which every table has."""

UPSTREAM = {
    "documents", "figures", "rejected_figures", "article_mentions", "entities", "definitions", "observations",
}  # fmt: skip
JOBS = {
    "build_everything": set(ASSETS) - {"raw", "refreshed_documents", "filer_quarters", "as_of_tables"},
    "refresh_and_build": set(ASSETS) - {"raw", "filer_quarters", "as_of_tables"},
    "publish_candidates": {"release_changes", "report", "workbook", "release"},
    "as_of_builds": set(),
    "build_elsewhere": set(),
    "build_filer_quarters": {"filer_quarters"},
    "rebuild_capex": {*UPSTREAM, "fx_rates", "capex_by_definition", "revenue", "operating_cash_flow", "capex"},
    "rebuild_cloud_revenue": {*UPSTREAM, "fx_rates", "cloud_revenue_by_definition", "cloud_revenue"},
    "rebuild_gpu_shipments": {*UPSTREAM, "gpu_estimates", "gpu_shipments"},
    "forget_old_runs": set(),
}
SCHEDULES = {
    "daily_refresh": ("30 6 * * *", "Europe/London", "refresh_and_build"),
    "earnings_weeks_refresh": ("0 9,12,15,18,21 * * 1-5", "Europe/London", "refresh_and_build"),
    "weekly_housekeeping": ("0 5 * * 0", "Europe/London", "forget_old_runs"),
}
SENSORS = {"raw_folder", "failed_runs", "recovered_runs", "dead_runs", "overdue_release"}


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return build_defs().get_repository_def()


@pytest.fixture(scope="module")
def graph() -> dg.AssetGraph:
    return build_defs().resolve_asset_graph()


def names(keys: object) -> set[str]:
    return {key.to_user_string() for key in keys}  # type: ignore[attr-defined]


def test_assets_groups_and_what_each_is_computed_from(graph: dg.AssetGraph) -> None:
    found = {
        key.to_user_string(): (graph.get(key).group_name, sorted(names(graph.get(key).parent_keys)))
        for key in graph.get_all_asset_keys()
    }
    assert found == ASSETS


def test_every_table_is_an_asset(graph: dg.AssetGraph) -> None:
    assert set(TABLES) == set(ASSETS) - NO_TABLES


def test_checks_of_the_graph(graph: dg.AssetGraph) -> None:
    found = {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys}
    assert found == CHECKS | {(table, "contract") for table in TABLES}


def test_jobs_and_what_they_build(repository: dg.RepositoryDefinition) -> None:
    jobs = {
        job.name: names(job.asset_layer.executable_asset_keys)
        for job in repository.get_all_jobs()
        if not job.name.startswith("__")
    }
    assert jobs == JOBS


def test_schedules_and_sensors(repository: dg.RepositoryDefinition) -> None:
    schedules = {
        one.name: (one.cron_schedule, one.execution_timezone, one.job_name) for one in repository.schedule_defs
    }
    assert schedules == SCHEDULES
    assert {one.name for one in repository.sensor_defs} == SENSORS


def test_every_asset_says_what_it_is_whose_it_is_and_what_it_is_made_of(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description and node.description.endswith("."), key
        assert node.owners and node.kinds, key


def test_no_description_has_words_that_dagster_takes_for_html(
    graph: dg.AssetGraph, repository: dg.RepositoryDefinition
) -> None:
    texts = [graph.get(key).description for key in graph.get_all_asset_keys()]
    texts += [graph.get_check_spec(key).description for key in graph.asset_check_keys]
    texts += [
        one.description for one in (*repository.get_all_jobs(), *repository.schedule_defs, *repository.sensor_defs)
    ]
    assert [text for text in texts if text and re.search(r"<\w", re.sub(r"`[^`]*`", "", text))] == []


def test_every_asset_leads_to_the_function_that_makes_it(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        entry = graph.get(key).metadata[source_code.LABEL]
        path, _, name = str(entry.value).removeprefix(source_code.ADDRESS).partition("#")
        page = source_code.page(path)
        assert page is not None and re.search(rf'<span id="{name}">def {name}\(', page), key
    capex = graph.get(dg.AssetKey("capex")).metadata[source_code.LABEL]
    assert capex.value == "/code/capex_pipeline/normalise/tidy_money.py#capex"


@pytest.mark.parametrize("path", ["", "capex_pipeline", "capex_pipeline/reference/metrics.yaml", "../secret.py", "/etc/passwd", "tests/conftest.py",
                                  "capex_pipeline/../tests/conftest.py", "capex_pipeline/nothing.py"])  # fmt: skip
def test_no_other_file_than_a_module_of_the_package_is_shown_as_code(path: str) -> None:
    assert source_code.page(path) is None


def test_the_whole_lineage_is_built_without_a_question_for_a_partition(graph: dg.AssetGraph) -> None:
    """**Materialize all** asks for partitions as soon as one asset that a run can build has some."""
    assert {key.to_user_string() for key in graph.executable_asset_keys if graph.get(key).is_partitioned} == set()
    assert graph.get(dg.AssetKey("as_of_tables")).is_partitioned


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_that_dagster_shows_are_those_of_the_model(graph: dg.AssetGraph, table: str) -> None:
    shown = graph.get(dg.AssetKey(table)).metadata["dagster/column_schema"]
    schema = shown.value if isinstance(shown, dg.TableSchemaMetadataValue) else shown
    model = arrow_schema(TABLES[table])
    assert [(one.name, one.type, one.constraints.nullable) for one in schema.columns] == [
        (field.name, str(field.type), field.nullable) for field in model
    ]
    assert all(one.description for one in schema.columns)


def test_a_build_runs_in_one_process(repository: dg.RepositoryDefinition) -> None:
    assert {job.executor_def.name for job in repository.get_all_jobs()} == {"in_process"}


def test_resources_can_be_replaced() -> None:
    from capex_pipeline.orchestration.resources import Settings

    replaced = build_defs({"settings": Settings(raw="elsewhere")})
    assert replaced.resources is not None and replaced.resources["settings"].raw == "elsewhere"


IMPORT = """
import json, os, sys
opened, asked = [], []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
plain = type(os.environ).__getitem__


def watched(self, key):
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in ("os", "collections.abc", "_collections_abc"):
        frame = frame.f_back
    if frame is not None and str(frame.f_globals.get("__name__")).startswith("capex_pipeline"):
        asked.append(key)
    return plain(self, key)


type(os.environ).__getitem__ = watched
import capex_pipeline.definitions
heavy = [name for name in sys.argv[1:] if name in sys.modules]
print(json.dumps({"opened": opened, "asked": asked, "heavy": heavy}))
import capex_pipeline.orchestration.assets.refresh, capex_pipeline.refresh.ecb
print(json.dumps([name for name in ("requests", "httpx", "urllib3") if name in sys.modules]))
"""

HEAVY = (
    "altair", "currency_converter", "duckdb", "httpx", "lxml", "numpy", "openpyxl", "orjson", "pandas", "pandera", "polars", "pyarrow",
    "requests", "s3fs", "selenium", "upath", "urllib3",
)  # fmt: skip
"""Libraries that compute, or that one asset needs. Every process of Dagster imports the code location; such a library is imported where it is used."""


def test_importing_the_code_location_reads_no_setting_and_no_document_and_loads_nothing_heavy() -> None:
    """And the modules that download are imported without the HTTP library."""
    environment = {**os.environ, "CAPEX_PIPELINE_RAW": "/nowhere/raw", "CAPEX_PIPELINE_WAREHOUSE": "/nowhere/warehouse"}
    said = subprocess.run(
        [sys.executable, "-c", IMPORT, *HEAVY], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    found, of_downloads = map(json.loads, said.stdout.splitlines())
    assert found["heavy"] == of_downloads == []
    assert found["asked"] == []
    own = [path for path in found["opened"] if path.startswith(str(PROJECT)) and "/.venv/" not in path]
    # The outline of the tables is part of the code.
    assert [
        path for path in own if not path.endswith((".py", ".pyc", "schemas/outline.json")) and "__pycache__" not in path
    ] == []
    assert not any("/nowhere" in path for path in found["opened"])
