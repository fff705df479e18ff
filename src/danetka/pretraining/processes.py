"""The processes that train together."""

from __future__ import annotations

import torch
from accelerate import PartialState


def processes() -> PartialState:
    """How many there are, which this is, and where they wait for each other.

    Asked for before anything else is: the first call decides for good, and on a machine without an
    accelerator `PartialState()` alone sees one process where `torchrun` has started two.
    """
    return PartialState(cpu=not torch.accelerator.is_available())
