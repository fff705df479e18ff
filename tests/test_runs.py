"""Runs: what a folder holds, what is kept, when training stops, what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from danetka.errors import DataError, ModelError, SettingsError
from danetka.models import catalog
from danetka.models.classifier import Classifier
from danetka.schema import Example, Examples
from danetka.training.api import decide, train
from danetka.training.listener import Epoch, Silent, read_metrics
from danetka.training.run import run, run_key
from danetka.training.settings import TrainSettings

MakeExamples = Callable[..., Examples]


class Heard(Silent):
    """Remembers what a run said."""

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []
        self.notes: list[str] = []

    def epoch(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_early_stopping(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    """With a learning rate of nearly nothing no epoch beats the first: stop after three."""
    chosen = TrainSettings(
        base_model=tiny,
        max_length=64,
        early_stopping=2,
        select_by="accuracy",
        training={"learning_rate": 1e-12, "num_train_epochs": 9},
    )
    heard = Heard()
    done = run(examples(32), examples(16), chosen, tmp_path / "run", heard)
    assert [epoch.number for epoch in heard.epochs] == [1, 2, 3]
    assert done.best_step == heard.epochs[0].step


def test_a_run_folder(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    chosen = TrainSettings(base_model=tiny, max_length=24, training={"num_train_epochs": 2})
    train_rows, dev = examples(40), examples(16)
    heard = Heard()
    done = run(train_rows, dev, chosen, tmp_path / "run", heard)
    found = {str(path.relative_to(done.folder)) for path in done.folder.rglob("*")}
    assert {
        "settings.yaml",
        "environment.json",
        "data.json",
        "metrics.csv",
        "log.txt",
        "result.json",
        "best/model.safetensors",
        "best/danetka.json",
        "last/model.safetensors",
    } <= found
    assert not any(name.startswith(("checkpoints", "last/training_args")) for name in found)
    assert done.truncated > 0
    assert heard.notes[0] == f"{done.truncated} of 40 pairs are cut to 24 tokens"
    assert train_rows.sha256 in (done.folder / "data.json").read_text()
    rows = read_metrics(done.folder / "metrics.csv")
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert {"accuracy", "balanced_accuracy", "no_precision", "no_recall", "no_f1", "yes_f1"} <= set(
        rows[0]
    )
    assert float(rows[1]["no_f1"]) == heard.epochs[1].scores["no_f1"]
    again = Heard()
    assert run(train_rows, dev, chosen, tmp_path / "run", again) == done
    assert again.epochs == []
    assert "finished already" in again.notes[0]
    with pytest.raises(
        SettingsError, match=r"holds another run \(differs in max_length: 24 → 32\)"
    ):
        run(train_rows, dev, chosen.model_copy(update={"max_length": 32}), tmp_path / "run")
    with pytest.raises(SettingsError, match=r"differs in the data"):
        run(train_rows[:30], dev, chosen, tmp_path / "run")
    for tuned_on in (dev, None):  # chosen once, it does not outlive the next run without
        threshold = decide(done, tuned_on)
        assert f'"threshold": {threshold}' in (done.model / "danetka.json").read_text()
    assert threshold == 0.5


def test_what_goes_through_is_used(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    """bf16 and gradient accumulation train, and take as many steps as they should."""
    block = {"bf16": True, "gradient_accumulation_steps": 2, "per_device_train_batch_size": 4}
    chosen = TrainSettings(
        base_model=tiny, max_length=64, training={**block, "num_train_epochs": 2}
    )
    heard = Heard()
    run(examples(32), examples(8), chosen, tmp_path / "run", heard)
    assert [epoch.step for epoch in heard.epochs] == [4, 8]
    assert all(np.isfinite(epoch.train_loss) for epoch in heard.epochs)


def test_without_a_dev_split(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    """The last step counts, also where it comes in mid-epoch; metrics hold the loss alone."""
    training = {"max_steps": 3, "per_device_train_batch_size": 4}
    model = train(
        examples(40), base=tiny, output=tmp_path / "run", max_length=64, training=training
    )
    assert model.name == str(tmp_path / "run/last")
    assert not (tmp_path / "run/best").exists()
    (row,) = read_metrics(tmp_path / "run/metrics.csv")
    assert set(row) == {"epoch", "step", "train_loss"}
    assert (row["epoch"], row["step"]) == ("1", "3")


def easy_rows(n: int) -> Examples:
    """Rows with a rule that is easy to see: the question's first word tells the answer."""
    words = ("дом", "верно")
    return Examples(
        tuple(Example(f"{words[i % 2]} {i}?", "В городе дом.", i % 2) for i in range(n))
    )


