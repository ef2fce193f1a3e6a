"""Types of the entries of the reference files: one pydantic model per kind of entry.

A new key of an entry is declared here, with its type and its limits. The keys of the files belong to `content`, rules between entries or files to
`contradictions`, reading and overlays to `layers`, the entries of filers.yaml to `filers`.

A type that a file does not fit is reported by `layers` as a sentence, so messages raised here complete "<entry>: <key> ...".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    Strict,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS
from capex_pipeline.schemas import vocabulary
from capex_pipeline.values.fiscal_calendar import RULES


def suggestion(word: str, known: Collection[str]) -> str:
    """The nearest known word as a question, or the known words where none is near and they are few."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known are {', '.join(sorted(known))}" if len(known) <= 20 else "correct the spelling"


def one_of(choices: Collection[Any]) -> AfterValidator:
    """Accepts the values of a closed list."""

    def check(value: Any) -> Any:
        if value not in choices:
            raise problem(f"is {value!r}; write one of {', '.join(map(str, choices))}")
        return value

    return AfterValidator(check)


def problem(sentence: str) -> PydanticCustomError:
    """A problem of a value, as the rest of a sentence that begins with its place."""
    return PydanticCustomError("reference", "{sentence}", {"sentence": sentence})


def _no_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise problem(f"is {value!r}, which is not a number; write a number without quotes")
    return value


