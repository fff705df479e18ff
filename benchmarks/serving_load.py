"""The other processes of benchmarks/serving.py: the library alone, and the clients.

Each prints one JSON object. A client keeps one connection open and asks one row a request; the id
of a request is its own, and what the library said to its row is known, so that an answer to
another row is noticed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

NEAR = 2e-3
"""Rows that are read beside others are padded otherwise, and rounded otherwise."""


def rows_of(files: list[Path]) -> list[tuple[str, str]]:
    """Questions with their passages."""
    read = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    return [(row["question"], row["passage"]) for row in read]


def library(told: argparse.Namespace) -> dict[str, Any]:
    """What the library says to every row, and how many it answers in a second."""
    from danetka import Answerer

    rows = rows_of(told.data)
    answerer = Answerer.from_pretrained(told.model, evidence=told.evidence)
    answers = answerer.answer_all(rows)
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < told.seconds:
        done += len(answerer.answer_all(rows))
    return {
        "rows_per_s": done / spent,
        "answers": [[a.label, a.yes_probability, a.evidence] for a in answers],
    }


@dataclass
class Seen:
    """What the clients met with.

    Attributes:
        right: Answers that are the library's.
        mixed: Answers to another row, or with another id.
        statuses: Other statuses, and how many of each.
        no_retry: 503 without Retry-After.
        refused: Connections that could not be made, or were closed before an answer began.
        broken: Answers that began and did not end.
        milliseconds: Of each right answer.
    """

    right: int = 0
    mixed: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    no_retry: int = 0
    refused: int = 0
    broken: int = 0
    milliseconds: list[float] = field(default_factory=list)


class Clients:
    """Clients that ask until the time is over.

    Args:
        told: The command line.
        answers: What the library said.
    """

    def __init__(self, told: argparse.Namespace, answers: list[Any]) -> None:
        self._port, self._leave = told.port, told.leave
        self._answers, self._seen = answers, Seen()
        self._end = time.perf_counter() + told.seconds
        self._bodies = [
            json.dumps({"question": q, "passage": p, "id": "@"}, ensure_ascii=False).encode()
            for q, p in rows_of(told.data)
        ]

    async def run(self, many: int) -> Seen:
        """All of them at once."""
        await asyncio.gather(*(self._client(number) for number in range(many)))
        return self._seen

    async def _client(self, number: int) -> None:
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for turn in itertools.count():
            if time.perf_counter() > self._end:
                break
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", self._port)
                go_on = await self._ask(*connection, number, turn)
            except (OSError, asyncio.IncompleteReadError):
                self._seen.refused += 1
                connection, go_on = None, True
                await asyncio.sleep(0.05)
            if self._leave and (not go_on or connection is None):
                break
        if connection:
            connection[1].close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int, turn: int
    ) -> bool:
        row = (number * 37 + turn) % len(self._bodies)
        name = f"{number}-{turn}"
        body = self._bodies[row].replace(b'"@"', f'"{name}"'.encode())
        start = time.perf_counter()
        writer.write(
            b"POST /v1/answer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        status = head[0].split()[1]
        try:
            content = await reader.readexactly(int(headers["content-length"]))
        except asyncio.IncompleteReadError:
            self._seen.broken += 1
            raise
        spent = time.perf_counter() - start
        if status == "200":
            self._check(json.loads(content), name, row, spent)
            return True
        self._seen.statuses[status] = self._seen.statuses.get(status, 0) + 1
        self._seen.no_retry += status == "503" and "retry-after" not in headers
        await asyncio.sleep(0.05)
        return False

    def _check(self, said: dict[str, Any], name: str, row: int, spent: float) -> None:
        label, share, evidence = self._answers[row]
        near = abs(said["yes_probability"] - share) < NEAR
        same = said["answer"] == label or abs(share - 0.5) < NEAR
        if said["id"] == name and near and same and said["evidence"] == evidence:
            self._seen.right += 1
            self._seen.milliseconds.append(1000 * spent)
        else:
            self._seen.mixed += 1


def clients(told: argparse.Namespace) -> dict[str, Any]:
    """Let clients ask; what they met with."""
    answers = json.loads(told.answers.read_text(encoding="utf-8"))["answers"]
    start = time.perf_counter()
    seen = asyncio.run(Clients(told, answers).run(told.clients))
    spent = time.perf_counter() - start
    found = asdict(seen)
    times = found.pop("milliseconds")
    shares = np.percentile(times, [50, 95, 99]) if times else [None] * 3
    used = resource.getrusage(resource.RUSAGE_SELF)
    return found | {
        "seconds": spent,
        "rows_per_s": seen.right / spent,
        "own_processor_s": used.ru_utime + used.ru_stime,
        **{f"p{p}_ms": t for p, t in zip((50, 95, 99), shares, strict=True)},
    }


def main() -> None:
    """Do one part, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["library", "clients"])
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--model", default="mini")
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--port", type=int)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--leave", action="store_true", help="a client refused does not come again")
    told = parser.parse_args()
    found = library(told) if told.part == "library" else clients(told)
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
