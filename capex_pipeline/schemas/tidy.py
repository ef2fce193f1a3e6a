"""Columns that the tidy tables share: one row per company (or group) and calendar quarter, with nothing to filter by.

A column that means the same in several tidy tables is declared here. Columns of one table belong to its own module, columns of the
evidence tables to `base` and `published`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Count, Day, Flag, Number, Table, Text, Year, column, growth, row_rule

ANY_QUARTER = r"^\d{4}Q[1-4]$"
PUBLISHED_STATUSES = ("reported", "derived")
REVISION_STATES = ("unchanged", "revised", "rounded", "recast", "first_amount_unknown")


class OfCalendarQuarter(Table):
    """The calendar quarter of a row: the time axis of every tidy table."""

    calendar_quarter: Text = column(
        'Calendar quarter, "2024Q2". A fiscal quarter belongs to the calendar quarter that contains its middle day.',
        str_matches=ANY_QUARTER,
    )
    quarter_start: Day = column(
        "First day of the calendar quarter; the time axis for charts, and the filter for recent quarters."
    )


def _why_no_yoy(amount: str = "amount_usd", holder: str = "") -> Any:
    return column(
        f"Why yoy_usd_pct is null: no_amount ({amount} is null), no_amount_a_year_earlier, series_changes (the definition or scope{holder} changes "
        "between the two periods, see is_break), not_above_zero (the earlier amount is zero or less, or the present one below zero) or not_comparable (the "
        "two are not of one presentation, or so coarsely rounded that the growth is open); null where it has a value.",
        optional=True,
        isin=vocabulary.WHY_NO_YOY,
    )


def _why_no_year(name: str) -> Any:
    return column(
        f"Why {name} is null: quarters_to_come (the newest quarter of this table lies in the year and is not its last), quarters_missing (of an earlier year) or "
        "series_changes (all four quarters are on record, and the definition, scope or presentation changes between them); null where it has the year.",
        optional=True,
        isin=vocabulary.WHY_NO_YEAR,
    )


class InQuarter(OfCalendarQuarter):
    """The calendar quarter, and the year that its quarters make up."""

    calendar_year: Year = column(
        "Calendar year if the table has all four quarters of it, all complete; null on the quarters of any other year. Group by this column for sums over "
        "years.",
        optional=True,
    )
    why_no_calendar_year: Text = _why_no_year("calendar_year")


class InQuarterOfSupplier(OfCalendarQuarter):
    """The calendar quarter, and the year in which every quarter of the supplier is counted."""

    calendar_year_of_supplier: Year = column(
        "Calendar year if the supplier is counted in all four quarters of it; null on the quarters of any other year. Other suppliers may lack the year, so "
        "add up several suppliers by calendar_year_of_all_suppliers.",
        optional=True,
    )
    why_no_calendar_year: Text = _why_no_year("calendar_year_of_supplier")


class InQuarterOfCustomer(OfCalendarQuarter):
    """The calendar quarter, and the year in which every quarter of the customer is counted."""

    calendar_year_of_customer: Year = column(
        "Calendar year if chips of all the customer's suppliers are counted in all four quarters of it; null on the quarters of any other year. Counts of "
        "customers begin in different years, so a ranking of one year lacks customers: see calendar_year_of_all_suppliers.",
        optional=True,
    )
    why_no_calendar_year: Text = _why_no_year("calendar_year_of_customer")


_OF_COMPANY = "Other companies may lack the year, so add up several companies by calendar_year_of_all_in_table."


class InQuarterOfCompany(OfCalendarQuarter):
    """The calendar quarter, and the year that the company's quarters make up."""

    calendar_year_of_company: Year = column(
        "Calendar year if the table has all four quarters of this company in it, on one series and in one presentation; null on the quarters of any "
        f"other year. Group by it for sums of one company. {_OF_COMPANY}",
        optional=True,
    )
    why_no_calendar_year: Text = _why_no_year("calendar_year_of_company")


class AmongYears(Table):
    """The year of a row among those of other companies."""

    calendar_year_of_all_in_table: Year = column(
        "The calendar year if every company of this table has it (see calendar_year_of_company), else null. Group by this column for sums over all "
        "companies by year.",
        optional=True,
    )


