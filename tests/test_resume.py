"""A run killed at any moment goes on to the metrics of a run that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from danetka.training.listener import Silent
from danetka.training.run import run
from danetka.training.settings import TrainSettings

from .made import make_examples

KILLED = """
import os, signal, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from tests.test_resume import ROWS, DEV, chosen
from danetka.training.build import build_trainer
from danetka.training.listener import Silent
from danetka.training.run import run

class Killed(Silent):
    def __init__(self, last):
        self.last = last

    def step(self, done):
        if done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

tiny, folder, *steps = sys.argv[1:]
for step in map(int, steps):  # a process each, that need not import all of it again
    child = os.fork()
    if not child:
        run(ROWS, DEV, chosen(tiny), Path(folder), Killed(step))
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    there = (Path(folder) / "result.json").exists()
    print(os.waitstatus_to_exitcode(ended), there)
"""

ROWS, DEV = make_examples(80), make_examples(24)  # 10 steps an epoch


def chosen(tiny: str) -> TrainSettings:
    """Everything that has a state of its own: sampling, accumulation, early stopping, dropout."""
    return TrainSettings(
        base_model=tiny,
        max_length=64,
        seed=5,
        early_stopping=3,
        sampling="over",
        training={"num_train_epochs": 4, "learning_rate": 1e-3, "gradient_accumulation_steps": 2},
    )


def never_better(tiny: str) -> TrainSettings:
    """A learning rate of nearly nothing: no epoch beats the first, the third is the last."""
    return TrainSettings(
        base_model=tiny,
        max_length=64,
        early_stopping=2,
        select_by="accuracy",
        training={"learning_rate": 1e-12, "num_train_epochs": 9},
    )


def kill_at(tiny: str, folder: Path, *steps: int) -> None:
    """Run in a process that is killed at a step, and in another that goes on, and so forth."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tiny, str(folder), *map(str, steps)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    killed = f"{-signal.SIGKILL} False"
    assert done.stdout.splitlines() == [killed] * len(steps), done.stderr[-2000:]


def test_killed_after_early_stopping(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last checkpoint and the result: what had stopped does not train on."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("danetka.training.run.keep_models", killed)
        with pytest.raises(KeyboardInterrupt):
            run(ROWS[:32], DEV, never_better(tiny), tmp_path / "run")
    before = (tmp_path / "run/metrics.csv").read_text()
    assert len(before.splitlines()) == 1 + 3
    done = run(ROWS[:32], DEV, never_better(tiny), tmp_path / "run")
    assert (done.folder / "metrics.csv").read_text() == before
    assert (done.best_step, (done.model / "model.safetensors").exists()) == (4, True)


def test_patience_survives_a_kill(tiny: str, tmp_path: Path) -> None:
    """Of two bad epochs in a row the second stops the run, also if a kill lies between them."""

    class Interrupted(Silent):
        def step(self, done: int) -> None:
            if done == 9:  # in the third epoch of four steps
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(ROWS[:32], DEV, never_better(tiny), tmp_path / "run", Interrupted())
    done = run(ROWS[:32], DEV, never_better(tiny), tmp_path / "run")
    lines = (done.folder / "metrics.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", "1", "2", "3"]


@pytest.mark.slow
def test_killed_in_mid_epoch(tiny: str, tmp_path: Path) -> None:
    whole = run(ROWS, DEV, chosen(tiny), tmp_path / "whole")
    # Before there is any checkpoint, and in the middle of a later epoch.
    kill_at(tiny, tmp_path / "killed", 4, 19)
    checkpoints = sorted((tmp_path / "killed" / "checkpoints").iterdir())
    half_written = checkpoints[-1].with_name("checkpoint-9999")
    half_written.mkdir()
    (half_written / "model.safetensors").write_bytes(b"half")

    class Heard(Silent):
        first: tuple[int, int] = (0, 0)

        def start(self, steps: int, done: int) -> None:
            self.first = (steps, done)

    heard = Heard()
    resumed = run(ROWS, DEV, chosen(tiny), tmp_path / "killed", heard)
    assert 0 < heard.first[1] < 19, "it must go on from a checkpoint, not from the start"
    assert not half_written.exists()
    assert (resumed.folder / "metrics.csv").read_text() == (
        whole.folder / "metrics.csv"
    ).read_text()
    assert resumed.best_step == whole.best_step
    for name in ("best", "last"):
        ours, theirs = (load_file(r.folder / name / "model.safetensors") for r in (resumed, whole))
        assert all(bool((ours[key] == theirs[key]).all()) for key in theirs)
    assert "goes on after step" in (resumed.folder / "log.txt").read_text()
