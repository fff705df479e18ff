"""Files that are either whole or not there: written beside, then renamed."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_NUMBERS: Final = re.compile(r"\[\n([\s\d.,eE+\-]+)\]")
"""A list of numbers as `json` writes it; no string holds a line break."""


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text so that a reader, or a crash, never sees half of it."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """A folder that appears under its name only when the block has ended without an error.

    Args:
        path: The folder.
        replace: Whether one that stands there by then is replaced; else it stays, for another
            process may be reading it, and the new one is thrown away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        if replace:
            shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON; see `json_text`."""
    write_text(path, json_text(value))


def json_text(value: Any) -> str:
    """A value as JSON that every reader takes: NaN becomes null; a list of numbers is one line."""
    text = json.dumps(without_nan(value), ensure_ascii=False, indent=1, allow_nan=False)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def without_nan(value: Any) -> Any:
    """A value with null for every NaN in it."""
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    return value
