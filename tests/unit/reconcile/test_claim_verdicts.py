"""Verdicts on claims with exact numbers: which definitions count, what growth needs, and the ends of what a print allows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from unit.reconcile.stated import BILLION, H1_2023, H1_2024, as_figures, by_filings, growth, on_file, stated

from capex_pipeline.reconcile import claims as rules
from capex_pipeline.reconcile.claims import check_claim, point
from capex_pipeline.reference import Reference

GROUP = {"entity_id": "alibaba_tencent_baidu", "definition_id": "mixed_press_aggregate"}
YUAN = {"currency": "CNY"}


def verdict(reference: Reference, claim: dict[str, Any], *filings: dict[str, Any]) -> dict[str, Any]:
    return check_claim(next(as_figures([claim]).itertuples(index=False)), by_filings(*filings), reference)


def yuan(
    entity: str, millions: float, definition: str = "cash_purchases", period: tuple[str, str] = H1_2024, **changed: Any
) -> dict[str, Any]:
    return on_file(entity, millions, period, definition, **YUAN | changed)


@pytest.mark.parametrize(("filed", "found"), [(29_999, "contradicted"), (30_000, "confirmed"), (31_000, "confirmed"), (31_001, "contradicted")])  # fmt: skip
def test_the_ends_of_what_is_printed_agree(reference: Reference, filed: float, found: str) -> None:
    claim = stated("c", (30 * BILLION, 31 * BILLION))
    judged = verdict(reference, claim, yuan("alibaba", filed))
    assert (judged["verdict"], judged["computed"]) == (found, filed * 1e6)
    assert (judged["combinations_tried"], judged["combinations_confirming"]) == (1, int(found == "confirmed"))
    assert judged["explanation"] == (f"Filings give CNY {filed:,}m against CNY 30,000m to CNY 31,000m as printed.")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ((23 * BILLION, math.inf), "against at least CNY 23,000m as printed."),
        ((-math.inf, 24 * BILLION), "against at most CNY 24,000m as printed."),
    ],
)
def test_a_bound_is_said_as_a_bound(reference: Reference, number: Any, said: str) -> None:
    judged = verdict(reference, stated("c", number), yuan("alibaba", 23_500))
    assert judged["verdict"] == "confirmed" and said in judged["explanation"]


@pytest.mark.parametrize(
    ("metric", "unit", "currency"),
    [("gpu_units", "count", None), ("gpu_unit_price", "money_per_unit", "USD"), ("cash_pile", "money", "USD"), ("buyer_rank", "rank", None)],
)  # fmt: skip
def test_quantities_that_nobody_files_are_not_reported(
    reference: Reference, metric: str, unit: str, currency: str | None
) -> None:
    """It is not that a filing is missing: there will be none."""
    claim = stated("c", 1, metric_id=metric, unit=unit, currency=currency)
    judged = verdict(reference, claim, yuan("alibaba", 1))
    assert (judged["verdict"], judged["reason"]) == ("not_checkable", "not_reported")


def test_a_part_that_the_company_states_is_checked_against_the_part(reference: Reference) -> None:
    about = {"metric_id": "cloud_revenue"}
    part, whole = "alibaba_cloud_ai_products", "alibaba_cloud_segment"
    claim = stated("c", 2 * BILLION, **about, definition_id=part)
    filings = [yuan("alibaba", 2_000, part, **about), yuan("alibaba", 9_000, whole, **about)]
    judged = verdict(reference, claim, *filings)
    assert (judged["verdict"], judged["definitions_used"]) == ("confirmed", f"alibaba:{part}")
    assert verdict(reference, claim, filings[1])["reason"] == "no_filing"


def test_a_definition_that_is_compared_alone_decides_on_no_other_and_no_other_on_it(reference: Reference) -> None:
    """From January to March 2024 Microsoft Cloud was 35.1 billion dollars and Intelligent Cloud 26.708 billion; a year before, 28.5 and 22.081."""
    of = {"metric_id": "cloud_revenue", "entity_id": "microsoft", "currency": "USD", "printed_step": 1e8}
    quarter, before = ("2024-01-01", "2024-03-31"), ("2023-01-01", "2023-03-31")
    cloud, segment = "microsoft_cloud", "intelligent_cloud_first_reported"
    about = {"metric_id": "cloud_revenue"}
    filings = [
        on_file("microsoft", 35_100, quarter, cloud, printed_step=1e8, **about), on_file("microsoft", 28_500, before, cloud, printed_step=1e8, **about),
        on_file("microsoft", 26_708, quarter, segment, **about), on_file("microsoft", 22_081, before, segment, **about),
    ]  # fmt: skip

    def judged(amount: float, definition: str, *without: str) -> dict[str, Any]:
        rows = [one for one in filings if one["definition_id"] not in without]
        return verdict(reference, stated("c", amount * BILLION, quarter, definition_id=definition, **of), *rows)

    assert judged(35.1, cloud)["verdict"] == "confirmed"
    assert judged(26.7, cloud)["verdict"] == "contradicted", "Intelligent Cloud is not Microsoft Cloud"
    assert judged(35.1, segment)["verdict"] == "contradicted", "Microsoft Cloud is not Intelligent Cloud"
    assert judged(26.7, segment)["verdict"] == "confirmed"
    assert (judged(28.5, segment)["explanation"].find("such an amount"), judged(26.7, cloud, cloud)["reason"]) == (
        -1,
        "no_filing",
    )
    assert "such an amount for 2023-01-01 to 2023-03-31 (microsoft_cloud)" in judged(28.5, cloud)["explanation"]


def test_a_sum_of_our_own_counts_for_its_company_and_for_no_group(reference: Reference) -> None:
    """Baidu states purchases of one billion; with leases we make it one and a half."""
    ours = yuan("baidu", 1_500, "cash_and_lease_principal", status="derived")
    filings = [yuan("alibaba", 3_000), yuan("tencent", 2_000, "accrual_additions"), yuan("baidu", 1_000), ours]
    alone = verdict(reference, stated("c", 1.5 * BILLION, entity_id="baidu"), *filings)
    assert (alone["verdict"], alone["combinations_tried"]) == ("different_definition", 2)
    assert alone["definitions_used"] == "baidu:cash_and_lease_principal"
    together = verdict(reference, stated("c", 6.5 * BILLION, **GROUP), *filings)
    assert (together["verdict"], together["combinations_tried"]) == ("contradicted", 1)
    assert verdict(reference, stated("c", 6 * BILLION, **GROUP), *filings)["verdict"] == "confirmed"
    without = verdict(reference, stated("c", 6.5 * BILLION, **GROUP), *filings[:2], ours)
    assert (without["verdict"], without["reason"]) == ("not_checkable", "no_filing")


def test_two_companies_are_a_group(reference: Reference) -> None:
    entities = reference.entities.assign(
        members=[["alibaba", "baidu"] if name == GROUP["entity_id"] else [] for name in reference.entities.index]
    )
    ours = yuan("baidu", 1_500, "cash_and_lease_principal", status="derived")
    filings = [yuan("alibaba", 3_000), yuan("baidu", 1_000), ours]
    judged = verdict(replace(reference, entities=entities), stated("c", 4.5 * BILLION, **GROUP), *filings)
    assert (judged["verdict"], judged["combinations_tried"]) == ("contradicted", 1)


def test_the_total_of_preferred_definitions_is_the_one_that_is_expected(reference: Reference) -> None:
    """Two definitions of Baidu, of which the one that is not preferred comes first; every combination holds a preferred one."""
    filings = [
        yuan("alibaba", 3_000), yuan("tencent", 2_000, "accrual_additions"), yuan("baidu", 1_000), yuan("baidu", 5_000, "call_basis"),
    ]  # fmt: skip
    for number, found in ((6, "confirmed"), (10, "consistent"), (8, "contradicted")):
        judged = verdict(reference, stated("c", number * BILLION, **GROUP), *filings)
        assert (judged["verdict"], judged["combinations_tried"]) == (found, 2)
        assert f"2 combinations of the companies' own definitions were computed, from CNY 6,000m to CNY 10,000m; {int(found != 'contradicted')} of them agree" in judged["explanation"]  # fmt: skip


def test_the_only_definition_that_is_filed_is_expected_though_not_preferred(reference: Reference) -> None:
    judged = verdict(reference, stated("c", 3 * BILLION), yuan("alibaba", 3_000, "call_basis"))
    assert (judged["verdict"], judged["definitions_used"]) == ("confirmed", "alibaba:call_basis")


def test_an_amount_in_a_currency_without_fixings_has_no_filing(reference: Reference) -> None:
    judged = verdict(reference, stated("c", 3 * BILLION, currency="USD"), yuan("alibaba", 3_000))
    assert (judged["verdict"], judged["reason"]) == ("not_checkable", "no_fixing")
    assert "covers this period" in judged["explanation"]


def test_combinations_beyond_the_most_are_not_tried(reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    filings = [yuan("alibaba", 3_000), yuan("alibaba", 4_000, "call_basis")]
    monkeypatch.setattr(rules, "MAXIMUM_COMBINATIONS", 2)
    assert verdict(reference, stated("c", 3 * BILLION), *filings)["combinations_tried"] == 2
    monkeypatch.setattr(rules, "MAXIMUM_COMBINATIONS", 1)
    refused = verdict(reference, stated("c", 3 * BILLION), *filings)
    assert (refused["verdict"], refused["reason"]) == ("not_checkable", "too_many_combinations")
    assert "2 ways, more than the maximum of 1" in refused["explanation"]


def test_a_member_without_the_period_leaves_the_group_open(reference: Reference) -> None:
    filings = [
        yuan("alibaba", 3_000),
        yuan("tencent", 2_000, "accrual_additions"),
        yuan("baidu", 1_000, period=H1_2023),
    ]
    judged = verdict(reference, stated("c", 6 * BILLION, **GROUP), *filings)
    assert (judged["verdict"], judged["reason"]) == ("not_checkable", "no_filing")
    assert "covers this period" in judged["explanation"]


@pytest.mark.parametrize(
    ("private", "reason", "said"),
    [
        ({"tencent"}, "no_filing", "No filing of Tencent, Baidu with this metric is in raw/."),
        ({"tencent", "baidu"}, "private_company", "Tencent, Baidu: private, so no accounts are filed."),
        (set(), "no_filing", "No filing of Tencent, Baidu with this metric is in raw/."),
    ],
)
def test_members_are_silent_because_they_are_private_only_if_all_are(
    reference: Reference, private: set[str], reason: str, said: str
) -> None:
    entities = reference.entities.assign(private=reference.entities.index.isin(private))
    judged = verdict(replace(reference, entities=entities), stated("c", BILLION, **GROUP), yuan("alibaba", 1_000))
    assert (judged["verdict"], judged["reason"], judged["explanation"]) == ("not_checkable", reason, said)


# ------------------------------------------------------------------------------------------------------------------------ growth


def test_growth_names_what_it_rests_on_in_both_years(reference: Reference) -> None:
    judged = verdict(reference, growth("g", 25), yuan("alibaba", 12_500), yuan("alibaba", 10_000, period=H1_2023))
    assert (judged["verdict"], judged["computed"]) == ("confirmed", 25.0)
    assert judged["evidence_figures"] == "alibaba/cash_purchases/2024-01-01|alibaba/cash_purchases/2023-01-01"


@pytest.mark.parametrize(
    ("printed", "one_base", "both_bases"),
    [
        (25, "confirmed", "confirmed"),
        (10, "not_checkable", "different_definition"),
        (99, "not_checkable", "contradicted"),
    ],
)
def test_growth_without_a_base_on_every_definition_is_contradicted_by_none(
    reference: Reference, printed: float, one_base: str, both_bases: str
) -> None:
    """Purchases grew from 8 to 10, the call's from 10 to 11. Without the call's base, +25 % does not show that another is wrong."""
    bases = [yuan("alibaba", 8_000, period=H1_2023), yuan("alibaba", 10_000, "call_basis", H1_2023)]
    now = [yuan("alibaba", 10_000), yuan("alibaba", 11_000, "call_basis")]
    claim = growth("g", (printed - 0.5, printed + 0.5))
    open_one = verdict(reference, claim, *now, bases[0])
    assert (open_one["verdict"], open_one["combinations_tried"]) == (one_base, 1)
    assert open_one["reason"] == ("base_not_filed" if one_base == "not_checkable" else None)
    said = "1 of 2 combinations have no base a year earlier, and none of the others agrees; missing alibaba:call_basis. Filings give +25.0 % against"
    assert open_one["explanation"].startswith(said) == (one_base == "not_checkable")
    complete = verdict(reference, claim, *now, *bases)
    assert (complete["verdict"], complete["reason"], complete["combinations_tried"]) == (both_bases, None, 2)


def five_then_eight_yuan_a_dollar() -> pd.DataFrame:
    """Fixings of the first halves of 2023 and of 2024."""
    parts = [
        pd.DataFrame({"date": pd.bdate_range(*half).astype("datetime64[us]"), "currency": currency, "rate": rate})
        for half, yuan_rate in ((H1_2023, 5.0), (H1_2024, 8.0))
        for currency, rate in (("CNY", yuan_rate), ("USD", 1.0))
    ]
    return pd.concat(parts, ignore_index=True).astype({"currency": "str"})


def test_growth_of_companies_with_different_currencies_is_computed_in_dollars(reference: Reference) -> None:
    """2 and 1 billion dollars, then 2 and 4. Yuan and dollars added up would have grown from 11 to 20, by 82 per cent."""
    entities = reference.entities.assign(
        members=[["alibaba", "amazon"] if name == GROUP["entity_id"] else [] for name in reference.entities.index]
    )
    filings = [
        yuan("alibaba", 10_000, period=H1_2023), on_file("amazon", 1_000, H1_2023, currency="USD"),
        yuan("alibaba", 16_000), on_file("amazon", 4_000, H1_2024, currency="USD"),
    ]  # fmt: skip
    claim = next(as_figures([growth("g", 100, entity_id=GROUP["entity_id"])]).itertuples(index=False))
    evidence = by_filings(*filings, daily=five_then_eight_yuan_a_dollar())
    judged = check_claim(claim, evidence, replace(reference, entities=entities))
    assert (judged["verdict"], judged["computed"]) == ("confirmed", pytest.approx(100))
    assert judged["explanation"].endswith(
        " Amounts in several currencies were converted to USD at the average of each period."
    )
    without_rates = check_claim(claim, by_filings(*filings), replace(reference, entities=entities))
    assert (without_rates["verdict"], without_rates["reason"]) == ("not_checkable", "no_fixing")


def test_growth_of_a_company_that_reports_in_another_currency_now(reference: Reference) -> None:
    filings = [yuan("alibaba", 10_000, period=H1_2023), on_file("alibaba", 3_000, H1_2024, currency="USD")]
    claim = next(as_figures([growth("g", 50)]).itertuples(index=False))
    judged = check_claim(claim, by_filings(*filings, daily=five_then_eight_yuan_a_dollar()), reference)
    assert (judged["verdict"], judged["computed"]) == ("confirmed", pytest.approx(50))
    one_currency = verdict(reference, growth("g", 50), yuan("alibaba", 15_000), yuan("alibaba", 10_000, period=H1_2023))
    assert one_currency["verdict"] == "confirmed" and "converted" not in one_currency["explanation"]


@pytest.mark.parametrize(("base", "found"), [(-1, "not_checkable"), (0, "not_checkable"), (1, "confirmed")])
def test_growth_is_over_more_than_nothing(reference: Reference, base: float, found: str) -> None:
    """From a single yuan to two."""
    rows = [yuan("alibaba", 2e-6), yuan("alibaba", base * 1e-6, period=H1_2023)]
    judged = verdict(reference, growth("g", 100), *rows)
    assert (judged["verdict"], judged["reason"]) == (found, "no_filing" if found == "not_checkable" else None)


def reading(reference: Reference, entity: str, period: tuple[str, str], *, filed: tuple[str, str] | None = None) -> str:
    """What is said beyond the verdict on growth of 100 % in a period, with what was filed for another one, where it grew by 98.5."""
    rows = []
    for covered, factor in ((period, 2.0), (filed, 1.985)):
        if covered is not None:
            year = int(covered[0][:4])
            before = (f"{year - 1}{covered[0][4:]}", f"{int(covered[1][:4]) - 1}{covered[1][4:]}")
            rows += [on_file(entity, 1_000 * factor, covered), on_file(entity, 1_000, before)]
    judged = verdict(reference, growth("g", 100, period, entity_id=entity), *rows)
    assert judged["verdict"] == "confirmed"
    return str(judged["explanation"].partition(").")[2])


def test_a_quarter_of_another_number_in_the_fiscal_year_is_named(reference: Reference) -> None:
    """April to June is Alibaba's first quarter; its second, which a reader of "Q2" may take it for, is July to September."""
    april, july = ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30")
    named = " The period is the company's fiscal Q1 2025"
    assert reading(reference, "alibaba", april) == f"{named}."
    assert (
        reading(reference, "alibaba", april, filed=july)
        == f"{named}; read as its fiscal Q2 2025 the filings give +98.5 %."
    )


