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
_COPULAR: Final = members("copular")


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
    """Mark the adjuncts as needed that a verb may govern.

    Those are «внести в список», «добавить к чему»; the first after the verb, unless it says where
    a finished thing happened; and, where nothing follows it, the first before.

    Raises:
        SkippedError: If a participle that says nothing alone has none.
    """
    phrases = [_whither(built) for _, built in found]
    adjuncts = [i for i, p in enumerate(phrases) if p.role == "oblique" and not p.time]
    if kind is Kind.SHORT:
        return tuple(replace(p, required=True) if p.role == "oblique" else p for p in phrases)
    if kind is Kind.PASSIVE:
        return _of_participle(token, phrases)
    after = [i for i, (place, p) in enumerate(found) if place > token.index and not p.time]
    if not after and kind is Kind.VERB and adjuncts:
        phrases[adjuncts[0]] = replace(phrases[adjuncts[0]], required=True)
    if any(p.required and p.role in ("object", "infinitive") for p in phrases):
        return tuple(phrases)
    follow = [i for i in adjuncts if found[i][0] > token.index]
    if follow:
        first = phrases[follow[0]]
        where = first.prep in ("в", "на") and first.noun.case == "Loc"
        where = where and inflect.lemma(token.text, "VERB") not in _COPULAR
        if not (where and token["Aspect"] == "Perf"):
            phrases[follow[0]] = replace(first, required=True)
    return tuple(phrases)


def _whither(built: Phrase) -> Phrase:
    goal = built.prep in ("в", "на") and built.noun.case == "Acc" and not built.time
    needed = (goal or built.prep == "к") and built.role == "oblique" and not built.before
    return replace(built, required=True) if needed else built


def _of_participle(token: Token, phrases: list[Phrase]) -> tuple[Phrase, ...]:
    """«назван …», «признан …» need what follows; other participles need nothing."""
    if inflect.lemma(token.text, "VERB") not in _CALLED:
        return tuple(phrases)
    for i, built in enumerate(phrases):
        if not built.time and built.role != "adverb":
            phrases[i] = replace(built, required=True)
            return tuple(phrases)
    raise SkippedError("an argument that cannot be carried")
