"""What an arm of an experiment, or `danetka augment`, is told about augmentation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat

from danetka.augmentation.prompts.settings import PromptedSettings
from danetka.settings import Settings

Name = Literal["rules", "p-tuning"]


class AugmentSettings(Settings):
    """How a training set is augmented.

    Attributes:
        generator: What makes the questions; a list of several, to equal shares, or name → share.
        answer: ``rare``: the rare answer, until both are equally frequent. ``both``: as many of
            each, so that nothing about made questions tells the label; classes stay as they are.
        rows: How many are made; by default what `answer` needs (``both``: one for two rows).
        style: Of the questions: ``danetqa`` (lower case, no commas, no ё), ``plain``, or ``auto``,
            that of the training set.
        prompted: What p-tuning is told.
    """

    generator: Name | tuple[Name, ...] | dict[Name, PositiveFloat] = "rules"
    answer: Literal["rare", "both"] = "rare"
    rows: int | None = Field(default=None, gt=0)
    style: Literal["auto", "danetqa", "plain"] = "auto"
    prompted: PromptedSettings = PromptedSettings()

    @property
    def shares(self) -> dict[str, float]:
        """Generator → share."""
        if isinstance(self.generator, dict):
            return {str(name): share for name, share in self.generator.items()}
        names = (self.generator,) if isinstance(self.generator, str) else self.generator
        return dict.fromkeys(names, 1.0)
