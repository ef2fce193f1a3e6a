"""Assigns entity, metric, period, status and claimant to each quantity of an article, or gives the reason why not.

Add here what reads an article sentence by sentence and carries from one to the next. Rules about the words around one quantity belong to
`metric_rules`, `entity_rules`, `period_rules` and `claim_status`, the probability of a figure to `confidence`, printed rows to `drafted_rows`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

from capex_pipeline.article.apposition import grown, grows, repeated, repeats
from capex_pipeline.article.capex_bases import named_basis
from capex_pipeline.article.characters import PlainText, plain_text
from capex_pipeline.article.chip_words import noun_after
from capex_pipeline.article.claim_status import (
    Claimant,
    claimant_of,
    is_base,
    is_expected_by_others,
    is_superseded,
    is_supposed,
    is_told_as_done,
    is_unreal,
    limit_by_plan,
    put_period,
    status_of,
    was_planned,
)
from capex_pipeline.article.clauses import lay_out
from capex_pipeline.article.confidence import (
    CARRIED,
    IMPOSSIBLE,
    OLD_DAYS,
    circumstances,
    concord,
    plausible,
    probability,
    says_yearly,
)
from capex_pipeline.article.discourse import State, is_item_mark
from capex_pipeline.article.each_quarter import EACH_QUARTER, quarters_of_each
from capex_pipeline.article.entity_rules import Owner, find_owner, move_focus, pass_over, resolve_subjects
from capex_pipeline.article.extraction import Figure, Outcome, Reading, Suggestion
from capex_pipeline.article.growth import (
    base_of_growth,
    grew_over_years,
    had_been,
    is_growth,
    is_sequential,
    refers_back,
)
from capex_pipeline.article.lexicon import TELLING, Cue, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.metric_rules import (
    NO_WORD,
    Governor,
    Passage,
    heads_item,
    is_bare,
    is_one_of_parts,
    metric_of,
    stated_definition,
)
from capex_pipeline.article.negation import is_correction, is_denied
from capex_pipeline.article.period_dates import Days, PeriodContext, PeriodReading, is_news, read_period
from capex_pipeline.article.period_expressions import PeriodExpression, find_periods, may_carry
from capex_pipeline.article.period_rules import (
    NO_PERIOD,
    NO_PLANNED_PERIOD,
    TALLY_FORMS,
    Purpose,
    base_period,
    is_compared,
    main_period,
    side_of_move,
    told_of,
)
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.scopes import part_of
from capex_pipeline.article.sentence_model import Scene
from capex_pipeline.article.sentences import Sentence, split_sentences
from capex_pipeline.article.shipment_rules import OTHER_SUPPLIER, Chips, chips_of, is_supplier, maker_before
from capex_pipeline.article.table_cells import Table, TableFigure, TableReader, find_tables, in_order
from capex_pipeline.article.tokens import Tokens, tokenise
from capex_pipeline.article.unknown_names import may_name_unknown
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

_TOO_LONG: Final = "The sentence is too long to be read; it may be a table."
_CELL: Final = "The row and the column of the table do not say what it belongs to."
_TOO_LITTLE: Final = "Too little in the text says what it belongs to."
_NOT_OVER: Final = "It is told as a result, but its period was not over."
_UNNAMED: Final = frozenset(("entity_sentence_before", "entity_of_document"))
"""Evidence of an owner for which the sentence has no word, not even a pronoun."""
_OF_ANOTHER: Final = "The company that is spoken of before has no such figure."
_SEQUENTIAL: Final = "Growth against the quarter before has no column."
_SUPPOSED: Final = "A supposition, as after if or would have, or a question."
_OTHER_BASE: Final = "Growth over another time than a year has no column."
_NOT_A_BASE: Final = ("year_earlier", "previous_period", "same_period", "open", "annual", "day")
"""Forms of periods that name a year before, or no period of their own."""
LOWEST_CONFIDENCE: Final = 0.55
"""A reading with a lower confidence is a guess and is reported as not bound: `benchmarks.article_confidence` shows the precision from
each confidence in texts that are read for the first time.
"""


_SPEAKER: Final = 5
"""Words that begin a paragraph among which the colon behind its speaker stands."""
_PLANNED: Final = frozenset(("period_trailing", "status_guidance", "status_forecast"))
"""Evidence of a plan, also where its status was changed: a plan "for 2024" in 2025."""
_FULL_STOPS: Final = ".!?"
_INDENT, _MARK = 24, 8
"""Characters before a sentence that may indent it, and of the mark of a heading or an item."""
_REMEMBERED: Final = frozenset(("metric", "sales", "product"))
_REMEMBERED_COUNTS: Final = 12
"""Number of mentions before a sentence in which a count of chips is looked for."""
MOST_SENTENCES: Final = 400
"""Number of sentences in which the document's own period is looked for."""
MOST_QUANTITIES: Final = 40
LONGEST_SENTENCE: Final = 4_000
"""Longer sentences are tables or other text that is not prose. The limits also keep the work proportional to the text's length."""


def bind(
    plain: PlainText,
    vocabulary: Vocabulary,
    published: date | None,
    title: str = "",
    lowest: float = LOWEST_CONFIDENCE,
    suggests: bool = False,
    weighs_together: bool = True,
) -> Reading:
    """Read an article's body.

    published: its date, without which no period without a year is resolved. title: names the first subject, if it names a company.
    weighs_together: whether figures that agree or disagree change each other's probability and names of definitions make figures; not where the caller
    compares figures and knows the names of definitions itself.
    lowest: probability below which a figure is not drafted. suggests: whether mentions that are not used get suggestions for a reviewer."""
    tokens = tokenise(plain)
    quantities = find_quantities(plain, tokens)
    sentences = split_sentences(plain)
    reader = _Reader(tokens, vocabulary, published, sentences, lowest, suggests, weighs_together)
    reader.open_with(title)
    firsts = [quantity.first for quantity in quantities]
    for sentence, table in in_order(sentences, find_tables(plain)):
        if table is not None:
            first, end = tokens.at(table.start), tokens.at(table.end)
            reader.read_table(table, quantities[bisect_left(firsts, first) : bisect_left(firsts, end)], sentence)
            continue
        first, end = tokens.at(sentence.start), tokens.at(sentence.end)
        words = tokens.words[first:end]
        sentence_quantities = quantities[bisect_left(firsts, first) : bisect_left(firsts, end)]
        matters = (
            bool(sentence_quantities)
            or may_carry(tokens, first, end)
            or may_name_unknown(tokens, first, end, vocabulary)
        )
        cues = vocabulary.find_cues(tokens, first, end) if matters or not vocabulary.telling.isdisjoint(words) else []
        # Later sentences may refer to a name, a metric, a product or a period of a sentence without quantities.
        if matters or any(cue.kind in TELLING for cue in cues):
            reader.read(sentence, cues, sentence_quantities)
        else:
            reader.enter(sentence)
            pass_over(tokens, first, end, reader.state)
    if weighs_together:
        reader.repeat_amounts()
        reader.weigh_together()
    return reader.reading


