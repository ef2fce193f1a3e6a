"""Reads the tables of a PDF with text: words and their places become rows and columns.

A PDF shows no tables, only words. This module joins words to lines, lines with numbers on their right to tables, the right edges of numbers to
columns, and gives each head the columns over which it is centred. The result has the shape that HTML and workbooks have, so that `layout`
reads it in the same way.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from capex_pipeline.printed_tables.captions import NOTHING, read_caption
from capex_pipeline.printed_tables.cell_texts import is_year, join_pieces, read_cell
from capex_pipeline.printed_tables.layout import is_period_text
from capex_pipeline.printed_tables.pdf_words import Word, words_of
from capex_pipeline.printed_tables.pieces import (
    MOST_PROSE,
    Paragraph,
    Piece,
    PrintedDocument,
    PrintedTable,
    clean,
    is_prose,
    is_statement,
)

_JOINED_GAP: Final = 0.62
"""Parts of a line's height up to which two words belong to one text."""
_GROUP: Final = re.compile(r"\d{3}(?:[.,]\d+)?[)%]*")
_BEFORE_GROUP: Final = re.compile(r"[(−–-]?[1-9]\d{0,2}|\d{3}")
_GROUP_GAP: Final = 0.32
"""Parts of a line's height that a space between thousands takes, "4 978"."""
_MOST_LINES_BETWEEN: Final = 5
"""Lines without numbers between two rows of one table."""
_MOST_HEAD_LINES: Final = 7
_MOST_LINES_ABOVE: Final = 10
"""Lines above a table and its heads that are kept as its titles."""
_PROSE_WIDTH: Final = 0.62
"""Part of the width of the text from which a line without columns is prose."""
_STACKED: Final = 0.8
"""Parts of a line's height by which the middles of two lines of one row differ at most: a cell of two lines beside a cell of one. Lines of
prose lie further apart."""
_MOST_STACKED: Final = 4
"""Lines that may be one row; a page whose lines overlap all the way down has no rows."""
_ROWS_ABOVE: Final = 20
"""Rows of a table with whose columns a row below a long heading is compared."""
_MOST_PROSE_BETWEEN: Final = 2
"""Long lines that may be a heading or a label between two rows with numbers in the same columns; more are a paragraph."""
_MARGIN: Final = 3
"""Lines at the top and at the bottom of a page among which running heads are."""
_MANY_PAGES: Final = 5
"""Pages from which a line in the same place is a running head."""
_PARAGRAPH_GAP: Final = 0.6
"""Parts of a line's height between two lines of one paragraph."""
_FURTHER: Final = 1.3
"""Parts of the distance between two lines of a paragraph from which the next line belongs to another one."""
_POINT: Final = re.compile(r"[•\x95●○◦‣▪■□◆◇➢\uf0b7\uf0a7](?=\s|\w)|[·‧∙–—*-] +(?=[A-Z0-9$€£¥\u4e00-\u9fff])")
"""The sign with which a point of a list begins; a dash in front of a small letter goes on with the line above."""
_MOST_COLUMNS: Final = 60
"""Columns up to which spans of heads are looked for, which takes time with the cube of their number."""
_ALIGNED: Final = 2.0
"""Points by which lines of one paragraph differ at the left."""
_UNCOVERED: Final = 9.0
"""Points that it costs a line of heads that name spans of time to leave a column without a head; other heads may leave columns out."""
_WIDER: Final = 1.0
"""Points that each further column costs a head that names no span of time: of two sets of columns under which it is centred equally well the
smaller is meant."""
_BROKEN_SIGN: Final = "!"
"""How a font without a map to characters shows a dollar sign beside a number."""
_ACCOUNT = re.compile(r"^\d{4}\s+(?=[\u4e00-\u9fff])(?!年)")
"""The number of an account before a Chinese label."""
_LINE_NUMBER: Final = re.compile(r"\d{1,2}")
"""The number of a row in a column of its own."""
_LEADERS = re.compile(r"(?:\.\s?){3,}|…+|_{3,}")


