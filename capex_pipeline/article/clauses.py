"""Lays out a sentence: cues, quantities, periods, clauses, and the grammatical role of each name.

Add a rule here when it splits a sentence into clauses or assigns a role to a name. The types that hold the result are
in `article/sentence_model.py`. Which metric a quantity has is decided in `article/metric_rules.py`, which company it
belongs to in `article/entity_rules.py`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_expressions import PeriodExpression
from capex_pipeline.article.sentence_model import Scene, Subject
from capex_pipeline.article.sentences import Sentence
from capex_pipeline.article.tokens import WORD, Tokens
from capex_pipeline.article.unknown_names import OTHERS, goes_on_with_unknown, unknown_subjects

_LEADING: Final = frozenset(("the", "one"))
_MADE: Final = frozenset(("chips", "gpus", "processors", "servers"))
_MAY_BREAK: Final = frozenset((",", "and", "as", "when", "where", "which"))
_LONGEST_BRACKET: Final = 14
_RELATIVE: Final = ("which", "whose", "who")
_BREAKS: Final = frozenset((";", ":", "\u2014", "while", "whereas", "but", "though", "although", "because"))
_NOT_SUBJECT_AFTER: Final = frozenset(
    "what with than double triple twice against unlike like rival competitor between alongside including includes include as in into from to over above below behind versus vs for on backed among by of via per around".split()
)
_POST: Final = frozenset(("at", "by", "of", "for", "from", "in"))
_ACTION_KINDS: Final = frozenset(("say", "spend", "up", "down", "flow", "guidance", "metric", "sales"))
_AUXILIARIES: Final = frozenset(
    "is was has had will also which are were have made took put saw laid would could".split()
)
"""Verbs that begin what a subject does."""


def lay_out(
    tokens: Tokens,
    sentence: Sentence,
    cues: list[Cue],
    quantities: list[Mention],
    periods: list[PeriodExpression],
    vocabulary: Vocabulary,
) -> Scene:
    """Return the scene of a sentence. cues and quantities are those of the sentence."""
    first, end = tokens.at(sentence.start), tokens.at(sentence.end)
    placed = []
    for period in periods:
        begin = tokens.at(period.start)
        placed.append((begin, max(begin, tokens.at(period.end) - 1), period))
    in_quantity = {index for quantity in quantities for index in range(quantity.first, quantity.last + 1)}
    placed = _without_explanations(tokens, first, placed, in_quantity)
    in_period = {index for start, last, _ in placed for index in range(start, last + 1)}
    kept = [cue for cue in cues if not (cue.first in in_quantity and cue.kind not in ("entity", "segment", "product"))]
    kept = [cue for cue in kept if cue.first not in in_period or cue.kind in ("sequential", "entity", "segment")]
    kept = [
        _of_possessor(tokens, cue, cues)
        for cue in kept
        if not (
            _is_in_name(tokens, cue, first)
            or _is_denied(tokens, cue, first)
            or _is_addressed(tokens, cue, first)
            or _is_manner(tokens, cue, quantities)
        )
    ]
    scene = Scene(tokens, sentence, first, end, kept, quantities, placed)
    scene.taken = in_period | in_quantity
    _name_subjects(scene, vocabulary)
    unknown_subjects(scene)
    if quantities:
        _pronouns(scene, vocabulary)
    _relatives(scene)
    scene.subjects.sort(key=lambda subject: (subject.first, -subject.last))
    if quantities:
        _split_clauses(scene)
    return scene


def _is_in_name(tokens: Tokens, cue: Cue, first: int) -> bool:
    """Whether a word for those who lead a company is the last one of another firm's name: "Halden Asset Management"."""
    return (
        cue.kind in ("claimant", "other_sales")
        and tokens.words[cue.first] == "management"
        and tokens.is_capital(cue.first)
        and tokens.is_capital(cue.first - 1)
        and cue.first - 1 >= first
    )


def _of_possessor(tokens: Tokens, cue: Cue, cues: list[Cue]) -> Cue:
    """The name of a segment as that of the company whose possessive is before it: "Baidu's Intelligent Cloud" is not Microsoft's."""
    if cue.kind != "segment" or tokens.word(cue.first - 1) not in ("'s", "'"):
        return cue
    owner = next((other for other in cues if other.kind == "entity" and other.last == cue.first - 2), None)
    return cue._replace(value=owner.value) if owner is not None else cue


