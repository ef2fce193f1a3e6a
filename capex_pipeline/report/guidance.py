"""Makes the section on guidance and forecasts for future periods, and on outcomes of earlier statements.

Add here what the page shows of table outlooks. Outcomes and revisions come from that table; spending to date is a sum of the headline
quarters of table capex inside the period that a statement is about.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from capex_pipeline.normalise.records import records
from capex_pipeline.reconcile import scoreboards
from capex_pipeline.report import charts, formatting, html, series
from capex_pipeline.report.page_model import Part, Source
from capex_pipeline.report.series import Row
from capex_pipeline.schemas.vocabulary import DIRECTION

COLOURS = {"guidance": charts.ACCENT, "forecast": charts.CLAIM}
_OUTCOME_WORDS = {
    "inside": "inside the range", "above": "above", "below": "below", "not_comparable": "not comparable", "pending": "not over",
}  # fmt: skip
_SCOREBOARD_HEADS = (
    "Company", "Statements", "Spent below", "Inside", "Spent above", "Period not over", "Not comparable", "Revisions", "Mean revision",
)  # fmt: skip
_ANNUAL = {"year": 4, "half_year": 2, "quarter": 1, "nine_months": 3}


def guidance(source: Source) -> Part:
    """Open statements as ranges with the run rate, past periods against their outcome, and every statement in a table."""
    rows = source["outlooks"]
    if rows.empty:
        return Part(html.section("guidance", "Guidance", "No guidance or forecasts are available.", ""))
    part, cards = Part(""), []
    latest = still_open(rows, source.latest_end)
    for currency, stated in sorted(latest.groupby("currency"), key=lambda pair: pair[0] != "USD"):
        ordered = stated.sort_values(["entity_name", "target_start", "stated_by", "outlook_id"], kind="stable")
        drawn = series.unique_labels(_range(source, row) for row in records(ordered))
        identity, template = f"outlook-{str(currency).lower()}", f"ranges-{str(currency).lower()}"
        part.templates[template] = charts.ranges(drawn, COLOURS)
        part.charts.append(
            {
                "id": identity,
                "template": template,
                "heading": "",
                "title": "Guidance and forecasts of capital expenditure",
                "unit_in_text": True,
                "unit": f"{currency} bn",
                "sets": {"rows": drawn},
            }
        )
        described = f"{len(drawn)} statements in {currency} billion. " + "; ".join(row["label"] for row in drawn)
        cards.append(html.figure(identity, f"Stated in {currency}", f"{currency} bn", described))
    key = html.legend(
        [
            ("dot", charts.ACCENT, "guidance by the company"),
            ("dot", charts.CLAIM, "forecast by others"),
            ("tick", charts.INK, "run rate: the latest quarter on the same definition, extended over the period"),
            ("arrow", charts.INK, "at least"),
        ]
    )
    lead = (
        "The latest statement of each company and each forecaster for each period that is not over, on the definition of the statement. "
        "Guidance is not included in any total on this page."
    )
    part.markup = html.section(
        "guidance",
        "Guidance",
        lead,
        (key + html.grid(cards, "grid halves") if cards else "")
        + _scoreboard(rows)
        + _revisions(source, rows, part)
        + _all(source, rows),
    )
    return part


def still_open(rows: pd.DataFrame, reported_to: pd.Timestamp | None) -> pd.DataFrame:
    """The latest statement about each period that ends after the last day of the latest quarter."""
    chosen = rows[(rows["is_latest"] | rows["is_latest_third_party_forecast"]) & rows["outcome"].eq("pending")]
    return chosen if reported_to is None else chosen[chosen["target_end"] > reported_to]


def _spent(source: Source, row: Any) -> list[float | None]:
    """The reported quarters of the period in the currency of the statement: the amount on its definition, None for a quarter on others only."""
    return [
        formatting.number(quarter.amount_local)
        if quarter.definition_id == row.definition_id
        else formatting.number(quarter.headline_amount_local)
        if quarter.headline_definition_id == row.definition_id
        else None
        for quarter in source.spending.get(row.entity_id, [])
        if quarter.fiscal_period_start >= row.target_start
        and quarter.fiscal_period_end <= row.target_end
        and quarter.currency == row.currency
        and row.metric_id == "capex"
    ]


def progress(source: Source, row: Any) -> tuple[float, int, float] | None:
    """Amount spent in the period so far, its number of quarters, and the newest quarter's amount extended over the
    period.

    Amounts are on the definition and in the currency of the statement. None if no quarter of the period is available, if a quarter is
    available on another definition only, or if the period is not a known whole number of quarters.
    """
    spent = _spent(source, row)
    known = [amount for amount in spent if amount is not None]
    quarters = _ANNUAL.get(row.target_period_type)
    if not known or len(known) < len(spent) or quarters is None:
        return None
    return sum(known), len(known), known[-1] * quarters


def spent_so_far(source: Source, row: Any) -> str:
    """What was spent in the period so far, in words; that it is on another definition than the statement; empty if no quarter is reported."""
    if (known := progress(source, row)) is not None:
        spent, quarters, _ = known
        return f"{formatting.money(spent, row.currency)} spent in {quarters} quarter{'s' if quarters > 1 else ''}"
    return "reported spending is on another definition" if None in _spent(source, row) else ""


def stated_day(row: Any) -> str:
    """The day of a statement; "by" the day on which it was out at the latest if its own day is unknown."""
    if formatting.is_missing(row.stated_on):
        return formatting.MISSING if formatting.is_missing(row.stated_by) else f"by {formatting.day(row.stated_by)}"
    return formatting.day(row.stated_on)


def amounts(row: Any) -> str:
    """The statement's amount in its own currency: a point, a range, one bound, or the wording of a statement without an amount."""
    low, high, currency = row.amount_low_local, row.amount_high_local, row.currency
    if row.bound == DIRECTION:
        return str(row.value_text)
    if formatting.is_missing(high):
        return f"at least {formatting.money(low, currency)}"
    if formatting.is_missing(low):
        return f"at most {formatting.money(high, currency)}"
    if low != high:
        return f"{formatting.money(low, currency)} to {formatting.scaled(high)}"
    return ("about " if row.bound == "approximately" else "") + formatting.money(low, currency)


