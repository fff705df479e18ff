"""Settings: strict, with the nearest known key; overrides; what goes through to transformers."""

from __future__ import annotations

from pathlib import Path

import pytest

from danetka.errors import SettingsError
from danetka.experiment.settings import ExperimentSettings
from danetka.settings import override, read_yaml
from danetka.training.settings import TrainSettings, training_arguments


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "exp.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_without_a_dot_are_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "a: 1e-5\nb: 2E+3\nc: 1.5e2\nd: e5\ne: 10\n")
    assert read_yaml(path) == {"a": 1e-5, "b": 2000.0, "c": 150.0, "d": "e5", "e": 10}


def test_overrides() -> None:
    values = {"training": {"learning_rate": 1.0}, "seed": 0}
    changed = override(
        values, ["training.learning_rate=2e-5", "training.bf16=true", "arms={a: null}"]
    )
    assert changed == {
        "training": {"learning_rate": 2e-5, "bf16": True},
        "seed": 0,
        "arms": {"a": None},
    }
    assert values["training"] == {"learning_rate": 1.0}
    bare = override({"arms": {"a": None}}, ["arms.a.select=last"])
    assert bare == {"arms": {"a": {"select": "last"}}}
    for wrong in ("training", "=1", "a..b=1"):
        with pytest.raises(SettingsError, match="write KEY=VALUE"):
            override({}, [wrong])
    with pytest.raises(SettingsError, match="seed has no keys"):
        override(values, ["seed.x=1"])


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(
        SettingsError, match="clas_weights: unknown setting: did you mean class_weights"
    ):
        TrainSettings.parse({"clas_weights": "balanced"}, "x.yaml")
    with pytest.raises(
        SettingsError, match=r"training\.learning_rat: .*did you mean learning_rate"
    ):
        training_arguments(TrainSettings(training={"learning_rat": 1}), Path("x"), evaluates=True)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("evaluation_strategy", "epoch", "is gone from transformers 5: use eval_strategy"),
        ("warmup_ratio", 0.1, "is gone from transformers 5: use warmup_steps"),
        ("output_dir", "x", "is set by danetka: use --output instead"),
        ("seed", 1, "is set by danetka: use seeds instead"),
        ("per_device_train_batch_size", 0, "must be at least 1"),
        ("save_only_model", True, "is set by danetka: use nothing: a run that is killed"),
        ("learning_rate", "fast", "Input should be a valid number, .*given: 'fast'"),
        ("num_train_epochs", None, "Input should be a valid number"),
        ("lr_scheduler_type", "wavy", "wavy is not a valid SchedulerType"),
    ],
)
def test_training_keys_that_are_refused(key: str, value: object, expected: str) -> None:
    settings = TrainSettings.parse({"training": {key: value}}, "x.yaml")
    with pytest.raises(SettingsError, match=expected):
        training_arguments(settings, Path("x"), evaluates=True)


def test_what_training_says_reaches_the_arguments(tmp_path: Path) -> None:
    block = {"weight_decay": 0.01, "gradient_accumulation_steps": 4, "label_smoothing_factor": 0.1}
    settings = TrainSettings.parse({"training": block, "seed": 7}, "x.yaml")
    found = training_arguments(settings, tmp_path, evaluates=True)
    assert (found.weight_decay, found.gradient_accumulation_steps) == (0.01, 4)
    assert (found.label_smoothing_factor, found.learning_rate, found.seed) == (0.1, 1e-5, 7)
    spelt = TrainSettings(training={"bf16": "false", "num_train_epochs": "3"})
    found = training_arguments(spelt, tmp_path, evaluates=True)
    assert (found.bf16, found.num_train_epochs) == (False, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data: sample\narms: {a: }\nsead: [1]", "sead: unknown setting: did you mean seeds"),
        ("data: sample\narms: {a: {samplin: over}}", r"arms\.a: samplin: unknown .* sampling"),
        ("data: sample\narms: {a: {threshold: 2}}", r"arms\.a\.threshold: 2 is neither dev nor"),
        (
            "data: sample\narms: {a: {sampling: both}}",
            r"sampling: Input should be 'over' or 'under'",
        ),
        ("data: sample\narms: {}", "arms: Dictionary should have at least 1 item"),
        ("data: sample\narms: {a: }\ndev: val", "dev: val is for reporting: nothing may be chosen"),
        (
            "data: sample\narms: {a: {select: best}}\ndev: val\nselect: last",
            "dev: val is for reporting: nothing may be chosen",
        ),
        ("data: [1\n", r"exp\.yaml:2: not YAML"),
        ("data: sample\narms: {a: , a: }", r"exp\.yaml:2: not YAML \('a' stands twice\)"),
        ("data: sample\nname: 2026-02-30\narms: {a: }", r"exp\.yaml: cannot be read"),
        ("data: sample\narms: {a: }\nseeds: [0, 0]", "seeds: one stands twice"),
        ("data: sample\narms: {a: {seed: 1}}", r"arms\.a\.seed: use seeds, for all arms"),
        (
            "data: sample\narms: {a: , b: {training: {lerning_rate: 1}}}",
            r"training\.lerning_rate: unknown setting: did you mean learning_rate",
        ),
        (
            "data: sample\narms: {a: }\ndev: val\nselect: last\n"
            "training: {lr_scheduler_type: reduce_lr_on_plateau}",
            "dev: val is for reporting: nothing may be chosen",
        ),
        ("- 1\n", "not settings"),
    ],
)
def test_experiments_that_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        ExperimentSettings.read(write(tmp_path, text))


def test_arms_change_what_they_say(tmp_path: Path) -> None:
    text = """
data: sample
training: {learning_rate: 1e-4, weight_decay: 0.1}
arms:
  plain:
  hot: {training: {learning_rate: 1e-3}, class_weights: [2, 1], threshold: dev}
"""
    settings = ExperimentSettings.read(write(tmp_path, text), ["seeds=[3]"])
    plain, hot = settings.list_arms()
    assert (plain.threshold, hot.threshold) == (0.5, "dev")
    assert settings.run_settings(plain, 3).training == {"learning_rate": 1e-4, "weight_decay": 0.1}
    changed = settings.run_settings(hot, 3)
    assert changed.training == {"learning_rate": 1e-3, "weight_decay": 0.1}
    assert (changed.class_weights, changed.seed) == ((2.0, 1.0), 3)


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[1].glob("configs/*.yaml")), ids=str)
def test_the_shipped_experiments_are_right(path: Path) -> None:
    settings = ExperimentSettings.read(path)
    for arm in settings.list_arms():
        run = settings.run_settings(arm, 0)
        assert training_arguments(run, Path("x"), evaluates=True).num_train_epochs >= 1
