"""Checkpoints and tokenised pairs: nothing is cut in silence, nothing depends on padding."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from transformers import BertModel, PreTrainedModel

from danetka import network
from danetka.data import read_corpus
from danetka.errors import ModelError
from danetka.models.catalog import load_classifier, load_tokenizer, resolve
from danetka.models.classifier import Classifier, yes_index
from danetka.models.decision import Decision
from danetka.models.pairs import encode_pairs, pair_lengths
from danetka.schema import Example, Examples


def test_only_the_passage_is_cut(tiny: str) -> None:
    tokenizer = load_tokenizer(tiny)
    rows = Examples(
        (
            Example("Верно ли что дом белый?", "Его видно издалека. " * 30, 1),
            Example("Верно ли что дом белый?", "Дом белый.", 0),
        )
    )
    pairs = encode_pairs(rows, tokenizer, 40)
    assert pairs.truncated == 1
    assert pairs.lengths.tolist() == [40, pair_lengths(rows, tokenizer)[1]]
    question = tokenizer(rows[0].question, add_special_tokens=False)["input_ids"]
    for i in range(2):
        ids = pairs[i]["input_ids"]
        assert ids[1 : 1 + len(question)] == question
        assert [ids[0], ids[1 + len(question)], ids[-1]] == [2, 3, 3]
        first = len(question) + 2
        assert pairs[i]["token_type_ids"] == [0] * first + [1] * (len(ids) - first)
    assert [pairs[i]["labels"] for i in range(2)] == [1, 0]
    assert "labels" not in encode_pairs(rows, tokenizer, 40, labels=False)[0]


def test_a_question_longer_than_the_model(tiny: str) -> None:
    """`truncation="only_second"` alone would raise; eight tokens of the passage stay."""
    rows = Examples((Example("Верно ли что дом белый " * 30 + "?", "Его видно издалека. " * 9, 1),))
    pairs = encode_pairs(rows, load_tokenizer(tiny), 32)
    assert (len(pairs[0]["input_ids"]), pairs.truncated) == (32, 1)
    assert pairs[0]["token_type_ids"].count(1) == 8 + 1


def test_probabilities_do_not_depend_on_the_batch(
    tiny: str, examples: Callable[..., Examples]
) -> None:
    classifier = Classifier.from_pretrained(tiny)
    rows = examples(70)
    told: list[int] = []
    together = classifier.probabilities(rows, told.append)
    alone = np.concatenate([classifier.probabilities(rows[i : i + 1]) for i in range(len(rows))])
    assert together == pytest.approx(alone, abs=1e-6)
    assert len(set(together.round(9))) > 60, "the rows must differ for this test to tell anything"
    assert sum(told) == 70


def test_which_class_is_yes(tiny: str, examples: Callable[..., Examples], tmp_path: Path) -> None:
    folder = tmp_path / "swapped"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"id2label": {"0": "yes", "1": "no"}, "label2id": {"yes": 0, "no": 1}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    rows = examples(6)
    ours, theirs = Classifier.from_pretrained(tiny), Classifier.from_pretrained(folder)
    assert (yes_index(ours.model), yes_index(theirs.model)) == (1, 0)
    assert theirs.probabilities(rows) == pytest.approx(1 - ours.probabilities(rows))


def test_the_decision_is_stored(tiny: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    assert Classifier.from_pretrained(folder).decision == Decision(max_length=128, threshold=0.5)
    Decision(max_length=64, threshold=0.7).write(folder)
    assert Classifier.from_pretrained(folder).decision == Decision(max_length=64, threshold=0.7)
    (folder / "danetka.json").write_text('{"treshold": 1}')
    with pytest.raises(ModelError, match="not danetka's settings"):
        Classifier.from_pretrained(folder)


def test_a_new_head_on_a_bare_encoder(tiny: str, tmp_path: Path) -> None:
    BertModel.from_pretrained(tiny).save_pretrained(tmp_path)
    model = load_classifier(str(tmp_path))
    assert model.config.num_labels == 2
    assert model.config.id2label == {0: "нет", 1: "да"}


def test_models_that_cannot_be_had(tiny: str, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"DeepPavlov/rubert-base-cased: cannot be fetched"
    ) as error:
        Classifier.from_pretrained("rubert")
    assert "\n" not in str(error.value)
    with pytest.raises(ModelError, match="there is no such folder"):
        Classifier.from_pretrained("./none")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="not a checkpoint that can be loaded"):
        load_classifier(str(tmp_path))
    three = load_classifier(tiny)
    three.config.num_labels = 3
    three.register_module("classifier", torch.nn.Linear(32, 3))
    three.save_pretrained(tmp_path / "three")
    with pytest.raises(ModelError, match="has 3 classes: give a model of two"):
        load_classifier(str(tmp_path / "three"))


def embeddings_of(model: PreTrainedModel) -> torch.Tensor:
    weight = model.get_input_embeddings().weight
    assert isinstance(weight, torch.Tensor)
    return weight.detach()


def test_a_hub_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One quick line, where the hub's own client would try for a minute and warn each time."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    network.hub_answers.cache_clear()
    start = time.perf_counter()
    with pytest.raises(ModelError, match="no/such-model: cannot be fetched from the hub"):
        load_tokenizer("no/such-model")
    assert time.perf_counter() - start < 5
    assert not caplog.records
    assert constants.HF_HUB_OFFLINE is False
    network.hub_answers.cache_clear()


@pytest.mark.slow
def test_navec_mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary checkpoint whose pieces mean something."""
    pytest.importorskip("navec")
    monkeypatch.setenv("DANETKA_CACHE", str(tmp_path))
    model, tokenizer = load_classifier("navec-mini"), load_tokenizer("navec-mini")
    assert type(model).__name__ == "BertForSequenceClassification"
    assert (model.config.num_hidden_layers, model.config.hidden_size) == (4, 256)
    assert model.config.vocab_size == len(tokenizer) == 16_384
    assert model.config.id2label == {0: "нет", 1: "да"}
    pieces = tokenizer.tokenize("Вене́ра — ЙОД, подъём 1812 и 3,5% v2")
    assert "".join(pieces).replace("##", "") == "венера—йод,подъем1812и3,5%v2"
    assert "[UNK]" not in tokenizer.tokenize("йёъ 0123456789 «ёлка» x (y) — №5; 10°")
    encoded = tokenizer("Есть ли?", "Есть.")
    assert set(encoded) == {"input_ids", "token_type_ids", "attention_mask"}
    vectors = torch.nn.functional.normalize(embeddings_of(model), dim=1)
    near = vectors[tokenizer.convert_tokens_to_ids("москва")] @ vectors.T
    places = [tokenizer.convert_tokens_to_ids(word) for word in ("россия", "петербург", "киев")]
    others = [tokenizer.convert_tokens_to_ids(word) for word in ("может", "очень", "три")]
    assert min(near[places]) > max(near[others])


