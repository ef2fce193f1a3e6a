"""Quarters row by row, with every column: operands, days of validity, ties of one day, limits, conflicts.

Figures and rows are written as lines of text. A figure: figure, document, series, presentation, period, millions, known
from. A row: series, presentation, period, millions, status, method, figure, operands, document, known from, flags.
"""

from __future__ import annotations

import pandas as pd
import pytest

from capex_pipeline.normalise.quarters import QUARTER_COLUMNS, discrete_quarters, vintages

M = 1e6
PERIODS = {
    "Q1": "2023-01-01..2023-03-31",
    "Q2": "2023-04-01..2023-06-30",
    "Q3": "2023-07-01..2023-09-30",
    "Q4": "2023-10-01..2023-12-31",
    "H1": "2023-01-01..2023-06-30",
    "MIDDLE": "2023-04-01..2023-09-30",
    "H2": "2023-07-01..2023-12-31",
    "NINE": "2023-01-01..2023-09-30",
    "YEAR": "2023-01-01..2023-12-31",
}
NAMES = {days: name for name, days in PERIODS.items()}
COLUMNS = ["figure_id", "document_id", "series", "presentation", "period", "value", "known_from"]


def figures(*lines: str) -> pd.DataFrame:
    """Facts of `discrete_quarters` from lines."""
    frame = pd.DataFrame([line.split() for line in lines], columns=COLUMNS, dtype="str")
    days = frame["period"].replace(PERIODS).str.split("..", expand=True, regex=False)
    return frame.drop(columns="period").assign(
        period_start=pd.to_datetime(days[0]).astype("datetime64[us]"),
        period_end=pd.to_datetime(days[1]).astype("datetime64[us]"),
        value=frame["value"].astype("float64") * M,
        known_from=pd.to_datetime(frame["known_from"]).astype("datetime64[us]"),
    )


def lines(rows: pd.DataFrame) -> list[str]:
    """Every row of quarters as a line, "-" for what is missing."""
    assert tuple(rows.columns) == QUARTER_COLUMNS
    assert rows.index.tolist() == list(range(len(rows)))
    written = []
    for row in rows.to_dict("records"):
        days = f"{row['period_start']:%Y-%m-%d}..{row['period_end']:%Y-%m-%d}"
        words = [
            row["series"],
            row["presentation"],
            NAMES.get(days, days),
            "-" if pd.isna(row["value"]) else f"{row['value'] / M:g}",
            row["status"],
            row["method"],
            "-" if pd.isna(row["figure_id"]) else row["figure_id"],
            "-" if pd.isna(row["derived_from"]) else row["derived_from"],
            row["document_id"],
            f"{row['known_from']:%Y-%m-%d}",
            *(["disagrees"] if row["disagrees"] else []),
            *([] if row["is_preferred"] else ["superfluous"]),
            *([] if pd.isna(row["conflict_reason"]) else ["because"]),
        ]
        written.append(" ".join(words))
    return written


def derived(*given: str) -> list[str]:
    """Presentation, period, millions, operands and day of the rows that are not printed."""
    rows = [line.split() for line in lines(discrete_quarters(figures(*given)))]
    return [" ".join([*row[1:4], row[7], row[9]]) for row in rows if row[4] == "derived"]


def starting(length: int, start: str = "2023-01-01") -> str:
    """A period of so many days, both ends counted."""
    first = pd.Timestamp(start)
    return f"{first:%Y-%m-%d}..{first + pd.Timedelta(days=length - 1):%Y-%m-%d}"


# What is kept apart, and the order of rows


