"""Figures of a review beside filings: Microsoft's cash purchases were USD 10,952m from January to March 2024 and 13,873m from April to June."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import evidence_of, filed, row
from reviewed_texts import of
from test_review_page import data_of

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.cli import review_steps
from capex_pipeline.cli.main import main
from capex_pipeline.normalise import figures as figure_rules
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.filings import Filings
from capex_pipeline.review.page import render
from capex_pipeline.review.review_file import read_review
from capex_pipeline.sources.ecb_rates import daily_fixings

pytestmark = pytest.mark.slow("reads, draws and checks a review beside filings in each test")

PUBLISHED = "2024-08-05"


@pytest.fixture(scope="module")
def filings() -> Filings:
    rows = [
        row(entity="microsoft", period="Q1 2024", value="10,952", unit="USD million"),
        row(entity="microsoft", period="Q2 2024", value="13,873", unit="USD million"),
    ]
    observations = evidence_of([filed("f", "2024-07-30")], rows).observations
    return Filings(observations, daily_fixings(["CNY", "USD"]), load())


def entry_of(body: str, filings: Filings | None) -> Any:
    """The only entry of the page of a text."""
    reference = load()
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    data = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference, filings))
    (entry,) = data["entries"].values()
    return entry


def found(body: str, filings: Filings | None, **change: Any) -> list[str]:
    """What the check finds of filings in the only figure of a text."""
    reference = load()
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    draft = copy.deepcopy(dict(source.draft))
    (figure,) = [*draft.pop("undecided"), *draft["figures"]]
    draft["figures"] = [{key: value for key, value in (figure | change).items() if key not in ("question", "readings")}]
    del draft["state"]
    findings = check_review(draft, source, reference, filings)
    return [finding.message for finding in findings if finding.rule == "filing_differs"]


def as_file(body: str) -> str:
    """An article as it is saved."""
    return (
        f"---\ntitle: x\npublisher: Corpus Times\nurl: https://corpus.example/x\npublished: {PUBLISHED}\n---\n{body}\n"
    )


RIGHT = "Microsoft spent $13.9bn on capex in the second quarter of 2024."
WRONG = "Microsoft spent $11.0bn on capex in the second quarter of 2024."


def test_a_figure_that_a_filing_contradicts_is_a_question_with_the_period_for_which_it_is_filed(
    filings: Filings,
) -> None:
    entry = entry_of(WRONG, filings)
    assert entry["part"] == "undecided" and entry["chosen"] is None
    assert entry["question"].startswith("The filings give USD 13,873m for 2024-04-01 to 2024-06-30. ")
    assert entry["origin"].startswith("cash_purchases; ")
    assert "They give this amount for 2024-01-01 to 2024-03-31." in entry["question"]
    earlier, right, *_, none = entry["options"]
    assert earlier["set"] == {"period": "2024-01-01/2024-03-31"}
    assert none["ignore"] == "Its reviewer holds it to be no figure."
    assert right["set"]["note"].startswith("Differs from what was filed: the filings give USD 13,873m")
    assert entry_of(WRONG, None)["part"] == "figures", "without filings nothing is known"


def test_the_figures_of_a_review_and_its_answers_are_read_once_for_one_page(
    filings: Filings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading them takes most of the time of a page."""
    resolve, read = figure_rules.resolve, []

    def counted(rows: pd.DataFrame, *others: Any) -> Any:
        read.append(rows["value"].tolist())
        return resolve(rows, *others)

    monkeypatch.setattr(figure_rules, "resolve", counted)
    options = entry_of(WRONG, filings)["options"]
    assert len(read) == 2 and read[0] == ["11.0"]
    assert [option["label"] for option in options[1:]] == ["It is right as it is", "No figure"]
    assert len(read[1]) == 3, "as filed, as it is, and the reading that records the same as the latter"


def test_a_figure_as_filed_is_shown_so_and_not_asked(filings: Filings) -> None:
    entry = entry_of(RIGHT, filings)
    assert entry["part"] == "figures" and entry["waits"]
    assert entry["filed"].startswith("As filed: the filings give USD 13,873m")


