"""What an edit must know of a passage: what it says, and what stands near it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.words import Phrase
from danetka.language.inflect import lemmas
from danetka.language.tree import Tree

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Passage:
    """A passage and what it says, in dictionary forms.

    Attributes:
        text: As it was given.
        trees: Its sentences, parsed; None for those that were not.
        clauses: Its facts.
    """

    text: str
    trees: tuple[Tree | None, ...]
    clauses: tuple[Clause, ...]

    @cached_property
    def by_sentence(self) -> tuple[frozenset[str], ...]:
        """The dictionary forms of each sentence, every reading of every word; е for ё."""
        return tuple(lemmas(tree.text) if tree else frozenset() for tree in self.trees)

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """The dictionary forms of the whole text, also of what was not parsed."""
        return lemmas(self.text).union(*self.by_sentence)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in it, in digits."""
        return frozenset(_NUMBER.findall(self.text))

    def says(self, word: str) -> bool:
        """Whether a word (of a name: each of its parts) stands anywhere in it."""
        return word in self.lemmas

    def sentences_with(self, lemma: str) -> list[int]:
        """The sentences that a word stands in."""
        return [i for i, lemmas in enumerate(self.by_sentence) if lemma in lemmas]

    def says_all(self, sentence: int) -> bool:
        """Whether a sentence speaks of all of something."""
        return "весь" in self.by_sentence[sentence]

    def places(self, kind: str) -> list[str]:
        """The places of a type that it names, in the order of the alphabet."""
        words = lexicon.load()
        found = sorted(lemma for lemma in self.lemmas if kind and words.kinds.get(lemma) == kind)
        return [words.names[lemma] for lemma in found]


class Pool:
    """The named phrases of a batch of passages, to put one in another's place.

    Args:
        passages: The passages; their order counts.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._found: dict[tuple[str, ...], dict[str, tuple[int, Phrase]]] = {}
        self._place = {passage.text: i for i, passage in enumerate(passages)}
        for i, passage in enumerate(passages):
            for clause in passage.clauses:
                for phrase in clause.parts.values():
                    if phrase.noun.entity and all(w.entity for w in phrase.words):
                        self._found.setdefault(_key(phrase), {}).setdefault(
                            phrase.text, (i, phrase)
                        )

    def like(
        self, phrase: Phrase, passage: Passage, rng: random.Random, most: int = 2
    ) -> Iterator[tuple[bool, Phrase]]:
        """Other phrases of the same type, case, gender and number.

        Yields:
            Whether it stands in the same passage, and the phrase; those of the passage first, then
            ones that share no word with it.
        """
        here = self._place.get(passage.text, -1)
        near, far = [], []
        for i, other in self._found.get(_key(phrase), {}).values():
            if other.noun.lemma == phrase.noun.lemma or other.lemmas & phrase.lemmas:
                continue
            if i == here:
                near.append(other)
            elif not any(passage.says(lexicon.fold(lemma)) for lemma in other.lemmas):
                far.append(other)
        drawn = near[:most]
        drawn += rng.sample(far, min(most - len(drawn), len(far)))
        yield from ((other in near, other) for other in drawn)


def _key(phrase: Phrase) -> tuple[str, ...]:
    noun = phrase.noun
    where = phrase.prep if noun.entity == "LOC" else ""
    return noun.entity, noun.case, noun.gender, noun.number, where, str(len(phrase.words) > 1)
