"""Datasets of the Hugging Face hub, through the `datasets` library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from danetka.data.formats import Rows
from danetka.data.rows import RawRow
from danetka.errors import DanetkaError
from danetka.extras import require
from danetka.network import hub_access

HUB_PREFIX: Final = "hub:"
_REFERENCE = re.compile(
    r"(?P<name>[\w.-]+(?:/[\w.-]+)?)(?:/(?P<config>[\w.-]+))?(?:@(?P<revision>[\w./-]+))?"
)


def read_hub(reference: str) -> Iterator[tuple[str, Rows]]:
    """Each split of a hub dataset with its raw rows; a place is ``hub:NAME/split:row``.

    Args:
        reference: ``OWNER/NAME[/CONFIG][@REVISION]``.

    Raises:
        DanetkaError: If it is malformed, is not there, or the hub cannot be reached.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise DanetkaError(f"hub:{reference}: write hub:OWNER/NAME[/CONFIG][@REVISION]")
    datasets = require("datasets", "hub", "reading a hub dataset")
    datasets.disable_progress_bars()
    try:
        with hub_access():
            splits = datasets.load_dataset(
                match["name"], match["config"], revision=match["revision"] or None
            )
    except Exception as error:  # datasets raises a dozen types, some of them from its own backends
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DanetkaError(
            f"hub:{reference}: cannot be loaded ({reason}): check the name and the network, "
            "or download it and pass the folder"
        ) from error
    for split, table in splits.items():
        yield str(split), _rows(f"hub:{reference}/{split}", table)


def _rows(name: str, table: object) -> Rows:
    for number, values in enumerate(table, 1):  # type: ignore[var-annotated, arg-type]
        yield RawRow(f"{name}:{number}", values)
