"""The card of a trained model: a README.md in the hub's format beside each checkpoint of a run.

`read_facts` gathers from a run's folder what is known, `card_text` makes a text of it and of
nothing else: no figure is typed in, and the same folder gives the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from danetka.files import write_text
from danetka.training.card.facts import CardFacts, Measured, read_facts
from danetka.training.card.text import card_text

__all__ = ["CARD", "CardFacts", "Measured", "card_text", "read_facts", "write_card"]

CARD = "README.md"


def write_card(folder: Path, measured: Sequence[Measured] = ()) -> Path:
    """Write the cards of a finished run, in place of those that are there.

    Args:
        folder: The run's folder.
        measured: Evaluations of the run's model on rows that it was not trained, and nothing was
            chosen, on. They go into the card of the checkpoint that `select` names.

    Returns:
        The card of the run's model.

    Raises:
        ModelError: If the folder is not that of a finished run.
    """
    written = folder
    for name in ("last", "best"):
        if not (folder / name).is_dir():
            continue
        facts = read_facts(folder, name, measured)
        write_text(folder / name / CARD, card_text(facts))
        if facts.selected:
            written = folder / name / CARD
    return written