def _is_denied(tokens: Tokens, cue: Cue, floor: int) -> bool:
    """Whether a noun is one that there is not: "Meta has no cloud business", "without capex guidance"."""
    before = tokens.words[max(floor, cue.first - 2) : cue.first]
    none = before[-1:] in (["no"], ["without"]) or before[:1] == ["no"] or before == ["without", "a"]
    return cue.kind in ("metric", "segment_words", "sales") and none and not {",", "doubt", "longer"} & set(before)


_TELLING: Final = frozenset("tell tells told telling assured reassured warned informed reminded promised".split())
_LISTENERS: Final = frozenset(("investor", "investors"))


def _is_addressed(tokens: Tokens, cue: Cue, floor: int) -> bool:
    """Whether investors are those to whom something is said, and no investment: "told its investors to expect outlays of $70bn"."""
    before = tokens.words[max(floor, cue.first - 3) : cue.first]
    return cue.kind == "context" and tokens.words[cue.first] in _LISTENERS and not _TELLING.isdisjoint(before)


def _is_manner(tokens: Tokens, cue: Cue, quantities: list[Mention]) -> bool:
    """Whether cash is how an amount was paid: "laid out $34.2bn in cash on property and equipment"."""
    words = tokens.words[cue.first - 1 : cue.last + 2]
    return cue.kind == "context" and words[:2] == ["in", "cash"] and words[2:] in (["on"], ["for"]) and any(
        quantity.last == cue.first - 2 for quantity in quantities
    )  # fmt: skip


Placed = tuple[int, int, PeriodExpression]


def _without_explanations(tokens: Tokens, floor: int, placed: list[Placed], in_quantity: set[int]) -> list[Placed]:
    """Drop periods in a bracket that only explains the one before it: "the first quarter of fiscal 2026 (the three
    months from July)". A part of a year right after its year ("2025 third quarter", "FY2026 (Q1)"), and a quarter in a bracket after "the previous
    quarter (Q4 2023)", are kept as the more precise ones.
    """
    kept: list[Placed] = []
    for begin, last, expression in placed:
        before = kept[-1] if kept else None
        is_beside = before is not None and tokens.words[before[1] + 1 : begin] in ([], ["'s"])
        is_explaining = before is not None and _opens_after(tokens, floor, begin, before[1], in_quantity)
        parts = ("quarter", "half", "nine_months", "months_to") if is_beside else ("quarter", "half")
        if before is None or not (is_beside or is_explaining):
            kept.append((begin, last, expression))
        elif before[2].form == "year" and expression.form in parts and expression.year is None:
            closer = expression._replace(year=before[2].year, fiscal=before[2].fiscal or expression.fiscal)
            kept[-1] = (before[0], last, closer)
        elif before[2].form == "previous_period" and expression.form == "quarter" and is_explaining:
            kept[-1] = (before[0], last, expression)
        elif not is_explaining:
            kept.append((begin, last, expression))
    return kept


def _opens_after(tokens: Tokens, floor: int, begin: int, last: int, in_quantity: set[int]) -> bool:
    """Whether a token is in a bracket that opens right after another token and holds no quantity before it."""
    for index in range(begin - 1, max(floor, begin - _LONGEST_BRACKET), -1):
        if tokens.words[index] == ")" or index in in_quantity:
            return False
        if tokens.words[index] == "(":
            return index - 1 == last
    return False


# --- names ---


def _name_subjects(scene: Scene, vocabulary: Vocabulary) -> None:
    names = scene.kinds("entity", "segment")
    ends = {
        cue: max((other.last for other in names if other.first <= cue.first and other != cue), default=-1)
        for cue in names
    }
    names = [cue for cue in names if cue.last > ends[cue]]  # "Google Cloud" is no Google besides
    names = [cue for place, cue in enumerate(names) if not _introduces(names, place, vocabulary)]
    position = 0
    while position < len(names):
        run = [names[position]]
        while position + len(run) < len(names) and _joins(scene, run[-1], names[position + len(run)]):
            run.append(names[position + len(run)])
        position += len(run)
        distinct = tuple(dict.fromkeys(cue.value for cue in run))
        first, last = run[0].first, max(cue.last for cue in run)
        role = _role(scene, first, last, run, vocabulary)
        if goes_on_with_unknown(scene, first, last):
            distinct += (OTHERS,)
        if len(distinct) > 1:
            scene.subjects.append(Subject(first, last, distinct, role, "list"))
        else:
            via = "segment" if any(cue.kind == "segment" for cue in run) else "name"
            scene.subjects.append(Subject(first, last, distinct, role, via))


