"""The page warehouse/report.html as an asset.

What belongs here: wiring of capex_pipeline.report, and putting its file in place. What does not: what the page says.
"""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from capex_pipeline import fingerprint, kept, storage
from capex_pipeline.assets.wiring import OWNERS, content_of
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.settings import Settings

FILE = "report.html"
_LIBRARIES = ("altair", "vl_convert")
_HEAD = 4096


@dg.asset(
    group_name="release",
    deps=list(TABLES),
    kinds={"html", "altair"},
    owners=OWNERS,
    output_required=False,
    description="One self-contained page for readers without a database: capex, groups, shipments, cloud revenue, claims, coverage.",
)
def report(context: dg.AssetExecutionContext, settings: Settings):  # type: ignore[no-untyped-def]  # Dagster reads the return type
    """Draws the page unless the file already is what would be drawn. Skipped where the extra `report` is not installed."""
    absent = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if absent:
        context.log.warning(
            f"{FILE} is not drawn: {' and '.join(absent)} not installed; pip install 'capex-pipeline[report]'."
        )
        return
    from capex_pipeline.release.files import replace_if_changed
    from capex_pipeline.release.manifest import release_id
    from capex_pipeline.report import origin

    warehouse = settings.open_warehouse()
    ids = {name: content_of(warehouse, name) for name in TABLES}
    wanted, path = origin.made_from(fingerprint.code(), ids), warehouse.root / FILE
    there = path.is_file()
    if there and origin.is_made_from(path.read_bytes()[:_HEAD], wanted):
        context.log.info(f"Nothing that {FILE} is made from has changed: no work was done.")
        size, change = path.stat().st_size, "unchanged"
    else:
        from capex_pipeline.report import model, page

        tables = {name: warehouse.read(name) for name in model.TABLES}
        texts = _Texts(warehouse.staging(), origin.drawn_by(fingerprint.code()))
        data = page.render(
            tables, ids, release=release_id(ids, SCHEMA_VERSION), fingerprint=wanted, keep=texts.keep
        ).encode()
        texts.write()
        if storage.is_remote(path):
            storage.put(path, data)
        else:
            replace_if_changed(path, data, warehouse.staging())
        size, change = len(data), "changed" if there else "new"

    def preview() -> dict[str, str]:
        from capex_pipeline.report import page

        return {"preview": page.preview(warehouse.read("capex"), warehouse.read("claim_checks"))}

    said = kept.mapping(warehouse.staging(), "report_preview", wanted, preview)
    yield dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(path)), "bytes": size, "change": change, "preview": dg.MetadataValue.md(said["preview"]),
        },
        data_version=dg.DataVersion(wanted),
    )  # fmt: skip


class _Texts:
    """What was slow to make for the last page: those texts that this page uses as well are not made again."""

    _NAME = "report_texts"

    def __init__(self, staging: Path, drawn_by: str) -> None:
        self._place = staging, self._NAME, drawn_by
        self._before = json.loads(kept.read(*self._place) or b"{}")
        self._used: dict[str, str] = {}

    def keep(self, key: str, compute: Callable[[], str]) -> str:
        if key not in self._used:
            self._used[key] = self._before[key] if key in self._before else compute()
        return self._used[key]

    def write(self) -> None:
        """Keeps what this page used, and no more."""
        if self._used != self._before:
            kept.write(*self._place, json.dumps(self._used).encode())


REPORT_ASSETS = [report]
