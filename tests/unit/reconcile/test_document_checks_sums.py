"""A document against itself with exact numbers: what belongs to each sum, growth, rate and order, and the ends of what they allow."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from unit.reconcile.stated import BILLION, H1_2023, H1_2024, NO_FIXINGS, as_figures, growth, on_file, stated

from capex_pipeline.reconcile.document_checks import check_document
from capex_pipeline.reconcile.evidence import Evidence
from capex_pipeline.reference import Reference

AT_LEAST, AT_MOST = math.inf, -math.inf
PUBLISHED = pd.Timestamp("2024-08-26")
GROUP = {"entity_id": "alibaba_tencent_baidu"}
TENCENT, BAIDU = {"entity_id": "tencent"}, {"entity_id": "baidu"}


class Rates(Evidence):
    """Nothing but rates in units per dollar, which quarters of a dollar can say exactly."""

    def __init__(self, **of: tuple[float, float, float]) -> None:
        super().__init__(pd.DataFrame([on_file("alibaba", 1, H1_2024)]), NO_FIXINGS)
        self._of = {"USD": (1.0, 1.0, 1.0), **of}

    def average(self, currency: str, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        assert (start, end) == tuple(map(pd.Timestamp, H1_2024))
        return self._of[currency][0] if currency in self._of else None

    def closing(self, currency: str, day: pd.Timestamp) -> float | None:
        assert day in (pd.Timestamp(H1_2024[1]), PUBLISHED)
        return self._of[currency][2 if day == PUBLISHED else 1] if currency in self._of else None


YUAN = Rates(CNY=(7.0, 7.25, 7.5))
"""Seven yuan per dollar over the half-year, 7.25 at its end, and 7.5 on the day of the article."""


def checks(reference: Reference, *rows: dict[str, Any], rates: Evidence = YUAN) -> list[dict[str, Any]]:
    found = list(check_document(list(as_figures(list(rows)).itertuples(index=False)), rates, reference, PUBLISHED))
    for one in found:
        assert "nan" not in one["explanation"] and "inf" not in one["explanation"], one["explanation"]
    return found


def only(reference: Reference, *rows: dict[str, Any], rates: Evidence = YUAN) -> dict[str, Any]:
    (found,) = checks(reference, *rows, rates=rates)
    return found


# ------------------------------------------------------------------------------------------------------------------ sums of parts


def members(first: Any, **changed: Any) -> list[dict[str, Any]]:
    """Alibaba's level as given, and one and two billion of the two others."""
    return [stated("a", first) | changed, stated("t", BILLION, **TENCENT), stated("b", 2 * BILLION, **BAIDU)]


@pytest.mark.parametrize(("total", "verdict"), [(5.999, "contradicted"), (6, "confirmed"), (8, "confirmed"), (8.001, "contradicted")])  # fmt: skip
def test_the_ends_of_what_the_members_allow_agree(reference: Reference, total: float, verdict: str) -> None:
    """Three to five billion, one and two."""
    found = only(reference, stated("T", total * BILLION, **GROUP), *members((3 * BILLION, 5 * BILLION)))
    assert (found["verdict"], found["computed"]) == (verdict, 7 * BILLION)
    assert found["evidence_figures"] == "a|t|b"
    assert (
        f"add up to CNY 6,000m to CNY 8,000m; the total is printed as CNY {total * 1000:,.0f}m." in found["explanation"]
    )


@pytest.mark.parametrize(
    ("first", "computed", "said"),
    [
        (3 * BILLION, 6 * BILLION, "CNY 6,000m"),
        ((3 * BILLION, AT_LEAST), 6 * BILLION, "at least CNY 6,000m"),
        ((AT_MOST, 3 * BILLION), 6 * BILLION, "at most CNY 6,000m"),
    ],
)
def test_a_bound_of_a_member_bounds_the_sum(reference: Reference, first: Any, computed: float, said: str) -> None:
    found = only(reference, stated("T", 6 * BILLION, **GROUP), *members(first))
    assert (found["verdict"], found["computed"]) == ("confirmed", computed)
    assert f"The members add up to {said}; the total" in found["explanation"]


def test_a_lower_bound_beside_an_upper_one_leaves_every_sum_open(reference: Reference) -> None:
    rows = members((3 * BILLION, AT_LEAST))
    rows[1] |= stated("t", (AT_MOST, BILLION), **TENCENT)
    assert checks(reference, stated("T", 6 * BILLION, **GROUP), *rows) == []


