"""Good documents of every kind in raw/, as the starting point of mutants: a few invented ones, and small shipped ones.

Add a document here for each new kind; nothing is wrong in it, and it has its own ids, so that many copies can be read
together. Mutators are in `tests/soak/mutations/edits.py` and the modules beside it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[3]
_LARGEST = 20_000
"""Bytes: larger documents of the shipped raw/ would make each trial slower and try nothing else."""


@dataclass(frozen=True)
class Seed:
    """A good document. main: the file to mutate; files(number): all of its files under ids that hold the number."""

    kind: str
    main: str
    files: Callable[[int], Mapping[str, bytes]]


def _figures(number: int) -> dict[str, bytes]:
    return {
        "figures.yaml": f"""document:
  document_id: article-{number}
  kind: article
  source_type: article
  title: Chinese groups spend more
  publisher: A newspaper
  url: https://example.org/{number}
  published: "2024-08-26"
  retrieved: "2024-09-01"
  licence: Invented
defaults: {{status: reported}}
figures:
  - {{id: B1, locator: paragraph 2, entity: baidu, metric: capex, definition: cash_purchases, period: Q2 2024, value: "3.0",
     unit: billion yuan, claimant: Baidu}}
  - {{id: B2, locator: paragraph 2, entity: baidu, metric: capex, measure: yoy_growth, definition: cash_purchases,
     period: Q2 2024, value: "10", unit: percent, claimant: Baidu}}
  - {{id: T1, entity: Chinese tech giants, metric: capex, definition: mixed_press_aggregate, period: H1 2024, value: "50",
     unit: billion yuan, bound: approximately}}
  - {{id: T2, entity: Chinese tech giants, metric: capex, definition: mixed_press_aggregate, period: H1 2024, value: "7",
     unit: billion USD, same_fact_as: T1}}
  - {{id: H1, entity: nvidia, metric: gpu_units, definition: analyst_statement, product: H2O, flow: forecast, period: CY2024,
     customer: Chinese tech companies, value: more than 1 million, unit: units, status: forecast, claimant: Analysts}}
  - {{id: H2, entity: nvidia, metric: gpu_unit_price, definition: analyst_price_statement, product: H20, flow: forecast,
     period: CY2024, value: "between 12,000 and 13,000", unit: USD per unit, status: forecast, claimant: Analysts}}
statements: []
""".encode()
    }


def _table(number: int) -> dict[str, bytes]:
    rows = [
        f'q1,results-{number}-a,table 1,cash_purchases,,2024-01-01,2024-03-31,"11,153",RMB million',
        f'q2,results-{number}-a,table 1,cash_purchases,Q2 2024,,,"12,094",RMB million',
        f"h1,results-{number}-b,table 2,cash_purchases,H1 2024,,,23.2,billion yuan",
        f'fy,results-{number}-b,table 2,cash_purchases,FY2025,2024-04-01,2025-03-31,"85,972",RMB million',
    ]
    header = "id,document,locator,definition,period,period_start,period_end,value,unit"
    sidecar = f"""kind: results_announcement
source_type: filing
documents:
  - {{document_id: results-{number}-a, title: Results, publisher: Example Group, published: "2024-08-15", retrieved: "2024-09-01"}}
  - {{document_id: results-{number}-b, title: Annual report, publisher: Example Group, published: "2025-05-15", retrieved: "2025-06-01"}}