@pytest.mark.parametrize(
    ("entity", "period", "why"),
    [
        ("alphabet", ("2024-04-01", "2024-06-30"), "the fiscal year is the calendar year"),
        (
            "amd",
            ("2023-12-31", "2024-03-30"),
            "the fiscal year is the calendar year to within a week, and begins a day early",
        ),
        ("nvidia", ("2024-01-29", "2024-04-28"), "the quarter has the same number in both"),
        ("oracle", ("2024-04-01", "2024-06-30"), "it is none of the company's quarters"),
        ("microsoft", ("2024-01-01", "2024-06-30"), "it is no quarter"),
    ],
)
def test_no_other_reading_is_said_where_there_is_none(
    reference: Reference, entity: str, period: tuple[str, str], why: str
) -> None:
    assert reading(reference, entity, period) == "", why


@pytest.mark.parametrize(
    ("period", "days", "named"),
    [
        (("2024-07-08", "2024-09-24"), 79, ""),
        (("2024-07-08", "2024-09-25"), 80, " The period is the company's fiscal Q2 2025."),
        (("2024-06-30", "2024-10-07"), 100, " The period is the company's fiscal Q1 2025."),
        (("2024-06-29", "2024-10-07"), 101, ""),
    ],
)
def test_a_quarter_has_eighty_to_a_hundred_days(
    reference: Reference, period: tuple[str, str], days: int, named: str
) -> None:
    assert reading(reference, "alibaba" if days < 90 else "microsoft", period) == named


