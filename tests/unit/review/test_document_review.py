"""Reviews of companies' documents: what is shown, the draft, the check, and the page. The document is invented."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml
from pdf_files import pdf

from capex_pipeline.cli.main import main
from capex_pipeline.normalise.mentions import lay_out
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import Reference
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.decisions import Decision, Decisions, addable, apply, fingerprint
from capex_pipeline.review.document_draft import document_source
from capex_pipeline.review.page_entries import page_entries
from capex_pipeline.review.review_file import ReviewError, review_text
from capex_pipeline.review.source import Source
from capex_pipeline.sources import figure_yaml
from capex_pipeline.sources.printed_document import read_published
from capex_pipeline.sources.readers import reader_for

pytestmark = [pytest.mark.slow("draws the page of a review in each test"), pytest.mark.usefixtures("no_tables")]

PAGE = """<p>Other financial information</p><p>(RMB in millions)</p><table><tr><td></td><td colspan=3>Three months ended</td></tr>
<tr><td></td><td>30 June 2025</td><td>31 March 2025</td><td>30 June 2024</td></tr>
<tr><td>Capital expenditures (d)</td><td>19,107</td><td>-</td><td>8,729</td></tr></table>
<p>Capital expenditures were RMB19.1 billion for the second quarter of 2025.</p><p>Capital expenditures of the group were large, RMB7.7 billion in 2021.</p>"""
SIDECAR: dict[str, Any] = {
    "document": {"document_id": "tencent-2025-q2", "kind": "results_announcement", "source_type": "company_release", "title": "Results", "publisher": "Tencent",
                 "published": "2025-08-13"},
    "entity": "tencent",
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "q2.meta.yaml").write_text(yaml.safe_dump(SIDECAR), encoding="utf-8")
    (tmp_path / "q2.html").write_text(PAGE, encoding="utf-8")
    return tmp_path / "q2.html"


@pytest.fixture(scope="module")
def source(reference: Reference) -> Source:
    return source_of(PAGE, reference)


def source_of(page: str, reference: Reference) -> Source:
    return document_source(read_published(page.encode(), SIDECAR, "q2.html", reference, suggests=True), "q2.html")


def read(review: dict[str, Any], source: Source) -> dict[str, Any]:
    """A review as it is read back from its file."""
    return load_yaml_mapping(review_text(review, source).encode(), "q2.yaml")


def finished(source: Source) -> dict[str, Any]:
    """The draft as a person leaves it who agrees with everything."""
    review = copy.deepcopy(dict(source.draft))
    del review["state"]
    review["ignored"] += [
        {"span": entry["span"], "text": "x", "reason": "Another year."} for entry in review.pop("undecided")
    ]
    return read(review, source)


def rules(review: dict[str, Any], source: Source) -> list[str]:
    return [finding.rule for finding in check_review(review, source)]


def test_each_figure_is_below_its_row_and_heads(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(path)]) == 0
    assert "3 figures, 0 questions, 0 preselected answers, 2 other numbers left out" in capsys.readouterr().out
    lines = path.with_suffix(".yaml").read_text(encoding="utf-8").splitlines()
    row = next(number for number, line in enumerate(lines) if "[19,107]" in line)
    assert lines[row] == "  # table 1, row 3: Capital expenditures (d) | [19,107] | [c0002 -] | [8,729]"
    assert lines[row + 1 : row + 4] == [
        "  # above the table: Other financial information · (RMB in millions)",
        "  # Three months ended / 30 June 2025",
        "  - id: tencent_capital_expenditures/2025-04-01/2025-06-30",
    ]
    assert "    note: 'Confirmed in the document: paragraph 3 states RMB19.1 billion.'" in lines
    assert main(["review", str(path)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_draft_is_no_review_and_a_finished_one_gives_reviewed_rows(source: Source) -> None:
    draft = read(dict(source.draft), source)
    assert len(figure_yaml.read(draft, "q2.yaml").rows) == 0
    assert [finding.rule for finding in check_review(draft, source)] == ["draft"]
    review = finished(source)
    assert check_review(review, source) == []
    rows = figure_yaml.read(review, "q2.yaml").rows
    assert rows[["value", "unit", "period", "review_state"]].to_numpy().tolist() == [
        ["19,107", "CNY million", "2025-04-01/2025-06-30", "reviewed"], ["8,729", "CNY million", "2024-04-01/2024-06-30", "reviewed"],
        ["7.7", "CNY billion", "2021-01-01/2021-12-31", "reviewed"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"value": "19,170"}, "value_differs"),
        ({"unit": "CNY billion"}, "value_differs"),
        ({"unit": "USD million"}, "unit_differs"),
        ({"unit": "furlongs"}, "value_unreadable"),
        ({"span": ["90", "91"]}, "span_invalid"),
        ({"metric": None}, "figure_incomplete"),
        ({"metric": "revenue"}, "metric_unlike_text"),
        ({"entity": "baidu"}, "entity_unlike_text"),
        ({"period": "Q1 2025"}, "period_unlike_text"),
        ({"status": "guidance"}, "status_unlike_text"),
    ],
)
def test_a_figure_that_the_document_does_not_print_is_found(change: dict[str, Any], rule: str, source: Source) -> None:
    review = finished(source)
    review["figures"][0].update(change)
    assert rule in rules(review, source)


def test_what_is_left_to_decide_is_found(source: Source) -> None:
    review = finished(source)
    review["ignored"][0]["reason"] = " "
    del review["figures"][1]
    assert rules(review, source) == ["reason_missing", "mention_left_out"]


def test_the_check_of_a_missing_review_says_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--check", str(path)]) == 1
    assert "There is no review" in capsys.readouterr().err


def test_a_document_without_a_sidecar_says_what_is_missing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.with_suffix(".meta.yaml").unlink()
    assert main(["review", str(path)]) == 1
    assert "is not in a folder articles/ and has no sidecar" in capsys.readouterr().err


def test_a_document_is_reviewed_on_the_page(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every cell is marked in its row, figures of a draft wait to be compared, and no claimant is asked for."""
    target, page = path.with_suffix(".yaml"), tmp_path / "review.html"
    assert main(["review", "--page", str(page), str(path)]) == 0
    assert "choose a number there to add it as a figure." in page.read_text(encoding="utf-8")
    data = json.loads(page.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0])
    marked = {
        name: one["text"][first:last]
        for one in data["passages"]
        for first, last, names in one["marks"]
        for name in names
    }
    assert set(marked.values()) >= {"19,107", "8,729"}
    waiting = [name for name, entry in data["entries"].items() if entry["waits"]]
    assert {marked[name] for name in waiting} >= {"19,107", "8,729"}
    assert "claimant" not in data["required"]
    asked = [name for name, entry in data["entries"].items() if entry["part"] == "undecided"]
    decisions: dict[str, Any] = {name: {"action": "accept"} for name in waiting}
    decisions |= {name: {"action": "ignore", "reason": "Other."} for name in asked}
    saved = tmp_path / "q2.decisions.json"
    saved.write_text(json.dumps({"review": data["review"], "decisions": decisions}), encoding="utf-8")
    assert main(["review", "--apply", str(saved), str(path)]) == 0
    assert "nothing to do" in capsys.readouterr().out
    read = figure_yaml.read(load_yaml_mapping(target.read_bytes(), "q2.yaml"), "q2.yaml")
    assert read.rejected == [] and set(read.rows["value"]) >= {"19,107", "8,729"}


