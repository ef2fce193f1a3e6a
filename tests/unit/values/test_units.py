"""Units and printed values: what is read, what is refused, and that scaling loses nothing."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.values.units import Quantity, QuantityError, Unit, UnitError, parse_unit, parse_value, read_values

M, BN = 10**6, 10**9


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("RMB million", Unit("money", "CNY", M)),
        ("Rmb bn", Unit("money", "CNY", BN)),
        ("CN¥ billion", Unit("money", "CNY", BN)),
        ("CN￥ billion", Unit("money", "CNY", BN)),
        ("billion yuan", Unit("money", "CNY", BN)),
        ("yuan", Unit("money", "CNY", 1)),
        ("renminbi", Unit("money", "CNY", 1)),
        ("RMB'000", Unit("money", "CNY", 1000)),
        ("RMB’000", Unit("money", "CNY", 1000)),
        ("yi yuan", Unit("money", "CNY", 10**8)),
        ("亿元人民币", Unit("money", "CNY", 10**8)),
        ("wan yuan", Unit("money", "CNY", 10**4)),
        ("$ billion", Unit("money", "USD", BN)),
        ("US$m", Unit("money", "USD", M)),
        ("USD million", Unit("money", "USD", M)),
        ("million USD", Unit("money", "USD", M)),
        ("in millions of US dollars", Unit("money", "USD", M)),
        ("dollars", Unit("money", "USD", 1)),
        ("HK$ million", Unit("money", "HKD", M)),
        ("€", Unit("money", "EUR", 1)),
        ("EUR", Unit("money", "EUR", 1)),
        ("£", Unit("money", "GBP", 1)),
        ("GBP", Unit("money", "GBP", 1)),
        ("NT$", Unit("money", "TWD", 1)),
        ("TWD trillion", Unit("money", "TWD", 10**12)),
        ("JPY", Unit("money", "JPY", 1)),
        ("yen", Unit("money", "JPY", 1)),
        ("percent", Unit("percent")),
        ("per cent", Unit("percent")),
        ("%", Unit("percent")),
        ("times", Unit("multiple")),
        ("x", Unit("multiple")),
        ("multiple", Unit("multiple")),
        ("rank", Unit("rank")),
        ("units", Unit("count")),
        ("thousand units", Unit("count", None, 1000)),
        ("million units", Unit("count", None, M)),
        ("chips", Unit("count")),
        ("GPUs", Unit("count")),
        ("USD per unit", Unit("money_per_unit", "USD", 1)),
        ("H100 equivalents", Unit("compute")),
        ("W", Unit("power")),
        ("MW", Unit("power", None, M)),
        ("gigawatts", Unit("power", None, BN)),
        ("dollars per chip", Unit("money_per_unit", "USD", 1)),
        ("$ per unit", Unit("money_per_unit", "USD", 1)),
        ("USD thousand per unit", Unit("money_per_unit", "USD", 1000)),
    ],
)
def test_unit_texts_are_parsed(text: str, unit: Unit) -> None:
    assert parse_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("¥", "ambiguous_currency"),
        ("¥ billion", "ambiguous_currency"),
        ("亿元", "ambiguous_currency"),
        ("percentage points", "unknown_unit"),
        ("pp", "unknown_unit"),
        ("million", "unknown_unit"),
        ("100 million yuan", "unknown_unit"),
        ("mW", "unknown_unit"),
        ("USD per", "unknown_unit"),
        ("foo", "unknown_unit"),
        ("x" * 100, "unknown_unit"),
        ("XYZ million", "unknown_currency"),
        ("₿", "unknown_currency"),
        ("  ", "missing_unit"),
    ],
)
def test_units_that_would_be_guesses_are_refused(text: str, rule: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(text)
    assert caught.value.rule == rule
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("26,549", Quantity(26549, 26549, 26549, "exact", 1)),
        ("4.2", Quantity(4.2, 4.2, 4.2, "exact", 0.1)),
        ("4.20", Quantity(4.2, 4.2, 4.2, "exact", 0.01)),
        ("50,000", Quantity(50000, 50000, 50000, "exact", 1)),
        ("1 234", Quantity(1234, 1234, 1234, "exact", 1)),
        ("1\u00a0234\u202f567", Quantity(1234567, 1234567, 1234567, "exact", 1)),
        ("２３", Quantity(23, 23, 23, "exact", 1)),
        ("−12", Quantity(-12, -12, -12, "exact", 1)),
        ("(1,234)", Quantity(-1234, -1234, -1234, "exact", 1)),
        ("1 million", Quantity(M, M, M, "exact", M, "scaled")),
        ("1mn", Quantity(M, M, M, "exact", M, "scaled")),
        ("1.5bn", Quantity(1.5e9, 1.5e9, 1.5e9, "exact", 1e8, "scaled")),
        ("1845亿", Quantity(1.845e11, 1.845e11, 1.845e11, "exact", 1e8, "scaled")),
        ("half a million", Quantity(5e5, 5e5, 5e5, "exact", 1e5, "scaled")),
        ("more than 1 million", Quantity(M, None, None, "at_least", M, "scaled")),
        ("over 5", Quantity(5, None, None, "at_least", 1)),
        ("upwards of 5", Quantity(5, None, None, "at_least", 1)),
        ("no fewer than 5", Quantity(5, None, None, "at_least", 1)),
        (">=5", Quantity(5, None, None, "at_least", 1)),
        ("5 or more", Quantity(5, None, None, "at_least", 1)),
        ("less than 5", Quantity(None, None, 5, "at_most", 1)),
        ("up to 5", Quantity(None, None, 5, "at_most", 1)),
        ("nearly 5", Quantity(None, None, 5, "at_most", 1)),
        ("just under 5", Quantity(None, None, 5, "at_most", 1)),
        ("about 5", Quantity(None, 5, None, "approximately", 1)),
        ("close to 5", Quantity(None, 5, None, "approximately", 1)),
        ("~5", Quantity(None, 5, None, "approximately", 1)),
        ("more than about 5", Quantity(5, None, None, "at_least", 1)),
        ("12,000 to 13,000", Quantity(12000, None, 13000, "range", 1)),
        ("12-13", Quantity(12, None, 13, "range", 1)),
        ("12–13", Quantity(12, None, 13, "range", 1)),
        ("between 12,000 and 13,000", Quantity(12000, None, 13000, "range", 1)),
        ("1.5-2 million", Quantity(1.5e6, None, 2e6, "range", 1e6, "scaled")),
        ("900,000 to 1 million", Quantity(9e5, None, 1e6, "range", 1e6, "scaled")),
        ("-5 to -3", Quantity(-5, None, -3, "range", 1)),
        ("tens of thousands", Quantity(20_000, None, 99_999, "order_of_magnitude", 1e4, "scaled")),
        ("hundreds of thousands", Quantity(200_000, None, 999_999, "order_of_magnitude", 1e5, "scaled")),
        ("thousands", Quantity(2_000, None, 9_999, "order_of_magnitude", 1e3, "scaled")),
        ("doubled", Quantity(2, 2, 2, "exact", 1, "multiple")),
        ("more than doubled", Quantity(2, None, None, "at_least", 1, "multiple")),
        ("more than halved", Quantity(None, None, 0.5, "at_most", 0.1, "multiple")),
        ("nearly halved", Quantity(0.5, None, None, "at_least", 0.1, "multiple")),
        ("halved", Quantity(0.5, 0.5, 0.5, "exact", 0.1, "multiple")),
        ("tripled", Quantity(3, 3, 3, "exact", 1, "multiple")),
        ("nearly half", Quantity(None, None, 0.5, "at_most", 0.01, "fraction")),
        ("three quarters", Quantity(0.75, 0.75, 0.75, "exact", 0.01, "fraction")),
    ],
)
def test_value_texts_are_parsed(text: str, quantity: Quantity) -> None:
    assert parse_value(text) == quantity


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "missing_value"),
        ("NaN", "not_finite"),
        ("-inf", "not_finite"),
        ("—", "no_number"),
        ("n/a", "no_number"),
        ("12 13", "two_numbers"),
        ("12 and 13", "two_numbers"),
        ("4,2", "malformed_number"),
        ("1,234,56", "malformed_number"),
        ("1.234.567", "malformed_number"),
        ("more than 12 to 13", "contradictory_qualifiers"),
        ("at least up to 5", "contradictory_qualifiers"),
        ("13-12", "range_out_of_order"),
        ("1e30", "implausible_number"),
        ("$5", "unreadable_value"),
        ("6%", "unreadable_value"),
        ("overall 5", "unreadable_value"),
        ("1 million to 2", "unreadable_value"),
        ("1,234²", "unreadable_value"),
        ("½", "unreadable_value"),
        ("1" * 300, "unreadable_value"),
    ],
)
def test_values_that_would_be_guesses_are_refused(text: str, rule: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_value(text)
    assert caught.value.rule == rule


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_printed_numbers_come_back(number: Decimal) -> None:
    for text in (f"{number}", f"{number:,}"):
        quantity = parse_value(text)
        assert (quantity.low, quantity.value, quantity.high) == (float(number),) * 3
        assert quantity.step == 0.001


@given(st.text(alphabet="0123456789.,-–~() einmlokhtudab>%$¥²", max_size=60))
def test_any_text_is_read_or_refused_with_a_rule(text: str) -> None:
    for read, error in ((parse_value, QuantityError), (parse_unit, UnitError)):
        try:
            read(text)
        except error as refusal:
            assert refusal.rule


def _rows(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["value", "value_low", "value_high", "unit", "bound"]).astype("str")


def _numbers(read: pd.DataFrame, row: int = 0) -> list[float | None]:
    return [None if pd.isna(n) else n for n in read[["value_low", "value", "value_high"]].iloc[row]]


@pytest.mark.parametrize(
    ("value", "unit", "full", "step"),
    [
        ("1741.935", "RMB million", 1_741_935_000.0, 1000.0),
        ("4.2", "billion yuan", 4_200_000_000.0, 1e8),
        ("26,549", "RMB million", 26_549_000_000.0, 1e6),
        ("0.07", "USD", 0.07, 0.01),
        ("１.１", "USD billion", 1_100_000_000.0, 1e8),
        ("-8.115", "$ billion", -8_115_000_000.0, 1e6),
        ("12.5", "USD thousand per unit", 12_500.0, 100.0),
        ("123456789012345.123456789012", "RMB", 123456789012345.123456789012, 1e-12),
        ("999999999999999.9", "RMB", 999999999999999.9, 0.1),  # its sixteen digits are no integer that a float holds
    ],
)
def test_full_units_are_exact(value: str, unit: str, full: float, step: float) -> None:
    read = read_values(_rows({"value": value, "unit": unit}))
    assert _numbers(read) == [full, full, full]
    assert read["printed_step"].iloc[0] == step
    assert read["bound"].iloc[0] == "exact"


@pytest.mark.slow("reads many numbers that Hypothesis draws")
@given(
    st.integers(-(10**13), 10**13), st.integers(0, 6), st.sampled_from(["USD", "USD million", "wan yuan", "yi yuan"])
)
def test_fast_and_slow_reading_round_alike(mantissa: int, places: int, unit: str) -> None:
    number = Decimal(mantissa).scaleb(-places)
    plain, worded = f"{number:f}", f"about {number:f}"
    read = read_values(_rows({"value": plain, "unit": unit}, {"value": worded, "unit": unit}))
    expected = float(number * parse_unit(unit).scale)
    if abs(expected) <= 1e18:
        assert list(read["value"]) == [expected, expected]
        assert read["printed_step"].iloc[0] == read["printed_step"].iloc[1]


@pytest.mark.parametrize(
    ("row", "numbers", "bound"),
    [
        ({"value_low": "12,000", "value_high": "13,000"}, [12000, None, 13000], "range"),
        ({"value_low": "5"}, [5, None, None], "at_least"),
        ({"value_high": "5"}, [None, None, 5], "at_most"),
        ({"value": "5", "value_low": "4", "value_high": "7"}, [4, 5, 7], "approximately"),
        ({"value": "5", "value_low": "4", "value_high": "7", "bound": "range"}, [4, 5, 7], "range"),
        ({"value": "5", "bound": "at_least"}, [5, None, None], "at_least"),
        ({"value": "5", "bound": "at_most"}, [None, None, 5], "at_most"),
        ({"value": "more than 5", "bound": "approximately"}, [None, 5, None], "approximately"),
        ({"value": "about 5", "bound": "exact"}, [5, 5, 5], "exact"),
        ({"value": "more than 5", "value_low": "5"}, [5, None, None], "at_least"),
        ({"value_low": "5", "value_high": "5", "bound": "exact"}, [5, 5, 5], "exact"),
        ({"value_low": "2", "value_high": "9", "bound": "order_of_magnitude"}, [2, None, 9], "order_of_magnitude"),
    ],
)
def test_limits_and_bounds(row: dict[str, str], numbers: list[float | None], bound: str) -> None:
    read = read_values(_rows({**row, "unit": "units"}))
    assert read["problem"].isna().all()
    assert _numbers(read) == numbers
    assert read["bound"].iloc[0] == bound


def test_fraction_words_become_percent() -> None:
    read = read_values(_rows({"value": "nearly half", "unit": "percent"}, {"value": "doubled", "unit": "times"}))
    assert _numbers(read, 0) == [None, None, 50.0]
    assert read["printed_step"].iloc[0] == 1.0
    assert _numbers(read, 1) == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ({"unit": "USD"}, "missing_value", "value"),
        ({"value": "5"}, "missing_unit", "unit"),
        ({"value": "5", "unit": "parsecs"}, "unknown_unit", "unit"),
        ({"value": "5", "unit": "¥ billion"}, "ambiguous_currency", "unit"),
        ({"value": "12 13", "unit": "USD"}, "two_numbers", "value"),
        ({"value": "5", "unit": "USD", "bound": "sort of"}, "unknown_bound", "bound"),
        ({"value": "5", "unit": "USD", "bound": "range"}, "bound_contradicts_value", "bound"),
        ({"value_low": "4", "value_high": "7", "unit": "USD", "bound": "exact"}, "bound_contradicts_value", "bound"),
        ({"value_low": "4", "unit": "USD", "bound": "approximately"}, "bound_contradicts_value", "bound"),
        ({"value": "12-13", "unit": "USD", "bound": "at_least"}, "bound_contradicts_value", "bound"),
        ({"value": "more than 5", "value_low": "4", "unit": "USD"}, "bounds_disagree", "value_low"),
        ({"value": "5", "value_low": "6", "value_high": "7", "unit": "USD"}, "bounds_out_of_order", "value_low"),
        ({"value_low": "7", "value_high": "6", "unit": "USD"}, "bounds_out_of_order", "value_low"),
        ({"value_low": "about 7", "unit": "USD"}, "unreadable_value", "value_low"),
        ({"value": "1 million", "unit": "USD million"}, "scale_twice", "value"),
        ({"value": "doubled", "unit": "USD"}, "unit_does_not_fit", "value"),
        ({"value": "half", "unit": "units"}, "unit_does_not_fit", "value"),
        ({"value": "1 million", "unit": "percent"}, "unit_does_not_fit", "value"),
        ({"value": "9,999,999,999", "unit": "USD billion"}, "implausible_number", "value"),
    ],
)
def test_rows_that_break_a_rule(row: dict[str, str], rule: str, column: str) -> None:
    read = read_values(_rows({"value": "1", "unit": "USD"}, row))
    assert read["problem_rule"].isna().tolist() == [True, False]
    assert (read["problem_rule"].iloc[1], read["problem_column"].iloc[1]) == (rule, column)
    assert _numbers(read, 1) == [None, None, None]
    assert pd.isna(read["bound"].iloc[1]) and pd.isna(read["printed_step"].iloc[1])


def test_frame_keeps_index_and_types() -> None:
    rows = _rows({"value": "5", "unit": "RMB million"}, {"value": "bad", "unit": "units"}, {"value": "7", "unit": "%"})
    rows.index = pd.Index([9, 4, 7])
    read = read_values(rows)
    assert read.index.tolist() == [9, 4, 7]
    assert read["unit"].tolist() == ["money", "count", "percent"]
    assert read["currency"].fillna("-").tolist() == ["CNY", "-", "-"]
    numbers = ["value_low", "value", "value_high", "printed_step"]
    assert all(read[name].dtype == np.float64 for name in numbers)
    assert all(read[name].dtype == "str" for name in read.columns.difference(numbers))
    empty = read_values(rows.iloc[:0])
    assert empty.empty and empty.dtypes.equals(read.dtypes)
