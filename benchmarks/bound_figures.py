"""How well the figures of printed documents are bound: prints tables for the labelled documents beside the checkout.

    python -m benchmarks.bound_figures [--failures] [--kept-aside] [--document NAME]

A fact is a metric and a period that a label states: capital expenditure by purchases, total revenue, and cloud revenue of Amazon and
Alphabet. A bound figure is right where its amount is the labelled one, wrong where a label of the same metric and period states another, and
not judged where no label speaks of it. Companies that the reference data do not have are read with the names that mean the same everywhere.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from benchmarks.printed_tables import FOLDER, Label, interval, labels, read_cells
from capex_pipeline.printed_tables.binding import Bound, bind
from capex_pipeline.reference import Reference, load
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

COMPANIES = {
    "nvda": "nvidia",
    "googl": "alphabet",
    "goog": "alphabet",
    "amzn": "amazon",
    "meta": "meta",
    "msft": "microsoft",
    "orcl": "oracle",
    "amd": "amd",
}
CALENDARS = {
    "aapl": FiscalCalendar(9, "last_saturday"), "amd": FiscalCalendar(12, "last_saturday"), "bke": FiscalCalendar(1, "nearest_saturday"),
    "cost": FiscalCalendar(8, "nearest_sunday"), "crm": FiscalCalendar(1), "dis": FiscalCalendar(9, "nearest_saturday"),
    "intc": FiscalCalendar(12, "last_saturday"), "ko": FiscalCalendar(12),
}  # fmt: skip
"""Fiscal years of companies that the reference data do not have, from their filings; the calendar year where none is given."""
METRICS = {"capex_purchases": "capex", "revenue_total": "revenue"}
_CLOUD = {"amzn": "AWS", "googl": "Google Cloud"}
Fact = tuple[str, date, int]
"""Metric, last day, and length in quarters."""


def bound_figures(name: str, wanted: list[Label], reference: Reference) -> list[Bound]:
    """The cells of a document that bear a printed name."""
    ticker = name.partition("-")[0]
    entity = COMPANIES.get(ticker, "")
    calendar = reference.calendars[entity] if entity else CALENDARS.get(ticker, FiscalCalendar(12))
    currencies = Counter(one["currency"] for one in wanted if one["currency"] and not one["is_convenience_translation"])
    return bind(read_cells(name, wanted), reference.printed_names(entity), calendar, currencies.most_common(1)[0][0])


def facts_of(wanted: Iterable[Label], ticker: str) -> dict[Fact, set[float]]:
    """Labelled amounts by fact, without their sign; translations and recast columns are left out."""
    facts: dict[Fact, set[float]] = {}
    for label in wanted:
        metric = METRICS.get(label["definition"])
        if label["definition"] == "revenue_segment" and label["row_label"] == _CLOUD.get(ticker):
            metric = "cloud_revenue"
        if (
            metric is None
            or label["unit"] != "money"
            or label["is_convenience_translation"]
            or label["is_recast"]
            or not label["period_start"]
        ):
            continue
        start, end = date.fromisoformat(label["period_start"]), date.fromisoformat(label["period_end"])
        facts.setdefault((metric, end, _quarters(start, end)), set()).add(abs(label["value"]))
    return facts


def amounts_of(bound: Iterable[Bound]) -> dict[Fact, float]:
    """Amounts of bound figures by fact, without their sign."""
    return {
        (one.name.metric, one.period.end, _quarters(one.period.start, one.period.end)): abs(one.amount)
        for one in bound
        if one.outcome == "used" and one.period is not None and one.amount is not None
        if one.name.metric != "capex" or one.name.definition_id == "cash_purchases"
    }


def _quarters(start: date, end: date) -> int:
    return round((end - start + timedelta(days=1)).days / 91.3)


def main() -> int:
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--failures", action="store_true", help="print each fact that is not bound rightly")
    parser.add_argument("--kept-aside", action="store_true", help="measure the documents on which no rule was tuned")
    parser.add_argument("--document", help="measure one document")
    chosen = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"The labelled documents are not at {FOLDER}; nothing is measured.")
        return 0
    reference = load()
    print("document                        facts right wrong missing unjudged confirmed")
    formats: dict[str, Counter[str]] = {}
    for name, wanted in sorted(labels(chosen.kept_aside).items()):
        if chosen.document and chosen.document not in name:
            continue
        facts = facts_of(wanted, name.partition("-")[0])
        bound = bound_figures(name, wanted, reference)
        counts: Counter[str] = Counter(facts=len(facts))
        amounts = amounts_of(bound)
        reached = {
            fact
            for fact in facts.keys() & amounts.keys()
            if any(math.isclose(amounts[fact], known) for known in facts[fact])
        }
        wrong = sorted((facts.keys() & amounts.keys()) - reached)
        counts["confirmed"] = sum(bool(one.confirmed) for one in bound if one.outcome == "used")
        counts["unjudged"] = len(amounts.keys() - facts.keys())
        counts["wrong"] = len(wrong)
        if chosen.failures:
            for fact in wrong:
                print(f"  wrong: {fact} {amounts[fact]:,.0f}, labelled {facts[fact]}")
        counts["right"] = len(reached)
        counts["missing"] = len(facts) - len(reached)
        if chosen.failures:
            for fact in sorted(facts.keys() - reached):
                reasons = {one.reason for one in bound if one.name.metric == fact[0] and one.outcome == "not_bound"}
                print(f"  missing: {fact} {facts[fact]}: {'; '.join(map(str, reasons))[:300] or 'no row bears a name'}")
        _print(name, counts)
        formats.setdefault(name.rpartition(".")[2], Counter()).update(counts)
    print()
    for kind, counts in sorted(formats.items()):
        _print(kind, counts)
        judged = counts["right"] + counts["wrong"]
        for what, of in (("precise", judged), ("complete", counts["facts"])):
            low, high = interval(counts["right"], of)
            print(f"  {what}: {counts['right'] / max(of, 1):.3f} ({low:.3f} to {high:.3f})")
    return 0


def _print(name: str, counts: Counter[str]) -> None:
    print(
        f"{name:<30} {counts['facts']:6} {counts['right']:5} {counts['wrong']:5} {counts['missing']:7} {counts['unjudged']:8} {counts['confirmed']:9}"
    )


if __name__ == "__main__":
    sys.exit(main())
