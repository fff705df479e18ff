"""The gates that written questions must pass before an answer is so much as looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danetka.augmentation.filters import fault, off_topic, structure_faults
from danetka.augmentation.forms import DANETQA, form_of
from danetka.augmentation.generator import Draft
from danetka.augmentation.style import Style, in_style
from danetka.language.inflect import is_known, lemmas
from danetka.language.text import question_key, words

if TYPE_CHECKING:
    from danetka.language.parse import Parser

_SPARE: Final = 1.5
"""A form, or a length that DaNetQA hardly has, may be so many times commoner than there."""
_USUAL: Final = (4, 7)
"""Words of a question: DaNetQA's 5th and 95th percentile."""
_UNUSUAL: Final = 0.05
GATES: Final = ("written", "one question", "new", "known words", "well formed", "on topic")
"""In their order; what is counted for each is how many questions were left after it."""


def within_quotas(drafts: Sequence[Draft], n: int) -> list[Draft]:
    """The surest drafts of which no form and no length is much commoner than in DaNetQA.

    Args:
        drafts: Of one answer.
        n: How many questions are wanted.

    Returns:
        In the order given.
    """
    left: dict[str, float] = {form: 1 + _SPARE * n * share for form, share in DANETQA.items()}
    left |= dict.fromkeys(("short", "long"), 1 + _SPARE * n * _UNUSUAL)
    kept = []
    for draft in sorted(drafts, key=lambda draft: -draft.sure):
        length = len(words(draft.question))
        unusual = "short" if length < _USUAL[0] else "long" if length > _USUAL[1] else None
        names = [str(draft.form), *([unusual] if unusual else [])]
        if all(left.get(name, 0) >= 1 for name in names):
            kept.append(draft)
            for name in names:
                left[name] -= 1
    return sorted(kept, key=lambda draft: (draft.passage, draft.fact))


def _unknown(question: str, said: frozenset[str]) -> str:
    """Whether a word stands neither in the dictionary nor in the passage; models make some up."""
    spelled = (w for w in words(question.replace("ё", "е")) if w.replace("-", "").isalpha())
    made_up = any(w not in said and not is_known(w) for w in spelled)  # numbers are no words
    return "a word that there is not" if made_up else ""


@dataclass
class Gates:
    """What the questions about some passages must be, and how many were.

    Attributes:
        parser: Reads them again.
        style: They are put into.
        asked: Keys of questions that stand somewhere already; those that pass are added.
        left: Gate → how many questions were left after it.
        skipped: Reason → how many fell for it.
    """

    parser: Parser
    style: Style
    asked: set[str]
    left: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(GATES, 0)))
    skipped: Counter[str] = field(default_factory=Counter)

    def pass_through(
        self, written: Sequence[Sequence[str]], passages: Sequence[str], label: int, source: str
    ) -> list[Draft]:
        """The questions that pass.

        Args:
            written: For each passage the questions about it.
            passages: The passages.
            label: The answer that was asked for.
            source: Who wrote them.
        """
        lines = [(i, in_style(q, self.style)) for i, some in enumerate(written) for q in some]
        self.left["written"] += len(lines)
        lines = self._keep("one question", lines, [fault(q) for _, q in lines])
        lines = self._keep("new", lines, [self._old(q) for _, q in lines])
        said = {i: lemmas(passages[i]) for i in {i for i, _ in lines}}
        lines = self._keep("known words", lines, [_unknown(q, said[i]) for i, q in lines])
        faults = structure_faults([q for _, q in lines], [""] * len(lines), self.parser)
        lines = self._keep("well formed", lines, faults)
        lines = self._keep("on topic", lines, [off_topic(q, said[i]) for i, q in lines])
        return [
            Draft(question, i, label, form_of(question), source, "written", fact=number)
            for number, (i, question) in enumerate(lines)
        ]

    def _old(self, question: str) -> str:
        key = question_key(question)
        if key in self.asked:
            return "asked already"
        self.asked.add(key)
        return ""

    def _keep(
        self, gate: str, lines: Sequence[tuple[int, str]], faults: Sequence[str]
    ) -> list[tuple[int, str]]:
        self.skipped.update(f"question: {reason}" for reason in faults if reason)
        kept = [line for line, reason in zip(lines, faults, strict=True) if not reason]
        self.left[gate] += len(kept)
        return kept
