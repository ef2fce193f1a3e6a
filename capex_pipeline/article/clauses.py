"""Lays out a sentence: cues, quantities, periods, clauses, and the grammatical role of each name.

Add a rule here when it splits a sentence into clauses or assigns a role to a name. The types that hold the result are
in `article/sentence_model.py`. Which metric a quantity has is decided in `article/metric_rules.py`, which company it
belongs to in `article/entity_rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from capex_pipeline.article.chip_words import noun_after
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
_MAY_SPLIT: Final = _BREAKS | _MAY_BREAK | {"-", *_RELATIVE}
_NOT_SUBJECT_AFTER: Final = frozenset(
    "what with than double triple twice against unlike like rival competitor between alongside including includes include as in into from to over above below behind versus vs for on backed among by of via per around".split()
)
_POST: Final = frozenset(("at", "by", "of", "for", "from", "in"))
_ACTION_KINDS: Final = ("say", "spend", "up", "down", "flow", "guidance", "metric", "sales")
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
    if len(placed) > 1:
        placed = _without_explanations(tokens, first, placed, in_quantity)
    in_period = {index for start, last, _ in placed for index in range(start, last + 1)}
    leases = _leases_taken_in(tokens, first, end, quantities)
    kept = [
        cue
        for cue in cues
        if (cue.first not in in_quantity or cue.kind in _IN_QUANTITIES)
        and (cue.first not in in_period or cue.kind in _IN_PERIODS)
        and not (cue.kind in _MISLEADING and _MISLEADING[cue.kind](tokens, cue, first, in_quantity))
        and not (cue.kind == "context" and any(start <= cue.first <= last for start, last in leases))
    ]
    kept = [cue._replace(value="anonymous") if _is_former(tokens, cue, first) else cue for cue in kept]
    scene = Scene(tokens, sentence, first, end, kept, quantities, placed, in_period, in_period | in_quantity, leases)
    if scene.of["segment"]:
        scene = replace(scene, cues=[_of_possessor(tokens, cue, kept) for cue in kept])
    _name_subjects(scene, vocabulary)
    unknown_subjects(scene)
    if quantities:
        _pronouns(scene, vocabulary)
    _relatives(scene)
    scene.subjects.sort(key=lambda subject: (subject.first, -subject.last))
    if quantities:
        _split_clauses(scene)
    return scene


_TAKES_IN: Final = frozenset("plus including includes incl counting with excluding excl without".split())
_LEASES: Final = ("lease", "leases")
_LEASE_WORDS: Final = 5
"""Words between "including" and "leases": "including principal payments on finance leases"."""


def _leases_taken_in(tokens: Tokens, first: int, end: int, quantities: Sequence[Mention]) -> list[tuple[int, int]]:
    """First and last token of each phrase that says whether leases are counted: "including finance leases", "finance leases included". Operating leases are
    rent, and "including $6bn of finance leases" has an amount of its own."""
    words, found = tokens.words, []
    for at in (place for place, word in enumerate(words[first:end], first) if word in _LEASES):
        if words[at - 1] == "operating":
            continue
        start = max(first, at - _LEASE_WORDS - 1)
        opening = next((place for place in range(at - 1, start - 1, -1) if words[place] in _TAKES_IN), None)
        if tokens.word(at + 1) in ("included", "excluded"):
            found.append((max(first, at - 1), at + 1))
        elif opening is not None and not (
            {",", ";", ":", "("} & set(words[opening:at]) or any(opening < other.first < at for other in quantities)
        ):
            found.append((opening, at))
    return found


_IN_QUANTITIES: Final = frozenset(("entity", "segment", "product"))
_IN_PERIODS: Final = frozenset(("entity", "segment", "sequential"))
"""Kinds of cues that count also where a quantity or a period begins with the same word."""


def _is_in_name(tokens: Tokens, cue: Cue, floor: int, in_quantity: set[int]) -> bool:
    """Whether a word for those who lead a company is the last one of another firm's name: "Halden Asset Management"."""
    return (
        tokens.words[cue.first] == "management"
        and tokens.is_capital(cue.first)
        and tokens.is_capital(cue.first - 1)
        and cue.first - 1 >= floor
    )


def _is_former(tokens: Tokens, cue: Cue, floor: int) -> bool:
    """Whether an executive speaks for a company no more: "a former finance chief", "ex-Google executives"."""
    before = tokens.words[max(floor, cue.first - 3) : cue.first] if cue.value == "executive" else []
    formers = [at for at, word in enumerate(before) if word in ("former", "ex", "retired")]
    return bool(formers) and "," not in before[formers[-1] :]


