"""Finds the vocabulary of the article reader in tokens: names of companies and products, and cue phrases.

Add a kind of phrase here; the phrases themselves are in the reference data (entities.yaml, products.yaml, text.yaml).
The grammatical role of a name is decided in `article/clauses.py`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.reference import Reference
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

_NAMES: Final = frozenset(("entity", "product", "segment"))
_CLOSED: Final = _NAMES | {"metric", "context"}
"""Kinds in whose phrases no other word is looked for; of those that are no names, in phrases of several words."""
_VERBS: Final = frozenset(("flow", "sales", "reaches", "spend"))
"""Kinds in whose phrases of several words there is no word of direction: "coughed up $13bn" is no rise."""
TELLING: Final = frozenset(("entity", "segment", "metric", "sales", "product"))
_ACTING: Final = frozenset(("say", "spend", "flow", "guidance", "up", "down"))
_GOVERNING: Final = frozenset(("metric", "sales", "context", "spend", "capex_objects", "claimant"))


PARTS: Final = frozenset("include includes including comprises houses covers contains encompasses home".split())
"""Words before a name of which another business is spoken: "its segment, which includes Azure"."""


_KINDS_OF_ONE_LIST: Final = (
    "capex_objects sales other_sales segment_words segment_back combined distributive ranking respectively up down "
    "sequential comparison superseded denied expected_by_others guidance estimate say reaches per_unit constant_currency"
).split()
"""Kinds whose phrases are one list of the reference data."""


class Cue(NamedTuple):
    """A phrase found in a text. first, last: token indexes. kind and value: what it is, e.g. ("entity", "alibaba")."""

    first: int
    last: int
    kind: str
    value: str


@dataclass(frozen=True)
class Entity:
    """The properties of a company or group that the reader needs."""

    entity_id: str
    type: str
    country: str | None
    currency: str | None
    members: frozenset[str]
    calendar: FiscalCalendar | None


@dataclass(frozen=True)
class _Phrase:
    words: tuple[str, ...]
    kind: str
    value: str
    capital: bool
    upper: bool


@dataclass
class _Choices:
    """The phrases that begin with one word: those of one word, and the longer ones by their second word, the longest first."""

    single: list[_Phrase] = field(default_factory=list)
    plain: tuple[tuple[str, str], ...] | None = None
    """Kind and value of each phrase of one word, if all of them count anywhere and exclude no other phrase."""
    by_second: dict[str, list[_Phrase]] = field(default_factory=dict)


@dataclass
class Vocabulary:
    """Companies, products and phrases. Build it with `from_reference`, from parsed reference files."""

    entities: dict[str, Entity] = field(default_factory=dict)
    suppliers: dict[str, str] = field(default_factory=dict)
    magnitudes: dict[str, tuple[float, float]] = field(default_factory=dict)
    collectives: dict[str, Any] = field(default_factory=dict)
    collective_heads: frozenset[tuple[str, ...]] = frozenset()
    anaphor_heads: frozenset[str] = frozenset()
    definitions: dict[str, str] = field(default_factory=dict)
    company_definitions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    capex_bases: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    """By first word, the words of a phrase that names a property of capital expenditure, and the definition of claims that it states."""
    capex_leases: dict[str, str] = field(default_factory=dict)
    """The same by the word that begins or ends a phrase about leases."""
    preferred: dict[tuple[str, str], list[Mapping[str, Any]]] = field(default_factory=dict)
    phrases: dict[str, _Choices] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    metric_ids: list[str] = field(default_factory=list)
    balances: frozenset[str] = frozenset()
    """The metrics that are balances at a date."""
    prices: frozenset[str] = frozenset()
    """The metrics that are prices, which hold on the day on which they are stated."""
    metric_names: dict[str, str] = field(default_factory=dict)
    """The id of a metric by its id and other names, in lower case."""
    telling: frozenset[str] = frozenset()
    """First words of phrases that later sentences may refer back to: names, metrics, products."""
    weights: dict[str, float] = field(default_factory=dict)
    """Weights of the evidence for a figure."""
    languages: dict[str, frozenset[str]] = field(default_factory=dict)
    """Plain words that identify each language."""
    cloud_only: frozenset[str] = frozenset()
    """Companies whose whole revenue is cloud revenue, by their preferred definition."""
    cloud_by_name: dict[str, str] = field(default_factory=dict)
    """Companies whose cloud revenue is one segment, which has to be named, and the definition of what is called theirs without it."""
    cloud_definitions: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    """Company -> words of a name and the definition of cloud revenue that it states."""
    direction_heads: frozenset[str] = frozenset()
    direction_degrees: frozenset[str] = frozenset()
    houses: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Words of a name -> the broker or research house as it is recorded."""
    people: dict[str, str] = field(default_factory=dict)
    """Family names of executives -> their companies."""
    hyphened: frozenset[str] = frozenset()
    """Words that a hyphen joins to a company that is not the subject: "Nvidia-backed"."""
    relations: frozenset[str] = frozenset()
    acting: frozenset[str] = frozenset()
    """First words of phrases that describe what a subject does."""

    @classmethod
    def from_reference(
        cls,
        entities: Iterable[Mapping[str, Any]],
        products: Iterable[Mapping[str, Any]],
        metrics: Iterable[Mapping[str, Any]],
        text: Mapping[str, Any],
    ) -> Vocabulary:
        """A vocabulary from the lists of entities.yaml, products.yaml and metrics.yaml and the mapping of text.yaml."""
        made = cls()
        for record in entities:
            made._add_entity(record)
        for record in products:
            product = str(record["product_id"])
            made.suppliers[product] = str(record.get("supplier_id") or "")
            if record.get("family"):
                for family in (str(record["family"]), f"{record['family']}s"):
                    made._add(family, "family", made.suppliers[product], capital=True)
            named = (product.replace("_", " "), str(record.get("name") or ""), *map(str, record.get("aliases") or []))
            for name in filter(None, dict.fromkeys(named)):
                made._add(name, "product", product)
                if name[-1].isalnum():
                    made._add(name + "s", "product", product)
        metrics = list(metrics)
        for record in metrics:
            names = (str(record["metric_id"]), *map(str, record.get("aliases") or []))
            made.metric_ids.append(names[0])
            made.metric_names.update((name.casefold(), names[0]) for name in names)
            magnitude = record.get("magnitude") or {}
            if {"low", "high"} <= magnitude.keys():
                made.magnitudes[str(record["metric_id"])] = (float(magnitude["low"]), float(magnitude["high"]))
        made.prices = frozenset(str(record["metric_id"]) for record in metrics if record.get("kind") == "price")
        made.balances = frozenset(str(record["metric_id"]) for record in metrics if record.get("kind") == "stock")
        made._add_words(text)
        made.telling, made.acting = made._beginnings(TELLING), made._beginnings(_ACTING)
        for choices in made.phrases.values():
            if not any(phrase.capital or phrase.kind in _NAMES for phrase in choices.single):
                kinds = {phrase.kind: phrase.value for phrase in reversed(choices.single)}
                first = dict.fromkeys(phrase.kind for phrase in choices.single)
                choices.plain = tuple((kind, kinds[kind]) for kind in first)
            for longer in choices.by_second.values():
                longer.sort(key=lambda phrase: -len(phrase.words))
        return made

    def _beginnings(self, kinds: frozenset[str]) -> frozenset[str]:
        return frozenset(
            word
            for word, choices in self.phrases.items()
            if any(phrase.kind in kinds for phrase in itertools.chain(choices.single, *choices.by_second.values()))
        )

    def _add_entity(self, record: Mapping[str, Any]) -> None:
        identifier = str(record["entity_id"])
        end = record.get("fiscal_year_end") or None
        calendar = FiscalCalendar(int(end["month"]), str(end.get("rule") or "month_end"), identifier) if end else None
        self.entities[identifier] = Entity(
            identifier,
            str(record.get("type") or "company"),
            record.get("country"),
            record.get("currency"),
            frozenset(map(str, record.get("members") or [])),
            calendar,
        )
        for name in dict.fromkeys((str(record.get("name") or identifier), *map(str, record.get("aliases") or []))):
            # "China" and "Other" are groups in a table of buyers, but a country and a plain word in prose.
            if record.get("type") != "group" or " " in name or name.isupper():
                self._add(name, "entity", identifier, capital=True)
            self.names[name.casefold()] = identifier

        for metric, entries in (record.get("preferred_definitions") or {}).items():
            self.preferred[identifier, str(metric)] = list(entries)

    def resolve(self, name: str) -> str:
        """The id of an entity by its id or one of its names; the name itself if it is unknown."""
        return name if name in self.entities else self.names.get(name.casefold(), name)

    def definition(self, entity: str, metric: str, status: str, start: str) -> str | None:
        """The definition for a figure of an article, by metric and status; for cloud revenue the company's own in that period."""
        known = self.entities.get(entity)
        if metric == "capex" and known is not None and known.type == "group":
            return self.definitions.get("capex_of_group")
        if metric == "capex" and status == "guidance":
            return self.definitions.get("capex_guidance")
        if named := self.company_definitions.get(entity, {}).get(metric):
            return named
        if metric in self.definitions:
            return self.definitions[metric]
        for entry in self.preferred.get((entity, metric), ()):
            if str(entry.get("from") or "") <= start <= str(entry.get("to") or "9999"):
                return str(entry["definition_id"])
        return None

    def cloud_definition(
        self,
        tokens: Tokens,
        entity: str,
        number: tuple[int, int],
        start: int = 0,
        end: int | None = None,
        needs_name: bool = False,
    ) -> str:
        """The definition of cloud revenue that a company's nearest name before a number states, or one right after it; empty where no such name is
        there and the company's cloud revenue needs none, where another word for a cloud business is nearer, and where the number is the whole company's.

        number: its first and last token. start, end: the tokens of the sentence. needs_name: whether a sentence without a word for a cloud business
        names no definition.
        """
        words, end = tokens.words, len(tokens.words) if end is None else end
        named = self.cloud_names(tokens, entity, start, end)
        usual = self.cloud_by_name.get(entity, "")
        places = {at: definition for at, (_, definition) in named.items()}
        cues = self.find_cues(tokens, start, end)
        for cue in cues:
            is_segment = (cue.kind, cue.value) == ("segment", entity)
            if is_segment or cue.kind == "segment_words" or cue.value == "cloud_revenue":
                behind = [at + length for at, (length, _) in named.items() if at <= cue.first]
                # "Azure's cloud business" is Azure's; after a number another business may begin.
                if is_segment or not behind or any(word[0].isdigit() for word in words[max(behind) : cue.first]):
                    places.setdefault(cue.first, "" if is_segment else usual)
        first, last = number
        if before := [at for at in sorted(places) if at < first]:
            spoken_of = [cue for cue in cues if before[-1] < cue.first and cue.last < first]
            return "" if _is_of_whole(tokens, spoken_of, entity) else places[before[-1]]
        if after := [at for at in sorted(places) if at > last and not _is_parted(words[last + 1 : at])]:
            return places[after[0]]
        return usual if not places and not needs_name else ""

    def cloud_owner(self, tokens: Tokens, start: int, end: int) -> str | None:
        """The company of which a sentence names a definition of cloud revenue, by a name that is capitalised ("Azure"); None where it names none."""
        return next(
            (
                entity
                for entity in self.cloud_definitions
                if any(tokens.is_capital(at) for at in self.cloud_names(tokens, entity, start, end))
            ),
            None,
        )

    def house(self, tokens: Tokens, cue: Cue) -> str:
        """The broker or research house that a cue names, as it is recorded; empty for other words."""
        return self.houses.get(tuple(tokens.words[cue.first : cue.last + 1]), "")

    def with_calendar(self, entity: str, calendar: FiscalCalendar) -> Vocabulary:
        """The same vocabulary with another fiscal calendar of one company."""
        known = replace(self.entities[entity], calendar=calendar)
        return replace(self, entities={**self.entities, entity: known})

    @functools.cached_property
    def named_definitions(self) -> frozenset[str]:
        """The definitions of cloud revenue that names in a text state."""
        names = {definition for named in self.cloud_definitions.values() for _, definition in named}
        return frozenset((*names, *self.cloud_by_name.values()))

    def cloud_names(self, tokens: Tokens, entity: str, start: int, end: int) -> dict[int, tuple[int, str]]:
        """Where a company's names of definitions of cloud revenue begin, with the number of their words and the definition."""
        return {
            at: (len(name), definition)
            for name, definition in sorted(self.cloud_definitions.get(entity, ()), key=lambda one: len(one[0]))
            for at in range(start, end - len(name) + 1)
            if tokens.words[at : at + len(name)] == name and PARTS.isdisjoint(tokens.words[max(start, at - 2) : at])
        }

    def _add_words(self, text: Mapping[str, Any]) -> None:
        def group(kind: str, values: Mapping[str, Any]) -> None:
            for value, names in values.items():
                for name in names:
                    self._add(str(name), kind, str(value))

        group("metric", text["metrics"])
        group("context", text["context"])
        group("claimant", text["claimants"])
        for maker, names in text["chip_names"].items():
            for name in names:
                self._add(str(name), "family", str(maker), capital=True)
        group("flow", {**text["flows"], "produced": text["production"]})
        for house, names in text["houses"].items():
            for name in names:
                self._add(str(name), "claimant", "analyst", capital=True)
                self.houses[tuple(tokenise(plain_text(str(name))).words)] = str(house)
        for identifier, names in text["segments"].items():
            if identifier in self.entities:
                group("segment", {identifier: names})
        self.weights = {name: float(weight) for name, weight in text["confidence"].items()}
        self.languages = {language: frozenset(words) for language, words in text["languages"].items()}
        for identifier, names in text["cloud_parts"].items():
            group("cloud_part", {identifier: names})
        for identifier, named in text["cloud_definitions"].items():
            self.cloud_definitions[identifier] = [
                (tokenise(plain_text(name)).words, definition) for definition, names in named.items() for name in names
            ]
        self.direction_heads = frozenset(text["directions"]["heads"])
        self.direction_degrees = frozenset(text["directions"]["degrees"])
        self.cloud_by_name = dict(text["cloud_by_name"])
        only = set(text["cloud_only"])
        self.cloud_only = frozenset(
            entity
            for (entity, metric), entries in self.preferred.items()
            if metric == "cloud_revenue" and any(entry["definition_id"] in only for entry in entries)
        )
        self.people = {name: company for company, names in text["people"].items() for name in names}
        self.hyphened = frozenset(text["relations"]["hyphened"])
        self.relations = frozenset(text["relations"]["nouns"])
        for country, names in text["regions"].items():
            for name in names:
                self._add(str(name), "region", str(country), capital=True)
        group("scope", text["scopes"])
        group("spend", {"verb": text["spending"]["verbs"], "noun": text["spending"]["nouns"]})
        for kind in _KINDS_OF_ONE_LIST:
            group(kind, {kind: text[kind]})
        group("anaphor", {"anaphor": text["anaphors"]["words"]})
        self.anaphor_heads = frozenset(map(str, text["anaphors"]["heads"]))
        self.collectives = dict(text["collectives"])
        self.collective_heads = frozenset(tuple(str(head).split()) for head in self.collectives.get("heads", ()))
        self.capex_bases = {}
        for definition, names in text["capex_bases"].items():
            for words in (tokenise(plain_text(name)).words for name in names):
                self.capex_bases.setdefault(words[0], []).append((words, definition))
        self.capex_leases = {word: definition for definition, words in text["capex_leases"].items() for word in words}
        self.company_definitions = dict(text["company_definitions"])
        self.definitions = {str(key): str(value) for key, value in text["definitions"].items()}

    def _add(self, name: str, kind: str, value: str, capital: bool = False) -> None:
        words = tuple(tokenise(plain_text(name)).words)
        if not words:
            return
        upper = capital and len(name) <= 5 and name.isupper()
        capital = capital or (kind == "segment" and not name.islower())
        phrase = _Phrase(words, kind, value, capital, upper)
        choices = self.phrases.setdefault(words[0], _Choices())
        (choices.single if len(words) == 1 else choices.by_second.setdefault(words[1], [])).append(phrase)

    def find_cues(self, tokens: Tokens, first: int = 0, end: int | None = None) -> list[Cue]:
        """All phrases of a stretch of a text in order. At one position, each kind is found with its longest phrase;
        inside a name (entity, product, segment) no other phrase is found.
        """
        cues: list[Cue] = []
        phrases = self.phrases
        words = tokens.words
        blocked = -1
        undirected: set[int] = set()
        end = len(words) if end is None else end
        for index in [index for index, word in enumerate(words[first:end], start=first) if word in phrases]:
            if index <= blocked:
                continue
            choices = phrases[words[index]]
            following = words[index + 1] if index + 1 < len(words) else ""
            if choices.plain is not None and following not in choices.by_second:
                for kind, value in choices.plain:
                    cues.append(Cue(index, index, kind, value))
                continue
            seen: dict[str, int] = {}
            governing = 0
            for phrase in (*choices.by_second.get(following, ()), *choices.single):
                length = len(phrase.words)
                if length > 2 and tuple(words[index : index + length]) != phrase.words:
                    continue
                kind = phrase.kind
                if phrase.capital and not _is_name(tokens, index, phrase):
                    continue
                if kind in seen:
                    continue
                if kind in _GOVERNING:  # of the words at one position that can govern a quantity, the longest counts
                    if length < governing:
                        continue
                    governing = length
                seen[kind] = length
                cues.append(Cue(index, index + length - 1, kind, phrase.value))
                if kind in _CLOSED and (length > 1 or kind in _NAMES):
                    blocked = max(blocked, index + length - 1)
                if kind in _VERBS:
                    undirected.update(range(index + 1, index + length))
        return [cue for cue in cues if cue.kind not in ("up", "down") or cue.first not in undirected]


