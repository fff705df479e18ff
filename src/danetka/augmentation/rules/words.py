"""What clauses and questions are made of: words, and phrases that can be declined as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.language import inflect
from danetka.language.prepositions import preposition

_ADJECTIVE_ENDS: Final = ("ого", "его", "ому", "ему", "ым", "им", "ом", "ем")
_AGREEING: Final = ("ADJ", "DET", "VERB")
"""Parts of speech that agree with the noun they hang on (VERB: a full participle)."""

JOINING: Final = members("joining")
"""Nouns that with a preposition make another: «по состоянию на», «в ходе чего»."""


ORDINALS: Final = (
    "первый", "второй", "третий", "четвертый", "пятый", "шестой", "седьмой", "восьмой", "девятый",
    "четвёртый",
)  # fmt: skip
LOOSE: Final = ("в", "во", "на", "у", "при", "среди", "для", "около", "возле")
"""Prepositions of attributes that only say where: a noun does not ask for them."""
SUPERLATIVES: Final = members("superlatives")
"""Of the first or only one, nothing that says among which may be lost."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a phrase.

    Attributes:
        text: With the capitals that it keeps in the middle of a sentence.
        lemma: Its dictionary form.
        pos, case, number, gender, animacy: Its tags, as slovnet gives them.
        rel: Its relation to its head (``amod``, ``nmod``, …).
        head: The index of its head in the phrase, or -1.
        entity: ``PER``, ``LOC``, ``ORG`` or empty.
        left, right: Quotation marks around it.
    """

    text: str
    lemma: str
    pos: str
    case: str = ""
    number: str = ""
    gender: str = ""
    animacy: str = ""
    rel: str = ""
    head: int = -1
    entity: str = ""
    left: str = ""
    right: str = ""

    @property
    def shown(self) -> str:
        """With its quotation marks."""
        return f"{self.left}{self.text}{self.right}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase, with its preposition if it has one; or an adverb, or an infinitive.

    Attributes:
        words: In order, without the preposition.
        head: The index of the head word.
        prep: The preposition in its short form (в, с, к, о), or empty.
        role: ``subject``, ``object``, ``oblique``, ``adverb``, ``infinitive``, ``predicate``.
        required: Whether the clause falls apart without it.
        time: Whether it says when.
        before: Whether it stands before the predicate in the passage.
        cut: Whether something that hangs on it was left out.
    """

    words: tuple[Word, ...]
    head: int
    role: str
    prep: str = ""
    required: bool = False
    time: bool = False
    before: bool = False
    cut: bool = False

    @property
    def noun(self) -> Word:
        """The head word."""
        return self.words[self.head]

    @property
    def size(self) -> int:
        """How many words it has with its preposition."""
        return len(self.words) + bool(self.prep)

    @property
    def text(self) -> str:
        """As it is written, the preposition in the form that fits."""
        body = " ".join(self._shown(i) for i in range(len(self.words)))
        if not self.prep:
            return body
        return f"{preposition(self.prep, self.words[0].text)} {body}"

    def _shown(self, index: int) -> str:
        word = self.words[index]
        if word.pos != "ADP" or index + 1 == len(self.words):
            return word.shown
        return preposition(word.lemma, self.words[index + 1].text)

    @property
    def lemmas(self) -> frozenset[str]:
        """The dictionary forms of its words."""
        return frozenset(word.lemma for word in self.words)

    @property
    def counted(self) -> bool:
        """Whether a number stands before the head: «две комнаты», «пять комнат»."""
        return any(w.rel == "nummod" and w.head == self.head for w in self.words)

    @property
    def counts_as_nominative(self) -> bool:
        """Whether the number is in the nominative, or looks like it (an inanimate accusative)."""
        return all(
            w.case in ("Nom", "Acc", "") and (w.case != "Acc" or self.noun.animacy == "Inan")
            for w in self.words
            if w.rel == "nummod" and w.head == self.head
        )

    def with_word(self, index: int, word: Word) -> Phrase:
        """With one word in another's place."""
        return replace(self, words=(*self.words[:index], word, *self.words[index + 1 :]))

    def shortened(self) -> Phrase:
        """Without the attribute that a preposition joins to it; a genitive stays."""
        preps = [i for i, w in enumerate(self.words) if w.pos == "ADP" and i > self.head]
        if self.role not in ("object", "oblique"):
            return self
        loose = preps and self.words[preps[0]].lemma in LOOSE and self._says_where(preps[0])
        if not loose or self.counted or self.noun.lemma in JOINING:
            return self
        kept = self.words[: preps[0]]
        return replace(self, words=kept, cut=True) if len(kept) > self.head else self

    def _says_where(self, prep: int) -> bool:
        """Whether a preposition opens a place, not «курс на вступление»."""
        after = [w for w in self.words[prep + 1 :] if w.pos in ("NOUN", "PROPN")]
        return bool(after) and after[0].case in ("Loc", "Gen")

    def declined(self, case: str, role: str, number: str = "") -> Phrase | None:
        """In another case: the head, what agrees with it, and names beside it.

        Args:
            case: ``Nom``, ``Gen``, …
            role: Its new role.
            number: Another number, if that changes too.

        Returns:
            The phrase without a preposition, or None where a word cannot be declined.
        """
        if self.noun.case == case and not number and not self.counted:
            return replace(self, prep="", role=role)
        if self.counted or any(word.pos == "CCONJ" for word in self.words):
            fits = case == "Nom" and self.counted and self.counts_as_nominative
            return replace(self, prep="", role=role) if fits else None
        changed: list[Word] = []
        for index, word in enumerate(self.words):
            if index == self.head or self._moves_with_head(index):
                new = _declined(word, case, number or self.noun.number, self.noun)
                if new is None:
                    return None
                hers = word.rel.startswith("flat") and self.noun.gender == "Fem"
                if hers and word.text[-1:] not in "аяь" and new.text != word.text:
                    return None  # Касьян of «Людмилы Касьян» stays as it is
                like_adjective = word.rel.startswith("flat") and word.text.endswith(_ADJECTIVE_ENDS)
                if like_adjective and new.text == word.text and case == "Nom":
                    return None  # Ланского is no nominative
                changed.append(new)
            else:
                attribute = index < self.head and word.pos in ("ADJ", "DET", "NOUN")
                if attribute and word.head == self.head and not self._is_quoted(index):
                    return None  # what stands before its noun agrees with it
                bare = word.rel == "amod" and word.head == self.head and word.text.isalpha()
                if bare and word.pos == "ADJ" and not word.text.isupper():
                    return None  # an adjective without a case cannot be put in another
                stuck = word.rel.startswith("flat") and word.entity == "PER"
                if stuck and not self._is_quoted(index) and self.noun.case != "Nom":
                    return None  # a name of which one part stays as it was
                changed.append(word)
        return Phrase(tuple(changed), self.head, role, cut=self.cut)

    def _is_quoted(self, index: int) -> bool:
        opened = [i for i, w in enumerate(self.words[: index + 1]) if w.left]
        closed = [i for i, w in enumerate(self.words[:index]) if w.right]
        return len(opened) > len(closed)

    def _moves_with_head(self, index: int) -> bool:
        word = self.words[index]
        if self._is_quoted(index):
            return False
        if word.head != self.head:
            named = word.rel.startswith("flat") and 0 <= word.head != index
            return named and self._moves_with_head(word.head)
        if word.rel.startswith("flat") or word.rel == "appos":
            return bool(word.case) and word.case == self.noun.case and word.pos == "PROPN"
        return word.rel in ("amod", "det") and word.pos in _AGREEING and word.case != ""


