"""What an operator relies on: any selection by hand, run configuration, the raw/ sensor, alerts."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from builders import RELEASE, TO_CAPEX, KeptBuilds, RawFolder, changes, document, row, run_job
from small_documents import CLOUD, fill

from capex_pipeline.definitions import build_defs
from capex_pipeline.orchestration import alerts, jobs, run_problems, sensors
from capex_pipeline.orchestration.assets.tables import TABLE_ASSETS
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.locations import RAW_VARIABLE, WAREHOUSE_VARIABLE
from capex_pipeline.storage.warehouse import Warehouse

DEFS = build_defs()
GRAPH = DEFS.resolve_asset_graph()
READS = {
    table: {key.to_user_string() for key in GRAPH.get(dg.AssetKey(table)).parent_keys} & set(TABLES) for table in TABLES
}
"""Tables that each table is computed from."""

CHOICES = [{key.to_user_string()} for asset in TABLE_ASSETS for key in sorted(asset.keys)]
"""What can be selected: every table by itself."""


def apart() -> list[set[str]]:
    """All tables, in selections of which no table is computed from another or by the same asset: each is alone with what it reads."""
    selections: list[set[str]] = []
    for asset in TABLE_ASSETS:
        siblings = {key.to_user_string() for key in asset.keys}
        for table in sorted(siblings):
            for selection in selections:
                if not selection & (READS[table] | siblings) and all(table not in READS[other] for other in selection):
                    selection.add(table)
                    break
            else:
                selections.append({table})
    return selections


QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def place(raw: RawFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three documents and no tables yet, where the variables say."""
    fill(raw)
    monkeypatch.setenv(RAW_VARIABLE, str(raw.root))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return tmp_path / "warehouse"


@pytest.fixture
def built(place: Path, raw: RawFolder, builds: KeptBuilds) -> Path:
    """The three documents, and the warehouse that was built from them."""
    builds.copy(raw.root, place)
    return place


@pytest.fixture(scope="module")
def built_once(builds: KeptBuilds, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """raw/ and the warehouse built from it. Read only."""
    raw = tmp_path_factory.mktemp("built") / "raw"
    raw.mkdir()
    fill(RawFolder(raw))
    return raw, builds.kept(raw)


def materialise(tables: set[str], config: dict[str, Any] | None = None) -> dg.ExecuteInProcessResult:
    """What the button of the web interface asks for when these are selected."""
    with dg.DagsterInstance.ephemeral() as instance:
        return DEFS.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(table) for table in sorted(tables)],
            run_config={**QUIET, **(config or {})},
            raise_on_error=False,
        )


def failures(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """What each failed step said."""
    return {str(event.step_key): run_problems.cause(event) for event in result.get_step_failure_events()}


# ------------------------------------------------------------------------------------------------------------ by hand


@pytest.mark.slow("runs whole builds of a few documents")
@pytest.mark.parametrize("chosen", apart(), ids=lambda chosen: f"{min(chosen)} and {len(chosen) - 1} more")
def test_a_table_without_its_inputs_says_what_to_build_first(place: Path, chosen: set[str]) -> None:
    result = materialise(chosen)
    written = Warehouse(place).candidates().root
    assert not list(place.glob("*")), "a table that was built by hand is a candidate, which readers do not see"
    failed = {step: message for step, message in failures(result).items() if step in chosen}
    assert set(failed) == {table for table in chosen if READS[table]}
    assert {path.stem for path in written.glob("*.parquet")} == chosen - set(failed)
    for table, message in failed.items():
        assert message.startswith(
            tuple(
                f"There is no table {needed} in {written}, or its file is damaged. Materialize it first"
                for needed in READS[table]
            )
        ), table


@pytest.mark.slow("runs whole builds of a few documents")
@pytest.mark.parametrize("chosen", apart(), ids=lambda chosen: f"{min(chosen)} and {len(chosen) - 1} more")
def test_a_table_whose_inputs_are_built_is_materialised_by_itself(
    built_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, chosen: set[str]
) -> None:
    monkeypatch.setenv(RAW_VARIABLE, str(built_once[0]))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(built_once[1]))
    result = materialise(chosen)
    assert result.success, failures(result)
    assert changes(result) == dict.fromkeys(chosen, "unchanged")


