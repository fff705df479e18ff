"""A table of examples → a file that `read_corpus` reads."""

from __future__ import annotations

import json
from pathlib import Path

from danetka.files import without_nan, write_text
from danetka.schema import Example, Examples


def write_jsonl(path: Path, examples: Examples) -> None:
    """Write JSON lines: question, passage, label, idx, source, group, then the other columns.

    Another column of one of these names gets an underscore; what is not a number becomes null.
    """
    write_text(path, "".join(_line(row) + "\n" for row in examples))


def _line(row: Example) -> str:
    label = None if row.label is None else bool(row.label)
    values = {"question": row.question, "passage": row.passage, "label": label, "idx": row.idx}
    own = {"source": row.source} | ({"group": row.group} if row.group is not None else {})
    meta = {k if k not in values and k not in own else f"{k}_": v for k, v in row.meta.items()}
    return json.dumps(without_nan({**values, **own, **meta}), ensure_ascii=False, default=str)
