"""Sampling from a prompted model: each passage is read once, whatever the number of candidates.

`generate` reads a passage anew for each candidate and keeps the rows that have ended until the last
one has; on a small model its own work for a token costs more than the model's. Here the openings of
a batch are read once, their keys and values are repeated for the candidates, and a row leaves the
batch when it has ended. With temperature 0 the text is that of `generate` (a test compares them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

if TYPE_CHECKING:
    from danetka.augmentation.prompts.settings import WriteSettings


def continuations(
    model: Any, openings: torch.Tensor, settings: WriteSettings, ends: Sequence[int]
) -> list[list[int]]:
    """What a model writes after texts of one length.

    Args:
        model: A causal language model, with an adapter of PEFT's or without.
        openings: Token ids, shape ``(texts, length)``; nothing is padded.
        settings: How many candidates, and how they are drawn.
        ends: Tokens after which a text has ended.

    Returns:
        Tokens without the opening, the candidates of one text after one another; one that has not
        ended has ``settings.longest`` of them.
    """
    each = settings.candidates if settings.temperature > 0 else 1
    warp = _warpers(settings)
    known = torch.ones_like(openings)
    read = model(input_ids=openings, attention_mask=known, use_cache=True, logits_to_keep=1)
    cache, logits = read.past_key_values, read.logits[:, -1]
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    cache.batch_repeat_interleave(each)
    logits = logits.repeat_interleave(each, dim=0)
    ids = openings.repeat_interleave(each, dim=0)
    stop = torch.tensor(list(ends), device=openings.device)
    rows = torch.arange(len(ids), device=openings.device)
    found: list[list[int]] = [[] for _ in rows]
    for _ in range(settings.longest):
        warped = warp(cast("torch.LongTensor", ids), cast("torch.FloatTensor", logits.float()))
        token = _draw(warped, settings.temperature)
        for row, value in zip(rows.tolist(), token.tolist(), strict=True):
            found[row].append(value)
        going = torch.nonzero(~torch.isin(token, stop)).squeeze(1)
        if not len(going):
            break
        if len(going) < len(rows):
            cache.batch_select_indices(going)
        rows, token = rows[going], token[going]
        ids = torch.cat([ids[going], token[:, None]], dim=1)
        # What the adapter adds to the text is in the cache by now, or in the base's own layers.
        logits = base(input_ids=token[:, None], past_key_values=cache, use_cache=True).logits[:, -1]
    return found


def _warpers(settings: WriteSettings) -> LogitsProcessorList:
    warp = LogitsProcessorList()
    if settings.repetition_penalty > 1:
        warp.append(RepetitionPenaltyLogitsProcessor(settings.repetition_penalty))
    if settings.temperature > 0:
        warp.append(TemperatureLogitsWarper(settings.temperature))
        if settings.top_k:
            warp.append(TopKLogitsWarper(settings.top_k))
        if settings.top_p < 1:
            warp.append(TopPLogitsWarper(settings.top_p))
    return warp


def _draw(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """A token for each row, shape ``(rows,)``."""
    if temperature == 0:
        return logits.argmax(dim=-1)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
