"""A Dagster job with the same assets and checks as the project, which all do nothing: the cost of the framework.

    python -m benchmarks.empty_job GRAPH.json

This module reads the shape of the graph and builds an equal graph without work. It imports Dagster and nothing of the
project; `benchmarks/build.py` writes the file GRAPH.json.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg

JOB = "build_everything"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def graph_of(definitions: Any) -> dict[str, Any]:
    """Assets with what each is computed from and checked by, and the checks that are steps of their own, as plain data."""
    built = {key.to_user_string() for key in built_by(definitions)}
    steps = [
        {
            "name": step.node_def.name,
            "assets": [
                {
                    "key": spec.key.to_user_string(),
                    "deps": sorted({dep.asset_key.to_user_string() for dep in spec.deps} & built),
                    "checks": [check.name for check in step.check_specs if check.asset_key == spec.key],
                }
                for spec in step.specs
            ],
        }
        for step in steps_of(definitions)
        if {key.to_user_string() for key in step.keys} <= built
    ]
    checks = [
        {
            "name": step.node_def.name,
            "checks": [
                {
                    "asset": spec.asset_key.to_user_string(),
                    "name": spec.name,
                    "blocking": spec.blocking,
                    "deps": [dep.asset_key.to_user_string() for dep in spec.additional_deps],
                }
                for spec in step.check_specs
            ],
        }
        for step in definitions.asset_checks
        if {spec.asset_key.to_user_string() for spec in step.check_specs} <= built
    ]
    return {"steps": steps, "checks": checks}


def steps_of(definitions: Any) -> list[Any]:
    """The assets that are made by a step; raw/ is one that nothing makes."""
    import dagster as dg

    return [one for one in definitions.assets if isinstance(one, dg.AssetsDefinition)]


def built_by(definitions: Any) -> set[Any]:
    """Keys of the assets that the job builds."""
    return set(definitions.resolve_job_def(JOB).asset_layer.executable_asset_keys)


def definitions_of(graph: dict[str, Any]) -> dg.Definitions:
    """A code location with this graph in which nothing is done."""
    import dagster as dg

    return dg.Definitions(
        assets=[_step(step) for step in graph["steps"]],
        asset_checks=[_check(check) for check in graph["checks"]],
        jobs=[dg.define_asset_job(JOB, selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    )


def _step(step: dict[str, Any]) -> Any:
    import dagster as dg

    checks = [
        dg.AssetCheckSpec(name, asset=asset["key"], blocking=True)
        for asset in step["assets"]
        for name in asset["checks"]
    ]

    @dg.multi_asset(
        name=step["name"],
        specs=[dg.AssetSpec(asset["key"], deps=asset["deps"]) for asset in step["assets"]],
        check_specs=checks,
    )
    def nothing() -> Iterator[Any]:
        for asset in step["assets"]:
            results = [
                dg.AssetCheckResult(passed=True, asset_key=asset["key"], check_name=name) for name in asset["checks"]
            ]
            yield dg.MaterializeResult(asset_key=asset["key"], check_results=results)

    return nothing


def _check(step: dict[str, Any]) -> Any:
    import dagster as dg

    specs = [
        dg.AssetCheckSpec(one["name"], asset=one["asset"], blocking=one["blocking"], additional_deps=one["deps"])
        for one in step["checks"]
    ]

    @dg.multi_asset_check(name=step["name"], specs=specs, can_subset=True)
    def nothing(context) -> Iterator[Any]:  # type: ignore[no-untyped-def]  # Dagster knows it by its name
        for key in sorted(context.selected_asset_check_keys):
            yield dg.AssetCheckResult(passed=True, asset_key=key.asset_key, check_name=key.name)

    return nothing


def run(definitions: Any) -> dict[str, Any]:
    """Runs the job on the instance that DAGSTER_HOME names; processor seconds and the number of assets and checks."""
    import dagster as dg

    start = time.process_time()
    job = definitions.resolve_job_def(JOB)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=QUIET)
        return {
            "run": time.process_time() - start,
            "assets": len(result.get_asset_materialization_events()),
            "checks": len(result.get_asset_check_evaluations()),
        }


if __name__ == "__main__":
    print(json.dumps(run(definitions_of(json.loads(Path(sys.argv[1]).read_text())))))
