"""What is expected of the release while schedules are switched on or off."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
)

from capex_pipeline.orchestration import alerts, freshness

LONDON = ZoneInfo("Europe/London")
ON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=LONDON)
"""A Monday. No tracked company usually publishes in the first week of June; in the last one of July many do."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home"))) as made:
        yield made


@pytest.fixture
def instance(kept: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """An instance on which no schedule is switched on."""
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(tmp_path / "alerts.log"))
    for state in kept.all_instigator_state():
        switch(kept, state.instigator_name, None)
    return kept


def switch(instance: dg.DagsterInstance, schedule: str, since: dt.datetime | None) -> None:
    """Switches a schedule on at a moment, or off."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("capex_pipeline"), "__repository__")
    status = InstigatorStatus.STOPPED if since is None else InstigatorStatus.RUNNING
    start = None if since is None else since.timestamp()
    state = InstigatorState(
        RemoteInstigatorOrigin(repository, schedule),
        InstigatorType.SCHEDULE,
        status,
        ScheduleInstigatorData("* * * * *", start),
    )
    known = instance.get_instigator_state(state.instigator_origin_id, state.selector_id)
    (instance.add_instigator_state if known is None else instance.update_instigator_state)(state)


def published(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime | None) -> None:
    """Has the last release made at a moment: Dagster writes down the present one for every event."""
    monkeypatch.setattr(freshness, "_published", lambda _: moment)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_nothing_is_expected_while_every_schedule_is_off(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(monkeypatch, at("2020-01-01 07:00"))
    for since in (None, ON, None):
        switch(instance, "daily_refresh", since)
        result = freshness.judge(instance, at("2026-06-03 12:00"))
        assert result.passed is (since is None), result.description
        assert ("No schedule that refreshes the tables is switched on" in str(result.description)) is (since is None)


@pytest.mark.parametrize(("now", "last", "passed"), [
    ("2026-06-03 08:59", "2026-06-02 06:31", True),  # half past six of the 3rd was two hours and 29 minutes ago
    ("2026-06-03 09:01", "2026-06-02 06:31", False),
    ("2026-06-03 09:01", "2026-06-03 06:31", True),
    ("2026-06-03 09:01", "2026-06-03 06:29", False),  # built by hand before the tick: the refresh itself has not published
    ("2026-10-25 09:01", "2026-10-25 06:31", True),  # the night in which clocks go back
])  # fmt: skip
def test_the_daily_refresh_publishes_by_nine(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, now: str, last: str, passed: bool
) -> None:
    switch(instance, "daily_refresh", ON)
    published(monkeypatch, at(last))
    result = freshness.judge(instance, at(now))
    assert result.passed is passed
    assert last in str(result.description)


def test_a_schedule_is_answerable_from_its_first_tick_after_it_was_switched_on(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(instance, "daily_refresh", at("2026-06-02 07:00"))
    published(monkeypatch, None)
    early = freshness.judge(instance, at("2026-06-03 08:00"))
    assert early.passed and "is due yet" in str(early.description)
    late = freshness.judge(instance, at("2026-06-03 09:30"))
    assert not late.passed and "There is no release yet." in str(late.description)


def test_the_refresh_of_earnings_weeks_is_expected_in_those_weeks_only(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(instance, "earnings_weeks_refresh", ON)
    switch(instance, "weekly_housekeeping", ON)
    published(monkeypatch, at("2026-06-01 07:00"))
    assert freshness.judge(instance, at("2026-06-03 12:00")).passed
    assert not freshness.judge(instance, at("2026-07-29 12:00")).passed
    published(monkeypatch, at("2026-07-29 09:01"))
    assert freshness.judge(instance, at("2026-07-29 11:45")).passed


def test_a_run_that_dagster_forgets_knows_no_schedule() -> None:
    with dg.DagsterInstance.ephemeral() as forgotten:
        assert freshness.judge(forgotten, at("2026-06-03 12:00")).passed


def test_an_overdue_release_is_told_once_and_so_is_its_end(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = dt.datetime.now(dt.UTC)
    switch(instance, "daily_refresh", now - dt.timedelta(days=9))
    events: list[dg.AssetCheckEvaluation] = []
    cursor = None
    for moment in (now - dt.timedelta(days=5), *[now - dt.timedelta(days=5)] * 3, now, now):
        published(monkeypatch, moment)
        with dg.build_sensor_context(instance, cursor=cursor) as context:
            result = freshness.overdue_release(context)
            cursor = context.cursor
        events += result.asset_events
    assert [one.passed for one in events] == [False, True]
    for one in events:
        instance.report_runless_asset_event(one)
    told = [json.loads(line) for line in (tmp_path / "alerts.log").read_text(encoding="utf-8").splitlines()]
    assert [(one["event"], one["step"]) for one in told] == [
        ("problem", "release.published_on_schedule"), ("recovered", "release.published_on_schedule"),
    ]  # fmt: skip
    assert "daily_refresh" in told[0]["message"] and "Look at the newest run" in told[0]["message"]
