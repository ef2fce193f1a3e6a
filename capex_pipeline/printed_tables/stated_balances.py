"""Finds the balance that a sentence of a report states: "we had $12 billion of remaining performance obligations", "leases that have not yet commenced".

Notes of reports state such balances in long sentences, with the amount before or behind the name, explanations between the two and shares of the
amount after it. Add a wording here with an example of a sentence about a part, which states none. The day of a balance is read by `stated_rows`.
"""

from __future__ import annotations

import re
from typing import Final

from capex_pipeline.printed_tables.row_names import LEASES, OBLIGATIONS

_UNSATISFIED: Final = r"unsatisfied(?: \(or partially unsatisfied\)| or partially unsatisfied)?"
_OBLIGATIONS: Final = (
    rf"(?:total |aggregate )*(?:(?:remaining|{_UNSATISFIED}) performance obligations?|performance obligations? (?:that (?:are|were) )?{_UNSATISFIED}"
    r"|rpo|commitments (?:that are )?not yet recogni[sz]ed|contracted not (?:yet )?recogni[sz]ed revenue)\b"
)
_NOT_COMMENCED: Final = r"(?:not (?:yet )?(?:commenced|started)|yet to commence)\b"
_LEASES: Final = rf"(?:(?:leases|lease (?:agreements|contracts|arrangements))\b[^.;$€£¥]{{0,160}}?\b{_NOT_COMMENCED}|expect(?:s|ed)? to commence (?:[a-z]+ ){{0,3}}leases\b)"
_IS: Final = r"(?:was|were|is|are|of|totall?ed|totall?ing|reached|amounted to|stood at|came in at|ended [^,;$]{1,40} at)(?: (?:approximately|about|nearly|over|a record))? $"
_HAD: Final = re.compile(
    r"\b(?:had|has|have|holds?|held|reported|with|there (?:was|were|is|are))(?: (?:approximately|about|nearly|over))? $"
)
_DAY: Final = r"(?:as of|as at|at) (?:[a-z]+ \d{1,2}, \d{4}|\d{1,2} [a-z]+ \d{4})"
_ASIDE: Final = re.compile(r" \([^()]{0,80}\)| \"[^\"]{0,60}\"")
_REMARK: Final = re.compile(
    rf"(?:,? {_DAY})*"
    rf"(?: that (?:are|were) {_UNSATISFIED}(?:,? {_DAY})*)?"
    r"(?:(?: (?:for|from|under|of|on|in|related to|relating to) (?:(?:all|our|the|its|open|executed|existing|signed|long-term|multi-year|non-?cancell?able|customer|service|sales) )*contracts?\b"
    r"|,? (?:which|as defined|as described|as disclosed|including|excluding|representing|defined as|consisting of)\b)[^.;$€£¥]*)?"
)
"""What may stand between the name of obligations and the verb, without brackets and quotations."""
_LONGEST_REMARK: Final = 600
_ALLOCATED: Final = (
    r"(?:(?:(?:aggregate |dollar )?(?:amount|value) of )?(?:(?:the |our )?(?:(?:total|aggregate|contracted|estimated|future) )*(?:transaction price|revenues?)"
    r"(?: expected to be recogni[sz]ed(?: in (?:the )?future(?: periods?)?)?)? (?:that (?:is|are) |which (?:is|are) )?(?:allocated|related|attributable) to )?(?:the |our |its )?)?"
)
_BEGIN: Final = r"(?:^|[,;:.(] ?|\b(?:our|total|the|its|company's|with|and|that|those|aggregate|this) )"
_RECOGNIZED: Final = re.compile(
    rf" of (?:[a-z]+ )?revenues? (?:is|was|are) expected to be recogni[sz]ed (?:from|for|related to|on) (?:(?:the|our|its) )*{_OBLIGATIONS}(?!.*\b(?:over|within|during|in) (?:approximately )?(?:the )?(?:next|following|coming)\b)"
)
_NAMED: Final = re.compile(rf"{_BEGIN}{_ALLOCATED}{_OBLIGATIONS}")
_VERB: Final = re.compile(rf",? {_IS}")
_OF_OBLIGATIONS: Final = re.compile(
    r" (?:of|in) (?:(?:our|the|its|contracted|future|revenues?|transaction price|allocated to|that is|related to) )*"
    rf"{_OBLIGATIONS}(?! (?:for|from|in|of|related|attributable|associated)\b)"
)
_LEASES_FIRST: Final = re.compile(
    rf"\b{_LEASES}[^.;$€£¥]{{0,160}} {_IS}|\bleases\b[^.;$€£¥]{{0,120}}? expected to commence [^.;$€£¥]{{0,160}} for $"
)
_OF_LEASES: Final = re.compile(
    rf" (?:of|in|for|under) (?:[a-z-]+ ){{0,6}}?(?:additional (?:[a-z]+ ){{0,3}}lease commitments\b|{_LEASES})"
)
_PART_OF_LEASES: Final = re.compile(
    r"\b(?:a|an|one|this|that) (?:[a-z-]+ ){0,4}lease\b|\bdeposits?\b|letters? of credit|\b(?:short|long)-term\b|\bprepa|\bpaid\b|\bpay\b"
)
_TWO_AMOUNTS: Final = re.compile(r",? and [^ \d]{0,4}\d")
_MAY_STATE: Final = re.compile(
    rf"performance obligation|\brpo\b|not yet recogni|contracted not|{_NOT_COMMENCED}|expected to commence|additional lease"
)


def may_state_balance(text: str) -> bool:
    """Whether a folded paragraph may state one of these balances."""
    return _MAY_STATE.search(text) is not None


_COMMERCIAL: Final = "commercial remaining performance obligations"
_OF_COMMERCIAL: Final = re.compile(r" is related to the commercial portion\b")


def stated_balance(before: str, after: str) -> str | None:
    """The form of the balance whose amount stands between two folded parts of a sentence; None where it is another amount."""
    if _TWO_AMOUNTS.match(after):
        return None  # of two days, or of two kinds
    if _OF_COMMERCIAL.match(after) and before.rstrip(" $").endswith("of which") and _NAMED.search(before):
        return _COMMERCIAL
    if _are_obligations(before) or (_HAD.search(before) and _OF_OBLIGATIONS.match(after)):
        return OBLIGATIONS
    if _RECOGNIZED.match(after):
        return OBLIGATIONS
    is_of_leases = _LEASES_FIRST.search(before) or _OF_LEASES.match(after)
    return LEASES if is_of_leases and not _PART_OF_LEASES.search(before + after) else None


def _are_obligations(before: str) -> bool:
    """Whether a sentence names the obligations of which it then states the amount, perhaps after a remark on them."""
    for named in _NAMED.finditer(before):
        rest = before[named.end() :]
        if len(rest) <= _LONGEST_REMARK:
            plain = _ASIDE.sub("", rest)
            verb = _VERB.search(plain)
            if verb is not None and _REMARK.fullmatch(plain, 0, verb.start()):
                return True
    return False