def _range(source: Source, row: Any) -> Row:
    low, middle, high = (formatting.number(getattr(row, f"amount_{name}_local")) for name in ("low", "mid", "high"))
    is_open = high is None
    who = (
        f"{row.claimant} on {row.entity_name}"
        if row.kind == "forecast" and not formatting.is_missing(row.claimant)
        else row.entity_name
    )
    made: Row = {
        **series.labelled(who, f"{formatting.period_name(row.target_start, row.target_end)}: {amounts(row)}"),
        "kind": row.kind,
        "low": None if is_open or low is None else low / series.BILLION,
        "high": None if high is None else high / series.BILLION,
        "value": _billions(middle if middle is not None else low if low is not None else high),
        "stated": is_open or low is None or low == high,
        "above": _billions(low) if is_open else None,
        "quarter": f"stated {stated_day(row)}",
        "text": amounts(row),
        "document": source.index.place(row.document_id),
        "locator": formatting.optional(row.locator),
    }
    parts = [f"{row.kind.capitalize()}, {source.definition_names.get(row.definition_id, str(row.definition_id))}"]
    if not formatting.is_missing(row.claimant) and row.claimant != row.entity_name:
        parts.append(f"stated by {row.claimant}")
    if said := spent_so_far(source, row):
        parts.append(said)
    if (known := progress(source, row)) is not None:
        rate = known[2]
        made["rate"] = _billions(rate)
        parts.append(f"run rate {formatting.money(rate, row.currency)}")
    if not formatting.is_missing(row.revision_pct):
        parts.append(f"{formatting.percent(row.revision_pct)} compared with the previous statement")
    made["how"] = "; ".join(parts) + "."
    return made


def _billions(value: float | None) -> float | None:
    return None if value is None else value / series.BILLION


def _scoreboard(rows: pd.DataFrame) -> str:
    """Number of statements by company and outcome, and for each period that has an outcome its first statement and its last dated one. An undated
    statement counts as first if it was out before every dated one.
    """
    reviewed = scoreboards.counted(rows)
    judged = reviewed[reviewed["outcome"].isin(["below", "inside", "above"])].sort_values(
        ["entity_name", "target_end"], ascending=[True, False], kind="stable"
    )
    cells, counts = [], dict.fromkeys(("inside", "above", "below"), 0)
    for _, about in judged.groupby(list(scoreboards.PERIOD), sort=False):
        final = scoreboards.last_statement(about)
        if final is None:
            continue
        (first,) = records(about.sort_values(["stated_by", "outlook_id"], kind="stable").head(1))
        counts[final.outcome] += 1
        cells.append(
            (
                formatting.escape(final.entity_name)
                + (
                    ""
                    if final.metric_id == "capex"
                    else f'<span class="under">{formatting.escape(formatting.plain(final.metric_id))}</span>'
                ),
                formatting.escape(formatting.period_name(final.target_start, final.target_end)),
                outcome(final.outcome),
                formatting.escape(formatting.money(final.outcome_amount_local, final.currency)),
                formatting.escape(amounts(final)),
                formatting.escape(amounts(first)) if first.outlook_id != final.outlook_id else "as the last",
                formatting.escape(_from_middle(first)),
                str(len(about)),
            )
        )
    heads = (
        "Company",
        "Period",
        "Outcome",
        "Spent",
        "Last guidance",
        "First guidance",
        "Spent against first",
        "Statements",
    )
    listed = ", ".join(f"{count} {_OUTCOME_WORDS[name]}" for name, count in counts.items() if count)
    note = f" The last guidance before each period was over: {listed}." if listed else ""
    return (
        '<h3>Scoreboard</h3><p class="note">Each statement is compared with the amount spent in the period on the same definition; above '
        f"means that the company spent more than it had stated. A number and each end of a range allow half a unit of their last printed digit.{formatting.escape(note)}</p>"
        + html.table(
            "Statements by company and outcome",
            _SCOREBOARD_HEADS,
            _by_company(rows),
            numeric=range(1, len(_SCOREBOARD_HEADS)),
            is_open=True,
        )
        + html.table(
            "Periods with an outcome: guidance and amount spent", heads, cells, numeric=(3, 6, 7), is_open=True
        )
    )


