"""What `danetka pretrain` is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, field_validator

from danetka.pretraining.documents import find_source
from danetka.settings import Settings, override, read_yaml

Share = Annotated[float, Field(gt=0, le=1)]


class CorpusSettings(Settings):
    """The text.

    Attributes:
        folder: Where its files lie: NAME.jsonl, .jsonl.xz or .jsonl.gz (a ``text`` each line), or
            NAME.txt.
        sources: NAME → weight. A source is read as often as it has tokens, times its weight.
        held_out: The share of every source's documents that is kept for the loss on unseen text.
        elsewhere: NAME → the file of a source that does not lie in the folder.
    """

    folder: Path
    sources: dict[str, float] = Field(min_length=1)
    held_out: float = Field(default=0.01, gt=0, lt=0.5)
    elsewhere: dict[str, Path] = Field(default_factory=dict)

    def file(self, name: str) -> Path:
        """The file of a source.

        Raises:
            DanetkaError: If there is none.
        """
        return self.elsewhere.get(name) or find_source(self.folder, name)


class ShapeSettings(Settings):
    """The size of a model.

    Attributes:
        vocabulary: Pieces of its tokenizer.
        layers: How many.
        hidden: Their width; a multiple of `heads`.
        heads: Attention heads.
        positions: The most tokens that it takes.
    """

    vocabulary: int = Field(default=16_384, ge=512, le=65_535)
    layers: int = Field(default=4, ge=1)
    hidden: int = Field(default=256, ge=16)
    heads: int = Field(default=4, ge=1)
    positions: int = Field(default=512, ge=32)


class LoopSettings(Settings):
    """How long and how a model is trained on text.

    Attributes:
        tokens: The budget: how many tokens it reads.
        minutes: Another end, if it comes first; the learning rate falls to zero at whichever does.
            With it a resumed run need not be the same to the last digit.
        length: Tokens of a sequence.
        batch: Sequences of a step, on each process.
        accumulate: Batches of one optimiser step.
        learning_rate: The highest.
        warmup: The share of the budget over which it rises.
        weight_decay: Of AdamW.
        precision: ``bf16`` (autocast), ``float32``, or ``auto``: bf16 where the processor computes
            in it. Where it does not, bf16 is many times slower than float32.
        log_every: Optimiser steps between two rows of the CSV.
        save_every: Optimiser steps between two checkpoints; a multiple of `log_every`.
        seed: Of the order of the text, the masks, and what starts random.
    """

    tokens: int = Field(ge=1)
    minutes: float | None = Field(default=None, gt=0)
    length: int = Field(default=128, ge=16)
    batch: int = Field(default=64, ge=1)
    accumulate: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=1e-3, gt=0)
    warmup: float = Field(default=0.05, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    precision: Literal["auto", "bf16", "float32"] = "auto"
    log_every: int = Field(default=20, ge=1)
    save_every: int = Field(default=200, ge=1)
    seed: int = 0

    def steps(self, processes: int = 1) -> int:
        """Optimiser steps of the budget, at least one."""
        return max(1, self.tokens // (self.length * self.batch * self.accumulate * processes))

    @property
    def sequences(self) -> int:
        """How many sequences the budget needs, at most."""
        return max(self.tokens // self.length, self.batch * self.accumulate)


class StartSettings(Settings):
    """What an encoder starts from.

    Attributes:
        body: A folder with an English BERT whose layers are taken over and whose input embeddings
            those of the Russian pieces are mapped to; None for layers of `shape`, random.
        embeddings: Without a body: ``navec`` for Navec's vectors, ``random`` for none.
        matching: Without a body: whether the first layer compares words from the start.
        pairs: The translations that the map is fitted to: RUSSIAN, a tab, ENGLISH, a line each.
        rounds: How often the map is refined.
    """

    body: Path | None = None
    embeddings: Literal["navec", "random"] = "navec"
    matching: bool = False
    pairs: Path | None = None
    rounds: int = Field(default=0, ge=0)


class QuestionSourceSettings(Settings):
    """What questions are made about, by rule.

    Attributes:
        sources: Sources of the corpus whose documents are asked about.
        datasets: Datasets (name or path) whose train passages are asked about too; their questions
            and answers are not read.
        workers: Processes that read the passages.
    """

    sources: tuple[str, ...] = Field(min_length=1)
    datasets: tuple[str, ...] = ()
    workers: int = Field(default=2, ge=1)


class QuestionSettings(QuestionSourceSettings):
    """The intermediate yes/no task.

    Attributes:
        entailment: A folder with train.jsonl of premise, hypothesis and label (``entailment`` or
            ``not_entailment``), as TERRa has; None for none.
        repeat: How often each of its rows is read for once that a made one is.
        rows: The budget: how many made rows are read at most.
        windows: The most words of a made row's passage → the share of the rows: long ones cost
            more, and whoever has read few of them answers less well about them.
        longest: Tokens of a pair; more of a passage is cut.
        batch: Rows of a step, on each process.
        learning_rate: The highest.
        minutes, warmup, weight_decay, precision, log_every, save_every, seed: See `LoopSettings`.
    """

    entailment: Path | None = None
    repeat: int = Field(default=4, ge=1)
    rows: int = Field(default=400_000, ge=1)
    windows: dict[PositiveInt, Share] = Field(default={30: 0.6, 60: 0.25, 150: 0.15}, min_length=1)
    longest: int = Field(default=256, ge=32)
    batch: int = Field(default=32, ge=1)
    learning_rate: float = Field(default=5e-4, gt=0)
    minutes: float | None = Field(default=None, gt=0)
    warmup: float = Field(default=0.05, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    precision: Literal["auto", "bf16", "float32"] = "auto"
    log_every: int = Field(default=100, ge=1)
    save_every: int = Field(default=1000, ge=1)
    seed: int = 0

    @field_validator("windows")
    @classmethod
    def _add_up(cls, windows: dict[int, float]) -> dict[int, float]:
        if abs(sum(windows.values()) - 1) > 1e-6:  # noqa: PLR2004 - rounding
            raise ValueError("the shares must add up to 1")
        return windows

    @property
    def loop(self) -> LoopSettings:
        """As the settings of a loop."""
        shared = set(LoopSettings.model_fields) & set(type(self).model_fields)
        given = {name: getattr(self, name) for name in shared}
        return LoopSettings(tokens=self.rows * self.longest, length=self.longest, **given)


class PretrainSettings(Settings):
    """What both kinds share.

    Attributes:
        corpus: The text.
        shape: The model's size; of a body's only `vocabulary` counts.
        text: The training on text.
    """

    corpus: CorpusSettings
    shape: ShapeSettings = ShapeSettings()
    text: LoopSettings

    @classmethod
    def read(cls, path: Path, assignments: Sequence[str] = ()) -> Self:
        """From a YAML file, with ``a.b=c`` assignments put in.

        Raises:
            SettingsError: If something in it is wrong.
        """
        return cls.parse(override(read_yaml(path), assignments), str(path))


class EncoderSettings(PretrainSettings):
    """A masked language model.

    Attributes:
        start: What it starts from.
        questions: What it learns after the text; None to stop there.
    """

    start: StartSettings = StartSettings()
    questions: QuestionSettings | None = None


class PromptSettings(QuestionSourceSettings):
    """Passages with a question by rule, as one more source of a generator.

    Attributes:
        weight: As those of `CorpusSettings.sources`.
    """

    weight: float = Field(default=1.0, gt=0)


class GeneratorSettings(PretrainSettings):
    """A causal language model.

    Attributes:
        embeddings: ``navec`` for input embeddings from Navec's vectors, ``random`` for none.
        prompts: Passages with questions that it reads among the text; None for none.
    """

    embeddings: Literal["navec", "random"] = "random"
    prompts: PromptSettings | None = None