class _Text(NamedTuple):
    """Words of one line that belong together."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass
class _Line:
    """A line of a page from left to right. number: from 1, of the page."""

    number: int
    texts: list[_Text]
    top: float
    bottom: float

    @property
    def joined(self) -> str:
        return " ".join(text.text for text in self.texts)

    @property
    def numbers(self) -> list[_Text]:
        """Texts that are cells with a number or a dash, bare years left out."""
        return [text for text in self.texts if read_cell(text.text) is not None and not is_year(text.text)]

    @property
    def is_row(self) -> bool:
        """True where a number stands right of a label, or alone with another."""
        numbers = self.numbers
        marks = [text for text in numbers if _is_mark(text.text)]
        if len(marks) == len(numbers) < 2:
            return False  # a footnote
        if not any(character.isdigit() for text in numbers for character in text.text):
            return False
        if any(text.left < numbers[0].left and read_cell(text.text) is None for text in self.texts):
            return True
        return len(numbers) - len(marks) >= 2

    @property
    def is_years(self) -> bool:
        """True where bare years stand side by side."""
        years = [text for text in self.texts if is_year(text.text)]
        return len(years) >= 2 and not self.is_row


def _is_mark(text: str) -> bool:
    return re.fullmatch(r"\(?[0-9]{1,2}\)", text) is not None


def read_tables(data: bytes, name: str) -> list[PrintedTable]:
    """The tables of a document, as `read_document`."""
    return list(read_document(data, name).tables)


def read_document(data: bytes, name: str) -> PrintedDocument:
    """The tables and the prose of a document, page by page.

    Raises DocumentError as `pdf_words.words_of` does.
    """
    tables: list[PrintedTable] = []
    paragraphs: list[Paragraph] = []
    above: list[_Line] = []
    pages = [_lines(words) for words in words_of(data, name)]
    running = _running(pages)
    for number, page in enumerate(pages, start=1):
        lines = [line for line in page if _place(line) not in running]
        page_tables, above, taken = _page_tables(lines, number, tables[-1] if tables else None, above)
        tables += page_tables
        if sum(len(paragraph.text) for paragraph in paragraphs) < MOST_PROSE:
            paragraphs += _paragraphs([line for line in lines if line.number not in taken], number)
    if tables:
        tables[-1] = replace(tables[-1], after=[line.joined for line in above])
    return PrintedDocument(tables, paragraphs)


def _place(line: _Line) -> tuple[str, int]:
    return line.joined, round(line.top / 3)


def _running(pages: Sequence[Sequence[_Line]]) -> set[tuple[str, int]]:
    """Lines that stand in the same place of many pages: they belong to the page and not to its table. Heads and units of a table that goes
    on over pages do so too, so that a line which names a period or a unit stays."""
    counts = Counter(
        place
        for page in pages
        for place in {_place(line) for line in (*page[:_MARGIN], *page[-_MARGIN:]) if not line.is_row}
    )
    return {
        place
        for place, count in counts.items()
        if count >= _MANY_PAGES
        and not is_period_text(place[0])
        and read_caption(place[0]) == NOTHING
        and not is_year(place[0])
    }


def _paragraphs(lines: Sequence[_Line], page: int) -> list[Paragraph]:
    """Runs of lines that lie close below each other."""
    runs: list[list[_Line]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and line.number == last.number + 1
            and _is_close(last, line)
            and (len(runs[-1]) < 2 or line.top - last.top < _FURTHER * (last.top - runs[-1][-2].top))
        ):
            runs[-1].append(line)
        else:
            runs.append([line])
    paragraphs: list[Paragraph] = []
    heading = ""
    for text in (clean(" ".join(line.joined for line in run), MOST_PROSE) for run in runs):
        if is_prose(text):
            paragraphs.append(Paragraph(f"page {page}, paragraph {len(paragraphs) + 1}", text, heading))
        elif not _POINT.match(text):
            heading = text
    return paragraphs


def _lines(words: Sequence[Word]) -> list[_Line]:
    """The words of a page as lines from top to bottom; a raised mark belongs to the line that it touches."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.left)):
        middle = (word.top + word.bottom) / 2
        for row in rows[-3:][::-1]:
            first = row[0]
            if abs((first.top + first.bottom) / 2 - middle) < 0.38 * max(
                first.bottom - first.top, word.bottom - word.top
            ):
                row.append(word)
                break
        else:
            rows.append([word])
    lines = []
    for number, row in enumerate(rows, start=1):
        row.sort(key=lambda word: word.left)
        texts = _texts([word for word in row if word.text != _BROKEN_SIGN])
        if texts:
            lines.append(_Line(number, texts, min(word.top for word in row), max(word.bottom for word in row)))
    return _stacked(_with_days([replace(line, texts=_unspaced(line.texts)) for line in lines]))


_SPACED_DATES: Final = re.compile(r"[12]?\d{2,3}年(?:度|\d{1,2}月\d{1,2}日)|至\d{1,2}月\d{1,2}日")
_SPACED_NAMES: Final = frozenset(("金額", "资产", "資產", "負債", "负债", "項目", "项目", "科目", "合計", "合计"))
"""Heads of which pages set the two signs at the two edges of a column."""
_FEWEST_SIGNS: Final = 4


def _unspaced(texts: Sequence[_Text]) -> list[_Text]:
    """The texts of a line, of which Chinese ones that are set with wide spaces between their signs are whole: a title, dates, names of columns."""
    if len(texts) < 2 or (texts[0].text.isascii() and texts[1].text.isascii()):
        return list(texts)
    signs = [(sign, text) for text in texts for sign in text.text if not sign.isspace()]
    whole = "".join(sign for sign, _ in signs)
    dates = list(_SPACED_DATES.finditer(whole))
    if dates and "".join(date[0] for date in dates) == whole:
        spans = [(date.start(), date.end()) for date in dates]
        return [_Text(whole[first:last], signs[first][1].left, signs[last - 1][1].right) for first, last in spans]
    if len(signs) >= _FEWEST_SIGNS and all(_HAN_SIGNS.fullmatch(text.text) for text in texts):
        return [_Text(whole, texts[0].left, texts[-1].right)]
    result: list[_Text] = []
    for text in texts:
        if result and len(text.text) == 1 and result[-1].text + text.text in _SPACED_NAMES:
            result[-1] = _Text(result[-1].text + text.text, result[-1].left, text.right)
        else:
            result.append(text)
    return result


