"""The Trainer that is built: the study's to the letter, and a loss without transformers' traps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from transformers import Trainer

from danetka.errors import DanetkaError
from danetka.experiment.settings import ExperimentSettings
from danetka.models.catalog import load_classifier, load_tokenizer
from danetka.models.pairs import EncodedPairs, encode_pairs
from danetka.schema import Examples
from danetka.training.balance import balanced_weights, resample
from danetka.training.build import build_trainer
from danetka.training.listener import Silent
from danetka.training.settings import TrainSettings
from danetka.training.trainer import PairTrainer, layer_groups

MakeExamples = Callable[..., Examples]


def build(
    tiny: str, rows: Examples, settings: TrainSettings, folder: Path, dev: Examples | None = None
) -> PairTrainer:
    tokenizer, model = load_tokenizer(tiny), load_classifier(tiny)
    pairs = encode_pairs(rows, tokenizer, 64)
    scored = encode_pairs(dev, tokenizer, 64) if dev else None
    return build_trainer(settings, model, tokenizer, pairs, scored, folder, Silent())


def parts(trainer: PairTrainer) -> tuple[nn.Module, torch.optim.Optimizer]:
    """The trainer's model and optimiser, which it may lack by type alone."""
    assert trainer.model is not None
    assert trainer.optimizer is not None
    return trainer.model, trainer.optimizer


def settings(**training: Any) -> TrainSettings:
    block = {"num_train_epochs": 1, "per_device_train_batch_size": 4, **training}
    return TrainSettings(select="last", training=block)


