"""The answers that are offered for a number: groups, other companies and metrics of the sentence, periods of its neighbours, and what is preselected."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from reviewed_texts import of
from test_review_page import data_of

from capex_pipeline.article.lexicon import vocabulary_of
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.page import render

pytestmark = pytest.mark.slow("reads a text, draws its page and checks each answer in each test")


def entries_of(body: str, change: dict[str, str] | None = None) -> dict[str, Any]:
    """The entries of the page of a text of 3 November 2025, by the words of their number. change: of the first questioned entry's fields."""
    reference = load()
    source = article_source(of(body, "2025-11-03"), vocabulary_of(reference), "x.txt")
    review = copy.deepcopy(dict(source.draft))
    if change:
        review["undecided"][0] |= change
    return {entry["quote"]: entry for entry in data_of(render(review, source, "", reference))["entries"].values()}


def entries_of_ids(body: str) -> list[Any]:
    """As `entries_of`, also for a text that has the same number twice."""
    reference = load()
    source = article_source(of(body, "2025-11-03"), vocabulary_of(reference), "x.txt")
    return list(data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference))["entries"].values())


def first(entry: Any) -> dict[str, str]:
    """The fields of an entry with its first answer; those of a figure, which has no answers, as they are."""
    return {**entry["fields"], **next((option["set"] for option in entry["options"] if "set" in option), {})}


def test_a_counted_group_is_preselected_with_the_period_of_the_sentence() -> None:
    entry = entries_of(
        "Four of the largest US technology groups spent $112bn on capital expenditure in the third quarter."
    )["$112bn"]
    assert entry["part"] == "figures" or entry["chosen"] == 0
    assert {key: first(entry)[key] for key in ("entity", "period", "status")} == {
        "entity": "us_four", "period": "2025-07-01/2025-09-30", "status": "reported",
    }  # fmt: skip


def test_companies_that_are_not_counted_are_a_question() -> None:
    """Nobody knows whether the largest hyperscalers are four, five or others."""
    text = (
        "Analysts at Morgan Stanley forecast that capital spending by the largest hyperscalers will be $550bn in 2026."
    )
    entry = entries_of(text)["$550bn"]
    assert entry["chosen"] is None
    assert [option["set"].get("entity") for option in entry["options"] if "set" in option][:2] == ["us_four", "us_five"]
    assert "No figure: Several companies that are no group of the reference." in [
        option["label"] for option in entry["options"]
    ]


def test_a_drafted_figure_of_companies_that_are_not_named_is_a_question() -> None:
    """The company of the paragraph before is none of the sentence."""
    text = "Amazon's capital expenditure was $34.2bn in the third quarter.\n\nAnalysts at Morgan Stanley forecast that spending by the largest hyperscalers will be $550bn in 2026."
    entry = entries_of(text)["$550bn"]
    assert (entry["part"], entry["chosen"]) == ("undecided", None)


def test_a_group_of_unknown_members_is_left_out_unless_somebody_says_otherwise() -> None:
    text = "Analysts expect the six largest US technology groups to spend $600bn on capital expenditure in 2026."
    entry = entries_of(text)["$600bn"]
    assert "ignore" in entry["options"][entry["chosen"]]


def test_the_company_behind_a_count_of_chips_is_the_buyer() -> None:
    text = "Omdia estimates that Microsoft bought 485,000 of Nvidia's Hopper chips in 2024, against 224,000 for Meta."
    entry = entries_of(text)["224,000"]
    assert {key: first(entry)[key] for key in ("entity", "metric", "period", "flow")} == {
        "entity": "meta", "metric": "gpu_units", "period": "2024-01-01/2024-12-31", "flow": "purchased",
    }  # fmt: skip


def test_a_metric_that_the_sentence_names_is_offered() -> None:
    text = "Much of it flows to Nvidia, whose data centre revenue was $41.1bn in the quarter to July."
    assert first(entries_of(text)["$41.1bn"])["metric"] == "data_center_revenue"


def test_cash_paid_for_property_is_capital_expenditure_on_its_own_definition() -> None:
    text = "Microsoft's capital expenditure was $34.9bn in the third quarter of 2025.\n\nMicrosoft's cash payments for property and equipment were $19.4bn."
    reading = first(entries_of(text)["$19.4bn"])
    assert (reading["metric"], reading["definition"]) == ("capex", "cash_purchases")


def test_a_range_of_guidance_without_the_word_is_a_question_and_the_one_it_replaces_is_none() -> None:
    text = (
        "Meta spent $19.4bn on capital expenditure in the third quarter of 2025.\n\n"
        "Alphabet raised its guidance for 2025 to between $91bn and $93bn from $85bn."
    )
    found = entries_of(text)
    range_, replaced = found["between $91bn and $93bn"], found["$85bn"]
    assert range_["part"] in ("undecided", "figures") and replaced["part"] == "ignored"
    assert {key: first(range_)[key] for key in ("entity", "metric", "status", "period")} == {
        "entity": "alphabet", "metric": "capex", "status": "guidance", "period": "2025-01-01/2025-12-31",
    }  # fmt: skip


def test_two_analysts_are_told_apart_by_name() -> None:
    """Otherwise their forecasts of one year are two values of one fact."""
    text = "Analysts at Morgan Stanley now put the spending of the big four on capital expenditure next year at $550bn. Citigroup forecasts $490bn."
    found = entries_of(text)
    assert {first(found[amount])["entity"] for amount in ("$550bn", "$490bn")} == {"us_four"}
    assert [first(found[amount])["claimant"] for amount in ("$550bn", "$490bn")] == ["Morgan Stanley", "Citi"]


NAMED = [
    ("Microsoft's depreciation rose 45 per cent to $13.1bn in the third quarter of 2025.", "$13.1bn", "depreciation", "depreciation_in_cash_flow_statement"),
    ("Amazon's depreciation and amortisation charges reached $16bn in the third quarter of 2025.", "$16bn", "depreciation", "depreciation_in_cash_flow_statement"),
    ("Oracle's backlog reached $455bn at the end of August 2025.", "$455bn", "remaining_performance_obligations", "remaining_performance_obligations"),
    ("Alphabet said Google Cloud's backlog had climbed 46 per cent to $155bn.", "$155bn", "remaining_performance_obligations", "google_cloud_backlog"),
    ("Meta has signed leases that have not yet commenced worth $104bn.", "$104bn", "leases_not_yet_commenced", "leases_not_yet_commenced"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "metric", "definition"), NAMED)
