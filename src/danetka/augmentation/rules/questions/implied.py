"""What follows from a clause, asked with «был» or «есть»."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.forms import Form
from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.questions.question import Question, if_any, make_question, to_be
from danetka.augmentation.rules.words import Phrase, is_named
from danetka.language import inflect

_JOINING: Final = members("joining")
_APPEARING: Final = members("appearing")

_SUPERLATIVES: Final = members("superlatives")
_GEOGRAPHIC: Final = members("geographic")
_PLACE_PREPOSITIONS: Final = ("в", "на")


def ask_implied(clause: Clause, keep: str, true: bool) -> Iterator[Question]:
    """What follows from a clause, asked with «был» or «есть»."""
    base = clause.predicate.lemma if clause.predicate else ""
    placed = base in ("находиться", "располагаться", "быть", "существовать", "иметься")
    placed = placed or (base == "входить" and any(p.noun.entity == "LOC" for p in clause.arguments))
    if true:
        yield from _was_there(clause, keep)
    called = clause.subject is not None and any(
        w.pos == "PROPN" or w.left for w in clause.subject.words
    )
    if true or (placed and called) or clause.negated:
        yield from _is_there(clause, keep)
        yield from _has(clause, keep)


def find_places(clause: Clause) -> Iterator[tuple[int, Phrase]]:
    """The arguments that say where, with their places among all."""
    for i, phrase in enumerate(clause.arguments):
        if phrase.noun.lemma in _JOINING:
            continue
        if phrase.prep in _PLACE_PREPOSITIONS and phrase.noun.case == "Loc" and not phrase.time:
            yield i, phrase


def is_sole(clause: Clause, keep: str, used: int) -> bool:
    """Whether nothing that must be said is lost when only one argument is used."""
    lost = any(
        phrase.required and i != used and phrase.role != "oblique"
        for i, phrase in enumerate(clause.arguments)
    )
    return not lost and keep in ("", "subject", str(used))


def _was_there(clause: Clause, keep: str) -> Iterator[Question]:
    """«Чехов жил в Таганроге» → «Был ли Чехов в Таганроге?»; «стал врачом» → «Был ли врачом?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    words = lexicon.load()
    base = lexicon.fold(clause.predicate.lemma)
    was = to_be(clause.subject)
    if clause.subject.noun.animacy != "Anim" and clause.subject.noun.entity not in ("PER", "ORG"):
        return
    person = inflect.find_reading(clause.subject.noun.text, "NOUN", "Nom")
    if not clause.past or (person is not None and str(person.tag.POS) != "NOUN"):
        return
    if base in words.stay:
        for i, place in find_places(clause):
            if is_sole(clause, keep, i):
                yield from if_any(
                    make_question(
                        Form.WAS, clause.subject, f"{was} ли", clause.subject.text, place.text
                    )
                )
    if base in words.become:
        for i, role in enumerate(clause.arguments):
            if role.noun.case == "Ins" and not role.prep and is_sole(clause, keep, i):
                yield from if_any(
                    make_question(
                        Form.WAS, clause.subject, f"{was} ли", clause.subject.text, role.text
                    )
                )


