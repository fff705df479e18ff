"""Versions and machine, for every file of results."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGES: Final = (
    "danetka",
    "torch",
    "transformers",
    "tokenizers",
    "accelerate",
    "scikit-learn",
    "scipy",
    "numpy",
)


def environment() -> dict[str, object]:
    """What a run ran on: versions of the packages that matter, processor, cores, accelerator."""
    import torch

    cuda = torch.cuda.is_available()
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "accelerator": torch.cuda.get_device_name() if cuda else None,
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
    }


@cache
def code_fingerprint(rooms: tuple[str, ...]) -> str:
    """A hash of the code and word lists of some rooms: what other code makes is another thing."""
    home = Path(__file__).parent
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((home / room).rglob("*")):
            if path.suffix in (".py", ".txt"):
                digest.update(path.relative_to(home).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a device, not a path of ours
            names = [
                line.partition(":")[2].strip() for line in file if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"
