"""Do the words of a phrase agree, and is nothing lost that they ask for?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.phrases.spelling import lemma_of
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token, Tree

_TWO_SIDED: Final = members("two sided")
_CLAUSES: Final = ("acl", "ccomp", "csubj", "advcl", "xcomp")
_CONJUNCTIONS: Final = frozenset(("что", "чтобы", "когда", "как", "ли", "где"))
_LOOSE_ENDS: Final = ("ADP", "ADV", "PART", "CCONJ", "SCONJ")


def is_used_as_noun(word: Word) -> bool:
    """Whether an adjective is a number or used as a noun."""
    if not word.text.isalpha():
        return True
    found = inflect.find_reading(word.text, "NOUN", word.case, word.number)
    return found is not None and str(found.tag.POS) == "NOUN"


def has_two_sides(tree: Tree, kept: Sequence[Token]) -> bool:
    """Whether a war, a treaty, a border would lose one of its sides."""
    for token in kept:
        on = tree.head(token)
        sided = (
            on is not None
            and token.relation == "nmod"
            and (lemma_of(on) in _TWO_SIDED or token.entity == "PER")
        )
        if sided and tree.child(token, "conj"):
            return True
    return False


def count_agrees(words: Sequence[Word], head: int) -> bool:
    """Whether a noun stands in the form that its number in digits asks for."""
    noun = words[head]
    for word in words[:head]:
        if word.head != head or not word.text.isdigit() or word.rel != "nummod":
            continue
        number = int(word.text)
        few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
        one = number % 10 == 1 and number % 100 != 11  # noqa: PLR2004
        if noun.lemma == "человек":
            if (noun.text == "человека") != few:
                return False
            continue
        fits = noun.number == "Sing" if few or one else noun.number == "Plur"
        if noun.case in ("Nom", "Acc", "Gen") and not fits:
            return False
    return True


def check_complement(tree: Tree, head: Token) -> None:
    """That no alternative, shared attribute, name or clause of a head is lost.

    Raises:
        SkippedError: «мнение, что …», «длительность и частота сна», «летом или осенью».
    """
    joined = tree.children(head, "conj")
    between = [t for other in joined for t in tree.children(other, "cc", "advmod")]
    if any(t.lower in ("или", "либо", "ни") for t in between):
        raise SkippedError("one of several")
    for other in joined:
        shared = tree.child(other, "nmod") and not tree.child(head, "nmod")
        if shared and not tree.child(other, "case"):
            raise SkippedError("a phrase that shares its attribute")
    for token in tree.tokens[head.index + 1 : head.index + 2]:
        same = token.entity and token.entity == head.entity and not token.starts_entity
        if same and token.head not in (head.index, head.head):
            raise SkippedError("a name that is cut")
    for child in tree.children(head, *_CLAUSES):
        marks = {t.lower for t in tree.children(child) if t.index < child.index}
        if child["VerbForm"] == "Inf" or marks & _CONJUNCTIONS:
            raise SkippedError("a noun that needs its clause")


def check_words(words: tuple[Word, ...], head: int) -> None:
    """That the words agree as the dictionary knows them.

    Raises:
        SkippedError: If slovnet's tags cannot be true.
    """
    open_interval = len(words) > 1 and words[-1].text.isdigit() and words[-2].pos == "ADP"
    if words[-1].pos in _LOOSE_ENDS or open_interval:
        raise SkippedError("a phrase that is broken off")
    counted = any(w.rel == "nummod" for w in words)
    for index, word in enumerate(words):
        if word.pos == "VERB" and "PRTF" not in _tag(word):
            raise SkippedError("a phrase with a verb in it")
        if len(word.text) > 1 and word.text.isupper():
            continue  # НАТО, XX: not declined
        _check_reading(word)
        if word.head == head and not _attribute_agrees(
            word, words[head], before=index < head, counted=counted
        ):
            raise SkippedError("an adjective that does not agree")


def _tag(word: Word) -> str:
    found = inflect.find_reading(word.text, word.pos, word.case, word.number)
    return str(found.tag) if found else ""


def _check_reading(word: Word) -> None:
    """That the dictionary has the word with these tags."""
    if word.pos not in ("NOUN", "ADJ", "DET", "PROPN") or word.text.isdigit():
        return
    common = word.text.lower() == word.text
    if not common and (word.entity == "PER" or not inflect.is_known(word.text)):
        return
    gender = word.gender if word.number != "Plur" and word.pos != "NOUN" else ""
    found = inflect.find_reading(word.text, word.pos, word.case, word.number, gender)
    if found is None:
        raise SkippedError("tags that the dictionary denies")
    if common and not found.is_known and "-" not in word.text and word.pos != "ADJ":
        raise SkippedError("a word that the dictionary does not know")


def _attribute_agrees(word: Word, noun: Word, *, before: bool, counted: bool) -> bool:
    if word.pos == "ADJ" and word.rel == "amod" and not counted and word.text.isalpha():
        gender = inflect.noun_gender(noun.text, noun.case, "Sing") if noun.case else ""
        if gender and noun.number == "Sing":
            fits = inflect.find_reading(word.text, "ADJ", noun.case, "Sing", gender)
            if fits is None:
                return False
    agreeing = word.rel in ("amod", "det") and word.pos in ("ADJ", "DET") and before
    return not (agreeing and word.case and noun.case and word.case != noun.case)