def test_the_page_is_not_written_over_the_document(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    assert main(["review", "--page", str(path), str(path)]) == 2
    assert "is the document itself" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_plan_of_a_document_is_offered_the_years_that_are_ahead(reference: Reference) -> None:
    """The table prints quarters that are over; the outlook, published in August 2025, is for 2025 or 2026."""
    from test_review_page import data_of

    from capex_pipeline.review.page import render

    outlook = "<p>We anticipate our capital expenditures to be in the range of RMB90-95 billion, driven by servers.</p>"
    source = source_of(PAGE + outlook, reference)
    entries = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference))["entries"].values()
    (entry,) = [one for one in entries if "90-95" in one["quote"]]
    offered = [option["set"]["period"] for option in entry["options"] if "set" in option]
    assert offered == ["2025-01-01/2025-12-31", "2026-01-01/2026-12-31"]


OUTLOOK = "<p>{heading}</p><p>Capital expenditures are expected to be between RMB20 billion and RMB21 billion.</p>"


@pytest.mark.parametrize(
    ("heading", "period"),
    [
        ("Third Quarter 2025 Guidance", "2025-07-01/2025-09-30"),
        ("Outlook for 2026", "2026-01-01/2026-12-31"),
        ("First Quarter 2025 Guidance", "2025-01-01/2025-12-31"),
        ("Third Quarter 2025", "2025-01-01/2025-12-31"),
    ],
    ids=["quarter", "year", "a quarter that is over", "no word of plans"],
)
def test_a_plan_without_a_period_is_for_that_of_its_heading(heading: str, period: str, reference: Reference) -> None:
    """Published in August 2025; without such a heading the year is asked for."""
    source = source_of(PAGE + OUTLOOK.format(heading=heading), reference)
    part = "undecided" if period == "2025-01-01/2025-12-31" else "figures"
    (entry,) = [one for one in source.draft[part] if "RMB20 billion" in one["quote"]]
    assert entry["period"] == period
    (passage,) = [one for one in source.passages if "RMB20 billion" in one.text]
    assert passage.above == heading


