"""How well filings are read, against the facts that their inline XBRL tags: prints tables for a folder of HTML filings.

    python -m benchmarks.inline_facts FOLDER [--failures] [--part open|kept] [--document NAME]

A filing as inline XBRL says of each tagged number its value, unit, period and concept, and the reader knows nothing of these tags. Cells: of each
tagged amount in US dollars inside a table, the cells of that table with its numeral are looked up; right where they have its value, without a
value where the unit is not found. Figures: each filing is read as a document of its company is read in a build, and its figures are compared with
the facts that it tags for the whole company, by definition and period. Complete is the share of these facts, in tables and in sentences, that are
figures; precise is the share of figures with a known fact that have its value. A figure whose period no fact of its definition has is counted
apart, since management's discussion prints amounts that nobody tags; --failures prints them, each other wrong figure, and each missing fact with
what became of its number. Filings are called "10-Q-2025-06-30-HUBS.html", with the last day of the period and the ticker; a PDF of the same name is
the same filing printed, and is measured against the tags of the HTML file. The folder is split by company, into a part on which rules may be tuned and another.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from lxml import html

from benchmarks.bound_figures import COMPANIES
from benchmarks.printed_tables import interval
from capex_pipeline.printed_tables.html_tables import is_silent
from capex_pipeline.printed_tables.layout import PrintedCell
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import Reference, load
from capex_pipeline.sources.printed_document import ReadDocument, read_published
from capex_pipeline.values.fiscal_calendar import RULES, FiscalCalendar

CONCEPTS: Final = {
    "cash_purchases": ("PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets"),
    "total_revenue": (
        "Revenues", "RevenuesNetOfInterestExpense",
        "RevenueFromContractWithCustomerExcludingAssessedTax", "RevenueFromContractWithCustomerIncludingAssessedTax",
    ),
    "net_cash_from_operations": (
        "NetCashProvidedByUsedInOperatingActivities", "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
    ),
    "depreciation_of_property_and_equipment": ("Depreciation",),
    "depreciation_in_cash_flow_statement": (
        "DepreciationDepletionAndAmortization", "DepreciationAndAmortization", "DepreciationAmortizationAndAccretionNet",
    ),
    "finance_lease_principal": ("FinanceLeasePrincipalPayments",),
    "finance_lease_assets": ("RightOfUseAssetObtainedInExchangeForFinanceLeaseLiability",),
    "property_and_equipment_net": (
        "PropertyPlantAndEquipmentNet", "PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization",
    ),
    "remaining_performance_obligations": ("RevenueRemainingPerformanceObligation",),
    "leases_not_yet_commenced": (),
}  # fmt: skip
"""Concepts that mean what a definition means; the first that a filing tags for the whole company and a period counts."""
_OWN_CONCEPTS: Final = {
    "leases_not_yet_commenced": re.compile(r"Leases?NotYetCommenced(?!\w*Due)\w*(?:Amount|Payment|Liabilit|Obligation)")
}
"""Those that each company names itself."""
_OUTFLOWS: Final = ("cash_purchases", "finance_lease_principal")


class Fact(NamedTuple):
    """A tagged amount. table: its number from 1, None outside tables. start is None for a balance. parts: the axes that restrict it."""

    concept: str
    start: date | None
    end: date
    has_parts: bool
    numeral: str
    value: float
    step: float
    table: int | None


def facts_of(root: html.HtmlElement) -> Iterator[Fact]:
    """The amounts in US dollars that a filing tags and shows."""
    contexts: dict[str, tuple[date | None, date, bool]] = {}
    for context in root.iter("{*}context", "xbrli:context", "context"):
        days = {
            part.tag.rpartition(":")[2]: (part.text or "").strip()[:10]
            for part in context.iter()
            if isinstance(part.tag, str)
        }
        end = days.get("enddate") or days.get("instant")
        if end:
            start = days.get("startdate")
            parts = any(isinstance(part.tag, str) and part.tag.endswith("member") for part in context.iter())
            first = date.fromisoformat(start) if start else None
            contexts[context.get("id", "")] = (first, date.fromisoformat(end), parts)
    dollars = {
        unit.get("id", "")
        for unit in root.iter("{*}unit", "xbrli:unit", "unit")
        if "".join(unit.itertext()).strip().lower() == "iso4217:usd"
    }
    shown = (table for table in root.iter("table") if not any(map(is_silent, table.iterancestors())))
    tables = {table: number for number, table in enumerate(shown, start=1)}
    for tag in root.iter("ix:nonfraction"):
        span = contexts.get(tag.get("contextref", ""))
        numeral = "".join(tag.itertext()).strip()
        above = list(tag.iterancestors())
        if span is None or tag.get("unitref", "") not in dollars or any(one.tag == "ix:hidden" for one in above):
            continue
        try:
            scale = 10.0 ** int(tag.get("scale") or 0)
            value = float(numeral.replace(",", "")) * scale * (-1 if tag.get("sign") == "-" else 1)
        except ValueError:
            continue
        table = next((one for one in above if one.tag == "table"), None)
        concept = (tag.get("name") or "").rpartition(":")[2]
        yield Fact(concept, span[0], span[1], span[2], numeral, value, _step(numeral, scale), tables.get(table))


def _step(numeral: str, scale: float) -> float:
    return scale / 10.0 ** len(numeral.partition(".")[2])


def cell_outcomes(facts: list[Fact], cells: Iterable[PrintedCell]) -> Iterator[tuple[str, Fact]]:
    """right, wrong, no_value or no_cell of each tagged amount inside a table."""
    by_place: dict[tuple[str, str], list[PrintedCell]] = {}
    for cell in cells:
        by_place.setdefault((cell.place, cell.text.numeral), []).append(cell)
    for fact in facts:
        if fact.table is None:
            continue
        found = by_place.get((f"table {fact.table}", fact.numeral), [])
        values = {abs(cell.value) for cell in found if cell.value is not None}
        if any(abs(value - abs(fact.value)) <= 1e-9 * abs(fact.value) for value in values):
            yield "right", fact
        else:
            yield ("wrong" if values else "no_value" if found else "no_cell"), fact


class Key(NamedTuple):
    """A definition with the last day and the length in quarters of a period; 0 for a balance."""

    definition: str
    end: date
    quarters: int

    def is_same(self, other: Key) -> bool:
        """Whether two keys are of one metric and period, whose days fiscal calendars may place some days apart."""
        is_near = abs((self.end - other.end).days) <= 7
        is_metric = self.definition == other.definition or {self.definition, other.definition} == _OF_ONE_METRIC
        return is_metric and self.quarters == other.quarters and is_near


_OF_ONE_METRIC: Final = {"depreciation_of_property_and_equipment", "depreciation_in_cash_flow_statement"}
"""Definitions of one line of the cash flow statement, whose concept says less of its scope than its label."""


def _key(definition: str, start: date | None, end: date) -> Key:
    return Key(definition, end, round((end - start + timedelta(days=1)).days / 91.3) if start and start < end else 0)


class Figure(NamedTuple):
    """An amount that was read, the smallest difference that its digits show, and where it stands."""

    key: Key
    amount: float
    step: float
    place: str


def figures_of(document: ReadDocument) -> list[Figure]:
    """The figures of a document, in tables and in sentences; amounts on another basis than the reported one are left out."""
    found = [
        Figure(
            _key(one.name.definition_id, None if one.name.is_balance else one.period.start, one.period.end),
            one.amount,
            _step(one.cell.text.numeral, one.cell.scale or 1),
            f"{one.cell.locator} | {' / '.join(one.cell.heads)}",
        )
        for one in document.bound
        if one.outcome == "used" and one.period is not None and one.amount is not None and one.recast is None
    ]
    for said in document.prose:
        figure, mention = said.figure, said.mention
        is_reported = figure is not None and (figure.measure, figure.status) == ("level", "reported")
        if said.outcome == "used" and figure and is_reported and mention.value is not None and said.name:
            key = _key(said.name.definition_id, figure.start, figure.end)
            found.append(Figure(key, mention.value, mention.step, f"{said.place}: {mention.text}"))
    return found


def known_facts(facts: list[Fact]) -> dict[Key, Fact]:
    """The tagged facts of the whole company by definition and period, each in its finest rounding."""
    known: dict[Key, Fact] = {}
    ranks: dict[Key, tuple[int, float]] = {}
    cash_flows = {fact.table for fact in facts if fact.concept in CONCEPTS["net_cash_from_operations"]}
    for definition, concepts in CONCEPTS.items():
        own = _OWN_CONCEPTS.get(definition)
        for fact in facts:
            if (
                fact.has_parts
                or fact.value == 0
                or not (fact.concept in concepts or (own and own.search(fact.concept)))
            ):
                continue
            if definition == "depreciation_in_cash_flow_statement" and fact.table not in cash_flows:
                continue
            key = _key(definition, fact.start, fact.end)
            rank = (concepts.index(fact.concept) if concepts else 0, fact.step)
            if key not in ranks or rank < ranks[key]:
                known[key], ranks[key] = fact, rank
    return known


_MONTHS: Final = "january february march april may june july august september october november december".split()


def _said(root: html.HtmlElement, key: str) -> str:
    """What the cover of a filing says under a name of the entity information."""
    tags = (tag for tag in root.iter("ix:nonnumeric") if (tag.get("name") or "").endswith(f":{key}"))
    return next(("".join(tag.itertext()).strip() for tag in tags), "")


def calendar_of(root: html.HtmlElement, facts: Iterable[Fact]) -> FiscalCalendar:
    """The fiscal year of a filing: the month in which its cover says that it ends, with the rule that fits the ends of the years of its facts."""
    text = _said(root, "CurrentFiscalYearEndDate").lower()
    month = next((place for place, name in enumerate(_MONTHS, start=1) if name in text), None)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if month is None and len(numbers) == 2:
        month = numbers.pop(0)
    if month is None or not numbers:
        return FiscalCalendar(12)
    month = month if numbers[0] > 14 else (month - 2) % 12 + 1
    plain = FiscalCalendar(month)
    ends = {fact.end for fact in facts if fact.start and 360 <= (fact.end - fact.start).days <= 372}
    ends |= {fact.start - timedelta(days=1) for fact in facts if fact.start and (fact.end - fact.start).days > 80}
    ends = {end for end in ends if any(abs((end - plain.year_end(year)).days) <= 7 for year in (end.year, end.year - 1, end.year + 1))}  # fmt: skip
    for rule in RULES:
        calendar = FiscalCalendar(month, rule)
        if all(any(end == calendar.year_end(end.year + shift) for shift in (-1, 0, 1)) for end in ends):
            return calendar
    return plain


def is_kept(name: str) -> bool:
    """Whether the company of a filing belongs to the half on which no rule is tuned: by a hash of the ticker."""
    return int(hashlib.sha256(ticker(name).encode()).hexdigest(), 16) % 2 == 0


def ticker(name: str) -> str:
    """The last part of the name of a filing, "10-Q-2025-06-30-HUBS"."""
    return name.rpartition("-")[2]


class Filing(NamedTuple):
    """What the tags of an HTML filing say: its facts, fiscal year and company."""

    facts: list[Fact]
    calendar: FiscalCalendar
    company: str


@cache
def filing_of(path: Path) -> Filing:
    """An HTML filing, read by its tags alone."""
    root = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    facts = list(facts_of(root))
    return Filing(facts, calendar_of(root, facts), _said(root, "EntityRegistrantName") or ticker(path.stem))


def reference_for(paths: Iterable[Path]) -> Reference:
    """The reference data with the companies of the filings, as a user would add them who knows name, currency and fiscal year."""
    added: dict[str, dict[str, Any]] = {}
    for path in paths:
        filing = filing_of(path)
        if entity_of(path) not in {*COMPANIES.values(), *added}:
            end = {"month": filing.calendar.year_end_month, "rule": filing.calendar.rule}
            added[entity_of(path)] = {
                "entity_id": entity_of(path), "name": filing.company, "type": "company", "country": "US", "currency": "USD", "fiscal_year_end": end,
                "cik": None, "aliases": [], "preferred_definitions": {}, "note": "Filer of a document that is measured.",
            }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "entities.yaml").write_text(yaml.safe_dump({"entities": list(added.values())}), encoding="utf-8")
        return load(Path(folder))


def entity_of(path: Path) -> str:
    """The company of a filing, as the reference data name it."""
    name = ticker(path.stem).lower()
    return COMPANIES.get(name, f"filer_{re.sub(r'[^a-z0-9]', '_', name)}")


def read_filing(path: Path, reference: Reference) -> ReadDocument:
    """A filing read as a build reads a document of its company, two months after the end of its period."""
    form, _, rest = path.stem.partition("-20")
    published = date.fromisoformat(f"20{rest[:8]}") + timedelta(days=75)
    record = {
        "document_id": path.stem.lower(), "kind": "annual_report" if form == "10-K" else "quarterly_report", "source_type": "company_release", "title": path.stem,
        "publisher": ticker(path.stem), "published": published.isoformat(),
    }  # fmt: skip
    return read_published(
        path.read_bytes(), {"document": record, "entity": entity_of(path), "currency": "USD"}, path.name, reference
    )


def is_amount_of(figure: Figure, fact: Fact) -> bool:
    """Whether a figure has the amount of a fact, as exactly as both show it."""
    amount = abs(fact.value) if figure.key.definition in _OUTFLOWS else fact.value
    slack = 0.501 * max(figure.step, fact.step) if figure.step != fact.step else 0.0
    return abs(figure.amount - amount) <= slack + 1e-9 * abs(amount)


def compared(figures: list[Figure], known: dict[Key, Fact]) -> Iterator[tuple[str, Key, Figure | None]]:
    """right, wrong or untagged of each figure, and missing of each fact that is no figure."""
    met: set[Key] = set()
    for figure in figures:
        same = [key for key in known if key.is_same(figure.key)]
        own = [key for key in same if key.definition == figure.key.definition]
        right = [key for key in (*own, *same) if is_amount_of(figure, known[key])]
        met.update(right[:1], own)
        yield "right" if right else "wrong" if own else "untagged", (right or own or [figure.key])[0], figure
    for key in known:
        if key not in met:
            yield "missing", key, None


def measure(path: Path, reference: Reference, *, failures: bool) -> Counter[str]:
    """Counts of one filing."""
    filing = filing_of(path.with_suffix(".html"))
    counts: Counter[str] = Counter()
    try:
        document = read_filing(path, reference)
    except DocumentError as error:
        print(f"  {path.name}: {error}")
        return counts
    if path.suffix == ".html":
        for outcome, fact in cell_outcomes(filing.facts, document.cells):
            counts[outcome] += 1
            if failures and outcome == "wrong":
                print(f"  cell: table {fact.table} {fact.numeral} = {fact.value:,.0f} {fact.concept} {fact.end}")
    known = known_facts(filing.facts)
    for outcome, key, figure in compared(figures_of(document), known):
        counts[f"{key.definition} {outcome}"] += 1
        fact = known.get(key)
        if outcome == "missing" and fact:
            counts[f"missing in {'sentences' if fact.table is None else 'tables'}"] += 1
        if failures and outcome != "right":
            printed = f"{fact.value:,.0f} (table {fact.table}, {fact.concept})" if fact else ""
            read = f"{figure.amount:,.0f} at {figure.place[:160]}" if figure else _reasons(document, key, fact)
            print(f"  {outcome}: {key.definition} {key.end} {key.quarters} {printed} | {read}")
    return counts


def _reasons(document: ReadDocument, key: Key, fact: Fact | None) -> str:
    """What became of the cells with the numeral of a fact that bear the name of its definition, or the labels of the others."""
    if fact is None:
        return ""
    same = [one for one in document.bound if one.cell.text.numeral == fact.numeral and one.name.definition_id == key.definition]  # fmt: skip
    if same:
        return "; ".join(sorted({f"{one.outcome} {one.period and one.period.end}: {one.reason} [{' / '.join(one.cell.heads)[:60]}]" for one in same}))[:400]  # fmt: skip
    cells = [cell for cell in document.cells if cell.text.numeral == fact.numeral and (fact.table is None or cell.place == f"table {fact.table}")]  # fmt: skip
    return "no name: " + "; ".join(dict.fromkeys(f"{' > '.join((*cell.headings[-1:], cell.label))[:90]} [{' / '.join(cell.heads)[:50]}]" for cell in cells))[:400]  # fmt: skip


def main() -> int:
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", action="store_true", help="print each figure and fact that is not right")
    parser.add_argument("--part", choices=("open", "kept"), default="open")
    parser.add_argument("--document", default="", help="measure the filings whose names contain this")
    chosen = parser.parse_args()
    paths = [
        path
        for path in sorted((*chosen.folder.glob("*.html"), *chosen.folder.glob("*.pdf")))
        if chosen.document in path.name and is_kept(path.stem) == (chosen.part == "kept")
    ]
    reference = reference_for(path.with_suffix(".html") for path in paths)
    total: dict[str, Counter[str]] = {".html": Counter(), ".pdf": Counter()}
    for path in paths:
        counts = measure(path, reference, failures=chosen.failures)
        total[path.suffix] += counts
        print(f"{path.name:<30} {counts['right']:5} cells right, {counts['wrong']} wrong; " + " ".join(f"{key.replace(' ', '=')}={value}" for key, value in sorted(counts.items()) if " " in key and not key.endswith(" right")), flush=True)  # fmt: skip
    for suffix, counts in total.items():
        if counts:
            report(suffix, counts)
    return 0


def report(suffix: str, counts: Counter[str]) -> None:
    """Prints the totals of one format."""
    cells = sum(counts[key] for key in ("right", "wrong", "no_value", "no_cell"))
    low, high = interval(counts["right"], cells)
    print(f"\n{suffix}: cells: {counts['right']} of {cells} right = {counts['right'] / max(cells, 1):.4f} ({low:.4f} to {high:.4f}), "
          f"{counts['wrong']} wrong, {counts['no_value']} without a unit, {counts['no_cell']} not found")  # fmt: skip
    every: Counter[str] = Counter()
    for definition in (*CONCEPTS, "all"):
        of = Counter(
            {outcome: counts[f"{definition} {outcome}"] for outcome in ("right", "wrong", "missing", "untagged")}
        )
        every += of if definition != "all" else Counter()
        of = every if definition == "all" else of
        low, high = interval(of["right"], of.total() - of["untagged"])
        print(f"{definition:<40} {of['right']:4} right, {of['wrong']:3} wrong, {of['missing']:4} missing, {of['untagged']:3} untagged; "
              f"precise {of['right'] / max(of['right'] + of['wrong'], 1):.3f}, complete {of['right'] / max(of.total() - of['untagged'], 1):.3f} ({low:.3f} to {high:.3f})")  # fmt: skip
    print(f"missing in tables {counts['missing in tables']}, in sentences {counts['missing in sentences']}")


if __name__ == "__main__":
    sys.exit(main())
