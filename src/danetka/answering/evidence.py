"""The sentence that matters most to an answer: by asking the model again, and by shared words.

benchmarks/evidence.py measures the ways against sentences that are known to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.language.text import sentence_spans, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS: Final = ("words", "leave-one-out", "single")
"""``leave-one-out``: the sentence without which the log-odds change most (Li et al. 2016,
"Understanding Neural Networks through Representation Erasure", arXiv 1612.08220). ``single``: the
sentence that alone speaks most for the answer. ``words``: the sentence that shares most words with
the question, and only among equals the one that leave-one-out prefers: it finds the sentence that
decides more often and asks less, but says less of what moved the model."""
DEFAULT_METHOD: Final = "words"
"""The best on the dev split of the sample, with `mini`."""
_STEM: Final = 5
"""So many first letters stand for a word whatever its ending."""

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
    if method != "words" or not sentences:
        return sentences
    asked = _stems(question)
    shared = [len(asked & _stems(passage[a:b])) for a, b in sentences]
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


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text.replace("ё", "е"))}
