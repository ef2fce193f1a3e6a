"""Queries that a person writes who has read only the names of tables and columns, with answers worked out by hand from documents.

Amounts in millions are printed figures of results announcements and filings; the arithmetic stands beside each answer. A query that
needs a filter to be right does not belong here: change the table instead.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd
import pytest

from capex_pipeline.release import views
from capex_pipeline.schemas.vocabulary import BALANCE_TABLES, FLOW_TABLES
from capex_pipeline.storage.warehouse import Warehouse

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")

FOUR = "entity_id IN ('alphabet', 'amazon', 'meta', 'microsoft')"


class Query(NamedTuple):
    """A question, the obvious SQL, and the expected rows."""

    question: str
    sql: str
    answer: list[tuple[Any, ...]]


QUERIES = [
    # 25,019 + 32,183 + 35,095 + 39,522
    Query(
        "Amazon's capex in 2025",
        "SELECT sum(amount_usd) / 1e6 FROM capex WHERE entity_id = 'amazon' AND calendar_year_of_company = 2025",
        [(131_819,)],
    ),
    # 14,925 + 17,620 + 22,620 + 27,834
    Query(
        "Amazon's capex in 2024",
        "SELECT sum(amount_local) / 1e6 FROM capex WHERE entity_id = 'amazon' AND calendar_year_of_company = 2024",
        [(82_999,)],
    ),
    # Alphabet 52,535; Amazon 82,999; Meta 37,256; Microsoft 10,952 + 13,873 + 14,923 + 15,804 = 55,552: 228,342. 2025: 91,447; 131,819;
    # 12,941 + 16,538 + 18,829 + 21,383 = 69,691; 16,745 + 17,079 + 19,394 + 29,876 = 83,094: 376,051.
    Query(
        "Four US groups by year",
        f"SELECT calendar_year_of_company, sum(amount_usd) / 1e6 FROM capex WHERE {FOUR} AND calendar_year_of_company IN (2024, 2025) GROUP BY 1 ORDER BY 1",
        [(2024, 228_342), (2025, 376_051)],
    ),
    Query(
        "The same from the table of groups",
        "SELECT calendar_year, sum(amount_usd) / 1e6 FROM capex_by_overlapping_group WHERE entity_id = 'us_four' AND calendar_year IN (2024, 2025) "
        "GROUP BY 1 ORDER BY 1",
        [(2024, 228_342), (2025, 376_051)],
    ),
    # Alibaba 11,153 + 12,094; Tencent 14,359 + 8,729; Baidu 2,038 + 2,118
    Query(
        "Three Chinese groups in yuan, first half of 2024",
        "SELECT sum(amount_cny) / 1e6 FROM capex WHERE entity_id IN ('alibaba', 'tencent', 'baidu') AND calendar_quarter IN ('2024Q1', '2024Q2')",
        [(50_491,)],
    ),
    # 27,550 / 7.188212 + 22,941 / 7.24187
    Query(
        "Three Chinese groups in US dollars, first half of 2024",
        "SELECT round(sum(amount_usd) / 1e6, 1) FROM capex_by_overlapping_group WHERE entity_id = 'alibaba_tencent_baidu' AND calendar_quarter IN ('2024Q1', '2024Q2')",
        [(7_000.5,)],
    ),
    # Microsoft 10,952 + 13,873; Alphabet 12,012 + 13,186; Meta 6,400 + 8,173; Amazon 14,925 + 17,620
    Query(
        "Four US groups in cash, first half of 2024",
        "SELECT sum(amount_usd) / 1e6 FROM capex_by_overlapping_group WHERE entity_id = 'us_four' AND calendar_quarter IN ('2024Q1', '2024Q2')",
        [(97_141,)],
    ),
    # Without leases 13,873; on the call 19.0 billion with finance leases.
    Query(
        "Microsoft's comparable and own amount, April to June 2024",
        "SELECT comparable_amount_usd / 1e6, headline_amount_usd / 1e6 FROM headline_capex WHERE entity_id = 'microsoft' AND calendar_quarter = '2024Q2'",
        [(13_873, 19_000)],
    ),
    # 17,620 less incentives of 1,227
    Query(
        "Amazon gross and net of incentives, April to June 2024",
        "SELECT comparable_amount_usd / 1e6, headline_amount_usd / 1e6 FROM headline_capex WHERE entity_id = 'amazon' AND calendar_quarter = '2024Q2'",
        [(17_620, 16_393)],
    ),
    # First 27,266 - 19,601; re-presented 27,045 - 19,453 with the 10-K for 2024.
    Query(
        "Meta's fourth quarter of 2023, first reported and now",
        "SELECT first_reported_amount_local / 1e6, amount_local / 1e6 FROM capex WHERE entity_id = 'meta' AND calendar_quarter = '2023Q4'",
        [(7_665, 7_592)],
    ),
    # Reports of 2023: 6,842 + 6,216 + 6,543 + 7,665 = 27,266, the 10-K's year. On 25 April 2024 the first of them became 6,823.
    Query(
        "Meta's capex of 2023 as known at the end of March and of June 2024",
        "SELECT sum(amount_local) FILTER (known_from <= DATE '2024-03-31' AND (known_to IS NULL OR known_to > DATE '2024-03-31')) / 1e6, "
        "sum(amount_local) FILTER (known_from <= DATE '2024-06-30' AND (known_to IS NULL OR known_to > DATE '2024-06-30')) / 1e6 "
        "FROM capex_vintages WHERE entity_id = 'meta' AND calendar_quarter LIKE '2023%'",
        [(27_266, 27_247)],
    ),
    # Four 10-Q and releases by 2 August 2024: 10,952 + 13,873; 12,012 + 13,186; 6,400 + 8,173; 14,925 + 17,620.
    Query(
        "What was known at the end of August 2024 of four US groups in 2024",
        f"SELECT count(*), sum(amount_usd) / 1e6 FROM capex_as_of('2024-08-31') WHERE {FOUR} AND calendar_quarter LIKE '2024%'",
        [(8, 97_141)],
    ),
    # 10-K for 2023: 27,266 million; re-presented as 27,045 with the 10-K for 2024. Tencent's own reports for 2024Q4 and 2025Q1: not on record.
    Query(
        "How much were the quarters of 2023 revised",
        "SELECT sum(revision_local) / 1e6 FROM capex WHERE entity_id = 'meta' AND calendar_year_of_company = 2023",
        [(-221,)],
    ),
    # The 10-Q of 2014 print thousands (29,068; 22,527), those of 2015 millions.
    Query(
        "What later reports only rounded is no revision",
        "SELECT calendar_quarter, first_reported_amount_local / 1e3, amount_local / 1e6, revision_local, revision_state FROM capex"
        " WHERE entity_id = 'nvidia' AND calendar_quarter IN ('2014Q1', '2014Q2') ORDER BY 1",
        [("2014Q1", 29_068, 29, None, "rounded"), ("2014Q2", 22_527, 23, None, "rounded")],
    ),
    Query(
        "Revisions where the first report is not on record",
        "SELECT revision_local FROM capex WHERE entity_id = 'tencent' AND calendar_quarter = '2025Q1'",
        [(None,)],
    ),
    # Announced on 14 May 2025; the table holds the comparative of a year later, so the first amount is unknown.
    Query(
        "When Tencent first reported January to March 2025",
        "SELECT strftime(first_reported_on, '%Y-%m-%d'), first_reported_amount_local FROM capex WHERE entity_id = 'tencent' AND calendar_quarter = '2025Q1'",
        [("2025-05-14", None)],
    ),
    # Fiscal 2024: 9,917 + 9,735 + 10,952 + 13,873 = 44,477, as the 10-K prints it.
    Query(
        "Microsoft's trailing twelve months to June 2024",
        "SELECT ttm_amount_local / 1e6 FROM capex WHERE entity_id = 'microsoft' AND calendar_quarter = '2024Q2'",
        [(44_477,)],
    ),
    Query(
        "Microsoft's fiscal 2024",
        "SELECT sum(amount_local) / 1e6 FROM capex WHERE entity_id = 'microsoft' AND fiscal_year = 2024",
        [(44_477,)],
    ),
    Query(
        "Alibaba's fiscal 2026",
        "SELECT sum(amount_local) / 1e6 FROM capex WHERE entity_id = 'alibaba' AND fiscal_year = 2026",
        [(126_063,)],  # 38,676 + 31,501 + 28,999 + 26,887
    ),
    # 12,094 / 6,927
    Query(
        "Growth of Alibaba, April to June 2024",
        "SELECT round(yoy_local_pct, 2) FROM capex WHERE entity_id = 'alibaba' AND calendar_quarter = '2024Q2'",
        [(74.59,)],
    ),
    # 52,784 against 19,107
    Query(
        "Growth of Tencent, April to June 2026",
        "SELECT round(yoy_local_pct, 1) FROM capex WHERE entity_id = 'tencent' AND calendar_quarter = '2026Q2'",
        [(176.3,)],
    ),
    # Releases of 2019: 3.96 + 3.78 + 3.68 + 4.24 with principal payments; of 2018: 2.81 + 3.46 + 3.34 + 4.37 without.
    Query(
        "Meta by year around its change to a figure with leases",
        "SELECT calendar_year_of_company, sum(amount_usd) / 1e9, count(*), sum(is_break::INT) FROM capex WHERE entity_id = 'meta' AND calendar_year_of_company IN (2018, 2019) "
        "GROUP BY 1 ORDER BY 1",
        [(2018, 13.98, 4, 0), (2019, 15.66, 4, 1)],
    ),
    # Gross before 2023, net of proceeds after: growth over the break says nothing.
    Query(
        "Meta's growth across its change of definition",
        "SELECT is_break, yoy_local_pct FROM capex WHERE entity_id = 'meta' AND calendar_quarter = '2023Q1'",
        [(True, None)],
    ),
    # Amazon announced its results on 1 August 2024 and filed them a day later, and the copy on record is of the filing. Alibaba announced the quarter
    # on 15 May 2025, and its cloud revenue was taken from the annual report of 26 June.
    Query(
        "When cloud revenue was first published",
        "SELECT entity_id, first_reported_on, first_filed_on FROM cloud_revenue WHERE (entity_id, calendar_quarter) IN (('amazon', '2024Q2'), "
        "('alibaba', '2025Q1')) ORDER BY 1",
        [("alibaba", dt.date(2025, 5, 15), None), ("amazon", None, dt.date(2024, 8, 2))],
    ),
    # Meta's series changes in the first quarters of 2022 and 2023. Alphabet 52,535, Amazon 82,999, Meta 37,256 and Microsoft 55,552 after 32,251,
    # 52,729, 27,045 and 35,202.
    Query(
        "Why the four US groups have no growth in 2022 and 2023",
        "SELECT calendar_year, round(yoy_usd_pct, 1), why_no_yoy FROM capex_by_overlapping_group_and_calendar_year WHERE entity_id = 'us_four' "
        "AND calendar_year BETWEEN 2022 AND 2024 ORDER BY 1",
        [(2022, None, "series_changes"), (2023, None, "series_changes"), (2024, 55.1, None)],
    ),
    # Of 2026 only the quarters to June are published; Alphabet's statements here begin with the last quarter of 2014.
    Query(
        "Alphabet's years of which all four quarters are here",
        "SELECT year(quarter_start), calendar_year_of_company, why_no_calendar_year, count(*) FROM capex WHERE entity_id = 'alphabet' "
        "AND year(quarter_start) IN (2014, 2025, 2026) GROUP BY ALL ORDER BY 1",
        [(2014, None, "quarters_missing", 1), (2025, 2025, None, 4), (2026, None, "quarters_to_come", 2)],
    ),
    Query(
        "Years in which the total of the US groups is whole",
        "SELECT DISTINCT year(quarter_start), calendar_year, why_no_calendar_year FROM capex_by_overlapping_group WHERE entity_id = 'us_four' "
        "AND quarter_start >= DATE '2025-01-01' ORDER BY 1",
        [(2025, 2025, None), (2026, None, "quarters_to_come")],
    ),
    # 25,019 + 32,183 + 35,095 + 39,522; of 2026 only two quarters are published. (131,819 / 82,999 - 1) * 100; revenue 716,924.
    Query(
        "Amazon by calendar year, from the table of years",
        "SELECT calendar_year_of_company, amount_usd / 1e6, round(yoy_local_pct, 1), round(capex_to_revenue_pct, 1) FROM capex_by_calendar_year "
        "WHERE entity_id = 'amazon' AND calendar_year_of_company >= 2025 ORDER BY 1",
        [(2025, 131_819, 58.8, 18.4), (2026, None, None, None)],
    ),
    # 228,342 and 376,051, as above
    Query(
        "Four US groups by calendar year, from the table of years",
        "SELECT calendar_year, amount_usd / 1e6, round(yoy_local_pct, 1) FROM capex_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year >= 2025 ORDER BY 1",
        [(2025, 376_051, 64.7), (2026, None, None)],
    ),
    # AWS 25,037 + 26,281 + 27,452 + 28,786. Microsoft moved products between its segments from July 2024 on.
    Query(
        "Cloud revenue in 2024",
        "SELECT entity_id, amount_usd / 1e6 FROM cloud_revenue_by_calendar_year WHERE calendar_year_of_company = 2024 AND entity_id IN ('amazon', 'microsoft') ORDER BY 1",
        [("amazon", 107_556), ("microsoft", None)],
    ),
    # 41.0 and 24.2 billion were said on the calls of July 2026 and 2025.
    Query(
        "Growth of Microsoft's own headline",
        "SELECT round(headline_yoy_local_pct, 0) FROM headline_capex WHERE entity_id = 'microsoft' AND calendar_quarter = '2026Q2'",
        [(69,)],
    ),
    # AWS 45,370 and 62,202; Google Cloud 13,059 and 19,206; Intelligent Cloud 12,281 + 13,371 + 12,986 + 14,601 = 53,239 and 15,118 + 17,375 +
    # 16,964 + 18,327 = 67,784: 149,192 / 111,668. Alibaba, Baidu, CoreWeave and Oracle are not on record for both years.
    Query(
        "By how much the cloud revenue of all companies grew in 2021",
        "SELECT amount_usd, comparable_companies, round(comparable_companies_yoy_usd_pct, 1) FROM cloud_revenue_of_all_companies_by_calendar_year "
        "WHERE calendar_year = 2021",
        [(None, "alphabet|amazon|microsoft", 33.6)],
    ),
    # The year is not over for any company.
    Query(
        "What all companies spent in 2026",
        "SELECT amount_usd, companies_reported FROM capex_of_all_companies_by_calendar_year WHERE calendar_year = 2026",
        [(None, 0)],
    ),
    # CoreWeave published 2024 and later only, so there is no total of all companies for 2023.
    Query(
        "Capex of all companies in 2023, and who is missing",
        "SELECT amount_usd, missing_companies FROM capex_of_all_companies_by_calendar_year WHERE calendar_year = 2023",
        [(None, "coreweave")],
    ),
    # Meta's series of 2022 is on another definition than that of 2021.
    Query(
        "Whose capex the growth of 2022 compares",
        "SELECT comparable_companies FROM capex_of_all_companies_by_calendar_year WHERE calendar_year = 2022",
        [("alibaba|alphabet|amazon|baidu|microsoft|nvidia|oracle|tencent",)],
    ),
    # Results were announced on 1 August 2024, of which no document is on record; the 10-Q is of 2 August.
    Query(
        "When Amazon first reported its capex of April to June 2024",
        "SELECT first_reported_on, strftime(first_filed_on, '%Y-%m-%d') FROM capex WHERE entity_id = 'amazon' AND calendar_quarter = '2024Q2'",
        [(None, "2024-08-02")],
    ),
    # The segments were recast in August 2024: fiscal 2024 is 105,362 as first reported and 87,464 as recast.
    Query(
        "By how much Microsoft's cloud revenue of July to September 2023 was revised",
        "SELECT revision_local FROM cloud_revenue WHERE entity_id = 'microsoft' AND calendar_quarter = '2023Q3'",
        [(None,)],
    ),
    # Google Workspace is in the segment, the AWS segment has no office software.
    Query(
        "What the cloud revenue of Alphabet and Amazon includes",
        "SELECT DISTINCT entity_name, scope FROM cloud_revenue WHERE entity_id IN ('alphabet', 'amazon') ORDER BY 1",
        [
            ("Alphabet", "infrastructure, platform and Google Workspace"),
            ("Amazon", "compute, storage, database and other services"),
        ],
    ),
    Query(
        "Capex of the US hyperscalers in 2025",
        "SELECT round(amount_usd / 1e9, 1) FROM capex_by_overlapping_group_and_calendar_year WHERE entity_name = 'Four US hyperscalers' "
        "AND calendar_year = 2025",
        [(376.1,)],
    ),
    # 2024 is the first year of which CoreWeave is on record: Amazon 83.0, Microsoft 55.6, Alphabet 52.5, Meta 37.3, Oracle 10.7, Tencent 10.7,
    # Alibaba 10.1, CoreWeave 8.7, Nvidia 3.2 and Baidu 1.1 billion.
    Query(
        "Capex of all companies by year, from the table by company and quarter",
        "SELECT calendar_year_of_all_in_table, round(sum(amount_usd) / 1e9, 1) FROM capex WHERE calendar_year_of_all_in_table IS NOT NULL "
        "GROUP BY 1 ORDER BY 1",
        [(2024, 272.9), (2025, 457.8)],
    ),
    # Only Oracle has reported July to September 2026.
    Query(
        "The newest quarter of capex of all companies, from the table by company and quarter",
        "SELECT max(calendar_quarter_of_all_in_table) FROM capex",
        [("2026Q2",)],
    ),
    # Counts of AMD and of Amazon's Trainium begin with 2024.
    Query(
        "Chips of all suppliers by year, from the table by supplier",
        "SELECT DISTINCT calendar_year_of_all_suppliers FROM gpu_shipments WHERE calendar_year_of_all_suppliers IS NOT NULL ORDER BY 1",
        [(2024,), (2025,)],
    ),
    # AWS is infrastructure, Microsoft's series has server products and Google Cloud has Workspace: shares of their sum are shares of no market.
    Query(
        "Tables with a share of all companies",
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'share_of_all_in_table_pct' ORDER BY 1",
        [("capex",), ("capex_by_calendar_year",), ("capex_explained",)],
    ),
    # Meta publishes no cloud revenue.
    Query(
        "Whose cloud revenue is in the total of the US groups",
        "SELECT DISTINCT entity_name FROM cloud_revenue_by_overlapping_group WHERE entity_id = 'us_four'",
        [("Four US hyperscalers (Alphabet, Amazon and Microsoft only)",)],
    ),
    # Only Oracle has reported a quarter that ends in August 2026.
    Query(
        "Total of the newest quarter",
        "SELECT amount_usd, members_reported, is_complete FROM capex_by_overlapping_group WHERE entity_id = 'all_tracked' ORDER BY calendar_quarter DESC LIMIT 1",
        [(None, 1, False)],
    ),
    Query(
        "Each company once in its newest quarter",
        "SELECT count(*) = count(DISTINCT entity_id) FROM capex WHERE is_latest_quarter_of_company",
        [(True,)],
    ),
    # 175 to 185, then 180 to 190, then 195 to 205; 220; 130 to 145; 175: low 720, high 745, middle 200 + 220 + 137.5 + 175.
    Query(
        "Guidance of the four US groups for 2026",
        "SELECT sum(amount_low_usd) / 1e9, sum(amount_mid_usd) / 1e9, sum(amount_high_usd) / 1e9 FROM outlooks "
        f"WHERE is_latest AND kind = 'guidance' AND target_year = 2026 AND {FOUR}",
        [(720, 732.5, 745)],
    ),
    # CoreWeave said 30 to 35 in February 2026.
    Query(
        "Guidance of every company for 2026",
        "SELECT sum(amount_low_usd) / 1e9, count(*) = count(DISTINCT entity_id) FROM outlooks "
        "WHERE is_latest AND kind = 'guidance' AND target_year = 2026",
        [(750, True)],
    ),
    # 32 to 33 billion said in October 2022; the four quarters with principal are 32,040 million.
    Query(
        "Meta's guidance for 2022 and 2024 against what came",
        "SELECT target_year, amount_low_usd / 1e9, amount_high_usd / 1e9, outcome FROM outlooks WHERE entity_id = 'meta' AND is_latest "
        "AND target_year IN (2022, 2024) ORDER BY 1",
        [(2022, 32, 33, "inside"), (2024, 38, 40, "inside")],
    ),
    Query(
        "Why Microsoft's outlook fell",
        "SELECT superseded_reason, amount_mid_usd / 1e9 FROM outlooks WHERE entity_id = 'microsoft' AND target_year = 2026 AND NOT is_latest",
        [("redefined", 190)],
    ),
    # (200 / 185 - 1) * 100
    Query(
        "How Alphabet last revised its outlook",
        "SELECT round(revision_pct, 2) FROM outlooks WHERE entity_id = 'alphabet' AND target_year = 2026 AND is_latest",
        [(8.11,)],
    ),
    Query(
        "Alibaba's plan is a lower bound over three years",
        "SELECT amount_low_local / 1e9, amount_high_local, target_year FROM outlooks WHERE entity_id = 'alibaba' AND kind = 'guidance' AND is_latest",
        [(380, None, None)],
    ),
    # Epoch AI's medians by quarter: H20 138,719 + 223,064 + 272,247 + 324,380
    Query(
        "H20 in 2024",
        "SELECT sum(units) FROM gpu_shipments WHERE product = 'h20' AND calendar_year_of_supplier = 2024",
        [(958_410,)],
    ),
    Query(
        "Nvidia's accelerators in 2024",
        "SELECT round(sum(units) / 1e6, 2) FROM gpu_shipments WHERE supplier_id = 'nvidia' AND calendar_year_of_supplier = 2024",
        [(3.84,)],
    ),
    Query(
        "MI300X that Microsoft got in 2024",
        "SELECT sum(units) FROM gpu_shipments_by_customer_and_product WHERE product = 'mi300x' AND customer_id = 'microsoft' AND calendar_year_of_supplier = 2024",
        [(79_969,)],
    ),
    Query(
        "H20 in the first quarter of 2024 with its interval",
        "SELECT units_low, units, units_high FROM gpu_estimates WHERE product = 'h20' AND calendar_quarter = '2024Q1' AND supplier_id = 'nvidia' "
        "AND calendar_basis = 'calendar' AND measure = 'flow' AND claimant = 'Epoch AI'",
        [(106_730, 138_719, 180_461)],
    ),
    Query(
        "Estimators of Nvidia's chips",
        "SELECT DISTINCT estimator FROM gpu_shipments WHERE supplier_id = 'nvidia'",
        [("Epoch AI",)],
    ),
    Query(
        "Makers and buyers use one id for H100 and H200",
        "SELECT count(*) FROM gpu_shipments WHERE product IN ('h100', 'h200') UNION ALL "
        "SELECT count(*) FROM gpu_shipments_by_customer_and_product WHERE product IN ('h100', 'h200')",
        [(0,), (0,)],
    ),
    # Omdia, December 2024
    Query(
        "Hopper chips by buyer, as Omdia counts",
        "SELECT customer_id, units FROM gpu_estimates_by_customer WHERE claimant = 'Omdia' AND product = 'hopper' ORDER BY units DESC, 1 LIMIT 1",
        [("microsoft", 485_000)],
    ),
    # AWS 25,037 + 26,281 + 27,452 + 28,786; Google Cloud 9,574 + 10,347 + 11,353 + 11,955
    Query(
        "AWS and Google Cloud in 2024",
        "SELECT entity_id, sum(amount_usd) / 1e6 FROM cloud_revenue WHERE entity_id IN ('amazon', 'alphabet') AND calendar_year_of_company = 2024 GROUP BY 1 ORDER BY 1",
        [("alphabet", 43_229), ("amazon", 107_556)],
    ),
    Query(
        "Alibaba Cloud, April to June 2024",
        "SELECT amount_local / 1e6, round(yoy_local_pct, 2), fiscal_quarter FROM cloud_revenue WHERE entity_id = 'alibaba' AND calendar_quarter = '2024Q2'",
        [(26_549, 5.68, "FY2025Q1")],
    ),
    Query(
        "Microsoft's recast is a break and no fall",
        "SELECT amount_local / 1e6, is_break, yoy_local_pct FROM cloud_revenue WHERE entity_id = 'microsoft' AND calendar_quarter = '2024Q3'",
        [(24_092, True, None)],
    ),
    Query(
        "Who is missing in the cloud total of April to June 2026",
        "SELECT amount_usd, missing_members FROM cloud_revenue_by_overlapping_group WHERE entity_id = 'all_tracked' AND calendar_quarter = '2026Q2'",
        [(None, "alibaba|baidu")],
    ),
    # AWS 42.2 (rounded); Google Cloud and Intelligent Cloud as their releases print them.
    Query(
        "AWS, April to June 2026",
        "SELECT amount_usd / 1e9, source_type FROM cloud_revenue WHERE entity_id = 'amazon' AND calendar_quarter = '2026Q2'",
        [(42.2, "third_party_copy")],
    ),
    # 159,501 + 161,117 + 167,193 + 172,446 = 660,257, which the annual announcement prints.
    Query(
        "Tencent's capex as a share of revenue in 2024",
        "SELECT sum(r.amount_local) / 1e6, round(100 * sum(c.amount_local) / sum(r.amount_local), 2) "
        "FROM capex c JOIN revenue r USING (entity_id, calendar_quarter) WHERE entity_id = 'tencent' AND c.calendar_year_of_company = 2024",
        [(660_257, 11.63)],
    ),
    # Said on the calls of fiscal 2023: 6.6 + 6.8 + 7.8 + 10.7
    Query(
        "Microsoft's own capex in fiscal 2023",
        "SELECT sum(headline_amount_usd) / 1e9, count(headline_amount_usd) FROM headline_capex WHERE entity_id = 'microsoft' AND fiscal_year = 2023",
        [(31.9, 4)],
    ),
    # The 10-K for fiscal 2024 prints revenue of 245,122.
    Query(
        "Microsoft's revenue of fiscal 2024",
        "SELECT sum(amount_local) / 1e6 FROM revenue WHERE entity_id = 'microsoft' AND fiscal_year = 2024",
        [(245_122,)],
    ),
    # 52,535 of 350,018
    Query(
        "Alphabet's capex as a share of revenue in 2024",
        "SELECT round(capex_to_revenue_pct, 2) FROM capex_by_calendar_year WHERE entity_id = 'alphabet' AND calendar_year_of_company = 2024",
        [(15.01,)],
    ),
    # 63, 63, 66 and 64 fixings of the European Central Bank with quarterly means of 7.1882, 7.2419, 7.1663 and 7.1875
    Query(
        "Yuan per dollar in 2024",
        "SELECT round(average_rate, 4) FROM fx_rates WHERE currency = 'CNY' AND calendar_period = '2024'",
        [(7.1956,)],
    ),
    # Form 10-K for 2024: 37,256 of 91,328 from operations
    Query(
        "Meta's capex as a share of operating cash flow in 2024",
        "SELECT round(100 * sum(c.amount_local) / sum(o.amount_local), 1) FROM capex c "
        "JOIN operating_cash_flow o USING (entity_id, calendar_quarter) WHERE entity_id = 'meta' AND c.calendar_year_of_company = 2024",
        [(40.8,)],
    ),
    # The second quarter's cash-flow statement is not on record, so a join leaves its capex out as well.
    Query(
        "A join of capex with operating cash flow holds the same quarters of both",
        "SELECT c.calendar_quarter FROM capex c JOIN operating_cash_flow o USING (entity_id, calendar_quarter) "
        "WHERE entity_id = 'meta' AND c.calendar_quarter LIKE '2026%'",
        [("2026Q1",)],
    ),
    Query(
        "A join by company and quarter keeps every row",
        "SELECT (SELECT count(*) FROM capex) = (SELECT count(*) FROM capex LEFT JOIN revenue USING (entity_id, calendar_quarter))",
        [(True,)],
    ),
    Query(
        "A pivot without a filter has one number a cell",
        "SELECT max(n) FROM (SELECT count(*) AS n FROM capex GROUP BY entity_id, calendar_quarter)",
        [(1,)],
    ),
    Query(
        "Companies known from the press only",
        "SELECT DISTINCT entity_id FROM capex_by_definition WHERE NOT is_aggregate AND entity_id NOT IN (SELECT entity_id FROM capex)",
        [("bytedance",)],
    ),
    Query(
        "Products that contain others",
        "SELECT product, contains FROM products WHERE is_combined ORDER BY 1",
        [("blackwell", "b200|b300"), ("h100_h200", "h100|h200"), ("hopper", "h100|h200|h20")],
    ),
    # Announcements: Alibaba on 16 November 2023, Baidu on 21 November, Tencent on 15 November: seven quarters each since 2022.
    Query(
        "What was public of the Chinese companies at the end of 2023",
        "SELECT entity_id, count(*) FROM capex WHERE entity_id IN ('alibaba', 'baidu', 'tencent') AND calendar_quarter >= '2022Q1' "
        "AND first_reported_on <= DATE '2023-12-31' GROUP BY 1 ORDER BY 1",
        [("alibaba", 7), ("baidu", 7), ("tencent", 7)],
    ),
    # Epoch AI's printed rows of 2024. H100 and H200 count as one each: 552,252 + 650,874 + 794,383 + 681,105 = 2,678,614; H20: 20,748 +
    # 33,363 + 40,720 + 48,517 = 143,348; B200: 507,167.
    Query(
        "Computing power that Nvidia shipped in 2024, in H100 equivalents by chip",
        "SELECT product, sum(h100_equivalents) FROM gpu_shipments WHERE supplier_id = 'nvidia' AND calendar_year_of_supplier = 2024 GROUP BY 1 ORDER BY 1",
        [("b200", 507_167), ("h100_h200", 2_678_614), ("h20", 143_348)],
    ),
    # Form 10-Q for the quarter to August 2026, and Form 10-K of fiscal 2025: 664.0 and 137.8 billion dollars
    Query(
        "Oracle's backlog in May 2025 and in August 2026",
        "SELECT balance_usd / 1e9 FROM remaining_performance_obligations "
        "WHERE entity_id = 'oracle' AND fiscal_period_end IN ('2025-05-31', '2026-08-31') ORDER BY quarter_start",
        [(137.8,), (664.0,)],
    ),
    # Form 10-Q for the quarter to March 2026: 46,679 from operations, 30,876 for property and equipment
    Query(
        "Microsoft's capex against its operating cash flow in the first quarter of 2026",
        "SELECT c.amount_local / 1e6, o.amount_local / 1e6 FROM capex c JOIN operating_cash_flow o USING (entity_id, calendar_quarter) "
        "WHERE entity_id = 'microsoft' AND calendar_quarter = '2026Q1'",
        [(30_876, 46_679)],
    ),
    # Epoch AI prints 33,518,096 watts for the Trainium1 of the quarter
    Query(
        "Rated power of the Trainium1 chips that Amazon took in the first quarter of 2024",
        "SELECT sum(power_mw) FROM gpu_shipments_by_customer_and_product WHERE customer_id = 'amazon' AND product = 'trainium1' AND calendar_quarter = '2024Q1'",
        [(33.518096,)],
    ),
    # Microsoft's recast of August 2024; the sum of amounts across it compares unlike things
    Query(
        "Quarters of 2024 and 2025 in which cloud revenue of the four US groups breaks",
        "SELECT calendar_quarter FROM cloud_revenue_by_overlapping_group WHERE entity_id = 'us_four' AND is_break AND calendar_quarter BETWEEN '2024Q1' AND '2025Q4'",
        [("2024Q3",)],
    ),
    # Alibaba 11,153 + Tencent 14,359 + Baidu 2,038
    Query(
        "The three Chinese groups in yuan from the table of groups",
        "SELECT amount_cny / 1e6 FROM capex_by_overlapping_group WHERE entity_id = 'alibaba_tencent_baidu' AND calendar_quarter = '2024Q1'",
        [(27_550,)],
    ),
    # CoreWeave's first quarter on record is that of January to March 2024, so a quarter of 2023 has no total of all companies.
    Query(
        "Growth of all companies by hand across the quarter in which one joined",
        "SELECT round(100 * (now.amount_usd / before.amount_usd - 1), 1) FROM capex_by_overlapping_group AS now JOIN capex_by_overlapping_group AS before USING (entity_id) "
        "WHERE entity_id = 'all_tracked' AND now.calendar_quarter = '2024Q2' AND before.calendar_quarter = '2023Q2'",
        [(None,)],
    ),
    Query(
        "Why the total of all companies is null in 2023",
        "SELECT DISTINCT missing_members FROM capex_by_overlapping_group WHERE entity_id = 'all_tracked' AND calendar_quarter LIKE '2023%'",
        [("coreweave",)],
    ),
    Query(
        "Quarters of which every company is in the table",
        "SELECT DISTINCT calendar_quarter, calendar_quarter_of_all_in_table FROM capex WHERE calendar_quarter IN ('2023Q4', '2024Q1', '2026Q2', '2026Q3') ORDER BY 1",
        [("2023Q4", None), ("2024Q1", "2024Q1"), ("2026Q2", "2026Q2"), ("2026Q3", None)],
    ),
    # Oracle's quarter to August 2026 stands alone. April to June 2026: Microsoft 35,802; Alphabet 44,924; Amazon 54,208; Meta 30,116.
    Query(
        "The last line of the wide view",
        "SELECT calendar_quarter, microsoft, alphabet, amazon, meta FROM capex_wide ORDER BY quarter_start DESC LIMIT 1",
        [("2026Q2", 35.802, 44.924, 54.208, 30.116)],
    ),
    # 52,784 / 19,107, and in dollars times 7.229979 / 6.801845, the European Central Bank's means of the two quarters
    Query(
        "Growth of Tencent in yuan and in dollars, April to June 2026",
        "SELECT round(yoy_local_pct, 1), round(yoy_usd_pct, 1) FROM capex WHERE entity_id = 'tencent' AND calendar_quarter = '2026Q2'",
        [(176.3, 193.6)],
    ),
    # The estimator's own totals; the sums of its quarters' 5th percentiles would be 11.49 and 2.58 million.
    Query(
        "Computing power to date with its interval, in millions of H100",
        "SELECT supplier_id, round(h100_equivalents_to_date_p5 / 1e6, 2), round(h100_equivalents_to_date / 1e6, 2), "
        "round(h100_equivalents_to_date_p95 / 1e6, 2) FROM gpu_shipments_to_date WHERE "
        "supplier_id IN ('alphabet', 'nvidia') ORDER BY 1",
        [("alphabet", 3.08, 3.81, 4.54), ("nvidia", 11.90, 13.66, 15.55)],
    ),
    # The Forms 10-K print 91,447 and, for Microsoft's quarters, 16,745 + 17,079 + 19,394 + 29,876.
    Query(
        "Capex of buyers beside their accelerators in 2025",
        "SELECT entity_id, sum(amount_usd) / 1e6, count(*) FROM capex JOIN gpu_shipments_by_customer AS bought "
        "ON bought.customer_id = capex.entity_id AND bought.calendar_quarter = capex.calendar_quarter "
        "WHERE entity_id IN ('alphabet', 'microsoft') AND capex.calendar_year_of_company = 2025 GROUP BY 1 ORDER BY 1",
        [("alphabet", 91_447, 4), ("microsoft", 83_094, 4)],
    ),
    # Before 2024 Amazon's own chips are not counted, so its purchases are no price of what it bought.
    Query(
        "Years in which a buyer's capex stands beside all of its chips",
        "SELECT calendar_year_of_company, sum(capex.amount_usd) / sum(h100_equivalents) IS NULL FROM capex JOIN gpu_shipments_by_customer AS bought "
        "ON bought.customer_id = capex.entity_id AND bought.calendar_quarter = capex.calendar_quarter "
        "WHERE entity_id = 'amazon' AND calendar_year_of_company IN (2023, 2024) GROUP BY 1 ORDER BY 1",
        [(2023, True), (2024, False)],
    ),
    # Amazon's Forms 10-Q to June print 98,411 and 57,202. Alphabet's quarters of 2026 are 35,674 and 44,924; its Form 10-Q to June 2025 prints 39,643.
    Query(
        "Capex of the first half of 2026 and its growth",
        "SELECT entity_id, calendar_ytd_amount_usd / 1e6, round(calendar_ytd_yoy_usd_pct) FROM capex "
        "WHERE entity_id IN ('alphabet', 'amazon') AND calendar_quarter = '2026Q2' ORDER BY 1",
        [("alphabet", 80_598, 103), ("amazon", 98_411, 72)],
    ),
    # No row adds quarters up while a company has not reported.
    Query(
        "Trailing total of all companies in the quarter that is not over",
        "SELECT calendar_quarter, ttm_amount_usd IS NULL FROM capex_of_all_companies WHERE calendar_quarter >= '2026Q2' ORDER BY 1",
        [("2026Q2", False), ("2026Q3", True)],
    ),
    # The total has xAI's chips of Nvidia, which have no row by buyer: shares of buyers add up to less than 100 percent.
    Query(
        "Whether the shares of buyers are of all chips",
        "SELECT calendar_quarter, sum(share_of_all_suppliers_pct) BETWEEN 80 AND 99.5 FROM gpu_shipments_by_customer WHERE calendar_quarter = '2025Q3' GROUP BY 1",
        [("2025Q3", True)],
    ),
    # Epoch AI's table by buyer: 361,677 + 152,692 + 17,117 H20 and no more in the fourth quarter, and 31,859 MI308X.
    Query(
        "Chips for China in 2025 by maker",
        "SELECT supplier_id, sum(units) FROM gpu_shipments_by_customer_and_product WHERE customer_id = 'china_buyers' AND calendar_year_of_supplier = 2025 "
        "GROUP BY 1 ORDER BY 1",
        [("amd", 31_859), ("nvidia", 531_486)],
    ),
    # Epoch AI counts chips by buyer for Nvidia and AMD only: Huawei's are in no number.
    Query(
        "Whose chips the buyers in China are counted with",
        "SELECT DISTINCT customer_name FROM gpu_shipments_by_customer WHERE customer_id = 'china_buyers'",
        [("Buyers in China (chips of AMD and Nvidia only)",)],
    ),
    # Microsoft's segment was recast from July 2024 on: 26,708 + 28,515 of the old cut and 24,092 + 25,544 of the new one are no year.
    Query(
        "Cloud revenue by year of companies with a break or a gap",
        "SELECT calendar_year_of_company, entity_id, sum(amount_usd) / 1e6 FROM cloud_revenue WHERE entity_id IN ('microsoft', 'oracle') "
        "AND calendar_year_of_company IN (2023, 2024) GROUP BY ALL",
        [(2023, "microsoft", 22_081 + 23_993 + 24_259 + 25_880)],
    ),
    # 6.2 after 5.1 billion, each rounded to 0.1, is growth of 19 to 24 percent; the company stated 25.
    Query(
        "Growth of Oracle's cloud revenue from rounded amounts",
        "SELECT yoy_local_pct, yoy_stated_pct FROM cloud_revenue WHERE entity_id = 'oracle' AND calendar_quarter = '2025Q1'",
        [(None, 25)],
    ),
    # AMD's segment is on record for two quarters of 2022 and two of 2023; Nvidia's releases print 3.75, 3.81, 3.83 and 3.62 billion.
    Query(
        "Data-centre revenue of chip makers by year",
        "SELECT calendar_year_of_company, entity_id, sum(amount_usd) / 1e6 FROM data_center_revenue WHERE calendar_year_of_company IN (2022, 2023) AND entity_id <> 'nvidia' "
        "OR calendar_year_of_company = 2022 GROUP BY ALL",
        [(2022, "nvidia", 15_010)],
    ),
    # Revenue of January to March 2025 is not on record, so the year's revenue is no denominator.
    Query(
        "Years of Alibaba's revenue that are whole",
        "SELECT count(*) FROM revenue WHERE entity_id = 'alibaba' AND calendar_year_of_company = 2025",
        [(0,)],
    ),
    # 10-K of fiscal 2026: operating cash flow 102,718 less purchases of property and equipment 6,042 is 96,676 million.
    Query(
        "Nvidia's free cash flow of 2025",
        "SELECT round(sum(amount_usd) / 1e9, 1) FROM free_cash_flow WHERE entity_id = 'nvidia' AND calendar_year_of_company = 2025",
        [(96.7,)],
    ),
    # Segments were recast for fiscal 2021 and 2022 in July 2022, and for fiscal 2024 in August 2024.
    Query(
        "Quarters of cloud revenue that were recast",
        "SELECT entity_id, count(*), min(calendar_quarter), max(calendar_quarter) FROM cloud_revenue WHERE revision_state = 'recast' GROUP BY 1",
        [("microsoft", 12, "2020Q3", "2024Q2")],
    ),
    # Counts of AMD and Amazon begin in 2024, so 2023 has no shares.
    Query(
        "Nvidia's share of computing power at the end of 2023, and all shares of the newest quarter",
        "SELECT calendar_quarter, sum(share_of_all_suppliers_pct) FROM gpu_shipments WHERE calendar_quarter IN ('2023Q4', '2025Q4') GROUP BY 1 ORDER BY 1",
        [("2023Q4", None), ("2025Q4", 100)],
    ),
    # Meta's quarters of 2021 include principal payments on finance leases, those of 2022 do not.
    Query(
        "Who is left out of the growth of all companies in 2022",
        "SELECT companies_left_out_of_yoy FROM capex_of_all_companies_by_calendar_year WHERE calendar_year = 2022",
        [("meta",)],
    ),
    # The filings of 2022 and 2023 that are in raw/ state four quarters of the Data Center segment; later ones are a gap.
    Query(
        "Whether AMD's data center revenue of 2025 is a gap",
        "SELECT DISTINCT state, is_gap FROM coverage WHERE table_name = 'data_center_revenue' AND entity_id = 'amd' AND calendar_quarter LIKE '2025%'",
        [("missing", True)],
    ),
    # Microsoft's calls give no number with leases for the first half of 2022; for 2025 21.4 + 24.2 + 34.9 + 37.5 billion. Meta's 10-K: 32,040.
    Query(
        "Own headline by year",
        "SELECT entity_id, calendar_year_of_company, sum(headline_amount_usd) / 1e6 FROM headline_capex WHERE "
        "entity_id IN ('meta', 'microsoft') AND year(quarter_start) IN (2022, 2025) AND NOT (entity_id = 'meta' AND year(quarter_start) = 2025) GROUP BY ALL ORDER BY 1, 2",
        [("meta", 2022, 32_040), ("microsoft", 2025, 118_000), ("microsoft", None, 13_400)],
    ),
    # 19,000 less 13,873
    Query(
        "What Microsoft's headline adds to cash, April to June 2024",
        "SELECT (headline_amount_usd - comparable_amount_usd) / 1e6 FROM headline_capex WHERE entity_id = 'microsoft' AND calendar_quarter = '2024Q2'",
        [(5_127,)],
    ),
    # Guidance only: the four US groups 720, 732.5 and 745, and CoreWeave 30 to 35. Forecasts on ByteDance do not count.
    Query(
        "Latest outlooks for 2026, added",
        "SELECT sum(amount_low_usd) / 1e9, sum(amount_mid_usd) / 1e9, sum(amount_high_usd) / 1e9 FROM outlooks WHERE is_latest AND target_year = 2026",
        [(750, 765, 780)],
    ),
    Query(
        "Latest forecasts for 2025: three on one company, none of which counts",
        "SELECT count(*) FILTER (WHERE is_latest), count(*) FILTER (WHERE is_latest_third_party_forecast), count(DISTINCT entity_id) FROM outlooks "
        "WHERE kind = 'forecast' AND target_year = 2025",
        [(0, 3, 1)],
    ),
    # Form 10-Q of 15 May 2025 shows January to March 2024 as its comparative; the later quarters follow a year after each.
    Query(
        "What was known of CoreWeave's 2024 in the middle of 2025",
        "SELECT calendar_quarter, value / 1e6, known_from_basis FROM observations_as_of('2025-06-30') WHERE entity_id = 'coreweave' AND metric_id = 'capex' "
        "AND calendar_quarter LIKE '2024%' AND definition_id = 'cash_purchases'",
        [("2024Q1", 1_741.935, "comparative")],
    ),
    Query(
        "A day of retrieval does not pose as the day of a document",
        "SELECT count(*) FROM observations JOIN documents USING (document_id) WHERE observations.known_from = retrieved_on AND published_on IS NULL "
        "AND published_by IS NULL AND observations.known_from_basis = 'document'",
        [(0,)],
    ),
    # Balances in billions. End of 2025: Alphabet 242.8 (10-K 0001652044-26-000018), Amazon 244 (call of 5 February 2026, raw/announcements/backlog.csv),
    # Microsoft 631 (10-Q 0001193125-26-027207), Nvidia 2.3 (10-K 0001045810-26-000021), Oracle 523.3 (10-Q 0001193125-25-315925). End of June 2026:
    # Alphabet 519.5 and Amazon 496 (their 10-Qs, quoted in raw/announcements/backlog.csv), Microsoft 684 (10-K 0001193125-26-323660), Nvidia 3.2 (10-Q
    # 0001045810-26-000075), Oracle 638.0 (10-K 0001193125-26-277521). At the end of August only Oracle's quarter was over.
    Query(
        "Total backlog of the tracked companies",
        "SELECT calendar_quarter, remaining_performance_obligations_of_publishing_members_at_quarter_end_usd / 1e9, remaining_performance_obligations_missing_members "
        "FROM financials_by_overlapping_group WHERE entity_id = 'all_tracked' AND calendar_quarter IN ('2025Q4', '2026Q2', '2026Q3') ORDER BY 1",
        [("2025Q4", 1_643.4, None), ("2026Q2", 2_340.7, None), ("2026Q3", None, "alphabet|amazon|microsoft|nvidia")],
    ),
    # Alphabet's Form 10-Q to June 2026 says that contracts of one year or less are counted from the first quarter of 2026 on (raw/announcements/backlog.csv).
    Query(
        "Quarters of Alphabet's backlog from which earlier ones cannot be taken",
        "SELECT calendar_quarter, note LIKE '%one year or less%' FROM remaining_performance_obligations WHERE entity_id = 'alphabet' AND is_break",
        [("2026Q1", True)],
    ),
    Query(
        "Growth of the backlog of the three US groups across it",
        "SELECT calendar_quarter, remaining_performance_obligations_yoy_usd_pct FROM financials_by_overlapping_group WHERE entity_id = 'us_four' AND calendar_quarter = '2026Q2'",
        [("2026Q2", None)],
    ),
    # Amazon: 200 billion at the end of September 2025 and 364 at the end of March 2026 (calls, raw/announcements/backlog.csv)
    Query(
        "Amazon's backlog at the ends of quarters",
        "SELECT calendar_quarter, balance_usd / 1e9 FROM remaining_performance_obligations WHERE entity_id = 'amazon' AND calendar_quarter IN ('2025Q3', '2026Q1') ORDER BY 1",
        [("2025Q3", 200), ("2026Q1", 364)],
    ),
    # Microsoft's note states 5.8 billion for the first quarter (10-Q 0001193125-26-191507), 7.1 for the third (0001193125-25-256321), 7.9 for the
    # fourth (0001193125-26-027207), and for fiscal 2025 22.0 (10-K 0000950170-25-100235), of which 15.7 in nine months (0001193125-26-191507): 27.1.
    Query(
        "Microsoft's depreciation in 2025",
        "SELECT calendar_year_of_company, sum(amount_usd) / 1e6 FROM depreciation WHERE entity_id = 'microsoft' AND calendar_year_of_company >= 2020 GROUP BY 1",
        [(2025, 27_100)],
    ),
    # Cash-flow statements of the 10-Ks for 2025: Alphabet's depreciation of property and equipment 21,136 (0001652044-26-000018); depreciation and
    # amortization of Amazon 65,756 (0001018724-26-000004) and of Meta 18,616 (0001628280-26-003942); Microsoft's note 27,100 as above.
    Query(
        "Depreciation of the four US groups in 2025",
        "SELECT entity_id, sum(amount_usd) / 1e6 FROM depreciation WHERE calendar_year_of_company = 2025 AND "
        + FOUR
        + " GROUP BY 1 ORDER BY 1",
        [("alphabet", 21_136), ("microsoft", 27_100)],
    ),
    Query(
        "Depreciation of the other two, who state it together with amortization",
        "SELECT entity_id, sum(amount_usd) / 1e6 FROM depreciation_and_amortization WHERE calendar_year_of_company = 2025 AND "
        + FOUR
        + " GROUP BY 1 ORDER BY 1",
        [("amazon", 65_756), ("meta", 18_616)],
    ),
    Query(
        "Total depreciation of the four US groups: two of them state none without amortization",
        "SELECT depreciation_usd, depreciation_missing_members FROM financials_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year = 2025",
        [(None, "amazon|meta")],
    ),
    # Alibaba's announcement: -18,815 million yuan for April to June 2025 by its own definition. Its free cash flow is not computed, because no document
    # on record has both its operating cash flow and its purchases.
    Query(
        "Free cash flow of Alibaba, April to June 2025",
        "SELECT 'free_cash_flow', amount_local / 1e6 FROM free_cash_flow WHERE entity_id = 'alibaba' AND calendar_quarter = '2025Q2' UNION ALL "
        "SELECT 'free_cash_flow_as_stated', amount_local / 1e6 FROM free_cash_flow_as_stated WHERE entity_id = 'alibaba' AND calendar_quarter = '2025Q2'",
        [("free_cash_flow_as_stated", -18_815)],
    ),
    Query(
        "Definitions in a comparison of free cash flow over companies",
        "SELECT count(DISTINCT definition_id) FROM free_cash_flow",
        [(1,)],
    ),
    # The newest cash-flow statements on record are of March 2026 for Alibaba (table of 6-K releases, 13 May 2026), Alphabet (10-Q 0001652044-26-000048) and
    # Meta (10-Q 0001628280-26-028526); those of Amazon (0001018724-26-000026), Microsoft (0001193125-26-323660), Nvidia (0001045810-26-000075) and Oracle
    # (0001193125-26-277521) reach June or later. Of Baidu, CoreWeave and Tencent none is on record, so no quarter of theirs is expected.
    Query(
        "Missing quarters of operating cash flow in 2026",
        "SELECT entity_id, calendar_quarter FROM coverage WHERE table_name = 'operating_cash_flow' AND state = 'missing' "
        "AND calendar_quarter = '2026Q2' ORDER BY 1",
        [("alibaba", "2026Q2"), ("alphabet", "2026Q2"), ("meta", "2026Q2")],
    ),
    # ---- questions of a reader who knew table and column names only. "10-K" and "10-Q" are the XBRL facts of the filing whose accession number stands
    # beside them; cash from operations less purchases of property and equipment of calendar 2025: Alphabet 164,713 - 91,447 (0001652044-26-000018),
    # Amazon 139,514 - 131,819 (0001018724-26-000004), Meta 115,800 - 69,691 (0001628280-26-003942), Microsoft (136,162 - 56,471 + 80,815) -
    # (64,551 - 30,727 + 49,270) of 0001193125-26-323660 and 0001193125-26-027207: 73,266 + 7,695 + 46,109 + 77,412.
    Query(
        "Free cash flow of the four US groups in 2025",
        "SELECT free_cash_flow_usd / 1e6, free_cash_flow_missing_members FROM financials_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year = 2025",
        [(204_482, None)],
    ),
    Query(
        "Free cash flow of each US group in 2025",
        f"SELECT entity_id, sum(amount_usd) / 1e6 FROM free_cash_flow WHERE calendar_year_of_company = 2025 AND {FOUR} GROUP BY 1 ORDER BY 1",
        [("alphabet", 73_266), ("amazon", 7_695), ("meta", 46_109), ("microsoft", 77_412)],
    ),
    # 376,051 of 164,713 + 139,514 + 115,800 + 160,506
    Query(
        "Capex of the four US groups as a share of their operating cash flow in 2025",
        "SELECT round(100 * capex_usd / operating_cash_flow_usd, 2) FROM financials_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year = 2025",
        [(64.78,)],
    ),
    # Meta's cash flows of 2022 are not on record. 2023: 101,746 - 32,251; 84,946 - 52,729; 71,113 - 27,045; 102,647 - 35,202.
    Query(
        "Free cash flow of the four US groups in 2022 and 2023",
        "SELECT calendar_year, free_cash_flow_usd / 1e6, free_cash_flow_missing_members FROM financials_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year IN (2022, 2023) ORDER BY 1",
        [(2022, None, "meta"), (2023, 213_225, None)],
    ),
    # 10-K 0001193125-26-277521 and 10-Q 0001193125-26-389274: 31,977 - 8,140 + 23,103 from operations, 55,663 - 8,502 + 28,499 for property and equipment.
    Query(
        "Oracle's free cash flow of the newest four quarters",
        "SELECT calendar_quarter, ttm_amount_usd / 1e6 FROM free_cash_flow WHERE entity_id = 'oracle' AND is_latest_quarter_of_company",
        [("2026Q3", -28_720)],
    ),
    # 23,103 - 28,499 after 8,140 - 8,502: from less than nothing to less than nothing there is no percentage.
    Query(
        "Growth of Oracle's free cash flow",
        "SELECT amount_local / 1e6, yoy_local_pct FROM free_cash_flow WHERE entity_id = 'oracle' AND calendar_quarter = '2026Q3'",
        [(-5_396, None)],
    ),
    # Amazon: 45,387 - 54,208 after 32,515 - 32,183
    Query(
        "Growth of a free cash flow that turned negative",
        "SELECT amount_local / 1e6, yoy_local_pct FROM free_cash_flow WHERE entity_id = 'amazon' AND calendar_quarter = '2026Q2'",
        [(-8_821, None)],
    ),
    # Announcements: 180,022 + 184,504 + 192,869 million yuan; the fourth quarter is not on record.
    Query(
        "Tencent's revenue in 2025",
        "SELECT calendar_year_of_company, why_no_calendar_year, sum(amount_local) / 1e6 FROM revenue WHERE entity_id = 'tencent' AND calendar_quarter LIKE '2025%' GROUP BY ALL",
        [(None, "quarters_missing", 557_395)],
    ),
    # 10-K for 2025 (0001018724-26-000004): 716,924 of revenue and 139,514 from operations
    Query(
        "Amazon's lines in 2025",
        "SELECT revenue_usd / 1e6, operating_cash_flow_usd / 1e6, capex_usd / 1e6, free_cash_flow_usd / 1e6 FROM financials_by_calendar_year "
        "WHERE entity_id = 'amazon' AND calendar_year_of_company = 2025",
        [(716_924, 139_514, 131_819, 7_695)],
    ),
    # The 10-Ks for 2025 and Microsoft's quarters: capex of 91,447 + 131,819 + 69,691 + 83,094 from 164,713 + 139,514 + 115,800 + 160,506.
    Query(
        "Capex as a share of operating cash flow of four US groups, by sums",
        f"SELECT calendar_year_of_company, round(100 * sum(capex_usd) / sum(operating_cash_flow_usd), 1) FROM financials_by_calendar_year WHERE {FOUR} "
        "AND calendar_year_of_company = 2025 GROUP BY 1",
        [(2025, 64.8)],
    ),
    # Meta's cash flow of 2022 is not on record, so its capex is in no ratio of sums.
    Query(
        "Companies of which not both sides of the ratio are on record in 2022",
        f"SELECT entity_id, missing_lines FROM financials_by_calendar_year WHERE {FOUR} AND calendar_year_of_company = 2022 "
        "AND capex_usd / revenue_usd IS NULL ORDER BY 1",
        [("meta", "operating_cash_flow|free_cash_flow")],
    ),
    # Microsoft's segment was recast in July 2024. 2023: Google Cloud 33,088, AWS 90,757, Intelligent Cloud 22,081 + 23,993 + 24,259 + 25,880.
    Query(
        "Cloud revenue of the US groups by year",
        "SELECT calendar_year, cloud_revenue_of_publishing_members_usd / 1e6, cloud_revenue_missing_members, cloud_revenue_members "
        "FROM financials_by_overlapping_group_and_calendar_year WHERE entity_id = 'us_four' AND calendar_year IN (2023, 2024) ORDER BY 1",
        [(2023, 220_058, None, "alphabet|amazon|microsoft"), (2024, None, "microsoft", "alphabet|amazon|microsoft")],
    ),
    # Announcement of 11 June 2025, repeated by a news site: 6.7 billion, up 27 percent
    Query(
        "Oracle's cloud revenue of March to May 2025",
        "SELECT amount_usd / 1e9, yoy_stated_pct FROM cloud_revenue WHERE entity_id = 'oracle' AND calendar_quarter = '2025Q2'",
        [(6.7, 27)],
    ),
    # Epoch AI's rows: Nvidia 3,837,761 in 2024 and 4,458,416 in 2025, Alphabet 2,201,555 and 2,766,513, Amazon 755,000 and 1,085,000, AMD 480,851 and 441,315.
    # Its counts of Amazon's and AMD's chips begin in 2024.
    Query(
        "Accelerators of all makers by year",
        "SELECT calendar_year, sum(units) FROM gpu_shipments_of_all_suppliers WHERE calendar_year >= 2023 GROUP BY 1 ORDER BY 1",
        [(2024, 7_275_167), (2025, 8_751_244)],
    ),
    Query(
        "Makers that are not counted in 2023",
        "SELECT DISTINCT missing_suppliers FROM gpu_shipments_of_all_suppliers WHERE calendar_quarter LIKE '2023%'",
        [("amazon|amd",)],
    ),
    # Meta: 130 to 145 billion against 72,215 million with principal payments in 2025. Others gave guidance on another definition than they report on.
    Query(
        "Growth that guidance for 2026 means",
        "SELECT entity_id, round(implied_yoy_pct, 1) FROM outlooks WHERE is_latest AND target_year = 2026 AND implied_yoy_pct IS NOT NULL",
        [("meta", 90.4)],
    ),
    # CoreWeave 20 to 23 billion, then 12 to 14; Amazon about 118, then about 125. The day of each first statement was not read.
    Query(
        "First and last guidance for 2025",
        "SELECT entity_id, arg_min(amount_mid_local, stated_by) / 1e9, arg_max(amount_mid_local, stated_by) / 1e9 FROM outlooks "
        "WHERE kind = 'guidance' AND target_period = '2025' AND entity_id IN ('amazon', 'coreweave') GROUP BY 1 ORDER BY 1",
        [("amazon", 118, 125), ("coreweave", 21.5, 13)],
    ),
    # 72,215 million including principal of finance leases, 69,691 of it purchases, are 72 in whole billions, as the ranges are printed.
    Query(
        "How Meta's guidance for 2025 came out",
        "SELECT value_text, outcome FROM outlooks WHERE entity_id = 'meta' AND kind = 'guidance' AND target_period = '2025' ORDER BY stated_by",
        [("60 to 65", "above"), ("64 to 72", "inside"), ("66 to 72", "inside"), ("70 to 72", "inside")],
    ),
    Query(
        "Why the growth of Microsoft's guidance is null",
        "SELECT implied_yoy_reason LIKE '%on this definition%' FROM outlooks WHERE is_latest AND target_year = 2026 AND entity_id = 'microsoft'",
        [(True,)],
    ),
    # Microsoft gave no number for calendar 2025, Oracle guides its fiscal year, Alibaba three years at once, and Baidu, Nvidia and Tencent give none, so the
    # sums leave them out.
    Query(
        "Guidance added by target year",
        "SELECT target_year, sum(amount_mid_usd) / 1e9, any_value(companies_without_guidance_amount) FROM outlooks WHERE is_latest AND target_year >= 2025 GROUP BY 1 ORDER BY 1",
        [
            (2025, 301, "alibaba|baidu|microsoft|nvidia|oracle|tencent"),
            (2026, 765, "alibaba|baidu|nvidia|oracle|tencent"),
        ],
    ),
    # Microsoft's calls give no number with leases for the first half of 2022. 32,251 + 48,133 + 28,103 + 41,200 as the companies present
    # 2023.
    Query(
        "Headline capex of the four US groups by year",
        "SELECT calendar_year, round(headline_amount_usd / 1e9, 3) FROM capex_by_overlapping_group_and_calendar_year "
        "WHERE entity_id = 'us_four' AND calendar_year IN (2022, 2023) ORDER BY 1",
        [(2022, None), (2023, 149.687)],
    ),
    Query(
        "Why the groups' headline of 2022 is null",
        "SELECT headline_amount_usd, headline_missing_members FROM capex_by_overlapping_group_and_calendar_year WHERE entity_id = 'us_four' AND calendar_year = 2022",
        [(None, "microsoft")],
    ),
    # 64,551 - 30,727 + 49,270 = 83,094 for property and equipment; revenue 281,724 - 135,217 + 158,946 = 305,453 (0001193125-26-323660, -26-027207).
    Query(
        "Microsoft's capex and revenue in US dollars in 2025",
        "SELECT revenue_usd / 1e6, round(100 * capex_usd / revenue_usd, 2) FROM financials_by_calendar_year WHERE entity_id = 'microsoft' AND calendar_year_of_company = 2025",
        [(305_453, 27.20)],
    ),
    # Balance sheet of the 10-K 0001018724-26-000004
    Query(
        "Amazon's property and equipment at the end of 2025, and what is particular to it",
        "SELECT balance_usd / 1e6, definition_note FROM property_and_equipment WHERE entity_id = 'amazon' AND calendar_quarter = '2025Q4'",
        [(357_025, "Includes assets under finance leases.")],
    ),
    Query(
        "Whose depreciation holds amortization",
        "SELECT DISTINCT entity_id FROM depreciation_and_amortization ORDER BY 1",
        [("amazon",), ("meta",), ("nvidia",)],
    ),
    # Form 10-Q to June 2026: 54,208 of 45,387. Oracle's to August 2026: 28,499 of 23,103.
    Query(
        "Who spends more than operations bring in, in the newest quarter",
        "SELECT entity_id, round(capex_to_operating_cash_flow_pct, 1) FROM capex WHERE is_latest_quarter_of_company AND capex_to_operating_cash_flow_pct > 100 ORDER BY 1",
        [("amazon", 119.4), ("oracle", 123.4)],
    ),
    # Fiscal years of the 10-Ks: 6,866 and 21,215 and 55,663
    Query(
        "Oracle's capex by fiscal year",
        "SELECT fiscal_year, sum(amount_usd) / 1e6 FROM capex WHERE entity_id = 'oracle' AND fiscal_year >= 2024 GROUP BY 1 ORDER BY 1",
        [(2024, 6_866), (2025, 21_215), (2026, 55_663)],  # and not the first quarter of 2027
    ),
    # 2026 is not over; Alphabet's statements on record begin with the last quarter of 2014.
    Query(
        "Years of which a company has some quarters only are not among the calendar years",
        "SELECT calendar_year_of_company FROM capex WHERE calendar_year_of_company >= 2026 OR (entity_id = 'alphabet' AND calendar_year_of_company < 2015)",
        [],
    ),
    # Amazon's own Trainium chips are counted from 2024 on, its Nvidia chips from 2022 on; CoreWeave has chips of Nvidia only, from 2023 on.
    Query(
        "First year in which every supplier of a buyer is counted",
        "SELECT customer_id, min(calendar_year_of_customer) FROM gpu_shipments_by_customer WHERE customer_id IN ('amazon', 'coreweave') GROUP BY 1 ORDER BY 1",
        [("amazon", 2024), ("coreweave", 2023)],
    ),
    # A balance is that of the year's last day.
    Query(
        "Which quarter stands for a year of backlog",
        "SELECT calendar_year_of_company, calendar_quarter, count(*) FROM remaining_performance_obligations WHERE entity_id = 'alphabet' AND calendar_year_of_company >= 2024 GROUP BY ALL ORDER BY 1",
        [(2024, "2024Q4", 1), (2025, "2025Q4", 1)],
    ),
    # The 10-K prints 128,320 net of proceeds and incentives; the table also has half-years, nine months and years of it.
    Query(
        "Amazon's capex of 2025 net of incentives, from the table with all definitions",
        "SELECT sum(amount_usd) / 1e6 FROM capex_by_definition WHERE entity_id = 'amazon' AND definition_id = 'cash_net_of_incentives' AND calendar_year = 2025",
        [(128_320,)],
    ),
    # Oracle alone has published a quarter of July to September 2026.
    Query(
        "Newest quarter of all companies, and how many they are",
        "SELECT calendar_quarter, count(*) FROM capex WHERE is_latest_quarter_of_all_in_table GROUP BY 1",
        [("2026Q2", 10)],
    ),
    # AMD files its cash-flow statement with the SEC, which is not collected. ByteDance publishes none, and CoreWeave's prospectus begins later.
    Query(
        "What is missing in capex of the first quarter of 2024",
        "SELECT entity_id, state FROM coverage WHERE table_name = 'capex' AND is_gap AND calendar_quarter = '2024Q1'",
        [("amd", "not_collected")],
    ),
    # One meaning in every table: AMD's filings are not collected, and nobody knows whether Alibaba states leases that have not begun.
    Query(
        "Whether what is not in a table was published",
        "SELECT table_name, entity_id, state, is_gap FROM coverage WHERE (table_name, entity_id) IN (('capex', 'amd'), ('leases_not_yet_commenced', 'alibaba'))"
        " AND calendar_quarter = '2024Q1' ORDER BY 1",
        [
            ("capex", "amd", "not_collected", True),
            ("leases_not_yet_commenced", "alibaba", "publication_unknown", None),
        ],
    ),
    Query(
        "States of coverage that are gaps without a row in some tables and none in others",
        "SELECT state FROM coverage WHERE NOT is_in_table AND state <> 'claimed_only' GROUP BY 1 HAVING count(DISTINCT is_gap) > 1",
        [],
    ),
    # The quarter to 30 April 2023 is on record from the report of August; the report of May is not.
    Query(
        "When Nvidia first reported its capex of February to April 2023",
        "SELECT first_reported_on, first_reported_amount_local, revision_local FROM capex WHERE entity_id = 'nvidia' AND calendar_quarter = '2023Q1'",
        [(None, None, None)],
    ),
    # Purchases of property and equipment, 27,266 as first reported in Meta's four reports and 27,045 as restated in the 10-K of 2025
    Query(
        "By how much Meta's capex of 2023 was revised, from the table with all definitions",
        "SELECT sum(revision) / 1e6 FROM capex_by_definition WHERE entity_id = 'meta' AND definition_id = 'cash_purchases' AND calendar_year = 2023",
        [(-221,)],
    ),
    # Tencent's year is printed beside its four quarters, AWS's additions of 2025 as a year only, and ByteDance's spending is a claim of a broker.
    Query(
        "A year of the table with all definitions: four quarters, a printed year, or a claim, each amount once",
        "SELECT entity_id, definition_id, currency, sum(amount) / 1e6 FROM capex_by_definition WHERE "
        "(entity_id IN ('tencent', 'bytedance') AND calendar_year = 2024) OR (definition_id = 'aws_segment_property_additions' AND calendar_year = 2025) "
        "GROUP BY ALL ORDER BY 1",
        [
            ("amazon", "aws_segment_property_additions", "USD", 96_500),
            ("bytedance", "press_claim", "CNY", 80_000),
            ("tencent", "accrual_additions", "CNY", 76_760),
        ],
    ),
    Query(
        "Parts of years are not among the calendar years of the table with all definitions",
        "SELECT count(*) FROM capex_by_definition WHERE period_type IN ('half_year', 'nine_months', 'trailing_year') AND calendar_year IS NOT NULL",
        [(0,)],
    ),
    # Tencent's free cash flow of 2025 is on record for some quarters only.
    Query(
        "Companies with a free cash flow of 2025",
        "SELECT DISTINCT entity_id FROM free_cash_flow WHERE calendar_year_of_company = 2025 ORDER BY 1",
        [("alphabet",), ("amazon",), ("meta",), ("microsoft",), ("nvidia",), ("oracle",)],
    ),
    # Of 2026 a pivot has no column, because no company has published four quarters of it.
    Query(
        "Years of a pivot of capex without a filter",
        "SELECT max(calendar_year_of_company) FROM capex",
        [(2025,)],
    ),
    # 690,971 + 873,938 + 1,066,630 + 1,206,222. The chips by customer are the same chips again, so they are in another table.
    Query(
        "Nvidia's chips of 2024 by estimator",
        "SELECT claimant, round(sum(units) / 1e6, 2) FROM gpu_estimates WHERE supplier_id = 'nvidia' AND calendar_year = 2024 GROUP BY 1",
        [("Epoch AI", 3.84)],
    ),
    # 10-K for 2025: cash 131,819 and incentives of 3,499; releases: 128,320.
    Query(
        "From Amazon's cash purchases of 2025 to its own capex",
        "SELECT sum(comparable_amount_local) / 1e6, sum(headline_amount_local) / 1e6, max(missing_parts) FROM headline_capex "
        "WHERE entity_id = 'amazon' AND calendar_year_of_company = 2025",
        [(131_819, 128_320, "incentive_proceeds_local")],
    ),
    # 376.1 billion of the four (see above) of revenue of 402.8 + 716.9 + 201.0 + 305.5 = 1,626.2 billion
    Query(
        "Capex to revenue of four US groups in 2025",
        "SELECT round(capex_to_revenue_pct, 1) FROM financials_by_overlapping_group_and_calendar_year WHERE entity_id = 'us_four' AND calendar_year = 2025",
        [(23.1,)],
    ),
    Query(
        "Oracle's latest guidance for its fiscal 2026",
        "SELECT amount_mid_usd / 1e9 FROM outlooks WHERE entity_id = 'oracle' AND target_fiscal_year = 2026 AND is_latest",
        [(50,)],  # raised by 15 billion in December 2025, from about 35
    ),
    # 10-K for fiscal 2024: 44,477 of purchases and 11,633 of assets obtained under finance leases
    Query(
        "Microsoft's fiscal 2024 with finance leases",
        "SELECT sum(cash_purchases_usd) / 1e6, sum(finance_lease_assets_usd) / 1e6, sum(cash_purchases_plus_finance_lease_assets_usd) / 1e6 FROM capex_plus_finance_lease_assets "
        "WHERE entity_id = 'microsoft' AND fiscal_year = 2024",
        [(44_477, 11_633, 56_110)],
    ),
    # Alphabet's backlog of March 2026 counts more contracts than that of a year before (reference data: breaks).
    Query(
        "Growth of Alphabet's backlog across a change of scope",
        "SELECT yoy_usd_pct FROM remaining_performance_obligations WHERE entity_id = 'alphabet' AND calendar_quarter = '2026Q1'",
        [(None,)],
    ),
    # 157.7 against 86.8 billion
    Query(
        "Growth of Alphabet's backlog in the year to September 2025",
        "SELECT round(yoy_usd_pct, 1) FROM remaining_performance_obligations WHERE entity_id = 'alphabet' AND calendar_quarter = '2025Q3'",
        [(81.7,)],
    ),
    Query(
        "Years in which a company's capex series changes",
        "SELECT calendar_year_of_company FROM capex_by_calendar_year WHERE entity_id = 'amazon' AND is_break",
        [(2017,)],
    ),
    Query(
        "Which table shows backlog",
        "SELECT table_name FROM metrics WHERE metric_id = 'remaining_performance_obligations'",
        [("remaining_performance_obligations",)],
    ),
    # Omdia's estimate of Hopper chips as reported in December 2024
    Query(
        "What estimators say Microsoft took in 2024",
        "SELECT sum(units) FROM gpu_estimates_by_customer WHERE customer_id = 'microsoft' AND claimant = 'Omdia' AND calendar_year = 2024",
        [(485_000,)],
    ),
    Query(
        "Names of groups that hold the same companies in a line",
        "SELECT count(*) = count(DISTINCT entity_name) FROM cloud_revenue_by_overlapping_group WHERE calendar_quarter = '2026Q1'",
        [(True,)],
    ),
    # Claims of the article: 50 billion yuan (the three reported 50,491 million), or 7 billion dollars, 23 billion a year before (22,770
    # million), "doubled" (2.217), Alibaba 23 billion (23,247) and 123 percent, Tencent 23 (23,088) and 176 percent, Baidu 4.2 (4,156) and 4 percent, and
    # growth of Alibaba Cloud of 6 percent (26,549 after 25,123).
    Query(
        "How many claims of the article on Chinese technology groups the filings confirm",
        "SELECT count(*) FROM claim_checks WHERE document_id = 'ft-2024-08-26-chinese-tech-groups-ai-spending-copy' AND verdict = 'confirmed'",
        [(10,)],
    ),
    Query(
        "Whether every claim is counted once",
        "SELECT count(*) = count(DISTINCT claim_figures) FROM claim_checks",
        [(True,)],
    ),
    # Plans of ByteDance for 2025 and 2026 are in yuan and in dollars in four articles: the rate fits, and nothing confirms the plan. The same articles
    # claim its spending of 2024 (80 billion yuan) and before ("more than 50 billion dollars" of cash, first place among buyers), of which no filing tells.
    Query(
        "Which claims on ByteDance's capital expenditure are confirmed",
        "SELECT verdict, count(*) FROM claim_checks WHERE entity_id = 'bytedance' AND metric_id = 'capex' GROUP BY 1",
        [("not_checkable", 1)],
    ),
    # 50 billion yuan at 7.2150, the mean of the 126 fixings of January to June 2024, are 6.93 billion dollars.
    Query(
        "Whether the exchange rate of the 7 billion dollars is right",
        "SELECT claim, verdict FROM arithmetic_checks WHERE entity_id = 'alibaba_tencent_baidu' AND check_kind = 'exchange_rate'",
        [("7 billion USD", "confirmed")],
    ),
    # Segments of the 10-K for fiscal 2025: Intelligent Cloud 106,265 after 87,464, of which the 10-K for fiscal 2024 still printed 105,362. 2023: 87,907.
    Query(
        "Growth of Microsoft's cloud revenue by fiscal year",
        "SELECT fiscal_year, round(yoy_local_pct, 1) FROM cloud_revenue_by_fiscal_year WHERE entity_id = 'microsoft' AND fiscal_year IN (2024, 2025) ORDER BY 1",
        [(2024, 19.9), (2025, 21.5)],
    ),
    # 10-K for 2017: purchases of 11,955 million (its quarters are rounded) after 7,804, of which the 10-K for 2016 printed 6,737 net of incentives.
    Query(
        "Growth of Amazon's capex in fiscal 2017, of which the definition changed",
        "SELECT round(yoy_local_pct), year_before_amount_local / 1e6 FROM capex_by_fiscal_year WHERE entity_id = 'amazon' AND fiscal_year = 2017",
        [(53, 7_804)],
    ),
    # Gross purchases to 2022, net of proceeds from 2023 on, under one name.
    Query(
        "Growth of Meta's capex in fiscal 2023, of which the scope changed",
        "SELECT yoy_local_pct, is_break FROM capex_by_fiscal_year WHERE entity_id = 'meta' AND fiscal_year = 2023",
        [(None, True)],
    ),
    # Said on the calls of fiscal 2024: 11.2 + 11.5 + 14.0 + 19.0; the 10-K prints 44,477 paid, and revenue of 245,122.
    Query(
        "Microsoft's own capex of fiscal 2024",
        "SELECT sum(comparable_amount_usd) / 1e6, sum(headline_amount_usd) / 1e6 FROM headline_capex WHERE entity_id = 'microsoft' AND fiscal_year = 2024",
        [(44_477, 55_700)],
    ),
    Query(
        "Microsoft's fiscal 2024 as a share of revenue",
        "SELECT amount_usd / 1e6, round(capex_to_revenue_pct, 2) FROM capex_by_fiscal_year WHERE entity_id = 'microsoft' AND fiscal_year = 2024",
        [(44_477, 18.14)],
    ),
    # 10-K for 2025: 131,819 paid and 2,911 of assets obtained under finance leases. Meta and CoreWeave state no such assets.
    Query(
        "Capex with and without finance leases in 2025",
        "SELECT entity_id, sum(cash_purchases_usd) / 1e6, sum(cash_purchases_plus_finance_lease_assets_usd) / 1e6 FROM capex_plus_finance_lease_assets "
        "WHERE entity_id IN ('amazon', 'meta', 'coreweave') AND calendar_year_of_company = 2025 GROUP BY 1",
        [("amazon", 131_819, 134_730)],
    ),
    # 10-K for 2025: 131,819 paid, less incentives of 3,499, with assets under finance leases of 2,911. Each year is counted once under each definition.
    Query(
        "Amazon's 2025 by definition",
        "SELECT definition_id, sum(amount_usd) / 1e6 FROM capex_by_definition WHERE entity_id = 'amazon' AND calendar_year = 2025 "
        "AND definition_id IN ('cash_purchases', 'cash_net_of_incentives', 'cash_and_lease_assets') GROUP BY 1 ORDER BY 2",
        [("cash_net_of_incentives", 128_320), ("cash_purchases", 131_819), ("cash_and_lease_assets", 134_730)],
    ),
    # Vintages replace each other and definitions overlap, so the year of a quarter would be summed twice or in part.
    Query(
        "Years that a sum over vintages could go by",
        "SELECT column_name FROM information_schema.columns WHERE table_name IN ('capex_vintages', 'cloud_revenue_vintages') AND column_name LIKE '%year%'",
        [],
    ),
    # Amazon's own amount is net of incentives and has no leases in it, Meta's has the principal repaid, Microsoft's the leases.
    Query(
        "What the companies' own amounts say of finance leases",
        "SELECT entity_id, finance_leases_in_headline FROM headline_capex WHERE is_latest_quarter_of_company AND entity_id IN ('amazon', 'meta', 'microsoft') ORDER BY 1",
        [("amazon", "none"), ("meta", "principal"), ("microsoft", "stated")],
    ),
    # Revenue of 2025: Alibaba's first quarter, Tencent's fourth and most of Baidu's quarters are not on record.
    Query(
        "Capex of all companies as a share of their revenue in 2025",
        "SELECT capex_to_revenue_pct, revenue_missing_companies FROM capex_of_all_companies_by_calendar_year WHERE calendar_year = 2025",
        [(None, "alibaba|baidu|tencent")],
    ),
    # Tencent's revenue of October to December 2025 is not on record, its capex of the whole year is.
    Query(
        "Tencent's capex as a share of its revenue in 2025",
        "SELECT amount_usd IS NULL, capex_to_revenue_pct FROM capex_by_calendar_year WHERE entity_id = 'tencent' AND calendar_year_of_company = 2025",
        [(False, None)],
    ),
    # At the end of August 2026 fiscal 2026 is over for Alibaba, Microsoft, Nvidia and Oracle only. CoreWeave's first year is 2024.
    Query(
        "Capex of all companies by fiscal year",
        "SELECT fiscal_year_of_all_in_table FROM capex_by_fiscal_year WHERE fiscal_year_of_all_in_table IS NOT NULL GROUP BY 1 ORDER BY 1",
        [(2024,), (2025,)],
    ),
    # 10-Ks of fiscal 2024 to 2026: depreciation of 3,129, 3,867 and 7,623 million
    Query(
        "Oracle's depreciation by fiscal year",
        "SELECT fiscal_year, sum(amount_usd) / 1e6 FROM depreciation WHERE entity_id = 'oracle' AND fiscal_year >= 2024 GROUP BY 1 ORDER BY 1",
        [(2024, 3_129), (2025, 3_867), (2026, 7_623)],
    ),
    # Announcements: 126,063 of 247,652 + 247,795 + 284,843 + 243,380 = 1,023,670 million yuan
    Query(
        "Alibaba's capex as a share of revenue in fiscal 2026",
        "SELECT round(capex_to_revenue_pct, 2) FROM capex_by_fiscal_year WHERE entity_id = 'alibaba' AND fiscal_year = 2026",
        [(12.31,)],
    ),
    # Said on the calls: 34.9 + 37.5 + 31.9 + 41.0 after 20.0 + 22.6 + 21.4 + 24.2
    Query(
        "Microsoft's headline capex by fiscal year",
        "SELECT fiscal_year, sum(headline_amount_usd) / 1e9 FROM headline_capex WHERE entity_id = 'microsoft' AND fiscal_year IN (2025, 2026) GROUP BY 1 ORDER BY 1",
        [(2025, 88.2), (2026, 145.3)],
    ),
    # Headlines of Microsoft begin with July 2022; Amazon's are on record to September 2017 and from 2022 on.
    Query(
        "Years of headline capex that begin or end within the year",
        "SELECT DISTINCT entity_id, calendar_year_of_company, why_no_calendar_year FROM headline_capex WHERE (entity_id, year(quarter_start)) "
        "IN (('amazon', 2017), ('microsoft', 2022)) ORDER BY 1",
        [("amazon", None, "quarters_missing"), ("microsoft", None, "quarters_missing")],
    ),
    # ByteDance has given no guidance; brokers and newspapers forecast its spending.
    Query(
        "Latest guidance of ByteDance for 2026",
        "SELECT count(*) FROM outlooks WHERE entity_id = 'bytedance' AND target_year = 2026 AND is_latest",
        [(0,)],
    ),
    Query(
        "Latest forecasts of third parties on ByteDance's spending of 2026, in billions of yuan",
        "SELECT claimant, amount_low_local / 1e9 FROM outlooks WHERE entity_id = 'bytedance' AND target_year = 2026 AND is_latest_third_party_forecast ORDER BY 1",
        [("Financial Times", 160), ("two people familiar with the matter", 200)],
    ),
    # The newest statements on record are Amazon's 10-K for 2023 and Oracle's for fiscal 2023; both companies have reported 2026.
    Query(
        "Leases that have not begun, in each company's newest quarter",
        "SELECT entity_id, balance_usd FROM leases_not_yet_commenced WHERE is_latest_quarter_of_company",
        [],
    ),
    # AMD's newest quarter on record is that to June 2023, and Baidu's that to June 2025; Oracle has reported July to September 2026.
    Query(
        "Newest revenue of each company",
        "SELECT calendar_quarter, count(*) FROM revenue WHERE is_latest_quarter_of_company GROUP BY 1 ORDER BY 1",
        [("2026Q2", 8), ("2026Q3", 1)],
    ),
    # Operating cash flow of April to June 2026 is announced and not on record for three companies: a quarter before is not stale.
    Query(
        "Newest operating cash flow of each company",
        "SELECT entity_id FROM operating_cash_flow WHERE is_latest_quarter_of_company AND calendar_quarter = '2026Q1' ORDER BY 1",
        [("alibaba",), ("alphabet",), ("meta",)],
    ),
    # Amazon's cash and assets obtained under finance leases: 35,095 + 977 and 39,522 + 943 million, printed as 36.07 and 40.47 billion. Tencent's payments
    # of 39.0 billion yuan stand beside its free cash flow; its headline is 36.6.
    Query(
        "Claims that agree on another definition than the expected one, and on which",
        "SELECT claim, agreeing_definitions FROM claim_checks WHERE verdict = 'different_definition' ORDER BY 1",
        [
            ("36.07 billion USD", "amazon:cash_and_lease_assets"),
            ("39 billion yuan", "tencent:capex_payments_beside_free_cash_flow"),
            ("40.47 billion USD", "amazon:cash_and_lease_assets"),
        ],
    ),
    # The scorecard of Platformonomics for the four US groups and for Amazon is on a definition of its own; no filing gives its other six sums.
    Query(
        "Claims on a definition of their own with which no filing agrees",
        "SELECT DISTINCT entity_id FROM claim_checks WHERE verdict = 'own_definition' ORDER BY 1",
        [("amazon",), ("us_four",)],
    ),
    # Of the call of 30 July 2026 one tracker quotes about 220 billion, and another says that the outlook was not updated.
    Query(
        "Which guidance for 2026 is disputed",
        "SELECT entity_id, amount_mid_usd / 1e9, dispute IS NULL FROM outlooks WHERE is_latest AND target_year = 2026 AND is_disputed",
        [("amazon", 220, False)],
    ),
    # Notes to the accounts state the backlog of the whole company, AWS is one of Amazon's segments.
    Query(
        "Amazon's backlog beside its cloud revenue",
        "SELECT b.scope, c.scope FROM remaining_performance_obligations b JOIN cloud_revenue c USING (entity_id, calendar_quarter) "
        "WHERE entity_id = 'amazon' AND calendar_quarter = '2026Q1'",
        [
            (
                "whole company; which contracts count differs (see definition_note)",
                "compute, storage, database and other services",
            )
        ],
    ),
    # Amazon announced on 1 August 2024 and filed on the 2nd; of CoreWeave's first quarter of 2024 only the comparative of May 2025 is on record; Tencent
    # announced January to March 2025 on 14 May 2025, and the amount was read in a later document.
    Query(
        "What the first day of a vintage rests on",
        "SELECT entity_id, strftime(known_from, '%Y-%m-%d'), known_from_basis FROM capex_vintages WHERE is_latest AND (entity_id, calendar_quarter) IN "
        "(('amazon', '2024Q2'), ('coreweave', '2024Q1'), ('tencent', '2025Q1')) ORDER BY 1",
        [
            ("amazon", "2024-08-02", "document"),
            ("coreweave", "2025-05-15", "comparative"),
            ("tencent", "2025-05-14", "results_announcement"),
        ],
    ),
    # Nvidia's quarters end on 28 April, 28 July and 27 October 2024 and on 26 January 2025, its chips are counted to the end of March, June, September
    # and December.
    Query(
        "By how many days Nvidia's revenue is of other days than its chips",
        "SELECT calendar_quarter, any_value(r.fiscal_quarter_lag_days) FROM gpu_shipments s JOIN data_center_revenue r USING (calendar_quarter) "
        "WHERE s.supplier_id = r.entity_id AND r.entity_id = 'nvidia' AND r.calendar_year_of_company = 2024 GROUP BY 1 ORDER BY 1",
        [("2024Q1", 28), ("2024Q2", 28), ("2024Q3", 27), ("2024Q4", 26)],
    ),
    # Oracle's quarters end with February, May, August and November.
    Query(
        "Companies whose quarters are not calendar quarters",
        "SELECT DISTINCT entity_id FROM capex WHERE fiscal_quarter_lag_days <> 0 ORDER BY 1",
        [("nvidia",), ("oracle",)],
    ),
    # Epoch AI counts xAI's chips to date only, from data centres that run; Omdia counts those of ByteDance and Tencent for 2024 as a whole.
    Query(
        "Buyers named in documents of which the table of buyers has no row in 2024 and 2025",
        "SELECT entity_id, state, is_in_table, is_gap FROM coverage WHERE table_name = 'gpu_shipments_by_customer' "
        "AND calendar_quarter IN ('2024Q4', '2025Q4') AND NOT is_in_table ORDER BY calendar_quarter, entity_id",
        [
            ("bytedance", "estimated", False, False),
            ("tencent", "estimated", False, False),
            ("xai", "estimated", False, False),
            ("bytedance", "publication_unknown", False, None),
            ("tencent", "publication_unknown", False, None),
            ("xai", "estimated", False, False),
        ],
    ),
    # A broker forecasts 160 billion yuan of ByteDance for 2025, and newspapers name 12 billion dollars and a plan: no sum of them is a year. Guidance of
    # Amazon for 2025, about 125 billion, is in outlooks.
    Query(
        "Forecasts and guidance are in no year of the table with all definitions",
        "SELECT count(*) FROM capex_by_definition WHERE calendar_year >= 2025 AND (entity_id = 'bytedance' OR definition_id = 'stated_capex_guidance')",
        [(0,)],
    ),
    # Nvidia's note leaves out contracts of a year or less, so its 3.2 billion at the end of June 2026 rank it nowhere.
    Query(
        "Whose backlog leaves short contracts out",
        "SELECT DISTINCT entity_id, scope LIKE '%definition_note%' FROM remaining_performance_obligations WHERE definition_note LIKE '%longer than a year%'",
        [("nvidia", True)],
    ),
    # At the end of 2023 only Amazon's leases that have not begun are on record. Amazon's backlog of the end of 2024 is not on
    # record (raw/announcements/backlog.csv begins with June 2025); those of the other four are.
    Query(
        "Years of which every company has a balance at the end",
        "SELECT 'leases', calendar_year_of_all_in_table FROM leases_not_yet_commenced WHERE calendar_year_of_all_in_table IS NOT NULL UNION "
        "SELECT 'backlog', calendar_year_of_all_in_table FROM remaining_performance_obligations WHERE calendar_year_of_all_in_table >= 2024 ORDER BY ALL",
        [("backlog", 2025)],
    ),
    # The document that would fill Alphabet's second quarter of 2026 is its report, of which free cash flow is computed.
    Query(
        "Which document would give Alphabet's free cash flow of April to June 2026",
        "SELECT document_needed FROM coverage WHERE table_name = 'free_cash_flow' AND entity_id = 'alphabet' AND calendar_quarter = '2026Q2'",
        [("Alphabet: Form 10-Q for the quarter ended 2026-06-30",)],
    ),
]


@pytest.fixture(scope="module")
def connection(shipped: Warehouse) -> Any:
    """A connection with the views of the release, one for each table among them."""
    connection = duckdb.connect()
    connection.execute(views.text(shipped.root, views.companies(shipped)))
    return connection


@pytest.mark.parametrize("query", QUERIES, ids=[query.question for query in QUERIES])
def test_obvious_query_gives_the_right_answer(connection: Any, query: Query) -> None:
    rows = connection.execute(query.sql).fetchall()
    assert len(rows) == len(query.answer), rows
    for row, expected in zip(rows, query.answer, strict=True):
        assert row == tuple(
            pytest.approx(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            for value in expected
        )


# ------------------------------------------------------------------------------------------------------------- with pandas


def test_sum_by_year_in_pandas(shipped: Warehouse) -> None:
    """Amazon's four quarters of each year, as its filings print them."""
    frame = pd.read_parquet(shipped.path("capex"))
    totals = frame.groupby(["entity_id", "calendar_year_of_company"])["amount_usd"].sum() / 1e6
    assert totals["amazon", 2024] == pytest.approx(82_999)
    assert totals["amazon", 2025] == pytest.approx(131_819)


