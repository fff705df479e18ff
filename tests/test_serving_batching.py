"""The batcher: who is answered together, who waits, who is dropped; nothing is mixed up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danetka.answering.answer import Answer
from danetka.serving.batching import Batcher, Job
from danetka.serving.engine import Ask, Engine, Outcome, Unanswered
from danetka.serving.refusals import Refusal


class Echo(Engine):
    """Answers each row with its own question; can be held."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.free = threading.Event()
        self.free.set()
        self.broken = False

    def answer(self, asks: Sequence[Ask]) -> list[Outcome]:
        self.batches.append([ask.question for ask in asks])
        assert self.free.wait(20)
        if self.broken:
            raise ValueError
        return [Answer(ask.question, True, 1.0, 1.0) for ask in asks]


def asks(*names: str, passage: str = "п") -> list[Ask]:
    return [Ask(name, passage) for name in names]


def said(job: Job) -> list[str]:
    return said_of(job.done.result())


def said_of(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.label for outcome in outcomes if isinstance(outcome, Answer)]


def run(
    test: Callable[[Batcher, Echo], Awaitable[None]],
    queue: int = 100,
    rows: int = 8,
    wait_s: float = 0.0,
) -> Echo:
    engine = Echo()

    async def whole() -> None:
        batcher = Batcher(queue, rows, wait_s)
        work = asyncio.create_task(batcher.work(engine))
        try:
            await asyncio.wait_for(test(batcher, engine), 20)
        finally:
            engine.free.set()
            work.cancel()
            batcher.thread.shutdown()

    asyncio.run(whole())
    return engine


async def begun(engine: Echo, batches: int) -> None:
    while len(engine.batches) < batches:
        await asyncio.sleep(0.001)


def test_while_it_computes_rows_gather() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.free.clear()
        jobs = [batcher.submit(asks("a"))]
        await begun(engine, 1)
        jobs += [batcher.submit(asks(name)) for name in "bcd"]
        assert batcher.waiting == 3
        engine.free.set()
        await asyncio.gather(*(job.done for job in jobs))
        assert [said(job) for job in jobs] == [["a"], ["b"], ["c"], ["d"]]

    assert run(test).batches == [["a"], ["b", "c", "d"]]


def test_who_is_alone_does_not_wait() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        del engine
        for _ in range(3):
            start = time.monotonic()
            await batcher.submit(asks("a")).done
            assert time.monotonic() - start < 1

    run(test, wait_s=5)


def test_those_who_may_ask_again_are_waited_for_and_no_longer_than_the_bound() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        await asyncio.gather(*(batcher.submit(asks(name)).done for name in "abc"))
        first = batcher.submit(asks("d"))
        await asyncio.sleep(0.02)
        assert len(engine.batches) == 1, "two more may come"
        others = [batcher.submit(asks(name)) for name in "ef"]
        await asyncio.gather(first.done, *(job.done for job in others))
        start = time.monotonic()
        await batcher.submit(asks("g")).done
        assert 0.5 < time.monotonic() - start < 10
        start = time.monotonic()
        await batcher.submit(asks("h")).done
        assert time.monotonic() - start < 0.5, "one came: one is expected"

    assert run(test, wait_s=1).batches == [["a", "b", "c"], ["d", "e", "f"], ["g"], ["h"]]


def test_many_rows_of_one_do_not_keep_others_waiting() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.free.clear()
        first = batcher.submit(asks("first"))
        await begun(engine, 1)
        many = batcher.submit(asks(*(f"m{i}" for i in range(20))))
        one = batcher.submit(asks("one"))
        engine.free.set()
        await asyncio.gather(first.done, many.done, one.done)
        assert said(many) == [f"m{i}" for i in range(20)]

    batches = run(test).batches
    assert "one" in batches[1]
    assert [len(batch) for batch in batches] == [1, 8, 8, 5]


def test_long_passages_are_not_read_together() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.free.clear()
        jobs = [batcher.submit(asks("first"))]
        await begun(engine, 1)
        jobs += [batcher.submit(asks(name, passage="п" * 60_000)) for name in "abc"]
        engine.free.set()
        await asyncio.gather(*(job.done for job in jobs))

    assert run(test).batches == [["first"], ["a"], ["b"], ["c"]]


def test_the_queue_is_bounded_in_rows() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.free.clear()
        first = batcher.submit(asks("first"))
        await begun(engine, 1)
        held = batcher.submit(asks(*"abcde"))
        with pytest.raises(Refusal) as refused:
            batcher.submit(asks("f"))
        assert (refused.value.status, refused.value.reason) == (503, "queue")
        assert int(refused.value.headers["Retry-After"]) >= 1
        free = batcher.submit(asks("of a file"), bounded=False)
        engine.free.set()
        await asyncio.gather(first.done, held.done, free.done)
        await batcher.submit(asks(*"abcde")).done

    run(test, queue=5)


def test_what_was_dropped_is_not_begun_and_makes_room() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.free.clear()
        first = batcher.submit(asks("first"))
        await begun(engine, 1)
        dropped = batcher.submit(asks(*"abcde"))
        batcher.drop(dropped)
        batcher.drop(first)  # begun already: nobody waits for it any more
        assert batcher.waiting == 0
        other = batcher.submit(asks(*"vwxyz"))
        engine.free.set()
        await other.done
        assert dropped.done.cancelled()

    assert run(test, queue=5).batches == [["first"], list("vwxyz")]


def test_a_batch_that_fails_as_a_whole_is_not_the_last() -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        engine.broken = True
        (found,) = await batcher.submit(asks("a")).done
        assert isinstance(found, Unanswered)
        assert found.failed
        engine.broken = False
        assert said_of(await batcher.submit(asks("b")).done) == ["b"]

    run(test)


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.booleans()), max_size=30))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_everybody_gets_their_own(jobs: list[tuple[int, bool, bool]]) -> None:
    async def test(batcher: Batcher, engine: Echo) -> None:
        del engine
        kept = []
        for number, (size, drop, pause) in enumerate(jobs):
            names = [f"{number}-{i}" for i in range(size)]
            job = batcher.submit(asks(*names), bounded=number % 2 == 0)
            if drop:
                batcher.drop(job)
            else:
                kept.append((job, names))
            if pause:
                await asyncio.sleep(0)
        for job, names in kept:
            await job.done
            assert said(job) == names
        assert batcher.waiting == 0
        batcher.submit(asks(*"abcdefgh" * 25))  # the whole queue is free again

    run(test, queue=200, rows=5)
