"""Uncased WordPiece for Russian: its training, its normaliser, a vector for each of its pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_RUNNING_WORDS: Final = 3_000_000
"""How many running words a vocabulary is trained on, drawn up from the counts."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя"
_DIGITS: Final = "0123456789"
_SYMBOLS: Final = ".,;:!?()[]{}«»„“”\"'’`—–-−+/\\|%‰№§°²³×·…±=<>~^_@#$€₽&*"


def train_wordpiece(words: Sequence[str], counts: NDArray[np.float64], size: int) -> Tokenizer:
    """An uncased WordPiece vocabulary trained on words as often as they were counted.

    The normaliser drops stress marks and ё but keeps й: BertNormalizer's own way of stripping
    accents would turn й into и.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    vocabulary = _train_vocabulary(words, counts, size)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex("\u0301"), ""),
            normalizers.BertNormalizer(strip_accents=False, lowercase=True),
            normalizers.Replace("ё", "е"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def _train_vocabulary(
    words: Sequence[str], counts: NDArray[np.float64], size: int
) -> dict[str, int]:
    """Piece → id, the same at every build.

    The trainer numbers «##х» in the order of a hash table and breaks ties between merges by these
    numbers. All characters are therefore given to it as special tokens, which it numbers in order.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    characters = _DIGITS + _LETTERS + _SYMBOLS
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        special_tokens=[*_SPECIAL, *characters, *(f"##{c}" for c in characters)],
        limit_alphabet=len(characters),
        show_progress=False,
    )
    scratch = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    scratch.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    scratch.train_from_iterator(_running_words(words, counts), trainer)
    return dict(scratch.get_vocab())


def _running_words(words: Sequence[str], counts: NDArray[np.float64]) -> Iterator[str]:
    times = np.rint(counts * (_RUNNING_WORDS / counts.sum())).astype(int)
    for word, n in zip(words, times, strict=True):
        if n and not word.startswith("<"):
            yield " ".join([word.replace("ё", "е")] * n)


def save_wordpiece(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """Write it as a checkpoint's tokenizer.

    Args:
        tokenizer: From `train_wordpiece`.
        folder: The checkpoint's.
        positions: The most tokens that the model takes.
    """
    from transformers import PreTrainedTokenizerFast

    special = {f"{n}_token": f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")}
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=positions,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **special,
    ).save_pretrained(folder)


def piece_vectors(
    tokenizer: Tokenizer,
    words: Sequence[str],
    counts: NDArray[np.float64],
    vectors: NDArray[np.float32],
) -> NDArray[np.float32]:
    """A vector for each piece: its own if it is one of the words, else the mean of its words'.

    Returns:
        Shape ``(vocabulary, width)``; zeros for a piece of no word (digits, punctuation).
    """
    from scipy.sparse import coo_array

    encoded = tokenizer.encode_batch_fast(words, add_special_tokens=False)
    lengths = np.array([len(e.ids) for e in encoded])
    pieces = np.concatenate([np.array(e.ids, dtype=np.int64) for e in encoded])
    owners = np.repeat(np.arange(len(words)), lengths)
    strength = np.sqrt(counts[owners] + 1) / lengths[owners]
    shape = (tokenizer.get_vocab_size(), len(words))
    mix = coo_array((strength, (pieces, owners)), shape=shape).tocsr()
    total = np.asarray(mix.sum(axis=1)).ravel()
    means = (mix @ vectors) / np.maximum(total, 1e-9)[:, None]
    whole = np.flatnonzero(lengths == 1)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    means[pieces[starts[whole]]] = vectors[whole]
    return np.asarray(means, dtype=np.float32)
