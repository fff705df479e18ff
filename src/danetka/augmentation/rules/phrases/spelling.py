"""From tokens to words as they are written inside a sentence."""

from __future__ import annotations

import re
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token

_ABBREVIATIONS: Final = members("abbreviations")
_POINTING: Final = members("pointing")

_WORD = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*|\d{1,4}|[A-Za-z]+(?:-[A-Za-z]+)*")


_SHORT_LATIN = re.compile(r"[A-Za-z]{1,2}")
"""MH of «MH 17»: what stands beside it belongs to it."""
_QUOTES: Final = {"«": "»", '"': '"', "„": "“", "“": "”"}


def as_words(
    tokens: list[Token],
) -> tuple[list[tuple[Token, str, str]], dict[int, int]]:
    """The words with the quotation marks on either side, and each token's place among them."""
    found: list[tuple[Token, str, str]] = []
    places: dict[int, int] = {}
    opened = ""
    left = ""
    for token in tokens:
        if token.is_mark or token.text in '«»"„“”':
            if token.text in _QUOTES and not opened:
                opened = _QUOTES[token.text]
                left = token.text
            elif found and token.text == opened:
                last, before, _ = found[-1]
                found[-1] = (last, before, token.text)
                opened = ""
            continue
        places[token.index] = len(found)
        found.append((token, left, ""))
        left = ""
    if opened:
        raise SkippedError("a quotation mark without its pair")
    return found, places


def as_word(token: Token, places: dict[int, int], left: str, right: str) -> Word:
    """A token as a word of a phrase; SkippedError where it cannot be one."""
    if not _WORD.fullmatch(token.text) or _SHORT_LATIN.fullmatch(token.text):
        raise SkippedError("a word of other signs")
    if token.lower in _ABBREVIATIONS and token.pos not in ("ADP", "CCONJ"):
        raise SkippedError("an abbreviation")
    if token.pos == "PRON":
        raise SkippedError("a pronoun")
    base = lemma_of(token)
    points = token.pos in ("DET", "ADJ", "PRON") and any(
        str(r.normal_form) in _POINTING for r in inflect.readings(token.lower)
    )
    if points or base in _POINTING or token.lower in _POINTING:
        raise SkippedError("a word that points elsewhere")
    if token.lower == "всё" and token["Number"] == "Plur":
        return Word("все", "весь", "DET", token["Case"], "Plur", rel="det",
                    head=places.get(token.head, -1))  # fmt: skip
    return Word(
        text=_in_mid_sentence(token, left),
        lemma=base,
        pos=token.pos,
        case=token["Case"],
        number=token["Number"],
        gender=token["Gender"],
        animacy=token["Animacy"],
        rel=token.relation,
        head=places.get(token.head, -1),
        entity=token.entity,
        left=left,
        right=right,
    )


def lemma_of(token: Token) -> str:
    """The dictionary form that agrees with a token's tags."""
    found = inflect.reading_of(token)
    return str(found.normal_form) if found else inflect.lemma(token.text, token.pos)


def _in_mid_sentence(token: Token, left: str) -> str:
    """Without the capital that only the sentence's start gave it."""
    if token.index > 0 and not (token.index == 1 and left):
        return token.text
    if left or not token.text[:1].isupper() or token.text[1:2].isupper():
        return token.text
    found = inflect.reading_of(token)
    names = ("Name", "Surn", "Patr", "Geox", "Orgn")
    may_be_name = any(name in r.tag for r in inflect.readings(token.lower) for name in names)
    if token.entity and may_be_name:
        return token.text
    if token.entity and (token.entity == "PER" or found is None or not token.starts_entity):
        return token.text
    if token.pos == "PROPN" and (found is None or not found.is_known):
        return token.text
    if found is not None and any(name in found.tag for name in names):
        return token.text
    return token.text.lower()
