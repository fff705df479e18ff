"""Which drafts are taken: from all passages, in a style's forms, with no trace of the label.

A generator makes more drafts than are needed. What is taken decides whether a classifier can learn
the label without the passage: a word that is commoner in questions of one answer is such a trace.
So drafts are taken one by one, each time the one that the forms lack most and whose words stand as
often in the questions of the other answer; and a passage's «да» is, if it can be, the question of
its «нет» before the edit.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from danetka.augmentation.forms import DANETQA, Form
from danetka.augmentation.generator import Draft
from danetka.language.text import normalize, words
from danetka.schema import NO, YES

# Weights of the score, chosen on questions about DaNetQA's train passages.
_SURE: Final = 2.0
_FORM: Final = 8.0
_TRACE: Final = 0.6
_REPEAT: Final = 0.5
_LONG: Final = 0.5
_USUAL: Final = 5
_PAIR: Final = 2.0
_SCARCE: Final = 3.0
_PLENTY: Final = 8
"""A form is scarce if there are fewer than so many times what is wanted of it, or fewer than its
share of the passages: then passages taken as they come would not give it."""
_LEVELS: Final = (1.5, 0.5, float("-inf"))
"""A draft is taken in the first round only if it is wanted so much, then less."""
_SPARE: Final = 2
_TOLERANCE: Final = 0.2
"""A word may stand under one answer that many times, and that share of times, more often."""
_DENIED: Final = 0.02
"""The share of questions with «не»; DaNetQA has 0.5%."""


class _Tally:
    """What has been taken so far, and how much more is wanted."""

    def __init__(self, shares: Mapping[Form, float], *, balanced: bool, pairs: bool) -> None:
        self.shares = shares
        self.balanced = balanced
        self.pairs = pairs
        self.scarce: frozenset[tuple[int, Form]] = frozenset()
        self.taken: list[Draft] = []
        self._forms: dict[int, Counter[Form]] = {YES: Counter(), NO: Counter()}
        self._words: dict[int, Counter[str]] = {YES: Counter(), NO: Counter()}
        self._made: dict[int, Counter[str]] = {YES: Counter(), NO: Counter()}
        self._facts: Counter[tuple[int, int, int]] = Counter()
        self._denied: Counter[int] = Counter()
        self._asked: set[tuple[int, str]] = set()

    def know(self, question: str, label: int) -> None:
        """A question that stands there already."""
        self._words[label].update(set(words(question)))

    def add(self, draft: Draft) -> None:
        self.taken.append(draft)
        self._count(draft, 1)
        self._asked.add((draft.passage, normalize(draft.question)))

    def undo(self) -> Draft:
        """Give the last one back."""
        draft = self.taken.pop()
        self._count(draft, -1)
        self._asked.discard((draft.passage, normalize(draft.question)))
        return draft

    def _count(self, draft: Draft, n: int) -> None:
        self._forms[draft.label][draft.form] += n
        self._facts[draft.passage, draft.fact, draft.label] += n
        self._denied[draft.label] += n * _is_denied(draft)
        for word in set(words(draft.question)):
            self._words[draft.label][word] += n
            self._made[draft.label][word] += n

    def best(self, drafts: list[Draft], beside: Draft | None, level: float) -> Draft | None:
        """The most wanted of some drafts, or None if none is wanted enough."""
        free = [
            d
            for d in drafts
            if (d.passage, normalize(d.question)) not in self._asked
            and self._may_deny(d)
            and not self._tells(d)
        ]
        if not free:
            return None
        found = max(free, key=lambda d: self._score(d) + _PAIR * _alike(d, beside))
        return found if self._score(found) >= level else None

    def _score(self, draft: Draft) -> float:
        forms = self._forms[draft.label]
        lack = self.shares.get(draft.form, 0.0) - forms[draft.form] / (sum(forms.values()) + 1)
        asked = words(draft.question)
        value = _SURE * draft.sure + _FORM * lack
        value += _SCARCE * (lack > 0 and (draft.label, draft.form) in self.scarce)
        value -= _LONG * max(0, len(asked) - _USUAL)
        value -= _REPEAT * self._facts[draft.passage, draft.fact, draft.label]
        if self.balanced:
            here, there = self._words[draft.label], self._words[1 - draft.label]
            trace = sum((here[w] - there[w]) / (here[w] + there[w] + 2) for w in asked)
            value -= _TRACE * trace
        return value

    def _tells(self, draft: Draft) -> bool:
        """Whether a word would stand too much more often under this answer than under the other."""
        if not self.pairs:
            return False
        here, there = self._made[draft.label], self._made[1 - draft.label]
        return any(
            here[w] >= there[w] + _SPARE + _TOLERANCE * there[w] for w in set(words(draft.question))
        )

    def _may_deny(self, draft: Draft) -> bool:
        """Whether one more «не» may be taken: few in all, and as many of either answer."""
        if not _is_denied(draft):
            return True
        here, there = self._denied[draft.label], self._denied[1 - draft.label]
        total = sum(self._forms[draft.label].values())
        return here < 1 + _DENIED * total and (not self.pairs or here <= there)


def choose(
    drafts: Sequence[Draft],
    answer: int | None,
    n: int,
    *,
    seed: int = 0,
    shares: Mapping[Form, float] = DANETQA,
    beside: Sequence[tuple[str, int]] = (),
) -> list[Draft]:
    """Take up to `n` drafts.

    Args:
        drafts: Of any passages and answers.
        answer: 1, 0, or None for as many of each.
        n: How many; with None, rounded down to an even number.
        seed: Orders the passages.
        shares: The wanted share of each form.
        beside: Questions with their answers that the taken ones will stand beside: together, no
            word shall tell the answer.

    Returns:
        The drafts in the order of their passages. They are taken in rounds, one of each answer
        from every passage: first only such as are much wanted, in the end whatever there is.
    """
    left: dict[int, dict[int, list[Draft]]] = defaultdict(lambda: {YES: [], NO: []})
    for draft in drafts:
        left[draft.passage][draft.label].append(draft)
    order = sorted(left)
    random.Random(seed).shuffle(order)  # noqa: S311
    wanted = (NO, YES) if answer is None else (answer,)
    tally = _Tally(shares, balanced=answer is None or bool(beside), pairs=answer is None)
    for question, label in beside:
        tally.know(question, label)
    each = n / len(wanted)
    supply = Counter((d.label, d.form) for d in drafts)
    tally.scarce = frozenset(
        (a, f)
        for a in wanted
        for f in shares
        if supply[a, f] < shares[f] * max(_PLENTY * each, len(order))
    )
    order.sort(key=lambda i: not _has_scarce(left[i], tally.scarce))
    for level in _LEVELS:
        while True:
            before = len(tally.taken)
            for passage in order:
                if len(tally.taken) + len(wanted) > n:
                    return sorted(tally.taken, key=lambda d: d.passage)
                _take(left[passage], wanted, tally, level)
            if len(tally.taken) == before or level > _LEVELS[-1]:
                break
    return sorted(tally.taken, key=lambda d: d.passage)


def _has_scarce(drafts: Mapping[int, list[Draft]], scarce: frozenset[tuple[int, Form]]) -> bool:
    """Whether a passage has a question of a form that there are few of."""
    return any((d.label, d.form) in scarce for own in drafts.values() for d in own)


def _take(
    left: Mapping[int, list[Draft]], wanted: Sequence[int], tally: _Tally, level: float
) -> None:
    """One of each wanted answer from a passage, or none."""
    beside: Draft | None = None
    for i, label in enumerate(wanted):
        best = tally.best(left[label], beside, level)
        if best is None:
            for _ in range(i):
                tally.undo()
            return
        tally.add(best)
        beside = best


def _is_denied(draft: Draft) -> bool:
    return draft.edit.startswith("denied")


def _alike(draft: Draft, other: Draft | None) -> float:
    """The share of words that two drafts have in common, 0 to 1."""
    if other is None:
        return 0.0
    ours, theirs = set(words(draft.question)), set(words(other.question))
    return len(ours & theirs) / len(ours | theirs)
