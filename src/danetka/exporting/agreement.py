"""How far an exported model says what the original says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.models.pair_classifier import PairClassifier, told_margins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REQUIRED: Final = 0.99
"""The least agreement on each answer with which an int8 model is written. Below it, what was seen
elsewhere may have happened: a quantised model that says one class only (optimum #151)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An exported model beside its original, on the same rows.

    Attributes:
        rows: How many rows.
        yes_rows: How many of them the original answers «да».
        yes: The share of those that the other answers «да» too; None where there are none.
        no: The same of «нет».
        largest: The largest difference of log-odds.
        mean: The mean one.
    """

    rows: int
    yes_rows: int
    yes: float | None
    no: float | None
    largest: float
    mean: float

    @property
    def lowest(self) -> float:
        """The agreement on the answer that has less of it."""
        return min(share for share in (self.yes, self.no) if share is not None)

    @property
    def enough(self) -> bool:
        """Whether each answer reaches `REQUIRED`, and both were given."""
        return self.yes is not None and self.no is not None and self.lowest >= REQUIRED

    @classmethod
    def of(cls, original: Floats, other: Floats, level: float) -> Agreement:
        """Compare log-odds of «да», each of shape ``(n,)``, n > 0.

        Args:
            original: The original's.
            other: The exported model's.
            level: «да» is answered from here on.
        """
        yes = original >= level
        same = yes == (other >= level)
        apart = np.abs(original - other)
        shares = [float(same[side].mean()) if side.any() else None for side in (yes, ~yes)]
        return cls(
            len(yes), int(yes.sum()), shares[0], shares[1], float(apart.max()), float(apart.mean())
        )


def margins_of(
    model: PairClassifier,
    pairs: Sequence[tuple[str, str]],
    on_progress: Callable[[int], None] | None = None,
) -> Floats:
    """The log-odds of «да» of pairs that fit the model, shape ``(n,)``.

    Args:
        model: What answers.
        pairs: Questions and passages: those that `fitting` left.
        on_progress: Is told the number of rows answered since it was last told.
    """
    return told_margins(model, model.pair_tokenizer.encode(pairs), on_progress)


def fitting(model: PairClassifier, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs that the model reads whole; the windows of longer ones are texts like these."""
    length = model.decision.max_length
    encodings = model.pair_tokenizer.encode(pairs)
    return [pair for pair, e in zip(pairs, encodings, strict=True) if len(e) <= length]


def level_of(model: PairClassifier) -> float:
    """The log-odds, before any temperature, from which on a model says «да»."""
    threshold = min(max(model.decision.threshold, 1e-12), 1 - 1e-12)
    return float(np.log(threshold / (1 - threshold))) * model.decision.temperature
