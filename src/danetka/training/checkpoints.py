"""The Trainer's checkpoints of a run: which are whole, where to go on, what to keep."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from danetka.files import new_folder
from danetka.models.decision import Decision

_WHOLE: Final = "whole"
"""A file that a checkpoint gets when all of it is written; one without it is a killed run's."""

_STOPPED: Final = "stopped"
"""What that file says of the checkpoint after which there is nothing left to train."""

_NOT_KEPT: Final = (
    "optimizer.*",
    "scheduler.*",
    "scaler.*",
    "rng_state*",
    "trainer_state.json",
    "training_args.bin",  # a pickle, and settings.yaml says it
    _WHOLE,
)


def mark_whole(checkpoint: Path, *, stopped: bool) -> None:
    """Say that a checkpoint is written, and whether training ends with it.

    The Trainer forgets on resuming that early stopping had struck: a run killed between its last
    checkpoint and its result would train on.
    """
    (checkpoint / _WHOLE).write_text(_STOPPED if stopped else "", encoding="utf-8")


def last_whole(checkpoints: Path) -> Path | None:
    """The newest whole checkpoint; what a killed run left half-written is removed."""
    found = sorted(checkpoints.glob("checkpoint-*"), key=lambda path: int(path.name[11:]))
    for path in found:
        if not (path / _WHOLE).exists():
            shutil.rmtree(path)
    whole = [path for path in found if path.exists()]
    return whole[-1] if whole else None


def has_stopped(checkpoint: Path) -> bool:
    """Whether training ended with this checkpoint."""
    return (checkpoint / _WHOLE).read_text(encoding="utf-8") == _STOPPED


def keep_models(last: Path, folder: Path, max_length: int) -> int | None:
    """The last and the best model of a run as ordinary checkpoints.

    Args:
        last: The last checkpoint; its siblings are the others.
        folder: The run's folder, which gets ``last/`` and, if any was scored, ``best/``.
        max_length: Stored beside them.

    Returns:
        The step of the best one, or None.
    """
    state = json.loads((last / "trainer_state.json").read_text(encoding="utf-8"))
    best: int | None = state["best_global_step"]
    sources = {"last": last}
    if best is not None:
        sources["best"] = last.with_name(f"checkpoint-{best}")
    for name, source in sources.items():
        with new_folder(folder / name) as fresh:
            ignored = shutil.ignore_patterns(*_NOT_KEPT)
            shutil.copytree(source, fresh, ignore=ignored, dirs_exist_ok=True)
            Decision(max_length).write(fresh)
    return best
