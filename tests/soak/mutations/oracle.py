"""What must hold when mutated documents are read beside good ones.

No exception is raised, every file and row is accepted or rejected with a rule, good rows are unchanged, and every table
meets its contract. Add such an invariant here; it is checked through the functions that the pipeline itself uses,
without Dagster. Mutants are made in `tests/soak/mutations/making.py`; limits of time and memory are in
`tests/soak/mutations/worker.py`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from capex_pipeline.normalise import (
    all_companies,
    calendar_years,
    financials,
    groups,
    headline_capex,
    observations,
    published,
    statements,
    tidy_money,
    tidy_shipments,
    time_axis,
)
from capex_pipeline.normalise.ingest import Ingested, ingest
from capex_pipeline.raw.printed_rows import FIRST_ROW_OF_FILE
from capex_pipeline.reconcile import claim_table, coverage, outlooks, reconciliations
from capex_pipeline.reference import load
from capex_pipeline.schemas import TABLES, validation
from capex_pipeline.schemas.derive import pandas_types
from capex_pipeline.schemas.vocabulary import (
    BALANCE_TABLES,
    EVIDENCE_TABLES,
    FINANCIALS_BY_CALENDAR_YEAR,
    FLOW_TABLES,
    STATEMENT_TABLES,
)
from capex_pipeline.sources import ecb_rates
from capex_pipeline.storage.parquet import to_arrow, to_pandas

from . import bulk
from .counting import heard_of, name_in_tables, rows_in
from .mutant import Entry, Mutant
from .seeds import INVENTED, Seed

GOOD = "good"
EVIDENCE = ("documents", "figures", "rejected_figures", "article_mentions")
_NOT_LISTED = re.compile(r": ([\d,]+) lines from this one on are rejected")
"""What a reader says of rejected lines beyond those that it lists."""
_STUMBLED = re.compile(r"cannot be read \((\w+): ")
"""What `ingest` says where a reader raised something that it does not declare: the good documents are safe, the reader is not."""


@dataclass(frozen=True)
class Loss:
    """A promise that was broken. number: the mutant's, None where it is not known which."""

    number: int | None
    what: str


def write_good(root: Path, seeds: Sequence[Seed] = INVENTED) -> None:
    """Good documents, by default of every kind, below `good/`."""
    for seed in seeds:
        for name, data in seed.files(0).items():
            path = root / GOOD / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def read(root: Path) -> Ingested:
    """Everything under root as the pipeline reads it."""
    return ingest(root, load())


def losses(before: Ingested, after: Ingested, mutants: Mapping[str, Mutant]) -> Iterator[Loss]:
    """Promises about the evidence that were broken.

    before: of the good documents alone; after: with the mutants beside them, by the folder that each lies in.
    """
    for table in EVIDENCE:
        if not _of_good(getattr(before, table)).equals(_of_good(getattr(after, table))):
            yield Loss(None, f"rows of the good documents changed in {table}")
        yield from _contract(table, getattr(after, table))
    documents = after.documents
    uneven = documents[documents["rows_read"] != documents["rows_accepted"] + documents["rows_rejected"]]
    for path in uneven["path"]:
        yield Loss(_number(path, mutants), f"rows read of {path} are not rows accepted and rejected")
    accepted, rejected, declared = (
        dict(list(after.figures.groupby("path"))),
        dict(list(after.rejected_figures.groupby("path"))),
        set(documents["path"]),
    )
    for folder, mutant in mutants.items():
        for name in sorted(heard_of(mutant.files)):
            path = name_in_tables(f"{folder}/{name}")
            yield from (
                Loss(mutant.number, f"{mutant.kind}, {mutant.mutator}: {what}")
                for what in _file(path, accepted.get(path), rejected.get(path), path in declared, mutant.files[name])
            )


