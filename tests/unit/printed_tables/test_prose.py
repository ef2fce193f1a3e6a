"""Sentences of a document beside its tables. Numbers are invented; growth and sums were computed by hand."""

from datetime import date

import pytest
from test_layout import table

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.printed_tables.binding import MOST_SHOWN, Bound, bind, used
from capex_pipeline.printed_tables.layout import read_layout
from capex_pipeline.printed_tables.pieces import Paragraph
from capex_pipeline.printed_tables.prose import ProseFigure, Subject, read_sentences
from capex_pipeline.reference import Reference
from capex_pipeline.values.fiscal_calendar import FiscalCalendar

ROWS = "| Three months ended June 30,/2\n| 2025 | 2024\nCapital expenditures | 19,107 | 8,729"


def read(
    text: str, reference: Reference, entity: str = "tencent", rows: str | None = ROWS
) -> tuple[list[Bound], list[ProseFigure]]:
    names = reference.printed_names(entity)
    currency = str(reference.entities.at[entity, "currency"])
    calendar = reference.calendars[entity]
    tables = [table(rows, ["Other information", f"({currency} in millions)"])] if rows else []
    bound = bind(read_layout(tables, currency), names, calendar, currency)
    called = str(reference.entities.at[entity, "name"])
    subject = Subject(entity, called, date(2025, 8, 13), currency)
    return read_sentences([Paragraph("paragraph 3", text)], bound, names, subject, vocabulary_of(reference))


def statements(found: list[ProseFigure]) -> list[tuple[str, str, str, float | None]]:
    return [
        (str(one.figure.start), str(one.figure.end), one.figure.status, one.mention.value)
        for one in found
        if one.outcome == "used" and one.figure is not None and one.figure.measure == "level"
    ]


def test_a_sentence_that_repeats_a_cell_is_a_second_place_of_one_figure(reference: Reference) -> None:
    # 19,107 million is 19.1 billion; 19,107 / 8,729 = 2.189, a growth of 119 %
    bound, found = read(
        "Our capital expenditures were RMB19.1 billion for the second quarter of 2025, up 119% year-on-year.", reference
    )
    first, second = used(bound)
    assert first.also_at == ("paragraph 3",)
    assert first.confirmed == (
        "paragraph 3 states RMB19.1 billion",
        "paragraph 3 states 119%, and the two amounts of table 0 give 118.9",
    )
    assert second.confirmed == ("paragraph 3 states 119%, and the two amounts of table 0 give 118.9",)
    assert [one.outcome for one in found] == ["repeated", "used"]


def test_a_sentence_with_the_label_of_a_row_and_another_amount_sets_both_aside(reference: Reference) -> None:
    bound, found = read("Capital expenditures were RMB18.1 billion for the second quarter of 2025.", reference)
    first, second = bound
    assert first.reason == (
        "The document contradicts itself: paragraph 3 states RMB18.1 billion, table 0 prints 19,107."
    )
    assert (first.is_contradicted, second.outcome) == (True, "used")
    assert [one.outcome for one in found] == ["not_bound"]


def test_an_amount_without_a_scale_is_in_the_millions_of_the_tables(reference: Reference) -> None:
    bound, found = read("Capital expenditures were RMB19,107 in the second quarter of 2025.", reference)
    assert bound[0].confirmed == ("paragraph 3 states RMB19,107",)
    assert [one.outcome for one in found] == ["repeated"]
    bound, found = read("Capital expenditures were RMB19,107,000,000 in the second quarter of 2025.", reference)
    assert [one.outcome for one in found] == ["repeated"]
    _, found = read("Free cash flow was RMB216 in the second quarter of 2025.", reference)
    assert statements(found) == [("2025-04-01", "2025-06-30", "reported", 216e6)]


def test_an_amount_of_a_part_contradicts_no_row(reference: Reference) -> None:
    text = "Capital expenditures increased in the second quarter of 2025 due to RMB0.3 billion for the acquisition of land."
    bound, _ = read(text, reference)
    assert [one.outcome for one in bound] == ["used", "used"]


def test_growth_that_the_columns_do_not_give_is_no_figure(reference: Reference) -> None:
    _, found = read("Capital expenditures increased 91% year-on-year in the second quarter of 2025.", reference)
    assert [(one.outcome, one.reason) for one in found] == [
        ("not_bound", "The text and the table differ: paragraph 3 states 91%, and the two amounts of table 0 give 118.9."),
    ]  # fmt: skip


def test_a_convenience_translation_in_a_sentence_is_no_amount(reference: Reference) -> None:
    _, found = read(
        "In the quarter ended June 30, 2025, capital expenditures were RMB38,676 million (US$5,399 million).",
        reference,
        "alibaba",
        None,
    )
    assert statements(found) == [("2025-04-01", "2025-06-30", "reported", 38676e6)]
    assert [one.reason for one in found if one.outcome == "context"] == ["A convenience translation."]


