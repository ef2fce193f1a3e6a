"""Figures to observations: what several documents say together about one series, and what was known when."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from builders import Evidence, article, document, evidence_of, filed, row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capex_pipeline.normalise.observations import periods
from capex_pipeline.normalise.quarters import as_of
from capex_pipeline.reference import load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.validation import failures

pytestmark = pytest.mark.slow("computes observations from rows of its own in each test")

M = 1e6


def us(entity: str, period: str, value: str, **more: str) -> dict[str, str]:
    return row(entity=entity, period=period, value=value, unit="USD million", **more)


@pytest.fixture(scope="module")
def meta() -> Evidence:
    """Meta's year 2023 as four filings tell it: nine months and year as first filed, and each as presented anew a year later."""
    documents = [
        filed("10-Q 2023", "2023-10-26"), filed("10-K 2023", "2024-02-02"), filed("10-Q 2024", "2024-10-31"), filed("10-K 2024", "2025-01-30"),
    ]  # fmt: skip
    return evidence_of(
        documents,
        [
            us("meta", "9M 2023", "19,601", document="10-Q 2023", presentation="meta FY2023 filings"),
            us("meta", "CY2023", "27,266", document="10-K 2023", presentation="meta FY2023 filings"),
            us("meta", "9M 2023", "19,453", document="10-Q 2024", presentation="meta FY2024 filings"),
            us("meta", "CY2023", "27,045", document="10-K 2024", presentation="meta FY2024 filings"),
        ],
    )


def fourth_quarter(observations: pd.DataFrame) -> list[float]:
    rows = observations[(observations["calendar_quarter"] == "2023Q4") & observations["value"].notna()]
    return (rows["value"] / M).tolist()


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2024-01-31", []),
        ("2024-02-01", [7_665]),  # Meta announced its results on 1 February and filed the 10-K on the next day
        ("2024-02-02", [7_665]),
        ("2024-10-30", [7_665]),
        ("2024-12-31", [7_665]),
        ("2025-01-29", [7_665]),
        ("2025-01-30", [7_592]),
    ],
)
def test_a_fourth_quarter_never_mixes_presentations(meta: Evidence, day: str, value: list[float]) -> None:
    """The newest filing of each period would give 7,813 between October 2024 and January 2025."""
    assert fourth_quarter(as_of(meta.observations, day)) == value
    known = meta.observations
    assert 7_813 not in (known["value"] / M).tolist()


def test_a_derived_quarter_names_both_operands_and_the_day_of_the_later(meta: Evidence) -> None:
    rows = meta.observations[(meta.observations["calendar_quarter"] == "2023Q4") & meta.observations["value"].notna()]
    first = rows.sort_values("known_from").iloc[0]
    assert first["derived_from"] == (
        "10-K 2023#meta/capex/cash_purchases/2023-01-01/2023-12-31|10-Q 2023#meta/capex/cash_purchases/2023-01-01/2023-09-30"
    )
    assert (first["status"], first["bound"], first["document_id"]) == ("derived", "exact", "10-K 2023")
    assert first["document_known_from"] == pd.Timestamp("2024-02-02")
    assert (first["known_from"], first["known_from_basis"]) == (pd.Timestamp("2024-02-01"), "results_announcement")
    assert (first["period_start"], first["period_end"]) == (pd.Timestamp("2023-10-01"), pd.Timestamp("2023-12-31"))
    assert (first["fiscal_year"], first["fiscal_period"]) == (2023, "Q4")


def test_a_year_recast_to_a_later_definition_was_not_known_when_the_year_was_announced() -> None:
    """Microsoft recast Intelligent Cloud in August 2024: nobody knew 87,464 million for fiscal 2024 on the results day of 30 July 2024."""
    cloud = {"metric": "cloud_revenue", "segment": "Intelligent Cloud", "document": "10-K 2025"}
    known = evidence_of(
        [filed("10-K 2024", "2024-08-01"), filed("10-K 2025", "2025-07-30")],
        [
            us("microsoft", "FY2024", "87,464", definition="intelligent_cloud_recast_2024", **cloud),
            us("microsoft", "FY2024", "105,362", definition="intelligent_cloud_first_reported", **cloud | {"document": "10-K 2024"}),
        ],
    ).observations.set_index("definition_id")  # fmt: skip
    assert known.loc["intelligent_cloud_recast_2024", "known_from"] == pd.Timestamp("2025-07-30")
    assert known.loc["intelligent_cloud_first_reported", "known_from"] == pd.Timestamp("2024-07-30")