def test_the_answer_that_filings_give_is_preselected(filings: Filings) -> None:
    """The sentence does not say whose spending it is; that of Microsoft was filed with this amount."""
    body = "Microsoft has reported results. Capex was $13.9bn."
    assert entry_of(body, None)["chosen"] is None
    entry = entry_of(body, filings)
    assert entry["options"][entry["chosen"]]["label"] == "microsoft, capex, reported, 2024-04-01 to 2024-06-30"
    assert entry["filed"].startswith("As filed: the filings give USD 13,873m")


def test_a_preselected_answer_that_filings_contradict_is_asked(filings: Filings) -> None:
    body = "Microsoft has reported results for the second quarter of 2024. Its capex was $12.1bn, an official said."
    preselected = entry_of(body, None)
    assert preselected["part"] == "undecided" and preselected["chosen"] == 0
    entry = entry_of(body, filings)
    assert entry["chosen"] is None
    assert "the filings give USD 13,873m for 2024-04-01 to 2024-06-30" in entry["question"]


def test_a_filing_on_another_definition_contradicts_nothing(filings: Filings) -> None:
    """Depreciation of property and equipment is less than the depreciation and amortisation of the cash flow statement, which the text gives."""
    rows = [row(entity="microsoft", metric="depreciation", definition="depreciation_of_property_and_equipment", period="Q2 2024", value="4,300", unit="USD million")]  # fmt: skip
    observations = evidence_of([filed("f", "2024-07-30")], rows).observations
    others = Filings(observations, daily_fixings(["CNY", "USD"]), load())
    body = "Microsoft's depreciation and amortisation was $6.4bn in the second quarter of 2024."
    entry = entry_of(body, others)
    assert {option["becomes"]["definition"] for option in entry["options"] if "becomes" in option} == {"depreciation_in_cash_flow_statement"}  # fmt: skip
    assert "the filings" not in entry["question"]


@pytest.fixture(scope="module")
def with_leases() -> Filings:
    """Microsoft's cash purchases, and beside them what it states with finance leases: USD 14.0bn and 19.0bn."""
    said = {"entity": "microsoft", "definition": "stated_including_finance_leases", "unit": "USD billion"}
    rows = [
        row(entity="microsoft", period="Q1 2024", value="10,952", unit="USD million"),
        row(entity="microsoft", period="Q2 2024", value="13,873", unit="USD million"),
        row(period="Q1 2024", value="14.0", **said),
        row(period="Q2 2024", value="19.0", **said),
    ]
    return Filings(evidence_of([filed("f", "2024-07-30")], rows).observations, daily_fixings(["CNY", "USD"]), load())


def test_an_amount_that_is_filed_on_another_definition_is_found(with_leases: Filings) -> None:
    body = "Microsoft spent $19bn on capex in the second quarter of 2024."
    (message,) = found(body, with_leases, definition="cash_purchases")
    assert "the filings give USD 13,873m as cash_purchases for 2024-04-01 to 2024-06-30" in message
    assert "They give this amount as stated_including_finance_leases." in message
    assert found(body, with_leases, definition="stated_including_finance_leases") == []
    assert found(body, with_leases, definition="press_claim") == [], "it does not say which amount it means"


def test_an_amount_that_no_definition_gives_is_held_against_its_own(with_leases: Filings) -> None:
    """The one with leases is nearer to it."""
    (message,) = found(
        "Microsoft spent $17bn on capex in the second quarter of 2024.", with_leases, definition="cash_purchases"
    )
    assert "the filings give USD 13,873m for 2024-04-01 to 2024-06-30" in message


