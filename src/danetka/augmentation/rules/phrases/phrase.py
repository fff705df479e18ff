"""From a dependency tree to phrases: which words belong together and can be carried elsewhere."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.dates import is_date, year_alone
from danetka.augmentation.rules.phrases.extent import check_gaps, kept_tokens, shortened_tokens
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.phrases.spelling import as_word, as_words
from danetka.augmentation.rules.phrases.whole import (
    SINGLED,
    check_complement,
    check_count,
    check_sides,
    check_words,
    is_used_as_noun,
)
from danetka.augmentation.rules.words import Phrase
from danetka.language import inflect
from danetka.language.tree import Token, Tree

_JOINING: Final = members("joining")
_SUPERLATIVES: Final = members("superlatives")
_THAT: Final = members("that")
_TIME_NOUNS: Final = members("time nouns")
_BARE_TIMES: Final = members("bare times")

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
    noun = built[index]
    if noun.case == "Loc" and not prep and built[0].rel != "year":
        raise SkippedError("a locative without a preposition")
    if noun.lemma in _JOINING and prep and len(built) == 1:
        raise SkippedError("a phrase that is broken off")
    if noun.pos not in ("NOUN", "PROPN") and any(w.pos == "ADV" or w.pos == "PART" for w in built):
        raise SkippedError("a phrase that is broken off")
    after = tree.tokens[tokens[-1].index + 1 : tokens[-1].index + 2]
    if any(t.lower in ("назад", "спустя", "тому") for t in after):
        raise SkippedError("a phrase that is broken off")
    if any(w.pos == "ADJ" and w.rel in ("nmod", "obl", "conj") and not is_used_as_noun(w) for w in built):
        raise SkippedError("an adjective without its noun")
    check_sides(tree, tokens)
    if any(t.text.lower() in SINGLED for t in tokens) and tree.child(head, "acl"):
        raise SkippedError("the only one of a kind that is not told")
    if noun.lemma == "один" and not any(w.lemma == "из" for w in built):
        raise SkippedError("a phrase that is broken off")
    superlative = any(w.lemma in _SUPERLATIVES or w.lemma.endswith("ейший") for w in built)
    if superlative and len(tree.subtree(head)) - bool(prep) > len(tokens):
        raise SkippedError("the only one of a kind that is not told")
    if any(t.entity and not t.starts_entity for t in after) or (
        noun.pos == "PROPN" and any(t.text.isdigit() or t.text.isupper() for t in after)
    ):
        raise SkippedError("a name that is cut")
    split_number = built[0].text.isdigit() and any(
        t.text.isdigit() for t in tree.tokens[max(0, tokens[0].index - 1) : tokens[0].index]
    )
    if split_number:
        raise SkippedError("a number of several words")
    if [t.lower for t in tree.tokens[tokens[-1].index + 1 : tokens[-1].index + 3]] == ["до", "н"]:
        raise SkippedError("a year before our era")
    deverbal = noun.lemma.endswith(("ние", "тие")) and bool(prep) and len(built) == 1
    if deverbal and role == "oblique":
        raise SkippedError("a noun that needs its object")
    if any(t.text in "«„" for t in after) and not built[-1].right:
        raise SkippedError("a name that is cut")  # завод «Заря»
    if noun.lemma in _THAT and not any(w.rel == "nmod" and w.head == index for w in built):
        raise SkippedError("a noun that needs its clause")
    if noun.lemma in _TIME_NOUNS and prep and prep.lower in ("в", "во") and len(built) == 1:
        if noun.lemma in _BARE_TIMES:
            raise SkippedError("a phrase that is broken off")
    check_count(built, index)
    named_on = any(
        t.text[:1].isupper() and any("ADJF" in r.tag for r in inflect.readings(t.lower)[:1])
        for t in after
    )
    if named_on and (noun.pos == "PROPN" or head.text[:1].isupper()):
        raise SkippedError("a name that is cut")
    age = noun.lemma == "год" and prep and noun.case != "Loc" and built[0].text.isdigit()
    if age and len(built[0].text) < 3:  # noqa: PLR2004 - an age, not a year
        raise SkippedError("an age")
    whole = len(tree.subtree(head)) - (1 if prep else 0)
    if built and noun.lemma in _TIME_NOUNS and prep and prep.lower in ("через", "спустя"):
        raise SkippedError("a time without its anchor")
    time = noun.lemma in _TIME_NOUNS and bool(prep or noun.case in ("Ins", "Gen", "Acc"))
    return Phrase(
        built,
        index,
        role,
        _short(prep.lower) if prep else "в" if built[0].rel == "year" else "",
        time=time,
        before=before is not None and head.index < before,
        cut=whole > len(tokens),
    )


def _preposition(tree: Tree, head: Token) -> Token | None:
    found = [t for t in tree.children(head, "case") if t.index < head.index]
    if len(found) > 1 or any(tree.children(t, "fixed") for t in found):
        raise SkippedError("a compound preposition")
    if found and found[0].lower == "между":
        raise SkippedError("a phrase with two sides")
    return found[0] if found else None


def _short(prep: str) -> str:
    return {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "изо": "из", "ото": "от"}.get(
        prep, prep
    )
