"""Finds period expressions: where a text names a period, and in which form.

Examples are "the three months to June", "fiscal 2025" and "a year earlier". Add a form here. Its dates depend on the
day of the article and on the fiscal calendar of the company; they are computed in `article/period_dates.py`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from capex_pipeline.article.tokens import Tokens
from capex_pipeline.values.words import MONTHS

_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "opening": 1, "closing": 4,
}  # fmt: skip
_COUNTS: Final = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {str(number): number for number in range(1, 25)}


class PeriodExpression(NamedTuple):
    """A named stretch of time.

    form: quarter | half | nine_months | months_to | month_range | year | year_to | year_from | month | day | ytd | this_year | last_year | next_year |
    year_ahead | full_year | last_quarter | this_quarter | next_quarter | same_period | year_earlier | previous_period | open | trailing.
    start, end: span in the plain text. number: of the quarter or half, of months, or of the month (of a year's first month, for which year_shift is -1 if the
    year had begun). year: as printed (two digits are completed). fiscal: True if the words say fiscal, False if they say calendar, None if neither. months:
    first and last month of a range."""

    start: int
    end: int
    form: str
    number: int | None = None
    year: int | None = None
    fiscal: bool | None = None
    day: int | None = None
    months: tuple[int, int] | None = None
    year_shift: int | None = None


_M = f"(?:{'|'.join(MONTHS)})"
_Y = r"(?:19|20)\d\d(?![\d,]\d)(?![\da-z])"
_O = r"(?:first|second|third|fourth|final|opening|closing|1st|2nd|3rd|4th)"
_N = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_FY = r"(?:fiscal|financial|calendar)"
_YEAR_TAIL = (
    rf"(?:,? ?(?:of |in |for )?(?:the |its )?(?P<tailfy>{_FY} )?(?:year )?(?P<year>{_Y})|'s (?P<year2>{_Y})"
    rf"|,? (?:of |in |for )?(?:the )?(?P<shortfy>fy) ?'?(?P<shortyear>{_Y}|\d\d(?![\da-z]))"
    r"|,? (?:of |in )(?P<rel>last year|this year|the (?:previous|prior|preceding) year|the same year|next year|the (?:current )?(?:fiscal|financial) year))?"
)
_TO = r"(?:to|through|until|till|ended|ending|ends|that ended|that ends|which ended|that finished|finished|up to|-|—)"

_RULES: Final[list[tuple[str, str, str]]] = [
    ("quarter", "fstcoln1234", rf"(?:(?P<rel0>last|this|next) year's )?(?P<fy>{_FY}(?:[ -]year)?[ -])?(?P<ord>{_O})[ -](?P<fy3>{_FY}[ -])?quarters?(?! century)(?:,? (?:which )?(?:ended|ending|to) (?P<month>{_M})\.? ?(?P<day>\d{{1,2}})?(?!\d)(?:,? (?P<myear>{_Y}))?)?{_YEAR_TAIL}"),
    ("quarter", "fcq1234", rf"(?P<fy>fiscal |calendar )?(?:q(?P<q>[1-4])|(?P<q2>[1-4])q(?=[ '-]|\d\d(?!\d)|fy|$))(?:(?:(?:(?<=q)|[ -]|(?=fy|'))(?:of )?(?P<tailfy>fy|fiscal |calendar |cy)? ?'?(?P<year>{_Y}|\d\d(?!\d|[.,]\d|%)(?! ?(?:per|bn|billion|mn|million))))(?![a-z0-9])|(?![a-z0-9]))"),
    ("quarter", "qfc", rf"(?P<fy>{_FY}[ -](?:year[ -])?)?quarter (?P<word>one|two|three|four|[1-4])(?![\d.,]*\d|[a-z])(?:,? ?(?:of |in )?(?:the |its )?(?P<tailfy>fy|{_FY} )? ?(?:year )?'?(?P<year>{_Y}|(?<=fy)\d\d))?"),
    ("quarter", "lf", rf"(?:last|final) (?P<final>three) months{_YEAR_TAIL}"),
    ("quarter", "l", rf"(?P<final>last)[ -]quarter (?:of|in) (?:the )?(?P<tailfy>{_FY} )?(?:year )?(?P<year>{_Y})"),
    ("half", "fsl12", rf"(?P<fy>{_FY}[ -])?(?:(?:first|1st)(?P<h1>)(?:[ -]half| two quarters)|(?:second|latter|2nd)(?P<h2>)[ -]half)(?: of (?:the |its )?(?:year|12 months)(?! \d))?{_YEAR_TAIL}"),
    ("half", "h12", rf"(?:h(?P<q>[12])|(?P<q2>[12])h(?=[ '-]|\d\d(?!\d)|fy|$))(?:(?:(?:(?<=h)|[ -]|(?=fy|'))(?:of )?(?P<tailfy>fy|fiscal )? ?'?(?P<year>{_Y}|\d\d(?!\d|[.,]\d|%)))(?![a-z0-9])|(?![a-z0-9]))"),
    ("months_to", "otfsen123456789", rf"(?P<n>{_N})[ -]months?(?: period)?(?:,)? {_TO} (?:in |on |the end of |end-)?(?P<month>{_M})\.?(?: (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?:,? (?P<year>{_Y}))?"),
    ("months_to", "otfsen123456789", rf"(?P<n>{_N})[ -]months?(?: period)?,? {_TO} (?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_M})(?:,? (?P<year>{_Y}))?"),
    ("first_months", "sn69", r"(?P<n>six|nine|6|9)-month (?=total|sum|tally|figure)"),
    ("first_months", "f", rf"first (?P<n>{_N}) months(?: of (?:the |its )?(?P<fy>{_FY} )?year(?! \d))?{_YEAR_TAIL}"),
    ("months_to", "qp", rf"(?P<quarter>quarter|period)(?: that)?,? {_TO} (?:in |on |the end of |end-)?(?P<month>{_M})\.?(?: (?P<day>\d{{1,2}})(?!\d))?(?:,? (?P<year>{_Y}))?"),
    ("months_to", "q", rf"(?P<quarter>quarter)(?: that)?,? {_TO} (?P<day>\d{{1,2}}) (?P<month>{_M})(?:,? (?P<year>{_Y}))?"),
    ("months_to", "jfmasond", rf"(?P<month>{_M})(?:,? (?P<myear>{_Y}))?[ -](?P<quarter>quarter){_YEAR_TAIL}"),
    ("months_to", "hs", rf"(?P<six>half|half-year|six months)(?: of the year)?,? {_TO} (?P<month>{_M})(?: (?P<day>\d{{1,2}})(?!\d))?(?:,? (?P<year>{_Y}))?"),
    ("year_to", "fy1", rf"(?P<fy>{_FY} |full |12-month )?year(?:-|,| that| which)? ?{_TO} (?:in |on |(?P<next>next )|this |the end of |end-)?(?:(?P<day0>\d{{1,2}}) )?(?P<month>{_M})\.?(?: (?P<day>\d{{1,2}})(?!\d))?(?:,? (?P<year>{_Y}))?"),
    ("month_range", "jfmasond", rf"(?P<month>{_M})\.?[ -]?(?:-|—|to|through|and|until)[ -]?(?P<month2>{_M})\.?(?: (?:quarter|period|half|stretch|months))?{_YEAR_TAIL}"),
    ("month_range", "jfmasond", rf"(?P<month>{_M}) (?P<year0>{_Y}) ?(?:-|to|through) ?(?P<month2>{_M}) (?P<year>{_Y})"),
    ("year_earlier", "aoty1p", r"(?:a|one) year (?:earlier|ago|before|previously|prior)|the (?:year[- ](?:ago|earlier|before)|prior[- ]year|previous year's|year before's)(?: (?:quarter|period|half|figure|level|months?))?|(?:year-ago|year-earlier|prior-year)(?: (?:quarter|period|half|figure|level))?|the (?:year before|same time (?:last|a) year(?: ago| earlier)?)|(?:twelve|12) months (?:earlier|ago|before)|(?:the )?(?:previous|prior|preceding) (?:12|twelve)-month period|the (?:previous|prior) year(?!')|the year prior|the (?:same|corresponding|comparable|equivalent) (?:quarter|period|half|months?|stretch|three months|six months|time)(?: of| in)? (?:last year|a year (?:earlier|ago|before)|the (?:previous|prior|preceding) year|the year before)|the (?:same|corresponding|comparable) (?:quarter|period) (?:one|the) year (?:earlier|ago|before)|this time last year|on the year|year[- ]on[- ]year|year[- ](?:over|to)[- ]year|yoy|y/y"),
    ("same_year", "tsce", rf"(?:the )?(?:same|corresponding|comparable|equivalent) (?:quarter|period|half|stretch|months?|three months|six months) (?:of|in) (?P<year>{_Y})"),
    ("previous_period", "tqsappio", r"(?:the )?(?:previous|prior|preceding|immediately preceding) (?:quarter|three months|period|half)|quarter[- ]on[- ]quarter|quarter[- ]over[- ]quarter|qoq|q/q|sequentially|(?:a|one) quarter (?:earlier|ago|before)|the (?:quarter|three months) (?:before|earlier)(?= (?:and|but|when|to|or|as|with|while)\b|[.,;:)]|$)|three months (?:earlier|before|ago|prior)"),
    ("last_quarter", "litmq", r"last quarter|(?:the )?latest quarter|(?:its |the )?(?:most )?recent quarter|the (?:latest|most recent) (?:period|three months)|the reported quarter|the past quarter|the just-ended quarter|the quarter just ended"),
    ("this_quarter", "tc", r"this quarter|(?:the )?current[- ]quarter|the ongoing quarter|the present quarter|the quarter (?:now )?(?:under ?way|in progress)"),
    ("next_quarter", "nt", r"next quarter|the coming quarter|the following quarter"),
    ("ytd", "styl", r"(?:so far|thus far) (?:this|in the) (?P<fy>fiscal )?year|so far in (?P<year>(?:19|20)\d\d)|year[- ]to[- ]date|ytd|this year so far|the year so far|since the start of (?:the|this) year|since january|to date"),
    ("trailing", "tolp", r"(?:the |over the )?(?:past|last|previous|trailing|preceding) (?:12|twelve) months|(?:the )?(?:past|last) four quarters|the past year|(?:on a )?trailing[- ](?:twelve|12)[- ]months?|on a trailing basis|trailing(?= (?:revenue|sales|capex|capital))|ttm"),
    ("by_year", "b", r"by (?P<year>(?:19|20)\d\d)(?!\d)"),
    ("open", "elm", rf"(?:early|late|mid)[- ](?:fiscal )?{_Y}"),
    ("open", "tcnfplraoseb123456789ui", rf"(?:the )?(?:coming|next|following|past|last|previous|remaining) (?:few |couple of |several |{_N} )?(?:months|years|quarters|decades?|weeks)|the coming year|the medium term|the long term|(?:a |an )?{_N}-year|over {_N} years|the (?:next|past|last) decade|a decade|by the end of (?:the decade|(?:19|20)\d\d(?!\d))|by the end of (?:the|this|next) year|by year-end|by the time the year is (?:out|over)|before the year is (?:out|over)|by the (?:end|middle|close) of (?:(?:that|this|the|last|next) (?:month|quarter)|{_M}(?: {_Y})?)|through (?:19|20)\d\d(?!\d)|until (?:19|20)\d\d(?!\d)|since (?:19|20)\d\d(?!\d|,? when\b)|end of the decade"),
    ("span", "abo12", rf"(?:(?:between|across|over) (?P<from>{_Y}) and|(?P<from2>{_Y}) ?(?:-|to|through)) ?(?P<to>{_Y}|\d\d(?!\d))"),
    ("this_year", "tio", r"(?:this|(?:the|its|their|our) current|the present) (?P<fy>fiscal |financial |calendar )?year(?!'s? \w+ ago)"),
    ("last_year", "limt", r"(?:last|the past|(?:the |its )?(?:most recent|latest)) (?P<fy>fiscal |financial |calendar )?year|the (?:prior|previous|preceding) (?P<fy2>fiscal |financial )year"),
    ("year_ahead", "t", r"the (?P<fy>fiscal |financial |calendar )?year ahead"),
    ("next_year", "nt", r"(?:next|the (?:following|coming|upcoming)) (?P<fy>fiscal |financial |calendar )?year"),
    ("year_from", "fy", rf"(?P<fy>fiscal |financial |full )?year (?:(?:that|which) (?:(?P<began>began|started|commenced)|begins|starts|commences)|beginning|starting|commencing)(?: (?:in|on|from|next|this|last))? (?:(?P<day0>\d{{1,2}}) )?(?P<month>{_M})\.?(?: (?P<day>\d{{1,2}})(?!\d))?(?:,? (?P<year>{_Y}))?"),
    ("year", "fc", rf"(?P<fy>fiscal|financial|calendar)(?:[ -]year)?[ -](?:ended |ending )?'?(?P<year>{_Y}|\d\d(?!\d|[.,]\d|%| (?:months|weeks|quarters)))"),
    ("year", "12", rf"(?P<year>{_Y})[ -](?P<fy>fiscal|financial|calendar)[ -]year(?! (?:to (?:the end|end|mid|{_M})|end))"),
    ("year", "fc", rf"(?P<fy>fy|cy) ?'?(?P<year>{_Y}|\d\d(?!\d|[.,]\d|%))(?!\d)"),
    ("full_year", "tifwe", rf"(?:the |its )?(?:full|whole|entire)[- ](?P<fy>fiscal |financial )?year{_YEAR_TAIL}|the year as a whole"),
    ("full_year", "fidoec", rf"(?:for|in|during|over|finished|ended|closed) the (?P<fy>fiscal |financial )?year(?! (?:to (?:the end|end|mid|{_M})|ended|ending|ends|start|begin|which|that|earlier|before|ago|ahead|as|so|through|until|since|of|\d|in which)|-)"),
    ("same_period", "tqh", r"(?:the|this|that) (?:same |three-month |six-month |fiscal |reporting )?(?:quarter|qtr|period|half|half-year|three months|six months|stretch)(?![-'a-z])|(?:the|that) same year|(?:those|these|the same) (?:three|six|nine|twelve) months|(?:the )?quarterly|(?:the )?half-yearly|the first three quarters"),
    ("annual", "a", r"annual(?:ly)?(?! (?:report|meeting|general|rate|conference|letter|run))"),
    ("day", "jfmasond", rf"(?P<month>{_M})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>{_Y}))?"),
    ("day", "0123456789", rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_M})(?:,? (?P<year>{_Y}))?"),
    ("month", "jfmasond", rf"(?P<month>{_M})\.?(?: of)? (?P<year>{_Y})|(?P<month2>january|february|april|june|july|august|september|october|november|december)(?: of (?P<rel>last year|this year))?"),
    ("month", "isdtlem", r"(?:in|since|during|last|this|early|late|mid-) ?(?P<month>march|may)(?= (?:last|this|and|the|when|after|as|with|at|to)|[.,;)]|$)"),
    ("year", "12", rf"(?P<year>{_Y})(?!-\d|/\d)"),
]  # fmt: skip

_BY_FIRST: Final[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}
for _form, _starts, _pattern in _RULES:
    for _character in _starts:
        _BY_FIRST.setdefault(_character, []).append((_form, re.compile(_pattern)))
TIME_WORDS: Final = (
    frozenset(
        "quarter quarters qtr trailing quarterly half half-yearly yearly year years year-end month months fiscal financial fy cy annual annually period stretch date decade decades term yoy qoq ttm ytd y "
        "sequentially weeks figure level january q h".split()
    )
    | MONTHS.keys()
)
"""Words of which every expression contains at least one."""
_LEADS: Final = (
    frozenset(
        "the a an one two three four five six seven eight nine ten eleven twelve first second third fourth final opening closing fiscal financial calendar q1 q2 q3 q4 h1 h2 quarter half "
        "for so thus across year since this that these those last next past previous prior preceding trailing coming following remaining latest current full whole entire its over by through until between "
        "in on during early late mid before same corresponding comparable equivalent annual annually quarterly half yoy qoq ttm ytd sequentially fy cy latter six to y quarters most finished ended closed".split()
    )
    | MONTHS.keys()
)


def find_periods(tokens: Tokens, start: int, end: int) -> list[PeriodExpression]:
    """The period expressions of a span of the plain text, in order and without overlaps; the longest reading at a position counts."""
    lower, words, starts = tokens.plain.spaced, tokens.words, tokens.starts
    first, last = tokens.at(start), tokens.at(end)
    among = words[first:last]
    if TIME_WORDS.isdisjoint(among) and _DIGIT.search(lower, start, end) is None:
        return []
    triggers = [
        index
        for index, word in enumerate(among, start=first)
        if word in TIME_WORDS or (word[-1] in "0123456789e" and _is_dated(word))
    ]
    if not triggers:
        return []
    expressions: list[PeriodExpression] = []
    position = start
    done = first
    for trigger in triggers:
        # A trigger is within a few words of the beginning of its expression.
        for index in range(max(done, trigger - _REACH), trigger + 1):
            word = words[index]
            if starts[index] < position or not (word in _LEADS or word[0].isdigit() or _is_dated(word)):
                continue
            expression = _match(lower, starts[index], end)
            if expression is not None:
                expressions.append(expression)
                position = expression.end
        done = trigger + 1
    return _with_elided(tokens, first, last, expressions) if len(expressions) > 0 else expressions


_PARTS: Final = frozenset(("quarter", "half"))
_YEARLY: Final = frozenset(("quarter", "half", "nine_months", "months_to", "month_range"))
_JOINS: Final = ({"and"}, {","}, {",", "and"}, {"or"}, {"to"}, {"&"})


def _with_elided(tokens: Tokens, first: int, last: int, expressions: list[PeriodExpression]) -> list[PeriodExpression]:
    """The expressions of a stretch, including those that share a head: "the second and third quarters of 2025", "the
    three months to June 2024 and 2025", "28% in the first quarter and 32% in the second", "Q2 and Q3 2025".
    """
    whole = expressions
    if any(expression.form in _PARTS for expression in expressions) and not _ORDINALS.keys().isdisjoint(
        tokens.words[first:last]
    ):
        whole = sorted([*expressions, *_bare_ordinals(tokens, first, last, expressions)])
    shared: list[PeriodExpression] = []
    for expression in whole:
        before = shared[-1] if shared else None
        if (
            before is not None
            and expression.form == "year"
            and before.form in _YEARLY
            and before.year
            and before.year != expression.year
        ):
            between = set(tokens.words[tokens.at(before.end) : tokens.at(expression.start)])
            if between in _JOINS[:3]:
                expression = before._replace(start=expression.start, end=expression.end, year=expression.year)
        shared.append(expression)
    for place in range(len(shared) - 2, -1, -1):
        here, after = shared[place], shared[place + 1]
        if here.form in _PARTS and here.year is None and here.year_shift is None and after.form in _PARTS:
            between = set(tokens.words[tokens.at(here.end) : tokens.at(after.start)]) - {"the", "in", "for", "from"}
            if between in _JOINS:
                shared[place] = here._replace(
                    year=after.year, year_shift=after.year_shift, fiscal=here.fiscal or after.fiscal
                )
    return shared


def _bare_ordinals(
    tokens: Tokens, first: int, last: int, expressions: list[PeriodExpression]
) -> list[PeriodExpression]:
    """Ordinals without a noun that mean a quarter or half because another one in the stretch is named with it."""
    words, starts = tokens.words, tokens.starts
    made: list[PeriodExpression] = []
    for index in range(first, last):
        number = _ORDINALS.get(words[index])
        if number is None or any(taken.start <= starts[index] < taken.end for taken in expressions):
            continue
        following = words[index + 1] if index + 1 < last else "."
        if words[index - 1] not in ("the", "in", "and", ",") or (
            following[0].isalpha() and following not in _AFTER_ORDINAL
        ):
            continue
        heads = [taken for taken in expressions if taken.form in _PARTS]
        head = min(heads, key=lambda taken: (abs(taken.start - starts[index]), taken.start))
        if head.number != number:
            made.append(head._replace(start=starts[index], end=tokens.end(index), number=number))
    return made


_AFTER_ORDINAL: Final = frozenset("and to but while or from versus compared with against".split())


_CARRYING: Final = frozenset("quarter quarters half months month year period".split()) | MONTHS.keys()


def may_carry(tokens: Tokens, first: int, end: int) -> bool:
    """Whether the tokens of a sentence may name a period that later sentences refer to; a fast test with false positives."""
    words = tokens.words[first:end]
    if not _CARRYING.isdisjoint(words):
        return True
    if not words or _DIGIT.search(tokens.plain.lower, tokens.starts[first], tokens.end(end - 1)) is None:
        return False
    return any(_is_dated(word) for word in words if word[-1].isdigit())


_REACH: Final = 7
_DIGIT: Final = re.compile(r"\d")


def _is_dated(word: str) -> bool:
    """Whether a token is a year or a name such as q2, 1h24, fy2025."""
    return (len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")) or (
        word[0] in "qhfc1234" and _SHORT.match(word) is not None
    )


_SHORT: Final = re.compile(r"(?:q[1-4]|h[12]|[qh]\d\d|[qh]$|[fc]y\d\d)")


def _match(lower: str, begin: int, end: int) -> PeriodExpression | None:
    best: PeriodExpression | None = None
    stop = min(end, begin + 120)
    places = (begin, begin + 4) if lower.startswith("the ", begin) and begin + 4 < stop else (begin,)
    for place in places:
        for form, pattern in _BY_FIRST.get(lower[place], ()):
            match = pattern.match(lower, place, stop)
            if match is not None and match.end() > place and (best is None or match.end() > best.end):
                best = _expression(form, match) or best
    return best


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _expression(form: str, match: re.Match[str]) -> PeriodExpression | None:
    groups = match.groupdict()
    start, end = match.span()
    words = " ".join(filter(None, map(groups.get, ("fy", "fy2", "fy3", "tailfy", "shortfy"))))
    fiscal = (
        True
        if "fiscal" in words or "financial" in words or "fy" in words
        else False
        if "calendar" in words or "cy" in words
        else None
    )
    year = _year(groups.get("year") or groups.get("year2") or groups.get("shortyear") or groups.get("myear"))
    relative = groups.get("rel") or (f"{groups['rel0']} year" if groups.get("rel0") else "")
    shift = {"last year": -1, "this year": 0, "next year": 1}.get(
        relative, -1 if "previous" in relative or "prior" in relative else None
    )
    if "fiscal" in relative or "financial" in relative:
        fiscal = True
    month = MONTHS.get((groups.get("month") or "").strip())
    day = int(groups.get("day") or groups.get("day0") or 0) or None
    if day is not None and day > 31:
        return None
    number: int | None = None
    months: tuple[int, int] | None = None
    if form == "quarter":
        number = _ORDINALS[groups["ord"]] if groups.get("ord") else int(groups.get("q") or groups.get("q2") or 0)
        number = 4 if groups.get("final") else number or _COUNTS[groups["word"]]
        if month is not None:  # "fiscal second quarter ended Jan. 28": the dates decide
            return PeriodExpression(start, end, "months_to", 3, year, fiscal, day, (month, month), shift)
    elif form == "half":
        number = int(groups.get("q") or groups.get("q2") or 0) or (1 if groups.get("h1") is not None else 2)
    elif form == "months_to":
        if month is None:
            return None
        number = 3 if groups.get("quarter") else 6 if groups.get("six") else _COUNTS.get(groups.get("n") or "", 0)
        months = (month, month)
        if not number or number > 24:
            return None
    elif form == "first_months":
        number = _COUNTS.get(groups.get("n") or "", 0)
        if number in (3, 6):
            return PeriodExpression(
                start, end, "quarter" if number == 3 else "half", 1, year, fiscal, None, None, shift
            )
        form = "nine_months" if number == 9 else "open"
    elif form == "year_to":
        form, number, months = "months_to", 12, (month or 12, month or 12)
        fiscal, shift = True, 1 if groups["next"] else shift
    elif form == "year_from":
        number, shift, fiscal = month, -1 if groups.get("began") else 0, True
    elif form == "month_range":
        second = MONTHS[groups["month2"]]
        if month is None:
            return None
        months = (month, second)
    elif form == "month":
        month = month or MONTHS.get(groups.get("month2") or "")
        number = month
    elif form == "day":
        number = month
    elif form == "span":
        first, last = _year(groups["from"] or groups["from2"]) or 0, groups["to"]
        second = int(last) if len(last) == 4 else (first // 100) * 100 + int(last)
        if not first < second <= first + 20:
            return None
        return PeriodExpression(start, end, "open", None, None)
    elif form == "same_year":
        form = "year_earlier"
    return PeriodExpression(start, end, form, number, year, fiscal, day, months, shift)
