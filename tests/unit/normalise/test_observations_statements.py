"""Statements before they are put in order: growth joins its own level, figures of one filing add up, and what gives no quarter."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import article, evidence_of, filed, row

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

M = 1e6
CHIPS = {
    "entity": "nvidia", "metric": "gpu_units", "definition": "analyst_statement", "supplier": "nvidia", "product": "h20",
    "customer": "bytedance", "flow": "shipped", "period": "CY2024", "status": "estimate",
}  # fmt: skip


def us(entity: str, period: str, value: str, **more: str) -> dict[str, str]:
    return row(entity=entity, period=period, value=value, unit="USD million", **more)


def grown(level: dict[str, str], per_cent: int) -> list[dict[str, str]]:
    """A level and its growth, the growth first."""
    return [
        level
        | {
            "measure": "yoy_growth",
            "value": str(per_cent),
            "unit": "percent",
            "status": level.get("status", "reported"),
        },
        level,
    ]


def stated_growth(known: pd.DataFrame) -> list[float]:
    """Growth that stands beside a level, by the level's number."""
    return known[known["value"].notna()].sort_values("value")["yoy_pct_stated"].tolist()


def test_growth_of_one_fact_joins_no_other() -> None:
    """Each pair differs from the first in one thing that a fact is known by; a level is 1, 2, 3 ... and its growth ten times that."""
    differing: list[dict[str, str]] = [
        {}, {"entity": "meta"}, {"metric": "revenue"}, {"definition": "accrual_additions"},
        {"period": "Q1 2024"}, {"period": "H1 2024"}, {"document": "later"},
    ]  # fmt: skip
    levels = [
        us("amazon", "Q2 2024", f"{number * 1000}", document="first") | change
        for number, change in enumerate(differing, start=1)
    ]
    rows = [one for number, level in enumerate(levels, start=1) for one in grown(level, 10 * number)]
    known = evidence_of([filed("first", "2024-08-01"), filed("later", "2024-08-02")], rows).observations
    known = known[known["status"] == "reported"]
    assert stated_growth(known) == [10, 20, 30, 40, 50, 60, 70]
    assert len(known) == len(levels)


def test_growth_of_some_chips_joins_no_others() -> None:
    differing: list[dict[str, str]] = [
        {}, {"supplier": "huawei", "entity": "nvidia", "product": ""}, {"supplier": "nvidia", "product": ""}, {"product": "h100"},
        {"customer": "tencent"}, {"flow": "purchased"},
    ]  # fmt: skip
    levels = [
        {name: text for name, text in (CHIPS | change).items() if text}
        | {"value": f"{number}", "unit": "thousand units"}
        for number, change in enumerate(differing, start=1)
    ]
    rows = [one for number, level in enumerate(levels, start=1) for one in grown(level, 10 * number)]
    known = evidence_of([article("ft", "2024-08-26")], rows).observations
    assert stated_growth(known) == [10, 20, 30, 40, 50, 60]
    assert known["series"].nunique() == len(levels)


def test_growth_with_a_bound_is_its_number() -> None:
    values = {"alibaba": "more than 75", "baidu": "nearly 75", "tencent": "about 75", "huawei": "75"}
    rows = [
        one
        for company, value in values.items()
        for one in (row(entity=company), row(entity=company, measure="yoy_growth", value=value, unit="percent"))
    ]
    known = evidence_of([filed("results", "2024-08-15")], rows).observations
    assert known.set_index("entity_id")["yoy_pct_stated"].to_dict() == dict.fromkeys(values, 75)


def test_of_two_that_state_growth_of_one_level_the_first_joins_and_the_other_stands_alone() -> None:
    said = {"measure": "yoy_growth", "unit": "percent"}
    known = evidence_of(
        [article("ft", "2024-08-26")],
        [
            row(claimant="Alibaba"),
            row(**said, value="75", claimant="Alibaba"),
            row(**said, value="80", claimant="an analyst"),
        ],
    ).observations
    assert sorted(known["yoy_pct_stated"]) == [75, 80]
    assert known["value"].notna().sum() == 1
    assert stated_growth(known) == [75]
    alone = known[known["value"].isna()].iloc[0]
    assert alone["derived_from"].count("|") == 0 and pd.isna(alone["printed_step"])
    assert pd.isna(alone["value_low"]) and pd.isna(alone["value_high"])