def test_series_and_presentations_with_equal_periods_and_days_are_kept_apart_and_in_order() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d1 t A H1 230 2023-07-20",
            "f2 d1 t A Q1 100 2023-07-20",
            "f3 d2 s B H1 25 2023-07-20",
            "f4 d2 s B Q1 11 2023-07-20",
            "f5 d3 s A H1 23 2023-07-20",
            "f6 d3 s A Q1 10 2023-07-20",
        )
    )
    assert lines(rows) == [
        "s A Q1 10 reported printed f6 - d3 2023-07-20",
        "s B Q1 11 reported printed f4 - d2 2023-07-20",
        "s A Q2 13 derived difference - f5|f6 d3 2023-07-20",
        "s B Q2 14 derived difference - f3|f4 d2 2023-07-20",
        "t A Q1 100 reported printed f2 - d1 2023-07-20",
        "t A Q2 130 derived difference - f1|f2 d1 2023-07-20",
    ]


def test_chains_take_the_operands_of_their_own_series_and_presentation() -> None:
    given = []
    for number, (series, label) in enumerate((("s", "A"), ("s", "B"), ("t", "A"), ("t", "B"))):
        scale = 10**number
        for period, value in (("Q1", 1), ("Q2", 2), ("Q3", 3), ("YEAR", 10)):
            name = f"{series}{label}-{period}"
            given.append(f"{name} d {series} {label} {period} {value * scale} 2024-02-01")
    rows = [line for line in lines(discrete_quarters(figures(*given))) if "chain" in line]
    assert rows == [
        "s A Q4 4 derived chain - sA-YEAR|sA-Q1|sA-Q2|sA-Q3 d 2024-02-01",
        "s B Q4 40 derived chain - sB-YEAR|sB-Q1|sB-Q2|sB-Q3 d 2024-02-01",
        "t A Q4 400 derived chain - tA-YEAR|tA-Q1|tA-Q2|tA-Q3 d 2024-02-01",
        "t B Q4 4000 derived chain - tB-YEAR|tB-Q1|tB-Q2|tB-Q3 d 2024-02-01",
    ]


def test_quarters_that_begin_or_end_on_one_day_are_different_quarters() -> None:
    """Sorted by the first day, then the last, then by what was known first."""
    ends = discrete_quarters(
        figures(
            "year d s A YEAR 40 2024-02-01",
            "nine d s A NINE 30 2023-10-20",
            "short d s A 2023-01-01..2023-09-29 29 2024-03-01",
        )
    )
    assert lines(ends) == [
        "s A 2023-09-30..2023-12-31 11 derived difference - year|short d 2024-03-01",
        "s A Q4 10 derived difference - year|nine d 2024-02-01",
    ]
    begins = discrete_quarters(
        figures(
            "quarter d s A Q1 10 2023-04-20",
            "half d s A H1 23 2024-03-01",
            "long d s A 2023-01-01..2023-07-01 24 2024-02-01",
        )
    )
    assert lines(begins) == [
        "s A Q1 10 reported printed quarter - d 2023-04-20",
        "s A Q2 13 derived difference - half|quarter d 2024-03-01",
        "s A 2023-04-01..2023-07-01 14 derived difference - long|quarter d 2024-02-01",
    ]


def test_quarters_that_begin_or_end_on_one_day_and_are_known_on_one_day_are_both_kept() -> None:
    ends = derived(
        "year d s A YEAR 40 2024-02-01", "nine d s A NINE 30 2024-02-01",
        "short d s A 2023-01-01..2023-09-29 29 2024-02-01",
    )  # fmt: skip
    assert ends == ["A 2023-09-30..2023-12-31 11 year|short 2024-02-01", "A Q4 10 year|nine 2024-02-01"]
    begins = derived(
        "quarter d s A Q1 10 2024-02-01", "half d s A H1 23 2024-02-01",
        "long d s A 2023-01-01..2023-07-01 24 2024-02-01",
    )  # fmt: skip
    assert begins == ["A Q2 13 half|quarter 2024-02-01", "A 2023-04-01..2023-07-01 14 long|quarter 2024-02-01"]


def test_rows_of_one_quarter_stand_in_the_order_of_what_was_known() -> None:
    rows = discrete_quarters(
        figures(
            "printed d1 s B Q2 14 2023-07-01",
            "half d2 s A H1 23 2023-07-20",
            "quarter d3 s A Q1 10 2023-04-20",
        )
    )
    assert lines(rows)[1:] == [
        "s B Q2 14 reported printed printed - d1 2023-07-01",
        "s A Q2 13 derived difference - half|quarter d2 2023-07-20",
    ]


