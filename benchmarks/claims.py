"""Part (j): the exponent of table claim_checks in the number of claims.

    python -m benchmarks.claims WAREHOUSE

This module copies the claims of the shipped articles ten and a hundred times, once with each copy in a document of its own and once with all
copies in one document, and checks them against the shipped evidence. The measured function is `reconcile.claim_table.checks`.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import ROOT, Row, child, seconds

if TYPE_CHECKING:
    import pandas as pd

COPIES = (10, 100)
ARTICLE = "ft-2024-08-26-chinese-tech-groups-ai-spending-copy"
LAYOUTS = {"documents": "each copy in a document of its own", "one_document": "all copies in one document"}


def copied(figures: pd.DataFrame, copies: int, layout: str) -> pd.DataFrame:
    """The figures of one article, copied under other ids: as so many documents, or in one document over as many years."""
    import pandas as pd

    parts = []
    for number in range(copies):
        one = figures.assign(figure_id=figures["figure_id"] + f"/{number}")
        one["same_fact_as"] = one["same_fact_as"] + f"/{number}"
        if layout == "documents":
            one["document_id"] = f"copy-{number}"
        parts.append(one)
    return pd.concat(parts, ignore_index=True)


def measured(warehouse: str) -> dict[str, Any]:
    """Processor seconds by layout and number of copies, with the number of checks."""
    import pandas as pd

    from capex_pipeline import reference
    from capex_pipeline.reconcile import claim_table
    from capex_pipeline.sources.ecb_rates import daily_fixings
    from capex_pipeline.storage.warehouse import Warehouse

    tables = Warehouse(Path(warehouse))
    figures, observations, documents = (tables.read(name) for name in ("figures", "observations", "documents"))
    figures = figures[figures["document_id"] == ARTICLE]
    origin = documents[documents["document_id"] == ARTICLE]
    known, daily = reference.load(), daily_fixings(sorted(observations["currency"].dropna().unique()))
    found: dict[str, Any] = {}
    for layout in LAYOUTS:
        for copies in COPIES:
            rows = copied(figures, copies, layout)
            names = rows["document_id"].unique()
            declared = pd.concat([documents, *(origin.assign(document_id=name) for name in names if name != ARTICLE)])
            checks: list[int] = []
            taken = seconds(
                lambda rows=rows, declared=declared, checks=checks: checks.append(  # type: ignore[misc]
                    len(claim_table.checks(rows, observations, declared, daily, known)["claim_checks"])
                ),
                runs=1,
            )
            found[f"{layout}/{copies}"] = {"seconds": taken, "checks": checks[0]}
    return found


def rows() -> list[Row]:
    """Rows of part j."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "warehouse"
        home = {"DAGSTER_HOME": folder}
        child("build", "dagster", str(ROOT / "raw"), str(warehouse), environment=home)
        used = child("claims", str(warehouse))
    few, many = COPIES
    result = []
    for layout, said in LAYOUTS.items():
        small, large = (used.said[f"{layout}/{copies}"] for copies in COPIES)
        exponent = math.log(large["seconds"] / small["seconds"]) / math.log(many / few)
        result.append(
            Row("j", f"exponent of growth of {large['checks']:,} checks of claims, {said}", large["seconds"],
                f"{small['checks']:,} checks", small["seconds"], exponent, "at most 1.1", used.peak, reached=exponent <= 1.1)
        )  # fmt: skip
    return result


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1])))