EARLIER = {
    # The level, its growth in per cent, what they allow of the year before.
    "ranges": ((20, 30), (25, 100), "CNY 13,000m to CNY 27,000m", 20),  # 20/2 = 10 to 30/1.25 = 24
    "number": (30, 50, "CNY 23,000m", 23),
    "fall to a quarter": (1, -75, "CNY 7,000m", 7),
    "at least, grown by a number": ((30, AT_LEAST), 50, "at least CNY 23,000m", 23),
    "at most, grown by a number": ((AT_MOST, 30), 50, "at most CNY 23,000m", 23),
    "number, grown by at least": (30, (50, AT_LEAST), "CNY 3,000m to CNY 23,000m", 13),
    "at most, grown by at least": ((AT_MOST, 30), (50, AT_LEAST), "at most CNY 23,000m", 23),
}


@pytest.mark.parametrize("case", EARLIER)
def test_an_earlier_level_is_what_level_and_growth_allow(reference: Reference, case: str) -> None:
    """The least earlier level is the least that grew most. One implied member of three makes a sum that is partly implied."""
    level, rate, said, computed = EARLIER[case]
    ends: Any = tuple(end * BILLION for end in level) if isinstance(level, tuple) else level * BILLION
    rows = [stated("a", ends), growth("g", rate), stated("t", BILLION, H1_2023, **TENCENT), stated("b", 2 * BILLION, H1_2023, **BAIDU)]  # fmt: skip
    found = only(reference, stated("T", computed * BILLION, H1_2023, **GROUP), *rows)
    assert (found["verdict"], found["computed"]) == ("confirmed", computed * BILLION)
    assert f"add up to {said}, with earlier levels computed from level and growth; the total" in found["explanation"]
    assert found["evidence_figures"] == "a|g|t|b"


@pytest.mark.parametrize("rate", [-100, (-100, 0), (AT_MOST, 50)])
def test_a_fall_to_nothing_says_nothing_of_the_level_before(reference: Reference, rate: Any) -> None:
    rows = [
        stated("a", BILLION),
        growth("g", rate),
        stated("t", BILLION, H1_2023, **TENCENT),
        stated("b", 1, H1_2023, **BAIDU),
    ]
    assert checks(reference, stated("T", BILLION, H1_2023, **GROUP), *rows) == []


QUARTER = ("2024-04-01", "2024-06-30")


@pytest.mark.parametrize(
    "changed",
    [
        {"a": {"period_start": pd.Timestamp(QUARTER[0])}},
        {"a": {"period_end": pd.Timestamp("2024-09-30")}},
        {"g": {"period_start": pd.Timestamp(QUARTER[0])}},
        {"g": {"period_end": pd.Timestamp("2024-09-30")}},
        {"a": {"period_end": pd.Timestamp("2024-09-30")}, "g": {"period_end": pd.Timestamp("2024-09-30")}},
        {"g": {"measure": "yoy_multiple"}},
        {"g": {"metric_id": "revenue"}},
        {"g": TENCENT},
        {"a": {"currency": "USD"}},
        {"a": {"metric_id": "revenue"}},
    ],
)
def test_only_growth_to_a_level_of_the_year_after_implies_a_level(
    reference: Reference, changed: dict[str, Any]
) -> None:
    rows = [
        stated("a", 3 * BILLION), growth("g", 50), stated("t", BILLION, H1_2023, **TENCENT), stated("b", BILLION, H1_2023, **BAIDU),
    ]  # fmt: skip
    rows = [one | changed.get(one["figure_id"], {}) for one in rows]
    assert checks(reference, stated("T", 4 * BILLION, H1_2023, **GROUP), *rows) == []


@pytest.mark.parametrize(
    ("changed", "summed"),
    [
        ({}, True),
        ({"period_start": pd.Timestamp("2024-01-08")}, True),
        ({"period_start": pd.Timestamp("2024-01-09")}, False),
        ({"period_end": pd.Timestamp("2024-07-07")}, True),
        ({"period_end": pd.Timestamp("2024-07-08")}, False),
        ({"entity_id": "meta"}, False),
        ({"metric_id": "revenue"}, False),
        ({"currency": "USD"}, False),
    ],
)
def test_parts_are_levels_of_the_same_metric_currency_and_period(
    reference: Reference, changed: dict[str, Any], summed: bool
) -> None:
    found = checks(reference, stated("T", 6 * BILLION, **GROUP), *members(3 * BILLION, **changed))
    assert [one["check_kind"] for one in found] == ["sum_of_parts"] * summed


