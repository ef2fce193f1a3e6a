"""The figures that must come out of the shipped raw/, read as analysts read them. Expected values are the companies' own, typed here."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from builders import PROJECT

from capex_pipeline.storage.warehouse import Warehouse

Query = Callable[[str], list[tuple[Any, ...]]]
ARTICLE = "ft-2024-08-26-chinese-tech-groups-ai-spending-copy"


@pytest.fixture(scope="module")
def ask(shipped: Warehouse) -> Query:
    """SQL over the tables by name, in DuckDB."""
    connection = duckdb.connect()
    for path in sorted(Path(str(shipped.root)).glob("*.parquet")):
        connection.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
    return lambda query: connection.execute(query).fetchall()


def millions(ask: Query, table: str, **where: str) -> list[float]:
    """Amounts, in millions, of the rows for which the columns have these values."""
    condition = " AND ".join(f"{name} = '{value}'" for name, value in where.items())
    return [amount / 1e6 for (amount,) in ask(f"SELECT amount FROM {table} WHERE {condition}")]


# ---------------------------------------------------------------------------------------------------------------- capex

QUARTERS = [
    ("alibaba", "2024Q1", "cash_purchases", 11_153), ("alibaba", "2024Q2", "cash_purchases", 12_094),
    ("tencent", "2024Q1", "accrual_additions", 14_359), ("tencent", "2024Q2", "accrual_additions", 8_729),
    ("baidu", "2024Q1", "cash_purchases", 2_038), ("baidu", "2024Q2", "cash_purchases", 2_118),
    ("microsoft", "2024Q2", "cash_purchases", 13_873), ("microsoft", "2024Q4", "cash_purchases", 15_804),
    ("alphabet", "2024Q1", "cash_purchases", 12_012), ("alphabet", "2024Q2", "cash_purchases", 13_186),
    ("amazon", "2024Q2", "cash_purchases", 17_620), ("meta", "2023Q4", "cash_purchases", 7_592),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "quarter", "definition", "amount"), QUARTERS)
def test_capex_of_a_quarter(ask: Query, entity: str, quarter: str, definition: str, amount: float) -> None:
    found = ask(
        f"SELECT definition_id, amount / 1e6 FROM capex_by_definition WHERE is_preferred AND entity_id = '{entity}' AND calendar_quarter = '{quarter}'"
    )
    assert found == [(definition, amount)]


def test_alibabas_calendar_quarters_are_its_own_fiscal_ones(ask: Query) -> None:
    rows = ask(
        "SELECT calendar_quarter, fiscal_year, fiscal_period FROM capex_by_definition WHERE is_preferred AND entity_id = 'alibaba' "
        "AND calendar_quarter IN ('2024Q1', '2024Q2') ORDER BY 1"
    )
    assert rows == [("2024Q1", 2024, "Q4"), ("2024Q2", 2025, "Q1")]


TRIO = "is_preferred AND entity_id IN ('alibaba', 'tencent', 'baidu')"


def test_the_three_chinese_groups_in_two_half_years(ask: Query) -> None:
    ((now, dollars),) = ask(
        f"SELECT sum(amount) / 1e6, sum(amount_usd) / 1e9 FROM capex_by_definition WHERE {TRIO} AND calendar_quarter IN ('2024Q1', '2024Q2')"
    )
    ((before,),) = ask(
        f"SELECT sum(amount) / 1e6 FROM capex_by_definition WHERE {TRIO} AND calendar_quarter IN ('2023Q1', '2023Q2')"
    )
    assert (now, before) == (50_491, 22_770)
    assert dollars == pytest.approx(7.00, abs=0.005)


@pytest.mark.parametrize(("entity", "growth"), [("alibaba", 123.4), ("tencent", 176.0), ("baidu", 3.9)])
def test_growth_of_the_half_year(ask: Query, entity: str, growth: float) -> None:
    ((now, before),) = ask(
        "SELECT sum(amount) FILTER (WHERE calendar_quarter IN ('2024Q1', '2024Q2')), sum(amount) FILTER (WHERE calendar_quarter IN "
        f"('2023Q1', '2023Q2')) FROM capex_by_definition WHERE is_preferred AND entity_id = '{entity}'"
    )
    assert round((now / before - 1) * 100, 1) == growth


@pytest.mark.parametrize(("quarter", "rate", "fixings"), [("2024-01-01", 7.1882, 63), ("2024-04-01", 7.2419, 63)])
def test_average_rates_of_each_quarter(ask: Query, quarter: str, rate: float, fixings: int) -> None:
    found = ask(f"SELECT round(average_rate, 4), fixings FROM fx_rates WHERE currency = 'CNY' AND period_start = '{quarter}' AND "
                f"period_end = last_day(period_start + INTERVAL 2 MONTH)")  # fmt: skip
    assert found == [(rate, fixings)]


@pytest.mark.parametrize(
    ("entity", "by", "years"),
    [
        ("alibaba", "fiscal_year", {2023: 34_330, 2024: 32_087, 2025: 85_972, 2026: 126_063}),
        ("tencent", "fiscal_year", {2023: 23_893, 2024: 76_760, 2025: 79_198}),
        ("amazon", "fiscal_year", {2025: 131_819}),
        ("meta", "fiscal_year", {2023: 27_045}),
    ],
)
def test_quarters_sum_to_the_years_that_companies_print(
    ask: Query, entity: str, by: str, years: dict[int, float]
) -> None:
    rows = ask(
        f"SELECT {by}, sum(amount) / 1e6, count(*) FROM capex_by_definition WHERE is_preferred AND entity_id = '{entity}' GROUP BY 1"
    )
    found = {year: (amount, count) for year, amount, count in rows}
    assert {year: found[year] for year in years} == {year: (amount, 4) for year, amount in years.items()}


FOUR = "entity_id IN ('alphabet', 'amazon', 'meta', 'microsoft') AND calendar_quarter IN ('2024Q1', '2024Q2')"


def test_the_four_us_groups_in_cash_and_with_the_leases_that_two_of_them_add(ask: Query) -> None:
    ((cash,),) = ask(f"SELECT sum(amount_usd) / 1e9 FROM capex_by_definition WHERE is_preferred AND {FOUR}")
    ((leases,),) = ask(
        f"SELECT sum(amount_usd) / 1e9 FROM capex_by_definition WHERE {FOUR} AND definition_id = CASE entity_id WHEN 'microsoft' THEN "
        "'stated_including_finance_leases' WHEN 'meta' THEN 'cash_and_lease_principal' ELSE 'cash_purchases' END AND source_type IN ('filing', 'company_release', 'third_party_copy')"
    )
    assert (round(cash, 1), round(leases, 1)) == (97.1, 105.9)


@pytest.mark.parametrize(("day", "amount"), [("2024-02-28", 7_665), ("2024-12-31", 7_665), ("2026-11-01", 7_592)])
def test_what_was_known_of_metas_fourth_quarter_of_2023(ask: Query, day: str, amount: float) -> None:
    """Taking the newest filing of each period would give 7,813 on the last day of 2024."""
    rows = ask(
        "SELECT value / 1e6 FROM observations WHERE entity_id = 'meta' AND metric_id = 'capex' AND definition_id = 'cash_purchases' AND "
        f"calendar_quarter = '2023Q4' AND value IS NOT NULL AND known_from <= DATE '{day}' AND (known_to IS NULL OR known_to > DATE '{day}')"
    )
    assert rows == [(amount,)]


def test_chinese_quarters_public_at_the_end_of_2023_are_known_as_of_that_day(ask: Query) -> None:
    """Announcements of the third quarter of 2023 came out on 15 (Tencent), 16 (Alibaba) and 21 November 2023 (Baidu).

    That makes seven quarters each from the first of 2022. Tencent's of 2023 are read from announcements of 2024, which repeat them.
    """
    rows = ask(
        "SELECT entity_id, count(DISTINCT calendar_quarter) FROM observations WHERE metric_id = 'capex' AND value IS NOT NULL AND "
        "entity_id IN ('alibaba', 'baidu', 'tencent') AND calendar_quarter >= '2022Q1' AND known_from <= DATE '2023-12-31' AND "
        "(known_to IS NULL OR known_to > DATE '2023-12-31') GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [("alibaba", 7), ("baidu", 7), ("tencent", 7)]


def test_amazons_second_quarter_of_2024_has_its_four_values_side_by_side(ask: Query) -> None:
    found = millions(ask, "capex_by_definition", entity_id="amazon", calendar_quarter="2024Q2")
    for expected in (16_393, 16_500, 17_620):
        assert expected in found


# -------------------------------------------------------------------------------------------------------- nothing counted twice


def test_preferred_rows_are_one_per_company_and_quarter_and_never_a_claim(ask: Query) -> None:
    for table in ("capex_by_definition", "cloud_revenue_by_definition"):
        assert (
            ask(f"SELECT entity_id, calendar_quarter FROM {table} WHERE is_preferred GROUP BY ALL HAVING count(*) > 1")
            == []
        )
        ((unfit,),) = ask(
            f"SELECT count(*) FROM {table} WHERE is_preferred AND (is_aggregate OR source_type NOT IN ('filing', 'company_release', 'third_party_copy') OR period_type != 'quarter' "
            "OR amount IS NULL OR status IN ('forecast', 'guidance'))"
        )
        assert unfit == 0
    assert (
        ask(
            "SELECT supplier_id, product, calendar_quarter FROM gpu_estimates WHERE is_preferred GROUP BY ALL HAVING count(*) > 1"
        )
        == []
    )


def test_preferred_quarters_of_a_company_do_not_overlap_in_days(ask: Query) -> None:
    rows = ask(
        "SELECT a.entity_id, a.period_start, b.period_start FROM capex_by_definition a JOIN capex_by_definition b ON a.entity_id = b.entity_id AND a.is_preferred "
        "AND b.is_preferred AND a.observation_id < b.observation_id AND a.period_start <= b.period_end AND b.period_start <= a.period_end"
    )
    assert rows == []


def test_the_sum_of_a_calendar_year_is_that_of_its_companies(shipped: Warehouse) -> None:
    """Read with pandas and Polars: the same sum, from the same 4 quarters of each company."""
    path = str(shipped.path("capex_by_definition"))
    frame = pd.read_parquet(path)
    chosen = frame[frame["is_preferred"] & frame["calendar_quarter"].str.startswith("2024", na=False)]
    lazy = pl.scan_parquet(path).filter(pl.col("is_preferred") & pl.col("calendar_quarter").str.starts_with("2024"))
    assert lazy.select(pl.col("amount_usd").sum()).collect().item() == pytest.approx(chosen["amount_usd"].sum())
    quarters = chosen.groupby("entity_id")["calendar_quarter"].nunique()
    assert (
        quarters[["alibaba", "tencent", "baidu", "microsoft", "alphabet", "amazon", "meta", "oracle", "nvidia"]]
        .eq(4)
        .all()
    )
    assert (chosen.groupby("entity_id").size() == quarters).all()


# --------------------------------------------------------------------------------------------------------------- cloud


@pytest.mark.parametrize(
    ("entity", "year", "amount"),
    [
        ("amazon", 2022, 80_096), ("amazon", 2023, 90_757), ("alphabet", 2022, 26_280), ("alphabet", 2023, 33_088), ("alphabet", 2024, 43_229),
        ("oracle", 2023, 15_881),
    ],
)  # fmt: skip
def test_cloud_revenue_of_a_year_as_printed(ask: Query, entity: str, year: int, amount: float) -> None:
    found = ask(
        f"SELECT DISTINCT amount / 1e6 FROM cloud_revenue_by_definition WHERE entity_id = '{entity}' AND period_type = 'year' AND fiscal_period = 'FY' "
        f"AND fiscal_year = {year} AND source_type = 'filing'"
    )
    assert (amount,) in found


@pytest.mark.parametrize(
    ("entity", "quarter", "amount"),
    [
        ("alibaba", "2024Q2", 26_549),
        ("microsoft", "2024Q1", 26_708),
        ("alphabet", "2024Q2", 10_347),
        ("amazon", "2024Q2", 26_281),
    ],
)
def test_cloud_revenue_of_a_quarter(ask: Query, entity: str, quarter: str, amount: float) -> None:
    assert ask(
        f"SELECT amount / 1e6 FROM cloud_revenue_by_definition WHERE is_preferred AND entity_id = '{entity}' AND calendar_quarter = '{quarter}'"
    ) == [(amount,)]


def test_the_articles_growth_stands_on_the_same_calendar_quarter(ask: Query) -> None:
    rows = ask("SELECT document_id, amount, yoy_pct_stated FROM cloud_revenue_by_definition WHERE entity_id = 'alibaba' AND calendar_quarter = '2024Q2' "
               "AND definition_id = 'alibaba_cloud_segment' ORDER BY 1")  # fmt: skip
    assert (ARTICLE, None, 6.0) in rows
    assert [row for row in rows if row[0] != ARTICLE] == [("alibaba-results-fy2025-q1", 26_549e6, 6.0)]


def test_a_recast_segment_shows_a_break_and_no_false_fall(ask: Query) -> None:
    ((amount, is_break, growth, stated),) = ask(
        "SELECT amount / 1e6, is_break, yoy_local_pct, yoy_pct_stated FROM cloud_revenue_by_definition WHERE is_preferred AND entity_id = 'microsoft' "
        "AND calendar_quarter = '2024Q3'"
    )
    assert amount == 24_092 and is_break
    assert growth is None or growth > 15
    assert stated is None or stated > 15
    ((years,),) = ask(
        "SELECT count(*) FROM cloud_revenue_by_definition WHERE entity_id = 'microsoft' AND yoy_local_pct < 0"
    )
    assert years == 0


def test_nvidias_data_centre_is_an_observation_and_no_cloud(ask: Query) -> None:
    rows = ask("SELECT DISTINCT value / 1e6, calendar_quarter, fiscal_year, fiscal_period FROM observations WHERE entity_id = 'nvidia' AND "
               "metric_id = 'data_center_revenue' AND period_end BETWEEN '2024-07-20' AND '2024-08-05' AND source_type = 'filing' AND is_latest AND period_type = 'quarter'")  # fmt: skip
    assert rows == [(26_272, "2024Q2", 2025, "Q2")]
    assert ask("SELECT count(*) FROM cloud_revenue_by_definition WHERE entity_id = 'nvidia'") == [(0,)]


# --------------------------------------------------------------------------------------------------------------- chips


def test_the_forecast_of_h20_has_a_lower_bound_and_a_price_range(ask: Query) -> None:
    (row,) = ask(
        "SELECT units_low, units, units_high, unit_price_usd_low, unit_price_usd_high, implied_value_usd_low, flow, is_preferred "
        f"FROM gpu_estimates_by_customer WHERE document_id = '{ARTICLE}' AND product = 'h20' AND customer_id = 'china_buyers'"
    )
    assert row == (1_000_000, None, None, 12_000, 13_000, 12e9, "forecast", False)


EPOCH_H20 = {
    "2024Q1": (106_730, 138_719, 180_461), "2024Q2": (171_624, 223_064, 290_186), "2024Q3": (209_465, 272_247, 354_167),
    "2024Q4": (249_576, 324_380, 421_988), "2025Q1": (278_272, 361_677, 470_508), "2025Q2": (117_480, 152_692, 198_638),
    "2025Q3": (13_170, 17_117, 22_268),
}  # fmt: skip


@pytest.mark.parametrize("quarter", EPOCH_H20)
def test_epochs_h20_by_quarter_with_its_percentiles(ask: Query, quarter: str) -> None:
    rows = ask("SELECT units_low, units, units_high FROM gpu_estimates WHERE is_preferred AND supplier_id = 'nvidia' AND product = 'h20' "
               f"AND calendar_quarter = '{quarter}'")  # fmt: skip
    assert rows == [EPOCH_H20[quarter]]


OMDIA = {
    "microsoft": 485_000,
    "bytedance": 230_000,
    "tencent": 230_000,
    "meta": 224_000,
    "amazon": 196_000,
    "alphabet": 169_000,
}


def test_omdia_and_epoch_stand_side_by_side_and_nobody_adds_or_averages_them(ask: Query) -> None:
    omdia = dict(
        ask(
            "SELECT customer_id, units FROM gpu_estimates_by_customer WHERE document_id LIKE '%omdia%' AND period_type = 'year' AND product = 'hopper'"
        )
    )
    assert omdia == OMDIA
    claimants = {
        name
        for (name,) in ask("SELECT DISTINCT claimant FROM gpu_estimates_by_customer WHERE source_type = 'estimate'")
    }
    assert {"Omdia", "Epoch AI"} <= claimants
    ((derived,),) = ask("SELECT count(*) FROM gpu_estimates WHERE status = 'derived'")
    assert derived == 0


# ------------------------------------------------------------------------------------------------ context figures stay context


@pytest.mark.parametrize(
    "metric", ["cash_pile", "equity_investment", "company_valuation", "cloud_voucher_share", "buyer_rank"]
)
def test_context_figures_are_figures_and_in_no_published_table(ask: Query, metric: str) -> None:
    figures = {figure for (figure,) in ask(f"SELECT figure_id FROM figures WHERE metric_id = '{metric}'")}
    assert figures
    for table in ("capex_by_definition", "cloud_revenue_by_definition", "gpu_estimates"):
        named = {part for (text,) in ask(f"SELECT derived_from FROM {table}") for part in text.split("|")}
        assert not figures & named


# ------------------------------------------------------------------------------------------------------ claims of the article

CLAIMS = [
    ("F09/level", "confirmed", 23_247e6), ("F09g/growth", "confirmed", 123.42), ("F24/level", "confirmed", 23_088e6),
    ("F24g/growth", "confirmed", 176.04), ("F31/level", "confirmed", 4_156e6), ("F31g/growth", "confirmed", 3.874),
    ("F02/level", "confirmed", 50_491e6), ("F04/level", "confirmed", 22_770e6), ("F01/growth", "confirmed", 2.2174),
    ("F12/growth", "confirmed", 5.676), ("F33/level", "consistent", 105.93e9),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "verdict", "computed"), CLAIMS)
def test_a_claim_of_the_article_against_filings(ask: Query, claim: str, verdict: str, computed: float) -> None:
    ((found, value),) = ask(f"SELECT verdict, computed FROM claim_checks WHERE claim_check_id = '{ARTICLE}#{claim}'")
    assert found == verdict
    assert value == pytest.approx(computed, rel=2e-4)


@pytest.mark.parametrize(
    ("figure", "verdict", "reason", "against"),
    [
        ("F17", "said_before_outcome", None, "estimator"), ("F21", "consistent", None, "estimator"),
        ("F07", "not_checkable", "private_company", None), ("F14", "consistent", None, "counterparty_filing"), ("F18", "said_before_outcome", None, "estimator"),
    ],
)  # fmt: skip
def test_what_of_the_article_no_filing_settles(
    ask: Query, figure: str, verdict: str, reason: str | None, against: str | None
) -> None:
    """Epoch gives 958,410 H20 (737,395 to 1,246,802) for 2024; Omdia 230,000 Hopper chips of ByteDance; Epoch 10,000 to 15,000 dollars for
    an H20; Alibaba's annual report about 0.8 billion dollars in Moonshot AI in fiscal 2024."""
    assert ask(
        f"SELECT verdict, reason, checked_against FROM claim_checks WHERE claim_check_id = '{ARTICLE}#{figure}/level'"
    ) == [(verdict, reason, against)]


