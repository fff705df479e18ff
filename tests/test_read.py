"""Reading: every format gives the same rows, and what is wrong is said line by line."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from danetka.data import Columns, load_examples, read_corpus
from danetka.data.rows import parse_label
from danetka.errors import DanetkaError, DataError, SettingsError

ROWS = [
    {
        "question": "Есть ли у кита зубы?",
        "passage": 'У кашалота есть зубы, "белые".',
        "label": True,
        "idx": 3,
    },
    {
        "question": "Летает ли пингвин?",
        "passage": "Пингвин не летает;\tон плавает.",
        "label": False,
        "idx": 7,
    },
]


def write_jsonl(path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8"
    )
    return path


def write_delimited(path: Path, delimiter: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    return path


def write_parquet(path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def lines(error: pytest.ExceptionInfo[DataError], path: Path) -> list[str]:
    """The message's lines, with the file's name in place of its path."""
    return str(error.value).replace(str(path), path.name).splitlines()


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_format_gives_the_same_rows(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"rows.{kind}"
    match kind:
        case "csv" | "tsv":
            write_delimited(path, "," if kind == "csv" else "\t")
        case "parquet":
            write_parquet(path)
        case _:
            write_jsonl(path, ROWS)
    found = read_corpus(path).train
    assert [r.question for r in found] == [r["question"] for r in ROWS]
    assert [r.passage for r in found] == [r["passage"] for r in ROWS]
    assert found.labels.tolist() == [1, 0]
    assert [str(r.idx) for r in found] == ["3", "7"]


def test_crlf_and_a_byte_order_mark_are_no_fault(tmp_path: Path) -> None:
    text = "".join(json.dumps(r, ensure_ascii=False) + "\r\n" for r in ROWS)
    for name, content in {
        "a.jsonl": text,
        "a.csv": "question,passage,label\r\nКот есть?,Кот есть.,да\r\nПёс есть?,Пса нет.,нет\r\n",
    }.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + content.encode())
        assert read_corpus(tmp_path / name).train.labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("given", "label"),
    [
        *[(v, 1) for v in (True, 1, 1.0, "true", "True", "1", "да", "Да ", "yes", "YES")],
        *[(v, 0) for v in (False, 0, 0.0, "false", "0", "нет", "no")],
        *[(v, None) for v in (None, "", "  ")],
    ],
)
def test_labels_are_understood(given: object, label: int | None) -> None:
    assert parse_label(given) == label


@pytest.mark.parametrize(
    "given", ["maybe", 2, -1, 0.5, "nan", float("nan"), [1], {"a": 1}, "дА нет"]
)
def test_other_labels_are_not(given: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_label(given)


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
        (b"[" * 100_000, "not JSON (nested too deeply): write one JSON object a line"),
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


def test_a_mapping_to_a_column_that_is_not_there(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", ROWS)
    with pytest.raises(DataError, match="there is no column 'answer'"):
        read_corpus(path, Columns(label="answer"), labels=False)
    with pytest.raises(SettingsError, match="OURS is one of question, passage, label, idx"):
        Columns.parse(["lable=answer"])


def test_other_columns_come_along(tmp_path: Path) -> None:
    row = {
        **ROWS[0],
        "source": "rules",
        "group": "g1",
        "phenomenon": "number",
        "evidence": ["У кита"],
    }
    found = read_corpus(write_jsonl(tmp_path / "a.jsonl", [row])).train[0]
    assert (found.source, found.group) == ("rules", "g1")
    assert found.meta == {"phenomenon": "number", "evidence": ["У кита"]}


def test_labels_may_lack_in_test_or_where_they_are_not_needed(tmp_path: Path) -> None:
    bare = [{k: v for k, v in row.items() if k != "label"} for row in ROWS]
    write_jsonl(tmp_path / "d/train.jsonl", ROWS)
    test = write_jsonl(tmp_path / "d/test.jsonl", bare)
    corpus = read_corpus(tmp_path / "d")
    assert not corpus.test.labelled
    with pytest.raises(DataError, match="2 of 2 rows have no label"):
        _ = corpus.test.labels
    assert [r.label for r in read_corpus(test, labels=False).test] == [None, None]
    write_jsonl(test, [ROWS[0], bare[1]])
    with pytest.raises(DataError, match=r"test\.jsonl:2: there is no column 'label'"):
        read_corpus(tmp_path / "d")


def test_a_folder_of_splits_with_shards(tmp_path: Path) -> None:
    for name, row in {
        "validation": ROWS[0],
        "train-00001-of-00002": ROWS[1],
        "train-00000-of-00002": ROWS[0],
    }.items():
        write_jsonl(tmp_path / f"{name}.jsonl", [row])
    (tmp_path / "README.md").write_text("about")
    corpus = read_corpus(tmp_path)
    assert list(corpus.splits) == ["train", "val"]
    assert [r.idx for r in corpus.train] == [3, 7]


def test_a_folder_with_a_file_of_another_name(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "train.jsonl", ROWS)
    write_jsonl(tmp_path / "extra.jsonl", ROWS)
    with pytest.raises(DataError, match=r"extra\.jsonl:1: the file's name is not that of a split"):
        read_corpus(tmp_path)


def test_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "DaNetQA.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("train", "val"):
            archive.writestr(f"DaNetQA/{name}.jsonl", json.dumps(ROWS[0]) + "\n")
        archive.writestr("__MACOSX/DaNetQA/._train.jsonl", b"\x00\x05")
    assert {k: len(v) for k, v in read_corpus(path).splits.items()} == {"train": 1, "val": 1}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("DaNetQA/test.jsonl", "{\n")
    with pytest.raises(DataError, match=r"DaNetQA\.zip/DaNetQA/test\.jsonl:1: not JSON"):
        read_corpus(path)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DataError, match="not a zip file"):
        read_corpus(path)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b"", "the file is empty"),
        ("a.csv", b"question,passage,label\n", "the file holds no rows"),
        ("a.jsonl", b"\xff\xfe{\x00", "not UTF-8 but UTF-16"),
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


def test_nothing_at_the_path(tmp_path: Path) -> None:
    with pytest.raises(DanetkaError, match=r"no such file or folder.*sample, danetqa"):
        read_corpus(tmp_path / "none.jsonl")
    with pytest.raises(DanetkaError, match="holds no data"):
        read_corpus(tmp_path)


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


def test_a_hub_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` takes a folder of that name for the hub's, so its real loading code runs."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "owner" / "yesno"
    folder.mkdir(parents=True)
    write_parquet(folder / "train.parquet")
    write_parquet(folder / "validation.parquet")
    corpus = read_corpus("hub:owner/yesno@main")
    assert {k: v.labels.tolist() for k, v in corpus.splits.items()} == {
        "train": [1, 0],
        "val": [1, 0],
    }
    with pytest.raises(DataError, match=r"hub:owner/yesno/train:1: there is no column 'q'"):
        read_corpus("hub:owner/yesno", Columns(question="q"))


def test_a_hub_dataset_out_of_reach() -> None:
    with pytest.raises(
        DanetkaError, match=r"hub:no/such: cannot be loaded \(.*\): check the name"
    ) as error:
        read_corpus("hub:no/such")
    assert "\n" not in str(error.value)
    with pytest.raises(DanetkaError, match="write hub:OWNER/NAME"):
        read_corpus("hub:a/b/c/d")


def test_load_examples_cuts_a_dev_split(tmp_path: Path) -> None:
    rows = [
        {"question": f"Есть ли кот {i}?", "passage": f"Кот {i}.", "label": i % 3 > 0}
        for i in range(60)
    ]
    corpus = load_examples(write_jsonl(tmp_path / "a.jsonl", rows))
    assert (len(corpus.train), len(corpus.dev)) == (48, 12)