def test_an_answer_on_its_own_definition_goes_before_one_that_agrees_on_another(with_leases: Filings) -> None:
    """Rounded, 13.9 and 14.0 are near each other; the second is of the quarter before and includes leases."""
    body = (
        "Microsoft has reported results for the second quarter of 2024. It spent $19bn in the quarter, leased sites included, of which $13.9bn was"
        " cash paid for property and equipment."
    )
    reference = load()
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    entries = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference, with_leases))["entries"]
    becomes = {}
    for entry in entries.values():
        assert entry["part"] == "undecided" and "ignore" in entry["options"][-1]
        becomes[entry["quote"]] = entry["options"][entry["chosen"]]["becomes"]
    assert {quote: (one["definition"], one["period"]) for quote, one in becomes.items()} == {
        "$19bn": ("stated_including_finance_leases", "2024-04-01/2024-06-30"),
        "$13.9bn": ("cash_purchases", "2024-04-01/2024-06-30"),
    }


def test_a_number_that_is_left_out_is_preselected_if_filings_give_it(filings: Filings) -> None:
    """The word "leases" makes it another cost for the rules."""
    body = "Microsoft's number for the June quarter of 2024 was $13.9bn of capex including finance leases."
    assert entry_of(body, None)["chosen"] is None
    entry = entry_of(body, filings)
    if entry["part"] != "figures":
        assert entry["part"] == "undecided" and entry["options"][entry["chosen"]]["becomes"]["period"] == "2024-04-01/2024-06-30"  # fmt: skip


def test_an_amount_that_is_filed_for_another_period_has_that_period(filings: Filings) -> None:
    body = "Start with Microsoft, whose results are out. The company, an official said, spent $11.0bn on capex in the second quarter of 2024."
    entry = entry_of(body, filings)
    assert entry["options"][entry["chosen"] or 0]["becomes"]["period"] == "2024-01-01/2024-03-31"


def test_the_check_names_the_figure_and_what_was_filed(filings: Filings) -> None:
    (message,) = found(WRONG, filings)
    assert message.startswith("Figure m001 ('$11.0bn'): the filings give USD 13,873m for 2024-04-01 to 2024-06-30")
    assert found(RIGHT, filings) == [] and found(WRONG, None) == []


@pytest.mark.parametrize("change", [{"corrected": ["value"]}, {"note": "Misprint of the newspaper."}])
def test_a_person_may_answer_for_a_figure_that_filings_contradict(filings: Filings, change: dict[str, Any]) -> None:
    assert found(WRONG, filings, **change) == []


@pytest.mark.parametrize(
    "body",
    [
        "Microsoft spent $11.0bn on capex in the third quarter of 2023.",  # no filing at hand
        "Microsoft expects to spend $11.0bn on capex in the third quarter of 2024.",  # a plan
        "Meta spent $11.0bn on capex in the second quarter of 2024.",  # another company
        "Microsoft spent $13.8bn on capex in the second quarter of 2024.",  # cut off, not rounded
        "Microsoft spent more than $9bn on capex in the second quarter of 2024.",
    ],
)
def test_what_no_filing_contradicts_is_not_asked(filings: Filings, body: str) -> None:
    assert found(body, filings) == []
    assert "the filings" not in entry_of(body, filings)["question"]


def test_a_newspaper_s_own_conversion_is_not_held_against_filings(filings: Filings) -> None:
    """13,873m dollars were about 12.9bn euros at the rates of the quarter, not 15bn."""
    reference = load()
    body = "Microsoft spent $13.9bn (€15.0bn) on capex in the second quarter of 2024."
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    entries = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference, filings))["entries"]
    assert [entry["fields"].get("same_fact_as") for entry in entries.values()] == [None, "m001"]
    assert all("the filings" not in entry["question"] for entry in entries.values())


def test_agreement_that_chance_would_give_preselects_nothing(filings: Filings) -> None:
    """Every larger amount agrees with "more than"."""
    entry = entry_of("Microsoft has reported results. Capex was more than $5bn.", filings)
    assert entry["chosen"] is None and entry["filed"] == ""


