"""The page of `danetka serve` in a real browser, before the real server with the bundled model."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .visitor import (
    PASSAGE,
    QUESTION,
    SENTENCE,
    Visitor,
    before_the_page,
    call,
    needs_browser,
    until,
)

pytestmark = [pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with before_the_page(tmp_path_factory.mktemp("page")) as somebody:
        yield somebody


def test_a_question_is_answered(visitor: Visitor) -> None:
    visitor.open()
    visitor.ask(QUESTION, PASSAGE)
    answer = call(visitor.server, "v1/answer", {"question": QUESTION, "passage": PASSAGE})
    assert visitor.text("#verdict .word") == answer["answer"]
    share = f"{100 * answer['probability']:.1f}".replace(".", ",")
    assert share in visitor.text("#verdict .sure")
    assert visitor.text("#asked") == QUESTION
    assert visitor.text("#reading .passage") == PASSAGE
    assert visitor.texts("#reading mark") == [answer["evidence"]] == [SENTENCE]
    parts = visitor.run(
        "const bar = document.querySelector('#verdict .bar').getBoundingClientRect();"
        "const at = s => document.querySelector('#verdict ' + s).getBoundingClientRect();"
        "return [at('.yes-part').width / bar.width, (at('.tick').x + 1 - bar.x) / bar.width]"
    )
    model = call(visitor.server, "v1/model")
    assert parts == pytest.approx([answer["yes_probability"], model["threshold"]], abs=0.01)
    assert visitor.run("return document.querySelector('#verdict').ariaLive") == "polite"
    console, asked = visitor.logs()
    assert console == []
    assert all(url.startswith((visitor.server, "data:", "blob:")) for url in asked), asked
    assert any(url.endswith("/v1/answer") for url in asked)


def test_an_emoji_before_the_sentence_does_not_shift_it(visitor: Visitor) -> None:
    """The server counts code points, a script counts an emoji twice."""
    visitor.open()
    visitor.ask(QUESTION, f"Смотрите 🙂👍🏽🌊🌊🌊🌊! {PASSAGE}")
    assert visitor.texts("#reading mark") == [SENTENCE]


def test_what_is_written_is_only_text(visitor: Visitor) -> None:
    visitor.open()
    evil = "<img src=x onerror='document.title=1'><script>document.title=2</script>"
    visitor.ask(f"{evil} Впадает ли Волга в море?\nВолга — река {evil}?", f"{PASSAGE} {evil}")
    assert evil in visitor.text("#answers td.question")
    assert evil in visitor.text("#reading")
    assert visitor.run("return document.querySelectorAll('main img, main script').length") == 0
    assert visitor.run("return document.title") == "danetka"


def test_every_example_answers(visitor: Visitor) -> None:
    visitor.open()
    said = set()
    examples = len(visitor.texts(".example"))
    assert examples >= 5
    for number in range(examples):
        visitor.run(f"document.querySelectorAll('.example')[{number}].click()")
        visitor.idle()
        assert visitor.texts("#reading mark")
        said |= {*visitor.texts("#verdict .word"), *visitor.texts("#answers b")}
    assert said == {"да", "нет"}
    assert visitor.logs()[0] == []


def test_several_questions_are_a_table(visitor: Visitor) -> None:
    visitor.open()
    asked = ["Волга — короткая река?", QUESTION, "Стоят ли на берегах старые города?"]
    visitor.ask("\n\n".join(asked), PASSAGE)
    rows = [{"question": question, "passage": PASSAGE} for question in asked]
    answers = call(visitor.server, "v1/answer", {"rows": rows})["answers"]
    assert visitor.texts("#answers td.question button") == asked
    assert visitor.texts("#answers b") == [answer["answer"] for answer in answers]
    visitor.find("#row-2").click()
    assert visitor.texts("#answers .sentence") == visitor.texts("#reading mark") == [SENTENCE]
    assert visitor.run("return document.activeElement.id") == "row-2"
    visitor.find("#sort-answer").click()
    order = sorted(range(3), key=lambda i: answers[i]["yes_probability"])
    assert visitor.texts("#answers td.question button") == [asked[i] for i in order]
    assert visitor.run("return document.querySelector('th.answer').ariaSort") == "ascending"
    visitor.find("#sort-answer").click()
    assert visitor.texts("#answers td.question button") == [asked[i] for i in order[::-1]]
    visitor.find("#sort-number").click()
    assert visitor.texts("#answers td.number") == ["1", "2", "3"]


def test_the_keyboard_asks(visitor: Visitor) -> None:
    visitor.open()
    visitor.write(QUESTION, PASSAGE)
    keys = pytest.importorskip("selenium.webdriver").Keys
    visitor.find("#passage").send_keys(keys.CONTROL, keys.ENTER)
    visitor.sees("#verdict .word")
    assert visitor.run(
        "return [...document.querySelectorAll('textarea, select, input:not([aria-hidden])')]"
        ".filter(e => !e.labels.length).map(e => e.id)"
    ) == []  # fmt: skip


def test_a_margin_makes_it_unsure(visitor: Visitor) -> None:
    visitor.open()
    visitor.run(
        "const e = document.getElementById('margin'); e.value = 0.5;"
        "e.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    visitor.ask(QUESTION, PASSAGE)
    assert visitor.text("#verdict .word") == "не знаю"
    assert "скорее «" in visitor.text("#verdict .sure")


BAD = f'question,passage\n{QUESTION},"{PASSAGE}"\n,"Не о чем спросить."\nЭто море?,"{PASSAGE}"\n'


@pytest.mark.parametrize("wanted", ["csv", "jsonl"])
def test_a_file_goes_up_and_its_answers_come_down(
    visitor: Visitor, tmp_path: Path, wanted: str
) -> None:
    visitor.open(width=320, height=700)
    visitor.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    (tmp_path / "rows.csv").write_text(BAD, encoding="utf-8")
    visitor.find("#chosen").send_keys(str(tmp_path / "rows.csv"))
    visitor.run("document.getElementById('answers-format').value = arguments[0]", wanted)
    visitor.find("#send").click()
    visitor.sees("#file-result", "Готово: 3 строки, без ответа: 1")
    visitor.find("#download").click()
    taken = tmp_path / f"rows.answers.{wanted}"
    until(lambda: taken.exists() and taken.stat().st_size > 0)  # its name is there before it is
    text = taken.read_text(encoding="utf-8-sig")
    rows = (
        [json.loads(line) for line in text.splitlines()]
        if wanted == "jsonl"
        else list(csv.DictReader(io.StringIO(text)))
    )
    assert [row["question"] or "" for row in rows] == [QUESTION, "", "Это море?"]
    answer = call(visitor.server, "v1/answer", {"question": QUESTION, "passage": PASSAGE})
    assert rows[0]["answer"] == answer["answer"]
    assert float(rows[0]["probability"]) == pytest.approx(answer["probability"], abs=1e-3)
    assert [bool(row.get("error")) for row in rows] == [False, True, False]
    assert not rows[1].get("answer")
    assert "question" in rows[1]["error"]
    assert visitor.texts(".preview .why") == ["нет вопроса"]
    assert visitor.texts(".preview b") == [rows[0]["answer"], rows[2]["answer"]]
    assert visitor.wide() == (320, 320)


def test_a_file_is_answered_as_chosen_above(visitor: Visitor, tmp_path: Path) -> None:
    visitor.open()
    visitor.run("const e = document.getElementById('margin'); e.value = '0.5'")
    visitor.find("#evidence").click()
    (tmp_path / "rows.csv").write_text(BAD, encoding="utf-8")
    visitor.find("#chosen").send_keys(str(tmp_path / "rows.csv"))
    visitor.find("#send").click()
    visitor.sees("#file-result", "Готово: 3 строки, без ответа: 1")
    assert visitor.texts(".preview b") == ["не знаю", "не знаю"]
    assert visitor.texts(".preview .sentence") == ["", ""]


def test_a_dropped_file(visitor: Visitor) -> None:
    visitor.open()
    drop = (
        "const told = new DataTransfer(); told.items.add(new File([arguments[1]], arguments[0]));"
        "const event = new DragEvent('drop', {dataTransfer: told, bubbles: true,"
        "cancelable: true});"
        "document.querySelector(arguments[2]).dispatchEvent(event); return event.defaultPrevented"
    )
    assert visitor.run(drop, "rows.pdf", BAD, "#drop")
    visitor.sees("#file-error", "rows.pdf: нужен файл .csv, .tsv или .jsonl.")
    assert visitor.run(drop, "beside.csv", BAD, "footer")  # or the browser would open it
    assert "beside" not in visitor.text("#chosen-name")
    assert visitor.run(drop, "rows.csv", "вопрос,текст\nЭто море?,Море.\n", "#drop")
    visitor.find("#send").click()
    visitor.sees("#file-error", "нужны столбцы question и passage, а есть вопрос, текст")
    rows = json.dumps({"question": QUESTION, "passage": PASSAGE})
    assert visitor.run(drop, "rows.jsonl", rows, "#drop")
    assert visitor.text("#file-error") == ""
    visitor.find("#send").click()
    visitor.sees("#file-result", "Готово: 1 строка")


def test_the_sample_is_read_as_it_is_written(visitor: Visitor) -> None:
    visitor.open()
    text = visitor.later(
        "Promise.all([import('/static/rows.js'), import('/static/examples.js')])"
        ".then(([rows, {EXAMPLES}]) => rows.csv(EXAMPLES))"
    )
    questions = [row["question"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert len(questions) == len(visitor.texts(".example"))
    assert visitor.later(
        "import('/static/rows.js').then(({parse, RowCounter}) => {"
        "const text = arguments[0], counter = new RowCounter('csv');"
        "for (let i = 0; i < text.length; i += 7) counter.add(text.slice(i, i + 7));"
        "return [parse(text, 'csv').map(row => row.question), counter.rows(true)]; })",
        text,
    ) == [questions, len(questions)]
