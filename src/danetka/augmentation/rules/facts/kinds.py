"""What sort of predicate a word is, if any."""

from __future__ import annotations

from danetka.augmentation.rules.clause import Kind
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token


def find_kind(s: Reading, token: Token) -> Kind | None:
    """The sort of predicate that a token is, or None."""
    if token["Variant"] == "Short":
        participle = "PRTS" in inflect.readings(token.lower)[0].tag  # расположен is tagged ADJ
        return Kind.PASSIVE if token.pos == "VERB" or participle else Kind.SHORT
    if token.lower == "нет" and token.relation == "root":
        return Kind.VERB
    if token.pos in ("VERB", "AUX") and token["VerbForm"] == "Fin":
        if token.relation in ("aux", "cop"):
            return None
        if token["Mood"] != "Ind" or token["Person"] in ("1", "2"):
            raise SkippedError("a verb of the first or second person, or a command")
        if token["Tense"] == "Fut":
            raise SkippedError("a verb in the future")
        return Kind.VERB
    one = token.lower in ("один", "одна", "одно") and s.tree.child(token, "nmod")
    if (one or token.pos in ("NOUN", "PROPN")) and s.tree.child(token, "nsubj"):
        return Kind.NOUN
    return None


def kind_or_none(s: Reading, token: Token) -> Kind | None:
    """As `find_kind`, and None where a predicate says nothing that can be asked."""
    try:
        return find_kind(s, token)
    except SkippedError:
        return None


def as_predicate(token: Token) -> Word:
    """A verb or short form as a word of a question."""
    found = inflect.reading_of(token)
    if found is None or not found.is_known:
        raise SkippedError("a verb that the dictionary does not know")
    base = str(found.normal_form)
    return Word(
        token.lower, base, token.pos, "", token["Number"], token["Gender"], rel=token["Tense"]
    )


def gender_of(token: Token) -> str:
    """The gender of a singular, or empty."""
    return token["Gender"] if token["Number"] == "Sing" else ""
