"""What an encoder starts from: spaces brought together, a body that is moved, Navec's vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertModel

from danetka.errors import DanetkaError, ModelError, SettingsError
from danetka.models.wordpiece import train_wordpiece
from danetka.pretraining import start as start_module
from danetka.pretraining.alignment import Words, align, precision, read_pairs
from danetka.pretraining.settings import ShapeSettings, StartSettings
from danetka.pretraining.start import start_encoder

RUSSIAN = ("река", "мост", "город", "озеро", "музей", "дорога", "завод", "театр")


def spaces(noise: float) -> tuple[Words, Words, list[tuple[str, str]]]:
    """400 words in 12 dimensions, and the same turned, stretched, moved and blurred in 20."""
    rng = np.random.default_rng(0)
    here = rng.normal(size=(400, 12)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(20, 12)))[0].T
    there = 3 * here @ turn + 5 + noise * rng.normal(size=(400, 20))
    names = [f"слово{i}" for i in range(400)]
    theirs = [f"word{i}" for i in range(400)]
    return (
        Words(tuple(names), here),
        Words(tuple(theirs), there.astype(np.float32)),
        list(zip(names, theirs, strict=True)),
    )


def test_a_turned_space_is_found_again() -> None:
    here, there, pairs = spaces(noise=0)
    found = align(here, there, pairs[:40], rounds=0)
    assert found.scale == pytest.approx(3, rel=1e-4)
    assert np.allclose(found(here.vectors), there.vectors, atol=1e-2)
    assert precision(found, here, there, pairs[40:]) == 1
    assert np.allclose(found.rotation @ found.rotation.T, np.eye(12), atol=1e-5)


def test_refinement_finds_more_pairs_than_it_was_given() -> None:
    here, there, pairs = spaces(noise=1.2)
    given, unseen = pairs[:14], pairs[14:]
    once, often = (align(here, there, given, rounds) for rounds in (0, 8))
    assert precision(often, here, there, unseen) > precision(once, here, there, unseen) + 0.1


def test_too_few_pairs_are_refused() -> None:
    here, there, pairs = spaces(noise=0)
    with pytest.raises(DanetkaError, match="only 11 pairs have vectors on both sides"):
        align(here, there, [*pairs[:11], ("нет", "such")])


def test_pairs_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("река\triver\nмост\tbridge\n", encoding="utf-8")
    assert read_pairs(path) == [("река", "river"), ("мост", "bridge")]
    path.write_text("река\triver\nмост bridge\n", encoding="utf-8")
    with pytest.raises(DanetkaError, match=r"pairs\.tsv:2: not a pair"):
        read_pairs(path)


@pytest.fixture(scope="module")
def tokenizer(few_running_words: None) -> Tokenizer:
    del few_running_words
    counts = np.full(len(RUSSIAN), 50.0)
    return train_wordpiece(RUSSIAN, counts, 512)


def few_words() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Navec's place taken by as few words as a test needs."""
    rng = np.random.default_rng(1)
    words = [*RUSSIAN, *(f"слово{chr(1072 + i)}" for i in range(24))]
    vectors = rng.normal(size=(len(words), 8)).astype(np.float32)
    return words, np.arange(len(words), 0, -1.0), vectors


def test_a_body_is_moved(
    tiny: str, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = BertModel.from_pretrained(tiny)
    theirs = AutoTokenizer.from_pretrained(tiny)
    theirs.add_tokens(english := [f"en{chr(97 + i)}" for i in range(24)])
    # mean_resizing would give all new rows nearly the same values: what is mapped looked copied
    torch.manual_seed(0)
    body.resize_token_embeddings(len(theirs), mean_resizing=False)
    body.save_pretrained(tmp_path / "body")
    theirs.save_pretrained(tmp_path / "body")
    words = few_words()[0]
    pairs = tmp_path / "pairs.tsv"
    lines = [f"{ru}\t{en}" for ru, en in zip(words, english, strict=False)]
    pairs.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(start_module, "word_vectors", few_words)
    settings = StartSettings(body=tmp_path / "body", pairs=pairs)
    model = start_encoder(tokenizer, ShapeSettings(), settings, seed=0)
    moved, original = model.bert.state_dict(), body.state_dict()
    layers = [name for name in moved if "word_embeddings" not in name]
    assert len(layers) > 30
    assert all(torch.equal(moved[name], original[name]) for name in layers)
    ours = moved["embeddings.word_embeddings.weight"]
    source = original["embeddings.word_embeddings.weight"]
    assert ours.shape == (tokenizer.get_vocab_size(), 32)
    for piece in ("[CLS]", "[MASK]", ".", "1"):
        mine, there = tokenizer.token_to_id(piece), theirs.convert_tokens_to_ids(piece)
        assert there != theirs.unk_token_id
        assert torch.equal(ours[mine], source[there]), piece
    river = ours[tokenizer.token_to_id("река")]
    assert not torch.isclose(river, source, atol=1e-6).all(dim=1).any(), "it is mapped, not copied"
    assert model.bert.embeddings.word_embeddings.weight is model.cls.predictions.decoder.weight


def test_from_navec_or_from_nothing(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_module, "word_vectors", few_words)
    shape = ShapeSettings(layers=1, hidden=16, heads=2, positions=32)
    kinds = (
        StartSettings(),
        StartSettings(embeddings="random"),
        StartSettings(embeddings="random"),
    )
    navec, random, again = (
        start_encoder(tokenizer, shape, kind, 0).bert.embeddings.word_embeddings.weight
        for kind in kinds
    )
    assert torch.equal(random, again)
    differs = (navec != random).any(dim=1)
    assert differs[tokenizer.token_to_id("река")]
    assert not differs[tokenizer.token_to_id("[MASK]")]
    assert (navec[tokenizer.token_to_id("река"), 8:] == 0).all(), "wider than the vectors are"


def test_a_body_that_is_none(tokenizer: Tokenizer, tmp_path: Path) -> None:
    shape = ShapeSettings()
    with pytest.raises(SettingsError, match="a body needs translations"):
        start_encoder(tokenizer, shape, StartSettings(body=tmp_path), 0)
    (tmp_path / "pairs.tsv").touch()
    for body, said in ((tmp_path / "no", "no such folder"), (tmp_path, "not a BERT")):
        settings = StartSettings(body=body, pairs=tmp_path / "pairs.tsv")
        with pytest.raises(ModelError, match=said):
            start_encoder(tokenizer, shape, settings, 0)
