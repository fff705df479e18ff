"""Reading: every format gives the same rows, every kind of reference its splits."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from danetka.data import Columns, load_examples, read_corpus
from danetka.data.rows import parse_label
from danetka.errors import DanetkaError, DataError, SettingsError

from .made import ROWS, write_delimited, write_jsonl, write_parquet


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
        *[(v, None) for v in (None, "", "  ", -1)],
    ],
)
def test_labels_are_understood(given: object, label: int | None) -> None:
    assert parse_label(given) == label


@pytest.mark.parametrize(
    "given", ["maybe", 2, -2, 0.5, "nan", float("nan"), [1], {"a": 1}, "дА нет"]
)
def test_other_labels_are_not(given: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_label(given)


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


@pytest.mark.parametrize("names", [("train", "train.csv"), ("train", "train-00000-of-00001")])
def test_a_split_that_stands_twice(tmp_path: Path, names: tuple[str, str]) -> None:
    write_jsonl(tmp_path / f"{names[0]}.jsonl", ROWS)
    if names[1].endswith(".csv"):
        write_delimited(tmp_path / names[1], ",")
    else:
        write_jsonl(tmp_path / f"{names[1]}.jsonl", ROWS)
    with pytest.raises(DataError, match=r":1: the split train stands in train.* too: keep one"):
        read_corpus(tmp_path)
    write_jsonl(tmp_path / "d/train_old.jsonl", ROWS)
    write_jsonl(tmp_path / "d/train.jsonl", ROWS)
    with pytest.raises(DataError, match=r"train_old\.jsonl:1: the file's name is not that"):
        read_corpus(tmp_path / "d")


def test_a_zip_with_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.jsonl", json.dumps(ROWS[0]) * 50)
    content = bytearray(path.read_bytes())
    content[60:75] = b"\xff" * 15
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.zip/train\.jsonl:1: cannot be unpacked"):
        read_corpus(path)


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


def test_nothing_at_the_path(tmp_path: Path) -> None:
    with pytest.raises(DanetkaError, match=r"no such file or folder.*sample, danetqa"):
        read_corpus(tmp_path / "none.jsonl")
    with pytest.raises(DanetkaError, match="holds no data"):
        read_corpus(tmp_path)


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
