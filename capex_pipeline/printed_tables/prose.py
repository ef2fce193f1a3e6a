"""Reads the sentences of a document beside its tables: the numbers that are figures, and the tables with which they agree.

The article reader reads the amounts, periods and statuses; this module gives it the document's company and period as context and keeps what it
reads only where a printed name of the company stands beside the amount. A sentence that repeats a cell is a second locator of one fact. Rules
of reading sentences belong to `article`, printed names to the reference data.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, groupby
from typing import Final, Literal

from capex_pipeline.article.characters import plain_text
from capex_pipeline.article.extract import LONGEST_SENTENCE
from capex_pipeline.article.extract import bind as read_prose
from capex_pipeline.article.extraction import Figure, Outcome, Suggestion
from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.article.mentions import Mention
from capex_pipeline.article.period_dates import Days, PeriodContext, read_period
from capex_pipeline.article.period_expressions import find_periods
from capex_pipeline.article.sentences import split_sentences
from capex_pipeline.article.tokens import tokenise
from capex_pipeline.printed_tables.binding import MOST_SHOWN, Bound, contradicted, is_year_before
from capex_pipeline.printed_tables.cell_texts import fold_label
from capex_pipeline.printed_tables.pieces import Paragraph
from capex_pipeline.printed_tables.stated_balances import may_state_balance
from capex_pipeline.printed_tables.stated_plans import may_state_plan
from capex_pipeline.printed_tables.stated_rows import EXPLAINED, StatedRows, is_general_capex, rows_of
from capex_pipeline.reference.models import PrintedName
from capex_pipeline.values.fiscal_calendar import FiscalCalendar
from capex_pipeline.values.periods import CALENDAR_YEAR, LONGEST_QUARTER, Period

OUTLOOKS: Final = ("guidance", "forecast")
_CAPEX_WORDS: Final = (
    "capital expenditures",
    "capital expenditure",
    "capex",
    "capital spending",
    "capital budget",
    "capital investments",
)
_OTHER_MATTER: Final = {
    "capex": re.compile(
        r"\b(?:impairments?|depreciation|amorti[sz]ation|leases?|proceeds|interest|commitments?|net|payable|accrued|unpaid|not yet paid|disposals?|including|excluding)\b"
    ),
    "cloud_revenue": re.compile(
        r"\b(?:operating (?:income|loss|profit|expenses?)|income from operations|profits?|ebita|ebitda|margin|costs?|expenses?|backlog|obligations?|depreciation|including|excluding)\b"
    ),
}
"""Words beside an amount that make it another matter than the row whose name stands there."""
_CHANGED_BY: Final = re.compile(
    r"\b(?:increas|decreas|rose|fell|grew|declin)\w*(?: (?:of|by))?(?: (?:about|approximately|over))?$"
)
_JOINING: Final = frozenset(
    "and or , respectively compared with to versus vs from in during for the of period periods quarter quarters half year years fiscal months month three six nine twelve ended ending "
    "first second third fourth up down same last prior previous corresponding a an earlier ago over on".split()
)
_AHEAD: Final = 40
"""Characters before a name in which a word may make it another matter."""
_MONTHS: Final = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?|q[1-4]|[0-9]{1,4}|h[12]|fy[0-9]{2,4}"
)


@dataclass(frozen=True)
class ProseFigure:
    """An amount, growth or outlook that a sentence states of a row, or a mention of one that is no figure.

    place: of the paragraph. name: None for an outlook whose sentence names capital expenditure and no row. outcome: used, repeated (a cell of
    a table states the same and is the figure), not_bound, context or uncertain, the last two as the article reader gives them. at: first
    character of the mention in its paragraph. suggestion: what the article reader offers a reviewer, where it was asked for. is_stated: the sentence
    states the row by its name directly beside the amount, as `stated_rows` reads it.
    """

    mention: Mention
    place: str
    outcome: Literal["used", "repeated", "not_bound", "context", "uncertain"]
    reason: str | None = None
    figure: Figure | None = None
    name: PrintedName | None = None
    confirmed: tuple[str, ...] = ()
    at: int = 0
    suggestion: Suggestion | None = None
    is_stated: bool = False


def definition_of_name(name: PrintedName | None, metric: str | None, status: str | None) -> str | None:
    """The definition of an amount beside a name of a row. Guidance beside a name that serves every company is on no row's definition."""
    if name is None or name.metric != metric or (status in OUTLOOKS and not name.entity_id):
        return None
    return name.definition_id