_HAN_SIGNS: Final = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff])*")


_DAYS: Final = frozenset(("28", "29", "30", "31"))


def _with_days(lines: Sequence[_Line]) -> list[_Line]:
    """The lines of which one with nothing but last days of months above one with as many months is one with it: "30 | 30" above "June | September"."""
    result: list[_Line] = []
    for line in lines:
        days = result[-1].texts if result else []
        if (
            len(days) == len(line.texts)
            and all(day.text in _DAYS for day in days)
            and all(_MONTH_ALONE.fullmatch(text.text) for text in line.texts)
        ):
            pairs = zip(days, line.texts, strict=True)
            texts = [month._replace(text=f"{day.text} {month.text}") for day, month in pairs]
            result[-1] = replace(line, texts=texts, top=result[-1].top)
        else:
            result.append(line)
    return result


def _stacked(lines: Sequence[_Line]) -> list[_Line]:
    """The lines of which those that overlap are one: a label or a head of two lines stands half a line above and below the cell of one
    line beside it."""
    stacked: list[_Line] = []
    count = 1
    for line in lines:
        last = stacked[-1] if stacked else None
        if last is not None and count < _MOST_STACKED and _is_beside(last, line):
            count += 1
            texts = _joined_by_place([*last.texts, *line.texts])
            number = line.number if line.is_row else last.number
            # The middle of the lower line decides whether a third line belongs to the row.
            stacked[-1] = _Line(number, texts, line.top, line.bottom)
        else:
            stacked.append(line)
            count = 1
    return stacked


def _is_beside(line: _Line, following: _Line) -> bool:
    apart = (following.top + following.bottom - line.top - line.bottom) / 2
    heights = (line.bottom - line.top, following.bottom - following.top)
    if apart >= _STACKED * max(heights) or min(heights) < _STACKED * max(heights):
        return False  # a raised mark is lower than its line
    if (line.is_row and following.is_row) or _covers_several(line, following) or _covers_several(following, line):
        return False
    numbers = [*line.numbers, *following.numbers]
    return not any(
        _overlap(number, text) for number in numbers for text in (*line.texts, *following.texts) if text != number
    )


def _covers_several(line: _Line, other: _Line) -> bool:
    """Whether a text of a line stands over several texts of another one, as a head over several columns."""
    return any(sum(_overlap(text, below) for below in other.texts) > 1 for text in line.texts)


def _overlap(text: _Text, other: _Text) -> bool:
    return min(text.right, other.right) - max(text.left, other.left) > 0.5


def _joined_by_place(texts: Sequence[_Text]) -> list[_Text]:
    """Texts from top to bottom as texts from left to right, of which those that stand below each other are one."""
    joined: list[_Text] = []
    for text in texts:
        place = next((place for place, other in enumerate(joined) if _overlap(text, other)), None)
        if place is None:
            joined.append(text)
        else:
            above = joined[place]
            joined[place] = _Text(f"{above.text} {text.text}", min(above.left, text.left), max(above.right, text.right))
    return sorted(joined, key=lambda text: text.left)


def _texts(words: Sequence[Word]) -> list[_Text]:
    groups: list[list[Word]] = []
    for word in words:
        previous = groups[-1][-1] if groups else None
        if previous is not None:
            size = max(min(previous.bottom - previous.top, word.bottom - word.top), 4.0)
            gap = word.left - previous.right
            both = _is_number(previous.text) and _is_number(word.text)
            most = _GROUP_GAP if _GROUP.fullmatch(word.text) and _BEFORE_GROUP.fullmatch(previous.text) else 0.1
            is_of_next = word.text == "$" and _is_number(previous.text) and not is_year(previous.text)
            if gap < _JOINED_GAP * size and not (both and gap > most * size) and not is_of_next:
                groups[-1].append(word)
                continue
        groups.append([word])
    groups = [part for group in groups for part in _heads_apart(_words_apart(group))]
    apart = [part for group in groups for part in _amounts_apart(group)]
    if sum(_is_number(group[-1].text) for group in apart) > 1:
        groups = apart  # an amount at the end of a line of prose stays with its words
    texts = []
    for group in groups:
        text = " ".join(_LEADERS.sub(" ", clean(" ".join(word.text for word in group))).split())
        if text.strip(". "):
            texts.append(_Text(text, group[0].left, group[-1].right))
    pieces = [Piece(text.text, round(10 * text.left), round(10 * text.right)) for text in texts]
    return [_Text(piece.text, piece.first / 10, piece.last / 10) for piece in join_pieces(pieces)]


