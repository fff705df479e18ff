"""What an encoder starts from: an English body moved to Russian, or random layers.

The first is the idea of WECHSEL (Minixhofer et al. 2022, arXiv 2112.06598): the layers of a trained
encoder stay, and each piece of the new vocabulary gets an input embedding in their space, found
through word vectors of both languages that are brought together by translations.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from transformers import AutoTokenizer, BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

from danetka.errors import ModelError, SettingsError
from danetka.models.navec import reduced, word_vectors
from danetka.models.quiet import quiet
from danetka.models.wordpiece import piece_vectors
from danetka.pretraining.alignment import Words, align, read_pairs
from danetka.pretraining.masked import MaskedEncoder
from danetka.pretraining.matching import set_matching
from danetka.pretraining.vocabulary import END

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from danetka.pretraining.settings import GeneratorSettings, ShapeSettings, StartSettings

_ALIGNED: Final = 20_000
"""So many of the commonest Russian words are brought together with the English ones."""


def start_encoder(
    tokenizer: Tokenizer, shape: ShapeSettings, start: StartSettings, seed: int
) -> MaskedEncoder:
    """The encoder before its first step.

    Args:
        tokenizer: Its vocabulary.
        shape: Its size, where there is no body.
        start: What it starts from.
        seed: Of what is random.

    Raises:
        ModelError: If the body is no BERT.
        SettingsError: If a body is named without translations.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if start.body is None:
            return _scratch(tokenizer, shape, start)
        if start.pairs is None:
            raise SettingsError("start.pairs: a body needs translations: name their file")
        return _moved(tokenizer, start.body, start.pairs, start.rounds)


def _scratch(tokenizer: Tokenizer, shape: ShapeSettings, start: StartSettings) -> MaskedEncoder:
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=4 * shape.hidden,
        max_position_embeddings=shape.positions,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,  # text is read once: there is nothing to overfit
    )
    model = MaskedEncoder(config)
    if start.embeddings == "navec":
        words, counts, vectors = word_vectors()
        small = reduced(vectors, counts, shape.hidden)
        _put(model.bert, piece_vectors(tokenizer, words, counts, small))
    if start.matching:
        set_matching(model.bert, tokenizer.get_vocab()["[CLS]"])
    return model


def _moved(tokenizer: Tokenizer, body: Path, pairs: Path, rounds: int) -> MaskedEncoder:
    english, their_tokenizer = _load_body(body)
    config = english.config
    config.vocab_size = tokenizer.get_vocab_size()
    config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
    theirs = english.embeddings.word_embeddings.weight.detach().numpy()
    embeddings = _mapped(tokenizer, their_tokenizer, theirs, pairs, rounds)
    model = MaskedEncoder(config)
    state = {
        name: tensor
        for name, tensor in english.state_dict().items()
        if "word_embeddings" not in name and not name.startswith("pooler")
    }
    model.bert.load_state_dict(state, strict=False)
    _put(model.bert, embeddings)
    return model


def _load_body(body: Path) -> tuple[Any, Any]:
    if not body.is_dir():
        raise ModelError(f"{body}: there is no such folder")
    try:
        with quiet():
            english = BertModel.from_pretrained(body, dtype=torch.float32)
            return english, AutoTokenizer.from_pretrained(body)
    except Exception as error:
        raise ModelError(f"{body}: not a BERT that can be loaded ({error})") from error


def _mapped(
    tokenizer: Tokenizer, theirs: Any, vectors: NDArray[np.float32], pairs: Path, rounds: int
) -> NDArray[np.float32]:
    """Input embeddings of the Russian pieces; shape ``(vocabulary, width)``."""
    words, counts, own = word_vectors()
    common = [i for i in np.argsort(-counts) if words[i].isalpha()][:_ALIGNED]
    vocabulary: dict[str, int] = theirs.get_vocab()
    whole = [
        w for w in sorted(vocabulary, key=vocabulary.__getitem__) if w.isascii() and w.isalpha()
    ]
    source = Words(tuple(words[i] for i in common), own[common])
    target = Words(tuple(whole), vectors[[vocabulary[w] for w in whole]])
    alignment = align(source, target, read_pairs(pairs), rounds)
    pieces = piece_vectors(tokenizer, words, counts, own)
    known = np.abs(pieces).sum(axis=1) > 0
    mapped = np.zeros((len(pieces), vectors.shape[1]), dtype=np.float32)
    mapped[known] = alignment(pieces[known])
    for piece, i in tokenizer.get_vocab().items():
        if piece in vocabulary and (not known[i] or piece.isascii()):
            mapped[i] = vectors[vocabulary[piece]]  # punctuation, digits, Latin, [CLS]
    return mapped


def start_generator(tokenizer: Tokenizer, settings: GeneratorSettings) -> GPT2LMHeadModel:
    """The generator before its first step: random layers, embeddings random or from Navec."""
    end, shape = tokenizer.get_vocab()[END], settings.shape
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(),
        n_positions=shape.positions,
        n_embd=shape.hidden,
        n_layer=shape.layers,
        n_head=shape.heads,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
    )
    with torch.random.fork_rng():
        torch.manual_seed(settings.text.seed)
        model = GPT2LMHeadModel(config)
    if settings.embeddings == "navec":
        words, counts, vectors = word_vectors()
        small = reduced(vectors, counts, shape.hidden)
        _put(model, piece_vectors(tokenizer, [f" {word}" for word in words], counts, small))
    return model


def _put(model: PreTrainedModel, embeddings: NDArray[np.float32]) -> None:
    """Set the input embeddings that are known; the rest stay random."""
    known = np.flatnonzero(np.abs(embeddings).sum(axis=1))
    with torch.no_grad():
        weight: Any = model.get_input_embeddings().weight
        weight[torch.from_numpy(known)] = torch.from_numpy(embeddings[known])
