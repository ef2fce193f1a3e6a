"""Claims against evidence, outlooks, reconciliations between tables, and coverage.

Add a module here when it judges rows of one table by rows of another. Single figures are resolved in `normalise`,
quarters are compared with printed totals in `normalise/totals.py`, and tolerances and exceptions with their reasons are
reference data (the package `reference`).
"""
