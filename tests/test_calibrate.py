"""Temperature scaling: what it recovers, what it leaves alone, where it is kept."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from danetka.answering.calibrate import calibrate, fit_temperature, measure, raw_margins, sigmoid
from danetka.errors import DanetkaError, ModelError
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision

from .commands import danetka
from .made import make_examples, write_jsonl


def simulated(temperature: float, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from honest log-odds, and the log-odds blown up by a temperature."""
    random = np.random.default_rng(0)
    honest = random.normal(0.3, 1.5, n)
    labels = (random.random(n) < sigmoid(honest)).astype(np.int64)
    return labels, honest * temperature


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_a_known_temperature_is_recovered_and_the_error_falls(temperature: float) -> None:
    labels, margins = simulated(temperature)
    found = fit_temperature(labels, margins)
    assert found == pytest.approx(temperature, rel=0.05)
    fit = measure(labels, margins, found)
    assert fit.error_after < 0.015
    assert fit.loss_after <= fit.loss_before + 1e-9
    if temperature != 1:
        assert fit.error_after < fit.error_before / 4


@pytest.mark.parametrize(
    ("labels", "margins", "said"),
    [([1, 1], [0.5, 2.0], "one answer only"), ([0, 1], [0.5, np.nan], "NaN")],
)
def test_what_cannot_be_fitted_is_said(labels: list[int], margins: list[float], said: str) -> None:
    with pytest.raises(DanetkaError, match=said):
        fit_temperature(np.array(labels), np.array(margins))


@pytest.mark.parametrize("sign", [1, -1])
def test_rows_that_a_temperature_cannot_fit_give_a_finite_one(sign: int) -> None:
    labels = np.array([0, 1, 0, 1])
    found = fit_temperature(labels, sign * np.where(labels == 1, 3.0, -3.0))
    assert 0 < found <= 100.01


def test_the_answers_stay_and_the_probabilities_move(tiny: str) -> None:
    rows = make_examples(80, no_every=2)
    model = Classifier.from_pretrained(tiny)
    before = model.probabilities(rows)
    threshold = float(np.quantile(before, 0.4))
    model.decision = dataclasses.replace(model.decision, threshold=threshold)
    decision = calibrate(model, rows)
    assert decision.temperature != 1
    model.decision = decision
    after = model.probabilities(rows)
    assert not np.allclose(before, after)
    assert ((before >= threshold) == (after >= decision.threshold)).mean() > 0.98
    again = calibrate(model, rows)
    assert again.temperature == pytest.approx(decision.temperature)
    assert again.threshold == pytest.approx(decision.threshold)
    assert np.allclose(sigmoid(raw_margins(model, rows)), before), "without any temperature"


def test_it_is_stored_only_where_there_is_one(tmp_path: Path) -> None:
    Decision(64, 0.4).write(tmp_path)
    assert json.loads((tmp_path / "danetka.json").read_text()) == {
        "max_length": 64, "threshold": 0.4,
    }  # fmt: skip
    assert Decision.read(tmp_path) == Decision(64, 0.4, 1.0)
    Decision(64, 0.4, 2.5).write(tmp_path)
    assert Decision.read(tmp_path) == Decision(64, 0.4, 2.5)
    for wrong in ("0", "-1", "NaN", '"hot"'):
        (tmp_path / "danetka.json").write_text(f'{{"max_length": 64, "temperature": {wrong}}}')
        with pytest.raises(ModelError, match="not danetka's settings"):
            Decision.read(tmp_path)


def data(folder: Path) -> Path:
    for name, rows in (("dev", make_examples(60, no_every=2)), ("val", make_examples(40))):
        lines: list[dict[str, object]] = [
            {"question": r.question, "passage": r.passage, "label": r.label} for r in rows
        ]
        write_jsonl(folder / f"{name}.jsonl", lines)
    return folder


def test_the_command_stores_and_reports(tiny: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(tiny, model)
    done = danetka("calibrate", model, data(tmp_path / "data"), "--threshold")
    assert done.returncode == 0, done.stderr
    stored = Decision.read(model)
    assert stored is not None
    assert f"temperature {stored.temperature:.3f}, threshold {stored.threshold:.3f}" in done.stdout
    splits = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    assert {"dev", "val"} <= set(splits)


def test_the_package_is_not_written_into(tiny: str, tmp_path: Path) -> None:
    rows = data(tmp_path / "data")
    done = danetka("calibrate", "mini", rows)
    assert done.returncode == 2
    assert done.stderr == ("mini: ships with danetka and stays as it is: give --output FOLDER\n")
    copy = tmp_path / "copy"
    done = danetka("calibrate", tiny, rows, "--output", copy)
    assert done.returncode == 0, done.stderr
    assert Decision.read(copy) is not None
    assert not (Path(tiny) / "danetka.json").exists()
    assert len(Classifier.from_pretrained(copy).probabilities(make_examples(3))) == 3
    assert danetka("calibrate", tiny, rows, "--output", copy).stderr.startswith(f"{copy}: is there")
