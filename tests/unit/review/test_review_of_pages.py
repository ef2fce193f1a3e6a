"""Reviews of articles that are saved as pages: the reduced text is what is shown, marked and checked. The page is invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capex_pipeline.cli.main import main
from capex_pipeline.normalise.ingest import ingest
from capex_pipeline.reference import Reference
from capex_pipeline.review.review_file import read_review

pytestmark = pytest.mark.usefixtures("no_tables")

BODY = (
    "Tencent’s capital expenditure was Rmb13bn in the third quarter of 2025, its results showed. "
    "The group buys chips for its cloud, for its games and for an assistant that many people in China use every day on their phones."
)
PAGE = f"""<html><head><title>Capex of Tencent</title><meta property="og:site_name" content="Corpus Times">
<meta property="article:published_time" content="2025-11-14"></head><body><nav><a href="/">Home of 99bn stories</a></nav>
<article><h1>Capex of Tencent</h1><p>{BODY}</p><p>{"It says little else about what it spends. " * 8}</p></article></body></html>"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "raw" / "articles").mkdir(parents=True)
    page = tmp_path / "raw" / "articles" / "2025-11-14-tencent.html"
    page.write_text(PAGE, encoding="utf-8")
    return page


@pytest.mark.slow("goes through a whole review")
def test_an_article_as_a_page_is_drafted_shown_decided_and_used(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], reference: Reference
) -> None:
    shown = tmp_path / "review.html"
    assert main(["review", "--page", str(shown), str(path)]) == 0
    data = json.loads(shown.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0])
    (marked,) = [one["text"][start:end] for one in data["passages"] for start, end, _ in one["marks"]]
    assert marked == "Rmb13bn"
    review = read_review(path.with_suffix(".yaml"))
    start = BODY.index("Rmb13bn")
    assert review["figures"][0]["span"] == [str(start), str(start + 7)], (
        "the span counts characters of the reduced text"
    )
    assert review["document"]["publisher"] == "Corpus Times"
    saved = tmp_path / "decisions.json"
    decisions = {name: {"action": "accept"} for name in data["entries"]}
    saved.write_text(json.dumps({"review": data["review"], "decisions": decisions}), encoding="utf-8")
    assert main(["review", "--apply", str(saved), str(path)]) == 0, capsys.readouterr().out
    assert main(["review", "--check", str(path)]) == 0
    read = ingest(tmp_path / "raw", reference)
    assert read.figures[["value", "review_state"]].to_numpy().tolist() == [[13e9, "reviewed"]]
    assert len(read.rejected_figures) == 0


def test_a_page_is_not_written_where_a_build_would_read_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--page", str(path.with_name("review.html")), str(path)]) == 2
    assert "a build would read it as a document" in " ".join(capsys.readouterr().err.split())


def test_a_page_without_a_publisher_says_what_to_add(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(PAGE.replace("og:site_name", "other"), encoding="utf-8")
    assert main(["review", str(path)]) == 0
    assert main(["review", "--check", str(path)]) == 1
    assert "`document:` has no publisher" in capsys.readouterr().out
