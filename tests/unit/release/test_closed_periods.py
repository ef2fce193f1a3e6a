"""Values of closed periods do not move without a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from unit.release.release_folders import QUARTER, candidates, filed, filing, put, release, table

from capex_pipeline.reference import ReferenceError, load
from capex_pipeline.release import ReleaseError, accepted_changes, manifest, publish
from capex_pipeline.release.accepted_changes import Accepted
from capex_pipeline.release.closed_periods import lost_cells, moves
from capex_pipeline.release.snapshots import Store
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import conform

pytestmark = pytest.mark.slow("writes all tables and compares them in each test")

DOCUMENTS = [filing("filing-1", "2024-08-01")]
RESTATING = {"document_id": "filing-2", "derived_from": "filing-2#capex", "unchanged_since": pd.Timestamp("2025-02-01")}


ANY_SIZE = {"period_type": "half_year"}
"""A company's quarter has a plausible size, or the table is not written."""


def moved(tmp_path: Path, old: list[dict[str, Any]], new: list[dict[str, Any]], **said: Any) -> pd.DataFrame:
    """The moves between two tables capex; the older release is of 2024-08-01 and the bound is two per cent."""
    documents = said.pop("documents", DOCUMENTS)
    put(
        tmp_path / "old",
        capex_by_definition=table("capex_by_definition", *old),
        documents=table("documents", *DOCUMENTS),
    )
    put(
        tmp_path / "new",
        capex_by_definition=table("capex_by_definition", *new),
        documents=table("documents", *documents),
    )
    options = {"closed_on": "2024-08-01", "bound_pct": 2.0, "accepted": Accepted(), "from_release": "abc", **said}
    return moves(tmp_path / "old", tmp_path / "new", **options)


@pytest.mark.parametrize(("amount", "moves_found"), [(8.16e9, 0), (8.1601e9, 1), (7.84e9, 0), (7.8399e9, 1), (-8e9, 1)])
def test_the_bound_is_a_share_of_the_old_value(tmp_path: Path, amount: float, moves_found: int) -> None:
    assert len(moved(tmp_path, [filed("a", **ANY_SIZE)], [filed("a", amount, **ANY_SIZE)])) == moves_found


def test_a_period_that_was_not_over_may_move(tmp_path: Path) -> None:
    assert moved(tmp_path, [filed("a")], [filed("a", 9e9)], closed_on="2024-06-30").empty


@pytest.mark.parametrize("status", ["guidance", "forecast"])
def test_an_outlook_may_move(tmp_path: Path, status: str) -> None:
    outlook = {"status": status, "is_preferred": False}
    assert moved(tmp_path, [filed("a", **outlook)], [filed("a", 9e9, **outlook)]).empty


def test_a_restating_filing_explains_a_move(tmp_path: Path) -> None:
    found = moved(
        tmp_path, [filed("a")], [filed("b", 9e9, **RESTATING)], documents=[*DOCUMENTS, filing("filing-2", "2025-02-01")]
    )
    assert found["explanation"].tolist() == ["restated by filing-2"]


def test_a_filing_that_was_there_before_explains_nothing(tmp_path: Path) -> None:
    known = [*DOCUMENTS, filing("filing-2", "2025-02-01")]
    put(
        tmp_path / "old",
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", *known),
    )
    put(
        tmp_path / "new",
        capex_by_definition=table("capex_by_definition", filed("b", 9e9, **RESTATING)),
        documents=table("documents", *known),
    )
    found = moves(
        tmp_path / "old", tmp_path / "new", closed_on="2024-08-01", bound_pct=2.0, accepted=Accepted(), from_release=""
    )
    assert found["cause"].tolist() == ["other_document"]
    assert found["explanation"].isna().all()


def test_a_preferred_row_that_disappears_is_a_move_and_another_row_is_not(tmp_path: Path) -> None:
    claim = filed("n", is_preferred=False, source_type="article", document_id="news", claimant="an analyst")
    found = moved(tmp_path, [filed("a"), claim], [filed("c", entity_id="amazon")])
    assert found[["column", "cause", "is_preferred"]].to_numpy().tolist() == [["amount", "gone", True]]
    assert found["new_value"].isna().all()


