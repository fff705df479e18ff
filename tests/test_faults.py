"""What is wrong with a file is said line by line, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from danetka.data import Columns, read_corpus
from danetka.errors import DataError

from .made import lines, write_jsonl

GOOD = '{"question": "Есть ли кот?", "passage": "Кот есть.", "label": true, "idx": %d}'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", "an empty line: take it out"),
        (b"   ", "an empty line: take it out"),
        (
            '{"question": "Есть ли кот?"'.encode("cp1251"),
            "not UTF-8 (byte 0xC5 at column 15): save the file as UTF-8 (iconv -f cp1251 -t utf-8)",
        ),
        (b'{"question": 1', "not JSON (Expecting ',' delimiter): write one JSON object a line"),
        (b"[1, 2]", 'a list, not an object: write {"question": …, "passage": …}'),
        (b'{"a": NaN}', "NaN in a row: write null or take the row out"),
        (b'{"a": 1, "a": 2}', "a key stands twice in one object: keep one of them"),
        (
            b"[" * 100_000,
            "not JSON (nested too deeply, or a number too long): write one JSON object a line",
        ),
        (
            '{"question": "", "passage": "Кот.", "label": 1}'.encode(),
            "the question is empty: mend it or take the row out",
        ),
        (
            '{"question": 42, "passage": "Кот.", "label": 1}'.encode(),
            "the question is a number (42) where text belongs: mend it or take the row out",
        ),
        (
            '{"question": "42?", "passage": "Кот.", "label": 1}'.encode(),
            "the question '42?' has no letters where text belongs: mend it or take the row out",
        ),
        (
            '{"question": "Кот?", "passage": null, "label": 1}'.encode(),
            "the passage is missing: mend it or take the row out",
        ),
        (
            '{"question": "Кот?", "passage": "nan", "label": 1}'.encode(),
            "the passage is NaN: mend it or take the row out",
        ),
        (
            '{"question": "Кот?", "passage": "Кот \\ud800.", "label": 1}'.encode(),
            "the passage holds half a character (a lone surrogate): mend it or take the row out",
        ),
        (
            '{"question": "Кот?", "passage": "Кот.", "label": "maybe"}'.encode(),
            "unknown label 'maybe': write true/false, 0/1, да/нет or yes/no as the label",
        ),
        (
            '{"question": "Кот?", "passage": "Кот.", "label": null}'.encode(),
            "the label is missing: add it or take the row out",
        ),
        (
            '{"question": "Кот?", "passage": "Кот.", "label": 1, "idx": 0}'.encode(),
            "idx 0 stands already at 1: number the rows anew or drop the column",
        ),
        (
            '{"question": "Кот?", "passage": "Кот.", "label": 1, "idx": [1]}'.encode(),
            "idx [1] is not a number or a name: mend it",
        ),
        (
            '{"question": "Кот?", "text": "Кот.", "label": 1}'.encode(),
            "there is no column 'passage': map one of its columns (question, text, label) with "
            "--column passage=NAME",
        ),
        (
            '{"question": "Кот?", "passage": "Кот.", "label": 1, "sorce": "x"}'.encode(),
            "unknown column 'sorce': if 'source' is meant, rename it, else drop it",
        ),
    ],
)
def test_faults_of_json_lines(tmp_path: Path, line: bytes, expected: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"\n".join([(GOOD % 0).encode(), line, (GOOD % 5).encode(), b""]))
    with pytest.raises(DataError) as error:
        read_corpus(path)
    assert lines(error, path) == [f"bad.jsonl:2: {expected}"]


def test_half_a_last_line(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    path.write_text(GOOD % 0 + "\n" + (GOOD % 1)[:40], encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_corpus(path)
    remedy = "fetch or write the file anew, or take the line out"
    assert lines(error, path) == [f"cut.jsonl:2: the last line is cut off: {remedy}"]


def test_a_last_line_without_its_newline_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "whole.jsonl"
    path.write_text(GOOD % 0 + "\n" + GOOD % 1, encoding="utf-8")
    assert len(read_corpus(path).train) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("question,passage,label\nКот?,Кот.,да\n\nПёс?,Пёс.,да\n", "3: an empty line: take it out"),
        (
            "question,passage,label\nКот?,Кот, пёс.,да\n",
            "2: 4 cells under 3 columns: quote the cell that holds a delimiter, or fetch the file "
            "anew if it is cut off",
        ),
        (
            'question,passage,label\nКот?,"Кот.\nСпит.",да\nПёс?,"Пёс',
            "4: the row cannot be read (unexpected end of data): close its quotes, or escape them",
        ),
        ("question,question\na,b\n", "1: a column stands twice in the header: rename one of them"),
        (
            "question,passage,label\nКот?,NaN,да\n",
            "2: the passage is NaN: mend it or take the row out",
        ),
        (
            "question,passage,label\n12,Кот.,да\n",
            "2: the question '12' has no letters where text belongs: mend it or take the row out",
        ),
    ],
)
def test_faults_of_csv(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_corpus(path)
    assert lines(error, path) == [f"bad.csv:{expected}"]


def test_a_row_of_csv_is_placed_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text('question,passage,label\nКот?,"Раз.\nДва.",да\nПёс?,,да\n', encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_corpus(path)
    assert lines(error, path) == ["long.csv:4: the passage is empty: mend it or take the row out"]


def test_twenty_faults_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(["{"] * 33) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_corpus(path)
    shown = lines(error, path)
    assert len(error.value.faults) == 33
    assert [line.split(":")[1] for line in shown[:-1]] == [str(n) for n in range(1, 21)]
    assert shown[-1] == "… and 13 more"


def test_a_missing_column_is_said_once(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "q.jsonl", [{"q": "Кот?", "passage": "Кот.", "label": "да"}] * 9)
    with pytest.raises(DataError) as error:
        read_corpus(path)
    assert len(error.value.faults) == 1
    assert read_corpus(path, Columns(question="q")).train[0].question == "Кот?"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b"", "the file is empty"),
        ("a.csv", b"question,passage,label\n", "the file holds no rows"),
        ("a.jsonl", b"\xff\xfe{\x00", "not UTF-8 but UTF-16"),
        ("a.jsonl", b"\xef\xbb\xbf", "the file is empty"),
        ("a.json", b'[{"question": 1}]', "a JSON array, not JSON lines"),
        ("a.xlsx", b"PK", "unknown kind of file"),
        ("a.parquet", b"PAR1 nonsense", "not a Parquet file"),
    ],
)
def test_files_that_cannot_be_read_at_all(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        read_corpus(tmp_path / name)
    assert lines(error, tmp_path / name)[0].startswith(f"{name}:1: {expected}")
    assert len(error.value.faults) == 1


def test_parquet_with_nan(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table(
        {"question": ["Кот?", "Пёс?"], "passage": ["Кот.", None], "label": [1.0, float("nan")]}
    )
    path = tmp_path / "nan.parquet"
    parquet.write_table(table, path)
    with pytest.raises(DataError) as error:
        read_corpus(path)
    assert lines(error, path) == [
        "nan.parquet:2: the passage is missing: mend it or take the row out",
        "nan.parquet:2: NaN: write true/false, 0/1, да/нет or yes/no as the label",
    ]
