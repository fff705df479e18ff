"""Eight bits: written where each answer is kept, refused with figures where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from danetka import Answerer, Corpus, load_examples
from danetka.errors import ModelError
from danetka.exporting.agreement import Agreement
from danetka.exporting.export import export
from danetka.models.catalog import load_tokenizer
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.models.load import load_pair_classifier

from .made import make_examples


def test_int8_that_changes_answers_is_refused_with_figures(tiny: str, tmp_path: Path) -> None:
    """A model of random weights is sure of nothing, so every rounding changes answers."""
    made = make_examples(60)
    rows = Corpus("made", {"train": made[:40], "dev": made[40:]})
    output, folder = tmp_path / "int8", tmp_path / "model"
    classifier = Classifier.from_pretrained(tiny)
    classifier.model.save_pretrained(folder)
    load_tokenizer(tiny).save_pretrained(folder)
    middle = np.median(classifier.probabilities(rows.dev))
    Decision(max_length=64, threshold=float(middle)).write(folder)
    with pytest.raises(ModelError, match=r"«да» \d+\.\d% of \d+, «нет» \d+\.\d% of \d+; 99%"):
        export(str(folder), rows, output, int8=True)
    assert not output.exists()
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.slow
def test_int8_that_agrees_is_written(tmp_path: Path) -> None:
    rows = load_examples("sample").train[:400]
    shares = Classifier.from_pretrained().probabilities(rows)
    order = np.argsort(shares)
    sure = rows.select(np.stack([order[:40], order[-40:]], axis=1).ravel())  # «нет», «да» in turn
    corpus = Corpus("sure", {"train": sure[:40], "dev": sure[40:]})
    found = export("mini", corpus, tmp_path / "int8", int8=True)
    assert found.int8 is not None
    assert found.int8.lowest >= 0.99
    assert found.size < 0.45 * 30_500_000  # embeddings are in half precision
    model = load_pair_classifier(found.folder)
    assert model.backend == "onnx-int8"
    question, passage = "Спит ли кот на печи?", "Кит живёт в море. Кот спит на печи."
    answer = Answerer(model)(question, passage)
    assert (answer.label, answer.evidence) == ("да", "Кот спит на печи.")


def test_agreement_is_counted_for_each_answer() -> None:
    found = Agreement.of(np.array([2.0, 1.0, -1.0, -3.0]), np.array([2.5, -0.5, -1.0, -3.0]), 0.0)
    assert (found.yes, found.no, found.largest, found.yes_rows) == (0.5, 1.0, 1.5, 2)
    assert not found.enough
    one_sided = Agreement.of(np.ones(4), np.ones(4), 0.0)
    assert one_sided.no is None
    assert not one_sided.enough  # nobody knows what it does to «нет»
