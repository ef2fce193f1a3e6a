"""Asset checks: what an operator should look at after a build.

What belongs here: checks over whole tables, with a severity that says what to do (error: do not use; warn: look), numbers
and the first offending rows. What does not: row rules (schemas; they are checked before writing) and arithmetic (reconcile).
"""

from __future__ import annotations

import dagster as dg
import pandas as pd

from capex_pipeline.assets import metadata
from capex_pipeline.reference import load, read_file
from capex_pipeline.schemas.rejected_figures import BY_DECISION
from capex_pipeline.settings import Settings
from capex_pipeline.validation import failures

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


def verdict(
    offending: pd.DataFrame, severity: dg.AssetCheckSeverity, said: str, **numbers: float | int | str
) -> dg.AssetCheckResult:
    """Passed when no row offends; else the rows and the numbers."""
    return dg.AssetCheckResult(
        passed=offending.empty,
        severity=severity,
        description=said,
        metadata={
            **numbers,
            "offending_rows": len(offending),
            "first_offending_rows": dg.MetadataValue.md(metadata.preview(offending)),
        },
    )


@dg.asset_check(asset="figures", additional_deps=["documents", "rejected_figures"],
                description="Rows read = figures + rejected rows, for every document.")  # fmt: skip
def no_row_is_lost(settings: Settings) -> dg.AssetCheckResult:
    """Counts rows where they were read and where they ended; the counts were taken independently of each other."""
    warehouse = settings.open_warehouse()
    documents = warehouse.read("documents", ["document_id", "path", "rows_read"])
    accepted = warehouse.read("figures", ["document_id"])["document_id"].value_counts()
    rejected = warehouse.read("rejected_figures", ["document_id", "row_number"])
    of_rows = rejected.loc[rejected["row_number"] > 0, "document_id"].value_counts()
    ended = documents["document_id"].map(accepted).fillna(0) + documents["document_id"].map(of_rows).fillna(0)
    counted = documents.assign(rows_ended=ended)
    lost = counted[counted["rows_read"] != counted["rows_ended"]]
    return verdict(
        lost, ERROR, "Rows were lost or doubled between reading and writing.", rows_read=int(documents["rows_read"].sum()),
        figures=int(accepted.sum()), rejected_rows=int((rejected["row_number"] > 0).sum()),
    )  # fmt: skip


@dg.asset_check(
    asset="rejected_figures", description="No file and no row of raw/ was rejected, other than by a reviewed decision."
)
def nothing_was_rejected(settings: Settings) -> dg.AssetCheckResult:
    """A rejected row is a number that readers do not get: mend the document."""
    rejected = settings.open_warehouse().read("rejected_figures")
    by_decision = rejected["rule"].isin(BY_DECISION)
    return verdict(
        rejected.loc[~by_decision, ["path", "row_number", "rule", "column", "value", "message"]], WARN,
        "Rows or files were rejected; each message says where and what to do.", set_aside_by_decision=int(by_decision.sum()),
    )  # fmt: skip


@dg.asset_check(
    asset="observations", description="Quarters add up to the half-years, nine months and years that companies print."
)
def quarters_sum_to_totals(settings: Settings) -> dg.AssetCheckResult:
    """Parts against printed totals, within the rounding of the print."""
    from capex_pipeline.reconcile.totals import quarters_against_totals, unexplained

    found = quarters_against_totals(settings.open_warehouse().read("observations"))
    disagreeing, expired = unexplained(found, load().known_differences)
    return verdict(
        pd.concat([disagreeing, expired], ignore_index=True), WARN,
        "Quarters do not add up to a printed total, or an entry in known_differences.yaml has expired.",
        totals_compared=len(found), known_differences=int((~found["agrees"]).sum()) - len(disagreeing),
    )  # fmt: skip


@dg.asset_check(
    asset="observations",
    description="No preferred quarter of the last five years is in conflict over its presentation.",
)
def no_conflicting_presentations(settings: Settings) -> dg.AssetCheckResult:
    """Conflicts are holes with a reason; the document that would fill a recent one is worth finding."""
    rows = settings.open_warehouse().read("observations")
    recent = rows["period_end"] >= rows.loc[rows["status"] == "reported", "period_end"].max() - pd.DateOffset(years=5)
    place = ["series", "period_start", "period_end"]
    filled = rows.loc[rows["conflict_reason"].isna(), place].drop_duplicates().assign(is_filled=True)
    key = ["entity_id", "metric_id", "definition_id"]
    preferred = load().preferred[key].drop_duplicates()
    explained = load().known_conflicts[[*key, "period_start", "period_end", "reason"]]
    conflicts = rows[rows["conflict_reason"].notna() & rows["is_latest"] & recent].merge(preferred, on=key)
    conflicts = conflicts.merge(filled, on=place, how="left").merge(
        explained, on=[*key, "period_start", "period_end"], how="left"
    )
    conflicts = conflicts[conflicts["is_filled"].isna() & conflicts["reason"].isna()]
    shown = conflicts[["entity_id", "metric_id", "definition_id", "period_start", "period_end", "conflict_reason"]]
    return verdict(shown, WARN, "Quarters could not be derived.")


