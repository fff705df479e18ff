"""A report as Markdown: the same words and tables; plots as the figures that they draw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from danetka.report.document import (
    Block,
    Code,
    Document,
    Facts,
    Folded,
    Grid,
    Heading,
    Matrices,
    Mistakes,
    Plots,
    Points,
    Text,
    Wrong,
)
from danetka.report.table import LISTED, Table
from danetka.report.words import Speech

if TYPE_CHECKING:
    from danetka.evaluation.scores import Confusion

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def markdown(document: Document) -> str:
    """The report.

    Args:
        document: What it says.
    """
    say = Speech(document.language)
    parts = [f"# {plain(document.title)}", plain(document.subtitle)]
    for section in document.sections:
        parts.append(f"## {section.title}")
        for block in section.blocks:
            parts += _block(block, say)
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Text whose every sign is meant literally, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _block(block: Block, say: Speech) -> Iterator[str]:
    match block:
        case Text(text):
            yield _prose(text)
        case Heading(text):
            yield f"### {_prose(text)}"
        case Points(items):
            yield "\n".join(
                f"- {_prose(main)}" + (f"  \n  {_prose(more)}" if more else "")
                for main, more in items
            )
        case Grid(table):
            yield _table(table)
        case Matrices(items, caption):
            yield _matrices(items, caption, say)
        case Plots(caption=caption, figures=figures):
            yield _prose(caption)
            yield _table(figures)
        case Mistakes(items):
            yield "\n\n".join(_mistake(i, one, say) for i, one in enumerate(items, 1))
        case Facts(items):
            header = (say("what", "что"), say("which", "какое"))
            yield _table(Table("", header, items))
        case Code(title, text):
            yield f"### {title}"
            fence = "`" * max(3, 1 + max((len(m) for m in re.findall("`+", text)), default=0))
            yield f"{fence}\n{text.rstrip()}\n{fence}"
        case Folded(title, blocks):
            yield f"### {_prose(title)}"
            for inner in blocks:
                yield from _block(inner, say)


def _table(table: Table) -> str:
    """A table whose cells are meant literally."""
    rows = tuple(tuple(map(_cell, row)) for row in table.rows)
    header = tuple(map(_cell, table.header))
    title, notes = _prose(table.title), tuple(map(_prose, table.notes))
    made = replace(table, title=title, header=header, rows=rows, notes=notes).markdown()
    return made if table.title else made.partition("\n\n")[2]


def _prose(text: str) -> str:
    """Our words, in which ``**`` and ````` mean something; a tag that got into them does not."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one too many: it opens nothing
        parts[-2:] = ["\\`".join(parts[-2:])]
    if parts[0].startswith(LISTED):
        parts[0] = f"\\{parts[0]}"
    parts[::2] = [_TAG.sub(r"\\<", part) for part in parts[::2]]
    return "`".join(parts)


def _cell(text: str) -> str:
    """What a data set or a user wrote, harmless in a cell; the bar is escaped by the table."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))


def _matrices(items: tuple[tuple[str, Confusion], ...], caption: str, say: Speech) -> str:
    rows = tuple((name, *map(str, matrix.cells)) for name, matrix in items)
    header = (say("arm", "вариант"), "«да» → да", "«да» → нет", "«нет» → да", "«нет» → нет")
    return _table(Table(caption, header, rows))


def _mistake(number: int, one: Wrong, say: Speech) -> str:
    hidden = say("text withheld", "текст не показан")
    asked = hidden if one.question is None else plain(one.question)
    right = say("right answer", "верный ответ")
    given = ", ".join(f"{plain(name)} {value:.3f}" for name, value in one.yes)
    lines = [
        f"{number}. **{asked}** (idx {plain(one.row)}; {right}: «{one.answer}»)",
        f"   P(да): {given}",
    ]
    if one.passage is not None:
        lines.append(f"   > {plain(one.passage)}")
    return "\n\n".join(lines)
