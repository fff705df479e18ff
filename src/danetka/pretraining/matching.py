"""Attention that finds a word of one text in the other, before any training.

Whether a passage says what a question asks is a matter of comparing words. That an encoder learns
to look from a word to the same word elsewhere takes millions of tokens, and the answers alone
hardly teach it: with four rows to a contrast neither text tells anything, and the loss stays at
ln 2 until the comparison is found. So the heads of the first layer are given it: query and key are
the same projection of the input embedding (which are Navec's, so that like words are near), and a
word's value is taken away from the word that found it: what is left is what the other text does not
say.
That attention starts as the identity and its output as minus the identity is what Trockman & Kolter
(2023, "Mimetic Initialization of Self-Attention Layers", arXiv 2305.09828) found in trained models.

Words look into the other text only: the token types lie on a direction of their own, on which query
and key have opposite signs. Where nothing is found, as in masked language modelling with its single
text, attention rests on [CLS], whose value is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import torch

if TYPE_CHECKING:
    from transformers import BertModel

_SHARPNESS: Final = 3.0
_SINK: Final = 12.0
"""The score of [CLS]; the same word in the other text has about 15, another word about 6."""
_APART: Final = 4.0
"""What a word of the other text has more than one of the same has less."""
_SHARE: Final = 0.5
"""The size of a token type's vector, in lengths of a word's."""


def set_matching(bert: BertModel, sink: int, seed: int = 0) -> None:
    """Set the token types, the embedding of [CLS] and the attention of the first layer, in place.

    Args:
        bert: With input embeddings in which like words are near.
        sink: The id of [CLS].
        seed: Of the projection.
    """
    embeddings = bert.embeddings
    layer: Any = bert.encoder.layer[0].attention
    with torch.no_grad():
        words = embeddings.word_embeddings.weight
        size = float(words.norm(dim=1).median())
        centred = words - words.mean(0)
        axes = torch.linalg.eigh(centred.T @ centred)[1]
        apart, rest, others = axes[:, 0], axes[:, 1], axes[:, 2:]  # the two that words use least
        used = torch.stack([apart, rest])
        for weight in (words, embeddings.position_embeddings.weight):
            weight.sub_((weight @ used.T) @ used)
        words[sink] = size * (rest - _SHARE * apart)
        types = embeddings.token_type_embeddings.weight
        types[0], types[1] = _SHARE * size * apart, -_SHARE * size * apart
        _set_heads(layer, apart, rest, _mixed(others, seed))


def _mixed(axes: torch.Tensor, seed: int) -> torch.Tensor:
    """An orthonormal basis of what the columns span, in rows that each hold a bit of all."""
    drawn = torch.randn(axes.shape[1], axes.shape[1], generator=torch.Generator().manual_seed(seed))
    basis: torch.Tensor = axes @ torch.linalg.qr(drawn)[0]
    return basis.T


def _set_heads(layer: Any, apart: torch.Tensor, rest: torch.Tensor, basis: torch.Tensor) -> None:
    """Each head compares in a subspace of its own: width less two for types and sink."""
    query, key, value = layer.self.query, layer.self.key, layer.self.value
    output = layer.output.dense
    hidden = len(apart)
    width = hidden // layer.self.num_attention_heads
    length = hidden**0.5  # of every vector after LayerNorm
    type_part = length * _SHARE / 2**0.5
    towards = (_APART * width**0.5) ** 0.5 / type_part
    for part in (query, key, value):
        part.weight.zero_()
        part.bias.zero_()
    output.weight.zero_()
    for start in range(0, hidden, width):
        rows = slice(start + 2, start + width)
        number = start // width
        own = basis[number * (width - 2) : (number + 1) * (width - 2)]
        query.weight[rows] = key.weight[rows] = own * _SHARPNESS**0.5
        query.weight[start], key.weight[start] = towards * apart, -towards * apart
        query.bias[start + 1] = 1.0
        key.weight[start + 1] = rest * _SINK * width**0.5 / (0.93 * length)
        value.weight[rows] = own
        output.weight[:, rows] = -own.T
