"""Names of rows for comparison: one name for the many wordings of a line that every company prints, such as what was paid for property and equipment.

`row_name` takes away what says nothing of the matter. `row_form` goes on and gives lines of statements the name by which reference data knows
them, from the words that may stand in such a line; a line with any other word has no form. Which metric a name is belongs to
reference/printed_names.yaml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from capex_pipeline.printed_tables.captions import read_caption
from capex_pipeline.printed_tables.cell_texts import fold_label, without_less

OBLIGATIONS: Final = "remaining performance obligations"
LEASES: Final = "leases not yet commenced"
"""Forms of two balances that tables and sentences state."""

_OTHER_SIGN: Final = re.compile(
    r"\s*/?\s*\((?:used(?: (?:in|for|by))?|required (?:by|for)|outflows?|inflows?|provided(?: by)?|deficit|use)\)\s*/?\s*"
)
_NET: Final = re.compile(r"(?:,| ?-)\s*(?:at cost,? )?(?:net(?: of)?|less)(?: accumulated depreciation\b.*)?$")
_ACT: Final = re.compile(
    r"^(?:cash (?:paid|payments?|used|outflows?)|payments?|purchases?|acquisitions?|additions?|expenditures?|investments?|capital expenditures)"
    r"(?: made)?(?: (?:of|for|to|on|in|acquire|purchases?|acquisitions?|additions?|the)\b)+ "
)
"""Ways to say that assets were bought."""
_OPERATING: Final = re.compile(
    r"^(?:total )?(?:net |change in )?cash(?: and cash equivalents)?(?: in ?flows?| flows?)?(?: \(outflows?\))? "
    r"(?:provided|generated|from|used|inflow)(?: (?:by|from|in|for))?(?: (?:the )?company's)? (?:operating activities|operations)$"
)


@lru_cache(maxsize=65536)
def row_name(label: str) -> str:
    """A label for comparison: without "less:", as reconciliations write, without the sign that the amount may have, "(used in)", and with
    every way to write a purchase, cash from operations, and "net" of depreciation as one."""
    label = _without_unit(label)
    text = " ".join(
        _NET.sub(", net", _OTHER_SIGN.sub(" ", without_less(fold_label(label)))).replace("&", " and ").split()
    )
    if _OPERATING.fullmatch(text):
        return _from_operations(text)
    text = text.replace("property plant ", "property, plant ")
    return _ACT.sub("purchases of ", text)


_UNIT_BEHIND: Final = re.compile(r"\s*(?:[(（]([^()（）]{1,30})[)）]|,\s*([^,]{1,30}))\s*$")
_HAN_RUN: Final = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff、（）()/]*")


def _without_unit(label: str) -> str:
    """A label without the unit behind it: "Revenue ($m)", "营业收入（百万元）"."""
    behind = _UNIT_BEHIND.search(label)
    if behind is None or not read_caption(f"({behind[1] or behind[2]})").scale:
        return label
    return label[: behind.start()]


def languages_of(label: str) -> tuple[str, ...]:
    """The Chinese and the English name of a label that has both, "营业收入 Revenue"; nothing for every other label."""
    runs = _HAN_RUN.findall(label)
    rest = _HAN_RUN.sub(" ", label).strip(" /|-")
    return (runs[0], rest) if len(runs) == 1 and len(rest) > 2 and rest.isascii() and runs[0] != label else ()


_SIMPLIFIED: Final = str.maketrans(
    "業廠設備產資無長購買營額淨現銷攤舊損總動與開項運屬處軟體權債發經務來價齊収売価償産減費計純営賃負還済",
    "业厂设备产资无长购买营额净现销摊旧损总动与开项运属处软体权债发经务来价齐收卖价偿产减费计纯营赁负还济",
)
"""Traditional and Japanese signs of such names as the simplified ones."""
_SPELLINGS: Final = (
    ("isation", "ization"),
    ("ised ", "ized "),
    ("pp and e", "property and equipment"),
    ("ppe", "property and equipment"),
    ("cash-flow", "cash flow"),
    ("capital lease", "finance lease"),
)
_SHORT: Final = re.compile(
    r",? (?:per|as per|under) (?:us )?gaap$| \(\"?(?:capex|ppe|pp and e|fcf|rpo|cffo|d and a|gaap|non-gaap|capital expenditures?)\"?\)|(?<=[a-z]{4})[1-9]$"
)
"""A short form or a footnote's digit behind a name."""
_INCLUDING: Final = re.compile(
    r",? \(?including (?:capitalized |internal-use |website |website development|software|interest|intangible assets|construction in progress|capital (?:work[- ]in[- ]progress|advances)|cwip|and | )+\)?$"
)
_SOFTWARE: Final = re.compile(r"software(?: development)?(?: costs?)?\b")
_OF_RELATED: Final = re.compile(r",? \(?(?:including|inclusive of) [^()]{0,60}\brelated part(?:y|ies)\b[^()]{0,40}\)?$")
_NET_OF_PROCEEDS: Final = re.compile(
    r"(?:, net of|,? less|, net(?= of)) (?:the |related |government )?(?:proceeds|incentives|grants|disposals|sales)\b.*$"
)
_NET_PURCHASES: Final = "purchases of property and equipment, net of proceeds"
_NET_ACT: Final = re.compile(r"net (?:purchases?|acquisitions?|additions?|expenditures?|investments?)\b")
"""What deducts sales or contributions of others; "net cash paid" deducts nothing."""
_OF_CONTINUING: Final = re.compile(
    r"(?: from|,| of|-| -)* ?\(?continuing operations\)?$|\bcontinuing (?=operating activities$)"
)

