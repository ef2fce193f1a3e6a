"""Names that are in no reference list, and the quick look that decides whether a sentence is searched for one."""

from __future__ import annotations

import pytest
from corpus.labels import articles
from corpus.reading import corpus_vocabulary

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.clauses import lay_out
from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.sentences import split_sentences
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.article.unknown_names import may_name_unknown
from capex_pipeline.reference import load


def test_names_are_in_the_order_of_the_reference_data() -> None:
    reference = load()
    records = [(str(entity.name), *map(str, entity.aliases or ())) for entity in reference.content.entities]
    in_order = dict.fromkeys(name.casefold() for names in records for name in names)
    assert list(vocabulary_of(reference).names) == list(in_order)


def looks(text: str) -> list[tuple[str, bool, bool]]:
    """Each sentence of a text, whether an unknown name acts in it, and whether the quick look says that one may."""
    plain, vocabulary = plain_text(text), corpus_vocabulary()
    tokens = tokenise(plain)
    seen = []
    for sentence in split_sentences(plain):
        first, end = tokens.at(sentence.start), tokens.at(sentence.end)
        cues = vocabulary.find_cues(tokens, first, end)
        periods = find_periods(tokens, sentence.start, sentence.end)
        scene = lay_out(tokens, sentence, cues, [], periods, vocabulary)
        acts = any(subject.via == "unknown" for subject in scene.subjects)
        seen.append((plain.text[sentence.start : sentence.end], acts, may_name_unknown(tokens, first, end, vocabulary)))
    return seen


@pytest.mark.parametrize(
    "sentence",
    [
        "Nebius plans to spend more on servers.",
        "Nebius Inc. plans to spend more on servers.",
        "Nebius, a builder of data centres, spent more on servers.",
        "Nebius's spending on data centres went up again.",
        "Analysts expect that Nebius spent more than before.",
        "The Handset segment had another strong year.",
        "Northern Light had a strong year.",
        "Nebius Group had raised its spending.",
        "Nebius Holdings Ltd spent more on servers.",
        "Nebius.ai spent more on servers.",
    ],
)
def test_a_sentence_in_which_an_unknown_name_acts_is_searched(sentence: str) -> None:
    assert looks(sentence) == [(sentence, True, True)]


def test_no_sentence_of_an_article_is_passed_over_in_which_an_unknown_name_acts() -> None:
    seen = [look for article in articles() for look in looks(article.body)]
    assert [text for text, acts, searched in seen if acts and not searched] == []
    assert sum(acts for _, acts, _ in seen) > 5


@pytest.mark.parametrize(
    "sentence", ["The weather in Norway had been mild.", "Visitors from Berlin and Oslo walked along the old harbour."]
)
def test_a_sentence_about_something_else_is_not_searched(sentence: str) -> None:
    assert looks(sentence) == [(sentence, False, False)]
