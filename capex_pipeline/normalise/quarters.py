"""Derives discrete quarters and vintages from cumulative figures, for SEC facts and typed figures alike.

Add a rule here when it concerns differences and sums of figures of one series, which figures may be combined, and what
was known when. Derivation comes before conversion (`normalise/currency.py`); fiscal labels are assigned in
`values/fiscal_years.py`.

Rules
- A quarter is printed (a figure over 80 to 100 days, or over a fiscal quarter of 16 or 17 weeks) or derived: a longer
  figure less shorter ones that together leave a quarter, with equal first days (or equal last days) and without gaps.
- Operands share one presentation: the label that says figures are presented on one basis. For SEC facts it is the
  fiscal year of the filing, so restated nine months are never taken from a year that is not restated yet.
- An equal label is not sufficient. The difference is a conflict with a reason, and the earlier value remains, if a
  later presentation changed the longer operand but never the shorter one (a year that was recast in the fourth
  quarter), if the shorter one changed after the longer one was published (a 10-Q/A after the 10-K), or if both
  changed in reports of different years. Operands that one document presents together always go together.
- A derived value is known from the day on which its last operand was known. An amended figure replaces the earlier one
  in its presentation from its own day on.
- Printed quarters take precedence. A difference that disagrees with them beyond rounding is kept, and both rows are
  flagged.
- If figures exist that would give a quarter but no two of them share a presentation, the result is a row without a
  value and with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from capex_pipeline.values.fiscal_years import LONG_QUARTER_DAYS
from capex_pipeline.values.periods import PERIOD_TYPE_DAYS, period_type
from capex_pipeline.values.rounding import apparent_step

FACT_COLUMNS = (
    "series", "figure_id", "document_id", "period_start", "period_end", "value", "presentation", "known_from",
)  # fmt: skip
"""Columns that `discrete_quarters` needs. Optional: `OPTIONAL_COLUMNS`, and status ("derived" for sums of figures)."""

OPTIONAL_COLUMNS = ("is_trailing", "period_type", "first_day")
"""is_trailing (bool): the row is not used. period_type, first_day: as `values.fiscal_years.fiscal_periods` returns
them, else by length, and the first day as printed; operands start together if their first_day is equal.
"""

QUARTER_COLUMNS = (
    "series", "period_start", "period_end", "value", "status", "method", "figure_id", "derived_from", "document_id",
    "presentation", "known_from", "disagrees", "is_preferred", "conflict_reason",
)  # fmt: skip

_LENGTH = {"quarter": 1, "half_year": 2, "nine_months": 3, "year": 4}
_ONE_PRESENTATION_DAYS = 330
"""A year is presented anew by the interim reports and the annual report of the next fiscal year, which are filed within so many days."""
_OPEN = np.iinfo(np.int64).max


def discrete_quarters(facts: pd.DataFrame) -> pd.DataFrame:
    """Printed and derived quarters of every series.

    facts: columns `FACT_COLUMNS`; series, figure_id, document_id, presentation text (a null presentation means that the
    document is its own), days datetime64, value float64 in full units. Rows with is_trailing set, without a value, or
    of another period type than quarter, half, nine months or year are not used.

    Returns columns `QUARTER_COLUMNS`, sorted by series, period, known_from:
      status reported | derived; method printed, sum (a given row that is a sum of figures), difference (one operand
      subtracted), chain (several subtracted), conflict; figure_id of a printed quarter; derived_from figure ids
      joined by "|", the minuend first, its operands in the order of time; document_id of the printed figure or of the
      minuend; known_from the latest of the operands; disagrees True on a printed and a derived row of one
      presentation that differ by more than rounding; is_preferred False on derived rows if a printed one of the
      same presentation was known no later; conflict_reason a sentence if value is null.

    Raises ValueError for a missing column.
    """
    table = _versions(_checked(facts))
    printed = _printed(table)
    if not (table["length"] > 1).any():  # nothing to subtract from
        return _laid_out(printed.assign(disagrees=False, is_preferred=True), table)
    derived, mixed = _differences(table, _spans(table))
    derived = _compare(printed, derived, table)
    values = pd.concat([printed, derived], ignore_index=True)
    frames = [
        frame
        for frame in (printed, derived, _conflicts(table, values), _mixed_conflicts(table, mixed, values))
        if len(frame)
    ]
    rows = pd.concat(frames, ignore_index=True) if frames else printed
    return _laid_out(rows, table)


def vintages(rows: pd.DataFrame, key: Sequence[str] = ("series", "period_start", "period_end")) -> pd.DataFrame:
    """The history of each value: rows in the order of known_from, each with the day on which the next value replaced
    it.

    rows: any frame with the key columns, value and known_from (of `discrete_quarters`: the rows with is_preferred). An
    equal value in a later document is not a new vintage. Of several rows of one day the printed one counts, else the
    last by presentation, document and figure. A row without a value (a conflict) is a vintage too, but does not end a
    value: if a value was known before, the conflict is never current (known_to is its own known_from).

    Returns the rows that are vintages, with vintage (1, 2, ... Int64), known_to (first day of the next vintage, NaT on
    the current one) and is_latest (bool).
    """
    key = list(key)
    by = [name for name in ("presentation", "document_id", "figure_id") if name in rows.columns]
    order = rows.assign(_reported=rows["status"].eq("reported") if "status" in rows.columns else False)
    order = order.sort_values([*key, "known_from", "_reported", *by], kind="stable", na_position="first")
    order = order.drop_duplicates([*key, "known_from"], keep="last")
    value = order["value"]
    same_key = order.groupby(key, sort=False, dropna=False).cumcount() > 0
    repeated = same_key & ((value == value.shift()) | (value.isna() & value.shift().isna()))
    order = order.loc[~repeated].drop(columns="_reported")
    number = (order.groupby(key, sort=False, dropna=False).cumcount() + 1).astype("Int64")
    is_void = order["conflict_reason"].notna() if "conflict_reason" in order.columns else order["value"].isna()
    is_late = is_void & (~is_void).groupby([order[name] for name in key], sort=False, dropna=False).cummax()
    lasting = order.loc[~is_late].groupby(key, sort=False, dropna=False)["known_from"].shift(-1)
    known_to = order["known_from"].where(is_late, lasting.reindex(order.index))
    return order.assign(vintage=number, known_to=known_to, is_latest=known_to.isna()).reset_index(drop=True)


def as_of(rows: pd.DataFrame, day: date | str | pd.Timestamp) -> pd.DataFrame:
    """The vintages (rows with known_from and known_to) that were current at the end of a day; nothing published later.

    In SQL: WHERE known_from <= DATE '2024-12-31' AND (known_to IS NULL OR known_to > DATE '2024-12-31').
    """
    moment = pd.Timestamp(day)
    return rows.loc[(rows["known_from"] <= moment) & ~(rows["known_to"] <= moment)].reset_index(drop=True)


def _checked(facts: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in FACT_COLUMNS if name not in facts.columns]
    if missing:
        raise ValueError(f"The figures have no column {', '.join(missing)}; quarters need {', '.join(FACT_COLUMNS)}.")
    kind = (
        facts["period_type"]
        if "period_type" in facts.columns
        else period_type(facts["period_start"], facts["period_end"])
    )
    length = kind.map(_LENGTH).fillna(0).astype("int64")
    usable = (length > 0) & facts["value"].notna() & facts["known_from"].notna()
    if "is_trailing" in facts.columns:
        usable &= ~facts["is_trailing"].astype("bool")
    status = facts["status"] if "status" in facts.columns else pd.Series("reported", index=facts.index, dtype="str")
    table = facts.loc[:, list(FACT_COLUMNS)].assign(
        length=length,
        status=status,
        presentation=facts["presentation"].fillna(facts["document_id"]),
        first_day=facts["first_day"] if "first_day" in facts.columns else facts["period_start"],
    )
    return table.loc[usable]


def _versions(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each value that a (series, presentation, period) had at any time, with integer codes and days of
    validity.
    """
    key = ["series", "presentation", "period_start", "period_end"]
    table = table.sort_values([*key, "known_from", "document_id", "figure_id"], kind="stable")
    table = table.drop_duplicates([*key, "known_from"], keep="last")
    table = table.loc[~(table.duplicated(key) & (table["value"] == table["value"].shift()))].reset_index(drop=True)
    until = table.groupby(key, sort=False)["known_from"].shift(-1).to_numpy("datetime64[D]")
    step = apparent_step(table["value"])
    return table.assign(
        row=np.arange(len(table)),
        s=pd.factorize(table["series"])[0],
        p=pd.factorize(table["presentation"])[0],
        first=table["first_day"].to_numpy("datetime64[D]").astype(np.int64),
        last=table["period_end"].to_numpy("datetime64[D]").astype(np.int64),
        known=table["known_from"].to_numpy("datetime64[D]").astype(np.int64),
        until=np.where(np.isnat(until), _OPEN, until.astype(np.int64)),
        step=step.groupby([table["series"], table["presentation"]]).transform("min") if len(table) else step,
        document=pd.factorize(table["document_id"])[0],
        **_changes(table, step),
    )


