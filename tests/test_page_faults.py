"""The page of `danetka serve` when something fails, in its two languages, on a phone, on paper."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import danetka.serving.page

from .visitor import PASSAGE, QUESTION, SENTENCE, TOKEN, Visitor, before_the_page, needs_browser

PAGE = Path(str(danetka.serving.page.__file__)).parent

pytestmark = [pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with before_the_page(tmp_path_factory.mktemp("page")) as somebody:
        yield somebody


def test_nothing_comes_from_elsewhere(visitor: Visitor) -> None:
    with urllib.request.urlopen(visitor.server) as response:
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*src=)|<style|\s(style|on\w+)\s*=", html)
    for file in PAGE.iterdir():
        if file.suffix in {".html", ".css", ".js"}:
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"@import|url\(|innerHTML|(src|href)=.(https?:)?//", text), file
            assert len(text.splitlines()) < 300, file


def test_the_token_is_asked_for_and_kept(visitor: Visitor) -> None:
    visitor.open(token="")
    for given, then in (("another-token", "Этот токен не подошёл."), (TOKEN, "")):
        visitor.find("#token").send_keys(given)
        visitor.find("#token-dialog [type=submit]").click()
        if then:
            visitor.sees("#token-error", then)
    visitor.sees("#model", "mini")
    assert not visitor.run("return document.getElementById('token-dialog').open")
    visitor.driver.refresh()
    visitor.sees("#model", "mini")
    assert not any("401" in told for told in visitor.logs()[0][2:])
    visitor.open(token="")
    visitor.find("#token-cancel").click()
    visitor.sees("#failure", "Без токена")
    visitor.write(QUESTION, PASSAGE)
    visitor.find("#submit").click()
    visitor.sees("#token-dialog[open]")
    assert visitor.find("#question").get_property("value") == QUESTION


def test_languages(visitor: Visitor) -> None:
    visitor.open()
    visitor.ask(f"{QUESTION}\nЭто море?", PASSAGE)
    assert visitor.text("#submit") == "Спросить"
    visitor.find("[data-language=en]").click()
    assert visitor.text("#submit") == "Ask"
    assert visitor.run("return document.documentElement.lang") == "en"
    shown = visitor.find("body").text
    for russian in ("Ответ", "Пример", "порог", "Файл", "Модель", "строк", "вероятность"):
        assert russian not in shown.replace(PASSAGE, "")
    visitor.driver.refresh()
    visitor.sees("#submit", "Ask")
    keys = visitor.later(
        "import('/static/texts.js').then(({TEXTS}) => Object.values(TEXTS).map(Object.keys))"
    )
    assert sorted(keys[0]) == sorted(keys[1])
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-(?:text|label)="(\w+)"', html)) <= set(keys[0])


def test_a_fault_stands_at_its_field(visitor: Visitor) -> None:
    visitor.open()
    visitor.ask("", PASSAGE)
    assert visitor.text("#question-error") == "Напишите вопрос."
    assert visitor.run("return document.activeElement.id") == "question"
    visitor.ask(f"{QUESTION}\n{'очень ' * 600}длинный вопрос?", PASSAGE)
    assert "Вопрос 2" in visitor.text("#question-error")
    assert visitor.find("#question").get_attribute("aria-invalid") is not None
    assert visitor.text("#failure") == ""
    assert visitor.find("#passage").get_property("value") == PASSAGE
    console, _ = visitor.logs()
    assert len(console) == 1, console
    assert "422" in console[0]
    visitor.ask(QUESTION, PASSAGE)
    assert visitor.text("#question-error") == ""
    assert visitor.texts("#reading mark") == [SENTENCE]


SAYS = (
    "const [status, detail, times] = arguments; const real = fetch; let n = 0;"
    "window.fetch = (...all) => n++ < times ? Promise.resolve(new Response("
    "JSON.stringify({detail}), {status, headers: {'Retry-After': '1'}})) : real(...all)"
)
"""Put a server that fails between the page and the real one, for a number of requests."""


def test_a_busy_server_is_asked_again(visitor: Visitor) -> None:
    visitor.open()
    visitor.run(SAYS, 503, "busy", 1)
    visitor.write(QUESTION, PASSAGE)
    visitor.find("#submit").click()
    visitor.sees("#status", "Сервер занят. Повтор через 1 с…")
    visitor.idle()
    assert visitor.texts("#reading mark") == [SENTENCE]
    assert visitor.text("#status") == ""


def test_a_model_that_is_loaded_is_waited_for(visitor: Visitor) -> None:
    script = f"(function () {{ {SAYS} }})(503, 'loading', 2)"
    told = visitor.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        visitor.open(shown="#status")
        assert visitor.text("#status") == "Модель загружается…"
        visitor.sees("#model", "mini")
    finally:
        visitor.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=told["identifier"])
    assert visitor.text("#status") == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [(413, "Слишком много"), (504, "не успела"), (500, "сбой (a fault)"), (404, "a fault")],
)
def test_failures_are_told_and_the_text_stays(visitor: Visitor, status: int, said: str) -> None:
    visitor.open()
    visitor.run(SAYS, status, "a fault", 1)
    visitor.ask(QUESTION, PASSAGE)
    assert said in visitor.text("#failure")
    assert visitor.find("#question").get_property("value") == QUESTION
    assert visitor.find("#passage").get_property("value") == PASSAGE
    visitor.find("[data-language=en]").click()
    assert not re.search("[а-яё]", visitor.text("#failure"))
    visitor.find("#submit").click()
    visitor.sees("#verdict .word")
    assert visitor.text("#failure") == ""


def test_the_network_is_gone_and_a_question_is_stopped(visitor: Visitor) -> None:
    visitor.open()
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    visitor.cdp("Network.enable")
    visitor.cdp("Network.emulateNetworkConditions", offline=True, **conditions)
    try:
        visitor.ask(QUESTION, PASSAGE)
        assert "Сервер не отвечает" in visitor.text("#failure")
    finally:
        visitor.cdp("Network.emulateNetworkConditions", offline=False, **conditions)
    visitor.run(SAYS, 503, "busy", 9)
    visitor.find("#submit").click()
    visitor.sees("#status", "занят")
    visitor.find("#stop").click()
    visitor.idle()
    assert "Остановлено" in visitor.text("#status")
    assert visitor.find("#passage").get_property("value") == PASSAGE


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen(visitor: Visitor, width: int) -> None:
    visitor.open(width=width, height=780)
    assert visitor.wide() == (width, width)
    word = "многобуквенное" * 12
    visitor.ask(f"{QUESTION}\nЭто {word}?", f"{PASSAGE} {word}")
    assert visitor.wide() == (width, width)
    visitor.ask(QUESTION, PASSAGE)
    assert visitor.wide() == (width, width)
    small = visitor.run(
        "return [...document.querySelectorAll('button, select, textarea, .example, .drop')]"
        ".map(e => [e.textContent, e.getBoundingClientRect()])"
        ".filter(([, r]) => r.height > 0 && (r.height < 30 || r.right > innerWidth))"
    )
    assert small == []


def test_colours_follow_the_reader_and_paper(visitor: Visitor) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        visitor.cdp("Emulation.setEmulatedMedia", features=[feature])
        visitor.open()
        grounds.add(visitor.run("return getComputedStyle(document.body).backgroundColor"))
    visitor.ask(QUESTION, PASSAGE)
    visitor.cdp("Emulation.setEmulatedMedia", media="print")
    shown = visitor.find("body").text
    visitor.cdp("Emulation.setEmulatedMedia", media="", features=[])
    assert len(grounds) == 2
    assert SENTENCE in shown
    assert "Спросить" not in shown
