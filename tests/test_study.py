"""An experiment as a whole: planned, run side by side, killed, gone on with, by the command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from danetka.cli.study_progress import StudyProgress
from danetka.errors import SettingsError
from danetka.evaluation.scores import Confusion
from danetka.experiment.results import Results
from danetka.experiment.run import Experiment
from danetka.experiment.settings import ExperimentSettings
from danetka.experiment.workers import side_by_side
from danetka.schema import Examples

from .commands import danetka
from .test_experiment import Heard, write_data

CONFIG = """
data: data
release: made for a test
base_model: {model}
max_length: 64
seeds: [0, 1]
arms:
  original:
  class weights: {{class_weights: balanced}}
  oversampling: {{sampling: over}}
robustness: {{rows: 4, probes: [typing, order]}}
training: {{num_train_epochs: 2, learning_rate: 1e-3, warmup_steps: 0}}
"""


@pytest.fixture
def made(tiny: str, tmp_path: Path, examples: Callable[..., Examples]) -> Path:
    """A folder with data and an experiment's file."""
    write_data(tmp_path / "data", examples)
    (tmp_path / "made.yaml").write_text(CONFIG.format(model=tiny), encoding="utf-8")
    return tmp_path


def loaded(folder: Path, jobs: int = 1, runs: str = "runs", *told: str) -> Experiment:
    assignments = [f"data={folder / 'data'}", *told]
    settings = ExperimentSettings.read(folder / "made.yaml", assignments)
    return Experiment.load(settings, folder / runs, jobs)


def plain(path: Path) -> str:
    """A file without its time stamp and the number of jobs."""
    results = path.parent / "results.json"
    created = json.loads(results.read_text(encoding="utf-8"))["created"]
    text = path.read_text(encoding="utf-8").replace(created, "then")
    return re.sub(r"--jobs \d", "--jobs N", text)


def test_nothing_is_run_to_plan(made: Path) -> None:
    experiment = loaded(made)
    plan = experiment.plan()
    assert [(run.arms, run.seed, run.state) for run in plan.runs] == [
        ((arm,), seed, "to train")
        for arm in ("original", "class weights", "oversampling")
        for seed in (0, 1)
    ]
    train = experiment.material.train
    common = max(int(train.labels.sum()), len(train) - int(train.labels.sum()))
    assert [run.rows for run in plan.runs] == [len(train)] * 4 + [2 * common] * 2
    assert plan.seconds == pytest.approx(sum(run.seconds for run in plan.runs))
    assert all(run.seconds > 0 for run in plan.runs)
    assert not (made / "runs").exists()
    shown = danetka("experiment", "made.yaml", "--dry-run", "--jobs", "2", cwd=made)
    assert shown.returncode == 0, shown.stderr
    assert "6 runs, 6 to do, side by side: 2" in shown.stderr
    assert shown.stdout.count("to train") == 6
    assert not (made / "runs").exists()


@pytest.mark.slow
def test_a_killed_study_goes_on_to_the_same_report(made: Path) -> None:
    """Finished runs are not touched again, and only time stamps tell the reports apart.

    Nor does it matter that two runs are trained side by side. One is left to do, which needs no
    more worker: a process that imports all of it takes seconds.
    """
    told = ("experiment", "made.yaml", "--set", "seeds=[0]", "--output", "runs", "--jobs")
    whole = danetka(*told, "1", cwd=made)
    assert whole.returncode == 0, whole.stderr
    (made / "runs").rename(made / "undisturbed")
    asked = len(list(made.glob("undisturbed/*/predictions/*.csv"))) // 3

    def finished() -> list[Path]:
        there = made.glob("runs/*/result.json")
        return [r for r in there if len(list(r.parent.glob("predictions/*.csv"))) == asked]

    process = subprocess.Popen(
        [sys.executable, "-m", "danetka", *told, "2"],
        cwd=made,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while len(done := finished()) < 2:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert len(done) == 2, "one is not finished"
    before = {path: path.stat().st_mtime_ns for path in done}
    assert not (made / "runs" / "results.json").exists()
    again = danetka(*told, "2", cwd=made)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in done} == before
    for name in ("results.json", "results.html", "results.md", "results.csv"):
        assert plain(made / "runs" / name) == plain(made / "undisturbed" / name), name


def test_side_by_side_is_as_one_by_one(made: Path) -> None:
    side, one = Heard(), Heard()
    together = loaded(made, 2, "two", "seeds=[0]").execute("c", side)
    alone = loaded(made, 1, "one", "seeds=[0]").execute("c", one)
    assert [e.scores.confusion for e in together.evaluations] == [
        e.scores.confusion for e in alone.evaluations
    ]
    assert together.details == alone.details
    assert sorted(side.runs) == sorted(one.runs)
    assert (side.ended, side.steps, sum(side.answered)) == (one.ended, one.steps, sum(one.answered))


