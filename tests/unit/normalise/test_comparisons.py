"""Growth, trailing and running sums: only where every operand is there, and never across a break."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import days

from capex_pipeline.normalise.comparisons import compare, month_index, percentage, why_no_yoy

NO_BREAKS = pd.DataFrame(
    {"entity_id": [], "metric_id": [], "from_definition": [], "to_definition": [], "reason": []}, dtype="str"
).assign(break_on=pd.Series([], dtype="datetime64[us]"))


def quarters(*amounts: float, first: str = "2023Q1", **changed: Any) -> pd.DataFrame:
    """One amount for each calendar quarter from the first on; NaN leaves the quarter out."""
    spans = pd.period_range(first, periods=len(amounts), freq="Q")
    frame = pd.DataFrame(
        {
            "entity_id": "alibaba", "metric_id": "capex", "definition_id": "cash_purchases", "currency": "CNY", "period_type": "quarter",
            "calendar_quarter": [f"{span.year}Q{span.quarter}" for span in spans],
            "period_start": spans.start_time.astype("datetime64[us]"), "period_end": spans.end_time.normalize().astype("datetime64[us]"),
            "amount": amounts, "amount_usd": np.array(amounts) / 7,
        }
        | changed
    )  # fmt: skip
    return frame[frame["amount"].notna()]


def changed(entity: str, day: str, before: str, after: str, metric: str = "capex") -> pd.DataFrame:
    record = {
        "entity_id": entity,
        "metric_id": metric,
        "break_on": day,
        "from_definition": before,
        "to_definition": after,
        "reason": "a reason",
    }
    return pd.DataFrame([record]).assign(break_on=days(day))


def test_growth_is_on_the_same_quarter_a_year_and_a_quarter_earlier() -> None:
    """Alibaba's capex from the first quarter of 2023, million yuan."""
    rows = quarters(3_478, 6_927, 5_150, 8_857, 11_153, 12_094)
    found = compare(rows, NO_BREAKS)
    assert found["yoy_local_pct"].isna().tolist() == [True] * 4 + [False] * 2
    assert found["yoy_local_pct"].iloc[4:].round(1).tolist() == [220.7, 74.6]
    assert found["qoq_local_pct"].round(1).iloc[1:].tolist() == [99.2, -25.7, 72.0, 25.9, 8.4]
    assert pd.isna(found["qoq_local_pct"].iloc[0])


def test_growth_in_dollars_is_that_of_the_converted_amounts() -> None:
    """Tencent's 19,107 and 52,784 million yuan at 7.229979 and 6.801845 yuan a dollar: +176.3 percent in yuan, +193.6 in dollars."""
    rows = quarters(19_107, *[np.nan] * 3, 52_784).assign(amount_usd=[19_107 / 7.229979, 52_784 / 6.801845])
    last = compare(rows, NO_BREAKS).iloc[-1]
    assert (round(last["yoy_local_pct"], 1), round(last["yoy_usd_pct"], 1)) == (176.3, 193.6)
    assert pd.isna(last["qoq_usd_pct"])


@pytest.mark.parametrize(
    ("before", "now", "step", "growth"),
    [
        (5.1, 6.2, 0.1, None),  # from 6.15 / 5.15 to 6.25 / 5.05: 19.4 to 23.8 percent
        (30.9, 42.2, 0.1, 36.57),  # 36.2 to 36.9 percent
        (5.1, 6.2, 0.001, 21.57),
        (5.1, 6.2, np.nan, 21.57),  # an amount computed from others
    ],
)
def test_growth_that_rounding_leaves_open_is_null(before: float, now: float, step: float, growth: float | None) -> None:
    rows = quarters(before, *[np.nan] * 3, now).assign(printed_step=step)
    found = compare(rows, NO_BREAKS).iloc[-1]
    assert found["yoy_local_pct"] == pytest.approx(growth, abs=0.01) if growth else pd.isna(found["yoy_local_pct"])
    assert pd.isna(found["yoy_usd_pct"]) == (growth is None)


def test_a_percentage_needs_a_whole_above_zero() -> None:
    found = percentage(pd.Series([3.0, 3.0, 3.0, np.nan]), pd.Series([12.0, 0.0, -12.0, 12.0]))
    assert found.tolist()[0] == 25 and found.iloc[1:].isna().all()


