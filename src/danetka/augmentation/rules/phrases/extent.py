"""How far a phrase reaches: what hangs on its head and may not be cut."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import LOOSE
from danetka.language.tree import Token, Tree

LONGEST: Final = 5
"""Words of a phrase without its preposition."""

_KEPT: Final = frozenset(
    ("amod", "nmod", "nummod", "det", "flat", "fixed", "compound", "case", "advmod", "punct",
     "appos")
)  # fmt: skip


def kept_tokens(tree: Tree, head: Token, prep: Token | None) -> list[Token]:
    """The tokens of the phrase, in order and without a gap."""
    kept = {head.index}
    waiting = [head]
    while waiting:
        token = waiting.pop()
        for child in tree.children(token):
            if prep and child.index == prep.index:
                continue
            if child.index not in kept and _belongs(tree, token, child):
                kept.add(child.index)
                waiting.append(child)
    return [tree.tokens[i] for i in sorted(kept)]


def shortened_tokens(tree: Tree, head: Token, tokens: list[Token]) -> list[Token]:
    """Without the attributes on the right that part it or make it too long.

    Less said is as true: «система охраны природы в стране» → «система охраны природы».
    """
    kept = {t.index for t in tokens}
    while True:
        words = [i for i in sorted(kept) if not tree.tokens[i].is_mark]
        broken = [
            i
            for i in range(head.index + 1, max(kept))
            if i not in kept and tree.tokens[i].text not in "«»"
        ]
        too_long = len(words) > LONGEST
        if not broken and not too_long:
            return [tree.tokens[i] for i in sorted(kept)]
        last = tree.tokens[max(kept)]
        branch = _branch(tree, last, head, kept)
        if branch is None:
            raise SkippedError("a phrase is too long" if too_long else "a phrase with a gap")
        gone = {t.index for t in tree.subtree(branch)}
        if head.index in gone:  # a parser's arcs may run in a circle
            raise SkippedError("a phrase with a gap")
        kept -= gone


def _branch(tree: Tree, last: Token, head: Token, kept: set[int]) -> Token | None:
    """The smallest attribute that may be left out and ends in the last word."""
    found: Token | None = None
    token: Token | None = last
    while token is not None and token.index != head.index:
        prep = tree.child(token, "case")
        where = prep is not None and prep.lower in LOOSE and token["Case"] in ("Loc", "Gen")
        loose = token.relation == "nmod" and where
        if loose and token.index > head.index and token.index in kept:
            found = found or token
        token = tree.head(token)
    return found


def _belongs(tree: Tree, head: Token, child: Token) -> bool:
    relation = child.relation
    if relation not in _KEPT or child.lower in ("вот", "же", "ведь"):
        return False
    if relation == "punct":
        return child.text in '«»"„“”'
    if _quoted_after(tree, head, child):
        return True
    if relation == "appos":
        return child.index == head.index + 1 and child.pos == "PROPN"
    if relation == "advmod":
        if child.lower == "не":
            raise SkippedError("a denied phrase")
        return head.pos in ("ADJ", "ADV", "NUM") and child.index < head.index
    if relation == "nmod" and child.index < head.index:
        return False
    return not tree.children(child, "mark")


def _quoted_after(tree: Tree, head: Token, child: Token) -> bool:
    """Whether it is the name in quotation marks that follows its noun: завод «Заря»."""
    if child.relation not in ("appos", "nmod", "flat") or child.index <= head.index + 1:
        return False
    between = tree.tokens[head.index + 1 : child.index]
    own = {t.index for t in tree.subtree(child)}
    return between[0].text in "«„" and all(t.index in own or t.is_mark for t in between)


def check_gaps(tree: Tree, tokens: list[Token], prep: Token | None) -> None:
    """That no word or comma parts a phrase."""
    first = prep.index if prep else tokens[0].index
    inside = {t.index for t in tokens} | ({prep.index} if prep else set())
    gap = [i for i in range(first, tokens[-1].index + 1) if i not in inside]
    if any(not tree.tokens[i].is_mark for i in gap):
        raise SkippedError("a phrase with a gap")
    if any(tree.tokens[i].text in ",;:—" for i in gap):
        raise SkippedError("a phrase with a comma")
