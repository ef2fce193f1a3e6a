"""Questions that an analyst asks in SQL, with answers worked out by hand from the documents.

Every expected value is arithmetic on printed figures, shown beside it: results announcements and SEC filings (amounts in
millions), the article of 26 August 2024, Epoch AI's and Omdia's published estimates, and the ECB's quarter averages of yuan per
dollar (2024: 7.188212, 7.24187, 7.166301, 7.187486). None was taken from the tables.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from capex_pipeline.storage.warehouse import Warehouse

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")


class Question(NamedTuple):
    """A question, its SQL, and the rows expected, in order."""

    asks: str
    sql: str
    answer: list[tuple[Any, ...]]


QUESTIONS = [
    Question(
        "Who spends most in each calendar year, in US dollars?",
        """
        SELECT year(period_start) AS y, arg_max(entity_id, total), max(total) / 1e6 FROM (
            SELECT date_trunc('year', strptime(left(calendar_quarter, 4), '%Y')) AS period_start, entity_id, sum(amount_usd) AS total
            FROM capex_by_definition WHERE is_preferred AND left(calendar_quarter, 4) BETWEEN '2022' AND '2025' GROUP BY ALL)
        GROUP BY ALL ORDER BY y
        """,
        # Amazon, gross purchases by quarter: 2022 14,951 + 15,724 + 16,378 + 16,592; 2023 14,207 + 11,455 + 12,479 + 14,588;
        # 2024 14,925 + 17,620 + 22,620 + 27,834; 2025 25,019 + 32,183 + 35,095 + 39,522. The next is Alphabet in 2022 (31,485),
        # 2023 (32,251), 2025 (91,447), and Microsoft in 2024 (55,552), each below.
        [(2022, "amazon", 63_645), (2023, "amazon", 52_729), (2024, "amazon", 82_999), (2025, "amazon", 131_819)],
    ),
    Question(
        "How fast did the three Chinese groups grow in the first half of 2024, in yuan?",
        """
        SELECT sum(amount) FILTER (calendar_quarter IN ('2024Q1', '2024Q2')) / 1e6 AS h1_2024,
               sum(amount) FILTER (calendar_quarter IN ('2023Q1', '2023Q2')) / 1e6 AS h1_2023,
               100 * (h1_2024 / h1_2023 - 1)
        FROM capex_by_definition WHERE is_preferred AND entity_id IN ('alibaba', 'tencent', 'baidu')
        """,
        # Alibaba 11,153 + 12,094 = 23,247; Tencent 14,359 + 8,729 = 23,088; Baidu 2,038 + 2,118 = 4,156: 50,491. A year before:
        # 3,478 + 6,927 + 4,411 + 3,953 + 1,295 + 2,706 = 22,770. 50,491 / 22,770 = 2.217435.
        [(50_491, 22_770, 121.7435)],
    ),
    Question(
        "And in the whole of 2025?",
        """
        SELECT left(calendar_quarter, 4) AS y, sum(amount) / 1e6 AS total, round(100 * (total / lag(total) OVER (ORDER BY y) - 1), 2)
        FROM capex_by_definition WHERE is_preferred AND entity_id IN ('alibaba', 'tencent', 'baidu') AND y IN ('2024', '2025') GROUP BY y ORDER BY y
        """,
        # 2024: Alibaba 11,153 + 12,094 + 17,491 + 31,775 = 72,513; Tencent 14,359 + 8,729 + 17,094 + 36,578 = 76,760; Baidu
        # 2,038 + 2,118 + 1,645 + 2,333 = 8,134; together 157,407. 2025: 24,612 + 38,676 + 31,501 + 28,999 = 123,788;
        # 27,476 + 19,107 + 12,983 + 19,632 = 79,198; 2,900 + 3,800 + 3,401 + 1,972 = 12,073; together 215,059. +36.63 %.
        [("2024", 157_407, None), ("2025", 215_059, 36.63)],
    ),
    Question(
        "How do China and the United States compare in the first half of 2024, in US dollars on like definitions?",
        """
        SELECT CASE WHEN entity_id IN ('alibaba', 'tencent', 'baidu') THEN 'china' ELSE 'us' END AS side, round(sum(amount_usd) / 1e6, 1)
        FROM capex_by_definition WHERE is_preferred AND calendar_quarter IN ('2024Q1', '2024Q2')
          AND entity_id IN ('alibaba', 'tencent', 'baidu', 'alphabet', 'amazon', 'meta', 'microsoft') GROUP BY side ORDER BY side
        """,
        # China: (11,153 + 14,359 + 2,038) / 7.188212 = 27,550 / 7.188212 = 3,832.7 and (12,094 + 8,729 + 2,118) / 7.24187 =
        # 22,941 / 7.24187 = 3,167.8. US, cash: Microsoft 10,952 + 13,873; Alphabet 12,012 + 13,186; Meta 6,400 + 8,173; Amazon
        # 14,925 + 17,620: 97,141 (the article's 106 billion is on another definition).
        [("china", 7_000.5), ("us", 97_141)],
    ),
    Question(
        "What share of revenue went into capital expenditure?",
        """
        SELECT entity_id, fiscal_year, amount / 1e6, round(capex_to_revenue_pct, 2) FROM capex_by_definition
        WHERE definition_id = 'cash_purchases' AND fiscal_period = 'FY' AND fiscal_year = 2024 AND entity_id IN ('alphabet', 'microsoft')
          AND source_type IN ('filing', 'company_release', 'third_party_copy') ORDER BY entity_id
        """,
        # Alphabet's 10-K for 2024: 52,535 of 350,018. Microsoft's 10-K for fiscal 2024: 44,477 of 245,122.
        [("alphabet", 2024, 52_535, 15.01), ("microsoft", 2024, 44_477, 18.14)],
    ),
    Question(
        "How many H20 were shipped in 2024, by estimator?",
        """
        SELECT claimant, coalesce(calendar_quarter, 'year') AS period, units_low, units, units_high, bound = 'at_least'
        FROM (FROM gpu_estimates UNION ALL BY NAME FROM gpu_estimates_by_customer)
        WHERE supplier_id = 'nvidia' AND product = 'h20' AND (customer_id IS NULL OR customer_id = 'china_buyers') AND flow IN ('shipped', 'forecast')
          AND (calendar_quarter LIKE '2024%' AND is_preferred OR period_type = 'year' AND year(period_start) = 2024) ORDER BY ALL
        """,
        # The article of 26 August 2024 has "more than 1 million" of unnamed analysts, SemiAnalysis said the same in July; Epoch's
        # table gives medians with the 5th and 95th percentile for each quarter.
        [
            ("Analysts", "year", 1_000_000, None, None, True),
            ("Epoch AI", "2024Q1", 106_730, 138_719, 180_461, False),
            ("Epoch AI", "2024Q2", 171_624, 223_064, 290_186, False),
            ("Epoch AI", "2024Q3", 209_465, 272_247, 354_167, False),
            ("Epoch AI", "2024Q4", 249_576, 324_380, 421_988, False),
            ("SemiAnalysis", "year", 1_000_000, None, None, True),
        ],
    ),
    Question(
        "What is the least that the forecast H20 would cost?",
        """
        SELECT DISTINCT unit_price_usd_low, unit_price_usd_high, implied_value_usd_low / 1e9, implied_value_usd_high FROM gpu_estimates_by_customer
        WHERE product = 'h20' AND claimant = 'Analysts'
        """,
        # At least 1,000,000 chips at 12,000 to 13,000 dollars: 12 billion or more; without an upper count there is no upper value.
        [(12_000, 13_000, 12, None)],
    ),
    Question(
        "Who bought most Hopper chips in 2024, as Omdia counts?",
        """
        SELECT customer_id, units FROM gpu_estimates_by_customer WHERE definition_id = 'omdia_estimate' AND product = 'hopper'
        ORDER BY units DESC, customer_id LIMIT 3
        """,
        # Omdia, December 2024: Microsoft 485,000; ByteDance and Tencent about 230,000 each.
        [("microsoft", 485_000), ("bytedance", 230_000), ("tencent", 230_000)],
    ),
    Question(
        "What did we know on 31 December 2024 of Meta's spending in the fourth quarter of 2023, and what do we know now?",
        """
        SELECT value / 1e6, known_to IS NULL AS is_current FROM observations
        WHERE entity_id = 'meta' AND metric_id = 'capex' AND definition_id = 'cash_purchases' AND calendar_quarter = '2023Q4'
          AND (known_from <= DATE '2024-12-31' AND (known_to IS NULL OR known_to > DATE '2024-12-31') OR is_latest) ORDER BY known_from
        """,
        # First filed 27,266 - 19,601 = 7,665. Re-presented net of proceeds with the 10-K for 2024: 27,045 - 19,453 = 7,592. The false
        # 27,266 - 19,453 = 7,813, year and nine months on two bases, must not appear.
        [(7_665, False), (7_592, True)],
    ),
    Question(
        "Which quarters of 2024 of Alibaba and Tencent were known on 31 December 2024?",
        """
        SELECT calendar_quarter, count(*) FROM observations
        WHERE metric_id = 'capex' AND entity_id IN ('alibaba', 'tencent') AND source_type IN ('filing', 'company_release', 'third_party_copy') AND calendar_quarter LIKE '2024%'
          AND known_from <= DATE '2024-12-31' AND (known_to IS NULL OR known_to > DATE '2024-12-31') AND value IS NOT NULL
        GROUP BY ALL ORDER BY ALL
        """,
        # Results came out on 14 May (both), 14 August (Tencent), 15 August (Alibaba), 13 and 15 November 2024; those of the fourth
        # quarter on 20 February and 19 March 2025.
        [("2024Q1", 2), ("2024Q2", 2), ("2024Q3", 2)],
    ),
    Question(
        "Of which companies do we know capital expenditure only from the press?",
        """
        SELECT entity_id FROM capex_by_definition WHERE NOT is_aggregate GROUP BY entity_id HAVING bool_and(source_type = 'article')
        """,
        # ByteDance is private and files nothing.
        [("bytedance",)],
    ),
    Question(
        "How much does the definition matter for Microsoft, April to June 2024?",
        """
        SELECT definition_id, amount / 1e6 FROM capex_by_definition WHERE entity_id = 'microsoft' AND calendar_quarter = '2024Q2'
          AND definition_id IN ('cash_purchases', 'stated_including_finance_leases') AND source_type IN ('filing', 'company_release', 'third_party_copy') ORDER BY definition_id
        """,
        # The 10-K gives 44,477 for the year, the 10-Q 30,604 for nine months: 13,873. On the call: 19.0 billion with finance leases.
        [("cash_purchases", 13_873), ("stated_including_finance_leases", 19_000)],
    ),
    Question(
        "Which values has Amazon's second quarter of 2024?",
        """
        SELECT definition_id, amount / 1e6 FROM capex_by_definition WHERE entity_id = 'amazon' AND calendar_quarter = '2024Q2'
          AND definition_id IN ('cash_purchases', 'cash_net_of_incentives', 'call_basis', 'gross_and_leases_scorecard') ORDER BY amount
        """,
        # Purchases 17,620 less proceeds and incentives 1,227 = 16,393; on the call 30.5 - 14.0 = 16.5 billion; gross 17,620; a
        # newsletter's tally with finance leases 17.86 billion.
        [("cash_net_of_incentives", 16_393), ("call_basis", 16_500), ("cash_purchases", 17_620), ("gross_and_leases_scorecard", 17_860)],
    ),
    Question(
        "Under which definitions does 106 billion dollars for the four US groups hold?",
        """
        SELECT verdict, computed / 1e6, combinations_confirming FROM claim_checks
        WHERE document_id = 'ft-2024-08-26-chinese-tech-groups-ai-spending-copy' AND entity_id = 'us_four' AND check_kind = 'level'
        """,
        # Microsoft with finance leases 14.0 + 19.0 = 33.0; Alphabet cash 25.198; Meta with lease principal 6.72 + 8.47 = 15.19; Amazon
        # gross 32.545: 105.93 billion. All cash gives 97.1, Amazon on its calls' basis 103.9: only one combination rounds to 106.
        [("consistent", 105_930, 1)],
    ),
    Question(
        "Which claims rest on another definition than the company's headline?",
        """
        SELECT entity_id, claimed / 1e6, computed / 1e6 FROM claim_checks WHERE verdict = 'different_definition' AND entity_id = 'tencent'
        """,
        # A newswire gave 39 billion yuan for the fourth quarter of 2024: the announcement's payments; its headline is 36,578 million.
        [("tencent", 39_000, 39_000)],
    ),
    Question(
        "What does Microsoft's recast do to its cloud revenue of fiscal 2024?",
        """
        SELECT definition_id, amount / 1e6 FROM cloud_revenue_by_definition WHERE entity_id = 'microsoft' AND fiscal_year = 2024 AND fiscal_period = 'FY'
          AND source_type IN ('filing', 'company_release', 'third_party_copy') ORDER BY definition_id
        """,
        # Intelligent Cloud, 10-K for fiscal 2024; and the same year in the 10-K for fiscal 2025.
        [("intelligent_cloud_first_reported", 105_362), ("intelligent_cloud_recast_2024", 87_464)],
    ),
    Question(
        "How fast did Alibaba Cloud grow from April to June 2024?",
        """
        SELECT fiscal_year, fiscal_period, amount / 1e6, round(yoy_local_pct, 2), yoy_pct_stated FROM cloud_revenue_by_definition
        WHERE entity_id = 'alibaba' AND calendar_quarter = '2024Q2' AND is_preferred
        """,
        # Fiscal 2025 begins in April 2024. 26,549 / 25,123 = 1.05676; the announcement says 6 per cent. (The fiscal second quarter
        # would be 29,610 and 7 per cent.)
        [(2025, "Q1", 26_549, 5.68, 6)],
    ),
    Question(
        "What did AWS and Google Cloud earn in 2024?",
        """
        SELECT entity_id, sum(amount) / 1e6 FROM cloud_revenue_by_definition WHERE is_preferred AND entity_id IN ('amazon', 'alphabet')
          AND calendar_quarter LIKE '2024%' GROUP BY ALL ORDER BY ALL
        """,
        # AWS 25,037 + 26,281 + 27,452 + 28,786 = 107,556; Google Cloud 9,574 + 10,347 + 11,353 + 11,955 = 43,229.
        [("alphabet", 43_229), ("amazon", 107_556)],
    ),
    Question(
        "What are Alibaba's April to June 2024 worth in US dollars, and at which rate?",
        """
        SELECT round(amount_usd / 1e6, 1), round(fx_usd, 4), fx_method FROM capex_by_definition
        WHERE entity_id = 'alibaba' AND calendar_quarter = '2024Q2' AND is_preferred
        """,
        # 12,094 / 7.24187, the mean of 63 fixings; not the company's convenience rate of 7.2672 (1,664.2).
        [(1_670.0, 7.2419, "period_average")],
    ),
    Question(
        "What did Microsoft spend in the four quarters to June 2026?",
        """
        SELECT ttm_amount / 1e6 FROM capex_by_definition WHERE entity_id = 'microsoft' AND calendar_quarter = '2026Q2' AND is_preferred
        """,
        # 19,394 + 29,876 + 30,876 + 35,802.
        [(115_948,)],
    ),
    Question(
        "Where does Alphabet's fourth quarter of 2024 come from?",
        """
        SELECT amount / 1e6, status, len(string_split(derived_from, '|')) >= 2 FROM capex_by_definition
        WHERE entity_id = 'alphabet' AND calendar_quarter = '2024Q4' AND is_preferred
        """,
        # No filing prints it: year 52,535 less nine months 38,259.
        [(14_276, "derived", True)],
    ),
    Question(
        "What does Meta guide for 2026, and what has that replaced?",
        """
        SELECT amount_low_local / 1e9, amount_high_local / 1e9, (SELECT count(*) FROM outlooks WHERE entity_id = 'meta' AND target_year = 2026
          AND superseded_by IS NOT NULL) FROM outlooks WHERE entity_id = 'meta' AND target_year = 2026 AND is_latest
        """,
        # January 115 to 135, April 125 to 145, July 130 to 145 billion dollars: two were replaced. The middle is nobody's figure.
        [(130, 145, 2)],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def tables(shipped: Warehouse) -> Any:
    """Every table of the shipped raw/ as a DuckDB view of its name."""
    connection = duckdb.connect()
    for path in sorted(shipped.root.glob("*.parquet")):
        connection.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path.as_posix()}'")
    yield connection
    connection.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asks)
def test_answer_of_the_tables_is_that_of_the_documents(tables: Any, question: Question) -> None:
    """The tables answer as the documents do."""
    found = tables.execute(question.sql).fetchall()
    assert len(found) == len(question.answer), found
    for row, expected in zip(found, question.answer, strict=True):
        assert len(row) == len(expected)
        for value, wanted in zip(row, expected, strict=True):
            if isinstance(wanted, str | bool) or wanted is None:
                assert value == wanted, (row, expected)
            else:
                assert value == pytest.approx(wanted, rel=1e-5), (row, expected)