def test_the_106_billion_are_searched_honestly(ask: Query) -> None:
    ((tried, confirming, low, high, power),) = ask(
        "SELECT combinations_tried, combinations_confirming, combinations_low / 1e9, combinations_high / 1e9, search_power_pct FROM claim_checks "
        f"WHERE claim_check_id = '{ARTICLE}#F33/level'"
    )
    assert tried >= 12 and confirming == 1
    assert (
        20 < power < 30
    )  # of the 30 whole billions from 91 to 121 beside 106, seven are within rounding of a combination
    assert (round(low, 1), round(high, 1)) == (94.9, 105.9)


def test_the_seven_billion_dollars_fit_the_average_and_the_spot_rate(ask: Query) -> None:
    ((verdict, reason, said),) = ask(
        f"SELECT verdict, reason, explanation FROM arithmetic_checks WHERE arithmetic_check_id = '{ARTICLE}#F03/exchange_rate'"
    )
    assert verdict == "confirmed" and "average" in reason and "spot" in reason and "7.2150" in said


def test_the_neighbouring_reading_of_the_second_quarter_is_said(ask: Query) -> None:
    ((said,),) = ask(f"SELECT explanation FROM claim_checks WHERE claim_check_id = '{ARTICLE}#F12/growth'")
    assert "fiscal Q1 2025" in said and "+7.1 %" in said