def test_a_share_or_a_multiple_alone_is_no_amount() -> None:
    known = evidence_of(
        [filed("results", "2024-08-15")],
        [row(), row(period="Q1 2024", measure="yoy_multiple", value="2.5", unit="times")],
    ).observations.set_index("calendar_quarter")
    assert known.at["2024Q1", "yoy_pct_stated"] == 150
    assert pd.isna(known.at["2024Q2", "yoy_pct_stated"])
    assert known.at["2024Q2", "derived_from"].count("|") == 0


def test_purchases_and_lease_principal_of_one_filing_add_up_and_other_documents_add_nothing() -> None:
    """Meta's headline of 2024: 37,256 million bought and 1,969 million of principal repaid are 39,225 million."""
    lease = {"metric": "finance_lease_principal", "definition": "finance_lease_principal"}
    known = evidence_of(
        [filed("10-K", "2025-01-30"), filed("10-Q", "2024-10-31"), article("ft", "2025-02-01")],
        [
            us("meta", "CY2024", "37,256", document="10-K"),
            us("meta", "CY2024", "1,969", document="10-K", **lease),
            us("meta", "9M 2024", "22,831", document="10-Q"),
            us("meta", "Q1 2024", "6,400", document="ft"),
            us("meta", "Q1 2024", "315", document="ft", **lease),
            us("meta", "Q2 2024", "more than 8,173", document="10-Q"),
            us("meta", "Q2 2024", "299", document="10-Q", **lease),
        ],
    ).observations
    (added,) = known[known["definition_id"] == "cash_and_lease_principal"].to_dict("records")
    assert (added["value_low"], added["value"], added["value_high"]) == (39_225 * M, 39_225 * M, 39_225 * M)
    assert (added["unit"], added["currency"], added["bound"], added["status"]) == ("money", "USD", "exact", "derived")
    assert (added["source_type"], added["document_id"], added["review_state"]) == ("filing", "10-K", "reviewed")
    assert added["locator"] == "sum of figures of the filing"
    assert not added["is_stock"] and added["derived_from"].count("|") == 1
    assert pd.isna(added["conflict_reason"])


def test_only_reviewed_actual_money_flows_of_filings_give_quarters() -> None:
    """A half of 23,247 less a first quarter of 11,153 would be 12,094, as it is where nothing is changed."""
    changes: dict[str, dict[str, str]] = {
        "alibaba": {}, "baidu": {"document": "ft"}, "tencent": {"status": "guidance"}, "huawei": {"status": "forecast"},
        "meta": {"value": "more than 23,247"}, "oracle": {"review_state": "machine"},
    }  # fmt: skip
    rows = [
        one
        for company, changed in changes.items()
        for one in (
            row(entity=company, period="H1 2024", value="23,247", presentation=company) | changed,
            row(entity=company, period="Q1 2024", value="11,153", presentation=company),
        )
    ]
    known = evidence_of([filed("results", "2024-08-15"), article("ft", "2024-08-26")], rows).observations
    assert set(known["entity_id"]) == set(changes)
    assert known.loc[known["calendar_quarter"] == "2024Q2", "entity_id"].tolist() == ["alibaba"]


def test_a_difference_that_no_quarter_can_be_is_a_conflict() -> None:
    cases = {
        "alibaba": ("23,247", "23,248", "-1,000,000"),  # less in six months than in three
        "baidu": ("23,247", "23,240", "7,000,000"),  # a million dollars
        "tencent": ("23,247", "23,247", "0"),
        "huawei": ("2,400,000", "10", "2,390,000,000,000"),  # 10 billion less
    }
    rows = [
        one
        for company, (half, quarter, _) in cases.items()
        for one in (
            row(entity=company, period="H1 2024", value=half, presentation=company),
            row(entity=company, period="Q1 2024", value=quarter, presentation=company, unit=f"RMB {'billion' if quarter == '10' else 'million'}"),
        )
    ]  # fmt: skip
    known = evidence_of([filed("results", "2024-08-15")], rows).observations
    derived = known[known["calendar_quarter"] == "2024Q2"].set_index("entity_id")
    assert derived[["value", "value_low", "value_high"]].isna().all(axis=None)
    assert derived["conflict_reason"].to_dict() == {
        company: f"The figures give {difference}, which no quarter can be; one of them has a wrong scale or sign."
        for company, (*_, difference) in cases.items()
    }


