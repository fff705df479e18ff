"""Passages longer than the model: overlapping windows of whole sentences, nothing left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.language.text import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.models.pair_tokenizer import PairTokenizer

    Floats = NDArray[np.float64]

OVERLAP: Final = 0.25
"""The share of a window that the next one may repeat: what a sentence refers to stands before."""

Span = tuple[int, int]


def window_spans(passage: str, tokenizer: PairTokenizer, room: int) -> list[Span]:
    """Parts of a passage that the model can read, in order; together they hold all its tokens.

    Whole sentences are packed while they fit, and a window begins with the last sentences of the
    one before, up to a quarter of its room. A sentence that does not fit alone is cut between
    words, with the same overlap.

    Args:
        passage: The passage.
        tokenizer: The model's own.
        room: The most tokens of a window.

    Returns:
        ``(start, end)`` in characters; one window for a passage that fits, also an empty one.
    """
    encoding = tokenizer.places(passage)
    offsets: list[Span] = encoding.offsets
    if len(offsets) <= room:
        return [(0, len(passage))]
    starts = [start for start, _ in offsets]
    found: list[Span] = []
    for first, last in _pack(_units(passage, starts, encoding.word_ids, room), room):
        span = (offsets[first][0], offsets[last - 1][1])
        found += _fit(passage, span, tokenizer, room)
    return found


def _units(passage: str, starts: list[int], words: list[int | None], room: int) -> list[Span]:
    """Sentences as ranges of tokens; those of more than `room` tokens in overlapping parts."""
    cuts = [0, *(bisect_left(starts, start) for start, _ in sentence_spans(passage)), len(starts)]
    units: list[Span] = []
    for start, end in pairwise(cuts):
        first = start
        while end - first > room:
            last = _word_start(words, first + room, first + room // 2)
            units.append((first, last))
            first = _word_start(words, last - int(OVERLAP * room), first)
        if first < end:
            units.append((first, end))
    return units


def _word_start(words: list[int | None], wanted: int, over: int) -> int:
    """The last token at or before `wanted` that begins a word; `wanted` if none is after `over`."""
    for token in range(wanted, over, -1):
        if words[token] != words[token - 1]:
            return token
    return wanted


def _pack(units: list[Span], room: int) -> list[Span]:
    """Neighbouring units together as long as they fit."""
    windows: list[Span] = []
    first = 0
    while first < len(units):
        last = first
        while last + 1 < len(units) and units[last + 1][1] - units[first][0] <= room:
            last += 1
        windows.append((units[first][0], units[last][1]))
        if last + 1 == len(units):
            break
        end, following = units[last][1], last + 1
        while (
            following - 1 > first
            and end - units[following - 1][0] <= OVERLAP * room
            and units[last + 1][1] - units[following - 1][0] <= room
        ):
            following -= 1
        first = following
    return windows


def _fit(passage: str, span: Span, tokenizer: PairTokenizer, room: int) -> list[Span]:
    """The span, or halves of it: alone a text may have more tokens than within the passage."""
    offsets = tokenizer.places(passage[slice(*span)]).offsets
    if len(offsets) <= max(room, 1):
        return [span]
    middle = span[0] + offsets[len(offsets) // 2][0]
    halves = [(span[0], middle), (middle, span[1])]
    return [part for half in halves for part in _fit(passage, half, tokenizer, room)]


def mean(margins: Floats) -> float:
    """The mean log-odds of the windows."""
    return float(margins.mean())


def highest(margins: Floats) -> float:
    """«да» if any window says so."""
    return float(margins.max())


def surest(margins: Floats) -> float:
    """The window that is surest of its answer, whichever it is."""
    return float(margins[np.abs(margins).argmax()])


COMBINE: Final[dict[str, Callable[[Floats], float]]] = {
    "mean": mean,
    "highest": highest,
    "surest": surest,
}
"""Ways to make one log-odds of «да» out of those of the windows, shape ``(windows,)``."""
DEFAULT_COMBINE: Final = "highest"
"""Chosen on dev (benchmarks/evidence.py): a window without the fact mostly says «нет», and is
often surer of it than the window with the fact is of «да»."""