@pytest.mark.parametrize(
    ("value", "low", "high", "printed"),
    [(2, 2, 2, 2), (math.nan, 1, math.nan, 1), (math.nan, math.nan, 3, 3), (math.nan, 1, 3, 1)],
)
def test_the_number_of_a_claim_is_what_it_prints(value: float, low: float, high: float, printed: float) -> None:
    assert point(SimpleNamespace(value=value, value_low=low, value_high=high)) == printed


def test_a_claim_without_a_number_has_none() -> None:
    assert math.isnan(point(SimpleNamespace(value=math.nan, value_low=math.nan, value_high=math.nan)))


# ---------------------------------------------------------------------------------------- the power of a search, and its verdicts


def test_power_is_the_share_of_neighbours_that_the_same_search_accepts(reference: Reference) -> None:
    """Beside 100 billion lie 85 to 115; combinations of 90, 100 and 110 billion accept 90 and 110: two of thirty."""
    claim = next(as_figures([stated("c", 100 * BILLION, printed_step=BILLION)]).itertuples(index=False))
    assert power(claim, [90, 100, 110], reference) == pytest.approx(2 / 30 * 100)
    assert power(claim, [200], reference) == 0
    assert power(claim, range(80, 121), reference) == 100
    rounded = [(106 * BILLION, 110 * BILLION), (200 * BILLION, 200 * BILLION)]
    assert rules.search_power(claim, rounded, reference) == pytest.approx(5 / 30 * 100)


