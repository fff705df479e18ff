"""Documents → token files, and token files → sequences of one length.

Tokens are written once, as uint16, and mapped into memory: training reads them in any order, and a
GPU machine without the corpus needs no more than these files. Which sequence stands at which place
is drawn beforehand, by the seed alone; so a run that is resumed goes on with the same text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch.utils.data import Dataset

from danetka.errors import DanetkaError
from danetka.files import new_folder, write_json
from danetka.pretraining.documents import is_held_out, read_documents

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from danetka.pretraining.settings import CorpusSettings

PARTS: Final = ("train", "held-out")
_TOGETHER: Final = 64
"""Documents that are tokenised at a time."""


@dataclass(frozen=True, slots=True)
class TokenFiles:
    """The tokens of a corpus.

    Attributes:
        folder: Where NAME.train.u16 and NAME.held-out.u16 lie.
        counts: Source → part → tokens.
    """

    folder: Path
    counts: dict[str, dict[str, int]]

    def read(self, source: str, part: str) -> NDArray[np.uint16]:
        """A source's tokens, mapped from its file; shape ``(tokens,)``."""
        if not self.counts[source][part]:
            return np.zeros(0, dtype=np.uint16)
        return np.memmap(self.folder / f"{source}.{part}.u16", dtype=np.uint16, mode="r")


def write_tokens(
    corpus: CorpusSettings, tokenizer: Tokenizer, separator: str, folder: Path
) -> TokenFiles:
    """Tokenise a corpus, or find that it is done.

    Args:
        corpus: Which text.
        tokenizer: What cuts it.
        separator: The token that ends each document.
        folder: Where token files are kept; each corpus and tokenizer get one of their own in it.

    Raises:
        DanetkaError: If a source is missing or damaged.
    """
    paths = {name: corpus.file(name) for name in corpus.sources}
    place = folder / f"tokens-{_key(corpus, tokenizer, paths)}"
    counts_file = place / "counts.json"
    if not counts_file.exists():
        with new_folder(place) as fresh:
            counts = {
                name: _write_source(read_documents(path), corpus, tokenizer, separator, fresh, name)
                for name, path in paths.items()
            }
            write_json(fresh / counts_file.name, counts)
    return TokenFiles(place, json.loads(counts_file.read_text(encoding="utf-8")))


def _write_source(
    documents: Iterable[str],
    corpus: CorpusSettings,
    tokenizer: Tokenizer,
    separator: str,
    folder: Path,
    name: str,
) -> dict[str, int]:
    end = tokenizer.token_to_id(separator)
    files = {part: (folder / f"{name}.{part}.u16").open("wb") for part in PARTS}
    counts = dict.fromkeys(PARTS, 0)
    try:
        waiting = iter(documents)
        while texts := list(islice(waiting, _TOGETHER)):
            encoded = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            for text, found in zip(texts, encoded, strict=True):
                part = PARTS[is_held_out(text, corpus.held_out)]
                ids = np.array([*found.ids, end], dtype=np.uint16)
                ids.tofile(files[part])
                counts[part] += len(ids)
    finally:
        for file in files.values():
            file.close()
    return counts


def _key(corpus: CorpusSettings, tokenizer: Tokenizer, paths: Mapping[str, Path]) -> str:
    digest = hashlib.sha256(f"{corpus.held_out} {tokenizer.to_str()}".encode())
    for name, path in sorted(paths.items()):
        digest.update(name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


class Sequences(Dataset[dict[str, torch.Tensor]]):
    """So many sequences of one length, drawn by weight from the sources.

    A source gives each of its windows once before it gives one again.

    Args:
        files: The tokens.
        weights: Source → weight.
        number: How many sequences.
        length: Tokens of each.
        seed: Of the order.
        part: ``train`` or ``held-out``.
    """

    def __init__(
        self,
        files: TokenFiles,
        weights: Mapping[str, float],
        number: int,
        length: int,
        seed: int,
        part: str = "train",
    ) -> None:
        self.length = length
        self.seed = seed
        self._streams = [files.read(name, part) for name in weights]
        windows = np.array([len(stream) // length for stream in self._streams])
        rng = np.random.default_rng(seed)
        shares = windows * np.array(list(weights.values()))
        if not shares.sum():
            raise DanetkaError(f"corpus: no source has {length} tokens of {part}: give more text")
        self.sources = rng.choice(len(shares), size=number, p=shares / shares.sum())
        self.windows = np.zeros(number, dtype=np.int64)
        for source, many in enumerate(windows):
            at = np.flatnonzero(self.sources == source)
            rounds = -(-len(at) // max(many, 1))
            order = [rng.permutation(many) for _ in range(rounds)]
            self.windows[at] = np.concatenate(order)[: len(at)] if order else 0

    def __len__(self) -> int:
        return len(self.sources)

    def tokens(self, index: int) -> NDArray[np.int64]:
        """The sequence at a place; shape ``(length,)``."""
        stream = self._streams[self.sources[index]]
        start = int(self.windows[index]) * self.length
        return np.asarray(stream[start : start + self.length], dtype=np.int64)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        ids = torch.from_numpy(self.tokens(index))
        return {"input_ids": ids, "labels": ids}
