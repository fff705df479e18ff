"""Pairs of rule-made questions about a passage: a fact as it is, and with one word changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from danetka.augmentation.filters import fault, off_topic, structure_faults
from danetka.augmentation.rules.candidates import draws_of, questions_of, read
from danetka.augmentation.rules.edits import Context, Edit, edit
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.language.parse import Parser
from danetka.language.text import with_word
from danetka.schema import NO

_TRIES: Final = 4
"""So many pairs of a passage are looked at, the safest first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions about a passage that differ in one place.

    Attributes:
        true, false: Their answers are «да» and «нет».
        old, new: What differs.
        subjects: The head of what each asks about.
        sure: How safe the second answer is, 0 to 1.
    """

    true: str
    false: str
    old: str
    new: str
    subjects: tuple[str, str]
    sure: float


def pairs(passages: Sequence[str], parser: Parser, rng: random.Random) -> Iterator[Pair | None]:
    """For each passage the safest pair that it gives, or None.

    Args:
        passages: They lend each other their names, so their company counts.
        parser: Parses them.
        rng: Decides between pairs that are equally safe.
    """
    parsed, _ = read(passages, parser)
    pool = Pool(parsed)
    left = []
    for passage in parsed:
        found = list(_pairs(passage, pool))
        rng.shuffle(found)
        left.append(sorted(found, key=lambda p: p.sure))
    chosen: dict[int, Pair] = {}
    for _ in range(_TRIES):
        tried = {i: some.pop() for i, some in enumerate(left) if some and i not in chosen}
        sound = _are_sound(list(tried.values()), parser)
        chosen |= {i: pair for (i, pair), good in zip(tried.items(), sound, strict=True) if good}
    yield from (chosen.get(i) for i in range(len(passages)))


def _are_sound(found: Sequence[Pair], parser: Parser) -> list[bool]:
    """Whether both questions of each pair are parsed as they were meant."""
    texts = [text for pair in found for text in (pair.true, pair.false)]
    faults = structure_faults(texts, [s for pair in found for s in pair.subjects], parser)
    return [not (a or b) for a, b in zip(faults[::2], faults[1::2], strict=True)]


def _pairs(passage: Passage, pool: Pool) -> Iterator[Pair]:
    context = Context(passage, pool, draws_of(passage.text))
    for clause in passage.clauses:
        changes = list(edit(clause, context))
        asked = {q.text: q for c in changes if c.name == "none" for q in questions_of(c)}
        for change in changes:
            if not _is_sure(change):
                continue
            for question in questions_of(change):
                twin = with_word(question.text, change.new, change.old)
                if twin is None or twin not in asked:
                    continue
                texts = (twin, question.text)
                if any(fault(t) or off_topic(t, passage.lemmas) for t in texts):
                    continue
                subjects = (asked[twin].subject, question.subject)
                yield Pair(*texts, change.old, change.new, subjects, change.sure)


def _is_sure(change: Edit) -> bool:
    """Whether one changed word makes a fact false: of four kinds there are three too."""
    if change.label != NO or not change.old or change.denied or change.name == "preposition":
        return False
    counted = change.part == "subject" and change.old.isdigit() and change.new.isdigit()
    return not counted or int(change.new) > int(change.old)
