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
from danetka.language.prepositions import preposition
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
_NAMING: Final = ("назвать", "называть", "признать", "объявить", "избрать", "назначить", "считать")
_LONG: Final = ("длиться", "продлиться", "продолжаться", "продолжиться")
_OBJECT_AND_COMPLEMENT: Final = 2


class _LostError(Exception):
    """An adjunct that cannot be carried over; the clause may do without it."""


def read_arguments(
    s: Reading, token: Token, kind: Kind, skip: Token | None = None
) -> tuple[Phrase, ...]:
    """The arguments of a predicate, in the order of the sentence.

    Args:
        s: The sentence.
        token: The predicate.
        kind: What sort it is.
        skip: What hangs on it and is no argument.

    Raises:
        SkippedError: If one that is needed cannot be carried over.
    """
    found: list[tuple[int, Phrase]] = []
    lost: list[int] = []
    for child in s.tree.children(token):
        if child is skip:
            continue
        try:
            if _may_be_the_subjects(s, token, child):
                raise _LostError
            found += [(child.index, p) for p in _argument(s, token, child, kind)]
        except _LostError:
            lost.append(child.index)
    found = _with_needed_between(token, found)
    _check_objects(token, found)
    _check_complements(token, kind, found, lost)
    _check_lost(s, token, kind, found, lost)
    found.sort(key=lambda pair: pair[0])
    return require_nearest(token, found, kind)


def _with_needed_between(token: Token, found: list[tuple[int, Phrase]]) -> list[tuple[int, Phrase]]:
    """«оставил в силе решение»: what stands between a verb and its object is one with the verb."""
    objects = [i for i, p in found if p.role == "object" and not p.prep]
    return [
        (i, replace(p, required=True))
        if p.role == "oblique" and i > token.index and any(i < j for j in objects)
        else (i, p)
        for i, p in found
    ]


def _check_objects(token: Token, found: list[tuple[int, Phrase]]) -> None:
    objects = [p for _, p in found if p.role == "object" and not p.prep and p.noun.case == "Acc"]
    if len(objects) > 1:
        raise SkippedError("two objects")
    if needs_object(token) and not any(p.role in ("object", "infinitive") for _, p in found):
        raise SkippedError("a transitive verb without its object")
    if len({p.text for _, p in found}) < len(found):
        raise SkippedError("an argument that stands twice")


def _check_complements(
    token: Token, kind: Kind, found: list[tuple[int, Phrase]], lost: list[int]
) -> None:
    """That verbs which say nothing alone have what they ask for."""
    base = inflect.lemma(token.text, "VERB")
    told = [p for _, p in found if not p.time]
    if base == "мочь" and not any(p.role == "infinitive" for _, p in found):
        raise SkippedError("a modal verb without its infinitive")
    shares = any(p.noun.lemma == "участие" for p in told)
    if shares and not any(p.prep == "в" for p in told):
        raise SkippedError("an argument that cannot be carried")
    named = base in _NAMING and not any(p.noun.case == "Ins" and not p.prep for p in told)
    calls = base in _CALLED and kind is Kind.VERB and len(told) < _OBJECT_AND_COMPLEMENT
    empty = base in _COPULAR and all(p.role == "adverb" for p in told)
    empty = empty or (base in _LONG and lost != [] and not any(p.time for _, p in found))
    if (
        (named and kind is Kind.VERB)
        or calls
        or empty
        or (lost and not found)
        or (kind is Kind.SHORT and lost)
    ):
        raise SkippedError("an argument that cannot be carried")


def _check_lost(
    s: Reading, token: Token, kind: Kind, found: list[tuple[int, Phrase]], lost: list[int]
) -> None:
    """That nothing is lost which the verb governs, or which follows it first."""
    nearest = min((i for i, p in found if i > token.index and not p.time), default=len(s.tree))
    for index in lost:
        governed = index > token.index and governs(s, s.tree.tokens[index])
        if governed or (kind is Kind.VERB and token.index < index < nearest):
            raise SkippedError("an argument that cannot be carried")


