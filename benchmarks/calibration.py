"""How far a temperature that is fitted on dev calibrates a study's models on the reported rows.

Takes the folder of a finished experiment: the dev that its runs cut from train, what they answered,
and the rows of val that stand in neither train nor dev, are all found as the experiment found them.
"""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from danetka.answering.calibrate import Calibration, fit_temperature, measure, sigmoid
from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.split import group_ids
from danetka.environment import environment
from danetka.errors import DanetkaError
from danetka.evaluation.paired import paired_mean_difference
from danetka.evaluation.ranking import calibration_error
from danetka.experiment.material import Material
from danetka.experiment.plan import Run, share
from danetka.experiment.predictions import predictions_path, read_predictions
from danetka.experiment.results import Results
from danetka.experiment.settings import ExperimentSettings
from danetka.files import write_json, write_text
from danetka.report.table import Table
from danetka.schema import Examples
from danetka.training.run import is_finished, run_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESULTS = Path("docs/results/calibration.json")
SPLIT = "val"
DRAWS = 1000
"""Sets of answers drawn to see what error a model without any would show."""
SCORES = {"ece": "error", "nll": "loss"}
"""A difference's name → what the fields of a `Calibration` begin with."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One run.

    Attributes:
        seed: Its seed.
        temperature: Fitted on dev.
        dev: On the rows that it was fitted on.
        reported: On the rows that are reported.
        by_chance: The expected calibration error that this many rows would show after the
            temperature if each probability were exactly right.
    """

    seed: int
    temperature: float
    dev: Calibration
    reported: Calibration
    by_chance: float


def experiment_of(folder: Path, data: str) -> tuple[Results, Material]:
    """What an experiment's folder says of it, with the data read from another place.

    Raises:
        DanetkaError: If the data are others than the experiment had.
    """
    results = Results.read(folder / "results.json")
    material = Material.load(ExperimentSettings.parse({**results.settings, "data": data}, data))
    for split, told in results.splits.items():
        if split in material.corpus.splits and material.corpus[split].sha256 != told["sha256"]:
            raise DanetkaError(f"{data}: {split} is another than that of {folder}: give its data")
    return results, material


def runs_of(folder: Path, results: Results, material: Material) -> list[Run]:
    """The finished runs, each once with all the arms that share it.

    Made rows are read where the results say they lie; whether today's rules would make them is
    another question.

    Raises:
        DanetkaError: If one is not there.
    """
    found = []
    for arm in material.settings.list_arms():
        for seed in material.settings.seeds:
            train = material.train
            if arm.augment:
                path = folder / results.made[arm.name][seed]["file"]
                if path.stat().st_size:  # empty where nothing could be made
                    made = read_corpus(str(path), Columns()).train
                    train = Examples((*train.rows, *made.rows), train.origin)
            settings = material.settings.run_settings(arm, seed)
            place = folder / run_key(train, material.dev, settings)
            if not is_finished(place):
                raise DanetkaError(f"{place}: no finished run of {arm.name}, seed {seed}")
            found.append((arm, Run((arm.name,), seed, settings, train, place)))
    return share(found)


def margins_of(run: Run, split: str, rows: Examples) -> Floats:
    """The log-odds that a run gave these rows, from the probabilities in its folder."""
    margins = logit(read_predictions(predictions_path(run.folder, split, rows)))
    return np.asarray(np.clip(margins, -40, 40))  # 1 - p is nought beyond, so that it is infinite


def chance(probabilities: Floats, seed: int = 0) -> float:
    """The mean error of answers that are drawn as often as the probabilities say."""
    random = np.random.default_rng(seed)
    once = np.ones((1, len(probabilities)))
    drawn = random.random((DRAWS, len(probabilities))) < probabilities
    errors = [calibration_error(yes.astype(float), probabilities, once)[0] for yes in drawn]
    return float(np.mean(errors))


def calibrated(seed: int, dev: tuple[Any, Floats], reported: tuple[Any, Floats]) -> Calibrated:
    """Fit on the labels and margins of dev, measure on both."""
    temperature = fit_temperature(*dev)
    return Calibrated(
        seed, temperature, measure(*dev, temperature), measure(*reported, temperature),
        chance(sigmoid(reported[1] / temperature)),
    )  # fmt: skip