def test_a_derived_quarter_has_all_that_its_operands_share() -> None:
    known = evidence_of(
        [filed("results", "2024-08-15")],
        [
            row(period="H1 2024", value="23,247", presentation="p"),
            row(period="Q1 2024", value="11,153", presentation="p"),
        ],
    ).observations
    (quarter,) = known[known["calendar_quarter"] == "2024Q2"].to_dict("records")
    assert (quarter["value_low"], quarter["value"], quarter["value_high"]) == (12_094 * M, 12_094 * M, 12_094 * M)
    shared = [
        "entity_id",
        "metric_id",
        "definition_id",
        "unit",
        "currency",
        "source_type",
        "review_state",
        "status",
        "bound",
    ]
    assert [quarter[name] for name in shared] == [
        "alibaba", "capex", "cash_purchases", "money", "CNY", "filing", "reviewed", "derived", "exact",
    ]  # fmt: skip
    assert quarter["locator"] == "derived: difference"
    assert not quarter["is_stock"] and pd.isna(quarter["note"]) and pd.isna(quarter["conflict_reason"])


def test_a_difference_that_disagrees_with_the_printed_quarter_is_kept_with_a_note() -> None:
    """Alphabet's third quarter of 2016: 2,554 million as printed, 7,083 less 4,500 as a difference."""
    known = evidence_of(
        [filed("release", "2016-10-27"), filed("10-Q", "2016-11-03")],
        [
            us("alphabet", "H1 2016", "4,500", document="10-Q", presentation="p"),
            us("alphabet", "9M 2016", "7,083", document="10-Q", presentation="p"),
            us("alphabet", "Q3 2016", "2,554", document="release", presentation="other"),
        ],
    ).observations
    third = known[known["calendar_quarter"] == "2016Q3"]
    assert sorted(third["value"] / M) == [2_554, 2_583]


@pytest.mark.parametrize("states_the_same", [False, True], ids=["another number", "the same number"])
def test_a_newer_statement_takes_the_place_of_an_older_one_whichever_of_its_numbers_changed(
    states_the_same: bool,
) -> None:
    cases = {
        "alibaba": ("more than 12,000", "12,094"),  # a number in the place of a bound
        "baidu": ("12,094", "more than 12,100"),
        "tencent": ("12,000 to 13,000", "12,100 to 13,000"),  # one end of a range
        "huawei": ("12,000 to 13,000", "12,000 to 12,900"),
        "meta": ("more than 12,000", "more than 12,050"),
        "oracle": ("up to 13,000", "up to 12,950"),
    }
    rows = [
        row(entity=company, document=document, value=value)
        for company, (first, then) in cases.items()
        for document, value in (("first", first), ("then", first if states_the_same else then))
    ]
    known = evidence_of([filed("first", "2024-08-15"), filed("then", "2024-11-15")], rows).observations
    assert len(known[["series", "period_start", "period_end"]].drop_duplicates()) == len(cases)
    vintages = known.groupby("entity_id")[["document_id", "vintage"]].apply(lambda rows: rows.to_numpy().tolist())
    expected = [["first", 1]] if states_the_same else [["first", 1], ["then", 2]]
    assert vintages.to_dict() == dict.fromkeys(cases, expected)


def test_what_a_later_filing_prints_takes_the_place_of_a_sum_of_an_earlier_one() -> None:
    rows = [
        us("meta", "CY2024", "37,256", document="release"),
        us("meta", "CY2024", "1,969", document="release", metric="finance_lease_principal", definition="finance_lease_principal"),
        us("meta", "CY2024", "39,230", document="10-K", definition="cash_and_lease_principal"),
    ]  # fmt: skip
    known = evidence_of([filed("release", "2025-01-29"), filed("10-K", "2025-01-30")], rows).observations
    total = known[known["definition_id"] == "cash_and_lease_principal"].sort_values("vintage")
    assert (total["value"] / M).tolist() == [39_225, 39_230]
    assert total[["status", "vintage", "is_latest"]].to_numpy().tolist() == [
        ["derived", 1, False],
        ["reported", 2, True],
    ]