_TANGIBLE: Final = frozenset(
    "property|properties|plant|plants|equipment|fixed assets|tangible assets|tangible fixed assets|premises|buildings|machinery|facilities|network equipment|computer equipment"
    "|office equipment|property and equipment|tangible|物业|厂房|设备|不动产|固定资产|有形固定资产|유형자산".split("|")
)
_BESIDE_TANGIBLE: Final = frozenset(
    "land|software assets|leasehold improvements|construction in progress|technology|furniture|fixtures|vehicles|software|internal-use software|capitalized internal-use software|capitalized software"
    "|capital work-in-progress|capital work in progress|cwip|intangible assets under development|intangible assets|intangible fixed assets|intangibles|land use rights|investment property|investment properties|long-term assets|long-lived assets|non-current assets|productive assets"
    "|right-of-use assets|assets|在建工程|无形资产|无形固定资产|长期资产|非流动资产|土地使用权|使用权资产|软件|投资物业|무형자산".split(
        "|"
    )
)
"""What lines of purchases name together with property and equipment."""
_NOT_DEPRECIATED: Final = frozenset(
    ("intangible assets", "intangibles", "right-of-use assets", "无形资产", "使用权资产", "software", "land use rights")
)
_JOINT: Final = re.compile(r"及び|以及|,? and (?:other )?|, (?:other )?|、(?:其[他它])?|[及和与](?:其[他它])?|및|와|과")