def test_figures_of_unequal_first_and_last_days_are_not_subtracted() -> None:
    assert derived("year d s A YEAR 40 2024-02-01", "nine d s A 2022-12-25..2023-09-30 30 2024-02-01") == []
    assert derived("year d s A YEAR 40 2024-02-01", "nine d s A 2023-04-01..2024-01-06 30 2024-02-01") == []


def test_a_table_without_rows_has_the_types_of_one_with_rows() -> None:
    full = discrete_quarters(figures("q d s A Q1 1 2023-04-20"))
    assert discrete_quarters(figures("y d s A YEAR 1 2023-04-20")).dtypes.to_dict() == full.dtypes.to_dict()


# Versions of one figure


def test_of_figures_of_one_day_the_last_document_counts_then_the_last_figure() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d2 s A Q1 2 2023-04-20", "f2 d1 s A Q1 1 2023-04-20",
            "f4 d1 s A Q2 4 2023-07-20", "f3 d1 s A Q2 3 2023-07-20",
        )
    )  # fmt: skip
    assert lines(rows) == [
        "s A Q1 2 reported printed f1 - d2 2023-04-20",
        "s A Q2 4 reported printed f4 - d1 2023-07-20",
    ]


def test_versions_follow_the_days_whatever_the_order_of_rows_and_names_of_documents() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d1 s A Q1 12 2023-06-20",
            "f2 d2 s A Q1 11 2023-05-20",
            "f3 d3 s A Q1 11 2023-04-20",
            "f4 d4 s A Q2 11 2023-05-01",
            "f5 d5 s A Q2 12 2023-06-01",
        )
    )
    assert lines(rows) == [
        "s A Q1 11 reported printed f3 - d3 2023-04-20",
        "s A Q1 12 reported printed f1 - d1 2023-06-20",
        "s A Q2 11 reported printed f4 - d4 2023-05-01",
        "s A Q2 12 reported printed f5 - d5 2023-06-01",
    ]


@pytest.mark.parametrize("amended", ["2023-08-15", "2023-10-20"], ids=["before", "on the very day"])
def test_a_figure_amended_by_the_day_of_the_other_operand_is_not_used(amended: str) -> None:
    assert derived(
        "old d s A H1 20 2023-07-20", f"new d s A H1 19 {amended}", "nine d s A NINE 30 2023-10-20"
    ) == ["A Q3 11 nine|new 2023-10-20"]  # fmt: skip
    assert derived(
        "old d s A NINE 30 2023-07-20", f"new d s A NINE 31 {amended}", "half d s A H1 20 2023-10-20"
    ) == ["A Q3 11 new|half 2023-10-20"]  # fmt: skip


@pytest.mark.parametrize("period", ["Q1", "Q2"])
def test_an_operand_of_a_chain_amended_before_the_other_was_known_is_not_used(period: str) -> None:
    other = {"Q1": "Q2", "Q2": "Q1"}[period]
    operands = "new|other" if period == "Q1" else "other|new"
    assert derived(
        f"old d s A {period} 1 2023-04-20", f"new d s A {period} 2 2023-05-20",
        f"other d s A {other} 5 2023-07-20", "nine d s A NINE 20 2023-10-20",
    ) == [f"A Q3 13 nine|{operands} 2023-10-20"]  # fmt: skip


@pytest.mark.parametrize("late", ["Q1", "Q2", "NINE"])
def test_a_chain_is_known_with_the_last_of_its_operands(late: str) -> None:
    day = {name: "2023-11-20" if name == late else "2023-10-20" for name in ("Q1", "Q2", "NINE")}
    assert derived(
        f"f1 d s A Q1 1 {day['Q1']}", f"f2 d s A Q2 5 {day['Q2']}", f"f3 d s A NINE 20 {day['NINE']}"
    ) == ["A Q3 14 f3|f1|f2 2023-11-20"]  # fmt: skip


