"""An experiment with arms that augment: what is made, compared, written and not made again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl
from danetka.errors import SettingsError
from danetka.experiment.results import Results
from danetka.experiment.run import Experiment
from danetka.experiment.settings import ExperimentSettings
from danetka.schema import Example, Examples

from .made_passages import make_rows
from .test_experiment import Heard

CONFIG = """
data: {data}
release: made for a test
base_model: {model}
max_length: 64
seeds: [0, 1]
arms:
  original:
  rules: {{augment: rules}}
  both: {{augment: {{answer: both, rows: 6, style: plain}}, threshold: dev}}
  class weights: {{class_weights: balanced}}
robustness: null
training: {{max_steps: 12, learning_rate: 3e-3, warmup_steps: 0}}
"""


class Listening(Heard):
    """Remembers also for which arms questions were made."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[tuple[str, int]] = []

    def generate(self, arm: str, what: str, total: int) -> Callable[[int], None]:
        assert what == "passages read"
        self.stages.append((arm, total))
        return list[int]().append


Finished = tuple[Experiment, Results, Listening]


@pytest.fixture(scope="module")
def finished(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("augmented")
    rows = list(make_rows(no_every=3))
    for name, part in {"train": rows[:28], "val": rows[28:36], "test": rows[32:]}.items():
        write_jsonl(folder / "data" / f"{name}.jsonl", Examples(tuple(part)))
    config = folder / "made.yaml"
    config.write_text(CONFIG.format(data=folder / "data", model=tiny), encoding="utf-8")
    experiment = Experiment.load(ExperimentSettings.read(config), folder / "runs")
    heard = Listening()
    return experiment, experiment.execute("danetka experiment made.yaml", heard), heard


def test_an_arms_training_set_is_augmented(finished: Finished) -> None:
    experiment, results, heard = finished
    train = experiment.corpus.train
    passages = len(set(train.passages))
    assert heard.stages == [("rules", passages)] * 2 + [("both", passages)] * 2
    assert list(results.made) == ["rules", "both"]
    no, yes = (int(n) for n in np.bincount(train.labels))
    for seed in (0, 1):
        told = results.made["rules"][seed]
        assert (told["rows"], told["wanted"]) == (yes - no, yes - no)
        assert (told["train_rows"], told["train_yes"]) == (2 * yes, yes)
        both = results.made["both"][seed]
        assert (both["rows"], both["train_rows"]) == (6, len(train) + 6)
        made = read_corpus(experiment.folder / str(told["file"])).train
        assert [row.label for row in made] == [0] * (yes - no)
        assert set(made.passages) <= set(train.passages)
    assert results.made["rules"][0]["file"] != results.made["rules"][1]["file"]


def test_no_question_of_a_reported_split_is_added(finished: Finished, tmp_path: Path) -> None:
    """The same training set beside a val that holds the questions which were made for it."""
    experiment, results, _ = finished
    made = read_corpus(experiment.folder / str(results.made["rules"][0]["file"])).train
    for name in ("train", "test"):
        source = Path(experiment.settings.data) / f"{name}.jsonl"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    val = (*experiment.corpus.val, *(Example(q, "Другой текст.", 0) for q in made.questions))
    write_jsonl(tmp_path / "val.jsonl", Examples(val))
    settings = experiment.settings.model_copy(update={"data": str(tmp_path)})
    other = Experiment.load(settings, tmp_path / "runs")
    assert other.corpus.train.sha256 == experiment.corpus.train.sha256
    run = next(run for arm, run in other.runs(Listening()) if arm.name == "rules")
    added = run.train[len(other.corpus.train) :]
    assert len(added) == len(made)
    assert not set(added.questions) & set(made.questions)


def test_arms_are_compared_with_the_original_and_the_best_control(finished: Finished) -> None:
    experiment, results, _ = finished
    pairs = [
        ("rules", "original", "original"),
        ("rules", "class weights", "control"),
        ("both", "original", "original"),
        ("both", "class weights", "control"),
        ("class weights", "original", "original"),
    ]
    parts = list(experiment.material.parts)
    assert [(c.arm, c.against, c.role, c.split, c.part) for c in results.comparisons] == [
        (*pair, *part) for part in parts for pair in pairs
    ]
    for found in results.comparisons:
        scores = {e.arm: e.scores for e in results.get(found.split, found.part)}
        for name, difference in found.differences.items():
            expected = scores[found.arm][name] - scores[found.against][name]
            assert difference.value == pytest.approx(expected)
        rows = scores[found.arm].rows
        assert 0 <= found.mcnemar.ours + found.mcnemar.theirs <= rows
    assert any(c.differences["no_f1"].value for c in results.comparisons)


def test_results_survive_their_file(finished: Finished, tmp_path: Path) -> None:
    results = finished[1]
    path = tmp_path / "results.json"
    results.write(path)
    read = Results.read(path)
    assert read.comparisons == results.comparisons
    assert results.made
    assert read.made == results.made
    values = json.loads(path.read_text(encoding="utf-8"))
    del values["comparisons"], values["made"]
    path.write_text(json.dumps(values), encoding="utf-8")
    older = Results.read(path)
    assert (older.comparisons, older.made) == ((), {})


def test_nothing_is_trained_anew(finished: Finished) -> None:
    experiment, results, _ = finished
    fresh = Experiment.load(experiment.settings, experiment.folder)
    heard = Listening()
    again = fresh.execute("danetka experiment made.yaml", heard)
    assert (heard.steps, heard.answered) == (0, [])
    assert again.comparisons == results.comparisons
    assert again.made == results.made


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("magic", "generator: there is no 'magic'; known are rules, p-tuning (given: 'magic')"),
        ("{answr: both}", "answr: unknown setting: did you mean answer?"),
        ("{rows: 0}", "rows: Input should be greater than 0 (given: 0)"),
        ("{style: loud}", "style: Input should be 'auto', 'danetqa' or 'plain' (given: 'loud')"),
        ("{answer: no}", "answer: Input should be 'rare' or 'both' (given: False)"),
        ("7", "write rules, p-tuning, or a block"),
        ("[]", "generator: Dictionary should have at least 1 item after validation, not 0"),
    ],
)
def test_wrong_settings_name_their_key(given: str, said: str, tmp_path: Path) -> None:
    config = tmp_path / "made.yaml"
    arms = f"arms:\n  original:\n  more rules: {{augment: {given}}}\n"
    config.write_text(f"data: sample\nbase_model: x\n{arms}", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        ExperimentSettings.read(config)
    assert str(error.value) == f"{config}: arms.more rules.augment: {said}"
