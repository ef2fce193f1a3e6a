"""Printed rows to figures: names, units, periods and numbers, each row by itself; what cannot be read is rejected with its rule."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from builders import days, printed_rows, row
from hypothesis import given, settings
from hypothesis import strategies as st

from capex_pipeline.normalise.figures import UNDEFINED, resolve
from capex_pipeline.reference import Reference, load
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import pandas_types

ROUGH = load().content.rough_per_usd
DOCUMENTS = pd.DataFrame({"document_id": ["example", "other"], "source_type": ["filing", "article"]}).assign(
    known_from=days("2026-08-15", "2026-08-26")
)


def read(reference: Reference, *rows: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    printed = printed_rows(*rows)
    figures, rejected = resolve(printed, DOCUMENTS, reference, ROUGH)
    assert len(printed) == len(figures) + len(rejected)
    return figures, rejected


def one(reference: Reference, **changed: str | None) -> pd.Series:
    figures, rejected = read(reference, row(**changed))
    assert rejected["message"].tolist() == []
    return figures.iloc[0]


def refused(reference: Reference, **changed: str | None) -> pd.Series:
    """The rejection of a row that stands beside a good one."""
    figures, rejected = read(reference, row(period="Q1 2024", value="11,153"), row(**changed))
    assert figures["value"].tolist() == [11_153e6], "the good row must flow"
    assert rejected["row_number"].tolist() == [3]
    return rejected.iloc[0]


def test_a_row_becomes_a_figure_in_full_units_with_its_print_beside_it(reference: Reference) -> None:
    figure = one(reference, locator="page 4", claimant="Alibaba", note="as typed")
    assert figure[["entity_text", "metric_text", "value_text", "unit_text", "period_text"]].tolist() == [
        "alibaba", "capex", "12,094", "RMB million", "Q2 2024",
    ]  # fmt: skip
    assert (figure["value_low"], figure["value"], figure["value_high"]) == (12_094e6, 12_094e6, 12_094e6)
    assert (figure["unit"], figure["currency"], figure["bound"], figure["printed_step"]) == (
        "money",
        "CNY",
        "exact",
        1e6,
    )
    assert (figure["period_start"], figure["period_end"]) == (pd.Timestamp("2024-04-01"), pd.Timestamp("2024-06-30"))
    assert (figure["entity_id"], figure["metric_id"], figure["definition_id"]) == ("alibaba", "capex", "cash_purchases")
    assert (figure["measure"], figure["status"], figure["source_type"]) == ("level", "reported", "filing")
    assert (figure["path"], figure["row_number"], figure["locator"]) == ("example.csv", 2, "page 4")
    assert figure["known_from"] == pd.Timestamp("2026-08-15")
    assert figure["presentation"] == "example"
    assert not figure["is_instant"]


def test_figures_have_the_types_of_their_table(reference: Reference) -> None:
    figures, rejected = read(reference, row(), row(value="no number"))
    assert figures.dtypes.astype(str).to_dict() == pandas_types(TABLES["figures"])
    assert rejected.dtypes.astype(str).to_dict() == pandas_types(TABLES["rejected_figures"])


def test_names_as_printed_resolve_to_entities_and_the_yuan_has_many_names(reference: Reference) -> None:
    names = {
        "TikTok's parent": "bytedance", "TikTok’s parent company": "bytedance", "Facebook": "meta", "GOOGLE": "alphabet",
        "  Alibaba  Group ": "alibaba", "Chinese tech giants": "alibaba_tencent_baidu",
    }  # fmt: skip
    units = ["RMB million", "Rmb million", "yuan million", "million CNY", "CNY mn"]
    rows = [row(id=name, entity=name) for name in names] + [row(id=unit, unit=unit) for unit in units]
    figures, rejected = read(reference, *rows)
    assert rejected.empty
    assert figures["entity_id"].tolist() == [*names.values()] + ["alibaba"] * len(units)
    assert set(figures["currency"]) == {"CNY"}


def test_a_fiscal_label_is_read_in_the_entitys_own_calendar(reference: Reference) -> None:
    assert one(reference, period="FY2025 Q1")["period_end"] == pd.Timestamp(
        "2024-06-30"
    )  # Alibaba's year ends in March
    assert one(reference, entity="tencent", period="FY2025 Q1")["period_end"] == pd.Timestamp("2025-03-31")
    assert one(reference, entity="microsoft", unit="$ million", period="FY2025 Q1")["period_end"] == pd.Timestamp(
        "2024-09-30"
    )
    nvidia = one(
        reference, entity="nvidia", metric="data_center_revenue", unit="$ million", period="FY2025 Q2", value="26,272"
    )
    assert (nvidia["period_start"], nvidia["period_end"]) == (pd.Timestamp("2024-04-29"), pd.Timestamp("2024-07-28"))


def test_a_misprinted_chip_is_the_chip_that_was_meant_and_brings_its_supplier(reference: Reference) -> None:
    figure = one(
        reference, entity="nvidia", metric="gpu_units", definition="analyst_statement", product="H2O", customer="Chinese tech companies",
        flow="forecast", status="forecast", period="CY2024", value="more than 1 million", unit="units",
    )  # fmt: skip
    assert (figure["product"], figure["product_text"], figure["supplier_id"]) == ("h20", "H2O", "nvidia")
    assert figure["customer_id"] == "china_buyers"
    assert (figure["value_low"], figure["bound"]) == (1_000_000, "at_least")
    assert pd.isna(figure["value"]) and pd.isna(figure["value_high"])


def test_a_range_and_an_order_of_magnitude_have_no_point(reference: Reference) -> None:
    price = one(
        reference, entity="nvidia", metric="gpu_unit_price", definition="analyst_price_statement", product="H20", flow="forecast",
        period="CY2024", value="between 12,000 and 13,000", unit="USD per unit",
    )  # fmt: skip
    assert (price["value_low"], price["value_high"], price["bound"]) == (12_000, 13_000, "range") and pd.isna(
        price["value"]
    )
    crowd = one(
        reference, entity="bytedance", metric="gpu_units", definition="analyst_statement", product="H20", flow="purchased",
        period="2024-01-01/2024-08-26", value="hundreds of thousands", unit="units",
    )  # fmt: skip
    assert (crowd["value_low"], crowd["value_high"], crowd["bound"]) == (200_000, 999_999, "order_of_magnitude")


def test_what_a_document_does_not_define_is_as_printed(reference: Reference) -> None:
    assert one(reference, definition=None)["definition_id"] == UNDEFINED == "as_printed"


def test_an_instant_is_a_day(reference: Reference) -> None:
    figure = one(
        reference,
        entity="bytedance",
        metric="cash_pile",
        definition="as_printed",
        period="2024-08-26",
        value="more than 50",
        unit="billion USD",
    )
    assert figure["is_instant"] and figure["period_start"] == figure["period_end"] == pd.Timestamp("2024-08-26")


def test_only_an_outlook_may_state_a_direction_without_an_amount(reference: Reference) -> None:
    words = {"value": "increase significantly", "bound": "direction"}
    figure = one(reference, **words, status="guidance")
    assert figure["bound"] == "direction" and figure[["value_low", "value", "value_high"]].isna().all()
    assert refused(reference, **words)["rule"] == "direction_of_a_past_period"


def test_growth_is_in_percent_and_multiples_in_times(reference: Reference) -> None:
    assert one(reference, measure="yoy_growth", value="6", unit="percent")["value"] == 6
    assert one(reference, measure="yoy_multiple", value="doubled", unit="times")["value"] == 2


def test_a_level_that_is_a_share_by_nature_is_in_percent(reference: Reference) -> None:
    """Percent is for growth where a metric has another unit; a metric that has no other is a level in percent."""
    share = one(reference, metric="cloud_voucher_share", definition="as_printed", value="25", unit="percent")
    assert (share["measure"], share["value"], share["unit"]) == ("level", 25, "percent")
    assert refused(reference, value="25", unit="percent")["rule"] == "unit_does_not_fit"


def test_of_rows_that_break_the_model_each_is_shown_with_its_own_value(reference: Reference) -> None:
    rows = [
        row(period=f"Q{quarter} 2023", review_state=state)
        for quarter, state in enumerate(("reviewed", "seen", "reviewed", "read"), 1)
    ]
    figures, rejected = read(reference, *rows)
    assert len(figures) == 2
    assert rejected[["row_number", "column", "value"]].to_numpy().tolist() == [
        [3, "review_state", "seen"],
        [5, "review_state", "read"],
    ]


def test_ids_are_stable_whatever_else_the_document_holds(reference: Reference) -> None:
    alone = one(reference)["figure_id"]
    figures, _ = read(reference, row(period="Q1 2024", value="11,153"), row())
    assert alone == "example#alibaba/capex/cash_purchases/2024-04-01/2024-06-30"
    assert alone in set(figures["figure_id"])
    assert one(reference, id="F|09")["figure_id"] == "example#F/09"


def test_figures_stand_in_the_order_of_the_document_however_they_come(reference: Reference) -> None:
    printed = printed_rows(*(row(period=f"Q{quarter} 2024", value=f"{quarter},000") for quarter in (2, 4, 1, 3)))
    figures, _ = resolve(printed, DOCUMENTS, reference, ROUGH)
    again, _ = resolve(printed.iloc[::-1], DOCUMENTS, reference, ROUGH)
    assert figures["value"].tolist() == [2e9, 4e9, 1e9, 3e9]
    assert figures.equals(again)


def test_a_row_may_say_that_it_states_the_fact_of_another_row(reference: Reference) -> None:
    figures, rejected = read(
        reference, row(id="F02", value="50", unit="billion yuan", period="H1 2024"),
        row(id="F03", value="7", unit="billion USD", period="H1 2024", same_fact_as="F02"),
    )  # fmt: skip
    assert rejected.empty
    assert figures.set_index("figure_id")["same_fact_as"].to_dict()["example#F03"] == "example#F02"


BAD_ROWS: dict[str, list[dict[str, str | None]]] = {
    "unknown_document": [{"document": "never declared"}],
    "unknown_entity": [{"entity": "Alibabba"}],
    "missing_entity": [{"entity": None}],
    "unknown_metric": [{"metric": "capexes"}],
    "missing_metric": [{"metric": None}],
    "unknown_definition": [{"definition": "as I like it"}],
    "unknown_supplier": [{"supplier": "Nvidea"}],
    "unknown_customer": [{"customer": "somebody"}],
    "unknown_product": [{"product": "H21"}],
    "unknown_measure": [{"measure": "qoq_growth"}],
    "unknown_status": [{"status": "rumour"}],
    "unknown_flow": [{"flow": "dreamt"}],
    "flow_missing": [{"metric": "gpu_units", "entity": "nvidia", "product": "H20", "value": "5", "unit": "thousand units"}],
    "unit_does_not_fit": [
        {"unit": "percent"}, {"measure": "yoy_growth"}, {"measure": "share", "unit": "units"}, {"value": "doubled"},
        {"metric": "gpu_units", "flow": "shipped"}, {"metric": "capex", "unit": "units", "flow": "shipped"},
    ],
    "measure_does_not_fit": [{"measure": "share", "unit": "percent", "value": "12"}],
    "implausible_magnitude": [
        {"value": "12,094", "unit": "RMB thousand"}, {"value": "12,094", "unit": "RMB"}, {"value": "12,094", "unit": "RMB billion"},
        {"value": "12,094,000", "unit": "RMB million"}, {"measure": "yoy_growth", "value": "250,000", "unit": "percent"},
        {"value": "1,000", "unit": "JPY million"},
    ],
    "period_after_document": [
        {"period": "FY2052 Q1"}, {"period": "2026-05-16/2026-08-16"}, {"period": "Q3 2026", "status": "derived"},
        {"period": "FY2052", "metric": "revenue", "definition": None, "value": "900,000"},
    ],
    "period_long_before_document": [{"period": "Q2 2016"}, {"period": "FY2005 Q1"}, {"period": "Q2 1995", "document": "other"}],
    "unknown_same_fact": [{"same_fact_as": "F99"}],
    "missing_value": [{"value": None}, {"value": "   "}],
    "not_finite": [{"value": "NaN"}, {"value": "inf"}, {"value": "-Infinity"}, {"value": "∞"}],
    "no_number": [{"value": "a lot"}],
    "two_numbers": [{"value": "12 094 11 153"}, {"value": "12 and 13"}],
    "malformed_number": [{"value": "12,09"}, {"value": "1.094,5"}, {"value": "12,094."}],
    "contradictory_qualifiers": [{"value": "more than up to 12,094"}],
    "range_out_of_order": [{"value": "13,000 to 12,000"}],
    "unreadable_value": [{"value": "12 yuan"}, {"value": "1,234²"}, {"value": "1" * 201}, {"value": "5", "value_low": "about 4"}],
    "implausible_number": [{"value": "1e30"}],
    "scale_twice": [{"value": "12 billion", "unit": "RMB million"}],
    "bounds_disagree": [{"value": "12,000 to 13,000", "value_low": "11,000"}],
    "bounds_out_of_order": [{"value": "12,094", "value_low": "13,000", "value_high": "14,000"}],
    "bound_contradicts_value": [{"bound": "range"}],
    "unknown_bound": [{"bound": "maybe"}],
    "missing_unit": [{"unit": None}],
    "unknown_unit": [{"unit": "bananas"}, {"unit": "million"}],
    "unknown_currency": [{"unit": "XYZ million"}],
    "ambiguous_currency": [{"unit": "¥ million"}],
    "missing_period": [{"period": None}],
    "unknown_period": [{"period": "last spring"}],
    "impossible_date": [{"period": "2024-02-30"}, {"period": "2024-13"}, {"period": "CY1066"}],
    "period_ends_before_it_starts": [{"period": "2024-06-30/2024-04-01"}, {"period": None, "period_start": "2024-06-30", "period_end": "2024-04-01"}],
    "period_incomplete": [{"period_start": "2024-04-01"}],
    "period_disagrees": [{"period_start": "2024-01-01", "period_end": "2024-03-31"}],
}  # fmt: skip
"""Rule -> rows of which each breaks it first."""

PLACES = {
    "unknown_same_fact": "same_fact_as", "unknown_document": "document", "missing_entity": "entity", "unknown_entity": "entity",
    "unknown_bound": "bound", "bound_contradicts_value": "bound", "unknown_definition": "definition",
}  # fmt: skip


CASES = [(rule, changed) for rule, many in BAD_ROWS.items() for changed in many]


@pytest.fixture(scope="module")
def rejections(reference: Reference) -> pd.DataFrame:
    """Every bad row of CASES in one document, after one good row that must flow; one rejection for each."""
    figures, rejected = read(
        reference, row(period="Q1 2024", value="11,153"), *(row(**changed) for _, changed in CASES)
    )
    assert figures["value"].tolist() == [11_153e6]
    return rejected.set_index("row_number")


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{rule}-{number}" for number, (rule, _) in enumerate(CASES)])
def test_a_bad_row_is_rejected_with_its_rule_place_and_remedy(rejections: pd.DataFrame, case: int) -> None:
    rule, changed = CASES[case]
    line = case + 3
    rejection = rejections.loc[line]
    assert rejection["rule"] == rule
    assert rejection["message"].startswith(f"example.csv, row {line}: ")
    assert rejection["message"].rstrip().endswith(".")
    assert rejection["locator"].startswith(f"row {line}")
    if PLACES.get(rule):
        assert rejection["column"] == PLACES[rule]
    printed = changed.get(rejection["column"]) if isinstance(rejection["column"], str) else None
    if printed and printed.strip():
        assert rejection["value"] == printed


@pytest.mark.parametrize(
    "changed",
    [
        {"period": "2026-05-16/2026-08-15"},
        {"period": "CY2027", "status": "guidance", "value": "100", "unit": "billion yuan"},
        {"period": "CY2026", "status": "estimate", "value": "100", "unit": "billion yuan"},
        {"period": "Q3 2016"},
        {"period": "Q2 2005", "document": "other"},
    ],
    ids=["ends on the day", "guidance", "estimate of the current year", "ten-year summary", "an article on history"],
)
def test_a_period_may_end_on_the_documents_day_and_what_is_expected_may_end_later(
    reference: Reference, changed: dict[str, str]
) -> None:
    """The document `example` is a filing of 2026-08-15, `other` an article of 2026-08-26."""
    assert one(reference, **changed)["period_text"] == changed["period"]


def test_the_message_on_an_impossible_period_names_both_days(reference: Reference) -> None:
    message = refused(reference, period="FY2052 Q1")["message"]
    assert "ends on 2051-06-30" in message and "appeared on 2026-08-15" in message
    message = refused(reference, period="Q2 2014")["message"]
    assert "ends on 2014-06-30, more than 10 years before" in message


def test_a_row_says_every_rule_that_it_broke(reference: Reference) -> None:
    rejection = refused(reference, entity="Alibabba", unit="bananas", period="last spring")
    assert rejection["rule"] == "unknown_entity"
    assert {"unknown_unit", "unknown_period"} <= set(rejection["also_broke"].split("|"))


def test_an_identical_repeat_is_rejected_and_the_first_row_flows(reference: Reference) -> None:
    figures, rejected = read(reference, row(), row(), row(locator="again"))
    assert figures["row_number"].tolist() == [2]
    assert rejected["rule"].tolist() == ["duplicate_figure", "duplicate_figure"]
    assert "states this figure twice with the same value; remove the second row" in rejected["message"].iloc[0]


def test_of_contradicting_figures_none_flows(reference: Reference) -> None:
    figures, rejected = read(reference, row(period="Q1 2024", value="11,153"), row(), row(value="12,904"), row())
    assert figures["value"].tolist() == [11_153e6]
    assert rejected["rule"].tolist() == ["contradicting_figure"] * 3
    assert rejected["row_number"].tolist() == [3, 4, 5]


def test_of_different_values_of_one_fact_in_an_article_none_flows_whatever_their_ids(reference: Reference) -> None:
    places = [{"id": "F1"}, {"id": "F2", "value": "12,904"}, {"id": "F3", "period": "Q1 2024", "value": "11,153"}]
    figures, rejected = read(reference, *(row(**place, document="other") for place in places))
    assert figures["figure_id"].tolist() == ["other#F3"]
    assert rejected["rule"].tolist() == ["contradicting_figure"] * 2
    assert "different values of this fact; keep the right one" in rejected["message"].iloc[0]


@pytest.mark.parametrize(
    "second",
    [
        {"value": "12,094"},
        {"value": "12.1", "unit": "RMB billion"},
        {"value": "1,665", "unit": "USD million", "same_fact_as": "F1"},
        {"value": "12,904", "claimant": "an analyst"},
        {"value": "12,904", "period": "Q1 2024"},
        {"value": "12,904", "review_state": "machine"},
    ],
)
def test_one_number_may_have_two_places_in_an_article(reference: Reference, second: dict[str, str]) -> None:
    """The same number again, rounded, converted, of somebody else, of another quarter, or not reviewed yet."""
    figures, rejected = read(reference, row(id="F1", document="other"), row(**second, id="F2", document="other"))
    assert (len(figures), len(rejected)) == (2, 0)


def test_a_count_without_a_flow_is_told_which_flows_there_are(reference: Reference) -> None:
    rejection = refused(reference, **BAD_ROWS["flow_missing"][0])
    assert rejection["rule"] == "flow_missing"
    assert "enter one of shipped, purchased, ordered, acquired, forecast" in rejection["message"]


def test_figures_that_differ_in_claimant_or_definition_contradict_nothing(reference: Reference) -> None:
    figures, rejected = read(
        reference,
        row(),
        row(value="13", unit="billion yuan", claimant="an analyst"),
        row(value="14", unit="billion yuan", definition="fcf_deduction"),
    )
    assert (len(figures), len(rejected)) == (3, 0)


def test_a_row_that_names_a_rejected_row_as_its_fact_is_rejected_too(reference: Reference) -> None:
    figures, rejected = read(
        reference,
        row(id="F02", value="many", unit="billion yuan"),
        row(id="F03", value="7", unit="billion USD", same_fact_as="F02"),
    )
    assert figures.empty
    assert rejected["rule"].tolist() == ["no_number", "unknown_same_fact"]


def test_a_row_cannot_be_its_own_copy_nor_two_rows_each_others(reference: Reference) -> None:
    _, rejected = read(
        reference, row(id="A", same_fact_as="A"), row(id="B", value="1", unit="billion USD", same_fact_as="C"),
        row(id="C", value="7", unit="billion yuan", same_fact_as="B"),
    )  # fmt: skip
    assert rejected["rule"].tolist() == ["unknown_same_fact"] * 3


def test_what_is_plausible_for_a_group_and_a_year_may_be_too_much_for_a_company_and_a_quarter(
    reference: Reference,
) -> None:
    assert one(reference, entity="us_four", value="500", unit="$ billion", period="CY2025")["value"] == 500e9
    assert refused(reference, entity="microsoft", value="500", unit="$ billion")["rule"] == "implausible_magnitude"


def test_zero_is_a_value_and_an_empty_cell_is_none(reference: Reference) -> None:
    zero = one(reference, metric="finance_lease_principal", definition=None, value="0")
    assert zero["value"] == 0
    assert refused(reference, metric="finance_lease_principal", definition=None, value=None)["rule"] == "missing_value"


def test_no_rows_are_no_figures(reference: Reference) -> None:
    figures, rejected = resolve(printed_rows(row()).iloc[:0], DOCUMENTS, reference, ROUGH)
    assert figures.empty and rejected.empty
    assert figures.dtypes.astype(str).to_dict() == pandas_types(TABLES["figures"])


texts = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["alibaba", "capex", "12,094", "RMB million", "Q2 2024", "F1", "units", "H20"]),
)


@pytest.mark.slow("resolves many rows that Hypothesis draws")
@settings(max_examples=20, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("id", "entity", "metric", "measure", "definition", "product", "flow", "period", "value", "value_low", "unit", "bound", "same_fact_as"), texts)), max_size=5))  # fmt: skip
def test_whatever_is_typed_no_row_is_lost_and_nothing_stumbles(
    reference: Reference, rows: list[dict[str, str | None]]
) -> None:
    """Rows read = figures + rejected, and every rejection says why."""
    _, rejected = read(reference, *({name: text for name, text in one.items() if text is not None} for one in rows))
    assert rejected["message"].notna().all() and rejected["rule"].notna().all()


@pytest.mark.parametrize(("state", "names_outflow"), [("machine", True), ("reviewed", False)])
def test_a_payment_that_a_document_prints_in_brackets_names_the_key_that_makes_it_positive(
    reference: Reference, state: str, names_outflow: bool
) -> None:
    rejected = refused(reference, value="-12,094", review_state=state)
    assert rejected["rule"] == "implausible_magnitude"
    assert ("set is_outflow in printed_names.yaml" in rejected["message"]) == names_outflow


PRICE = {
    "entity": "nvidia", "metric": "gpu_unit_price", "definition": "analyst_price_statement", "product": "H20", "document": "other",
    "value": "12,000 to 15,000", "unit": "USD per unit", "claimant": "publication",
}  # fmt: skip


@pytest.mark.parametrize(("period", "is_read"), [("CY2026", True), ("2026-08-01/2026-12-31", True), ("CY2027", False)])
def test_a_price_holds_on_the_day_on_which_it_is_stated(reference: Reference, period: str, is_read: bool) -> None:
    """The period of a price in the present tense is the year of its text, which is not over; one that has not begun has no price yet."""
    figures, rejected = read(reference, row(**PRICE, period=period))
    assert len(figures) == is_read
    assert rejected["rule"].tolist() == ([] if is_read else ["period_after_document"])


@pytest.mark.parametrize("state", ["machine", "reviewed"])
def test_a_rejected_row_of_the_program_names_the_review(reference: Reference, state: str) -> None:
    """Nobody typed it, so that only a review corrects it; a typed row is corrected where it stands."""
    changed: tuple[dict[str, str], ...] = (
        {"period": "FY2052 Q1"},
        {"value": "12,094", "unit": "RMB"},
        {"entity": "Acme"},
    )
    _, rejected = read(reference, *(row(**one, review_state=state) for one in changed))
    assert rejected["rule"].tolist() == ["period_after_document", "implausible_magnitude", "unknown_entity"]
    commands = rejected["message"].str.extract("review its file: `(.+)`[.]$")[0]
    expected = "capex-pipeline review --page review.html raw/" + rejected["path"]
    assert commands.fillna("").tolist() == (expected.tolist() if state == "machine" else [""] * 3)