Text = Annotated[str, Strict(), StringConstraints(min_length=1, strip_whitespace=True)]
Identifier = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=80)]
Currency = Annotated[str, Strict(), StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, Strict(), StringConstraints(pattern=r"^[A-Z]{2}$")]
Cik = Annotated[int, Strict(), Field(gt=0, lt=10**10)]
Day = Annotated[date, Strict()]
Number = Annotated[float, BeforeValidator(_no_number), Field(allow_inf_nan=False)]
NotNegative = Annotated[Number, Field(ge=0)]
MonthDay = Annotated[str, Strict(), StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Phrases = tuple[Text, ...]


class Part(BaseModel):
    """A mapping in a reference file. Unknown keys are refused, with the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            raise problem(f"is {content!r}, which is not a mapping; write lines `key: value`")
        known = {field.alias or name for name, field in cls.model_fields.items()}
        for key in content:
            if key not in known:
                raise problem(f"has the unknown key {key}; {suggestion(str(key), known)}")
        return content


class Entry(Part):
    """An entry of a list in a reference file.

    KEY: the fields that identify the entry; empty where entries have no identity. replaces: of an entry in an overlay, that it
    takes the place of the entry with the same key.
    """

    KEY: ClassVar[tuple[str, ...]] = ()

    replaces: StrictBool = Field(default=False, exclude=True)
    _file: str = PrivateAttr("")

    @property
    def key(self) -> tuple[Any, ...]:
        """The values that identify the entry."""
        return tuple(getattr(self, name) for name in self.KEY)

    @property
    def place(self) -> str:
        """Entry and file for an error sentence: "microsoft in reference/entities.yaml"."""
        return f"{', '.join(str(value) for value in self.key)} in {self._file}".lstrip()


def in_order(first: str, last: str) -> Callable[[Any], Any]:
    """A validator of two fields of which the second may not lie before the first."""

    def check(entry: Any) -> Any:
        start, end = getattr(entry, first), getattr(entry, last)
        if start is not None and end is not None and end < start:
            raise problem(f"ends on {end}, before it starts on {start}; correct the dates")
        return entry

    return check


# --------------------------------------------------------------------------------------------------------- entities.yaml


class FiscalYearEnd(Part):
    """Month in which fiscal years end, and which day of it (`values.fiscal_calendar`)."""

    month: Annotated[int, Strict(), Field(ge=1, le=12)]
    rule: Annotated[Text, one_of(RULES)]


class Span(Part):
    """A preferred definition, for periods whose first day lies between `from` and `to`, both included; None is no limit."""

    definition_id: Text
    valid_from: Day | None = Field(default=None, alias="from")
    valid_to: Day | None = Field(default=None, alias="to")
    reason: Text | None = None

    _dates = model_validator(mode="after")(in_order("valid_from", "valid_to"))


class Since(Part):
    """From when a company publishes what a table shows, and from when it is collected; None: it never did, or it is not collected.

    published, collected: first day of the first quarter. reason: why these days, or why none.
    """

    published: Day | None = None
    collected: Day | None = None
    reason: Text


class Entity(Entry):
    """A company, or a group of companies. Groups have members; companies have calendars, registrations and preferences."""

    KEY = ("entity_id",)

    entity_id: Identifier
    name: Text
    type: Annotated[Text, one_of(vocabulary.ENTITY_TYPES)]
    country: Country | None = None
    currency: Currency | None = None
    cik: Cik | None = None
    former_ciks: tuple[Cik, ...] = ()
    private: StrictBool = False
    fiscal_year_end: FiscalYearEnd | None = None
    aliases: Phrases = ()
    members: tuple[Text, ...] = ()
    preferred_definitions: dict[Text, tuple[Span, ...]] = Field(default_factory=dict)
    headline_definitions: dict[Text, tuple[Span, ...]] = Field(default_factory=dict)
    results_document: Text | None = None
    coverage: dict[Annotated[Text, one_of(vocabulary.PUBLISHED_TABLES)], Since] = Field(default_factory=dict)
    note: Text | None = None


# ------------------------------------------------------------------------- metrics.yaml, definitions.yaml, products.yaml


class Magnitude(Part):
    """Plausible size of one company's figure for one quarter, in full units of US dollars, pieces or percent.

    low is below zero for a metric that may be negative in a quarter, such as a cash flow.
    """

    low: Number
    high: Number

    @model_validator(mode="after")
    def _order(self) -> Magnitude:
        if self.high <= self.low:
            raise problem(f"has high {self.high:g}, which is not above low {self.low:g}; correct one of them")
        return self


class Metric(Entry):
    """What is measured, whichever company it is."""

    KEY = ("metric_id",)

    metric_id: Identifier
    table: Annotated[Text, one_of(vocabulary.TABLES_OF_METRICS)] | None
    kind: Annotated[Text, one_of(vocabulary.METRIC_KINDS)]
    unit_kinds: Annotated[tuple[Annotated[Text, one_of(vocabulary.UNITS)], ...], Field(min_length=1)]
    description: Text
    aliases: Phrases = ()
    magnitude: Magnitude


Sign = Annotated[int, Strict(), one_of((1, -1))]


class Term(Part):
    """One operand of a sum; sign -1 subtracts."""

    metric: Text
    definition_id: Text
    sign: Sign = 1


def different_terms(terms: tuple[Term, ...]) -> None:
    """Raises unless there are two terms or more, each of them once."""
    if len(terms) < 2 or len(set(terms)) < len(terms):
        raise problem("has fewer than two different terms; list what is added")


class Definition(Entry):
    """What a metric covers. metric None: any metric that belongs in no published table.

    computed_from: the figures of one document that give it, in every company's documents. table: the table of flows that shows it, None for the one
    named after its metric. narrower_than: the definition of which it is a part. recast_of: the definition of which the company recast earlier periods
    to this one. scope: what the series holds, in a few words. compared_alone: claims on it are compared with it only, and no other claim is compared
    with it. judged_where: of a definition of claims, the properties that their words name, each with its values; no filing is on such a definition, and
    claims on it are compared with the definitions that have the properties. Empty where the words name none.
    """

    KEY = ("definition_id",)

    definition_id: Identifier
    metric: Text | None
    name: Text
    basis: Annotated[Text, one_of(vocabulary.DEFINITION_BASES)]
    includes_finance_leases: Annotated[Text, one_of(vocabulary.LEASE_TREATMENTS)] | None = None
    net_of_proceeds: StrictBool = False
    comparable: StrictBool = False
    narrower_than: Text | None = None
    recast_of: Text | None = None
    scope: Text | None = None
    table: Annotated[Text, one_of(vocabulary.FLOW_TABLES)] | None = None
    compared_alone: StrictBool = False
    judged_where: (
        dict[Literal["basis", "includes_finance_leases", "net_of_proceeds"], tuple[Text | StrictBool, ...]] | None
    ) = None
    computed_from: tuple[Term, ...] = ()
    published_from: Day | None = None
    description: Text
    entity_notes: dict[Text, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _computed_as_a_sum(self) -> Definition:
        if self.computed_from:
            different_terms(self.computed_from)
            if self.metric is None:
                raise problem("has computed_from without a metric; name the metric")
        if self.compared_alone and (self.narrower_than is not None or self.comparable):
            raise problem("is compared_alone and also narrower_than another or comparable; remove one of them")
        return self


class Product(Entry):
    """An accelerator, or several that are counted together."""

    KEY = ("product_id",)

    product_id: Identifier
    supplier_id: Text
    name: Text
    family: Text
    contains: tuple[Text, ...] = ()
    counted_as: dict[Text, Text] = Field(default_factory=dict)
    priced_as: Text | None = None
    aliases: Phrases = ()
    note: Text | None = None


# ------------------------------------------------------------------------------------------------------ printed_names.yaml


class PrintedName(Entry):
    """The names under which a company's tables print a metric.

    entity_id: None for names that mean the same at every company; they serve companies without names of their own for the metric.
    labels: of the row. headings, heads, titles: words of which one has to stand above the row, over the column, or above the table.
    without: words none of which may stand there. is_outflow: the amount is what was paid, whatever sign the table prints.
    is_balance: the amount is of a day, so that columns of periods are none of it.
    """

    KEY = ("name_id",)

    name_id: Identifier
    entity_id: Text | None = None
    metric: Text
    definition_id: Text
    segment: Text | None = None
    labels: Annotated[Phrases, Field(min_length=1)]
    headings: Phrases = ()
    heads: Phrases = ()
    titles: Phrases = ()
    statement: Phrases = ()
    without: Phrases = ()
    is_outflow: StrictBool = False
    is_balance: StrictBool = False
    reason: Text


class TrustedDocuments(Entry):
    """A company and a kind of document whose figures were right when they were reviewed, so that the next need no review.

    kind: of the document (`raw.printed_rows.DOCUMENT_KINDS`). reason: which documents were reviewed and what was found.
    """

    KEY = ("entity_id", "kind")

    entity_id: Text
    kind: Text
    reason: Text


# ------------------------------------------------------------------------------------------------------ table_layouts.yaml


class LayoutMeasure(Part):
    """Columns that hold one figure of each row. unless: columns whose presence makes this measure repeat another."""

    metric: Text
    definition_id: Text
    unit: Text
    value: Annotated[Phrases, Field(min_length=1)]
    low: Phrases = ()
    high: Phrases = ()
    unless: Phrases = ()


class PartialPeriod(Part):
    """Words of a column after which a date stands that is the true end, or start, of the row's period."""

    column: Text
    after: Text
    replaces_end: Annotated[Text, one_of(("period_start", "period_end"))]


class TableLayout(Entry):
    """The layout in which a publisher serves a table. columns: of our columns those of the publisher; the first that a file has counts.

    dates: the order of dates that are not in ISO 8601.
    """

    KEY = ("layout_id",)

    layout_id: Identifier
    publisher: Text
    columns: dict[Annotated[Text, one_of(PRINTED_COLUMNS)], Annotated[Phrases, Field(min_length=1)]]
    dates: Annotated[Text, one_of(("month/day/year", "day/month/year"))]
    measures: Annotated[tuple[LayoutMeasure, ...], Field(min_length=1)]
    partial_periods: tuple[PartialPeriod, ...] = ()
    reason: Text

    @model_validator(mode="after")
    def _has_a_period(self) -> TableLayout:
        if missing := [name for name in ("period_start", "period_end") if name not in self.columns]:
            raise problem(
                f"has no column for {' and '.join(missing)}; name the publisher's columns of first and last day"
            )
        return self


# -------------------------------------------------------------------------------- breaks.yaml and files of reviewed cases


class Break(Entry):
    """A day from which an entity's series has another meaning."""

    KEY = ("entity_id", "metric", "break_on")

    entity_id: Text
    metric: Text
    break_on: Day = Field(alias="from")
    from_definition: Text
    to_definition: Text
    reason: Text


class ExplainedPeriod(Entry):
    """A period of a series in which a difference or a conflict was reviewed."""

    KEY = ("entity_id", "metric", "definition_id", "period_start", "period_end")

    entity_id: Text
    metric: Text
    definition_id: Text
    period_start: Day
    period_end: Day
    reason: Text

    _dates = model_validator(mode="after")(in_order("period_start", "period_end"))


REVIEWED_VERDICTS = ("contradicted", "different_definition", "own_definition", "said_before_outcome", "consistent")
"""Verdicts that a review explains. An agreement that the evidence does not give cannot be written here."""


class Distance(Part):
    """How far a true value may lie from a printed number to one side; see tolerances.yaml."""

    units: NotNegative | None = None
    share: NotNegative | None = None
    absolute: NotNegative | None = None
    open: StrictBool = False
    significant: StrictBool = False
    includes_end: StrictBool = True

    @model_validator(mode="after")
    def _is_a_distance(self) -> Distance:
        if not self.open and self.units is None and self.share is None and self.absolute is None:
            raise problem("has no distance; write units, share or absolute, or `open: true`")
        return self


class ToleranceExample(Part):
    """A number as printed, true values that agree with it, and true values that do not, in full units of the claim."""

    printed: Text
    unit: Text
    agrees: tuple[Number, ...] = ()
    fails: tuple[Number, ...] = Field(min_length=1)


class ToleranceRule(Entry):
    """What a printed number allows where one of the words stands beside it; any number of the bound without words."""

    KEY = ("rule",)

    rule: Text
    bound: Annotated[Text, one_of(vocabulary.BOUNDS)]
    words: tuple[Text, ...] = ()
    below: Distance
    above: Distance
    reason: Text
    examples: tuple[ToleranceExample, ...] = Field(min_length=1)


class Zeros(Part):
    """Digits of a number written in full that count although they may be zeros that only fill it up."""

    significant_digits: Annotated[int, Field(ge=1, le=15)] = 2
    reason: Text | None = None


class ReviewedClaim(Entry):
    """A claim check whose verdict a person reviewed.

    verdict: what the check is to say. A check that computes `contradicted` takes it; any other verdict is expected and never changed.
    """

    KEY = ("claim_check_id",)

    claim_check_id: Text
    verdict: Annotated[Text, one_of(REVIEWED_VERDICTS)] = "contradicted"
    reason: Text


class AcceptedChange(Entry):
    """A changed value of a closed period that a person accepted. Keys that an entry leaves out match everything.

    entity_id, definition_id and product may be ids that are in no other file any more: a removal is a change that can be accepted.
    """

    table: Annotated[Text, one_of(tuple(vocabulary.EVIDENCE_TABLES.values()))]
    entity_id: Text
    definition_id: Text | None = None
    product: Text | None = None
    period_start: Day | None = None
    period_end: Day | None = None
    old: Number | None = None
    new: Number | None = None
    from_release: Text | None = None
    reason: Text

    @model_validator(mode="after")
    def _is_one_step(self) -> AcceptedChange:
        if "new" not in self.model_fields_set and self.from_release is None:
            raise problem(
                "has neither new nor from_release, so it would accept every later change too; add one of them"
            )
        return self


class AcceptedLoss(Entry):
    """A coverage cell that disappeared, accepted by a person."""

    table: Annotated[Text, one_of(vocabulary.COVERED_TABLES)]
    entity_id: Text
    calendar_quarter: Annotated[Text, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")] | None = None
    from_release: Text | None = None
    reason: Text

    @model_validator(mode="after")
    def _is_one_step(self) -> AcceptedLoss:
        if self.calendar_quarter is None and self.from_release is None:
            raise problem(
                "has neither calendar_quarter nor from_release, so it would accept every later loss too; add one of them"
            )
        return self


class ResultsDocument(Entry):
    """A company's own announcement of a quarter: the day on which its figures were first public."""

    KEY = ("entity_id", "period_end")

    entity_id: Text
    period_end: Day
    published: Day
    url: Text | None = None
    evidence: Text


# ------------------------------------------------------------------------------ currencies.yaml, earnings_weeks.yaml


class EarningsWeeks(Entry):
    """A span of the year in which tracked companies publish; month and day, both included."""

    first: MonthDay = Field(alias="from")
    last: MonthDay = Field(alias="to")
    companies: Text

    _dates = model_validator(mode="after")(in_order("first", "last"))


# ------------------------------------------------------------------------------------------------------------- text.yaml


class SpendingWords(Part):
    """Words of spending that name no metric by themselves."""

    verbs: Phrases = ()
    nouns: Phrases = ()


class AnaphorWords(Part):
    """Words for a company named before."""

    words: Phrases = ()
    heads: Phrases = ()


class CollectiveWords(Part):
    """Words for several companies taken together."""

    numbers: dict[Text, Annotated[int, Strict(), Field(gt=1)]] = Field(default_factory=dict)
    heads: Phrases = ()
    countries: dict[Text, Country] = Field(default_factory=dict)


ARTICLE_DEFINITIONS = (
    "capex", "capex_of_group", "capex_guidance", "gpu_units", "gpu_unit_price", "depreciation", "remaining_performance_obligations",
    "leases_not_yet_commenced", "revenue", "operating_cash_flow", "free_cash_flow", "property_and_equipment", "finance_lease_principal",
    "finance_lease_assets",
)  # fmt: skip
"""What is given a definition: figures of articles, and those that a reviewer adds from a row of a document."""


class DirectionWords(Part):
    """Verbs, nouns and comparatives that state a direction, and adverbs and adjectives beside them."""

    heads: Phrases = ()
    degrees: Phrases = ()


class Texts(Part):
    """text.yaml: phrases by which the text of an article is read, and the weights of the evidence for a figure."""

    confidence: dict[Text, float] = Field(default_factory=dict)
    languages: dict[Text, Phrases] = Field(default_factory=dict)
    metrics: dict[Text, Phrases] = Field(default_factory=dict)
    capex_objects: Phrases = ()
    spending: SpendingWords = SpendingWords()
    sales: Phrases = ()
    other_sales: Phrases = ()
    context: dict[Text, Phrases] = Field(default_factory=dict)
    cloud_only: Phrases = ()
    cloud_by_name: dict[Text, Text] = Field(default_factory=dict)
    cloud_parts: dict[Text, Phrases] = Field(default_factory=dict)
    cloud_definitions: dict[Text, dict[Text, Phrases]] = Field(default_factory=dict)
    directions: DirectionWords = DirectionWords()
    segments: dict[Text, Phrases] = Field(default_factory=dict)
    people: dict[Text, Phrases] = Field(default_factory=dict)
    relations: dict[Text, Phrases] = Field(default_factory=dict)
    regions: dict[Text, Phrases] = Field(default_factory=dict)
    scopes: dict[Text, Phrases] = Field(default_factory=dict)
    segment_words: Phrases = ()
    segment_back: Phrases = ()
    anaphors: AnaphorWords = AnaphorWords()
    collectives: CollectiveWords = CollectiveWords()
    combined: Phrases = ()
    distributive: Phrases = ()
    ranking: Phrases = ()
    respectively: Phrases = ()
    up: Phrases = ()
    down: Phrases = ()
    sequential: Phrases = ()
    comparison: Phrases = ()
    superseded: Phrases = ()
    denied: Phrases = ()
    expected_by_others: Phrases = ()
    guidance: Phrases = ()
    estimate: Phrases = ()
    claimants: dict[Text, Phrases] = Field(default_factory=dict)
    houses: dict[Text, Phrases] = Field(default_factory=dict)
    say: Phrases = ()
    flows: dict[Annotated[Text, one_of(vocabulary.FLOWS)], Phrases] = Field(default_factory=dict)
    production: Phrases = ()
    chip_names: dict[Text, Phrases] = Field(default_factory=dict)
    reaches: Phrases = ()
    per_unit: Phrases = ()
    constant_currency: Phrases = ()
    definitions: dict[Annotated[Text, one_of(ARTICLE_DEFINITIONS)], Text] = Field(default_factory=dict)
    company_definitions: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    capex_bases: dict[Text, Phrases] = Field(default_factory=dict)
    capex_leases: dict[Text, Phrases] = Field(default_factory=dict)
