"""Why something is passed over."""

from __future__ import annotations


class SkippedError(Exception):
    """Something that no question is made of; its text is the reason that is counted."""