class AtQuarterEndOfCompany(OfCalendarQuarter):
    """The calendar quarter at whose end a balance of a company stands."""

    calendar_year_of_company: Year = column(
        "Calendar year on the row of its last quarter; null on other rows, because balances of several quarters cannot be added. "
        + _OF_COMPANY,
        optional=True,
    )


class OfCalendarYearOfCompany(Table):
    """The calendar year of a row of a company."""

    calendar_year_of_company: Year = column(f"Calendar year of the company's quarters. {_OF_COMPANY}")


def side_by_side(lines: Iterable[str], columns_of: Callable[[str], Mapping[str, tuple[Any, Any]]]) -> Any:
    """A model with columns for each of several lines of statements, such as revenue_usd and depreciation_usd.

    columns_of: from a line to its columns, each with its type and its field. A column for each line, and not a row, so that no sum over rows
    adds unlike things.
    """
    declared = {name: entry for line in lines for name, entry in columns_of(line).items()}
    annotations = {name: kind for name, (kind, _) in declared.items()}
    fields = {name: field for name, (_, field) in declared.items()}
    return type("SideBySide", (Table,), {"__module__": __name__, "__annotations__": annotations, **fields})


class OfCompany(Table):
    """The company of a row."""

    entity_id: Text = column("Company; see table entities.")
    entity_name: Text = column("Name of the company.")


class InFiscalQuarter(OfCalendarQuarter):
    """The fiscal quarter behind the calendar quarter."""

    fiscal_year: Year = column(
        "Fiscal year of the company, named by the calendar year in which it ends, if the table has all four quarters of it, on one series and in "
        "one presentation (of a balance: on the row of its last quarter); otherwise null. Group by this column for sums over fiscal years.",
        optional=True,
    )
    fiscal_quarter: Text = column(
        'Fiscal quarter of the company, "FY2025Q3", the year named by the calendar year in which it ends.',
        optional=True,
        str_matches=r"^FY\d{4}Q[1-4]$",
    )
    fiscal_period_start: Day = column("First day of the fiscal quarter.")
    fiscal_period_end: Day = column("Last day of the fiscal quarter.")
    fiscal_quarter_lag_days: Count = column(
        "Days from the last day of the calendar quarter to fiscal_period_end: 0 where the fiscal quarter is the calendar quarter, above 0 where it ends later "
        "(Nvidia by about a month) and below 0 where it ends earlier (Oracle by a month). Where it is not 0, a join by calendar_quarter puts amounts beside "
        "counts of accelerators, or amounts of other companies, of other days."
    )

    period_runs_forward = row_rule(
        "period_ends_before_it_starts", rules.in_order, "fiscal_period_start", "fiscal_period_end"
    )


class OnSeries(Table):
    """The series that makes companies comparable, and its currency."""

    definition_id: Text = column("Definition of the comparable series; see table definitions.")
    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")


class Flow(OnSeries):
    """The amount of a quarter, on the series that makes companies comparable; it may be negative."""

    status: Text = column(
        "reported (printed by the company) or derived (the difference of two printed periods).",
        isin=PUBLISHED_STATUSES,
    )
    amount_local: Number = column(
        "Amount of the quarter in the reporting currency.",
        unit="currency",
        comes_from=("observations.value",),
    )
    amount_usd: Number = column(
        "Amount in US dollars at the average rate of the fiscal quarter; null while the quarter has no full rate.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    amount_cny: Number = column(
        "Amount in yuan at the average rate of the fiscal quarter; null while the quarter has no full rate.",
        unit="CNY",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )

    amounts_are_finite = row_rule("infinite_amount", rules.finite, "amount_local", "amount_usd", "amount_cny")


class Amounts(Flow):
    """The amount of a quarter that is above zero for every company, such as spending or revenue."""

    magnitudes_are_plausible = row_rule(
        "implausible_magnitude", rules.amount_is_plausible, *vocabulary.PLAUSIBLE_QUARTER_USD
    )