def test_lists_of_amounts_and_periods_are_paired_by_position(reference: Reference) -> None:
    _, found = read(
        "Cash capital expenditures were $14.1 billion and $10.4 billion during Q2 2022 and Q2 2023, and $27.8 billion and $23.5 billion for the "
        "six months ended June 30, 2022 and 2023.",
        reference,
        "amazon",
        None,
    )
    assert statements(found) == [
        ("2022-04-01", "2022-06-30", "reported", 14.1e9), ("2023-04-01", "2023-06-30", "reported", 10.4e9),
        ("2022-01-01", "2022-06-30", "reported", 27.8e9), ("2023-01-01", "2023-06-30", "reported", 23.5e9),
    ]  # fmt: skip
    assert {one.name.definition_id for one in found if one.name} == {"cash_net_of_incentives"}


def test_the_headline_of_a_company_is_known_by_its_own_words(reference: Reference) -> None:
    _, found = read(
        "Capital expenditures, including principal payments on finance leases, were $17.01 billion for the second quarter of 2025. "
        "We expect 2025 capital expenditures to be in the range of $66-72 billion.",
        reference,
        "meta",
        None,
    )
    names = [one.name.definition_id if one.name else None for one in found if one.outcome == "used"]
    assert names == ["cash_and_lease_principal", None]
    assert [status for _, _, status, _ in statements(found)] == ["reported", "guidance"]


@pytest.mark.parametrize(
    "text",
    [
        "During the three months ended June 30, 2025, we recorded $94 million of impairment losses on property and equipment.",
        "Property and equipment acquired under finance leases was $61 million during Q2 2025.",
        "Depreciation of property and equipment was $4.6 billion for the three months ended June 30, 2025.",
        "Purchases of property and equipment increased $2.1 billion in the three months ended June 30, 2025.",
        "We used $12.9 billion of net purchases of property and equipment in the three months ended June 30, 2025.",
        "Interest of $63 million was capitalized as property and equipment in the three months ended June 30, 2025.",
    ],
)
def test_amounts_of_other_matters_are_no_capital_expenditure(text: str, reference: Reference) -> None:
    _, found = read(text, reference, "meta", None)
    assert [one for one in found if one.outcome == "used" and one.figure and one.figure.metric == "capex"] == []


def test_two_values_for_one_fact_are_none(reference: Reference) -> None:
    text = "Capital expenditures were RMB18.1 billion in the second quarter of 2025."
    _, found = read(f"{text} {text.replace('18.1', '17.4')}", reference, rows=None)
    assert [one.reason for one in found] == ["The text states several values: RMB18.1 billion; RMB17.4 billion."] * 2


def test_the_reason_names_the_first_of_many_values(reference: Reference) -> None:
    """Its length does not grow with the number of sentences, each of which has it."""
    sentences = [
        f"Capital expenditures were RMB{value}.1 billion in the second quarter of 2025." for value in range(10, 40)
    ]
    _, found = read(" ".join(sentences), reference, rows=None)
    named = "; ".join(f"RMB{value}.1 billion" for value in range(10, 10 + MOST_SHOWN))
    assert {one.reason for one in found} == {f"The text states several values: {named}."}


def test_a_part_of_a_row_does_not_set_aside_what_another_sentence_repeats(reference: Reference) -> None:
    bound, found = read(
        "Capital expenditures were RMB19.1 billion for the second quarter of 2025. Capital expenditures on offices were RMB0.4 billion in the second "
        "quarter of 2025.",
        reference,
    )
    first, _ = used(bound)
    assert first.confirmed == ("paragraph 3 states RMB19.1 billion",)
    assert [one.outcome for one in found] == ["repeated", "context"]


INFRA = "Revenue from AI Cloud Infra was RMB6.3 billion in the second quarter of 2025."


def test_the_longer_of_two_names_is_the_row_of_an_amount(reference: Reference) -> None:
    _, found = read(INFRA, reference, "baidu", None)
    assert [(one.outcome, one.name and one.name.definition_id) for one in found] == [("used", "baidu_ai_cloud_infra")]


def test_a_name_before_a_word_that_it_excludes_is_no_name(reference: Reference) -> None:
    names = [name for name in reference.printed_names("baidu") if name.name_id == "baidu_ai_cloud"]
    subject = Subject("baidu", "Baidu", date(2025, 8, 20), "CNY")
    _, found = read_sentences([Paragraph("paragraph 3", INFRA)], [], names, subject, vocabulary_of(reference))
    assert [(one.outcome, one.reason) for one in found] == [("not_bound", "The name goes on: 'infra'.")]


def test_payments_beside_free_cash_flow_do_not_contradict_the_additions_of_the_table(reference: Reference) -> None:
    text = (
        "Operating cash flow for the second quarter of 2025 was offset by payments for capital expenditure of RMB17.6 billion in the second quarter "
        "of 2025."
    )
    bound, found = read(text, reference)
    assert [one.outcome for one in bound] == ["used", "used"]
    definitions = {one.name.definition_id for one in found if one.outcome == "used" and one.name}
    assert definitions == {"capex_payments_beside_free_cash_flow"}


