"""What an experiment is told: data, arms, seeds, and what every run shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, JsonValue, field_validator, model_validator

from danetka.augmentation.settings import AugmentSettings
from danetka.data.split import DEV_FRACTION
from danetka.errors import SettingsError
from danetka.robustness.probes import PROBES
from danetka.settings import Settings, override, read_yaml
from danetka.training.settings import RunSettings, TrainSettings, training_arguments


@dataclass(frozen=True, slots=True)
class Arm:
    """One row of the table.

    Attributes:
        name: The row's name; where there are several base models, with its own.
        base: Its base model.
        changes: Settings in which its runs differ from those of the experiment.
        threshold: «да» from this probability on; ``dev``: chosen on dev for each seed.
        augment: What is made and added to its training set.
    """

    name: str
    base: str
    changes: dict[str, JsonValue]
    threshold: float | Literal["dev"]
    augment: AugmentSettings | None = None

    @property
    def kind(self) -> Literal["control", "augmented"]:
        """Whether something is made for it."""
        return "augmented" if self.augment else "control"


class RobustnessSettings(Settings):
    """How consistency under small changes is measured.

    Attributes:
        rows: At most so many of the first reported split's are changed, for each kind of change.
        seed: Of what is drawn.
        probes: The kinds.
    """

    rows: int = Field(default=200, ge=1)
    seed: int = 0
    probes: tuple[str, ...] = Field(default=PROBES, min_length=1)

    @field_validator("probes")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in PROBES:
                raise ValueError(f"there is no {name!r}; known are {', '.join(PROBES)}")
        return names


class ExperimentSettings(RunSettings):
    """An experiment.

    Attributes:
        name: Its name, for titles and files; by default that of the file.
        data: A dataset as `read_corpus` takes it.
        release: Which release of the dataset this is; by default what the catalogue says.
        columns: Our column → the file's, where they differ.
        dev: ``cut``: dev is the dataset's own or cut from train. ``val``: the published validation
            set is scored after each epoch, as the study does; then nothing may be chosen by it.
        dev_fraction: The share of train that is cut off as dev.
        seeds: A run of every arm for each.
        base_models: Every arm is run with each of these, in place of ``base_model``.
        arms: Name → the settings in which the arm differs, its ``threshold``, and ``augment``.
        original: The arm that the others are compared with; by default the first.
        report_on: The splits that are reported.
        robustness: How consistency is measured; null for not at all.
    """

    name: str = ""
    data: str
    release: str = ""
    columns: dict[Literal["question", "passage", "label", "idx"], str] = Field(default_factory=dict)
    dev: Literal["cut", "val"] = "cut"
    dev_fraction: float = Field(default=DEV_FRACTION, gt=0, lt=1)
    seeds: tuple[int, ...] = Field(default=(0,), min_length=1)
    base_models: tuple[str, ...] = ()
    arms: dict[str, dict[str, JsonValue] | None] = Field(min_length=1)
    original: str = ""
    report_on: tuple[Literal["val", "test"], ...] = ("val", "test")
    robustness: RobustnessSettings | None = RobustnessSettings()

    @classmethod
    def read(cls, path: Path, assignments: Iterable[str] = ()) -> Self:
        """From a YAML file, with ``--set`` assignments put in.

        Raises:
            SettingsError: If a setting is wrong; arms are checked too.
        """
        values = {"name": path.stem, **override(read_yaml(path), assignments)}
        settings = cls.parse(values, str(path))
        for arm in settings.list_arms(str(path)):
            run = settings.run_settings(arm, settings.seeds[0], str(path))
            training_arguments(run, Path("unused"), evaluates=True)
        return settings

    @model_validator(mode="after")
    def _be_honest(self) -> Self:
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("seeds: one stands twice: that would count one run for two")
        if len(set(self.base_models)) < len(self.base_models):
            raise ValueError("base_models: one stands twice")
        if self.original and self.original not in self.arms:
            raise ValueError(f"original: there is no arm {self.original!r}")
        if self.dev == "val" and any(self._chooses(arm or {}) for arm in self.arms.values()):
            raise ValueError(
                "dev: val is for reporting: nothing may be chosen on it; set dev: cut, or "
                "select: last without early_stopping and without threshold: dev"
            )
        return self

    def _chooses(self, changes: dict[str, JsonValue]) -> bool:
        """Whether an arm chooses anything by its dev scores."""
        selects = changes.get("select", self.select) == "best"
        stops = changes.get("early_stopping", self.early_stopping) is not None
        block = changes.get("training")
        training = {**self.training, **(block if isinstance(block, dict) else {})}
        adapts = training.get("lr_scheduler_type") == "reduce_lr_on_plateau"
        return selects or stops or adapts or changes.get("threshold") == "dev"

    def list_arms(self, origin: str = "experiment") -> list[Arm]:
        """The arms with each base model, in the order of the file.

        Raises:
            SettingsError: If a threshold is neither ``dev`` nor a number from 0 to 1, or what an
                arm says of augmentation is wrong.
        """
        bases = self.base_models or (self.base_model,)
        named = len(bases) > 1
        return [
            self._arm(name, f"{name} ({base})" if named else name, base, origin)
            for base in bases
            for name in self.arms
        ]

    def original_of(self, base: str) -> Arm:
        """The arm that the others of a base model are compared with."""
        name = self.original or next(iter(self.arms))
        shown = f"{name} ({base})" if len(self.base_models) > 1 else name
        return next(arm for arm in self.list_arms() if arm.name == shown and arm.base == base)

    def only(self, names: Iterable[str]) -> Self:
        """The same experiment with these arms alone.

        Raises:
            SettingsError: If there is no such arm.
        """
        wanted = list(names)
        for name in wanted:
            if name not in self.arms:
                known = ", ".join(self.arms)
                raise SettingsError(f"--only {name!r}: there is no such arm; there are {known}")
        kept = {name: arm for name, arm in self.arms.items() if name in wanted}
        original = self.original if self.original in kept else ""
        return self.model_copy(update={"arms": kept, "original": original})

    def _arm(self, name: str, shown: str, base: str, origin: str) -> Arm:
        changes = dict(self.arms[name] or {})
        threshold = changes.pop("threshold", 0.5)
        number = isinstance(threshold, int | float) and 0 <= threshold <= 1
        if threshold != "dev" and not number:
            raise SettingsError(
                f"{origin}: arms.{name}.threshold: {threshold!r} is neither dev nor from 0 to 1"
            )
        if self.base_models and "base_model" in changes:
            raise SettingsError(f"{origin}: arms.{name}.base_model: base_models says it already")
        given = changes.pop("augment", None)
        augment = None
        if given is not None:
            block = {"generator": given} if isinstance(given, str | list) else given
            if not isinstance(block, dict):
                raise SettingsError(
                    f"{origin}: arms.{name}.augment: write rules, p-tuning, or a block"
                )
            augment = AugmentSettings.parse(block, f"{origin}: arms.{name}.augment")
        level = "dev" if threshold == "dev" else float(str(threshold))
        own = str(changes.get("base_model", base))
        return Arm(shown, own, changes, level, augment)  # type: ignore[arg-type]

    def run_settings(self, arm: Arm, seed: int, origin: str = "experiment") -> TrainSettings:
        """The settings of one run of an arm.

        Raises:
            SettingsError: If the arm changes a setting that does not exist or to a wrong value.
        """
        if "seed" in arm.changes:
            raise SettingsError(f"{origin}: arms.{arm.name}.seed: use seeds, for all arms alike")
        shared = self.model_dump(include=set(RunSettings.model_fields))
        changed: dict[str, Any] = {**shared, "base_model": arm.base, **arm.changes, "seed": seed}
        block = arm.changes.get("training")
        if isinstance(block, dict):
            changed["training"] = {**self.training, **block}
        return TrainSettings.parse(changed, f"{origin}: arms.{arm.name}")
