"""A table that can be shown in four ways."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danetka.errors import DanetkaError
from danetka.files import write_text

if TYPE_CHECKING:
    from rich.table import Table as RichTable

LISTED: Final = ("+ ", "- ", "* ")
"""What would begin a list in Markdown; some arms are called so."""


@dataclass(frozen=True)
class Table:
    """Text cells under a header.

    Attributes:
        title: One line above.
        header: A name for each column.
        rows: The cells.
        notes: Lines below: what a reader must know to read it rightly.
        rules: Rows after which a line is drawn.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    rules: frozenset[int] = frozenset()

    def markdown(self) -> str:
        """As GitHub shows it."""
        lines = [f"**{self.title}**", "", _pipe(self.header)]
        lines.append(_pipe(("---", *["---:"] * (len(self.header) - 1))))
        lines += [_pipe(row) for row in self.rows]
        if self.notes:
            notes = [f"\\{note}" if note.startswith(LISTED) else note for note in self.notes]
            lines += ["", *(f"{note}  " for note in notes[:-1]), notes[-1]]
        return "\n".join(lines) + "\n"

    def csv(self) -> str:
        """The header and the rows."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
        return text.getvalue()

    def json(self) -> str:
        """A list of rows, each an object keyed by the header."""
        rows = [dict(zip(self.header, row, strict=True)) for row in self.rows]
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"

    def rich(self) -> RichTable:
        """For a terminal."""
        from rich import box
        from rich.markup import escape
        from rich.table import Table as RichTable

        table = RichTable(
            title=escape(self.title),
            caption="\n".join(escape(note) for note in self.notes) or None,
            title_justify="left",
            caption_justify="left",
            box=box.SIMPLE_HEAD,
        )
        for i, name in enumerate(self.header):
            table.add_column(escape(name), justify="right" if i else "left", no_wrap=i > 0)
        for i, row in enumerate(self.rows):
            table.add_row(*map(escape, row), end_section=i in self.rules)
        return table


def put_into(path: Path, marker: str, text: str) -> None:
    """Replace what stands between ``<!-- danetka:MARKER -->`` and ``<!-- /danetka -->``.

    Args:
        path: A Markdown file.
        marker: The name of the place.
        text: What to put there.

    Raises:
        DanetkaError: If the file has no such place.
    """
    start, end = f"<!-- danetka:{marker} -->\n", "<!-- /danetka -->"
    try:
        before, found, rest = path.read_text(encoding="utf-8").partition(start)
    except OSError as error:
        raise DanetkaError(f"{path}: cannot be read ({error.strerror})") from error
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise DanetkaError(f"{path}: has no place for it: write {start.strip()} and {end} into it")
    write_text(path, f"{before}{start}{text.strip()}\n{end}{after}")


def _pipe(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
