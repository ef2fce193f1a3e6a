"""Turns rows of the tables into rows of charts: money in billions or chips in units, each with its document.

Add here what chooses, scales or marks rows for a chart. Marks and colours are in `report/charts.py`, markup is in the
sections (`report/capex_section.py` and others).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.normalise.time_axis import calendar_quarters
from capex_pipeline.report import formatting
from capex_pipeline.schemas.rules import reviewed_by_company
from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES
from capex_pipeline.values import escaping

BILLION = 1e9
YEARS_SHOWN = 8
MOST_PANELS = 30
"""Maximum number of companies with a panel in a section; the others are named, and are in the comparison and the
workbook.
"""
PREFERRED = "preferred"
_DOCUMENT_COLUMNS = ("document_id", "title", "publisher", "published_on", "published_by", "url")
_MONEY_COLUMNS = (
    "observation_id", "entity_id", "definition_id", "calendar_quarter", "status", "bound", "source_type", "claimant", "document_id", "locator",
    "derived_from", "review_state", "is_preferred", "currency", "amount_low", "amount", "amount_high", "amount_usd", "amount_usd_low", "amount_usd_high",
    "first_reported_amount", "first_reported_on", "is_break", "note", "segment",
)  # fmt: skip
"""Columns that panels need; selecting rows is faster with few columns."""
Row = dict[str, Any]


@dataclass
class DocumentIndex:
    """Numbers documents in the order in which charts name them, so that a row contains a number instead of a title."""

    documents: pd.DataFrame
    places: dict[str, int] = field(default_factory=dict)

    def place(self, document_id: object) -> int | None:
        """The document's number; None if the row names no document."""
        return (
            None if formatting.is_missing(document_id) else self.places.setdefault(str(document_id), len(self.places))
        )

    def listed(self) -> list[dict[str, str | None]]:
        """Each named document: id, title, publisher, day and address (None if it has no web address)."""
        named = self.documents[self.documents["document_id"].isin(self.places)]
        known = {row.document_id: row for row in records(named[list(_DOCUMENT_COLUMNS)])}
        return [self._entry(name, known.get(name)) for name in self.places]

    @staticmethod
    def _entry(name: str, row: Any) -> dict[str, str | None]:
        if row is None:
            return {"id": name, "title": name, "publisher": None, "day": None, "url": None}
        published = row.published_on if not formatting.is_missing(row.published_on) else row.published_by
        return {
            "id": name,
            "title": formatting.optional(row.title) or name,
            "publisher": formatting.optional(row.publisher),
            "day": None if formatting.is_missing(published) else formatting.day(published),
            "url": escaping.web_address(row.url),
        }


def first_quarter_shown(rows: pd.DataFrame) -> pd.Timestamp:
    """First day of the first year that charts show: eight years including the last one with a preferred row."""
    last = rows.loc[rows["is_preferred"], "calendar_quarter"].dropna().max()
    return (
        pd.Timestamp(1970, 1, 1)
        if formatting.is_missing(last)
        else pd.Timestamp(int(str(last)[:4]) - YEARS_SHOWN + 1, 1, 1)
    )


