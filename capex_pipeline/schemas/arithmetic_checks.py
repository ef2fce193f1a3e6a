"""Table arithmetic_checks: numbers of one document against each other and against exchange rates.

Parts and their total, growth and its levels, one fact in two currencies, price times units belong here. Such a check says whether a document agrees with
itself; whether its claims are right belongs to claim_checks.
"""

from capex_pipeline.schemas.base import Table, Text, column
from capex_pipeline.schemas.claim_checks import CheckedClaim

KINDS = ("sum_of_parts", "growth_between_levels", "exchange_rate", "price_times_units")
VERDICTS = ("confirmed", "consistent", "different_definition", "own_definition", "said_before_outcome", "contradicted",
            "not_checkable")  # fmt: skip


class _Check(Table):
    """The check of a row and its verdict."""

    arithmetic_check_id: Text = column("Figure id of the number that was checked and the kind of check.")
    check_kind: Text = column(
        "sum_of_parts (a total against its parts), growth_between_levels (growth against the two printed amounts), exchange_rate (an amount in two currencies against "
        "rates of the time) or price_times_units (the value of an order).",
        isin=KINDS,
    )
    verdict: Text = column(
        "confirmed: the numbers of the document agree within their rounding; consistent: they agree, but leave too wide a range; contradicted: they do not agree; "
        "not_checkable: see reason; the others as a person reviewed them.",
        isin=VERDICTS,
    )


class ArithmeticChecks(
    CheckedClaim,
    _Check,
    group="quality",
    grain="number of a document and kind of check",
    key=["arithmetic_check_id"],
    sort=["document_id", "arithmetic_check_id"],
):
    """Whether the numbers of an article agree with each other and with exchange rates. It does not say that they are right: see claim_checks."""