def power(claim: Any, billions: Iterable[float], reference: Reference) -> float | None:
    return rules.search_power(claim, [(number * BILLION, number * BILLION) for number in billions], reference)


@pytest.mark.parametrize(
    "changed", [{"printed_step": math.nan}, {"printed_step": 50 * BILLION}, {"bound": "order_of_magnitude"}]
)
def test_a_claim_without_neighbours_has_no_power(reference: Reference, changed: dict[str, Any]) -> None:
    ends = {"value_low": 100 * BILLION, "value_high": 100 * BILLION}
    claim = next(
        as_figures([stated("c", 100 * BILLION, **{"printed_step": BILLION} | ends | changed)]).itertuples(index=False)
    )
    assert power(claim, [100], reference) is None


def test_the_power_of_a_very_fine_number_is_sampled(reference: Reference) -> None:
    """A number in single yuan has billions of neighbours; those above 100 billion, half of them, are "at least" nothing filed."""
    claim = next(
        as_figures([stated("c", (100 * BILLION, math.inf), printed_step=1.0, unit="percent")]).itertuples(index=False)
    )
    assert power(claim, [100], reference) == pytest.approx(50, abs=0.2)


def test_a_claim_made_before_its_period_was_over_is_judged_by_no_outcome(reference: Reference) -> None:
    claim = stated("c", 3 * BILLION, known_from=pd.Timestamp("2024-06-30"))
    for filed, place in ((3_000, "inside"), (9_000, "outside")):
        judged = verdict(reference, claim, yuan("alibaba", filed))
        assert (judged["verdict"], judged["computed"]) == ("said_before_outcome", filed * 1e6)
        assert f"the outcome is {place} the accepted range" in judged["explanation"]
    later = stated("c", 3 * BILLION, known_from=pd.Timestamp("2024-07-01"))
    assert verdict(reference, later, yuan("alibaba", 9_000))["verdict"] == "contradicted"


