"""A document with printed tables as its company published it, from bytes to printed rows and mentions."""

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from capex_pipeline.printed_tables.pieces import MOST_NUMBERS
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.reference import Reference, models
from capex_pipeline.sources.readers import reader_for

DOCUMENT = {
    "document_id": "tencent-2024q2", "kind": "results_announcement", "source_type": "company_release", "title": "Results", "publisher": "Tencent",
    "url": "https://example.org/q2.pdf", "published": "2024-08-14",
}  # fmt: skip
SIDECAR: dict[str, Any] = {"document": DOCUMENT, "entity": "Tencent Holdings"}
PAGE = """
<p>Other financial information</p><p>(RMB in millions)</p>
<table><tr><td></td><td colspan=3>Three months ended</td></tr>
<tr><td></td><td>30 June 2024</td><td>31 March 2024</td><td>30 June 2023</td></tr>
<tr><td>Capital expenditures (d)</td><td>8,729</td><td>14,359</td><td>-</td></tr></table>
"""


def test_a_page_becomes_machine_figures_and_mentions(reference: Reference) -> None:
    result = reader_for("announcements/q2.html", reference)(PAGE.encode(), SIDECAR, "announcements/q2.html")
    assert result.documents[0]["document_id"] == "tencent-2024q2"
    columns = ["entity", "metric", "definition", "period_start", "period_end", "value", "unit", "review_state"]
    assert result.rows[columns].to_numpy().tolist() == [
        ["tencent", "capex", "accrual_additions", "2024-04-01", "2024-06-30", "8,729", "CNY million", "machine"],
        ["tencent", "capex", "accrual_additions", "2024-01-01", "2024-03-31", "14,359", "CNY million", "machine"],
    ]
    assert (
        result.rows["locator"].iloc[0]
        == "table 1, row 3, column 1: Capital expenditures (d) | Three months ended / 30 June 2024"
    )
    assert result.mentions is not None
    assert result.mentions[["outcome", "reason"]].fillna("").to_numpy().tolist() == [
        ["used", ""], ["used", ""], ["ignored", "The cell prints a dash and no number."],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "word"),
    [("in thousands", "thousand"), ("in lakhs", "lakh"), ("in crores", "crore"), ("in billions", "billion")],
)
def test_every_scale_that_a_caption_can_have_is_written_in_the_unit(unit: str, word: str, reference: Reference) -> None:
    page = PAGE.replace("in millions", unit)
    result = reader_for("announcements/q2.html", reference)(page.encode(), SIDECAR, "announcements/q2.html")
    assert set(result.rows["unit"]) == {f"CNY {word}"}


def test_a_workbook_is_read_the_same_way(reference: Reference) -> None:
    book = openpyxl.Workbook()
    for row in (["(RMB in millions)", "Three months ended 30 June 2024"], ["Capital expenditures", 8729]):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    result = reader_for("a/q2.xlsx", reference)(target.getvalue(), SIDECAR, "a/q2.xlsx")
    assert result.rows[["value", "unit"]].to_numpy().tolist() == [["8729", "CNY million"]]


@pytest.mark.parametrize(
    ("name", "data", "sidecar", "rule"),
    [
        ("a/q2.pdf", b"%PDF", {}, "missing_document"),
        ("a/q2.html", b"<p>x</p>", SIDECAR, "no_tables"),
        ("a/q2.html", PAGE.encode(), {**SIDECAR, "entity": "Nobody"}, "unknown_entity"),
        ("a/q2.html", PAGE.encode(), {**SIDECAR, "defaults": {}}, "unknown_key"),
        ("a/q2.html", PAGE.replace("Capital expenditures", "Other").encode(), SIDECAR, "no_printed_name"),
        (
            "a/q2.html",
            f"<table><tr>{'<td>1</td>' * (MOST_NUMBERS + 1)}</tr></table>".encode(),
            SIDECAR,
            "too_many_cells",
        ),
        ("a/q2.pdf", b"no document", SIDECAR, "unreadable"),
    ],
)
def test_a_document_that_gives_no_figures_ends_in_a_sentence(
    name: str, data: bytes, sidecar: dict[str, Any], rule: str, reference: Reference
) -> None:
    with pytest.raises(DocumentError) as caught:
        reader_for(name, reference)(data, sidecar, name)
    assert caught.value.rule == rule
    assert name in caught.value.message


