"""A question and its falsified twin, a passage and its falsified twin: four rows.

A rule falsifies a question by one deliberate change: another year, an antonym, «не». Make the same
change in the sentence of the passage that decides, and the answers turn round::

                       passage as it is    passage changed
    question as it is        да                  нет
    question changed         нет                 да

Every question and every passage stands under both answers once, so neither tells anything alone: a
model has to compare them. Plain rule-made rows could not be had in such a number without a trace
(five sixths of their «нет» hold a «не»); these have none by construction. The idea is that of
counterfactually augmented data (Kaushik et al. 2020, arXiv 1909.12434).

A fact that no rule falsifies gets another word of the same grammatical form, from a text nearby:
what is asked then may be odd, but whether the passage says it is as plain as before.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from danetka.language.inflect import readings
from danetka.language.text import with_word
from danetka.schema import NO, YES

if TYPE_CHECKING:
    from danetka.augmentation.generator import Draft

_NOT: Final = "не "
_DENIED = re.compile(r"\bне (\w+)(?: (\w+))?")
_WORD = re.compile(r"\w{3,}")
_OPEN_CLASSES: Final = ("NOUN", "ADJF", "VERB", "PRTS", "ADJS", "NUMR", "LATN", "NUMB")
_NEAR: Final = 32
"""So many words of each form are remembered: neighbours share a topic."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two questions and two deciding sentences, each time the true one first.

    Attributes:
        questions: The question as it is, and changed.
        sentences: The sentence as it stands in the passage, and changed.
        words: What differs in either question; a question need not hold its word.
        edit: What the change is.
        passage: The index of the passage.
    """

    questions: tuple[str, str]
    sentences: tuple[str, str]
    words: tuple[str, str]
    edit: str
    passage: int

    def rows(self) -> Iterator[tuple[str, str, int, str]]:
        """Question, deciding sentence, answer, and the word of the question that is wrong there."""
        for i, question in enumerate(self.questions):
            for j, sentence in enumerate(self.sentences):
                yield question, sentence, *((YES, "") if i == j else (NO, self.words[i]))


def contrasts(drafts: Sequence[Draft], seed: int = 0) -> Iterator[Contrast]:
    """What can be changed both in question and passage, in the order of the drafts.

    Args:
        drafts: Of any answer, in one style, those of a passage together.
        seed: Decides between wordings of a fact.
    """
    rng = random.Random(seed)  # noqa: S311
    asked: dict[tuple[int, int], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.label == YES and not draft.edit.startswith("denied"):
            asked[draft.passage, draft.fact].append(draft)
    near = _Near(rng)
    for draft in drafts:
        if draft.edit == "denied":
            found = _denied(draft, asked[draft.passage, draft.fact], rng)
        elif draft.label == NO and draft.old:
            found = _replaced(draft)
        elif draft.edit == "none":
            found = near.other_word(draft)
        else:
            found = None
        if found is not None:
            yield found


def _denied(draft: Draft, plain: Sequence[Draft], rng: random.Random) -> Contrast | None:
    """«Не» before the predicate, in the question and in the sentence."""
    found = _DENIED.search(draft.question)
    if found is None or not plain or _DENIED.search(draft.evidence):
        return None
    for word in found.groups():
        denied = word and with_word(draft.evidence, word, _NOT + word)
        if denied:
            question = rng.choice(plain).question
            return Contrast(
                (question, draft.question),
                (draft.evidence, denied),
                (word, _NOT.strip()),
                "denied",
                draft.passage,
            )
    return None


def _replaced(draft: Draft) -> Contrast | None:
    """The new words for the old ones in the sentence, the old for the new in the question."""
    question = with_word(draft.question, draft.new, draft.old)
    sentence = with_word(draft.evidence, draft.old, draft.new)
    if question is None or sentence is None:
        return None
    return Contrast(
        (question, draft.question),
        (draft.evidence, sentence),
        (draft.old, draft.new),
        draft.edit,
        draft.passage,
    )


class _Near:
    """Words of the last texts, by their grammatical form."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._words: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_NEAR))

    def other_word(self, draft: Draft) -> Contrast | None:
        """Another word in place of one that question and sentence share."""
        shared = {w.lower() for w in _WORD.findall(draft.question)}
        words = [w for w in _WORD.findall(draft.evidence) if w.lower() in shared and _form(w)]
        self.rng.shuffle(words)
        found = None
        for word in words:
            others = [w for w in self._words[_form(word)] if w.lower() not in shared]
            if others:
                found = self._put(draft, word, self.rng.choice(others))
            if found:
                break
        for word in words:
            if word not in self._words[_form(word)]:
                self._words[_form(word)].append(word)
        return found

    def _put(self, draft: Draft, word: str, other: str) -> Contrast | None:
        if with_word(draft.evidence, other, "") is not None:
            return None  # the passage's own sentence says it too
        question = with_word(draft.question, word, other)
        sentence = with_word(draft.evidence, word, other)
        if question is None or sentence is None:
            return None
        return Contrast(
            (draft.question, question),
            (draft.evidence, sentence),
            (word, other),
            "other word",
            draft.passage,
        )


@cache
def _form(word: str) -> str:
    """The grammatical form of a word that may be replaced; empty for other words."""
    tag = readings(word)[0].tag
    return str(tag) if any(c in tag for c in _OPEN_CLASSES) else ""
