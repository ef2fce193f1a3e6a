"""Discrete quarters and vintages: every rule on figures of our own, and properties that must hold for any figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import sum_of
from hypothesis import given, settings
from hypothesis import strategies as st
from quarter_checks import suspicious_vintages, trailing_checks, year_checks

from capex_pipeline.normalise.composites import composite_facts
from capex_pipeline.normalise.quarters import QUARTER_COLUMNS, as_of, discrete_quarters, vintages

Figure = tuple[str, str, float, str, str]
"""First day, last day, millions, presentation, known from."""

M = 1e6
Q1, Q2, Q3, Q4 = (
    ("2023-01-01", "2023-03-31"),
    ("2023-04-01", "2023-06-30"),
    ("2023-07-01", "2023-09-30"),
    ("2023-10-01", "2023-12-31"),
)
H1, NINE, YEAR = ("2023-01-01", "2023-06-30"), ("2023-01-01", "2023-09-30"), ("2023-01-01", "2023-12-31")


def figures(*given_figures: tuple[Any, ...], series: str = "s") -> pd.DataFrame:
    """(period, millions, presentation, known_from[, id]) -> facts; ids f1, f2, ... and a document for each figure."""
    rows = []
    for number, (period, value, presentation, known, *rest) in enumerate(given_figures, 1):
        name = rest[0] if rest else f"f{number}"
        rows.append((series, name, f"d{number}", *period, value * M, presentation, known))
    frame = pd.DataFrame(
        rows,
        columns=[
            "series",
            "figure_id",
            "document_id",
            "period_start",
            "period_end",
            "value",
            "presentation",
            "known_from",
        ],
    )
    for column in ("period_start", "period_end", "known_from"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    for column in ("series", "figure_id", "document_id", "presentation"):
        frame[column] = frame[column].astype("str")
    return frame.astype({"value": "float64"})


def values(rows: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {
        (f"{start:%Y-%m-%d}", presentation): value / M
        for start, presentation, value in rows[["period_start", "presentation", "value"]].itertuples(index=False)
    }


def only(rows: pd.DataFrame) -> Any:
    assert len(rows) == 1
    return rows.iloc[0]


def test_year_to_date_figures_give_four_quarters() -> None:
    """Trap 3: Alphabet, Meta, Nvidia and Oracle tag year to date only."""
    facts = figures(
        (Q1, 10, "A", "2023-04-20"),
        (H1, 23, "A", "2023-07-20"),
        (NINE, 37, "A", "2023-10-20"),
        (YEAR, 55, "A", "2024-02-01"),
    )
    rows = discrete_quarters(facts)
    assert tuple(rows.columns) == QUARTER_COLUMNS
    assert rows["value"].tolist() == [10 * M, 13 * M, 14 * M, 18 * M]
    assert rows["status"].tolist() == ["reported", "derived", "derived", "derived"]
    assert rows["method"].tolist() == ["printed", "difference", "difference", "difference"]
    assert rows["derived_from"].tolist()[1:] == ["f2|f1", "f3|f2", "f4|f3"]
    assert rows["figure_id"].tolist()[0] == "f1"
    assert rows["known_from"].dt.strftime("%Y-%m-%d").tolist() == [
        "2023-04-20",
        "2023-07-20",
        "2023-10-20",
        "2024-02-01",
    ]
    assert rows["document_id"].tolist() == ["d1", "d2", "d3", "d4"]
    assert rows["period_start"].dt.strftime("%Y-%m-%d").tolist() == [
        "2023-01-01",
        "2023-04-01",
        "2023-07-01",
        "2023-10-01",
    ]


def test_operands_of_two_presentations_are_never_subtracted() -> None:
    """Trap 4, Meta's numbers: nine months restated in October 2024, the year only in January 2025."""
    facts = figures(
        (NINE, 19_601, "FY2023", "2023-10-26"),
        (YEAR, 27_266, "FY2023", "2024-02-02"),
        (NINE, 19_453, "FY2024", "2024-10-31"),
        (YEAR, 27_045, "FY2024", "2025-01-30"),
    )
    rows = discrete_quarters(facts)
    assert values(rows) == {("2023-10-01", "FY2023"): 7_665, ("2023-10-01", "FY2024"): 7_592}
    known = vintages(rows)
    assert [only(as_of(known, day))["value"] / M for day in ("2024-02-28", "2024-12-31", "2025-01-30")] == [
        7_665,
        7_665,
        7_592,
    ]
    assert len(as_of(known, "2024-02-01")) == 0


