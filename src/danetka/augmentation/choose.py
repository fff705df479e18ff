"""Which drafts are taken: an even spread over passages, the forms of a style, no trace of the label.

A generator makes more drafts than are needed. What is taken decides whether a classifier can learn
the label without the passage: a word that is commoner in questions of one answer is such a trace.
So drafts are taken one by one, each time the one that the forms lack most and whose words stand as
often in the questions of the other answer.
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

_SURE: Final = 2.0
_FORM: Final = 4.0
_TRACE: Final = 0.6
_REPEAT: Final = 0.5
_DENIED: Final = 0.02
_LONG: Final = 0.4
_USUAL: Final = 5
"""Weights of the score: chosen on DaNetQA's train by the forms' distance and the trace."""


def _is_denied(draft: Draft) -> bool:
    return draft.edit.startswith("denied")


class _Tally:
    """What has been taken so far."""

    def __init__(self, shares: Mapping[Form, float]) -> None:
        self.shares = shares
        self.forms: dict[int, Counter[Form]] = {YES: Counter(), NO: Counter()}
        self.words: dict[int, Counter[str]] = {YES: Counter(), NO: Counter()}
        self.facts: Counter[tuple[int, int]] = Counter()
        self.denied: Counter[int] = Counter()
        self.questions: set[tuple[int, str]] = set()

    def add(self, draft: Draft) -> None:
        self.forms[draft.label][draft.form] += 1
        self.words[draft.label].update(set(words(draft.question)))
        self.facts[draft.passage, draft.fact] += 1
        self.denied[draft.label] += _is_denied(draft)
        self.questions.add((draft.passage, normalize(draft.question)))

    def remove(self, draft: Draft) -> None:
        self.forms[draft.label][draft.form] -= 1
        self.words[draft.label].subtract(set(words(draft.question)))
        self.facts[draft.passage, draft.fact] -= 1
        self.denied[draft.label] -= _is_denied(draft)

    def score(self, draft: Draft, balanced: bool) -> float:
        """How much a draft is wanted."""
        forms = self.forms[draft.label]
        total = sum(forms.values()) + 1
        lack = self.shares.get(draft.form, 0.0) - forms[draft.form] / total
        value = _SURE * draft.sure + _FORM * lack
        value -= _LONG * max(0, len(words(draft.question)) - _USUAL)
        value -= _REPEAT * self.facts[draft.passage, draft.fact]
        if balanced:
            value -= _TRACE * self._trace(draft)
        return value

    def may_deny(self, draft: Draft, balanced: bool) -> bool:
        """Whether one more «не» may be taken: few in all, and as many of either answer."""
        if not _is_denied(draft):
            return True
        here, there = self.denied[draft.label], self.denied[1 - draft.label]
        total = sum(self.forms[draft.label].values())
        return here < 1 + _DENIED * total and (not balanced or here <= there)

    def _trace(self, draft: Draft) -> float:
        """How much likelier the words are under this answer, summed over the words."""
        here, there = self.words[draft.label], self.words[1 - draft.label]
        return sum((here[w] - there[w]) / (here[w] + there[w] + 2) for w in words(draft.question))


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
        n: How many.
        seed: Orders the passages.
        shares: The wanted share of each form.
        beside: Questions with their answers that the taken ones will stand beside: together, no
            word shall tell the answer.

    Returns:
        The drafts in the order of their passages. A passage gives a second one only when all have
        been asked for their first.
    """
    left: dict[int, dict[int, list[Draft]]] = defaultdict(lambda: {YES: [], NO: []})
    for draft in drafts:
        if answer in (None, draft.label):
            left[draft.passage][draft.label].append(draft)
    order = sorted(left)
    random.Random(seed).shuffle(order)  # noqa: S311
    tally, taken = _Tally(shares), []
    for question, label in beside:
        tally.words[label].update(set(words(question)))
    balanced = answer is None or bool(beside)
    wanted = (NO, YES) if answer is None else (answer,)
    while len(taken) < n and order:
        still = []
        for passage in order:
            got = 0
            for label in wanted:
                if len(taken) >= n:
                    break
                best = _best(left[passage][label], tally, balanced, answer is None)
                if best is not None:
                    tally.add(best)
                    taken.append(best)
                    got += 1
            if got == len(wanted):
                still.append(passage)
            elif answer is None and got:  # as many of each answer
                tally.remove(taken.pop())
        order = still
    return sorted(taken, key=lambda d: d.passage)


def _best(drafts: list[Draft], tally: _Tally, balanced: bool, pairs: bool) -> Draft | None:
    """The most wanted draft, taken out of its list, with all that ask the same."""
    drafts[:] = [
        d for d in drafts if (d.passage, normalize(d.question)) not in tally.questions
    ]
    allowed = [d for d in drafts if tally.may_deny(d, pairs)]
    if not allowed:
        return None
    best = max(allowed, key=lambda d: tally.score(d, balanced))
    drafts.remove(best)
    return best
