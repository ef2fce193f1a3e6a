"""When something goes wrong in a build: old files stay, the failed check is recorded, and what does not depend on it is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from builders import TO_CAPEX, RawFolder, build, changes, checks, document, row

from capex_pipeline.normalise import published
from capex_pipeline.schemas import TABLES
from capex_pipeline.storage import files
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("builds the small archive")


def bytes_of(warehouse: Warehouse, table: str) -> bytes:
    candidates = warehouse.candidates() if warehouse.published is None else warehouse
    return Path(str(candidates.path(table))).read_bytes()


def said_by(result: dg.ExecuteInProcessResult) -> str:
    said = []
    for event in result.get_step_failure_events():
        data: Any = event.step_failure_data
        said.append(str(data.user_failure_data.description if data.user_failure_data else data.error))
    return " ".join(said)


LOOKED_AT = ("capex_by_definition", "coverage", "claim_checks")
"""A table, one that depends on it, and one that does not."""


@pytest.fixture
def changed_raw(raw_copy: Path) -> Path:
    """One number of Baidu's is another, so that capex has to be computed again."""
    table = raw_copy / "announcements" / "baidu.csv"
    table.write_text(table.read_text().replace("2,200", "2,300"))
    return raw_copy


def test_a_table_that_breaks_its_contract_keeps_its_old_file_and_the_check_is_recorded(
    changed_raw: Path, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {table: bytes_of(warehouse_copy, table) for table in TABLES}
    compute = published.capex_by_definition

    def broken(*arguments: Any) -> pd.DataFrame:
        frame = compute(*arguments)
        frame.loc[0, "amount_high"] = np.inf
        return frame

    with monkeypatch.context() as patch:
        patch.setattr(published, "capex_by_definition", broken)
        result = build(changed_raw, warehouse_copy.root, only=LOOKED_AT)
    assert not result.success
    assert bytes_of(warehouse_copy, "capex_by_definition") == before["capex_by_definition"]
    contract = checks(result)["capex_by_definition", "contract"]
    assert not contract.passed and "infinite" in str(contract.metadata["breaches"].value)
    assert "Table capex_by_definition was not replaced" in str(contract.description)
    assert contract.metadata["offending_rows"].value == 1
    offending = str(contract.metadata["first_offending_rows"].value)
    assert "document_id" in offending.splitlines()[0] and offending.count("\n") == 2
    assert "Table capex_by_definition was not replaced: row" in said_by(result) and "infinite_amount" in said_by(result)
    done = changes(result)
    assert "capex_by_definition" not in done
    assert "coverage" not in done and bytes_of(warehouse_copy, "coverage") == before["coverage"]
    assert done["observations"] == "changed" and done["claim_checks"] == "changed", (
        "what does not depend on capex is built"
    )

    result = build(changed_raw, warehouse_copy.root, only=LOOKED_AT)
    assert changes(result)["capex_by_definition"] == "changed", "once it is mended the next build takes it up"


@pytest.mark.parametrize(
    ("column", "factor", "rule"),
    [("amount", 1000.0, "implausible_magnitude"), ("amount_usd", 1.01, "conversion_is_not_explained")],
)
def test_wrong_magnitudes_and_conversions_never_reach_the_file(
    changed_raw: Path, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch, column: str, factor: float, rule: str
) -> None:
    before = bytes_of(warehouse_copy, "capex_by_definition")
    compute = published.capex_by_definition

    def scaled(*arguments: Any) -> pd.DataFrame:
        frame = compute(*arguments)
        columns = [name for name in frame.columns if name.startswith(column) and not name.endswith("cny")]
        return frame.assign(**{name: frame[name] * factor for name in columns})

    monkeypatch.setattr(published, "capex_by_definition", scaled)
    result = build(changed_raw, warehouse_copy.root, only=("capex_by_definition",))
    assert not result.success and f"breaks {rule}" in said_by(result)
    assert bytes_of(warehouse_copy, "capex_by_definition") == before


def test_a_full_disk_keeps_the_old_file_and_says_what_to_do(
    changed_raw: Path, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {table: bytes_of(warehouse_copy, table) for table in TABLES}

    def half(stream: Any) -> None:
        stream.write(b"PAR1 half of it")
        raise OSError(28, "No space left on device")

    def replace_file(target: Path, write: Any, folder: Path) -> None:
        real(target, half if target.suffix == ".parquet" else write, folder)

    real = files.replace_file
    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_file", replace_file)
        result = build(changed_raw, warehouse_copy.root)
    assert not result.success
    assert {table: bytes_of(warehouse_copy, table) for table in TABLES} == before
    assert "was not replaced: No space left on device" in said_by(result)


def test_bad_documents_are_rejected_in_words_and_the_good_ones_flow(raw: RawFolder, tmp_path: Path) -> None:
    raw.table("good.csv", [row(), row(period="Q1 2024", value="lots"), row(period="Q3 2024", value="NaN")])
    raw.write("broken.yaml", "document: {")
    raw.table("dated.csv", [row(period="Q4 2024")], [document(document_id="dated", published="2024-02-30")])
    (raw.root / "outside.csv").symlink_to("/etc/hostname")
    result = build(raw.root, tmp_path / "warehouse", exactly=TO_CAPEX)
    assert result.success, said_by(result)
    warehouse = Warehouse(tmp_path / "warehouse").candidates()
    assert warehouse.read("capex_by_definition")["amount"].tolist() == [12_094e6]
    rejected = warehouse.read("rejected_figures").set_index(["path", "row_number"])
    assert rejected["rule"].to_dict() == {
        ("broken.yaml", 0): "malformed_yaml", ("dated.csv", 0): "impossible_date", ("outside.csv", 0): "outside_raw",
        ("good.csv", 3): "no_number", ("good.csv", 4): "not_finite",
    }  # fmt: skip
    assert all(path in message for (path, _), message in rejected["message"].items())
    found = checks(result)
    assert found["figures", "no_row_is_lost"].passed
    noticed = found["rejected_figures", "nothing_was_rejected"]
    assert (
        not noticed.passed
        and noticed.severity == dg.AssetCheckSeverity.WARN
        and noticed.metadata["offending_rows"].value == 5
    )


def test_a_table_that_the_disk_changed_is_made_again(raw_copy: Path, tmp_path: Path) -> None:
    """The footer still says what it said; the amount behind it is another."""
    assert build(raw_copy, tmp_path / "warehouse", only=("capex_by_definition",)).success
    warehouse = Warehouse(tmp_path / "warehouse").candidates()
    whole = bytes_of(warehouse, "capex_by_definition")
    rows = pq.read_table(Path(str(warehouse.path("capex_by_definition"))))
    place = rows.column_names.index("amount")
    changed = rows.set_column(place, rows.schema.field("amount"), pc.multiply(rows["amount"], 10))
    pq.write_table(changed.replace_schema_metadata(rows.schema.metadata), warehouse.path("capex_by_definition"))
    assert bytes_of(warehouse, "capex_by_definition") != whole
    result = build(raw_copy, tmp_path / "warehouse", only=("capex_by_definition",))
    assert result.success and bytes_of(warehouse, "capex_by_definition") == whole


def test_an_emptied_folder_of_documents_stops_the_build_and_removes_nothing(
    raw_copy: Path, warehouse_copy: Warehouse
) -> None:
    root = Path(str(warehouse_copy.root))
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    for path in raw_copy.rglob("*"):
        if path.is_file():
            path.unlink()
    result = build(raw_copy, root)
    assert not result.success
    assert "There is no document in" in said_by(result) and "check the path, the mount" in said_by(result)
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before


def test_a_document_that_is_written_while_raw_is_read_stops_the_build(
    raw_copy: Path, warehouse_copy: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is re-copied with the same content: the rows could be those of a torn file, the fingerprint that of the whole one."""
    from capex_pipeline.normalise import ingest as ingesting

    (raw_copy / "announcements" / "new.txt").write_text("something that makes the build read")
    read, document = ingesting.ingest, raw_copy / "announcements" / "baidu.csv"

    def re_copied(*arguments: object, **named: object) -> object:
        found = read(*arguments, **named)  # type: ignore[arg-type]
        document.write_bytes(document.read_bytes())
        return found

    monkeypatch.setattr(ingesting, "ingest", re_copied)
    root = Path(str(warehouse_copy.root))
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    result = build(raw_copy, root)
    assert not result.success and "was written while it was read" in said_by(result)
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before
