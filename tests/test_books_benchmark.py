"""The books' benchmark, part by part; a small process stands in for the command that it watches."""

from __future__ import annotations

import dataclasses
import json
import lzma
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from danetka.environment import environment
from danetka.errors import DanetkaError
from danetka.language.text import words

from .test_benchmarks import load

SENTENCES = [f"Корабль номер {i} давно ушёл в море из гавани." for i in range(60)]
WRITER = """
import sys, time
from pathlib import Path
output, many = Path(sys.argv[1]), int(sys.argv[2])
part = output.with_name(output.name + ".part")
done = part.read_bytes().count(b"\\n") if part.exists() else 0
with part.open("ab") as file:
    for row in range(done, many):
        file.write(b"%d\\n" % row)
        file.flush()
        time.sleep(0.01)
part.rename(output)
"""
"""Writes a row at a time, goes on where it was stopped, and renames the file at the end."""


def write_collection(folder: Path) -> Path:
    """Two books: one of two pieces, one short; another collection would follow."""
    documents = [
        {"source": "c:Первая.txt#1", "text": " ".join(SENTENCES[:30])},
        {"source": "c:Первая.txt#2", "text": " ".join(SENTENCES[30:])},
        {"source": "c:Вторая.txt", "text": "Конец."},
    ]
    path = folder / "books.jsonl.xz"
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
    return path


def test_a_book_is_all_its_pieces_and_a_passage_whole_sentences(tmp_path: Path) -> None:
    made = load("books_rows")
    books = list(made.books_of(write_collection(tmp_path)))
    assert [book.name for book in books] == ["c:Первая.txt", "c:Вторая.txt"]
    assert made.choose(books, 1, 100) == books[:1]
    with pytest.raises(DanetkaError, match="there are 1 books of 100 words"):
        made.choose(books, 2, 100)
    pieces = list(made.passages(books[0].text, 100))
    assert " ".join(" ".join(pieces).split()) == " ".join(SENTENCES), "nothing is lost"
    assert all(100 <= len(words(piece)) < 110 for piece in pieces[:-1])
    assert all(piece.startswith("Корабль") and piece.endswith("гавани.") for piece in pieces)
    rows = made.rows_of(books, 100)
    assert [row.idx for row in rows] == list(range(len(pieces) + 1))
    assert [row.passage for row in rows] == [*pieces, "Конец."]
    assert rows == made.rows_of(books, 100)
    for row in rows[1:-1:2]:
        assert row.question.split("«")[1].split("»")[0] in words(row.passage)


def test_a_process_is_stopped_where_it_is_told_and_goes_on(tmp_path: Path) -> None:
    books = load("books")
    output = tmp_path / "rows.txt"
    command = [sys.executable, "-c", WRITER, str(output), "200"]
    killed = books.run(command, output, (20, signal.SIGKILL))
    assert (killed.sent, killed.code) == ("SIGKILL", -9)
    assert 20 <= killed.rows < 200
    stopped = books.run(command, output, (70, signal.SIGINT))
    assert stopped.sent == "SIGINT"
    assert stopped.code != 0
    assert 70 <= stopped.rows < 200
    assert stopped.written[0][1] > killed.rows
    ended = books.run(command, output)
    assert (ended.sent, ended.code, ended.rows) == (None, 0, 200)
    assert output.read_text().split() == [str(row) for row in range(200)]
    assert all(leg.peak is None or leg.peak > 1 for leg in (killed, stopped, ended))


def test_a_process_that_fails_or_is_too_fast_is_an_error(tmp_path: Path) -> None:
    books = load("books")
    fails = [sys.executable, "-c", "import sys; sys.exit('no such model')"]
    with pytest.raises(DanetkaError, match=r"ended by itself with code 1: no such model"):
        books.run(fails, tmp_path / "a")
    output = tmp_path / "b"
    with pytest.raises(DanetkaError, match="ended by itself with code 0"):
        books.run([sys.executable, "-c", WRITER, str(output), "5"], output, (50, signal.SIGKILL))


def test_rows_that_are_lost_doubled_or_out_of_order_are_found(tmp_path: Path) -> None:
    made, books = load("books_rows"), load("books")
    rows = made.rows_of(list(made.books_of(write_collection(tmp_path))), 100)
    good: list[dict[str, Any]] = [
        {**dataclasses.asdict(row), "answer": "да", "yes_probability": 0.7} for row in rows
    ]
    books.check(rows, good)
    for bad in (
        good[:-1], good[:2] + good[3:], [*good, good[-1]], good[:1] + good, good[::-1],
        [{**good[0], "passage": "Другой."}, *good[1:]], [{**good[0], "answer": None}, *good[1:]],
    ):  # fmt: skip
        with pytest.raises(DanetkaError):
            books.check(rows, bad)
    assert books.farthest(good, [{**one, "yes_probability": 0.70001} for one in good]) < 2e-5
    for change in ({"yes_probability": 0.71}, {"answer": "нет"}):
        with pytest.raises(DanetkaError, match="row 0: an unkilled run answers otherwise"):
            books.farthest(good, [{**good[0], **change}, *good[1:]])


def test_what_is_compared_are_whole_blocks() -> None:
    books = load("books")
    assert books.blocks(21, [5, 9], 4) == [4, 5, 6, 7, 8, 9, 10, 11, 20]


def test_seconds_lost_to_kills() -> None:
    """Ten rows a second after a second's start; killed half a second after the last row."""
    books = load("books")

    def leg(sent: str | None, first: int, last: int, over: float) -> Any:
        written = tuple((1 + i / 10, first + i) for i in range(last - first + 1))
        return books.Leg(sent, 0, written[-1][0] + over, last, 300.0, written)

    legs = [leg("SIGKILL", 1, 40, 0.5), leg("SIGINT", 41, 80, 0.5), leg(None, 81, 120, 0.0)]
    # Two more starts, of which a tenth of a second each is the next row, and twice half a second.
    assert books.lost(legs) == pytest.approx(2 * 0.9 + 2 * 0.5)
    assert books.lost([dataclasses.replace(legs[0], written=legs[0].written[:1])]) is None
    found = {
        "books": ["а"], "rows": 120, "words": 12000, "seconds": 14.7, "rows_per_second": 8.2,
        "seconds_lost": 2.8, "peak_mib": None, "compared": 30, "farthest": 0.0,
        "legs": [dataclasses.asdict(one) for one in legs],
        "environment": environment(), "command": "c",
    }  # fmt: skip
    shown = books.table(found)
    assert shown.rows == (("1", "120", "12,000", "15", "8.2", "2.8", "–"),)
    assert "SIGKILL at row 40, SIGINT at row 80; resumed" in shown.notes[0]