def test_figures_that_fit_in_no_presentation_give_a_conflict_and_no_number() -> None:
    facts = figures((NINE, 19_453, "FY2024", "2024-10-31"), (YEAR, 27_266, "FY2023", "2024-02-02"))
    row = only(discrete_quarters(facts))
    assert (row["method"], row["status"]) == ("conflict", "derived")
    assert np.isnan(row["value"])
    assert row["derived_from"] == "f2|f1"
    assert row["known_from"] == pd.Timestamp("2024-10-31")
    assert row["conflict_reason"] == (
        "Figures to 2023-12-31 are known as presented in FY2023, and to 2023-09-30 only as in FY2024; "
        "a difference would mix the two."
    )


def test_a_conflict_ends_when_the_operands_fit() -> None:
    """Trap 7, Amazon 2017: gross year filed in February 2018, gross nine months in October 2018, both in February
    2019.
    """
    facts = figures(
        (YEAR, 11_955, "FY2017", "2018-02-02"),
        (NINE, 8_336, "FY2018", "2018-10-26"),
        (YEAR, 11_955, "FY2018", "2019-02-01"),
    )
    known = vintages(discrete_quarters(facts))
    assert known["method"].tolist() == ["conflict", "difference"]
    assert known["value"].tolist()[1] == 3_619 * M
    assert np.isnan(only(as_of(known, "2019-01-31"))["value"])
    assert only(as_of(known, "2019-02-01"))["value"] == 3_619 * M


def test_where_the_quarter_is_printed_operands_that_do_not_fit_are_no_conflict() -> None:
    nine, year = (NINE, 19_453, "FY2024", "2024-10-31"), (YEAR, 27_266, "FY2023", "2024-02-02")
    rows = discrete_quarters(figures(nine, year, (Q4, 7_665, "FY2023", "2024-02-02")))
    assert rows[["method", "value"]].to_numpy().tolist() == [["printed", 7_665 * M]]
    later = discrete_quarters(figures(nine, year, (Q4, 7_665, "FY2023", "2024-11-01")))
    assert later["method"].tolist() == ["conflict", "printed"], "in the order of what was known"


def test_a_known_value_is_not_made_a_conflict_by_a_later_restatement() -> None:
    facts = figures((NINE, 30, "A", "2023-10-20"), (YEAR, 40, "A", "2024-02-01"), (YEAR, 41, "B", "2026-02-01"))
    assert discrete_quarters(facts)["method"].tolist() == ["difference"]


def test_a_printed_quarter_wins_and_the_difference_is_kept_and_flagged() -> None:
    """Trap 3: Alphabet's third quarter of 2016."""
    facts = figures(
        (H1, 4_551, "FY2016", "2016-08-04"), (NINE, 7_134, "FY2016", "2016-11-03"), (Q3, 2_554, "FY2016", "2016-11-03")
    )
    rows = discrete_quarters(facts).loc[lambda frame: frame["period_start"] == Q3[0]]
    assert rows[["method", "value", "disagrees", "is_preferred"]].to_numpy().tolist() == [
        ["difference", 2_583 * M, True, False],
        ["printed", 2_554 * M, True, True],
    ]
    assert only(vintages(rows.loc[rows["is_preferred"]]))["value"] == 2_554 * M


def test_rounding_is_no_disagreement() -> None:
    """Amazon prints 3,074 for a quarter whose year-to-date figures differ by 3,075."""
    facts = figures((H1, 5_261, "A", "2018-07-27"), (NINE, 8_336, "A", "2018-10-26"), (Q3, 3_074, "A", "2018-10-26"))
    rows = discrete_quarters(facts)
    assert not rows["disagrees"].any()
    exact = discrete_quarters(facts.assign(value=facts["value"] + 1))
    assert exact["disagrees"].sum() == 2, "figures in full dollars have no rounding to excuse a million"