@dataclass(frozen=True)
class Subject:
    """Whose document it is. entity: id. called: its name. published: day of the document. currency: in which it reports."""

    entity: str
    called: str
    published: date | None
    currency: str | None


def read_sentences(
    paragraphs: Sequence[Paragraph],
    bound: Sequence[Bound],
    names: Sequence[PrintedName],
    subject: Subject,
    vocabulary: Vocabulary,
    *,
    suggests: bool = False,
) -> tuple[list[Bound], list[ProseFigure]]:
    """The cells with what sentences add to them, and the amounts of sentences in order of the document.

    names: of the company. Only paragraphs that hold one of them, or name capital expenditure, are read for figures. A cell that a sentence repeats has its
    place beside its own and is confirmed; where a sentence with the label of the row states another amount of the same period, both are
    set aside with both numbers. Amounts of other paragraphs that speak of what the tables hold are listed and never used. suggests: whether
    amounts that are no figures carry what a reviewer may make of them; it adds no amount, so that a build and a review count the same ones.
    """
    labels = _labels(names)
    known = vocabulary.entities.get(subject.entity)
    calendar = known.calendar if known and known.calendar else CALENDAR_YEAR
    stated = rows_of(names, bound, subject.published, subject.currency, subject.entity, calendar)
    numbered = [one for one in paragraphs if _MONEY.search(one.text)]
    chosen = [one for one in numbered if _names_a_row(fold_label(one.text), labels)]
    title = _title(subject, bound)
    announced = _announced(paragraphs, subject, calendar, vocabulary)
    others = _other_mentions(numbered, chosen, names, subject, title, vocabulary, suggests, stated, announced)
    if not chosen:
        return _compared(list(bound), others, numbered)
    plain = plain_text("\n\n".join(one.text for one in chosen))
    starts = list(accumulate((len(one.text) + 2 for one in chosen[:-1]), initial=0))
    reading = read_prose(plain, vocabulary, subject.published, title, suggests=suggests, weighs_together=False)
    figures = {figure.number: figure for figure in reading.figures if figure.part == 0}
    spans = [(sentence.start, sentence.end) for sentence in split_sentences(plain)]
    prose_figures: list[ProseFigure] = []
    for span, outcomes in groupby(reading.outcomes, lambda one: _sentence_of(one.mention, spans)):
        rows = list(outcomes)
        sentence = plain.text[span[0] : span[1]]
        named = _named(sentence, span[0], [one.mention for one in rows], labels)
        for one, (name, problem) in zip(rows, named, strict=True):
            paragraph = chosen[one.paragraph - 1]
            figure = _as_headed(figures.get(one.number), paragraph.heading, subject, vocabulary)
            judged = _judged(one, figure, name, problem, paragraph.place, subject)
            is_read = judged.outcome == "used"
            row = _stated(one, sentence, span[0], paragraph, stated, announced, is_read=is_read) or judged
            row = replace(row, at=one.mention.start - starts[one.paragraph - 1], suggestion=one.suggestion)
            prose_figures.append(_unless_rest(sentence, span[0], row))
    order = {one.place: number for number, one in enumerate(paragraphs)}
    in_order = sorted([*prose_figures, *others], key=lambda one: order[one.place])
    return _compared(list(bound), in_order, numbered)


