"""Computes groups of files and of companies on Apache Spark instead of in the process of a run.

Add here what such work needs of Spark. What is computed in groups, and that the tables do not depend on where, is in
`normalise/company_parts.py`; the session and its settings are those of `edgar_bulk/spark_engine.py`. The items and results of a group are
frames, which pass through Spark as pickled bytes: its own frames do not support the text type of pandas 3. Every machine needs this
package and the folder of documents under the same paths.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from capex_pipeline.normalise.company_parts import Apply, Item, Result

_APPLICATION = "capex_pipeline"


@contextlib.contextmanager
def apply_on(master: str) -> Iterator[Apply]:
    """`company_parts.Apply` on a Spark master, in this process without one. Spark starts for the first two items or more, and its job
    ends with the block.

    Raises dg.Failure, with what to install, where Spark cannot start.
    """
    from capex_pipeline.normalise.company_parts import apply_here

    if not master:
        yield apply_here
        return
    from capex_pipeline.edgar_bulk import spark_engine

    if sentence := spark_engine.missing():
        raise dg.Failure(sentence, allow_retries=False)
    try:
        yield partial(_apply, master)
    finally:
        from pyspark.sql import SparkSession

        if (session := SparkSession.getActiveSession()) is not None:
            session.stop()


def _apply(master: str, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterable[Result]:
    """The results of all items, each of which is a task. Raises dg.Failure with the reason for which a task failed."""
    listed = list(items)
    if len(listed) < 2:
        return map(work, listed)
    from capex_pipeline.edgar_bulk import spark_engine

    try:
        context = spark_engine.session(_APPLICATION, master).sparkContext
        return context.parallelize(listed, len(listed)).map(work).collect()
    except Exception as error:  # Spark's errors have no common class
        raise dg.Failure(
            f"The work on the Spark master {master} failed ({spark_engine.reason_of(error)}). Nothing was written; correct it, "
            "or build without the setting `spark_master`."
        ) from error