def test_the_companys_own_headline_confirms_and_another_definition_of_it_does_not(reference: Reference) -> None:
    """Meta's headline adds lease principal to purchases, which are the comparable series."""
    meta = {"entity_id": "meta", "currency": "USD"}
    filings = [
        on_file("meta", millions, H1_2024, definition)
        for definition, millions in (
            ("cash_purchases", 14_000),
            ("cash_and_lease_principal", 15_000),
            ("call_basis", 16_000),
        )
    ]
    found = {
        number: (row["verdict"], row["agreeing_definitions"])
        for number in (14, 15, 16, 17)
        for row in [verdict(reference, stated("c", number * BILLION, **meta), *filings)]
    }
    assert found == {
        14: ("confirmed", "meta:cash_purchases"),
        15: ("confirmed_under_definition", "meta:cash_and_lease_principal"),
        16: ("different_definition", "meta:call_basis"),
        17: ("contradicted", None),
    }
    named = stated("c", 15 * BILLION, **meta, definition_id="cash_purchases")
    assert verdict(reference, named, *filings)["verdict"] == "different_definition"


def test_growth_of_the_companys_own_headline_confirms(reference: Reference) -> None:
    """Meta's purchases grew from 10 to 14 billion by 40 percent, its headline from 10 to 15 billion by 50."""
    meta = {"entity_id": "meta", "printed_step": 1.0}
    filings = [
        on_file("meta", millions, period, definition)
        for definition, later in (("cash_purchases", 14_000), ("cash_and_lease_principal", 15_000))
        for period, millions in ((H1_2024, later), (H1_2023, 10_000))
    ]
    found = {rate: verdict(reference, growth("c", rate, **meta), *filings)["verdict"] for rate in (40, 50, 60)}
    assert found == {40: "confirmed", 50: "confirmed_under_definition", 60: "contradicted"}


