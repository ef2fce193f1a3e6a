"""Finds names that are in no reference list and act as the subject of a sentence.

Their figures must not be attributed to a known company. The module tells an unknown company from a person or a place by
the words around the name. Add a rule here when such a name is missed or mistaken. Known names are found in
`article/clauses.py`.
"""

from __future__ import annotations

from typing import Final

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.sentence_model import Scene, Subject
from capex_pipeline.article.tokens import WORD, Tokens
from capex_pipeline.values.words import MONTHS

_DAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


_TITLES: Final = frozenset(
    "mr mrs ms dr sir analyst analysts president chairman chief officer executive ceo cfo founder co director strategist economist".split()
)


_FORMS: Final = frozenset(
    "inc corp corporation co ltd limited llc plc group holdings holding incorporated ag sa nv".split()
)
"""Words after a company's name that are not part of it here."""
_BUSINESSES: Final = frozenset(("segment", "division"))
_KINDS_OF_COMPANY: Final = frozenset("rival competitor peer start-up startup chipmaker neocloud".split())
"""Nouns right before the name of a company: "Amsterdam-based rival Nebius"."""
_AFTER_NAME: Final = _FORMS | _BUSINESSES | {"'s", ".", ","}
_AIDING: Final = frozenset(("has", "have", "had", "is", "was", "also", "will", "would"))
_ADVERBS: Final = frozenset("now still also already currently recently itself".split())
_PUTTING: Final = frozenset(("put", "puts", "pegged", "pegs", "saw"))
"""Verbs with which a company states an amount of its own: "Nebius put its capital spending at $2bn"."""
_EARMARKING: Final = frozenset("budgeted earmarked allocated pledged committed".split())
"""Verbs of plans with an amount as their object, which a person does not have."""
_HEADED: Final = frozenset(("has", "had", "is", "was", "foresees", "makes", "raised"))
"""Verbs after a name of several parts at the head of a sentence."""


_LIKE_NAMES: Final = _FORMS | frozenset(
    "the a an it its in to on at for by of from and but while with as this that these those there he she they we our his her their when where after before since last next both all some "
    "most more many one two three four five six seven eight nine ten total capital revenue sales net expense expenses cost costs growth profit profits income earnings margin margins operating shares chief according analysts investors group us u.s china chinese american europe "
    "cloud ai i beijing washington wall street fiscal first second third fourth full spending outlays purchases turnover cash each over under despite during overall ipo gpu ai cfo ceo".split()
)


OTHERS: Final = "others"
"""Stands for the members of a list that are in no reference list, so that the list is not mistaken for a known group."""
_PLACING: Final = frozenset("in at from for of on".split())
_APPOSING: Final = frozenset("a an the its their another one which owner based maker parent".split())
"""Words that begin an apposition to a name; a participle does so too: "Nebius, listed in New York, expects"."""


def goes_on_with_unknown(scene: Scene, first: int, last: int) -> bool:
    """Whether a list of known names has an unknown member before or after them: "Microsoft, Meta and Apple"."""
    tokens = scene.tokens
    following = last + 1 + (tokens.word(last + 1) == ",")
    if tokens.word(following) in ("and", "&") and is_capital_name(scene, following + 1):
        return tokens.word(following + 2) not in ("'s", "'")
    before = first - 1
    joined = tokens.word(before) in ("and", "&")
    before -= joined and tokens.word(before - 1) == ","
    if not (joined or tokens.word(before) == ",") or not is_capital_name(scene, before - 1):
        return False
    word = tokens.word(before - 1)
    adverb = before - 1 == scene.first and (word in _CONNECTIVES or word.endswith("ly"))
    placed = tokens.word(before - 2) in _PLACING  # "In California, Alphabet and Meta ..."
    is_list = "and" in tokens.words[first:last] or tokens.word(last + 1) in ("and", ",")
    return joined or (not adverb and not placed and is_list)


_CONNECTIVES: Final = frozenset(
    "meanwhile however still elsewhere overall together altogether combined yesterday today tomorrow earlier later also besides instead "
    "moreover nevertheless so then thus yet again indeed next last".split()
)
"""Words before a comma at the head of a sentence that are not names."""


def is_capital_name(scene: Scene, index: int) -> bool:
    tokens = scene.tokens
    if not scene.first <= index < scene.end or not tokens.is_capital(index) or tokens.kinds[index] != WORD:
        return False
    word = tokens.words[index]
    return not (scene.is_known(index) or word in _LIKE_NAMES or word in MONTHS or word in _DAYS or index in scene.taken)


