"""A real server of a tiny checkpoint, in a thread of the tests' process; its model can be held."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from danetka import Answerer
from danetka.serving.run import Server
from danetka.serving.settings import ServeSettings

POISON = "яд"
QUESTION = "Есть ли у кита зубы?"
PASSAGE = "У кашалота есть зубы. У синего кита вместо них китовый ус."


class Held(Answerer):
    """A real answerer that waits while it is held, and fails on a passage that is poison."""

    held = threading.Event()
    begun: list[int]

    def answer_all(self, rows: Sequence[Any]) -> Any:
        self.begun.append(len(rows))
        assert self.held.wait(60)
        if any(POISON in passage for _, passage in rows):
            raise RuntimeError(f"failed on {rows}")
        return super().answer_all(rows)


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """Asks a server that runs.

    Attributes:
        server: The server.
        answerer: What answers there.
        thread: Where it runs.
    """

    server: Server
    answerer: Held
    thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.address[1]}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.address[1], timeout=60)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request; what is no bytes is sent as JSON."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            given.setdefault("content-type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, path, body, given)
            got = connection.getresponse()
            names = {name.lower(): value for name, value in got.getheaders()}
            return Reply(got.status, names, got.read())
        finally:
            connection.close()

    def begin(self, body: Any) -> http.client.HTTPConnection:
        """Ask, and do not wait for the reply."""
        connection = self.connect()
        headers = {"content-type": "application/json"}
        connection.request("POST", "/v1/answer", json.dumps(body), headers)
        return connection

    def ask(self, body: Any, **headers: str) -> Reply:
        return self.call("POST", "/v1/answer", body, **headers)

    def later(self, body: Any, found: list[Reply]) -> threading.Thread:
        """Ask in a thread; the reply is put into a list."""
        thread = threading.Thread(target=lambda: found.append(self.ask(body)))
        thread.start()
        return thread


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@contextmanager
def running(
    tiny: str,
    token: str | None = None,
    ready: bool = True,
    limits: Mapping[str, int] | None = None,
    **settings: Any,
) -> Iterator[Caller]:
    """A server that runs until the block ends."""
    answerer = Held.from_pretrained(tiny)
    answerer.held, answerer.begun = threading.Event(), []
    if ready:
        answerer.held.set()
    server = Server(
        lambda: answerer,
        ServeSettings.parse({"port": 0, **(limits or {}), **settings}, "test"),
        token,
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    caller = Caller(server, answerer, thread)
    try:
        until(lambda: server.started)
        if ready:
            until(lambda: caller.call("GET", "/readyz").status == 200)
            answerer.begun.clear()
        yield caller
    finally:
        answerer.held.set()
        server.should_exit = True
        thread.join(30)
        server.service.batcher.thread.shutdown()
        assert not thread.is_alive()
