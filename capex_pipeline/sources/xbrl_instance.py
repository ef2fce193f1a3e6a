"""Reads numeric facts with their dimensions from one XBRL instance or inline XBRL document.

Such documents contain segments and extension concepts, which companyfacts omits. Add here what parses them. Facts are
chosen and become printed rows in `sources/xbrl_segments.py`; the printed tables of a page are read by
`printed_tables/html_tables.py`.

The document is untrusted: it may have no document type and no entities, the parser has no network access, its size is
bounded, and its nesting is limited to the 256 levels of libxml2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
from lxml import etree

from capex_pipeline.raw.errors import DocumentError, listed
from capex_pipeline.raw.folder import MAXIMUM_BYTES
from capex_pipeline.sources.inline_numbers import decimal_text, inline_number, plain_number

MAX_BYTES = MAXIMUM_BYTES
"""Maximum size of a document; instances of the largest filers are below 10 MB, inline documents below 40 MB."""

XBRLI = "http://www.xbrl.org/2003/instance"
XBRLDI = "http://xbrl.org/2006/xbrldi"
ISO4217 = "http://www.xbrl.org/2003/iso4217"
INLINE = ("http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL")
_STANDARD_PREFIXES = {
    "us-gaap": re.compile(r"http://(?:fasb\.org|xbrl\.us)/us-gaap/.*"),
    "srt": re.compile(r"http://fasb\.org/srt/.*"),
    "dei": re.compile(r"http://xbrl\.(?:sec\.gov|us)/dei/.*"),
    "ifrs-full": re.compile(r"https?://xbrl\.ifrs\.org/taxonomy/.*/ifrs-full"),
}
"""The prefixes by which names of standard taxonomies are written here, whatever prefix a document declares."""
STANDARD_PREFIXES = frozenset(
    (
        "country",
        "currency",
        "cyd",
        "dei",
        "ecd",
        "exch",
        "ifrs-full",
        "invest",
        "naics",
        "rr",
        "sic",
        "srt",
        "stpr",
        "us-gaap",
    )
)
STANDARD_NAMESPACE = re.compile(r"https?://(?:[a-z]+\.)*(?:fasb\.org|xbrl\.org|xbrl\.us|sec\.gov|ifrs\.org|w3\.org)/")
"""Namespaces of standard taxonomies and technical ones; every other namespace of a document is an extension of its filer."""
WHOLE_INSTANCE = (
    "It is in another file of the filing's document set; use the instance that the SEC extracts from the whole set, "
    "listed on the filing's index page as `..._htm.xml`."
)
"""The next step if a page is part of an inline document set."""
BLANK_BEGINNING = b"\xef\xbb\xbf \t\r\n"
"""Bytes allowed before a document: a byte order mark, spaces, line breaks."""
_DEI = ("DocumentType", "DocumentPeriodEndDate", "EntityRegistrantName", "CurrentFiscalYearEndDate")
"""Text facts about the document that are used."""
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SEC_SCHEME = "http://www.sec.gov/CIK"
_CIK = re.compile(r"[0-9]{1,10}")
_DECIMALS = re.compile(r"INF|[+-]?[0-9]{1,4}")
_XHTML = "{http://www.w3.org/1999/xhtml}html"

FACT_COLUMNS = (
    "concept", "context_id", "period_start", "period_end", "is_instant", "unit", "decimals", "value", "value_text",
    "dimensions", "cik",
)  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """The content of one document. facts: columns concept (name with prefix), context_id, period_start (NaT for a day), period_end, is_instant, unit
    ("USD", "shares", "USD/shares", "pure"), decimals (text, "INF" for exact), value (float64, full units; NaN for a nil fact), value_text (exact
    decimal number), dimensions ("axis=member|axis=member", sorted, "" for none), cik (Int64).

    One row for each occurrence of a fact, in document order. cik: the filer by the contexts' SEC identifier; None if there is none.
    document_type ("10-K") and period_of_report (text as printed) from the dei facts, like registrant (name) and fiscal_year_end
    ("--12-31"). is_inline: whether it is inline XBRL. namespaces: prefix -> URI of the facts and dimensions used. problems: facts that
    could not be read: locator, rule, value, message.
    """

    facts: pd.DataFrame
    cik: int | None
    document_type: str | None
    period_of_report: str | None
    is_inline: bool
    namespaces: dict[str, str]
    problems: list[dict[str, str | None]]
    registrant: str | None = None
    fiscal_year_end: str | None = None


@dataclass(frozen=True)
class _Context:
    start: str | None
    end: str | None
    dimensions: str
    cik: int | None


def read_instance(data: bytes, *, max_bytes: int = MAX_BYTES) -> Instance:
    """Numeric facts of an XBRL instance or an inline XBRL document.

    Raises DocumentError: file_too_large, not_xml (with the place), document_type (a DTD or entities), not_xbrl.
    """
    root = _parsed(data.lstrip(BLANK_BEGINNING), max_bytes)
    if root.tag == f"{{{XBRLI}}}xbrl":
        return _collected(root, _plain_facts(root), _plain_text(root), is_inline=False)
    if root.tag in (_XHTML, "html"):
        if not [element for uri in INLINE for element in root.iter(f"{{{uri}}}resources")]:
            raise DocumentError(
                "not_xbrl",
                f"The page has no inline XBRL resources (contexts, units). {WHOLE_INSTANCE}",
            )
        return _collected(root, _inline_facts(root), _inline_text(root), is_inline=True)
    raise DocumentError("not_xbrl", f"The root element {root.tag} is neither an XBRL instance nor an inline XBRL page.")


def _parsed(data: bytes, max_bytes: int) -> Any:
    if len(data) > max_bytes:
        raise DocumentError(
            "file_too_large",
            f"The document has {len(data)} bytes, more than the {max_bytes} that are read; check what it is.",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    # Refused before parsing, because the parser would expand entities in attributes regardless of its options.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or _is_wide(data):
        raise DocumentError(
            "document_type",
            "The document declares a document type or entities, or is not in a one-byte or UTF-8 encoding; filings do not.",
        )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            "not_xml", f"The document is not well-formed XML ({listed([error.msg])}); it may be truncated."
        ) from error
    except ValueError as error:
        raise DocumentError("not_xml", f"The document is not well-formed XML ({error}).") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError("document_type", "The document declares a document type; filings do not.")
    return root


def _is_wide(data: bytes) -> bool:
    """UTF-16, UTF-32, UTF-7 or EBCDIC, in which a document type would not look like one."""
    head = data[:200].lower()
    return (
        b"\x00" in head
        or head[:2] in (b"\xff\xfe", b"\xfe\xff")
        or b"utf-7" in head
        or data[:4] == b"\x4c\x6f\xa7\x94"  # "<?xm" in EBCDIC
    )


def _contexts(root: Any) -> dict[str, _Context]:
    contexts: dict[str, _Context] = {}
    for element in root.iter(f"{{{XBRLI}}}context"):
        start = end = None
        cik = None
        dimensions: list[str] = []
        for part in element.iter(
            f"{{{XBRLI}}}identifier",
            f"{{{XBRLI}}}startDate",
            f"{{{XBRLI}}}endDate",
            f"{{{XBRLI}}}instant",
            f"{{{XBRLDI}}}explicitMember",
            f"{{{XBRLDI}}}typedMember",
        ):
            name = part.tag.rsplit("}", 1)[-1]
            text = (part.text or "").strip()
            if name == "startDate":
                start = text[:10]
            elif name in ("endDate", "instant"):
                end = text[:10]
            elif name == "identifier":
                cik = int(text) if part.get("scheme") == _SEC_SCHEME and _CIK.fullmatch(text) else None
            elif name == "explicitMember":
                dimensions.append(f"{(part.get('dimension') or '').strip()}={text}")
            else:
                dimensions.append(
                    f"{(part.get('dimension') or '').strip()}={' '.join(''.join(part.itertext()).split())}"
                )
        context = _Context(start, end, "|".join(sorted(dimensions)), cik)
        _refuse_other(contexts.setdefault(element.get("id", ""), context), context, "context", element)
    return contexts


def _refuse_other(first: object, second: object, what: str, element: Any) -> None:
    """Raises DocumentError where an id occurs twice with different content."""
    if first != second:
        raise DocumentError(
            "repeated_id",
            f"The {what} {element.get('id')!r} occurs twice with different content; the document is damaged.",
        )


def _units(root: Any) -> dict[str, str]:
    units: dict[str, str] = {}
    for element in root.iter(f"{{{XBRLI}}}unit"):
        sides: dict[str, list[str]] = {"unitNumerator": [], "unitDenominator": []}
        for measure in element.iter(f"{{{XBRLI}}}measure"):
            parent = measure.getparent().tag.rsplit("}", 1)[-1]
            name = (measure.text or "").strip()
            prefix, _, local = name.rpartition(":")
            is_common = not prefix or measure.nsmap.get(prefix) in (XBRLI, ISO4217)
            sides[parent if parent in sides else "unitNumerator"].append(local if is_common else name)
        over = "*".join(sorted(sides["unitDenominator"]))
        unit = "*".join(sorted(sides["unitNumerator"])) + (f"/{over}" if over else "")
        _refuse_other(units.setdefault(element.get("id", ""), unit), unit, "unit", element)
    return units


_Read = tuple[str, str, str, str | None, "Decimal | None", str | None]
"""Concept, context id, unit id, decimals, number (None for nil), problem sentence."""


def _number(element: Any, read: Callable[[], Decimal]) -> tuple[Decimal | None, str | None]:
    """The number of a fact, None for a nil one; where it cannot be read, what is wrong."""
    if element.get(_XSI_NIL) in ("true", "1"):
        return None, None
    try:
        return read(), None
    except ValueError as error:
        return None, str(error)


def _plain_facts(root: Any) -> Iterator[_Read]:
    names: dict[str, str] = {}
    for element in root:
        unit = element.get("unitRef")
        if unit is None:
            continue
        tag = element.tag
        name = names.get(tag)
        if name is None:
            name = names[tag] = (
                f"{element.prefix}:{tag.rsplit('}', 1)[-1]}" if element.prefix else tag.rsplit("}", 1)[-1]
            )
        text = element.text or ""
        number = _number(element, partial(plain_number, text))
        yield name, element.get("contextRef", ""), unit, element.get("decimals"), *number


def _inline_facts(root: Any) -> Iterator[_Read]:
    for element in root.iter(*(f"{{{uri}}}nonFraction" for uri in INLINE)):
        if element.get("target") is None:
            printed = (_shown(element), element.get("format"), element.get("scale"), element.get("sign"))
            number = _number(element, partial(inline_number, *printed))
            name, context, unit = (element.get(key, "") for key in ("name", "contextRef", "unitRef"))
            yield name, context, unit, element.get("decimals"), *number


def _shown(element: Any) -> str:
    """Text of an inline element with nested elements, without parts in ix:exclude."""
    if len(element) == 0:
        return element.text or ""
    texts = [element.text or ""]
    for child in element:
        if child.tag not in (f"{{{INLINE[0]}}}exclude", f"{{{INLINE[1]}}}exclude"):
            texts.append(_shown(child))
        texts.append(child.tail or "")
    return "".join(texts)


def _plain_text(root: Any) -> dict[str, str]:
    texts: dict[str, str] = {}
    for element in root:
        name = etree.QName(element).localname
        if name in _DEI and element.prefix == "dei" and element.text:
            texts.setdefault(name, element.text.strip())
    return texts


def _inline_text(root: Any) -> dict[str, str]:
    texts: dict[str, str] = {}
    for element in root.iter(*(f"{{{uri}}}nonNumeric" for uri in INLINE)):
        name = element.get("name", "")
        if name.startswith("dei:") and name.removeprefix("dei:") in _DEI:
            texts.setdefault(name.removeprefix("dei:"), " ".join(_shown(element).split()))
    return texts


def _collected(root: Any, facts: Iterator[_Read], texts: dict[str, str], *, is_inline: bool) -> Instance:
    contexts, units = _contexts(root), _units(root)
    kept: list[tuple[Any, ...]] = []
    problems: list[dict[str, str | None]] = []
    for concept, context_id, unit_id, decimals, number, problem in facts:
        context, unit = contexts.get(context_id), units.get(unit_id)
        if problem is None and context is None:
            problem = f"The context {context_id!r} is not in the document. {WHOLE_INSTANCE}"
        if problem is None and context is not None and context.cik is None:
            problem = (
                f"The context {context_id!r} does not say whose it is (identifier with the SEC's scheme and a CIK)."
            )
        if problem is None and decimals is not None and not _DECIMALS.fullmatch(decimals.strip()):
            problem = f"The decimals {decimals[:20]!r} are neither a whole number nor INF."
        if problem is None and unit is None:
            problem = f"The unit {unit_id!r} is not in the document. {WHOLE_INSTANCE}"
        if problem is not None or context is None or unit is None:
            problems.append(
                {
                    "locator": f"{concept} in context {context_id}",
                    "rule": "unreadable_fact",
                    "value": None,
                    "message": problem,
                }
            )
            continue
        kept.append(
            (
                concept,
                context_id,
                context.start,
                context.end,
                context.start is None and context.end is not None,
                unit,
                decimals,
                float("nan") if number is None else float(number),
                None if number is None else decimal_text(number),
                context.dimensions,
                context.cik,
            )
        )
    columns = dict(zip(FACT_COLUMNS, zip(*kept, strict=True), strict=True)) if kept else dict.fromkeys(FACT_COLUMNS, ())
    frame = pd.DataFrame(
        {
            "concept": pd.Series(columns["concept"], dtype="str"),
            "context_id": pd.Series(columns["context_id"], dtype="str"),
            "period_start": _days(columns["period_start"]),
            "period_end": _days(columns["period_end"]),
            "is_instant": pd.Series(columns["is_instant"], dtype="bool"),
            "unit": pd.Series(columns["unit"], dtype="str"),
            "decimals": pd.Series(columns["decimals"], dtype="str"),
            "value": pd.Series(columns["value"], dtype="float64"),
            "value_text": pd.Series(columns["value_text"], dtype="str"),
            "dimensions": pd.Series(columns["dimensions"], dtype="str"),
            "cik": pd.Series(columns["cik"], dtype="Int64"),
        }
    )
    ciks = {context.cik for context in contexts.values() if context.cik is not None}
    if len(ciks) > 1:
        raise DocumentError(
            "several_filers",
            f"The document has facts of CIK {listed(sorted(ciks))}; only filings of one filer are read.",
        )
    read = Instance(
        frame,
        next(iter(ciks), None),
        texts.get("DocumentType"),
        texts.get("DocumentPeriodEndDate"),
        is_inline,
        {prefix: uri for prefix, uri in root.nsmap.items() if prefix},
        problems,
        texts.get("EntityRegistrantName"),
        texts.get("CurrentFiscalYearEndDate"),
    )
    return with_prefixes(read, _renamed_prefixes(root.nsmap))


def with_prefixes(instance: Instance, renamed: Mapping[str, str]) -> Instance:
    """The instance with other prefixes in its names; renamed: old prefix -> new prefix."""
    if not renamed:
        return instance
    facts, problems = instance.facts, instance.problems
    return replace(
        instance,
        facts=facts.assign(
            concept=_renamed(facts["concept"], renamed), dimensions=_renamed(facts["dimensions"], renamed)
        ),
        namespaces={renamed.get(prefix, prefix): uri for prefix, uri in instance.namespaces.items()},
        problems=[
            problem | {"locator": _renamed(pd.Series([problem["locator"]]), renamed).iloc[0]} for problem in problems
        ],
    )


def _renamed_prefixes(nsmap: Mapping[str | None, str]) -> dict[str, str]:
    """Prefixes of the document that mean another namespace than the name suggests, with the prefix used here."""
    renamed: dict[str, str] = {}
    for prefix, uri in nsmap.items():
        standard = next((name for name, pattern in _STANDARD_PREFIXES.items() if pattern.fullmatch(uri)), None)
        if prefix and standard and prefix != standard:
            renamed[prefix] = standard
        elif prefix in _STANDARD_PREFIXES and standard is None:
            renamed[prefix] = f"other-{prefix}"
    return renamed


def _renamed(names: pd.Series, renamed: Mapping[str, str]) -> pd.Series:
    """Qualified names, or dimensions of them joined by = and |, with other prefixes; dimensions stay sorted."""
    pattern = re.compile(r"(?:(?<=^)|(?<=[=|]))(" + "|".join(map(re.escape, renamed)) + "):")

    def written(text: str) -> str:
        changed = pattern.sub(lambda match: renamed[match[1]] + ":", text)
        return "|".join(sorted(changed.split("|"))) if "=" in changed else changed

    return names.map({text: written(text) for text in names.dropna().unique()}).astype("str")


def _days(texts: Any) -> pd.Series:
    series = pd.Series(texts, dtype="str")
    wrong = series[series.notna() & ~series.str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}").fillna(False).astype("bool")]
    try:
        if len(wrong):
            raise ValueError(repr(wrong.iloc[0]))
        return pd.to_datetime(series, format="%Y-%m-%d").astype("datetime64[us]")
    except ValueError as error:
        raise DocumentError(
            "bad_period", f"A context has a period that is not a date ({error}); the document is damaged."
        ) from error
