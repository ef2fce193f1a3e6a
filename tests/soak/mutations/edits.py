"""Mutators that keep a document well-formed and change one value, unit, period, entity or date of it.

Each is a function (random, bytes) -> bytes that reads the document, changes one thing and writes it again. Add one here
for a new format. Broken documents are made in `tests/soak/mutations/attacks.py` and
`tests/soak/mutations/spoil_bytes.py`.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable
from typing import Any

import yaml

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping

from .spoil_bytes import HUGE_NUMBERS, INVISIBLE

Edit = Callable[[random.Random, bytes], bytes]

_VALUES = (
    "12,094", "-5", "0", "more than 1 million", "between 12,000 and 13,000", "hundreds of thousands", "half", "doubled", "nearly 3", "13 to 12", "(500)", "1e18",
    "1.5-2 million", "n/a", "-", "–", "12 million and 3", "a billion", "999999999999999", "0.000001", "NaN", "about over 5", "$5", "5%", *HUGE_NUMBERS,
)  # fmt: skip
_UNITS = (
    "RMB million", "USD", "US$ bn", "亿元人民币", "thousand units", "percent", "times", "rank", "USD per unit", "¥", "million", "bps", "XAU", "EUR thousand", "units",
    "CNY per unit", "billion", "TWD million", "percentage points", "JPY trillion", "units per USD", "x" * 90,
)  # fmt: skip
_PERIODS = (
    "Q2 2024", "FY2025 Q1", "H1 2024", "9M 2024", "CY2024", "2024-08-26", "2024-02", "FY1989", "CY2101", "FY2024-FY2026", "2024-01-01/2024-06-30", "2100-12-31", "1990",
    "1990-01-01/2100-12-31", "Q5 2024", "2024-02-30", "Q2 ٢٠٢٤", "FY24", "2024-12-31/2024-01-01", "September 2024", "0000", "9999-12-31", "2024Q2", "FY2100 Q4", "FY1990",
)  # fmt: skip
_DAYS = (
    "2024-04-01",
    "2024-06-30",
    "1990-01-01",
    "2100-12-31",
    "1989-12-31",
    "9999-12-31",
    "2024-02-30",
    "20240401",
    "٢٠٢٤-٠٤-٠١",
    "2024-04-01 ",
    "",
    "NaT",
    "2024-W35-1",
    "0001-01-01",
)
_ENTITIES = (
    "alibaba",
    "microsoft",
    "Chinese tech giants",
    "nvidia",
    "huawei",
    "Nobody & Sons",
    "ALIBABA",
    "us_hyperscalers",
    "meta",
    "bytedance",
    "",
    "\u202ealibaba",
    "amazon",
)
_WORDS: dict[str, tuple[str, ...]] = {
    "value": _VALUES, "value_low": _VALUES, "value_high": _VALUES, "unit": _UNITS, "period": _PERIODS, "period_start": _DAYS, "period_end": _DAYS, "entity": _ENTITIES,
    "customer": _ENTITIES, "supplier": _ENTITIES, "claimant": (*_ENTITIES, "x|y", "#", "\n"),
    "metric": ("capex", "cloud_revenue", "gpu_units", "gpu_unit_price", "cash_pile", "backlog", "nothing", "data_center_revenue", "gpu_share"),
    "measure": ("level", "yoy_growth", "share", "yoy_multiple", "growth"), "flow": ("shipped", "purchased", "ordered", "acquired", "forecast", "stolen"),
    "status": ("reported", "estimate", "forecast", "guidance", "derived", "rumour"), "bound": ("exact", "at_least", "at_most", "approximately", "range", "order_of_magnitude", "x"),
    "definition": ("cash_purchases", "as_printed", "alibaba_cloud_segment", "accrual_additions", "analyst_statement", "none"),
    "product": ("h20", "H100", "H2O", "B200", "x"), "id": ("B1", "q1", "a|b", "a#b", "", "x" * 3000, "\u200b"), "same_fact_as": ("B1", "T2", "q1", "B2", "nowhere", "a|b"),
    "document_id": ("results", "a|b", "a#b", "x\ny", "", "sec-0000789019-24-000102", "=1+1", "\u202eabc"), "document": ("results", "other", "", "good", "results-1-a"),
    "published": _DAYS, "published_by": _DAYS, "retrieved": _DAYS, "filed": (*_DAYS, "2024-04-25"), "accession": ("0000950170-24-048288", "1", "../../x", ""),
    "form": ("10-K", "8-K", "10-Q/A", "x", ""), "kind": ("article", "filing", "rumour", ""), "source_type": ("article", "estimate", "filing", "hearsay"),
    "span": ("5", "-1", "9" * 5000, "١٢", "36"), "period_of_report": ("2024-03-31", "March 31, 2024", "NaT", "31.3.2024", "9999-12-31"),
}  # fmt: skip
"""Words to put into a field, good, odd and wrong ones."""


def _word(chance: random.Random, field: str, old: Any) -> Any:
    if chance.random() < 0.15:
        text = str(old)
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice((*INVISIBLE, " ", "=", "\n", "\0", "|", "<b>", "'")) + text[at:]
    return chance.choice(_WORDS.get(field, (*_VALUES, *_ENTITIES, "", "x")))


def yaml_field(chance: random.Random, data: bytes) -> bytes:
    """One scalar of a YAML document changed, or a field added, removed or made a list."""
    try:
        content = load_yaml_mapping(data, "the document")
    except DocumentError:  # it was spoiled before
        return data
    places = [place for place in _leaves(content) if isinstance(place[1], str | int)]
    if not places:
        return data
    holder, key = chance.choice(places)
    what = chance.random()
    if what < 0.75 or isinstance(holder, list):
        holder[key] = _word(chance, str(key) if isinstance(key, str) else "span", holder[key])
    elif what < 0.85:
        del holder[key]
    elif what < 0.9:
        holder[key] = chance.choice(([], {}, [holder[key]], {"a": "b"}, None, ["1", "2"]))
    else:
        field = chance.choice(sorted(_WORDS))
        holder[field] = (
            [_word(chance, "span", "1"), _word(chance, "span", "9")] if field == "span" else _word(chance, field, "")
        )
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")


def _leaves(content: Any) -> list[tuple[Any, Any]]:
    """(holder, key) of every scalar in mappings and lists."""
    found: list[tuple[Any, Any]] = []
    entries = (
        list(content.items())
        if isinstance(content, dict)
        else list(enumerate(content))
        if isinstance(content, list)
        else []
    )
    for key, value in entries:
        found += _leaves(value) if isinstance(value, dict | list) else [(content, key)]
    return found


def csv_cell(chance: random.Random, data: bytes) -> bytes:
    """One or a few cells changed, or a row repeated with another value."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return data
    if len(rows) < 2 or not rows[0]:
        return data
    for _ in range(chance.choice((1, 1, 1, 3, 10))):
        at = chance.randrange(1, len(rows))
        if not rows[at]:
            continue
        column = chance.randrange(len(rows[at]))
        row = list(rows[at])
        row[column] = _word(chance, rows[0][min(column, len(rows[0]) - 1)], row[column])
        if chance.random() < 0.2:
            rows.append(row)
        else:
            rows[at] = row
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


