"""Answers a second and the time of one answer: danetka beside the usual ways to run the same model.

The peers are transformers' pipeline and sentence-transformers' CrossEncoder in single precision,
each with the batch size that is best for it; the rows are the sample's questions with passages of
its own sentences, a hundred words each. Everybody has a process of their own, for libraries' idle
threads spin, and they answer in turns, so that whatever slows the machine slows all of them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from danetka import Answerer, load_examples
from danetka.environment import environment
from danetka.exporting.export import export
from danetka.files import write_json, write_text
from danetka.models.catalog import resolve
from danetka.report.table import Table

RESULTS = Path("docs/results/throughput.json")
WORDS, ROWS = 100, 256
PIPELINE, ENCODER = "transformers.pipeline", "CrossEncoder"
BATCHES = {PIPELINE: (1, 2, 4, 8, 16, 32, 64), ENCODER: (2, 4, 8, 16, 32, 64)}
TORCH, ONNX, INT8 = "danetka torch", "danetka ONNX", "danetka int8"

Pair = tuple[str, str]
Answer = Callable[[Sequence[Pair], int], Any]


def made_rows(number: int) -> list[Pair]:
    """Questions with passages of `WORDS` words."""
    rows = load_examples("sample").train
    words = " ".join(rows.passages).split()
    parts = [
        " ".join(words[i : i + WORDS]) for i in range(0, len(words) - WORDS, max(1, WORDS // 2))
    ]
    return list(islice(zip(cycle(rows.questions), cycle(parts), strict=False), number))


def answerers(kind: str, place: str) -> tuple[Answer, Answer | None]:
    """What one process answers with: ``(rows, batch)`` → anything; and the same with evidence."""
    if kind == PIPELINE:
        import torch
        from transformers import pipeline

        theirs = pipeline("text-classification", model=place, dtype=torch.float32, device="cpu")
        return lambda rows, batch: list(
            theirs([{"text": q, "text_pair": p} for q, p in rows], batch_size=batch)
        ), None
    if kind == ENCODER:
        import torch
        from sentence_transformers import CrossEncoder

        encoder = CrossEncoder(place, device="cpu", model_kwargs={"dtype": torch.float32})
        return lambda rows, batch: encoder.predict(
            list(rows), batch_size=batch, show_progress_bar=False
        ), None
    plain = Answerer.from_pretrained(place, evidence=False)
    full = Answerer.from_pretrained(place)
    return lambda rows, _: plain.answer_all(rows), lambda rows, _: full.answer_all(rows)


def child(kind: str, place: str, rows: list[Pair], pipe: Connection) -> None:
    """Answer whenever told to: ``(how many rows, batch, evidence)`` → seconds."""
    plain, full = answerers(kind, place)
    pipe.send(0.0)
    while told := pipe.recv():
        number, batch, evidence = told
        answer = full if evidence and full else plain
        start = time.perf_counter()
        answer(rows[:number], batch)
        pipe.send(time.perf_counter() - start)


class Contender:
    """One way to answer, in a process of its own."""

    def __init__(self, name: str, place: str, rows: list[Pair]) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=child, args=(name, place, rows, theirs))
        self._process.start()
        self._pipe.recv()

    def seconds(self, rows: int, batch: int | None, *, evidence: bool = False) -> float:
        """How long the first so many rows take it."""
        self._pipe.send((rows, batch, evidence))
        return float(self._pipe.recv())

    def end(self) -> None:
        """End its process."""
        self._pipe.send(None)
        self._process.join()


def rates(made: Sequence[Contender], rows: int, rounds: int) -> list[dict[str, Any]]:
    """Rows a second with each batch size: the median of the rounds after a first short one."""
    entries = [(one, batch) for one in made for batch in BATCHES.get(one.name, (None,))]
    seconds: list[list[float]] = [[] for _ in entries]
    for number in range(rounds + 1):
        for taken, (one, batch) in zip(seconds, entries, strict=True):
            found = one.seconds(rows if number else 64, batch)
            if number:
                taken.append(found)
    return [
        {
            "name": one.name,
            "batch": batch,
            "rows_per_second": rows / statistics.median(taken),
            "rounds": [rows / s for s in taken],
        }
        for taken, (one, batch) in zip(seconds, entries, strict=True)
    ]


def latency(one: Contender, times: int, *, evidence: bool) -> dict[str, Any]:
    """Milliseconds of one answer to one question: median and 95th percentile."""
    for _ in range(20):
        one.seconds(1, 1, evidence=evidence)
    taken = sorted(1e3 * one.seconds(1, 1, evidence=evidence) for _ in range(times))
    return {
        "name": one.name,
        "evidence": evidence,
        "median_ms": statistics.median(taken),
        "p95_ms": taken[int(0.95 * len(taken))],
    }


def best(found: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """The fastest batch size of one contender."""
    return max((f for f in found if f["name"] == name), key=lambda f: f["rows_per_second"])


def table(found: dict[str, Any]) -> Table:
    """As documents show it: everybody at their best."""
    names = list(dict.fromkeys(one["name"] for one in found["rates"]))
    ours = best(found["rates"], INT8)["rows_per_second"]
    rows = []
    for name in names:
        one = best(found["rates"], name)
        rate = one["rows_per_second"]
        rows.append((name, str(one["batch"] or "-"), f"{rate:.0f}", f"{ours / rate:.2f}"))
    header = ("answered by", "best batch", "rows/s", f"{INT8} is faster by")
    single = "; ".join(
        f"{one['name']}{' with evidence' if one['evidence'] else ''} {one['median_ms']:.1f}"
        for one in found["latency"]
    )
    notes = (
        f"{found['rows']} rows of {WORDS} words, model {found['model']}, median of "
        f"{found['counted_rounds']} rounds on {found['environment']['cores']} cores.",
        f"One answer, median in milliseconds: {single}.",
        f"Written by `{found['command']}`.",
    )
    return Table("Answers a second, in one run", header, tuple(rows), notes)


def main() -> None:
    """Export, measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="what int8 is checked on: --data of danetka export")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    rows = made_rows(told.rows)
    corpus = load_examples(told.data)
    with tempfile.TemporaryDirectory() as scratch:
        exports = {ONNX: Path(scratch, "onnx"), INT8: Path(scratch, "int8")}
        written = [
            export(told.model, corpus, place, int8=name == INT8) for name, place in exports.items()
        ]
        agreement = written[1].int8
        folder = resolve(told.model)
        places = {PIPELINE: folder, ENCODER: folder, TORCH: folder}
        made = [Contender(name, str(place), rows) for name, place in {**places, **exports}.items()]
        found = {
            "command": shlex.join(["python", *sys.argv]),
            "model": told.model,
            "rows": told.rows,
            "counted_rounds": told.rounds,
            "int8_agreement": agreement and {"yes": agreement.yes, "no": agreement.no},
            "latency": [
                latency(one, 200, evidence=evidence)
                for one in made
                for evidence in ((False, True) if one.name not in BATCHES else (False,))
            ],
            "rates": rates(made, told.rows, told.rounds),
            "environment": environment(),
        }
        for one in made:
            one.end()
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
