"""Another place or name of the same type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.agreement import with_agreement
from danetka.augmentation.rules.edits.collocation import as_frequent
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed
from danetka.augmentation.rules.edits.settled import happened_once, how_settled, is_placed
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import is_named
from danetka.language import inflect

_ON_KINDS: Final = ("остров", "река", "озеро")
_ON_PLACES: Final = members("on places")
_RELATIVE: Final = members("relative")


def other_places(clause: Clause, context: Context) -> Iterator[Edit]:
    """A country, city, river for another of its type and region."""
    words = lexicon.load()
    for name, phrase in clause.parts.items():
        if phrase.cut or phrase.before or _subject_is_cut(clause):
            continue
        if name == "nominal" and phrase.noun.lemma in _RELATIVE:
            continue  # a member of one is often a member of another
        for i, word in enumerate(phrase.words):
            if word.rel.startswith("flat") or word.left or not word.text[:1].isupper():
                continue
            if any(w.rel.startswith("flat") and w.head == i for w in phrase.words):
                continue
            if any(w.head == i and w.text[:1].isupper() for w in phrase.words):
                continue  # «Северная Осетия» is one name
            kind = words.kinds.get(lexicon.fold(word.lemma), "")
            if phrase.prep == "на" and phrase.noun.case == "Acc":
                continue
            if phrase.role == "object" or (phrase.prep in ("из", "в") and kind == "остров"):
                continue
            if phrase.prep == "с":
                continue
            if not (name == "nominal" or happened_once(clause) or is_placed(clause)):
                continue
            others = words.places.get(lexicon.fold(word.lemma), ())
            near = [o for o in context.passage.places(kind) if o.lower() != word.lemma]
            others = tuple(o for o in others if lexicon.fold(o) not in _ON_PLACES)
            others = tuple(o for o in others if not context.passage.says(lexicon.fold(o)))
            others = tuple(as_frequent(word.lemma, others))
            drawn = context.rng.sample(others, min(2, len(others)))
            plural = clause.subject is not None and clause.subject.noun.number == "Plur"
            if name == "subject" or (plural and not happened_once(clause)):
                continue
            for other in [*(o for o in near[:1] if _apart(o, clause, context)), *drawn]:
                form = inflect.decline(other, word.case or "Nom", "Sing")
                if form is None or not word.case:
                    continue
                new = replace(word, text=form, lemma=other.lower(),
                              gender=inflect.gender_of(other))  # fmt: skip
                changed = with_agreement(phrase, i, new)
                if changed is not None and i == phrase.head and phrase.prep == "на":
                    changed = replace(changed, prep="на" if kind in _ON_KINDS else "в")
                if changed is not None:
                    yield with_changed(clause, name, changed, "place", word.text, form,
                                   how_settled(clause, 0.95))  # fmt: skip


def other_entities(clause: Clause, context: Context) -> Iterator[Edit]:
    """A person, organisation or place for another that stands in the same case somewhere near."""
    for name, phrase in clause.parts.items():
        noun = phrase.noun
        if phrase.cut or phrase.before or _subject_is_cut(clause):
            continue
        if noun.entity != "PER" or len(phrase.words) > 3:  # noqa: PLR2004 - a name, not a description
            continue
        if any(not word.entity for word in phrase.words):
            continue
        for near, other in context.pool.like(phrase, context.passage, context.rng):
            if name == "subject" or (near and not _apart(other.noun.lemma, clause, context)):
                continue
            if not (happened_once(clause) or is_placed(clause)) or (near and noun.entity == "PER"):
                continue
            if any(inflect.find_reading(w.text, w.pos, w.case, w.number) is None
                   for w in other.words):  # fmt: skip
                continue
            changed = replace(other, role=phrase.role, prep=phrase.prep,
                              required=phrase.required, time=phrase.time,
                              before=phrase.before)  # fmt: skip
            yield with_changed(
                clause,
                name,
                changed,
                "entity",
                phrase.text,
                changed.text,
                how_settled(clause, 0.9 if near else 0.85),
            )


def _subject_is_cut(clause: Clause) -> bool:
    """Whether a subject without a name has lost what says which are meant."""
    return clause.subject is not None and clause.subject.cut and not is_named(clause.subject)


def _apart(lemma: str, clause: Clause, context: Context) -> bool:
    """Whether the passage nowhere speaks of a word together with the clause's predicate."""
    near = context.passage.sentences_with(lexicon.fold(lemma))
    if clause.sentence in near:
        return False
    said = clause.predicate.lemma if clause.predicate else ""
    if clause.nominal:
        said = clause.nominal.noun.lemma
    return not any(lexicon.fold(said) in context.passage.by_sentence[i] for i in near)
