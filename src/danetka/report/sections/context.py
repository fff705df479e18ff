"""What every section needs: the results, the language, and the rows that claims are made on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danetka.experiment.details import Details
from danetka.report.document import Block, Folded, Text
from danetka.report.words import Language, Speech

if TYPE_CHECKING:
    from collections.abc import Callable

    from danetka.experiment.results import Evaluation, Results
    from danetka.report.table import Table


@dataclass(frozen=True)
class Context:
    """A report that is being written.

    Attributes:
        results: A finished experiment.
        language: Of the words.
    """

    results: Results
    language: Language

    @property
    def say(self) -> Speech:
        """The language's voice."""
        return Speech(self.language)

    @property
    def details(self) -> Details:
        """Those of the results; empty where the file leaves them out."""
        return self.results.details or Details()

    @property
    def splits(self) -> list[str]:
        """The reported splits; the first is the one that stands open."""
        return self.results.reported

    def headline(self, split: str) -> tuple[str, str]:
        """A split with the part that claims are made on."""
        return split, self.results.headline(split)

    def rows(self, split: str) -> str:
        """Which rows a split's headline rows are, in few words."""
        return self.say.short(self.results, *self.headline(split))

    def found(self, split: str) -> list[Evaluation]:
        """The evaluations of a split's headline rows."""
        return self.results.get(*self.headline(split))

    def arms(self, split: str) -> list[Evaluation]:
        """Those of arms, not of baselines."""
        return [e for e in self.found(split) if e.kind != "baseline"]

    def for_each(self, blocks: Callable[[str], list[Block]]) -> tuple[Block, ...]:
        """Blocks of every split: the first open, the others folded away."""
        first, *rest = self.splits
        folded = [(split, blocks(split)) for split in rest]
        return (
            *blocks(first),
            *(Folded(self._also(split), tuple(made)) for split, made in folded if made),
        )

    def _also(self, split: str) -> str:
        rows = self.rows(split)
        return self.say(f"The same: {rows}", f"То же: {rows}")


def titled(table: Table, title: str, notes: int = 0) -> Table:
    """A table under another title, with the first so many of its notes."""
    return replace(table, title=title, notes=table.notes[:notes])


def missing(context: Context) -> Text:
    """Says that the file of results holds no such thing."""
    return Text(
        context.say(
            "The file of results holds nothing of this.",
            "В файле результатов об этом ничего нет.",
        ),
        "note",
    )
