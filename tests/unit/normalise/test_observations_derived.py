"""What becomes of statements once they are together: quarters that follow from them, the fullest print of a day, and vintages."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

M = 1e6
LEASE = {
    "entity": "meta",
    "metric": "finance_lease_principal",
    "definition": "finance_lease_principal",
    "unit": "USD million",
}
CASH = {"entity": "meta", "unit": "USD million"}
RESULTS = [filed("results", "2024-08-15")]


def known_of(*rows: dict[str, str], documents: list[dict[str, Any]] = RESULTS) -> pd.DataFrame:
    return evidence_of(documents, list(rows)).observations


def second_quarter(known: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = known[known["calendar_quarter"] == "2024Q2"].to_dict("records")
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {"document": "ft"}, {"status": "guidance"}, {"status": "forecast"}, {"review_state": "machine"},
        {"entity": "bytedance", "metric": "cash_pile", "definition": "as_printed", "unit": "billion USD"},
        {"entity": "nvidia", "metric": "gpu_units", "definition": "analyst_statement", "supplier": "nvidia", "flow": "shipped", "unit": "units"},
    ],
)  # fmt: skip
def test_two_statements_of_another_kind_give_no_quarter_though_they_are_of_one_series(changed: dict[str, str]) -> None:
    """Half a year less its first quarter, both from an article, both outlooks, both read by a machine, balances, pieces."""
    rows = [row(period=period, value=value) | changed for period, value in (("H1 2024", "600"), ("Q1 2024", "200"))]
    known = known_of(*rows, documents=[*RESULTS, article("ft", "2024-08-26")])
    assert known["series"].nunique() == 1 and len(known) == 2


def test_sums_of_halves_and_of_quarters_give_a_quarter_too() -> None:
    """Meta's second quarter of 2024: 14,573 less 6,400 bought and 614 less 315 repaid are 8,472 million together."""
    known = known_of(
        *(row(**CASH, period=period, value=value, presentation="p") for period, value in (("H1 2024", "14,573"), ("Q1 2024", "6,400"))),
        *(row(**LEASE, period=period, value=value, presentation="p") for period, value in (("H1 2024", "614"), ("Q1 2024", "315"))),
    )  # fmt: skip
    found = {one["definition_id"]: one for one in second_quarter(known)}
    assert {name: one["value"] / M for name, one in found.items()} == {
        "cash_purchases": 8_173, "finance_lease_principal": 299, "cash_and_lease_principal": 8_472,
    }  # fmt: skip
    assert {one["locator"] for one in found.values()} == {"derived: difference"}
    sums = known[(known["definition_id"] == "cash_and_lease_principal") & (known["calendar_quarter"] != "2024Q2")]
    assert sorted(sums["value"] / M) == [6_715, 15_187]


@pytest.mark.parametrize(("proceeds", "net"), [("15", None), ("10", 10.0)])
def test_a_sum_that_no_quarter_can_be_is_a_conflict_as_a_difference_is(proceeds: str, net: float | None) -> None:
    """Twenty million bought less fifteen of incentives would be five million, half of the least that a company spends."""
    amazon = {"entity": "amazon", "period": "Q2 2024", "unit": "USD million"}
    incentives = {"metric": "incentive_proceeds", "definition": "amazon_incentive_proceeds"}
    known = known_of(row(**amazon, value="20"), row(**amazon, value=proceeds, **incentives))
    (found,) = known[known["definition_id"] == "cash_net_of_incentives"].to_dict("records")
    if net is None:
        assert pd.isna(found["value"])
        assert found["conflict_reason"].startswith("The figures give 5,000,000, which no quarter can be")
    else:
        assert found["value"] == net * M and pd.isna(found["conflict_reason"])


def test_a_derived_quarter_says_whose_it_is_and_of_what() -> None:
    cloud = {
        "metric": "cloud_revenue", "definition": "alibaba_cloud_segment", "segment": "Cloud", "claimant": "Alibaba", "presentation": "p",
    }  # fmt: skip
    rows = (row(**cloud, period="H1 2024", value="52,144"), row(**cloud, period="Q1 2024", value="25,595"))
    (quarter,) = second_quarter(known_of(*rows))
    assert (quarter["value"], quarter["segment"], quarter["claimant"]) == (26_549 * M, "Cloud", "Alibaba")


@pytest.mark.parametrize(("first", "then"), [("Joe Tsai", "Toby Xu"), ("Toby Xu", "Joe Tsai")])
def test_of_several_who_state_the_figures_of_a_quarter_the_first_says_it(first: str, then: str) -> None:
    rows = (
        row(period="H1 2024", value="23,247", claimant=first, presentation="p"),
        row(period="Q1 2024", value="11,153", claimant=then, presentation="p"),
    )
    (quarter,) = second_quarter(known_of(*rows))
    assert (quarter["value"], quarter["claimant"]) == (12_094 * M, first)


