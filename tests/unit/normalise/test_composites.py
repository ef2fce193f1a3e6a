"""Definitions that are sums of figures of one document: what adds up, with what, and what stays apart."""

from __future__ import annotations

import pandas as pd
from builders import days, sum_of

from capex_pipeline.normalise.composites import COLUMNS, composite_facts
from capex_pipeline.reference.filers import SumRule

CASH, LEASE, OTHER = ("capex", "cash"), ("lease", "principal"), ("incentives", "proceeds")
WITH_LEASES = sum_of("capex", "with_leases", (CASH, 1), (LEASE, 1))
NET = sum_of("capex", "net", (CASH, 1), (OTHER, -1))
ALL_IN = sum_of("total", "all_in", (CASH, 1), (LEASE, 1), (OTHER, -1))
FIRST = {
    "entity": "meta", "unit": "USD", "document_id": "10-Q", "period_start": "2024-01-01", "period_end": "2024-03-31",
    "presentation": "FY2024", "known_from": "2024-04-25",
}  # fmt: skip


def facts(*rows: tuple[str, tuple[str, str], float, dict[str, str]]) -> pd.DataFrame:
    """Rows of figure id, metric and definition, value, and what differs from the first quarter of Meta's 10-Q."""
    frame = pd.DataFrame(
        [
            FIRST | {"figure_id": name, "metric": kind[0], "definition": kind[1], "value": value} | more
            for name, kind, value, more in rows
        ]
    )
    for name in ("period_start", "period_end", "known_from"):
        frame[name] = days(*frame[name])
    return frame[COLUMNS]


def sums(frame: pd.DataFrame, *rules: SumRule, entity: str = "meta") -> dict[tuple[str, str], float]:
    made = composite_facts(frame, {entity: rules})
    assert made.index.tolist() == list(range(len(made))) and set(made["status"]) <= {"derived"}
    assert made["status"].dtype == "str"
    return {(row.definition, row.figure_id): row.value for row in made.itertuples()}


def test_only_figures_of_one_document_entity_unit_and_period_add_up() -> None:
    apart: list[dict[str, str]] = [
        {"document_id": "10-K"}, {"unit": "EUR"}, {"period_start": "2023-10-01"}, {"period_end": "2024-04-30"}, {"entity": "amazon"},
    ]  # fmt: skip
    frame = facts(("g", CASH, 6_400, {}), *((f"l{number}", LEASE, 315, change) for number, change in enumerate(apart)))
    assert sums(frame, WITH_LEASES) == {}
    assert sums(pd.concat([frame, facts(("l", LEASE, 315, {}))]), WITH_LEASES) == {("with_leases", "g|l"): 6_715}


def test_figures_of_another_metric_or_definition_are_no_operands() -> None:
    frame = facts(("g", CASH, 6_400, {}), ("a", ("lease", "assets"), 1, {}), ("b", ("revenue", "principal"), 2, {}))
    assert sums(frame, WITH_LEASES) == {}


def test_rules_of_two_and_of_three_terms_stand_side_by_side() -> None:
    """Gross 17,620 less proceeds of 1,230 is Amazon's own 16,390; a third term adds to what the first two made."""
    frame = facts(
        ("g", CASH, 17_620, {}), ("l", LEASE, 240, {}), ("p", OTHER, 1_230, {}),
        ("g2", CASH, 100, {"document_id": "10-K"}), ("p2", OTHER, 30, {"document_id": "10-K"}),
    )  # fmt: skip
    assert sums(frame, ALL_IN, WITH_LEASES, NET) == {
        ("all_in", "g|l|p"): 16_630, ("with_leases", "g|l"): 17_860, ("net", "g|p"): 16_390, ("net", "g2|p2"): 70,
    }  # fmt: skip
    made = composite_facts(frame, {"meta": [ALL_IN, WITH_LEASES, NET]})
    assert made["metric"].tolist() == ["total", "capex", "capex", "capex"]
    assert made["definition"].tolist() == ["all_in", "with_leases", "net", "net"]


def test_each_company_has_its_own_rules() -> None:
    frame = facts(
        *((f"{entity}{name}", kind, value, {"entity": entity}) for entity in ("meta", "amazon") for name, kind, value in (("g", CASH, 100), ("l", LEASE, 7), ("p", OTHER, 20)))
    )  # fmt: skip
    made = composite_facts(frame, {"meta": [WITH_LEASES], "amazon": [NET]})
    assert made[["entity", "definition", "value"]].to_numpy().tolist() == [
        ["meta", "with_leases", 107],
        ["amazon", "net", 80],
    ]