def _changes(table: pd.DataFrame, step: pd.Series) -> pd.DataFrame:
    """is_changed: the figure differs, by more than rounding, from the first printed value of its series and period.
    is_recast: it differs, and its presentation never showed the first printed value, so it is no amendment of the same
    presentation. A presentation that repeats the first value counts like the one that printed it first.
    """
    period = ["series", "period_start", "period_end"]
    order = table.assign(step=step).sort_values("known_from", kind="stable")
    first = order.groupby(period, sort=False)[["value", "step"]].transform("first")
    is_changed = (order["value"] - first["value"]).abs() > 0.5 * (order["step"] + first["step"])
    has_first = (~is_changed).groupby([order[name] for name in [*period, "presentation"]], sort=False).cummax()
    return pd.DataFrame({"is_changed": is_changed, "is_recast": is_changed & ~has_first}).reindex(table.index)


def _spans(table: pd.DataFrame) -> pd.DataFrame:
    """Printed periods below a year, and runs of two or three of them without a gap: everything that can be subtracted
    at once.

    Columns s, p, first, last, value, length, known, until, n (printed figures in the run), a, b, c (their rows, -1
    none).
    """
    single = table.loc[
        table["length"] < 4, ["s", "p", "first", "last", "value", "length", "known", "until", "document", "is_changed"]
    ].assign(n=1, a=table["row"], b=-1, c=-1)
    short = single.loc[single["length"] <= 2].assign(next=lambda frame: frame["first"])
    runs = [single]
    longest = single
    for place in ("b", "c"):
        joined = longest.loc[longest["length"] <= 2].assign(next=lambda frame: frame["last"] + 1)
        joined = joined.merge(short, on=["s", "p", "next"], suffixes=("", "_r"))
        longest = pd.DataFrame(
            {
                "s": joined["s"],
                "p": joined["p"],
                "first": joined["first"],
                "last": joined["last_r"],
                "value": joined["value"] + joined["value_r"],
                "length": joined["length"] + joined["length_r"],
                "known": np.maximum(joined["known"], joined["known_r"]),
                "until": np.minimum(joined["until"], joined["until_r"]),
                "document": joined["document"].where(joined["document"] == joined["document_r"], -1),
                "is_changed": joined["is_changed"] | joined["is_changed_r"],
                "n": joined["n"] + 1,
                "a": joined["a"],
                "b": joined["b"],
                "c": joined["c"],
            }
        )
        longest[place] = joined["a_r"]
        longest = longest.loc[(longest["length"] <= 3) & (longest["known"] < longest["until"])]
        runs.append(longest)
    return pd.concat(runs, ignore_index=True)


