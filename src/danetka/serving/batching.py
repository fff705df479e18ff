"""Rows that arrive together are answered together: a bounded queue before one worker thread."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from danetka.serving.engine import Ask, Engine, Outcome, Unanswered
from danetka.serving.refusals import busy

_log: Final = logging.getLogger("danetka.serving")
_CHARACTERS: Final = 65_536
"""The passages of a batch are together not longer, but for the first: else others wait for them."""
_LONGEST_RETRY_S: Final = 30


@dataclass(eq=False, slots=True)
class Job:
    """The rows of one request.

    Attributes:
        asks: The rows.
        done: Becomes what became of each, in order.
        taken: How many were given to the model.
    """

    asks: Sequence[Ask]
    done: asyncio.Future[list[Outcome]]
    taken: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many rows the model has not begun."""
        return len(self.asks) - self.taken


class Batcher:
    """Queues jobs and answers them in batches.

    While the model computes, rows gather by themselves. When it is free, it waits only if the last
    batch answered several callers, who may all be about to ask again: until as many are there, and
    no longer than `wait_s`. A caller who is alone never waits.

    Args:
        queue: The most rows that wait; more are refused.
        batch_rows: The most rows of a batch.
        wait_s: The bound of the waiting, in seconds.
        on_batch: Is told the rows of each batch.
    """

    def __init__(
        self,
        queue: int,
        batch_rows: int,
        wait_s: float,
        on_batch: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._queue, self._batch_rows, self._wait_s = queue, batch_rows, wait_s
        self._on_batch = on_batch
        self._jobs: deque[Job] = deque()
        self._bounded = 0
        self._free: set[Job] = set()
        self._arrived = asyncio.Event()
        self._callers = 1
        self._rate = 0.0
        self.thread: Final = ThreadPoolExecutor(1, thread_name_prefix="danetka-model")

    @property
    def waiting(self) -> int:
        """How many rows wait."""
        return sum(job.waiting for job in self._jobs)

    def submit(self, asks: Sequence[Ask], *, bounded: bool = True) -> Job:
        """Queue rows.

        Args:
            asks: The rows, at least one.
            bounded: Whether they count against the queue's bound; what is bounded elsewhere, as
                the pieces of files are, does not.

        Raises:
            Refusal: 503 if the queue is full.
        """
        if bounded and self._bounded + len(asks) > self._queue:
            raise busy("queue", "too many rows are waiting: come again", self._retry_s())
        job = Job(asks, asyncio.get_running_loop().create_future())
        if bounded:
            self._bounded += len(asks)
        else:
            self._free.add(job)
        self._jobs.append(job)
        self._arrived.set()
        return job

    def drop(self, job: Job) -> None:
        """Forget a job; its rows that the model has not begun are never answered."""
        job.done.cancel()
        if job in self._jobs:
            self._jobs.remove(job)
            self._begin(job, job.waiting)

    async def work(self, engine: Engine) -> None:
        """Answer what is queued, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._gather()
            batch = self._take()
            if not batch:
                continue
            self._on_batch(len(batch))
            start = loop.time()
            asks = [job.asks[number] for job, number in batch]
            outcomes: Sequence[Outcome]
            try:
                outcomes = await loop.run_in_executor(self.thread, engine.answer, asks)
            except Exception as error:
                _log.error("a batch failed: %s", type(error).__name__)
                outcomes = [Unanswered("the model failed on this row", failed=True)] * len(asks)
            rate = len(batch) / max(loop.time() - start, 1e-6)
            self._rate = rate if not self._rate else 0.8 * self._rate + 0.2 * rate
            self._callers = len({id(job) for job, _ in batch})
            _deliver(batch, outcomes)

    async def _gather(self) -> None:
        """Wait for the first row, then for those who may be about to ask again."""
        while not self._jobs:
            self._arrived.clear()
            await self._arrived.wait()
            await asyncio.sleep(0)  # those who came in the same moment
        expected = min(self._callers, self._batch_rows)
        if len(self._jobs) >= expected or not self._wait_s:
            return
        try:
            async with asyncio.timeout(self._wait_s):
                while len(self._jobs) < expected and self.waiting < self._batch_rows:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            pass

    def _take(self) -> list[tuple[Job, int]]:
        """The next batch: a fair share of every job, and what room is left in their order."""
        batch: list[tuple[Job, int]] = []
        room = _CHARACTERS
        share = max(1, self._batch_rows // max(1, len(self._jobs)))
        for most in (share, self._batch_rows):
            for job in self._jobs:
                for _ in range(min(most, job.waiting)):
                    size = len(job.asks[job.taken].passage)
                    if len(batch) == self._batch_rows or (batch and size > room):
                        break
                    batch.append((job, job.taken))
                    room -= size
                    self._begin(job, 1)
        for job in {job for job, _ in batch if not job.waiting}:
            self._jobs.remove(job)
        return batch

    def _begin(self, job: Job, rows: int) -> None:
        job.taken += rows
        if job not in self._free:
            self._bounded -= rows
        elif not job.waiting:
            self._free.discard(job)

    def _retry_s(self) -> int:
        """How long the queue will take, as far as is known."""
        seconds = self.waiting / self._rate if self._rate else 1.0
        return min(_LONGEST_RETRY_S, max(1, math.ceil(seconds)))


def _deliver(batch: Sequence[tuple[Job, int]], outcomes: Sequence[Outcome]) -> None:
    """Rows of a job are taken in order, so that its outcomes come in order too."""
    for (job, _), outcome in zip(batch, outcomes, strict=True):
        job.outcomes.append(outcome)
        if len(job.outcomes) == len(job.asks) and not job.done.done():
            job.done.set_result(job.outcomes)
