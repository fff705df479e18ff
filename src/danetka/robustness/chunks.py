"""Noun phrases in a question's words, by the dictionary alone.

People's questions have neither capitals nor commas, and a parser that was trained on news often
misses the subject of such a line. They are short, though: which words agree and which case a
preposition takes mostly leaves one way to read them. What has none, or several, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from danetka.augmentation.rules.lexicon import fold
from danetka.language import inflect

PREPOSITIONS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("в", "во", "на"), ("loct", "loc2", "accs")),
    **dict.fromkeys(("о", "об"), ("loct", "accs")),
    "при": ("loct",),
    **dict.fromkeys(("у", "от", "до", "из", "без", "для", "около", "вокруг", "после"), ("gent",)),
    **dict.fromkeys(("против", "среди", "кроме", "внутри"), ("gent",)),
    **dict.fromkeys(("с", "со"), ("gent", "ablt")),
    **dict.fromkeys(("к", "ко"), ("datv",)),
    "по": ("datv",),
    **dict.fromkeys(("за", "под", "над", "перед", "между"), ("ablt", "accs")),
    "через": ("accs",),
    "про": ("accs",),
}
_ADJECTIVES: Final = ("ADJF", "PRTF")
_LETTER = re.compile(r"[а-яё]\.?|[a-z]+")
_DIGITS = re.compile(r"\d+|[ivx]+")
_NAMES: Final = ("Name", "Surn", "Patr", "Geox", "Orgn")
_PERSONS: Final = ("Name", "Surn", "Patr")
"""People whom nobody owns: of «пункт Чарли иностранцев» the last word is an object."""
QUANTIFIERS: Final = frozenset(
    ("весь", "все", "каждый", "любой", "всякий", "некоторый", "многие", "многий", "немногие",
     "никакой", "никто", "ничто", "кто", "что", "который", "какой", "какой-то", "некий", "один",
     "оба", "несколько", "много", "мало", "такой", "другой", "сам", "самый", "свой", "столько",
     "сколько", "единственный")
)  # fmt: skip
"""Words by which «не» before the predicate may deny less than the whole, or more."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase.

    Attributes:
        words: As they stand in the question.
        genitive: The same in the genitive; empty where that is not known.
        number, gender: ``sing`` or ``plur``; ``masc``, ``femn``, ``neut`` or empty.
        animate: Whether its head is.
        named: Whether the dictionary has it for a name.
    """

    words: tuple[str, ...]
    genitive: str
    number: str
    gender: str
    animate: bool
    named: bool


@lru_cache(maxsize=20_000)
def tags(word: str) -> tuple[Any, ...]:
    """The readings of a word that the dictionary has, unlikely ones too."""
    found = tuple(r for r in inflect.readings(word.lower()) if r.is_known)
    return found or inflect.readings(word.lower())[:3]


def quantified(words: Sequence[str]) -> bool:
    """Whether a word among them counts, or stands for all, some, another."""
    said = " ".join(words).lower().replace("на самом деле", "").split()
    return any(
        fold(str(r.normal_form)) in QUANTIFIERS or "NUMR" in r.tag or fold(w) in QUANTIFIERS
        for w in said
        for r in tags(w)[:2]
    )


def read_noun(words: Sequence[str], cases: Sequence[str] = ("nomn",)) -> Noun | None:
    """The words as one noun phrase in one of these cases, or None."""
    lower = tuple(w.lower() for w in words)
    for case in cases:
        found = _noun(lower, case)
        if found is not None:
            return _in_capitals(found, tuple(words)) if lower != tuple(words) else found
    return None


def _in_capitals(noun: Noun, words: tuple[str, ...]) -> Noun:
    """A noun phrase with the capitals of the question."""
    forms = noun.genitive.split()
    if len(forms) == len(words):
        forms = [inflect.capitals_like(f, w) for f, w in zip(forms, words, strict=True)]
    return replace(noun, words=words, genitive=" ".join(forms))


@lru_cache(maxsize=20_000)
def _noun(words: tuple[str, ...], case: str) -> Noun | None:
    if "и" in words[1:-1] and (joined := _joined(words, case)) is not None:
        return joined
    if set(words) & set(PREPOSITIONS):
        return None
    opening = next((i for i, w in enumerate(words) if not _may_open(w, case)), len(words) - 1)
    for at in range(opening, -1, -1):  # «лысые» may be people, but not before «кошки»
        for head in tags(words[at]):
            if not _is_noun(head, case):
                continue
            before = _agreeing(words[:at], head, case)
            after = _following(words[at + 1 :], head, case) if before is not None else None
            if before is not None and after is not None:
                return _build(words, head, [*before, head], after)
    return None


def _may_open(word: str, case: str) -> bool:
    """Whether a word may stand before its noun: an adjective, in an oblique case a number."""
    if word.isdigit():
        return case != "nomn"
    return any(str(r.tag.POS) in _ADJECTIVES for r in tags(word))


def _is_noun(reading: Any, case: str) -> bool:
    if str(reading.tag.POS) != "NOUN":
        return "LATN" in reading.tag and case == "nomn"
    return reading.tag.case == case or (case == "gent" and reading.tag.case == "gen2")


def _agreeing(words: Sequence[str], head: Any, case: str) -> list[Any | str] | None:
    """The adjectives before a noun; None where a word is none."""
    found: list[Any | str] = []
    for word in words:
        if word.isdigit() and case != "nomn":
            found.append(word)
            continue
        fits = [r for r in tags(word) if str(r.tag.POS) in _ADJECTIVES and _agrees(r, head, case)]
        if not fits:
            return None
        found.append(fits[0])
    return found


def _agrees(reading: Any, head: Any, case: str) -> bool:
    tag, of = reading.tag, head.tag
    if tag.case != case and not (case == "loc2" and tag.case == "loct"):
        return False
    if case == "accs" and tag.animacy and of.animacy and tag.animacy != of.animacy:
        return False
    return tag.number == of.number and (not tag.gender or not of.gender or tag.gender == of.gender)


def _following(words: Sequence[str], head: Any, case: str) -> list[Any | str] | None:
    """What follows a noun: names and adjectives in its case, numbers, letters, a genitive."""
    found: list[Any | str] = []
    for i, word in enumerate(words):
        if _DIGITS.fullmatch(word) or _LETTER.fullmatch(word):
            if word.isdigit() and i + 1 < len(words):
                return None  # «доллар 100 рублей» is no name
            found.append(word)
            continue
        person = head.tag.animacy == "anim" or _is_name(head)
        may = person or all(_is_name(r) for r in tags(word))  # слава is no name in «чай славу»
        same = [r for r in tags(word) if may and _beside(r, head, case)]
        owner = inflect.is_known(word) and _owner(words[i:], head)
        if owner and not (same and (_is_name(head) or _likelier(word, case))):
            return [*found, *words[i:]]
        if not same:
            return None
        found.append(same[0])
    return found


def _owner(words: Sequence[str], head: Any) -> bool:
    """Whether words are a genitive that may follow a noun."""
    found = _noun(tuple(words), "gent")
    if found is None or not any(kind in head.tag for kind in _PERSONS):
        return found is not None
    return len(words) == 1 and found.number == "sing"


def _beside(reading: Any, head: Any, case: str) -> bool:
    """Whether a word is the second half of a name: «Иван Сусанин», «Пётр Великий»."""
    if reading.tag.case != case or reading.tag.number != head.tag.number:
        return False
    named = _is_name(reading) and str(reading.tag.POS) == "NOUN"
    ordinal = str(reading.tag.POS) in _ADJECTIVES and _is_name(head)
    return named or (ordinal and _agrees(reading, head, case))


def _likelier(word: str, case: str) -> bool:
    """Whether a word is rather in a case than in the genitive: «дед Мороз», «подмена Петра»."""
    found = next((r for r in tags(word) if r.tag.case in (case, "gent")), None)
    return found is not None and found.tag.case == case


def _is_name(reading: Any) -> bool:
    return any(kind in reading.tag for kind in _NAMES)


def _build(
    words: tuple[str, ...], head: Any, declined: list[Any | str], after: list[Any | str]
) -> Noun:
    number = str(head.tag.number or "sing")
    forms: list[str] = []
    for one in [*declined, *after]:
        form = one if isinstance(one, str) else _genitive(one, head)
        if not form:
            forms = []
            break
        forms.append(form)
    tag = head.tag
    called = tag.animacy == "anim" and any(not isinstance(a, str) for a in after)
    named = (_is_name(head) or called) and number == "sing"
    if tag.animacy != "anim" and not named and any(not isinstance(a, str) for a in after):
        forms = []  # «озера Байкал», but «города Москвы»
    gender = str(tag.gender or "")
    return Noun(words, " ".join(forms), number, gender, tag.animacy == "anim", named)


def _genitive(reading: Any, head: Any) -> str:
    if not reading.is_known:
        return ""
    if "Fixd" in reading.tag:
        return str(reading.word)
    number = str(reading.tag.number or head.tag.number or "sing")
    wanted = ["gent", number]
    if str(reading.tag.POS) in _ADJECTIVES and number == "sing" and reading.tag.gender:
        wanted.append(str(reading.tag.gender))
    form = inflect.inflect_reading(reading, *wanted) or ""
    if str(reading.tag.POS) in _ADJECTIVES and form[: len(reading.word) - 2] != reading.word[:-2]:
        return ""  # высшее is not высочайшего
    return form


def _joined(words: tuple[str, ...], case: str) -> Noun | None:
    at = len(words) - 1 - words[::-1].index("и")
    left, right = _noun(words[:at], case), _noun(words[at + 1 :], case)
    if left is None or right is None:
        return None
    genitive = f"{left.genitive} и {right.genitive}" if left.genitive and right.genitive else ""
    return Noun(words, genitive, "plur", "", left.animate and right.animate, left.named)
