"""The main path and the bulk path give the same quarters for the same companyfacts file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from unit.edgar_bulk.bulk_archives import write_archive

from capex_pipeline.edgar_bulk.facts import read_facts
from capex_pipeline.edgar_bulk.quarters import filer_quarters
from capex_pipeline.edgar_bulk.work_list import Inputs, work_list
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.normalise.observations import observations
from capex_pipeline.normalise.published import latest_known
from capex_pipeline.reference import Reference

pytestmark = pytest.mark.slow("reads the filings of a company in both ways in each test")

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((PROJECT / "raw/filings/companyfacts").glob("CIK*.json"))
COLUMNS = ["period_start", "period_end", "fiscal_year", "fiscal_period", "calendar_quarter", "value"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_both_paths_give_the_same_quarters_of_capital_expenditure(
    file: Path, tmp_path: Path, reference: Reference
) -> None:
    raw = tmp_path / "raw/filings/companyfacts"
    raw.mkdir(parents=True)
    (raw / file.name).write_bytes(file.read_bytes())
    evidence = ingest(tmp_path / "raw", reference)
    main = latest_known(observations(evidence.figures, evidence.documents, reference, {}))
    main = main[(main["metric_id"] == "capex") & (main["period_type"] == "quarter")]
    assert len(main)

    inputs = Inputs(write_archive(tmp_path / "c.zip", {int(file.stem[3:]): file.read_bytes()}), None)
    bulk = filer_quarters(read_facts([filer for part in work_list(inputs).parts for filer in part.filers], inputs))
    own = next(filer for filer in reference.filers.values() if int(file.stem[3:]) in filer.ciks)
    if len({rule.definition_id for rule in own.concepts if rule.metric == "capex"}) > 1:
        pytest.skip("reference data divide the concept into two definitions, which the bulk path does not know")
    tagged = {f"{rule.taxonomy}:{rule.concept}" for rule in own.concepts if rule.metric == "capex"}
    bulk = bulk[bulk["value"].notna() & bulk["concept"].isin(tagged) & (bulk["currency"] == own.currency)]
    bulk = bulk.sort_values("vintage").drop_duplicates(["concept", "period_start", "period_end"], keep="last")

    def comparable(rows: pd.DataFrame) -> list[tuple[str, ...]]:
        return sorted(set(rows[COLUMNS].astype("str").itertuples(index=False, name=None)))

    assert comparable(bulk) == comparable(main)
