"""A file of questions → a file of answers: streamed, resumed after a kill, nothing lost.

While it runs, ``OUTPUT.part`` holds the answers, ``OUTPUT.bad.jsonl.part`` the rows that cannot be
answered, and ``OUTPUT.part.json`` says how much of both is whole and what they belong to. It is
written, by renaming, after each chunk; whatever was written after it is cut off on restart.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from danetka.answering.answer import Answer
from danetka.answering.answerer import Answerer
from danetka.data.rows import Columns
from danetka.data.stream import StreamedRow, stream_rows, survey
from danetka.errors import DanetkaError, SettingsError
from danetka.files import write_json
from danetka.models.catalog import content_key

ANSWERED: Final = ("answer", "probability", "yes_probability", "evidence", "windows")
"""The columns that an answer adds to its row."""
_GIVEN: Final = "_given"
_BATCHES: Final = 4


@dataclass(frozen=True, slots=True)
class Done:
    """How far a file is answered.

    Attributes:
        answered: Rows with an answer.
        bad: Rows put aside.
        lines: Lines of the input that these take.
        answers_bytes: How much of the answers' file is whole.
        bad_bytes: How much of the bad rows' file is whole.
    """

    answered: int = 0
    bad: int = 0
    lines: int = 0
    answers_bytes: int = 0
    bad_bytes: int = 0

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return self.answered + self.bad


@dataclass(frozen=True, slots=True)
class _Paths:
    """The files of one job."""

    output: Path

    @property
    def bad(self) -> Path:
        return bad_path(self.output)

    @property
    def answers_part(self) -> Path:
        return self.output.with_name(f"{self.output.name}.part")

    @property
    def bad_part(self) -> Path:
        return self.bad.with_name(f"{self.bad.name}.part")

    @property
    def state(self) -> Path:
        return self.output.with_name(f"{self.output.name}.part.json")


def bad_path(output: Path) -> Path:
    """Where the rows go that cannot be answered: beside the output."""
    return output.with_name(f"{output.name}.bad.jsonl")


def answer_file(
    answerer: Answerer,
    source: Path,
    output: Path,
    columns: Columns | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Answer the rows of a file, in order.

    Args:
        answerer: What answers.
        source: JSON lines, CSV or TSV with a question and a passage in each row.
        output: Becomes JSON lines: each row as it was, with the columns `ANSWERED`. A column of the
            row that is called like one of these is kept as ``NAME_given``.
        columns: Which column holds what, where the names differ.
        on_progress: Is told lines done and lines in all.

    Returns:
        What was done, also by runs that were killed before.

    Raises:
        SettingsError: If what stands there half-done belongs to another input, model or setting.
        DanetkaError: If the input cannot be read.
        DataError: If it is empty or of another format.
    """
    columns = columns or Columns()
    found = survey(source)
    paths = _Paths(output)
    if source.resolve() in {p.resolve() for p in (output, paths.bad)}:
        raise SettingsError(f"{output}: the output would replace the input: give another name")
    key = _key(answerer, found.sha256, columns)
    output.parent.mkdir(parents=True, exist_ok=True)
    done = _resume(paths, key)
    rows = islice(stream_rows(source), done.rows, None)
    with paths.answers_part.open("ab") as answers, paths.bad_part.open("ab") as bad:
        answers.truncate(done.answers_bytes)
        bad.truncate(done.bad_bytes)
        while chunk := list(islice(rows, _BATCHES * answerer.batch)):
            if on_progress:
                on_progress(done.lines, found.lines)
            good, aside = _answer_chunk(answerer, chunk, columns, source)
            done = Done(
                done.answered + len(good),
                done.bad + len(aside),
                done.lines + sum(row.lines for row in chunk),
                _append(answers, good),
                _append(bad, aside),
            )
            write_json(paths.state, {"key": key, "done": asdict(done)})
    if not done.rows:
        raise DanetkaError(f"{source}: the file holds no rows: give a file with at least one")
    _finish(paths, done)
    return done


