"""Prepositions that change before the word that follows them."""

from __future__ import annotations

from typing import Final

_WITH_O: Final = {
    "с": ("мной", "многими", "многих", "вторым", "второго", "второй"),
    "к": ("мне", "второму", "второй", "вторым", "многим"),
}
_WITH_VOWEL: Final = ("льв", "льд", "двор", "снах")
"""Beginnings before which one says «во» and «ко»."""


def preposition(prep: str, following: str) -> str:  # noqa: PLR0911 - a preposition a branch
    """The form of a preposition before a word: в/во, с/со, к/ко, о/об/обо, из/изо, от/ото.

    Examples:
        >>> preposition("о", "острове"), preposition("об", "столице"), preposition("в", "Франции")
        ('об', 'о', 'во')
    """
    base = {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о"}.get(prep.lower(), prep.lower())
    word = following.lower()
    if base == "о":
        if word in ("мне", "всём", "всем", "всех", "всей"):
            return "обо"
        return "об" if word[:1] in tuple("аиоуэ") else "о"
    if base == "в":
        if word.startswith(_WITH_VOWEL):
            return "во"
        heavy = word[:1] in ("в", "ф") and len(word) > 1 and word[1] not in "аеёиоуыэюя"
        return (
            "во"
            if heavy or word in ("мне", "многом", "многих", "двор", "дворе", "тьму", "тьме", "сне")
            else "в"
        )
    if base == "с":
        if word.startswith(("льв", "льд", "льн")):
            return "со"
        heavy = word[:1] in ("с", "з", "ш", "ж") and len(word) > 1 and word[1] not in "аеёиоуыэюяь"
        return "со" if heavy or word in _WITH_O["с"] or word.startswith("вс") else "с"
    if base == "из":
        return "изо" if word in ("рта", "льда", "лба", "мха") else "из"
    if base == "к":
        return "ко" if word in _WITH_O["к"] or word.startswith(("вс", *_WITH_VOWEL)) else "к"
    return base
