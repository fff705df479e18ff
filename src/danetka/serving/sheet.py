"""Rows with their answers as CSV or JSON lines.

A cell of text that begins like a formula would be run by the program that opens the CSV, so an
apostrophe is put before it, as OWASP recommends ("CSV Injection"); plain numbers stay as they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from danetka.answering.answer import Answer
from danetka.answering.file import ANSWERED
from danetka.data.stream import StreamedRow, stream_rows
from danetka.errors import DanetkaError
from danetka.serving.engine import Outcome, Unanswered

ERROR: Final = "error"
UNREAD: Final = "row"
"""The column of a row that could not be split into columns: its text."""
_GIVEN: Final = "_given"
_MOST_COLUMNS: Final = 256
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file holds.

    Attributes:
        columns: Of all its rows, in the order in which they first stand there.
        rows: How many rows.
        unread: Whether some could not be split into columns.
        mark: Whether it begins with a byte-order mark, as Excel's do.
    """

    columns: tuple[str, ...]
    rows: int
    unread: bool
    mark: bool


def scan(path: Path) -> Scan:
    """Read a file once for its columns.

    Raises:
        DanetkaError: If it has more columns than a table should.
        DataError: If its header cannot be used.
    """
    columns: dict[str, None] = {}
    rows, unread = 0, False
    for row in stream_rows(path):
        rows += 1
        unread = unread or row.values is None
        columns |= dict.fromkeys(row.values or ())
        if len(columns) > _MOST_COLUMNS:
            raise DanetkaError(f"more than {_MOST_COLUMNS} columns: leave out what is not needed")
    with path.open("rb") as file:
        mark = file.read(3) == codecs.BOM_UTF8
    return Scan(tuple(columns), rows, unread, mark)


class Writer(Protocol):
    """Writes rows with what became of them."""

    def start(self) -> bytes:
        """What stands before the first row."""

    def row(self, row: StreamedRow, outcome: Outcome) -> bytes:
        """A row."""


class _Csv:
    """CSV with the columns of the file and ours; a mark at its start if the file has one."""

    def __init__(self, found: Scan) -> None:
        ours = (*ANSWERED, ERROR, *((UNREAD,) if found.unread else ()))
        names = _apart(found.columns, ours)
        self._given, self._names, self._ours = found.columns, names, ours
        self._mark = codecs.BOM_UTF8 if found.mark else b""

    def start(self) -> bytes:
        header = [*(self._names[name] for name in self._given), *self._ours]
        return self._mark + _line(header)

    def row(self, row: StreamedRow, outcome: Outcome) -> bytes:
        given, ours = row.values or {}, _ours(row, outcome)
        return _line(
            [*(given.get(name) for name in self._given), *(ours.get(name) for name in self._ours)]
        )


class _JsonLines:
    """JSON lines: the row's own columns and ours; ``error`` stands in bad rows only."""

    def __init__(self, found: Scan) -> None:
        del found

    def start(self) -> bytes:
        return b""

    def row(self, row: StreamedRow, outcome: Outcome) -> bytes:
        given, ours = row.values or {}, _ours(row, outcome)
        names = _apart(tuple(given), (*ANSWERED, ERROR))
        try:
            line = _json({names[name]: value for name, value in given.items()} | ours)
        except RecursionError:
            line = _json(_ours(row, Unanswered("nested too deeply")) | {UNREAD: _text(row)})
        return line.encode("utf-8", "backslashreplace") + b"\n"


WRITERS: Final[Mapping[str, Callable[[Scan], Writer]]] = {"csv": _Csv, "jsonl": _JsonLines}


def _apart(columns: Sequence[str], ours: Sequence[str]) -> dict[str, str]:
    """The file's columns → their names beside ours: one that is called alike is ``NAME_given``."""
    taken, names = {*columns, *ours}, {}
    for column in columns:
        name = column
        while name in ours or (name != column and name in taken):
            name += _GIVEN
        taken.add(name)
        names[column] = name
    return names


def _ours(row: StreamedRow, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Answer):
        told = (
            outcome.label, round(outcome.probability, 6), round(outcome.yes_probability, 6),
            outcome.evidence, outcome.windows,
        )  # fmt: skip
        return dict(zip(ANSWERED, told, strict=True))
    found = {ERROR: f"line {row.line}: {outcome.trouble}"}
    return found if row.values is not None else found | {UNREAD: _text(row)}


def _text(row: StreamedRow) -> str:
    return row.text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([_cell(value) for value in cells])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        try:
            return _json(value)
        except RecursionError:
            return "…"
    if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
