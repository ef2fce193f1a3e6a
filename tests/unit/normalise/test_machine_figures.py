"""Figures that a machine read in a company's document: they flow, marked, and change nothing that a person reviewed."""

from pathlib import Path

import pandas as pd
import pytest

from capex_pipeline.normalise import observations as observation_rules
from capex_pipeline.normalise.ingest import Ingested, ingest
from capex_pipeline.reference import Reference

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

SIDECAR = """
document:
  document_id: tencent-results-2024-q2
  kind: results_announcement
  source_type: company_release
  title: Results
  publisher: Tencent
  published: "2024-08-14"
"""
TYPED = 'entity,metric,definition,period,value,unit\ntencent,capex,accrual_additions,FY2024 Q2,"8,729",RMB million\n'
PAGE = (
    "<p>(RMB in millions)</p><table><tr><td></td><td>Three months ended 30 June 2024</td><td>Three months ended 30 June 2023</td></tr>"
    "<tr><td>Capital expenditures</td><td>{amount}</td><td>3,953</td></tr></table>"
)


def evidence(root: Path, reference: Reference, amount: str | None) -> tuple[Ingested, pd.DataFrame]:
    root.mkdir()
    (root / "typed.csv").write_text(TYPED)
    (root / "typed.meta.yaml").write_text(
        SIDECAR.replace("document:", "documents:").replace("  document_id", "- document_id")
    )
    if amount:
        (root / "release.html").write_text(PAGE.format(amount=amount))
        (root / "release.meta.yaml").write_text(SIDECAR + "entity: tencent\n")
    found = ingest(root, reference)
    return found, observation_rules.observations(found.figures, found.documents, reference, {})


@pytest.mark.parametrize("amount", ["8,729", "9,999"])
def test_a_machine_figure_beside_a_typed_one_changes_no_reviewed_row(
    tmp_path: Path, reference: Reference, amount: str
) -> None:
    _, before = evidence(tmp_path / "before", reference, None)
    found, after = evidence(tmp_path / "after", reference, amount)
    assert found.rejected_figures.empty
    reviewed = after[after["review_state"] == "reviewed"].reset_index(drop=True)
    pd.testing.assert_frame_equal(reviewed, before)
    machine = after[after["review_state"] == "machine"]
    assert machine["value"].tolist() == [3_953e6, float(amount.replace(",", "")) * 1e6]
    assert not machine["series"].isin(before["series"]).any()


def test_the_mentions_of_a_document_lead_to_its_figures(tmp_path: Path, reference: Reference) -> None:
    found, _ = evidence(tmp_path / "raw", reference, "8,729")
    mentions = found.article_mentions
    assert mentions["outcome"].tolist() == ["used", "used"]
    assert set(mentions["figure_id"]) == set(found.figures.loc[found.figures["review_state"] == "machine", "figure_id"])
    assert mentions["value"].tolist() == [8_729e6, 3_953e6]


def test_a_review_beside_a_document_takes_the_place_of_the_machine(tmp_path: Path, reference: Reference) -> None:
    root = tmp_path / "raw"
    evidence(root, reference, "8,729")
    review = (
        SIDECAR
        + "figures:\n- {id: r1, locator: page 1, entity: tencent, metric: capex, definition: accrual_additions, period: FY2023 Q2,"
        " value: '3,953', unit: RMB million, span: [1, 2]}\n"
    )
    (root / "release.yaml").write_text(review)
    found = ingest(root, reference)
    assert found.rejected_figures.empty
    assert found.figures["review_state"].tolist() == ["reviewed", "reviewed"]
    assert found.article_mentions["outcome"].tolist() == ["not_bound", "used"]
