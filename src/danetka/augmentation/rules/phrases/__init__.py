"""From a dependency tree to phrases: which words belong together and can be carried elsewhere."""

from danetka.augmentation.rules.phrases.dates import date
from danetka.augmentation.rules.phrases.extent import LONGEST
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError

__all__ = ["LONGEST", "SkippedError", "date", "read_phrase"]
