"""What makes a phrase say too little, or something else, when it is taken out of its sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.phrases.whole import count_agrees, has_two_sides, is_used_as_noun
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token, Tree

_BARE_TIMES: Final = members("bare times")
_JOINING: Final = members("joining")
_SUPERLATIVES: Final = members("superlatives")
_THAT: Final = members("that")
_TIME_NOUNS: Final = members("time nouns")
_SINGLED: Final = (
    "единственн", "перв", "последн", "кажд", "люб", "втор", "редк", "трет", "четверт", "четвёрт",
    "пят", "шест", "седьм", "восьм", "девят", "десят",
)  # fmt: skip
_AN_AGE: Final = 2
"""Digits of an age; a year has more."""


@dataclass(frozen=True)
class Cutting:
    """A phrase beside the sentence that it was cut from.

    Attributes:
        tree: The sentence.
        head: The phrase's head.
        prep: Its preposition in lower case, or empty.
        tokens: Its tokens.
        words: Its words as they will be written.
        index: The head's place among them.
        role: What the phrase is in its clause.
    """

    tree: Tree
    head: Token
    prep: str
    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    index: int
    role: str

    @property
    def noun(self) -> Word:
        """The head word."""
        return self.words[self.index]

    @property
    def is_cut(self) -> bool:
        """Whether something that hangs on the head was left out.

        Of a predicate, the rest of its clause hangs on it too: only its attributes count.
        """
        if self.role == "predicate":
            kept = {t.index for t in self.tokens}
            attributes = self.tree.children(self.head, "nmod", "obl", "amod", "nummod", "conj")
            return any(t.index not in kept for t in attributes)
        return len(self.tree.subtree(self.head)) - bool(self.prep) > len(self.tokens)

    @property
    def has_genitive(self) -> bool:
        """Whether an attribute says of what."""
        return any(w.rel == "nmod" and w.head == self.index for w in self.words)

    def following(self, n: int = 1) -> tuple[Token, ...]:
        """The tokens after it."""
        last = self.tokens[-1].index + 1
        return self.tree.tokens[last : last + n]


def check_cutting(cutting: Cutting) -> None:
    """That a phrase can stand by itself.

    Raises:
        SkippedError: With the first reason why not.
    """
    for reason, is_so in _FAULTS:
        if is_so(cutting):
            raise SkippedError(reason)


def _lacks_preposition(c: Cutting) -> bool:
    return c.noun.case == "Loc" and not c.prep and c.words[0].rel != "year"


def _is_broken_off(c: Cutting) -> bool:
    """«по состоянию», «в ходе», «три года назад» without «назад», «одного» without «из …»."""
    if c.noun.lemma in _JOINING and c.prep and len(c.words) == 1:
        return True
    adverbial = any(w.pos in ("ADV", "PART") for w in c.words)
    if c.noun.pos not in ("NOUN", "PROPN") and adverbial:
        return True
    if any(t.lower in ("назад", "спустя", "тому") for t in c.following()):
        return True
    if c.noun.lemma == "один" and not any(w.lemma == "из" for w in c.words):
        return True
    return c.noun.lemma in _BARE_TIMES and c.prep in ("в", "во") and len(c.words) == 1


def _lacks_noun(c: Cutting) -> bool:
    last = c.words[-1]
    if len(c.words) > 1 and last.pos == "ADJ" and last.text.isalpha() and last.head == -1:
        return c.index != len(c.words) - 1  # «с парентеральным и …»
    return any(
        w.pos == "ADJ" and w.rel in ("nmod", "obl", "conj") and not is_used_as_noun(w)
        for w in c.words
    )


def _lacks_side(c: Cutting) -> bool:
    return has_two_sides(c.tree, c.tokens)


def _is_singled_out(c: Cutting) -> bool:
    """The first, the only or the largest, without what says among which."""
    if c.tree.child(c.head, "acl") and any(t.lower.startswith(_SINGLED) for t in c.tokens):
        return True
    after = c.following(4)
    told = (
        after[:1] != ()
        and after[0].text == ","
        and any(t.lower.startswith(("котор", "где", "чь", "куда")) for t in after[1:])
    )
    if told and any(w.text.lower().startswith(_SINGLED) for w in c.words):
        return True
    foremost = any(w.lemma in _SUPERLATIVES or w.lemma.endswith("ейший") for w in c.words)
    return foremost and (c.is_cut or told or c.tree.child(c.head, "acl") is not None)


def _is_cut_name(c: Cutting) -> bool:
    """«завод» of «завод «Заря»», «Титаник» of «Титаник II», «царство» of «Царство Польское»."""
    after = c.following()
    if any(t.entity and not t.starts_entity for t in after):
        return True
    named = c.noun.pos == "PROPN"
    if any(t.text.isascii() and t.text.isalpha() and t.text.isupper() for t in after):
        return True  # «гепатит» of «гепатит C»
    if named and any(t.text.isdigit() or t.text.isupper() for t in after):
        return True
    if any(t.text in "«„" for t in after) and not c.words[-1].right:
        return True
    adjective = any(
        t.text[:1].isupper() and any("ADJF" in r.tag for r in inflect.readings(t.lower)[:1])
        for t in after
    )
    return adjective and (named or c.head.text[:1].isupper())


def _is_part_of_number(c: Cutting) -> bool:
    """«658 человек» of «41 658 человек»."""
    first = c.tokens[0].index
    digits = [w.text.isdigit() for w in c.words]
    if any(a and b for a, b in pairwise(digits)):
        return True
    return c.words[0].text.isdigit() and any(
        t.text.isdigit() for t in c.tree.tokens[max(0, first - 1) : first]
    )


def _is_before_our_era(c: Cutting) -> bool:
    return [t.lower for t in c.following(2)] == ["до", "н"]


def _lacks_object(c: Cutting) -> bool:
    """«после создания»: of what?"""
    deverbal = c.noun.lemma.endswith(("ние", "тие")) and bool(c.prep) and len(c.words) == 1
    return deverbal and c.role == "oblique"


def _lacks_clause(c: Cutting) -> bool:
    """«версия», «разрешение», «уровень»: of what?"""
    return c.noun.lemma in _THAT and not c.has_genitive


def _miscounts(c: Cutting) -> bool:
    return not count_agrees(c.words, c.index)


def _is_age(c: Cutting) -> bool:
    of_years = c.noun.lemma == "год" and c.prep != "" and c.noun.case != "Loc"
    return of_years and c.words[0].text.isdigit() and len(c.words[0].text) <= _AN_AGE


def _lacks_anchor(c: Cutting) -> bool:
    return c.noun.lemma in _TIME_NOUNS and c.prep in ("через", "спустя")


_FAULTS: Final[tuple[tuple[str, Callable[[Cutting], bool]], ...]] = (
    ("a locative without a preposition", _lacks_preposition),
    ("a phrase that is broken off", _is_broken_off),
    ("an adjective without its noun", _lacks_noun),
    ("a phrase with two sides", _lacks_side),
    ("the only one of a kind that is not told", _is_singled_out),
    ("a name that is cut", _is_cut_name),
    ("a number of several words", _is_part_of_number),
    ("a year before our era", _is_before_our_era),
    ("a noun that needs its object", _lacks_object),
    ("a noun that needs its clause", _lacks_clause),
    ("a number that does not agree", _miscounts),
    ("an age", _is_age),
    ("a time without its anchor", _lacks_anchor),
)
"""Reason → whether it is so."""
