"""Parts against printed totals."""

from __future__ import annotations

import pandas as pd
from builders import article, evidence_of, filed, row

from capex_pipeline.reconcile.totals import quarters_against_totals, unexplained

YEARS = {
    # Alibaba's fiscal years as its annual reports print them, and the quarters of its announcements, million yuan
    2023: ("34,330", ("11,843", "12,112", "6,897", "3,478")),
    2024: ("32,087", ("6,927", "5,150", "8,857", "11,153")),
    2025: ("85,972", ("12,094", "17,491", "31,775", "24,612")),
    2026: ("126,063", ("38,676", "31,501", "28,999", "26,887")),
}


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return quarters_against_totals(
        evidence_of([filed("f", "2026-06-25"), article("ft", "2026-06-26")], rows).observations
    )


def quarter_rows(year: int, values: tuple[str, ...], **more: str) -> list[dict[str, str]]:
    return [row(period=f"FY{year} Q{number}", value=value) | more for number, value in enumerate(values, start=1)]


def test_alibabas_quarters_add_up_to_its_printed_years() -> None:
    rows = [
        one
        for year, (total, values) in YEARS.items()
        for one in [row(period=f"FY{year}", value=total), *quarter_rows(year, values)]
    ]
    found = table(*rows)
    assert (found["printed"] / 1e6).tolist() == [34_330, 32_087, 85_972, 126_063]
    assert found["difference"].tolist() == [0, 0, 0, 0]
    assert found["agrees"].all()


def test_rounding_of_every_number_is_allowed_and_no_more() -> None:
    """Half a million for each of four quarters and the total: 2.5 million. The same quarters against five totals."""
    totals = {2021: "85,972", 2022: "85,974", 2023: "85,975", 2024: "86,972", 2025: "85,969"}
    rows = [
        one
        for year, total in totals.items()
        for one in [row(period=f"FY{year}", value=total), *quarter_rows(year, YEARS[2025][1])]
    ]
    found = table(*rows)
    assert found["agrees"].tolist() == [True, True, False, False, False]
    assert (found["difference"] / 1e6).tolist() == [0, -2, -3, -1_000, 3]


def test_a_total_with_a_hole_is_not_compared() -> None:
    assert table(row(period="FY2025", value="85,972"), *quarter_rows(2025, YEARS[2025][1][:2])).empty


def test_a_quarter_derived_from_the_total_proves_nothing() -> None:
    assert table(
        row(period="FY2025", value="85,972", presentation="p"),
        *quarter_rows(2025, YEARS[2025][1][:3], presentation="p"),
    ).empty


def test_halves_and_nine_months_are_compared_too() -> None:
    found = table(
        row(period="FY2025 H1", value="29,585"),
        row(period="FY2025 9M", value="61,360"),
        *quarter_rows(2025, YEARS[2025][1]),
    )
    assert found["agrees"].tolist() == [True, True]


def test_other_definitions_and_claims_take_no_part() -> None:
    rows = quarter_rows(2025, YEARS[2025][1])
    assert table(row(period="FY2025", value="80,000", definition="fcf_deduction"), *rows).empty
    assert table(row(document="ft", period="FY2025", value="86", unit="billion yuan"), *rows).empty


def test_a_reviewed_difference_is_explained_until_it_is_mended() -> None:
    found = table(row(period="FY2025", value="86,972"), *quarter_rows(2025, YEARS[2025][1]))
    key = ["entity_id", "metric_id", "definition_id", "period_start", "period_end"]
    known = found[key].assign(reason="a misprint")
    still, mended = unexplained(found, known.iloc[:0])
    assert len(still) == 1 and mended.empty
    still, mended = unexplained(found, known)
    assert still.empty and mended.empty
    right = table(row(period="FY2025", value="85,972"), *quarter_rows(2025, YEARS[2025][1]))
    still, mended = unexplained(right, known)
    assert still.empty and len(mended) == 1
