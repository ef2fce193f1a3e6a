"""Decides whose count of chips a text gives: companies seldom state how many chips they ship or buy, and most counts are estimates of others.

Add here what tells a company's own count from an estimate. Which answers are offered for a number belongs to `answers`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extraction import Figure
from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.review.entries import CLAIMANTS

WHOSE_COUNT: Final = "The text does not say that the company counted the chips. Whose count is it?"
"""Asks for claimant and status of a count of chips at once."""
_SELF: Final = ("executive", "company")
_BESIDE: Final = 3
"""Words between a company and its verb of speech."""
_NAMES: Final = {
    "analyst": "analysts", "anonymous": "people who are not named", "publication": "the publication", "company": "the company",
}  # fmt: skip


class Count(NamedTuple):
    """A source that a count of chips may have, with the status that its counts have for a period that is over."""

    claimant: str
    status: str

    @property
    def label(self) -> str:
        """The source in the words of an answer."""
        return f"Counted by {_NAMES.get(self.claimant, self.claimant)}"


def is_chip_count(metric: object) -> bool:
    """Whether a metric counts chips or their prices."""
    return str(metric).startswith("gpu_")


def is_of_others(figure: Figure, sentence: str, vocabulary: Vocabulary) -> bool:
    """Whether a count of chips is read as the company's own although the sentence does not say that the company or one of its people speaks."""
    if not is_chip_count(figure.metric) or (figure.is_claimant_sure and figure.claimant not in _SELF):
        return False
    tokens = tokenise(plain_text(sentence))
    cues = vocabulary.find_cues(tokens)
    if any(cue.kind == "claimant" and cue.value in _SELF for cue in cues):
        return False
    names = {figure.entity, figure.supplier, figure.customer}
    return not any(speaks(cue, cues, tokens) for cue in cues if cue.kind == "entity" and cue.value in names)


def speaks(company: Cue, cues: Iterable[Cue], tokens: Tokens) -> bool:
    """Whether a company says something in a sentence: "Nvidia said", "according to Nvidia"."""
    if tokens.words[max(0, company.first - 2) : company.first] == ["according", "to"]:
        return True
    return any(cue.kind == "say" and 0 < cue.first - company.last <= _BESIDE for cue in cues)


def counts(text: str, sentence: str, vocabulary: Vocabulary) -> list[Count]:
    """The sources that a count in a sentence may have, the likeliest first: the analysts' house that the sentence or the whole text names, analysts and
    unnamed people that it speaks of, the publication, the company."""
    kinds: list[str] = []
    for words in (sentence, text):
        tokens = tokenise(plain_text(words))
        cues = [cue for cue in vocabulary.find_cues(tokens) if cue.kind == "claimant"]
        kinds += [name for name in (house_of(cues, tokens, vocabulary),) if name]
        kinds += [
            name for name in CLAIMANTS if name in ("analyst", "anonymous") and name in {cue.value for cue in cues}
        ]
    return [*(Count(name, "estimate") for name in dict.fromkeys([*kinds, "publication"])), Count("company", "reported")]


def house_of(cues: Iterable[Cue], tokens: Tokens, vocabulary: Vocabulary) -> str:
    """The broker or research house among the claimants of a text, by which the forecasts of two of them are told apart; empty where none or several are
    named."""
    houses = {vocabulary.house(tokens, cue) for cue in cues} - {""}
    return houses.pop() if len(houses) == 1 else ""
