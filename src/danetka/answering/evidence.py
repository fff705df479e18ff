"""The sentence that matters most to an answer: two ways to find it, both by asking again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.language.text import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS: Final = ("leave-one-out", "single")
"""``leave-one-out``: the sentence without which the answer loses most of its log-odds (occlusion,
Zeiler and Fergus 2014; Li et al. 2016, "Understanding Neural Networks through Representation
Erasure", arXiv 1612.08220). ``single``: the sentence that alone speaks most for the answer."""
DEFAULT_METHOD: Final = "leave-one-out"

Span = tuple[int, int]


def sentences_within(passage: str, window: Span) -> list[Span]:
    """The sentences of a window; one that the window cuts is cut here too."""
    start, end = window
    spans = [(max(a, start), min(b, end)) for a, b in sentence_spans(passage)]
    return [(a, b) for a, b in spans if a < b]


def variants(passage: str, window: Span, sentences: list[Span], method: str) -> list[str]:
    """The texts to ask again with, one for each sentence; none where there is nothing to choose."""
    if len(sentences) < 2:  # noqa: PLR2004 - one is the evidence whatever is asked
        return []
    if method == "single":
        return [passage[a:b] for a, b in sentences]
    start, end = window
    return [f"{passage[start:a].rstrip()} {passage[b:end].lstrip()}".strip() for a, b in sentences]


def most_important(margins: NDArray[np.float64], method: str, *, yes: bool) -> int:
    """Which sentence matters most.

    Args:
        margins: The log-odds of «да» of each variant, shape ``(sentences,)``.
        method: One of `METHODS`.
        yes: Whether the answer is «да».

    Returns:
        Its position.
    """
    toward = margins if yes else -margins
    return int(toward.argmax() if method == "single" else toward.argmin())
