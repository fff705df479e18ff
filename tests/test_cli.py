"""The command line as a person meets it: what it prints, its exit codes, how fast it answers."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from danetka.schema import Examples

from .commands import danetka

COMMANDS = (
    "answer", "audit", "augment", "ptune", "train", "calibrate", "evaluate", "experiment", "report",
    "recommend", "table", "push", "submit", "export", "serve", "pretrain",
)  # fmt: skip


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m danetka`, a process of its own."""
    command = [sys.executable, "-m", "danetka", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


def write(path: Path, rows: Examples) -> Path:
    lines = [
        json.dumps(
            {"question": r.question, "passage": r.passage, "label": r.label}, ensure_ascii=False
        )
        for r in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _processor_time(run: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def test_help_is_quick() -> None:
    """Under 0.3 s of processor time; on a core that something else slows, as typer alone is."""
    bare = [sys.executable, "-c", "import typer.rich_utils, rich.console"]
    ours, theirs = [], []
    for _ in range(5):
        ours.append(_processor_time(lambda: process("--help")))
        theirs.append(_processor_time(lambda: subprocess.run(bare, check=True)))
    done = process("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert command in done.stdout
    assert min(ours) < max(0.3, 1.5 * min(theirs))


@pytest.mark.parametrize("command", [*COMMANDS[:-1], "pretrain encoder", "pretrain generator"])
def test_each_command_helps(command: str) -> None:
    done = danetka(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"danetka {command} [OPTIONS]" in done.stdout


def test_a_process_of_its_own_fails_in_the_same_way() -> None:
    done = process("audit", "none.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("none.jsonl: there is no such file or folder")
    assert done.stderr.count("\n") == 1


def test_help_loads_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "numpy", "sklearn", "pydantic")
    code = f"import sys, danetka, danetka.cli.app; print(set({heavy}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_faults_are_lines_and_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"question": "", "passage": "Кот.", "label": 1}\n\n', encoding="utf-8")
    done = danetka("audit", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"{path}:1: the question is empty: mend it or take the row out",
        f"{path}:2: an empty line: take it out",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["audit", "none.jsonl"], "none.jsonl: there is no such file or folder"),
        (["train", "sample", "--set", "learning_rate"], "--set learning_rate: write KEY=VALUE"),
        (
            ["train", "sample", "--set", "trainin.x=1"],
            "settings: trainin: unknown setting: did you mean training",
        ),
        (["experiment", "none.yaml"], "none.yaml: there is no such file"),
        (["evaluate", "./none", "sample"], "./none: there is no such folder"),
        (["experiment", "x.yaml", "--results", "x.md"], "--results x.md: call it FILE.json"),
        (["table", "none.json"], "none.json: not a file of results"),
        (["audit", "sample", "--column", "x=y"], "--column x=y: write OURS=THEIRS"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], expected: str, tmp_path: Path) -> None:
    done = danetka(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [], "nothing may be left behind"


def test_leaked_rows_are_said_and_can_be_left_out(
    tiny: str, examples: Callable[..., Examples], tmp_path: Path
) -> None:
    write(tmp_path / "train.jsonl", examples(40))
    write(tmp_path / "val.jsonl", examples(60)[30:])
    for flags, rows in (([], 30), (["--unseen"], 20)):
        done = danetka("evaluate", tiny, tmp_path, "--json", tmp_path / "s.json", *flags)
        assert done.returncode == 0, done.stderr
        assert "10 of them have a passage or a question that stands in train too" in done.stderr
        found = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
        assert all(sum(scores["confusion"].values()) == rows for scores in found.values())
        assert len(found) == 1 + 5
        (tmp_path / "s.json").unlink()


@pytest.mark.slow
def test_train_evaluate_audit(tiny: str, examples: Callable[..., Examples], tmp_path: Path) -> None:
    """The three commands in a row, on one file."""
    data = write(tmp_path / "rows.jsonl", examples(120))
    arguments = ("train", data, "--base-model", tiny, "--set", "max_length=64", "--tune-threshold")
    few = ("--set", "training.num_train_epochs=1")
    trained = danetka(*arguments, *few, "-o", tmp_path / "run")
    assert trained.returncode == 0, trained.stderr
    model = Path(trained.stdout.strip())
    assert model == tmp_path / "run" / "best"
    assert "threshold chosen on dev" in trained.stderr
    assert "epoch" in trained.stderr
    scored = danetka(
        "evaluate", model, data, "--json", tmp_path / "s.json", "-o", tmp_path / "a.csv"
    )
    assert scored.returncode == 0, scored.stderr
    assert "balanced accuracy" in scored.stdout
    values = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))[str(model)]
    cells = values["confusion"]
    assert sum(cells.values()) == 120
    assert values["values"]["accuracy"] == pytest.approx((cells["yes_yes"] + cells["no_no"]) / 120)
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        answers = list(csv.DictReader(file))
    assert len(answers) == 120
    right = sum(row["answer"] == row["label"] for row in answers)
    assert values["values"]["accuracy"] == pytest.approx(right / 120)
    audited = danetka("audit", data, "--model", tiny, "--max-length", "30", "--json", "-")
    assert audited.returncode == 0, audited.stderr
    found = json.loads(audited.stdout)
    assert found["splits"][0]["rows"] == 120
    assert 0 < found["splits"][0]["truncated"] < 120


def test_a_strict_audit_fails_on_a_leak(
    tiny: str, examples: Callable[..., Examples], tmp_path: Path
) -> None:
    write(tmp_path / "train.jsonl", examples(40))
    write(tmp_path / "val.jsonl", examples(44)[36:])
    for strict, code in (([], 0), (["--strict"], 1)):
        done = danetka("audit", tmp_path, "--model", tiny, *strict)
        assert done.returncode == code, done.stderr
        assert "val ← train" in done.stdout
    assert "4 rows of val leak from train" in done.stderr