class _Reader:
    def __init__(
        self,
        tokens: Tokens,
        vocabulary: Vocabulary,
        published: date | None,
        sentences: Sequence[Sentence],
        lowest: float,
        suggests: bool,
        reads_definitions: bool,
    ) -> None:
        self.lowest, self.suggests, self.reads_definitions = lowest, suggests, reads_definitions
        self.tokens, self.vocabulary, self.published, self.sentences = tokens, vocabulary, published, sentences
        self.reading = Reading()
        self.state = State(people=dict(vocabulary.people))
        self.before = 0
        """Number of the figures before this sentence."""
        self.denied: Figure | None = None
        """The figure that was denied or corrected last, for "the correct figure is"."""
        self.follows_chips = False
        self.entered = 0
        """The paragraph whose place in headings and lists was noted last."""

    @property
    def here(self) -> list[Figure]:
        """The figures of this sentence so far."""
        return self.reading.figures[self.before :]

    @property
    def number(self) -> int:
        """The number of the next mention: each one before it has its outcome."""
        return len(self.reading.outcomes)

    def open_with(self, title: str) -> None:
        tokens = tokenise(plain_text(title))
        cues = self.vocabulary.find_cues(tokens)
        scene = lay_out(tokens, Sentence(0, len(title), 0), cues, [], [], self.vocabulary)
        named = [one for one in scene.subjects if one.entities and one.role != "supplier"] or scene.subjects
        names = {name for one in named for name in one.entities}
        if len(names) == 1:
            self.state.focus = self.state.about = tuple(names)
        self.state.memory.document = cache(self._document_periods)
        self.state.memory.titled = [
            expression for expression in find_periods(tokens, 0, len(title)) if expression.form in TALLY_FORMS
        ]

    def _document_periods(self) -> list[PeriodExpression]:
        """The periods that the document's sentences name, for figures without a period of their own."""
        expressions: list[PeriodExpression] = []
        for sentence in self.sentences[:MOST_SENTENCES]:
            periods = find_periods(self.tokens, sentence.start, min(sentence.end, sentence.start + LONGEST_SENTENCE))
            words = self.tokens.words[self.tokens.at(sentence.start) : self.tokens.at(sentence.end)] if periods else []
            if not _AHEAD.isdisjoint(words):
                continue  # the quarter of an outlook is not that of the results
            expressions += [
                expression
                for expression in periods
                if expression.form in TALLY_FORMS
                and not is_compared(
                    self.tokens, self.tokens.at(sentence.start), self.tokens.at(expression.start), expression
                )
            ]
        return expressions

    def repeat_amounts(self) -> None:
        """Read amounts whose period or metric no word near them states as those of the only figure of their company with the same amount."""
        known: dict[tuple[object, ...], dict[tuple[object, ...], Figure]] = {}
        for figure in self.reading.figures:
            if figure.measure == "level" and figure.mention.kind == "money" and not figure.part:
                facts = (figure.metric, figure.start, figure.end)
                known.setdefault((figure.entity, *_amount_of(figure.mention)), {}).setdefault(facts, figure)
        self.reading.figures = self._dated_by_repeats()
        for outcome in self.reading.outcomes:
            is_open = outcome.reason in (*_UNDATED, NO_WORD) and outcome.entity is not None
            alike = known.get((outcome.entity, *_amount_of(outcome.mention)), {}) if is_open else {}
            if len(alike) == 1 and (figure := next(iter(alike.values()))).metric == (outcome.metric or figure.metric):
                again = figure._replace(mention=outcome.mention, number=outcome.number, paragraph=outcome.paragraph)
                self.reading.figures.append(self._weighed(again, "figure_same_amount"))
                self.reading.outcomes[outcome.number] = outcome._replace(
                    outcome="used", reason="", metric=figure.metric, candidates=(), suggestion=None
                )
        self.reading.figures.sort(key=lambda figure: (figure.number, figure.part))

    def _dated_by_repeats(self) -> list[Figure]:
        """The figures, those whose period is carried from afar with that of the same amount where the text states it, and with them the figures that
        are listed beside it: "2026 capex of $200bn ...", and later "Alphabet $185bn + Amazon $200bn"."""
        stated: dict[tuple[object, ...], dict[Days, Figure]] = {}
        for figure in self.reading.figures:
            if CARRIED.isdisjoint(figure.evidence) and figure.measure == "level":
                key = (figure.entity, figure.metric, *_amount_of(figure.mention))
                stated.setdefault(key, {})[figure.start, figure.end] = figure
        moved: dict[tuple[object, ...], Figure] = {}
        for figure in self.reading.figures:
            alike = stated.get((figure.entity, figure.metric, *_amount_of(figure.mention)), {})
            if not CARRIED.isdisjoint(figure.evidence) and len(alike) == 1 and (figure.start, figure.end) not in alike:
                moved[figure.paragraph, figure.metric, figure.start] = next(iter(alike.values()))
        dated = []
        for figure in self.reading.figures:
            told = moved.get((figure.paragraph, figure.metric, figure.start))
            if told is not None and figure.measure == "level" and not CARRIED.isdisjoint(figure.evidence):
                again = figure._replace(start=told.start, end=told.end, status=told.status)
                figure = self._weighed(again, "figure_same_amount")
            dated.append(figure)
        return dated

    def weigh_together(self) -> None:
        """Weigh the figures of the text against each other, and leave out those that are then too doubtful."""
        figures = self.reading.figures
        weighed = [
            self._weighed(figure, name) if name else figure
            for figure, name in zip(figures, concord(figures), strict=True)
        ]
        self.reading.figures = [figure for figure in weighed if figure.confidence >= self.lowest]
        doubtful = {figure.number for figure in weighed} - {figure.number for figure in self.reading.figures}
        for number in doubtful:
            past = self.reading.outcomes[number]  # each mention has one, in the order of the text
            self.reading.outcomes[number] = past._replace(outcome="not_bound", reason=_TOO_LITTLE)

    # --- sentences ---

    def read(self, sentence: Sentence, cues: Sequence[Cue], quantities: Sequence[Mention]) -> None:
        if len(quantities) > MOST_QUANTITIES or sentence.end - sentence.start > LONGEST_SENTENCE:
            for quantity in quantities:
                self._leave_unread(sentence, quantity, _TOO_LONG)
            return
        periods = find_periods(self.tokens, sentence.start, sentence.end)
        if periods and quantities:
            spans = [(quantity.plain_start, quantity.plain_end) for quantity in quantities]
            periods = [period for period in periods if not any(start <= period.start < end for start, end in spans)]
        scene = lay_out(self.tokens, sentence, list(cues), list(quantities), periods, self.vocabulary)
        past = next(
            (one for one in reversed(self.reading.outcomes[-_REMEMBERED_COUNTS:]) if one.metric is not None), None
        )
        is_of_chips = past is not None and past.metric in ("gpu_units", "gpu_unit_price")
        last = past.paragraph if is_of_chips and past is not None else -1
        self.follows_chips = sentence.paragraph - max(last, self.state.counting) <= 1
        near = [one for one in self.reading.figures[-3:] if one.paragraph == sentence.paragraph]
        scene.follows_growth = any(one.measure == "yoy_growth" for one in near)
        if quantities and any(self._is_house_again(cue) for cue in scene.of["claimant"]):
            scene.house = self._house_before(sentence)
        mark = self.enter(sentence)
        if sentence.paragraph != self.state.paragraph:
            self.state.paragraph = sentence.paragraph
            self.state.segment = self.state.is_fresh = False
            is_heading = not quantities and self.tokens.plain.text[sentence.end - 1] not in _FULL_STOPS
            self.state.memory.new_paragraph(is_item_mark(mark) or is_heading)
            self._note_speaker(scene)
        self.state.memory.age += 1
        resolve_subjects(scene, self.state, self.vocabulary)
        self.before = len(self.reading.figures)
        for position, quantity in enumerate(scene.quantities):
            self._bind_one(scene, position, quantity)
        move_focus(scene, self.state, self.vocabulary)
        if mark.startswith("#"):
            self.state.outline.head(mark, self.state.focus)
        self._remember(scene)

    def enter(self, sentence: Sentence) -> str:
        """Let a sentence that begins a paragraph speak of what its place in headings and lists says. Returns the paragraph's first word, else nothing."""
        if sentence.paragraph == self.entered:
            return ""
        self.entered, text = sentence.paragraph, self.tokens.plain.text
        line = text.rfind("\n", max(0, sentence.start - _INDENT), sentence.start) + 1 or sentence.start
        opening = text[line : sentence.start] + text[sentence.start : sentence.start + _MARK].split(" ")[0]
        self.state.focus = self.state.outline.enter(opening, self.state.focus)
        return opening.strip()

    def _note_speaker(self, scene: Scene) -> None:
        """Let "we" be the company of the executive whose name begins a paragraph of a transcript: "Brian Olsavsky: We spent ..."."""
        words = self.tokens.words[scene.first : scene.first + _SPEAKER]
        colon = words.index(":") if ":" in words else 0
        company = self.state.people.get(words[colon - 1]) if colon else None
        if company is not None:
            self.state.about = self.state.focus = (company,)

    def read_table(self, table: Table, quantities: Sequence[Mention], sentence: Sentence) -> None:
        """Read the cells of a table whose row and column say what they measure."""
        reader = TableReader(table, self.tokens, quantities, self.vocabulary, self.published)
        spoken_of = self.state.focus or self.state.about
        cells = {cell.mention.first: cell for cell in reader.read(spoken_of)}
        counted = {quantity.first for quantity in quantities}
        more = [cell.mention for first, cell in cells.items() if first not in counted]
        self.before = len(self.reading.figures)
        for quantity in sorted((*quantities, *more), key=lambda one: one.first):
            cell = cells.get(quantity.first)
            figure = self._figure_of_cell(cell, sentence.paragraph) if cell is not None else None
            if figure is None or figure.confidence < self.lowest:
                self._leave_unread(sentence, quantity, _CELL)
            else:
                self._use(figure)

    def _figure_of_cell(self, cell: TableFigure, paragraph: int) -> Figure | None:
        mention, status, known = cell.mention, cell.status, self.vocabulary.entities[cell.entity]
        if cell.reading.days is None:
            return None
        start, end = cell.reading.days
        is_ahead = self.published is not None and end > self.published + _EARLY
        if status != "reported" and not is_ahead:
            return None  # a plan whose period is over
        hope = "forecast" if known.type == "group" or status == "forecast" else "guidance"
        plans = (f"status_{hope}" if status != "reported" else "status_period_to_come",) if is_ahead else ()
        growth = ("sentence_percent", "figure_growth_unsaid") if cell.sign else ()
        size = plausible(mention, cell.metric, known, cell.sign, self.vocabulary)
        old = () if self.published is None or (self.published - end).days <= OLD_DAYS else ("period_old",)
        evidence = (*cell.evidence, f"metric_is_{cell.metric}", *cell.reading.evidence, *plans, *growth, *size, *old)
        confidence = 0.0 if size == IMPOSSIBLE else round(probability(evidence, self.vocabulary.weights), 3)
        status = hope if is_ahead else "reported"
        claimant = "publication" if status == "forecast" or known.type == "group" else "company"
        return Figure(
            mention,
            self.number,
            paragraph,
            cell.entity,
            cell.metric,
            _measure(mention, cell.sign),
            start,
            end,
            status,
            claimant,
            confidence,
            sign=cell.sign or 1,
            evidence=evidence,
            is_claimant_sure=False,
        )

    def _leave_unread(self, sentence: Sentence, quantity: Mention, reason: str) -> None:
        outcome, reason = ("not_bound", reason) if quantity.certain else ("uncertain", quantity.reason)
        self.reading.outcomes.append(Outcome(quantity, self.number, sentence.paragraph, outcome, reason))

    def _remember(self, scene: Scene) -> None:
        state = self.state
        kinds = {cue.kind for cue in scene.cues}
        if not scene.quantities and not scene.periods and kinds.isdisjoint(_REMEMBERED):
            return
        figures = self.here
        usual = [figure for figure in figures if not figure.definition]
        metrics = [figure.metric for figure in usual if figure.metric in ("capex", "cloud_revenue")]
        named = [cue.value for cue in scene.of["metric"] if cue.value in ("capex", "cloud_revenue")]
        self.state.about_capex = self.state.about_capex or "capex" in metrics or "capex" in named
        if metrics or named:
            state.metric = (metrics or named)[-1]
            of_metric = [figure.entity for figure in usual if figure.metric == state.metric]
            state.measured = tuple(of_metric) or state.focus
        elif scene.quantities and not kinds.isdisjoint(("sales", "context")):
            state.metric = None
        for base, figure in pairwise(figures):
            moves = base.is_base and not figure.is_base and (base.entity, base.metric) == (figure.entity, figure.metric)
            if moves and len(scene.periods) > 1:
                state.memory.move = (figure.metric, (base.start, base.end), (figure.start, figure.end))
        products = [cue.value for cue in scene.of["product"]]
        if products or scene.of["family"]:
            state.product = products[-1] if products else None
            state.maker = self.vocabulary.suppliers[products[-1]] if products else scene.of["family"][-1].value
        if products and not scene.quantities and (flows := scene.of["flow"]):
            state.counting, state.flow = scene.sentence.paragraph, flows[-1].value
        for figure in figures:
            if figure.status in ("guidance", "forecast"):
                state.memory.note_plan(figure.metric, (figure.start, figure.end), figure.entity)
        last = state.memory.last
        looks_back = (
            bool(figures) and last is not None and figures[0].end < last[1] and had_been(scene, figures[0].mention)
        )
        if looks_back or (figures and refers_back(scene) and figures[0].is_base):
            return  # "That compares with 18% in the March quarter": the passage is about another quarter
        if "alone" in scene.words and any(state.memory.is_within_last(one.start, one.end) for one in figures):
            return
        main = [figure for figure in figures if self._is_told(figure) and not figure.is_base]
        main = [
            figure
            for figure in main
            if "period_to_date" not in figure.evidence
            and not state.memory.is_sum_up_to_last(figure.entity, figure.start, figure.end)
        ]
        told = self.reading.outcomes[len(self.reading.outcomes) - len(scene.quantities) :]
        state.memory.note_scene(
            scene,
            state.focus,
            self.vocabulary,
            self.published,
            [(figure.entity, figure.metric, (figure.start, figure.end)) for figure in main[:1]],
            is_planned=bool(figures) and all(figure.status in ("guidance", "forecast") for figure in figures),
            counts_chips=any(past.metric == "gpu_units" for past in told),
        )

    def _is_told(self, figure: Figure) -> bool:
        """Whether a figure is one of a period that is over, or a count for a year that nearly is."""
        if figure.metric == "gpu_units" and self.published is not None:
            return figure.end <= self.published + _COUNTED_EARLY
        return figure.status in ("reported", "estimate") and _PLANNED.isdisjoint(figure.evidence)

    # --- quantities ---

    def _bind_one(self, scene: Scene, position: int, quantity: Mention) -> None:
        if not quantity.certain:
            return self._leave(scene, quantity, "uncertain", quantity.reason)
        if (back := repeats(scene, position)) is not None:
            return self._bind_apposition(scene, quantity, self.number - back)
        if (back := grows(scene, position)) is not None and self._bind_growth(scene, quantity, self.number - back):
            return None
        if is_expected_by_others(scene, quantity):
            return self._leave(scene, quantity, "context", "What others had expected, not what was reported.")
        if self.denied is not None and is_correction(scene, quantity) and self.denied.mention.unit == quantity.unit:
            right = self.denied._replace(mention=quantity, number=self.number, paragraph=scene.sentence.paragraph)
            return self._use(self._weighed(right, "figure_repeated"))
        if is_supposed(scene):
            return self._leave(scene, quantity, "context", _SUPPOSED)
        if self._ends_replaced_range(scene, quantity):
            return self._leave_as(self.reading.outcomes[-1], quantity)
        owner = find_owner(scene, quantity, self.state, self.vocabulary)
        if (
            quantity.kind == "count"
            and not owner.is_segment
            and (owner.entity is None or not _UNNAMED.isdisjoint(owner.evidence))
        ):
            maker = maker_before(scene, quantity, self.vocabulary)
            owner = (
                Owner(maker, ("entity_product_before",)) if maker else owner
            )  # "The H20 alone accounted for 870,000"
        passage = Passage(
            owner.is_segment or self._means_segment(scene, quantity),
            owner.entity in self.vocabulary.cloud_only,
            self._carried_metric(owner.entity),
            self.state.about_capex,
            owner.entity,
            self.here[-1].metric if self.here and not self.here[-1].definition else None,
            owner.entity in self.vocabulary.cloud_by_name and not (owner.is_segment or self.state.by_segment),
            bool(past := self.reading.figures[-1:])
            and (past[0].metric, past[0].paragraph) == ("gpu_units", scene.sentence.paragraph),
            self.follows_chips,
            is_supplier(scene, quantity, owner.entity, self.vocabulary),
            self.vocabulary.suppliers.get(self.state.product or "") == owner.entity is not None,
            self.state.maker is not None,
        )
        governor = metric_of(scene, quantity, passage)
        if self.reads_definitions and governor.reason.startswith(_REVENUE):
            owner, governor = self._on_stated_definition(scene, quantity, owner, governor)
        if governor.metric is None or self._follows_unread(scene, position, governor):
            return self._leave(scene, quantity, "context", governor.reason or NO_WORD, owner)
        return self._bind_metric(scene, quantity, owner, governor)

    def _on_stated_definition(
        self, scene: Scene, quantity: Mention, owner: Owner, governor: Governor
    ) -> tuple[Owner, Governor]:
        """The owner and the metric of revenue or growth on a definition that the words name: "Azure grew 33%"."""
        if quantity.kind == "money" or (quantity.kind == "percent" and is_growth(scene, quantity)):
            spoken_of = self.state.named.union(self.state.about, *(subject.entities for subject in scene.subjects))
            for entity in self.vocabulary.cloud_definitions:
                names = self.vocabulary.cloud_names(self.tokens, entity, scene.first, scene.end)
                if names and entity in spoken_of and (named := stated_definition(scene, quantity, names)):
                    owner = owner if owner.entity == entity else Owner(entity)
                    return owner, Governor("cloud_revenue", ("metric_sales_of_segment",), definition=named)
        return owner, governor

    def _follows_unread(self, scene: Scene, position: int, governor: Governor) -> bool:
        """Whether a quantity belongs to an amount before it that is none of a table: a rate whose metric is carried from other sentences ("The $200
        billion figure is a 56% step-up"), and the amount from which it moved ("a backlog of $67bn, up from $56bn")."""
        if position == 0 or scene.quantities[position - 1].kind != "money":
            return False
        before, quantity, read = *scene.quantities[position - 1 : position + 1], self.reading.outcomes[-1]
        if quantity.kind == "money" and scene.tokens.words[before.last + 1 : quantity.first] in _FROM:
            return read.reason.startswith(("Context", NO_WORD, _TOO_LITTLE))
        is_carried = not _CARRIED_METRIC.isdisjoint(governor.evidence)
        return quantity.kind == "percent" and is_carried and read.outcome != "used"

    def _continues_old_plan(self, scene: Scene, quantity: Mention) -> bool:
        """Whether a quantity is joined to one that was replaced: "against earlier estimates of $80bn and $90bn". A verb of spending begins
        another statement: "up from $118bn, after spending $34bn"."""
        first = scene.row(quantity)[0]
        is_joined = first is not quantity and not scene.has_between(first.last, quantity.first, ("spend",))
        is_joined = is_joined and ")" not in scene.tokens.words[first.last : quantity.first]
        return is_joined and self.reading.outcomes[-1].reason == _REPLACED

    def _ends_replaced_range(self, scene: Scene, quantity: Mention) -> bool:
        """Whether a quantity is the second end of a range of an earlier plan: "up from $115bn to $135bn"."""
        past = self.reading.outcomes[-1] if self.reading.outcomes else None
        return (
            past is not None
            and past.reason == _REPLACED
            and past.mention.last + 2 == quantity.first
            and past.mention.kind == quantity.kind
            and scene.tokens.word(quantity.first - 1) == "to"
            and scene.tokens.word(past.mention.first - 2) in ("up", "down")  # "lifted it from $75bn to $85bn" is a move
            and self.reading.outcomes[-1].paragraph == scene.sentence.paragraph
        )

    def _carried_metric(self, entity: str | None) -> str | None:
        """The metric of the sentences before, for a sentence without one; cloud revenue only of the company that it was said of, because another company's
        amount without a word is as likely its spending."""
        state = self.state
        return None if state.metric == "cloud_revenue" and entity not in state.measured else state.metric

    def _bind_metric(self, scene: Scene, quantity: Mention, owner: Owner, governor: Governor) -> None:
        metric = governor.metric or ""
        growth = is_growth(scene, quantity)
        status, status_evidence = self._status(scene, quantity, metric, owner.entity)
        chips = (
            chips_of(scene, quantity, owner, self.state, self.vocabulary)
            if metric in ("gpu_units", "gpu_unit_price")
            else None
        )
        told = self._count_before(scene, quantity) if isinstance(chips, Chips) and chips.supplier is None else None
        if told is not None and isinstance(chips, Chips):
            chips = replace(chips, supplier=told.supplier, product=told.product)
            status = told.status if status == "reported" else status
        entity = chips.entity if isinstance(chips, Chips) else owner.entity
        base = None if self._compares_companies(scene, entity, metric) else is_base(scene, quantity)
        limit = limit_by_plan(scene, quantity) if status in ("guidance", "forecast") else ""
        planned = self._limited_plan(scene, quantity, entity) if limit else None
        base = base if planned is None else None
        guided = status in ("guidance", "forecast") or self._last_was_guidance()
        is_old = is_superseded(
            scene,
            quantity,
            base is not None,
            (guided and status != "reported") or self._last_was_guidance(),
        ) and (base is None or not self._is_of_another_time(scene, quantity, owner.entity))
        if planned is None and (is_old or self._continues_old_plan(scene, quantity)):
            return self._leave(scene, quantity, "context", _REPLACED, owner, metric)
        if growth and is_sequential(scene, quantity):
            return self._leave(scene, quantity, "context", _SEQUENTIAL, owner, metric)
        if isinstance(chips, str):
            outcome = "uncertain" if chips == OTHER_SUPPLIER else "not_bound"
            return self._leave(scene, quantity, outcome, chips, owner, metric)
        if chips is not None and chips.flow is not None:
            self.state.flow = chips.flow
        if entity is not None and self._is_of_another(quantity, owner, metric, chips):
            return self._leave(scene, quantity, "not_bound", _OF_ANOTHER, owner, metric)
        if entity is None:
            return self._leave(scene, quantity, "not_bound", owner.problem, owner, metric)
        if limited := part_of(scene, quantity, metric, self.vocabulary.entities[entity]):
            return self._leave(scene, quantity, "context", limited, owner, metric)
        is_sum_of_money = quantity.kind == "money" and metric in ("capex", "cloud_revenue")
        if is_sum_of_money and (quarters := quarters_of_each(scene, quantity, self._calendar(entity), self.published)):
            return self._leave(scene, quantity, "uncertain", EACH_QUARTER, owner, metric, quarters)
        reading, as_base = (
            (PeriodReading(planned, ("period_before",)), False)
            if planned is not None
            else self._period(scene, quantity, entity, metric, status, base, owner.is_paired, self.here)
        )
        if reading.days is None:
            outcome = "uncertain" if reading.candidates or reading.reason else "not_bound"
            reason = reading.reason or NO_PERIOD
            return self._leave(scene, quantity, outcome, reason, owner, metric, reading.candidates)
        start, end = reading.days
        if self.published is not None and end <= self.published and is_unreal(scene, quantity):
            return self._leave(scene, quantity, "context", _SUPPOSED, owner, metric)
        if growth and not self._is_yearly(scene, quantity, entity, (start, end)):
            return self._leave(scene, quantity, "context", _OTHER_BASE, owner, metric)
        slack = _COUNTED_EARLY if status == "estimate" or metric == "gpu_units" else _EARLY
        is_ahead = self.published is not None and end > self.published + slack and metric != "gpu_unit_price"
        if status in ("reported", "estimate") and is_ahead:
            if not metric.startswith("gpu") and is_told_as_done(scene, quantity):
                return self._leave(scene, quantity, "uncertain", _NOT_OVER, owner, metric, ((start, end),))
            others = claimant_of(scene, quantity, "forecast", False, self.vocabulary).kind in ("analyst", "anonymous")
            status = "forecast" if others or metric.startswith("gpu") or status == "estimate" else "guidance"
            moves = "period_by_position" in reading.evidence  # of a plan that the sentence before tells of
            status_evidence = () if moves else ("status_period_to_come",)
        elif (
            (base is not None or status == "guidance")
            and status in ("guidance", "forecast")
            and self.published is not None
            and end <= self.published
        ):
            if base is None and not as_base and was_planned(scene, quantity):
                return self._leave(scene, quantity, "uncertain", _OLD_PLAN, owner, metric, ((start, end),))
            status = "reported"
        size = plausible(quantity, metric, self.vocabulary.entities.get(entity), growth, self.vocabulary)
        is_compared = base is not None or as_base
        evidence = (
            *(chips.evidence if chips else owner.evidence),
            *governor.evidence,
            *reading.evidence,
            *status_evidence,
            *size,
            *circumstances(scene, quantity, metric, None if is_compared else end, self.published),
        )
        confidence = probability(evidence, self.vocabulary.weights)
        is_too_large = bool(size) and not growth and not _UNNAMED.isdisjoint(evidence)
        if confidence < self.lowest or size == IMPOSSIBLE or is_too_large:
            return self._leave(scene, quantity, "not_bound", _TOO_LITTLE, owner, metric)
        known = self.vocabulary.entities.get(entity)
        is_group = known is not None and known.type == "group"
        claimant = claimant_of(scene, quantity, status, is_group, self.vocabulary)
        basis = named_basis(scene, quantity, self.vocabulary) if (metric, status, is_group) == _ON_BASIS else ""
        if told is not None:
            claimant = Claimant(told.claimant, told.is_claimant_sure, told.house)
        figure = Figure(
            quantity if planned is None else quantity.bounded(limit),
            self.number,
            scene.sentence.paragraph,
            entity,
            metric,
            _measure(quantity, growth),
            start,
            end,
            status,
            claimant.kind,
            round(confidence, 3),
            supplier=chips.supplier if chips else None,
            product=chips.product if chips else None,
            customer=chips.customer if chips else None,
            flow=("forecast" if status == "forecast" and chips.flow else chips.flow) if chips else None,
            sign=growth or 1,
            is_base=is_compared,
            evidence=evidence,
            is_claimant_sure=claimant.is_sure,
            house=claimant.house,
            definition=governor.definition,
            basis=basis,
        )
        if metric != "gpu_unit_price" and is_denied(scene, quantity):  # a rumoured price is an estimate
            self.denied = figure
            return self._leave(scene, quantity, "context", _DENIED, owner, metric)
        self._use(figure)
        for part, other in enumerate(owner.others, start=1):
            buyer = other if figure.customer is not None else None
            self.reading.figures.append(figure._replace(entity=other, customer=buyer, part=part))
        return None

    def _count_before(self, scene: Scene, quantity: Mention) -> Figure | None:
        """The count of chips that a bare one goes on with, whose chips and source it shares: "Microsoft bought 485,000 H100s, Omdia says. Meta took
        224,000"."""
        past = self.reading.figures[-1] if self.reading.figures else None
        if (
            past is None
            or past.metric != "gpu_units"
            or past.paragraph != scene.sentence.paragraph
            or scene.of["claimant", "say"]
        ):
            return None
        return past if is_bare(scene, quantity) else None

    def _is_yearly(self, scene: Scene, quantity: Mention, entity: str, days: Days) -> bool:
        """Whether growth is that over a year before, unless the words beside it name another time: "up 12% over the third quarter of 2024"."""
        if grew_over_years(scene, quantity):
            return False
        base = base_of_growth(scene, quantity)
        if base is None or base.form in _NOT_A_BASE:
            return True
        named = read_period(base, PeriodContext(self.published, self._calendar(entity), None)).days
        year = timedelta(days=365)
        if named is None and base.form == "year" and base.year is not None:
            return days[0].year - 1 <= base.year < max(days[1].year, days[0].year + 1)
        if named is None or named == days:
            return base.form != "month"
        return named[0] <= days[1] - year and days[0] - year <= named[1]

    def _is_of_another(self, quantity: Mention, owner: Owner, metric: str, chips: Chips | None) -> bool:
        """Whether the company that is only spoken of before has no such figure: an amount in a currency that is neither its own nor the dollar, or spending,
        cloud revenue or purchases of chips of a maker of chips that has none."""
        entity = owner.entity or ""
        known = self.vocabulary.entities.get(entity)
        if "entity_anaphor" not in owner.evidence or known is None or known.type == "group":
            return False
        buys = chips is not None and chips.customer == entity
        buys = buys and (_UNNAMED.isdisjoint(owner.evidence) or (chips is not None and chips.supplier is not None))
        has_none = (entity, "cloud_revenue" if buys else metric) not in self.vocabulary.preferred
        is_maker = entity in self.vocabulary.suppliers.values() and (chips is None or buys)
        return quantity.currency not in (None, "USD", known.currency) or (is_maker and has_none)

    def _compares_companies(self, scene: Scene, entity: str | None, metric: str) -> bool:
        """Whether a figure of another company is before a quantity in its sentence and no other time: "485,000, against 224,000 at Meta"."""
        past = self.here[-1:]
        is_other = bool(past) and past[0].metric == metric and past[0].entity != entity is not None
        return is_other and not any(period.form == "year_earlier" for _, _, period in scene.periods)

    def _use(self, figure: Figure) -> None:
        self.reading.figures.append(figure)
        self.reading.outcomes.append(
            Outcome(figure.mention, figure.number, figure.paragraph, "used", "", figure.entity, figure.metric)
        )

    def _is_house_again(self, cue: Cue) -> bool:
        """Whether a claimant is a broker or bank that was named before: "the broker expects"."""
        words = self.tokens.words
        return words[cue.last] in _HOUSE_NOUNS and "the" in words[max(0, cue.first - 1) : cue.first + 1]

    def _house_before(self, sentence: Sentence) -> str:
        """The only house of the nearest sentence before this one that names any; empty where that one names several."""
        end = bisect_right(self.sentences, sentence.start, key=lambda other: other.end)
        for other in reversed(self.sentences[max(0, end - _HOUSE_REACH) : end]):
            cues = self.vocabulary.find_cues(self.tokens, self.tokens.at(other.start), self.tokens.at(other.end))
            houses = {self.vocabulary.house(self.tokens, cue) for cue in cues} - {""}
            if houses:
                return houses.pop() if len(houses) == 1 else ""
        return ""

    def _leave(
        self,
        scene: Scene,
        quantity: Mention,
        outcome: str,
        reason: str,
        owner: Owner | None = None,
        metric: str | None = None,
        candidates: tuple[Days, ...] = (),
    ) -> None:
        entity = owner.entity if owner is not None else None
        suggestion = self._suggest(scene, quantity, owner, metric, candidates, reason) if self.suggests else None
        place = self.number, scene.sentence.paragraph
        self.reading.outcomes.append(Outcome(quantity, *place, outcome, reason, entity, metric, candidates, suggestion))

    def _leave_as(self, past: Outcome, quantity: Mention) -> None:
        """Give a quantity the outcome of one before it."""
        self.reading.outcomes.append(past._replace(mention=quantity, number=self.number))

    def _suggest(
        self,
        scene: Scene,
        quantity: Mention,
        owner: Owner | None,
        metric: str | None,
        candidates: tuple[Days, ...],
        reason: str,
    ) -> Suggestion:
        owner = owner or find_owner(scene, quantity, self.state, self.vocabulary)
        cue = _metric_beside(scene, quantity)
        metric = (
            metric
            or (cue.value if cue is not None else None)
            or _metric_of_kind(quantity, self.state, owner.is_segment or self._means_segment(scene, quantity))
        )
        entity, named = owner.entity, ""
        is_rate = quantity.kind == "percent" and _may_be_growth(scene, quantity)
        if quantity.kind != "count" and (reason.startswith(_REVENUE) or (is_rate and reason.startswith(_UNSAID))):
            entity, named = self._named_cloud(scene, quantity, entity, reason)
        metric = "cloud_revenue" if named else metric
        if metric is None and reason.startswith(_SPENDING):
            metric = "capex"
        elif metric == "capex" and reason.startswith(_REVENUE):
            metric = None
        known = self.vocabulary.entities.get(entity or "")
        growth = is_growth(scene, quantity) or (1 if quantity.kind in ("percent", "multiple") else 0)
        status, _ = self._status(scene, quantity, metric, entity)
        if reason in (_REPLACED, _OLD_PLAN):
            status = "guidance"  # "surpassing its earlier estimate of $85bn"
        if "range" in scene.left(quantity.first, _BESIDE):
            status = "guidance"  # "narrowed its range for the year to ..."
        if not candidates and entity is not None and metric is not None:
            reading, _ = self._period(scene, quantity, entity, metric, status, is_base(scene, quantity), False, [])
            candidates = (reading.days,) if reading.days is not None else reading.candidates
        is_ahead = self.published is not None and len(candidates) == 1 and candidates[0][1] > self.published + _EARLY
        if is_ahead and status == "reported" and metric in ("capex", "cloud_revenue"):
            status = "guidance"  # "its finance chief put the total for the whole of 2025 at $125bn", in November
        if status == "guidance" and known is not None and known.type == "group":
            status = "forecast"  # no group of companies gives guidance
        is_sold = metric is None and entity is not None and _is_sold_by_segment(scene, quantity, entity)
        metric = "cloud_revenue" if is_sold else metric
        is_amount = bool(named) and (quantity.kind == "money" or is_rate)
        is_recount = quantity.kind == "count" and self._counts_again(scene, quantity)
        is_beside = cue is not None or is_sold or is_amount or is_recount
        is_beside = is_beside or (
            metric is not None and not reason.startswith(_NOT_OF_METRIC) and _grows_to(scene, quantity)
        )
        is_near = quantity.certain and known is not None and is_beside
        claimant = claimant_of(scene, quantity, status, known is not None and known.type == "group", self.vocabulary)
        return Suggestion(
            entity,
            metric,
            _measure(quantity, growth),
            status,
            claimant.house or claimant.kind,
            growth or 1,
            candidates,
            is_near,
            named or None,
            owner.unknown,
            tuple(owner.others),
        )

    def _named_cloud(self, scene: Scene, quantity: Mention, entity: str | None, reason: str) -> tuple[str | None, str]:
        """The company of which a name of its cloud business is nearest to revenue or growth, and the definition that the name states."""
        tokens, number = scene.tokens, (quantity.first, quantity.last)
        before = (quantity.first - _BEFORE_RATE, quantity.first)
        beside = self.vocabulary.cloud_owner(tokens, max(scene.first, before[0]), before[1])
        owner = (beside if quantity.kind == "percent" else None) or entity
        owner = owner or self.vocabulary.cloud_owner(tokens, scene.first, scene.end)
        needs_name = reason.startswith((_WHOLE_REVENUE, *_UNSAID))
        named = self.vocabulary.cloud_definition(tokens, owner or "", number, scene.first, scene.end, needs_name)
        return (owner, named) if named else (entity, "")

    def _counts_again(self, scene: Scene, quantity: Mention) -> bool:
        """Whether a count without a noun follows one of chips in its paragraph: "it shipped 600,000 chips, but the true number is higher than 800,000"."""
        is_spoken_of = any(
            past.metric == "gpu_units"
            or (past.suggestion is not None and past.suggestion.metric == "gpu_units" and past.suggestion.is_near)
            for past in self.reading.outcomes
            if past.paragraph == scene.sentence.paragraph
        )
        return is_spoken_of and is_bare(scene, quantity)

    # --- one fact in two currencies ---

    def _bind_apposition(self, scene: Scene, quantity: Mention, partner: int) -> None:
        originals = [figure for figure in self.here if figure.number == partner]
        if not originals:
            return self._leave_as(self.reading.outcomes[partner], quantity)
        if (originals[0].mention.bound == "range") != (quantity.bound == "range"):
            return self._leave(scene, quantity, "uncertain", "One end of a range, in another currency.")
        first, *others = (
            self._weighed(repeated(original, quantity, self.number), "figure_repeated") for original in originals
        )
        self._use(first)
        return self.reading.figures.extend(others)

    def _bind_growth(self, scene: Scene, quantity: Mention, partner: int) -> bool:
        """Bind growth to the level that it follows; False if the level is a base of comparison, which has no growth of its own."""
        level = next((figure for figure in self.here if figure.number == partner), None)
        if level is None:
            self._leave_as(self.reading.outcomes[partner], quantity)
            return True
        if level.is_base or level.metric.startswith("gpu"):
            return False
        sign = is_growth(scene, quantity)
        reason = "figure_growth_of_level" if says_yearly(scene, quantity) else "figure_growth_unsaid"
        size = plausible(quantity, level.metric, None, sign, self.vocabulary)
        self._use(self._weighed(grown(level, quantity, self.number, sign), reason, *size))
        return True

    def _weighed(self, figure: Figure, *names: str) -> Figure:
        """A figure with further evidence, and the probability that follows."""
        evidence = figure.evidence + names
        return figure._replace(evidence=evidence, confidence=round(probability(evidence, self.vocabulary.weights), 3))

    # --- periods and plausibility ---

    def _status(
        self, scene: Scene, quantity: Mention, metric: str | None, entity: str | None
    ) -> tuple[str, tuple[str, ...]]:
        put = put_period(scene, quantity)
        is_reported = put is None or is_news(put, self._calendar(entity), self.published)
        return status_of(scene, quantity, metric, is_news=is_reported)

    def _calendar(self, entity: str | None) -> FiscalCalendar | None:
        known = self.vocabulary.entities.get(entity or "")
        return known.calendar if known is not None and known.type != "group" else None

    def _period(
        self,
        scene: Scene,
        quantity: Mention,
        entity: str,
        metric: str,
        status: str,
        base: Cue | None,
        is_paired: bool,
        here: Sequence[Figure],
    ) -> tuple[PeriodReading, bool]:
        """The period of a quantity, and whether it is one of a comparison. here: the figures of the sentence that may decide it."""
        calendar = self._calendar(entity)
        stated = [figure for figure in here if figure.entity == entity and not figure.is_base]
        mains = [figure for figure in stated if figure.measure == "level"]
        if not mains and quantity.kind == "percent" and (base is not None or told_of(scene, quantity) is not None):
            mains = stated  # "grew 34%, accelerating from 26% in the prior quarter", "less than a year earlier, when it rose 26%"
        main = (mains[-1].start, mains[-1].end) if mains else None
        company_money = metric in ("capex", "cloud_revenue")
        ahead = status in ("guidance", "forecast")
        memory = self.state.memory
        if memory.move is not None and memory.move[0] == metric and (side := side_of_move(scene, quantity)) is not None:
            return PeriodReading((memory.move[1], memory.move[2])[side], ("period_by_position",)), side == 0
        after = main if main or not ahead else self._planned_before(scene, quantity, calendar)
        as_base = base_period(scene, quantity, base is not None, after, memory, calendar, self.published)
        if as_base is not None:
            return as_base, True
        context = PeriodContext(self.published, calendar, memory.last, ahead, company_money)
        same = [(figure.start, figure.end) for figure in here if figure.entity == entity]
        beside = same[-1] if same else memory.last
        purpose = Purpose(metric, entity, is_growth(scene, quantity) != 0, is_paired, beside)
        return main_period(scene, quantity, memory, context, purpose, main), False

    def _means_segment(self, scene: Scene, quantity: Mention) -> bool:
        """Whether a quantity is one of a cloud business: of the sentence ("the cloud division"), or spoken of just before ("the unit")."""
        if (
            scene.tokens.words[scene.first : scene.first + 2] in (["as", "for"], ["as", "to"])
            and not scene.of["segment", "segment_words"]
        ):
            return False  # "As for its other ventures, revenue was $388m", after a sentence on the cloud
        words = [
            cue
            for cue in scene.of["segment_words"]
            if cue.last < quantity.first and (cue.last > cue.first or heads_item(scene, cue))
        ]
        if any(
            cue.first - scene.first <= 3 or scene.clause(cue.first) == scene.clause(quantity.first)
            for cue in words
            if not is_one_of_parts(scene, cue)
        ):
            return True
        back = [cue for cue in scene.of["segment_back"] if cue.first < quantity.first]
        if back and (self.state.by_segment or any(cue.last < back[-1].first for cue in scene.of["segment"])):
            return True
        told = [subject for subject in scene.subjects if subject.entities and subject.first < quantity.first]
        is_told_by_us = all(scene.tokens.words[subject.first] == "we" for subject in told)
        others = [cue for cue in scene.of["context", "other_sales"] if told and cue.first < quantity.first]
        expected = [cue for cue in scene.leading(quantity, "guidance") if scene.tokens.words[cue.first] not in _SEEING]
        if self.state.segment and is_told_by_us and not (others or expected):
            return True  # "Alibaba Cloud grew fast. Revenue was 33bn yuan"; revenue that is expected is the whole company's
        return self.state.metric == "cloud_revenue" and bool(scene.of["segment_back"])

    def _last_was_guidance(self) -> bool:
        return any(figure.status in ("guidance", "forecast") for figure in self.here[-1:])

    def _planned_before(self, scene: Scene, quantity: Mention, calendar: FiscalCalendar | None) -> Days | None:
        """The period of a plan without an amount that is compared with a quantity: "capex in 2024 would be higher than the $32bn of the year before"."""
        context = PeriodContext(self.published, calendar, None, looks_ahead=True, company_money=True)
        named = [one for first, _, one in scene.periods if first < quantity.first and one.form in _PLANNED_FORMS]
        return read_period(named[-1], context).days if named else None

    def _planned_after(self, scene: Scene, quantity: Mention, calendar: FiscalCalendar | None) -> Days | None:
        """The period of the amount to which something grows from a quantity: "from 2.5 million in 2025 to 3.5 million in 2026"."""
        until = scene.start_of_next(quantity, quantity.kind)
        to = next((one for one in scene.quantities if one.first == until), None)
        named = [one for first, _, one in scene.periods if to is not None and 0 < first - to.last <= _OVER]
        if not named or self.tokens.word(until - 1) != "to":
            return None
        return read_period(named[0], PeriodContext(self.published, calendar, None, True, company_money=True)).days

    def _limited_plan(self, scene: Scene, quantity: Mention, entity: str | None) -> Days | None:
        """The period of a plan that a plan for an earlier one limits: 2027 in "capex in 2027 to be higher than the $130bn of 2026", told in 2026. A
        period that is over has its own amount, which the sentence repeats.
        """
        calendar = self._calendar(entity)
        later = self._planned_before(scene, quantity, calendar)
        following = [one for first, _, one in scene.periods if quantity.last < first <= quantity.last + _BESIDE]
        if later is None or not following or self.published is None:
            return None
        context = PeriodContext(self.published, calendar, None, looks_ahead=True, company_money=True)
        earlier = read_period(following[0], context).days
        return later if earlier is not None and self.published < earlier[1] < later[1] else None

    def _is_of_another_time(self, scene: Scene, quantity: Mention, entity: str | None) -> bool:
        """Whether a base of comparison has its own period that had ended, or another year than the plan's, so that it is not an old plan."""
        calendar = self._calendar(entity)
        plans = [(figure.start, figure.end) for figure in self.here if figure.entity == entity]
        main = plans[-1] if plans else self._planned_before(scene, quantity, calendar)
        base = base_period(scene, quantity, True, main, self.state.memory, calendar, self.published)
        following = any(quantity.last < first <= quantity.last + 8 for first, _, _ in scene.periods)
        if not following or base is None or base.days is None or self.published is None:
            return False
        main = main or self._planned_after(scene, quantity, calendar)
        return base.days[1] <= self.published or (main is not None and base.days[1] < main[0])


