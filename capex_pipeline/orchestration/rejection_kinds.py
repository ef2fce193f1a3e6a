"""Kinds of rejected rows in the candidate of rejected_figures, which the log of a run and the check of the table both show.

Add here what both need of the rejected rows. How rows are grouped is in `normalise/rejections.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.storage.warehouse import Warehouse

if TYPE_CHECKING:
    import pandas as pd


def rejected(warehouse: Warehouse) -> dict[str, Any]:
    """`normalise.rejections.counted` of the candidate. Cached by the rows of both tables, and by what is used of them: most new documents have no rejected row."""
    footers = {table: warehouse.footer(table) for table in ("rejected_figures", "documents")}
    contents = {table: "" if footer is None else footer.content_id for table, footer in footers.items()}

    def of_tables() -> dict[str, Any]:
        import pandas as pd

        columns, paths = ["path", "known_from"], warehouse.arrow("rejected_figures")["path"].unique().to_pylist()
        is_there = footers["documents"] is not None  # rejected_figures can be built without it
        documents = (
            warehouse.rows("documents", columns, ("path", paths))
            if is_there
            else pd.DataFrame(columns=columns, dtype="str")
        )

        def of_rows() -> dict[str, Any]:
            from capex_pipeline.normalise.rejections import READ, counted

            return counted(warehouse.rows("rejected_figures", READ), documents)

        used = {"rows": contents["rejected_figures"], "days": json.dumps(documents.astype("str").to_numpy().tolist())}
        identity = fingerprint.of("rejected_figures.days", used)
        return cache.mapping(warehouse.staging(), "rejected_figures.days.json", identity, of_rows)

    identity = fingerprint.of("rejected_figures.kinds", contents)
    return cache.mapping(warehouse.staging(), "rejected_figures.kinds.json", identity, of_tables)


def kinds(warehouse: Warehouse) -> pd.DataFrame:
    """`normalise.rejections.folded` of the candidate."""
    import pandas as pd

    return pd.DataFrame(rejected(warehouse)["kinds"])