# Which operands count


def test_a_quarter_and_a_half_year_after_it_are_a_chain() -> None:
    assert derived(
        "f1 d s A Q1 1 2024-02-01", "f2 d s A MIDDLE 5 2024-02-01", "f3 d s A YEAR 10 2024-02-01"
    ) == ["A Q4 4 f3|f1|f2 2024-02-01"]  # fmt: skip


def test_a_year_less_runs_of_equally_many_figures_takes_the_run_that_begins_with_the_shorter() -> None:
    rows = derived(
        "f2 d s A MIDDLE 5 2024-02-01", "f1 d s A Q1 1 2024-02-01", "f4 d s A H1 4 2024-02-01",
        "f5 d s A Q3 3 2024-02-01", "f3 d s A YEAR 10 2024-02-01",
    )  # fmt: skip
    assert [row for row in rows if "Q4" in row] == ["A Q4 4 f3|f1|f2 2024-02-01"]


def test_of_two_differences_of_one_day_the_one_with_the_earlier_first_day_counts() -> None:
    """Year to date less year to date, as filings print it, before a period less its own end."""
    rows = derived(
        "f1 d s A MIDDLE 27 2023-10-20", "f2 d s A Q3 15 2023-10-20",
        "f3 d s A H1 23 2023-10-20", "f4 d s A Q1 10 2023-10-20",
    )  # fmt: skip
    assert rows == ["A Q2 13 f3|f4 2023-10-20"]


def test_more_operands_count_only_until_fewer_are_known() -> None:
    assert derived(
        "q1 d s A Q1 1 2023-04-20",
        "q2 d s A Q2 5 2023-07-20",
        "nine d s A NINE 20 2023-10-20",
        "half d s A H1 7 2023-11-20",
        "again d s A Q2 4 2023-12-20",
    ) == [
        "A Q1 2 half|q2 2023-11-20",
        "A Q1 3 half|again 2023-12-20",
        "A Q2 6 half|q1 2023-11-20",
        "A Q3 14 nine|q1|q2 2023-10-20",
        "A Q3 13 nine|half 2023-11-20",
    ]


def test_a_figure_of_another_length_fills_no_gap() -> None:
    """81 days, 10 days and 91 days make a half; the 10 days are no operand."""
    assert derived(
        f"f1 d s A {starting(81)} 1 2023-08-01",
        "f2 d s A 2023-03-23..2023-04-01 1 2023-08-01",
        f"f3 d s A {starting(182)} 9 2023-08-01",
    ) == []  # fmt: skip


# Limits of length


def test_a_printed_quarter_has_80_to_100_days() -> None:
    given = [f"{days} d {days} A {starting(days)} 1 2023-08-01" for days in (79, 80, 100, 101)]
    assert discrete_quarters(figures(*given))["figure_id"].tolist() == ["100", "80"]


def test_what_a_difference_leaves_has_80_to_100_days() -> None:
    """From the first side, from the last, and of two presentations, where it would be a conflict: 91 days and more."""
    given = []
    for rest in (79, 80, 100, 101):
        end = starting(91, f"{pd.Timestamp('2023-01-01') + pd.Timedelta(days=rest):%Y-%m-%d}")
        for side, short, label in (("first", starting(91), "A"), ("last", end, "A"), ("mixed", starting(91), "B")):
            given.append(f"f1 d {rest}-{side} {label} {short} 1 2023-08-01")
            given.append(f"f2 d {rest}-{side} A {starting(91 + rest)} 3 2023-08-01")
    rows = discrete_quarters(figures(*given))
    rows = rows.loc[rows["method"] != "printed"]
    assert rows[["series", "method"]].to_numpy().tolist() == [
        ["100-first", "difference"], ["100-last", "difference"], ["100-mixed", "conflict"],
        ["80-first", "difference"], ["80-last", "difference"], ["80-mixed", "conflict"],
    ]  # fmt: skip
    days = (rows["period_end"] - rows["period_start"]).dt.days + 1
    assert days.tolist() == [100, 100, 100, 80, 80, 80]