def test_a_difference_known_before_the_printed_quarter_stays_a_vintage() -> None:
    facts = figures((Q1, 10, "A", "2023-04-20"), (H1, 23, "A", "2023-07-20"), (Q2, 12, "A", "2024-02-01"))
    rows = discrete_quarters(facts)
    known = vintages(rows.loc[rows["is_preferred"] & (rows["period_start"] == Q2[0])])
    assert known[["method", "value"]].to_numpy().tolist() == [["difference", 13 * M], ["printed", 12 * M]]


def test_an_amendment_counts_from_its_own_day() -> None:
    facts = figures((NINE, 30, "A", "2023-10-20"), (YEAR, 40, "A", "2024-02-01"), (YEAR, 42, "A", "2024-05-01"))
    known = vintages(discrete_quarters(facts))
    assert known["value"].tolist() == [10 * M, 12 * M]
    assert known["derived_from"].tolist() == ["f2|f1", "f3|f1"]
    assert known["known_to"].dt.strftime("%Y-%m-%d").tolist()[0] == "2024-05-01"


def test_an_amended_subtrahend_is_not_used_before_its_day() -> None:
    facts = figures((H1, 20, "A", "2023-07-20"), (NINE, 30, "A", "2023-10-20"), (H1, 19, "A", "2023-11-15"))
    known = vintages(discrete_quarters(facts))
    assert known[["known_from", "value"]].to_numpy().tolist() == [
        [pd.Timestamp("2023-10-20"), 10 * M],
        [pd.Timestamp("2023-11-15"), 11 * M],
    ]


def test_a_recast_year_is_not_reduced_by_nine_months_that_never_were() -> None:
    """The year is presented anew by the next annual report; the nine months appear in the next 10-Q unchanged."""
    rows = discrete_quarters(
        figures(
            (NINE, 900, "FY2023", "2023-11-01"), (YEAR, 1200, "FY2023", "2024-02-01"),
            (NINE, 900, "FY2024", "2024-11-01"), (YEAR, 1000, "FY2024", "2025-02-01"),
        )
    )  # fmt: skip
    assert rows["value"].dropna().tolist() == [300 * M]
    conflict = only(rows[rows["conflict_reason"].notna()])
    assert "changed by d4" in conflict["conflict_reason"] and "2023-09-30" in conflict["conflict_reason"]
    history = vintages(rows)
    assert history.loc[history["is_latest"], "value"].tolist() == [300 * M], "the first print stays"
    assert as_of(history, "2026-01-01")["value"].tolist() == [300 * M], "a conflict is current at no time"


def test_nine_months_amended_after_the_annual_report_leave_the_fourth_quarter_as_it_was() -> None:
    rows = discrete_quarters(
        figures(
            (NINE, 900, "FY2023", "2023-11-01"), (YEAR, 1200, "FY2023", "2024-02-01"), (NINE, 700, "FY2023", "2024-04-01"),
        )
    )  # fmt: skip
    assert rows["value"].dropna().tolist() == [300 * M]
    assert "changed by d3" in only(rows[rows["conflict_reason"].notna()])["conflict_reason"]


def test_nine_months_amended_before_the_annual_report_count() -> None:
    rows = discrete_quarters(
        figures(
            (NINE, 900, "FY2023", "2023-11-01"), (NINE, 700, "FY2023", "2024-01-10"), (YEAR, 1200, "FY2023", "2024-02-01"),
        )
    )  # fmt: skip
    assert only(rows)["value"] == 500 * M


def test_a_year_and_nine_months_that_were_both_recast_give_the_restated_quarter() -> None:
    rows = discrete_quarters(
        figures(
            (NINE, 900, "FY2023", "2023-11-01"), (YEAR, 1200, "FY2023", "2024-02-01"),
            (NINE, 800, "FY2024", "2024-11-01"), (YEAR, 1050, "FY2024", "2025-02-01"),
        )
    )  # fmt: skip
    assert values(rows) == {("2023-10-01", "FY2023"): 300, ("2023-10-01", "FY2024"): 250}


