"""What arms add to the training set: made once for each seed, and shared by all that want it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from danetka.augmentation.balance import missing
from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.write import write_jsonl
from danetka.environment import code_fingerprint
from danetka.experiment.settings import Arm
from danetka.files import write_json
from danetka.models.catalog import DEFAULT_MODEL, content_key
from danetka.schema import Examples

if TYPE_CHECKING:
    from danetka.experiment.material import Material

_ROOMS: Final = ("augmentation", "language")
Told = Callable[[str, str, int], Callable[[int], None]]
"""Told which arm, what begins and its steps; what it returns is told how many are done."""


@dataclass(frozen=True)
class Workshop:
    """Makes what arms ask for, or finds it made.

    Attributes:
        material: The data of the experiment.
        folder: Its folder; what is made lies in ``augmented/``, named by all that it hangs on.
        workers: Processes that make questions side by side.
    """

    material: Material
    folder: Path
    workers: int

    def expected(self, arm: Arm) -> int:
        """How many rows an arm's training set will have, as far as can be told before."""
        rows = self.material.train
        if arm.augment is None:
            return len(rows)
        if arm.augment.rows is not None:
            return len(rows) + arm.augment.rows
        more = len(rows) // 2 if arm.augment.answer == "both" else missing(rows)[1]
        return len(rows) + more

    def made(self, arm: Arm, seed: int) -> Examples | None:
        """An arm's training set, if nothing has to be made for it any more."""
        if arm.augment is None:
            return self.material.train
        path = self._path(arm, seed)
        return self._join(path) if path.with_suffix(".json").exists() else None

    def make(self, arm: Arm, seed: int, told: Told) -> Examples:
        """An arm's training set; what is missing is made."""
        there = self.made(arm, seed)
        if there is not None or arm.augment is None:
            return there or self.material.train
        from danetka.augmentation.api import augmented
        from danetka.augmentation.catalog import Making

        block = arm.augment
        making = Making(
            block.style, seed, self.workers, self.folder / "drafts",
            partial(told, arm.name), block.prompted, runs=self.folder,
        )  # fmt: skip
        found = augmented(
            self.material.train, block.generator, making,
            answer=block.answer, n=block.rows, against=self.material.others,
        )  # fmt: skip
        path = self._path(arm, seed)
        write_jsonl(path, found.made)
        account = {
            "rows": len(found.made),
            "wanted": found.wanted,
            "train_rows": len(found.examples),
            "train_yes": int(found.examples.labels.sum()),
            **({"gates": dict(found.gates)} if found.gates else {}),
            "file": str(path.relative_to(self.folder)),
        }
        write_json(path.with_suffix(".json"), account)  # last: it says that the rows are whole
        return self._join(path)

    def account(self, arm: Arm, seed: int) -> dict[str, Any] | None:
        """Of what was made for an arm: how much, of how much, and where it lies."""
        if arm.augment is None:
            return None
        path = self._path(arm, seed).with_suffix(".json")
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def _join(self, path: Path) -> Examples:
        rows = self.material.train
        if not path.stat().st_size:  # nothing could be made
            return rows
        made = read_corpus(str(path), Columns()).train
        return Examples((*rows.rows, *made.rows), rows.origin)

    def _path(self, arm: Arm, seed: int) -> Path:
        """By content: the same wish about the same rows with the same rules is the same file."""
        assert arm.augment is not None  # noqa: S101 - callers have looked
        prompted = arm.augment.prompted
        hangs_on = [
            arm.augment.model_dump(mode="json"),
            seed,
            self.material.train.sha256,
            *(part.sha256 for part in self.material.others),
            code_fingerprint(_ROOMS),
        ]
        if "p-tuning" in arm.augment.generator:
            told = prompted.confirm.train if prompted.confirm else {}
            confirming = str(told.get("base_model", DEFAULT_MODEL))
            hangs_on += [content_key(prompted.tune.base), content_key(confirming)]
        text = json.dumps(hangs_on, sort_keys=True, ensure_ascii=False)
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self.folder / "augmented" / f"{name}.jsonl"


def cores() -> int:
    """The processors that this process may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return allowed or 1
