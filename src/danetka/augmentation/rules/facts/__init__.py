"""Sentences → facts: every clause that the passage asserts and that can stand alone.

One file a sort of fact: `clauses` (verbs, short forms), `nouns` and `appositions`, `attributes`
(relative and participial clauses), `absences`. What they share: `kinds`, `asserted`, `subjects`,
`arguments` and `needed`.
"""

from __future__ import annotations

from collections.abc import Sequence

from danetka.augmentation.rules.antecedents import Antecedents
from danetka.augmentation.rules.facts.appositions import apposition
from danetka.augmentation.rules.facts.attributes import attribute
from danetka.augmentation.rules.facts.clauses import clause
from danetka.augmentation.rules.facts.nouns import also_said
from danetka.augmentation.rules.facts.reading import Facts, Reading
from danetka.augmentation.rules.facts.sentence import unfit
from danetka.augmentation.rules.phrases import SkippedError
from danetka.language.tree import Tree

__all__ = ["Facts", "find_facts"]


def find_facts(trees: Sequence[Tree | None]) -> Facts:
    """The clauses of a passage.

    Args:
        trees: Its sentences, parsed; None for those that were not.
    """
    facts = Facts()
    antecedents = Antecedents()
    for number, tree in enumerate(trees):
        if tree is None:
            facts.skipped["sentence: empty or too long"] += 1
            continue
        reason = unfit(tree)
        if reason:
            facts.skipped[f"sentence: {reason}"] += 1
            antecedents.forget()
            continue
        _read(Reading(tree, number, antecedents, facts))
        antecedents.end_sentence(tree)
    return facts


def _read(s: Reading) -> None:
    for token in s.tree:
        for source in (clause, attribute, apposition):
            try:
                found = source(s, token)
            except SkippedError as reason:
                s.facts.skipped[str(reason)] += 1
                continue
            if found is not None:
                s.facts.clauses.append(found)
                s.facts.clauses.extend(also_said(s, token, found))