_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    "(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\.?)"
)
_QUARTER = r"[qh][1-4] ?(?:fy)? ?'?\d\d(?:\d\d)?|[1-4][qh] ?'?\d\d(?:\d\d)?|fy ?\d\d(?:\d\d)?"
_HAN_DATE = r"[12〇零一二三四五六七八九○0-9]{4}年[一二三四五六七八九十0-9]{1,3}月[一二三四五六七八九十0-9]{1,3}日"
_RUN_TOGETHER = re.compile(rf"(?<=(?<!\d)(?:19|20)\d\d)(?={_MONTH}$)|(?<=日)(?={_HAN_DATE})", re.IGNORECASE)
"""Where one date ends and the next begins, of heads that touch: "March 31, 2026December 31, 2025"."""
_MONTH_ALONE: Final = re.compile(rf"{_MONTH}(?: (?:19|20)\d\d)?", re.IGNORECASE)
_HEAD_UNITS: Final = tuple(
    re.compile(rf"(?:{unit})(?: |$)", re.IGNORECASE)
    for unit in (
        r"(?:three|six|nine|twelve) (?:months|weeks)(?: ended)?",
        rf"(?:{_QUARTER})(?: (?:over|vs\.?) (?:{_QUARTER}))?",
        rf"{_MONTH}(?: \d{{1,2}},?)?(?: (?:19|20)\d\d)?|\d{{1,2}},(?: (?:19|20)\d\d)?",
        rf"{_HAN_DATE}|(?:同比|[環环]比)(?:[變变][動动]|[增増][減减])?",
        r"(?:19|20)\d\d",
        r"q/q|y/y|(?:% )?change",
        rf"(?:half[- ]?years?|quarters?|(?:fiscal )?years?|(?:three|six|nine|twelve) (?:months|weeks)) (?:ended|ending) (?:{_MONTH} \d{{1,2}},?|\d{{1,2}} {_MONTH})(?: (?:19|20)\d\d)?",
        r"\((?:us\$|usd|rmb|cny|hk\$|hkd|eur|€|nt\$|jpy|krw)[ ']?(?:0{3}s?|thousands?|[bmt]r?illions?|mn?|bn)\)",
    )
)
"""Heads of one kind, each as it stands over one column: spans, quarters, dates, years, changes."""


def _words_apart(group: list[Word]) -> list[Word]:
    """The words, of which those that run two dates together are two, each as wide as its part of the signs."""
    parts: list[Word] = []
    for word in group:
        cuts = [0, *(match.start() for match in _RUN_TOGETHER.finditer(word.text)), len(word.text)]
        width = (word.right - word.left) / max(len(word.text), 1)
        parts += [
            word._replace(text=word.text[first:last], left=word.left + first * width, right=word.left + last * width)
            for first, last in itertools.pairwise(cuts)
        ]
    return parts


def _heads_apart(group: list[Word]) -> list[list[Word]]:
    """Words that are several heads of one kind over narrow columns, which lie as close as words of one text do: one list for each head."""
    text = " ".join(word.text for word in group)
    ends = next(filter(None, (_ends_of_units(text, unit) for unit in _HEAD_UNITS)), [])
    if len(ends) < 2:
        return [group]
    parts: list[list[Word]] = [[]]
    position = 0
    for word in group:
        if position in ends:
            parts.append([])
        parts[-1].append(word)
        position += len(word.text) + 1
    return parts


def _ends_of_units(text: str, unit: re.Pattern[str]) -> list[int]:
    """Where each head ends, where a text is nothing but heads of one kind."""
    ends, position = [], 0
    while position < len(text):
        match = unit.match(text, position)
        if match is None:
            return []
        position = match.end()
        ends.append(position)
    return ends


def _amounts_apart(group: list[Word]) -> list[list[Word]]:
    """Words of which the last are amounts with a currency sign, parted from the label before them and from each other."""
    start = len(group)
    while start and (group[start - 1].text in _SIGNS or _is_number(group[start - 1].text)):
        start -= 1
    if 0 < start < len(group) and group[start - 1].text in _BETWEEN_ENDS:
        return [group]  # "$3,900 - $4,100"
    starts = [place for place in range(start, len(group)) if group[place].text[0] in _SIGNS]
    if not starts or starts[0] != start:
        return [group]
    bounds = [0, *starts, len(group)]
    return [group[first:last] for first, last in itertools.pairwise(bounds) if first < last]


_SIGNS: Final = ("$", "€", "£", "¥")
_BETWEEN_ENDS: Final = ("-", "–", "—", "to")


def _is_number(text: str) -> bool:
    return any(character.isdigit() for character in text) and read_cell(text.strip("()$ ")) is not None


def _page_tables(
    lines: Sequence[_Line], page: int, former: PrintedTable | None, above: Sequence[_Line]
) -> tuple[list[PrintedTable], list[_Line], set[int]]:
    """The tables of one page, the lines below the last of them, and the numbers of the lines that the tables take.

    former: the last table before the page, which may go on at its top. above: the lines below that table.
    """
    if not lines:
        return [], list(above), set()
    width = max(text.right for line in lines for text in line.texts) - min(
        text.left for line in lines for text in line.texts
    )
    tables: list[PrintedTable] = []
    taken: set[int] = set()
    end = 0
    for first, last in _blocks(lines, width):
        start = _first_head(lines, first, end, width)
        last += last + 1 < len(lines) and _goes_on(lines[last], lines[last + 1])
        before = _lines_above(lines[max(end, start - _MOST_LINES_ABOVE) : start], width)
        table_lines = lines[start : last + 1]
        if not end:
            before = [*_lines_above(above, width), *before]
            if start == 0 and not any(map(_is_new_head, lines[:first])):
                table_lines = [*_heads_at_end(above), *table_lines]  # the page ends between the heads and their rows
        table = _table(table_lines, before, f"page {page}, table {len(tables) + 1}")
        if table is not None:
            if not tables and former is not None:
                table = _continued(table, former)
            tables.append(table)
            taken.update(line.number for line in lines[start : last + 1])
            end = last + 1
    rest = [line for line in lines[max(end, len(lines) - _MOST_LINES_ABOVE) :] if _is_content(line)]
    return tables, rest, taken