@pytest.mark.parametrize(
    ("entity", "text", "definition"),
    [
        ("coreweave", "Revenue backlog of $9.4 billion as of June 30, 2025.", "revenue_backlog"),
        ("oracle", "As of June 30, 2025, our remaining performance obligations were $9.4 billion.", "remaining_performance_obligations"),
        ("oracle", "Remaining Performance Obligations (RPO) were $9.4 billion at 30 June 2025.", "remaining_performance_obligations"),
        ("alphabet", "Capital expenditures grew, and Google Cloud backlog was about $9.4 billion as of June 30, 2025.", "google_cloud_backlog"),
    ],
)  # fmt: skip
def test_a_balance_that_a_sentence_states_with_its_day_is_a_figure(
    entity: str, text: str, definition: str, reference: Reference
) -> None:
    _, found = read(text, reference, entity, None)
    (one,) = [one for one in found if one.outcome == "used"]
    assert one.figure is not None and one.name is not None
    assert (one.name.definition_id, one.mention.value) == (definition, 9.4e9)
    assert one.figure.start == one.figure.end == date(2025, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "Revenue backlog was $9.4 billion.",
        "Revenue backlog grew to $9.4 billion as of June 30, 2025, from $5.1 billion as of June 30, 2024.",
        "Current remaining performance obligations were $9.4 billion as of June 30, 2025.",
        "Revenue backlog from one customer was $9.4 billion as of June 30, 2025.",
        "Revenue backlog was €9.4 billion as of June 30, 2025.",
        "Revenue backlog will be $9.4 billion as of December 31, 2025.",
    ],
)
def test_a_balance_without_its_own_name_and_one_day_is_no_figure(text: str, reference: Reference) -> None:
    _, found = read(text, reference, "coreweave", None)
    assert [one for one in found if one.outcome == "used"] == []


def test_a_sentence_states_free_cash_flow_and_cash_from_operations_for_the_period_of_its_paragraph(
    reference: Reference,
) -> None:
    text = "For the second quarter of 2025, we generated free cash flow of RMB43.0 billion. This was a result of net cash flow generated from operating activities of RMB74.4 billion."
    _, found = read(text, reference)
    assert statements(found) == [
        ("2025-04-01", "2025-06-30", "reported", 43e9),
        ("2025-04-01", "2025-06-30", "reported", 74.4e9),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Adjusted free cash flow was RMB43.0 billion for the second quarter of 2025.",
        "Free cash flow for the trailing twelve months was RMB43.0 billion in the second quarter of 2025.",
        "Free cash flow was RMB43.0 billion for the third quarter of 2025.",
        "We expect that free cash flow was RMB43.0 billion in the second quarter of 2025.",
        "Free cash flow was US$6.0 billion for the second quarter of 2025.",
    ],
)
def test_a_sentence_of_another_amount_states_no_free_cash_flow(text: str, reference: Reference) -> None:
    _, found = read(text, reference)
    assert statements(found) == []


def test_a_chinese_sentence_states_a_row_and_its_amount_of_the_year_before(reference: Reference) -> None:
    rows = "| 截至6月30日止三個月/2\n| 2025年 | 2024年\n收入 | 247,652 | 243,236"
    text = "截至2025年6月30日止季度，資本性支出為人民幣38,676百萬元（5,399百萬美元），2024年同期為人民幣11,935百萬元。"
    _, found = read(text, reference, "alibaba", rows)
    assert statements(found) == [
        ("2025-04-01", "2025-06-30", "reported", 38_676e6), ("2024-04-01", "2024-06-30", "reported", 11_935e6),
    ]  # fmt: skip


def test_a_balance_without_its_day_is_of_the_end_of_the_newest_period(reference: Reference) -> None:
    rows = "| Three months ended June 30,/2\n| 2025 | 2024\nAdditions to property and equipment | 17 | 13"
    text = "Commercial remaining performance obligation increased 37% to $368 billion. Current remaining performance obligations were $9 billion."
    _, found = read(text, reference, "microsoft", rows)
    assert statements(found) == [("2025-06-30", "2025-06-30", "reported", 368e9)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Free cash flow for the second quarter of 2025 was RMB43.0 billion.", 43e9),
        ("Free cash flow was RMB43.0 billion in the second quarter of 2025 and grew.", 43e9),
        ("二零二五年第二季度，本集團的自由現金流為人民幣430億元。", 43e9),
    ],
)  # fmt: skip
def test_a_sentence_names_the_period_before_or_behind_its_amount(
    text: str, amount: float, reference: Reference
) -> None:
    _, found = read(text, reference)
    assert statements(found) == [("2025-04-01", "2025-06-30", "reported", amount)]


def test_a_sentence_states_the_revenue_of_a_part_by_its_name(reference: Reference) -> None:
    rows = "| Three months ended June 30,/2\n| 2025 | 2024\nAdditions to property and equipment | 17 | 13"
    _, found = read("Microsoft Cloud revenue was $46.7 billion and increased 27%.", reference, "microsoft", rows)
    assert statements(found) == [("2025-04-01", "2025-06-30", "reported", 46.7e9)]


QUARTERS = "| Three months ended/3\n| June 30, 2025 | March 31, 2025 | June 30, 2024\nCapital expenditures | 19,107 | 27,476 | 8,729"


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (
            "Cash flow from operating activities was RMB46.2 billion, up from RMB27.4 billion a year ago and down from RMB56.2 billion in the prior quarter.",
            {("2025-04-01", 46.2e9), ("2024-04-01", 27.4e9), ("2025-01-01", 56.2e9)},
        ),
        ("Cash flow from operations was RMB46.2 billion, up from RMB27.4 billion two years ago.", {("2025-04-01", 46.2e9)}),
        ("Cash flow from operations was up from RMB27.4 billion a year ago.", set()),
    ],
)  # fmt: skip
def test_an_amount_of_a_quarter_or_a_year_before_is_of_that_quarter(
    text: str, amounts: set[tuple[str, float]], reference: Reference
) -> None:
    _, found = read(text, reference, rows=QUARTERS)
    assert {(start, value) for start, _, _, value in statements(found)} == amounts


