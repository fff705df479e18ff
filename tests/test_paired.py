"""Two arms on the same rows: the bootstrap of their difference."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from danetka.evaluation.paired import paired_difference, paired_mean_difference

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
    labels, theirs = answered(200, 0.6, 3, seeds=1)
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


@pytest.mark.parametrize(
    ("per_row", "per_seed", "noise"),
    [(0.0, 0.0, 1.0), (0.0, 1.0, 0.2), (1.0, 0.0, 0.3), (1.0, 0.4, 0.5)],
    ids=["nothing lasts", "seeds differ", "rows differ", "all of it"],
)
def test_chance_is_seldom_taken_for_an_effect(
    per_row: float, per_seed: float, noise: float
) -> None:
    """Whatever the arms' answers hang on: where they are equally good, one in twenty seems better.

    The draw of rows and seeds at once would find 0% where nothing lasts and 9% where seeds differ.
    """
    random = np.random.default_rng(7)
    false = np.mean([_equally_good(random, per_row, per_seed, noise) < 0.05 for _ in range(400)])
    assert 0.015 <= false <= 0.08, "5% ± 2%, and what 400 draws may stray"


def _equally_good(
    random: np.random.Generator, per_row: float, per_seed: float, noise: float
) -> float:
    """p of two arms that tell «да» from «нет» equally well."""
    labels = (random.random(300) < 0.7).astype(np.int64)
    seen = random.normal(0, 1, 300) + 0.6 * (2 * labels - 1)

    def arm() -> NDArray[np.bool_]:
        own = random.normal(0, per_row, 300) + random.normal(0, per_seed, (5, 1))
        return np.asarray(seen + own + random.normal(0, noise, (5, 300)) > -0.4)

    return paired_difference(labels, arm(), arm(), resamples=200).p


def test_rows_of_a_group_are_drawn_together() -> None:
    """Every row four times is no more evidence than every row once."""
    labels, ours = answered(80, 0.8, 1, seeds=1)
    _, theirs = answered(80, 0.7, 2, seeds=1)
    once = paired_difference(labels, ours, theirs)
    labels, (ours, theirs) = labels.repeat(4), (arm.repeat(4, axis=1) for arm in (ours, theirs))
    groups = np.arange(80, dtype=np.int32).repeat(4)
    grouped = paired_difference(labels, ours, theirs, groups=groups)
    alone = paired_difference(labels, ours, theirs)
    assert once.value == pytest.approx(grouped.value)
    assert (grouped.low, grouped.high) == pytest.approx((once.low, once.high), abs=0.02)
    assert alone.high - alone.low < 0.75 * (once.high - once.low)


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


@pytest.mark.parametrize("grouped", [False, True])
def test_of_accuracy_the_seeds_mean_says_the_same(grouped: bool) -> None:
    labels, ours = answered(90, 0.8, 1, seeds=3)
    _, theirs = answered(90, 0.7, 2, seeds=3)
    groups = np.arange(90, dtype=np.int32) // 3 if grouped else None
    gained = (ours == (labels == 1)).astype(float) - (theirs == (labels == 1))
    found = paired_mean_difference(
        lambda weights: weights @ gained.T / weights.sum(axis=1, keepdims=True), 90, groups=groups
    )
    expected = paired_difference(labels, ours, theirs, "accuracy", groups=groups)
    assert (found.value, found.low, found.high, found.p) == pytest.approx(
        (expected.value, expected.low, expected.high, expected.p)
    )
    assert found.low < found.value < found.high


def test_of_one_run_the_seeds_mean_has_the_rows_alone() -> None:
    labels, ours = answered(90, 0.8, 1, seeds=1)
    _, theirs = answered(90, 0.7, 2, seeds=1)
    gained = (ours == (labels == 1)).astype(float) - (theirs == (labels == 1))
    found = paired_mean_difference(lambda weights: weights @ gained.T / 90, 90)
    expected = paired_difference(labels, ours, theirs, "accuracy")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