# Printed against derived


@pytest.mark.parametrize(
    ("operands", "agreeing", "disagreeing"),
    [
        (["Q1 3", "H1 10"], (6, 8), (5, 9)),
        (["Q1 1", "Q2 2", "NINE 10"], (5, 9), (4, 10)),
        (["Q1 1", "Q2 1", "Q3 1", "YEAR 10"], (5, 9), (4, 10)),
    ],
    ids=["three numbers", "four numbers", "five numbers"],
)
def test_each_rounded_number_excuses_half_a_step(
    operands: list[str], agreeing: tuple[int, int], disagreeing: tuple[int, int]
) -> None:
    """Millions: seven from 2, 3 or 4 operands beside a printed one, so 1.5, 2 or 2.5 may lie between them."""
    period = {2: "Q2", 3: "Q3", 4: "Q4"}[len(operands)]
    given = []
    for printed in (7, *agreeing, *disagreeing):  # a series for each
        for number, operand in enumerate([*operands, f"{period} {printed}"]):
            given.append(f"f{number} d {printed} A {operand} 2024-02-01")
    rows = discrete_quarters(figures(*given))
    rows = rows.loc[rows["period_start"] == PERIODS[period][:10]]
    assert rows["value"].tolist() == [
        value * M for printed in sorted(map(str, (7, *agreeing, *disagreeing))) for value in (7, int(printed))
    ]
    assert set(rows.loc[rows["disagrees"], "series"]) == set(map(str, disagreeing))
    assert rows["disagrees"].sum() == 4, "the derived and the printed row"


def test_rounding_is_that_of_the_series_in_the_presentation() -> None:
    """A million lies between; where one figure of the same basis has a decimal, rounding does not excuse it."""
    given = []
    for number, (series, label) in enumerate((("s", "A"), ("s", "B"), ("t", "A"), ("t", "B"))):
        for period, value in (("H1", 5261), ("NINE", 8336), ("Q3", 3074)):
            given.append(f"f{number} d {series} {label} {period} {value} 2023-10-26")
    rows = discrete_quarters(figures(*given, "exact d s B Q1 2500.5 2023-10-26"))
    assert rows.loc[rows["disagrees"], ["series", "presentation", "method"]].to_numpy().tolist() == [
        ["s", "B", "difference"],
        ["s", "B", "printed"],
    ]


def test_only_the_printed_quarter_of_the_same_series_presentation_and_days_is_compared() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d s A Q1 10 2023-07-20",
            "f2 d s A H1 23 2023-07-20",
            "f3 d s A 2023-04-01..2023-07-01 99 2023-07-20",
            "f4 d s A 2023-04-02..2023-06-30 98 2023-07-20",
            "f5 d s B Q2 97 2023-07-20",
            "f6 d t A Q2 96 2023-07-20",
        )
    )
    assert lines(rows) == [
        "s A Q1 10 reported printed f1 - d 2023-07-20",
        "s A 2023-01-01..2023-04-01 -75 derived difference - f2|f4 d 2023-07-20",
        "s A Q2 13 derived difference - f2|f1 d 2023-07-20",
        "s B Q2 97 reported printed f5 - d 2023-07-20",
        "s A 2023-04-01..2023-07-01 99 reported printed f3 - d 2023-07-20",
        "s A 2023-04-02..2023-06-30 98 reported printed f4 - d 2023-07-20",
        "t A Q2 96 reported printed f6 - d 2023-07-20",
    ]


@pytest.mark.parametrize(
    ("day", "flag"), [("2023-07-19", " superfluous"), ("2023-07-20", " superfluous"), ("2023-07-21", "")]
)
def test_a_printed_quarter_known_no_later_makes_the_difference_superfluous(day: str, flag: str) -> None:
    rows = discrete_quarters(
        figures("f1 d s A Q1 10 2023-07-20", "f2 d s A H1 23 2023-07-20", f"f3 d s A Q2 13 {day}")
    )  # fmt: skip
    assert sorted(line for line in lines(rows) if " Q2 " in line) == [
        f"s A Q2 13 derived difference - f2|f1 d 2023-07-20{flag}",
        f"s A Q2 13 reported printed f3 - d {day}",
    ]


