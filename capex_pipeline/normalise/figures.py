"""Resolves printed rows into figures: names, units, periods and numbers.

Each row is read on its own with the reference data; a row that cannot be read is rejected with the rule that it broke.
Add a rule here when it needs one row, or one document for repeated figures. Documents are compared in
`normalise/observations.py`, and amounts are converted in `normalise/currency.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from capex_pipeline.normalise import plausibility
from capex_pipeline.normalise.joins import is_among
from capex_pipeline.normalise.problems import Problems
from capex_pipeline.normalise.rejections import bounded, quoted
from capex_pipeline.raw.folder import review_command
from capex_pipeline.reference import Reference, fold
from capex_pipeline.schemas import validation, vocabulary
from capex_pipeline.schemas.derive import conform, laid_out
from capex_pipeline.schemas.figures import Figures
from capex_pipeline.schemas.rejected_figures import RejectedFigures
from capex_pipeline.sources.sec_filings import FACT_LOCATOR, form_and_report_end
from capex_pipeline.values.numbers import LARGEST_NUMBER
from capex_pipeline.values.periods import resolve_periods
from capex_pipeline.values.units import read_values

UNDEFINED = "as_printed"
"""Definition of a figure whose document does not state what the term includes."""

_HIGHEST_GROWTH = 100_000.0
_GROWTH_UNITS = {"yoy_growth": "percent", "share": "percent", "yoy_multiple": "multiple"}
_KEY_PARTS = (
    "entity_id", "metric_id", "measure", "definition_id", "segment", "supplier_id", "product", "customer_id", "flow",
    "period_start", "period_end", "status", "claimant",
)  # fmt: skip

_ADVICE = {
    "flow_missing": f"A count of chips needs a flow, which tells orders from shipments; enter one of {', '.join(vocabulary.FLOWS)} in the column flow.",
    "missing_value": "The row has no number; enter a value or a limit, or give an outlook without a number the bound direction.",
    "money_without_currency": "The amount has no currency; name it in the column unit, such as USD million.",
}
"""By rule of the table: what is wrong, and what to do."""


def resolve(
    rows: pd.DataFrame, documents: pd.DataFrame, reference: Reference, rough_rates: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return figures and rejected figures of printed rows: len(rows) = len(figures) + len(rejected).

    rows: printed columns plus path and row_number; unique index.
    documents: as table documents, at least document_id, source_type, known_from.
    rough_rates: approximate units of each currency per US dollar, for the magnitude rule.
    """
    problems = Problems(rows.index)
    known = documents.drop_duplicates("document_id").set_index("document_id")
    problems.add(
        ~rows["document"].isin(known.index),
        "unknown_document",
        "document",
        rows["document"],
        "The row does not name a document that is declared; use one of the document ids in the sidecar.",
    )
    of_row = known[["source_type", "known_from"]].reindex(rows["document"]).set_axis(rows.index)
    figures = pd.DataFrame(
        {
            "document_id": rows["document"],
            "path": rows["path"],
            "row_number": rows["row_number"],
            "locator": rows["locator"],
            "entity_text": rows["entity"],
            "metric_text": rows["metric"],
            "measure": rows["measure"].fillna("level"),
            "segment": rows["segment"],
            "product_text": rows["product"],
            "flow": rows["flow"],
            "period_text": rows["period"],
            "value_text": rows["value"],
            "value_low_text": rows["value_low"],
            "value_high_text": rows["value_high"],
            "unit_text": rows["unit"],
            "status": rows["status"].fillna("reported"),
            "source_type": of_row["source_type"],
            "claimant": rows["claimant"],
            "presentation": rows["presentation"].fillna(rows["document"]),
            "known_from": of_row["known_from"].astype("datetime64[us]"),
            "note": rows["note"],
            "review_state": rows["review_state"].fillna("reviewed"),
            "confidence": rows["confidence"],
            "span_start": rows["span_start"],
            "span_end": rows["span_end"],
        },
        index=rows.index,
    )
    figures["entity_id"] = _named(rows["entity"], reference.entity_aliases, "entity", problems, required=True)
    figures["metric_id"] = _named(rows["metric"], reference.metric_aliases, "metric", problems, required=True)
    figures["supplier_id"] = _named(rows["supplier"], reference.entity_aliases, "supplier", problems)
    figures["customer_id"] = _named(rows["customer"], reference.entity_aliases, "customer", problems)
    figures["product"] = _named(rows["product"], reference.product_aliases, "product", problems)
    figures["supplier_id"] = figures["supplier_id"].fillna(figures["product"].map(reference.products["supplier_id"]))
    figures["definition_id"] = _definition(rows["definition"], reference, problems)
    _words(figures, problems)
    _read_numbers(figures, rows, reference, problems)
    _read_periods(figures, rows, reference, problems)
    _check_dates(figures, reference, problems)
    figures["is_tagged"] = _is_tagged(figures, documents)
    _check_crowds(figures, problems)
    _check_magnitude(figures, reference, rough_rates, problems)
    figures["figure_id"] = _figure_ids(figures, rows["id"])
    figures["same_fact_as"] = (rows["document"] + "#" + rows["same_fact_as"]).astype("str")
    _check_repeats(figures, problems)
    _check_several_values(figures, problems)
    _check_same_facts(figures, rows["same_fact_as"], problems)
    accepted = conform(figures[~problems.is_broken].drop(columns="is_tagged"), Figures)
    accepted, breaches = validation.split(accepted, Figures)
    for (rule, column), group in breaches.fillna({"column": ""}).groupby(["rule", "column"], sort=True):
        broken = pd.Series(False, index=rows.index)
        broken[group["row"]] = True
        values = pd.Series(group["value"].to_numpy(), index=group["row"]).groupby(level=0).first().reindex(rows.index)
        problems.add(
            broken,
            str(rule),
            str(column),
            values.astype("str"),
            _ADVICE.get(str(rule), f"The row breaks the rule {rule}; correct it in the document."),
        )
    return laid_out(accepted, Figures), _rejected(rows, figures, problems)