def differences(
    labels: NDArray[np.int64], margins: Floats, temperatures: Floats, groups: NDArray[np.int32]
) -> dict[str, dict[str, float]]:
    """After less before, over rows and seeds.

    Args:
        labels: 1 = да, shape ``(n,)``.
        margins: Log-odds before a temperature, shape ``(seeds, n)``.
        temperatures: Of each seed; they are taken as given.
        groups: Of each row: rows that share a text are drawn together.
    """
    yes, cooled = (labels == 1).astype(float), margins / temperatures[:, None]

    def error(weights: Floats) -> Floats:
        pairs = zip(cooled, margins, strict=True)
        both = [[calibration_error(yes, sigmoid(m), weights) for m in pair] for pair in pairs]
        return np.stack([after - before for after, before in both], axis=1)

    def loss(weights: Floats) -> Floats:
        after, before = (np.logaddexp(0, np.where(labels, -m, m)) for m in (cooled, margins))
        return np.asarray(weights @ (after - before).T / weights.sum(axis=1, keepdims=True))

    of = {"ece": error, "nll": loss}
    return {
        name: dataclasses.asdict(paired_mean_difference(score, len(labels), groups=groups))
        for name, score in of.items()
    }


def compute(folder: Path, data: str) -> dict[str, Any]:
    """Every arm of an experiment with every seed."""
    results, material = experiment_of(folder, data)
    part, chosen = material.headline(SPLIT)
    whole = material.reported[SPLIT]
    rows, dev = whole.select(chosen), material.dev
    groups = group_ids(rows)
    by_arms: dict[str, list[Run]] = {}
    for run in runs_of(folder, results, material):
        by_arms.setdefault(" / ".join(run.arms), []).append(run)
    arms = {}
    for arm, runs in by_arms.items():
        margins = np.stack([margins_of(run, SPLIT, whole)[chosen] for run in runs])
        found = [
            calibrated(
                run.seed, (dev.labels, margins_of(run, "dev", dev)), (rows.labels, margins[i])
            )
            for i, run in enumerate(runs)
        ]
        temperatures = np.array([one.temperature for one in found])
        arms[arm] = {
            "seeds": [dataclasses.asdict(one) for one in found],
            "differences": differences(rows.labels, margins, temperatures, groups),
        }
    return {
        "release": results.release,
        "splits": {name: material.describe(name) for name in ("dev", SPLIT)},
        "part": part,
        "rows": len(rows),
        "yes": int(rows.labels.sum()),
        "seeds": list(material.settings.seeds),
        "base_model": material.settings.base_model,
        "arms": arms,
    }


def table(found: Mapping[str, Any]) -> Table:
    """As documents show it."""
    header = (
        "training data", "temperature", "dev ECE before → after", "ECE before", "ECE after",
        "by chance", "change of ECE (p)", "NLL before", "NLL after", "change of NLL (p)",
    )  # fmt: skip
    rows = [tuple(_cells(arm, one)) for arm, one in found["arms"].items()]
    many = max(len(one["seeds"]) for one in found["arms"].values())
    dev = found["splits"]["dev"]
    notes = (
        f"{found['release']}, {SPLIT}, {found['part']} rows: {found['rows']}, of them "
        f"{found['yes'] / found['rows']:.1%} «да»; {found['base_model']}, mean ± sd over {many} "
        f"seeds. Temperatures (least to greatest; sought from 1/100 to 100) are fitted on dev: "
        f"{dev['rows']} rows, {dev['yes'] / dev['rows']:.1%} «да».",
        "ECE: expected calibration error over ten bins; NLL: negative log-likelihood, nats. By "
        "chance: the ECE after, were every probability exactly right.",
        "Change: after less before, with its 95% interval: paired bootstrap over groups of rows "
        "and over seeds, the temperatures as given; p is not corrected for the number of arms. "
        "Answers and their ranking stay as they are.",
        f"Written by `{found['command']}`.",
    )
    return Table("Calibration before and after a temperature", header, tuple(rows), notes)


def _cells(arm: str, one: Mapping[str, Any]) -> Iterator[str]:
    runs = one["seeds"]
    yield arm
    temperatures = [run["temperature"] for run in runs]
    yield f"{min(temperatures):.2f} to {max(temperatures):.2f}"
    yield " → ".join(
        f"{np.mean([run['dev'][f'error_{when}'] for run in runs]):.3f}"
        for when in ("before", "after")
    )
    for name, field in SCORES.items():
        for when in ("before", "after"):
            yield _mean([run["reported"][f"{field}_{when}"] for run in runs])
        if name == "ece":
            yield _mean([run["by_chance"] for run in runs])
        change = one["differences"][name]
        p = "< 0.001" if change["p"] < 0.001 else f"{change['p']:.3f}"
        yield f"{change['value']:+.3f} [{change['low']:+.3f}, {change['high']:+.3f}] ({p})"


def _mean(values: Sequence[float]) -> str:
    mean = f"{np.mean(values):.3f}"
    return f"{mean} ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else mean


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, help="the folder of a finished experiment")
    parser.add_argument("data", help="its dataset")
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    found = {
        "command": shlex.join(["python", *sys.argv]),
        **compute(told.runs, told.data),
        "environment": environment(),
    }
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
