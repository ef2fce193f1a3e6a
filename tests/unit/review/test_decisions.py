"""Decisions of the review page: what they may say and what they make of a review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reviewed_texts import ARTICLE, TEXT, source_of

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.cli.main import main
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import load
from capex_pipeline.review.decisions import MAX_BYTES, apply, completed, fingerprint, read_decisions
from capex_pipeline.review.review_file import ReviewError, read_review, review_text

pytestmark = pytest.mark.usefixtures("no_tables")


def draft() -> dict[str, Any]:
    """A draft as it is read from its file."""
    text = review_text(source_of().draft, source_of())
    return load_yaml_mapping(text.encode(), "x.yaml")


def applied(decisions: dict[str, Any], review: dict[str, Any] | None = None) -> dict[str, Any]:
    review = review or draft()
    data = json.dumps({"review": fingerprint(review), "decisions": decisions}).encode()
    return apply(review, read_decisions(data, "x.json"), source_of())


ACCEPT = {"action": "accept"}
YEAR = {"action": "change", "fields": {"period": "CY2024"}}


def test_a_review_is_finished_when_everything_is_decided() -> None:
    review = applied({"m001": ACCEPT, "m002": ACCEPT, "m003": YEAR})
    assert "state" not in review and "undecided" not in review
    assert [figure["id"] for figure in review["figures"]] == ["m001", "m002", "m003"]
    assert not {"confidence", "question", "readings", "reason"} & {key for one in review["figures"] for key in one}
    assert review["figures"][2]["period"] == "CY2024"


def test_the_check_lists_where_the_rules_differ_from_a_finished_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build warns of such passages, so a command has to show them. A draft is the reading of the rules itself."""
    text = tmp_path / "story.txt"
    text.write_text(TEXT, encoding="utf-8")
    review = applied({"m001": ACCEPT, "m002": ACCEPT, "m003": YEAR})
    review["figures"][1] |= {"period": "Q2 2024", "note": "The growth is that of the second quarter."}
    review["figures"][2]["flow"] = "shipped"
    path = tmp_path / "story.yaml"
    path.write_text(review_text(review, source_of()), encoding="utf-8")
    assert main(["review", "--check", str(text)]) == 0
    said = capsys.readouterr().out
    assert "nothing to do" in said and "For information" in said
    assert "Figure m002: the review has 2024-04-01/2024-06-30, the machine 2024-01-01/2024-06-30." in said
    path.write_text(review_text(draft(), source_of()), encoding="utf-8")
    assert main(["review", "--check", str(text)]) == 1
    assert "For information" not in capsys.readouterr().out


def test_a_review_stays_a_draft_while_something_is_open() -> None:
    review = applied({"m001": ACCEPT, "m003": YEAR})
    assert review["state"] == "draft"
    assert [figure.get("confidence") is None for figure in review["figures"]] == [True, False, True]


def test_what_is_left_out_keeps_its_words_and_gets_the_reason() -> None:
    review = applied({"m001": {"action": "ignore", "reason": "A rumour."}})
    span = [str(ARTICLE.body.index("Rmb23bn")), str(ARTICLE.body.index("Rmb23bn") + 7)]
    assert {"id": "m001", "span": span, "text": "Rmb23bn", "reason": "A rumour."} in review["ignored"]


def test_an_ignored_number_becomes_a_figure_with_what_is_known_of_it() -> None:
    fields = {"entity": "bytedance", "metric": "cash_pile", "period": "2024-08-29", "claimant": "publication"}
    review = applied({"m004": {"action": "change", "fields": fields}})
    figure = next(one for one in review["figures"] if one["id"] == "m004")
    assert (figure["value"], figure["unit"], figure["bound"]) == ("50", "USD billion", "at_least")
    assert "reason" not in figure


def test_a_changed_company_or_metric_changes_the_definition() -> None:
    review = applied({"m001": {"action": "change", "fields": {"status": "guidance", "period": "CY2025"}}})
    assert review["figures"][0]["definition"] == "stated_capex_guidance"


