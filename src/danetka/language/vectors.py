"""How near two words are in meaning and use: Navec's embeddings, from the `natasha` wheel."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

import numpy as np

from danetka.extras import file_of, require

_PURPOSE: Final = "reading Russian"


@cache
def load() -> Any:
    """Navec; once a process, about half a second."""
    path = file_of("natasha", "navec_", "rules", _PURPOSE)
    return require("navec", "rules", _PURPOSE).Navec.load(str(path))


@lru_cache(maxsize=50_000)
def frequency(word: str) -> float:
    """The natural logarithm of how often Navec's corpus has a word; 0 where it has not."""
    navec = load()
    found = navec.vocab.get(word)
    return 0.0 if found is None else float(np.log1p(navec.vocab.counts[found]))


@lru_cache(maxsize=50_000)
def _vector(word: str) -> Any:
    navec = load()
    found = navec.get(word)
    if found is None:
        found = navec.get(word.replace("е", "ё", 1)) if "е" in word else None
    return None if found is None else found / (np.linalg.norm(found) + 1e-9)


def similarity(one: str, other: str) -> float | None:
    """The cosine of two dictionary forms, -1 to 1; None where one of them is not known."""
    a, b = _vector(one), _vector(other)
    return None if a is None or b is None else float(a @ b)