def test_a_year_and_nine_months_that_were_recast_by_reports_of_different_years_do_not_go_together() -> None:
    """The nine months are changed by a report of 2024; two years later an annual report narrows the year and gives no nine months."""
    rows = discrete_quarters(
        figures(
            (NINE, 900, "A", "2023-11-01"), (YEAR, 1200, "A", "2024-02-01"), (NINE, 890, "A", "2024-11-01"), (YEAR, 1100, "A", "2026-02-01"),
        )
    )  # fmt: skip
    assert 210 * M not in rows["value"].tolist()
    history = vintages(rows)
    assert as_of(history, "2026-12-31")["value"].dropna().tolist() == [300 * M]


def test_a_year_less_three_printed_quarters() -> None:
    facts = figures(
        (Q1, 1, "A", "2024-02-01"),
        (Q2, 2, "A", "2024-02-01"),
        (Q3, 3, "A", "2024-02-01"),
        (YEAR, 10, "A", "2024-02-01"),
    )
    row = only(discrete_quarters(facts).query("method != 'printed'"))
    assert (row["method"], row["value"], row["derived_from"]) == ("chain", 4 * M, "f4|f1|f2|f3")


def test_a_year_less_a_half_and_a_quarter() -> None:
    facts = figures((H1, 5, "A", "2023-08-01"), (Q3, 3, "A", "2023-11-01"), (YEAR, 10, "A", "2024-02-01"))
    row = only(discrete_quarters(facts).query("method == 'chain'"))
    assert (row["value"], row["derived_from"]) == (2 * M, "f3|f1|f2")


def test_a_half_less_its_second_quarter_gives_the_first() -> None:
    row = only(
        discrete_quarters(figures((Q2, 3, "A", "2023-08-01"), (H1, 5, "A", "2023-08-01"))).query("status == 'derived'")
    )
    assert (row["period_start"], row["period_end"], row["value"]) == (pd.Timestamp(Q1[0]), pd.Timestamp(Q1[1]), 2 * M)


def test_a_second_half_gives_its_quarters() -> None:
    second = ("2023-07-01", "2023-12-31")
    row = only(
        discrete_quarters(figures((Q3, 3, "A", "2023-11-01"), (second, 7, "A", "2024-02-01"))).query(
            "status == 'derived'"
        )
    )
    assert (row["period_start"], row["value"]) == (pd.Timestamp(Q4[0]), 4 * M)


def test_the_fewest_operands_are_used() -> None:
    facts = figures((Q1, 1, "A", "2024-02-01"), (Q2, 2, "A", "2024-02-01"), (Q3, 3, "A", "2024-02-01"),
                    (NINE, 6, "A", "2024-02-01"), (YEAR, 10, "A", "2024-02-01"))  # fmt: skip
    last = only(discrete_quarters(facts).loc[lambda frame: frame["period_start"] == Q4[0]])
    assert (last["method"], last["derived_from"]) == ("difference", "f5|f4")


def test_quarters_with_a_gap_between_them_are_not_subtracted() -> None:
    facts = figures((Q1, 1, "A", "2024-02-01"), (Q3, 3, "A", "2024-02-01"), (YEAR, 10, "A", "2024-02-01"))
    assert set(discrete_quarters(facts)["method"]) == {"printed"}


def test_figures_of_other_lengths_take_no_part() -> None:
    """Trap 1: what is neither quarter, half, nine months nor year cannot be subtracted."""
    odd = ("2023-01-01", "2023-04-30")
    facts = figures((odd, 1, "A", "2024-02-01"), (YEAR, 10, "A", "2024-02-01"), (Q1, 2, "A", "2024-02-01"))
    assert discrete_quarters(facts)["method"].tolist() == ["printed"]


def test_a_trailing_year_is_no_operand() -> None:
    """Trap 5: without the mark, trailing twelve months less three quarters would look like a quarter."""
    trailing = ("2022-04-01", "2023-03-31")
    earlier = [("2022-04-01", "2022-06-30"), ("2022-07-01", "2022-09-30"), ("2022-10-01", "2022-12-31")]
    facts = figures(*((period, 1, "A", "2023-02-01") for period in earlier), (trailing, 9, "A", "2023-04-20"))
    marked = facts.assign(is_trailing=facts["figure_id"] == "f4")
    assert set(discrete_quarters(marked)["method"]) == {"printed"}
    assert set(discrete_quarters(facts)["method"]) == {"printed", "chain"}


