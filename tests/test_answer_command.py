"""`danetka answer`: one question, a file, a kill in the middle, bad rows aside."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from danetka import Answerer
from danetka.answering.file import answer_file, bad_path

from .commands import danetka
from .made import make_examples, write_jsonl

PASSAGE = "Кит живёт в море. Кот спит на печи."


def rows(n: int) -> list[dict[str, object]]:
    return [
        {"idx": f"r{i}", "question": r.question, "passage": r.passage, "extra": {"n": i}}
        for i, r in enumerate(make_examples(n))
    ]


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_question() -> None:
    done = danetka("answer", "--question", "Спит ли кот на печи?", "--passage", PASSAGE)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("да  0.")
    assert second == "Кот спит на печи."
    done = danetka(
        "answer", "-q", "Спит ли кот на печи?", "-p", PASSAGE, "--no-evidence", "--margin", "0.5"
    )
    assert done.stdout.startswith("не знаю  ")
    assert done.stdout.count("\n") == 1


def test_the_passage_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSAGE))
    done = danetka("answer", "--question", "Спит ли кот на печи?", "--passage", "-")
    assert done.stdout.splitlines()[1] == "Кот спит на печи."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "answer: give --question with --passage, or --input"),
        (["-q", "Есть?"], "answer: one question takes --question and --passage"),
        (["-i", "x.jsonl"], "answer: --input needs --output"),
        (["-q", "Есть?", "-p", "Да", "-i", "x.jsonl"], "answer: give --question with"),
        (["-q", " ", "-p", "Кот."], "answer: the question is empty"),
        (["-q", "Есть?", "-p", "Кот.", "--margin", "2"], "margin 2.0: give a number"),
        (["-i", "none.jsonl", "-o", "y.jsonl"], "none.jsonl: there is no such file"),
        (["-i", "none.parquet", "-o", "y.jsonl"], "none.parquet: cannot be read row by row"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = danetka("answer", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(said)
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_order_and_columns(tiny: str, tmp_path: Path) -> None:
    given = rows(50)
    given[3]["answer"] = "своё"
    source = write_jsonl(tmp_path / "rows.jsonl", given)
    output = tmp_path / "out" / "answers.jsonl"
    done = danetka("answer", "--model", tiny, "-i", source, "-o", output, "--batch", "3")
    assert done.returncode == 0, done.stderr
    assert "50 rows answered, 0 put aside" in done.stderr
    found = read(output)
    assert [row["idx"] for row in found] == [row["idx"] for row in given]
    answerer = Answerer.from_pretrained(tiny)
    for row, one in zip(given, found, strict=True):
        own = row.pop("answer", None)
        assert one.get("answer_given") == own
        assert {k: one[k] for k in row} == row
        expected = answerer(str(row["question"]), str(row["passage"]))
        assert (one["answer"], one["evidence"]) == (expected.label, expected.evidence)
        assert one["probability"] == pytest.approx(expected.probability, abs=1e-5)
    assert [p.name for p in output.parent.iterdir()] == ["answers.jsonl"]


BAD = (
    '{"question": "", "passage": "Кот."}',
    '{"question": "Есть ли кот?"',
    '{"question": "Есть ли кот?"}',
    "",
    '{"question": "Есть ли кот?", "passage": 5}',
    '{"question": "Есть ли кот?", "passage": "Кот.", "x": NaN}',
    '["Есть ли кот?"]',
    '{"question": "' + "Есть ли " * 200 + '?", "passage": "Кот."}',
)


def test_bad_rows_are_put_aside_and_nothing_is_lost(tiny: str, tmp_path: Path) -> None:
    good = [json.dumps(row, ensure_ascii=False) for row in rows(20)]
    lines = [*good[:5], *BAD[:4], *good[5:12], *BAD[4:], *good[12:]]
    source = tmp_path / "rows.jsonl"
    latin = '{"question": "Есть?", "passage": "Кот"}'.encode("cp1251")
    source.write_bytes("\n".join(lines).encode() + b"\n" + latin + b"\n")
    output = tmp_path / "answers.jsonl"
    done = danetka("answer", "--model", tiny, "-i", source, "-o", output)
    assert done.returncode == 0
    assert "20 rows answered, 9 put aside" in done.stderr
    bad = read(bad_path(output))
    places = [lines.index(line) + 1 for line in BAD] + [len(lines) + 1]
    assert [row["line"] for row in bad] == places
    assert all(row["file"] == str(source) and row["reason"] for row in bad)
    assert [row["row"] for row in bad][:-1] == list(BAD)
    assert len(read(output)) + len(bad) == len(lines) + 1
    assert [row["idx"] for row in read(output)] == [f"r{i}" for i in range(20)]


def test_where_all_rows_are_bad_the_exit_code_says_so(tiny: str, tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text(BAD[0] + "\n" + BAD[2] + "\n", encoding="utf-8")
    done = danetka("answer", "--model", tiny, "-i", source, "-o", tmp_path / "a.jsonl")
    assert done.returncode == 2
    assert len(read(bad_path(tmp_path / "a.jsonl"))) == 2


def test_csv_with_bad_records(tiny: str, tmp_path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["q", "passage", "idx"])
    writer.writerow(["Есть ли кот?", "Кот,\nкот.", "1"])
    text.write('Есть ли пёс?,"Пёс не закрыт,2\n')  # swallows the next, were it believed
    writer.writerow(["Есть ли дом?", "Дом «стоит», да.", "3"])
    text.write("Есть ли мост?,Мост\n")
    text.write("\n")
    writer.writerow(["Есть ли шар?", "Шар есть.", "6"])
    source = tmp_path / "rows.csv"
    source.write_text("\ufeff" + text.getvalue(), encoding="utf-8", newline="")
    output = tmp_path / "answers.jsonl"
    done = danetka(
        "answer", "--model", tiny, "-i", source, "-o", output, "--column", "question=q"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [row["idx"] for row in read(output)] == ["1", "3", "6"]
    assert read(output)[0]["passage"] == "Кот,\nкот."
    assert [row["line"] for row in read(bad_path(output))] == [4, 6, 7]


def run_slowly(source: Path, output: Path, model: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "danetka", "answer", "--model", model]
    command += ["--input", str(source), "--output", str(output), "--batch", "1"]
    return subprocess.Popen(
        command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL
    )


def test_killed_it_goes_on(tiny: str, tmp_path: Path) -> None:
    given = rows(600)
    given[2]["question"] = given[500]["question"] = ""
    source = write_jsonl(tmp_path / "rows.jsonl", given)
    output, whole = tmp_path / "answers.jsonl", tmp_path / "whole.jsonl"
    part, state = tmp_path / "answers.jsonl.part", tmp_path / "answers.jsonl.part.json"
    process = run_slowly(source, output, tiny)
    deadline = time.monotonic() + 120
    while not state.exists() or json.loads(state.read_text())["done"]["answered"] < 40:
        assert process.poll() is None, "it must be killed in the middle"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not output.exists()
    before = json.loads(state.read_text())["done"]["answered"]
    assert 0 < before < 598
    with part.open("ab") as file:
        file.write(b'{"half a line')
    other = danetka(
        "answer", "--model", tiny, "-i", source, "-o", output, "--batch", "1", "--margin", "0.1"
    )  # fmt: skip
    assert other.returncode == 2
    assert f"{state}: a killed run with another margin" in other.stderr
    starts: list[int] = []
    answer_file(
        Answerer.from_pretrained(tiny), source, output,
        on_progress=lambda done, _: starts.append(done),
    )  # fmt: skip
    assert starts[0] >= before, "what was answered is not answered again"
    answer_file(Answerer.from_pretrained(tiny), source, whole)
    expected = [row["idx"] for i, row in enumerate(given) if i not in {2, 500}]
    assert [row["idx"] for row in read(output)] == expected
    assert [r["answer"] for r in read(output)] == [r["answer"] for r in read(whole)]
    assert [row["line"] for row in read(bad_path(output))] == [3, 501]
    assert sorted(p.name for p in tmp_path.glob("answers*")) == [
        "answers.jsonl", "answers.jsonl.bad.jsonl",
    ]  # fmt: skip


def test_killed_between_the_last_renames_it_ends(tiny: str, tmp_path: Path) -> None:
    given: list[dict[str, object]] = [*rows(5), {"question": "", "passage": "Кот."}]
    source = write_jsonl(tmp_path / "rows.jsonl", given)
    output = tmp_path / "answers.jsonl"
    answerer = Answerer.from_pretrained(tiny)
    kept: dict[str, bytes] = {}
    state = tmp_path / "answers.jsonl.part.json"

    class Stopped(Exception):  # noqa: N818
        pass

    real = Path.unlink

    def stop(self: Path, missing_ok: bool = False) -> None:
        if self == state:
            kept["state"] = state.read_bytes()
            raise Stopped
        real(self, missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", stop)
        with pytest.raises(Stopped):
            answer_file(answerer, source, output)
    assert kept
    done = answer_file(answerer, source, output)
    assert (done.answered, done.bad) == (5, 1)
    assert (len(read(output)), len(read(bad_path(output)))) == (5, 1)
    assert not state.exists()
