"""Russian word vectors → the space of an English encoder's input embeddings.

An orthogonal map is fitted to pairs of translations (Procrustes; Xing et al. 2015) and then to the
pairs that it finds itself (mutual nearest neighbours by CSLS; Conneau et al. 2018, arXiv
1710.04087). How well it does is measured on pairs that were held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.errors import DanetkaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_NEIGHBOURS: Final = 10
"""Of CSLS: how many nearest words say how crowded a place is."""
_EACH: Final = 2


@dataclass(frozen=True, slots=True)
class Words:
    """Words with vectors, the commonest first.

    Attributes:
        words: The words.
        vectors: Shape ``(words, width)``.
    """

    words: tuple[str, ...]
    vectors: Floats

    def index(self) -> dict[str, int]:
        """Word → place."""
        return {word: i for i, word in enumerate(self.words)}


@dataclass(frozen=True, slots=True)
class Alignment:
    """An affine map between two spaces, orthogonal but for one scale.

    Attributes:
        source: The mean of the space it maps from; shape ``(width,)``.
        target: The mean of the space it maps to; shape ``(other width,)``.
        rotation: Shape ``(width, other width)``, its rows orthonormal.
        scale: How much longer vectors are there.
    """

    source: Floats
    target: Floats
    rotation: Floats
    scale: float

    def __call__(self, vectors: Floats) -> Floats:
        """Map vectors of shape ``(n, width)``."""
        return np.asarray(
            (vectors - self.source) @ self.rotation * self.scale + self.target, dtype=np.float32
        )


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Translations: a Russian word, a tab, an English one, a line each.

    Raises:
        DanetkaError: If a line is something else.
    """
    pairs = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DanetkaError(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        parts = line.split("\t")
        if len(parts) != _EACH or not all(parts):
            raise DanetkaError(f"{path}:{number}: not a pair: write RUSSIAN, a tab, ENGLISH")
        pairs.append((parts[0], parts[1]))
    return pairs


def align(
    source: Words, target: Words, pairs: Sequence[tuple[str, str]], rounds: int = 5
) -> Alignment:
    """Fit a map to translations, then to those that it finds.

    Args:
        source: The words to be mapped; all take part in the refinement.
        target: The words of the other side.
        pairs: Translations; those with a word that a side lacks are left out.
        rounds: How often the map is fitted again to the pairs that it has found.

    Raises:
        DanetkaError: If fewer pairs are known than either side has dimensions.
    """
    here, there = source.index(), target.index()
    known = [(here[a], there[b]) for a, b in pairs if a in here and b in there]
    if len(known) < source.vectors.shape[1]:
        raise DanetkaError(f"only {len(known)} pairs have vectors on both sides: give more pairs")
    x, y = _unit(source.vectors), _unit(target.vectors)
    seeds = np.array(known)
    rotation = _procrustes(x[seeds[:, 0]], y[seeds[:, 1]])
    for _ in range(rounds):
        found = _mutual(x @ rotation, y)
        both = np.concatenate([seeds, found])
        rotation = _procrustes(x[both[:, 0]], y[both[:, 1]])
    centre = source.vectors.mean(axis=0)
    target_centre = target.vectors.mean(axis=0)
    mapped = (source.vectors - centre) @ rotation
    scale = float(_spread(target.vectors - target_centre) / _spread(mapped))
    return Alignment(centre, target_centre, rotation, scale)


def precision(
    alignment: Alignment, source: Words, target: Words, pairs: Sequence[tuple[str, str]]
) -> float:
    """The share of pairs whose English word is the nearest (CSLS) to the mapped Russian one."""
    here, there = source.index(), target.index()
    known = [(here[a], there[b]) for a, b in pairs if a in here and b in there]
    x = _unit(source.vectors) @ alignment.rotation
    y = _unit(target.vectors)
    nearest = _csls(x, y)[0]
    return float(np.mean([nearest[a] == b for a, b in known])) if known else float("nan")


def _unit(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(
        centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), np.float32
    )


def _spread(vectors: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(vectors).sum(axis=1))))


def _procrustes(x: Floats, y: Floats) -> Floats:
    """The rotation that brings x nearest to y, in least squares."""
    left, _, right = np.linalg.svd((x.T @ y).astype(np.float64), full_matrices=False)
    return np.asarray(left @ right, dtype=np.float32)


def _mutual(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Pairs that are each other's nearest by CSLS; shape ``(pairs, 2)``."""
    forth, back = _csls(x, y)
    at = np.arange(len(x))
    mutual = back[forth] == at
    return np.stack([at[mutual], forth[mutual]], axis=1)


def _csls(x: Floats, y: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nearest y of each x, and the nearest x of each y: cosines less the crowding of both."""
    crowd_x = _crowding(x, y)
    crowd_y = _crowding(y, x)
    return _nearest(x, y, crowd_y), _nearest(y, x, crowd_x)


def _crowding(x: Floats, y: Floats) -> Floats:
    k = min(_NEIGHBOURS, len(y))
    parts = [np.partition(block @ y.T, -k, axis=1)[:, -k:].mean(axis=1) for block in _blocks(x)]
    return np.concatenate(parts)


def _nearest(x: Floats, y: Floats, crowd: Floats) -> NDArray[np.int64]:
    return np.concatenate([(2 * (block @ y.T) - crowd).argmax(axis=1) for block in _blocks(x)])


def _blocks(x: Floats) -> list[Floats]:
    return [x[i : i + 2048] for i in range(0, len(x), 2048)]