def _other_mentions(
    numbered: Sequence[Paragraph],
    chosen: Sequence[Paragraph],
    names: Sequence[PrintedName],
    subject: Subject,
    title: str,
    vocabulary: Vocabulary,
    suggests: bool,
    stated: StatedRows,
    announced: Mapping[str, Sequence[Period]],
) -> list[ProseFigure]:
    """The amounts of the other paragraphs that name a metric, such as backlog, or speak of what the tables hold, each as a mention that a reviewer may use."""
    read = {one.place for one in chosen}
    words = {name: metric for name, metric in vocabulary.metric_names.items() if metric not in _READ_METRICS}
    printed = {fold_label(label) for name in names if name.metric not in _READ_METRICS for label in name.labels}
    labels = [(name.replace("_", " "), None) for name in (*words, *sorted(printed))]
    found: list[ProseFigure] = []
    for paragraph in numbered:
        if paragraph.place in read:
            continue
        folded = fold_label(paragraph.text)
        is_named = _names_a_row(folded, labels) or _CASH_OF_OPERATIONS.search(folded) or may_state_balance(folded)
        is_named = is_named or stated.part_of(paragraph.heading) is not None
        is_named = is_named or may_state_plan(folded, is_below_plan=paragraph.place in announced)
        if not is_named and not _is_of_tables(paragraph.text, vocabulary):
            continue
        reading = read_prose(
            plain_text(paragraph.text),
            vocabulary,
            subject.published,
            title,
            suggests=suggests,
            weighs_together=False,
        )
        own = {one.number: one for one in reading.figures if one.part == 0 and one.entity == subject.entity}
        text = plain_text(paragraph.text)
        spans = [(sentence.start, sentence.end) for sentence in split_sentences(text)]
        for one in reading.outcomes:
            start, end = _sentence_of(one.mention, spans)
            if row := _stated(one, text.text[start:end], start, paragraph, stated, announced, is_read=False):
                row = replace(row, at=one.mention.start, suggestion=one.suggestion)
                found.append(_unless_rest(text.text[start:end], start, row))
                continue
            outcome = one.outcome if one.outcome in ("context", "uncertain") else "not_bound"
            found.append(
                ProseFigure(
                    one.mention,
                    paragraph.place,
                    outcome,  # type: ignore[arg-type]
                    one.reason or _NO_NAME,
                    own.get(one.number),
                    at=one.mention.start,
                    suggestion=one.suggestion,
                )
            )
    return found


_REST: Final = re.compile(r"\b(?:remainder|rest|balance) of\b|\bremaining (?:\w+ )?(?:quarters?|months|half)\b")
_BESIDE: Final = 60
"""Characters before and behind an amount in which it may be said that a plan is for the rest of a year."""


def _unless_rest(sentence: str, offset: int, one: ProseFigure) -> ProseFigure:
    """An amount of a sentence that begins at a place of the text, unless it is planned for what is left of a year, whose first day is not said."""
    if one.outcome != "used" or one.figure is None or one.figure.status not in OUTLOOKS:
        return one
    start, end = one.mention.plain_start - offset, one.mention.plain_end - offset
    beside = f"{sentence[max(0, start - _BESIDE) : start]} {sentence[end : end + _BESIDE]}".lower()
    return replace(one, outcome="not_bound", reason=_OF_REST) if _REST.search(beside) else one


_OF_REST: Final = "The plan is for the rest of a period, and no day says when that begins."


