"""Another verb in the same form: a synonym, an opposite, a predicate of the same frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.edits.collocation import goes_with
from danetka.augmentation.rules.edits.edit import Context, Edit
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import Phrase, Word
from danetka.language import inflect
from danetka.schema import NO, YES

_LIGHT_VERBS: Final = members("light verbs")
_PHASES: Final = members("phases")


def synonyms(clause: Clause) -> Iterator[Edit]:
    """The same fact with a verb of the same meaning and government."""
    verb = clause.predicate
    if verb is None or clause.kind not in (Kind.VERB, Kind.PASSIVE) or clause.idiom:
        return
    if verb.lemma == "находиться" and not any(p.noun.entity == "LOC" for p in clause.arguments):
        return  # «под арестом» one does not «располагается»
    for other in lexicon.load().synonyms.get("verb", {}).get(lexicon.fold(verb.lemma), ()):
        changed = _with_verb(clause, other)
        if changed is not None and changed.predicate:
            yield Edit(changed, YES, "synonym", "", verb.text, changed.predicate.text, 0.9)


def _with_verb(clause: Clause, base: str) -> Clause | None:
    """Another verb in the same form."""
    verb = clause.predicate
    assert verb is not None  # noqa: S101
    reading = inflect.find_reading(base, "VERB")
    if reading is None or not reading.is_known:
        return None
    if clause.kind is Kind.PASSIVE:
        form = inflect.short_participle(reading, verb.gender, verb.number)
    else:
        form = inflect.finite(reading, "Past" if clause.past else "Pres", verb.gender, verb.number)
        if not clause.past and "perf" in reading.tag:
            return None
    if form is None:
        return None
    return replace(clause, predicate=replace(verb, text=form, lemma=base))


def other_predicate(clause: Clause, verb: Word, context: Context) -> Iterator[Edit]:
    """The opposite verb, where it goes with the same nouns; what tells how or where is left out."""
    governed = any(p.required and p.prep for p in clause.arguments)
    if verb.lemma in _LIGHT_VERBS or governed:
        return
    partners = [p.noun.lemma for p in clause.arguments if p.role == "object"]
    partners += [clause.subject.noun.lemma] if clause.subject else []
    kept = tuple(p for p in clause.arguments if _fits_any_verb(p))
    bare = replace(clause, arguments=kept)
    for other in lexicon.load().opposites["verb"].get(lexicon.fold(verb.lemma), ()):
        if context.passage.says(lexicon.fold(other)) or other in _LIGHT_VERBS:
            continue
        if not all(goes_with(other, p, verb.lemma) for p in partners):
            continue
        changed = _with_verb(bare, other)
        if changed is None or changed.predicate is None:
            continue
        year = next((n for n, p in changed.parts.items() if p.time and p.role == "oblique"), "")
        if verb.lemma in _PHASES and not year:
            continue  # what was closed had been opened
        yield Edit(changed, NO, "predicate", year, verb.text, changed.predicate.text, 0.95)


def _fits_any_verb(phrase: Phrase) -> bool:
    agent = phrase.role == "oblique" and not phrase.prep and phrase.noun.case == "Ins"
    return (
        phrase.role in ("object", "infinitive", "reflexive")
        or agent
        or phrase.time
        or (phrase.required and phrase.role == "oblique")
    )


def opposite_short(clause: Clause, context: Context) -> Iterator[Edit]:
    """An antonym of a short adjective."""
    verb = clause.predicate
    assert verb is not None  # noqa: S101
    for other in lexicon.load().opposites["adjective"].get(lexicon.fold(verb.lemma), ()):
        reading = next((r for r in inflect.readings(other) if r.tag.POS == "ADJF"), None)
        if reading is None or context.passage.says(lexicon.fold(other)) or other.startswith("не"):
            continue
        gender = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}.get(verb.gender, "masc")
        form = inflect.inflect_reading(reading, "ADJS", "plur" if verb.number == "Plur" else gender)
        if form:
            changed = replace(clause, predicate=replace(verb, text=form, lemma=other))
            yield Edit(changed, NO, "antonym", "", verb.text, form, 0.95)