def _declined(word: Word, case: str, number: str, noun: Word) -> Word | None:
    """A word in another case; None where the dictionary does not know it."""
    gender = noun.gender if word.rel.startswith("flat") and number != "Plur" else ""
    fixed = inflect.find_reading(word.text, word.pos, word.case, word.number, gender)
    if word.pos == "NOUN":  # полка is of полк and of полок
        fixed = inflect.usual_noun(word.text, word.case, word.number, word.gender) or fixed
    if word.pos == "ADJ":  # основным is of основной, though there is an основный too
        fixed = inflect.usual_reading(word.text, word.case, word.number) or fixed
    if fixed is None or not fixed.is_known:
        return None
    if "Fixd" in fixed.tag:
        return replace(word, case=case, number=number)
    grammemes = [inflect.CASES[case], "plur" if number == "Plur" else "sing"]
    if fixed.tag.POS != "NOUN":
        gender = inflect.noun_gender(noun.text, noun.case, noun.number) or noun.gender
        if number != "Plur":
            grammemes = [inflect.CASES[case], inflect.GENDERS.get(gender, "masc")]
        if case == "Acc" and (number == "Plur" or gender == "Masc"):
            grammemes.append("anim" if noun.animacy == "Anim" else "inan")
    if number == "Plur" and fixed.tag.POS == "NOUN" and "Sgtm" in fixed.tag:
        return None
    form = inflect.inflect_reading(fixed, *grammemes)
    if form is None:
        return None
    return replace(word, text=inflect.capitals_like(form, word.text), case=case, number=number)


def is_named(phrase: Phrase) -> bool:
    """Whether a phrase names its thing: a proper name, a quoted title."""
    return any(w.entity or w.pos == "PROPN" or w.left or w.text[:1].isupper() for w in phrase.words)
