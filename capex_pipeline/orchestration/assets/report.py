"""The page warehouse/report.html as an asset.

What belongs here: wiring of capex_pipeline.report, and putting its file in place. What does not: what the page says.
"""

import dagster as dg

from capex_pipeline.orchestration.asset_factory import OWNERS, content_of
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage import files as storage_files

FILE = "report.html"
_HEAD = 4096


@dg.asset(
    group_name="release",
    deps=list(TABLES),
    kinds={"html", "vega"},
    owners=OWNERS,
    description="One self-contained page for readers without a database: capex, groups, shipments, cloud revenue, claims, coverage.",
)
def report(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult:
    """Draws the page unless the file already is what would be drawn."""
    from capex_pipeline.release.files import replace_if_changed
    from capex_pipeline.release.manifest import release_id
    from capex_pipeline.report import page_fingerprint

    warehouse = settings.open_warehouse()
    ids = {name: content_of(warehouse, name) for name in TABLES}
    wanted, path = page_fingerprint.made_from(fingerprint.code(), ids), warehouse.root / FILE
    there = path.is_file()
    if there and page_fingerprint.is_made_from(path.read_bytes()[:_HEAD], wanted):
        context.log.info(f"Nothing that {FILE} is made from has changed: no work was done.")
        size, change = path.stat().st_size, "unchanged"
    else:
        from capex_pipeline.report import page, page_model

        tables = {name: warehouse.read(name) for name in page_model.TABLES}
        data = page.render(tables, ids, release=release_id(ids, SCHEMA_VERSION), fingerprint=wanted).encode()
        if storage_files.is_remote(path):
            storage_files.put(path, data)
        else:
            replace_if_changed(path, data, warehouse.staging())
        size, change = len(data), "changed" if there else "new"

    def preview() -> dict[str, str]:
        from capex_pipeline.report import page

        return {"preview": page.preview(warehouse.read("capex"), warehouse.read("claim_checks"))}

    said = cache.mapping(warehouse.staging(), "report_preview", wanted, preview)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(path)), "bytes": size, "change": change, "preview": dg.MetadataValue.md(said["preview"]),
        },
        data_version=dg.DataVersion(wanted),
    )  # fmt: skip


REPORT_ASSETS = [report]
