"""Can a phrase stand by itself? Its words must agree, and nothing they ask for may be lost."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.phrases.spelling import lemma_of
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token, Tree

_TWO_SIDED: Final = members("two sided")

SINGLED: Final = frozenset(
    form for base in ("единственн", "перв", "последн", "кажд", "люб", "втор", "редк")
    for form in (f"{base}ый", f"{base}ая", f"{base}ое", f"{base}ые", f"{base}ого", f"{base}ой",
                 f"{base}ым", f"{base}ом", f"{base}ую", f"{base}ых", f"{base}ыми", f"{base}ий",
                 f"{base}яя", f"{base}ее", f"{base}ие", f"{base}его", f"{base}ей", f"{base}им")
)  # fmt: skip


def is_used_as_noun(word: Word) -> bool:
    """Whether an adjective is a number or used as a noun."""
    if not word.text.isalpha():
        return True
    found = inflect.find_reading(word.text, "NOUN", word.case, word.number)
    return found is not None and str(found.tag.POS) == "NOUN"


def check_sides(tree: Tree, kept: list[Token]) -> None:
    for token in kept:
        on = tree.head(token)
        if on is None or token.relation != "nmod" or lemma_of(on) not in _TWO_SIDED:
            continue
        if tree.child(token, "conj"):
            raise SkippedError("a phrase with two sides")


def check_count(words: tuple[Word, ...], head: int) -> None:
    """That a noun stands in the form that its number in digits asks for."""
    noun = words[head]
    for word in words[:head]:
        if word.head != head or not word.text.isdigit() or word.rel != "nummod":
            continue
        number = int(word.text)
        few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
        one = number % 10 == 1 and number % 100 != 11  # noqa: PLR2004
        fits = noun.number == "Sing" if few or one else noun.number == "Plur"
        if noun.case in ("Nom", "Acc", "Gen") and not fits and noun.lemma != "человек":
            raise SkippedError("a number that does not agree")
        if noun.lemma == "человек" and (noun.text == "человека") != few:
            raise SkippedError("a number that does not agree")


def check_complement(tree: Tree, head: Token) -> None:
    """«мнение, что …», «попытка бежать»: without its clause such a noun says nothing."""
    if any(t.lower in ("или", "либо", "ни") for c in tree.children(head, "conj")
           for t in tree.children(c, "cc", "advmod")):  # fmt: skip
        raise SkippedError("one of several")
    for other in tree.children(head, "conj"):
        shared = tree.child(other, "nmod") and not tree.child(head, "nmod")
        if shared and not tree.child(other, "case"):
            raise SkippedError("a phrase that shares its attribute")  # «длительность и частота сна»
    following = tree.tokens[head.index + 1 : head.index + 2]
    if any(t.entity and t.entity == head.entity and not t.starts_entity
           and t.head not in (head.index, head.head) for t in following):  # fmt: skip
        raise SkippedError("a name that is cut")
    for child in tree.children(head, "acl", "ccomp", "csubj", "advcl", "xcomp"):
        marks = {t.lower for t in tree.children(child) if t.index < child.index}
        if child["VerbForm"] == "Inf" or marks & {"что", "чтобы", "когда", "как", "ли", "где"}:
            raise SkippedError("a noun that needs its clause")


def _tag(word: Word) -> str:
    found = inflect.find_reading(word.text, word.pos, word.case, word.number)
    return str(found.tag) if found else ""


def check_words(words: tuple[Word, ...], head: int) -> None:
    """That the words agree as the dictionary knows them.

    Raises:
        SkippedError: If slovnet's tags cannot be true.
    """
    noun = words[head]
    loose = words[-1].pos in ("ADP", "ADV", "PART", "CCONJ", "SCONJ")
    open_interval = len(words) > 1 and words[-1].text.isdigit() and words[-2].pos == "ADP"
    if loose or open_interval:
        raise SkippedError("a phrase that is broken off")
    for index, word in enumerate(words):
        if word.pos == "VERB" and "PRTF" not in _tag(word):
            raise SkippedError("a phrase with a verb in it")
        if len(word.text) > 1 and word.text.isupper():
            continue  # НАТО, XX: not declined
        checked = word.pos in ("NOUN", "ADJ", "DET", "PROPN") and not word.text.isdigit()
        common = word.text.lower() == word.text
        if checked and (common or (word.entity != "PER" and inflect.is_known(word.text))):
            gender = word.gender if word.number != "Plur" and word.pos != "NOUN" else ""
            found = inflect.find_reading(word.text, word.pos, word.case, word.number, gender)
            if found is None:
                raise SkippedError("tags that the dictionary denies")
            if common and not found.is_known and "-" not in word.text and word.pos != "ADJ" and "-" not in word.text:
                raise SkippedError("a word that the dictionary does not know")
        attribute = word.rel == "amod" and word.head == head and word.pos == "ADJ"
        counted = any(w.rel == "nummod" for w in words)
        if attribute and not counted and word.text.isalpha() and not word.text.isupper() and noun.number == "Sing" and not word.text.isdigit() and noun.case:
            gender = inflect.noun_gender(noun.text, noun.case, "Sing")
            if gender and inflect.find_reading(word.text, "ADJ", noun.case, "Sing", gender) is None:
                raise SkippedError("an adjective that does not agree")
        agrees = word.rel in ("amod", "det") and word.head == head and word.pos in ("ADJ", "DET")
        if agrees and word.case and noun.case and index < head and word.case != noun.case:
            raise SkippedError("an adjective that does not agree")
