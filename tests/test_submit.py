"""Submissions: each row's own idx, the zip's shape, other tasks' files untouched."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from danetka.errors import DanetkaError, DataError
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.schema import Example, Examples
from danetka.sharing.submission import (
    OTHERS,
    missing_tasks,
    own_ids,
    put_submission,
    submission_text,
    write_submission,
)

from .commands import danetka
from .made import make_examples, write_jsonl

GAPS = (1, 3, 5, 6, 8, 9, 10, 11, 13, 15, 40, 41)
"""Ids with gaps, as the leaderboard's test has them."""


def unlabelled(ids: tuple[int | str | None, ...] = GAPS) -> list[dict[str, object]]:
    rows = make_examples(len(ids))
    return [
        {"question": row.question, "passage": row.passage} | ({} if idx is None else {"idx": idx})
        for row, idx in zip(rows, ids, strict=True)
    ]


def rows_of(ids: tuple[int | str | None, ...]) -> Examples:
    return Examples(tuple(Example("Это так?", "Это так.", None, idx) for idx in ids), "t.jsonl")


def answers_in(path: Path, member: str = "DaNetQA.jsonl") -> list[dict[str, object]]:
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(member).decode().splitlines()]


def test_every_row_keeps_its_own_idx(tiny: str, tmp_path: Path) -> None:
    """Numbering the rows anew is the classic mistake; the answers are the model's own."""
    test = write_jsonl(tmp_path / "test.jsonl", unlabelled())
    done = danetka("submit", tiny, test, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "DaNetQA.zip"
    found = answers_in(tmp_path / "DaNetQA.zip")
    assert [row["idx"] for row in found] == list(GAPS)
    assert all(set(row) == {"idx", "label"} for row in found)
    yes = Classifier.from_pretrained(tiny).probabilities(make_examples(len(GAPS))) >= 0.5
    assert [row["label"] for row in found] == ["true" if y else "false" for y in yes]
    assert f"да {yes.sum()}, нет {(~yes).sum()}" in done.stderr
    assert "lacks the other tasks' LiDiRus.jsonl" in done.stderr


def test_the_model_s_threshold_decides(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.chdir(tmp_path)
    model = shutil.copytree(tiny, tmp_path / "model")
    test = write_jsonl(tmp_path / "test.jsonl", unlabelled())
    middle = float(np.median(Classifier.from_pretrained(tiny).probabilities(make_examples(12))))
    for threshold, labels in ((0.0, {"true"}), (1.0, {"false"}), (middle, {"true", "false"})):
        Decision(64, threshold).write(model)
        assert danetka("submit", model, test, "-o", tmp_path / "a.zip").returncode == 0
        assert {row["label"] for row in answers_in(tmp_path / "a.zip")} == labels


def test_the_zip_is_flat_and_the_same_each_time(tmp_path: Path) -> None:
    text = submission_text(rows_of((7, 9)), np.array([True, False]))
    assert text == '{"idx": 7, "label": "true"}\n{"idx": 9, "label": "false"}\n'
    write_submission(tmp_path / "a.zip", text)
    write_submission(tmp_path / "b.zip", text)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (member,) = archive.infolist()
        assert member.filename == "DaNetQA.jsonl"
        assert member.date_time == (1980, 1, 1, 0, 0, 0)
        assert archive.read(member).decode() == text
    write_submission(tmp_path / "a.zip", "")  # one of ours may be written anew
    assert answers_in(tmp_path / "a.zip") == []


def test_lines_are_in_the_order_of_idx() -> None:
    """As the leaderboard asks for; each with its own answer."""
    answers = np.array([True, False, True])
    text = submission_text(rows_of((30, 4, 111)), answers)
    assert [json.loads(line) for line in text.splitlines()] == [
        {"idx": 4, "label": "false"},
        {"idx": 30, "label": "true"},
        {"idx": 111, "label": "true"},
    ]
    named = submission_text(rows_of(("b", "a", 3)), answers)
    assert [json.loads(line)["idx"] for line in named.splitlines()] == ["b", "a", 3]


def test_an_idx_in_quotes_is_a_number() -> None:
    assert own_ids(rows_of(("5", "07", "x", 12))) == [5, "07", "x", 12]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ((1, None, 3), "test.jsonl: 1 of 3 rows have no idx, the first is row 2"),
        ((None, None, None), "test.jsonl: 3 of 3 rows have no idx, the first is row 1"),
        ((4, 5, 4), "test.jsonl:3: idx 4 stands already at 1"),
        ((4, 5, "4"), "test.jsonl:3: idx '4' stands already at 1"),
    ],
)
def test_idx_that_is_missing_or_double(
    tiny: str, tmp_path: Path, ids: tuple[int | str | None, ...], expected: str
) -> None:
    write_jsonl(tmp_path / "test.jsonl", unlabelled(ids))
    done = danetka("submit", tiny, "test.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "DaNetQA.zip").exists()


def test_double_idx_that_no_file_was_read_for() -> None:
    with pytest.raises(DataError, match="idx 4 stands at 1 and again"):
        own_ids(rows_of((4, 5, "4")))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["submit", "mini", "none.jsonl"], "none.jsonl: there is no such file"),
        (["submit", "./none", "test.jsonl"], "./none: there is no such folder"),
        (["submit", "mini", "broken.jsonl"], "broken.jsonl:1: "),
        (["submit", "mini", "test.jsonl", "-o", "a.zip", "--into", "b.zip"], "--output and --into"),
        (["submit", "mini", "test.jsonl", "--into", "b.zip"], "b.zip: there is no such file"),
        (["submit", "mini", "test.jsonl", "--into", "test.jsonl"], "test.jsonl: not a zip"),
        (["submit", "mini", "test.jsonl", "-o", "test.jsonl"], "test.jsonl: not a zip"),
        (["submit", "mini", "test.jsonl", "-o", "full.zip"], "full.zip: holds RCB.jsonl too"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], expected: str, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "test.jsonl", unlabelled())
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "full.zip", "w") as archive:
        archive.writestr("RCB.jsonl", "{}\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = danetka(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def whole_submission(path: Path, folder: str = "", ours: bool = True) -> dict[str, bytes]:
    """A zip of all tasks as others make it: stored and deflated, dates of their own."""
    contents = {name: f'{{"idx": 0, "label": "{name}"}}\r\n'.encode() * 50 for name in OTHERS}
    if ours:
        contents["DaNetQA.jsonl"] = b'{"idx": 0, "label": "true"}\n'
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(sorted(contents)):
            member = zipfile.ZipInfo(folder + name, (2021, 3, 1 + number, 10, 0, 0))
            member.compress_type = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)[number % 2]
            archive.writestr(member, contents[name])
    return {folder + name: content for name, content in contents.items()}


