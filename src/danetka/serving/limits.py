"""A body is counted and timed as it comes in; what its headers say of it is not believed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Final

from fastapi import Request

from danetka.serving.refusals import Refusal

_RATE: Final = 16 * 1024
"""Bytes that earn a body another second."""


def check_type(request: Request, taken: Collection[str], *, absent: bool = False) -> None:
    """Refuse a body of another type.

    Args:
        request: The request.
        taken: The media types that are taken.
        absent: Whether none need be given.

    Raises:
        Refusal: 415.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given in taken or (absent and not given):
        return
    raise Refusal(415, "type", f"the content type is not taken: send {' or '.join(taken)}")


async def chunks(request: Request, most: int, seconds: float) -> AsyncIterator[bytes]:
    """The body, piece by piece.

    Args:
        request: The request.
        most: The most bytes that are taken.
        seconds: How long it may take, plus a second for every 16 KiB that have arrived.

    Raises:
        Refusal: 413 if it is larger, 408 if it takes longer.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > most):  # noqa: PLR2004 - digits of 2**63
        raise _too_large(most)
    loop = asyncio.get_running_loop()
    start, size = loop.time(), 0
    pieces = request.stream()
    while True:
        try:
            async with asyncio.timeout_at(start + seconds + size / _RATE):
                piece = await anext(pieces, None)
        except TimeoutError:
            what = f"the body did not arrive in time ({size} bytes so far)"
            raise Refusal(408, "slow", what, {"Connection": "close"}) from None
        if piece is None:
            return
        size += len(piece)
        if size > most:
            raise _too_large(most)
        if piece:
            yield piece


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The whole body; see `chunks`."""
    return b"".join([piece async for piece in chunks(request, most, seconds)])


def _too_large(most: int) -> Refusal:
    return Refusal(413, "body", f"the body is larger than {most} bytes")
