"""Where a model comes from: names for a reader, without the folders of the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from danetka.data.catalog import DATASETS, Bundled
from danetka.data.hub import HUB_PREFIX
from danetka.models.catalog import ALIASES, BUNDLED

_HUB_MODEL: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")
_HUB_DATASET: Final = re.compile(HUB_PREFIX + r"(?P<id>[\w.-]+/[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Base:
    """What the training started from.

    Attributes:
        name: As it was given; of a local folder the last part.
        hub_id: Its id, where it is on the hub.
        bundled: Whether the name is one that ships with danetka or is built by it.
        licence: What its own card says, where that is at hand.
    """

    name: str
    hub_id: str | None
    bundled: bool
    licence: str | None


def origin_of(origin: str) -> tuple[str, str | None]:
    """A file's or dataset's name without its folder, and the dataset's id if it has one."""
    if found := _HUB_DATASET.match(origin):
        return origin, found["id"]
    path = Path(origin)
    for name, known in DATASETS.items():
        inside = (
            path.parent == known.folder
            if isinstance(known, Bundled)
            else (known.file in path.parts)
        )
        if inside:
            return f"{known.release}, {path.name}", name
    return path.name, None


def base_of(name: str) -> Base:
    """What a run's ``base_model`` stands for; nothing is built or fetched."""
    target = ALIASES.get(name, name)
    if not isinstance(target, str):
        return Base(name, None, bundled=True, licence=None)
    folder = Path(target)
    if folder.is_dir():
        bundled = name in ALIASES and folder.parent == BUNDLED
        shown = name if bundled else _last_parts(folder.resolve())
        return Base(shown, None, bundled=bundled, licence=_licence(folder / "README.md"))
    if _HUB_MODEL.fullmatch(target):
        return Base(name, target, bundled=False, licence=None)
    return Base(_last_parts(folder), None, bundled=False, licence=None)  # a folder that has gone


def _last_parts(folder: Path) -> str:
    """A folder's name; of a run's checkpoint, the run's too."""
    runs = folder.name in {"best", "last"} and folder.parent.name
    return f"{folder.parent.name}/{folder.name}" if runs else folder.name


def _licence(card: Path) -> str | None:
    """What a card's metadata name as the licence, or None."""
    import yaml

    text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
    head = text.split("---\n", 2)
    try:
        values = yaml.safe_load(head[1]) if text.startswith("---\n") else None
    except yaml.YAMLError:
        return None
    found = values.get("license") if isinstance(values, dict) else None
    return found if isinstance(found, str) else None
