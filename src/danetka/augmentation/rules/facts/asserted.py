"""Is a clause asserted? Not what is conditional, reported, wished for or doubted."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.language import inflect
from danetka.language.tree import Token

_ADVERBIAL: Final = members("adverbial")
_DOUBTFUL: Final = members("doubtful")
_FACTIVE: Final = members("factive")
_SPEECH: Final = members("speech")


def is_asserted(s: Reading, token: Token) -> bool:
    """Whether the clause is the sentence's own, or joined to it by «и», or relative."""
    seen = set()
    while token.relation == "conj" and token.index not in seen:
        seen.add(token.index)
        head = s.tree.head(token)
        if head is None:
            break
        token = head
    marks = {t.lower for t in s.tree.children(token, "mark")}
    if token.relation in ("advcl", "ccomp") and s.tree.child(token, "nsubj"):
        return _is_factive(s, token, marks)
    if token.relation == "parataxis" and s.tree.child(token, "nsubj"):
        return not any(t.lower in ("как", "что") for t in s.tree.children(token))
    if any(t.pos == "SCONJ" for t in s.tree.children(token, "mark")):
        return False
    return token.relation == "root"


def _is_factive(s: Reading, token: Token, marks: set[str]) -> bool:
    """«поскольку …», «хотя …»; «известно, что …»: said as true though not for its."""
    head = s.tree.head(token)
    if head is None or head.relation != "root":
        return False
    if token.relation == "advcl":
        return bool(marks) and marks <= {"поскольку", "хотя", "ибо"}
    told = inflect.lemma(head.text, head.pos)
    denied = any(t.lower in ("не", "бы") for t in s.tree.children(head))
    return marks == {"что"} and told in _FACTIVE and not denied


def check_doubts(s: Reading, token: Token) -> None:
    """That nothing unsays a clause, or makes it hold only under a condition.

    Raises:
        SkippedError: If something does.
    """
    own = [token, *s.tree.children(token)]
    nested = [t for c in own[1:] if c.pos != "VERB" for t in s.tree.children(c)]
    if token.relation != "acl" and any(t.lower.startswith("котор") for t in [*own, *nested]):
        raise SkippedError("a clause that is not asserted")
    if any(t.lower == "не" and t.head != token.index for t in nested):
        raise SkippedError("a denial of a part")
    if any(t.lower in _DOUBTFUL for t in own):
        raise SkippedError("a doubtful or conditional clause")
    if inflect.lemma(token.text, "VERB") in _SPEECH:
        raise SkippedError("a clause that reports another")
    marking = s.tree.children(token, "mark")
    if any(t.lower in _ADVERBIAL for t in s.tree.children(token) if t not in marking):
        raise SkippedError("a clause that is not asserted")
    if s.tree.child(token, "ccomp", "csubj"):
        raise SkippedError("a clause that reports another")
    if any(t.lower == "не" for t in s.tree.children(token, "aux", "cop")):
        raise SkippedError("a doubtful or conditional clause")
    if token["Tense"] == "Fut" and "если" in {t.lower for t in s.tree}:
        raise SkippedError("a conditional clause")
    for clause in s.tree.children(token, "advcl"):
        marks = {t.lower for t in s.tree.children(clause, "mark")}
        if marks & {"если", "когда", "чтобы", "пока", "хотя"}:
            raise SkippedError("a conditional clause")


def lacks(token: Token) -> bool:
    """Whether a verb denies by itself: of what is missing, nothing may be left out."""
    return inflect.lemma(token.text, "VERB") in (
        "отсутствовать", "исчезнуть", "исключать", "исключить", "лишиться", "прекратиться",
        "запрещать", "запретить", "отменить", "отказаться", "отказываться",
    )  # fmt: skip
