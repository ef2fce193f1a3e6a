"""Finds the row of a statement of which a sentence states a plan: "we expect fiscal year 2027 total revenue of $90 billion".

The article reader reads plans of capital expenditure whose sentence names company and period; revenue is context for it. Here capital expenditure,
revenue, free cash flow or cash from operations of the whole company has to stand before the amount, behind nothing but a period and the word for the plan. Add a wording with an example of a part of the
company, of a change and of an earlier plan, which state none.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from capex_pipeline.printed_tables.row_names import row_form, simplified

REVENUE: Final = "total revenue"
CAPEX: Final = "capital expenditures"
"""Forms of two rows that sentences plan; the others are those of `row_names`."""

_PERIOD: Final = r"[a-z0-9][a-z0-9 ,'-]{1,50}?"
_NAME: Final = r"(?P<name>(?:(?:total|net|gaap|group|levered|adjusted) )*(?:revenues?|net sales|sales|free cash flow|operating cash flow|cash from operations|(?:cash )?(?:capital (?:expenditures?|spending|investments?|budget)|capex)))(?:(?:(?<=capex)|(?<=expenditures)|(?<=investments)) \([^()$€£¥]{1,60}\))?"
_LINK: Final = (
    rf"(?: (?:guidance|outlook|forecast|target))?(?: (?:for|in) (?:the )?{_PERIOD})?,?:?(?: (?:is|are|to|will|be|of|at|between|about|approximately|around|in the range|in a range|"
    r"range|come|expected|projected|anticipated|forecast|estimated|now|currently|reach|total|the|from|a))* $"
)
_NAMED: Final = re.compile(rf"(?P<ahead>.*?)(?<![a-z-]){_NAME}{_LINK}")
_BEGIN: Final = re.compile(
    r"(?:^|[;:,.•·\"(-] ?|\b(?:our|the|its|company's|consolidated|full|expects?|expecting|expectations?|forecasts?|forecasting|anticipates?|anticipating|projects?|projecting"
    r"|targets?|targeting|estimates?|initiates|initiating|raises?|raising|reiterates?|reiterating|maintains?|maintaining|updates?|updating|lowers?|lowering|guid(?:es|ing)|positive"
    r"|annual|quarterly|20\d\d|fy ?'?\d\d|fy20\d\d|q[1-4]|[1-4]q\d\d|quarter|year|half|that|for|deliver|generate) ?)$"
)
"""What stands before the name; another word makes it a part of the company, or costs."""
_PLAN: Final = re.compile(
    r"\b(?:expect\w*|anticipat\w*|forecast\w*|project(?:s|ed|ing)|guid(?:ance|es|ing)|outlook|target\w*|estimat\w*)\b"
)
_EARLIER: Final = re.compile(
    r"\b(?:above|below|exceed\w*|beat|compared|versus|vs|prior|previous(?:ly)?|earlier|was|were|had)\b"
)
_HAN: Final = re.compile(
    r"[预預][计期测測](?P<when>[^,;。]*?)的?(?P<name>资本性?(?:支出|开支)|总收入|营业收入)[将將]?(?:[约約为為达達到至])*(?:人民[币幣])? ?$"
)
_HAN_PLAN: Final = re.compile(
    r"(?P<when>[^,;。]*?)的?(?P<name>资本性?(?:支出|开支)|总收入|营业收入)(?:计划|计劃|预算|預算|指引)[约約为為达達到至]+(?:人民[币幣])? ?$"
)
_SPENT: Final = re.compile(r"設備投資|資本的支出|시설 ?투자|설비 ?투자|자본적 ?지출|(?<![a-z])capex")
_OF_COMPANY: Final = re.compile(
    r"(?:^|[,;:.(]|年度?|月?期|通期|年間|当社|連結|全社|연간|올해|금년|년|당사|전사|연결|총)(?:の|における|의|은|는)? ?$"
)
_NOT_LEVEL: Final = re.compile(r"前|전년|전분기|작년|지난|기존|増|減|증가|감소")
_PLANNED_BEHIND: Final = re.compile(
    r"(?:程度|規模|前後|수준|규모|내외|정도|으?로|[をとので을를이가의 ])*(?:計画|予定|見込|予想|예상|계획|전망|예정|집행할|투자할)"
)
_PLANNED_AHEAD: Final = re.compile(r"計画|予想|見込|계획|전망")
_LONGEST_BETWEEN: Final = 30
"""Characters between a name and its amount in Japanese and Korean, which say behind the amount that it is planned."""
_POINT: Final = re.compile(r"^[^\w(\"]+")
_CLAUSE: Final = re.compile(r"[;。]|\.(?=[ \u4e00-\u9fff])|\d ?(?:[bmt]r?illion|bn|百[万萬]元|[亿億]元)\b")

_FIRST: Final = re.compile(
    r"\b(?:we|company|group|management|it) (?:now |currently |still |continues? to )?(?:expects?|anticipates?|projects?|forecasts?|targets?)(?: (?:about|approximately|around|over|at least|between|to (?:generate|spend|deliver|report|incur|achieve)))* $"
)
_NAMED_BEHIND: Final = re.compile(rf" (?:in|of) {_NAME}(?=[ ,.;]|$)(?! (?:growth|from|of|margin)\b)")
"""A plan that states the amount before its name: "the company expects about $15 billion in free cash flow"."""
_LIST: Final = re.compile(r"[^;]{0,40}\b(?:outlook|guidance|targets?)\b[^:;.]{0,40}:")
"""The beginning of a list of plans in one sentence, "FY2027 outlook:"."""


_LONGEST_CLAUSE: Final = 400
"""Characters from the beginning of a clause to the amount; the patterns take time in proportion to their square."""
_SPENDING: Final = ("expenditure", "expenditures", "spending", "investment", "investments", "budget", "capex")


class StatedPlan(NamedTuple):
    """The form of the row that a sentence plans, and the words that may name its period."""

    form: str
    words: str


def stated_plan(before: str, after: str = "", *, is_below_plan: bool) -> StatedPlan | None:
    """The plan whose amount stands between two folded parts of a sentence. is_below_plan: whether the heading above the sentence speaks of plans."""
    clause = _CLAUSE.split(before)[-1]
    if len(clause) > _LONGEST_CLAUSE:
        return None
    if not clause.isascii() and (spending := list(_SPENT.finditer(clause))):
        return _planned_behind(clause, after, *spending[-1].span())
    if han := _HAN.search(simplified(clause)) or _HAN_PLAN.search(simplified(clause)):
        return StatedPlan(CAPEX if han["name"].startswith("资本") else REVENUE, han["when"])
    if (
        (first := _FIRST.search(clause))
        and (behind := _NAMED_BEHIND.match(f" {after}"))
        and not _EARLIER.search(clause)
    ):
        return _plan_of(behind["name"], f"{clause[first.start() :]}{after[: behind.end()]}")
    named = _NAMED.fullmatch(_POINT.sub("", clause))
    if named is None or not _BEGIN.search(named["ahead"]) or _EARLIER.search(clause):
        return None
    lead = _LIST.match(before)
    if not is_below_plan and not lead and not _PLAN.search(clause):
        return None
    return _plan_of(named["name"], f"{lead[0] if lead else ''} {clause}")


def _plan_of(name: str, words: str) -> StatedPlan | None:
    """The plan of a row by its name. words: as of `StatedPlan`."""
    of_cash = re.search(r"(?:free|operating) cash flow$|cash from operations$", name)
    form = row_form(of_cash[0]) if of_cash else CAPEX if name.endswith(_SPENDING) else REVENUE
    return StatedPlan(form, words) if form else None


def _planned_behind(clause: str, after: str, start: int, end: int) -> StatedPlan | None:
    """The plan of capital expenditure of a Japanese or Korean clause, whose name stands from `start` to `end`."""
    between = clause[end:]
    if len(between) > _LONGEST_BETWEEN or _NOT_LEVEL.search(between) or not _OF_COMPANY.search(clause[:start]):
        return None
    is_planned = _PLANNED_AHEAD.search(between) or _PLANNED_BEHIND.match(after)
    return StatedPlan(CAPEX, clause) if is_planned else None


_HAN_WORDS: Final = re.compile(rf"[预預]|[计計][划劃]|指引|{_PLANNED_AHEAD.pattern}|予定|예상|예정")
_ROW: Final = re.compile(r"\b(?:revenues?|sales|cash flow|capital|capex)\b|收入|[资資]本|投資|투자|지출|capex")


def may_state_plan(text: str, *, is_below_plan: bool) -> bool:
    """Whether a folded paragraph may state a plan. is_below_plan: as of `stated_plan`."""
    speaks_of_plans = is_below_plan or _PLAN.search(text) is not None or _HAN_WORDS.search(text) is not None
    return speaks_of_plans and _ROW.search(text) is not None
