"""Which words go together, by embeddings and by frequency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.language import vectors


def goes_with(new: str, partner: str, old: str) -> bool:
    """Whether a word is used with another about as the one that it replaces."""
    near = vectors.similarity(new, partner)
    was = vectors.similarity(old, partner)
    like = vectors.similarity(new, old)
    if near is None or was is None:
        return False
    if like is not None and like >= _ALIKE:
        return near >= 0
    return near >= max(_USED, was / 2)


_ALIKE: Final = 0.55


_USED: Final = 0.1
"""Cosines of Navec: chosen by reading swaps in passages of DaNetQA's train."""


_NEAREST: Final = 4


def as_frequent(word: str, others: Iterable[str]) -> list[str]:
    """Those of about a word's frequency: a rare word in its place would tell the answer."""
    own = vectors.frequency(lexicon.fold(word))
    nearest = sorted(others, key=lambda o: (abs(vectors.frequency(o.lower()) - own), o))
    return nearest[:_NEAREST]


def nearest_in_meaning(word: str, others: Iterable[str]) -> list[str]:
    """Those that are nearest in meaning: a president is rather no minister than no sheikh."""

    def far(other: str) -> tuple[float, str]:
        return (-(vectors.similarity(lexicon.fold(word), lexicon.fold(other)) or -1.0), other)

    return sorted(others, key=far)[:_NEAREST]


def is_origin(adjective: str) -> bool:
    """Whether an adjective says of what country or place: those go with any noun."""
    return adjective.endswith(("ский", "цкий"))
