"""`danetka augment`: text files or a dataset in, JSON lines out."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from danetka.augmentation.api import augmented
from danetka.augmentation.catalog import Making
from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl

from .commands import danetka as command
from .made_passages import PASSAGES, make_rows


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("\n\n".join([*PASSAGES[:4], PASSAGES[0]]), encoding="utf-8")
    return path


def test_text_becomes_a_dataset(text: Path, tmp_path: Path) -> None:
    done = command("augment", text.name, "-n", "10", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "10 rows → notes.rules.jsonl" in done.stderr
    for told in ("Made questions", "Their forms", "passage: stands twice"):
        assert told in done.stdout
    lines = read_lines(tmp_path / "notes.rules.jsonl")
    assert len(lines) == 10
    needed = {"question", "passage", "label", "idx", "source", "rule", "edit", "evidence"}
    for line in lines:
        assert needed <= set(line)
        assert line["passage"] in PASSAGES[:4]
    names = [str(line["idx"]) for line in lines]
    assert all(re.fullmatch("rules-[0-9a-f]{12}", name) for name in names)
    assert len(set(names)) == 10
    assert Counter(line["label"] for line in lines) == {True: 5, False: 5}
    assert len(read_corpus(tmp_path / "notes.rules.jsonl").train) == 10
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"notes.txt", "notes.rules.jsonl"}, "the parts are gone"


def test_one_answer_and_a_file_of_ones_own(text: Path, tmp_path: Path) -> None:
    told = (
        "augment",
        text,
        "--answer",
        "no",
        "--style",
        "danetqa",
        "-o",
        tmp_path / "x" / "n.jsonl",
    )
    done = command(*told, "-n", "5")
    assert done.returncode == 0, done.stderr
    lines = read_lines(tmp_path / "x" / "n.jsonl")
    assert [line["label"] for line in lines] == [False] * 5
    assert not any("," in str(line["question"]) for line in lines)
    again = command(*told, "-n", "5")
    assert again.returncode == 2
    assert "n.jsonl: is there already: give another name with -o, or remove it" in again.stderr
    (tmp_path / "x" / "n.jsonl").unlink()
    assert command(*told, "-n", "5").returncode == 0
    assert read_lines(tmp_path / "x" / "n.jsonl") == lines


def test_balance_keeps_all_rows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_jsonl(data / "train.jsonl", make_rows(16))
    asked = augmented(make_rows(16), making=Making("plain")).made
    write_jsonl(data / "val.jsonl", asked)
    done = command("augment", data, "--balance", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = read_corpus(tmp_path / "data.balanced.jsonl").train
    assert list(np.bincount(found.labels)) == [12, 12]
    assert [(r.question, r.label, r.idx, r.group) for r in found[:16]] == [
        (r.question, r.label, r.idx, r.group) for r in make_rows(16)
    ]
    assert {row.source for row in found[16:]} == {"rules"}
    assert not set(found.questions) & set(asked.questions), "val's questions are not asked"
    equal = command("augment", tmp_path / "data.balanced.jsonl", "--balance", cwd=tmp_path)
    assert equal.returncode == 2
    assert "--balance: " in equal.stderr
    assert equal.stderr.endswith("both answers are equally frequent\n")


def test_explain_shows_trees_facts_and_questions(text: Path, tmp_path: Path) -> None:
    done = command("augment", text, "--explain", "--passage", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "[1] Озеро Тихое находится в Карелии." in done.stdout
    assert "nsubj" in done.stdout
    assert "fact (finite verb): " in done.stdout
    assert "нет  " in done.stdout
    assert "да   Замерзает ли озеро зимой?  [none]" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--balance"], "--balance: notes.txt is plain text and has no answers to balance\n"),
        (
            ["--balance", "-n", "5"],
            "--balance decides which answer and how many: leave --answer and -n\n",
        ),
        (["--passage", "2"], "--passage: says which passage --explain shows\n"),
        (["-o", "x.json"], "--output x.json: JSON lines are written: call it FILE.jsonl\n"),
        (["--answer", "maybe"], "--answer maybe: write yes, no or both\n"),
        (["--explain", "--passage", "9"], "--passage 9: notes.txt has 4\n"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], expected: str, text: Path, tmp_path: Path
) -> None:
    done = command("augment", text.name, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_nothing_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text("The bridge was built in Tver.\n", encoding="utf-8")
    done = command("augment", "bridge.txt", cwd=tmp_path)
    assert done.returncode == 2
    said = "bridge.txt: no question could be made; the reasons are counted above\n"
    assert done.stderr == said
    assert "not Russian" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["bridge.txt"]


def test_an_unknown_style_or_generator_is_said(text: Path, tmp_path: Path) -> None:
    for option, said in (
        ("--style", "style 'x': there is none; known are auto, plain, danetqa"),
        ("--with", "generator 'x': there is none; known are rules, p-tuning"),
    ):
        done = command("augment", text.name, option, "x", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{said}\n")
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
