"""Optional dependencies: imported where they are used, with a message that names the extra."""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

from danetka.errors import MissingExtraError


def require(module: str, extra: str, purpose: str) -> Any:
    """Import an optional dependency.

    Args:
        module: The module to import, e.g. ``"pyarrow.parquet"``.
        extra: The extra of this package that installs it.
        purpose: What it is needed for, e.g. ``"reading Parquet"``.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs {module.partition('.')[0]}: pip install 'danetka[{extra}]'"
        ) from error


def file_of(distribution: str, start: str, extra: str, purpose: str) -> Path:
    """A data file that an installed distribution carries, without importing it.

    `import natasha`, whose wheel holds the models, fails on Python 3.11 with today's setuptools.

    Args:
        distribution: The distribution's name.
        start: How the file's name begins.
        extra: The extra of this package that installs it.
        purpose: What it is needed for.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name.startswith(start):
            return Path(str(file.locate()))
    raise MissingExtraError(f"{purpose} needs {distribution}: pip install 'danetka[{extra}]'")