class Comparisons(Table):
    """How the amount compares with earlier quarters of the same definition."""

    yoy_local_pct: Number = growth("the same quarter a year earlier", "the reporting currency")
    yoy_usd_pct: Number = growth("the same quarter a year earlier", "US dollars")
    why_no_yoy: Text = _why_no_yoy()
    yoy_stated_pct: Number = column(
        "Growth over the same quarter a year earlier as the document states it, in the reporting currency unless "
        "`note` says otherwise; null if it states none.",
        unit="percent",
        optional=True,
        comes_from=("observations.yoy_pct_stated",),
    )
    qoq_local_pct: Number = growth("the quarter before", "the reporting currency")
    qoq_usd_pct: Number = growth("the quarter before", "US dollars")
    ttm_amount_local: Number = column(
        "Sum of this and the three preceding quarters in the reporting currency; null unless all four exist on one definition and "
        "in one presentation.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )
    ttm_amount_usd: Number = column(
        "Sum of the same four quarters in US dollars, each at its own rate; null if ttm_amount_local is null.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    calendar_ytd_amount_usd: Number = column(
        "Sum of this and the earlier quarters of the same calendar year in US dollars; null unless all of them are on record, on one definition and in one "
        "presentation. Use it to compare the first half or nine months of two years.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    calendar_ytd_yoy_usd_pct: Number = column(
        "Growth of calendar_ytd_amount_usd over the same quarters of the year before; null unless yoy_usd_pct of each of them is known.",
        unit="percent",
        optional=True,
    )
    first_reported_amount_local: Number = column(
        "Amount in the company's own report for this quarter; null if that report is not in raw/.",
        unit="currency",
        optional=True,
        comes_from=("observations.value", "observations.vintage"),
    )
    revision_local: Number = column(
        "amount_local less first_reported_amount_local: 0 where the amount was never changed, null where the first amount is unknown, where a "
        "later report only rounds it, and where the company recast the quarter to another definition (see table definitions). Add this column up "
        "for revisions over several quarters: the difference of two sums counts quarters whose first amount is null as revised.",
        unit="currency",
        optional=True,
        comes_from=("observations.value", "observations.vintage"),
    )
    revision_state: Text = column(
        "unchanged or revised: amount_local against first_reported_amount_local; rounded: a later report prints larger units, in which both are equal or "
        "less than one unit apart; recast: the company recast the quarter to another definition, of which the "
        "amount is in the table by definition; first_amount_unknown: its own report for the quarter is not on record.",
        isin=REVISION_STATES,
    )
    first_reported_on: Day = column(
        "Date on which the company published its results for this quarter: the day of its results announcement. Null if that day is not on record, "
        "although a filing may be (see first_filed_on).",
        optional=True,
        comes_from=("observations.known_from",),
    )
    first_filed_on: Day = column(
        "Date of the filing that has the first amount, where no earlier document of the company is on record; up to two weeks after its results "
        "announcement. Null where the announcement has the first amount.",
        optional=True,
        comes_from=("observations.document_known_from",),
    )
    last_revised_on: Day = column(
        "Date on which the present amount replaced an earlier one; null if it was never changed.",
        optional=True,
        comes_from=("observations.known_from",),
    )
    is_break: Flag = column("True on the first quarter after the definition or its scope changed.")

    growth_is_explained = row_rule("growth_without_reason", rules.one_of_two, "yoy_usd_pct", "why_no_yoy")


class AmongQuarters(Table):
    """Relation of a company's quarter to its other quarters."""

    is_latest_quarter_of_company: Flag = column(
        "True for the newest quarter of the company in this table if its series is current: the quarter is at most one older than the newest quarter that "
        "half of all companies have reported anything for. A series that ended earlier, or of which later documents are not on record, has no such row."
    )


class AmongCompanies(AmongQuarters):
    """Relation of a company's quarter to the quarters of other companies too."""

    calendar_quarter_of_all_in_table: Text = column(
        "The calendar quarter if every company of this table has a row for it, else null. Group by this column for sums over all companies: other "
        "quarters have fewer. For sums of fewer companies see the tables of groups.",
        optional=True,
        str_matches=ANY_QUARTER,
    )
    is_latest_quarter_of_all_in_table: Flag = column(
        "True for the newest calendar quarter for which every company of this table has an amount, if it is current as in is_latest_quarter_of_company: filter "
        "by it for the newest total of all companies."
    )


class InDocument(Table):
    """The document and the observation that have the number."""

    source_type: Text = column(
        "filing, company_release or third_party_copy (another publisher repeats what the company published).",
        isin=vocabulary.SOURCE_TYPES,
    )
    document_id: Text = column(
        "Document that contains the number (for a derived number, the document of its newest operand); see table documents."
    )
    observation_id: Text = column(
        "Id of the row in table observations, and in the table by definition if that has the number, that this row shows."
    )


class FromDocument(InDocument):
    """Where the number comes from."""

    locator: Text = column("Place in the document: line, concept or paragraph.", optional=True)
    derived_from: Text = column(
        "Ids of the figures that the number was taken or computed from, joined by |; see table figures."
    )
    note: Text = column("Remark that is needed to interpret this number.", optional=True)
    definition_note: Text = column(
        "Particulars of this company in the definition, such as amortization that others leave out; null if none are known.",
        optional=True,
    )


class CompanyFlow(
    FromDocument,
    AmongCompanies,
    Comparisons,
    Flow,
    InFiscalQuarter,
    AmongYears,
    InQuarterOfCompany,
    OfCompany,
    grain="company and calendar quarter",
    key=["entity_id", "calendar_quarter"],
    foreign_keys={"observation_id": "observations"},
):
    """One flow of companies by calendar quarter. A quarter without an amount has no row, so joined tables stay aligned."""


class CompanyVintage(
    InDocument,
    OnSeries,
    OfCalendarQuarter,
    OfCompany,
    grain="company, calendar quarter and amount that was known for a time",
    key=["entity_id", "calendar_quarter", "known_from"],
    foreign_keys={"observation_id": "observations", "definition_id": "definitions"},
):
    """One amount of a company's quarter for as long as it was the known one.

    Rows of one quarter replace each other in time, so there is no calendar_year to group by without a day in mind.
    """

    known_from: Day = column(
        "Date since which this amount was known. What was known on a day: known_from <= day AND (known_to IS NULL OR known_to > day).",
        comes_from=("observations.known_from",),
    )
    known_from_basis: Text = column(
        "What known_from rests on: document (day of the filing or release that has the amount; a company may have announced it up to two weeks before a "
        "filing), results_announcement (day of the announcement), comparative (day of the report of a year later: the amount was known by then, and first "
        "reported earlier) or retrieved (the document has no date: the amount was public earlier).",
        isin=vocabulary.KNOWN_FROM_BASES,
        comes_from=("observations.known_from_basis",),
    )
    known_to: Day = column(
        "Date on which another amount replaced this one; null for the present amount.",
        optional=True,
        comes_from=("observations.known_to",),
    )
    is_latest: Flag = column("True for the present amount, the one in the table by quarter.")
    amount_local: Number = column(
        "Amount of the quarter as known between the two dates, in the reporting currency.",
        unit="currency",
        comes_from=("observations.value",),
    )
    amount_usd: Number = column(
        "The same in US dollars at the average rate of the fiscal quarter; null while the quarter has no full rate.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.average_rate"),
    )
    change_local: Number = column(
        "amount_local less the amount that it replaced; null for the first amount on record.",
        unit="currency",
        optional=True,
        comes_from=("observations.value",),
    )

    @pa.dataframe_check(error="known_to_not_after_known_from")
    def vintages_run_forward(cls, frame: pd.DataFrame) -> pd.Series:
        return ~(frame["known_to"] <= frame["known_from"])


