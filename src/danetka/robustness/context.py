"""A passage with a sentence from elsewhere, or its sentences in another order: the answer stays."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from danetka.augmentation.rules.lexicon import fold
from danetka.extras import require
from danetka.language import inflect

_WORD: Final = re.compile(r"[а-яё]+(?:-[а-яё]+)*|[a-z]+|\d+")
_CLOSED: Final = ("PREP", "CONJ", "PRCL", "NPRO", "INTJ", "PRED")
_EMPTY: Final = frozenset(
    ("быть", "есть", "правда", "верно", "существовать", "бывать", "весь", "этот", "свой", "который")
)
_SHORTEST: Final = 6
_LONGEST: Final = 30
_TRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of some passage.

    Attributes:
        text: It.
        group: The group of its row; sentences of a row's own group may decide its answer.
        content: The dictionary forms of its content words.
    """

    text: str
    group: int
    content: frozenset[str]


def cut(passage: str) -> list[str]:
    """The sentences of a passage as they stand in it, by razdel.

    Raises:
        MissingExtraError: If the `rules` extra is not installed.
    """
    razdel: Any = require("razdel", "rules", "cutting passages into sentences")
    return [part.text for part in razdel.sentenize(passage) if part.text]


@lru_cache(maxsize=20_000)
def content(text: str) -> frozenset[str]:
    """The dictionary forms, every reading of each, of a text's words that carry meaning."""
    found: set[str] = set()
    for word in set(_WORD.findall(text.replace("\u0301", "").lower())):
        readings = inflect.readings(word)
        if str(readings[0].tag.POS) not in _CLOSED:
            found.update(fold(str(reading.normal_form)) for reading in readings)
    return frozenset(found - _EMPTY)


def may_distract(text: str) -> bool:
    """Whether a sentence is whole and neither a fragment nor a list."""
    words = text.split()
    whole = text[:1].isupper() and text.endswith(".") and "\n" not in text
    return whole and _SHORTEST <= len(words) <= _LONGEST


def distracted(
    passage: str, question: str, group: int, others: Sequence[Sentence], rng: random.Random
) -> tuple[str, str] | None:
    """A passage with a sentence that says nothing of the question, at its end or in its middle.

    Args:
        passage: The passage.
        question: Its question, with which the sentence has no content word in common.
        group: The group of its row, of which the sentence is not.
        others: Sentences to draw from.
        rng: Draws.

    Returns:
        The passage and the sentence, or None where none was found.
    """
    asked = content(question)
    for _ in range(_TRIES if others else 0):
        drawn = rng.choice(others)
        if drawn.group == group or drawn.content & asked or drawn.text in passage:
            continue
        own = cut(passage)
        middle = len(own) > 1 and rng.random() < 0.5  # noqa: PLR2004 - as often as at the end
        at = rng.randrange(1, len(own)) if middle else len(own)
        return " ".join([*own[:at], drawn.text, *own[at:]]), drawn.text
    return None


def reordered(passage: str, rng: random.Random) -> tuple[str, list[int]] | None:
    """A passage with its sentences in another order.

    Returns:
        The passage, and which sentence (from 1 on) stands at each place; None where there is but
        one order.
    """
    own = cut(passage)
    if len(set(own)) < 2:  # noqa: PLR2004 - two sentences
        return None
    order = list(range(len(own)))
    while [own[i] for i in order] == own:
        rng.shuffle(order)
    return " ".join(own[i] for i in order), [i + 1 for i in order]
