"""Parquet files: replaced in one step or not at all, equal bytes for equal rows, types and nulls that readers take."""

from __future__ import annotations

import contextlib
import io
import math
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders import WITH_EVERY_TYPE, frame_of

from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.derive import arrow_schema, columns, pandas_types
from capex_pipeline.schemas.validation import ContractError
from capex_pipeline.storage import cache, parquet, run_memory
from capex_pipeline.storage import files as storage_files
from capex_pipeline.storage import warehouse as module
from capex_pipeline.storage.parquet import content_id, to_arrow
from capex_pipeline.storage.warehouse import Earlier, PartlyKept, Warehouse, WarehouseError

ROWS = ({"entity_id": "b", "amount": 2.0, "amount_low": 2.0, "amount_high": 2.0}, {"entity_id": "a", "amount": np.nan})


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def staged(warehouse: Warehouse) -> list[str]:
    """What lies in the staging folder, other than what is kept there on purpose."""
    there = warehouse.staging().iterdir() if warehouse.staging().exists() else []
    return [path.name for path in there if path.name != cache.FOLDER]


def test_a_table_comes_back_as_it_was_sorted_and_typed(warehouse: Warehouse) -> None:
    frame = frame_of("capex_by_definition", *ROWS)
    published = warehouse.write("capex_by_definition", frame, "inputs")
    assert (published.change, published.previous_rows, published.path) == (
        "new",
        None,
        warehouse.root / "capex_by_definition.parquet",
    )
    read = warehouse.read("capex_by_definition")
    assert read["entity_id"].tolist() == ["a", "b"]
    assert read.dtypes.astype(str).to_dict() == pandas_types(TABLES["capex_by_definition"])
    pd.testing.assert_frame_equal(read, frame.sort_values("entity_id", ignore_index=True))


def test_a_file_describes_its_columns(warehouse: Warehouse) -> None:
    """A person who has only the file reads there what a column means and in which unit it is."""
    published = warehouse.write("capex", frame_of("capex", {}), "inputs")
    schema = pq.read_schema(str(published.path))
    assert schema.field("amount_usd").metadata[b"unit"] == b"USD"
    declared = columns(TABLES["capex"])
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == {
        name: column.description for name, column in declared.items()
    }


@pytest.mark.parametrize("table", WITH_EVERY_TYPE)
def test_a_table_of_every_type_can_be_written_and_read(warehouse: Warehouse, table: str) -> None:
    frame = frame_of(table, {})
    warehouse.write(table, frame, "inputs")
    pd.testing.assert_frame_equal(warehouse.read(table), frame)
    assert pq.read_schema(warehouse.path(table)).equals(arrow_schema(TABLES[table]))


