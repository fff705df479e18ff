"""For those who know ``transformers.pipeline("text-classification")``: the same call here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from danetka.answering.answerer import CHUNK, Answerer
from danetka.errors import SettingsError
from danetka.models.catalog import ANSWERING_MODEL
from danetka.schema import LABEL_NAMES

Scored = dict[str, Any]
"""``{"label": …, "score": …}``."""


class YesNoPipeline:
    """A pipeline that is called like those of transformers, and reads passages of any length.

    Without `top_k` it answers as `Answerer` does: at the checkpoint's threshold, «не знаю» within
    the answerer's margin.

    Args:
        answerer: What answers; its evidence is not asked for.
    """

    task = "text-classification"

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer

    @classmethod
    def from_pretrained(cls, name: str | Path = ANSWERING_MODEL, **options: Any) -> Self:
        """Load a checkpoint by alias, path or hub id; options are those of `Answerer`."""
        return cls(Answerer.from_pretrained(name, **{"evidence": False, **options}))

    def __call__(
        self,
        inputs: Mapping[str, str] | Iterable[Mapping[str, str]],
        *,
        batch_size: int | None = None,
        top_k: int | None = 1,
    ) -> Any:
        """Answer.

        Args:
            inputs: ``{"question", "passage"}`` or ``{"text", "text_pair"}``, a list of these, or
                any other iterable of them.
            batch_size: How many texts the model reads at once; by default the answerer's.
            top_k: 1 for the answer; 2 or None for «да» and «нет», the likelier first.

        Returns:
            For one mapping or a list: a list of ``{"label", "score"}``, or of lists of two where
            `top_k` is not 1. For any other iterable: a generator of these, which reads ahead no
            more than a chunk.

        Raises:
            SettingsError: If `top_k` is not 1, 2 or None.
            DanetkaError: If an input cannot be answered.
        """
        if top_k not in {1, 2, None}:
            raise SettingsError(f"top_k {top_k}: there are two answers: give 1, 2 or None")
        answerer = Answerer(
            self.answerer.classifier,
            margin=self.answerer.margin,
            evidence=False,
            batch=batch_size or self.answerer.batch,
            combine=self.answerer.combine,
        )
        if isinstance(inputs, Mapping):
            return list(_scored(answerer, [inputs], top_k))
        found = _scored(answerer, inputs, top_k)
        return list(found) if isinstance(inputs, list | tuple) else found


def _scored(
    answerer: Answerer, inputs: Iterable[Mapping[str, str]], top_k: int | None
) -> Iterator[Scored | list[Scored]]:
    for answer in answerer.stream((_pair(row) for row in inputs), CHUNK):
        if top_k == 1:
            yield {"label": answer.label, "score": answer.probability}
            continue
        shares = (1 - answer.yes_probability, answer.yes_probability)
        both = [{"label": n, "score": s} for n, s in zip(LABEL_NAMES, shares, strict=True)]
        yield sorted(both, key=lambda one: -one["score"])


def _pair(row: Mapping[str, str]) -> Mapping[str, Any]:
    if "text" in row or "text_pair" in row:
        return {"question": row.get("text"), "passage": row.get("text_pair")}
    return row
