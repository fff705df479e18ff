"""One raw row of a file → one example, or the faults that are in it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from danetka.errors import Fault, SettingsError
from danetka.schema import NO, YES, Example

_LABELS: Final = {"true": YES, "1": YES, "1.0": YES, "да": YES, "yes": YES} | {
    "false": NO,
    "0": NO,
    "0.0": NO,
    "нет": NO,
    "no": NO,
}
_NOT_TEXT: Final = frozenset({"nan", "null", "none", "<na>"})
_SECRET: Final = -1
_OPTIONAL: Final = ("source", "group")


@dataclass(frozen=True, slots=True)
class RawRow:
    """What a file holds at one place, before anybody has checked it.

    Attributes:
        where: ``file:line``.
        values: Column → value, of whatever type the format has.
    """

    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file holds what."""

    question: str = "question"
    passage: str = "passage"
    label: str = "label"
    idx: str = "idx"

    @classmethod
    def parse(cls, pairs: list[str]) -> Columns:
        """From ``["question=q", "label=answer"]``, as given on the command line.

        Raises:
            SettingsError: If a pair has no ``=`` or names none of our columns.
        """
        chosen: dict[str, str] = {}
        ours = [column.name for column in fields(cls)]
        for pair in pairs:
            name, equals, column = pair.partition("=")
            if not equals or not column or name not in ours:
                raise SettingsError(
                    f"--column {pair}: write OURS=THEIRS, where OURS is one of {', '.join(ours)}"
                )
            chosen[name] = column
        return cls(**chosen)

    @property
    def mapped(self) -> dict[str, str]:
        """Our name → the file's, for the columns that were renamed."""
        return {
            f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.name
        }


def parse_label(value: object) -> int | None:
    """Understand an answer: true/false, 0/1, да/нет, yes/no, as themselves or as text.

    Returns:
        1 for «да», 0 for «нет», None where there is none (null, an empty cell, or -1, which hub
        datasets put where a test answer is kept secret).

    Raises:
        ValueError: If it is none of these.
    """
    if value is None or value == _SECRET or (isinstance(value, str) and not value.strip()):
        return None
    label = _LABELS.get(str(value).strip().casefold())
    if label is None:
        raise ValueError(value)
    return label


def has_label(row: RawRow, columns: Columns) -> bool:
    """Whether the row says anything where its answer belongs, right or wrong."""
    try:
        return parse_label(row.values.get(columns.label)) is not None
    except ValueError:
        return True


@dataclass
class RowChecker:
    """Turns the raw rows of one file into examples and collects what is wrong with them.

    Attributes:
        columns: Which column holds what.
        labels_required: Whether a row without an answer is a fault.
        faults: What was found so far.
    """

    columns: Columns
    labels_required: bool = True
    faults: list[Fault] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)
    _shapes: set[tuple[str, ...]] = field(default_factory=set)

    def fault(self, where: str, what: str, remedy: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(where, what, remedy))

    def check(self, row: RawRow) -> Example | None:
        """The row as an example, or None where it has a fault."""
        before = len(self.faults)
        self._check_columns(row)
        question = self._text(row, "question")
        passage = self._text(row, "passage")
        label = self._label(row)
        idx = self._idx(row)
        extra = {name: self._optional(row, name) for name in _OPTIONAL}
        if len(self.faults) > before or question is None or passage is None:
            return None
        known = {self.columns.question, self.columns.passage, self.columns.label, self.columns.idx}
        meta = {k: v for k, v in row.values.items() if k not in known and k not in _OPTIONAL}
        source = extra["source"] or "original"
        return Example(question, passage, label, idx, source, extra["group"], meta)

    def _check_columns(self, row: RawRow) -> None:
        """Missing and misspelt columns: once for each set of columns, not for every row."""
        present = tuple(row.values)
        if present in self._shapes:
            return
        self._shapes.add(present)
        needed = ["question", "passage", *(["label"] if self.labels_required else [])]
        missing = {n for n in needed if getattr(self.columns, n) not in present}
        missing |= {n for n, theirs in self.columns.mapped.items() if theirs not in present}
        have = ", ".join(present) or "none"
        for name in sorted(missing):
            theirs = getattr(self.columns, name)
            remedy = f"map one of its columns ({have}) with --column {name}=NAME"
            self.fault(row.where, f"there is no column {theirs!r}", remedy)
        ours = [*(f.name for f in fields(self.columns)), *_OPTIONAL]
        for column in present:
            near = difflib.get_close_matches(column.casefold(), ours, n=1, cutoff=0.8)
            taken = column in ours or column in self.columns.mapped.values()
            if near and not taken and near[0] not in present and near[0] not in missing:
                what = f"unknown column {column!r}"
                self.fault(row.where, what, f"if {near[0]!r} is meant, rename it, else drop it")

    def _text(self, row: RawRow, name: str) -> str | None:
        column = getattr(self.columns, name)
        if column not in row.values:
            return None
        value = row.values[column]
        trouble = text_trouble(value, name)
        if trouble:
            self.fault(row.where, *trouble)
            return None
        return str(value).strip()

    def _label(self, row: RawRow) -> int | None:
        value = row.values.get(self.columns.label)
        try:
            label = parse_label(value)
        except ValueError:
            shown = "NaN" if _is_nan(value) else f"unknown label {_shorten(value)}"
            self.fault(row.where, shown, "write true/false, 0/1, да/нет or yes/no as the label")
            return None
        if label is None and self.labels_required and self.columns.label in row.values:
            self.fault(row.where, "the label is missing", "add it or take the row out")
        return label

    def _idx(self, row: RawRow) -> int | str | None:
        value = row.values.get(self.columns.idx)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | str)
            or not _encodable(str(value))
        ):
            self.fault(row.where, f"idx {_shorten(value)} is not a number or a name", "mend it")
            return None
        first = self._places.setdefault(str(value), row.where)
        if first != row.where:
            place = first.rpartition(":")[2]
            what = f"idx {_shorten(value)} stands already at {place}"
            self.fault(row.where, what, "number the rows anew or drop the column")
        return value

    def _optional(self, row: RawRow, name: str) -> str | None:
        value = row.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not _encodable(value):
            self.fault(row.where, f"the {name} {_shorten(value)} is not text", "put it in quotes")
            return None
        return value


def text_trouble(value: object, name: str) -> tuple[str, str] | None:
    """What is wrong with a question or a passage and what to do, or None.

    Args:
        value: What a row holds.
        name: What it is, for the message.
    """
    text = value.strip() if isinstance(value, str) else None
    trouble: str | None = None
    if value is None:
        trouble = "is missing"
    elif _is_nan(value) or (text is not None and text.casefold() in _NOT_TEXT):
        trouble = "is NaN"
    elif text is None:
        kind = "number" if isinstance(value, int | float) else type(value).__name__
        trouble = f"is a {kind} ({_shorten(value)}) where text belongs"
    elif not text:
        trouble = "is empty"
    elif not any(character.isalpha() for character in text):
        trouble = f"{_shorten(text)} has no letters where text belongs"
    elif not _encodable(text):
        trouble = "holds half a character (a lone surrogate)"
    return None if trouble is None else (f"the {name} {trouble}", "mend it or take the row out")


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shorten(value: object) -> str:
    """A value as it can stand in one line of a message."""
    shown = ascii(value) if isinstance(value, str) and not _encodable(value) else repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"  # noqa: PLR2004 - fits a line