defaults: {{entity: alibaba, metric: capex, claimant: Alibaba}}
"""
    return {"table.csv": "\n".join([header, *rows, ""]).encode(), "table.meta.yaml": sidecar.encode()}


def _companyfacts(number: int) -> dict[str, bytes]:
    periods = [
        ("2023-07-01", "2023-09-30", 10_000_000_000, 101, "Q1", "10-Q", "2023-10-24"),
        ("2023-07-01", "2023-12-31", 20_500_000_000, 102, "Q2", "10-Q", "2024-01-30"),
        ("2023-07-01", "2024-06-30", 45_000_000_000, 104, "FY", "10-K", "2024-07-30"),
    ]
    facts = ",\n".join(
        f'{{"start":"{start}","end":"{end}","val":{value},"accn":"{number:010d}-24-{last:06d}","fy":2024,"fp":"{part}",'
        f'"form":"{form}","filed":"{filed}"}}'
        for start, end, value, last, part, form, filed in periods
    )
    text = (
        '{"cik":789019,"entityName":"MICROSOFT CORP","facts":{"us-gaap":{"PaymentsToAcquirePropertyPlantAndEquipment":'
        f'{{"label":"Payments","description":"Cash paid","units":{{"USD":[\n{facts}\n]}}}}}}}}}}\n'
    )
    return {
        "facts.json": text.encode(),
        "facts.meta.yaml": b'kind: companyfacts\nretrieved: "2025-07-01"\nlicence: Invented\n',
    }


_CONCEPT = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
_NAMES = (
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2023" xmlns:msft="http://www.microsoft.com/20240331" '
    'xmlns:us-gaap="http://fasb.org/us-gaap/2023"'
)


def _contexts(prefix: str) -> str:
    identifier = f'<{prefix}identifier scheme="http://www.sec.gov/CIK">0000789019</{prefix}identifier>'
    member = (
        f'<{prefix}segment><xbrldi:explicitMember dimension="us-gaap:StatementBusinessSegmentsAxis">'
        f"msft:IntelligentCloudMember</xbrldi:explicitMember></{prefix}segment>"
    )
    spans = {"c1": ("2024-01-01", "2024-03-31"), "c2": ("2023-01-01", "2023-03-31"), "c3": ("2023-07-01", "2024-03-31")}
    contexts = [
        f'<{prefix}context id="{name}"><{prefix}entity>{identifier}{member}</{prefix}entity><{prefix}period>'
        f"<{prefix}startDate>{start}</{prefix}startDate><{prefix}endDate>{end}</{prefix}endDate></{prefix}period></{prefix}context>"
        for name, (start, end) in spans.items()
    ]
    contexts.append(
        f'<{prefix}context id="report"><{prefix}entity>{identifier}</{prefix}entity>'
        f"<{prefix}period><{prefix}instant>2024-03-31</{prefix}instant></{prefix}period></{prefix}context>"
    )
    unit = f'<{prefix}unit id="u1"><{prefix}measure>iso4217:USD</{prefix}measure></{prefix}unit>'
    return "\n".join([*contexts, unit])


_CLOUD = {"c1": "26,708", "c2": "22,081", "c3": "76,847"}


def _filing_sidecar(number: int, last: int) -> bytes:
    return (
        f"source_type: filing\nkind: xbrl_instance\naccession: {number:010d}-24-{last:06d}\nform: 10-Q\nfiled: 2024-04-25\n"
        'retrieved: "2024-05-01"\nlicence: Invented\n'
    ).encode()


def _instance(number: int) -> dict[str, bytes]:
    facts = "\n".join(
        f'<{_CONCEPT} contextRef="{context}" unitRef="u1" decimals="-6">{text.replace(",", "")}000000</{_CONCEPT}>'
        for context, text in _CLOUD.items()
    )
    xml = f"""<?xml version="1.0" encoding="utf-8"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" {_NAMES}>
<!-- {number} -->
{_contexts("")}
<dei:DocumentType contextRef="report">10-Q</dei:DocumentType>
<dei:DocumentPeriodEndDate contextRef="report">2024-03-31</dei:DocumentPeriodEndDate>
{facts}
</xbrl>
"""
    return {"instance.xml": xml.encode(), "instance.meta.yaml": _filing_sidecar(number, 77)}


def _inline(number: int) -> dict[str, bytes]:
    facts = "\n".join(
        f'<td><ix:nonFraction name="{_CONCEPT}" contextRef="{context}" unitRef="u1" decimals="-6" scale="6" '
        f'format="ixt:num-dot-decimal">{text}</ix:nonFraction></td>'
        for context, text in _CLOUD.items()
    )
    page = f"""<html xmlns="http://www.w3.org/1999/xhtml" xmlns:x="http://www.xbrl.org/2003/instance"
 xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" {_NAMES}>
<head><title>{number}</title></head><body><div><ix:header><ix:resources>{_contexts("x:")}</ix:resources></ix:header></div>
<p>Form <ix:nonNumeric name="dei:DocumentType" contextRef="report">10-Q</ix:nonNumeric> for
<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="report">March 31, 2024</ix:nonNumeric></p>
<table><tr>{facts}</tr></table></body></html>
"""
    return {"page.htm": page.encode(), "page.meta.yaml": _filing_sidecar(number, 78)}


def _article(number: int) -> dict[str, bytes]:
    return {
        f"2024-08-26-{number}.txt": f"""---
