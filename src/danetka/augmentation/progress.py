"""How long work says how far it has come: stages, each with its steps."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many steps are done, and how many there are."""
Stage = Callable[[str, int], Callable[[int], None]]
"""Told what begins and how many steps it has; what it returns is told how many are done."""


def staged(stage: Stage | None, what: str) -> Progress | None:
    """A stage that begins when its first step is heard of, for work that knows its steps late."""
    if stage is None:
        return None
    begin, tell, known = stage, None, -1

    def hear(done: int, total: int) -> None:
        nonlocal tell, known
        if tell is None or total != known:
            tell, known = begin(what, total), total
        tell(done)

    return hear
