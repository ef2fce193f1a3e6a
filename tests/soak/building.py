"""One build as a trial runs it: the whole graph, in this process, with everything imported beforehand.

This module runs the job and reports how it ended. Faults are injected by `tests/soak/faults.py`.

Work that takes time and writes nothing is done once, so that many trials fit: a table is computed and validated the
first time that its inputs occur, and taken from memory afterwards; a short page replaces the report. Reading raw/,
every file, the graph and the release are the pipeline's own code. `stops.command_at_a_moment` omits nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from .states import Site

UNTOLD = "UNTOLD "
"""Begins a failure that is no sentence of this package."""

_REFUSED = "RESOURCE_INIT_FAILURE"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def prepare() -> dg.JobDefinition:
    """The job, with the stand-ins in place, for the rest of this process and its children."""
    from capex_pipeline.definitions import build_defs
    from capex_pipeline.orchestration import asset_factory
    from capex_pipeline.report import page
    from capex_pipeline.schemas import validation

    page.render = rendered  # type: ignore[assignment]
    require = validation.require
    met: set[tuple[str, int]] = set()

    def require_once(frame: pd.DataFrame, model: Any, table: str) -> None:
        seen = (table, int(pd.util.hash_pandas_object(frame).sum()))
        if seen not in met:
            require(frame, model, table)
            met.add(seen)

    asset_factory.write = from_memory(asset_factory.write, {})
    validation.require = require_once  # type: ignore[assignment]
    return build_defs().resolve_job_def("build_everything")


def from_memory(
    write: Callable[..., Iterator[Any]], computed: MutableMapping[str, Any]
) -> Callable[..., Iterator[Any]]:
    """`asset_factory.write`, which takes a table from `computed` where one was computed from equal inputs before.

    Equal inputs have an equal fingerprint, as in a warehouse, where a table of equal inputs is not computed again either.
    """

    def write_from_memory(
        context: Any, warehouse: Any, tables: list[str], wanted: str, frames: Callable[[], Any], *more: Any
    ) -> Iterator[Any]:
        def remembered() -> Any:
            with contextlib.suppress(KeyError):
                return computed[wanted]
            computed[wanted] = made = frames()
            return made

        return write(context, warehouse, tables, wanted, remembered, *more)

    return write_from_memory


def rendered(tables: Any, ids: Any, *, release: str, fingerprint: str, **_: Any) -> str:
    """A short page with the fingerprint in its head, by which the asset of the page recognises that it is up to date."""
    from capex_pipeline.report import page_fingerprint

    return f'<meta name="{page_fingerprint.FINGERPRINT}" content="{fingerprint}">\n' + f"<p>{release}</p>\n" * 400


def build(job: dg.JobDefinition, raw: Path, site: Site, **settings: Any) -> str:
    """Builds; returns "" or what failed, a line for each step."""
    chosen = {"raw": str(raw), "warehouse": str(site.root / "warehouse"), **settings}
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={**_QUIET, "resources": {"settings": {"config": chosen}}},
        )
    failed = [
        _said(event) for event in result.all_events if event.is_step_failure or event.event_type_value == _REFUSED
    ]
    return "\n".join(failed) or ("" if result.success else f"{UNTOLD}nothing")


def _said(event: dg.DagsterEvent) -> str:
    if event.event_type_value == _REFUSED:
        error = event.engine_event_data.error
        told = error is not None and any(name in error.message for name in ("BuildLockError", "OtherPlacesError"))
        return ("" if told else UNTOLD) + (error.message.strip() if error else "nothing")
    if event.step_failure_data.user_failure_data is not None:
        return f"{event.step_key}: {event.step_failure_data.user_failure_data.description}"
    error = event.step_failure_data.error
    return f"{UNTOLD}{event.step_key}: {(error.cause or error).message.strip() if error else 'nothing'}"
