"""Passage, cue, question: the text from which a generator learns what a prompt will ask of it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from danetka.augmentation.prompts.settings import CUE
from danetka.files import write_text
from danetka.pretraining.questions.task import Progress, drafts_of, texts_of

if TYPE_CHECKING:
    from danetka.pretraining.settings import CorpusSettings, QuestionSourceSettings


def write_prompts(
    corpus: CorpusSettings,
    settings: QuestionSourceSettings,
    path: Path,
    progress: Progress | None = None,
) -> None:
    """One question by rule for each passage that gives any, as documents of a source.

    Args:
        corpus: Where the sources are, and which share of them is kept from training.
        settings: What is asked about.
        path: The JSON lines, written once.
        progress: Told how many passages are done, and how many there are.
    """
    if path.exists():
        return
    texts = texts_of(corpus, settings)["train"]
    asked: dict[int, list[str]] = {}
    for draft in drafts_of(texts, "plain", settings.workers, progress):
        asked.setdefault(draft.passage, []).append(draft.question)
    rng = random.Random(0)  # noqa: S311
    lines = [
        json.dumps({"text": texts[i] + CUE + rng.choice(found)}, ensure_ascii=False)
        for i, found in asked.items()
    ]
    write_text(path, "\n".join(lines) + "\n")
