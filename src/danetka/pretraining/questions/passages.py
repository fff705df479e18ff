"""Documents → passages of the length that questions are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from danetka.extras import require

LEAST: Final = 40
MOST: Final = 120
"""Words of a passage; half of DaNetQA's have between 56 and 98."""
_SHORTEST: Final = 8


def passages(document: str) -> Iterator[str]:
    """Cut a document into passages, between sentences, and rather between paragraphs.

    Paragraphs too short for a passage are joined with the next; what is left at the end may be
    short, but no shorter than a sentence of eight words.
    """
    sentenize = require("razdel", "rules", "cutting text into passages").sentenize
    held: list[str] = []
    words = 0
    for paragraph in document.split("\n\n"):
        for sentence in sentenize(" ".join(paragraph.split())):
            length = len(sentence.text.split())
            if words and words + length > MOST:
                yield " ".join(held)
                held, words = [], 0
            held.append(sentence.text)
            words += length
        if words >= LEAST:
            yield " ".join(held)
            held, words = [], 0
    if words >= _SHORTEST:
        yield " ".join(held)
