"""The page warehouse/report.html: what the tables say, for readers who open no database.

What belongs here: turning published tables into charts, tables and sentences of one self-contained page. What does not:
Dagster (see assets), and any number that is not in a table. `altair` and `vl_convert` are imported where a page is drawn, so
that a code location that never draws one does not need them.
"""
