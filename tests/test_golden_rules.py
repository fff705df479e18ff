"""The rules' grammar, case by case: sentence → question, answer and edit."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from danetka.augmentation.rules.batch import parser
from danetka.augmentation.rules.candidates import read
from danetka.augmentation.rules.edits import Context, edit
from danetka.augmentation.rules.passage import Pool
from danetka.augmentation.rules.questions import ask
from danetka.schema import LABEL_NAMES

GOLDEN = Path(__file__).parent / "golden" / "rules.yaml"
LEAST_CASES = 150


@cache
def groups() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    return loaded


def questions_of(passage: str) -> tuple[list[tuple[str, str, str]], Counter[str]]:
    """(answer, question, edit) of all that a passage gives, and what was skipped."""
    passages, skipped = read([passage], parser())
    context = Context(passages[0], Pool(passages), random.Random(0))
    found = [
        (LABEL_NAMES[change.label], question.text, change.name)
        for clause in passages[0].clauses
        for change in edit(clause, context)
        for question in ask(
            change.clause,
            change.part,
            denied=change.denied,
            true=change.name in ("none", "synonym", "denied"),
        )
    ]
    return found, skipped


@pytest.mark.parametrize("group", groups(), ids=lambda group: str(group["rule"]))
def test_golden(group: dict[str, Any]) -> None:
    wrong = []
    for case in group["cases"]:
        asked, skipped = questions_of(case["passage"])
        texts = {question for _, question, _ in asked}
        for answer, question, name in case.get("asks", []):
            answers = {a for a, q, _ in asked if q == question}
            if (answer, question, name) not in asked:
                wrong.append(f"{case['passage']} → not asked: {answer} {question} [{name}]")
            elif answers != {answer}:
                wrong.append(f"{case['passage']} → with both answers: {question}")
        wrong += [f"{case['passage']} → {q}" for q in case.get("never", []) if q in texts]
        if "skipped" in case and (asked or case["skipped"] not in skipped):
            wrong.append(f"{case['passage']} → {dict(skipped)}, {asked[:1]}")
    assert not wrong, "\n".join(wrong)


def test_there_are_enough_cases_and_each_says_something() -> None:
    cases = [case for group in groups() for case in group["cases"]]
    assert len(cases) >= LEAST_CASES
    assert all(case.get("asks") or case.get("skipped") for case in cases)
    answers = Counter(answer for case in cases for answer, _, _ in case.get("asks", []))
    assert min(answers["да"], answers["нет"]) >= LEAST_CASES
