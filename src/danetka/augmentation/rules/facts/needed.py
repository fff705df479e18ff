"""Which arguments a verb needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Kind
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Phrase
from danetka.language import inflect
from danetka.language.tree import Token

_CALLED: Final = members("called")

def governs(s: Reading, child: Token) -> bool:
    """Whether an adjunct looks like one that its verb asks for: к чему, из чего, во что."""
    prep = s.tree.child(child, "case")
    if prep is None:
        return False
    asked = ("к", "ко", "из", "от", "с", "со", "за", "о", "об")
    return prep.lower in asked or (prep.lower in ("в", "во", "на") and child["Case"] == "Acc")


def needs_object(token: Token) -> bool:
    """Whether a verb says too little without its object."""
    if token["VerbForm"] not in ("Inf", "Fin") or token.lower.endswith(("ся", "сь")):
        return False
    found = inflect.reading_of(token)
    if found is None or "tran" not in found.tag:
        return False
    joined = token.relation == "conj"
    return token["VerbForm"] == "Inf" or joined or "perf" in found.tag


def all_needed(arguments: tuple[Phrase, ...], subject: Phrase | None) -> tuple[Phrase, ...]:
    """Of a denied clause nothing may be left out: «не живёт в городе» is not «не живёт».

    Raises:
        SkippedError: If something is left out already.
    """
    if any(p.cut for p in arguments) or (subject is not None and subject.cut):
        raise SkippedError("a denial that would lose a part")
    return tuple(replace(p, required=True) for p in arguments)


def require_nearest(
    token: Token, found: list[tuple[int, Phrase]], kind: Kind
) -> tuple[Phrase, ...]:
    """Mark the first adjunct after the predicate as needed: its verb may govern it."""
    phrases = [built for _, built in found]
    after = [p for place, p in found if place > token.index and not p.time]
    if not after and kind is Kind.VERB:
        for i, built in enumerate(phrases):
            if built.role == "oblique" and not built.time:
                phrases[i] = replace(built, required=True)
                break
    for i, built in enumerate(phrases):  # внести в список, добавить к чему
        whither = built.prep in ("в", "на") and built.noun.case == "Acc" and not built.time
        if (whither or built.prep == "к") and built.role == "oblique" and not built.before:
            phrases[i] = replace(built, required=True)
    if kind is Kind.PASSIVE:
        base = inflect.lemma(token.text, "VERB")
        for i, built in enumerate(phrases):
            if base in _CALLED and not built.time and built.role != "adverb":
                phrases[i] = replace(built, required=True)
                break
        else:
            if base in _CALLED:
                raise SkippedError("an argument that cannot be carried")
        return tuple(phrases)
    if any(p.required and p.role in ("object", "infinitive") for p in phrases):
        return tuple(phrases)
    for i, (place, built) in enumerate(found):
        if place > token.index and built.role == "oblique" and not built.time:
            place_of_event = built.prep in ("в", "на") and built.noun.case == "Loc"
            if not (place_of_event and token["Aspect"] == "Perf"):
                phrases[i] = replace(built, required=True)
            break
    return tuple(phrases)
