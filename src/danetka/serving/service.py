"""What the routes share: the settings, the model, the queue, and whether the doors are open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request

from danetka.answering.answer import Answer
from danetka.serving.batching import Batcher, Job
from danetka.serving.engine import Ask, Engine, Outcome
from danetka.serving.metrics import Metrics
from danetka.serving.refusals import Refusal, busy
from danetka.serving.settings import ServeSettings
from danetka.serving.token import Guard

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer

LOADING: Final = "loading"
READY: Final = "ready"
STOPPING: Final = "stopping"


class Service:
    """One server's state.

    Args:
        load: Loads what answers; called in the model's thread.
        settings: The settings.
        token: What callers must send, or None.
        metrics: Where it is counted.

    Attributes:
        phase: `LOADING`, `READY` or `STOPPING`.
        fault: Why the model could not be loaded, if it could not.
        on_fault: Is called then.
    """

    def __init__(
        self,
        load: Callable[[], Answerer],
        settings: ServeSettings,
        token: str | None,
        metrics: Metrics,
    ) -> None:
        self.settings, self.metrics, self.guard = settings, metrics, Guard(token)
        self.phase = LOADING
        self.fault: Exception | None = None
        self.on_fault: Callable[[], None] = lambda: None
        self.batcher = Batcher(
            settings.queue, settings.batch_rows, settings.wait_ms / 1000, metrics.batch
        )
        self._load = load
        self._engine: Engine | None = None
        self._open = self._files = 0
        metrics.watch(lambda: self.batcher.waiting, lambda: float(self.phase == READY))

    @property
    def engine(self) -> Engine:
        """The model.

        Raises:
            Refusal: 503 while it loads.
        """
        if self._engine is None:
            raise busy("loading", "the model is being loaded: come again", 2)
        return self._engine

    @property
    def idle(self) -> bool:
        """Whether nobody waits for anything."""
        return not self._open

    async def run(self) -> None:
        """Load the model, warm it, and answer until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            engine = await loop.run_in_executor(self.batcher.thread, self._make)
        except Exception as error:
            self.fault = error
            self.on_fault()
            return
        self._engine = engine
        self.metrics.model(engine.facts.name, engine.facts.backend)
        if self.phase == LOADING:
            self.phase = READY
        await self.batcher.work(engine)

    def _make(self) -> Engine:
        engine = Engine(self._load())
        engine.warm()
        return engine

    def stop(self) -> None:
        """Take nothing more; what was taken is finished."""
        self.phase = STOPPING

    def check_token(self, request: Request) -> None:
        """Refuse a caller without the token.

        Raises:
            Refusal: 401.
        """
        given = request.headers.get("authorization")
        if not self.guard.admits(None if given is None else given.encode("latin-1", "replace")):
            what = "send the token: Authorization: Bearer …"
            raise Refusal(401, "token", what, {"WWW-Authenticate": "Bearer"})

    @contextmanager
    def entered(self, *, file: bool = False) -> Iterator[Engine]:
        """Admit a request that wants answers, and count it while it is open.

        Args:
            file: Whether it brings a file.

        Yields:
            The model.

        Raises:
            Refusal: 503 if the doors are closed or too many are in.
        """
        if self.phase == STOPPING:
            raise busy("stopping", "the server is stopping: come again", 5)
        engine = self.engine
        if self._open >= self.settings.max_open:
            raise busy("open", "too many requests at once: come again")
        if file and self._files >= self.settings.max_files:
            raise busy("files", "too many files at once: come again", 10)
        self._open += 1
        self._files += file
        try:
            yield engine
        finally:
            self._open -= 1
            self._files -= file

    async def answers(self, asks: Sequence[Ask], request: Request) -> list[Outcome]:
        """Queue rows and wait for what becomes of them.

        Raises:
            Refusal: 503 if the queue is full, 504 if it takes too long; 499, which nobody reads,
                if the caller has hung up.
        """
        job = self.batcher.submit(asks)
        gone = asyncio.create_task(_hung_up(request))
        try:
            seconds = self.settings.timeout_s
            waited: set[asyncio.Future[Any]] = {job.done, gone}
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if job.done.done():
                return self._counted(job)
            if gone.done():
                raise Refusal(499, "gone", "the caller has hung up")
            raise Refusal(504, "timeout", f"no answer within {seconds:g} s: come again")
        finally:
            gone.cancel()
            self.batcher.drop(job)

    async def piece(self, asks: Sequence[Ask]) -> list[Outcome]:
        """Answer a piece of a file: it waits as long as it takes, beside all others."""
        job = self.batcher.submit(asks, bounded=False)
        try:
            await job.done
            return self._counted(job)
        finally:
            self.batcher.drop(job)

    def _counted(self, job: Job) -> list[Outcome]:
        outcomes = job.done.result()
        for outcome in outcomes:
            if isinstance(outcome, Answer):
                self.metrics.answered(outcome.label)
        return outcomes


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
