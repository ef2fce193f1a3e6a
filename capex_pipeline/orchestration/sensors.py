"""Dagster sensors: what starts a build when raw/ changes, and what reports a failed run.

Add a sensor here when an event, rather than the clock, starts or reports something. Jobs and schedules belong to `jobs`, the
wording and sending of an alert to `alerts`.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from capex_pipeline.orchestration import alerts
from capex_pipeline.orchestration.dead_runs import dead_runs
from capex_pipeline.orchestration.jobs import build_everything
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.raw import folder as raw
from capex_pipeline.raw.errors import FolderError
from capex_pipeline.storage.fingerprint import evidence_fingerprint
from capex_pipeline.storage.warehouse import Warehouse

RAW_TAG = "capex_pipeline/raw"
_LONGEST_WAIT = dt.timedelta(hours=1)


@dg.sensor(
    name="raw_folder",
    job=build_everything,
    minimum_interval_seconds=30,
    description="Asks for a build whenever a document in raw/ or the project's reference data change, until the change is in.",
)
def raw_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run for each change, and another after a failed one, at growing intervals, until the tables hold the change.

    What counts is whether the last release was computed from the present files, so a whole build by hand settles a change as well. A run
    that failed after it had read the documents, whoever started it, made no release: it is followed by another.
    """
    settings = Settings()
    root, warehouse = settings.raw_folder(), settings.open_warehouse()
    try:
        raw.refuse_unusable(root)
    except FolderError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    if (path := raw.being_written(raw.signature(root), time.time())) is not None:
        yield dg.SkipReason(f"{path} was written a moment ago and may be incomplete; the next tick looks again.")
        return
    present = evidence_fingerprint(_listing(root), settings.leave_out, settings.reference_fingerprint())
    if _released_from(warehouse) == present and not _is_held(warehouse):
        yield dg.SkipReason("The tables were built from the present documents and reference data.")
        return
    cursor = _cursor(context.cursor)
    if cursor["raw"] != present:
        cursor = {"change": int(cursor["change"]) + 1, "raw": present, "attempt": 0}
    runs = context.instance.get_run_records(
        dg.RunsFilter(tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"}), limit=1
    )
    attempt = int(cursor["attempt"])
    if attempt and not runs:
        yield dg.SkipReason("A build of this change is being launched.")
        return
    if runs and not runs[0].dagster_run.is_finished:
        yield dg.SkipReason("A build of this change is under way.")
        return
    if runs:
        wait = min(dt.timedelta(seconds=30) * 2**attempt, _LONGEST_WAIT)
        since = dt.datetime.now(dt.UTC) - dt.datetime.fromtimestamp(runs[0].end_time or 0, dt.UTC)
        if since < wait:
            yield dg.SkipReason(f"The build of this change failed; the next attempt is due {wait} after it.")
            return
    cursor["attempt"] = attempt + 1
    context.update_cursor(json.dumps(cursor))
    yield dg.RunRequest(
        # With the hash alone, a change that is undone would count as asked for already.
        run_key=f"{cursor['change']}:{present[:16]}:{cursor['attempt']}",
        tags={RAW_TAG: f"{cursor['change']}-{present[:16]}"},
    )


_DAY = 24 * 60 * 60
_hashed: dict[Path, tuple[float, raw.Known]] = {}
"""Folder of documents -> when all of it was hashed, and the digests by which later ticks hash only what differs."""


def _listing(root: Path) -> str:
    """Fingerprint of raw/: files are hashed again where size, times or inode differ, and all of them once a day."""
    since, known = _hashed.get(root, (0.0, {}))
    if not 0 <= time.time() - since < _DAY:
        since, known = time.time(), {}
    _hashed[root] = (since, known)
    return raw.listing_fingerprint(root, known=known)


def _released_from(warehouse: Warehouse) -> str | None:
    """Fingerprint of the evidence of the published set; None where it is damaged or absent, so that a build makes it whole."""
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
    """Whether the candidates are held: where raw/ is as published again, a build replaces them and says so on the pages."""
    from capex_pipeline.release.snapshots import HELD_NOTE

    return (warehouse.candidates().root / HELD_NOTE).is_file()


def _cursor(text: str | None) -> dict[str, int | str]:
    try:
        said = json.loads(text or "")
        return {"change": int(said["change"]), "raw": str(said["raw"]), "attempt": int(said["attempt"])}
    except (ValueError, KeyError, TypeError):
        return {"change": 0, "raw": "", "attempt": 0}


@dg.run_failure_sensor(
    name="failed_runs",
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes one line for each failed run to the alert log, and posts it to the webhook where one is configured.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Alerts with the step and the sentence that says which document, rule and place."""
    failures = context.get_step_failure_events()
    step = ", ".join(sorted({str(event.step_key) for event in failures})) or "none"
    said = [_cause(event) for event in failures] or [_cause_of_run(context.failure_event)]
    done = alerts.send(
        {
            "run_id": context.dagster_run.run_id,
            "job": context.dagster_run.job_name,
            "step": step,
            "message": " ".join(dict.fromkeys(said)),  # a run may fail in many steps for one reason
        },
        dt.datetime.now(dt.UTC),
    )
    context.log.info(done)


def _cause(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error.cause if data.error is not None and data.error.cause is not None else data.error
    return str(error) if error is not None else "no message"


def _cause_of_run(event: dg.DagsterEvent) -> str:
    """Why a run ended in no step of its own: another build has the warehouse, say, or its machine died and it was given up."""
    error = event.job_failure_data.error if event.event_specific_data is not None else None
    if error is None or error.cause is None:
        return event.message or "no message"
    return str(error.cause.message).strip()


SENSORS = [raw_folder, failed_runs, dead_runs]