def quarters_of(rows: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Quarter rows of companies from a day on, with `start`, the first day of their calendar quarter."""
    is_chosen = rows["calendar_quarter"].notna() & ~rows["is_aggregate"] & (rows["status"] != "guidance")
    chosen = rows.loc[is_chosen, [name for name in _MONEY_COLUMNS if name in rows]]
    start = calendar_quarters(chosen["calendar_quarter"]).start_time.astype("datetime64[us]")
    chosen = chosen.assign(start=start)
    return chosen[chosen["start"] >= since]


def money_series(rows: pd.DataFrame, index: DocumentIndex, names: Mapping[str, str]) -> list[Row]:
    """One company's series: a row for each quarter in time order, split into runs at gaps and breaks.

    rows: at most one row per quarter is used, filings before estimates. names: definition id to name.
    """
    order = rows.assign(is_claim=~reviewed_by_company(rows))
    order = order.sort_values(
        ["start", "is_claim", "is_preferred", "status", "observation_id"],
        ascending=[True, True, False, False, True],
        kind="stable",
    )
    one = order.drop_duplicates("start")
    return [_money_row(row, int(number), index, names) for row, number in zip(records(one), _runs(one), strict=True)]


def press_claims(rows: pd.DataFrame, index: DocumentIndex, names: Mapping[str, str]) -> list[Row]:
    """Quarters that only an article or estimate states, each as a separate point beside every series."""
    stated = rows[(~rows["source_type"].isin(COMPANY_SOURCES)) & rows["amount"].notna()].sort_values(
        ["start", "observation_id"], kind="stable"
    )
    return [{**_money_row(row, -1 - place, index, names), "kind": "claim"} for place, row in enumerate(records(stated))]


def definition_band(rows: pd.DataFrame) -> list[Row]:
    """Smallest and largest amount on record by quarter over the definitions of filings; equal for quarters with one
    definition.
    """
    filed = rows[reviewed_by_company(rows) & rows["amount"].notna()]
    if filed["definition_id"].nunique() < 2:
        return []
    spread = filed.groupby("start", sort=True).agg(
        low=("amount", "min"), high=("amount", "max"), low_usd=("amount_usd", "min"), high_usd=("amount_usd", "max")
    )
    return [
        {
            "t": formatting.milliseconds(start),
            "low_own": _billions(low),
            "high_own": _billions(high),
            "low_usd": _billions(low_usd),
            "high_usd": _billions(high_usd),
        }
        for start, low, high, low_usd, high_usd in spread.itertuples(name=None)
    ]


def without_panel(names: Mapping[str, str], companies: Sequence[str]) -> str:
    """Markup that names the companies that have no panel; empty if every company has one."""
    if not companies:
        return ""
    listed = ", ".join(names.get(one, one) for one in companies)
    return f'<p class="note">{len(companies)} smaller companies have no panel here; they are in the comparison above: {formatting.escape(listed)}.</p>'


def break_marks(rows: pd.DataFrame) -> list[Row]:
    """Days from which a preferred series has another definition or scope, with the note that explains it."""
    marked = rows[rows["is_break"] & rows["is_preferred"]].drop_duplicates("start").sort_values("start", kind="stable")
    return [
        {"t": formatting.milliseconds(row.start), "note": formatting.optional(row.note) or ""}
        for row in records(marked)
    ]


def formula(locator: object, derived_from: object) -> str | None:
    """How a derived amount is computed: "2018 less 2018-01 to 2018-09"; None where its operands name no periods.

    derived_from: figure ids joined by |, each with the first and the last day of its period between slashes.
    """
    if formatting.is_missing(derived_from) or not str(locator).startswith("derived"):
        return None
    periods = []
    for operand in str(derived_from).split("|"):
        days = [
            part
            for part in operand.split("/")
            if len(part) == 10 and part[4] == part[7] == "-" and part.replace("-", "").isdecimal()
        ]
        if len(days) != 2:
            return None
        periods.append(formatting.period_name(pd.Timestamp(days[0]), pd.Timestamp(days[1])))
    joint = {"derived: difference": " less ", "derived: sum": " plus "}.get(str(locator), ", ")
    return joint.join(periods)


def place_in_document(locator: object) -> str | None:
    """Where a number is in its document; None for a derived amount, whose formula says more."""
    text = formatting.optional(locator)
    return None if text is None or text.startswith("derived") else text


def bounded(row: Any, low: str, value: str, high: str, scale: float) -> Row:
    """Ends and point of a statement, divided by scale. `above` is a lower bound without an upper one.

    `stated` is true if somebody stated the point; the middle of a range only carries the tooltip.
    """
    ends = {
        name: formatting.number(getattr(row, column))
        for name, column in (("low", low), ("value", value), ("high", high))
    }
    scaled = {name: None if end is None else end / scale for name, end in ends.items()}
    bottom, middle, top = scaled["low"], scaled["value"], scaled["high"]
    if row.bound == "at_least" and top is None:
        start = bottom if bottom is not None else middle
        return {"value": start, "stated": True, "above": start, "low": None, "high": None}
    if middle is not None:
        return {**scaled, "stated": True}
    known = [end for end in (bottom, top) if end is not None]
    return {**scaled, "value": sum(known) / len(known) if known else None, "stated": False}


def labelled(who: object, what: str) -> Row:
    """The label above a statement in two lines, and both together as its key on the axis."""
    return {"label": f"{who}: {what}", "who": str(who), "what": what}


def unique_labels(rows: Iterable[Row]) -> list[Row]:
    """The rows with a number added to labels that are equal, because a label is a position on the axis."""
    seen: dict[str, int] = {}
    numbered = []
    for row in rows:
        count = seen[row["label"]] = seen.get(row["label"], 0) + 1
        numbered.append(row if count == 1 else {**row, "label": f"{row['label']} ({count})"})
    return numbered


def summary(rows: list[Row], subject: str, unit: str, key: str) -> str:
    """A chart in two sentences, for screen readers. key: which number of the rows to summarise."""
    filled = [row for row in rows if row.get(key) is not None]
    if not filled:
        return f"{subject}: no figures."
    first, last = filled[0], filled[-1]
    top = max(filled, key=lambda row: row[key])
    text = f"{subject}, {unit}, {len(filled)} quarters: {first[key]:,.3g} in {formatting.quarter(first['quarter'])}, {last[key]:,.3g} in {formatting.quarter(last['quarter'])}"
    return text + (
        f", highest {top[key]:,.3g} in {formatting.quarter(top['quarter'])}." if top is not last else ", the highest."
    )


def _runs(rows: pd.DataFrame) -> pd.Series:
    order = rows["start"].dt.year * 4 + rows["start"].dt.quarter
    return ((order.diff() != 1) | rows["is_break"]).cumsum()


def _money_row(row: Any, run: int, index: DocumentIndex, names: Mapping[str, str]) -> Row:
    in_dollars = (
        ""
        if row.currency == "USD" or formatting.is_missing(row.amount_usd)
        else f" ({formatting.money(row.amount_usd, 'USD')})"
    )
    kind = row.status if row.status in ("reported", "derived") else "claim"
    how = [{"reported": "Reported", "derived": "Derived"}.get(row.status, formatting.plain(row.status).capitalize())]
    how += [formatting.plain(row.bound)] if row.bound != "exact" else []
    made = {
        "t": formatting.milliseconds(row.start),
        "quarter": row.calendar_quarter,
        "run": run,
        "kind": kind,
        "own": _billions(row.amount),
        "usd": _billions(row.amount_usd),
        "text": formatting.money(row.amount, row.currency) + in_dollars,
        "how": f"{', '.join(how)}. {names.get(str(row.definition_id), formatting.plain(row.definition_id))}",
        "document": index.place(row.document_id),
        "locator": place_in_document(row.locator),
        "formula": formula(row.locator, row.derived_from),
    }
    if not formatting.is_missing(row.first_reported_amount):
        known = not formatting.is_missing(row.first_reported_on)
        made["first"] = formatting.money(row.first_reported_amount, row.currency) + (
            f" on {formatting.day(row.first_reported_on)}" if known else ""
        )
    if not formatting.is_missing(row.claimant) and kind == "claim":
        made["how"] += f", says {row.claimant}"
    if (
        row.amount_low != row.amount_high
        and not formatting.is_missing(row.amount_low)
        and not formatting.is_missing(row.amount_high)
    ):
        made |= {
            "low_own": _billions(row.amount_low),
            "high_own": _billions(row.amount_high),
            "low_usd": _billions(row.amount_usd_low),
            "high_usd": _billions(row.amount_usd_high),
        }
    if row.is_break and not formatting.is_missing(row.note):
        made["note"] = str(row.note)
    return made


def _billions(value: object) -> float | None:
    amount = formatting.number(value)
    return None if amount is None else round(amount / BILLION, 6)
