"""Antonyms of adjectives, adverbs, nouns and prepositions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.edits.agreement import other_adjective, other_noun, with_agreement
from danetka.augmentation.rules.edits.collocation import goes_with, is_origin
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed
from danetka.augmentation.rules.edits.settled import happened_once
from danetka.augmentation.rules.edits.verbs import opposite_short, other_predicate
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import Word

_STEM: Final = 3
_TIMES: Final = ("время", "год", "период", "эпоха", "эра")
_RELATIONS: Final = members("relations")


def other_words(clause: Clause, context: Context) -> Iterator[Edit]:
    """An antonym, or a predicate of the same frame."""
    words = lexicon.load().opposites
    verb = clause.predicate
    if verb is not None and clause.kind in (Kind.VERB, Kind.PASSIVE) and not clause.idiom:
        yield from other_predicate(clause, verb, context)
    if verb is not None and clause.kind is Kind.SHORT:
        yield from opposite_short(clause, context)
    for name, phrase in clause.parts.items():
        if phrase.prep in words["preposition"] and phrase.prep not in ("под", "над", "за", "перед"):
            other = words["preposition"][phrase.prep][0]
            if phrase.time or (phrase.prep not in ("до", "после") and not phrase.required):
                yield with_changed(
                    clause,
                    name,
                    replace(phrase, prep=other),
                    "preposition",
                    phrase.prep,
                    other,
                    0.9,
                )
        for i, word in enumerate(phrase.words):
            for section, pos in (("adjective", "ADJ"), ("noun", "NOUN"), ("adverb", "ADV")):
                if word.pos == pos or (pos == "NOUN" and word.pos == "PROPN"):
                    yield from _opposite_word(clause, context, name, i, section)


def _opposite_word(
    clause: Clause, context: Context, name: str, at: int, section: str
) -> Iterator[Edit]:
    phrase, verb = clause.parts[name], clause.predicate
    word = phrase.words[at]
    if phrase.prep == "без" or phrase.cut:
        return
    if name == "subject" or word.left or word.entity == "PER":
        return
    if word.text[:1].isupper():
        return  # «Древний Египет» is a name
    if section == "noun" and (word.lemma not in _RELATIONS or phrase.role == "infinitive"):
        return
    others = lexicon.load().opposites[section].get(lexicon.fold(word.lemma), ())
    free = [o for o in others if not context.passage.says(lexicon.fold(o))]
    if section == "adjective":
        if any(w.pos == "ADV" and w.head == at for w in phrase.words):
            return  # «наиболее опасный»
        settled = name == "nominal" or clause.kind is Kind.PASSIVE or happened_once(clause)
        has = verb is not None and verb.lemma in ("иметь", "обладать")
        owned = has and phrase.role in ("object", "oblique") and phrase.noun.number == "Sing"
        if not (settled or owned):
            return  # who is open to viral diseases may be to bacterial ones
        if is_origin(word.lemma) and phrase.noun.lemma in _TIMES:
            return  # «советское время» is a time, not a land
        if any(o[:_STEM] == phrase.noun.lemma[:_STEM] for o in free):
            return  # «военная война»
        noun = phrase.words[word.head].lemma if word.head >= 0 else phrase.noun.lemma
        free = [o for o in free if is_origin(word.lemma) or goes_with(o, noun, word.lemma)]
    if not free:
        return
    other = context.rng.choice(free)
    if section == "adverb":
        new: Word | None = replace(word, text=other, lemma=other)
    elif section == "adjective":
        on = phrase.words[word.head] if word.head >= 0 else phrase.noun
        new = other_adjective(word, other, on)
    else:
        new = other_noun(word, other)
    changed = with_agreement(phrase, at, new) if new and section == "noun" else None
    if new and section != "noun":
        changed = phrase.with_word(at, new)
    if changed is not None and new is not None:
        yield with_changed(clause, name, changed, "antonym", word.text, new.text, 0.9)
