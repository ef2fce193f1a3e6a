"""Dagster sensors: what starts a build when raw/ changes, and what reports a failed run.

Add a sensor here when an event, rather than the clock, starts or reports something. Jobs and schedules belong to `jobs`, the
wording and sending of an alert to `alerts`.
"""

import datetime as dt
import json
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from capex_pipeline.orchestration import alerts, freshness, run_problems
from capex_pipeline.orchestration.dead_runs import dead_runs
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.jobs import build_everything
from capex_pipeline.orchestration.raw_version import DAY, observed
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.raw import folder as raw
from capex_pipeline.storage.fingerprint import evidence_fingerprint
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

RAW_TAG = "capex_pipeline/raw"
_LONGEST_WAIT = dt.timedelta(hours=1)


@dg.sensor(
    name="raw_folder",
    job=build_everything,
    minimum_interval_seconds=30,
    description="Requests a build when a document in raw/ or the project's reference data change, and retries until the change is published.",
)
def raw_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Requests one run for each change, and a retry after a failed one, at growing intervals, until the tables contain the change.

    The criterion is whether the last release was computed from the present files, so a manual build completes a change too. A run that
    failed after it had read the documents made no release, whoever started it, and is followed by another. A held release is the exception,
    since an equal build would be held again. A change is recorded as the data version of the asset raw, so that tables made from other
    documents are shown as out of date before the run.
    """
    settings = Settings()
    root, warehouse = settings.raw_folder(), settings.open_warehouse()
    signature = raw.signature(root)
    if (path := raw.being_written(signature, time.time())) is not None:
        return dg.SkipReason(f"{path} was just written and may be incomplete; the next tick checks again.")
    with in_words():
        listing = _listing(root, signature)
    present = evidence_fingerprint(listing, settings.leave_out, settings.reference_fingerprint())
    cursor = _cursor(context.cursor)
    changes = [] if cursor["raw"] == present else [observed(listing, len(signature))]
    if _released_from(warehouse) == present and not _is_held(warehouse):
        if changes:
            context.update_cursor(json.dumps({**cursor, "raw": present, "attempt": 0}))
        sentence = "The tables were built from the present documents and reference data."
        return dg.SensorResult(skip_reason=sentence, asset_events=changes)
    if changes:
        cursor = {"change": int(cursor["change"]) + 1, "raw": present, "attempt": 0}
    runs = context.instance.get_run_records(
        dg.RunsFilter(tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"}), limit=1
    )
    attempt = int(cursor["attempt"])
    if attempt and not runs:
        return dg.SkipReason("A build of this change is being launched.")
    if runs and not runs[0].dagster_run.is_finished:
        return dg.SkipReason("A build of this change is in progress.")
    if runs and (message := _held_message(warehouse, present)) is not None:
        return dg.SkipReason(
            f"The release of this change is held, and would be held again until documents or reference data change. {message}"
        )
    if runs:
        wait = min(dt.timedelta(seconds=30) * 2**attempt, _LONGEST_WAIT)
        since = dt.datetime.now(dt.UTC) - dt.datetime.fromtimestamp(runs[0].end_time or 0, dt.UTC)
        if since < wait:
            return dg.SkipReason(f"The build of this change failed; the next attempt is due {wait} after it.")
    cursor["attempt"] = attempt + 1
    context.update_cursor(json.dumps(cursor))
    request = dg.RunRequest(
        # With the hash alone, a change that was undone would count as requested already.
        run_key=f"{cursor['change']}:{present[:16]}:{cursor['attempt']}",
        tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"},
    )
    return dg.SensorResult(run_requests=[request], asset_events=changes)


@dataclass
class _Look:
    """State of raw/ in earlier ticks. hashed: when all files were hashed. known: digests of single files."""

    hashed: float
    known: raw.Known = field(default_factory=dict)
    signature: raw.Signature | None = None
    fingerprint: str = ""


_looks: dict[Path, _Look] = {}


def _listing(root: Path, signature: raw.Signature) -> str:
    """Fingerprint of raw/.

    Without a changed signature it is that of the previous tick. Otherwise the changed files are hashed, and all files once a day. Raises
    FolderError as `raw.folder.refuse_unusable` does.
    """
    look = _looks.get(root)
    if look is None or not 0 <= time.time() - look.hashed < DAY:
        look = _looks[root] = _Look(time.time())
    if look.signature != signature:
        raw.refuse_unusable(root)
        look.fingerprint, look.signature = raw.listing_fingerprint(root, known=look.known), signature
    return look.fingerprint


def _released_from(warehouse: Warehouse) -> str | None:
    """Fingerprint of the evidence of the published set; None if it is damaged or missing, so that a build repairs it."""
    from capex_pipeline.release import ReleaseError, manifest

    try:
        published = manifest.read(warehouse.root)
        if published is None or not manifest.is_whole(manifest.place_of(warehouse.root, published), published):
            return None
    except ReleaseError:
        return None
    fingerprint = published["tables"].get("figures", {}).get("input_fingerprint")
    return None if fingerprint is None else str(fingerprint)


def _is_held(warehouse: Warehouse) -> bool:
    """Whether the candidates are held. If raw/ is again as published, a build replaces them and updates the pages."""
    return _held_note(warehouse).is_file()


def _held_message(warehouse: Warehouse, present: str) -> str | None:
    """Why the candidates of the present evidence are held; None if they are not held, or were computed from other evidence."""
    footer = warehouse.candidates().footer("figures")
    if footer is None or footer.input_fingerprint != present or not _is_held(warehouse):
        return None
    return escaping.visible(_held_note(warehouse).read_text(encoding="utf-8", errors="replace").partition("\n")[0])


def _held_note(warehouse: Warehouse) -> Path:
    from capex_pipeline.release.snapshots import HELD_NOTE

    return Path(warehouse.candidates().root / HELD_NOTE)


def _cursor(text: str | None) -> dict[str, int | str]:
    try:
        content = json.loads(text or "")
        return {"change": int(content["change"]), "raw": str(content["raw"]), "attempt": int(content["attempt"])}
    except (ValueError, KeyError, TypeError):
        return {"change": 0, "raw": "", "attempt": 0}


@dg.run_failure_sensor(
    name="failed_runs",
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes one line for each new problem of a failed run to the alert log, and posts it to the webhook if one is configured.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Sends an alert with the step and the message that names document, rule and place; once for each problem, not for each attempt."""
    _tell(context.instance, context.dagster_run, context.log, context.failure_event)


