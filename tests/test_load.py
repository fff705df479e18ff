"""Which library runs a model, and which weights are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from danetka.errors import ModelError
from danetka.models.catalog import load_classifier, load_tokenizer
from danetka.models.classifier import Classifier
from danetka.models.load import load_pair_classifier
from danetka.models.pair_tokenizer import PairTokenizer


def test_a_checkpoint_is_run_by_torch(tiny: str) -> None:
    model = load_pair_classifier(tiny, pickles=False)
    assert isinstance(model, Classifier)
    assert model.backend == "torch"


def test_pickled_weights_are_refused_where_they_must_be(tiny: str, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    model = load_classifier(tiny)
    model.config.save_pretrained(folder)
    load_tokenizer(tiny).save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    assert load_pair_classifier(folder).backend == "torch"
    with pytest.raises(ModelError, match="holds neither"):
        load_pair_classifier(folder, pickles=False)


@pytest.mark.parametrize("name", ["mini", "tiny"])
def test_pairs_are_tokenised_as_by_transformers(name: str, tiny: str) -> None:
    tokenizer = load_tokenizer(tiny if name == "tiny" else name)
    ours = PairTokenizer.of(tokenizer)
    pairs = [("Есть ли у кита зубы?", "У кашалота есть зубы."), ("Да?", "Нет. " * 30)]
    theirs = tokenizer(
        [q for q, _ in pairs], [p for _, p in pairs], padding=True, return_tensors="np"
    )
    batch = ours.batch(ours.encode(pairs))
    assert set(batch) == set(theirs)
    assert all((batch[key] == theirs[key]).all() for key in batch)
    assert ours.special == tokenizer.num_special_tokens_to_add(pair=True)


def test_rows_are_filled_on_the_side_of_the_tokenizer(tiny: str) -> None:
    tokenizer = load_tokenizer(tiny)
    tokenizer.padding_side = "left"
    pairs = [("Да?", "Нет."), ("Да?", "Нет. " * 9)]
    ours = PairTokenizer.of(tokenizer)
    theirs = tokenizer(
        [q for q, _ in pairs], [p for _, p in pairs], padding=True, return_tensors="np"
    )
    batch = ours.batch(ours.encode(pairs))
    assert all((batch[key] == theirs[key]).all() for key in batch)
