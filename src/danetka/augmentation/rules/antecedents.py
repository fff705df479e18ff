"""Who «он», «она», «они» are: only where one thing of the passage can be meant."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Phrase, is_named
from danetka.language.tree import Token, Tree

_BACK: Final = 2
"""How many sentences a pronoun may look back."""


class Antecedents:
    """The subjects that a passage has named so far."""

    def __init__(self) -> None:
        self._sentence = 0
        self._said: list[tuple[int, Phrase]] = []
        self._topic: Phrase | None = None
        self._nouns: list[Token] = []

    def add(self, subject: Phrase) -> None:
        """A subject is named."""
        if self._sentence == 0 and self._topic is None and is_named(subject):
            self._topic = subject
        self._said.append((self._sentence, subject))

    def end_sentence(self, tree: Tree) -> None:
        """The next sentence begins."""
        self._nouns = [t for t in tree if t.pos in ("NOUN", "PROPN")]
        self._sentence += 1

    def forget(self) -> None:
        """A sentence was not understood: what it named is not known."""
        self._said.clear()
        self._sentence += 1

    def resolve(self, gender: str, number: str, *, silent: bool = False) -> Phrase:
        """The one thing that a pronoun of this gender and number can mean.

        Args:
            gender: ``Masc``, ``Fem``, ``Neut``, or empty for any.
            number: ``Sing`` or ``Plur``.
            silent: Whether not even a pronoun stands there: then only the passage's topic is meant,
                and only if no other subject fits.

        Raises:
            SkippedError: If none or several can be meant, or if it is not called by a name.
        """
        names: dict[str, Phrase] = {}
        if silent:
            names = {s.noun.lemma: s for _, s in self._said if _fits(s, gender, number)}
            topic = self._topic.noun.lemma if self._topic else ""
            if list(names) != [topic]:
                raise SkippedError("a pronoun without one antecedent")
            return names[topic]
        for back in range(_BACK + 1):
            names |= {
                said.noun.lemma: said
                for sentence, said in self._said
                if sentence == self._sentence - back and _fits(said, gender, number)
            }
            if back and names:
                break
        if not names and self._topic and _fits(self._topic, gender, number):
            names = {self._topic.noun.lemma: self._topic}
        if len(names) != 1:
            raise SkippedError("a pronoun without one antecedent")
        found = next(iter(names.values()))
        if not is_named(found) and number != "Plur":
            raise SkippedError("a pronoun without one antecedent")
        rivals = [
            t for t in self._nouns
            if t["Number"] == number and (number == "Plur" or t["Gender"] == gender)
            and t.lower not in {w.text.lower() for w in found.words}
            and found.noun.lemma not in t.lower
        ]  # fmt: skip
        if rivals and not (found.noun.entity == "PER" and all(t.entity != "PER" for t in rivals)):
            raise SkippedError("a pronoun without one antecedent")
        self.add(found)
        return found


def _fits(said: Phrase, gender: str, number: str) -> bool:
    return said.noun.number == number and (
        number == "Plur" or not gender or said.noun.gender == gender
    )