def test_a_metric_that_the_rules_do_not_read_is_offered_with_its_definition(
    text: str, amount: str, metric: str, definition: str
) -> None:
    entry = entries_of(text)[amount]
    assert entry["part"] == "undecided" and entry["chosen"] in (None, 0)
    assert first(entry)["metric"] == metric and entry["options"][0]["becomes"]["definition"] == definition


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Depreciation hurt Microsoft's net income, which fell to $24bn.", "$24bn"),
        ("The backlog grew, and Oracle's shares fell 5 per cent to $200.", "$200"),
    ],
)
def test_a_number_behind_another_word_is_not_of_the_metric_named_before(text: str, amount: str) -> None:
    assert entries_of(text)[amount]["part"] == "ignored"


@pytest.mark.parametrize("house", ["Bernstein", "Morgan Stanley", "Goldman Sachs", "Jefferies", "New Street Research"])
def test_every_house_is_named_as_the_claimant_of_its_forecast(house: str) -> None:
    """Whether the rules are sure of the figure or ask about it."""
    entry = entries_of(f"Analysts at {house} expect Meta to spend $110bn on capital expenditure in 2026.")["$110bn"]
    assert entry["part"] == "figures" and first(entry)["claimant"] == house
    asked = entries_of(f"Meta spends ever more on capital expenditure. {house} sees $115bn.")["$115bn"]
    assert first(asked)["claimant"] == house


def test_two_houses_of_one_clause_have_one_amount_each() -> None:
    found = entries_of(
        "Meta's capital expenditure will rise in 2026. Jefferies expects $109bn and New Street Research $99bn."
    )
    assert [first(found[amount])["claimant"] for amount in ("$109bn", "$99bn")] == ["Jefferies", "New Street Research"]


PLANS = ["promised to invest", "has pledged to spend", "is committing", "vowed to spend"]


@pytest.mark.parametrize("words", PLANS)
def test_a_promise_over_years_is_a_plan(words: str) -> None:
    entry = entries_of(f"Alibaba {words} Rmb380bn on AI infrastructure over three years.")["Rmb380bn"]
    statuses = {
        option["set"].get("status", entry["fields"]["status"]) for option in entry["options"] if "set" in option
    }
    assert entry["fields"]["status"] == "guidance" and statuses <= {"guidance"}


def test_the_amount_of_an_unknown_company_is_offered_for_no_other_company() -> None:
    found = entries_of(
        "OpenAI expects to spend $115bn on data centres through 2029, more than Meta's $66bn of capital expenditure in 2025.\n\n"
        "OpenAI, which counts Microsoft as a backer, plans to spend $90bn.\n\n"
        "The four Chinese groups, including Tencent, will spend Rmb400bn on capital expenditure in 2025, Jefferies estimates."
    )
    for amount in ("$115bn", "$90bn", "Rmb400bn"):
        read = {option["set"].get("entity") for option in found[amount]["options"] if "set" in option}
        assert "entity" not in found[amount]["fields"] and read.isdisjoint(("meta", "microsoft", "tencent"))


def test_the_amount_of_an_unknown_company_with_an_apposition_is_left_out() -> None:
    text = "CoreWeave's revenue was $1.4bn. Nebius, its Amsterdam-based rival, reported capital expenditure of $955mn for the quarter."
    entry = entries_of(text)["$955mn"]
    assert "entity" not in entry["fields"] and "ignore" in entry["options"][entry["chosen"]]


def test_who_speaks_of_the_next_amount_is_not_the_claimant_of_this_one() -> None:
    text = "Tencent spent Rmb19.1bn on capital expenditure in the June quarter, and analysts at Jefferies expect Alibaba to spend Rmb130bn in 2025."
    found = entries_of(text)
    assert [first(found[amount])["claimant"] for amount in ("Rmb19.1bn", "Rmb130bn")] == ["company", "Jefferies"]


def test_a_balance_is_of_the_last_quarter_of_its_company() -> None:
    text = (
        "Meta's capital expenditure was $19.4bn in the third quarter of 2025.\n\n"
        "Oracle's backlog reached $455bn at the end of August, and it plans to spend $35bn in 2026."
    )
    periods = [option["set"].get("period") for option in entries_of(text)["$455bn"]["options"] if "set" in option]
    assert periods == ["2025-06-01/2025-08-31"]


def test_growth_over_the_quarter_before_is_no_question_where_the_balance_is_one() -> None:
    found = entries_of("Google Cloud's backlog climbed 46 per cent from the previous quarter to $155bn.")
    assert (found["46 per cent"]["part"], found["$155bn"]["part"]) == ("ignored", "undecided")


def test_a_fall_of_profit_is_no_question() -> None:
    text = "Meta's capital expenditure was $19.4bn in the third quarter of 2025. Its net income fell 83 per cent to $2.7bn."
    assert entries_of(text)["83 per cent"]["part"] == "ignored"


def test_a_relative_clause_names_another_company_than_the_owner() -> None:
    entry = entries_of(
        "Meta, whose rival Google plans more, raised its capital expenditure guidance for 2025 to $71bn."
    )["$71bn"]
    assert first(entry)["entity"] == "meta"


def test_growth_is_of_the_period_of_its_level() -> None:
    text = "Tencent's capital expenditure fell 24 per cent to Rmb13bn ($1.8bn) in the third quarter. In 2024 it spent Rmb76bn."
    entry = entries_of(text)["24 per cent"]
    assert first(entry)["period"] == "2025-07-01/2025-09-30"


def test_the_base_of_a_comparison_is_offered_for_the_year_before() -> None:
    text = "Four of the largest US technology groups spent $112bn on data centres in the third quarter, up from about $62bn a year earlier."
    assert first(entries_of(text)["about $62bn"])["period"] == "2024-07-01/2024-09-30"


@pytest.mark.parametrize("unit", ["percent", "USD billion"])
def test_only_answers_that_a_build_accepts_are_offered(unit: str) -> None:
    """A level in percent is rejected by a build, so that no answer gives one."""
    (entry,) = entries_of(
        "Meta spent $50bn on capex in the ten months to October 2025, a senior official said.", {"unit": unit}
    ).values()
    assert any("set" in option for option in entry["options"]) == (unit == "USD billion")