def _key(answerer: Answerer, sha256: str, columns: Columns) -> dict[str, Any]:
    """What a half-done file belongs to."""
    return {
        "input": sha256,
        "model": content_key(answerer.classifier.name),
        "margin": answerer.margin,
        "evidence": answerer.method if answerer.evidence else None,
        "combine": answerer.combine,
        "columns": columns.mapped,
    }


def _resume(paths: _Paths, key: Mapping[str, Any]) -> Done:
    """How far a killed run came; parts that it left without a word are begun anew."""
    if not paths.state.exists():
        for part in (paths.answers_part, paths.bad_part):
            part.unlink(missing_ok=True)
        return Done()
    try:
        stored = json.loads(paths.state.read_text(encoding="utf-8"))
        there, done = stored["key"], Done(**stored["done"])
    except (ValueError, TypeError, KeyError) as error:
        raise SettingsError(f"{paths.state}: cannot be read: delete it to begin anew") from error
    if changed := [name for name in key if there.get(name) != key[name]]:
        raise SettingsError(
            f"{paths.state}: a killed run with another {', '.join(changed)} has left it: repeat "
            "that command, delete the file, or give another output"
        )
    for final, part, size in (
        (paths.output, paths.answers_part, done.answers_bytes),
        (paths.bad, paths.bad_part, done.bad_bytes),
    ):
        if not part.exists() and final.exists() and final.stat().st_size == size:
            final.rename(part)  # killed between the last renames
        if (part.stat().st_size if part.exists() else 0) < size:
            raise SettingsError(f"{part}: shorter than it was: delete {paths.state} to begin anew")
    return done


def _answer_chunk(
    answerer: Answerer, chunk: list[StreamedRow], columns: Columns, source: Path
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    good, aside = [], []
    for row in chunk:
        if trouble := row.trouble or _trouble(answerer, row, columns):
            aside.append(_bad(row, trouble, source))
        else:
            good.append(row)
    pairs = [_texts(row, columns) for row in good]
    answers = answerer.answer_all(pairs)
    return [_joined(row, a) for row, a in zip(good, answers, strict=True)], aside


def _trouble(answerer: Answerer, row: StreamedRow, columns: Columns) -> str | None:
    values = row.values or {}
    for column in (columns.question, columns.passage):
        if column not in values:
            have = ", ".join(values) or "none"
            return f"there is no column {column!r}: map one of its columns ({have}) with --column"
    question, passage = _texts(row, columns)
    if trouble := answerer.trouble(question, passage):
        return trouble
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "a column holds half a character (a lone surrogate)"
    return None


def _texts(row: StreamedRow, columns: Columns) -> tuple[Any, Any]:
    values = row.values or {}
    return values.get(columns.question), values.get(columns.passage)


def _joined(row: StreamedRow, answer: Answer) -> dict[str, Any]:
    """The row with its answer; nothing of the row is written over."""
    values = dict(row.values or {})
    for name in ANSWERED:
        if name in values:
            kept = name + _GIVEN
            while kept in values:
                kept += _GIVEN
            values[kept] = values.pop(name)
    told = (
        answer.label, round(answer.probability, 6), round(answer.yes_probability, 6),
        answer.evidence, answer.windows,
    )  # fmt: skip
    return values | dict(zip(ANSWERED, told, strict=True))


def _bad(row: StreamedRow, trouble: str, source: Path) -> dict[str, Any]:
    text = row.text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return {"file": str(source), "line": row.line, "reason": trouble, "row": text}


def _append(file: Any, rows: list[dict[str, Any]]) -> int:
    """Write rows so that they outlive a crash; → the file's size."""
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
    return int(file.tell())


def _finish(paths: _Paths, done: Done) -> None:
    paths.answers_part.replace(paths.output)
    if done.bad:
        paths.bad_part.replace(paths.bad)
    else:
        paths.bad_part.unlink()
        paths.bad.unlink(missing_ok=True)  # an older run's
    paths.state.unlink()