def test_growth_beside_a_bound_is_no_vintage_of_its_own() -> None:
    """The bound is the statement; that the growth beside it was stated otherwise later changes nothing in it."""
    documents = [filed("first", "2024-08-15"), filed("then", "2024-11-15")]
    rows = [
        row(document=document, **said)
        for document, growth in (("first", "70"), ("then", "75"))
        for said in ({"value": "more than 12,000"}, {"measure": "yoy_growth", "value": growth, "unit": "percent"})
    ]
    (known,) = known_of(*rows, documents=documents).to_dict("records")
    assert (known["value_low"], known["yoy_pct_stated"], known["document_id"]) == (12_000 * M, 70, "first")


def test_observations_are_in_the_order_of_their_table() -> None:
    """By metric, then by company and day; a series is named by its company first."""
    cloud = {"metric": "cloud_revenue", "definition": "alibaba_cloud_segment"}
    tencent = (row(entity="tencent"), row(entity="tencent", period="Q1 2024"))
    known = known_of(row(**cloud), *tencent, row(entity="baidu"))
    assert known[["metric_id", "entity_id"]].to_numpy().tolist() == [
        ["capex", "baidu"], ["capex", "tencent"], ["capex", "tencent"], ["cloud_revenue", "alibaba"],
    ]  # fmt: skip
    assert known.loc[1:2, "calendar_quarter"].tolist() == ["2024Q1", "2024Q2"]


def test_a_difference_that_is_not_the_printed_quarter_has_a_note() -> None:
    """Alphabet's third quarter of 2016: 7,083 less 4,500 million, and 2,554 as one presentation prints it a month later."""
    alphabet = {"entity": "alphabet", "unit": "USD million", "presentation": "p"}
    known = known_of(
        row(**alphabet, period="Q3 2016", value="2,554", document="later"),
        row(**alphabet, period="9M 2016", value="7,083", document="10-Q"),
        row(**alphabet, period="H1 2016", value="4,500", document="10-Q"),
        documents=[filed("10-Q", "2016-11-03"), filed("later", "2016-12-03")],
    )
    third = known[known["calendar_quarter"] == "2016Q3"].sort_values("vintage")
    assert (third["value"] / M).tolist() == [2_583, 2_554]
    assert third["note"].tolist() == [
        "Differs from the quarter as printed; both are kept.",
        "This amount differs from 10-Q, which gives 2,583,000,000.",
    ]


@pytest.mark.parametrize(
    ("half", "quarter", "value"), [("315", "315", 0.0), ("316", "315", 1 * M), ("315", "316", None)]
)
def test_a_quarter_of_nothing_is_one_where_nothing_is_plausible_and_less_than_nothing_is_none(
    half: str, quarter: str, value: float | None
) -> None:
    """Of lease principal a company may repay none in a quarter."""
    rows = (
        row(**LEASE, period=period, value=one, presentation="p")
        for period, one in (("H1 2024", half), ("Q1 2024", quarter))
    )
    (found,) = second_quarter(known_of(*rows))  # fmt: skip
    if value is None:
        assert pd.isna(found["value"])
        assert found["conflict_reason"].startswith("The figures give -1,000,000, which no quarter can be")
    else:
        assert found["value"] == value and pd.isna(found["conflict_reason"])


def printed_on_a_day(prints: dict[str, tuple[str, ...]]) -> dict[str, list[float]]:
    """Millions that are left, by company, of prints in documents a, b, c of one day; a print below 100 is in billions."""
    rows = [
        row(entity=company, document=name, value=value, unit=f"RMB {'billion' if len(value) < 5 else 'million'}")
        for company, values in prints.items()
        for name, value in zip("abc", values, strict=False)
    ]
    known = known_of(*rows, documents=[filed(name, "2024-08-28") for name in "abc"])
    return (known["value"] / M).groupby(known["entity_id"]).apply(list).to_dict()


def test_a_print_is_another_rounded_where_they_are_half_a_step_apart_at_most() -> None:
    """12.2 billion may stand for 12,150 to 12,250 million. Of prints of one day that differ the last document's counts."""
    left = {
        "alibaba": ("12,150", 12_150), "baidu": ("12,149", 12_200), "tencent": ("12,250", 12_250), "huawei": ("12,249", 12_249),
        "oracle": ("12,251", 12_200),
    }  # fmt: skip
    found = printed_on_a_day({company: (full, "12.2") for company, (full, _) in left.items()})
    assert found == {company: [value] for company, (_, value) in left.items()}


def test_the_fullest_print_of_a_day_is_an_amount_not_a_bound_and_prints_of_one_step_leave_each_other_alone() -> None:
    prints = {
        "alibaba": ("more than 12,000", "12,094", "12.1"),
        "baidu": ("12.1", "12,094", "12.1"),
        "tencent": ("12.1", "12.1"),
        "huawei": ("12,094", "12,095"),
    }
    assert printed_on_a_day(prints) == {
        "alibaba": [12_094], "baidu": [12_094], "tencent": [12_100], "huawei": [12_095],
    }  # fmt: skip


