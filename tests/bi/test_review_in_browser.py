"""An article of a newspaper's length reviewed in the browser by keyboard alone, and what the review then says.

The articles are written for the tests in a newspaper's style; what is right for each number was decided by reading them.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browsing import DESK, PHONE, needs_axe, show, start, violations
from builders import PROJECT

from capex_pipeline.cli.main import main
from capex_pipeline.review.review_file import read_review

pytestmark = [pytest.mark.slow("drives a browser"), pytest.mark.usefixtures("no_settings")]

ARTICLES = PROJECT / "tests" / "unit" / "review" / "articles"
MOST_ACTIONS = 10
"""Commands, answers and corrections for one article, beyond reading it."""

ANSWERS = {
    "cloud-groups": {
        "m001": "2025-07-01 to 2025-09-30",  # Microsoft's spending with leases, and its growth (m002) with it
        "m011": "remaining_performance_obligations",  # Google Cloud's backlog
        "m012": "2025-01-01 to 2025-12-31",  # Meta's range for the year, which the draft left out
        "m020": "2025-07-01 to 2025-09-30",  # growth of AWS
        "m021": "2025-07-01 to 2025-09-30",  # revenue of AWS
        "m028": "No figure",  # a supply to come has no period
        "m033": "No figure",  # OpenAI over eight years
    },
    "alibaba-tencent": {
        "m004": "No figure",  # over three years, from no day that is named
        "m006": "2025-04-01 to 2025-06-30",  # cloud revenue of the quarter, and its growth (m005) with it
        "m015": "2025-01-01 to 2025-12-31",  # Goldman Sachs on Tencent this year
        "m022": "No figure",  # orders by the end of July, from no day that is named
        "m024": "Anonymous",  # an official who is not named
    },
}
"""The right answer for each number of which the draft may have none preselected, or not the right one. Every other number needs no action."""

PERIODS = {
    "cloud-groups": {
        "m001": "2025-07-01/2025-09-30", "m002": "2025-07-01/2025-09-30", "m012": "2025-01-01/2025-12-31", "m018": "2025-07-01/2025-09-30", "m020": "2025-07-01/2025-09-30",
        "m021": "2025-07-01/2025-09-30", "m025": "2026-01-01/2026-12-31",
    },
    "alibaba-tencent": {"m005": "2025-04-01/2025-06-30", "m006": "2025-04-01/2025-06-30", "m015": "2025-01-01/2025-12-31"},
}  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser without a network."""
    yield from start(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def place_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which every test of this module has its files, one test after the other."""
    return tmp_path_factory.mktemp("review") / "files"


@pytest.fixture
def folder(place_of_all: Path) -> Path:
    """An empty folder, of the same name for each test, since a drafted page names the place of its text."""
    shutil.rmtree(place_of_all, ignore_errors=True)
    place_of_all.mkdir()
    return place_of_all


@cache
def drafted(folder: Path, name: str) -> dict[str, bytes]:
    """The files that the command makes of an article of `ARTICLES`, by name. Most tests begin with the same article."""
    text = Path(shutil.copy(ARTICLES / f"{name}.txt", folder))
    assert main(["review", "--page", str(folder / "review.html"), str(text)]) == 0
    return {made: (folder / made).read_bytes() for made in (f"{name}.yaml", "review.html")}


def opened(
    browser: Any, folder: Path, name: str, width: int = DESK, scheme: str = "light", text: Path | None = None
) -> Path:
    """The page of an article's review, drafted and opened; the path of the text."""
    if text is None:
        made = drafted(folder, name)
        text = Path(shutil.copy(ARTICLES / f"{name}.txt", folder))
        for file, content in made.items():
            (folder / file).write_bytes(content)
    else:
        assert main(["review", "--page", str(folder / "review.html"), str(text)]) == 0
    show(browser, width, scheme)
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    if browser.current_url.startswith("file:"):
        browser.execute_script("localStorage.clear()")  # decisions of a test before, on the same article
    browser.get((folder / "review.html").as_uri())
    return text


def opened_text(browser: Any, folder: Path, body: str, front: str = "publisher: Corpus Times\n") -> Path:
    """As `opened`, for a text of the test's own."""
    text = folder / "story.txt"
    text.write_text(f"---\ntitle: A story\n{front}published: 2025-10-31\n---\n{body}\n", encoding="utf-8")
    return opened(browser, folder, text.stem, text=text)


def press(browser: Any, key: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(key).perform()


def focused(browser: Any) -> str:
    return str(browser.execute_script("return document.activeElement.id")).removeprefix("card-")


def downloaded(path: Path, seconds: float = 20.0) -> Path:
    ends = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < ends, "nothing was saved"
        time.sleep(0.05)
    return path


@pytest.mark.parametrize("name", ANSWERS)
def test_an_article_is_reviewed_by_keyboard_in_at_most_ten_actions(
    browser: Any, folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = opened(browser, folder, name)
    actions = 1  # the command that opened the page
    for identity, answer in ANSWERS[name].items():
        browser.execute_script(f"document.getElementById('card-{identity}').focus()")  # a step of reading, as with j
        options = [one.text for one in browser.find_elements("css selector", f"#card-{identity} .options button")]
        place = next((number for number, text in enumerate(options, start=1) if answer in text), None)
        if place is not None and "Preselected" not in options[place - 1]:
            press(browser, str(place))
            actions += 1
    press(browser, "n")
    while (identity := focused(browser)) != "save":  # what else is asked is no figure
        options = [one.text for one in browser.find_elements("css selector", f"#card-{identity} .options button")]
        press(browser, str(next(number for number, text in enumerate(options, start=1) if "No figure" in text)))
        actions += 1
        press(browser, "n")
    assert browser.find_element("id", "progress").text.startswith("0 questions open")
    press(browser, "s")
    actions += 1
    decisions = downloaded(folder / f"{name}.decisions.json")
    command = browser.find_element("css selector", "#after code").text
    assert command == f"capex-pipeline review --apply ~/Downloads/{decisions.name} {text}"
    status = main(["review", "--apply", str(decisions), str(text)])
    actions += 1
    said = capsys.readouterr().out
    assert status == 0, said
    assert actions <= MOST_ACTIONS
    review = read_review(text.with_suffix(".yaml"))
    assert "state" not in review and "undecided" not in review
    periods = {figure["id"]: figure["period"] for figure in review["figures"]}
    assert {identity: periods[identity] for identity in PERIODS[name]} == PERIODS[name]
    assert browser.get_log("browser") == []


def test_the_last_answer_keeps_its_place_and_accepts_nothing_else(browser: Any, folder: Path) -> None:
    opened(browser, folder, "cloud-groups")
    answered = ""
    for _ in range(60):
        if browser.find_element("id", "progress").text.startswith("0 questions open"):
            break
        answered = focused(browser)
        options = [one.text for one in browser.find_elements("css selector", f"#card-{answered} .options button")]
        press(browser, str(next(number for number, text in enumerate(options, start=1) if "No figure" in text)))
    assert browser.find_element("id", "progress").text.startswith("0 questions open")
    assert focused(browser) == answered, "Enter would accept every figure that was not read"
    browser.execute_script("document.activeElement.blur()")
    press(browser, "k")
    assert focused(browser) != answered
    press(browser, "j")
    assert focused(browser) == answered


def test_a_decision_is_corrected_by_keyboard(browser: Any, folder: Path) -> None:
    """Taking back, changing a field, and leaving out with a reason."""
    opened(browser, folder, "cloud-groups")
    assert focused(browser) == "m028", "the first question without a preselected answer has the focus"
    card = browser.find_element("id", "card-m028")
    browser.execute_script("arguments[0].focus()", card)
    assert "Question" in card.text
    options = browser.find_elements("css selector", "#card-m028 .options button")
    press(browser, str(len(options)))
    assert "Left out" in card.text and "Confirmed: Too little in the text says what it belongs to." in card.text
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "u")
    assert "Question" in card.text
    press(browser, "i")
    assert browser.switch_to.active_element.get_attribute("value").startswith("No table")
    press(browser, "A rumour.\ue007")
    assert "A rumour." in card.text
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "c")
    assert browser.switch_to.active_element.tag_name == "select"
    press(browser, "\ue00c")
    assert "A rumour." in card.text, "Escape changes nothing"
    assert focused(browser) == "m028"


def period_field(browser: Any, identity: str) -> Any:
    """The empty field of the period in the form that `c` opens on a card."""
    card = browser.find_element("id", f"card-{identity}")
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "c")
    label = next(one for one in card.find_elements("tag name", "label") if one.text.startswith("period"))
    period = label.find_element("tag name", "input")
    period.clear()
    return period


