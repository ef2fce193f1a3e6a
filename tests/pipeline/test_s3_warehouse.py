"""The warehouse in an object store, against a local S3 server: one request for each table, and the same rules as on disk."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import RAW_SMALL, RELEASE, TO_CAPEX, build, changes, checks, frame_of

from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.release import manifest
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import ContractError
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage.locations import WAREHOUSE_VARIABLE
from capex_pipeline.storage.warehouse import Warehouse, WarehouseError

NEEDED = ("s3fs", "upath", "moto", "flask_cors")
pytestmark = [
    pytest.mark.slow("starts a simulated object store"),
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED),
        reason=f"needs the extra s3 and a local S3 server ({', '.join(NEEDED)})",
    ),
]

BUCKET = "tables"
ADDRESS = f"s3://{BUCKET}/warehouse"


@pytest.fixture(scope="module")
def requests() -> Iterator[list[tuple[str, str]]]:
    """A local S3 server with one bucket; every request that reaches it, as (method, path)."""
    from moto.server import ThreadedMotoServer
    from werkzeug.serving import WSGIRequestHandler

    seen: list[tuple[str, str]] = []

    def log_request(self: WSGIRequestHandler, *said: Any) -> None:
        seen.append((str(self.command), str(self.path).partition("?")[0]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequestHandler, "log_request", log_request)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "none")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir(BUCKET)
        try:
            yield seen
        finally:
            s3fs.S3FileSystem.clear_instance_cache()
            server.stop()


@pytest.fixture
def warehouse(requests: list[tuple[str, str]]) -> Iterator[Warehouse]:
    """An empty warehouse in the bucket."""
    root = storage_files.location(ADDRESS)
    yield Warehouse(root)
    files: Any = root
    if files.exists():
        files.fs.rm(files.path, recursive=True)
    requests.clear()


def _published_path(warehouse: Warehouse, table: str) -> Path:
    """Where a reader finds a table who follows the manifest."""
    published = manifest.read(warehouse.root)
    assert published is not None
    return warehouse.root / str(published["prefix"]) / f"{table}.parquet"


def written(requests: list[tuple[str, str]]) -> list[str]:
    return [path for method, path in requests if method in ("PUT", "POST", "DELETE")]


def test_publishing_a_table_is_one_put_of_the_object(warehouse: Warehouse, requests: list[tuple[str, str]]) -> None:
    frame = frame_of("capex_by_definition", {"entity_id": "a", "amount": np.nan}, {"entity_id": "b"})
    requests.clear()
    published = warehouse.write("capex_by_definition", frame, "inputs")
    assert written(requests) == [f"/{BUCKET}/warehouse/capex_by_definition.parquet"]
    assert (published.change, str(published.path)) == ("new", f"{ADDRESS}/capex_by_definition.parquet")
    pd.testing.assert_frame_equal(warehouse.read("capex_by_definition"), frame)
    assert warehouse.read("capex_by_definition", ["entity_id"]).columns.tolist() == ["entity_id"]
    assert warehouse.footer("capex_by_definition") == published.footer


def test_an_object_has_the_bytes_of_a_file(warehouse: Warehouse, tmp_path: Path) -> None:
    frame = frame_of("capex_by_definition", {"entity_id": "a"}, {"entity_id": "b"})
    warehouse.write("capex_by_definition", frame, "inputs")
    local = Warehouse(tmp_path / "warehouse")
    local.write("capex_by_definition", frame, "inputs")
    with storage_files.opened(warehouse.path("capex_by_definition")) as stream:
        assert stream.read() == local.path("capex_by_definition").read_bytes()


def test_a_table_is_read_in_one_request(
    warehouse: Warehouse, requests: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root: Any = warehouse.root
    monkeypatch.setattr(root.fs, "default_block_size", 1000)  # an object of more bytes is read in parts by default
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", {"entity_id": "a"}), "inputs")
    path = f"/{BUCKET}/warehouse/capex_by_definition.parquet"
    for read in (warehouse.read, warehouse.footer):
        requests.clear()
        assert read("capex_by_definition") is not None
        assert requests == [("GET", path)]


def test_the_same_rows_again_are_not_written(warehouse: Warehouse, requests: list[tuple[str, str]]) -> None:
    frame = frame_of("capex_by_definition", {})
    warehouse.write("capex_by_definition", frame, "inputs")
    requests.clear()
    assert warehouse.write("capex_by_definition", frame, "inputs").change == "unchanged"
    assert written(requests) == []


def test_rows_that_break_the_contract_leave_the_object(warehouse: Warehouse, requests: list[tuple[str, str]]) -> None:
    frame = frame_of("capex_by_definition", {})
    before = warehouse.write("capex_by_definition", frame, "inputs").footer
    requests.clear()
    with pytest.raises(ContractError, match="Table capex_by_definition was not replaced"):
        warehouse.write("capex_by_definition", frame.assign(bound="perhaps"), "other inputs")
    assert written(requests) == []
    assert warehouse.footer("capex_by_definition") == before


def test_a_table_that_is_not_there_says_what_to_do(warehouse: Warehouse) -> None:
    assert warehouse.footer("capex_by_definition") is None
    with pytest.raises(WarehouseError, match=f"no table capex_by_definition in {ADDRESS}; materialize it first"):
        warehouse.read("capex_by_definition")


def test_an_object_that_is_no_parquet_counts_as_absent_and_is_replaced(warehouse: Warehouse) -> None:
    storage_files.put(warehouse.path("capex_by_definition"), b"not a table")
    assert warehouse.footer("capex_by_definition") is None
    with pytest.raises(WarehouseError, match="not a readable Parquet file"):
        warehouse.read("capex_by_definition")
    assert warehouse.write("capex_by_definition", frame_of("capex_by_definition", {}), "inputs").change == "new"
    assert len(warehouse.read("capex_by_definition")) == 1


def test_a_bucket_that_is_not_there_is_named(requests: list[tuple[str, str]]) -> None:
    elsewhere = Warehouse(storage_files.location("s3://nobody-made-this/warehouse"))
    with pytest.raises(
        WarehouseError, match=r"capex_by_definition was not replaced: s3://nobody-made-this/\S+ was refused: .* bucket"
    ):
        elsewhere.write("capex_by_definition", frame_of("capex_by_definition", {}), "inputs")


@pytest.mark.parametrize("address", ["s3://", "s3:///", "ftp://host/warehouse", "gs://bucket/warehouse"])
def test_an_address_that_is_none_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(storage_files.StorageError, match="write a folder, or s3://bucket/prefix"):
        storage_files.location(address)


def test_a_folder_stays_a_plain_path(tmp_path: Path) -> None:
    assert type(storage_files.location(str(tmp_path))) is type(tmp_path)
    assert not storage_files.is_remote(storage_files.location("warehouse"))


@pytest.mark.usefixtures("from_memory")
def test_a_build_goes_to_the_bucket_and_a_second_one_writes_nothing(
    small: Warehouse, requests: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few tables are built there, beside the candidates of the others, and all are released: the store is asked thirty times for each that is built."""
    address = f"s3://{BUCKET}/whole"
    monkeypatch.setenv(WAREHOUSE_VARIABLE, address)
    there = Settings().open_candidates()
    for table in TABLES.keys() - set(TO_CAPEX):
        storage_files.put(there.path(table), small.candidates().path(table).read_bytes())
    first = build(RAW_SMALL, "", exactly=(*TO_CAPEX, *RELEASE))
    assert first.success
    assert set(changes(first).values()) == {"new"}
    warehouse = Settings().open_warehouse()
    assert str(warehouse.root) == address
    for table in TABLES:
        assert storage_files.read(_published_path(warehouse, table)) == small.path(table).read_bytes()

    requests.clear()
    second = build(RAW_SMALL, "", exactly=(*TO_CAPEX, *RELEASE))
    assert second.success
    assert set(changes(second).values()) == {"unchanged"}
    assert written(requests) == []
    assert all(check.passed for check in checks(second).values() if check.severity.value == "ERROR")
