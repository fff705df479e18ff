"""A sentence that is being read, and what its passage has said so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from danetka.augmentation.rules.antecedents import Antecedents
from danetka.augmentation.rules.clause import Clause
from danetka.language.tree import Tree


@dataclass
class Facts:
    """What a passage asserts.

    Attributes:
        clauses: The facts.
        skipped: Reason → how often something was passed over for it.
    """

    clauses: list[Clause] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reading:
    """What a rule looks at.

    Attributes:
        tree: The sentence.
        number: Which of the passage it is, from 0.
        antecedents: The subjects that pronouns may mean.
        facts: What has been found so far.
    """

    tree: Tree
    number: int
    antecedents: Antecedents
    facts: Facts