def _named(
    texts: pd.Series, aliases: Mapping[str, str], column: str, problems: Problems, *, required: bool = False
) -> pd.Series:
    """Ids for names. Unknown names, and null where a name is required, are problems."""
    ids = texts.map({text: aliases.get(fold(text)) for text in texts.dropna().unique()}).astype("str")
    problems.add(
        texts.notna() & ids.isna(),
        f"unknown_{column}",
        column,
        texts,
        lambda: (
            f"No {column} is known as "
            + quoted(texts.astype("str"))
            + f"; correct the spelling, or add it to the {column} reference data."
        ),
    )
    if required:
        problems.add(
            texts.isna(),
            f"missing_{column}",
            column,
            texts,
            f"The row does not say which {column} it is about; add it.",
        )
    return ids


def _definition(texts: pd.Series, reference: Reference, problems: Problems) -> pd.Series:
    ids = texts.fillna(UNDEFINED)
    problems.add(
        ~ids.isin(reference.definitions.index),
        "unknown_definition",
        "definition",
        texts,
        lambda: (
            "No definition has the id "
            + quoted(ids)
            + "; use one of the reference data, or add it there with its meaning."
        ),
    )
    return ids


def _words(figures: pd.DataFrame, problems: Problems) -> None:
    closed = {"measure": vocabulary.MEASURES, "status": vocabulary.STATUSES, "flow": vocabulary.FLOWS}
    for column, words in closed.items():
        problems.add(
            figures[column].notna() & ~figures[column].isin(words),
            f"unknown_{column}",
            column,
            figures[column],
            f"The {column} must be one of {', '.join(words)}.",
        )


