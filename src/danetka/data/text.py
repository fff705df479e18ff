"""Plain text files → passages."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

from danetka.data.formats import FORMATS
from danetka.errors import DanetkaError

SUFFIX: Final = ".txt"
LONGEST: Final = 150
"""Words of a passage; a longer paragraph is cut between sentences. DaNetQA's longest has 206."""

_PARAGRAPHS = re.compile(r"\n\s*\n")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…»])\s+(?=[А-ЯЁA-Z«\"—])")


def is_text(path: Path) -> bool:
    """Whether it is a text file, or a folder that holds some and no tables."""
    if path.is_dir():
        suffixes = {file.suffix.lower() for file in path.iterdir()}
        return SUFFIX in suffixes and not suffixes & (set(FORMATS) | {".zip"})
    return path.suffix.lower() == SUFFIX


def read_passages(path: Path) -> tuple[list[str], Counter[str]]:
    """The paragraphs of a text file, or of all those in a folder.

    Returns:
        The passages, each once, and reason → how many were passed over.

    Raises:
        DanetkaError: If a file cannot be read or is not UTF-8.
    """
    inside = path.iterdir() if path.is_dir() else [path]
    files = sorted(file for file in inside if file.suffix.lower() == SUFFIX or file == path)
    passages: list[str] = []
    skipped: Counter[str] = Counter()
    for file in files:
        text = _read(file)
        if not text.strip():
            skipped["file: empty"] += 1
            continue
        for paragraph in _PARAGRAPHS.split(text):
            passages += _cut(paragraph.strip())
    found = [p for p in dict.fromkeys(passages) if p]
    skipped["passage: stands twice"] = len([p for p in passages if p]) - len(found)
    return found, +skipped


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise DanetkaError(
            f"{file}:{line}: not UTF-8: save it as UTF-8 (iconv -f cp1251 -t utf-8)"
        ) from None
    except OSError as error:
        raise DanetkaError(f"{file}: cannot be read: {error.strerror}") from error


def _cut(paragraph: str) -> list[str]:
    """A paragraph in passages of at most `LONGEST` words, unless one sentence is longer."""
    if len(paragraph.split()) <= LONGEST:
        return [paragraph]
    passages: list[str] = []
    words = LONGEST + 1
    for sentence in _SENTENCE_ENDS.split(paragraph):
        if words + len(sentence.split()) > LONGEST:
            passages.append(sentence)
            words = len(sentence.split())
        else:
            passages[-1] += f" {sentence}"
            words += len(sentence.split())
    return passages