def _introduces(names: list[Cue], place: int, vocabulary: Vocabulary) -> bool:
    """Whether the name of a group only introduces the companies after it: "Chinese tech giants Tencent and ByteDance"."""
    known = vocabulary.entities.get(names[place].value)
    return (
        known is not None
        and known.type == "group"
        and place + 1 < len(names)
        and names[place + 1].first == names[place].last + 1
    )


_JOINING: Final = ("and", ",", ", and", "&", "or", "plus", "/")


def _joins(scene: Scene, before: Cue, following: Cue) -> bool:
    """Whether two names are in one list: "A, B and C", "A (AAA) and B"."""
    between = scene.tokens.words[before.last + 1 : following.first]
    if before.value == following.value and (
        between == ["parent"] or (between == ["'s"] and following.kind == "segment")
    ):
        return True  # "Facebook parent Meta", "Alphabet's Google Cloud"
    if between[:1] == ["("] and ")" in between[:6] and scene.quantity_at(before.last + 2) is None:
        between = between[between.index(")") + 1 :]  # the ticker of a name: "ByteDance (BDNCE) and Tencent"
    return " ".join(between[between[:1] == [")"] :]) in _JOINING or between == [",", "'s"]


def _is_made(scene: Scene, index: int, possessive: bool) -> bool:
    """Whether chips, or shipments, are what a name at the token before describes; "Nvidia sold chips" has a verb between."""
    word, second = scene.tokens.word(index), scene.tokens.word(index + 1)
    acts = any(cue.first == index and cue.kind in ("flow", "spend", "say") for cue in scene.cues)
    named = any(index <= cue.first <= index + 2 * possessive for cue in scene.kinds("product"))
    return (
        word in _MADE
        or (word in ("shipments", "volumes") and not possessive)
        or (not acts and (second in _MADE or named))
    )


_BEFORE_RELATION: Final = ("'s", "'", "its", "their", ",", ";", "and", "while")
_MAKES_UP: Final = frozenset(
    "accounted accounts represented represents contributed contributes generated generates provided provides".split()
)

_WHOLES: Final = frozenset((("of", "its"), ("of", "their"), ("of", "sales"), ("of", "revenue")))


def _joined_role(scene: Scene, last: int, vocabulary: Vocabulary) -> str | None:
    """The role of a name that a hyphen or a possessive joins to another noun; None if nothing is joined to it."""
    tokens, after = scene.tokens, scene.tokens.word(last + 1)
    if after == "-" and tokens.joined(last + 1) and tokens.word(last + 2) in vocabulary.hyphened:
        return "supplier" if tokens.word(last + 2) in ("made", "designed", "supplied") else "other"
    if after in ("'s", "'") and tokens.word(last + 2) in vocabulary.relations and tokens.is_capital(last + 3):
        return "other"  # "Oracle's rival CoreWeave"
    return None


def _role(scene: Scene, first: int, last: int, run: list[Cue], vocabulary: Vocabulary) -> str:
    tokens = scene.tokens
    before, after = tokens.word(first - 1), tokens.word(last + 1)
    if (joined := _joined_role(scene, last, vocabulary)) is not None:
        return joined
    if before in vocabulary.hyphened and tokens.word(first - 2) == "-":
        before = ""  # "Nvidia-backed CoreWeave"
    if before in vocabulary.relations and (first - 1 == scene.first or tokens.word(first - 2) in _BEFORE_RELATION):
        before = ""  # "its rival Baidu", "Rival Baidu grew"
    if before == "of" and tokens.word(first - 2) in ("whole", "all"):
        before = ""  # "the whole of AWS"
    counted = (
        tokens.word(first - 2) in vocabulary.collectives.get("numbers", {})
        or (tokens.word(first - 2),) in vocabulary.collective_heads
    )
    if before == "(" and counted:
        return "subject"  # "America's big four (Alphabet, Amazon, Meta and Microsoft)"
    if scene.in_brackets(first, scene.first - 1) and before in ("(", ",", "and", "&"):
        return "other"  # "large contracts (Meta, OpenAI)": an example or another name, not a subject
    if after in ("at", "with") and scene.quantity_at(last + 2) is not None and before != "at":
        return "subject"  # "followed by Alphabet at $35.7bn"
    verb = last + 1 + (after == ",")
    if tokens.word(verb) in _MAKES_UP and not _WHOLES.isdisjoint(pairwise(tokens.words[verb + 1 : verb + 9])):
        return "other"  # "Microsoft accounted for 62% of its revenue", "its largest customer, Microsoft, provided 72% of sales"
    possessive = after == "'s" or (after == "'" and tokens.word(last)[-1:] == "s")
    following = last + 2 if possessive else last + 1
    if _is_made(scene, following, possessive):
        return "supplier"  # "Nvidia chips", "Nvidia Hopper chips", "Nvidia shipments"
    measured = [
        cue
        for cue in scene.cues
        if cue.kind in ("metric", "sales", "segment_words", "context", "spend", "flow")
        and following <= cue.first <= following + 5
    ]
    grows = measured and any(
        cue.kind in ("up", "down") and measured[0].last < cue.first <= measured[0].last + 2 for cue in scene.cues
    )
    if before == "as" and grows:
        return "subject"  # "as Google Cloud revenue grew"
    if possessive and measured:
        return "subject" if before not in ("from", "at", "of", "in", "for") else "post"
    if before == "with" and _acts_with(scene, last):
        return "subject"  # "with AWS generating $29bn", "with the four set to spend $340bn"
    if before == "to" and (scene.near(first, ("flow",), before=16) is not None):
        return "recipient"
    if before in ("and", ",") and _chained_other(scene, first):
        return "other"
    if before in _POST and before != "in":
        return _post_role(scene, first, run[0].kind, before)
    if (
        before in ("including", "like")
        and len(run) > 1 + (before == "including")
        and _heads_list(scene, first, vocabulary)
    ):
        return "subject"  # "Big Tech companies, including Microsoft, Meta and Amazon, plan to spend"
    if before in _NOT_SUBJECT_AFTER:
        return "other"
    return "subject"


