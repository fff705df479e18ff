"""`danetka serve` when it is too much, too slow, wrong or over: each request has its own end."""

from __future__ import annotations

import time

import pytest

from .made_server import PASSAGE, POISON, QUESTION, Reply, running, until

ONE = {"question": QUESTION, "passage": PASSAGE}


def test_a_caller_who_hangs_up_is_forgotten(tiny: str) -> None:
    with running(tiny) as server:
        server.answerer.held.clear()
        first: list[Reply] = []
        thread = server.later(ONE, first)
        until(lambda: server.answerer.begun)
        connection = server.begin(ONE)
        until(lambda: server.server.service.batcher.waiting == 1)
        connection.close()
        until(lambda: server.server.service.batcher.waiting == 0)
        server.answerer.held.set()
        thread.join()
        assert first[0].status == 200
        assert server.answerer.begun == [1], "the one who hung up was never answered"


def test_a_row_on_which_the_model_fails_takes_no_other_with_it(
    tiny: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tiny) as server:
        server.answerer.held.clear()
        first: list[Reply] = []
        others: list[Reply] = []
        threads = [server.later(ONE, first)]
        until(lambda: server.answerer.begun)
        threads += [server.later(ONE | {"id": i}, others) for i in range(3)]
        bad: list[Reply] = []
        threads.append(server.later(ONE | {"passage": f"Это {POISON}."}, bad))
        until(lambda: server.server.service.batcher.waiting == 4)
        server.answerer.held.set()
        for thread in threads:
            thread.join()
        assert bad[0].status == 500
        assert bad[0].json == {"detail": "the model failed on a row"}
        assert [reply.status for reply in others] == [200] * 3
        assert server.answerer.begun == [1, 4, 1, 1, 1, 1], "together, then one by one"
        assert POISON not in caplog.text


def test_too_much_is_refused_and_it_recovers(tiny: str) -> None:
    with running(tiny, queue=4, max_rows=4, max_open=6) as server:
        server.answerer.held.clear()
        found: list[Reply] = []
        threads = [server.later(ONE, found)]
        until(lambda: server.answerer.begun)
        threads += [server.later(ONE, found) for _ in range(4)]
        until(lambda: server.server.service.batcher.waiting == 4)
        said = server.ask(ONE)
        assert (said.status, said.json["detail"]) == (503, "too many rows are waiting: come again")
        assert int(said.headers["retry-after"]) >= 1
        server.answerer.held.set()
        for thread in threads:
            thread.join()
        assert [reply.status for reply in found] == [200] * 5
        assert server.ask(ONE).status == 200


def test_what_takes_too_long_is_dropped(tiny: str) -> None:
    with running(tiny, timeout_s=0.3) as server:
        server.answerer.held.clear()
        found: list[Reply] = []
        threads = [server.later(ONE, found)]
        until(lambda: server.answerer.begun)
        threads += [server.later({"rows": [ONE] * 3}, found)]
        for thread in threads:
            thread.join()
        assert [reply.status for reply in found] == [504, 504]
        assert server.server.service.batcher.waiting == 0
        server.answerer.held.set()
        assert server.ask(ONE).status == 200
        assert server.answerer.begun == [1, 1], "the three rows were never begun"


def test_while_the_model_is_loaded(tiny: str) -> None:
    with running(tiny, ready=False) as server:
        assert server.call("GET", "/healthz").status == 200
        assert server.call("GET", "/readyz").json == {"status": "loading"}
        for said in (server.ask(ONE), server.call("GET", "/v1/model")):
            assert said.status == 503
            assert int(said.headers["retry-after"]) >= 1
        server.answerer.held.set()
        until(lambda: server.call("GET", "/readyz").status == 200)
        assert server.ask(ONE).status == 200


def test_told_to_stop_it_finishes_what_it_accepted(tiny: str) -> None:
    with running(tiny) as server:
        server.answerer.held.clear()
        found: list[Reply] = []
        threads = [server.later(ONE, found)]
        until(lambda: server.answerer.begun)
        threads += [server.later(ONE, found) for _ in range(4)]
        until(lambda: server.server.service.batcher.waiting == 4)
        server.server.handle_exit(15, None)
        said = server.call("GET", "/readyz")
        assert (said.status, said.json) == (503, {"status": "stopping"})
        time.sleep(0.3)
        said = server.ask(ONE)
        assert (said.status, "retry-after" in said.headers) == (503, True)
        server.answerer.held.set()
        for thread in threads:
            thread.join()
        assert [reply.status for reply in found] == [200] * 5
        server.thread.join(10)
        assert not server.thread.is_alive()
        assert not server.server.cut_off


def test_the_grace_time_is_bounded(tiny: str) -> None:
    with running(tiny, grace_s=0.2) as server:
        server.answerer.held.clear()
        connection = server.begin(ONE)
        until(lambda: server.answerer.begun)
        server.server.handle_exit(15, None)
        server.thread.join(15)
        assert not server.thread.is_alive()
        assert server.server.cut_off
        connection.close()
