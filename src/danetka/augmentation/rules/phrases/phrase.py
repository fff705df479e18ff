"""From a dependency tree to phrases: which words belong together and can be carried elsewhere."""

from __future__ import annotations

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.dates import is_date, year_alone
from danetka.augmentation.rules.phrases.extent import check_gaps, kept_tokens, shortened_tokens
from danetka.augmentation.rules.phrases.faults import Cutting, check_cutting
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.phrases.spelling import as_word, as_words
from danetka.augmentation.rules.phrases.whole import check_complement, check_words
from danetka.augmentation.rules.words import Phrase
from danetka.language.tree import Token, Tree

_TIME_NOUNS = members("time nouns")
_SHORT = {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "изо": "из", "ото": "от"}


def read_phrase(tree: Tree, head: Token, role: str, before: int | None = None) -> Phrase:
    """The noun phrase of a token.

    What hangs on it by a clause, an apposition between commas or a conjunction is left out.

    Args:
        tree: The sentence.
        head: The head of the phrase.
        role: What it is in its clause.
        before: The index of the predicate, for `Phrase.before`.

    Raises:
        SkippedError: If it cannot stand by itself.
    """
    prep = _preposition(tree, head)
    check_complement(tree, head)
    tokens = shortened_tokens(tree, head, kept_tokens(tree, head, prep))
    check_gaps(tree, tokens, prep)
    words, places = as_words(tokens)
    if not words or head.index not in places:
        raise SkippedError("a phrase without words")
    index = places[head.index]
    built = tuple(as_word(token, places, left, right) for token, left, right in words)
    if is_date(built):
        built, index = year_alone(built), 1
    check_words(built, index)
    cutting = Cutting(tree, head, prep.lower if prep else "", tuple(tokens), built, index, role)
    check_cutting(cutting)
    noun = built[index]
    dated = "в" if built[0].rel == "year" else ""
    return Phrase(
        built,
        index,
        role,
        _SHORT.get(prep.lower, prep.lower) if prep else dated,
        time=noun.lemma in _TIME_NOUNS and bool(prep or noun.case in ("Ins", "Gen", "Acc")),
        before=before is not None and head.index < before,
        cut=cutting.is_cut,
    )


def _preposition(tree: Tree, head: Token) -> Token | None:
    found = [t for t in tree.children(head, "case") if t.index < head.index]
    if len(found) > 1 or any(tree.children(t, "fixed") for t in found):
        raise SkippedError("a compound preposition")
    if found and found[0].lower == "между":
        raise SkippedError("a phrase with two sides")
    return found[0] if found else None
