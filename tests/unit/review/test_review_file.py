"""The file of a review: its draft with each figure below its sentence, and the draft's place in a build."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from corpus.reading import corpus_vocabulary
from reviewed_texts import ARTICLE, TEXT, decided, of, source_of

from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.cli.main import main
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.review_file import (
    marked,
    read_review,
    review_text,
    save_review,
)
from capex_pipeline.review.source import Passage
from capex_pipeline.sources import figure_yaml

pytestmark = pytest.mark.usefixtures("no_tables")


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "2024-08-29-corpus-story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def drafted(path: Path, article: ArticleText = ARTICLE) -> Path:
    """The review beside a text, as the command drafts it with the vocabulary of the tests."""
    source = article_source(article, corpus_vocabulary(), path.name)
    save_review(source.draft, source, path.with_suffix(".yaml"))
    return path.with_suffix(".yaml")


def test_a_fresh_draft_waits_for_decisions_only(text_file: Path) -> None:
    findings = check_review(read_review(drafted(text_file)), source_of())
    assert [finding.rule for finding in findings] == ["undecided"]


def test_each_figure_stands_below_its_sentence_with_the_numbers_marked(text_file: Path) -> None:
    lines = drafted(text_file).read_text(encoding="utf-8").splitlines()
    sentence = next(line for line in lines if "[m001 Rmb23bn]" in line)
    assert sentence.startswith(
        "  # paragraph 1: Tencent’s capital expenditure reached [m001 Rmb23bn] in the first half"
    )
    after = lines[lines.index(sentence) + 1 :]
    assert next(line for line in after if not line.startswith("  #")) == "  - id: m001"
    assert any(line.startswith("#   claimant: company, executive") for line in lines)
    assert any("- id: m004" in line for line in lines[lines.index("ignored:") :]), "context is listed too"


def test_questions_come_with_what_is_known_and_both_readings(text_file: Path) -> None:
    article = of("Alibaba's capital expenditure was Rmb86bn in 2024.", "2025-02-20")
    (asked,) = read_review(drafted(text_file, article))["undecided"]
    assert (asked["entity"], asked["metric"], asked["value"], asked["unit"]) == (
        "alibaba",
        "capex",
        "86",
        "CNY billion",
    )
    assert set(asked["readings"]) == {"2023-04-01/2024-03-31", "2024-01-01/2024-12-31"}, "fiscal 2024 ends in March"
    assert asked["question"].endswith("Is it a figure, and of which period?")


def test_a_finished_review_holds_no_sentence_of_the_article(text_file: Path) -> None:
    target = text_file.with_suffix(".yaml")
    save_review(decided(), source_of(), target)
    text = target.read_text(encoding="utf-8")
    assert "reached" not in text and text.count("#") == 1
    read = figure_yaml.read(load_yaml_mapping(text.encode(), "a.yaml"), "a.yaml")
    assert read.rejected == []
    assert read.rows["value"].tolist() == ["23", "176"]


def test_writing_what_was_read_changes_nothing(text_file: Path) -> None:
    target = drafted(text_file)
    before = target.read_bytes()
    save_review(read_review(target), article_source(ARTICLE, corpus_vocabulary(), text_file.name), target)
    assert target.read_bytes() == before


def test_words_of_an_article_stay_in_their_comment() -> None:
    """Line breaks of every kind, which would end a comment, and characters that YAML forbids."""
    body = "Tencent’s capex\u2028figures:\x85- id: evil\nreached Rmb23bn \x07 in the first half of 2024.\n"
    article = ARTICLE.__class__({**ARTICLE.front}, body)
    review = {
        **decided(),
        "state": "draft",
        "figures": [{"id": "m001", "span": [body.index("Rmb"), body.index("Rmb") + 7]}],
    }
    text = review_text(review, source_of(article))
    content = yaml.load(text, Loader=yaml.BaseLoader)
    assert [figure["id"] for figure in content["figures"]] == ["m001"]
    assert all(line.isprintable() for line in text.split("\n"))


def test_numbers_of_a_very_long_sentence_are_shown_with_the_words_around_them() -> None:
    """The second number is 5,000 characters into the sentence."""
    text = (
        "Tencent spent 5bn on "
        + "servers and " * 420
        + "land, and 7bn on chips, "
        + "as it said, " * 400
        + "this year."
    )
    first, second = text.index("5bn"), text.index("7bn")
    shown = marked(
        Passage(text, 0, len(text), "paragraph 1"), {(first, first + 3): "m001", (second, second + 3): "m002"}
    )
    assert "[m001 5bn]" in shown and "land, and [m002 7bn] on chips" in shown
    assert shown.count("…") == 2 and len(shown) < 1_000


@pytest.mark.slow("goes through a whole review")
def test_a_build_takes_a_draft_for_no_review(tmp_path: Path) -> None:
    """Figures of a draft are the machine's; those of the finished review a person's. The document is declared once either way."""
    raw = tmp_path / "raw"
    (raw / "articles").mkdir(parents=True)
    text = raw / "articles" / "2024-08-29-corpus-story.txt"
    text.write_text(TEXT, encoding="utf-8")
    plain = ingest(raw, load())
    target = drafted(text)
    unreviewed = ingest(raw, load())
    assert set(unreviewed.figures["review_state"]) == {"machine"}
    assert unreviewed.figures["figure_id"].tolist() == plain.figures["figure_id"].tolist()
    assert len(unreviewed.rejected_figures) == len(plain.rejected_figures)
    review = decided()
    review["document"]["document_id"] = text.stem
    save_review(review, source_of(), target)
    reviewed = ingest(raw, load())
    assert set(reviewed.figures["review_state"]) == {"reviewed"}
    assert len(reviewed.documents) == len(plain.documents) == 1


def test_a_review_that_is_no_yaml_says_where(text_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text_file.with_suffix(".yaml").write_text("figures:\n\t- a\n", encoding="utf-8")
    assert main(["review", "--check", str(text_file)]) == 1
    assert "at line 2" in capsys.readouterr().err


def test_a_draft_says_at_once_what_the_article_does_not_state_of_itself(
    text_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text_file.write_text(
        "---\ntitle: T\npublished: 2024-08-29\n---\nMicrosoft spent $20 billion on capex in the June quarter.\n"
    )
    assert main(["review", str(text_file)]) == 0
    assert "states no publisher. Add it to the front matter" in capsys.readouterr().err


def test_a_draft_that_is_older_than_the_front_matter_is_kept_and_said(
    text_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body, page = "Microsoft spent $20 billion on capex in the June quarter.\n", str(tmp_path / "page.html")
    text_file.write_text(body)
    assert main(["review", "--page", page, str(text_file)]) == 0
    text_file.write_text(f"---\ntitle: T\npublisher: P\npublished: 2024-08-29\n---\n{body}")
    before = text_file.with_suffix(".yaml").read_bytes()
    assert main(["review", "--page", page, str(text_file)]) == 0
    assert (
        "stated its title, publisher, published, and is kept. Draft again with --overwrite" in capsys.readouterr().err
    )
    assert text_file.with_suffix(".yaml").read_bytes() == before
    assert main(["review", "--overwrite", "--page", page, str(text_file)]) == 0
    assert "is kept" not in capsys.readouterr().err


BODY = "Microsoft spent $20 billion on capex in the June quarter.\n"


@pytest.mark.slow("goes through a whole review")
def test_an_undated_article_is_read_with_the_date_that_a_person_gives(
    text_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text_file.write_text(f"---\ntitle: T\npublisher: P\n---\n{BODY}")
    assert main(["review", str(text_file)]) == 0
    assert "review --published YYYY-MM-DD" in capsys.readouterr().err
    assert main(["review", "--published", "2024-08-29", str(text_file)]) == 0
    assert "no published date" not in capsys.readouterr().err
    review = read_review(text_file.with_suffix(".yaml"))
    assert review["document"]["published"] == "2024-08-29"
    assert [figure["period"] for figure in review["figures"]] == ["2024-04-01/2024-06-30"]
    assert main(["review", "--published", "2023-08-29", str(text_file)]) == 0, "a mistyped date is corrected"
    (figure,) = read_review(text_file.with_suffix(".yaml"))["figures"]
    assert figure["period"] == "2023-04-01/2023-06-30"


def test_a_date_does_not_replace_the_work_of_a_person(text_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text_file.write_text(f"---\ntitle: T\npublisher: P\n---\n{BODY}")
    assert main(["review", str(text_file)]) == 0
    target = text_file.with_suffix(".yaml")
    target.write_text(target.read_text().replace("publisher: P", "publisher: Q"))
    before = target.read_bytes()
    assert main(["review", "--published", "2024-08-29", str(text_file)]) == 1
    assert "give --overwrite" in capsys.readouterr().err and target.read_bytes() == before
    assert main(["review", "--published", "2024-08-29", "--overwrite", str(text_file)]) == 0


def test_the_page_of_an_undated_article_says_how_to_date_it(text_file: Path, tmp_path: Path) -> None:
    text_file.write_text(f"---\ntitle: T\npublisher: P\n---\n{BODY}")
    page, target = tmp_path / "page.html", tmp_path / "other.yaml"
    assert main(["review", "--page", str(page), "--output", str(target), str(text_file)]) == 0
    command = f"review --published YYYY-MM-DD --page {page} {text_file} --output {target}"
    assert command in page.read_text(encoding="utf-8")


def test_the_date_of_a_dated_article_is_its_own(text_file: Path) -> None:
    text_file.write_text(f"---\ntitle: T\npublisher: P\npublished: 2024-08-29\n---\n{BODY}")
    assert main(["review", "--published", "2023-08-29", str(text_file)]) == 2
    assert main(["review", "--check", "--published", "2023-08-29", str(text_file)]) == 2


@pytest.mark.slow("goes through a whole review")
def test_the_command_writes_and_checks(text_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(text_file)]) == 0
    assert "2 figures, 1 question, 0 preselected answers" in capsys.readouterr().out
    assert main(["review", "--check", str(text_file)]) == 1
    assert "waits for your decision" in capsys.readouterr().out
    assert main(["review", str(text_file)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["review", str(text_file.with_name("none.txt"))]) == 2
    assert main(["review", "--check", "--page", "a.html", str(text_file)]) == 2
