"""McNemar's exact test and Holm's correction, against statsmodels'."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as reference
from statsmodels.stats.multitest import multipletests

from danetka.evaluation.mcnemar import holm, mcnemar


@pytest.mark.parametrize(("ours", "theirs"), [(0.9, 0.7), (0.75, 0.75), (0.5, 0.95), (1.0, 0.98)])
def test_it_is_statsmodels_exact_test(ours: float, theirs: float) -> None:
    random = np.random.default_rng(3)
    labels = (random.random(90) < 0.6).astype(np.int64)
    first, second = ((labels == 1) ^ (random.random(90) > right) for right in (ours, theirs))
    right, other = first == (labels == 1), second == (labels == 1)
    table = [
        [np.sum(right & other), np.sum(right & ~other)],
        [np.sum(~right & other), np.sum(~right & ~other)],
    ]
    found = mcnemar(labels, first, second)
    assert (found.ours, found.theirs) == (table[0][1], table[1][0])
    assert found.p == pytest.approx(reference(table, exact=True).pvalue)
    turned = mcnemar(labels, second, first)
    assert (turned.ours, turned.theirs, turned.p) == (found.theirs, found.ours, found.p)


def test_equal_answers_do_not_differ() -> None:
    labels = np.array([0, 1, 1, 0])
    answers = np.array([True, True, False, False])
    assert mcnemar(labels, answers, answers.copy()).p == 1.0


def test_of_several_runs_the_majority_counts() -> None:
    labels = np.ones(4, dtype=np.int64)
    ours = np.array(
        [[True, True, False, False], [True, False, True, False], [True, True, True, False]]
    )
    theirs = np.zeros((3, 4), dtype=bool)
    assert mcnemar(labels, ours, theirs).ours == 3
    drawn = ours[:2]
    assert mcnemar(labels, drawn, theirs[:2]).ours == 2, "in a draw the first run decides"


def test_holm_is_statsmodels() -> None:
    values = [0.04, 0.001, 0.03, 0.2, 0.012, 0.9]
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])
    assert holm([]) == []
    assert holm([0.6, 0.7]) == [1.0, 1.0]