def _of_possessor(tokens: Tokens, cue: Cue, cues: list[Cue]) -> Cue:
    """The name of a segment as that of the company whose possessive is before it: "Baidu's Intelligent Cloud" is not Microsoft's."""
    if cue.kind != "segment" or tokens.word(cue.first - 1) not in ("'s", "'"):
        return cue
    owner = next((other for other in cues if other.kind == "entity" and other.last == cue.first - 2), None)
    return cue._replace(value=owner.value) if owner is not None else cue


def _is_denied(tokens: Tokens, cue: Cue, floor: int, in_quantity: set[int]) -> bool:
    """Whether a noun is one that there is not: "Meta has no cloud business", "without capex guidance"."""
    before = tokens.words[max(floor, cue.first - 2) : cue.first]
    none = before[-1:] in (["no"], ["without"]) or before[:1] == ["no"] or before == ["without", "a"]
    return none and {",", "doubt", "longer"}.isdisjoint(before)


_TELLING: Final = frozenset("tell tells told telling assured reassured warned informed reminded promised".split())
_LISTENERS: Final = frozenset(("investor", "investors"))
_BEING: Final = frozenset("was is came stood amounted reached of".split())


def _is_no_measure(tokens: Tokens, cue: Cue, floor: int, in_quantity: set[int]) -> bool:
    """Whether investors are those to whom something is said, and no investment ("told its investors to expect outlays of $70bn"), or cash is how
    an amount was paid ("laid out $34.2bn in cash on property and equipment").
    """
    word = tokens.words[cue.first]
    if word in _LISTENERS:
        return not _TELLING.isdisjoint(tokens.words[max(floor, cue.first - 3) : cue.first])
    if word == "share" and cue.last == cue.first:  # "Microsoft's share was $35bn" is one of a sum
        return tokens.word(cue.first - 1) in ("'s", "its", "their") and tokens.word(cue.last + 1) in _BEING
    return (
        word == "cash"
        and tokens.word(cue.first - 1) == "in"
        and tokens.word(cue.last + 1) in ("on", "for")
        and cue.first - 2 in in_quantity
    )


def _is_kind(tokens: Tokens, cue: Cue, floor: int, in_quantity: set[int]) -> bool:
    """Whether "makes" are kinds of chips: "accelerators of all makes"."""
    return tokens.words[cue.first] == "makes" and tokens.word(cue.first - 1) in ("all", "other", "different", "both")


_MISLEADING: Final = {
    "claimant": _is_in_name, "other_sales": _is_in_name, "metric": _is_denied, "segment_words": _is_denied, "sales": _is_denied,
    "context": _is_no_measure, "flow": _is_kind,
}  # fmt: skip
"""By the kind of a cue, whether it does not mean there what it means elsewhere."""


Placed = tuple[int, int, PeriodExpression]


def _without_explanations(tokens: Tokens, floor: int, placed: list[Placed], in_quantity: set[int]) -> list[Placed]:
    """Drop periods in a bracket that only explains the one before it: "the first quarter of fiscal 2026 (the three months from July)". A part of a year right
    after its year ("2025 third quarter", "FY2026 (Q1)"), and a quarter in a bracket after "the previous quarter (Q4 2023)", are kept as the more precise
    ones."""
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
    names = scene.of["entity", "segment"]
    if len(names) > 1:  # "Google Cloud" is no Google besides
        names = [
            cue
            for cue in names
            if all(other.last < cue.last for other in names if other.first <= cue.first and other is not cue)
        ]
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
    if word in _MADE or (word in ("shipments", "volumes") and not possessive):
        return True
    if possessive and noun_after(scene.tokens, index) and scene.quantity_at(index) is None:
        return scene.near(index, ("flow",), before=6) is not None  # "shipments of Nvidia's high-end GPUs"
    named = second in _MADE or scene.begins(index, "product", reach=2 * possessive) is not None
    return named and scene.begins(index, "flow", "spend", "say") is None


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


_BEFORE_PERIOD: Final = ("in", "for", "during", "over")
_MEASURED: Final = ("metric", "sales", "segment_words", "context", "spend", "flow")