def _by_company(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (
            formatting.escape(row.entity_name)
            + ('<span class="under">forecasts by others</span>' if row.kind == "forecast" else ""),
            *(
                formatting.escape(value)
                for value in (
                    row.statements,
                    row.below,
                    row.inside,
                    row.above,
                    row.pending,
                    row.not_comparable,
                    row.revisions,
                )
            ),
            formatting.escape(formatting.percent(row.mean_revision_pct)),
        )
        for row in records(scoreboards.guidance_by_company(rows))
    ]


def _revisions(source: Source, rows: pd.DataFrame, part: Part) -> str:
    """A panel for each period about which a company made several statements: the statements in order, with the outcome."""
    guided = rows[rows["kind"].eq("guidance") & rows["bound"].ne(DIRECTION)]
    cards = []
    key = ["entity_id", "metric_id", "target_start", "target_end", "currency"]
    ordered = guided.sort_values(
        ["entity_name", "target_end", "stated_by", "outlook_id"], ascending=[True, False, True, True], kind="stable"
    )
    for place, (_, about) in enumerate(ordered.groupby(key, sort=False)):
        if len(about) < 2:
            continue
        drawn = series.unique_labels(_stated(source, row) for row in records(about))
        (first,) = records(about.head(1))
        heading = f"{first.entity_name}, {formatting.period_name(first.target_start, first.target_end)}"
        identity = f"revisions-{place}"
        part.templates[identity] = charts.ranges(drawn, COLOURS)
        part.charts.append(
            {
                "id": identity,
                "template": identity,
                "heading": heading,
                "title": f"Guidance of {heading}",
                "unit": f"{first.currency} bn",
                "unit_in_text": True,
                "sets": {"rows": drawn},
            }
        )
        described = f"{len(drawn)} statements in {first.currency} billion. " + "; ".join(row["label"] for row in drawn)
        cards.append(
            html.figure(
                identity, heading, f"{first.currency} bn", described, level=4, colour=source.colour(first.entity_id)
            )
        )
    if not cards:
        return ""
    key_of = html.legend(
        [
            ("dot", charts.OTHER, "statement, in the colour of the company"),
            ("tick", charts.INK, "amount spent, or the run rate while the period is not over"),
        ]
    )
    return html.folded(
        f"Revisions: {len(cards)} periods with several statements", key_of + html.grid(cards, "grid halves")
    )


def _stated(source: Source, row: Any) -> Row:
    """One statement in a panel of revisions: its day and amount as the label, the outcome as the tick."""
    made = _range(source, row)
    made |= series.labelled(stated_day(row), amounts(row))
    if not formatting.is_missing(row.outcome_amount_local):
        made["rate"] = row.outcome_amount_local / series.BILLION
        made["how"] += f" Spent in the period: {formatting.money(row.outcome_amount_local, row.currency)}."
    return made


def outcome(name: str) -> str:
    """Markup of an outcome: a sign and words."""
    sign = {"inside": "✓", "above": "↑", "below": "↓"}.get(name, "–")
    kind = {"inside": "confirmed", "above": "contradicted", "below": "contradicted"}.get(name, "")
    return f'<span class="verdict {kind}"><span aria-hidden="true">{sign}</span> {formatting.escape(_OUTCOME_WORDS.get(name, name))}</span>'


def _from_middle(row: Any) -> str:
    middle = row.amount_mid_local if not formatting.is_missing(row.amount_mid_local) else row.amount_low_local
    if formatting.is_missing(middle) or formatting.is_missing(row.outcome_amount_local):
        return formatting.MISSING
    return formatting.percent((row.outcome_amount_local / middle - 1) * 100)


def _all(source: Source, rows: pd.DataFrame) -> str:
    ordered = rows.sort_values(
        ["entity_name", "target_start", "stated_by", "outlook_id"], ascending=[True, False, False, True], kind="stable"
    )
    cells = [
        (
            formatting.escape(row.entity_name),
            formatting.escape(formatting.period_name(row.target_start, row.target_end)),
            formatting.escape(amounts(row)),
            formatting.escape(stated_day(row)),
            formatting.escape(formatting.percent(row.revision_pct)),
            outcome(row.outcome),
            formatting.escape("" if formatting.is_missing(row.outcome_reason) else row.outcome_reason),
            formatting.escape(row.kind),
            formatting.escape(row.claimant),
            source.cite(row.document_id),
        )
        for row in records(ordered)
    ]
    heads = (
        "Company",
        "Period",
        "Amount",
        "Stated on",
        "Revision",
        "Outcome",
        "Why not compared",
        "Kind",
        "Source of the statement",
        "Document",
    )
    return html.table("Every statement and its revisions", heads, cells, numeric=(2, 4))