@pytest.mark.parametrize(
    ("decisions", "sentence"),
    [
        ({"m003": ACCEPT}, "m003 (more than 1mn) has no period"),
        ({"m099": ACCEPT}, "no entry m099"),
        ({"m001": {"action": "change", "fields": {"entity": ""}}}, "m001 (Rmb23bn) has no entity"),
    ],
)
def test_decisions_that_cannot_be_applied_change_nothing(decisions: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ReviewError, match=r".*") as refused:
        applied(decisions)
    assert sentence in str(refused.value)


def test_decisions_for_another_state_of_the_review_are_refused() -> None:
    old = draft()
    data = json.dumps({"review": fingerprint(old), "decisions": {"m001": ACCEPT}}).encode()
    new = {**old, "figures": old["figures"][1:]}
    with pytest.raises(ReviewError, match="changed since the page was made"):
        apply(new, read_decisions(data, "x.json"), source_of())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "no readable JSON"),
        (b"[" * 100_000, "no readable JSON"),
        (b"x" * (MAX_BYTES + 1), "more than 1,000,000 bytes"),
        (b"[]", "holds no decisions"),
        (b'{"decisions": {"a": 1}}', "none of accept, change, ignore"),
        (b'{"decisions": {"a": {"action": "delete"}}}', "none of accept, change, ignore"),
        (b'{"decisions": {"a": {"action": "accept"}, "a": {"action": "accept"}}}', "no readable JSON"),
        (b'{"decisions": {"a": {"action": "ignore", "reason": " "}}}', "without a reason"),
        (b'{"decisions": {"a": {"action": "change", "fields": {"span": "1"}}}}', "changes span"),
        (b'{"decisions": {"a": {"action": "change", "fields": {"entity": 5}}}}', "no text of one line"),
        (b'{"decisions": {"a": {"action": "change", "fields": ["entity"]}}}', "no text of one line"),
        (b'{"decisions": {"a": {"action": "change", "fields": {"note": "a\\nb"}}}}', "no text of one line"),
    ],
)
def test_a_file_that_is_no_file_of_decisions_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ReviewError) as refused:
        read_decisions(data, "x.json")
    assert sentence in str(refused.value)


@pytest.mark.slow("goes through a whole review")
def test_the_command_applies_decisions_and_says_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "story.txt"
    text.write_text(TEXT, encoding="utf-8")
    assert main(["review", "--page", str(tmp_path / "review.html"), str(text)]) == 0
    page = (tmp_path / "review.html").read_text(encoding="utf-8")
    state = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["review"]
    saved = tmp_path / "story.decisions.json"
    saved.write_text(json.dumps({"review": state, "decisions": {"m001": ACCEPT, "m002": ACCEPT}}), encoding="utf-8")
    capsys.readouterr()
    assert main(["review", "--apply", str(saved), str(text)]) == 1
    said = capsys.readouterr().out
    assert "2 decisions applied" in said and "1 thing to do" in said
    assert main(["review", "--apply", str(saved), str(text)]) == 1
    assert "make the page again" in capsys.readouterr().err