_BOUGHT: Final = re.compile(
    r"(?:net )?(?:cash )?(?:\()?(?:paid|payments?|used|outflows?|purchases?|acquisitions?|additions?|expenditures?|investments?|capital expenditures?|construction)(?:\))?"
    r"(?: (?:made|of|for|to|on|in|related to|acquire|construct|acquisitions?|purchases?|additions?|construction(?= of| and )|investments in|and|the|items of|other(?= property))\b\)?)+ (?P<assets>.+)"
    r"|(?P<named>.+?) (?:purchases|additions|acquired)"
    r"|(?:购建|购置|购买|购入|取得|添置|增购|收购)(?P<han>.+?)(?:项目)?(?:(?:的|之|所)?(?:付款|款项|价款|付款项|支付的现金|付现金))?"
    r"|(?P<japanese>[^ ]*固定资产.*?)の取得(?:による支出)?|(?P<korean>.*유형자산[^ ]*?)의? ?취득"
)
_CASH_OF_OPERATIONS: Final = re.compile(
    r"(?:gaap )?(?:total )?(?:net )?(?:operating cash flows?|cash(?: and cash equivalents)?,? ?(?:-|(?:in|out)? ?flows?)? ?(?:(?:provided|generated|from|used|arising|(?:in|out)flow)\b ?)*"
    r"(?:(?:by|from|in|for) )*(?:operating activities|operations))"
    r"|operating activities, net cash provided"
    r"|(?:来自)?(?:经营|营业)(?:活动|业务)?(?:(?:所|产生|得|用|使用|之|的|\(|\)|/)*现金)(?:流量?|流入|流出)?(?:净额|净流入|净流出)"
    r"|(?:经营|营业)(?:活动)?现金流量?"
    r"|营业活动による(?:纯)?キャッシュ[・ ]?フロー(?:\(纯额\)|合計|合计)?|영업활동(?:으로 ?인한)? ?순?현금흐름"
)
_FREE_CASH: Final = re.compile(
    r"(?:total |non-gaap )*(?:free cash (?:in|out)?flows?(?:,? ?\(?(?:non-gaap)\)?)?(?: \((?:before|excluding) [^()]+\))?|fcf)|自由现金流量?(?:净额)?|フリー[・ ]?キャッシュ[・ ]?フロー"
)
_WRITTEN_OFF: Final = re.compile(
    r"(?:total )?(?P<both>(?:depreciation(?: and |/)amortization of intangibles|depreciation(?: and |/)amortization|amortization(?: and |/)depreciation|depreciation, amortization and (?:impairments?|other)|depreciation expense and amortization of intangible assets|d and a)(?: expenses?)?)(?: (?:of|on|for) (?P<of_both>.+))?"
    r"|depreciation(?: expenses?| charges?)?(?: (?:of|on|for) (?:items of )?(?P<of>.+))?|(?P<han>[^折]*?)[之的]?折旧(?:费用?)?|(?P<han_both>折旧[及和与、]?摊销(?:费用?)?)|(?P<ja_both>减价偿却费(?:及び|と)(?:无形资产)?偿却费)|(?P<other>减价偿却费|감가상각비)"
)
_REVENUE: Final = re.compile(
    r"(?:(?:total|consolidated|group|net|operating) )*(?:revenues?|net sales|net turnover|sales revenue)(?: from operations)?(?:, net| \(net\)|,? net of interest expense)?"
)
_NET_ASSETS: Final = re.compile(r"(?P<net>net )?(?P<assets>.+?)(?P<after>, net| \(net\)|净额|净值|合计)?")
_OBLIGATIONS: Final = re.compile(r"(?:total )?(?:rpo|remaining performance obligations?)")
_LEASED_ASSETS: Final = re.compile(
    r"(?=.*financ(?:e|ing) lease)(?=.*(?:acquired|obtained|acquisitions of|purchases of|additions of))(?:total )?(?:non-?cash )?(?:purchases of |acquisitions of |additions of |new )*(?:(?:financ(?:e|ing) lease |right-of-use |rou |leased? )*assets|property(?:, plant)?(?:,? and)? equipment)(?: under finance leases?)?"
    r"(?: (?:acquired|obtained))?(?: in exchange for| under| through| by)?(?: new)?(?: or modified)?(?: finance)?(?: leases?)?(?: liabilities| liability| obligations?| arrangements)?"
    r"(?:, net of remeasurements and modifications)?"
    r"|financ(?:e|ing) right-of-use assets obtained (?:by|under|through|in exchange for)(?: new)? lease (?:obligations?|liabilities)"
    r"|(?:以|通过|透过)融资租赁(?:方式)?(?:取得|获得|购置)的?(?:物业|设备|厂房|固定资产|资产|及|、)+"
)
_NOT_COMMENCED: Final = re.compile(
    r"(?:total )?(?:additional lease commitments|(?:commitments for |payments under )?leases (?:that have |that had )?not yet commenced)"
)
_OF_FINANCE_LEASES: Final = r"(?:(?:of|on|under|for) )*(?:the )?finance leases?(?: obligations?| liabilities)?"
_SPENDING: Final = re.compile(
    r"(?:total |cash |purchases of |payments for )*capital (?:expenditures?|investments?)(?:(?:,| and|, and) (?:capitalized (?:internal-use )?|internal-use )software)?(?:, gross)?"
)
_LEASE_PRINCIPAL: Final = re.compile(
    rf"(?:(?:principal )?(?:re)?payments?(?: (?:of|on|for))?|purchases of)(?: principal)?(?: portion)? {_OF_FINANCE_LEASES}(?: principal)?"
    rf"|financing cash (?:in|out)?flows?[ -](?:(?:used|paid) )?(?:(?:from|for|in|on|to) )?{_OF_FINANCE_LEASES}"
    r"|リース债务の返济による支出"
    r"|(?:支付|偿还)?融资租赁(?:负债)?的?本金(?:部分)?的?(?:付款|支付|偿还)?"
    r"|finance lease (?:principal )?(?:re)?payments?|principal (?:portion|elements?) of finance lease (?:payments?|liabilities|obligations?)"
)


def _from_operations(text: str) -> str:
    """The name of cash from operations. Many statements print it before interest and taxes as well, which "operations" alone may mean."""
    return "net cash from operations" if text.endswith("operations") else "net cash from operating activities"


def simplified(text: str) -> str:
    """A text with the simplified signs of the names of rows."""
    return text.translate(_SIMPLIFIED)


_ALL_FIXED: Final = re.compile(r"固定資産")
"""In Japanese all that is not current; what Chinese calls so is 有形固定資産."""


