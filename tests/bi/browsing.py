"""A browser without a network, for the tests of pages, and what axe finds on one.

Add here what tests of more than one page need. Needs Chromium with its driver and Selenium (extra test).
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--force-device-scale-factor=1",
)  # fmt: skip
PHONE, DESK = 390, 1280

AXE_PACKAGE = importlib.util.find_spec("axe_playwright_python")
"""The Python package that carries the library axe-core (MPL-2.0). Only its JavaScript file is used, in Selenium's browser."""
needs_axe = pytest.mark.skipif(
    AXE_PACKAGE is None, reason="axe-core is not installed (Python package axe-playwright-python of the extra test)"
)


def start(profile: Path) -> Iterator[Any]:
    """A browser that resolves no host name and keeps a record of its console and its requests. profile: an empty folder."""
    if importlib.util.find_spec("selenium") is None:
        pytest.skip("selenium is not installed (extra test)")
    binary = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("there is no Chromium with chromedriver on this machine")
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={DESK},900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    yield started
    started.quit()


def show(browser: Any, width: int, scheme: str, height: int = 900) -> None:
    """Show pages in a window of that width, in light or dark colours."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def violations(browser: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page that is open."""
    assert AXE_PACKAGE is not None and AXE_PACKAGE.origin is not None
    browser.execute_script((Path(AXE_PACKAGE.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    browser.set_script_timeout(120)
    found: list[str] = browser.execute_async_script(
        "const done = arguments[0], levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];"
        "axe.run(document, {resultTypes: ['violations'], runOnly: levels}).then(result => done(result.violations.map("
        "one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html).join(' '))))"
    )
    return found
