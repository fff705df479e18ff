"""Gates that every generator's questions pass: well-formed, parsed as intended, on topic.

Which questions of those that pass are taken is another matter: see `choose`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from danetka.augmentation.forms import Form, form_of
from danetka.language import inflect
from danetka.language.parse import Parser, Sentence
from danetka.language.tree import Token, Tree

SHORTEST: Final = 3
LONGEST: Final = 14
_OTHER_SIGNS = re.compile(r"[^А-Яа-яЁёA-Za-z0-9 ,.?«»„“”\"—–-]")
_ON_TOPIC: Final = 0.4
_SHORT_WORD: Final = 3
_ASKING: Final = frozenset(
    ["был", "была", "было", "были", "есть", "правда", "верно", "существует", "является"]
)
_LOOSE: Final = frozenset(
    [
        "в",
        "на",
        "с",
        "к",
        "о",
        "об",
        "у",
        "из",
        "от",
        "до",
        "по",
        "за",
        "под",
        "над",
        "при",
        "для",
        "и",
        "а",
        "или",
        "не",
    ]
)


def fault(question: str) -> str:
    """What is wrong with a question's outside, or empty.

    One sentence with one question mark at its end, of Russian words, not broken off, no word twice
    in a row.
    """
    words = re.findall(r"\w+(?:-\w+)*", question)
    if not question.endswith("?") or question.count("?") != 1:
        return "not one question"
    if not SHORTEST <= len(words) <= LONGEST:
        return "too short or too long"
    if _OTHER_SIGNS.search(question):
        return "other signs than words"
    if words[-1].lower() in _LOOSE:
        return "broken off"
    lower = [w.lower() for w in words]
    if any(a == b for a, b in pairwise(lower)):
        return "a word twice"
    russian = sum("а" <= w[0] <= "я" or w[0] == "ё" for w in lower)
    return "" if russian >= 0.6 * len(words) else "not Russian"


def off_topic(question: str, passage: frozenset[str]) -> str:
    """Whether too few of a question's content words stand in its passage, or empty.

    In DaNetQA 0.73 of them do where the answer is «да» and 0.70 where it is «нет».

    Args:
        question: The question.
        passage: The dictionary forms of the passage's words, ё as е.
    """
    words = re.findall(r"[а-яё]+(?:-[а-яё]+)*", question.lower())
    content = [w for w in words if len(w) > _SHORT_WORD and w not in _ASKING]
    if not content:
        return "nothing about the topic"
    found = sum(
        any(str(r.normal_form).replace("ё", "е") in passage for r in inflect.readings(w))
        for w in content
    )
    return "" if found >= _ON_TOPIC * len(content) else "off topic"


def structure_faults(
    questions: Sequence[str], subjects: Sequence[str], parser: Parser
) -> list[str]:
    """What is wrong with the structure of questions when they are parsed again.

    Args:
        questions: In proper orthography (a parser needs the capitals of names).
        subjects: The dictionary form of each question's subject; empty where it is not known.
        parser: Parses them.

    Returns:
        For each what is wrong, or empty.
    """
    trees = parser.parse([Sentence(q, q) for q in questions], entities=False)
    return [
        _structure(question, subject, tree)
        for question, subject, tree in zip(questions, subjects, trees, strict=True)
    ]


def _structure(question: str, subject: str, tree: Tree | None) -> str:
    if tree is None:
        return "not parsed"
    predicates = [t for t in tree if t["VerbForm"] == "Fin" or t["Variant"] == "Short"]
    form = form_of(question)
    if len([t for t in predicates if t.relation == "root"]) > 1:
        return "two predicates"
    if any(t.relation in ("ccomp", "advcl", "acl") and form is not Form.TRUE for t in predicates):
        return "a clause in a clause"
    if not subject:
        return ""
    found = [t for t in tree if _is(t, subject)]
    if not found:
        return "the subject is lost"
    if not any(t["Case"] == "Nom" or t.relation == "nsubj" for t in found):
        return "the subject is not in the nominative"
    return ""


def _is(token: Token, subject: str) -> bool:
    word = token.lower.replace("ё", "е")
    if word == subject.replace("ё", "е"):
        return True
    return any(
        str(r.normal_form).replace("ё", "е") == subject.replace("ё", "е")
        for r in inflect.readings(token.lower)
    )
