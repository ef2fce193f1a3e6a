"""Finds the names of metrics that the rules for prose do not read, such as depreciation, beside a number of a sentence.

Add here what makes a number one of such a metric. The names are in reference/metrics.yaml; which answers are offered belongs to `answers`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extraction import Outcome, Suggestion
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.review.other_amounts import is_outflow
from capex_pipeline.review.source import Passage

REACH: Final = 8
"""Words between a number and the name of a metric that may be its own."""
WHOLE_SENTENCE: Final = 40
"""The same where the rules found no other measure for the number."""
_READ_BY_RULES: Final = ("capex", "cloud_revenue", "gpu_units", "gpu_unit_price")
_BASE: Final = re.compile(r"\b(?:from|than|against|with|to|versus)\s+$")
"""What stands right before an amount of a year earlier, which is of the metric of the one that is compared with it."""
_CASH: Final = "Context: cash or debt"
CASH_FLOWS: Final = ("free_cash_flow", "operating_cash_flow")
"""Metrics in whose names the word "cash" says nothing of a balance of cash."""
CONTEXTS: Final = (
    "Context: order book",
    "Context: other cost",
    "Context: value of a company",
)
"""How the reasons begin of numbers that are figures if the sentence names a metric for them: commitments, and costs that follow from spending. A number
that is left out as profit, revenue or cash is none."""


_OF_ANOTHER: Final = frozenset(("for", "of", "on", "in", "deferred", "unearned"))
"""Words right before the name of a metric with which it is that of another amount."""


_CLAUSE_ENDS: Final = frozenset((",", ";", ":", "and", "while", "but"))
"""Words between a number and a name behind it with which the name belongs to the next number: "up 13%, and free cash flow was"."""


def metric_named(tokens: Tokens, first: int, last: int, vocabulary: Vocabulary, reach: int = REACH) -> str:
    """The metric whose name is nearest before a number, or right after it, among those that the rules for prose do not read; empty where none is.

    first, last: tokens of the number. What is paid for or spent on property and equipment is no balance of property and equipment.
    """
    words, best = tokens.words, (reach + 1, "")
    for name, metric in vocabulary.metric_names.items():
        parts = tokenise(plain_text(name.replace("_", " "))).words
        for at in range(max(0, first - reach - len(parts)), min(last + 4, len(words) - len(parts) + 1)):
            before = words[at - 1] if at else ""
            is_own = before == "of" and at == last + 2  # "$99.8 billion of additional lease commitments"
            if words[at : at + len(parts)] == parts and (is_own or before not in _OF_ANOTHER):
                if at > last and not _CLAUSE_ENDS.isdisjoint(words[last + 1 : at]):
                    continue
                gap = first - at - len(parts) if at < first else at - last
                best = min(best, (gap - len(parts), metric))
    return "" if best[1] in _READ_BY_RULES else best[1]


def place_in(text: str, start: int, end: int) -> tuple[int, int]:
    """The first and the last token of the characters from start to end of a sentence."""
    first = len(tokenise(plain_text(text[:start])).words)
    return first, max(first, len(tokenise(plain_text(text[:end])).words) - 1)


def with_named_metric(outcome: Outcome, sentences: Sequence[Passage], vocabulary: Vocabulary) -> Outcome:
    """A number that the rules left out, as one of the metric that its sentence names for it."""
    hint, mention = outcome.suggestion, outcome.mention
    is_cash = outcome.reason.startswith(_CASH)
    is_context = is_cash or outcome.reason.startswith(CONTEXTS)
    if hint is None or mention.kind not in ("money", "percent") or not is_context:
        return outcome
    sentence = next((one for one in sentences if one.start <= mention.start < one.end), None)
    if sentence is None:
        return outcome
    place = (mention.start - sentence.start, mention.end - sentence.start)
    is_base = _BASE.search(sentence.text[: place[0]]) and "earlier" in sentence.text[place[1] :]
    reach = (2 * REACH if is_base else REACH) if is_cash else WHOLE_SENTENCE
    named = suggestion_of_named(hint, mention, sentence.text, place, vocabulary, reach)
    if named is None or (is_cash and named.metric not in CASH_FLOWS):
        return outcome
    return outcome._replace(suggestion=named)


def suggestion_of_named(
    hint: Suggestion,
    mention: Mention,
    sentence: str,
    place: tuple[int, int],
    vocabulary: Vocabulary,
    reach: int = REACH,
) -> Suggestion | None:
    """What is suggested for a number if its sentence names a metric for it that the rules do not read; None where it names none. place: of the number in
    the sentence."""
    first, last = place_in(sentence, *place)
    tokens = tokenise(plain_text(sentence))
    metric = metric_named(tokens, first, last, vocabulary, reach)
    is_sequential = mention.kind == "percent" and any(
        cue.kind == "sequential" and 0 < cue.first - last <= REACH for cue in vocabulary.find_cues(tokens)
    )
    if not metric or is_sequential:
        return None
    if metric not in vocabulary.balances:
        is_negative = metric in CASH_FLOWS and is_outflow(tokens, first, metric.split("_"))
        sign = -1 if is_negative and mention.kind == "money" else hint.sign
        return hint._replace(metric=metric, definition=None, is_near=True, sign=sign)
    # A balance is of a quarter's end, and not of the period of the flows before it; it is planned only if a word before it says so.
    is_planned = any(cue.kind == "guidance" and cue.first < first for cue in vocabulary.find_cues(tokens))
    status = hint.status if is_planned else "reported"
    return hint._replace(metric=metric, definition=None, is_near=True, periods=(), status=status)


def is_of_named_metric(outcome: Outcome) -> bool:
    """Whether a number that the rules left out is suggested as one of a metric that they do not read."""
    return outcome.suggestion is not None and is_named_metric(outcome.suggestion.metric)


def is_named_metric(metric: str | None) -> bool:
    """Whether a metric is one that the rules for prose do not read."""
    return metric not in (None, *_READ_BY_RULES)
