"""Sampling from a prompted model: each passage is read once, whatever the number of candidates.

`generate` reads a passage anew for each candidate, keeps the rows that have ended until the last
one has, and with PEFT's soft prompts it cannot take texts of different lengths together: on the
left, padding would stand between the prompt and the text. Here openings of one length are read
together, unpadded; then their keys and values are put side by side, those of shorter ones behind a
mask, each row counting its own positions. Nothing of PEFT's is asked any more by then: what the
adapter adds is in the cache, or in the base's own layers. Rows leave when enough have ended. With
temperature 0 the text is that of `generate` (a test compares them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import torch
from torch.nn import functional
from transformers import DynamicCache, RepetitionPenaltyLogitsProcessor

if TYPE_CHECKING:
    from danetka.augmentation.prompts.settings import WriteSettings

_WORTH: Final = 0.7
"""Rows that have ended are dropped when fewer than this share are left: it copies the cache."""


def continuations(
    model: Any, openings: Sequence[Sequence[int]], settings: WriteSettings, ends: Sequence[int]
) -> list[list[int]]:
    """What a model writes after texts.

    Args:
        model: A causal language model, with an adapter of PEFT's or without.
        openings: The texts as token ids, of any lengths.
        settings: How many candidates, and how they are drawn.
        ends: Tokens after which a text has ended.

    Returns:
        Tokens without the opening, the candidates of one text after one another; one that has not
        ended has ``settings.longest`` of them.
    """
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    each = settings.candidates if settings.temperature > 0 else 1
    punish = RepetitionPenaltyLogitsProcessor(settings.repetition_penalty)
    read = _read(model, openings, each)
    stop = torch.tensor(list(ends), device=model.device)
    rows = torch.arange(len(read.logits), device=model.device)
    going = torch.ones_like(rows, dtype=torch.bool)
    found: list[list[int]] = [[] for _ in rows]
    for _ in range(settings.longest):
        logits = cast("torch.FloatTensor", read.logits)
        if settings.repetition_penalty > 1:
            logits = punish(cast("torch.LongTensor", read.ids), logits)
        token = _draw(logits, settings)
        for row, value, goes in zip(rows.tolist(), token.tolist(), going.tolist(), strict=True):
            if goes:
                found[row].append(value)
        going &= ~torch.isin(token, stop)
        left = int(going.sum())
        if not left:
            break
        if left < _WORTH * len(rows):
            kept = torch.nonzero(going).squeeze(1)
            read.keep(kept)
            rows, token, going = rows[kept], token[kept], going[kept]
        read.append(token)
        read.logits = (
            base(
                input_ids=token[:, None],
                attention_mask=read.mask,
                position_ids=read.mask.sum(dim=1, keepdim=True) - 1,
                past_key_values=read.cache,
                use_cache=True,
            )
            .logits[:, -1]
            .float()
        )
    return found


@dataclass
class _State:
    """What has been read and written so far, a row for each candidate.

    Attributes:
        cache: Keys and values; those of shorter texts stand at the right end.
        mask: 1 where a row has keys, shape ``(rows, longest)``.
        ids: The tokens, for penalties; filled up on the left with each text's first.
        logits: Of the next token, shape ``(rows, vocabulary)``.
    """

    cache: DynamicCache
    mask: torch.Tensor
    ids: torch.Tensor
    logits: torch.Tensor

    def keep(self, rows: torch.Tensor) -> None:
        """Drop all other rows."""
        self.cache.batch_select_indices(rows)
        self.mask, self.ids = self.mask[rows], self.ids[rows]

    def append(self, token: torch.Tensor) -> None:
        """One more token in each row."""
        self.ids = torch.cat([self.ids, token[:, None]], dim=1)
        self.mask = functional.pad(self.mask, (0, 1), value=1)


def _read(model: Any, openings: Sequence[Sequence[int]], each: int) -> _State:
    """Read all openings, those of one length together, and repeat each for its candidates."""
    alike: dict[int, list[int]] = {}
    for i, opening in enumerate(openings):
        alike.setdefault(len(opening), []).append(i)
    caches, logits = [], []
    for members in alike.values():
        ids = torch.tensor([list(openings[i]) for i in members], device=model.device)
        known = torch.ones_like(ids)
        out = model(input_ids=ids, attention_mask=known, use_cache=True, logits_to_keep=1)
        caches.append(out.past_key_values)
        logits.append(out.logits[:, -1].float())
    lengths = [cache.get_seq_length() for cache in caches]
    longest = max(lengths)
    cache = DynamicCache()
    for layer in range(len(caches[0].layers)):
        parts = [[c.layers[layer].keys, c.layers[layer].values] for c in caches]
        pads = [(0, 0, longest - length, 0) for length in lengths]
        keys, values = (
            torch.cat([functional.pad(p[k], pad) for p, pad in zip(parts, pads, strict=True)])
            for k in (0, 1)
        )
        cache.update(keys, values, layer)
    order = torch.tensor([i for members in alike.values() for i in members], device=model.device)
    back = torch.argsort(order).repeat_interleave(each)
    cache.batch_select_indices(back)
    mask = torch.zeros(len(openings), longest, dtype=torch.long, device=model.device)
    start = 0
    for members, length in zip(alike.values(), lengths, strict=True):
        mask[start : start + len(members), longest - length :] = 1
        start += len(members)
    widest = max(len(opening) for opening in openings)
    filled = [[*[o[0]] * (widest - len(o)), *o] for o in openings]
    ids = torch.tensor(filled, device=model.device).repeat_interleave(each, dim=0)
    return _State(cache, mask[back], ids, torch.cat(logits)[back])


def _draw(logits: torch.Tensor, settings: WriteSettings) -> torch.Tensor:
    """A token for each row, shape ``(rows,)``: of the `top_k` likeliest, those of `top_p`."""
    if settings.temperature == 0:
        return logits.argmax(dim=-1)
    most = min(settings.top_k or logits.shape[-1], logits.shape[-1])
    values, tokens = (logits / settings.temperature).topk(most, dim=-1)
    shares = values.softmax(dim=-1)
    before = shares.cumsum(dim=-1) - shares
    shares = shares.masked_fill(before >= settings.top_p, 0.0)  # the likeliest always stays
    return tokens.gather(1, torch.multinomial(shares, 1)).squeeze(1)