def test_series_never_mix() -> None:
    facts = pd.concat(
        [figures((NINE, 30, "A", "2024-02-01"), series="x"), figures((YEAR, 40, "A", "2024-02-01"), series="y")]
    )
    assert len(discrete_quarters(facts)) == 0


def test_a_missing_presentation_means_that_the_document_is_its_own() -> None:
    facts = figures((NINE, 30, "", "2023-10-20"), (YEAR, 40, "", "2024-02-01"))
    facts["presentation"] = pd.Series([None, None], dtype="str")
    assert discrete_quarters(facts)["method"].tolist() == ["conflict"]
    together = facts.assign(document_id="annual report")
    assert discrete_quarters(together)["value"].tolist() == [10 * M]


def test_a_53_week_year_sums() -> None:
    """Trap 10: Nvidia's fiscal 2017 has 371 days; its last quarter 91, the fiscal 2023 quarters 91 each."""
    spans = [
        ("2016-02-01", "2016-05-01"),
        ("2016-02-01", "2016-07-31"),
        ("2016-02-01", "2016-10-30"),
        ("2016-02-01", "2017-02-05"),
    ]
    facts = figures(*((span, value, "A", "2017-03-01") for span, value in zip(spans, (1, 3, 6, 10), strict=True)))
    rows = discrete_quarters(facts)
    assert rows["value"].tolist() == [1 * M, 2 * M, 3 * M, 4 * M]
    assert (rows["period_end"] - rows["period_start"]).dt.days.tolist() == [90, 90, 90, 97]


def test_a_sum_stays_derived_even_where_its_operands_are_printed() -> None:
    facts = figures((Q1, 11, "A", "2023-04-20", "gross|lease"), (H1, 23, "A", "2023-07-20", "gross2|lease2")).assign(
        status=pd.Series(["derived", "derived"], dtype="str")
    )
    rows = discrete_quarters(facts)
    assert rows[["status", "method", "derived_from"]].to_numpy().tolist() == [
        ["derived", "sum", "gross|lease"],
        ["derived", "difference", "gross2|lease2|gross|lease"],
    ]


def test_missing_stays_missing() -> None:
    facts = figures((NINE, 30, "A", "2023-10-20"), (YEAR, float("nan"), "A", "2024-02-01"))
    assert len(discrete_quarters(facts)) == 0


def test_nothing_in_gives_an_empty_table_with_the_columns() -> None:
    rows = discrete_quarters(figures((Q1, 1, "A", "2024-02-01")).iloc[:0])
    assert (tuple(rows.columns), len(rows)) == (QUARTER_COLUMNS, 0)
    assert len(vintages(rows)) == 0


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column presentation"):
        discrete_quarters(figures((Q1, 1, "A", "2024-02-01")).drop(columns="presentation"))


def test_periods_that_begin_or_end_alike_have_vintages_of_their_own() -> None:
    facts = figures((Q1, 10, "A", "2023-04-20"), (H1, 10, "A", "2023-07-20"), (Q2, 10, "A", "2023-10-20"))
    both = pd.concat([facts, figures((H1, 10, "A", "2023-11-20"), series="t")], ignore_index=True)
    known = vintages(both)
    assert len(known) == 4 and known["is_latest"].all()
    assert known["vintage"].tolist() == [1] * 4 and known["known_to"].isna().all()


def test_an_equal_value_is_no_new_vintage() -> None:
    facts = figures(
        (Q1, 10, "A", "2023-04-20"),
        (Q1, 10, "B", "2024-04-20"),
        (Q1, 11, "C", "2025-04-20"),
        (Q1, 10, "D", "2026-04-20"),
    )
    known = vintages(discrete_quarters(facts))
    assert known["value"].tolist() == [10 * M, 11 * M, 10 * M]
    assert known["vintage"].tolist() == [1, 2, 3]
    assert known["presentation"].tolist() == ["A", "C", "D"]
    assert known["is_latest"].tolist() == [False, False, True]
    assert known["known_to"].isna().tolist() == [False, False, True]