def test_the_study_to_the_letter(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    """The Trainer that configs/study.yaml builds, at 400 rows: 50 steps an epoch, 250 in all."""
    study = ExperimentSettings.read(Path(__file__).parents[1] / "configs/study.yaml")
    assert study.base_model == "DeepPavlov/rubert-base-cased"
    assert (study.data, study.dev, study.select, study.max_length) == (
        "danetqa",
        "val",
        "last",
        512,
    )
    arm, *augmented = study.list_arms()
    assert [a.name for a in augmented] == ["+ p-tuning", "+ rules"]
    assert all(a.augment is not None and not a.changes for a in augmented)
    run_settings = study.run_settings(arm, 0)
    assert (run_settings.class_weights, run_settings.sampling) == (None, None)
    assert (run_settings.layer_decay, run_settings.early_stopping, arm.threshold) == (
        None,
        None,
        0.5,
    )
    trainer = build(tiny, examples(400), run_settings, tmp_path, examples(40))
    arguments = trainer.args
    assert arguments.num_train_epochs == 5
    assert (arguments.train_batch_size, arguments.eval_batch_size) == (8, 8)
    assert arguments.gradient_accumulation_steps == 1
    assert arguments.eval_strategy == "epoch"
    assert arguments.label_smoothing_factor == 0
    loader = trainer.get_train_dataloader()
    assert (len(next(iter(loader))["labels"]), len(loader)) == (8, 50)
    steps = 5 * len(loader)
    trainer.create_optimizer_and_scheduler(steps)
    _, optimizer = parts(trainer)
    scheduler = trainer.lr_scheduler
    assert scheduler is not None
    assert type(optimizer) is torch.optim.AdamW
    assert (optimizer.defaults["betas"], optimizer.defaults["eps"]) == ((0.9, 0.999), 1e-8)
    assert {group["weight_decay"] for group in optimizer.param_groups} == {0.0}
    rates = []
    for _ in range(steps):
        rates.append({group["lr"] for group in optimizer.param_groups})
        optimizer.step()
        scheduler.step()
    assert all(len(rate) == 1 for rate in rates)
    rate = [next(iter(r)) for r in rates]
    assert rate[0] == 0
    assert rate[50] == pytest.approx(0.5e-5)
    assert rate[100] == pytest.approx(1e-5) == max(rate)
    assert rate[-1] == pytest.approx(1e-5 * 1 / 150)
    assert optimizer.param_groups[0]["lr"] == 0


def batch_of(trainer: PairTrainer, n: int) -> dict[str, torch.Tensor]:
    assert trainer.train_dataset is not None
    return dict(trainer.data_collator([trainer.train_dataset[i] for i in range(n)]))


def test_the_loss_by_hand(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    chosen = settings(label_smoothing_factor=0.2).model_copy(update={"class_weights": (3.0, 0.5)})
    trainer = build(tiny, examples(8), chosen, tmp_path)
    inputs = batch_of(trainer, 8)
    trainer.create_optimizer()
    model, _ = parts(trainer)
    model.eval()  # no dropout
    plain, outputs = trainer.compute_loss(model, inputs, return_outputs=True)
    logs = outputs["logits"].log_softmax(dim=-1)
    weights = torch.tensor([3.0, 0.5])
    labels = inputs["labels"]
    expected = -(weights[labels] * logs[range(8), labels]).mean()
    assert plain.item() == pytest.approx(expected.item(), rel=1e-5)  # evaluation is not smoothed
    model.training = True  # of the whole, but not of its dropout
    smooth = trainer.compute_loss(model, inputs)
    smoothed = -(0.8 * weights[labels] * logs[range(8), labels] + 0.1 * (weights * logs).sum(1))
    assert smooth.item() == pytest.approx(smoothed.mean().item(), rel=1e-5)


def gradients(trainer: PairTrainer) -> torch.Tensor:
    """The gradient of the first optimiser step, as one vector."""
    found: list[torch.Tensor] = []
    optimizer = trainer.create_optimizer()

    def keep(*_: object) -> None:
        if not found:
            parameters = [p for group in optimizer.param_groups for p in group["params"]]
            found.append(torch.cat([p.grad.flatten().clone() for p in parameters]))

    optimizer.register_step_pre_hook(keep)
    trainer.train()
    return found[0]


def test_accumulation_does_not_change_the_gradient(
    tiny: str, examples: MakeExamples, tmp_path: Path
) -> None:
    """Four batches of 4 give what one of 16 gives; transformers' own way is four times as much."""
    rows = examples(16)

    def gradient(trainer_of: type[Trainer] | None, **block: Any) -> torch.Tensor:
        chosen = settings(max_grad_norm=0, **block)
        trainer = build(tiny, rows, chosen, tmp_path)
        trainer.create_optimizer()
        for module in parts(trainer)[0].modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        trainer.optimizer = None
        if trainer_of is not None:
            trainer = trainer_of(  # type: ignore[assignment]
                model=trainer.model,
                args=trainer.args,
                train_dataset=trainer.train_dataset,
                data_collator=trainer.data_collator,
            )
        return gradients(trainer)

    whole = gradient(None, per_device_train_batch_size=16)
    split = gradient(None, per_device_train_batch_size=4, gradient_accumulation_steps=4)
    assert torch.allclose(split, whole, rtol=1e-3, atol=1e-7)
    trap = gradient(Trainer, per_device_train_batch_size=4, gradient_accumulation_steps=4)
    assert (trap.norm() / whole.norm()).item() == pytest.approx(4, rel=0.05)


def test_class_weights_by_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    labels = np.array([1] * 30 + [0] * 10)
    expected = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
    assert balanced_weights(labels) == pytest.approx(tuple(expected))
    assert np.mean(np.array(balanced_weights(labels))[labels]) == pytest.approx(1)


def test_class_weights_reach_the_trainer(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    chosen = settings().model_copy(update={"class_weights": "balanced"})
    trainer = build(tiny, examples(40), chosen, tmp_path)
    assert trainer.class_weights is not None
    assert trainer.class_weights.tolist() == pytest.approx([2.0, 2 / 3])


def test_weights_are_of_the_rows_that_are_trained_on(
    tiny: str, examples: MakeExamples, tmp_path: Path
) -> None:
    both = settings().model_copy(update={"class_weights": "balanced", "sampling": "over"})
    trainer = build(tiny, examples(40), both, tmp_path)
    assert trainer.class_weights is not None
    assert trainer.class_weights.tolist() == [1.0, 1.0]


def test_a_model_whose_first_class_is_yes(
    tiny: str, examples: MakeExamples, tmp_path: Path
) -> None:
    """Its classes are swapped, weights and all, and the loss is the same as of its mirror image."""
    chosen = settings().model_copy(update={"class_weights": (3.0, 0.5)})
    ours = build(tiny, examples(8), chosen, tmp_path)
    model = load_classifier(tiny)
    model.config.id2label = {0: "да", 1: "нет"}
    head = model.get_submodule("classifier")
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter.flip(0))
    tokenizer = load_tokenizer(tiny)
    pairs = encode_pairs(examples(8), tokenizer, 64)
    theirs = build_trainer(chosen, model, tokenizer, pairs, None, tmp_path, Silent())
    losses = []
    for trainer in (ours, theirs):
        trainer.create_optimizer()
        built, _ = parts(trainer)
        losses.append(trainer.compute_loss(built.eval(), batch_of(trainer, 8)).item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


@pytest.mark.parametrize(("how", "size"), [("over", 64), ("under", 16)])
def test_sampling_to_equal_classes(
    tiny: str, examples: MakeExamples, tmp_path: Path, how: Any, size: int
) -> None:
    rows = examples(40, 5)  # 32 да, 8 нет
    chosen = settings().model_copy(update={"sampling": how})
    dataset = build(tiny, rows, chosen, tmp_path).train_dataset
    assert isinstance(dataset, EncodedPairs)
    assert len(dataset) == size
    assert sum(dataset[i]["labels"] for i in range(size)) == size / 2
    picked = resample(rows.labels, how, 0)
    counts = np.bincount(picked, minlength=40)
    if how == "over":
        assert counts.min() == 1
        assert np.ptp(counts[rows.labels == 0]) <= 1
    else:
        assert counts.max() == 1
        assert counts[rows.labels == 0].all()
    assert (picked == resample(rows.labels, how, 0)).all()


def test_one_class_cannot_be_balanced(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    only_yes = examples(8).select([1, 2, 3, 5])
    with pytest.raises(DanetkaError, match="no row is answered «нет»"):
        build(tiny, only_yes, settings().model_copy(update={"sampling": "over"}), tmp_path)


def test_layer_decay(tiny: str, examples: MakeExamples, tmp_path: Path) -> None:
    groups = layer_groups(load_classifier(tiny), 0.5, 0.08)
    depths = {round(rate, 9): [name for name, _ in members] for rate, members in groups}
    assert list(depths) == [0.01, 0.02, 0.04, 0.08]
    assert all("embeddings" in name for name in depths[0.01])
    assert all("layer.0." in name for name in depths[0.02])
    assert {"classifier.weight", "bert.pooler.dense.weight"} <= set(depths[0.08])
    chosen = settings(learning_rate=0.08).model_copy(update={"layer_decay": 0.5})
    trainer = build(tiny, examples(8), chosen, tmp_path)
    trainer.create_optimizer_and_scheduler(10)
    model, optimizer = parts(trainer)
    tuned = [p for group in optimizer.param_groups for p in group["params"]]
    assert len(tuned) == len(list(model.parameters()))
    assert sorted({g["initial_lr"] for g in optimizer.param_groups}) == pytest.approx(
        [0.01, 0.02, 0.04, 0.08]
    )


def test_smoothing_equals_transformers_own() -> None:
    """`functional.cross_entropy` smooths as transformers' LabelSmoother does."""
    from transformers.trainer_pt_utils import LabelSmoother

    torch.manual_seed(0)
    logits, labels = torch.randn(6, 2), torch.tensor([0, 1, 1, 0, 1, 1])
    ours = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    theirs = LabelSmoother(0.1)({"logits": logits}, labels[:, None].squeeze(1))
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-6)
