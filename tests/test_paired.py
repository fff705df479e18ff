"""Two arms on the same rows: the bootstrap between them, and experiments that augment."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl
from danetka.errors import SettingsError
from danetka.evaluation.paired import paired_difference
from danetka.experiment.results import Results
from danetka.experiment.run import Experiment
from danetka.experiment.settings import ExperimentSettings
from danetka.schema import Examples

from .made_passages import make_rows
from .test_experiment import Heard

Arm = tuple[NDArray[np.int64], NDArray[np.bool_]]


def answered(rows: int, right: float, seed: int, seeds: int = 2) -> Arm:
    """Labels, three in ten «нет», and answers of which each is right with this probability."""
    labels = (np.arange(rows) % 10 > 2).astype(np.int64)
    wrong = np.random.default_rng(seed).random((seeds, rows)) > right
    return labels, (labels == 1) ^ wrong


def test_equal_arms_do_not_differ() -> None:
    labels, ours = answered(100, 0.7, 0)
    found = paired_difference(labels, ours, ours.copy())
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


@pytest.mark.parametrize("name", ["no_f1", "accuracy"])
def test_the_value_is_that_of_the_added_matrices(name: str) -> None:
    labels, ours = answered(150, 0.8, 1)
    _, theirs = answered(150, 0.7, 2)
    repeated = np.tile(labels, 2)

    def score(answers: NDArray[np.bool_]) -> float:
        if name == "accuracy":
            return float(accuracy_score(repeated, answers.ravel()))
        return float(f1_score(repeated, answers.ravel(), pos_label=0))

    found = paired_difference(labels, ours, theirs, name)
    assert found.value == pytest.approx(score(ours) - score(theirs))
    assert found.low < found.value < found.high


def test_a_clear_effect_is_found_with_its_sign() -> None:
    labels, ours = answered(200, 0.9, 1)
    _, theirs = answered(200, 0.6, 2)
    better = paired_difference(labels, ours, theirs)
    assert 0 < better.low < better.value < better.high < 1
    assert better.p < 0.001
    worse = paired_difference(labels, theirs, ours)
    assert worse.value == -better.value
    assert (worse.low, worse.high) == pytest.approx((-better.high, -better.low))
    assert worse.p == better.p


def test_rows_are_drawn_for_both_arms_alike() -> None:
    """A small gain is told from noise that both arms share, and not from noise of their own."""
    labels, theirs = answered(200, 0.6, 3)
    ours = theirs.copy()
    ours[:, np.flatnonzero((labels == 0) & theirs.all(axis=0))[:8]] = False
    apart = theirs.copy()
    for label in (0, 1):
        rows = np.flatnonzero(labels == label)
        apart[:, rows] = theirs[:, np.random.default_rng(label).permutation(rows)]
    shared, own = (paired_difference(labels, ours, arm) for arm in (theirs, apart))
    assert shared.value == own.value > 0
    assert shared.p < 0.01
    assert shared.low > 0
    assert own.high - own.low > 1.5 * (shared.high - shared.low)
    assert own.p > 2 * shared.p


def test_chance_is_seldom_taken_for_an_effect() -> None:
    """Two arms of the same quality, 60 times: one in twenty may seem to differ."""
    ps = []
    for i in range(60):
        labels, ours = answered(60, 0.7, 100 + i)
        _, theirs = answered(60, 0.7, 500 + i)
        ps.append(paired_difference(labels, ours, theirs).p)
    assert np.mean(np.array(ps) < 0.05) <= 0.12
    assert 0.25 < np.mean(ps) < 0.75, "p is spread, not stuck at one end"


def test_the_seed_decides_the_draws() -> None:
    labels, ours = answered(80, 0.75, 1)
    _, theirs = answered(80, 0.7, 2)
    first = paired_difference(labels, ours, theirs, seed=5)
    assert paired_difference(labels, ours, theirs, seed=5) == first
    other = paired_difference(labels, ours, theirs, seed=6)
    assert other != first
    assert other.value == first.value
    assert other.p == pytest.approx(first.p, abs=0.05)


@pytest.mark.parametrize(
    ("ours", "theirs"), [((2, 9), (2, 10)), ((2, 9), (2, 9)), ((1, 10), (2, 10))]
)
def test_shapes_must_be_those_of_the_rows(ours: tuple[int, int], theirs: tuple[int, int]) -> None:
    labels = np.ones(10, dtype=np.int64)
    with pytest.raises(ValueError, match=r"shapes differ: \(10,\), "):
        paired_difference(labels, np.ones(ours, dtype=bool), np.ones(theirs, dtype=bool))


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
training: {{max_steps: 12, learning_rate: 3e-3, warmup_steps: 0}}
"""


class Listening(Heard):
    """Remembers also for which arms questions were made."""

    def __init__(self) -> None:
        super().__init__()
        self.generated: list[tuple[str, int]] = []

    def generate(self, arm: str, passages: int) -> Callable[[int], None]:
        self.generated.append((arm, passages))
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
    assert heard.generated == [("rules", passages)] * 2 + [("both", passages)] * 2
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


def test_arms_that_augment_are_compared_with_all_others(finished: Finished) -> None:
    experiment, results, _ = finished
    pairs = [(a, b) for a in ("rules", "both") for b in ("original", "class weights")]
    parts = list(experiment.parts)
    assert [(c.arm, c.against, c.split, c.part) for c in results.comparisons] == [
        (*pair, *part) for part in parts for pair in pairs
    ]
    for found in results.comparisons:
        scores = {e.arm: e.scores for e in results.get(found.split, found.part)}
        expected = scores[found.arm][found.score] - scores[found.against][found.score]
        assert found.difference.value == pytest.approx(expected)
    assert any(found.difference.value for found in results.comparisons)


def test_results_survive_their_file(finished: Finished, tmp_path: Path) -> None:
    results = finished[1]
    path = tmp_path / "results.json"
    results.write(path)
    read = Results.read(path)
    assert read.comparisons == results.comparisons
    by_name = json.loads(json.dumps(results.made))
    assert read.made == by_name
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
        ("magic", "generator: Input should be 'rules' (given: 'magic')"),
        ("{answr: both}", "answr: unknown setting: did you mean answer?"),
        ("{rows: 0}", "rows: Input should be greater than 0 (given: 0)"),
        ("{style: loud}", "style: Input should be 'danetqa' or 'plain' (given: 'loud')"),
        ("{answer: no}", "answer: Input should be 'rare' or 'both' (given: False)"),
        ("7", "write rules, or a block"),
        ("[rules]", "write rules, or a block"),
    ],
)
def test_wrong_settings_name_their_key(given: str, said: str, tmp_path: Path) -> None:
    config = tmp_path / "made.yaml"
    arms = f"arms:\n  original:\n  more rules: {{augment: {given}}}\n"
    config.write_text(f"data: sample\nbase_model: x\n{arms}", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        ExperimentSettings.read(config)
    assert str(error.value) == f"{config}: arms.more rules.augment: {said}"