def test_pivot_in_pandas_needs_no_aggregate(shipped: Warehouse) -> None:
    """DataFrame.pivot raises where two rows share a cell."""
    for table in ("capex", "cloud_revenue", "capex_by_overlapping_group", "cloud_revenue_by_overlapping_group"):
        wide = pd.read_parquet(shipped.path(table)).pivot(
            index="quarter_start", columns="entity_id", values="amount_usd"
        )
        assert wide.index.is_monotonic_increasing


# ------------------------------------------------------------------------------------------- what holds of every shipped table

TIDY = (
    "capex", "cloud_revenue", *FLOW_TABLES, *BALANCE_TABLES, "capex_by_calendar_year", "cloud_revenue_by_calendar_year", "capex_by_overlapping_group",
    "capex_by_overlapping_group_and_calendar_year", "cloud_revenue_by_overlapping_group", "financials_by_calendar_year",
    "financials_by_overlapping_group", "financials_by_overlapping_group_and_calendar_year",
)  # fmt: skip
"""Tidy tables with amounts in the reporting currency and in US dollars."""
EVIDENCE = {"capex": "capex_by_definition", "cloud_revenue": "cloud_revenue_by_definition"}


@pytest.mark.parametrize(
    ("table", "natural"),
    [
        ("capex", ["entity_id", "calendar_quarter"]), ("capex", ["entity_name", "quarter_start"]),
        ("cloud_revenue", ["entity_id", "calendar_quarter"]), *((table, ["entity_id", "calendar_quarter"]) for table in BALANCE_TABLES),
        *((flow, ["entity_id", "calendar_quarter"]) for flow in FLOW_TABLES),
        ("financials_by_overlapping_group", ["entity_id", "calendar_quarter"]),
        ("financials_by_overlapping_group", ["entity_name", "quarter_start"]),
        ("financials_by_overlapping_group_and_calendar_year", ["entity_name", "calendar_year"]), ("financials_by_calendar_year", ["entity_name", "calendar_year_of_company"]),
        ("capex_by_overlapping_group_and_calendar_year", ["entity_name", "calendar_year"]), ("gpu_shipments_of_all_suppliers", ["calendar_quarter"]),
        ("cloud_revenue_by_overlapping_group", ["entity_name", "calendar_quarter"]),
        ("capex_by_overlapping_group", ["entity_id", "calendar_quarter"]), ("cloud_revenue_by_overlapping_group", ["entity_id", "calendar_quarter"]),
        ("gpu_shipments", ["supplier_name", "product", "calendar_quarter"]),
        ("gpu_shipments_by_customer_and_product", ["supplier_name", "product", "customer_name", "calendar_quarter"]),
    ],
)  # fmt: skip
def test_key_as_people_see_it_is_unique(shipped: Warehouse, table: str, natural: list[str]) -> None:
    frame = shipped.read(table)
    assert len(frame) and not frame.duplicated(natural).any()


