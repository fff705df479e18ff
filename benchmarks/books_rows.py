"""Whole books as rows: passages of whole sentences, with a made question about each."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from danetka.errors import DanetkaError
from danetka.files import write_text
from danetka.language.text import sentence_spans, words

LONG = 6
"""Letters from which on a word is asked about."""


@dataclass(frozen=True, slots=True)
class Book:
    """A book.

    Attributes:
        name: Its file in its collection.
        text: All of it.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked: idx counts over all books."""

    idx: int
    book: str
    question: str
    passage: str


def books_of(path: Path) -> Iterator[Book]:
    """The books of a collection whose documents, ``NAME#1``, ``NAME#2`` …, are pieces of them."""
    import lzma

    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        documents = (json.loads(line) for line in file)
        for name, pieces in groupby(documents, lambda one: str(one["source"]).partition("#")[0]):
            yield Book(name, "\n\n".join(piece["text"] for piece in pieces))


def choose(books: Iterable[Book], many: int, least: int, seed: int = 0) -> list[Book]:
    """So many of those that are long enough, drawn by chance."""
    long = [book for book in books if len(words(book.text)) >= least]
    if len(long) < many:
        raise DanetkaError(f"there are {len(long)} books of {least} words: ask for fewer")
    return random.Random(seed).sample(long, many)


def passages(text: str, least: int) -> Iterator[str]:
    """The text in pieces of whole sentences, each of at least so many words but for the last."""
    held, start = 0, None
    end = 0
    for first, last in sentence_spans(text):
        start = first if start is None else start
        held, end = held + len(words(text[first:last])), last
        if held >= least:
            yield text[start:end]
            held, start = 0, None
    if start is not None and held:
        yield text[start:end]


def rows_of(books: Sequence[Book], least: int, seed: int = 0) -> list[Row]:
    """A question about each passage: whether a long word stands in it; every other one does not."""
    drawn = random.Random(seed)
    found: list[Row] = []
    for book in books:
        pieces = list(passages(book.text, least))
        known = [[w for w in words(piece) if len(w) >= LONG] or ["книга"] for piece in pieces]
        for i, piece in enumerate(pieces):
            word = drawn.choice(known[i] if i % 2 else drawn.choice(known))
            found.append(Row(len(found), book.name, f"Есть ли в отрывке слово «{word}»?", piece))
    return found


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """As JSON lines."""
    lines = (json.dumps(dataclasses.asdict(row), ensure_ascii=False) + "\n" for row in rows)
    write_text(path, "".join(lines))
