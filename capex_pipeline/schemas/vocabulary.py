"""The closed lists of values that columns may have, and the bounds of plausible numbers.

Add a value here when it is the same for every company and both checks and models use it. Companies, metrics,
definitions and products are reviewed data in the package `reference`. The list of all tables is `schemas.TABLES`; this
module only names the tables that a metric is published in.
"""

WHY_NO_YEAR = ("quarters_to_come", "quarters_missing", "series_changes")
"""Why a quarter has no calendar year to be added up by; `schemas/tidy.py` explains each."""

WHY_NO_YOY = ("no_amount", "no_amount_a_year_earlier", "series_changes", "not_above_zero", "not_comparable")
"""Why a period has no growth over a year; `schemas/tidy.py` explains each."""

PERIOD_TYPES = ("quarter", "half_year", "nine_months", "year", "trailing_year", "multi_year", "other")
STATUSES = ("reported", "derived", "estimate", "forecast", "guidance")
OUTLOOK_STATUSES = ("forecast", "guidance")
BOUNDS = ("exact", "at_least", "at_most", "approximately", "range", "order_of_magnitude")
DIRECTION = "direction"
"""Bound of an outlook that states no amount, such as "to increase significantly": its words are kept as printed and its amounts are null."""

SOURCE_TYPES = ("filing", "company_release", "third_party_copy", "article", "digest", "estimate")
"""filing: a document filed with a regulator. company_release: a results announcement, a call or a presentation of the company.
third_party_copy: somebody repeats what the company published, and the copy is what was read. article and estimate: what others say.
digest: a text that the operator of the pipeline wrote from documents on record; it is nobody's claim."""

TEXT_SOURCES = ("article", "digest")
"""Source types of prose. Its figures are read by machine and are never preferred."""

COMPANY_SOURCES = ("filing", "company_release", "third_party_copy")
"""Sources whose figures are the company's own, the best evidence first. A copy counts only where no document of the company itself is on record."""

KNOWN_FROM_BASES = ("document", "results_announcement", "comparative", "retrieved")
"""What the day rests on from which an amount counts as known; `schemas/observations.py` explains each."""

ENTITY_TYPES = ("company", "group")
FLOWS = ("shipped", "purchased", "ordered", "acquired", "forecast")
MEASURES = ("level", "yoy_growth", "yoy_multiple", "share")
UNITS = ("money", "count", "percent", "multiple", "money_per_unit", "rank", "power", "compute")
REVIEW_STATES = ("reviewed", "trusted", "machine")
SETTLED_STATES = ("reviewed", "trusted")
"""Review states of figures that may be preferred. trusted: read by machine from a kind of document that reference data trusts, and confirmed by a
check inside the document."""
PUBLISHED_TABLES = ("capex", "gpu_shipments", "cloud_revenue")
"""The three tidy tables that everything else serves."""

TABLES_OF_METRICS = (*PUBLISHED_TABLES, "gpu_unit_prices")
"""Tables in which reference data can show a metric; a line of companies' statements has a table of its own name."""

FLOW_TABLES = ("revenue", "operating_cash_flow", "free_cash_flow", "free_cash_flow_as_stated", "depreciation", "depreciation_and_amortization",
               "data_center_revenue")  # fmt: skip
"""Tables of one flow of companies' statements, each named after its metric, or holding those of its definitions that name the table."""

BALANCE_TABLES = ("property_and_equipment", "remaining_performance_obligations", "leases_not_yet_commenced")
"""Tables of one balance of companies, each named after its metric."""

FLOW_LINES = ("capex", "cloud_revenue", *FLOW_TABLES)
"""Tables of one flow of companies by calendar quarter."""

LINES_OF_YEARS = ("capex", "revenue", "operating_cash_flow", "free_cash_flow")
"""Lines of financials_by_calendar_year. Each of its rows has all of them, so that a ratio of two sums is of the same companies."""

FLOW_LINES_OF_GROUPS = tuple(line for line in FLOW_LINES if line != "free_cash_flow_as_stated")
"""Those that are added up over companies: what companies themselves call free cash flow differs too much for a sum."""

FINANCIALS_BY_CALENDAR_YEAR = ("financials_by_calendar_year", "financials_by_overlapping_group_and_calendar_year")
"""Tables of several flows beside each other by calendar year."""

LINES_OF_EVERY_COMPANY = ("capex", "revenue", "operating_cash_flow", "free_cash_flow", "depreciation", "depreciation_and_amortization",
                          "property_and_equipment")  # fmt: skip
"""Lines that every company has: a member of a group without an amount on record is missing, and not outside the total."""

STATEMENT_TABLES = (*FLOW_TABLES, *BALANCE_TABLES)
"""Tables of single lines of companies' statements."""

COVERED_TABLES = (*PUBLISHED_TABLES, "gpu_shipments_by_customer", *STATEMENT_TABLES)
"""Tables that table coverage judges quarter by quarter."""

EVIDENCE_TABLES = {
    "capex": "capex_by_definition",
    "gpu_shipments": "gpu_estimates",
    "cloud_revenue": "cloud_revenue_by_definition",
    "gpu_shipments_by_customer_and_product": "gpu_estimates_by_customer",
}
"""For each of them, and for the chips of customers, the table that holds every definition, period, claim and estimate behind it."""

METRIC_KINDS = ("flow", "stock", "ratio", "price", "count", "rank")
DEFINITION_BASES = ("cash", "accrual", "mixed", "segment", "statement", "model")
LEASE_TREATMENTS = ("none", "principal", "assets_obtained", "stated")

BY_DECISION = ("form_not_periodic", "set_aside", "repeated_filing")
"""Rules by which reviewed reference data keep a fact as evidence only, or give a company two CIKs whose files repeat a filing: these
rejections are expected and explained there."""

PLAUSIBLE_QUARTER_USD = (5e6, 5e11)
"""What a company may spend or earn in a quarter; a lost or doubled scale word leads out of it. Wider than the bounds of figures
(reference/metrics.yaml), which know exchange rates only roughly and amounts before they are added up: those set one row aside, these
keep a table from being replaced. The lower bound does not hold for filings with the SEC."""

MOST_UNITS = 1e7
"""Upper limit of plausible units of one product in a quarter."""