def test_navec_mini_is_built_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every eighth word, for ties between merges are what may fall either way."""
    pytest.importorskip("navec")
    from danetka.models.navec import word_vectors

    words, counts, vectors = word_vectors()
    eighth = (words[::8], counts[::8], vectors[::8])
    monkeypatch.setattr("danetka.models.navec_mini.word_vectors", lambda: eighth)
    monkeypatch.setattr("danetka.models.wordpiece._RUNNING_WORDS", 300_000)
    folders = []
    for name in ("a", "b"):
        monkeypatch.setenv("DANETKA_CACHE", str(tmp_path / name))
        folders.append(Path(resolve("navec-mini")))
    first, second = folders
    assert first != second
    for file in ("model.safetensors", "tokenizer.json"):
        assert (first / file).read_bytes() == (second / file).read_bytes()


def test_rubert_lengths(real_danetqa: Path, real_rubert: Path) -> None:
    """With RuBERT's real vocabulary: what the study's 512 tokens cut."""
    from transformers import BertTokenizer

    tokenizer = BertTokenizer(str(real_rubert / "vocab.txt"), do_lower_case=False)
    corpus = read_corpus(real_danetqa)
    lengths = np.concatenate([pair_lengths(rows, tokenizer) for rows in corpus.splits.values()])
    assert len(lengths) == 1065 + 821 + 583
    assert int((lengths > 512).sum()) == 0
    assert lengths.mean() == pytest.approx(135.0, abs=0.1)
