"""An active clause in the past, turned into a passive one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.questions.question import Question
from danetka.augmentation.rules.questions.short_forms import ask_short
from danetka.augmentation.rules.words import Word
from danetka.language import inflect

_BODIES: Final = members("bodies")
_NO_PASSIVE: Final = members("no passive")


def ask_converse(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    """«Пётр основал город» → «Был ли город основан Петром?»."""
    passive = to_passive(clause)
    if passive is None:
        return
    made, names = passive
    if keep and keep not in names:
        return
    yield from ask_short(made, names.get(keep, ""), extra)


def to_passive(clause: Clause) -> tuple[Clause, dict[str, str]] | None:
    """The converse of an active clause in the past, and where its parts went.

    Returns:
        The clause and, for each old part's name, the new one; None where it has no passive.
    """
    verb, subject = clause.predicate, clause.subject
    if clause.kind is not Kind.VERB or not clause.past or verb is None or subject is None:
        return None
    if clause.idiom or verb.lemma in _NO_PASSIVE:
        return None
    acts = subject.noun.animacy == "Anim" or subject.noun.entity != ""
    if not acts and subject.noun.lemma not in _BODIES:
        return None
    if any(p.role == "adverb" for p in clause.arguments):
        return None
    objects = [
        i
        for i, p in enumerate(clause.arguments)
        if p.role == "object" and p.noun.case == "Acc" and not p.prep
    ]
    if len(objects) != 1 or any(p.role == "infinitive" for p in clause.arguments):
        return None
    reading = inflect.find_reading(verb.text, "VERB")
    if reading is None or "perf" not in reading.tag or "tran" not in reading.tag:
        return None
    at = objects[0]
    new_subject = clause.arguments[at].declined("Nom", "subject")
    agent = subject.declined("Ins", "oblique")
    if new_subject is None or agent is None:
        return None
    noun = new_subject.noun
    form = inflect.short_participle(reading, noun.gender, noun.number)
    if form is None or (noun.number == "Sing" and not noun.gender):
        return None
    if agent.noun.text == subject.noun.text:
        return None  # ООН is not seen to be the agent
    others = [i for i in range(len(clause.arguments)) if i != at]
    arguments = (agent, *(clause.arguments[i] for i in others))
    names = {"subject": "0", str(at): "subject"} | {
        str(old): str(n) for n, old in enumerate(others, 1)
    }
    predicate = Word(form, verb.lemma, "VERB", number=noun.number, gender=noun.gender)
    made = Clause(
        Kind.PASSIVE, new_subject, predicate, arguments, clause.rule, clause.sentence,
        past=True, negated=clause.negated,
    )  # fmt: skip
    return made, names
