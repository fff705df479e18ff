"""A parsed sentence: words with their morphology, joined into a dependency tree.

Tags, features and relations are those of Universal Dependencies (https://universaldependencies.org),
as slovnet gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

ROOT: Final = -1
"""The head of a sentence's root."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a sentence.

    Attributes:
        index: Its place in the sentence, from 0.
        text: As it is written.
        pos: Part of speech (``NOUN``, ``PROPN``, ``VERB``, …).
        feats: Features: ``Case``, ``Number``, ``Gender``, ``VerbForm``, …
        rel: The relation to its head (``nsubj``, ``obl``, …).
        head: The head's index, or `ROOT`.
        entity: ``PER``, ``LOC`` or ``ORG`` inside a named entity, else empty.
        starts_entity: Whether an entity begins here.
    """

    index: int
    text: str
    pos: str
    feats: Mapping[str, str]
    rel: str
    head: int
    entity: str = ""
    starts_entity: bool = False

    def __getitem__(self, feature: str) -> str:
        return self.feats.get(feature, "")

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def relation(self) -> str:
        """The relation without its subtype: ``nsubj`` for ``nsubj:pass``."""
        return self.rel.partition(":")[0]

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return self.pos == "PUNCT"


@dataclass(frozen=True)
class Tree:
    """A sentence.

    Attributes:
        text: As it stands in the passage, brackets and all.
        tokens: Its words; what stood in brackets is not among them.
    """

    text: str
    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    @cached_property
    def _children(self) -> tuple[tuple[Token, ...], ...]:
        found: list[list[Token]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head != ROOT:
                found[token.head].append(token)
        return tuple(map(tuple, found))

    @cached_property
    def roots(self) -> tuple[Token, ...]:
        """The tokens without a head; one in a sound tree."""
        return tuple(token for token in self.tokens if token.head == ROOT)

    def children(self, token: Token, *relations: str) -> tuple[Token, ...]:
        """What hangs on a token, in order; only these relations (without subtypes) if any."""
        found = self._children[token.index]
        return tuple(t for t in found if t.relation in relations) if relations else found

    def child(self, token: Token, *relations: str) -> Token | None:
        """The first of `children`, or None."""
        return next(iter(self.children(token, *relations)), None)

    def head(self, token: Token) -> Token | None:
        """What a token hangs on."""
        return None if token.head == ROOT else self.tokens[token.head]

    def subtree(self, token: Token) -> list[Token]:
        """A token with all that hangs on it, in the order of the sentence."""
        found, waiting = {token.index}, [token]
        while waiting:
            for child in self._children[waiting.pop().index]:
                if child.index not in found:  # a tree that a parser made may have a cycle
                    found.add(child.index)
                    waiting.append(child)
        return [self.tokens[i] for i in sorted(found)]

    def draw(self) -> str:
        """The tree as lines of text, for a person to read."""
        width = max((len(token.text) for token in self.tokens), default=0)
        lines = []
        for token in self.tokens:
            head = self.head(token)
            feats = " ".join(
                value for name, value in token.feats.items() if name not in ("Animacy", "Degree")
            )
            to = head.text if head else "·"
            mark = f" [{token.entity}]" if token.entity else ""
            lines.append(
                f"{token.index:>3} {token.text:<{width}}  {token.rel:<12} ← {to:<{width}}  "
                f"{token.pos} {feats}{mark}"
            )
        return "\n".join(lines)
