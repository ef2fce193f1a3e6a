"""Makes the table coverage: the state of each company, calendar quarter and table, and the document that would fill a gap.

Numbers belong to the tables themselves. The first quarter that a company publishes, and the first one that is collected, are reference
data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import cast

import pandas as pd

from capex_pipeline.normalise.statements import shown_in
from capex_pipeline.normalise.time_axis import with_quarter_start
from capex_pipeline.raw.folder import review_command
from capex_pipeline.reference import Reference
from capex_pipeline.schemas.coverage import WITHOUT_FIGURE, Coverage
from capex_pipeline.schemas.derive import laid_out
from capex_pipeline.schemas.rules import amounts_of_companies, reviewed_by_company, unreviewed_amounts_of_companies
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, STATEMENT_TABLES

_KEY = ["table_name", "entity_id", "calendar_quarter"]
_CELL = ["entity_id", "calendar_quarter"]
_FILLED = ["reported", "derived", "estimated"]
_UNREVIEWED = "unreviewed"
_IN_EVERY_REPORT = "revenue"
_CUSTOMER_CELL = ["customer_id", "calendar_quarter"]
_RANK = {state: rank for rank, state in enumerate([*_FILLED, "conflict", "claimed_only"])}
"""States of cells that have a row, best first."""


def coverage(
    published: dict[str, pd.DataFrame],
    observations: pd.DataFrame,
    reference: Reference,
    statements: Mapping[str, pd.DataFrame],
    paths: Mapping[str, str],
) -> pd.DataFrame:
    """Table coverage.

    published: for each table of schemas.vocabulary.EVIDENCE_TABLES its evidence table. Estimates of customers' chips count as statements on
    the supplier's quarter, which gpu_shipments does not show, and are the evidence of gpu_shipments_by_customer. The grid of a table contains every company of any
    of these tables, and the quarters from the first to the last with a reported or estimated amount. Each table of `statements` uses the
    grid of capex, because a company publishes both in one report. paths: document id -> file below raw/.
    """
    published = dict(published)
    of_customers = published.pop("gpu_shipments_by_customer_and_product", None)
    if of_customers is not None:
        sold = of_customers[of_customers["supplier_id"].notna()]
        sold = sold.assign(entity_id=sold["supplier_id"], is_aggregate=False, is_preferred=False)
        published["gpu_shipments"] = pd.concat([published["gpu_shipments"], sold], ignore_index=True)
    evidence = [*published.values(), *([] if of_customers is None else [of_customers])]
    known = sorted({name for frame in evidence for name in frame.loc[~frame["is_aggregate"], "entity_id"]})
    parts = [_of_table(table, frame, observations, reference, known) for table, frame in published.items()]
    if of_customers is not None:
        parts.append(_of_customers("gpu_shipments_by_customer", of_customers, reference))
    unreviewed = _unreviewed(observations, reference, paths)
    parts = [_with_unreviewed(part, unreviewed) for part in parts]
    grids = [part for part, table in zip(parts, published, strict=False) if table == "capex" and not part.empty]
    other_definitions = _on_other_definitions(observations, reference)
    parts += [
        _with_unreviewed(_of_statement(table, frame, grid, other_definitions, reference), unreviewed)
        for grid in grids
        for table, frame in statements.items()
    ]
    cells = pd.concat(parts, ignore_index=True)
    return laid_out(cells.assign(is_gap=_is_gap(cells)), Coverage)


def _is_gap(cells: pd.DataFrame) -> pd.Series:
    """Whether a number that the company publishes is not in the table; null where nobody knows whether the company publishes it. A claim about a
    company that publishes none is no gap."""
    state = cells["state"]
    is_published = state.isin(["missing", "conflict", "reported", "derived", "not_collected", _UNREVIEWED])
    is_gap = cells["is_in_table"].eq(False) & (
        is_published | ((state == "claimed_only") & cells["document_needed"].notna())
    )
    return is_gap.astype("boolean").mask(state == "publication_unknown")


def _of_table(
    table: str, frame: pd.DataFrame, observations: pd.DataFrame, reference: Reference, known: list[str]
) -> pd.DataFrame:
    rows = _cells_of(table, frame)
    filled = rows[rows["state"].isin(_FILLED)]
    if filled.empty:
        return pd.DataFrame(columns=[*_KEY, "state", "is_in_table", "document_needed"])
    quarters = pd.period_range(filled["calendar_quarter"].min(), filled["calendar_quarter"].max(), freq="Q")
    grid = pd.MultiIndex.from_product([known, quarters.astype(str)], names=_CELL).to_frame(index=False)
    everything = pd.concat([rows, _claims_of_longer_periods(frame), _conflicts(table, observations, reference)])
    order = everything.assign(rank=everything["state"].map(_RANK)).sort_values(
        ["rank", "is_preferred"], ascending=[True, False], kind="stable"
    )
    best = order.drop_duplicates(_CELL).drop(columns=["rank", "is_preferred"])
    counts = rows.groupby(_CELL).agg(rows=("state", "size"), is_in_table=("is_preferred", "any")).reset_index()
    cells = grid.merge(best, on=_CELL, how="left").merge(counts, on=_CELL, how="left")
    cells = with_quarter_start(cells)
    empty = _without_rows(table, cells, filled, reference)
    state = cells["state"].fillna(empty["state"])
    needed = _documents_needed(table, cells[state.isin(["missing", "conflict", "claimed_only"])], reference)
    collected = ~empty["state"].isin(WITHOUT_FIGURE)
    is_in_table = cells["is_in_table"].eq(True)
    reason = empty["reason"].where(state.isin(WITHOUT_FIGURE) | ((state == "claimed_only") & ~collected))
    used = rows.loc[rows["is_preferred"], ["entity_id", "definition_id"]].drop_duplicates()
    is_used = cells.merge(used, on=list(used.columns), how="left", indicator="place")["place"].eq("both").to_numpy()
    elsewhere = (
        "Only the evidence table has a figure, on a definition that is not this table's: "
        + cells["definition_id"]
        + "."
    ).mask(is_used, "Only the evidence table has figures, which are not of the whole quarter or of every product.")
    return cells.assign(
        table_name=table,
        state=state,
        rows=cells["rows"].fillna(0).astype("int64"),
        is_in_table=is_in_table,
        document_needed=needed.reindex(cells.index).where(collected),
        reason=reason.mask(state.isin(_FILLED) & ~is_in_table, elsewhere),
    )


def _of_customers(table: str, estimates: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Cells of the chips of customers, from gpu_estimates_by_customer: the quarters from the first to the last that the table has of any company.

    An estimate that is cumulative, of a longer period or of another estimator fills no quarter of the table. A customer with such estimates only
    has cells that say so. No company publishes these counts, so none of them is a gap.
    """
    of_company = estimates["customer_id"].map(reference.entities["type"]).eq("company")
    rows = estimates[of_company & (estimates["status"] != "forecast")]
    in_table = rows[rows["is_preferred"] & rows["calendar_quarter"].notna()]
    if in_table.empty:
        return pd.DataFrame(columns=[*_KEY, "state", "is_in_table", "document_needed"])
    quarters = pd.period_range(in_table["calendar_quarter"].min(), in_table["calendar_quarter"].max(), freq="Q")
    customers = sorted(rows["customer_id"].unique())
    grid = pd.MultiIndex.from_product([customers, quarters.astype(str)], names=_CUSTOMER_CELL).to_frame(index=False)
    grid = with_quarter_start(grid)
    about = ["definition_id", "document_id", "source_type", "is_preferred"]
    spans = rows[["customer_id", "period_start", "period_end", *about]].drop_duplicates()
    covering = grid.merge(spans, on="customer_id")
    middle = covering["quarter_start"] + pd.Timedelta(days=45)
    covering = covering[(covering["period_start"] <= middle) & (middle <= covering["period_end"])]
    is_quarter = covering["is_preferred"] & (covering["period_start"] == covering["quarter_start"])
    state = covering["source_type"].eq("estimate").map({True: "estimated", False: "claimed_only"})
    best = covering.assign(is_in_table=is_quarter, state=state, rank=state.map(_RANK)).sort_values(
        ["is_in_table", "rank", "document_id", "definition_id"], ascending=[False, True, True, True], kind="stable"
    )
    best = best.drop_duplicates(_CUSTOMER_CELL)[
        [*_CUSTOMER_CELL, "state", "is_in_table", "definition_id", "document_id"]
    ]
    counts = rows.groupby(_CUSTOMER_CELL).size().rename("rows").reset_index()
    cells = grid.merge(best, on=_CUSTOMER_CELL, how="left").merge(counts, on=_CUSTOMER_CELL, how="left")
    is_in_table = cells["is_in_table"].eq(True)
    reason = pd.Series(
        "gpu_estimates_by_customer has only cumulative counts, or counts of longer periods, of products or estimators that the table does not use.",
        index=cells.index,
        dtype="str",
    ).mask(cells["state"].isna(), "No estimate in raw/ counts the accelerators of this customer in this quarter.")
    return cells.rename(columns={"customer_id": "entity_id"}).assign(
        table_name=table,
        state=cells["state"].fillna("publication_unknown"),
        rows=cells["rows"].fillna(0).astype("int64"),
        is_in_table=is_in_table,
        document_needed=pd.Series(index=cells.index, dtype="str"),
        reason=reason.mask(is_in_table),
    )


