"""Open text, a document at a time: nothing is read into memory whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Final

from danetka.errors import DanetkaError

_OPENERS: Final[dict[str, Callable[..., AbstractContextManager[IO[str]]]]] = {
    ".jsonl": open,
    ".jsonl.xz": lzma.open,
    ".jsonl.gz": gzip.open,
    ".txt": open,
}
_MILLIONTHS: Final = 1_000_000


def find_source(folder: Path, name: str) -> Path:
    """The file of a source.

    Raises:
        DanetkaError: If there is none.
    """
    for suffix in _OPENERS:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    known = ", ".join(f"{name}{suffix}" for suffix in _OPENERS)
    raise DanetkaError(f"{folder}: no source {name!r}: looked for {known}")


def read_documents(path: Path) -> Iterator[str]:
    """The documents of a source: the ``text`` of every line; of a .txt file its paragraphs.

    Raises:
        DanetkaError: If a line is no JSON object with a ``text``, or the file is damaged.
    """
    suffix = next(s for s in _OPENERS if path.name.endswith(s))
    number = 0
    try:
        with _OPENERS[suffix](path, "rt", encoding="utf-8") as file:
            if suffix == ".txt":
                yield from _paragraphs(file)
                return
            for number, line in enumerate(file, 1):  # noqa: B007 - for the message below
                if line.strip():
                    yield _text(json.loads(line))
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise DanetkaError(
            f'{path}:{number or 1}: not a document: give JSON lines with a "text", in UTF-8'
        ) from error


def is_held_out(text: str, share: float) -> bool:
    """Whether a document is kept from training: by its own hash, wherever it stands."""
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8]) % _MILLIONTHS < share * _MILLIONTHS


def _text(row: Any) -> str:
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError("a text is a string")
    return text.strip()


def _paragraphs(file: IO[str]) -> Iterator[str]:
    lines: list[str] = []
    for line in file:
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)
