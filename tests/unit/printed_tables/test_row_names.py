"""Wordings of the rows that every company prints, each as one name, and rows beside them that are something else."""

import pytest

from capex_pipeline.printed_tables.row_names import row_form

PURCHASES = "purchases of property and equipment"
OPERATIONS = "net cash from operating activities"
BOTH = "depreciation and amortization"


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        (PURCHASES, [
            "Purchase of PP&E", "Purchases of other property, plant and equipment", "- 유형자산의 취득", "Payments for the purchase of property, plant and equipment", "Cash outflow for purchases of property, plant and equipment",
            "Purchase of tangible fixed assets", "Additions to properties", "Purchases of intangible assets and property, plant, and equipment",
            "Cash paid to acquire and construct fixed assets, intangible assets and other long-term assets", "Purchases of property, plant, equipment and other productive assets",
            "Payments for purchase of items of property, plant and equipment", "Purchase of property, plant and equipment1",
            "Payments for construction in progress and property, plant and equipment", "Acquisition of tangible and intangible fixed assets", "(Purchases of) property and equipment",
            "Cash outflows for investments in intangible assets and property, plant and equipment", "Property, plant and equipment additions", "Purchases of property plant and equipment",
            "Purchase and construction of property, plant and equipment", "Purchases of property and equipment (capex)", "Purchases of property & equipment, including internal-use software", "Purchase of property, plant and equipment and intangible assets (including capital work-in-progress)",
            "购建固定资产、无形资产及其他长期资产所支付的现金", "購買物業、廠房及設備項目", "購買物業、廠房及設備之付款", "添置物業、廠房及設備", "取得不動產、廠房及設備價款", "購置固定資產及無形資產",
            "有形固定資産及び無形固定資産の取得による支出", "유형자산의 취득",
        ]),
        (OPERATIONS, [
            "Operating cash flow", "Net cash inflow/(outflow) from operating activities", "Net cash provided by operating activities (GAAP)", "Net cash flows arising from operating activities",
            "Cash flow from operating activities (CFFO)", "Change in cash from operating activities", "經營活動所得/(所用)現金淨額", "經營業務所得的現金淨額", "經營活動現金流入淨額", "營業活動之現金流量淨額",
            "営業活動によるキャッシュ・フロー", "영업활동으로 인한 현금흐름",
        ]),
        ("free cash flow", ["FCF", "Free cash flow (FCF)", "Free Cash Flow1", "Free Cash-Flow", "Free cash flow, non-GAAP", "フリー・キャッシュ・フロー"]),
        ("capital expenditures", ["Cash capital expenditures", "Payments for capital expenditure", "Capital expenditures (capex)"]),
        ("purchases of property and equipment, net of proceeds", [
            "Purchases of property and equipment, net of proceeds from sales and incentives", "Purchase of PP&E, less proceeds from disposals", "Capital expenditures, net of government grants",
            "Less: Net capital expenditures", "Capital expenditures, net", "Net purchases of property and equipment", "Net additions to property, plant, and equipment",
        ]),
        ("net cash from operating activities of continuing operations", [
            "Net cash provided by / (used in) operating activities – continuing operations", "Net cash generated from operating activities (continuing operations)",
            "Net cash provided by operating activities from continuing operations",
        ]),
        ("property and equipment", ["Plant, property and equipment", "Tangible fixed assets", "Property and equipment"]),
        ("depreciation", ["Depreciation expense", "Depreciation charge", "折旧费用", "減価償却費", "감가상각비"]),
        ("depreciation of property and equipment", ["Depreciation of fixed assets", "Depreciation on property, plant and equipment", "物業、廠房及設備之折舊", "固定資產折舊"]),
        (BOTH, ["Depreciation, amortization and impairment", "Depreciation & amortisation", "D&A", "Depreciation/Amortization", "Amortization/depreciation of property and equipment", "Amortization and depreciation", "Depreciation and amortization expenses", "折舊及攤銷費用", "折旧和摊销"]),
        ("total revenue", ["Consolidated revenues", "Group revenue", "I. Revenue from Operations", "(a) REVENUE FROM OPERATIONS", "1. Total revenue", "Net operating revenues", "Total revenue, net", "Revenue (net)"]),
        ("property and equipment, net", ["PP&E, net", "Plant, property and equipment, net", "Property, plant and equipment, net of accumulated depreciation of $5,000", "Net fixed assets", "固定資產淨額"]),
        ("remaining performance obligations", ["RPO", "Total RPO", "Remaining performance obligations (“RPO”)"]),
        ("assets obtained under finance leases", [
            "Property and equipment acquired under finance leases", "Total assets acquired under finance leases", "Leased assets obtained in exchange for finance lease liabilities", "Acquisition of property and equipment through finance leases",
            "Finance lease right-of-use assets obtained in exchange for lease obligations", "Property, plant and equipment acquired under finance leases, net of remeasurements and modifications",
            "ROU assets obtained in exchange for new finance lease liabilities", "Lease assets obtained in exchange for new finance lease liabilities",
            "Financing lease assets obtained in exchange for new or modified leases", "以融資租賃方式取得的物業及設備",
        ]),
        ("leases not yet commenced", ["Leases not yet commenced", "Additional lease commitments", "Payments under leases that have not yet commenced"]),
        ("principal payments on finance leases", ["Financing cash flows used for finance leases (1)", "Financing cash flows from finance leases", "Financing cash flows – finance leases", "Financing cash inflows/(outflows) from finance leases", "融資租賃負債的本金支付", "偿还融资租赁负债本金", "Payments of principal on finance leases", "Principal elements of finance lease payments", "Repayment of finance lease obligations"]),
    ],
)  # fmt: skip
def test_wordings_of_one_row_have_one_form(form: str, labels: list[str]) -> None:
    assert {label: row_form(label) for label in labels} == dict.fromkeys(labels, form)