@lru_cache(maxsize=65536)
def row_form(label: str) -> str | None:
    """The name of a line of statements in one wording; None for every other row."""
    name = row_name(label)
    if _ALL_FIXED.match(name):
        return None
    text = simplified(name)
    for spelling, plain in _SPELLINGS:
        text = text.replace(spelling, plain)
    text = _INCLUDING.sub("", _SHORT.sub("", _OF_RELATED.sub("", _SOFTWARE.sub("software", text)))).strip()
    if _OF_CONTINUING.search(text) and _CASH_OF_OPERATIONS.fullmatch(_OF_CONTINUING.sub("", text)):
        return "net cash from operating activities of continuing operations"
    if proceeds := _NET_OF_PROCEEDS.search(text):
        return _NET_PURCHASES if _form_of_purchases(text[: proceeds.start()]) else None
    if _SPENDING.fullmatch(text.removeprefix("net ").removesuffix(", net")) and "net" in (text[:3], text[-3:]):
        return _NET_PURCHASES
    if form := _form_of_purchases(text):
        return _NET_PURCHASES if _NET_ACT.match(text) else form
    if _CASH_OF_OPERATIONS.fullmatch(text):
        return _from_operations(text)
    if _FREE_CASH.fullmatch(text):
        return "free cash flow"
    if written_off := _WRITTEN_OFF.fullmatch(text):
        return _depreciation(written_off)
    if _REVENUE.fullmatch(text):
        return "total revenue"
    if _OBLIGATIONS.fullmatch(text):
        return OBLIGATIONS
    if _NOT_COMMENCED.fullmatch(text):
        return LEASES
    if _LEASED_ASSETS.fullmatch(text):
        return "assets obtained under finance leases"
    if _LEASE_PRINCIPAL.fullmatch(text):
        return "principal payments on finance leases"
    balance = _NET_ASSETS.fullmatch(text)
    if balance and _are_property(balance["assets"]):
        if balance["net"] or balance["after"] or not text.isascii():
            return "property and equipment, net"
        return "property and equipment" if _ALL_OF_THEM.match(text) else None
    return None


_ALL_OF_THEM: Final = re.compile(r"(?:plant, )?propert(?:y|ies)(?:, | and )|(?:tangible )?fixed assets$")
"""How the balance of all tangible assets begins; buildings and equipment are parts of it."""


def _form_of_purchases(text: str) -> str | None:
    """The name of what was paid for property and equipment, by the assets or as capital expenditures."""
    if (bought := _BOUGHT.fullmatch(text)) and _are_property(next(filter(None, bought.groups()))):
        return "purchases of property and equipment"
    return "capital expenditures" if _SPENDING.fullmatch(text) else None


_DEPRECIATED: Final = re.compile(
    r"(?:(?<!amortization and )depreciation|depreciation and amortization(?=(?: expenses?| charges?)? (?:of|on|for|related to|relating to) ))(?: expenses?| charges?)?"
    r"(?: (?:of|on|for|related to|relating to) (?:our |the |items of )?(?:property|plant|equipment|software|leasehold improvements|fixed assets|[, ]|and )+(?<! ))?"
    r"(?:, including [^,.;$€£¥]{1,90})?"
)
_LEASED: Final = re.compile(
    r"(?:property(?:, plant)?,? and equipment|(?:(?:right-of-use|rou|leased) )?assets) (?:acquired|obtained) (?:under|through|in exchange for|by)(?: new)? financ(?:e|ing) leases?(?: liabilities| obligations)?"
)
_SPENT: Final = re.compile(r"capital expenditures?")
_AT_END: Final = tuple(
    (re.compile(rf"(?<![a-z0-9-])(?:{pattern.pattern})$"), form)
    for pattern, form in (
        (_CASH_OF_OPERATIONS, "net cash from operating activities"),
        (_FREE_CASH, "free cash flow"),
        (_OBLIGATIONS, OBLIGATIONS),
        (_DEPRECIATED, "depreciation of property and equipment"),
        (_LEASED, "assets obtained under finance leases"),
        (_SPENT, "capital expenditures"),
    )
)


def form_at_end(words: str) -> tuple[str, str] | None:
    """The wording with which folded words of a sentence end, and its form: cash from operations, free cash flow, capital expenditures."""
    plain = simplified(words)
    found = ((match, form) for pattern, form in _AT_END if (match := pattern.search(plain)))
    return next(((words[match.start() :], form) for match, form in found), None)


def _parts(assets: str) -> list[str]:
    """The kinds of assets that a line names."""
    return [part.strip() for part in _JOINT.split(assets) if part.strip()]


def _are_property(assets: str) -> bool:
    """Whether assets are property and equipment, alone or together with what is bought beside it."""
    parts = _parts(assets)
    return any(part in _TANGIBLE for part in parts) and all(
        part in _TANGIBLE or part in _BESIDE_TANGIBLE for part in parts
    )


def _depreciation(match: re.Match[str]) -> str | None:
    if match["both"] or match["han_both"] or match["ja_both"]:
        of = match["of_both"]
        return "depreciation and amortization" if not of or _are_property(of) else None
    of = match["of"] or match["han"]
    if not of:
        return "depreciation"
    is_of_property = _are_property(of) and not any(part in _NOT_DEPRECIATED for part in _parts(of))
    return "depreciation of property and equipment" if is_of_property else None
