"""Text files → passages, and tables → files that are read back as they were."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from danetka.data.read import read_corpus
from danetka.data.text import LONGEST, is_text, read_passages
from danetka.data.write import write_jsonl
from danetka.errors import DanetkaError
from danetka.schema import Example, Examples

from .made_passages import PASSAGES


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_paragraphs_are_parted_by_empty_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "\ufeffКот спит.\nПёс нет.\n\n\n  \nДом стоит. \n")
    passages, skipped = read_passages(path)
    assert passages == ["Кот спит.\nПёс нет.", "Дом стоит."]
    assert not skipped


def test_windows_lines_count_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Кот спит.\r\nПёс нет.\r\n\r\nДом стоит.\r\n")
    assert read_passages(path)[0] == ["Кот спит.\nПёс нет.", "Дом стоит."]


def test_a_paragraph_that_stands_twice_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Кот спит.\n\nПёс спит.\n\nКот спит.\n\nКот спит.")
    passages, skipped = read_passages(path)
    assert passages == ["Кот спит.", "Пёс спит."]
    assert skipped == {"passage: stands twice": 2}


def test_a_long_paragraph_is_cut_between_sentences(tmp_path: Path) -> None:
    text = " ".join(PASSAGES)
    assert len(text.split()) > 3 * LONGEST
    passages, _ = read_passages(write(tmp_path / "a.txt", text))
    assert " ".join(passages) == text
    assert all(len(p.split()) <= LONGEST for p in passages)
    assert all(p.endswith(".") and p[0].isupper() for p in passages)
    for before, after in pairwise(passages):
        sentence = after.split(". ")[0]
        assert len(before.split()) + len(sentence.split()) > LONGEST, "no more fits in"


def test_a_sentence_is_never_cut(tmp_path: Path) -> None:
    long = "Дом " + "очень " * LONGEST + "стар."
    passages, _ = read_passages(write(tmp_path / "a.txt", f"Кот спит. {long} Пёс лает."))
    assert passages == ["Кот спит.", long, "Пёс лает."]


def test_what_is_just_long_enough_stays_whole(tmp_path: Path) -> None:
    whole = "Кот спит. " + "Да " * (LONGEST - 3) + "нет."
    assert read_passages(write(tmp_path / "a.txt", whole))[0] == [whole]


def test_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Кот спит.\nПёс лает.\n".encode() + "Дом".encode("cp1251"))
    with pytest.raises(DanetkaError) as error:
        read_passages(path)
    assert str(error.value) == f"{path}:3: not UTF-8: save it as UTF-8 (iconv -f cp1251 -t utf-8)"


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "Дом стоит.\n\nКот спит.")
    write(tmp_path / "a.txt", "Кот спит.")
    write(tmp_path / "c.txt", " \n\n")
    write(tmp_path / "d.md", "Не текст.")
    passages, skipped = read_passages(tmp_path)
    assert passages == ["Кот спит.", "Дом стоит."]
    assert skipped == {"file: empty": 1, "passage: stands twice": 1}


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DanetkaError, match=r"a\.txt: cannot be read: No such file"):
        read_passages(tmp_path / "a.txt")


def test_what_counts_as_text(tmp_path: Path) -> None:
    assert is_text(tmp_path / "A.TXT")
    assert not is_text(tmp_path / "a.jsonl")
    assert not is_text(tmp_path)
    write(tmp_path / "a.txt", "Кот спит.")
    assert is_text(tmp_path)
    write(tmp_path / "train.jsonl", "{}")
    assert not is_text(tmp_path), "tables come before their notes"


def test_a_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    meta = {"rule": "passive", "new": "Туле", "evidence": "Мост «старый»."}
    rows = Examples(
        (
            Example("Стар ли мост?", 'Мост "старый".\nОн стоит.', 1, 3, "original", "g1"),
            Example("Нов ли мост?", "Мост\u2028 стар\u0301.", 0, "rules-1", "rules", None, meta),
            Example("Есть ли мост?", "Мост\tесть.", 1, None, "rules", "g1", {"n": 2, "ok": None}),
        )
    )
    path = tmp_path / "new" / "train.jsonl"
    write_jsonl(path, rows)
    read = read_corpus(path).train
    assert read.rows == rows.rows
    assert read.sha256 == rows.sha256
    assert len(path.read_bytes().splitlines()) == 3
    again = tmp_path / "again.jsonl"
    write_jsonl(again, read)
    assert again.read_bytes() == path.read_bytes()


def test_rows_without_answers_are_written_too(tmp_path: Path) -> None:
    rows = Examples((Example("Стар ли мост?", "Мост стар."),))
    path = tmp_path / "test.jsonl"
    write_jsonl(path, rows)
    assert read_corpus(path, labels=False)["test"].rows == rows.rows


def test_a_column_never_hides_what_is_ours(tmp_path: Path) -> None:
    """Other columns of the same names get an underscore."""
    meta = {"question": "Чужой?", "label": 0, "source": "чужой", "phenomenon": "нет"}
    row = Example("Стар ли мост?", "Мост стар.", 1, 1, "rules", "g", meta)
    path = tmp_path / "train.jsonl"
    write_jsonl(path, Examples((row,)))
    (read,) = read_corpus(path).train
    assert (read.question, read.label, read.source) == ("Стар ли мост?", 1, "rules")
    assert dict(read.meta) == {
        "question_": "Чужой?", "label_": 0, "source_": "чужой", "phenomenon": "нет",
    }  # fmt: skip
