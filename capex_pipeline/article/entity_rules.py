"""Attributes a quantity to a company or group.

This module resolves pronouns, descriptions ("the software maker"), lists of companies and "respectively", and chooses
the owner of each quantity. Add a rule here when it decides which company a number belongs to. Names are found in
`article/clauses.py`, and names that are not in the reference data in `article/unknown_names.py`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from capex_pipeline.article.claim_status import is_base
from capex_pipeline.article.discourse import State
from capex_pipeline.article.lexicon import Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.sentence_model import BESIDE_NAME, Scene, Subject
from capex_pipeline.article.tokens import Tokens
from capex_pipeline.article.unknown_names import OTHERS, is_capital_name


class Owner(NamedTuple):
    """The entity of a quantity. problem: why there is none."""

    entity: str | None
    evidence: tuple[str, ...] = ()
    is_segment: bool = False
    problem: str = ""
    others: tuple[str, ...] = ()
    """The other companies for which the same number holds: "60,000 each"."""
    is_paired: bool = False
    """Whether the companies and the figures of two lists were paired by position."""
    unknown: str = ""
    """The name or group of companies that the words give as the owner and that is in no reference list."""


def group_of(vocabulary: Vocabulary, members: tuple[str, ...]) -> str | None:
    """The group of the reference that has exactly these members."""
    wanted = frozenset(members)
    return next(
        (entity.entity_id for entity in vocabulary.entities.values() if entity.members and entity.members == wanted),
        None,
    )


def resolve_subjects(scene: Scene, state: State, vocabulary: Vocabulary) -> None:
    """Assign companies to pronouns, descriptions and collectives."""
    resolved: list[Subject] = []
    for subject in scene.subjects:
        if subject.via == "anaphor":
            word = scene.tokens.word(subject.first)
            antecedent = next(
                (
                    other
                    for other in reversed(resolved)
                    if other.role in ("subject", "post") and other.via != "collective" and not _only_says(scene, other)
                ),
                None,
            )
            if word in ("our", "we") and state.about:
                subject = subject._replace(entities=state.about)
            elif word == "the" and antecedent is None and (owner := _owner_in_front(scene, subject, resolved)):
                subject = subject._replace(entities=owner)
            elif antecedent is not None:
                via = "segment" if antecedent.via == "segment" and word in ("it", "its") else "anaphor"
                subject = subject._replace(entities=antecedent.entities, via=via if antecedent.entities else "unknown")
            elif state.focus:
                is_segment = word == "it" and state.segment  # "Google Cloud ended the year well. It generated $17bn"
                subject = subject._replace(entities=state.focus, via="segment" if is_segment else "anaphor")
            else:
                subject = subject._replace(via="unknown")
            if scene.tokens.words[subject.last] in _PLURALS and len(subject.entities) <= 1:
                if _is_one(subject, vocabulary) or not subject.entities:
                    # "the companies" does not refer to the company named last
                    subject = subject._replace(entities=state.listed, via="list" if state.listed else "unknown")
            elif word in ("their", "they") and not subject.entities and state.listed:
                subject = subject._replace(entities=state.listed, via="list")
        elif subject.via == "unknown" and scene.tokens.words[subject.last] in state.people:
            subject = subject._replace(entities=(state.people[scene.tokens.words[subject.last]],), via="anaphor")
        elif subject.via == "collective":
            group = _collective(scene, subject, state, vocabulary)
            subject = subject._replace(entities=(group,)) if group else subject._replace(via="unknown")
        resolved.append(subject)
    scene.subjects = resolved


def _owner_in_front(scene: Scene, subject: Subject, resolved: list[Subject]) -> tuple[str, ...]:
    """The companies whose report, call or plan a phrase before a description names: "In Meta's last earnings report, the company said"."""
    words = scene.tokens.words
    return next(
        (
            other.entities
            for other in reversed(resolved)
            if other.via == "name"
            and words[other.last + 1] == "'s"
            and words[scene.first] in _FRONTED
            and words[subject.first - 1] == ","
        ),
        (),
    )


_FRONTED: Final = frozenset("in at on during with for under".split())


def _only_says(scene: Scene, subject: Subject) -> bool:
    """Whether an unknown name is only the source of what is said: "CNBC reported that the company spent"."""
    words = scene.tokens.words[subject.last + 1 : subject.last + 4]
    says = any(cue.first == subject.last + 1 for cue in scene.of["say"])
    of_itself = words[:1] in (["said"], ["says"], ["announced"], ["confirmed"]) and words[2:] in (["it"], ["its"])
    return not subject.entities and says and words[1:2] == ["that"] and not of_itself


_SEVERAL = frozenset(("hyperscalers", "giants", "titans", "players"))


def _is_one(subject: Subject, vocabulary: Vocabulary) -> bool:
    """Whether a subject is one company, not several and not a group."""
    known = vocabulary.entities.get(subject.entities[0]) if len(subject.entities) == 1 else None
    return known is not None and known.type != "group"


_PLURALS = frozenset(("companies", "groups", "firms", "rivals"))


def _collective(scene: Scene, subject: Subject, state: State, vocabulary: Vocabulary) -> str | None:
    """The group that "the four companies" refers to: the one named before, or the only one of that size in that country."""
    numbers = vocabulary.collectives.get("numbers", {})
    size = int(numbers.get(scene.tokens.word(subject.first), 0))
    words = scene.tokens.words[max(scene.first, subject.first - 2) : subject.last + 1]
    spelt = "us" if "u" in words and "s" in words else ""  # "U.S." is four tokens
    countries = {
        code for name, code in vocabulary.collectives.get("countries", {}).items() if str(name) in (*words, spelt)
    }
    if state.group is not None and len(vocabulary.entities[state.group].members) == size and not countries:
        return state.group
    if not countries and len(state.named) == size and (spoken_of := group_of(vocabulary, tuple(state.named))):
        return spoken_of
    fitting = [
        entity
        for entity in vocabulary.entities.values()
        if entity.type == "group" and len(entity.members) == size and entity.country in countries
    ]
    return fitting[0].entity_id if len(fitting) == 1 else None


_LEADING: Final = frozenset("turning moving next now on first second finally looking let".split())
"""Words that lead to the next subject at the head of a sentence without a number."""
_TOPIC: Final = 8
"""Words of a sentence that only leads to its subject."""
_SILENT: Final = 4
"""Sentences without a subject after which nothing is said of the cloud segment that was named before."""
_SHORT: Final = 6
"""Words of a sentence that speaks of the only company that it names, wherever its name stands."""


def pass_over(tokens: Tokens, first: int, end: int, state: State) -> None:
    """Count a sentence that names no subject: after some of them, or one that leads to another topic ("Now to personal computing."), nothing is said of the
    cloud segment that was named before."""
    state.silent += 1
    if state.silent > _SILENT or (tokens.word(first) in _LEADING and end - first <= _TOPIC):
        state.segment = state.by_segment = False


def move_focus(scene: Scene, state: State, vocabulary: Vocabulary) -> None:
    """Store the companies of which a sentence speaks for the sentences after it."""
    state.named.update(
        name
        for subject in scene.subjects
        if subject.via in ("name", "list", "segment")
        for name in subject.entities
        if name not in vocabulary.entities or vocabulary.entities[name].type != "group"
    )
    lists = [subject for subject in scene.subjects if len(subject.entities) > 1 and OTHERS not in subject.entities]
    if lists:
        state.listed = lists[0].entities
    chosen = [subject for subject in scene.subjects if subject.role in ("subject", "post") and subject.via != "anaphor"]
    if not chosen:
        pass_over(scene.tokens, scene.first, scene.end, state)
        known = [subject for subject in scene.subjects if subject.entities]
        leads = scene.tokens.word(scene.first) in _LEADING or scene.end - scene.first <= _SHORT
        if len(known) == 1 and leads and not scene.quantities and known[0].via in ("name", "segment"):
            # "But look at Meta. They bought 120,000", "Turning to Google Cloud. Revenue was $9bn"
            state.focus = known[0].entities
            state.segment = state.by_segment = known[0].via == "segment"
        return
    first = chosen[0]
    state.focus, state.is_fresh, state.silent = first.entities, True, 0
    state.segment = state.by_segment = first.via == "segment" or any(
        cue.first == first.last + 2 and scene.tokens.word(first.last + 1) == "'s" for cue in scene.of["segment_words"]
    )  # "Amazon's cloud division grew slowly"
    for subject in chosen:
        if len(subject.entities) > 1 and (group := group_of(vocabulary, subject.entities)):
            state.group = group
        elif len(subject.entities) == 1 and vocabulary.entities[subject.entities[0]].type == "group":
            state.group = subject.entities[0]


def find_owner(scene: Scene, quantity: Mention, state: State, vocabulary: Vocabulary) -> Owner:
    """The owner of a quantity: the subject of its clause, else of the clauses before, else a name after it, else the one named last."""
    if name := _unknown_before(scene, quantity):
        return Owner(
            None, problem=f"{name} is no company of the reference or points to none that is known.", unknown=name
        )
    subject, place = _subject_of(scene, quantity)
    if (
        subject is not None
        and subject.last < quantity.first
        and _speaks_of_several(scene, quantity, vocabulary, subject.last + 1)
    ):
        return Owner(None, problem="Several companies that are no group of the reference.")
    if subject is None:
        if quantity.kind == "count" and _names_unknown(scene, quantity):
            return Owner(None, problem="The names before it are those of no company that is known.")
        if state.about and not state.is_fresh and state.measured != state.focus:
            state.focus = state.about  # a paragraph that names nobody, behind one in which others were only mentioned
        here = {name for one in scene.subjects if one.first < quantity.first for name in one.entities}
        named = state.named | here  # "a model of CoreWeave has capital spending of $16bn"
        is_only = len(named) == 1 and not state.outline.places  # below headings are several stories
        spoken_of = state.focus or state.about or (tuple(named) if is_only else ())
        if not spoken_of:
            return Owner(None, problem="No company is named.")
        if _speaks_of_several(scene, quantity, vocabulary):
            if state.group is not None and state.focus == state.listed:
                return Owner(state.group, ("entity_collective",))
            return Owner(None, problem="Several companies that are no group of the reference.")
        subject = Subject(scene.first, scene.first, spoken_of, "subject", "anaphor" if len(spoken_of) == 1 else "list")
        place = "entity_sentence_before" if state.focus else "entity_of_document"
    return _owner_of(scene, quantity, subject, place, vocabulary)


_COUNTED: Final = frozenset("the these those both its their all other".split())


def _speaks_of_several(scene: Scene, quantity: Mention, vocabulary: Vocabulary, since: int = 0) -> bool:
    """Whether companies that are described and not named act in a sentence, or after a token: "Chinese internet companies are to invest $70bn"."""
    words = scene.tokens.words
    for at in range(max(scene.first, since), quantity.first if since else scene.end):
        if (words[at],) not in vocabulary.collective_heads:
            continue
        told = _after_relative(words, at + 1)
        acts = at < quantity.first and scene.begins(told, "spend", "guidance", "flow", reach=2) is not None
        is_told = (
            acts and at > scene.first and (told > at + 1 or (words[at - 1] not in _COUNTED and words[at + 1] != ","))
        )
        if is_told or (words[at] in _SEVERAL and not since):
            return True
    heads = words[scene.first : scene.first + _HEADING]
    return not since and any(pair == ("big", "tech") for pair in pairwise(heads))


_HEADING: Final = 4
"""Words at the head of a sentence among which "Big Tech" is what it speaks of: "Across Big Tech, spending may exceed"."""
_OF_SEVERAL: Final = frozenset(
    ", which who that have has are had altogether together collectively combined now".split()
)


def _after_relative(words: list[str], at: int) -> int:
    """The token after the words that begin a relative clause: "the other hyperscalers, which have altogether forecast"."""
    start = at + (words[at : at + 1] == [","])
    if words[at : at + 2] == ["and", "their"]:
        return at + 3  # "Big Tech companies and their suppliers are to invest"
    if words[start : start + 1] not in (["which"], ["who"], ["that"]):
        return at
    while words[start : start + 1] and words[start] in _OF_SEVERAL:
        start += 1
    return start


def _unknown_before(scene: Scene, quantity: Mention) -> str:
    """The unknown name right before a quantity, or a bracket or colon before it: "AMD shipped 500,000 and Intel 400,000", "Lambda Labs ($2bn)"."""
    last = first = quantity.first - 1 - (scene.tokens.word(quantity.first - 1) in ("(", ":"))
    if last == scene.first or not scene.tokens.is_capital(last):
        return ""  # any word may have a capital at the head of a sentence
    known = {at for cue in scene.of["entity", "segment", "product", "family"] for at in range(cue.first, cue.last + 1)}
    while first >= scene.first and scene.tokens.is_capital(first) and first not in scene.taken and first not in known:
        first -= 1
    named = any(is_capital_name(scene, at) for at in range(first + 1, last + 1))
    return scene.tokens.text(first + 1, last) if named and first not in known else ""


def _names_unknown(scene: Scene, quantity: Mention) -> bool:
    """Whether several unknown names begin the sentence of a quantity: "The government, Samsung, SK and Naver agreed to acquire 260,000 chips"."""
    names = [at for at in range(scene.first + 1, quantity.first) if is_capital_name(scene, at)]
    return len(names) > 1 and any(scene.tokens.word(at - 1) in (",", "and") for at in names)


_UNNAMED_SUM = "A sum over several companies that are not named beside it."
_NAMED_BEFORE: tuple[list[str], ...] = ([], *([word] for word in BESIDE_NAME))


def _subject_of(scene: Scene, quantity: Mention) -> tuple[Subject | None, str]:
    """The subject that a quantity belongs to, with the evidence of its place; the evidence is empty in its own clause."""
    clause = scene.clause(quantity.first)
    for subject in scene.subjects:
        owns = subject.last + 2 == quantity.first and scene.tokens.word(subject.last + 1) in ("'s", "'")
        joined = subject.first > quantity.last and scene.tokens.words[quantity.last + 1 : subject.first] in _RELATIVE
        acts = joined and subject.via in ("name", "list") and _plans_or_spends(scene, subject)
        between = scene.tokens.words[subject.last + 1 : scene.before(quantity) + 1]
        is_before = subject.last < quantity.first and between in _NAMED_BEFORE
        if is_before and (between or subject.role == "subject") and subject.via in ("name", "segment"):
            return subject, ""  # "ahead of Tencent with 260,000", "Amazon: $31bn, Microsoft: $24bn"
        if subject.via in ("name", "segment") and _is_named_behind(scene, quantity, subject):
            return subject, "entity_named_after"  # "against 224,000 at Meta and 196,000 at Amazon"
        if owns or acts:  # "slower than Google Cloud's 32%", "the $80 billion that Microsoft plans to spend"
            return subject, "entity_named_after"
    able = [
        subject
        for subject in scene.subjects
        if subject.role in ("subject", "post") and not _is_in_aside(scene, subject, quantity)
    ]
    before = [subject for subject in able if subject.first < quantity.first]
    here = [subject for subject in before if scene.clause(subject.first) == clause]
    limit = scene.start_of_next(quantity, quantity.kind)
    after = [
        subject
        for subject in scene.subjects
        if subject.role == "post" and quantity.last < subject.first < limit and scene.clause(subject.first) == clause
    ]
    if after and (
        not here or here[-1].via == "anaphor" or scene.near(quantity.last, ("metric", "sales"), after=4) is not None
    ):
        return after[0], "entity_named_after"
    if here:
        return here[-1], "" if len({subject.entities for subject in here}) == 1 else "entity_among_several"
    if before:
        return before[-1], "entity_earlier_clause"
    later = [subject for subject in able if subject.first > quantity.last]
    if later and scene.begins(later[0].last - 2, "say", reach=4):
        return later[0], "entity_named_later"
    return None, ""


_RELATIVE: tuple[list[str], ...] = ([], ["that"], ["which"])
_BEHIND: tuple[str, ...] = ("at", "for", "by")


def _is_named_behind(scene: Scene, quantity: Mention, subject: Subject) -> bool:
    """Whether a name right after a quantity and a preposition owns it: it is compared, or another quantity of the sentence has such a name too."""
    names = {other.first for other in scene.subjects}
    alike = [
        other
        for other in scene.quantities
        if other.last + 2 in names and scene.tokens.word(other.last + 1) in _BEHIND and other.kind == quantity.kind
    ]
    is_next = quantity in alike and subject.first == quantity.last + 2
    return is_next and (len(alike) > 1 or is_base(scene, quantity) is not None)


def _is_in_aside(scene: Scene, subject: Subject, quantity: Mention) -> bool:
    """Whether a name is inside a relative clause about another subject, and the quantity behind it: "OpenAI, which counts Microsoft as a backer, plans
    to spend $115bn"."""
    words = scene.tokens.words
    opening = next((at for at in range(subject.first - 1, scene.first, -1) if words[at] in (",", "(")), None)
    if opening is None or words[opening + 1] not in ("which", "who", "whose", "including"):
        return False
    is_closed = not {",", ")"}.isdisjoint(words[subject.last + 1 : quantity.first])
    return is_closed and any(other.last < opening for other in scene.subjects)