@pytest.mark.parametrize("period", ["2024-04-01/2024-06-30", "2024-01-01/2024-03-31"])
def test_an_answer_against_a_filing_is_recorded_with_a_note_and_not_asked_again(
    filings: Filings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, period: str
) -> None:
    monkeypatch.setattr(review_steps, "filings", lambda _: filings)
    text, page, saved = tmp_path / "story.txt", tmp_path / "review.html", tmp_path / "story.json"
    text.write_text(as_file("Microsoft spent $12.1bn on capex in the second quarter of 2024."), encoding="utf-8")
    assert main(["review", "--page", str(page), str(text)]) == 0
    data = data_of(page.read_text(encoding="utf-8"))
    (identity,) = data["entries"]
    answer = {"action": "change", "fields": {"period": period}, "corrected": ["period"]}
    saved.write_text(json.dumps({"review": data["review"], "decisions": {identity: answer}}), encoding="utf-8")
    capsys.readouterr()
    assert main(["review", "--apply", str(saved), str(text)]) == 0
    (figure,) = read_review(text.with_suffix(".yaml"))["figures"]
    days = period.replace("/", " to ")
    amount = "13,873m" if period.startswith("2024-04") else "10,952m"
    assert f"the filings give USD {amount} for {days}" in figure["note"] and figure["corrected"] == ["period", "value"]
    said = capsys.readouterr().out
    assert f"Recorded as decided, with a note: Figure {identity}" in said and "nothing to do" in said
    assert main(["review", "--check", str(text)]) == 0


def test_an_answer_that_a_filing_agrees_with_gets_no_note(
    filings: Filings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_steps, "filings", lambda _: filings)
    text, page, saved = tmp_path / "story.txt", tmp_path / "review.html", tmp_path / "story.json"
    text.write_text(as_file(RIGHT), encoding="utf-8")
    assert main(["review", "--page", str(page), str(text)]) == 0
    data = data_of(page.read_text(encoding="utf-8"))
    (identity,) = data["entries"]
    answer = {"action": "change", "fields": {"period": "2024-04-01/2024-06-30"}, "corrected": []}
    saved.write_text(json.dumps({"review": data["review"], "decisions": {identity: answer}}), encoding="utf-8")
    assert main(["review", "--apply", str(saved), str(text)]) == 0
    assert "note" not in read_review(text.with_suffix(".yaml"))["figures"][0]


def disagreeing(body: str, filings: Filings, **change: Any) -> list[str]:
    """What the check finds of the arithmetic of a text. change: of its last figure."""
    reference = load()
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    draft = copy.deepcopy(dict(source.draft))
    assert not draft.pop("undecided") and len(draft["figures"]) == 2
    draft["figures"][-1] |= change
    del draft["state"]
    findings = check_review(draft, source, reference, filings)
    return [finding.message for finding in findings if finding.rule == "numbers_disagree"]


def test_an_amount_in_two_currencies_at_no_rate_of_the_time_is_found_before_a_build_warns_of_it(
    filings: Filings,
) -> None:
    """A dollar was 7.2 to 7.3 yuan: 11.9 billion yuan were 1.6 to 1.7 billion dollars."""
    body = "Alibaba spent 11.9bn yuan (${}bn) on capex in the second quarter of 2024."
    (message,) = disagreeing(body.format("1.9"), filings)
    assert "which agrees with no rate of the period" in message and "note" in message
    assert disagreeing(body.format("1.9"), filings, note="The paper prints it so.") == []
    assert disagreeing(body.format("1.64"), filings) == []


def test_such_an_amount_is_a_question_and_may_be_right_with_a_note(filings: Filings) -> None:
    body = "Alibaba spent 11.9bn yuan ($1.9bn) on capex in the second quarter of 2024."
    reference = load()
    source = article_source(of(body, PUBLISHED), vocabulary_of(reference), "x.txt")
    data = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference, filings))
    (entry,) = (one for one in data["entries"].values() if one["part"] == "undecided")
    assert entry["quote"] == "$1.9bn" and "no rate of the period" in entry["question"]
    right, none = entry["options"]
    assert right["set"] == {"note": "The document prints it so; its own numbers do not agree."} and "ignore" in none