def _growth_of_group(earlier: str, currency: str) -> Any:
    return column(
        f"Growth over {earlier} in {currency}; null unless both quarters have an amount in it, and null if a member's series breaks in between.",
        unit="percent",
        optional=True,
    )


class CompanyBalance(
    FromDocument,
    AmongCompanies,
    InFiscalQuarter,
    AmongYears,
    AtQuarterEndOfCompany,
    OfCompany,
    grain="company and calendar quarter",
    key=["entity_id", "calendar_quarter"],
    foreign_keys={"observation_id": "observations"},
):
    """One balance of companies at the end of a quarter. A quarter without a balance has no row."""

    definition_id: Text = column("Definition of the balance; see table definitions.")
    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    balance_local: Number = column(
        "Balance on the last day of the quarter in the reporting currency. Balances cannot be summed over quarters.",
        unit="currency",
        comes_from=("observations.value",),
    )
    balance_usd: Number = column(
        "Balance in US dollars at the closing rate of that day; null while there is no rate. Balances cannot be summed over quarters.",
        unit="USD",
        optional=True,
        comes_from=("observations.value", "fx_rates.closing_rate"),
    )
    yoy_local_pct: Number = growth("the same quarter a year earlier", "the reporting currency")
    yoy_usd_pct: Number = growth("the same quarter a year earlier", "US dollars")
    why_no_yoy: Text = _why_no_yoy("balance_usd")
    is_break: Flag = column("True at the end of the first quarter after the definition or its scope changed.")
    unchanged_since: Day = column(
        "Date since which the present number is known; earlier numbers are in table observations.",
        comes_from=("observations.known_from",),
    )

    growth_is_explained = row_rule("growth_without_reason", rules.one_of_two, "yoy_usd_pct", "why_no_yoy")


