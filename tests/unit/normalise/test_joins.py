"""Joins of rows that are near in time: the pairs of a plain merge that is filtered afterwards, without its work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capex_pipeline.normalise.joins import is_among, merge_near


def rows(seed: int, count: int, spread: int = 2_000) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    day = pd.Timestamp("2000-01-01") + pd.to_timedelta(chance.integers(-spread, spread, count), unit="D")
    return pd.DataFrame({"series": chance.integers(0, 3, count), "day": day, "value": np.arange(count)})


@pytest.mark.parametrize("within", [(0, 0), (-371, -357), (0, 380), (-400, 400)])
def test_the_pairs_and_their_order_are_those_of_a_filtered_merge(within: tuple[int, int]) -> None:
    left, right = rows(1, 150), rows(2, 150)
    plain = left.merge(right, on="series", suffixes=("", "_other"))
    apart = (plain["day_other"] - plain["day"]).dt.days
    expected = plain[apart.between(*within)]
    found = merge_near(left, right, ["series"], ("day", "day"), within, "_other")
    assert len(expected) > 0 or within == (0, 0)
    ordered = expected.sort_values(["value", "value_other"], ignore_index=True)
    pd.testing.assert_frame_equal(found[list(expected.columns)], ordered)


def test_ten_times_the_days_are_ten_times_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted are the pairs that the join lays out before it filters them."""
    sizes = []
    merge = pd.DataFrame.merge
    monkeypatch.setattr(
        pd.DataFrame, "merge", lambda *given, **more: sizes.append(len(done := merge(*given, **more))) or done
    )
    for count in (500, 5_000):
        frame = pd.DataFrame({"series": 1, "day": pd.date_range("1900-01-01", periods=count, freq="10D")})
        merge_near(frame, frame, ["series"], ("day", "day"), (-371, -357), "_other")
    assert 0 < sizes[1] <= 11 * sizes[0]  # the first year has none before it


def test_texts_among_others_are_found_and_a_null_is_among_none() -> None:
    ids = pd.Series(["a", None, "b", "a"], index=[3, 1, 2, 0], dtype="str")
    found = is_among(ids, pd.Series(["a", None, "c"], dtype="str"))
    pd.testing.assert_series_equal(found, pd.Series([True, False, False, True], index=[3, 1, 2, 0]))
    assert not is_among(ids, pd.Series(dtype="str")).any()