def _on_other_definitions(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Of each line of statements, company and calendar quarter the newest amount that the company states on a definition which is not that of the table, and
    the number of such amounts.
    """
    rows = observations[
        amounts_of_companies(observations)
        & observations["is_latest"]
        & observations["definition_id"].map(reference.definitions["comparable"]).ne(True)
    ]
    rows = _with_cells(rows, reference).sort_values(["known_from", "observation_id"], kind="stable")
    cells = rows.groupby(_KEY)[["status", "definition_id", "document_id"]].last()
    return cells.assign(rows=rows.groupby(_KEY).size()).reset_index()


def _with_cells(observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Observations of a calendar quarter with the table that would show them. A balance has no quarter of its own: it is that of its day."""
    is_balance = observations["calendar_quarter"].isna() & (observations["period_start"] == observations["period_end"])
    of_day = observations["period_end"].dt.to_period("Q").astype("str").where(is_balance)
    table = observations["metric_id"].map(reference.metrics["table"]).fillna(shown_in(observations, reference))
    rows = observations.assign(
        table_name=table.astype("str"), calendar_quarter=observations["calendar_quarter"].fillna(of_day)
    )
    return rows[rows["calendar_quarter"].notna()]


def _unreviewed(observations: pd.DataFrame, reference: Reference, paths: Mapping[str, str]) -> pd.DataFrame:
    """Of each table, company and calendar quarter the newest amount that a document of the company states and that waits for review, on a comparable
    definition where there is one; with the number of such amounts, and what to do.
    """
    is_unreviewed = unreviewed_amounts_of_companies(observations)
    # A derived amount may also rest on documents that were reviewed.
    read_by_machine = set(observations.loc[is_unreviewed & (observations["status"] == "reported"), "document_id"])
    rows = observations[is_unreviewed & observations["is_latest"]]
    is_foreign = rows["currency"].notna() & (rows["currency"] != rows["entity_id"].map(reference.entities["currency"]))
    rows = _with_cells(rows[~is_foreign], reference)
    rows = rows.assign(is_comparable=rows["definition_id"].map(reference.definitions["comparable"]).eq(True))
    rows = rows.sort_values(["is_comparable", "known_from", "observation_id"], kind="stable")
    cells = rows.groupby(_KEY)[["definition_id", "document_id", "derived_from"]].last()
    sentences = []
    for operands in cells["derived_from"]:
        documents = dict.fromkeys(operand.partition("#")[0] for operand in operands.split("|"))
        files = [paths[document] for document in documents if document in read_by_machine]
        commands = ", ".join(f"`{review_command(file)}`" for file in files)
        sentences.append(
            f"A document in raw/ has the figure, which was read by machine and waits for review: {commands}."
        )
    return cells.assign(
        rows=rows.groupby(_KEY).size(), reason=pd.Series(sentences, index=cells.index, dtype="str")
    ).reset_index()


def _with_unreviewed(cells: pd.DataFrame, unreviewed: pd.DataFrame) -> pd.DataFrame:
    """Cells that say which document to review, where the table has no amount and a document of the company has one. unreviewed: from `_unreviewed`."""
    if cells.empty:
        return cells
    waiting = cells[_KEY].merge(unreviewed, on=_KEY, how="left").set_axis(cells.index)
    waits = waiting["reason"].notna() & ~cells["is_in_table"]
    is_open = waits & ~cells["state"].isin(_FILLED)
    reason = (cells["reason"].where(~is_open) + " ").fillna("") + waiting["reason"]
    of_statements = waiting["rows"].where(cells["table_name"].isin(STATEMENT_TABLES)).fillna(0).astype("int64")
    return cells.assign(
        state=cells["state"].mask(is_open, _UNREVIEWED),
        rows=cells["rows"] + of_statements,
        definition_id=cells["definition_id"].mask(is_open, waiting["definition_id"]),
        document_id=cells["document_id"].mask(is_open, waiting["document_id"]),
        document_needed=cells["document_needed"].mask(is_open),
        reason=cells["reason"].mask(waits, reason),
    )


def _of_statement(
    table: str, frame: pd.DataFrame, capex: pd.DataFrame, other_definitions: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Cells of a table with one line of the financial statements. other_definitions: from `_on_other_definitions`.

    A quarter counts as missing if the company has an amount for an earlier quarter, whether or not its capital expenditure is collected. Revenue is missing wherever capital expenditure is
    collected, since reports state both. Of any other line it is unknown whether the company publishes it until a document states it.
    """
    cells = capex[[*_CELL, "quarter_start", "state", "reason"]].rename(
        columns={"state": "capex_state", "reason": "capex_reason"}
    )
    about = [name for name in ("status", "definition_id", "document_id") if name in frame.columns]
    cells = cells.merge(frame[[*_CELL, *about]], on=_CELL, how="left", indicator="place")
    is_filled = cells["place"] == "both"
    first = cells["entity_id"].map(cells[is_filled].groupby("entity_id")["calendar_quarter"].min())
    is_before = cells["calendar_quarter"] < first.astype("str").fillna("9999Q9")
    has_begun = ~is_before | (table == _IN_EVERY_REPORT)
    is_out = is_before & cells["capex_state"].isin([*WITHOUT_FIGURE, "claimed_only"])
    outside = cells["capex_state"].where(cells["capex_state"] != "claimed_only", "not_applicable")
    if table != _IN_EVERY_REPORT:
        outside = outside.mask(outside == "not_collected", "publication_unknown")
    status = cells["status"] if "status" in cells else pd.Series("reported", index=cells.index, dtype="str")
    state = (
        pd.Series("missing", index=cells.index, dtype="str")
        .mask(~has_begun, "publication_unknown")
        .mask(is_out, outside)
    )
    state = state.mask(is_filled, status)
    reason = pd.Series(
        "No document in raw/ states it for this quarter or an earlier one.", index=cells.index, dtype="str"
    )
    reason = reason.mask(is_out, cells["capex_reason"].fillna("Only claims of others exist for this quarter."))
    others = cells[_CELL].merge(other_definitions[other_definitions["table_name"] == table], on=_CELL, how="left")
    is_elsewhere = others["rows"].notna() & ~is_filled
    other_definition = (
        "Only table observations has a figure, on a definition that is not this table's: "
        + others["definition_id"]
        + "."
    )
    state = state.mask(is_elsewhere, others["status"])
    return cells.assign(
        table_name=table,
        state=state,
        rows=is_filled.astype("int64") + others["rows"].fillna(0).astype("int64"),
        is_in_table=is_filled,
        definition_id=cells["definition_id"].mask(is_elsewhere, others["definition_id"]),
        document_id=cells["document_id"].mask(is_elsewhere, others["document_id"]),
        document_needed=_documents_needed(table, cells[state == "missing"], reference).reindex(cells.index),
        reason=reason.where(state.isin(WITHOUT_FIGURE)).mask(is_elsewhere, other_definition),
    )[capex.columns]


def _without_rows(table: str, cells: pd.DataFrame, filled: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """state and reason that each cell has without any row.

    For a company without an entry for this table, the quarters from its first filled one on count as collected.
    """
    stated = reference.coverage[reference.coverage["table_name"] == table].set_index("entity_id")
    company = cells["entity_id"]
    first = company.map(filled.groupby("entity_id")["calendar_quarter"].min())
    has_entry = company.isin(stated.index)
    # A quarter counts from its second month on, because a fiscal quarter may begin up to six weeks after the calendar quarter.
    middle = cells["quarter_start"] + pd.Timedelta(days=45)
    published, collected = (stated[day].reindex(company).set_axis(cells.index) for day in ("published", "collected"))
    before = cells["calendar_quarter"] < first.fillna("9999Q9")
    state = (
        pd.Series("missing", index=cells.index, dtype="str")
        .mask(has_entry & ~(middle >= collected), "not_collected")
        .mask(has_entry & ~(middle >= published), "not_applicable")
        .mask(~has_entry & before, "publication_unknown")
    )
    reason = company.map(stated["reason"]).where(
        has_entry, "Reference data does not state the first quarter that the company publishes."
    )
    return pd.DataFrame({"state": state, "reason": reason.astype("str")})


def _cells_of(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[frame["calendar_quarter"].notna() & ~frame["is_aggregate"] & (frame["status"] != "guidance")]
    amount = rows["units"] if table == "gpu_shipments" else rows["amount"]
    by_company = reviewed_by_company(rows) & amount.notna()
    estimated = (rows["source_type"] == "estimate") & amount.notna()
    state = (
        pd.Series("claimed_only", index=rows.index, dtype="str")
        .mask(estimated, "estimated")
        .mask(by_company, rows["status"])
    )
    state = state.mask(by_company & ~rows["status"].isin(["reported", "derived"]), "estimated")
    return rows[[*_CELL, "definition_id", "document_id", "is_preferred"]].assign(state=state)


def _claims_of_longer_periods(frame: pd.DataFrame) -> pd.DataFrame:
    """Marks each quarter of a claimed half-year or year as claimed only."""
    claims = frame[
        frame["calendar_quarter"].isna()
        & ~frame["is_aggregate"]
        & ~frame["source_type"].isin([*COMPANY_SOURCES, "estimate"])
        & ~frame["status"].isin(["guidance", "forecast"])
        & frame["period_type"].isin(["half_year", "nine_months", "year"])
    ]
    spans = [
        pd.period_range(start + timedelta(days=45), end, freq="Q").astype(str).tolist()
        for start, end in zip(claims["period_start"], claims["period_end"], strict=True)
    ]
    rows = claims[["entity_id", "definition_id", "document_id"]].assign(
        calendar_quarter=pd.Series(spans, index=claims.index, dtype="object")
    )
    return rows.explode("calendar_quarter").assign(state="claimed_only", is_preferred=False)


def _conflicts(table: str, observations: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    metrics = reference.metrics.index[reference.metrics["table"] == table]
    rows = observations[
        observations["conflict_reason"].notna()
        & observations["is_latest"]
        & observations["metric_id"].isin(metrics)
        & observations["calendar_quarter"].notna()
    ]
    return rows[[*_CELL, "definition_id", "document_id"]].assign(state="conflict", is_preferred=False)


def _documents_needed(table: str, cells: pd.DataFrame, reference: Reference) -> pd.Series:
    """The document that a company publishes for a quarter: "Amazon: Form 10-Q for the quarter ended 2016-03-31"."""
    return pd.Series(
        {
            place: "; ".join(_documents(table, entity_id, pd.Period(quarter, freq="Q"), reference))
            for place, entity_id, quarter in zip(
                cells.index, cells["entity_id"], cells["calendar_quarter"], strict=True
            )
        },
        dtype="str",
    )


def _documents(table: str, entity_id: str, quarter: pd.Period, reference: Reference) -> Iterator[str]:
    entity = cast(pd.Series, reference.entities.loc[entity_id])
    if table == "gpu_shipments":
        yield f"{entity['name']}: an estimator's table of its accelerators for {quarter.year}Q{quarter.quarter}"
        return
    calendar = reference.calendars[entity_id]
    for fiscal_year in range(quarter.year - 1, quarter.year + 2):
        for number in (1, 2, 3, 4):
            start, end = calendar.quarter_bounds(fiscal_year, number)
            if pd.Period(start + (end - start) / 2, freq="Q") == quarter:
                yield f"{entity['name']}: {_report(table, entity, number, is_filer=entity_id in reference.filers)} for the quarter ended {end}"


def _report(table: str, entity: pd.Series, quarter: int, is_filer: bool) -> str:
    # No accounting standard defines free cash flow, so filings rarely state it; for a filer it is computed from them.
    if table == "free_cash_flow_as_stated" or (table == "free_cash_flow" and not is_filer):
        return "results announcement"
    if isinstance(entity["results_document"], str):
        return str(entity["results_document"])
    if pd.notna(entity["cik"]) and entity["country"] == "US":
        return "Form 10-K" if quarter == 4 else "Form 10-Q"
    return "results announcement"


def shrunk(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Cells that were filled before and are not filled now: columns of the key, state_before, state_now."""
    filled = before[before["state"].isin(_FILLED)]
    joined = filled[[*_KEY, "state"]].merge(now[[*_KEY, "state"]], on=_KEY, how="left", suffixes=("_before", "_now"))
    return joined[(~joined["state_now"].isin(_FILLED))].reset_index(drop=True)