SALES = """<p>Net sales increased 20% to $120.4 billion in the third quarter.</p><p>{more}</p>
<table><tr><td>(in millions)</td><td colspan=2>Three Months Ended September 30,</td></tr><tr><td></td><td>2024</td><td>2025</td></tr>
<tr><td>Total net sales</td><td>100,340</td><td>120,412</td></tr></table>"""
AMAZON: dict[str, Any] = {"document": {**SIDECAR["document"], "published": "2025-10-30"}, "entity": "amazon"}


def answers_of(page: str, quote: str, reference: Reference) -> list[dict[str, Any]]:
    document = read_published(page.encode(), AMAZON, "q3.html", reference, suggests=True)
    source = document_source(document, "q3.html")
    entries = page_entries(copy.deepcopy(dict(source.draft)), source, reference).values()
    (entry,) = [one for one in entries if quote in one["quote"]]
    return [option for option in entry["options"] if "set" in option]


def test_a_plan_of_a_document_is_offered_no_period_that_was_over(reference: Reference) -> None:
    page = SALES.format(more="Net sales are expected to be between $130 billion and $135 billion.")
    days = [one["becomes"]["period"] for one in answers_of(page, "$130 billion", reference)]
    assert days == ["2025-01-01/2025-12-31", "2026-01-01/2026-12-31"]
    headed = page.replace("<p>Net sales are", "<p>Fourth Quarter 2025 Guidance</p><p>Net sales are")
    document = read_published(headed.encode(), AMAZON, "q3.html", reference, suggests=True)
    (entry,) = [one for one in document_source(document, "q3.html").draft["figures"] if "$130 billion" in one["quote"]]
    assert (entry["metric"], entry["status"], entry["period"]) == ("revenue", "guidance", "2025-10-01/2025-12-31")


def test_a_plan_of_a_table_is_drafted_with_both_ends(reference: Reference) -> None:
    rows = "<p>Business Outlook</p><table><tr><td>(in millions)</td><td>Full Year 2026</td></tr><tr><td>Capital expenditures</td><td>$30,000 - $32,000</td></tr></table>"
    document = read_published((SALES.format(more="") + rows).encode(), AMAZON, "q3.html", reference)
    (entry,) = [one for one in document_source(document, "q3.html").draft["figures"] if one["metric"] == "capex"]
    assert (entry["value"], entry["unit"], entry["status"]) == ("30,000-32,000", "USD million", "guidance")
    assert (entry["definition"], entry["period"]) == ("stated_capex_guidance", "2026-01-01/2026-12-31")


def test_the_definition_of_a_plan_in_question_is_that_of_its_companys_name_for_the_row(reference: Reference) -> None:
    page = SALES.format(more="Cash capital expenditures are expected to be between $30 billion and $35 billion.")
    found = answers_of(page, "$30 billion", reference)
    assert {one["becomes"]["definition"] for one in found} == {"cash_net_of_incentives"}


def test_an_amount_that_a_table_prints_adds_no_figure_of_its_own(reference: Reference) -> None:
    first, *_ = answers_of(SALES.format(more="-"), "$120.4 billion", reference)
    assert [first["becomes"][key] for key in ("metric", "period")] == ["revenue", "2025-07-01/2025-09-30"]
    assert first["kept"].endswith("/2025-07-01/2025-09-30") and first["same"] == [[first["kept"], None]]