def labels(entry: Any) -> list[str]:
    return [option["label"] for option in entry["options"]]


def test_what_a_company_sells_for_is_no_spending() -> None:
    """Nvidia has no cloud revenue in the reference, and revenue of a whole company is no capital expenditure."""
    text = "Nvidia's capital expenditure rose in 2024. Its sales from gaming reached $12bn in 2024."
    assert not any("capex" in label or "cloud_revenue" in label for label in labels(entries_of(text)["$12bn"]))


def test_a_plan_is_offered_no_period_that_is_over() -> None:
    """Published on 3 November 2025: the quarter to September is over."""
    text = "Alphabet raised its annual spending forecast to $85 billion after results."
    offered = [
        option["becomes"]["period"] for option in entries_of(text)["$85 billion"]["options"] if "becomes" in option
    ]
    assert offered and all(period.rpartition("/")[2] > "2025-11-03" for period in offered)


def test_a_claimant_is_offered_with_a_status_that_it_can_have() -> None:
    text = "Spending on capex grows. Amazon, despite weaker results, is still projected to spend $118 billion on capex in 2025, far above prior analyst estimates."
    entry = entries_of(text)["$118 billion"]
    by_claimant = {
        option["set"]["claimant"]: {**entry["fields"], **option["set"]}["status"]
        for option in entry["options"]
        if "set" in option
    }
    assert by_claimant["company"] == by_claimant["executive"] == "guidance"
    assert by_claimant["analyst"] == "forecast"


def test_a_company_of_the_paragraph_is_offered_where_the_sentence_names_none() -> None:
    text = "Meta had a good quarter. The social media giant bumped its capex forecast for 2026 to $72 billion."
    entry = entries_of(text)["$72 billion"]
    assert first(entry)["entity"] == "meta"


def test_a_sum_of_companies_is_not_offered_as_that_of_one() -> None:
    text = "Three leaders, Alphabet, Meta and Microsoft, collectively spent $78 billion in capital expenditures last quarter."
    offered = [option["set"].get("entity") for option in entries_of(text)["$78 billion"]["options"] if "set" in option]
    assert {"alphabet", "meta", "microsoft"}.isdisjoint(offered)


@pytest.mark.parametrize(
    "text",
    [
        "Amazon plans to spend about $125bn on capex this year, after $89.9bn in the first nine months.",
        "Amazon said it expects capex to rise this year, with $89.9bn already spent in the nine months to September.",
    ],
)
def test_a_plan_for_nine_months_is_asked_and_may_be_what_was_spent(text: str) -> None:
    """Published on 3 November 2025: nine months were over on 30 September."""
    entry = entries_of(text)["$89.9bn"]
    assert entry["part"] == "undecided" and entry["chosen"] is None
    assert entry["options"][0]["set"] == {"period": "2025-01-01/2025-09-30", "status": "reported"}


@pytest.mark.parametrize(
    ("text", "amount", "entity", "metric"),
    [
        ("Google Cloud emerged as the fastest-growing provider, showing a 35% year-over-year increase in third-quarter revenue to $11.4 billion.", "$11.4 billion", "alphabet", "cloud_revenue"),
        ("Microsoft raised its capex target to $93 billion, up from $85 billion earlier this year.", "$93 billion", "microsoft", "capex"),
    ],
)  # fmt: skip
def test_a_number_with_company_metric_and_value_is_never_left_out_unasked(
    text: str, amount: str, entity: str, metric: str
) -> None:
    entry = entries_of(text)[amount]
    assert (entry["part"], entry["chosen"]) == ("undecided", None)
    assert (entry["fields"]["entity"], entry["fields"]["metric"]) == (entity, metric)


def test_a_count_is_offered_for_the_year_that_the_sentence_names() -> None:
    text = "SemiAnalysis estimates Huawei could produce 1.4 million Ascend 910C chips next year."
    entry = entries_of(text)["1.4 million"]
    reading = entry["fields"]
    assert (entry["part"], reading["entity"], reading["metric"]) == ("figures", "huawei", "gpu_units")
    assert (reading["period"], reading["claimant"]) == ("2026-01-01/2026-12-31", "SemiAnalysis")


def test_sales_of_a_chip_are_not_offered_as_spending() -> None:
    text = "Nvidia cannot sell its H20 chip in China, sales of which are about $12 billion a year."
    assert not any("capex" in label for label in labels(entries_of(text)["about $12 billion"]))


def test_an_amount_of_several_years_is_not_offered_for_one() -> None:
    text = "Alibaba will invest 380 billion yuan over the next three years in AI and cloud infrastructure."
    assert all("ignore" in option for option in entries_of(text)["380 billion yuan"]["options"])


def test_an_answer_states_the_definition_that_is_recorded() -> None:
    text = "Google Cloud emerged as the fastest-growing provider, showing a 35% year-over-year increase in third-quarter revenue to $11.4 billion."
    entry = entries_of(text)["$11.4 billion"]
    shown = [
        option["becomes"]["definition"]
        for option in entry["options"]
        if option.get("set", {}).get("entity", "alphabet") == "alphabet" and "set" in option
    ]
    assert set(shown) == {"google_cloud_segment"}


@pytest.mark.parametrize(
    ("text", "amount", "definition"),
    [
        ("Microsoft Cloud revenue was $49.1bn in the quarter.", "$49.1bn", "microsoft_cloud"),
        ("Microsoft's cloud revenue was $49.1bn in the quarter.", "$49.1bn", "microsoft_cloud"),
        ("Microsoft said its Azure cloud unit had revenue of $30bn in the quarter.", "$30bn", "azure_and_other_cloud_services"),
        ("Intelligent Cloud revenue was $30.9bn, of which Azure brought in $22bn.", "$22bn", "azure_and_other_cloud_services"),
    ],
)  # fmt: skip
def test_cloud_revenue_on_another_definition_is_asked_with_that_definition(
    text: str, amount: str, definition: str
) -> None:
    """Such an amount is neither recorded as the segment's nor left out in silence."""
    entry = entries_of(text)[amount]
    assert entry["part"] == "undecided" and entry["chosen"] in (None, 0)
    readings = [option for option in entry["options"] if option.get("set", {}).get("metric", "cloud_revenue") == "cloud_revenue" and "set" in option]  # fmt: skip
    assert readings and {option["becomes"]["definition"] for option in readings} == {definition}
    assert all(definition in option["label"] for option in readings)


