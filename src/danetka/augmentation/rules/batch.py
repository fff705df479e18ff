"""The work of one process: a batch of passages → drafts.

What a batch holds never depends on how many processes there are, so neither does what comes out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from danetka.augmentation.filters import fault, off_topic, structure_faults
from danetka.augmentation.generator import Draft
from danetka.augmentation.rules import candidates
from danetka.augmentation.rules.passage import Pool
from danetka.language.parse import Parser

SIZE: Final = 32
"""Passages of a batch: they lend each other their names, and are parsed together."""


@dataclass(frozen=True)
class Batch:
    """What a batch gave.

    Attributes:
        drafts: Well-formed drafts, their passages numbered in the whole.
        skipped: Reason → how often something was passed over.
        sentences: How many sentences were parsed.
        parsing: Seconds spent in the parser.
        seconds: Seconds in all.
    """

    drafts: list[Draft]
    skipped: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    parsing: float = 0.0
    seconds: float = 0.0


@cache
def parser() -> Parser:
    """This process's parser; loaded once."""
    return Parser.load()


def make(start: int, texts: Sequence[str]) -> Batch:
    """Draft questions about some passages, in proper orthography.

    Args:
        start: The number of the first.
        texts: The passages.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # processes side by side share the cores
        return _make(start, texts)


def _make(start: int, texts: Sequence[str]) -> Batch:
    tool, began = parser(), time.perf_counter()  # loading the models is not counted
    parsed = tool.seconds
    passages, skipped = candidates.read(texts, tool)
    pool = Pool(passages)
    found = [
        draft
        for i, passage in enumerate(passages)
        for draft in candidates.drafts(start + i, passage, pool)
    ]
    good: list[Draft] = []
    faults = structure_faults([d.question for d in found], [d.subject for d in found], tool)
    for draft, structure in zip(found, faults, strict=True):
        lemmas = passages[draft.passage - start].lemmas
        reason = fault(draft.question) or structure or off_topic(draft.question, lemmas)
        if reason:
            skipped[f"question: {reason}"] += 1
        else:
            good.append(draft)
    return Batch(
        good,
        skipped,
        sum(len(p.trees) for p in passages),
        tool.seconds - parsed,
        time.perf_counter() - began,
    )
