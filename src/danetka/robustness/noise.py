"""A question that is typed badly, or in other letters: its answer stays."""

from __future__ import annotations

import random
import re
from typing import Final

from danetka.language import inflect

LEAST_LETTERS: Final = 5
"""Letters of a word in which an error is made: a short one may become another word."""
_WORD: Final = re.compile(r"[А-ЯЁа-яё]+")
_ROWS: Final = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_TRIES: Final = 20


def mistyped(question: str, rng: random.Random) -> tuple[str, list[tuple[str, str]]]:
    """A question with one or two typing errors, each in another word.

    Two neighbouring letters change places, a letter is left out or doubled, or a neighbour on the
    ЙЦУКЕН keyboard is struck; never the first letter, and never so that the dictionary knows what
    comes out.

    Returns:
        The question, and what was written for what; nothing where no word is long enough.
    """
    words = [m for m in _WORD.finditer(question) if len(m.group()) >= LEAST_LETTERS]
    chosen = rng.sample(words, min(len(words), rng.choice((1, 2))))
    changed: list[tuple[str, str]] = []
    for match in sorted(chosen, key=lambda m: -m.start()):
        wrong = _mistyped_word(match.group(), rng)
        if wrong:
            question = question[: match.start()] + wrong + question[match.end() :]
            changed.insert(0, (match.group(), wrong))
    return question, changed


def _mistyped_word(word: str, rng: random.Random) -> str:
    for _ in range(_TRIES):
        wrong = rng.choice((_exchanged, _dropped, _doubled, _struck))(word, rng)
        if wrong != word and not inflect.is_known(wrong):
            return wrong
    return ""


def _exchanged(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return word[: at + 1] + word[at:]


def _struck(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    letter = word[at].lower().replace("ё", "е")
    row = next(r for r in _ROWS if letter in r)
    place = row.index(letter)
    near = rng.choice([row[i] for i in (place - 1, place + 1) if 0 <= i < len(row)])
    return word[:at] + (near.upper() if word[at].isupper() else near) + word[at + 1 :]


def recased(question: str, rng: random.Random) -> str:
    """The question in upper case, with every word capitalised, or in lower case.

    To a tokenizer that knows no case nothing has changed.
    """
    ways = (question.upper(), _capitalised(question), question.lower())
    others = [way for way in ways if way != question]
    return rng.choice(others) if others else question


def _capitalised(question: str) -> str:
    return re.sub(r"\w+", lambda m: m.group()[:1].upper() + m.group()[1:], question)
