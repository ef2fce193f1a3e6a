"""The commands `capex-pipeline release ...`: list, compare, check and restore releases.

Arguments and the layout of results belong here. The work belongs to the package `release`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capex_pipeline import SettingError
from capex_pipeline.cli.options import EXIT_FAILED, SuggestingGroup, echo, echo_line, examples, warehouse_option
from capex_pipeline.release import BOUND_PCT, SPREADSHEET_FORMATS, ReleaseError

if TYPE_CHECKING:
    from capex_pipeline.release.snapshots import Snapshot, Store


@click.group(
    cls=SuggestingGroup,
    epilog=examples("capex-pipeline release list", "capex-pipeline release compare previous current"),
)
def release() -> None:
    """List, compare, check and restore releases."""


def _action(work: Callable[..., int]) -> Callable[..., int]:
    """Passes the warehouse's location to the command. Raises SettingError if there is no warehouse, or if it is in an object store."""

    @functools.wraps(work)
    def run(warehouse: str, **options: Any) -> int:
        from capex_pipeline.release import manifest
        from capex_pipeline.storage.files import is_remote
        from capex_pipeline.storage.locations import warehouse_location

        location, name = warehouse_location(warehouse), work.__name__
        if is_remote(location):
            if name != "verify":
                raise SettingError(f"{location} is in an object store, where no releases are kept; name a folder.")
        elif name not in _WITHOUT_RELEASE and not (location / manifest.NAME).exists() and not _store(location).all():
            raise SettingError(
                f"There is no release in {location}. Run `capex-pipeline build` first, or name the folder with --warehouse."
            )
        return work(location, **options)

    return run


_WITHOUT_RELEASE = ("publish", "views")
"""Names of the commands that need no existing release."""


def _store(location: Path) -> Store:
    from capex_pipeline.release.snapshots import Store

    return Store(location)


