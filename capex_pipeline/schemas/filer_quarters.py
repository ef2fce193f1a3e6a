"""Data set filer_quarters: discrete quarters of every SEC filer, from the bulk archive.

Add a column of that data set here. Its rows are computed in `edgar_bulk`. The data set is a folder of partitions that
is made only if a bulk archive is given, and it is part of no release, so it is not in `schemas.TABLES`. Its rows are
concepts as the filers tagged them; which of them is a company's capital expenditure is decided for tracked companies
only.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules
from capex_pipeline.schemas.base import Count, Day, Flag, Number, Table, Text, Year, column, row_rule


class FilerQuarters(
    Table,
    group="bulk",
    grain="filer, concept, currency, dimensions, quarter and vintage",
    key=["cik", "concept", "currency", "dimensions", "period_start", "period_end", "vintage"],
):
    """Every discrete quarter of every filer and concept, printed or derived, in every vintage, in own currency and US dollars."""

    cik: Count = column("Central Index Key of the filer.", gt=0)
    concept: Text = column('Concept as tagged, with its prefix: "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment".')
    dimensions: Text = column(
        'Axis and member ("axis=member|axis=member", sorted) of a fact from an instance; null for the whole company.',
        optional=True,
    )
    currency: Text = column(
        "Currency that the filing reports in; convenience translations are left out.", str_matches=r"^[A-Z]{3}$"
    )
    period_start: Day = column("First day of the quarter.")
    period_end: Day = column("Last day of the quarter.")
    calendar_quarter: Text = column(
        'Calendar quarter that holds the midpoint of the period, "2024Q2".', str_matches=r"^\d{4}Q[1-4]$"
    )
    fiscal_year: Year = column(
        "Fiscal year by the filer's annual reports; null where the period is not one of its quarters.", optional=True
    )
    fiscal_period: Text = column("Q1 to Q4 of the filer's fiscal year.", optional=True, isin=("Q1", "Q2", "Q3", "Q4"))
    value: Number = column("The value in full units; null where figures conflict.", unit="currency", optional=True)
    value_usd: Number = column("The value at the average rate of the quarter.", unit="USD", optional=True)
    fx_usd: Number = column("Units of the currency per US dollar.", optional=True, gt=0)
    fx_method: Text = column("How the value was translated.", optional=True, isin=("average", "same_currency"))
    fx_flag: Text = column(
        "Why there is no value in US dollars, where there is none.",
        optional=True,
        isin=("period_not_over", "no_fixing"),
    )
    status: Text = column("reported as a quarter, or derived by us.", isin=("reported", "derived"))
    method: Text = column(
        "printed; difference or chain of longer and shorter periods; conflict where presentations do not fit.",
        isin=("printed", "difference", "chain", "conflict"),
    )
    disagrees: Flag = column("True where a printed and a derived value of one presentation differ beyond rounding.")
    accession: Text = column("Filing that contains the value, or the longest period behind it.")
    derived_from: Text = column(
        "Filings and periods behind a derived value, joined by |, the longest first.", optional=True
    )
    presentation: Text = column("Fiscal year of the filings whose basis of presentation the value has.")
    known_from: Day = column("Filing date of the last filing behind the value.")
    known_to: Day = column("First day on which a newer vintage was known; null for the current one.", optional=True)
    vintage: Count = column("1 for the first value known for this series and period, then 2, 3 ...", ge=1)
    is_latest: Flag = column("True on the current vintage.")
    conflict_reason: Text = column("Why there is no value, where there is none.", optional=True)

    period_runs_forward = row_rule("period_ends_before_it_starts", rules.in_order, "period_start", "period_end")

    values_are_finite = row_rule("infinite_value", rules.finite, "value", "value_usd")

    @pa.dataframe_check(error="row_without_a_number_or_a_reason")
    def rows_say_something(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["value"].notna() ^ frame["conflict_reason"].notna()

    @pa.dataframe_check(error="dollars_without_a_rate_or_a_reason")
    def dollars_are_explained(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["value"].isna() | (frame["value_usd"].notna() ^ frame["fx_flag"].notna())
