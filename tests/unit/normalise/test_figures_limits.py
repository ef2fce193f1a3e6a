"""Printed rows at the limits: the largest and smallest plausible number, what makes an id, and when a figure repeats another."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from builders import days, printed_rows, row

from capex_pipeline.normalise import figures as figures_module
from capex_pipeline.normalise.figures import resolve
from capex_pipeline.reference import Reference

ROUGH = {"USD": 1, "CNY": 7}
DOCUMENTS = pd.DataFrame({"document_id": ["example", "example"], "source_type": ["filing", "article"]}).assign(
    known_from=days("2025-02-15", "2025-02-26")
)


def read(reference: Reference, *rows: Mapping[str, str | None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return resolve(printed_rows(*rows), DOCUMENTS, reference, ROUGH)


def dollars(value: str, **more: str) -> dict[str, str]:
    return row(entity="amazon", value=value, unit="USD million") | more


PLAUSIBLE = [
    # One company's quarter of capex is 10 million to 200,000 million dollars, a growth rate up to 100,000 per cent.
    dollars("200,000"), dollars("10"), dollars("about 200,000"), dollars("about 10"),
    dollars("10 to 200,000"),
    # A half of 182 days and a year of 366 may be as much larger as they are longer than 92 days.
    dollars("395,652", period="H1 2024"), dollars("795,652", period="CY2024"),
    dollars("200,000", period="2024-04-01/2024-05-31"), dollars("202,173", period="2024-04-01/2024-07-02"),
    # A group's may be ten times as large, a yuan is a seventh of a dollar, and what has no currency is its own number.
    dollars("2,000,000", entity="us_four"), row(value="1,400,000"), row(value="70"),
    row(entity="nvidia", metric="gpu_units", definition="analyst_statement", flow="shipped", product="H20", value="5,000", unit="thousand units"),
    dollars("100,000", measure="yoy_growth", unit="percent"), dollars("-100,000", measure="yoy_growth", unit="percent"),
    dollars("100,000", measure="yoy_multiple", unit="times"), dollars("0.5", measure="yoy_growth", unit="percent"),
]  # fmt: skip
IMPLAUSIBLE = [
    dollars("200,001"), dollars("9"), dollars("-200,001"), dollars("-200"), dollars("0"), dollars("about 200,001"), dollars("about 9"), dollars("9 to 20"),
    dollars("150,000 to 200,001"), dollars("more than 200,001"), dollars("less than 9"),
    dollars("395,653", period="H1 2024"), dollars("795,653", period="CY2024"), dollars("200,001", period="2024-04-01/2024-05-31"),
    dollars("202,174", period="2024-04-01/2024-07-02"),
    dollars("2,000,001", entity="us_four"), row(value="1,400,001"), row(value="69"),
    row(entity="nvidia", metric="gpu_units", definition="analyst_statement", flow="shipped", product="H20", value="5,000,001", unit="units"),
    dollars("100,001", measure="yoy_growth", unit="percent"), dollars("-100,001", measure="yoy_growth", unit="percent"),
    dollars("5 to 100,001", measure="yoy_growth", unit="percent"),
    dollars("100,001", measure="yoy_multiple", unit="times"), dollars("about 100,001", measure="yoy_growth", unit="percent"),
    dollars("more than 100,001", measure="yoy_growth", unit="percent"), dollars("less than 100,001", measure="yoy_growth", unit="percent"),
]  # fmt: skip


def test_the_limits_of_what_is_plausible(reference: Reference) -> None:
    figures, rejected = read(reference, *(one | {"id": f"F{number}"} for number, one in enumerate(PLAUSIBLE)))
    assert rejected["message"].tolist() == []
    assert len(figures) == len(PLAUSIBLE)
    figures, rejected = read(reference, *(one | {"id": f"F{number}"} for number, one in enumerate(IMPLAUSIBLE)))
    assert figures["value_text"].tolist() == []
    assert set(rejected["rule"]) == {"implausible_magnitude"} and set(rejected["column"]) == {"value"}


def test_a_metric_without_limits_has_none_and_one_limit_may_stand_alone(reference: Reference) -> None:
    from dataclasses import replace

    metrics = reference.metrics.copy()
    rows = [dollars("0.000001"), dollars("999,999,999")]
    for limits, kept in ((None, 2), ({"low": 1e7}, 1), ({"high": 2e11}, 1), ({"low": 0, "high": None}, 2)):
        metrics["magnitude"] = pd.Series([limits] * len(metrics), index=metrics.index, dtype=object)
        figures, rejected = read(replace(reference, metrics=metrics), *(one | {"id": one["value"]} for one in rows))
        assert (len(figures), len(rejected)) == (kept, 2 - kept), limits


def test_the_id_of_a_figure_names_all_that_tells_it_from_others(reference: Reference) -> None:
    """Level and reported are not named: most rows are both."""
    chips = row(
        entity="nvidia",
        metric="gpu_units",
        definition="analyst_statement",
        flow="shipped",
        value="5",
        unit="thousand units",
    )
    rows = [
        row(), row(measure="yoy_growth", value="5", unit="percent"), row(definition="accrual_additions"), row(segment="Cloud"),
        row(status="guidance"), row(claimant="An analyst"), row(period="Q1 2024"), row(entity="tencent"), row(metric="revenue"),
        row(period="2024-04-01/2024-05-31"), row(id="A|B", value="1,000"),
        chips, chips | {"product": "H20"}, chips | {"supplier": "Nvidia"}, chips | {"customer": "ByteDance"}, chips | {"flow": "purchased"},
    ]  # fmt: skip
    figures, rejected = read(reference, *rows)
    assert rejected["message"].tolist() == []
    span, units = "2024-04-01/2024-06-30", "nvidia/gpu_units/analyst_statement"
    assert figures.sort_values("row_number")["figure_id"].str.removeprefix("example#").tolist() == [
        f"alibaba/capex/cash_purchases/{span}",
        f"alibaba/capex/yoy_growth/cash_purchases/{span}",
        f"alibaba/capex/accrual_additions/{span}",
        f"alibaba/capex/cash_purchases/Cloud/{span}",
        f"alibaba/capex/cash_purchases/{span}/guidance",
        f"alibaba/capex/cash_purchases/{span}/An analyst",
        "alibaba/capex/cash_purchases/2024-01-01/2024-03-31",
        f"tencent/capex/cash_purchases/{span}",
        f"alibaba/revenue/cash_purchases/{span}",
        "alibaba/capex/cash_purchases/2024-04-01/2024-05-31",
        "A/B",
        f"{units}/shipped/{span}",
        f"{units}/nvidia/h20/shipped/{span}",
        f"{units}/nvidia/shipped/{span}",
        f"{units}/bytedance/shipped/{span}",
        f"{units}/purchased/{span}",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"value": "12,000 to 13,000"}, {"value": "11,000 to 13,000"}),
        ({"value": "12,000 to 13,000"}, {"value": "12,000 to 14,000"}),
        (
            {"value": "12,500", "value_low": "12,000", "value_high": "13,000"},
            {"value": "12,600", "value_low": "12,000", "value_high": "13,000"},
        ),
        ({"unit": "USD million"}, {"unit": "EUR million"}),
        (
            {"measure": "yoy_growth", "value": "20", "unit": "percent"},
            {"metric": "gpu_units", "flow": "shipped", "entity": "nvidia", "value": "20", "unit": "units"},
        ),
    ],
)
def test_one_id_with_two_numbers_currencies_or_units_contradicts_itself(
    reference: Reference, first: dict[str, str], second: dict[str, str]
) -> None:
    figures, rejected = read(reference, row(id="F1") | first, row(id="F1") | second, row(id="F2"))
    assert figures["figure_id"].tolist() == ["example#F2"]
    assert rejected["rule"].tolist() == ["contradicting_figure"] * 2
    assert rejected["column"].tolist() == ["value"] * 2


def test_repeats_of_one_figure_say_nothing_of_another_and_broken_rows_nothing_at_all(reference: Reference) -> None:
    numbers = {"F1": ("5,000", "6,000"), "F2": ("5,000", "6,000"), "F3": ("5,000", "5,000"), "F4": ("7,000", "many")}
    figures, rejected = read(
        reference, *(row(id=name, value=value) for name, pair in numbers.items() for value in pair)
    )
    assert figures["figure_id"].tolist() == ["example#F3", "example#F4"]
    assert rejected.set_index("row_number")["rule"].to_dict() == {
        2: "contradicting_figure", 3: "contradicting_figure", 4: "contradicting_figure", 5: "contradicting_figure",
        7: "duplicate_figure", 9: "no_number",
    }  # fmt: skip


def test_a_fact_stated_again_needs_a_first_statement_that_is_sound_and_no_repeat_itself(reference: Reference) -> None:
    figures, rejected = read(
        reference, row(id="A", value="50", unit="billion yuan"), row(id="B", value="7", unit="billion USD", same_fact_as="A"),
        row(id="C", value="6.5", unit="billion EUR", same_fact_as="B"), row(id="D"),
    )  # fmt: skip
    assert sorted(figures["figure_id"].str[-1]) == ["A", "B", "D"]
    assert rejected[["rule", "column", "value"]].to_numpy().tolist() == [["unknown_same_fact", "same_fact_as", "B"]]


def test_what_a_row_leaves_out_is_what_most_rows_mean(reference: Reference) -> None:
    (plain,) = read(reference, row())[0].to_dict("records")
    assert (plain["measure"], plain["status"], plain["presentation"], plain["review_state"]) == (
        "level",
        "reported",
        "example",
        "reviewed",
    )
    assert (plain["source_type"], plain["known_from"]) == ("filing", pd.Timestamp("2025-02-15")), (
        "of a document declared twice the first counts"
    )
    assert plain["is_instant"] is False and pd.isna(plain["supplier_id"])
    said = row(status="derived", presentation="FY2024", supplier="Nvidia", review_state="machine")
    (full,) = read(reference, said)[0].to_dict("records")
    assert (full["status"], full["presentation"], full["supplier_id"], full["review_state"]) == (
        "derived",
        "FY2024",
        "nvidia",
        "machine",
    )


def test_the_place_of_a_rejected_row(reference: Reference) -> None:
    _, rejected = read(reference, row(value="many", locator="page 4"), row(value="some", period="Q1 2024"))
    assert rejected["locator"].tolist() == ["row 2, page 4", "row 3"]
    assert rejected["path"].tolist() == ["example.csv"] * 2 and rejected["document_id"].tolist() == ["example"] * 2
    assert rejected["message"].str.startswith(("example.csv, row 2: ", "example.csv, row 3: ")).all()


def crowd(*rows: Mapping[str, str | None], documents: Mapping[str, str], reference: Reference) -> pd.DataFrame:
    """Rows of the documents, each in a file of its name; returns the rejected ones."""
    declared = pd.DataFrame({"document_id": list(documents), "source_type": list(documents.values())})
    printed = printed_rows(*({"id": f"F{number}", **one} for number, one in enumerate(rows)))
    _, rejected = resolve(
        printed.assign(path=printed["document"]), declared.assign(known_from=days("2025-02-15")[0]), reference, ROUGH
    )
    return rejected


def test_rows_beyond_the_bound_of_a_year_are_rejected_and_displace_no_other_file(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three rows are allowed: the one of the small file, although its name comes last, and two of the large one."""
    monkeypatch.setattr(figures_module, "MAXIMUM_ROWS_OF_A_YEAR", 3)
    large = [row(document="a", value=f"12,09{number}") for number in range(5)]
    other_year = [row(document="a", period="Q2 2023", value=f"11,09{number}") for number in range(3)]
    claims = [row(document="article", value=f"12,09{number}", claimant=f"Analyst {number}") for number in range(5)]
    rejected = crowd(
        *large, row(document="z", value="12,000"), *other_year, *claims,
        documents={"a": "filing", "z": "filing", "article": "article"}, reference=reference,
    )  # fmt: skip
    assert rejected[["document_id", "rule", "value"]].to_numpy().tolist() == [["a", "crowded_year", "Q2 2024"]] * 3
    assert "3 of them are used" in rejected["message"].iloc[0]


