"""Words and their forms, by pymorphy3 (https://github.com/no-plagiarism/pymorphy3).

slovnet tags a word in its sentence; pymorphy3 knows the dictionary. A reading is taken only where
the two agree, and a word that the dictionary does not know is never inflected.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Final

from danetka.extras import require
from danetka.language.tree import Token

CASES: Final = {
    "Nom": "nomn",
    "Gen": "gent",
    "Dat": "datv",
    "Acc": "accs",
    "Ins": "ablt",
    "Loc": "loct",
    "Par": "gent",  # чашка чаю: a genitive of its own in slovnet's tags
    "Voc": "nomn",
}
_NUMBERS: Final = {"Sing": "sing", "Plur": "plur"}
GENDERS: Final = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
_PARTS: Final = {
    "NOUN": ("NOUN", "ADJF", "PRTF"),  # русский, учёный, командующий
    "PROPN": ("NOUN", "ADJF"),
    "ADJ": ("ADJF", "ADJS", "PRTF", "PRTS", "COMP"),
    "DET": ("ADJF", "NPRO"),
    "VERB": ("VERB", "INFN", "PRTS", "PRTF", "GRND"),
    "AUX": ("VERB", "INFN"),
    "NUM": ("NUMR", "ADJF", "NUMB"),
    "ADV": ("ADVB", "COMP", "PRED"),
    "PRON": ("NPRO", "ADJF"),
}
_MEMORY: Final = 100_000
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*|[a-z]+", re.IGNORECASE)


@cache
def _analyzer() -> Any:
    return require("pymorphy3", "rules", "inflecting Russian").MorphAnalyzer()


@lru_cache(maxsize=_MEMORY)
def readings(word: str) -> tuple[Any, ...]:
    """All that a word may be, likeliest first (pymorphy3's ``Parse`` objects)."""
    return tuple(_analyzer().parse(word))


def lemmas(text: str) -> frozenset[str]:
    """The dictionary forms of a text's words, every reading of each, and the words; е for ё."""
    found: set[str] = set()
    for word in set(_WORD.findall(text.replace("\u0301", "").lower())):
        found.update((word, *(str(reading.normal_form) for reading in readings(word))))
    return frozenset(form.lower().replace("ё", "е") for form in found)


def is_known(word: str) -> bool:
    """Whether the dictionary has the word."""
    return bool(_analyzer().word_is_known(word.lower()))


@lru_cache(maxsize=_MEMORY)
def find_reading(
    word: str, pos: str, case: str = "", number: str = "", gender: str = ""
) -> Any | None:
    """The likeliest reading that agrees with these tags, or None.

    Args:
        word: In any case of letters.
        pos: A Universal part of speech.
        case: ``Nom``, ``Gen``, … or empty for any.
        number: ``Sing``, ``Plur`` or empty.
        gender: ``Masc``, ``Fem``, ``Neut`` or empty.
    """
    parts = _PARTS.get(pos)
    for reading in readings(word.lower()):
        tag = reading.tag
        if parts and str(tag.POS) not in parts:
            continue
        if case and tag.case and not _same_case(tag.case, case):
            continue
        if number and tag.number and tag.number != _NUMBERS[number]:
            continue
        if gender and tag.gender and tag.gender != GENDERS[gender]:
            continue
        return reading
    return None


def _same_case(theirs: str, ours: str) -> bool:
    """Second genitive, second locative and vocative count as their cases."""
    return {"gen2": "gent", "loc2": "loct", "gen1": "gent", "voct": "nomn"}.get(
        theirs, theirs
    ) == CASES.get(ours)


@lru_cache(maxsize=_MEMORY)
def usual_reading(word: str, case: str, number: str) -> Any | None:
    """Of an adjective's readings the one whose dictionary form is met in texts."""
    from danetka.language import vectors

    for reading in readings(word.lower()):
        tag = reading.tag
        fits = str(tag.POS) == "ADJF" and tag.case and _same_case(tag.case, case or "Nom")
        fits = fits and tag.number == _NUMBERS.get(number, tag.number)
        if fits and vectors.frequency(str(reading.normal_form)) > 0:
            return reading
    return None


@lru_cache(maxsize=_MEMORY)
def usual_noun(word: str, case: str, number: str, gender: str) -> Any | None:
    """Of a noun's readings with these tags the one whose dictionary form is commonest in texts."""
    from danetka.language import vectors

    fits = [
        r
        for r in readings(word.lower())
        if str(r.tag.POS) == "NOUN"
        and r.is_known
        and r.tag.case
        and _same_case(r.tag.case, case or "Nom")
        and r.tag.number == _NUMBERS.get(number, r.tag.number)
        and r.tag.gender == GENDERS.get(gender if number != "Plur" else "", r.tag.gender)
    ]
    if len({str(r.normal_form) for r in fits}) < 2:  # noqa: PLR2004 - nothing to choose from
        return None
    return max(fits, key=lambda r: vectors.frequency(str(r.normal_form)))


def reading_of(token: Token) -> Any | None:
    """The reading of a token of a sentence that agrees with its tags."""
    gender = token["Gender"] if token["Number"] != "Plur" else ""
    return find_reading(token.text, token.pos, token["Case"], token["Number"], gender)


@lru_cache(maxsize=_MEMORY)
def mend(word: str, pos: str, case: str, number: str, gender: str) -> tuple[str, str, str] | None:
    """The dictionary's case, number and gender of a noun whose tags the dictionary denies.

    slovnet often has the case right and the number or gender wrong.

    Returns:
        The tags to take instead, or None: they are right, or nobody can tell.
    """
    if pos not in ("NOUN", "PROPN") or not word.isalpha() or (len(word) > 1 and word.isupper()):
        return None
    agreed = find_reading(word, "NOUN", case, number, gender if number != "Plur" else "")
    if agreed is not None:
        return None
    known = [r for r in readings(word.lower()) if r.is_known and str(r.tag.POS) == "NOUN"]
    fits = [r for r in known if r.tag.case and case and _same_case(r.tag.case, case)]
    if not fits and len({r.tag.case for r in known}) == 1:
        fits = known
    if not fits:
        return None
    tag = fits[0].tag
    names = {v: k for k, v in reversed(CASES.items())}
    numbers = {v: k for k, v in _NUMBERS.items()}
    genders = {v: k for k, v in GENDERS.items()}
    plain = {"gen2": "gent", "loc2": "loct", "gen1": "gent"}.get(tag.case, str(tag.case))
    if plain not in names or tag.number not in numbers:
        return None
    return names[plain], numbers[str(tag.number)], genders.get(str(tag.gender), "")


@lru_cache(maxsize=_MEMORY)
def lemma(word: str, pos: str = "") -> str:
    """The dictionary form, ё as in the dictionary; the word itself where nothing fits."""
    found = find_reading(word, pos) or next(iter(readings(word.lower())), None)
    return str(found.normal_form) if found else word.lower()


@lru_cache(maxsize=_MEMORY)
def inflect_reading(reading: Any, *grammemes: str) -> str | None:
    """A reading in another form, in lower case; None where there is no such form."""
    found = reading.inflect(frozenset(grammemes))
    return str(found.word) if found else None


@lru_cache(maxsize=_MEMORY)
def decline(
    word: str,
    case: str,
    number: str = "Sing",
    gender: str = "",
    animacy: str = "",
    pos: str = "NOUN",
) -> str | None:
    """A noun's or adjective's dictionary form in a case and number.

    Args:
        word: The dictionary form.
        case: ``Nom``, ``Gen``, …
        number: ``Sing`` or ``Plur``.
        gender: Of the noun that an adjective agrees with, for the singular.
        animacy: ``Anim`` or ``Inan``: which accusative an adjective takes.
        pos: ``NOUN`` or ``ADJ``.

    Returns:
        The form with the word's capitals, or None if it is not known or has no such form.
    """
    known = [r for r in readings(word.lower()) if r.is_known and str(r.tag.POS) in _PARTS[pos]]
    same = [r for r in known if _fold(r.normal_form) == _fold(word.lower())]
    fits = [r for r in same if not r.tag.case or r.tag.case == "nomn"]
    if not fits:
        return None
    if word[:1].isupper():  # Лев is an animal too, Нил a name of people
        fits.sort(key=lambda r: "Geox" not in r.tag)
    if pos == "NOUN":
        return _recase(inflect_reading(fits[0], CASES[case], _NUMBERS[number]), word)
    wanted = [CASES[case]]
    wanted.append(_NUMBERS["Plur"] if number == "Plur" else GENDERS.get(gender, "masc"))
    if case == "Acc" and (number == "Plur" or gender == "Masc"):
        wanted.append("anim" if animacy == "Anim" else "inan")
    return _recase(inflect_reading(fits[0], *wanted), word)


def _fold(word: str) -> str:
    return word.replace("ё", "е")


def _recase(form: str | None, like: str) -> str | None:
    return None if form is None else capitals_like(form, like)


def capitals_like(form: str, like: str) -> str:
    """A form with the capitals of another: ВДНХ, Москва, Нью-Йорк, дом."""
    if like.isupper() and len(like) > 1:
        return form.upper()
    if "-" in like and like.count("-") == form.count("-"):
        pairs = zip(form.split("-"), like.split("-"), strict=True)
        return "-".join(capitals_like(f, k) if f and k else f for f, k in pairs)
    return form[:1].upper() + form[1:] if like[:1].isupper() else form


def gender_of(word: str, pos: str = "NOUN") -> str:
    """``Masc``, ``Fem``, ``Neut`` or empty: the gender of a dictionary form."""
    found = find_reading(word, pos, "Nom")
    by_tag = {tag: name for name, tag in GENDERS.items()}
    return by_tag.get(found.tag.gender, "") if found else ""


@lru_cache(maxsize=_MEMORY)
def noun_gender(word: str, case: str, number: str) -> str:
    """The gender that the dictionary gives a noun in this form, or empty where it has none."""
    found = find_reading(word, "NOUN", case, number)
    by_tag = {tag: name for name, tag in GENDERS.items()}
    return by_tag.get(found.tag.gender, "") if found and found.is_known else ""


def animacy_of(word: str) -> str:
    """``Anim``, ``Inan`` or empty."""
    found = find_reading(word, "NOUN", "Nom")
    return {"anim": "Anim", "inan": "Inan"}.get(found.tag.animacy, "") if found else ""


def short_participle(verb: Any, gender: str, number: str) -> str | None:
    """«построен», «построена», … from any reading of a transitive perfective verb."""
    form = _NUMBERS["Plur"] if number == "Plur" else GENDERS.get(gender, "masc")
    return inflect_reading(verb, "PRTS", "past", form)


def finite(verb: Any, tense: str, gender: str, number: str) -> str | None:
    """The third person of a verb from any of its readings.

    Args:
        verb: A reading of any form of it.
        tense: ``Past`` or ``Pres``.
        gender: For the past singular.
        number: ``Sing`` or ``Plur``.
    """
    if tense == "Past":
        form = _NUMBERS["Plur"] if number == "Plur" else GENDERS.get(gender, "masc")
        return inflect_reading(verb, "VERB", "past", form)
    return inflect_reading(verb, "VERB", "pres", "3per", _NUMBERS[number or "Sing"])


def agree(word: str, reading: Any, gender: str, number: str) -> str | None:
    """A past verb, short participle or short adjective in another gender or number."""
    form = _NUMBERS["Plur"] if number == "Plur" else GENDERS.get(gender, "masc")
    found = inflect_reading(reading, form)
    return None if found is None else capitals_like(found, word)
