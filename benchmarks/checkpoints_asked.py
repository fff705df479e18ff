"""What `checkpoints.py` asks a start before any fine-tuning: of texts that no stage has read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checkpoints_table import WHOLE

from danetka.augmentation.choose import choose
from danetka.augmentation.rules.generator import RuleGenerator
from danetka.data import read_corpus
from danetka.evaluation.scores import score
from danetka.models.classifier import Classifier
from danetka.pretraining.questions.task import made_rows, texts_of
from danetka.pretraining.settings import EncoderSettings
from danetka.schema import Examples

RULED = 1000
"""Questions by rule about the passages of DaNetQA's val and test, at most."""
SCORES = ("accuracy", "balanced_accuracy", "roc_auc")


def ruled_questions(shared: Path, runs: Path) -> dict[str, Examples]:
    """Questions by rule about the passages of DaNetQA's val and test: none of its own is read.

    Args:
        shared: Where data/danetqa lies.
        runs: Keeps the drafts.

    Returns:
        ``rules``, chosen as for any dataset, and ``reworded``: all whose verb is a synonym.
    """
    corpus = read_corpus(str(shared / "data" / "danetqa"))
    texts = list(dict.fromkeys([*corpus.val.passages, *corpus.test.passages]))
    generator = RuleGenerator("danetqa", 0, 2, parts=runs / "drafts")
    drafts = generator.draft(texts)[0]
    reworded = [draft for draft in drafts if draft.edit == "synonym"]
    sets = {"rules": choose(drafts, None, RULED), "reworded": reworded}
    return {
        name: Examples(tuple(draft.example(texts, "rules") for draft in taken), name)
        for name, taken in sets.items()
    }


def held_out(run: Path) -> dict[str, Examples]:
    """Contrasts about the documents that a pre-training kept apart.

    Returns:
        ``held-out``, as the run made them, and `WHOLE`, the same with all of their passage.
    """
    settings = EncoderSettings.read(run / "settings.yaml", ["questions.windows={150: 1}"])
    if settings.questions is None:
        raise SystemExit(f"{run}: its encoder has not learnt to answer")
    texts = texts_of(settings.corpus, settings.questions)["unseen"]
    whole = Examples(tuple(made_rows(texts, settings.questions)), WHOLE)
    return {
        "held-out": read_corpus(str(run / "questions" / "unseen.jsonl"))["train"],
        WHOLE: whole,
    }


def untuned(base: str, sets: Mapping[str, Examples]) -> dict[str, dict[str, Any]]:
    """How a start answers before any fine-tuning."""
    classifier = Classifier.from_pretrained(base)
    found = {}
    for name, rows in sets.items():
        scores = score(rows.labels, classifier.probabilities(rows))
        found[name] = {"rows": len(rows), **{s: scores[s] for s in SCORES}}
    return found