@pytest.mark.parametrize(
    ("text", "amount", "definition"),
    [
        ("Intelligent Cloud revenue was $30.9bn, of which Azure brought in $22bn.", "$30.9bn", "intelligent_cloud_recast_2024"),
        ('Microsoft said its Intelligent Cloud segment, which includes Azure and servers, had revenue of $30.9bn in the quarter.', "$30.9bn", "intelligent_cloud_recast_2024"),
        ("Microsoft Cloud revenue was $49.1bn, while the Intelligent Cloud segment had revenue of $30.9bn.", "$30.9bn", "intelligent_cloud_recast_2024"),
        ("Oracle cloud infrastructure revenue was $3.3bn, and total cloud revenue was $7.2bn.", "$7.2bn", "oracle_cloud_services"),
    ],
)  # fmt: skip
def test_the_segment_beside_another_definition_keeps_its_own(text: str, amount: str, definition: str) -> None:
    entry = entries_of(text)[amount]
    assert {entry["fields"]["definition"], *(option["becomes"]["definition"] for option in entry["options"] if "set" in option)} == {definition}  # fmt: skip


def test_growth_of_a_part_is_offered_on_the_definition_of_the_part() -> None:
    entry = entries_of("Growth was broad. Microsoft's Azure grew 40 per cent in the quarter.")["40 per cent"]
    assert [option["becomes"]["definition"] for option in entry["options"] if "set" in option][:1] == ["azure_and_other_cloud_services"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "amount", "company"),
    [
        ("Meta's plan for 2026 is larger than Microsoft's. Amazon Web Services had a record quarter. Capital expenditure was $34.2bn.", "$34.2bn", "amazon"),
        ("Analysts at Morgan Stanley expect Meta to spend $100bn on capex next year. Amazon spends more. Capital expenditure will be $125bn.", "$125bn", "meta"),
    ],
)  # fmt: skip
def test_a_company_of_another_sentence_is_asked_where_the_paragraph_names_several(
    text: str, amount: str, company: str
) -> None:
    """Neither the sentence nor the title says whose the amount is: no company is preselected, and each of the paragraph is one key away."""
    entry = entries_of(text)[amount]
    assert (entry["part"], entry["chosen"]) == ("undecided", None)
    assert company in [option["becomes"].get("entity") for option in entry["options"] if "set" in option]


def test_the_earlier_of_two_targets_is_offered_for_the_period_of_the_later() -> None:
    """ "Earlier this year" is when the target of 2026 was first set."""
    text = "Tencent raised its 2026 capex target to $12bn from $10bn announced earlier this year."
    assert first(entries_of(text)["$10bn"])["period"] == "2026-01-01/2026-12-31"


def test_of_two_values_of_one_fact_one_is_chosen_with_one_key() -> None:
    """Both are among the figures of a review, as after two answers that contradict each other."""
    reference = load()
    source = article_source(of("Alphabet plans capex of $75 billion, or of $91 billion."), vocabulary_of(reference), "x.txt")  # fmt: skip
    fields = {"entity": "alphabet", "metric": "capex", "measure": "level", "definition": "stated_capex_guidance", "period": "CY2025", "unit": "USD billion", "status": "guidance", "claimant": "company"}  # fmt: skip
    figures = [
        {"id": f"m00{number}", "span": list(amount.span), "quote": amount.text, "value": value, **fields}
        for number, (amount, value) in enumerate(zip(source.amounts, ("75", "91"), strict=True), start=1)
    ]
    review = {"document": source.draft["document"], "state": "draft", "figures": figures, "ignored": []}
    earlier, later = data_of(render(review, source, "", reference))["entries"].values()
    assert (earlier["part"], later["part"], later["chosen"]) == ("figures", "undecided", None)
    own, other = later["options"][:2]
    assert [one["label"] for one in (own, other)] == ["Keep this one ($91 billion), not $75 billion", "Keep the other one ($75 billion)"]  # fmt: skip
    assert own["instead"] == ["m001"] and own["others"] and other["keep"] == "m001" and other["ignore"]


@pytest.mark.parametrize(
    ("text", "words", "entity", "period"),
    [
        ("Meta said it would spend significantly more on capex in 2026.", "significantly more", "meta", "2026-01-01/2026-12-31"),
        ("Amazon's capital expenditure will grow notably next year.", "grow notably", "amazon", "2026-01-01/2026-12-31"),
        ("Alphabet's finance chief told analysts to expect a significant increase in capital expenditures next year.", "significant increase", "alphabet", "2026-01-01/2026-12-31"),
        ("Meta said it would ensure capex growth is considerably faster in 2026.", "considerably faster", "meta", "2026-01-01/2026-12-31"),
        ("Amazon expects capital expenditures to be around $125 billion in 2025, and higher next year.", "higher", "amazon", "2026-01-01/2026-12-31"),
        ("Microsoft expects capital expenditures to increase in fiscal 2026.", "increase", "microsoft", "2025-07-01/2026-06-30"),
    ],
)  # fmt: skip
def test_a_direction_without_an_amount_is_offered_as_an_outlook(
    text: str, words: str, entity: str, period: str
) -> None:
    """It is no question: nobody has to record it."""
    found = entries_of(text)[words]
    reading = first(found)
    assert found["part"] == "ignored"
    assert (reading["entity"], reading["metric"], reading["bound"], reading["status"]) == (entity, "capex", "direction", "guidance")  # fmt: skip
    assert (reading["period"], reading["value"]) == (period, words)


@pytest.mark.parametrize(
    "text",
    ["Alphabet will increase capex to $93bn in 2025.", "Shares of Meta will rise.", "Meta and Microsoft expect capex to rise.", "Meta's capex has increased.", "Meta will use its capex to buy more chips."],
)  # fmt: skip
def test_what_has_an_amount_or_is_no_plan_of_one_company_is_no_direction(text: str) -> None:
    assert not [entry for entry in entries_of(text).values() if entry["fields"].get("bound") == "direction"]


