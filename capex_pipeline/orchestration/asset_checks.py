"""Asset checks: what an operator should look at after a build.

Add a check over whole tables here, with a severity that tells the operator what to do (error: do not use the data;
warn: look at it), numbers and the first offending rows. Rules of one table are declared in its model in `schemas`; they
are checked before the table is written, and the check `contract` shows the result. Arithmetic is in other packages,
such as `normalise/totals.py` for quarters against totals and `reconcile` for claims.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from capex_pipeline.orchestration import raw_version, rejection_kinds
from capex_pipeline.orchestration.check_factory import ERROR, WARN, Check, Tables, Verdict, steps, table_check, verdict
from capex_pipeline.orchestration.resources import Settings
from capex_pipeline.orchestration.run_problems import FIRST
from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.schemas.vocabulary import (
    EVIDENCE_TABLES,
    PUBLISHED_TABLES,
)
from capex_pipeline.storage import cache, fingerprint
from capex_pipeline.values import escaping

if TYPE_CHECKING:
    import pandas as pd

    from capex_pipeline.reference import Reference


@table_check(
    "figures", "Rows read = figures + rejected rows, for every document.", reads=("documents", "rejected_figures")
)
def no_row_is_lost(tables: Tables) -> Verdict:
    """Compares the number of rows that were read with the number of figures and rejected rows. The two counts are independent."""
    documents = tables.read("documents", ["document_id", "path", "rows_read"])
    accepted = tables.read("figures", ["document_id"])["document_id"].value_counts()
    rejected = tables.read("rejected_figures", ["document_id", "row_number"])
    of_rows = rejected.loc[rejected["row_number"] > 0, "document_id"].value_counts()
    ended = documents["document_id"].map(accepted).fillna(0) + documents["document_id"].map(of_rows).fillna(0)
    counted = documents.assign(rows_ended=ended)
    lost = counted[counted["rows_read"] != counted["rows_ended"]]
    return verdict(
        lost,
        ERROR,
        "Rows were lost or duplicated between reading and writing.",
        "Every row that was read is a figure or a rejected row.",
        rows_read=int(documents["rows_read"].sum()),
        figures=int(accepted.sum()),
        rejected_rows=int((rejected["row_number"] > 0).sum()),
    )


@table_check(
    "rejected_figures",
    "No file or row of raw/ was rejected, except by a reviewed decision.",
    reads=("documents",),
)
def nothing_was_rejected(tables: Tables) -> Verdict:
    """A rejected row is a number that is missing in the tables. Rows with the same message are counted together, newest documents first."""
    rejected = rejection_kinds.rejected(tables.warehouse)
    rows = rejection_kinds.kinds(tables.warehouse)
    return verdict(
        rows,
        WARN,
        "Rows or files were rejected; each message names the place and the remedy.",
        "No row or file was rejected.",
        rejected_rows=rejected["rows"],
        set_aside_by_decision=rejected["by_decision"],
        **({} if rows.empty else {FIRST: escaping.shortened(escaping.one_line(rows["message"].iloc[0]), 400)}),
    )


@table_check("fx_rates", "Every currency of an amount has reference rates.")
def every_currency_has_rates(tables: Tables) -> Verdict:
    """Amounts in a currency without a reference rate of the European Central Bank have no US dollar value."""
    rates = tables.read("fx_rates", ["currency", "period_end", "fixings"])
    per_currency = (
        rates.groupby("currency").agg(periods=("period_end", "size"), fixings=("fixings", "sum")).reset_index()
    )
    missing = per_currency[per_currency["fixings"] == 0]
    return verdict(
        missing,
        WARN,
        f"No reference rate of the European Central Bank exists for {', '.join(missing['currency'])}: amounts in it stay in the reporting "
        "currency, and amount_usd is null. Use the reporting currency, or add the company's own US dollar figures as a reviewed document.",
        "Every currency has reference rates.",
        currencies=len(per_currency),
    )


def _but_for_known(
    differences: pd.DataFrame, known: pd.DataFrame, failed: str, passed: str, *, compared: str, explained: str = "known"
) -> Verdict:
    """A warning with the comparisons that disagree without a reviewed reason, and with the reasons that have expired. found, known: as for
    `totals.unexplained`. compared, explained: metadata names for the number of comparisons and of known disagreements.
    """
    import pandas as pd

    from capex_pipeline.normalise.totals import unexplained

    disagreeing, expired = unexplained(differences, known)
    numbers = {compared: len(differences), explained: int((~differences["agrees"]).sum()) - len(disagreeing)}
    return verdict(pd.concat([disagreeing, expired], ignore_index=True), WARN, failed, passed, **numbers)


@table_check("observations", "Quarters add up to the half-years, nine months and years that companies print.")
def quarters_sum_to_totals(tables: Tables) -> Verdict:
    """Compares the sum of the parts with the printed total, within rounding."""
    from capex_pipeline.normalise.totals import READ, quarters_against_totals

    differences = quarters_against_totals(tables.read("observations", READ))
    return _but_for_known(
        differences,
        tables.reference.known_differences,
        "Quarters do not add up to a printed total, or an entry in known_differences.yaml has expired.",
        "Quarters add up to every printed total, except for known differences.",
        compared="totals_compared",
        explained="known_differences",
    )


@table_check("observations", "Growth that a company states agrees with the amounts of the two periods.")
def growth_agrees_with_amounts(tables: Tables) -> Verdict:
    """The comparison detects wrong amounts, growth in constant currency and recast series."""
    from capex_pipeline.normalise.witnesses import GROWN, growth_against_levels

    differences = growth_against_levels(tables.read("observations", GROWN))
    return _but_for_known(
        differences,
        tables.reference.known_growth,
        "Stated growth disagrees with the amounts, or an entry under known_growth in known_differences.yaml has expired.",
        "Stated growth agrees with the amounts, except for known differences.",
        compared="growth_compared",
    )


@table_check(
    "observations",
    "Each typed amount agrees with another document that states the same fact, if there is one.",
    reads=("figures",),
)
def copies_agree_with_other_documents(tables: Tables) -> Verdict:
    """A disagreement means that one of the two documents was read wrongly, or that one repeats an older presentation."""
    from capex_pipeline.normalise.witnesses import COPIED, DERIVED, copies_against_documents

    comparisons = copies_against_documents(tables.read("figures", COPIED), tables.read("observations", DERIVED))
    return _but_for_known(
        comparisons,
        tables.reference.known_copies,
        "A typed amount differs from every other document that states the same fact, or an entry under known_copies in known_differences.yaml has expired.",
        "Every typed amount agrees with another document that states the same fact, except for known differences.",
        compared="amounts_compared",
    )


@table_check("figures", "A document that states one fact in several places states the same amount.")
def documents_agree_with_themselves(tables: Tables) -> Verdict:
    """If a row that was typed from a filing differs from a tagged fact of the same filing, one of them is wrong."""
    from capex_pipeline.normalise.witnesses import COPIED, places_of_one_document

    differences = places_of_one_document(tables.read("figures", COPIED))
    return verdict(
        differences[~differences["agrees"]].drop(columns="agrees"),
        WARN,
        "A document states two amounts for one fact; look up the amount in the document, and correct the wrong row.",
        "Every document states one amount for each fact.",
        facts_compared=len(differences),
    )


@table_check("observations", "No quarter is far above or below all neighbouring quarters.")
def quarters_fit_their_neighbours(tables: Tables) -> Verdict:
    """Detects an annual amount typed as a quarter, or a wrong first digit, where neither a printed total nor a second document exists."""
    from capex_pipeline.normalise.witnesses import NEIGHBOURS, jumps

    differences = jumps(tables.read("observations", NEIGHBOURS))
    return _but_for_known(
        differences,
        tables.reference.known_jumps,
        "A quarter is far above or below its neighbours; check its digits, unit and period, or explain it under "
        "known_jumps in known_differences.yaml. Or an entry there has expired.",
        "Every quarter is in the range of its neighbours, except for known jumps.",
        compared="quarters_compared",
    )


@table_check("figures", "Amounts of companies' own documents are in the reporting currency.")
def amounts_are_in_the_reporting_currency(tables: Tables) -> Verdict:
    """An amount with a wrong currency forms a series that no published table shows, so its quarter would be missing without a message."""
    from capex_pipeline.normalise.witnesses import COPIED, in_other_currencies

    return verdict(
        in_other_currencies(tables.read("figures", COPIED), tables.reference.entities["currency"]),
        WARN,
        "An amount is not in the company's reporting currency; correct the unit, or name under same_fact_as the row that states it in "
        "the reporting currency.",
        "Every amount of a company's own documents is in its reporting currency.",
    )


@table_check(
    "observations", "Every preferred quarter of the last five years could be derived, despite different presentations."
)
def no_conflicting_presentations(tables: Tables) -> Verdict:
    """A conflict between presentations leaves a quarter empty; a further document may fill it."""
    import pandas as pd

    key = ["entity_id", "metric_id", "definition_id"]
    rows = tables.read(
        "observations", [*key, "series", "period_start", "period_end", "status", "conflict_reason", "is_latest"]
    )
    recent = rows["period_end"] >= rows.loc[rows["status"] == "reported", "period_end"].max() - pd.DateOffset(years=5)
    place = ["series", "period_start", "period_end"]
    filled = rows.loc[rows["conflict_reason"].isna(), place].drop_duplicates().assign(is_filled=True)
    preferred = tables.reference.preferred[key].drop_duplicates()
    explained = tables.reference.known_conflicts[[*key, "period_start", "period_end", "reason"]]
    conflicts = rows[rows["conflict_reason"].notna() & rows["is_latest"] & recent].merge(preferred, on=key)
    conflicts = conflicts.merge(filled, on=place, how="left").merge(
        explained, on=[*key, "period_start", "period_end"], how="left"
    )
    conflicts = conflicts[conflicts["is_filled"].isna() & conflicts["reason"].isna()]
    shown = conflicts[["entity_id", "metric_id", "definition_id", "period_start", "period_end", "conflict_reason"]]
    return verdict(
        shown,
        WARN,
        "Quarters could not be derived.",
        "Every recent quarter of a preferred series could be derived, or is explained.",
    )


@table_check(
    "claim_checks",
    "Every contradicted claim was reviewed, and every reviewed claim has the verdict of its review.",
    reads=("arithmetic_checks",),
)
def contradictions_are_explained(tables: Tables) -> Verdict:
    """If a verdict changes from confirmed to contradicted, a filing was restated or a figure was read wrongly."""
    import pandas as pd

    arithmetic = tables.read("arithmetic_checks").rename(columns={"arithmetic_check_id": "claim_check_id"})
    rows = pd.concat([tables.read("claim_checks"), arithmetic], ignore_index=True)
    reviews = tables.reference.reviewed_claims
    expected = rows["claim_check_id"].map({name: review.verdict for name, review in reviews.items()})
    shown = ["claim_check_id", "claim", "computed", "accepted_low", "accepted_high", "explanation"]
    is_unexplained = (rows["verdict"] == "contradicted") & expected.isna() & rows["reviewed_reason"].isna()
    new = rows.loc[is_unexplained, shown]
    expired = rows.loc[expected.notna() & (expected != rows["verdict"]), ["claim_check_id", "verdict"]]
    gone = expired.assign(explanation="The verdict differs from the one that was reviewed; remove or renew the entry.")
    return verdict(
        pd.concat([new, gone], ignore_index=True),
        WARN,
        "A contradicted claim has neither a review nor a note of its reviewer, or an entry in reviewed_claims.yaml has expired.",
        "Every contradicted claim was reviewed, and every review still holds.",
        **{str(name): int(count) for name, count in rows["verdict"].value_counts().sort_index().items()},
    )


@table_check(
    "observations",
    "The figures, document, entity and definition of every observation exist.",
    reads=("figures", "documents", "entities", "definitions"),
)
def references_resolve(tables: Tables) -> Verdict:
    """Looks up the ids that observations contain."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from capex_pipeline.normalise.joins import is_among
    from capex_pipeline.schemas import arrow_texts

    rows = tables.read("observations", ["observation_id", "document_id", "entity_id", "definition_id", "derived_from"])
    lost = rows["derived_from"].isna()
    for table, column in (("documents", "document_id"), ("entities", "entity_id"), ("definitions", "definition_id")):
        lost |= ~is_among(rows[column], tables.read(table, [column])[column])
    operands = pc.split_pattern(arrow_texts.to_arrow(rows["derived_from"], pa.string()), "|")
    of_rows, ids = pc.list_parent_indices(operands), pc.list_flatten(operands)
    is_known = pc.is_in(ids, value_set=tables.arrow("figures")["figure_id"])
    lost.iloc[of_rows.filter(pc.invert(is_known)).to_numpy()] = True
    return verdict(
        rows[lost],
        ERROR,
        "An id has no row in the table it refers to.",
        "Every id has a row in the table it refers to.",
        observations=len(rows),
        operands=len(ids),
    )


