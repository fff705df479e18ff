"""Events and states."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import Word

_STATES: Final = members("states")


def is_event(predicate: Word) -> bool:
    """Whether a short participle tells of an event: «построен», not «расположен»."""
    return predicate.lemma not in _STATES
