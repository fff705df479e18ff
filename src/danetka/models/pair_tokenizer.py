"""Question and passage → padded token ids, by the tokenizers library alone.

`danetka.models.pairs` does it for training, by the tokenizer of transformers. Answering needs less
(no labels, nothing is cut) and more (no transformers, and each pair is tokenised once).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from tokenizers import Tokenizer

from danetka.errors import ModelError
from danetka.models.pairs import PASSAGE_TOKENS, shortened

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerBase

    Batch = dict[str, NDArray[np.int64]]

Pair = tuple[str, str]
_FILE: Final = "tokenizer.json"
_SETTINGS: Final = "tokenizer_config.json"


@dataclass(frozen=True, eq=False)
class PairTokenizer:
    """Makes what a model reads out of questions and passages.

    Attributes:
        tokenizer: The tokenizer; whatever it says of truncation and padding is switched off.
        inputs: What the model takes, of ``input_ids``, ``attention_mask`` and ``token_type_ids``.
        pad: The id that fills short rows.
        pad_type: Their ``token_type_ids``.
        left: Whether rows are filled on the left.
    """

    tokenizer: Tokenizer
    inputs: tuple[str, ...]
    pad: int = 0
    pad_type: int = 0
    left: bool = False

    def __post_init__(self) -> None:
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase) -> PairTokenizer:
        """From a tokenizer of transformers, a fast one; that one is left as it is."""
        core: Any = tokenizer.backend_tokenizer  # fast ones have it
        return cls(
            Tokenizer.from_str(core.to_str()),
            tuple(tokenizer.model_input_names),
            tokenizer.pad_token_id or 0,
            tokenizer.pad_token_type_id,
            tokenizer.padding_side == "left",
        )

    @classmethod
    def read(cls, folder: Path, inputs: Sequence[str]) -> PairTokenizer:
        """From ``tokenizer.json`` and ``tokenizer_config.json`` of a checkpoint's folder.

        Args:
            folder: The folder.
            inputs: What the model takes.

        Raises:
            ModelError: If they are not there or cannot be read.
        """
        path = folder / _FILE
        if not path.is_file():
            raise ModelError(f"{path}: there is no such file: export the model anew")
        try:
            tokenizer = Tokenizer.from_file(str(path))
            settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelError(f"{folder}: its tokenizer cannot be read ({error})") from error
        name = settings.get("pad_token") or "[PAD]"
        pad = tokenizer.token_to_id(name["content"] if isinstance(name, dict) else name)
        left = settings.get("padding_side") == "left"
        return cls(tokenizer, tuple(inputs), pad or 0, settings.get("pad_token_type_id", 0), left)

    def encode(self, pairs: Sequence[Pair]) -> list[Encoding]:
        """Tokenise pairs whole, special tokens included; without places in the text."""
        return self.tokenizer.encode_batch_fast(list(pairs))

    def encode_cut(self, pairs: Sequence[Pair], max_length: int) -> list[Encoding]:
        """Tokenise pairs of at most so many tokens, as `danetka.models.pairs` does for training."""
        room = max(1, self.longest_question(max_length))
        cutting = Tokenizer.from_str(self.tokenizer.to_str())
        cutting.enable_truncation(max_length, strategy="only_second")
        cut = [(shortened(q, room, lambda text: self.places(text).offsets), p) for q, p in pairs]
        return cutting.encode_batch_fast(cut)

    def places(self, text: str) -> Encoding:
        """Tokenise one text without special tokens; with places in the text and words."""
        return self.tokenizer.encode(text, add_special_tokens=False)

    def batch(self, encodings: Sequence[Encoding]) -> Batch:
        """Rows as arrays of shape ``(n, longest)``, by the names of `inputs`."""
        longest = max(len(encoding) for encoding in encodings)
        shape = (len(encodings), longest)
        ids = np.full(shape, self.pad, dtype=np.int64)
        types = np.full(shape, self.pad_type, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, encoding in enumerate(encodings):
            size = len(encoding)
            part = slice(longest - size, longest) if self.left else slice(0, size)
            ids[row, part] = encoding.ids
            types[row, part] = encoding.type_ids
            mask[row, part] = 1
        made = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return {name: made[name] for name in self.inputs}

    @property
    def special(self) -> int:
        """How many special tokens a pair has."""
        return int(self.tokenizer.num_special_tokens_to_add(True))

    def longest_question(self, max_length: int) -> int:
        """How many tokens of a question are read at most: see `danetka.models.pairs`."""
        return max_length - self.special - PASSAGE_TOKENS
