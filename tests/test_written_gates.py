"""Which of the written questions are kept: gates, quotas, confirmation, choice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft
from danetka.augmentation.prompts.confirm import Confirmation
from danetka.augmentation.prompts.gates import GATES, Gates, within_quotas
from danetka.augmentation.prompts.generator import PromptedGenerator
from danetka.augmentation.prompts.settings import ConfirmSettings, PromptedSettings, TuneSettings
from danetka.augmentation.prompts.write import Writer, Written
from danetka.data.split import group_ids
from danetka.errors import DanetkaError, SettingsError
from danetka.language.parse import Parser
from danetka.language.text import normalize
from danetka.schema import Examples

from .made_passages import PASSAGES, make_rows

WRITTEN = (
    ("Построен ли мост в Твери?", "Разводится ли мост?", "Мост?", "Длина моста составляет"),
    (
        "Водится ли в озере щука?",
        "Водится ли в озере щука?",
        "Любит ли слон бананы и апельсины?",
        "Водится ли щуканка в озере?",
    ),
    ("Родилась ли Анна в Омске?", "Построен ли мост в Твери?"),
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser.load()


def test_gates_count_what_falls(parser: Parser) -> None:
    gates = Gates(parser, "plain", {"разводится ли мост"})
    found = gates.pass_through(WRITTEN, PASSAGES[:3], 0, "p-tuning")
    assert [(d.passage, d.question) for d in found] == [
        (0, "Построен ли мост в Твери?"),
        (1, "Водится ли в озере щука?"),
        (2, "Родилась ли Анна в Омске?"),
    ]
    assert {d.label for d in found} == {0}
    assert found[0].form == Form.SHORT
    assert list(gates.left) == list(GATES)
    assert list(gates.left.values()) == [10, 8, 5, 4, 4, 3]
    assert gates.skipped == {
        "question: too short or too long": 1,
        "question: not one question": 1,
        "question: asked already": 3,
        "question: a word that there is not": 1,
        "question: off topic": 1,
    }


def test_a_number_is_no_word_that_there_is_not(parser: Parser) -> None:
    gates = Gates(parser, "plain", set())
    asked = ("Построен ли мост в 1874 году?", "Построен ли мост в 1900 году?")
    found = gates.pass_through([asked], PASSAGES[:1], 0, "p-tuning")
    assert [draft.question for draft in found] == list(asked)


def test_forms_and_lengths_have_quotas() -> None:
    def draft(i: int, question: str, form: Form, sure: float) -> Draft:
        return Draft(question, i, 0, form, "p-tuning", "written", sure=sure, fact=i)

    true = [draft(i, f"Верно ли что дом {i} синий?", Form.TRUE, 0.5 + i / 100) for i in range(30)]
    was = [draft(i, f"Был ли дом {i}?", Form.WAS, 0.6) for i in range(40)]
    kept = within_quotas([*true, *was], 100)
    forms = Counter(d.form for d in kept)
    assert forms[Form.TRUE] == 9, "one and a half times 5.5 of a hundred, and one"
    assert min(d.sure for d in kept if d.form is Form.TRUE) == 0.71, "the surest"
    assert forms[Form.WAS] == 40
    long = [draft(i, "Был ли дом у реки в лесу за горой?", Form.WAS, 0.6) for i in range(40)]
    assert len(within_quotas(long, 100)) == 8


@dataclass
class Parrot:
    """A classifier that remembers what it was asked about."""

    yes: float
    asked: list[str] = field(default_factory=list)

    def probabilities(self, rows: Examples, told: Callable[[int], None] | None = None) -> Any:
        del told
        self.asked += rows.passages
        return np.full(len(rows), self.yes)


def test_an_answer_is_confirmed_by_who_has_not_seen_the_passage() -> None:
    passages = ["Один.", "Два.", "Три."]
    first, second = Parrot(0.2), Parrot(0.7)
    confirmation = Confirmation((first, second), {"один.": 0, "два.": 1})  # type: ignore[arg-type]
    drafts = [Draft("Да ли?", i, 0, Form.VERB, "p-tuning", "written") for i in (0, 1, 2)]
    assert confirmation.score(drafts, passages) == pytest.approx([0.2, 0.7, 0.45])
    assert first.asked == ["Один.", "Три."]
    assert second.asked == ["Два.", "Три."]
    kept = confirmation.confirmed(drafts, passages, 0.1)
    assert [(d.passage, d.sure) for d in kept] == [(0, 0.8)]
    assert [d.passage for d in confirmation.confirmed(drafts, passages, 0)] == [0, 2]


def confirming(tiny: str) -> ConfirmSettings:
    train = {"base_model": tiny, "max_length": 64, "select": "last"}
    return ConfirmSettings(folds=2, train={**train, "training": {"max_steps": 4}})


def test_folds_part_the_groups(tiny: str, tmp_path: Path) -> None:
    rows = make_rows(no_every=3)
    found = Confirmation.train(rows, confirming(tiny), 0, tmp_path)
    groups = group_ids(rows)
    folds = np.array([found.folds[normalize(row.passage)] for row in rows])
    assert all(len(set(folds[groups == g])) == 1 for g in set(groups.tolist()))
    assert set(folds.tolist()) == {0, 1}
    sizes = {
        json.loads((folder / "data.json").read_text(encoding="utf-8"))["train"]["rows"]
        for folder in tmp_path.iterdir()
    }
    assert sizes == {int((folds != 0).sum()), int((folds != 1).sum())}
    with pytest.raises(DanetkaError, match="too few rows to confirm answers by 2"):
        Confirmation.train(rows[:2], confirming(tiny), 0, tmp_path)


def test_the_generator_trains_writes_and_chooses(
    tiny: str, tiny_gpt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_: Writer, passages: Sequence[str], *rest: Any) -> Written:
        assert list(passages) == list(PASSAGES[:3])
        rest[-1](len(passages), len(passages))
        return Written([list(some) for some in WRITTEN], 1)

    monkeypatch.setattr(Writer, "write", write)

    def score(self: Confirmation, drafts: Sequence[Draft], _: Sequence[str]) -> Any:
        assert len(self.classifiers) == 2
        return np.array([{0: 0.1, 1: 0.45, 2: 0.3}[draft.passage] for draft in drafts])

    monkeypatch.setattr(Confirmation, "score", score)
    tuning = TuneSettings(base=tiny_gpt, virtual_tokens=2, epochs=1, longest=90, dev=0.2)
    settings = PromptedSettings(tune=tuning, confirm=confirming(tiny))
    heard: list[tuple[str, int]] = []

    def stage(what: str, total: int) -> Callable[[int], None]:
        heard.append((what, total))
        return list[int]().append

    generator = PromptedGenerator(
        settings, tmp_path, beside=make_rows(no_every=2), style="danetqa",
        stage=stage,
    )  # fmt: skip
    made = generator.generate(PASSAGES[:3], 0, 2)
    assert made.gates == {
        "written": 10, "one question": 8, "new": 6, "known words": 5, "well formed": 5,
        "on topic": 4,
        "answer confirmed": 3, "forms and lengths": 2, "chosen": 2,
    }  # fmt: skip
    assert list(made.gates)[-3:] == ["answer confirmed", "forms and lengths", "chosen"]
    assert [row.label for row in made.examples] == [0, 0]
    assert {row.source for row in made.examples} == {"p-tuning"}
    assert made.skipped["passage: its end is cut to fit the model"] == 1
    assert all(row.meta["sure"] >= 0.6 for row in made.examples)
    assert [what for what, _ in heard] == [
        "p-tuning for «нет»: steps", "writing «нет»: passages", "classifier 1 of 2: steps",
        "classifier 2 of 2: steps",
    ]  # fmt: skip
    assert heard[1][1] == 3
    assert heard[2][1] == 4
    assert len(list((tmp_path / "prompts").iterdir())) == 1
    assert len(list((tmp_path / "folds").iterdir())) == 2


def test_text_has_nothing_to_train_on(tmp_path: Path) -> None:
    generator = PromptedGenerator(PromptedSettings(), tmp_path)
    with pytest.raises(SettingsError, match="no rows to train a prompt for «нет» on"):
        generator.generate(PASSAGES[:2], 0, 2)
