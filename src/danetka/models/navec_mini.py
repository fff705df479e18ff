"""``navec-mini``: a small BERT whose vocabulary and input embeddings come from Navec.

An ordinary ``BertForSequenceClassification`` checkpoint (4 layers × 256) built on the user's
machine in seconds: no hub, no download beyond the `natasha` wheel, which carries the embeddings
(Navec, 250k words × 300; https://github.com/natasha/navec). Its encoder layers are random: it is
where training starts when nothing better is in reach, not a pre-trained model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.data.catalog import cache_folder
from danetka.extras import file_of, require
from danetka.files import new_folder
from danetka.models.quiet import quiet
from danetka.models.wordpiece import piece_vectors, save_wordpiece, train_wordpiece
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RECIPE: Final = 1
"""Goes up with every change of what is built, so that an old copy is not taken for the new."""

VOCABULARY: Final = 16_384
HIDDEN: Final = 256
_LAYERS: Final = 4
_HEADS: Final = 4
_POSITIONS: Final = 512
_EMBEDDING_STD: Final = 0.05


def build() -> Path:
    """The checkpoint's folder; built on the first call, found on the next.

    Raises:
        MissingExtraError: If the `navec` extra is not installed.
    """
    folder = cache_folder() / "models" / f"navec-mini-{_RECIPE}"
    if not folder.exists():
        with new_folder(folder, replace=False) as fresh:
            _write(fresh)
    return folder


def _write(folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    navec = _load_navec()
    words = list(navec.vocab.words)
    counts = np.array(navec.vocab.counts, dtype=np.float64)
    tokenizer = train_wordpiece(words, counts, VOCABULARY)
    vectors = _reduce(navec.pq.unpack(), counts)
    embeddings = piece_vectors(tokenizer, words, counts, vectors)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=HIDDEN,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=_POSITIONS,
        attention_probs_dropout_prob=0.0,  # with it, a step on a CPU takes a quarter longer
        id2label=dict(enumerate(LABEL_NAMES)),
        label2id={name: label for label, name in enumerate(LABEL_NAMES)},
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertForSequenceClassification(config)
    known = np.flatnonzero(np.abs(embeddings).sum(axis=1))
    with torch.no_grad():
        model.bert.embeddings.word_embeddings.weight[known] = torch.from_numpy(embeddings[known])
    with quiet():
        model.save_pretrained(folder)
    save_wordpiece(tokenizer, folder, _POSITIONS)


def _load_navec() -> Any:
    """Navec from the file in the `natasha` wheel."""
    purpose = "building navec-mini"
    path = file_of("natasha", "navec_", "navec", purpose)
    return require("navec", "navec", purpose).Navec.load(str(path))


def _reduce(vectors: NDArray[np.float32], counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Navec's 300 dimensions → the 256 in which its words vary most, by frequency."""
    weights = np.sqrt(counts) / np.sqrt(counts).sum()
    centred = vectors - (weights @ vectors).astype(np.float32)
    covariance = centred.T @ (centred * weights[:, None].astype(np.float32))
    _, axes = np.linalg.eigh(covariance.astype(np.float64))
    reduced = centred @ axes[:, ::-1][:, :HIDDEN].astype(np.float32)
    return np.asarray(reduced * (_EMBEDDING_STD / reduced.std()), dtype=np.float32)
