"""Several generators as one, each with its share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from danetka.augmentation.generator import Generator, Made
from danetka.language.text import question_key
from danetka.schema import Example, Examples


@dataclass(frozen=True)
class MixedGenerator:
    """Questions of several generators; what one cannot make, the others make in its place.

    Attributes:
        members: Generators with their shares; the shares need not add up to 1.
    """

    members: tuple[tuple[Generator, float], ...]

    @property
    def name(self) -> str:
        """The members' names; each example names its own as its source."""
        return "+".join(member.name for member, _ in self.members)

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        """Make questions; see `Generator.generate`.

        A member is asked for its share of what is left; one that comes later makes up for one that
        fell short. If the last falls short, the others are asked once more.
        """
        found: dict[str, Made] = {}
        rows: dict[str, Example] = {}
        total = sum(share for _, share in self.members)
        for member, share in self.members:
            wanted = n - len(rows) if share == total else round((n - len(rows)) * share / total)
            total -= share
            self._ask(member, passages, answer, wanted, found, rows)
        for member, _ in self.members:
            full = len(found[member.name].examples) if member.name in found else 0
            if len(rows) < n and full:
                self._ask(member, passages, answer, full + n - len(rows), found, rows)
        return _together(list(found.values()), tuple(rows.values())[:n], self.name, passages)

    def _ask(
        self,
        member: Generator,
        passages: Sequence[str],
        answer: int | None,
        wanted: int,
        found: dict[str, Made],
        rows: dict[str, Example],
    ) -> None:
        if wanted < 1:
            return
        found[member.name] = made = member.generate(passages, answer, wanted)
        for row in made.examples:
            rows.setdefault(f"{question_key(row.question)}\n{row.passage}", row)


def _together(
    made: Sequence[Made], rows: tuple[Example, ...], name: str, passages: Sequence[str]
) -> Made:
    place = {text: i for i, text in reversed(list(enumerate(passages)))}
    ordered = sorted(rows, key=lambda row: place[row.passage])
    skipped: Counter[str] = Counter()
    gates: dict[str, int] = {}
    for one in made:
        skipped += one.skipped
        gates |= one.gates
    return Made(Examples(tuple(ordered), name), skipped, len({row.passage for row in rows}), gates)
