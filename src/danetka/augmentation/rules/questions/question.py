"""A question, its length and its words' order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from danetka.augmentation.forms import Form
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.words import Phrase

SHORTEST: Final = 3


LONGEST: Final = 10
"""Words of a question, «правда ли, что» two more; DaNetQA's 5th to 95th percentile is 4 to 7."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question in proper orthography.

    Attributes:
        text: It ends with a question mark.
        form: Its form.
        subject: The head of what it asks about; empty where there is none.
    """

    text: str
    form: Form
    subject: str


def make_question(form: Form, subject: Phrase | None, *parts: str) -> Question | None:
    """A question of these parts, or None if it is too short or too long."""
    body = " ".join(part for part in parts if part)
    body = body[:1].upper() + body[1:]
    number = len(re.findall(r"[\w-]*\w", body))
    longest = LONGEST + 2 * (form is Form.TRUE)
    if not SHORTEST <= number <= longest:
        return None
    return Question(f"{body}?", form, subject.noun.lemma if subject else "")


def if_any(question: Question | None) -> Iterator[Question]:
    """A question, or nothing."""
    if question is not None:
        yield question


def ask_true(subject: Phrase, predicate: str, rest: str) -> Iterator[Question]:
    """«Правда ли, что …» and «верно ли, что …»."""
    for opening in ("правда ли, что", "верно ли, что"):
        yield from if_any(make_question(Form.TRUE, subject, opening, subject.text, predicate, rest))


def choose_arguments(clause: Clause, keep: str, extra: int, drop: Sequence[int] = ()) -> str | None:
    """The arguments of a question, as text: the needed ones, what must stay, and some others."""
    chosen: list[int] = []
    spare = extra
    for i, phrase in enumerate(clause.arguments):
        if i in drop:
            if keep == str(i):
                return None
            continue
        if phrase.required or keep == str(i):
            chosen.append(i)
        elif spare > 0 and phrase.role == "oblique":
            chosen.append(i)
            spare -= 1
    others = [i for i, p in enumerate(clause.arguments) if i not in drop and p.role == "oblique"]
    if not chosen and others:
        chosen = others[:1]
    ordered = sorted(chosen, key=lambda i: (_rank(clause.arguments[i]), i))
    return " ".join(clause.arguments[i].text for i in ordered)


def _rank(phrase: Phrase) -> int:
    """Adverbs and infinitives first, then objects and what followed the verb, then the rest."""
    if phrase.role == "adverb":
        return 0
    if phrase.role == "infinitive":
        return 1
    if phrase.role == "object":
        return 2 if phrase.noun.case == "Acc" else 3
    if phrase.before:
        return 6
    return 5 if phrase.time else 4


def reflexive_of(clause: Clause) -> tuple[str, list[int]]:
    """«собой» of «представляет собой», which stays beside its verb."""
    at = [i for i, phrase in enumerate(clause.arguments) if phrase.role == "reflexive"]
    return (clause.arguments[at[0]].text if at else ""), at


def to_be(subject: Phrase) -> str:
    """«был», «была», «было» or «были», as the subject has it."""
    noun = subject.noun
    one = any(w.lemma == "один" and w.rel == "nummod" for w in subject.words)
    if noun.number == "Plur" or (subject.counted and not one):
        return "были"
    return {"Fem": "была", "Neut": "было"}.get(noun.gender, "был")