def test_an_amount_of_each_quarter_is_asked_of_each_of_them() -> None:
    found = entries_of_ids("Meta expects capital expenditure of at least $18bn in each of the next two quarters.")
    assert [(first(entry)["period"], first(entry)["bound"], entry["chosen"]) for entry in found] == [
        ("2025-10-01/2025-12-31", "at_least", 0),
        ("2026-01-01/2026-03-31", "at_least", 0),
    ]


def test_an_amount_of_each_quarter_that_others_state_is_a_forecast() -> None:
    text = "Meta will spend at least $18bn on capex in each of the next two quarters, people familiar with its budget said."
    assert {(first(entry)["status"], first(entry)["claimant"]) for entry in entries_of_ids(text)} == {("forecast", "anonymous")}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Oracle's remaining performance obligations were $455bn at the end of August; its capex would be $25bn this fiscal year, it said.", "2025-06-01/2025-08-31"),
        ("CoreWeave's backlog stood at $30bn at the end of June.", "2025-04-01/2025-06-30"),
    ],
)  # fmt: skip
def test_a_balance_is_of_the_quarter_that_was_over_at_its_day(text: str, period: str) -> None:
    found = next(iter(entry for entry in entries_of_ids(text) if "performance" in entry["question"]))
    reading = first(found)
    assert (reading["metric"], reading["status"], reading["period"]) == ("remaining_performance_obligations", "reported", period)  # fmt: skip


def test_a_plan_that_a_company_had_given_may_be_left_out_as_an_earlier_one() -> None:
    text = "Alphabet now expects capex of $91bn in 2025. Three months earlier the company had guided to $80bn to $85bn."
    labels = [option["label"] for option in entries_of(text)["$80bn to $85bn"]["options"]]
    assert any(label.startswith("Earlier plan") for label in labels)


def test_no_answer_is_a_forecast_for_a_year_that_was_over_or_guidance_of_analysts() -> None:
    text = (
        "Together Alphabet, Amazon, Meta and Microsoft will spend close to $400bn on capex in 2025, analysts at Jefferies estimate, against about $230bn in 2024."
        " The broker expects the figure to pass $500bn in 2026."
    )
    found = entries_of(text)
    reading = first(found["about $230bn"])
    assert (reading["period"], reading["status"]) == ("2024-01-01/2024-12-31", "reported")
    ahead = first(found["$500bn"])
    assert (ahead["period"], ahead["status"]) == ("2026-01-01/2026-12-31", "forecast")


def test_a_plan_above_the_amount_of_the_year_before_is_a_direction_beside_a_result() -> None:
    found = entries_of("Meta said capex in 2025 would be notably higher than the $39bn of the year before.")
    assert found["$39bn"]["part"] == "figures"
    assert (first(found["$39bn"])["period"], first(found["$39bn"])["status"]) == ("2024-01-01/2024-12-31", "reported")
    assert first(found["notably higher"])["period"] == "2025-01-01/2025-12-31"


def test_an_amount_of_which_only_the_word_forecast_tells_is_offered_as_guidance() -> None:
    text = "Alphabet now expects capital expenditures of $91 billion to $93 billion this year. This was up from its July capex forecast, which stood at $85 billion."
    reading = first(entries_of(text)["$85 billion"])
    assert (reading["entity"], reading["status"], reading["period"]) == ("alphabet", "guidance", "2025-01-01/2025-12-31")  # fmt: skip


def test_a_company_s_own_earlier_estimate_is_guidance_that_was_replaced() -> None:
    """It is no estimate of others."""
    text = "Google projects its 2025 capital expenditures to reach between $91 billion and $93 billion, surpassing its earlier estimate of $85 billion."
    entry = entries_of(text)["$85 billion"]
    assert entry["part"] == "ignored"
    reading = first(entry)
    assert (reading["status"], reading["claimant"], reading["period"]) == ("guidance", "company", "2025-01-01/2025-12-31")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "amount", "definition"),
    [
        ("Oracle said cloud infrastructure revenue was $3.3bn in the quarter to August.", "$3.3bn", "oracle_cloud_infrastructure"),
        ("Azure rose 39 per cent in the third quarter, and Microsoft Cloud revenue reached $49.1bn, up 26 per cent.", "26 per cent", "microsoft_cloud"),
        ("Microsoft Cloud revenue was $49.1bn in the third quarter of 2025.", "$49.1bn", "microsoft_cloud"),
    ],
)  # fmt: skip
def test_an_amount_beside_the_name_of_a_definition_is_a_figure_on_it(text: str, amount: str, definition: str) -> None:
    entry = entries_of(text)[amount]
    assert entry["part"] == "figures" and entry["fields"]["definition"] == definition


AZURE = "azure_and_other_cloud_services"
PARTS = [
    ("Revenue from Azure and other cloud services rose 40 per cent in the third quarter of 2025.", "40 per cent", AZURE),
    ("Azure, Microsoft's cloud unit, grew 40 per cent in the third quarter of 2025.", "40 per cent", AZURE),
    ("Growth at Azure was 40 per cent in the third quarter, faster than Google Cloud's 34 per cent.", "40 per cent", AZURE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "definition"), PARTS)
def test_growth_of_a_named_cloud_business_is_offered_on_its_definition(text: str, amount: str, definition: str) -> None:
    entry = entries_of(text)[amount]
    assert entry["part"] == "undecided" and entry["chosen"] in (None, 0)
    reading = {**entry["fields"], **first(entry)}
    assert {key: reading[key] for key in ("entity", "metric", "measure", "definition", "period")} == {
        "entity": "microsoft", "metric": "cloud_revenue", "measure": "yoy_growth", "definition": definition, "period": "2025-07-01/2025-09-30",
    }  # fmt: skip


