"""Pure functions from printed rows to comparable numbers: units, periods, fiscal calendars, currency.

Belongs here: frame in, frame out, no knowledge of Dagster and no reading of the project's own files.
Does not belong here: readers of documents (``sources``), checks of claims (``reconcile``), wiring (``assets``).
"""