def _post_role(scene: Scene, first: int, kind: str, before: str) -> str:
    """The role of a name after "at", "by", "of", "for" or "from": what it stands after, or the head of a clause."""
    kinds = ("metric", "sales", "spend", "up") if kind == "segment" else ("metric", "sales", "spend")
    earlier = scene.near(first, kinds, before=6)
    if earlier is not None and earlier.first < first:
        return "post"
    heads = first - 1 == scene.first or scene.tokens.word(first - 2) in (";", ",", "and", "while", "whereas", "but")
    return "subject" if before in ("at", "for") and heads else "other"


_BESIDE_ACT: Final = frozenset("already collectively now alone together jointly also".split())


def _acts_with(scene: Scene, last: int) -> bool:
    """Whether a name after "with" does something: an adverb at most, and then a participle or "set to"."""
    words = scene.tokens.words
    index = last + 1
    while index < scene.end and words[index] in _BESIDE_ACT:
        index += 1
    word = scene.tokens.word(index)
    acts = any(
        cue.first == index and cue.kind in ("guidance", "spend", "up", "down", "flow", "say", "sales")
        for cue in scene.cues
    )
    planned = ("set", "projected", "expected", "forecast", "poised", "slated")
    return word in ("generating", "making", "bringing", "having", *planned) or (acts and word.endswith("ing"))


def _heads_list(scene: Scene, first: int, vocabulary: Vocabulary) -> bool:
    """Whether a word for companies is before "including" or "like" at the head of a sentence."""
    words = scene.tokens.words[scene.first : first - 1]
    head = words[: -1 if words[-1:] == [","] else None]
    return 0 < len(head) <= 6 and (
        (head[-1],) in vocabulary.collective_heads or tuple(head[-2:]) in vocabulary.collective_heads
    )


def _chained_other(scene: Scene, first: int) -> bool:
    """Whether a name continues a list that begins with an unknown name after "with", "from" and the like."""
    tokens = scene.tokens
    back = first - 2
    while back > scene.first and tokens.is_capital(back):
        back -= 1
    return back < first - 2 and tokens.word(back) in ("with", "from", "between", "including", "like")


# --- words that stand for names ---


def _pronouns(scene: Scene, vocabulary: Vocabulary) -> None:
    tokens = scene.tokens
    taken = {index for subject in scene.subjects for index in range(subject.first, subject.last + 1)}
    for cue in scene.cues:
        if cue.kind == "anaphor" and cue.first not in taken:
            scene.subjects.append(Subject(cue.first, cue.last, (), "subject", "anaphor"))
            taken.update(range(cue.first, cue.last + 1))
    numbers = vocabulary.collectives.get("numbers", {})
    heads = vocabulary.collective_heads
    for index, word in enumerate(tokens.words[scene.first : scene.end], start=scene.first):
        is_number = word.isdigit() and index not in scene.taken
        if is_number and (last := _collective_end(scene, index, heads)) is not None:
            scene.subjects.append(Subject(index, last, (), "subject", "unknown"))  # "21 large companies"
        if (word not in numbers and word not in _LEADING) or index in taken:
            continue
        if word in numbers:
            last = _collective_end(scene, index, heads)
            if last is not None or word in ("trio", "quartet", "duo", "pair", "quintet"):
                scene.subjects.append(Subject(index, last if last is not None else index, (), "subject", "collective"))
        elif index + 1 < scene.end:
            last = _described(scene, index, vocabulary, taken)
            if last is not None:
                scene.subjects.append(Subject(index, last, (), "subject", "anaphor"))