def _file(
    path: str, accepted: pd.DataFrame | None, rejected: pd.DataFrame | None, is_declared: bool, entry: Entry
) -> Iterator[str]:
    numbers = [] if accepted is None else accepted["row_number"].tolist()
    # Rows from there on are about the file as a whole, such as a concept that it lacks; so is the language of a text, whose drafts are kept.
    refused: list[tuple[int, str]] = []
    if rejected is not None:
        refused = [
            (row, message)
            for row, rule, message in rejected[["row_number", "rule", "message"]].itertuples(index=False)
            if row < FIRST_ROW_OF_FILE - 1 and rule not in ("unread_language", "no_figures")
        ]
    refused_rows = [row for row, _ in refused]
    if rejected is not None:
        for message, rule in zip(rejected["message"], rejected["rule"], strict=True):
            if not rule or path not in message or not message.endswith("."):
                yield f"the rejection {rule!r} of {path} does not say file and reason: {message[:200]!r}"
            if stumbled := _STUMBLED.search(message):
                yield f"the reader raised {stumbled[1]}: {message[:300]}"
    if 0 in refused_rows:
        if len(refused) > 1 or numbers or is_declared:
            yield f"{path} was rejected as a whole and yet has rows"
        return
    if not numbers and rejected is None and not is_declared:
        yield f"nothing is heard of {path}"
        return
    if len(set(numbers) | set(refused_rows)) != len(numbers) + len(refused):
        yield f"a row of {path} was counted twice"
    try:
        expected = rows_in(path, entry)  # only of what was accepted: the counting has no guards of its own
    except (ValueError, LookupError, TypeError, AttributeError, csv.Error, yaml.YAMLError) as error:
        yield f"{path} was accepted, though its rows cannot be counted ({type(error).__name__}: {error})"
        return
    told = sum(_lines_of(message) for _, message in refused)
    if expected is not None and expected != len(numbers) + told:
        yield f"{path} has {expected} rows, of which {len(numbers)} were accepted and {told} rejected"


def _lines_of(message: str) -> int:
    """The number of lines that a rejection is about: one, or those that are not listed."""
    several = _NOT_LISTED.search(message)
    return int(several[1].replace(",", "")) if several else 1


def tables_that_follow(evidence: Ingested) -> Iterator[Loss]:
    """Computes every published table of the evidence; one that breaks its contract would stop the whole build."""
    reference = load()
    tables: dict[str, pd.DataFrame] = {}
    tables["observations"] = seen = observations.observations(
        evidence.figures, evidence.documents, reference, reference.sums
    )
    tables["periods"] = observations.periods(seen)
    currencies = {*seen["currency"].dropna(), *evidence.figures["currency"].dropna(), "USD", "CNY"}
    fixings = ecb_rates.daily_fixings(sorted(currencies), None)
    tables["fx_rates"] = rates = published.fx_rates(seen, fixings)
    tables["capex_by_definition"] = published.capex_by_definition(seen, rates, reference)
    tables |= published.estimates(seen, reference)
    tables["cloud_revenue_by_definition"] = published.cloud_revenue_by_definition(seen, rates, reference)
    newest = time_axis.reference_quarter(seen)
    for metric in FLOW_TABLES:
        tables |= statements.flows([metric], seen, rates, reference, newest)
    tables |= statements.balances(BALANCE_TABLES, seen, rates, reference)
    lines = {name: tables[name] for name in STATEMENT_TABLES}
    shares = tables["revenue"], tables["operating_cash_flow"]
    parts = statements.bridge_parts(seen, reference)
    tables["capex"] = tidy_money.capex(tables["capex_by_definition"], seen, *shares, reference, newest)
    tables["headline_capex"] = headline_capex.headline_capex(
        tables["capex"], tables["capex_by_definition"], parts, reference, newest
    )
    tables["capex_plus_finance_lease_assets"] = headline_capex.capex_plus_finance_lease_assets(
        tables["capex"], parts, reference, newest
    )
    tables["cloud_revenue"] = tidy_money.cloud_revenue(tables["cloud_revenue_by_definition"], seen, reference, newest)
    for name in ("capex", "cloud_revenue"):
        evidence_table, vintages = tables[EVIDENCE_TABLES[name]], f"{name}_vintages"
        tables[vintages] = tidy_money.vintages(tables[name], evidence_table, seen, TABLES[vintages])
    tables["capex_by_overlapping_group"] = groups.capex_by_overlapping_group(tables["capex"], reference)
    tables["cloud_revenue_by_overlapping_group"] = groups.cloud_revenue_by_overlapping_group(
        tables["cloud_revenue"], reference
    )
    tables["capex_by_calendar_year"] = calendar_years.capex_by_calendar_year(tables["capex"], *shares)
    tables["capex_by_overlapping_group_and_calendar_year"] = (
        calendar_years.capex_by_overlapping_group_and_calendar_year(
            tables["capex"], tables["headline_capex"], reference
        )
    )
    tables["cloud_revenue_by_calendar_year"] = calendar_years.cloud_revenue_by_calendar_year(tables["cloud_revenue"])
    for of in ("capex", "cloud_revenue"):
        for name, source in (
            (f"{of}_of_all_companies", of),
            (f"{of}_of_all_companies_by_calendar_year", f"{of}_by_calendar_year"),
        ):
            rows = all_companies.beside_flows(tables[source], *shares) if of == "capex" else tables[source]
            tables[name] = all_companies.totals(rows, TABLES[name])
    tables["capex_by_fiscal_year"] = calendar_years.capex_by_fiscal_year(
        tables["capex"], *shares, tables["capex_by_definition"]
    )
    tables["cloud_revenue_by_fiscal_year"] = calendar_years.cloud_revenue_by_fiscal_year(
        tables["cloud_revenue"], tables["cloud_revenue_by_definition"]
    )
    tables["financials_by_overlapping_group"] = financials.financials_by_overlapping_group(tables, reference)
    tables |= financials.by_calendar_year(FINANCIALS_BY_CALENDAR_YEAR, tables, reference)
    tables["gpu_shipments"] = tidy_shipments.gpu_shipments(tables["gpu_estimates"], reference)
    tables["gpu_shipments_of_all_suppliers"] = tidy_shipments.gpu_shipments_of_all_suppliers(tables["gpu_shipments"])
    by_product = tidy_shipments.gpu_shipments_by_customer_and_product(tables["gpu_estimates_by_customer"], reference)
    tables["gpu_shipments_by_customer_and_product"] = by_product
    tables["gpu_shipments_by_customer"] = tidy_shipments.gpu_shipments_by_customer(
        by_product, tables["gpu_shipments_of_all_suppliers"]
    )
    tables["gpu_shipments_to_date"] = tidy_shipments.gpu_shipments_to_date(tables["gpu_estimates"], reference)
    tables["outlooks"] = outlooks.outlooks(evidence.figures, seen, evidence.documents, rates, reference)
    tables |= claim_table.checks(evidence.figures, seen, evidence.documents, fixings, reference)
    estimates = tables["gpu_estimates"], tables["gpu_estimates_by_customer"]
    tables["reconciliations"] = reconciliations.reconciliations(
        seen, *estimates, by_product, tables["capex"], reference
    )
    tables["coverage"] = coverage.coverage(
        {name: tables[evidence_table] for name, evidence_table in EVIDENCE_TABLES.items()},
        seen,
        reference,
        lines,
        dict(zip(evidence.documents["document_id"], evidence.documents["path"], strict=True)),
    )
    for name, frame in tables.items():
        yield from _contract(name, frame)


