"""The commands `capex-pipeline release ...`: list, folder, compare, restore, verify, accept, views, spreadsheets, contract.

What belongs here: arguments, and laying out results for a terminal. What does not: work of its own, and Dagster.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capex_pipeline.release.snapshots import Snapshot, Store

_WAREHOUSE_VARIABLE = "CAPEX_PIPELINE_WAREHOUSE"


def add_parser(commands: Any) -> None:
    """Adds `release` to the subcommands of `capex-pipeline`."""
    release = commands.add_parser("release", help="list, compare, check and restore releases")
    actions = release.add_subparsers(dest="action", required=True)
    parsers = {
        "list": "say which releases are kept",
        "folder": "print the folder of a release, whose files nobody replaces",
        "compare": "say what differs between two releases",
        "restore": "put a release back into the warehouse",
        "verify": "check that the warehouse is one whole release",
        "accept": "print the lines that accept what a held build changed",
        "views": "print DuckDB views with the warehouse's absolute path in them",
        "spreadsheets": "write the published tables as CSV or XLSX",
        "contract": "record the models' contract as the published one",
    }
    made = {}
    for name, said in parsers.items():
        made[name] = actions.add_parser(name, help=said, description=f"{said[0].upper()}{said[1:]}.")
        if name != "contract":
            made[name].add_argument("--warehouse", default="", help="folder of Parquet tables (default: warehouse)")
    which = "number, beginning of an id, current, previous, held, or warehouse"
    made["compare"].add_argument("old", nargs="?", default="previous", help=f"{which} (default: previous)")
    made["compare"].add_argument("new", nargs="?", default="current", help=f"{which} (default: current)")
    made["folder"].add_argument("release", nargs="?", default="current", help=f"{which} (default: current)")
    made["restore"].add_argument("release", help="number, beginning of an id, current or previous")
    made["accept"].add_argument("--reason", required=True, help="why the changes are right")
    made["accept"].add_argument(
        "--bound", type=float, default=2.0, help="per cent by which a value may move (default: 2)"
    )
    made["spreadsheets"].add_argument("formats", nargs="*", default=["csv"], help="csv, xlsx (default: csv)")
    made["contract"].add_argument("--changelog", default="CHANGELOG.md", help="(default: CHANGELOG.md)")


def run(chosen: argparse.Namespace) -> int:
    """Runs one action; returns the exit status (0 fine, 1 not)."""
    from capex_pipeline.release import ReleaseError
    from capex_pipeline.release.snapshots import Store
    from capex_pipeline.storage import files as storage_files
    from capex_pipeline.storage.build_lock import BuildLockError
    from capex_pipeline.storage.warehouse import WarehouseError

    try:
        if chosen.action == "contract":
            return _contract(Path(chosen.changelog))
        warehouse = storage_files.location(chosen.warehouse or os.environ.get(_WAREHOUSE_VARIABLE) or "warehouse")
        if storage_files.is_remote(warehouse) and chosen.action != "verify":
            raise ReleaseError(f"{warehouse} lies in an object store, where no releases are kept; name a folder.")
        if chosen.action == "list":
            return _list(Store(warehouse))
        if chosen.action == "folder":
            print(_folder(Store(warehouse).find(chosen.release)).absolute())
            return 0
        if chosen.action == "compare":
            return _compare(Store(warehouse), chosen.old, chosen.new)
        if chosen.action == "restore":
            return _restore(Store(warehouse), chosen.release)
        if chosen.action == "verify":
            return _verify(warehouse)
        if chosen.action == "accept":
            return _accept(Store(warehouse), chosen.reason, chosen.bound)
        if chosen.action == "views":
            from capex_pipeline.release import views

            print(views.text(warehouse), end="")
            return 0
        return _spreadsheets(warehouse, chosen.formats)
    except (BuildLockError, ReleaseError, storage_files.StorageError, WarehouseError) as error:
        print(error, file=sys.stderr)
        return 1


def _list(store: Store) -> int:
    from capex_pipeline.release import manifest

    now = manifest.read(store.warehouse)
    current = store.current()
    lines = [("", "number", "release", "contract", "data until", "rows")]
    for one in store.all():
        said = one.manifest()
        mark = "*" if one == current and now is not None and now["release_id"] == said["release_id"] else ""
        rows = sum(entry["rows"] for entry in said["tables"].values())
        lines.append(
            (mark, str(one.number), one.short_id, said["schema_version"], said["released_on"] or "", f"{rows:,}")
        )
    if len(lines) == 1:
        print(f"No release is kept in {store.root}.")
        return 0
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())
    print(f"\n* what {store.warehouse} holds; the snapshots are in {store.root}")
    if (store.root / "held").is_dir():
        print("A build is held back: see `capex-pipeline release compare current held`.")
    return 0


def _compare(store: Store, old: str, new: str) -> int:
    from capex_pipeline.release import diff_text
    from capex_pipeline.release.diff import compare
    from capex_pipeline.release.snapshots import Snapshot

    before = store.find(old)
    changes = compare(_folder(before), _folder(store.find(new)))
    name = before.short_id if isinstance(before, Snapshot) else old
    print(diff_text.text(diff_text.headline(changes, name), changes, None, None))
    return 0


def _folder(found: Snapshot | Path) -> Path:
    """Where the files of what `Store.find` found lie."""
    return found if isinstance(found, Path) else found.tables


def _restore(store: Store, text: str) -> int:
    from capex_pipeline.release import ReleaseError
    from capex_pipeline.release.snapshots import Snapshot
    from capex_pipeline.storage import build_lock
    from capex_pipeline.storage.warehouse import Warehouse

    warehouse = Warehouse(store.warehouse)
    with build_lock.held(warehouse, f"capex-pipeline release restore {text}"):
        found = store.find(text)
        if not isinstance(found, Snapshot):
            raise ReleaseError(f"{text} is no release; name one of `capex-pipeline release list`.")
        store.restore(found, warehouse.staging())
    print(f"{store.warehouse} holds release {found.number} ({found.short_id}) again.")
    return 0


def _verify(folder: Path) -> int:
    from capex_pipeline.release import manifest

    problems = manifest.verify(folder)
    for problem in problems:
        print(f"{problem.file} {problem.rule}: {problem.message}")
    if not problems:
        print(f"{folder} is release {(manifest.read(folder) or {})['release_id']}, whole and unchanged.")
    return 1 if problems else 0


def _accept(store: Store, reason: str, bound_pct: float) -> int:
    from capex_pipeline.release import ReleaseError, accepted_changes
    from capex_pipeline.release.closed_periods import lost_cells, moves
    from capex_pipeline.release.snapshots import Snapshot

    current, held = store.current(), store.find("held")
    if current is None or isinstance(held, Snapshot):
        raise ReleaseError("There is no release to compare the held build with.")
    before = current.manifest()
    reviewed, last = accepted_changes.reviewed(), before["release_id"]
    found = moves(
        current.tables, held, closed_on=before["released_on"], bound_pct=bound_pct, accepted=reviewed, from_release=last
    )
    lost = lost_cells(current.tables, held, reviewed, last)
    print(
        accepted_changes.entries(found[found["explanation"].isna()], lost[lost["explanation"].isna()], reason), end=""
    )
    return 0


def _spreadsheets(folder: Path, formats: list[str]) -> int:
    from capex_pipeline.release import spreadsheets
    from capex_pipeline.storage import build_lock
    from capex_pipeline.storage.warehouse import Warehouse

    warehouse = Warehouse(folder)
    with build_lock.held(warehouse, "capex-pipeline release spreadsheets"):
        written = spreadsheets.export(warehouse, formats)
    for name in written:
        print(f"Wrote {folder / name}.")
    return 0


def _contract(changelog: Path) -> int:
    from capex_pipeline.release import contract_changes

    changed = contract_changes.record(changelog.read_text(encoding="utf-8") if changelog.is_file() else "")
    print(f"{'Wrote' if changed else 'Nothing to do for'} {contract_changes.FILE}.")
    return 0
