"""What a card says that a model cannot do follows from its figures and its data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from danetka.schema import Example, Examples
from danetka.training.card import CardFacts, card_text, read_facts

from .carded import carded_run, limits_of, measured


@pytest.fixture(scope="module")
def facts(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> CardFacts:
    return read_facts(carded_run(tiny, tmp_path_factory.mktemp("carded") / "run"), "best")


GUESSED = [0.9, 0.9, 0.1, 0.1] * 10
HALF = [1, 0] * 20
TELLING = [(0.9 if label else 0.1) for label in HALF]


@pytest.mark.parametrize(
    ("labels", "probabilities", "said", "unsaid"),
    [
        (HALF, GUESSED, "it cannot be told from guessing", "worse than guessing"),
        (HALF, TELLING, "Russian, and the kind", "guessing"),
        (HALF, [1 - p for p in TELLING], "it is worse than guessing", "cannot be told"),
        (HALF, [0.9] * 40, "it answers every row «да»", "every row «нет»"),
        (HALF, [0.1] * 40, "it answers every row «нет»", "every row «да»"),
        ([1] * 30 + [0] * 10, [0.9] * 38 + [0.1] * 2,
         "it finds 2 of the 10 rows whose answer is «нет»", "whose answer is «да»"),
        ([0] * 30 + [1] * 10, [0.1] * 39 + [0.9],
         "it finds 1 of the 10 rows whose answer is «да»", "whose answer is «нет»"),
        (HALF, [0.1 if i > 2 else p for i, p in enumerate(TELLING)],
         "it finds 2 of the 20 rows whose answer is «да»", "whose answer is «нет»"),
        (HALF, [0.51 if p > 0.5 else 0.49 for p in TELLING], "probabilities are off by 0.490", "?"),
        (HALF, [0.99 if p > 0.5 else 0.01 for p in TELLING], "not by knowledge", "are off by"),
    ],
)  # fmt: skip
def test_limits_follow_from_figures(
    facts: CardFacts, labels: list[int], probabilities: list[float], said: str, unsaid: str
) -> None:
    text = limits_of(card_text(replace(facts, measured=(measured(labels, probabilities),))))
    assert said in text
    assert unsaid not in text


def test_limits_follow_from_dev_where_nothing_else_is_measured(facts: CardFacts) -> None:
    poor = {**facts.epoch, "balanced_accuracy": 0.5, "yes_recall": 0.95, "no_recall": 0.05}
    text = limits_of(card_text(replace(facts, epoch=poor)))
    assert "It has been measured on dev alone, where its epoch was chosen." in text
    assert "no better than that of guessing" in text
    assert "it finds only 5.0% of the rows whose answer is «нет»" in text
    fine = {**poor, "balanced_accuracy": 0.9, "no_recall": 0.85}
    assert "Even there" not in limits_of(card_text(replace(facts, epoch=fine)))


@pytest.mark.parametrize(
    ("yes", "settings", "said"),
    [
        (36, {}, "10.0% are answered «нет», and nothing made up for that"),
        (4, {}, "10.0% are answered «да», and nothing made up for that"),
        (36, {"class_weights": "balanced"}, None),
        (36, {"sampling": "over"}, None),
        (22, {}, None),
        (40, {}, "No training row is answered «нет»"),
    ],
)
def test_a_rare_answer_is_a_limit(
    facts: CardFacts, yes: int, settings: dict[str, Any], said: str | None
) -> None:
    train_split = replace(facts.train, yes=yes)
    changed = replace(
        facts,
        splits=(train_split, *facts.splits[1:]),
        settings=facts.settings.model_copy(update=settings),
    )
    text = limits_of(card_text(changed))
    if said:
        assert said in text
    else:
        assert "made up for that" not in text
        assert "No training row" not in text


def test_rows_named_as_made_are_counted(facts: CardFacts) -> None:
    rows = Examples((Example("Это так?", "Это так.", 1, source="p-tuning"),))
    assert rows[0].source == "p-tuning"
    split = replace(facts.train, sources=(("p-tuning", 10), ("rules", 10), ("original", 20)))
    text = card_text(replace(facts, splits=(split, *facts.splits[1:])))
    assert "50.0% of its training rows were made by a program" in limits_of(text)