@dg.run_status_sensor(
    name="recovered_runs",
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends an alert when a job succeeds after a failure, and when a successful run has a new warning, such as rejected rows.",
)
def recovered_runs(context: dg.RunStatusSensorContext) -> None:
    """Reports problems that ended and new warnings of a successful run."""
    _tell(context.instance, context.dagster_run, context.log)


def _tell(
    instance: dg.DagsterInstance, run: dg.DagsterRun, log: logging.Logger, failure: dg.DagsterEvent | None = None
) -> None:
    """Sends alerts for the differences between the problems of a run and the previous state."""
    now = run_problems.of_run(instance, run.run_id)
    now.pop(f"{freshness.RELEASE.to_user_string()}.{freshness.NAME}", None)  # the sensor overdue_release reports it
    if failure is not None and now[run_problems.RUN] is None:
        now[run_problems.RUN] = run_problems.cause_of_run(failure)
    before = run_problems.before_run(instance, run, now)
    about = {"run_id": run.run_id, "job": run.job_name}
    for key, problem in now.items():
        known = before.get(key)
        if problem == known:
            continue
        of_steps = ", ".join(run_problems.failed_steps(instance, run.run_id)) or "none"
        about["step"] = of_steps if key == run_problems.RUN else key
        event, message = ("problem", problem) if problem is not None else ("recovered", f"Resolved: {known}")
        log.info(alerts.send({**about, "event": event, "message": str(message)}, dt.datetime.now(dt.UTC)))


SENSORS = [raw_folder, failed_runs, recovered_runs, dead_runs, freshness.overdue_release]