def test_vintages_are_numbered_and_follow_each_other(meta: Evidence) -> None:
    year = meta.observations[meta.observations["period_type"] == "year"].sort_values("vintage")
    assert (year["value"] / M).tolist() == [27_266, 27_045]
    assert year["vintage"].tolist() == [1, 2]
    assert year["is_latest"].tolist() == [False, True]
    assert year["known_to"].iloc[0] == year["known_from"].iloc[1] == pd.Timestamp("2025-01-30")
    assert pd.isna(year["known_to"].iloc[1])


def test_a_conflict_after_a_value_is_kept_with_its_reason_and_ends_no_value() -> None:
    """Amazon's depreciation of 2021: the year recast a year later, the nine months repeated unchanged. The first difference stays the latest."""
    documents = [
        filed("10-Q 2021", "2021-10-29"), filed("10-K 2021", "2022-02-04"), filed("10-Q 2022", "2022-10-28"), filed("10-K 2022", "2023-02-03"),
    ]  # fmt: skip
    known = evidence_of(
        documents,
        [
            us("amazon", "9M 2021", "24,494", document="10-Q 2021", presentation="amazon FY2021 filings"),
            us("amazon", "CY2021", "34,296", document="10-K 2021", presentation="amazon FY2021 filings"),
            us("amazon", "9M 2021", "24,494", document="10-Q 2022", presentation="amazon FY2022 filings"),
            us("amazon", "CY2021", "34,433", document="10-K 2022", presentation="amazon FY2022 filings"),
        ],
    ).observations  # fmt: skip
    quarter = known[known["calendar_quarter"] == "2021Q4"]
    assert (quarter.loc[quarter["is_latest"], "value"] / M).tolist() == [9_802]
    assert failures(known, TABLES["observations"]).empty


def test_a_document_that_repeats_a_value_is_no_new_vintage() -> None:
    known = evidence_of(
        [filed("first", "2024-05-14"), filed("again", "2024-08-15")],
        [
            row(document="first", period="Q1 2024", value="11,153"),
            row(document="again", period="Q1 2024", value="11,153"),
        ],
    ).observations
    assert known[["document_id", "vintage", "is_latest"]].to_numpy().tolist() == [["first", 1, True]]


@pytest.mark.parametrize(("rounded", "kept"), [("26.3", [26_272e6]), ("26.4", [26_400e6])])
def test_of_one_days_prints_the_fullest_counts_where_the_other_is_it_rounded(rounded: str, kept: list[float]) -> None:
    """Nvidia's release of the day says 26.3 billion, the 10-Q 26,272 million."""
    chips = {
        "entity": "nvidia",
        "metric": "data_center_revenue",
        "definition": "nvidia_data_center",
        "period": "FY2025 Q2",
    }
    known = evidence_of(
        [filed("a 10-Q", "2024-08-28"), filed("release", "2024-08-28")],
        [
            row(**chips, document="a 10-Q", value="26,272", unit="USD million"),
            row(**chips, document="release", value=rounded, unit="USD billion"),
        ],
    ).observations
    assert known["value"].tolist() == kept


def test_growth_joins_the_level_that_the_same_document_states() -> None:
    known = evidence_of(
        [filed("results", "2024-08-15")],
        [
            row(),
            row(measure="yoy_growth", value="75", unit="percent"),
            row(period="Q1 2024", measure="yoy_multiple", value="tripled", unit="times"),
        ],
    ).observations.set_index("calendar_quarter")
    level = known.loc["2024Q2"]
    assert (level["value"], level["yoy_pct_stated"], level["unit"]) == (12_094 * M, 75, "money")
    assert level["derived_from"].count("|") == 1
    alone = known.loc["2024Q1"]
    assert pd.isna(alone["value"]) and pd.isna(alone["currency"]) and alone["yoy_pct_stated"] == pytest.approx(200)