_WHOLE: Final = frozenset(("total", "overall", "group", "companywide", "company-wide", "consolidated"))
_PARTING: Final = frozenset((",", ";", ":", "(", "and", "while", "whereas", "but", "as", "with"))


def _is_of_whole(tokens: Tokens, cues: Iterable[Cue], entity: str) -> bool:
    """Whether the last sales before a number are those of the whole company: "Azure led, and Microsoft's total revenue rose". cues: between the name of
    its cloud business and the number."""
    last = None
    for cue in cues:
        if (cue.kind, cue.value) == ("entity", entity):
            last = cue
        elif cue.kind in ("segment_words", "segment_back") or cue.value == "cloud_revenue":
            last = None
        elif cue.kind == "sales" and (
            last is not None
            or tokens.word(cue.first - 1) in _WHOLE
            or "total" in tokens.words[cue.first : cue.last + 1]
        ):
            return True
    return False


def _is_parted(words: Iterable[str]) -> bool:
    """Whether another part of the sentence, or another number, begins among words."""
    return any(word in _PARTING or word[0].isdigit() for word in words)


def _is_name(tokens: Tokens, index: int, phrase: _Phrase) -> bool:
    """Names are capitalised, and short all-capital ones are in capitals only. xAI and iQIYI have their capitals inside."""
    word = tokens.text(index, index)
    if phrase.upper:
        return word.isupper() or word.isdigit()  # "910C" is two tokens
    if phrase.kind == "segment":  # a name of common words: "AI Cloud", but not "an AI cloud provider"
        return all(tokens.is_capital(place) for place in range(index, index + len(phrase.words)))
    return any(character.isupper() for character in word) or not word[0].isalpha() or word[0] in "㐀鿿"


@functools.lru_cache(maxsize=4)
def vocabulary_of(reference: Reference) -> Vocabulary:
    """The vocabulary of reference data."""
    content = reference.content.model_dump(by_alias=True, exclude_none=True)
    return Vocabulary.from_reference(content["entities"], content["products"], content["metrics"], content["text"])