def test_a_total_in_a_second_currency_is_summed_in_the_first_only(reference: Reference) -> None:
    """The document prints the members' dollars too; a sum of them would be the same check twice."""
    total = stated("T", 7 * BILLION, **GROUP)
    again = stated("U", BILLION, **GROUP, currency="USD", same_fact_as="T")
    parts = members(4 * BILLION)
    dollars = [one | {"figure_id": f"{one['figure_id']} in dollars", "currency": "USD"} for one in parts]
    found = checks(reference, total, again, *parts, *dollars)
    assert [(one["check_kind"], one["claim"].figure_id) for one in found] == [
        ("sum_of_parts", "T"),
        ("exchange_rate", "U"),
    ]


# ---------------------------------------------------------------------------------------------------------- growth between levels

NOW, BEFORE, GREW = stated("now", 3 * BILLION), stated("before", 2 * BILLION, H1_2023), growth("growth", 50)


@pytest.mark.parametrize(
    ("printed", "verdict"), [(49.9, "contradicted"), (50, "confirmed"), (50.1, "contradicted")]
)  # fmt: skip
def test_exact_levels_leave_one_growth(reference: Reference, printed: float, verdict: str) -> None:
    found = only(reference, NOW, BEFORE, GREW | {"value": printed})
    assert (found["verdict"], found["computed"], found["evidence_figures"]) == (verdict, 50.0, "now|before")
    said = f"CNY 3,000m and CNY 2,000m give +50.0 % (+50.0 % to +50.0 % with rounding); {printed:+.1f} % is printed."
    assert said in found["explanation"]


def test_a_multiple_is_the_ratio_itself(reference: Reference) -> None:
    """Three billion printed to a billion is 2.5 to 3.5, and two exactly two: 1.25 to 1.75 times."""
    multiple = growth("growth", 1.75, measure="yoy_multiple", unit="multiple")
    found = only(reference, NOW | {"printed_step": BILLION}, BEFORE, multiple)
    assert (found["verdict"], found["computed"]) == ("confirmed", 1.5)
    assert "1.50 times (1.25 times to 1.75 times with rounding); 1.75 times is printed" in found["explanation"]


@pytest.mark.parametrize(
    "rows",
    [
        [NOW, GREW],
        [BEFORE, GREW],
        [NOW, BEFORE | {"value": 0.0}, GREW],
        [NOW, BEFORE | {"value": -2 * BILLION}, GREW],
        # Printed as two billion to a step of four: it may have been nothing.
        [NOW, BEFORE | {"printed_step": 4 * BILLION}, GREW],
        [NOW, BEFORE | {"currency": "USD"}, GREW],
        [NOW, stated("before", (2 * BILLION, AT_LEAST), H1_2023), GREW],
        [stated("now", (2 * BILLION, 4 * BILLION)), BEFORE, GREW],
        [NOW, BEFORE | {"same_fact_as": "earlier"}, GREW],
        [NOW | {"same_fact_as": "earlier"}, BEFORE, GREW],
        [NOW | TENCENT, BEFORE, GREW],
        [NOW, BEFORE | {"metric_id": "revenue"}, GREW],
        [NOW, BEFORE | {"definition_id": "cash_purchases"}, GREW],
        [NOW | {"definition_id": "cash_purchases"}, BEFORE, GREW],
        [NOW, BEFORE | {"measure": "share"}, GREW],
        [NOW | {"period_start": pd.Timestamp(QUARTER[0])}, BEFORE, GREW],
        [NOW, BEFORE | {"period_start": pd.Timestamp("2022-10-01")}, GREW],
    ],
)
def test_growth_needs_two_plain_levels_of_its_own_kind(reference: Reference, rows: list[dict[str, Any]]) -> None:
    assert checks(reference, *rows) == []


def test_a_level_of_one_is_a_base(reference: Reference) -> None:
    assert only(reference, NOW | {"value": 1.5}, BEFORE | {"value": 1.0}, GREW)["verdict"] == "confirmed"


# ----------------------------------------------------------------------------------------------------------------- exchange rates


def in_two_currencies(yuan: Any, dollars: Any, **changed: Any) -> list[dict[str, Any]]:
    return [stated("A", yuan), stated("B", dollars, **{"currency": "USD", "same_fact_as": "A"} | changed)]


