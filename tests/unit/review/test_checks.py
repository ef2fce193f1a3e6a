"""What a review is told to mend: its layout, its values, and what does not fit the text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from builders import PROJECT
from corpus.reading import corpus_vocabulary
from reviewed_texts import ARTICLE, decided, draft_of, of, source_of

from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import Reference
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.checks.machine import compare_with_machine
from capex_pipeline.review.checks.source_words import claimant_kind
from capex_pipeline.review.entries import MOST_ENTRIES


def rules(review: dict[str, Any], article: ArticleText = ARTICLE) -> list[str]:
    return [finding.rule for finding in check_review(review, source_of(article))]


def changed(change: str) -> dict[str, Any]:
    content = decided()
    first = content["figures"][0]
    if change == "value":
        first["value"] = "24"
    elif change == "unit":
        first["unit"] = "USD billion"
    elif change == "span":
        first["span"] = [0, 7]
    elif change == "outside":
        first["span"] = [0, 70_000]
    elif change == "left out":
        del content["ignored"][0]
    elif change == "no reason":
        content["ignored"][0]["reason"] = " "
    elif change == "incomplete":
        del first["metric"]
    elif change == "common":
        content["defaults"] = {"metric": first.pop("metric")}
    elif change == "no company":
        first["entity"] = "Tencennt"
    elif change == "no metric":
        first["metric"] = "capexx"
    elif change == "no period":
        first["period"] = "some time"
    elif change == "no list":
        content["ignored"] = "none"
    elif change == "no keys":
        content["figures"].append("m009")
    elif change == "twice":
        content["figures"][1]["id"] = first["id"]
    elif change == "draft":
        content["state"] = "draft"
    return content


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("nothing", []),
        ("value", ["value_differs"]),
        ("unit", ["unit_differs"]),
        ("span", ["span_without_quantity", "mention_left_out"]),
        ("outside", ["span_invalid", "mention_left_out"]),
        ("left out", ["mention_left_out"]),
        ("no reason", ["reason_missing"]),
        ("incomplete", ["figure_incomplete"]),
        ("common", []),
        ("no company", ["entity_unknown"]),
        ("no metric", ["metric_unknown"]),
        ("no period", ["period_unreadable"]),
        ("no list", ["layout", "mention_left_out", "mention_left_out"]),
        ("no keys", ["layout"]),
        ("twice", ["id_repeated"]),
        ("draft", ["draft"]),
    ],
)
def test_layout_and_values_of_a_review(change: str, expected: list[str]) -> None:
    assert rules(changed(change)) == expected


def test_messages_say_where_the_words_are_and_what_to_do() -> None:
    content = draft_of()
    content["figures"][0]["span"] = [0, 7]
    messages = {finding.rule: finding.message for finding in check_review(content, source_of())}
    start = ARTICLE.body.index("Rmb23bn")
    assert messages["span_without_quantity"].endswith(f"Its quote 'Rmb23bn' is at [{start}, {start + 7}].")
    assert messages["undecided"].startswith("Question m003 ('more than 1mn') waits for your decision.")
    assert messages["undecided"].endswith("Move it to `figures:`, or to `ignored:` with a reason.")


def test_a_review_is_told_nothing_about_the_rules_only_what_to_do() -> None:
    """Where the reviewer differs from a guess of the machine there is nothing to do; the difference is for the check of the rules."""
    content = decided()
    removed = content["figures"].pop(1)
    content["ignored"].append({"span": removed["span"], "text": removed["quote"], "reason": "Not wanted."})
    assert rules(content) == []
    differing = compare_with_machine(content, source_of())
    assert [(finding.severity, finding.rule) for finding in differing] == [("warning", "machine_used")]


# --- what does not fit the text ---

REPORTED = of("Meta spent $19.4bn on capex in the third quarter of 2025, above the $18bn that analysts had expected.")
PLANNED = of("Meta expects capital expenditure of $70bn in 2025, its chief financial officer said.")
TOLD = of("Meta's capital expenditure was $39bn in 2024, its chief executive told analysts.", "2025-02-20")
SOURCES = of("ByteDance's capex was $11bn in 2024, two people familiar with the matter said.", "2025-01-22")


@pytest.mark.parametrize(
    ("article", "claimant"),
    [(REPORTED, "company"), (PLANNED, "executive"), (TOLD, "executive"), (SOURCES, "anonymous")],
)
def test_wrong_claimants_are_found(article: ArticleText, claimant: str) -> None:
    """The analysts of the first text expect another figure; those of the third listen."""
    content = decided(article)
    (figure,) = content["figures"]
    assert figure["claimant"] == claimant
    assert rules(content, article) == []
    for wrong in {"company", "executive", "analyst", "anonymous"} - {claimant}:
        figure["claimant"] = wrong
        assert "claimant_unlike_text" in rules(content, article), wrong
        figure["note"] = "The statement is quoted from the call."
        assert "claimant_unlike_text" not in rules(content, article)
        del figure["note"]


def test_a_claimant_of_whom_the_text_says_nothing_is_found() -> None:
    content = decided(PLANNED)
    figure = content["figures"][0]
    figure["claimant"] = "Susan Miller"
    assert rules(content, PLANNED) == ["claimant_not_in_text"]
    del figure["claimant"]
    assert rules(content, PLANNED) == ["claimant_missing"]


def test_a_name_that_the_text_has_is_a_claimant() -> None:
    content = decided(PLANNED)
    content["figures"][0]["claimant"] = "chief financial officer"
    assert rules(content, PLANNED) == []


@pytest.mark.parametrize(
    ("claimant", "kind"),
    [("Omdia", "analyst"), ("Meta", "company"), ("Corpus Times", "publication"), ("two people familiar with it", "anonymous"), ("A. N. Other", None)],
)  # fmt: skip
def test_names_of_claimants_have_kinds(claimant: str, kind: str | None) -> None:
    assert claimant_kind(claimant, corpus_vocabulary(), "Corpus Times") == kind


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"period": "CY2026"}, "period_not_over"),
        ({"period": "Q3 2025", "status": "guidance"}, "status_unlike_text"),
        ({"period": "Q3 2023", "status": "guidance"}, "period_over"),
        ({"status": "forecast"}, "status_misfit"),
        ({"period": "2025-07-01/2025-08-31"}, "period_misfit"),
        ({"period": "Q2 2025"}, "period_unlike_text"),
        ({"status": "said"}, "status_unknown"),
        ({"measure": "growth"}, "measure_unknown"),
        ({"entity": "amazon"}, "entity_unlike_text"),
    ],
)
def test_periods_and_statuses_that_do_not_fit_are_found(fields: dict[str, str], rule: str) -> None:
    content = decided(REPORTED)
    content["figures"][0].update(fields)
    assert rule in rules(content, REPORTED)


def test_a_plan_for_a_period_that_is_over_is_settled_by_a_note_or_by_a_person() -> None:
    """An old article's plan is guidance of its own time; both ways of saying so are read."""
    content = decided(REPORTED)
    content["figures"][0].update({"period": "Q3 2023", "status": "guidance", "note": "The plan of July 2023."})
    assert rules(content, REPORTED) == []
    content["figures"][0].update({"note": None, "corrected": ["period", "status"]})
    assert "period_over" not in rules(content, REPORTED)


