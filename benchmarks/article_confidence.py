"""Fits the weights by which the named evidence for a figure becomes a probability, and measures how well they order and are calibrated.

    python -m benchmarks.article_confidence          fit, with the measures of five fits that each leave out a fifth of the publishers
    python -m benchmarks.article_confidence --check  the measures of the weights in use

Two sources are fitted together. `article_first_readings.csv` has the evidence of each figure that was drafted when labelled public texts were
read for the first time, before any rule was made from them: how often each evidence is wrong in a text that nobody has seen. Texts whose names
begin with "written" are news that was written, and labelled, for such a first reading and is published nowhere; their readings count from any
confidence on, those of the others from the one at which figures were drafted at the time. Add the first
readings of further texts to it when they join the open part; what is read in them later is no measure, because rules were made from them. The
labelled articles of tests/corpus that are not held out are read nearly without a mistake; each is therefore read many times with some sentences,
names, periods and words of metrics blanked out, and a figure that is then read otherwise than its label is a mistake. No text of the kept part and
no held-out article is in a fit.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from corpus.labels import LabelledArticle, articles  # noqa: E402
from corpus.reading import corpus_vocabulary, is_right  # noqa: E402

from benchmarks.article_prose import LABELS  # noqa: E402
from capex_pipeline.article.characters import plain_text  # noqa: E402
from capex_pipeline.article.confidence import probability, together  # noqa: E402
from capex_pipeline.article.extract import LOWEST_CONFIDENCE, bind  # noqa: E402
from capex_pipeline.article.front_matter import read_article_text  # noqa: E402
from capex_pipeline.article.period_expressions import find_periods  # noqa: E402
from capex_pipeline.article.sentences import split_sentences  # noqa: E402
from capex_pipeline.article.tokens import tokenise  # noqa: E402

TIMES = 12
SENTENCES, WORDS = 0.2, 0.08
"""Shares of the sentences and of the telling words that are blanked out."""
RIDGE = 1.5
CORPUS_WEIGHT = 150.0
"""Number of figures of real prose that all figures of the blanked articles together count as."""
FOLDS = 5
TIMES_DRAWN = 300
SETTLED = {"size_impossible": -8.0, "entity_by_position": -0.5, "figure_agrees": 0.1, "period_of_text": -1.4}
"""Weights that are not fitted: an impossible size rules a figure out, a list without "respectively" is less sure than one with it, two
sentences that agree are no less sure than one, and few labels are prices: of thirty without a time in labelled texts six were those of
another time or maker.
"""


FIRST_READINGS = Path(__file__).with_name("article_first_readings.csv")


class Case(NamedTuple):
    """The evidence for a drafted figure, whether the figure is right, its publisher, and how much it counts."""

    evidence: tuple[str, ...]
    is_right: bool
    publisher: str
    weight: float = 1.0
    text: str = ""


def publishers() -> dict[str, str]:
    """The publisher of each labelled text: the host of its address."""
    with LABELS.open(encoding="utf-8", newline="") as handle:
        return {
            row["text"]: urlsplit(row["url"]).netloc.removeprefix("www.") or row["text"]
            for row in csv.DictReader(handle)
        }


def first_readings() -> list[Case]:
    """The figures that were drafted when their texts were read for the first time."""
    known = publishers()
    with FIRST_READINGS.open(encoding="utf-8", newline="") as handle:
        return [
            Case(
                tuple(row["evidence"].split()),
                row["is_right"] == "1",
                known.get(row["text"], row["text"]),
                text=row["text"],
            )
            for row in csv.DictReader(handle)
        ]


def blanked(article: LabelledArticle, chance: random.Random) -> str:
    """The body with some sentences and some telling words replaced, so that every label keeps its place."""
    body = list(article.body)
    plain = plain_text(article.body)
    tokens = tokenise(plain)
    for cue in corpus_vocabulary().find_cues(tokens):
        if cue.kind in ("entity", "segment", "metric", "context", "sales", "spend") and chance.random() < WORDS:
            start, end = plain.span(tokens.starts[cue.first], tokens.end(cue.last))
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


def corpus_cases(part: Iterable[LabelledArticle], times: int = TIMES) -> list[Case]:
    """The figures drafted from blanked articles of the corpus."""
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
                found.append(Case(figure.evidence, match is not None, article.name))
                if match is not None:
                    missed.remove(match)
    return [case._replace(weight=CORPUS_WEIGHT / len(found)) for case in found]


def fit(learned: Sequence[Case], names: Sequence[str]) -> dict[str, float]:
    """Weights of a logistic regression with a ridge: a name that decides nothing gets a weight near zero."""
    whole = [(*case.evidence, *together(case.evidence)) for case in learned]
    rows = np.array([[evidence.count(name) for name in names] + [1.0] for evidence in whole])
    right = np.array([float(case.is_right) for case in learned])
    count = np.array([case.weight for case in learned])
    ridge = np.array([RIDGE] * len(names) + [0.01])
    weights = np.zeros(len(names) + 1)
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (count * (chance - right)) + ridge * weights
        curve = (rows * (count * chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    fitted = {name: round(float(weight), 2) + 0.0 for name, weight in zip((*names, "start"), weights, strict=True)}
    return {"start": fitted.pop("start"), **fitted, **SETTLED}


def order(scored: list[tuple[float, bool]]) -> float:
    """The chance that a right figure has more confidence than a wrong one (the area under the curve)."""
    right = [score for score, is_good in scored if is_good]
    wrong = [score for score, is_good in scored if not is_good]
    if not right or not wrong:
        return float("nan")
    return sum((good > bad) + 0.5 * (good == bad) for good in right for bad in wrong) / (len(right) * len(wrong))


def interval(cases: Sequence[Case], scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """The 95 % interval of the order when texts, and not figures, are drawn again."""
    by_text: dict[str, list[tuple[float, bool]]] = {}
    for case, score in zip(cases, scored, strict=True):
        by_text.setdefault(case.text or case.publisher, []).append(score)
    chance, texts = random.Random(23), sorted(by_text)
    drawn = sorted(
        order([score for text in chance.choices(texts, k=len(texts)) for score in by_text[text]])
        for _ in range(TIMES_DRAWN)
    )
    return drawn[len(drawn) // 40], drawn[-1 - len(drawn) // 40]


def report(name: str, cases: Sequence[Case], scored: list[tuple[float, bool]]) -> None:
    """Print the order and the calibration of probabilities."""
    for lowest in (0.0, LOWEST_CONFIDENCE):
        kept = [(case, score) for case, score in zip(cases, scored, strict=True) if score[0] >= lowest]
        low, high = interval(*zip(*kept, strict=True))
        print(f"{name}, from {lowest:.2f}: AUC {order([score for _, score in kept]):.3f} ({low:.2f} to {high:.2f})")
    scored = sorted(scored, reverse=True)
    half = len(scored) // 2
    upper, lower = (np.mean([is_good for _, is_good in part]) for part in (scored[:half], scored[half:]))
    wrong = sum(not is_good for _, is_good in scored)
    print(
        f"{name}: {len(scored)} figures, {wrong} wrong, AUC {order(scored):.3f}, precision of the upper half {upper:.3f}, of the lower {lower:.3f}"
    )
    for low, high in ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = [(score, is_good) for score, is_good in scored if low <= score < high]
        if inside:
            stated, found = (np.mean([entry[place] for entry in inside]) for place in (0, 1))
            print(f"  {low:.2f} to {min(high, 1):.2f}: {len(inside):5} figures, stated {stated:.2f}, right {found:.2f}")


def report_thresholds(scored: list[tuple[float, bool]]) -> None:
    """Print the precision, and the share of the right figures that is kept, by the lowest probability of a drafted figure."""
    right = sum(is_good for _, is_good in scored)
    for lowest in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        drafted = [is_good for score, is_good in scored if score >= lowest]
        share = sum(drafted) / len(drafted) if drafted else float("nan")
        print(
            f"  from {lowest:.2f}: {len(drafted):5} figures, precision {share:.3f}, keeps {sum(drafted) / right:.3f} of the right"
        )


def scores(cases: Sequence[Case], weights: dict[str, float]) -> list[tuple[float, bool]]:
    return [(probability(case.evidence, weights), case.is_right) for case in cases]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="measure the weights in use and fit nothing")
    chosen = parser.parse_args()
    weights = corpus_vocabulary().weights
    if not chosen.check:
        names = [name for name in weights if name not in SETTLED and name != "start"]
        corpus = corpus_cases(articles("tuned"))
        first, away_cases, left_out = first_readings(), list[Case](), list[tuple[float, bool]]()
        groups = sorted({case.publisher for case in first})
        random.Random(23).shuffle(groups)
        for fold in range(FOLDS):
            away = set(groups[fold::FOLDS])
            kept = [case for case in first if case.publisher not in away]
            left = [case for case in first if case.publisher in away]
            away_cases += left
            left_out += scores(left, fit([*kept, *corpus], names))
        report("first readings, each publisher left out of the fit", away_cases, left_out)
        report_thresholds(left_out)
        weights = fit([*first, *corpus], names)
        print("confidence:", *(f"  {name}: {weight}" for name, weight in weights.items()), sep="\n")
    for name, cases in (
        ("first readings, by these weights", first_readings()),
        ("articles of tests/corpus held out", corpus_cases(articles("held_out"))),
    ):
        report(name, cases, scores(cases, weights))


if __name__ == "__main__":
    main()
