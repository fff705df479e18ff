"""«X — Y, который …» → «X — Y.»: a definition cut down to what a parser reads well.

The parser was trained on news; the long first sentence of an encyclopedia's article, with its
commas, clauses and genitives, is what it reads worst, and what says most. So the definition's core
is parsed again as a sentence of its own, and what must be so in it is put right: a noun on either
side of the dash, both in the nominative.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.words import ORDINALS
from danetka.language import inflect
from danetka.language.parse import Sentence
from danetka.language.tree import ROOT, Token, Tree

_DEFINITION = re.compile(
    r"^(?P<subject>(?:«[^«»]{2,60}»|[А-ЯЁ])[^,;:!?—]{1,80}?)"
    r"(?:, (?:или|также|либо|она же|он же|они же|известн\w+ как|сокращённо)\b[^;:—]{1,80}?)?,?"
    r" — (?:это )?(?P<said>[а-яё].*)$"
)
_BROKEN = re.compile(r"^([А-ЯЁ][а-яё]+(?: (?:[А-ЯЁ][а-яё]+|[IVX]+))*)[ ,][^()]*\) — ")
"""«Пётр Ржевский 1817 — 1868) — …»: of a bracket that was cut in two."""
_WORDS = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*|\d+|\S")
_WORD = re.compile(r"[А-Яа-яЁё]")
_JOINS: Final = frozenset(("и", "а", "но"))
_NEVER: Final = frozenset(("или", "либо", "это", "не", "то", "так", "если", "когда", "где", "чем"))
_ONE: Final = frozenset(("один", "одна", "одно"))
_LONGEST: Final = 7
_FADED = re.compile(
    r"\b(?:до|с|со|после|по|между|около) (?:\w+ ){0,2}?(?:\d{3,4}|[XVI]+)\b|\d{3,4}—\d{3,4}"
    r"|[XVI]+—[XVI]+|\b(?:ранее|прежде|тогда|некогда|раньше)\b"
)
"""When it was so, if it is not so for ever."""
_GONE = re.compile(r"\b(?:существова(?:л|вш)|действовавш|находивш|входивш|упразднён|упразднен)")
"""It is so no longer."""
_ENDS = re.compile(r"\.$|, (?!чь|котор|[а-яё]+(?:[шщ]|нн|т)(?:ий|ый|ая|ее|ое|ие|ые)\b)")
_SUPERLATIVES: Final = members("superlatives")
_LASTING: Final = members("lasting")
"""What a thing does not cease to be: an event, a work."""
_PLACED: Final = members("geographic")
_THINGS: Final = members("things of doing")
_DOING: Final = ("ание", "ение", "ятие", "итие", "ация", "яние", "ка")
"""Nouns of doing need what follows: «принятие Албании в союз»."""
_GOVERNED: Final = frozenset(("на", "к", "ко", "о", "об", "против", "между", "за", "от"))
"""What they open a noun asks for: «курс на вступление», «борьба за власть»."""


def core(sentence: Sentence) -> Sentence | None:
    """The core of a definition as a sentence, or None if it is none or has no core.

    Left out is only what follows the predicate: from its first preposition, conjunction, participle
    or mark on.
    """
    found = _DEFINITION.match(_BROKEN.sub(r"\1 — ", sentence.plain))
    if found is None or ")" in found["subject"]:
        return None
    words = _said(found["said"])
    if not words or len(words) > _LONGEST:
        return None
    if is_gone(found["said"]) or not _is_noun_phrase(found["subject"]):
        return None
    rest = found["said"][found["said"].find(words[-1]) + len(words[-1]) :]
    if _is_singled(words) and not _ENDS.match(rest):
        return None
    lasts = any(w in _LASTING for w in words)
    if not lasts and _FADED.search(re.split("[,;:]", found["said"])[0]):
        return None
    return Sentence(sentence.text, f"{found['subject']} — {' '.join(words)}.")


def is_gone(text: str) -> bool:
    """Whether a definition says that its thing is no longer."""
    return _GONE.search(text) is not None


def _is_noun_phrase(text: str) -> bool:
    """Whether the words before the dash may be a subject: no verb, no preposition in front."""
    if text.startswith("«"):
        return True
    kinds = [str(inflect.readings(w.lower())[0].tag.POS) for w in _WORDS.findall(text)]
    return kinds[0] not in ("PREP", "ADVB", "CONJ") and not {"VERB", "PRTS", "INFN"} & set(kinds)


def _is_singled(words: list[str]) -> bool:
    """Whether it is the first or only one of what may be told after it."""
    found = {inflect.lemma(w) for w in words}
    return bool(found & (_SUPERLATIVES | set(ORDINALS))) or any(
        w.endswith(("йший", "йшая", "йшее", "йшие")) for w in words
    )


def _said(text: str) -> list[str]:
    """The words of the predicate that may stand alone; none where too much would be lost."""
    said: list[str] = []
    noun = ""
    tokens = _WORDS.findall(text)
    for i, word in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else "."
        if word in _NEVER:
            return []
        if not _WORD.match(word) or (len(word) == 1 and following == "."):
            return said
        of_many = word == "из" and len(said) == 1 and said[0] in _ONE
        if not of_many and (word in _JOINS or _is_loose(word)):
            if word in ("в", "на") and _PLACED & set(said):
                return [*said, *_place(tokens[i:])]
            governed = word in _GOVERNED or any(map(_is_doing, said))
            agent = bool(said) and _case(said[-1]) == "Ins"
            return [] if governed or agent or not noun else said
        said.append(word)
        if (not noun and _case(word) and said[0] not in _ONE) or said[0] in _ONE:
            noun = word
    return said


def _is_doing(word: str) -> bool:
    """Whether a noun tells what somebody does: it needs what follows."""
    base = inflect.lemma(word, "NOUN")
    return base.endswith(_DOING) and base not in _THINGS and bool(_case(word))


def _place(tokens: list[str]) -> list[str]:
    """«в Восточной Сибири» of «в Восточной Сибири, на …»; nothing if it has no name."""
    place = [tokens[0]]
    for word in tokens[1:4]:
        if not word[:1].isupper():
            break
        place.append(word)
    ends = len(tokens) == len(place) or not _WORD.match(tokens[len(place)])
    return place if len(place) > 1 and ends else []


def _case(token: str) -> str:
    """``Nom`` or ``Ins`` of what is likeliest a noun; empty for other words."""
    tag = inflect.readings(token.lower())[0].tag
    if str(tag.POS) != "NOUN":
        return ""
    return "Ins" if str(tag.case) == "ablt" else "Nom"


def _is_loose(token: str) -> bool:
    """A preposition, a conjunction, or a participle in an oblique case."""
    tag = inflect.readings(token.lower())[0].tag
    if str(tag.POS) in ("PREP", "CONJ", "PRCL"):
        return True
    return str(tag.POS) == "PRTF" and str(tag.case) != "nomn"


def repaired(tree: Tree) -> Tree | None:
    """A core's tree with its predicate as the root, its subject beside it, both nominative.

    Returns:
        The tree; None where either side has no noun that may be nominative.
    """
    dash = next((t.index for t in tree if t.text == "—"), 0)
    subject = _head(tree, 0, dash)
    said = _head(tree, dash + 1, len(tree))
    if subject is None or said is None:
        return None
    thing = inflect.animacy_of(said.text) == "Inan"  # then what it is said of is no person
    tokens = [replace(t, entity="") if thing and t.entity == "PER" else t for t in tree]
    return Tree(tree.text, tuple(_put(t, subject.index, dash, said.index) for t in tokens))


def _put(token: Token, subject: int, dash: int, said: int) -> Token:
    """A token where it belongs, its case the nominative where that must be."""
    if token.index == said:
        token = replace(token, rel="root", head=ROOT)
    elif token.index == subject:
        token = replace(token, rel="nsubj", head=said)
    elif token.text in "—." or token.head == ROOT:
        token = replace(token, rel="dep" if token.rel == "root" else token.rel, head=said)
    if token.index <= subject or dash < token.index <= said:
        return _nominative(token, token.index in (subject, said))
    return token


def _head(tree: Tree, start: int, end: int) -> Token | None:
    """The noun that the words between two places belong to: the first that may be nominative."""
    for token in tree.tokens[start:end]:
        one = token.lower in _ONE and tree.tokens[token.index + 1].lower == "из"
        if one:
            return token
        if token.pos not in ("NOUN", "PROPN") or token.rel == "amod":
            continue
        known = inflect.is_known(token.text)
        may = not known or inflect.find_reading(token.text, "NOUN", "Nom", token["Number"])
        return token if may else None
    return None


def _nominative(token: Token, is_head: bool) -> Token:
    """With the nominative that its place asks for, where the word may have it."""
    if token["Case"] in ("Nom", "") and not (is_head and not token["Case"]):
        return token
    agrees = token.rel in ("amod", "det") or is_head
    known = inflect.is_known(token.text)
    number = token["Number"]
    if not agrees or (known and not inflect.find_reading(token.text, token.pos, "Nom", number)):
        return token
    return replace(token, feats={**token.feats, "Case": "Nom"})
