"""Answers → what stands behind the tables: curves, breakdowns, mistakes, consistency."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.evaluation.baselines import BASELINES, QUESTION_ONLY
from danetka.evaluation.curves import reliability, sweep
from danetka.evaluation.scores import Confusion
from danetka.experiment.details import Course, Curve, Instance, Mistake, Robustness, Slice
from danetka.experiment.material import Material
from danetka.experiment.scoring import Answered
from danetka.language.text import words
from danetka.robustness.consistency import consistency
from danetka.robustness.probes import Probe
from danetka.schema import YES, Example, Examples
from danetka.training.listener import read_metrics

if TYPE_CHECKING:
    pass

MISTAKES: Final = 20
_LENGTHS: Final = (60, 90, 120)
_OVERLAPS: Final = (0.5, 0.75, 1.0)
_EMPTY: Final = frozenset(("PREP", "CONJ", "PRCL", "NPRO"))
"""Parts of speech without content."""


def curves(material: Material, arms: Mapping[str, Answered]) -> Iterator[Curve]:
    """Of every arm, on the headline rows of every split."""
    for split, rows in material.reported.items():
        part, chosen = material.headline(split)
        labels = rows.labels[chosen]
        for name, arm in arms.items():
            found = arm.probabilities(split)[:, chosen]
            yield Curve(name, split, part, sweep(labels, found), reliability(labels, found))


def courses(folders: Mapping[str, Mapping[int, Path]]) -> Iterator[Course]:
    """Of every arm and seed; arm → seed → the run's folder."""
    for name, by_seed in folders.items():
        for seed, folder in by_seed.items():
            rows = read_metrics(folder / "metrics.csv")
            step = json.loads((folder / "result.json").read_text(encoding="utf-8"))["best_step"]
            epochs = tuple({k: float(v) for k, v in row.items() if v != ""} for row in rows)
            best = [int(e["epoch"]) for e in epochs if e["step"] == step]
            yield Course(name, seed, best[0] if best else len(epochs), epochs)


def slices(material: Material, arms: Mapping[str, Answered]) -> Iterator[Slice]:
    """Every arm, and what sees the question alone, on the rows of each kind."""
    for split, rows in material.reported.items():
        _, chosen = material.headline(split)
        own = rows.select(chosen)
        labels = own.labels
        without_reading = BASELINES[QUESTION_ONLY](material.train, own)[None] >= 0.5  # noqa: PLR2004 - even odds
        given = {QUESTION_ONLY: without_reading}
        given |= {name: arm.given(split)[:, chosen] for name, arm in arms.items()}
        for by, kind_of in _kinds():
            kinds = np.array([kind_of(row) for row in own])
            for value in sorted(set(kinds) - {""}, key=_order):
                here = kinds == value
                for name, answers in given.items():
                    runs = [Confusion.of(labels[here], run[here]).cells for run in answers]
                    whole = Confusion(*map(sum, zip(*runs, strict=True)))
                    yes = int(labels[here].sum())
                    yield Slice(name, split, by, value, int(here.sum()), yes, whole)


def mistakes(material: Material, arms: Mapping[str, Answered]) -> Iterator[Mistake]:
    """The rows of each split that all arms together get most surely wrong."""
    for split, rows in material.reported.items():
        _, chosen = material.headline(split)
        own = rows.select(chosen)
        means = {
            name: arm.probabilities(split)[:, chosen].mean(axis=0) for name, arm in arms.items()
        }
        together = np.mean(list(means.values()), axis=0)
        wrong = np.where(own.labels == YES, 1 - together, together)
        for i in np.argsort(-wrong, kind="stable")[:MISTAKES]:
            row = own[int(i)]
            idx = int(chosen[i]) if row.idx is None else row.idx
            yes = {name: round(float(found[i]), 4) for name, found in means.items()}
            yield Mistake(split, idx, row.question, row.passage, int(own.labels[i]), yes)


def robustness(probes: Sequence[Probe], arms: Mapping[str, Answered]) -> Iterator[Robustness]:
    """Every arm under every kind of change."""
    for name, arm in arms.items():
        for probe in probes:
            before, after = (arm.given(asked) for asked in names_of(probe))
            yield Robustness(name, consistency(probe, before, after))


def instances(probes: Sequence[Probe]) -> Iterator[Instance]:
    """The first pair of each kind: the question, or the passage where that is what changes."""
    for probe in probes:
        if len(probe.before):
            one, other = probe.before[0], probe.after[0]
            asked = one.question != other.question
            yield Instance(
                probe.name,
                one.question if asked else one.passage,
                other.question if asked else other.passage,
            )


def names_of(probe: Probe) -> tuple[str, str]:
    """What a probe's rows are called among a run's answers."""
    return f"{probe.name}-before", f"{probe.name}-after"


def asked_of(probes: Sequence[Probe]) -> dict[str, Examples]:
    """The rows of all probes, by name."""
    found = {}
    for probe in probes:
        before, after = names_of(probe)
        found[before], found[after] = probe.before, probe.after
    return found


def _kinds() -> Iterator[tuple[str, Callable[[Example], str]]]:
    """What rows are parted by; "" for a row that has none. Forms and lemmas need a dictionary."""
    if find_spec("pymorphy3"):
        from danetka.augmentation.forms import form_of

        yield "form", lambda row: str(form_of(row.question))
        yield "overlap", _overlap
    yield "phenomenon", lambda row: str(row.meta.get("phenomenon") or "")
    yield "length", lambda row: _range(len(words(row.passage)), _LENGTHS)


def _overlap(row: Example) -> str:
    from danetka.language.inflect import lemmas, readings

    passage = lemmas(row.passage)
    asked = [word for word in words(row.question) if readings(word)[0].tag.POS not in _EMPTY]
    found = sum(bool(lemmas(word) & passage) for word in asked)
    return _range(found / max(len(asked), 1), _OVERLAPS)


def _range(value: float, limits: Sequence[float]) -> str:
    """The name of the range that a value lies in."""
    below = [limit for limit in limits if value >= limit]
    above = [limit for limit in limits if value < limit]
    low = f"{below[-1]:g}" if below else ""
    high = f"{above[0]:g}" if above else ""
    return f"< {high}" if not low else f"≥ {low}" if not high else f"{low}–{high}"


def _order(value: str) -> tuple[int, str]:
    """Ranges from below upwards; other names as they are."""
    return ({"<": 0, "≥": 2}.get(value[0], 1), value)
