"""What of a model is worth computing when its head reads the first token alone.

Two exact changes for encoders of BERT's build, made on the module that is exported and nowhere
else. Whether they are exact is not believed but checked: see `danetka.exporting.graph`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ATTENTION: Final = "danetka_onnx"
"""The name of our attention among those of transformers."""
_PARTS: Final = ("attention", "intermediate", "output")


def is_berts_build(model: PreTrainedModel) -> bool:
    """Whether the layers are BERT's: also RoBERTa's, ELECTRA's, XLM-R's; not DeBERTa's."""
    layers = _layers(model)
    return bool(layers) and all(
        all(hasattr(layer, part) for part in _PARTS)
        and all(hasattr(layer.attention.self, part) for part in ("query", "key", "value"))
        and type(layer.attention.self).__name__.endswith("SelfAttention")
        and not hasattr(layer.attention.self, "pos_proj")
        and not hasattr(layer.attention.self, "distance_embedding")
        for layer in layers
    )


def use_fused_attention(model: PreTrainedModel) -> None:
    """Let every layer export its attention as onnxruntime's one operator in place of a dozen."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(ATTENTION, _attention)
    AttentionMaskInterface.register(ATTENTION, _mask)
    model.set_attn_implementation(ATTENTION)


def read_first_token_only(model: PreTrainedModel) -> None:
    """Put a last layer in place that computes the first token alone; the others stay as keys.

    With four layers that is a fifth of the work.
    """
    layers = _layers(model)
    layers[-1] = _FirstToken(layers[-1])


class _FirstToken(nn.Module):
    """A layer of BERT's build for one query: hidden states ``(n, length, d)`` → ``(n, 1, d)``."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(
        self, hidden: torch.Tensor, attention_mask: torch.Tensor | None = None, *_: Any, **__: Any
    ) -> torch.Tensor:
        attention, first = self.layer.attention, hidden[:, :1]
        inner = attention.self
        read = _fused(
            inner.query(first), inner.key(hidden), inner.value(hidden), attention_mask,
            heads=inner.num_attention_heads,
        )  # fmt: skip
        mixed = attention.output(read, first)
        return self.layer.output(self.layer.intermediate(mixed), mixed)  # type: ignore[no-any-return]


def _layers(model: PreTrainedModel) -> Any:
    encoder = getattr(model.base_model, "encoder", None)
    return getattr(encoder, "layer", None)


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Transformers' signature: heads apart, ``(n, heads, length, d)``, on the way in."""
    del module
    count, heads, length, size = query.shape
    joined = [x.transpose(1, 2).reshape(count, -1, heads * size) for x in (query, key, value)]
    read = _fused(joined[0], joined[1], joined[2], attention_mask, heads=heads)
    return read.reshape(count, length, heads, size), None


def _fused(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None,
    *,
    heads: int,
) -> torch.Tensor:
    return torch.onnx.ops.symbolic(
        "com.microsoft::MultiHeadAttention",
        [query, key, value, None, mask],
        attrs={"num_heads": heads},
        dtype=query.dtype,
        shape=query.shape,
        version=1,
    )


def _mask(*_: Any, attention_mask: torch.Tensor | None = None, **__: Any) -> torch.Tensor | None:
    """The mask as it came, ``(n, length)``, in the type of the operator."""
    return None if attention_mask is None else attention_mask.to(torch.int32)