def _findings(root: Path, reference: Reference) -> dict[str, Any]:
    """findings: path, rule and message of each finding in the finished reviews of articles in raw/. reviewed: the number of reviews."""
    from capex_pipeline.article.lexicon import vocabulary_of
    from capex_pipeline.review.article_draft import article_source
    from capex_pipeline.review.checks import check_review
    from capex_pipeline.review.checks.machine import compare_with_machine
    from capex_pipeline.sources.article_files import articles
    from capex_pipeline.sources.figure_yaml import is_draft

    findings, vocabulary = [], vocabulary_of(reference)
    beside = [(path, article, review) for path, article, review in articles(root) if review is not None]
    reviewed = [(path, article, review) for path, article, review in beside if not is_draft(review)]
    for path, article, review in reviewed:
        source = article_source(article, vocabulary, path)
        for finding in (*check_review(review, source), *compare_with_machine(review, source)):
            findings.append([path, finding.rule, finding.message])
    return {"findings": findings, "reviewed": len(reviewed)}


def _listing_of(paths: pd.Series) -> str:
    """The files of findings, and the command that lists those of one file, as a sentence to append."""
    files = [f"raw/{path}" for path in dict.fromkeys(paths)]
    if len(files) <= 1:
        return "".join(f" `capex-pipeline review --check {shlex.quote(file)}` lists them." for file in files)
    more = f" and {len(files) - _MOST_FILES} more" if len(files) > _MOST_FILES else ""
    return f" They are in {', '.join(files[:_MOST_FILES])}{more}; `capex-pipeline review --check FILE` lists those of one file."


