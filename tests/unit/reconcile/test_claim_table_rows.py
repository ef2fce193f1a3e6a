"""Single rows of the table of claim checks: what is said beside a claim, how it is printed, and which claim repeats which."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd
import pytest
from builders import article, days, evidence_of, filed, row

from capex_pipeline.reconcile.claim_table import Context, as_printed, checks
from capex_pipeline.reference import Reference
from capex_pipeline.sources.ecb_rates import daily_fixings

pytestmark = pytest.mark.slow("computes the evidence of claims in each test")

DAILY = daily_fixings(["CNY", "USD"])
COUNTRIES = {"bytedance": "CN", "tencent": "CN", "meta": "US"}


class Claim(NamedTuple):
    metric_id: str = "gpu_units"
    product: str | float = "h20"
    customer_id: str | float = "bytedance"
    supplier_id: str = "nvidia"
    document_id: str = "ft"
    period_start: pd.Timestamp = pd.Timestamp("2024-01-01")
    period_end: pd.Timestamp = pd.Timestamp("2024-12-31")


CHIPS: dict[str, Any] = {
    "is_latest": True, "source_type": "estimate", "document_id": "epoch", "period_start": "2024-04-01", "period_end": "2024-06-30", "metric_id": "gpu_units",
    "product": "h20", "customer_id": "bytedance", "calendar_quarter": "2024Q2", "value_low": 200_000.0, "value": 250_000.0,
    "value_high": 310_000.0, "entity_id": "nvidia", "entity_name": "Nvidia", "currency": None,
}  # fmt: skip
READ_SCHEMA = "2024-04-01 to 2024-06-30 to bytedance: 250,000 units (200,000 to 310,000) (epoch)"


def known(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([CHIPS | one for one in rows])
    return frame.assign(period_start=days(*frame["period_start"]), period_end=days(*frame["period_end"]))


@pytest.mark.parametrize(
    "changed",
    [
        {"is_latest": False}, {"source_type": "article"}, {"document_id": "ft"}, {"metric_id": "gpu_unit_price"}, {"product": "h100"}, {"customer_id": "tencent"},
        {"value": float("nan")}, {"calendar_quarter": None}, {"period_start": "2024-04-02"}, {"period_start": "2023-10-01", "period_end": "2023-12-31"},
        {"period_start": "2025-01-01", "period_end": "2025-03-31"}, {"period_start": "2023-10-01"}, {"period_end": "2025-03-31"},
    ],
)  # fmt: skip
def test_what_is_of_other_chips_or_another_time_is_not_said_beside_a_claim(changed: dict[str, Any]) -> None:
    assert Context(known({}), COUNTRIES).of_claim(Claim()) == READ_SCHEMA
    assert Context(known(changed), COUNTRIES).of_claim(Claim()) is None
    assert Context(known(changed, {}), COUNTRIES).of_claim(Claim()) == READ_SCHEMA


def test_estimates_for_all_customers_and_at_the_ends_of_the_period_are_said_in_order() -> None:
    rows = known(
        {"document_id": "omdia", "customer_id": None, "value_low": None},
        {"period_start": "2024-10-01", "period_end": "2024-12-31"},
        {"period_start": "2024-01-01", "period_end": "2024-03-31", "value_low": 250_000.0},
    )
    assert Context(rows, COUNTRIES).of_claim(Claim()) == (
        "2024-01-01 to 2024-03-31 to bytedance: 250,000 units (epoch); "
        "2024-10-01 to 2024-12-31 to bytedance: 250,000 units (200,000 to 310,000) (epoch); "
        "2024-04-01 to 2024-06-30: 250,000 units (omdia)"
    )
    assert (
        Context(rows, COUNTRIES).of_claim(Claim(customer_id=float("nan")))
        == "2024-04-01 to 2024-06-30: 250,000 units (omdia)"
    )


def test_other_claims_have_nothing_beside_them() -> None:
    """Nor do chips that no product is named of: the supplier's revenue is said beside a claim about a product."""
    rows = known({}, {"metric_id": "china_revenue", "product": None, "currency": "USD", "value": 17_108e6})
    assert Context(rows, COUNTRIES).of_claim(Claim()) is not None
    assert Context(rows, COUNTRIES).of_claim(Claim(metric_id="gpu_unit_price")) is None
    assert Context(rows, COUNTRIES).of_claim(Claim(product=float("nan"))) is None