YEAR = "| Three months ended June 30,/2\n| 2025 | 2024\nNet cash provided by operating activities | 17 | 13"


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ("oracle", "As of June 30, 2025, we had $9.4 billion of remaining performance obligations (“revenue backlog”), of which we expect to recognize half over the next 24 months."),
        ("oracle", "The aggregate amount of the transaction price allocated to performance obligations that are unsatisfied (or partially unsatisfied) at June 30, 2025 was $9.4 billion."),
        ("microsoft", "Revenue allocated to remaining performance obligations, which includes amounts that will be invoiced in future periods, was $9.4 billion as of June 30, 2025."),
        ("oracle", "The Company had approximately $9.4 billion in unsatisfied performance obligations at 30 June 2025."),
        ("meta", "Remaining performance obligations were $9.4 billion, of which 40% will be recognized over the next 12 months."),
        ("oracle", "The aggregate amount of the transaction price allocated to the remaining performance obligations for all open customer contracts as of June 30, 2025 was $9.4 billion."),
        ("oracle", "The dollar amount of unsatisfied performance obligations for contracts with an original duration greater than one year is $9.4 billion."),
        ("oracle", "At June 30, 2025, the estimated revenue expected to be recognized in future periods related to unsatisfied performance obligations for executed contracts was approximately $9.4 billion."),
        ("oracle", "As of June 30, 2025, approximately $9.4 billion of revenue is expected to be recognized from remaining performance obligations for contracts that exceed one year."),
        ("amazon", "For contracts that exceed one year, those commitments not yet recognized were approximately $9.4 billion as of June 30, 2025."),
    ],
)  # fmt: skip
def test_a_note_states_remaining_performance_obligations_with_what_becomes_of_them(
    entity: str, text: str, reference: Reference
) -> None:
    _, found = read(text, reference, entity, YEAR)
    used_ones = [(one.name and one.name.definition_id, one.mention.value) for one in found if one.outcome == "used"]
    assert used_ones == [("remaining_performance_obligations", 9.4e9)]
    assert [start for start, _, _, _ in statements(found)] == ["2025-06-30"]


@pytest.mark.parametrize(
    "text",
    [
        "As of June 30, 2025, we have leases, primarily for data centers, that have not yet commenced with total payments of approximately $9.4 billion.",
        "As of June 30, 2025, we had $9.4 billion of additional lease commitments, which are expected to commence in fiscal 2026.",
        "We have operating leases, primarily for our data centers, that are expected to commence in fiscal year 2026 with lease terms of 3 to 8 years for $9.4 billion.",
        "We have commitments of $9.4 billion for leases that have not yet commenced as of June 30, 2025.",
        "At June 30, 2025, the company had entered into leases not yet commenced with aggregate undiscounted payments totaling $9.4 billion.",
    ],
)  # fmt: skip
def test_a_note_states_payments_under_leases_that_have_not_commenced(text: str, reference: Reference) -> None:
    _, found = read(text, reference, "meta", YEAR)
    assert [one.name.metric for one in found if one.outcome == "used" and one.name] == ["leases_not_yet_commenced"]
    assert statements(found) == [("2025-06-30", "2025-06-30", "reported", 9.4e9)]


@pytest.mark.parametrize(
    "text",
    [
        "As of June 30, 2025, we had $9.4 billion of remaining performance obligations for our cloud services.",
        "As of June 30, 2025, current remaining performance obligations were $9.4 billion.",
        "As of June 30, 2025, $9.4 billion of revenue is expected to be recognized from remaining performance obligations over the next 12 months.",
        "We expect remaining performance obligations of $9.4 billion at year end.",
        "As of June 30, 2025, we had operating and finance leases that had not yet commenced of $9.4 billion and $2.1 billion, respectively.",
        "As of June 30, 2025, we have entered into leases that have not yet commenced with short-term payments of $9.4 billion.",
        "As of June 30, 2025, we paid deposits of $9.4 billion for leases that have not yet commenced.",
        "As of June 30, 2025, we entered into a data center lease that has not yet commenced with payments of $9.4 billion.",
        "As of June 30, 2025, satisfied performance obligations were $9.4 billion.",
    ],
)  # fmt: skip
def test_a_part_of_a_balance_and_a_plan_are_no_balance(text: str, reference: Reference) -> None:
    _, found = read(text, reference, "meta", YEAR)
    assert statements(found) == []


