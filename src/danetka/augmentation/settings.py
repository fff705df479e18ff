"""What an arm of an experiment, or `danetka augment`, is told about augmentation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, field_validator

from danetka.augmentation.catalog import GENERATORS
from danetka.augmentation.prompts.settings import PromptedSettings
from danetka.settings import Settings


class MakingSettings(Settings):
    """What makes questions.

    Attributes:
        generator: What makes the questions: a name, a list of several (to equal shares), or name →
            share.
        prompted: What p-tuning is told.
    """

    generator: dict[str, PositiveFloat] = Field(default={"rules": 1.0}, min_length=1)
    prompted: PromptedSettings = PromptedSettings()

    @field_validator("generator", mode="before")
    @classmethod
    def _by_share(cls, given: object) -> object:
        names = [given] if isinstance(given, str) else given
        shares = dict.fromkeys(names, 1.0) if isinstance(names, list | tuple) else names
        if isinstance(shares, dict):
            for name in shares:
                if name not in GENERATORS:
                    known = ", ".join(GENERATORS)
                    raise ValueError(f"there is no {name!r}; known are {known}")
        return shares


class AugmentSettings(MakingSettings):
    """How an arm's training set is augmented; on the command line these are options.

    Attributes:
        answer: ``rare``: the rare answer, until both are equally frequent. ``both``: as many of
            each, so that nothing about made questions tells the label; classes stay as they are.
        rows: How many are made; by default what `answer` needs (``both``: one for two rows).
        style: Of the questions: ``danetqa`` (lower case, no commas, no ё), ``plain``, or ``auto``,
            that of the training set.
    """

    answer: Literal["rare", "both"] = "rare"
    rows: int | None = Field(default=None, gt=0)
    style: Literal["auto", "danetqa", "plain"] = "auto"