def test_the_suppliers_revenue_in_china_is_said_where_it_touches_the_period() -> None:
    china = {"metric_id": "china_revenue", "product": None, "currency": "USD", "value": 17_108e6, "document_id": "10-K"}
    before = china | {"period_start": "2023-01-30", "period_end": "2024-01-01", "value": 10_306e6}
    after = china | {"period_start": "2024-12-31", "period_end": "2025-12-30"}
    out = [
        china | {"period_start": "2023-01-30", "period_end": "2023-12-31"}, china | {"period_start": "2025-01-01", "period_end": "2025-12-30"},
        china | {"entity_id": "amd"}, china | {"value": float("nan")}, china | {"metric_id": "revenue"}, china | {"is_latest": False},
    ]  # fmt: skip
    assert Context(known(before, after, *out), COUNTRIES).of_claim(Claim()) == (
        "Nvidia revenue in China 2023-01-30 to 2024-01-01, all products: USD 10,306m (10-K); "
        "Nvidia revenue in China 2024-12-31 to 2025-12-30, all products: USD 17,108m (10-K)"
    )


def tables_of(reference: Reference, *rows: dict[str, str]) -> dict[str, pd.DataFrame]:
    documents = [
        article("first", "2024-08-26", publisher="Financial Times"), article("later", "2024-09-26", publisher="Financial Times"),
        filed("f", "2024-08-22"),
    ]  # fmt: skip
    evidence = evidence_of(documents, rows)
    return checks(evidence.figures, evidence.observations, evidence.documents, DAILY, reference)


def table_of(reference: Reference, *rows: dict[str, str]) -> pd.DataFrame:
    return tables_of(reference, *rows)["claim_checks"].set_index("claim_check_id")


SHIPPED = {"entity": "nvidia", "metric": "gpu_units", "definition": "analyst_statement", "flow": "shipped"}


def test_a_claim_in_its_own_words(reference: Reference) -> None:
    chips = SHIPPED | {"product": "H20", "document": "first"}
    rows = [
        row(document="first", id="plain", value="23", unit="billion yuan"),
        row(document="first", id="limits", value=None, value_low="20", value_high="24", unit="billion yuan", period="Q1 2024"),
        row(document="first", id="low", value=None, value_low="20", unit="billion yuan", period="Q4 2023"),
        row(document="first", id="word", measure="yoy_multiple", value="more than doubled", unit="times"),
        row(document="first", id="crowd", value="hundreds of thousands", unit="units", period="H1 2024") | chips,
        row(document="first", id="count", value="5", unit="thousand units", period="CY2023") | chips,
        row(document="first", id="rank", entity="nvidia", metric="buyer_rank", definition=None, value="1", unit="rank"),
    ]  # fmt: skip
    printed = table_of(reference, *rows)["claim"]
    assert {name.split("#")[1].split("/")[0]: text for name, text in printed.items()} == {
        "plain": "23 billion yuan", "limits": "20 to 24 billion yuan", "low": "20 billion yuan", "word": "more than doubled",
        "crowd": "hundreds of thousands of units", "count": "5 thousand units", "rank": "rank 1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        ("$34.2bn", "USD billion", "$34.2bn"), ("34 per cent", "percent", "34 per cent"), ("Rmb13bn", "CNY billion", "Rmb13bn"),
        ("130亿元人民币", "CNY", "130亿元人民币"), ("more than three times", "times", "more than three times"),
        ("34.2bn", "USD billion", "34.2bn USD"), ("1.3mn", "million units", "1.3mn units"), ("12k", "USD per unit", "12k USD per unit"), ("34.2", "USD billion", "34.2 USD billion"), ("8", "percent", "8 percent"),
    ],
)  # fmt: skip
def test_the_unit_of_a_claim_is_printed_once(value: str, unit: str, printed: str) -> None:
    """Rows that are read from a text have its words as value, in which the unit is already."""
    kind = {"percent": "percent", "times": "multiple", "million units": "count", "USD per unit": "money_per_unit"}.get(
        unit, "money"
    )
    claim = SimpleNamespace(value_text=value, unit_text=unit, unit=kind, currency=unit[:3])
    assert as_printed(claim) == printed