def test_rows_beyond_the_bound_of_a_year_and_claims_are_not_compared_with_their_neighbours(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison makes pairs of rows, so that without the bound a file of 8,000 facts of one period would need 8 GB."""
    compared: list[pd.Series] = []

    def out_of_scale(rows: pd.DataFrame, *_: object) -> pd.Series:
        compared.append(rows["document_id"])
        return pd.Series(False, index=rows.index)

    monkeypatch.setattr(figures_module, "MAXIMUM_ROWS_OF_A_YEAR", 3)
    monkeypatch.setattr(figures_module.plausibility, "out_of_scale", out_of_scale)
    rows = [row(document="a", value=f"12,09{number}") for number in range(9)]
    claims = [row(document="article", value=f"12,09{number}", claimant=f"Analyst {number}") for number in range(9)]
    rejected = crowd(*rows, *claims, documents={"a": "filing", "article": "article"}, reference=reference)
    assert rejected["rule"].tolist() == ["crowded_year"] * 6
    assert compared[0].tolist() == ["a"] * 3


def test_products_of_a_year_are_counted_each_by_itself_and_money_is_not(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "MAXIMUM_ROWS_OF_A_YEAR", 1)
    units = row(
        document="e",
        entity="nvidia",
        metric="gpu_units",
        definition="analyst_statement",
        flow="shipped",
        value="5",
        unit="thousand units",
    )
    rows = [
        units | {"product": "H20"},
        units | {"product": "H100"},
        row(document="f", product="H20"),
        row(document="f", product="H100"),
    ]
    rejected = crowd(*rows, documents={"e": "estimate", "f": "filing"}, reference=reference)
    assert rejected[["document_id", "rule"]].to_numpy().tolist() == [["f", "crowded_year"]]