def _heads_at_end(above: Sequence[_Line]) -> Sequence[_Line]:
    """The lines at the end of a page from the first that names columns on; none where no line does."""
    nearest = above[-_MOST_HEAD_LINES:]
    return next((nearest[place:] for place, line in enumerate(nearest) if _is_new_head(line)), ())


def _is_content(line: _Line) -> bool:
    """False for the number of a page."""
    return line.is_years or re.fullmatch(r"[-–—\s\d|]*|page \d+.*", line.joined, re.IGNORECASE) is None


def _blocks(lines: Sequence[_Line], width: float) -> list[tuple[int, int]]:
    """First and last line of each run of rows."""
    blocks: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if not line.is_row:
            continue
        if blocks:
            first, last = blocks[-1]
            between = lines[last + 1 : index]
            prose = sum(_is_prose(other, width) for other in between)
            if (
                len(between) <= _MOST_LINES_BETWEEN
                and not any(map(_is_new_head, between))
                and (
                    not prose
                    or (
                        prose <= _MOST_PROSE_BETWEEN
                        and _is_below(line, lines[max(first, last - _ROWS_ABOVE) : last + 1])
                    )
                )
            ):
                blocks[-1] = (first, index)
                continue
        blocks.append((index, index))
    return blocks


def _is_below(line: _Line, rows: Sequence[_Line]) -> bool:
    """Whether each number of a line stands below numbers of the rows, so that it goes on with their columns."""
    above = [number for row in rows if row.is_row for number in row.numbers]
    return all(any(_overlap(number, other) for other in above) for number in line.numbers)


def _is_prose(line: _Line, width: float) -> bool:
    """Whether a line is part of a paragraph: it is long, has hardly any gaps, and its texts are no heads side by side."""
    covered = sum(text.right - text.left for text in line.texts)
    if len(line.joined) <= 60 or covered <= _PROSE_WIDTH * width or len(line.texts) > 3:
        return False
    return len(line.texts) == 1 or not _is_new_head(line)


_HEAD_WORDS = re.compile(
    r"\b(?:months?|weeks?|quarters?|years?|fiscal)\b.{0,12}\b(?:ended|ending)\b|^(?:three|six|nine|twelve|thirteen)\b.*ended|\b[1-4]q\d\d|\bq[1-4]\b|fy\s?\d\d|\(?in (?:thousands|millions|billions)|"
    r"年度(?!报告|報告)|(?:^|[(（\s])[单單単]位|[单單単]位\s*[:：]|截至|^(?:(?:19|20)\d\d|1[01]\d) ?年 ?\d{1,2} ?(?:月 ?\d{1,2} ?日|[-至] ?\d{1,2} ?月)|(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.? \d{1,2},?(?: (?:19|20)\d\d)?$|^change$|^% ?change$|^as (?:at|of) \d{1,2} [a-z]{3,9}\.? (?:19|20)\d\d$",
    re.IGNORECASE,
)


_SPAN_WORDS = re.compile(r"\b(?:ended|ending|months|weeks|quarters?|years?)\b|年度|月", re.IGNORECASE)


def _is_new_head(line: _Line) -> bool:
    """Whether a line between rows begins the heads of another table."""
    if line.is_years or (len(line.texts) > 1 and all(_is_unit(text.text) for text in line.texts)):
        return True
    heads = [text for text in line.texts if _HEAD_WORDS.search(text.text) or is_year(text.text)]
    return bool(heads) and (len(heads) > 1 or len(line.texts) == 1) and len(line.joined) < 120


def _is_unit(text: str) -> bool:
    """Whether a text is a unit by itself, as the head of a column may be: "百万円", "%", "US$m"."""
    return text in _OTHER_UNITS or read_caption(f"({text})") != NOTHING


_OTHER_UNITS: Final = frozenset(("%", "％", "円 銭", "円"))


def _first_head(lines: Sequence[_Line], first: int, end: int, width: float) -> int:
    """The first line above a run of rows that belongs to its heads and titles."""
    start = first
    for index in range(first - 1, max(end, first - _MOST_HEAD_LINES) - 1, -1):
        line = lines[index]
        if (len(line.texts) == 1 and is_statement(line.joined)) or _POINT.match(line.joined):
            return start
        if _is_prose(line, width):
            return start + (start < first and _ends_paragraph(line, lines[start]))
        start = index
    return start


def _ends_paragraph(line: _Line, following: _Line) -> bool:
    """Whether the line below a line of prose is the short last line of its paragraph."""
    return (
        _is_close(line, following)
        and len(following.texts) == 1
        and abs(following.texts[0].left - line.texts[0].left) < _ALIGNED
        and following.joined.endswith((".", "。"))
    )