def test_one_change_is_made_for_a_whole_paragraph(browser: Any, folder: Path) -> None:
    """The period of Microsoft's spending (m001) is changed for its growth (m002) too, not for the revenue of AWS (m021) in another paragraph."""
    from selenium.webdriver.support.select import Select

    opened(browser, folder, "cloud-groups")
    period = period_field(browser, "m001")
    period.send_keys("Q3 2025")
    Select(browser.find_element("id", "card-m001").find_elements("css selector", "select")[-1]).select_by_visible_text(
        "its paragraph"
    )
    period.send_keys("\ue007")
    for identity in ("m001", "m002"):
        assert "Q3 2025" in browser.find_element("id", f"card-{identity}").text
    assert "Q3 2025" not in browser.find_element("id", "card-m021").text


def test_a_period_is_typed_as_a_card_shows_it(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter of 2025.")
    period_field(browser, "m001").send_keys("2025-04-01 to 2025-06-30\ue007")
    press(browser, "s")
    decided = json.loads(downloaded(folder / "story.decisions.json").read_text(encoding="utf-8"))
    assert "2025-04-01/2025-06-30" in json.dumps(decided)


def test_alt_and_a_letter_go_to_a_field_of_the_form(browser: Any, folder: Path) -> None:
    """The letter stands beside the name of the field."""
    from selenium.webdriver.common.action_chains import ActionChains

    opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter of 2025.")
    period_field(browser, "m001").click()
    for name in ("claimant", "status", "value"):
        label = next(one for one in browser.find_elements("css selector", "form label") if one.text.startswith(name))
        letter = label.find_element("tag name", "span").get_attribute("data-letter").removeprefix("Alt ")
        ActionChains(browser).key_down("\ue00a").send_keys(letter.lower()).key_up("\ue00a").perform()
        assert browser.execute_script("return document.activeElement.closest('label')") == label


def test_the_page_refuses_a_unit_that_a_build_refuses(browser: Any, folder: Path) -> None:
    from selenium.webdriver.support.select import Select

    opened(browser, folder, "cloud-groups")
    card = browser.find_element("id", "card-m009")
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "c")
    measure = next(one for one in card.find_elements("tag name", "label") if one.text.startswith("measure"))
    Select(measure.find_element("tag name", "select")).select_by_visible_text("level")
    card.find_element("css selector", "input").send_keys("\ue007")
    assert "A level of cloud_revenue is not printed in percent" in card.text