@pytest.mark.slow("runs whole builds of a few documents")
@pytest.mark.parametrize("seed", range(6))
def test_any_selection_from_nothing_builds_exactly_what_has_its_inputs(place: Path, seed: int) -> None:
    chosen = set().union(*random.Random(seed).sample(CHOICES, k=6))
    result = materialise(chosen)
    buildable: set[str] = set()
    while more := {table for table in chosen - buildable if READS[table] <= buildable}:
        buildable |= more
    assert {path.stem for path in Warehouse(place).candidates().root.glob("*.parquet")} == buildable
    assert not list(place.glob("*"))
    failed = failures(result)
    assert set(failed) & chosen == {table for table in chosen - buildable if not (READS[table] & chosen) - buildable}
    for said in failed.values():
        assert any(
            f"There is no table {table} in {Warehouse(place).candidates().root}, or its file is damaged. Materialize it first"
            in said
            for table in set(TABLES) - buildable
        )


# ------------------------------------------------------------------------------------------------- run configuration


def launched(config: dict[str, Any], *only: str) -> dg.ExecuteInProcessResult:
    """A job as the launchpad and `dagster job launch` start it, for these tables and what they are computed from."""
    with dg.DagsterInstance.ephemeral() as instance:
        return run_job(DEFS, "build_everything", instance, {"resources": {"settings": {"config": config}}}, only=only)


@pytest.mark.slow("runs whole builds of a few documents")
def test_a_run_builds_another_folder_into_another_warehouse(place: Path, tmp_path: Path) -> None:
    other = RawFolder(tmp_path / "other")
    other.root.mkdir()
    other.yaml("one.yaml", [row(entity="tencent", definition="accrual_additions", value="8,729"), CLOUD])
    result = launched({"raw": str(other.root), "warehouse": str(tmp_path / "elsewhere")}, "capex_by_definition")
    assert result.success, failures(result)
    capex = Warehouse(tmp_path / "elsewhere").candidates().read("capex_by_definition")
    assert capex[["entity_id", "amount"]].to_numpy().tolist() == [["tencent", 8_729e6]]
    assert not place.exists()


@pytest.mark.slow("runs whole builds of a few documents")
def test_a_run_takes_a_document_out(place: Path, tmp_path: Path) -> None:
    result = launched({"leave_out": ["cloud.yaml"], "warehouse": str(tmp_path / "without")}, "documents")
    assert result.success, failures(result)
    assert set(Warehouse(tmp_path / "without").candidates().read("documents")["document_id"]) == {
        "results",
        "shipments",
    }


@pytest.mark.slow("runs whole builds of a few documents")
def test_a_run_builds_what_was_known_on_a_day(raw: RawFolder, place: Path, tmp_path: Path) -> None:
    raw.yaml(
        "later.yaml",
        [row(value="12,095")],
        document(document_id="later", published="2025-05-15", retrieved="2025-06-01"),
    )
    as_of = tmp_path / "as_of"
    assert launched({}, "capex_by_definition").success
    assert launched({"as_of": "2024-12-31", "warehouse": str(as_of)}, "capex_by_definition").success
    assert Warehouse(place).candidates().read("capex_by_definition")["amount"].tolist() == [12_095e6]
    assert Warehouse(as_of).candidates().read("capex_by_definition")["amount"].tolist() == [12_094e6]