def test_a_fact_that_is_stated_again_in_another_currency_is_one_observation() -> None:
    known = evidence_of(
        [article("ft", "2024-08-26")],
        [
            row(id="F02", entity="alibaba_tencent_baidu", definition="mixed_press_aggregate", period="H1 2024", value="50", unit="billion yuan"),
            row(id="F03", entity="alibaba_tencent_baidu", definition="mixed_press_aggregate", period="H1 2024", value="7", unit="billion USD", same_fact_as="F02"),
        ],
    ).observations  # fmt: skip
    assert known[["currency", "value"]].to_numpy().tolist() == [["CNY", 50e9]]
    assert known["is_aggregate"].tolist() == [True]


def test_a_copy_of_a_story_makes_no_second_observation_and_another_claimant_does() -> None:
    known = evidence_of(
        [article("ft", "2024-08-26"), article("copy", "2024-08-27", origin="ft"), article("other", "2024-08-27")],
        [row(document=name, value="12", unit="billion yuan", claimant="Alibaba") for name in ("ft", "copy", "other")]
        + [row(document="other", value="13", unit="billion yuan", claimant="an analyst")],
    ).observations
    assert sorted(known["document_id"]) == ["ft", "other", "other"]
    assert known["is_latest"].all()


def test_a_newspapers_number_replaces_no_filed_one() -> None:
    known = evidence_of(
        [filed("results", "2024-08-15"), article("ft", "2024-08-26")],
        [row(document="results"), row(document="ft", value="12", unit="billion yuan")],
    ).observations
    assert known["is_latest"].tolist() == [True, True] and known["series"].nunique() == 2


def test_guidance_is_no_actual() -> None:
    known = evidence_of(
        [filed("outlook", "2024-02-01"), filed("results", "2025-02-01")],
        [
            us("meta", "CY2024", "35 to 40 billion", document="outlook", status="guidance") | {"unit": "USD"},
            us("meta", "CY2024", "37,256", document="results"),
        ],
    ).observations  # fmt: skip
    assert sorted(zip(known["status"], known["is_latest"], strict=True)) == [("guidance", True), ("reported", True)]
    outlook = known[known["status"] == "guidance"].iloc[0]
    assert (outlook["value_low"], outlook["value_high"]) == (35e9, 40e9) and pd.isna(outlook["value"])


def test_twelve_trailing_months_are_no_operand() -> None:
    known = evidence_of(
        [filed("10-Q", "2024-08-01")],
        [
            us("amazon", "2023-07-01/2024-06-30", "54,000", presentation="p"),
            us("amazon", "2023-07-01/2024-03-31", "40,000", presentation="p"),
        ],
    ).observations
    assert set(known["status"]) == {"reported"}


def test_a_day_is_a_stock_and_a_period_is_a_flow() -> None:
    known = evidence_of(
        [article("ft", "2024-08-26")],
        [
            row(
                entity="bytedance",
                metric="cash_pile",
                definition="as_printed",
                period="2024-08-26",
                value="more than 50",
                unit="billion USD",
            ),
            row(),
        ],
    ).observations.set_index("metric_id")
    assert known["is_stock"].to_dict() == {"cash_pile": True, "capex": False}
    assert known.at["cash_pile", "period_type"] == "other" and pd.isna(known.at["cash_pile", "calendar_quarter"])


def test_fiscal_names_are_the_companys_and_the_calendar_quarter_is_the_midpoints() -> None:
    known = evidence_of(
        [filed("results", "2024-08-28")],
        [
            row(),
            row(
                entity="nvidia",
                metric="data_center_revenue",
                definition="nvidia_data_center",
                period="FY2025 Q2",
                value="26,272",
                unit="USD million",
            ),
        ],
    ).observations.set_index("entity_id")
    assert known.loc["alibaba", ["calendar_quarter", "fiscal_year", "fiscal_period"]].tolist() == ["2024Q2", 2025, "Q1"]
    assert known.loc["nvidia", ["calendar_quarter", "fiscal_year", "fiscal_period"]].tolist() == ["2024Q2", 2025, "Q2"]


