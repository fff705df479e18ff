"""How many questions of which answer are missing."""

from __future__ import annotations

from danetka.schema import Examples
from danetka.training.balance import class_counts


def missing(examples: Examples) -> tuple[int, int]:
    """The rare answer, and how many more rows of it make both answers equally frequent.

    Raises:
        DanetkaError: If one answer is missing altogether: then nobody knows how rare it should be.
    """
    no, yes = class_counts(examples.labels)
    return (0, yes - no) if no <= yes else (1, no - yes)