WHOLE = [
    ("Microsoft's revenue rose 18 per cent to $77.7bn in the third quarter of 2025, while Azure grew 40 per cent.", "$77.7bn"),
    ("Azure grew 40 per cent, and Microsoft's total revenue was $77.7bn in the third quarter of 2025.", "$77.7bn"),
    ("Revenue climbed 12 per cent to $14.9bn at Oracle in the quarter to August 2025, led by cloud infrastructure revenue of $3.3bn.", "$14.9bn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), WHOLE)
def test_revenue_of_a_whole_company_is_not_offered_as_that_of_its_cloud_business(text: str, amount: str) -> None:
    entry = entries_of(text)[amount]
    offered = [{**entry["fields"], **option["set"]} for option in entry["options"] if "set" in option]
    assert {one["metric"] for one in offered} <= {"revenue"}
    assert not any(
        one.get("definition") in (AZURE, "microsoft_cloud", "oracle_cloud_infrastructure") for one in offered
    )


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Alphabet narrowed its range for capital expenditure in 2025 to $91bn-$93bn.", "$91bn-$93bn"),
        ("It plans more. Meta forecast outlays of between $70bn and $72bn in 2025.", "between $70bn and $72bn"),
    ],
)
def test_a_range_of_a_plan_is_not_offered_as_a_result(text: str, amount: str) -> None:
    entry = entries_of(text)[amount]
    assert {first(entry)["status"], *(option["set"].get("status", "guidance") for option in entry["options"] if "set" in option)} == {"guidance"}  # fmt: skip


def test_what_was_spent_is_not_offered_as_a_plan() -> None:
    """The plan of the sentence is another amount's."""
    text = (
        "Alphabet, which plans to spend $75bn on data centres in 2025, reported outlays of $52.5bn for the year before."
    )
    entry = entries_of(text)["$52.5bn"]
    assert {option["becomes"]["status"] for option in entry["options"] if "becomes" in option} <= {"reported"}


def test_spending_on_chips_is_not_offered_as_that_of_their_maker() -> None:
    text = "ByteDance has budgeted Rmb85bn for AI processors in 2026 despite curbs on Nvidia's chips."
    entry = entries_of(text)["Rmb85bn"]
    offered = {option["becomes"]["entity"] for option in entry["options"] if "becomes" in option}
    assert offered == {"bytedance"}


def test_a_part_of_spending_is_not_offered_as_its_growth() -> None:
    text = "Microsoft spent $34.9bn on capital expenditure in the third quarter of 2025. About half went on graphics processors."
    assert not [option for option in entries_of(text)["About half"]["options"] if "set" in option]


def test_one_answer_settles_a_named_definition_in_the_whole_text() -> None:
    text = (
        "Revenue from Azure rose 40 per cent in the third quarter of 2025.\n\nAnalysts at Jefferies praised it.\n\n"
        "Azure's growth of 40 per cent was the fastest in the third quarter."
    )
    groups = [str(entry["group"]) for entry in entries_of_ids(text) if entry["quote"] == "40 per cent"]
    assert len(groups) == 2 and len(set(groups)) == 1


LOST = [
    ("Microsoft Azure and Google Cloud reported growth rates of 40% and 34%, respectively, in the third quarter.", "34%", True),
    ("Alphabet did well. Its sales grew 34% in the third quarter.", "34%", True),
    ("Alphabet's shares rose 4% after the results of the third quarter.", "4%", False),
    ("Alphabet's operating margin rose to 32% in the third quarter.", "32%", False),
    ("Alphabet said that 60% of its spending, which rose, went to servers.", "60%", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "is_listed"), LOST)
def test_growth_that_is_left_out_beside_a_company_is_listed(text: str, amount: str, is_listed: bool) -> None:
    entry = entries_of(text)[amount]
    assert entry["part"] == "ignored"
    assert entry["loses"] == is_listed


