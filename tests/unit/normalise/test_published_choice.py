"""Which rows are preferred, added up and shown, decided on frames in which each row differs from a good one in one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from builders import days

from capex_pipeline.normalise.published import (
    latest_known,
    preferred_money,
    preferred_shipments,
)
from capex_pipeline.reference import Reference

DATES = ("period_start", "period_end", "known_from")
GOOD: dict[str, Any] = {
    "entity_id": "alibaba", "entity_type": "company", "metric_id": "capex", "definition_id": "cash_purchases", "calendar_quarter": "2024Q2",
    "period_start": "2024-04-01", "period_end": "2024-06-30", "source_type": "filing", "review_state": "reviewed", "status": "reported",
    "amount": 1.0, "known_from": "2024-08-15", "document_id": "b", "fiscal_period": "Q1", "printed_step": 1e6,
}  # fmt: skip
QUARTERS = [f"{year}Q{quarter}" for year in range(2018, 2025) for quarter in (1, 2, 3, 4)]


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: days(*frame[name]) for name in DATES if name in frame})


def in_quarters_of_their_own(changes: list[dict[str, Any]], good: dict[str, Any] = GOOD) -> pd.DataFrame:
    rows = []
    for quarter, change in zip(QUARTERS, changes, strict=False):
        period = pd.Period(quarter, freq="Q")
        start, end = f"{period.start_time:%Y-%m-%d}", f"{period.end_time:%Y-%m-%d}"
        rows.append(good | {"calendar_quarter": quarter, "period_start": start, "period_end": end} | change)
    return frame_of(rows)


def with_preferred(reference: Reference, *spans: tuple[str, str, str]) -> Reference:
    preferred = pd.DataFrame(spans, columns=["definition_id", "valid_from", "valid_to"]).assign(
        entity_id="alibaba", metric_id="capex", valid_from=days(*(span[1] for span in spans)), valid_to=days(*(span[2] for span in spans))
    )  # fmt: skip
    return replace(reference, preferred=preferred)


def test_only_a_companys_reviewed_actual_number_of_a_filing_on_its_definition_is_preferred(
    reference: Reference,
) -> None:
    changes: list[dict[str, Any]] = [
        {}, {"status": "derived"}, {"status": "estimate"}, {"status": "guidance"}, {"source_type": "article"}, {"source_type": "estimate"},
        {"review_state": "machine"}, {"amount": np.nan}, {"amount": 0.0}, {"calendar_quarter": None}, {"entity_type": "group"},
        {"definition_id": "accrual_additions"}, {"metric_id": "revenue"}, {"entity_id": "tencent"},
    ]  # fmt: skip
    rows = in_quarters_of_their_own(changes).set_axis(range(50, 50 + len(changes)))
    chosen = preferred_money(rows, with_preferred(reference, ("cash_purchases", "1900-01-01", "2200-01-01")))
    assert chosen.index.tolist() == rows.index.tolist()
    assert [change for change, is_chosen in zip(changes, chosen, strict=True) if is_chosen] == [
        {}, {"status": "derived"}, {"amount": 0.0},
    ]  # fmt: skip


def test_the_first_and_the_last_day_of_a_preferred_definition_count(reference: Reference) -> None:
    spans = with_preferred(
        reference,
        ("cash_net_of_incentives", "2018-04-01", "2018-10-01"),
        ("cash_purchases", "2018-10-02", "2200-01-01"),
    )
    rows = in_quarters_of_their_own([{"definition_id": "cash_net_of_incentives"}] * 5)
    assert preferred_money(rows, spans).tolist() == [False, True, True, True, False]


def test_of_several_the_printed_then_the_newest_then_the_first_document_counts(reference: Reference) -> None:
    spans = with_preferred(reference, ("cash_purchases", "1900-01-01", "2200-01-01"))
    newer = {"known_from": "2025-02-01"}

    def chosen(*changes: dict[str, Any]) -> list[bool]:
        return preferred_money(frame_of([GOOD | change for change in changes]), spans).tolist()

    assert chosen({}, {"status": "derived", **newer}) == [True, False]
    assert chosen({"status": "derived", **newer}, {}) == [False, True]
    assert chosen({}, newer) == [False, True]
    assert chosen(newer, {}) == [True, False]
    assert chosen({}, {"document_id": "a"}) == [False, True]
    assert chosen({"document_id": "a"}, {}) == [True, False]
    assert chosen({"document_id": "a"}, newer) == [False, True]
    # A copy never takes the place of the company's own document, though it is printed and newer.
    copied = {"source_type": "third_party_copy", **newer}
    assert chosen({}, copied) == [True, False]
    assert chosen({"status": "derived"}, copied) == [True, False]
    assert chosen(copied) == [True]
    # Of copies the one that is printed to more digits counts, not the newer one.
    assert chosen({"source_type": "third_party_copy"}, {**copied, "printed_step": 1e8}) == [True, False]
    # Of a company whose year end moved the fiscal quarter counts, and not the one that a later filing shows on the new calendar.
    assert chosen({"fiscal_period": None, **newer}, {"status": "derived"}) == [False, True]
    assert chosen({"fiscal_period": None}) == [True]


CHIPS: dict[str, Any] = {
    "supplier_id": "nvidia", "product": "h20", "customer_id": None, "measure": "flow", "flow": "shipped", "calendar_quarter": "2024Q2", "is_aggregate": False,
    "period_start": "2024-04-01", "period_end": "2024-06-30", "source_type": "estimate", "status": "estimate", "units": 5.0,
    "known_from": "2024-08-15", "document_id": "b",
}  # fmt: skip


def test_only_chips_of_exactly_one_calendar_quarter_are_preferred() -> None:
    """Of a supplier those that it shipped to all customers; those of one customer are in a table of their own."""
    changes: list[dict[str, Any]] = [
        {}, {"source_type": "filing", "status": "reported"}, {"customer_id": "bytedance"}, {"measure": "cumulative"}, {"product": None}, {"flow": "purchased"},
        {"is_aggregate": True}, {"source_type": "article"}, {"status": "forecast"}, {"status": "guidance"}, {"units": np.nan},
        {"calendar_quarter": None}, {"period_start": "2020-10-02"}, {"period_end": "2021-03-30"}, {"supplier_id": "amd"},
    ]  # fmt: skip
    rows = in_quarters_of_their_own(changes, CHIPS)
    assert [change for change, is_chosen in zip(changes, preferred_shipments(rows), strict=True) if is_chosen] == [
        {}, {"source_type": "filing", "status": "reported"}, {"customer_id": "bytedance"}, {"supplier_id": "amd"},
    ]  # fmt: skip


def test_of_several_estimators_the_newest_and_then_the_first_counts_for_each_chip() -> None:
    rows = frame_of(
        [
            CHIPS | change
            for change in (
                {}, {"known_from": "2025-01-01"}, {"product": "h100"}, {"product": "h100", "document_id": "a"}, {"supplier_id": "amd"},
            )
        ]
    )  # fmt: skip
    assert preferred_shipments(rows).tolist() == [False, True, False, True, True]


def test_the_newest_vintage_counts_and_where_its_quarter_cannot_be_derived_the_older_one_stays_with_a_note() -> None:
    place = {"series": "s", "period_start": "2024-01-01", "period_end": "2024-03-31", "note": None}
    rows = frame_of(
        [
            place | {"vintage": 2, "value": 12.0, "conflict_reason": None, "is_latest": True},
            place | {"vintage": 1, "value": 11.0, "conflict_reason": None, "is_latest": False},
            place | {"series": "t", "vintage": 2, "value": np.nan, "conflict_reason": "cannot", "is_latest": False},
            place | {"series": "t", "vintage": 1, "value": 21.0, "conflict_reason": None, "is_latest": True, "note": "As typed."},
            place | {"period_end": "2024-06-30", "vintage": 1, "value": 31.0, "conflict_reason": None, "is_latest": True, "note": "Kept."},
            place | {"period_start": "2023-10-01", "vintage": 3, "value": 41.0, "conflict_reason": None, "is_latest": True},
        ]
    ).astype({"note": "str", "conflict_reason": "str"})  # fmt: skip
    kept = latest_known(rows)
    assert kept["value"].tolist() == [41, 12, 31, 21]
    assert kept.index.tolist() == [0, 1, 2, 3]
    assert kept["note"].fillna("-").tolist() == ["-", "-", "Kept.", "As typed. As last presented. cannot"]


PART: dict[str, Any] = GOOD | {
    "is_preferred": True, "currency": "CNY", "amount": 70.0, "amount_usd": 10.0, "amount_cny": 70.0, "amount_usd_constant": 9.0,
    "derived_from": "f", "entity_name": "x",
}  # fmt: skip


def groups(reference: Reference, **members: list[str]) -> Reference:
    names = ["alibaba", "tencent", "baidu", *members]
    entities = pd.DataFrame(
        {"name": [name.title() for name in names], "type": ["company"] * 3 + ["group"] * len(members), "members": [[]] * 3 + list(members.values())},
        index=names,
    )  # fmt: skip
    return replace(reference, entities=entities)