def _argument(s: Reading, token: Token, child: Token, kind: Kind) -> Iterator[Phrase]:
    relation = child.relation
    if child["VerbForm"] == "Inf" and relation in ("xcomp", "csubj"):
        yield _infinitive(s, child)
    elif relation == "xcomp" and child.pos not in ("NOUN", "PROPN"):
        raise SkippedError("a predicate that is not understood")
    elif relation in _ARGUMENTS and child.text.isdigit() and s.tree.child(child, "nmod", "flat"):
        found = date(s.tree, child, before=child.index < token.index)
        if found and found.prep == "от":
            raise _LostError  # the date of a decree, not of what it decreed
        if found:
            yield found
    elif relation in _ARGUMENTS and child.pos in ("NOUN", "PROPN", "ADJ", "NUM"):
        yield from _noun_argument(s, token, child, kind)
    elif relation in _ARGUMENTS and (relation == "obj" or child.pos in ("PRON", "DET")):
        yield from _pronoun(s, token, child)
    elif relation == "advmod" and child.pos == "ADV" and child.lower not in _DROPPED_ADVERBS:
        yield from _adverb(s, token, child)
    elif relation == "fixed" and child.lower in ("собой", "себя"):
        yield _single(child, "reflexive")


def _noun_argument(s: Reading, token: Token, child: Token, kind: Kind) -> Iterator[Phrase]:
    role = _ARGUMENTS[child.relation]
    bare = not s.tree.child(child, "case") and child["Case"] in ("Ins", "Dat", "Gen")
    needed = role == "object" or bare
    try:
        built = read_phrase(s.tree, child, role, token.index)
    except SkippedError as reason:
        if needed:
            raise
        raise _LostError from reason
    if kind is Kind.PASSIVE and bare and built.noun.case == "Gen" and not built.time:
        raise SkippedError("an argument that cannot be carried")  # another noun's genitive
    needed = needed and not built.time and kind is not Kind.PASSIVE
    if child.pos in ("ADJ", "NUM") and not built.time and len(built.words) == 1:
        if needed:
            raise SkippedError("an object that is not a noun")
        return
    needed = needed or built.prep == "у"
    since = built.prep == "с" and token["Aspect"] == "Perf"
    if built.time and (
        since or (built.prep == "по" and built.noun.case == "Acc") or built.prep == "от"
    ):
        raise _LostError  # «с 2011 по 2014 год» has two ends
    if not built.noun.case:
        return
    if built.noun.case == "Nom" and not built.prep:
        raise SkippedError("an argument in the nominative")
    if _parted(s, token, child):
        if needed:
            raise SkippedError("an argument beyond a comma")
        raise _LostError
    yield replace(built, required=needed)


def _pronoun(s: Reading, token: Token, child: Token) -> Iterator[Phrase]:
    """«собой» beside its verb; any other pronoun points out of the clause."""
    if child.lower in ("себя", "себе", "собой") and child.index == token.index + 1:
        yield _single(child, "reflexive")
    elif child.relation in ("obj", "iobj") or not s.tree.child(child, "case"):
        raise SkippedError("a pronoun object")
    elif child.index > token.index:
        raise _LostError
    else:
        raise SkippedError("a scope that points elsewhere")  # «в ней», «в каждом из них»


def _adverb(s: Reading, token: Token, child: Token) -> Iterator[Phrase]:
    """An adverb that must not be lost: how it was done may be, how often or how badly may not."""
    if child.lower in _LIMITING:
        raise SkippedError("a doubtful or conditional clause")
    more = any("COMP" in r.tag for r in inflect.readings(child.lower)[:1])
    if child.index < token.index and child.lower not in _WEIGHTY and not more:
        return
    if more or child.text.isdigit() or s.tree.children(child):
        raise SkippedError("an adverb that cannot be carried")
    yield replace(_single(child, "adverb"), before=child.index < token.index)


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
            text = preposition(phrase_.prep, phrase_.words[0].text)
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
