"""Another number, year or numeral, plausible and nowhere else in the passage."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed
from danetka.augmentation.rules.edits.settled import happened_once
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import ORDINALS, Word
from danetka.language import inflect

_ABOUT: Final = members("about")

_REACHED: Final = members("reached")
_NEXT_YEAR: Final = 2027


def other_numbers(clause: Clause, context: Context) -> Iterator[Edit]:
    """A year or a number that stays plausible, and stands nowhere else in the passage."""
    told = context.passage.by_sentence[clause.sentence]
    repeated = told & {"дважды", "трижды", "регулярно", "ежегодно", "неоднократно"}
    counted_subject = clause.subject is not None and clause.subject.counted
    whole = _with_all(clause)
    if clause.predicate is not None and clause.predicate.lemma in _REACHED:
        return  # who reached twelve had reached seven
    for name, phrase in clause.parts.items():
        if phrase.cut or repeated or phrase.prep in ("до", "с", "от", "после", "около", "к"):
            continue
        for i, word in enumerate(phrase.words):
            if name == "subject" and lexicon.fold(word.lemma) in ORDINALS:
                continue  # another wave, another flight
            if lexicon.fold(word.lemma) in ORDINALS and name != "nominal":
                continue
            plural = "Plur" in (word.number, phrase.noun.number)
            if plural and lexicon.fold(word.lemma) in ORDINALS:
                continue
            if any(w.lemma.endswith(("ейший", "крупный")) for w in phrase.words):
                continue  # among the fifty largest is among the sixty
            first_time = "впервые" in context.passage.by_sentence[clause.sentence]
            if first_time and name != "nominal":
                continue
            of_year = word.text.isdigit() and ("год" in phrase.lemmas or phrase.time)
            if of_year and (counted_subject or name == "subject"):
                continue
            if not of_year and told & _ABOUT:
                continue
            if (
                of_year
                and word.rel != "day"
                and not (happened_once(clause) and len(word.text) in (3, 4))
            ):
                continue
            if word.text.isdigit() and any(w.lemma in _ABOUT for w in phrase.words):
                continue
            other = _other_number(word, phrase.noun, context, of_year)
            if other is not None:
                changed = phrase.with_word(i, other)
                kind = "year" if len(word.text) == 4 and word.text.isdigit() else "number"  # noqa: PLR2004
                yield with_changed(
                    clause if kind == "year" else whole, name, changed, kind, word.text, other.text
                )


def _with_all(clause: Clause) -> Clause:
    """With every place and adjunct kept: where a number is asked, they say of what."""
    return replace(
        clause,
        arguments=tuple(replace(p, required=True) for p in clause.arguments),
    )


def _other_number(word: Word, noun: Word, context: Context, of_year: bool) -> Word | None:
    if word.text in _ROMAN and not word.entity:
        at = _ROMAN.index(word.text)
        near = [
            r for r in _ROMAN[max(0, at - 3) : at + 4]
            if r != word.text and not context.passage.says(r.lower())
        ]  # fmt: skip
        return replace(word, text=context.rng.choice(near), lemma="") if near else None
    if word.rel == "day":
        days = [d for d in range(1, 29) if str(d) not in context.passage.numbers]
        drawn_day = str(context.rng.choice(days))
        return replace(word, text=drawn_day, lemma=drawn_day)
    if word.text.isdigit():
        number = int(word.text)
        for _ in range(20):
            drawn = _near(number, of_year, context.rng)
            if drawn is not None and str(drawn) not in context.passage.numbers:
                return replace(word, text=str(drawn), lemma=str(drawn))
        return None
    for row in (_CARDINALS, ORDINALS):
        if lexicon.fold(word.lemma) in row and word.case:
            return _other_numeral(word, noun, row, context)
    return None


def _near(number: int, of_year: bool, rng: random.Random) -> int | None:
    if of_year:
        step = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 25))
        drawn = number + rng.choice((-1, 1)) * step
        same_century = len(str(drawn)) == len(str(number))
        return drawn if same_century and drawn < _NEXT_YEAR else None
    if number < 2:  # noqa: PLR2004 - «один» agrees in another way
        return None
    spread = max(3, number // 2)
    drawn = number + rng.choice((-1, 1)) * rng.randint(1, spread)
    same = drawn > 1 and _agreement(drawn) == _agreement(number)
    return drawn if same else None


def _agreement(number: int) -> str:
    """Which form of a noun a number takes: 1 год, 2 года, 5 лет."""
    if 10 < number % 100 < 20 or number % 10 in (0, 5, 6, 7, 8, 9):  # noqa: PLR2004
        return "many"
    return "one" if number % 10 == 1 else "few"


_CARDINALS: Final = (
    "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
)  # fmt: skip


_ROMAN: Final = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
    "XXI",
]


def _other_numeral(word: Word, noun: Word, row: tuple[str, ...], context: Context) -> Word | None:
    base = lexicon.fold(word.lemma)
    rows = [r for r in (row[:3], row[3:]) if base in r] if row is _CARDINALS else [row]
    others = [w for w in rows[0] if w != base and w not in context.passage.lemmas]
    if not others:
        return None
    drawn = context.rng.choice(others)
    if row is ORDINALS:
        form = inflect.decline(
            drawn, word.case, word.number or "Sing", word.gender, word.animacy, "ADJ"
        )
        form = form or inflect.decline(
            drawn.replace("четвертый", "четвёртый"), word.case, word.number or "Sing",
            word.gender, word.animacy, "ADJ",
        )  # fmt: skip
    else:
        found = next((r for r in inflect.readings(drawn) if "NUMR" in r.tag), None)
        of_people = word.case == "Acc" and noun.animacy == "Anim"
        case = "gent" if of_people else inflect.CASES[word.case]
        form = found and inflect.inflect_reading(found, case)
        if form == "два" and noun.gender == "Fem":
            form = "две"
    return replace(word, text=form, lemma=drawn) if form else None
