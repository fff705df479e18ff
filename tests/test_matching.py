"""A first layer that compares words, before any training."""

from __future__ import annotations

import torch
from transformers import BertConfig, BertModel

from danetka.pretraining.matching import set_matching

CLS, SEP = 2, 3


def made() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=500, hidden_size=64, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    model = BertModel(config)
    model.set_attn_implementation("eager")  # the others do not tell what they attend to
    model.eval()
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.normal_(std=0.05)
    set_matching(model, CLS)
    return model


def attention(model: BertModel, ids: list[int], types: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        found = model(
            torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_attentions=True
        )
    weights: torch.Tensor = found.attentions[0][0].mean(0)
    return weights


def test_a_word_looks_at_the_same_word_of_the_other_text() -> None:
    ids = [CLS, 10, 11, 12, SEP, 20, 21, 11, 22, 10, SEP]
    weights = attention(made(), ids, [0] * 5 + [1] * 6)
    for here, there in ((1, 9), (2, 7), (9, 1), (7, 2)):
        assert weights[here].argmax() == there
        assert weights[here, there] > 0.5


def test_a_word_that_is_not_there_rests_on_the_sink() -> None:
    ids = [CLS, 10, 11, 12, SEP, 20, 21, 11, 22, 10, SEP]
    assert attention(made(), ids, [0] * 5 + [1] * 6)[3].argmax() == 0
    alone = attention(made(), [CLS, 10, 11, 10, 12, SEP], [0] * 6)
    assert (alone[1:5].argmax(-1) == 0).all(), "a single text is left as it is"


def test_the_sink_leaves_a_word_as_it_is() -> None:
    model = made()
    output = model.encoder.layer[0].attention.output.dense  # type: ignore[union-attr]
    value = model.encoder.layer[0].attention.self.value  # type: ignore[union-attr]
    with torch.inference_mode():
        moved = output(value(model.embeddings.word_embeddings.weight[CLS]))  # type: ignore[operator]
        taken = output(value(model.embeddings.word_embeddings.weight[10]))  # type: ignore[operator]
    assert moved.norm() < 1e-4
    assert taken.norm() > 0.1
