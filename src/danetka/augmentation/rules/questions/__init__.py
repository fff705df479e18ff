"""Facts → questions: the word order of each form."""

from danetka.augmentation.rules.questions.ask import ask
from danetka.augmentation.rules.questions.question import Question

__all__ = ["Question", "ask"]