DEPRECIATION = "Depreciation expense on property and equipment"


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (f"{DEPRECIATION} was $15.3 billion, $11.0 billion, and $8.5 billion for the years ended December 31, 2024, 2023, and 2022, respectively.",
         [("2024-01-01", "2024-12-31", 15.3e9), ("2023-01-01", "2023-12-31", 11e9), ("2022-01-01", "2022-12-31", 8.5e9)]),
        ("Depreciation expense for 2024 and 2023 was $15.3 billion and $11.0 billion, respectively.",
         [("2024-01-01", "2024-12-31", 15.3e9), ("2023-01-01", "2023-12-31", 11e9)]),
        ("Depreciation expense during the three and six months ended June 30, 2025 was $1.2 billion and $2.3 billion, respectively.",
         [("2025-04-01", "2025-06-30", 1.2e9), ("2025-01-01", "2025-06-30", 2.3e9)]),
        ("Remaining performance obligations were $15.3 billion and $11.0 billion as of June 30, 2025 and December 31, 2024, respectively.",
         [("2025-06-30", "2025-06-30", 15.3e9), ("2024-12-31", "2024-12-31", 11e9)]),
        ("Remaining performance obligations were $9.4 billion as of June 30, 2025 and $5.1 billion as of June 30, 2024.",
         [("2025-06-30", "2025-06-30", 9.4e9), ("2024-06-30", "2024-06-30", 5.1e9)]),
        ("Free cash flow was $4.3 billion in the second quarter of 2025 and $9.0 billion in the first half of 2025.",
         [("2025-04-01", "2025-06-30", 4.3e9), ("2025-01-01", "2025-06-30", 9e9)]),
        ("Depreciation expense was $611 million in 2024, $587 million in 2023 and $559 million in 2022.",
         [("2024-01-01", "2024-12-31", 611e6), ("2023-01-01", "2023-12-31", 587e6), ("2022-01-01", "2022-12-31", 559e6)]),
        ("Depreciation expense was $151 million and $297 million for the three and six months ended June 30, 2025 and $141 million and $286 million for the three and six months ended June 30, 2024, respectively.",
         [("2025-04-01", "2025-06-30", 151e6), ("2025-01-01", "2025-06-30", 297e6), ("2024-04-01", "2024-06-30", 141e6), ("2024-01-01", "2024-06-30", 286e6)]),
        ("Depreciation expense for the three and six months ended June 30, 2025, was $1,680,595 and $7,050,864, and was $186,598 and $251,780 for the three and six months ended June 30, 2024, respectively.",
         [("2025-04-01", "2025-06-30", 1680595), ("2025-01-01", "2025-06-30", 7050864), ("2024-04-01", "2024-06-30", 186598), ("2024-01-01", "2024-06-30", 251780)]),
        ("During the three months ended June 30, 2025 and 2024, depreciation expense totaled $64.7 million and $20.2 million, respectively, and during the six months ended June 30, 2025 and 2024, totaled $122.6 million and $34.1 million, respectively.",
         [("2025-04-01", "2025-06-30", 64.7e6), ("2024-04-01", "2024-06-30", 20.2e6), ("2025-01-01", "2025-06-30", 122.6e6), ("2024-01-01", "2024-06-30", 34.1e6)]),
        ("Depreciation expense, including the depreciation of assets under finance leases, totaled $997 million and $1,018 million in 2024 and 2023, respectively.",
         [("2024-01-01", "2024-12-31", 997e6), ("2023-01-01", "2023-12-31", 1018e6)]),
        ("Depreciation and amortization expense related to property and equipment was $23.7 million and $19.5 million for the years ended December 31, 2024 and 2023, respectively.",
         [("2024-01-01", "2024-12-31", 23.7e6), ("2023-01-01", "2023-12-31", 19.5e6)]),
        ("Depreciation and amortization expense was $23.7 million and $19.5 million for 2024 and 2023, respectively.", []),
        ("Depreciation expense was $5 million in the first six months of 2025 and $4 million in 2024.", [("2025-01-01", "2025-06-30", 5e6)]),
        ("Depreciation expense was $5 million in 2024 and amortization expense was $4 million in 2023.", []),
        (f"{DEPRECIATION} was $15.3 billion and $11.0 billion for the years ended December 31, 2024, 2023, and 2022, respectively.", []),
        (f"{DEPRECIATION} was $15.3 billion, $11.0 billion and $8.5 billion in North America, Europe and Asia, respectively.", []),
        ("Amortization and depreciation expense was $15.3 billion and $11.0 billion for 2024 and 2023, respectively.", []),
        ("Depreciation expense of the foundry was $15.3 billion and $11.0 billion for 2024 and 2023, respectively.", []),
    ],
)  # fmt: skip
def test_amounts_that_a_sentence_lists_are_of_the_periods_that_it_lists(
    text: str, amounts: list[tuple[str, str, float]], reference: Reference
) -> None:
    _, found = read(text, reference, "meta", YEAR)
    assert [(start, end, value) for start, end, _, value in statements(found)] == amounts


def test_a_name_with_its_former_name_and_what_it_includes_is_stated(reference: Reference) -> None:
    text = "• Our Microsoft Cloud (formerly commercial cloud) revenue, which includes Azure and the commercial portion of LinkedIn, was $9.2 billion and $6.9 billion in fiscal years 2024 and 2023, respectively."
    _, found = read(text, reference, "microsoft", YEAR)
    assert [(start, value) for start, _, _, value in statements(found)] == [
        ("2023-07-01", 9.2e9),
        ("2022-07-01", 6.9e9),
    ]