@pytest.mark.slow("starts runs of Dagster")
@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"as_of": "2024-12-31"}, "would replace the tables that readers use; name another folder as `warehouse`"),
        ({"leave_out": ["cloud"]}, "would replace the tables that readers use"),
        ({"as_of": "last year", "warehouse": "elsewhere"}, "as_of is last year, which is not a date; write 2024-12-31"),
        ({"raw": "nowhere"}, "There is no folder of documents at "),
        ({"warehouse": "gs://bucket/tables"}, "write a folder, or s3://bucket/prefix"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_in_words(
    place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = launched(config, "capex")
    assert not result.success
    assert any(said in message for message in failures(result).values())
    assert not (place / "capex.parquet").exists()


# ---------------------------------------------------------------------------------------------------- the raw/ sensor


class Watch:
    """The sensor's daemon, by hand: ticks, and launches what it asks for."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursor: str | None = None
        self.keys: list[str] = []
        self.skipped = ""

    def tick(self) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        said = sensors.raw_folder.evaluate_tick(context)
        self.cursor = said.cursor
        self.skipped = said.skip_message or ""
        requests = list(said.run_requests or [])
        self.keys += [str(request.run_key) for request in requests]
        return requests

    def run(self, request: dg.RunRequest | None = None, config: dict[str, Any] | None = None) -> bool:
        """Materializes and publishes `A_FEW`."""
        tags = request.tags if request else {}
        return run_job(DEFS, "build_everything", self.instance, config, tags, exactly=A_FEW).success

    def settle(self) -> None:
        (request,) = self.tick()
        assert self.run(request)
        assert self.tick() == []


FAILING = {"resources": {"settings": {"config": {"as_of": "2024-12-31"}}}}
"""Refused, since it names no warehouse of its own."""


A_FEW = (*TO_CAPEX, "cloud_revenue_by_definition", *RELEASE)
"""What the sensor asks of a run: the evidence is read, and published."""


@pytest.fixture
def watch(place: Path, few_tables_are_released: None) -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watch(instance)


@pytest.mark.usefixtures("from_memory")
@pytest.mark.slow("runs builds of a few documents")
def test_the_sensor_asks_for_one_run_for_each_change(built: Path, watch: Watch, raw: RawFolder) -> None:
    assert watch.tick() == []
    assert watch.skipped == "The tables were built from the present documents and reference data."
    cloud = raw.root / "cloud.yaml"
    printed = cloud.read_bytes()

    # A claim: taking away what a company filed would hold the release, and with it the run.
    claim = document(document_id="added", kind="article", source_type="article")
    raw.table("added.csv", [row(document="added", entity="tencent", definition="accrual_additions")], [claim])
    watch.settle()
    for title in ("Another title", claim["title"]):  # the second time raw/ is what it was before
        raw.sidecar("added.csv", {"documents": [claim | {"title": title}]})
        watch.settle()
    cloud.write_bytes(printed.replace(b"26,549", b"26,550"))
    for path in raw.root.glob("added.*"):
        path.unlink()
    watch.settle()
    assert Warehouse(built).read("cloud_revenue_by_definition")["amount"].tolist() == [26_550e6]
    assert "added" not in set(Warehouse(built).read("documents")["document_id"])

    assert len(set(watch.keys)) == len(watch.keys) == 4


@pytest.mark.slow("starts runs of Dagster")
def test_the_sensor_does_not_ask_twice_while_a_run_is_on_its_way(watch: Watch) -> None:
    (request,) = watch.tick()
    assert watch.tick() == []
    assert watch.skipped == "A build of this change is being launched."
    run = watch.instance.create_run_for_job(
        DEFS.resolve_job_def("build_everything"), tags=dict(request.tags), status=dg.DagsterRunStatus.STARTED
    )
    assert watch.tick() == []
    assert watch.skipped == "A build of this change is in progress."
    assert run.run_id


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that the sensor reads and a test can put ahead."""
    clock = SimpleNamespace(ahead=dt.timedelta(0))

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime.now(tz) + clock.ahead

    monkeypatch.setattr(sensors, "dt", SimpleNamespace(datetime=Clock, timedelta=dt.timedelta, UTC=dt.UTC))
    return clock


@pytest.mark.slow("runs builds of a few documents")
def test_a_run_that_failed_after_reading_the_documents_settles_nothing_and_is_followed_by_another(
    built: Path, watch: Watch, raw: RawFolder, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The candidates of the evidence hold the change then, and the published tables do not; a run by hand and one of the sensor."""
    from capex_pipeline.normalise import published

    def holds_the_change(warehouse: Warehouse, table: str) -> bool:
        return "tencent" in set(warehouse.read(table)["entity_id"])

    raw.yaml("added.yaml", [row(entity="tencent", definition="accrual_additions")], document(document_id="added"))
    with monkeypatch.context() as patch:
        patch.setattr(published, "capex_by_definition", lambda *_: 1 / 0)
        assert not watch.run()
        assert holds_the_change(Warehouse(built).candidates(), "figures")
        assert not holds_the_change(Warehouse(built).candidates(), "capex_by_definition")
        (request,) = watch.tick()
        assert not watch.run(request)
    assert not holds_the_change(Warehouse(built).candidates(), "capex_by_definition")
    assert watch.tick() == []
    assert "failed; the next attempt is due" in watch.skipped
    clock.ahead = dt.timedelta(hours=1)
    (request,) = watch.tick()
    clock.ahead = dt.timedelta(0)
    assert watch.run(request)
    assert watch.tick() == []
    assert watch.skipped == "The tables were built from the present documents and reference data."
    assert holds_the_change(Warehouse(built), "capex_by_definition")


@pytest.mark.slow("runs builds of a few documents")
def test_the_sensor_asks_again_after_a_failed_run_until_the_change_is_in(
    built: Path, watch: Watch, raw: RawFolder, clock: SimpleNamespace
) -> None:
    raw.yaml("first.yaml", [row(entity="tencent", definition="accrual_additions")], document(document_id="first"))
    for _ in range(2):
        (request,) = watch.tick()
        clock.ahead = dt.timedelta(0)
        assert not watch.run(request, FAILING)
        assert watch.tick() == []
        assert "failed; the next attempt is due" in watch.skipped
        clock.ahead = dt.timedelta(hours=1)
    (request,) = watch.tick()
    assert watch.run(request)
    assert watch.tick() == []
    assert watch.skipped == "The tables were built from the present documents and reference data."
    assert len(set(watch.keys)) == 3

    # A build by hand settles a change too.
    raw.yaml("added.yaml", [row(entity="tencent", definition="accrual_additions")], document(document_id="added"))
    (request,) = watch.tick()
    assert not watch.run(request, FAILING)
    assert watch.run()
    assert watch.tick() == []
    assert watch.skipped == "The tables were built from the present documents and reference data."


def test_a_cursor_that_is_none_starts_anew(watch: Watch) -> None:
    watch.cursor = "not what was written"
    assert len(watch.tick()) == 1


# -------------------------------------------------------------------------------------------------------- the schedule


def scheduled(name: str, when: dt.datetime) -> dg.RunRequest | dg.SkipReason:
    schedule = next(one for one in jobs.SCHEDULES if one.name == name)
    context = dg.build_schedule_context(scheduled_execution_time=when)
    said = schedule.evaluate_tick(context)
    return said.run_requests[0] if said.run_requests else dg.SkipReason(said.skip_message)


def test_earnings_weeks_are_refreshed_more_often_and_others_say_why_not() -> None:
    # Microsoft, Alphabet and Meta publish their September quarters in the last days of October.
    assert isinstance(scheduled("earnings_weeks_refresh", dt.datetime(2026, 10, 29, 12, tzinfo=dt.UTC)), dg.RunRequest)
    quiet = scheduled("earnings_weeks_refresh", dt.datetime(2026, 12, 28, 12, tzinfo=dt.UTC))
    assert isinstance(quiet, dg.SkipReason)
    assert "the daily refresh is enough" in str(quiet.skip_message)


def test_every_schedule_says_its_time_zone_and_starts_switched_off() -> None:
    for schedule in jobs.SCHEDULES:
        assert schedule.execution_timezone == "Europe/London"
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


# ------------------------------------------------------------------------------------------------------------- alerts


@pytest.mark.slow("runs builds of a few documents")
def test_a_failed_run_writes_one_line_that_names_document_rule_and_place(
    raw: RawFolder, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from capex_pipeline.normalise import published

    before = (built / "capex.parquet").read_bytes()
    compute = published.capex_by_definition
    monkeypatch.setattr(published, "capex_by_definition", lambda *inputs: compute(*inputs).assign(bound="perhaps"))
    raw.yaml("added.yaml", [row(entity="tencent", definition="accrual_additions")], document(document_id="added"))
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_job(DEFS, "build_everything", instance, exactly=A_FEW)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        sensors.failed_runs(context)
    alerts_written = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    (alert,) = [one for one in alerts_written if one["step"] == "capex_by_definition"]
    assert (alert["run_id"], alert["job"], alert["step"]) == (result.run_id, "build_everything", "capex_by_definition")
    assert "Table capex_by_definition was not replaced" in alert["message"]
    assert "breaks isin in column bound (value perhaps), document_id " in alert["message"]
    assert (built / "capex.parquet").read_bytes() == before


@pytest.mark.slow("starts runs of Dagster")
def test_a_run_that_was_given_up_from_outside_is_an_alert_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As run_monitoring does with a run whose machine died: its failure has no error of its own."""
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(DEFS.resolve_job_def("build_everything"), status=dg.DagsterRunStatus.STARTED)
        failure = instance.report_run_failed(run, "Exceeded maximum runtime of 900 seconds.")
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs", dagster_instance=instance, dagster_run=run, dagster_event=failure
        ).for_run_failure()
        sensors.failed_runs(context)
    alert = json.loads(log.read_text(encoding="utf-8"))
    assert (alert["run_id"], alert["step"]) == (run.run_id, "none")
    assert alert["message"] == "Exceeded maximum runtime of 900 seconds."


@dg.op
def fails(context) -> None:  # type: ignore[no-untyped-def]  # Dagster reads the annotation, which is text here
    raise dg.Failure(str(context.run.tags["why"]))


@dg.op
def succeeds() -> None: ...


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (["disk full"], [("problem", "disk full")]),
        (["disk full", "disk full", "disk full"], [("problem", "disk full")]),
        (["disk full", "no network"], [("problem", "disk full"), ("problem", "no network")]),
        (["disk full", "", ""], [("problem", "disk full"), ("recovered", "Resolved: disk full")]),
        (["", ""], []),
        (["disk full", "", "disk full"], [("problem", "disk full"), ("recovered", "Resolved: disk full"), ("problem", "disk full")]),
    ],
    ids=["once", "three attempts", "another problem", "recovered", "well", "again"],
)  # fmt: skip
def test_a_problem_is_told_once_and_its_end_too(
    runs: list[str], told: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run after another of a job; the empty text stands for a run that succeeds."""
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    monkeypatch.setenv(alerts.ADDRESS_VARIABLE, "https://tables.example/")
    with dg.DagsterInstance.ephemeral() as instance:
        for why in runs:
            job = dg.GraphDefinition("one_job", node_defs=[fails if why else succeeds]).to_job()
            result = job.execute_in_process(instance=instance, tags={"why": why}, raise_on_error=False)
            event = next(
                one for one in result.all_events if one.event_type_value in ("PIPELINE_FAILURE", "PIPELINE_SUCCESS")
            )
            context = dg.build_run_status_sensor_context("s", event, instance, result.dagster_run)
            if why:
                sensors.failed_runs(context.for_run_failure())
            else:
                sensors.recovered_runs(context)
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    sent = [json.loads(line) for line in lines]
    assert [(one["event"], one["message"]) for one in sent] == told
    assert all(one["run_url"] == f"https://tables.example/runs/{one['run_id']}" for one in sent)


def test_an_experiment_that_succeeds_ends_no_other_ones_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job with choices: the run of another choice, or of another partition, says nothing of this one."""
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    runs = [("a", "2024-11", "failed"), ("b", "2024-11", ""), ("a", "2024-12", ""), ("a", "2024-11", "")]

    @dg.op(config_schema=str)
    def chosen(context) -> None:  # type: ignore[no-untyped-def]  # Dagster reads the annotation, which is text here
        if context.run.tags["why"]:
            raise dg.Failure(context.run.tags["why"])

    job = dg.GraphDefinition("one_job", node_defs=[chosen]).to_job()
    with dg.DagsterInstance.ephemeral() as instance:
        for choice, partition, why in runs:
            result = job.execute_in_process(
                run_config={"ops": {"chosen": {"config": choice}}}, instance=instance, raise_on_error=False,
                tags={"why": why, run_problems.PARTITION_TAG: partition},
            )  # fmt: skip
            event = next(
                one for one in result.all_events if one.event_type_value in ("PIPELINE_FAILURE", "PIPELINE_SUCCESS")
            )
            context = dg.build_run_status_sensor_context("s", event, instance, result.dagster_run)
            sensors.failed_runs(context.for_run_failure()) if why else sensors.recovered_runs(context)
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(one["event"], one["run_id"] == result.run_id) for one in told] == [("problem", False), ("recovered", True)]


