"""Several generators as one, by share; arms and commands that use them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import danetka
from danetka.augmentation.catalog import Making, by_name
from danetka.augmentation.generator import Made
from danetka.augmentation.mixed import MixedGenerator
from danetka.augmentation.settings import AugmentSettings
from danetka.errors import SettingsError
from danetka.experiment.settings import ExperimentSettings
from danetka.schema import Example, Examples

from .made_passages import make_rows

PASSAGES = ("Один.", "Два.")


@dataclass
class Fixed:
    """Has so many questions and no more."""

    name: str
    has: int
    told: list[int] = field(default_factory=list)

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        self.told.append(n)
        rows = tuple(
            Example(f"Верно ли {self.name} {i}?", passages[i % 2], answer, source=self.name)
            for i in range(min(n, self.has))
        )
        return Made(Examples(rows), Counter({f"{self.name}: tired": 1}), 2, {self.name: len(rows)})


def shares(made: Made) -> Counter[str]:
    return Counter(row.source for row in made.examples)


def test_each_makes_its_share() -> None:
    mixed = MixedGenerator(((Fixed("a", 99), 1.0), (Fixed("b", 99), 3.0)))
    made = mixed.generate(PASSAGES, 0, 20)
    assert shares(made) == {"a": 5, "b": 15}
    assert [row.passage for row in made.examples] == ["Один."] * 11 + ["Два."] * 9
    assert made.skipped == {"a: tired": 1, "b: tired": 1}
    assert made.gates == {"a": 5, "b": 15}
    assert mixed.name == "a+b"


def test_one_makes_up_for_the_other() -> None:
    weak, strong = Fixed("weak", 3), Fixed("strong", 99)
    assert shares(MixedGenerator(((weak, 1), (strong, 1))).generate(PASSAGES, 0, 20)) == {
        "weak": 3,
        "strong": 17,
    }
    assert (weak.told, strong.told) == ([10], [17])
    weak, strong = Fixed("weak", 3), Fixed("strong", 99)
    assert shares(MixedGenerator(((strong, 1), (weak, 1))).generate(PASSAGES, 0, 20)) == {
        "weak": 3,
        "strong": 17,
    }
    assert (weak.told, strong.told) == ([10], [10, 17])
    both = MixedGenerator(((Fixed("a", 2), 1), (Fixed("b", 3), 1)))
    assert len(both.generate(PASSAGES, 0, 20).examples) == 5


def test_names_and_shares() -> None:
    told = AugmentSettings.parse({"generator": ["rules", "p-tuning"]}, "x")
    assert told.generator == {"rules": 1, "p-tuning": 1}
    assert AugmentSettings.parse({"generator": "p-tuning"}, "x").generator == {"p-tuning": 1}
    assert AugmentSettings().generator == {"rules": 1}
    rows = make_rows()
    assert by_name("rules", rows, (), Making()).name == "rules"
    assert by_name("rules,p-tuning", rows, (), Making()).name == "rules+p-tuning"
    with pytest.raises(SettingsError, match="generator 'rule': there is none"):
        by_name("rule,p-tuning", rows, (), Making())
    with pytest.raises(SettingsError, match=r"prompted: tune\.epochs"):
        danetka.augment(rows, "p-tuning", prompted={"tune": {"epochs": 0}})


def test_an_arm_may_mix(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "data: sample\narms:\n  both: {augment: [rules, p-tuning]}\n"
        "  shares: {augment: {generator: {rules: 3, p-tuning: 1}, prompted: {confirm: null}}}\n",
        encoding="utf-8",
    )
    both, shared = ExperimentSettings.read(path).list_arms()
    assert both.augment is not None
    assert both.augment.generator == {"rules": 1, "p-tuning": 1}
    assert shared.augment is not None
    assert shared.augment.generator == {"rules": 3, "p-tuning": 1}
    assert shared.augment.prompted.confirm is None
    path.write_text("data: sample\narms: {a: {augment: [rule]}}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"arms\.a\.augment: generator: there is no 'rule'"):
        ExperimentSettings.read(path)
