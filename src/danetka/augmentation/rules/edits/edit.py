"""What makes a fact false, or leaves it true in other words: one deliberate change each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.rules.words import Phrase
from danetka.schema import NO


@dataclass(frozen=True, slots=True)
class Edit:
    """A clause as it is asked, and the answer.

    Attributes:
        clause: The changed clause.
        label: Its answer.
        name: What was done; ``none`` if nothing.
        part: The part of the clause that the question must keep.
        old, new: What stood there, and what stands there now.
        denied: Whether the question is asked with «не».
        sure: How safe the answer is, 0 to 1.
    """

    clause: Clause
    label: int
    name: str
    part: str = ""
    old: str = ""
    new: str = ""
    sure: float = 1.0
    denied: bool = False


@dataclass(frozen=True)
class Context:
    """What an edit may look at.

    Attributes:
        passage: The passage.
        pool: Phrases of the passages beside it.
        rng: Draws what is put in.
    """

    passage: Passage
    pool: Pool
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311


def with_changed(
    clause: Clause, name: str, phrase: Phrase, edit_name: str, old: str, new: str, sure: float = 1.0
) -> Edit:
    """An edit by which one part says something false."""
    return Edit(clause.with_part(name, phrase), NO, edit_name, name, old, new, sure)