def _plans_or_spends(scene: Scene, subject: Subject) -> bool:
    return scene.begins(subject.last + 1, "guidance", "spend", reach=1) is not None


def _owner_of(scene: Scene, quantity: Mention, subject: Subject, place: str, vocabulary: Vocabulary) -> Owner:
    is_segment = subject.via == "segment"
    if not subject.entities:
        if _is_pronoun(scene, subject):  # "Nebius, its Amsterdam-based rival, reported ..."
            others = [other for other in scene.subjects if other.via == "unknown" and other.first < subject.first]
            subject = next((other for other in reversed(others) if not _is_pronoun(scene, other)), subject)
        name = scene.tokens.text(subject.first, subject.last)
        is_part = vocabulary.cloud_owner(scene.tokens, subject.first, subject.last + 1) is not None  # "Azure"
        is_unknown = not (is_part or _is_pronoun(scene, subject))
        problem = f"{name} is no company of the reference or points to none that is known."
        return Owner(None, problem=problem, unknown=name if is_unknown else "")
    via = () if subject.via in ("name", "segment") else (f"entity_{subject.via}",)
    evidence = ((place,) if place else ()) + via
    if len(subject.entities) == 1:
        known = vocabulary.entities.get(subject.entities[0])
        if known is not None and known.type != "group" and _is_sum(scene, quantity, subject):
            named = [
                other.entities[0]
                for other in scene.subjects
                if len(other.entities) == 1 and other.first < quantity.first
            ]
            if len(named) > 1 and (group := group_of(vocabulary, tuple(named))):
                return Owner(group, ("entity_collective",))  # "Amazon $200bn, Microsoft $150bn, together $350bn"
            return Owner(None, problem=_UNNAMED_SUM)
        return Owner(subject.entities[0], evidence, is_segment)
    row = [
        other
        for other in scene.row(quantity)
        if not _is_total(scene, other) and (other.first > subject.last) == (quantity.first > subject.last)
    ]
    is_total, limit = _is_total(scene, quantity), scene.start_of_next(quantity)
    is_each = any(quantity.last < cue.first <= min(quantity.last + 4, limit) for cue in scene.of["distributive"])
    if not (is_total or is_each) and len(row) == len(subject.entities) and OTHERS not in subject.entities:
        respectively = any(cue.first > quantity.first for cue in scene.of["respectively"])
        entity = subject.entities[row.index(quantity)]
        return Owner(
            entity, evidence if respectively else (*evidence, "entity_by_position"), is_segment, is_paired=True
        )
    ranked = any(scene.clause(cue.first) == scene.clause(quantity.first) for cue in scene.of["ranking"])
    beside = [
        cue
        for cue in scene.of["distributive"]
        if abs(cue.first - quantity.first) <= 6 or 0 < cue.first - quantity.last <= 8
    ]
    if not is_total and (ranked or beside):
        members = tuple(name for entity in subject.entities for name in _members(entity, vocabulary))
        if OTHERS in members:
            return Owner(None, problem="The figure holds for each of several companies, and one of them is not known.")
        return Owner(members[0], (*evidence, "entity_each"), is_segment, others=members[1:])
    group = group_of(vocabulary, subject.entities)
    if group is None:
        return Owner(None, problem=f"A sum over {', '.join(subject.entities)}, which are no group of the reference.")
    return Owner(group, evidence if scene.of["combined"] else (*evidence, "entity_unmarked_sum"), is_segment)


