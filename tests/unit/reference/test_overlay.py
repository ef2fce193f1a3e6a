"""Reference overlay: a project's own folder adds entries, and replaces only where an entry says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.reference import Reference, ReferenceError, fold, load
from capex_pipeline.schemas.vocabulary import COVERED_TABLES

COMPANY = """
entities:
  - entity_id: example_cloud
    name: Example Cloud
    type: company
    country: US
    currency: USD
    cik: 4000001
    fiscal_year_end: {month: 9, rule: month_end}
    aliases: [Example Cloud Inc]
    preferred_definitions:
      capex: [{definition_id: example_gross}]
"""
DEFINITION = """
definitions:
  - definition_id: example_gross
    metric: capex
    name: Gross purchases
    basis: cash
    description: Cash purchases before government grants.
"""
FILER = """
filers:
  - entity_id: example_cloud
    concepts:
      - {metric: capex, definition_id: example_gross, taxonomy: us-gaap, concept: PaymentsToAcquireProductiveAssets,
         unit: USD, reason: Investing section of the cash-flow statement}
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An overlay with one company, its definition and its filer."""
    folder = tmp_path / "overlay"
    folder.mkdir()
    for name, text in (("entities", COMPANY), ("definitions", DEFINITION), ("filers", FILER)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    """A folder with one more file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(ReferenceError) as error:
        load(folder)
    return str(error.value)


def test_a_company_a_definition_and_a_filer_are_added(overlay: Path, reference: Reference) -> None:
    found = load(overlay)
    assert found.entities.at["example_cloud", "currency"] == "USD"
    assert found.entity_aliases[fold("EXAMPLE CLOUD INC")] == "example_cloud"
    assert found.calendars["example_cloud"].year_end_month == 9
    assert found.preferred.loc[found.preferred["entity_id"] == "example_cloud", "definition_id"].tolist() == [
        "example_gross"
    ]
    filer = found.filers["example_cloud"]
    assert (filer.cik, filer.currency, filer.concepts[0].definition_id) == (4000001, "USD", "example_gross")
    assert filer.periodic_forms == reference.filers["meta"].periodic_forms
    assert set(reference.entities.index) | {"example_cloud"} == set(found.entities.index)


def test_the_package_alone_is_as_before(overlay: Path, reference: Reference) -> None:
    load(overlay)
    assert load().entities.index.tolist() == reference.entities.index.tolist()
    assert "example_cloud" not in load().entities.index


def test_every_kind_of_file_can_add(tmp_path: Path, reference: Reference) -> None:
    folder = write(
        tmp_path / "o",
        "products.yaml",
        "products: [{product_id: mi400, supplier_id: amd, name: Instinct MI400, family: cdna5}]",
    )
    write(
        folder,
        "breaks.yaml",
        "breaks: [{entity_id: oracle, metric: capex, from: 2020-06-01, from_definition: cash_purchases, to_definition: cash_purchases, reason: A test.}]",
    )
    write(folder, "currencies.yaml", "rough_per_usd: {ZAR: 18}")
    write(folder, "earnings_weeks.yaml", 'earnings_weeks: [{from: "12-21", to: "12-24", companies: Example}]')
    write(
        folder,
        "reviewed_claims.yaml",
        "reviewed_claims: [{claim_check_id: a#b/level, reason: A test.}]",
    )
    write(folder, "text.yaml", "segments: {oracle: [oci]}\nup: [skyrocketed]\n")
    found = load(folder)
    assert found.products.at["mi400", "supplier_id"] == "amd"
    assert len(found.breaks) == len(reference.breaks) + 1
    assert (found.content.rough_per_usd["ZAR"], found.content.rough_per_usd["EUR"]) == (18, 0.9)
    assert found.content.earnings_weeks[-1].companies == "Example"
    assert found.reviewed_claims.keys() - reference.reviewed_claims.keys() == {"a#b/level"}
    words = vocabulary_of(found)
    assert [phrase.value for phrase in words.phrases["oci"].single] == ["oracle"]
    assert "skyrocketed" in words.phrases and "rose" in words.phrases


