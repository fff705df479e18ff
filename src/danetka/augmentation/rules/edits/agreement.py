"""A word put in another's place, with all that agrees with it."""

from __future__ import annotations

from dataclasses import replace

from danetka.augmentation.rules.words import Phrase, Word
from danetka.language import inflect


def other_adjective(word: Word, other: str, noun: Word) -> Word | None:
    """An adjective in another's form, or None where it has no such form."""
    case, number = word.case or noun.case, word.number or noun.number
    if not case:
        return None
    form = inflect.decline(other, case, number or "Sing", noun.gender, noun.animacy, "ADJ")
    return replace(word, text=inflect.capitals_like(form, word.text), lemma=other) if form else None


def other_noun(word: Word, other: str) -> Word | None:
    """A noun in another's form; None where it has none, or another sex."""
    form = inflect.decline(other, word.case, word.number or "Sing") if word.case else None
    if form is None:
        return None
    gender = inflect.gender_of(other)
    if word.animacy == "Anim" and gender != word.gender:
        return None  # актриса is no актёр
    return replace(word, text=form, lemma=other, gender=gender, animacy=inflect.animacy_of(other))


def with_agreement(phrase: Phrase, at: int, new: Word | None) -> Phrase | None:
    """A phrase with another noun, its adjectives made to agree; None where they cannot."""
    if new is None:
        return None
    words = list(phrase.words)
    old = words[at]
    words[at] = new
    same = old.gender == new.gender and (new.case != "Acc" or old.animacy == new.animacy)
    for i, word in enumerate(phrase.words):
        if word.head != at or word.rel not in ("amod", "det") or same:
            continue
        if word.text.isdigit():
            continue
        form = inflect.decline(
            word.lemma, new.case, word.number or new.number, new.gender, new.animacy, "ADJ"
        )
        if form is None:
            return None
        words[i] = replace(word, text=inflect.capitals_like(form, word.text), gender=new.gender)
    return replace(phrase, words=tuple(words))