class Group(Table):
    """The group of companies of a row."""

    entity_id: Text = column("Group of companies; see table entities.")
    entity_name: Text = column(
        "Name of the group, with the members that count in parentheses where others of the group publish no such figures."
    )


class CompleteSum(Table):
    """The sum over several companies, null unless each has an amount."""

    is_complete: Flag = column("True if every company of the row has an amount.")
    amount_usd: Number = column(
        "Sum of the companies' comparable amounts in US dollars; null unless every one has one.",
        unit="USD",
        optional=True,
    )
    amount_cny: Number = column(
        "Sum of the companies' comparable amounts in yuan; null unless every one has one.", unit="CNY", optional=True
    )

    @pa.dataframe_check(error="incomplete_sum")
    def sums_are_complete(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["is_complete"] | frame["amount_usd"].isna()


class OfGroup(
    CompleteSum,
    InQuarter,
    Group,
    grain="group of companies and calendar quarter",
    key=["entity_id", "calendar_quarter"],
):
    """A group of companies in a calendar quarter, complete or not."""

    members: Text = column("Members that publish such figures, the same in every quarter, joined by |.")
    members_reported: Count = column("Number of them with an amount for this quarter.", ge=0)
    missing_members: Text = column(
        "Members without an amount for this quarter, including those that have published none yet, joined by |; null if none is missing.",
        optional=True,
    )
    amount_usd_so_far: Number = column(
        "Sum of the amounts reported so far. Do not compare it with other quarters, because members may be missing.",
        unit="USD",
        optional=True,
    )
    currency: Text = column("Reporting currency that all members share; null if they differ.", optional=True)
    amount_local: Number = column(
        "Sum in the members' shared reporting currency; null unless every member has an amount and they share one.",
        unit="currency",
        optional=True,
    )
    is_break: Flag = column(
        "True if a member's series changes its definition or scope in this quarter. Amounts before and after are not comparable."
    )
    yoy_local_pct: Number = _growth_of_group("the same quarter a year earlier", "the shared currency")
    yoy_usd_pct: Number = _growth_of_group("the same quarter a year earlier", "US dollars")
    why_no_yoy: Text = _why_no_yoy(holder=" of a member")
    qoq_local_pct: Number = _growth_of_group("the quarter before", "the shared currency")
    qoq_usd_pct: Number = _growth_of_group("the quarter before", "US dollars")

    growth_is_explained = row_rule("growth_without_reason", rules.one_of_two, "yoy_usd_pct", "why_no_yoy")


class AllCompanies(CompleteSum):
    """The total of all companies of a table, and its growth over the same companies."""

    companies: Text = column("Companies that publish such figures, the same in every row, joined by |.")
    companies_reported: Count = column("Number of them with an amount for the period.", ge=0)
    missing_companies: Text = column(
        "Companies without an amount for the period, including those that have published none yet, joined by |; null if none is missing.",
        optional=True,
    )
    comparable_companies: Text = column(
        "Companies with an amount for this period and for the same period a year earlier on one definition and scope, joined by |; null while a "
        "company that had an amount a year earlier has none yet.",
        optional=True,
    )
    comparable_companies_yoy_usd_pct: Number = column(
        "Growth of the sum over comparable_companies over the same period a year earlier in US dollars, so companies that join do not count as growth; "
        "null where comparable_companies is null.",
        unit="percent",
        optional=True,
    )
    companies_left_out_of_yoy: Text = column(
        "Companies with an amount for both periods that comparable_companies leaves out, because the definition or scope changed between them, joined by |; "
        "null if none is.",
        optional=True,
    )

    @pa.dataframe_check(error="incomplete_sum")
    def sums_are_complete(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["is_complete"] & frame["missing_companies"].isna()) | frame["amount_usd"].isna()


def _ratio_of_all(whole: str) -> Any:
    return column(
        f"amount_usd as a percentage of the {whole} of the same companies in US dollars; null unless every company has both"
        f"{' and the cash flow is above zero' if 'cash' in whole else ''}.",
        unit="percent",
        optional=True,
    )


class CapexRatiosOfAllCompanies(Table):
    """Capital expenditure of all companies beside the revenue and the cash flow of the same companies."""

    capex_to_revenue_pct: Number = _ratio_of_all("total revenue")
    revenue_missing_companies: Text = column(
        "Companies without total revenue on record for the period, joined by |; null if none is missing.", optional=True
    )
    capex_to_operating_cash_flow_pct: Number = _ratio_of_all("operating cash flow")
    operating_cash_flow_missing_companies: Text = column(
        "Companies without operating cash flow on record for the period, joined by |; null if none is missing.",
        optional=True,
    )


class AllCompaniesInQuarter(AllCompanies, InQuarter, grain="calendar quarter", key=["companies", "calendar_quarter"]):
    """The total of all companies in a calendar quarter."""

    ttm_amount_usd: Number = column(
        "Sum of the companies' ttm_amount_usd, the trailing twelve months to this quarter; null unless every company has one.",
        unit="USD",
        optional=True,
    )


class OfYear(Table):
    """The calendar year of a row."""

    calendar_year: Year = column("Calendar year.")


class AllCompaniesInYear(AllCompanies, OfYear, grain="calendar year", key=["calendar_year"]):
    """The total of all companies in a calendar year."""


class SumOfQuarters(Table):
    """The sum of the four quarters of a year, or null."""

    quarters_reported: Count = column(
        "Quarters of the year on record, 0 to 4 (of a group: of the member that has the fewest).", ge=0, le=4
    )
    is_complete: Flag = column(
        "True if all four quarters are available in one presentation and the series does not change within the year."
    )
    amount_local: Number = column(
        "Amount of the year in the reporting currency; null unless the year is complete.",
        unit="currency",
        optional=True,
    )
    amount_usd: Number = column(
        "Amount of the year in US dollars, each quarter at its own average rate; null unless the year is complete.",
        unit="USD",
        optional=True,
    )
    amount_cny: Number = column(
        "Amount of the year in yuan, each quarter at its own average rate; null unless the year is complete.",
        unit="CNY",
        optional=True,
    )
    yoy_local_pct: Number = column(
        "Growth over the previous year in the reporting currency; null unless both years are complete, and null across a change of definition or scope "
        "(of a fiscal year unless year_before_amount_local is on the new definition).",
        unit="percent",
        optional=True,
    )
    yoy_usd_pct: Number = column(
        "Growth over the previous year in US dollars, by the same rules.", unit="percent", optional=True
    )
    why_no_yoy: Text = _why_no_yoy(holder=", of a group of a member,")
    note: Text = column("Why a year with four quarters has no amount, of a group by member.", optional=True)

    @pa.dataframe_check(error="amount_of_an_incomplete_year")
    def amounts_are_of_whole_years(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["is_complete"] | frame["amount_usd"].isna()

    growth_is_explained = row_rule("growth_without_reason", rules.one_of_two, "yoy_usd_pct", "why_no_yoy")


class GroupYear(SumOfQuarters, OfYear, Group):
    """The calendar year of a group of companies."""

    is_break: Flag = column(
        "True if a member's series changes its definition or scope in this year. Earlier years are on another definition or scope, and amounts do not compare."
    )

    members: Text = column("Members that publish such figures, the same in every year, joined by |.")
    missing_members: Text = column(
        "Members without an amount of the year, joined by |: a quarter is not on record, or `note` says why; null where none is missing.",
        optional=True,
    )
    currency: Text = column("Reporting currency that all members share; null if they differ.", optional=True)


class OneSeries(Table):
    """The series of a company that a year is of."""

    currency: Text = column("Reporting currency, ISO 4217.", str_matches=r"^[A-Z]{3}$")
    definition_id: Text = column(
        "Definition of the series in the last quarter of the year on record; see table definitions."
    )
    is_break: Flag = column(
        "True where the series changes its definition or scope in this year. Earlier years are on another definition or scope, and amounts do not compare."
    )


class CapexOfYear(Table):
    """Shares of revenue and cash flow beside the capital expenditure of a year."""

    capex_to_revenue_pct: Number = column(
        "amount_local as a percentage of total revenue of the same four quarters (table revenue); null unless all four have one.",
        unit="percent",
        optional=True,
    )
    capex_to_operating_cash_flow_pct: Number = column(
        "amount_local as a percentage of operating cash flow of the same four quarters (table operating_cash_flow); null unless all four have one and their "
        "sum is above zero.",
        unit="percent",
        optional=True,
    )


class CompanyFiscalYear(
    OneSeries, SumOfQuarters, OfCompany, grain="company and fiscal year", key=["entity_id", "fiscal_year"]
):
    """The fiscal year of a company."""

    fiscal_year: Year = column("Fiscal year of the company, named by the calendar year in which it ends.")
    fiscal_year_of_all_in_table: Year = column(
        "The fiscal year if every company of this table has an amount of it, else null. Group by this column for sums over all companies: other "
        "years have fewer. Fiscal years of two companies are different days; for sums of the same days see the tables by calendar year.",
        optional=True,
    )
    first_quarter_start: Day = column("First day of its first quarter on record.")
    last_quarter_end: Day = column("Last day of its last quarter on record.")
    year_before_amount_local: Number = column(
        "Amount of the fiscal year before that yoy_local_pct compares with: of the row before, or as the company recast that year where the definition "
        "changes; null where neither is on record.",
        unit="currency",
        optional=True,
    )


class CompanyYear(
    OneSeries,
    SumOfQuarters,
    AmongYears,
    OfCalendarYearOfCompany,
    OfCompany,
    grain="company and calendar year",
    key=["entity_id", "calendar_year_of_company"],
):
    """The calendar year of a company."""


class OfCustomer(Table):
    """The customer of a row."""

    customer_id: Text = column("Customer; see table entities.")
    customer_name: Text = column(
        "Name of the customer. For a group of customers it includes the suppliers whose chips are counted, because other suppliers' chips are not."
    )


class AmongSuppliers(Table):
    """How the quarter of a supplier stands to the quarters of other suppliers, and since when chips are counted."""

    counted_since: Day = column(
        "First day of the first quarter of which these chips are counted (of the supplier; in the tables of customers of the customer, and in the table by "
        "product of the supplier to it): sums over all time begin there, not with the first chip.",
        optional=True,
    )

    calendar_quarter_of_all_suppliers: Text = column(
        "The calendar quarter if every supplier of this table is counted in it, else null. Group by this column for sums over suppliers, whose counts "
        "begin in different years.",
        optional=True,
        str_matches=ANY_QUARTER,
    )
    calendar_year_of_all_suppliers: Year = column(
        "The calendar year if every supplier of this table is counted in each of its quarters, else null. Group by this column for sums over "
        "suppliers by year.",
        optional=True,
    )


class Units(AmongSuppliers):
    """Accelerators of one product in one calendar quarter, as one estimator counts them. Its intervals do not add up over rows, so they are
    in gpu_estimates, and those of whole totals in gpu_shipments_to_date.
    """

    supplier_id: Text = column("Supplier of the chip; see table entities.")
    supplier_name: Text = column("Name of the supplier.")
    product: Text = column("Chip; the same id for the supplier and for the customers. See table products.")
    product_family: Text = column("Family of the chip.")
    units: Number = column(
        "Chips: the estimator's median or point estimate. Point estimates add up over rows.",
        unit="units",
        ge=0,
        comes_from=("observations.value",),
    )
    h100_equivalents: Number = column(
        "Computing power as the number of H100 chips with the same 8-bit performance: use it to compare different "
        "chips. Point estimates add up over rows and over different chips.",
        unit="H100 equivalents",
        optional=True,
        ge=0,
        comes_from=("observations.value",),
    )
    estimator: Text = column("Publisher of the estimate. One estimator is used for each supplier.")
    document_id: Text = column("Document that holds the estimate; see table documents.")
    locator: Text = column("Place in the document.", optional=True)
    observation_id: Text = column(
        "The row of table observations, and of gpu_estimates or gpu_estimates_by_customer, that this row shows."
    )

    @pa.dataframe_check(error="implausible_magnitude")
    def magnitudes_are_plausible(cls, frame: pd.DataFrame) -> pd.Series:
        return ~(frame["units"] > vocabulary.MOST_UNITS)
