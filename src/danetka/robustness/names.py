"""Which words of a passage are names: a question in lower case does not say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from danetka.language import inflect
from danetka.language.parse import clean

_WORD: Final = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*")
_ENDS: Final = (".", "!", "?", "…", ":", ";", "«", '"', "—", "-")


@lru_cache(maxsize=2000)
def names_in(passage: str) -> frozenset[str]:
    """The dictionary forms of words with a capital inside a sentence, and nowhere without."""
    text = clean(passage)
    names: set[str] = set()
    others: set[str] = set()
    for match in _WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip()[-1:]
        if word[:1].islower():
            others |= _bases(word)
        elif (before and before not in _ENDS) or (len(word) > 1 and word.isupper()):
            names |= _bases(word)
    return frozenset(names - others)


def _bases(word: str) -> set[str]:
    lower = word.lower()
    return {lower, *(str(r.normal_form) for r in inflect.readings(lower))}


def is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a word, in any form, is among the names."""
    return bool(_bases(word) & names)