def _read_numbers(figures: pd.DataFrame, rows: pd.DataFrame, reference: Reference, problems: Problems) -> None:
    read = _numbers(rows)
    problems.add_found(read, rows)
    for column in ("value_low", "value", "value_high", "bound", "printed_step", "unit", "currency"):
        figures[column] = read[column]
    wanted = figures["measure"].map(_GROWTH_UNITS)
    problems.add(
        wanted.notna() & figures["unit"].notna() & (figures["unit"] != wanted),
        "unit_does_not_fit",
        "unit",
        rows["unit"],
        lambda: (
            "The measure "
            + figures["measure"].astype("str")
            + " is printed in "
            + wanted.astype("str")
            + "; correct the unit or the measure."
        ),
    )
    problems.add(
        figures["bound"].eq(vocabulary.DIRECTION) & ~figures["status"].isin(vocabulary.OUTLOOK_STATUSES),
        "direction_of_a_past_period",
        "bound",
        rows["bound"],
        "Only guidance and forecasts may state a direction without an amount; correct the status, or give the amount.",
    )
    pairs = figures["metric_id"].fillna("") + " " + figures["unit"].fillna("")
    printed = figures[~pairs.duplicated()]
    kinds = printed["metric_id"].map(reference.metrics["unit_kinds"])
    fitting = [_is_level_unit(unit, kind) for kind, unit in zip(kinds, printed["unit"], strict=True)]
    fits = is_among(pairs, pairs[printed.index[fitting]])
    problems.add(
        (figures["measure"] == "level") & figures["unit"].notna() & ~fits,
        "unit_does_not_fit",
        "unit",
        rows["unit"],
        lambda: (
            "The metric "
            + figures["metric_id"].astype("str")
            + " is not printed in that unit; correct the unit or the metric."
        ),
    )
    published = figures["metric_id"].map(reference.metrics["table"])
    problems.add(
        (figures["measure"] == "share") & published.notna(),
        "measure_does_not_fit",
        "measure",
        figures["measure"],
        lambda: (
            "A share is no amount of "
            + figures["metric_id"].astype("str")
            + "; give it a metric that is a share, or correct the measure."
        ),
    )


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """As `read_values`; rows whose reader returned numbers keep them, and their text is not parsed again."""
    given = rows["read_unit"].notna()
    read = read_values(rows.loc[~given, ["value", "value_low", "value_high", "unit", "bound"]]).reindex(rows.index)
    if not given.any():
        return read
    for column, of_reader in _OF_READER.items():
        read[column] = read[column].mask(given, rows[of_reader])
    too_large = given & (read[["value_low", "value", "value_high"]].abs() > LARGEST_NUMBER).any(axis=1)
    message = "The number is larger than 1e18 in full units; the text was read wrongly or holds a misprint."
    read.loc[too_large, ["problem_rule", "problem_column", "problem"]] = ["implausible_number", "value", message]
    return read


_OF_READER = {
    "value_low": "read_low", "value": "read_value", "value_high": "read_high", "printed_step": "read_step", "bound": "read_bound",
    "unit": "read_unit", "currency": "read_currency",
}  # fmt: skip


def fitting_units(kinds: object, measure: str) -> Sequence[str] | None:
    """Kinds of unit in which a measure of a metric may be printed; None where any may. kinds: `unit_kinds` of metrics.yaml.

    Percent and multiples beside another unit are for growth.
    """
    if measure in _GROWTH_UNITS:
        return (_GROWTH_UNITS[measure],)
    if not isinstance(kinds, list | tuple):
        return None
    return [kind for kind in kinds if kind not in _GROWTH_UNITS.values()] or list(kinds)


def _is_level_unit(unit: object, kinds: object) -> bool:
    fitting = fitting_units(kinds, "level")
    return fitting is None or unit in fitting


def _read_periods(figures: pd.DataFrame, rows: pd.DataFrame, reference: Reference, problems: Problems) -> None:
    printed = rows[["period", "period_start", "period_end"]].assign(calendar_id=figures["entity_id"])
    read = resolve_periods(printed, reference.calendars)
    problems.add_found(read, rows)
    for column in ("period_start", "period_end", "is_instant"):
        figures[column] = read[column]
    figures["is_instant"] = figures["is_instant"].fillna(False).astype(bool)


