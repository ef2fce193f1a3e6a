"""What an answer shows is what the review has after it: definitions, and numbers that state one fact."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from reviewed_texts import of
from test_answers import entries_of

from capex_pipeline.article.front_matter import read_article_text
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.company_groups import groups_of
from capex_pipeline.review.decisions import Decision, Decisions, apply, fingerprint
from capex_pipeline.review.page_entries import counts_of, page_entries
from capex_pipeline.review.recording import completed, definition_rules

pytestmark = pytest.mark.slow("draws the page of a review in each test")

ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_answer_of_an_article_records_what_it_shows(path: Path) -> None:
    """Each answer alone is applied to the draft, with the definition that its card and its form show."""
    reference = load()
    source = article_source(read_article_text(path.read_bytes()), vocabulary_of(reference), path.name)
    review = copy.deepcopy(dict(source.draft))
    tried = 0
    for identity, entry in page_entries(review, source, reference).items():
        for option in entry["options"]:
            if "set" not in option:
                continue
            fields = {**option["set"], "definition": option["becomes"]["definition"]} if "definition" in option["becomes"] else option["set"]  # fmt: skip
            for changed in (fields, option["set"]):  # a definition that is not shown as changed follows from the others
                decided = Decisions(fingerprint(review), {identity: Decision("change", changed, "")})
                (figure,) = (one for one in apply(review, decided, source)["figures"] if one["id"] == identity)
                assert {key: str(figure[key]) for key in option["becomes"]} == option["becomes"]
                assert not {key for key in entry["fields"] if key in figure} - option["becomes"].keys()
            tried += 1
    assert tried > 10


def test_the_page_decides_definitions_as_the_command_does() -> None:
    """The table for the page has the definition of each company, metric and status on the days around every change."""
    vocabulary = vocabulary_of(load())
    rules = definition_rules(vocabulary)
    days = ("2015-01-01", "2021-06-30", "2024-04-01", "2024-06-30", "2025-07-01", "2026-04-01")
    for entity in vocabulary.entities:
        for metric in vocabulary.metric_ids:
            rows = rules.get(entity, {}).get(metric) or rules[""][metric]
            for day in days:
                _, guidance, other = [row for row in rows if row[0] <= day][-1]
                assert guidance == (vocabulary.definition(entity, metric, "guidance", day) or "")
                assert other == (vocabulary.definition(entity, metric, "reported", day) or "")


EXACT, ROUGH = "Meta's capex was $19.37bn in the third quarter of 2025.", "Meta spent about $19bn on capex in the third quarter of 2025."  # fmt: skip


@pytest.mark.parametrize("body", [f"{EXACT}\n\n{ROUGH}", f"{ROUGH}\n\n{EXACT}"])
def test_of_an_exact_and_a_rough_number_the_exact_one_is_kept(body: str) -> None:
    found = entries_of(body)
    exact, rough = found["$19.37bn"], found["about $19bn"]
    assert exact["part"] == "figures"
    preselected, own = rough["options"][:2]
    assert rough["chosen"] == 0 and preselected["keep"] == "m001" if body.startswith(EXACT) else "m002"
    assert "$19.37bn" in preselected["ignore"]
    assert own["instead"] == [preselected["keep"]] and own["set"] == {}


def test_of_two_contradicting_numbers_neither_is_preselected() -> None:
    found = entries_of("Meta's capex was $19.4bn in the third quarter of 2025.\n\nMeta's capex was $21.2bn in the third quarter of 2025.")  # fmt: skip
    assert (found["$19.4bn"]["part"], found["$21.2bn"]["chosen"]) == ("figures", None)
    assert {"keep", "instead"} <= {key for option in found["$21.2bn"]["options"] for key in option}


def test_one_number_twice_is_no_question() -> None:
    found = entries_of("Meta's capex was $19.4bn in the third quarter of 2025.\n\nIn the third quarter of 2025 Meta spent $19.4bn on capex.")  # fmt: skip
    assert {entry["part"] for entry in found.values()} == {"figures"}


def test_answers_differ_in_words_and_in_what_they_record() -> None:
    for path in ARTICLES:
        source = article_source(read_article_text(path.read_bytes()), vocabulary_of(load()), path.name)
        for entry in page_entries(source.draft, source, load()).values():
            labels = [option["label"] for option in entry["options"]]
            records = [str(option["becomes"]) for option in entry["options"] if "becomes" in option]
            assert len(labels) == len(set(labels)) and len(records) == len(set(records)), entry["quote"]


@pytest.mark.parametrize("words", ["plans to spend", "is planning to spend", "is tipped to spend", "will spend", "is set to spend", "aims to spend"])  # fmt: skip
def test_a_plan_is_not_offered_as_what_was_spent(words: str) -> None:
    (entry,) = entries_of(f"Meta {words} $72 billion on capex.").values()
    statuses = [option["becomes"]["status"] for option in entry["options"] if "becomes" in option]
    assert {entry["fields"]["status"], *statuses} == {"guidance"}


@pytest.mark.parametrize("words", ["is increasing", "is raising"])
def test_what_is_under_way_is_offered_as_a_plan_and_as_spent(words: str) -> None:
    """Either the rules are sure of the plan, or the first answer is guidance and another one is what was reported."""
    (entry,) = entries_of(f"Meta {words} its capex to $72 billion.").values()
    if entry["part"] == "figures":
        assert entry["fields"]["status"] == "guidance"
        return
    statuses = [option["becomes"]["status"] for option in entry["options"] if "becomes" in option]
    assert statuses[0] == "guidance" and "reported" in statuses


def test_a_plan_of_a_year_that_is_over_is_a_question_with_both_answers() -> None:
    (entry,) = entries_of("Oracle said in June 2024 that it planned to spend $10bn on capex in the fiscal year to May 2025.").values()  # fmt: skip
    readings = [option["becomes"] for option in entry["options"] if "becomes" in option]
    assert entry["chosen"] is None
    assert {("guidance", "2024-06-01/2025-05-31"), ("reported", "2024-06-01/2025-05-31")} <= {(one["status"], one["period"]) for one in readings}  # fmt: skip


def test_an_amount_that_rose_over_a_quarter_may_be_of_the_next_quarter_or_of_a_year_later() -> None:
    (entry,) = entries_of("Tencent's capital expenditure rose over the third quarter of 2024, to Rmb21bn.").values()
    periods = {option["becomes"]["period"] for option in entry["options"] if "becomes" in option}
    assert periods == {"2024-10-01/2024-12-31", "2025-07-01/2025-09-30"}


def test_an_earlier_plan_has_an_answer_of_its_own() -> None:
    text = "Alphabet raised its capex guidance for 2025 to $85bn from $75bn."
    earlier = entries_of(text)["$75bn"]["options"][0]
    assert "earlier plan (alphabet, 2025-01-01 to 2025-12-31)" in earlier["ignore"].casefold()


def test_shares_that_fall_are_no_growth_of_a_metric() -> None:
    entry = entries_of("Meta's share price fell 11% after it raised its capex guidance to $70bn.")["11%"]
    assert (entry["part"], entry["reason"], entry["options"]) == ("ignored", "Context: share price.", [])


def test_what_is_sold_is_no_spending() -> None:
    (entry,) = entries_of("Nvidia sold $41.1bn of data centre gear in the quarter to July.").values()
    assert {option["becomes"]["metric"] for option in entry["options"] if "becomes" in option} <= {"data_center_revenue", "revenue"}  # fmt: skip


def test_an_amount_beside_a_company_is_named_when_it_is_left_out() -> None:
    """The page lists it even if no reading is offered; a percentage or an amount without a company is not listed."""
    found = entries_of("Meta paid a fine of $5bn. Shares fell 4%.\n\nThe bridge cost $2bn.")
    assert [found[quote]["loses"] for quote in ("$5bn", "4%", "$2bn")] == [True, False, False]


def test_groups_have_names_members_and_other_words() -> None:
    reference = load()
    group = groups_of(vocabulary_of(reference), reference)["us_four"]
    assert group["members"] == ["Alphabet", "Amazon", "Meta", "Microsoft"]
    assert group["name"] == "Four US hyperscalers" and "big four" in group["words"]


def test_the_page_counts_what_it_shows() -> None:
    reference = load()
    source = article_source(of(f"{EXACT} {ROUGH} Shares in Meta fell 4%. Meta plans capex of $80bn."), vocabulary_of(reference), "x.txt")  # fmt: skip
    entries: dict[str, Any] = page_entries(source.draft, source, reference)
    counts = counts_of(entries)
    assert sum(counts.values()) == len(entries) == 4
    assert counts["figures"] == sum(entry["part"] == "figures" for entry in entries.values())
    assert counts["preselected"] == sum(entry["part"] == "undecided" and entry["chosen"] is not None for entry in entries.values())  # fmt: skip


def test_numbers_whose_preselected_answer_is_no_figure_count_as_left_out() -> None:
    """Numbers of a table without a unit need no answer, and are recorded as no figure: they are none of the answers to accept."""
    reference = load()
    body = "Alibaba's capital expenditure was 31.4 billion yuan in the third quarter of 2025.\n\nAlibaba capital expenditure | 12.4 | 31.7"
    source = article_source(of(body, "2025-11-30"), vocabulary_of(reference), "x.txt")
    counts = counts_of(page_entries(source.draft, source, reference))
    assert counts == {"questions": 0, "preselected": 0, "figures": 1, "left": 2}


def test_a_counted_group_is_no_company_of_the_sentence_before() -> None:
    text = "Meta spent $17bn on capex in the second quarter of 2025. Add it up: the big four spent roughly $95bn on capex in one quarter."
    entry = entries_of(text)["roughly $95bn"]
    first = next(option["becomes"] for option in entry["options"] if "becomes" in option)
    assert first["entity"] == "us_four" and "ignore" not in entry["options"][entry["chosen"] or 0]


def test_a_group_of_a_number_is_that_group() -> None:
    (entry,) = entries_of("Analysts at Morgan Stanley expect the group of four to spend $600 billion on capex in 2027.").values()  # fmt: skip
    first = next(option["becomes"] for option in entry["options"] if "becomes" in option)
    assert (first["entity"], first["period"], first["status"]) == ("us_four", "2027-01-01/2027-12-31", "forecast")


def test_the_name_of_a_cloud_business_before_a_number_is_its_owner() -> None:
    text = "AWS grew 17.5 per cent to $30.9bn in the second quarter, which disappointed people who had looked at Azure's 39 per cent."
    first = next(option["becomes"] for option in entries_of(text)["39 per cent"]["options"] if "becomes" in option)
    assert (first["entity"], first["definition"]) == ("microsoft", "azure_and_other_cloud_services")


def test_a_plan_that_was_missed_is_offered_for_the_period_that_was_reported() -> None:
    text = "Oracle spent $21.2 billion on capex in the fiscal year that ended in May 2025, more than the $16 billion that it had planned."
    entry = entries_of(text)["$16 billion"]
    readings = [(one["becomes"]["status"], one["becomes"]["period"]) for one in entry["options"] if "becomes" in one]
    assert entry["part"] == "figures" or ("guidance", "2024-06-01/2025-05-31") in readings


def test_counts_after_a_count_change_hands_as_it_does() -> None:
    text = "Omdia reckons that Microsoft bought 485,000 Hopper GPUs in 2024, twice as many as Meta with 224,000. Amazon took 196,000 and Google 169,000."
    found = entries_of(text)
    for quote, entity in (("196,000", "amazon"), ("169,000", "alphabet")):
        first = found[quote]["options"][0]["becomes"]
        assert (first["entity"], first["flow"], first["status"], first["claimant"]) == (entity, "purchased", "estimate", "Omdia")  # fmt: skip


def test_a_week_earlier_is_no_earlier_plan() -> None:
    text = "Alphabet said a week earlier that its capex would be between $91 billion and $93 billion in 2025, up from $85 billion that it gave in April."
    found = entries_of(text)
    assert found["between $91 billion and $93 billion"]["part"] == "figures"
    assert found["$85 billion"]["part"] == "ignored"


def test_who_gave_the_estimate_is_not_who_gave_the_result() -> None:
    text = "Google Cloud revenue climbed 34% to $15.2 billion in the third quarter, above the average analyst estimate of $14.7 billion, according to LSEG data."
    found = entries_of(text)
    assert {found[quote]["fields"]["claimant"] for quote in ("34%", "$15.2 billion")} == {"company"}
    assert found["$14.7 billion"]["part"] == "ignored"


def test_a_negative_amount_has_its_value() -> None:
    (entry,) = entries_of("Amazon's free cash flow was minus $11.6 billion over the past twelve months.").values()
    assert (entry["fields"]["value"], entry["fields"]["unit"]) == ("-11.6", "USD billion")
    source = article_source(of("Amazon's free cash flow was minus $11.6 billion.", "2025-11-03"), vocabulary_of(load()), "x.txt")  # fmt: skip
    (amount,) = source.amounts
    assert (amount.kind, amount.currency, amount.numbers, amount.text) == ("money", "USD", (11.6e9,), "minus $11.6 billion")  # fmt: skip
    assert "free_cash_flow" in {option["becomes"]["metric"] for option in entry["options"] if "becomes" in option}


def test_a_changed_period_keeps_a_definition_that_is_not_the_usual_one() -> None:
    vocabulary = vocabulary_of(load())
    figure = {"entity": "oracle", "metric": "capex", "status": "reported", "definition": "cash_purchases", "period": "2025-06-01/2025-08-31"}  # fmt: skip
    assert completed(figure, {"period": "2024-09-01/2025-08-31"}, vocabulary)["definition"] == "cash_purchases"
    assert completed(figure, {"status": "guidance"}, vocabulary)["definition"] == "stated_capex_guidance"
