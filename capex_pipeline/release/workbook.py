"""Makes the workbook of a release: wide sheets for charts in a spreadsheet, with quarters as rows and companies as columns.

Add a sheet here for a view that users need regularly. Whole tables belong to `spreadsheets`. Each sheet has a title and a note above its
header row, frozen panes and number formats. There are no formulas, and texts of documents are written as text cells. Equal tables give
equal bytes: the date in the properties is fixed.
"""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from capex_pipeline.normalise.joins import is_among
from capex_pipeline.reconcile import scoreboards
from capex_pipeline.release.spreadsheets import cell_text
from capex_pipeline.schemas.claim_checks import VERDICTS
from capex_pipeline.values import escaping

TABLES = (
    "capex", "headline_capex", "capex_by_calendar_year", "capex_by_overlapping_group", "cloud_revenue", "cloud_revenue_by_calendar_year", "cloud_revenue_by_overlapping_group", "gpu_shipments",
    "gpu_shipments_by_customer", "gpu_estimates_by_customer", "outlooks", "claim_checks", "documents", "entities",
)  # fmt: skip
"""Tables that the workbook is made from."""

_HEADER_ROW = 3
_BILLION = 1e9
_FILTER_BUTTON = 3
"""Width of a filter button in characters."""
_MONEY, _PERCENT, _COUNT, _DAY = "#,##0.00", "0.0", "#,##0", "yyyy-mm-dd"
_OUTLOOK_COLUMNS = {
    "entity_name": "company", "target_start": "from", "target_end": "to", "kind": "kind", "stated_on": "stated on", "currency": "currency", "value_text": "as printed",
    "amount_low_local": "low, bn", "amount_mid_local": "middle, bn", "amount_high_local": "high, bn", "revision_pct": "revision, %",
    "is_latest": "latest guidance", "is_latest_third_party_forecast": "latest forecast of a third party", "outcome": "outcome", "outcome_amount_local": "outcome, bn", "claimant": "source of the statement", "document_id": "document",
}  # fmt: skip
_CLAIM_COLUMNS = {
    "entity_name": "who", "metric_id": "metric", "claim": "claim", "period_start": "from", "period_end": "to", "check_kind": "check", "verdict": "verdict",
    "unit": "unit", "currency": "currency", "claimed_low": "claimed, low", "claimed": "claimed", "claimed_high": "claimed, high",
    "computed": "computed from filings", "reviewed_reason": "reviewed reason",
    "search_power_pct": "search power, %", "explanation": "explanation", "claimant": "source of the claim", "document_id": "document",
}  # fmt: skip
_TOTAL_COLUMNS = {
    "customer": "buyer", "supplier": "maker", "period_end": "up to", "units_low": "GPUs, 5 %", "units": "GPUs, median", "units_high": "GPUs, 95 %",
    "h100_equivalents_low": "H100e, 5 %", "h100_equivalents": "H100e, median", "h100_equivalents_high": "H100e, 95 %", "claimant": "estimator",
    "document_id": "document",
}  # fmt: skip
_GUIDANCE_COUNTS = {
    "entity_name": "company", "kind": "kind", "statements": "statements", "periods": "periods", "below": "spent below", "inside": "inside",
    "above": "spent above", "pending": "period not over", "not_comparable": "not comparable", "revisions": "revisions", "mean_revision_pct": "mean revision, %",
}  # fmt: skip
_CLAIM_COUNTS = {"claims": "claims", **{name: name.replace("_", " ") for name in VERDICTS}}
_SERIES = {
    "capex": "capital expenditure",
    "headline_capex": "headline capital expenditure",
    "cloud_revenue": "cloud revenue",
}
_DEFINITION_COLUMNS = {
    "series": "series", "entity_name": "company", "first": "from", "last": "to", "definition_id": "definition", "note": "break before it",
    "definition_note": "particular to the company",
}  # fmt: skip
_BREAK_NOTE = " A shaded cell begins another definition or presentation: see the sheet Definitions."
_DOCUMENT_COLUMNS = {
    "document_id": "document", "title": "title", "publisher": "publisher", "published_on": "published on", "source_type": "kind of source",
    "licence": "licence", "url": "address",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet: name of at most 31 characters, note, frame with one column per column of the sheet, and number format by column.

    formats: columns without a format show text and plain numbers. frozen: columns that stay visible. breaks: row and column of the cells that are
    shaded, because another definition or presentation begins there.
    """

    name: str
    note: str
    frame: pd.DataFrame
    formats: Mapping[str, str]
    frozen: int = 1
    breaks: frozenset[tuple[int, int]] = frozenset()


def to_bytes(tables: Mapping[str, pd.DataFrame], release: str, made_from: str) -> bytes:
    """The workbook. tables: the frames of TABLES by name. made_from: hash of the inputs, kept in
    the properties so that an unchanged workbook is not written again."""
    import xlsxwriter  # type: ignore[import-not-found, import-untyped, unused-ignore]

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {"title": "AI infrastructure: capex, accelerators and cloud revenue", "created": dt.datetime(2000, 1, 1)}
    )
    book.set_custom_property("release", release)
    book.set_custom_property("made_from", made_from)
    listed = [sheet for sheet in sheets(tables) if len(sheet.frame)]
    styles = _Styles(book)
    _contents(book, styles, listed, release)
    for sheet in listed:
        _write(book.add_worksheet(sheet.name), sheet, styles)
    book.close()
    return buffer.getvalue()


def sheets(tables: Mapping[str, pd.DataFrame]) -> Iterable[Sheet]:
    """Every sheet in the order of the workbook; the writer omits sheets without rows."""
    capex, cloud = tables["capex"], tables["cloud_revenue"]
    companies = _by_size(capex)
    comparable = "Comparable definition of each company (cash purchases of property and equipment where published; Tencent: accrual additions)."
    for name, column, scale, number, note in (
        (
            "Capex USD bn",
            "amount_usd",
            _BILLION,
            _MONEY,
            f"US dollars, billions. {comparable} Average exchange rate of each quarter.",
        ),
        ("Capex reported bn", "amount_local", _BILLION, _MONEY, f"Reporting currency, billions. {comparable}"),
        (
            "Capex trailing year USD bn",
            "ttm_amount_usd",
            _BILLION,
            _MONEY,
            f"US dollars, billions, sum of four quarters; empty across a break or a gap. {comparable}",
        ),
        (
            "Capex growth YoY %",
            "yoy_local_pct",
            1,
            _PERCENT,
            "Percent against the same quarter a year earlier, in reporting currency; empty across a break.",
        ),
        (
            "Capex to revenue %",
            "capex_to_revenue_pct",
            1,
            _PERCENT,
            "Capital expenditure as a percentage of revenue of the same quarter.",
        ),
    ):
        yield _wide(name, note, capex, column, companies, scale, number, with_currency=column == "amount_local")
    yield _wide(
        "Capex headline USD bn",
        "US dollars, billions. The company’s own headline number, each on its own definition, for example including finance leases at Microsoft.",
        tables["headline_capex"],
        "headline_amount_usd",
        companies,
        _BILLION,
        _MONEY,
    )
    yield _groups(
        "Groups USD bn",
        tables["capex_by_overlapping_group"],
        "Capital expenditure of groups, US dollars, billions; empty until every member has reported.",
    )
    order = _by_size(cloud)
    segments = "Segments contain different businesses and change at breaks, so companies are not comparable."
    yield _wide(
        "Cloud revenue USD bn", f"US dollars, billions. {segments}", cloud, "amount_usd", order, _BILLION, _MONEY
    )
    yield _wide(
        "Cloud revenue reported bn",
        f"Reporting currency, billions. {segments}",
        cloud,
        "amount_local",
        order,
        _BILLION,
        _MONEY,
        with_currency=True,
    )
    yield _wide(
        "Cloud growth YoY %",
        "Percent against the same quarter a year earlier; empty across a break.",
        cloud,
        "yoy_local_pct",
        order,
        1,
        _PERCENT,
    )
    yield _groups(
        "Cloud groups USD bn",
        tables["cloud_revenue_by_overlapping_group"],
        "Cloud revenue of groups, US dollars, billions; empty until every member has reported.",
    )
    for name, table in (("Capex", "capex_by_calendar_year"), ("Cloud revenue", "cloud_revenue_by_calendar_year")):
        note = (
            "US dollars, billions, by calendar year; empty unless all four quarters are available on one "
            f"definition. {comparable if name == 'Capex' else segments}"
        )
        yield _wide(
            f"{name} by year USD bn",
            note,
            tables[table],
            "amount_usd",
            companies if name == "Capex" else order,
            _BILLION,
            _MONEY,
        )
    yield _rows(
        "Definitions",
        "Definition of each company by period, with the reason of each break. Amounts before and after a break do not compare.",
        _definitions(tables),
        _DEFINITION_COLUMNS,
        {},
        frozen=2,
    )
    estimates = "Estimates, medians added over products; a sum of medians has no interval. Empty where no product of that quarter is estimated."
    for name, column, unit in (
        ("GPUs", "units", "Pieces."),
        ("H100e", "h100_equivalents", "H100-equivalents."),
    ):
        yield _shipped(f"{name} by maker", tables["gpu_shipments"], "supplier_name", column, f"{unit} {estimates}")
        yield _shipped(
            f"{name} by buyer", tables["gpu_shipments_by_customer"], "customer_name", column, f"{unit} {estimates}"
        )
    yield _rows(
        "GPU totals with intervals",
        "The estimator's own cumulative totals by customer and supplier, with their 5 to 95 percent intervals. Intervals of several rows do not add up.",
        _totals(tables["gpu_estimates_by_customer"], tables["entities"]),
        _TOTAL_COLUMNS,
        {name: _COUNT for name in _TOTAL_COLUMNS.values() if name.startswith(("GPUs", "H100e"))},
        frozen=2,
    )
    yield _rows(
        "Outlooks",
        "Guidance and forecasts, one row per statement; amounts in billions of the currency. Guidance is never part of spending.",
        tables["outlooks"],
        _OUTLOOK_COLUMNS,
        {"low, bn": _MONEY, "middle, bn": _MONEY, "high, bn": _MONEY, "outcome, bn": _MONEY, "revision, %": _PERCENT},
        divided=("low, bn", "middle, bn", "high, bn", "outcome, bn"),
    )
    yield _rows(
        "Guidance scoreboard",
        "Statements of table outlooks by company: the number followed by spending below, inside or above the stated "
        "range, and the mean change from one statement to the next.",
        scoreboards.guidance_by_company(tables["outlooks"]),
        _GUIDANCE_COUNTS,
        {**dict.fromkeys(_GUIDANCE_COUNTS.values(), _COUNT), "company": "", "kind": "", "mean revision, %": _PERCENT},
    )
    yield _rows(
        "Claims",
        "Figures of articles compared with filings. Amounts of money in billions of the currency, growth in percent or times.",
        _in_billions(tables["claim_checks"]),
        _CLAIM_COLUMNS,
        dict.fromkeys(("claimed, low", "claimed", "claimed, high", "computed from filings"), "#,##0.00"),
        frozen=2,
    )
    for name, source, shown in (
        ("Claims by source", "claimant", "source of the claim"),
        ("Claims by document", "document_id", "document"),
    ):
        yield _rows(
            name,
            "Number of claims by verdict; a repeat of an earlier claim is not counted. Each verdict is explained in the data dictionary (claim_checks).",
            scoreboards.claims_by(tables["claim_checks"], source),
            {source: shown, **_CLAIM_COUNTS},
            dict.fromkeys(_CLAIM_COUNTS.values(), _COUNT),
        )
    yield _rows(
        "Sources",
        "Documents that the sheets before this one were made from, with their addresses. The table documents lists every document of the release.",
        _named(tables),
        _DOCUMENT_COLUMNS,
        {"address": "url"},
    )


def _by_size(frame: pd.DataFrame) -> list[str]:
    """Ids of companies by the US dollars of their last four quarters, largest first."""
    recent = frame.sort_values("quarter_start", kind="stable").groupby("entity_id").tail(4)
    return [
        str(name)
        for name in recent.groupby("entity_id")["amount_usd"].sum().sort_values(ascending=False, kind="stable").index
    ]


def _wide(
    name: str,
    note: str,
    frame: pd.DataFrame,
    column: str,
    order: list[str],
    scale: float,
    number: str,
    *,
    with_currency: bool = False,
) -> Sheet:
    names = dict(zip(frame["entity_id"], frame["entity_name"], strict=True))
    if with_currency:
        currencies = dict(zip(frame["entity_id"], frame["currency"], strict=True))
        names = {one: f"{text}, {currencies[one]} bn" for one, text in names.items()}
    time = "calendar_quarter" if "calendar_quarter" in frame else "calendar_year_of_company"
    pivoted = frame.pivot(index=time, columns="entity_id", values=column).sort_index()
    shown = [one for one in order if one in pivoted]
    sheet = _quarters_down(name, note, (pivoted[shown] / scale).rename(columns=names), number)
    places, columns = {one: line for line, one in enumerate(sheet.frame.iloc[:, 0])}, list(sheet.frame.columns)
    broken = frame.loc[frame["is_break"].eq(True) & frame[time].isin(list(places)), ["entity_id", time]]
    breaks = frozenset(
        (places[when], columns.index(names[one]))
        for one, when in broken.itertuples(index=False)
        if names[one] in columns
    )
    return replace(sheet, note=note + _BREAK_NOTE, breaks=breaks) if breaks else sheet


def _definitions(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each run of a company's quarters on one definition and presentation: from and to, and why it differs from the run before it."""
    runs = []
    for table, series in _SERIES.items():
        rows = tables[table].rename(columns={"headline_definition_id": "definition_id"})
        rows = rows.reindex(
            columns=[
                "entity_id",
                "entity_name",
                "calendar_quarter",
                "definition_id",
                "is_break",
                "note",
                "definition_note",
            ]
        )
        rows = rows.sort_values(["entity_name", "entity_id", "calendar_quarter"], kind="stable")
        same = rows["entity_id"].eq(rows["entity_id"].shift()) & rows["definition_id"].eq(rows["definition_id"].shift())
        starts = rows["is_break"].eq(True) | ~same
        run = rows.groupby(starts.cumsum(), sort=False)
        first = rows[starts].assign(series=series, last=run["calendar_quarter"].last().to_numpy())
        runs.append(first.assign(note=first["note"].where(first["is_break"].eq(True))))
    return pd.concat(runs, ignore_index=True).rename(columns={"calendar_quarter": "first"})


def _groups(name: str, frame: pd.DataFrame, note: str) -> Sheet:
    pivoted = frame.pivot(index="calendar_quarter", columns="entity_name", values="amount_usd").sort_index()
    return _quarters_down(name, note, pivoted / _BILLION, _MONEY)


def _shipped(name: str, frame: pd.DataFrame, who: str, column: str, note: str) -> Sheet:
    if column not in frame or frame.empty:
        return Sheet(name, note, pd.DataFrame(), {})
    summed = frame.groupby(["calendar_quarter", who])[column].sum(min_count=1).unstack(who).sort_index()
    return _quarters_down(name, note, summed[summed.sum().sort_values(ascending=False, kind="stable").index], _COUNT)


def _quarters_down(name: str, note: str, wide: pd.DataFrame, number: str) -> Sheet:
    """A sheet with every quarter or year from the first to the last value.

    Without the empty ones a gap of several years would look like one step in a chart.
    """
    known = wide.index[wide.notna().any(axis=1)]
    is_quarterly = wide.index.name == "calendar_quarter"
    rows: pd.Index[Any] = known
    if len(known) and is_quarterly:
        rows = pd.Index([str(one) for one in pd.period_range(known[0], known[-1], freq="Q")])
    elif len(known):
        rows = pd.RangeIndex(known[0], known[-1] + 1)
    # Rounded: more digits than the number format shows are no precision.
    shown = wide.dropna(axis=1, how="all").reindex(rows).round(6)
    columns = [str(one) for one in shown.columns]
    shown = (
        shown.set_axis(columns, axis=1)
        .rename_axis(None, axis=1)
        .rename_axis("quarter" if is_quarterly else "year")
        .reset_index()
    )
    return Sheet(name, note, shown, dict.fromkeys(columns, number))


def _totals(estimates: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """Cumulative totals at ends of calendar quarters, by customer and newest first, with the names of customer and supplier."""
    end = pd.to_datetime(estimates["period_end"])
    chosen = estimates[
        estimates["is_total"]
        & estimates["measure"].eq("cumulative")
        & estimates["calendar_basis"].eq("calendar")
        & end.eq(end.dt.to_period("Q").dt.end_time.dt.normalize())
    ]
    names = dict(zip(entities["entity_id"], entities["entity_name"], strict=True))
    chosen = chosen.assign(
        **{column: chosen[f"{column}_id"].map(lambda one: names.get(one, one)) for column in ("customer", "supplier")}
    )
    return chosen.sort_values(["customer", "supplier", "period_end"], ascending=[True, True, False], kind="stable")


def _named(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The documents that rows of the other tables name: a small part of those of a large archive."""
    documents = tables["documents"]
    named = [rows["document_id"] for name, rows in tables.items() if name != "documents" and "document_id" in rows]
    return documents[is_among(documents["document_id"], pd.concat(named).drop_duplicates())]


def _in_billions(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims with amounts of money in billions, as the other sheets have them."""
    is_money = claims["unit"].eq("money")
    divided = {
        name: claims[name].where(~is_money, claims[name] / _BILLION).round(6) for name in ("claimed", "computed")
    }
    return claims.assign(unit=claims["unit"].where(~is_money, "money, bn"), **divided)


def _rows(
    name: str,
    note: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    formats: Mapping[str, str],
    *,
    divided: Iterable[str] = (),
    frozen: int = 1,
) -> Sheet:
    kept = {column: shown for column, shown in columns.items() if column in frame}
    shown = frame[list(kept)].rename(columns=kept)
    for column in divided:
        shown[column] = shown[column] / _BILLION
    return Sheet(name, note, shown, formats, frozen)


class _Styles:
    """Formats of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"italic": True, "font_color": "#555555"})
        # The indent separates a text from the number to its left.
        self.text = book.add_format({"indent": 1})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "indent": 1})
        self.number_head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
        )
        self.link = book.add_format({"font_color": "#1F5FA8", "underline": 1})
        self._numbers: dict[tuple[str, bool], Any] = {}

    def number(self, form: str, *, is_break: bool = False) -> Any:
        """The format with this number format, shaded at a break."""
        if (form, is_break) not in self._numbers:
            shade = {"bg_color": "#FFE8B0"} if is_break else {}
            self._numbers[form, is_break] = self._book.add_format({"num_format": form, **shade})
        return self._numbers[form, is_break]


def _contents(book: Any, styles: _Styles, listed: list[Sheet], release: str) -> None:
    page = book.add_worksheet("Contents")
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 110)
    _print_on_one_page_width(page)
    page.write_string(0, 0, "AI infrastructure: capex, accelerators and cloud revenue", styles.title)
    page.write_string(1, 0, f"Release {release}. An empty cell is a missing value, never zero.", styles.note)
    page.write_string(_HEADER_ROW, 0, "sheet", styles.head)
    page.write_string(_HEADER_ROW, 1, "what it shows", styles.head)
    for line, sheet in enumerate(listed, start=_HEADER_ROW + 1):
        page.write_url(line, 0, f"internal:'{sheet.name}'!A1", styles.link, sheet.name)
        page.write_string(line, 1, sheet.note)


def _write(page: Any, sheet: Sheet, styles: _Styles) -> None:
    page.write_string(0, 0, sheet.name, styles.title)
    page.write_string(1, 0, sheet.note, styles.note)
    page.freeze_panes(_HEADER_ROW + 1, sheet.frozen)
    _print_on_one_page_width(page)
    page.repeat_rows(_HEADER_ROW)
    lines = 1
    for place, name in enumerate(sheet.frame.columns):
        values, form = sheet.frame[name].tolist(), sheet.formats.get(str(name), "")
        page.write_string(
            _HEADER_ROW, place, cell_text(str(name)), styles.number_head if form not in ("", "url") else styles.head
        )
        width = _width(str(name), values)
        page.set_column(place, place, width)
        lines = max(lines, len(textwrap.wrap(str(name), int(width - _FILTER_BUTTON))))
        for line, value in enumerate(values, start=_HEADER_ROW + 1):
            if (line - _HEADER_ROW - 1, place) in sheet.breaks:
                style = styles.number(form, is_break=True)
                page.write_blank(line, place, None, style) if pd.isna(value) else page.write_number(
                    line, place, float(value), style
                )
            elif isinstance(value, str) or not pd.isna(value):
                _cell(page, line, place, value, form, styles)
    # Spreadsheet programs do not adjust the row height to wrapped text when they open a file.
    page.set_row(_HEADER_ROW, 15 * lines + 2)
    page.autofilter(_HEADER_ROW, 0, _HEADER_ROW + len(sheet.frame), len(sheet.frame.columns) - 1)


def _print_on_one_page_width(page: Any) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _cell(page: Any, line: int, place: int, value: Any, form: str, styles: _Styles) -> None:
    if isinstance(value, str):
        address = escaping.web_address(value) if form == "url" else None
        # Excel refuses links of more than 2,079 characters, so these stay text.
        if address is not None and len(address) <= 2079:
            page.write_url(line, place, address, styles.link, address[:255])
        else:
            page.write_string(line, place, cell_text(value), styles.text)
    elif isinstance(value, bool):
        page.write_string(line, place, "yes" if value else "no")
    elif isinstance(value, pd.Timestamp):
        page.write_datetime(line, place, value.to_pydatetime(), styles.number(_DAY))
    else:
        page.write_number(line, place, float(value), styles.number(form) if form else None)


def _width(name: str, values: list[Any]) -> float:
    """Width in characters: room for the longest text up to 60, and for the longest word of the header beside its filter button."""
    longest = max((len(value) for value in values if isinstance(value, str)), default=9)
    header = max(min(len(name), 14), *map(len, name.split() or [""])) + _FILTER_BUTTON
    return float(min(max(longest + 2, header, 10), 60))
