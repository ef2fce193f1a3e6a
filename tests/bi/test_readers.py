"""The Parquet files as their readers see them: each library counts the same rows, the same dollars and no NaN.

Spark, Tableau's Hyper engine, datacontract and frictionless are tried where they are installed, and skipped with the reason
where they are not.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from capex_pipeline.schemas import TABLES
from capex_pipeline.storage.warehouse import Warehouse

PUBLISHED = ("capex", "gpu_shipments", "cloud_revenue")
READABLE = {pa.string(), pa.bool_(), pa.int32(), pa.int64(), pa.float64(), pa.date32()}
"""Types that every reader that was tried takes as they are."""


@pytest.fixture(scope="module")
def folder(shipped: Warehouse) -> Path:
    """The folder of the shipped tables."""
    return shipped.root


@pytest.fixture(scope="module")
def counted(folder: Path) -> dict[str, int]:
    """Rows of each table as the files' own footers say."""
    return {table: pq.read_metadata(folder / f"{table}.parquet").num_rows for table in TABLES}


@pytest.fixture(scope="module")
def dollars(folder: Path) -> float:
    """Sum of amount_usd over the newest quarters, added up here row by row."""
    rows = pq.read_table(folder / "capex.parquet", columns=["amount_usd", "is_latest_quarter_of_company"]).to_pylist()
    return sum(
        row["amount_usd"] for row in rows if row["is_latest_quarter_of_company"] and row["amount_usd"] is not None
    )


@pytest.mark.parametrize("table", TABLES)
def test_types_are_those_that_every_reader_takes(folder: Path, table: str) -> None:
    schema = pq.read_schema(folder / f"{table}.parquet")
    assert {field.type for field in schema} <= READABLE
    assert len({name.casefold() for name in schema.names}) == len(schema.names)


@pytest.mark.parametrize("table", TABLES)
def test_missing_is_null_and_never_nan(folder: Path, table: str) -> None:
    rows = pq.read_table(folder / f"{table}.parquet")
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if pa.types.is_floating(column.type):
            assert not any(value != value for value in column.drop_null().to_pylist()), name


def test_duckdb_reads_every_table(folder: Path, counted: dict[str, int], dollars: float) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")
    with duckdb.connect() as connection:
        for table, rows in counted.items():
            assert connection.execute(f"SELECT count(*) FROM '{(folder / table).as_posix()}.parquet'").fetchone() == (
                rows,
            )
        said = connection.execute(
            f"SELECT sum(amount_usd) FROM '{folder.as_posix()}/capex.parquet' WHERE is_latest_quarter_of_company"
        ).fetchone()
        assert said == pytest.approx((dollars,))
        kinds = connection.execute(f"DESCRIBE SELECT * FROM '{folder.as_posix()}/capex.parquet'").fetchall()
        assert {row[1] for row in kinds} <= {"VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DATE"}


def test_polars_reads_every_table(folder: Path, counted: dict[str, int], dollars: float) -> None:
    polars = pytest.importorskip("polars", reason="Polars is not installed (extra test)")
    for table, rows in counted.items():
        assert polars.read_parquet(folder / f"{table}.parquet").height == rows
    capex = polars.scan_parquet(folder / "capex.parquet").filter(polars.col("is_latest_quarter_of_company"))
    assert capex.select(polars.col("amount_usd").sum()).collect().item() == pytest.approx(dollars)
    assert capex.collect().schema["entity_id"] == polars.String


def test_pandas_reads_every_table(folder: Path, counted: dict[str, int], dollars: float) -> None:
    for table, rows in counted.items():
        assert len(pd.read_parquet(folder / f"{table}.parquet")) == rows
    capex = pd.read_parquet(folder / "capex.parquet")
    assert capex.loc[capex["is_latest_quarter_of_company"], "amount_usd"].sum() == pytest.approx(dollars)
    assert capex["is_latest_quarter_of_company"].dtype == bool


def test_pyarrow_dataset_reads_every_table(folder: Path, counted: dict[str, int], dollars: float) -> None:
    for table, rows in counted.items():
        assert ds.dataset(folder / f"{table}.parquet").count_rows() == rows
    newest = ds.dataset(folder / "capex.parquet").to_table(
        columns=["amount_usd"], filter=ds.field("is_latest_quarter_of_company")
    )
    assert sum(value for value in newest["amount_usd"].to_pylist() if value is not None) == pytest.approx(dollars)


def test_hyper_reads_every_table(folder: Path, counted: dict[str, int], dollars: float, tmp_path: Path) -> None:
    """Tableau's engine, which a .hyper extract or Tableau itself would use."""
    hyper = pytest.importorskip(
        "tableauhyperapi", reason="tableauhyperapi is not installed (it has no build for this machine)"
    )
    telemetry = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
    with (
        hyper.HyperProcess(telemetry=telemetry, parameters={"log_dir": str(tmp_path)}) as server,
        hyper.Connection(server.endpoint) as connection,
    ):
        for table, rows in counted.items():
            source = hyper.escape_string_literal(str(folder / f"{table}.parquet"))
            assert connection.execute_scalar_query(f"SELECT count(*) FROM external({source})") == rows
        source = hyper.escape_string_literal(str(folder / "capex.parquet"))
        total = connection.execute_scalar_query(
            f"SELECT sum(amount_usd) FROM external({source}) WHERE is_latest_quarter_of_company"
        )
        assert float(total) == pytest.approx(dollars)


@pytest.mark.slow("starts Spark")
def test_spark_reads_every_type(folder: Path, counted: dict[str, int], dollars: float, tmp_path: Path) -> None:
    """A table with every type that tables have: Spark needs a second for each file, and reads nothing of a file but its types and values."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("there is no Java, which Spark needs")
    types = {table: set(pq.read_schema(folder / f"{table}.parquet").types) for table in counted}
    assert types["capex"] == set().union(*types.values())
    script = """
import json, sys
from pyspark.sql import SparkSession
folder, scratch = sys.argv[1:]
spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
         .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.warehouse.dir", scratch).config("spark.sql.shuffle.partitions", 1).getOrCreate())
rows = spark.read.parquet(f"{folder}/capex.parquet").collect()
total = sum(row["amount_usd"] for row in rows if row["is_latest_quarter_of_company"] and row["amount_usd"] is not None)
print("ANSWER" + json.dumps([len(rows), total]))
spark.stop()
"""
    command = [sys.executable, "-c", script, str(folder), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows, total = json.loads(done.stdout.partition("ANSWER")[2])
    assert rows == counted["capex"]
    assert total == pytest.approx(dollars)


@pytest.mark.slow("starts a program that reads every table of the shipped archive")
def test_datacontract_accepts_the_contract_and_the_files(folder: Path) -> None:
    """The data contract beside the tables is accepted by its command-line tool, and the files meet it."""
    contracts = sorted(folder.glob("*.odcs.yaml"))
    if not contracts:
        pytest.skip("this build writes no data contract")
    tool = _tool("datacontract")
    for arguments in (["lint"], ["test"]):
        done = subprocess.run(
            [tool, *arguments, contracts[0].name], capture_output=True, text=True, cwd=folder, timeout=300, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.slow("starts a program that reads every table of the shipped archive")
def test_frictionless_accepts_the_package_and_the_files(folder: Path) -> None:
    """The data package beside the tables is valid, and the files meet it."""
    if not (folder / "datapackage.json").is_file():
        pytest.skip("this build writes no data package")
    done = subprocess.run(
        [_tool("frictionless"), "validate", "datapackage.json"],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def _tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        pytest.skip(f"the command {name} is not installed")
    return found
