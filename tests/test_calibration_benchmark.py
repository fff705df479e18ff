"""The calibration benchmark, on a made experiment whose models are three times too sure."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import log_loss

from danetka.answering.calibrate import sigmoid
from danetka.data.write import write_jsonl
from danetka.environment import environment
from danetka.errors import DanetkaError
from danetka.experiment.material import Material
from danetka.experiment.predictions import predictions_path, write_predictions
from danetka.experiment.results import Results
from danetka.experiment.settings import ExperimentSettings
from danetka.files import write_json
from danetka.schema import Examples
from danetka.training.run import run_key

from .made import make_examples
from .test_benchmarks import load

TOO_SURE = 3.0
SEEDS = (0, 1, 2, 3)


def too_sure(rows: Examples, seed: int) -> NDArray[np.float64]:
    """P(да) of a model that sees each answer through noise, and takes the noise for less."""
    seen = 2 * rows.labels - 1 + np.random.default_rng(seed).normal(0, 1.2, len(rows))
    odds = 2 * seen / 1.2**2 + np.log(3)  # three in four are «да»
    return np.asarray(sigmoid(TOO_SURE * odds))


@pytest.fixture(scope="module")
def made(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of runs as an experiment leaves it, and the folder of its data."""
    place = tmp_path_factory.mktemp("made")
    runs, data = place / "runs", place / "data"
    rows = make_examples(1500).rows
    write_jsonl(data / "train.jsonl", Examples(rows[:1200], "train"))
    write_jsonl(data / "val.jsonl", Examples((*rows[:30], *rows[1200:]), "val"))
    settings = ExperimentSettings(
        data=str(data), base_model=tiny, seeds=SEEDS, release="made rows",
        arms={"original": None, "threshold": {"threshold": "dev"}, "+ rules": {"augment": "rules"}},
    )  # fmt: skip
    material = Material.load(settings)
    added = Examples(make_examples(1520).rows[1500:], "added")
    write_jsonl(runs / "augmented" / "rows.jsonl", added)
    for arm in settings.list_arms():
        extra = added.rows if arm.augment else ()
        train = Examples((*material.train.rows, *extra), "train")
        for seed in SEEDS:
            told = settings.run_settings(arm, seed)
            folder = runs / run_key(train, material.dev, told)
            for name, asked in {"dev": material.dev, "val": material.reported["val"]}.items():
                write_predictions(predictions_path(folder, name, asked), asked,
                                  too_sure(asked, seed + len(extra)))  # fmt: skip
            write_json(folder / "result.json", {})
    Results(
        "made", "danetka experiment", "", "made rows",
        {name: material.describe(name) for name in material.corpus.splits},
        settings.model_dump(mode="json"), environment(), (),
        made={"+ rules": {seed: {"file": "augmented/rows.jsonl"} for seed in SEEDS}},
    ).write(runs / "results.json")  # fmt: skip
    return runs, data


def test_what_is_fitted_on_dev_is_reported_on_unseen_rows(made: tuple[Path, Path]) -> None:
    calibration = load("calibration")
    runs, data = made
    found = calibration.compute(runs, str(data))
    assert list(found["arms"]) == ["original / threshold", "+ rules"]
    assert (found["part"], found["rows"]) == ("unseen", 300), "leaked rows are left out"
    assert len(found["splits"]["val"]["sha256"]) == 64
    val = Examples(make_examples(1500).rows[1200:], "val")
    whole = Examples((*make_examples(30).rows, *val.rows), "val")
    for seed, run in enumerate(found["arms"]["original / threshold"]["seeds"]):
        assert run["seed"] == seed
        assert run["temperature"] == pytest.approx(TOO_SURE, rel=0.35)
        assert run["dev"]["rows"] == found["splits"]["dev"]["rows"] == 240
        p = too_sure(whole, seed)[30:]
        assert run["reported"]["loss_before"] == pytest.approx(log_loss(val.labels, p))
        assert run["reported"]["error_after"] < run["reported"]["error_before"]
        assert 0.01 < run["by_chance"] < run["reported"]["error_before"]
    for arm in found["arms"].values():
        for name, field in calibration.SCORES.items():
            change = arm["differences"][name]
            each = [run["reported"] for run in arm["seeds"]]
            mean = np.mean([one[f"{field}_after"] - one[f"{field}_before"] for one in each])
            assert change["value"] == pytest.approx(mean)
            assert change["low"] < change["value"] < min(change["high"], 0)
        assert arm["differences"]["nll"]["p"] < 0.05
    table = calibration.table({**found, "command": "c"})
    assert [row[0] for row in table.rows] == list(found["arms"])
    assert {len(row) for row in table.rows} == {len(table.header)}
    assert "unseen rows: 300, of them 75.0% «да»" in table.notes[0]
    assert "В городе" not in table.markdown()


def test_the_error_that_chance_shows_is_that_of_the_number_of_rows() -> None:
    calibration = load("calibration")
    few, many = (calibration.chance(np.tile([0.35, 0.65], n)) for n in (50, 5000))
    # Two bins of n answers each: the mean distance of a share from p is √(2 p (1 - p) / π n).
    assert few == pytest.approx(np.sqrt(2 * 0.35 * 0.65 / (np.pi * 50)), rel=0.05)
    assert many == pytest.approx(few / 10, rel=0.1)


def test_other_data_and_missing_runs_are_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    calibration = load("calibration")
    runs, data = made
    other = tmp_path / "other"
    shutil.copytree(data, other)
    write_jsonl(other / "val.jsonl", make_examples(20))
    with pytest.raises(DanetkaError, match="val is another than that of"):
        calibration.compute(runs, str(other))
    shutil.copytree(runs, tmp_path / "runs")
    next((tmp_path / "runs").glob("*/result.json")).unlink()
    with pytest.raises(DanetkaError, match="no finished run of"):
        calibration.compute(tmp_path / "runs", str(data))