_FACT_WORDS: dict[str, tuple[Any, ...]] = {
    "start": _DAYS, "end": _DAYS, "filed": _DAYS, "val": (0, -1, 1, 395, 1e15, 12.5, 10**18, 10**19, -(2**63), 1e300, "5", None, True, 0.1, 1e16),
    "accn": ("0000789019-24-000102", "0000789019-23-000101", "x", None, 5), "form": ("10-Q", "10-K", "8-K", "10-K/A", None, 1), "fy": (2024, None, -1, 10**12, "2024"),
    "fp": ("Q1", "FY", None, "", 7), "cik": (789019, "789019", 1018724, 0, -1, 10**12, None, True, 7.0, "٧"),
}  # fmt: skip


def json_fact(chance: random.Random, data: bytes) -> bytes:
    """One value of a companyfacts file changed, a fact repeated with another value, a unit or concept renamed."""
    try:
        content = json.loads(data)
        places = _leaves(content)
    except (ValueError, RecursionError):  # an earlier edit nested it deeper than Python reads
        return data
    if not places:
        return data
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        holder, key = chance.choice(places)
        if chance.random() < 0.1 and isinstance(holder, dict):
            holder.pop(key, None)
        else:
            holder[key] = chance.choice(_FACT_WORDS.get(str(key), ("x", 1, None, [], {})))
    text = json.dumps(content)
    if chance.random() < 0.15:
        text = text.replace('"USD"', chance.choice(('"EUR"', '"usd"', '"shares"', '"USD/shares"', '""')), 1)
    if chance.random() < 0.1:
        text = text.replace(
            "PaymentsToAcquirePropertyPlantAndEquipment",
            chance.choice(("Other", "FinanceLeasePrincipalPayments", "")),
            1,
        )
    return text.encode()


def xml_text(chance: random.Random, data: bytes) -> bytes:
    """One text or one attribute of an XML document exchanged for that of another element."""
    found = list(re.finditer(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>\n]+(?=<)', data))
    if len(found) < 2:
        return data
    one, other = chance.choice(found), chance.choice(found)
    return data[: one.start()] + other[0] + data[one.end() :]


def text_number(chance: random.Random, data: bytes) -> bytes:
    """One number or word of a text exchanged for another."""
    found = list(re.finditer(rb"[\w.,$%-]+", data))
    if not found:
        return data
    match = chance.choice(found)
    field = chance.choice(("value", "unit", "period", "entity", "metric"))
    return data[: match.start()] + str(_word(chance, field, "")).encode("utf-8", "replace") + data[match.end() :]


EDITS: dict[str, tuple[Edit, ...]] = {
    ".yaml": (yaml_field,) * 5,
    ".csv": (csv_cell,) * 5,
    ".json": (json_fact,) * 5,
    ".xml": (xml_text,) * 4,
    ".htm": (xml_text,) * 4,
    ".txt": (text_number,) * 4,
}
"""By ending of the file that is changed; often, since these get furthest."""
