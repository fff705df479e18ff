"""A file of rows comes in, the same with answers streams back: every row of it, in its order.

The rows are answered piece by piece, through the queue that all others use.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from danetka.data.rows import text_trouble
from danetka.data.stream import StreamedRow, stream_rows, survey
from danetka.errors import DanetkaError
from danetka.serving.engine import Ask, Outcome, Unanswered
from danetka.serving.limits import chunks
from danetka.serving.messages import EVIDENCE, MARGIN
from danetka.serving.refusals import Refusal, Trouble, busy, invalid
from danetka.serving.service import Service
from danetka.serving.settings import ServeSettings
from danetka.serving.sheet import WRITERS, Scan, Writer, scan

Kind = Annotated[
    Literal["csv", "tsv", "jsonl"], Query(alias="format", description="What the body is.")
]
AnswersKind = Annotated[Literal["csv", "jsonl"], Query(description="What comes back.")]
Evidence = Annotated[bool | None, Query(description=EVIDENCE)]
Margin = Annotated[float | None, Query(ge=0, le=0.5, allow_inf_nan=False, description=MARGIN)]
TYPES: Final = (
    "text/csv",
    "text/tab-separated-values",
    "application/x-ndjson",
    "application/jsonl",
    "application/octet-stream",
    "text/plain",
)
_CSV: Final = "question,passage\nЕсть ли у кита зубы?,У кашалота есть зубы.\n"
EXAMPLES: Final = {
    "text/csv": _CSV,
    "text/tab-separated-values": _CSV.replace(",", "\t"),
    "application/x-ndjson": '{"question": "Есть ли у кита зубы?", "passage": "У кашалота есть."}\n',
    "application/octet-stream": _CSV,
}
_NAMED: Final = 12
_MEDIA: Final = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Every row as it was, with its answer, or with an error",
        "content": {kind: {"schema": {"type": "string"}} for kind in _MEDIA.values()},
    }
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a file.

    Attributes:
        kind: What it is: ``csv``, ``tsv`` or ``jsonl``.
        answers: What comes back: ``csv`` or ``jsonl``.
        evidence: Whether the sentence that matters most is looked for; None as the server does.
        margin: Of «не знаю»; None for the server's.
    """

    kind: str
    answers: str
    evidence: bool | None
    margin: float | None


async def answer_upload(service: Service, request: Request, wanted: Wanted) -> StreamingResponse:
    """Receive a file, check it, and begin to answer it.

    Args:
        service: The server.
        request: Its body is the file.
        wanted: What it is and what comes back.

    Raises:
        Refusal: If it is too large or slow, cannot be read, or too many are being answered.
    """
    with ExitStack() as stack:
        stack.enter_context(service.entered(file=True))
        path = _new_folder(stack) / f"file.{wanted.kind}"
        await _receive(request, path, service.settings)
        found = await asyncio.to_thread(_check, path)
        name = f'attachment; filename="answers.{wanted.answers}"'
        return _Held(
            stack.pop_all(),
            service.settings.timeout_s,
            _answered(service, path, wanted, WRITERS[wanted.answers](found)),
            media_type=_MEDIA[wanted.answers],
            headers={"Content-Disposition": name},
        )


class _Held(StreamingResponse):
    """A response that closes something when it ends, however it ends.

    Args:
        held: What is closed.
        seconds: How long the caller may leave a piece unread.
        content: The pieces.
        given: For `StreamingResponse`.
    """

    def __init__(
        self, held: ExitStack, seconds: float, content: AsyncIterator[bytes], **given: Any
    ) -> None:
        super().__init__(content, **given)
        self._held, self._seconds = held, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounded(message: Message) -> None:
            async with asyncio.timeout(self._seconds):
                await send(message)

        with self._held:
            await super().__call__(scope, receive, bounded)


def _new_folder(stack: ExitStack) -> Path:
    try:
        return Path(stack.enter_context(TemporaryDirectory(prefix="danetka-")))
    except OSError:
        raise _no_room() from None


async def _receive(request: Request, path: Path, settings: ServeSettings) -> None:
    try:
        with path.open("wb") as file:
            async for piece in chunks(request, settings.max_file, settings.body_s):
                file.write(piece)
    except OSError as error:
        if isinstance(error, TimeoutError):  # an OSError too, and none of the disk's
            raise
        raise _no_room() from None


def _no_room() -> Refusal:
    return busy("disk", "the file cannot be kept while it is answered: come again", 30)


def _check(path: Path) -> Scan:
    """Read the file once: what is wrong with the whole of it is said before any answer."""
    try:
        survey(path)
        found = scan(path)
    except DanetkaError as error:
        said = str(error).replace(str(path), "line").replace("line:", "line ")
        raise invalid(Trouble(("body",), said)) from None
    if not found.rows:
        raise invalid(Trouble(("body",), "the file holds no rows: give one with at least one"))
    missing = [name for name in ("question", "passage") if name not in found.columns]
    if missing:
        have = ", ".join(found.columns[:_NAMED]) or "none"
        what = f"there is no such column among those of the file ({have}): rename one"
        raise invalid(*(Trouble(("body", name), what, "missing") for name in missing))
    return found


async def _answered(
    service: Service, path: Path, wanted: Wanted, writer: Writer
) -> AsyncIterator[bytes]:
    """The file of answers, piece by piece."""
    yield writer.start()
    rows = stream_rows(path)
    size = 2 * service.settings.batch_rows
    while piece := await asyncio.to_thread(lambda: list(islice(rows, size))):
        outcomes = [_trouble(row, service.settings) for row in piece]
        asked = [number for number, outcome in enumerate(outcomes) if outcome is None]
        if asked:
            asks = [_ask(piece[number], wanted) for number in asked]
            for number, outcome in zip(asked, await service.piece(asks), strict=True):
                outcomes[number] = outcome
        yield b"".join(
            writer.row(row, outcome)
            for row, outcome in zip(piece, outcomes, strict=True)
            if outcome
        )


def _trouble(row: StreamedRow, settings: ServeSettings) -> Outcome | None:
    """Why a row is not given to the model, or None if it is."""
    if row.values is None or row.trouble:
        return Unanswered(row.trouble)
    for name, most in (("question", settings.max_question), ("passage", settings.max_passage)):
        value = row.values.get(name)
        if trouble := text_trouble(value, name):
            return Unanswered(trouble[0])
        if len(str(value)) > most:
            return Unanswered(
                f"the {name} has {len(str(value))} characters, at most {most} are taken"
            )
    return None


def _ask(row: StreamedRow, wanted: Wanted) -> Ask:
    values = row.values or {}
    question, passage = str(values["question"]), str(values["passage"])
    return Ask(question, passage, wanted.evidence, wanted.margin)
