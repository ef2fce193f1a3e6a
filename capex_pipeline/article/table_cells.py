"""Reads figures from the tables inside an article, whose rows are lines with bars between cells.

A cell belongs to the words of its row, of its column and, for what neither states, of the line above the table. A row or column with a word that is
not understood is not read, because that word may make another measure of it ("AWS backlog"). Add words of such labels here.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from capex_pipeline.article.characters import PlainText, plain_text
from capex_pipeline.article.lexicon import Entity, Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import PeriodContext, PeriodReading, read_period
from capex_pipeline.article.period_expressions import PeriodExpression, find_periods
from capex_pipeline.article.quantities import find_quantities
from capex_pipeline.article.sentences import Sentence
from capex_pipeline.article.tokens import Tokens
from capex_pipeline.values.words import (
    AMBIGUOUS_SIGNS,
    CURRENCY_OF,
    DOLLAR_PEOPLES,
    LETTER_SCALES,
    SCALE_NAMES,
    SCALES,
)

Span = tuple[int, int]
MOST_CELLS: Final = 2_000
"""Cells of a table; a longer one is data that no article prints."""
_BARS: Final = 3
"""Bars that make a single line a row."""
_CAPTION: Final = 300
"""Characters of the longest line above a table, and of the longest label."""
_BAR: Final = re.compile(r"(?<!\\)\|")
_RULE: Final = re.compile(r"[\s|:+=\u2014-]*")
_SIGNED: Final = re.compile(r"\(?([+-]?)")
_UNDERSTOOD: Final = frozenset(
    "( ) [ ] : , / - \u2014 % & | \\ . of in the for metric company item actual actuals reported result results value amount segment business group its full year quarter "
    "yoy y table figure fig combined".split()
)
"""Words of a label that leave its measure as it is."""
_PLANNED: Final = frozenset("guidance guide outlook plan planned guided".split())
_FORECAST: Final = frozenset("forecast projected projection e est estimate estimated".split())
_OTHERS: Final = frozenset("expected consensus expectation expectations street".split())
_GROWING: Final = frozenset("growth yoy change increase rise".split())
_STATES: Final = _PLANNED | _FORECAST | _OTHERS | _GROWING
_SUMS: Final = frozenset("total combined aggregate".split())
"""Words that leave the measure that a label names as it is; without one they may mean the sum of the rows."""
_YEAR: Final = 350
_YEARLESS: Final = frozenset(("quarter", "half", "month", "day", "months_to"))


class Table(NamedTuple):
    """A table in the plain text. caption: the span of the line above it, empty if none. rows: the spans of the cells of each row."""

    start: int
    end: int
    caption: Span
    rows: list[list[Span]]


class Label(NamedTuple):
    """What the words of a row, a column or a caption say. is_clear: whether every word is understood."""

    entities: frozenset[str] = frozenset()
    metric: str = ""
    periods: tuple[PeriodExpression, ...] = ()
    unit: tuple[str, str] = ("", "")
    states: frozenset[str] = frozenset()
    is_clear: bool = True
    measures_other: bool = False
    sells: bool = False
    """Whether a word says revenue or sales, without which the name of a cloud business may head any measure of it."""


class TableFigure(NamedTuple):
    """A cell that is read. status: reported, guidance or forecast; sign: that of growth, 0 for a level."""

    mention: Mention
    entity: str
    metric: str
    reading: PeriodReading
    status: str
    sign: int
    evidence: tuple[str, ...]


def find_tables(plain: PlainText) -> list[Table]:
    """The runs of lines that are rows of a table: two of them at least, or one with several bars."""
    if "|" not in plain.text:
        return []
    tables: list[Table] = []
    rows: list[tuple[Span, list[Span]]] = []
    caption = last = (0, 0)
    for match in re.finditer(r"[^\n]+", plain.text):
        start, end = match.span()
        line = match[0].strip()
        if not line:
            continue
        if line[0] == "|" or " | " in line:
            rows.append(((start, end), [] if _RULE.fullmatch(line) else list(_cells(plain.text, start, end))))
            continue
        tables += _closed(rows, caption)
        rows, last = [], (start, end)
        caption = last if end - start <= _CAPTION else (start, start)
    return tables + _closed(rows, caption)


def _closed(rows: Sequence[tuple[Span, list[Span]]], caption: Span) -> list[Table]:
    filled = [cells for _, cells in rows if cells]
    if not filled or (len(filled) < 2 and len(filled[0]) <= _BARS):
        return []
    return [Table(rows[0][0][0], rows[-1][0][1], caption, filled)]


def _cells(text: str, start: int, end: int) -> Iterator[Span]:
    cuts = [start - 1, *(match.start() for match in _BAR.finditer(text, start, end)), end]
    spans = [(before + 1, after) for before, after in itertools.pairwise(cuts)]
    outer = text[start:end].strip()
    spans = spans[outer[:1] == "|" : len(spans) - (outer[-1:] == "|")]
    for first, last in spans:
        piece = text[first:last]
        first += len(piece) - len(piece.lstrip())
        yield first, first + len(piece.strip())


def in_order(sentences: Sequence[Sentence], tables: Sequence[Table]) -> Iterator[tuple[Sentence, Table | None]]:
    """The sentences without their parts in tables, and each table with the sentence in which it begins."""
    left, free = deque(tables), 0
    for sentence in sentences:
        start = max(sentence.start, free)
        while left and left[0].start < sentence.end:
            table = left.popleft()
            if start < table.start:
                yield sentence._replace(start=start, end=table.start), None
            yield sentence, table
            start = free = max(table.end, start)
        if start < sentence.end:
            yield sentence._replace(start=start), None


class TableReader:
    """Reads the cells of one table."""

    def __init__(
        self,
        table: Table,
        tokens: Tokens,
        quantities: Sequence[Mention],
        vocabulary: Vocabulary,
        published: date | None,
    ) -> None:
        self.table, self.tokens, self.vocabulary, self.published = table, tokens, vocabulary, published
        self.quantities, self.starts = quantities, [quantity.plain_start for quantity in quantities]
        head, *self.rows = table.rows if sum(map(len, table.rows)) <= MOST_CELLS else [[]]
        self.caption = self._label(table.caption)
        self.heads = [self._label(cell) for cell in head]
        if any(one.certain for cell in head for one in self._within(cell)):
            self.rows = []  # the first row has amounts, so that nothing says what its columns are
        if self.rows and all(len(row) == len(head) + 1 for row in self.rows):
            self.heads = [
                Label(),
                *self.heads,
            ]  # a page prints no text in the corner, which then is no cell of its line
        self.firsts = [self._label(row[0]) for row in self.rows]
        self.labels = [*self.heads[1:], *self.firsts]
        if any(map(self._is_section, self.rows)) and any(label.metric for label in self.firsts):
            self.caption = self.caption._replace(metric="", is_clear=False)  # a row above others says what they are

    def read(self, spoken_of: tuple[str, ...]) -> Iterator[TableFigure]:
        """The figures in order. spoken_of: the companies named before the table."""
        for row, label in zip(self.rows, self.firsts, strict=True):
            if len(row) != len(self.heads) or len(row) < 2:
                continue
            for cell, head in zip(row[1:], self.heads[1:], strict=True):
                yield from self._figures(cell, (label, head), spoken_of)

    def _figures(self, cell: Span, labels: tuple[Label, Label], spoken_of: tuple[str, ...]) -> Iterator[TableFigure]:
        states = labels[0].states | labels[1].states
        for label in (self.heads[0], self.caption):
            states |= label.states if label.is_clear else frozenset()
        if not all(label.is_clear for label in labels) or not _OTHERS.isdisjoint(states):
            return
        beyond = corner, caption = self.heads[0], self.caption
        evidence: list[str] = []
        metrics = [label.metric for label in labels if label.metric]
        if not metrics and not any(label.metric for label in self.labels):
            metrics = [label.metric for label in beyond if label.metric and label.is_clear]
            evidence += ["metric_carried"]
        elif not any(label.sells for label in labels) and not self._is_of_revenue(labels):
            metrics = [metric for metric in metrics if metric != "cloud_revenue"]
        named = labels[0].entities | labels[1].entities
        if not named:
            told = corner.entities | caption.entities or frozenset(spoken_of)
            named = told if all(label.entities <= told for label in self.labels) else named
            evidence += ["entity_of_document"]
        metric, entity = _only(metrics), _only(list(named))
        known = self.vocabulary.entities.get(entity)
        periods = [period for label in labels for period in label.periods]
        if not periods and not any(label.periods for label in self.heads[1:]):
            periods = [period for label in beyond for period in label.periods]
            evidence += ["period_carried"]
        if not metric or known is None or len(periods) != 1:
            return
        if metric == "cloud_revenue" and entity in self.vocabulary.cloud_by_name:
            return
        if (entity, metric) not in self.vocabulary.preferred:
            return
        reading = self._period(periods[0], known, states, is_beside="period_carried" not in evidence)
        grows = not _GROWING.isdisjoint(states)
        if reading.days is None or (grows and "yoy" not in states and (reading.days[1] - reading.days[0]).days < _YEAR):
            return  # growth of a quarter may be against the quarter before
        status = "guidance" if states & _PLANNED else "forecast" if states & _FORECAST else "reported"
        unit = next((label.unit for label in (*labels, *beyond) if any(label.unit)), ("", ""))
        for mention, sign in self._amounts(cell, unit, grows):
            yield TableFigure(mention, entity, metric, reading, status, sign, tuple(evidence))

    def _is_of_revenue(self, labels: tuple[Label, Label]) -> bool:
        """Whether the amounts beside the name of a cloud business are its revenue: the line above or the corner says so, or a row of results has the
        revenue of the company and each business stands once."""
        corner, caption = self.heads[0], self.caption
        if corner.sells or (caption.sells and caption.is_clear):
            return True
        named = [label.entities for label in self.firsts if label.metric == "cloud_revenue"]
        is_once = all(named.count(names) == 1 for names in named) and labels[0].entities in named
        is_result = any(label.metric == "-" and label.is_clear for label in self.firsts)
        return is_once and is_result and not caption.measures_other and not any(map(self._is_section, self.rows))

    def _is_section(self, row: Sequence[Span]) -> bool:
        """Whether a row has a label and no cells, so that it says what the rows below it are."""
        return not any(end > start for start, end in row[1:])

    def _period(
        self, period: PeriodExpression, known: Entity, states: frozenset[str], is_beside: bool
    ) -> PeriodReading:
        if is_beside and period.form in _YEARLESS and period.year is None:
            return PeriodReading(None)  # which year the columns "Q1" and "Q2" are of is not said
        calendar = known.calendar if known.type != "group" else None
        ahead = bool(states & (_PLANNED | _FORECAST))
        return read_period(period, PeriodContext(self.published, calendar, None, ahead, company_money=True))

    def _amounts(self, cell: Span, unit: tuple[str, str], grows: bool) -> Iterator[tuple[Mention, int]]:
        """The level of a cell and its growth in brackets, or growth alone if the labels say that it is one. Each has the sign of growth, 0 for a level."""
        text, within = self.tokens.plain.text, self._within(cell)
        if not within:
            whole = self._whole_number(cell, unit) if not grows else None
            yield from [(whole, 0)] if whole is not None else []
            return
        first, others = within[0], within[1:]
        if not grows:
            end = others[0].plain_start if others else cell[1]
            level = self._level((cell[0], end), first, unit)
            if level is None or (others and not self._is_growth_beside(others, cell)):
                return
            yield level, 0
        growth = others[0] if others and not grows else first if grows and not others else None
        if growth is not None and growth.kind == "percent" and growth.certain:
            sign = _SIGNED.match(text[cell[0] if grows else text.rfind("(", cell[0], growth.plain_start) :][:3])
            yield growth, -1 if sign is not None and sign[1] == "-" else 1

    def _is_growth_beside(self, others: Sequence[Mention], cell: Span) -> bool:
        """Whether what follows a level in its cell is its growth alone: "$17.7B (+48%)"."""
        text = self.tokens.plain.text
        before = text[max(cell[0], others[0].plain_start - 2) : others[0].plain_start].strip("( ")
        after = text[others[0].plain_end : cell[1]].strip(") ").lower()
        return (
            len(others) == 1
            and others[0].kind == "percent"
            and before in ("", "+", "-")
            and after in ("", "yoy", "y/y")
        )

    def _level(self, cell: Span, mention: Mention, unit: tuple[str, str]) -> Mention | None:
        """The amount of a cell in the unit of its labels or in its own; None if the cell has other words."""
        printed = self.tokens.plain.text[cell[0] : cell[1]].strip(" (+-")
        start = self.tokens.plain.text.find(printed, cell[0], cell[1]) if printed else cell[0]
        own, currency = mention.kind == "money", unit[0]
        if self.tokens.plain.text[cell[0] : start].strip():
            return None  # a sign of a change
        if not (own and (mention.scale or not unit[1])):
            printed = " ".join(filter(None, ("" if own else currency, printed, unit[1])))
        read = _amount(printed)
        if read is None:
            return None
        first, last = self.tokens.plain.span(start, cell[1] if cell[1] <= mention.plain_end else mention.plain_end)
        place = {name: getattr(mention, name) for name in ("first", "last", "plain_start", "plain_end")}
        return read._replace(start=first, end=last, text=self.tokens.plain.original[first:last], **place)

    def _whole_number(self, cell: Span, unit: tuple[str, str]) -> Mention | None:
        """The amount of a cell with an integer and nothing else, which is no quantity without the unit of its labels."""
        printed = self.tokens.plain.text[cell[0] : cell[1]]
        read = _amount(" ".join((unit[0], printed, unit[1]))) if printed.isdecimal() and all(unit) else None
        if read is None:
            return None
        (start, end), at = self.tokens.plain.span(*cell), self.tokens.at(cell[0])
        return read._replace(
            start=start, end=end, text=printed, first=at, last=at, plain_start=cell[0], plain_end=cell[1]
        )

    def _within(self, cell: Span) -> list[Mention]:
        return list(self.quantities[bisect_left(self.starts, cell[0]) : bisect_left(self.starts, cell[1])])

    def _label(self, span: Span) -> Label:
        tokens = self.tokens
        first, end = tokens.at(span[0]), tokens.at(span[1])
        if first == end or span[1] - span[0] > _CAPTION:
            return Label(is_clear=first == end)
        words = tokens.words[first:end]
        cues = self.vocabulary.find_cues(tokens, first, end)
        periods = find_periods(tokens, *span)
        known = {at for one in periods for at in range(tokens.at(one.start), tokens.at(one.end))}
        kinds: dict[str, set[str]] = {}
        for cue in cues:
            if cue.kind in _NAMING or (cue.kind == "metric" and cue.value in _MONEY):
                kinds.setdefault(cue.kind, set()).add(cue.value)
                known.update(range(cue.first, cue.last + 1))
        unit, at_unit = _unit(words)
        known.update(first + at for at in at_unit)
        rest = [word for at, word in enumerate(words, start=first) if at not in known]
        states = frozenset(word for word in words if word in _STATES)
        states |= {"yoy" for one in periods if one.form == "year_earlier"}
        periods = [one for one in periods if one.form != "year_earlier"]
        metric = _metric(kinds)
        understood = _UNDERSTOOD | _STATES | (_SUMS if metric else frozenset())
        is_clear = understood.issuperset(rest) and "cloud_part" not in kinds
        measures_other = not {"context", "other_sales"}.isdisjoint(cue.kind for cue in cues)
        return Label(
            frozenset(kinds.get("entity", set()) | kinds.get("segment", set())),
            metric,
            tuple(periods),
            unit,
            states,
            is_clear and not measures_other,
            measures_other,
            "sales" in kinds or "cloud_revenue" in kinds.get("metric", ()),
        )


def _amount(printed: str) -> Mention | None:
    """The amount that is the whole of a text."""
    read = find_quantities(plain_text(printed))
    return (
        read[0] if len(read) == 1 and read[0].kind == "money" and read[0].certain and read[0].text == printed else None
    )


def _only(values: Sequence[str]) -> str:
    """The only one of some values, else empty."""
    return values[0] if len(set(values)) == 1 else ""


_NAMING: Final = ("entity", "segment", "segment_words", "sales", "cloud_part")
_MONEY: Final = ("capex", "cloud_revenue")


def _metric(kinds: dict[str, set[str]]) -> str:
    """The metric of a label: that of its word, or the revenue of a cloud business that it names. "-" if it names revenue of no such business, or several."""
    named = set(kinds.get("metric", ()))
    if "segment" in kinds or "segment_words" in kinds:
        named.add("cloud_revenue")
    elif "sales" in kinds or len(named) > 1:
        named.add("-")
    return named.pop() if len(named) == 1 else "-" if named else ""


def _unit(words: Sequence[str]) -> tuple[tuple[str, str], set[int]]:
    """The currency and the scale that a label states, as in "(RMB in billions)" or "$bn", and the places of their words."""
    pairs = list(enumerate(zip(("", *words), words, strict=False)))
    places = {at for at, (before, word) in pairs if word in CURRENCY_OF}
    country = {at - back for at in places for back in (1, 2, 3, 4) if words[at].startswith("dollar") and at >= back}
    country = {at for at in country if words[at] in ("u", "s", "us", ".")}
    scaled = {
        at for at, (before, word) in pairs if word in SCALES and (word not in LETTER_SCALES or before in CURRENCY_OF)
    }
    currencies = {CURRENCY_OF[words[at]] for at in places}
    scales = {SCALES[words[at]] for at in scaled}
    is_open = any(words[at] in AMBIGUOUS_SIGNS or pairs[at][1][0] in DOLLAR_PEOPLES for at in places)
    if is_open or len(currencies) > 1 or len(scales) > 1:
        return ("", ""), set()
    return (next(iter(currencies), ""), SCALE_NAMES[next(iter(scales))] if scales else ""), places | scaled | country
