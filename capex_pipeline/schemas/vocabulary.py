"""The closed lists of words that columns may hold.

What belongs here: values that are the same for every table and every company. What does not: companies, metrics,
definitions and products (reviewed data in `reference/`), and anything that is a judgement about one document.
"""

PERIOD_TYPES = ("quarter", "half_year", "nine_months", "year", "other")
STATUSES = ("reported", "derived", "estimate", "forecast", "guidance")
BOUNDS = ("exact", "at_least", "at_most", "approximately", "range", "order_of_magnitude")
SOURCE_TYPES = ("filing", "article", "estimate")
ENTITY_TYPES = ("company", "group")
FLOWS = ("shipped", "purchased", "ordered", "acquired", "forecast")
MEASURES = ("level", "yoy_growth", "yoy_multiple", "share")
UNITS = ("money", "count", "percent", "multiple", "money_per_unit", "rank")
REVIEW_STATES = ("reviewed", "machine")
PUBLISHED_TABLES = ("capex", "gpu_shipments", "cloud_revenue")
