"""The grammar of negation and exchange, case by case (`golden/negations.yaml`)."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from danetka.augmentation.rules.batch import parser
from danetka.language.inflect import lemmas
from danetka.robustness.facts import pairs
from danetka.robustness.names import names_in
from danetka.robustness.negation import negated
from danetka.robustness.swaps import swaps
from danetka.schema import YES, Example

GOLDEN = Path(__file__).parent / "golden" / "negations.yaml"
LEAST_NEGATED, LEAST_LEFT_OUT = 40, 12


@cache
def golden() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("group", golden()["negated"], ids=lambda group: str(group["form"]))
def test_negated(group: dict[str, Any]) -> None:
    style = group.get("style", "plain")
    made = {question: negated(question, style) for question, _ in group["cases"]}
    assert made == dict(group["cases"])


@pytest.mark.parametrize("question", [question for question, _ in golden()["left_out"]])
def test_left_out(question: str) -> None:
    assert negated(question, "plain") is None


def test_there_are_enough_cases() -> None:
    assert sum(len(group["cases"]) for group in golden()["negated"]) >= LEAST_NEGATED
    assert len(golden()["left_out"]) >= LEAST_LEFT_OUT


@pytest.mark.parametrize("case", golden()["swapped"], ids=lambda case: str(case[0]))
@pytest.mark.parametrize("seed", range(3))
def test_swapped(case: list[str], seed: int) -> None:
    question, passage, kind, old = case[:4]
    [made] = swaps([Example(question, passage, YES)], parser(), random.Random(seed))
    assert made is not None
    assert (made.kind, made.old) == (kind, old)
    if len(case) > 4:
        assert made.question == case[4]
    assert made.question.lower() == question.lower().replace(old.lower(), made.new.lower())
    assert not lemmas(made.new) & lemmas(passage)
    assert made.new not in passage


@pytest.mark.parametrize("case", golden()["not_swapped"], ids=lambda case: f"{case[0]} {case[2]}")
def test_not_swapped(case: list[str]) -> None:
    assert list(swaps([Example(case[0], case[1], YES)], parser(), random.Random(0))) == [None]


def test_names_are_told_by_the_passage() -> None:
    names = names_in("Вчера Зорька бежала. Зорьку видел Петров. У ВДНХ шумел Лес, и лес горел.")
    assert {"зорька", "петров", "вднх"} <= names
    assert not names & {"вчера", "лес"}


def test_whom_the_passage_names_was_not_there_in_the_nominative() -> None:
    question, names = "Был ли капитан в порту?", names_in("Тогда вошёл Капитан. Его ждали.")
    assert negated(question, "danetqa") == "Верно ли что в порту не было капитана?"
    assert negated(question, "danetqa", names) == "Верно ли что капитан не был в порту?"


@pytest.mark.parametrize("number", [40, 41, 42, 43, 44, 45, 46, 47])
def test_where_some_are_counted_fewer_are_there_too(number: int) -> None:
    [pair] = pairs([f"В озере водится {number} видов рыб."], parser(), random.Random(0))
    assert pair is None or int(pair.new) > number


def test_a_contrast_is_one_fact_asked_twice() -> None:
    [pair] = pairs(["Мельничный мост построен в 1874 году в Твери."], parser(), random.Random(0))
    assert pair is not None
    assert pair.old in pair.true
    assert pair.true.replace(pair.old, pair.new) == pair.false
    assert "1874" in pair.true
    assert "1874" not in pair.false