_MOST_FILES = 3


def checks_of_reviews() -> list[Check]:
    """Checks of the finished reviews of articles. A build ignores drafts, and so do they."""
    about = {
        "reviewed_spans_reparse": (
            ERROR,
            "Each figure of a reviewed article is at its span with the same value and unit; its names and keywords are known.",
            "Figures of reviewed articles are not at their spans, or have another value or unit; correct the review files.",
            "Each figure of a reviewed article is at its span.",
            (
                "layout",
                "document_invalid",
                "id_repeated",
                "span_missing",
                "span_invalid",
                "span_without_quantity",
                "value_differs",
                "unit_differs",
                "value_unreadable",
                "figure_incomplete",
                "entity_unknown",
                "metric_unknown",
                "period_unreadable",
                "status_unknown",
                "measure_unknown",
            ),
        ),
        "every_mention_is_settled": (
            WARN,
            "Each mention in a reviewed article is a figure or ignored with a reason.",
            "Mentions of reviewed articles are undecided; decide them in the review files.",
            "Each mention of a reviewed article is decided.",
            ("mention_left_out", "reason_missing", "undecided", "figure_may_be_lost"),
        ),
        "reviews_fit_their_texts": (
            WARN,
            "Periods, statuses and claimants of a reviewed article agree with each other, with its publication date and with its text.",
            "Entries of reviewed articles disagree with their texts; correct them, or explain them in their `note:`.",
            "Every entry of a reviewed article agrees with its text.",
            (
                "several_values",
                "period_not_over",
                "period_over",
                "period_misfit",
                "status_misfit",
                "claimant_missing",
                "claimant_not_in_text",
                "entity_unlike_text",
                "metric_unlike_text",
                "status_unlike_text",
                "period_unlike_text",
                "claimant_unlike_text",
            ),
        ),
        "machine_agrees_with_reviewer": (
            WARN,
            "The extraction rules read reviewed articles as the reviewer does.",
            "The extraction rules read some passages differently from the reviewer; the review is used.",
            "The extraction rules read every reviewed passage as the reviewer does.",
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

    def check(name: str) -> Check:
        severity, words, failed, passed, rules = about[name]

        def kept_verdict(settings: Settings) -> Verdict:
            from capex_pipeline.sources.article_files import PAGES, TEXTS

            root = settings.raw_folder()

            texts = raw_folder.listing_fingerprint(root, (*TEXTS, *PAGES, ".yaml"), raw_version.hashed)
            inputs = {"texts": texts, "reference": settings.reference_fingerprint()}
            staging = settings.open_warehouse().staging()

            def judge() -> Verdict:
                import pandas as pd

                # The four checks of this group judge the same findings, for which every reviewed article is read again.
                of_reviews = fingerprint.of("reviews.findings", inputs)
                found = cache.mapping(
                    staging, "reviews.findings.json", of_reviews, lambda: _findings(root, settings.load_reference())
                )
                frame = pd.DataFrame(found["findings"], columns=["path", "rule", "message"])
                frame = frame[frame["rule"].isin(rules)]
                listed = failed + _listing_of(frame["path"])
                return verdict(frame, severity, listed, passed, reviewed_articles=found["reviewed"])

            identity = fingerprint.of(f"article_mentions.{name}", inputs)
            return cache.mapping(staging, f"article_mentions.{name}.json", identity, judge)

        return Check(dg.AssetCheckSpec(name, asset="article_mentions", description=words), kept_verdict)

    return [check(name) for name in about]


@table_check(
    "gpu_estimates",
    "is_preferred marks one row per supplier, product and calendar quarter, without forecasts.",
    name="preferred_rows_add_up",
    blocking=True,
)
def preferred_shipments_add_up(tables: Tables) -> Verdict:
    """Fiscal quarters would count the same chips twice."""
    rows = tables.read("gpu_estimates")
    chosen = rows[rows["is_preferred"]]
    doubled = chosen.duplicated(["supplier_id", "product", "calendar_quarter"], keep=False)
    unfit = chosen["is_aggregate"] | (chosen["flow"] != "shipped") | chosen["calendar_quarter"].isna()
    return verdict(
        chosen[doubled | unfit],
        ERROR,
        "Sums over is_preferred would count chips twice.",
        "Sums over is_preferred count each chip once.",
        preferred_rows=len(chosen),
    )


def _contract_of_file(table: str) -> Check:
    @table_check(table, "The Parquet file, read again, satisfies the model of the table.")
    def file_meets_contract(tables: Tables) -> Verdict:
        from capex_pipeline.schemas import TABLES
        from capex_pipeline.schemas.validation import failures

        broken = failures(tables.warehouse.read(table), TABLES[table])
        return verdict(
            broken,
            ERROR,
            "The file was changed by another program, or written by another version.",
            "The file satisfies the model.",
        )

    return file_meets_contract


CHECKS = steps(
    [
        no_row_is_lost,
        nothing_was_rejected,
        quarters_sum_to_totals,
        growth_agrees_with_amounts,
        copies_agree_with_other_documents,
        documents_agree_with_themselves,
        quarters_fit_their_neighbours,
        amounts_are_in_the_reporting_currency,
        no_conflicting_presentations,
        every_currency_has_rates,
        contradictions_are_explained,
        references_resolve,
        *checks_of_reviews(),
        preferred_shipments_add_up,
        *(_contract_of_file(table) for table in (*PUBLISHED_TABLES, *EVIDENCE_TABLES.values())),
    ]
)
