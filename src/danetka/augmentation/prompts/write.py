"""A prompted model writes questions: batches of texts, each kept when it is done.

What a batch gives depends on its seed and its texts alone, so a run that was killed goes on to the
same questions. How a batch is written: `decode.py`.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

from danetka.augmentation.prompts.adapter import Stored
from danetka.augmentation.prompts.base import load_adapted, room_for
from danetka.augmentation.prompts.decode import continuations
from danetka.augmentation.prompts.texts import Texts, batches
from danetka.files import write_text
from danetka.models.quiet import quiet

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

    from danetka.augmentation.progress import Progress
    from danetka.augmentation.prompts.settings import WriteSettings


@contextmanager
def _no_warnings() -> Iterator[None]:
    """PEFT says for every batch that positions are its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


class Written(NamedTuple):
    """What was written.

    Attributes:
        questions: For each passage its questions, at most as many as were asked for.
        cut: How many passages were cut to fit the model.
    """

    questions: list[list[str]]
    cut: int


@dataclass(frozen=True)
class Writer:
    """A base with an adapter, or without one.

    Attributes:
        model: What writes.
        texts: How a text is put together.
        key: What it is, for the names of kept batches.
    """

    model: PeftModel | PreTrainedModel
    texts: Texts
    key: str

    @cached_property
    def ends(self) -> list[int]:
        """The tokens that end a question: a question mark, a new line, the end of the text."""
        tokenizer = self.texts.tokenizer
        texts = tokenizer.batch_decode([[i] for i in range(len(tokenizer))])
        found = {i for i, text in enumerate(texts) if "?" in text or "\n" in text}
        return sorted(found | {int(tokenizer.eos_token_id or 0)})

    @classmethod
    def load(cls, adapter: Path, base: str | None = None) -> Writer:
        """A saved adapter on its base.

        Args:
            adapter: The adapter's folder.
            base: The base, if it lies elsewhere than when the adapter was trained.

        Raises:
            ModelError: If either is not what it should be, or they do not belong together.
        """
        stored = Stored.read(adapter)
        name = base or stored.base
        stored.check(adapter, name)
        with quiet():
            model, tokenizer = load_adapted(adapter, name)
        room = room_for(model.get_base_model(), stored.settings, 1)  # type: ignore[arg-type]
        device = "cuda" if torch.cuda.is_available() else "cpu"
        weights = (adapter / "adapter_model.safetensors").read_bytes()
        key = f"{stored.base_key} {hashlib.sha256(weights).hexdigest()}"  # wherever both lie
        return cls(model.to(device), Texts(tokenizer, stored.cue, room), key)

    def write(
        self,
        passages: Sequence[str],
        settings: WriteSettings,
        parts: Path | None = None,
        progress: Progress | None = None,
    ) -> Written:
        """Questions about each passage, as they were written; those that did not end are left out.

        Args:
            passages: The passages.
            settings: How many, and how they are drawn.
            parts: A folder in which finished batches are kept.
            progress: Told how many passages are done, and how many there are.

        Returns:
            The questions, and how many passages were cut to fit the model.
        """
        given = [self.texts.opening(text, settings.longest) for text in passages]
        openings = [opening.ids for opening in given]
        found: list[list[str]] = [[] for _ in passages]
        done = 0
        for members in batches(openings, max(1, settings.batch // settings.candidates)):
            batch = [openings[i] for i in members]
            for i, questions in zip(members, self._kept(batch, settings, parts), strict=True):
                found[i] = questions
            done += len(members)
            if progress:
                progress(done, len(passages))
        return Written(found, sum(opening.cut for opening in given))

    def _kept(
        self, openings: Sequence[list[int]], settings: WriteSettings, parts: Path | None
    ) -> list[list[str]]:
        key = json.dumps([self.key, settings.model_dump(mode="json"), list(openings)])
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        path = parts / f"{digest}.json" if parts else None
        if path and path.exists():
            kept: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
            return kept
        written = self._written(openings, settings, int(digest[:8], 16))
        if path:
            write_text(path, json.dumps(written, ensure_ascii=False))
        return written

    def _written(
        self, openings: Sequence[list[int]], settings: WriteSettings, seed: int
    ) -> list[list[str]]:
        devices = [self.model.device] if self.model.device.type == "cuda" else []
        with torch.random.fork_rng(devices), torch.inference_mode(), quiet(), _no_warnings():
            torch.manual_seed(seed)
            made = continuations(self.model, openings, settings, self.ends)
        each = len(made) // len(openings)
        texts = [self._text(line) for line in made]
        return [[text for text in texts[i : i + each] if text] for i in range(0, len(texts), each)]

    def _text(self, tokens: list[int]) -> str:
        """A written question; empty if it did not end with a question mark."""
        for place, token in enumerate(tokens):
            if token in self.ends:
                text = str(
                    self.texts.tokenizer.decode(tokens[: place + 1], skip_special_tokens=True)
                )
                return " ".join(text.split()) if text.strip().endswith("?") else ""
        return ""
