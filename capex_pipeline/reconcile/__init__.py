"""Compares claims with evidence, guidance with outcomes, and tables with each other, and lists coverage.

Add a module here when it evaluates rows of one table by rows of another. Single figures are resolved in `normalise`, quarters are compared
with printed totals in `normalise/totals.py`, and tolerances and exceptions with their reasons are reference data (the package `reference`).
"""
