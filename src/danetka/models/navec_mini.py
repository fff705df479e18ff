"""``navec-mini``: a small BERT whose vocabulary and input embeddings come from Navec.

An ordinary ``BertForSequenceClassification`` checkpoint (4 layers × 256) built on the user's
machine in seconds: no hub, no download beyond the `natasha` wheel, which carries the embeddings
(Navec, 250k words × 300; https://github.com/natasha/navec). Its encoder layers are random: it is
where training starts when nothing better is in reach, not a pre-trained model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from danetka.data.catalog import cache_folder
from danetka.files import new_folder
from danetka.models.navec import reduced, word_vectors
from danetka.models.quiet import quiet
from danetka.models.wordpiece import piece_vectors, save_wordpiece, train_wordpiece
from danetka.schema import LABEL_NAMES

_RECIPE: Final = 1
"""Goes up with every change of what is built, so that an old copy is not taken for the new."""

VOCABULARY: Final = 16_384
HIDDEN: Final = 256
_LAYERS: Final = 4
_HEADS: Final = 4
_POSITIONS: Final = 512


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

    words, counts, vectors = word_vectors()
    tokenizer = train_wordpiece(words, counts, VOCABULARY)
    embeddings = piece_vectors(tokenizer, words, counts, reduced(vectors, counts, HIDDEN))
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