@dg.asset_check(
    asset="claim_checks",
    description="No claim is contradicted by filings, other than those that were looked at and explained.",
)
def contradictions_are_explained(settings: Settings) -> dg.AssetCheckResult:
    """A claim that turns from confirmed to contradicted means a restated filing, or a figure captured wrongly."""
    rows = settings.open_warehouse().read("claim_checks")
    contradicted = rows[rows["verdict"] == "contradicted"]
    listed = {
        str(entry["claim_check_id"]) for entry in read_file("expected_contradictions.yaml")["expected_contradictions"]
    }
    new = contradicted.loc[
        ~contradicted["claim_check_id"].isin(listed),
        ["claim_check_id", "claim", "claimed", "computed", "accepted_low", "accepted_high", "explanation"],
    ]
    expired = sorted(listed & set(rows["claim_check_id"]) - set(contradicted["claim_check_id"]))
    gone = pd.DataFrame({"claim_check_id": expired, "explanation": "Listed as contradicted, but it is not (any more)."})
    return verdict(
        pd.concat([new, gone], ignore_index=True),
        WARN,
        "A claim is contradicted and nobody has looked at it, or an entry in expected_contradictions.yaml has expired.",
        contradicted=len(contradicted),
        confirmed=int(rows["verdict"].isin(["confirmed", "confirmed_under_definition"]).sum()),
        not_checkable=int((rows["verdict"] == "not_checkable").sum()),
    )


@dg.asset_check(
    asset="observations",
    additional_deps=["figures", "documents", "entities", "definitions"],
    description="Every observation rests on figures, a document, an entity and a definition that are there.",
)
def references_resolve(settings: Settings) -> dg.AssetCheckResult:
    """A reader who follows an id must arrive."""
    warehouse = settings.open_warehouse()
    rows = warehouse.read(
        "observations", ["observation_id", "document_id", "entity_id", "definition_id", "derived_from"]
    )
    figure_ids = set(warehouse.read("figures", ["figure_id"])["figure_id"])
    lost = pd.Series(False, index=rows.index)
    for table, column in (("documents", "document_id"), ("entities", "entity_id"), ("definitions", "definition_id")):
        lost |= ~rows[column].isin(warehouse.read(table, [column])[column])
    operands = rows["derived_from"].str.split("|").explode()
    lost |= (~operands.isin(figure_ids)).groupby(level=0).any()
    return verdict(rows[lost], ERROR, "An id leads nowhere.", observations=len(rows), operands=len(operands))


def _checks_of_reviews() -> list[dg.AssetChecksDefinition]:
    about = {
        "reviewed_spans_reparse": (
            ERROR,
            "Each figure of a reviewed article stands at its span and reads as the same value and unit.",
            (
                "span_missing",
                "span_invalid",
                "span_without_quantity",
                "value_differs",
                "unit_differs",
                "value_unreadable",
                "figure_incomplete",
            ),
        ),
        "every_mention_is_settled": (
            WARN,
            "Each mention in a reviewed article is a figure or ignored with a reason.",
            ("mention_left_out", "reason_missing", "undecided"),
        ),
        "machine_agrees_with_reviewer": (
            WARN,
            "Where the machine reads a reviewed article otherwise than the reviewer.",
            (
                "entity_differs",
                "metric_differs",
                "measure_differs",
                "period_differs",
                "machine_ignored",
                "machine_used",
            ),
        ),
    }

    def check(name: str) -> dg.AssetChecksDefinition:
        severity, words, rules = about[name]

        @dg.asset_check(asset="article_mentions", name=name, description=words)
        def of_reviews(settings: Settings) -> dg.AssetCheckResult:
            from capex_pipeline.text.pages import articles
            from capex_pipeline.text.review_file import check_review
            from capex_pipeline.text.vocabulary import load_vocabulary

            found, reviewed = [], 0
            for path, article, review in articles(settings.raw_folder()):
                if review is not None:
                    reviewed += 1
                    for finding in check_review(review, article, load_vocabulary()):
                        if finding.rule in rules:
                            found.append({"path": path, "rule": finding.rule, "message": finding.message})
            frame = pd.DataFrame(found, columns=["path", "rule", "message"])
            return verdict(frame, severity, words, reviewed_articles=reviewed)

        return of_reviews

    return [check(name) for name in about]


