"""Answers a second and the time of one answer: danetka beside the usual ways to run the same model.

The peers are transformers' pipeline and sentence-transformers' CrossEncoder in single precision,
each with the batch size that is best for it; the rows are the sample's questions with passages of
its own sentences, a hundred words each. All in one process, in turns, so that whatever slows the
machine slows everybody.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from danetka import Answerer, load_examples
from danetka.environment import environment
from danetka.exporting.export import export
from danetka.files import write_json, write_text
from danetka.report.table import Table

RESULTS = Path("docs/results/throughput.json")
WORDS, ROWS = 100, 512
PIPELINE, ENCODER = "transformers.pipeline", "CrossEncoder"
BATCHES = {PIPELINE: (1, 2, 4, 8, 16, 32, 64), ENCODER: (2, 4, 8, 16, 32, 64)}
INT8 = "danetka int8"
TARGETS = {PIPELINE: 4.0, ENCODER: 3.0}

Pair = tuple[str, str]
Answer = Callable[[Sequence[Pair]], Any]


@dataclass(frozen=True)
class Contender:
    """One way to answer: its name, its batch size if it has one, and what it does."""

    name: str
    batch: int | None
    answer: Answer


def made_rows(number: int) -> list[Pair]:
    """Questions with passages of `WORDS` words."""
    rows = load_examples("sample").train
    words = " ".join(rows.passages).split()
    parts = [
        " ".join(words[i : i + WORDS]) for i in range(0, len(words) - WORDS, max(1, WORDS // 2))
    ]
    return list(islice(zip(cycle(rows.questions), cycle(parts), strict=False), number))


def contenders(model: str, exports: dict[str, Path]) -> list[Contender]:
    """Everybody with every batch size."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import pipeline

    from danetka.models.catalog import resolve

    folder = resolve(model)
    theirs = pipeline("text-classification", model=folder, dtype=torch.float32, device="cpu")
    encoder = CrossEncoder(folder, device="cpu", model_kwargs={"dtype": torch.float32})

    def piped(rows: Sequence[Pair], batch: int) -> Any:
        return list(theirs([{"text": q, "text_pair": p} for q, p in rows], batch_size=batch))

    def encoded(rows: Sequence[Pair], batch: int) -> Any:
        return encoder.predict(list(rows), batch_size=batch, show_progress_bar=False)

    def with_batch(answer: Callable[[Sequence[Pair], int], Any], batch: int) -> Answer:
        return lambda rows: answer(rows, batch)

    made = [Contender(PIPELINE, b, with_batch(piped, b)) for b in BATCHES[PIPELINE]]
    made += [Contender(ENCODER, b, with_batch(encoded, b)) for b in BATCHES[ENCODER]]
    for name, place in {"danetka torch": model, **exports}.items():
        answerer = Answerer.from_pretrained(place, evidence=False)
        made.append(Contender(name, None, answerer.answer_all))
    return made


def rates(made: Sequence[Contender], rows: Sequence[Pair], rounds: int) -> list[dict[str, Any]]:
    """Rows a second of each, the median of the rounds; one round before them is not counted."""
    seconds: dict[int, list[float]] = {i: [] for i in range(len(made))}
    for number in range(rounds + 1):
        for i, one in enumerate(made):
            taken = rows if number else rows[:64]
            start = time.perf_counter()
            one.answer(taken)
            if number:
                seconds[i].append(time.perf_counter() - start)
    return [
        {
            "name": one.name,
            "batch": one.batch,
            "rows_per_second": len(rows) / statistics.median(seconds[i]),
            "rounds": [len(rows) / s for s in seconds[i]],
        }
        for i, one in enumerate(made)
    ]


def latency(place: str | Path, rows: Sequence[Pair], *, evidence: bool) -> dict[str, Any]:
    """Milliseconds of one answer: median and 95th percentile."""
    answerer = Answerer.from_pretrained(place, evidence=evidence)
    taken = []
    for question, passage in rows[:220]:
        start = time.perf_counter()
        answerer(question, passage)
        taken.append(1e3 * (time.perf_counter() - start))
    counted = sorted(taken[20:])
    return {"evidence": evidence, "median_ms": statistics.median(counted),
            "p95_ms": counted[int(0.95 * len(counted))]}  # fmt: skip


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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    rows = made_rows(told.rows)
    corpus = load_examples(told.data)
    with tempfile.TemporaryDirectory() as scratch:
        exports = {"danetka ONNX": Path(scratch, "onnx"), INT8: Path(scratch, "int8")}
        written = [
            export(told.model, corpus, place, int8=name == INT8) for name, place in exports.items()
        ]
        agreement = written[1].int8
        found = {
            "command": shlex.join(["python", *sys.argv]),
            "model": told.model,
            "rows": told.rows,
            "counted_rounds": told.rounds,
            "int8_agreement": agreement and {"yes": agreement.yes, "no": agreement.no},
            "latency": [
                {"name": name, **latency(place, rows, evidence=evidence)}
                for name, place in {"danetka torch": told.model, **exports}.items()
                for evidence in (False, True)
            ],
            "rates": rates(contenders(told.model, exports), rows, told.rounds),
            "environment": environment(),
        }
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
