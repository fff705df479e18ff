"""Every way in which a clause may be asked: as it is, in other words, or falsified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.denials import may_be_denied, without_genitive
from danetka.augmentation.rules.edits.edit import Context, Edit
from danetka.augmentation.rules.edits.numbers import other_numbers
from danetka.augmentation.rules.edits.opposites import other_words
from danetka.augmentation.rules.edits.places import other_entities, other_places
from danetka.augmentation.rules.edits.quantifiers import other_quantifiers
from danetka.augmentation.rules.edits.roles import exchanged_roles, whole_for_part
from danetka.augmentation.rules.edits.sisters import other_sisters
from danetka.augmentation.rules.edits.verbs import synonyms
from danetka.augmentation.rules.lexicon import members
from danetka.schema import NO, YES

__all__ = ["Context", "Edit", "edit"]

_OPEN: Final = members("open")
_BECAUSE: Final = ("из-за", "благодаря", "ради", "вопреки")
_LIMITED: Final = members("limited")


def edit(clause: Clause, context: Context) -> Iterator[Edit]:
    """Everything that a clause may be asked as.

    Args:
        clause: A fact.
        context: Its passage, and what is near.
    """
    if clause.negated:
        if _LIMITED & context.passage.by_sentence[clause.sentence]:
            return  # «некоторые не …», «не …, если …»
        if any(p.prep in _BECAUSE for p in clause.arguments):
            return  # «не тренировался из-за травмы»
        asked = without_genitive(clause)
        if asked is not None:
            yield Edit(asked, NO, "negated source")
        if clause.rule != "absence":
            yield Edit(clause, YES, "denied source", denied=True)
        return
    if may_be_denied(clause):
        yield Edit(clause, NO, "denied", denied=True)
    for part in ("", *clause.parts):
        yield Edit(clause, YES, "none", part)
    yield from synonyms(clause)
    open_list = _OPEN & context.passage.by_sentence[clause.sentence]
    for change in _SAFE if open_list else _FALSIFIERS:
        for made in change(clause, context):
            yield made
            if made.part != "subject" and may_be_denied(clause):
                yield replace(made, label=YES, name=f"denied {made.name}", denied=True)


_SAFE: Final[tuple[Callable[[Clause, Context], Iterator[Edit]], ...]] = (
    other_numbers,
    other_quantifiers,
    exchanged_roles,
    whole_for_part,
)


_FALSIFIERS: Final[tuple[Callable[[Clause, Context], Iterator[Edit]], ...]] = (
    other_numbers,
    other_places,
    other_entities,
    other_words,
    other_sisters,
    other_quantifiers,
    exchanged_roles,
    whole_for_part,
)