def _collective_end(scene: Scene, index: int, heads: frozenset[tuple[str, ...]]) -> int | None:
    tokens = scene.tokens
    of_the = 2 * (tokens.words[index + 1 : index + 3] == ["of", "the"])  # "four of the largest technology companies"
    for last in range(index + 1 + of_the, min(index + 8 + of_the, scene.end)):
        if (tokens.kinds[last] != WORD and tokens.words[last] not in ("-", ".")) or last in scene.taken:
            return None
        if (tokens.words[last],) in heads or tuple(tokens.words[last - 1 : last + 1]) in heads:
            return last
    return None


def _described(scene: Scene, index: int, vocabulary: Vocabulary, taken: set[int]) -> int | None:
    """The end of "the Hangzhou-based group", "the software maker": the, up to four words, and a word for a company."""
    tokens = scene.tokens
    for last in range(index + 1, min(index + 6, scene.end)):
        word = tokens.words[last]
        if (
            last in taken
            or last in scene.taken
            or word in ("of", "in", "that", "which", "a", "and", "is", "was", ",", "'s", "world")
        ):
            return None
        if word in vocabulary.anaphor_heads and tokens.word(last + 1) not in vocabulary.anaphor_heads:
            return last
    return None


def _relatives(scene: Scene) -> None:
    """Assign the clause that a relative pronoun begins to the name before it: "trailing Meta, which bought ..."."""
    words = scene.tokens.words
    for subject in list(scene.subjects):
        pronoun = subject.last + 2
        if subject.entities and pronoun < scene.end and words[pronoun - 1] == "," and words[pronoun] in _RELATIVE:
            scene.subjects.append(subject._replace(first=pronoun, last=pronoun, role="subject"))


# --- clauses ---


def _split_clauses(scene: Scene) -> None:
    tokens = scene.tokens
    starts: set[int] = set()
    relative = {subject.first for subject in scene.subjects if tokens.words[subject.first] in _RELATIVE}
    acting = {subject.first for subject in scene.subjects if subject.role == "subject" and _governs(scene, subject)}
    for index, word in enumerate(tokens.words[scene.first : scene.end], start=scene.first):
        if index in relative or (
            (word in _BREAKS or _is_dash(scene, index))
            and index > scene.first
            and not (word == "but" and tokens.word(index - 1) == "all")
            and not (word == "because" and tokens.word(index + 1) == "of")
        ):
            starts.add(index)
        elif acting and word in _MAY_BREAK:
            following = index + 1
            while (
                tokens.word(following) in ("and", "the", "at", "with", "rival", "said", "that", "but")
                and following < index + 4
            ):
                following += 1
            if any(index < begin <= following for begin in acting):
                starts.add(index)
    scene.clauses = sorted(starts)


def _is_dash(scene: Scene, index: int) -> bool:
    """Whether a hyphen with spaces around it parts two items: "profit rose to $38 billion - Cloud revenue jumped"."""
    tokens = scene.tokens
    free = tokens.words[index] == "-" and not tokens.joined(index) and not tokens.joined(index + 1)
    return free and index not in scene.taken and index + 1 < scene.end


def _governs(scene: Scene, subject: Subject) -> bool:
    """Whether a name begins its own clause: its verb or its metric follows."""
    tokens = scene.tokens
    following = subject.last + 1
    if tokens.word(following) in ("'s", "'"):
        following += 1
    elif tokens.word(following) in _AUXILIARIES:
        return True
    if subject.via == "anaphor" and tokens.word(subject.first) in ("its", "their"):
        return any(
            cue.kind in ("metric", "sales", "segment_words", "context") and following <= cue.first <= following + 2
            for cue in scene.cues
        )
    reach = following + (3 if tokens.word(following - 1) in ("'s", "'") else 0)
    return any(cue.kind in _ACTION_KINDS and following <= cue.first <= reach for cue in scene.cues)
