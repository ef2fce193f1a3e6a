"""Definitions that are sums of figures: gross purchases plus lease principal, gross purchases less incentives.

What belongs here: adding figures of one document, before quarters are derived. What does not: which definition adds
what (reference/filers.yaml) and differences between periods (`quarters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from capex_pipeline.sources.filers import SumRule

COLUMNS = [
    "entity", "metric", "definition", "unit", "document_id", "figure_id", "period_start", "period_end", "value",
    "presentation", "known_from",
]  # fmt: skip
_PLACE = ["document_id", "unit", "period_start", "period_end"]


def composite_facts(facts: pd.DataFrame, sums: Mapping[str, Iterable[SumRule]]) -> pd.DataFrame:
    """Figures that a definition adds up from figures of one document: gross purchases plus lease principal, and so on.

    facts: columns entity, metric, definition, unit, document_id, figure_id, period_start, period_end, value,
    presentation, known_from; sums: rules by entity, as in the filers file. Operands share document, unit and period;
    where one is missing there is no sum, and where the document prints the definition itself there is none either.

    Returns the same columns for the sums, with figure_id the operands' ids joined by "|" and status "derived".
    """
    results = []
    for entity, rules in sums.items():
        own = facts.loc[facts["entity"] == entity, COLUMNS]
        for rule in rules:
            total: pd.DataFrame | None = None
            for term in rule.terms:
                operand = own.loc[(own["metric"] == term.metric) & (own["definition"] == term.definition_id)]
                operand = operand.drop_duplicates([*_PLACE, "value"]).assign(value=operand["value"] * term.sign)
                if total is None:
                    total = operand
                    continue
                other = operand[[*_PLACE, "figure_id", "value", "known_from"]]
                both = total.merge(other, on=_PLACE, suffixes=("", "_2"))
                total = both.assign(
                    value=both["value"] + both["value_2"],
                    figure_id=both["figure_id"] + "|" + both["figure_id_2"],
                    known_from=both["known_from"].where(
                        both["known_from"] >= both["known_from_2"], both["known_from_2"]
                    ),
                )[COLUMNS]
            if total is None or total.empty:
                continue
            stated = own.loc[(own["metric"] == rule.metric) & (own["definition"] == rule.definition_id), _PLACE]
            total = total.merge(stated.drop_duplicates(), on=_PLACE, how="left", indicator=True)
            total = total.loc[total["_merge"] == "left_only", COLUMNS]
            results.append(total.assign(metric=rule.metric, definition=rule.definition_id))
    frame = pd.concat(results, ignore_index=True) if results else facts.loc[[], COLUMNS].reset_index(drop=True)
    return frame.assign(status=pd.Series("derived", index=frame.index, dtype="str"))