def test_a_claim_that_differs_in_one_thing_is_no_repetition(reference: Reference) -> None:
    """Each pair of claims is about a company of its own, so that no other claim is near."""
    changes: dict[str, dict[str, str]] = {
        "alibaba": {}, "baidu": {"entity": "tencent"}, "meta": {"metric": "revenue"}, "amazon": {"definition": "accrual_additions"},
        "huawei": {"period": "H1 2024"}, "nvidia": {"period": "2024-04-01/2024-05-31"}, "alphabet": {"value": "13,000"},
        "microsoft": {"unit": "USD million"}, "oracle": {"measure": "yoy_growth", "value": "12", "unit": "percent"},
        "coreweave": {"value": "12,000 to 13,000"}, "xai": {"value": "12,000 to 14,000"}, "bytedance": {"value": "about 13,000"},
    }  # fmt: skip
    values = {"coreweave": "12,500 to 13,000", "xai": "12,000 to 13,000", "bytedance": "13,000"}
    pairs = [
        row(document=document, id=company, entity=company, value=values.get(company, "12,094")) | change
        for company, changed in changes.items()
        for document, change in (("first", {}), ("later", changed))
    ]
    table = table_of(reference, *pairs)
    assert len(table) == 2 * len(changes)
    assert table["repeats_claim"].dropna().to_dict() == {"later#alibaba/level": "first#alibaba/level"}


def test_growth_is_no_multiple_and_one_chip_not_another(reference: Reference) -> None:
    """2 per cent and 2 times are one number, and so are 5 thousand H20 and 5 thousand H100."""
    chips = SHIPPED | {"unit": "thousand units"}
    claims = {
        "percent": {"measure": "yoy_growth", "value": "2", "unit": "percent"}, "times": {"measure": "yoy_multiple", "value": "2", "unit": "times"},
        "h20": {"product": "H20", "value": "5"} | chips, "h100": {"product": "H100", "value": "5"} | chips,
    }  # fmt: skip
    table = table_of(reference, *(row(document="first", id=name) | claim for name, claim in claims.items()))
    assert table["repeats_claim"].isna().all()
    again = table_of(
        reference, *(row(document=document, id=name) | claim for document in ("first", "later") for name, claim in claims.items())
    )  # fmt: skip
    assert again["repeats_claim"].dropna().to_dict() == {
        f"later#{name}/{kind}": f"first#{name}/{kind}"
        for name, kind in (("percent", "growth"), ("times", "growth"), ("h20", "level"), ("h100", "level"))
    }


def test_of_one_article_the_claim_with_the_first_id_counts(reference: Reference) -> None:
    table = table_of(reference, row(document="first", id="b"), row(document="first", id="a"))
    assert table["repeats_claim"].fillna("-").to_dict() == {"first#a/level": "-", "first#b/level": "first#a/level"}