def test_trailing_sums_need_four_quarters_and_convert_quarter_by_quarter() -> None:
    rows = quarters(3_478, 6_927, 5_150, 8_857, 11_153).assign(amount_usd=[500.0, 1_000, 700, 1_200, 1_500])
    found = compare(rows, NO_BREAKS)
    assert found["ttm_amount"].isna().tolist() == [True] * 3 + [False] * 2
    assert found["ttm_amount"].iloc[3:].tolist() == [24_412, 32_087]  # the second is Alibaba's fiscal year 2024
    assert found["ttm_amount_usd"].iloc[3:].tolist() == [3_400, 4_400]


def test_a_hole_is_never_bridged() -> None:
    found = compare(quarters(1, 2, np.nan, 4, 5, 6, 7), NO_BREAKS).set_axis(
        ["23Q1", "23Q2", "23Q4", "24Q1", "24Q2", "24Q3"]
    )
    assert found["ttm_amount"].notna().to_dict() == {
        "23Q1": False,
        "23Q2": False,
        "23Q4": False,
        "24Q1": False,
        "24Q2": False,
        "24Q3": True,
    }
    assert found.at["24Q3", "ttm_amount"] == 22
    assert np.isnan(found.at["23Q4", "qoq_local_pct"]) and np.isnan(found.at["24Q3", "yoy_local_pct"])
    assert found.at["24Q1", "yoy_local_pct"] == 400


def test_running_sums_begin_with_the_year_and_with_the_run() -> None:
    found = compare(quarters(1, 2, 3, 4, 5, np.nan, 7, 8, first="2023Q3"), NO_BREAKS)
    assert found["ytd_amount"].isna().tolist() == [True, True] + [False] * 5  # of 2023 the first half is not there
    assert found["ytd_amount"].dropna().tolist() == [3, 7, 12, 7, 15]
    assert found["cumulative_amount"].tolist() == [1, 3, 6, 10, 15, 7, 15]
    assert found["cumulative_since"].dt.strftime("%Y-%m-%d").tolist() == ["2023-07-01"] * 5 + ["2025-01-01"] * 2


def test_running_sums_of_two_companies_over_the_same_quarters_are_their_own() -> None:
    one, other = quarters(1, 2, 3), quarters(10, 20, 30, entity_id="tencent")
    both = pd.concat([one, other]).sort_values(["period_start", "entity_id"]).reset_index(drop=True)
    found = compare(both, NO_BREAKS)
    assert found["cumulative_amount"].tolist() == [1, 10, 3, 30, 6, 60]
    assert found["ytd_amount"].tolist() == [1, 10, 3, 30, 6, 60]


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = pd.concat([quarters(1, 2, 3, 4, 5), quarters(10, 20, 30, 40, 50, entity_id="tencent")], ignore_index=True)
    found = compare(rows.iloc[[7, 2, 9, 4, 0, 5, 3, 8, 1, 6]], NO_BREAKS).sort_index()
    assert found["cumulative_amount"].tolist() == [1, 3, 6, 10, 15, 10, 30, 60, 100, 150]
    assert found["ytd_amount"].tolist() == [1, 3, 6, 10, 5, 10, 30, 60, 100, 50]
    assert found["ttm_amount"].dropna().tolist() == [10, 14, 100, 140]
    assert (found["cumulative_since"] == pd.Timestamp("2023-01-01")).all()


def test_rows_that_all_lack_a_currency_are_a_series_too() -> None:
    found = compare(quarters(1, 2, 3, 4, currency=None).astype({"currency": "str"}), NO_BREAKS)
    assert found["cumulative_amount"].tolist() == found["ytd_amount"].tolist() == [1, 3, 6, 10]
    assert found["qoq_local_pct"].dropna().round(1).tolist() == [100, 50, 33.3]


@pytest.mark.parametrize("base", [0.0, -5.0])
def test_there_is_no_growth_on_nothing(base: float) -> None:
    found = compare(quarters(base, 1, 1, 1, 10), NO_BREAKS)
    assert np.isnan(found["yoy_local_pct"].iloc[4]) and np.isnan(found["qoq_local_pct"].iloc[1])


def test_there_is_no_growth_to_less_than_nothing() -> None:
    """Oracle's operating cash flow less purchases: 71 and -11,484 million dollars. No percentage says how much that is."""
    found = compare(quarters(71, np.nan, np.nan, np.nan, -11_484), NO_BREAKS)
    assert found[["yoy_local_pct", "yoy_usd_pct"]].isna().all(axis=None)