def test_a_sum_is_known_when_its_last_operand_is() -> None:
    early, late = {"known_from": "2024-04-25"}, {"known_from": "2024-05-01"}
    for first, second in ((early, late), (late, early), (late, late)):
        made = composite_facts(facts(("g", CASH, 1, first), ("l", LEASE, 2, second)), {"meta": [WITH_LEASES]})
        assert made["known_from"].tolist() == [pd.Timestamp("2024-05-01")]


def test_a_figure_that_a_document_states_twice_counts_once_and_two_values_are_two_sums() -> None:
    frame = facts(("g", CASH, 100, {}), ("g again", CASH, 100, {}), ("l", LEASE, 7, {}), ("l2", LEASE, 9, {}))
    assert sums(frame, WITH_LEASES) == {("with_leases", "g|l"): 107, ("with_leases", "g|l2"): 109}


def test_operands_of_equal_value_are_two_all_the_same() -> None:
    assert sums(facts(("g", CASH, 100, {}), ("l", LEASE, 100, {})), WITH_LEASES) == {("with_leases", "g|l"): 200}


def test_sums_come_by_rule_and_within_a_rule_in_the_order_of_the_figures() -> None:
    documents = [f"{number:02}" for number in range(60, 0, -1)]
    frame = facts(
        *((f"{kind[0][0]}{name}", kind, value, {"document_id": name}) for name in documents for kind, value in ((CASH, 10), (LEASE, 3), (OTHER, 2)))
    )  # fmt: skip
    made = composite_facts(frame, {"meta": [NET, ALL_IN, WITH_LEASES]})
    assert made["document_id"].tolist() == documents * 3
    assert made["definition"].tolist() == ["net"] * 60 + ["all_in"] * 60 + ["with_leases"] * 60


def test_what_a_document_states_itself_is_not_made_again_and_another_documents_is() -> None:
    """The statement of the same definition for another company, unit or period stands in for nothing."""
    printed = ("capex", "with_leases")
    rows = [("g", CASH, 100.0, {}), ("l", LEASE, 7.0, {})]
    assert sums(facts(*rows, ("t", printed, 107, {}), ("t2", printed, 108, {})), WITH_LEASES) == {}
    both = facts(*rows, ("p", OTHER, 20, {}), ("t", printed, 107, {}), ("t2", printed, 108, {}))
    assert sums(both, WITH_LEASES, NET) == {("net", "g|p"): 80}
    elsewhere: list[dict[str, str]] = [
        {"document_id": "10-K"}, {"unit": "EUR"}, {"period_start": "2023-01-01"}, {"period_end": "2024-12-31"}, {"entity": "amazon"},
    ]  # fmt: skip
    others = [(f"t{number}", printed, 107.0, change) for number, change in enumerate(elsewhere)]
    others += [("m", ("backlog", "with_leases"), 107.0, {}), ("d", ("capex", "other"), 107.0, {})]
    assert sums(facts(*rows, *others), WITH_LEASES) == {("with_leases", "g|l"): 107}


def test_a_sum_keeps_unit_document_period_and_presentation() -> None:
    (made,) = composite_facts(facts(("g", CASH, 100, {}), ("l", LEASE, 7, {})), {"meta": [WITH_LEASES]}).to_dict(
        "records"
    )
    assert made == {
        "entity": "meta", "metric": "capex", "definition": "with_leases", "unit": "USD", "document_id": "10-Q", "figure_id": "g|l",
        "period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-03-31"), "value": 107,
        "presentation": "FY2024", "known_from": pd.Timestamp("2024-04-25"), "status": "derived",
    }  # fmt: skip


def test_without_rules_or_without_figures_there_is_nothing() -> None:
    frame = facts(("g", CASH, 100, {}), ("l", LEASE, 7, {}))
    for made in (
        composite_facts(frame, {}),
        composite_facts(frame, {"meta": []}),
        composite_facts(frame.iloc[:0], {"meta": [NET]}),
    ):
        assert made.empty and list(made.columns) == [*COLUMNS, "status"]
