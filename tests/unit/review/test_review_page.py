"""The review page as a file: it asks nothing of the network, shows the article as text, and offers answers that finish a question."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from reviewed_texts import ARTICLE, draft_of, of, source_of

from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.compared_answers import follow_levels, part_by_period
from capex_pipeline.review.page import render
from capex_pipeline.review.review_file import review_text
from capex_pipeline.review.source import Cell, Passage


def page_of(article: ArticleText, review: dict[str, Any] | None = None) -> str:
    return render(review or draft_of(article), source_of(article), "capex-pipeline review --apply x.json x.txt", load())


def data_of(html: str) -> Any:
    return json.loads(html.partition('id="data">')[2].partition("</script>")[0])


def test_the_policy_allows_the_own_script_and_no_request() -> None:
    html = page_of(ARTICLE)
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)[0]
    script = html.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in policy
    assert "connect-src" not in policy
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)


def test_nothing_of_an_article_becomes_markup() -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    article = read(f"{evil} Meta spent $19.4bn on capex in the third quarter of 2025 {evil}.", evil)
    html = page_of(article)
    assert "<img" not in html and "alert(1)</script>" not in html
    assert html.count("<script") == 2
    assert any(evil in passage["text"] for passage in data_of(html)["passages"])


def read(body: str, title: str) -> ArticleText:
    article = of(body)
    return ArticleText({**article.front, "title": title}, article.body)


def test_every_mention_is_marked_in_its_sentence() -> None:
    data = data_of(page_of(ARTICLE))
    marked = {
        identity: passage["text"][start:end]
        for passage in data["passages"]
        for start, end, ids in passage["marks"]
        for identity in ids
    }
    assert marked == {identity: entry["quote"] for identity, entry in data["entries"].items()}
    assert list(marked) == ["m001", "m002", "m003", "m004"]


def test_a_period_with_two_readings_is_answered_by_either() -> None:
    article = of("Alibaba's capital expenditure was Rmb86bn in 2024.", "2025-02-20")
    (entry,) = data_of(page_of(article))["entries"].values()
    assert [option.get("set") for option in entry["options"]] == [
        {"period": "2023-04-01/2024-03-31"}, {"period": "2024-01-01/2024-12-31"}, None,
    ]  # fmt: skip
    assert entry["options"][-1]["ignore"].startswith("Confirmed: ")


def test_an_unsure_claimant_is_answered_by_a_kind_of_source() -> None:
    article = of("Meta spent $19.4bn on capex in the third quarter of 2025, a senior official said.")
    review = draft_of(article)
    entry = next(one for one in data_of(page_of(article, review))["entries"].values() if "claimant" in one["question"])
    assert {option["set"]["claimant"] for option in entry["options"] if "set" in option} == {
        "company", "executive", "analyst", "anonymous", "publication",
    }  # fmt: skip


def test_equal_reviews_give_equal_pages() -> None:
    assert page_of(ARTICLE) == page_of(ARTICLE)


def test_a_figure_with_two_questions_asks_both_at_once() -> None:
    """No quarter of Meta ends in October, and the words do not say which official it is."""
    article = of("Meta spent $50bn on capex in the ten months to October 2025, a senior official said.")
    review = draft_of(article)
    (asked,) = review["undecided"]
    assert asked["question"].endswith("Which period is meant? Who is the claimant?")
    (entry,) = data_of(page_of(article, review))["entries"].values()
    assert entry["options"][0]["label"].endswith(", claimant company")


ROW = "Purchases of property | 8,729 | - | 7,100"
CELLS = [
    Cell(heads, ROW.index(text), ROW.index(text) + len(text))
    for heads, text in (("2025", "8,729"), ("Change", "-"), ("2024", "7,100"))
]
PASSAGE = Passage(
    ROW, 0, 2, "table 3, row 4", {(number, number + 1): (CELLS[2 * number].start, CELLS[2 * number].end) for number in (0, 1)}, "(in millions)", CELLS
)  # fmt: skip
REVIEW_OF_A_TABLE: dict[str, Any] = {
    "document": {"title": "Results"},
    "state": "draft",
    "figures": [{"id": "a", "span": ["0", "1"], "quote": "8,729"}, {"id": "b", "span": ["1", "2"], "quote": "7,100"}],
}


def test_cells_of_a_row_are_marked_where_they_are_printed() -> None:
    """Spans of a document count its amounts; the passage says where each is in its line, and under which heads."""
    source = replace(source_of(), passages=[PASSAGE])
    data = data_of(render(REVIEW_OF_A_TABLE, source, "", load()))
    (passage,) = data["passages"]
    assert [(passage["text"][start:end], ids) for start, end, ids in passage["marks"]] == [
        ("8,729", ["a"]),
        ("7,100", ["b"]),
    ]
    assert [passage["text"][start:end] for _, start, end in passage["cells"]] == ["8,729", "-", "7,100"]
    assert [data["entries"][name]["heads"] for name in "ab"] == ["2025", "2024"]
    lines = review_text(REVIEW_OF_A_TABLE, source).splitlines()
    row = lines.index("  # table 3, row 4: Purchases of property | [a 8,729] | - | [b 7,100]")
    assert lines[row + 1 : row + 4] == ["  # above the table: (in millions)", "  # 2025", "  - id: a"]


def test_what_the_check_finds_is_asked_at_the_figure() -> None:
    """The text prints 19.4; a person may say that the review is right nevertheless, and that is kept as `corrected`."""
    article = of("Meta spent $19.4bn on capex in the third quarter of 2025.", "2025-10-31")
    review = draft_of(article)
    review["figures"][0] |= {"value": "19.9"}
    (entry,) = data_of(page_of(article, review))["entries"].values()
    assert entry["part"] == "undecided" and entry["chosen"] is None
    assert "the article has '$19.4bn' there" in entry["question"]
    assert entry["options"][0]["label"] == "It is right as it is" and "value" in entry["options"][0]["corrected"]


def test_what_has_to_change_cannot_be_confirmed() -> None:
    article = of("Meta spent $19.4bn on capex in the third quarter of 2025.", "2025-10-31")
    review = draft_of(article)
    review["figures"][0] |= {"period": "2026-07-01/2026-09-30"}
    (entry,) = data_of(page_of(article, review))["entries"].values()
    assert "was not over" in entry["question"]
    assert entry["options"][-1]["label"] == "No figure"
    for option in entry["options"][:-1]:
        changed = {key: option["becomes"][key] for key in ("period", "status")}
        assert changed != {"period": "2026-07-01/2026-09-30", "status": "reported"}


def test_decisions_of_another_review_of_the_text_have_another_store() -> None:
    source = source_of(ARTICLE)
    stores = {data_of(render(draft_of(ARTICLE), source, command, load()))["store"] for command in ("a", "b")}
    assert len(stores) == 2


def test_only_what_the_source_leaves_out_is_asked_of_it() -> None:
    assert data_of(page_of(ARTICLE))["unknown"] == []
    review = draft_of(ARTICLE)
    review["document"] = {**review["document"], "publisher": ""}
    assert data_of(page_of(ARTICLE, review))["unknown"] == ["publisher"]


def test_every_field_and_every_choice_is_explained() -> None:
    data = data_of(render(draft_of(ARTICLE), source_of(), "", load()))
    for field in data["fields"]:
        assert data["help"].get(field) or data["meanings"].get(field), field
    for field in ("metric", "measure", "flow", "bound", "status"):
        assert set(data["choices"][field]) <= data["meanings"][field].keys()


def test_an_answer_that_the_text_contradicts_is_recorded_as_corrected() -> None:
    """The sentence states the quarter; who chooses the year answers for it."""
    article = of("Meta spent $19.4bn on capex in the third quarter of 2025, a senior official said.")
    source = article_source(article, vocabulary_of(load()), "x.txt")
    review = copy.deepcopy(dict(source.draft))
    (asked,) = review["undecided"]
    asked |= {"question": "Which period is meant?", "readings": ["2025-07-01/2025-09-30", "2024-07-01/2024-09-30"]}
    (entry,) = data_of(render(review, source, "", load()))["entries"].values()
    assert [option["corrected"] for option in entry["options"][:2]] == [[], ["period"]]


def test_every_definition_of_the_reference_data_can_be_chosen() -> None:
    """Also one that no company uses by default, such as what Microsoft states with finance leases."""
    reference = load()
    source = article_source(ARTICLE, vocabulary_of(reference), "x.txt")
    data = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference))
    assert set(data["choices"]["definition"]) == set(data["meanings"]["definition"]) == set(reference.definitions.index)
    assert "stated_including_finance_leases" in data["choices"]["definition"]


def question(span: int, measure: str, *periods: str, chosen: int | None, filed: str = "") -> dict[str, Any]:
    """An open question of one sentence with an answer for each period."""
    options = [{"label": period, "set": {"period": period}} for period in periods]
    return {
        "part": "undecided", "span": [span, span + 1], "fields": {"measure": measure}, "options": options, "chosen": chosen, "group": ["sentence"],
        "filed": filed,
    }  # fmt: skip


def test_growth_that_filings_place_is_not_moved_to_the_time_with_which_it_compares() -> None:
    """ "An increase of 34% compared to RMB29,610 million in the same quarter of 2024": each of the two numbers is answered alone."""
    entries = {
        "34%": question(1, "yoy_growth", "2024", "2025", chosen=1, filed="As filed: +34.5 % for 2025."),
        "RMB29,610 million": question(2, "level", "2024", "2025", chosen=0),
    }
    follow_levels(entries)
    part_by_period(entries)
    assert [entry["chosen"] for entry in entries.values()] == [1, 0]
    assert entries["34%"]["group"] != entries["RMB29,610 million"]["group"]


def test_growth_follows_its_level_and_is_answered_with_it() -> None:
    entries = {
        "20%": question(1, "yoy_growth", "2024", "2025", chosen=0),
        "$33bn": question(2, "level", "2024", "2025", chosen=1),
    }
    follow_levels(entries)
    part_by_period(entries)
    assert [entry["chosen"] for entry in entries.values()] == [1, 1]
    assert entries["20%"]["group"] == entries["$33bn"]["group"]