def test_another_preferred_row_in_the_same_place_counts_by_its_value(tmp_path: Path) -> None:
    equal = filed("b", 8.1e9, definition_id="accrual_additions")
    other = filed("b", 9e9, definition_id="accrual_additions")
    assert moved(tmp_path, [filed("a")], [filed("a", is_preferred=False), equal]).empty
    found = moved(tmp_path / "second", [filed("a")], [filed("a", is_preferred=False), other])
    assert found[["old_value", "new_value"]].to_numpy().tolist() == [[8e9, 9e9]]


def test_dollars_count_where_nothing_else_moved(tmp_path: Path) -> None:
    old, new = (filed("a", currency="CNY", amount_usd=8e9 / rate, fx_usd=rate) for rate in (7.2, 6.8))
    found = moved(tmp_path, [old], [new])
    assert found[["column", "cause"]].to_numpy().tolist() == [["amount_usd", "exchange_rate"]]


def test_one_row_is_one_move(tmp_path: Path) -> None:
    assert moved(tmp_path, [filed("a")], [filed("a", 80e9)])["column"].tolist() == ["amount"]


def test_zero_that_becomes_something_is_a_move(tmp_path: Path) -> None:
    nothing, something = filed("a", 0.0, **ANY_SIZE), filed("a", 1.0, **ANY_SIZE)
    assert len(moved(tmp_path, [nothing], [something])) == 1
    assert moved(tmp_path / "second", [nothing], [nothing]).empty


def test_units_are_watched_too(tmp_path: Path) -> None:
    place = {**QUARTER, "supplier_id": "nvidia", "product": "h20", "flow": "shipped", "status": "estimate", "bound": "range",
             "source_type": "estimate", "entity_id": "nvidia", "document_id": "filing-1", "derived_from": "filing-1#h20",
             "known_from": pd.Timestamp("2024-08-01"), "period_type": "quarter", "is_preferred": True}  # fmt: skip
    for folder, units in (("old", 1000.0), ("new", 2000.0)):
        bounds = {"units_low": 500.0, "units": units, "units_high": 3000.0}
        put(
            tmp_path / folder,
            gpu_estimates=table("gpu_estimates", {**place, **bounds}),
            documents=table("documents", *DOCUMENTS),
        )
    found = moves(
        tmp_path / "old", tmp_path / "new", closed_on="2024-08-01", bound_pct=2.0, accepted=Accepted(), from_release=""
    )
    assert found[["table_name", "product", "column", "old_value", "new_value"]].to_numpy().tolist() == [
        ["gpu_estimates", "h20", "units", 1000.0, 2000.0]
    ]


# ------------------------------------------------------------------------------------------------------------- acceptance

ENTRY = """
accepted_changes:
  - table: capex_by_definition
    entity_id: meta
    definition_id: cash_purchases
    period_start: 2024-04-01
    period_end: 2024-06-30
    old: 8000000000
    new: {new}
    reason: The first capture had a typing error.
"""


def reviewed(tmp_path: Path, text: str) -> Accepted:
    """The entries of a file with this text."""
    overlay = tmp_path / "overlay"
    overlay.mkdir(parents=True)
    (overlay / "accepted_changes.yaml").write_text(text)
    return accepted_changes.reviewed(load(overlay))


def test_an_entry_accepts_its_own_step_only(tmp_path: Path) -> None:
    entry = reviewed(tmp_path, ENTRY.format(new=9000000000))
    found = moved(tmp_path, [filed("a")], [filed("a", 9e9)], accepted=entry)
    assert found["explanation"].tolist() == ["accepted: The first capture had a typing error."]
    found = moved(tmp_path / "second", [filed("a")], [filed("a", 10e9)], accepted=entry)
    assert found["explanation"].isna().all()


def test_an_entry_accepts_a_row_that_is_gone(tmp_path: Path) -> None:
    found = moved(
        tmp_path, [filed("a")], [filed("c", entity_id="amazon")], accepted=reviewed(tmp_path, ENTRY.format(new="null"))
    )
    assert found["explanation"].notna().all()


