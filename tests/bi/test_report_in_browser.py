"""The page in a browser without a network: charts are drawn, marks explain themselves, nothing is asked of the network.

Needs Chromium and its driver, Selenium (extra test) and the libraries that draw the page (extra report); skipped with the reason
where one is absent.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browsing import DESK, PHONE, needs_axe, show, start, violations

from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("drives a browser")


@pytest.fixture(scope="module")
def page(shipped: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped tables, in a folder of its own."""
    from capex_pipeline.report.page import render
    from capex_pipeline.report.page_model import TABLES

    ids = {name: footer.content_id for name in TABLES if (footer := shipped.footer(name)) is not None}
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render({name: shipped.read(name) for name in TABLES}, ids, release="0" * 64), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser without a network."""
    yield from start(tmp_path_factory.mktemp("profile"))


class FirstView(NamedTuple):
    """How the page was opened, and what the browser recorded until it was drawn."""

    width: int
    console: list[dict[str, Any]]
    requests: list[dict[str, Any]]


@pytest.fixture
def opened(browser: Any, page: Path) -> Any:
    """The page freshly opened at the width of a desk, with every chart drawn."""
    return _open(browser, page, DESK)


def _open(browser: Any, page: Path, width: int, scheme: str = "light") -> Any:
    show(browser, width, scheme, height=844)
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page.as_uri())
    _wait(lambda: browser.execute_script("return document.documentElement.dataset.drawn"))
    return browser


def _wait(asked: Any, seconds: float = 90) -> Any:
    ends = time.monotonic() + seconds
    while not (answer := asked()):
        assert time.monotonic() < ends, "the page did not get there"
        time.sleep(0.05)
    return answer


def _point_at_first_mark(browser: Any, chart: str) -> None:
    """Moves the mouse onto the first mark of a chart, as a hand would."""
    from selenium.webdriver.common.action_chains import ActionChains

    element = browser.find_element("id", chart)
    browser.execute_script(
        "document.documentElement.style.scrollBehavior='auto'; arguments[0].scrollIntoView({block: 'center'})", element
    )
    mark = browser.execute_script(
        "return arguments[0].querySelector('.points_marks path').getBoundingClientRect().toJSON()", element
    )
    box = browser.execute_script("return arguments[0].getBoundingClientRect().toJSON()", element)
    across = mark["x"] + mark["width"] / 2 - box["x"] - box["width"] / 2
    down = mark["y"] + mark["height"] / 2 - box["y"] - box["height"] / 2
    ActionChains(browser).move_to_element_with_offset(element, round(across), round(down)).perform()


@pytest.fixture
def shown(browser: Any, page: Path) -> Any:
    """The page at the width of a desk for tests that change nothing that another one looks at: opened once for those that follow each other, since
    drawing it takes seconds."""
    if not browser.execute_script("return window.unchanged === true"):
        _open(browser, page, DESK)
        browser.execute_script("window.unchanged = true")
    return browser


VIEWS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
"""Width and colours."""


@pytest.fixture(scope="module", params=VIEWS)
def first_view(request: pytest.FixtureRequest, browser: Any, page: Path) -> FirstView:
    """The page opened once in each width and scheme, for tests that only look. It is drawn in seconds."""
    width, scheme = request.param
    _open(browser, page, width, scheme)
    return FirstView(width, browser.get_log("browser"), browser.get_log("performance"))


def test_console_stays_silent_and_nothing_is_asked_of_the_network(first_view: FirstView) -> None:
    assert [entry["message"] for entry in first_view.console] == []
    messages = [json.loads(entry["message"])["message"] for entry in first_view.requests]
    asked = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    assert asked and [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_nothing_is_wider_than_the_window_and_no_chart_text_is_cut(first_view: FirstView, browser: Any) -> None:
    assert browser.execute_script("return document.documentElement.scrollWidth") <= first_view.width
    cut = browser.execute_script(
        "const cut = []; for (const svg of document.querySelectorAll('.chart svg')) { const frame = svg.getBoundingClientRect();"
        "if (!frame.width) continue; for (const text of svg.querySelectorAll('text')) { const box = text.getBoundingClientRect();"
        "if (!text.textContent || !box.width || getComputedStyle(text).opacity === '0') continue;"
        "if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)"
        "cut.push(svg.closest('.chart').id + ': ' + text.textContent); } } return cut"
    )
    assert cut == []


@needs_axe
@pytest.mark.parametrize("first_view", [VIEWS[0], VIEWS[3]], indirect=True)  # both widths and both colours
def test_axe_finds_no_violation_of_wcag_2_2_aa(first_view: FirstView, browser: Any) -> None:
    assert violations(browser) == []


def test_tooltip_names_the_value_and_the_document(shown: Any) -> None:
    """Amazon's first quarter of 2019, 3,290 million dollars of purchases, from its 10-Q."""
    _point_at_first_mark(shown, "capex-amazon")
    tip = shown.find_element("id", "tip")
    _wait(tip.is_displayed)
    assert "Amazon, Q1 2019" in tip.text
    assert "USD 3.29bn" in tip.text
    assert "10-Q" in tip.text