def test_sentences_that_contradict_each_other_are_mentions_and_no_missing_name(reference: Reference) -> None:
    page = PAGE.partition("<table>")[0] + SENTENCE + SENTENCE.replace("8.7", "9.7")
    result = reader_for("announcements/q2.html", reference)(page.encode(), SIDECAR, "announcements/q2.html")
    assert result.rows.empty and result.mentions is not None
    assert result.mentions["reason"].tolist() == ["The text states several values: RMB8.7 billion; RMB9.7 billion."] * 2


TRUST = [
    models.TrustedDocuments(entity_id="tencent", kind="results_announcement", reason="Four quarters were reviewed without a correction.")
]  # fmt: skip
SENTENCE = (
    "<p>Capital expenditures were RMB8.7 billion for the second quarter of 2024, an increase from the year before.</p>"
)


@pytest.mark.parametrize(
    ("sentence", "trusted", "kind", "states"),
    [
        (SENTENCE, TRUST, "results_announcement", ["trusted", "machine"]),
        ("", TRUST, "results_announcement", ["machine", "machine"]),
        (SENTENCE, [], "results_announcement", ["machine", "machine"]),
        (SENTENCE, TRUST, "annual_report", ["machine", "machine"]),
        (SENTENCE.replace("8.7", "9.7"), TRUST, "results_announcement", ["machine"]),
    ],
    ids=["confirmed", "not confirmed", "no entry", "another kind", "contradicted"],
)
def test_a_figure_is_trusted_where_an_entry_says_so_and_a_check_confirms_it(
    sentence: str, trusted: list[models.TrustedDocuments], kind: str, states: list[str], reference: Reference
) -> None:
    content = reference.content.model_copy(update={"trusted_documents": tuple(trusted)})
    known = replace(reference, content=content)
    sidecar = {**SIDECAR, "document": {**DOCUMENT, "kind": kind}}
    result = reader_for("a/q2.html", known)((PAGE + sentence).encode(), sidecar, "a/q2.html")
    assert result.rows["review_state"].tolist() == states


def test_a_figure_of_table_and_sentence_has_both_places(reference: Reference) -> None:
    result = reader_for("a/q2.html", reference)((PAGE + SENTENCE).encode(), SIDECAR, "a/q2.html")
    assert result.rows["locator"].iloc[0].endswith("Three months ended / 30 June 2024; paragraph 3")
    assert result.rows["note"].iloc[0] == "Confirmed in the document: paragraph 3 states RMB8.7 billion."


def test_bare_years_of_an_annual_report_are_fiscal_years(reference: Reference) -> None:
    cover = "<p>FORM 10-K</p><p>For the fiscal year ended June 30, 2023</p>"
    table = (
        "<p>Cash flows statements</p><p>(In millions)</p><table><tr><td></td><td>2023</td><td>2022</td></tr>"
        "<tr><td>Additions to property and equipment</td><td>(28)</td><td>(23)</td></tr></table>"
    )
    sidecar = {"document": {**DOCUMENT, "kind": "annual_report", "published": "2023-07-27"}, "entity": "microsoft"}
    result = reader_for("a/10k.html", reference)((cover + table).encode(), sidecar, "a/10k.html")
    assert result.rows[["period_start", "period_end", "value"]].to_numpy().tolist() == [
        ["2022-07-01", "2023-06-30", "28"], ["2021-07-01", "2022-06-30", "23"],
    ]  # fmt: skip


SEGMENTS = """
<p>Segment revenue and operating income (in millions)</p><table><tr><td></td><td colspan=2>Three Months Ended September 30,</td></tr>
<tr><td></td><td>2024</td><td>2023</td></tr><tr><td>Revenue</td></tr><tr><td>Intelligent Cloud</td><td>24</td><td>20</td></tr>
<tr><td>Operating Income</td></tr><tr><td>Intelligent Cloud</td><td>10</td><td>8</td></tr>
<tr><td>Additions to property and equipment</td><td>14</td><td>9</td></tr></table>
"""


@pytest.mark.parametrize(
    ("published", "end", "amounts"),
    [("2024-10-30", "September 30", ["24", "20", "14", "9"]), ("2024-08-20", "June 30", ["14", "9"])],
)
def test_a_segment_is_a_figure_from_the_day_on_which_its_definition_is_in_force(
    published: str, end: str, amounts: list[str], reference: Reference
) -> None:
    sidecar = {"document": {**DOCUMENT, "published": published}, "entity": "microsoft"}
    result = reader_for("a/q1.html", reference)(SEGMENTS.replace("September 30", end).encode(), sidecar, "a/q1.html")
    assert result.rows["value"].tolist() == amounts


