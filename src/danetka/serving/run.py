"""The server as a process: it binds, logs, and on a signal finishes what it has accepted."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

import uvicorn

from danetka.errors import DanetkaError
from danetka.serving.app import create_app
from danetka.serving.protocol import timed
from danetka.serving.settings import ServeSettings

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer

_log: Final = logging.getLogger("danetka.serving")
_BACKLOG: Final = 2048
_TICK_S: Final = 0.05
_CLOSING_S: Final = 2
"""Seconds for the last bytes to leave."""
_CUT_OFF: Final = 1
"""The exit code where the grace time did not suffice."""


def serve(
    load: Callable[[], Answerer],
    settings: ServeSettings,
    token: str | None = None,
    page: Path | None = None,
) -> None:
    """Serve until a signal; → when all that was accepted is answered.

    Args:
        load: Loads what answers.
        settings: The settings.
        token: What callers must send, or None.
        page: The folder of the page, if not the package's.

    Raises:
        DanetkaError: If it cannot listen there, or the model cannot be loaded.
    """
    _start_log()
    server = Server(load, settings, token, page)
    _announce(server.address, token)
    server.run()
    if server.service.fault is not None:
        raise server.service.fault
    if server.cut_off:
        sys.stderr.flush()
        os._exit(_CUT_OFF)  # the model's thread cannot be stopped
    server.service.batcher.thread.shutdown()


class Server(uvicorn.Server):
    """uvicorn's, which before it closes its sockets says 503 while what it accepted is finished.

    Args:
        load: Loads what answers.
        settings: The settings.
        token: What callers must send, or None.
        page: The folder of the page, if not the package's.

    Raises:
        DanetkaError: If it cannot listen there.

    Attributes:
        service: The state behind it.
        cut_off: Whether the grace time did not suffice.
    """

    def __init__(
        self,
        load: Callable[[], Answerer],
        settings: ServeSettings,
        token: str | None = None,
        page: Path | None = None,
    ) -> None:
        self._bound = _bind(settings.host, settings.port)
        app, self.service = create_app(load, settings, token, page)
        super().__init__(
            uvicorn.Config(
                app,
                http=timed(settings.body_s),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                lifespan="on",
                timeout_keep_alive=30,
            )
        )
        self.service.on_fault = self._give_up
        self.cut_off = False

    @property
    def address(self) -> tuple[str, int]:
        """The host and the port on which it listens."""
        host, port = self._bound.getsockname()[:2]
        return str(host), int(port)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until it is told to stop."""
        super().run([self._bound] if sockets is None else sockets)

    def _give_up(self) -> None:
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: the first ends it well, a second SIGINT at once; neither is raised again."""
        del frame
        self.service.stop()
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what was accepted, then close."""
        self.service.stop()
        loop = asyncio.get_running_loop()
        end = loop.time() + self.service.settings.grace_s
        _log.info("stopping: finishing what was accepted")
        while not (self.service.idle or self.force_exit or loop.time() > end):
            await asyncio.sleep(_TICK_S)
        self.cut_off = not self.service.idle
        if self.cut_off:
            _log.warning("stopping: some requests are cut off")
        self.config.timeout_graceful_shutdown = _CLOSING_S
        await super().shutdown(sockets)


def _bind(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)  # without it asyncio leaves Nagle's delay on
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(_BACKLOG)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise DanetkaError(
            f"serve: cannot listen on {host}:{port} ({reason}): choose another with --host, --port"
        ) from None
    bound.setblocking(False)
    return bound


def _announce(address: tuple[str, int], token: str | None) -> None:
    host, port = address
    shown = f"[{host}]" if ":" in host else host
    if token is None and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        _log.warning(
            "warning: %s can be reached from other machines, and there is no token: anybody may "
            "ask (--token-file, DANETKA_TOKEN)", shown,
        )  # fmt: skip
    _log.info("listening on http://%s:%d", shown, port)


def _start_log() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name, level in (("danetka.serving", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
