"""The language of news and releases: one rule of the binder each, on sentences written for these tests."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind

Read = tuple[str, str, str, str, str]


def read(text: str, published: str = "2025-07-30") -> list[Read]:
    """The words, entity, metric, measure and first day of each figure."""
    found = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published))
    return [
        (figure.mention.text, figure.entity, figure.metric, figure.measure, figure.start.isoformat())
        for figure in found.figures
    ]


def left(text: str, words: str, published: str = "2025-07-30") -> str:
    """The reason why a quantity is in no figure; empty if it is in one."""
    found = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published))
    return next(outcome.reason for outcome in found.outcomes if outcome.mention.text == words)


Q2, Q2_BEFORE, Q1 = "2025-04-01", "2024-04-01", "2025-01-01"
CAPEX = ("capex", "level")


# --- parts, sums and changes ---


@pytest.mark.parametrize(
    "text",
    [
        "ByteDance's capex will be 90bn yuan in 2026, over half of this amount, 50bn yuan, for chips.",
        "ByteDance's capex will be 90bn yuan in 2026, with 50bn yuan spent on chips.",
        "ByteDance's capex will be 90bn yuan in 2026, of which 50bn yuan is for chips.",
        "ByteDance's capex will be 90bn yuan in 2026, about half, or 50bn yuan, for chips.",
        "ByteDance's capex will be 90bn yuan in 2026; 50bn yuan of that is for chips.",
    ],
)
def test_a_part_of_an_amount_is_no_level(text: str) -> None:
    assert [(words, entity) for words, entity, *_ in read(text)] == [("90bn yuan", "bytedance")]
    assert left(text, "50bn yuan") == "A part of another amount."


def test_a_comparison_with_an_amount_is_no_part() -> None:
    text = "Amazon expects capex of $90bn in 2026, compared with $60bn in 2025."
    assert [(words, start) for words, *_, start in read(text, "2026-02-06")] == [
        ("$90bn", "2026-01-01"),
        ("$60bn", "2025-01-01"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Alphabet will spend an extra $9bn on capex in 2025.", "$9bn"),
        ("Alphabet raised its capex budget for 2025 by $9bn.", "$9bn"),
        ("Alphabet announced a $9bn upward revision of its capex plan for 2025.", "$9bn"),
        ("Alphabet's $9bn bump of capex in 2025 came late.", "$9bn"),
    ],
)
def test_a_change_is_no_level(text: str, words: str) -> None:
    assert read(text) == []
    assert left(text, words) == "A change, no level."


def test_a_charge_is_no_spending() -> None:
    text = (
        "Meta's capex was $9bn in the second quarter. The write-off of a site brought a $2bn hit in the second quarter."
    )
    assert read(text) == [("$9bn", "meta", *CAPEX, Q2)]


def test_a_sum_is_not_given_to_the_company_named_last() -> None:
    text = "Amazon's capex was $9bn in the second quarter. Together, capex of $40bn went into data centres in the second quarter."
    assert [words for words, *_ in read(text)] == ["$9bn"]
    assert "sum" in left(text, "$40bn")


def test_the_companies_are_not_the_one_named_last() -> None:
    text = "Meta's capex was $9bn in the second quarter. In 2025 the companies will spend $300bn on capex."
    assert [words for words, *_ in read(text)] == ["$9bn"]
    assert (
        read("Meta's capex was $9bn in the second quarter. Together, the firms had capex of $90bn in 2024.")[1:] == []
    )


def test_the_quarter_of_another_company_is_not_carried_to_one_with_other_quarters() -> None:
    text = "Meta's capex was $9bn in the second quarter. Oracle's capex was $8bn. Amazon's capex was $31bn."
    assert [(words, entity) for words, entity, *_ in read(text)] == [("$9bn", "meta"), ("$31bn", "amazon")]
    assert "none of this company's" in left(text, "$8bn")


def test_a_list_with_an_unknown_member_is_not_the_group_of_the_known_ones() -> None:
    for text in (
        "Alphabet, Amazon, Meta, Microsoft and Nebius had capex of $99bn in the second quarter.",
        "Nebius, Alphabet, Amazon, Meta and Microsoft had capex of $99bn in the second quarter.",
    ):
        assert read(text) == []
    text = "Meanwhile, Alphabet, Amazon, Meta and Microsoft had capex of $99bn in the second quarter."
    assert [entity for _, entity, *_ in read(text)] == ["us_four"]


def test_the_four_companies_are_those_named_before() -> None:
    text = (
        "Alphabet and Amazon reported on Tuesday. Meta and Microsoft followed. Altogether, the four companies are expected to have "
        "capex of $300bn in 2025."
    )
    assert [(words, entity) for words, entity, *_ in read(text)] == [("$300bn", "us_four")]
    assert read(text.replace("Meta and ", "")) == []


def test_a_plain_word_at_the_head_of_a_sentence_is_no_company() -> None:
    text = "Meta's capex was $9bn in the second quarter. Planned outlays on capex in 2025 are $60bn."
    assert [words for words, *_ in read(text)] == ["$9bn", "$60bn"]


def test_a_name_in_brackets_is_no_subject() -> None:
    text = "Oracle cited large contracts (Meta, Nvidia) and cut capex to $9bn in fiscal 2026."
    assert [(words, entity) for words, entity, *_ in read(text)] == [("$9bn", "oracle")]


def test_another_segment_is_not_the_one_spoken_of() -> None:
    text = "AWS revenue grew 17% in the second quarter, faster than the Asia Pacific segment (which increased by 12%)."
    assert [words for words, *_ in read(text)] == ["17%"]


def test_names_after_with_both_are_no_subject() -> None:
    text = "CoreWeave signed contracts with both Meta and Nvidia. The company expects capex of $9bn in 2025."
    assert [(words, entity) for words, entity, *_ in read(text)] == [("$9bn", "coreweave")]


def test_a_plan_before_a_colon_says_nothing_of_what_follows_it() -> None:
    text = "Amazon's capex may reach $90bn in 2025: Capex of $20bn in the fourth quarter was a record."
    assert [(words, start) for words, *_, start in read(text, "2025-02-07")] == [
        ("$90bn", "2025-01-01"),
        ("$20bn", "2024-10-01"),
    ]


def test_machines_are_not_counted_as_chips() -> None:
    assert read("Nvidia shipped 30,000 GB200 cabinets in 2024.", "2025-03-05") == []
    assert read("Nvidia shipped 30,000 GB200 chips in 2024.", "2025-03-05")[0][2] == "gpu_units"


# --- growth ---


@pytest.mark.parametrize(
    "text",
    [
        "AWS had $9bn in revenue in the second quarter, a 17% increase from a year earlier.",
        "AWS revenue was $9bn in the second quarter (up 17% from a year earlier).",
        "AWS revenue was $9bn ($9.1bn at constant rates) in the second quarter, a rise of 17%.",
    ],
)
def test_growth_after_a_level_is_the_growth_of_that_level(text: str) -> None:
    assert [figure[1:] for figure in read(text) if figure[3] == "yoy_growth"] == [
        ("amazon", "cloud_revenue", "yoy_growth", Q2)
    ]


def test_growth_after_a_level_that_belongs_in_no_table_belongs_in_none() -> None:
    text = "Amazon's capex was $9bn in the second quarter. Its operating income was $3bn, a 17% increase."
    assert [words for words, *_ in read(text)] == ["$9bn"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CoreWeave guided to capex of $9bn in 2025, a decline of 40% from its earlier forecast.", "40%"),
        ("CoreWeave's capex was $9bn in the second quarter, 40% below the consensus.", "40%"),
    ],
)
def test_a_change_against_a_plan_is_no_growth(text: str, words: str) -> None:
    assert [figure[3] for figure in read(text)] == ["level"]
    assert left(text, words)


def test_signs_and_words_of_time_between_number_and_growth() -> None:
    assert read("AWS revenue was $9bn (+17%) in the second quarter.")[1][3] == "yoy_growth"
    assert read("AWS showed 17% year over year growth in revenue in the second quarter.")[0][3] == "yoy_growth"


def test_a_multiple_with_an_object_of_its_own() -> None:
    text = "AWS doubled the number of regions in the second quarter."
    assert read(text) == []
    assert read("Meta doubled its capex in the second quarter.")[0][1:4] == ("meta", "capex", "yoy_multiple")


def test_the_year_that_a_multiple_is_one_of_is_not_its_own() -> None:
    text = "Meta expects capex in 2026 to be twice that of 2025."
    assert [(measure, start) for *_, measure, start in read(text)] == [("yoy_multiple", "2026-01-01")]


# --- bases ---


def test_last_year_beside_a_quarter_is_the_same_quarter() -> None:
    text = "Meta's capex was $9bn in the second quarter, up from $7bn last year."
    assert [(words, start) for words, *_, start in read(text)] == [("$9bn", Q2), ("$7bn", Q2_BEFORE)]


def test_a_clause_with_when_tells_of_the_time_before_it() -> None:
    text = "AWS revenue was $9bn in the second quarter, up from the previous quarter, when it had revenue of $8bn."
    assert [(words, start) for words, *_, start in read(text)] == [("$9bn", Q2), ("$8bn", Q1)]
    text = "AWS revenue was $9bn in the second quarter. The previous quarter saw AWS revenue grow 26%."
    assert [(words, start) for words, *_, start in read(text)] == [("$9bn", Q2), ("26%", Q1)]


def test_the_figure_from_last_year_is_a_result() -> None:
    text = "Meta expects its capex to reach $60bn in 2025, almost double the $35bn figure from last year."
    assert ("$35bn", "meta", *CAPEX, "2024-01-01") in read(text)


def test_our_prior_range_is_superseded() -> None:
    text = "Meta expects capex in the range of $50-60 billion in 2025, updated from our prior range of $45-60 billion."
    assert [words for words, *_ in read(text)] == ["$50-60 billion"]


# --- plans ---


def test_a_supposition_is_not_read() -> None:
    text = "If spending grows as fast, Meta's capex could reach $150bn in 2026."
    assert read(text) == []
    assert "if" in left(text, "$150bn")


def test_a_plan_without_a_time_is_not_given_the_time_of_another_company() -> None:
    text = "Meta is planning to spend $60bn on capex in 2025. Microsoft is planning to spend $80bn on capex."
    assert [words for words, *_ in read(text)] == ["$60bn"]


def test_plans_for_the_year_and_the_next() -> None:
    text = "Alphabet raised its capex plans for the year to $80bn and forecast a further rise for next year."
    assert [(words, start) for words, *_, start in read(text)] == [("$80bn", "2025-01-01")]


def test_a_full_year_plan_for_a_year() -> None:
    text = "Alphabet set out the $80bn full-year capex plan for 2025."
    assert [(words, start) for words, *_, start in read(text)] == [("$80bn", "2025-01-01")]


def test_a_forecast_quarter_is_not_the_one_that_the_passage_is_about() -> None:
    text = "Meta had a strong second quarter. Its third-quarter profit forecast was weak. Capex was $9bn."
    assert [(words, start) for words, *_, start in read(text)] == [("$9bn", Q2)]


# --- cloud ---


def test_total_revenue_beside_a_segment_is_not_the_segment() -> None:
    text = "AWS made 12% of total revenue, which reached $99bn in the second quarter."
    assert read(text) == []


def test_parts_of_cloud_revenue_are_not_cloud_revenue() -> None:
    text = (
        "Oracle's cloud revenue was $6bn (up 20%) in the fourth quarter, cloud infrastructure revenue was $3bn (up 50%) and "
        "NetSuite cloud revenue was $1bn."
    )
    figures = bind(plain_text(text), corpus_vocabulary(), date(2025, 6, 12)).figures
    assert [(figure.mention.text, figure.definition) for figure in figures] == [
        ("$6bn", ""), ("20%", ""), ("$3bn", "oracle_cloud_infrastructure"), ("50%", "oracle_cloud_infrastructure"),
    ]  # fmt: skip


def test_revenue_across_segments_is_not_that_of_one() -> None:
    assert (
        read("Oracle's cloud services and license support revenues were $9bn in the fourth quarter.", "2025-06-12")
        == []
    )
    assert read("Server products and cloud services revenue of Microsoft was $26bn in the three months to June.") == []


def test_the_cloud_division_is_the_company_s_segment() -> None:
    text = "Alibaba reported for the three months to June. The cloud division stood out, with revenue up 26% year on year to 33bn yuan."
    assert [(words, entity, metric) for words, entity, metric, *_ in read(text, "2025-08-29")] == [
        ("26%", "alibaba", "cloud_revenue"),
        ("33bn yuan", "alibaba", "cloud_revenue"),
    ]


# --- spending ---


def test_spending_on_something_else_in_spite_of_brackets_and_time() -> None:
    text = "Tencent's capex was 30bn yuan in 2024. It spent 9bn yuan ($1.2bn, £1bn) in the fourth quarter on games."
    assert [words for words, *_ in read(text, "2025-03-20")] == ["30bn yuan"]


def test_raised_to_raises_no_money() -> None:
    assert [words for words, *_ in read("Alphabet's capex is raised to $80bn for 2025.")] == ["$80bn"]


def test_a_country_is_no_group_of_buyers() -> None:
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.reference import load

    cues = vocabulary_of(load())
    text = "Meta cut its China unit. Other spending on capex was $9bn in the second quarter."
    found = bind(plain_text(text), cues, date(2025, 7, 30))
    assert {figure.entity for figure in found.figures} <= {"meta"}
