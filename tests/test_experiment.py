"""An experiment: arms × seeds on one dataset, each run once, and the tables that come of it."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from danetka.errors import DanetkaError
from danetka.evaluation.threshold import choose_threshold
from danetka.experiment.predictions import read_predictions
from danetka.experiment.results import Results
from danetka.experiment.run import Experiment
from danetka.experiment.settings import ExperimentSettings
from danetka.report.study import all_tables, more_table, study_table
from danetka.report.table import put_into
from danetka.report.write import write_all
from danetka.schema import Examples
from danetka.training.listener import Silent


class HeardRun(Silent):
    """A run's listener that counts for all of them."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    def step(self, done: int) -> None:
        del done
        self.heard.steps += 1

    def answer(self, rows: int) -> Callable[[int], None]:
        self.heard.answered.append(rows)
        return list[int]().append

    def end(self) -> None:
        self.heard.ended += 1


class Heard:
    """Remembers which runs began, and how many steps were taken and rows answered."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int, int, int]] = []
        self.made: list[str] = []
        self.answered: list[int] = []
        self.steps = self.ended = 0

    def begin(self, arms: str, seed: int, number: int, total: int) -> HeardRun:
        self.runs.append((arms, seed, number, total))
        return HeardRun(self)

    def generate(self, arm: str, what: str, total: int) -> Callable[[int], None]:
        del what, total
        self.made.append(arm)
        return list[int]().append


def write_data(folder: Path, examples: Callable[..., Examples]) -> Path:
    folder.mkdir()
    rows = list(examples(160, 3))
    for name, part in {
        "train": rows[:100],
        "val": rows[100:140] + rows[:6],
        "test": rows[140:],
    }.items():
        lines = [
            json.dumps(
                {"question": r.question, "passage": r.passage, "label": r.label, "idx": 7 * i},
                ensure_ascii=False,
            )
            for i, r in enumerate(part)
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


CONFIG = """
data: {data}
release: made for a test
base_model: {model}
max_length: 64
seeds: [0, 1]
arms:
  original:
  threshold: {{threshold: dev}}
  class weights: {{class_weights: balanced}}
