"""Computes definitions that add up figures of one document, such as gross purchases plus lease principal.

The sums are formed before quarters are derived. Which definition adds which concepts is reference data (filers.yaml);
differences between periods are computed in `normalise/quarters.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from capex_pipeline.reference.filers import SumRule

COLUMNS = [
    "entity", "metric", "definition", "unit", "document_id", "figure_id", "period_start", "period_end", "value",
    "presentation", "known_from",
]  # fmt: skip
_KIND = ["entity", "metric", "definition"]
_PLACE = ["document_id", "unit", "period_start", "period_end"]


def composite_facts(facts: pd.DataFrame, sums: Mapping[str, Iterable[SumRule]]) -> pd.DataFrame:
    """Add up figures of one document as a definition requires: gross purchases plus lease principal, and so on.

    facts: columns entity, metric, definition, unit, document_id, figure_id, period_start, period_end, value,
    presentation, known_from; sums: rules by entity, as in filers.yaml. Operands share document, unit and period. There
    is no sum if an operand is missing, or if the document prints the definition itself.

    Returns the same columns for the sums, with figure_id the operands' ids joined by "|" and status "derived".
    """
    rules = [(entity, rule) for entity, entity_rules in sums.items() for rule in entity_rules]
    terms = pd.DataFrame(
        [
            (number, place, len(rule.terms), entity, term.metric, term.definition_id, term.sign)
            for number, (entity, rule) in enumerate(rules)
            for place, term in enumerate(rule.terms)
        ],
        columns=["rule", "place", "terms", *_KIND, "sign"],
    )
    operands = facts[COLUMNS].merge(terms, on=_KIND).drop_duplicates(["rule", "place", *_PLACE, "value"])
    if operands.empty:
        return operands[COLUMNS].assign(status=pd.Series(dtype="str"))
    operands = operands.assign(value=operands["value"] * operands["sign"])
    total = operands[operands["place"] == 0]
    for place in range(1, int(terms["terms"].max()) if len(terms) else 0):
        others = operands.loc[operands["place"] == place, ["rule", *_PLACE, "figure_id", "value", "known_from"]]
        both = total.merge(others, on=["rule", *_PLACE], suffixes=("", "_2"))
        both = both.assign(
            value=both["value"] + both["value_2"],
            figure_id=both["figure_id"] + "|" + both["figure_id_2"],
            known_from=both["known_from"].where(both["known_from"] >= both["known_from_2"], both["known_from_2"]),
        )[total.columns]
        total = pd.concat([total[total["terms"] <= place], both]).sort_values("rule", kind="stable")
    total = total.assign(
        metric=total["rule"].map(dict(enumerate(rule.metric for _, rule in rules))).astype("str"),
        definition=total["rule"].map(dict(enumerate(rule.definition_id for _, rule in rules))).astype("str"),
    )
    total = total[COLUMNS].merge(facts[[*_KIND, *_PLACE]], on=[*_KIND, *_PLACE], how="left", indicator=True)
    frame = total.loc[total["_merge"] == "left_only", COLUMNS].reset_index(drop=True)
    return frame.assign(status=pd.Series("derived", index=frame.index, dtype="str"))
