"""``navec-mini``: a small BERT whose vocabulary and input embeddings come from Navec.

An ordinary ``BertForSequenceClassification`` checkpoint (4 layers × 256) built on the user's
machine in seconds: no hub, no download beyond the `natasha` wheel, which carries the embeddings
(Navec, 250k words × 300; https://github.com/natasha/navec). Its encoder layers are random: it is
where training starts when nothing better is in reach, not a pre-trained model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.data.catalog import cache_folder
from danetka.extras import file_of, require
from danetka.files import new_folder
from danetka.models.quiet import quiet
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_RECIPE: Final = 1
"""Goes up with every change of what is built, so that an old copy is not taken for the new."""

VOCABULARY: Final = 16_384
HIDDEN: Final = 256
_LAYERS: Final = 4
_HEADS: Final = 4
_POSITIONS: Final = 512
_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_CORPUS_WORDS: Final = 3_000_000
"""How many running words the vocabulary is trained on, drawn up from Navec's counts."""
_EMBEDDING_STD: Final = 0.05
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя"
_DIGITS: Final = "0123456789"
_SYMBOLS: Final = ".,;:!?()[]{}«»„“”\"'’`—–-−+/\\|%‰№§°²³×·…±=<>~^_@#$€₽&*"


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
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    navec = _load_navec()
    words = list(navec.vocab.words)
    counts = np.array(navec.vocab.counts, dtype=np.float64)
    tokenizer = _train_tokenizer(words, counts)
    vectors = _reduce(navec.pq.unpack(), counts)
    embeddings = _piece_embeddings(tokenizer, words, counts, vectors)
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
    special = {f"{n}_token": f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")}
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=_POSITIONS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **special,
    ).save_pretrained(folder)


def _load_navec() -> Any:
    """Navec from the file in the `natasha` wheel."""
    purpose = "building navec-mini"
    path = file_of("natasha", "navec_", "navec", purpose)
    return require("navec", "navec", purpose).Navec.load(str(path))


def _train_tokenizer(words: list[str], counts: NDArray[np.float64]) -> Tokenizer:
    """An uncased WordPiece vocabulary trained on the words as often as Navec counted them.

    The normaliser drops stress marks and ё but keeps й: BertNormalizer's own way of stripping
    accents would turn й into и.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    vocabulary = _train_vocabulary(words, counts)
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


def _train_vocabulary(words: list[str], counts: NDArray[np.float64]) -> dict[str, int]:
    """Piece → id, the same at every build.

    The trainer numbers «##х» in the order of a hash table and breaks ties between merges by these
    numbers. All characters are therefore given to it as special tokens, which it numbers in order.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    characters = _DIGITS + _LETTERS + _SYMBOLS
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[*_SPECIAL, *characters, *(f"##{c}" for c in characters)],
        limit_alphabet=len(characters),
        show_progress=False,
    )
    scratch = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    scratch.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    scratch.train_from_iterator(_running_words(words, counts), trainer)
    return dict(scratch.get_vocab())


def _running_words(words: list[str], counts: NDArray[np.float64]) -> Iterator[str]:
    times = np.rint(counts * (_CORPUS_WORDS / counts.sum())).astype(int)
    for word, n in zip(words, times, strict=True):
        if n and not word.startswith("<"):
            yield " ".join([word.replace("ё", "е")] * n)


def _reduce(vectors: NDArray[np.float32], counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Navec's 300 dimensions → the 256 in which its words vary most, by frequency."""
    weights = np.sqrt(counts) / np.sqrt(counts).sum()
    centred = vectors - (weights @ vectors).astype(np.float32)
    covariance = centred.T @ (centred * weights[:, None].astype(np.float32))
    _, axes = np.linalg.eigh(covariance.astype(np.float64))
    reduced = centred @ axes[:, ::-1][:, :HIDDEN].astype(np.float32)
    return np.asarray(reduced * (_EMBEDDING_STD / reduced.std()), dtype=np.float32)


def _piece_embeddings(
    tokenizer: Tokenizer,
    words: list[str],
    counts: NDArray[np.float64],
    vectors: NDArray[np.float32],
) -> NDArray[np.float32]:
    """A vector for each piece: its own if it is a word of Navec's, else the mean of its words'.

    Returns:
        Shape ``(vocabulary, 256)``; zeros for a piece that stands in no word (digits, punctuation).
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