def test_training_learns_and_keeps_the_best_epoch(tiny: str, tmp_path: Path) -> None:
    """An easy rule is learnt, and best/ holds the weights of the best row of metrics.csv."""
    from danetka.evaluation.api import evaluate

    rows = easy_rows(160)
    training = {"num_train_epochs": 6, "learning_rate": 3e-3, "warmup_steps": 0}
    model = train(
        rows[:80],
        dev=rows[80:120],
        base=tiny,
        output=tmp_path / "run",
        max_length=32,
        select_by="accuracy",
        training=training,
    )
    accuracies = [float(row["accuracy"]) for row in read_metrics(tmp_path / "run/metrics.csv")]
    assert min(accuracies) < max(accuracies), "the epochs must differ for this to tell anything"
    assert evaluate(model, rows[80:120])["accuracy"] == pytest.approx(max(accuracies))
    assert evaluate(model, rows[120:])["accuracy"] > 0.95


def test_a_refused_setting_claims_no_folder(
    tiny: str, examples: MakeExamples, tmp_path: Path
) -> None:
    wrong = TrainSettings(base_model=tiny, max_length=64, training={"lerning_rate": 1e-3})
    right = TrainSettings(base_model=tiny, max_length=64, training={"max_steps": 1})
    with pytest.raises(SettingsError, match="did you mean learning_rate"):
        run(examples(16), examples(8), wrong, tmp_path / "run")
    assert run(examples(16), examples(8), right, tmp_path / "run").best_step == 1


def test_another_model_under_the_same_path_is_another_run(
    tiny: str, examples: MakeExamples, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny, base)
    chosen = TrainSettings(base_model=str(base), max_length=64)
    before = run_key(examples(8), None, chosen)
    assert run_key(examples(8), None, chosen) == before
    catalog._hash_folder.cache_clear()
    (base / "config.json").write_text((base / "config.json").read_text() + "\n")
    assert run_key(examples(8), None, chosen) != before


def test_a_run_that_diverges_is_said_to(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    training = {"num_train_epochs": 1, "learning_rate": 1e30, "warmup_steps": 0, "max_grad_norm": 0}
    chosen = TrainSettings(
        base_model=tiny, max_length=64, select_by="roc_auc", training={**training}
    )
    one_answer = examples(9).select([1, 2, 3, 5, 6, 7])
    with pytest.raises(ModelError, match="no epoch has a roc_auc on dev"):
        run(examples(32), one_answer, chosen, tmp_path / "a")
    by_accuracy = chosen.model_copy(update={"select_by": "accuracy"})
    done = run(examples(32), examples(8), by_accuracy, tmp_path / "b")
    with pytest.raises(ModelError, match="answers with NaN: its training has diverged"):
        Classifier.from_pretrained(done.folder / "last").probabilities(examples(4))


def test_what_cannot_be_trained(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    rows = examples(8)
    with pytest.raises(SettingsError, match="need a dev split"):
        run(rows, None, TrainSettings(base_model=tiny), tmp_path / "a")
    with pytest.raises(SettingsError, match="more than the 128 positions"):
        run(rows, rows, TrainSettings(base_model=tiny, max_length=256), tmp_path / "b")
    with pytest.raises(ModelError, match="there is no such folder"):
        run(rows, rows, TrainSettings(base_model="./none"), tmp_path / "c")
    bare = Examples((Example("Кот?", "Кот."),), "bare.jsonl")
    with pytest.raises(DataError, match=r"bare\.jsonl: 1 of 1 rows have no label"):
        run(bare, rows, TrainSettings(base_model=tiny, max_length=64), tmp_path / "d")
    with pytest.raises(SettingsError, match="bas_model: unknown setting"):
        train(rows, bas_model=tiny)
