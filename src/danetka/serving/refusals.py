"""What the server says no with: a status, a detail as FastAPI gives it, and why, for the counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails

REASONS: Final = (
    "token", "loading", "stopping", "open", "files", "queue", "type", "body", "slow", "invalid",
    "timeout", "gone", "disk", "failed",
)  # fmt: skip
"""Every reason that a refusal may have: the labels of a counter are bounded."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong with a request.

    Attributes:
        loc: The way to the field: ``("body", "rows", 3, "passage")``.
        msg: What is wrong.
        type: A name of it for programs.
    """

    loc: tuple[str | int, ...]
    msg: str
    type: str = "value_error"


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - not always somebody's error
    """A request that is not answered.

    Attributes:
        status: The HTTP status.
        reason: One of `REASONS`.
        detail: A sentence, or what is wrong with which field.
        headers: Of the response.
    """

    status: int
    reason: str
    detail: str | tuple[Trouble, ...]
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """As HTTP."""
        detail: Any = self.detail
        if not isinstance(detail, str):
            detail = [{"type": t.type, "loc": list(t.loc), "msg": t.msg} for t in detail]
        return JSONResponse({"detail": detail}, self.status, dict(self.headers))


def busy(reason: str, detail: str, seconds: int = 1) -> Refusal:
    """503: come again in so many seconds."""
    return Refusal(503, reason, detail, {"Retry-After": str(seconds)})


def invalid(*troubles: Trouble) -> Refusal:
    """422, with the fields."""
    return Refusal(422, "invalid", troubles)


def troubles_of(errors: Iterable[ErrorDetails], *start: str) -> tuple[Trouble, ...]:
    """Pydantic's errors without the input: that may be long, and is nobody else's."""
    return tuple(
        Trouble((*start, *e["loc"]), e["msg"].removeprefix("Value error, "), e["type"])
        for e in errors
    )
