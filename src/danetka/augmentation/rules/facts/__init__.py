"""Sentences → facts: every clause that the passage asserts and that can stand alone.

One file a sort of fact: `clauses` (verbs, short forms), `nouns` and `appositions`, `attributes`
(relative and participial clauses), `absences`. What they share: `kinds`, `asserted`, `subjects`,
`arguments` and `needed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from danetka.augmentation.rules.antecedents import Antecedents
from danetka.augmentation.rules.definitions import repaired
from danetka.augmentation.rules.facts.appositions import apposition
from danetka.augmentation.rules.facts.attributes import attribute
from danetka.augmentation.rules.facts.clauses import clause
from danetka.augmentation.rules.facts.nouns import also_said
from danetka.augmentation.rules.facts.reading import Facts, Reading
from danetka.augmentation.rules.facts.sentence import unfit
from danetka.augmentation.rules.facts.subjects import nominative
from danetka.augmentation.rules.phrases import SkippedError
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.language.tree import Tree

__all__ = ["Facts", "find_facts"]

_MENDED: Final = ("no root", "brackets without their pair")
"""What is wrong with a sentence, but not with the core of its definition."""


def find_facts(
    trees: Sequence[Tree | None], definitions: Sequence[Tree | None] | None = None
) -> Facts:
    """The clauses of a passage.

    Args:
        trees: Its sentences, parsed; None for those that were not.
        definitions: For each sentence that is a definition, its core, parsed; else None.
    """
    facts = Facts()
    antecedents = Antecedents()
    for number, tree in enumerate(trees):
        if tree is None:
            facts.skipped["sentence: empty or too long"] += 1
            continue
        reason = unfit(tree)
        definition = definitions[number] if definitions else None
        definition = repaired(definition) if definition else None
        if reason and not (reason in _MENDED and definition):
            facts.skipped[f"sentence: {reason}"] += 1
            antecedents.forget()
            continue
        if definition is not None and number == 0:
            _define(Reading(definition, number, antecedents, facts))
        known = len(facts.clauses)
        _read(Reading(tree, number, antecedents, facts))
        told = any(c.rule == "dash" for c in facts.clauses[known:])
        if definition is not None and not told:
            _read_definition(Reading(definition, number, antecedents, facts))
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


def _define(s: Reading) -> None:
    """What a passage's first sentence defines is what it speaks of."""
    subject = next((t for t in s.tree if t.rel == "nsubj"), None)
    if subject is None or subject.pos not in ("NOUN", "PROPN"):
        return
    try:
        s.antecedents.define(nominative(read_phrase(s.tree, subject, "subject")))
    except SkippedError:
        return


def _read_definition(s: Reading) -> None:
    """What a definition says, where its whole sentence was not understood."""
    for token in s.tree:
        try:
            found = clause(s, token)
        except SkippedError as reason:
            s.facts.skipped[f"definition: {reason}"] += 1
            continue
        if found is not None and found.rule == "dash":
            s.facts.clauses.append(found)
