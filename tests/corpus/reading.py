"""The corpus read by the binder: its vocabulary, and the score of bound figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from capex_pipeline.article.drafted_rows import read_body
from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.front_matter import read_article_text
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.reference import PACKAGE
from corpus.labels import Label, LabelledArticle
from corpus.scores import Score, same_quantity


@lru_cache(maxsize=1)
def corpus_vocabulary() -> Vocabulary:
    """The corpus's own companies and products, and the language of reference/text.yaml."""
    own = yaml.safe_load((Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8"))
    text = yaml.safe_load((PACKAGE / "text.yaml").read_text(encoding="utf-8"))
    return Vocabulary.from_reference(own["entities"], own["products"], own["metrics"], text)


def is_right(figure: Figure, label: Label) -> bool:
    """Whether value, unit, entity, metric, measure and period of a figure are those of a label."""
    wanted = label.figure
    if wanted is None or not same_quantity(figure.mention, label):
        return False
    return (figure.entity, figure.metric, figure.measure, figure.start.isoformat(), figure.end.isoformat()) == tuple(
        wanted[key] for key in ("entity", "metric", "measure", "start", "end")
    )


def score_figures(part: Sequence[LabelledArticle]) -> tuple[Score, float, float]:
    """Score of fully bound figures, and the precision of the more and of the less confident half. The labels are those of the usual definition of
    each company and metric; figures on another one that the words name ("Azure") are not labelled and count neither way.
    """
    right_of: list[tuple[float, bool]] = []
    wanted_total = 0
    for article in part:
        missed = [label for label in article.labels if label.figure]
        wanted_total += len(missed)
        for figure in read_body(read_article_text(article.data), corpus_vocabulary()).figures:
            if figure.definition:
                continue
            match = next((label for label in missed if is_right(figure, label)), None)
            right_of.append((figure.confidence, match is not None))
            if match is not None:
                missed.remove(match)
    right_of.sort(key=lambda entry: -entry[0])
    half = len(right_of) // 2
    upper, lower = right_of[:half], right_of[half:]
    right = sum(is_good for _, is_good in right_of)
    return (
        Score(right, len(right_of), wanted_total),
        sum(is_good for _, is_good in upper) / max(1, len(upper)),
        sum(is_good for _, is_good in lower) / max(1, len(lower)),
    )