_LONGEST_LOOK_BACK = {"filing": 10, "company_release": 10}
"""Maximum number of years between the end of a period and the company's own document about it. Annual reports have
summaries of five and ten years, and a mistyped decade always gives more. Others may write about periods of any age: see
_LONGEST_LOOK_BACK_OF_OTHERS.
"""

_LONGEST_LOOK_BACK_OF_OTHERS = 30
_LONGEST_YEAR = 366


def _check_dates(figures: pd.DataFrame, reference: Reference, problems: Problems) -> None:
    """A reported period must be over when its document appears, and not so old that its year must be a misprint. A price holds on the day on
    which it is stated, so its period only has to have begun.
    """
    ended, known = figures["period_end"].astype("datetime64[us]"), figures["known_from"]
    is_past = figures["status"].isin(["reported", "derived"]) & ended.notna() & known.notna()
    is_price = figures["metric_id"].map(reference.metrics["kind"]) == "price"
    is_current_price = is_price & (figures["period_start"].astype("datetime64[us]") <= known)

    def sentences(between: pd.Series | str, ending: str) -> pd.Series:
        period, day = (days.dt.strftime("%Y-%m-%d").astype("str") for days in (ended, known))
        return "The period of the row ends on " + period + between + " its document appeared on " + day + ending

    problems.add(
        is_past & (ended > known) & ~is_current_price,
        "period_after_document",
        "period",
        figures["period_text"],
        lambda: sentences(
            ", after",
            "; correct the period or the document's date, or give the row the status guidance, forecast or estimate.",
        ),
    )
    years = figures["source_type"].map(_LONGEST_LOOK_BACK).fillna(_LONGEST_LOOK_BACK_OF_OTHERS).astype("int64")
    problems.add(
        is_past & ((known - ended).dt.days > years * _LONGEST_YEAR),
        "period_long_before_document",
        "period",
        figures["period_text"],
        lambda: sentences(", more than " + years.astype("str") + " years before", "; correct the year."),
    )


MAXIMUM_ROWS_OF_A_YEAR = 200
"""Maximum number of rows with which companies and estimators state one definition of a metric for periods that end in one calendar year.
Every two statements of a series may have to be compared, so their number must be bounded. Twenty-two is the most in the shipped documents:
quarters, halves, nine months and years, each repeated in later filings.
"""


def _check_crowds(figures: pd.DataFrame, problems: Problems) -> None:
    """Reject rows beyond MAXIMUM_ROWS_OF_A_YEAR: facts that filings tag go first, then files with few such rows, so that one file with very
    many of them displaces no other.
    """
    if len(figures) <= MAXIMUM_ROWS_OF_A_YEAR:
        return
    sound = figures[
        ~problems.is_broken & ~figures["source_type"].isin(vocabulary.TEXT_SOURCES) & figures["period_end"].notna()
    ]
    of_chips = sound[["supplier_id", "product", "customer_id", "flow"]].where(sound["unit"] != "money")
    subject = [sound["entity_id"], sound["metric_id"], sound["definition_id"], *(of_chips[name] for name in of_chips)]
    year = [*subject, sound["period_end"].dt.year]
    size = sound.groupby(year, dropna=False)["path"].transform("size")
    crowd = sound[size > MAXIMUM_ROWS_OF_A_YEAR]
    if crowd.empty:
        return
    keys = [key.loc[crowd.index] for key in year]
    from_file = crowd.groupby([*keys, crowd["path"]], dropna=False)["path"].transform("size")
    order = crowd.assign(is_typed=~crowd["is_tagged"], from_file=from_file).sort_values(
        ["is_typed", "from_file", "known_from", "document_id", "row_number"], kind="stable"
    )
    place = order.groupby([key.loc[order.index] for key in keys], dropna=False).cumcount()
    crowded = pd.Series(False, index=figures.index)
    crowded[place.index[place >= MAXIMUM_ROWS_OF_A_YEAR]] = True
    problems.add(
        crowded,
        "crowded_year",
        "period",
        figures["period_text"],
        f"More than {MAXIMUM_ROWS_OF_A_YEAR} rows state this metric and definition for periods that end in the year of this one; {MAXIMUM_ROWS_OF_A_YEAR} of "
        "them are used, and this is none of them. Remove rows that repeat each other, or give an article's claims the source_type article.",
    )


