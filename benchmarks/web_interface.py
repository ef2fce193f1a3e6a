"""The web interface beside that of Dagster's own example: time until ready, memory, and time from a click to success.

    python -m benchmarks.web_interface [--rounds 3]

Both are started in turn on this machine, several times, since its load varies; the table has medians and their ratio. The example is the asset
of Dagster's quickstart (a CSV file read, a column added, written by pandas) in the project that `dagster project scaffold` makes, with Dagster's
default settings. Ours is `make ui` on the project's documents, with a warehouse that is built already. Processor time and memory are those of all
processes of a side. Add here what an operator waits for in front of the screen; the build by itself is in `build`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT

AIM = 1.1
_EXAMPLE = """
import dagster as dg
import pandas as pd


@dg.asset
def processed_data():
    df = pd.read_csv("sample_data.csv")
    df["age_group"] = pd.cut(df["age"], bins=[0, 30, 40, 100], labels=["Young", "Middle", "Senior"])
    df.to_csv("processed_data.csv", index=False)
    return "Data loaded successfully"


defs = dg.Definitions(assets=[processed_data])
"""
_SAMPLE = (
    "id,name,age,city\n1,Alice,28,New York\n2,Bob,35,San Francisco\n3,Charlie,42,Chicago\n4,Diana,31,Los Angeles\n"
)
_PROGRAMS = Path(sys.executable).parent
_LAUNCH = "mutation ($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename ... on LaunchRunSuccess { run { runId } } } }"


@dataclass(frozen=True)
class Side:
    """A web interface. folder: its working directory. command: without the port. variables: beside those of this process."""

    name: str
    folder: Path
    command: list[str]
    variables: Mapping[str, str]


def main() -> int:
    """Measure both sides and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        sides = [_ours(Path(name) / "ours"), _example(Path(name) / "example")]
        found: dict[str, list[dict[str, float]]] = {side.name: [] for side in sides}
        for number in range(rounds):
            for side in sides if number % 2 == 0 else reversed(sides):
                found[side.name].append(_measured(side))
    print("| what | ours | Dagster's example | ratio |\n|---|---:|---:|---:|")
    for what in found["ours"][0]:
        ours, other = (statistics.median(one[what] for one in found[side.name]) for side in sides)
        print(f"| {what} | {ours:,.1f} | {other:,.1f} | {ours / other:.2f} |")
    print(f"\nMedians of {rounds} rounds in turn; aim: {AIM} times at most.")
    return 0


def _ours(folder: Path) -> Side:
    home = folder / "home"
    home.mkdir(parents=True)
    shutil.copy(ROOT / "capex_pipeline" / "cli" / "project_template" / "dagster.yaml", home)
    variables = {
        "DAGSTER_HOME": str(home),
        "CAPEX_PIPELINE_WAREHOUSE": str(folder / "warehouse"),
        "CAPEX_PIPELINE_REFRESH": "",
    }
    program = str(_PROGRAMS / "capex-pipeline")
    subprocess.run([program, "build"], cwd=ROOT, env={**os.environ, **variables}, check=True, stdout=subprocess.DEVNULL)
    return Side("ours", ROOT, [program, "ui", "-w", str(ROOT / "workspace.yaml")], variables)


def _example(folder: Path) -> Side:
    home = folder / "home"
    home.mkdir(parents=True)
    (folder / "definitions.py").write_text(_EXAMPLE, encoding="utf-8")
    (folder / "sample_data.csv").write_text(_SAMPLE, encoding="utf-8")
    command = [str(_PROGRAMS / "dagster"), "dev", "-f", "definitions.py"]
    return Side("example", folder, command, {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "yes"})


def _measured(side: Side) -> dict[str, float]:
    began = time.monotonic()
    with _running(side) as address:
        location = _wait(lambda: _location(address), 180)
        ready = time.monotonic() - began
        used = {pid: _cpu(pid) for pid in _processes(side)}
        time.sleep(5)  # the sensors and the daemon have had their first turn
        memory = sum(_memory(pid) for pid in _processes(side))
        clicks = [_click(address, location) for _ in range(2)]
    return {
        "seconds until ready": ready,
        "processor seconds until ready": sum(used.values()),
        "memory, MB": memory,
        "seconds from click to success": min(clicks),
    }


@contextlib.contextmanager
def _running(side: Side) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [*side.command, "--port", str(port)], cwd=side.folder, env={**os.environ, "PYTHONUTF8": "1", **side.variables},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            _wait(lambda: not _processes(side) or None, 120)


def _ask(address: str, query: str, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer)["data"])


def _location(address: str) -> dict[str, str] | None:
    """Selector of the loaded code location; None while there is none."""
    try:
        found = _ask(
            address, "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
        )
    except OSError:
        return None
    nodes = found["repositoriesOrError"].get("nodes")
    return (
        {"repositoryName": nodes[0]["name"], "repositoryLocationName": nodes[0]["location"]["name"]} if nodes else None
    )


def _click(address: str, location: Mapping[str, str]) -> float:
    """Seconds from **Materialize all** in the lineage until the run has succeeded."""
    nodes = _ask(address, "{ assetNodes { assetKey { path } isExecutable } }")["assetNodes"]
    assets = [{"path": one["assetKey"]["path"]} for one in nodes if one["isExecutable"]]
    selector = {**location, "jobName": "__ASSET_JOB", "assetSelection": assets}
    began = time.monotonic()
    run = _ask(address, _LAUNCH, p={"selector": selector, "runConfigData": {}})["launchRun"]["run"]["runId"]

    def ended() -> str | None:
        query = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
        status = str(_ask(address, query, id=run)["runOrError"]["status"])
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    status = _wait(ended, 600)
    if status != "SUCCESS":
        raise RuntimeError(f"Run {run} at {address} ended as {status}.")
    return time.monotonic() - began


def _wait(ask: Any, seconds: float) -> Any:
    end = time.monotonic() + seconds
    while (answer := ask()) is None:
        if time.monotonic() > end:
            raise RuntimeError("What was waited for did not come.")
        time.sleep(0.1)
    return answer


def _processes(side: Side) -> list[int]:
    """Processes whose DAGSTER_HOME is that of the side."""
    wanted, found = f"DAGSTER_HOME={side.variables['DAGSTER_HOME']}\0".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def _cpu(pid: int) -> float:
    """Processor seconds of a process so far, with those of its children that have ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _memory(pid: int) -> float:
    """Megabytes of a process, pages that it shares with others counted in parts."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
