"""Amounts of a part of a company, of a time or of a group, hypothetical ones and contradictory ones: what is no figure of the company. Numbers invented."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Reading


def read(text: str, published: str = "2026-02-20") -> Reading:
    return bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published))


def figures(text: str, published: str = "2026-02-20") -> list[tuple[str, str]]:
    return [(figure.mention.text, figure.entity) for figure in read(text, published).figures]


def reasons(text: str, published: str = "2026-02-20") -> list[str]:
    return [outcome.reason for outcome in read(text, published).outcomes if outcome.outcome != "used"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Meta's capital expenditure in Japan was $61 billion in 2025.", "one region"),
        ("Meta's European capital expenditure was $61 billion in 2025.", "one region"),
        ("Outside the US, Meta's capital expenditure was $61 billion in 2025.", "one region"),
        ("In India, Meta's capital expenditure was $61 billion in 2025.", "one region"),
        ("Meta spent $61 billion in the UK on data centres in 2025.", "one region"),
        ("Meta spent $61 billion on capital expenditure in 2025 in Germany.", "one region"),
        ("Google Cloud revenue in Asia was $61 billion in 2025.", "one region"),
        ("Google Cloud's Japanese revenue was $61 billion in 2025.", "one region"),
        ("Meta's AI-related capital expenditure was $61 billion in 2025.", "one kind of thing"),
        ("Meta's capital expenditure on land alone was $61 billion in 2025.", "one kind of thing"),
        ("Meta's capital expenditure for networking gear was $61 billion in 2025.", "one kind of thing"),
        ("Google Cloud's capital expenditure was $61 billion in 2025.", "a part of the company"),
        ("AWS spent $61 billion on capital expenditure in 2025.", "a part of the company"),
        ("Capital expenditure at Google Cloud was $61 billion in 2025.", "a part of the company"),
        ("Amazon's grocery and logistics business had capital expenditure of $61 billion in 2025.", "a part of the company"),
        ("Amazon's revenue from database services inside AWS was $61 billion in 2025.", "a part of the company"),
    ],
)  # fmt: skip
def test_an_amount_of_a_part_of_a_company_is_no_figure_of_it(text: str, reason: str) -> None:
    assert figures(text) == []
    assert reason in reasons(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "In China, Baidu spent 61 billion yuan on capital expenditure in 2025.",
        "The Japanese press says Meta's capital expenditure was 61 billion dollars in 2025.",
        "Meta, the largest landlord in Europe, had capital expenditure of $61 billion in 2025.",
        "Meta's capital expenditure, mostly for servers, was $61 billion in 2025.",
        "Revenue of Google's cloud business was $61 billion in 2025.",
        "AWS grew, and Amazon's capital expenditure was $61 billion in 2025.",
        "Amazon's capital expenditure of $61 billion in 2025 went mainly into AWS data centers.",
    ],
)
def test_a_region_or_a_business_beside_something_else_limits_no_amount(text: str) -> None:
    assert len(figures(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "On average, Amazon, Alphabet, Meta and Meta spent $61 billion on capital expenditure in 2025.",
        "Amazon, Alphabet, Meta and Microsoft averaged $61 billion of capital expenditure in 2025.",
        "Not counting Amazon, the four US hyperscalers spent $361 billion on capital expenditure in 2025.",
        "The four US hyperscalers without Meta spent $361 billion on capital expenditure in 2025.",
        "Apart from Alphabet, the four US hyperscalers spent $361 billion on capital expenditure in 2025.",
    ],
)
def test_an_average_and_a_group_without_a_member_are_no_figures_of_the_group(text: str) -> None:
    assert figures(text) == []


def test_a_group_without_another_company_and_what_is_expected_on_average_are_figures() -> None:
    text = "Not counting Oracle, the four US hyperscalers spent $361 billion on capital expenditure in 2025."
    assert figures(text) == [("$361 billion", "us_four")]
    text = "Analysts on average expect Meta's capital expenditure to be $161 billion in 2026."
    assert figures(text) == [("$161 billion", "meta")]


OTHER_TIME = "Growth over another time than a year has no column."


@pytest.mark.parametrize(
    "text",
    [
        "Meta's capital expenditure rose 61% from the third quarter of 2025 in the fourth quarter of 2025.",
        "Meta's capital expenditure rose 61% from the second quarter to $61 billion in the fourth quarter of 2025.",
        "Meta's capital expenditure rose 61% from $31 billion in the third quarter to $51 billion in the fourth quarter of 2025.",
        "Compared with the third quarter, Meta's capital expenditure rose 61% in the fourth quarter of 2025.",
        "In the fourth quarter of 2025 Meta's capital expenditure was 61% higher than in the first quarter of 2025.",
        "Meta's capital expenditure in the fourth quarter of 2025 was 61% above the level of August.",
        "Meta's capital expenditure in the fourth quarter of 2025 doubled from that of 2022.",
        "Meta's capital expenditure tripled in barely six months to $61 billion in the fourth quarter of 2025.",
        "Within two years Meta's capital expenditure has doubled to $61 billion in 2025.",
        "Meta's capital expenditure has quadrupled since 2021 to $61 billion in 2025.",
    ],
)
def test_growth_over_another_time_than_a_year_is_no_growth_over_a_year(text: str) -> None:
    assert not [figure for figure in read(text).figures if figure.measure != "level"]
    assert OTHER_TIME in reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        "Meta's capital expenditure rose 61% from the fourth quarter of 2024 to $61 billion in the fourth quarter of 2025.",
        "Meta's capital expenditure rose 61% in 2025 from 2024.",
        "Compared with 2024, Meta's capital expenditure rose 61% in 2025.",
        "Meta's capital expenditure rose 61% to $61 billion in 2025 from $38 billion in 2024.",
        "Meta's capital expenditure rose 61% in the three months to December 2025.",
        "Meta's capital expenditure rose 61% in 2025, the fastest since 2021.",
        "Meta's capital expenditure rose 61% in 2025, its biggest jump in four years.",
        "Meta's capital expenditure doubled in twelve months to $61 billion in 2025.",
        "Google Cloud revenue rose 61% in the fourth quarter of 2025, faster than in the third quarter.",
    ],
)
def test_growth_from_the_year_before_and_a_record_pace_are_growth_over_a_year(text: str) -> None:
    assert [figure.measure for figure in read(text).figures if figure.measure != "level"] != []


@pytest.mark.parametrize(
    "text",
    [
        "Meta's capital expenditure was three times as high as Oracle's in 2025.",
        "Meta's capital expenditure was twice as much as that of Oracle in 2025.",
        "Meta's capital expenditure was $61 billion in 2025; a year earlier, it had been 31% lower.",
        "Meta's capital expenditure was $61 billion in 2025. A year before, it was 31% higher.",
    ],
)
def test_a_multiple_of_another_company_and_a_reversed_comparison_are_no_growth(text: str) -> None:
    assert not [figure for figure in read(text).figures if figure.measure != "level"]


def test_a_multiple_of_the_year_before_is_growth() -> None:
    text = "Meta's capital expenditure in 2025 was twice as much as a year earlier."
    assert [figure.measure for figure in read(text).figures] == ["yoy_multiple"]


@pytest.mark.parametrize(
    "text",
    [
        "With more chips, Meta would have spent $61 billion on capital expenditure in 2025.",
        "Meta could well have spent $61 billion on capital expenditure in 2025.",
        "Meta's capital expenditure might have been $61 billion in 2025.",
        "Had it kept pace with Amazon, Meta had spent $61 billion on capital expenditure in 2025.",
        "Nvidia could have shipped 610,000 H100 chips in 2024.",
    ],
)
def test_what_did_not_happen_is_no_figure(text: str) -> None:
    assert figures(text) == []
    assert "supposition" in reasons(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Meta said that it would have spent $161 billion on capital expenditure by the end of 2026.",
        "Meta could have 610,000 H100 chips in 2026.",
    ],
)
def test_what_is_to_come_is_no_supposition(text: str) -> None:
    assert not any("supposition" in reason for reason in reasons(text))


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("fell short of $61 billion", "at_most"),
        ("missed $61 billion", "at_most"),
        ("almost reached $61 billion", "at_most"),
        ("nearly hit $61 billion", "at_most"),
        ("reached $61 billion", "exact"),
    ],
)
def test_an_amount_that_was_not_reached_is_an_upper_bound(words: str, bound: str) -> None:
    assert [one.mention.bound for one in read(f"Meta's capital expenditure {words} in 2025.").figures] == [bound]


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("AMD shipped 610,000 H100 chips in 2024.", True),
        ("Huawei delivered 610,000 H200 accelerators in 2024.", True),
        ("Nvidia shipped 610,000 H100 chips in 2024.", False),
        ("AMD shipped 610,000 MI308X accelerators in 2024.", False),
        ("Nvidia shipped 610,000 H100 chips in 2024, and AMD far fewer of its MI308X.", False),
    ],
)
def test_a_company_that_ships_the_chip_of_another_maker_is_uncertain(text: str, is_other: bool) -> None:
    found = [(one.outcome, one.reason) for one in read(text).outcomes if one.outcome != "used"]
    other = ("uncertain", "Another company supplies this chip.")
    assert found == [other] * is_other and len(figures(text)) == 1 - is_other


@pytest.mark.parametrize("length", range(1, 20))
def test_a_text_may_end_after_any_word(length: int) -> None:
    texts = (
        "In 2025 capital expenditure of $61 billion was spent, Amazon said , at AWS and in India on servers",
        "In 2025 Meta's capital expenditure rose 5% in just under the last two years",
        "In 2025 Meta spent on capital expenditure twice as much as Oracle since 2023 within two years",
    )
    for text in texts:
        assert read(" ".join(text.split()[:length])) is not None
