"""Explains the fields of a figure and their choices, for the review page.

Add here a sentence for a new field or choice; a test compares the choices with `schemas.vocabulary`. Metrics and definitions are explained by the
reference data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELDS: Final[Mapping[str, str]] = {
    "entity": "Company or group, by its id or name.",
    "definition": "What the amount includes. Filled in if left empty.",
    "segment": "Part of the company, as the source prints it.",
    "supplier": "Maker of the chips.",
    "product": "Chip, by its id.",
    "customer": "Buyer of the chips.",
    "period": "2025-04-01/2025-06-30, Q2 2025, CY2025, FY2025 Q1.",
    "value": "Number as printed, without the unit.",
    "value_low": "Lower end of a range.",
    "value_high": "Upper end of a range.",
    "unit": "USD billion, percent, units.",
    "claimant": "Who states it: a kind of the list, or a name as the text has it.",
    "same_fact_as": "Id of the figure that states the same amount, such as m001.",
    "note": "Reason, where the figure differs from the source.",
}
"""What to enter in a field that has no closed list of choices."""

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "measure": {
        "level": "The amount itself.",
        "yoy_growth": "Change in percent from the same period a year before.",
        "yoy_multiple": "Multiple of the same period a year before: 2 means doubled.",
        "share": "Part of a whole, in percent.",
    },
    "flow": {
        "shipped": "The supplier delivered the chips in the period.",
        "purchased": "The customer bought the chips in the period.",
        "ordered": "The customer ordered the chips in the period; delivery may be later.",
        "acquired": "The customer obtained or installed the chips, in whatever way.",
        "forecast": "The chips are expected to be shipped or bought.",
    },
    "bound": {
        "exact": "The number as it stands.",
        "at_least": "More than the number, or not less.",
        "at_most": "Less than the number, or not more.",
        "approximately": "About the number.",
        "range": "Between two numbers.",
        "order_of_magnitude": "Words such as tens of billions.",
        "direction": "A plan with a direction and no number, such as to increase significantly.",
    },
    "status": {
        "reported": "The company states it for a period that is over.",
        "estimate": "Somebody else's figure for a period that is over.",
        "guidance": "The company's own plan.",
        "forecast": "Somebody else's expectation.",
    },
}
"""What each choice of a closed list means."""