@release.command("list", epilog=examples("capex-pipeline release list"))
@warehouse_option
@_action
def list_releases(location: Path) -> int:
    """List the kept releases."""
    from capex_pipeline.release import manifest

    store = _store(location)
    notes: list[str] = []
    try:
        now = manifest.read(store.warehouse)
    except ReleaseError as error:
        now, notes = None, [str(error)]
    current = store.current()
    lines = [("", "number", "release", "contract", "data until", "rows")]
    for one in store.all():
        try:
            release_manifest = one.manifest()
        except ReleaseError as error:
            notes.append(str(error))
            lines.append(("", str(one.number), one.short_id, "damaged", "", ""))
            continue
        mark = "*" if one == current and now is not None and now["release_id"] == release_manifest["release_id"] else ""
        rows = sum(entry["rows"] for entry in release_manifest["tables"].values())
        lines.append(
            (
                mark,
                str(one.number),
                one.short_id,
                release_manifest["schema_version"],
                release_manifest["released_on"] or "",
                f"{rows:,}",
            )
        )
    if len(lines) == 1:
        echo(f"No release is kept in {store.root}.")
        return 0
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        echo("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())
    echo(f"\n* published in {store.warehouse}; all releases are kept in {store.root}")
    for note in notes:
        echo(note)
    if store.is_held():
        echo("A release is held: see `capex-pipeline release compare current held`.")
    return 0


@release.command(epilog=examples("capex-pipeline release folder", "capex-pipeline release folder previous"))
@click.argument("which", metavar="[RELEASE]", default="current")
@warehouse_option
@_action
def folder(location: Path, which: str) -> int:
    """Print the folder of a release. Its files are never replaced.

    RELEASE is a number, the beginning of an id, current, previous, held, or warehouse; default: current.
    """
    echo(_folder(_store(location).find(which)).absolute())
    return 0


@release.command(epilog=examples("capex-pipeline release publish"))
@click.option("--accept-removal", is_flag=True, help="Publish although a large share of the documents disappeared.")
@warehouse_option
@_action
def publish(location: Path, accept_removal: bool) -> int:
    """Check the candidate tables as a set and publish them together.

    Use it for tables that were built alone; `capex-pipeline build` publishes too. The checks of the tables run first.
    """
    from capex_pipeline.cli.build import check_environment, run_job
    from capex_pipeline.orchestration.assets.release import ReleaseSettings
    from capex_pipeline.orchestration.resources import Settings

    settings, chosen = Settings(warehouse=str(location)), ReleaseSettings(accept_removal=accept_removal)
    check_environment(settings)
    return run_job("publish_candidates", settings, {"release_settings": chosen}, "capex-pipeline release publish")


@release.command(epilog=examples("capex-pipeline release compare", "capex-pipeline release compare current held"))
@click.argument("old", default="previous")
@click.argument("new", default="current")
@warehouse_option
@_action
def compare(location: Path, old: str, new: str) -> int:
    """List the differences between two releases.

    OLD and NEW are a number, the beginning of an id, current, previous, held, or warehouse; default: previous and current.
    """
    from capex_pipeline.release import diff_text
    from capex_pipeline.release.diff import compare
    from capex_pipeline.release.snapshots import Snapshot

    store = _store(location)
    before = store.find(old)
    changes = compare(_folder(before), _folder(store.find(new)))
    name = before.short_id if isinstance(before, Snapshot) else old
    echo(diff_text.text(diff_text.headline(changes, name), changes, None, None))
    return 0


@release.command(epilog=examples("capex-pipeline release restore previous"))
@click.argument("which", metavar="RELEASE")
@warehouse_option
@_action
def restore(location: Path, which: str) -> int:
    """Publish an earlier release again. RELEASE is a number, the beginning of an id, current or previous."""
    from capex_pipeline.release.snapshots import Snapshot
    from capex_pipeline.storage import build_lock
    from capex_pipeline.storage.warehouse import Warehouse

    store = _store(location)
    warehouse = Warehouse(store.warehouse)
    with build_lock.locked(warehouse, f"capex-pipeline release restore {which}"):
        snapshot = store.find(which)
        if not isinstance(snapshot, Snapshot):
            raise ReleaseError(f"{which} is not a release; `capex-pipeline release list` shows the releases.")
        store.restore(snapshot, warehouse.staging())
    echo(f"{store.warehouse} holds release {snapshot.number} ({snapshot.short_id}) again.")
    return 0


@release.command(epilog=examples("capex-pipeline release verify"))
@warehouse_option
@_action
def verify(location: Path) -> int:
    """Check that all files of the warehouse belong to one release, byte for byte."""
    from capex_pipeline.release import manifest

    problems = manifest.verify(location)
    for problem in problems:
        echo_line(f"{problem.file} {problem.rule}: {problem.message}")
    if not problems:
        echo(f"{location} is release {(manifest.read(location) or {})['release_id']}, complete and unchanged.")
    return EXIT_FAILED if problems else 0


@release.command(epilog=examples('capex-pipeline release accept --reason "Alibaba restated the quarter."'))
@click.option("--reason", required=True, help="Why the changes are right.")
@click.option(
    "--bound",
    type=click.FloatRange(min=0),
    default=BOUND_PCT,
    show_default=True,
    help="Percentage by which a value may change without an entry.",
)
@warehouse_option
@_action
def accept(location: Path, reason: str, bound: float) -> int:
    """Print the reference entries that accept the changes of a held release."""
    if not reason.strip():
        raise click.BadParameter("The reason is empty; write why the changes are right.", param_hint="--reason")
    from capex_pipeline.cli.project_reference import project_reference
    from capex_pipeline.release import accepted_changes
    from capex_pipeline.release.closed_periods import lost_cells, moves
    from capex_pipeline.release.snapshots import Snapshot

    store = _store(location)
    current, held_release = store.current(), store.find("held")
    if current is None or isinstance(held_release, Snapshot):
        raise ReleaseError("There is no release to compare the held tables with.")
    before = current.manifest()
    reviewed, last = accepted_changes.reviewed(project_reference()), before["release_id"]
    changes = moves(
        current.tables,
        held_release,
        closed_on=before["released_on"],
        bound_pct=bound,
        accepted=reviewed,
        from_release=last,
    )
    lost = lost_cells(current.tables, held_release, reviewed, last)
    echo(
        accepted_changes.entries(changes[changes["explanation"].isna()], lost[lost["explanation"].isna()], reason),
        nl=False,
    )
    return 0


@release.command(epilog=examples("capex-pipeline release views > views.sql"))
@warehouse_option
@_action
def views(location: Path) -> int:
    """Print DuckDB views that contain the warehouse's absolute path."""
    from capex_pipeline.release import views as view_texts
    from capex_pipeline.storage.warehouse import Warehouse

    echo(view_texts.text(location, view_texts.companies(Warehouse(location))), nl=False)
    return 0


@release.command(epilog=examples("capex-pipeline release spreadsheets", "capex-pipeline release spreadsheets csv xlsx"))
@click.argument("formats", nargs=-1, type=click.Choice(SPREADSHEET_FORMATS))
@warehouse_option
@_action
def spreadsheets(location: Path, formats: tuple[str, ...]) -> int:
    """Write the published tables as CSV or XLSX (default: csv)."""
    from capex_pipeline.release import spreadsheets as files
    from capex_pipeline.storage import build_lock
    from capex_pipeline.storage.warehouse import Warehouse

    warehouse = Warehouse(location)
    with build_lock.locked(warehouse, "capex-pipeline release spreadsheets"):
        written = files.export(warehouse, list(formats) or ["csv"])
    for name in written:
        echo(f"Wrote {location / name}.")
    return 0


@release.command(epilog=examples("capex-pipeline release contract"))
@click.option(
    "--changelog",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("CHANGELOG.md"),
    show_default=True,
    help="File whose headings name the contract.",
)
def contract(changelog: Path) -> int:
    """Record the contract of the table models as the published contract."""
    from capex_pipeline.release import contract_changes

    changed = contract_changes.record(changelog.read_text(encoding="utf-8") if changelog.is_file() else "")
    echo(f"{'Wrote' if changed else 'Nothing to do for'} {contract_changes.FILE}.")
    return 0


def _folder(snapshot: Snapshot | Path) -> Path:
    """Folder of the release that `Store.find` returned."""
    return snapshot if isinstance(snapshot, Path) else snapshot.tables
