"""Table financials: which of several statements of one line and quarter is shown."""

from __future__ import annotations

import pandas as pd
from builders import evidence_of, filed, row

from capex_pipeline.normalise.financials import financials
from capex_pipeline.reference import load

QUARTER = {"entity": "nvidia", "period": "FY2025 Q2"}
DATA_CENTER = QUARTER | {"metric": "data_center_revenue", "definition": "nvidia_data_center", "unit": "USD million"}
RATES = pd.DataFrame(
    {
        "currency": ["USD"],
        "period_start": pd.to_datetime(["2024-04-29"]),
        "period_end": pd.to_datetime(["2024-07-28"]),
        "average_rate": [1.0],
    }
)


def test_the_companys_own_document_is_shown_and_not_a_newer_copy_of_it() -> None:
    """Nvidia's 10-Q states 26,272 million for the quarter; a data set of a later day repeats it as 26.3 billion."""
    documents = [filed("quarterly-report", "2024-08-28"), filed("copy", "2024-09-30", source_type="third_party_copy")]
    rows = [
        row(**DATA_CENTER, document="quarterly-report", value="26,272"),
        row(**DATA_CENTER | {"unit": "billion USD"}, document="copy", value="26.3"),
    ]
    table = financials(evidence_of(documents, rows).observations, RATES, load())
    assert table["data_center_revenue_local"].tolist() == [26_272e6]
