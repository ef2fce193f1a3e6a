"""Table coverage: which cells are filled, by what, and which document would fill the rest.

What belongs here: the state of entity by calendar quarter by table. What does not: numbers, and guesses at missing ones.
"""

from __future__ import annotations

import pandas as pd

from capex_pipeline.reference import Reference
from capex_pipeline.schemas.coverage import Coverage
from capex_pipeline.schemas.derive import conform, table_metadata
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES

_KEY = ["table_name", "entity_id", "calendar_quarter"]
_FILLED = ["reported", "derived", "estimated"]
_RANK = {state: rank for rank, state in enumerate([*_FILLED, "conflict", "claimed_only"])}
"""States that a row makes, the best first."""


def coverage(published: dict[str, pd.DataFrame], observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Table coverage.

    published: the three published tables. The grid of a table runs over its companies and over the quarters from each
    company's first to the last for which anybody has a reported or estimated quarter. A company that another table knows
    and this one never had is not_applicable there.
    """
    known = sorted({name for frame in published.values() for name in frame.loc[~frame["is_aggregate"], "entity_id"]})
    parts = [_of_table(table, frame, observations, reference, known) for table, frame in published.items()]
    return conform(pd.concat(parts, ignore_index=True), Coverage).sort_values(
        table_metadata(Coverage)["sort"], kind="stable", ignore_index=True
    )


def _of_table(
    table: str, frame: pd.DataFrame, observations: pd.DataFrame, reference: Reference, known: list[str]
) -> pd.DataFrame:
    rows = _cells_of(table, frame)
    conflicts = _conflicts(table, observations, reference)
    filled = rows[rows["state"].isin(_FILLED)]
    if filled.empty:
        return pd.DataFrame(columns=_KEY)
    quarters = pd.period_range(filled["calendar_quarter"].min(), filled["calendar_quarter"].max(), freq="Q")
    names = [f"{quarter.year}Q{quarter.quarter}" for quarter in quarters]
    grid = pd.MultiIndex.from_product([known, names], names=["entity_id", "calendar_quarter"]).to_frame(index=False)
    everything = pd.concat([rows, conflicts], ignore_index=True)
    counts = rows.groupby(["entity_id", "calendar_quarter"]).size().rename("rows").reset_index()
    best = everything.assign(rank=everything["state"].map(_RANK)).sort_values(
        ["rank", "is_preferred"], ascending=[True, False], kind="stable"
    )
    best = best.drop_duplicates(["entity_id", "calendar_quarter"]).drop(columns=["rank", "is_preferred"])
    cells = grid.merge(best, on=["entity_id", "calendar_quarter"], how="left").merge(
        counts, on=["entity_id", "calendar_quarter"], how="left"
    )
    first = filled.groupby("entity_id")["calendar_quarter"].min()
    begins = cells["entity_id"].map(first)
    applicable = begins.notna() & (cells["calendar_quarter"] >= begins)
    state = cells["state"].fillna(pd.Series("missing", index=cells.index).where(applicable, "not_applicable"))
    needed = pd.Series(_needed(table), index=cells.index, dtype="str").where(
        state.isin(["missing", "conflict", "claimed_only"])
    )
    names_of = cells["entity_id"].map(reference.entities["name"])
    return cells.assign(
        table_name=table,
        quarter_start=pd.PeriodIndex(cells["calendar_quarter"], freq="Q").start_time.astype("datetime64[us]"),
        state=state,
        rows=cells["rows"].fillna(0).astype("int64"),
        document_needed=(names_of + ": " + needed + " " + cells["calendar_quarter"]).astype("str"),
    )


def _cells_of(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[frame["calendar_quarter"].notna() & ~frame["is_aggregate"] & (frame["status"] != "guidance")]
    amount = rows["units"] if table == "gpu_shipments" else rows["amount"]
    by_company = (rows["source_type"].isin(COMPANY_SOURCES)) & amount.notna()
    estimated = (rows["source_type"] == "estimate") & amount.notna()
    state = (
        pd.Series("claimed_only", index=rows.index, dtype="str")
        .mask(estimated, "estimated")
        .mask(by_company, rows["status"])
    )
    state = state.mask(by_company & ~rows["status"].isin(["reported", "derived"]), "estimated")
    return rows[["entity_id", "calendar_quarter", "definition_id", "document_id", "is_preferred"]].assign(state=state)


def _conflicts(table: str, observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    metrics = reference.metrics.index[reference.metrics["table"] == table]
    rows = observations[
        observations["conflict_reason"].notna() & observations["is_latest"] & observations["metric_id"].isin(metrics)
        & observations["calendar_quarter"].notna()
    ]  # fmt: skip
    return rows[["entity_id", "calendar_quarter", "definition_id", "document_id"]].assign(
        state="conflict", is_preferred=False
    )


def _needed(table: str) -> str:
    return {
        "capex": "results announcement or 10-Q/10-K for",
        "cloud_revenue": "segment note of the 10-Q/10-K, or results announcement, for",
        "gpu_shipments": "an estimator's table for",
    }[table]


def shrunk(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Cells that were filled before and are not filled now: columns of the key, state_before, state_now."""
    filled = before[before["state"].isin(_FILLED)]
    joined = filled[[*_KEY, "state"]].merge(now[[*_KEY, "state"]], on=_KEY, how="left", suffixes=("_before", "_now"))
    lost = ~joined["state_now"].isin(_FILLED)
    return joined[lost].reset_index(drop=True)
