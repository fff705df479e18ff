"""Normal forms of text, for comparing rows and for naming a question's form."""

from __future__ import annotations

import importlib
import re
from typing import Any, Final

STRESS: Final = "\u0301"
"""The combining acute that encyclopedias put on a stressed vowel; 27% of DaNetQA's passages."""

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+(?:-\w+)*")
_SENTENCE_END = re.compile(
    r"""(?<!\b[А-ЯЁA-Z])                    # not after an initial: «А. С. Пушкин»
        (?<!\bгг)(?<!\bим)(?<!\bст)(?<!\bсм)(?<!\bул)(?<!\bтыс)(?<!\bт\.\ е)
        [.!?…]+[»”")\]]*
        (?=\s+[«„“"(\[—–-]?\s*[А-ЯЁA-Z0-9]|\s*\n|\s*$)""",
    re.VERBOSE,
)
_DOUBLE_SPACE = re.compile(r"\S\s{2,}\S")


def normalize(text: str) -> str:
    """The key by which two texts count as the same: no stress marks, case, ё or extra spaces."""
    plain = text.replace(STRESS, "").casefold().replace("ё", "е")
    return _SPACES.sub(" ", plain).strip()


def question_key(question: str) -> str:
    """The key by which two questions ask the same: their words, whatever stands between them."""
    return " ".join(words(question.replace("ё", "е").replace("Ё", "Е")))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end, without the spaces around them.

    By razdel where it is installed; else by a rule that knows initials and a few abbreviations.
    Line breaks end a sentence either way. What is between spans is white space only.
    """
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        spans += [(start + a, start + b) for a, b in _line_spans(text[start:end])]
    return spans


def _line_spans(line: str) -> list[tuple[int, int]]:
    try:
        razdel: Any = importlib.import_module("razdel")  # it has no types
    except ImportError:
        ends = [match.end() for match in _SENTENCE_END.finditer(line)]
        starts = [0, *ends]
        pieces = [(a, b) for a, b in zip(starts, [*ends, len(line)], strict=True) if a < b]
    else:
        pieces = [(part.start, part.stop) for part in razdel.sentenize(line)]
    stripped = []
    for start, end in pieces:
        piece = line[start:end]
        if body := piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            stripped.append((first, first + len(body)))
    return stripped


def words(text: str) -> list[str]:
    """The words of a text in lower case and without stress marks; a hyphen joins."""
    return _WORD.findall(text.replace(STRESS, "").lower())


def first_word(question: str) -> str:
    """The word that opens a question, in lower case; for a general question mostly its verb."""
    found = _WORD.search(question.replace(STRESS, "").lower())
    return found.group() if found else ""


def has_stress_marks(text: str) -> bool:
    """Whether any vowel carries a stress mark."""
    return STRESS in text


def has_double_spaces(text: str) -> bool:
    """Whether two words are parted by more than one space."""
    return _DOUBLE_SPACE.search(text) is not None


def with_word(text: str, old: str, new: str) -> str | None:
    """The text with words replaced that stand in it exactly once; None if they do not."""
    found = list(re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", text, flags=re.IGNORECASE))
    if len(found) != 1:
        return None
    [match] = found
    if match.group()[:1].isupper():
        new = new[:1].upper() + new[1:]
    return text[: match.start()] + new + text[match.end() :]
