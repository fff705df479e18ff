"""Optional dependencies: imported where they are used, with a message that names the extra."""

from __future__ import annotations

import importlib
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
