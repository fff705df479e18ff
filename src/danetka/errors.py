"""What can go wrong through no fault of danetka's: each error is a message for a person.

The command line prints such an error without a traceback and exits with 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FAULTS_SHOWN = 20


class DanetkaError(Exception):
    """Something the caller can mend; the message says what and how."""


class SettingsError(DanetkaError):
    """A setting that is unknown, of the wrong type or contradicts another."""


class ModelError(DanetkaError):
    """A model that cannot be found, loaded or used."""


class MissingExtraError(DanetkaError, ImportError):
    """An optional dependency is not installed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file of data.

    Attributes:
        where: ``file:line`` (for Parquet and hub datasets ``file:row``), both counted from 1.
        what: What is wrong.
        remedy: What to do.
    """

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.remedy}"


class DataError(DanetkaError):
    """Data that cannot be used as it is.

    Attributes:
        faults: All that was found; the message shows the first 20.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if (rest := len(self.faults) - len(lines)) > 0:
            lines.append(f"… and {rest} more")
        super().__init__("\n".join(lines))
