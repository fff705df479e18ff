"""How long a plan takes, by doing a little of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.experiment.plan import Plan, Planned
from danetka.models.catalog import load_classifier, load_tokenizer
from danetka.models.pairs import encode_pairs
from danetka.schema import Examples
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from danetka.experiment.material import Material

_BATCHES: Final = 3
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds for a row.

    Attributes:
        training: Forward, backward, and a step of the optimiser for each batch.
        answering: Forward alone.
    """

    training: float
    answering: float


def estimated(plan: Plan, material: Material, threads: int, more: int) -> Plan:
    """The plan with the seconds of each run.

    Args:
        plan: The plan.
        material: The data of the experiment.
        threads: Of a worker.
        more: Rows that each run answers beside dev and the reported splits.
    """
    if not plan.left:
        return plan
    settings = material.settings
    told = {arm.name: settings.run_settings(arm, settings.seeds[0]) for arm in settings.list_arms()}
    paces = {
        base: pace(told[run.arms[0]], material.train, threads)
        for base, run in {run.base: run for run in plan.left}.items()
    }
    answers = len(material.dev) + sum(map(len, material.reported.values())) + more
    runs = [
        replace(run, seconds=_seconds(run, told[run.arms[0]], paces, len(material.dev), answers))
        for run in plan.runs
    ]
    return Plan(tuple(runs), plan.jobs)


def pace(settings: TrainSettings, rows: Examples, threads: int) -> Pace:
    """Time some batches of a model that is thrown away.

    Args:
        settings: A run of it.
        rows: Rows as they are trained on.
        threads: As many as a worker has.

    Raises:
        ModelError: If the base model cannot be loaded.
    """
    import torch

    size = int(str(settings.resolved["per_device_train_batch_size"]))
    chosen = np.random.default_rng(_SEED).permutation(len(rows))[: size * _BATCHES]
    tokenizer, model = load_tokenizer(settings.base_model), load_classifier(settings.base_model)
    pairs = encode_pairs(rows.select(chosen), tokenizer, settings.max_length)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    half = bool(settings.resolved.get("bf16"))
    model.to(device)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.0)
    order = np.argsort(pairs.lengths)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    spent: dict[bool, list[float]] = {True: [], False: []}
    try:
        for start in range(0, len(chosen), size):
            batch = tokenizer.pad(
                [pairs[int(i)] for i in order[start : start + size]], return_tensors="pt"
            ).to(device)
            for training in (True, False):
                began = time.perf_counter()
                with (
                    torch.set_grad_enabled(training),
                    torch.autocast(device, torch.bfloat16, enabled=half and training),
                ):
                    loss = model(**batch).loss
                if training:
                    loss.backward()
                    optimizer.step()
                    optimizer.zero_grad()
                float(loss.detach())  # waits for an accelerator
                spent[training].append(time.perf_counter() - began)
    finally:
        torch.set_num_threads(before)
    return Pace(*(sum(spent[kind]) / len(chosen) for kind in (True, False)))


def _seconds(
    run: Planned, settings: TrainSettings, paces: Mapping[str, Pace], dev: int, answers: int
) -> float:
    if run.state == "finished":
        return 0.0
    epochs = float(str(settings.resolved["num_train_epochs"]))
    found = paces[run.base]
    return epochs * (run.rows * found.training + dev * found.answering) + answers * found.answering