def may_name_unknown(tokens: Tokens, first: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether a stretch of tokens may have an unknown name as its subject; a fast test with false positives."""
    capitals = tokens.capitals(first, end)
    if not capitals or (capitals == [first] and tokens.words[first] in _LIKE_NAMES):
        return False
    words = tokens.words
    acting = vocabulary.acting
    for index in capitals:
        following = words[index + 1] if index + 1 < end else ""
        if following in acting or following in _AFTER_NAME:
            return True
    # Without a verb, a name is the subject only at the head of the sentence and with several parts.
    return len(capitals) > 1 and capitals[:2] == [first, first + 1] and not _HEADED.isdisjoint(words[first:end])


def unknown_subjects(scene: Scene) -> None:
    """Names that are in no reference list and are the subject, so that their figures are not attributed to a known company."""
    tokens = scene.tokens
    capitals = tokens.capitals(scene.first, scene.end)
    if not capitals or (capitals == [scene.first] and tokens.words[scene.first] in _LIKE_NAMES):
        return
    named = {
        index
        for cue in scene.cues
        if cue.kind in ("entity", "segment", "product", "family", "claimant", "metric")
        or (cue.first == scene.first and cue.kind in ("flow", "sales", "context"))
        for index in range(cue.first, cue.last + 1)
    }
    done = scene.first
    for index in capitals:
        if index < done or not _may_be_name(tokens, index, scene, named):
            continue
        last = index
        while last + 1 < scene.end:
            if _may_be_name(tokens, last + 1, scene, named):
                last += 1
            elif (
                tokens.words[last + 1] == "."
                and tokens.joined(last + 1)
                and tokens.joined(last + 2)
                and tokens.word(last + 2).isalpha()
            ):
                last += 2  # JD.com
            else:
                break
        if _acts(scene, index, last):
            scene.subjects.append(Subject(index, last, (), "subject", "unknown"))
        elif role := _role_after_preposition(scene, index, last):
            scene.subjects.append(Subject(index, last, (), role, "unknown"))
        done = last + 1


def _role_after_preposition(scene: Scene, first: int, last: int) -> str:
    """The role of a name to which a preposition gives an amount: "capex at Nebius was $2bn", "At Nebius, capex was $2bn"; empty for any other."""
    tokens = scene.tokens
    if not scene.quantities or tokens.word(first - 1) not in ("at", "by"):
        return ""
    if first - 1 == scene.first:
        return "subject" if tokens.word(last + 1) == "," and _measures_after(scene, last) else ""
    noun = next((cue for cue in scene.of["metric"] if cue.last == first - 2), None)
    noun = noun or next((cue for cue in scene.of["spend"] if cue.last == first - 2 and cue.value == "noun"), None)
    return "" if noun is None or _is_person(scene, first, last) else "post"


def _may_be_name(tokens: Tokens, index: int, scene: Scene, named: set[int]) -> bool:
    word = tokens.words[index]
    if tokens.kinds[index] != WORD or index in named or index in scene.taken or word in MONTHS or word in _DAYS:
        return False
    text = tokens.text(index, index)
    return word not in _LIKE_NAMES and len(word) != 1 and not text.islower() and any(map(str.isupper, text))


def _acts(scene: Scene, first: int, last: int) -> bool:
    tokens = scene.tokens
    if tokens.word(first - 1) in _KINDS_OF_COMPANY and not _is_person(scene, first, last):
        return True
    if tokens.word(first - 1) in _TITLES or (tokens.word(first - 1) == "." and tokens.word(first - 2) in _TITLES):
        return False
    following = last + 1
    while tokens.word(following) in _FORMS:  # "Nebius Group Inc. said"
        following += 1
    following += tokens.word(following) == "." and following > last + 1
    if tokens.word(following) == "'s":
        return scene.begins(following + 1, "metric", "spend", "sales", reach=3) is not None
    apposing = tokens.word(following + 1)
    if tokens.word(following) == "," and (apposing in _APPOSING or apposing.endswith("ed")):
        closing = next(
            (index for index in range(following + 1, min(following + 18, scene.end)) if tokens.words[index] == ","),
            None,
        )
        if closing is None or _person_follows(scene, following + 1, closing):
            return False
        if not _KINDS_OF_COMPANY.isdisjoint(tokens.words[following + 1 : following + 5]):
            return True  # "Cambricon Technologies, a smaller rival that reported revenue of $1bn, hopes to deliver"
        following = closing + 1
    while (word := tokens.word(following)) in _ADVERBS or following in scene.timed:
        following += 1
    if word in ("this", "last") and tokens.word(following + 1) in ("week", "month"):
        following += 2  # "this month raised its budget"
    if (
        tokens.word(following) in _AIDING
        and following == first + 1
        and scene.begins(following + 1, "spend", "flow", "guidance", "up", "down")
    ):
        following += 1  # "Nebius has increased its capex plan"
    word = tokens.word(following)
    if word in _PUTTING:
        return _measures_after(scene, following) and not _is_person(scene, first, last)
    if word in _BUSINESSES:
        return True  # "the International segment": another business than the one named before
    act = scene.begins(following, "say", "spend", "flow", "guidance", "up", "down")
    handed = act is not None and act.kind in ("flow", "spend")
    if handed and tokens.word(first - 1) in ("and", "with") and _counts_after(scene, act.last if act else 0):
        return True  # "and Intel shipped 400,000 units"
    if tokens.word(first - 1) in ("at", "of", "from", "by", "in", "for", "with", "to", "and", "than", "on", "as"):
        return False
    if act is None:
        # "Rivian projects capital expenditures of": a verb that no list has, before what a company spends
        projects = word.endswith("s") and scene.begins(following + 1, "metric", reach=1) is not None
        return first == scene.first and (projects or (word in _HEADED and following > first + 1))
    if act.kind == "spend" and act.value == "noun":
        return False  # "Combined outlays": a plain word at the head of the sentence
    if act.kind == "say":
        said = tokens.word(act.last + 1)
        return said in ("its", "it", "capital", "capex", "revenue", "that") and not _is_person(scene, first, last)
    if act.kind == "guidance":
        is_own = tokens.word(act.last) == "its" or tokens.word(act.last + 1) in (
            "to",
            "for",
            "capex",
            "capital",
            "spend",
        )
        earmarks = tokens.word(act.last) in _EARMARKING and scene.quantity_at(act.last + 1) is not None
        acts = tokens.word(act.first) in ("will", "would") and _measures_after(scene, act.last)  # "will lift capex"
        handles = scene.begins(act.last + 1, "flow") is not None  # "will ship 143,000 chips"
        spends = any(cue.first in (act.last + 1, act.last + 2) and cue.value != "noun" for cue in scene.of["spend"])
        if spends:
            return True  # "Samsung Electronics plans to spend $33bn": a person does not spend
        return (is_own or earmarks or acts or handles) and not _is_person(scene, first, last)
    return True


def _measures_after(scene: Scene, index: int) -> bool:
    """Whether a metric or a word of spending follows a verb before any quantity does."""
    limit = min((other.first for other in scene.quantities if other.first > index), default=index)
    return any(index < cue.first < limit for cue in scene.of["metric", "spend"])


def _counts_after(scene: Scene, index: int) -> bool:
    return any(index < other.first <= index + 4 for other in scene.quantities)


def _person_follows(scene: Scene, first: int, last: int) -> bool:
    return scene.begins(first, "claimant", reach=last - first) is not None


def _is_person(scene: Scene, first: int, last: int) -> bool:
    """Two plain capitalised words before "said" are more often a person than a company; one is more often a company."""
    if "." in scene.tokens.words[first:last]:
        return False  # JD.com
    return last - first >= 1 or _person_follows(scene, max(scene.first, first - 6), first)


def is_person_before(scene: Scene, verb: int, *, of_firm: bool) -> bool:
    """Whether the subject of a verb is a first and a last name: "Maria Lindqvist, a portfolio manager, expects".

    of_firm: whether the name of an unknown firm must follow: "Maria Lindqvist of Halden Asset Management said"."""
    words, last = scene.tokens.words, verb - 1
    if words[last] == ",":
        last = max((index for index in range(scene.first, last) if words[index] == ","), default=scene.first) - 1
    firm = last
    while is_capital_name(scene, firm):
        firm -= 1
    is_of_firm = firm < last and words[firm] in ("of", "at", "from")
    last = firm - 1 if is_of_firm else last
    return (is_of_firm or not of_firm) and all(is_capital_name(scene, index) for index in (last - 1, last))
