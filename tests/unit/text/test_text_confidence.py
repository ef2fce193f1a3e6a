"""The probability of a figure: what its evidence does to it, by calculation."""

from __future__ import annotations

import math

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.confidence import Evidence, features, probability

WEIGHTS = {"start": 3.0, "entity": 1.0, "metric": 2.0, "period": 1.0, "status": 0.5, "size": 1.0}


def test_without_doubts_the_probability_is_that_of_the_start() -> None:
    assert probability(Evidence(1, 1, 1, 1), WEIGHTS) == pytest.approx(1 / (1 + math.exp(-3)))


def test_a_doubt_takes_its_weight_times_its_logarithm_from_the_odds() -> None:
    assert probability(Evidence(1, 0.5, 1, 1), WEIGHTS) == pytest.approx(1 / (1 + math.exp(-(3 + 2 * math.log(0.5)))))
    assert features(Evidence(1, 0.5, 1, 1)) == pytest.approx(
        {"entity": 0, "metric": math.log(0.5), "period": 0, "status": 0, "size": 0}
    )
    assert 0 < probability(Evidence(0, 0, 0, 0, 0), WEIGHTS) < 1e-5


def test_the_weights_in_use_name_every_part_and_let_no_doubt_speak_for_a_figure() -> None:
    weights = corpus_vocabulary().weights
    assert set(weights) == {"start", *features(Evidence(1, 1, 1, 1))}
    assert min(weights.values()) >= 0