def test_a_changed_field_is_selected_and_checked_at_once(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter of 2025.")
    press(browser, "c")
    selected = "const one = document.activeElement; return one.value.slice(one.selectionStart, one.selectionEnd)"
    assert browser.execute_script(selected) == "meta"
    field = browser.execute_script("""
        const field = document.querySelector("[list=choices-product]");
        field.value = "ascend_910c"; field.dispatchEvent(new Event("change")); return field""")
    assert field.get_attribute("aria-invalid") == "true"
    assert "no product that is known" in browser.find_element("css selector", "form .error").text


def test_undo_takes_back_what_one_answer_settled(browser: Any, folder: Path) -> None:
    """The text names no source that counts chips, so one answer is given for both counts; the plan is a question of its own."""
    body = "Microsoft bought 485,000 Hopper chips in 2024. Meta bought 224,000 Hopper chips in 2024.\n\nMeta sold 3mn headsets and plans $9bn of capex."
    opened_text(browser, folder, body)
    press(browser, "1")
    assert len(browser.find_elements("css selector", "#card-m001.decided, #card-m002.decided")) == 2
    browser.execute_script("document.getElementById('card-m004').focus()")
    press(browser, "i\ue007")
    browser.execute_script("document.getElementById('card-m002').focus()")
    press(browser, "u")
    assert not browser.find_elements("css selector", "#card-m001.decided, #card-m002.decided")
    assert browser.find_elements("css selector", "#card-m004.decided")


def test_a_reader_stays_at_the_figure_that_was_decided(browser: Any, folder: Path) -> None:
    opened(browser, folder, "cloud-groups")
    browser.execute_script("document.getElementById('card-m009').focus()")
    press(browser, "jk")
    place = focused(browser)
    press(browser, "i\ue007")
    assert focused(browser) == place
    assert "Left out" in browser.find_element("id", f"card-{place}").text
    press(browser, "j")
    assert focused(browser) != place


def test_enter_ends_a_change_in_a_list_of_choices(browser: Any, folder: Path) -> None:
    opened(browser, folder, "cloud-groups")
    browser.execute_script("document.getElementById('card-m009').focus()")
    press(browser, "c")
    card = browser.find_element("id", "card-m009")
    status = next(one for one in card.find_elements("tag name", "label") if one.text.startswith("status"))
    status.find_element("tag name", "select").send_keys("estimate\ue007")
    time.sleep(0.2)
    assert not card.find_elements("tag name", "form")
    assert "estimate" in card.text


def test_decisions_for_a_review_at_another_place_are_not_taken_over(browser: Any, folder: Path) -> None:
    text = opened(browser, folder, "cloud-groups")
    press(browser, "1")
    other = folder / "other.html"
    assert main(["review", "--page", str(other), "--output", str(folder / "mine.yaml"), str(text)]) == 0
    browser.get(other.as_uri())
    assert browser.find_elements("css selector", ".card")
    assert not browser.find_elements("css selector", ".card.decided")


def test_what_an_article_does_not_state_of_itself_is_asked(browser: Any, folder: Path) -> None:
    text = opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter.", "")
    assert browser.find_element("id", "progress").text.startswith("1 question open")
    press(browser, "Corpus Times\ue007")
    assert browser.find_element("id", "progress").text.startswith("0 questions open")
    browser.execute_script("document.activeElement.blur()")
    press(browser, "s")
    assert main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)]) == 0
    assert read_review(text.with_suffix(".yaml"))["document"]["publisher"] == "Corpus Times"