def test_ids_do_not_depend_on_what_else_is_known() -> None:
    alone = evidence_of([filed("results", "2024-08-15")], [row()]).observations["observation_id"].tolist()
    documents = [filed("results", "2024-08-15"), filed("earlier", "2024-05-14")]
    among = evidence_of(documents, [row(document="earlier", period="Q1 2024"), row(document="results")]).observations
    assert set(alone) < set(among["observation_id"])
    assert among["observation_id"].is_unique


def test_observations_and_periods_meet_their_contracts(meta: Evidence) -> None:
    assert failures(meta.observations, TABLES["observations"]).empty
    table = periods(meta.observations)
    assert failures(table, TABLES["periods"]).empty
    quarter = table[table["calendar_quarter"] == "2023Q4"].iloc[0]
    assert (quarter["period_id"], quarter["days"]) == ("meta/2023-10-01/2023-12-31", 92)


def test_each_company_has_each_of_its_periods_once_in_order() -> None:
    known = evidence_of(
        [filed("results", "2024-08-15")],
        [row(), us("meta", "Q2 2024", "8,173"), row(period="H1 2024", value="23,247"), row(period="Q1 2024", value="11,153"), row(definition="fcf_deduction", period="Q1 2024")],
    ).observations  # fmt: skip
    assert known.index.tolist() == list(range(5)) and known["observation_id"].str.len().eq(16).all()
    table = periods(known)
    assert table.index.tolist() == [0, 1, 2, 3]
    shown = ["period_id", "period_type", "calendar_quarter", "fiscal_year", "fiscal_period", "days"]
    assert table[shown].astype(object).fillna("-").to_numpy().tolist() == [
        ["alibaba/2024-01-01/2024-03-31", "quarter", "2024Q1", 2024, "Q4", 91],
        ["alibaba/2024-01-01/2024-06-30", "half_year", "-", "-", "-", 182],
        ["alibaba/2024-04-01/2024-06-30", "quarter", "2024Q2", 2025, "Q1", 91],
        ["meta/2024-04-01/2024-06-30", "quarter", "2024Q2", 2024, "Q2", 91],
    ]


def test_no_figures_are_no_observations() -> None:
    known = evidence_of([filed("results", "2024-08-15")], [row()])
    from capex_pipeline.normalise.observations import observations

    none = observations(known.figures.iloc[:0], known.documents, load(), {})
    assert none.empty and failures(none, TABLES["observations"]).empty
    assert periods(none).empty


def test_as_of_the_day_of_an_announcement_its_first_figures_are_known_and_later_ones_are_not() -> None:
    """Meta announced the first quarter of 2024 on 24 April (results_documents.yaml); the 10-Q came on the 25th."""
    from capex_pipeline.normalise.observations import known_by

    documents = [filed("10-Q", "2024-04-25"), filed("10-Q of the next year", "2025-04-30")]
    rows = [
        us("meta", "Q1 2024", "6,400", document="10-Q", presentation="as first reported"),
        us("meta", "Q1 2024", "6,500", document="10-Q of the next year", presentation="as recast"),
    ]
    figures = evidence_of(documents, rows).figures
    known = {
        day: (known_by(figures, dt.date.fromisoformat(day), load())["value"] / M).tolist()
        for day in ("2024-04-23", "2024-04-24", "2025-04-29", "2025-04-30")
    }
    assert known == {"2024-04-23": [], "2024-04-24": [6_400], "2025-04-29": [6_400], "2025-04-30": [6_400, 6_500]}


