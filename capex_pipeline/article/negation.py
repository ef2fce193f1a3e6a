"""Recognises amounts that words near them negate, deny or correct: "will not exceed $50bn", "denied that it had spent $90bn".

Add a word here when a negation is missed, or when it is read as one of an amount although it negates another word.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import Scene
from capex_pipeline.article.tokens import Tokens

UNCLEAR: Final = "unclear"
"""A negation before an amount that may belong to another word."""

_REACH: Final = 14
_NEGATIONS: Final = frozenset("not 't cannot never no nothing none neither nor without unlikely fails failed".split())
_OTHERWISE: Final = frozenset("only just doubt question".split())
"""Words that make a "not" or "no" before them none: "not only will it exceed", "no doubt"."""
_ENDS: Final = frozenset(
    ", ; : ( ) . ? ! \u2014 and but while although though because since as who which where".split()
)
_OPENS: Final = frozenset("changed change altered alter cut reduced reduce abandoned comment disclose".split())
"""Verbs that take a negation before them to themselves, whatever follows: "has not cut its plan to spend more than $50bn"."""
_BELIEFS: Final = frozenset("expect expects expected believe think see foresee anticipate intend plan want".split())
"""Words over which a negation reaches to what is believed or planned."""
_PASSED: Final = _BELIEFS | frozenset(
    "be been being is are was were have has had will would can could should may might must do does did ever to of for at on in by the a an any anything it they we its this "
    "their our all more than certain sure set going spend spends spending spent invest go get rise grow come fall drop dip slip run cost turn reach hit exceed surpass top "
    "pass buy ship sell order take make report post record total up out year quarter fiscal full half 's capital expenditure expenditures capex outlay outlays investment "
    "investments revenue revenues sales cloud budget bill figure amount number shipments".split()
)
"""Words between a negation and what it negates."""


def negation(tokens: Tokens, before: int, floor: int) -> str:
    """ "not" if the words before a token negate what begins there, UNCLEAR if a negation in the same clause may belong to another word, else "".

    floor: the first token that may be looked at.
    """
    words, found, is_clear = tokens.words, "", True
    for at in range(before - 1, max(floor, before - _REACH) - 1, -1):
        word = words[at]
        if word in _ENDS or word in _OPENS or "\n" in tokens.plain.text[tokens.end(at) : tokens.starts[at + 1]]:
            break
        ruled_out = word == "out" and words[at - 1] in ("rule", "rules", "ruled", "ruling")
        if ruled_out or (word in _NEGATIONS and words[at + 1] not in _OTHERWISE and words[at - 1] != "if"):
            if found or not is_clear:
                return UNCLEAR
            found = "not"
        elif word == "that" and words[at - 1] in _BELIEFS:
            continue
        elif word not in _PASSED and not word[0].isdigit() and not tokens.is_capital(at):
            is_clear = False
    return found


def is_denied(scene: Scene, quantity: Mention) -> bool:
    """Whether the sentence denies an amount, corrects it or calls it a rumour: "denied a report that it had spent $90bn", "not $95bn", "Rumours
    that Meta spent $90bn are false". A statement of its own after a comma or a conjunction is not denied: "dismissed the talk and spent $90bn".
    """
    tokens = scene.tokens
    if _is_excused(scene, quantity):
        return True
    is_exact = quantity.bound not in ("at_least", "at_most")
    if is_exact and negation(tokens, quantity.first, scene.end_of_last(quantity)) == "not":
        return True
    clause, acts = scene.clause(quantity.first), ("spend", "say", "guidance", "reaches")
    row = [other for other in scene.row(quantity) if not scene.has_between(other.last, quantity.first, acts)]
    for cue in scene.of["denied"]:
        if cue.first > quantity.last:
            is_told = tokens.words[cue.first] in ("is", "was", "are", "were")
            if (
                is_told
                and scene.clause(cue.first) == clause
                and cue.first < scene.start_of_next(row[-1], quantity.kind)
            ):
                return True
        elif cue.last < quantity.first and scene.clause(cue.first) == clause:
            parted = [at for at in range(cue.last + 1, row[0].first) if tokens.words[at] in (",", "and", "saying")]
            if not parted or not scene.has_between(parted[0], row[0].first, acts):
                return True
    return False


def _is_excused(scene: Scene, quantity: Mention) -> bool:
    """Whether a speaker corrects an amount at once: "$59 million -- $59 billion, excuse me"."""
    words = scene.tokens.words
    end = next((other.last for other in scene.quantities if 0 < other.first - quantity.last <= 3), None)
    is_next = end is not None and words[quantity.last + 1] in ("-", "\u2014")
    return is_next and not {"excuse", "sorry"}.isdisjoint(words[quantity.last + 2 : (end or 0) + 4])


def is_correction(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is what another one should have been: "The correct figure is $91bn"."""
    before = scene.left(quantity.first, 6)
    return not _CORRECT.isdisjoint(before) and not _FIGURES.isdisjoint(before)


_CORRECT: Final = frozenset("correct right actual true".split())
_FIGURES: Final = frozenset("figure number amount total sum".split())
