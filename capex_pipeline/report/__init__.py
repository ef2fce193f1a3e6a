"""The page warehouse/report.html: what the tables say, for readers who open no database.

What belongs here: turning published tables into charts, tables and sentences of one self-contained page. What does not:
Dagster (see assets), and any number that is not in a table. The charts are drawn with Altair and compiled once (drawing); a build
fills the templates and needs no library for it.
"""