@pytest.mark.parametrize(
    ("yuan", "dollars", "reason", "computed", "said"),
    [
        (7, 1, "average", 1.0, "7.0000 to 7.0000 CNY per USD, which agrees with average 7.0000; it differs from closing 7.2500, spot 7.5000."),
        (7.25, 1, "closing", 1.0, "7.2500 to 7.2500 CNY per USD, which agrees with closing 7.2500; it differs from average 7.0000, spot 7.5000."),
        (7.5, 1, "spot", 1.0, "7.5000 to 7.5000 CNY per USD, which agrees with spot 7.5000; it differs from average 7.0000, closing 7.2500."),
        ((7.25, 7.5), 1, "closing and spot", 1.0, "7.2500 to 7.5000 CNY per USD, which agrees with closing 7.2500, spot 7.5000; it differs from average 7.0000."),
        ((7, AT_LEAST), 1, "average and closing and spot", 1.0, "at least 7.0000 CNY per USD, which agrees with average 7.0000, closing 7.2500, spot 7.5000."),
        (7, (AT_MOST, 1), "average and closing and spot", 1.0, "at least 7.0000 CNY per USD, which agrees with average 7.0000, closing 7.2500, spot 7.5000."),
        ((AT_MOST, 7), 1, "average", 1.0, "0.0000 to 7.0000 CNY per USD, which agrees with average 7.0000; it differs from closing 7.2500, spot 7.5000."),
        (3.5, 0.5, "average", 0.5, "7.0000 to 7.0000 CNY per USD, which agrees with average 7.0000; it differs from closing 7.2500, spot 7.5000."),
        (-7, -1, "average", -1.0, "7.0000 to 7.0000 CNY per USD, which agrees with average 7.0000; it differs from closing 7.2500, spot 7.5000."),
        ((-7, 0), -1, "average", -1.0, "0.0000 to 7.0000 CNY per USD, which agrees with average 7.0000; it differs from closing 7.2500, spot 7.5000."),
        ((-7.5, -7.25), -1, "closing and spot", -1.0, "7.2500 to 7.5000 CNY per USD, which agrees with closing 7.2500, spot 7.5000; it differs from average 7.0000."),
    ],
)  # fmt: skip
def test_a_rate_fits_up_to_the_ends_of_what_two_prints_imply(
    reference: Reference, yuan: Any, dollars: Any, reason: str, computed: float, said: str
) -> None:
    found = only(reference, *in_two_currencies(yuan, dollars))
    assert (found["verdict"], found["reason"], found["evidence_figures"]) == ("confirmed", reason, "A")
    if not isinstance(yuan, tuple):
        assert found["computed"] == computed
    assert found["explanation"].endswith(f"implies {said}")


@pytest.mark.parametrize("yuan", [6.99, 7.26, 7.51])
def test_a_rate_beside_all_that_existed_has_no_reason_and_is_shown_at_the_average(
    reference: Reference, yuan: float
) -> None:
    found = only(reference, *in_two_currencies(yuan * BILLION, BILLION))
    assert (found["verdict"], found["reason"]) == ("contradicted", None)
    assert found["computed"] == pytest.approx(yuan * BILLION / 7)
    assert found["explanation"].endswith(
        "which agrees with no rate of the period or near the publication date; it differs from average 7.0000, closing 7.2500, spot 7.5000."
    )


@pytest.mark.parametrize(
    ("yuan", "dollars"), [(0, 0), ((AT_MOST, 7), (AT_MOST, 1)), ((7, AT_LEAST), (1, AT_LEAST)), ((0, 7), (0, 1))]
)
def test_what_leaves_every_rate_open_is_not_checked(reference: Reference, yuan: Any, dollars: Any) -> None:
    """More than seven billion may be any number of more than one billion."""
    assert checks(reference, *in_two_currencies(yuan, dollars)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"currency": "CNY"},
        {"same_fact_as": None},
        {"same_fact_as": "elsewhere"},
        {"unit": "percent", "measure": "yoy_growth", "currency": None},
        {"unit": "money_per_unit"},
    ],
)
def test_only_an_amount_in_a_second_currency_implies_a_rate(reference: Reference, changed: dict[str, Any]) -> None:
    assert checks(reference, *in_two_currencies(7, 1, **changed)) == []