def _printed(table: pd.DataFrame) -> pd.DataFrame:
    quarters = table.loc[table["length"] == 1]
    is_sum = (quarters["status"] == "derived").to_numpy()
    return pd.DataFrame(
        {
            "s": quarters["s"],
            "p": quarters["p"],
            "first": quarters["first"],
            "last": quarters["last"],
            "value": quarters["value"],
            "known": quarters["known"],
            "minuend": quarters["row"],
            "a": -1,
            "b": -1,
            "c": -1,
            "method": np.where(is_sum, "sum", "printed"),
            "step": quarters["step"],
        }
    ).reset_index(drop=True)


def _differences(table: pd.DataFrame, spans: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quarters as a longer figure less a run of shorter ones of the same presentation, with as few operands as
    possible; then the differences in which only one operand was changed, which are conflicts and not quarters.
    """
    longer = table.loc[
        table["length"] > 1,
        [
            "s",
            "p",
            "first",
            "last",
            "value",
            "length",
            "known",
            "until",
            "row",
            "step",
            "document",
            "is_changed",
            "is_recast",
        ],
    ]
    differences = []
    for side in ("first", "last"):
        pairs = longer.merge(spans, on=["s", "p", side], suffixes=("", "_r"))
        pairs = pairs.loc[pairs["length"] == pairs["length_r"] + 1]
        if side == "first":
            first, last = pairs["last_r"] + 1, pairs["last"]
        else:
            first, last = pairs["first"], pairs["first_r"] - 1
        differences.append(
            pd.DataFrame(
                {
                    "s": pairs["s"],
                    "p": pairs["p"],
                    "first": first,
                    "last": last,
                    "value": pairs["value"] - pairs["value_r"],
                    "known": np.maximum(pairs["known"], pairs["known_r"]),
                    "until": np.minimum(pairs["until"], pairs["until_r"]),
                    "minuend": pairs["row"],
                    "a": pairs["a"],
                    "b": pairs["b"],
                    "c": pairs["c"],
                    "n": pairs["n"],
                    "step": pairs["step"],
                    "is_mixed": (pairs["document"] != pairs["document_r"])
                    & (
                        (pairs["is_recast"] & ~pairs["is_changed_r"])
                        | (pairs["is_changed_r"] & ~pairs["is_changed"] & (pairs["known_r"] > pairs["known"]))
                        | (
                            (pairs["is_changed_r"] & pairs["is_changed"])
                            & ((pairs["known"] - pairs["known_r"]).abs() > _ONE_PRESENTATION_DAYS)
                        )
                    ),
                }
            )
        )
    rows = pd.concat(differences, ignore_index=True)
    days = rows["last"] - rows["first"] + 1
    rows = rows.loc[(rows["known"] < rows["until"]) & _is_quarter(days)]
    mixed, rows = rows.loc[rows["is_mixed"]], rows.loc[~rows["is_mixed"]]
    key = ["s", "p", "first", "last"]
    # Rows are sorted by first day: of the minuends of one day the one that begins first counts.
    rows = rows.sort_values([*key, "known", "n", "minuend", "a"], kind="stable")
    # More operands count only while fewer are unknown, so that a past state does not depend on later figures.
    rows = rows.loc[rows["n"] == rows.groupby(key)["n"].cummin()].drop_duplicates([*key, "known"])
    rows = rows.assign(method=np.where(rows["n"] == 1, "difference", "chain")).reset_index(drop=True)
    return rows.drop(columns="is_mixed"), mixed.drop(columns="is_mixed").reset_index(drop=True)


def _is_quarter(days: pd.Series) -> pd.Series:
    """True for the length of a quarter, including 16 and 17 weeks: the remainder between two figures of a fiscal year."""
    return days.between(*PERIOD_TYPE_DAYS["quarter"]) | days.isin(LONG_QUARTER_DAYS)


def _compare(printed: pd.DataFrame, derived: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Flag printed and derived quarters of one presentation that differ beyond rounding. `printed` is changed in place."""
    pairs = derived.reset_index().merge(printed.reset_index(), on=["s", "p", "first", "last"], suffixes=("", "_r"))
    differs = (pairs["value"] - pairs["value_r"]).abs() > (0.5 * pairs["step"] * (pairs["n"] + 2))
    printed["disagrees"] = printed.index.isin(pairs.loc[differs, "index_r"])
    printed["is_preferred"] = True
    covered = pairs.loc[pairs["known_r"] <= pairs["known"], "index"]
    return derived.assign(
        disagrees=derived.index.isin(pairs.loc[differs, "index"]), is_preferred=~derived.index.isin(covered)
    )


def _conflicts(table: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Quarters whose operands exist in different presentations only, while no value is known."""
    columns = ["s", "p", "first", "last", "length", "known", "row"]
    pairs = table.loc[table["length"] > 1, columns].merge(
        table.loc[table["length"] < 4, columns], on=["s", "first"], suffixes=("", "_r")
    )
    pairs = pairs.loc[(pairs["length"] == pairs["length_r"] + 1) & (pairs["p"] != pairs["p_r"])]
    rows = pd.DataFrame(
        {
            "s": pairs["s"],
            "p": pairs["p"],
            "first": pairs["last_r"] + 1,
            "last": pairs["last"],
            "known": np.maximum(pairs["known"], pairs["known_r"]),
            "minuend": pairs["row"],
            "a": pairs["row_r"],
        }
    )
    rows = rows.loc[_is_quarter(rows["last"] - rows["first"] + 1)]
    quarter = ["s", "first", "last"]
    rows = rows.sort_values([*quarter, "known", "minuend", "a"], kind="stable").drop_duplicates(quarter)
    earliest = values.groupby(quarter)["known"].min().rename("value_known").reset_index()
    rows = rows.merge(earliest, on=quarter, how="left")
    rows = rows.loc[~(rows["value_known"] <= rows["known"])].reset_index(drop=True)
    longer, shorter = table.loc[rows["minuend"].to_numpy()], table.loc[rows["a"].to_numpy()]
    reason = [
        f"Figures to {long_end:%Y-%m-%d} are known as presented in {long_in}, and to {short_end:%Y-%m-%d} only as in "
        f"{short_in}; a difference would mix the two."
        for long_end, long_in, short_end, short_in in zip(
            longer["period_end"], longer["presentation"], shorter["period_end"], shorter["presentation"], strict=True
        )
    ]
    return rows.drop(columns="value_known").assign(
        value=np.nan,
        b=-1,
        c=-1,
        method="conflict",
        disagrees=False,
        is_preferred=True,
        conflict_reason=pd.Series(reason, index=rows.index, dtype="str"),
    )


def _mixed_conflicts(table: pd.DataFrame, mixed: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Quarters of which only one operand was changed, unless the quarter is already printed or follows from the same
    presentation on the same day. Later information ends the conflict but does not remove it.
    """
    quarter = ["s", "first", "last"]
    is_given = values["method"].isin(["printed", "sum"])
    printed = values.loc[is_given].groupby(quarter)["known"].min().rename("printed_known").reset_index()
    derived = values.loc[~is_given, [*quarter, "p", "known"]].drop_duplicates().assign(is_derived=True)
    rows = mixed.sort_values([*quarter, "p", "known", "n", "minuend", "a"], kind="stable").drop_duplicates(
        [*quarter, "p"]
    )
    rows = rows.merge(printed, on=quarter, how="left").merge(derived, on=[*quarter, "p", "known"], how="left")
    rows = rows.loc[~(rows["printed_known"] <= rows["known"]) & rows["is_derived"].isna()].reset_index(drop=True)
    longer, shorter = table.loc[rows["minuend"].to_numpy()], table.loc[rows["a"].to_numpy()]
    reason = [
        f"The figure to {changed_end:%Y-%m-%d} was changed by {document}, and the figure to {other_end:%Y-%m-%d} was not presented "
        "on the new basis; a difference would mix the two."
        for changed_end, document, other_end in (
            (long_end, long_document, short_end) if is_longer else (short_end, short_document, long_end)
            for is_longer, long_end, long_document, short_end, short_document in zip(
                longer["is_changed"],
                longer["period_end"],
                longer["document_id"],
                shorter["period_end"],
                shorter["document_id"],
                strict=True,
            )
        )
    ]
    return rows.drop(columns=["printed_known", "is_derived", "value", "until", "n"]).assign(
        value=np.nan,
        method="conflict",
        disagrees=False,
        is_preferred=True,
        conflict_reason=pd.Series(reason, index=rows.index, dtype="str"),
    )


def _laid_out(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    minuend = table.loc[rows["minuend"].to_numpy(dtype="int64")].reset_index(drop=True)
    is_printed = rows["method"].eq("printed").to_numpy(dtype=bool)
    is_sum = rows["method"].eq("sum").to_numpy(dtype=bool)
    names = table["figure_id"].to_numpy(dtype=object)
    operands = minuend["figure_id"].to_numpy(dtype=object).copy()
    for place in ("a", "b", "c"):
        row = rows[place].to_numpy(dtype="int64")
        has = row >= 0
        operands[has] = operands[has] + "|" + names[row[has]]
    reason = rows["conflict_reason"] if "conflict_reason" in rows.columns else pd.Series(index=rows.index, dtype="str")
    frame = pd.DataFrame(
        {
            "series": minuend["series"].astype("str"),
            "period_start": _days(rows["first"]).where(
                ~is_printed & ~is_sum, minuend["period_start"].astype("datetime64[us]")
            ),
            "period_end": _days(rows["last"]),
            "value": rows["value"].astype("float64"),
            "status": pd.Series(np.where(is_printed, "reported", "derived"), dtype="str"),
            "method": rows["method"].astype("str"),
            "figure_id": minuend["figure_id"].astype("str").where(is_printed | is_sum),
            "derived_from": pd.Series(operands, dtype="str").where(~is_printed),
            "document_id": minuend["document_id"].astype("str"),
            "presentation": minuend["presentation"].astype("str"),
            "known_from": _days(rows["known"]),
            "disagrees": rows["disagrees"].astype("bool"),
            "is_preferred": rows["is_preferred"].astype("bool"),
            "conflict_reason": reason.astype("str"),
        }
    )
    order = ["series", "period_start", "period_end", "known_from", "method", "presentation"]
    return frame.sort_values(order, kind="stable").reset_index(drop=True)[list(QUARTER_COLUMNS)]


def _days(number: pd.Series) -> pd.Series:
    return pd.Series(number.to_numpy(dtype="int64").astype("datetime64[D]"), dtype="datetime64[us]")