def _is_there(clause: Clause, keep: str) -> Iterator[Question]:
    """«В городе действует театр» → «Есть ли в городе театр?», «Был ли в городе театр?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    base = lexicon.fold(clause.predicate.lemma)
    there = (
        base in lexicon.load().existence or (clause.past and base in _APPEARING) or base == "быть"
    )
    if not there and base != "входить":
        return
    for i, phrase in enumerate(clause.arguments):
        place: Phrase | None = phrase
        if base == "входить":
            whole = phrase.prep == "в" and phrase.noun.case == "Acc"
            place = phrase.declined("Loc", "oblique") if whole else None
            place = replace(place, prep="в") if place else None
        elif phrase.prep not in _PLACE_PREPOSITIONS or phrase.noun.case != "Loc" or phrase.time:
            continue
        new = is_named(clause.subject) or not clause.subject.before
        if place and new and is_sole(clause, keep, i):
            exists = base in ("существовать", "быть", "иметься")
            yield from ask_there_is(clause.subject, place.text, clause.past, exists)


def ask_there_is(thing: Phrase, where: str, past: bool, exists: bool = False) -> Iterator[Question]:
    """«Есть ли …», «Существует ли …», or in the past «Был ли …»."""
    if past:
        yield from if_any(make_question(Form.WAS, thing, f"{to_be(thing)} ли", where, thing.text))
        return
    if thing.noun.animacy == "Anim" and is_named(thing):
        return  # one does not ask «есть ли» of somebody
    yield from if_any(make_question(Form.THERE, thing, "есть ли", where, thing.text))
    if not exists:
        return
    verb = "существуют" if thing.noun.number == "Plur" else "существует"
    if not where.startswith("у "):
        yield from if_any(make_question(Form.EXISTS, thing, f"{verb} ли", where, thing.text))


OWNING: Final = {"иметь": "Acc", "обладать": "Ins", "располагать": "Ins", "получить": "Acc"}
"""Verbs of having, and the case of what one has."""


_CONTAINING: Final = frozenset(("включать", "содержать", "включить"))


def _has(clause: Clause, keep: str) -> Iterator[Question]:
    """«Город имеет порт» → «Есть ли у города порт?»; «сок содержит сахар» → «… в соке сахар?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    base = clause.predicate.lemma
    contains = base in _CONTAINING
    if clause.idiom:
        return
    if not contains and base not in OWNING:
        return
    owner = clause.subject.declined("Loc" if contains else "Gen", "oblique")
    case = "Acc" if contains else OWNING[base]
    for i, thing in enumerate(clause.arguments):
        if thing.role != "object" or thing.prep or not is_sole(clause, keep, i):
            continue
        fits = thing.noun.case == case or (clause.negated and thing.noun.case == "Gen")
        owned = thing.declined("Nom", "subject") if fits else None
        if owner and owned:
            where = replace(owner, prep="в" if contains else "у").text
            yield from ask_there_is(owned, where, clause.past)


def ask_named_there(subject: Phrase, nominal: Phrase) -> Iterator[Question]:
    """«Байкал — озеро в Сибири» → «Есть ли в Сибири озеро Байкал?»; also «город Японии»."""
    kind = nominal.declined("Nom", "predicate")
    if kind is None or subject.noun.entity not in ("LOC", "ORG"):
        return
    inside = _place_of(kind)
    if inside is None or any(w.lemma in _SUPERLATIVES for w in kind.words):
        return
    at, where = inside
    what = " ".join(w.shown for w in kind.words[:at])
    yield from if_any(make_question(Form.THERE, subject, "есть ли", where, what, subject.text))


def _place_of(kind: Phrase) -> tuple[int, str] | None:
    """Where the place of a noun begins, and the place as «в …»; None if it has no single one."""
    after = [
        i for i, w in enumerate(kind.words)
        if w.rel == "nmod" and w.head == kind.head and i > kind.head
    ]  # fmt: skip
    if len(after) != 1:
        return None
    place = kind.words[after[0]]
    preps = [i for i, w in enumerate(kind.words) if w.pos == "ADP"]
    if place.case == "Loc" and len(preps) == 1 and kind.head < preps[0] < after[0]:
        if kind.words[preps[0]].lemma not in ("в", "на"):
            return None
        return preps[0], " ".join(w.shown for w in kind.words[preps[0] :])
    if place.case != "Gen" or preps or place.entity != "LOC" or kind.noun.lemma not in _GEOGRAPHIC:
        return None
    start = kind.head + 1
    words = tuple(
        replace(w, head=w.head - start if w.head >= start else -1) for w in kind.words[start:]
    )
    inner = Phrase(words, after[0] - start, "oblique").declined("Loc", "oblique")
    return None if inner is None else (start, replace(inner, prep="в").text)