LITERAL = [
    ("Azure's revenue grew 40 per cent in the third quarter of 2025.", "40 per cent", True),
    ("Microsoft Cloud brought in $49.1bn in the third quarter of 2025.", "$49.1bn", True),
    ("Microsoft Cloud had a gross margin of 68 per cent in the third quarter of 2025, and Azure grew.", "68 per cent", False),
    ("Microsoft's commercial backlog swelled by 51 per cent to $392bn in the third quarter of 2025.", "$392bn", True),
    ("Microsoft's commercial backlog rose from $259bn in the third quarter of 2025.", "$259bn", False),
    ("Microsoft's commercial backlog had been $259bn a year earlier.", "$259bn", False),
    ("The commercial backlog swelled to $392bn in the third quarter of 2025.", "$392bn", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount", "is_preselected"), LITERAL)
def test_what_stands_right_behind_the_name_of_a_metric_is_preselected(
    text: str, amount: str, is_preselected: bool
) -> None:
    entry = entries_of(text)[amount]
    assert (entry["part"] == "undecided" and entry["chosen"] == 0) == is_preselected


def test_sales_of_a_data_centre_business_are_offered_as_such_first() -> None:
    text = "Nvidia's data centre arm had sales of $41.1bn in the quarter to July 2025, 56 per cent more than a year earlier."
    found = entries_of(text)
    assert {first(found[amount])["metric"] for amount in ("$41.1bn", "56 per cent")} == {"data_center_revenue"}


def test_spending_is_not_offered_as_cloud_revenue() -> None:
    """The sentence before speaks of the cloud."""
    text = "Intelligent Cloud revenue was $30.9bn in the third quarter of 2025.\n\nMicrosoft's capital expenditure, with finance leases, came to $34.9bn in the quarter."
    entry = entries_of(text)["$34.9bn"]
    offered = [option["becomes"] for option in entry["options"] if "becomes" in option]
    assert {fields["metric"] for fields in [entry["fields"], *offered]} == {"capex"}


def test_twice_as_many_as_another_company_is_no_growth() -> None:
    text = "Omdia estimates that Microsoft bought 485,000 Hopper chips in 2024, more than twice as many as Meta with 224,000."
    assert not [option for option in entries_of(text)["more than twice"]["options"] if "set" in option]


def test_a_total_for_a_year_that_is_not_over_is_asked_as_guidance() -> None:
    text = "Amazon laid out $34.2bn in cash on property and equipment in the third quarter of 2025, and its finance chief put the total for the whole of 2025 at about $125bn."
    entry = entries_of(text)["at about $125bn"]
    reading = {**entry["fields"], **first(entry)}
    assert entry["part"] in ("undecided", "figures")
    assert (reading["metric"], reading["status"], reading["period"]) == ("capex", "guidance", "2025-01-01/2025-12-31")
    offered = entries_of(text)["$34.2bn"]["options"]
    assert {option["becomes"]["status"] for option in offered if "becomes" in option} <= {"reported"}


@pytest.mark.parametrize(
    "words", ["four largest American buyers", "four biggest US spenders", "four largest US buyers"]
)
def test_the_largest_of_a_country_are_a_group(words: str) -> None:
    text = (
        f"Analysts at Morgan Stanley reckon that the {words} will together spend $550bn on capital expenditure in 2026."
    )
    entry = entries_of(text)["$550bn"]
    assert {**entry["fields"], **first(entry)}["entity"] == "us_four"
    assert entry["chosen"] is None or "ignore" not in entry["options"][entry["chosen"]]


def test_contracts_that_are_not_fulfilled_are_offered_as_backlog() -> None:
    text = "Google Cloud had turnover of $15.2bn in the third quarter of 2025, and its customers had signed contracts worth $155bn that have yet to be fulfilled."
    reading = first(entries_of(text)["$155bn"])
    assert (reading["entity"], reading["metric"]) == ("alphabet", "remaining_performance_obligations")


def test_a_number_that_several_companies_have_each_is_asked_for_each() -> None:
    text = "Omdia estimates that Microsoft bought 485,000 Hopper processors in 2024, more than twice as many as Meta with 224,000; ByteDance and Tencent each took about 230,000."
    asked = [entry for entry in entries_of_ids(text) if entry["quote"] == "about 230,000"]
    assert [first(entry)["entity"] for entry in asked] == ["bytedance", "tencent"]


def test_a_company_after_a_group_states_its_own_result() -> None:
    text = (
        "The four largest US technology groups spent $112bn on capital expenditure in the third quarter of 2025.\n\n"
        "Depreciation is catching up: at Microsoft the charge rose to $13.1bn in the quarter."
    )
    reading = first(entries_of(text)["$13.1bn"])
    assert (reading["entity"], reading["claimant"]) == ("microsoft", "company")


def chosen(entry: Any) -> dict[str, str]:
    """The fields of a figure or of its preselected answer; empty for a number that is left out or asked about."""
    if entry["part"] == "figures":
        return dict(entry["fields"])
    option = entry["options"][entry["chosen"]] if entry["chosen"] is not None and entry["part"] == "undecided" else {}
    return dict(option.get("becomes", {}))


def test_a_plan_that_is_raised_to_an_amount_is_preselected() -> None:
    text = "Alphabet spent $24bn on capex in the third quarter. Alphabet raised its plan for 2025 to $92bn from $85bn."
    entry = entries_of(text)["$92bn"]
    assert (chosen(entry)["status"], chosen(entry)["period"]) == ("guidance", "2025-01-01/2025-12-31")


def test_a_range_of_a_year_that_is_over_is_the_plan_of_that_time() -> None:
    reference = load()
    text = "CoreWeave had cut its guidance for 2025 capital expenditure to $12bn-$14bn in November."
    source = article_source(of(text, "2026-02-09"), vocabulary_of(reference), "x.txt")
    (entry,) = data_of(render(copy.deepcopy(dict(source.draft)), source, "", reference))["entries"].values()
    assert ("guidance", "2025-01-01/2025-12-31") in [
        (one["becomes"]["status"], one["becomes"]["period"]) for one in entry["options"] if "becomes" in one
    ]


def test_a_base_of_a_plan_was_spent() -> None:
    text = "Analysts at Jefferies reckon that the four big US groups will spend $364bn on capex this year, up from $230bn in 2024."
    assert first(entries_of(text)["$230bn"])["status"] == "reported"


def test_a_sentence_about_another_company_is_not_of_the_one_before() -> None:
    text = "Tencent spent Rmb13bn on capex in the third quarter. People close to ByteDance said that it had set aside Rmb150bn for 2025."
    assert first(entries_of(text)["Rmb150bn"])["entity"] == "bytedance"


def test_a_company_that_no_list_has_is_no_other_company_of_the_sentence() -> None:
    text = "CoreWeave guided to capex of $12bn for 2025, and Nebius, a Dutch rival, expects to spend about $5bn."
    assert [one for one in entries_of(text)["about $5bn"]["options"] if "set" in one] == []


def test_a_pronoun_takes_up_the_metric_of_the_sentence_before() -> None:
    text = "Alphabet spent $52bn on capex in 2024. Depreciation, he warns, will rise. At Alphabet it was $15.3bn last year."
    assert first(entries_of(text)["$15.3bn"])["metric"] == "depreciation"


def test_revenue_of_a_company_that_is_all_cloud_is_cloud_revenue() -> None:
    text = "CoreWeave expects capital expenditure of $20bn to $23bn for 2025, on revenue of at most $5.35bn."
    assert first(entries_of(text)["at most $5.35bn"])["metric"] == "cloud_revenue"


def test_a_forecast_by_a_pronoun_is_of_the_analysts_of_the_paragraph() -> None:
    text = 'Analysts at Citi lifted their estimates. "Our forecasts are $140bn for Microsoft in 2026," they wrote. They expect capital expenditure of $34bn at Amazon in the third quarter.'
    found = entries_of(text)
    for quote, entity in (("$140bn", "microsoft"), ("$34bn", "amazon")):
        figure = first(found[quote])
        assert (figure["entity"], figure["claimant"], figure["status"]) == (entity, "Citi", "forecast")


def test_free_cash_flow_is_no_balance_of_cash() -> None:
    entry = entries_of("Oracle's free cash flow was $1bn in the quarter to August.")["$1bn"]
    assert (chosen(entry)["metric"], chosen(entry)["period"]) == ("free_cash_flow", "2025-06-01/2025-08-31")


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("Meta lined up a $30bn bond sale in the third quarter of 2025 to pay for its data centres.", "$30bn"),
        ("Alphabet bought back $15.6bn of its own shares in the third quarter and took its debt to $30bn.", "$30bn"),
        ("Meta expects total expenses of $117bn in 2025 as it invests in data centres.", "$117bn"),
        ("Meta spent $19.4bn on capital expenditure in the third quarter, including $1.5bn of payments on leases.", "$1.5bn"),
        ("Microsoft spent $34.9bn on capital expenditure in the third quarter, of which $14bn was on land.", "$14bn"),
        ("Alibaba pledged Rmb380bn ($53bn) of capital expenditure for 2025.", "$53bn"),
    ],
)  # fmt: skip
def test_no_capital_expenditure_is_offered_for_other_money(body: str, number: str) -> None:
    """Bonds, buybacks, debt, costs, parts of a sum and translations are no capital expenditure of a period."""
    entry = entries_of(body)[number]
    assert entry["part"] != "figures" or entry["fields"].get("same_fact_as")
    assert [one for one in entry["options"] if "set" in one and one["becomes"]["metric"] == "capex"] == []