def test_a_claim_shows_each_end_that_is_printed_and_no_other(reference: Reference) -> None:
    """Columns: the three of the claim, the two that are accepted, and how far 36.5 billion on file lie from what is printed."""
    printed: dict[str, tuple[dict[str, str | None], tuple[float | None, ...]]] = {
        "point": ({"value": "36", "value_low": "30", "value_high": "40"}, (30e9, 36e9, 40e9, 29.5e9, 40.5e9, 0.5e9)),
        "number": ({"value": "36"}, (36e9, 36e9, 36e9, 35.5e9, 36.5e9, 0.5e9)),
        "about": ({"value": "about 36"}, (None, 36e9, None, 35e9, 37e9, 0.5e9)),
        "around": ({"value": "30 to 40"}, (30e9, None, 40e9, 29.5e9, 40.5e9, 0.0)),
        "above": ({"value": "between 40 and 50"}, (40e9, None, 50e9, 39.5e9, 50.5e9, -3.5e9)),
        "below": ({"value": "20 to 30"}, (20e9, None, 30e9, 19.5e9, 30.5e9, 6.5e9)),
        "least": ({"value": "at least 30"}, (30e9, None, None, 30e9, None, 6.5e9)),
        "most": ({"value": "up to 40"}, (None, None, 40e9, None, 40e9, -3.5e9)),
    }
    table = table_of(
        reference, row(document="f", value="36,500"),
        *(row(**{"document": "first", "id": name, "unit": "billion yuan", "claimant": f"Analyst {name}"} | cells)
          for name, (cells, _) in printed.items()),
    )  # fmt: skip
    shown = ["claimed_low", "claimed", "claimed_high", "accepted_low", "accepted_high", "difference"]
    for name, (_, numbers) in printed.items():
        found = table.loc[f"first#{name}/level", shown].astype("object")
        assert tuple(found.where(found.notna(), None)) == numbers, name
    assert (
        "give CNY 36,500m against CNY 40,000m to CNY 50,000m as printed" in table.at["first#above/level", "explanation"]
    )
    assert table.at["first#below/level", "difference_pct"] == pytest.approx(100 * 6.5 / 30)
    assert table.at["first#around/level", "difference_pct"] == 0


def test_rows_are_in_order_whatever_was_checked_first(reference: Reference) -> None:
    """Levels are checked before documents; what is expected is no claim."""
    documents = [article("a", "2024-08-26"), article("b", "2024-08-26")]
    dollars = {"unit": "billion USD", "value": "1.7", "same_fact_as": "y"}
    rows = [
        row(document="b", id="z"), row(document="b", id="y"), row(document="b", id="x") | dollars,
        row(document="a", id="w", status="guidance", period="CY2027", value="100", unit="billion yuan"), row(document="a", id="v"),
    ]  # fmt: skip
    evidence = evidence_of(documents, rows)
    table = checks(evidence.figures, evidence.observations, evidence.documents, DAILY, reference)["claim_checks"]
    assert table["claim_check_id"].to_dict() == dict(enumerate(["a#v/level", "b#y/level", "b#z/level"]))


def test_the_earlier_of_two_counts_and_of_one_day_the_first_document(reference: Reference) -> None:
    documents = [
        article("b", "2024-08-26", publisher="Reuters"), article("a", "2024-08-27", publisher="Reuters"), article("c", "2024-08-26", publisher="Reuters"),
        article("d", "2024-08-28", origin="a", publisher="Other"), article("e", "2024-08-28", publisher="Other"),
    ]  # fmt: skip
    evidence = evidence_of(documents, [row(document=name, id="X") for name in "abcde"])
    table = checks(evidence.figures, evidence.observations, evidence.documents, DAILY, reference)[
        "claim_checks"
    ].set_index("claim_check_id")
    assert table["repeats_claim"].fillna("-").to_dict() == {
        "a#X/level": "b#X/level", "b#X/level": "-", "c#X/level": "b#X/level", "d#X/level": "a#X/level", "e#X/level": "d#X/level",
    }  # fmt: skip
    assert table.index.tolist() == sorted(table.index)
    assert table["origin_document_id"].fillna("-").tolist() == ["-", "-", "-", "a", "-"]


def test_documents_go_by_their_ids_and_not_by_those_of_their_figures(reference: Reference) -> None:
    """A space comes before the # that ends a document's id in a figure's."""
    documents = [article(name, "2024-08-26", publisher="Reuters") for name in ("wire 2", "wire")]
    evidence = evidence_of(documents, [row(document=name, id="X") for name in ("wire 2", "wire")])
    table = checks(evidence.figures, evidence.observations, evidence.documents, DAILY, reference)["claim_checks"]
    assert table[["claim_check_id", "repeats_claim"]].fillna("-").to_numpy().tolist() == [
        ["wire#X/level", "-"], ["wire 2#X/level", "wire#X/level"],
    ]  # fmt: skip


