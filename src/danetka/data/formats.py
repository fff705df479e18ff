"""Bytes of a file → raw rows with their places. One function a format; no row is judged here.

What a format's reader tolerates without a word: a byte-order mark at the start (Excel writes it)
and CRLF line ends (DaNetQA's own files have them). The rest is a fault.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, Final

from danetka.data.rows import RawRow
from danetka.errors import Fault
from danetka.extras import require

Rows = Iterator[RawRow | Fault]

UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
RECODE: Final = "save the file as UTF-8 (iconv -f cp1251 -t utf-8)"
CELL_LIMIT: Final = 16 * 2**20
"""The most characters of a CSV cell."""


def read_rows(name: str, content: bytes) -> Rows:
    """The raw rows of one file, and the faults between them.

    Args:
        name: The file's name; its suffix tells the format, its whole stands in messages.
        content: The file's bytes.
    """
    reader = FORMATS.get(PurePath(name).suffix.lower())
    if reader is None:
        known = ", ".join(FORMATS)
        yield Fault(f"{name}:1", "unknown kind of file", f"give one of {known}, .zip or a folder")
        return
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        yield Fault(f"{name}:1", "the file is empty", "give a file with at least one row")
        return
    if content.startswith(UTF16):
        yield Fault(f"{name}:1", "not UTF-8 but UTF-16", "save the file as UTF-8")
        return
    rows = 0
    for rows, row in enumerate(reader(name, content), 1):  # noqa: B007 - counts
        yield row
    if not rows:
        yield Fault(f"{name}:1", "the file holds no rows", "give a file with at least one row")


def read_jsonl(name: str, content: bytes) -> Rows:
    """JSON lines: one object a line."""
    lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
    whole = lines[-1] == b""
    if whole:
        lines.pop()
    if lines[0].lstrip().startswith(b"["):
        what = "a JSON array, not JSON lines"
        yield Fault(f"{name}:1", what, "write one object a line (jq -c '.[]')")
        return
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        last = number == len(lines) and not whole
        text = decode_line(line, where)
        yield text if isinstance(text, Fault) else parse_line(where, text.strip("\r"), last=last)


def read_csv(name: str, content: bytes) -> Rows:
    """CSV with a header."""
    yield from _read_delimited(name, content, ",")


def read_tsv(name: str, content: bytes) -> Rows:
    """TSV with a header; quoting as in CSV."""
    yield from _read_delimited(name, content, "\t")


def read_parquet(name: str, content: bytes) -> Rows:
    """Parquet; a place is the number of the row, from 1."""
    parquet = require("pyarrow.parquet", "parquet", "reading Parquet")
    arrow = require("pyarrow", "parquet", "reading Parquet")
    try:
        table = parquet.read_table(io.BytesIO(content))
        rows = table.to_pylist()
    except (arrow.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        yield Fault(f"{name}:1", f"not a Parquet file ({reason})", "write it anew")
        return
    for number, values in enumerate(rows, 1):
        yield RawRow(f"{name}:{number}", values)


FORMATS: Final[dict[str, Callable[[str, bytes], Rows]]] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".parquet": read_parquet,
}


def decode_line(line: bytes, where: str) -> str | Fault:
    """A line of a file as text, or what is wrong with its bytes."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return Fault(where, f"not UTF-8 (byte 0x{byte:02X} at column {error.start + 1})", RECODE)


def parse_line(where: str, text: str, *, last: bool) -> RawRow | Fault:
    """One JSON line as a raw row, or what is wrong with it.

    Args:
        where: ``file:line``.
        text: The line.
        last: Whether the file ends with it, without a line break: it may be cut off.
    """
    if not text.strip():
        return Fault(where, "an empty line", "take it out")
    try:
        values = json.loads(text, parse_constant=_no_nan, object_pairs_hook=_unique)
    except _BadJson as error:
        return Fault(where, *error.args)
    except (ValueError, RecursionError) as error:
        if last:
            what = "the last line is cut off"
            return Fault(where, what, "fetch or write the file anew, or take the line out")
        reason = getattr(error, "msg", "nested too deeply, or a number too long")
        return Fault(where, f"not JSON ({reason})", "write one JSON object a line")
    if not isinstance(values, dict):
        kind = type(values).__name__
        return Fault(where, f"a {kind}, not an object", 'write {"question": …, "passage": …}')
    return RawRow(where, values)


class _BadJson(Exception):  # noqa: N818 - never leaves this module
    """What json lets pass and we do not: (what, remedy)."""


def _no_nan(constant: str) -> object:
    raise _BadJson(f"{constant} in a row", "write null or take the row out")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _BadJson("a key stands twice in one object", "keep one of them")
    return values


def _read_delimited(name: str, content: bytes, delimiter: str) -> Rows:
    content = content.removeprefix(codecs.BOM_UTF8)
    undecodable = [
        text
        for number, line in enumerate(content.split(b"\n"), 1)
        if isinstance(text := decode_line(line, f"{name}:{number}"), Fault)
    ]
    if undecodable:
        yield from undecodable
        return
    csv.field_size_limit(CELL_LIMIT)  # csv's own limit, 128 KiB, is less than a long passage
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    start = 1
    while True:
        where = f"{name}:{start}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Fault(
                where, f"the row cannot be read ({error})", "close its quotes, or escape them"
            )
            return
        if cells is None:
            return
        start = reader.line_num + 1
        if not cells or cells == [""]:
            yield Fault(where, "an empty line", "take it out")
        elif not header:
            header = cells
            if len(set(header)) < len(header):
                yield Fault(where, "a column stands twice in the header", "rename one of them")
                return
        elif len(cells) != len(header):
            what = f"{len(cells)} cells under {len(header)} columns"
            remedy = (
                "quote the cell that holds a delimiter, or fetch the file anew if it is cut off"
            )
            yield Fault(where, what, remedy)
        else:
            yield RawRow(where, dict(zip(header, cells, strict=True)))
