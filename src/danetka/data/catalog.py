"""Datasets by name: the bundled sample, and DaNetQA fetched once from its authors' repository."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from danetka.errors import DanetkaError
from danetka.files import write_bytes

_TIMEOUT_S: Final = 30


@dataclass(frozen=True, slots=True)
class Bundled:
    """A dataset that lies inside the package."""

    folder: Path
    release: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A dataset that is fetched once and then kept in the user's cache folder.

    Attributes:
        url: Where its file is.
        file: The name it is kept under.
        sha256: What its bytes must hash to.
        release: Which release this is, for tables.
    """

    url: str
    file: str
    sha256: str
    release: str


DATASETS: dict[str, Bundled | Remote] = {
    "sample": Bundled(Path(__file__).parent / "sample", "danetka-sample 1.0"),
    "danetqa": Remote(
        url="https://raw.githubusercontent.com/PragmaticsLab/DaNetQA/"
        "7d4c524ea5e0e887cda3ff12c852455d7e9bbea6/data/DaNetQA_data.zip",
        file="DaNetQA_data.zip",
        sha256="b1d3319458a9caed752251dcf97ecfed9610de88aac85143ae74691fb89dd087",
        release="DaNetQA, authors' release (not Russian SuperGLUE 1.1)",
    ),
}


def release_of(reference: str) -> str:
    """Which release of which dataset a reference means, for the titles of tables."""
    known = DATASETS.get(reference)
    return known.release if known else Path(reference).name


def cache_folder() -> Path:
    """Where danetka keeps what it fetched or built: ``$DANETKA_CACHE`` or the user's cache."""
    if chosen := os.environ.get("DANETKA_CACHE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("danetka"))


def locate(name: str) -> Path:
    """The local path of a named dataset, fetched if it has to be.

    Raises:
        DanetkaError: If it cannot be fetched, or is not what it should be.
    """
    dataset = DATASETS[name]
    if isinstance(dataset, Bundled):
        return dataset.folder
    path = cache_folder() / "datasets" / dataset.file
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != dataset.sha256:
        _fetch(name, dataset, path)
    return path


def _fetch(name: str, dataset: Remote, path: Path) -> None:
    help_line = f"fetch {dataset.file} by hand and pass its path in place of {name!r}"
    try:
        with urllib.request.urlopen(dataset.url, timeout=_TIMEOUT_S) as response:  # noqa: S310 - our own https address
            content = response.read()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise DanetkaError(f"{dataset.url}: cannot be fetched ({reason}): {help_line}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != dataset.sha256:
        raise DanetkaError(
            f"{dataset.url}: its sha256 is {found}, expected {dataset.sha256}: {help_line}"
        )
    write_bytes(path, content)
