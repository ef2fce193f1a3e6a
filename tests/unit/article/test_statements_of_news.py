"""Kinds of sentences of news and of the trade press: amounts of several companies, charges for chips, moves between two years, lists of plans."""

from __future__ import annotations

from datetime import date

import pytest

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import bind
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.reference import load

Told = tuple[str, str, float, date]


def read(text: str, published: date, lowest: float = 0.55) -> list[Told]:
    """Company, metric, number and first day of each figure."""
    reading = bind(plain_text(text), vocabulary_of(load()), published, lowest=lowest)
    return [(one.entity, one.metric, one.mention.value or one.mention.low or 0, one.start) for one in reading.figures]


@pytest.mark.parametrize(
    "group", ["Big Tech capex", "Mag 7 AI capex", "hyperscaler cloud capex", "tech spending on capex"]
)
def test_an_amount_of_several_companies_is_not_that_of_the_company_named_before(group: str) -> None:
    text = f"Alphabet spent $90 billion on capex in 2025, and {group} will rise above $500 billion in 2026."
    assert read(text, date(2026, 2, 10)) == [("alphabet", "capex", 90e9, date(2025, 1, 1))]


@pytest.mark.parametrize(
    "text",
    [
        "Smugglers paid couriers $1,000 per chip to carry H100s through customs.",
        "The export fee will add $4,500 to each H20.",
        "Nvidia makes a profit of $22,000 on each H100.",
    ],
)
def test_a_charge_or_a_gain_for_each_chip_is_not_its_price(text: str) -> None:
    assert not read(text, date(2025, 8, 1))


def test_a_rate_right_behind_the_name_of_a_cloud_business_is_its_growth() -> None:
    text = "Alphabet reported its fourth quarter of 2025. Its stock fell on the capex number, then recovered as Cloud +48% sank in."
    assert read(text, date(2026, 2, 5)) == [("alphabet", "cloud_revenue", 48, date(2025, 10, 1))]


def test_what_analysts_expected_ends_at_a_comma() -> None:
    text = "Microsoft's capital expenditures totalled $34.9bn in the quarter to 30 September, more than analysts had expected, and up from $24bn in the previous quarter."
    assert read(text, date(2025, 10, 31)) == [
        ("microsoft", "capex", 34.9e9, date(2025, 7, 1)),
        ("microsoft", "capex", 24e9, date(2025, 4, 1)),
    ]


def test_a_list_of_plans_has_the_year_that_one_of_them_states_elsewhere() -> None:
    text = (
        "Amazon reported Q4 2025. The 2026 capex of $200B is 37% above expectations. Sales were good.\n\n"
        "Capex implications: Alphabet $175-185B + Amazon $200B + Meta $115-135B = $500B from three of them."
    )
    assert read(text, date(2026, 2, 6), lowest=0.0) == [
        ("amazon", "capex", 200e9, date(2026, 1, 1)),
        ("alphabet", "capex", 175e9, date(2026, 1, 1)),
        ("amazon", "capex", 200e9, date(2026, 1, 1)),
        ("meta", "capex", 115e9, date(2026, 1, 1)),
    ]


def test_a_forecast_that_moves_from_one_year_to_the_next_has_two_levels() -> None:
    text = "Google's TPU shipments are forecast to rise from 2.5 million in 2025 to 3.5 million in 2026."
    assert read(text, date(2025, 12, 1)) == [
        ("alphabet", "gpu_units", 2.5e6, date(2025, 1, 1)),
        ("alphabet", "gpu_units", 3.5e6, date(2026, 1, 1)),
    ]


def test_the_possessor_of_purchases_is_the_buyer_of_the_chips() -> None:
    text = "Omdia puts Amazon's Hopper purchases in 2024 at 196,000 and Google's at 169,000."
    assert read(text, date(2024, 12, 18)) == [
        ("amazon", "gpu_units", 196_000, date(2024, 1, 1)),
        ("alphabet", "gpu_units", 169_000, date(2024, 1, 1)),
    ]


def test_a_rack_elsewhere_in_the_sentence_does_not_make_a_count_one_of_machines() -> None:
    text = "Nvidia sold 1,000 NVL72 racks a week, analysts said, with 2.5 million Blackwell GPUs being shipped in 2025."
    assert read(text, date(2025, 8, 15)) == [("nvidia", "gpu_units", 2.5e6, date(2025, 1, 1))]


def test_an_order_of_the_maker_is_no_shipment() -> None:
    text = "Nvidia sells H20 chips in China. This latest order of 300,000 units with a foundry is almost a third of last year's total volume."
    assert not read(text, date(2025, 8, 1))


def test_a_scale_of_one_letter_may_have_a_plus() -> None:
    mentions = find_quantities(plain_text("at least 1.2M+ GPUs and 700K+ chips"))
    assert [(one.bound, one.low, one.certain) for one in mentions] == [
        ("at_least", 1.2e6, True),
        ("at_least", 7e5, True),
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Alibaba had an outflow of $5bn as capital expenditure rose in the June quarter of 2025.", []),
        ("Google Cloud's revenue rose 29% more than analysts expected in the second quarter.", []),
        ("Meta expects capex of $70bn in 2025. The company earlier guided to capex of $64bn to $72bn.", [70e9]),
        (
            "Meta previously expected to spend $64bn on capex in 2025, and it now expects $70bn of capex in 2025.",
            [70e9],
        ),
        ("AWS revenue was $31bn in the second quarter (consensus: $30.8bn).", [31e9]),
        ("AWS grew 19% in the second quarter. That compares with 17% in the quarter before.", [19, 17]),
    ],
)
def test_what_surrounds_an_amount_decides_whether_it_is_a_figure(text: str, numbers: list[float]) -> None:
    assert [number for _, _, number, _ in read(text, date(2025, 8, 1))] == numbers