def test_cloud_services_of_oracle_are_no_license_support_and_no_expenses(reference: Reference) -> None:
    page = """
    <p>Revenues by offering (in millions)</p><table><tr><td></td><td>Three Months Ended August 31, 2023</td></tr>
    <tr><td>Cloud services</td><td>46</td></tr><tr><td>License support</td><td>49</td></tr>
    <tr><td>Total cloud services and license support revenues</td><td>95</td></tr></table>
    <p>Stock-based compensation expense (in millions)</p><table><tr><td></td><td>Three Months Ended August 31, 2023</td></tr>
    <tr><td>Cloud services</td><td>3</td></tr></table>
    """
    sidecar = {"document": {**DOCUMENT, "published": "2023-09-12"}, "entity": "oracle"}
    result = reader_for("a/q1.html", reference)(page.encode(), sidecar, "a/q1.html")
    assert result.rows[["definition", "segment", "value"]].to_numpy().tolist() == [
        ["oracle_cloud_services", "Cloud services", "46"]
    ]


def test_an_outlook_of_a_sentence_is_a_figure_of_its_own(reference: Reference) -> None:
    text = "<p>We expect capital expenditures of $66 billion to $72 billion in 2025.</p>"
    sidecar = {"document": {**DOCUMENT, "published": "2025-04-30"}, "entity": "meta"}
    result = reader_for("a/q1.html", reference)(text.encode(), sidecar, "a/q1.html")
    columns = ["definition", "period_start", "period_end", "value", "unit", "bound", "status", "review_state"]
    assert result.rows[columns].to_numpy().tolist() == [
        ["stated_capex_guidance", "2025-01-01", "2025-12-31", "66 to 72", "USD billion", "range", "guidance", "machine"]
    ]


@pytest.mark.parametrize(
    ("entity", "named", "definition"),
    [
        ("amazon", "Cash capital expenditures", "cash_net_of_incentives"),
        ("meta", "Capital expenditures, including principal payments on finance leases,", "cash_and_lease_principal"),
        ("amazon", "Capital expenditures", "stated_capex_guidance"),
        ("alphabet", "Purchases of property and equipment", "stated_capex_guidance"),
    ],
)
def test_guidance_is_on_the_definition_of_its_companys_name_for_the_row(
    entity: str, named: str, definition: str, reference: Reference
) -> None:
    text = f"<p>{named} are expected to be between $66 billion and $72 billion in 2025.</p>"
    sidecar = {"document": {**DOCUMENT, "published": "2025-04-30"}, "entity": entity}
    result = reader_for("a/q1.html", reference)(text.encode(), sidecar, "a/q1.html")
    assert result.rows[["definition", "value", "status"]].to_numpy().tolist() == [[definition, "66 to 72", "guidance"]]


@pytest.mark.parametrize("name", ["a/q2.docx", "a/q2.doc", "a/q2.xls", "a/q2.pptx"])
def test_kinds_that_can_be_converted_say_so(name: str, reference: Reference) -> None:
    with pytest.raises(DocumentError, match="save it as PDF, HTML or XLSX"):
        reader_for(name, reference)


@pytest.mark.parametrize("statement", [True, False])
def test_purchases_of_a_reconciliation_count_where_no_statement_prints_them(
    statement: bool, reference: Reference
) -> None:
    table = "<p>{}</p><p>(in millions)</p><table><tr><td></td><td>Quarter Ended June 30, 2024</td></tr><tr><td>Purchases of property and equipment</td><td>({})</td></tr></table>"
    page = table.format("Reconciliation of operating cash flow to free cash flow", "13,186")
    if statement:
        page += table.format("Consolidated statements of cash flows", "13,187")
    sidecar = {"document": {**DOCUMENT, "document_id": "alphabet-2024q2"}, "entity": "Alphabet"}
    result = reader_for("announcements/q2.html", reference)(page.encode(), sidecar, "announcements/q2.html")
    assert result.rows[["metric", "value"]].to_numpy().tolist() == [["capex", "13,187" if statement else "13,186"]]