def test_h20_has_later_figures_beside_it(ask: Query) -> None:
    ((context,),) = ask(f"SELECT context FROM claim_checks WHERE claim_check_id = '{ARTICLE}#F17/level'")
    assert "324,380 units" in context and "Nvidia revenue in China" in context


# -------------------------------------------------------------------------------------------------------------- as a whole


def test_nothing_of_the_shipped_documents_is_rejected_other_than_by_decision(ask: Query) -> None:
    assert ask("SELECT path, message FROM rejected_figures WHERE rule NOT IN ('form_not_periodic', 'set_aside')") == []
    ((lost,),) = ask("SELECT count(*) FROM documents WHERE rows_read != rows_accepted + rows_rejected")
    assert lost == 0


def test_every_shipped_file_is_named_by_a_document(ask: Query) -> None:
    named = {path for (path,) in ask("SELECT DISTINCT path FROM figures UNION SELECT DISTINCT path FROM documents")}
    shipped = {
        path.relative_to(PROJECT / "raw").as_posix()
        for path in (PROJECT / "raw").rglob("*")
        if path.suffix in (".yaml", ".csv", ".json", ".xml")
        and not path.name.endswith(".meta.yaml")
        and not path.name.startswith(".")
    }
    assert shipped - named == set()


COMPANIES = {
    name: name.lower()
    for name in ("Tencent", "Alibaba", "Baidu", "Microsoft", "Alphabet", "Amazon", "Meta", "Oracle", "CoreWeave")
}
METRICS = {
    "capex": "capex", "data_center_revenue": "data_center_revenue", "cloud_revenue_aws": "cloud_revenue", "cloud_revenue_google_cloud": "cloud_revenue",
    "cloud_revenue_intelligent_cloud": "cloud_revenue", "cloud_revenue_cloud_intelligence_group": "cloud_revenue",
    "cloud_revenue_total": "cloud_revenue", "cloud_revenue_ai_cloud": "cloud_revenue", "cloud_revenue_cloud_services": "cloud_revenue",
}  # fmt: skip


