"""The generators by name, alone or mixed, and what they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from danetka.augmentation.mixed import MixedGenerator
from danetka.augmentation.progress import Stage, staged
from danetka.augmentation.prompts.settings import PromptedSettings
from danetka.augmentation.style import Style, style_of
from danetka.errors import SettingsError
from danetka.language.text import question_key

if TYPE_CHECKING:
    from danetka.augmentation.generator import Generator
    from danetka.schema import Examples

GENERATORS: Final = ("rules", "p-tuning")
RUNS: Final = Path("runs")


@dataclass(frozen=True)
class Making:
    """How questions are made, by whichever generator.

    Attributes:
        style: ``danetqa``, ``plain``, or ``auto``, that of the rows.
        seed: The same rows and seed give the same questions.
        workers: Processes side by side.
        parts: A folder for finished work, by which a killed run goes on.
        stage: Hears what is done, and how far it has come.
        prompted: What p-tuning is told.
        adapters: Answer → the adapter that p-tuning writes with; others are trained.
        runs: Where the models lie that are trained on the way.
    """

    style: Style | Literal["auto"] = "auto"
    seed: int = 0
    workers: int = 1
    parts: Path | None = None
    stage: Stage | None = None
    prompted: PromptedSettings = field(default_factory=PromptedSettings)
    adapters: Mapping[int, Path] = field(default_factory=dict)
    runs: Path = RUNS


def by_name(
    name: str | Mapping[str, float],
    beside: Examples | None,
    against: Iterable[Examples],
    making: Making,
) -> Generator:
    """A generator of the catalogue.

    Args:
        name: One, several with commas between them (to equal shares), or name → share.
        beside: Labelled rows that the questions will join.
        against: Other splits, none of whose questions is asked.
        making: How they are made.

    Raises:
        SettingsError: If there is none of that name, or no such style.
    """
    shares = name if isinstance(name, Mapping) else dict.fromkeys(name.split(","), 1.0)
    for one in shares:
        if one not in GENERATORS:
            known = ", ".join(GENERATORS)
            raise SettingsError(f"generator {one!r}: there is none; known are {known}")
    if making.style not in ("auto", "plain", "danetqa"):
        raise SettingsError(
            f"style {making.style!r}: there is none; known are auto, plain, danetqa"
        )
    style = style_of(beside.questions if beside else []) if making.style == "auto" else making.style
    asked = frozenset(question_key(q) for rows in against for q in rows.questions)
    made = {one: _one(one, beside, asked, style, making) for one in shares}
    if len(made) == 1:
        return next(iter(made.values()))
    return MixedGenerator(tuple((made[one], share) for one, share in shares.items()))


def _one(
    name: str, beside: Examples | None, asked: frozenset[str], style: Style, making: Making
) -> Generator:
    if name == "rules":
        from danetka.augmentation.rules.generator import RuleGenerator

        told = staged(making.stage, "passages read")
        return RuleGenerator(style, making.seed, making.workers, beside, asked, making.parts, told)
    from danetka.augmentation.prompts.generator import PromptedGenerator

    return PromptedGenerator(
        making.prompted,
        making.runs,
        making.adapters,
        style,
        making.seed,
        beside,
        asked,
        making.parts / "written" if making.parts else None,
        making.stage,
    )
