"""Subject and object exchanged, part and whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.edits.edit import Context, Edit
from danetka.augmentation.rules.words import is_named
from danetka.schema import NO

_PART_OF: Final = ("входить", "войти")


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


def whole_for_part(clause: Clause, context: Context) -> Iterator[Edit]:
    """«Хакасия входит в Россию» → «Входит ли Россия в Хакасию?»."""
    del context
    verb, subject = clause.predicate, clause.subject
    if verb is None or subject is None or verb.lemma not in _PART_OF or not is_named(subject):
        return
    for name, whole in clause.parts.items():
        if whole.prep != "в" or whole.noun.case != "Acc" or not is_named(whole):
            continue
        if whole.noun.number != subject.noun.number:
            continue
        if clause.past and whole.noun.gender != subject.noun.gender:
            continue
        first, second = whole.declined("Nom", "subject"), subject.declined("Acc", whole.role)
        if first and second:
            inside = replace(second, prep="в", required=True)
            swapped = replace(clause.with_part(name, inside), subject=first)
            yield Edit(swapped, NO, "part for whole", name, subject.text, first.text, 0.95)