def test_an_entry_with_the_id_of_the_package_is_refused_unless_it_says_that_it_replaces(tmp_path: Path) -> None:
    entry = "{product_id: h20, supplier_id: nvidia, name: H20, family: hopper%s}"
    folder = write(tmp_path / "o", "products.yaml", f"products: [{entry % ''}]")
    assert refusal(folder) == (
        f"h20 in {folder}/products.yaml is already in reference/products.yaml; give it another id, or write `replaces: true` in the entry."
    )
    write(folder, "products.yaml", f"products: [{entry % ', replaces: true'}]")
    found = load(folder)
    assert found.product_aliases.get("h2o") is None, "the whole entry is replaced, so the package's alias is gone"
    assert found.product_aliases["h20"] == "h20"


def test_a_replacement_of_nothing_is_refused(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "o",
        "products.yaml",
        "products: [{product_id: h21, supplier_id: nvidia, name: H21, family: hopper, replaces: true}]",
    )
    assert "h21 in " in refusal(folder) and "there is no entry to replace; remove `replaces`." in refusal(folder)


def test_a_rate_that_the_package_has_otherwise_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "o", "currencies.yaml", "rough_per_usd: {EUR: 2}")
    assert "The overlay's currencies.yaml, rough_per_usd, EUR is 2.0, but the package has 0.9; remove it" in refusal(
        folder
    )


def test_a_mistake_is_reported_with_the_overlay_s_file(overlay: Path) -> None:
    write(overlay, "filers.yaml", FILER.replace("example_gross", "example_grss"))
    assert refusal(overlay) == (
        f"example_cloud in {overlay}/filers.yaml names the unknown definition example_grss (did you mean example_gross?); "
        "add it to definitions.yaml, or correct the spelling."
    )


def test_a_contradiction_with_the_package_is_reported(overlay: Path) -> None:
    write(overlay, "entities.yaml", COMPANY.replace("4000001", "1326801"))
    assert (
        f"example_cloud in {overlay}/entities.yaml has the CIK 1326801, which meta in reference/entities.yaml has too"
        in refusal(overlay)
    )


def test_a_file_that_is_no_reference_file_is_refused(overlay: Path) -> None:
    write(overlay, "entites.yaml", "entities: []")
    assert refusal(overlay) == f"{overlay}/entites.yaml is not a reference file; did you mean entities.yaml?"


def test_files_for_people_and_empty_files_are_no_mistake(overlay: Path) -> None:
    write(overlay, "README.md", "# Ours")
    write(overlay, "metrics.yaml", "# metrics:\n")
    write(overlay, "products.yaml", "products:\n")
    assert "example_cloud" in load(overlay).entities.index


def test_a_changed_overlay_is_read_again(overlay: Path) -> None:
    assert load(overlay) is load(overlay)
    write(overlay, "entities.yaml", COMPANY.replace("month: 9", "month: 6"))
    assert load(overlay).calendars["example_cloud"].year_end_month == 6


@pytest.mark.slow("reads documents several times")
def test_documents_are_read_again_when_the_overlay_changes(overlay: Path, tmp_path: Path) -> None:
    """What was read of a file depends on the filers: a reading is reused for the same overlay only."""
    fact = {"start": "2023-10-01", "end": "2023-12-31", "val": 70_000_000, "accn": "0004000001-24-000001", "fy": 2024, "fp": "Q1",
            "form": "10-Q", "filed": "2024-02-01"}  # fmt: skip
    raw = tmp_path / "raw"
    raw.mkdir()
    content = {"cik": 4000001, "facts": {"us-gaap": {"PaymentsToAcquireProductiveAssets": {"units": {"USD": [fact]}}}}}
    (raw / "CIK0004000001.json").write_text(json.dumps(content))
    staging = tmp_path / "staging"
    staging.mkdir()

    def definitions() -> list[str]:
        return ingest(raw, load(overlay), staging=staging).figures["definition_id"].tolist()

    assert definitions() == definitions() == ["example_gross"]
    write(overlay, "filers.yaml", FILER.replace("example_gross", "cash_purchases"))
    assert definitions() == ["cash_purchases"]


@pytest.mark.parametrize("table", COVERED_TABLES)
def test_the_removal_of_a_company_can_be_accepted(tmp_path: Path, table: str) -> None:
    """The id is in no file any more, so an unknown entity is no mistake here. Every table that coverage judges can lose cells."""
    entry = f"{{table: {table}, entity_id: gone, calendar_quarter: 2024Q1, reason: The company was removed.}}"
    folder = write(tmp_path / "o", "accepted_changes.yaml", f"accepted_losses: [{entry}]")
    assert [loss.entity_id for loss in load(folder).content.accepted_losses] == ["gone"]
