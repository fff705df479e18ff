"""Two arms on the same rows: the bootstrap of their difference."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from danetka.evaluation.paired import paired_difference

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


def test_rows_of_a_group_are_drawn_together() -> None:
    """Every row four times is no more evidence than every row once."""
    labels, ours = answered(80, 0.8, 1)
    _, theirs = answered(80, 0.7, 2)
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
