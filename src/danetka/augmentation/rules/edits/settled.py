"""Does a fact exclude another? What happened once did not happen elsewhere."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.questions.events import is_event
from danetka.language import inflect

_REPEATED: Final = members("repeated")


def _is_event(clause: Clause) -> bool:
    """Whether it tells what happened once: then it did not happen to another, or elsewhere."""
    if clause.kind is Kind.PASSIVE:
        return clause.predicate is not None and is_event(clause.predicate)
    if clause.kind is not Kind.VERB or not clause.past or clause.predicate is None:
        return False
    reading = inflect.find_reading(clause.predicate.text, "VERB")
    return reading is not None and "perf" in reading.tag


def happened_once(clause: Clause) -> bool:
    """Whether it happened in one year and at one place only."""
    if clause.kind is Kind.NOUN:
        return False
    base = clause.predicate.lemma if clause.predicate else ""
    return _is_event(clause) and base not in _REPEATED and not clause.idiom


_PLACED: Final = frozenset(
    ("находиться", "располагаться", "расположить", "разместить", "впадать", "относиться",
     "принадлежать")
)  # fmt: skip


def is_placed(clause: Clause) -> bool:
    """Whether it says where a thing is: then it is nowhere else."""
    base = clause.predicate.lemma if clause.predicate else ""
    return base in _PLACED


def how_settled(clause: Clause, sure: float) -> float:
    """How safe an exchange of arguments is: not very where something is said in general."""
    words = lexicon.load()
    base = lexicon.fold(clause.predicate.lemma) if clause.predicate else ""
    once = _is_event(clause) or clause.kind in (Kind.NOUN, Kind.PASSIVE)
    return sure if once or base in words.stay or base in words.existence else sure - 0.35