def _is_close(line: _Line, following: _Line) -> bool:
    """Whether a line lies as close below another as lines of one paragraph do, and begins no point of a list."""
    if _POINT.match(following.joined):
        return False
    return following.top - line.bottom < _PARAGRAPH_GAP * (following.bottom - following.top)


def _lines_above(lines: Sequence[_Line], width: float) -> list[str]:
    """The lines above a table, of which those of a paragraph are one: it is no title, however short its lines are."""
    texts: list[str] = []
    for place, line in enumerate(lines):
        last = lines[place - 1] if place else None
        if last is not None and (
            (_is_prose(last, width) and _is_prose(line, width) and _is_close(last, line)) or _ends_paragraph(last, line)
        ):
            texts[-1] += f" {line.joined}"
        else:
            texts.append(line.joined)
    return texts


def _table(lines: Sequence[_Line], before: Sequence[str], place: str) -> PrintedTable | None:
    columns = _columns(lines)
    if not columns:
        return None
    margin = min(text.left for line in lines for text in line.texts)
    has_labels = any(
        read_cell(text.text) is None
        for line in lines
        if line.is_row
        for text in line.texts
        if text.right < columns[0][0]
    )
    rows: list[list[Piece]] = []
    numbers: list[int] = []
    previous: _Line | None = None
    for number, line in enumerate(lines, start=1):
        pieces = _row(line, columns, margin, has_labels)
        if not pieces:
            continue
        is_label = len(pieces) == 1 and pieces[0].last == 0
        if is_label and rows and previous is not None and _goes_on(previous, line):
            label = rows[-1][0]
            if label.last == 0:
                rows[-1][0] = label._replace(text=f"{label.text} {pieces[0].text}")
                previous = line
                continue
        rows.append(pieces)
        numbers.append(number)
        previous = line
    return PrintedTable(
        place,
        _over_quarters(_over_groups(_over_years(rows), len(columns)), len(columns)),
        list(before),
        numbers,
    )


_DATED = re.compile(r"(?:19|20)\d\d")
_MOST_IN_CORNER: Final = 2
"""Texts above the labels, "No." and "Particulars", in a line with one head for each column."""
_CLEAR_OF_MARGIN: Final = 40
"""Points right of the left margin from which a period left of the columns is a head and no title."""