@pytest.mark.parametrize(
    "label",
    [
        "Purchases of intangible assets", "Purchase of investment property", "Purchases of right-of-use assets", "Capitalized software", "Purchases of software", "Acquisition of subsidiaries",
        "Proceeds from sale of property and equipment", "Prepayment for purchase of property, plant and equipment",
        "Purchases of property and equipment in accounts payable", "Property and equipment purchases included in accounts payable", "Purchases of equipment leased to others",
        "Purchases of intangible assets, net of proceeds from sales", "Growth capital expenditures", "Accrued capital expenditures", "Loss on disposal of property, plant and equipment",
        "購買物業、廠房及設備的預付款", "處置固定資產", "購買無形資產", "無形固定資産の取得による支出", "유형자산의 처분",
        "Net cash used in investing activities", "Net cash provided by operating activities of discontinued operations", "Cash generated from operations before working capital changes",
        "Operating cash flow margin", "Adjusted operating cash flow", "經營活動現金流入小計", "投資活動によるキャッシュ・フロー", "Unlevered free cash flow", "Free cash flow margin",
        "Amortization of intangible assets", "Accumulated depreciation", "Depreciation of right-of-use assets", "使用權資產折舊", "累计折旧", "EBITDA",
        "Cost of revenue", "Deferred revenue", "Revenue growth", "Product revenue", "其他收入", "Property and equipment, gross", "Right-of-use assets", "在建工程", "Current RPO", "cRPO",
        "Interest paid on finance leases", "Principal payments on operating leases", "Depreciation/amortization of software", "Purchases of other investments", "租賃負債本金償還", "Land and buildings", "Buildings and equipment",
        "Finance lease right-of-use assets", "Property and equipment under finance leases", "Right-of-use assets obtained in exchange for operating lease liabilities", "Operating cash flows from finance leases",
        "Net cash used in operating activities - discontinued operations", "Net capital employed",
    ],
)  # fmt: skip
def test_other_rows_have_no_form(label: str) -> None:
    assert row_form(label) is None


def test_cash_from_operations_that_may_be_before_interest_and_taxes_is_another_row() -> None:
    assert row_form("Cash generated from operations") == row_form("Net cash provided by operations") != OPERATIONS
    assert row_form("經營產生的現金") is None


def test_japanese_names_of_all_fixed_assets_are_not_those_of_property() -> None:
    assert row_form("固定資産合計") is None
    assert row_form("有形固定資産合計") == row_form("固定資產合計") == "property and equipment, net"
    assert row_form("リース債務の返済による支出") == "principal payments on finance leases"


def test_a_total_and_the_rules_that_it_follows_are_no_part_of_a_name() -> None:
    assert row_form("営業活動によるキャッシュ・フロー合計") == OPERATIONS
    assert row_form("Net Cash Provided by Operating Activities per GAAP") == OPERATIONS