def _is_tagged(figures: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """True for facts of SEC filings, which are tagged in full units and have no scale word that could be lost.

    Their locator begins with the concept; a row that a person typed from a filing names its place in the document.
    """
    form = form_and_report_end(documents)["form"]
    is_filed = figures["document_id"].isin(form.index[form.notna()])
    is_fact = figures["locator"].str.match(FACT_LOCATOR).fillna(False).astype("bool")
    return is_filed & is_fact & (figures["unit_text"] == figures["currency"])


def _check_magnitude(
    figures: pd.DataFrame, reference: Reference, rough_rates: Mapping[str, float], problems: Problems
) -> None:
    """Reject a level far outside the bounds of one company's quarter: a scale word was lost or added. Growth is bounded
    too.
    """
    level = figures["measure"] == "level"
    off = level & plausibility.implausible(figures, reference, rough_rates)
    # Of a text no number is tagged, and the rows of a crowded year are as many as a file likes.
    is_compared = ~problems.is_broken & ~figures["source_type"].isin(vocabulary.TEXT_SOURCES)
    sound = level & ~off & is_compared & figures["value"].notna() & figures["period_end"].notna()
    off[sound] |= plausibility.out_of_scale(figures[sound], reference, rough_rates)
    problems.add(
        off,
        "implausible_magnitude",
        "value",
        figures["value_text"],
        lambda: (
            "A "
            + figures["metric_id"].astype("str")
            + " of this size is not plausible for the period; check the scale word of the unit "
            "(thousand, million, billion) and the sign"
            + (figures["value"].lt(0) & figures["review_state"].ne("reviewed")).map(
                {
                    True: ", or, if the document prints payments in brackets, set is_outflow in printed_names.yaml.",
                    False: ".",
                }
            )
        ),
    )
    is_growth = figures["measure"].isin(_GROWTH_UNITS)
    growth = figures[["value_low", "value", "value_high"]].abs().max(axis=1)
    problems.add(
        is_growth & (growth > _HIGHEST_GROWTH),
        "implausible_magnitude",
        "value",
        figures["value_text"],
        "A growth rate or share of this size is not plausible; check the number.",
    )


def _figure_ids(figures: pd.DataFrame, printed_ids: pd.Series) -> pd.Series:
    """Document id, # and the id given in the document's transcription, or else the natural key of the row."""
    key = pd.Series("", index=figures.index, dtype="str")
    for column in _KEY_PARTS:
        values = figures[column]
        text = values.dt.strftime("%Y-%m-%d") if values.dtype.kind == "M" else values
        if column == "measure":
            text = text.where(text != "level")
        if column == "status":
            text = text.where(text != "reported")
        part = ("/" + text.astype("str")).fillna("")
        key = key + part
    key = key.str.removeprefix("/")
    local = printed_ids.fillna(key).str.replace("|", "/", regex=False)
    return (figures["document_id"].fillna("?") + "#" + local).astype("str")


def _check_repeats(figures: pd.DataFrame, problems: Problems) -> None:
    """Reject the same figure twice in one document: the second of two identical rows, and all contradicting ones."""
    sound = figures[~problems.is_broken]
    repeated = sound[sound["figure_id"].duplicated(keep=False)]
    if repeated.empty:
        return
    numbers = ["value_low", "value", "value_high", "currency", "unit"]
    distinct = repeated.drop_duplicates(["figure_id", *numbers]).groupby("figure_id").size()
    contradicting = repeated["figure_id"].map(distinct) > 1
    again = repeated["figure_id"].duplicated(keep="first")
    everything = pd.Series(False, index=figures.index)
    contradicts, repeats = everything.copy(), everything.copy()
    contradicts[repeated.index[contradicting]] = True
    repeats[repeated.index[~contradicting & again]] = True
    problems.add(
        contradicts,
        "contradicting_figure",
        "value",
        figures["value_text"],
        lambda: (
            "The document states this figure twice with different values"
            + _in_other_files(figures.loc[repeated.index[contradicting]]).reindex(figures.index)
            + "; keep the right one, or give one of them another `definition`."
        ),
    )
    problems.add(
        repeats,
        "duplicate_figure",
        "value",
        figures["value_text"],
        "The document states this figure twice with the same value; remove the second row.",
    )


def _in_other_files(figures: pd.DataFrame) -> pd.Series:
    """For rows with one figure id in two files: the other file as words of a sentence; for others nothing, since the rows are near each other.
    Rows are not named, so that messages about one pair of files are the same and are shown once.
    """
    paths, ids = figures["path"], figures["figure_id"]
    first, last = (paths.groupby(ids).transform(name) for name in ("min", "max"))
    return (", also in " + last.where(paths == first, first)).where(first != last, "")


def _check_several_values(figures: pd.DataFrame, problems: Problems) -> None:
    """Reject different numbers of one fact in one article that a person reviewed, whatever ids the rows have.

    A number that is printed twice, once rounded, is one number. Numbers that a machine read wait for their review. Two
    places of a company's document that differ are both evidence, and `witnesses.places_of_one_document` reports them.
    """
    is_text = figures["source_type"].isin(vocabulary.TEXT_SOURCES)
    is_open = ~problems.is_broken & figures["same_fact_as"].isna() & is_text
    settled = figures[is_open & figures["review_state"].isin(vocabulary.SETTLED_STATES)]
    names = ["document_id", *_KEY_PARTS, "currency"]
    settled = settled[settled.duplicated(names, keep=False)]
    if settled.empty:
        return
    fact = [settled[name] for name in names]
    ends = settled[["value_low", "value_high"]].groupby(fact, dropna=False)
    spread = ends.transform("max") - ends.transform("min")
    rounding = settled["printed_step"].fillna(0).groupby(fact, dropna=False).transform("max") / 2
    stated = ends.transform("count")
    is_open_ended = stated.gt(0) & stated.lt(settled["figure_id"].groupby(fact, dropna=False).transform("size"), axis=0)
    differs = spread.gt(rounding, axis=0).any(axis=1) | is_open_ended.any(axis=1)
    problems.add(
        differs.reindex(figures.index, fill_value=False),
        "contradicting_figure",
        "value",
        figures["value_text"],
        "The article states different values of this fact; keep the right one, or give one of them another `definition`.",
    )


def _check_same_facts(figures: pd.DataFrame, printed: pd.Series, problems: Problems) -> None:
    """A row that repeats another row's fact makes no observation: that other row must exist, and must be the first."""
    first = figures.loc[~problems.is_broken & figures["same_fact_as"].isna(), "figure_id"]
    problems.add(
        figures["same_fact_as"].notna() & ~is_among(figures["same_fact_as"], first),
        "unknown_same_fact",
        "same_fact_as",
        printed,
        lambda: (
            "No sound row of the document that states a fact for the first time has the id "
            + quoted(printed.astype("str"))
            + "; give the id of the row that states this fact in the other currency."
        ),
    )


def _rejected(rows: pd.DataFrame, figures: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    broken = problems.rejected()
    at = rows.loc[broken.index]
    locator = "row " + at["row_number"].astype("str")
    of_machine = (
        " The program read this row, and it is in no table. To correct it, review its file: `"
        + at["path"].map(review_command)
        + "`."
    )
    remedy = of_machine.where(at["review_state"] == "machine", "")
    frame = broken.assign(
        path=at["path"],
        document_id=at["document"],
        row_number=at["row_number"],
        locator=locator + (", " + quoted(at["locator"].astype("str"))).fillna(""),
        message=at["path"] + ", " + locator + ": " + broken["message"] + remedy,
    )
    return laid_out(bounded(frame), RejectedFigures)
