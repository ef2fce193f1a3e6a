"""Discrete quarters of every SEC filer, from the bulk archive of companyfacts and a folder of instances.

This package contains the work list, the functions from facts to quarters for many filers at once, the data set on disk,
and two engines that do the work. Add a module here when it works on all filers. Rules of tracked companies are in
`reference/filers.py`, the arithmetic of quarters and currencies is in `normalise`, and the Dagster asset is in
`orchestration/assets/bulk.py`. Only `edgar_bulk/spark_engine.py` imports Spark.

The unit of work is a part: the filers whose CIK has the same remainder by 128. A part is read in batches of a few
hundred filers, so memory stays constant, and becomes one file whose bytes depend on its inputs only. Both engines
therefore write equal files.
"""
