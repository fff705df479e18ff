"""The changed rows by which consistency is measured: made once, kept in the experiment's folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from danetka.augmentation.progress import staged
from danetka.environment import code_fingerprint
from danetka.experiment.making import Told
from danetka.experiment.material import Material
from danetka.files import write_json
from danetka.robustness.probes import Probe, make_probes
from danetka.schema import Example, Examples

_ROOMS: Final = ("augmentation", "data", "language", "robustness")


def probes_of(material: Material, folder: Path, told: Told) -> tuple[Probe, ...]:
    """The probes of the first reported split's headline rows; none where none are asked for.

    Args:
        material: The data of an experiment.
        folder: Its folder; probes lie in ``probes/``, named by all that they hang on.
        told: Hears how far their making has come.

    Raises:
        MissingExtraError: If a library that parses Russian is not installed.
    """
    settings = material.settings.robustness
    if settings is None:
        return ()
    split = next(iter(material.reported))
    rows = material.reported[split].select(material.headline(split)[1])
    hangs_on = [rows.sha256, settings.model_dump(mode="json"), code_fingerprint(_ROOMS)]
    key = hashlib.sha256(json.dumps(hangs_on).encode()).hexdigest()[:12]
    kept = folder / "probes" / f"{key}.json"
    if not kept.exists():
        heard = staged(lambda what, total: told("probes", what, total), "rows changed")
        found = make_probes(
            rows, names=settings.probes, limit=settings.rows, seed=settings.seed, progress=heard
        )
        write_json(kept, [asdict(probe) for probe in found])
    return tuple(_probe(value) for value in json.loads(kept.read_text(encoding="utf-8")))


def _probe(values: dict[str, Any]) -> Probe:
    rows = {side: _rows(values[side]) for side in ("before", "after")}
    return Probe(**{**values, **rows})


def _rows(values: dict[str, Any]) -> Examples:
    return Examples(tuple(Example(**row) for row in values["rows"]), values["origin"])
