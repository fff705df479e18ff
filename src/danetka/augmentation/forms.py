"""The forms of Russian general questions, and how often DaNetQA uses each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from danetka.language import inflect


class Form(StrEnum):
    """How a general question opens; named by its first word."""

    WAS = "был ли"
    VERB = "глагол + ли"
    THERE = "есть ли"
    SHORT = "краткая форма + ли"
    TRUE = "правда ли"
    PLAIN = "без ли"
    EXISTS = "существует ли"
    OTHER = "прочее"


DANETQA: Final[Mapping[Form, float]] = {
    Form.WAS: 0.419,
    Form.VERB: 0.258,
    Form.THERE: 0.126,
    Form.SHORT: 0.096,
    Form.TRUE: 0.055,
    Form.PLAIN: 0.021,
    Form.EXISTS: 0.019,
    Form.OTHER: 0.006,
}
"""Shares among DaNetQA's 1,812 different questions (parts of speech approximate)."""

_FIRST: Final = {
    **dict.fromkeys(("был", "была", "было", "были"), Form.WAS),
    **dict.fromkeys(("есть", "имеется", "имеются"), Form.THERE),
    **dict.fromkeys(("правда", "верно"), Form.TRUE),
    **dict.fromkeys(("существует", "существуют", "существовал", "существовала"), Form.EXISTS),
    **dict.fromkeys(("существовали", "существовало"), Form.EXISTS),
    **dict.fromkeys(("является", "являются", "может", "могут"), Form.OTHER),
}
_WORD = re.compile(r"\w+(?:-\w+)*")
_PARTICLE: Final = "ли"


def form_of(question: str) -> Form:
    """The form of a question, from its first two words."""
    found = _WORD.findall(question.lower())
    if len(found) < 2 or _PARTICLE not in found[1:3]:  # noqa: PLR2004 - a word and its particle
        return Form.PLAIN
    first = found[0]
    if first in _FIRST:
        return _FIRST[first]
    parts = {str(reading.tag.POS) for reading in inflect.readings(first)[:1]}
    if parts & {"ADJS", "PRTS", "PRED"}:
        return Form.SHORT
    if "VERB" in parts:
        return Form.VERB
    return Form.OTHER


def distance(counts: Mapping[Form, int], shares: Mapping[Form, float] = DANETQA) -> float:
    """Total variation between counted forms and shares: half the sum of differences, 0 to 1."""
    total = sum(counts.values())
    if not total:
        return 1.0
    whole = sum(shares.values())
    return 0.5 * sum(
        abs(counts.get(form, 0) / total - shares.get(form, 0.0) / whole) for form in Form
    )
