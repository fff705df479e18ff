"""HTTP as uvicorn speaks it, but for a head that does not come: that is not waited for."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle


def timed(seconds: float) -> type[H11Protocol]:
    """A protocol that closes a connection whose request has begun and has no whole head by then.

    Args:
        seconds: From the connection, or from a later request's first byte, to the head's end.
    """

    class Timed(H11Protocol):
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._forget()
            super().connection_lost(exc)

        def _watch(self) -> None:
            if self._answering():
                self._forget()  # the head is whole
            elif self._late is None:
                self._late = self.loop.call_later(seconds, self._close)

        def _forget(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _close(self) -> None:
            if not self._answering():
                self.transport.close()

        def _answering(self) -> bool:
            cycle: RequestResponseCycle | None = self.cycle  # None before the first
            return cycle is not None and not cycle.response_complete

    return Timed
