"""Checks that the release is as recent as the switched-on schedules require: a check of the asset `release`, and the sensor that evaluates it
regularly.

Dagster's freshness policies are fixed when the code is loaded, so they would mark tables as overdue even while the schedules are off. Add
here what is expected of a schedule. The schedules themselves are in `jobs`, the wording and sending of an alert in `alerts`.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorStatus, ScheduleInstigatorData
from dagster._utils.schedules import reverse_cron_string_iterator

from capex_pipeline.orchestration import alerts
from capex_pipeline.orchestration.jobs import (
    SCHEDULES,
    TIME_ZONE,
    earnings_weeks_of,
    earnings_weeks_refresh,
    refresh_and_build,
)

RELEASE = dg.AssetKey("release")
NAME = "published_on_schedule"

GRACE = dt.timedelta(hours=2, minutes=30)
"""Time from a tick of a schedule until its build must be published: from 06:30 to 09:00."""

_INTERVAL_SECONDS = 300
_NONE = "No schedule that refreshes the tables is switched on, so no release is overdue."
_NOT_YET = "No build of the schedules that are switched on is due yet, so no release is overdue."


@dataclass(frozen=True)
class Expected:
    """A tick of a schedule that should have led to a release."""

    schedule: str
    tick: dt.datetime


def expected(instance: dg.DagsterInstance, now: dt.datetime) -> Expected | None:
    """The newest tick of a switched-on refresh schedule whose time to publish has passed; None if there is none."""
    jobs = []
    since = _switched_on(instance)
    for schedule in _refreshing(since):
        ticks = reverse_cron_string_iterator((now - GRACE).timestamp(), str(schedule.cron_schedule), TIME_ZONE)
        tick = next(ticks)
        if tick < since[schedule.name] or (schedule is earnings_weeks_refresh and not earnings_weeks_of(tick)):
            continue
        jobs.append(Expected(schedule.name, tick))
    return max(jobs, key=lambda one: one.tick, default=None)


def judge(instance: dg.DagsterInstance, now: dt.datetime) -> dg.AssetCheckResult:
    """The result of the check at a time (with time zone)."""
    due, published = expected(instance, now), _published(instance)
    last = f"The last release was made on {_shown(published)}." if published else "There is no release yet."
    if due is None:
        why = _NOT_YET if _refreshing(_switched_on(instance)) else _NONE
        return _result(True, f"{why} {last}")
    when = f"{due.schedule}, which was due on {_shown(due.tick)}"
    if published is not None and published >= due.tick:
        return _result(True, f"Published after the last tick of {when}. {last}")
    return _result(
        False,
        f"Nothing was published after the last tick of {when}. {last} Look at the newest run of "
        f"{refresh_and_build.name} (Runs): it failed, is still queued, or its release was held. Resolve the cause, "
        "then launch the job again.",
    )


@dg.asset_check(
    asset=RELEASE,
    name=NAME,
    description="A switched-on refresh schedule has published within two and a half hours after its tick. Passes if no such schedule is on.",
)
def published_on_schedule(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    return judge(context.instance, dt.datetime.now(dt.UTC))


@dg.sensor(
    name="overdue_release",
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks the release as overdue and sends an alert if a switched-on refresh schedule did not publish in time.",
)
def overdue_release(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Records the result when it changes. The release is overdue only after two ticks in a row, so that a machine that was off can catch up first."""
    now = dt.datetime.now(dt.UTC)
    result = judge(context.instance, now)
    before = json.loads(context.cursor or '{"late": 0, "shown": true}')
    late = 0 if result.passed else min(before["late"] + 1, 2)
    shown = late < 2  # what the page of the release shows: True for passed
    events = []
    if shown != before["shown"]:
        events.append(  # an event that belongs to no run
            dg.AssetCheckEvaluation(
                asset_key=RELEASE,
                check_name=NAME,
                passed=result.passed,
                severity=result.severity,
                description=result.description,
            )
        )
        about = {"job": refresh_and_build.name, "step": f"release.{NAME}", "message": str(result.description)}
        context.log.info(alerts.send({**about, "event": "recovered" if shown else "problem"}, now))
    context.update_cursor(json.dumps({"late": late, "shown": shown}))
    return dg.SensorResult(skip_reason=str(result.description), asset_events=events)


def _refreshing(switched_on: Collection[str]) -> list[dg.ScheduleDefinition]:
    """The schedules among these that refresh and publish the tables."""
    return [one for one in SCHEDULES if one.job_name == refresh_and_build.name and one.name in switched_on]


def _switched_on(instance: dg.DagsterInstance) -> dict[str, dt.datetime]:
    """Switched-on schedules -> since when. An ephemeral instance has none."""
    if instance.schedule_storage is None:
        return {}
    states = instance.all_instigator_state(
        instigator_type=InstigatorType.SCHEDULE, instigator_statuses={InstigatorStatus.RUNNING}
    )
    return {
        state.instigator_name: dt.datetime.fromtimestamp(state.instigator_data.start_timestamp or 0, dt.UTC)
        for state in states
        if isinstance(state.instigator_data, ScheduleInstigatorData)
    }


def _published(instance: dg.DagsterInstance) -> dt.datetime | None:
    event = instance.get_latest_materialization_event(RELEASE)
    return None if event is None else dt.datetime.fromtimestamp(event.timestamp, dt.UTC)


def _shown(moment: dt.datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(TIME_ZONE)):%Y-%m-%d %H:%M} London time"


def _result(passed: bool, description: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, description=description)
