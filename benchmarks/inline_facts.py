"""How well the tables of filings are read, against the facts that their inline XBRL tags: prints tables for a folder of HTML filings.

    python -m benchmarks.inline_facts FOLDER [--failures] [--part open|kept] [--document NAME]

A filing as inline XBRL says of each tagged number its value, unit, period and concept. Cells: of each tagged amount in US dollars inside a
table, the cells of that table with its numeral are looked up; right where they have its value, without a value where the unit is not found.
Bound: of each metric and period that the filing tags for the whole company, the bound figure of the names that mean the same everywhere is
looked up; companies that name fiscal years after the year in which they begin are left out of it. Annual reports as PDF in the folder, "10-K-2022-MMM.pdf",
are measured against what HTML filings of the same company tag for that year. The reader itself knows nothing of the tags. The folder is split by company, as a part on which rules may be tuned and another.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from lxml import html

from benchmarks.bound_figures import COMPANIES
from benchmarks.printed_tables import interval
from capex_pipeline.printed_tables.binding import Bound, bind
from capex_pipeline.printed_tables.cover import annual_report_end
from capex_pipeline.printed_tables.formats import read_document
from capex_pipeline.printed_tables.html_tables import is_silent
from capex_pipeline.printed_tables.layout import PrintedCell, read_layout
from capex_pipeline.printed_tables.pieces import PrintedDocument
from capex_pipeline.reference import Reference, load
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

CONCEPTS = {
    "PaymentsToAcquirePropertyPlantAndEquipment": "capex", "PaymentsToAcquireProductiveAssets": "capex",
    "Revenues": "revenue", "RevenuesNetOfInterestExpense": "revenue", "RevenueFromContractWithCustomerExcludingAssessedTax": "revenue",
    "RevenueFromContractWithCustomerIncludingAssessedTax": "revenue",
    "NetCashProvidedByUsedInOperatingActivities": "operating_cash_flow",
    "DepreciationDepletionAndAmortization": "depreciation", "DepreciationAndAmortization": "depreciation", "Depreciation": "depreciation",
    "DepreciationAmortizationAndAccretionNet": "depreciation",
    "PropertyPlantAndEquipmentNet": "property_and_equipment",
    "RevenueRemainingPerformanceObligation": "remaining_performance_obligations",
}  # fmt: skip
"""Metrics of concepts of the whole company. A metric that a filing tags with several concepts may be any of their amounts."""


class Fact(NamedTuple):
    """A tagged amount. table: its number from 0, None outside tables. start is None for a balance. parts: the axes that restrict it."""

    concept: str
    start: date | None
    end: date
    has_parts: bool
    numeral: str
    value: float
    table: int | None


def facts_of(root: html.HtmlElement) -> Iterator[Fact]:
    """The tagged amounts in US dollars of a filing, without sign."""
    contexts: dict[str, tuple[date | None, date, bool]] = {}
    for context in root.iter("{*}context", "xbrli:context"):
        days = {
            part.tag.rpartition(":")[2]: (part.text or "").strip()[:10]
            for part in context.iter()
            if isinstance(part.tag, str)
        }
        end = days.get("enddate") or days.get("instant")
        if end:
            start = days.get("startdate")
            parts = any(isinstance(part.tag, str) and part.tag.endswith("member") for part in context.iter())
            contexts[context.get("id", "")] = (
                date.fromisoformat(start) if start else None,
                date.fromisoformat(end),
                parts,
            )
    shown = (table for table in root.iter("table") if not any(map(is_silent, table.iterancestors())))
    tables = {table: number for number, table in enumerate(shown)}
    for tag in root.iter("ix:nonfraction"):
        span = contexts.get(tag.get("contextref", ""))
        numeral = "".join(tag.itertext()).strip()
        if (
            span is None
            or "usd" not in (tag.get("unitref") or "").lower()
            or "share" in (tag.get("unitref") or "").lower()
        ):
            continue
        try:
            value = float(numeral.replace(",", "")) * 10 ** int(tag.get("scale") or 0)
        except ValueError:
            continue
        table = next((one for one in tag.iterancestors("table")), None)
        concept = (tag.get("name") or "").rpartition(":")[2]
        yield Fact(concept, span[0], span[1], span[2], numeral, value, tables.get(table))


def cell_outcomes(facts: list[Fact], cells: list[PrintedCell]) -> Iterator[tuple[str, Fact]]:
    """right, wrong, no_value or no_cell of each tagged amount inside a table."""
    by_place: dict[tuple[str, str], list[PrintedCell]] = {}
    for cell in cells:
        by_place.setdefault((cell.place, cell.text.numeral), []).append(cell)
    for fact in facts:
        if fact.table is None:
            continue
        found = by_place.get((f"table {fact.table}", fact.numeral), [])
        values = {abs(cell.value) for cell in found if cell.value is not None}
        if any(abs(value - fact.value) <= 1e-9 * fact.value for value in values):
            yield "right", fact
        else:
            yield ("wrong" if values else "no_value" if found else "no_cell"), fact


def _key(metric: str, start: date | None, end: date) -> tuple[str, date, int]:
    """Metric, end of the nearest month and length in quarters: fiscal calendars may end some days beside it."""
    month_end = (end + timedelta(days=14)).replace(day=1)
    return metric, month_end, round((end - start + timedelta(days=1)).days / 91.3) if start else 0


def bound_amounts(bound: list[Bound]) -> dict[tuple[str, date, int], float]:
    """Amounts of bound figures by metric and period, without sign."""
    return {
        _key(one.name.metric, None if one.name.is_balance else one.period.start, one.period.end): abs(one.amount)
        for one in bound
        if one.outcome == "used" and one.period is not None and one.amount is not None
        if one.name.metric != "capex" or one.name.definition_id == "cash_purchases"
    }


def known_amounts(facts: list[Fact]) -> dict[tuple[str, date, int], set[float]]:
    """Tagged amounts inside tables by metric and period."""
    known: dict[tuple[str, date, int], set[float]] = {}
    cash_flows = {fact.table for fact in facts if CONCEPTS.get(fact.concept) == "operating_cash_flow"}
    for fact in facts:
        metric = CONCEPTS.get(fact.concept)
        if metric == "depreciation" and fact.table not in cash_flows:
            continue  # the definition is the line of the cash flow statement
        if metric and not fact.has_parts and fact.table is not None:
            known.setdefault(_key(metric, fact.start, fact.end), set()).add(fact.value)
    return known


_MONTHS = "january february march april may june july august september october november december".split()


def calendar_of(root: html.HtmlElement) -> FiscalCalendar:
    """The fiscal year of a filing by the month in which it says that it ends."""
    for tag in root.iter("ix:nonnumeric"):
        if (tag.get("name") or "").endswith("CurrentFiscalYearEndDate"):
            text = "".join(tag.itertext()).strip().lower()
            month = next((place for place, name in enumerate(_MONTHS, start=1) if name in text), None)
            numbers = [int(number) for number in re.findall(r"\d+", text)]
            if month is None and len(numbers) == 2:
                month = numbers.pop(0)
            if month and numbers:
                return FiscalCalendar(month if numbers[0] > 14 else (month - 2) % 12 + 1)
    return FiscalCalendar(12)


def is_named_by_start(root: html.HtmlElement) -> bool:
    """Whether the company names its fiscal years after the calendar year in which they begin, which `FiscalCalendar` does not."""
    said = {
        (tag.get("name") or "").rpartition(":")[2]: "".join(tag.itertext()).strip()
        for tag in root.iter("ix:nonnumeric")
    }
    focus, period, end = (
        said.get(f"Document{key}", "") for key in ("FiscalYearFocus", "FiscalPeriodFocus", "PeriodEndDate")
    )
    year = "".join(filter(str.isdigit, end))[-4:] if "," in end else end[:4]
    return period == "FY" and focus.isdigit() and year.isdigit() and int(focus) < int(year)


def is_kept(name: str) -> bool:
    """Whether the company of a filing belongs to the half on which no rule is tuned: by a hash of the ticker."""
    return int(hashlib.sha256(name.rpartition("-")[2].encode()).hexdigest(), 16) % 2 == 0


class Filing(NamedTuple):
    """The root of an HTML filing and the amounts that it tags."""

    root: html.HtmlElement
    facts: list[Fact]


def filing_of(path: Path) -> Filing:
    """An HTML filing, read by its tags alone."""
    root = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    return Filing(root, list(facts_of(root)))


def ticker(path: Path) -> str:
    """The last part of the name of a filing, "10-K-2022-MMM"."""
    return path.stem.rpartition("-")[2]


def measure(path: Path, reference: Reference, *, failures: bool) -> Counter[str]:
    """Counts of one HTML filing."""
    filing = filing_of(path)
    document = read_document(path.read_bytes(), path.name)
    cells = read_layout(document.tables, "USD")
    counts: Counter[str] = Counter()
    for outcome, fact in cell_outcomes(filing.facts, cells):
        counts[outcome] += 1
        if failures and outcome != "right":
            print(f"  {outcome}: table {fact.table} {fact.numeral} = {fact.value:,.0f} {fact.concept} {fact.end}")
    if is_named_by_start(filing.root):
        return counts
    return counts + _bound_counts(path, document, cells, calendar_of(filing.root), known_amounts(filing.facts), reference, failures=failures)  # fmt: skip


def measure_print(path: Path, filings: list[Filing], reference: Reference, *, failures: bool) -> Counter[str]:
    """Counts of an annual report as PDF, "10-K-2022-MMM.pdf", against what HTML filings of the company tag for that year and the one before."""
    year = int(path.stem.split("-")[-2])
    known: dict[tuple[str, date, int], set[float]] = {}
    if not filings or is_named_by_start(filings[0].root):
        return Counter()
    calendar = calendar_of(filings[0].root)
    ends = [_key("", None, calendar.year_end(one))[1] for one in (year, year - 1)]
    for filing in filings:
        for key, values in known_amounts(filing.facts).items():
            if (key[1] == ends[0] and key[2] in (0, 4)) or (key[1] == ends[1] and key[2] == 4):
                known.setdefault(key, set()).update(values)
    document = read_document(path.read_bytes(), path.name)
    cells = read_layout(document.tables, "USD")
    return _bound_counts(path, document, cells, calendar, known, reference, failures=failures)


def _bound_counts(
    path: Path,
    document: PrintedDocument,
    cells: list[PrintedCell],
    calendar: FiscalCalendar,
    known: dict[tuple[str, date, int], set[float]],
    reference: Reference,
    *,
    failures: bool,
) -> Counter[str]:
    counts: Counter[str] = Counter()
    names = reference.printed_names(COMPANIES.get(ticker(path).lower(), ""))
    bound = bind(cells, names, calendar, "USD", annual_end=annual_report_end(document, calendar))
    amounts = bound_amounts(bound)
    for key, values in sorted(known.items()):
        metric = key[0]
        amount = amounts.get(key)
        is_known = amount is not None and any(math.isclose(amount, value) for value in values)
        outcome = "missing" if amount is None else "bound" if is_known else "misbound"
        counts[f"{metric} {outcome}"] += 1
        if failures and outcome != "bound":
            reasons = {str(one.reason) for one in bound if one.name.metric == metric and one.outcome == "not_bound"}
            print(
                f"  {outcome}: {metric} {key[1]} {key[2]} {values} {amounts.get(key)}: {'; '.join(sorted(reasons))[:200]}"
            )
    return counts


def main() -> int:
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--failures", action="store_true", help="print each tagged amount that is not read or bound rightly"
    )
    parser.add_argument("--part", choices=("open", "kept"), default="open")
    parser.add_argument("--document", default="", help="measure the filings whose names contain this")
    chosen = parser.parse_args()
    reference = load()
    total: Counter[str] = Counter()
    print("filing                         right  wrong no value no cell")
    filings: dict[str, list[Filing]] = {}
    paths = sorted((*chosen.folder.glob("*.html"), *chosen.folder.glob("*.pdf")), key=lambda path: path.suffix)
    for path in paths:
        if path.stat().st_size and chosen.document in path.name and is_kept(path.stem) == (chosen.part == "kept"):
            if path.suffix == ".pdf":
                if ticker(path) not in filings:
                    filings[ticker(path)] = [
                        filing_of(one)
                        for one in paths
                        if one.suffix == ".html" and ticker(one) == ticker(path) and one.stat().st_size
                    ]
                counts = measure_print(path, filings[ticker(path)], reference, failures=chosen.failures)
            else:
                counts = measure(path, reference, failures=chosen.failures)
            total += counts
            print(f"{path.name:<30} {counts['right']:5} {counts['wrong']:6} {counts['no_value']:8} {counts['no_cell']:7}  "
                  + " ".join(f"{key}={value}" for key, value in sorted(counts.items()) if " " in key and not key.endswith(" bound")))  # fmt: skip
    cells = sum(total[key] for key in ("right", "wrong", "no_value", "no_cell"))
    low, high = interval(total["right"], cells)
    print(f"\ncells: {total['right']} of {cells} right = {total['right'] / max(cells, 1):.4f} ({low:.4f} to {high:.4f}), "
          f"{total['wrong']} wrong, {total['no_value']} without a unit, {total['no_cell']} not found")  # fmt: skip
    for metric in sorted(set(CONCEPTS.values())):
        right, wrong, missing = (total[f"{metric} {outcome}"] for outcome in ("bound", "misbound", "missing"))
        low, high = interval(right, right + wrong + missing)
        print(f"{metric:<34} {right:4} bound, {wrong:3} wrong, {missing:4} missing; "
              f"precise {right / max(right + wrong, 1):.3f}, complete {right / max(right + wrong + missing, 1):.3f} ({low:.3f} to {high:.3f})")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