def test_a_run_rate_is_no_revenue_of_a_quarter(reference: Reference) -> None:
    page = SALES.format(more="Net sales grew, and our chips have an annual revenue run rate above $30 billion.")
    assert not answers_of(page, "above $30 billion", reference)


MISSED = """<p>Cash paid for servers (RMB in millions)</p><table><tr><td></td><td colspan=2>Three months ended</td></tr>
<tr><td></td><td>30 June 2025</td><td>30 June 2024</td></tr><tr><td>Payments for servers</td><td>17,500</td><td>7,200</td></tr></table>"""
ADDED = {"metric": "capex", "definition": "press_claim"}


def test_a_row_that_the_reader_does_not_know_is_offered_with_what_is_printed_about_it(reference: Reference) -> None:
    """The row names no metric; company, value, unit and the period of the column are printed."""
    source = source_of(PAGE + MISSED, reference)
    (amount,) = [one for one in source.amounts if one.text == "17,500"]
    known = source.known[amount.span]
    assert {key: known[key] for key in ("entity", "period", "value", "unit", "status")} == {
        "entity": "tencent", "period": "2025-04-01/2025-06-30", "value": "17,500", "unit": "CNY million", "status": "reported",
    }  # fmt: skip
    assert not rules(finished(source), source), "nobody has to decide on such a row"


def test_a_figure_is_added_from_a_decision_of_the_page(reference: Reference) -> None:
    source = source_of(PAGE + MISSED, reference)
    review = {**finished(source), "state": "draft"}
    (identity,) = [name for name, known in addable(review, source).items() if known["quote"] == "17,500"]
    result = apply(review, Decisions(fingerprint(review), {identity: Decision("change", ADDED, "")}), source)
    (added,) = [figure for figure in result["figures"] if figure.get("quote") == "17,500"]
    assert (added["period"], added["unit"], added["metric"]) == ("2025-04-01/2025-06-30", "CNY million", "capex")
    assert not [one for one in rules(read({**result, "state": ""}, source), source) if one != "several_values"]
    assert identity not in addable(result, source), "a number is added once"
    with pytest.raises(ReviewError, match="has no metric"):
        apply(review, Decisions(fingerprint(review), {identity: Decision("accept", {}, "")}), source)
    left = apply(review, Decisions(fingerprint(review), {identity: Decision("ignore", {}, "A part.")}), source)
    assert left["figures"] == review["figures"]


def test_a_figure_is_added_in_the_file_by_the_span_that_the_draft_shows(reference: Reference) -> None:
    source = source_of(PAGE + MISSED, reference)
    (amount,) = [one for one in source.amounts if one.text == "17,500"]
    shown = review_text(source.draft, source)
    assert f"Payments for servers | [{amount.span[0]} 17,500]" in shown
    review = finished(source)
    entry = {"span": list(amount.span), "entity": "tencent", "metric": "capex", "period": "Q2 2025", "value": "17,500", "unit": "CNY million"}  # fmt: skip
    assert not rules({**review, "figures": [*review["figures"], entry | ADDED]}, source)
    assert rules({**review, "figures": [*review["figures"], entry | ADDED | {"value": "17,600"}]}, source) == [
        "value_differs"
    ]


def test_a_review_before_the_first_build_says_what_to_run(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["review", "--page", str(tmp_path / "page.html"), "--warehouse", str(tmp_path / "none"), str(path)]) == 0
    )
    told = capsys.readouterr().err
    assert "has no tables yet" in told and "`capex-pipeline build`" in told and "materialize" not in told
    assert (tmp_path / "page.html").is_file()


_OTHER_METRICS = """<p>The group's contract backlog was RMB310 billion at the end of June, compared with RMB250 billion a year earlier.</p>
<p>Free cash flow was RMB43.0 billion in the second quarter of 2025.</p>"""


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (
        ["(RMB in millions)", "Three months ended 30 June 2025", "31 March 2025"],
        ["Payments for servers", 1, 2],
        ["Capital expenditures", 19107, 27476],
    ):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def printed_pages() -> bytes:
    """A page with a table, sentences about backlog below it, and then sentences about capital expenditure."""
    lines: list[tuple[str, float, float]] = [
        ("The contract backlog of the group was RMB310 billion at the end of June, compared with RMB250 billion", 72, 192),
        ("a year earlier, and free cash flow was RMB43.0 billion in the second quarter of 2025.", 72, 204),
        ("(RMB in millions)", 72, 92), ("Three months ended", 330, 108), ("30 June 2025", 300, 122), ("30 June 2024", 400, 122),
        ("Capital expenditures", 72, 142), ("19,107", 310, 142), ("8,729", 410, 142),
        ("Capital expenditures of the group were RMB7.7 billion in 2021, when the group had bought fewer servers,", 72, 252),
        ("and they were RMB19.1 billion for the second quarter of 2025, which is more than a year earlier.", 72, 264),
    ]  # fmt: skip
    return pdf(lines)


