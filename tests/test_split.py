"""Splits: groups stay whole, both parts have the same balance, a seed decides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danetka.data import load_examples, read_corpus
from danetka.data.split import cut, group_ids, seen_in
from danetka.errors import DanetkaError
from danetka.schema import Example, Examples

ROW = st.builds(
    lambda q, p, label: Example(f"Вопрос {q}?", f"Текст {p}.", label),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 1),
)


def test_groups_are_transitive_and_normalised() -> None:
    rows = [
        ("Вопрос А?", "Текст 1."),
        ("Вопрос Б?", "Текст 1."),
        ("вопрос б?", "Текст 2."),  # linked by the question, whatever its case
        ("Вопрос В?", "Те\u0301кст  2."),  # linked by the passage, whatever its stress and spaces
        ("Вопрос Г?", "Текст 3."),
    ]
    examples = Examples(tuple(Example(q, p, 1) for q, p in rows))
    assert group_ids(examples).tolist() == [0, 0, 0, 0, 1]


def test_a_given_group_links_too() -> None:
    rows = [Example(f"Вопрос {i}?", f"Текст {i}.", 1, group="abbc"[i]) for i in range(4)]
    assert group_ids(Examples(tuple(rows))).tolist() == [0, 1, 1, 2]


@given(st.lists(ROW, min_size=40, max_size=80), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_no_group_crosses(rows: list[Example], seed: int) -> None:
    examples = Examples(tuple(rows))
    try:
        rest, taken = cut(examples, 0.3, seed)
    except DanetkaError:  # one group may hold nearly everything
        return
    assert len(rest) + len(taken) == len(examples)
    assert not seen_in(taken, rest).any()
    assert cut(examples, 0.3, seed) == (rest, taken)


def test_both_parts_have_the_balance_of_the_whole() -> None:
    rows = [Example(f"Вопрос {i}?", f"Текст {i // 3}.", int(i % 4 > 0)) for i in range(600)]
    examples = Examples(tuple(rows))
    seen = set()
    for seed in range(4):
        rest, taken = cut(examples, 0.2, seed)
        assert abs(len(taken) - 120) <= 6
        assert abs(rest.labels.mean() - 0.75) < 0.02
        assert abs(taken.labels.mean() - 0.75) < 0.04
        seen.add(taken.sha256)
    assert len(seen) == 4


def test_what_cannot_be_cut_is_said() -> None:
    one = Examples(tuple(Example(f"Вопрос {i}?", "Текст.", i % 2) for i in range(20)))
    with pytest.raises(DanetkaError, match="in 1 groups: give more rows"):
        cut(one, 0.2)


def test_the_real_dataset(real_danetqa: Path) -> None:
    corpus = load_examples(real_danetqa)
    assert len(corpus.train) + len(corpus.dev) == 1065
    assert not seen_in(corpus.dev, corpus.train).any()
    whole = read_corpus(real_danetqa)
    assert int(seen_in(whole.val, whole.train).sum()) == 125
    assert np.isclose(corpus.dev.labels.mean(), whole.train.labels.mean(), atol=0.01)