def test_a_worker_that_fails_is_heard(made: Path) -> None:
    """One is enough for that, and is begun in half the time of two."""
    experiment = loaded(made, 1, "runs", "max_length=100000")
    (_, run), *_ = experiment.runs(Heard())
    with pytest.raises(SettingsError, match="more than the 128 positions"):
        side_by_side([run], 1, experiment.material.dev, {}, lambda _: Heard().begin("", 0, 1, 1))


def test_one_arm_alone(made: Path) -> None:
    settings = ExperimentSettings.read(made / "made.yaml").only(["oversampling"])
    assert [arm.name for arm in settings.list_arms()] == ["oversampling"]
    assert settings.original_of(settings.base_model).name == "oversampling"
    wrong = danetka("experiment", "made.yaml", "--only", "oversample", cwd=made)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("--only 'oversample': there is no such arm; there are original")


def test_every_arm_with_every_base_model(made: Path, tiny: str) -> None:
    other = made / "other"
    other.symlink_to(tiny)
    told = (f"base_models=[{tiny}, {other}]", "seeds=[0]", "robustness=null")
    found = loaded(made, 1, "runs", *told).execute("c", Heard())
    models = [e for e in found.get("test") if e.kind != "baseline"]
    assert [(e.arm, e.base) for e in models] == [
        (f"{arm} ({base})", str(base))
        for base in (tiny, other)
        for arm in ("original", "class weights", "oversampling")
    ]
    for comparison in found.comparisons:
        assert comparison.base in comparison.arm
        assert comparison.base in comparison.against
    assert {c.against for c in found.comparisons} == {f"original ({b})" for b in (tiny, other)}


def test_the_control_is_chosen_on_dev(made: Path) -> None:
    """Not on the rows that are reported, however they come out."""
    told = ("arms.made={augment: {generator: rules, rows: 1}}", "seeds=[0]", "robustness=null")
    experiment = loaded(made, 1, "runs", *told)
    results = experiment.execute("c", Heard())
    on_dev = {}
    for arm, run in experiment.runs(Heard()):
        (path,) = (run.folder / "predictions").glob("dev-*.csv")
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
        yes = [row[1] == "да" for row in rows]
        given = [float(row[2]) >= 0.5 for row in rows]
        cells = Confusion(
            sum(a and b for a, b in zip(yes, given, strict=True)),
            sum(a and not b for a, b in zip(yes, given, strict=True)),
            sum(b and not a for a, b in zip(yes, given, strict=True)),
            sum(not a and not b for a, b in zip(yes, given, strict=True)),
        )
        on_dev[arm.name] = cells.scores()["no_f1"]
    controls = ("class weights", "oversampling")
    best = max(controls, key=lambda name: on_dev[name])
    pairs = {(c.arm, c.against, c.role) for c in results.comparisons}
    assert pairs == {
        ("class weights", "original", "original"),
        ("oversampling", "original", "original"),
        ("made", "original", "original"),
        ("made", best, "control"),
    }


def test_what_is_made_is_made_once_and_shared(made: Path) -> None:
    told = (
        "arms.made={augment: {generator: rules, rows: 2}}",
        "arms.made and weighted={augment: {generator: rules, rows: 2}, class_weights: balanced}",
        "seeds=[3]",
    )
    experiment = loaded(made, 1, "runs", *told)
    heard = Heard()
    runs = {arm.name: run for arm, run in experiment.runs(heard)}
    assert set(heard.made) == {"made"}, "the second arm finds it made"
    assert runs["made"].train.sha256 == runs["made and weighted"].train.sha256
    assert runs["made"].folder != runs["made and weighted"].folder
    assert len(list((made / "runs" / "augmented").glob("*.jsonl"))) == 1
    again = Heard()
    experiment.runs(again)
    assert again.made == []


def test_texts_are_withheld(made: Path) -> None:
    told = ("seeds=[0]", "training.max_steps=1")
    results = loaded(made, 1, "runs", *told).execute("c", Heard())
    assert results.details is not None
    assert results.details.mistakes[0].passage
    assert results.details.instances
    path = made / "withheld.json"
    results.without_texts().write(path)
    text = path.read_text(encoding="utf-8")
    for mistake in results.details.mistakes:
        assert str(mistake.question) not in text
    read = Results.read(path)
    assert read.details is not None
    assert [m.row for m in read.details.mistakes] == [m.row for m in results.details.mistakes]
    assert read.evaluations == results.evaluations


def test_a_stage_may_go_on_after_another_has_begun(capsys: pytest.CaptureFixture[str]) -> None:
    """As where one generator makes up for another; and a run's bar ends with the run."""
    with StudyProgress() as progress:
        first = progress.generate("+ both", "passages read", 3)
        second = progress.generate("+ both", "writing", 5)
        for tell in (first, second, first):
            tell(2)
        run = progress.begin("original / threshold", 0, 2, 4)
        first(3)
        run.start(10, 0)
        run.step(10)
        run.answer(7)(7)
        run.note("a word")
        run.end()
    said = capsys.readouterr().err
    assert "original / threshold, seed 0 (run 2 of 4)" in said
    assert "a word" in said
