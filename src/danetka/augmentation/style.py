"""The styles of questions, and which one a dataset has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

Style = Literal["plain", "danetqa"]

_MOSTLY: Final = 0.95


def style_of(questions: Sequence[str]) -> Style:
    """``danetqa`` where hardly a question has a comma, ё or a capital after the first letter."""
    bare = sum(q[1:] == q[1:].lower() and not set(q) & set(",«»ёЁ") for q in questions)
    return "danetqa" if questions and bare >= _MOSTLY * len(questions) else "plain"


def in_style(text: str, style: Style) -> str:
    """A question in a style.

    `danetqa` has no capital after the first letter, no commas, quotation marks or ё, and a hyphen
    for a dash.
    """
    if style == "plain":
        return text
    bare = re.sub(r"[,«»„“”\"]", "", text).lower().replace("ё", "е").replace("—", "-")
    return bare[:1].upper() + bare[1:]