def test_a_fall_to_zero_is_minus_one_hundred_per_cent() -> None:
    assert compare(quarters(4, 1, 1, 1, 0), NO_BREAKS)["yoy_local_pct"].iloc[4] == -100


@pytest.mark.parametrize("column", ["definition_id", "currency", "entity_id", "period_type"])
def test_only_rows_of_one_series_are_compared(column: str) -> None:
    rows = quarters(1, 2, 3, 4, 5)
    rows.loc[4, column] = "another"
    found = compare(rows, NO_BREAKS)
    assert found.loc[4, ["yoy_local_pct", "qoq_local_pct", "ttm_amount"]].isna().all()
    assert found.loc[3, "ttm_amount"] == 10


def test_a_scope_that_changes_under_its_name_stops_growth_and_sums_across_it() -> None:
    """Meta's line is gross to 2023 and net from 2024."""
    rows = quarters(7, 6, 6, 7, 6, 8, 8, 14, 13, entity_id="meta")
    found = compare(rows, changed("meta", "2024-01-01", "cash_purchases", "cash_purchases"))
    assert found["yoy_local_pct"].notna().tolist() == [False] * 8 + [True]
    assert found["qoq_local_pct"].notna().tolist() == [False, True, True, True, False, True, True, True, True]
    assert found["ttm_amount"].notna().tolist() == [False] * 3 + [True] + [False] * 3 + [True] * 2
    assert found["cumulative_amount"].tolist() == [7, 13, 19, 26, 6, 14, 22, 36, 49]
    assert found["is_break"].tolist() == [False] * 4 + [True] + [False] * 4
    assert found["break_reason"].iloc[4] == "a reason"


def test_a_new_definition_is_marked_on_its_first_quarter_only_and_only_there() -> None:
    """Microsoft's Intelligent Cloud: 28,515 as first reported, then 24,092 on the recast basis: no fall."""
    old = quarters(
        24_259,
        25_880,
        26_708,
        28_515,
        first="2023Q3",
        entity_id="microsoft",
        metric_id="cloud_revenue",
        definition_id="old",
    )
    new = quarters(
        24_092, 25_544, first="2024Q3", entity_id="microsoft", metric_id="cloud_revenue", definition_id="new"
    )
    rows = pd.concat([old, new], ignore_index=True)
    found = compare(rows, changed("microsoft", "2024-07-01", "old", "new", "cloud_revenue"))
    assert found["is_break"].tolist() == [False] * 4 + [True, False]
    assert (
        np.isnan(found["yoy_local_pct"].iloc[4])
        and np.isnan(found["qoq_local_pct"].iloc[4])
        and np.isnan(found["ttm_amount"].iloc[5])
    )
    assert found["qoq_local_pct"].iloc[5] == pytest.approx(6.027, abs=1e-3)


def test_a_break_of_another_company_or_metric_is_none() -> None:
    rows = quarters(1, 1, 1, 1, 2)
    for breaks in (changed("meta", "2024-01-01", "cash_purchases", "cash_purchases"),
                   changed("alibaba", "2024-01-01", "fcf_deduction", "fcf_deduction")):  # fmt: skip
        found = compare(rows, breaks)
        assert not found["is_break"].any() and found["yoy_local_pct"].iloc[4] == 100


@pytest.mark.parametrize(
    ("day", "marked"),
    [("2023-12-31", 0), ("2024-01-01", 1), ("2024-03-31", 1), ("2024-04-01", 2), ("2024-07-01", None)],
)
def test_the_first_period_of_a_change_is_the_one_that_holds_its_day(day: str, marked: int | None) -> None:
    """From the first of its days to the last: the last quarter of 2023 and the first two of 2024."""
    breaks = changed("alibaba", day, "cash_purchases", "cash_purchases")
    found = compare(quarters(1, 2, 3, first="2023Q4"), breaks)
    assert found["is_break"].tolist() == [number == marked for number in range(3)]
    assert found["break_reason"].notna().tolist() == found["is_break"].tolist()


