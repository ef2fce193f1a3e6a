"""Table claim_checks: each claim of a document against what the companies filed.

The claim as printed, the value computed from filings or estimates, the tolerance of the printed number, the verdict and the reason belong here. Numbers of
one document against each other belong to arithmetic_checks, the filings' own consistency to asset checks, the outcome of guidance and forecasts to
outlooks.
"""

import pandas as pd
import pandera.pandas as pa

from capex_pipeline.schemas import rules, vocabulary
from capex_pipeline.schemas.base import Count, Day, Flag, Number, Table, Text, column, row_rule

VERDICTS = (
    "confirmed", "confirmed_under_definition", "consistent", "different_definition", "own_definition", "said_before_outcome", "contradicted",
    "not_checkable",
)  # fmt: skip
CHECKS = ("level", "growth")
EVIDENCE = ("filing", "third_party_copy", "estimator", "counterparty_filing")


class CheckedClaim(Table):
    """The claim of a document, the value that it is compared with, and the difference."""

    document_id: Text = column("Document that makes the claim.")
    locator: Text = column("Place in the document.", optional=True)
    claimant: Text = column("Source of the statement.", optional=True)
    entity_id: Text = column("Company or group.")
    entity_name: Text = column("Its name.")
    metric_id: Text = column("What was measured.")
    period_start: Day = column("First day of the claimed period.")
    period_end: Day = column("Last day of the claimed period.")
    review_state: Text = column(
        "machine where the claim was drafted from a text and not reviewed yet.", isin=vocabulary.REVIEW_STATES
    )
    claim: Text = column("Value and unit as printed.")
    unit: Text = column("Unit of the claimed value.", isin=vocabulary.UNITS)
    currency: Text = column("Currency of the claimed value.", optional=True, str_matches=r"^[A-Z]{3}$")
    bound: Text = column("How exact the claim is; see figures.bound.", isin=vocabulary.BOUNDS)
    claimed_low: Number = column(
        "Lower bound of the claim in full units, equal to claimed if the number is exact; null if the claim has none.",
        unit="unit",
        optional=True,
    )
    claimed: Number = column(
        "Claimed number in full units; null if a range, an order of magnitude or a single bound is printed.",
        unit="unit",
        optional=True,
    )
    claimed_high: Number = column(
        "Upper end of the claim in full units, equal to claimed where the number is exact; null where the claim names none.",
        unit="unit",
        optional=True,
    )
    accepted_low: Number = column(
        "Lowest value that the printed precision and bound allow.", unit="unit", optional=True
    )
    accepted_high: Number = column(
        "Highest value that the printed precision and bound allow.", unit="unit", optional=True
    )
    computed: Number = column("Value computed from the evidence, in the unit of the claim.", unit="unit", optional=True)
    difference: Number = column(
        "computed minus claimed, or minus the single bound; for a range minus its nearer end, and 0 inside it.",
        unit="unit",
        optional=True,
    )
    difference_pct: Number = column(
        "difference as a percentage of the printed number that it is counted from.", unit="percent", optional=True
    )
    looked_for: Text = column(
        "Evidence that would settle a claim that is not checkable; null for every other verdict.", optional=True
    )
    reason: Text = column("Why a claim cannot be checked, or which reading confirms it.", optional=True)
    claim_figures: Text = column("Figure ids of the claim, joined by |.")
    evidence_figures: Text = column("Ids of the figures behind computed, joined by |.", optional=True)
    reviewed_reason: Text = column("Explanation of a person who reviewed the verdict.", optional=True)
    explanation: Text = column("The check in a sentence.")

    bounds_in_order = row_rule("bounds_out_of_order", rules.in_order, "claimed_low", "claimed", "claimed_high")

    @pa.dataframe_check(error="verdict_without_a_computed_value")
    def verdicts_rest_on_a_value(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["verdict"] == "not_checkable") | frame["computed"].notna()

    @pa.dataframe_check(error="not_checkable_without_a_reason")
    def open_claims_say_why(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["verdict"] != "not_checkable") | (frame["reason"].notna() & frame["looked_for"].notna())


class _Check(Table):
    """The check of a row and its verdict."""

    claim_check_id: Text = column("Figure id of the claim and the kind of check.")
    check_kind: Text = column("level or growth, whichever the claim states.", isin=CHECKS)
    verdict: Text = column(
        "confirmed: the definition that the claim names, or the comparable one where it names none, agrees; confirmed_under_definition: the "
        "companies' own headline agrees; consistent: only a mix of definitions, an estimate, a part of what a rounded amount may be, sums of fiscal quarters of other "
        "days, or a counterparty's amount for a longer period agrees; different_definition: another definition than the one named or expected agrees, and "
        "agreeing_definitions names it; own_definition: the claim has a definition of its own, on which no company files, and no filing agrees (reviewed_reason); "
        "said_before_outcome: made before the period was over, or agrees with amounts that cannot have been published by then; contradicted: none agrees; not_checkable: see reason.",
        isin=VERDICTS,
    )


class ClaimChecks(
    CheckedClaim,
    _Check,
    group="quality",
    grain="claim of a document",
    key=["claim_check_id"],
    sort=["document_id", "claim_check_id"],
    foreign_keys={"repeats_claim": "claim_checks"},
):
    """Claims of articles, the values computed from filings or estimates, and whether they agree. One row per claim; an amount that is printed in two currencies is one claim."""

    origin_document_id: Text = column(
        "Document that this one repeats; such a row is not further evidence. Null if it repeats none.", optional=True
    )
    checked_against: Text = column(
        "What the claim was compared with: filing (of the company, or its release), third_party_copy (the same, where another publisher's copy of it was "
        "read for at least one of the amounts), counterparty_filing (of another company, about it) or estimator; null where it was compared with nothing.",
        optional=True,
        isin=EVIDENCE,
    )
    definitions_used: Text = column(
        "Definition of each member behind computed, whether or not it agrees, joined by |.", optional=True
    )
    agreeing_definitions: Text = column(
        "Definition of each member on which filings agree with the claim, joined by |; null where no definition agrees, and where nothing was computed from "
        "filings.",
        optional=True,
    )
    combinations_tried: Count = column(
        "Combinations of the members' definitions that were computed.", optional=True, ge=1
    )
    combinations_confirming: Count = column("Number of them that reproduce the printed value.", optional=True, ge=0)
    combinations_low: Number = column("Smallest of them.", unit="unit", optional=True)
    combinations_high: Number = column("Largest of them.", unit="unit", optional=True)
    search_power_pct: Number = column(
        "Share of the neighbouring values (same printed precision, within 15 % of the claim) that the same search "
        "would have accepted. The higher it is, the weaker the evidence of an agreement. Null if nothing was "
        "computed or the claim has no such neighbours.",
        unit="percent",
        optional=True,
        ge=0,
        le=100,
    )
    repeats_claim: Text = column(
        "Id of the claim check of the same claim in a document of the same origin, which is the one that counts; null for the first one.",
        optional=True,
    )
    is_repeat: Flag = column("True where repeats_claim names an earlier check of the same claim.")
    context: Text = column(
        "Later figures of others on the same subject, for information; they neither confirm nor contradict.",
        optional=True,
    )
