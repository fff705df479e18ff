"""Questions taken apart: what is asked of what, and what else is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from danetka.augmentation.rules.lexicon import fold
from danetka.language.text import STRESS
from danetka.robustness.chunks import (
    PREPOSITIONS,
    Noun,
    quantified,
    read_noun,
    tags,
)

_WORD = re.compile(r"(?<!\w)[А-ЯЁа-яё]\.(?=\s)|\w+(?:-\w+)*")
_DASH = re.compile(r"\s[—–-]\s")
_TRUE: Final = ("правда", "верно")
_THERE: Final = ("есть", "имеется", "имеются")
_WAS: Final = ("был", "была", "было", "были")
_EXIST: Final = ("существовать", "бывать")
_DENIED: Final = ("не", "нет", "ни", "нельзя", "без", "или", "либо", "чем", "если", "разве")
_SOMETIMES: Final = ("временами", "порой", "местами", "частями", "целиком", "разом")
"""Adverbs that look like nouns, and are what «не» would deny."""
_ADVERBS: Final = frozenset(
    ("сегодня", "сейчас", "теперь", "зимой", "летом", "весной", "осенью", "днем", "днём", "ночью")
)
"""Adverbs that «не» before the predicate leaves as they are."""
_MORE: Final = 2


class Sort(StrEnum):
    """What a question asks."""

    WAS = "was"  # Был ли Рюрик в Новгороде?
    THERE = "there"  # Есть ли у кита зубы?
    VERB = "verb"  # Входит ли Япония в Евразию?
    SHORT = "short"  # Вреден ли кофе?
    NOUN = "noun"  # Луна это планета?


@dataclass(frozen=True, slots=True)
class Part:
    """Words that stay together.

    Attributes:
        words: As in the question.
        prep: Their preposition, or empty.
        case: The case of their noun; ``pred`` for a short form, ``inf`` for an infinitive with all
            that follows it, ``adv`` for an adverb.
    """

    words: tuple[str, ...]
    prep: str = ""
    case: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it says where, when, or whose: it may open the sentence."""
        where = self.prep in ("в", "во", "на") and self.case in ("loct", "loc2")
        return where or (self.prep, self.case) in (("у", "gent"), ("при", "loct"))


@dataclass(frozen=True, slots=True)
class Statement:
    """A question taken apart.

    Attributes:
        opening: ``правда ли``, ``верно ли`` or empty.
        sort: What it asks.
        verb: The word that the «ли» follows: был, есть, входит, вреден, это.
        subject: What it asks about; None where nobody is named.
        before, after: The other parts, as they stand before and after the subject.
        told: Of a question in the order of a statement, what stands before and after the verb.
    """

    opening: str
    sort: Sort
    verb: str
    subject: Noun | None
    before: tuple[Part, ...] = ()
    after: tuple[Part, ...] = ()
    told: tuple[str, str] | None = None

    @property
    def rest(self) -> tuple[Part, ...]:
        """The parts that are not the subject."""
        return self.before + self.after


def read_statements(question: str) -> list[Statement]:
    """A question taken apart, in every way that nothing speaks against; maybe in none."""
    text = _DASH.sub(" ", question.replace(STRESS, "")).strip()
    words = _WORD.findall(text)
    if words[:1] and words[0].lower() == "а":
        words = words[1:]
    lower = [w.lower() for w in words]
    opening = 0
    if lower[1:2] == ["ли"] and lower[0] in _TRUE:
        opening = 3 if lower[2:3] == ["что"] else 2
    inner = words[opening:]
    if set(lower) & {*_DENIED, *_SOMETIMES} or quantified(inner):
        return []
    if opening:
        return _best(_told(" ".join(lower[:2]), inner))
    if lower[1:2] == ["ли"]:
        return _best(_asked("", words[0], words[2:]))
    return [] if "ли" in lower else _best(_told("", words))


def _best(found: Iterator[Statement]) -> list[Statement]:
    ways = list(dict.fromkeys(found))
    best = min(map(_doubt, ways), default=None)
    return [way for way in ways if _doubt(way) == best]


def _doubt(way: Statement) -> tuple[bool, bool, int]:
    """What speaks against a reading: a thing that acts, a subject inside, many parts."""
    subject = way.subject
    lifeless = (
        way.sort is Sort.VERB and subject is not None and not (subject.animate or subject.named)
    )
    return subject is None, lifeless, len(way.rest)


def _told(opening: str, words: Sequence[str]) -> Iterator[Statement]:
    """«X V Y»: statements, or questions without «ли»."""
    lower = [w.lower() for w in words]
    if "это" in lower[1:]:
        at = lower.index("это", 1)
        subject = read_noun(words[:at])
        if subject and at + 1 < len(words):
            yield Statement(opening, Sort.NOUN, "это", subject, (), (Part(tuple(words[at + 1 :])),))
        return
    for at, word in enumerate(words):
        if not _is_predicate(word):
            continue
        yield from _asked(opening, word, [*words[:at], *words[at + 1 :]], at)


def _is_predicate(word: str) -> bool:
    return any(
        (str(r.tag.POS) == "VERB" and r.tag.mood != "impr") or str(r.tag.POS) in ("ADJS", "PRTS")
        for r in tags(word)
    )


