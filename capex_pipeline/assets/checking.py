"""From a function that judges tables to a Dagster asset check.

What belongs here: what every check of tables does alike: read, judge, report, and keep the verdict until a file, the code or the
reference data changes. What does not: what is checked (checks).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd

from capex_pipeline import fingerprint, kept, storage
from capex_pipeline.assets import metadata
from capex_pipeline.settings import Settings
from capex_pipeline.warehouse import Warehouse, WarehouseError

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

Verdict = dict[str, Any]
"""What a check found, in words and numbers that can be kept."""


@dataclass(frozen=True)
class Tables:
    """The tables that a check judges, and no other: its verdict is kept for as long as their files stay."""

    warehouse: Warehouse
    names: tuple[str, ...]

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """As `Warehouse.read`. Raises KeyError for a table that the check did not name."""
        if table not in self.names:
            raise KeyError(f"The check does not say that it reads {table}.")
        return self.warehouse.read(table, columns)


def verdict(
    offending: pd.DataFrame, severity: dg.AssetCheckSeverity, said: str, **numbers: float | int | str
) -> Verdict:
    """Passed when no row offends; else the rows and the numbers."""
    return {
        "passed": offending.empty,
        "severity": severity.value,
        "description": said,
        "numbers": numbers,
        "offending_rows": len(offending),
        "shown": metadata.preview(offending),
    }


def result(found: Verdict) -> dg.AssetCheckResult:
    """A verdict as Dagster records it."""
    return dg.AssetCheckResult(
        passed=found["passed"],
        severity=dg.AssetCheckSeverity(found["severity"]),
        description=found["description"],
        metadata={
            **found["numbers"],
            "offending_rows": found["offending_rows"],
            "first_offending_rows": dg.MetadataValue.md(found["shown"]),
        },
    )


def table_check(
    asset: str, description: str, *, name: str | None = None, reads: tuple[str, ...] = (), blocking: bool = False
) -> Callable[[Callable[[Tables], Verdict]], dg.AssetChecksDefinition]:
    """Decorator: a function from `Tables` to a verdict becomes a check of an asset.

    reads: tables that it judges beside the asset's own; where one was never built, the check says so as a warning. The verdict is kept for the bytes of their files, so a file that something
    else changed is judged again.
    """

    def wrap(judge: Callable[[Tables], Verdict]) -> dg.AssetChecksDefinition:
        called, tables = name or judge.__name__, (asset, *reads)

        @dg.asset_check(
            asset=asset, name=called, description=description, blocking=blocking, additional_deps=list(reads)
        )
        def check(settings: Settings) -> dg.AssetCheckResult:
            warehouse = settings.open_warehouse()
            if absent := [table for table in reads if warehouse.footer(table) is None]:
                return dg.AssetCheckResult(
                    passed=False,
                    severity=WARN,
                    description=f"Not judged: there is no table {' and no '.join(absent)} in {warehouse.root} yet. Materialise it, and this check after it.",
                )
            held = {table: _hash_of_file(warehouse, table) for table in tables}
            identity = fingerprint.of(f"{asset}.{called}", held)
            found = kept.mapping(
                warehouse.staging(), f"{asset}.{called}.json", identity, lambda: judge(Tables(warehouse, tables))
            )
            return result(found)

        return check

    return wrap


def _hash_of_file(warehouse: Warehouse, table: str) -> str:
    """Of the bytes as they lie there: the footer would still say what it said when something else changed the rows."""
    try:
        with storage.opened(warehouse.path(table)) as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except FileNotFoundError as error:
        raise WarehouseError(f"There is no table {table} in {warehouse.root}; materialise it first.") from error
    except OSError as error:
        raise WarehouseError(f"{warehouse.path(table)} cannot be read ({error}); check its permissions.") from error