def test_a_head_that_names_the_whole_in_one_row_names_it_in_every_row(reference: Reference) -> None:
    """A name of Baidu's capital expenditures gives the heads of the column of the whole company."""
    rows = "".join(
        f"<tr><td>{label}</td><td>{core}</td><td>{whole}</td></tr>"
        for label, core, whole in (
            ("", "百度核心", "百度集團"),
            ("減：資本支出", "(41)", "(44)"),
            ("自由現金流", "(10)", "(12)"),
        )
    )
    page = f"<p>截至2026年6月30日止三個月</p><p>自由現金流調節表</p><p>（人民幣百萬元）</p><table>{rows}</table>"
    sidecar = {"document": {**DOCUMENT, "document_id": "baidu-2026q2", "published": "2026-08-20"}, "entity": "Baidu"}
    result = reader_for("announcements/q2.html", reference)(page.encode(), sidecar, "announcements/q2.html")
    assert result.rows[["metric", "value"]].to_numpy().tolist() == [["capex", "44"], ["free_cash_flow", "-12"]]


@pytest.mark.parametrize(
    ("company", "end", "lines", "figure"),
    [
        (
            "AMD",
            "September 27, 2025",
            "Data Center|;Net revenue|43;Operating income|10;Client|;Net revenue|40",
            ["data_center_revenue", "Data Center", "43"],
        ),
        (
            "Alphabet",
            "June 30, 2024",
            "Google Services|;Revenues|100;Operating income|50;Google Cloud|;Revenues|30;Operating income|10",
            ["cloud_revenue", "Google Cloud", "30"],
        ),
        (
            "Alibaba",
            "June 30, 2026",
            "Cloud Intelligence Group|;Revenue|30;Adjusted EBITA|10;All others|;Revenue|20",
            ["cloud_revenue", "Cloud Intelligence Group", "30"],
        ),
        (
            "Amazon",
            "June 30, 2024",
            "North America|;Net sales|100;AWS|;Net sales|30;Operating income|10",
            ["cloud_revenue", "AWS", "30"],
        ),
    ],
)
def test_net_revenue_below_the_name_of_the_segment_is_its_revenue(
    reference: Reference, company: str, end: str, lines: str, figure: list[str]
) -> None:
    rows = "".join("<tr><td>{}</td><td>{}</td></tr>".format(*line.split("|")) for line in lines.split(";"))
    page = f"<p>Segment information (in millions)</p><table><tr><td></td><td>Three Months Ended {end}</td></tr>{rows}</table>"
    sidecar = {"document": {**DOCUMENT, "document_id": "segments", "published": "2026-08-27"}, "entity": company}
    result = reader_for("announcements/segments.html", reference)(page.encode(), sidecar, "announcements/segments.html")
    assert result.rows[["metric", "segment", "value"]].to_numpy().tolist() == [figure]


def test_twelve_months_that_a_head_calls_trailing_are_a_figure_of_twelve_months(reference: Reference) -> None:
    rows = "<tr><td></td><td>Trailing Twelve Months Ended June 30, 2025</td></tr><tr><td>Free cash flow</td><td>66</td></tr>"
    quarters = (
        "<tr><td></td><td>Q1 2025</td><td>Q2 2025</td></tr><tr><td>Free cash flow</td><td>74</td><td>66</td></tr>"
    )
    page = f"<p>Free cash flow (in millions)</p><table>{rows}</table><p>Trailing twelve months (in millions)</p><table>{quarters}</table>"
    sidecar = {
        "document": {**DOCUMENT, "document_id": "alphabet-2025q2", "published": "2025-07-23"},
        "entity": "Alphabet",
    }
    result = reader_for("announcements/q2.html", reference)(page.encode(), sidecar, "announcements/q2.html")
    assert result.rows[["metric", "period_start", "period_end", "value"]].to_numpy().tolist() == [
        ["free_cash_flow", "2024-07-01", "2025-06-30", "66"]
    ]


def test_a_recast_comparative_says_so_and_shares_no_presentation_with_the_amounts_as_reported(
    reference: Reference,
) -> None:
    page = PAGE.replace("30 June 2023", "30 June 2023 (restated)").replace("<td>-</td>", "<td>8,100</td>")
    rows = reader_for("announcements/q2.html", reference)(page.encode(), SIDECAR, "announcements/q2.html").rows
    assert rows["period_end"].to_list() == ["2024-06-30", "2024-03-31", "2023-06-30"]
    assert rows["presentation"].fillna("").to_list() == ["", "", "tencent-2024q2 as recast"]
    assert rows["note"].fillna("").to_list() == [
        "", "", "The document shows it as '30 June 2023 (restated)', which is no amount as first reported.",
    ]  # fmt: skip