def test_a_period_that_ends_up_to_the_tenth_ends_in_the_month_before() -> None:
    ends = days("2024-12-11", "2024-12-28", "2024-12-31", "2025-01-03", "2025-01-10", "2025-01-11")
    december = 2024 * 12 + 12
    assert month_index(ends).tolist() == [december] * 5 + [december + 1]


def test_weeks_years_end_in_their_nominal_month() -> None:
    """Nvidia's year ends on the last Sunday of January: 2023-01-29, 2024-01-28, 2025-01-26, 2026-01-25."""
    ends = days("2023-01-29", "2024-01-28", "2025-01-26", "2026-01-25")
    assert month_index(ends).diff().dropna().tolist() == [12, 12, 12]
    ends = days("2024-12-28", "2025-03-29", "2025-06-28", "2025-09-27", "2026-01-03", "2026-04-04")
    assert month_index(ends).diff().dropna().tolist() == [3, 3, 3, 3, 3]


def test_halves_and_years_grow_but_have_no_quarterly_sums() -> None:
    rows = pd.DataFrame(
        {"entity_id": "x", "metric_id": "capex", "definition_id": "d", "currency": "USD", "period_type": "year", "calendar_quarter": None,
         "period_start": days("2023-01-01", "2024-01-01"), "period_end": days("2023-12-31", "2024-12-31"), "amount": [10.0, 15.0], "amount_usd": [10.0, 15.0]}
    )  # fmt: skip
    found = compare(rows.astype({"calendar_quarter": "str"}), NO_BREAKS)
    assert found["yoy_local_pct"].iloc[1] == 50
    trailing = rows.assign(period_start=days("2023-01-01", "2023-04-01"), period_end=days("2023-12-31", "2024-03-31"))
    found_of_trailing = compare(trailing.astype({"calendar_quarter": "str"}), NO_BREAKS)
    assert found_of_trailing["qoq_local_pct"].isna().all(), "twelve months are no quarter after twelve months"
    assert found[["qoq_local_pct", "ttm_amount", "ytd_amount", "cumulative_amount"]].isna().all(axis=None)


def contradicted(start: str, end: str) -> pd.DataFrame:
    total = {"entity_id": "alibaba", "definition_id": "cash_purchases", "currency": "CNY", "reason": "Recast."}
    return pd.DataFrame([total]).assign(period_start=days(start), period_end=days(end))


def test_sums_with_quarters_of_a_recast_year_are_missing_with_a_reason() -> None:
    """2024 was recast from 22 to 20 and its quarters were not; those of 2023 and 2025 add up to their years."""
    rows = quarters(1, 2, 3, 4, 4, 5, 6, 7, 10, 11, 12, 13)
    found = compare(rows, NO_BREAKS, contradicted("2024-01-01", "2024-12-31")).set_axis(rows["calendar_quarter"])
    assert found["ttm_amount"].dropna().to_dict() == {"2023Q4": 10, "2025Q4": 46}
    assert found["ttm_amount_usd"].notna().equals(found["ttm_amount"].notna())
    assert found["ytd_amount"].dropna().to_dict() == {
        "2023Q1": 1, "2023Q2": 3, "2023Q3": 6, "2023Q4": 10, "2024Q1": 4, "2024Q2": 9, "2024Q3": 15,
        "2025Q1": 10, "2025Q2": 21, "2025Q3": 33, "2025Q4": 46,
    }  # fmt: skip
    assert found["cumulative_amount"].dropna().to_dict() == found["ytd_amount"].dropna().to_dict()
    assert found["cumulative_since"].loc["2025Q2"] == pd.Timestamp("2025-01-01")
    assert found["sum_reason"].dropna().index.tolist() == [
        "2024Q1",
        "2024Q2",
        "2024Q3",
        "2024Q4",
        "2025Q1",
        "2025Q2",
        "2025Q3",
    ]
    assert found["sum_reason"].dropna().eq("Recast.").all()


def test_a_quarter_that_stays_as_presented_before_is_in_no_sum_with_others() -> None:
    rows = quarters(1, 2, 3, 4, 5, 6, 7, 8)
    found = compare(rows, NO_BREAKS, contradicted("2023-10-01", "2023-12-31")).set_axis(rows["calendar_quarter"])
    assert found["ttm_amount"].dropna().to_dict() == {"2024Q4": 26}
    assert "2023Q4" not in found["ytd_amount"].dropna().index and found["ytd_amount"].loc["2023Q3"] == 6
    assert found["cumulative_amount"].loc[["2023Q3", "2023Q4", "2024Q2"]].tolist() == [6, 4, 11]


