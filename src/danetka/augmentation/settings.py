"""What an arm of an experiment is told about augmentation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from danetka.settings import Settings


class AugmentSettings(Settings):
    """How a training set is augmented.

    Attributes:
        generator: What makes the questions.
        answer: ``rare``: the rare answer, until both are equally frequent. ``both``: as many of
            each, so that nothing about made questions tells the label; classes stay as they are.
        rows: How many are made; by default what `answer` needs (``both``: one for two rows).
        style: Of the questions: ``danetqa`` (lower case, no commas, no ё), ``plain``, or ``auto``,
            that of the training set.
    """

    generator: Literal["rules"] = "rules"
    answer: Literal["rare", "both"] = "rare"
    rows: int | None = Field(default=None, gt=0)
    style: Literal["auto", "danetqa", "plain"] = "auto"
