"""Normal forms of text, for comparing rows and for naming a question's form."""

from __future__ import annotations

import re
from typing import Final

STRESS: Final = "\u0301"
"""The combining acute that encyclopedias put on a stressed vowel; 27% of DaNetQA's passages."""

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+(?:-\w+)*")
_DOUBLE_SPACE = re.compile(r"\S\s{2,}\S")


def normalize(text: str) -> str:
    """The key by which two texts count as the same: no stress marks, case, ё or extra spaces."""
    plain = text.replace(STRESS, "").casefold().replace("ё", "е")
    return _SPACES.sub(" ", plain).strip()


def question_key(question: str) -> str:
    """The key by which two questions ask the same: their words, whatever stands between them."""
    return " ".join(words(question.replace("ё", "е").replace("Ё", "Е")))


def words(text: str) -> list[str]:
    """The words of a text in lower case and without stress marks; a hyphen joins."""
    return _WORD.findall(text.replace(STRESS, "").lower())


def first_word(question: str) -> str:
    """The word that opens a question, in lower case; for a general question mostly its verb."""
    found = _WORD.search(question.replace(STRESS, "").lower())
    return found.group() if found else ""


def has_stress_marks(text: str) -> bool:
    """Whether any vowel carries a stress mark."""
    return STRESS in text


def has_double_spaces(text: str) -> bool:
    """Whether two words are parted by more than one space."""
    return _DOUBLE_SPACE.search(text) is not None


def with_word(text: str, old: str, new: str) -> str | None:
    """The text with words replaced that stand in it exactly once; None if they do not."""
    found = list(re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", text, flags=re.IGNORECASE))
    if len(found) != 1:
        return None
    [match] = found
    if match.group()[:1].isupper():
        new = new[:1].upper() + new[1:]
    return text[: match.start()] + new + text[match.end() :]
