"""«Не»: denied sources asked as if they were not, and facts asked with «не»."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.lexicon import members
from danetka.language import inflect

_LIMITED: Final = members("limited")
_WITH_GENITIVE: Final = members("with genitive")


def may_be_denied(clause: Clause) -> bool:
    """Whether «не» before the predicate denies the whole: not where something is counted."""
    parts = clause.parts.values()
    counted = any(
        p.counted or any(w.text.isdigit() and len(w.text) < 4 for w in p.words)  # noqa: PLR2004
        for p in parts
    )
    some = clause.subject is not None and clause.subject.lemmas & _LIMITED
    if some:
        return False
    if clause.predicate and (clause.predicate.text == "есть" or clause.predicate.lemma == "иметь"):
        return False
    return not counted and all(p.role != "adverb" for p in parts)


def without_genitive(clause: Clause) -> Clause | None:
    """«не даёт комментариев» → «даёт комментарии»: a denied object leaves the genitive."""
    verb = clause.predicate
    reading = inflect.find_reading(verb.text, "VERB") if verb else None
    if clause.kind is not Kind.VERB or reading is None or "tran" not in reading.tag:
        return clause
    if verb is not None and verb.lemma in _WITH_GENITIVE:
        return clause
    for name, phrase in clause.parts.items():
        if phrase.role == "object" and phrase.noun.case == "Gen" and not phrase.prep:
            changed = phrase.declined("Acc", "object")
            if changed is None:
                return None
            clause = clause.with_part(name, replace(changed, required=True))
    return clause
