"""Somebody before the page of `danetka serve`: a browser, and the server itself to compare with."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip
TOKEN = "token-of-the-test"
QUESTION = "Впадает ли Волга в Каспийское море?"
SENTENCE = "Волга впадает в Каспийское море."
PASSAGE = f"Это длинная река. {SENTENCE} На её берегах стоят старые города."
needs_browser = pytest.mark.skipif(
    not CHROMIUM or not DRIVER, reason="chromium or chromedriver is missing"
)


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def call(server: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(server + path, data, headers)) as response:
        return json.load(response)


class Visitor:
    """Somebody before the page."""

    def __init__(self, driver: Any, server: str) -> None:
        self.driver = driver
        self.server = server
        self.run = driver.execute_script

    def cdp(self, command: str, **told: object) -> Any:
        return self.driver.execute_cdp_cmd(command, told)

    def open(
        self, *, width: int = 1280, height: int = 900, language: str = "ru", token: str = TOKEN,
        shown: str = "#model",
    ) -> None:  # fmt: skip
        """Come to the page anew, with a token in the tab or with none, and wait for an element."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        self.driver.get(self.server + "static/icon.svg")  # the same origin, for its storages
        self.run(
            "localStorage.clear(); sessionStorage.clear();"
            "localStorage.setItem('danetka.language', arguments[0]);"
            "if (arguments[1]) sessionStorage.setItem('danetka.token', arguments[1]);",
            language,
            token,
        )
        self.logs()
        self.driver.get(self.server)
        self.sees(shown if token else "#token-dialog[open]")

    def logs(self) -> tuple[list[str], list[str]]:
        """What is new on the console, and which addresses were asked for."""
        console = [entry["message"] for entry in self.driver.get_log("browser")]
        sent = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        ]
        asked = [m for m in sent if m["method"] == "Network.requestWillBeSent"]
        return console, [m["params"]["request"]["url"] for m in asked]

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def text(self, selector: str) -> str:
        found = self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
        return str(found).replace("\N{NO-BREAK SPACE}", " ")

    def texts(self, selector: str) -> list[str]:
        return [
            str(text).replace("\N{NO-BREAK SPACE}", " ")
            for text in self.run(
                "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)",
                selector,
            )
        ]

    def sees(self, selector: str, text: str = "") -> None:
        """Wait until an element is there with something in it, or with this text."""
        until(lambda: text in (found := self.text(selector)) and found)

    def later(self, promise: str, *told: object) -> Any:
        """What a promise comes to."""
        script = f"const done = [...arguments].at(-1); ({promise}).then(done, e => done(String(e)))"
        return self.driver.execute_async_script(script, *told)

    def write(self, question: str, passage: str) -> None:
        self.run(
            "for (const [id, text] of [['question', arguments[0]], ['passage', arguments[1]]]) {"
            "const e = document.getElementById(id); e.value = text;"
            "e.dispatchEvent(new Event('input', {bubbles: true})); }",
            question,
            passage,
        )

    def ask(self, question: str, passage: str) -> None:
        """Ask, and wait until there is an answer or a failure."""
        self.write(question, passage)
        self.find("#submit").click()
        self.idle()

    def idle(self) -> None:
        until(lambda: self.run("return document.getElementById('stop').hidden"))

    def wide(self) -> tuple[int, int]:
        wide = self.run("return [document.scrollingElement.scrollWidth, innerWidth]")
        return int(wide[0]), int(wide[1])


@contextmanager
def before_the_page(folder: Path) -> Iterator[Visitor]:
    """A browser before the real server, which holds the bundled model and asks for a token."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
    pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with _serving(folder / "log") as address:
        driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
        try:
            yield Visitor(driver, address)
        finally:
            driver.quit()


@contextmanager
def _serving(log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "danetka", "serve", "mini", "--port", str(port)]
    environment = {**os.environ, "DANETKA_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"}
    with log.open("w") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
    address = f"http://127.0.0.1:{port}/"
    try:
        until(lambda: process.poll() is not None or _answers(address + "readyz"), 60)
        assert process.poll() is None, log.read_text()
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False
