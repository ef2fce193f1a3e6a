"""The page warehouse/report.html: charts, tables and sentences made from the published tables.

Add a section or a chart here. Numbers that are in no table belong to `normalise` or `reconcile` first. Charts are compiled once with
Altair (`chart_templates`); a build fills the templates and needs no library for it.
"""
