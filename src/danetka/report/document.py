"""What a report consists of, before anybody knows whether it becomes HTML or Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from danetka.evaluation.scores import Confusion
    from danetka.report.plots import Panel
    from danetka.report.table import Table
    from danetka.report.words import Language


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; what stands between ``**`` is emphasised, between ````` is code.

    Attributes:
        text: The words.
        look: ``plain``, or ``lead`` (the report's first words), ``answer``, ``note``, ``warning``.
    """

    text: str
    look: Literal["plain", "lead", "answer", "note", "warning"] = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """A list.

    Attributes:
        items: Each a main sentence, and one that stands smaller below it (may be empty).
    """

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        table: Its cells.
        shades: (row, column) → how dark its ground is, 0 to 1.
        faint: Rows that stand back: too few to go by.
        stacked: Whether what follows a cell's first figure stands below it: narrower columns.
    """

    table: Table
    shades: dict[tuple[int, int], float] = field(default_factory=dict)
    faint: frozenset[int] = frozenset()
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Matrices:
    """Confusion matrices beside each other.

    Attributes:
        items: The name of each, and the matrix.
        caption: What they show.
    """

    items: tuple[tuple[str, Confusion], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend: how a series is drawn, and what it is."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Plots:
    """Small plots of one kind beside each other.

    Attributes:
        panels: The plots.
        keys: Their common legend.
        caption: What they show and how to read it.
        figures: The same in figures: for a reader who hears the page, and for Markdown.
    """

    panels: tuple[Panel, ...]
    keys: tuple[Key, ...]
    caption: str
    figures: Table


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that was answered wrongly.

    Attributes:
        row: Its idx.
        question, passage: Its texts; None where they are withheld.
        answer: The right one, «да» or «нет».
        yes: Arm → P(да).
        right: 1 where «да» is right.
    """

    row: str
    question: str | None
    passage: str | None
    answer: str
    yes: tuple[tuple[str, float], ...]
    right: int


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Rows that were answered wrongly, the worst first."""

    items: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they stand for."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text in which every space counts.

    Attributes:
        title: What it is.
        text: The text.
        folded: Whether it is opened by a click only.
    """

    title: str
    text: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows within a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What is opened by a click: of less weight than what stands open.

    Attributes:
        title: What it is.
        blocks: What it holds.
    """

    title: str
    blocks: tuple[Block, ...]


Block = Text | Points | Grid | Matrices | Plots | Mistakes | Facts | Code | Heading | Folded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Attributes:
        name: What links to it say; the same in both languages.
        title: Its heading.
        blocks: What stands in it.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        title: Its heading.
        subtitle: One line below it.
        language: Its language.
        sections: Its parts; the first stands before the table of contents.
    """

    title: str
    subtitle: str
    language: Language
    sections: tuple[Section, ...]