@pytest.mark.slow("starts runs of Dagster")
def test_a_failed_check_is_told_once_whichever_job_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand, by the sensor's job and by the schedule's: three jobs look at the same table."""
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    verdicts = iter([False, False, False, True, True])

    @dg.asset(name="table", check_specs=[dg.AssetCheckSpec("rows", asset="table")])
    def table():  # type: ignore[no-untyped-def]
        warning = dg.AssetCheckResult(
            passed=next(verdicts), severity=dg.AssetCheckSeverity.WARN, description="Rows were rejected."
        )
        yield dg.MaterializeResult(check_results=[warning])

    jobs = [dg.define_asset_job(name, "*") for name in ("by_hand", "of_sensor", "of_schedule")]
    definitions = dg.Definitions(assets=[table], jobs=jobs, executor=dg.in_process_executor)
    with dg.DagsterInstance.ephemeral() as instance:
        for job in ("by_hand", "of_sensor", "of_schedule", "by_hand", "of_sensor"):
            result = definitions.resolve_job_def(job).execute_in_process(instance=instance)
            event = result.get_run_success_event()
            sensors.recovered_runs(dg.build_run_status_sensor_context("s", event, instance, result.dagster_run))
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(one["event"], one["job"], one["step"]) for one in told] == [
        ("problem", "by_hand", "table.rows"), ("recovered", "by_hand", "table.rows"),
    ]  # fmt: skip


@pytest.mark.slow("starts runs of Dagster")
def test_rows_that_are_rejected_in_a_successful_run_are_told_once(
    raw: RawFolder, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    monkeypatch.delenv(alerts.WEBHOOK_VARIABLE, raising=False)
    raw.yaml("added.yaml", [row(id="F1"), row(id="F2", value="many")], document(document_id="added"))
    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(2):
            result = run_job(DEFS, "build_everything", instance, only=("documents", "rejected_figures"))
            (event,) = (one for one in result.all_events if one.event_type_value == "PIPELINE_SUCCESS")
            sensors.recovered_runs(dg.build_run_status_sensor_context("s", event, instance, result.dagster_run))
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    steps = [one["step"] for one in told]
    (rejected,) = (one for one in told if one["step"] == "rejected_figures.nothing_was_rejected")
    assert "(1 rows) The first: added.yaml" in rejected["message"]
    assert len(steps) == len(set(steps))


def test_the_launchpad_has_a_sentence_for_every_setting() -> None:
    fields = (
        DEFS.resolve_job_def("build_everything").run_config_schema.config_type.fields["resources"].config_type.fields
    )
    settings = fields["settings"].config_type.fields["config"].config_type.fields
    assert set(settings) >= {"raw", "warehouse", "as_of", "leave_out"}
    assert all(str(field.description).endswith(".") for field in settings.values())
    assert not any(field.is_required for field in settings.values())
