"""danetka: answers Russian yes/no questions from a passage, and makes the models that do.

The public names are imported when they are first used: `import danetka` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from danetka.answering.answer import Answer
    from danetka.answering.answerer import Answerer
    from danetka.answering.pipeline import YesNoPipeline
    from danetka.augmentation.api import augment
    from danetka.data import Columns, load_examples
    from danetka.errors import DanetkaError, DataError
    from danetka.evaluation.api import evaluate
    from danetka.evaluation.scores import Scores
    from danetka.models.classifier import Classifier
    from danetka.schema import Corpus, Example, Examples
    from danetka.training.api import train

__version__ = "0.1.0"

_HOME: Final = {
    "Answer": "danetka.answering.answer",
    "Answerer": "danetka.answering.answerer",
    "Classifier": "danetka.models.classifier",
    "Columns": "danetka.data",
    "Corpus": "danetka.schema",
    "DanetkaError": "danetka.errors",
    "DataError": "danetka.errors",
    "Example": "danetka.schema",
    "Examples": "danetka.schema",
    "Scores": "danetka.evaluation.scores",
    "YesNoPipeline": "danetka.answering.pipeline",
    "augment": "danetka.augmentation.api",
    "evaluate": "danetka.evaluation.api",
    "load_examples": "danetka.data",
    "train": "danetka.training.api",
}

__all__ = [
    "Answer",
    "Answerer",
    "Classifier",
    "Columns",
    "Corpus",
    "DanetkaError",
    "DataError",
    "Example",
    "Examples",
    "Scores",
    "YesNoPipeline",
    "augment",
    "evaluate",
    "load_examples",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'danetka' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