@pytest.mark.parametrize("folder", ["", "submission/"])
@pytest.mark.parametrize("ours", [True, False])
def test_other_tasks_stay_as_they_are(tiny: str, tmp_path: Path, folder: str, ours: bool) -> None:
    path = tmp_path / "all.zip"
    before = whole_submission(path, folder, ours)
    with zipfile.ZipFile(path) as archive:
        members = {m.filename: m for m in archive.infolist()}
    test = write_jsonl(tmp_path / "test.jsonl", unlabelled())
    done = danetka("submit", tiny, test, "--into", path)
    assert done.returncode == 0, done.stderr
    assert "lacks" not in done.stderr
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {folder + name for name in (*OTHERS, "DaNetQA.jsonl")}
        assert len(archive.namelist()) == 9
        assert archive.testzip() is None
        for member in archive.infolist():
            if member.filename != folder + "DaNetQA.jsonl":
                old = members[member.filename]
                assert archive.read(member) == before[member.filename]
                assert (member.date_time, member.compress_type, member.compress_size) == (
                    old.date_time, old.compress_type, old.compress_size,
                )  # fmt: skip
    assert [row["idx"] for row in answers_in(path, folder + "DaNetQA.jsonl")] == list(GAPS)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("RCB.jsonl", "")
    assert put_submission(path, "") is False
    assert put_submission(path, "") is True
    assert set(missing_tasks(path)) == set(OTHERS) - {"RCB.jsonl"}


def test_two_files_of_ours_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DaNetQA.jsonl", "")
        archive.writestr("old/DaNetQA.jsonl", "")
        archive.writestr("__MACOSX/old/DaNetQA.jsonl", "")
    with pytest.raises(DanetkaError, match=r"more than once \(DaNetQA.jsonl, old/DaNetQA.jsonl\)"):
        put_submission(path, "")


def test_answers_in_the_file_are_not_looked_at(tiny: str, tmp_path: Path) -> None:
    for flip in (0, 1):
        labelled = [
            {**row, "label": bool(i % 2) ^ bool(flip)} for i, row in enumerate(unlabelled())
        ]
        write_jsonl(tmp_path / "test.jsonl", labelled)
        done = danetka("submit", tiny, "test.jsonl", "-o", f"{flip}.zip", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "is it the right file?" in done.stderr
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()


def test_of_a_folder_the_test_split_is_answered(tiny: str, tmp_path: Path) -> None:
    folder = tmp_path / "danetqa"
    write_jsonl(folder / "test.jsonl", unlabelled())
    write_jsonl(folder / "val.jsonl", [{**row, "label": True} for row in unlabelled((2, 4))])
    done = danetka("submit", tiny, folder, "-o", tmp_path / "a.zip")
    assert done.returncode == 0, done.stderr
    assert [row["idx"] for row in answers_in(tmp_path / "a.zip")] == list(GAPS)


def test_the_real_test(real_danetqa: Path, tiny: str, tmp_path: Path) -> None:
    """As many lines as rows, each idx there once and as it is, through the real file's gaps."""
    with (real_danetqa / "test.jsonl").open(encoding="utf-8") as file:
        ids = [json.loads(line)["idx"] for line in file]
    assert ids != list(range(len(ids))), "the file has gaps, or this tells nothing"
    done = danetka("submit", tiny, real_danetqa / "test.jsonl", "-o", tmp_path / "a.zip")
    assert done.returncode == 0, done.stderr
    assert [row["idx"] for row in answers_in(tmp_path / "a.zip")] == ids
