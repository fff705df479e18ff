"""The audit finds what was planted, and what is known of the real dataset."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from danetka.data import read_corpus
from danetka.data.audit import Leak, audit_corpus
from danetka.evaluation.baselines import BASELINES
from danetka.report.audit import audit_json, audit_tables
from danetka.schema import Corpus, Example, Examples


def corpus() -> Corpus:
    train = [
        Example(f"Есть ли дом {i}?", f"Дом  номер {i} цел.", int(i % 4 > 0)) for i in range(40)
    ]
    train.append(Example("есть ли дом 1?", "Дом номер 1 цел.", 1))  # a duplicate but for case
    train.append(Example("Есть ли дом 2?", "Дом номер 2 цел.", 0))  # the other answer
    val = [Example(f"Был ли мост {i}?", f"Мо\u0301ст {i}.", i % 2) for i in range(10)]
    val.append(Example("Была ли дверь?", "Дом номер 3 цел.", 1))  # a passage of train
    val.append(Example("Есть ли дом 4?", "Дверь была.", 1))  # a question of train
    return Corpus("made", {"train": Examples(tuple(train)), "val": Examples(tuple(val))})


def test_what_was_planted_is_found() -> None:
    found = audit_corpus(corpus(), "counter", lambda rows: len(rows) // 2)
    train, val = found.splits
    assert (train.rows, train.yes, train.duplicates, train.conflicts) == (42, 31, 2, 1)
    assert (train.double_spaced, train.stressed, train.truncated) == (40, 0, 21)
    assert (val.stressed, val.double_spaced, val.conflicts) == (10, 0, 0)
    assert found.leaks == (Leak("val", "train", passages=1, questions=1, rows=2),)
    assert found.fails == ["2 rows of val leak from train", "1 conflicts in train"]
    assert [(w.word, w.rows) for w in found.first_words] == [("есть", 42)]
    assert found.first_words[0].yes_share == pytest.approx(31 / 42)
    assert found.shift is not None
    assert found.shift[:2] == ("val", "train")
    assert found.shift[2] == pytest.approx(31 / 42 - 7 / 12)
    assert {g.split for g in found.giveaways} == {"val"}
    shown = json.loads(audit_json(found))
    assert shown["leaks"][0]["rows"] == 2
    assert [len(table.rows) for table in audit_tables(found)] == [2, 1, 1, 3]


def test_a_single_unlabelled_file(examples: Callable[..., Examples]) -> None:
    bare = Examples(tuple(Example(row.question, row.passage) for row in examples(9)))
    found = audit_corpus(Corpus("bare", {"test": bare}))
    assert (found.splits[0].yes, found.giveaways, found.shift) == (None, (), None)
    assert len(audit_tables(found)) == 1


def test_giveaways_of_a_lone_train_split_are_held_out() -> None:
    """A question whose word tells the answer is caught though there is no other split."""
    rows = [
        Example(f"{('Был', 'Есть')[i % 2]} ли дом {i}?", f"Текст {i}.", i % 2) for i in range(80)
    ]
    found = audit_corpus(Corpus("made", {"train": Examples(tuple(rows))}))
    assert {g.split for g in found.giveaways} == {"held out of train"}
    assert found.giveaways[0].balanced_accuracy == 1.0


def test_the_real_dataset(real_danetqa: Path) -> None:
    found = audit_corpus(read_corpus(real_danetqa))
    leaks = {(leak.split, leak.other): leak for leak in found.leaks}
    assert leaks["val", "train"].rows == 125
    assert leaks["test", "train"].passages == 144
    assert found.shift is not None
    assert (found.shift[0], found.shift[1]) == ("train", "val")
    assert found.shift[2] == pytest.approx(0.819 - 0.756, abs=0.002)
    val = found.splits[1]
    assert (val.rows, val.yes, val.duplicates) == (821, 672, 2)
    question = {g.baseline: g for g in found.giveaways}["TF-IDF, question only"]
    assert question.balanced_accuracy == pytest.approx(0.6, abs=0.02)
    assert {w.word: round(w.yes_share, 2) for w in found.first_words}["входит"] == 0.43


@pytest.mark.parametrize("name", list(BASELINES))
def test_baselines_answer_as_probabilities(name: str, examples: Callable[..., Examples]) -> None:
    train, rows = examples(60), examples(20)
    found = BASELINES[name](train, rows)
    assert found.shape == (20,)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found == BASELINES[name](train, rows)).all()
    if name == "majority":
        assert (found == 0.75).all()


def test_baselines_see_only_what_they_say() -> None:
    """Answers hang on the question's first word: those that see the question find it."""
    rows = [
        Example(f"{('Был', 'Есть')[i % 2]} ли дом {i}?", f"Текст {i % 7}.", i % 2)
        for i in range(84)
    ]
    train, held_out = Examples(tuple(rows[:56])), Examples(tuple(rows[56:]))
    right = {
        name: np.mean((fit(train, held_out) >= 0.5) == (held_out.labels == 1))
        for name, fit in BASELINES.items()
    }
    assert right["first word"] == right["TF-IDF, question only"] == 1.0
    assert right["TF-IDF, question + passage"] == 1.0
    assert right["TF-IDF, passage only"] <= 0.6