# Conflicts


def test_a_conflict_is_one_row_with_the_operands_that_were_known_first() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d1 s A YEAR 41 2024-05-01",
            "f2 d2 s B YEAR 42 2024-02-01",
            "f3 d3 s C NINE 30 2024-04-01",
            "f4 d4 s D NINE 31 2024-03-01",
            "f5 d5 s E NINE 32 2024-03-01",
        )
    )
    assert lines(rows) == ["s B Q4 - derived conflict - f2|f4 d2 2024-03-01 because"]
    assert rows["conflict_reason"].tolist() == [
        "Figures to 2023-12-31 are known as presented in B, and to 2023-09-30 only as in D; "
        "a difference would mix the two."
    ]


def test_of_conflicts_of_one_day_the_first_presentation_of_the_longer_figure_counts() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d s A YEAR 41 2024-02-01",
            "f2 d s D NINE 31 2024-02-01",
            "f3 d s B 2023-01-02..2023-12-31 41 2024-02-01",
            "f4 d s C 2023-01-02..2023-09-30 31 2024-02-01",
        )
    )
    assert lines(rows) == ["s A Q4 - derived conflict - f1|f2 d 2024-02-01 because"]


def test_conflicts_of_quarters_that_begin_or_end_on_one_day_are_both_kept() -> None:
    rows = discrete_quarters(
        figures(
            "year d s A YEAR 40 2024-02-01",
            "long d s A 2023-01-01..2024-01-01 41 2024-02-01",
            "nine d s B NINE 30 2024-02-01",
            "short d s B 2023-01-01..2023-09-29 29 2024-02-01",
        )
    )
    assert lines(rows) == [
        "s A 2023-09-30..2023-12-31 - derived conflict - year|short d 2024-02-01 because",
        "s A 2023-09-30..2024-01-01 - derived conflict - long|short d 2024-02-01 because",
        "s A Q4 - derived conflict - year|nine d 2024-02-01 because",
        "s A 2023-10-01..2024-01-01 - derived conflict - long|nine d 2024-02-01 because",
    ]


@pytest.mark.parametrize(("day", "conflicts"), [("2024-02-01", 0), ("2024-02-02", 0), ("2024-02-03", 1)])
def test_a_value_known_on_the_day_of_the_operands_leaves_no_conflict(day: str, conflicts: int) -> None:
    """A printed one, and a derived one."""
    given = ("f1 d s A YEAR 40 2024-02-02", "f2 d s B NINE 30 2023-10-20")
    for value in (f"f3 d s B Q4 10 {day}", f"f3 d s A NINE 30 {max(day, '2024-02-02')}"):
        rows = discrete_quarters(figures(*given, value))
        rows = rows.loc[rows["period_start"] == "2023-10-01"]
        assert rows["method"].eq("conflict").sum() == conflicts
        assert rows["value"].notna().sum() == 1


def test_a_conflict_needs_equal_first_days_and_one_series() -> None:
    assert derived("f1 d s A YEAR 40 2024-02-01", "f2 d s B 2022-12-25..2023-09-30 30 2024-02-01") == []
    assert derived("f1 d s A YEAR 40 2024-02-01", "f2 d t B NINE 30 2024-02-01") == []


def test_quarters_that_end_or_begin_on_one_day_have_vintages_of_their_own() -> None:
    rows = discrete_quarters(
        figures(
            "f1 d s A 2023-04-01..2023-06-30 3 2023-07-20",
            "f2 d s A 2023-04-02..2023-06-30 4 2023-08-20",
            "f3 d s A 2023-04-02..2023-07-01 5 2023-09-20",
        )
    )
    assert vintages(rows)["is_latest"].tolist() == [True, True, True]
