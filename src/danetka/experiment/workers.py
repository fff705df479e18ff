"""Runs side by side: each in a process of its own, whose progress is heard in this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from queue import Empty
from typing import TYPE_CHECKING, Any, Final

from danetka.errors import DanetkaError
from danetka.experiment.execution import RunListener, carry_out
from danetka.experiment.plan import Run
from danetka.schema import Examples
from danetka.training.listener import Epoch

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

_TICK_S: Final = 0.2
Event = tuple[int, str, tuple[Any, ...]]
"""Number of the run, a method of its listener, what it is told."""
_events: Queue[Event] | None = None


def side_by_side(
    runs: Sequence[Run],
    jobs: int,
    dev: Examples,
    asked: Mapping[str, Examples],
    begin: Callable[[int], RunListener],
) -> None:
    """Carry out runs, so many at a time; the processor's cores are shared out among them.

    Args:
        runs: The runs.
        jobs: How many at a time.
        dev: The rows that epochs are chosen on.
        asked: Name → rows to answer.
        begin: Told the number of a run that begins; what it returns hears of its progress.

    Raises:
        DanetkaError: If a process dies, for want of memory as a rule.
    """
    from danetka.experiment.making import cores

    context = get_context("spawn")  # a process that holds torch may hang when it is copied
    events: Queue[Event] = context.Queue()
    threads = max(1, cores() // jobs)
    # The library that counts threads reads this when it is loaded, which is before `_prepare`.
    with _variable("OMP_NUM_THREADS", str(threads)):
        pool = ProcessPoolExecutor(jobs, context, _prepare, (events, threads))
        try:
            waiting = {
                pool.submit(_work, number, run, dev, asked) for number, run in enumerate(runs)
            }
            _hear(waiting, events, begin)
        except BrokenProcessPool as error:
            raise DanetkaError(
                "a worker process ended unasked (too little memory?): use fewer --jobs; "
                "the same command goes on where it stopped"
            ) from error
        except BaseException:
            for process in list((pool._processes or {}).values()):  # or it would train on
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _hear(
    waiting: set[Future[None]], events: Queue[Event], begin: Callable[[int], RunListener]
) -> None:
    """Pass on what the workers tell, until all have ended."""
    listeners: dict[int, RunListener] = {}
    reached: dict[int, Callable[[int], None]] = {}

    def drain(patience: float = 0.0) -> None:
        while True:
            try:
                number, method, told = events.get(timeout=patience)
            except Empty:
                return
            listener = listeners.get(number) or listeners.setdefault(number, begin(number))
            if method == "answered":
                reached[number](*told)
            elif method == "answer":
                reached[number] = listener.answer(*told)
            elif method != "begin":
                getattr(listener, method)(*told)

    while waiting:
        done, waiting = wait(waiting, _TICK_S, FIRST_COMPLETED)
        drain()
        for future in done:
            future.result()
    drain(_TICK_S)  # what was on its way when the last one ended


@dataclass(frozen=True, slots=True)
class _Sender:
    """A run's listener in its worker: everything goes to the parent."""

    number: int

    def start(self, steps: int, done: int) -> None:
        self._send("start", steps, done)

    def step(self, done: int) -> None:
        self._send("step", done)

    def epoch(self, epoch: Epoch) -> None:
        self._send("epoch", epoch)

    def note(self, text: str) -> None:
        self._send("note", text)

    def answer(self, rows: int) -> Callable[[int], None]:
        self._send("answer", rows)
        return lambda done: self._send("answered", done)

    def end(self) -> None:
        self._send("end")

    def _send(self, method: str, *told: object) -> None:
        if _events is not None:
            _events.put((self.number, method, told))


def _prepare(events: Queue[Event], threads: int) -> None:
    """A worker's start: Ctrl-C is the parent's to hear."""
    global _events  # noqa: PLW0603 - the one way from a pool's start to its work
    _events = events
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    torch.set_num_threads(threads)


def _work(number: int, run: Run, dev: Examples, asked: Mapping[str, Examples]) -> None:
    sender = _Sender(number)
    sender._send("begin")
    carry_out(run, dev, asked, sender)


@contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """An environment variable while the block runs, for the processes that are begun in it."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
