"""Whatever a file holds, it is either read or its faults are told; nothing else happens."""

from __future__ import annotations

import json
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from danetka.data.formats import FORMATS, read_rows
from danetka.data.rows import Columns, RawRow, RowChecker
from danetka.errors import DataError, Fault
from danetka.schema import Example

NAMES = sorted(FORMATS)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(
    ["question", "passage", "label", "idx", "source", "group", "Question", "другое"]
)
ROWS = st.dictionaries(KEYS, VALUES, max_size=7)
TEXTS = st.text(alphabet=string.printable + "абвё«»\u0301\ufeff\u2028\x00", max_size=60)


def read(name: str, content: bytes) -> tuple[list[Example], list[Fault]]:
    checker = RowChecker(Columns())
    examples = []
    for row in read_rows(name, content):
        if isinstance(row, Fault):
            checker.faults.append(row)
        elif (example := checker.check(row)) is not None:
            examples.append(example)
    return examples, checker.faults


def check(name: str, content: bytes) -> None:
    examples, faults = read(name, content)
    assert examples or faults, "a file without rows is a fault"
    for example in examples:
        assert example.question.strip()
        assert example.passage.strip()
        assert example.label in {0, 1}
        (example.question + example.passage).encode()
    for fault in faults:
        file, _, line = fault.where.rpartition(":")
        assert file == name
        assert int(line) >= 1
        assert "\n" not in str(fault)
        assert "\r" not in str(fault)
        str(fault).encode()
    if faults:
        assert len(str(DataError(faults)).split("\n")) <= 21


@given(st.sampled_from(NAMES), st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes(suffix: str, content: bytes) -> None:
    check(f"file{suffix}", content)


@given(st.lists(ROWS, max_size=5), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_json_rows(rows: list[dict[str, object]], cut: bool) -> None:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    check("file.jsonl", content[: len(content) * 2 // 3] if cut else content)


@given(
    st.sampled_from([".csv", ".tsv"]), st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5)
)
@settings(max_examples=300, deadline=None)
def test_any_cells(suffix: str, rows: list[list[str]]) -> None:
    delimiter = "," if suffix == ".csv" else "\t"
    body = "\n".join(delimiter.join(row) for row in [["question", "passage", "label"], *rows])
    check(f"file{suffix}", body.encode())


@given(ROWS)
@settings(max_examples=300, deadline=None)
def test_any_values_of_another_format(values: dict[str, object]) -> None:
    """Parquet and hub rows hold Python values that JSON lines never had."""
    checker = RowChecker(Columns())
    example = checker.check(RawRow("file.parquet:1", values))
    assert (example is None) == bool(checker.faults)
    assert all("\n" not in str(fault) for fault in checker.faults)
