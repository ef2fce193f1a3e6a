"""Words that name which amount of capital expenditure an article means. Sentences and numbers invented."""

from __future__ import annotations

from datetime import date

import pytest
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.drafted_rows import figure_record
from capex_pipeline.article.extract import bind

CASH, WITH, WITHOUT = "press_claim_cash", "press_claim_with_leases", "press_claim_without_leases"
AFTER, BEFORE, PLAIN = "press_claim_after_proceeds", "press_claim_before_proceeds", "press_claim"


def definitions(text: str) -> list[str | None]:
    vocabulary = corpus_vocabulary()
    reading = bind(plain_text(text), vocabulary, date(2025, 11, 20), "")
    return [figure_record(figure, vocabulary)["definition"] for figure in reading.figures]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Amazon's capital expenditures were $31.7 billion in the third quarter of 2025.", [PLAIN]),
        ("Microsoft's cash paid for property and equipment was $21.3 billion in the quarter ended September 30, 2025.", [CASH]),
        ("Tencent's capital expenditure payments were 17.2 billion yuan in the third quarter of 2025.", [CASH]),
        ("Before proceeds from sales and incentives, Amazon's purchases of property and equipment were $33.3 billion in the third quarter of 2025.", [BEFORE]),
        ("Amazon's net capital expenditures in the third quarter of 2025 were $31.8 billion after proceeds from sales and incentives.", [AFTER]),
        ("Excluding principal payments on finance leases, Meta's capital expenditures were $18.2 billion in the third quarter of 2025.", [WITHOUT]),
        ("Meta's capital expenditures, including principal payments on finance leases, were $18.9 billion in the third quarter of 2025.", [WITH]),
        ("Microsoft's capital expenditures without leases were $22.0 billion in the quarter ended September 30, 2025.", [WITHOUT]),
        ("Microsoft spent $33.7 billion on capital expenditures in the third quarter of 2025, finance leases included.", [WITH]),
        ("Microsoft's capital expenditures were $33.7 billion in the third quarter of 2025, including finance leases; cash paid for property and equipment was $21.3 billion.", [WITH, CASH]),
        ("Including finance leases, Microsoft's capital expenditures rose 61% to $33.7 billion in the third quarter of 2025.", [WITH, WITH]),
        ("Including finance leases, the company expects capital expenditures of $150 billion in 2026.", []),
    ],
)  # fmt: skip
def test_a_phrase_gives_the_definition_of_the_figure_beside_it(text: str, found: list[str]) -> None:
    assert definitions(text) == found
