"""Sentences that turn an amount round, deny it, or compare it: what the text states of the company and the time. Numbers and sentences invented."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Reading
from capex_pipeline.article.quantities import find_quantities


def read(text: str, published: str = "2026-02-20", title: str = "") -> Reading:
    return bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published), title)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Capex will not exceed $62bn.", "at_most"),
        ("Capex won't go above $62bn.", "at_most"),
        ("It doesn't expect outlays to surpass $62bn.", "at_most"),
        ("The budget can't be more than $62bn.", "at_most"),
        ("It has ruled out spending more than $62bn.", "at_most"),
        ("It never spent over $62bn.", "at_most"),
        ("It will not spend as much as $62bn.", "at_most"),
        ("Spending is unlikely to reach $62bn.", "at_most"),
        ("It will spend no more than $62bn.", "at_most"),
        ("It does not think that capex will be less than $62bn.", "at_least"),
        ("Spending should not drop below $62bn.", "at_least"),
        ("It will not be under $62bn.", "at_least"),
        ("It will not only exceed $62bn, it will double.", "at_least"),
        ("It has not cut its plan to spend more than $62bn.", "at_least"),
        ("It gave no outlook, but will spend more than $62bn.", "at_least"),
        ("No doubt it will spend more than $62bn.", "at_least"),
    ],
)
def test_a_negation_turns_the_bound_that_it_governs(text: str, bound: str) -> None:
    assert [mention.bound for mention in find_quantities(text) if mention.kind == "money"] == [bound]


@pytest.mark.parametrize(
    "text",
    [
        "It did not say whether spending would exceed $62bn.",
        "It is not certain, he said that spending will never not exceed $62bn.",
        "It has not ruled out spending more than $62bn.",
        "It no longer expects to spend more than $62bn.",
        "It was not clear why it would spend more than $62bn.",
    ],
)
def test_a_bound_behind_a_negation_of_something_else_is_uncertain(text: str) -> None:
    (mention,) = [mention for mention in find_quantities(text) if "62" in mention.text]
    assert not mention.certain and mention.reason


def test_many_negations_before_an_amount_are_read_in_linear_time() -> None:
    (mention,) = find_quantities("will not, cannot and never " * 2_000 + "exceed $62bn")
    assert mention.bound == "at_most"


@pytest.mark.parametrize(
    "text",
    [
        "Meta denied that it spent $88bn on capital expenditure in 2025.",
        "Meta's spokesman rejected a claim that its 2025 capital expenditure was $88bn.",
        "Rumours that Meta's capital expenditure was $88bn in 2025 are untrue.",
        "Meta was rumoured to have spent $88bn on capital expenditure in 2025.",
        "Meta did not spend $88bn on capital expenditure in 2025.",
        "An earlier edition of this report put Meta's capital expenditure in 2025 at $88bn.",
        "Meta's capital expenditure in 2025 was mistakenly given as $88bn.",
    ],
)
def test_denied_and_corrected_amounts_are_no_figures(text: str) -> None:
    reading = read(text)
    assert reading.figures == []
    assert [(outcome.outcome, outcome.entity) for outcome in reading.outcomes] == [("context", "meta")]


def test_a_plan_of_the_past_for_a_period_that_is_over_is_a_question() -> None:
    reading = read("Meta had budgeted capital expenditure of $88bn for 2025.")
    assert reading.figures == []
    assert [(outcome.outcome, outcome.entity, len(outcome.candidates)) for outcome in reading.outcomes] == [("uncertain", "meta", 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Oracle shrugged off the talk of a glut and spent $12bn on capital expenditure in the quarter to November 2025.", ["$12bn"]),
        ("Dismissing the reports, Meta said capital expenditure in 2025 was $72bn.", ["$72bn"]),
        ("Meta's capital expenditure was $72bn in 2025, not $88bn.", ["$72bn"]),
        ("Meta denied that its capital expenditure was $88bn in 2025, saying that it spent $72bn.", ["$72bn"]),
        ("Meta had intended to spend $88bn on capital expenditure in 2025, but spent $72bn.", ["$72bn"]),
        ("Correction: We misstated Meta's capital expenditure in 2025 as $27bn. The right figure is $72bn.", ["$72bn"]),
    ],
)  # fmt: skip
def test_what_is_stated_beside_a_denied_amount_is_a_figure(text: str, amounts: list[str]) -> None:
    figures = read(text).figures
    assert [figure.mention.text for figure in figures] == amounts
    assert {figure.status for figure in figures} == {"reported"}


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Meta expects its capital expenditure in 2027 to be higher than the $125bn of 2026.", "at_least"),
        ("In 2027 Meta will spend less on capital expenditure than the $125bn it plans for 2026.", ""),
        ("Meta's capital expenditure in 2027 will be below the $125bn planned for 2026.", "at_most"),
        ("Meta's capital expenditure in 2027 will not be below the $125bn of 2026.", "at_least"),
    ],
)
def test_a_plan_that_is_compared_with_an_earlier_plan_is_limited_by_it(text: str, bound: str) -> None:
    read_as = [(figure.mention.bound, figure.start.year, figure.status) for figure in read(text, "2026-10-30").figures]
    assert (bound, 2027, "guidance") in read_as or not bound
    assert ("exact", 2027, "guidance") not in read_as


def test_a_plan_that_is_compared_with_a_result_leaves_the_result() -> None:
    (figure,) = read("Meta expects its capital expenditure in 2026 to be higher than the $72bn of 2025.").figures
    assert (figure.mention.bound, figure.start.year, figure.status) == ("exact", 2025, "reported")


Q3 = (date(2025, 7, 1), date(2025, 9, 30))


@pytest.mark.parametrize(
    "text",
    [
        "Meta spent $19bn on capital expenditure in the third quarter, flat on the quarter before.",
        "Meta's capital expenditure was $19bn in the third quarter, unchanged from the second quarter.",
        "In the third quarter Meta's capital expenditure was $19bn, in line with the quarter before.",
        "Meta's capital expenditure in the third quarter was $19bn, similar to the second quarter.",
        "Alphabet's capital expenditure was $24bn in the third quarter. Meta's came in at $19bn, on a par with the previous quarter.",
    ],
)
def test_a_time_with_which_an_amount_is_level_is_none_of_the_amount(text: str) -> None:
    (figure,) = [one for one in read(text, "2025-11-04").figures if one.entity == "meta"]
    assert (figure.start, figure.end) == Q3


@pytest.mark.parametrize(
    "text",
    [
        "Meta's capital expenditure was $19bn in the third quarter. The big four's capital expenditure totalled $112bn in the quarter.",
        "Meta's capital expenditure was $19bn in the third quarter. The four's outlays on capital expenditure were $112bn.",
        "Meta's capital expenditure was $19bn in the third quarter. The quartet's capital expenditure hit $112bn, six times the $19bn.",
    ],
)
def test_an_amount_of_several_companies_is_not_that_of_the_one_named_before(text: str) -> None:
    figures = [one for one in read(text, "2025-11-04").figures if one.entity == "meta"]
    assert [one.mention.text for one in figures] == ["$19bn"]


def test_the_shares_of_a_sum_are_amounts_of_the_companies() -> None:
    text = "Four US hyperscalers' capital expenditure was $112bn in the third quarter of 2025, of which Amazon's share was $34bn and Meta's $19bn."
    read_as = {(one.mention.text, one.entity, one.metric) for one in read(text, "2025-11-04").figures}
    assert {("$34bn", "amazon", "capex"), ("$19bn", "meta", "capex")} <= read_as


def test_the_price_of_a_share_is_no_share_of_a_sum() -> None:
    reading = read("Meta's capital expenditure was $19bn in the third quarter. Its share price was $720.", "2025-11-04")
    assert [one.mention.text for one in reading.figures] == ["$19bn"]


@pytest.mark.parametrize(
    ("speaker", "claimant"),
    [
        ("an investor", "anonymous"),
        ("a fund manager", "analyst"),
        ("one of its suppliers", "anonymous"),
        ("a former finance chief", "anonymous"),
        ("two ex-Meta executives", "anonymous"),
        ("a person familiar with its plans", "anonymous"),
    ],
)
def test_what_a_third_party_says_of_a_plan_is_a_forecast(speaker: str, claimant: str) -> None:
    (figure,) = read(f"Meta's capital expenditure will be $140bn in 2027, {speaker} said.", "2026-11-02").figures
    assert (figure.status, figure.claimant) == ("forecast", claimant)


@pytest.mark.parametrize(
    "text",
    [
        "Meta's chief executive said capital expenditure will be $140bn in 2027.",
        "Meta told an investor that its capital expenditure will be $140bn in 2027.",
    ],
)
def test_what_a_company_says_of_its_plan_is_guidance(text: str) -> None:
    (figure,) = read(text, "2026-11-02").figures
    assert figure.status == "guidance"


@pytest.mark.parametrize("measure", ["capital expenditure", "cloud revenue"])
def test_a_past_amount_of_unnamed_people_is_an_estimate(measure: str) -> None:
    (figure,) = read(f"ByteDance's {measure} was 33bn yuan in 2025, two people familiar with the matter said.").figures
    assert (figure.status, figure.claimant) == ("estimate", "anonymous")


def test_a_count_that_goes_on_has_the_chips_and_the_source_of_the_one_before() -> None:
    text = "Meta bought 170,000 H100 chips in 2024, Omdia estimates. Amazon and Oracle took 90,000 and 50,000. Google said that it installed 40,000."
    figures = read(text, "2025-01-20").figures
    told = [(one.entity, one.product, one.supplier, one.status, one.claimant, one.house) for one in figures[:3]]
    assert told == [(name, "h100", "nvidia", "estimate", "analyst", "Omdia") for name in ("meta", "amazon", "oracle")]
    assert all(one.claimant != "analyst" for one in figures[3:])


@pytest.mark.parametrize("words", ["including the H20", "such as the H20", "among them the H20"])
def test_a_chip_that_is_an_example_is_not_what_is_counted(words: str) -> None:
    (figure,) = read(f"Tencent bought 80,000 Nvidia chips, {words}, in 2025.").figures
    assert (figure.supplier, figure.product) == ("nvidia", None)


def test_a_chip_that_is_counted_is_the_product() -> None:
    (figure,) = read("Tencent bought 80,000 of Nvidia's H20 chips in 2025.").figures
    assert (figure.supplier, figure.product) == ("nvidia", "h20")


def test_growth_over_another_quarter_is_dated_by_its_own_and_no_growth_over_a_year() -> None:
    yearly = read(
        "Meta's capital expenditure in the third quarter of 2025 was up 95% over the third quarter of 2024.",
        "2025-11-04",
    )
    assert [(one.measure, (one.start, one.end)) for one in yearly.figures] == [("yoy_growth", Q3)]
    for text in (
        "Meta's capital expenditure in the third quarter of 2025 rose 11% over the second quarter of 2025.",
        "Meta's capital expenditure was up 11% over the second quarter of 2025.",
        "Meta's capital expenditure rose over the second quarter of 2025, to $19bn.",
    ):
        assert read(text, "2025-11-04").figures == []


def test_spending_over_a_quarter_is_that_of_the_quarter() -> None:
    (figure,) = read("Meta spent $19bn on capital expenditure over the third quarter of 2025.", "2025-11-04").figures
    assert (figure.start, figure.end) == Q3
