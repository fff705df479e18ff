"""`danetka.augment`: rows in, the same rows and made questions beside them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import danetka
from danetka.augmentation.api import Answers, augmented
from danetka.augmentation.catalog import Making
from danetka.augmentation.generator import Generator, Made
from danetka.data.split import with_dev
from danetka.errors import DanetkaError, SettingsError
from danetka.language.text import normalize
from danetka.schema import Corpus, Example, Examples

from .made_passages import PASSAGES, make_rows


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished drafts of all passages, so that most tests parse nothing."""
    folder = tmp_path_factory.mktemp("parts")
    danetka.augment(make_rows(), parts=folder)
    return folder


def test_the_rare_answer_becomes_as_frequent(parts: Path) -> None:
    rows = make_rows()
    found = augmented(rows, making=Making(parts=parts))
    assert list(np.bincount(rows.labels)) == [10, 30]
    assert list(np.bincount(found.examples.labels)) == [30, 30]
    assert (len(found.made), found.wanted) == (20, 20)
    assert {row.source for row in found.made} == {"rules"}


def test_rows_come_first_and_unchanged(parts: Path) -> None:
    rows = make_rows()
    both = danetka.augment(rows, answer="both", n=10, parts=parts)
    assert both.rows[: len(rows)] == rows.rows
    assert len(both) == len(rows) + 10


def test_made_rows_inherit_their_passages_group(parts: Path) -> None:
    groups = {row.passage: row.group for row in make_rows()}
    made = augmented(make_rows(), making=Making(parts=parts)).made
    assert [row.group for row in made] == [groups[row.passage] for row in made]
    assert len({row.group for row in made}) > 5


def test_fewer_are_reported(parts: Path) -> None:
    found = augmented(make_rows(), answer="no", n=5000, making=Making(parts=parts))
    assert found.wanted == 5000
    assert 100 < len(found.made) < 1000
    assert len(found.examples) == 40 + len(found.made)
    assert sum(found.skipped.values()) > 0


@pytest.mark.parametrize(
    ("answer", "n", "expected"),
    [
        ("rare", 7, {0: 7}),
        ("no", None, {0: 20}),
        ("no", 3, {0: 3}),
        ("yes", 6, {1: 6}),
        ("both", None, {0: 10, 1: 10}),
        ("both", 30, {0: 15, 1: 15}),
    ],
)
def test_how_many_of_which(
    answer: Answers, n: int | None, expected: dict[int, int], parts: Path
) -> None:
    made = augmented(make_rows(), answer=answer, n=n, making=Making(parts=parts)).made
    assert Counter(row.label for row in made) == expected


def test_the_rare_answer_may_be_yes(parts: Path) -> None:
    turned = Examples(
        tuple(Example(r.question, r.passage, 1 - (r.label or 0)) for r in make_rows())
    )
    assert {row.label for row in augmented(turned, making=Making(parts=parts)).made} == {1}


def test_no_question_of_another_split_is_asked(parts: Path) -> None:
    first = augmented(make_rows(), answer="both", n=20, making=Making(parts=parts)).made
    told = tuple(Example(q.upper(), "Другой текст.", 1) for q in first.questions)
    again = augmented(
        make_rows(), answer="both", n=300, against=[Examples(told[:9]), Examples(told[9:])],
        making=Making(parts=parts),
    )  # fmt: skip
    known = set(map(normalize, first.questions))
    assert not known & set(map(normalize, again.made.questions))
    assert len(again.made) > 100


def test_nothing_made_comes_into_dev(parts: Path) -> None:
    """A dev split that is cut from augmented rows holds only what a person asked."""
    train = danetka.augment(make_rows(), parts=parts)
    corpus = with_dev(Corpus("made", {"train": train}))
    assert {row.source for row in corpus.dev} == {"original"}
    assert {row.source for row in corpus.train} == {"original", "rules"}
    assert not set(corpus.dev.passages) & set(corpus.train.passages)


def test_the_style_is_that_of_the_rows(parts: Path) -> None:
    bare = Examples(tuple(replace(r, question=r.question.replace(",", "")) for r in make_rows()))
    plain = augmented(make_rows(), answer="both", n=200, making=Making(parts=parts)).made
    danetqa = augmented(bare, answer="both", n=200, making=Making(parts=parts)).made
    assert {"«", ",", "—"} <= set("".join(plain.questions))
    assert not set("".join(danetqa.questions)) & set(",«»ё—")
    assert all(question[1:] == question[1:].lower() for question in danetqa.questions)
    told = augmented(make_rows(), answer="both", n=200, making=Making("danetqa", parts=parts)).made
    assert not set("".join(told.questions)) & set(",«»ё—")


def test_what_cannot_be_augmented_is_said() -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"generator": "gpt"}, "generator 'gpt': there is none; known are rules, p-tuning"),
        ({"answer": "maybe"}, "answer 'maybe': there is none; known are rare, yes, no, both"),
        ({"style": "loud"}, "style 'loud': there is none; known are auto, plain, danetqa"),
        ({"n": 0}, "n 0: ask for at least one question"),
        ({"answer": "yes"}, "made passages: no «да» is missing for balance: say how many (n)"),
    ]
    for options, said in wrong:
        with pytest.raises(SettingsError) as error:
            danetka.augment(make_rows(), **options)
        assert str(error.value) == said
    only_yes = Examples(tuple(row for row in make_rows() if row.label))
    with pytest.raises(DanetkaError, match="no row is answered «нет»"):
        danetka.augment(only_yes)


class Parrot:
    """Another generator: asks every passage whether it says its first words."""

    name = "parrot"

    def __init__(self) -> None:
        self.told: list[tuple[tuple[str, ...], int | None, int]] = []

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        self.told.append((tuple(passages), answer, n))
        rows = tuple(
            Example(f"Верно ли, что {p.split('.')[0]}?", p, answer, source=self.name)
            for p in passages[:n]
        )
        return Made(Examples(rows, self.name), Counter({"parrot: tired": 1}), len(rows))


def test_any_generator_passes_through() -> None:
    parrot = Parrot()
    checked: Generator = parrot
    rows = Examples(make_rows().rows + make_rows().rows[::4], "twice")
    found = augmented(rows, checked)
    assert parrot.told == [(PASSAGES, 0, 10)]
    assert [row.source for row in found.made] == ["parrot"] * 10
    assert [row.group for row in found.made] == [f"g{i // 2}" for i in range(10)]
    assert found.made.origin == "parrot"
    assert found.examples.rows == rows.rows + found.made.rows
    assert found.skipped == {"parrot: tired": 1}
