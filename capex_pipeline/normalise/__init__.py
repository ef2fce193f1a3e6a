"""Computes observations and tables from printed rows: resolves figures, derives quarters, converts and compares amounts.

Add a function here when it turns frames into frames. Notation of single values belongs to `values`, readers of files to `sources`,
checks of claims to `reconcile`, Dagster to `orchestration`.
"""
