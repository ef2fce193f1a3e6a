"""The engine on Apache Spark, on one machine or a cluster. It needs the extra `spark` and Java 17 or 21.

Add here what Spark needs, and how work and results get into and out of its process. The work of one part is in
`edgar_bulk/part.py`, the Dagster asset is in `orchestration/assets/bulk.py`.

Dagster Pipes or a person starts it as `python -m capex_pipeline.edgar_bulk.spark_engine FOLDER MASTER`. Each part is a
task that calls the function of the local engine, so the files have the same bytes, and a task that is repeated on
another machine has no further effect. Only the list of documents and the counts of a part pass through Spark. Every
machine needs this package, the documents and the staging folder under the same paths.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_pipes import PipesContext, open_dagster_pipes

from capex_pipeline.edgar_bulk.part import Written, write_part
from capex_pipeline.edgar_bulk.work_list import Inputs, WorkList, from_json, to_json

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
ENVIRONMENT = {"PYTHONWARNINGS": "ignore::FutureWarning"}
"""Silences the warning of PySpark that it does not support all of pandas 3; the unsupported parts are not used."""


@dataclass(frozen=True)
class Job:
    """What a job computes, from which documents, and the folder that it writes into."""

    work: WorkList
    inputs: Inputs
    staging: Path


@dataclass(frozen=True)
class Exchange:
    """A folder through which the Spark job receives its work and returns its results."""

    folder: Path

    def tell(self, work: WorkList, inputs: Inputs, staging: Path) -> None:
        """Write the input of the job."""
        (self.folder / "job.json").write_text(to_json(Job(work, inputs, staging)), encoding="utf-8")

    def read(self) -> Job:
        """Read the input of the job."""
        return from_json(Job, (self.folder / "job.json").read_text(encoding="utf-8"))

    def tell_written(self, parts: Iterable[Written]) -> None:
        """Write the results of the job, in one step."""
        between = self.folder / "written.part"
        between.write_text("".join(to_json(one) + "\n" for one in parts), encoding="utf-8")
        between.rename(self.folder / "written")

    def written(self) -> list[Written]:
        """Return the results of the job; empty if it failed."""
        path = self.folder / "written"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return [from_json(Written, line) for line in lines]

    def tell_failure(self, error: Exception) -> None:
        """Write why the job failed."""
        (self.folder / "failure").write_text(reason_of(error), encoding="utf-8")

    def failure(self) -> str | None:
        """Return why the job failed; None if it wrote no reason."""
        path = self.folder / "failure"
        return path.read_text(encoding="utf-8") if path.is_file() else None


def reason_of(error: Exception) -> str:
    """Why a job failed: for an error in a task, whose trace spans two languages, the line with the exception."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    named = [line.lstrip(": ") for line in lines if re.match(r":? ?[\w.]+(Error|Exception): ", line)]
    own_lines = [line for line in named if "." not in line.partition(":")[0]] or named or lines
    return own_lines[0]


def command(exchange: Exchange, master: str) -> list[str]:
    """The command that runs the job with a master: local[2], spark://host:7077, yarn ..."""
    return [sys.executable, "-m", __name__, str(exchange.folder), master]


def missing() -> str | None:
    """Return what to install, as a sentence; None if Spark can start."""
    if importlib.util.find_spec("pyspark") is None:
        return "The engine spark needs PySpark, which is not installed; run pip install -e '.[spark]' in the project's folder, or use the engine local."
    version = _java_version()
    match = re.search(r'version "(\d+)', version or "")
    if match is None or int(match[1]) < OLDEST_JAVA:
        java_problem = (
            "neither JAVA_HOME nor PATH leads to Java"
            if version is None
            else f"the installed one is: {version or 'unknown'}"
        )
        return (
            f"The engine spark needs Java {OLDEST_JAVA} or 21; {java_problem}. Install it (Debian: apt install openjdk-17-jre-headless), "
            "or use the engine local."
        )
    return None


def _java_version() -> str | None:
    """First line of the output of `java -version`; None if Java is not installed. As in Spark, JAVA_HOME precedes PATH.

    A line about options that Java takes from the environment (JAVA_TOOL_OPTIONS) may come before it.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    try:
        if java is None:
            return None
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - Spark runs the same
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = [line for line in (done.stderr or done.stdout).splitlines() if not line.startswith("Picked up ")]
    return lines[0].strip() if lines else ""


def session(name: str, master: str) -> SparkSession:
    """A Spark session without a web page."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    chosen: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    chosen |= {f"spark.executorEnv.{name}": value for name, value in ENVIRONMENT.items()}
    if master.startswith("local"):
        chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return SparkSession.builder.appName(name).master(master).config(map=chosen).getOrCreate()


def run(exchange: Exchange, master: str, pipes: PipesContext) -> None:
    """Run the job."""
    job = exchange.read()
    parts = job.work.parts
    spark = session("filer_quarters", master)
    try:
        pipes.log.info(f"{len(parts)} parts on {master}, Spark {spark.version}.")
        tasks = spark.sparkContext.parallelize(parts, max(1, len(parts)))
        exchange.tell_written(tasks.map(partial(write_part, inputs=job.inputs, staging=job.staging)).collect())
    finally:
        spark.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: the folder of the exchange, and the master."""
    folder, master = sys.argv[1:] if arguments is None else arguments
    exchange = Exchange(Path(folder))
    with open_dagster_pipes() as pipes:
        try:
            run(exchange, master, pipes)
        except Exception as error:
            exchange.tell_failure(error)
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
