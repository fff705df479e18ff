"""Navec's word vectors (250k words × 300) from the `natasha` wheel, for a model's embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.extras import file_of, require

if TYPE_CHECKING:
    from numpy.typing import NDArray

EMBEDDING_STD: Final = 0.05
"""Of input embeddings made from word vectors."""
_PURPOSE: Final = "building embeddings from Navec"


def word_vectors() -> tuple[list[str], NDArray[np.float64], NDArray[np.float32]]:
    """Words in alphabetical order, how often each was counted, vectors of shape ``(words, 300)``.

    Raises:
        MissingExtraError: If the `navec` extra is not installed.
    """
    path = file_of("natasha", "navec_", "navec", _PURPOSE)
    navec = require("navec", "navec", _PURPOSE).Navec.load(str(path))
    counts = np.array(navec.vocab.counts, dtype=np.float64)
    return list(navec.vocab.words), counts, navec.pq.unpack()


def reduced(
    vectors: NDArray[np.float32], counts: NDArray[np.float64], width: int
) -> NDArray[np.float32]:
    """The directions in which words vary most, by frequency; shape ``(words, width)``.

    Beyond the vectors' own width come zeros.
    """
    weights = np.sqrt(counts) / np.sqrt(counts).sum()
    centred = vectors - (weights @ vectors).astype(np.float32)
    covariance = centred.T @ (centred * weights[:, None].astype(np.float32))
    _, axes = np.linalg.eigh(covariance.astype(np.float64))
    found = centred @ axes[:, ::-1][:, :width].astype(np.float32)
    scaled = np.asarray(found * (EMBEDDING_STD / found.std()), dtype=np.float32)
    return np.pad(scaled, ((0, 0), (0, width - scaled.shape[1])))
