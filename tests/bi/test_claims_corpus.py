"""False and true claims against the shipped data: no false one may be confirmed and no true one contradicted.

The claims are in claims.csv, by kind, with amounts next to those in the companies' filings. Which are true follows from the filings, not from
our verdicts. A claim of a new kind is a line there; rules with exact numbers belong to tests/unit/reconcile.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import article, documents_table, printed_rows

from capex_pipeline.reference import Reference
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("builds the shipped archive, or reads what another test has built")

_ABOUT = ("truth", "kind", "document", "published")
CLAIMS = list(csv.DictReader((Path(__file__).with_name("claims.csv")).read_text(encoding="utf-8").splitlines()))


def _document(claim: dict[str, str]) -> str:
    """A claim stands in an article of its own, unless it names one that others stand in too."""
    return claim["document"] or f"article-{claim['id']}"


@pytest.fixture(scope="module")
def checks(shipped: Warehouse, reference: Reference) -> dict[str, list[Any]]:
    """The check of each claim by its id, computed once; of an amount in a second currency that of the exchange rate."""
    from capex_pipeline.normalise.figures import resolve
    from capex_pipeline.reconcile.claim_table import checks as checks_of
    from capex_pipeline.sources.ecb_rates import daily_fixings

    published = {_document(claim): claim["published"] or "2026-11-15" for claim in CLAIMS}
    declared = documents_table(*(article(name, day, publisher=name) for name, day in published.items()))
    rows = [
        {"document": _document(claim), "claimant": claim["claimant"] or "The Auditor"}
        | {name: text for name, text in claim.items() if text and name not in _ABOUT}
        for claim in CLAIMS
    ]
    printed = printed_rows(*rows, document_id=rows[0]["document"])
    figures, rejected = resolve(printed, declared, reference, reference.content.rough_per_usd)
    assert rejected["message"].tolist() == []
    observations = shipped.read("observations")
    documents = pd.concat([shipped.read("documents"), declared], ignore_index=True)
    daily = daily_fixings(sorted({*observations["currency"].dropna(), *figures["currency"].dropna()}))
    tables = checks_of(figures, observations, documents, daily, reference)
    arithmetic = tables["arithmetic_checks"]
    rates = arithmetic[arithmetic["check_kind"] == "exchange_rate"]
    found: dict[str, list[Any]] = {}
    row: Any
    for table in (tables["claim_checks"], rates):
        for row in table.itertuples(index=False):
            found.setdefault(row.claim_figures.partition("#")[2], []).append(row)
    return found


@pytest.mark.parametrize(
    "claim", CLAIMS, ids=[f"{claim['truth']}-{claim['kind']}-{claim['id']}" for claim in CLAIMS]
)  # fmt: skip
def test_no_false_claim_is_confirmed_and_no_true_one_contradicted(
    claim: dict[str, str], checks: dict[str, list[Any]]
) -> None:
    refused = ("contradicted",) if claim["truth"] == "true" else ("confirmed", "confirmed_under_definition")
    found = checks[claim["id"]]
    assert [(row.check_kind, row.verdict, row.explanation) for row in found if row.verdict in refused] == []


def test_claims_that_are_not_checkable_name_what_was_looked_for(checks: dict[str, list[Any]]) -> None:
    rows = [row for found in checks.values() for row in found if row.verdict == "not_checkable"]
    assert rows and all(isinstance(row.looked_for, str) and isinstance(row.reason, str) for row in rows)


def test_the_corpus_has_every_kind_of_error_and_true_claims_beside_them() -> None:
    counts = pd.Series([claim["truth"] for claim in CLAIMS]).value_counts()
    kinds = {claim["kind"] for claim in CLAIMS if claim["truth"] == "false"}
    assert counts["false"] >= 190 and counts["true"] >= 60 and len(kinds) >= 25
