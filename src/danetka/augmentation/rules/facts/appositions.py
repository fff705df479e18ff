"""«Пушкин, русский поэт, …» and «русский поэт Пушкин»."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.facts.nouns import said_of
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.facts.subjects import nominative
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Phrase
from danetka.language import inflect
from danetka.language.tree import Token

_RELATIVE: Final = members("relative")


def apposition(s: Reading, token: Token) -> Clause | None:
    """«Пушкин, русский поэт, …» and «русский поэт Пушкин»."""
    if token.relation != "appos":
        return None
    head = s.tree.head(token)
    if head is None:
        return None
    if token.pos == "PROPN" and head.pos == "NOUN" and token.index == head.index + 1:
        named, noun = token, head
    elif token.pos == "NOUN" and head.pos == "PROPN" and token.index > head.index:
        if s.tree.tokens[token.index - 1].text in "«»":
            return None
        named, noun = head, token
    else:
        return None
    if not named.entity or (named.entity != "PER" and noun.entity):
        return None
    if named.entity == "PER" and noun["Animacy"] == "Inan":
        return None
    quoted = s.tree.tokens[: token.index]
    if sum(t.text == "«" for t in quoted) > sum(t.text == "»" for t in quoted):
        return None  # a title says nothing
    if named.entity != "PER" and (noun["Case"] == "Gen" or noun["Animacy"] == "Anim"):
        return None  # «побережья Виргинии» is no apposition
    usual = inflect.readings(named.lower)[0].tag
    inflected = bool(usual.case) and str(usual.case) != "nomn"
    genitive = str(usual.case) == "gent" and noun["Case"] != "Gen"
    if named.entity != "PER" and inflected and (genitive or named["Case"] == "Nom"):
        return None  # «водопад Мерчисона»
    over = s.tree.head(noun)
    kin = over is not None and inflect.lemma(over.text, "NOUN") in _RELATIVE
    if (noun is head and s.tree.child(noun, "conj")) or (noun.relation == "nmod" and kin):
        raise SkippedError("an apposition that may belong elsewhere")
    if token["Case"] != head["Case"]:
        raise SkippedError("an apposition in another case")
    subject = nominative(read_phrase(s.tree, named, "subject"))
    surname = inflect.readings(subject.noun.text.lower())[0]
    if len(subject.words) == 1 and "ADJF" in surname.tag and "Surn" not in surname.tag:
        raise SkippedError("an apposition without a name")
    whole = read_phrase(s.tree, noun, "predicate")
    nominal = _without_name(whole)
    return said_of(s, subject, nominal, "apposition", False)


def _without_name(whole: Phrase) -> Phrase:
    """A phrase without the words of the apposition that stood in it."""
    kept = [i for i, w in enumerate(whole.words) if w.rel != "appos" and w.entity != "PER"]
    if whole.head not in kept or not kept:
        raise SkippedError("an apposition without a noun")
    if kept != list(range(kept[0], kept[-1] + 1)):
        raise SkippedError("a phrase with a gap")
    moved = {old: new for new, old in enumerate(kept)}
    words = tuple(replace(whole.words[i], head=moved.get(whole.words[i].head, -1)) for i in kept)
    return replace(whole, words=words, head=moved[whole.head], prep="")