robustness: {{rows: 8}}
training: {{num_train_epochs: 1, learning_rate: 1e-3, warmup_steps: 0}}
"""


@pytest.fixture(scope="module")
def finished(
    tiny: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Experiment, Results, Heard]:
    from .made import make_examples

    folder = tmp_path_factory.mktemp("experiment")
    data = write_data(folder / "data", make_examples)
    config = folder / "made.yaml"
    config.write_text(CONFIG.format(data=data, model=tiny), encoding="utf-8")
    experiment = Experiment.load(ExperimentSettings.read(config), folder / "runs")
    heard = Heard()
    return experiment, experiment.execute("danetka experiment made.yaml", heard), heard


def test_arms_that_differ_in_the_threshold_share_a_run(
    finished: tuple[Experiment, Results, Heard],
) -> None:
    experiment, results, heard = finished
    assert heard.runs == [
        ("original / threshold", 0, 1, 4),
        ("original / threshold", 1, 2, 4),
        ("class weights", 0, 3, 4),
        ("class weights", 1, 4, 4),
    ]
    by_arm = {e.arm: e for e in results.get("val")}
    assert by_arm["original"].scores["roc_auc"] == by_arm["threshold"].scores["roc_auc"]
    assert by_arm["original"].scores.thresholds == (0.5, 0.5)
    dev = experiment.corpus.dev
    for run, level in zip(
        [run for arm, run in experiment.runs(Heard()) if arm.name == "threshold"],
        by_arm["threshold"].scores.thresholds,
        strict=True,
    ):
        (path,) = (run.folder / "predictions").glob("dev-*.csv")
        assert level == choose_threshold(dev.labels, read_predictions(path))


def test_nothing_finished_is_run_again(finished: tuple[Experiment, Results, Heard]) -> None:
    experiment, results, _ = finished
    again = Heard()
    repeated = experiment.execute("danetka experiment made.yaml", again)
    assert (again.runs, again.made, again.steps, again.answered) == ([], [], 0, [])
    assert dataclasses.replace(repeated, created=results.created) == results
    assert [run.state for run in experiment.plan().runs] == ["finished"] * 4


def test_leaked_rows_are_also_left_out(finished: tuple[Experiment, Results, Heard]) -> None:
    _, results, _ = finished
    assert {(e.split, e.part) for e in results.evaluations} == {
        ("val", "all"),
        ("val", "unseen"),
        ("test", "all"),
    }
    for evaluation in results.evaluations:
        expected = {("val", "all"): 46, ("val", "unseen"): 40, ("test", "all"): 20}
        assert evaluation.scores.rows == expected[evaluation.split, evaluation.part]
    assert results.splits["val"]["unseen"] == 40
    assert results.splits["train"]["rows"] + results.splits["dev"]["rows"] == 100


def test_a_row_is_one_matrix_over_the_seeds(finished: tuple[Experiment, Results, Heard]) -> None:
    _, results, _ = finished
    for evaluation in results.evaluations:
        assert evaluation.scores.values == pytest.approx(
            {**evaluation.scores.values, **evaluation.scores.confusion.scores()}
        )
        if evaluation.kind == "control":
            cells = [s.confusion.cells for s in evaluation.by_seed.values()]
            assert tuple(map(sum, zip(*cells, strict=True))) == evaluation.scores.confusion.cells
            found = [s["accuracy"] for s in evaluation.by_seed.values()]
            assert evaluation.spread("accuracy") == pytest.approx(np.std(found, ddof=1))
        else:
            assert evaluation.spread("accuracy") is None


def test_predictions_keep_each_rows_own_idx(finished: tuple[Experiment, Results, Heard]) -> None:
    experiment, _, _ = finished
    _, run = experiment.runs(Heard())[0]
    (path,) = (run.folder / "predictions").glob("test-*.csv")
    with path.open(encoding="utf-8") as file:
        assert [row["idx"] for row in csv.DictReader(file)] == [str(7 * i) for i in range(20)]


def test_results_survive_their_file(
    finished: tuple[Experiment, Results, Heard], tmp_path: Path
) -> None:
    _, results, _ = finished
    path = tmp_path / "results.json"
    results.write(path)
    read = Results.read(path)
    assert read == results
    assert [t.markdown() for t in all_tables(read)] == [t.markdown() for t in all_tables(results)]
    assert read.environment["packages"]["torch"]
    assert write_all(read, path) is None
    assert Results.read(path) == results
    assert path.with_suffix(".md").read_text(encoding="utf-8").startswith("# made: ")
    with path.with_suffix(".csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["training data"] for row in rows][-3:] == ["original", "threshold", "class weights"]
    for wrong in ("{}", "[]", "nonsense"):
        path.write_text(wrong)
        with pytest.raises(DanetkaError, match="not a file of results"):
            Results.read(path)


def test_the_studys_layout(finished: tuple[Experiment, Results, Heard]) -> None:
    _, results, _ = finished
    table = study_table(results)
    assert table.header == (
        "training data",
        "val acc",
        "test acc",
        "«да» P / R / F1",
        "«нет» P / R / F1",
    )
    assert [row[0] for row in table.rows[:5]] == [
        "majority",
        "first word",
        "TF-IDF, question only",
        "TF-IDF, passage only",
        "TF-IDF, question + passage",
    ]
    original = next(row for row in table.rows if row[0] == "original")
    evaluation = next(e for e in results.get("val") if e.arm == "original")
    assert re.fullmatch(r"0\.\d{3} ± 0\.\d{3}", original[1])
    assert original[4] == " / ".join(
        f"{evaluation.scores[f'no_{what}']:.2f}" for what in ("precision", "recall", "f1")
    )
    notes = "\n".join(table.notes)
    for said in ("made for a test", "danetka experiment made.yaml", "seeds (0, 1)", "torch"):
        assert said in notes
    assert "46 rows of val" in table.title
    assert "40 rows of val" in study_table(results, "unseen").title
    russian = study_table(results, language="ru")
    assert russian.rows[0][0] == "самый частый ответ"
    assert [row[1:] for row in russian.rows] == [row[1:] for row in table.rows]
    more = more_table(results, "val")
    assert re.fullmatch(r"0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]", more.rows[-1][1])


def test_what_leaks_whole_is_not_shown_as_unseen(
    finished: tuple[Experiment, Results, Heard],
) -> None:
    _, results, _ = finished
    splits = {**results.splits, "test": {**results.splits["test"], "unseen": 0}}
    leaky = dataclasses.replace(results, splits=splits)
    table = study_table(leaky, "unseen")
    assert {row[2] for row in table.rows} == {"–"}
    assert all(row[1] != "–" for row in table.rows)


def test_tables_go_into_documents(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("a\n<!-- danetka:x -->\nold\n<!-- /danetka -->\nb\n", encoding="utf-8")
    for _ in range(2):
        put_into(path, "x", "| new |\n\n")
        expected = "a\n<!-- danetka:x -->\n| new |\n<!-- /danetka -->\nb\n"
        assert path.read_text(encoding="utf-8") == expected
    with pytest.raises(DanetkaError, match="has no place for it"):
        put_into(path, "y", "new")


def test_a_dataset_without_the_reported_splits(
    tiny: str, tmp_path: Path, examples: Callable[..., Examples]
) -> None:
    data = write_data(tmp_path / "data", examples)
    (data / "val.jsonl").unlink()
    (data / "test.jsonl").unlink()
    config = tmp_path / "made.yaml"
    config.write_text(CONFIG.format(data=data, model=tiny), encoding="utf-8")
    with pytest.raises(DanetkaError, match=r"no split to report on \(val, test\)"):
        Experiment.load(ExperimentSettings.read(config), tmp_path / "runs")