def test_a_reader_without_a_screen_finds_the_way(shown: Any) -> None:
    """Landmarks, one h1, headings without a jump, a name for every chart, table and control."""
    found = shown.execute_script(
        "return {landmarks: ['header', 'nav', 'main', 'footer'].filter(name => document.querySelectorAll(name).length !== 1),"
        "levels: [...document.querySelectorAll('h1,h2,h3,h4')].map(head => Number(head.tagName[1])),"
        "unnamed: [...document.querySelectorAll('.chart')].filter(place => place.getAttribute('role') !== 'group'"
        " || (place.getAttribute('aria-label') || 'Vega').startsWith('Vega')).length,"
        "marks: [...document.querySelectorAll('.points_marks > *')].filter(mark => !mark.getAttribute('aria-label')).length,"
        "tables: [...document.querySelectorAll('table')].filter(one => !one.caption || !one.querySelector('th[scope=col]')).length,"
        "controls: [...document.querySelectorAll('select,input')].filter(one => !one.labels.length).length,"
        "language: document.documentElement.lang}"
    )
    assert found["landmarks"] == []
    assert found["unnamed"] == found["marks"] == found["tables"] == found["controls"] == 0
    assert found["language"] == "en"
    levels = found["levels"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_chart_gives_csv_and_the_comparison_gives_all_companies(shown: Any) -> None:
    lines = shown.execute_script(
        "return page.data.charts.filter(chart => document.getElementById(chart.id).offsetParent !== null)"
        ".map(chart => [chart.id, page.takeaway.csv(chart).split('\\r\\n').length])"
    )
    assert len(lines) > 30 and [name for name, count in lines if count < 3] == []
    companies = shown.execute_script(
        "return [new Set(page.specs.explore.everything().map(row => row.company)).size, page.data.explorer.companies.length]"
    )
    assert companies[0] == companies[1] > 6


def test_a_chart_gives_its_rows_its_picture_and_a_citation(shown: Any) -> None:
    take = "const chart = page.data.charts.find(one => one.id === 'capex-amazon');"
    text = shown.execute_script(take + "return page.takeaway.csv(chart)")
    assert text.startswith("\ufeffseries,period,period_start,value,")
    assert "Amazon,2019Q1,2019-01-01,3.29," in text and "https://www.sec.gov/" in text and "0" * 64 in text
    picture = shown.execute_async_script(take + "page.takeaway.svg(chart).then(arguments[0])")
    assert (
        "Amazon, capital expenditure, USD bn" in picture and "release 000000000000" in picture and "var(" not in picture
    )
    kind = shown.execute_async_script(
        take + "page.takeaway.png(chart).then(blob => arguments[0](blob.type + (blob.size > 5000)))"
    )
    assert kind == "image/pngtrue"
    assert "release 000000000000" in shown.execute_script(take + "return page.takeaway.citation(chart)")
    assert shown.execute_script(take + "return page.takeaway.bibtex(chart)").startswith(
        "@misc{amazoncapitalexpenditure"
    )


def test_every_chart_is_drawn_with_marks(shown: Any) -> None:
    empty = shown.execute_script(
        "return [...document.querySelectorAll('.chart')].filter(place => place.offsetParent !== null)"
        ".filter(place => place.querySelectorAll('svg .points_marks path').length === 0).map(place => place.id)"
    )
    drawn = shown.execute_script("return document.querySelectorAll('.chart svg').length")
    assert empty == []
    assert drawn >= 20


def test_arrow_keys_step_through_the_points(shown: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    chart, tip = shown.find_element("id", "capex-alibaba"), shown.find_element("id", "tip")
    shown.execute_script("document.documentElement.style.scrollBehavior='auto'; arguments[0].focus()", chart)
    time.sleep(0.3)
    chart.send_keys(Keys.HOME)
    first = _wait(lambda: "Alibaba" in tip.text and tip.text)  # and no longer of the mark that the mouse was on
    chart.send_keys(Keys.ARROW_RIGHT)
    second = _wait(lambda: tip.text != first and tip.text)
    chart.send_keys(Keys.ENTER)
    _wait(lambda: shown.execute_script("return document.activeElement.closest('#tip') !== null"))
    shown.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert shown.switch_to.active_element.get_attribute("id") == "capex-alibaba", "Escape leads back to the chart"
    # The page begins in 2019. Alibaba printed 6,537 and 6,382 million yuan for the first two quarters.
    assert "Alibaba, Q1 2019" in first
    assert "CNY 6.54bn" in first
    assert "Alibaba, Q2 2019" in second
    assert not tip.is_displayed()


def test_a_table_of_a_chart_opens_below_it(shown: Any) -> None:
    card = shown.find_element("id", "capex-amazon-card")
    shown.execute_script("arguments[0].click()", card.find_element("xpath", ".//button[.='Table']"))
    rows = card.find_elements("css selector", ".taken table tbody tr")
    assert len(rows) > 20
    assert "3.29" in rows[0].get_attribute("textContent")


def test_a_long_table_is_searched(shown: Any) -> None:
    """Rows without all of the words are hidden, and their number is told."""
    claims = shown.find_element("xpath", "//*[@id='claims']//details[summary='Every claim and its verdict']")
    table, field = (claims.find_element("css selector", what) for what in ("table", ".search input"))
    field.send_keys("106 financial times")
    listed = [row for row in table.find_elements("css selector", "tbody tr") if row.is_displayed()]
    assert listed and all("106 billion" in row.text for row in listed)
    assert f"{len(listed)} of " in claims.find_element("css selector", ".search + .note").text


def test_a_text_that_a_spreadsheet_would_run_is_disarmed(shown: Any) -> None:
    text = shown.execute_script(
        "const chart = page.data.charts.find(one => one.id === 'claim-ranges'); chart.sets.rows[0].how = '=1+1';"
        "chart.sets.rows[1].how = 'a\\r=2'; return page.takeaway.csv(chart)"
    )
    assert ",'=1+1," in text


def test_click_keeps_the_details_open_and_the_link_opens_the_document(opened: Any) -> None:
    """The browser has no network, so the new window shows an error; its address is that of the document."""
    from selenium.webdriver.common.action_chains import ActionChains

    first = opened.current_window_handle
    _point_at_first_mark(opened, "capex-amazon")
    ActionChains(opened).click().perform()
    link = _wait(lambda: opened.find_elements("css selector", "#tip.pinned a"))[0]
    link.click()
    _wait(lambda: len(opened.window_handles) == 2)
    asked = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    for handle in opened.window_handles:
        if handle != first:
            opened.switch_to.window(handle)
            target = _wait(lambda: opened.current_url != "about:blank" and opened.current_url)
            opened.close()
    opened.switch_to.window(first)
    assert target.startswith("https://www.sec.gov/"), asked


def test_choosing_a_definition_redraws_and_says_who_is_absent(opened: Any) -> None:
    """Alibaba publishes no figure that includes lease principal; Meta's headline is one."""
    from selenium.webdriver.support.ui import Select

    Select(opened.find_element("id", "definition")).select_by_value("cash_and_lease_principal")
    _wait(lambda: "Alibaba" in opened.find_element("id", "capex-absent").text)
    assert not opened.find_element("id", "capex-alibaba").is_displayed()
    assert opened.find_element("id", "capex-meta").is_displayed()
    assert "lease" in opened.find_element("id", "definition-text").text


def test_currency_as_reported(opened: Any) -> None:
    opened.execute_script("document.querySelector('input[name=currency][value=own]').click()")
    _wait(lambda: opened.find_element("css selector", "#capex-alibaba-card .unit").text == "CNY bn")
    assert "CNY billion" in opened.find_element("id", "capex-alibaba").get_attribute("aria-label")


def test_colours_follow_the_readers_setting(browser: Any, page: Path) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        _open(browser, page, DESK, scheme)
        seen[scheme] = browser.execute_script(
            "const of = (name, kind) => getComputedStyle(document.querySelector(name))[kind];"
            "return [of('body', 'backgroundColor'), of('#capex-amazon .points_marks path', 'stroke')]"
        )
    assert seen["light"][0] != seen["dark"][0]
    assert seen["light"][1] != seen["dark"][1]


def _explore(browser: Any, page: Path, address: str) -> list[dict[str, Any]]:
    """The rows of the chart of companies on one axis, for an address."""
    browser.get("about:blank")
    browser.get(page.as_uri() + address)
    _wait(lambda: browser.execute_script("return document.documentElement.dataset.drawn"))
    return _compared(browser)


def _table_rows(browser: Any, chart: str) -> list[dict[str, Any]]:
    """The rows that the table and the CSV of a chart show now."""
    rows: list[dict[str, Any]] = browser.execute_script(
        "return page.takeaway.records(page.data.charts.find(chart => chart.id === arguments[0])).rows", chart
    )
    return rows


def _compared(browser: Any) -> list[dict[str, Any]]:
    """The rows that the chart of companies on one axis shows now."""
    rows: list[dict[str, Any]] = browser.execute_script(
        "return page.setsOf(page.data.charts.find(chart => chart.id === 'explore')).rows"
    )
    return rows


def test_an_address_gives_its_view_and_a_choice_changes_the_address(browser: Any, page: Path) -> None:
    """Amazon bought property for 14.9 billion dollars in the first quarter of 2024 and for 17.6 in the second (10-Q): 118 of 100."""
    from selenium.webdriver.support.ui import Select

    rows = _explore(browser, page, "#?companies=amazon&view=index&from=2024Q1&to=2024Q2&scale=log")
    assert [(row["entity"], row["quarter"], round(row["value"])) for row in rows] == [
        ("Amazon", "2024Q1", 100),
        ("Amazon", "2024Q2", 118),
    ]
    Select(browser.find_element("id", "explore-view")).select_by_value("amount")
    assert "view=" not in browser.execute_script("return location.hash"), "what is as at first is not in the address"
    assert "companies=amazon" in browser.execute_script("return location.hash")
    browser.execute_script("document.getElementById('explore-reset').click()")
    assert browser.execute_script("return location.hash") == ""


def _view(browser: Any) -> str:
    """The chosen view, and the title of the chart that shows it."""
    view: str = browser.execute_script(
        "return document.getElementById('explore-view').value + ': ' + document.querySelector('#explore-card h3').firstChild.textContent.trim()"
    )
    return view


def test_back_and_forward_go_through_the_choices_and_a_link_to_a_section_keeps_them(opened: Any) -> None:
    from selenium.webdriver.support.ui import Select

    amount, growth = (
        "amount: Capital expenditure, amount by quarter",
        "growth: Capital expenditure, growth, year over year",
    )
    Select(opened.find_element("id", "explore-view")).select_by_value("growth")
    assert opened.execute_script("return location.hash") == "#?view=growth&at=explorer"
    Select(opened.find_element("id", "explore-metric")).select_by_value("cloud_revenue")
    opened.back()
    _wait(lambda: _view(opened) == growth)
    opened.execute_script("document.querySelector('nav a[href=\"#claims\"]').click()")
    assert opened.execute_script("return location.hash") == "#?view=growth&at=claims"
    assert _view(opened) == growth and opened.switch_to.active_element.get_attribute("id") == "claims"
    opened.back()
    opened.back()
    _wait(lambda: _view(opened) == amount)
    assert opened.execute_script("return location.hash") == ""
    opened.forward()
    _wait(lambda: _view(opened) == growth)


def test_a_shared_view_opens_at_its_section(browser: Any, page: Path) -> None:
    rows = _explore(browser, page, "#?show=makers&at=shipments")
    assert rows and browser.find_element("id", "supplier").get_attribute("value") == "makers"
    top = browser.execute_script("return document.getElementById('shipments').getBoundingClientRect().top")
    assert abs(top) < 200


def test_years_of_the_comparison_agree_with_the_table(browser: Any, page: Path, shipped: Warehouse) -> None:
    rows = _explore(browser, page, "#?companies=amazon,meta,oracle,alibaba&view=year&from=2019Q1")
    table = shipped.read("capex_by_calendar_year")
    chosen = table[
        table["entity_id"].isin(["amazon", "meta", "oracle", "alibaba"]) & (table["calendar_year_of_company"] >= 2019)
    ]
    expected = {
        (row.entity_id, str(row.calendar_year_of_company)): row.amount_usd / 1e9
        for row in chosen[chosen["amount_usd"].notna()].itertuples()
    }
    computed = {(row["company"], row["quarter"]): row["value"] for row in rows}
    assert computed.keys() == expected.keys() and len(expected) > 15
    assert all(abs(computed[key] - value) < 0.01 for key, value in expected.items())


def test_another_metric_shows_its_own_companies_unless_the_reader_chose_some(opened: Any) -> None:
    """Meta has no cloud revenue and CoreWeave has some."""
    from selenium.webdriver.support.ui import Select

    def chosen() -> list[str]:
        names: list[str] = opened.execute_script(
            "return [...document.querySelectorAll('input[name=company]:checked')].map(box => box.value)"
        )
        return names

    metric = Select(opened.find_element("id", "explore-metric"))
    assert "meta" in chosen()
    metric.select_by_value("cloud_revenue")
    assert "meta" not in chosen() and "coreweave" in chosen()
    assert opened.execute_script("return location.hash") == "#?metric=cloud_revenue&at=explorer"
    opened.execute_script("document.getElementById('explore-none').click()")
    opened.execute_script("document.querySelector('input[name=company][value=amazon]').click()")
    metric.select_by_value("capex")
    assert chosen() == ["amazon"]


def test_accelerators_of_a_year_are_the_sum_of_its_four_quarters(browser: Any, page: Path) -> None:
    browser.get("about:blank")
    browser.get(page.as_uri() + "#?time=yearly&chips=units")
    _wait(lambda: browser.execute_script("return document.documentElement.dataset.drawn"))
    years, quarters = browser.execute_script(
        "const chart = page.data.charts.find(one => one.id === 'chips-buyers-microsoft-nvidia');"
        "return [page.setsOf(chart).rows, chart.times.quarterly]"
    )
    assert [row["quarter"] for row in years] == ["2022", "2023", "2024", "2025"]
    expected = sum(row["units"][0] for row in quarters if row["quarter"].startswith("2024"))
    assert years[2]["value"] == expected and years[2]["low"] is None


def test_trailing_sums_and_growth_agree_with_the_table(browser: Any, page: Path, shipped: Warehouse) -> None:
    """What the script computes from quarters is what table capex has, and is null where the table is."""
    from selenium.webdriver.support.ui import Select

    table = shipped.read("capex")
    known = table[table["entity_id"].isin(["amazon", "meta", "nvidia"])].set_index(["entity_id", "calendar_quarter"])
    _explore(browser, page, "#?companies=amazon,meta,nvidia&from=2019Q1")
    choice = Select(browser.find_element("id", "explore-view"))
    for view, column, scale in (
        ("ttm", "ttm_amount_usd", 1e9),
        ("growth", "yoy_local_pct", 1),
        ("share", "capex_to_revenue_pct", 1),
    ):
        choice.select_by_value(view)
        rows = _compared(browser)
        computed = {(row["company"], row["quarter"]): row["value"] for row in rows}
        expected = known.loc[known.index.get_level_values(1) >= "2019Q1", column].dropna() / scale
        assert computed.keys() == set(expected.index), view
        assert all(abs(computed[key] - value) < 0.01 for key, value in expected.items()), view


@pytest.mark.parametrize("basis", ["comparable", "headline"])
@pytest.mark.parametrize("view", ["year", "ttm"])
def test_a_sum_of_four_quarters_says_so_and_names_the_quarters_and_their_documents(
    browser: Any, page: Path, view: str, basis: str
) -> None:
    """Amazon's 82,999 million dollars of 2024, 77,658 net of 5,341 of proceeds and incentives: the fourth quarter is the 10-K less the 10-Q to September."""
    _explore(browser, page, f"#?companies=amazon&from=2024Q4&to=2024Q4&view={view}&basis={basis}")
    (row,) = _table_rows(browser, "explore")
    assert row["value"] == pytest.approx({"comparable": 82.999, "headline": 77.658}[basis], abs=0.001)
    assert "sum of four quarters" in row["description"]
    assert row["computed_as"] == "Q1 2024 plus Q2 2024 plus Q3 2024 plus Q4 2024"
    assert not row["place"] and not row["first_reported"]
    documents = row["document"].split("; ")
    assert len(documents) == len(set(documents)) == len(row["address"].split("; ")) == 4


def test_a_year_of_accelerators_names_its_quarters_as_well(browser: Any, page: Path) -> None:
    browser.get("about:blank")
    browser.get(page.as_uri() + "#?time=yearly&chips=units")
    _wait(lambda: browser.execute_script("return document.documentElement.dataset.drawn"))
    rows = _table_rows(browser, "chips-buyers-microsoft-nvidia")
    assert rows[2]["computed_as"] == "Q1 2024 plus Q2 2024 plus Q3 2024 plus Q4 2024"
    assert rows[2]["document"] and not rows[2]["place"]


def test_a_table_shows_value_and_unit_at_the_width_of_a_phone(browser: Any, page: Path) -> None:
    """Alibaba reports in yuan; the amounts of the view are US dollars."""
    _open(browser, page, PHONE)
    card = browser.find_element("id", "explore-card")
    browser.execute_script(
        "location.hash = '#?companies=alibaba&view=year'; arguments[0].querySelector('.takeaway').open = true", card
    )
    _wait(lambda: {row["company"] for row in _compared(browser)} == {"alibaba"})
    browser.execute_script("arguments[0].click()", card.find_element("xpath", ".//button[.='Table']"))
    heads = card.find_elements("css selector", ".taken th[scope=col]")
    assert [head.text for head in heads[:4]] == ["series", "value", "unit", "period"]
    assert all(head.rect["x"] + head.rect["width"] <= PHONE for head in heads[:4])
    names = [head.get_attribute("textContent") for head in heads]
    assert "reporting currency" in names and "currency" not in names
    (row, *_) = _table_rows(browser, "explore")
    assert (row["unit"], row["reporting_currency"]) == ("USD bn", "CNY")


def test_the_explorer_tells_companies_apart_without_colour(browser: Any, page: Path) -> None:
    rows = _explore(browser, page, "")
    shapes = browser.execute_script(
        "return [...document.querySelectorAll('#explore .points_marks path')].map(mark => mark.getAttribute('d'))"
    )
    assert len(set(shapes)) >= len({row["company"] for row in rows}) >= 5


def test_accelerators_change_unit_and_time(opened: Any) -> None:
    """A panel of a buyer: its name of a mark has the unit, and the address keeps the choice."""
    opened.execute_script("document.querySelector('input[name=chips-unit][value=units]').click()")
    opened.execute_script("document.querySelector('input[name=chips-time][value=cumulative]').click()")
    _wait(lambda: "time=cumulative" in opened.execute_script("return location.hash"))
    named = _wait(
        lambda: opened.execute_script(
            "const mark = document.querySelector('#chips-buyers-microsoft-nvidia .points_marks [aria-label]');"
            "return mark && mark.getAttribute('aria-label')"
        )
    )
    assert named.startswith("Microsoft: Nvidia, Q1 2022, ") and named.endswith(" units")
    card = opened.find_element("id", "chips-buyers-microsoft-nvidia-card")
    assert card.find_element("css selector", ".unit").text == "units, cumulative"
