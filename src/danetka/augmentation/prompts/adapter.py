"""A saved adapter: PEFT's own files, a card, and what danetka must know to write with it.

Plain ``PeftModel.from_pretrained(base, folder)`` loads it. What danetka adds stands in
``danetka.json``: the cue, the longest text, the answer, and which base it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danetka.augmentation.prompts.settings import CUE, TuneSettings
from danetka.errors import ModelError, SettingsError
from danetka.files import write_json, write_text
from danetka.models.catalog import content_key
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from peft import PeftModel

    from danetka.augmentation.prompts.trainer import EpochLoss

_FILE: Final = "danetka.json"


@dataclass(frozen=True)
class Account:
    """What a card tells.

    Attributes:
        settings: The training's.
        answer: 1 for «да», 0 for «нет».
        train, dev: Rows.
        trained, whole: Parameters that were trained, and all.
    """

    settings: TuneSettings
    answer: int
    train: int
    dev: int
    trained: int
    whole: int


@dataclass(frozen=True)
class Stored:
    """What stands in ``danetka.json``.

    Attributes:
        base: The base's name, as it was given.
        base_key: The base's contents (`content_key`).
        method: See `TuneSettings`.
        answer: 1 for «да», 0 for «нет».
        virtual_tokens: How many stand in front.
        cue: What stands between passage and question.
        longest: See `TuneSettings`.
    """

    base: str
    base_key: str
    method: str
    answer: int
    virtual_tokens: int
    cue: str = CUE
    longest: int | None = None

    @classmethod
    def read(cls, folder: Path) -> Stored:
        """Read it.

        Raises:
            ModelError: If it is not there, or not what danetka writes.
        """
        path = folder / _FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise ModelError(
                f"{folder}: no adapter that danetka trained: give the folder that "
                "`danetka ptune` printed"
            ) from None
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path}: not danetka's ({error}): train the adapter anew") from None

    def check(self, folder: Path, base: str) -> None:
        """Whether the adapter belongs to a base.

        Raises:
            ModelError: If it does not.
        """
        if content_key(base) != self.base_key:
            raise ModelError(
                f"{folder}: an adapter of another base ({self.base}, as it was when the adapter "
                f"was trained) than {base}: give that base, or train an adapter of this one"
            )

    @property
    def settings(self) -> TuneSettings:
        """As far as they are needed for writing."""
        return TuneSettings.parse(
            {
                "base": self.base,
                "method": self.method,
                "virtual_tokens": self.virtual_tokens,
                "cue": self.cue,
                "longest": self.longest,
            },
            _FILE,
        )


def by_answer(folders: Sequence[Path]) -> dict[int, Path]:
    """Answer → adapter, as each says of itself.

    Raises:
        ModelError: If one is no adapter that danetka trained.
        SettingsError: If two are for the same answer.
    """
    found: dict[int, Path] = {}
    for folder in folders:
        answer = Stored.read(folder).answer
        if answer in found:
            raise SettingsError(
                f"{folder}: {found[answer]} is for «{LABEL_NAMES[answer]}» too: give one for each"
            )
        found[answer] = folder
    return found


def save_adapter(
    model: PeftModel, folder: Path, account: Account, epochs: Sequence[EpochLoss]
) -> None:
    """Write an adapter into an empty folder."""
    settings = account.settings
    # "auto" asks the hub whether the base's vocabulary is as it was
    model.save_pretrained(str(folder), save_embedding_layers=False)
    stored = Stored(
        settings.base,
        content_key(settings.base),
        settings.method,
        account.answer,
        settings.virtual_tokens,
        settings.cue,
        settings.longest,
    )
    write_json(folder / _FILE, asdict(stored))
    write_text(folder / "README.md", _card(account, epochs))


def _card(account: Account, epochs: Sequence[EpochLoss]) -> str:
    settings = account.settings
    name = LABEL_NAMES[account.answer]
    share = account.trained / account.whole
    rows = "\n".join(
        f"| {row.epoch or 'base alone'} | {'' if not row.epoch else f'{row.train:.4f}'} | "
        f"{row.dev:.4f} |"
        for row in epochs
    )
    return f"""---
base_model: {settings.base}
library_name: peft
language: ru
tags: [{settings.method}, yes-no-questions]
---

# Questions whose answer is «{name}», by {settings.method}

An adapter of `{settings.base}` (a causal language model, which stays as it is). It is made to
write a general question about a passage, with the answer «{name}»; whether a question is well
formed, and its answer right, must be checked.

Trained on {account.train} rows with the answer «{name}», {account.dev} others told when to stop.
{account.trained:,} parameters were trained, {share:.2%} of all.

| epoch | train loss | dev loss |
| ---: | ---: | ---: |
{rows}

Mean loss of a question's token, in nats; the last row is the epoch that is kept.

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(BASE)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(BASE), FOLDER)
text = tokenizer(passage + {settings.cue.rstrip()!r}, return_tensors="pt")
print(tokenizer.decode(model.generate(**text, max_new_tokens=32, use_cache=True)[0]))
```

Do not pad on the left: PEFT's soft prompts count the padding as text.
"""
