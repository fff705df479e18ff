"""Scores agree with scikit-learn; intervals and thresholds do what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from danetka.evaluation import ranking
from danetka.evaluation.scores import Confusion, score
from danetka.evaluation.threshold import choose_threshold

LABELS = st.lists(st.integers(0, 1), min_size=2, max_size=40)


@given(LABELS, st.data())
@settings(max_examples=150, deadline=None)
def test_parity_with_scikit_learn(given_labels: list[int], data: st.DataObject) -> None:
    labels = np.array(given_labels)
    levels = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])  # few, so that there are ties
    drawn: list[float] = data.draw(st.lists(levels, min_size=len(labels), max_size=len(labels)))
    p = np.array(drawn)
    found = score(labels, p, 0.5)
    answers = (p >= 0.5).astype(int)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(labels, answers))
    for label, name in ((1, "yes"), (0, "no")):
        expected = metrics.precision_recall_fscore_support(
            labels, answers, labels=[label], zero_division=0
        )
        for what, value in zip(("precision", "recall", "f1"), expected, strict=False):
            assert found[f"{name}_{what}"] == pytest.approx(value[0])
    assert found["brier"] == pytest.approx(np.mean((p - labels) ** 2))
    if len(set(given_labels)) == 2:
        assert found["balanced_accuracy"] == pytest.approx(
            metrics.balanced_accuracy_score(labels, answers)
        )
        assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(labels, p))
        assert found["no_average_precision"] == pytest.approx(
            metrics.average_precision_score(1 - labels, 1 - p)
        )
    else:
        assert math.isnan(found["roc_auc"])


def test_weighted_rankings_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, 60)
    p = np.round(random.random(60), 1)
    weights = random.integers(0, 4, (5, 60)).astype(float)
    found = ranking.weighted_scores(labels, p, weights)
    for i, w in enumerate(weights):
        keep = w > 0
        assert found["roc_auc"][i] == pytest.approx(
            metrics.roc_auc_score(labels[keep], p[keep], sample_weight=w[keep])
        )
        assert found["no_average_precision"][i] == pytest.approx(
            metrics.average_precision_score(1 - labels[keep], 1 - p[keep], sample_weight=w[keep])
        )
        assert found["brier"][i] == pytest.approx(
            metrics.brier_score_loss(labels[keep], p[keep], sample_weight=w[keep])
        )


def test_calibration_error_by_hand() -> None:
    labels = np.array([1, 0, 1, 1])
    p = np.array([0.62, 0.68, 0.95, 1.0])  # bins 6, 6, 9, 9: |0.5 - 0.65| and |1 - 0.975|
    assert score(labels, p)["calibration_error"] == pytest.approx((0.15 + 0.025) / 2)


def test_every_figure_is_of_one_matrix() -> None:
    labels = np.array([1, 1, 1, 0, 0])
    runs = np.array([[0.9, 0.8, 0.1, 0.7, 0.2], [0.9, 0.2, 0.3, 0.1, 0.2]])
    found = score(labels, runs, np.array([0.5, 0.25]))
    assert found.confusion == Confusion(yes_yes=4, yes_no=2, no_yes=1, no_no=3)
    assert found.values == pytest.approx({**found.values, **found.confusion.scores()})
    assert found["accuracy"] == pytest.approx(0.7)
    assert found.rows == 5
    alone = [score(labels, run)["roc_auc"] for run in runs]
    assert found["roc_auc"] == pytest.approx(np.mean(alone))


def test_intervals_cover_the_truth() -> None:
    """Of 200 samples about 95% of the intervals hold the true accuracy; seeded, so not flaky."""
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        labels = random.integers(0, 2, 150)
        right = random.random(150) < 0.7
        low, high = score(labels, np.where(right, labels, 1 - labels) * 1.0).intervals["accuracy"]
        covered += low <= 0.7 <= high
    assert 180 <= covered <= 197


def test_intervals_are_seeded() -> None:
    random = np.random.default_rng(1)
    labels, p = random.integers(0, 2, 50), random.random(50)
    assert score(labels, p, seed=1) == score(labels, p, seed=1)
    assert score(labels, p, seed=1).intervals != score(labels, p, seed=2).intervals


def test_shapes_that_do_not_match() -> None:
    with pytest.raises(ValueError, match="must match"):
        score(np.array([1, 0]), np.array([0.5]))
    with pytest.raises(ValueError, match="must match"):
        score(np.array([], dtype=np.int64), np.array([]))


@given(LABELS, st.data())
@settings(max_examples=100, deadline=None)
def test_no_threshold_is_better(given_labels: list[int], data: st.DataObject) -> None:
    labels = np.array(given_labels)
    p = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(labels), max_size=len(labels))))

    def balanced(threshold: float) -> float:
        return Confusion.of(labels, p >= threshold).scores()["balanced_accuracy"]

    chosen = balanced(choose_threshold(labels, p))
    for other in (*p, 0.5, 0.0, 1.0):
        assert balanced(float(other)) <= chosen + 1e-9


def test_between_two_neighbouring_numbers_there_is_a_threshold() -> None:
    """Their mean is the lower one, which would answer «да» to both."""
    for lower in (0.0, 0.25, 1 - 2**-53):
        p = np.array([lower, lower, np.nextafter(lower, 1)])
        threshold = choose_threshold(np.array([0, 0, 1]), p)
        assert (p >= threshold).tolist() == [False, False, True]


def test_of_equal_thresholds_the_nearest_to_one_half() -> None:
    labels = np.array([0, 0, 1, 1])
    assert choose_threshold(labels, np.array([0.1, 0.2, 0.9, 0.95])) == 0.5
    assert choose_threshold(labels, np.array([0.6, 0.7, 0.9, 0.95])) == pytest.approx(0.8)
