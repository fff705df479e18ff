"""Questions with a short participle or adjective: «Был ли мост построен …?», «Опасен ли …?»."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from danetka.augmentation.forms import Form
from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.questions.events import is_event
from danetka.augmentation.rules.questions.implied import (
    ask_there_is,
    find_places,
    is_sole,
)
from danetka.augmentation.rules.questions.question import (
    Question,
    ask_true,
    choose_arguments,
    if_any,
    make_question,
    to_be,
)
from danetka.augmentation.rules.words import is_named

_PLACED: Final = members("placed")


def ask_short(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    """«Был ли мост построен …?», «Опасен ли гриб?», «Расположен ли …?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    form, subject = clause.predicate.text, clause.subject
    rest = choose_arguments(clause, keep, extra)
    if rest is None or (not rest and len(subject.words) < 2 and clause.kind is Kind.PASSIVE):  # noqa: PLR2004
        return
    if clause.past or (clause.kind is Kind.PASSIVE and is_event(clause.predicate)):
        was = to_be(subject)
        if subject.counted and clause.predicate.gender == "Neut":
            was = "было"
        yield from if_any(make_question(Form.WAS, subject, f"{was} ли", subject.text, form, rest))
        yield from ask_true(subject, f"{was} {form}", rest)
    base = lexicon.fold(clause.predicate.lemma)
    called = any(w.left or w.text[:1].isupper() for w in subject.words)
    if base in _PLACED and clause.kind is Kind.PASSIVE and (called or not keep):
        for i, place in find_places(clause):
            new = is_named(subject) or not subject.before
            if new and is_sole(clause, keep, i):
                yield from ask_there_is(subject, place.text, clause.past)
    dated = any(p.time and p.text in rest for p in clause.arguments)
    if dated and clause.kind is Kind.PASSIVE and is_event(clause.predicate):
        return  # «Был ли мост построен в 1961 году?», not «Построен ли …»
    if not clause.past:
        yield from if_any(make_question(Form.SHORT, subject, f"{form} ли", subject.text, rest))
        yield from ask_true(subject, form, rest)