def _over_years(rows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The rows, of which periods without a year cover all years that they belong to, wherever above them they are printed: "March 31," over
    "2023, 2024" both, and each of two over one of "2023, 2024, 2023, 2024"."""
    result = list(rows)
    years: list[Piece] = []
    between: list[set[str]] = []
    for place, row in reversed(list(enumerate(rows))):
        if sum(is_year(piece.text) for piece in row if piece.first > 0) > 1:
            years, between = [piece for piece in row if piece.first > 0], []
            if any(read_cell(piece.text) and not is_year(piece.text) for piece in years):
                years = []
            continue
        heads = [piece for piece in row if piece.first > 0 or piece.indent > _CLEAR_OF_MARGIN]
        if row and all(read_caption(piece.text) != NOTHING and not is_period_text(piece.text) for piece in row):
            continue  # "(In millions)"
        if not heads or not all(is_period_text(head.text) and not _DATED.search(head.text) for head in heads):
            years = []
            continue
        names = [piece.text for piece in years]
        width = len(years) // len(heads)
        is_alone = len(heads) == 1 and len(set(names)) == len(names) and all(len(texts) == 1 for texts in between)
        if width > 1 and names == names[:width] * len(heads) and (len(heads) > 1 or is_alone):
            groups = [years[number * width : (number + 1) * width] for number in range(len(heads))]
            result[place] = [
                *(piece for piece in row if piece.first == 0 and piece not in heads),
                *(
                    head._replace(first=group[0].first, last=group[-1].last, indent=0)
                    for head, group in zip(heads, groups, strict=True)
                ),
            ]
        between.append({head.text for head in heads})
    return result


def _over_groups(rows: Sequence[list[Piece]], columns: int) -> list[list[Piece]]:
    """The rows, of which heads above columns of the same names cover one group of them each: "GAAP" and "Non-GAAP" over "2024, 2023, change"
    twice. Only the line above tells such columns apart, wherever in the middle of a group it is printed."""
    result = list(rows)
    for place, row in enumerate(rows[:-1]):
        heads = [piece for piece in row if piece.first > 0]
        below = [piece for piece in rows[place + 1] if piece.first > 0]
        width = columns // max(len(heads), 1)
        if len({head.text for head in heads}) < len(heads):
            continue  # "% of total" twice is the first line of a head of two lines
        if len(heads) < 2 or width < 2 or len(heads) * width != columns or len(below) != columns:
            continue
        names = [piece.text for piece in below]
        if any(read_cell(name) and not is_year(name) for name in names) or names != names[:width] * len(heads):
            continue
        result[place] = [
            *(piece for piece in row if piece.first == 0),
            *(head._replace(first=1 + number * width, last=(number + 1) * width) for number, head in enumerate(heads)),
        ]
    return result


_QUARTER_ALONE = re.compile(r"q([1-4])|([1-4])q|(first|second|third|fourth) quarter", re.IGNORECASE)
_ORDINALS: Final = ("first", "second", "third", "fourth")


def _over_quarters(rows: Sequence[list[Piece]], columns: int) -> list[list[Piece]]:
    """The rows, of which years above quarters cover the quarters up to the next year, wherever above them they are printed: the names of the
    quarters say where a year begins ("Fiscal 2025, Fiscal 2026" over "Q1, Q2, Q3, Q4, Q1")."""
    result = list(rows)
    for place, row in enumerate(rows[:-1]):
        heads = [piece for piece in row if piece.first > 0]
        below = [piece for piece in rows[place + 1] if piece.first > 0]
        if not heads or len(below) != columns or not all(_DATED.search(head.text) for head in heads):
            continue
        numbers = [_quarter_of(piece.text) for piece in below]
        if None in numbers or len(set(numbers)) < 2:
            continue
        steps = [later - earlier for earlier, later in itertools.pairwise(number for number in numbers if number)]
        forward = max(steps.count(1), steps.count(-3)) >= max(steps.count(-1), steps.count(3))
        starts = [0, *(number + 1 for number, step in enumerate(steps) if (step < 0) == forward or step == 0)]
        if len(starts) != len(heads):
            continue
        ends = [*starts[1:], columns]
        result[place] = [
            *(piece for piece in row if piece.first == 0),
            *(head._replace(first=1 + start, last=end) for head, start, end in zip(heads, starts, ends, strict=True)),
        ]
    return result


def _quarter_of(head: str) -> int | None:
    """The number of the quarter that a head names without a year; None where it names none."""
    match = _QUARTER_ALONE.fullmatch(head.strip())
    if match is None:
        return None
    return int(match[1] or match[2] or 1 + _ORDINALS.index(match[3].lower()))


def _goes_on(line: _Line, following: _Line) -> bool:
    """Whether the line below goes on with the label of a line."""
    is_close = following.top - line.bottom < 0.7 * (following.bottom - following.top)
    return is_close and len(following.texts) == 1 and following.joined[:1].islower()


def _columns(lines: Sequence[_Line]) -> list[tuple[float, float]]:
    """Left and right edge of each column of numbers."""
    intervals: list[tuple[float, float]] = []
    rows = [line for line in lines if line.is_row]
    for line in rows:
        label_end = next((text.right for text in line.texts if read_cell(text.text) is None), None)
        for text in line.numbers:
            if label_end is None or text.left > label_end - 1:
                intervals.append((text.left, text.right))
    merged: list[list[float]] = []
    for left, right in sorted(intervals):
        if merged and left < merged[-1][1] - 0.5:
            merged[-1][1] = max(merged[-1][1], right)
            merged[-1][2] += 1
        else:
            merged.append([left, right, 1])
    return [(left, right) for left, right, count in merged if count * 12 >= len(rows)]


def _row(line: _Line, columns: Sequence[tuple[float, float]], margin: float, has_labels: bool) -> list[Piece]:
    """The pieces of a line: labels are column 0, columns of numbers follow."""
    start = columns[0][0]
    labels: list[_Text] = []
    if line.is_row:
        labels = [text for text in line.texts if text.left < start - 0.5 and _column_of(text, columns) is None]
        pieces = []
        for text in line.texts:
            if text in labels:
                continue
            place = _column_of(text, columns)
            if place is None:
                place = _nearest(text.middle, columns)
            pieces.append(Piece(text.text, place + 1, place + 1))
    else:
        line = replace(line, texts=_with_marks(line.texts))
        labels, heads = (
            _labels_and_heads(line, columns, margin) if has_labels or len(line.texts) == 1 else ([], line.texts)
        )
        pieces = [
            Piece(text.text, first + 1, last + 1)
            for text, (first, last) in zip(heads, _spans(heads, columns), strict=True)
        ]
    if len(labels) > 1 and _LINE_NUMBER.fullmatch(labels[0].text):
        del labels[0]
    if labels:
        words = _ACCOUNT.sub("", clean(" ".join(text.text for text in labels)))
        pieces.insert(0, Piece(words, 0, 0, round(labels[0].left - margin)))
    return pieces


def _with_marks(heads: Sequence[_Text]) -> list[_Text]:
    """The heads of a line, of which a raised mark of a footnote belongs to the head before it."""
    result: list[_Text] = []
    for head in heads:
        if result and _is_mark(head.text) and not is_year(result[-1].text):
            result[-1] = result[-1]._replace(text=f"{result[-1].text} {head.text}")
        else:
            result.append(head)
    return result


def _labels_and_heads(
    line: _Line, columns: Sequence[tuple[float, float]], margin: float
) -> tuple[list[_Text], list[_Text]]:
    """The texts of a line without numbers that stand over the labels, and those over the columns."""
    start, end = columns[0][0], columns[-1][1]
    if len(line.texts) == 1:
        (text,) = line.texts
        is_centred = abs(text.middle - (start + end) / 2) < 12 and text.left > margin + 40
        is_over = (
            text.left >= start - 2
            or is_centred
            or (text.middle > start and _HEAD_WORDS.search(text.text) is not None and text.left > start - 90)
        )
        return ([], [text]) if is_over and len(text.text) < 90 else ([text], [])
    if (
        len(line.texts) == len(columns)
        and line.texts[0].left > margin + _CLEAR_OF_MARGIN
        and all(is_period_text(text.text) for text in line.texts)
    ):
        return [], line.texts  # one period for each column, centred in wide cells whose numbers stand at the right
    labels, heads = line.texts[: -len(columns)], line.texts[-len(columns) :]
    if 1 <= len(labels) <= _MOST_IN_CORNER and any(is_period_text(head.text) for head in heads):
        is_left = labels[0].left < margin + _CLEAR_OF_MARGIN or read_caption(labels[0].text) != NOTHING
        if is_left and labels[-1].right < start:
            return labels, heads  # the same beside texts above the labels, such as a unit
    labels = [
        text for text in line.texts if text.right < start or (text.middle < start - 10 and text.left < start - 60)
    ]
    return labels, [text for text in line.texts if text not in labels]


def _column_of(text: _Text, columns: Sequence[tuple[float, float]]) -> int | None:
    """The column that a text overlaps most."""
    best, place = 0.0, None
    for number, (left, right) in enumerate(columns):
        overlap = min(text.right, right) - max(text.left, left)
        if overlap > best:
            best, place = overlap, number
    return place


def _nearest(middle: float, columns: Sequence[tuple[float, float]]) -> int:
    return min(range(len(columns)), key=lambda number: abs(middle - (columns[number][0] + columns[number][1]) / 2))


def _spans(heads: Sequence[_Text], columns: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """The columns that each head of a line covers: the split of the columns under which the heads are best centred, over the numbers or over the
    cells at whose right edge they stand.

    Heads keep their order and cover at least one column each; a column may have no head, at a small cost. With more heads than columns
    each is given the nearest column, as in a table of more columns than a page of a report has.
    """
    count = len(columns)
    if not heads:
        return []
    if len(heads) > count or count > _MOST_COLUMNS:
        return [(place, place) for place in (_nearest(head.middle, columns) for head in heads)]
    return min((_centred(heads, columns), _centred(heads, _cells_of(columns))), key=lambda found: found[0])[1]


def _cells_of(columns: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The cells in which numbers stand at the right: from the column on the left to their own right edge."""
    edges = [right for _, right in columns]
    pitch = min((right - left for left, right in itertools.pairwise(edges)), default=columns[0][1] - columns[0][0])
    return list(itertools.pairwise([edges[0] - pitch, *edges]))


def _centred(heads: Sequence[_Text], columns: Sequence[tuple[float, float]]) -> tuple[float, list[tuple[int, int]]]:
    """How far heads lie from the middles of the columns that they cover best, and these columns."""
    count = len(columns)
    # best[h][c]: cost and first column of the last span, with h heads placed on the columns before c
    infinite = float("inf")
    covers_all = any(_SPAN_WORDS.search(head.text) for head in heads) or all(_is_unit(head.text) for head in heads)
    uncovered, wider = (_UNCOVERED, 0.0) if covers_all else (0.5, _WIDER)
    best = [[(infinite, -1, -1)] * (count + 1) for _ in range(len(heads) + 1)]
    best[0] = [(uncovered * column, -1, -1) for column in range(count + 1)]
    for placed, head in enumerate(heads, start=1):
        for end in range(placed, count + 1):
            options = [(best[placed][end - 1][0] + uncovered, *best[placed][end - 1][1:])]
            for first in range(placed - 1, end):
                middle = (columns[first][0] + columns[end - 1][1]) / 2
                edge = abs(head.right - columns[end - 1][1]) if first == end - 1 else infinite
                cost = best[placed - 1][first][0] + min(abs(head.middle - middle), edge) + wider * (end - first - 1)
                options.append((cost, first, end))
            best[placed][end] = min(options)
    spans: list[tuple[int, int]] = []
    end = count
    for placed in range(len(heads), 0, -1):
        _, first, stop = best[placed][end]
        spans.append((first, stop - 1))
        end = first
    return best[len(heads)][count][0], spans[::-1]


def _continued(table: PrintedTable, former: PrintedTable) -> PrintedTable:
    """A table at the top of a page with the heads of the one before, where it has none of its own and as many columns."""
    heads = _head_rows(former)
    if _head_rows(table) or not heads:
        return table
    width = max(piece.last for row in table.rows for piece in row)
    if width != max(piece.last for row in former.rows for piece in row):
        return table
    titles = [" ".join(piece.text for piece in row) for row in former.rows[:8] if len(row) == 1]
    rows = [*heads, *table.rows]
    return PrintedTable(
        table.place, rows, [*former.before, *titles, *table.before], [*[0] * len(heads), *table.row_numbers]
    )


def _head_rows(table: PrintedTable) -> list[Sequence[Piece]]:
    """The rows above the first number whose texts stand over columns."""
    heads: list[Sequence[Piece]] = []
    for row in table.rows:
        if any(
            (text := read_cell(piece.text)) and not text.is_nil and not is_year(piece.text)
            for piece in row
            if piece.first > 0
        ):
            break
        if any(piece.first > 0 for piece in row):
            heads.append([piece for piece in row if piece.first > 0 or read_caption(piece.text).scale])
    return heads
