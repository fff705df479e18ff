"""Around every request: headers that browsers heed, a line in the log, the counts, no bare 500."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from danetka.serving.metrics import Metrics

_log: Final = logging.getLogger("danetka.serving")
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UNCACHED: Final = (b"cache-control", b"no-store")
_LONGEST_PATH: Final = 200


class Gate:
    """ASGI middleware.

    Args:
        app: What is behind it.
        metrics: Where it is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, ended = time.perf_counter(), 0, False

        async def told(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
                if scope["path"].startswith("/v1/"):
                    message["headers"].append(_UNCACHED)
            elif message["type"] == "http.response.body":
                ended = not message.get("more_body", False)
            await send(message)

        self._metrics.opened()
        try:
            await self._app(scope, receive, told)
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-4:])
            _log.error("%s in\n%s", type(error).__name__, where)  # its message may quote texts
            if status and not ended:
                raise _CutOffError from None
            if not status:
                await _say_failed(told)
        finally:
            seconds = time.perf_counter() - start
            self._metrics.closed(scope["method"], scope["path"], status, seconds)
            _log.info("%s %s %d %.1f ms", *_shown(scope), status, 1000 * seconds)


class _CutOffError(Exception):
    """A response that had begun could not be ended: the connection must break."""


async def _say_failed(send: Send) -> None:
    body = json.dumps({"detail": "the server failed: its log says where"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _shown(scope: Scope) -> tuple[str, str]:
    """Method and path as they can stand in a line: still percent-encoded, so one line of ASCII."""
    path = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    shown = path.decode("latin-1").encode("unicode_escape").decode()[:_LONGEST_PATH]
    return scope["method"][:10], shown
