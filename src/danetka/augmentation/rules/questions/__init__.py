"""Facts → questions: the word order of each form, and the two styles."""

from danetka.augmentation.rules.questions.ask import ask
from danetka.augmentation.rules.questions.question import Question
from danetka.augmentation.rules.questions.style import in_style
from danetka.augmentation.style import Style

__all__ = ["Question", "Style", "ask", "in_style"]
