"""The styles of questions, and which one a dataset has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

Style = Literal["plain", "danetqa"]

_MOSTLY: Final = 0.95


def style_of(questions: Sequence[str]) -> Style:
    """``danetqa`` where hardly a question has a comma, ё or a capital after the first letter."""
    bare = sum(q[1:] == q[1:].lower() and not set(q) & set(",«»ёЁ") for q in questions)
    return "danetqa" if questions and bare >= _MOSTLY * len(questions) else "plain"
