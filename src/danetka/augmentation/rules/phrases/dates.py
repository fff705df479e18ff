"""Dates: «30 мая 1934 года», of which the year alone is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.words import Phrase, Word
from danetka.language.tree import Token, Tree


def date(tree: Tree, day: Token, before: bool) -> Phrase | None:
    """«30 мая 1934 года» as «30 мая 1934 года», or None if it is something else."""
    tokens = tree.tokens[day.index : day.index + 4]
    found = [t.lower for t in tokens]
    if len(found) < 2 or lemma_of_month(found[1]) is None:  # noqa: PLR2004 - a day and a month
        return None
    full = len(found) == 4 and found[2].isdigit() and found[3] in ("года", "г")  # noqa: PLR2004
    if not full and any(t.isdigit() for t in found[2:3]):
        return None
    month = Word(found[1], str(lemma_of_month(found[1])), "NOUN", "Gen", "Sing", "Masc", "Inan")
    words = [Word(found[0], found[0], "NUM", rel="day"), month]
    if full:
        words += [
            Word(found[2], found[2], "ADJ", "Gen", "Sing", "Masc", "Inan", "amod", 3),
            Word("года", "год", "NOUN", "Gen", "Sing", "Masc", "Inan"),
        ]
    prep = tree.child(day, "case")
    governed = prep.lower if prep else ""
    if is_date(tuple(words)) and not governed:
        return Phrase(year_alone(tuple(words)), 1, "oblique", "в", time=True, before=before)
    return Phrase(tuple(words), len(words) - 1, "oblique", governed, time=True, before=before)


def is_date(words: tuple[Word, ...]) -> bool:
    """Whether it is a day, a month, a year and «года»."""
    return (
        len(words) == 4  # noqa: PLR2004
        and words[0].text.isdigit()
        and words[1].text in _MONTHS
        and words[2].text.isdigit()
        and words[3].lemma == "год"
    )


def year_alone(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Of a full date the year alone: four words less, and as true."""
    return (
        replace(words[2], case="Loc", rel="year", head=1),
        replace(words[3], text="году", case="Loc", head=-1),
    )


def lemma_of_month(word: str) -> str | None:
    """The month whose genitive a word is."""
    return _MONTHS.get(word)


_MONTHS: Final = {
    "января": "январь", "февраля": "февраль", "марта": "март", "апреля": "апрель",
    "мая": "май", "июня": "июнь", "июля": "июль", "августа": "август",
    "сентября": "сентябрь", "октября": "октябрь", "ноября": "ноябрь", "декабря": "декабрь",
}  # fmt: skip