def test_one_amount_in_two_currencies_is_two_series() -> None:
    """A filer prints dollars for the reader's convenience beside its yuan; neither replaces the other."""
    rows = [row(document="results"), row(document="20-F", value="1,664", unit="USD million")]
    known = evidence_of([filed("results", "2024-08-15"), filed("20-F", "2024-11-15")], rows).observations
    assert known[["currency", "vintage"]].sort_values("currency").to_numpy().tolist() == [["CNY", 1], ["USD", 1]]
    assert known["is_latest"].all()


def test_a_level_with_its_growth_is_reviewed_where_both_are() -> None:
    cases = {
        "alibaba": ("reviewed", "machine", "machine"), "baidu": ("machine", "reviewed", "machine"), "tencent": ("reviewed", "reviewed", "reviewed"),
    }  # fmt: skip
    rows = [
        one
        for company, (level, growth, _) in cases.items()
        for one in (
            row(entity=company, review_state=level),
            row(entity=company, measure="yoy_growth", value="75", unit="percent", review_state=growth),
        )
    ]
    known = evidence_of([filed("results", "2024-08-15")], rows).observations.set_index("entity_id")
    assert known[["value", "yoy_pct_stated", "review_state"]].T.to_dict("list") == {
        company: [12_094 * M, 75, together] for company, (*_, together) in cases.items()
    }


def test_a_balance_is_a_stock_whatever_the_period_and_any_amount_of_a_day_is() -> None:
    """A balance that a document dates by its quarter is converted at the closing rate all the same."""
    cash = {"entity": "bytedance", "metric": "cash_pile", "definition": "as_printed", "unit": "billion USD"}
    rows = [
        row(**cash, period="Q2 2024", value="50"),
        row(**cash, period="2024-08-26", value="51"),
        row(period="2024-08-26"),
        row(),
    ]
    known = evidence_of([article("ft", "2024-08-26")], rows).observations
    by_days = known.assign(is_day=known["period_start"] == known["period_end"]).set_index(["metric_id", "is_day"])
    assert by_days["is_stock"].to_dict() == {
        ("cash_pile", False): True, ("cash_pile", True): True, ("capex", True): True, ("capex", False): False,
    }  # fmt: skip


@pytest.mark.parametrize("release", ["a release", "the release"])
def test_a_rounded_print_goes_and_takes_no_derived_quarter_with_it(release: str) -> None:
    """The release of the day says 11.2 billion, the filing 11,153 million; half a year less that is the second quarter."""
    rows = [
        row(document="filing", period="Q1 2024", value="11,153", presentation="p"),
        row(document="filing", period="H1 2024", value="23,247", presentation="p"),
        row(document=release, period="Q1 2024", value="11.2", unit="RMB billion"),
    ]
    known = evidence_of([filed(release, "2024-08-15"), filed("filing", "2024-08-15")], rows).observations
    assert sorted(known["value"] / M) == [11_153, 12_094, 23_247]


def test_a_copy_beside_the_companys_own_document_supersedes_nothing() -> None:
    documents = [filed("own", "2024-08-01"), filed("tracker", "2024-11-01") | {"source_type": "third_party_copy"}]
    rows = [
        us("amazon", "Q2 2024", "17,620", document="own"),
        us("amazon", "Q2 2024", "17,600", document="tracker"),
        us("amazon", "Q3 2024", "22,620", document="tracker"),
    ]
    known = evidence_of(documents, rows).observations
    second = known[known["calendar_quarter"] == "2024Q2"]
    assert second.set_index("document_id")["is_latest"].to_dict() == {"own": True, "tracker": True}
    assert second["series"].nunique() == 2, "the copy is a witness in a series of its own"
    third = known[known["calendar_quarter"] == "2024Q3"].iloc[0]
    assert third["series"] == second.set_index("document_id").loc["own", "series"], (
        "alone, a copy stands in for the company"
    )


def test_a_copy_with_fewer_digits_never_takes_the_place_of_one_with_more() -> None:
    """A table of releases repeats 12,094 million; a later report on the quarter prints 12.1 billion."""
    documents = [
        filed("table", "2024-08-20", source_type="third_party_copy"),
        filed("report", "2024-09-01", source_type="third_party_copy"),
    ]
    rows = [row(document="table", value="12,094"), row(document="report", value="12.1", unit="billion yuan")]
    known = evidence_of(documents, rows).observations.set_index("document_id")
    assert known["series"].str.endswith("/filing").to_dict() == {"table": True, "report": False}
    assert known["vintage"].to_dict() == {"table": 1, "report": 1}
