"""The two languages of tables and reports: names of arms and scores, and figures as they stand."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from danetka.errors import SettingsError

if TYPE_CHECKING:
    from danetka.experiment.results import Results

Language = Literal["en", "ru"]
LANGUAGES: Final = ("en", "ru")

_ARMS: Final = {
    "majority": "самый частый ответ",
    "first word": "первое слово",
    "TF-IDF, question only": "TF-IDF, только вопрос",
    "TF-IDF, passage only": "TF-IDF, только текст",
    "TF-IDF, question + passage": "TF-IDF, вопрос + текст",
    "original": "исходные",
    "class weights": "веса классов",
    "threshold": "порог",
    "oversampling": "оверсэмплинг",
    "+ rules": "+ правила",
    "+ rules, both answers": "+ правила, оба ответа",
    "+ both": "+ правила и p-tuning",
}
_SCORES: Final = {
    "accuracy": ("accuracy", "accuracy"),
    "balanced_accuracy": ("balanced accuracy", "сбалансированная accuracy"),
    "yes_precision": ("«да» precision", "точность «да»"),
    "yes_recall": ("«да» recall", "полнота «да»"),
    "yes_f1": ("«да» F1", "F1 «да»"),
    "no_precision": ("«нет» precision", "точность «нет»"),
    "no_recall": ("«нет» recall", "полнота «нет»"),
    "no_f1": ("«нет» F1", "F1 «нет»"),
    "roc_auc": ("ROC AUC", "ROC AUC"),
    "no_average_precision": ("average precision of «нет»", "средняя точность «нет»"),
    "brier": ("Brier score", "оценка Брайера"),
    "calibration_error": ("expected calibration error", "ошибка калибровки (ECE)"),
}
SCORES: Final = tuple(_SCORES)
"""Every score, in the order of tables."""
_BASED: Final = re.compile(r"(?P<arm>.+) \((?P<base>[^()]+)\)")


def language_of(told: str) -> Language:
    """What ``--lang`` says.

    Raises:
        SettingsError: If it is neither of `LANGUAGES`.
    """
    if told == "en":
        return "en"
    if told == "ru":
        return "ru"
    raise SettingsError(f"--lang {told}: is one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True, slots=True)
class Speech:
    """Says things in one language: ``say("rows", "строки")``.

    Attributes:
        language: Which.
    """

    language: Language

    def __call__(self, en: str, ru: str) -> str:
        """Whichever of the two is meant."""
        return ru if self.language == "ru" else en

    def arm(self, name: str) -> str:
        """The name of an arm or baseline; those of the user's own are left as they are."""
        if self.language == "en" or name in _ARMS:
            return name if self.language == "en" else _ARMS[name]
        based = _BASED.fullmatch(name)
        if based and based["arm"] in _ARMS:
            return f"{_ARMS[based['arm']]} ({based['base']})"
        return name

    def score(self, name: str) -> str:
        """The name of a score."""
        return self(*_SCORES[name])

    def rows(self, results: Results, split: str, part: str) -> str:
        """Which rows these are, how many, and how many of them are «да»."""
        rows, yes = count(results, split, part)
        if part == "unseen":
            return self(
                f"the {rows} rows of {split} ({yes} «да») without passage or question of training "
                "data",
                f"строки {split} без текстов и вопросов обучающих данных: {rows}, из них "
                f"«да» — {yes}",
            )
        return self(
            f"all {rows} rows of {split}, {yes} of them «да»",
            f"все строки {split}: {rows}, из них «да» — {yes}",
        )

    def short(self, results: Results, split: str, part: str) -> str:
        """The same in few words, for captions."""
        rows, _ = count(results, split, part)
        if part == "unseen":
            return self(f"{split}, unseen rows ({rows})", f"{split}, новые строки ({rows})")
        return self(f"{split}, all rows ({rows})", f"{split}, все строки ({rows})")

    def many(self, number: int, en: tuple[str, str], ru: tuple[str, str, str]) -> str:
        """A number with its noun.

        Args:
            number: How many.
            en: One, several.
            ru: The forms with 1, 2 and 5.
        """
        if self.language == "en":
            return f"{number} {en[number != 1]}"
        tens, ones = number % 100, number % 10
        if ones == 1 and tens != 11:  # noqa: PLR2004 - Russian counts so
            return f"{number} {ru[0]}"
        few = 2 <= ones <= 4 and not 12 <= tens <= 14  # noqa: PLR2004
        return f"{number} {ru[1] if few else ru[2]}"


def count(results: Results, split: str, part: str) -> tuple[int, int]:
    """How many rows a part has, and how many of them are «да»."""
    first = results.get(split, part)[0].scores
    matrix = first.confusion
    return first.rows, (matrix.yes_yes + matrix.yes_no) // len(first.thresholds)


def figure(value: float, digits: int = 3) -> str:
    """A score; a dash where it does not exist."""
    if math.isnan(value):
        return "–"
    return f"{value:.{digits}f}".replace("-", "−")


def signed(value: float) -> str:
    """A difference, with its sign; what rounds to nothing has none."""
    shown = figure(value)
    if shown.lstrip("−") == "0.000":
        return "0.000"
    return shown if value < 0 or math.isnan(value) else f"+{shown}"


def interval(low: float, high: float) -> str:
    """An interval of differences."""
    return f"[{signed(low)}, {signed(high)}]"


def chance(p: float) -> str:
    """A p value, as the right side of an equation."""
    least = 0.001
    return "< 0.001" if p < least else f"= {p:.3f}"


def p_value(p: float) -> str:
    """A p value in a table."""
    return chance(p).removeprefix("= ")


def capital(text: str) -> str:
    """With a capital letter in front."""
    return text[:1].upper() + text[1:]