@pytest.mark.slow("goes through a whole review")
def test_a_review_with_something_left_to_do_stays_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise a build would take the rest of it and reject the figure that is wrong."""
    text = tmp_path / "story.txt"
    text.write_text(TEXT, encoding="utf-8")
    assert main(["review", "--page", str(tmp_path / "review.html"), str(text)]) == 0
    data = json.loads(
        (tmp_path / "review.html").read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0]
    )
    others = {
        name: {"action": "ignore", "reason": "A rumour."}
        for name, one in data["entries"].items()
        if one["part"] == "undecided"
    }
    wrong = {"action": "change", "fields": {"unit": "percent"}}
    saved = tmp_path / "story.decisions.json"
    saved.write_text(
        json.dumps({"review": data["review"], "decisions": {"m002": ACCEPT, **others, "m001": wrong}}), encoding="utf-8"
    )
    assert main(["review", "--apply", str(saved), str(text)]) == 1
    assert "2 things to do" in capsys.readouterr().out  # the unit is not the printed one, and a build would reject it
    assert read_review(text.with_suffix(".yaml"))["state"] == "draft"


def test_keys_that_a_person_added_are_kept() -> None:
    review = draft()
    review["figures"][0] |= {"segment": "Cloud", "presentation": "p1"}
    figure = applied({"m001": ACCEPT}, review)["figures"][0]
    assert (figure["segment"], figure["presentation"]) == ("Cloud", "p1")


def test_days_of_a_period_become_its_label() -> None:
    review = draft()
    first = review["figures"][0]
    del first["period"]
    first |= {"period_start": "2024-01-01", "period_end": "2024-06-30"}
    figure = applied({"m001": ACCEPT}, review)["figures"][0]
    assert figure["period"] == "2024-01-01/2024-06-30" and "period_start" not in figure


def test_what_a_person_corrected_is_named_beside_the_figure() -> None:
    review = applied({"m001": {"action": "change", "fields": {"value": "24"}, "corrected": ["value"]}, "m002": ACCEPT})
    first, second = review["figures"][:2]
    assert (first["value"], first["corrected"]) == ("24", ["value"])
    assert "corrected" not in second
    again = review_text(review, source_of())
    assert "corrected: [value]" in again
    assert load_yaml_mapping(again.encode(), "x.yaml")["figures"][0]["corrected"] == ["value"]


@pytest.mark.parametrize("corrected", [["span"], "value", [{"value": 1}], ["no key"]])
def test_only_fields_of_a_figure_are_corrected(corrected: Any) -> None:
    with pytest.raises(ReviewError, match="corrected"):
        applied({"m001": {"action": "change", "fields": {"value": "24"}, "corrected": corrected}})


def test_what_the_source_does_not_state_of_itself_is_written_into_the_review() -> None:
    review = draft()
    data = {"review": fingerprint(review), "decisions": {}, "document": {"publisher": " The Paper ", "title": ""}}
    applied_review = apply(review, read_decisions(json.dumps(data).encode(), "x.json"), source_of())
    assert applied_review["document"] == {**review["document"], "publisher": "The Paper"}


@pytest.mark.parametrize(
    "document", [{"licence": "x"}, {"title": "a\nb"}, {"title": 3}, ["title"], {"title": "x" * 301}]
)
def test_a_document_states_only_what_a_review_needs(document: Any) -> None:
    data = {"review": "x", "decisions": {}, "document": document}
    with pytest.raises(ReviewError, match="document"):
        read_decisions(json.dumps(data).encode(), "x.json")


@pytest.mark.parametrize("period", ["Q2 2025", "2025Q2", "2025-04-01/2025-06-30"])
def test_a_period_has_the_definition_of_its_days_however_it_is_spelt(period: str) -> None:
    """Alphabet's cloud revenue is the segment Google Cloud, from a day on that a label does not spell."""
    figure = {"entity": "alphabet", "metric": "cloud_revenue", "status": "reported", "period": "2025-10-01/2025-12-31"}
    done = completed({**figure, "definition": "google_cloud_segment"}, {"period": period}, vocabulary_of(load()))
    assert done["definition"] == "google_cloud_segment"


def test_another_period_keeps_a_definition_that_the_words_name() -> None:
    """Microsoft Cloud stays Microsoft Cloud in another quarter; another company has its own definition."""
    vocabulary = vocabulary_of(load())
    figure = {"entity": "microsoft", "metric": "cloud_revenue", "status": "reported", "period": "2024-01-01/2024-03-31", "definition": "microsoft_cloud"}  # fmt: skip
    assert completed(figure, {"period": "2024-04-01/2024-06-30"}, vocabulary)["definition"] == "microsoft_cloud"
    assert completed(figure, {"entity": "amazon"}, vocabulary)["definition"] == "aws_segment"
    usual = figure | {"definition": "intelligent_cloud_first_reported"}
    later = completed(usual, {"period": "2025-04-01/2025-06-30"}, vocabulary)["definition"]
    assert later == "intelligent_cloud_recast_2024"


@pytest.mark.parametrize(
    ("metric", "definition"),
    [("free_cash_flow", "company_free_cash_flow"), ("finance_lease_principal", "finance_lease_principal")],
)
def test_a_figure_that_a_person_adds_has_the_definition_of_its_metric(metric: str, definition: str) -> None:
    """Otherwise it is in no table of that metric."""
    known = {
        "entity": "meta",
        "period": "2023-01-01/2023-03-31",
        "value": "6,911",
        "unit": "USD million",
        "status": "reported",
    }
    assert completed(known, {"metric": metric}, vocabulary_of(load()))["definition"] == definition
