"""The asset of the refresh.

It is off by default and runs before all assets that read raw/. Add here its settings, and what Dagster shows of a refresh. Requests are in
the package `refresh`, which is imported only if a run switches the refresh on, so that the code location loads without the HTTP library.
"""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from capex_pipeline.orchestration import decoration, source_code
from capex_pipeline.orchestration.asset_factory import OWNERS
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.sources import rate_file
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    from capex_pipeline.refresh.outcomes import Outcome, Report

REFRESH_VARIABLE = "CAPEX_PIPELINE_REFRESH"
EVERY_ANSWER = "every_answer_taken_over"
NAME = "refreshed_documents"
_SHOWN_ROWS = 200


class RefreshConfig(dg.Config):
    """Settings of a refresh."""

    enabled: bool = Field(
        default=False, description=f"Download from the network. Also switched on by {REFRESH_VARIABLE}=1."
    )
    only: list[str] = Field(default_factory=list, description="Entities, CIKs, or rates. Empty: everything.")
    instances_from: str = Field(
        default="",
        description="First filing date of instances to download, such as 2024-01-01. Empty: that of the oldest archived one, or 400 days ago.",
    )
    dry_run: bool = Field(default=False, description="Download, but write nothing.")
    sec_data: str = Field(
        default="https://data.sec.gov", description="Base address of companyfacts and lists of filings."
    )
    sec_archives: str = Field(default="https://www.sec.gov", description="Base address of the filings' files.")
    ecb: str = Field(default="https://www.ecb.europa.eu", description="Base address of the reference rates.")


@dg.multi_asset(
    name=NAME,
    can_subset=True,  # so that the check may have no result
    specs=[
        dg.AssetSpec(
            NAME,
            group_name="raw",
            kinds={"python", "json", "xml"},
            owners=OWNERS,
            metadata=source_code.link(f"{__name__}:{NAME}"),
            description=(
                "New data of the SEC (companyfacts, instances of 10-K and 10-Q) and the European Central Bank "
                "(daily rates), trimmed and archived below raw/. The schedules and the job refresh_and_build "
                "download; in other runs {REFRESH_VARIABLE}=1 or `enabled: true` switches it on. Without the "
                "contact that the SEC requires (CAPEX_PIPELINE_CONTACT), without a network, or if a host refuses, a "
                "check warns and the build uses the archived data."
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            EVERY_ANSWER,
            asset=NAME,
            description="Every source responded, and every response was complete and contained everything that is already archived.",
        )
    ],
)
def refreshed_documents(context: dg.AssetExecutionContext, config: RefreshConfig, settings: Settings) -> Iterator[Any]:
    """Downloads new data if the refresh is switched on."""
    root = settings.raw_folder()
    if not (config.enabled or os.environ.get(REFRESH_VARIABLE) == "1"):
        reason = f"Nothing was downloaded: the refresh is switched off. Set {REFRESH_VARIABLE}=1, or `enabled: true` in the run's configuration."
        context.log.info(reason)
        yield _result(root, {"skipped": True, "reason": reason})  # no result: nothing was downloaded
        return
    from capex_pipeline.refresh.addresses import CONTACT_VARIABLE, NO_CONTACT, Sources
    from capex_pipeline.refresh.http_types import RefreshError
    from capex_pipeline.refresh.run import Plan, refresh

    try:
        plan = Plan(
            root,
            os.environ.get(CONTACT_VARIABLE),
            only=tuple(config.only),
            instances_from=_day(config.instances_from),
            dry_run=config.dry_run,
            sources=Sources(config.sec_data, config.sec_archives, config.ecb),
        )
        report = refresh(plan, settings.load_reference(), progress=_Log(context))
    except RefreshError as error:
        if error.rule != NO_CONTACT:
            raise dg.Failure(error.message, allow_retries=False) from error
        # A build from the archived data is better than none.
        reason = f"Nothing was downloaded, and the build uses the archived data: {error.message}"
        context.log.warning(reason)
        yield _result(root, {"skipped": True, "reason": reason})
        yield _warning(reason, [error.message])
        return
    yield _result(root, _metadata_of(report))
    yield _verdict(report)


class _Log:
    """Writes outcomes to the run's log as they arrive."""

    def __init__(self, context: dg.AssetExecutionContext) -> None:
        self._context = context

    def expect(self, more: int) -> None:
        """A log shows no total."""

    def done(self, outcome: "Outcome", received: int) -> None:
        line = " ".join(
            part for part in (outcome.source, outcome.what, outcome.name, outcome.result, outcome.note) if part
        )
        (self._context.log.warning if outcome.rule else self._context.log.info)(escaping.one_line(line))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise dg.Failure(
            f"instances_from is {text}, which is not a date; write 2024-12-31.", allow_retries=False
        ) from error


def _metadata_of(report: "Report") -> dict[str, Any]:
    import pandas as pd

    from capex_pipeline.refresh.outcomes import table

    return {
        "skipped": False,
        "dry_run": report.dry_run,
        "requests": report.requests,
        "retries": report.retries,
        "bytes_received": report.received,
        "new_files": len(report.written),
        "unchanged": report.count("unchanged", "nothing in use"),
        "failed": len(report.failures),
        "files": dg.MetadataValue.json(report.written),
        "sentences": dg.MetadataValue.json([outcome.note for outcome in report.failures]),
        "outcomes": dg.MetadataValue.md(decoration.preview(pd.DataFrame(table(report.outcomes)), _SHOWN_ROWS)),
    }


def _verdict(report: "Report") -> dg.AssetCheckResult:
    failures = report.failures
    if not failures:
        return dg.AssetCheckResult(
            passed=True,
            check_name=EVERY_ANSWER,
            description=f"All {len(report.outcomes):,} responses were stored.",
            metadata={"offending_rows": 0},
        )
    sentence = (
        "No source responded, and the build uses the archived data."
        if report.nothing_answered
        else (
            f"{len(failures):,} of {len(report.outcomes):,} responses were not stored; the data archived before stay in use."
        )
    )
    return _warning(sentence, [outcome.note for outcome in failures])


def _warning(description: str, sentences: list[str]) -> dg.AssetCheckResult:
    """A warning, not an error: the archived documents are still valid, and tables made from them can be published."""
    return dg.AssetCheckResult(
        passed=False,
        check_name=EVERY_ANSWER,
        severity=dg.AssetCheckSeverity.WARN,
        description=description,
        metadata={"offending_rows": len(sentences), "sentences": dg.MetadataValue.json(sentences)},
    )


def _result(root: Path, metadata: dict[str, Any]) -> dg.MaterializeResult:
    version = raw_folder.content_hash((raw_folder.listing_fingerprint(root) + _rates_hash(root)).encode())
    return dg.MaterializeResult(asset_key=NAME, metadata=metadata, data_version=dg.DataVersion(version))


def _rates_hash(root: Path) -> str:
    rates = root / rate_file.REFRESHED
    return raw_folder.content_hash(rates.read_bytes()) if rates.is_file() else ""
