"""Pure functions from printed rows to observations and tables: figures resolved, quarters derived, amounts translated and compared.

Add a function here when it turns frames into frames. Notation of single values belongs to `values`, readers of files to `sources`,
checks of claims to `reconcile`, Dagster to `orchestration`.
"""
