"""Rows and files that several tests are made of."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from danetka.errors import DataError
from danetka.schema import Example, Examples

COLOURS = ("красный", "синий", "белый", "чёрный", "жёлтый", "серый")
THINGS = ("дом", "мост", "флаг", "шар", "забор", "плащ", "стол", "конь")


def make_examples(n: int, no_every: int = 4, origin: str = "made") -> Examples:
    """Labelled rows of varied length; every `no_every`-th is «нет»; the passage decides."""
    rows = []
    for i in range(n):
        thing, colour = THINGS[i % len(THINGS)], COLOURS[(i * 5 + i // 7) % len(COLOURS)]
        no = i % no_every == 0
        seen = COLOURS[(COLOURS.index(colour) + 1) % len(COLOURS)] if no else colour
        passage = f"В городе номер {i} стоит {seen} {thing}. " + "Его видно издалека. " * (i % 5)
        rows.append(Example(f"Верно ли что {thing} {i} {colour}?", passage.strip(), int(not no), i))
    return Examples(tuple(rows), origin)


ROWS = [
    {
        "question": "Есть ли у кита зубы?",
        "passage": 'У кашалота есть зубы, "белые".',
        "label": True,
        "idx": 3,
    },
    {
        "question": "Летает ли пингвин?",
        "passage": "Пингвин не летает;\tон плавает.",
        "label": False,
        "idx": 7,
    },
]


def write_jsonl(path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8"
    )
    return path


def write_delimited(path: Path, delimiter: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    return path


def write_parquet(path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def lines(error: pytest.ExceptionInfo[DataError], path: Path) -> list[str]:
    """The message's lines, with the file's name in place of its path."""
    return str(error.value).replace(str(path), path.name).splitlines()
