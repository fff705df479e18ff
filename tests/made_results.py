"""A finished experiment that nobody ran: its probabilities are drawn, every figure follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np

from danetka.evaluation import scores
from danetka.evaluation.curves import reliability, sweep
from danetka.evaluation.mcnemar import mcnemar
from danetka.evaluation.paired import paired_differences
from danetka.evaluation.scores import Confusion, score
from danetka.evaluation.threshold import choose_threshold
from danetka.experiment.details import (
    Course,
    Curve,
    Details,
    Instance,
    Mistake,
    Robustness,
    Slice,
)
from danetka.experiment.results import COMPARED, Comparison, Evaluation, Results

from .made_details import PROBES, make_audit, make_consistency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

SEEDS: Final = (0, 1, 2, 3, 4)
BASE: Final = "made-mini"
BASELINES: Final = {  # how far it parts the answers, and which way it leans
    "majority": (0.0, 1.4),
    "first word": (0.35, 0.0),
    "TF-IDF, question only": (0.5, 0.0),
    "TF-IDF, passage only": (0.35, 0.1),
    "TF-IDF, question + passage": (0.6, 0.2),
}
ARMS: Final = {
    "original": (0.85, 1.3),
    "class weights": (0.9, 0.4),
    "threshold": (0.85, 1.3),
    "oversampling": (0.8, 0.7),
    "+ rules": (1.25, 0.45),
    "+ p-tuning": (0.9, 0.5),
    "+ both": (1.3, 0.35),
}
_SIZES: Final = {"dev": 100, "val": 200, "test": 110}
_UNSEEN: Final = 160
_SLICES: Final = {
    "form": ("был ли", "глагол + ли", "есть ли", "краткая форма + ли", "правда ли"),
    "phenomenon": ("отрицание", "число", "сравнение", "место", "кванторы", "другое"),
    "length": ("0–49", "50–99", "100–149", "150+"),
    "overlap": ("0–50%", "50–75%", "75–99%", "100%"),
}
_THINGS: Final = ("маяк", "мост", "сад", "музей", "колодец", "театр", "порт", "завод")
_PLACES: Final = ("на острове", "у реки", "в старом городе", "за лесом", "под горой")
HOSTILE: Final = "Есть ли <script>alert('да')</script> & «кавычки» | _черта_?"


@dataclass(frozen=True)
class _Rows:
    """The rows of a split: their answers, how hard each is, and what kind it is of."""

    split: str
    labels: Labels
    hardness: Floats
    kinds: dict[str, NDArray[np.int64]]

    @classmethod
    def draw(cls, split: str) -> _Rows:
        random = np.random.default_rng(list(_SIZES).index(split))
        size = _SIZES[split]
        labels = (random.random(size) < 0.79).astype(np.int64)
        kinds = {by: random.integers(0, len(v), size) for by, v in _SLICES.items()}
        return cls(split, labels, random.normal(0, 0.9, size), kinds)

    def part(self, part: str) -> NDArray[np.bool_]:
        """The unseen rows of val are its first ones."""
        mask = np.ones(len(self.labels), dtype=bool)
        if part == "unseen":
            mask[_UNSEEN:] = False
        return mask

    def answered(self, apart: float, lean: float, seed: int) -> Floats:
        """P(да) by one run."""
        random = np.random.default_rng(100 * seed + round(1000 * apart) + len(self.labels))
        own = random.normal(0, 0.55, len(self.labels)) + random.normal(0, 0.25)
        logits = lean + apart * (2 * self.labels - 1) + self.hardness + own
        return np.asarray(1 / (1 + np.exp(-1.3 * logits)))

    def arm(self, name: str) -> Floats:
        """P(да) by every run of an arm."""
        return np.stack([self.answered(*ARMS[name], seed) for seed in SEEDS])

    def baseline(self, name: str) -> Floats:
        """P(да) by a baseline."""
        if name == "majority":
            return np.full(len(self.labels), 0.76)
        return self.answered(*BASELINES[name], 9)


@dataclass(frozen=True)
class _Made:
    """The splits that are drawn, and the thresholds that dev gives."""

    rows: dict[str, _Rows]

    def thresholds(self, name: str) -> Floats:
        if name != "threshold":
            return np.full(len(SEEDS), 0.5)
        dev = self.rows["dev"]
        return np.array([choose_threshold(dev.labels, run) for run in dev.arm(name)])

    def parts(self) -> list[tuple[_Rows, str]]:
        found = [(self.rows["val"], "all"), (self.rows["val"], "unseen")]
        return found + ([(self.rows["test"], "all")] if "test" in self.rows else [])

    def headlines(self) -> list[tuple[_Rows, str]]:
        return [(r, p) for r, p in self.parts() if (r.split, p) != ("val", "all")]

    def evaluations(self) -> Iterator[Evaluation]:
        for name in BASELINES:
            for rows, part in self.parts():
                mask = rows.part(part)
                found = score(rows.labels[mask], rows.baseline(name)[mask])
                yield Evaluation(name, "baseline", rows.split, part, found, {})
        for name in ARMS:
            kind, levels = ("augmented" if "+" in name else "control"), self.thresholds(name)
            for rows, part in self.parts():
                mask = rows.part(part)
                labels, runs = rows.labels[mask], rows.arm(name)[:, mask]
                by_seed = {
                    seed: score(labels, run, float(level))
                    for seed, run, level in zip(SEEDS, runs, levels, strict=True)
                }
                whole = score(labels, runs, levels)
                yield Evaluation(name, kind, rows.split, part, whole, by_seed, BASE)

    def comparisons(self, control: str) -> Iterator[Comparison]:
        """Every arm against the original and against the control that is the best on dev."""
        for rows, part in self.parts():
            mask = rows.part(part)
            labels = rows.labels[mask]
            given = {
                name: rows.arm(name)[:, mask] >= self.thresholds(name)[:, None] for name in ARMS
            }
            for name in ARMS:
                for role, other in (("original", "original"), ("control", control)):
                    if name in {other, "original"} or (role == "control" and other == "original"):
                        continue
                    found = paired_differences(
                        labels, given[name], given[other], COMPARED, resamples=100
                    )
                    test = mcnemar(labels, given[name], given[other])
                    yield Comparison(name, other, role, rows.split, part, found, test, BASE)

    def details(self, *, texts: bool) -> Details:
        return Details(
            curves=tuple(self._curves()),
            courses=tuple(self._courses()),
            slices=tuple(self._slices()),
            mistakes=tuple(self._mistakes(texts=texts)),
            robustness=tuple(self._robustness()),
            instances=tuple(Instance(n, b, a) for n, (_, b, a) in PROBES.items() if texts),
            audit=make_audit(BASE),
        )

    def _curves(self) -> Iterator[Curve]:
        for rows, part in self.headlines():
            mask = rows.part(part)
            for name in ARMS:
                labels, runs = rows.labels[mask], rows.arm(name)[:, mask]
                swept, bins = sweep(labels, runs), reliability(labels, runs)
                yield Curve(name, rows.split, part, swept, bins)

    def _courses(self) -> Iterator[Course]:
        dev = self.rows["dev"]
        for name, (apart, lean) in ARMS.items():
            for seed in SEEDS:
                epochs = []
                for epoch in range(1, 6):
                    learnt = 1 - 0.6**epoch
                    found = dev.answered(apart * learnt, lean + 1.2 * (1 - learnt), seed)
                    matrix = Confusion.of(dev.labels, found >= 0.5)
                    epochs.append(
                        {"epoch": float(epoch), "train_loss": 0.7 - 0.1 * epoch, **matrix.scores()}
                    )
                best = max(epochs, key=lambda e: e["balanced_accuracy"])
                yield Course(name, seed, int(best["epoch"]), tuple(epochs))

    def _slices(self) -> Iterator[Slice]:
        for rows, part in self.headlines():
            for name in ("TF-IDF, question only", *ARMS):
                runs = np.atleast_2d(rows.arm(name) if name in ARMS else rows.baseline(name))
                levels = self.thresholds(name)[: len(runs), None]
                for by, values in _SLICES.items():
                    for i, value in enumerate(values):
                        mask = rows.part(part) & (rows.kinds[by] == i)
                        labels = rows.labels[mask]
                        cells = [
                            Confusion.of(labels, run >= level).cells
                            for run, level in zip(runs[:, mask], levels, strict=True)
                        ]
                        total = Confusion(*map(int, np.sum(cells, axis=0)))
                        yield Slice(
                            name, rows.split, by, value, len(labels), int(labels.sum()), total
                        )

    def _mistakes(self, *, texts: bool) -> Iterator[Mistake]:
        for rows, part in self.headlines():
            yes = {name: rows.arm(name).mean(axis=0) for name in ARMS}
            wrong = np.mean([np.abs(given - rows.labels) for given in yes.values()], axis=0)
            for row in np.argsort(-np.where(rows.part(part), wrong, -1))[:20]:
                thing, place = _THINGS[row % len(_THINGS)], _PLACES[row % len(_PLACES)]
                question = HOSTILE if row % 10 == 3 else f"Стоит ли {thing} {place}?"
                passage = f"Старый {thing} стоит {place} с тысяча девятьсот {row} года. " + (
                    "Его не раз перестраивали, а в хронике он назван первым в округе. " * 4
                )
                yield Mistake(
                    rows.split, int(row) * 7, question if texts else None,
                    passage if texts else None, int(rows.labels[row]),
                    {name: float(given[row]) for name, given in yes.items()},
                )  # fmt: skip

    def _robustness(self) -> Iterator[Robustness]:
        random = np.random.default_rng(5)
        for name in ARMS:
            for probe, (flips, _, _) in PROBES.items():
                share = random.uniform(0.1, 0.5) if flips else random.uniform(0.85, 1)
                yield Robustness(name, make_consistency(probe, share, flips=flips))


@cache
@patch.object(scores, "RESAMPLES", 200)
def make_results(*, tested: bool = True, texts: bool = True) -> Results:
    """Five baselines, seven arms, five seeds.

    Args:
        tested: Whether test has answers.
        texts: Whether questions and passages may be shown.
    """
    splits = [s for s in _SIZES if tested or s != "test"]
    made = _Made({split: _Rows.draw(split) for split in splits})
    sizes = {
        name: {"rows": len(r.labels), "yes": int(r.labels.sum()), "unseen": None,
               "sha256": f"{i:02x}" * 32}
        for i, (name, r) in enumerate(made.rows.items(), 171)
    }  # fmt: skip
    sizes["val"]["unseen"] = _UNSEEN
    if not tested:
        sizes["test"] = {"rows": 110, "yes": None, "unseen": None, "sha256": "cd" * 32}
    train = {"rows": 420, "yes": 318, "unseen": None, "sha256": "ab" * 32}
    augmented = [name for name in ARMS if "+" in name]
    return Results(
        name="made",
        command="danetka experiment made.yaml --set data=made",
        created="2026-05-04T10:11:12+03:00",
        release="made for a test, release 1",
        splits={"train": train, **sizes},
        settings={
            "name": "made", "data": "made", "base_model": BASE, "seeds": list(SEEDS),
            "dev": "cut", "dev_fraction": 0.2, "report_on": ["val", "test"],
            "arms": dict.fromkeys(ARMS),
            "training": {"learning_rate": 1e-5, "num_train_epochs": 5},
        },
        environment={
            "python": "3.11.7", "platform": "Linux x86_64", "processor": "Made CPU", "cores": 2,
            "threads": 1, "accelerator": None,
            "packages": {"danetka": "0.1.0", "torch": "2.13.0+cpu", "transformers": "5.23.0"},
        },
        evaluations=tuple(made.evaluations()),
        comparisons=tuple(made.comparisons("class weights")),
        made={
            name: {
                seed: {"rows": 200 + seed, "wanted": 216, "train_rows": 620 + seed,
                       "train_yes": 318, "file": f"augmented/{seed}.jsonl"}
                for seed in SEEDS
            }
            for name in augmented
        },
        details=made.details(texts=texts),
    )  # fmt: skip
