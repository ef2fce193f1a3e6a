"""Article files, drafts and the marked text."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from builders import PROJECT
from corpus.labels import articles
from corpus.reading import corpus_vocabulary
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.review.reviewed_texts import TEXT

from capex_pipeline.article.drafted_rows import draft_figures, figure_record, read_body
from capex_pipeline.article.front_matter import MAX_BYTES, ArticleText, read_article_text
from capex_pipeline.article.highlight import highlight
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.raw.printed_rows import DRAFT_COLUMNS, PRINTED_COLUMNS
from capex_pipeline.raw.row_tables import MENTIONS, frame_of
from capex_pipeline.values.escaping import markdown_text as escape
from capex_pipeline.values.units import parse_unit, parse_value


def drafted(
    article: ArticleText, vocabulary: Vocabulary, document_id: str
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """As `draft_figures`, with frames for tables."""
    document, rows, mentions = draft_figures(article, vocabulary, document_id)
    return document, frame_of([rows]), frame_of([mentions], MENTIONS)


def test_front_matter_and_body() -> None:
    article = read_article_text(TEXT.encode())
    assert article.problems == []
    assert article.front["publisher"] == "Corpus Times"
    assert article.body == TEXT[article.body_offset :]
    assert article.body.startswith("Tencent’s")
    assert str(article.published) == "2024-08-29"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "2,000,000"),
        (b"No front matter at all.", "no front matter"),
        (b"---\ntitle: a\nbody without an end", "not closed"),
        (b"---\ntitle: [a, b: c\n---\ntext", "not valid YAML at line"),
        (b"---\ntitle: a\ntitle: b\n---\ntext", "the key title occurs twice"),
        (b"---\na: &x [1, 2]\nb: *x\n---\ntext", "aliases"),
        (b"---\ntitle: !!python/object/apply:os.system [ls]\npublished: 2024-01-01\n---\ntext", "list or mapping"),
        (b"---\ntitle: x\npublished: August 2024\n---\ntext", "not of the form"),
        (b"---\ntitle: x\n---\ntext", "no published date"),
        (b"---\nauthor: x\npublished: 2024-01-01\n---\ntext", "unknown key"),
        (b"---\npublished: 2024-01-01\n---\n  \n", "no text"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(data: bytes, words: str) -> None:
    problems = read_article_text(data).problems
    assert any(words in problem for problem in problems), problems
    assert all(problem.endswith(".") for problem in problems)


def test_draft_rows_are_printed_rows_with_spans() -> None:
    article = read_article_text(TEXT.encode())
    document, rows, mentions = drafted(article, corpus_vocabulary(), "2024-08-29-corpus")
    assert (document["document_id"], document["kind"], document["published"]) == (
        "2024-08-29-corpus",
        "article",
        "2024-08-29",
    )
    assert tuple(rows.columns) == (*PRINTED_COLUMNS, *DRAFT_COLUMNS, "row_number")
    assert rows["row_number"].tolist() == [1, 2]
    level, growth = rows.to_dict("records")
    assert (level["entity"], level["metric"], level["value"], level["unit"], level["period"]) == (
        "tencent",
        "capex",
        "Rmb23bn",
        "CNY billion",
        "2024-01-01/2024-06-30",
    )
    assert (growth["measure"], growth["read_value"], growth["read_unit"]) == ("yoy_growth", 176, "percent")
    assert (level["read_low"], level["read_value"], level["read_high"], level["read_step"]) == (23e9, 23e9, 23e9, 1e9)
    assert article.body[level["span_start"] : level["span_end"]] == "Rmb23bn"
    assert set(rows["review_state"]) == {"machine"}
    assert mentions["outcome"].tolist() == ["used", "used", "uncertain", "context"]
    assert all(rows[name].dtype == "str" for name in ("entity", "value", "unit", "note"))


def test_values_of_a_review_read_as_the_numbers_of_the_text() -> None:
    """The cells of a review and the prose share one grammar: what is written for a person means the same numbers."""
    seen = 0
    for labelled in articles("tuned"):
        for figure in read_body(read_article_text(labelled.data), corpus_vocabulary()).figures:
            record = figure_record(figure, corpus_vocabulary())
            quantity, unit = parse_value(str(record["value"])), parse_unit(str(record["unit"]))
            mention = figure.mention
            wanted = {abs(number) for number in (mention.low, mention.value, mention.high) if number is not None}
            got = {
                abs(number) * unit.scale
                for number in (quantity.low, quantity.value, quantity.high)
                if number is not None
            }
            assert all(any(number == pytest.approx(other) for other in got) for number in wanted), record
            seen += 1
    assert seen > 60


def test_nothing_is_dropped() -> None:
    for labelled in articles("tuned"):
        _, rows, mentions = drafted(read_article_text(labelled.data), corpus_vocabulary(), labelled.name)
        assert (mentions["outcome"] == "used").sum() == len(rows.drop_duplicates(["span_start", "span_end"]))
        assert mentions.loc[mentions["outcome"] != "used", "reason"].notna().all()
        assert rows["id"].is_unique


def test_marked_text_is_safe() -> None:
    body = "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://e.example/i.png) # Head `code` *b* _u_ |t| \n\n    indented $5bn\n- list\n1. one"
    article = read_article_text(f"---\npublished: 2024-01-01\n---\n{body}".encode())
    _, _, mentions = drafted(article, corpus_vocabulary(), "x")
    shown = highlight(article.body, mentions).split("\n\n---\n\n")[1]
    assert "`$5bn` **(–1)**" in shown
    for character in "<>[]()!#`*_|":
        remaining = shown.replace("`$5bn` **(–1)**", "").replace("&#", "")
        assert character not in remaining, character
    assert "\n    " not in shown
    assert "&#60;script&#62;" in shown
    assert "http&#58;&#8203;&#47;" in shown  # no viewer takes it for an address


def test_marked_text_says_what_was_made_of_each_mention() -> None:
    article = read_article_text(TEXT.encode())
    _, rows, mentions = drafted(article, corpus_vocabulary(), "x")
    figures = rows.rename(columns={"id": "figure_id", "entity": "entity_id", "metric": "metric_id"})
    summary, text, table = highlight(article.body, mentions, figures).split("\n\n---\n\n")
    assert summary.startswith("4 mentions of a quantity: **(=)** 2 used in a figure · **(–)** 1 context")
    assert "`Rmb23bn` **(=1)** in the first half, up `176 per cent` **(=2)**" in text
    lines = table.splitlines()
    assert lines[2].startswith(
        "| **(=1)** | Rmb23bn | 23,000,000,000 CNY | tencent, capex level, 2024&#45;01&#45;01 to 2024&#45;06&#45;30, "
    )
    assert lines[4].startswith("| **(?3)** | more than 1mn | at least 1,000,000 units | uncertain")
    assert lines[5].startswith(
        "| **(–4)** | more than $50bn | at least 50,000,000,000 USD | context, belongs in no table"
    )


def test_marked_text_keeps_lines_and_bounds() -> None:
    mentions = drafted(read_article_text(TEXT.encode()), corpus_vocabulary(), "x")[2].head(0)
    assert highlight("One\ntwo\n\n\nthree", mentions).split("\n\n---\n\n")[1] == "One  \ntwo\n\nthree"
    assert "The first 60,000 of 70,000 characters" in highlight("a" * 70_000, mentions).replace("&#44;", ",")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=150))
def test_escaped_text_has_no_markup(text: str) -> None:
    assert not set("<>[]()!`*_|\\~") & set(escape(text))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    article = read_article_text(data)
    draft_figures(article, corpus_vocabulary(), "x")
    assert all(problem.endswith(".") for problem in article.problems)


def test_a_value_of_the_front_matter_may_hold_colons_without_quotes() -> None:
    article = read_article_text(
        '---\ntitle: Chips: "who" bought é\nurl: https://example.org/a: b\npublished: 2024-08-29\n---\ntext'.encode()
    )
    assert article.problems == []
    assert article.front["title"] == 'Chips: "who" bought é'
    assert article.front["url"] == "https://example.org/a: b"


def test_the_front_matter_of_the_guide_to_raw_is_read() -> None:
    guide = (PROJECT / "raw" / "README.md").read_text(encoding="utf-8")
    example = guide.partition("## Articles as text")[2].split("```")[1].lstrip("\n")
    article = read_article_text(example.encode())
    assert article.problems == []
    assert article.front["published"] == "2026-07-31" and article.body.strip().startswith("First paragraph.")
