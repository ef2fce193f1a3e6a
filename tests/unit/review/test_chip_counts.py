"""Counts of chips: companies seldom state them, so a count is an estimate unless the text says that the company gives it."""

from __future__ import annotations

import copy

import pytest
from reviewed_texts import of
from test_answers import entries_of, first
from test_review_page import data_of

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.chip_counts import WHOSE_COUNT, counts
from capex_pipeline.review.page import render

pytestmark = pytest.mark.slow("reads a text, draws its page and checks each answer in each test")

OMDIA = (
    "Omdia follows the buyers of chips.\n\nMicrosoft bought 485,000 Hopper chips in 2024. Meta bought 224,000 Hopper chips in 2024, and Amazon took "
    "196,000."
)


@pytest.mark.parametrize("number", ["485,000", "224,000"])
def test_a_count_in_a_text_that_names_a_house_is_preselected_as_its_estimate(number: str) -> None:
    entry = entries_of(OMDIA)[number]
    assert entry["question"] == WHOSE_COUNT and entry["chosen"] == 0
    assert (first(entry)["status"], first(entry)["claimant"]) == ("estimate", "Omdia")
    assert [option["label"] for option in entry["options"]][:3] == [
        "Counted by Omdia", "Counted by analysts", "Counted by the publication",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "doubt",
    ["but analysts at Omdia believe the true number is higher than 800,000.", "but Omdia puts it at 800,000."],
)
def test_a_count_that_is_compared_with_one_of_chips_is_a_question(doubt: str) -> None:
    found = entries_of(f"Nvidia told investors it shipped 600,000 H100 chips in 2024, {doubt}")
    stated, compared = found["600,000"], next(entry for quote, entry in found.items() if "800,000" in quote)
    assert (first(stated)["status"], first(stated)["claimant"]) == ("reported", "company")
    assert (compared["part"], compared["chosen"]) == ("undecided", None)
    wanted = {
        "entity": "nvidia",
        "metric": "gpu_units",
        "period": "2024-01-01/2024-12-31",
        "status": "estimate",
        "claimant": "Omdia",
    }
    assert first(compared) | wanted == first(compared)


def test_a_count_of_something_else_beside_chips_is_no_question() -> None:
    found = entries_of("Nvidia shipped 600,000 H100 chips in 2024. It employs 36,000 people.")
    assert found["36,000"]["part"] == "ignored"


def test_a_count_without_a_period_that_the_company_tells_is_its_own() -> None:
    text = "Analysts at Omdia follow the market. Nvidia told investors that it had shipped 6mn Blackwell chips over the past four quarters."
    assert (first(entries_of(text)["6mn"])["claimant"], first(entries_of(text)["6mn"])["status"]) == (
        "company",
        "reported",
    )


def test_two_houses_count_the_same_chips() -> None:
    text = "Omdia believes that Microsoft bought 485,000 Hopper chips in 2024; TechInsights says the true number is higher than 520,000."
    found = entries_of(text)
    assert [first(found[amount])["claimant"] for amount in ("485,000", "higher than 520,000")] == [
        "Omdia",
        "TechInsights",
    ]


def test_a_count_takes_no_claimant_from_another_paragraph() -> None:
    """A reviewer has entered Anthropic for the first count; the second one is of a paragraph that names nobody."""
    text = "Anthropic said it bought 224,000 TPU chips from Google in 2024.\n\nMicrosoft bought 485,000 Hopper chips in 2024, and Meta took 150,000."
    reference = load()
    source = article_source(of(text, "2025-11-03"), vocabulary_of(reference), "x.txt")
    review = copy.deepcopy(dict(source.draft))
    for entry in (*review["undecided"], *review["figures"]):
        if entry["quote"] == "224,000":
            entry |= {"claimant": "Anthropic", "status": "reported"}
    page = data_of(render(review, source, "", reference))["entries"].values()
    entry = next(one for one in page if one["quote"] == "150,000")
    assert all(option["set"].get("claimant") != "Anthropic" for option in entry["options"] if "set" in option)


def test_a_count_beside_others_is_of_the_same_source() -> None:
    readings = [option["set"] for option in entries_of(OMDIA)["196,000"]["options"] if "set" in option]
    assert {"entity", "claimant", "status"} <= readings[0].keys() | entries_of(OMDIA)["196,000"]["fields"].keys()
    assert first(entries_of(OMDIA)["196,000"])["status"] == "estimate"


def test_whose_count_it_is_stays_a_question_where_no_analyst_is_named() -> None:
    entry = entries_of("Microsoft bought 485,000 Hopper chips in 2024.")["485,000"]
    assert entry["question"] == WHOSE_COUNT and entry["chosen"] is None
    assert {key: entry["options"][-2][key] for key in ("label", "set")} == {
        "label": "Counted by the company",
        "set": {"claimant": "company", "status": "reported"},
    }


def test_one_answer_is_given_for_all_counts_of_a_text() -> None:
    entries = entries_of(OMDIA)
    assert entries["485,000"]["group"] == entries["224,000"]["group"]


@pytest.mark.parametrize(
    "text",
    [
        "Nvidia said it shipped 13,000 Blackwell chips in 2024.",
        "Meta bought 350,000 H100 chips in 2024, its chief executive wrote.",
        "According to Nvidia, it shipped 13,000 Blackwell chips in 2024.",
    ],
)
def test_a_company_s_own_count_is_not_asked_about(text: str) -> None:
    (entry,) = [one for one in entries_of(text).values() if one["fields"].get("metric") == "gpu_units"]
    assert entry["question"] != WHOSE_COUNT
    assert first(entry)["status"] == "reported"


def test_a_company_that_only_speaks_of_another_thing_counts_nothing() -> None:
    entry = entries_of("A report says Microsoft bought 485,000 Hopper chips in 2024.")["485,000"]
    assert entry["question"] == WHOSE_COUNT


def test_an_estimate_of_a_year_that_is_not_over_is_a_forecast() -> None:
    """Published on 3 November 2025; 2026 is ahead."""
    entry = entries_of("Analysts follow chips.\n\nNvidia will ship 2mn H20 chips in 2026.")["2mn"]
    assert first(entry)["status"] == "forecast"


def test_the_check_accepts_the_preselected_answers() -> None:
    reference = load()
    source = article_source(of(OMDIA, "2025-01-20"), vocabulary_of(reference), "x.txt")
    draft = source.draft
    figures = [
        {key: value for key, value in entry.items() if key not in ("question", "readings", "reason", "confidence")}
        for entry in [*draft["undecided"], *draft["figures"]]
        if entry.get("metric") == "gpu_units" and entry.get("entity")
    ]
    assert len(figures) >= 2
    ignored = [
        {"span": entry["span"], "text": entry["quote"], "reason": "Not compared here."}
        for entry in draft["undecided"]
        if entry not in figures
    ]
    review = {"document": draft["document"], "figures": figures, "ignored": [*draft["ignored"], *ignored]}
    rules = {finding.rule for finding in check_review(review, source, reference)}
    assert rules.isdisjoint({"status_unlike_text", "claimant_unlike_text", "status_misfit", "claimant_not_in_text"})


def test_sources_are_those_of_the_sentence_before_those_of_the_text() -> None:
    vocabulary = vocabulary_of(load())
    sentence = "Microsoft bought 485,000 chips, people familiar with the matter said."
    found = counts(f"Omdia follows chips. {sentence}", sentence, vocabulary)
    assert [one.claimant for one in found] == ["anonymous", "Omdia", "analyst", "publication", "company"]