def test_a_corrected_value_is_kept_and_not_objected_to(
    browser: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader may misread a number; the person who looks at the sentence counts."""
    text = opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter.")
    browser.execute_script("document.getElementById('card-m001').focus()")
    press(browser, "c")
    card = browser.find_element("id", "card-m001")
    value = next(one for one in card.find_elements("tag name", "label") if one.text.startswith("value"))
    control = value.find_element("tag name", "input")
    control.clear()
    control.send_keys("19.9\ue007")
    press(browser, "s")
    assert main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)]) == 0
    (figure,) = read_review(text.with_suffix(".yaml"))["figures"]
    assert (figure["value"], figure["corrected"]) == ("19.9", ["value"])


def test_a_reload_keeps_the_decisions(browser: Any, folder: Path) -> None:
    from selenium.common.exceptions import NoAlertPresentException

    opened(browser, folder, "cloud-groups")
    answered = focused(browser)
    press(browser, "1")
    browser.execute_script("location.reload()")
    with contextlib.suppress(NoAlertPresentException):  # the browser asks whether to leave
        browser.switch_to.alert.accept()
    assert "Undo" in browser.find_element("id", f"card-{answered}").text


def test_decisions_of_an_earlier_visit_are_said_and_can_be_forgotten(browser: Any, folder: Path) -> None:
    opened(browser, folder, "cloud-groups")
    assert browser.find_element("id", "notice").text == ""
    first = focused(browser)
    press(browser, "1")
    browser.get((folder / "review.html").as_uri())
    notice = browser.find_element("id", "notice")
    assert "of an earlier visit" in notice.text
    count = len(browser.find_elements("css selector", ".card.decided"))
    notice.find_element("tag name", "button").click()
    assert not browser.find_elements("css selector", ".card.decided") and focused(browser) == first
    notice.find_element("tag name", "button").click()
    assert len(browser.find_elements("css selector", ".card.decided")) == count > 0
    notice.find_element("tag name", "button").click()
    browser.get((folder / "review.html").as_uri())
    assert not browser.find_elements("css selector", ".card.decided") and notice_of(browser) == ""


def notice_of(browser: Any) -> str:
    return str(browser.find_element("id", "notice").text)


def test_each_saved_file_has_a_name_of_its_own(browser: Any, folder: Path) -> None:
    """Otherwise the browser gives the second one another name than the command has."""
    text = opened(browser, folder, "cloud-groups")
    for name in ("cloud-groups.decisions.json", "cloud-groups.decisions-2.json"):
        browser.execute_script("document.activeElement.blur()")
        press(browser, "s")
        decisions = downloaded(folder / name)
        assert browser.find_element("css selector", "#after code").text.endswith(f"~/Downloads/{name} {text}")
    browser.get((folder / "review.html").as_uri())
    press(browser, "s")
    assert downloaded(folder / "cloud-groups.decisions-3.json").stat().st_size >= decisions.stat().st_size


def test_the_date_of_an_undated_article_dates_its_periods(
    browser: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = folder / "story.txt"
    text.write_text("---\ntitle: A story\n---\nMeta spent $19.4bn on capex in the third quarter.\n", encoding="utf-8")
    opened(browser, folder, "story", text=text)
    press(browser, "Corpus Times")
    browser.execute_script(
        "const one = document.getElementById('about-published'); one.value = '2025-10-31'; one.dispatchEvent(new Event('input'))"
    )
    command = shlex.split(browser.find_element("css selector", ".dated code").text)
    assert main(command[1:]) == 0, capsys.readouterr().err
    browser.get((folder / "review.html").as_uri())
    assert "Jul to Sep 2025" in browser.find_element("id", "card-m001").text
    assert browser.find_element("id", "about-publisher").get_attribute("value") == "Corpus Times"
    browser.execute_script("document.activeElement.blur()")
    press(browser, "s")
    assert main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)]) == 0
    review = read_review(text.with_suffix(".yaml"))
    assert review["document"]["published"] == "2025-10-31" and review["document"]["publisher"] == "Corpus Times"
    assert [figure["period"] for figure in review["figures"]] == ["2025-07-01/2025-09-30"]


def test_answers_are_in_plain_words_with_the_ids_beside(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Revenue from Azure rose 40 per cent in the quarter to September 2025.")
    answer = browser.find_element("css selector", "#card-m001 .options button")
    assert "Microsoft, cloud revenue (Azure and other cloud services), reported, Jul to Sep 2025" in answer.text
    assert "azure_and_other_cloud_services" in answer.find_element("css selector", ".detail").text


def test_what_is_saved_without_a_decision_confirms_and_corrects_nothing(browser: Any, folder: Path) -> None:
    opened(browser, folder, "alibaba-tencent")
    press(browser, "s")
    decisions = json.loads(downloaded(folder / "alibaba-tencent.decisions.json").read_text())["decisions"].values()
    reasons = [one["reason"] for one in decisions if one["action"] == "ignore"]
    assert reasons and not any(reason.startswith("Confirmed") for reason in reasons)
    assert not any(one.get("corrected") for one in decisions)


def test_no_request_leaves_the_page(browser: Any, folder: Path) -> None:
    opened(browser, folder, "alibaba-tencent")
    asked = [
        entry["message"] for entry in browser.get_log("performance") if "Network.requestWillBeSent" in entry["message"]
    ]
    assert all('"url":"file:' in message or '"url":"data:' in message or '"url":"blob:' in message for message in asked)
    assert browser.get_log("browser") == []


@needs_axe
@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_axe_finds_no_violation_of_wcag_2_2_aa(browser: Any, folder: Path, width: int, scheme: str) -> None:
    opened(browser, folder, "cloud-groups", width, scheme)
    press(browser, "1")
    press(browser, "c")
    assert violations(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


ANNOUNCEMENT = """<p>Other financial information (RMB in millions)</p><table><tr><td></td><td>30 June 2025</td></tr>
<tr><td>Capital expenditures (d)</td><td>19,107</td></tr></table><p>Cash paid for servers (RMB in millions)</p><table><tr><td></td>
<td>Three months ended</td></tr><tr><td></td><td>30 June 2025</td></tr><tr><td>Payments for servers</td><td>(17,500)</td></tr></table>"""


def test_a_row_that_the_reader_missed_is_added_by_keyboard(browser: Any, folder: Path) -> None:
    """The row, its number, the metric and Enter; company, period, value and unit are those that the table prints."""
    stated = "document_id: t, kind: results_announcement, source_type: company_release, title: Results, publisher: Tencent, published: '2025-08-13'"
    (folder / "q2.meta.yaml").write_text(f"document: {{{stated}}}\nentity: tencent\n", encoding="utf-8")
    path = folder / "q2.html"
    path.write_text(ANNOUNCEMENT, encoding="utf-8")
    opened(browser, folder, "q2", text=path)
    browser.execute_script("document.querySelector('.others summary').focus()")
    press(browser, "\ue007\ue004\ue007")
    assert browser.switch_to.active_element.tag_name == "select", "the metric is what is missing"
    press(browser, "capex\ue007")
    card = browser.find_element("css selector", ".others .card")
    assert "Tencent · capital expenditure · 17,500 CNY million · Apr to Jun 2025" in card.text
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "q2.decisions.json")), str(path)])
    figures = read_review(path.with_suffix(".yaml"))["figures"]  # a payment is positive, though the table deducts it
    assert ("17,500", "capex", "2025-04-01/2025-06-30") in [
        (one["value"], one["metric"], one["period"]) for one in figures
    ]


def test_a_whole_row_is_added_at_once_by_keyboard(browser: Any, folder: Path) -> None:
    """The key of the other rows, Enter on the first number, the metric, the scope and Enter; each number keeps its own period."""
    stated = "document_id: t, kind: results_announcement, source_type: company_release, title: Results, publisher: Tencent, published: '2025-08-13'"
    (folder / "q2.meta.yaml").write_text(f"document: {{{stated}}}\nentity: tencent\n", encoding="utf-8")
    path = folder / "q2.html"
    row = "<tr><td></td><td colspan=2>Three months ended</td></tr><tr><td></td><td>30 June 2025</td><td>30 June 2024</td></tr><tr><td>Payments for servers</td><td>(17,500)</td><td>(7,200)</td></tr>"
    before = ANNOUNCEMENT.partition("<tr><td></td>\n<td>Three months")[0]
    path.write_text(f"{before}{row}</table>", encoding="utf-8")
    opened(browser, folder, "q2", text=path)
    press(browser, "o")
    press(browser, "\ue007")
    press(browser, "capex")
    browser.find_element("css selector", ".others .scope").send_keys("the whole row")
    assert "Also adds -7,200" in browser.find_element("css selector", ".others .card").text
    browser.find_element("css selector", ".others .scope").send_keys("\ue007")
    press(browser, "j")  # the keys of figures work after the rows were opened
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "q2.decisions.json")), str(path)])
    figures = [one for one in read_review(path.with_suffix(".yaml"))["figures"] if one["metric"] == "capex"]
    assert {("17,500", "2025-04-01/2025-06-30"), ("7,200", "2024-04-01/2024-06-30")} <= {
        (one["value"], one["period"]) for one in figures
    }


def test_a_question_without_a_reading_is_answered_by_hand(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Alibaba's capital expenditure will be Rmb380bn over three years.")
    card = browser.switch_to.active_element
    answers = [one.text for one in card.find_elements("css selector", ".options button")]
    if not any("A figure: enter" in one for one in answers):
        pytest.fail(f"no answer by hand among {answers}")
    press(browser, str(len(answers)))
    assert browser.switch_to.active_element.tag_name in ("input", "select")


def test_only_what_a_person_changed_of_a_preselected_answer_is_corrected(browser: Any, folder: Path) -> None:
    """The preselected answer gives group, period and claimant; the person changes the status."""
    body = "Four of the largest US technology groups spent $112bn on capital expenditure in the third quarter."
    text = opened_text(browser, folder, body)
    browser.execute_script("document.getElementById('card-m001').focus()")
    press(browser, "c")
    card = browser.find_element("id", "card-m001")
    status = next(one for one in card.find_elements("tag name", "label") if one.text.startswith("status"))
    status.find_element("tag name", "select").send_keys("estimate\ue007")
    time.sleep(0.2)
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)])
    (figure,) = read_review(text.with_suffix(".yaml"))["figures"]
    assert (figure["status"], figure["corrected"]) == ("estimate", ["status"])


@pytest.mark.parametrize(("width", "height"), [(DESK, 600), (PHONE, 700)])
def test_a_form_is_not_covered_by_the_footer_in_a_low_window(
    browser: Any, folder: Path, width: int, height: int
) -> None:
    """The field with the focus, and the button that ends the form when it is reached."""
    opened(browser, folder, "cloud-groups", width)
    show(browser, width, "light", height)
    press(browser, "c")
    covered = (
        "const at = arguments[0].getBoundingClientRect();"
        "return document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2) !== arguments[0]"
    )
    assert not browser.execute_script(covered, browser.switch_to.active_element)
    done = browser.find_element("css selector", ".card form button[type=submit]")
    browser.execute_script("arguments[0].focus()", done)
    assert not browser.execute_script(covered, done)


def test_a_form_says_what_is_required_and_what_a_choice_means(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Microsoft bought 485,000 Hopper chips in 2024.")
    press(browser, "c")
    labels = {
        one.text.split("\n")[0]: one for one in browser.find_elements("css selector", ".card form label") if one.text
    }
    required = {name for name, label in labels.items() if label.find_elements("css selector", ".required")}
    assert required == {"entity", "metric", "period", "value", "unit", "claimant", "flow"}
    assert "a name as the text has it" in labels["claimant"].text
    flow = labels["flow"].find_element("tag name", "select")
    assert "The customer bought the chips" in labels["flow"].text
    flow.send_keys("ordered")
    assert "delivery may be later" in labels["flow"].text
    labels["metric"].find_element("tag name", "select").send_keys("cloud_revenue")
    assert "required" not in str(labels["flow"].find_element("tag name", "span").get_attribute("class"))


def test_an_answer_shows_bound_and_claimant_before_and_after_it_is_given(browser: Any, folder: Path) -> None:
    opened_text(
        browser, folder, "Meta spends ever more on capital expenditure. Jefferies sees at least $112bn in 2026."
    )
    card = browser.find_element("css selector", ".card")
    assert "at least · claimant: Jefferies" in card.find_element("css selector", ".options button").text
    press(browser, "1")
    assert all(words in card.text for words in ("at least 112 USD billion", "forecast", "claimant: Jefferies"))


def test_the_save_button_counts_what_is_left_out_beside_a_company(browser: Any, folder: Path) -> None:
    opened_text(
        browser, folder,
        "Meta's capital expenditure was $19.4bn in the third quarter of 2025. Alphabet raised its capital expenditure guidance for 2025 to $92bn from $85bn.",
    )  # fmt: skip
    assert ", 1 left out" in browser.find_element("id", "save").text
    browser.find_element("css selector", "#left summary").click()
    show, answer = browser.find_elements("css selector", "#left li button")
    assert "$85bn" in show.text and answer.text.startswith("Earlier plan")
    answer.click()
    assert ", 1 left out" not in browser.find_element("id", "save").text


def test_numbers_that_a_preselected_answer_leaves_out_are_listed(browser: Any, folder: Path) -> None:
    """They have no unit, so that none of them is right as a figure."""
    opened_text(
        browser, folder,
        "Meta's capital expenditure was $19.4bn in the third quarter of 2025.\n\nMeta capital expenditure | 37.3 | 70.2",
    )  # fmt: skip
    assert browser.find_element("id", "save").text == "The other one is right, 2 left out: accept and save"
    browser.find_element("css selector", "#left summary").click()
    rows = browser.find_elements("css selector", "#left li")
    assert [number in row.text for number, row in zip(("37.3", "70.2"), rows, strict=True)] == [True, True]


def test_a_number_that_is_left_out_is_added_from_the_list(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Microsoft had revenue of $77.7bn in the third quarter of 2025.")
    browser.find_element("css selector", "#left summary").click()
    _, add = browser.find_elements("css selector", "#left li button")
    assert add.text == "Microsoft, revenue, reported, Jul to Sep 2025: add"
    add.click()
    assert "Figure" in browser.find_element("css selector", "#card-m001 .state").text
    assert "left out" not in browser.find_element("id", "save").text


def test_the_list_of_left_out_numbers_closes_when_a_form_opens(browser: Any, folder: Path) -> None:
    """It would cover the form."""
    opened_text(browser, folder, "Microsoft had revenue of $77.7bn in the third quarter of 2025.")
    browser.find_element("css selector", "#left summary").click()
    assert browser.execute_script("return document.getElementById('left').open")
    browser.find_element("css selector", "#card-m001 h3").click()
    browser.execute_script("document.getElementById('card-m001').focus()")
    press(browser, "c")
    assert browser.find_element("css selector", "#card-m001 form").is_displayed()
    assert not browser.execute_script("return document.getElementById('left').open")


def test_the_form_of_a_number_that_is_left_out_has_what_its_card_shows(browser: Any, folder: Path) -> None:
    text = opened_text(browser, folder, "Microsoft had revenue of $77.7bn in the third quarter of 2025.")
    card = browser.find_element("id", "card-m001")
    assert "As a figure: Microsoft · revenue · 77.7 USD billion · Jul to Sep 2025 · reported" in card.text
    browser.execute_script("document.getElementById('card-m001').focus()")
    press(browser, "c")
    labels = {one.text.split("\n")[0].strip(): one for one in card.find_elements("css selector", "form label")}
    fields = {
        name: labels[name].find_element("css selector", "input, select").get_attribute("value")
        for name in ("entity", "metric", "period", "status")
    }
    assert fields == {
        "entity": "microsoft",
        "metric": "revenue",
        "period": "2025-07-01/2025-09-30",
        "status": "reported",
    }
    labels["period"].find_element("tag name", "input").clear()
    labels["period"].find_element("tag name", "input").send_keys("Q2 2025\ue007")
    time.sleep(0.2)
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)])
    (figure,) = read_review(text.with_suffix(".yaml"))["figures"]
    assert (figure["metric"], figure["period"], figure["corrected"]) == ("revenue", "Q2 2025", ["period"])


def test_a_contradiction_is_told_in_plain_words(browser: Any, folder: Path) -> None:
    opened_text(
        browser,
        folder,
        "Microsoft spent $34bn on capex in the third quarter of 2025. Microsoft spent $36bn on capex in the third quarter of 2025.",
    )
    question = browser.find_element("css selector", ".card.ask .question").text
    assert question.startswith(
        "Read as Microsoft, capital expenditure, reported, Jul to Sep 2025, it gives another value"
    )


def test_choosing_one_of_two_readings_corrects_nothing(browser: Any, folder: Path) -> None:
    body = "Nvidia sold 600,000 Hopper chips in 2024. Analysts at Omdia put the number at 800,000."
    text = opened_text(browser, folder, body)
    for _ in range(2):
        press(browser, "1")
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)])
    figures = read_review(text.with_suffix(".yaml"))["figures"]
    assert len(figures) == 2 and not any("corrected" in figure for figure in figures)


def form_fields(browser: Any, identity: str) -> dict[str, str]:
    """The values of the form that `c` opens on a card, without empty ones."""
    browser.execute_script(f"document.getElementById('card-{identity}').focus()")
    press(browser, "c")
    read = """return [...document.querySelectorAll("form label")].map(one => [one.querySelector("span")?.textContent.replaceAll(" ", "_"), one.querySelector("input, select").value])"""
    found = {key: value for key, value in browser.execute_script(read) if key and value}
    press(browser, "\ue00c")
    return found


def test_card_form_and_review_have_the_same_for_every_answer(browser: Any, folder: Path) -> None:
    """Each answer of each number is chosen once; the decisions that choose the n-th answers are applied together."""
    text = opened(browser, folder, "cloud-groups")
    draft = text.with_suffix(".yaml").read_text(encoding="utf-8")
    page = (folder / "review.html").read_text(encoding="utf-8")
    entries = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["entries"]
    keys = "123456789bdefghlmopqrtvwxyz"
    most = max(len(entry["options"]) for entry in entries.values())
    for place in range(most):
        text.with_suffix(".yaml").write_text(draft, encoding="utf-8")
        browser.execute_script("localStorage.clear(); window.onbeforeunload = null")
        browser.get((folder / "review.html").as_uri())
        shown: dict[str, dict[str, str]] = {}
        for identity, entry in entries.items():
            if place < len(entry["options"]) and "becomes" in entry["options"][place]:
                browser.execute_script(f"document.getElementById('card-{identity}').focus()")
                if browser.find_elements("css selector", f"#card-{identity}.decided"):
                    press(browser, "u")
                press(browser, keys[place])
                shown[identity] = entry["options"][place]["becomes"]
        for identity, becomes in shown.items():
            card = browser.find_element("css selector", f"#card-{identity}")
            if "decided" not in card.get_attribute("class") or "Left out" in card.text:
                continue  # an answer to another number settled it
            recorded = form_fields(browser, identity)
            line = card.text
            for key in ("metric", "definition", "status", "entity"):
                assert recorded.get(key, "") in line
            assert recorded == becomes, identity
        (folder / "cloud-groups.decisions.json").unlink(missing_ok=True)
        press(browser, "s")
        main(["review", "--apply", str(downloaded(folder / "cloud-groups.decisions.json")), str(text)])
        figures = {str(one["id"]): one for one in read_review(text.with_suffix(".yaml"))["figures"]}
        for identity, becomes in shown.items():
            if identity in figures:
                assert {key: str(figures[identity].get(key)) for key in becomes} == becomes, identity


def test_a_wide_change_shows_what_it_changes_and_is_undone_at_once(browser: Any, folder: Path) -> None:
    from selenium.webdriver.support.select import Select

    opened(browser, folder, "cloud-groups")
    period = period_field(browser, "m001")
    period.send_keys("Q3 2025")
    card = browser.find_element("id", "card-m001")
    Select(card.find_element("css selector", "select.scope")).select_by_visible_text("its paragraph")
    assert "Also changes 1: m002" in card.text
    period.send_keys("\ue007")
    browser.execute_script("document.getElementById('card-m001').focus()")
    press(browser, "u")
    assert not browser.find_elements("css selector", "#card-m001.decided, #card-m002.decided")


@pytest.mark.parametrize("typed", ["big four", "Amazon, Meta, Microsoft and Alphabet", "US big tech"])
def test_a_group_is_entered_by_other_words(browser: Any, folder: Path, typed: str) -> None:
    opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter of 2025.")
    press(browser, f"c{typed}\ue007")
    card = browser.find_element("id", "card-m001")
    assert "us_four (Alphabet, Amazon, Meta, Microsoft)" in card.text and "mixed_press_aggregate" in card.text


def test_a_mistyped_company_is_answered_with_near_names(browser: Any, folder: Path) -> None:
    opened_text(browser, folder, "Meta spent $19.4bn on capex in the third quarter of 2025.")
    press(browser, "cMicrosfot\ue007")
    assert "Did you mean microsoft?" in browser.find_element("css selector", "form .error").text


def test_a_contradiction_is_shown_as_soon_as_it_is_made(browser: Any, folder: Path) -> None:
    body = "Meta spent $19.4bn on capex in the third quarter of 2025.\n\nMeta spent $17.0bn on capex in the second quarter of 2025."
    opened_text(browser, folder, body)
    period_field(browser, "m002").send_keys("2025-07-01/2025-09-30\ue007")
    assert "Contradicts m002 $17.0bn" in browser.find_element("id", "card-m001").text
    assert "2 contradict each other" in browser.find_element("id", "progress").text


def test_one_key_keeps_one_of_two_numbers(browser: Any, folder: Path) -> None:
    body = "Meta's capex was $19.37bn in the third quarter of 2025.\n\nMeta spent about $19bn on capex in the third quarter of 2025."
    text = opened_text(browser, folder, body)
    browser.execute_script("document.getElementById('card-m002').focus()")
    press(browser, "2")
    assert "Left out" in browser.find_element("id", "card-m001").text
    press(browser, "u")
    press(browser, "s")
    assert main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)]) == 0
    (figure,) = read_review(text.with_suffix(".yaml"))["figures"]
    assert figure["quote"] == "$19.37bn"


ROWS = """<p>Cash flows</p><table><tr><td></td><td colspan=3>Three months ended</td><td>Six months ended</td></tr><tr><td></td><td>30 June 2024</td><td>30 June 2025</td>
<td>30 June 2025</td><td>30 June 2025</td></tr><tr><td></td><td>RMB million</td><td>RMB million</td><td>US$ million</td><td>RMB million</td></tr>
<tr><td>Depositor's interest</td><td>1,111</td><td>2,222</td><td>310</td><td>4,444</td></tr>
<tr><td>Payments for servers</td><td>(7,200)</td><td>(17,500)</td><td>(2,443)</td><td>(33,100)</td></tr></table>"""


def opened_rows(browser: Any, folder: Path) -> Path:
    """The page of a document of which no row of the second table bears a printed name, with a column of dollars."""
    stated = "document_id: t, kind: results_announcement, source_type: company_release, title: Results, publisher: Tencent, published: '2025-08-13'"
    (folder / "q2.meta.yaml").write_text(f"document: {{{stated}}}\nentity: tencent\n", encoding="utf-8")
    path = folder / "q2.html"
    path.write_text(ANNOUNCEMENT.partition("<p>Cash paid")[0] + ROWS, encoding="utf-8")
    return opened(browser, folder, "q2", text=path)


def test_a_number_of_any_row_is_found_by_its_digits_or_the_words_of_its_row(browser: Any, folder: Path) -> None:
    """The key of the find box, the digits or words, Enter: the focus is on the number, and nothing is decided."""
    opened_rows(browser, folder)
    for typed, number in (("33100", "-33,100"), ("payments servers 17,5", "-17,500"), ("19,107", "19,107")):
        press(browser, "/")
        press(browser, typed)
        assert browser.find_element("id", "find-text").get_attribute("aria-activedescendant") == "find-0"
        press(browser, "\ue007")
        assert number in browser.switch_to.active_element.text
    before = browser.switch_to.active_element.text
    press(browser, "/")
    press(browser, "no such row")
    assert browser.find_element("css selector", "#find [role=status]").text.startswith("No number has these digits")
    press(browser, "\ue00c")
    assert browser.switch_to.active_element.text == before
    assert "0 decided" in browser.find_element("id", "progress").text


def test_a_whole_row_takes_no_translation_and_the_definition_of_its_document(browser: Any, folder: Path) -> None:
    path = opened_rows(browser, folder)
    draft = read_review(path.with_suffix(".yaml"))
    (drafted,) = [one["definition"] for one in (*draft["figures"], *draft["undecided"])]
    press(browser, "/")
    press(browser, "33,100\ue007")
    press(browser, "\ue007")
    press(browser, "capex")
    card = browser.find_element("css selector", ".others .card")
    definition = card.find_element("css selector", "[list=choices-definition]")
    assert definition.get_attribute("value") == drafted
    card.find_element("css selector", ".scope").send_keys("the whole row")
    assert "2,443" not in card.find_element("css selector", ".scope + small").text
    definition.send_keys("\ue007")
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "q2.decisions.json")), str(path)])
    figures = read_review(path.with_suffix(".yaml"))["figures"]
    added = {one["value"]: (one["unit"], one["definition"]) for one in figures if one["value"] != "19,107"}
    assert added == dict.fromkeys(("7,200", "17,500", "33,100"), ("CNY million", drafted))


def test_saving_waits_for_a_form_in_which_something_was_entered(browser: Any, folder: Path) -> None:
    """The form stays with what was entered, also after an answer for its number, until it is done or cancelled."""
    opened(browser, folder, "cloud-groups")
    browser.execute_script("document.getElementById('card-m012').focus()")
    press(browser, "c")
    press(browser, "nvidia")
    browser.execute_script("document.getElementById('card-m012').focus()")
    press(browser, "1")
    browser.execute_script("document.activeElement.blur()")
    press(browser, "s")
    form = browser.find_element("css selector", "#card-m012 form")
    assert form.find_element("css selector", ".error").text.startswith("Nothing is saved yet")
    assert "nvidia" in [one.get_attribute("value") for one in form.find_elements("css selector", "input")]
    assert browser.find_element("id", "after").text == "" and not list(folder.glob("*.json"))
    assert browser.execute_script("return document.activeElement.closest('form') !== null")
    press(browser, "\ue00c")
    press(browser, "s")
    downloaded(folder / "cloud-groups.decisions.json")


def test_one_answer_settles_a_rough_and_an_exact_number_of_one_fact(browser: Any, folder: Path) -> None:
    body = (
        "Amazon kept building. It said the outlay would come to about $125bn by the time it closes its books for 2025, after a summer in which Amazon spent "
        "$34.2bn on capital expenditure.\n\nAmazon said the $125bn would go on chips."
    )
    text = opened_text(browser, folder, body)
    assert focused(browser) == "m001"
    first = browser.find_element("css selector", "#card-m001 .options button").text
    assert "the same figure as m003 $125bn: recorded once" in first
    press(browser, "1")
    assert "The same figure as $125bn." in browser.find_element("id", "card-m001").text
    assert "125 USD billion" in browser.find_element("id", "card-m003").text
    browser.execute_script("document.getElementById('card-m002').focus()")
    press(browser, "1")
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "story.decisions.json")), str(text)])
    figures = read_review(text.with_suffix(".yaml"))["figures"]
    assert [one["quote"] for one in figures if one["period"] == "2025-01-01/2025-12-31"] == ["$125bn"]


def test_an_answer_for_growth_leaves_out_the_amount_beside_it_that_a_table_prints(browser: Any, folder: Path) -> None:
    stated = "document_id: t, kind: results_announcement, source_type: company_release, title: Results, publisher: Amazon, published: '2025-10-30'"
    (folder / "q3.meta.yaml").write_text(f"document: {{{stated}}}\nentity: amazon\n", encoding="utf-8")
    path = folder / "q3.html"
    path.write_text(
        "<p>Net sales increased 20% to $120.4 billion in the third quarter.</p><table><tr><td>(in millions)</td><td colspan=2>Three Months Ended "
        "September 30,</td></tr><tr><td></td><td>2024</td><td>2025</td></tr><tr><td>Total net sales</td><td>100,340</td><td>120,412</td></tr></table>",
        encoding="utf-8",
    )
    opened(browser, folder, "q3", text=path)
    browser.execute_script("document.getElementById('card-p0001').focus()")
    press(browser, "1")
    cards = {one.text.split("\n")[1]: one.text for one in browser.find_elements("css selector", ".card")}
    assert "revenue, growth from a year before · 20 percent" in cards["20%"]
    assert "The same figure as 120,412." in cards["$120.4 billion"]
    press(browser, "s")
    main(["review", "--apply", str(downloaded(folder / "q3.decisions.json")), str(path)])
    figures = read_review(path.with_suffix(".yaml"))["figures"]
    assert sorted(one["quote"] for one in figures) == ["100,340", "120,412", "20%"]


def test_a_sentence_that_rounds_an_added_number_is_left_out(browser: Any, folder: Path) -> None:
    """One fact is recorded once, whichever of the two is added."""
    stated = "document_id: t, kind: results_announcement, source_type: company_release, title: Results, publisher: Tencent, published: '2025-08-13'"
    (folder / "q2.meta.yaml").write_text(f"document: {{{stated}}}\nentity: tencent\n", encoding="utf-8")
    path = folder / "q2.html"
    sentence = "<p>In the second quarter of 2025, free cash flow was RMB33.1 billion.</p>"
    table = (
        ROWS.replace("(33,100)", "33,112")
        .replace("Six months", "Three months")
        .replace("Payments for servers", "Free cash flow before special items")
    )
    path.write_text(ANNOUNCEMENT.partition("<p>Cash paid")[0] + sentence + table, encoding="utf-8")
    opened(browser, folder, "q2", text=path)
    press(browser, "/")
    press(browser, "33,112\ue007")
    press(browser, "\ue007")
    metric = browser.find_element("css selector", ".others form select")
    assert metric.get_attribute("value") == "free_cash_flow", "as the row says"
    press(browser, "\ue007")
    cards = [one.text for one in browser.find_elements("css selector", ".card")]
    stated, added = (
        next(card for card in cards if quote in card.split("\n")[:2]) for quote in ("RMB33.1 billion", "33,112")
    )
    assert "Left out" in stated and "The same figure as 33,112." in stated
    assert "free cash flow · 33,112 CNY million · Apr to Jun 2025" in added


@needs_axe
@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_axe_finds_no_violation_in_the_find_box(browser: Any, folder: Path, width: int, scheme: str) -> None:
    opened(browser, folder, "cloud-groups", width, scheme)
    press(browser, "/")
    press(browser, "capital")
    assert browser.find_elements("css selector", "#find li")
    assert violations(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