def test_only_articles_claim_and_what_they_expect_is_followed_and_not_checked(reference: Reference) -> None:
    rows = [
        row(document="f"), row(document="first", id="now"), row(document="first", id="outlook", status="guidance", period="CY2027", value="100", unit="billion yuan"),
        row(document="first", id="again", value="1.7", unit="billion USD", same_fact_as="now"),
        row(document="first", id="growth", measure="yoy_growth", value="75", unit="percent"),
        row(document="first", id="multiple", measure="yoy_multiple", value="doubled", unit="times", period="Q1 2024"),
    ]  # fmt: skip
    table = table_of(reference, *rows)
    assert sorted(table.index) == [
        "first#growth/growth", "first#multiple/growth", "first#now/level",
    ]  # fmt: skip
    claim = table.loc["first#now/level"]
    assert (claim["difference"], claim["difference_pct"]) == (0, 0)


def test_the_difference_is_computed_less_claimed_and_in_per_cent_of_the_claim(reference: Reference) -> None:
    """6,047 to 12,094 million are 100 per cent."""
    growth = {"document": "first", "measure": "yoy_growth", "unit": "percent"}
    table = table_of(
        reference, row(document="f"), row(document="f", period="Q2 2023", value="6,047"), row(document="first", id="low", value="10,000"),
        row(document="first", id="least", value="more than 16,000", claimant="x"), row(**growth, id="negative", value="-10", claimant="y"),
        row(**growth, id="zero", value="0", claimant="z"),
    )  # fmt: skip
    found = table[["claimed", "difference", "difference_pct"]]
    assert found.loc["first#low/level"].tolist() == pytest.approx([10_000e6, 2_094e6, 20.94])
    assert found.loc["first#least/level"].tolist() == pytest.approx([math.nan, -3_906e6, -24.4125], nan_ok=True)
    assert found.loc["first#negative/growth"].tolist() == pytest.approx([-10, 110, 1100])
    assert found.loc["first#zero/growth", ["claimed", "difference"]].tolist() == pytest.approx([0, 100])
    assert pd.isna(found.at["first#zero/growth", "difference_pct"])


def test_a_total_and_the_sum_of_its_parts_are_in_different_tables(reference: Reference) -> None:
    """23, 23 and 4.2 billion are the total's parts; their sum is a check inside the document."""
    parts = [
        row(
            document="first",
            id=entity,
            entity=entity,
            definition="as_printed",
            period="H1 2024",
            value=value,
            unit="billion yuan",
        )
        for entity, value in (("alibaba", "23"), ("tencent", "23"), ("baidu", "4.2"))
    ]
    total = {
        "entity": "Chinese tech giants",
        "definition": "mixed_press_aggregate",
        "period": "H1 2024",
        "unit": "billion yuan",
    }
    tables = tables_of(reference, *parts, row(document="first", id="total", value="50") | total)
    assert tables["claim_checks"]["claim_check_id"].eq("first#total/level").sum() == 1
    assert tables["claim_checks"]["repeats_claim"].isna().all()
    assert tables["arithmetic_checks"]["arithmetic_check_id"].tolist() == ["first#total/sum_of_parts"]


def test_a_claim_that_nobody_reviewed_contradicts_nobody(reference: Reference) -> None:
    """12,094 million are on file; a machine read 10,000, and then 12,100, of an article."""
    evidence = evidence_of(
        [article("first", "2024-08-26"), filed("f", "2024-08-22")],
        [
            row(document="f"),
            *(
                row(document="first", id=value, value=value, claimant=f"Analyst of {value}")
                for value in ("10,000", "12,094")
            ),
        ],
    )
    figures = evidence.figures.assign(
        review_state=evidence.figures["review_state"].mask(evidence.figures["document_id"] == "first", "machine")
    )
    table = checks(figures, evidence.observations, evidence.documents, DAILY, reference)["claim_checks"]
    wrong, right = (table.set_index("claim_check_id").loc[f"first#{name}/level"] for name in ("10,000", "12,094"))
    assert (wrong["verdict"], wrong["reason"], wrong["computed"]) == ("not_checkable", "not_reviewed", 12_094e6)
    assert wrong["looked_for"] == "a review of the document" and "was not reviewed" in wrong["explanation"]
    assert right["verdict"] == "confirmed"