def test_of_two_values_of_one_day_the_printed_one_counts() -> None:
    facts = figures((Q1, 10, "A", "2023-07-20"), (H1, 23, "A", "2023-07-20"), (Q2, 12, "B", "2023-07-20"))
    known = vintages(discrete_quarters(facts).loc[lambda frame: frame["period_start"] == Q2[0]])
    assert known[["method", "value"]].to_numpy().tolist() == [["printed", 12 * M]]


@pytest.mark.slow("derives quarters of many rows that Hypothesis draws")
@settings(max_examples=20, deadline=None)
@given(
    quarters=st.lists(st.integers(-5_000, 50_000), min_size=4, max_size=4),
    shown=st.sets(st.sampled_from(["Q2", "Q3", "H1", "NINE", "YEAR", "Q1"]), min_size=1),
)
def test_whatever_is_printed_what_is_derived_is_true(quarters: list[int], shown: set[str]) -> None:
    """From consistent figures only true quarters come, and never one that the figures do not determine."""
    first, second, third, _ = quarters
    truth = {"Q1": (Q1, first), "Q2": (Q2, second), "Q3": (Q3, third), "H1": (H1, first + second),
             "NINE": (NINE, first + second + third), "YEAR": (YEAR, sum(quarters))}  # fmt: skip
    facts = figures(*((*truth[name], "A", "2024-02-01") for name in sorted(shown)))
    rows = discrete_quarters(facts)
    expected = {pd.Timestamp(period[0]): value * M for period, value in zip((Q1, Q2, Q3, Q4), quarters, strict=True)}
    assert all(expected[start] == value for start, value in zip(rows["period_start"], rows["value"], strict=True))
    assert not rows["disagrees"].any()
    if {"NINE", "YEAR"} <= shown:
        assert pd.Timestamp(Q4[0]) in set(rows["period_start"])


@pytest.mark.slow("derives quarters of many rows that Hypothesis draws")
@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Q1, Q2, H1, NINE, YEAR]), st.integers(1, 9), st.sampled_from("AB"), st.integers(1, 400)
        ),
        min_size=1,
        max_size=14,
    )
)
def test_as_of_knows_nothing_of_the_future_and_vintages_never_overlap(drawn: list[Any]) -> None:
    epoch = pd.Timestamp("2023-01-01")
    facts = figures(*((period, value, label, epoch + pd.Timedelta(days=day)) for period, value, label, day in drawn))
    known = vintages(discrete_quarters(facts).query("is_preferred"))
    for day in (30, 120, 200, 399):
        moment = epoch + pd.Timedelta(days=day)
        current = as_of(known, moment)
        assert (current["known_from"] <= moment).all()
        assert not current.duplicated(["series", "period_start", "period_end"]).any()
        # What is derived from what was filed by then is the same whatever was filed later.
        then = discrete_quarters(facts.loc[facts["known_from"] <= moment]).query("is_preferred")
        then = as_of(vintages(then), moment)
        pd.testing.assert_frame_equal(
            current[["period_start", "period_end", "value"]], then[["period_start", "period_end", "value"]]
        )


def test_a_quarter_that_is_printed_later_does_not_undo_what_was_known_before() -> None:
    """Q2 was changed in July, the half-year was not: a conflict over Q1 until December, when Q1 itself is printed."""
    facts = figures(
        (H1, 1, "A", "2023-01-02"), (Q2, 1, "B", "2023-01-02"), (Q2, 6, "A", "2023-07-02"), (Q1, 1, "A", "2023-12-01")
    )
    known = vintages(discrete_quarters(facts).query("is_preferred"))
    first = known[known["period_start"] == Q1[0]]
    assert first["known_from"].dt.strftime("%Y-%m").tolist() == ["2023-07", "2023-12"]
    assert first["conflict_reason"].notna().tolist() == [True, False]
    assert as_of(first, "2023-08-01")["conflict_reason"].notna().tolist() == [True]
    assert as_of(first, "2023-12-01")["value"].tolist() == [1 * M]