def test_growth_of_total_revenue_is_not_offered_as_that_of_the_cloud() -> None:
    body = (
        "Oracle's cloud revenue was $7.2bn in the quarter to August. For the next quarter Oracle expects total revenue to grow 13 per cent in constant "
        "currency, and cloud revenue to grow 34 per cent."
    )
    entry = entries_of(body)["13 per cent"]
    readings = [one["becomes"] for one in entry["options"] if "set" in one]
    assert all(one["metric"] != "cloud_revenue" for one in readings)
    assert entry["part"] != "figures" or entry["fields"]["metric"] != "cloud_revenue"


@pytest.mark.parametrize(
    ("body", "number", "value"),
    [
        ("CoreWeave had negative free cash flow of $5.9bn in the third quarter of 2025.", "$5.9bn", "-5.9"),
        ("Oracle's free cash flow was an outflow of $5.9bn in the quarter to August.", "$5.9bn", "-5.9"),
        ("Alphabet's free cash flow was $24.5bn in the third quarter of 2025.", "$24.5bn", "24.5"),
    ],
)
def test_an_outflow_of_free_cash_flow_is_negative(body: str, number: str, value: str) -> None:
    entry = entries_of(body)[number]
    readings = [one["becomes"] for one in entry["options"] if "set" in one]
    assert readings and {one["value"] for one in readings if one["metric"] == "free_cash_flow"} == {value}


def test_leaving_out_what_the_machine_reads_as_a_figure_confirms_no_reason() -> None:
    entry = entries_of(
        "Amazon spent $34.2bn in the third quarter. At Meta, capital expenditure including principal payments on finance leases reached $19.4bn."
    )["$19.4bn"]
    assert entry["part"] == "undecided" and not entry["reason"]
    assert entry["options"][-1] == {"label": "No figure", "ignore": "Its reviewer holds it to be no figure."}


def test_reasons_begin_with_a_capital_letter() -> None:
    entries = entries_of(
        "Apple remains the outlier: it spent just $12.7bn in the fiscal year that ended in September. Its shares rose 2 per cent."
    ).values()
    reasons = [one.get("ignore", "").removeprefix("Confirmed: ") for entry in entries for one in entry["options"]]
    reasons = [*filter(None, [*reasons, *(entry["reason"] for entry in entries)])]
    assert len(reasons) > 1 and all(reason[0] == reason[0].upper() for reason in reasons)


def test_a_reading_names_the_number_elsewhere_that_states_the_same_fact() -> None:
    """ "about $125bn" and "$125bn" of one plan: one answer settles both, and the exact one is kept."""
    body = (
        "Amazon kept building. It said the outlay would come to about $125bn by the time it closes its books for 2025, after a summer in which Amazon spent "
        "$34.2bn on capital expenditure.\n\nAmazon said the $125bn would go on chips."
    )
    entries = entries_of(body)
    rough, exact = entries["about $125bn"], entries["$125bn"]
    asked = [one for one in rough["options"] if one.get("same")]
    assert rough["chosen"] is None and asked
    for option in asked:
        (other, place), *_ = option["same"]
        assert option["kept"] == other
        told = exact["options"][place]["becomes"]
        assert [told[key] for key in ("entity", "metric", "period", "status")] == [
            option["becomes"][key] for key in ("entity", "metric", "period", "status")
        ]


def readings_of(body: str, number: str) -> list[dict[str, str]]:
    return [one["becomes"] for one in entries_of(body)[number]["options"] if "set" in one]


def test_what_was_laid_out_in_a_quarter_is_no_plan_for_that_of_the_next_year() -> None:
    body = "Alphabet lifted its capital expenditure guidance for 2025 to a range of $91bn to $93bn, after laying out $24bn in the September quarter."
    entry = entries_of(body)["$24bn"]
    readings = [one["becomes"] for one in entry["options"] if "set" in one] or [
        entry["fields"]
    ]  # a figure has no answers
    assert {one["period"] for one in readings if one["status"] == "guidance"} <= {"2025-01-01/2025-12-31"}
    assert ("reported", "2025-07-01/2025-09-30") in {(one["status"], one["period"]) for one in readings}


def test_a_plan_that_is_compared_with_a_quarter_is_for_that_of_the_next_year() -> None:
    body = "Amazon expects total revenue of $210bn, compared with $188bn in the fourth quarter of 2024."
    assert [one["period"] for one in readings_of(body, "$210bn")][:1] == ["2025-10-01/2025-12-31"]
    body = "Amazon expects total revenue to grow 12 per cent compared with the fourth quarter of 2024."
    assert [one["period"] for one in readings_of(body, "12 per cent")][:1] == ["2025-10-01/2025-12-31"]


def test_the_base_of_a_plan_may_be_what_was_spent_in_the_year_before() -> None:
    body = "Oracle expects capital expenditure of about $35bn in the fiscal year to May 2026, up from $21.2bn."
    assert ("reported", "2024-06-01/2025-05-31") in {
        (one["status"], one["period"]) for one in readings_of(body, "$21.2bn")
    }


def test_the_amount_of_a_year_earlier_is_of_the_metric_with_which_it_is_compared() -> None:
    body = "Amazon's free cash flow shrank to $14.8bn over the past twelve months, from $47.7bn a year earlier."
    readings = readings_of(body, "$47.7bn")
    assert readings and {one["metric"] for one in readings} == {"free_cash_flow"}
    assert ("reported", "2023-10-01/2024-09-30") in {(one["status"], one["period"]) for one in readings}


def test_growth_at_constant_rates_is_not_offered_as_growth_that_was_reported() -> None:
    body = "Azure and other cloud services grew 40 per cent in the third quarter, or 39 per cent in constant currency."
    assert readings_of(body, "40 per cent") and not readings_of(body, "39 per cent")


def test_a_plan_of_before_is_offered_as_the_earlier_one() -> None:
    body = "Alphabet lifted its capital expenditure guidance for 2025 to $91bn, having begun the year with a plan of $75bn."
    entry = entries_of(body)["$75bn"]
    assert any(str(option.get("ignore")).startswith("An earlier plan") for option in entry["options"])
