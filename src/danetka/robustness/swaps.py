"""A number, place or word of a question exchanged so that «да» becomes «нет».

The question is told as a sentence, in which the rules find a fact and falsify it as they do with a
passage's. What they change is then changed in the question as its asker wrote it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.candidates import read
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits import Context, Edit
from danetka.augmentation.rules.edits.numbers import other_numbers
from danetka.augmentation.rules.edits.opposites import other_words
from danetka.augmentation.rules.edits.places import other_places
from danetka.augmentation.rules.edits.sisters import other_sisters
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.rules.words import Phrase
from danetka.language import inflect
from danetka.language.parse import Parser
from danetka.language.text import with_word
from danetka.robustness.chunks import Noun, tags
from danetka.robustness.names import is_name, names_in
from danetka.robustness.statements import Sort, Statement, read_statements
from danetka.schema import NO, Example

_FALSIFIERS: Final = (other_numbers, other_places, other_words, other_sisters)
_MENTIONED: Final = ("number", "year", "place", "sister")
"""Edits whose old word must stand in the passage: it is what the passage speaks of."""
_LIKED: Final = {"number": 0, "year": 0, "place": 0, "sister": 2}
"""What is done rather: one word of a fact is surer than a word for the whole."""
_ALLOWED: Final = ("разрешить", "запретить", "позволить")
"""Verbs whose opposite denies them; what is built may also be pulled down."""
_EXACT: Final = ("без", "бес")
"""How an adjective begins that denies another and says nothing more: «безвредный»."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A question with one word exchanged.

    Attributes:
        question: It; with the capitals that the old one had.
        old, new: What stood there, and what stands there now.
        kind: The rule's name for it.
    """

    question: str
    old: str
    new: str
    kind: str


def swaps(rows: Sequence[Example], parser: Parser, rng: random.Random) -> Iterator[Swap | None]:
    """For each row whose answer is «да» a question whose answer is «нет», or None.

    Args:
        rows: Rows; the answers are taken for «да».
        parser: Parses the questions.
        rng: Decides what is put in, row by row.
    """
    ways = [read_statements(row.question) for row in rows]
    told = [
        _sentence(found[0], names_in(row.passage)) if len(found) == 1 else ""
        for row, found in zip(rows, ways, strict=True)
    ]
    parsed = iter(read([text for text in told if text], parser)[0])
    for row, found, text in zip(rows, ways, told, strict=True):
        draws = random.Random(rng.random())  # noqa: S311
        if not text:
            yield None
            continue
        fact = next(parsed)
        whole = Passage(f"{text} {row.passage}", fact.trees, fact.clauses)
        yield _swap(row, found[0], whole, draws)


def _swap(row: Example, told: Statement, fact: Passage, rng: random.Random) -> Swap | None:
    found: list[Swap] = []
    if told.sort is Sort.SHORT:
        said = inflect.lemmas(row.passage)
        found = [Swap("", told.verb, new, "antonym") for new in _opposites(told.verb, said)]
    context = Context(fact, Pool([fact]), rng)
    found += [
        Swap("", change.old, change.new, change.name)
        for clause in fact.clauses
        for change in _changes(clause, context)
        if _is_sure(change, told, row)
    ]
    rng.shuffle(found)
    found.sort(key=lambda s: _LIKED.get(s.kind, 1))
    for one in found:
        question = with_word(row.question, one.old, one.new)
        if question is not None:
            return Swap(question, one.old, one.new, one.kind)
    return None


def _changes(clause: Clause, context: Context) -> Iterator[Edit]:
    for falsify in _FALSIFIERS:
        for change in falsify(clause, context):
            if _is_one_word(clause.parts.get(change.part), change.clause.parts.get(change.part)):
                yield change


def _is_one_word(before: Phrase | None, after: Phrase | None) -> bool:
    """Whether no other word of the phrase must agree with the new one."""
    if before is None or after is None:
        return True
    pairs = zip(before.words, after.words, strict=False)
    return before.size == after.size and sum(a.text != b.text for a, b in pairs) == 1


def _is_sure(change: Edit, told: Statement, row: Example) -> bool:
    """Whether a change makes the question's answer «нет», and not only another question of it."""
    false = change.label == NO and bool(change.old) and not change.clause.negated
    if not false or told.subject is None or change.part == "subject":
        return False
    if change.name in _MENTIONED and not (
        inflect.lemmas(change.old) & inflect.lemmas(row.passage) or change.old in row.passage
    ):
        return False
    if change.name == "place":  # one plane was shot down in Iran, another elsewhere
        names = names_in(row.passage)
        return told.subject.named or any(is_name(w, names) for w in told.subject.words)
    if change.name == "sister":
        return _is_said_last(change, told, told.subject, row)
    if change.name == "antonym":  # bears sleep in winter, and a little in spring
        return change.part == "nominal"
    return change.name != "predicate" or told.sort is not Sort.SHORT  # see `_opposites`


def _is_said_last(change: Edit, told: Statement, subject: Noun, row: Example) -> bool:
    """Whether a word ends the question that says what its subject is, or was for good."""
    if not row.question.rstrip("? ").endswith(change.old):
        return False
    if told.sort is Sort.NOUN:
        return True
    was = any(p.case == "ablt" and not p.prep for p in told.rest)
    return was and not any(_is_land(r) for w in subject.words for r in tags(w))


def _is_land(reading: Any) -> bool:
    """A land was a colony and is a republic."""
    return "Geox" in reading.tag


def _opposites(form: str, said: frozenset[str]) -> list[str]:
    """What denies a short form in the same gender and number: вреден → безвреден."""
    words = lexicon.load().opposites
    for reading in tags(form):
        pos = str(reading.tag.POS)
        base = lexicon.fold(str(reading.normal_form))
        if pos != "ADJS" and not (pos == "PRTS" and base in _ALLOWED):
            continue
        others = [
            o
            for o in words["adjective" if pos == "ADJS" else "verb"].get(base, ())
            if lexicon.fold(o) not in said and not o.startswith("не")
        ]
        exact = [o for o in others if o.startswith(_EXACT)] or others[:1]
        forms = [_in_form(o, pos, reading) for o in exact]
        return [f for f in forms if f]
    return []


def _in_form(word: str, pos: str, like: Any) -> str | None:
    wanted = [pos, str(like.tag.number)] + ([str(like.tag.gender)] if like.tag.gender else [])
    kinds = ("ADJF", "ADJS") if pos == "ADJS" else ("INFN", "VERB")
    for reading in inflect.readings(word):
        if str(reading.tag.POS) in kinds and reading.is_known:
            past = ["past"] if pos == "PRTS" else []
            return inflect.inflect_reading(reading, *wanted, *past)
    return None


def _sentence(told: Statement, names: frozenset[str]) -> str:
    """A question as a sentence, names with their capitals: what the parser knows."""
    verb, subject = told.verb.lower(), told.subject
    parts = [part.words for part in told.rest]
    if told.told:
        words = [*told.told[0].split(), verb, *told.told[1].split()]
    elif subject is None:
        words = [*parts[0], verb, *(w for p in parts[1:] for w in p)]
    elif told.sort is Sort.THERE:
        words = [*(w for p in parts for w in p), verb, *subject.words]
    else:
        be = ["—", "это"] if told.sort is Sort.NOUN else [verb]
        words = [*subject.words, *be, *(w for p in parts for w in p)]
    text = " ".join(w[:1].upper() + w[1:] if is_name(w, names) else w for w in words)
    return f"{text[:1].upper()}{text[1:]}."
