"""Which sentences say anything that can be asked."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.language import inflect
from danetka.language.tree import Tree

_HEARSAY: Final = members("hearsay")
_HEDGES: Final = members("hedges")


def unfit(tree: Tree) -> str:
    """Why a sentence as a whole says nothing that can be asked, or empty."""
    words = [t for t in tree if not t.is_mark and not t.text.isdigit()]
    if len(words) < 3:  # noqa: PLR2004 - a subject, a predicate and something about them
        return "a fragment"
    russian = sum(1 for t in words if "а" <= t.lower[:1] <= "я" or t.lower[:1] == "ё")
    if russian < 0.7 * len(words):
        return "not Russian"
    if tree.text.rstrip("»\"' ").endswith("?"):
        return "a question"
    if tree.text.lstrip()[:1] in "—–-•*·#" or any(t.text in "|<>{}=\\@#*~_" for t in tree):
        return "a list or markup"
    if not tree.text.rstrip("»\"' ").endswith((".", "!", "…", ";")):
        return "a fragment"
    if tree.text.count("«") != tree.text.count("»"):
        return "a quotation"
    if any(t.text in "()[]" for t in tree):
        return "brackets without their pair"
    told_by = [t for t in tree if t.pos == "NOUN" and t.relation in ("obl", "nmod", "parataxis")]
    hearsay = any(inflect.lemma(t.lower, "NOUN") in _HEARSAY for t in told_by)
    if hearsay or {t.lower for t in tree} & _HEDGES:
        return "hearsay or a guess"
    if not tree.roots:
        return "no root"
    return ""