def _is_of_tables(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a paragraph speaks of what the tables hold: spending, data centers, chips, or a cloud business by one of its names."""
    return any(cue.kind in _CUES_OF_TABLES for cue in vocabulary.find_cues(tokenise(plain_text(text))))


_CUES_OF_TABLES: Final = ("metric", "segment", "segment_words", "cloud_part", "product", "flow", "capex_objects")
_READ_METRICS: Final = (*_OTHER_MATTER, "revenue", "gpu_units", "gpu_unit_price")
"""Metrics of which sentences are read, or of which too many sentences speak."""
_CASH_OF_OPERATIONS: Final = re.compile(
    r"\bcash (?:flows? )?(?:(?:provided|generated|used) )?(?:by|from|in) operat(?:ions|ing activities)\b|[经經][营營]活[动動].{0,10}[现現]金|営業活動によるキャッシュ"
)
"""Wordings of the row that sentences use and few tables print."""
_NO_NAME: Final = "No name of a row stands beside it."
_MONEY: Final = re.compile(r"\d")


def _labels(names: Iterable[PrintedName]) -> list[tuple[str, PrintedName | None]]:
    """Folded labels with their names, the longest first; last the words of capital expenditure, which name no row."""
    names_by_label = {fold_label(label): name for name in reversed(list(names)) for label in name.labels}
    names_by_label = {label: name for label, name in names_by_label.items() if name.metric in _OTHER_MATTER}
    others: dict[str, PrintedName | None] = dict.fromkeys(_CAPEX_WORDS)
    return sorted((others | names_by_label).items(), key=lambda item: -len(item[0]))


def _names_a_row(text: str, labels: Sequence[tuple[str, PrintedName | None]]) -> bool:
    return any(label in text for label, _ in labels)


def _title(subject: Subject, bound: Iterable[Bound]) -> str:
    """The company and the newest quarter of the tables, in words that the article reader knows."""
    quarters = [
        one.period
        for one in bound
        if one.outcome == "used"
        and one.period is not None
        and (one.period.end - one.period.start).days < LONGEST_QUARTER
    ]
    if not quarters:
        return subject.called
    end = max(period.end for period in quarters)
    return f"{subject.called}: three months ended {end:%B} {end.day}, {end.year}"


def _sentence_of(mention: Mention, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The sentence that a mention begins in, or the mention itself. spans: first and last position of each sentence, in order."""
    place = bisect.bisect_right(spans, mention.plain_start, key=lambda span: span[0]) - 1
    if place >= 0 and mention.plain_start < spans[place][1]:
        return spans[place]
    return mention.plain_start, mention.plain_end


Named = tuple[PrintedName | None, str | None]
"""The row that an amount belongs to, and why it belongs to none; both None for capital expenditure without a row's name."""


def _named(
    sentence: str, offset: int, mentions: Sequence[Mention], labels: Sequence[tuple[str, PrintedName | None]]
) -> list[Named]:
    """The row of each amount of a sentence: the name before it, the name that "of" or "in" joins to it, or that of the amount before it in a list."""
    result: list[Named] = []
    position = 0
    for number, mention in enumerate(mentions):
        start, end = mention.plain_start - offset, mention.plain_end - offset
        stop = mentions[number + 1].plain_start - offset if number + 1 < len(mentions) else len(sentence)
        before, after = EXPLAINED.sub(" ", fold_label(sentence[position:start])), fold_label(sentence[end:stop])
        position = end
        following = _FOLLOWING.match(after)
        if following and (hit := _found(following[0], labels, last=False)):
            result.append(_unless_other(hit[2], f"{following[0][: hit[0]]} {following[0][hit[1] :]}", before))
            position = end + len(sentence[end:stop]) if number + 1 == len(mentions) else end + len(following[0])
        elif hit := _found(before, labels, last=True):
            named = _unless_other(hit[2], before[hit[1] :], before[max(0, hit[0] - _AHEAD) : hit[0]])
            is_change = mention.kind == "money" and _CHANGED_BY.search(before)
            result.append((None, "It is a change, not a level.") if is_change else named)
        elif result and all(word in _JOINING or _MONTHS.fullmatch(word) for word in re.findall(r"[\w.]+|,", before)):
            result.append(result[-1])
        else:
            result.append((None, _NO_NAME))
    return result


def _stated(
    outcome: Outcome,
    sentence: str,
    offset: int,
    paragraph: Paragraph,
    rows: StatedRows,
    announced: Mapping[str, Sequence[Period]],
    *,
    is_read: bool,
) -> ProseFigure | None:
    """An amount that its sentence states of a row, or plans for it. is_read: whether it is a figure as the article reader reads it, which counts, unless the
    amount is below a heading of plans, or beside the name that a table of the document gives capital expenditure: the article reader knows neither."""
    if len(sentence) > LONGEST_SENTENCE:
        return None
    planned = announced.get(paragraph.place, ())
    found = rows.planned(outcome, sentence, offset, planned, paragraph.text) if planned or not is_read else None
    if found is None:
        found = rows.stated(outcome, sentence, offset, paragraph.text, paragraph.heading)
        if found is None or (is_read and not is_general_capex(found[1])):
            return None
    figure, name = found
    return ProseFigure(figure.mention, paragraph.place, "used", None, figure, name, is_stated=True)


def _announced(
    paragraphs: Sequence[Paragraph], subject: Subject, calendar: FiscalCalendar, vocabulary: Vocabulary
) -> dict[str, tuple[Period, ...]]:
    """The periods of whose plans the heading of a paragraph speaks, or a paragraph below the same heading that introduces a list, by place."""
    result: dict[str, tuple[Period, ...]] = {}
    heading, periods = "", tuple[Period, ...]()
    for paragraph in paragraphs:
        introduces = paragraph.text.rstrip().endswith((":", "："))
        if paragraph.heading != heading or introduces:
            heading = paragraph.heading
            days = planned_periods(heading, subject.published, calendar, vocabulary)
            if introduces:
                days = planned_periods(paragraph.text, subject.published, calendar, vocabulary) or days
            periods = tuple(Period(*span) for span in dict.fromkeys(days))
        if periods:
            result[paragraph.place] = periods
    return result


_FOLLOWING: Final = re.compile(r"(?:of|in|on|for)\b[^,;.]{0,90}")
Hit = tuple[int, int, PrintedName | None]


def _found(text: str, labels: Sequence[tuple[str, PrintedName | None]], last: bool) -> Hit | None:
    """First and last character of a label in a text, the one that stands last (or first), the longest at its place."""
    hits: list[Hit] = []
    for label, name in labels:
        hits += [(match.start(), match.end(), name) for match in re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", text)]
    if not hits:
        return None
    chosen = max(hits, key=lambda hit: (hit[1], -hit[0])) if last else min(hits, key=lambda hit: (hit[0], -hit[1]))
    return chosen


def _unless_other(name: PrintedName | None, beside: str, ahead: str) -> Named:
    """The name that was found, unless words beside or ahead of it speak of another matter."""
    if name is not None and (following := _excluded_after(name, beside)):
        return None, f"The name goes on: {following!r}."
    other_matter = _OTHER_MATTER[name.metric if name is not None else "capex"]
    if other := other_matter.search(beside) or other_matter.search(ahead):
        return None, f"The words beside it speak of another matter: {other[0]!r}."
    return name, None


def _excluded_after(name: PrintedName, beside: str) -> str | None:
    """The word that follows a name at once and that the name excludes: "AI Cloud" is no name in "AI Cloud Infra"."""
    words = beside.split(maxsplit=1)
    return (
        words[0] if beside[:1].isspace() and words and words[0].strip(",;:") in map(fold_label, name.without) else None
    )


def _judged(
    outcome: Outcome, figure: Figure | None, name: PrintedName | None, problem: str | None, place: str, subject: Subject
) -> ProseFigure:
    one = ProseFigure(outcome.mention, place, "not_bound", None, figure, name)
    if figure is None or outcome.outcome != "used":
        kept = outcome.outcome if outcome.outcome in ("context", "uncertain") else "not_bound"
        return replace(one, outcome=kept, reason=outcome.reason or None)  # type: ignore[arg-type]
    if problem is not None:
        return replace(one, reason=problem)
    currency = outcome.mention.currency
    is_plan = figure.status in OUTLOOKS  # which a company may state in another currency than its statements
    if figure.same_fact_as is not None or (
        currency and subject.currency and currency != subject.currency and not is_plan
    ):
        return replace(one, outcome="context", reason="A convenience translation.")
    if figure.entity != subject.entity:
        return replace(one, reason=f"It belongs to {figure.entity}, and the document is {subject.entity}'s.")
    if name is None and not (figure.status in OUTLOOKS and figure.metric == "capex"):
        return replace(one, reason="The sentence names capital expenditure, and no row that is known of this company.")
    if name is not None and name.metric != figure.metric:
        return replace(one, reason=f"It was read as {figure.metric}, and the name beside it is of {name.metric}.")
    return replace(one, outcome="used")


_EXPECTED: Final = re.compile(r"\bexpectations\b", re.IGNORECASE)


def planned_periods(
    heading: str, published: date | None, calendar: FiscalCalendar | None, vocabulary: Vocabulary
) -> list[Days]:
    """The periods of a heading that speaks of plans, "Fourth Quarter 2026 Guidance", for the amounts below it that name none."""
    tokens = tokenise(plain_text(heading))
    if not _EXPECTED.search(heading) and all(cue.kind != "guidance" for cue in vocabulary.find_cues(tokens)):
        return []
    context = PeriodContext(published, calendar, None, True, True)
    periods = [read_period(one, context).days for one in find_periods(tokens, 0, len(tokens.plain.text))]
    return [days for days in periods if days is not None and (published is None or days[1] >= published)]


def _as_headed(figure: Figure | None, heading: str, subject: Subject, vocabulary: Vocabulary) -> Figure | None:
    """A plan whose sentence names no period, for the only one that its heading names."""
    if figure is None or figure.status not in OUTLOOKS or _UNSAID not in figure.evidence:
        return figure
    known = vocabulary.entities.get(subject.entity)
    periods = set(planned_periods(heading, subject.published, known.calendar if known else None, vocabulary))
    if len(periods) != 1:
        return figure
    ((start, end),) = periods
    evidence = tuple(one for one in figure.evidence if one != _UNSAID)
    return figure._replace(start=start, end=end, evidence=evidence)


_UNSAID: Final = "period_unsaid_plan"


def _key(one: ProseFigure) -> tuple[object, ...]:
    assert one.figure is not None
    where = (one.name.definition_id, one.name.segment) if one.name else ("", None)
    return (*where, one.figure.metric, one.figure.measure, one.figure.status, one.figure.start, one.figure.end)


def _without_collisions(figures: Sequence[ProseFigure]) -> list[ProseFigure]:
    """Statements of one fact: the first is kept where all agree, none where they differ."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(figures):
        if one.outcome == "used":
            groups.setdefault(_key(one), []).append(number)
    result = list(figures)
    for numbers in groups.values():
        texts = [figures[number].mention for number in numbers]
        if any(not _agree(texts[0], other) for other in texts[1:]):
            several = "; ".join(list(dict.fromkeys(mention.text for mention in texts))[:MOST_SHOWN])
            for number in numbers:
                result[number] = replace(
                    figures[number], outcome="not_bound", reason=f"The text states several values: {several}."
                )
        else:
            for number in numbers[1:]:
                result[number] = replace(
                    figures[number], outcome="repeated", reason=f"{figures[numbers[0]].place} states it first."
                )
    return result


def _agree(one: Mention, other: Mention) -> bool:
    if one.value is None or other.value is None:
        return (one.low, one.high, one.currency) == (other.low, other.high, other.currency)
    return one.currency == other.currency and abs(one.value - other.value) <= 0.5 * max(one.step, other.step) * 1.001


Cells = Mapping[tuple[str, str, str | None, Period], int]
"""Places of the cells that are used, by metric, definition, segment and period."""


def _compared(
    bound: list[Bound], figures: Sequence[ProseFigure], chosen: Sequence[Paragraph]
) -> tuple[list[Bound], list[ProseFigure]]:
    """Cells and sentences beside each other: what agrees is one fact, what contradicts is set aside."""
    figures = [_in_unit_of_tables(one, bound) for one in figures]
    cells = {
        (one.name.metric, one.name.definition_id, one.name.segment, one.period): number
        for number, one in enumerate(bound)
        if one.outcome == "used" and one.period is not None
    }
    places = [_cell_of(one, cells) for one in figures]
    texts = {paragraph.place: fold_label(paragraph.text) for paragraph in chosen}
    # A cell that one sentence repeats is not set aside because another one speaks of a part of it.
    repeated = {
        place
        for one, place in zip(figures, places, strict=True)
        if place is not None and one.outcome == "used" and _is_level(one) and _states(one.mention, bound[place])
    }
    result: list[ProseFigure] = []
    for one, place in zip(figures, places, strict=True):
        if place is None or one.outcome != "used":
            is_outlook = (
                one.figure is not None and one.figure.status in OUTLOOKS
            )  # on the definition of the company's outlooks
            is_sure = (
                one.outcome != "used"
                or one.name is None
                or one.name.entity_id
                or one.is_stated
                or not _is_level(one)
                or is_outlook
            )
            result.append(one if is_sure else replace(one, outcome="not_bound", reason=UNSURE_NAME))
        elif not _is_level(one):
            result.append(_growth(one, place, bound))
        else:
            result.append(_beside(one, place, bound, place in repeated, texts[one.place]))
    return bound, _without_collisions(result)


def _in_unit_of_tables(one: ProseFigure, bound: Sequence[Bound]) -> ProseFigure:
    """A figure of a sentence without a scale in a document whose tables are all in millions: "$705" there is $705 million. Only few digits are read so,
    since an amount in full dollars has many; where the tables have another unit they are no amount of a company."""
    figure, mention = one.figure, one.mention
    if figure is None or one.outcome != "used" or not _is_level(one) or mention.scale or mention.value is None:
        return one
    if mention.kind != "money" or mention.value >= _FULL_DOLLARS:
        return one
    if {cell.cell.scale for cell in bound if cell.outcome == "used"} != {1_000_000}:
        return replace(one, outcome="not_bound", reason=_NO_UNIT)
    low, high = (None if end is None else end * 1e6 for end in (mention.low, mention.high))
    mention = mention._replace(low=low, value=mention.value * 1e6, high=high, step=mention.step * 1e6, scale="million")
    return replace(one, mention=mention, figure=figure._replace(mention=mention))


_FULL_DOLLARS: Final = 100_000
_NO_UNIT: Final = "The amount has no unit beside it, and the tables are not all in millions."


def _is_level(one: ProseFigure) -> bool:
    return one.figure is not None and one.figure.measure == "level"


def _cell_of(one: ProseFigure, cells: Cells) -> int | None:
    """The place of the cell that states the same fact, for growth that of the later period."""
    figure, name = one.figure, one.name
    if figure is None or name is None or figure.status in OUTLOOKS:
        return None
    return cells.get((name.metric, name.definition_id, name.segment, Period(figure.start, figure.end)))


def _beside(one: ProseFigure, place: int, bound: list[Bound], is_repeated: bool, text: str) -> ProseFigure:
    """A level of a sentence beside its cell, which is confirmed or set aside in `bound`."""
    cell = bound[place]
    if _states(one.mention, cell):
        sentence = f"{one.place} states {one.mention.text}"
        bound[place] = replace(cell, confirmed=(*cell.confirmed, sentence), also_at=(*cell.also_at, one.place))
        return replace(one, outcome="repeated", reason=f"The same fact is a figure of {cell.cell.place}.")
    both = f"{one.place} states {one.mention.text}, {cell.cell.place} prints {cell.cell.text.numeral}"
    is_same_row = fold_label(cell.cell.label) in text and not _EXCLUDING.search(text)
    if not is_repeated and is_same_row and not _is_part(one.mention, cell):
        bound[place] = contradicted(cell, both)
    return replace(one, outcome="not_bound", reason=f"The text and the table differ: {both}.")


_EXCLUDING: Final = re.compile(r"\bexcluding\b")


def _is_part(mention: Mention, cell: Bound) -> bool:
    """Whether a sentence states so little of a row that it speaks of a part of it, as of what a change was due to."""
    stated = mention.high if mention.value is None else mention.value
    return stated is not None and cell.amount is not None and abs(stated) < abs(cell.amount) / 2


UNSURE_NAME: Final = "No table prints the row for this period, and the name serves every company; a sentence may mean another definition."


def _states(mention: Mention, cell: Bound) -> bool:
    """Whether a sentence states the amount of a cell: currency, and the amount as far as the words are rounded."""
    if cell.amount is None or mention.currency != cell.cell.currency:
        return False
    slack = max(mention.step, cell.cell.scale or 1) * 0.5 * 1.001
    if mention.value is not None:
        # "nearly 5 billion" is no bound to hold a cell against; one last place of the words is.
        slack *= 2 if mention.bound == "approximately" else 1
        return abs(abs(mention.value) - abs(cell.amount)) <= slack
    low = mention.low if mention.low is not None else float("-inf")
    high = mention.high if mention.high is not None else float("inf")
    return low - slack <= abs(cell.amount) <= high + slack


def _growth(one: ProseFigure, place: int, bound: list[Bound]) -> ProseFigure:
    """Growth of a sentence beside the two amounts of the table, where it prints both."""
    later = bound[place]
    earlier = next((other for other in bound if other.outcome == "used" and is_year_before(other, later)), None)
    if earlier is None or not later.amount or not earlier.amount or one.mention.value is None:
        return one
    figure = one.figure
    assert figure is not None
    ratio = later.amount / earlier.amount
    computed, stated = (
        (100 * (ratio - 1), one.mention.value * figure.sign)
        if figure.measure == "yoy_growth"
        else (ratio, one.mention.value)
    )
    slack = 0.51 * one.mention.step + abs(computed if figure.measure != "yoy_growth" else 100 * ratio) * (
        (later.cell.scale or 1) / abs(earlier.amount)
    )
    both = f"{one.place} states {one.mention.text}, and the two amounts of {later.cell.place} give {computed:.1f}"
    if abs(abs(computed) - abs(stated)) > slack:
        return replace(one, outcome="not_bound", reason=f"The text and the table differ: {both}.")
    for number, other in enumerate(bound):
        if other is later or other is earlier:
            bound[number] = replace(other, confirmed=(*other.confirmed, both))
    return replace(one, confirmed=(both,))