def test_a_lost_figure_of_a_known_company_is_found() -> None:
    """The word "restructuring" beside the amount makes it context for the machine; capex beside it makes that doubtful."""
    article = of("Amazon spent $34.2bn on restructuring capex in the third quarter of 2025.")
    content = draft_of(article)
    (asked,) = content["undecided"]
    assert (asked["entity"], asked["metric"], asked["period"]) == ("amazon", "capex", "2025-07-01/2025-09-30")
    content["ignored"] = [{"span": asked["span"], "text": asked["quote"], "reason": asked["reason"]}]
    del content["undecided"], content["state"]
    assert rules(content, article) == ["figure_may_be_lost"]
    content["ignored"][0]["reason"] = "Includes purchases of other companies."
    assert rules(content, article) == []
    content["ignored"] = []
    assert rules(content, article) == ["mention_left_out"]


def test_a_figure_left_out_says_what_the_machine_reads() -> None:
    content = decided(REPORTED)
    content["figures"] = []
    messages = [finding.message for finding in check_review(content, source_of(REPORTED))]
    assert any("'$19.4bn'" in message and "meta, capex" in message for message in messages)


def test_every_rule_is_in_one_asset_check() -> None:
    """A rule that no check lists would be found by the command and missed in the build."""
    package = PROJECT / "capex_pipeline"
    modules = (package / "review" / "checks").glob("*.py")
    raised = {rule for path in modules for rule in re.findall(r'problem\(\s*"(\w+)"', path.read_text(encoding="utf-8"))}
    raised |= {f"{part}_unlike_text" for part in ("entity", "metric", "claimant", "status", "period")}
    listed = (package / "orchestration" / "asset_checks.py").read_text(encoding="utf-8")
    raised.remove("build_rejects")  # the build itself rejects it
    raised.remove("draft")  # a build ignores drafts
    assert len(raised) > 20
    assert {rule: listed.count(f'"{rule}"') for rule in raised} == dict.fromkeys(raised, 1)


def test_a_review_with_too_many_entries_is_refused_at_once() -> None:
    review = {"figures": [], "ignored": [{"span": [0, 3], "reason": "a year"}] * (MOST_ENTRIES + 1)}
    (finding,) = check_review(review, source_of())
    assert finding.rule == "layout" and "4,001 entries, and at most 4,000 are checked" in finding.message
    assert compare_with_machine(review, source_of()) == []