def _role(scene: Scene, first: int, last: int, run: list[Cue], vocabulary: Vocabulary) -> str:
    tokens = scene.tokens
    before, after = tokens.word(first - 1), tokens.word(last + 1)
    if (joined := _joined_role(scene, last, vocabulary)) is not None:
        return joined
    if before in vocabulary.hyphened and tokens.word(first - 2) == "-":
        before = ""  # "Nvidia-backed CoreWeave"
    if before in vocabulary.relations and (first - 2 <= scene.first or tokens.word(first - 2) in _BEFORE_RELATION):
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
    bought = scene.begins(following, "flow", reach=2) if possessive else None
    is_buyer = bought is not None and bought.value in ("purchased", "ordered")  # "Amazon's Hopper purchases"
    if not is_buyer and _is_made(scene, following, possessive):
        return "supplier"  # "Nvidia chips", "Nvidia Hopper chips", "Nvidia shipments"
    measured = scene.begins(following, *_MEASURED, reach=5) if possessive or before == "as" else None
    if before == "as" and measured and scene.begins(measured.last + 1, "up", "down", reach=1):
        return "subject"  # "as Google Cloud revenue grew"
    if possessive and measured:
        return "subject" if before not in ("from", "at", "of", "in", "for") else "post"
    if possessive and before in _BEFORE_PERIOD and any(begin == following for begin, _, _ in scene.periods):
        return "post"  # "capex came to $24.2bn in Microsoft's fiscal fourth quarter"
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
    grown = ("up",) if kind == "segment" else ()
    passed = ("flow",) if before == "by" else ()  # "chips bought by Meta"
    earlier = scene.near(first, ("metric", "sales", "spend", *grown, *passed), before=6)
    if (earlier is not None and earlier.first < first) or (before == "at" and scene.quantity_at(first - 2) is not None):
        return "post"  # "capex at Tencent", "revenue climbed to $15bn at Oracle"
    heads = first - 1 == scene.first or scene.tokens.word(first - 2) in (";", ",", "and", "while", "whereas", "but")
    return "subject" if before in ("at", "for") and heads else "other"


_BESIDE_ACT: Final = frozenset("already collectively now alone together jointly also".split())


_WITH_ACTS: Final = frozenset("generating making bringing having set projected expected forecast poised slated".split())
_ACTS: Final = ("guidance", "spend", "up", "down", "flow", "say", "sales")


def _acts_with(scene: Scene, last: int) -> bool:
    """Whether a name after "with" does something: an adverb at most, and then a participle or "set to"."""
    words = scene.tokens.words
    index = last + 1
    while index < scene.end and words[index] in _BESIDE_ACT:
        index += 1
    word = scene.tokens.word(index)
    if word in _WITH_ACTS:
        return True
    return word.endswith("ing") and scene.begins(index, *_ACTS) is not None


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
    for cue in scene.of["anaphor"]:
        if cue.first not in taken:
            scene.subjects.append(Subject(cue.first, cue.last, (), "subject", "anaphor"))
            taken.update(range(cue.first, cue.last + 1))
    numbers = vocabulary.collectives.get("numbers", {})
    heads = vocabulary.collective_heads
    words = tokens.words[scene.first : scene.end]
    places = [
        (index, word)
        for index, word in enumerate(words, start=scene.first)
        if word in numbers or word in _LEADING or word.isdigit()
    ]
    for index, word in places:
        is_number = word.isdigit() and index not in scene.taken
        if is_number and (last := _collective_end(scene, index, heads)) is not None:
            scene.subjects.append(Subject(index, last, (), "subject", "unknown"))  # "21 large companies"
        if (word not in numbers and word not in _LEADING) or index in taken:
            continue
        if word in numbers:
            last = _collective_end(scene, index, heads)
            acts = scene.begins(index + 1, *_ACTS) is not None or tokens.word(index + 1) in ("'s", "'")
            acts = "big" in tokens.words[index - 2 : index] or (tokens.word(index - 1) == "the" and acts)
            if last is not None or acts or word in ("trio", "quartet", "duo", "pair", "quintet"):
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
    words = tokens.words[scene.first : scene.end]
    places = [(index, word) for index, word in enumerate(words, start=scene.first) if word in _MAY_SPLIT]
    for index, word in places:
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
        return scene.begins(following, "metric", "sales", "segment_words", "context", reach=2) is not None
    reach = 3 if tokens.word(following - 1) in ("'s", "'") else 0
    return scene.begins(following, *_ACTION_KINDS, reach=reach) is not None