def _asked(opening: str, verb: str, words: Sequence[str], at: int = 0) -> Iterator[Statement]:
    """All ways to find the subject among the words beside the predicate.

    Args:
        opening: See `Statement`.
        verb: The predicate.
        words: What stands beside it.
        at: How many of them stand before it.
    """
    sort = _sort_of(verb)
    if sort is None:
        return
    told = (" ".join(words[:at]), " ".join(words[at:])) if at else None
    for start in range(len(words) + 1):
        for end in range(start + 1, len(words) + 1):
            if start < at < end:
                continue
            subject = read_noun(words[start:end])
            if subject is None or not _governs(verb, sort, subject):
                continue
            before, after = _parts(words[:start]), _parts(words[end:])
            if before is None or after is None:
                continue
            if _objects(verb, before + after) and _suits(subject, before + after):
                yield Statement(opening, sort, verb, subject, before, after, told)
    alone = _parts(words)
    if alone and sort in (Sort.VERB, Sort.SHORT) and _impersonal(verb) and _objects(verb, alone):
        yield Statement(opening, sort, verb, None, (), alone, told)


def _sort_of(verb: str) -> Sort | None:
    if verb.lower() in _THERE + _WAS:
        return Sort.THERE if verb.lower() in _THERE else Sort.WAS
    for reading in tags(verb):
        pos = str(reading.tag.POS)
        if pos == "VERB" and reading.tag.mood != "impr":
            return Sort.THERE if fold(reading.normal_form) in _EXIST else Sort.VERB
        if pos in ("ADJS", "PRTS"):
            return Sort.SHORT
    return None


def _governs(verb: str, sort: Sort, subject: Noun) -> bool:
    """Whether the predicate agrees with a subject."""
    if sort is Sort.THERE and verb.lower() == "есть":
        return True
    return any(_agrees(r, subject) for r in tags(verb))


def _agrees(reading: Any, subject: Noun) -> bool:
    tag = reading.tag
    if str(tag.POS) not in ("VERB", "ADJS", "PRTS") or tag.mood == "impr":
        return False
    if tag.person and tag.person != "3per":
        return False
    if tag.number != subject.number:
        return False
    return not tag.gender or not subject.gender or tag.gender == subject.gender


def _impersonal(verb: str) -> bool:
    """«едят», «разрешено»: nobody is named."""
    return any(
        (str(r.tag.POS) == "VERB" and r.tag.number == "plur" and r.tag.mood != "impr")
        or (str(r.tag.POS) in ("PRTS", "ADJS") and r.tag.gender == "neut")
        for r in tags(verb)
    )


def _objects(verb: str, parts: Sequence[Part]) -> bool:
    """Whether a bare noun beside the predicate can be its object or its complement."""
    bare = [p.case for p in parts if not p.prep]
    if len([c for c in bare if c != "adv"]) > _MORE:
        return False
    transitive = any("tran" in r.tag and str(r.tag.POS) == "VERB" for r in tags(verb))
    return all(c != "accs" for c in bare) or (transitive and bare.count("accs") == 1)


def _suits(subject: Noun, parts: Sequence[Part]) -> bool:
    """Whether what is said of a subject agrees with it: «был законным», «были законны»."""
    for part in parts:
        if part.prep or part.case not in ("pred", "ablt") or len(part.words) > 1:
            continue
        found = [
            r
            for r in tags(part.words[0])
            if str(r.tag.POS) in ("ADJS", "PRTS", "ADJF") and r.tag.case in (None, "ablt")
        ]
        if found and not any(
            r.tag.number == subject.number
            and (not r.tag.gender or not subject.gender or r.tag.gender == subject.gender)
            for r in found
        ):
            return False
    return True


def _parts(words: Sequence[str]) -> tuple[Part, ...] | None:
    """The words as prepositional phrases, oblique nouns and short forms, in one way; or None."""
    if not words:
        return ()
    lower = tuple(w.lower() for w in words)
    if any(str(r.tag.POS) == "INFN" for r in tags(words[0])[:1]):
        return (Part(tuple(words), case="inf"),)
    for end in range(len(words), 0, -1):
        part = _part(tuple(words[:end]), lower[:end])
        if part is None:
            continue
        others = _parts(words[end:])
        if others is not None:
            return (part, *others)
    return None


def _part(words: tuple[str, ...], lower: tuple[str, ...]) -> Part | None:
    if lower == ("на", "самом", "деле"):
        return Part(words, case="adv")
    if lower[0] in PREPOSITIONS:
        inner = lower[1:]
        year = len(inner) == 1 and inner[0].isdigit()
        cases = PREPOSITIONS[lower[0]] if len("".join(inner)) > 1 else ()
        fits = [case for case in cases if year or read_noun(inner, (case,))]
        return Part(words, lower[0], fits[0]) if fits else None
    case = _bare_case(words, lower)
    return Part(words, case=case) if case else None


def _bare_case(words: tuple[str, ...], lower: tuple[str, ...]) -> str:
    """The case of words without a preposition (see `Part`); empty where they are no part."""
    if len(words) == 1:
        if lower[0] in _ADVERBS:
            return "adv"
        if any(str(r.tag.POS) in ("ADJS", "PRTS") and r.is_known for r in tags(words[0])[:2]):
            return "pred"
        if any(str(r.tag.POS) == "ADJF" and r.tag.case == "ablt" for r in tags(words[0])):
            return "" if any("Anum" in r.tag for r in tags(words[0])) else "ablt"
    if any("Fixd" in r.tag or not r.is_known for r in tags(lower[0])):
        return ""  # of «зомби» nobody hears the case
    return next((case for case in ("ablt", "datv", "accs") if read_noun(lower, (case,))), "")
