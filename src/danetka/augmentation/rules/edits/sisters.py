"""A noun for another of its kind that excludes it: река → озеро."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.agreement import other_noun, with_agreement
from danetka.augmentation.rules.edits.collocation import goes_with, nearest_in_meaning
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed
from danetka.augmentation.rules.edits.settled import happened_once
from danetka.augmentation.rules.lexicon import members

_RELATIVE: Final = members("relative")
_TITLES: Final = members("titles")

def other_sisters(clause: Clause, context: Context) -> Iterator[Edit]:
    """A noun for another of its kind that excludes it: река → озеро."""
    for name, phrase in clause.parts.items():
        if name == "subject":
            continue
        for i, word in enumerate(phrase.words):
            if word.pos != "NOUN" or word.left or word.entity:
                continue
            if phrase.cut or word.lemma == "столица":
                continue
            if any(w.lemma in _TITLES and w.head == i for w in phrase.words):
                continue
            others = lexicon.load().sisters.get(lexicon.fold(word.lemma), ())
            free = [o for o in others if not context.passage.says(lexicon.fold(o))]
            free = nearest_in_meaning(word.lemma, free)
            for other in context.rng.sample(free, min(2, len(free))):
                new = other_noun(word, other)
                near = [w.lemma for w in phrase.words if w.head == i and w.rel in ("amod", "nmod")]
                near = [w for w in near if not w.endswith(("ский", "цкий"))]
                if any(not goes_with(other, w, word.lemma) for w in near if w[:1].islower()):
                    continue
                changed = with_agreement(phrase, i, new) if new else None
                if changed is None or new is None:
                    continue
                named_on = any(w.rel == "appos" and w.head == i for w in phrase.words)
                whose = any(w.rel == "nmod" and w.head == i and w.pos != "ADP" for w in phrase.words)
                if named_on or (whose and (word.lemma in _RELATIVE) != (other in _RELATIVE)):
                    continue
                if i == phrase.head and (
                    name == "nominal" or (phrase.time and happened_once(clause))
                ):
                    sure = 0.9
                else:
                    continue
                yield with_changed(clause, name, changed, "sister", word.text, new.text, sure)
