"""A report as one HTML file that needs nothing else: no network, no fonts, no pictures beside it.

Whatever comes from data or settings is escaped; the page's own policy forbids every request and
every script but the one that opens what is folded before it is printed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from danetka.extras import require
from danetka.report.document import Document
from danetka.report.words import Speech

if TYPE_CHECKING:
    from markupsafe import Markup

    from danetka.report.table import Table

_HERE: Final = Path(__file__).parent
_MARKED: Final = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`")
_AFTER_FIRST: Final = re.compile(r"(?<=\S) (?=[\[(/±])")
_TOGETHER: Final = re.compile(r"\[[^\[\]]{3,24}\]|\bp [=<] [\d.]+|\+ (?=\w)")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_FIGURES: Final = re.compile(r"[\d\s.,:;/%()\[\]{}<>=+±−–-]*")
_SPREAD: Final = 9
"""Columns from which on a printed table is set smaller."""


def html(document: Document) -> str:
    """The page.

    Args:
        document: What it says.

    Raises:
        MissingExtraError: If the `report` extra is not installed.
    """
    jinja = require("jinja2", "report", "an HTML report")
    environment = jinja.Environment(
        loader=jinja.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja.StrictUndefined,
    )
    environment.filters.update(
        marked=_marked, stacked=_stacked, bound=_bound, kind=lambda block: type(block).__name__
    )
    environment.globals.update(columns=_columns, spread=_SPREAD)
    script = _read("page.js").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page: str = environment.get_template("page.html.j2").render(
        document=document,
        say=Speech(document.language),
        style=_safe(_read("page.css")),
        script=_safe(script),
        allowed=f"sha256-{digest}",
    )
    return page


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _safe(text: str) -> Markup:
    """Ours, not to be escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - a file of this package


def _marked(text: str) -> Markup:
    """``**strong**`` and ```code```; everything else is escaped."""
    from markupsafe import Markup, escape

    text = _bound(text)
    made, end = Markup(), 0
    for match in _MARKED.finditer(text):
        strong, code = match.groups()
        made += escape(text[end : match.start()])
        made += (
            Markup("<strong>{}</strong>").format(strong)
            if strong
            else Markup("<code>{}</code>").format(code)
        )
        end = match.end()
    return made + escape(text[end:])


def _bound(text: str) -> str:
    """What must stand on one line: intervals, p values, the names of arms that add something."""
    return _TOGETHER.sub(lambda match: match.group().replace(" ", "\N{NO-BREAK SPACE}"), text)


def _stacked(cell: str) -> Markup:
    """The first figure above, what follows it below; read aloud or copied, the cell is whole."""
    from markupsafe import Markup

    split = _AFTER_FIRST.search(cell)
    if not split:
        return Markup("{}").format(cell)
    at = split.start()
    between = '<span class="hidden"> </span>'
    under = cell[at:].strip()
    if under.startswith("/ "):
        between, under = '<span class="hidden"> / </span>', under[2:]
    return Markup(f'{{}}{between}<span class="under">{{}}</span>').format(cell[:at], under)  # noqa: S704


def _columns(table: Table) -> list[str]:
    """How each column is set: ``figures`` to the right, ``words``, ``prose`` that may break."""
    kinds = []
    for cells in zip(*table.rows, strict=True):
        if all(map(_HASH.fullmatch, cells)):
            kinds.append("hash")
        elif all(map(_FIGURES.fullmatch, cells)) and kinds:
            kinds.append("figures")
        else:
            longest: Any = max(map(len, cells))
            kinds.append("prose" if longest > 32 else "words")  # noqa: PLR2004 - a line on a phone
    return kinds or ["words"] * len(table.header)