def _contract(table: str, frame: pd.DataFrame) -> Iterator[Loss]:
    """A table that may be published, and comes back from Parquet's types as it went."""
    try:
        validation.require(frame, TABLES[table], table)
    except validation.ContractError as error:
        yield Loss(None, str(error))
        return
    again = to_pandas(to_arrow(frame, table), pandas_types(TABLES[table]))
    if not again.equals(frame.reset_index(drop=True)[list(again.columns)]):
        yield Loss(None, f"{table} does not come back from Parquet as it was written")


def _of_good(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["path"].str.startswith(f"{GOOD}/")].reset_index(drop=True)


def _number(path: str, mutants: Mapping[str, Mutant]) -> int | None:
    return next((mutant.number for folder, mutant in mutants.items() if path.startswith(f"{folder}/")), None)


def trial(root: Path, before: Ingested, mutants: Sequence[Mutant], *, follow: bool) -> list[Loss]:
    """Writes mutants below root, beside the good documents that are there, reads everything and judges it. Raises what the pipeline raises.

    follow: compute the published tables as well. Even numbers lie before the good documents in the order of names, odd ones after.
    """
    placed = {f"{'a' if mutant.number % 2 else 'z'}/{mutant.number}": mutant for mutant in mutants}
    for folder, mutant in placed.items():
        mutant.write(root / folder)
    after = read(root)
    found = list(losses(before, after, placed))
    for folder, mutant in placed.items():
        if mutant.kind == bulk.KIND:
            found += [
                Loss(mutant.number, f"{mutant.kind}, {mutant.mutator}: {what}")
                for what in bulk.losses(root / folder / bulk.NAME, root.parent)
            ]
    return found + (list(tables_that_follow(after)) if follow else [])