title: Chinese groups spend more on AI
publisher: A newspaper
url: https://example.org/text/{number}
published: 2024-08-26
retrieved: 2024-09-01
---
Alibaba’s capital spending came to Rmb23bn in the first six months of 2024, up 123 per cent year on year.

Tencent spent 8.7 billion yuan ($1.2 billion) in the second quarter, more than double what it spent a year earlier.
Nvidia will ship more than 1 million H20 chips this year at $12,000 to $13,000 each, analysts at SemiAnalysis said.
""".encode()
    }


def _reviewed(number: int) -> dict[str, bytes]:
    text = _article(number)
    (name,) = text
    review = f"""document:
  document_id: 2024-08-26-{number}
  kind: article
  source_type: article
  title: Chinese groups spend more on AI
  publisher: A newspaper
  url: https://example.org/text/{number}
  published: "2024-08-26"
  retrieved: "2024-09-01"
  licence: Facts and figures; text not reproduced
figures:
  - {{id: m001, span: [36, 43], quote: Rmb23bn, locator: paragraph 1, entity: alibaba, metric: capex, definition: cash_purchases,
     period: H1 2024, value: "23", unit: CNY billion, claimant: Alibaba}}
ignored:
  - {{span: [86, 98], text: 123 per cent, reason: It is stated elsewhere.}}
"""
    return {**text, name.replace(".txt", ".yaml"): review.encode()}


INVENTED: tuple[Seed, ...] = (
    Seed("figure YAML", "figures.yaml", _figures),
    Seed("CSV", "table.csv", _table),
    Seed("CSV sidecar", "table.meta.yaml", _table),
    Seed("companyfacts JSON", "facts.json", _companyfacts),
    Seed("XBRL instance", "instance.xml", _instance),
    Seed("filing sidecar", "instance.meta.yaml", _instance),
    Seed("inline XBRL", "page.htm", _inline),
    Seed("article text", "*.txt", _article),
    Seed("review beside a text", "*.yaml", _reviewed),
)
"""One of each kind. A main file with a star is the one with that ending."""


def main_name(seed: Seed, files: Mapping[str, bytes]) -> str:
    """The name of the file to mutate."""
    if not seed.main.startswith("*"):
        return seed.main
    return next(name for name in files if name.endswith(seed.main[1:]))


@functools.cache
def shipped() -> tuple[Seed, ...]:
    """The small documents of the shipped raw/, under ids of their own."""
    seeds = []
    for path in sorted((PROJECT / "raw").rglob("*")):
        kind = _KINDS.get(path.suffix)
        if kind is None or path.name.endswith(".meta.yaml") or path.stat().st_size > _LARGEST:
            continue
        beside = path.with_suffix(".meta.yaml")
        files = {path.name: path.read_bytes()} | ({beside.name: beside.read_bytes()} if beside.is_file() else {})
        seeds.append(Seed(kind, path.name, functools.partial(_renamed, files)))
    return tuple(seeds)


_KINDS = {".yaml": "figure YAML", ".csv": "CSV", ".json": "companyfacts JSON", ".xml": "XBRL instance"}


def _renamed(files: Mapping[str, bytes], number: int) -> dict[str, bytes]:
    """The same files with the number in every document id and accession number."""
    found: set[str] = set()
    for name, data in files.items():
        if name.endswith(".yaml"):
            content = yaml.load(data, Loader=yaml.CBaseLoader)
            found |= {
                entry["document_id"] for entry in content.get("documents", [content.get("document") or {}]) if entry
            }
    new = dict(files)
    for document_id in sorted(found, key=len, reverse=True):
        whole = re.compile(rb"(?<![\w-])" + re.escape(document_id.encode()) + rb"(?![\w-])")
        new = {name: whole.sub(f"{document_id}-{number}".encode(), data) for name, data in new.items()}
    accession = re.compile(rb"\b\d{10}(-\d{2}-\d{6})\b")
    return {name: accession.sub(f"{number:010d}".encode() + rb"\1", data) for name, data in new.items()}
