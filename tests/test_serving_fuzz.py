"""Whatever is sent: no 500, no crash, and nothing that the OpenAPI document does not tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from .made_server import PASSAGE, QUESTION, Caller, running

TOKEN = "a-token-of-the-test"
BEARER = {"authorization": f"Bearer {TOKEN}"}
LIMITS = {"max_rows": 8, "max_question": 100, "max_passage": 300}
ONE = {"question": QUESTION, "passage": PASSAGE, "id": "1", "evidence": False, "margin": 0.1}
_bounded = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def server(tiny: str) -> Iterator[Caller]:
    with running(tiny, TOKEN, limits=LIMITS, body_s=2.0) as caller:
        yield caller


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_what_the_document_says_holds(server: Caller, mode: GenerationMode) -> None:
    """Statuses, types, headers and schemas are those of the document; what it forbids is refused.

    That what it allows is taken cannot be asked: no schema says that a text must hold a letter.
    """
    document = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    headers = {"Authorization": BEARER["authorization"]}
    seen = set()
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode.is_negative and not (operation.body or operation.query):
            continue
        seen.add(operation.label)

        @_bounded
        @given(operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        check()
    assert "POST /v1/answer" in seen
    assert "POST /v1/file" in seen


def test_the_document_has_all_there_is(server: Caller) -> None:
    shown = server.call("GET", "/openapi.json").json
    assert set(shown["paths"]) == {
        "/v1/answer", "/v1/file", "/v1/model", "/healthz", "/readyz", "/metrics",
    }  # fmt: skip
    body = shown["paths"]["/v1/answer"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        said = server.ask(example["value"], **BEARER)
        assert said.status == 200
    assert shown["components"]["schemas"]["Questions"]["properties"]["rows"]["maxItems"] == 8
    assert shown["paths"]["/v1/answer"]["post"]["security"] == [{"HTTPBearer": []}]


_leaf = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
_value = st.recursive(_leaf, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.dictionaries(st.sampled_from([*ONE, "rows", "x"]), _value | st.lists(st.just(ONE))))
@_bounded
def test_any_json(server: Caller, body: dict[str, Any]) -> None:
    assert server.ask(ONE | body, **BEARER).status in {200, 413, 422}


@given(st.binary(max_size=300), st.sampled_from(["", "{", '{"question":', '{"rows":[']))
@_bounded
def test_any_bytes(server: Caller, body: bytes, start: str) -> None:
    said = server.ask(start.encode() + body, content_type="application/json", **BEARER)
    assert said.status == 422


@given(st.integers(0, 400), st.binary(max_size=4), st.integers(0, 3))
@_bounded
def test_a_spoilt_body(server: Caller, at: int, put: bytes, cut: int) -> None:
    body = json.dumps(ONE, ensure_ascii=False).encode()
    said = server.ask(body[:at] + put + body[at + cut :], content_type="application/json", **BEARER)
    assert said.status in {200, 422}


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")),
    st.sampled_from(["csv", "tsv", "jsonl"]),
    st.sampled_from(["csv", "jsonl"]),
    st.sampled_from(
        ["", "question,passage\n", "question\tpassage,\n", '{"question":"а","passage":"']
    ),
)
@_bounded
def test_any_file(server: Caller, content: bytes, kind: str, answers: str, start: str) -> None:
    path = f"/v1/file?format={kind}&answers={answers}"
    said = server.call("POST", path, start.encode() + content, **BEARER)
    assert said.status in {200, 422}


def test_after_all_that_it_answers(server: Caller) -> None:
    assert server.ask(ONE, **BEARER).status == 200
    text = server.call("GET", "/metrics", **BEARER).body.decode()
    assert 'status="500"' not in text
    assert server.server.service.batcher.waiting == 0
