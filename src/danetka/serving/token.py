"""The bearer token: where it is read from, and how a given one is compared."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from danetka.errors import SettingsError

VARIABLE: Final = "DANETKA_TOKEN"
_SHORTEST: Final = 8


def read_token(file: Path | None) -> str | None:
    """The token from a file, else from the environment, else None.

    Raises:
        SettingsError: If the file cannot be read, or the token could not be sent in a header.
    """
    if file is not None:
        try:
            return _checked(file.read_text(encoding="utf-8").strip(), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file}: cannot be read ({type(error).__name__})") from None
    given = os.environ.get(VARIABLE)
    return None if given is None else _checked(given.strip(), VARIABLE)


def _checked(token: str, origin: str) -> str:
    if len(token) < _SHORTEST:
        raise SettingsError(f"{origin}: a token has at least {_SHORTEST} characters")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(f"{origin}: a token has ASCII characters only, no spaces, one line")
    return token


class Guard:
    """Compares what a header says with the token, in a time that tells nothing about either.

    Args:
        token: The token, or None where everybody may ask.
    """

    def __init__(self, token: str | None) -> None:
        self._digest = None if token is None else _digest(token.encode())

    @property
    def closed(self) -> bool:
        """Whether a token is asked for."""
        return self._digest is not None

    def admits(self, header: bytes | None) -> bool:
        """Whether an ``Authorization`` header opens the door."""
        if self._digest is None:
            return True
        scheme, _, given = (header or b"").partition(b" ")
        same = hmac.compare_digest(_digest(given.strip()), self._digest)
        return same and scheme.lower() == b"bearer"


def _digest(token: bytes) -> bytes:
    """Hashes are of one length: not even that of the token can be told."""
    return hashlib.sha256(token).digest()
