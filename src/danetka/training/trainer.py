"""The Trainer: `transformers.Trainer` with class weights and layer-wise learning rates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import torch
from torch.nn import functional
from transformers import Trainer

from danetka.schema import YES

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedModel

_LAYER = re.compile(r"\.(?:layer|layers|h|block)\.(\d+)\.")


class PairTrainer(Trainer):
    """`Trainer` whose loss knows class weights, label smoothing and gradient accumulation.

    Two traps of transformers 5 are why `compute_loss` is written out here. A ``compute_loss_func``
    silently switches label smoothing off. And a sequence classifier's own loss is a plain mean even
    where the Trainer believes that it was divided by the number of items, so that gradients grow
    with ``gradient_accumulation_steps``. Here the sum over the batch is divided by the number of
    items of all accumulated batches, always.

    Args:
        class_weights: The weights of «нет» and «да», or None for equal ones. Their mean over the
            training rows should be 1, so that they do not change the learning rate.
        layer_decay: See `TrainSettings`.
        yes: Which of the model's classes is «да»; labels are 1 for «да» whatever the model's order.
        kwargs: As for `Trainer`.
    """

    loss_is_scaled_for_ga = True

    def __init__(
        self,
        *,
        class_weights: tuple[float, float] | None = None,
        layer_decay: float | None = None,
        yes: int = YES,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.yes = yes
        ordered = class_weights if yes == YES or class_weights is None else class_weights[::-1]
        self.class_weights = None if ordered is None else torch.tensor(ordered)
        self.layer_decay = layer_decay
        self.model_accepts_loss_kwargs = True  # has the items of accumulated batches counted

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Weighted, smoothed cross-entropy; inputs are a padded batch with ``labels`` (batch,)."""
        labels = inputs["labels"] if self.yes == YES else 1 - inputs["labels"]
        outputs = model(**{name: value for name, value in inputs.items() if name != "labels"})
        logits = outputs["logits"].float()
        weights = None if self.class_weights is None else self.class_weights.to(logits.device)
        loss = functional.cross_entropy(
            logits,
            labels,
            weight=weights,
            reduction="sum",
            label_smoothing=self.args.label_smoothing_factor if model.training else 0.0,
        )
        items = len(labels) if num_items_in_batch is None else num_items_in_batch
        loss = loss / items
        if self.args.average_tokens_across_devices and num_items_in_batch is not None:
            loss = loss * self.accelerator.num_processes  # DDP averages what is already a share
        return (loss, outputs) if return_outputs else loss

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The optimiser of the arguments, with a learning rate for each layer if so asked."""
        if self.layer_decay is None or self.optimizer is not None:
            return super().create_optimizer(model)
        target = cast("PreTrainedModel", model or self.model)
        factory, options = self.get_optimizer_cls_and_kwargs(self.args, target)
        decayed = set(self.get_decay_parameter_names(target))
        groups = layer_groups(target, self.layer_decay, self.args.learning_rate)
        self.optimizer = factory(
            [
                {
                    "params": [p for name, p in members if (name in decayed) == decays],
                    "lr": rate,
                    "weight_decay": self.args.weight_decay if decays else 0.0,
                }
                for rate, members in groups
                for decays in (True, False)
            ],
            **options,
        )
        return self.optimizer


def layer_groups(
    model: nn.Module, decay: float, learning_rate: float
) -> list[tuple[float, list[tuple[str, nn.Parameter]]]]:
    """Parameters by depth, each depth with its learning rate.

    The head has the full rate, the top layer ``decay`` times that, and so on down to the embeddings
    (Sun et al. 2019, "How to Fine-Tune BERT for Text Classification?", arXiv 1905.05583).

    Returns:
        (learning rate, named parameters), from the embeddings up.
    """
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    numbers = {name: int(m[1]) for name, _ in trained if (m := _LAYER.search(name))}
    top = max(numbers.values(), default=-1) + 2
    by_depth: dict[int, list[tuple[str, nn.Parameter]]] = {}
    for name, parameter in trained:
        head = top if "embed" not in name else 0
        depth = numbers[name] + 1 if name in numbers else head
        by_depth.setdefault(depth, []).append((name, parameter))
    return [(learning_rate * decay ** (top - depth), by_depth[depth]) for depth in sorted(by_depth)]
