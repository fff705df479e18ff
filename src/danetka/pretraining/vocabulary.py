"""Tokenizers trained on the corpus: WordPiece for the encoder, byte-level BPE for the generator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.files import new_folder
from danetka.models.wordpiece import save_wordpiece, train_wordpiece
from danetka.pretraining.documents import is_held_out, read_documents

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from danetka.pretraining.settings import CorpusSettings, ShapeSettings

END: Final = "<|endoftext|>"
_WORD = re.compile(r"[a-zа-я0-9]+")
_RAREST: Final = 2
"""Words that stand seldomer teach a vocabulary nothing but mistakes."""


def encoder_tokenizer(corpus: CorpusSettings, shape: ShapeSettings, folder: Path) -> Tokenizer:
    """An uncased WordPiece tokenizer, trained on the corpus by weight; kept in a folder.

    Uncased because the questions of DaNetQA are in lower case.
    """
    if not folder.exists():
        counts = _count_words(corpus)
        words = sorted(word for word, n in counts.items() if n >= _RAREST)
        many = np.array([counts[word] for word in words], dtype=np.float64)
        with new_folder(folder) as fresh:
            save_wordpiece(train_wordpiece(words, many, shape.vocabulary), fresh, shape.positions)
    return _load(folder)


def generator_tokenizer(corpus: CorpusSettings, shape: ShapeSettings, folder: Path) -> Tokenizer:
    """A byte-level BPE tokenizer, trained on the corpus; kept in a folder."""
    if not folder.exists():
        from tokenizers import ByteLevelBPETokenizer
        from transformers import PreTrainedTokenizerFast

        trained = ByteLevelBPETokenizer()
        trained.train_from_iterator(
            _documents(corpus), shape.vocabulary, special_tokens=[END], show_progress=False
        )
        with new_folder(folder) as fresh:
            PreTrainedTokenizerFast(
                tokenizer_object=trained._tokenizer,
                model_max_length=shape.positions,
                eos_token=END,
                pad_token=END,
                bos_token=END,
            ).save_pretrained(fresh)
    return _load(folder)


def _load(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _documents(corpus: CorpusSettings) -> Iterator[str]:
    for name in corpus.sources:
        for text in read_documents(corpus.file(name)):
            if not is_held_out(text, corpus.held_out):
                yield text


def _count_words(corpus: CorpusSettings) -> Counter[str]:
    """How often each word stands in the training documents, times the weight of its source."""
    total: Counter[str] = Counter()
    for name, weight in corpus.sources.items():
        found: Counter[str] = Counter()
        for text in read_documents(corpus.file(name)):
            if not is_held_out(text, corpus.held_out):
                plain = text.lower().replace("\u0301", "").replace("ё", "е")
                found.update(_WORD.findall(plain))
        for word, n in found.items():
            total[word] += round(n * weight)
    return total
