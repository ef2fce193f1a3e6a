"""One build in this process, with Dagster or without it.

    python -m benchmarks.build dagster|plain|graph|import RAW WAREHOUSE

The module builds as `make warehouse` does, or calls the same functions one after the other in plain Python: each step
runs the same code, only Dagster's execution, events and storage are left out. Which builds are compared is defined in
`benchmarks/builds.py`.
"""

from __future__ import annotations

import gc
import inspect
import json
import sys
import time
from types import SimpleNamespace
from typing import Any

from benchmarks import empty_job

NOT_FOR_BUILDS: dict[str, Any] = {"hypothesis": None, "pyspark": None}
"""Libraries of tests and of the engine Spark that pandera imports where it finds them; `make warehouse` does not install them."""


class _Log:
    """A log that nobody reads."""

    def info(self, message: str) -> None: ...

    warning = info


def _context(built: set[Any], checks: set[Any]) -> Any:
    """What our steps use of Dagster's context: a log, what is built and checked, and the events of this run, of which there are none."""
    return SimpleNamespace(
        log=_Log(),
        run=SimpleNamespace(run_id="none"),
        job_def=SimpleNamespace(has_node_named=lambda _: True),  # the whole job, the release included
        instance=SimpleNamespace(
            all_logs=lambda *_, **__: [], schedule_storage=None, get_latest_materialization_event=lambda _: None
        ),
        selected_asset_keys=built,
        selected_asset_check_keys=checks,
    )


def _definitions(raw: str, warehouse: str) -> Any:
    from capex_pipeline.definitions import build_defs
    from capex_pipeline.orchestration.resources import Settings

    return build_defs({"settings": Settings(raw=raw, warehouse=warehouse)})


def plain(raw: str, warehouse: str) -> dict[str, Any]:
    """Every step of the job in order, as plain function calls; processor seconds by step."""
    definitions = _definitions(raw, warehouse)
    built = empty_job.built_by(definitions)
    graph = definitions.resolve_asset_graph()
    resources = {"context": _context(built, set(graph.asset_check_keys)), **definitions.resources}
    order = graph.toposorted_asset_keys
    place = {key: number for number, key in enumerate(order)}
    steps = [
        (max(place[key] for key in step.keys), step.node_def)
        for step in empty_job.steps_of(definitions)
        if step.keys <= built
    ]
    steps += [
        (max(place[key] for spec in check.check_specs for key in _read_by(spec)), check.node_def)
        for check in definitions.asset_checks
        if {spec.asset_key for spec in check.check_specs} <= built
    ]
    taken: dict[str, float] = {}
    for _, node in sorted(steps, key=lambda step: step[0]):
        function = node.compute_fn.decorated_fn
        start = time.process_time()
        done = function(**{name: resources[name] for name in inspect.signature(function).parameters})
        if inspect.isgenerator(done):
            list(done)
        taken[node.name] = time.process_time() - start
    return {"run": sum(taken.values()), "steps": taken}


def _read_by(spec: Any) -> list[Any]:
    return [spec.asset_key, *(dep.asset_key for dep in spec.additional_deps)]


def main(kind: str, raw: str = "", warehouse: str = "") -> dict[str, Any]:
    """What is asked for, as plain data."""
    start = time.process_time()
    if kind == "import":
        import capex_pipeline.definitions  # noqa: F401

        return {"import": time.process_time() - start}
    gc.disable()  # as the command does for a build
    if kind == "plain":
        from capex_pipeline.storage import run_memory

        with run_memory.remembering():
            return plain(raw, warehouse)
    definitions = _definitions(raw, warehouse)
    if kind == "graph":
        return empty_job.graph_of(definitions)
    return empty_job.run(definitions)


if __name__ == "__main__":
    sys.modules.update(NOT_FOR_BUILDS)  # to import one of them fails, as where it is not installed
    print(json.dumps(main(*sys.argv[1:])))