def test_a_quarter_that_stays_as_presented_before_is_compared_with_no_other() -> None:
    rows = quarters(1, 2, 3, 4, 5, 6, 7, 8)
    found = compare(rows, NO_BREAKS, contradicted("2023-10-01", "2023-12-31")).set_axis(rows["calendar_quarter"])
    assert found["yoy_local_pct"].dropna().to_dict() == {"2024Q1": 400, "2024Q2": 200, "2024Q3": pytest.approx(400 / 3)}
    assert found["qoq_local_pct"].isna()[["2023Q4", "2024Q1", "2024Q2"]].tolist() == [True, True, False]


def test_quarters_of_twelve_and_sixteen_weeks_follow_each_other() -> None:
    """Costco's year to August 2026: 12, 12, 12 and 16 weeks, after quarters that end a day or a week later in the year before."""
    spans = [("2025-02-17", "2025-05-11"), ("2025-05-12", "2025-08-31"), ("2025-09-01", "2025-11-23"), ("2025-11-24", "2026-02-15"),
             ("2026-02-16", "2026-05-10"), ("2026-05-11", "2026-08-30")]  # fmt: skip
    rows = quarters(1131, 1966, 1526, 1289, 1413, 2207, first="2025Q2").assign(
        period_start=days(*(span[0] for span in spans)), period_end=days(*(span[1] for span in spans))
    )
    found = compare(rows, NO_BREAKS).set_axis(rows["calendar_quarter"])
    assert found["ttm_amount"].dropna().to_dict() == {"2026Q1": 5912, "2026Q2": 6194, "2026Q3": 6435}
    assert found["yoy_local_pct"].dropna().round(1).to_dict() == {"2026Q2": 24.9, "2026Q3": 12.3}


def test_a_contradicted_total_of_another_series_changes_no_sum() -> None:
    rows = quarters(1, 2, 3, 4, 5)
    other = contradicted("2023-01-01", "2023-12-31").assign(definition_id="accrual_additions")
    pd.testing.assert_frame_equal(compare(rows, NO_BREAKS, other), compare(rows, NO_BREAKS))


def test_a_quarter_without_growth_says_why() -> None:
    """The series changes in the second quarter of 2024, and that of 2025 is compared with the first one after the change."""
    rows = quarters(2, 3, -1, 4, 5, 6, 7, -8, 9, 10, first="2023Q1")
    rows = rows.assign(is_break=rows["calendar_quarter"] == "2024Q2", yoy_usd_pct=np.nan)
    known = rows.assign(yoy_usd_pct=rows["yoy_usd_pct"].mask(rows["calendar_quarter"] == "2025Q2", 66.7))
    assert dict(zip(known["calendar_quarter"], why_no_yoy(known, "calendar_quarter"), strict=True)) == {
        **dict.fromkeys(["2023Q1", "2023Q2", "2023Q3", "2023Q4"], "no_amount_a_year_earlier"),
        "2024Q1": "not_comparable",
        **dict.fromkeys(["2024Q2", "2024Q3", "2024Q4", "2025Q1"], "series_changes"),
        "2025Q2": pytest.approx(np.nan, nan_ok=True),
    }


@pytest.mark.parametrize(("before", "now"), [(-1.0, 4.0), (0.0, 4.0), (4.0, -1.0)])
def test_no_growth_from_or_to_an_amount_below_zero(before: float, now: float) -> None:
    rows = quarters(before, np.nan, np.nan, np.nan, now).assign(is_break=False, yoy_usd_pct=np.nan)
    assert why_no_yoy(rows, "calendar_quarter").iloc[-1] == "not_above_zero"


def test_years_and_companies_are_told_apart() -> None:
    years = pd.DataFrame(
        {
            "entity_id": ["meta", "meta", "oracle", "meta"], "calendar_year": [2022, 2023, 2023, 2024], "is_break": [False, True, False, False],
            "amount_usd": [31.4, 27.0, 6.9, np.nan], "yoy_usd_pct": np.nan,
        }
    )  # fmt: skip
    assert why_no_yoy(years, "calendar_year").tolist() == [
        "no_amount_a_year_earlier", "series_changes", "no_amount_a_year_earlier", "no_amount",
    ]  # fmt: skip