def test_the_note_of_a_reviewer_explains_a_contradicted_claim(reference: Reference) -> None:
    noted = row(document="first", id="noted", value="10,000", note="A misprint of the newspaper.")
    table = table_of(reference, noted, row(document="first", id="bare", value="10,500", claimant="Analyst"), row(document="f"))  # fmt: skip
    assert table.loc[["first#noted/level", "first#bare/level"], "verdict"].tolist() == ["contradicted", "contradicted"]
    assert table.at["first#noted/level", "reviewed_reason"] == "A misprint of the newspaper."
    assert pd.isna(table.at["first#bare/level", "reviewed_reason"])


def test_growth_that_agrees_with_the_printed_levels_is_still_contradicted_by_filings(reference: Reference) -> None:
    """Growth of 100 percent between printed levels of 24 and 12 billion, while 12.1 on 6.9 billion were filed."""
    growth = row(document="first", id="g", measure="yoy_growth", value="100", unit="percent")
    levels = [
        row(document="first", id="now", value="24", unit="billion yuan"),
        row(document="first", id="past", period="Q2 2023", value="12", unit="billion yuan"),
    ]
    tables = tables_of(
        reference, growth, *levels, row(document="f"), row(document="f", period="Q2 2023", value="6,927")
    )
    verdicts = tables["claim_checks"].set_index("claim_check_id")["verdict"]
    assert verdicts["first#g/growth"] == "contradicted"
    inside = tables["arithmetic_checks"].set_index("arithmetic_check_id")["verdict"]
    assert inside.to_dict() == {"first#g/growth_between_levels": "confirmed"}


def test_an_amount_in_two_currencies_is_one_claim_and_the_rate_is_checked_apart(reference: Reference) -> None:
    """12,094 million yuan are on file, and a dollar was 7.24 yuan."""
    first = row(document="first", id="a", value="12.1", unit="billion yuan")
    second = row(document="first", id="b", value="1.67", unit="billion USD", same_fact_as="a")
    tables = tables_of(reference, first, second, row(document="f"))
    assert tables["claim_checks"][["claim_check_id", "verdict"]].to_numpy().tolist() == [["first#a/level", "confirmed"]]
    rates = tables["arithmetic_checks"].set_index("arithmetic_check_id")["verdict"]
    assert rates.to_dict() == {"first#b/exchange_rate": "confirmed"}


def test_an_outlook_in_a_second_currency_is_no_claim(reference: Reference) -> None:
    outlook = {"document": "first", "status": "guidance", "period": "CY2027"}
    tables = tables_of(
        reference, row(id="a", value="100", unit="billion yuan", **outlook), row(id="b", value="14", unit="billion USD", same_fact_as="a", **outlook)
    )  # fmt: skip
    assert tables["claim_checks"].empty
    assert tables["arithmetic_checks"]["arithmetic_check_id"].tolist() == ["first#b/exchange_rate"]


def test_revenue_in_china_stands_beside_chips_for_buyers_in_china_only() -> None:
    china = {
        "metric_id": "china_revenue",
        "entity_id": "nvidia",
        "value": 17e9,
        "currency": "USD",
        "customer_id": None,
        "document_id": "annual",
    }
    rows = known(CHIPS, {"customer_id": "meta"}, china)
    assert "revenue in China" in str(Context(rows, COUNTRIES).of_claim(Claim(customer_id="bytedance")))
    assert "revenue in China" in str(Context(rows, COUNTRIES).of_claim(Claim(customer_id=float("nan"))))
    beside_meta = Context(rows, COUNTRIES).of_claim(Claim(customer_id="meta"))
    assert beside_meta is not None and "revenue in China" not in beside_meta
