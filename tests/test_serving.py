"""`danetka serve`: what is asked, answered and refused, over real connections."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from danetka import Answerer

from .made import make_examples
from .made_server import PASSAGE, QUESTION, Caller, Reply, running, until

TOKEN = "a-token-of-the-test"
ONE = {"question": QUESTION, "passage": PASSAGE}


@pytest.fixture(scope="module")
def server(tiny: str) -> Iterator[Caller]:
    limits: dict[str, Any] = {
        "max_rows": 40,
        "max_question": 500,
        "max_passage": 5000,
        "max_body": 60_000,
    }
    with running(tiny, queue=64, body_s=1.0, **limits) as caller:
        yield caller


def rows(n: int) -> list[dict[str, Any]]:
    found = make_examples(n)
    return [{"id": r.idx, "question": r.question, "passage": r.passage} for r in found]


def loc(reply: Reply) -> list[list[Any]]:
    assert reply.status == 422, reply.body
    return [one["loc"] for one in reply.json["detail"]]


def test_one_answer_is_the_library_s(server: Caller, tiny: str) -> None:
    said = server.ask(ONE | {"id": "x-1"})
    assert said.status == 200
    assert said.headers["content-type"] == "application/json"
    answer = Answerer.from_pretrained(tiny)(QUESTION, PASSAGE)
    found = said.json
    assert found.pop("model") == tiny.rpartition("/")[2], "not the folders above it"
    assert answer.evidence_span is not None
    assert found.pop("evidence_span") == list(answer.evidence_span)
    assert found == {
        "id": "x-1",
        "answer": answer.label,
        "yes": answer.yes,
        "probability": pytest.approx(answer.probability, abs=1e-6),
        "yes_probability": pytest.approx(answer.yes_probability, abs=1e-6),
        "evidence": answer.evidence,
        "windows": 1,
    }


def test_a_span_counts_code_points(server: Caller) -> None:
    passage = "😀 Дом стоит. 😀 Кит плывёт."
    found = server.ask({"question": "Плывёт ли кит?", "passage": passage}).json
    start, end = found["evidence_span"]
    assert passage[start:end] == found["evidence"]


def test_many_in_order(server: Caller, tiny: str) -> None:
    asked = rows(40)
    found = server.ask({"rows": asked, "evidence": False}).json["answers"]
    expected = Answerer.from_pretrained(tiny, evidence=False).answer_all(asked)
    assert [one["id"] for one in found] == list(range(40))
    assert [one["yes_probability"] for one in found] == pytest.approx(
        [a.yes_probability for a in expected], abs=1e-5
    )
    assert {one["evidence"] for one in found} == {None}


def test_a_request_overrides_evidence_and_margin(server: Caller) -> None:
    assert server.ask(ONE).json["evidence"]
    found = server.ask(ONE | {"evidence": False, "margin": 0.5}).json
    assert (found["evidence"], found["answer"], found["yes"]) == (None, "не знаю", None)
    assert found["probability"] == max(found["yes_probability"], 1 - found["yes_probability"])
    assert server.ask(ONE | {"margin": 0.0}).json["yes"] is not None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"question": QUESTION}, ["body", "passage"]),
        (ONE | {"text": 1}, ["body", "text"]),
        (ONE | {"question": None}, ["body", "question"]),
        (ONE | {"question": 5}, ["body", "question"]),
        (ONE | {"question": " "}, ["body", "question"]),
        (ONE | {"passage": "1 2 3"}, ["body", "passage"]),
        (ONE | {"passage": "я" * 5001}, ["body", "passage"]),
        (ONE | {"question": "я" * 501}, ["body", "question"]),
        (ONE | {"question": "Кот ли " * 70}, ["body", "question"]),
        (ONE | {"margin": 0.6}, ["body", "margin"]),
        (ONE | {"margin": "0.1"}, ["body", "margin"]),
        (ONE | {"evidence": "yes"}, ["body", "evidence"]),
        (ONE | {"id": "x" * 201}, ["body", "id"]),
        (ONE | {"id": 2**64}, ["body", "id"]),
        (ONE | {"id": [1]}, ["body", "id"]),
        ({"rows": []}, ["body", "rows"]),
        ({"rows": [ONE] * 41}, ["body", "rows"]),
        ({"rows": "x"}, ["body", "rows"]),
        ({"rows": [ONE, 5]}, ["body", "rows", 1]),
        ({"rows": [ONE, ONE, ONE, ONE | {"passage": ""}]}, ["body", "rows", 3, "passage"]),
        ({"rows": [ONE, ONE | {"question": "nan"}]}, ["body", "rows", 1, "question"]),
        ({"rows": [ONE, ONE | {"x": 1}]}, ["body", "rows", 1, "x"]),
        ({"rows": [ONE | {"passage": "я" * 5001}]}, ["body", "rows", 0, "passage"]),
        ([], ["body"]),
        (b"", ["body"]),
        (b"{", ["body"]),
        (b'{"question": NaN}', ["body"]),
        (b"[" * 50_000, ["body"]),
        (b'{"a":' * 9_000, ["body"]),
        (b"9" * 50_000, ["body"]),
        (b'{"question": "\xff"}', ["body"]),
        (b'{"question": "\\ud800", "passage": "x"}', ["body"]),
    ],
)
def test_what_is_wrong_is_told_with_its_field(server: Caller, body: Any, where: list[Any]) -> None:
    said = server.ask(body, content_type="application/json")
    assert loc(said) == [where]
    assert "input" not in said.json["detail"][0], "texts are not sent back"


def test_every_bad_row_is_named(server: Caller) -> None:
    said = server.ask({"rows": [ONE | {"passage": " "}, ONE, ONE | {"question": "?"}]})
    assert loc(said) == [["body", "rows", 0, "passage"], ["body", "rows", 2, "question"]]


def test_a_nul_and_odd_characters_are_text(server: Caller) -> None:
    said = server.ask(
        {"question": "Кот\0 ли?", "passage": "Кот \u202e\ufeff\0\U0001f600 спит.", "id": 1}
    )
    assert said.status == 200


def test_other_types_are_refused(server: Caller) -> None:
    body = json.dumps(ONE).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert server.ask(body, content_type=kind).status == 415
    assert server.ask(body, content_type="Application/JSON; charset=utf-8").status == 200


def test_a_body_is_counted_whatever_its_headers_say(server: Caller) -> None:
    assert server.ask(ONE | {"passage": "x" * 61_000}).status == 413
    connection = server.connect()
    pieces = (b"x" * 10_000 for _ in range(10))
    headers = {"content-type": "application/json"}
    connection.request("POST", "/v1/answer", pieces, headers, encode_chunked=True)
    said = connection.getresponse()
    assert (said.status, json.load(said)) == (
        413,
        {"detail": "the body is larger than 60000 bytes"},
    )
    connection.close()


def test_half_a_body_is_not_waited_for(server: Caller) -> None:
    with socket.create_connection(("127.0.0.1", server.server.address[1]), 30) as plain:
        plain.sendall(
            b"POST /v1/answer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 500\r\n\r\n{"
        )
        start = time.monotonic()
        said = plain.makefile("rb").read()
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b'{"detail":"the body did not arrive in time' in said
        assert time.monotonic() - start < 10
    until(lambda: server.server.service.idle)


@pytest.mark.parametrize("start", [b"", b"GET /healthz HTTP/1.1\r\nHost:"])
def test_half_a_head_is_not_waited_for(server: Caller, start: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.server.address[1]), 30) as plain:
        plain.sendall(start)
        assert plain.recv(10) == b"", "closed"


def test_half_a_head_after_a_whole_request(server: Caller) -> None:
    with socket.create_connection(("127.0.0.1", server.server.address[1]), 30) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while not got.endswith(b'"ok"}'):
            got += plain.recv(1000)
        time.sleep(1.2)  # an idle connection is kept
        plain.sendall(b"GET /healthz")
        start = time.monotonic()
        assert plain.recv(10) == b"", "closed"
        assert 0.5 < time.monotonic() - start < 10


def test_paths_methods_and_the_headers_of_all(server: Caller) -> None:
    assert server.call("GET", "/v1/answer").status == 405
    for path in ("/docs", "/redoc", "/nothing", "/static/../app.py", "/static/%2e%2e/app.py"):
        said = server.call("GET", path)
        assert said.status == 404
        assert said.json == {"detail": "Not Found"}
        assert said.headers["x-content-type-options"] == "nosniff"
        assert said.headers["referrer-policy"] == "no-referrer"
        policy = said.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; ")
        assert "frame-ancestors 'none'" in policy
    assert "server" not in server.call("GET", "/healthz").headers


def test_the_page_and_the_model(server: Caller) -> None:
    page = server.call("GET", "/")
    assert page.headers["content-type"].startswith("text/html")
    assert server.call("GET", "/static/page.css").headers["content-type"].startswith("text/css")
    for path in ("/static/icon.svg", "/favicon.ico"):
        assert server.call("GET", path).headers["content-type"] == "image/svg+xml"
    shown = server.call("GET", "/v1/model").json
    assert (shown["max_length"], shown["threshold"], shown["margin"]) == (128, 0.5, 0.0)
    assert shown["limits"]["max_rows"] == 40


def test_the_counts(tiny: str) -> None:
    with running(tiny) as server:
        server.ask({"rows": rows(3)})
        server.ask({})
        for number in range(5):
            server.call("GET", f"/made-up-{number}")
        server.call("MADEUP", "/v1/answer")
        text = server.call("GET", "/metrics").body.decode()
    for line in (
        'danetka_requests_total{method="POST",path="/v1/answer",status="200"} 1.0',
        'danetka_requests_total{method="POST",path="/v1/answer",status="422"} 1.0',
        'danetka_requests_total{method="GET",path="other",status="404"} 5.0',
        'danetka_requests_total{method="other",path="/v1/answer",status="405"} 1.0',
        'danetka_rejected_total{reason="invalid"} 1.0',
        "danetka_rows_total 3.0",
        "danetka_batch_rows_sum 3.0",
        "danetka_queue_rows 0.0",
        "danetka_ready 1.0",
    ):
        assert line in text
    assert "made-up" not in text


def test_the_token(tiny: str) -> None:
    right = {"authorization": f"Bearer {TOKEN}"}
    with running(tiny, TOKEN) as server:
        for path in ("/v1/answer", "/v1/file?format=csv", "/v1/model", "/metrics"):
            method = "POST" if path in {"/v1/answer", "/v1/file?format=csv"} else "GET"
            for given in (None, f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer é", "Bearer"):
                headers = {} if given is None else {"authorization": given}
                said = server.call(method, path, b"", **headers)
                assert said.status == 401
                assert said.headers["www-authenticate"] == "Bearer"
            assert server.call(method, path, b"", **right).status in {200, 415, 422}
        for path in ("/", "/healthz", "/readyz", "/openapi.json"):
            assert server.call("GET", path).status == 200
        assert server.ask(ONE, authorization=f"bearer {TOKEN}").status == 200