@pytest.mark.parametrize("kind", ["html", "xlsx", "pdf"])
def test_each_number_of_a_reviewed_document_has_the_outcome_that_the_review_gives_it(
    kind: str, reference: Reference
) -> None:
    """Sentences about other metrics stand before those about capital expenditure, and a person uses every number that was asked about."""
    data = {
        "html": PAGE.replace("</table>", f"</table>{_OTHER_METRICS}").encode(),
        "xlsx": workbook(),
        "pdf": printed_pages(),
    }[kind]
    name = f"q2.{kind}"
    source = document_source(read_published(data, SIDECAR, name, reference, suggests=True), name)
    draft = copy.deepcopy(dict(source.draft))
    del draft["state"]
    draft["figures"] += draft.pop("undecided")
    review = read(draft, source)
    quotes = {f"tencent-2025-q2#{entry['id']}": entry["quote"] for entry in review["figures"]}
    reasons = {entry["text"]: entry["reason"] for entry in review["ignored"]}
    result = reader_for(name, reference)(data, SIDECAR, name)
    assert isinstance(result.mentions, pd.DataFrame)
    table = lay_out(result.mentions, name, review)
    printed = table["text"].str.rpartition(": ")[2]
    for number, outcome, reason, figure in zip(
        printed, table["outcome"], table["reason"], table["figure_id"], strict=True
    ):
        assert (quotes[figure] if outcome == "used" else number) == number
        assert outcome == "used" or (outcome, reason) == ("ignored", reasons[number])
    assert set(quotes) == set(table["figure_id"].dropna())
    expected = {"xlsx": {"19107", "27476"}}.get(kind, {"19,107", "8,729", "RMB310 billion", "RMB43.0 billion"})
    assert set(printed[table["outcome"] == "used"]) >= expected


_NAMED_METRICS = """<p>The group's contract backlog was RMB310 billion at the end of June, compared with RMB250 billion a year earlier.</p>
<p>Free cash flow was RMB43.0 billion in the second quarter of 2025.</p><p>Leases that have not yet commenced come to RMB12 billion.</p>
<p>The group employs 110,000 people and gave RMB2 billion to schools.</p>"""


def test_sentences_about_other_metrics_of_the_tables_are_shown_and_asked_about(reference: Reference) -> None:
    source = source_of(PAGE + _NAMED_METRICS, reference)
    entries = page_entries(dict(source.draft), source, reference)
    asked = {one["quote"]: one for one in entries.values() if one["part"] == "undecided"}
    chosen = {
        quote: tuple(one["options"][one["chosen"]]["becomes"].get(key) for key in ("entity", "metric", "period"))
        for quote, one in asked.items()
        if one["chosen"] is not None
    }
    assert chosen == {
        "RMB310 billion": ("tencent", "remaining_performance_obligations", "2025-06-30/2025-06-30"),
        "RMB12 billion": ("tencent", "leases_not_yet_commenced", "2025-06-30/2025-06-30"),
    }
    shown = {one["quote"] for one in entries.values()}
    assert "RMB43.0 billion" in shown - asked.keys()  # a sentence that states it with its period is a figure
    assert not {"110,000", "RMB2 billion"} & shown


def test_an_explanation_between_a_name_and_its_amount_is_not_another_matter(reference: Reference) -> None:
    text = "<p>Capital expenditures, which are purchases net of proceeds from sales, were RMB7.8 billion in 2022.</p>"
    source = source_of(PAGE + text, reference)
    assert ("RMB7.8 billion", "2022-01-01/2022-12-31") in [
        (one["quote"], one["period"]) for one in source.draft["figures"]
    ]


