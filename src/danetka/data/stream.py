"""A file of rows read one by one: for files larger than memory, and rows that may be bad.

What `read` takes for a fault of the whole file is here a bad row, kept with its text: nothing that
stands in the file is left out, and one bad row does not stop the others.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from danetka.data.formats import CELL_LIMIT, RECODE, UTF16, decode_line, parse_line
from danetka.errors import DanetkaError, DataError, Fault

STREAMED: Final = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
"""The kinds of files that can be read row by row."""


@dataclass(frozen=True, slots=True)
class StreamedRow:
    """One row of a file.

    Attributes:
        line: Where it begins, from 1.
        lines: How many lines it takes.
        text: It, as it stands in the file; what is not UTF-8 as surrogates.
        values: Column → value, or None for a bad row.
        trouble: What is wrong with a bad row.
    """

    line: int
    lines: int
    text: str
    values: Mapping[str, Any] | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What can be said of a file without keeping it.

    Attributes:
        lines: How many lines it has.
        sha256: Of its bytes.
    """

    lines: int
    sha256: str


def survey(path: Path) -> Survey:
    """Count a file's lines and hash it.

    Raises:
        DanetkaError: If it is no file of a kind that can be streamed, or cannot be read.
        DataError: If it is empty, not UTF-8 by its first bytes, or a JSON array.
    """
    if path.suffix.lower() not in STREAMED:
        raise DanetkaError(f"{path}: cannot be read row by row: give one of {', '.join(STREAMED)}")
    digest, lines, last, empty = hashlib.sha256(), 0, b"\n", True
    try:
        with path.open("rb") as file:
            _check_start(path, file.read(4096))
            file.seek(0)
            while block := file.read(2**20):
                digest.update(block)
                lines += block.count(b"\n")
                empty = empty and not block.removeprefix(codecs.BOM_UTF8).strip()
                last = block[-1:]
    except FileNotFoundError:
        raise DanetkaError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DanetkaError(f"{path}: cannot be read: {error.strerror}") from error
    if empty:
        fault = Fault(f"{path}:1", "the file is empty", "give a file with at least one row")
        raise DataError([fault])
    return Survey(lines + (last != b"\n"), digest.hexdigest())


def stream_rows(path: Path) -> Iterator[StreamedRow]:
    """The rows of a file, good and bad, in order; memory holds one at a time.

    Args:
        path: A file that `survey` has passed.

    Raises:
        DataError: If the header of a CSV names a column twice.
    """
    with path.open("rb") as file:
        lines = _without_mark(file)
        if path.suffix.lower() in {".csv", ".tsv"}:
            yield from _delimited(path, lines, "\t" if path.suffix.lower() == ".tsv" else ",")
        else:
            yield from _json_lines(path, lines)


def _check_start(path: Path, start: bytes) -> None:
    if start.startswith(UTF16):
        raise DataError([Fault(f"{path}:1", "not UTF-8 but UTF-16", "save the file as UTF-8")])
    is_json = path.suffix.lower() not in {".csv", ".tsv"}
    if is_json and start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        what = "a JSON array, not JSON lines"
        raise DataError([Fault(f"{path}:1", what, "write one object a line (jq -c '.[]')")])


def _without_mark(lines: Iterator[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix(codecs.BOM_UTF8)


def _json_lines(path: Path, lines: Iterator[bytes]) -> Iterator[StreamedRow]:
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        raw = _lenient(line).rstrip("\r\n")
        row = decode_line(line, where)
        if isinstance(row, str):
            parsed = parse_line(where, row.rstrip("\r\n"), last=not line.endswith(b"\n"))
            if not isinstance(parsed, Fault):
                yield StreamedRow(number, 1, raw, parsed.values)
                continue
            row = parsed
        yield StreamedRow(number, 1, raw, None, f"{row.what}: {row.remedy}")


def _delimited(path: Path, lines: Iterator[bytes], delimiter: str) -> Iterator[StreamedRow]:
    header: list[str] | None = None
    for row, cells in _records(lines, delimiter):
        if header is None and cells and row.trouble == "":
            header = cells
            if len(set(header)) < len(header):
                what = "a column stands twice in the header"
                raise DataError([Fault(f"{path}:{row.line}", what, "rename one of them")])
        elif row.trouble or cells is None:
            yield row
        elif len(cells) != len(header or ()):
            what = (
                f"{len(cells)} cells under {len(header or ())} columns: quote the cell that holds "
                "a delimiter, or fetch the file anew if it is cut off"
            )
            yield StreamedRow(row.line, row.lines, row.text, None, what)
        else:
            values = dict(zip(header or (), cells, strict=True))
            yield StreamedRow(row.line, row.lines, row.text, values)


def _records(
    lines: Iterator[bytes], delimiter: str
) -> Iterator[tuple[StreamedRow, list[str] | None]]:
    """CSV records with their text. After a record that cannot be read, the next line is tried.

    A quote that is never closed would swallow the rest of the file: its first line alone is bad.
    """
    csv.field_size_limit(CELL_LIMIT)  # csv's own limit, 128 KiB, is less than a long passage
    number = 1
    again: deque[str] = deque()  # no chain of chains: thousands of bad rows would nest too deeply
    while True:
        taken: list[str] = []
        source = _kept(lines, again, taken)
        try:
            cells = next(csv.reader(source, delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            again.extendleft(reversed(taken[1:]))
            what = f"the row cannot be read ({error}): close its quotes, or escape them"
            yield StreamedRow(number, 1, taken[0].rstrip("\r\n"), None, what), None
            number += 1
            continue
        if cells is None:
            return
        text = "".join(taken).rstrip("\r\n")
        trouble = ""
        if cells in ([], [""]):
            trouble = "an empty line: take it out"
        elif any("\udc80" <= character <= "\udcff" for character in text):
            trouble = f"not UTF-8: {RECODE}"
        yield StreamedRow(number, len(taken), text, None, trouble), cells
        number += len(taken)


def _kept(lines: Iterator[bytes], again: deque[str], taken: list[str]) -> Iterator[str]:
    """The lines of a record, noted as they are taken; first those that are tried again."""
    while True:
        line = again.popleft() if again else _next(lines)
        if line is None:
            return
        taken.append(line)
        yield line


def _next(lines: Iterator[bytes]) -> str | None:
    line = next(lines, None)
    return None if line is None else _lenient(line)


def _lenient(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