@pytest.mark.parametrize(
    ("number", "step", "found"),
    [
        (17.1, 0.1, "consistent"),  # 17 billion on a call may have been 17.1
        (17.6, 0.1, "contradicted"),
        (17, 1, "confirmed"),
        ((-math.inf, 17), 1, "consistent"),  # up to 17 is wrong at 17.1
        ((-math.inf, 18), 1, "confirmed"),
        ((17.2, math.inf), 0.1, "consistent"),
        ((16, math.inf), 1, "confirmed"),
        ((18, math.inf), 1, "contradicted"),
    ],
)
def test_what_a_company_rounded_decides_nothing_finer(
    reference: Reference, number: Any, step: float, found: str
) -> None:
    """17 billion printed in billions stands for 16.5 to 17.5."""
    ends = tuple(end * BILLION for end in number) if isinstance(number, tuple) else number * BILLION
    filed = yuan("alibaba", 17_000, printed_step=BILLION)
    judged = verdict(reference, stated("c", ends, printed_step=step * BILLION), filed)
    assert judged["verdict"] == found
    assert ("is rounded and may be CNY 16,500m to CNY 17,500m" in judged["explanation"]) == (found == "consistent")
    assert judged["combinations_confirming"] == int(found == "confirmed")


def test_of_two_prints_of_one_amount_the_finer_counts(reference: Reference) -> None:
    """17,108 million in a filing and "17 billion" in a later release; 17,600 would be another amount."""
    later = yuan("alibaba", 17_000, printed_step=BILLION, known_from=pd.Timestamp("2024-09-01"), derived_from="call")
    for millions, computed in ((17_108, 17_108e6), (17_600, 17_000e6)):
        filing = yuan("alibaba", millions, known_from=pd.Timestamp("2024-08-01"))
        assert verdict(reference, stated("c", 17 * BILLION), filing, later)["computed"] == computed


def test_growth_between_rounded_amounts_has_two_ends(reference: Reference) -> None:
    """115.2 on 47.5 billion may be 115,150 on 47,550 (142.17 percent) up to 115,250 on 47,450 million (142.89 percent)."""
    filings = [
        yuan("alibaba", 115_200, printed_step=1e8), on_file("alibaba", 47_500, H1_2023, currency="CNY", printed_step=1e8),
    ]  # fmt: skip
    found = {
        rate: verdict(reference, growth("c", rate, printed_step=0.1), *filings)["verdict"]
        for rate in (142.0, 142.2, 142.5, 142.8, 143.0)
    }
    assert found == {
        142.0: "contradicted", 142.2: "consistent", 142.5: "confirmed", 142.8: "consistent", 143.0: "contradicted",
    }  # fmt: skip


def test_a_claim_that_was_right_on_its_day_is_confirmed_though_restated_since(reference: Reference) -> None:
    """Meta's fourth quarter of 2023 was 7,665 million until 2025-01-30 and has been 7,592 million since."""
    quarter = ("2023-10-01", "2023-12-31")
    restated = pd.Timestamp("2025-01-30")
    first = {
        "known_from": pd.Timestamp("2024-02-01"),
        "known_to": restated,
        "is_latest": False,
        "derived_from": "first",
    }
    filings = [
        on_file("meta", 7_665, quarter, **first), on_file("meta", 7_592, quarter, known_from=restated, derived_from="second"),
    ]  # fmt: skip

    def judged(number: float, day: str) -> dict[str, Any]:
        claim = stated(
            "c", number * BILLION, quarter, entity_id="meta", currency="USD", printed_step=1e7, known_from=pd.Timestamp(day)
        )  # fmt: skip
        return verdict(reference, claim, *filings)

    then = judged(7.67, "2024-03-01")
    assert (then["verdict"], then["reason"], then["computed"]) == ("confirmed", "restated_since", 7_665e6)
    assert "This amount was filed by 2024-03-01; the present filings give USD 7,592m." in then["explanation"]
    stale = judged(7.67, "2025-01-30")
    assert (stale["verdict"], stale["computed"]) == ("contradicted", 7_592e6)
    assert stale["explanation"].endswith("It was USD 7,665m (cash_purchases) until it was restated on 2025-01-30.")
    assert judged(7.59, "2024-03-01")["verdict"] == "confirmed" and judged(7.59, "2024-03-01")["reason"] is None
    assert judged(7.8, "2024-03-01")["verdict"] == "contradicted"


def test_a_fact_of_a_private_company_in_another_companys_filing_is_evidence(reference: Reference) -> None:
    about = {"metric_id": "equity_investment", "currency": "USD"}
    claim = stated("c", 0.8 * BILLION, entity_id="moonshot_ai", **about)
    judged = verdict(reference, claim, on_file("moonshot_ai", 800, H1_2024, "as_printed", **about))
    assert (judged["verdict"], judged["checked_against"]) == ("confirmed", "counterparty_filing")
    missing = verdict(reference, claim, yuan("alibaba", 1))
    assert (missing["verdict"], missing["reason"]) == ("not_checkable", "private_company")
    assert "equity_investment of moonshot_ai for 2024-01-01 to 2024-06-30" in missing["looked_for"]