def test_a_sentence_that_goes_on_is_of_the_period_of_the_one_before_it(reference: Reference) -> None:
    text = (
        "For the second quarter of 2025, free cash flow was RMB43.0 billion. This was a result of net cash flow generated from operating activities of "
        "RMB74.4 billion. For the first quarter of 2025, free cash flow was RMB47.1 billion."
    )
    _, found = read(text, reference, rows=QUARTERS)
    assert [(start, value) for start, _, _, value in statements(found)] == [
        ("2025-04-01", 43e9), ("2025-04-01", 74.4e9), ("2025-01-01", 47.1e9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "amounts"),
    [
        ("Data Center", [("2025-01-27", "2025-04-27", 35.6e9), ("2024-01-29", "2025-01-26", 115.2e9)]),
        ("Professional Visualization", []),
        ("", []),
    ],
)
def test_revenue_below_the_name_of_a_part_is_that_of_the_part(
    heading: str, amounts: list[tuple[str, str, float]], reference: Reference
) -> None:
    names, calendar = reference.printed_names("nvidia"), reference.calendars["nvidia"]
    heads = "| Three Months Ended April 27, 2025 | Year Ended January 26, 2025\nNet cash provided by operating activities | 17 | 60"
    bound = bind(
        read_layout([table(heads, ["Statements of cash flows", "(USD in millions)"])], "USD"), names, calendar, "USD"
    )
    subject = Subject("nvidia", "Nvidia", date(2025, 5, 28), "USD")
    text = "First-quarter revenue was a record $35.6 billion, up 16% from the previous quarter. Full-year revenue rose 142% to $115.2 billion. First-quarter Gaming revenue was $2.5 billion."
    _, found = read_sentences(
        [Paragraph("paragraph 3", text, heading)], bound, names, subject, vocabulary_of(reference)
    )
    assert [(start, end, value) for start, end, _, value in statements(found)] == amounts


PLANS = [
    ("We expect total revenue between $130 billion and $135 billion in the third quarter of 2025.", (130e9, 135e9)),
    ("Initiates third quarter FY25 revenue guidance of $130 billion to $135 billion, up 11%.", (130e9, 135e9)),
    ("Third-quarter 2025 net sales are expected to be approximately $130 billion.", (None, None)),
]


@pytest.mark.parametrize(("text", "ends"), PLANS, ids=["between", "headline", "approximately"])
def test_a_sentence_plans_revenue_of_a_coming_period(
    text: str, ends: tuple[float | None, float | None], reference: Reference
) -> None:
    _, found = read(text, reference, "amazon", None)
    (one,) = [one for one in found if one.outcome == "used"]
    assert one.figure is not None
    assert (one.figure.metric, one.figure.status) == ("revenue", "guidance")
    assert (one.figure.start, one.figure.end) == (date(2025, 7, 1), date(2025, 9, 30))
    assert (one.mention.low, one.mention.high) == ends


@pytest.mark.parametrize(
    "text",
    [
        "We expect data center revenue of $30 billion in the third quarter of 2025.",
        "We expect cost of revenue of $30 billion in the third quarter of 2025.",
        "Revenue was above our revenue guidance of $130 billion for the second quarter of 2025.",
        "Compared with previous revenue guidance of $130 billion for 2025, we expect growth.",
        "We expect revenue to increase by $5 billion in the third quarter of 2025.",
        "We expect total revenue between $130 billion and $135 billion.",
    ],
    ids=["part", "costs", "over", "earlier", "change", "no period"],
)
def test_a_sentence_of_another_amount_plans_no_revenue(text: str, reference: Reference) -> None:
    assert statements(read(text, reference, "amazon", None)[1]) == []


def test_a_chinese_sentence_plans_capital_expenditure(reference: Reference) -> None:
    _, found = read("我們預計2026年全年資本支出約為人民幣100億元。", reference, "alibaba", None)
    assert statements(found) == [("2025-04-01", "2026-03-31", "guidance", 10e9)]


@pytest.mark.parametrize(
    "text",
    [
        "At June 30, 2025, the aggregate amount of the transaction price allocated to RPO related to customer contracts that are unsatisfied or partially unsatisfied was $9.4 billion.",
        "Revenue allocated to remaining performance obligations that are unsatisfied (or partially unsatisfied) as of June 30, 2025 was $9.4 billion.",
        "Contracted not recognized revenue was $9.4 billion as of June 30, 2025.",
    ],
)
def test_obligations_with_a_remark_on_their_contracts_are_stated(text: str, reference: Reference) -> None:
    assert statements(read(text, reference, "oracle", None)[1]) == [("2025-06-30", "2025-06-30", "reported", 9.4e9)]


def test_the_commercial_portion_of_obligations_is_a_balance_of_its_own(reference: Reference) -> None:
    text = (
        "Revenue allocated to remaining performance obligations was $98 billion as of June 30, 2025, of which $94 billion is "
        "related to the commercial portion of revenue."
    )
    _, found = read(text, reference, "microsoft", None)
    definitions = [one.name.definition_id for one in found if one.outcome == "used" and one.name]
    assert definitions == ["remaining_performance_obligations", "commercial_remaining_performance_obligations"]


def test_an_amount_in_the_unit_of_the_tables_is_no_amount_in_full(reference: Reference) -> None:
    text = "As of June 30, 2025, our remaining performance obligations were $36,156."
    assert statements(read(text, reference, "oracle", None)[1]) == []


