"""How well and how fast article text is read: prints a table for the labelled articles of tests/corpus.

    python -m benchmarks.article_text            quality, other libraries if they are installed, speed
    python -m benchmarks.article_text --no-speed
    python -m benchmarks.article_text --numbers  speed alone, as JSON

Quality is measured apart for the articles on which rules were tuned and for those held out. The other libraries are development
dependencies: where they do not import, a sentence says so. Speed is processor time of one core, the best of several runs.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from corpus.labels import LabelledArticle, articles  # noqa: E402
from corpus.reading import corpus_vocabulary, score_figures  # noqa: E402
from corpus.scores import Score, quantity_errors, total  # noqa: E402

from capex_pipeline.article.characters import plain_text  # noqa: E402
from capex_pipeline.article.extract import bind  # noqa: E402
from capex_pipeline.article.front_matter import read_article_text  # noqa: E402
from capex_pipeline.article.quantities import find_quantities  # noqa: E402

Reader = Callable[[str], Sequence[Any]]


@dataclass(frozen=True)
class Foreign:
    """A quantity as another library reads it, in the shape the scores compare."""

    start: int
    end: int
    unit: str
    low: float | None
    value: float | None
    high: float | None
    kind: str = "quantity"


def own_reader(text: str) -> Sequence[Any]:
    return find_quantities(text)


def quantulum_reader() -> Reader | str:
    """quantulum3, or the reason why it cannot be compared."""
    try:
        from quantulum3 import parser
    except ImportError:
        return "quantulum3 is not installed (pip install quantulum3); it is left out."
    units = {"dollar": "USD", "united states dollar": "USD", "yuan": "CNY", "chinese yuan": "CNY", "renminbi": "CNY", "hong kong dollar": "HKD", "euro": "EUR", "pound sterling": "GBP", "yen": "JPY",
             "new taiwan dollar": "TWD", "percentage": "percent", "dimensionless": "units"}  # fmt: skip

    def read(text: str) -> Sequence[Foreign]:
        found = []
        for quantity in parser.parse(text):
            value = quantity.value
            found.append(
                Foreign(
                    quantity.span[0],
                    quantity.span[1],
                    units.get(quantity.unit.name, quantity.unit.name),
                    value,
                    value,
                    value,
                )
            )
        return found

    return read


def recognizers_reader() -> Reader | str:
    """recognizers-text-suite, or the reason why it cannot be compared."""
    warnings.simplefilter("ignore")
    try:
        from recognizers_number import recognize_percentage
        from recognizers_number_with_unit import recognize_currency
    except ImportError:
        return "recognizers-text-suite is not installed (pip install recognizers-text-suite 'emoji<2'); it is left out."
    units = {"Dollar": "USD", "United States dollar": "USD", "Chinese yuan": "CNY", "Hong Kong dollar": "HKD", "Euro": "EUR", "British pound": "GBP", "Pound": "GBP", "Japanese yen": "JPY",
             "New Taiwan dollar": "TWD"}  # fmt: skip

    def read(text: str) -> Sequence[Foreign]:
        found = []
        for model, unit in ((recognize_currency, None), (recognize_percentage, "percent")):
            for result in model(text, "en-us"):
                resolution = result.resolution or {}
                number = str(resolution.get("value") or "").rstrip("%")
                if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:E[+-]?\d+)?", number):
                    continue
                value = float(number)
                name = unit or units.get(str(resolution.get("unit")), str(resolution.get("unit")))
                found.append(Foreign(result.start, result.end + 1, name, value, value, value))
        return found

    return read


def quantity_scores(
    reader: Reader, part: list[LabelledArticle], kinds: set[str] | None = None, plain_numbers: bool = False
) -> Score:
    """Score of a reader. kinds: only labels of these units count. plain_numbers: bounds and ranges are not asked for, as other libraries do not give them."""
    scores = []
    for article in part:
        labels = [label for label in article.labels if kinds is None or label.unit in kinds]
        mentions = [mention for mention in reader(article.body) if kinds is None or mention.unit in kinds]
        if plain_numbers:
            labels = [label for label in labels if label.value is not None and label.low == label.value]
            spans = [(label.start, label.end) for label in labels]
            mentions = [
                mention
                for mention in mentions
                if any(mention.start < end and start < mention.end for start, end in spans)
            ]
        scores.append(quantity_errors(mentions, labels)[0])
    return total(scores)


def row(name: str, part: str, score: Score, more: str = "") -> str:
    return f"{name:34} {part:9} {score.wanted:6} {score.found:6} {score.precision:9.3f} {score.recall:7.3f} {score.f1:6.3f} {more}"


def quality() -> None:
    print(f"{'layer':34} {'part':9} {'labels':>6} {'found':>6} {'precision':>9} {'recall':>7} {'F1':>6}")
    money = {"USD", "CNY", "HKD", "EUR", "GBP", "JPY", "TWD", "percent"}
    for part in ("tuned", "held_out"):
        chosen = articles(part)
        print(row("quantities (value and unit)", part, quantity_scores(own_reader, chosen)))
        score, upper, lower = score_figures(chosen)
        print(
            row(
                "figures (fully bound)",
                part,
                score,
                f"precision of the more confident half {upper:.3f}, of the other {lower:.3f}",
            )
        )
    print(
        "\nQuantity layer against other libraries: exact amounts of money and percentages only, which all of them read"
    )
    for name, reader in (
        ("this reader", own_reader),
        ("quantulum3", quantulum_reader()),
        ("recognizers-text", recognizers_reader()),
    ):
        if isinstance(reader, str):
            print(reader)
            continue
        for part in ("tuned", "held_out"):
            print(row(name, part, quantity_scores(reader, articles(part), money, plain_numbers=True)))


def thousand_words(count: int) -> list[str]:
    """Articles of about 1,000 words: paragraphs of the labelled articles between paragraphs of prose, as dense in numbers as news is."""
    prose = (ROOT / "tests" / "corpus" / "filler.txt").read_text(encoding="utf-8").splitlines()
    bodies = [article.body.strip().split("\n\n") for article in articles()]
    made = []
    turn = 0
    for number in range(count):
        paragraphs: list[str] = []
        while sum(len(paragraph.split()) for paragraph in paragraphs) < 1000:
            paragraphs += bodies[(number * 5 + turn) % len(bodies)][:2]
            paragraphs += [
                f"{prose[(turn + step) % len(prose)]} {prose[(turn + step + 3) % len(prose)]}" for step in range(5)
            ]
            turn += 1
        made.append("\n\n".join(paragraphs))
    return made


def speed() -> None:
    vocabulary = corpus_vocabulary()
    texts = thousand_words(40)
    words = sum(len(text.split()) for text in texts)
    mentions = sum(len(find_quantities(text)) for text in texts)
    best = min(
        _seconds(lambda: [bind(plain_text(text), vocabulary, date(2025, 1, 1)) for text in texts]) for _ in range(7)
    )
    print(
        f"\nspeed: {words / 1000 / best:.0f} articles of 1,000 words a second on one core ({mentions / words * 1000:.0f} mentions in 1,000 words)"
    )
    print("work against length, 1 MB over 0.25 MB (4 is proportional):")
    for name, unit in (
        ("digits", "9"),
        ("groups", "1,"),
        ("brackets", "("),
        ("currency signs", "$"),
        ("amounts", "$5bn "),
        ("full stops", "."),
        ("period words", "the first "),
    ):
        small, large = (
            _seconds(lambda size=size, unit=unit: bind(plain_text((unit * size)[:size]), vocabulary, date(2025, 1, 1)))
            for size in (250_000, 1_000_000)
        )
        print(f"  {name:16} {large / max(small, 1e-4):.1f}   ({large:.2f} s for 1 MB)")


def numbers(count: int = 20) -> dict[str, float]:
    """Processor seconds: of articles of 1,000 words read whole, of their quantities alone, of a text of a quarter and of one MB, and of new
    articles through the whole path of a build.
    """
    vocabulary, texts = corpus_vocabulary(), thousand_words(count)

    gc.disable()  # as the command does for a build
    _, small, large = map(_through_the_path, (5, 20, 200))  # the first one imports what the others need
    gc.enable()

    def read(length: int) -> float:
        text = ("Capital expenditure was $5bn in the first quarter. " * (length // 50 + 1))[:length]
        return _seconds(lambda: bind(plain_text(text), vocabulary, date(2025, 1, 1)))

    return {
        "articles": count,
        "whole": min(_seconds(lambda: [bind(plain_text(text), vocabulary, date(2025, 1, 1)) for text in texts]) for _ in range(5)),
        "quantities": min(_seconds(lambda: [find_quantities(plain_text(text)) for text in texts]) for _ in range(5)),
        "quarter_mb": min(read(250_000) for _ in range(2)),
        "one_mb": read(1_000_000),
        "path": large - small,
        "through_the_path": 180,
    }  # fmt: skip


def _through_the_path(count: int) -> float:
    """Processor seconds in which a folder of new articles of 1,000 words becomes documents, figures and mentions."""
    from capex_pipeline.normalise.ingest import ingest
    from capex_pipeline.reference import load

    reference = load()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "raw"
        root.mkdir()
        for number, body in enumerate(thousand_words(count)):
            front = f"title: Article {number}\npublisher: nobody\npublished: 2025-01-01\nretrieved: 2025-01-02\n"
            (root / f"{number}.md").write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")
        return _seconds(lambda: ingest(root, reference, (), Path(name) / "staging"))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--numbers", action="store_true")
    chosen = parser.parse_args()
    if chosen.numbers:
        print(json.dumps(numbers()))
        return
    assert all(not read_article_text(article.data).problems for article in articles())
    quality()
    if not chosen.no_speed:
        speed()


if __name__ == "__main__":
    main()