@pytest.mark.parametrize("metric", METRICS)
def test_every_published_figure_at_hand_is_known(shipped: Warehouse, shared: Path, metric: str) -> None:
    """Some 300 figures that others collected: each is a value that the tables hold for that company and period, printed or derived."""
    columns = ["entity_id", "metric_id", "period_start", "period_end", "value"]
    known = pd.concat([shipped.read("observations", columns), shipped.read("figures", columns)])
    known = known[known["metric_id"] == METRICS[metric]]
    week = pd.Timedelta(days=7)
    compared, missing = 0, []
    with (shared / "facts" / "published_figures.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            entity = {**COMPANIES, "Nvidia": "nvidia"}.get(row["company"])
            if row["metric"] != metric or entity is None or "derived" in row["definition"].casefold():
                continue  # what somebody else worked out is no company's figure
            compared += 1
            value = float(row["value"]) * {"million": 1e6, "billion": 1e9}[row["unit"]]
            start, end = pd.Timestamp(row["period_start"]), pd.Timestamp(row["period_end"])
            own = known[
                (known["entity_id"] == entity)
                & ((known["period_start"] - start).abs() <= week)
                & ((known["period_end"] - end).abs() <= week)
            ]
            if not ((own["value"] - value).abs() < 0.5e6).any():
                missing.append(
                    f"{row['company']} {row['fiscal_period']}: {row['value']} {row['unit']}, known {sorted(set(own['value'].dropna() / 1e6))}"
                )
    assert compared, f"the shared figures have none of {metric}"
    assert missing == []


@pytest.mark.parametrize(
    ("entity", "year", "printed"),
    [
        ("tencent", 2022, 554_552), ("tencent", 2023, 609_015), ("tencent", 2024, 660_257),  # annual announcements
        ("meta", 2022, 116_609), ("meta", 2024, 164_501), ("coreweave", 2025, 5_131),  # Forms 10-K
    ],
)  # fmt: skip
def test_quarters_of_revenue_add_up_to_the_printed_year(ask: Query, entity: str, year: int, printed: float) -> None:
    rows = ask(
        f"SELECT sum(amount_local) / 1e6, count(*) FROM revenue WHERE entity_id = '{entity}' AND fiscal_year = {year}"
    )
    assert rows == [(pytest.approx(printed, abs=0.5), 4)]