@pytest.mark.parametrize(
    "text",
    [
        "2025年全年资本开支计划为人民币760亿元，同比下降5.4%。",
        "We expect capital expenditures of RMB76 billion in 2025.",
    ],
    ids=["Chinese", "English"],
)
def test_capital_expenditure_that_is_planned_is_guidance(text: str, reference: Reference) -> None:
    assert statements(read(text, reference)[1]) == [("2025-01-01", "2025-12-31", "guidance", 76e9)]


EASTERN_PLANS = [
    ("設備投資につきましては、通期で310億円程度を計画しております。", "JPY", [31e9]),
    ("2025年度の設備投資額は3,100億円を見込んでおります。", "JPY", [310e9]),
    ("연간 시설투자는 약 54.2조원으로 예상된다.", "KRW", [54.2e12]),
    ("2025년 설비투자 계획은 1조 2,000억원입니다.", "KRW", [1.2e12]),
    ("3분기 시설투자는 전분기 대비 1.4조원 증가한 13.8조원이며, 사업별로는 DS부문 12.6조원 수준이다.", "KRW", []),
    ("AI関連の設備投資は通期で310億円を計画しております。", "JPY", []),
    ("通期の設備投資は前回計画の250億円から変更しております。", "JPY", []),
]


@pytest.mark.parametrize(("text", "currency", "amounts"), EASTERN_PLANS)
def test_a_japanese_or_korean_sentence_plans_capital_expenditure(
    text: str, currency: str, amounts: list[float], reference: Reference
) -> None:
    names, calendar = reference.printed_names("tencent"), reference.calendars["tencent"]
    subject = Subject("tencent", "Tencent", date(2025, 8, 13), currency)
    _, found = read_sentences([Paragraph("paragraph 3", text)], (), names, subject, vocabulary_of(reference))
    wanted = [("2025-01-01", "2025-12-31", "guidance", amount) for amount in amounts]
    assert calendar.year_end_month == 12 and statements(found) == wanted


FISCAL_ROWS = "| Three months ended June 30,/2\n| 2025 | 2024\nRevenue | 90 | 80\n{} | (9) | (8)"


@pytest.mark.parametrize(
    ("label", "sentence", "amounts"),
    [
        ("Capital expenditures", "Capital expenditures were $31 million for the six months ended June 30, 2025.", [31e6]),
        ("Purchases of property and equipment", "Capital expenditures were $31 million for the six months ended June 30, 2025.", []),
        ("Capital expenditures", "Growth capital expenditures were $31 million for the six months ended June 30, 2025.", []),
        ("Capital expenditures", "Capital expenditures, including finance leases, were $31 million for the six months ended June 30, 2025.", []),
    ],
    ids=["name of the row", "other name", "part", "other amount"],
)  # fmt: skip
def test_a_sentence_states_capital_expenditure_by_the_name_that_the_statement_gives_it(
    label: str, sentence: str, amounts: list[float], reference: Reference
) -> None:
    names, calendar = reference.printed_names("ibm_of_tests"), reference.calendars["tencent"]
    tables = [
        table(FISCAL_ROWS.format(label), ["Statements of cash flows", "(USD in millions)"]),
        table("| Six months ended June 30, 2025\nTotal revenue | 170", ["Statements of income", "(USD in millions)"], "table 2"),
    ]  # fmt: skip
    bound = bind(read_layout(tables, "USD"), names, calendar, "USD")
    subject = Subject("tencent", "Tencent", date(2025, 8, 13), "USD")
    _, found = read_sentences([Paragraph("paragraph 3", sentence)], bound, names, subject, vocabulary_of(reference))
    assert [one[3] for one in statements(found)] == amounts


def test_a_sentence_states_assets_obtained_under_finance_leases(reference: Reference) -> None:
    text = "Property and equipment obtained under finance leases was $64.2 million and $312.8 million in the six months ended June 30, 2024 and 2025, respectively."
    _, found = read(text, reference, "microsoft", None)
    assert statements(found) == [
        ("2024-01-01", "2024-06-30", "reported", 64.2e6), ("2025-01-01", "2025-06-30", "reported", 312.8e6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("We expect capital expenditures of $2.3 billion to $2.6 billion for the remainder of fiscal year 2025.", []),
        ("We expect capital expenditures of $2.3 billion to $2.6 billion for fiscal year 2025.", [(2.3e9, 2.6e9)]),
        ("The company now expects about $2.4 billion in capital expenditures in 2025, up from about $2.2 billion.", [(None, None)]),
        ("We raised our guidance for the 2025 financial year. Cash capex (before spectrum) is expected to come to around $2.4 billion.", [(None, None)]),
    ],
    ids=["rest of a year", "year", "amount before the name", "year in the sentence before"],
)  # fmt: skip
def test_a_plan_is_for_the_whole_period_that_its_sentences_name(
    text: str, ends: list[tuple[float | None, float | None]], reference: Reference
) -> None:
    _, found = read(text, reference, "amazon", None)
    plans = [one for one in found if one.outcome == "used" and one.figure is not None]
    assert [(one.mention.low, one.mention.high) for one in plans] == ends
    assert {(str(one.figure.start), str(one.figure.end)) for one in plans if one.figure} <= {("2025-01-01", "2025-12-31")}  # fmt: skip