def test_a_rate_of_two_currencies_goes_over_the_dollar(reference: Reference) -> None:
    """Seven and a half yuan per dollar and 0.75 euros per dollar are ten yuan per euro."""
    rates = Rates(CNY=(7.5, 7.5, 7.5), EUR=(0.75, 0.5, 0.25))
    found = only(reference, *in_two_currencies(10, 1, currency="EUR"), rates=rates)
    assert (found["verdict"], found["reason"], found["computed"]) == ("confirmed", "average", 1.0)
    assert found["explanation"].endswith(
        "which agrees with average 10.0000; it differs from closing 15.0000, spot 30.0000."
    )


@pytest.mark.parametrize("rates", [Rates(), Rates(EUR=(0.75, 0.5, 0.25)), Rates(CNY=(7.0, 7.25, 7.5))])
def test_a_rate_needs_fixings_of_both_currencies(reference: Reference, rates: Rates) -> None:
    found = only(reference, *in_two_currencies(10, 1, currency="EUR"), rates=rates)
    assert (found["verdict"], found["reason"], found["evidence_figures"]) == ("not_checkable", "no_fixing", "A")
    assert "computed" not in found


# -------------------------------------------------------------------------------------------------------------- price times units


def order(
    units: Any, price: Any, value: float, changed: dict[str, dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Chips, their price and what they cost together, in dollars; `changed` by the name of the figure."""
    about = {"entity_id": "nvidia", "product": "h20", "supplier_id": "nvidia", "period": ("2024-01-01", "2024-12-31")}
    rows = [
        stated("units", units, metric_id="gpu_units", unit="count", currency=None, **about),
        stated("price", price, metric_id="gpu_unit_price", unit="money_per_unit", currency="USD", **about),
        stated("order", value, metric_id="gpu_order_value", currency="USD", **about),
    ]
    return [one | (changed or {}).get(one["figure_id"], {}) for one in rows]


M = 1_000_000


@pytest.mark.parametrize(
    ("units", "price", "computed", "said"),
    [
        (M, 12, 12 * M, "USD 12m to USD 12m"),
        ((M, 2 * M), (10, 12), 17 * M, "USD 10m to USD 24m"),
        ((M, AT_LEAST), 12, 12 * M, "at least USD 12m"),
        (M, (12, AT_LEAST), 12 * M, "at least USD 12m"),
        ((M, AT_LEAST), (12, AT_LEAST), 12 * M, "at least USD 12m"),
        ((AT_MOST, M), 12, 12 * M, "at most USD 12m"),
        (M, (AT_MOST, 12), 12 * M, "at most USD 12m"),
        ((AT_MOST, M), (AT_MOST, 12), 12 * M, "at most USD 12m"),
    ],
)
def test_an_order_is_worth_what_units_and_price_allow(
    reference: Reference, units: Any, price: Any, computed: float, said: str
) -> None:
    found = only(reference, *order(units, price, 12 * M))
    assert (found["verdict"], found["computed"], found["evidence_figures"]) == ("confirmed", computed, "units|price")
    assert found["explanation"] == f"Units times price give {said}; USD 12m is printed."


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(9_999_999, "contradicted"), (10_000_000, "confirmed"), (24_000_000, "confirmed"), (24_000_001, "contradicted")],
)
def test_the_ends_of_what_an_order_may_be_worth_agree(reference: Reference, value: float, verdict: str) -> None:
    assert only(reference, *order((M, 2 * M), (10, 12), value))["verdict"] == verdict


@pytest.mark.parametrize(("units", "price"), [((M, AT_LEAST), (AT_MOST, 12)), ((AT_MOST, M), (12, AT_LEAST))])
def test_a_lower_bound_times_an_upper_one_leaves_every_order_open(reference: Reference, units: Any, price: Any) -> None:
    assert checks(reference, *order(units, price, 12 * M)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"units": {"metric_id": "gpu_order_value"}},
        {"price": {"metric_id": "gpu_order_value"}},
        {"order": {"metric_id": "capex"}},
        {"order": {"measure": "yoy_growth", "unit": "percent", "currency": None}},
        {"units": {"product": "h100"}},
        {"price": {"product": "h100"}},
        {"order": {"product": None}},
        {"units": {"supplier_id": "amd"}},
        {"price": {"supplier_id": "amd"}},
        {"price": {"currency": "CNY"}},
    ],
)
def test_units_and_price_are_of_the_order_s_own_chips(reference: Reference, changed: dict[str, dict[str, Any]]) -> None:
    assert checks(reference, *order(M, 12, 12 * M, changed)) == []
