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
        self._defined = False
        self._nouns: list[Token] = []

    def add(self, subject: Phrase) -> None:
        """A subject is named."""
        if self._sentence == 0 and self._topic is None and is_named(subject):
            self._topic = subject
        self._said.append((self._sentence, subject))

    def define(self, subject: Phrase) -> None:
        """The passage opens with a definition of this: it speaks of it to its end."""
        if self._sentence == 0:
            self._topic, self._defined = subject, True

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
        if silent:
            return self._unspoken(gender, number)
        names: dict[str, Phrase] = {}
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
        is_topic = self._defined and found.noun.lemma == self._topic_lemma
        if not is_named(found) and number != "Plur" and not is_topic:
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

    def _unspoken(self, gender: str, number: str) -> Phrase:
        """The topic, where it fits and nothing else that was said lately does."""
        since = self._sentence - _BACK if self._defined else 0
        rivals = {
            said.noun.lemma
            for sentence, said in self._said
            if sentence >= since and _fits(said, gender, number)
        }
        topic = self._topic
        if topic is None or not _fits(topic, gender, number):
            raise SkippedError("a pronoun without one antecedent")
        named = {self._topic_lemma}
        if rivals != named and not (self._defined and rivals <= named):
            raise SkippedError("a pronoun without one antecedent")
        return topic

    @property
    def _topic_lemma(self) -> str:
        return self._topic.noun.lemma if self._topic else ""


def _fits(said: Phrase, gender: str, number: str) -> bool:
    return said.noun.number == number and (
        number == "Plur" or not gender or said.noun.gender == gender
    )