def test_a_sentence_that_excludes_something_contradicts_no_row(reference: Reference) -> None:
    rows = "| Three months ended June 30,/2\n| 2025 | 2024\nNet cash provided by operating activities | 182 | 150"
    text = "Excluding loans, net cash provided by operating activities was $171 million in the second quarter of 2025."
    bound, _ = read(text, reference, "amazon", rows)
    assert [one.outcome for one in bound] == ["used", "used"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Cash from operations in the second quarter of 2025 resulted in $9,290 million of free cash flow.", [9.29e9]),
        ("The company generated $9,290 million in free cash flow in the second quarter of 2025.", [9.29e9]),
        ("The company generated $9,290 million in free cash flow before dividends in the second quarter of 2025.", []),
        ("The company returned $9,290 million of free cash flow in the second quarter of 2025.", []),
    ],
)
def test_a_sentence_names_what_was_generated_behind_its_amount(
    text: str, amounts: list[float], reference: Reference
) -> None:
    assert [one[3] for one in statements(read(text, reference, "amazon", None)[1])] == amounts


HALVES = "| Three months ended June 30,/2 | Six months ended June 30,/2\n| 2025 | 2024 | 2025 | 2024\nCapital expenditures | 19,107 | 8,729 | 40,107 | 20,729"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Free cash flow was RMB20 billion for the second quarter of 2025, compared with RMB18 billion for the second quarter of 2024.", {"2025-04-01": 20e9, "2024-04-01": 18e9}),
        ("Free cash flow for the second quarter of 2025 increased to RMB20 billion from RMB18 billion in the second quarter of 2024.", {"2025-04-01": 20e9, "2024-04-01": 18e9}),
        ("Free cash flow grew from RMB18 billion in the second quarter of 2024 to RMB20 billion in the second quarter of 2025.", {"2025-04-01": 20e9, "2024-04-01": 18e9}),
        ("Free cash flow for the second quarter of 2025 grew from RMB18 billion to RMB20 billion.", {"2025-04-01": 20e9}),
        ("Free cash flow for the second quarter of 2025 was RMB20 billion, compared to RMB18 billion in the same quarter of the prior year.", {"2025-04-01": 20e9, "2024-04-01": 18e9}),
        ("Free cash flow for the second quarter of 2025 was RMB20 billion, compared to RMB18 billion in 2024.", {"2025-04-01": 20e9}),
        ("Free cash flow for the second quarter of 2025 was RMB20 billion, compared with guidance of RMB18 billion for the second quarter of 2025.", {"2025-04-01": 20e9}),
        ("Free cash flow for the second quarter of 2025 was RMB20 billion, compared with net income of RMB18 billion for the second quarter of 2024.", {"2025-04-01": 20e9}),
        ("Adjusted free cash flow grew from RMB18 billion in the second quarter of 2024 to RMB20 billion in the second quarter of 2025.", {}),
        ("Net cash used in operating activities increased from RMB18 billion in the second quarter of 2024 to RMB20 billion in the second quarter of 2025.", {}),
        ("Net cash used in operating activities was RMB18 billion in the second quarter of 2025.", {}),
    ],
)  # fmt: skip
def test_two_amounts_that_a_sentence_compares_have_each_their_own_period(
    text: str, expected: dict[str, float], reference: Reference
) -> None:
    _, found = read(text, reference, rows=HALVES)
    assert {start: value for start, _, _, value in statements(found)} == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("当四半期における営業活動によるキャッシュ・フローは、56,700百万円の収入（前年同期は51,000百万円の収入）となりました。", [56.7e9]),
        ("営業活動によるキャッシュ・フローは、567億円の支出となりました。", []),
        ("営業活動によるキャッシュ・フローは、42億円増の567億円となりました。", []),
        ("前連結会計年度の営業活動によるキャッシュ・フローは、567億円の収入となりました。", []),
        ("投資活動によるキャッシュ・フローは、567億円の収入となりました。", []),
    ],
)  # fmt: skip
def test_a_japanese_sentence_states_cash_from_operations_where_it_calls_it_an_inflow(
    text: str, values: list[float], reference: Reference
) -> None:
    names = reference.printed_names("tencent")
    rows = "| Three months ended June 30, 2025\nCapital expenditures | 19,107"
    bound = bind(read_layout([table(rows, ["Other information", "(JPY in millions)"])], "JPY"), names, FiscalCalendar(12), "JPY")  # fmt: skip
    subject = Subject("tencent", "Tencent", date(2025, 8, 13), "JPY")
    _, found = read_sentences([Paragraph("paragraph 3", text)], bound, names, subject, vocabulary_of(reference))
    assert [(start, value) for start, _, _, value in statements(found)] == [("2025-04-01", value) for value in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("截至2025年6月30日止三個月，經營活動產生的現金流量淨額為人民幣98.7億元。", [9.87e9]),
        ("截至2025年6月30日止三個月，經營活動所用的現金流量淨額為人民幣98.7億元。", []),
        ("經營活動產生的現金流量淨額為人民幣98.7億元，2024年同期為人民幣90.0億元。", []),
        ("截至2025年6月30日止三個月，投資活動產生的現金流量淨額為人民幣98.7億元。", []),
    ],
)
def test_a_chinese_sentence_states_cash_from_operations(text: str, values: list[float], reference: Reference) -> None:
    _, found = read(text, reference)
    assert [value for _, _, _, value in statements(found)] == values
