"""A noun for another of its kind that excludes it: река → озеро."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.agreement import other_noun, with_agreement
from danetka.augmentation.rules.edits.collocation import goes_with, is_origin, nearest_in_meaning
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed
from danetka.augmentation.rules.edits.settled import happened_once
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import ORDINALS, Phrase

_RELATIVE: Final = members("relative")
_TITLES: Final = members("titles")
_MOST: Final = 2
_SURE: Final = 0.9


def other_sisters(clause: Clause, context: Context) -> Iterator[Edit]:
    """What a subject is said to be, or the month or weekday of what happened once."""
    for name, phrase in clause.parts.items():
        at = _said(phrase)
        word = phrase.words[at]
        bounded = phrase.prep in ("до", "после", "с", "к")
        told_when = phrase.time and not bounded and happened_once(clause)
        if name != "nominal" and (name == "subject" or not told_when):
            continue
        if word.pos != "NOUN" or word.left or word.entity or not _is_free(phrase, at):
            continue
        others = lexicon.load().sisters.get(lexicon.fold(word.lemma), ())
        free = nearest_in_meaning(
            word.lemma, [o for o in others if not context.passage.says(lexicon.fold(o))]
        )
        for other in context.rng.sample(free, min(_MOST, len(free))):
            new = other_noun(word, other)
            if new is not None and at != phrase.head and new.gender != word.gender:
                continue  # «одна из …» would be «один из …»
            fits = new is not None and _suits(phrase, at, other)
            changed = with_agreement(phrase, at, new) if fits else None
            if changed is not None and new is not None:
                yield with_changed(clause, name, changed, "sister", word.text, new.text, _SURE)


def _said(phrase: Phrase) -> int:
    """Which word says what a thing is: the head, or the noun of «один из …»."""
    if phrase.noun.lemma != "один":
        return phrase.head
    of = [
        i for i, w in enumerate(phrase.words)
        if w.rel == "nmod" and w.head == phrase.head and w.case == "Gen"
    ]  # fmt: skip
    return of[0] if of else phrase.head


def _is_free(phrase: Phrase, at: int) -> bool:
    """Whether the head is no part of a title, and has no name or owner that asks for it."""
    bound = any(
        w.head == at
        and (
            w.rel == "appos"
            or w.lemma in _TITLES
            or (w.lemma in ORDINALS and phrase.words[at].lemma in _RELATIVE)
            or (w.rel == "nmod" and _is_common(w.text, w.case))
        )
        for w in phrase.words
    )
    return not (bound or phrase.cut or phrase.words[at].lemma == "столица")


def _is_common(text: str, case: str) -> bool:
    return text.islower() and case == "Gen"


def _suits(phrase: Phrase, at: int, other: str) -> bool:
    """Whether another noun goes with what hangs on the head."""
    old = phrase.words[at].lemma
    hanging = [w for w in phrase.words if w.head == at and w.rel in ("amod", "nmod")]
    owned = any(w.rel == "nmod" and w.pos != "ADP" for w in hanging)
    if owned and (old in _RELATIVE) != (other in _RELATIVE):
        return False
    return all(is_origin(w.lemma) or goes_with(other, w.lemma, old) for w in hanging)
