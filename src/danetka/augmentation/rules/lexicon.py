"""The word lists beside this file: what excludes, opposes or replaces what. They are our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_ROOM: Final = "lexicon"
Related = Mapping[str, tuple[str, ...]]
"""A word → the words that may stand in its place."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists; dictionary forms with е for ё, for pymorphy3's ё comes and goes.

    Attributes:
        sisters: Common nouns → nouns of the same kind that exclude them (река → озеро, море).
        places: Names → names of the same type and region.
        kinds: Names → their type (страна, город, река, …).
        names: Folded names → as they are written.
        opposites: Part of speech → word → words that make the statement false in its place.
        synonyms: Part of speech → word → words that keep it true.
        asymmetric: Verbs of which subject and object cannot be exchanged.
        existence: Verbs that say that a thing is somewhere.
        stay: Verbs with which a subject was at a place.
        become: Verbs with which a subject was what the instrumental says.
    """

    sisters: Related
    places: Related
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    opposites: Mapping[str, Related]
    synonyms: Mapping[str, Related]
    asymmetric: frozenset[str]
    existence: frozenset[str]
    stay: frozenset[str]
    become: frozenset[str]


@cache
def load() -> Lexicon:
    """Read the lists; once a process."""
    places, kinds, names = _places()
    predicates = _sections("transitive.txt")
    return Lexicon(
        sisters=_related([line for _, line in _lines("sisters.txt")], ","),
        places=places,
        kinds=kinds,
        names=names,
        opposites={
            section: _related(lines, "/") for section, lines in _sections("antonyms.txt").items()
        },
        synonyms={
            section: _related(lines, ",") for section, lines in _sections("synonyms.txt").items()
        },
        asymmetric=frozenset(map(fold, predicates["asymmetric"])),
        existence=frozenset(map(fold, predicates["existence"])),
        stay=frozenset(map(fold, predicates["stay"])),
        become=frozenset(map(fold, predicates["become"])),
    )


@cache
def members(name: str) -> frozenset[str]:
    """A class of words (`lexicon/classes.txt`), as it is written there.

    Raises:
        KeyError: If there is none of that name.
    """
    return _classes()[name]


@cache
def _classes() -> Mapping[str, frozenset[str]]:
    return {
        section: frozenset(" ".join(lines).split())
        for section, lines in _sections("classes.txt").items()
    }


def fold(word: str) -> str:
    """The key of a word: lower case, е for ё."""
    return word.lower().replace("ё", "е")


def _lines(name: str) -> Iterator[tuple[str, str]]:
    """(section, line) of a list, without comments and empty lines."""
    section = ""
    text = files(__package__).joinpath(_ROOM, name).read_text(encoding="utf-8")
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            yield section, line


def _sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section, line in _lines(name):
        found.setdefault(section, []).append(line)
    return found


def _related(lines: list[str], between: str) -> Related:
    """Each word → those on the other sides of its lines, in order and without repetition."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        sides = [[word.strip() for word in side.split(",")] for side in line.split(between)]
        if between == ",":
            sides = [[word] for side in sides for word in side]
        for i, side in enumerate(sides):
            others = [word for j, other in enumerate(sides) if j != i for word in other]
            for word in side:
                found.setdefault(fold(word), {}).update(dict.fromkeys(others))
    return {word: tuple(others) for word, others in found.items()}


_ADJECTIVES: Final = ("ый", "ий", "ой", "ая", "ое")
"""Ends of places that are declined as adjectives: one does not hear a name in «в Целинный»."""


def _places() -> tuple[Related, Mapping[str, str], Mapping[str, str]]:
    kinds: dict[str, str] = {}
    written: dict[str, str] = {}
    groups: list[str] = []
    for _, line in _lines("places.txt"):
        kind, _, listed = line.partition(":")
        kept = [n.strip() for n in listed.split(",") if not n.strip().endswith(_ADJECTIVES)]
        names = ", ".join(kept)
        groups.append(names)
        for name in names.split(","):
            kinds[fold(name.strip())] = kind.strip()
            written[fold(name.strip())] = name.strip()
    return _related(groups, ","), kinds, written