_SENTENCES = """<p>Over the last twelve months, operating cash flow was RMB210 billion, up 13%, and free cash flow was negative RMB5.9 billion, as capital
expenditures over the same period reached RMB96 billion.</p>
<p>Contract backlog was RMB310 billion as of June 30, 2025, compared with RMB250 billion as of March 31, 2025. Deferred revenue was RMB8 billion.</p>
<p>We had RMB12 billion of additional lease commitments as of June 30, 2025.</p>"""


def test_sentences_of_a_document_are_preselected_as_the_figures_that_they_name(reference: Reference) -> None:
    source = source_of(PAGE.partition("<p>Capital expenditures were")[0] + _SENTENCES, reference)
    entries = page_entries(dict(source.draft), source, reference)
    year, quarter = "2024-07-01/2025-06-30", "2025-06-30/2025-06-30"
    assert {
        one["quote"]: tuple(becomes.get(key) for key in ("metric", "measure", "value", "period", "status"))
        for one in entries.values()
        if one["chosen"] is not None and (becomes := one["options"][one["chosen"]].get("becomes"))
    } == {
        "RMB210 billion": ("operating_cash_flow", "level", "210", year, "reported"),
        "13%": ("operating_cash_flow", "yoy_growth", "13", year, "reported"),
        "RMB96 billion": ("capex", "level", "96", year, "reported"),
        "RMB310 billion": ("remaining_performance_obligations", "level", "310", quarter, "reported"),
        "RMB250 billion": ("remaining_performance_obligations", "level", "250", "2025-03-31/2025-03-31", "reported"),
    }
    figures = [one for one in source.draft["figures"] if one["metric"] == "leases_not_yet_commenced"]
    assert [(one["value"], one["period"]) for one in figures] == [("12", quarter)]
    (negative,) = [one for one in entries.values() if one["quote"] == "negative RMB5.9 billion"]
    assert (year, "-5.9") in [
        (one["becomes"]["period"], one["becomes"]["value"]) for one in negative["options"] if "set" in one
    ]
    (deferred,) = [one for one in entries.values() if one["quote"] == "RMB8 billion"]
    assert deferred["part"] == "ignored" and not deferred["options"]


def test_amounts_for_the_years_after_a_plan_have_a_year_each(reference: Reference) -> None:
    text = "<p>We expect capital expenditures of RMB95 billion this year, and then RMB110 billion, RMB120 billion and RMB130 billion over the following three years.</p>"
    source = source_of(PAGE + text, reference)
    offered = {
        one["quote"]: one["options"][0].get("becomes", one["fields"])["period"][:4]
        for one in page_entries(dict(source.draft), source, reference).values()
        if one["options"] and one["quote"] in ("RMB110 billion", "RMB120 billion", "RMB130 billion")
    }
    assert offered == {"RMB110 billion": "2026", "RMB120 billion": "2027", "RMB130 billion": "2028"}


def test_cells_of_twelve_months_are_added_together(reference: Reference) -> None:
    """One answer makes a figure of each cell of the table; the days of each are the year up to its quarter."""
    table = PAGE.replace("Other financial information", "Trailing four quarters")
    source = source_of(table, reference)
    cells = [one for one in page_entries(dict(source.draft), source, reference).values() if one["heads"]]
    assert [(one["quote"], one["options"][0]["becomes"]["period"]) for one in cells if one["options"]] == [
        ("19,107", "2024-07-01/2025-06-30"),
        ("8,729", "2023-07-01/2024-06-30"),
    ]
    assert len({str(one["group"]) for one in cells if one["options"]}) == 1
    assert all(one["options"][0]["together"] for one in cells if one["options"])


def test_a_number_of_twelve_months_that_may_be_added_has_its_year(reference: Reference) -> None:
    """The head names the quarter with which the twelve months end."""
    table = (
        "<p>Supplemental information (RMB in millions)</p><table><tr><td></td><td>Q2 2024</td><td>Q2 2025</td></tr>"
        "<tr><td>Cash for servers -- trailing twelve months (TTM)</td><td>51,234</td><td>62,345</td></tr>"
        "<tr><td>Cash for servers</td><td>11,234</td><td>12,345</td></tr></table>"
    )
    source = source_of(PAGE + table, reference)
    periods = {known["value"]: known["period"] for known in addable(source.draft, source).values()}
    assert periods == {
        "51,234": "2023-07-01/2024-06-30", "62,345": "2024-07-01/2025-06-30",
        "11,234": "2024-04-01/2024-06-30", "12,345": "2025-04-01/2025-06-30",
    }  # fmt: skip