def test_a_wide_entry_is_bound_to_the_release_that_it_goes_from(tmp_path: Path) -> None:
    text = "accepted_changes: [{table: capex_by_definition, entity_id: meta, from_release: abc1, reason: A definition was corrected.}]"
    entry = reviewed(tmp_path, text)
    rows = [filed("a")], [filed("a", 9e9)]
    assert moved(tmp_path, *rows, accepted=entry, from_release="abc123")["explanation"].notna().all()
    assert moved(tmp_path / "second", *rows, accepted=entry, from_release="def456")["explanation"].isna().all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "accepted_changes: [{table: capex_by_definition, entity_id: meta, reason: because}]",
            "neither new nor from_release",
        ),
        ("accepted_changes: [{table: capex_by_definition, entity_id: meta, new: 1}]", "reason is missing"),
        ("accepted_changes: [{table: capex_by_definition, entity: meta, new: 1, reason: r}]", "unknown key entity"),
        ("accepted_changes: [capex]", "not a mapping"),
        ("accepted_losses: [{table: capex, entity_id: meta, reason: r}]", "neither calendar_quarter nor from_release"),
        ("accepted: []", "unknown key accepted"),
        ("accepted_changes: [", "not valid YAML"),
    ],
)
def test_an_entry_that_accepts_too_much_or_says_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ReferenceError, match=said):
        reviewed(tmp_path, text)


def test_the_printed_entries_accept_what_they_were_printed_for(tmp_path: Path) -> None:
    cell = {"table_name": "capex", "entity_id": "meta", "calendar_quarter": "2024Q2"}
    rows = [filed("a"), filed("b", entity_id="amazon")], [filed("a", 9.5e9)]
    found = moved(tmp_path, *rows)
    lost = pd.DataFrame([{**cell, "state_before": "reported", "state_now": "missing"}])
    text = accepted_changes.entries(found, lost, "Looked at.")
    assert set(yaml.safe_load(text)) == {"accepted_changes", "accepted_losses"}
    entry = reviewed(tmp_path, text)
    assert moved(tmp_path / "second", *rows, accepted=entry)["explanation"].tolist() == ["accepted: Looked at."] * 2
    assert entry.reason_for_loss(cell, "abc") == "Looked at."
    assert entry.reason_for_loss({**cell, "calendar_quarter": "2024Q3"}, "abc") is None


# ------------------------------------------------------------------------------------------------- a build that is held back


def test_a_held_build_changes_nothing_that_readers_see(tmp_path: Path) -> None:
    warehouse = candidates(
        tmp_path / "warehouse",
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", *DOCUMENTS),
    )
    release(warehouse)
    before = {path.name: path.read_bytes() for path in warehouse.root.iterdir()}
    warehouse.candidates().write(
        "capex_by_definition", table("capex_by_definition", filed("a", 80e9)), "a lost decimal point"
    )
    printed = {
        "figure_id": "filing-1#capex",
        "path": "announcements/meta.csv",
        "row_number": 7,
        "locator": "Capital expenditures",
    }
    warehouse.candidates().write("figures", table("figures", printed), "a lost decimal point")
    candidate = release(warehouse)
    assert candidate.is_held
    assert {path.name: path.read_bytes() for path in warehouse.root.iterdir()} == before
    assert manifest.verify(warehouse.root) == []
    store = Store(warehouse.root)
    assert len(store.all()) == 1
    held = store.find("held")
    assert isinstance(held, Path) and type(warehouse)(held).read("capex_by_definition")["amount"].tolist() == [80e9]
    message = publish.held_message(candidate)
    assert "NOT EXPLAINED) in announcements/meta.csv, row 7, Capital expenditures" in message
    assert "1 value of closed periods that changed by more than the bound:" in message
    assert "not explained" in (held / "held.md").read_text()
    with pytest.raises(ReleaseError, match="The release is held: 1 value of closed periods"):
        publish.publish(warehouse, candidate, publish.Options())
    # Corrected: the same release again, and nothing is held any more.
    warehouse.candidates().write("capex_by_definition", table("capex_by_definition", filed("a")), "made for a test")
    warehouse.candidates().write("figures", conform(pd.DataFrame(), TABLES["figures"]), "made for a test")
    release(warehouse)
    assert {path.name: path.read_bytes() for path in warehouse.root.iterdir()} == before
    with pytest.raises(ReleaseError, match="No release is held"):
        store.find("held")


