"""What differs between two releases, and which document caused it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from unit.release.release_folders import filed, filing, put, table

from capex_pipeline.release import diff, diff_text, publish
from capex_pipeline.release.diff_causes import Causes
from capex_pipeline.schemas import TABLES, validation
from capex_pipeline.schemas.derive import columns
from capex_pipeline.schemas.release_changes import ReleaseChanges

pytestmark = pytest.mark.slow("writes and compares releases")

BEFORE = table("documents", filing("filing-1", "2024-08-01"))


def changes(tmp_path: Path, old: dict[str, Any], new: dict[str, Any]) -> pd.DataFrame:
    """The changes between two warehouses."""
    plain = {"documents": BEFORE}
    put(tmp_path / "old", **{**plain, **old})
    put(tmp_path / "new", **{**plain, **new})
    found = diff.compare(tmp_path / "old", tmp_path / "new")
    validation.require(found, ReleaseChanges, "release_changes")
    return found


def of(found: pd.DataFrame, change: str, name: str = "capex_by_definition") -> pd.DataFrame:
    """The changes of one kind in one table."""
    return found[(found["change"] == change) & (found["table_name"] == name)]


def test_equal_tables_have_no_changes(tmp_path: Path) -> None:
    assert changes(tmp_path, {}, {}).empty


def test_a_restatement_has_another_id_and_is_still_one_row(tmp_path: Path) -> None:
    later = {"document_id": "filing-2", "derived_from": "filing-2#capex", "unchanged_since": pd.Timestamp("2025-02-01")}
    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a"))},
        {
            "capex_by_definition": table("capex_by_definition", filed("b", 7.6e9, **later)),
            "documents": table("documents", filing("filing-1", "2024-08-01"), filing("filing-2", "2025-02-01")),
        },
    )
    assert of(found, "added").empty and of(found, "removed").empty
    moved = of(found, "restated").set_index("column").loc["amount"]
    assert (moved["old_value"], moved["new_value"], round(moved["change_pct"], 6)) == (8e9, 7.6e9, -5.0)
    assert (moved["old_document_id"], moved["new_document_id"]) == ("filing-1", "filing-2")
    assert (moved["cause"], moved["caused_by"], moved["explained_by"]) == ("new_document", "filing-2", "filing-2")
    assert of(found, "added", "documents")["row_key"].tolist() == ["filing-2"]


def test_a_table_that_had_another_key_was_replaced(tmp_path: Path) -> None:
    """Its earlier rows cannot be matched, and the contract's version tells readers that the key changed."""
    name = "capex_by_calendar_year"
    rows = table(name, {"entity_id": "meta", "calendar_year_of_company": 2024})
    for folder in ("old", "new"):
        put(tmp_path / folder, documents=BEFORE, **{name: rows})
    rows.drop(columns="calendar_year_of_company").to_parquet(tmp_path / "old" / f"{name}.parquet")
    found = diff.compare(tmp_path / "old", tmp_path / "new")
    assert of(found, "added", name)["row_key"].tolist() == ["meta / 2024"]
    assert of(found, "removed", name).empty


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_are_equal_at_both_ends_change_nothing_in_a_comparison(tmp_path: Path, seed: int) -> None:
    """A comparison leaves them out; here every row of two random sets of ids and amounts is compared."""
    chance = np.random.default_rng(seed)
    common = [filed(f"{number:02}", float(chance.integers(1, 9)) * 1e9) for number in range(12)]
    old, new = (
        {"capex_by_definition": table("capex_by_definition", *(
            {**row, "is_preferred": False, "note": str(chance.choice(["same", "same", "other"]))} for row in common if chance.random() < 0.9
        ))}
        for _ in range(2)
    )  # fmt: skip
    found = changes(tmp_path, old, new)
    causes = Causes(BEFORE, BEFORE)
    before, now = (diff.read(tmp_path / name, "capex_by_definition") for name in ("old", "new"))
    assert before is not None and now is not None
    pd.testing.assert_frame_equal(found, diff.combined(diff.compare_table("capex_by_definition", before, now, causes)))


@pytest.mark.parametrize(
    ("documents", "row", "cause", "explained"),
    [
        # The file of the same document has other bytes: nobody restated anything.
        ([filing("filing-1", "2024-08-01", sha256="1" * 64)], {}, "changed_file", None),
        # The same document, the same bytes: we read it otherwise.
        ([filing("filing-1", "2024-08-01")], {}, "reading", None),
        # A new document that was public before the old one replaces nothing.
        ([filing("filing-1", "2024-08-01"), filing("filing-0", "2024-07-01")], {"derived_from": "filing-0#capex"}, "new_document", None),
        # A later article is no filing.
        (
            [filing("filing-1", "2024-08-01"), filing("news", "2025-01-01", source_type="article")],
            {"derived_from": "news#capex"}, "new_document", None,
        ),
        # A later edition of the same data set, with a day of its own.
        ([filing("filing-1", "2025-08-01", sha256="1" * 64)], {"derived_from": "filing-1#other"}, "new_document", "filing-1"),
        ([filing("filing-2", "2025-08-01")], {"derived_from": "filing-2#capex"}, "new_document", "filing-2"),
    ],
)  # fmt: skip
def test_what_caused_a_restatement(
    tmp_path: Path, documents: list[dict[str, Any]], row: dict[str, Any], cause: str, explained: str | None
) -> None:
    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a"))},
        {
            "capex_by_definition": table("capex_by_definition", filed("a", 7.6e9, **row)),
            "documents": table("documents", *documents),
        },
    )
    moved = of(found, "restated").set_index("column").loc["amount"]
    assert moved["cause"] == cause
    assert (moved["explained_by"] if explained else pd.isna(moved["explained_by"])) == (explained or True)