def _is_pronoun(scene: Scene, subject: Subject) -> bool:
    return any(cue.first == subject.first for cue in scene.of["anaphor"])


def _is_total(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount is the sum of those before it: "150,000 each, totalling 300,000"."""
    return scene.tokens.word(quantity.first - 1) in ("totalling", "totaling")


def _members(entity: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The companies of a group, or the company itself."""
    known = vocabulary.entities.get(entity)
    return tuple(sorted(known.members)) if known is not None and known.members else (entity,)


def _is_of_parts(scene: Scene, cue: Cue, subject: Subject) -> bool:
    """Whether a word for a sum ends an aside without a company, so that it adds up parts of one: "Oracle's cloud revenue, software and
    infrastructure together, rose"."""
    between = scene.tokens.words[subject.last + 1 : cue.first]
    is_aside = "," in between and scene.tokens.word(cue.last + 1) == ","
    return is_aside and subject.via in ("name", "segment")


def _is_sum(scene: Scene, quantity: Mention, subject: Subject) -> bool:
    """Whether a word marks a quantity as the total of several companies; not a word before a name that acts by itself: "their combined
    revenue was $65bn, with Google Cloud raking in $34bn".
    """
    if scene.tokens.word(quantity.first - 1) == "=":
        return True  # "Alphabet $180bn + Amazon $200bn = $380bn"
    clause = scene.clause(quantity.first)
    floor = subject.first if subject.via in ("name", "segment") and subject.first > scene.first + 2 else scene.first
    return any(
        scene.tokens.word(cue.last + 1) != "with"
        and not _is_of_parts(scene, cue, subject)
        and scene.begins(cue.last, "metric", "sales") is None
        and not (scene.tokens.words[cue.last] == "total" and scene.tokens.word(cue.last + 1) in ("cloud", "revenue"))
        and (scene.clause(cue.first) == clause or cue.first == scene.first)
        and 0 < quantity.first - cue.last <= 12
        and (cue.first >= floor or scene.tokens.word(subject.first - 1) != "with")
        for cue in scene.of["combined"]
    )