def test_two_values_of_one_fact_are_found() -> None:
    content = decided(REPORTED)
    content["figures"].append({**content["figures"][0], "id": "m009", "value": "34.9"})
    assert "several_values" in rules(content, REPORTED)
    content["figures"][1]["definition"] = "cash_and_lease_principal"
    assert "several_values" not in rules(content, REPORTED)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"flow": ""}, "enter one of shipped"),
        ({"product": "h2000"}, "h2000"),
        ({"definition": "cash_purchasse"}, "cash_purchasse"),
    ],
)
def test_what_a_build_would_reject_is_found(fields: dict[str, str], said: str, reference: Reference) -> None:
    article = of("Microsoft bought 485,000 of Nvidia's Hopper chips in 2024, according to Omdia.", "2025-11-14")
    content = decided(article)
    content["figures"] = [{
        "id": "m001", "span": [17, 24], "quote": "485,000", "entity": "nvidia", "metric": "gpu_units", "supplier": "nvidia", "customer": "microsoft",
        "flow": "acquired", "period": "CY2024", "value": "485,000", "unit": "units", "status": "estimate", "claimant": "Omdia", **fields,
    }]  # fmt: skip
    content["ignored"] = []
    messages = [
        one.message for one in check_review(content, source_of(article), reference) if one.rule == "build_rejects"
    ]
    assert any(said in message for message in messages)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value_low": "91", "value_high": "93"}, []),
        ({"value_low": "91"}, ["value_differs"]),
        ({"value_low": "90", "value_high": "93"}, ["value_differs"]),
        ({}, ["figure_incomplete"]),
    ],
)
def test_a_range_is_given_by_its_ends(fields: dict[str, str], expected: list[str]) -> None:
    """raw/README.md allows `value_low` and `value_high` in place of `value`."""
    article = of("Alphabet expects capital expenditure of between $91bn and $93bn in 2025.")
    review = decided(article)
    del review["figures"][0]["value"]
    review["figures"][0] |= fields
    assert rules(review, article) == expected


def corrected(body: str, change: dict[str, str], keys: list[str]) -> set[str]:
    """The rules that find something in the first figure of a text with changed fields, which a reviewer answers for."""
    article = of(body)
    review = decided(article)
    review["figures"][0] |= {**change, "corrected": keys}
    return {finding.rule for finding in check_review(review, source_of(article))}


@pytest.mark.parametrize(
    ("change", "key", "rule"),
    [
        ({"value": "19.9"}, "value", "value_differs"),
        ({"unit": "EUR billion"}, "unit", "unit_differs"),
        ({"period": "2025-08-01/2025-10-31"}, "period", "period_misfit"),
        ({"period": "2025-01-01/2025-03-31"}, "period", "period_unlike_text"),
        ({"claimant": "analyst"}, "claimant", "claimant_not_in_text"),
    ],
)
def test_a_correction_of_a_reviewer_is_not_held_against_the_source(change: dict[str, str], key: str, rule: str) -> None:
    body = "Meta spent $19.4bn on capex in the third quarter of 2025."
    assert rule in corrected(body, change, [])
    assert rule not in corrected(body, change, [key])
    assert rule in corrected(body, change, ["note"]), "another part was corrected"


def test_a_finding_names_its_entry_and_what_settles_it() -> None:
    article = of("Meta spent $19.4bn on capex in the third quarter of 2025.")
    review = decided(article)
    review["figures"][0] |= {"value": "19.9"}
    (finding,) = [one for one in check_review(review, source_of(article)) if one.rule == "value_differs"]
    assert finding.entry == review["figures"][0]["id"] and "value" in finding.parts


def test_a_number_with_company_metric_and_value_is_lost_only_by_a_decision() -> None:
    """The reason of the program without "Confirmed" means that nobody decided."""
    article = of("Meta will spend $72 billion on capex over the next three years.")
    review = draft_of(article)
    (asked,) = review.pop("undecided")
    assert (asked["entity"], asked["metric"]) == ("meta", "capex")
    del review["state"]
    ignored = {"span": asked["span"], "text": asked["quote"], "reason": asked["reason"]}
    review["ignored"] = [ignored]
    assert rules(review, article) == ["figure_may_be_lost"]
    ignored["reason"] = f"Confirmed: {asked['reason']}"
    assert rules(review, article) == []


@pytest.mark.parametrize(("period", "found"), [("CY2025", []), ("CY2026", ["period_not_over"])])
def test_a_price_of_a_year_in_progress_fits_its_text(reference: Reference, period: str, found: list[str]) -> None:
    """A build accepts it, so the check of its review does too; a year to come has no price yet."""
    article = of(
        "Nvidia sells several chips in China. An H20 costs between $12,000 and $15,000, analysts say.", "2025-03-20"
    )
    source = article_source(article, vocabulary_of(reference), "x.txt")
    review = {
        "document": dict(source.document),
        "figures": [dict(one) for one in source.draft["figures"]],
        "ignored": [],
    }
    (figure,) = review["figures"]
    assert figure["metric"] == "gpu_unit_price"
    figure |= {"period": period, "status": "reported"}
    rules_found = [one.rule for one in check_review(review, source)]
    assert [rule for rule in rules_found if rule == "period_not_over"] == found
