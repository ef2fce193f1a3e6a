"""Whole pages of news: lists of other headlines, headings of other stories, companies that are only mentioned, and amounts told a second time."""

from __future__ import annotations

from datetime import date

import pytest

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.discourse import Outline
from capex_pipeline.article.extract import bind
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load

Told = tuple[str, str, float, date, date]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
FOUR = "Alphabet, Amazon, Meta and Microsoft"


def read(text: str, published: date = date(2026, 2, 10), title: str = "") -> list[Told]:
    """Company, measure, number and period of each figure."""
    reading = bind(plain_text(text), vocabulary_of(load()), published, title)
    return [
        (one.entity, one.measure, one.mention.value or one.mention.low or 0, one.start, one.end)
        for one in reading.figures
    ]


def test_a_list_of_other_headlines_does_not_change_whom_an_article_speaks_of() -> None:
    text = (
        "Amazon released its annual letter.\n\n## Read more\n\n- Google expands its partnership with a chipmaker\n- Meta wins an appeal\n\n"
        '"We will invest approximately $150 billion in capex in 2026," the chief executive wrote.'
    )
    assert read(text, title="Amazon defends its spending") == [("amazon", "level", 150e9, *YEAR)]


def test_an_item_of_a_list_speaks_of_no_company_of_another_item() -> None:
    text = "Notes of the day\n\n- Meta raised its 2026 capex plan to $90 billion.\n- Widget Stores: $190 billion of capex in 2026."
    assert read(text) == [("meta", "level", 90e9, *YEAR)]


def test_a_heading_ends_the_story_before_it() -> None:
    text = "## Alphabet raises its plan\n\nAlphabet expects capex of $90 billion in 2026. Amazon and Oracle fell.\n\n## A start-up raises money\n\nCapex will be $2 billion in 2026."
    assert read(text) == [("alphabet", "level", 90e9, *YEAR)]


def test_headings_and_items_speak_of_what_those_above_them_do() -> None:
    outline = Outline()
    assert outline.enter("#", ("tencent",)) == ()
    outline.head("#", ("meta",))
    assert outline.enter("##", ("oracle",)) == ("meta",)
    outline.head("##", ("amazon",))
    assert outline.enter("-", ("amazon",)) == ("amazon",)
    assert outline.enter("  -", ("baidu",)) == ("baidu",)
    assert outline.enter("  -", ("oracle",)) == ("baidu",)
    assert outline.enter("1.", ("oracle",)) == ("amazon",)
    assert outline.enter("The", ("oracle",)) == ("amazon",)
    assert outline.enter("##", ("oracle",)) == ("meta",)


@pytest.mark.parametrize(
    "text",
    [
        "Amazon is an investor.\n\nWidgetmotors also projects capital expenditures will be between $2 billion and $3 billion this year.",
        "Alphabet rose. Across Big Tech, AI investment may exceed $700 billion this year, as capex rises.",
        "Amazon's capex rises. It is ahead of the other hyperscalers, which have altogether forecast nearly $700 billion in 2026 expenditures.",
        f"{FOUR} were responsible for $73 billion of the extra expenditure in capex in 2025.",
        "Oracle's capex rose in 2025, when it won a $300 billion, five-year contract to supply computing power.",
        "A backlog of revenue at CoreWeave swelled to $66 billion from $55 billion at the end of the third quarter.",
        "Google Cloud grew fast in the third quarter of 2025; its backlog of work \u2014 that is, work that it has not yet turned into revenue \u2014 had climbed to $151 billion.",
    ],
)
def test_an_amount_of_others_or_of_something_else_is_not_drafted(text: str) -> None:
    assert not read(text)


def test_the_company_is_the_one_whose_report_the_sentence_names() -> None:
    text = "CoreWeave rents out chips. In Meta's last earnings report, the company said it plans to spend $90 billion on capital expenditures this year."
    assert read(text) == [("meta", "level", 90e9, *YEAR)]


def test_growth_from_the_level_of_a_year_is_that_of_the_year_after() -> None:
    text = f"{FOUR} are projected to increase capital expenditures by more than 60% from the historic levels reached in 2025."
    assert read(text) == [("us_four", "yoy_growth", 60, *YEAR)]


