"""The probability of a figure: what its evidence does to it, by calculation."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline import article
from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.confidence import concord, is_literal, probability
from capex_pipeline.article.extract import bind
from capex_pipeline.article.extraction import Figure

WEIGHTS = {
    "start": 3.0,
    "entity_anaphor": -1.0,
    "period_carried": -0.5,
    "steps_any": -0.25,
    "steps_entity_period": -0.75,
}
_NAME = re.compile(r'"((?:entity|metric|period|status|size|figure|sentence)_(?!is")[a-z_]+)"')
_VIAS = {"entity_list", "entity_anaphor", "entity_collective", "entity_unknown"}
"""Names that are made of the way in which a subject was found."""
_KINDS = {"metric_is_capex", "metric_is_cloud_revenue", "metric_is_gpu_units", "metric_is_gpu_unit_price", "sentence_percent", "sentence_multiple"}  # fmt: skip
_STATUS = {"status_guidance", "status_forecast", "status_estimate"}
_PAIRS = {
    "steps_any",
    "steps_entity_metric",
    "steps_entity_period",
    "steps_metric_period",
    "plan_period",
    "plan_among_periods",
}
_CARRIED = {"carried_capex", "carried_cloud_revenue", "carried_gpu_units"}
_KEYS = {"entity_id", "metric_id", "figure_id", "period_start", "period_end"}


def only(text: str, published: str = "2025-10-31") -> Figure:
    figures = bind(plain_text(text), corpus_vocabulary(), date.fromisoformat(published)).figures
    assert len(figures) == 1
    return figures[0]


def test_without_doubts_the_probability_is_that_of_the_start() -> None:
    assert probability((), WEIGHTS) == pytest.approx(1 / (1 + math.exp(-3)))


def test_each_piece_of_evidence_adds_its_weight_to_the_odds() -> None:
    assert probability(("entity_anaphor",), WEIGHTS) == pytest.approx(1 / (1 + math.exp(-1.75)))


def test_two_parts_that_are_not_stated_count_together() -> None:
    evidence = ("entity_anaphor", "period_carried")  # 3 - 1 - 0.5 - 2 * 0.25 - 0.75
    assert probability(evidence, WEIGHTS) == pytest.approx(1 / (1 + math.exp(-0.25)))


def test_a_carried_period_counts_by_metric() -> None:
    weights = {
        **WEIGHTS,
        "metric_is_gpu_units": 0.0,
        "metric_is_capex": 0.0,
        "carried_gpu_units": -1.0,
        "carried_capex": 0.5,
    }
    of_chips, of_money = (
        probability((metric, "period_carried"), weights) for metric in ("metric_is_gpu_units", "metric_is_capex")
    )
    assert of_chips == pytest.approx(1 / (1 + math.exp(-1.25)))  # 3 - 0.5 - 0.25 - 1
    assert of_money == pytest.approx(1 / (1 + math.exp(-2.75)))


def test_every_name_that_a_rule_gives_has_a_weight_and_every_weight_a_rule() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(article.__file__).parent.glob("*.py"))
    named = (set(_NAME.findall(code)) | _VIAS | _KINDS | _STATUS | _PAIRS | _CARRIED | {"start"}) - _KEYS
    assert set(corpus_vocabulary().weights) == named


def test_a_figure_names_what_is_not_literal_about_it() -> None:
    literal = only("Meta's capital expenditures were $19.4 billion in the third quarter of 2025.")
    assert all(is_literal(literal.evidence, part) for part in ("entity", "period", "status"))
    carried = only("Meta reported the third quarter of 2025. Its capital expenditures were $19.4 billion.")
    assert {"entity_anaphor", "period_carried"} <= set(carried.evidence)
    assert not is_literal(carried.evidence, "entity")
    assert not is_literal(carried.evidence, "period")


def test_a_doubtful_figure_with_another_number_leaves_a_sure_one_as_it_is() -> None:
    sure = only("Meta's capital expenditures were $19.4 billion in the third quarter of 2025.")
    other = only("Meta's capital expenditures were $16.1 billion in the third quarter of 2025.")
    assert concord([sure._replace(confidence=0.95), other._replace(confidence=0.6)]) == ["", "figure_disagrees"]
    assert concord([sure, other]) == ["figure_disagrees", "figure_disagrees"]
