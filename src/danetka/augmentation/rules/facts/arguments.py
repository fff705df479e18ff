"""The objects and adjuncts of a predicate, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Kind
from danetka.augmentation.rules.facts.needed import governs, needs_object, require_nearest
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.dates import date
from danetka.augmentation.rules.phrases.extent import LONGEST
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Phrase, Word
from danetka.language import inflect
from danetka.language.tree import Token

_CALLED: Final = members("called")
_COPULAR: Final = members("copular")
_DROPPED_ADVERBS: Final = members("dropped adverbs")
_LIMITING: Final = members("limiting")
_WEIGHTY: Final = members("weighty")

_ARGUMENTS: Final = {
    "obj": "object",
    "iobj": "object",
    "obl": "oblique",
    "nmod": "oblique",
    "xcomp": "object",
}


class _LostError(Exception):
    """An adjunct that cannot be carried over; the clause may do without it."""


def read_arguments(s: Reading, token: Token, kind: Kind, skip: Token | None = None
) -> tuple[Phrase, ...]:
    found: list[tuple[int, Phrase]] = []
    lost: list[int] = []
    for child in s.tree.children(token):
        if child is skip:
            continue
        if _may_be_the_subjects(s, token, child):
            lost.append(child.index)
            continue
        try:
            found += [(child.index, p) for p in _argument(s, token, child, kind)]
        except _LostError:
            lost.append(child.index)
    objects = [p for _, p in found if p.role == "object" and not p.prep and p.noun.case == "Acc"]
    if len(objects) > 1:
        raise SkippedError("two objects")
    if needs_object(token) and not any(p.role in ("object", "infinitive") for _, p in found):
        raise SkippedError("a transitive verb without its object")
    base = inflect.lemma(token.text, "VERB")
    between = [
        i for i, p in found
        if p.role == "oblique" and i > token.index
        and any(i < j and o.role == "object" and not o.prep for j, o in found)
    ]  # fmt: skip
    found = [(i, replace(p, required=True)) if i in between else (i, p) for i, p in found]
    told = dict.fromkeys(p.text for _, p in found)
    if len(told) < len(found):
        raise SkippedError("an argument that stands twice")
    if base in _CALLED and kind is Kind.VERB and len([1 for _, p in found if not p.time]) < 2:  # noqa: PLR2004
        raise SkippedError("an argument that cannot be carried")
    needed = [p for _, p in found if p.role != "adverb" and not p.time]
    if (lost and not found) or (base in _COPULAR and not needed):
        raise SkippedError("an argument that cannot be carried")
    for index in lost:
        if index > token.index and governs(s, s.tree.tokens[index]):
            raise SkippedError("an argument that cannot be carried")
    nearest = min((i for i, p in found if i > token.index and not p.time), default=len(s.tree))
    if kind is Kind.SHORT and lost:
        raise SkippedError("an argument that cannot be carried")
    if kind is Kind.VERB and any(token.index < i < nearest for i in lost):
        raise SkippedError("an argument that cannot be carried")
    found.sort(key=lambda pair: pair[0])
    return require_nearest(token, found, kind)


def _argument(s: Reading, token: Token, child: Token, kind: Kind) -> Iterator[Phrase]:
    relation = child.relation
    if child["VerbForm"] == "Inf" and relation in ("xcomp", "csubj"):
        yield _infinitive(s, child)
    elif relation == "xcomp" and child.pos not in ("NOUN", "PROPN"):
        raise SkippedError("a predicate that is not understood")
    elif relation in _ARGUMENTS and child.text.isdigit() and s.tree.child(child, "nmod", "flat"):
        found = date(s.tree, child, before=child.index < token.index)
        if found:
            yield found
    elif relation in _ARGUMENTS and child.pos in ("NOUN", "PROPN", "ADJ", "NUM"):
        role = _ARGUMENTS[relation]
        needed = role == "object" or (
            not s.tree.child(child, "case") and child["Case"] in ("Ins", "Dat", "Gen")
        )
        try:
            built = read_phrase(s.tree, child, role, token.index)
        except SkippedError as reason:
            if needed:
                raise
            raise _LostError from reason
        needed = needed and not built.time and not (kind is Kind.PASSIVE)
        if child.pos in ("ADJ", "NUM") and not built.time and len(built.words) == 1:
            if needed:
                raise SkippedError("an object that is not a noun")
            return
        if built.prep == "у":
            needed = True
        if built.time and built.prep == "с" and token["Aspect"] == "Perf":
            raise _LostError
        if not built.noun.case:
            return
        if built.noun.case == "Nom" and not built.prep:
            raise SkippedError("an argument in the nominative")
        if _parted(s, token, child):
            if needed:
                raise SkippedError("an argument beyond a comma")
            raise _LostError
        yield replace(built, required=needed)
    elif relation in _ARGUMENTS and (relation == "obj" or child.pos == "PRON"):
        if child.lower in ("себя", "себе", "собой") and child.index == token.index + 1:
            yield _single(child, "reflexive")
        elif relation in ("obj", "iobj") or not s.tree.child(child, "case"):
            raise SkippedError("a pronoun object")
        elif child.index > token.index:
            raise _LostError
    elif relation == "advmod" and child.pos == "ADV" and child.lower not in _DROPPED_ADVERBS:
        more = any("COMP" in r.tag for r in inflect.readings(child.lower)[:1])
        if child.lower in _LIMITING:
            raise SkippedError("a doubtful or conditional clause")
        if child.index < token.index and child.lower not in _WEIGHTY and not more:
            return  # how it was done may be left out
        if more or child.text.isdigit() or s.tree.children(child):
            raise SkippedError("an adverb that cannot be carried")
        yield replace(_single(child, "adverb"), required=True,
                      before=child.index < token.index)  # fmt: skip
    elif relation == "fixed" and child.lower in ("собой", "себя"):
        yield _single(child, "reflexive")


def _infinitive(s: Reading, head: Token) -> Phrase:
    """An infinitive with what it needs."""
    for child in s.tree.children(head):
        if child.relation in ("ccomp", "advcl", "mark") or child.lower == "не":
            raise SkippedError("an infinitive that cannot be carried")
    kept = [p for p in read_arguments(s, head, Kind.VERB) if p.required]
    words = [Word(head.lower, inflect.lemma(head.text, "VERB"), "VERB")]
    for phrase_ in kept:
        if phrase_.role in ("infinitive", "adverb"):
            raise SkippedError("an infinitive that cannot be carried")
        if phrase_.prep:
            text = inflect.preposition(phrase_.prep, phrase_.words[0].text)
            words.append(Word(text, phrase_.prep, "ADP"))
        start = len(words)
        words += [replace(w, head=w.head + start if w.head >= 0 else -1)
                  for w in phrase_.words]  # fmt: skip
    if len(words) > LONGEST or (head.lower == "быть" and len(words) == 1):
        raise SkippedError("an infinitive that cannot be carried")
    return Phrase(tuple(words), 0, "infinitive", required=True)


def _may_be_the_subjects(s: Reading, token: Token, child: Token) -> bool:
    """Whether an adjunct stands between subject and verb, and may hang on either."""
    if child.index > token.index or not s.tree.child(child, "case"):
        return False
    subject = s.tree.child(token, "nsubj")
    if subject is None or subject.index > child.index:
        return False
    year = any(t.text.isdigit() for t in s.tree.children(child))
    prep = s.tree.child(child, "case")
    return not (year and prep is not None and prep.lower in ("в", "во"))


def _parted(s: Reading, token: Token, child: Token) -> bool:
    """Whether a comma stands between a predicate and what hangs on it."""
    first, last = sorted((token.index, child.index))
    return any(t.text in ",;:—" for t in s.tree.tokens[first:last])


def _single(token: Token, role: str) -> Phrase:
    word = Word(token.lower, inflect.lemma(token.text, token.pos), token.pos)
    return Phrase((word,), 0, role, required=True)