def test_the_revenue_of_alphabet_is_the_total_of_its_segments_and_the_line_of_its_statement(
    reference: Reference,
) -> None:
    """A block of lines for each segment, then the total, and the income statement with the same amount."""
    head = "<tr><td></td><td>Three Months Ended June 30, 2026</td></tr>"
    lines = "Google Services|;Revenues|100;Google Cloud|;Revenues|30;Total revenues|130".split(";")
    rows = "".join("<tr><td>{}</td><td>{}</td></tr>".format(*line.split("|")) for line in lines)
    page = (
        f"<p>Segments (in millions)</p><table>{head}{rows}</table><p>Consolidated statements of income (in millions)</p>"
        f"<table>{head}<tr><td>Revenues</td><td>130</td></tr></table>"
    )
    sidecar = {
        "document": {**DOCUMENT, "document_id": "alphabet-2026q2", "published": "2026-07-22"},
        "entity": "Alphabet",
    }
    result = reader_for("announcements/q2.html", reference)(page.encode(), sidecar, "announcements/q2.html")
    assert result.rows[["metric", "value"]].to_numpy().tolist() == [["cloud_revenue", "30"], ["revenue", "130"]]
    assert str(result.rows["note"].iloc[1]).startswith("Confirmed in the document: printed again in table 2")


def test_the_revenue_of_a_statement_in_chinese_may_have_one_word(reference: Reference) -> None:
    rows = "<tr><td></td><td>2026年6月30日止三個月</td></tr><tr><td>收入</td><td>2,610</td></tr><tr><td>毛利</td><td>600</td></tr>"
    page = "<p>{}</p><p>（以千美元計）</p><table>" + rows + "</table>"
    sidecar = {"document": {**DOCUMENT, "document_id": "oracle-2026", "published": "2026-09-09"}, "entity": "Oracle"}
    read = reader_for("announcements/q.html", reference)
    found = read(page.format("簡明合併損益表").encode(), sidecar, "announcements/q.html").rows
    assert found[["metric", "value", "unit"]].to_numpy().tolist() == [["revenue", "2,610", "USD thousand"]]
    with pytest.raises(DocumentError, match="no row or sentence has a name"):
        read(page.format("分部資料").encode(), sidecar, "announcements/q.html")


def test_an_outlook_beside_a_name_that_serves_every_company_is_a_figure(reference: Reference) -> None:
    page = "<p>Capital expenditures are expected to be about $50 billion for fiscal 2027.</p><p>(in millions)</p><table><tr><td>Other</td><td>7</td></tr></table>"
    document = {**DOCUMENT, "document_id": "oracle-2027q1", "published": "2026-09-09"}
    sidecar = {"document": document, "entity": "Oracle"}
    rows = reader_for("announcements/q1.html", reference)(page.encode(), sidecar, "announcements/q1.html").rows
    columns = ["metric", "status", "period_start", "period_end", "value", "unit"]
    assert rows[columns].to_numpy().tolist() == [["capex", "guidance", "2026-06-01", "2027-05-31", "50", "USD billion"]]


def test_an_amount_of_a_period_after_the_publication_is_a_mention_with_this_reason(reference: Reference) -> None:
    sidecar = {**SIDECAR, "document": {**DOCUMENT, "published": "2024-05-15"}}
    result = reader_for("a/q2.html", reference)(PAGE.encode(), sidecar, "a/q2.html")
    assert result.rows["period_end"].tolist() == ["2024-03-31"]
    mentions = result.mentions
    assert mentions is not None
    later = mentions[mentions["reason"].fillna("").str.startswith("The period ends on 2024-06-30, after")]
    assert later[["metric", "outcome", "text"]].to_numpy().tolist() == [
        ["capex", "not_bound", "table 1, row 3, column 1: Capital expenditures (d): 8,729"]
    ]


def test_the_line_of_a_reconciliation_of_gaap_measures_is_cash_from_operations(reference: Reference) -> None:
    page = (
        "<p>RECONCILIATION OF GAAP TO NON-GAAP FINANCIAL MEASURES (in millions)</p><table><tr><td></td><td>Three Months Ended April 27, 2025</td></tr>"
        "<tr><td>GAAP net cash provided by operating activities</td><td>412</td></tr></table>"
    )
    sidecar = {"document": {**DOCUMENT, "document_id": "nvidia-2026q1", "published": "2025-05-28"}, "entity": "NVIDIA"}
    rows = reader_for("announcements/q1.html", reference)(page.encode(), sidecar, "announcements/q1.html").rows
    assert rows[["metric", "period_end", "value"]].to_numpy().tolist() == [["operating_cash_flow", "2025-04-27", "412"]]