def test_a_copy_without_a_date_was_known_by_the_report_of_a_year_later() -> None:
    """CoreWeave's Form 10-Q of 15 May 2025 (results_documents.yaml) has January to March 2024 as its comparative; no report on record has 2023."""
    undated = document(
        document_id="tracker", kind="aggregator", source_type="third_party_copy", retrieved="2026-11-23", published=None
    )
    rows = [
        us("coreweave", "Q1 2024", "1,741.935", document="tracker"), us("coreweave", "Q1 2023", "900", document="tracker"),
        us("coreweave", "Q1 2025", "1,407.359", document="tracker"),
    ]  # fmt: skip
    known = evidence_of([undated], rows).observations.set_index("calendar_quarter")
    assert known["known_from"].to_dict() == {
        "2023Q1": pd.Timestamp("2026-11-23"), "2024Q1": pd.Timestamp("2025-05-15"), "2025Q1": pd.Timestamp("2025-05-15"),
    }  # fmt: skip
    assert known["known_from_basis"].to_dict() == {
        "2023Q1": "retrieved", "2024Q1": "comparative", "2025Q1": "results_announcement",
    }  # fmt: skip


DAYS = ["2024-04-25", "2024-07-25", "2024-10-31", "2025-01-30", "2025-04-30"]
COMPANIES = ["microsoft", "alphabet", "amazon", "meta", "oracle", "coreweave"]
ENDS = {
    "Q1 2024": "2024-03-31", "Q2 2024": "2024-06-30", "H1 2024": "2024-06-30", "9M 2024": "2024-09-30", "CY2024": "2024-12-31",
}  # fmt: skip
"""Last days: no document reports a period that is not over."""
facts = st.lists(
    st.tuples(
        st.sampled_from(DAYS), st.sampled_from(sorted(ENDS)), st.integers(20, 24), st.sampled_from("AB")
    ).filter(lambda fact: ENDS[fact[1]] <= fact[0]),
    max_size=6,
    unique_by=lambda fact: (fact[0], fact[1]),
)  # fmt: skip
_QUARTERS = {"Q": 1, "H": 2, "9": 3, "C": 4}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(COMPANIES, facts)), st.sampled_from([*DAYS, "2024-04-24", "2024-08-01"]))
def test_as_of_a_day_is_what_the_documents_of_that_day_say(
    known: dict[str, list[tuple[str, str, int, str]]], day: str
) -> None:
    """What is filed later changes nothing: looking back gives what a build on that day gave. Six companies at a time."""
    rows = [
        us(company, period, f"{value * _QUARTERS[period[0]]},000", document=when, presentation=f"{company} {basis}")
        for company, told in known.items()
        for when, period, value, basis in told
    ]
    documents = [filed(when, when) for when in DAYS]
    silent = dataclasses.replace(load(), results_documents=load().results_documents.iloc[:0])
    later = as_of(evidence_of(documents, rows, silent).observations, day)
    assert (later["known_from"] <= pd.Timestamp(day)).all()
    assert not later.duplicated(["series", "period_start", "period_end"]).any()
    then = evidence_of(documents, [one for one in rows if one["document"] <= day], silent).observations
    then = then[then["is_latest"]]
    columns = [
        "series",
        "period_start",
        "period_end",
        "value",
        "status",
        "known_from",
        "derived_from",
        "observation_id",
    ]
    pd.testing.assert_frame_equal(
        later[columns].sort_values(columns[:3], ignore_index=True),
        then[columns].sort_values(columns[:3], ignore_index=True),
    )


def test_only_quarters_have_a_calendar_quarter() -> None:
    """Alibaba's fiscal year ends in March: its fourth quarter of fiscal 2025 lies in 2025. Half-years, years and balances have their dates."""
    rows = [
        row(period="FY2025 Q4", value="24,612"), row(period="FY2025", value="85,972"), row(period="H1 2024", value="23,247"),
        row(metric="property_and_equipment", definition="property_and_equipment_net", period="2024-03-31", value="5,000"),
    ]  # fmt: skip
    known = evidence_of([filed("example", "2025-06-26")], rows).observations
    assert known.set_index("value")["calendar_quarter"].dropna().to_dict() == {24_612e6: "2025Q1"}
