"""`POST /v1/file`: a file in, the same with answers out; no row is lost, no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from danetka import Answerer
from danetka.data.stream import stream_rows

from .made import make_examples
from .made_server import PASSAGE, QUESTION, Caller, Reply, running, until

ADDED = ["answer", "probability", "yes_probability", "evidence", "windows", "error"]


@pytest.fixture(scope="module")
def server(tiny: str) -> Iterator[Caller]:
    with running(tiny, batch_rows=4, max_file=200_000, max_files=1, max_passage=5000) as caller:
        yield caller


def send(server: Caller, content: str | bytes, kind: str = "csv", answers: str = "csv") -> Reply:
    body = content.encode() if isinstance(content, str) else content
    path = f"/v1/file?format={kind}&answers={answers}"
    return server.call("POST", path, body, content_type="application/octet-stream")


def table(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    return list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))


def objects(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.body
    return [json.loads(line) for line in reply.body.decode().splitlines()]


@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_table(server: Caller, tiny: str, kind: str, delimiter: str) -> None:
    rows = make_examples(30)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["n", "question", "passage", "answer"])
    writer.writerows([i, r.question, r.passage, "моё"] for i, r in enumerate(rows))
    said = send(server, text.getvalue(), kind)
    assert said.headers["content-disposition"] == 'attachment; filename="answers.csv"'
    assert said.headers["content-type"] == "text/csv; charset=utf-8"
    found = table(said)
    assert list(found[0]) == ["n", "question", "passage", "answer_given", *ADDED]
    expected = Answerer.from_pretrained(tiny).answer_all(rows)
    for i, (row, answer) in enumerate(zip(found, expected, strict=True)):
        assert (row["n"], row["question"], row["answer_given"]) == (str(i), rows[i].question, "моё")
        assert (row["answer"], row["evidence"]) == (answer.label, answer.evidence)
        assert float(row["yes_probability"]) == pytest.approx(answer.yes_probability, abs=1e-5)
        assert row["error"] == ""
    again = objects(send(server, text.getvalue(), kind, "jsonl"))
    assert [row["n"] for row in again] == [str(i) for i in range(30)]
    assert again[3]["windows"] == 1
    assert "error" not in again[3]


def test_margin_and_evidence_are_the_callers(server: Caller) -> None:
    text = f"question,passage\n{QUESTION},{PASSAGE}\n"
    [plain] = table(send(server, text))
    [unsure] = table(send(server, text, answers="csv&margin=0.5&evidence=false"))
    assert plain["evidence"]
    assert plain["answer"] in {"да", "нет"}
    assert (unsure["answer"], unsure["evidence"]) == ("не знаю", "")
    assert unsure["yes_probability"] == plain["yes_probability"]
    said = send(server, text, answers="csv&margin=0.6")
    assert said.status == 422
    assert said.json["detail"][0]["loc"] == ["query", "margin"]


def test_json_lines(server: Caller) -> None:
    one = {"question": QUESTION, "passage": PASSAGE}
    given = [one | {"n": 1, "deep": {"a": [1, "б"]}}, one | {"error": "a column", "n": None}]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given)
    first, second = objects(send(server, text, "jsonl", "jsonl"))
    assert first["deep"] == {"a": [1, "б"]}
    assert second["error_given"] == "a column"
    found = table(send(server, text, "jsonl"))
    assert list(found[0]) == ["question", "passage", "n", "deep", "error_given", *ADDED]
    assert [row["deep"] for row in found] == ['{"a": [1, "б"]}', ""]
    assert [row["n"] for row in found] == ["1", ""]


def test_a_bad_row_comes_back_with_the_reason(server: Caller) -> None:
    text = f'question,passage\n{QUESTION},Кот.\n"a"b,c\n,Кот.\nодин\n{QUESTION},{"я" * 5001}\n'
    found = table(send(server, text))
    assert [row["answer"] != "" for row in found] == [True, False, False, False, False]
    assert [row["error"].partition(":")[0] for row in found[1:]] == [
        f"line {n}" for n in (3, 4, 5, 6)
    ]
    assert found[2]["error"] == "line 4: the question is empty"
    assert found[2]["passage"] == "Кот."
    assert (found[1]["row"], found[3]["row"]) == ('"a"b,c', "один")
    good, bad, half = objects(
        send(
            server,
            b'{"question": "\xd0\x95\xd1\x81\xd1\x82\xd1\x8c?", "passage": "\xd0\x9a."}\n'
            b'{"question": "\xff"}\n{"question": "Zz\\ud800", "passage": "x"}\n',
            "jsonl", "jsonl",
        )
    )  # fmt: skip
    assert good["answer"]
    assert bad["error"].startswith("line 2: not UTF-8")
    assert bad["row"] == '{"question": "\\xff"}'
    assert half["error"] == "line 3: the question holds half a character (a lone surrogate)"


def test_no_cell_becomes_a_formula(server: Caller) -> None:
    given = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "-5", "+7,5", "a=b", "'=1", "＝1"]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["question", "passage", "=head"])
    writer.writerows([QUESTION, "=ДОМ(1). Кот.", cell] for cell in given)
    found = list(csv.reader(io.StringIO(send(server, text.getvalue()).body.decode(), newline="")))
    assert found[0][2] == "'=head"
    assert [row[2] for row in found[1:]] == [
        "'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "'\tx", "-5", "+7,5", "a=b", "'=1", "'＝1",
    ]  # fmt: skip
    for row in found:
        assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in row)


def test_a_mark_is_kept_for_excel(server: Caller) -> None:
    said = send(server, f"\ufeffquestion,passage\n{QUESTION},Кот.\n")
    assert said.body.startswith("\ufeffquestion,passage,answer".encode())


@pytest.mark.parametrize(
    ("content", "kind", "where"),
    [
        ("", "csv", ["body"]),
        (" \n", "jsonl", ["body"]),
        ("question,passage\n", "csv", ["body"]),
        ("question,text\nа,б\n", "csv", ["body", "passage"]),
        ("question,question\nа,б\n", "csv", ["body"]),
        ('[{"question": "а"}]', "jsonl", ["body"]),
        ("question,passage\n".encode("utf-16"), "csv", ["body"]),
        (",".join(f"c{i}" for i in range(300)) + "\n" + "," * 299 + "\n", "csv", ["body"]),
        ("x", "xlsx", ["query", "format"]),
    ],
)
def test_a_file_that_cannot_be_used(
    server: Caller, content: str | bytes, kind: str, where: list[str]
) -> None:
    said = send(server, content, kind)
    assert said.status == 422
    assert said.json["detail"][0]["loc"] == where
    assert "/" not in said.json["detail"][0]["msg"].replace("utf-8", ""), "no path of the server's"


def test_it_is_counted_and_its_type_is_looked_at(server: Caller) -> None:
    assert send(server, "x" * 200_001).status == 413
    path = "/v1/file?format=csv"
    assert server.call("POST", path, b"x", content_type="multipart/form-data").status == 415


def test_single_questions_are_answered_beside_a_file_and_a_second_file_is_refused(
    server: Caller,
) -> None:
    begun = server.answerer.begun
    begun.clear()
    server.answerer.held.clear()
    content = "question,passage\n" + f"{QUESTION},{PASSAGE}\n" * 60
    files: list[Reply] = []
    file = threading.Thread(target=lambda: files.append(send(server, content)))
    file.start()
    until(lambda: begun)
    found: list[Reply] = []
    one = server.later({"question": QUESTION, "passage": PASSAGE}, found)
    until(lambda: server.server.service.batcher.waiting == 5)
    said = send(server, content)
    assert (said.status, said.json["detail"]) == (503, "too many files at once: come again")
    server.answerer.held.set()
    one.join()
    done = sum(begun)
    file.join()
    assert found[0].status == 200
    assert done < 30, "the file had most of its rows before it"
    assert len(table(files[0])) == 60
    until(lambda: server.server.service.idle)


def test_a_caller_who_leaves_sets_the_place_free(server: Caller) -> None:
    connection = server.connect()
    content = "question,passage\n" + f"{QUESTION},{PASSAGE}\n" * 900
    connection.request(
        "POST", "/v1/file?format=csv", content.encode(), {"content-type": "text/csv"}
    )
    assert connection.getresponse().status == 200
    connection.close()
    until(lambda: server.server.service.idle)
    assert server.server.service.batcher.waiting == 0


def test_many_bad_rows_are_read_in_a_time_in_proportion(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("question,passage\n" + '"a"b,c\n' * 60_000 + "q,p\n", encoding="utf-8")
    start = time.process_time()
    last = list(stream_rows(path))[-1]
    assert last.values == {"question": "q", "passage": "p"}
    assert time.process_time() - start < 4