@pytest.mark.parametrize(
    ("title", "heads", "rows", "figures"),
    [
        ("Property and equipment, net by segment is as follows (in millions):", "<td>December 31, 2024</td>", {"AWS": "60", "Consolidated": "186"},
         {("property_and_equipment", "property_and_equipment_net", "186")}),
        ("Depreciation and amortization expense on property and equipment by segment is as follows (in millions):", "<td>Year ended December 31, 2024</td>",
         {"AWS": "9", "Consolidated": "24"}, {("depreciation", "depreciation_of_property_and_equipment", "24")}),
        (f"{'They include assets that are not paid for. ' * 9}Total net additions to property and equipment are as follows (in millions):",
         "<td>Year ended December 31, 2024</td>", {"AWS": "27", "Consolidated": "60"}, {("capex", "aws_segment_property_additions", "27")}),
        ("Property and equipment, at cost, consisted of the following (in millions):", "<td>December 31, 2024</td>", {"Land": "60", "Total": "186"}, set()),
    ],
)  # fmt: skip
def test_a_title_names_what_the_parts_of_a_table_add_up_to(
    title: str, heads: str, rows: dict[str, str], figures: set[tuple[str, str, str]], reference: Reference
) -> None:
    flow = "<p>Cash flows (in millions)</p><table><tr><td></td><td>Year ended December 31, 2024</td></tr><tr><td>Purchases of property and equipment</td><td>83</td></tr></table>"
    lines = "".join(f"<tr><td>{label}</td><td>{amount}</td></tr>" for label, amount in rows.items())
    page = f"{flow}<p>{title}</p><table><tr><td></td>{heads}</tr>{lines}</table>"
    sidecar = {"document": {**DOCUMENT, "published": "2025-02-07"}, "entity": "amazon"}
    read = reader_for("a/10k.html", reference)(page.encode(), sidecar, "a/10k.html").rows
    found = set(read[["metric", "definition", "value"]].itertuples(index=False, name=None))
    assert found - {("capex", "cash_purchases", "83")} == figures


def test_cash_from_continuing_operations_serves_periods_without_the_total(reference: Reference) -> None:
    page = (
        "<p>Statements of cash flows (in millions)</p><table><tr><td></td><td>Year ended December 31, 2024</td><td>Year ended December 31, 2023</td></tr>"
        "<tr><td>Net cash provided by operating activities - continuing operations</td><td>83</td><td>71</td></tr>"
        "<tr><td>Net cash provided by operating activities</td><td>90</td><td></td></tr></table>"
    )
    sidecar = {"document": {**DOCUMENT, "published": "2025-02-07"}, "entity": "amazon"}
    rows = reader_for("a/10k.html", reference)(page.encode(), sidecar, "a/10k.html").rows
    assert rows.set_index("period_end")["value"].to_dict() == {"2024-12-31": "90", "2023-12-31": "71"}


def test_the_total_of_a_part_does_not_dispute_the_line_of_the_income_statement(reference: Reference) -> None:
    heads = "<tr><td></td><td>Three months ended June 30, 2026</td></tr>"
    page = "".join(
        f"<p>{title}</p><p>(RMB in millions)</p><table>{heads}<tr><td>Total revenues</td><td>{amount}</td></tr></table>"
        for title, amount in (("Results of the search business", "24"), ("Consolidated Statements of Income", "33"))
    )
    sidecar = {"document": {**DOCUMENT, "document_id": "baidu-2026q2", "published": "2026-08-20"}, "entity": "Baidu"}
    rows = reader_for("announcements/q2.html", reference)(page.encode(), sidecar, "announcements/q2.html").rows
    assert rows[["metric", "value"]].to_numpy().tolist() == [["revenue", "33"]]


def test_bare_years_of_a_document_that_its_sidecar_calls_an_annual_report_are_fiscal_years(
    reference: Reference,
) -> None:
    page = "<p>Highlights</p><p>(RMB in millions)</p><table><tr><td></td><td>2023</td><td>2022</td></tr><tr><td>Revenues</td><td>609,015</td><td>554,552</td></tr></table>"
    sidecar = {"document": {**DOCUMENT, "kind": "annual_report", "published": "2024-03-20"}, "entity": "tencent"}
    rows = reader_for("announcements/a.html", reference)(page.encode(), sidecar, "announcements/a.html").rows
    assert rows["period_end"].tolist() == ["2023-12-31", "2022-12-31"]