def test_missing_numbers_are_null_and_never_nan(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    column = pq.read_table(warehouse.path("capex_by_definition"))["amount"]
    assert column.null_count == 1
    assert column.to_pylist() == [None, 2.0]


def test_only_the_columns_asked_for_are_read(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    assert list(warehouse.read("capex_by_definition", ["entity_id", "amount"]).columns) == ["entity_id", "amount"]


def test_equal_rows_give_equal_bytes_whatever_their_order(tmp_path: Path) -> None:
    one, other = Warehouse(tmp_path / "one"), Warehouse(tmp_path / "else" / "other")
    one.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    other.write("capex_by_definition", frame_of("capex_by_definition", *ROWS).iloc[::-1], "inputs")
    assert one.path("capex_by_definition").read_bytes() == other.path("capex_by_definition").read_bytes()


def test_equal_content_is_unchanged_and_the_file_is_left_alone(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    before = warehouse.path("capex_by_definition").stat()
    published = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    after = warehouse.path("capex_by_definition").stat()
    assert (published.change, published.previous_rows) == ("unchanged", 2)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_other_inputs_of_equal_rows_are_noted_and_still_unchanged(warehouse: Warehouse) -> None:
    first = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    second = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "other inputs")
    assert second.change == "unchanged"
    assert second.footer.content_id == first.footer.content_id
    footer = warehouse.footer("capex_by_definition")
    assert footer is not None and footer.input_fingerprint == "other inputs"


def test_other_rows_are_a_change(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    published = warehouse.write("capex_by_definition", frame_of("capex_by_definition", ROWS[0]), "inputs")
    assert (published.change, published.previous_rows, published.footer.rows) == ("changed", 2, 1)


def test_zero_rows_are_a_table(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition").iloc[:0], "inputs")
    assert warehouse.read("capex_by_definition").dtypes.astype(str).to_dict() == pandas_types(
        TABLES["capex_by_definition"]
    )
    assert pq.read_schema(warehouse.path("capex_by_definition")).equals(arrow_schema(TABLES["capex_by_definition"]))


def test_anyone_may_read_the_file_and_nothing_stays_behind(warehouse: Warehouse) -> None:
    before = os.umask(0o077)
    try:
        warehouse.write("capex_by_definition", frame_of("capex_by_definition"), "inputs")
    finally:
        os.umask(before)
    assert stat.S_IMODE(warehouse.path("capex_by_definition").stat().st_mode) == 0o644
    assert staged(warehouse) == []
    assert [path.name for path in warehouse.root.rglob("*")] == ["capex_by_definition.parquet"]
    assert not warehouse.staging().is_relative_to(warehouse.root)
    assert warehouse.staging().parent == warehouse.root.parent


def test_a_frame_that_breaks_the_contract_leaves_the_old_file_byte_for_byte(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    before = warehouse.path("capex_by_definition").read_bytes()
    with pytest.raises(ContractError, match="Table capex_by_definition was not replaced"):
        warehouse.write("capex_by_definition", frame_of("capex_by_definition", {"amount_high": np.inf}), "others")
    assert warehouse.path("capex_by_definition").read_bytes() == before
    assert staged(warehouse) == []


@pytest.mark.parametrize("step", ["fsync", "write", "replace"])
def test_a_disk_that_fails_leaves_the_old_file_byte_for_byte(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    before = warehouse.path("capex_by_definition").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if step == "fsync":
            patch.setattr(module.storage_files.os, "fsync", full)
        elif step == "write":
            patch.setattr(module.storage_files.os, "fdopen", full)
        else:
            patch.setattr(Path, "replace", full)
        with pytest.raises(
            WarehouseError, match=r"capex_by_definition was not replaced: No space left on device.*build again"
        ):
            warehouse.write("capex_by_definition", frame_of("capex_by_definition", ROWS[0]), "others")
    assert warehouse.path("capex_by_definition").read_bytes() == before
    assert staged(warehouse) == []


def test_an_interrupted_write_leaves_no_file_behind(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(parquet.pq, "write_table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        warehouse.write("capex_by_definition", frame_of("capex_by_definition"), "inputs")
    assert staged(warehouse) == []
    assert not warehouse.path("capex_by_definition").exists()


def test_the_footer_says_table_rows_and_version(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    footer = warehouse.footer("capex_by_definition")
    assert footer is not None
    assert (footer.table, footer.rows, footer.input_fingerprint, footer.schema_version) == (
        "capex_by_definition",
        2,
        "inputs",
        SCHEMA_VERSION,
    )


def test_a_file_that_is_absent_broken_or_of_others_has_no_footer(warehouse: Warehouse) -> None:
    assert warehouse.footer("capex_by_definition") is None
    warehouse.root.mkdir()
    warehouse.path("capex_by_definition").write_bytes(b"PAR1 but no more")
    assert warehouse.footer("capex_by_definition") is None
    pq.write_table(pa.table({"a": [1]}), warehouse.path("capex_by_definition"))
    assert warehouse.footer("capex_by_definition") is None


def test_a_file_under_the_name_of_another_table_has_no_footer(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition"), "inputs")
    warehouse.path("capex_by_definition").rename(warehouse.path("cloud_revenue_by_definition"))
    assert warehouse.footer("cloud_revenue_by_definition") is None


def test_what_a_footer_says_is_kept_where_builds_are_made_for_as_long_as_the_bytes_stay(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs").footer
    assert warehouse.footer("capex_by_definition") == first
    asked = []
    read_footer = parquet.read_footer
    monkeypatch.setattr(parquet, "read_footer", lambda source: asked.append(1) or read_footer(source))
    assert warehouse.footer("capex_by_definition") == first and asked == []
    second = warehouse.write(
        "capex_by_definition", frame_of("capex_by_definition", {"entity_id": "c"}), "others"
    ).footer
    assert warehouse.footer("capex_by_definition") == second != first and asked == [], "it is kept when it is written"
    (kept_file,) = (warehouse.staging() / cache.FOLDER).iterdir()
    kept_file.write_bytes(kept_file.read_bytes().replace(b'"rows": "1"', b'"rows": "9"'))
    assert warehouse.footer("capex_by_definition") == second and len(asked) == 1, (
        "what is kept was changed, so it is no result"
    )
    Path(str(warehouse.path("capex_by_definition"))).write_bytes(b"PAR1 and nothing")
    assert warehouse.footer("capex_by_definition") is None


def test_a_run_reads_no_file_again_that_it_read_or_wrote(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    first = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    expected = warehouse.read("capex_by_definition")
    other = Warehouse(warehouse.root)
    opened, asked = module.storage_files.opened, []
    monkeypatch.setattr(module.storage_files, "opened", lambda path: asked.append(path) or opened(path))
    of_table = lambda: [path for path in asked if path == warehouse.path("capex_by_definition")]  # noqa: E731
    with run_memory.remembering():
        rows = other.rows("capex_by_definition")
        assert len(of_table()) == 2, "its footer and its rows"
        rows["amount"] = 0.0
        pd.testing.assert_frame_equal(warehouse.rows("capex_by_definition"), expected)
        assert warehouse.rows("capex_by_definition", ["entity_id"])["entity_id"].tolist() == ["a", "b"]
        assert (warehouse.footer("capex_by_definition"), len(of_table())) == (first.footer, 2)
        second = other.write("capex_by_definition", frame_of("capex_by_definition", {"entity_id": "c"}), "others")
        assert warehouse.footer("capex_by_definition") == second.footer
        assert warehouse.rows("capex_by_definition")["entity_id"].tolist() == ["c"]
        assert len(of_table()) == 2, "nothing that was written"
    warehouse.path("capex_by_definition").unlink()
    assert warehouse.footer("capex_by_definition") is None, "the next run reads again"


def test_kept_rows_and_new_ones_are_one_table_with_the_bytes_of_a_whole_one(tmp_path: Path) -> None:
    table = "capex_by_definition"
    days = {"a": None, "b": pd.Timestamp("2024-05-01"), "c": None, "d": pd.Timestamp("2024-06-01")}
    rows = [{"entity_id": name, "observation_id": name, "first_reported_on": day} for name, day in days.items()]
    whole, partly, published = (Warehouse(tmp_path / name) for name in ("whole", "partly", "published"))
    whole.write(table, frame_of(table, rows[0], rows[1], rows[3]), "inputs")
    partly.write(table, frame_of(table, rows[3], rows[1], rows[2]), "inputs")
    published.root.mkdir()
    shutil.copy(partly.path(table), published.path(table))
    with run_memory.remembering():
        earlier = Earlier(partly.arrow(table), pa.array([True, False, True]))
        partly.write(table, PartlyKept(frame_of(table, rows[0]), earlier), "inputs")
        pd.testing.assert_frame_equal(partly.rows(table), whole.read(table))
        differing = partly.differing_rows(table, published)
        assert differing is not None, "the published table is the one of which rows were kept"
        assert [side["entity_id"].to_pylist() for side in differing] == [["c"], ["a"]]
        assert partly.differing_rows(table, whole) is None
        partly.write(table, PartlyKept(frame_of(table, rows[0]), earlier), "inputs")
        assert partly.differing_rows(table, published) is None, "the rows were not kept of the file that was replaced"
    assert partly.path(table).read_bytes() == whole.path(table).read_bytes()
    with pytest.raises(ContractError, match="duplicate_key"):
        partly.write(table, PartlyKept(frame_of(table, rows[1]), earlier), "inputs")
    assert partly.path(table).read_bytes() == whole.path(table).read_bytes()


@pytest.mark.parametrize("most_runs", [1, 1_000])
@pytest.mark.parametrize("kept", ["adh", "h", "abcdefgh", "a", ""])
def test_rows_that_are_merged_have_the_content_of_rows_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, most_runs: int, kept: str
) -> None:
    """Copied in runs or one by one, with flags of nulls that begin within a byte."""
    monkeypatch.setattr(parquet, "_MOST_RUNS", most_runs)
    table, days = "capex_by_definition", {"b": pd.Timestamp("2024-05-01"), "h": pd.Timestamp("2024-06-01")}

    def rows_of(names: str) -> pa.Table:
        made = [{"entity_id": one, "observation_id": one, "first_reported_on": days.get(one)} for one in names]
        return parquet.to_arrow(frame_of(table, *made), table) if made else empty

    empty = parquet.to_arrow(frame_of(table, {}), table).slice(0, 0)
    for new in ("", "bcg"):
        new = "".join(sorted(set(new) - set(kept)))
        earlier = pa.array([name in kept for name in "abcdefgh"])
        merged = parquet.merged(rows_of("abcdefgh"), earlier, rows_of(new), table)
        expected = rows_of("".join(sorted(kept + new)))
        assert merged.equals(expected)
        assert parquet.content_id(merged) == parquet.content_id(expected)


@pytest.mark.parametrize("is_remembered", [True, False])
@pytest.mark.parametrize("was_written", [True, False])
def test_rows_with_some_values_are_those_of_the_whole_table(
    warehouse: Warehouse, is_remembered: bool, was_written: bool
) -> None:
    table, rows = "capex_by_definition", [{"entity_id": name, "observation_id": name} for name in "abc"]
    with run_memory.remembering() if is_remembered else contextlib.nullcontext():
        warehouse.write(table, frame_of(table, *rows), "inputs")
        if not was_written and (memory := run_memory.current()) is not None:
            memory.tables.clear()
        chosen = warehouse.rows(table, where=("entity_id", {"a", "c", "z"}))
        expected = warehouse.read(table).query("entity_id != 'b'").reset_index(drop=True)
        pd.testing.assert_frame_equal(chosen, expected)
        some = warehouse.rows(table, ["observation_id"], ("entity_id", ["b"]))
        assert some.to_dict("list") == {"observation_id": ["b"]}


def test_a_table_and_its_copy_are_read_once(warehouse: Warehouse, tmp_path: Path) -> None:
    table = "capex_by_definition"
    warehouse.write(table, frame_of(table, {}), "inputs")
    copy = Warehouse(tmp_path / "copy")
    copy.root.mkdir()
    shutil.copy(warehouse.path(table), copy.path(table))
    with run_memory.remembering():
        assert copy.arrow(table) is warehouse.arrow(table)


@pytest.mark.slow("reads a table for every eleventh of its bytes")
def test_no_flipped_bit_passes_for_the_rows_that_the_file_says_it_holds(warehouse: Warehouse) -> None:
    """Every eleventh byte of a small table: the rows are as they were, or the file counts as absent and is made again."""
    said = warehouse.write(
        "periods", frame_of("periods", {}, {"entity_id": "b", "period_start": None}), "inputs"
    ).footer
    path = Path(str(warehouse.path("periods")))
    whole, rows = path.read_bytes(), warehouse.read("periods")
    noticed = 0
    for place in range(5, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        found = warehouse.footer("periods")
        noticed += found is None
        if found is not None and found.content_id == said.content_id:
            pd.testing.assert_frame_equal(warehouse.read("periods"), rows)
    assert noticed > 20
    path.write_bytes(whole)
    assert warehouse.footer("periods") == said


def test_who_only_reads_leaves_nothing_behind(warehouse: Warehouse) -> None:
    published = warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    shutil.rmtree(warehouse.staging())
    assert warehouse.footer("capex_by_definition") == published.footer
    assert warehouse.remembered("name", "identity", lambda: {"one": 1}) == {"one": 1}
    assert not warehouse.staging().exists()


def test_reading_says_what_to_do_where_there_is_no_table(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"There is no table capex_by_definition in .*; materialize it first"):
        warehouse.read("capex_by_definition")


def test_reading_says_what_to_do_with_a_broken_file(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    warehouse.path("capex_by_definition").write_bytes(b"nothing that is Parquet")
    with pytest.raises(WarehouseError, match=r"is not a readable Parquet file .*materialize capex"):
        warehouse.read("capex_by_definition")


def test_reading_says_what_to_do_with_a_file_of_another_version(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    old = to_arrow(frame_of("capex_by_definition"), "capex_by_definition").drop_columns(["amount_usd"])
    pq.write_table(old, warehouse.path("capex_by_definition"))
    with pytest.raises(
        WarehouseError, match=r"has no column amount_usd: another version of this package wrote it\. Materialize capex"
    ):
        warehouse.read("capex_by_definition")


def test_a_column_that_only_an_older_version_wrote_is_not_read(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    table = to_arrow(frame_of("capex_by_definition"), "capex_by_definition")
    old = table.append_column("former_column", table.column("amount_usd"))
    pq.write_table(old, warehouse.path("capex_by_definition"))
    assert list(warehouse.read("capex_by_definition").columns) == table.column_names


def test_a_folder_that_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "year=2024" / "warehouse")
    warehouse.write("capex_by_definition", frame_of("capex_by_definition"), "inputs")
    assert list(warehouse.read("capex_by_definition").columns) == list(frame_of("capex_by_definition").columns)


def test_the_content_id_is_of_the_rows_and_not_of_their_layout() -> None:
    rows = to_arrow(frame_of("capex_by_definition", *ROWS), "capex_by_definition")
    in_two = pa.concat_tables([rows.slice(0, 1), rows.slice(1)])
    assert content_id(in_two) == content_id(rows)
    assert content_id(rows.replace_schema_metadata({b"run": b"7"})) == content_id(rows)
    assert content_id(rows.slice(1)) == content_id(
        to_arrow(frame_of("capex_by_definition", *ROWS).iloc[1:], "capex_by_definition")
    )
    assert content_id(rows) != content_id(rows.slice(0, 1))


def test_a_reader_with_the_old_file_open_keeps_it(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    with warehouse.path("capex_by_definition").open("rb") as stream:
        warehouse.write("capex_by_definition", frame_of("capex_by_definition", ROWS[0]), "others")
        assert pq.read_table(stream).num_rows == 2
    assert len(warehouse.read("capex_by_definition")) == 1


def test_files_say_how_they_are_sorted_and_use_what_readers_take(warehouse: Warehouse) -> None:
    warehouse.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    file = pq.ParquetFile(warehouse.path("capex_by_definition"))
    assert file.metadata.format_version == "2.6"
    group = file.metadata.row_group(0)
    names = [file.schema_arrow.names[column.column_index] for column in group.sorting_columns]
    assert names == TABLES["capex_by_definition"].__config__.metadata["sort"]  # type: ignore[attr-defined]
    assert {group.column(place).compression for place in range(group.num_columns)} == {"SNAPPY"}


def test_what_lies_behind_a_missing_number_is_no_content() -> None:
    """pandas keeps some number in the place of a missing one; which one depends on how the frame was computed."""
    frame = frame_of("capex_by_definition", *ROWS)
    one = frame.assign(fiscal_year=pd.array([2024] * len(frame), dtype="Int32"))
    other = frame.assign(fiscal_year=pd.array([1999] * len(frame), dtype="Int32"))
    for rows in (one, other):
        rows.loc[0, "fiscal_year"] = pd.NA
    other.loc[1:, "fiscal_year"] = 2024
    assert content_id(to_arrow(one, "capex_by_definition")) == content_id(to_arrow(other, "capex_by_definition"))
    one.loc[0, "fiscal_year"] = 0
    assert content_id(to_arrow(one, "capex_by_definition")) != content_id(to_arrow(other, "capex_by_definition"))


def test_staging_lies_beside_the_folder_itself_whatever_link_leads_there(tmp_path: Path) -> None:
    """A file can be moved into place within one file system only, and the link may lie on another."""
    (tmp_path / "disk" / "tables").mkdir(parents=True)
    (tmp_path / "warehouse").symlink_to("disk/tables")
    linked = Warehouse(tmp_path / "warehouse")
    assert (
        linked.staging() == Warehouse(tmp_path / "disk" / "tables").staging() == tmp_path / "disk" / ".tables.staging"
    )
    linked.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs")
    assert len(linked.read("capex_by_definition")) == 2 and not (tmp_path / ".warehouse.staging").exists()


def test_what_a_killed_build_left_in_staging_is_removed_and_nothing_else(warehouse: Warehouse) -> None:
    staging = warehouse.staging()
    (staging / ".views.sql.x1.part").mkdir(parents=True)
    (staging / ".views.sql.x1.part" / "views.sql").write_bytes(b"half")
    for name in (".capex.parquet.x2.part", "capex.part", ".capex.json"):
        (staging / name).write_bytes(b"half")
    warehouse.clear_leftovers()
    assert sorted(path.name for path in staging.iterdir()) == [".capex.json", "capex.part"]


def test_a_missing_amount_is_no_content_whatever_sign_its_nan_has() -> None:
    """Arithmetic on missing amounts gives NaN of either sign; a file that holds null for both must be found whole."""
    frame = frame_of("capex_by_definition", *ROWS)
    one, other = (frame.assign(amount=[nan, *frame["amount"][1:]]) for nan in (math.nan, -math.nan))
    rows = to_arrow(other, "capex_by_definition")
    assert content_id(to_arrow(one, "capex_by_definition")) == content_id(rows)
    stream = io.BytesIO()
    pq.write_table(rows, stream)
    assert content_id(pq.read_table(io.BytesIO(stream.getvalue()))) == content_id(rows)


def test_a_published_table_is_not_verified_again_while_its_candidate_changes(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = warehouse.candidates()
    first = candidates.write("capex_by_definition", frame_of("capex_by_definition", *ROWS), "inputs").footer
    warehouse.root.mkdir(exist_ok=True)
    warehouse.path("capex_by_definition").write_bytes(candidates.path("capex_by_definition").read_bytes())
    warehouse.take_over_footers({"capex_by_definition": storage_files.sha256_of(warehouse.path("capex_by_definition"))})
    verified = []
    monkeypatch.setattr(parquet, "verified_footer", lambda *_: verified.append(1) or first.as_texts())
    for entity in ("c", "d"):
        other = frame_of("capex_by_definition", {"entity_id": entity})
        changed = candidates.write("capex_by_definition", other, entity).footer
        assert warehouse.footer("capex_by_definition") == first != changed == candidates.footer("capex_by_definition")
    assert verified == []
    warehouse.path("capex_by_definition").write_bytes(candidates.path("capex_by_definition").read_bytes())
    warehouse.take_over_footers({"capex_by_definition": "0" * 64})
    warehouse.footer("capex_by_definition")
    assert verified == [1], "the verdict on a candidate does not hold for a file with other bytes"