def test_a_rounded_print_of_an_earlier_day_was_what_was_known_then() -> None:
    known = known_of(
        row(document="release", value="12.1", unit="RMB billion"), row(document="report", value="12,094"),
        documents=[filed("release", "2024-08-15"), filed("report", "2024-08-28")],
    ).sort_values("vintage")  # fmt: skip
    assert (known["value"] / M).tolist() == [12_100, 12_094]
    assert known["is_latest"].tolist() == [False, True]


@pytest.mark.parametrize(
    "apart", [{"period": "H1 2024"}, {"period": "2024-03-01/2024-06-30"}, {"period": "2024-04-01/2024-07-31"}, {"entity": "amazon"}]
)  # fmt: skip
def test_a_print_in_billions_is_no_rounded_number_of_another_period_or_company(apart: dict[str, str]) -> None:
    """300 million in the second quarter, and 315 in a period that only begins or only ends with it, or of somebody else."""
    rows = (
        row(**LEASE | {"unit": "USD billion"}, period="Q2 2024", value="0.3"),
        row(**{**LEASE, "period": "Q2 2024"} | apart, value="315"),
    )
    known = known_of(*rows)  # fmt: skip
    assert sorted(known.loc[known["status"] == "reported", "value"] / M) == [300, 315]


def test_a_level_that_is_repeated_with_its_growth_is_no_news_and_growth_alone_that_changes_is() -> None:
    documents = [filed("first", "2024-08-15"), filed("then", "2024-11-15")]
    growth = {"measure": "yoy_growth", "unit": "percent"}
    known = known_of(
        row(document="first"), row(document="then"), row(document="then", **growth, value="75"),
        row(document="first", **growth, value="220", period="Q1 2024"), row(document="then", **growth, value="221", period="Q1 2024"),
        row(document="first", **growth, value="20", period="Q4 2023"), row(document="then", **growth, value="20", period="Q4 2023"),
        documents=documents,
    )  # fmt: skip
    found = known.sort_values(["period_start", "vintage"])
    assert found[["calendar_quarter", "document_id", "vintage"]].to_numpy().tolist() == [
        ["2023Q4", "first", 1], ["2024Q1", "first", 1], ["2024Q1", "then", 2], ["2024Q2", "first", 1],
    ]  # fmt: skip
    assert found["yoy_pct_stated"].fillna(0).tolist() == [20, 220, 221, 0]


def test_another_reason_why_a_quarter_has_no_number_is_news() -> None:
    """Three months of more than half a year, in the filings of two years: each says by how much."""
    rows = [
        row(period=period, value=value, document=document, presentation=document)
        for document, period, value in (
            ("first", "H1 2024", "23,247"), ("first", "Q1 2024", "23,248"), ("then", "H1 2024", "23,247"), ("then", "Q1 2024", "23,249"),
        )
    ]  # fmt: skip
    known = known_of(*rows, documents=[filed("first", "2024-08-15"), filed("then", "2025-08-15")])
    quarter = known[known["calendar_quarter"] == "2024Q2"].sort_values("vintage")
    assert quarter["conflict_reason"].str.extract(r"give (\S+),")[0].tolist() == ["-1,000,000", "-2,000,000"]
    assert quarter["vintage"].tolist() == [1, 2] and quarter["value"].isna().all()


def test_a_derived_quarter_has_the_weakest_class_of_evidence_of_its_operands() -> None:
    """Half a year of one class of evidence less its first quarter of another."""
    classes = {
        "alibaba": ("filing", "filing", "filing"), "baidu": ("company_release", "filing", "company_release"),
        "tencent": ("filing", "third_party_copy", "third_party_copy"), "huawei": ("third_party_copy", "company_release", "third_party_copy"),
    }  # fmt: skip
    documents, rows = [], []
    for company, (of_the_half, of_the_quarter, _) in classes.items():
        for period, value, day, source_type in (
            ("Q1 2024", "200", "2024-05-15", of_the_quarter), ("H1 2024", "600", "2024-08-15", of_the_half),
        ):  # fmt: skip
            name = f"{company} {period}"
            documents.append(filed(name, day, source_type=source_type))
            rows.append(row(entity=company, document=name, period=period, value=value, presentation=company))
    derived = {one["entity_id"]: one for one in second_quarter(known_of(*rows, documents=documents))}
    assert {company: (one["value"] / M, one["source_type"]) for company, one in derived.items()} == {
        company: (400, weakest) for company, (*_, weakest) in classes.items()
    }


def test_a_derived_quarter_of_a_series_that_begins_with_a_copy_is_a_filing_where_its_operands_are() -> None:
    documents = [filed("copy", "2024-02-15", source_type="third_party_copy"), *RESULTS]
    rows = [
        row(document="copy", period="Q4 2023", value="150"),
        row(document="results", period="H1 2024", value="600"),
        row(document="results", period="Q1 2024", value="200"),
    ]
    (derived,) = second_quarter(known_of(*rows, documents=documents))
    assert derived["source_type"] == "filing"