@pytest.mark.parametrize("table", EVIDENCE)
def test_each_tidy_row_is_in_the_evidence_table_with_the_same_number(shipped: Warehouse, table: str) -> None:
    tidy = shipped.read(table)
    evidence = shipped.read(EVIDENCE[table])
    assert evidence["observation_id"].is_unique
    found = tidy.merge(evidence, on="observation_id", how="left", suffixes=("", "_evidence"), validate="one_to_one")
    assert (found["amount"] == found["amount_local"]).all()
    assert (found["definition_id_evidence"] == found["definition_id"]).all()


@pytest.mark.parametrize("table", FLOW_TABLES)
def test_each_row_of_a_flow_is_an_observation_with_the_same_number(shipped: Warehouse, table: str) -> None:
    flow = shipped.read(table)
    found = flow.merge(
        shipped.read("observations"), on="observation_id", suffixes=("", "_observed"), validate="one_to_one"
    )
    metrics = {"free_cash_flow_as_stated": "free_cash_flow", "depreciation_and_amortization": "depreciation"}
    assert len(found) == len(flow) > 0 and (found["metric_id"] == metrics.get(table, table)).all()
    assert (found["value"] == found["amount_local"]).all()


@pytest.mark.parametrize("table", ["capex", "cloud_revenue", *FLOW_TABLES])
def test_a_row_always_has_its_amount(shipped: Warehouse, table: str) -> None:
    """Else a sum of one table would hold other quarters than a sum of another that is joined with it."""
    assert shipped.read(table)["amount_local"].notna().all()