def test_a_rate_moves_dollars_only(tmp_path: Path) -> None:
    old, new = (
        table("capex_by_definition", filed("a", currency="CNY", amount_cny=8e9, amount_usd=8e9 / rate, fx_usd=rate))
        for rate in (7.2, 6.8)
    )
    found = changes(tmp_path, {"capex_by_definition": old}, {"capex_by_definition": new})
    assert found[["column", "cause"]].to_numpy().tolist() == [
        ["amount_usd", "exchange_rate"],
        ["fx_usd", "exchange_rate"],
    ]


def test_rows_that_come_and_go(tmp_path: Path) -> None:
    other = filed("c", entity_id="amazon", document_id="filing-9", derived_from="filing-9#capex", is_preferred=False)
    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a"), other), "documents": table("documents", filing("filing-1", "2024-08-01"), filing("filing-9", "2024-08-02"))},
        {"capex_by_definition": table("capex_by_definition", filed("a"), filed("d", definition_id="accrual_additions", is_preferred=False))},
    )  # fmt: skip
    assert of(found, "removed")[["row_key", "cause", "old_document_id"]].to_numpy().tolist() == [
        ["c", "document_gone", "filing-9"]
    ]
    assert of(found, "added")[["row_key", "definition_id"]].to_numpy().tolist() == [["d", "accrual_additions"]]


def test_a_verdict_that_turned(tmp_path: Path) -> None:
    old = {"claim_check_id": "news#1/level", "verdict": "not_checkable", "reason": "no filing yet", "computed": None}
    new = {
        "claim_check_id": "news#1/level",
        "verdict": "contradicted",
        "computed": 7e9,
        "evidence_figures": "filing-2#capex",
    }
    found = changes(
        tmp_path,
        {"claim_checks": table("claim_checks", old)},
        {
            "claim_checks": table("claim_checks", new),
            "documents": table("documents", filing("filing-1", "2024-08-01"), filing("filing-2", "2025-02-01")),
        },
    )
    turned = of(found, "verdict", "claim_checks").iloc[0]
    assert (turned["old_text"], turned["new_text"], turned["caused_by"]) == (
        "not_checkable",
        "contradicted",
        "filing-2",
    )


def test_other_cells_are_updates_with_their_texts(tmp_path: Path) -> None:
    found = changes(
        tmp_path, {"entities": table("entities", {"country": "US"})}, {"entities": table("entities", {"country": "CN"})}
    )
    assert found[["change", "column", "old_text", "new_text"]].to_numpy().tolist() == [
        ["updated", "country", "US", "CN"]
    ]


def test_a_table_that_only_one_release_has_came_with_its_rows(tmp_path: Path) -> None:
    put(tmp_path / "old").path("periods").unlink()
    put(tmp_path / "new", periods=table("periods", {}))
    found = diff.compare(tmp_path / "old", tmp_path / "new")
    assert found[["table_name", "change"]].to_numpy().tolist() == [["periods", "added"]]


def test_a_column_that_only_one_release_has_is_not_compared(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    old = put(tmp_path / "old", entities=table("entities", {}))
    rows = pq.read_table(old.path("entities"))
    pq.write_table(rows.drop_columns(["country"]), old.path("entities"))
    put(tmp_path / "new", entities=table("entities", {}))
    assert diff.compare(tmp_path / "old", tmp_path / "new").empty


def test_the_columns_that_say_what_was_measured_exist() -> None:
    known = {name for model in TABLES.values() for name in columns(model)}
    assert set(diff.LEVELS) <= known


def test_the_table_of_changes_reads_back_and_equal_changes_have_equal_bytes(tmp_path: Path) -> None:
    import io

    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a"))},
        {"capex_by_definition": table("capex_by_definition", filed("a", 9e9))},
    )
    data = publish.changes_bytes(found)
    assert data == publish.changes_bytes(found.copy())
    again = pd.read_parquet(io.BytesIO(data))
    assert again.loc[again["column"] == "amount", ["old_value", "new_value"]].to_numpy().tolist() == [[8e9, 9e9]]


def test_words_of_a_document_cannot_break_the_table(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a", definition_id="<script>|x"))},
        {"capex_by_definition": table("capex_by_definition", filed("a", 9e9, definition_id="<script>|x"))},
    )
    text = diff_text.markdown(diff_text.headline(found, "0" * 64), found, None, None)
    (line,) = [line for line in text.splitlines() if "script" in line]
    assert "<script>" not in line and line.count(" | ") == 8
    assert "8,000,000,000" in line and "9,000,000,000" in line and "+12.5 %" in line


def test_the_sentence_counts_rows_and_not_cells(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        {"capex_by_definition": table("capex_by_definition", filed("a"))},
        {"capex_by_definition": table("capex_by_definition", filed("a", 9e9))},
    )
    assert len(of(found, "restated")) == 6
    assert diff_text.headline(found, "a" * 64) == "Against release aaaaaaaaaaaa: 1 restated."
    assert diff_text.headline(found.iloc[:0], "a" * 64) == "Nothing changed against release aaaaaaaaaaaa."


def test_a_settled_verdict_that_changes_has_turned_and_one_that_was_open_has_not() -> None:
    changes = pd.DataFrame(
        {
            "change": ["verdict", "verdict", "verdict", "restated"],
            "old_text": ["confirmed", "not_checkable", "pending", None],
            "new_text": ["contradicted", "confirmed", "above", None],
        }
    )
    judged, turned = diff.verdict_changes(changes)
    assert (len(judged), turned["new_text"].tolist()) == (3, ["contradicted"])
