"""The sentence that matters most to an answer: by overlap with the question, or by asking again.

benchmarks/evidence.py measures the ways against sentences that are known to decide.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.language.text import sentence_spans, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS: Final = ("overlap", "leave-one-out", "single")
"""``overlap``: the sentence that shares most with the question: groups of letters, so that
«толстеет» meets «толще», each counting more the fewer sentences of the passage hold it. Only among
equals is the model asked, as by leave-one-out. It finds the sentence that decides more often than
the others and takes no time, but says nothing of what moved the model. ``leave-one-out``: the
sentence without which the log-odds change most (Li et al. 2016, "Understanding Neural Networks
through Representation Erasure", arXiv 1612.08220). ``single``: the sentence that alone speaks most
for the answer."""
DEFAULT_METHOD: Final = "overlap"
"""The best on the dev split of the sample, with `mini`."""
_GROUPS: Final = (3, 4)
"""How many letters make a group, the word's two ends among them; chosen on dev too."""

Span = tuple[int, int]


def sentences_within(passage: str, window: Span) -> list[Span]:
    """The sentences of a window; one that the window cuts is cut here too."""
    start, end = window
    spans = [(max(a, start), min(b, end)) for a, b in sentence_spans(passage)]
    return [(a, b) for a, b in spans if a < b]


def candidates(question: str, passage: str, sentences: list[Span], method: str) -> list[Span]:
    """The sentences between which the model is asked; with one there is nothing to ask.

    Args:
        question: The question.
        passage: Its passage.
        sentences: Those of the window.
        method: One of `METHODS`.
    """
    if method != "overlap" or not sentences:
        return sentences
    shared = _overlaps(question, [passage[a:b] for a, b in sentences])
    best = max(shared)
    return [span for span, n in zip(sentences, shared, strict=True) if n == best]


def variants(passage: str, window: Span, sentences: list[Span], method: str) -> list[str]:
    """The texts to ask again with, one for each candidate; none where one is enough."""
    if len(sentences) < 2:  # noqa: PLR2004 - one is the evidence whatever is asked
        return []
    if method == "single":
        return [passage[a:b] for a, b in sentences]
    start, end = window
    return [f"{passage[start:a].rstrip()} {passage[b:end].lstrip()}".strip() for a, b in sentences]


def most_important(margins: NDArray[np.float64], whole: float, method: str, *, yes: bool) -> int:
    """Which candidate matters most.

    Args:
        margins: The log-odds of «да» of each variant, shape ``(candidates,)``.
        whole: Those of the whole window.
        method: One of `METHODS`.
        yes: Whether the answer is «да».

    Returns:
        Its position.
    """
    if method == "single":
        return int((margins if yes else -margins).argmax())
    return int(np.abs(margins - whole).argmax())


def _overlaps(question: str, sentences: list[str]) -> list[float]:
    """The groups of letters that each sentence shares with the question, rare ones counting more.

    A group counts log((n + 1) / m) where m of n sentences hold it.
    """
    held = [_letter_groups(sentence) for sentence in sentences]
    weights = {}
    for group in sorted(_letter_groups(question)):  # in one order: equals must add up alike
        if holders := sum(group in one for one in held):
            weights[group] = log((len(sentences) + 1) / holders)
    return [sum(w for group, w in weights.items() if group in one) for one in held]


def _letter_groups(text: str) -> set[str]:
    groups: set[str] = set()
    for word in words(text.replace("ё", "е").replace("Ё", "Е")):
        marked = f"^{word}$"
        for size in _GROUPS:
            groups.update(marked[i : i + size] for i in range(len(marked) - size + 1))
    return groups
