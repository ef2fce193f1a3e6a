"""Row rules that more than one table model uses: functions from a frame to one True or False per row.

Add a rule here when it relates columns of a row, or rows of a table. A rule about the values of one column is declared
on the column; a rule that needs reference data is applied in `normalise`.
"""

import pandas as pd

from capex_pipeline.schemas.vocabulary import COMPANY_SOURCES, SETTLED_STATES, TEXT_SOURCES


def reviewed_by_company(frame: pd.DataFrame) -> pd.Series:
    """True for rows that a company published about itself and that a person reviewed, that were filed as data, or that are trusted.

    Rows that a machine read in a company's document are the company's too, but nothing is compared with them before their review.
    frame: source_type, review_state.
    """
    return frame["source_type"].isin(COMPANY_SOURCES) & frame["review_state"].isin(SETTLED_STATES)


def amounts_of_companies(observations: pd.DataFrame) -> pd.Series:
    """True for the numbers of a company, and not of a group, that it published for a time that is over: no guidance, and no row without a number."""
    return reviewed_by_company(observations) & _are_amounts(observations)


def unreviewed_amounts_of_companies(observations: pd.DataFrame) -> pd.Series:
    """True for numbers as those of `amounts_of_companies` that a machine read in a company's document and that nobody reviewed."""
    is_unreviewed = ~observations["review_state"].isin(SETTLED_STATES)
    return observations["source_type"].isin(COMPANY_SOURCES) & is_unreviewed & _are_amounts(observations)


def _are_amounts(observations: pd.DataFrame) -> pd.Series:
    return (
        (observations["entity_type"] == "company")
        & observations["status"].isin(["reported", "derived"])
        & observations["value"].notna()
    )


def is_copy(frame: pd.DataFrame) -> pd.Series:
    """True for rows that are known through a third party's copy. frame: source_type."""
    return frame["source_type"] == "third_party_copy"


def is_of_filing(document_ids: pd.Series) -> pd.Series:
    """True for documents named by the accession number of a filing with the SEC: the filing, or a third party's copy of it."""
    return document_ids.str.match(r"sec-[0-9]{10}-[0-9]{2}-[0-9]{6}(?:-copy)?$").fillna(False).astype("bool")


def copy_rank(frame: pd.DataFrame) -> pd.Series:
    """Rank of several statements of one fact: 0 for the company's own document, then copies, those with more digits first.

    frame: source_type, printed_step.
    """
    return (1 + frame["printed_step"].fillna(0)).where(is_copy(frame), 0.0)


def is_first_value(observations: pd.DataFrame) -> pd.Series:
    """True for the first vintage with a value of each series and period; a conflict that came before it is no value.

    observations: series, period_start, period_end, vintage, conflict_reason.
    """
    key = ["series", "period_start", "period_end"]
    stated = observations.loc[observations["conflict_reason"].isna(), [*key, "vintage"]]
    first = ~stated.sort_values("vintage", kind="stable").duplicated(key)
    return first.reindex(observations.index, fill_value=False)


def in_order(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """True where the values that are there do not decrease from the first column to the last; missing ones are skipped."""
    fine = pd.Series(True, index=frame.index)
    highest = frame[columns[0]]
    for name in columns[1:]:
        fine &= ~(frame[name] < highest)
        highest = highest.where(frame[name].isna(), frame[name])
    return fine


def preferred_is_a_company_quarter(frame: pd.DataFrame) -> pd.Series:
    """True unless the row is preferred and is an aggregate, no quarter, an article's claim, not reviewed, or an outlook."""
    fit = (
        ~frame["is_aggregate"]
        & frame["calendar_quarter"].notna()
        & ~frame["source_type"].isin(TEXT_SOURCES)
        & frame["review_state"].isin(SETTLED_STATES)
        & ~frame["status"].isin(["forecast", "guidance"])
    )
    return ~frame["is_preferred"] | fit


def preferred_is_unique(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    """True unless the row is one of several preferred rows with the same key (missing counts as a value)."""
    repeated = frame.loc[frame["is_preferred"], key].duplicated(keep=False)
    return ~repeated.reindex(frame.index, fill_value=False)


def has_a_number(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """True where at least one of the columns holds a number."""
    return frame[list(columns)].notna().any(axis=1)


def finite(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """True where no column holds an infinity. (A NaN is a missing value, so only infinities are wrong here.)"""
    return ~(frame[list(columns)].abs() == float("inf")).any(axis=1)


def quarter_is_plausible(frame: pd.DataFrame, low: float, high: float) -> pd.Series:
    """True unless a company's quarter has a US dollar amount outside the bounds: a scale word is lost or doubled."""
    return ~((frame["period_type"] == "quarter") & ~frame["is_aggregate"]) | amount_is_plausible(frame, low, high)


def amount_is_plausible(frame: pd.DataFrame, low: float, high: float) -> pd.Series:
    """True where amount_usd is missing or between the bounds.

    In filings with the SEC, by document_id, any positive amount may be: their facts are tagged in full units, which have no scale word to
    lose, and small companies file too. A thousandfold slip of a tagged fact is rejected before, beside the series' own neighbours.
    """
    is_filed = is_of_filing(frame["document_id"]) & ~frame["document_id"].str.endswith("-copy")
    lowest = pd.Series(low, index=frame.index).mask(is_filed, 0.0)
    amount = frame["amount_usd"]
    return amount.isna() | ((amount >= lowest) & (amount > 0) & (amount <= high))


def conversion_is_explained(frame: pd.DataFrame) -> pd.Series:
    """True where the US dollar amount is the amount at the rate beside it, or is missing and `fx_method` says why."""
    silent = (
        frame["amount"].notna()
        & frame["amount_usd"].isna()
        & ~frame["fx_method"].isin(["no_fixing", "period_not_over"])
    )
    wrong = frame["amount_usd"].notna() & ((frame["amount"] / frame["fx_usd"] - frame["amount_usd"]).abs() > 0.01)
    return ~(silent | wrong)


def one_of_two(frame: pd.DataFrame, value: str, reason: str) -> pd.Series:
    """True where either the value or the reason why there is none is given, and not both."""
    return frame[value].notna() ^ frame[reason].notna()


def units_are_plausible(frame: pd.DataFrame, most: float) -> pd.Series:
    """True unless a quarter of a product has more units than that: a scale word is doubled."""
    return (frame["period_type"] != "quarter") | ~(frame[["units_low", "units", "units_high"]].max(axis=1) > most)