def test_composites_add_what_one_filing_says() -> None:
    base = figures(
        (Q1, 6_400, "A", "2024-04-25", "g1"), (Q1, 315, "A", "2024-04-25", "l1"), (H1, 14_573, "A", "2024-08-01", "g2")
    )
    facts = base.assign(
        entity="meta", unit="USD", metric=["capex", "lease", "capex"], definition=["cash", "principal", "cash"],
        document_id=["d1", "d1", "d2"],
    )  # fmt: skip
    rule = sum_of("capex", "with_leases", (("capex", "cash"), 1), (("lease", "principal"), 1))
    row = only(composite_facts(facts, {"meta": [rule]}))
    assert (row["value"], row["figure_id"], row["definition"], row["status"]) == (
        6_715 * M,
        "g1|l1",
        "with_leases",
        "derived",
    )
    less = sum_of("capex", "net", (("capex", "cash"), 1), (("lease", "principal"), -1))
    assert only(composite_facts(facts, {"meta": [less]}))["value"] == 6_085 * M


def test_a_sum_that_the_document_prints_itself_is_not_made_again() -> None:
    base = figures((Q1, 5, "A", "2024-04-25"), (Q1, 1, "A", "2024-04-25"), (Q1, 6, "A", "2024-04-25"))
    facts = base.assign(
        entity="e",
        unit="USD",
        metric=["capex", "lease", "capex"],
        definition=["cash", "principal", "with_leases"],
        document_id="d",
    )
    rule = sum_of("capex", "with_leases", (("capex", "cash"), 1), (("lease", "principal"), 1))
    assert len(composite_facts(facts, {"e": [rule]})) == 0
    assert len(composite_facts(facts, {})) == 0


def test_a_year_is_compared_with_its_quarters() -> None:
    facts = figures((Q1, 1, "A", "2023-04-20"), (Q2, 2, "A", "2023-07-20"), (Q3, 3, "A", "2023-10-20"),
                    (Q4, 9, "A", "2024-02-01"),
                    (YEAR, 10, "A", "2024-02-01"))  # fmt: skip
    check = only(year_checks(facts, discrete_quarters(facts)))
    assert (check["stated"], check["sum_of_quarters"], check["agrees"]) == (10 * M, 15 * M, False)


def test_trailing_columns_are_compared_with_what_was_known() -> None:
    spans = [
        ("2022-04-01", "2022-06-30"),
        ("2022-07-01", "2022-09-30"),
        ("2022-10-01", "2022-12-31"),
        ("2023-01-01", "2023-03-31"),
    ]
    facts = figures(
        *((span, n, "A", "2023-04-20") for n, span in enumerate(spans, 1)),
        (("2022-04-01", "2023-03-31"), 10, "A", "2023-04-20"),
        (spans[0], 2, "B", "2023-07-20"),
        (("2022-04-01", "2023-03-31"), 11, "B", "2023-07-20"),
        (("2022-07-01", "2023-06-30"), 12, "B", "2023-07-20"),
    )
    facts["is_trailing"] = (facts["period_end"] - facts["period_start"]).dt.days > 300
    checks = trailing_checks(facts, discrete_quarters(facts)).sort_values("figure_id")
    assert checks[["figure_id", "difference"]].dropna().to_numpy().tolist() == [["f5", 0.0], ["f7", 0.0]]
    assert checks["agrees"].isna().tolist() == [False, False, True]
    assert checks["derived_from"].tolist()[0] == "f1|f2|f3|f4"
    with pytest.raises(ValueError, match="no column is_trailing"):
        trailing_checks(facts.drop(columns="is_trailing"), discrete_quarters(facts))


def test_slips_of_sign_and_unit_are_found() -> None:
    """Trap 2: pure sign flips, 395 for 395,000,000, a split that multiplies by ten; a restatement is none of them."""
    facts = figures(
        (Q1, 395, "A", "2023-04-20"), (Q1, 0.000395, "B", "2024-04-20"),
        (Q2, 7, "A", "2023-07-20"), (Q2, -7, "B", "2024-07-20"),
        (Q3, 100, "A", "2023-10-20"), (Q3, 110, "B", "2024-10-20"),
        (Q4, 5, "A", "2024-02-01"), (Q4, 50, "B", "2025-02-01"),
    )  # fmt: skip
    found = suspicious_vintages(facts)
    assert found[["figure_id", "other_figure_id", "kind"]].to_numpy().tolist() == [
        ["f2", "f1", "power_of_ten"],
        ["f4", "f3", "sign"],
        ["f8", "f7", "power_of_ten"],
    ]
