"""The page in a real browser: silent console, no request to any host, plots there, no cut page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from danetka.report.files import write_report
from danetka.report.words import LANGUAGES

from .commands import danetka
from .made_results import make_results

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
wait = pytest.importorskip("selenium.webdriver.support.wait")
pytest.importorskip("jinja2")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="chromium or chromedriver is missing"),
]
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
SIZES = ((360, 800), (1280, 900))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages")
    for language in LANGUAGES:
        write_report(make_results(), path / f"{language}.html", language)
    return path


def _open(browser: Any, page: Path, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(page.as_uri())
    loaded = "return document.readyState === 'complete' && document.scripts.length && location.href"
    wait.WebDriverWait(browser, 60).until(lambda b: b.execute_script(loaded) == page.as_uri())


def _check(browser: Any, page: Path, width: int, height: int, plots: int) -> None:
    """Nothing on the console, no request but for the page itself, plots there, no page cut off."""
    _open(browser, page, width, height)
    for opened in (False, True):
        if opened:
            browser.execute_script(
                "document.querySelectorAll('main details').forEach(d => d.open = true)"
            )
        found = browser.execute_script("return [document.scrollingElement.scrollWidth, innerWidth]")
        assert found[0] <= found[1] == width
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect())"
        ".map(b => [b.width, b.height, b.left, b.right])"
    )
    assert len(boxes) > plots
    for wide, high, left, right in boxes:
        assert min(wide, high) > 0
        assert left >= 0
        assert right <= width + 1
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"
    ]
    assert page.as_uri() in asked
    assert {url for url in asked if not url.startswith("data:")} == {page.as_uri()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_is_whole_and_silent(
    browser: Any, folder: Path, language: str, width: int, height: int
) -> None:
    page = folder / f"{language}.html"
    _open(browser, page, width, height)
    folded = "return document.querySelectorAll('main details:not([open])').length"
    assert browser.execute_script(folded) > 10
    assert browser.execute_script("return document.documentElement.lang") == language
    _check(browser, page, width, height, plots=40)


def test_the_demos_report(browser: Any, tiny: str, tmp_path: Path) -> None:
    """The file that `make demo` runs, on the same data, with one step of training a tiny model."""
    config = Path(__file__).parents[1] / "configs" / "demo.yaml"
    changes = (
        f"base_model={tiny}", "max_length=128", "training.max_steps=1", "robustness.rows=3",
        "report_on=[val]",
    )  # fmt: skip
    told = [part for change in changes for part in ("--set", change)]
    arms = ("--only", "original", "--only", "threshold")  # which share their run
    done = danetka("experiment", config, *told, *arms, "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"the whole report: {tmp_path / 'results.html'}" in done.stderr
    for width, height in SIZES:
        _check(browser, tmp_path / "results.html", width, height, plots=10)


def test_text_in_plots_is_legible_on_a_phone(browser: Any, folder: Path) -> None:
    _open(browser, folder / "ru.html", *SIZES[0])
    heights = browser.execute_script(
        "return [...document.querySelectorAll('main > section > figure svg .tick-name')]"
        ".map(t => t.getBoundingClientRect().height).filter(h => h > 0)"
    )
    assert len(heights) > 100
    assert min(heights) >= 9


def test_what_data_says_does_not_run(browser: Any, folder: Path) -> None:
    _open(browser, folder / "en.html", *SIZES[1])
    assert browser.execute_script("return document.scripts.length") == 1
    assert "<script>alert" in browser.execute_script("return document.body.textContent")


def test_the_contents_lead_to_the_sections(browser: Any, folder: Path) -> None:
    _open(browser, folder / "en.html", *SIZES[0])
    assert browser.execute_script(
        "const toc = document.querySelector('.contents-narrow'); toc.open = true;"
        "const links = [...toc.querySelectorAll('a')]; links[10].click();"
        "return [toc.open, location.hash, links.every(a => document.querySelector(a.hash))]"
    ) == [False, "#robustness", True]
    _open(browser, folder / "en.html", *SIZES[1])
    shown = "return getComputedStyle(document.querySelector('.contents-wide')).display"
    assert browser.execute_script(shown) == "block"


def test_colours_follow_the_reader(browser: Any, folder: Path) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        _open(browser, folder / "en.html", *SIZES[1])
        grounds.append(
            browser.execute_script(
                "return [document.body, document.querySelector('svg .tick-name')]"
                ".map((e, i) => getComputedStyle(e)[i ? 'fill' : 'backgroundColor'])"
            )
        )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert grounds[0][0] != grounds[1][0]
    assert grounds[0][1] != grounds[1][1]


def test_print_opens_what_is_folded(browser: Any, folder: Path) -> None:
    _open(browser, folder / "en.html", *SIZES[1])
    browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    closed = "return document.querySelectorAll('main details:not([open])').length"
    assert browser.execute_script(closed) == 0
