"""Facts of many filers to quarters: which facts take part, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.edgar_bulk.bulk_archives import (
    CAPEX,
    INSTANCES,
    MICROSOFT,
    NVIDIA,
    YEAR,
    fact,
    member,
    shipped_members,
    write_archive,
)

from capex_pipeline.edgar_bulk.facts import read_facts
from capex_pipeline.edgar_bulk.quarters import filer_quarters
from capex_pipeline.edgar_bulk.work_list import Inputs, work_list
from capex_pipeline.schemas.filer_quarters import FilerQuarters
from capex_pipeline.schemas.validation import failures

pytestmark = pytest.mark.slow("computes the quarters of a filer in each test, and once of every shipped filer")

TAGGED = f"us-gaap:{CAPEX}"


def read(path: Path, instances: Path | None = None) -> Any:
    inputs = Inputs(path, instances)
    return read_facts([filer for part in work_list(inputs).parts for filer in part.filers], inputs)


def quarters_of(tmp_path: Path, *facts: dict[str, Any], unit: str = "USD") -> pd.DataFrame:
    return filer_quarters(read(write_archive(tmp_path / "c.zip", {7: member(7, facts, unit)})))


def test_cumulative_figures_become_quarters_with_fiscal_labels(tmp_path: Path) -> None:
    rows = quarters_of(tmp_path, *YEAR)
    assert rows[["period_end", "value", "method", "fiscal_year", "fiscal_period", "calendar_quarter"]].astype("str").to_numpy().tolist() == [
        ["2023-09-30", "100.0", "printed", "2024", "Q1", "2023Q3"],
        ["2023-12-31", "120.0", "difference", "2024", "Q2", "2023Q4"],
        ["2024-03-31", "130.0", "difference", "2024", "Q3", "2024Q1"],
        ["2024-06-30", "150.0", "difference", "2024", "Q4", "2024Q2"],
    ]  # fmt: skip
    assert rows["known_from"].astype("str").tolist() == ["2023-10-25", "2024-01-25", "2024-04-25", "2024-07-30"]
    assert rows["presentation"].unique().tolist() == ["FY2024"]
    assert rows.at[3, "derived_from"] == (
        "0000000001-24-000003 2023-07-01..2024-06-30|0000000001-24-000002 2023-07-01..2024-03-31"
    )
    assert failures(rows, FilerQuarters).empty


def test_before_its_first_annual_report_the_figures_to_date_show_the_fiscal_year(tmp_path: Path) -> None:
    rows = quarters_of(tmp_path, *YEAR[:3])
    assert rows["value"].tolist() == [100.0, 120.0, 130.0]
    assert rows["fiscal_period"].tolist() == ["Q1", "Q2", "Q3"]
    assert rows["fiscal_year"].tolist() == [2024] * 3


def test_quarters_of_weeks_are_fiscal_quarters_with_four_calendar_quarters(tmp_path: Path) -> None:
    # 12, 12, 12 and 17 weeks from 29 August 2022 on: 84, 168 and 252 days, and a year of 53 weeks.
    ends = ("2022-11-20", "2023-02-12", "2023-05-07", "2023-09-03")
    year = [
        fact("2022-08-29", end, value, f"0000000001-23-00000{n}", "10-K" if n == 4 else "10-Q", f"2023-10-0{n}")
        for n, (end, value) in enumerate(zip(ends, (100, 210, 330, 500), strict=True), 1)
    ]
    rows = quarters_of(tmp_path, *year)
    assert rows["value"].tolist() == [100.0, 110.0, 120.0, 170.0]
    assert rows["fiscal_period"].tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert rows["calendar_quarter"].tolist() == ["2022Q4", "2023Q1", "2023Q2", "2023Q3"]


def test_a_first_quarter_of_16_weeks_before_any_annual_report(tmp_path: Path) -> None:
    quarter = fact("2025-12-29", "2026-04-19", 55, "0000000001-26-000001", "10-Q", "2026-05-20")
    half = fact("2025-12-29", "2026-07-12", 95, "0000000001-26-000002", "10-Q", "2026-08-20")
    rows = quarters_of(tmp_path, quarter, half)
    assert rows[["value", "fiscal_period", "calendar_quarter"]].to_numpy().tolist() == [
        [55.0, "Q1", "2026Q1"],
        [40.0, "Q2", "2026Q2"],
    ]


def test_a_year_that_is_dated_a_day_early_is_subtracted_from(tmp_path: Path) -> None:
    # The annual report dates the year from 30 June 2023, the quarterly ones from 1 July.
    year = fact("2023-06-30", "2024-06-30", 500, "0000000001-24-000003", "10-K", "2024-07-30")
    rows = quarters_of(tmp_path, *YEAR[:3], year)
    assert rows["value"].tolist() == [100.0, 120.0, 130.0, 150.0]
    assert rows["period_start"].astype("str").tolist()[-1] == "2024-04-01"


def test_a_transition_period_has_quarters_and_no_fiscal_year(tmp_path: Path) -> None:
    moved = [
        fact("2024-07-01", "2024-09-30", 140, "0000000001-24-000009", "10-Q", "2024-11-01"),
        fact("2024-07-01", "2024-12-31", 290, "0000000001-25-000001", "10-KT", "2025-02-20"),
        fact("2025-01-01", "2025-03-31", 160, "0000000001-25-000002", "10-Q", "2025-05-01"),
    ]
    rows = quarters_of(tmp_path, *YEAR, *moved).iloc[4:]
    assert rows["value"].tolist() == [140.0, 150.0, 160.0]
    assert rows["fiscal_period"].fillna("").tolist() == ["", "", "Q1"]
    assert rows["fiscal_year"].iloc[2] == 2025
    assert rows["presentation"].iloc[1] == "transition period to 2024-12-31"


def test_a_restated_year_is_not_subtracted_from_what_the_year_before_said(tmp_path: Path) -> None:
    later = [
        fact("2023-07-01", "2024-06-30", 480, "0000000001-25-000003", "10-K", "2025-07-30"),
        fact("2024-07-01", "2025-06-30", 600, "0000000001-25-000003", "10-K", "2025-07-30"),
    ]
    rows = quarters_of(tmp_path, *YEAR, *later)
    fourth = rows[(rows["period_end"] == "2024-06-30") & rows["value"].notna()]
    assert fourth["value"].tolist() == [150.0]  # and never 480 - 350
    assert fourth["presentation"].tolist() == ["FY2024"]


def test_a_change_of_the_fiscal_year_keeps_each_year_to_itself(tmp_path: Path) -> None:
    short = [
        fact("2024-07-01", "2024-12-31", 260, "0000000001-25-000001", "10-KT", "2025-02-20"),
        fact("2025-01-01", "2025-03-31", 140, "0000000001-25-000002", "10-Q", "2025-04-25"),
        fact("2025-01-01", "2025-06-30", 300, "0000000001-25-000003", "10-Q", "2025-07-25"),
        fact("2025-01-01", "2025-12-31", 700, "0000000001-26-000001", "10-K", "2026-02-20"),
    ]
    rows = quarters_of(tmp_path, *YEAR, *short).set_index("period_end")
    assert rows.loc["2024-06-30", "presentation"] == "FY2024"
    assert (rows.loc["2025-06-30", "value"], rows.loc["2025-06-30", "fiscal_period"]) == (160.0, "Q2")
    assert rows.loc["2025-06-30", "presentation"] == "FY2025"


def test_twelve_months_in_a_quarterly_report_are_no_fiscal_year(tmp_path: Path) -> None:
    trailing = fact("2023-04-01", "2024-03-31", 900, "0000000001-24-000002", "10-Q", "2024-04-25")
    shorter = fact("2023-04-01", "2023-12-31", 700, "0000000001-24-000002", "10-Q", "2024-04-25")
    rows = quarters_of(tmp_path, *YEAR, trailing, shorter)
    assert 200.0 not in rows["value"].tolist()


def test_a_correction_is_a_new_vintage(tmp_path: Path) -> None:
    amended = fact("2023-07-01", "2023-09-30", 101, "0000000001-23-000009", "10-Q/A", "2023-12-01")
    rows = quarters_of(tmp_path, *YEAR, amended)
    first = rows[rows["period_end"] == "2023-09-30"]
    assert first[["value", "vintage", "is_latest"]].to_numpy().tolist() == [[100.0, 1, False], [101.0, 2, True]]
    assert first["known_to"].tolist()[0] == pd.Timestamp("2023-12-01") and first["known_to"].isna().tolist() == [
        False,
        True,
    ]


def test_dollars_are_at_the_average_rate_of_the_quarter(tmp_path: Path) -> None:
    quarter = fact("2024-04-01", "2024-06-30", 12_094_000_000, "0000000001-24-000001", "10-Q", "2024-08-15")
    row = quarters_of(tmp_path, quarter, unit="CNY").iloc[0]
    # Alibaba's spending of that quarter: 12,094 million yuan, 1,670 million dollars at the mean of the ECB's fixings.
    assert round(row["value_usd"] / 1e6) == 1670
    assert (row["currency"], row["fx_method"]) == ("CNY", "average")


def test_a_currency_without_fixings_has_no_dollars_and_says_so(tmp_path: Path) -> None:
    quarter = fact("2024-04-01", "2024-06-30", 5, "0000000001-24-000001", "10-Q", "2024-08-15")
    row = quarters_of(tmp_path, quarter, unit="TWD").iloc[0]
    assert pd.isna(row["value_usd"]) and row["fx_flag"] == "no_fixing" and row["value"] == 5


def test_microsofts_last_quarter_of_fiscal_2024_is_its_year_less_nine_months(tmp_path: Path) -> None:
    rows = filer_quarters(read(write_archive(tmp_path / "c.zip", shipped_members())))
    own = rows[(rows["cik"] == MICROSOFT) & (rows["concept"] == TAGGED) & (rows["period_end"] == "2024-06-30")]
    # 44,477 million in the 10-K of July 2024; 30,604 million to March in the 10-Q of April.
    assert own["value"].tolist() == [13_873e6] == [44_477e6 - 30_604e6]
    assert own[["fiscal_year", "fiscal_period"]].to_numpy().tolist() == [[2024, "Q4"]]
    assert failures(rows, FilerQuarters).empty


def test_the_rows_of_a_filer_do_not_depend_on_its_company(tmp_path: Path) -> None:
    members = shipped_members()
    together = filer_quarters(read(write_archive(tmp_path / "all.zip", members)))
    for cik in list(members)[:3]:
        alone = filer_quarters(read(write_archive(tmp_path / "one.zip", {cik: members[cik]})))
        pd.testing.assert_frame_equal(alone, together[together["cik"] == cik].reset_index(drop=True))


def test_no_facts_are_no_rows(tmp_path: Path) -> None:
    found = read(write_archive(tmp_path / "c.zip", {7: member(7, [], concept="Assets")}))
    assert found.read == 0 and filer_quarters(found).empty


# ------------------------------------------------------------------------------------------- which facts take part


@pytest.mark.parametrize(
    ("unit", "changed", "rule"),
    [
        ("USD/shares", {}, "unit_is_no_currency"),
        ("USD", {"start": None}, "no_flow"),
        ("USD", {"end": "2023-12-01"}, "length_is_no_period_of_report"),
        ("USD", {"start": "2024-09-30"}, "length_is_no_period_of_report"),
        ("USD", {"form": "8-K", "accn": "0000000001-24-000009"}, "form_not_periodic"),
    ],
)
def test_a_fact_that_takes_no_part_is_counted(tmp_path: Path, unit: str, changed: dict[str, Any], rule: str) -> None:
    one = {key: value for key, value in {**YEAR[0], **changed}.items() if value is not None}
    found = read(write_archive(tmp_path / "c.zip", {7: member(7, [one], unit), 8: member(8, YEAR)}))
    assert found.set_aside == {rule: 1}
    assert (found.read, len(found.facts)) == (5, 4)


def test_two_values_of_one_filing_are_both_set_aside_and_a_repetition_counts_once(tmp_path: Path) -> None:
    other = {**YEAR[0], "val": 99}
    found = read(write_archive(tmp_path / "c.zip", {7: member(7, [*YEAR, other]), 8: member(8, [*YEAR, YEAR[0]])}))
    assert found.set_aside == {"two_values_in_one_filing": 2, "repeated_in_one_filing": 1}
    assert found.facts.groupby("cik")["value"].apply(list).to_dict() == {7: [220, 350, 500], 8: [100, 220, 350, 500]}


def test_a_convenience_translation_is_no_amount(tmp_path: Path) -> None:
    import json

    own = [
        fact("2022-01-01", "2022-12-31", 600, "0000000001-24-000001", "20-F", "2024-04-20"),
        fact("2023-01-01", "2023-12-31", 700, "0000000001-24-000001", "20-F", "2024-04-20"),
    ]
    translated = {**own[1], "val": 98}
    content = json.loads(member(7, own, "CNY"))
    content["facts"]["us-gaap"][CAPEX]["units"]["USD"] = [translated]
    found = read(write_archive(tmp_path / "c.zip", {7: json.dumps(content, separators=(",", ":")).encode()}))
    assert found.set_aside == {"convenience_translation": 1}
    assert set(found.facts["currency"]) == {"CNY"}


def test_what_a_review_has_set_aside_stays_aside(tmp_path: Path) -> None:
    from capex_pipeline.reference import load

    filer = next(one for one in load().filers.values() if one.set_aside)
    entry = filer.set_aside[0]
    wrong = fact(str(entry.period_start), str(entry.period_end), entry.value, entry.accessions[0], "10-Q", "2024-10-30")
    concept = entry.concept.partition(":")[2]
    members = {cik: member(cik, [wrong], entry.unit, concept) for cik in (filer.cik, 7)}
    found = read(write_archive(tmp_path / "c.zip", members))
    assert found.set_aside["set_aside_by_review"] == 1
    assert found.facts["cik"].tolist() == [7]


def test_segments_come_from_instances(tmp_path: Path) -> None:
    rows = filer_quarters(read(write_archive(tmp_path / "c.zip", shipped_members()), INSTANCES))
    segment = rows[(rows["cik"] == NVIDIA) & rows["dimensions"].eq("srt:ProductOrServiceAxis=nvda:DataCenterMember")]
    # Data center revenue of the quarter to 28 July 2024: 26,272 million, a year before 10,323 million.
    found = segment.set_index(segment["period_end"].dt.strftime("%Y-%m-%d"))["value"].to_dict()
    assert found["2024-07-28"] == 26_272e6 and found["2023-07-30"] == 10_323e6
    assert failures(rows, FilerQuarters).empty


def test_a_document_of_somebody_else_is_a_problem_and_the_others_are_read(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "instances"
    folder.mkdir()
    for path in INSTANCES.glob("0001045810*"):
        shutil.copy(path, folder)
    sidecar = next(folder.glob("*.yaml"))
    sidecar.write_text(sidecar.read_text().replace("cik: 1045810", "cik: 7"))
    members = {7: member(7, YEAR), 9: member(10, YEAR)}
    found = read(write_archive(tmp_path / "c.zip", members), folder)
    assert sorted((one["name"], one["rule"]) for one in found.problems) == [
        ("0001045810-24-000264.xml", "other_filer"), ("CIK0000000009.json", "other_filer"),
    ]  # fmt: skip
    assert set(found.facts["cik"]) == {7}