def test_a_number_that_was_cut_off_is_told_from_one_that_is_wrong(reference: Reference) -> None:
    """38,676 million are 38.7 billion; 38.6 is its beginning and 38.5 is not."""
    for number, reason in ((38.6, "cut_off"), (38.5, None), (38.8, None)):
        claim = stated("c", number * BILLION, printed_step=1e8)
        judged = verdict(reference, claim, yuan("alibaba", 38_676))
        assert (judged["verdict"], judged["reason"]) == ("contradicted", reason), number
        assert ("is the filed one truncated" in judged["explanation"]) == (reason is not None)


def test_a_wrong_number_that_is_right_for_another_quarter_is_said_to_be(reference: Reference) -> None:
    """13.6 billion for the third quarter is what the second one brought; a half-year is no quarter, and two years ago is long ago."""
    quarters = {
        ("2025-07-01", "2025-09-30"): 15_157,
        ("2025-04-01", "2025-06-30"): 13_624,
        ("2023-04-01", "2023-06-30"): 12_400,
    }
    filings = [yuan("alibaba", millions, period=period) for period, millions in quarters.items()]
    filings.append(yuan("alibaba", 11_100, period=H1_2024))

    def said(number: float) -> str:
        claim = stated("c", number * BILLION, ("2025-07-01", "2025-09-30"), printed_step=1e8)
        judged = verdict(reference, claim, *filings)
        assert judged["verdict"] == "contradicted"
        return str(judged["explanation"])

    assert said(13.6).endswith("The filings give such an amount for 2025-04-01 to 2025-06-30 (cash_purchases).")
    assert "such an amount" not in said(12.4) and "such an amount" not in said(11.1)


def test_of_two_definitions_that_agree_the_nearer_is_shown(reference: Reference) -> None:
    """ "About 50" allows 47.5 to 52.5: purchases of 48.3 and, nearer, Meta's headline of 50.1."""
    filings = [
        on_file("meta", 48_308, H1_2024), on_file("meta", 50_078, H1_2024, "cash_and_lease_principal"),
    ]  # fmt: skip
    about = {
        "entity_id": "meta",
        "currency": "USD",
        "printed_step": BILLION,
        "bound": "approximately",
        "value_text": "about 50",
    }
    judged = verdict(reference, stated("c", 50 * BILLION, **about), *filings)
    assert (judged["verdict"], judged["computed"]) == ("confirmed", 50_078e6)
    named = verdict(reference, stated("c", 50 * BILLION, **about, definition_id="cash_purchases"), *filings)
    assert (named["verdict"], named["computed"]) == ("confirmed", 48_308e6)


@pytest.mark.parametrize(("filed", "word"), [([100], "unlikely"), ([100, 110, 90, 95], "possible"), (range(80, 121), "likely")])  # fmt: skip
def test_the_power_of_a_search_is_put_into_words(reference: Reference, filed: Iterable[int], word: str) -> None:
    definitions = [name for name in reference.definitions.index if reference.definitions["narrower_than"].isna()[name]]
    filings = [
        on_file("meta", number * 1_000, H1_2024, name) for number, name in zip(filed, definitions[1:], strict=False)
    ]
    filings.append(on_file("meta", 100_000, H1_2024, "cash_purchases"))
    claim = stated("c", 100 * BILLION, entity_id="meta", currency="USD", printed_step=BILLION)
    assert f"agreement by chance is {word}." in verdict(reference, claim, *filings)["explanation"]


def test_a_balance_of_a_quarter_is_the_one_at_its_end(reference: Reference) -> None:
    """Google Cloud's backlog at 2025-09-30 was 155 billion dollars; "in the third quarter" means that day."""
    backlog = {
        "entity_id": "alphabet", "metric_id": "remaining_performance_obligations", "definition_id": "google_cloud_backlog", "currency": "USD",
    }  # fmt: skip
    days = (("2025-06-30", 106_000), ("2025-09-30", 155_000))
    filings = [
        on_file("alphabet", millions, ("2025-07-01", "2025-09-30"), **backlog | {"definition": "google_cloud_backlog"})
        | {"period_start": pd.Timestamp(day), "period_end": pd.Timestamp(day)}
        for day, millions in days
    ]
    for number, found in ((155, "confirmed"), (106, "contradicted")):
        claim = stated("c", number * BILLION, ("2025-07-01", "2025-09-30"), printed_step=BILLION, **backlog)
        assert verdict(reference, claim, *filings)["verdict"] == found