_SEEING: Final = ("see", "sees")
_AHEAD: Final = frozenset("expect expects guidance outlook anticipate anticipates".split())
_FROM: Final = (["from"], *([*mark, way, "from"] for mark in ([], [","], ["("]) for way in ("up", "down")))
_CARRIED_METRIC: Final = frozenset(("metric_carried", "metric_referred"))
_UNDATED: Final = (NO_PLANNED_PERIOD, NO_PERIOD)
_HOUSE_NOUNS: Final = frozenset("bank broker brokerage consultancy".split())
_HOUSE_REACH: Final = 3
"""Sentences before "the bank" in which its name is looked for."""


def _amount_of(mention: Mention) -> tuple[object, ...]:
    """The number of a mention, or the ends of its range, and its unit."""
    return mention.value or (mention.low, mention.high), mention.unit


def _measure(quantity: Mention, growth: int) -> str:
    return "level" if not growth else "yoy_multiple" if quantity.kind == "multiple" else "yoy_growth"


_OVER: Final = 4
"""Words from growth to the quarter over which something grew."""
_PLANNED_FORMS: Final = "year this_year next_year full_year half quarter this_quarter next_quarter".split()
_REPLACED: Final = "Guidance that another figure replaces."
_OLD_PLAN: Final = "The words speak of a plan, and its period is over."
_DENIED: Final = "The text denies or corrects the amount, or calls it a rumour."
_ON_BASIS: Final = ("capex", "reported", False)
"""Metric and status of figures, and that they are of no group, whose words may name a property of the amount."""
_REVENUE: Final = (
    "Context: revenue", "Context: other business", "Context: part of cloud revenue", "Context: cloud revenue",
)  # fmt: skip
"""How the reasons begin of amounts that are revenue on no definition that is published."""
_EARLY: Final = timedelta(days=10)
"""How long before the end of a period its result may be published."""
_COUNTED_EARLY: Final = timedelta(days=45)
"""How long before the end of a year a count or an estimate for it may be published."""
_WHOLE_REVENUE: Final = "Context: revenue"
_UNSAID: Final = ("A percentage or multiple that is no growth", NO_WORD)
"""How the reasons begin of percentages of which the words around them do not say what they measure."""
_SPENDING: Final = "Spending, without a word"
_BEFORE_RATE: Final = 6
"""Words before a rate of growth among which the name of a cloud business stands that it belongs to."""
_COMPARATIVES: Final = frozenset(("more", "higher", "above"))
_NOT_OF_METRIC: Final = ("Context: profit", "Context: share price")
"""How the reasons begin with which the amount that a percentage leads to is no figure either."""
_BESIDE: Final = 6
"""Maximum number of words between a quantity and a metric's name that is beside it."""


