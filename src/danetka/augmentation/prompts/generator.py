"""A prompted language model as a generator: train, write, choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from danetka.augmentation.choose import choose
from danetka.augmentation.generator import Draft, Made
from danetka.augmentation.progress import Stage, staged
from danetka.augmentation.prompts.confirm import Confirmation
from danetka.augmentation.prompts.gates import Gates, within_quotas
from danetka.augmentation.prompts.settings import PromptedSettings
from danetka.augmentation.prompts.tune import tune, tune_key
from danetka.augmentation.prompts.write import Writer
from danetka.augmentation.style import Style
from danetka.errors import SettingsError
from danetka.language.parse import Parser
from danetka.language.text import question_key
from danetka.schema import LABEL_NAMES, NO, YES, Examples

NAME: Final = "p-tuning"


@dataclass(frozen=True)
class PromptedGenerator:
    """Questions by a frozen language model with an adapter for each answer.

    Attributes:
        settings: Training, writing, confirming; the seed is added to theirs.
        runs: Where what is trained lies, named by content.
        adapters: Answer → the adapter to write with; what is not there is trained on `beside`.
        style: ``danetqa`` or ``plain``.
        seed: The same passages, rows and seed give the same questions.
        beside: Labelled rows that the questions will join: the prompts are trained on them, and the
            classifiers that confirm answers.
        against: Keys of the questions of other splits: none of them is asked.
        parts: A folder in which what is written is kept; with it, a killed run goes on.
        stage: Hears what is done, and how far it has come.
    """

    settings: PromptedSettings
    runs: Path
    adapters: Mapping[int, Path] = field(default_factory=dict)
    style: Style = "plain"
    seed: int = 0
    beside: Examples | None = None
    against: frozenset[str] = frozenset()
    parts: Path | None = None
    stage: Stage | None = None

    @property
    def name(self) -> str:
        """For `Example.source`."""
        return NAME

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        """Make questions; see `Generator.generate`."""
        wanted = (NO, YES) if answer is None else (answer,)
        drafts, skipped, gates = self.draft(passages, wanted)
        known = [(row.question, row.label) for row in self.beside or () if row.label is not None]
        usual = [
            draft
            for label in wanted
            for draft in within_quotas([d for d in drafts if d.label == label], n // len(wanted))
        ]
        gates["forms and lengths"] = len(usual)
        skipped["question: its form or length is too common"] += len(drafts) - len(usual)
        taken = choose(usual, answer, n, seed=self.seed, beside=known)
        gates["chosen"] = len(taken)
        rows = tuple(draft.example(passages, self.name) for draft in taken)
        found = len({d.passage for d in taken})
        return Made(Examples(rows, self.name), skipped, found, gates)

    def draft(
        self, passages: Sequence[str], answers: Sequence[int]
    ) -> tuple[list[Draft], Counter[str], dict[str, int]]:
        """All questions that pass the gates, before any is chosen.

        Returns:
            Drafts, reason → how often something was skipped, gate → questions left after it.
        """
        own = {question_key(row.question) for row in self.beside or ()}
        gates = Gates(Parser.load(), self.style, set(self.against | own))
        drafts: list[Draft] = []
        write = self.settings.write
        write = write.model_copy(update={"seed": write.seed + self.seed})
        adapters = {answer: self._adapter(answer) for answer in answers}
        if self.settings.confirm is not None and self.beside is None:
            raise SettingsError(
                "p-tuning: answers are confirmed by classifiers trained on labelled rows, and text "
                "has none: switch it off (--set prompted.confirm=null)"
            )
        for answer, adapter in adapters.items():
            writer = Writer.load(adapter)
            told = staged(self.stage, f"writing «{LABEL_NAMES[answer]}»: passages")
            written = writer.write(passages, write, self.parts, told)
            gates.skipped["passage: its end is cut to fit the model"] += written.cut
            drafts += gates.pass_through(written.questions, passages, answer, self.name)
        left = dict(gates.left)
        if (confirm := self.settings.confirm) is not None and self.beside is not None:
            before, folder = len(drafts), self.runs / "folds"
            confirmation = Confirmation.train(self.beside, confirm, self.seed, folder, self.stage)
            drafts = confirmation.confirmed(drafts, passages, confirm.margin)
            left["answer confirmed"] = len(drafts)
            gates.skipped["question: answer not confirmed"] += before - len(drafts)
        return drafts, gates.skipped, left

    def _adapter(self, answer: int) -> Path:
        if answer in self.adapters:
            return self.adapters[answer]
        if self.beside is None:
            raise SettingsError(
                f"p-tuning: no rows to train a prompt for «{LABEL_NAMES[answer]}» on: give the "
                "folder of one that is trained (--adapter)"
            )
        told = self.settings.tune
        told = told.model_copy(update={"seed": told.seed + self.seed})
        folder = self.runs / "prompts" / tune_key(self.beside, answer, told)
        heard = staged(self.stage, f"{told.method} for «{LABEL_NAMES[answer]}»: steps")
        return tune(self.beside, answer, told, folder, heard).adapter