def _files(*names: str) -> list[dict[str, Any]]:
    return [
        filing(name, "2024-08-01", path=f"{name}.csv", sha256=f"{number:064x}") for number, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("left", "is_held"),
    [(10, False), (9, False), (8, False), (7, True), (1, True)],  # of ten; held beyond 20 percent and from three on
)
def test_documents_that_disappear_at_once_are_held(tmp_path: Path, left: int, is_held: bool) -> None:
    names = [f"d{number}" for number in range(10)]
    warehouse = candidates(tmp_path / "warehouse", documents=table("documents", *_files(*names)))
    release(warehouse)
    warehouse.candidates().write("documents", table("documents", *_files(*names[:left])), "fewer")
    candidate = release(warehouse)
    assert candidate.is_held == is_held
    if is_held:
        assert f"{10 - left} of 10 raw files disappeared, among them d{left}.csv" in publish.held_message(candidate)
        assert not release(warehouse, accept_removal=True).is_held


def test_documents_that_were_renamed_are_not_gone(tmp_path: Path) -> None:
    before = _files(*"abcdefghij")
    warehouse = candidates(tmp_path / "warehouse", documents=table("documents", *before))
    release(warehouse)
    after = [{**one, "path": f"moved/{one['path']}"} for one in before]
    warehouse.candidates().write("documents", table("documents", *after), "moved")
    assert not release(warehouse).is_held


def test_another_major_version_of_the_contract_is_not_compared(tmp_path: Path) -> None:
    warehouse = candidates(tmp_path / "warehouse", capex_by_definition=table("capex_by_definition", filed("a")))
    release(warehouse)
    path = warehouse.root / manifest.NAME
    older = manifest.read(warehouse.root)
    assert older is not None
    older["schema_version"] = "0.9"
    contents = {name: entry["content_id"] for name, entry in older["tables"].items()}
    older["release_id"] = manifest.release_id(contents, "0.9")
    path.write_bytes(manifest.to_bytes(older))
    warehouse.candidates().write(
        "capex_by_definition", table("capex_by_definition", filed("a", 80e9)), "read by another contract"
    )
    candidate = release(warehouse)
    assert not candidate.is_held
    assert "The published release has contract 0.9" in candidate.text()


def test_a_build_of_another_scope_is_not_held(tmp_path: Path) -> None:
    warehouse = candidates(
        tmp_path / "warehouse",
        capex_by_definition=table("capex_by_definition", filed("a")),
        documents=table("documents", *DOCUMENTS),
    )
    release(warehouse, as_of="2024-12-31")
    warehouse.candidates().write(
        "capex_by_definition", table("capex_by_definition", filed("c", entity_id="amazon")), "as of another day"
    )
    assert not release(warehouse, as_of="2024-06-30").is_held


def test_lost_coverage_needs_a_reason(tmp_path: Path) -> None:
    cell = {"table_name": "capex", "entity_id": "meta", "calendar_quarter": "2024Q2"}
    put(tmp_path / "old", coverage=table("coverage", {**cell, "state": "reported"}))
    put(tmp_path / "new", coverage=table("coverage", {**cell, "state": "missing"}))
    lost = lost_cells(tmp_path / "old", tmp_path / "new", Accepted(), "abc")
    assert lost[["entity_id", "state_before", "state_now"]].to_numpy().tolist() == [["meta", "reported", "missing"]]
    assert lost["explanation"].isna().all()
    entry = Accepted(
        losses=[{"table": "capex", "entity_id": "meta", "calendar_quarter": "2024Q2", "reason": "withdrawn"}]
    )
    assert lost_cells(tmp_path / "old", tmp_path / "new", entry, "abc")["explanation"].tolist() == ["withdrawn"]


def test_a_review_explains_what_it_changes_of_a_machine_reading_of_its_document(tmp_path: Path) -> None:
    """Another document, and a figure that was reviewed before, need an entry."""
    about = {
        "document_id": "article-1",
        "source_type": "article",
        "derived_from": "article-1#m001",
        "is_preferred": False,
    }
    machine, person = ({**about, "review_state": state} for state in ("machine", "reviewed"))
    other = {**person, "document_id": "article-2", "derived_from": "article-2#m001"}
    said = ["corrected by the review of article-1"]

    def explained(was: dict[str, Any], *now: dict[str, Any]) -> list[str | None]:
        found = moved(tmp_path, [filed("a", **was)], list(now))["explanation"]
        return [None if pd.isna(one) else one for one in found]

    assert explained(machine, filed("a", 9e9, **person)) == said
    assert explained(machine, filed("a", 9e9, **machine)) == [None]
    assert explained(person, filed("a", 9e9, **person)) == [None]
    assert explained(machine, filed("a", 9e9, **other)) == [None]