def _metric_beside(scene: Scene, quantity: Mention) -> Cue | None:
    """The word of a metric in a quantity's clause, at most `_BESIDE` words away and without a quantity between; for a count, of chips."""
    for cue in scene.of["metric", "product"]:
        value = "gpu_units" if cue.kind == "product" else cue.value
        gap = quantity.first - cue.last if cue.last < quantity.first else cue.first - quantity.last
        if (
            (value == "gpu_units") == (quantity.kind == "count")
            and value in ("capex", "cloud_revenue", "gpu_units")
            and gap <= _BESIDE + 1
            and scene.clause(cue.first) == scene.clause(quantity.first)
            and not any(
                min(cue.first, quantity.first) < other.first < max(cue.first, quantity.first)
                for other in scene.quantities
            )
        ):
            return cue._replace(value=value)
    if quantity.kind == "count" and noun_after(scene.tokens, quantity.last + 1):
        return Cue(quantity.last, quantity.last, "metric", "gpu_units")
    return None


def _may_be_growth(scene: Scene, quantity: Mention) -> bool:
    """Whether a percentage is growth, or stands in the clause of a word of growth and is no part of something: "growth rates of 40% and 34%"."""
    if is_growth(scene, quantity):
        return True
    clause = scene.clause(quantity.first)
    beside = [cue for cue in scene.cues if scene.clause(cue.first) == clause]
    return any(cue.kind == "up" and scene.tokens.words[cue.first] not in _COMPARATIVES for cue in beside)


