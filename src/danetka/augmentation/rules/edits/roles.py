"""Subject and object exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.edits.edit import Context, Edit
from danetka.schema import NO


def exchanged_roles(clause: Clause, context: Context) -> Iterator[Edit]:
    """Subject and object exchanged: «Россия победила Францию» → «Победила ли Франция Россию?»."""
    del context
    verb, subject = clause.predicate, clause.subject
    if clause.kind is not Kind.VERB or verb is None or subject is None:
        return
    if not clause.past or lexicon.fold(verb.lemma) not in lexicon.load().asymmetric:
        return
    for name, other in clause.parts.items():
        if other.role != "object" or other.prep or other.noun.case != "Acc":
            continue
        if not other.noun.entity or other.noun.entity != subject.noun.entity:
            continue
        if (other.noun.gender, other.noun.number) != (subject.noun.gender, subject.noun.number):
            continue
        first, second = other.declined("Nom", "subject"), subject.declined("Acc", "object")
        if first and second:
            swapped = clause.with_part(name, replace(second, required=True))
            yield Edit(
                replace(swapped, subject=first), NO, "roles", name, subject.text, first.text, 0.95
            )
