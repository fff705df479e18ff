"""Premise and hypothesis → passage and question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from danetka.errors import DataError, Fault
from danetka.schema import NO, YES, Example, Examples

_ANSWERS: Final = {"entailment": YES, "not_entailment": NO}


def read_entailment(path: Path) -> Examples:
    """A file of TERRa (Russian SuperGLUE): of the premise, «Верно ли, что» and the hypothesis.

    Raises:
        DataError: If a line is not such a row.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError([Fault(str(path), "cannot be read", f"mend it ({error})")]) from error
    for number, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            label = _ANSWERS[values["label"]]
            question, passage = _question(values["hypothesis"]), values["premise"].strip()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            remedy = f"give premise, hypothesis and a label ({' or '.join(_ANSWERS)})"
            raise DataError([Fault(f"{path}:{number}", "not such a row", remedy)]) from error
        rows.append(Example(question, passage, label, source="entailment"))
    return Examples(tuple(rows), str(path))


def _question(hypothesis: str) -> str:
    return f"Верно ли, что {hypothesis.strip().rstrip('.!')}?"