@pytest.mark.parametrize(
    ("definition", "amount", "found", "used"),
    [
        ("press_claim", 34.9, "confirmed_under_definition", "stated_including_finance_leases"),
        ("press_claim_with_leases", 34.9, "confirmed", "stated_including_finance_leases"),
        ("press_claim_with_leases", 19.4, "different_definition", "cash_purchases"),
        ("press_claim_with_leases", 30.0, "contradicted", "stated_including_finance_leases"),
        ("press_claim_without_leases", 34.9, "different_definition", "stated_including_finance_leases"),
        ("press_claim_without_leases", 19.4, "confirmed", "cash_purchases"),
        ("press_claim_cash", 34.9, "different_definition", "stated_including_finance_leases"),
        ("press_claim_cash", 19.4, "confirmed", "cash_purchases"),
        ("press_claim_cash", 30.0, "contradicted", "cash_purchases"),
        ("press_claim_after_proceeds", 19.4, "different_definition", "cash_purchases"),
        ("press_claim_after_proceeds", 30.0, "not_checkable", "cash_purchases"),
    ],
)
def test_the_definitions_that_the_words_of_a_claim_name_decide_alone(
    reference: Reference, definition: str, amount: float, found: str, used: str
) -> None:
    """From July to September 2025 Microsoft paid 19.394 billion dollars for property and equipment and stated 34.9 billion with finance leases."""
    quarter = ("2025-07-01", "2025-09-30")
    filings = [
        on_file("microsoft", 19_394, quarter),
        on_file("microsoft", 34_900, quarter, "stated_including_finance_leases", printed_step=1e8),
    ]
    ends = ((amount - 0.05) * BILLION, (amount + 0.05) * BILLION)
    claim = stated("c", ends, quarter, entity_id="microsoft", currency="USD", definition_id=definition)
    judged = verdict(reference, claim, *filings)
    assert (judged["verdict"], judged["definitions_used"]) == (found, f"microsoft:{used}")


@pytest.mark.parametrize(
    ("definition", "number", "found", "shown"),
    [
        ("press_claim", (29 * BILLION, math.inf), "contradicted", 28_499e6),
        ("press_claim", (28 * BILLION, math.inf), "confirmed", 28_499e6),
        ("press_claim_with_leases", (29 * BILLION, math.inf), "confirmed", 30_038e6),
        ("press_claim_without_leases", (29 * BILLION, math.inf), "contradicted", 28_499e6),
        ("press_claim", (29.9 * BILLION, 30.1 * BILLION), "different_definition", 30_038e6),
    ],
)
def test_a_single_bound_is_compared_with_the_expected_definition_only(
    reference: Reference, definition: str, number: tuple[float, float], found: str, shown: float
) -> None:
    quarter = ("2026-06-01", "2026-08-31")
    about = {"entity_id": "oracle", "currency": "USD", "known_from": pd.Timestamp("2026-10-01")}
    filings = [on_file("oracle", 28_499, quarter), on_file("oracle", 30_038, quarter, "cash_and_lease_assets")]
    judged = verdict(reference, stated("c", number, quarter, definition_id=definition, **about), *filings)
    assert (judged["verdict"], judged["computed"]) == (found, shown)
    assert ("agrees on cash_and_lease_assets only" in judged["explanation"]) == (found == "contradicted")


@pytest.mark.parametrize(("day", "found"), [("2024-07-20", "said_before_outcome"), ("2024-08-01", "confirmed"), ("2024-09-01", "confirmed")])  # fmt: skip
def test_a_claim_that_is_older_than_the_first_report_of_its_amount_is_no_report_of_it(
    reference: Reference, day: str, found: str
) -> None:
    """A later filing that repeats the amount is not what counts; one that disagrees contradicts on any day."""
    announced = {"known_from_basis": "results_announcement"}
    filings = [
        yuan("alibaba", 30_000, known_from=pd.Timestamp("2024-08-01"), known_to=pd.Timestamp("2025-08-01"), is_latest=False, **announced),
        yuan("alibaba", 30_000, known_from=pd.Timestamp("2025-08-01"), **announced),
    ]  # fmt: skip
    judged = verdict(reference, stated("c", 30 * BILLION, known_from=pd.Timestamp(day)), *filings)
    assert judged["verdict"] == found
    assert ("(2024-08-01 at the earliest)" in judged["explanation"]) == (found != "confirmed")
    assert (
        verdict(reference, stated("c", 31 * BILLION, known_from=pd.Timestamp(day)), *filings)["verdict"]
        == "contradicted"
    )


@pytest.mark.parametrize(("day", "found"), [("2024-07-17", "said_before_outcome"), ("2024-07-18", "confirmed")])
def test_a_company_may_have_announced_its_results_two_weeks_before_it_filed_them(
    reference: Reference, day: str, found: str
) -> None:
    filing = yuan("alibaba", 30_000, known_from=pd.Timestamp("2024-08-01"), known_from_basis="document")
    judged = verdict(reference, stated("c", 30 * BILLION, known_from=pd.Timestamp(day)), filing)
    assert judged["verdict"] == found
