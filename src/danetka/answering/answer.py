"""What is said to one question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from danetka.schema import LABEL_NAMES

UNKNOWN: Final = "не знаю"
"""What is answered where the probability lies within the caller's margin."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question from a passage.

    Attributes:
        label: «да», «нет» or «не знаю».
        yes: True, False, or None for «не знаю».
        yes_probability: P(да), calibrated where the checkpoint holds a temperature.
        probability: That of `label`; for «не знаю» that of the likelier of «да» and «нет».
        evidence: The sentence of the passage that matters most to the answer, or None where nobody
            asked for it. For «не знаю» it is that of the answer which would have been given.
        evidence_span: Where it begins and ends in the passage, in characters, or None.
        windows: In how many parts the passage was read; 1 unless it is longer than the model.
    """

    label: str
    yes: bool | None
    yes_probability: float
    probability: float
    evidence: str | None = None
    evidence_span: tuple[int, int] | None = None
    windows: int = 1

    def with_margin(self, threshold: float, margin: float) -> Answer:
        """The same answer, decided anew: see `decide`."""
        label, yes, probability = decide(self.yes_probability, threshold, margin)
        return replace(self, label=label, yes=yes, probability=probability)


def decide(
    yes_probability: float, threshold: float, margin: float
) -> tuple[str, bool | None, float]:
    """What is answered at a probability.

    Args:
        yes_probability: P(да).
        threshold: «да» from this probability on.
        margin: «не знаю» where P(да) is nearer to the threshold than this; 0 for never.

    Returns:
        `Answer.label`, `Answer.yes` and `Answer.probability`.
    """
    yes = yes_probability >= threshold
    if abs(yes_probability - threshold) < margin:
        return UNKNOWN, None, max(yes_probability, 1 - yes_probability)
    return LABEL_NAMES[int(yes)], yes, yes_probability if yes else 1 - yes_probability
