"""An article of a newspaper's length reviewed in the browser by keyboard alone, and what the review then says.

The articles are written for the tests in a newspaper's style; what is right for each number was decided by reading them.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESK, PHONE, needs_axe, show, start, violations
from builders import PROJECT

from capex_pipeline.cli.main import main
from capex_pipeline.review.review_file import read_review

pytestmark = pytest.mark.slow

ARTICLES = PROJECT / "tests" / "unit" / "review" / "articles"
MOST_ACTIONS = 10
"""Commands, answers and corrections for one article, beyond reading it."""

ANSWERS = {
    "cloud-groups": {
        "m012": "a",  # Meta's range for the year, which the draft left out
        "m001": "1",  # Microsoft's spending with leases, and its growth (m002) with it
        "m018": "1",  # Amazon's cash capex of the quarter
        "m020": "2",  # growth of AWS in the quarter, and its revenue (m021) with it
        "m025": "1",  # Morgan Stanley on the four groups in 2026
        "m028": "3",  # a supply to come has no period
        "m033": "1",  # OpenAI over eight years
    },
    "alibaba-tencent": {
        "m004": "1",  # over three years, from no day that is named
        "m005": "2",  # growth in the quarter, and its revenue (m006) with it
        "m013": "1",  # four groups that are no group of the reference, this year and (m014) last
        "m022": "1",  # orders by the end of July, from no day that is named
        "m023": "1",  # Bernstein on H20 chips in 2024
        "m024": "5",  # an official who is not named
    },
}
"""One key for each question and for each number that the draft left out wrongly."""

PERIODS = {
    "cloud-groups": {
        "m012": "2025-01-01/2025-12-31", "m018": "2025-07-01/2025-09-30", "m020": "2025-07-01/2025-09-30",
        "m021": "2025-07-01/2025-09-30",
    },
    "alibaba-tencent": {"m005": "2025-04-01/2025-06-30", "m006": "2025-04-01/2025-06-30"},
}  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser without a network."""
    yield from start(tmp_path_factory.mktemp("profile"))


def opened(browser: Any, folder: Path, name: str, width: int = DESK, scheme: str = "light") -> Path:
    """The page of an article's review, drafted and opened; the path of the text."""
    text = folder / f"{name}.txt"
    shutil.copy(ARTICLES / text.name, text)
    assert main(["review", "--page", str(folder / "review.html"), str(text)]) == 0
    show(browser, width, scheme)
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get((folder / "review.html").as_uri())
    browser.execute_script("localStorage.clear()")  # decisions of a test before, on the same article
    browser.get((folder / "review.html").as_uri())
    return text


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
    browser: Any, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = opened(browser, tmp_path, name)
    actions = 1  # the command that opened the page
    answers = dict(ANSWERS[name])
    for identity in [one for one in answers if answers[one] == "a"]:
        browser.execute_script(f"document.getElementById('card-{identity}').focus()")  # a step of reading, as with j
        press(browser, answers.pop(identity))
        actions += 1
    while (identity := focused(browser)) != "save":
        press(browser, answers.pop(identity))
        actions += 1
    assert answers == {}, "these questions were not asked"
    press(browser, "\ue007")
    decisions = downloaded(tmp_path / f"{name}.decisions.json")
    actions += 1
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


def test_a_decision_is_corrected_by_keyboard(browser: Any, tmp_path: Path) -> None:
    """Taking back, changing a field, and leaving out with a reason."""
    opened(browser, tmp_path, "cloud-groups")
    assert focused(browser) == "m001", "the first question has the focus"
    press(browser, "2")
    card = browser.find_element("id", "card-m001")
    assert "Left out" in card.text and "Confirmed: Context: other cost." in card.text
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "u")
    assert "Question" in card.text
    press(browser, "i")
    assert browser.switch_to.active_element.get_attribute("value").startswith("No table")
    press(browser, "A rumour.\ue007")
    assert "A rumour." in card.text
    browser.execute_script("arguments[0].focus()", card)
    press(browser, "c")
    assert browser.switch_to.active_element.tag_name == "input"
    press(browser, "\ue00c")
    assert "A rumour." in card.text, "Escape changes nothing"
    assert focused(browser) == "m001"


def test_a_reload_keeps_the_decisions(browser: Any, tmp_path: Path) -> None:
    from selenium.common.exceptions import NoAlertPresentException

    opened(browser, tmp_path, "cloud-groups")
    press(browser, "2")
    browser.execute_script("location.reload()")
    with contextlib.suppress(NoAlertPresentException):  # the browser asks whether to leave
        browser.switch_to.alert.accept()
    assert "Left out" in browser.find_element("id", "card-m001").text


def test_no_request_leaves_the_page(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, "alibaba-tencent")
    asked = [
        entry["message"] for entry in browser.get_log("performance") if "Network.requestWillBeSent" in entry["message"]
    ]
    assert all('"url":"file:' in message or '"url":"data:' in message or '"url":"blob:' in message for message in asked)
    assert browser.get_log("browser") == []


@needs_axe
@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_axe_finds_no_violation_of_wcag_2_2_aa(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    opened(browser, tmp_path, "cloud-groups", width, scheme)
    press(browser, "1")
    press(browser, "c")
    assert violations(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