def test_the_time_of_an_announcement_is_not_that_of_its_amount() -> None:
    text = "Amazon plans capex of $150 billion in 2026. That puts last quarter's $150 billion capex announcement into context."
    assert read(text) == [("amazon", "level", 150e9, *YEAR)] * 2


def test_a_range_may_be_joined_by_and() -> None:
    text = "Meta's capital expenditure will be in the range of $80 billion and $95 billion this year."
    assert read(text) == [("meta", "level", 80e9, *YEAR)]


def test_a_year_to_date_of_another_fiscal_year_has_no_certain_start() -> None:
    text = "Microsoft has spent $72 billion on capital expenditures so far this year."
    assert not read(text, date(2026, 1, 29))
    assert read(text.replace("Microsoft", "Meta"), date(2025, 10, 30)) == [
        ("meta", "level", 72e9, date(2025, 1, 1), date(2025, 9, 30))
    ]


def test_a_move_of_something_from_one_quarter_to_the_next_is_no_time_of_an_amount() -> None:
    text = "Microsoft reported the quarter ended December 31, 2025. Capital expenditures were $30 billion, with a delivery shifting from Q2 to Q3."
    assert read(text, date(2026, 1, 29)) == [("microsoft", "level", 30e9, date(2025, 10, 1), date(2025, 12, 31))]


def test_twelve_months_may_end_in_a_month() -> None:
    text = "In the 12 months ending in August 2025, Oracle's capital expenditures were $27.4 billion."
    assert read(text, date(2025, 9, 11)) == [("oracle", "level", 27.4e9, date(2024, 9, 1), date(2025, 8, 31))]


def test_an_amount_told_again_has_the_year_with_which_it_was_told() -> None:
    text = "Alphabet reported capex of $17 billion in the first quarter of 2025. We expect capex of $75 billion in 2025. Recall, we said $75 billion in capex."
    assert (
        read(text, date(2025, 4, 25), "Alphabet earnings call")[1:]
        == [("alphabet", "level", 75e9, date(2025, 1, 1), date(2025, 12, 31))] * 2
    )


def test_an_expectation_in_brackets_is_no_result() -> None:
    text = (
        "Google Cloud revenue rose 30% to $12 billion in the third quarter of 2025 (the expectation was $11.5 billion)."
    )
    assert [told[2] for told in read(text, date(2025, 10, 30))] == [30, 12e9]


def test_the_words_before_a_colon_hold_for_each_item_of_a_list() -> None:
    text = "The groups have guided 2026 capex: Amazon $150B, Google $75-85B, Meta $65-75B."
    assert read(text) == [
        ("amazon", "level", 150e9, *YEAR),
        ("alphabet", "level", 75e9, *YEAR),
        ("meta", "level", 65e9, *YEAR),
    ]


def test_growth_that_was_recorded_in_the_quarter_before_is_that_of_a_year() -> None:
    text = "Alibaba's cloud revenue rose 34% in the July-September quarter. The 34% increase in cloud revenue outpaced the 26% growth recorded in the previous quarter."
    assert ("alibaba", "yoy_growth", 26, date(2025, 4, 1), date(2025, 6, 30)) in read(text, date(2025, 11, 25))


def test_what_both_companies_order_is_ordered_by_each() -> None:
    text = "Tencent and ByteDance led the buyers in 2024. Both companies ordered around 230,000 Hopper GPUs in 2024."
    year = (date(2024, 1, 1), date(2024, 12, 31))
    told = sorted(read(text, date(2025, 1, 2)))
    assert told == [("bytedance", "level", 230e3, *year), ("tencent", "level", 230e3, *year)]


@pytest.mark.parametrize(
    "text",
    [
        "Alphabet raised its capex. It expects orders for $1 billion worth of robots in 2027.",
        "Alphabet raised its capex in 2025. Almost half the coming $2.9 trillion in data center capex will come from cash flows.",
        "Big Tech companies and their suppliers are expected to invest almost $700 billion in AI infrastructure this year.",
    ],
)
def test_an_amount_of_things_or_of_a_whole_market_is_not_that_of_the_company_named_before(text: str) -> None:
    assert all(told[2] < 1e9 for told in read("Alphabet is a large company. " + text))


def test_an_amount_from_which_another_moved_is_drafted_only_with_that_one() -> None:
    text = "Meta spent more on capex in 2025. Meta's weather bill was $115 million (up from $71 million the previous year)."
    assert not read(text)