def _checks_of_money(table: str, low: float, high: float) -> list[dg.AssetChecksDefinition]:
    @dg.asset_check(asset=table, blocking=True, name="preferred_rows_add_up",
                    description="is_preferred marks one row per company and calendar quarter, never an aggregate or a claim.")  # fmt: skip
    def preferred_rows_add_up(settings: Settings) -> dg.AssetCheckResult:
        rows = settings.open_warehouse().read(table)
        chosen = rows[rows["is_preferred"]]
        doubled = chosen.duplicated(["entity_id", "calendar_quarter"], keep=False)
        unfit = (
            chosen["is_aggregate"]
            | (chosen["source_type"] != "filing")
            | chosen["calendar_quarter"].isna()
            | chosen["amount"].isna()
        )
        return verdict(
            chosen[doubled | unfit], ERROR, "Sums over is_preferred would count twice.", preferred_rows=len(chosen)
        )

    @dg.asset_check(asset=table, blocking=True, name="magnitudes",
                    description=f"A company's quarter is between {low:,.0f} and {high:,.0f} US dollars.")  # fmt: skip
    def magnitudes(settings: Settings) -> dg.AssetCheckResult:
        rows = settings.open_warehouse().read(table)
        quarter = rows[(rows["period_type"] == "quarter") & ~rows["is_aggregate"] & rows["amount_usd"].notna()]
        off = quarter[~quarter["amount_usd"].between(low, high)]
        shown = off[
            ["entity_id", "definition_id", "calendar_quarter", "amount", "currency", "amount_usd", "document_id"]
        ]
        return verdict(shown, ERROR, "A scale word is lost or doubled.", quarters=len(quarter))

    @dg.asset_check(asset=table, blocking=True, name="rates_are_explained", additional_deps=["fx_rates"],
                    description="Every amount has a US dollar value, or says why it has none.")  # fmt: skip
    def rates_are_explained(settings: Settings) -> dg.AssetCheckResult:
        rows = settings.open_warehouse().read(table)
        silent = (
            rows["amount"].notna()
            & rows["amount_usd"].isna()
            & ~rows["fx_method"].isin(["no_fixing", "period_not_over"])
        )
        held = settings.open_warehouse().read("fx_rates")
        wrong = rows["amount_usd"].notna() & ((rows["amount"] / rows["fx_usd"] - rows["amount_usd"]).abs() > 0.01)
        return verdict(
            rows.loc[silent | wrong, ["entity_id", "calendar_quarter", "amount", "currency", "fx_usd", "amount_usd"]], ERROR,
            "An amount is converted at another rate than the one beside it, or silently not at all.", rates=len(held),
        )  # fmt: skip

    return [preferred_rows_add_up, magnitudes, rates_are_explained]


@dg.asset_check(asset="gpu_shipments", blocking=True, name="preferred_rows_add_up",
                description="is_preferred marks one row per supplier, product and calendar quarter, all customers, no forecast.")  # fmt: skip
def preferred_shipments_add_up(settings: Settings) -> dg.AssetCheckResult:
    """Breakdowns by customer and fiscal quarters would count the same chips again."""
    rows = settings.open_warehouse().read("gpu_shipments")
    chosen = rows[rows["is_preferred"]]
    doubled = chosen.duplicated(["supplier_id", "product", "calendar_quarter"], keep=False)
    unfit = (
        chosen["is_aggregate"]
        | (chosen["flow"] != "shipped")
        | chosen["customer_id"].notna()
        | chosen["calendar_quarter"].isna()
    )
    return verdict(
        chosen[doubled | unfit], ERROR, "Sums over is_preferred would count chips twice.", preferred_rows=len(chosen)
    )


@dg.asset_check(
    asset="gpu_shipments", name="magnitudes", description="No quarter of a product has more than ten million units."
)
def shipment_magnitudes(settings: Settings) -> dg.AssetCheckResult:
    """A lost or doubled thousand."""
    rows = settings.open_warehouse().read("gpu_shipments")
    off = rows[(rows["period_type"] == "quarter") & (rows[["units_low", "units", "units_high"]].max(axis=1) > 1e7)]
    return verdict(
        off[["supplier_id", "product", "calendar_quarter", "units", "document_id"]], ERROR, "A scale word is doubled."
    )


def _contract_of_file(table: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=table, name="file_meets_contract", description="The Parquet file, read back, meets the model."
    )
    def file_meets_contract(settings: Settings) -> dg.AssetCheckResult:
        from capex_pipeline.schemas import TABLES

        broken = failures(settings.open_warehouse().read(table), TABLES[table])
        return verdict(broken, ERROR, "The file was changed by something else, or written by another version.")

    return file_meets_contract


CHECKS = [
    no_row_is_lost,
    nothing_was_rejected,
    quarters_sum_to_totals,
    no_conflicting_presentations,
    contradictions_are_explained,
    references_resolve,
    *_checks_of_reviews(),
    *_checks_of_money("capex", 1e7, 2e11),
    *_checks_of_money("cloud_revenue", 1e7, 2e11),
    preferred_shipments_add_up,
    shipment_magnitudes,
    *(_contract_of_file(table) for table in ("capex", "gpu_shipments", "cloud_revenue")),
]