@pytest.mark.parametrize("table", TIDY)
def test_amounts_in_two_currencies_are_null_together(shipped: Warehouse, table: str) -> None:
    """Of groups whose members share no currency there is none in a local one; `currency` is null there."""
    frame = shipped.read(table)
    pairs = [
        (name, name.replace("_local", "_usd"))
        for name in frame
        if name.replace("_local", "_usd") in set(frame) - {name}
    ]
    assert pairs
    has_currency = frame["currency"].notna() if "currency" in frame else pd.Series(True, index=frame.index)
    for local, usd in pairs:
        assert (frame[local].isna() == frame[usd].isna())[has_currency].all(), (local, usd)
        assert frame.loc[~has_currency, local].isna().all()


@pytest.mark.parametrize(
    ("table", "evidence"),
    [("gpu_shipments", "gpu_estimates"), ("gpu_shipments_by_customer_and_product", "gpu_estimates_by_customer")],
)
def test_each_shipment_is_in_the_table_of_estimates(shipped: Warehouse, table: str, evidence: str) -> None:
    tidy = shipped.read(table)
    found = tidy.merge(
        shipped.read(evidence),
        on="observation_id",
        how="left",
        suffixes=("", "_evidence"),
        validate="one_to_one",
    )
    assert (found["units_evidence"] == found["units"]).all()


def test_estimates_that_share_their_natural_columns_differ_in_a_column_that_says_how(shipped: Warehouse) -> None:
    natural = [
        "supplier_id", "product", "flow", "period_start", "period_end", "measure", "calendar_basis", "is_total", "claimant", "document_id",
    ]  # fmt: skip
    assert not shipped.read("gpu_estimates").duplicated(natural).any()
    assert not shipped.read("gpu_estimates_by_customer").duplicated([*natural, "customer_id"]).any()
