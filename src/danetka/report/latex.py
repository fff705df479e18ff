"""A table as LaTeX: booktabs, every special sign escaped."""

from __future__ import annotations

import re
from typing import Final

from danetka.report.table import Table

_SIGNS: Final = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "±": r"$\pm$", "−": r"$-$", "–": "--", "Δ": r"$\Delta$", "≥": r"$\geq$", "→": r"$\to$",
    "…": r"\dots{}", "↔": r"$\leftrightarrow$", "·": r"$\cdot$", "←": r"$\leftarrow$",
}  # fmt: skip
_SPECIAL: Final = re.compile("|".join(map(re.escape, _SIGNS)))
_CODE: Final = re.compile(r"`([^`]+)`")


def latex(table: Table, label: str = "danetka") -> str:
    r"""A floating table, its notes in small print below.

    It needs ``\usepackage{booktabs}``, and for «да» and «нет» Cyrillic letters: LuaLaTeX or
    XeLaTeX, or T2A with pdfLaTeX.

    Args:
        table: The table.
        label: What ``\ref`` calls it.
    """
    columns = "l" + "r" * (len(table.header) - 1)
    lines = [
        r"% \usepackage{booktabs}; Cyrillic: LuaLaTeX, XeLaTeX, or \usepackage[T2A]{fontenc}",
        r"\begin{table}[tbp]",
        r"\centering",
        rf"\caption{{{escaped(table.title)}}}",
        rf"\label{{tab:{re.sub(r'[^A-Za-z0-9:-]+', '-', label)}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        _row(table.header),
        r"\midrule",
    ]
    for i, row in enumerate(table.rows):
        lines.append(_row(row))
        if i in table.rules and i < len(table.rows) - 1:
            lines.append(r"\midrule")
    lines += [r"\bottomrule", r"\end{tabular}"]
    if table.notes:
        notes = [r"\par\smallskip", r"\begin{minipage}{\linewidth}\footnotesize"]
        notes += [_note(note) + r"\par" for note in table.notes]
        lines += [*notes, r"\end{minipage}"]
    return "\n".join([*lines, r"\end{table}", ""])


def escaped(text: str) -> str:
    """Text in which no sign means anything to LaTeX."""
    return _SPECIAL.sub(lambda match: _SIGNS[match.group()], text)


def _row(cells: tuple[str, ...]) -> str:
    """A row; a bracket that opens a cell would be read as the length after the row before."""
    shown = [f"{{}}{cell}" if cell.startswith(("[", "*")) else cell for cell in map(escaped, cells)]
    return " & ".join(shown) + r" \\"


def _note(note: str) -> str:
    parts = _CODE.split(note.replace("**", ""))
    return "".join(
        rf"\texttt{{{escaped(part)}}}" if i % 2 else escaped(part) for i, part in enumerate(parts)
    )
