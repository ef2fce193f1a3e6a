"""The engine on Apache Spark, on one machine or a cluster. It needs the extra `spark` and Java 17 or 21.

Add here what Spark needs, and how work and results get into and out of its process. The tasks of the job are in
`edgar_bulk/spark_tasks.py`, the Dagster asset is in `orchestration/assets/bulk.py`.

Dagster Pipes or a person starts it as `python -m capex_pipeline.edgar_bulk.spark_engine FOLDER MASTER`. The job has two
stages: `mapInPandas` reads documents, and `applyInPandas` brings their facts together, all filers of a part at once,
because one filer at a time takes thirty times as long. Facts pass through Spark; finished rows do not: the second stage
writes the file of a part itself, as the local engine does. The files therefore have the same bytes, and a task that is
repeated on another machine has no further effect. Every machine needs this package, the documents and the staging
folder under the same paths.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_pipes import PipesContext, open_dagster_pipes

from capex_pipeline.edgar_bulk import spark_tasks
from capex_pipeline.edgar_bulk.part import Written
from capex_pipeline.edgar_bulk.work_list import Inputs, WorkList, from_json, to_json

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
ENVIRONMENT = {"PYTHONWARNINGS": "ignore::FutureWarning"}
"""Silences the warning of PySpark that it does not support all of pandas 3; the unsupported parts are not used."""


@dataclass(frozen=True)
class Exchange:
    """A folder through which the Spark job receives its work and returns its results."""

    folder: Path

    def tell(self, work: WorkList, inputs: Inputs, staging: Path) -> None:
        """Write the input of the job."""
        (self.folder / "inputs.json").write_text(to_json(inputs), encoding="utf-8")
        (self.folder / "staging").write_text(str(staging), encoding="utf-8")
        lines = (to_json(piece) + "\n" for piece in spark_tasks.pieces(work))
        (self.folder / "pieces").write_text("".join(lines), encoding="utf-8")
        (self.folder / "filers.json").write_text(
            json.dumps({part.number: len(part.filers) for part in work.parts}), encoding="utf-8"
        )

    def read(self) -> tuple[str, str, list[str], dict[int, int]]:
        """Read the inputs and the staging folder as text, the pieces as text, and the number of filers of each part."""
        inputs, staging, filers = (
            (self.folder / name).read_text(encoding="utf-8") for name in ("inputs.json", "staging", "filers.json")
        )
        counts = {int(part): count for part, count in json.loads(filers).items()}
        return inputs, staging, _lines(self.folder / "pieces"), counts

    def written(self) -> list[Written]:
        """Return the results of the job; empty if it failed."""
        path = self.folder / "written"
        return [from_json(Written, line) for line in _lines(path)] if path.is_file() else []

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


def session(name: str, master: str, partitions: int) -> SparkSession:
    """A Spark session without a web page, which cuts frames into so many partitions after a shuffle."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    chosen: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # The second stage of the bulk job has one task for each part; Spark must not combine them, because they are large enough.
        "spark.sql.shuffle.partitions": max(1, partitions),
        "spark.sql.adaptive.enabled": "false",
    }
    chosen |= {f"spark.executorEnv.{name}": value for name, value in ENVIRONMENT.items()}
    if master.startswith("local"):
        chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return SparkSession.builder.appName(name).master(master).config(map=chosen).getOrCreate()


def run(exchange: Exchange, master: str, pipes: PipesContext) -> int:
    """Run the job. Returns the number of parts."""
    inputs, staging, pieces, filers = exchange.read()
    spark = session("filer_quarters", master, len(filers))
    try:
        # One piece for each task.
        slices = spark.sparkContext.parallelize([(piece,) for piece in pieces], max(1, len(pieces)))
        pipes.log.info(f"{len(filers)} parts in {len(pieces)} pieces on {master}, Spark {spark.version}.")
        reading = spark.sparkContext.accumulator(0.0)
        facts = spark.createDataFrame(slices, "piece string").mapInPandas(
            lambda frames: spark_tasks.read_pieces(frames, inputs, reading.add), spark_tasks.READ_SCHEMA
        )
        rows = (
            facts.groupBy("cik_part")
            .applyInPandas(
                lambda frame: spark_tasks.write_part(frame, inputs, staging, filers), spark_tasks.WRITE_SCHEMA
            )
            .collect()
        )
    finally:
        spark.stop()
    between = exchange.folder / "written.part"
    # Reading times are not recorded by part, so each part gets an equal share.
    done = [from_json(Written, row["written"]) for row in rows]
    done = [dataclasses.replace(one, cpu_seconds=one.cpu_seconds + reading.value / len(done)) for one in done]
    between.write_text("".join(to_json(one) + "\n" for one in done), encoding="utf-8")
    between.rename(exchange.folder / "written")
    return len(rows)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


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
