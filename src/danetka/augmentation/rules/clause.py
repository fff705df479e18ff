"""A fact: one clause of a sentence, taken apart so that it can be asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import Phrase, Word

LIGHT: Final = members("light")
"""Nouns that make an idiom with their verb: no other verb is its equal there."""


RELATIVE: Final = members("relative")
"""Nouns that say nothing without «of what»."""


class Kind(StrEnum):
    """What sort of predicate a clause has."""

    VERB = "verb"  # Станция открылась в 1961 году.
    PASSIVE = "passive"  # Мост (был) построен в 1961 году.
    SHORT = "short"  # Гриб ядовит.
    NOUN = "noun"  # Байкал — озеро. Пушкин был поэтом.
    MODAL = "modal"  # Вход разрешён. Можно купаться.


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that can stand alone.

    Attributes:
        kind: Its sort of predicate.
        subject: In the nominative; None only for an impersonal clause.
        predicate: The finite verb, short form, or None for a noun.
        arguments: The objects and adjuncts, in the order of the passage.
        nominal: The noun that is said of the subject, for ``NOUN``.
        past: Whether it was so.
        negated: Whether the passage denies it.
        rule: What found it, for the reader of a question.
        sentence: Which sentence of the passage it stands in.
    """

    kind: Kind
    subject: Phrase | None
    predicate: Word | None
    arguments: tuple[Phrase, ...]
    rule: str
    sentence: int
    nominal: Phrase | None = None
    past: bool = False
    negated: bool = False

    @property
    def parts(self) -> dict[str, Phrase]:
        """Its phrases by name: ``subject``, ``nominal``, ``0``, ``1``, … for arguments."""
        found = {str(i): phrase for i, phrase in enumerate(self.arguments)}
        if self.subject:
            found["subject"] = self.subject
        if self.nominal:
            found["nominal"] = self.nominal
        return found

    def with_part(self, name: str, phrase: Phrase) -> Clause:
        """With another phrase in a part's place."""
        if name == "subject":
            return replace(self, subject=phrase)
        if name == "nominal":
            return replace(self, nominal=phrase)
        i = int(name)
        return replace(self, arguments=(*self.arguments[:i], phrase, *self.arguments[i + 1 :]))

    @property
    def idiom(self) -> bool:
        """Whether the predicate may be one with its noun («имеет место», «принял участие»)."""
        return any(p.noun.lemma in LIGHT for p in self.arguments)

    @property
    def lemmas(self) -> frozenset[str]:
        """The dictionary forms of all its words."""
        found = frozenset[str]().union(*(phrase.lemmas for phrase in self.parts.values()))
        return found | {self.predicate.lemma} if self.predicate else found
