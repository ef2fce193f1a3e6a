"""Fits the weights by which the evidence for a figure becomes a probability, and says how well they order and how well they are calibrated.

    python -m benchmarks.article_confidence          fit, and the measures on the articles held out
    python -m benchmarks.article_confidence --check  the measures of the weights in use

The labelled articles of tests/corpus are read nearly without a mistake, which teaches nothing. Each is therefore read many times with some of
its sentences and some of the names, periods and words of metrics blanked out, as an article of life has sentences and names that are not understood; a
figure that is then bound otherwise than its label is a mistake. Articles held out are in no fit.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from corpus.labels import LabelledArticle, articles  # noqa: E402
from corpus.reading import corpus_vocabulary, is_right  # noqa: E402

from capex_pipeline.article.characters import plain_text  # noqa: E402
from capex_pipeline.article.confidence import Evidence, features, probability  # noqa: E402
from capex_pipeline.article.extract import bind  # noqa: E402
from capex_pipeline.article.front_matter import read_article_text  # noqa: E402
from capex_pipeline.article.period_expressions import find_periods  # noqa: E402
from capex_pipeline.article.sentences import split_sentences  # noqa: E402
from capex_pipeline.article.tokens import tokenise  # noqa: E402

TIMES = 25
SENTENCES, WORDS = 0.2, 0.08
"""Shares of the sentences and of the telling words that are blanked out."""
RIDGE = 40.0
PRIOR = {"entity": 2.0, "metric": 2.0, "period": 2.0, "status": 2.0, "size": 2.0}
"""Parts count alike before the labels speak: the mistakes that blanking makes are few and not those of life."""
NAMES = (*features(Evidence(1, 1, 1, 1)), "start")
Case = tuple[Evidence, bool]


def blanked(article: LabelledArticle, chance: random.Random) -> str:
    """The body with some sentences and some telling words replaced by spaces, so that every label keeps its place."""
    body = list(article.body)
    plain = plain_text(article.body)
    tokens = tokenise(plain)
    for cue in corpus_vocabulary().find_cues(tokens):
        if cue.kind in ("entity", "segment", "metric", "context", "sales", "spend") and chance.random() < WORDS:
            start, end = plain.span(tokens.starts[cue.first], tokens.ends[cue.last])
            body[start:end] = "x" * (end - start)
    for sentence in split_sentences(plain):
        for period in find_periods(tokens, sentence.start, sentence.end):
            if chance.random() < WORDS:
                start, end = plain.span(period.start, period.end)
                body[start:end] = "x" * (end - start)
        if chance.random() < SENTENCES:
            start, end = plain.span(sentence.start, sentence.end)
            body[start:end] = " " * (end - start)
    return "".join(body)


def cases(part: Iterable[LabelledArticle], times: int = TIMES) -> list[Case]:
    """The evidence for each figure that is drafted, and whether the figure is right."""
    chance = random.Random(23)
    found: list[Case] = []
    for article in part:
        text = read_article_text(article.data)
        for time in range(times):
            body = blanked(article, chance) if time else article.body
            reading = bind(plain_text(body), corpus_vocabulary(), text.published, text.front.get("title", ""), 0.0)
            missed = [label for label in article.labels if label.figure]
            for figure in reading.figures:
                match = next((label for label in missed if is_right(figure, label)), None)
                if figure.evidence is not None:
                    found.append((figure.evidence, match is not None))
                if match is not None:
                    missed.remove(match)
    return found


def fit(learned: list[Case]) -> dict[str, float]:
    """Weights of a logistic regression with a ridge towards PRIOR, none below zero: no kind of doubt speaks for a figure."""
    rows = np.array([[*features(evidence).values(), 1.0] for evidence, _ in learned])
    right = np.array([float(is_good) for _, is_good in learned])
    prior = np.array([PRIOR.get(name, 0.0) for name in NAMES])
    weights = prior.copy()
    for _ in range(20_000):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - right) / len(right) + RIDGE / len(right) * np.array([*(weights - prior)[:-1], 0.0])
        weights = np.maximum(weights - 0.5 * slope, [*[0.0] * (len(weights) - 1), -30.0])
    return {name: round(float(weight), 2) for name, weight in zip(NAMES, weights, strict=True)}


def order(scored: list[tuple[float, bool]]) -> float:
    """The chance that a right figure has more confidence than a wrong one (the area under the curve)."""
    right = [score for score, is_good in scored if is_good]
    wrong = [score for score, is_good in scored if not is_good]
    if not right or not wrong:
        return float("nan")
    return sum((good > bad) + 0.5 * (good == bad) for good in right for bad in wrong) / (len(right) * len(wrong))


def report(name: str, known: list[Case], weights: dict[str, float]) -> None:
    scored = sorted(((probability(evidence, weights), is_good) for evidence, is_good in known), reverse=True)
    half = len(scored) // 2
    upper, lower = (np.mean([is_good for _, is_good in part]) for part in (scored[:half], scored[half:]))
    print(
        f"{name}: {len(scored)} figures, {sum(not is_good for _, is_good in scored)} wrong, AUC {order(scored):.3f}, precision of the upper half {upper:.3f}, of the lower {lower:.3f}"
    )
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = [(score, is_good) for score, is_good in scored if low <= score < high]
        if inside:
            print(
                f"  {low:.2f} to {min(high, 1):.2f}: {len(inside):5} figures, said {np.mean([score for score, _ in inside]):.2f}, right {np.mean([is_good for _, is_good in inside]):.2f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="measure the weights in use and fit nothing")
    chosen = parser.parse_args()
    weights = corpus_vocabulary().weights
    learned = cases(articles("tuned"))
    if not chosen.check:
        weights = fit(learned)
        print("confidence:", *(f"  {name}: {weights[name]}" for name in ("start", *NAMES[:-1])), sep="\n")
    report("fitted on", learned, weights)
    report("held out", cases(articles("held_out")), weights)


if __name__ == "__main__":
    main()
