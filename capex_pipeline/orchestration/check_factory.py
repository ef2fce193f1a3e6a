"""Turns a function that evaluates tables into a Dagster asset check.

Add here what all checks of tables have in common: reading, evaluating, reporting, and caching the result until a file, the code or the
reference data changes. The module also groups the checks of one asset into one step. The checks themselves are in
`orchestration/asset_checks.py`.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import decoration
from capex_pipeline.orchestration.failures import in_words
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.warehouse import Warehouse
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from capex_pipeline.reference import Reference

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

Verdict = dict[str, Any]
"""The result of a check, as text and numbers that can be cached."""


@dataclass(frozen=True)
class Tables:
    """The tables that a check reads, and no others: its result is cached as long as their files do not change."""

    warehouse: Warehouse
    names: tuple[str, ...]
    settings: Settings

    def read(self, table: str, columns: list[str] | None = None) -> "pd.DataFrame":
        """As `Warehouse.rows`. Raises KeyError for a table that the check did not declare."""
        self._refuse_undeclared(table)
        return self.warehouse.rows(table, columns)

    def arrow(self, table: str) -> "pa.Table":
        """As `Warehouse.arrow`. Raises KeyError as `read` does."""
        self._refuse_undeclared(table)
        return self.warehouse.arrow(table)

    def _refuse_undeclared(self, table: str) -> None:
        if table not in self.names:
            raise KeyError(f"The check does not declare that it reads {table}.")

    @property
    def reference(self) -> "Reference":
        """The reference data of the run. The check is evaluated again after they change."""
        return self.settings.load_reference()


def verdict(
    offending: "pd.DataFrame | None",
    severity: dg.AssetCheckSeverity,
    failed: str,
    passed: str = "",
    **numbers: float | int | str,
) -> Verdict:
    """Passed if there is no offending row; otherwise the rows and their number, and the names of the first rows after the sentence.

    offending: None if the check could not be evaluated. Its leading columns that end in `_id` are the name of a row. failed, passed: the
    description of either result; passed is empty if the check cannot pass.
    """
    is_good = offending is not None and offending.empty
    return {
        "passed": is_good,
        "severity": severity.value,
        "description": passed if is_good else f"{failed}{_first_names(offending)}",
        "numbers": numbers,
        "offending_rows": 0 if offending is None else len(offending),
        "shown": decoration.preview(offending),
    }


_MOST_NAMED = 3
_LONGEST_NAME = 80


def _first_names(offending: "pd.DataFrame | None") -> str:
    """The names of the first offending rows as a sentence; empty where rows have none."""
    if offending is None:
        return ""
    columns = list(itertools.takewhile(lambda name: str(name).endswith("_id"), offending.columns))
    names = list(
        dict.fromkeys(
            escaping.shortened(escaping.one_line(" ".join(map(str, row))), _LONGEST_NAME)
            for row in offending[columns].itertuples(index=False)
            if columns
        )
    )
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f" First: {', '.join(names[:_MOST_NAMED])}{more}." if names else ""


@dataclass(frozen=True)
class Check:
    """A check of one asset. judge: returns the result, newly evaluated or cached."""

    spec: dg.AssetCheckSpec
    judge: Callable[[Settings], Verdict]

    def result(self, settings: Settings) -> dg.AssetCheckResult:
        """The result as a Dagster object."""
        verdict = self.judge(settings)
        return dg.AssetCheckResult(
            asset_key=self.spec.asset_key,
            check_name=self.spec.name,
            passed=verdict["passed"],
            severity=dg.AssetCheckSeverity(verdict["severity"]),
            description=verdict["description"],
            metadata={
                **verdict["numbers"],
                "offending_rows": verdict["offending_rows"],
                **(
                    {"first_offending_rows": dg.MetadataValue.md(verdict["shown"])} if verdict["offending_rows"] else {}
                ),
            },
        )


def table_check(
    asset: str, description: str, *, name: str | None = None, reads: tuple[str, ...] = (), blocking: bool = False
) -> Callable[[Callable[[Tables], Verdict]], Check]:
    """Decorator: a function from `Tables` to a verdict becomes a check of an asset.

    reads: further tables that it reads. If one was never built, the check is a warning that says so. The result is cached by the bytes of
    the files, so the check is evaluated again if another program changed a file.
    """

    def wrap(judge: Callable[[Tables], Verdict]) -> Check:
        called, tables = name or judge.__name__, (asset, *reads)

        def kept_verdict(settings: Settings) -> Verdict:
            warehouse = settings.open_candidates()
            if absent := [table for table in reads if warehouse.footer(table) is None]:
                sentence = f"Not evaluated: there is no table {' and no '.join(absent)} in {warehouse.root} yet. Materialize it, then run this check again."
                return verdict(None, WARN, sentence)
            hashes = {table: warehouse.sha256(table) for table in tables}
            identity = fingerprint.of(f"{asset}.{called}", hashes | {"reference": settings.reference_fingerprint()})
            return cache.mapping(
                warehouse.staging(),
                f"{asset}.{called}.json",
                identity,
                lambda: judge(Tables(warehouse, tables, settings)),
            )

        spec = dg.AssetCheckSpec(
            called, asset=asset, description=description, blocking=blocking, additional_deps=list(reads)
        )
        return Check(spec, kept_verdict)

    return wrap


def steps(checks: Iterable[Check]) -> list[dg.AssetChecksDefinition]:
    """Groups the checks of each asset into one step, which runs the selected ones. A step for each check would take longer than most checks."""
    by_asset: dict[str, dict[str, Check]] = {}
    for check in checks:
        by_asset.setdefault(check.spec.asset_key.to_user_string(), {})[check.spec.name] = check
    return [_step(asset, asset_checks) for asset, asset_checks in by_asset.items()]


def _step(asset: str, checks: dict[str, Check]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(name=f"{asset}_checks", specs=[check.spec for check in checks.values()], can_subset=True)
    def carry_out(context: dg.AssetCheckExecutionContext, settings: Settings) -> Iterator[dg.AssetCheckResult]:
        chosen = {key.name for key in context.selected_asset_check_keys}
        with in_words():
            for name, check in checks.items():
                if name in chosen:
                    yield check.result(settings)

    return carry_out