def _grows_to(scene: Scene, quantity: Mention) -> bool:
    """Whether an amount follows a percentage: "grown 20 per cent to $33bn"."""
    following = scene.quantity_at(quantity.last + 2) if scene.tokens.word(quantity.last + 1) == "to" else None
    return quantity.kind == "percent" and following is not None and following.kind == "money"


def _is_sold_by_segment(scene: Scene, quantity: Mention, entity: str) -> bool:
    """Whether the last name before a quantity is a company's cloud business, and nothing but its revenue is spoken of since: "Google Cloud emerged as the
    fastest-growing provider, showing revenue of $11bn"."""
    if quantity.kind not in ("money", "percent"):
        return False
    names = [cue for cue in scene.of["entity", "segment"] if cue.last < quantity.first]
    name = max(names, key=lambda cue: (cue.last, cue.kind == "segment"), default=None)
    if name is None or name.kind != "segment" or name.value != entity:
        return False
    reach = quantity.last + 2 * _BESIDE  # "a 35% year-over-year increase in third-quarter revenue"
    spoken_of = [cue for cue in scene.of["sales", "other_sales", "context"] if name.last < cue.first <= reach]
    return bool(spoken_of) and all(cue.kind == "sales" for cue in spoken_of)


def _metric_of_kind(quantity: Mention, state: State, is_cloud: bool) -> str | None:
    """The likely metric of a quantity without a metric beside it."""
    if quantity.kind == "count":
        return "gpu_units"
    if quantity.kind not in ("money", "percent", "multiple"):
        return None
    if is_cloud:
        return "cloud_revenue"
    return "capex" if state.about_capex and not state.segment else state.metric
