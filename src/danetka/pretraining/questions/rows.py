"""Contrasts → rows: a window of the passage round the sentence that decides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from danetka.language.parse import clean, sentences
from danetka.pretraining.questions.contrast import Contrast
from danetka.schema import Example


def contrast_rows(
    found: Sequence[Contrast], passages: Sequence[str], windows: Mapping[int, float], seed: int = 0
) -> Iterator[Example]:
    """Four rows of each contrast, all about the same window of its passage.

    Args:
        found: The contrasts.
        passages: The texts that they number.
        windows: The most words of a row's passage → the share of the rows, adding up to 1.
        seed: Decides how wide a window is.
    """
    rng = random.Random(seed)  # noqa: S311
    for number, contrast in enumerate(found):
        whole = clean(passages[contrast.passage])
        if whole.count(contrast.sentences[0]) != 1:
            continue
        passage = _window(whole, contrast.sentences[0], windows, rng)
        for question, sentence, label, wrong in contrast.rows():
            text = passage.replace(contrast.sentences[0], sentence)
            meta = {"edit": contrast.edit, "wrong": wrong}
            yield Example(question, text, label, source="rules", group=str(number), meta=meta)


def _window(passage: str, sentence: str, windows: Mapping[int, float], rng: random.Random) -> str:
    """Whole sentences round one, grown on either side by chance up to a number of words."""
    [most] = rng.choices(list(windows), list(windows.values()))
    parts = [s.text for s in sentences(passage)]
    at = next((i for i, s in enumerate(parts) if sentence in s), None)
    if at is None:
        return passage
    first = last = at
    words = len(parts[at].split())
    while first > 0 or last < len(parts) - 1:
        before = first > 0 and (last == len(parts) - 1 or rng.random() < 0.5)  # noqa: PLR2004
        added = parts[first - 1] if before else parts[last + 1]
        words += len(added.split())
        if words > most:
            break
        first, last = (first - 1, last) if before else (first, last + 1)
    return " ".join(parts[first : last + 1])
