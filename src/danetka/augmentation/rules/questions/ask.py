"""Facts → questions: every form in which a clause can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from danetka.augmentation.forms import Form
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.questions.converse import ask_converse
from danetka.augmentation.rules.questions.implied import (
    ask_implied,
    ask_named_there,
)
from danetka.augmentation.rules.questions.question import (
    Question,
    ask_true,
    choose_arguments,
    if_any,
    make_question,
    reflexive_of,
    to_be,
)
from danetka.augmentation.rules.questions.short_forms import ask_short


def ask(
    clause: Clause, keep: str = "", *, extra: int = 0, denied: bool = False, true: bool = True
) -> list[Question]:
    """All questions of a clause; where they are too long, with shorter arguments.

    Args:
        clause: What is asked; whether it is true plays no part here.
        keep: The name of a part that must be in the question (see `Clause.parts`).
        extra: Up to how many adjuncts are added that could be left out.
        denied: Ask «правда ли, что … не …».
        true: Whether it is asked as it is: «жил в Омске» implies «был в Омске», but of a place that
            was put in, neither is known to be false.
    """
    found = list(_ask(clause, keep, extra, denied, true))
    if found:
        return found
    names = [n for n in clause.parts if n not in (keep, "subject", "nominal")]
    for name in names:
        clause = clause.with_part(name, clause.parts[name].shortened())
    return list(_ask(clause, keep, 0, denied, true)) if names else []


def _ask(clause: Clause, keep: str, extra: int, denied: bool, true: bool) -> Iterator[Question]:
    asked: dict[str, Question] = {}
    makers = {
        Kind.VERB: _verb,
        Kind.PASSIVE: ask_short,
        Kind.SHORT: ask_short,
        Kind.NOUN: _noun,
        Kind.MODAL: ask_short,
    }
    made = makers[clause.kind](clause, keep, extra)
    if clause.kind is Kind.VERB and clause.subject is not None:
        made = chain(made, ask_implied(clause, keep, true))
    for question in made:
        if not denied:
            asked.setdefault(question.text, question)
        elif question.form is Form.TRUE and (text := _deny(question.text, clause)):
            asked.setdefault(text, replace(question, text=text))
    yield from asked.values()


def _deny(text: str, clause: Clause) -> str:
    """With «не» before the predicate; empty where its place is not sure."""
    verb = clause.predicate.text if clause.predicate else ""
    for told in (" был ", " была ", " было ", " были ", f" {verb} ", " — это "):
        if text.count(told) == 1:
            put = " — это не " if told == " — это " else f" не{told}"
            return text.replace(told, put)
    return ""


def _verb(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    assert clause.predicate is not None  # noqa: S101
    verb, subject = clause.predicate, clause.subject
    reflexive, drop = reflexive_of(clause)
    rest = choose_arguments(clause, keep, extra, drop)
    exists = verb.lemma == "существовать"
    if rest is not None and (rest or exists):
        form = Form.EXISTS if exists else Form.VERB
        if verb.lemma in ("мочь", "являться"):
            form = Form.OTHER
        named = subject.text if subject else ""
        yield from if_any(make_question(form, subject, f"{verb.text} ли", reflexive, named, rest))
        if subject:
            yield from ask_true(subject, f"{verb.text} {reflexive}".strip(), rest)
        else:
            yield from _object_first(clause, keep, extra, drop)
    if subject is not None:
        yield from ask_converse(clause, keep, extra)


def _object_first(clause: Clause, keep: str, extra: int, drop: list[int]) -> Iterator[Question]:
    """«Правда ли, что термин используют в …?»: where nobody is named who does it."""
    assert clause.predicate is not None  # noqa: S101
    at = [i for i, p in enumerate(clause.arguments) if p.role == "object" and not p.prep]
    if len(at) != 1:
        return
    rest = choose_arguments(clause, keep, extra, [*drop, *at])
    if keep == str(at[0]):
        rest = choose_arguments(clause, "", extra, [*drop, *at])
    if rest:
        thing = clause.arguments[at[0]]
        for question in ask_true(thing, clause.predicate.text, rest):
            yield replace(question, subject="")


def _noun(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    del keep, extra  # subject and predicate are always there, and nothing else is
    assert clause.nominal is not None and clause.subject is not None  # noqa: S101, PT018
    subject, nominal = clause.subject, clause.nominal
    instrumental = nominal.declined("Ins", "predicate")
    person = subject.noun.entity == "PER" and nominal.noun.animacy != "Inan"
    if clause.past or person:
        if instrumental:
            was = to_be(subject)
            yield from if_any(
                make_question(Form.WAS, subject, f"{was} ли", subject.text, instrumental.text)
            )
            yield from ask_true(subject, was, instrumental.text)
        if clause.past:
            return
    yield from ask_named_there(subject, nominal)
    plain = nominal.declined("Nom", "predicate")
    if plain:
        yield from if_any(make_question(Form.PLAIN, subject, subject.text, "— это", plain.text))
        yield from ask_true(subject, "— это", plain.text)
    if instrumental:
        verb = "являются" if subject.noun.number == "Plur" else "является"
        yield from if_any(
            make_question(Form.OTHER, subject, f"{verb} ли", subject.text, instrumental.text)
        )
